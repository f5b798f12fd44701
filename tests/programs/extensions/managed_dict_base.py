"""Subclasses of a C type whose instances have a managed dict: the collector sees each reference once."""
import ctypes
import gc

BASETYPE, HAVE_GC, MANAGED_DICT = 1 << 10, 1 << 14, 1 << 4
TP_TRAVERSE = 71


class Slot(ctypes.Structure):
    _fields_ = [("slot", ctypes.c_int), ("function", ctypes.c_void_p)]


class Spec(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("basicsize", ctypes.c_int), ("itemsize", ctypes.c_int),
                ("flags", ctypes.c_uint), ("slots", ctypes.POINTER(Slot))]


api = ctypes.pythonapi
visit = ctypes.cast(api.PyObject_VisitManagedDict, ctypes.c_void_p).value
slots = (Slot * 2)(Slot(TP_TRAVERSE, visit), Slot(0, None))
spec = Spec(b"program.Base", object.__basicsize__, 0, BASETYPE | HAVE_GC | MANAGED_DICT, slots)
api.PyType_FromSpec.restype = ctypes.py_object
Base = api.PyType_FromSpec(ctypes.byref(spec))


class Once(Base):
    pass


class Twice(Once):
    __slots__ = ("own",)


for cls in Base, Once, Twice:
    kept = [cls.__name__]
    instance = cls()
    instance.attribute, instance.itself = kept, instance
    print(cls.__name__, sorted(type(found).__name__ for found in gc.get_referents(instance)))
    # A reference counted twice would make what is alive look dead.
    gc.collect()
    print(instance.attribute, instance.itself is instance)
    del instance
    gc.collect()
    print(len([holder for holder in gc.get_referrers(kept) if holder is not globals()]), kept)
