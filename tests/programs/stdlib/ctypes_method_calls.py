"""The C functions that call a method hand its object over as it is: no bound method refers to it meanwhile."""
import ctypes
import sys

api = ctypes.pythonapi
Object = ctypes.py_object
for function in (api.PyObject_VectorcallMethod, api.PyObject_CallMethodObjArgs, api.PyObject_CallFunctionObjArgs):
    function.restype = Object


class Counted:
    def count(self, *args):
        return sys.getrefcount(self), len(args)

    @property
    def computed(self):
        return lambda *args: ("computed", len(args))


def vectorcall(op, name, *args):
    array = (Object * (len(args) + 1))(op, *args)
    return api.PyObject_VectorcallMethod(Object(name), array, ctypes.c_size_t(len(args) + 1), None)


def obj_args(op, name, *args):
    return api.PyObject_CallMethodObjArgs(Object(op), Object(name), *map(Object, args), None)


counted = Counted()
counted.own = lambda *args: ("own", len(args))
for call in (vectorcall, obj_args):
    direct = call(counted, "count")
    bound = call(counted, "count", counted.count)
    print(call.__name__, direct[0] - sys.getrefcount(counted), bound[0] - direct[0], direct[1], bound[1])
    print(call(counted, "own", 1), call(counted, "computed", 1, 2), call([3, 1, 2], "index", 2), call("a b", "split"))
    for op, name in ((counted, "nothing"), ([], "pop")):
        try:
            call(op, name)
        except (AttributeError, IndexError) as error:
            print(type(error).__name__, error)
print(api.PyObject_CallFunctionObjArgs(Object(max), Object(3), Object(5), None))
