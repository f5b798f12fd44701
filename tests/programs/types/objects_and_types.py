"""object and type: construction, attributes, repr, comparison, class assignment, type()."""
o = object()
print(o == o, o != object(), hash(o) == hash(o), bool(o), isinstance(o, object), object.__doc__.split(".")[0], repr(o).startswith("<object object at 0x"), str(object), object.__bases__, type.__bases__, type(type) is type, object.__base__)
for bad in ("o.x = 1", "object(1)", "o < o", "object.x = 1", "int.x = 1", "del int.real", "type.__call__()", "o()", "o[0]", "len(o)", "o + o", "int.__name__ = 'x'", "type('A', (), {}, x=1)", "type('A', (int, str), {})", "type('A\\0', (), {})", "object.__new__()", "object.__init__(o, 1)", "object.__setattr__(5, 'a', 1)", "o.__class__ = int", "o.__class__ = 5", "type.mro()", "class A(object, int): pass", "class B(int, object, int): pass", "class F(type(len)): pass", "class R(range): pass", "class S(slice): pass", "class M(memoryview): pass"):
    try:
        exec(bad)
        print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)


class A:
    """Doc."""
    x = 1

    def __init__(self, *args, **kw):
        self.args = args


class B(A):
    pass


print(A.__name__, A.__qualname__, A.__module__, A.__doc__, B.__doc__, A.__dict__["x"], type(A.__dict__).__name__, A.__mro__, A.__bases__, B.__base__, A.__subclasses__(), A.__dictoffset__ != 0, A.__basicsize__ >= 16, A.__flags__ & (1 << 9) != 0, A.__weakrefoffset__ != 0, A.__itemsize__)
A.__name__, A.__doc__ = "Renamed", "new doc"
print(A, A.__name__, A.__doc__, A().__class__, repr(A(1))[:24])
A.__name__ = "A"
a = A(1, 2)
a.__class__ = B
print(type(a) is B, isinstance(a, A), a.args, a.x, B.x)
A.x = 2
B.x = 3
del B.x
print(B.x, a.x, vars(a), "x" in vars(B))
A.__len__ = lambda self: 7
A.__getitem__ = lambda self, i: i * 2
A.__eq__ = lambda self, other: "equal?"
print(len(a), a[4], a == 1, A.__hash__ is None if False else callable(A.__hash__))
del A.__len__
try:
    len(a)
except TypeError as error:
    print(error)
for bad in (lambda: setattr(A, "__name__", 5), lambda: setattr(A, "__bases__", ()), lambda: setattr(A, "__bases__", (B,)), lambda: setattr(A, "__dict__", {}), lambda: A(1).nope, lambda: A.nope, lambda: delattr(a, "nope"), lambda: delattr(A, "nope"), lambda: A.__class__.mro(5)):
    try:
        bad()
    except (TypeError, AttributeError) as error:
        print(error)


class New:
    def __new__(cls, value):
        if value:
            return super().__new__(cls)
        return "not an instance"

    def __init__(self, value):
        print("init", value)


print(type(New(1)).__name__, New(0))


class NoInit:
    def __new__(cls, *args):
        return super().__new__(cls)


class BadInit:
    def __init__(self):
        return 5


class BadNew:
    def __new__(cls):
        raise ValueError("refused")


print(type(NoInit(1, 2)).__name__)
for bad in (lambda: BadInit(), lambda: BadNew(), lambda: A.__init__(), lambda: New(), lambda: NoInit(x=1), lambda: B.__new__()):
    try:
        bad()
    except (TypeError, ValueError) as error:
        print(error)
a.__dict__ = {"replaced": True}
print(a.replaced, vars(a), a.__reduce_ex__(2)[1:3], object.__reduce__(object())[0].__name__, object().__sizeof__() == 16, a.__dir__().__class__, "replaced" in dir(a), a.__format__("") == str(a), object.__subclasshook__(5))
try:
    a.__dict__ = 5
except TypeError as error:
    print(error)
print(int.__class__, type(A.__init__).__name__, type(object.__init__).__name__, object.__init__.__objclass__, A.__call__.__self__ is A, type.__dict__["__dict__"].__get__(A)["x"], type(None).__name__, type.__prepare__("x", ()), isinstance(A, type), issubclass(B, (int, A)), A | int, (int | None).__args__)
