"""async def and await, driven by hand: no event loop."""
import types


class Suspend:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        answer = yield self.value
        return answer


async def leaf(name):
    got = await Suspend(f"{name} waits")
    return f"{name} got {got}"


async def branch():
    first = await leaf("one")
    second = await leaf("two")
    return first, second


coroutine = branch()
print(coroutine.send(None))
print(coroutine.send("A"))
try:
    coroutine.send("B")
except StopIteration as stop:
    print(stop.value)
try:
    coroutine.send(None)
except RuntimeError as error:
    print(error)


async def failing():
    try:
        await Suspend("before failure")
    except ValueError as error:
        raise TypeError("translated") from error


coroutine = failing()
coroutine.send(None)
try:
    coroutine.throw(ValueError("thrown in"))
except TypeError as error:
    print(error, repr(error.__cause__))


async def wrong():
    await 42


try:
    wrong().send(None)
except TypeError as error:
    print(error)


@types.coroutine
def old_style():
    return (yield "generator based")


async def uses_old():
    return await old_style()


coroutine = uses_old()
print(coroutine.send(None), coroutine.cr_await is not None)
coroutine.close()
print(coroutine.cr_frame, type(coroutine).__name__, leaf.__code__.co_flags & 0x80)

import inspect
coroutine = leaf("z")
print(inspect.getcoroutinestate(coroutine), inspect.iscoroutinefunction(leaf))
coroutine.close()
print(inspect.getcoroutinestate(coroutine))
