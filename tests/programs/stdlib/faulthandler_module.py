"""faulthandler: crashes, watchdogs, signals and arguments."""
import faulthandler
import os
import re
import signal
import subprocess
import sys


def t(function, *args, **kwargs):
    try:
        print(function.__name__, args, kwargs, "->", function(*args, **kwargs))
    except Exception as error:
        print(function.__name__, args, kwargs, type(error).__name__, error)


def run(code, *options):
    r = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True)
    text = re.sub(r"0x[0-9a-f]+", "0x", r.stderr)
    text = re.sub(r" \[[^]\n]*\] \(most", " (most", text)
    text = re.sub(r"\nCurrent thread's C stack.*?(\n\n|\Z)", "\n(C stack)\n", text, flags=re.S)
    print(repr(code[-60:]), r.returncode, text)


t(faulthandler.is_enabled)
for value in (-1, 1 << 70):
    t(faulthandler.enable, value)
for value in (0, -1, "x", float("nan"), 1e30):
    t(faulthandler.dump_traceback_later, value)
for value in (0, 65, "x", signal.SIGSEGV, signal.SIGKILL):
    t(faulthandler.register, value)
    t(faulthandler.unregister, value)
t(faulthandler.enable, 1, False)
t(faulthandler.is_enabled)
t(faulthandler.disable)
t(faulthandler.disable)
run("import faulthandler\nfaulthandler.enable()\ndef f():\n  faulthandler._sigsegv()\nf()")
run("import faulthandler\nfaulthandler._read_null()", "-X", "faulthandler")
run("import faulthandler\nfaulthandler.enable(all_threads=False, c_stack=False)\nfaulthandler._sigabrt()")
run("import faulthandler\nfaulthandler.enable(c_stack=False)\nfaulthandler._sigfpe()")
run("import faulthandler\nfaulthandler.enable(c_stack=False)\nfaulthandler._stack_overflow()")
run("import faulthandler\nfaulthandler._fatal_error_c_thread()")
run("import faulthandler, time\nfaulthandler.dump_traceback_later(0.05, exit=True)\ntime.sleep(30)")
run("import faulthandler, time\nfaulthandler.dump_traceback_later(0.05)\nfaulthandler.cancel_dump_traceback_later()\ntime.sleep(0.2)")
run("import faulthandler, signal, os\nfaulthandler.register(signal.SIGUSR1)\ndef f(): os.kill(os.getpid(), signal.SIGUSR1)\nf()\nprint(faulthandler.unregister(signal.SIGUSR1))")
run("import faulthandler, signal, os\nsignal.signal(signal.SIGUSR1, lambda *a: print('chained', file=__import__('sys').stderr))\nfaulthandler.register(signal.SIGUSR1, chain=True)\nos.kill(os.getpid(), signal.SIGUSR1)")
run("import faulthandler\nexec(compile('faulthandler.dump_traceback()', 'é\\udc80☃', 'exec'))")
