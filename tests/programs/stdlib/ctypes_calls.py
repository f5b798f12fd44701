"""Calls of C functions and callbacks."""
import ctypes
import ctypes.util
import errno
import gc
import sys
import threading
from ctypes import *

libc = CDLL(None, use_errno=True)


def show(label, function):
    try:
        print(label, repr(function()))
    except Exception as error:
        print(label, type(error).__name__, str(error).rpartition(': undefined')[2])


print(libc.strlen(b'abc'), libc.abs(-5), libc.abs(c_int(-6)), libc.toupper(ord('a')))
libc.strchr.restype = c_char_p
print(libc.strchr(b'abcdef', ord('d')), libc.strchr(b'abc', ord('d')))
libc.strtod.restype = c_double
libc.strtod.argtypes = [c_char_p, POINTER(c_char_p)]
rest = c_char_p()
print(libc.strtod(b'2.5xyz', byref(rest)), rest.value, libc.strtod(b'1e3', None))
libm = CDLL(ctypes.util.find_library('m'))
libm.pow.restype = c_double
libm.pow.argtypes = c_double, c_double
print(libm.pow(2, 0.5), libm.pow(c_double(2), 10))
print(ctypes.util.find_library('c') is not None, ctypes.util.find_library('surely_not_there'))
libm.fabsf.restype, libm.fabsf.argtypes = c_float, [c_float]
print(libm.fabsf(-1.5))
libm.fabsl.restype, libm.fabsl.argtypes = c_longdouble, [c_longdouble]
print(libm.fabsl(-1.25))
libm.csqrt.restype, libm.csqrt.argtypes = c_double_complex, [c_double_complex]
print(libm.csqrt(-4))


class Div(Structure):
    _fields_ = [('quot', c_int), ('rem', c_int)]


libc.div.restype = Div
result = libc.div(17, 5)
print(result.quot, result.rem)


class LDiv(Structure):
    _fields_ = [('quot', c_long), ('rem', c_long)]


libc.ldiv.restype = LDiv
libc.ldiv.argtypes = [c_long, c_long]
print(libc.ldiv(-17, 5).quot, libc.ldiv(-17, 5).rem)

# Many kinds through a function with variable arguments.
buffer = create_string_buffer(100)
n = libc.snprintf(buffer, sizeof(buffer), b'%d %s %ld %c %.2f', 3, b'text', c_long(2**40), b'x'[0], c_double(1.5))
print(n, buffer.value)

# Refusals.
strlen = CDLL(None).strlen
show('convert', lambda: strlen(1.5))
show('large', lambda: strlen(2**80))
strlen.argtypes = [c_char_p]
show('type', lambda: strlen(3))
show('few', lambda: strlen())
show('argtypes', lambda: setattr(strlen, 'argtypes', 3))
show('argtypes', lambda: setattr(strlen, 'argtypes', [int]))
show('restype', lambda: setattr(strlen, 'restype', 3))
show('errcheck', lambda: setattr(strlen, 'errcheck', 3))
show('symbol', lambda: libc.no_such_function)
show('symbol', lambda: c_int.in_dll(libc, 'no_such_variable'))
show('library', lambda: CDLL('no_such_library.so'))
show('null', lambda: CFUNCTYPE(c_int)(('f', None)))
show('callable', lambda: CFUNCTYPE(c_int)('a'))
show('result', lambda: CFUNCTYPE(Div)(int))
print(bool(CFUNCTYPE(c_int)()), bool(strlen), strlen.argtypes, strlen.restype, strlen.errcheck)

# restype as a function, errcheck, paramflags.
strlen.restype = lambda value: f'<{value}>'
print(strlen(b'abc'))


def check(result, function, arguments):
    print('check', result, function is strlen, arguments)
    return arguments if result == '<0>' else 'checked'


strlen.errcheck = check
print(strlen(b'abc'), strlen(b''))
prototype = CFUNCTYPE(c_double, c_char_p, POINTER(c_char_p))
strtod = prototype(('strtod', libc), ((1, 'text', b'7up'), (2, 'rest')))
print(strtod(), strtod(b'3x'), strtod(text=b'4y'))
show('many', lambda: strtod(b'1', 2))
show('unknown', lambda: strtod(other=b'1'))
required = CFUNCTYPE(c_int, c_char_p)(('atoi', libc), ((1, 'text'),))
print(required(b'12'), required(text=b'13'))
show('missing', required)
for paramflags in [3, (3,), ((1,), (2,)), ((1, 3),), ((2, 'a'),)]:
    show('paramflags', lambda: CFUNCTYPE(c_int, c_int)(('abs', libc), paramflags))

# errno has a copy for ctypes.
set_errno(0)
libc.close(-1)
print(errno.errorcode[get_errno()], set_errno(5) == errno.EBADF, get_errno())
seen = []
thread = threading.Thread(target=lambda: seen.append(get_errno()))
thread.start()
thread.join()
print(seen)

# Callbacks.
Compare = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))


@Compare
def compare(a, b):
    return a[0] - b[0]


numbers = (c_int * 6)(5, 2, 9, -1, 7, 2)
libc.qsort.argtypes = [c_void_p, c_size_t, c_size_t, Compare]
libc.qsort.restype = None
print(libc.qsort(numbers, len(numbers), sizeof(c_int), compare), list(numbers))
for kind, value in [(c_byte, -3), (c_ubyte, 200), (c_short, -300), (c_int, -5), (c_uint, 2**32 - 1), (c_long, -2**40),
                    (c_float, 1.5), (c_double, 2.5), (c_longdouble, 0.1), (c_char, b'x'), (c_wchar, 'y'),
                    (c_bool, True), (c_void_p, 1234), (c_void_p, None), (py_object, 'object'),
                    (c_double_complex, 1 + 2j)]:
    echo = CFUNCTYPE(kind, kind)(lambda x: x)
    print(kind.__name__, echo(value))


class Point(Structure):
    _fields_ = [('x', c_double), ('y', c_int)]


area = CFUNCTYPE(c_double, Point, POINTER(Point))(lambda p, q: p.x * q.contents.y)
print(area(Point(1.5, 2), Point(3, 4)))
many = CFUNCTYPE(c_double, *[c_double] * 12)(lambda *values: sum(values))
print(many(*range(12)))


def broken():
    raise ValueError('in a callback')


sys.unraisablehook = lambda it: print(it.exc_type.__name__, it.exc_value, it.err_msg.split(' <')[0])
CFUNCTYPE(c_int)(broken)()
CFUNCTYPE(c_int)(lambda: 'text')()
print(PYFUNCTYPE(py_object)(lambda: [1])())
depth = CFUNCTYPE(c_int, c_int)(lambda n: n and depth(n - 1) + 1)
print(depth(20))

# Called from a thread that the runtime does not know.
started = []
Start = CFUNCTYPE(c_void_p, c_void_p)
start = Start(lambda argument: started.append((argument, threading.current_thread() is threading.main_thread())))
handle = c_ulong()
print(libc.pthread_create(byref(handle), None, start, c_void_p(77)))
libc.pthread_join(handle, None)
print(started)

# The functions beside.
print(string_at(b'abc\0def'), string_at(b'abc\0def', 6), string_at(buffer, 3), wstring_at('wide'), wstring_at('wide', 2))
target = create_string_buffer(6)
memmove(target, b'hello', 5)
memset(target, ord('x'), 2)
print(target.raw)
view = memoryview_at(addressof(target), 3)
view[0] = 65
print(bytes(view), target.raw, memoryview_at(target, 2, readonly=True).readonly)
show('negative', lambda: memoryview_at(target, -1))
p = cast(target, c_char_p)
print(p.value, cast(pointer(c_int(65)), POINTER(c_char))[0])
address = cast(strlen, c_void_p).value
print(CFUNCTYPE(c_size_t, c_char_p)(address)(b'four'))
print(byref(c_int(3))._obj, cast(byref(target, 2), c_char_p).value)

# The runtime itself.
pythonapi.PyLong_FromString.restype = py_object
print(pythonapi.PyLong_FromString(b'123', None, 10))
show('raises', lambda: pythonapi.PyLong_FromString(b'xyz', None, 10))
pythonapi.PyTuple_GetItem.argtypes = [py_object, c_ssize_t]
pythonapi.PyTuple_GetItem.restype = c_void_p
show('raises', lambda: pythonapi.PyTuple_GetItem((1, 2), 5))
pythonapi.PyObject_Repr.restype = py_object
pythonapi.PyObject_Repr.argtypes = [py_object]
print(pythonapi.PyObject_Repr([1, 'a']))
pythonapi.PyUnicode_FromFormat.restype = py_object
print(pythonapi.PyUnicode_FromFormat(b'%d-%s', 3, b'x'))
print(c_int.in_dll(pythonapi, 'Py_OptimizeFlag').value)

# References.
thing = object()
before = sys.getrefcount(thing)
for _ in range(10):
    py_object(thing).value
    echo = CFUNCTYPE(py_object, py_object)(lambda x: x)
    echo(thing)
    pythonapi.PyObject_Repr(thing)
del echo
gc.collect()
print(sys.getrefcount(thing) - before)
