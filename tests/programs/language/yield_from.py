"""Delegation: values, sends, throws and returns pass through."""


def inner():
    received = []
    try:
        while True:
            received.append((yield len(received)))
            if received[-1] == "stop":
                return received
    except LookupError as error:
        return f"inner caught {error!r}"
    finally:
        print("inner done")


def outer():
    result = yield from inner()
    print("result", result)
    yield from "ab"
    yield from ()
    return (yield from range(2))


g = outer()
print(next(g), g.send("x"), g.send("stop"), next(g), next(g), next(g))
try:
    next(g)
except StopIteration as stop:
    print("returned", stop.value)
g = outer()
next(g)
print(g.throw(KeyError("thrown")))
print(g.gi_yieldfrom is not None)
g.close()


def flatten(tree):
    for item in tree:
        if isinstance(item, list):
            yield from flatten(item)
        else:
            yield item


print(list(flatten([1, [2, [3, [4]], 5], [[6]]])))


class Custom:
    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration("from an iterator")


def use():
    print((yield from Custom()))
    yield "after"


print(list(use()))


def bad():
    yield from 5


try:
    next(bad())
except TypeError as error:
    print(error)


def chain_depth(n):
    if n:
        yield from chain_depth(n - 1)
    else:
        yield "bottom"


print(list(chain_depth(200)))
