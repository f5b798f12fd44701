"""threading: threads, locks, conditions, events, locals, barriers, pools, queues."""
import concurrent.futures
import queue
import sys
import threading
import time

total = 0
lock = threading.Lock()


def add(n):
    global total
    for _ in range(n):
        with lock:
            total += 1


threads = [threading.Thread(target=add, args=(500,), name=f"t{i}") for i in range(8)]
[t.start() for t in threads]
[t.join() for t in threads]
print(total, threads[0].name, threads[0].is_alive(), threading.main_thread() is threading.current_thread(), threading.active_count(), threading.get_ident() == threading.main_thread().ident, threads[0].daemon)
print(lock.acquire(), lock.locked(), lock.acquire(blocking=False), lock.acquire(timeout=0.01), lock.release(), lock.locked())
rlock = threading.RLock()
with rlock, rlock:
    print("reentered", rlock.acquire(False))
    rlock.release()
for bad in (lambda: lock.release(), lambda: rlock.release(), lambda: threads[0].start(), lambda: threading.Thread().join(), lambda: threading.current_thread().join(), lambda: threading.Semaphore(-1), lambda: threading.Condition().notify(), lambda: threading.Thread(group=1) if False else lock.acquire(timeout=-5), lambda: threading.BoundedSemaphore(1).release()):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
condition, items = threading.Condition(), []


def consumer(results):
    with condition:
        while len(items) < 3:
            condition.wait()
        results.extend(items)


results = []
t = threading.Thread(target=consumer, args=(results,))
t.start()
for i in range(3):
    with condition:
        items.append(i)
        condition.notify_all()
t.join()
print(results)
event, local = threading.Event(), threading.local()
local.x = "main"


def worker(out):
    out.append(hasattr(local, "x"))
    local.x = "worker"
    event.wait(5)
    out.append(local.x)


out = []
t = threading.Thread(target=worker, args=(out,))
t.start()
event.set()
t.join()
print(out, local.x, event.is_set())
barrier = threading.Barrier(3)
order = []
ts = [threading.Thread(target=lambda: (barrier.wait(), order.append(1))) for _ in range(3)]
[t.start() for t in ts]
[t.join(5) for t in ts]
print(order)
with concurrent.futures.ThreadPoolExecutor(3) as pool:
    print(list(pool.map(lambda x: x * x, range(6))), pool.submit(pow, 2, 10).result(), sorted(f.result() for f in concurrent.futures.as_completed([pool.submit(int, str(i)) for i in range(3)])))
    failing = pool.submit(lambda: 1 / 0)
    try:
        failing.result()
    except ZeroDivisionError as error:
        print(error, failing.done(), repr(failing.exception()))
q = queue.Queue(maxsize=2)


def produce():
    for i in range(5):
        q.put(i)
    q.put(None)


threading.Thread(target=produce).start()
print(list(iter(q.get, None)), q.empty())
for bad in (lambda: q.get_nowait(), lambda: q.get(timeout=0.01), lambda: [q.put_nowait(i) for i in range(5)]):
    try:
        bad()
    except (queue.Empty, queue.Full) as error:
        print(type(error).__name__)
pq = queue.PriorityQueue()
[pq.put(x) for x in (3, 1, 2)]
print([pq.get() for _ in range(3)], queue.LifoQueue().qsize(), queue.SimpleQueue().empty())
caught = []
threading.excepthook = lambda args: caught.append((args.exc_type.__name__, str(args.exc_value), args.thread.name))
t = threading.Thread(target=lambda: [][1], name="failing")
t.start()
t.join()
print(caught)
timer = threading.Timer(0.01, order.append, [2])
timer.start()
timer.join()
print(order[-1], sys.getswitchinterval(), threading.stack_size())
class Sub(threading.Thread):
    def run(self):
        self.answer = 42
s = Sub(daemon=True)
s.start()
s.join()
print(s.answer, s.daemon, repr(s).split("(")[0])
spinning = True
def spin():
    n = 0
    while spinning:
        n += 1
t = threading.Thread(target=spin)
t.start()
time.sleep(0.02)
spinning = False
t.join()
print("a busy thread lets others run")
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
t = threading.Thread(target=lambda: order.append(deep(500)))
t.start(); t.join()
print(order[-1])
