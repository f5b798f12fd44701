"""range and slice objects."""
for r in (range(5), range(2, 10, 3), range(10, 0, -4), range(0), range(5, 5), range(-3, 3), range(10 ** 20, 10 ** 20 + 3)):
    print(r, list(r), len(r), bool(r), r.start, r.stop, r.step, r[::-1], r[1:], list(reversed(r)))
r = range(0, 100, 7)
print(r[3], r[-1], r[2:5], r[::2], 49 in r, 50 in r, 49.0 in r, "a" in r, r.index(49), r.count(49), r.count(50), max(r), sum(r), r == range(0, 99, 7), hash(range(3)) == hash(range(0, 3, 1)), range(0) == range(5, 5), range(1, 2) == range(1, 3, 5))
print(range(2 ** 70)[2 ** 69], 2 ** 69 in range(2 ** 70), range(2 ** 70).index(5), range(-(2 ** 65), 0, 2 ** 64), [*range(2 ** 64, 2 ** 64 + 2)])
for bad in ("range()", "range(1.0)", "range(1, 2, 0)", "range('a')", "range(5)[5]", "range(5)[1.0]", "range(5).index(9)", "range(1, 2, 3, 4)", "len(range(2 ** 70))", "range(5) + range(2)", "range(3)[0] = 1", "range(3).start = 1", "range(stop=3)", "range(5)['a']", "slice()", "slice(1)[0]", "[1][::0]", "[1]['a':'b']", "slice(1).indices(-1)", "slice(1, 2, 0).indices(5)", "slice('a').indices(3)", "slice(1).indices()", "slice(1) < 5", "range(True, 'x')"):
    try:
        exec(bad)
        print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, slice(5), slice(None, None, -1), s.indices(5), slice(-3, None).indices(10), slice(None, None, -1).indices(4), slice(100, -100, -3).indices(10), slice(None).indices(0), s == slice(1, 10, 2), slice(1) < slice(2), hash(slice(1, 2)) == hash(slice(1, 2)))


class Show:
    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        print("set", key, value)

    def __delitem__(self, key):
        print("del", key)


x = Show()
print(x[1:2], x[::], x[1:2, ...], x[:, None, 5], x["a":], x[()], x[1,], x[*range(2), 5], x[-1:])
x[1:2] = 3
x[...] = 4
del x[:5]


class Index:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n


print("abcdef"[Index(1):Index(4)], range(Index(3)), [1, 2, 3][Index(-1)], list(range(*slice(1, 9, 3).indices(6))))
it = iter(range(5))
next(it)
print(it.__length_hint__(), list(it), list(iter(range(2 ** 64, 2 ** 64 + 2))), list(zip(range(3), range(10, 7, -1))), type(it).__name__, type(iter(range(2 ** 70))).__name__)
print([i for i in range(3) for _ in range(i)], dict(zip(range(2), "ab")), sum(range(10 ** 6)), tuple(range(1, 10))[slice(2, -2)], range(10)[slice(2, 8, 3)], range(3).__reduce__())
