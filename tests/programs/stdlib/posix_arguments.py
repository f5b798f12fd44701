"""posix: ids, devices, descriptors, environments and links whose arguments are checked."""
import io
import os
import sys
import tempfile
import warnings


def show(function, *arguments, **keywords):
    try:
        print(function(*arguments, **keywords))
    except BaseException as error:
        print(type(error).__name__, error)


for id in 2 ** 32, 2 ** 64, -2, -2 ** 70, "x", None:
    show(os.seteuid, id)
    show(os.setregid, 0, id)
show(os.setresuid, -1, -1, -1)
show(os.chown, "/nonexistent", -1, "x")
for groups in [2 ** 70], ["x"], [-5], 3:
    show(os.setgroups, groups)
show(os.getgrouplist, "root", "x")
show(os.major, -5), show(os.major, -1), show(os.minor, 2 ** 70)
show(os.makedev, -5, 0), show(os.makedev, 2 ** 40, 0), show(os.makedev, -1, -1), show(os.makedev, 8, 1)
show(os.stat, 0, follow_symlinks=False)
show(os.stat, 0, dir_fd=0)
show(os.utime, 0, follow_symlinks=False)
show(os.chown, 0, 0, 0, dir_fd=0)
show(os.chown, 0, 0, 0, follow_symlinks=False)
show(os.copy_file_range, 0, 1, -10)
show(os.readinto, 0, b"x")
show(os.fsync, -1)
show(os.fsync, "x")


class NoPath:
    __fspath__ = None


show(os.stat, NoPath())
show(os.fspath, NoPath())
show(os.putenv, NoPath(), "x")


# The environment's names and values are taken together, whatever converting them does.
class Mutating:
    def __fspath__(self):
        names.clear()
        return b"NAME"


class Environment:
    def __init__(self, names, values):
        self.names, self.both = names, values

    def __len__(self):
        return 1

    def __getitem__(self, key):
        raise KeyError(key)

    def keys(self):
        return self.names

    def values(self):
        return self.both


names = [Mutating()]
show(os.execve, "/does/not/exist", ["x"], Environment(names, ["value"]))
show(os.execve, "/does/not/exist", ["x"], Environment([1], ["value"]))
show(os.execve, "/does/not/exist", ["x"], Environment(["a=b"], ["value"]))
show(os.execve, "/does/not/exist", ["x"], Environment(3, ["value"]))
show(os.execve, "/does/not/exist", ["x"], 3)
show(os.execve, "/does/not/exist", [], {})

with warnings.catch_warnings():
    warnings.simplefilter("error")
    for function in os.fsync, os.fchdir, os.stat, os.fdatasync, os.ptsname, os.statvfs:
        show(function, False)
    show(os.stat, "x", dir_fd=False)

with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    open("file", "w").close()
    os.symlink("file", "symbolic")
    os.link("symbolic", "followed")
    os.link("symbolic", "same", follow_symlinks=False)
    print(os.path.islink("followed"), os.path.samefile("followed", "file"), os.path.islink("same"))
    show(os.chmod, "symbolic", 0o777, follow_symlinks=False)
    os.chdir("/")
print([os.get_inheritable(fd) for fd in os.openpty()])
show(io.FileIO, 2 ** 31), show(io.FileIO, -1)
closed = io.FileIO("/dev/null")
closed.close()
show(closed.seek), show(closed.readinto, 3), show(closed.seek, 0)
import _posixsubprocess

for descriptors in ("x",), (1 << 70,), (3, 2), (-1,):
    show(_posixsubprocess.fork_exec, [b"false"], [b"false"], True, descriptors, None, [b"env"], -1, -1, -1, -1, 1, 2, 3, 4,
         True, True, 0, None, None, None, -1, None)
