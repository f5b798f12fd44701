"""typing: special forms, Protocol, NamedTuple, TypedDict, Literal, get_type_hints, overload."""
import typing
from typing import *

print(Any, Union[int, str], Optional[int], List[int], Dict[str, int], Callable[[int], str], Callable[..., Any], Literal[1, "a"], Annotated[int, "meta"], ClassVar[int], Final[str], Tuple[int, ...], Type[int], Generator[int, None, str], NoReturn, Never, Self, LiteralString, TypeGuard[int], Concatenate[int, ...], Required[int], Unpack[tuple[int]], Iterable, AnyStr)
T = TypeVar("T")


class Shape(Protocol):
    def area(self) -> float: ...


@runtime_checkable
class Sized2(Protocol):
    size: int
    def grow(self, by: int) -> None: ...


class Square:
    size = 2
    def area(self): return 4.0
    def grow(self, by): self.size += by


print(isinstance(Square(), Sized2), isinstance(5, Sized2), issubclass(Shape, Protocol), typing.get_protocol_members(Sized2) == {"size", "grow"}, typing.is_protocol(Shape))


class Employee(NamedTuple):
    name: str
    id: int = 3

    def label(self):
        return f"{self.name}#{self.id}"


class Movie(TypedDict, total=False):
    title: Required[str]
    year: int


e = Employee("Ann")
print(e, e.label(), e._fields, Employee.__annotations__, Movie(title="x"), Movie.__required_keys__, Movie.__optional_keys__, Movie.__total__, NewType("UserId", int)(5), typing.is_typeddict(Movie))
print(get_type_hints(Employee), get_type_hints(Movie), get_origin(Dict[str, int]), get_args(Dict[str, Union[int, None]]), get_args(Callable[[int, str], bool]), get_origin(Annotated[int, 1]), get_args(Literal["a", 1]), get_origin(Generic[T]), get_type_hints(Square), Literal[1, 2, 1], Union[int], Union[int, int, str], Optional[Union[int, None]], Union[List[int], Tuple[()]], List[T][int], Dict[str, T][int])


@overload
def f(x: int) -> int: ...
@overload
def f(x: str) -> str: ...
def f(x):
    return x


@final
class Last:
    @final
    @override
    def m(self): ...


class Stack(Generic[T]):
    def __init__(self) -> None:
        self.items: list[T] = []

    def push(self, item: T) -> Self:
        self.items.append(item)
        return self


print(len(get_overloads(f)), Last.__final__, Last.m.__override__, Stack[int]().push(1).items, Stack[int].__origin__, Stack[int].__args__, Stack.__parameters__, Stack[int]().__orig_class__, issubclass(Stack, Generic), cast(int, "x"), assert_type(5, int), reveal_type.__name__)
for bad in (lambda: Stack[int, str], lambda: isinstance(5, Shape), lambda: Shape(), lambda: List[int]()[0] if False else isinstance([], List[int]), lambda: Union[5], lambda: Optional[int, str], lambda: ClassVar[ClassVar[int]] if False else Any(), lambda: Literal(), lambda: Generic[5], lambda: TypeVar("T", bound=int, covariant=True, contravariant=True), lambda: assert_never(5), lambda: Callable[int], lambda: Union[int, str](), lambda: NewType("a", int)("x") and Self[int], lambda: issubclass(int, Union[int, str]) and issubclass(int, Any), lambda: Movie(1, 2), lambda: isinstance({}, Movie), lambda: typing.nope, lambda: Final[int, str], lambda: Annotated[int]):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)


def hints(a: "List[int]", b: Optional["Employee"] = None, *args: "int", **kw: Annotated[str, 5]) -> "None": ...


print(get_type_hints(hints), get_type_hints(hints, include_extras=True)["kw"], ForwardRef("int"), evaluate_forward_ref(ForwardRef("int | str")))
print(Annotated[Annotated[int, 1], 2].__metadata__, Annotated[T, "x"][int], Callable[[T], T][int], List["Forward"], hash(List[int]) == hash(List[int]), List[int] == list[int], Union[int, str] == Union[str, int], repr(Callable[Concatenate[int, ParamSpec("P")], int]), TYPE_CHECKING, Text is str, isinstance([], Sequence), isinstance({}, Mapping), issubclass(dict, MutableMapping), SupportsInt.__name__, isinstance(5, SupportsIndex), isinstance("a", Hashable))
import pickle, copy
print(pickle.loads(pickle.dumps(List[int])), pickle.loads(pickle.dumps(Optional[int])), copy.deepcopy(Dict[str, T]), pickle.loads(pickle.dumps(e)))
