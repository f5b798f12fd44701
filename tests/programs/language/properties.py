"""property, classmethod, staticmethod, cached_property."""
import functools


class Celsius:
    def __init__(self, degrees):
        self._degrees = degrees

    @property
    def degrees(self):
        "Degrees above freezing."
        return self._degrees

    @degrees.setter
    def degrees(self, value):
        if value < -273.15:
            raise ValueError("too cold")
        self._degrees = value

    @degrees.deleter
    def degrees(self):
        print("forgotten")
        self._degrees = 0

    @property
    def fahrenheit(self):
        return self.degrees * 9 / 5 + 32

    @classmethod
    def boiling(cls):
        return cls(100)

    @staticmethod
    def name(suffix=""):
        return "Celsius" + suffix

    @functools.cached_property
    def expensive(self):
        print("computing")
        return self._degrees ** 2


class Precise(Celsius):
    @Celsius.degrees.getter
    def degrees(self):
        return round(self._degrees, 3)


t = Celsius(20)
t.degrees += 5
print(t.degrees, t.fahrenheit, Celsius.degrees.__doc__)
del t.degrees
print(t.degrees)
for action in (lambda: setattr(t, "degrees", -300), lambda: setattr(t, "fahrenheit", 1), lambda: delattr(t, "fahrenheit")):
    try:
        action()
    except (AttributeError, ValueError) as error:
        print(type(error).__name__, error)
print(Precise.boiling().degrees, type(Precise.boiling()).__name__, Celsius.name(), t.name("!"))
p = Precise(1.23456)
p.degrees = 2.34567
print(p.degrees, p.expensive, p.expensive)
p.__dict__["expensive"] = "overwritten"
print(p.expensive)
print(Celsius.boiling.__self__, Celsius.boiling.__func__.__qualname__)
print(type(Celsius.__dict__["boiling"]).__name__, type(Celsius.__dict__["name"]).__name__)
print(isinstance(Celsius.degrees, property), Celsius.degrees.fset.__name__, Celsius.degrees.__name__)
write_only = property(None, lambda self, value: None)
C = type("C", (), {"w": write_only, "r": property(lambda self: 1 / 0, doc="docs")})
for action in (lambda: C().w, lambda: C().r):
    try:
        action()
    except (AttributeError, ZeroDivisionError) as error:
        print(type(error).__name__, error)
print(C.r.__doc__)
print(staticmethod(len)("abc"), classmethod(lambda cls: cls).__get__(None, int)())
