"""float: IEEE rules, division, powers, comparison with int, hash."""
import math

inf, nan = float("inf"), float("nan")
for a, b in [(7.5, 2.0), (-7.5, 2.0), (7.5, -2.0), (0.0, -3.0), (-0.0, 3.0), (inf, 2.0), (2.0, inf), (-2.0, inf), (1e308, 1e-308)]:
    print(a, b, a + b, a - b, a * b, a / b, a // b, a % b, divmod(a, b))
print(2.0 ** 0.5, (-8.0) ** (1 / 3), (-2.0) ** 3, 0.0 ** 0, inf ** 0, nan ** 0, 1 ** nan, 2.0 ** -1074, (-1.0) ** 1e300, (-0.0) ** 3)
print(nan == nan, nan != nan, nan < 1, nan in [nan], [nan] == [nan], inf == inf, -0.0 == 0.0, inf > 10 ** 400, 1e16 + 1 == 10 ** 16)
print(0.1 + 0.2 == 0.3, 2 ** 53 + 1 > float(2 ** 53), 10 ** 23 == 1e23, 1e23 < 10 ** 23, 3 == 3.0, 0.5 < 1, -inf < -(10 ** 1000))
for bad in ("1.0 / 0", "1.0 // 0", "1.0 % 0", "divmod(1.0, 0)", "0.0 ** -1", "1e200 ** 2", "math.exp(1000)", "math.sqrt(-1)", "math.log(0)", "2.0 << 1", "~1.0", "1.0 @ 2",
            "math.fmod(1, 0)", "math.floor(inf)", "math.factorial(2.5)", "math.pow(0, -1)", "math.acos(2)", "math.gamma(0)", "1.5 + None", "float.__add__(1.0, 'a')"):
    try:
        print(bad, eval(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print(hash(1.0), hash(0.5), hash(inf), hash(-inf), hash(1e300) == hash(int(1e300)), hash(-1.0), hash(0.1))
print(math.floor(-2.5), math.ceil(-2.5), math.trunc(-2.5), math.modf(-3.25), math.frexp(10.0), math.ldexp(0.625, 4), math.copysign(1, -0.0))
print(math.fsum([0.1] * 10), sum([0.1] * 10), math.hypot(3, 4), math.dist((0, 0), (1, 1)), math.isclose(0.1 + 0.2, 0.3), math.nextafter(1, 2), math.ulp(1.0))
print(math.prod([1.5, 2, 3]), math.remainder(7, 2.5), math.cbrt(8), math.exp2(10), math.log1p(1e-10), math.expm1(1e-10), math.erf(0.5), math.gamma(5), math.lgamma(10), math.fma(2.0, 3.0, 1.0))
print(abs(-2.5), -nan, +inf, 5.0 .real, 5.5.imag, 5.5.conjugate(), min(1, 1.0), max(nan, 1) is nan, sorted([3, 1.5, -inf, 2]), sum([1, 2.5, True]))


class F(float):
    def __repr__(self):
        return "F!"


print(F(1.5), [F(1.5)], F(1.5) + 1, type(F(1.5) * 2), F("2.5").real, F(2) == 2)
print(1e308 * 10, -1e308 * 10, 5e-324 / 2, 1e-320 * 10, 4.9e-324, 0.1 * 3, 1 - 0.9, 1.1 + 2.2, 1e16 + 1.0 - 1e16)
