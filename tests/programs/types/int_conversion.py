"""int: parsing, formatting, bytes, bases, limits."""
import sys

for text, base in [("42", 10), (" -0x_FF ", 16), ("0b101", 0), ("zz", 36), ("1_000", 10), ("٣٤", 10), ("+7", 10), ("0o17", 0), ("-0", 10), ("1" * 50, 2)]:
    print(repr(text), base, int(text, base))
print(int(), int(3.99), int(-3.99), int(b"12"), int(bytearray(b"7")), int(True), int("  5\n"))
for bad in (("4.5",), ("",), ("0x1", 10), ("1__0",), ("12", 1), ("9", 8), (None,), ([],), ("5", "10"), (5, 10), ("1" + "0" * 5000,), (float("nan"),), (float("inf"),), ("a\0",), (b"\xff",), ("_1",)):
    try:
        print(int(*bad))
    except Exception as error:
        print(type(error).__name__, str(error)[:90])
print(bin(-10), oct(64), hex(-255), bin(2 ** 70), hex(10 ** 25), oct(10 ** 25))
n = 123456789012345678901234567890
print(str(n), repr(-n), f"{n:,} {n:_} {n:x} {n:#X} {n:_b} {n:+d} {n:e} {n:.3g} {n:40d}| {-n:<40}| {n:^40}| {-n:040d}| {n:n}")
print(f"{65:c} {5:3}|{-5:=5}|{5:+}|{5: }|{5:05}|{1234567:,.2f}|{7:%}|{255:#o}|{255:#b}|{0:d}|{12:*>8x}")
for value in (0, 1, -1, 255, 256, -128, -129, 10 ** 20, -(10 ** 20)):
    for signed in (False, True):
        try:
            data = value.to_bytes(9, "big", signed=signed)
            print(data.hex(), int.from_bytes(data, "big", signed=signed), value.to_bytes(9, "little", signed=signed)[:3].hex())
        except OverflowError as error:
            print(value, error)
print(int.from_bytes(b""), int.from_bytes([1, 2], "little"), (1).to_bytes())
print(sys.get_int_max_str_digits(), sys.int_info.default_max_str_digits)
try:
    str(10 ** 5000)
except ValueError as error:
    print(error)
sys.set_int_max_str_digits(0)
s = str(7 ** 9000)
print(len(s), s[:20], s[-20:], int(s) == 7 ** 9000)


class Index:
    def __index__(self):
        return 5


class Int:
    def __int__(self):
        return 6


class Bad:
    def __int__(self):
        return "x"


print(int(Index()), int(Int()), [1, 2, 3, 4, 5, 6][Index()], hex(Index()), range(Index())[-1])
for thing in (Bad(), object()):
    try:
        int(thing)
    except TypeError as error:
        print(error)


class MyInt(int):
    def __new__(cls, value):
        return super().__new__(cls, value * 2)

    def __repr__(self):
        return f"MyInt({int(self)})"


print(MyInt(4), MyInt(4) + 1, type(MyInt(4) + 1), MyInt.from_bytes(b"\x05"), int(MyInt(3)), f"{MyInt(2)}", f"{MyInt(2):d}")
print((12).as_integer_ratio(), int("10", base=2), isinstance(True, int), (True).__int__(), bool.__mro__)
