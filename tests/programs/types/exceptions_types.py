"""The exception classes: hierarchy, constructors, attributes."""


def tree(cls, depth=0):
    print("  " * depth + cls.__name__)
    for sub in sorted((c for c in cls.__subclasses__() if c.__module__ == "builtins"), key=lambda c: c.__name__):
        tree(sub, depth + 1)


tree(BaseException)
e = OSError(2, "msg", "file1", None, "file2")
print(type(e).__name__, e.errno, e.strerror, e.filename, e.filename2, str(e), e.args, repr(e))
print(OSError(), repr(OSError("a")), OSError(1, 2).errno, type(OSError(9999, "x")).__name__, OSError(1, 2, 3, 4, 5).filename2, str(OSError(None, "x")), BlockingIOError(11, "x", 5).characters_written)
e = SyntaxError("bad", ("f.py", 3, 7, "some text\n", 3, 9))
print(str(e), e.msg, e.filename, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset, repr(e))
print(SyntaxError().msg, str(SyntaxError("only")), str(IndentationError("x", ("f", 1, 2, "t"))), SyntaxError("m", ("f", None, None, None)).lineno)
e = UnicodeDecodeError("utf-8", b"a\xffb", 1, 2, "reason")
print(e, e.encoding, e.object, e.start, e.end, e.reason)
print(UnicodeEncodeError("ascii", "aé☃", 1, 2, "r"), UnicodeEncodeError("ascii", "aé☃", 1, 3, "r"), UnicodeTranslateError("a☃", 1, 2, "r"), UnicodeEncodeError("ascii", "𝒳", 0, 1, "r"), UnicodeDecodeError("x", b"", 5, 9, "r"))
print(ImportError("m", name="n", path="p").name, ImportError("m", name="n").path, NameError("x", name="n").name, AttributeError("x", name="a", obj=5).obj, StopIteration(1, 2).value, SystemExit(1, 2).code, SystemExit().code, SystemExit(5).code, KeyError("k"), KeyError(), KeyError(1, 2), StopAsyncIteration("x").args)
for bad in (lambda: SyntaxError("m", ("f", 1)), lambda: SyntaxError("m", 5), lambda: UnicodeDecodeError("a"), lambda: UnicodeEncodeError("a", b"", 0, 1, "r"), lambda: UnicodeDecodeError("a", "text", 0, 1, "r"), lambda: ImportError(nme=1), lambda: ValueError(x=1), lambda: AttributeError("a", foo=1), lambda: BaseException.__new__(int), lambda: setattr(ValueError(), "args", 5), lambda: setattr(ValueError(), "__cause__", 5), lambda: setattr(ValueError(), "__traceback__", 5), lambda: delattr(ValueError(), "__context__"), lambda: ValueError().add_note(5), lambda: setattr(UnicodeDecodeError("a", b"", 0, 1, "r"), "start", "x")):
    try:
        print(bad())
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)
e = ValueError("a")
e.args = ("b", 1)
print(e, e.args, repr(e), str(ValueError(("tuple",))), str(ValueError([])), str(ValueError("")), repr(ValueError("")), repr(KeyError("x")), ValueError("x") == ValueError("x"), hash(e) == hash(e), bool(e))


class Multi(ValueError, KeyError):
    pass


class WithState(Exception):
    def __init__(self, a, b=2):
        super().__init__(a, b)
        self.extra = a


print(Multi("x"), isinstance(Multi(), LookupError), WithState(1), WithState(1).__reduce__(), repr(WithState("q")))
try:
    class Bad(OSError, ImportError):
        pass
except TypeError as error:
    print(error)
import pickle, copy
for original in (OSError(2, "m", "f"), SyntaxError("m", ("f", 1, 2, "t")), UnicodeDecodeError("a", b"b", 0, 1, "r"), KeyError("k"), WithState(5), ImportError("m", name="n"), AttributeError("m", name="a"), StopIteration(4), ExceptionGroup("g", [ValueError(1)])):
    again = pickle.loads(pickle.dumps(original))
    print(type(again).__name__, again.args, str(again) == str(original), copy.copy(original).args == original.args)
