"""The locale from the environment: coercion of the C locale (PEP 538), UTF-8 mode (PEP 540), the streams' encodings."""
import os
import subprocess
import sys
import tempfile

SHOW = """
import io, locale, os, sys
print(sys.flags.utf8_mode, locale.getencoding(), locale.getpreferredencoding(), sys.stdout.encoding, sys.stdout.errors,
      locale.setlocale(locale.LC_CTYPE), os.environ.get("LC_CTYPE"), io.TextIOWrapper(io.BytesIO()).encoding,
      io.TextIOWrapper(io.BytesIO(), encoding="locale").encoding, sys.getfilesystemencoding(), ascii(sys.argv[1:]),
      [os.fsencode(argument) for argument in sys.argv[1:]], ascii(os.listdir(sys.argv[1])) if sys.argv[1:] else "")
"""


def show(options=(), arguments=(), **variables):
    done = subprocess.run([sys.executable, "-S", *options, "-c", SHOW, *arguments], env=variables, capture_output=True)
    print(options, arguments, variables, done.returncode, done.stdout.decode().strip(), done.stderr.decode().strip())


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
show(LANG="C", PYTHONIOENCODING="latin-1")
show(LANG="C", PYTHONIOENCODING="latin-1:")
# Names of files are what the locale says, and bytes that it does not know come through.
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    for name in b"\xc3\xa9", b"\xff":
        os.mkdir(name)
        open(name + b"/" + name, "w").close()
        for locale in {"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}:
            show(arguments=[name], **locale)
# What another program says is decoded by the locale.
print(subprocess.run([sys.executable, "-c", "print('\u00e9\u4e2d')"], env={"LC_ALL": "C.UTF-8"}, capture_output=True, text=True).stdout.strip())
