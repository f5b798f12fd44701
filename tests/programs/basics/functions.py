"""Functions: defaults, keywords, star arguments, recursion, lambdas, closures."""
def add(a, b=10, *rest, scale=1, **named):
    return (a + b + sum(rest)) * scale, named


print(add(1), add(1, 2), add(1, 2, 3, 4), add(1, scale=2), add(1, b=5, extra="x"), add(*[1, 2], **{"scale": 3}))


def factorial(n):
    return 1 if n <= 1 else n * factorial(n - 1)


def make_adder(n):
    def adder(x):
        return x + n
    return adder


print(factorial(20), make_adder(5)(10), (lambda x: x * 2)(4), list(map(str, [1, 2])), sorted(["bb", "a"], key=len), list(filter(lambda x: x % 2, range(6))))


def documented():
    """Its doc."""


print(documented.__doc__, documented.__name__, documented())
