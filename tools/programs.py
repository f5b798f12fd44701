"""Programs with recorded output: finding them, running them, holding them against CPython's answer.

A program is a file `NAME.py` with `NAME.expected` beside it: what CPython 3.14 wrote to
standard output, and its exit code if that was not 0. A comment in its first ten lines
can say more about it:

    # stderr: compared         standard error counts, too (it follows standard output)
    # time limit: 60           seconds, where the usual 30 are too few

Programs run with a bare environment, in a folder of their own choosing, so that what
they print depends on the interpreter alone. Paths into their folder are cut short.
"""
import concurrent.futures
import difflib
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts background jobs like that, and programs would inherit it; a handler they do not.
    signal.signal(signal.SIGINT, signal.default_int_handler)

TIME_LIMIT = 30
DIRECTIVE = re.compile(r"^# (stderr|time limit): *(\S+)\s*$", re.MULTILINE)


class Program:
    def __init__(self, path, root):
        self.path, self.root = path, root
        self.id = path.relative_to(root).with_suffix("").as_posix()
        self.expected_path = path.with_suffix(".expected")
        head = "".join(path.read_text(encoding="utf-8", errors="replace").splitlines(True)[:10])
        directives = dict(DIRECTIVE.findall(head))
        self.compares_stderr = directives.get("stderr") == "compared"
        self.time_limit = float(directives.get("time limit", TIME_LIMIT))

    def expected(self):
        return self.expected_path.read_bytes().decode("utf-8", "surrogateescape")


class Outcome:
    """What a program did: its text as it is recorded, and whether it ended by itself."""

    def __init__(self, text, stderr, died, seconds):
        self.text, self.stderr, self.died, self.seconds = text, stderr, died, seconds


def find(root, expression=""):
    """The programs below `root` whose id has `expression` in it, in order."""
    root = pathlib.Path(root).resolve()
    paths = sorted(path for path in root.rglob("*.py") if path.with_suffix(".expected").exists())
    programs = [Program(path, root) for path in paths]
    return [program for program in programs if expression in program.id]


def bare_environment():
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH", "ASAN_OPTIONS") if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "dumb", "COLUMNS": "80", "NO_COLOR": "1"}


def execute(python, program, folder, variables=None):
    """Runs a program with `folder` as its working directory."""
    start = time.monotonic()
    process = subprocess.Popen(
        [str(python), str(program.path)], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**bare_environment(), **(variables or {})}, start_new_session=True)
    died = None
    try:
        stdout, stderr = process.communicate(timeout=program.time_limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        died = f"no end after {program.time_limit:g} seconds"
    seconds = time.monotonic() - start
    code = process.returncode
    if died is None and code < 0:
        died = f"killed by {signal_name(-code)}"
    stdout, stderr = (shortened(stream, program) for stream in (stdout, stderr))
    text = stdout
    if program.compares_stderr:
        text += f"--- stderr\n{stderr}"
    if code != 0:
        text += f"[{died or f'exit code {code}'}]\n"
    return Outcome(text, stderr, died, seconds)


def shortened(stream, program):
    return stream.decode("utf-8", "surrogateescape").replace(f"{program.root}{os.sep}", "")


def signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def difference(expected, text):
    """The first lines of a diff, from what CPython printed to what was printed here."""
    lines = list(difflib.unified_diff(expected.splitlines(), text.splitlines(), "CPython", "here", n=1, lineterm=""))
    kept = lines[2:22]
    if len(lines) > 22:
        kept.append(f"... {len(lines) - 22} more lines")
    return kept


def complaint(program, outcome):
    """Why this outcome is wrong, as lines to print; nothing if it is right."""
    expected = program.expected()
    if outcome.text == expected and not outcome.died:
        return []
    lines = [outcome.died] if outcome.died else []
    lines += difference(expected, outcome.text)
    if outcome.stderr and not program.compares_stderr:
        lines += [f"stderr: {line}" for line in outcome.stderr.splitlines()[-12:]]
    return lines or ["the output differs"]


def run_all(python, programs, jobs, workspace=None):
    """Yields each program with its outcome, in the order of the list, `jobs` at a time."""
    def run(program):
        if workspace is not None:
            return execute(python, program, workspace)
        with tempfile.TemporaryDirectory(prefix="adder-test-") as folder:
            return execute(python, program, folder)

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        yield from zip(programs, pool.map(run, programs))


class Progress:
    """`12/120 name`, rewritten in place on a terminal; in a log only now and then."""

    def __init__(self, total):
        self.total, self.done, self.live = total, 0, sys.stdout.isatty()

    def step(self, name):
        self.done += 1
        if self.live:
            print(f"\r\x1b[K{self.done}/{self.total} {name}", end="", flush=True)
        elif self.done % 25 == 0:
            print(f"{self.done}/{self.total}", flush=True)

    def line(self, text):
        """Prints a line that stays."""
        print(f"\r\x1b[K{text}" if self.live else text, flush=True)

    def close(self):
        if self.live:
            print("\r\x1b[K", end="", flush=True)


def absolute(python):
    """An interpreter's path made absolute without following links: a venv is known by its link."""
    path = pathlib.Path(python).absolute()
    if not os.access(path, os.X_OK):
        sys.exit(f"{python} is not an executable")
    return path
