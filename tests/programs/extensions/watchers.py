# Callbacks that C code registers: for dicts, types, code, functions, contexts, and all references.
import contextvars
import ctypes
import sys

api = ctypes.pythonapi
object_p = ctypes.py_object
unraisable = []
sys.unraisablehook = lambda info: unraisable.append((info.err_msg, info.object, repr(info.exc_value)))


def tell(what):
    print("  ", what)
    return 0


def attempt(function, *args):
    try:
        print(function.__name__, function(*args))
    except Exception as error:
        print(function.__name__, type(error).__name__, error)


# Dicts.
KINDS = ["added", "modified", "deleted", "cloned", "cleared", "deallocated"]


def pointed(address):
    return ctypes.cast(address, object_p).value if address else None


@ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
def dict_changed(event, op, key, value):
    if KINDS[event] == "cloned":
        return tell((KINDS[event], pointed(key)))
    return tell((KINDS[event], pointed(key), pointed(value)))


api.PyDict_Watch.argtypes = api.PyDict_Unwatch.argtypes = [ctypes.c_int, object_p]
watcher = api.PyDict_AddWatcher(dict_changed)
print(watcher >= 2)
watched, free = {}, {}
api.PyDict_Watch(watcher, watched)
watched["a"] = free["a"] = 1
watched["a"] = 2
watched.setdefault("a", 3)
watched.setdefault("b", 3)
watched |= {"c": 4}
watched.pop("a"), free.pop("a")
del watched["b"]
watched.popitem()
watched.update({"x": 1, "y": 2})
watched.clear()
watched.clear()


class Plain:
    def fill(self):
        self.one = 1
        self.one = 2
        del self.one


instance = Plain()
api.PyDict_Watch(watcher, instance.__dict__)
for _ in range(3):
    instance.fill()
global_names = {"__builtins__": __builtins__}
exec("def set_it():\n    global name\n    name = 1", global_names)
api.PyDict_Watch(watcher, global_names)
for _ in range(3):
    global_names["set_it"]()
api.PyDict_Unwatch(watcher, global_names)
api.PyDict_Unwatch(watcher, watched)
watched["a"] = 1
watched = {}
api.PyDict_Watch(watcher, watched)
del watched
attempt(api.PyDict_Watch, watcher, 1)
attempt(api.PyDict_Watch, 8, {})
attempt(api.PyDict_Watch, -1, {})
api.PyDict_ClearWatcher(watcher)
attempt(api.PyDict_ClearWatcher, watcher)
instance.fill()

# Types.
@ctypes.PYFUNCTYPE(ctypes.c_int, object_p)
def type_changed(tp):
    return tell(tp.__name__)


@ctypes.PYFUNCTYPE(ctypes.c_int, object_p)
def type_refused(tp):
    ctypes.pythonapi.PyErr_SetString(object_p(RuntimeError), b"boom")
    return -1


class Base:
    pass


class Derived(Base):
    pass


class Other(Base):
    pass


api.PyType_Watch.argtypes = [ctypes.c_int, object_p]
watcher = api.PyType_AddWatcher(type_changed)
api.PyType_Watch(watcher, Derived)
Base.x = 1
Base.y = 1
Derived.x
Derived.z = 1
Other.x = 1
attempt(api.PyType_Watch, watcher, 1)
api.PyType_ClearWatcher(watcher)
attempt(api.PyType_ClearWatcher, watcher)
Derived.x
Derived.x = 1

# Functions.
@ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
def function_changed(event, function, value):
    seen.append((event, event != 1 and pointed(function).__name__, pointed(value)))
    return 0


seen = []
watcher = api.PyFunction_AddWatcher(function_changed)
def made(a, b): pass
made.__defaults__ = (1,)
made.__kwdefaults__ = {"x": 1}
made.__kwdefaults__ = None
made.__code__ = (lambda: None).__code__
del made
api.PyFunction_ClearWatcher(watcher)
def unseen(): pass
attempt(api.PyFunction_ClearWatcher, watcher)
attempt(api.PyFunction_ClearWatcher, 99)
for event, name, value in seen:
    print("  ", event, name, getattr(value, "co_name", value))

# Code.
@ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
def code_changed(event, code):
    seen.append(event)
    return 0


seen = []
watcher = api.PyCode_AddWatcher(code_changed)
code = compile("1", "f", "eval")
print(seen)
del code
print(seen)
api.PyCode_ClearWatcher(watcher)
compile("1", "f", "eval")
print(seen)

# Contexts.
@ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_int, object_p)
def switched(event, context):
    seen.append((event, context is inner))
    return 0


seen = []
inner = contextvars.copy_context()
watcher = api.PyContext_AddWatcher(switched)
inner.run(lambda: None)
api.PyContext_ClearWatcher(watcher)
inner.run(lambda: None)
print(seen)
attempt(api.PyContext_ClearWatcher, watcher)

# References.
api.PyRefTracer_GetTracer.restype = ctypes.c_void_p
api.PyRefTracer_GetTracer.argtypes = [ctypes.c_void_p]
print(api.PyRefTracer_GetTracer(None))
