"""_multiprocessing.SemLock and _posixshmem, and what multiprocessing builds on them."""
import _multiprocessing
import _posixshmem
import mmap
import multiprocessing
import os
import threading

SemLock = _multiprocessing.SemLock
count = 0


def name():
    global count
    count += 1
    return f"/adder-test-{os.getpid()}-{count}"


def attempt(function):
    try:
        print(function())
    except Exception as error:
        print(type(error).__name__, str(error).replace(str(os.getpid()), "PID"), getattr(error, "filename", None) is None)


print(_multiprocessing.flags, SemLock.SEM_VALUE_MAX, SemLock.__doc__)
semaphore = SemLock(1, 1, 1, name(), True)
print(semaphore.kind, semaphore.maxvalue, semaphore.name, type(semaphore.handle))
attempt(semaphore.release)
print(semaphore.acquire(), semaphore._count(), semaphore._get_value(), semaphore._is_zero(), semaphore._is_mine())
print(semaphore.acquire(True, 0.01), semaphore.acquire(False), semaphore.acquire(True, -1), semaphore.release())
with semaphore as entered:
    print(entered, semaphore._get_value())

lock = SemLock(0, 1, 1, name(), True)
attempt(lock.release)
print(lock.acquire(), lock.acquire(), lock._count(), lock.release(), lock._is_mine(), lock.release(), lock._is_mine())
lock.acquire()
taken = []
thread = threading.Thread(target=lambda: taken.append((lock._is_mine(), lock.acquire(False), lock.acquire(timeout=0.01))))
thread.start()
thread.join()
print(taken, lock._after_fork(), lock._count())

kept = name()
first = SemLock(1, 2, 2, kept, False)
second = SemLock._rebuild(0, 1, 2, kept)
print(first.name == second.name == kept, second.acquire(), first._get_value())
attempt(lambda: SemLock(1, 1, 1, kept, False))
attempt(lambda: _multiprocessing.sem_unlink(kept))
attempt(lambda: _multiprocessing.sem_unlink(kept))
attempt(lambda: SemLock._rebuild(0, 1, 1, kept))
attempt(lambda: SemLock(3, 1, 1, "/adder-x", True))
attempt(lambda: SemLock(1, -1, 1, name(), True))
attempt(lambda: SemLock(1, 1, 1, "/adder\0x", True))
attempt(lambda: SemLock(1, 1, 1, 2, True))
attempt(lambda: SemLock("1", 1, 1, "x", True))
attempt(lambda: SemLock())
attempt(lambda: semaphore.acquire(True, "x"))
attempt(lambda: _multiprocessing.sem_unlink(3))

shared = name()
descriptor = _posixshmem.shm_open(shared, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode=0o600)
os.ftruncate(descriptor, 8)
print(os.get_inheritable(descriptor))
with mmap.mmap(descriptor, 8) as memory:
    memory[:4] = b"seen"
    other = _posixshmem.shm_open(path=shared, flags=os.O_RDONLY)
    print(os.read(other, 8))
    os.close(other)
os.close(descriptor)
attempt(lambda: _posixshmem.shm_unlink(shared))
attempt(lambda: _posixshmem.shm_unlink(shared))
attempt(lambda: _posixshmem.shm_open("/adder-nowhere", 0))
attempt(lambda: _posixshmem.shm_open("a\0b", 0))
attempt(lambda: _posixshmem.shm_open(b"x", 0))
attempt(lambda: _posixshmem.shm_open())
attempt(lambda: _posixshmem.shm_open("x", 0, 0, 0))


def double(queue, lock, value):
    with lock:
        value.value *= 2
    queue.put(value.value)


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    queue, guard, value = context.Queue(), context.Lock(), context.Value("i", 21)
    process = context.Process(target=double, args=(queue, guard, value))
    process.start()
    print(queue.get(timeout=60), value.value)
    process.join()
    print(process.exitcode)
