"""Private names: in methods, nested classes, keywords, slots and imports."""


class _Outer:
    __secret = 1

    def __init__(self):
        self.__own = 2
        self.__dunder__ = 3
        self.public_ = self.__method()

    def __method(self):
        return "private call"

    def keyword(self, __x=5):
        def inner():
            return __x + self.__own
        return inner()

    class __Nested:
        __inner = "n"

    def get(self):
        return self.__Nested._Outer__Nested__inner if False else type(self.__Nested).__name__

    def use_global(self):
        global __shared
        __shared = "global"


o = _Outer()
print(sorted(vars(o)), sorted(name for name in vars(_Outer) if "Outer" in name))
print(o.keyword(_Outer__x=10), o.keyword(), o.get(), o._Outer__secret)
o.use_global()
print(_Outer__shared)
try:
    o.__secret
except AttributeError as error:
    print(error)


class Sub(_Outer):
    __secret = "sub"

    def both(self):
        return self.__secret, self._Outer__secret


print(Sub().both())
print(_Outer.keyword.__code__.co_varnames)
print(_Outer._Outer__Nested._Nested__inner if hasattr(_Outer._Outer__Nested, "_Nested__inner") else sorted(n for n in vars(_Outer._Outer__Nested) if "inner" in n))
class ___:
    __x = 1
print([n for n in vars(___) if n.endswith("x")])
class Comp:
    __items = [1, 2]
    total = sum(i for i in __items)
    def strings(self):
        return getattr(self, "__items", "getattr does not mangle")
print(Comp.total, Comp().strings())
