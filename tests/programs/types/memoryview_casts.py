# Any array can be seen as bytes; numbers that do not fit; options of the running interpreter.
import ctypes
import os
import struct
import sys


def attempt(action):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)


class Point(ctypes.BigEndianStructure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_short)]


view = memoryview(Point(1, 2))
print(view.cast("B").tolist(), view.cast("B").format)
for wanted in ("h", "<B", "z", ""):
    attempt(lambda: view.cast(wanted))
print(memoryview(ctypes.c_double(1.5)).cast("B").nbytes)

for letter in "efd":
    numbers = memoryview(bytearray(8)).cast(letter)
    for value in (1e10, 1e300, 2**1024, "x"):
        def store():
            numbers[0] = value
            return numbers[0]
        print(letter, str(value)[:8], end=": ")
        attempt(store)

for value in (1 << 64, -1 << 63, (-1 << 63) - 1):
    attempt(lambda: struct.pack("P", value))
print(b"xy" * -1, b"xy" * 0)

get, change = ctypes.pythonapi.PyConfig_Get, ctypes.pythonapi.PyConfig_Set
get.restype = ctypes.py_object
get.argtypes = [ctypes.c_char_p]
change.argtypes = [ctypes.c_char_p, ctypes.py_object]
flags = sys.flags
for name, value in [("verbose", 1), ("verbose", 0), ("quiet", 5), ("cpu_count", 7), ("int_max_str_digits", 700),
                    ("optimization_level", 2), ("optimization_level", 0), ("bytes_warning", -1), ("utf8_mode", 1),
                    ("argv", ["a"]), ("argv", [1]), ("argv", None), ("platlibdir", 1), ("nonsense", 1)]:
    print(name, value, end=": ")
    attempt(lambda: (change(name.encode(), value), get(name.encode())))
print(flags is sys.flags, sys.flags.verbose, sys.flags.quiet, sys.flags.int_max_str_digits, sys.argv)
print(os.cpu_count())
