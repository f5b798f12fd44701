"""functools: partial, caches, wraps, singledispatch, total_ordering, reduce."""
import functools
from functools import cache, cached_property, lru_cache, partial, partialmethod, reduce, singledispatch, singledispatchmethod, total_ordering

p = partial(int, base=2)
print(p("101"), p.func, p.args, p.keywords, repr(partial(print, 1, sep="")), partial(p, "11")(), partial(partial(max, 5), 7)(6), partial(lambda *a, **k: (a, k), 1, x=2)(3, x=4, y=5), partial(lambda a, b, c: (a, b, c), functools.Placeholder, 2)(1, 3))
p.attribute = 1
print(p.attribute, reduce(lambda a, b: a * b, range(1, 6)), reduce(lambda a, b: a + b, [], "start"), reduce(max, [3, 9, 2]), reduce(lambda a, b: (a, b), "abc"))
for bad in (lambda: reduce(max, []), lambda: partial(), lambda: partial(5), lambda: reduce(5, [1, 2]), lambda: lru_cache(5.5)(len) if False else lru_cache("x"), lambda: cache(len)([]), lambda: p("2")):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
calls = []


@lru_cache(maxsize=2)
def square(x):
    calls.append(x)
    return x * x


print([square(i) for i in (1, 2, 1, 3, 2, 1.0)], calls, square.cache_info(), square.cache_parameters(), square.__wrapped__(5))
square.cache_clear()
print(square.cache_info(), square.__name__)


@lru_cache(typed=True)
def typed(x):
    return type(x).__name__


print(typed(1), typed(1.0), typed(True), typed.cache_info().currsize)


@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(100), fib.cache_info())


@singledispatch
def show(x):
    return f"object {x}"


@show.register
def _(x: int | float):
    return f"number {x}"


@show.register(list)
def _(x):
    return f"list of {len(x)}"


show.register(type(None), lambda x: "none")
print(show("s"), show(1), show(2.5), show([1]), show(None), show(True), show.dispatch(bool).__name__, sorted(c.__name__ for c in show.registry))


class Temp:
    @singledispatchmethod
    def set(self, x):
        return "any"

    @set.register
    def _(self, x: str):
        return "str"

    def power(self, base, exponent):
        return base ** exponent
    square = partialmethod(power, exponent=2)

    @cached_property
    def once(self):
        print("computed")
        return 5


t = Temp()
print(t.set(1), t.set("x"), t.square(7), t.once, t.once)


@total_ordering
class Rank:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == other.n

    def __lt__(self, other):
        return self.n < other.n


print(Rank(1) <= Rank(1), Rank(2) > Rank(1), Rank(1) >= Rank(2), max(Rank(1), Rank(3)).n)


def wrapper(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args)
    return inner


@wrapper
def documented(a: int) -> str:
    "The doc."


print(documented.__name__, documented.__doc__, documented.__wrapped__.__name__, documented.__annotations__, functools.WRAPPER_ASSIGNMENTS)
key = functools.cmp_to_key(lambda a, b: (a > b) - (a < b))
print(key(1) < key(2), sorted("hello", key=key), key(3).obj, functools.get_cache_token() is not None)
