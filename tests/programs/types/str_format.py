"""str.format and the format mini-language."""
print("{} {} {0}".format(1, 2) if False else "{0} {1} {0}".format(1, 2), "{} {}".format("a", "b"), "{a} {b[0]} {c.real} {d[key]}".format(a=1, b=[2], c=3j, d={"key": "v"}))
print("{:>10}|{:<10}|{:^10}|{:*^10}|{:=+10d}".format("r", "l", "c", "f", 42))
print("{:{width}.{precision}f}|{:{}}|".format(3.14159, "x", 5, width=10, precision=2) if False else "{:{width}.{precision}f}|".format(3.14159, width=10, precision=2), "{!r:>8} {!s} {!a}".format("é", "é", "é"))
print("{{}} {{{}}}".format(1), "{0[1]} {0[-1]}".format({1: "int key", "-1": "str key"}), "{.__class__.__name__}".format(5), "{0.__doc__}".format(type("C", (), {"__doc__": "doc"})))
print("{:d} {:x} {:o} {:b} {:c} {:e} {:%} {:n} {:,} {:_} {:#x} {:08.3f} {:+} {: }".format(5, 255, 8, 5, 65, 12345.678, 0.5, 10, 1234567, 1234567, 255, 3.14159, 5, 5))
print("{:s} {:.2s}|{:5.1s}|{:<5}|{:>5}".format("abc", "abc", "abc", True, None if False else "x"), format(5, "03d"), format("x", ">3"), format(3.0), format([1]), format(None, ""))
print("{:a^{}}".format("x", 5), "{:{}{}{}}".format("x", "*", "^", 9), "{:%Y-%m-%d}".format(__import__("datetime").date(2020, 1, 2)))
for template, args, kwargs in [
    ("{", (), {}), ("}", (), {}), ("{}", (), {}), ("{1}", (0,), {}), ("{} {0}", (1,), {}), ("{0} {}", (1,), {}), ("{a}", (), {}), ("{a.b}", (), {"a": 1}), ("{a[0]}", (), {"a": 1}),
    ("{!z}", (1,), {}), ("{!}", (1,), {}), ("{:d}", ("x",), {}), ("{:s}", (1,), {}), ("{:.2d}", (1,), {}), ("{:Z}", (1,), {}), ("{:,s}", ("x",), {}), ("{:=5}", ("x",), {}), ("{:+}", ("x",), {}),
    ("{:c}", (-1,), {}), ("{:{:{}}}", (1, 2, 3), {}), ("{a!r", (), {"a": 1}), ("{a[}", (), {"a": [1]}), ("{0[]}", ([1],), {}), ("{0.}", (1,), {}), ("{:#s}", ("x",), {}), ("{:,_}", (1,), {}), ("{:.}", (1.0,), {}), ("{:1000000000000000000000}", (1,), {}), ("{: s}", ("x",), {}), ("{:0=5s}", ("x",), {}), ("{:c}", ("x",), {}), ("{:,x}", (255,), {}),
]:
    try:
        print(repr(template), template.format(*args, **kwargs))
    except Exception as error:
        print(repr(template), "->", type(error).__name__, error)
print("{x} {y}".format_map({"x": 1, "y": 2}))


class Default(dict):
    def __missing__(self, key):
        return f"<{key}>"


print("{x} {unknown}".format_map(Default(x=1)))


class Point:
    x, y = 1.5, 2.5

    def __format__(self, spec):
        return f"({self.x:{spec}}, {self.y:{spec}})"


print("{:.2f} {p.x} {p}".format(Point(), p=Point()), format(Point(), "5.1f"))
import string
print(list(string.Formatter().parse("a{b!r:c{d}}e{{f}}")), string.Formatter().format("{0}-{k}", 1, k=2), string.Template("$a ${b}c $$").substitute(a=1, b=2), string.Template("$a $z").safe_substitute(a=1))
print(f"{1e10:,.2f} {123:=+8} {'x':05} {12.5:<08} {-5:=^9} {3:>+5} {0:+} {-0.0:+} {1000000:,d} {1234.5:010,.1f} {10:#06x} {10:#b} {0.1:.0%} {1e-7:g} {100000:g} {1000000:g} {1e15:} {123.456:.4} {5:.2e}")
