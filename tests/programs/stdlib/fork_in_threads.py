"""A fork in a thread: in the child that thread is the main one, and the others are done."""
import os
import signal
import sys
import threading
import time
import _thread


def child(body):
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    status = 1
    try:
        body()
        sys.stdout.flush()
        status = 0
    finally:
        os._exit(status)


stop = threading.Event()
sleepers = [threading.Thread(target=stop.wait, daemon=True) for _ in range(3)]
for sleeper in sleepers:
    sleeper.start()


def look():
    print(threading.current_thread() is threading.main_thread(), threading.active_count(), _thread._get_main_thread_ident() == threading.get_ident())
    print([sleeper.is_alive() for sleeper in sleepers])
    sleepers[0].join()
    caught = []
    signal.signal(signal.SIGUSR1, lambda *a: caught.append(a[0]))
    os.kill(os.getpid(), signal.SIGUSR1)
    print(caught == [signal.SIGUSR1])
    other = threading.Thread(target=lambda: print("another thread", threading.active_count()))
    other.start()
    other.join()


print(child(look))
result = []
forker = threading.Thread(target=lambda: result.append(child(look)))
forker.start()
forker.join()
print(result)

# Threads that want the GIL meanwhile.
busy = True


def spin():
    while busy:
        pass


spinners = [threading.Thread(target=spin) for _ in range(3)]
for spinner in spinners:
    spinner.start()
print([child(lambda: sum(range(1000))) for _ in range(10)])
busy = False
for spinner in spinners:
    spinner.join()
stop.set()
