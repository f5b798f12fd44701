# Classes whose memory is given by `__buffer__` and taken back by `__release_buffer__`.
import inspect


class Own:
    def __init__(self, data):
        self.data = bytearray(data)
        self.given = None

    def __buffer__(self, flags):
        print("  give", inspect.BufferFlags(flags))
        self.given = memoryview(self.data)
        return self.given

    def __release_buffer__(self, view):
        print("  take", view is self.given, bytes(view))
        view.release()


own = Own(b"hello")
with memoryview(own) as view:
    print(bytes(view), type(view.obj).__name__)
    try:
        own.data.append(1)
    except BufferError as error:
        print(type(error).__name__)
own.data.append(33)
print(bytes(own))
print(b"".join([own, own]))


class Derived(bytearray):
    def __buffer__(self, flags):
        print("  derived gives")
        return super().__buffer__(flags)

    def __release_buffer__(self, view):
        print("  derived takes", view.nbytes)
        super().__release_buffer__(view)


derived = Derived(b"abc")
with memoryview(derived) as view:
    print(bytes(view))
derived.clear()
print(derived)


class OnlyTakes(bytearray):
    def __release_buffer__(self, view):
        print("  only takes", view.nbytes)
        try:
            memoryview(view)
        except ValueError as error:
            print(error)


taker = OnlyTakes(b"xyz")
memoryview(taker).release()
taker.clear()


class Raises(bytearray):
    def __release_buffer__(self, view):
        raise ValueError("no")


import sys
sys.unraisablehook = lambda info: print(info.err_msg, info.object, repr(info.exc_value))
memoryview(Raises(b"1")).release()

for give in (lambda self, flags: 1, lambda self, flags: 1 // 0, None):
    try:
        memoryview(type("Bad", (), {"__buffer__": give})())
    except Exception as error:
        print(type(error).__name__, error)

plain = bytearray(b"12")
view = plain.__buffer__(0)
print(view.obj is plain)
try:
    bytearray(b"").__release_buffer__(view)
except ValueError as error:
    print(error)
plain.__release_buffer__(view)
try:
    view[0]
except ValueError as error:
    print(error)
for args in (("",), (1 << 40,)):
    try:
        print(plain.__buffer__(*args))
    except Exception as error:
        print(type(error).__name__, error)
