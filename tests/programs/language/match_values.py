"""match: literals, constants, captures, guards, alternatives."""
import enum


class Color(enum.Enum):
    RED = 1
    GREEN = 2


LIMIT = 10


def describe(value):
    match value:
        case None:
            return "none"
        case True | False:
            return "bool"
        case 0 | 1 | 2:
            return "small"
        case -1:
            return "minus one"
        case 3.5 | 2 + 3j:
            return "float or complex"
        case "a" | b"a":
            return "letter"
        case Color.RED:
            return "red"
        case Color():
            return "another color"
        case int(n) if n > LIMIT:
            return f"big {n}"
        case int() as n:
            return f"int {n}"
        case str(text) if text.isupper():
            return "upper " + text
        case _:
            return f"other {value!r}"


for value in [None, True, 0, 1.0, 2, -1, 3.5, 2 + 3j, "a", b"a", Color.RED, Color.GREEN, 99, 7, "ABC", "abc", [], 4.0]:
    print(repr(value), "->", describe(value))


def captures(pair):
    match pair:
        case (x, y) as whole if x == y:
            return "same", whole
        case (x, (1 | 2) as y):
            return "second small", x, y
        case x:
            return "anything", x


print(captures((3, 3)), captures((9, 2)), captures((9, 3)))
match 5:
    case 6:
        print("never")
print("no case, no error")


class Loud:
    def __eq__(self, other):
        print("compared with", other)
        return other == 2


match Loud():
    case 1 | 2 | 3:
        print("matched")
