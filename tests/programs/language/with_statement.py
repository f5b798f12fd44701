"""Context managers: order, suppression, errors on the way in and out."""
from contextlib import ExitStack, contextmanager, nullcontext, suppress


class Manager:
    def __init__(self, name, swallow=False):
        self.name, self.swallow = name, swallow

    def __enter__(self):
        print("enter", self.name)
        return self.name

    def __exit__(self, kind, error, traceback):
        print("exit", self.name, kind and kind.__name__, error, traceback is not None)
        return self.swallow


with Manager("a") as a, Manager("b") as b:
    print(a, b)
with (
    Manager("c", swallow=True),
    Manager("d"),
):
    raise KeyError("inside")
print("went on")


def leaves():
    for i in range(3):
        with Manager(i):
            if i == 0:
                continue
            if i == 1:
                return "returned"


print(leaves())


@contextmanager
def tag(name):
    print(f"<{name}>")
    try:
        yield name.upper()
    except ZeroDivisionError as error:
        print("tag saw", error)
    finally:
        print(f"</{name}>")


with tag("p") as name:
    print(name)
    1 / 0
with suppress(OSError), nullcontext(5) as five:
    print(five)
    raise FileNotFoundError
with ExitStack() as stack:
    for name in "xyz":
        stack.enter_context(Manager(name))
    stack.callback(print, "callback", 1, sep="-")
    moved = stack.pop_all()
print("nothing closed yet")
moved.close()


class BadExit(Manager):
    def __exit__(self, *args):
        raise RuntimeError("exit failed")


try:
    with BadExit("e"):
        raise ValueError("body failed")
except RuntimeError as error:
    print(error, repr(error.__context__))
for thing in (5, type("NoExit", (), {"__enter__": lambda self: None})()):
    try:
        with thing:
            pass
    except TypeError as error:
        print(error)
with Manager("target") as [first, *rest]:
    print(first, rest)
