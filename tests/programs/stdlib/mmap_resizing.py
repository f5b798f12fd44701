"""mmap: maps that change their size under the feet of their own methods; what a match keeps of what it searched."""
import mmap
import re
import tempfile


def show(function, *arguments, **keywords):
    try:
        print(function(*arguments, **keywords))
    except BaseException as error:
        print(type(error).__name__, error)


shared = mmap.mmap(-1, 8192)
show(shared.resize, 4096)
show(shared.resize, 8192)
show(shared.size)
private = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
show(private.resize, 8192)
print(len(private))
with tempfile.TemporaryFile() as file:
    file.write(b"a" * 64)
    file.flush()
    for number in file.fileno(), -1:
        untracked = mmap.mmap(number, 64, trackfd=False)
        show(untracked.size)
        show(untracked.resize, 128)
        show(untracked.resize, 32)


class Shrinks:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        map.resize(4096)
        return self.value


def store(index, value):
    map[index] = value


for function in (
    lambda: store(8191, Shrinks(3)),
    lambda: store(Shrinks(8191), 3),
    lambda: map[Shrinks(8191)],
    lambda: len(map[Shrinks(0):8191]),
    lambda: store(slice(Shrinks(4096), 8191), b"x" * 4095),
    lambda: store(slice(None, None, -1), bytes(range(256)) * 32),
    lambda: map.move(4096, Shrinks(0), 100),
):
    map = mmap.mmap(-1, 8192)
    show(function)
print(map[:3], map[-3:])
map = mmap.mmap(-1, 8192)
map.seek(5000)
map.resize(4096)
for function in map.read, map.tell, map.readline, map.read_byte:
    show(function)
show(map.write, b"a")
show(map.write_byte, 1)
show(map.find, b"a")
show(map.rfind, b"a")

searched = mmap.mmap(-1, 64)
searched[:5] = b"hello"
match = re.search(b"l+", searched)
print(match.group(), match.expand(rb"<\g<0>>"))
searched.close()
print(match.span())
array = bytearray(b"some bytes")
match = re.search(b"byte", array)
array.clear()
print(match.group(), match.string)
