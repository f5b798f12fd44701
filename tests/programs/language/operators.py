"""Operator overloading: reflected, in-place, and NotImplemented."""


class Money:
    def __init__(self, amount):
        self.amount = amount

    def __repr__(self):
        return f"Money({self.amount})"

    def __add__(self, other):
        if isinstance(other, Money):
            return Money(self.amount + other.amount)
        return NotImplemented

    def __radd__(self, other):
        return self if other == 0 else NotImplemented

    def __mul__(self, factor):
        return Money(self.amount * factor)

    __rmul__ = __mul__

    def __iadd__(self, other):
        self.amount += other.amount
        return self

    def __neg__(self):
        return Money(-self.amount)

    def __eq__(self, other):
        return self.amount == other.amount if isinstance(other, Money) else NotImplemented

    def __lt__(self, other):
        return self.amount < other.amount if isinstance(other, Money) else NotImplemented

    def __matmul__(self, other):
        return f"{self} @ {other}"

    def __divmod__(self, other):
        return divmod(self.amount, other)

    def __pow__(self, exponent, modulo=None):
        return pow(self.amount, exponent, modulo)

    def __getitem__(self, key):
        return key

    def __contains__(self, item):
        return "truthy" if item else ""

    def __call__(self, *args, **kwargs):
        return args, kwargs

    def __index__(self):
        return self.amount

    def __invert__(self):
        return "inverted"

    def __round__(self, digits=None):
        return f"rounded {digits}"


m = Money(5)
print(m + Money(2), sum([Money(1), Money(2)]), 3 * m, m * 2, -m, m @ 1, divmod(m, 3), pow(m, 2, 7), m ** 2)
alias = m
m += Money(10)
print(alias, m is alias, m == Money(15), m != Money(15), m < Money(20), m > Money(1), 5 == m)
print(m[1], m[1:2], m[1, ::2], m[...], 1 in m, 0 in m, m(1, a=2), hex(m), [0] * Money(2), ~m, round(m), round(m, 2))
for bad in ("m + 1", "'a' + m", "m < 5", "m - 1", "m -= 1", "m @= 2; print(m)", "+m", "m << 1", "hash(m)", "1 + m", "None + 1", "m ** 'a'",
            "[] + ()", "'a' * 'b'", "{} | []", "1 @ 2", "-'a'", "~1.5", "5 in 5", "[1] < [None]", "1 < 'a'", "abs('x')", "divmod(1, 'a')"):
    try:
        exec(bad)
        print("fine", bad)
    except TypeError as error:
        print(bad, "->", error)


class Base:
    def __add__(self, other):
        return "Base add"

    def __radd__(self, other):
        return "Base radd"


class Derived(Base):
    def __radd__(self, other):
        return "Derived radd wins"


print(Base() + Derived(), Derived() + Base(), 1 + Base(), Base() + 1)


class Only:
    def __rsub__(self, other):
        return f"{other} - only"

    def __ror__(self, other):
        return "ror"

    __rfloordiv__ = None


print(10 - Only(), {} | Only())
try:
    1 // Only()
except TypeError as error:
    print(error)


class Eq:
    def __eq__(self, other):
        return [1, 2]


print(Eq() == 1, Eq() != 1, Eq.__hash__, NotImplemented.__class__.__name__)
import operator
print(operator.add(1, 2), operator.itemgetter(1, 2)("abc"), operator.attrgetter("real.imag")(5), operator.methodcaller("upper")("x"), operator.iadd([1], [2]))
