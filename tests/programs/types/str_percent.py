"""Formatting with %, for str and bytes."""
print("%s %r %a %d %i %u %x %X %o %e %E %f %F %g %G %c %c %%" % ("s", "r", "é", 1, 2.9, 3, 255, 255, 8, 1.5, 1.5, 1.5, 1.5, 1e-9, 1e-9, "c", 100))
print("%5d|%-5d|%05d|%+d|% d|%5s|%-5s|%.2s|%5.1f|%-8.3e|%#x|%#o|%+05d|%.3d|%8.3d" % (1, 2, 3, 4, 5, "a", "b", "abc", 1.25, 12345.678, 255, 8, 7, 5, 6))
print("%(a)s %(b)05.1f %(a)r" % {"a": 1, "b": 2.5}, "%(x)s" % {"x": [1]}, "%*d|%-*d|%.*f" % (5, 1, 5, 2, 2, 3.14159))
print("%s" % (1,), "%s" % [1, 2], "%s %s" % ("a", "b"), "%%" % (), "%s" % None, "%d" % True, "%x" % 10 ** 20 if False else "%x" % (10 ** 20), "%d" % 10 ** 3)
for template, value in [("%d", "x"), ("%s %s", 1), ("%s", (1, 2)), ("%z", 1), ("%", 1), ("%(a)s", 1), ("%(a)s", {}), ("%(a", {"a": 1}), ("%c", "ab"), ("%c", -1), ("%x", 1.5), ("%*d", ("a", 1)), ("x", 1), ("%d", None), ("%f", "1"), ("%i", [1]), ("%o", "7"), ("%.1000000000000f", 1.0), ("%c", 1.5), ("%d %(a)d", {"a": 1}), ("%c", 0x110000)]:
    try:
        print(repr(template), template % value)
    except Exception as error:
        print(repr(template), "->", type(error).__name__, error)
print("%i" % -3.99, "%d" % 1e20, "%.0f" % 2.5, "%.0f" % 3.5, "%g" % 100000, "%g" % 1e6, "%#g" % 1.0, "%.3g" % 1234567, "%e" % 0, "%s" % float("nan"), "%5.1f|" % float("inf"), "%.10g" % 0.1)
print(b"%s %b %d %x %c %a %r %5.2f %%" % (b"a", b"b", 5, 255, 65, "é", "q", 1.5), b"%s" % bytearray(b"x"), b"%-5s|" % b"a", b"%c" % b"z")
for template, value in [(b"%s", "text"), (b"%b", 5), (b"%d", b"x"), (b"%c", 256), (b"%c", b"ab"), (b"%q", 1)]:
    try:
        print(template % value)
    except Exception as error:
        print(template, "->", type(error).__name__, error)


class D(dict):
    def __missing__(self, key):
        return "missing " + key


class Odd:
    def __str__(self):
        return "odd str"

    def __repr__(self):
        return "odd repr"

    def __index__(self):
        return 77

    def __float__(self):
        return 0.25


print("%(zip)s" % D(), "%s %r %d %x %c %f" % (Odd(), Odd(), 5, Odd(), Odd(), Odd()), "%s" % Odd())
try:
    "%d" % Odd()
    print("index is enough")
except TypeError as error:
    print(error)
