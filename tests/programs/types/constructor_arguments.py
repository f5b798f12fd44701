"""How constructors of builtin types refuse arguments."""


class Text(str):
    pass


class Whole(int):
    pass


class Number(float):
    pass


class Tolerant(float):
    def __init__(self, *args, **kwargs):
        pass


def attempt(function, *args, **kwargs):
    try:
        print(function.__name__, args, kwargs, repr(function(*args, **kwargs)))
    except TypeError as error:
        print(function.__name__, args, kwargs, error)


CALLS = [
    ((b"x", "u", "i"), {"encoding": "a"}),
    ((b"x", "u"), {"encoding": "a"}),
    ((1, 2, 3, 4), {}),
    ((1, 2, 3, 4), {"a": 1}),
    ((1,), {"a": 1}),
    ((1, 2, 3), {"object": 2}),
    ((), {"a": 1, "b": 2, "c": 3, "d": 4}),
]
for function in (str, Text, bytes, bytearray, int, Whole, float, complex):
    for args, kwargs in CALLS:
        attempt(function, *args, **kwargs)
for function in (Number, Tolerant):
    attempt(function, x=1)
    attempt(function, 1, x=1)
    attempt(function, 1, 2)
attempt(int.from_bytes, 0, "big")
attempt(int.from_bytes, "", "big")
attempt(int.from_bytes, b"", "big", signed=1, x=1, y=2)
attempt(int.from_bytes, a=1, b=2, c=3, d=4)
attempt("a".split, 1, 2, 3)
attempt("a".expandtabs, x=1, y=2)
attempt([].sort, a=1, b=1, c=1)

# Names of encodings are not looked up for nothing.
print(repr(str(b"", "unheard of")), repr(b"".decode("ascii", "unheard of")))

# An index in a field goes up to its bracket.
for template, *args in [
    ("{0[{1}]}", "abcdefg", 4),
    ("{0[{}", "a"),
    ("{a{b}", "a"),
    ("{0[1{2}]:x}", "a"),
    ("{a[}]}", "a"),
    ("{0[:!]}", {":!": 1}),
]:
    try:
        print(template, template.format(*args))
    except Exception as error:
        print(template, type(error).__name__, error)


class Odd(float):
    pass


Odd.__module__ = "somewhere"
for template in ("%c", b"%c"):
    for value in (Odd(1), object(), "ab", b"ab"):
        try:
            print(template % value)
        except TypeError as error:
            print(template, error)
