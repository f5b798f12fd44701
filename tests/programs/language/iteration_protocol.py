"""__iter__, __next__, __getitem__ fallback, __reversed__, __length_hint__, iter with a sentinel."""
import operator


class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n

    def __length_hint__(self):
        return self.n


class Old:
    def __getitem__(self, i):
        if i > 3:
            raise IndexError
        return i * 10


class Sized:
    def __len__(self):
        return 3

    def __getitem__(self, i):
        return "abc"[i]


print(list(Countdown(3)), operator.length_hint(Countdown(5)), list(Old()), 20 in Old(), tuple(reversed(Sized())))
values = iter([3, 2, 0, 5])
print(list(iter(lambda: next(values), 0)), next(values))
print(min(Countdown(4)), max(Old()), sum(Old(), 100), sorted(Sized(), reverse=True), list(zip(Old(), Sized())), dict(enumerate(Sized(), 1)))
print(*map(lambda a, b: a + b, "ab", "cd"), *filter(None, [0, 1, "", "x"]), list(zip(*[(1, 2), (3, 4)])))
a, b, c = Countdown(3)
print(a, b, c)


class BadIter:
    def __iter__(self):
        return 5


class NotIterable:
    __iter__ = None

    def __getitem__(self, i):
        return 1


class Raises:
    def __iter__(self):
        yield 1
        raise LookupError("midway")


for bad in (lambda: iter(BadIter()), lambda: iter(NotIterable()), lambda: list(Raises()), lambda: iter(5), lambda: next([]), lambda: next(iter([])),
            lambda: iter(5, 0), lambda: reversed({1}), lambda: list(zip([1], [1, 2], strict=True)), lambda: list(map(len, [1])), lambda: operator.length_hint(1, "x")):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
growing = [1, 2, 3]
for item in growing:
    if len(growing) < 6:
        growing.append(item * 10)
print(growing)
shrinking = [1, 2, 3, 4]
seen = []
for item in shrinking:
    seen.append(item)
    shrinking.remove(item)
print(seen, shrinking)
d = {1: 1}
try:
    for key in d:
        d[key + 1] = 0
except RuntimeError as error:
    print(error)
s = {1}
try:
    for item in s:
        s.add(item + 1)
except RuntimeError as error:
    print(error)
i = iter([1, 2, 3])
next(i)
print(i.__length_hint__(), i.__reduce__()[1:], list(i), list(i))
