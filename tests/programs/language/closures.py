"""Cells: shared, rebound, captured late, and visible through __closure__."""


def counter():
    count = 0

    def step(by=1):
        nonlocal count
        count += by
        return count

    return step, lambda: count


step, peek = counter()
print(step(), step(10), peek())
print([function() for function in [lambda: i for i in range(3)]])
print([function() for function in [lambda i=i: i for i in range(3)]])


def make(kind):
    if kind == "late":
        def use():
            return value
        value = "set after the function was made"
        return use

    def missing():
        return absent
    if kind == "never":
        absent = 1
    return missing


print(make("late")())
try:
    make("other")()
except NameError as error:
    print(type(error).__name__, error)
print(step.__code__.co_freevars, counter.__code__.co_cellvars)
print(step.__closure__[0].cell_contents)
step.__closure__[0].cell_contents = 100
print(peek())


def outer():
    x = 1

    class Inner:
        x = 2
        seen = x

        def get(self):
            return x, __class__.__name__
    x = 3
    return Inner


print(outer()().get(), outer().seen)


def deep():
    a = "a"
    def one():
        def two():
            def three():
                return a
            return three
        return two
    return one()()()


print(deep())
def unbound():
    try:
        del gone
    except UnboundLocalError as error:
        print(error)
    gone = 1
unbound()
