"""Setting f_lineno in a trace function."""
import contextlib
import sys
import warnings


def run(function, jump_from, jump_to, event="line"):
    output = []
    first = function.__code__.co_firstlineno
    state = {"done": False}

    def trace(frame, what, arg):
        if frame.f_code is not function.__code__ and frame.f_code.co_name != "inner":
            return trace
        if not state["done"] and what == event and frame.f_lineno == first + jump_from:
            state["done"] = True
            frame.f_lineno = first + jump_to
        return trace

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sys.settrace(trace)
        try:
            function(output)
        except Exception as error:
            sys.settrace(None)
            output.append(f"{type(error).__name__}: {error}")
        finally:
            sys.settrace(None)
    print(function.__name__, jump_from, jump_to, event, output, [str(w.message) for w in caught])


def straight(output):
    output.append(1)
    output.append(2)
    output.append(3)
    output.append(4)


def loop(output):
    output.append(1)
    for item in (2, 3):
        output.append(item)
        output.append(-item)
    output.append(5)


def handler(output):
    output.append(1)
    try:
        output.append(3)
        1 / 0
    except ZeroDivisionError:
        output.append(6)
    finally:
        output.append(8)
    output.append(9)


def block(output):
    with contextlib.nullcontext():
        output.append(2)
        output.append(3)
    output.append(4)


def unbound(output):
    output.append(1)
    value = 2
    output.append(value)


def generator(output):
    def inner():
        output.append(2)
        yield 3
    next(inner())
    output.append(5)


run(straight, 1, 3)
run(straight, 3, 2)
run(straight, 2, 2)
run(straight, 2, 100)
run(straight, 2, -1)
run(straight, 0, 2, "call")
run(straight, 4, 2, "return")
run(loop, 3, 5)
run(loop, 4, 3)
run(loop, 1, 3)
run(handler, 1, 4)
run(handler, 3, 6)
run(handler, 6, 9)
run(handler, 6, 3)
run(handler, 4, 9, "exception")
run(block, 2, 4)
run(block, 1, 3)
run(unbound, 2, 3)
run(generator, 3, 2, "return")

try:
    sys._getframe().f_lineno = 3
except ValueError as error:
    print(error)
try:
    sys._getframe().f_lineno = "x"
except ValueError as error:
    print(error)
