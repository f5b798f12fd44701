"""Options and variables whose values are refused, times of imports, and the traceback of a thread."""
import os
import re
import subprocess
import sys


def run(*arguments, **variables):
    done = subprocess.run([sys.executable, *arguments], env={**os.environ, **variables}, capture_output=True, text=True)
    print(arguments, variables, done.returncode, done.stdout.strip())
    print(re.sub(r'File ".*[/\\](\w+\.py)", line \d+', r'File "\1"', done.stderr.replace(sys.executable, "PYTHON")).strip())


for option in ("utf8=2", "utf8=", "importtime=5", "tracemalloc=-1", "int_max_str_digits=5", "frozen_modules=x", "cpu_count=0",
               "thread_inherit_context=2", "gil=0"):
    run("-X", option, "-c", "1")
for variable in ("PYTHONUTF8=2", "PYTHONTRACEMALLOC=x", "PYTHONHASHSEED=x", "PYTHON_CPU_COUNT=0", "PYTHONINTMAXSTRDIGITS=5",
                 "PYTHON_FROZEN_MODULES=x", "PYTHON_GIL=0", "PYTHON_THREAD_INHERIT_CONTEXT=2"):
    name, _, value = variable.partition("=")
    run("-c", "1", **{name: value})
run("-J")
run("-X", "thread_inherit_context=1", "-c", "import sys; print(sys.flags.thread_inherit_context)")

IMPORTS = "import sys; sys.stderr.write('from here\\n'); import colorsys, this_is_not_there"
for option in ("importtime", "importtime=2"):
    done = subprocess.run([sys.executable, "-S", "-X", option, "-c", IMPORTS.replace(", this_is_not_there", "; import colorsys")], capture_output=True, text=True)
    lines = done.stderr.splitlines()
    print(lines[0])
    for line in (line for line in lines if line.endswith("colorsys")):
        print(re.sub(r"\d+", "N", re.sub(r" +", " ", line)))

run("-c", "import threading\ndef f():\n    1/0\nthread = threading.Thread(target=f)\nthread.start()\nthread.join()")
