"""sys.settrace, sys.setprofile, sys.monitoring, frame objects."""
import sys

events = []


def traced(n):
    total = 0
    for i in range(n):
        total += i
    return total


def tracer(frame, event, arg):
    if frame.f_code.co_name not in ("traced", "raises", "<lambda>", "gen"):
        return None
    events.append((event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, arg if event == "return" else arg and arg[0].__name__))
    return tracer


def raises():
    try:
        raise KeyError("x")
    except KeyError:
        pass


def gen():
    yield 1
    yield 2


sys.settrace(tracer)
traced(2)
raises()
list(gen())
(lambda: 5)()
print(sys.gettrace() is tracer)
sys.settrace(None)
for event in events:
    print(event)
profile = []
sys.setprofile(lambda frame, event, arg: profile.append((event, arg.__name__ if event.startswith("c_") else frame.f_code.co_name)))
len("abc")
traced(1)
try:
    [].index(5)
except ValueError:
    pass
sys.setprofile(None)
print(profile)


def local_tracer():
    seen = []

    def only_lines(frame, event, arg):
        seen.append(event)
        frame.f_trace_lines = False
        frame.f_trace_opcodes = False
        return only_lines
    sys.settrace(lambda frame, event, arg: only_lines)
    traced(3)
    sys.settrace(None)
    return seen


print(local_tracer())


def jump():
    x = 1
    x = 2
    x = 3
    return x


def jumper(frame, event, arg):
    if frame.f_code is jump.__code__:
        if event == "line" and frame.f_lineno == jump.__code__.co_firstlineno + 2:
            frame.f_lineno = jump.__code__.co_firstlineno + 4
        return jumper


sys.settrace(jumper)
print(jump())
sys.settrace(None)


def frames(depth):
    if depth:
        return frames(depth - 1)
    frame = sys._getframe()
    names = []
    while frame:
        names.append((frame.f_code.co_name, sorted(frame.f_locals)[:2] if frame.f_code.co_name == "frames" else None))
        frame = frame.f_back
    return names


print(frames(2), sys._getframe().f_lineno > 90, sys._getframe().f_globals is globals(), sys._getframe().f_back, sys._getframe().f_builtins["len"] is len)
mon = sys.monitoring
tool = mon.PROFILER_ID
mon.use_tool_id(tool, "test")
calls = []
mon.register_callback(tool, mon.events.PY_START, lambda code, offset: calls.append(("start", code.co_name)))
mon.register_callback(tool, mon.events.PY_RETURN, lambda code, offset, value: calls.append(("return", value)))
mon.register_callback(tool, mon.events.LINE, lambda code, line: (calls.append(("line", line - code.co_firstlineno)), mon.DISABLE)[1])
mon.set_local_events(tool, traced.__code__, mon.events.PY_START | mon.events.PY_RETURN | mon.events.LINE)
traced(3)
print(calls, mon.get_tool(tool), mon.get_local_events(tool, traced.__code__) > 0)
mon.set_local_events(tool, traced.__code__, 0)
mon.free_tool_id(tool)
calls.clear()
traced(1)
print(calls)
try:
    sys.settrace(lambda *a: 1 / 0)
    traced(1)
except ZeroDivisionError as error:
    sys.settrace(None)
    print(error, sys.gettrace())
try:
    sys._getframe(10000)
except ValueError as error:
    print(error)
f = sys._getframe()
for bad in (lambda: setattr(f, "f_lineno", 1), lambda: setattr(f, "f_locals", {}), lambda: f.clear(), lambda: setattr(f, "f_trace", 5), lambda: delattr(f, "f_lineno")):
    try:
        bad()
        print("fine")
    except Exception as error:
        print(type(error).__name__, error)
f.f_trace = None
