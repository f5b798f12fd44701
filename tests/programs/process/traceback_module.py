"""The traceback module: formatting, limits, chains, TracebackException, walking."""
import io
import sys
import traceback


def a(n):
    return b(n)


def b(n):
    if n:
        return a(n - 1)
    x = 1
    raise LookupError("at the bottom")


try:
    a(2)
except LookupError as error:
    caught = error
print("".join(traceback.format_exception(caught)))
print("".join(traceback.format_tb(caught.__traceback__, limit=2)), "".join(traceback.format_tb(caught.__traceback__, limit=-1)))
print(traceback.format_exception_only(caught), traceback.format_exception_only(type(caught), caught), traceback.format_exception_only(None), traceback.format_exception_only(SyntaxError("m", ("f.py", 2, 3, "bad code", 2, 6))))
for frame in traceback.extract_tb(caught.__traceback__):
    print(frame.name, frame.lineno, frame.line, frame.colno, frame.end_colno, frame.filename.endswith("traceback_module.py"))
summary = traceback.StackSummary.extract(traceback.walk_tb(caught.__traceback__), capture_locals=True)
print([sorted(s.locals) for s in summary][-1], summary[-1].locals["n"])
te = traceback.TracebackException.from_exception(caught, capture_locals=True, limit=-1)
print("".join(te.format()), te.exc_type_str, str(te), te == traceback.TracebackException.from_exception(caught, limit=-1))
out = io.StringIO()
traceback.print_exception(caught, file=out, limit=1, chain=False)
traceback.print_stack(file=out, limit=1)
traceback.print_tb(caught.__traceback__, 1, out)
print(out.getvalue())


def recursive(n):
    if n == 0:
        raise ValueError("deep")
    recursive(n - 1)


try:
    recursive(20)
except ValueError:
    print(traceback.format_exc())
try:
    try:
        raise OSError(2, "gone")
    except OSError as first:
        try:
            raise KeyError("second")
        except KeyError as second:
            raise RuntimeError("third") from first
except RuntimeError as error:
    print("".join(traceback.format_exception(error)))
    print("".join(traceback.format_exception(error, chain=False)))
group = ExceptionGroup("g", [ValueError(i) for i in range(20)])
print("".join(traceback.format_exception(group)))
group.add_note("note on the group")
print("".join(traceback.format_exception(ExceptionGroup("outer", [group.derive([TypeError("inner")]), KeyError("k")]))))


class BadStr(Exception):
    def __str__(self):
        raise ValueError


class Notes(Exception):
    __notes__ = 5


for error in (BadStr(), Notes("n"), Exception(), Exception(""), Exception("multi\nline"), KeyError("k"), SystemExit(3), type("Local.Name", (Exception,), {"__module__": "made.up"})("x")):
    print(traceback.format_exception_only(error))
tb = caught.__traceback__
print(tb.tb_frame.f_code.co_name, tb.tb_next.tb_frame.f_code.co_name, tb.tb_lineno, sum(1 for _ in traceback.walk_tb(tb)), caught.with_traceback(tb.tb_next).__traceback__ is tb.tb_next)
traceback.clear_frames(tb)
print(tb.tb_next.tb_frame.f_locals)
import types
made = types.TracebackType(None, tb.tb_frame, tb.tb_lasti, 1)
print(made.tb_lineno, made.tb_next)
for bad in (lambda: setattr(made, "tb_next", made), lambda: types.TracebackType(1, 2, 3, 4), lambda: setattr(made, "tb_next", 5), lambda: caught.with_traceback(5)):
    try:
        bad()
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
