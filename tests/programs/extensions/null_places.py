"""C functions that replace a string in a place, and are given no place or one that is empty."""
import ctypes

api = ctypes.pythonapi
for function, arguments in [
    (api.PyUnicode_Resize, (ctypes.c_ssize_t(3),)),
    (api.PyUnicode_Append, (ctypes.py_object("right"),)),
]:
    for place in None, ctypes.byref(ctypes.c_void_p()):
        try:
            print(function.__name__, function(place, *arguments))
        except SystemError as error:
            print(function.__name__, "raises SystemError:", str(error).partition(": ")[2])
