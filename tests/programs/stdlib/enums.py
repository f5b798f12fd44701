"""enum: Enum, IntEnum, Flag, StrEnum, auto, aliases, functional form."""
import enum
from enum import Enum, Flag, IntEnum, IntFlag, StrEnum, auto, unique


class Color(Enum):
    RED = 1
    GREEN = "g"
    CRIMSON = 1

    @property
    def pretty(self):
        return self.name.title()

    @classmethod
    def default(cls):
        return cls.RED


print(list(Color), Color.RED, repr(Color.RED), Color("g"), Color["GREEN"], Color.CRIMSON is Color.RED, Color.RED.name, Color.GREEN.value, Color.RED.pretty, Color.default(), len(Color), Color.RED in Color, 1 in Color, 5 in Color, list(Color.__members__), Color.RED == 1, Color.RED != Color.GREEN, hash(Color.RED) == hash(Color.RED), f"{Color.RED} {Color.RED!r} {Color.RED:>12}")


class Number(IntEnum):
    ONE = 1
    TWO = auto()
    TEN = 10
    ELEVEN = auto()


print(Number.TWO + 1, Number.ELEVEN, Number.ONE < Number.TWO, sorted(Number, reverse=True), Number(10), f"{Number.TEN} {Number.TEN:03d}", [10, 20, 30][Number.ONE], Number.ONE == 1, isinstance(Number.ONE, int), repr(Number.TEN))


class Perm(Flag):
    R = auto()
    W = auto()
    X = auto()
    RW = R | W


p = Perm.R | Perm.X
print(p, repr(p), Perm.R in p, Perm.W in p, p & Perm.R, ~p, p ^ Perm.X, Perm(0), bool(Perm(0)), Perm(3), list(p), len(p), Perm.RW.name, Perm(7), list(Perm))


class Bits(IntFlag):
    A = 1
    B = 4


print(Bits.A | Bits.B, Bits(2), Bits(7), Bits.A | 8, Bits.A + 1, ~Bits.A, Bits(5) == 5)


class Word(StrEnum):
    HELLO = auto()
    OTHER = "else"


print(Word.HELLO, Word.HELLO == "hello", Word.OTHER.upper(), f"{Word.HELLO:>8}", repr(Word.OTHER), "-".join(Word))
for bad in (lambda: Color(5), lambda: Color["x"], lambda: Color.BLUE, lambda: setattr(Color, "RED", 5), lambda: delattr(Color, "RED"), lambda: Color.RED < Color.GREEN, lambda: Perm(16), lambda: type("Sub", (Color,), {}), lambda: Color(), lambda: Number("x"), lambda: setattr(Color.RED, "value", 3), lambda: Color.RED.RED.nope):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
try:
    @unique
    class Twice(Enum):
        A = 1
        B = 1
except ValueError as error:
    print(error)


class Planet(Enum):
    EARTH = (5.97e24, 6.37e6)
    MARS = (6.42e23, 3.39e6)

    def __init__(self, mass, radius):
        self.mass, self.radius = mass, radius

    @property
    def gravity(self):
        return round(6.67e-11 * self.mass / self.radius ** 2, 2)

    @classmethod
    def _missing_(cls, value):
        return cls.EARTH if value == "home" else None


print(Planet.EARTH.gravity, Planet("home"), Planet.MARS.value)


class Coord(bytes, Enum):
    def __new__(cls, value, label):
        obj = bytes.__new__(cls, [value])
        obj._value_ = value
        obj.label = label
        return obj
    PX = (0, "P.X")
    PY = (1, "P.Y")


print(Coord.PY.label, Coord(1), bytes(Coord.PY))


class Named(Enum):
    @staticmethod
    def _generate_next_value_(name, start, count, last):
        return name.lower() * (count + 1)
    A = auto()
    B = auto()


print([n.value for n in Named], Enum("Animal", "CAT DOG")(2), Enum("D", {"X": 1}).X, IntEnum("I", ["P", "Q"]).Q, enum.member, enum.nonmember(5).value)
import pickle, copy
print(pickle.loads(pickle.dumps(Color.RED)) is Color.RED, copy.deepcopy(Perm.R) is Perm.R, {Color.RED: 1}[Color.CRIMSON], type(Color).__name__, Color.__class__, isinstance(Color.RED, Color), dir(Color.RED)[-3:])
match Color.RED:
    case Color.GREEN:
        print("green")
    case Color.RED:
        print("red matched")
