"""asyncio: tasks, gather, cancellation, timeouts, groups, queues."""
import asyncio


async def work(name, turns):
    for turn in range(turns):
        print(name, turn)
        await asyncio.sleep(0)
    return name * 2


async def fail(message):
    await asyncio.sleep(0)
    raise ValueError(message)


async def main():
    print(await asyncio.gather(work("a", 2), work("b", 3)))
    print(await asyncio.gather(fail("x"), work("c", 1), return_exceptions=True))
    task = asyncio.create_task(asyncio.sleep(100))
    await asyncio.sleep(0)
    task.cancel("enough")
    try:
        await task
    except asyncio.CancelledError as error:
        print("cancelled", error.args, task.cancelled())
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(100)
    except TimeoutError as error:
        print("timeout", repr(error))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail("one"))
            group.create_task(work("never ends", 1))
    except* ValueError as caught:
        print(caught.exceptions)
    queue = asyncio.Queue()

    async def producer():
        for i in range(3):
            await queue.put(i)
        await queue.put(None)

    async def consumer():
        seen = []
        while (item := await queue.get()) is not None:
            seen.append(item)
        return seen

    _, seen = await asyncio.gather(producer(), consumer())
    print(seen)
    lock, event = asyncio.Lock(), asyncio.Event()
    asyncio.get_running_loop().call_soon(event.set)
    async with lock:
        print(await event.wait(), lock.locked())
    print(await asyncio.wait_for(asyncio.to_thread(lambda: "from a thread"), 10))
    future = asyncio.get_running_loop().create_future()
    future.add_done_callback(lambda done: print("callback", done.result()))
    future.set_result(7)
    print(await future)
    await asyncio.sleep(0)


asyncio.run(main())
