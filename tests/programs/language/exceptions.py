"""raise, from, finally, notes, attributes, and what survives."""


def chain():
    try:
        {}["missing"]
    except KeyError as error:
        raise ValueError("bad key") from error


try:
    chain()
except ValueError as error:
    print(repr(error.__cause__), error.__suppress_context__, repr(error.__context__))
try:
    try:
        1 / 0
    except ZeroDivisionError:
        raise KeyError("second") from None
except KeyError as error:
    print(error.__cause__, error.__suppress_context__, repr(error.__context__))


def finally_order():
    log = []
    for i in range(3):
        try:
            if i == 1:
                continue
            log.append(i)
            if i == 2:
                return log
        finally:
            log.append(f"f{i}")
            if i == 2:
                log.append("last")


print(finally_order())


def swallow():
    try:
        raise ValueError
    finally:
        return "finally wins"


def reraise():
    try:
        raise OSError(2, "No such file", "name.txt")
    except OSError as e:
        e.add_note("note one")
        e.add_note("note two")
        raise


import warnings
warnings.simplefilter("ignore")
print(swallow())
try:
    reraise()
except FileNotFoundError as error:
    print(error, error.errno, error.strerror, error.filename, error.__notes__, error.args)
for thing in (5, "text", None, int, object()):
    try:
        raise thing
    except TypeError as error:
        print(error)
try:
    raise ValueError from 5
except TypeError as error:
    print(error)
try:
    raise
except RuntimeError as error:
    print(error)
try:
    try:
        pass
    except 5:
        pass
    raise ValueError(1)
except (KeyError, (ValueError,)) if False else ValueError as error:
    print("matched", error)
try:
    try:
        raise ValueError
    except "text":
        pass
except TypeError as error:
    print(error)


class Custom(Exception):
    def __init__(self, code, **details):
        super().__init__(code)
        self.code, self.details = code, details

    def __str__(self):
        return f"code {self.code}"


error = Custom(3, a=1)
print(str(error), repr(error), error.args, error.details)
print([repr(e) for e in (ValueError(), ValueError(1), ValueError(1, "a"), KeyError("k"), StopIteration(5), SystemExit(3))])
print(str(KeyError("k")), str(ValueError(1, 2)), str(OSError(1, "x")), str(OSError("only")), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "why"))
print(type(OSError(13, "denied")).__name__, type(OSError(17, "x")).__name__, issubclass(TimeoutError, OSError), IOError is OSError)
try:
    exec("import nothing_like_this.sub")
except ModuleNotFoundError as error:
    print(error, error.name, error.path)
try:
    from os import nothing_like_this
except ImportError as error:
    print(error.msg.split(" (")[0], error.name, error.name_from)


def nested():
    try:
        raise ValueError("a")
    except ValueError:
        try:
            raise TypeError("b")
        except TypeError as inner:
            return inner.__context__.args


print(nested())
import sys
print(sys.exception(), sys.exc_info())
try:
    raise ValueError("cycle")
except ValueError as error:
    try:
        raise error
    except ValueError as again:
        print(again is error, again.__context__)
print(ValueError("x").with_traceback(None), ValueError("a") == ValueError("a"))
error = ValueError("pickled")
error.__dict__["extra"] = 1
print(error.__reduce__())
with_setstate = ValueError()
with_setstate.__setstate__({"attribute": 5})
print(with_setstate.attribute)
