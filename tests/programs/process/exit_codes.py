"""How a program can end, and the exit code and output of each way."""
import subprocess
import sys


def run(code, *options, **kw):
    r = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True, **kw)
    print(repr(code), list(options), "->", r.returncode, repr(r.stdout), r.stderr.strip().splitlines()[-1:])


for code in ("pass", "import sys; sys.exit()", "import sys; sys.exit(3)", "raise SystemExit", "raise SystemExit(None)", "raise SystemExit(True)", "raise SystemExit('message')", "raise SystemExit((1, 2))", "import sys; sys.exit(256 + 7)", "import sys; sys.exit(-1)", "exit(4)", "quit()",
             "1 / 0", "raise KeyboardInterrupt", "import os; os._exit(6)", "print('x'); import sys; sys.stdout.close()", "raise BaseException('base')", "def f(: pass", "import no_such_module", "assert False, 'm'", "raise MemoryError", "raise GeneratorExit", "raise StopIteration",
             "import sys; sys.excepthook = lambda *a: print('hooked', a[0].__name__); 1/0", "import sys; sys.excepthook = None; 1/0", "import sys; sys.excepthook = lambda *a: 5/0; 1/0", "import sys; del sys.excepthook; [][0]",
             "import atexit; atexit.register(lambda: print('at exit')); raise SystemExit(2)", "import atexit; atexit.register(lambda: 1/0)", "import atexit, sys; atexit.register(sys.exit, 5)",
             "class D:\n def __del__(self): print('del at exit')\nd = D()", "import threading; threading.Thread(target=lambda: print('thread ran')).start()", "import threading, time; threading.Thread(target=lambda: time.sleep(60), daemon=True).start(); print('main done')", "import threading, sys; threading.Thread(target=lambda: sys.exit(9)).start()",
             "import signal, os; os.kill(os.getpid(), signal.SIGTERM)", "import signal, os; os.kill(os.getpid(), signal.SIGINT); import time; time.sleep(5)", "try:\n raise SystemExit(1)\nfinally:\n print('finally')", "import sys; sys.exit(10 ** 30)", "import sys; sys.stderr.close(); 1/0", "print('no newline', end='')", "import sys; sys.stdout = None; print('nowhere')", "import sys; sys.stdout.write('unflushed')", "import os; os.close(1); print('closed')"):
    run(code)
run("assert False", "-O")
run("print(__debug__); f = lambda: None; f.__doc__", "-OO")
run("import warnings; warnings.warn('w')", "-W", "error")
run("import sys; print(sys.flags.no_site, 'site' in sys.modules)", "-S")
run("import sys; print(sys.flags.isolated, sys.flags.ignore_environment, sys.flags.safe_path)", "-I")
run("import sys; print(sys._xoptions)", "-X", "a=b", "-X", "c")
run("print(input())", input="typed\n")
run("input()", input="")
run("import sys; print(sys.stdin.read())", stdin=subprocess.DEVNULL)
