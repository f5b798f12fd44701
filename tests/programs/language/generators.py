"""Generators: laziness, return values, state, and being used up."""
import inspect


def countdown(n):
    print("begin")
    while n:
        yield n
        n -= 1
    print("end")
    return "liftoff"


generator = countdown(3)
print(inspect.getgeneratorstate(generator))
print(next(generator), inspect.getgeneratorstate(generator), generator.gi_frame.f_locals)
print(list(generator))
print(inspect.getgeneratorstate(generator), generator.gi_frame)
print(next(generator, "used up"))

generator = countdown(1)
next(generator)
try:
    next(generator)
except StopIteration as stop:
    print("value", stop.value, stop.args)

squares = (x * x for x in range(5))
print(9 in squares, list(squares))
print(sum(x for x in range(100) if x % 7 == 0))


def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b


import itertools
print(list(itertools.islice(fibonacci(), 15)))


def raises_stop():
    yield 1
    raise StopIteration("inside")


try:
    list(raises_stop())
except RuntimeError as error:
    print(error, repr(error.__cause__))


def reentrant():
    yield next(me)


me = reentrant()
try:
    next(me)
except ValueError as error:
    print(error)
print(countdown.__name__, generator.__name__, squares.__name__, squares.__qualname__)
first = (print("evaluated at once"), [1, 2])[1]
lazy = (x for x in first)
first = None
print(list(lazy))
