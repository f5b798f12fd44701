"""float: shortest repr, rounding, formatting, hex, parsing."""
values = [0.0, -0.0, 1.0, 0.1, 1 / 3, 1e16, 1e15, 9999999999999998.0, 123456789.125, 1e-4, 1e-5, 5e-324, 2.2250738585072014e-308,
          1.7976931348623157e308, float("inf"), float("-inf"), float("nan"), 2.5, 100.0, 1e22, 1e23, 4.35, 0.5, 1e100, 9007199254740993.0]
for value in values:
    print(repr(value), str(value), f"{value:g} {value:e} {value:.3f}" if abs(value) < 1e30 else f"{value:g} {value:.2e}", value.hex())
print([float(text) for text in ("1e3", " 2.5 ", "-inf", "nan", "1_0.5", ".5", "5.", "Infinity", "+1E-2", "٣.٥", "0x1p3"[:1])])
for bad in ("", "abc", "1e", "1__0", "0x10", "1,5", "--1", "1 2", None, [], 1j):
    try:
        print(float(bad))
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
print(f"{1234567.891:,.2f} {1234567.891:_.1f} {0.000012345:.3g} {123456:.3g} {1e10:n} {0.25:%} {0.256:.1%} {3.0:g} {3.0:#g} {3.7:.0f} {2.5:.0f} {3.5:.0f}")
print(f"{3.14:10.1f}|{3.14:<10.1f}|{3.14:^10.1f}|{-3.14:=+10.1f}|{3.14:010.2f}|{-3.14:010.2f}|{3.14: f}|{1e6:,}|{float('inf'):010}|{float('nan'):+}|{-0.0:z.1f}|{-0.04:z.1f}")
print("%f %e %g %.2f %10.3f|%-10.2f|%+.1f %05.1f %G %E" % (1.5, 1.5, 1e-7, 2.675, 3.14159, 2.5, 1.25, 2.5, 1e-10, 12345.678))
print(round(2.5), round(3.5), round(-2.5), round(2.675, 2), round(1234.5678, -2), round(1e300, 2), round(0.5), round(1.5), round(5e15 + 0.5), round(2.5, 0))
print((0.1).as_integer_ratio(), (0.1).hex(), float.fromhex("0x1.8p1"), float.fromhex("-0x1p-1074"), float.fromhex("inf"), (2.5).is_integer(), (3.0).is_integer(), float.from_number(3))
for bad in (lambda: round(float("nan")), lambda: int(float("inf")), lambda: float("inf").as_integer_ratio(), lambda: float.fromhex("zz"), lambda: float.fromhex("0x1p2000"), lambda: f"{1.5:x}", lambda: f"{1.5:.2d}", lambda: round(1e308, -308)):
    try:
        print(bad())
    except (ValueError, OverflowError) as error:
        print(type(error).__name__, error)
import sys
print(sys.float_info.max, sys.float_info.epsilon, sys.float_info.dig, sys.float_repr_style)
print(float.__getformat__("double"), float().__repr__(), float(2 ** 1023), float("9" * 400), float("0." + "0" * 400 + "1"))
