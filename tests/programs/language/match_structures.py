"""match: sequences, mappings, classes and how they nest."""
import collections
import dataclasses


@dataclasses.dataclass
class Point:
    x: int
    y: int


class Positional:
    __match_args__ = ("left", "right")

    def __init__(self, left, right):
        self.left, self.right = left, right

    def __repr__(self):
        return f"Positional({self.left}, {self.right})"


def shape(value):
    match value:
        case []:
            return "empty"
        case [x]:
            return f"one {x}"
        case ["go", direction, *rest]:
            return f"go {direction} {rest}"
        case [first, *_, last]:
            return f"from {first} to {last}"
        case {"kind": "circle", "r": r, **rest}:
            return f"circle {r} {rest}"
        case {"points": [Point(x=0), Point(0, y)]}:
            return f"points {y}"
        case {}:
            return f"mapping {sorted(value)}"
        case Point(x=0, y=0):
            return "origin"
        case Point(0, y):
            return f"on the axis at {y}"
        case Point():
            return "somewhere"
        case Positional(Point(x, _), right=[*_, z]):
            return f"nested {x} {z}"
        case float(x) | complex(real=x):
            return f"number {x}"
        case _:
            return "nothing"


for value in [
    [], (1,), [1, 2], ["go", "north"], ["go", "up", 1, 2], range(4), "text", b"bytes", {1, 2},
    {"kind": "circle", "r": 2, "id": 7}, {"kind": "square"}, {}, {"points": [Point(0, 1), Point(0, 5)]},
    collections.OrderedDict(a=1), collections.deque([1, 2, 3]), Point(0, 0), Point(0, 3), Point(2, 2),
    Positional(Point(4, 5), [1, 2, 9]), 2.5, 3 + 1j, object,
]:
    print(repr(value), "->", shape(value))

try:
    match Point(1, 2):
        case Point(1, 2, 3):
            pass
except TypeError as error:
    print(error)


class Twice:
    __match_args__ = ("a", "a")
    a = 1


try:
    match Twice():
        case Twice(1, 1):
            pass
except TypeError as error:
    print(error)
for bad in ('{"a": x, "a": y}', "[*a, *b]", "x | 5", "Point(x=1, x=2)", "[a, a]", "{**rest, 'k': 1}"):
    try:
        compile(f"match v:\n case {bad}:\n  pass", "<m>", "exec")
        print("fine", bad)
    except SyntaxError as error:
        print(bad, "->", error.msg)
