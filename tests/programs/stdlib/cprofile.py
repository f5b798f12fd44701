"""cProfile: counts of calls, callers, builtin functions, generators, timers and errors."""
import _lsprof
import cProfile
import io
import pstats
import sys


def leaf():
    return 1


def middle(n):
    return sum([leaf() for _ in range(n)])


def recursive(n):
    return n and recursive(n - 1)


def numbers():
    yield 1
    yield 2


def fail():
    raise ValueError("on purpose")


def work():
    middle(3)
    recursive(4)
    list(numbers())
    [].append(1)
    "text".upper()
    try:
        fail()
    except ValueError:
        pass


def name_of(code):
    return code if isinstance(code, str) else code.co_name


def show(profiler):
    for entry in sorted(profiler.getstats(), key=lambda entry: name_of(entry.code)):
        print(name_of(entry.code), entry.callcount, entry.reccallcount, entry.totaltime >= entry.inlinetime >= 0)
        for call in sorted(entry.calls or (), key=lambda call: name_of(call.code)):
            print("    ", name_of(call.code), call.callcount, call.reccallcount)


profiler = cProfile.Profile()
profiler.enable()
work()
profiler.disable()
show(profiler)
profiler.clear()
print(profiler.getstats())

# What it is told to leave out.
for options in ({"subcalls": False}, {"builtins": False}):
    print(options)
    profiler = cProfile.Profile(**options)
    profiler.enable(**options)
    work()
    profiler.disable()
    show(profiler)

# A timer of one's own counts in its own units.
ticks = 0


def timer():
    global ticks
    ticks += 1
    return ticks


profiler = cProfile.Profile(timer, 0.5, builtins=False)
profiler.enable(builtins=False)
leaf()
profiler.disable()
print([(name_of(entry.code), entry.totaltime, entry.inlinetime) for entry in profiler.getstats()])
profiler.create_stats()
print({key[2]: value for key, value in profiler.stats.items()})

# Only one profiler at a time.
first, second = cProfile.Profile(), cProfile.Profile()
first.enable()
try:
    second.enable()
except ValueError as error:
    print(error)
first.disable()
print(sys.monitoring.get_tool(sys.monitoring.PROFILER_ID))
with second:
    leaf()
print(second.runcall(middle, 2))

for wrong in (lambda: cProfile.Profile(timeunit="x"), lambda: cProfile.Profile(1, 2, 3, 4, 5), lambda: cProfile.Profile(zz=1),
              lambda: first.enable(1, 2, 3)):
    try:
        wrong()
    except TypeError as error:
        print(error)

# A timer may not end what it measures for.
messages = []
sys.unraisablehook = lambda unraisable: messages.append(str(unraisable.exc_value))
profiler = _lsprof.Profiler(lambda: profiler.disable())
profiler.enable()
leaf()
profiler.disable()
print(set(messages))

output = io.StringIO()
profiler = cProfile.Profile()
profiler.runcall(middle, 3)
pstats.Stats(profiler, stream=output).strip_dirs().sort_stats("name").print_callers()
print(*(" ".join(line.split()[:2] + line.split()[-1:]) for line in output.getvalue().splitlines() if "leaf" in line), sep="\n")
