"""list.sort and sorted: stability, keys, reverse, odd comparisons."""
import functools
import random

rng = random.Random(5)
numbers = [rng.randrange(1000) for _ in range(2000)]
ordered = sorted(numbers)
print(ordered[:5], ordered[-5:], all(a <= b for a, b in zip(ordered, ordered[1:])), sorted(numbers, reverse=True) == ordered[::-1])
pairs = [(rng.randrange(5), i) for i in range(200)]
by_first = sorted(pairs, key=lambda p: p[0])
print(by_first == sorted(pairs), [p for p in sorted(pairs, key=lambda p: p[0], reverse=True)][:3], sorted(range(5), key=lambda x: -x))
words = "the Quick brown fox Jumps over the lazy Dog".split()
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len), sorted(words, key=lambda w: (len(w), w.lower()), reverse=True))
print(sorted({3: 1, 1: 2}), sorted("hello"), sorted([True, 0, 2.5, -1]), sorted([(1, "b"), (1, "a")]), sorted([[2], [1, 5], []]), sorted([b"b", b"a"]))
print(sorted(["10", "9", "1"], key=int), sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)), sorted([1.5, float("-inf"), 1]))
a = [5, 3, 4]
print(a.sort(), a, a.sort(reverse=True), a, min(a, key=lambda x: abs(x - 4)), max("abc", "b", key=len))
calls = []


def key(x):
    calls.append(x)
    return -x


[3, 1, 2].sort(key=key)
print(calls)


class Loud:
    count = 0

    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        Loud.count += 1
        return self.n < other.n


for arrangement in (range(100), range(100, 0, -1), [1] * 100, [i % 10 for i in range(100)], [*range(50), *range(50)]):
    Loud.count = 0
    result = sorted(map(Loud, arrangement))
    print([x.n for x in result][:4], Loud.count)
data = [3, 2, 1]


def mutate(x):
    data.append(x)
    return x


try:
    data.sort(key=mutate)
except ValueError as error:
    print(error, data)
data = [3, 2, 1]
seen = []
data.sort(key=lambda x: seen.append(len(data)) or x)
print(seen, data)
for bad in ([1, "a"], [None, None], [1j, 2j], [{}, {}]):
    try:
        bad.sort()
    except TypeError as error:
        print(error, bad)


class Fails:
    def __lt__(self, other):
        raise RuntimeError("comparison failed")


broken = [Fails(), Fails()]
try:
    broken.sort()
except RuntimeError as error:
    print(error, len(broken))
mixed = [2 ** 70, 5, -(2 ** 70), 1.5, 2 ** 53 + 1, float(2 ** 53)]
print(sorted(mixed), sorted([(1, 2), (1,)]), sorted(["é", "z", "a", "𝒳", "\uffff"]), sorted([float("nan"), 1, 0])[1:])
big = list(range(5000))
rng.shuffle(big)
big.sort()
print(big == list(range(5000)), sorted(big, key=lambda x: x % 7)[:6], sorted(big, key=lambda x: (x % 3, -x))[:4])
