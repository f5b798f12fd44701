"""The functions of builtins: values, keyword forms, errors."""
print(abs(-3), all([]), any([]), ascii("é"), bin(5), callable(len), chr(97), divmod(7, 2), format(3.14159, ".2f"), hash(5), hex(255), isinstance(1, (str, int)), issubclass(bool, int), len("abc"), oct(8), ord("a"), pow(2, 3), repr("a"), round(2.567, 1), sum([1, 2], 10))
print(max(1, 2, 3), max([1, 5, 2], key=lambda x: -x), max([], default="none"), min("b", "a"), min({3: 1, 1: 2}), max("apple", "fig", key=len), min([2, 1], [1, 9]), sorted([3, 1], reverse=True), list(reversed("abc")))
print(list(enumerate("ab", start=5)), list(zip("ab", [1, 2], (None, ...))), list(map(pow, [2, 3], [3, 2])), list(filter(str.isdigit, "a1b2")), list(zip()), list(map(lambda *a: a, "ab", "cd")), dict(map(lambda x: (x, x * 2), range(2))))
print(getattr(5, "real"), getattr(5, "zz", None), hasattr(5, "imag"), vars(type("C", (), {"x": 1}))["x"], type(5), type("X", (), {})().__class__.__name__, id(None) == id(None), iter([1]).__next__(), next(iter([]), "end"), slice(3), eval("1+1"), __import__("math").pi)
print("a", 1, None, sep="-", end="!\n")
print(*range(3), sep="", end="")
print()
print("x", end="", flush=True)
print("", "y", sep="|")
import io
buffer = io.StringIO()
print("to a buffer", 5, file=buffer)
print(repr(buffer.getvalue()))
for bad in ("abs('a')", "abs()", "all(5)", "chr('a')", "ord('')", "len(5)", "sum(['a'])", "sum('ab', '')", "sum([b'a'], b'')", "max()", "max([])", "max(5)", "min(1, 'a')", "max([1], default=2, key=5)", "max(1, 2, default=3)", "round('a')", "pow('a', 2)", "hex(1.5)", "bin('a')", "isinstance(1, 5)", "issubclass(1, int)", "issubclass(int, 5)", "isinstance(1, (int, 5))", "isinstance('', (int, 5))", "getattr(5, 5)", "getattr(5, 'x')", "setattr(5, 'x', 1)", "delattr(5, 'real')", "hasattr(5, 5)",
            "enumerate(5)", "enumerate()", "zip(5)", "zip([1], strict=1, x=2)", "map(5)", "map()", "map(len)", "list(map(5, [1]))", "filter(None)", "list(filter(5, [1]))", "reversed(5)", "reversed({1})", "sorted(5)", "sorted([1, 'a'])", "next(5)", "iter(5, 1)", "print(sep=5)", "print(file=5)", "format(5, 5)", "format(5, 'zz')", "vars(5)", "dir(1, 2)", "divmod(1)", "hash([])", "type()", "type(1, 2)", "type('a', 5, {})", "type(5, (), {})", "object(1)", "eval(5)", "exec(5)", "compile('a')", "open()", "open('/nonexistent/file')", "open(5.5)", "open('x', 'zz')", "input(1, 2)", "super(5)", "property(1, 2, 3, 4, 5)", "memoryview(1)", "staticmethod()", "__build_class__()", "id()", "callable()", "anext(5)", "aiter(5)", "breakpoint.x"):
    try:
        print(bad, "=", eval(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print(sorted(dir(type("D", (), {"a": 1, "b": 2})()))[-2:], sorted(n for n in dir(5) if not n.startswith("_")), [n for n in dir() if n == "io"])
print(round(1234.567, -2), round(-0.5), round(1.5), type(round(1.0)), type(round(1.0, 0)), sum([0.1] * 10), sum([1, 2.5, 3j]), sum([[1], [2]], []), pow(2, -2), pow(5, 3, 7), divmod(-7, 3), divmod(7.5, 2))
import sys, builtins
sys.stdin = io.StringIO("typed line\n")
print(input(), sys.stdin.read() == "")
try:
    input()
except EOFError as error:
    print(error)
print(len([n for n in dir(builtins) if not n.startswith("_")]) > 140, builtins.__name__, len is builtins.len, len.__name__, len.__module__, len.__self__.__name__, print.__doc__.splitlines()[0], str(len), abs.__text_signature__)
