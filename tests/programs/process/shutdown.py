"""What happens at the end: finalizers, module teardown, atexit, threads, daemon threads, weakrefs."""
import atexit
import sys
import threading
import weakref


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name, sys is not None, flush=True)


module_level = Noisy("module level")
cycle = Noisy("in a cycle")
cycle.me = cycle


class Class:
    attribute = Noisy("class attribute")


def generator():
    try:
        yield 1
    finally:
        print("generator closed")


suspended = generator()
next(suspended)
weakref.finalize(module_level, print, "finalize of module level")


@atexit.register
def last_words():
    print("atexit", module_level.name, threading.active_count())
    try:
        threading.Thread(target=print).start()
    except RuntimeError as error:
        print("no new threads:", error)


def worker():
    import time
    ended.wait()
    time.sleep(0.05)
    print("worker finished before atexit")


ended = threading.Event()
threading.Thread(target=worker).start()
stuck = threading.Event()
threading.Thread(target=stuck.wait, daemon=True).start()
def default(kept=Noisy("default argument")): ...
print("end of the program")
ended.set()
sys.stdout.flush()
