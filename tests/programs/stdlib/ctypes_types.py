"""Simple types, pointers and arrays: conversions, refusals, formats, names."""
import ctypes
import pickle
from ctypes import *


def show(label, function):
    try:
        print(label, repr(function()))
    except Exception as error:
        print(label, type(error).__name__, error)


SIMPLE = [c_byte, c_ubyte, c_short, c_ushort, c_int, c_uint, c_long, c_ulong, c_bool, c_char, c_wchar, c_float,
          c_double, c_longdouble, c_float_complex, c_double_complex, c_longdouble_complex]
for kind in SIMPLE:
    print(kind.__name__, kind._type_, sizeof(kind), alignment(kind), memoryview(kind()).format, kind(), bool(kind().value))
    for value in ['abc', None, 1.5, b'ab', 2**70 + 3, -1, b'x', 'y', 1, [], bytearray(b'z'), 300, 1j]:
        show(f'  {value!r}', lambda: kind(value).value)
for kind in [c_char_p, c_wchar_p, c_void_p, py_object]:
    print(kind.__name__, kind._type_, memoryview(kind()).format)
    for value in ['abc', None, b'ab', 1.5, []]:
        show(f'  {value!r}', lambda: kind(value).value)
show('null object', lambda: py_object().value)

# Values at the edges of long double.
for value in [0.0, -0.0, 1e308, 5e-324, -2.5, float('inf'), 1 / 3]:
    print(c_longdouble(value).value == value, bytes(c_longdouble(value))[:10].hex())
print(c_longdouble(float('nan')).value)
print(c_longdouble.from_buffer_copy(b'\xff' * 8 + b'\xff\x3f' + bytes(6)).value)


# Classes that cannot be.
def attempt(label, base, **members):
    show(label, lambda: type(base)('X', (base,), members))


attempt('code', ctypes._SimpleCData, _type_='y')
attempt('long code', ctypes._SimpleCData, _type_='ab')
attempt('int code', ctypes._SimpleCData, _type_=1)
attempt('no code', ctypes._SimpleCData)
attempt('negative', Array, _length_=-1, _type_=c_int)
attempt('text', Array, _length_='a', _type_=c_int)
attempt('no type', Array, _length_=3)
attempt('no length', Array, _type_=c_int)
attempt('huge', Array, _length_=2**70, _type_=c_int)
attempt('large', Array, _length_=2**62, _type_=c_int)
attempt('no info', Array, _length_=2, _type_=int)
for abstract in [Structure, Union, Array, ctypes._SimpleCData, ctypes._Pointer, ctypes._CFuncPtr]:
    show(abstract.__name__, abstract)

# Subclasses are not converted.
class Number(c_int):
    pass


class Holder(Structure):
    _fields_ = [('plain', c_int), ('own', Number), ('text', c_char * 4), ('wide', c_wchar * 3)]


holder = Holder(1, 2, b'abcd', 'xyz')
print(holder.plain, type(holder.own).__name__, holder.own.value, holder.text, holder.wide)
for value in [b'abcde', b'a\0b', 'a', None]:
    show('text', lambda: setattr(holder, 'text', value))
    print(holder.text)
for value in ['wxyz', 'w', b'w']:
    show('wide', lambda: setattr(holder, 'wide', value))
    print(holder.wide)

# Arrays.
Row = c_int * 3
print(Row is c_int * 3, Row, Row * 2, memoryview((Row * 2)()).shape, memoryview((Row * 2)()).format)
row = Row(1, 2)
row[1:] = [5, 6]
print(list(row), row[-1], row[::-2], len(row))
for index in [3, -4, 'a']:
    show('item', lambda: row[index])
    show('set', lambda: row.__setitem__(index, 1))
show('slice', lambda: row.__setitem__(slice(0, 2), [1]))
show('delete', lambda: row.__delitem__(0))
show('many', lambda: Row(1, 2, 3, 4))
show('negative', lambda: c_int * -1)
show('float', lambda: c_int * 1.5)
text = create_string_buffer(b'hello', 8)
print(text.raw, text.value, text[1:4], text[::3])
text.value = b'yes'
print(text.raw)
for value in [b'too long for it', 'text', None]:
    show('value', lambda: setattr(text, 'value', value))
    show('raw', lambda: setattr(text, 'raw', value))
show('delete', lambda: delattr(text, 'value'))
show('delete', lambda: delattr(text, 'raw'))
wide = create_unicode_buffer('hé\U0001f600')
print(wide.value, len(wide), wide[1:3], sizeof(wide))
print(Array[int])

# Pointers.
number = c_int(42)
p = pointer(number)
p.contents.value += 1
p[0] += 1
print(number, p[0], bool(p), bool(POINTER(c_int)()), POINTER(c_int) is type(p), type(p).__name__)
p2 = cast(row, POINTER(c_int))
print(p2[:3], p2[2:-1:-1], p2[0:3:2])
for key in [slice(None), slice(None, None, -1), slice(0, 1, 0), 'a']:
    show('key', lambda: p2[key])
show('null', lambda: POINTER(c_int)().contents)
show('null', lambda: POINTER(c_int)()[0])
show('wrong', lambda: POINTER(c_int)(3))
show('assign', lambda: p.__setitem__(0, 'a'))
show('cast', lambda: cast(number, POINTER(c_int)))
show('cast', lambda: cast(3, int))
show('cast', lambda: cast(3, c_int))


class Late(ctypes._Pointer):
    pass


show('late', Late)
show('late', lambda: Late.from_param(3))
show('late', lambda: Late.set_type(3))
Late.set_type(c_int)
print(Late._type_, c_int.__pointer_type__, bool(Late()))
show('no pointer type', lambda: Holder.__pointer_type__)
Holder.__pointer_type__ = 3
print(POINTER(Holder))
del Holder.__pointer_type__
print(POINTER(Holder), Holder.__pointer_type__)
show('abstract', lambda: Structure.__pointer_type__)

# Memory of others.
memory = bytearray(range(16))
view = c_uint.from_buffer(memory, 4)
view.value = 0xFFFFFFFF
print(memory, view._b_needsfree_, view._b_base_)
show('export', lambda: memory.append(1))
show('readonly', lambda: c_int.from_buffer(b'abcd'))
show('small', lambda: c_int.from_buffer(bytearray(2)))
show('offset', lambda: c_int.from_buffer(bytearray(8), 5))
show('offset', lambda: c_int.from_buffer(bytearray(8), -1))
print(c_int.from_buffer_copy(b'\1\0\0\0\2', 0))
show('small', lambda: c_int.from_buffer_copy(b'abc'))
print(c_int.from_address(addressof(number)))
show('address', lambda: c_int.from_address('a'))
resize(number, 40)
print(sizeof(number), number)
show('resize', lambda: resize(number, 2))
show('resize', lambda: resize(view, 100))
show('resize', lambda: resize(3, 100))
for function in [sizeof, alignment, byref, addressof]:
    show(function.__name__, lambda: function(3))

# Pickling.
for value in [c_int(5), c_double(1.5), Row(1, 2, 3), (c_char * 3)(b'a')]:
    print(value.__reduce__()[1][1])
copied = pickle.loads(pickle.dumps(c_int(7)))
print(copied)
show('pointer', lambda: pickle.dumps(p))
show('pointer', lambda: pickle.dumps(c_char_p(b'a')))
show('hash', lambda: hash(c_int()))

# Parameters.
for kind, value in [(c_byte, 3), (c_short, 3), (c_int, 3), (c_long, 3), (c_float, 1.5), (c_double, 2.5),
                    (c_char, b'x'), (c_char, b'\n')]:
    print(kind.from_param(value), kind.from_param(kind(value)))
for kind in [c_int, c_char_p, c_wchar_p, c_void_p, Row, POINTER(c_int), Holder]:
    show(kind.__name__, lambda: kind.from_param(1.5))


class Wrapped:
    def __init__(self, value):
        self._as_parameter_ = value


print(c_int.from_param(Wrapped(Wrapped(4))))
endless = Wrapped(None)
endless._as_parameter_ = endless
try:
    c_int.from_param(endless)
except RecursionError:
    print('endless')
