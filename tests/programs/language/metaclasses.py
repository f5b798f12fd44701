"""Metaclasses: __prepare__, __new__, __call__, keywords, conflicts."""


class Meta(type):
    @classmethod
    def __prepare__(meta, name, bases, **keywords):
        print("prepare", name, bases, keywords)
        return {"injected": 1}

    def __new__(meta, name, bases, namespace, **keywords):
        print("new", name, [key for key in namespace if not key.startswith("__")])
        return super().__new__(meta, name, bases, namespace)

    def __init__(cls, name, bases, namespace, flag=None):
        super().__init__(name, bases, namespace)
        cls.flag = flag

    def __call__(cls, *args):
        print("call", cls.__name__, args)
        return super().__call__(*args)

    def __repr__(cls):
        return f"<{cls.__name__} flag={cls.flag}>"

    def __len__(cls):
        return 42

    @property
    def loud(cls):
        return cls.__name__.upper()

    def __contains__(cls, item):
        return item == "in"

    def __getattr__(cls, name):
        return f"made up {name}"


class Base(metaclass=Meta, flag="yes"):
    def __init__(self, value=0):
        self.value = value


class Derived(Base):
    pass


print(Base, Derived, len(Base), Base.loud, "in" in Base, Derived.nothing, Base.injected)
print(Base(5).value, type(Derived) is Meta)
try:
    Base().loud
except AttributeError as error:
    print(error)


class Other(type):
    pass


try:
    class Conflict(Base, metaclass=Other):
        pass
except TypeError as error:
    print(error)


def function_as_metaclass(name, bases, namespace, **keywords):
    return name, bases, sorted(key for key in namespace if not key.startswith("__")), keywords


class NotAClass(int, metaclass=function_as_metaclass, extra=1):
    a = 1


print(NotAClass)
print(type("Dynamic", (Base,), {"x": 1})().x)


class Entries:
    def __mro_entries__(self, bases):
        print("mro entries", len(bases))
        return (dict,)


class FromEntries(Entries()):
    pass


print(FromEntries.__bases__, FromEntries.__orig_bases__[0].__class__.__name__)


class Singleton(type):
    _made = {}

    def __call__(cls, *args):
        if cls not in cls._made:
            cls._made[cls] = super().__call__(*args)
        return cls._made[cls]


class Only(metaclass=Singleton):
    pass


print(Only() is Only())
try:
    class Bad(1):
        pass
except TypeError as error:
    print(error)
