"""What iterators that have come to their end say of themselves to pickle."""
import array
import collections

MAKERS = {
    "bytes": lambda: iter(b"a"),
    "bytearray": lambda: iter(bytearray(b"a")),
    "tuple": lambda: iter((1,)),
    "list": lambda: iter([1]),
    "list, reversed": lambda: reversed([1]),
    "range": lambda: iter(range(1)),
    "large range": lambda: iter(range(2**70, 2**70 + 1)),
    "dict": lambda: iter({1: 2}),
    "set": lambda: iter({1}),
    "ascii": lambda: iter("a"),
    "text": lambda: iter("é"),
    "text, reversed": lambda: reversed("ab"),
    "memoryview": lambda: iter(memoryview(b"a")),
    "array": lambda: iter(array.array("b", [1])),
    "callable": lambda: iter(lambda: 0, 0),
}
for name, make in MAKERS.items():
    iterator = make()
    list(iterator)
    try:
        print(name, iterator.__reduce__())
    except TypeError as error:
        print(name, error)

# An error ends a reversed iterator too.
class Broken:
    def __len__(self):
        return 2

    def __getitem__(self, index):
        return 1 // 0


iterator = reversed(Broken())
try:
    next(iterator)
except ZeroDivisionError as error:
    print(error)
print(iterator.__reduce__(), list(iterator))

# A dict that got other keys while as many were left.
d = dict.fromkeys(range(10))
for key in range(7):
    del d[key]
iterators = [reversed(d), reversed(d.values()), reversed(d.items())]
for iterator in iterators:
    next(iterator)
d.clear()
d.update(dict.fromkeys(range(10)))
for key in range(3, 10):
    del d[key]
for iterator in iterators:
    try:
        print(list(iterator))
    except RuntimeError as error:
        print(error)
