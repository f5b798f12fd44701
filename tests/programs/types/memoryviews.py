"""memoryview: formats, casts, slices, shapes, comparison, release."""
import array

data = bytearray(range(12))
view = memoryview(data)
print(view.format, view.itemsize, view.ndim, view.shape, view.strides, view.nbytes, view.readonly, view.contiguous, len(view), view[3], view[-1], view.tolist())
print(view[2:5].tobytes(), view[::3].tolist(), view[::-1].tolist()[:3], view[::3].contiguous, view[::2].strides, view[5:2].tolist())
view[0] = 255
view[1:3] = b"\xaa\xbb"
view[::6] = b"\x01\x02"
print(data)
ints = view.cast("I")
print(ints.tolist(), ints.itemsize, ints.nbytes, ints.shape)
grid = view.cast("B", shape=[3, 4])
print(grid.ndim, grid.shape, grid.strides, grid.tolist(), grid[1, 2], len(grid), grid.f_contiguous, grid.c_contiguous)
grid[2, 3] = 99
print(data[-1], grid.cast("B").shape, view.cast("B", (2, 2, 3)).tolist())
floats = memoryview(array.array("d", [1.5, 2.5, 3.5]))
print(floats.format, floats.tolist(), floats[1], floats[::2].tolist(), floats.tobytes() == array.array("d", [1.5, 2.5, 3.5]).tobytes(), floats == array.array("d", [1.5, 2.5, 3.5]), floats == memoryview(array.array("f", [1.5, 2.5, 3.5])))
floats[0] = 7
print(floats[0], memoryview(b"abc") == b"abc", memoryview(b"abc") == "abc", hash(memoryview(b"abc")) == hash(b"abc"), memoryview(b"abc").hex(), b"b" in memoryview(b"abc"), 98 in memoryview(b"abc"), memoryview(b"ab").toreadonly().readonly, bytes(memoryview(b"xyz")[::-1]), list(reversed(memoryview(b"abc"))), memoryview(b"abca").count(97), memoryview(b"abc").index(99))
print(memoryview(b"\x01\x00").cast("?").tolist(), memoryview(b"ab").cast("c").tolist(), memoryview(b"\xff").cast("b").tolist(), memoryview(bytes(8)).cast("q").tolist(), memoryview(bytes(4)).cast("e").tolist())
for bad in ("memoryview('text')", "memoryview(5)", "memoryview(b'a')[0] = 1", "view[100]", "view[0] = 256", "view[0] = 'a'", "view[0:2] = b'abc'", "view.cast('Q', (5,))", "view.cast('z')", "view[::2].cast('I')", "hash(view)", "grid[0]", "grid[5, 0]", "grid[0, 0, 0]", "view['a']", "view[1.5]", "del view[0]", "view.cast('I').cast('H')", "memoryview()", "floats['x'] = 1", "floats[0] = 'x'", "ints[0] = -1", "view < view", "view + view"):
    try:
        exec(bad)
        print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
with memoryview(bytearray(b"released")) as temporary:
    part = temporary[1:]
try:
    temporary[0]
except ValueError as error:
    print(error, part.tobytes())
import re
print(repr(re.sub("0x[0-9a-f]+", "ADDRESS", repr(view))), re.sub("0x[0-9a-f]+", "ADDRESS", repr(temporary)))
print(memoryview(memoryview(b"x")).obj, memoryview(b"").tolist(), memoryview(b"a") != memoryview(b"b"))
