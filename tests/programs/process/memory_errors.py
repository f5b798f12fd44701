"""Allocations that cannot succeed: MemoryError or OverflowError, and the program goes on."""
import sys

huge = 1 << 60
for source in ("[0] * huge", "(0,) * huge", "'a' * huge", "b'a' * huge", "bytearray(huge)", "bytes(huge)", "[None] * (1 << 62)", "'a' * (1 << 63)", "bytearray(1 << 63)", "list(range(huge))", "1 << (1 << 62)", "'%*d' % (1 << 61, 1)", "'{:>1000000000000000}'.format('x')", "'x'.ljust(huge)", "'x'.zfill(huge)", "b'x'.center(huge)", "'ab'.replace('', 'x' * 10) * huge", "'\\t'.expandtabs(1 << 62)",
               "range(huge)[0]", "len(range(1 << 70))", "memoryview(b'a').cast('B', [huge])", "[1, 2].__mul__(huge)", "__import__('array').array('d', [0]) * huge", "__import__('io').BytesIO().truncate(huge)", "__import__('io').BytesIO(b'x').read(huge)", "int.to_bytes(1, huge)", "'x'.join(['a'] * 3)", "__import__('struct').pack('1000000000000000000s', b'')", "__import__('itertools').repeat(1, huge).__length_hint__() == huge", "('x' * 10 ** 6).__len__()", "'x' * -huge", "[0] * -huge", "'a' * 0 * huge"):
    try:
        result = eval(source)
        print(source, "=", result if not hasattr(result, "__len__") else len(result))
    except (MemoryError, OverflowError, ValueError, TypeError) as error:
        print(source, "->", type(error).__name__, error)
try:
    x = [1]
    x *= huge
except MemoryError as error:
    print("in place", type(error).__name__, x)
try:
    x = bytearray(b"a")
    x *= huge
except MemoryError as error:
    print("in place", type(error).__name__, x)
big = bytearray(100 * 1024 * 1024)
big[-1] = 1
print(len(big), big[-1])
del big
pieces = [bytes(1024) for _ in range(10000)]
print(sum(map(len, pieces)))
