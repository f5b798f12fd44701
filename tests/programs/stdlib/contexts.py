"""contextlib and contextvars."""
import asyncio
import contextlib
import contextvars
import io
import sys
import threading

var = contextvars.ContextVar("var", default="default")
empty = contextvars.ContextVar("empty")
print(var.get(), empty.get("fallback"), var.name)
token = var.set("one")
print(var.get(), token.old_value is contextvars.Token.MISSING, token.var is var)
inner = var.set("two")
print(inner.old_value)
var.reset(inner)
print(var.get())
for bad in (lambda: empty.get(), lambda: var.reset(inner), lambda: contextvars.ContextVar(5), lambda: var.reset(5)):
    try:
        bad()
    except (LookupError, RuntimeError, TypeError, ValueError) as error:
        print(type(error).__name__, str(error).split(" at 0x")[0].split("<")[0])
context = contextvars.copy_context()


def change():
    var.set("inside")
    return var.get(), context[var]


print(context.run(change), var.get(), context[var], var in context, len(context) >= 1, context.get(empty, "none"), sorted(v.name for v in context))
try:
    context.run(lambda: context.run(print))
except RuntimeError as error:
    print(str(error).split(":")[0])
with var.set("in a with") as t:
    print(var.get())
print(var.get())


async def task(n):
    var.set(f"task {n}")
    await asyncio.sleep(0)
    return var.get()


async def main():
    print(await asyncio.gather(task(1), task(2)), var.get())


asyncio.run(main())
seen = []
thread = threading.Thread(target=lambda: seen.append(var.get()))
thread.start()
thread.join()
print(seen)


@contextlib.contextmanager
def manager(log):
    log.append("enter")
    try:
        yield len(log)
    finally:
        log.append("exit")


log = []
with manager(log) as n:
    log.append(n)


@manager(log)
def decorated():
    log.append("body")


decorated()
decorated()
print(log)


@contextlib.contextmanager
def no_yield():
    if False:
        yield


@contextlib.contextmanager
def two_yields():
    yield
    yield


@contextlib.contextmanager
def replaces():
    try:
        yield
    except ValueError as error:
        raise KeyError("replaced") from error


for factory, body_raises in ((no_yield, False), (two_yields, False), (two_yields, True), (replaces, True)):
    try:
        with factory():
            if body_raises:
                raise ValueError("body")
    except Exception as error:
        print(type(error).__name__, error)
buffer = io.StringIO()
with contextlib.redirect_stdout(buffer), contextlib.redirect_stderr(buffer):
    print("captured")
    print("error", file=sys.stderr)
print(repr(buffer.getvalue()))


class Closes:
    def close(self):
        print("closed")


with contextlib.closing(Closes()), contextlib.suppress(ZeroDivisionError):
    1 / 0
with contextlib.ExitStack() as stack:
    stack.push(lambda kind, error, tb: print("saw", kind.__name__) or True)
    stack.callback(print, "callback")
    stack.enter_context(manager(log))
    raise ValueError
try:
    with contextlib.ExitStack() as stack:
        stack.callback(lambda: 1 / 0)
        raise ValueError("first")
except ZeroDivisionError as error:
    print(error, repr(error.__context__))


@contextlib.asynccontextmanager
async def amanager():
    print("aenter")
    yield "value"
    print("aexit")


async def use():
    async with amanager() as value, contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(asyncio.sleep, 0)
        print(value, await stack.enter_async_context(amanager()))


asyncio.run(use())
print(isinstance(open, contextlib.AbstractContextManager), isinstance(manager([]), contextlib.AbstractContextManager), contextlib.nullcontext(7).__enter__(), contextlib.chdir.__name__)
