"""bytearray: mutation, slices, growth, exports."""
a = bytearray(b"hello")
a[0] = 72
a.append(33)
a += b"??"
a.extend([65, 66])
a.extend(b"CD")
a.insert(0, 42)
print(a, len(a), a.pop(), a.pop(0), a)
a.remove(33)
a.reverse()
print(a, a.copy() == a, a.copy() is a)
a[1:3] = b"long replacement"
print(a)
del a[::2]
print(a)
a[::2] = b"." * len(a[::2])
print(a)
a[2:2] = bytearray(b"in")
a[-1:] = []
print(a, a * 2, b"x" + a[:1], a[:1] + b"x", type(b"x" + bytearray()), type(bytearray() + b"x"))
a *= 2
print(a)
a.clear()
print(a, bytearray(3), bytearray("é", "utf-8"), bytearray([1, 2]), bytearray(b"x").hex(), bytearray.fromhex("4142"), repr(bytearray(b"it's \x00")))
for bad in ("a[0]", "a[0] = 256", "a.append(256)", "a.append('x')", "a.pop()", "a.remove(1)", "a.insert('x', 1)", "a.extend('text')", "a.extend([300])", "bytearray(-1)", "bytearray('x')", "hash(a)", "a[0:0] = 5", "a + 'x'", "bytearray(2)[::2] = b'abc'", "a += 5", "a[0] = 'x'"):
    try:
        exec(bad)
        print(bad, "fine", a)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
a = bytearray(b"exported")
view = memoryview(a)
view[0] = 69
for action in ("a.append(1)", "a.clear()", "del a[0]", "a[:2] = b'x'", "a += b'y'", "a.extend(b'z')"):
    try:
        exec(action)
    except BufferError as error:
        print(action, "->", error)
a[:2] = b"xy"
view.release()
a.append(33)
print(a, a == b"xyported!", b"xyported!" == a, a > b"a", a.upper(), a.split(b"p"), a.replace(b"p", b"__"), a.find(b"t"), a.startswith(b"xy"), a.decode(), a.join([b"1", b"2"]))
a.resize(3)
print(a)
a.resize(5)
print(a, list(reversed(a)), 120 in a, b"y" in a, a.count(0))
a = bytearray(b"ab")
for _ in range(10):
    a += bytes(a)
try:
    a += a
except BufferError as error:
    print(error)
print(len(a), a.count(b"ba"), a.__alloc__() >= len(a), bytes(a[:4]), a.__contains__(97), [*a[:3]], a.index(98), a.rfind(b"ab"), a[:6].translate(None, b"a"))


class BA(bytearray):
    pass


x = BA(b"sub")
x.attribute = 1
print(x, repr(x), x + b"!", type(x + b"!"), x.attribute)


# What happens to the array while its method asks somebody else.
def resized(call):
    array = bytearray(b"A,B")

    class Meddler(bytes):
        def __buffer__(self, flags):
            array.clear()
            return memoryview(b",")

        def __index__(self):
            array.clear()
            return 65

        def __len__(self):
            array.clear()
            return 1

        def __repr__(self):
            array.clear()
            return "E"

        def __iter__(self):
            array.clear()
            yield b"x"

    try:
        print(call(array, Meddler(b",")), array)
    except (BufferError, TypeError, ValueError) as error:
        print(type(error).__name__, error)


class Number:
    def __init__(self, array):
        self.array = array

    def __index__(self):
        self.array.clear()
        return 65


def iterates(array):
    array.clear()
    yield b"x"


resized(lambda array, meddler: array.hex(meddler))
for name in ("find", "count", "index", "rfind", "rindex"):
    resized(lambda array, meddler: getattr(array, name)(Number(array)))
resized(lambda array, meddler: Number(array) in array)
resized(lambda array, meddler: array.join(iterates(array)))
print(b"  a    b   ".split(None, 1), b"  a    b   ".rsplit(None, 1))
for quotes in (b"'", b'"', b"'\"", b"\"'\""):
    print(repr(bytearray(quotes)))
array = bytearray(b"abcdefghij")
array[1:-1:2] = b""
print(array)
try:
    array.__init__([1, 2, 300])
except ValueError as error:
    print(error, array)
try:
    b"ab".hex(None)
except TypeError as error:
    print(error)
