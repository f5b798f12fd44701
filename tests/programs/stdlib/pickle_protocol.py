"""_pickle: what each protocol writes, errors and their notes, buffers, memos, overrides."""
import copyreg
import io
import pickle


def show(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error, getattr(error, "__notes__", []))


class Reduced:
    def __init__(self, value):
        self.value = value

    def __reduce__(self):
        return self.value


class Slots:
    __slots__ = ("a", "b")


def newobj(name):
    def function():
        pass

    function.__name__ = name
    return function


shared = ["x"]
sample = [1, -5, 300, 70000, 2**70, -2**31 - 1, 2.5, None, True, "text", "\udc00é\\\n", b"data", bytearray(b"array"), (), (1,), (1, 2, 3, 4),
          {}, {"a": 3}, {1}, frozenset([2]), 1 + 2j, range(3), int, type(None), shared, shared, list(range(3))]
for protocol in range(6):
    data = pickle.dumps(sample, protocol)
    print(protocol, data)
    again = pickle.loads(data)
    print(repr(again) == repr(sample), again[-2] is again[-3])

# What reducing functions may give.
for value in [5, (1,), (1, 2), (int, 5), (int, (), None, 5), (int, (), None, None, 5), (int, (), None, None, None, 5), (1,) * 7]:
    show(lambda: pickle.dumps(Reduced(value)))
for name, arguments in [("__newobj__", ()), ("__newobj__", (5,)), ("__newobj__", (int,)), ("__newobj_ex__", ()), ("__newobj_ex__", (5, (), {})),
                        ("__newobj_ex__", (Reduced, 5, {})), ("__newobj_ex__", (Reduced, (), 5))]:
    show(lambda: pickle.dumps(Reduced((newobj(name), arguments))))
show(lambda: pickle.dumps([1, {2: (3, {io})}]))
show(lambda: pickle.dumps(memoryview(b"")))
slots = Slots()
slots.a = 1
print(pickle.loads(pickle.dumps(slots)).a)

# Arguments.
for arguments in [(1, 6), (1, "a"), (), (1, 2, 3)]:
    show(lambda: pickle.dumps(*arguments))
show(lambda: pickle.dumps(1, protocol=4, buffer_callback=print))
show(lambda: pickle.Pickler(5))
show(lambda: pickle.load(5))
show(lambda: pickle.loads("text"))

# Bad data.
frame = b"\x95\x05" + bytes(7)
for data in [b"", b"\xff.", b"!", b"X.", b"0.", b"(a.", b"Pabc\n.", b"NQ.", b"cos\nnope\n.", b"\x80\x04cos\na.b\n.", b"cnope\nb\n.", b"\x80\x06.",
             b"I5x\n.", b"I01\n.", b"F5x\n.", b"F1e999\n.", b"L5L\n.", b"g5\n.", b"NN\x81.", b"c__builtin__\nint\nN\x81.", b"NNb.", b"NNR.", b"Ni.",
             b"\x82\x00.", b"\x82\x05.", b"Np-1\n.", b"\x97.", b"]NNu.", b"N(N\x90.", b"S'abc\n.", b"S'a\\x41'\n.", b"T\xff\xff\xff\xff.",
             b"\x80\x04" + frame * 2 + b"N....", b"\x80\x04" + frame + b"NNNN" + frame + b"N....", b"\x80\x04" + frame + b"N."]:
    show(lambda: (data, pickle.loads(data)))

# Buffers.
taken = []
data = pickle.dumps([pickle.PickleBuffer(b"fixed"), pickle.PickleBuffer(bytearray(b"free"))], 5, buffer_callback=taken.append)
print(data, [bytes(buffer) for buffer in taken])
views = pickle.loads(data, buffers=taken)
print(views[0] is taken[0], [memoryview(view).readonly for view in views])
show(lambda: pickle.loads(data, buffers=[]))
buffer = pickle.PickleBuffer(memoryview(b"abcdef").cast("B", (2, 3)))
print(buffer.raw().shape, bytes(buffer.raw()), memoryview(buffer).shape)
buffer.release()
show(lambda: buffer.raw())
show(lambda: memoryview(buffer))
show(lambda: pickle.dumps(pickle.PickleBuffer(memoryview(b"abcdef")[::2]), 5))
show(lambda: pickle.PickleBuffer(memoryview(b"abcdef")[::2]).raw())

# Memos, and objects that are at work.
stream = io.BytesIO()
pickler = pickle.Pickler(stream)
pickler.dump(shared)
print(sorted(pickler.memo.copy().values(), key=lambda pair: pair[0]))
pickler.clear_memo()
print(pickler.memo.copy())
unpickler = pickle.Unpickler(io.BytesIO(stream.getvalue()))
unpickler.load()
print(unpickler.memo.copy())
for target, value in [(pickler, 5), (pickler, {1: 2}), (unpickler, 5), (unpickler, {"a": 5}), (unpickler, {-1: 5})]:
    show(lambda: setattr(target, "memo", value))


class Nosy:
    def write(self, data):
        show(lambda: again.dump(1))


again = pickle.Pickler(Nosy())
again.dump(5)


# Overrides.
class Persistent(pickle.Pickler):
    dispatch_table = copyreg.dispatch_table.copy()
    dispatch_table[Reduced] = lambda op: (Reduced, (op.value,))

    def persistent_id(self, op):
        return "id" if op is shared else None

    def reducer_override(self, op):
        return (str, ("overridden",)) if op is Slots else NotImplemented


class Resolving(pickle.Unpickler):
    def persistent_load(self, pid):
        return ["resolved", pid]

    def find_class(self, module, name):
        print("find", module, name)
        return super().find_class(module, name)


for protocol in (0, 2, 5):
    stream = io.BytesIO()
    Persistent(stream, protocol).dump([shared, Slots, Reduced(7).value, Reduced(8)])
    result = Resolving(io.BytesIO(stream.getvalue())).load()
    print(result[:3], result[3].value)

# Long data goes to files in pieces.
sizes = []


class Sized:
    def write(self, data):
        sizes.append(len(data))


pickle.dump([b"x" * 70000, "y" * 70000, list(range(40000))], Sized(), 5)
print(sizes)
fast = pickle.Pickler(io.BytesIO())
fast.fast = True
nested = []
for _ in range(60):
    nested = [nested]
fast.dump(nested)
nested.append(nested)
try:
    fast.dump(nested)
except ValueError as error:
    print(str(error).rpartition(" at ")[0], len(error.__notes__))
