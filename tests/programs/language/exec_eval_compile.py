"""compile, exec, eval: modes, namespaces, flags, code objects."""
import __future__
import ast

print(eval("1 + 2"), eval("  (3\n+4)"), eval(b"5"), eval(compile("6", "<s>", "eval")))
print(exec("result = 7"), result)
single = compile("8; 'nine'; None", "<s>", "single")
exec(single)
code = compile("a = 1\nb = a + 1\n", "file.py", "exec")
print(code.co_filename, code.co_names, code.co_name, code.co_consts, code.co_firstlineno)
namespace = {}
exec(code, namespace)
print(sorted(namespace))


class Spy(dict):
    def __missing__(self, key):
        return f"<{key}>"


exec("show(alpha, beta)", {}, Spy(show=print))
print(eval("x + y", {"x": 1, "y": 2}), eval("len(locals())", {}, {"a": 1}))
try:
    exec("open", {"__builtins__": {}})
except NameError as error:
    print(error)
for source, mode in (("x = 1", "eval"), ("1 +", "exec"), ("", "eval"), ("1\n2", "single"), ("a\0b", "exec"), ("1", "wrong")):
    try:
        compile(source, "<s>", mode)
    except (SyntaxError, ValueError) as error:
        print(type(error).__name__, getattr(error, "msg", error))
tree = ast.parse("def f(n):\n    return n * 2")
exec(compile(tree, "<tree>", "exec"))
print(f(21), f.__code__.co_filename)
optimized = compile("assert False, 'no'\n'docstring'\nx = __debug__", "<o>", "exec", optimize=2)
space = {}
exec(optimized, space)
print(space["x"])
print(compile("pass", "<s>", "exec", flags=ast.PyCF_ONLY_AST).__class__.__name__)
annotated = compile("x: undefined = 1", "<s>", "exec", flags=__future__.annotations.compiler_flag)
exec(annotated, space)
print(space["x"])


def function(a, b=2, *c, d, **e):
    """Doc."""
    local = a
    return lambda: local


code = function.__code__
print(code.co_argcount, code.co_kwonlyargcount, code.co_varnames, code.co_cellvars, code.co_nlocals, hex(code.co_flags))
changed = code.replace(co_name="renamed", co_consts=code.co_consts)
print(changed.co_name, changed == code, changed.replace(co_name="function") == code)
function.__code__ = (lambda a, b=0: a + b).__code__
print(function(20), function.__defaults__)
print([line for _, _, line in compile("a\nb\n\nc", "<s>", "exec").co_lines() if line])
top = compile("await x", "<s>", "eval", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
print(bool(top.co_flags & 0x80))
try:
    exec("x = 1", 5)
except TypeError as error:
    print(error)
try:
    exec(compile("lambda: y", "<s>", "eval").co_consts[0], closure=())
except TypeError as error:
    print("closure:", error)
