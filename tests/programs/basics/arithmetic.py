"""Small arithmetic, precedence and comparison."""
a, b = 17, 5
print(a + b, a - b, a * b, a // b, a % b, a / b, a ** b, -a // b)
print((a + b) * 2 - 3 ** 2, a > b, a == 17, a != b, not a < b, 1 < 2 < 3, a & b, a | b, a ^ b, ~a, a << 2, a >> 1)
x = 10
x += 5
x -= 1
x *= 2
x //= 3
x **= 2
x %= 50
print(x)
print(1.5 + 2, 0.1 + 0.2, 7 / 2, 2 ** 0.5, 1e10, 10 ** 20, abs(-3), round(2.567, 2), divmod(17, 5), max(1, 2), min(3, 4), sum([1, 2, 3]))
