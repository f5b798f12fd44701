"""Classes whose making is disturbed: by mro(), by their namespace, by what they refuse."""
import gc
import re
import warnings
import weakref


class Custom(type):
    def mro(cls):
        if cls.__mro__ is None and cls.__name__ != "Derived":
            try:

                class Derived(cls):
                    pass
            except TypeError as error:
                print(error)
            try:
                super(cls, cls).nothing
            except AttributeError as error:
                print(error)
        return type.mro(cls)


class A(metaclass=Custom):
    pass


print(A.__mro__)


class Vanishing(type):
    def mro(cls):
        del Vanishing.mro
        return (A,)


try:

    class B(metaclass=Vanishing):
        pass
except TypeError as error:
    print(error)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(type("Mixed", (), {1: 2}).__dict__[1])
    print(type("Texts", (), {type("S", (str,), {})("key"): 2}).key)
print([str(warning.message) for warning in caught])


class Slotted:
    __slots__ = ("a", "__weakref__")


Slotted.__module__ = "somewhere"
for action in (lambda op: op.a, lambda op: op.__delattr__("a")):
    try:
        action(Slotted())
    except AttributeError as error:
        print(error, error.name)

address = re.compile("0x[0-9a-f]+")
op = Slotted()
print(address.sub("PLACE", repr(weakref.ref(op))))
print(address.sub("PLACE", repr(weakref.proxy(op))))


class Mapping(dict):
    def __getattr__(self, name):
        return self[name]


op = Mapping()
print(address.sub("PLACE", repr(weakref.ref(op))))

# Tuples of what no collector asks about are never tracked.
print([gc.is_tracked(op) for op in ((), (1,), (1, 2) * 5, (object(),), (12, 10**10, "a_" * 100), ([],))])
print(complex.real.__doc__, complex.imag.__doc__)
