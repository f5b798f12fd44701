# Errors and warnings about single tokens: what they say, and where.
import warnings


def attempt(source, action="default"):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(action)
            compile(source, "<source>", "exec")
        print(repr(source), "compiles")
    except SyntaxError as e:
        print(repr(source), type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, repr(e.text))


# Tabs and blanks.
attempt("try:\n\t1/0\n    \t1/0\nfinally:\n pass\n")
attempt("if 1:\n\tx\n        y\n")
attempt("def f():\n    if 1:\n\tx\n")
attempt("if 1:\n        a\n\tb\n")
attempt("def f():\n    x = 0\n\ty\n")
attempt("if 1:\n\ta\n\tif 2:\n\t  c\n")
attempt("if 1:\n    (1,\n\t2)\n    x\n")
attempt("x\n\ty\n")
# Escapes and numbers that are only warned of.
for source in ("'''\n\\e'''", "x = 'a\\ee'", "x = 1\ny = ('a' 'b\\e')", "x = '\\e' \\\n 'b'", "if 1or 2: pass",
               "x = 0xfor x in (1,)", "x=1if 1else 2"):
    attempt(source, "error")
# Text that does not end.
for source in ("z = '''a\nb", "z = '''a\nb\n", "z = 'a", "z = f'a", "z = f'''", "z=f'''a{1}\n\n"):
    attempt(source)
# Stars.
for source in ("(*x)", "(((*x))), y = 1, 2", "((*x), y) = 1, 2", "f((*x))", "f((**x))", "[(*x)]", "( *x ) ", "(*)",
               "(*x.y[1]) + 1", "(*x or y)", "2+*3"):
    attempt(source)
attempt("x <> y")
# What is read before an error is warned of.
for source in ("'\\e' $", "$ '\\e'", "'\\e'\nreturn"):
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        try:
            compile(source, "<source>", "exec")
        except SyntaxError as error:
            print(repr(source), error.msg, [str(warning.message)[:35] for warning in found])
