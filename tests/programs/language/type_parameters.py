"""PEP 695 and 696: generic functions, classes, aliases, bounds, defaults."""
import typing
from typing import Generic, ParamSpec, TypeVar, TypeVarTuple


def first[T](items: list[T]) -> T:
    return items[0]


class Box[T: (int, str), *Ts, **P]:
    def __init__(self, value: T):
        self.value = value

    def map[U](self, function: typing.Callable[[T], U]) -> U:
        return function(self.value)


class Default[T = int, U: float = float]:
    pass


type Pair[A, B = str] = tuple[A, B]
type Recursive = int | list[Recursive]

print(first([1]), first.__type_params__, first.__annotations__)
print(Box.__type_params__, Box.__orig_bases__, Box.__parameters__, Box.__mro__[1:])
T, Ts, P = Box.__type_params__
print(T.__constraints__, T.__bound__, Ts.__name__, P.__name__, repr(Ts), repr(P), P.args, P.kwargs)
print(Default.__type_params__[0].__default__, Default.__type_params__[1].__bound__, Default.__type_params__[1].has_default(), T.has_default())
print(Pair, Pair.__value__, Pair.__type_params__, Pair[int, bytes], Pair[int].__origin__, Pair.__name__)
print(Recursive.__value__, type(Recursive).__name__, isinstance(Pair, typing.TypeAliasType))
print(Box(5).map(str), Default[str], Box[int, str, float, [int, str]])


def bounded[S: "undefined_forward"](x: S) -> S:
    return x


try:
    bounded.__type_params__[0].__bound__
    print("string bound")
except NameError as error:
    print(error)


def lazy[S: undefined](x): pass


try:
    lazy.__type_params__[0].__bound__
except NameError as error:
    print(error)
type Broken = undefined_thing
try:
    Broken.__value__
except NameError as error:
    print(error)
Old = TypeVar("Old", bound=int, covariant=True)


class Classic(Generic[Old]):
    pass


print(Classic[bool], repr(Old), Old.__covariant__, Classic.__parameters__, Classic[Old].__parameters__)
print(TypeVar("N", default=int).__default__, TypeVarTuple("X"), ParamSpec("Q"), typing.NoDefault)
for bad in (lambda: Classic[int, str], lambda: Generic[int], lambda: TypeVar("A", int), lambda: Pair[()], lambda: Classic[int][str]):
    try:
        print(bad())
    except TypeError as error:
        print(error)


class Outer[T]:
    class Inner[U](dict[str, U]):
        def method(self) -> tuple[T, U]: ...


print(Outer.Inner.__orig_bases__, Outer.Inner.method.__annotations__)
print(typing.get_type_hints(first), typing.get_origin(Pair[int]), typing.get_args(dict[str, int]))
