"""Comprehensions: scope, order of evaluation, nesting, conditions."""


def note(value, log=[]):
    log.append(value)
    return value


print([x * y for x in range(1, 4) for y in range(x)])
print({x % 3: x for x in range(10)})
print(sorted({c.lower() for c in "Hello World" if c.isalpha()}))
print([[row[i] for row in ([1, 2], [3, 4])] for i in range(2)])
x = "outside"
print([x for x in range(2)], x)
print([y := 5, y ** 2], y)
print([last := i for i in range(4)], last)
print({note(f"k{i}"): note(f"v{i}") for i in range(2)}, note.__defaults__[0])


class Body:
    items = [1, 2, 3]
    factor = 10
    ok = [i for i in items]
    try:
        bad = [i * factor for i in items]
    except NameError as error:
        bad = str(error)


print(Body.ok, Body.bad)


def unpack():
    pairs = [(1, (2, 3)), (4, (5, 6))]
    return [a + b * c for a, (b, c) in pairs]


def local_scope():
    i = "kept"
    result = [i for i in "ab"]
    return i, result, locals()


print(local_scope())
print([lambda: i for i in range(3)][0]())
print([(i, j) for i in range(3) if i != 1 for j in range(i, 4) if (i + j) % 2])
try:
    [1 / (2 - n) for n in range(4)]
except ZeroDivisionError as error:
    print(error)
print(any(n > 2 for n in range(4)), all(n for n in ()), max((len(w), w) for w in ["aa", "b", "cc"]))


def generator_first():
    return (a for a in 5)


try:
    generator_first()
except TypeError as error:
    print(error)
matrix = [[(r, c) for c in range(2)] for r in range(2)]
print([cell for row in matrix for cell in row])
