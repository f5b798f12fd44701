"""unraisable errors, excepthook, threading hooks, displayhook, faulthandler, in processes of their own."""
import os
import re
import subprocess
import sys


def run(code, *options):
    r = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True)
    clean = re.sub(r"0x[0-9a-fA-F]+", "0x…", r.stderr).replace(f" [{os.path.basename(sys.executable)[:15]}] (most", " (most")
    print(repr(code[:70]), r.returncode, repr(r.stdout))
    clean = re.sub(r'File "/.*/(\w+\.py)", line \d+', r'File "\1", line N', clean.split("\nCurrent thread's C stack")[0])
    for line in clean.splitlines():
        print("   ", line)


run("class D:\n  def __del__(self): 1/0\nD()\nprint('went on')")
run("class D:\n  def __del__(self): raise ValueError('x')\nd = D(); del d")
run("import weakref\nclass A: pass\na = A(); r = weakref.ref(a, lambda r: 1/0); del a; print('on')")
run("import sys\nsys.unraisablehook = lambda u: print('hook', u.exc_type.__name__, u.err_msg.split(' <')[0])\nclass D:\n  def __del__(self): 1/0\nD()")
run("def g():\n  try: yield\n  finally: 1/0\nx = g(); next(x); del x; print('on')")
run("import threading\nt = threading.Thread(target=lambda: 1/0, name='T'); t.start(); t.join(); print('on')")
run("import threading\nthreading.excepthook = lambda a: print(a.exc_type.__name__, a.thread.name)\nt = threading.Thread(target=lambda: [][0], name='T'); t.start(); t.join()")
run("import sys\nsys.excepthook = lambda t, v, tb: print('excepthook', t.__name__, v, tb.tb_lineno)\n\n1/0")
run("import sys\nsys.displayhook = lambda v: print('<', v, '>')\nexec(compile('5', '', 'single'))")
run("async def f(): pass\nf()")
run("async def f(): pass\nimport warnings; warnings.simplefilter('ignore'); f()")
run("open('/dev/null')", "-X", "dev")
run("import warnings; warnings.warn('text'); warnings.warn('old', DeprecationWarning)")
run("def f():\n  import warnings; warnings.warn('at caller', stacklevel=2)\nf()")
run("x = 5 is 5")
run("import sys; sys.setrecursionlimit(100)\ndef f(): f()\nf()")
run("import faulthandler, sys\ndef inner(): faulthandler.dump_traceback(sys.stderr)\ndef outer(): inner()\nouter()")
run("import faulthandler, os, signal\nfaulthandler.enable()\ndef dies(): os.kill(os.getpid(), signal.SIGSEGV)\ndies()")
run("import atexit\natexit.register(lambda: 1/0)\natexit.register(print, 'still runs')")
run("raise Exception('a' * 100)")
run("class E(Exception):\n  def __str__(self): raise ValueError\nraise E")
run("raise ExceptionGroup('g', [ValueError(1), ExceptionGroup('h', [TypeError(2)])])")
run("try:\n  1/0\nexcept Exception as e:\n  e.add_note('noted'); raise")
run("import sys; sys.tracebacklimit = 1\ndef a(): b()\ndef b(): 1/0\na()")
run("import sys; sys.tracebacklimit = 0\n1/0")
run("def f(n):\n  if n: f(n - 1)\n  else: 1/0\nf(10)")
