"""int: operators on small and huge values, division rules, powers, errors."""
import math

big = 12345678901234567890123456789
for a, b in [(7, 2), (-7, 2), (7, -2), (-7, -2), (big, 97), (-big, 10 ** 9), (big, -big), (0, 5)]:
    print(a, b, a + b, a - b, a * b, a // b, a % b, divmod(a, b), a / b)
print(2 ** 200, (-3) ** 51, 10 ** 0, 2 ** -3, 0 ** 0)
print(pow(3, 1000, 7 ** 20), pow(3, -1, 11), pow(-5, 3, 13), pow(2, 10, -7), pow(10, -2))
print(big & 0xFFFF, big | 1, big ^ big, ~big, big << 65, big >> 65, -big >> 65, -1 >> 100, 1 << 0)
print(-big & 0xFF, -256 | 15, -big ^ (1 << 100))
print(math.factorial(50), math.comb(100, 50), math.isqrt(10 ** 41), math.gcd(2 ** 100, 6 ** 50), math.lcm(12, 18, 7))
print(abs(-big), +big, -(-big), int(True) + True, round(12345, -2), round(15, -1), round(25, -1), round(-35, -1), round(7, -5))
print(big == float(big), 2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53 + 1, big < float("inf"), 10 ** 400 > 1e308)
print((2 ** 64).bit_length(), (-5).bit_length(), (255).bit_count(), (0).bit_length(), (10 ** 30).bit_count())
for bad in ("1 // 0", "1 % 0", "1 / 0", "divmod(1, 0)", "pow(2, -1, 4)", "pow(2, 3, 0)", "1 << -1", "1 >> -1", "10 ** 400 / 3.0", "float(10 ** 400)",
            "10 ** 400 / 1", "0 ** -1", "1 << (1 << 70)", "round(5, 1.5)", "pow(2.0, 3, 5)", "(5).to_bytes(0)", "1 + '1'", "int.__add__(1, 'a')"):
    try:
        print(bad, eval(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print(10 ** 400 // 10 ** 399, (10 ** 400) / (10 ** 398), 7 ** 77 % 10 ** 12, (3 ** 2000) % (2 ** 61 - 1))
x = 1
for i in range(1, 200):
    x = x * i + (x >> 3) - i
print(x % 1000000007, x.bit_length())
print(int.__add__(1, 1.0), (5).__truediv__(2), (5).__rsub__(7), (5).real, (5).imag, (5).numerator, (5).denominator, (5).conjugate(), (5).is_integer())
print(hash(2 ** 61 - 1), hash(2 ** 61), hash(-1), hash(-2), hash(big) == hash(int(str(big))), hash(10 ** 100) % 1000)
