"""itertools, all of it."""
import itertools as it
import operator

print(list(it.accumulate([1, 2, 3, 4])), list(it.accumulate([1, 2, 3], operator.mul, initial=10)), list(it.batched("abcdefg", 3)), list(it.chain("ab", [1], ())), list(it.chain.from_iterable(["ab", "c"])))
print(list(it.combinations("abcd", 2)), list(it.combinations_with_replacement("ab", 3)), list(it.permutations("abc", 2)), list(it.product("ab", [1, 2])), list(it.product([0, 1], repeat=3))[-1], list(it.combinations("ab", 3)), list(it.product()))
print(list(it.compress("abcdef", [1, 0, 1, 0, 1, 1])), list(it.islice(it.count(10, 5), 4)), list(it.islice(it.cycle("ab"), 5)), list(it.repeat("x", 3)), list(it.dropwhile(lambda x: x < 3, [1, 4, 2])), list(it.takewhile(lambda x: x < 3, [1, 2, 4, 1])), list(it.filterfalse(None, [0, 1, ""])))
print([(k, list(g)) for k, g in it.groupby("aaabbca")], [(k, len(list(g))) for k, g in it.groupby(sorted("mississippi"))], [(k, [*g]) for k, g in it.groupby([1, 3, 2, 4], key=lambda x: x % 2)])
print(list(it.islice("abcdefg", 2)), list(it.islice("abcdefg", 2, None)), list(it.islice("abcdefg", 1, 6, 2)), list(it.pairwise("abcd")), list(it.starmap(pow, [(2, 3), (3, 2)])), list(it.zip_longest("ab", [1, 2, 3], fillvalue="-")))
a, b, c = it.tee(iter(range(5)), 3)
print(next(a), list(b), list(a), [next(c), next(c)], list(c))
print(it.count(1), it.count(1.5, 0.5), it.count(2 ** 63 - 1, 1), it.repeat(5), it.repeat(5, 2), next(it.count(2 ** 64)), list(it.islice(it.count(3, -1), 3)), list(it.islice(it.count(1.5), 2)), list(it.islice(it.count(2 ** 63 - 2), 4)))
groups = it.groupby("aab")
k, g = next(groups)
next(groups)
print(list(g), len(list(it.permutations(range(5)))), sum(1 for _ in it.combinations(range(20), 3)), list(it.permutations([1, 2], 0)), operator.length_hint(it.repeat(1, 7)))
for bad in (lambda: list(it.islice("a", -1)), lambda: it.islice("a", 1, 2, 0), lambda: it.batched("a", 0), lambda: list(it.batched("abc", 2, strict=True)), lambda: it.combinations("a", -1), lambda: it.count("a"), lambda: it.repeat(), lambda: it.tee("a", -1), lambda: it.chain(5).__next__(), lambda: list(it.starmap(pow, [5])), lambda: it.product("a", repeat=-1), lambda: it.permutations("a", "b"), lambda: it.zip_longest("a", x=1), lambda: it.cycle(), lambda: list(it.accumulate([1, "a"])), lambda: it.groupby(), lambda: it.pairwise(5), lambda: it.compress("a"), lambda: it.islice("a", "b")):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
def noisy():
    for i in range(3):
        print("make", i)
        yield i
t1, t2 = it.tee(noisy())
print(next(t1), next(t2), next(t1), list(t2))
print([type(x).__name__ for x in (it.chain(), it.count(), it.cycle(""), it.groupby(""), it.tee("")[0], it.product())])
class Raising:
    def __iter__(self): return self
    def __next__(self): raise LookupError("stop here")
for function in (it.chain, it.pairwise, it.cycle, lambda x: it.islice(x, 3), it.accumulate, lambda x: it.zip_longest(x, "a")):
    try:
        list(function(Raising()))
    except LookupError as error:
        print(error, end="; ")
print()
