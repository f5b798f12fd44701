"""What the tokenizer says of literals: warnings, and escapes that cannot be decoded."""
import ast
import warnings

SOURCES = [
    r"'\d'", r"'\400'", r"b'\d'", r"b'\N \u'", "'''\na\\q\n\\z'''", r"'\d' '\e'", r"f'\d{1}\e'", r"f'\{6*7}'",
    r"f'{1:\d}'", r"f'\N{DIGIT ONE}\q'", "'\\é'", r"t'\d'", r"rb'\d'", r"f'\}}'", r"f'\{{'", r"'\8'", "'\\\n\\d'",
    "1if 1 else 2", "0xfor x in y", "[0x1for x in ()]", "1_000and 2", "1.5or 2", "1e3if 1 else 2", "1jor 2",
    "0b1or 2", "0o7or 2", "1not in x", "1in x", "a1if 1 else 2", "'1if'",
    r"f'\xZZ'", "x = (1,\n f'a{1}\\xZZ')", r"f'a{x}b\N{NOPE}{y}'",
    "def f(a, *b, c, /): pass", "def f(*a, *b): pass", "lambda /, a: 1", "def f:", "3 + not 3", "f'}'", "f'{3!s'",
    "b'' f''", "t'' ''", "from a import b,",
]


def show(function, *arguments):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            function(*arguments)
        except SyntaxError as error:
            print(error.msg)
    for warning in caught:
        if "with 'int' literal" not in str(warning.message):
            print(warning.category.__name__, warning.message, warning.lineno)


for source in SOURCES:
    print(repr(source))
    show(compile, source, "f", "exec")

show(ast.parse, r"'\d'")
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        compile(r"'\d'", "f", "exec")
    except SyntaxError as error:
        print(type(error).__name__, error.msg)
