"""Decorators on functions, methods and classes; order; wraps."""
import functools

print("order of evaluation:")


def trace(name):
    print("make", name)

    def decorate(target):
        print("apply", name, target.__name__)
        return target
    return decorate


@trace("outer")
@trace("inner")
def decorated():
    """Docs."""


@trace("class")
class Thing:
    @trace("method")
    def method(self):
        return "called"

    @staticmethod
    @trace("static")
    def helper():
        return "helper"


print(Thing().method(), Thing.helper())


def memo(function):
    cache = {}

    @functools.wraps(function)
    def wrapper(*args):
        if args not in cache:
            cache[args] = function(*args)
        return cache[args]
    wrapper.cache = cache
    return wrapper


@memo
def fib(n):
    "Fibonacci."
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(60), fib.__name__, fib.__doc__, len(fib.cache), fib.__wrapped__.__qualname__)


class Register:
    names = []

    def __init__(self, *tags):
        self.tags = tags

    def __call__(self, target):
        Register.names.append((target.__name__, self.tags))
        return target


@Register("a", "b")
def one(): pass


@(lambda f: f"replaced {f.__name__}")
def two(): pass


@[Register()][0]
class three: pass


print(Register.names, two)


class CountCalls:
    def __init__(self, function):
        functools.update_wrapper(self, function)
        self.function, self.calls = function, 0

    def __call__(self, *args):
        self.calls += 1
        return self.function(*args)

    def __get__(self, instance, owner):
        return functools.partial(self, instance) if instance is not None else self


class User:
    @CountCalls
    def greet(self, name):
        return f"hi {name}"


print(User().greet("x"), User().greet("y"), User.greet.calls, User.greet.__name__)
