"""The descriptor protocol and the order of attribute look-up."""


class Data:
    def __get__(self, instance, owner):
        return f"data get {instance is not None} {owner.__name__}"

    def __set__(self, instance, value):
        print("data set", value)

    def __delete__(self, instance):
        print("data delete")


class NonData:
    def __get__(self, instance, owner=None):
        return "non-data"


class Owner:
    data = Data()
    nondata = NonData()
    plain = "class"


o = Owner()
o.data = 1
del o.data
print(o.data, Owner.data)
o.__dict__.update(data="hidden", nondata="instance wins", plain="instance")
print(o.data, o.nondata, o.plain, Owner.nondata)
Owner.data = "replaced"
print(o.data)


class Fallback:
    def __getattr__(self, name):
        if name.startswith("dyn"):
            return name.upper()
        raise AttributeError(f"no {name} here", name=name, obj=self)

    def __getattribute__(self, name):
        if name == "always":
            return "intercepted"
        return super().__getattribute__(name)


f = Fallback()
print(f.dynamic, f.always, hasattr(f, "other"), getattr(f, "other", "default"))
try:
    f.other
except AttributeError as error:
    print(error, error.name, error.obj is f)


class Recorder:
    def __setattr__(self, name, value):
        print("setattr", name, value)
        object.__setattr__(self, name, value)

    def __delattr__(self, name):
        print("delattr", name)
        super().__delattr__(name)

    def __dir__(self):
        return ["b", "a"]


r = Recorder()
r.x = 1
del r.x
print(dir(r))
try:
    del r.x
except AttributeError as error:
    print(error)


class ReadOnly:
    def __get__(self, instance, owner):
        return 1

    def __set__(self, instance, value):
        raise AttributeError("read only")


class Holder:
    ro = ReadOnly()
    def method(self): return self


try:
    Holder().ro = 5
except AttributeError as error:
    print(error)
h = Holder()
bound = h.method
print(bound.__self__ is h, bound.__func__ is Holder.method, bound() is h, Holder.method.__get__(h)() is h)
print(vars(Holder)["method"].__get__(None, Holder) is Holder.method)
print(str.upper.__get__("abc")(), type(str.upper).__name__, type("".upper).__name__)
for obj, name in ((5, "x"), (Holder, "nope"), (h, "nope"), (None, "nope"), (len, "nope")):
    try:
        getattr(obj, name)
    except AttributeError as error:
        print(error)
