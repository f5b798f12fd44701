"""Parameters of all kinds, their defaults, and every complaint about a call."""


def full(a, b, /, c, d=4, *args, e, f=6, **kwargs):
    return a, b, c, d, args, e, f, kwargs


print(full(1, 2, 3, e=5))
print(full(1, 2, c=3, e=5, g=7, a="kw"))
print(full(*range(6), e=0, **{"z": 1, "y": 2}))
print(full(1, *[2], *(3,), d=1, **{"e": 2}, **{"f": 3}))


def keyword_only(*, x, y=2):
    return x, y


def positional_only(a, b=2, /):
    return a, b


def plain(a, b, c=3):
    return a, b, c


def none():
    pass


class Class:
    def method(self, a):
        pass


calls = [
    "full()", "full(1)", "full(1, 2, 3)", "full(1, 2, 3, e=1, c=2)", "full(a=1, b=2, c=3, e=4)",
    "keyword_only()", "keyword_only(1)", "keyword_only(x=1, z=3)", "keyword_only(1, x=2)", "keyword_only(x=1, yy=3)",
    "positional_only(a=1)", "positional_only(1, b=2)", "positional_only()", "positional_only(1, 2, 3)",
    "plain()", "plain(1)", "plain(1, 2, 3, 4)", "plain(1, 2, b=3)", "plain(1, 2, d=4)", "plain(**{'a': 1, 'c': 2})",
    "none(1)", "none(x=1)", "Class().method()", "Class().method(1, 2)", "Class.method()", "Class(1)",
    "plain(*1)", "plain(**1)", "plain(**{1: 2})", "plain(1, **{'a': 2})", "full(1, 2, 3, e=1, **{'e': 2})",
    "len()", "len(1, 2)", "len(obj=[])", "int(x=1)", "sorted([], None)", "print(1, zep='')", "'a'.split(1)", "[].append()",
    "(lambda: 0)(1)", "5()", "'a'()", "None()", "max()", "isinstance(1)", "''.join(1, 2)", "range()", "dict(1)",
]
for call in calls:
    try:
        print(call, "=", eval(call))
    except TypeError as error:
        print(call, "->", error)


def defaults(items=[], count=len("abc")):
    items.append(count)
    return items


print(defaults(), defaults(), defaults([]), defaults.__defaults__)
full.__kwdefaults__["f"] = "changed"
plain.__defaults__ = (8, 9)
print(full(1, 2, 3, e=5)[6], plain(1))


def order():
    print("evaluated", end=" ")
    return 1


print((lambda *a, **k: (a, k))(order(), *[order()], x=order()))
for bad in ("def f(a, a): 0", "def f(a=1, b): 0", "def f(*): 0", "def f(**k, a): 0", "def f(/, a): 0", "f(a=1, 2)",
            "f(**k, *a)", "f(a=1, a=2)", "def f(*a, *b): 0", "def f(a, *, **k): 0", "f(x for x in y, 1)", "lambda *: 0"):
    try:
        compile(bad, "<x>", "exec")
        print("fine", bad)
    except SyntaxError as error:
        print(bad, "->", error.msg)
