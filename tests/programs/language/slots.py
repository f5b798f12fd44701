"""__slots__: storage, inheritance, errors, weakrefs and dicts."""
import weakref


class Slim:
    __slots__ = ("x", "y")

    def __init__(self, x):
        self.x = x


s = Slim(1)
print(s.x, hasattr(s, "y"), hasattr(s, "__dict__"))
for action in (lambda: s.y, lambda: setattr(s, "z", 1), lambda: weakref.ref(s), lambda: s.__dict__):
    try:
        action()
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)
del s.x
try:
    del s.x
except AttributeError as error:
    print("again:", error)
print(type(Slim.x).__name__, Slim.x.__name__, Slim.x.__objclass__.__name__)


class WithDict(Slim):
    pass


class More(Slim):
    __slots__ = ["z", "__weakref__"]


class Both(Slim):
    __slots__ = {"documented": "its help text", "__dict__": ""}


d = WithDict(2)
d.anything = 3
print(d.__dict__, d.x)
m = More(4)
m.z = 5
print(m.x, m.z, weakref.ref(m)() is m)
b = Both(1)
b.free = 2
print(b.__dict__, Both.documented.__doc__)

for body in ({"__slots__": ("a", "a b")}, {"__slots__": ("a",), "a": 1}, {"__slots__": 5}, {"__slots__": ("__dict__", "__dict__")}):
    try:
        type("Bad", (), body)
        print("made", body)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)


class Left:
    __slots__ = ("l",)


class Right:
    __slots__ = ("r",)


try:
    class Both2(Left, Right):
        pass
except TypeError as error:
    print(error)
try:
    type("TooMany", (int,), {"__slots__": ("a",)})
    type("TooMany", (tuple,), {"__slots__": ("a",)})
except TypeError as error:
    print(error)


class Mangled:
    __slots__ = ("__private",)

    def __init__(self):
        self.__private = "hidden"


print(Mangled()._Mangled__private, Mangled.__slots__)
try:
    Slim.x.__get__("not a Slim")
except TypeError as error:
    print(error)
try:
    s.__class__ = WithDict
except TypeError as error:
    print(error)
