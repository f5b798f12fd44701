"""Standard streams: encoding errors, broken pipes, closed and replaced streams, binary output."""
import os
import subprocess
import sys


def run(code, env=None, **kw):
    r = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **(env or {})}, **kw)
    print(repr(code[:60]), r.returncode, r.stdout[:60], r.stderr.decode("utf-8", "replace").strip().splitlines()[-1:])


run("print('é☃')")
run("print('é☃')", {"PYTHONIOENCODING": "ascii"})
run("print('é☃')", {"PYTHONIOENCODING": "ascii:backslashreplace"})
run("print('\\ud800')")
run("import sys; sys.stderr.write('\\ud800')")
run("import sys; sys.stdout.buffer.write(b'\\xff\\x00'); sys.stdout.write('text')")
run("import sys; sys.stdout.buffer.write(b'first'); print('second')")
run("import sys; print('to err', file=sys.stderr); print(sys.stderr.line_buffering)")
run("import sys; print(ascii(sys.stdin.read()))", input=b"a\xff\xc3\xa9\n")
run("import sys; print(ascii(sys.stdin.read()))", {"PYTHONIOENCODING": "utf-8:surrogateescape"}, input=b"a\xff\n")
run("import sys; print(sys.stdin.buffer.read(2), sys.stdin.readline(), [l for l in sys.stdin])", input=b"abcd\nef\ngh")
run("import sys; sys.stdout = sys.__stderr__; print('swapped')")
run("import sys; sys.stdout.close(); print('x')")
run("import sys; sys.stdin.close(); input()")
run("import os; os.close(2); import sys; print('err', file=sys.stderr)")
run("import sys; print(sys.stdin, sys.stdout is None)", preexec_fn=lambda: os.close(0))
run("import sys; sys.stderr.write(str(sys.stdout))", preexec_fn=lambda: os.close(1))
run("import sys; print(1, flush=True); sys.stdout.reconfigure(encoding='latin-1'); print('é')")
run("print('x' * 100000)")
run("import sys\nclass W:\n def write(self, s): sys.__stdout__.write(s.upper())\nsys.stdout = W(); print('shout')")
run("import sys\nsys.stdout = 5\nprint('x')")
run("import sys; sys.stdout.write(b'x')")
run("import sys; sys.stdout.write(5)")
r, w = os.pipe()
os.close(r)
for code in ("print('x' * 10)", "import sys\nfor i in range(100000): print(i)", "import sys; sys.stdout.write('x'); sys.stdout.flush()", "import signal; signal.signal(signal.SIGPIPE, signal.SIG_DFL); print('x')"):
    p = subprocess.run([sys.executable, "-c", code], stdout=w, stderr=subprocess.PIPE)
    print(repr(code[:40]), p.returncode, [line.split(":")[0] for line in p.stderr.decode().strip().splitlines()[-1:]])
os.close(w)
with open("/dev/full", "w") as full:
    p = subprocess.run([sys.executable, "-c", "print('x' * 100)"], stdout=full, stderr=subprocess.PIPE)
    print(p.returncode, p.stderr.decode().strip().splitlines()[-1:])
