"""Asynchronous generators, comprehensions, for and with."""
import asyncio


async def numbers(n):
    try:
        for i in range(n):
            await asyncio.sleep(0)
            yield i
    finally:
        print("numbers closed")


class Session:
    async def __aenter__(self):
        print("enter")
        return self

    async def __aexit__(self, kind, error, traceback):
        print("exit", kind.__name__ if kind else None)
        return kind is ValueError


async def main():
    print([x async for x in numbers(4)])
    print({x: x * x async for x in numbers(3) if x != 1})
    print([y for y in [await asyncio.sleep(0, x) for x in (1, 2)]])
    async for x in numbers(2):
        print("item", x)
    else:
        print("else ran")
    async with Session() as one, Session():
        print(type(one).__name__)
        raise ValueError("swallowed")
    agen = numbers(5)
    print(await anext(agen), await agen.asend(None))
    await agen.aclose()
    print(await anext(agen, "default"))

    async def echo():
        received = None
        while True:
            try:
                received = yield received
            except KeyError as error:
                received = repr(error)

    agen = echo()
    await agen.asend(None)
    print(await agen.asend("hello"), await agen.athrow(KeyError("k")))
    lazy = (x async for x in numbers(2))
    print(type(lazy).__name__, await anext(lazy))
    await lazy.aclose()
    await agen.aclose()
    try:
        async for x in [1]:
            pass
    except TypeError as error:
        print(error)


asyncio.run(main())
