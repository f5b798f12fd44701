"""send, throw and close on generators."""


def averager():
    total = count = 0
    average = None
    while True:
        try:
            value = yield average
        except KeyError as error:
            print("caught", error)
            average = "reset"
            total = count = 0
            continue
        total += value
        count += 1
        average = total / count


g = averager()
print(next(g), g.send(10), g.send(20), g.throw(KeyError("k")), g.send(6))
try:
    g.throw(ValueError("not handled"))
except ValueError as error:
    print("out", error)
print(next(g, "finished"))

try:
    averager().send(1)
except TypeError as error:
    print(error)


def guarded():
    try:
        yield 1
    except GeneratorExit:
        print("asked to exit")
        raise
    finally:
        print("cleaned")


g = guarded()
next(g)
print(g.close())
print(g.close())


def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2


g = stubborn()
next(g)
try:
    g.close()
except RuntimeError as error:
    print(error)


def returning():
    try:
        yield 1
    except GeneratorExit:
        return "closed with this"


g = returning()
next(g)
print(g.close())
g = guarded()
next(g)
del g
print("after del")
try:
    guarded().throw(OSError, "old style is an error too?")
except Exception as error:
    print(type(error).__name__, error)
