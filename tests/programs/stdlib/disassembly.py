"""dis: instructions of small functions, as CPython 3.14 compiles them."""
import dis
import io
import re


def add(a, b):
    return a + b


def loop(items):
    total = 0
    for item in items:
        if item > 2:
            total += item
    return total


def closure(x):
    return lambda y: x + y


def attempts(f):
    try:
        return f()
    except ValueError as error:
        return error.args
    finally:
        print("done")


def managed(m):
    with m as x:
        x.y = [i for i in x]


def gen():
    got = yield 1
    yield from got


class_source = "class A(B):\n    x: int = 1\n    def m(self): return super().m()"


def show(thing, **options):
    out = io.StringIO()
    dis.dis(thing, file=out, **options)
    print(re.sub(r"code object (\S+) at 0x\w+", r"code object \1", out.getvalue()))


for function in (add, loop, closure, attempts, managed, gen):
    print(function.__name__, function.__code__.co_stacksize)
    show(function, adaptive=False, show_caches=False)
show(compile(class_source, "<class>", "exec"))
print([(i.opname, i.arg, i.argrepr, i.offset, i.starts_line, i.is_jump_target) for i in dis.get_instructions(add)])
print(list(dis.findlinestarts(loop.__code__))[1:] != [], dis.stack_effect(dis.opmap["POP_TOP"]), dis.opname[dis.opmap["RETURN_VALUE"]], dis.hasjump != [], dis.code_info(add))
show("x = {1: 2, **y}; f'{x!r:>5}'; print(*a, **k); del x; import a.b as c; a < b < c; match_ = [*a, 1]; x[1:2] = y if z else -w")
try:
    1 / 0
except ZeroDivisionError:
    import sys
    tb = sys.exception().__traceback__
    print(tb.tb_lasti > 0, tb.tb_lineno)
print([p for p in add.__code__.co_positions()], add.__code__.co_exceptiontable, len(attempts.__code__.co_exceptiontable) > 0, add.__code__.co_code.hex(), add.__code__.co_linetable.hex())
