"""io: streams that threads share, that call back into themselves, fail to be made again, are pickled or never closed."""
import gc
import io
import pickle
import sys
import threading
import warnings


def show(function, *arguments, **keywords):
    try:
        print(repr(function(*arguments, **keywords)))
    except BaseException as error:
        print(type(error).__name__, error)


# Threads that write: every byte once.
class Slow(io.RawIOBase):
    def __init__(self):
        self.got = bytearray()

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data[:7])
        threading.Event().wait(0.0002)
        self.got += data
        return len(data)


slow = Slow()
shared = io.BufferedWriter(slow, 16)
threads = [threading.Thread(target=lambda n=n: [shared.write(bytes([n]) * 5) for _ in range(20)]) for n in range(65, 69)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
shared.flush()
print(len(slow.got), sorted(set(slow.got)), [slow.got.count(bytes([n])) for n in range(65, 69)])


# A raw stream that comes back.
class Back(io.RawIOBase):
    def readable(self):
        return True

    def readinto(self, target):
        return buffered.readinto(target)


buffered = io.BufferedReader(Back())
try:
    buffered.read(3)
except RuntimeError as error:
    print(str(error).partition(" <")[0])

# Made again in vain.
reader = io.BufferedReader(io.BytesIO(b"abc"))
show(reader.__init__, io.BytesIO(), buffer_size=0)
show(reader.read)
show(reader.close)
text = io.TextIOWrapper(io.BytesIO(b"abc"), "utf-8")
show(text.__init__, io.BytesIO(), "utf-8", newline="xyzzy")
show(text.read)
show(text.__init__, io.BytesIO(), "utf-8\0")
show(text.__init__, io.BytesIO(), "\udcfe")
show(text.__init__, io.BytesIO(), "utf-8", errors="\udcfe")

# Pickling: refused unless a subclass says how.
show(pickle.dumps, io.BufferedReader(io.BytesIO()))
show(pickle.dumps, io.TextIOWrapper(io.BytesIO()))


class Pickled(io.BufferedReader):
    def __getstate__(self):
        return self.raw.getvalue()

    def __setstate__(self, state):
        self.__init__(io.BytesIO(state))


for protocol in range(2, 6):
    print(pickle.loads(pickle.dumps(Pickled(io.BytesIO(b"data")), protocol)).read())
kept = io.BytesIO(b"with attributes")
kept.name = "x"
base, string, again = io.IOBase(), io.StringIO(), pickle.loads(pickle.dumps(kept))
print(vars(again), vars(base), vars(string))

# Never closed: the warning names the outermost stream.
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for mode, keywords in ("rb", {"buffering": 0}), ("rb", {}), ("r", {"encoding": "utf-8"}):
        open("/dev/null", mode, **keywords)
        gc.collect()
print(*(warning.message for warning in caught), sep="\n")
show(setattr, reader, "_finalizing", 1)

# Bytes that a BytesIO shares until they change.
shared_bytes = b"x" * 1000
count = sys.getrefcount(shared_bytes)
memory = io.BytesIO(shared_bytes)
print(sys.getrefcount(shared_bytes) - count, memory.read() is shared_bytes, memory.getvalue() is shared_bytes)
memory.seek(0)
memory.write(b"abc")
print(sys.getrefcount(shared_bytes) - count, memory.getvalue()[:5], memory.getvalue() is memory.getvalue())
view = memory.getbuffer()
show(memory.write, b"more" * 500)
view[:2] = b"AB"
print(memory.getvalue()[:4])
view.release()
memory.truncate(3)
print(memory.getvalue())
memory.seek(0)
with memory.getbuffer()[1:] as target:
    print(memory.readinto(target), memory.getvalue())


class Exports:
    def __buffer__(self, flags):
        self.view = memory.getbuffer()
        return memoryview(b"A")


show(memory.write, exports := Exports())
exports.view.release()


class Size:
    def __init__(self, action):
        self.action = action

    def __index__(self):
        self.result = self.action()
        return 0


show(memory.truncate, size := Size(memory.getbuffer))
size.result.release()
show(memory.truncate, Size(memory.close))
string = io.StringIO()
string.close()
show(string.isatty)


# Reading into a buffer larger than the stream's; what flush() gives up; character devices.
class Parts(io.RawIOBase):
    def __init__(self, *parts):
        self.parts = list(parts)

    def readable(self):
        return True

    def readinto(self, target):
        if not self.parts:
            return 0
        part = self.parts.pop(0)
        target[:len(part)] = part
        return len(part)


parts = io.BufferedReader(Parts(b"abc", b"de", b"fgh", b"jkl"), 10)
small, large = bytearray(2), bytearray(20)
print(parts.peek(3), parts.readinto1(small), parts.readinto1(small), parts.readinto1(small), parts.peek(3))
print(parts.readinto1(large), large[:6])
raw = io.BytesIO(b"abcdefghi")
both = io.BufferedRandom(raw)
print(both.read(2), both.write(b"12"), both.read(2), both.tell(), both.read())
raw.seek(0)
raw.write(b"XYZ")
both.flush()
print(both.seek(0), both.peek(3)[:3])


# Text: what a writer keeps back, a text whose replace() meddles, a lone carriage return at the end.
class Log(io.RawIOBase):
    written = ()

    def writable(self):
        return True

    def write(self, data):
        self.written += len(data),
        return len(data)


log = Log()
writer = io.TextIOWrapper(log, encoding="ascii")
for size in 3, 3, writer._CHUNK_SIZE, 5, writer._CHUNK_SIZE + 1:
    writer.write("x" * size)
print(log.written)


class Meddler(str):
    def replace(self, *arguments):
        return self.action()


for action in (lambda: None), (lambda: stream.close() or "a"), (lambda: stream.detach() and "a"):
    stream = io.TextIOWrapper(io.BytesIO(), newline="\r\n")
    meddler = Meddler("a\n")
    meddler.action = action
    show(stream.write, meddler)
ended = io.TextIOWrapper(io.BytesIO(b"line1\r"), encoding="utf-8")
print([ended.readline(), place := ended.tell(), ended.seek(place), ended.read()])
pair = io.TextIOWrapper(io.BufferedRWPair(io.BytesIO(b"foo\nbar\n"), io.BytesIO()), encoding="utf-8")
print([pair.readline(), pair.write("x"), pair.readline()])
detached = io.TextIOWrapper(io.BytesIO(), "utf-8")
detached.detach()
show(lambda: detached.buffer)
show(delattr, ended, "_CHUNK_SIZE")
show(io.TextIOWrapper(io.BytesIO()).reconfigure, encoding="locale\0")
