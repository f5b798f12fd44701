"""Generators and iteration."""
def squares(n):
    for i in range(n):
        yield i * i


print(list(squares(5)), sum(squares(4)), [*squares(3)], next(squares(1)), max(squares(6)))
g = squares(2)
print(next(g), next(g), next(g, "end"))
print(sum(x for x in range(10)), any(x > 3 for x in squares(4)), dict((x, -x) for x in range(2)))


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n


print(list(tree(4)))
for a, b in zip(squares(3), "xyz"):
    print(a, b)
