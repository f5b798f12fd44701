"""dict: insertion order through deletion, growth, overwriting and popping."""
d = {}
for i in range(20):
    d[f"k{i}"] = i
for i in range(0, 20, 3):
    del d[f"k{i}"]
d["k1"] = "same place"
d["k0"] = "moved to the end"
print(list(d.items()))
print(d.popitem(), next(iter(d)), next(reversed(d)), list(d)[-1])
big = {i: str(i) for i in range(10000)}
for i in range(0, 10000, 2):
    del big[i]
for i in range(100):
    big[i * 2] = "again"
print(len(big), list(big)[:3], list(big)[-3:], sum(big), list(big.values())[-1], big[9999])
while len(big) > 5:
    big.popitem()
print(big)
mixed = {1: "a", "1": "b", (1,): "c", None: "d", 2.5: "e", frozenset([1]): "f", b"1": "g", True: "replaces 1"}
print(mixed)


class Attributes:
    def __init__(self):
        self.z = 1
        self.a = 2
        self.m = 3


x = Attributes()
x.b = 4
del x.a
x.a = 5
print(vars(x), list(x.__dict__), Attributes().__dict__ == {"z": 1, "a": 2, "m": 3})
def keywords(**k):
    return list(k)
print(keywords(z=1, a=2, **{"m": 3, "b": 4}), list(dict(b=1, a=2)), list({**{"x": 1, "y": 2}, "x": 3}), list({"x": 1} | {"w": 0, "x": 5}))
class Body:
    c = 1
    a = 2
    b = 3
print([n for n in vars(Body) if not n.startswith("__")])
d = dict.fromkeys("hello world")
d.pop("l")
d.setdefault("l")
d.update(h=1, zz=2)
print(list(d), list(d.copy()), list(dict(d)), list(dict(d.items())))
merged = {i: i for i in range(5)}
merged |= {3: "three", 9: 9, 0: "zero"}
print(merged)
clashing = {i * (2 ** 61 - 1): i for i in range(50)}
print(list(clashing.values()) == list(range(50)), clashing[49 * (2 ** 61 - 1)], len(clashing))
for i in range(40):
    del clashing[i * (2 ** 61 - 1)]
print(list(clashing.values()))
