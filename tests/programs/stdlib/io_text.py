"""Text files: open modes, newlines, encodings, seeking, StringIO."""
import io
import os
import tempfile

path = os.path.join(tempfile.mkdtemp(), "file.txt")
with open(path, "w", encoding="utf-8") as f:
    print(f.write("line one\n"), f.writelines(["zwei é\n", "three"]), f.tell(), f.writable(), f.readable(), f.mode, f.encoding, f.newlines, f.closed, f.line_buffering, f.name == path, f.errors)
print(f.closed)
with open(path, encoding="utf-8") as f:
    print(repr(f.readline()), repr(f.read(3)), f.readlines(), repr(f.read()), f.seek(0), list(f), f.seek(0), [line.strip() for line in f][1], f.seekable(), f.isatty(), f.fileno() > 2, type(f.buffer).__name__, type(f.buffer.raw).__name__)
    f.seek(0)
    next(f)
    try:
        f.tell()
    except OSError as error:
        print(error)
with open(path, "a+", encoding="utf-8") as f:
    f.write("\nappended")
    f.seek(0)
    print(len(f.read()), f.mode)
with open(path, "r+", encoding="utf-8") as f:
    f.write("LINE")
    f.seek(0, io.SEEK_END)
    f.truncate(4)
    f.seek(0)
    print(f.read())
for newline in (None, "", "\n", "\r\n", "\r"):
    with open(path, "wb") as f:
        f.write(b"a\nb\r\nc\rd")
    with open(path, newline=newline, encoding="ascii") as f:
        lines = list(f)
        print(repr(newline), lines, f.newlines)
    with open(path, "w", newline=newline, encoding="ascii") as f:
        f.write("x\ny\r\n")
    print(open(path, "rb").read())
for encoding, errors in (("utf-16", "strict"), ("latin-1", "strict"), ("ascii", "replace"), ("utf-8-sig", "strict"), ("ascii", "xmlcharrefreplace")):
    with open(path, "w", encoding=encoding, errors=errors) as f:
        f.write("é☃" if encoding != "latin-1" else "é")
    with open(path, "rb") as f:
        print(encoding, f.read())
open(path, "wb").write(b"ok\xff\xfeend")
with open(path, encoding="utf-8") as f:
    try:
        f.read()
    except UnicodeDecodeError as error:
        print(error)
print(ascii(open(path, encoding="utf-8", errors="surrogateescape").read()), open(path, encoding="utf-8", errors="replace").read())
for bad in (lambda: open(path, "rw"), lambda: open(path, "z"), lambda: open(path, ""), lambda: open(path, "rb", encoding="utf-8"), lambda: open(path + "/x"), lambda: open(os.path.dirname(path)), lambda: open(path, "x"), lambda: open(path, encoding="nope"), lambda: open(path, newline="z"), lambda: open(path, "r", 0), lambda: open(-5), lambda: open(path).write("x"), lambda: open(path, "a").read(), lambda: open("a\0b"), lambda: open(path, "w").write(b"x"), lambda: open(path).seek(1, 1), lambda: open(path).seek(-1), lambda: next(f), lambda: f.read(), lambda: open([]), lambda: open(path, "rb").readline("x"), lambda: open(path, "U")):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, str(error).replace(os.path.dirname(path), "DIR"))
s = io.StringIO("first\nsecond\r\nthird")
print(repr(s.readline()), s.tell(), repr(s.read()), s.seek(2), s.write("XYZ"), repr(s.getvalue()), s.truncate(4), s.getvalue(), list(io.StringIO("a\nb\r\nc")), list(io.StringIO("a\r\nb", newline=None)), io.StringIO(newline="\r\n").write("\n"))
with io.StringIO() as s:
    print("to memory", 1, file=s)
    s.seek(100)
    s.write("!")
    print(len(s.getvalue()), repr(s.getvalue()[:12]))
try:
    s.read()
except ValueError as error:
    print(error)
raw = io.BytesIO()
wrapper = io.TextIOWrapper(raw, encoding="utf-8", newline="\n", write_through=True)
wrapper.write("tést")
wrapper.reconfigure(line_buffering=True, errors="ignore")
print(raw.getvalue(), wrapper.detach() is raw, io.TextIOWrapper(io.BytesIO(b"a\nb"), "ascii").readlines(), io.DEFAULT_BUFFER_SIZE >= 8192, [c.__name__ for c in io.TextIOWrapper.__mro__], io.IncrementalNewlineDecoder(None, True).decode("a\r\nb"))
with open(path, "w") as f:
    f.write("x" * 100000 + "\n" + "y" * 100000)
with open(path) as f:
    print([len(line) for line in f], f.seek(99999), repr(f.read(3)), f.tell())
