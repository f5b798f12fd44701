"""decimal, fractions, statistics, random, math helpers."""
import decimal
import fractions
import math
import random
import statistics
from decimal import Decimal as D
from fractions import Fraction as F

print(D("1.10") + D("2.205"), D(1) / D(7), D("1e3"), D("-0"), D("NaN"), D("Infinity"), D(0.1), D("3.14159").quantize(D("0.01")), D(2).sqrt(), D("1.5") ** 3, D(10).ln(), D("123.456").to_eng_string(), D("1E+5").normalize(), D(5) // D(2), D(-5) % D(3), D("1.0") == 1, hash(D("1.0")) == hash(1), D("2.5").to_integral_value(), f"{D('1234567.891'):,.2f} {D('0.00001'):e} {D('1.5'):g}", D((0, (1, 2), -1)), D("1.20").as_tuple(), int(D("3.9")), float(D("0.1")), D(3).compare(D(4)), D("12").fma(2, 3))
with decimal.localcontext(prec=5, rounding=decimal.ROUND_UP) as context:
    print(D(1) / 3, D("2.000001") + 0, context.flags[decimal.Inexact], decimal.getcontext().prec)
for bad in (lambda: D(1) / 0, lambda: D("x"), lambda: D(0) / 0, lambda: D(-1).sqrt(), lambda: D(1) + 1.5, lambda: D("1e1000000") ** 10, lambda: D("sNaN") + 1, lambda: int(D("NaN")), lambda: F(1, 0), lambda: F("x"), lambda: F(1.5, 2), lambda: D(1) < "a", lambda: statistics.mean([]), lambda: statistics.mode([]), lambda: random.choice([]), lambda: random.randrange(5, 5), lambda: random.sample([1], 2), lambda: random.randint(1.5, 2)):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
print(F(3, 6), F("0.125"), F(0.5), F("3/4") + F(1, 4), F(1, 3) * 3, F(7, 2) // 1, F(-7, 2) % 2, F(2, 3) ** -2, F(1, 2) ** 0.5, F(math.pi).limit_denominator(100), round(F(7, 3)), round(F(22, 7), 2), F(1, 2) == 0.5, F(1, 3) < D("0.5") if False else F(1, 3) < 0.5, hash(F(2)) == hash(2), repr(F(1, 2)), F(5, 3).as_integer_ratio(), float(F(1, 3)), f"{F(1, 3):.4f} {F(3, 1)}", math.floor(F(-1, 2)), F.from_decimal(D("0.1")), F(1, 2) + 1j)
random.seed(12345)
print([random.random() for _ in range(3)], random.randint(1, 100), random.choice("abcdef"), random.sample(range(100), 5), random.shuffle(x := list(range(8))), x, random.gauss(0, 1), random.uniform(1, 2), random.getrandbits(100), random.choices("ab", [1, 5], k=8), random.expovariate(1), random.betavariate(2, 3), random.triangular(), random.randbytes(4).hex(), random.normalvariate(), random.vonmisesvariate(0, 1), random.lognormvariate(0, 1), random.binomialvariate(10, 0.3), random.paretovariate(2), random.weibullvariate(1, 2), random.gammavariate(2, 1))
state = random.getstate()
first = random.random()
random.setstate(state)
print(random.random() == first, random.Random("text seed").random(), random.Random(2 ** 100).random(), random.Random(b"bytes").random(), random.Random(1.5).random(), random.Random(-5).random(), random.randrange(0, 100, 7), state[0], len(state[1]))
data = [2, 3, 5, 7, 11, 13, 17]
print(statistics.mean(data), statistics.fmean(data), statistics.median(data), statistics.median_low([1, 2, 3, 4]), statistics.mode("aab"), statistics.multimode("aabb"), statistics.stdev(data), statistics.pvariance(data), statistics.quantiles(data), statistics.harmonic_mean([1, 2]), statistics.geometric_mean([1, 4]), statistics.correlation(data, data), statistics.linear_regression([1, 2, 3], [2, 4, 6]), statistics.NormalDist(0, 1).cdf(1.96), statistics.mean([F(1, 2), F(1, 3)]), statistics.covariance([1, 2], [3, 5]), statistics.median_grouped([1, 2, 2, 3]), statistics.NormalDist.from_samples(data))
print(math.comb(10, 3), math.perm(5, 2), math.gcd(), math.lcm(4, 6), math.prod(range(1, 6)), math.sumprod([1, 2], [3, 4.5]), math.isqrt(99), math.degrees(math.pi), math.radians(180), math.tau, math.e, math.log(8, 2), math.log10(1000), math.log2(1024), math.sinh(1), math.atan2(1, -1), math.pow(2, 0.5), math.isfinite(1e308), math.isinf(math.inf), math.isnan(math.nan), math.fabs(-1), math.erfc(1), math.nextafter(0, 1), math.floor(1e20), math.trunc(-1.7), math.copysign(3, -0.0))
