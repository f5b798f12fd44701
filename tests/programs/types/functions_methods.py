"""Function and method objects: attributes, binding, comparison, builtins' methods."""
import types


def f(a, b: int = 2, *args, c=3, **kw) -> str:
    """Doc of f."""
    return a


f.extra = 1
print(f.__name__, f.__qualname__, f.__module__, f.__doc__, f.__defaults__, f.__kwdefaults__, f.__annotations__, f.__dict__, f.__closure__, f.__globals__ is globals(), f.__builtins__["len"] is len, f.__type_params__)
f.__name__, f.__qualname__, f.__doc__ = "renamed", "q.renamed", None
print(f.__name__, f.__doc__, repr(f)[:21], f(5))
for name, value in (("__name__", 5), ("__code__", 5), ("__defaults__", 5), ("__kwdefaults__", 5), ("__dict__", 5), ("__closure__", ()), ("__globals__", {}), ("__annotations__", 5)):
    try:
        setattr(f, name, value)
        print(name, "set")
    except (TypeError, AttributeError) as error:
        print(name, "->", error)
g = types.FunctionType(f.__code__, {"__builtins__": {}}, "made", (7, 8))
print(g.__name__, g(c=0), g.__defaults__)
for bad in (lambda: types.FunctionType(5, {}), lambda: types.FunctionType(f.__code__, 5), lambda: types.FunctionType((lambda: f2).__code__, {}, closure=(1,)), lambda: types.FunctionType()):
    try:
        bad()
    except (TypeError, ValueError) as error:
        print(error)


class C:
    def method(self, x=0):
        return x

    @classmethod
    def cm(cls):
        return cls

    @staticmethod
    def sm(x):
        return x


c = C()
m = c.method
print(m.__self__ is c, m.__func__ is C.method, m == c.method, m is c.method, hash(m) == hash(c.method), C().method == C().method, m(5), m.__name__, m.__doc__, C.method(c, 6), C.cm.__self__ is C, c.sm(7), C.sm is c.sm)
bound = types.MethodType(lambda self, y: (self, y), "self object")
print(bound(1), bound.__self__, types.MethodType(len, "abc")())
for bad in (lambda: types.MethodType(5, 1), lambda: types.MethodType(len, None), lambda: setattr(m, "x", 1), lambda: m.nope, lambda: C.method(), lambda: c.sm(), lambda: C.cm(1)):
    try:
        bad()
    except (TypeError, AttributeError) as error:
        print(error)
append = [].append
print(append.__name__, append.__self__, append.__qualname__, repr(append)[:34], list.append.__name__, list.append.__objclass__, str(list.append), str(str.__add__), str("".__add__)[:37], type(list.append).__name__, type("".__add__).__name__, type(append).__name__, type(dict.fromkeys).__name__, type(int.__new__).__name__, type(dict.__dict__["fromkeys"]).__name__)
for bad in (lambda: list.append(), lambda: list.append(5, 1), lambda: list.append([]), lambda: str.__add__("a"), lambda: str.__add__(1, "a"), lambda: dict.fromkeys(), lambda: int.__new__(5), lambda: int.__new__(str), lambda: object.__new__(int), lambda: "".__add__(1), lambda: [].append(1, 2), lambda: [].append(x=1), lambda: list.__init__(5), lambda: type.__call__(5)):
    try:
        print(bad())
    except TypeError as error:
        print(error)
print(str.join.__get__("-")(["a", "b"]), list.__len__.__get__([1, 2])(), int.__add__.__get__(5, int)(6), str.upper.__doc__.splitlines()[0], [].append == [].append, "a".upper == "a".upper, len.__call__("abc"), f.__get__(5, int)())
cell = types.CellType(5)
print(cell.cell_contents, types.CellType() == types.CellType(), cell < types.CellType(6))
try:
    types.CellType().cell_contents
except ValueError as error:
    print(error)
lam = lambda: 0
print(lam.__name__, (lambda x: x).__qualname__, [lambda: 0][0].__code__.co_name, types.LambdaType is types.FunctionType, callable(lam), callable(C), callable(c), bool(f))
