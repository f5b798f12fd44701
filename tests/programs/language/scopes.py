"""global, nonlocal, class scopes, builtins, and locals()."""
x = "module"


def shows():
    return x


def binds():
    x = "local"
    return x


def uses_global():
    global x, fresh
    x = "changed"
    fresh = 1


def unbound():
    try:
        print(x)
    except UnboundLocalError as error:
        print(error)
    x = 1


print(shows(), binds())
uses_global()
print(x, fresh)
unbound()


def nest():
    level = 0

    def inner():
        nonlocal level
        level += 1

        def innermost():
            nonlocal level
            level += 10
        innermost()
    inner()
    inner()
    return level


print(nest())


class Scope:
    x = "class"
    copy = x
    y = [x for _ in range(1)]

    def method(self):
        return x
    lambda_ = staticmethod(lambda: x)


print(Scope.copy, Scope.y, Scope().method(), Scope.lambda_())


def local_view(a, b=2):
    c = a
    view = locals()
    d = 4
    return sorted(view), sorted(locals())


print(local_view(1))
try:
    undefined_name
except NameError as error:
    print(error, error.name)
len_ = len
len = lambda thing: "shadowed"
print(len("abc"))
del len
print(len("abc"))
try:
    del undefined_name
except NameError as error:
    print(error)
print("x" in globals(), __name__, vars() is globals())
exec("y = x * 2\ndef g(): return y", space := {"x": 21})
print(space["y"], space["g"](), "__builtins__" in space)
print(eval("a + b", {"a": 1}, {"b": 2}), eval("[a for _ in 'xy']", {"a": 5}))
for bad in ("def f():\n x = 1\n global x", "def f(x):\n global x", "nonlocal x", "def f():\n nonlocal zz", "def f():\n print(x)\n global x",
            "class C:\n def f(self):\n  nonlocal q", "return 1", "yield 1", "await x", "break", "for x in y: pass\nelse: continue"):
    try:
        compile(bad, "<x>", "exec")
        print("fine")
    except SyntaxError as error:
        print(error.msg)


def frame_locals():
    import sys
    a = 1
    sys._getframe().f_locals["a"] = 2
    return a


print(frame_locals())
for i in range(3): pass
print(i)
try:
    1 / 0
except ZeroDivisionError as gone: pass
print("gone" in globals())
