"""tuple: behaviour, comparison, hashing, subclasses, named tuples and struct sequences."""
import os
import time

t = (1, "a", [2])
print(t, t[0], t[-1], t[1:], t[::-1], len(t), t + (3,), t * 2, () * 5, "a" in t, t.index("a"), t.count(1), (1,), (), tuple("ab"), tuple([1]), tuple())
t[2].append(3)
print(t, (1, 2) < (1, 3), (1,) < (1, 0), () < (0,), (1, 2) == [1, 2], hash((1, 2)) == hash((1, 2)), (1, 2) is (1, 2), tuple(t) is t, t[:] is t, (2, 1) > (1, 9))
a = (1, 2)
b = a
a += (3,)
print(a, b, {(1, 2): "key"}[b], sorted([(2, "b"), (1, "z"), (2, "a")]), max((1, 2), (1, 3)), sum((1, 2)), (1, (2, (3,))), *(1, 2))
recursive = ([],)
recursive[0].append(recursive)
print(recursive)
for bad in ("t[0] = 1", "del t[0]", "t[5]", "t['a']", "t + [1]", "t * 1.5", "hash(t)", "().index(1)", "t.append", "tuple(5)", "tuple(1, 2)", "() < 5", "t[1.0]", "(1, 2).count()"):
    try:
        exec(bad)
        print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
try:
    holder = ([1],)
    holder[0] += [2]
except TypeError as error:
    print(error, holder)


class T(tuple):
    def __new__(cls, *items):
        return super().__new__(cls, items)

    def __repr__(self):
        return f"T{super().__repr__()}"


x = T(1, 2)
x.attribute = 5
print(x, x + (3,), type(x[:]), x.attribute, x == (1, 2), {x: 1}[(1, 2)], tuple(x), T(), type(x * 1))
st = os.stat_result(range(10))
print(st.st_mode, st[0], len(st), st.n_fields > 10, st.n_sequence_fields, st.st_size, st[:3])
moment = time.struct_time((2024, 2, 29, 12, 30, 15, 3, 60, 0))
print(moment, moment.tm_year, moment[:3], moment == (2024, 2, 29, 12, 30, 15, 3, 60, 0), moment.tm_zone)
for bad in (lambda: time.struct_time((1, 2)), lambda: setattr(moment, "tm_year", 1), lambda: time.struct_time(5)):
    try:
        bad()
    except (TypeError, AttributeError) as error:
        print(error)
import copy
print(copy.replace(moment, tm_year=2000).tm_year, moment.__match_args__[:3])
print(hash(()), hash((0,)) != hash((1,)), len({(i, j) for i in range(20) for j in range(20)}), [hash((1, 2, 3)) == hash(tuple([1, 2, 3]))])
i = iter((1, 2, 3))
next(i)
print(i.__length_hint__(), list(i), (1, 2, 3).__contains__(2), (1,).__mul__(2), tuple.__class_getitem__(int), tuple(i for i in range(3)))
