"""pickle and copy: protocols, hooks, recursion, errors."""
import copy
import io
import pickle
import pickletools


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)


class Stateful:
    def __init__(self):
        self.secret, self.value = "not kept", 5

    def __getstate__(self):
        return {"value": self.value}

    def __setstate__(self, state):
        self.__dict__.update(state, restored=True)


class Reduced:
    def __init__(self, n):
        self.n = n

    def __reduce__(self):
        return Reduced, (self.n + 1,), {"extra": 1}, iter([]), iter([])


class Slotted:
    __slots__ = ("a", "b")


class Args(tuple):
    def __new__(cls, *items):
        return super().__new__(cls, items)

    def __getnewargs_ex__(self):
        return tuple(self), {}


class DictSub(dict):
    pass


values = [None, True, 0, -1, 255, 2 ** 31, -(2 ** 70), 1.5, float("inf"), 1j, "", "é☃\ud800", "x" * 300, b"bytes", bytearray(b"ba"), [], [1, [2]], (), (1,), (1, 2, 3, 4), {}, {"a": {1: 2}}, {1}, frozenset([2]), range(3), slice(1, 2), ..., NotImplemented, int, len, Point, Point(1, [2]), print, list.append, [].append.__class__, type(None), ValueError("a", 1)]
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    results = []
    for value in values:
        try:
            again = pickle.loads(pickle.dumps(value, protocol))
            results.append(again == value or repr(again) == repr(value))
        except Exception as error:
            results.append(f"{value!r}: {error}")
    print(protocol, results.count(True), [r for r in results if r is not True])
print([pickle.dumps(v, 2) for v in (5, "a", [1, "b"], (1, 2), {"k": None}, 2.5, True, 300, 2 ** 40)])
print(pickle.dumps([1, "a", (2, b"c")], 5), pickle.dumps("same", 0), pickle.dumps(Point(1, 2), 4))
s = pickle.loads(pickle.dumps(Stateful()))
r = pickle.loads(pickle.dumps(Reduced(1)))
print(s.__dict__, r.n, r.extra, pickle.loads(pickle.dumps(Args(1, 2))), type(pickle.loads(pickle.dumps(DictSub(a=1)))).__name__)
slotted = Slotted()
slotted.a = 1
print(pickle.loads(pickle.dumps(slotted)).a, hasattr(copy.copy(slotted), "b"))
loop = [1]
loop.append(loop)
shared = [[]]
d = {"self": None, "list": loop, "x": shared, "y": shared}
d["self"] = d
for again in (pickle.loads(pickle.dumps(d)), copy.deepcopy(d)):
    print(again["self"] is again, again["list"][1] is again["list"], again["x"] is again["y"], again["x"] is not shared)
for bad in (lambda: pickle.dumps(lambda: 0), lambda: pickle.dumps(open("/dev/null")), lambda: pickle.dumps((x for x in ())), lambda: pickle.loads(b""), lambda: pickle.loads(b"garbage"), lambda: pickle.loads(b"\x80\x05K\x01"), lambda: pickle.dumps(1, 99), lambda: pickle.loads(b"cno_module\nx\n."), lambda: pickle.loads(b"cbuiltins\nnope\n."), lambda: pickle.loads(5), lambda: copy.deepcopy(open("/dev/null")), lambda: pickle.dumps(memoryview(b"a")), lambda: pickle.loads(b"\x80\xff."), lambda: pickle.dumps(type("Local", (), {}))):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, str(error).split(" at 0x")[0].split("<")[0])


class P(pickle.Pickler):
    def persistent_id(self, obj):
        return "point" if isinstance(obj, Point) else None

    def reducer_override(self, obj):
        return (int, ("77",)) if obj is Ellipsis else NotImplemented


class U(pickle.Unpickler):
    def persistent_load(self, pid):
        return f"loaded {pid}"

    def find_class(self, module, name):
        print("find", module, name)
        return super().find_class(module, name)


f = io.BytesIO()
P(f).dump([Point(1, 2), ..., 5])
f.seek(0)
print(U(f).load())
buffers = []
data = pickle.dumps(pickle.PickleBuffer(bytearray(b"out of band")), 5, buffer_callback=buffers.append)
print(len(buffers), bytes(pickle.loads(data, buffers=buffers)))
f = io.BytesIO()
for item in ("one", [2]):
    pickle.dump(item, f)
f.seek(0)
print(pickle.load(f), pickle.load(f), len(pickletools.optimize(pickle.dumps([1, 1]))), pickle.DEFAULT_PROTOCOL, [op[0].name for op in pickletools.genops(pickle.dumps((1, "a"), 4))])
a = Point([1], {"k": [2]})
b, c = copy.copy(a), copy.deepcopy(a)
print(b.x is a.x, c.x is a.x, c == a, copy.copy([1]) == [1], copy.deepcopy((1, [2])), copy.copy({1}) == {1}, copy.deepcopy(len) is len, copy.deepcopy({Point: 1})[Point])


class Custom:
    def __copy__(self):
        return "copied"

    def __deepcopy__(self, memo):
        return f"deep {type(memo).__name__}"

    def __replace__(self, **changes):
        return f"replaced {changes}"


print(copy.copy(Custom()), copy.deepcopy([Custom()]), copy.replace(Custom(), a=1))
deep = []
for _ in range(500):
    deep = [deep]
print(len(pickle.dumps(deep)) > 500, pickle.loads(pickle.dumps(deep)) == deep)
