"""code.co_branches(): from, to if not taken, to if taken."""


def loops(items):
    for item in items:
        if item:
            pass
    while items:
        items.pop()


async def awaits(items):
    async for item in items:
        if item is None:
            break


for function in (loops, awaits):
    print(function.__name__, list(function.__code__.co_branches()))
