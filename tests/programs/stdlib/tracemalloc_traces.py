"""tracemalloc: where memory was asked for, how much there is, and what stop and clear forget."""
import struct
import tracemalloc

print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory())
for limit in (0, -1, 65536):
    try:
        tracemalloc.start(limit)
    except ValueError as error:
        print(error)


def make(size):
    return bytearray(size)


def outer(size):
    return make(size)


tracemalloc.start(2)
print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())
before, _ = tracemalloc.get_traced_memory()
block = outer(1_000_000)
current, peak = tracemalloc.get_traced_memory()
print(1_000_000 <= current - before < 1_010_000, peak >= current)
found = tracemalloc.get_object_traceback(block)
print([frame.lineno for frame in found], found.total_nframe)
biggest = tracemalloc.take_snapshot().statistics("traceback")[0]
print(biggest.count, 1_000_000 <= biggest.size < 1_010_000, [frame.lineno for frame in biggest.traceback])

del block, found
current, peak = tracemalloc.get_traced_memory()
print(current - before < 900_000, peak - before >= 1_000_000)
tracemalloc.reset_peak()
print(tracemalloc.get_traced_memory()[1] - before < 900_000)

kept = make(500_000)
tracemalloc.clear_traces()
print(tracemalloc.get_object_traceback(kept), tracemalloc.get_traced_memory()[0] < 100_000)
kept.extend(bytes(600_000))
print(tracemalloc.get_traced_memory()[0] >= 1_100_000, tracemalloc.get_tracemalloc_memory() > 0)

tracemalloc.stop()
print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory(), tracemalloc.get_object_traceback(kept))
print([float(text) for text in ("1.5", "2.5")], struct.unpack("<hb", b"\1\0\2"), [{}, [1], (2,)])
