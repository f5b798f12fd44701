"""subprocess: the interpreter runs itself; pipes, codes, errors, environment."""
import os
import signal
import subprocess
import sys

PYTHON = sys.executable


def run(*args, **kw):
    return subprocess.run([PYTHON, *args], capture_output=True, text=True, **kw)


r = run("-c", "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
print(r.returncode, repr(r.stdout), repr(r.stderr))
print(run("-c", "print(input()[::-1])", input="typed\n").stdout, run("-c", "import sys; print(sys.argv)", "a", "b c").stdout)
print(run("-c", "import os; print(os.environ.get('X'), os.getcwd() == os.path.realpath('/'))", env={"X": "1"}, cwd="/").stdout)
try:
    subprocess.run([PYTHON, "-c", "raise SystemExit(5)"], check=True)
except subprocess.CalledProcessError as error:
    print(str(error).replace(PYTHON, "PYTHON"), error.returncode)
try:
    run("-c", "import time; time.sleep(30)", timeout=0.3)
except subprocess.TimeoutExpired as error:
    print(type(error).__name__, error.timeout)
for bad in (["/nonexistent/program"], ["/"], [], "a b c"):
    try:
        subprocess.run(bad)
    except Exception as error:
        print(type(error).__name__, error)
p = subprocess.Popen([PYTHON, "-u", "-c", "import sys\nfor line in sys.stdin: print(line.strip().upper(), flush=True)"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
p.stdin.write("one\n")
p.stdin.flush()
print(p.stdout.readline(), p.poll())
out, _ = p.communicate("two\nthree\n")
print(repr(out), p.returncode, p.wait())
p = subprocess.Popen([PYTHON, "-c", "import time; print('ready', flush=True); time.sleep(30)"], stdout=subprocess.PIPE)
print(p.stdout.readline())
p.terminate()
print(p.wait(), p.returncode == -signal.SIGTERM)
p.stdout.close()
print(subprocess.check_output("echo shell $((1 + 2)); exit 0", shell=True), subprocess.call(["sh", "-c", "exit 7"]), subprocess.getoutput("echo x"), subprocess.getstatusoutput("exit 2"))
a = subprocess.Popen(["printf", "c\\na\\nb\\n"], stdout=subprocess.PIPE)
b = subprocess.Popen(["sort"], stdin=a.stdout, stdout=subprocess.PIPE)
a.stdout.close()
print(b.communicate()[0], a.wait())
print(subprocess.run([PYTHON, "-c", "import sys; sys.stderr.write('both'); print('x')"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout.split(b"x")[0] in (b"both", b""), subprocess.run(["true"], stdout=subprocess.DEVNULL).stdout, subprocess.run(["cat"], input=b"bytes", capture_output=True).stdout)
pid = os.fork()
if pid == 0:
    os._exit(9)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
r, w = os.pipe()
if os.fork() == 0:
    os.write(w, b"from the child")
    os._exit(0)
os.close(w)
print(os.read(r, 100), os.wait()[1], os.WIFEXITED(0))
print(subprocess.run([PYTHON, "-c", "import os; os.kill(os.getpid(), 9)"]).returncode, subprocess.run([PYTHON, "-c", "import os; os.abort()"], stderr=subprocess.DEVNULL, preexec_fn=lambda: None).returncode)
