"""C3 linearization, diamond calls, cooperative super, impossible orders."""


class Root:
    def go(self):
        return ["Root"]


class A(Root):
    def go(self):
        return ["A"] + super().go()


class B(Root):
    def go(self):
        return ["B"] + super().go()


class C(A, B):
    def go(self):
        return ["C"] + super().go()


class D(B):
    def go(self):
        return ["D"] + super().go()


class E(C, D):
    pass


print([c.__name__ for c in E.__mro__], E().go())
print(super(A, E()).go(), super(C, C()).go.__self__.__class__.__name__)
try:
    class Impossible(Root, A):
        pass
except TypeError as error:
    print(error)
try:
    class Twice(A, A):
        pass
except TypeError as error:
    print(error)


class Meta(type):
    def mro(cls):
        default = super().mro()
        return [default[0], *sorted(default[1:-1], key=lambda c: c.__name__), object]


class F(D, A, metaclass=Meta):
    pass


print([c.__name__ for c in F.__mro__])
C.__bases__ = (B, A)
print([c.__name__ for c in E.__mro__], E().go())
try:
    C.__bases__ = (int,)
except TypeError as error:
    print(error)


class ClassLevel:
    @classmethod
    def make(cls):
        return [cls.__name__]


class Sub(ClassLevel):
    @classmethod
    def make(cls):
        return ["sub"] + super().make()


print(Sub.make())
s = super(Sub, Sub)
print(s.__thisclass__.__name__, s.__self_class__.__name__, repr(s))
for arguments in ((int, "x"), (1, 2)):
    try:
        super(*arguments)
    except TypeError as error:
        print(error)


def free():
    super()


try:
    free()
except RuntimeError as error:
    print(error)


class Late:
    def method(self):
        return __class__


print(Late().method() is Late)
def two(self):
    return super(B, self).go()
print(two(E()))
print(super(B, E()).__self__.__class__.__name__, hasattr(super(Root, E()), "go"))
