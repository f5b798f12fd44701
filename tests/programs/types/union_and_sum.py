# Unions with anything, sums of mixed numbers, and attributes that somebody else says are missing.
import typing
from collections import OrderedDict
from string.templatelib import Template


def show(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(type(error).__name__, error)


U = int | str
show(lambda: U | "float")
show(lambda: "float" | U)
show(lambda: U | 3)
show(lambda: 3 | U)
show(lambda: U | [1])
show(lambda: int | "x")
show(lambda: Template[int])
show(lambda: typing.ParamSpec("P", bound=(int, str)).__bound__)
T, V = typing.TypeVar("T"), typing.TypeVar("V")
show(lambda: dict[T, V][int])
show(lambda: dict[T, V][int, int, int])
namespace = {"TypeVar": typing.TypeVar}
exec("T = TypeVar('T')", namespace)
show(lambda: namespace["T"].__module__)

show(lambda: sum([1.0, 10**100, 1.0, -10**100]))
show(lambda: sum([1j, 10**100, 1, 2.5, -10**100]))
show(lambda: sum([1.0, 10**400]))

od = OrderedDict([("a", 1), ("b", 2)])
od.move_to_end("a")
show(lambda: [name for name in type("C", (), od).__dict__ if len(name) == 1])
show(lambda: type("C", (), {"__doc__": "x\udcdc"}))

for raised in (AttributeError(), AttributeError(1, 2), AttributeError("text"), AttributeError("named", name="n")):
    class A:
        def __getattr__(self, name):
            raise raised

        @property
        def prop(self):
            raise raised

    for name in ("foo", "prop"):
        a = A()
        try:
            getattr(a, name)
        except AttributeError as error:
            print(repr(error), error.name, error.obj is a)


def function():
    pass


function.__annotate__ = lambda format: 1
show(lambda: function.__annotations__)

show(lambda: function(**{1: 3}, **{1: 5}))
