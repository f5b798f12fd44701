"""__init_subclass__, __set_name__, __class_getitem__, __instancecheck__."""
import gc

# A class whose making fails stays among the subclasses until the collector finds it.
gc.disable()


class Plugin:
    registry = {}

    def __init_subclass__(cls, /, key=None, **keywords):
        super().__init_subclass__(**keywords)
        Plugin.registry[key or cls.__name__] = cls.__name__


class A(Plugin, key="first"):
    pass


class B(A):
    pass


print(Plugin.registry)
try:
    class C(Plugin, unknown=1):
        pass
except TypeError as error:
    print(error)


class Field:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = name

    def __get__(self, instance, owner):
        return self if instance is None else instance.__dict__.get(self.name, "unset")


class Record:
    one = Field()
    two = Field()


record = Record()
record.one = 1
print(record.one, record.two, Record.two.name)


class BadName:
    def __set_name__(self, owner, name):
        raise ValueError("refused")


try:
    class Refused:
        field = BadName()
except ValueError as error:
    print(error, error.__notes__)


class Box:
    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item}]"


print(Box[int], Box[1, 2])


class Duck(type):
    def __instancecheck__(cls, instance):
        return hasattr(instance, "quack")

    def __subclasscheck__(cls, other):
        return "quack" in other.__dict__


class Quacks(metaclass=Duck):
    pass


class Mallard:
    quack = True


print(isinstance(Mallard(), Quacks), issubclass(Mallard, Quacks), isinstance(3, Quacks), isinstance(3, (str, Quacks, int)))
print(A.__subclasses__(), B.__base__, Plugin.__subclasses__())
try:
    A[int]
except TypeError as error:
    print(error)
print(A.__module__, A.__qualname__, Plugin.__init_subclass__.__func__.__qualname__)


class Static:
    __static_attributes__probe = 1

    def method(self):
        self.a = 1
        self.b = 2


print(sorted(Static.__static_attributes__), Static.__firstlineno__)
