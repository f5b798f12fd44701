"""os, os.path, pathlib, tempfile, shutil, glob."""
import glob
import os
import pathlib
import shutil
import stat
import tempfile

base = tempfile.mkdtemp()
here = os.getcwd()
os.chdir(base)
print(os.path.join("a", "b", "/c", "d"), os.path.join("a", ""), os.path.split("/x/y.z"), os.path.splitext("a.tar.gz"), os.path.splitext(".rc"), os.path.basename("a/b/"), os.path.dirname("a/b"), os.path.normpath("a//b/../c/./d"), os.path.isabs("/x"), os.path.commonpath(["/a/b", "/a/c"]), os.path.commonprefix(["abc", "abd"]), os.path.relpath("/a/b", "/a/c/d"), os.path.expanduser("~nobody_here"), os.path.expandvars("$NOPE/x"), os.path.abspath("x") == os.path.join(os.path.realpath(base), "x"))
os.makedirs("d/e/f")
os.mkdir("empty", 0o750)
open("d/one.txt", "w").write("1")
open("d/e/two.py", "w").write("22")
os.symlink("one.txt", "d/link")
print(sorted(os.listdir("d")), [(os.path.relpath(r, "."), sorted(ds), sorted(fs)) for r, ds, fs in os.walk("d")], sorted((e.name, e.is_file(), e.is_dir(), e.is_symlink()) for e in os.scandir("d")), os.readlink("d/link"), os.path.islink("d/link"), os.path.getsize("d/e/two.py"), os.stat("d/one.txt").st_size, stat.filemode(os.stat("empty").st_mode), stat.S_ISDIR(os.lstat("d").st_mode), os.path.samefile("d/link", "d/one.txt"), os.access("d", os.R_OK), os.path.exists("nope"), os.path.lexists("d/link"))
os.rename("d/one.txt", "d/uno.txt")
os.replace("d/uno.txt", "d/eins.txt")
os.utime("d/eins.txt", (1e9, 1e9 + 0.5))
os.chmod("d/eins.txt", 0o600)
print(os.stat("d/eins.txt").st_mtime, os.stat("d/eins.txt").st_mtime_ns, oct(os.stat("d/eins.txt").st_mode), os.path.exists("d/link"), sorted(glob.glob("**/*.*", recursive=True)), glob.glob("d/[e]*"), glob.glob("nope*"))
for bad in (lambda: os.mkdir("d"), lambda: os.rmdir("d"), lambda: os.remove("nope"), lambda: os.listdir("nope"), lambda: os.chdir("d/eins.txt"), lambda: os.stat("nope"), lambda: os.rename("nope", "x"), lambda: os.open("nope", os.O_RDONLY), lambda: os.close(9999), lambda: os.path.join(1), lambda: os.stat(5.5), lambda: os.mkdir("a\0b"), lambda: os.symlink("x", "d"), lambda: os.readlink("d"), lambda: os.fspath(5), lambda: os.getenv(5), lambda: os.path.getsize("nope"), lambda: os.link("nope", "y"), lambda: os.removedirs("d")):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
p = pathlib.Path("d/e/two.py")
print(p, repr(p), p.name, p.stem, p.suffix, p.parent, p.parts, p.exists(), p.is_file(), p.read_text(), p.with_suffix(".txt"), p.with_name("q"), p.with_stem("s"), p / "x", p.parent.parent, list(p.parents), p.as_posix(), p.is_absolute(), p.match("*.py"), p.full_match("d/**/*.py"), p.relative_to("d"), pathlib.PurePosixPath("/a/../b"), pathlib.PureWindowsPath("C:\\x\\y").parts, p == pathlib.Path("d", "e", "two.py"), sorted(x.name for x in pathlib.Path("d").iterdir()), sorted(str(x) for x in pathlib.Path(".").rglob("*.py")), p.stat().st_size, pathlib.Path("a") < pathlib.Path("b"), p.resolve() == pathlib.Path(os.path.realpath(p)))
q = pathlib.Path("new/deep")
q.mkdir(parents=True, exist_ok=True)
(q / "f").write_bytes(b"bytes")
(q / "t").touch()
print((q / "f").read_bytes(), (q / "t").unlink(), [x.name for x in q.iterdir()], (q / "f").rename(q / "g").name, pathlib.Path.cwd() == pathlib.Path(os.getcwd()), os.fspath(q), sorted(f"{r}" for r, _, _ in pathlib.Path("new").walk()))
for bad in (lambda: pathlib.Path("nope").read_text(), lambda: q.mkdir(), lambda: q.rmdir(), lambda: p.relative_to("/z"), lambda: p.with_suffix("x"), lambda: pathlib.Path(5), lambda: p.with_name(""), lambda: pathlib.Path("/").with_name("x")):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
shutil.copytree("d", "copy", symlinks=True)
shutil.move("copy", "moved")
print(sorted(os.listdir("moved")), shutil.copy("d/eins.txt", "flat"), shutil.which("sh") is not None, shutil.rmtree("moved"), os.path.exists("moved"))
with tempfile.NamedTemporaryFile("w+", suffix=".x", dir=base) as f:
    f.write("temporary")
    f.flush()
    print(os.path.basename(f.name).endswith(".x"), os.path.getsize(f.name))
with tempfile.TemporaryDirectory(dir=".") as name:
    print(os.path.isdir(name))
print(os.path.exists(f.name), os.path.exists(name))
with tempfile.TemporaryFile() as f, tempfile.SpooledTemporaryFile(max_size=10) as g:
    print(f.write(b"a"), g.write(b"abc"), g.seek(0), g.read())
fd = os.open("low", os.O_RDWR | os.O_CREAT, 0o644)
print(os.write(fd, b"low level"), os.lseek(fd, 0, os.SEEK_SET), os.read(fd, 3), os.pread(fd, 3, 4), os.fstat(fd).st_size, os.ftruncate(fd, 2), os.isatty(fd), os.dup(fd) > fd, os.close(fd))
os.environ["TEST_VARIABLE"] = "value"
print(os.environ["TEST_VARIABLE"], os.getenv("TEST_VARIABLE"), os.environ.get("NOPE"), os.environb[b"TEST_VARIABLE"], os.environ.pop("TEST_VARIABLE"), "TEST_VARIABLE" in os.environ, os.name, os.sep, os.linesep == "\n", os.fsencode("é"), os.fsdecode(b"\xff").encode("utf-8", "surrogateescape"), os.cpu_count() > 0, os.getpid() > 0, os.strerror(2), len(os.urandom(8)), os.get_terminal_size.__name__, os.umask(os.umask(0o22)) == 0o22 or True, os.system("exit 3") >> 8, os.popen("echo hi").read())
os.chdir(here)
shutil.rmtree(base)
