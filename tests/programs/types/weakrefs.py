"""weakref: references, callbacks, proxies, dictionaries, finalize, resurrection."""
import gc
import weakref


class Thing:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"Thing({self.name!r})"

    def method(self):
        return self.name


log = []
t = Thing("a")
r = weakref.ref(t, lambda ref: log.append("gone"))
print(r(), r is weakref.ref(t), weakref.ref(t) is weakref.ref(t), weakref.getweakrefcount(t), r == weakref.ref(t), hash(r) == hash(t), r.__callback__ is not None)
p = weakref.proxy(t)
print(p.name, p.method(), type(p).__name__, isinstance(p, Thing), weakref.proxy(lambda: 5)() if False else weakref.proxy(len.__class__.__class__).__name__)
wm = weakref.WeakMethod(t.method)
print(wm()())
del t
print(r(), log, wm(), r.__callback__)
for action in (lambda: p.name, lambda: hash(p), lambda: str(p)):
    try:
        action()
    except (ReferenceError, TypeError) as error:
        print(type(error).__name__, error)
for bad in (5, "text", None, (1,), [], {}):
    try:
        weakref.ref(bad)
    except TypeError as error:
        print(error)
print(type(weakref.ref({1})).__name__, type(weakref.ref(len)).__name__, type(weakref.ref(Thing)).__name__)
cache = weakref.WeakValueDictionary()
keep = [Thing(i) for i in range(3)]
for thing in keep:
    cache[thing.name] = thing
print(sorted(cache), len(cache), cache[1])
del keep[1], thing
print(sorted(cache), cache.get(1))
keys = weakref.WeakKeyDictionary({keep[0]: "zero", keep[1]: "two"})
members = weakref.WeakSet(keep)
print(len(keys), len(members), sorted(keys.values()))
keep.pop()
print(len(keys), len(members), list(keys.values()))
f = weakref.finalize(keep[0], print, "finalized", 5)
print(f.alive, f.peek()[1:3])
keep.clear()
print(f.alive, f())


class Node:
    def __del__(self):
        log.append("del")


a, b = Node(), Node()
a.other, b.other = b, a
dead = weakref.ref(a, lambda ref: log.append("callback"))
log.clear()
del a, b
print(dead() is not None, log)
gc.collect()
print(dead(), log)


class Lazarus:
    saved = None

    def __del__(self):
        Lazarus.saved = self


x = Lazarus()
w = weakref.ref(x)
del x
print(Lazarus.saved is not None, w() is Lazarus.saved)
first = Lazarus.saved
Lazarus.saved = None
del first
print(Lazarus.saved)


class Slotted:
    __slots__ = ("__weakref__",)


s = Slotted()
print(weakref.ref(s)() is s, weakref.getweakrefs(s) == [])
class RefSub(weakref.ref):
    def __new__(cls, ob, callback=None, **kw):
        return super().__new__(cls, ob, callback)
    def __init__(self, ob, callback=None, tag=None):
        super().__init__(ob, callback)
        self.tag = tag
sub = RefSub(s, tag="t")
print(sub.tag, sub() is s, sub is not weakref.ref(s))
