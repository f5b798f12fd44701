"""f-strings: conversions, nesting, formats, debugging form, quotes."""
import datetime
import decimal

name, width, value = "Ada", 12, 3.14159
print(f"{name} {name!r} {name!s:>6}| {value:.2f} {value:{width}.{2 + 1}e} {{literal}}")
print(f"{name=} {value=:.1f} {width + 1 = } {name!r:^9}")
print(f"{'nested ' + f'{name + f"{width}"}'}")
print(f"{name
    .upper()}", f"""{
    value:>{width}}""")
print(f"{ {'k': 1}['k'] } {(lambda x: x * 2)(4)} {[i for i in range(3)]}")
print(rf"\d{name}\n", f"\N{SNOWMAN} {'\n'.join(['a', 'b'])!r}")
print(f"{datetime.date(2024, 2, 29):%d.%m.%Y} {decimal.Decimal('1.10'):+.3f} {255:#x} {255:08b} {1e9:,.0f}")
print(f"{None} {True:d} {True!s:>5} {'é':a>4} {'é'!a}")


class Custom:
    def __format__(self, spec):
        return f"<{spec}>"

    def __repr__(self):
        return "Custom()"


print(f"{Custom():anything goes %%} {Custom()!r} {Custom()!r:>10} {Custom():}")
print("a" f"{1}" "b" f"{2}" r"\c")
for bad in (lambda: f"{value:d}", lambda: f"{name:.2f}", lambda: f"{object():x}", lambda: f"{[]:5}", lambda: f"{5:s}"):
    try:
        print(bad())
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
print(f"{3 if value > 3 else 4} {width:=^{width}} {name[0]}{name[-1]!r} {(x := 5)} {x}")
print(f"{'a' if True else 'b':<3}|{-7 // 2} {7 % -3} {2 ** -1} {'%s' % name}")
def generator():
    got = yield f"{(yield 'first')}"
    print("got", got)
g = generator()
print(next(g), g.send("sent"))
for source in ("f'{'", "f'{}'", "f'{a b}'", "f'}'", "f'{a!z}'", "f'{a:{b:{c:{d}}}}'"):
    try:
        compile(source, "<test>", "eval")
        print("fine:", source)
    except SyntaxError as error:
        print("SyntaxError:", source)
