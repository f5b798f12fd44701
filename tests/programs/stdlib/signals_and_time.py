"""signal handlers, alarms, KeyboardInterrupt, time functions."""
import os
import signal
import time

seen = []


def handler(number, frame):
    seen.append((signal.Signals(number).name, frame.f_code.co_name))


old = signal.signal(signal.SIGUSR1, handler)
print(old is signal.SIG_DFL, signal.getsignal(signal.SIGUSR1) is handler)


def busy():
    os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(1000):
        pass


busy()
print(seen)
signal.raise_signal(signal.SIGUSR1)
print(len(seen))


def fail(number, frame):
    raise TimeoutError("from a handler")


signal.signal(signal.SIGALRM, fail)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    while True:
        pass
except TimeoutError as error:
    print(error)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    time.sleep(10)
except TimeoutError as error:
    print("sleep interrupted", error)
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt as error:
    print("KeyboardInterrupt", error.args)
print(signal.alarm(0), signal.SIGINT, repr(signal.SIGTERM), signal.strsignal(signal.SIGSEGV), signal.SIGKILL in signal.valid_signals(), signal.default_int_handler is signal.getsignal(signal.SIGINT))
for bad in (lambda: signal.signal(signal.SIGKILL, handler), lambda: signal.signal(5000, handler), lambda: signal.signal(signal.SIGUSR1, 5), lambda: signal.raise_signal(-1), lambda: time.sleep(-1), lambda: time.sleep("x"), lambda: time.strftime(5), lambda: time.localtime("x"), lambda: time.strptime("x", "%Y"), lambda: time.mktime((1, 2)), lambda: time.gmtime(1e30)):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
previous = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
os.kill(os.getpid(), signal.SIGUSR1)
print(len(seen), signal.SIGUSR1 in signal.sigpending())
signal.pthread_sigmask(signal.SIG_SETMASK, previous)
print(len(seen))
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
os.kill(os.getpid(), signal.SIGUSR1)
print(len(seen))
start = time.perf_counter()
time.sleep(0.02)
elapsed = time.perf_counter() - start
print(0.02 <= elapsed < 5, time.monotonic() > 0, time.time() > 1.7e9, time.time_ns() > 10 ** 18, time.process_time() >= 0, time.thread_time() >= 0, time.get_clock_info("monotonic").monotonic)
print(time.gmtime(0), time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1e9)), time.asctime(time.gmtime(0)), time.mktime(time.localtime(1e9)), time.strptime("2024-02-29", "%Y-%m-%d")[:3], time.timezone, time.tzname, time.ctime(0), time.gmtime(1.9).tm_sec, time.localtime(0).tm_zone)
os.environ["TZ"] = "EST5EDT,M3.2.0,M11.1.0"
time.tzset()
print(time.timezone, time.tzname, time.localtime(1.7e9).tm_hour, time.localtime(1.7e9).tm_gmtoff, time.strftime("%Z", time.localtime(1.7e9)))
