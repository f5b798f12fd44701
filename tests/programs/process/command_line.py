"""-c, -m, -, scripts, folders, options and environment variables."""
import os
import subprocess
import sys
import tempfile

folder = tempfile.mkdtemp()


def write(name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    return path


def run(*args, input=None, env=None):
    r = subprocess.run([sys.executable, *args], capture_output=True, text=True, input=input, cwd=folder, env={**os.environ, **(env or {})})
    clean = lambda text: text.replace(os.path.realpath(folder), "DIR").replace(folder, "DIR").replace(sys.executable, "PYTHON").replace(os.path.basename(sys.executable) + ":", "PYTHON:")
    print([a.replace(folder, "DIR") for a in args], r.returncode, repr(clean(r.stdout)), repr(clean(r.stderr)[-300:]))


write("script.py", "import sys\nprint(sys.argv, __name__, __file__, sys.path[0])\n")
write("package/__init__.py", "print('init', __name__)\n")
write("package/__main__.py", "import sys\nprint('main', __name__, __package__, sys.argv[1:], __spec__.name)\n")
write("package/tool.py", "import sys\nprint('tool', __name__, sys.argv[1:])\n")
write("app/__main__.py", "import helper\nprint('app', __name__, helper.value)\n")
write("app/helper.py", "value = 5\n")
write("nomain/__init__.py", "")
write("interact.py", "x = 5\n")
write("bom.py", "\ufeffprint('bom')\n")
write("latin.py", "")
with open(os.path.join(folder, "latin.py"), "wb") as f:
    f.write(b"# -*- coding: latin-1 -*-\nprint(ascii('\xe9'))\n")
with open(os.path.join(folder, "bad.py"), "wb") as f:
    f.write(b"print('\xe9')\n")
with open(os.path.join(folder, "badcoding.py"), "wb") as f:
    f.write(b"# coding: nope\n")
write("nul.py", "x = 1\0\n")
run("script.py", "a", "-b", "--", "c")
run("-c", "import sys; print(sys.argv, repr(sys.path[0]))", "x", "-c")
run("-", "arg", input="import sys; print('stdin', sys.argv, __name__)")
run(input="print('piped')\nprint(2)\n")
run("-m", "package", "one")
run("-m", "package.tool", "two")
run("app")
run("-m", "nomain")
run("-m", "no_such_module")
run("-m", "package.nope")
run("missing.py")
run("nomain")
run("-c")
run("-m")
run("--nope")
run("-Z")
run("bom.py")
run("latin.py")
run("bad.py")
run("badcoding.py")
run("nul.py")
run("-i", "interact.py", input="print(x + 1)\n")
run("-q", "-i", "-c", "y = 1", input="y\n")
run("-E", "-c", "import os, sys; print(sys.flags.ignore_environment, 'extra' in ''.join(sys.path))", env={"PYTHONPATH": "/extra"})
run("-c", "import sys; print('/extra' in sys.path)", env={"PYTHONPATH": "/extra"})
run("-P", "-c", "import sys; print(sys.flags.safe_path, '' in sys.path)")
run("-c", "import sys; print(sys.flags.optimize, __debug__)", env={"PYTHONOPTIMIZE": "1"})
run("-c", "import sys; print(sys.warnoptions)", "-W", env={"PYTHONWARNINGS": "ignore,error::UserWarning"})
run("-W", "ignore", "-W", "default::DeprecationWarning", "-c", "import sys; print(sys.warnoptions)")
run("-c", "import sys; print(sys.stdout.encoding, sys.stdout.errors)", env={"PYTHONIOENCODING": "latin-1:replace"})
run("-u", "-c", "import sys; print(sys.stdout.line_buffering, sys.flags.unbuffered, sys.stdout.write_through)")
run("-B", "-c", "import sys; print(sys.dont_write_bytecode)")
run("-s", "-c", "import sys; print(sys.flags.no_user_site)")
run("-X", "utf8=0", "-c", "import sys; print(sys.flags.utf8_mode)")
run("-X", "dev", "-c", "import sys; print(sys.flags.dev_mode, sys.warnoptions)")
run("-bb", "-c", "b'a' == 'a'")
run("-x", write("skip.py", "#! not python at all ((\nprint('skipped the first line')\n"))
run("-c", "print(hash('a') == 4594523902655309123 or hash('a') != 0)", env={"PYTHONHASHSEED": "0"})
run("-c", "pass", env={"PYTHONHASHSEED": "nope"})
run("-c", "import sys; print(sys.flags.hash_randomization)", env={"PYTHONHASHSEED": "5"})
run("-c", "import sys; print(sys.getrecursionlimit(), sys.flags.int_max_str_digits)", env={"PYTHONINTMAXSTRDIGITS": "1000"})
run("-c", "import sys; print(sys.flags.inspect, sys.flags.interactive, sys.flags.quiet, sys.flags.verbose, sys.flags.bytes_warning, sys.flags.debug)")
run("-c", "import json.nope")
run("-c", "if True:\n  print('multi')\n  print('line')")
run("-c", "    print('indented')")
