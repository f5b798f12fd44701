"""set and frozenset: algebra, methods, hashing, order-free output."""
a, b = {1, 2, 3, 4}, {3, 4, 5}
print(a | b, a & b, a - b, a ^ b, a <= b, {3} < a, a >= {1}, a == {4, 3, 2, 1}, a != b, 3 in a, len(a), a.isdisjoint({9}), a.issubset(range(10)), a.issuperset([1, 2]))
print(a.union([7], (8,)), a.intersection(b, [4]), a.difference([1], [2]), a.symmetric_difference([1, 9]), set("hello") == set("ohell"), set(), {*()}, frozenset(), frozenset([1]), set(range(3)))
s = set()
s.add(1)
s.update([2, 3], (4,), {5: 6})
s.discard(99)
s.discard(1)
s.remove(2)
s |= {10}
s &= {3, 4, 5, 10}
s -= {3}
s ^= {4, 11}
print(s, s.pop() in {5, 10, 11}, len(s))
s.intersection_update([5, 10, 11])
s.difference_update([5])
s.symmetric_difference_update([99])
s.clear()
print(s, bool(s), s.copy() is s, frozenset("ab") | {"c"} == {"a", "b", "c"}, type(frozenset() | {1}), type({1} | frozenset()), frozenset([1, 2]) == {1, 2}, hash(frozenset([1, 2, 3])) == hash(frozenset([3, 2, 1])), {frozenset([1]): "k"}[frozenset([1])], {1} in {frozenset([1])})
f = frozenset([1])
print(frozenset(f) is f, f.copy() is f, {True, 1, 1.0}, {0, False, 0.0}, {float("nan")} == {float("nan")}, {1, "a", None, (1,)} == {None, (1,), "a", 1}, repr({"one"}), repr(frozenset({"one"})), str({1: {2}}))
for bad in ("{[]}", "{1}.remove(2)", "set().pop()", "{1} + {2}", "{1} | [2]", "{1} < [2]", "hash({1})", "{1}[0]", "set(5)", "{1}.update(5)", "set(1, 2)", "frozenset().add", "{1}.add()", "{1}.union(5)", "{1} & 'a'", "[] in {1}", "set([[]])", "{1}.isdisjoint(5)", "{1}.discard([])", "{1} |= [1]", "{}.add(1)"):
    try:
        exec(bad)
        print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, getattr(error, "msg", None) or error)


class S(set):
    def __init__(self, *items):
        super().__init__(items)

    def __or__(self, other):
        return "custom or"


x = S(1, 2)
x.attribute = 1
print(x, x | {3}, {3} | x, type(x & {1}), type(x.copy()), x == {1, 2}, sorted(x), x.attribute)
print(len({i * 7919 % 1000 for i in range(5000)}), sum({i for i in range(1000)}), sorted({(i, -i) for i in range(3)}), {1, 2} > {1}, {1} > {2}, sorted([{3}, {1, 2, 3}, {1, 3}], key=len), max({3, 1, 2}), set("ab") <= set("abc") < set("abcd"))
big = set(range(10000))
for i in range(0, 10000, 3):
    big.discard(i)
big |= {-1, -2}
print(len(big), sum(big), 3 in big, 4 in big, big.isdisjoint(range(0, 10000, 3)), len(big & set(range(100))), len(big ^ set(range(10000))))
recursive = frozenset([1, frozenset([2, frozenset()])])
print(frozenset() in recursive, frozenset([2, frozenset()]) in recursive, set.__class_getitem__(int), {1}.__contains__(frozenset()), {1}.__reduce__()[0])
