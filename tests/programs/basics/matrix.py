"""Nested lists, zip, big loops in plain Python."""
def multiply(a, b):
    return [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]


a = [[1, 2], [3, 4]]
identity = [[1 if i == j else 0 for j in range(2)] for i in range(2)]
print(multiply(a, a), multiply(a, identity) == a, [list(row) for row in zip(*a)])
power = identity
for _ in range(30):
    power = multiply(power, [[1, 1], [1, 0]])
print(power)
total = 0
for i in range(100000):
    total = (total * 31 + i) % 1000003
print(total)
x = 0.0
for i in range(1, 1001):
    x += 1 / i ** 2
print(round(x, 10))
