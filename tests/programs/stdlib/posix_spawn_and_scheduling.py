"""posix: starting programs with posix_spawn, scheduling, timers, pseudo-terminals, vectors at an offset, splice."""
import copy
import os
import pickle
import signal
import tempfile


def show(function, *arguments, **keywords):
    try:
        print(function(*arguments, **keywords))
    except BaseException as error:
        print(type(error).__name__, error)


# Scheduling.
print(os.sched_get_priority_min(os.SCHED_RR), os.sched_get_priority_max(policy=os.SCHED_FIFO))
show(os.sched_get_priority_min, -23)
print(os.sched_getscheduler(0) == os.SCHED_OTHER, os.sched_getparam(os.getpid()))
show(os.sched_getscheduler, -1)
show(os.sched_getparam, -1)
param = os.sched_param(sched_priority=1)
print(param, param.sched_priority, copy.copy(param), pickle.loads(pickle.dumps(param)), copy.replace(param, sched_priority=8))
show(os.sched_param)
show(os.sched_param, 1, 2)
show(os.sched_param, None)
show(os.sched_setparam, 0, 42)
show(os.sched_setparam, 0, os.sched_param(None))
show(os.sched_setscheduler, 0, os.SCHED_OTHER, os.sched_param(1 << 40))
show(os.sched_setparam, -1, param)
show(os.sched_setscheduler, 0, os.SCHED_OTHER, os.sched_param(0))
show(os.sched_rr_get_interval, -1)
print(os.sched_rr_get_interval(0) >= 0)


# Programs.
def run(*arguments, function=os.posix_spawn, **keywords):
    with tempfile.TemporaryFile() as file:
        actions = [(os.POSIX_SPAWN_DUP2, file.fileno(), 1)] + keywords.pop("actions", [])
        pid = function(arguments[0], arguments, keywords.pop("env", os.environ), file_actions=actions, **keywords)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        file.seek(0)
        print(status, file.read().decode().strip())


run("/bin/sh", "-c", "echo hello; exit 3")
run("sh", "-c", "echo $NAME", function=os.posix_spawnp, env={"NAME": "a value", "PATH": os.environ["PATH"]})
run("/bin/sh", "-c", "read x; echo $x", actions=[(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)])
run("/bin/sh", "-c", "echo x >&2", actions=[(os.POSIX_SPAWN_CLOSE, 2)])
run("/bin/sh", "-c", "kill -USR1 $$; echo blocked", setsigmask=[signal.SIGUSR1])
run("/bin/sh", "-c", "ps >/dev/null; echo ran", setsid=True, setsigdef=[signal.SIGPIPE], resetids=True)
run("/bin/true", setpgroup=0)
run("/bin/true", scheduler=(os.sched_getscheduler(0), os.sched_param(0)))
run("/bin/true", scheduler=(None, os.sched_param(0)))
true = "/bin/true", ["true"]
show(os.posix_spawn, "/does/not/exist", ["x"], {})
show(os.posix_spawnp, "does_not_exist", ["x"], {})
show(os.posix_spawn, *true)
show(os.posix_spawn, *true, {1: 2})
show(os.posix_spawn, *true, {"a=b": "2"})
show(os.posix_spawn, *true, 3)
show(os.posix_spawn, "/bin/true", [], {})
show(os.posix_spawn, "/bin/true", [""], {})
show(os.posix_spawn, "/bin/true", 3, {})
show(os.posix_spawn, "/bin/true", [3], {})
for actions in 3, [3], [()], [(None,)], [(12345,)], [(os.POSIX_SPAWN_CLOSE,)], [(os.POSIX_SPAWN_CLOSE, 1, 2)], \
        [(os.POSIX_SPAWN_CLOSE, None)], [(os.POSIX_SPAWN_OPEN, 3, __file__ + "\0", os.O_RDONLY, 0)], \
        [(os.POSIX_SPAWN_OPEN, 3, __file__, os.O_RDONLY)], [(os.POSIX_SPAWN_DUP2, 1)], [(os.POSIX_SPAWN_CLOSEFROM,)]:
    show(os.posix_spawn, *true, {}, file_actions=actions)
show(os.posix_spawn, *true, {}, setsigmask=[99999])
show(os.posix_spawn, *true, {}, setsigmask=3)
show(os.posix_spawn, *true, {}, setsigdef=[0])
show(os.posix_spawn, *true, {}, setpgroup="x")
show(os.posix_spawn, *true, {}, setpgroup=-2)
show(os.posix_spawn, *true, {}, scheduler=3)
show(os.posix_spawn, *true, {}, scheduler=(1, 2, 3))
show(os.posix_spawn, *true, {}, scheduler=(os.SCHED_OTHER, 3))
show(os.posix_spawn, *true, {}, resetids="x", unknown=1)

# Timers.
timer = os.timerfd_create(signal.ITIMER_REAL and 1, flags=os.TFD_NONBLOCK | os.TFD_CLOEXEC)
print(os.timerfd_gettime(timer), os.timerfd_settime(timer, initial=1000, interval=0.25))
print(os.timerfd_gettime_ns(timer)[1], os.timerfd_settime_ns(timer, initial=0)[1], os.timerfd_gettime_ns(timer))
show(os.timerfd_create, 12345)
show(os.timerfd_settime, timer, initial="x")
show(os.timerfd_settime, timer, flags=1 << 20, initial=1)
show(os.timerfd_gettime, 0)
os.close(timer)

# Pseudo-terminals.
leader = os.posix_openpt(os.O_RDWR | os.O_NOCTTY)
print(os.grantpt(leader), os.unlockpt(leader), os.ptsname(leader).startswith("/dev/pts/"))
follower = os.open(os.ptsname(leader), os.O_RDWR | os.O_NOCTTY)
print(os.isatty(follower), os.ttyname(follower) == os.ptsname(leader))
show(os.unlockpt, 12345)
show(os.ptsname, 12345)
os.close(leader), os.close(follower)

# Vectors at an offset, splice.
with tempfile.TemporaryFile() as file:
    fd = file.fileno()
    print(os.pwritev(fd, [b"abc", b"defgh", bytearray(b"ij")], 2, 0), os.pread(fd, 20, 0))
    buffers = [bytearray(i) for i in (2, 3, 2)]
    print(os.preadv(fd, buffers, 3), buffers)
    show(os.preadv, fd, [b"x"], 3)
    show(os.preadv, fd, 3, 3)
    show(os.pwritev, fd, [], "x")
    reader, writer = os.pipe()
    print(os.splice(fd, writer, 4, offset_src=3), os.read(reader, 10))
    os.write(writer, b"XYZ")
    print(os.splice(reader, fd, 3, offset_dst=0), os.pread(fd, 20, 0))
    show(os.splice, fd, writer, -5)
    os.close(reader), os.close(writer)
show(os.setns, 0)
