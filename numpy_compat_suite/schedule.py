"""Which test files run, in which order, and how many at a time.

Some of numpy's tests make arrays of several GiB when the machine has room. Each file's
peak on CPython is known, so files share the machine only while their peaks fit into it.
"""
import collections
import concurrent.futures
import threading
import time

UNKNOWN_SECONDS = 5.0
UNKNOWN_MIB = 400.0
ROOM_TO_SPARE = 1.3     # a runtime may need this much more than CPython did
USABLE = 0.7            # of the memory that is free at the start


def order(files, costs, tests_in, share):
    """Longest first, so that the end is not spent waiting for one file.

    For a share of the time: most tests per second first, so that it says the most.
    """
    def seconds(file):
        return costs[file].seconds if file in costs else UNKNOWN_SECONDS

    if share:
        return sorted(files, key=lambda file: (-tests_in.get(file, 1) / seconds(file), file))
    return sorted(files, key=lambda file: (-seconds(file), file))


class Memory:
    """Lets a file start once its expected peak fits beside what is running.

    Whole MiB, so that what is given back adds up; and first come, first served, so that a
    file that has to be alone is not overtaken for ever.
    """

    def __init__(self, mebibytes):
        self.free = self.all = max(int(mebibytes), 1)
        self.changed = threading.Condition()
        self.waiting = collections.deque()

    def take(self, mebibytes):
        """Waits for room; what needs more than there is waits to be alone."""
        amount = min(int(mebibytes), self.all)
        ticket = object()
        with self.changed:
            self.waiting.append(ticket)
            self.changed.wait_for(lambda: self.waiting[0] is ticket and self.free >= amount)
            self.waiting.popleft()
            self.free -= amount
            self.changed.notify_all()
        return amount

    def give_back(self, amount):
        with self.changed:
            self.free += amount
            self.changed.notify_all()


def run(files, costs, jobs, memory_mib, work, share=None, stopping=None):
    """Yields `work(file)` for each file as it is done. Files that a share of time leaves out are not started."""
    memory = Memory(memory_mib * USABLE)
    deadline = time.monotonic() + share if share else None

    def one(file):
        need = (costs[file].mebibytes if file in costs else UNKNOWN_MIB) * ROOM_TO_SPARE
        taken = memory.take(need)
        try:
            if (deadline and time.monotonic() > deadline) or (stopping and stopping.is_set()):
                return None
            return work(file)
        finally:
            memory.give_back(taken)

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for done in concurrent.futures.as_completed([pool.submit(one, file) for file in files]):
            if done.result() is not None:
                yield done.result()
