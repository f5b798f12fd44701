"""close() of generators that nothing in them would notice."""


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
