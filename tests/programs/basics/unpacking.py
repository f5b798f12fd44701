"""Assignment forms."""
a, b = 1, 2
a, b = b, a
first, *rest = [1, 2, 3]
(x, y), z = (1, 2), 3
print(a, b, first, rest, x, y, z)
c = d = []
c.append(1)
print(d, [*rest, *"ab"], {**{"k": 1}, "j": 2})
if (n := len(rest)) > 1:
    print(n)
def pair():
    return 1, 2
p, q = pair()
print(p, q)
