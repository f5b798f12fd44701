"""Structures and unions: layout, bit-fields, byte order, anonymous members, lifetimes."""
import gc
import weakref
from ctypes import *


def show(label, function):
    try:
        print(label, repr(function()))
    except Exception as error:
        print(label, type(error).__name__, error)


def fields(kind):
    print(kind.__name__, sizeof(kind), alignment(kind), memoryview(kind()).format)
    for name, *_ in kind._fields_:
        field = getattr(kind, name)
        print('  ', field, field.name, field.type, field.offset, field.size, field.byte_size, field.bit_offset,
              field.bit_size, field.is_bitfield, field.is_anonymous)


class Mixed(Structure):
    _fields_ = [('a', c_char), ('b', c_double), ('c', c_short), ('d', c_int * 3), ('e', c_void_p)]


class Bits(Structure):
    _fields_ = [('a', c_int, 3), ('b', c_uint, 5), ('c', c_longlong, 40), ('d', c_bool, 1), ('e', c_short, 7)]


class Packed(Structure):
    _layout_ = 'ms'
    _pack_ = 1
    _fields_ = [('a', c_char), ('b', c_int), ('c', c_short, 4), ('d', c_short, 12)]


class Aligned(Structure):
    _align_ = 32
    _fields_ = [('a', c_int)]


class Either(Union):
    _fields_ = [('whole', c_uint), ('bytes', c_ubyte * 4), ('half', c_ushort)]


class Big(BigEndianStructure):
    _fields_ = [('a', c_short), ('b', c_int, 4), ('c', c_int, 28), ('d', c_double), ('e', c_longlong)]


class Child(Mixed):
    _fields_ = [('f', c_byte)]


class Outer(Structure):
    class Inner(Union):
        _fields_ = [('x', c_int), ('y', c_float)]
    _anonymous_ = ['u']
    _fields_ = [('tag', c_int), ('u', Inner), ('rest', c_int * 2)]


for kind in [Mixed, Bits, Packed, Aligned, Either, Big, Child, Outer]:
    fields(kind)
print(Outer.x, Outer.y)

bits = Bits()
for name, *_ in Bits._fields_:
    for value in [-1, 5, 2**39, 1]:
        setattr(bits, name, value)
        print(name, value, getattr(bits, name), bytes(bits).hex())
big = Big(1, 2, 3, 1.5, -2)
print(bytes(big).hex(), big.a, big.b, big.c, big.d, big.e)
either = Either(0x01020304)
print(list(either.bytes), hex(either.half))
either.bytes[0] = 255
print(hex(either.whole))
outer = Outer(1, rest=(3, 4))
outer.x = 0x3f800000
print(outer.y, list(outer.rest), outer.u.x)
child = Child(b'a', 1.0, 2, (1, 2), None, 9)
print(child.a, child.b, list(child.d), child.e, child.f)

# What the constructor refuses.
show('many', lambda: Mixed(1, 2, 3, 4, 5, 6))
show('twice', lambda: Mixed(b'a', a=b'b'))
show('type', lambda: Mixed('a'))
show('tuple', lambda: Outer(1, (1, 2, 3)))
show('extra', lambda: vars(Mixed(other=3)))
show('delete', lambda: delattr(child, 'a'))
show('final', lambda: setattr(Mixed, '_fields_', []))


def define(label, **members):
    show(label, lambda: type(Structure)('Made', (Structure,), members))


define('pair', _fields_=[('a',)])
define('type', _fields_=[('a', int)])
define('row', _fields_=3)
define('bits', _fields_=[('a', c_float, 2)])
define('bits', _fields_=[('a', c_int, 33)])
define('bits', _fields_=[('a', c_int, 0)])
define('pointer bits', _fields_=[('a', POINTER(c_int), 1)])
define('anonymous', _fields_=[('a', c_int)], _anonymous_=['a'])
define('anonymous', _fields_=[('a', c_int)], _anonymous_=['b'])
define('anonymous', _fields_=[('a', c_int)], _anonymous_=3)
define('pack', _fields_=[('a', c_int)], _pack_=-1, _layout_='ms')
define('layout', _fields_=[('a', c_int)], _layout_='other')


# A type that refers to itself.
class Node(Structure):
    pass


Node._fields_ = [('value', c_int), ('next', POINTER(Node))]
first, second = Node(1), Node(2)
first.next = pointer(second)
second.next = pointer(first)
print(first.next.contents.value, first.next.contents.next.contents.value, first.next[0].value)
show('pointer', lambda: setattr(first, 'next', pointer(c_int())))
first.next = None
print(bool(first.next))


class Loop(Structure):
    pass


show('itself', lambda: setattr(Loop, '_fields_', [('a', Loop)]))


# What is kept alive.
class Text(Structure):
    _fields_ = [('s', c_char_p), ('n', c_int), ('p', POINTER(c_int)), ('o', py_object)]


text = Text(b'abc')
print(text._objects, text.s)
text.p = pointer(c_int(5))
print(sorted(text._objects), text.p.contents)
text.o = kept = [1]
print(sorted(text._objects), text.o is kept)
array = (Text * 2)()
array[1].s = b'deep'
array[1] = text
print(sorted(array._objects), array[1].s)
numbers = (c_int * 3)(1, 2, 3)
text.p = numbers
print(text.p[2], type(text._objects['2']).__name__)


class Node2(Structure):
    _fields_ = [('value', c_int)]


part = Node(1)
base = (Node * 3)()
item = base[2]
print(item._b_base_ is base, item._b_needsfree_)
died = []
base_ref = weakref.ref(base, lambda _: died.append('base'))
del base
gc.collect()
print(died)
item.value = 4
del item
gc.collect()
print(died)


def classes_die():
    class Temporary(Structure):
        _fields_ = [('a', c_int)]
    pointer_class = POINTER(Temporary)
    array_class = Temporary * 7
    return [weakref.ref(Temporary), weakref.ref(pointer_class), weakref.ref(array_class)]


refs = classes_die()
gc.collect()
print([ref() for ref in refs])
