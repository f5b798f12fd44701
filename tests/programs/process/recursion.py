"""Recursion limits: Python calls, repr, comparison, hashing, attribute hooks, callbacks from C, deep data."""
# time limit: 60
import sys
import copy


def attempt(name, action):
    try:
        print(name, "fine", action())
    except RecursionError as error:
        print(name, "RecursionError", str(error).split(" (")[0].split(" in ")[0][:40])
    except Exception as error:
        print(name, type(error).__name__, error)


def forever(n):
    return forever(n + 1)


class Attr:
    def __getattr__(self, name):
        return getattr(self, name + "x")

    def __repr__(self):
        return repr(self)

    def __eq__(self, other):
        return self == other

    def __hash__(self):
        return hash(self)

    def __call__(self):
        return self()

    def __iter__(self):
        return iter(self)

    def __bool__(self):
        return bool(self)

    def __len__(self):
        return len(self)

    def __lt__(self, other):
        return other < self

    def __add__(self, other):
        return self + other

    def __getitem__(self, key):
        return self[key]

    def __str__(self):
        return str(self)

    def __index__(self):
        return range(5)[self]

    def __contains__(self, x):
        return x in self

    def __format__(self, spec):
        return format(self, spec)

    def __enter__(self):
        with self:
            pass

    def __exit__(self, *args):
        pass


a = Attr()
attempt("function", lambda: forever(0))
attempt("getattr", lambda: a.name)
attempt("repr", lambda: repr(a))
attempt("eq", lambda: a == 1)
attempt("hash", lambda: hash(a))
attempt("call", lambda: a())
attempt("iter", lambda: iter(a))
attempt("bool", lambda: bool(a))
attempt("len", lambda: len(a))
attempt("lt", lambda: a < a)
attempt("add", lambda: a + 1)
attempt("getitem", lambda: a[0])
attempt("str", lambda: str(a))
attempt("index", lambda: [1][a])
attempt("contains", lambda: 1 in a)
attempt("format", lambda: f"{a}")
attempt("with", lambda: a.__enter__())


def through(function):
    def call(x):
        return function(call, [x])
    return call


attempt("map", lambda: through(lambda f, x: list(map(f, x)))(1))
attempt("sorted", lambda: through(lambda f, x: sorted(x, key=f))(1))
attempt("min", lambda: through(lambda f, x: min(x, key=f))(1))
attempt("generator", lambda: (lambda g: g(g))(lambda g: sum(i for i in (g(g),))))
attempt("property", lambda: type("P", (), {"p": property(lambda self: self.p)})().p)
attempt("class", lambda: (lambda make: make(make))(lambda make: type("C", (), {"__init__": lambda self: make(make)})()))
attempt("eval", lambda: (exec("def e(): return eval('e()')", ns := {}), ns["e"]())[1])
attempt("str.format", lambda: (lambda f: f(f))(lambda f: "{!s}".format(type("S", (), {"__str__": lambda self: f(f)})())))
deep_list, deep_tuple, deep_dict = [], (), {}
for _ in range(200000):
    deep_list, deep_tuple, deep_dict = [deep_list], (deep_tuple,), {"k": deep_dict}
other_list, other_tuple = [], ()
for _ in range(200000):
    other_list, other_tuple = [other_list], (other_tuple,)
attempt("repr of a list", lambda: repr(deep_list))
attempt("repr of a tuple", lambda: repr(deep_tuple))
attempt("repr of a dict", lambda: repr(deep_dict))
attempt("compare lists", lambda: deep_list == other_list)
attempt("hash a tuple", lambda: hash(deep_tuple))
attempt("compare tuples", lambda: deep_tuple == other_tuple)
attempt("deepcopy", lambda: copy.deepcopy(deep_list))
attempt("isinstance", lambda: isinstance(1, (lambda t: t)(deep_tuple)))
attempt("source", lambda: eval("(" * 5000 + ")" * 5000)) if False else None
attempt("long sum", lambda: eval("+".join(["1"] * 3000)))
attempt("unary", lambda: eval("-" * 2000 + "1"))
deep_list = deep_tuple = deep_dict = other_list = other_tuple = None
print("freed")


def catches(n):
    try:
        return catches(n + 1)
    except RecursionError:
        return "recovered"


print(catches(0), sys.getrecursionlimit())
sys.setrecursionlimit(5000)


def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)


print(depth(4500))
chain = None
for i in range(100000):
    chain = type("Link", (), {})() if i == 0 else (lambda c: lambda: c)(chain)
chain = None
print("long chains are freed")
