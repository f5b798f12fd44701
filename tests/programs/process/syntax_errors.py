"""SyntaxError: message, position and printed text for many wrong programs."""
import traceback

sources = [
    "x = (1,", "x = 1)", "def f(:\n pass", "if x\n  pass", "for i in range(3) print(i)", "while True print(1)", "class A\n  pass", "print 'hello'", "exec 'x'", "x = = 1", "x =", "1 = x", "f() = 1", "a + 1 = 2", "'s' = 1", "x + = 1", "if x = 1: pass", "print(a b)", "[1 2]", "{1: 2 3: 4}", "{1: }", "f(a, b c)", "foo(x=1, 2)", "f(**a, *b)", "f(1=2)", "f(a.b=1)", "f(True=1)",
    "def f():\nreturn 1", "  x = 1", "if x:\n    a\n  b", "if x:\n\ta\n        b", "x = 'abc", "x = '''abc\n", "x = \"a\nb\"", "return 1", "yield 1", "break", "continue", "await x", "async x", "def f():\n  await x", "x = 5 if y", "lambda x: = 1", "import", "import a.b.", "from x import", "from x import *, y", "from . import *\ndef f():\n from a import *", "import a as b.c", "from x import (a, b", "from x import a,",
    "try:\n  pass\nx = 1", "try: pass\nexcept: pass\nexcept A: pass", "try: pass\nexcept* A: pass\nexcept B: pass", "try: pass\nexcept*: pass", "except: pass", "else: pass", "elif x: pass", "with open(x) as 1: pass", "with a as f(): pass", "del 1", "del f()", "del (a, b + 1)", "for 1 in x: pass", "for f() in x: pass", "global x\nx: int = 1\ndef f():\n x = 1\n global x", "def f(a, a): pass", "def f(a=1, b): pass", "def f(*): pass", "def f(*a, *b): pass", "def f(**a, b): pass", "def f(a, /, b, /): pass",
    "match x:\n  case 1 + 1: pass", "match x:\n  case a | b: pass", "match x:\n  case _: pass\n  case 1: pass", "match x:\n  case {**_}: pass", "match x:\n pass", "x = 08", "x = 0b12", "x = 0xg", "x = 1_", "x = 1__2", "x = 1.2.3", "x = 5a", "$", "x = ?", "a ! b", "é = 1; ☃ = 2", "x = “quoted”", "x = 1 \\ 2", "x = \\", "f'{'", "f'{}'", "f'{a!}'", "f'{a:{b'", "f'}'", "f'{a b}'", "f'{lambda x: 1}'", "f'{*a}'", "f'{a=!x}'", "'\\N{nope}'", "'\\x1'", "b'é'", "'\\U12345678'",
    "(a for b in c, d)", "f(a for b in c, d)", "[a, b for c in d]", "[*a for b in c]", "{**a for b in c}", "x := 1", "(x.y := 1)", "[x := 1 for x in y]", "a if b else c = 1", "a, b += 1", "(a, b): int", "x: int, y: int", "assert (x, 'msg'), = 1", "raise x from", "not = 1", "None = 1", "__debug__ = 1", "def None(): pass", "class True: pass", "lambda None: 1", "type X = ", "type X[T, T] = int", "def f[T: (yield)](): pass", "class A[*T = *b](): pass", "@\ndef f(): pass", "x = yield = 1", "print(x for)", "async with a: pass", "async def f(): yield from x", "async def f(): return 1; yield",
    "nonlocal x", "def f():\n nonlocal x", "from __future__ import nope", "x = 1\nfrom __future__ import annotations", "from __future__ import braces", "{" * 300, "(" * 250 + ")" * 250, "x" + ".y" * 10, "if 1:\n" + "".join(" " * i + "if 1:\n" for i in range(1, 101)) + " " * 101 + "pass", "a\n  b", "\tx\n  y", "x = [\n1,\n2", "f(\n  a,\n  b\n", "'a' 'b' f'{'", "else", "import a from b", "from a import b as c.d", "def f() -> : pass", "x[1:2:3:4]", "x[", "x[]", "()()()(", "a b", "a.1", "a..b", "1.a", "1if", "@x", "*a", "*a, = ", "**a", "(*a)", "print(**)", "f(*)", "not", "a not b", "a is not not b", "a in", "x ? y", "a <> b", "a && b", "a || b", "!a", "a++", "++", "i = j = k ="]
for source in sources:
    shown = source if len(source) < 80 else source[:30] + "..."
    try:
        compile(source, "file.py", "exec")
        print(repr(shown), "compiles")
    except SyntaxError as error:
        print(repr(shown), "->", type(error).__name__, error.msg, (error.lineno, error.offset, error.end_lineno, error.end_offset))
    except (MemoryError, RecursionError, ValueError) as error:
        print(repr(shown), "->", type(error).__name__, error)
for source in ("def f():\n    x = (1 +\n    return x\n", "    indented\n", "if True:\nprint(1)\n", "print('unterminated)\n", "x = 'é' y\n", "for x in y\n    pass\n", "f(a, b=1, 2)\n", "a = 1 +\n"):
    try:
        compile(source, "shown.py", "exec")
    except SyntaxError as error:
        print("".join(traceback.format_exception_only(error)), error.text)
