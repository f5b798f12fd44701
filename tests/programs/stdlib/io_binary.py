"""Binary files: raw, buffered, BytesIO, readinto, seeking, subclasses."""
import io
import os
import tempfile

path = os.path.join(tempfile.mkdtemp(), "data.bin")
with open(path, "wb") as f:
    print(type(f).__name__, f.write(b"0123456789" * 10), f.write(bytearray(b"ab")), f.write(memoryview(b"cd")), f.tell(), f.seek(5), f.write(b"X"), f.flush(), f.mode, f.raw.mode)
with open(path, "rb") as f:
    buffer = bytearray(4)
    print(type(f).__name__, f.read(3), f.peek(2)[:2], f.read1(2), f.readinto(buffer), buffer, f.seek(-4, 2), f.read(), f.read(), f.seek(0), f.readline(5), f.readlines()[0][:3], f.seekable(), f.readable(), f.writable())
with open(path, "r+b") as f:
    f.seek(2)
    f.write(b"--")
    print(type(f).__name__, f.read(2), f.seek(0), f.read(8), f.truncate(20), os.path.getsize(path))
with open(path, "rb", buffering=0) as f:
    print(type(f).__name__, f.read(5), f.readall(), f.read(1), f.readinto(bytearray(1)), f.closefd, repr(f.mode), f.tell())
with open(path, "ab") as f:
    print(f.tell(), f.write(b"end"), f.tell())
b = io.BytesIO(b"line1\nline2\nrest")
print(b.readline(), b.read(2), b.tell(), list(b), b.getvalue()[:3], b.seek(0, 2), b.write(b"!"), b.getbuffer().nbytes, b.seek(3), b.truncate(), b.getvalue(), b.read(), b.seek(10), b.write(b"gap"), b.getvalue(), io.BytesIO(b"x").readinto(bytearray(5)), b.readable(), b.isatty(), io.BytesIO(b"ab\ncd").readlines(), b.closed)
view = b.getbuffer()
view[0] = 65
for action in (lambda: b.write(b"z" * 100), lambda: b.truncate(0)):
    try:
        action()
    except BufferError as error:
        print(error)
view.release()
print(b.getvalue()[:2], b.close(), b.closed)
for bad in (lambda: b.read(), lambda: io.BytesIO("text"), lambda: io.BytesIO().write("text"), lambda: io.BytesIO().seek(-1), lambda: io.BytesIO().fileno(), lambda: open(path, "rb").write(b"x"), lambda: open(path, "wb", buffering=0).read(), lambda: io.FileIO("/nonexistent"), lambda: io.FileIO(path, "q"), lambda: open(path, "rb").seek(0, 9), lambda: io.BufferedReader(5), lambda: io.BytesIO().readinto(b"const"), lambda: io.BufferedReader(io.BytesIO(), 0), lambda: io.RawIOBase().read(), lambda: io.IOBase().seek(0), lambda: open(path, "rb").read("x")):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)


class Slow(io.RawIOBase):
    def __init__(self, data):
        self.data = data

    def readable(self):
        return True

    def readinto(self, buffer):
        piece, self.data = self.data[:3], self.data[3:]
        buffer[:len(piece)] = piece
        return len(piece)


r = io.BufferedReader(Slow(b"abcdefgh\nij"), 4)
print(r.read(5), r.readline(), r.read(), Slow(b"hello").readall(), io.TextIOWrapper(io.BufferedReader(Slow("é☃x".encode()))).read())


class Sink(io.RawIOBase):
    def __init__(self):
        self.pieces = []

    def writable(self):
        return True

    def write(self, data):
        self.pieces.append(bytes(data[:4]))
        return min(4, len(data))


sink = Sink()
w = io.BufferedWriter(sink, 8)
w.write(b"abc")
w.write(b"defghijk")
w.flush()
print(b"".join(sink.pieces), max(map(len, sink.pieces)), io.BufferedRWPair(io.BytesIO(b"in"), io.BytesIO()).read())
r, w = os.pipe()
with open(r, "rb") as reader, open(w, "wb", 0) as writer:
    print(writer.write(b"through a pipe\n"), reader.readline(), reader.seekable())
    try:
        reader.seek(0)
    except OSError as error:
        print(type(error).__name__, error)
f = io.FileIO(path, "w")
print(f.write(b"x"), f.closed, f.close(), repr(f), f.closed)
f = open(path, "rb", opener=lambda p, flags: os.open(p, flags))
print(f.read(), f.close(), io.open is open, io.open_code(path).read(), [c.__name__ for c in io.BufferedReader.__mro__], io.UnsupportedOperation.__mro__[1].__name__, isinstance(f, io.IOBase))
