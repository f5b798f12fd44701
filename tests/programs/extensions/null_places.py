"""C functions that are to write where there is no place or an empty one, and what they say of how far they came."""
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
# A writer that meets bytes that are no UTF-8 has used none of them.
api.PyUnicodeWriter_Create.restype = ctypes.c_void_p
writer = ctypes.c_void_p(api.PyUnicodeWriter_Create(ctypes.c_ssize_t(0)))
for data in b"text", b"invalid\xff", b"end\xe2\x82":
    consumed = ctypes.c_ssize_t(-100)
    try:
        api.PyUnicodeWriter_DecodeUTF8Stateful(writer, data, ctypes.c_ssize_t(-1), b"strict", ctypes.byref(consumed))
    except UnicodeDecodeError as error:
        print(error.reason)
    print(data, consumed.value)
api.PyUnicodeWriter_Finish.restype = ctypes.py_object
print(api.PyUnicodeWriter_Finish(writer))
