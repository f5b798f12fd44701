"""Assignment targets: nested, starred, swapped, and what goes wrong."""
a, b = b, a = 1, 2
print(a, b)
first, *middle, last = range(6)
print(first, middle, last)
(x, [y, *z]), w = [1, "abc"], {"key": 0}.keys()
print(x, y, z, list(w)) if not isinstance(w, int) else None
*head, tail = "xyz"
print(head, tail)
[p, q] = {10: "a", 20: "b"}
print(p, q)


class Target:
    pass


t = Target()
items = [0] * 4
t.value, items[1], items[2:4] = 5, 6, (7, 8)
print(t.value, items)
i = 0
i, items[i] = 2, "set at two"
print(items)
print([*range(3), *"ab"], (*(), 1, *[2]), {*"aa", "b"} == {"a", "b"}, {**{"a": 1}, "a": 2, **{"b": 3}})


def cases():
    yield lambda: exec("a, b = 1, 2, 3")
    yield lambda: exec("a, b, c = 1, 2")
    yield lambda: exec("a, *b, c = [1]")
    yield lambda: exec("a, b = 5")
    yield lambda: exec("[a] = None")
    yield lambda: [*5]
    yield lambda: {**[1]}
    yield lambda: print(*None)
    yield lambda: dict(**{1: 2})
    yield lambda: exec("a, b = iter(range(10))")
    yield lambda: exec("a, b = {1: 2}")
    yield lambda: exec("a, b = 'abc'")


for case in cases():
    try:
        case()
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
for k, (v, *more) in {"one": (1, 2, 3), "two": [4]}.items():
    print(k, v, more)
for bad in ("*a = 1", "a, *b, *c = 1", "f() = 1", "1 = x", "a + b = 1", "None = 1", "(a, b) += 1", "del f()", "*a"):
    try:
        compile(bad, "<x>", "exec")
    except SyntaxError as error:
        print(bad, "->", error.msg)


def returns():
    values = [2, 3]
    return 1, *values


print(returns(), [n for n in (1, *range(2))])
chained = one = two = []
print(chained is one is two)
