"""The prompt without a terminal: statements on standard input after -i, and what they leave behind."""
import subprocess
import sys


def session(options, *lines):
    result = subprocess.run([sys.executable, "-q", *options], input="".join(f"{line}\n" for line in lines),
                            capture_output=True, text=True)
    print(options, result.returncode)
    print(result.stdout)
    print(result.stderr)


session(["-i"], "x = 3", "x", "None", "'a' 'b'", "_ * 2")
session(["-i"], "def f(n):", "    if n:", "        return n", "", "f(5)", "for i in range(2):", "    i", "")
session(["-i"], "1 / 0", "x =", "if True:", "pass", "", "'still here'")
session(["-i"], "import sys", "sys.exit(4)", "print('not reached')")
session(["-i"], "import sys", "sys.ps1 = 'next: '", "1", "del sys.ps1", "sys.ps2")
session(["-i", "-c", "y = 1; raise SystemExit(2)"], "y", "raise SystemExit(3)")
session(["-i", "-c", "import nothing_of_the_kind"], "import sys", "type(sys.last_exc)")
session(["-i"], "class C:", "    def __repr__(self): return 'shown'", "", "C()", "import sys",
        "sys.displayhook = lambda value: print('hooked', value)", "C()")
