"""close() of generators that nothing in them would notice."""
import sys


class Deleted:
    def __del__(self):
        print("deleted")


def plain(value):
    yield 1
    yield 2


def caught(value):
    try:
        yield 1
    except GeneratorExit:
        print("caught")
        raise


for function in (plain, caught):
    fresh = function(Deleted())
    print(fresh.close(), fresh.gi_frame)
    waiting = function(Deleted())
    next(waiting)
    print(waiting.close(), waiting.gi_frame, waiting.gi_running)
    print(list(waiting))
    kept = function(Deleted())
    next(kept)
    frame = kept.gi_frame
    kept.close()
    print(sorted(frame.f_locals))
    frame.clear()
    del frame, kept


def shows_frame():
    global frame
    frame = sys._getframe()
    yield 1


for end in (lambda g: next(g, None), lambda g: g.throw(KeyError("k")), lambda g: g.close()):
    g = shows_frame()
    next(g)
    try:
        end(g)
    except KeyError as error:
        print(error)
    print(frame.f_back, g.gi_frame)


class NoInstance(Exception):
    def __new__(cls, *args):
        return cls


g = plain(1)
try:
    g.throw(NoInstance)
except TypeError as error:
    print(str(error).split("returned")[0].split(".")[-1])
print(list(g))
