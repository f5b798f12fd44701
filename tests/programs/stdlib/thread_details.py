"""Timeouts, thread-local attributes and frames of other threads."""
import _thread
import gc
import os
import sys
import threading
import warnings
import weakref

warnings.simplefilter("ignore", DeprecationWarning)

lock = _thread.allocate_lock()
lock.acquire()
for timeout in float("nan"), "1", None, -2, 1e20, -1e20, float("inf"), 10**400, 0.001, 0, True:
    try:
        print(timeout, lock.acquire(True, timeout))
    except Exception as error:
        print(timeout, type(error).__name__, error)


class X:
    pass


# The collector sees the attributes.
x = X()
x.local = threading.local()
x.local.x = x
reference = weakref.ref(x)
del x
gc.collect()
print(reference() is None)

# A thread's attributes go with the thread.
local = threading.local()
def work():
    local.value = X()
    references.append(weakref.ref(local.value))
references = []
for _ in range(2):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
print([r() is None for r in references], vars(local))


class Local(threading.local):
    count = 0

    def __init__(self, *args, **kwargs):
        self.count += 1
        self.args = args, kwargs


local = Local(1, two=2)
def show():
    print(sorted(vars(local).items()), local.count)
show()
thread = threading.Thread(target=show)
thread.start()
thread.join()
class SaysYes:
    def __eq__(self, other):
        return True
    def __hash__(self):
        return 0
for name in "__dict__", SaysYes():
    try:
        local.__setattr__(name, 1)
    except AttributeError as error:
        print(str(error).replace(repr(name), "it"))

# Frames of another thread.
entered, leave = threading.Event(), threading.Event()
def outer():
    inner()
def inner():
    entered.set()
    leave.wait()
thread = threading.Thread(target=outer)
thread.start()
entered.wait()
frames = sys._current_frames()
print(len(frames), frames[threading.get_ident()] is sys._getframe())
names, frame = [], frames[thread.ident]
while frame is not None:
    names.append(frame.f_code.co_name)
    frame = frame.f_back
print([name for name in names if name in ("outer", "inner", "run")])
leave.set()
thread.join()

# After a fork in a thread, the main thread of before has ended.
main = threading.current_thread()
def fork():
    pid = os.fork()
    if pid == 0:
        main.join()
        os.write(1, b"joined the main thread of before\n")
        os._exit(0)
    print(os.waitpid(pid, 0)[1])
sys.stdout.flush()
thread = threading.Thread(target=fork)
thread.start()
thread.join()


# A timeout may be anything that counts as an int.
class Zero:
    def __index__(self):
        return 0


import signal
taken = threading.Lock()
taken.acquire()
print(taken.acquire(True, Zero()), signal.sigtimedwait([], Zero()))
for call in (lambda: taken.acquire(True, 1 << 70), lambda: signal.sigtimedwait([], 1 << 70), lambda: signal.sigtimedwait([], -1)):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
