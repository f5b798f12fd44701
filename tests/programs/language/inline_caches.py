"""Instructions that have adapted to what they saw, and then see something else."""
import gc


def attribute(op):
    return op.x


class Values:
    def __init__(self, x):
        self.x = x


class Slots:
    __slots__ = ("x",)

    def __init__(self, x):
        self.x = x


class Property:
    def __init__(self, x):
        self._x = x

    @property
    def x(self):
        return self._x * 10


class Plain:
    x = "class"


class Lazy:
    def __getattr__(self, name):
        return "made " + name


def many(function, *args, n=60):
    for _ in range(n):
        result = function(*args)
    return result


for op in [Values(1), Slots(2), Property(3), Plain(), Lazy(), Plain, gc, Values(4)]:
    try:
        print(type(op).__name__, many(attribute, op))
    except AttributeError as error:
        print(error)

# The same instruction after the class, the instance or the property changes.
op = Values(5)
print(many(attribute, op))
op.__dict__["x"] = 6
print(attribute(op))
del op.x
try:
    attribute(op)
except AttributeError as error:
    print(error)
Values.x = property(lambda self: "property")
print(attribute(Values.__new__(Values)))
del Values.x
plain = Plain()
print(many(attribute, plain))
plain.x = "instance"
print(attribute(plain))
Plain.x = "changed"
print(attribute(Plain()), many(attribute, Plain()))
op = Slots(7)
many(attribute, op)
del op.x
try:
    attribute(op)
except AttributeError as error:
    print(error)


def bad(self):
    raise ValueError("from the getter")


op = Property(8)
many(attribute, op)
Property.x = property(bad)
try:
    many(attribute, op)
except ValueError as error:
    print(error, error.__traceback__.tb_next.tb_frame.f_code.co_name)


# Methods.
def call(op, *args):
    return op.method(1)


class Method:
    def method(self, y):
        return ("method", y)


op = Method()
print(many(call, op))
op.method = lambda y: ("instance", y)
print(call(op), many(call, op))
print(many(call, Method()))
Method.method = lambda self, y: ("replaced", y)
print(many(call, Method()))
Method.method = staticmethod(lambda y: ("static", y))
print(many(call, Method()))


# Storing.
def store(op, value):
    op.a = value
    op.b = value


class Store:
    pass


for round in range(40):
    op = Store()
    if round % 7 == 0:
        op.b = 0
    if round == 30:
        op.__dict__
    store(op, round)
    store(op, [round])
print(vars(op), list(vars(op)))
Store.a = property(lambda self: 0, lambda self, value: print("set", value))
store(op, "again")


# Classes.
def make(cls, *args):
    return cls(1, 2)


class Pair:
    def __init__(self, x, y):
        self.x, self.y = x, y


pair = many(make, Pair)
print(pair.x, pair.y)


def init(self, x, y):
    self.x, self.y = y, x


Pair.__init__ = init
pair = many(make, Pair)
print(pair.x, pair.y)
Pair.__init__.__code__ = (lambda self, x, y: 5).__code__
try:
    make(Pair)
except TypeError as error:
    print(error)
try:
    many(make, Pair)
except TypeError as error:
    print(error, error.__traceback__.tb_lineno == many.__code__.co_firstlineno + 2)


def fails(self, x, y):
    raise KeyError(x, y)


Pair.__init__ = fails
for _ in range(40):
    try:
        make(Pair)
    except KeyError as error:
        names = []
        tb = error.__traceback__
        while tb:
            names.append(tb.tb_frame.f_code.co_name)
            tb = tb.tb_next
print(names)
Pair.__new__ = lambda cls, x, y: ("new", x, y)
print(many(make, Pair))


class Deep:
    def __init__(self, n, m):
        self.inner = Deep(n - 1, m) if n else None


print(Deep(20, 0).inner.inner.inner is not None)
try:
    Deep(100000, 0)
except RecursionError as error:
    print(error)


# Operators.
def add(a, b):
    return a + b


def minus(a, b):
    return a - b


def times(a, b):
    return a * b


def less(a, b):
    return "less" if a < b else "not less"


def same(a, b):
    if a == b:
        return True
    return False


class Number(int):
    def __add__(self, other):
        return "added"

    def __lt__(self, other):
        return True


pairs = [(1, 2), (2**29, 2**30 - 1), (-5, -(2**30) + 1), (1.5, 2.5), (1, 2.5), (2.5, 1), (2**70, 1), (True, 2),
         (Number(3), 4), (4, Number(3)), (float("nan"), 1.0), (1.0, float("inf")), (0.0, -0.0), (2**29, 2**29)]
for a, b in pairs:
    print(a, b, *(many(f, a, b) for f in (add, minus, times, less, same)))
for a, b in pairs:
    print(add(a, b), minus(a, b), times(a, b), less(a, b), same(a, b))
print(many(add, "a", "b"), many(add, [1], [2]), many(add, (1,), (2,)))

# A result takes the place of an operand only if nobody else has it.
x = 1.5
y = x
for _ in range(60):
    z = (x * 2.0) + (y * 3.0) - x
    x + y
print(x, y, z)
kept = [i * 0.5 for i in range(50)]
total = 0.0
for value in kept:
    total = total + value * value - 1
print(total, kept[:4], sum(kept))


# Subscripts.
def item(container, key):
    return container[key]


class Default(dict):
    def __missing__(self, key):
        return ("missing", key)


for container, key in [([1, 2, 3], 1), ((1, 2, 3), 2), ({"a": 1}, "a"), ([1, 2, 3], -1), ((1, 2), -2), ("text", 1),
                       (Default(), 4), ([1], 5), ((1,), 5), ({}, 5), ([1, 2], True), ([1, 2], slice(0, 1))]:
    try:
        print(container, key, many(item, container, key))
    except (IndexError, KeyError) as error:
        print(type(error).__name__, error)


def put(container, key, value):
    container[key] = value


for container, key in [([1, 2, 3], 1), ({}, "a"), ([1, 2, 3], -1), (bytearray(3), 1), ([1], 5), ({}, [])]:
    try:
        many(put, container, key, 7)
        print(container)
    except (IndexError, TypeError) as error:
        print(type(error).__name__, error)


def has(container, key):
    return ("in" if key in container else "out", key not in container)


for container in [{1: 2}, {2: 3}, {1}, [1], (2,), range(3)]:
    print(many(has, container, 1))


# Iteration.
def loop(iterable):
    result = []
    for value in iterable:
        result.append(value)
        if value == 3:
            break
    else:
        result.append("end")
    return result


def numbers(n):
    for i in range(n):
        yield i


for make_iterable in [lambda: range(3), lambda: range(5), lambda: [1, 2], lambda: [1, 2, 3], lambda: (1, 2),
                      lambda: numbers(3), lambda: numbers(9), lambda: {1, 2}, lambda: range(10**12, 10**12 + 2),
                      lambda: range(5, 0, -2), lambda: iter("ab")]:
    for _ in range(30):
        result = loop(make_iterable())
    print(result)
grows = [1, 2]
for value in grows:
    if len(grows) < 40:
        grows.append(value)
print(len(grows))


# Native functions and methods.
def native(f, *args):
    return f(*args)


def method_append(op):
    return op.append(1)


class Appends:
    def append(self, x):
        return ("append", x)


class List(list):
    pass


for op in [[], bytearray(), Appends(), List(), []]:
    print(many(method_append, op))
print(many(lambda: len("abc")), many(lambda: isinstance(1, int)), many(lambda: "a,b".split(",")),
      many(lambda: {}.get(1, 2)), many(lambda: "x".upper()), many(lambda: type(1)), many(lambda: str(1.5)))
for f in [len, lambda x: ("python", x), str, abs, type, Values, [].append]:
    def one(f=f):
        return f
    try:
        print(many(lambda g: g(5), f) if f is not Values else f(5).x)
    except TypeError as error:
        print(error)


def dispatch(f, x):
    return f(x)


for f in [len, repr, str, type, sorted, list, lambda x: x[::-1], tuple, "-".join]:
    print(many(dispatch, f, "cab"))
try:
    many(dispatch, len, 5)
except TypeError as error:
    print(error)


# Unpacking, comparisons and membership that have adapted, and then fail or meet other types.
def pair(op):
    a, b = op
    return b, a


def three(op):
    a, b, c = op
    return c, b, a


def same(a, b):
    return a == b, a != b, 1 if a == b else 0


def member(element, container):
    return element in container, element not in container


def tell(function, *args):
    try:
        print(function.__name__, function(*args))
    except Exception as error:
        print(function.__name__, type(error).__name__, error)


class Both:
    def __eq__(self, other):
        return "eq"

    def __ne__(self, other):
        return "ne"

    __hash__ = None


for first in [(1, 2), [1, 2]]:
    many(pair, first)
    for op in [(3, 4), [5, 6], "ab", {7: 8, 9: 0}, (1,), [1, 2, 3], iter("cd"), 5]:
        tell(pair, op)
for first in [(1, 2, 3), [1, 2, 3]]:
    many(three, first)
    for op in [(3, 4, 5), [5, 6, 7], "abc", (1, 2), [1, 2, 3, 4], range(3), None]:
        tell(three, op)
many(same, "one", "one")
for a, b in [("one", "on" + "e"), ("one", "two"), ("\xe9", "e"), ("\u20ac", "\u20ac"), ("one", 1), (Both(), "one"), (2, 2)]:
    tell(same, a, b)
for container in [{1, "two"}, frozenset({frozenset({3}), 4})]:
    many(member, 1, container)
    for element in [1, "two", {3}, frozenset({3}), [], Both()]:
        tell(member, element, container)
    tell(member, 4, [4])
    tell(member, 4, 4)


# A bound method whose function is given another code, and one of another function.
class Holder:
    def one(self, value):
        return "one", value

    def two(self, value, more="default"):
        return "two", value, more


def through(method):
    return method(1)


many(through, Holder().one)
tell(through, Holder().two)
tell(through, Holder().one)
Holder.one.__code__ = (lambda self, value: ("other", value)).__code__
tell(through, Holder().one)
Holder.one.__code__ = (lambda self: "none").__code__
tell(through, Holder().one)
tell(through, abs)


# Operators on small ints that no slot is asked for.
def whole(a, b):
    return a // b, a % b, a & b, a | b, a ^ b, a >> abs(b), a / b


many(whole, 7, 2)
for a, b in [(7, 2), (-7, 2), (7, -2), (-7, -2), (0, -5), (2**30 - 1, 3), (2**30, 3), (-(2**70), 7), (1, 100), (True, 2), (1, 0)]:
    tell(whole, a, b)
