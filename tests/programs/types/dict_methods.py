"""dict: methods, views, merging, missing keys, errors."""
d = {"a": 1, "b": 2}
d["c"] = 3
print(d, d.get("a"), d.get("z"), d.get("z", 0), d.setdefault("a", 9), d.setdefault("d", 4), d.pop("a"), d.pop("zz", "default"), d.popitem(), len(d), d)
d.update({"e": 5}, f=6)
d.update([("g", 7), ["h", 8], "ij"])
print(d, d.copy() == d, d | {"b": 0}, {"q": 1} | d == {**{"q": 1}, **d}, dict(d, x=1)["x"], dict([(1, 2)]), dict(a=1), dict(), dict.fromkeys("ab"), dict.fromkeys([1, 2], 0), dict(zip("xy", range(2))))
d |= [("z", 26)]
print(list(d), list(reversed(d)), list(d.values()), list(d.items())[:2], "b" in d, "q" in d, {1: "int"}[1.0], {1: "a", True: "b", 1.0: "c"})
keys, values, items = d.keys(), d.values(), d.items()
d["new"] = 1
print(len(keys), "new" in keys, ("new", 1) in items, ("new", 2) in items, 26 in values, keys & {"b", "zz"}, sorted(keys - {"b"})[:2], sorted(keys | {"1"})[:2], sorted(keys ^ {"b", "+"})[:2], keys.isdisjoint({"nope"}), items & {("b", 2)}, {"b"} <= keys, keys == set(d), keys >= {"b"}, keys.mapping["b"])
print(repr({"k": 1}.keys()), repr({"k": 1}.values()), repr({"k": 1}.items()), list(reversed({"a": 1, "b": 2}.items())), type(keys).__name__, type(iter(items)).__name__)
d.clear()
print(d, {} == {}, {"a": 1} == {"a": 1.0}, {"a": 1, "b": 2} == {"b": 2, "a": 1}, {"a": 1} != {"a": 2}, bool({}), {(1, 2): 3}[1, 2])
recursive = {}
recursive["self"] = recursive
recursive["values"] = recursive.values()
print(recursive)
for bad in ("{}['x']", "{}[[]]", "{[]: 1}", "{}.pop('x')", "{}.popitem()", "del {}['x']", "{} < {}", "hash({})", "dict(5)", "dict([1])", "dict([(1, 2, 3)])", "dict(['abc'])", "{} | []", "{}.update(5)", "{}.update([(1,)])", "{} + {}", "{}.fromkeys(5)", "{}.get()", "{}.get([])", "[] in {}", "{}.setdefault([])", "dict(**{1: 2})", "{}.keys() | 5", "dict({}, {})", "{}.popitem(1)", "{}.items()[0]", "{1: 2}.values() == 5; hash({}.keys())", "{1, {}}"):
    try:
        exec(bad)
        print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)


class Missing(dict):
    def __missing__(self, key):
        self[key] = f"made {key}"
        return self[key]


m = Missing(x=1)
print(m["x"], m["y"], m, m.get("z"), type(m.copy()), type(m | {}), Missing.fromkeys("a"))


class Key:
    def __init__(self, name, hashed):
        self.name, self.hashed = name, hashed

    def __hash__(self):
        return self.hashed

    def __eq__(self, other):
        print("eq", self.name, other.name)
        return self.name == other.name


table = {Key("a", 1): 1, Key("b", 1): 2}
print(table[Key("b", 1)], Key("c", 2) in table)
class BadHash:
    def __hash__(self): return "text"
class FailingEq:
    def __hash__(self): return 7
    def __eq__(self, other): raise ValueError("eq failed")
for action in (lambda: {BadHash(): 1}, lambda: {FailingEq(): 1, FailingEq(): 2}):
    try:
        action()
    except (TypeError, ValueError) as error:
        print(error)
for name, action in {"grow": lambda d, k: d.__setitem__((k,), 0), "shrink": lambda d, k: d.pop(k)}.items():
    d = {1: 1, 2: 2}
    try:
        for k in d:
            action(d, k)
    except RuntimeError as error:
        print(name, error)
d = {i: i for i in range(5)}
for k in d:
    d[k] = "replaced"
print(d)
class Mapping:
    def keys(self): return "ab"
    def __getitem__(self, key): return key * 2
print(dict(Mapping()), {**Mapping()}, (lambda **k: k)(**Mapping()))
