"""int: values of tens of thousands of digits, where the algorithms are other ones."""
import hashlib
import sys

sys.set_int_max_str_digits(0)


def digest(value):
    return hashlib.sha256(str(value).encode()).hexdigest()[:16]


a, b = 3 ** 20000, 7 ** 12000
print(a.bit_length(), b.bit_length(), len(str(a)))
product = a * b
print(digest(a), digest(b), digest(product), digest(a * a), digest(a + b), digest(a - b))
q, r = divmod(product + 12345, a)
print(q == b, r, divmod(-product - 1, b)[0] == -a - 1)
print(digest(product // (b >> 1000)), digest(product % (10 ** 5000)), digest(a ** 3), digest(a << 12345), digest(a >> 777))
print(int(str(product)) == product, int(hex(product), 16) == product, int(oct(a), 8) == a, int(bin(b), 2) == b)
print(digest(a & b), digest(a | b), digest(a ^ b), digest(~a), digest(-a & b), digest(-a | b))
print(pow(a, b, 10 ** 20 + 39), (a * b) % 97 == (a % 97) * (b % 97) % 97)
import math
root = math.isqrt(product)
print(root * root <= product < (root + 1) ** 2, math.gcd(a * 6, b * 6), digest(math.factorial(3000)))
print(a > b, a == a + 0, -a < b, hash(a) == hash(3 ** 20000), product.to_bytes(8192, "little").hex()[:32])
fibonacci = [0, 1]
for _ in range(5000):
    fibonacci.append(fibonacci[-1] + fibonacci[-2])
print(digest(fibonacci[-1]), math.log10(fibonacci[-1]), math.log2(a), math.log(product, 3))
