# PyMonitoring_*: events of code that is not bytecode, through ctypes.
import ctypes
import sys

api = ctypes.pythonapi
m = sys.monitoring
TOOL = 4
EVENTS = ["PY_START", "PY_RETURN", "CALL", "LINE", "RAISE", "STOP_ITERATION"]
NUMBERS = [getattr(m.events, name).bit_length() - 1 for name in EVENTS]


class State(ctypes.Structure):
    _fields_ = [("active", ctypes.c_uint8), ("opaque", ctypes.c_uint8)]


states = (State * len(EVENTS))()
version = ctypes.c_uint64(0)
kinds = (ctypes.c_uint8 * len(EVENTS))(*NUMBERS)
api.PyMonitoring_EnterScope.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_ssize_t]


def enter():
    print(api.PyMonitoring_EnterScope(states, ctypes.byref(version), kinds, len(EVENTS)))
    print([state.active for state in states])


class Codelike:
    def __repr__(self):
        return "codelike"


codelike = Codelike()
events = []


def record(name):
    def callback(*args):
        events.append((name, *args))
        if name == "CALL":
            return m.DISABLE
        if name == "PY_RETURN" and args[2] == "fail":
            raise KeyError("from the callback")
    return callback


def fire(name, *args):
    function = getattr(api, f"_PyMonitoring_Fire{name}Event")
    kinds = [ctypes.c_void_p, ctypes.py_object, ctypes.c_int32]
    function.argtypes = kinds + [ctypes.c_int if isinstance(arg, int) else ctypes.py_object for arg in args[2:]]
    state = states[EVENTS.index({
        "PyStart": "PY_START", "PyReturn": "PY_RETURN", "Call": "CALL", "Line": "LINE",
        "StopIteration": "STOP_ITERATION", "Raise": "RAISE",
    }[name])]
    try:
        result = function(ctypes.addressof(state), codelike, *args[1:])
    except Exception as error:
        result = repr(error)
    print(name, result, [(*event[:-1], repr(event[-1])) if isinstance(event[-1], BaseException) else event
                         for event in events], state.active)
    events.clear()


enter()
m.use_tool_id(TOOL, "test")
for name in EVENTS:
    m.register_callback(TOOL, getattr(m.events, name), record(name))
m.set_events(TOOL, sum(getattr(m.events, name) for name in EVENTS))
enter()
m.set_events(TOOL, 0)
events.clear()

fire("PyStart", 0, 1)
fire("PyStart", 0, -1)
fire("PyReturn", 0, 2, "value")
fire("PyReturn", 0, 2, "fail")
fire("Line", 0, 3, 17)
fire("Call", 0, 4, "callable", "first")
fire("StopIteration", 0, 5, "last")
fire("Raise", 0, 6)
print(api.PyMonitoring_ExitScope())
enter()
m.free_tool_id(TOOL)
