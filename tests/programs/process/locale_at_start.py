"""The locale from the environment: coercion of the C locale (PEP 538), UTF-8 mode (PEP 540), the streams' encodings."""
import subprocess
import sys

SHOW = """
import io, locale, os, sys
print(sys.flags.utf8_mode, locale.getencoding(), locale.getpreferredencoding(), sys.stdout.encoding, sys.stdout.errors,
      locale.setlocale(locale.LC_CTYPE), os.environ.get("LC_CTYPE"), io.TextIOWrapper(io.BytesIO()).encoding,
      io.TextIOWrapper(io.BytesIO(), encoding="locale").encoding)
"""


def show(options=(), **variables):
    done = subprocess.run([sys.executable, "-S", *options, "-c", SHOW], env=variables, capture_output=True)
    print(options, variables, done.returncode, done.stdout.decode().strip(), done.stderr.decode().strip())


show(LC_ALL="C.UTF-8")
show(LANG="C.UTF-8")
show(LC_ALL="C")
show(LANG="C")
show(LC_CTYPE="POSIX")
show(LANG="no_such_locale")
show()
show(LANG="C", PYTHONUTF8="0")
show(LANG="C", PYTHONCOERCECLOCALE="0")
show(LANG="C", PYTHONCOERCECLOCALE="warn")
show(LC_ALL="C", PYTHONCOERCECLOCALE="warn")
show(["-X", "utf8=0"], LANG="C")
show(["-X", "utf8"], LANG="C.UTF-8")
show(["-X", "utf8=0"], LANG="C.UTF-8", PYTHONUTF8="1")
show(["-E"], LANG="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
show(LANG="C.UTF-8", PYTHONIOENCODING="latin-1:replace")
show(LANG="C.UTF-8", PYTHONIOENCODING=":ignore")
# What another program says is decoded by the locale.
print(subprocess.run([sys.executable, "-c", "print('\u00e9\u4e2d')"], env={"LC_ALL": "C.UTF-8"}, capture_output=True, text=True).stdout.strip())
