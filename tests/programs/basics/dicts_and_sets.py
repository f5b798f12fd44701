"""Dicts, sets and tuples as every program uses them."""
ages = {"ann": 30, "bob": 25}
ages["cid"] = 40
for name, age in ages.items():
    print(name, age)
print(ages, len(ages), "ann" in ages, ages.get("zed"), ages.get("zed", 0), list(ages), list(ages.values()), {k: v + 1 for k, v in ages.items()})
del ages["bob"]
ages.update(dan=1)
print(ages, sorted(ages), max(ages, key=ages.get), dict(a=1), dict([("x", 1)]))
s = {1, 2, 3}
s.add(4)
print(sorted(s | {9}), s & {1, 9}, 2 in s, len(s), set("aab") == {"a", "b"})
t = (1, "two")
one, two = t
print(t, one, two, t[0], t + (3,))
