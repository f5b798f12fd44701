"""list: methods, slices, comparison, repr, errors."""
a = [3, 1, 2]
a.append(4)
a.extend("xy")
a.extend(a)
a.insert(0, "first")
a.insert(-1, "before last")
a.insert(100, "end")
print(a, len(a), a.index("x"), a.count(3), a.pop(), a.pop(0), a.pop(-2))
a.remove("x")
a.reverse()
print(a, a.copy() == a, a.copy() is a, [] + [1], [1] * 3, 2 * [0], [1] * -1)
b = list(range(10))
print(b[2:5], b[::-1], b[::3], b[-3:], b[:-3], b[5:2], b[100:], b[-100:2], b[8:2:-2])
b[2:5] = "abcdef"
print(b)
b[::2] = [None] * len(b[::2])
print(b)
b[5:5] = [1, 2]
b[:2] = []
b[-1:] = iter("pq")
print(b)
del b[1:3], b[0], b[::2]
print(b)
b[:] = b[::-1]
b += (1, 2)
b *= 2
print(b)
b.clear()
print(b, list(), list("abc"), list({1: 2}), list(x for x in "yz"), [*"ab", *[1]])
print([1, 2] < [1, 3], [1] < [1, 0], [] < [0], [1, 2] == [1, 2], [1] == (1,), [1, [2]] == [1, [2]], [2] > [1, 5], [float("nan")] == [float("nan")])
nested = [1]
nested.append(nested)
print(nested, nested[1] is nested, repr([nested, {}]), str(["a", b"b", 1.0, None, ...]))
for bad in ("[][0]", "[1][1] = 2", "[].pop()", "[1].pop(5)", "[].remove(1)", "[].index(1)", "[1].index(1, 1)", "[1]['a']", "[1][1.0]", "[1] + (1,)", "[1] * 'a'", "[1] * 1.5", "[].append()", "[].extend(5)", "[1, 2][::2] = [1, 2]", "[1][0:1] = 5", "del [][0]", "hash([])",
            "[].insert('a', 1)", "[].insert(1)", "[1][::0]", "[1, 'a'].sort()", "list(5)", "list(1, 2)", "list(x=1)", "[] < 5", "[1][None]", "[0] * (1 << 62)", "[1]['a':]", "[].sort(None)", "[1, 2].sort(key=5)", "[].pop('a')"):
    try:
        exec(bad)
        print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)


class L(list):
    def __getitem__(self, i):
        return "got " + str(i)

    def append(self, item):
        super().append(item * 2)


x = L([1, 2])
x.append(3)
print(x, x[0], x[0:1], list(x), len(x), type(x + [1]), type(x[:]), type(x.copy()), x == [1, 2, 6], [*x])


class Shrinks:
    def __eq__(self, other):
        items.clear()
        return False


items = [Shrinks(), Shrinks(), 3]
print(3 in items, items)
items = [Shrinks(), 1]
try:
    items.remove(1)
except ValueError as error:
    print(error)
items = [1, 2, 3]
iterator = iter(items)
next(iterator)
items.append(4)
print(list(iterator), iterator.__length_hint__(), list(reversed([1, 2, 3])), [1, 2, 3].__contains__(2), max([[1], [2]]), sum([[1], [2]], []))
print([1, 2, 3].__class_getitem__(int), list.__doc__.splitlines()[0], [i for i in reversed(range(3))], [[]] * 2, [[0] * 2 for _ in range(2)])
