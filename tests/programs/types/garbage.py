"""gc and finalizers: cycles, order, thresholds, referrers, __del__ errors."""
import gc
import sys

gc.disable()
gc.collect()


class Node:
    alive = 0

    def __init__(self, name):
        self.name = name
        Node.alive += 1

    def __del__(self):
        Node.alive -= 1


n = Node("self")
n.me = n
print(Node.alive)
del n
print(Node.alive, gc.collect() >= 1, Node.alive)
ring = [Node(i) for i in range(10)]
for left, right in zip(ring, ring[1:] + ring[:1]):
    left.next = right
del ring, left, right
print(Node.alive)
gc.collect()
print(Node.alive)


def closure_cycle():
    node = Node("closure")

    def inner():
        return inner, node
    return None


closure_cycle()
print(Node.alive)
gc.collect()
print(Node.alive)


class Cls(Node):
    pass


Cls.instance = Cls("on its class")
del Cls
gc.collect()
print(Node.alive)
try:
    node = Node("in a traceback")
    frame_cycle = sys._getframe()
    raise ValueError
except ValueError as error:
    kept = error
    kept.node = node
del node, kept, frame_cycle
gc.collect()
print(Node.alive)
print(gc.isenabled(), gc.get_threshold()[0] > 0, len(gc.get_count()), len(gc.get_stats()), gc.is_tracked([]), gc.is_tracked(5), gc.is_tracked("a"), gc.is_tracked({}), gc.is_tracked(Node), gc.is_finalized(5))
target = []
holder = [target]
print(any(r is holder for r in gc.get_referrers(target)), gc.get_referents(holder) == [[]], holder in gc.get_objects())
gc.enable()
made = 0
for _ in range(20000):
    cycle = []
    cycle.append(cycle)
    made += 1
gc.collect()
print(gc.isenabled(), len([o for o in gc.get_objects() if type(o) is list and o and o[0] is o]) <= 1)


class Raises:
    def __del__(self):
        raise RuntimeError("in del")


caught = []
sys.unraisablehook = lambda unraisable: caught.append((type(unraisable.exc_value).__name__, str(unraisable.exc_value), unraisable.err_msg is None or "Exception ignored" in unraisable.err_msg))
Raises()
r = Raises()
r.cycle = r
del r
gc.collect()
print(caught)
sys.unraisablehook = sys.__unraisablehook__
events = []
gc.callbacks.append(lambda phase, info: events.append((phase, sorted(info))))
gc.collect(0)
gc.callbacks.clear()
print(events)
x = object()
before = sys.getrefcount(x)
y = [x, x, (x,)]
print(sys.getrefcount(x) - before)
del y
print(sys.getrefcount(x) - before, sys.getrefcount(None) > 1000)
gc.freeze()
print(gc.get_freeze_count() > 0)
gc.unfreeze()
gc.set_threshold(500, 5, 5)
print(gc.get_threshold())
class Order:
    def __init__(self, name): self.name = name
    def __del__(self): print("del", self.name)
def scope():
    a, b = Order("a"), Order("b")
    print("leaving")
scope()
pair = [Order(1), Order(2)]
pair[0] = None
pair = None
d = {"k": Order("value")}
d["k"] = "replaced"
d.clear()
print("end")
# A module that dies leaves its names to the functions that still use them.
import types
first, second = types.ModuleType("first"), types.ModuleType("second")
first.value, first.other, second.other = Order("value"), second, first
exec("def get(): return value.name", first.__dict__)
get = first.get
del first, second
gc.collect()
print(get())
del get
gc.collect()
