"""struct and array: formats, alignment, errors, buffer sharing."""
import array
import struct

print(struct.pack("<bBhHiIqQ", -1, 255, -2, 65535, -3, 4294967295, -4, 2 ** 64 - 1).hex(), struct.pack(">hIq", 1, 2, 3).hex(), struct.pack("!H", 513), struct.pack("=i", 5), struct.pack("@bi", 1, 2).hex(), struct.pack("<bi", 1, 2).hex(), struct.calcsize("@bqb"), struct.calcsize("<bqb"), struct.calcsize("P"), struct.calcsize("n"), struct.calcsize("@b0q"))
print(struct.pack("<efd", 1.5, 2.5, 3.5).hex(), struct.unpack("<efd", struct.pack("<efd", 1.5, 2.5, -0.0)), struct.pack("5s3p?c2x", b"hello world", b"ab", True, b"z"), struct.unpack("5s3p?c2x", b"hello\x02ab\x01z\0\0"), struct.pack("3h", 1, 2, 3).hex(), struct.unpack(">3h", b"\0\1\0\2\xff\xff"), struct.unpack_from("<H", b"\0\0\x01\x02", 2), list(struct.iter_unpack("<h", b"\1\0\2\0")))
buffer = bytearray(8)
struct.pack_into("<I", buffer, 2, 0xDEADBEEF)
s = struct.Struct("<2sI")
print(buffer, s.format, s.size, s.unpack(s.pack(b"ab", 7)), s.unpack_from(memoryview(buffer)[0:6]), struct.pack("<F" if False else "<f", float("inf")).hex(), struct.pack("<e", 65504.0), struct.unpack("<e", b"\x01\x00"))
for bad in (("z", 1), ("b", 128), ("B", -1), ("h", "a"), ("i", 1.5), ("2i", 1), ("i", 1, 2), ("c", b"ab"), ("c", "a"), ("s", "text"), ("f", "x"), ("e", 1e10), ("q", 2 ** 63), ("f", 1e300), ("<n", 1), ("?", ), ("99999999999999999999s", b""), ("i" * 3, 1, 2)):
    try:
        print(bad, struct.pack(*bad))
    except Exception as error:
        print(bad[0][:5], "->", type(error).__name__, error)
for bad in (lambda: struct.unpack("<i", b"abc"), lambda: struct.unpack_from("<i", b"abcd", 1), lambda: struct.unpack_from("<i", b"abcd", -9), lambda: struct.pack_into("<i", bytearray(2), 0, 1), lambda: struct.pack_into("<i", b"1234", 0, 1), lambda: list(struct.iter_unpack("<h", b"abc")), lambda: struct.Struct(5)):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
a = array.array("i", [3, 1, 2])
a.append(4)
a.extend([5, 6])
a.insert(0, -1)
a[1:3] = array.array("i", [9])
print(a, a[0], a[-1], a[::2], len(a), a.index(9), a.count(4), a.pop(), 9 in a, a.tolist(), a.typecode, a.itemsize, a + a[:1], a * 2, a == array.array("q", a.tolist()), a < array.array("i", [100]))
a.remove(9)
a.reverse()
a.byteswap()
a.byteswap()
del a[0]
print(a, a.tobytes(), array.array("d", b"\0" * 16), array.array("u", "é☃"), array.array("w", "ab").tounicode(), array.array("B", b"abc"), array.array("f", [0.1])[0], array.array("b"), bytes(array.array("H", [1, 2])))
a.frombytes(b"\x07\0\0\0")
a.fromlist([8])
view = memoryview(a)
view[0] = 77
print(a, view.format, a.buffer_info()[1])
for bad in (lambda: array.array("z"), lambda: array.array("i", ["a"]), lambda: array.array("b", [200]), lambda: a.append("x"), lambda: a.append(1), lambda: array.array("i", b"abc"), lambda: array.array("i", 5), lambda: a[100], lambda: a + [1], lambda: array.array("I", [-1]), lambda: array.array("i", "text"), lambda: a.fromlist(5), lambda: hash(a), lambda: array.array("u", [1])):
    try:
        bad()
        print("fine")
    except Exception as error:
        print(type(error).__name__, error)
view.release()
import copy, pickle
print(copy.copy(a) == a, pickle.loads(pickle.dumps(a)) == a, array.typecodes, sorted(array.array("d", [2, 1])), sum(a), max(a), list(reversed(a)), array.array("q", range(5)), a.__class_getitem__(int))
