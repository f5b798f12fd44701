"""dataclasses: fields, defaults, order, frozen, slots, inheritance, replace."""
import copy
import dataclasses
from dataclasses import KW_ONLY, InitVar, asdict, astuple, dataclass, field, fields, replace
from typing import ClassVar


@dataclass
class Item:
    name: str
    price: float = 1.0
    tags: list = field(default_factory=list)
    count: ClassVar[int] = 0
    scale: InitVar[int] = 2
    hidden: int = field(default=0, repr=False, compare=False, metadata={"unit": "mm"})

    def __post_init__(self, scale):
        self.price *= scale


a, b = Item("x"), Item("x", 1.0, [])
print(a, a == b, a.tags is b.tags, asdict(a), astuple(a), replace(a, name="y", scale=1), [f.name for f in fields(Item)], fields(Item)[3].metadata["unit"], Item.__match_args__)


@dataclass(order=True, frozen=True, slots=True)
class Version:
    major: int
    minor: int = 0
    _: KW_ONLY
    label: str = field(default="", compare=False)


v = Version(1, 2, label="beta")
print(v, v < Version(1, 3), sorted([Version(2), Version(1, 9), v]), hash(v) == hash(Version(1, 2)), {v: 1}[Version(1, 2, label="other")], hasattr(v, "__dict__"), Version.__slots__, copy.replace(v, minor=5))
for bad in (lambda: setattr(v, "major", 5), lambda: delattr(v, "major"), lambda: Version(), lambda: Version(1, 2, "x"), lambda: v < 5, lambda: Item("a", b=1), lambda: replace(v, nope=1), lambda: asdict(5), lambda: hash(a), lambda: fields(5)):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)


@dataclass
class Base:
    x: int
    y: int = 5


@dataclass
class Derived(Base):
    y: str = "overridden"
    z: list = field(default_factory=lambda: [1])
    parent: "Derived | None" = field(default=None, repr=False)


d = Derived(1)
print(d, Derived(1, parent=d) == Derived(1, parent=Derived(1)), asdict(Derived(2, parent=d)))


@dataclass(eq=False, repr=False, init=False)
class Plain:
    x: int = 3


@dataclass(kw_only=True, unsafe_hash=True)
class Kw:
    a: int
    b: int = 2


print(Plain().x, Plain() == Plain(), Kw(a=1), hash(Kw(a=1)) == hash(Kw(a=1, b=2)), dataclasses.is_dataclass(Kw), dataclasses.is_dataclass(5), dataclasses.MISSING is fields(Kw)[0].default)
for source in ("class A:\n x: int = 1\n y: int", "class A:\n x: list = []", "class A:\n x: int = field(default=1, default_factory=int)", "class A(Version):\n pass"):
    try:
        exec("@dataclass\n" + source)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
Made = dataclasses.make_dataclass("Made", [("x", int), ("y", int, field(default=7)), "z"], kw_only=True, namespace={"total": lambda self: self.x + self.y})
print(Made(x=1, z=2), Made(x=1, z=2).total())


@dataclass
class Recursive:
    children: list = field(default_factory=list)


r = Recursive()
r.children.append(r)
print(r)
import inspect
print(inspect.signature(Item), inspect.signature(Version), Item.__doc__)
match v:
    case Version(1, minor):
        print("minor", minor)
