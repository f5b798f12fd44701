# sys.monitoring: every event, callbacks, local events, DISABLE and restarting.
import sys

m = sys.monitoring
E = m.events
TOOL = 3
log = []


def show(value):
    if value is m.MISSING:
        return "MISSING"
    if isinstance(value, BaseException):
        return repr(value)
    if callable(value):
        return value.__name__
    if isinstance(value, Base):
        return type(value).__name__
    return repr(value)


def record(name):
    def callback(code, *args):
        if code.co_name in watched:
            log.append(f"{name} {code.co_name} {' '.join(map(show, args))}")
    return callback


def run(events, *functions):
    global watched
    watched = {f.__name__ for f in functions}
    for name in dir(E):
        if name.isupper() and name not in ("NO_EVENTS", "BRANCH"):
            m.register_callback(TOOL, getattr(E, name), record(name))
    m.set_events(TOOL, events)
    try:
        functions[0]()
    except Exception as error:
        m.set_events(TOOL, 0)
        print("raised", repr(error))
    m.set_events(TOOL, 0)
    print(f"-- {functions[0].__name__}: {len(log)}")
    for line in log:
        print("  ", line)
    log.clear()


m.use_tool_id(TOOL, "test")


def lines():
    a = 1; b = 2
    for i in range(2):
        if i:
            a = i
        else:
            b = i
    while a < 3:
        a += 1
    return (a,
            b)


run(E.LINE, lines)
run(E.BRANCH_LEFT | E.BRANCH_RIGHT | E.JUMP, lines)
run(E.INSTRUCTION, lines)


def inner(x):
    return x + 1


def calls():
    inner(1)
    len([])
    [].append(2)
    max(3, 4, key=abs)
    inner(*(1,))
    max(*[5, 6], **{"key": abs})
    try:
        int("x")
    except ValueError:
        pass
    str()


run(E.CALL | E.C_RETURN | E.C_RAISE | E.PY_START | E.PY_RETURN, calls, inner)


def generator():
    got = yield 1
    yield got
    return 3


def uses():
    g = generator()
    next(g)
    g.send("sent")
    try:
        next(g)
    except StopIteration:
        pass
    h = generator()
    next(h)
    try:
        h.throw(KeyError("k"))
    except KeyError:
        pass


run(E.PY_START | E.PY_RESUME | E.PY_YIELD | E.PY_RETURN | E.PY_THROW | E.PY_UNWIND, uses, generator)


def fails():
    1 / 0


def handles():
    try:
        try:
            fails()
        finally:
            inner(1)
    except ZeroDivisionError:
        pass
    raise TypeError("at last")


run(E.RAISE | E.RERAISE | E.EXCEPTION_HANDLED | E.PY_UNWIND, handles, fails)


def delegates():
    return (yield from generator())


def runs_delegates():
    for value in delegates():
        pass


run(E.STOP_ITERATION, runs_delegates, delegates)


class Base:
    def method(self):
        return 1


class Derived(Base):
    def method(self):
        return super().method()


def method():
    return Derived().method()


run(E.CALL | E.C_RETURN | E.C_RAISE, method)

# Events of one code object.
m.set_local_events(TOOL, inner.__code__, E.PY_START | E.LINE)
watched = {"inner"}
inner(1)
calls()
print("local", len(log), m.get_local_events(TOOL, inner.__code__), m.get_events(TOOL))
m.set_local_events(TOOL, inner.__code__, 0)
log.clear()

# Switched off, and on again.
counts = []


def once(code, line):
    if code is lines.__code__:
        counts.append(line - code.co_firstlineno)
    return m.DISABLE


m.register_callback(TOOL, E.LINE, once)
m.set_events(TOOL, E.LINE)
lines()
lines()
m.restart_events()
lines()
m.set_events(TOOL, 0)
print(counts)


def refuse(code, offset, exception):
    return m.DISABLE


m.register_callback(TOOL, E.RAISE, refuse)
m.set_events(TOOL, E.RAISE)
try:
    fails()
except Exception as error:
    caught = error
m.set_events(TOOL, 0)
print(type(caught), caught)


# A callback that raises.
def raises(code, offset):
    if code is inner.__code__:
        raise LookupError("from the callback")


m.register_callback(TOOL, E.PY_START, raises)
m.set_events(TOOL, E.PY_START)
try:
    inner(1)
except LookupError as error:
    print(error)
m.set_events(TOOL, 0)

# BRANCH is both ways.
both = []


def either(code, offset, target):
    if code is lines.__code__:
        both.append((offset, target))
    return m.DISABLE


print(m.register_callback(TOOL, E.BRANCH, either) is None)
m.set_events(TOOL, E.BRANCH)
print(m.get_events(TOOL) == E.BRANCH_LEFT | E.BRANCH_RIGHT)
lines()
m.set_events(TOOL, 0)
print(len(both))
print(m.register_callback(TOOL, E.BRANCH, None) is either)

for wrong in (
    lambda: m.use_tool_id(TOOL, "again"),
    lambda: m.use_tool_id(6, "x"),
    lambda: m.use_tool_id(1, 1),
    lambda: m.set_events(4, E.LINE),
    lambda: m.set_events(TOOL, 1 << 20),
    lambda: m.set_events(TOOL, E.C_RETURN),
    lambda: m.set_local_events(TOOL, inner.__code__, E.RAISE),
    lambda: m.set_local_events(TOOL, inner, E.LINE),
    lambda: m.register_callback(TOOL, 3, None),
    lambda: m.register_callback(TOOL, 1 << 25, None),
):
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__, error)

m.set_events(TOOL, E.LINE)
print(m._all_events())
m.free_tool_id(TOOL)
print(m.get_tool(TOOL), m._all_events())
