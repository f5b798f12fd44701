"""Attributes of instances, and the dict that shows them."""
import copy
import gc
import pickle


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def attributes(instance):
    return sorted(vars(instance).items())


# The dict lists attributes in the order in which this instance got them.
class Bag:
    pass


first, second = Bag(), Bag()
first.a, first.b, first.c = 1, 2, 3
second.c, second.b, second.a = 1, 2, 3
print(list(first.__dict__), list(second.__dict__))
third = Bag()
third.a, third.b, third.c = 1, 2, 3
del third.a
third.a = 4
print(third.__dict__)
try:
    del Bag().a
except AttributeError as error:
    print(error)

# Once it has been asked for, dict and attributes are the same thing.
point = Point(1, 2)
namespace = point.__dict__
namespace["x"] = 10
point.y = 20
point.z = 30
print(point.x, namespace, point.__dict__ is namespace)
del point.x
print(namespace, hasattr(point, "x"))
del namespace["y"]
print(hasattr(point, "y"))

# Another dict, and none.
point = Point(1, 2)
point.__dict__ = {"x": "other"}
print(point.x, hasattr(point, "y"))
point = Point(1, 2)
del point.__dict__
print(point.__dict__, hasattr(point, "x"))
point.x = 5
print(point.__dict__)

# More names than an object has room for.
many = Bag()
for number in range(100):
    setattr(many, f"n{number}", number)
print(sum(getattr(many, f"n{number}") for number in range(100)), len(many.__dict__), list(many.__dict__)[:3])
bags = [Bag() for _ in range(200)]
for number, bag in enumerate(bags):
    setattr(bag, f"own{number}", number)
    bag.common = number
print(sum(bag.common for bag in bags), sum(getattr(bag, f"own{n}") for n, bag in enumerate(bags)))
print([attributes(bag) for bag in bags[98:101]])


# Keys that are not plain strings.
class Name(str):
    def __hash__(self):
        return hash(str(self))

    def __eq__(self, other):
        return str(self) == other


point = Point(1, 2)
print(getattr(point, Name("x")), hasattr(point, Name("nothing")))
setattr(point, Name("x"), 7)
print(point.x, [type(key).__name__ for key in point.__dict__])
point.__dict__[5] = "five"
print(point.__dict__)


# Another class.
class Pair:
    def __init__(self):
        self.left, self.right = 0, 1


point = Point(1, 2)
point.__class__ = Pair
point.left = 3
print(attributes(point), type(point).__name__)
pair = Pair()
pair.__class__ = Point
print(attributes(pair), pair.left)
for cls in (type("Slots", (), {"__slots__": ("x", "y")}), int):
    try:
        point.__class__ = cls
    except TypeError as error:
        print(error)

# Subclasses of builtin types, and of each other.
class Numbers(list):
    pass


class Text(str):
    pass


class Whole(int):
    pass


class Slotted:
    __slots__ = ("s",)


class Both(Slotted):
    def __init__(self):
        self.s, self.d = 1, 2


for value in (Numbers([1, 2]), Text("text"), Whole(5), Both()):
    value.extra = type(value).__name__
    print(value.extra, attributes(value))


# Copies and pickles.
point = copy.copy(Point(1, [2]))
print(attributes(point))
point = copy.deepcopy(point)
print(attributes(point))
print(attributes(pickle.loads(pickle.dumps(Point(3, 4)))))
print(Point(1, 2).__getstate__(), Bag().__getstate__())


# Cycles through attributes are found, and finalizers still see them.
class Node:
    def __init__(self, name):
        self.name = name
        self.other = None

    def __del__(self):
        print("gone:", self.name, self.other is not None)


a, b = Node("a"), Node("b")
a.other, b.other = b, a
del a, b
print(gc.collect() > 0)
kept = []


class Phoenix:
    def __init__(self):
        self.name = "phoenix"

    def __del__(self):
        kept.append(self)


Phoenix()
print(kept[0].name, attributes(kept.pop()))


# A finalizer of a value that looks at its former owner.
class Loud:
    def __del__(self):
        print("sees", attributes(owner))


owner = Bag()
owner.a = Loud()
owner.b = 1
owner.a = 2
owner.a = Loud()
del owner.a
owner.a = Loud()
owner.__dict__ = {}
owner = Bag()
owner.a = Loud()
vars(owner).clear()


# Descriptors, class attributes and __getattr__ beside attributes of the instance.
class Mixed:
    shadowed = "class"
    data = property(lambda self: "property")

    def method(self):
        return "method"

    def __getattr__(self, name):
        return f"missing {name}"


mixed = Mixed()
print(mixed.shadowed, mixed.data, mixed.method(), mixed.nothing)
mixed.shadowed = "instance"
mixed.method = lambda: "instance method"
print(mixed.shadowed, mixed.method())
try:
    mixed.data = 1
except AttributeError as error:
    print(error)
del mixed.shadowed, mixed.method
print(mixed.shadowed, mixed.method())

# Generic attributes of the C level.
point = Point(1, 2)
object.__setattr__(point, "w", 3)
print(object.__getattribute__(point, "w"), attributes(point))
object.__delattr__(point, "w")
print(attributes(point))
print({**vars(Point(5, 6))}, dir(Point(1, 2))[-2:])
print([sorted(map(str, gc.get_referents(Point(123456, 7))))[1:]])
