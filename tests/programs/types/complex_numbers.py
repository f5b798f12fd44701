"""complex: arithmetic, repr, parsing, formatting, cmath."""
import cmath

z, w = 3 + 4j, 1 - 2j
print(z + w, z - w, z * w, z / w, z ** 2, z ** 0.5, z ** w, abs(z), z.conjugate(), -z, z == 3 + 4j, z != w, z.real, z.imag)
print(repr(1j), repr(-1j), repr(0j), repr(-0j), repr(complex(-0.0, 0)), repr(complex(0, -0.0)), complex(1, float("nan")), complex(float("inf"), 1), 1e20j, 1.5 - 0.5j)
print([complex(text) for text in ("1+2j", "  -3j ", "(4-5j)", "1e3", "j", "-j", "inf+nanj", "1_0+1_1j")])
for bad in ("", "1+", "1 + 2j", "1+2", "abc", "1+2jj", "(1"):
    try:
        complex(bad)
    except ValueError as error:
        print(error)
for bad in ("z < w", "z // w", "z % w", "int(z)", "float(z)", "divmod(z, w)", "complex('1', 2)", "complex([])", "z / 0", "0j ** -1", "round(z)", "f'{z:d}'", "f'{z:=10}'", "f'{z:010}'", "complex(1, '2')", "pow(z, 2, 3)"):
    try:
        print(bad, eval(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print(f"{z:.2f} {z:>15} {z:e} {z:+.1f} {z!r:^10} {z:,.3f} {1.5 + 2j:g}")
print(complex(), complex(2), complex(2, 3), complex(True, 2.5), complex(z, w), complex(real=1, imag=2), complex.from_number(2))
print(hash(z), hash(1 + 0j) == hash(1), 1 + 0j == 1.0, {1: "int"}[1 + 0j], bool(0j), bool(1e-300j), (1 + 2j).__getnewargs__())
print(cmath.sqrt(-1), cmath.phase(-1), cmath.polar(1j), cmath.rect(1, 0), cmath.isclose(cmath.exp(1j * cmath.pi), -1), cmath.isnan(complex("nan")), cmath.inf, cmath.infj)
print([round(part, 10) for value in (cmath.log(z), cmath.sin(z), cmath.tanh(w), cmath.acos(2), cmath.atan(1 + 1j)) for part in (value.real, value.imag)])


class C:
    def __complex__(self):
        return 5 + 6j


class Bad:
    def __complex__(self):
        return 1.0


print(complex(C()))
try:
    complex(Bad())
except TypeError as error:
    print(error)
print((2 + 0j) * float("inf"), (1 + 1j) * 2, 2 * (1 + 1j), 1 / 1j, 1j ** 2, (1 + 1j) ** 3, (1 + 1j) ** -2, 2 ** 1j, sum([1j, 2j]), 1 - 0j, -0.0 + 0j)
