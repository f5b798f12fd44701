# The signatures that builtin methods tell of themselves.
import inspect
import itertools
import types


def generator():
    yield


async def asynchronous():
    yield


async def coroutine():
    pass


waiting = coroutine()
objects = [[], (), {}, set(), frozenset(), iter([]), reversed([]), iter(()), iter({}), reversed({}), iter(set()),
           enumerate([]), zip(), map(int, []), filter(None, []), iter(int, 1), generator(), asynchronous(), waiting,
           types.MappingProxyType({}), property(), len, list.append, list.__add__, generator.__code__, types,
           itertools.product(), itertools.repeat(1), None, ..., NotImplemented]
names = ["__class_getitem__", "__reduce__", "__setstate__", "__length_hint__", "getter", "setter", "deleter", "send",
         "close", "asend", "aclose", "co_lines", "co_branches", "co_positions", "keys", "values",
         "items", "copy", "__reversed__", "__dir__"]
for op in objects:
    tp = type(op)
    print(tp.__name__)
    for name in names:
        if name in vars(tp):
            print("   ", name, inspect.signature(getattr(tp, name)))
for tp in (type(None), type(...), type(NotImplemented)):
    print(inspect.signature(tp))
waiting.close()
