"""One test file under one interpreter, in a process of its own, until every test has an outcome.

The recorder plugin leaves a line on disk for each test that starts and ends. When the
process dies, the test that had started is the one that crashed; the rest is run in a
new process, and so on. A test that stays silent too long is stopped in the same way.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time

from . import outcomes

PLUGIN = pathlib.Path(__file__).resolve().parent / "plugin"
MOST_RESTARTS = 200
POLL_SECONDS = 0.1
SHORT_OF_MEMORY_MIB = 500


class Interpreter:
    """An interpreter with numpy and pytest, and where it has them."""

    QUESTION = ("import sys, os, numpy, pytest; print(numpy.__version__); print(pytest.__version__); "
                "print(os.path.dirname(os.path.dirname(numpy.__file__))); print(sys.version.replace(chr(10), ' '))")

    def __init__(self, path):
        self.path = pathlib.Path(path).absolute()
        done = subprocess.run([str(self.path), "-c", self.QUESTION], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, env=environment(self.path), timeout=300)
        if done.returncode:
            how = describe_end(done.returncode)
            raise RuntimeError(f"{path} cannot import numpy and pytest ({how}):\n{done.stderr.strip()[-3000:]}")
        self.numpy, self.pytest, site, self.version = done.stdout.splitlines()[:4]
        self.site = pathlib.Path(site)

    def __str__(self):
        return f"{self.path} ({self.version}, numpy {self.numpy}, pytest {self.pytest})"

    def test_files(self):
        """numpy's test files, as paths relative to the folder that holds numpy."""
        found = (self.site / "numpy").rglob("test_*.py")
        return sorted(path.relative_to(self.site).as_posix() for path in found if "tests" in path.parts)


def environment(python):
    """The tests' environment: no PYTHON* of ours, and the interpreter's own scripts first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "OUTCOMES_", "PYTEST_"))}
    kept["PATH"] = f"{pathlib.Path(python).parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
    return kept


def describe_end(code):
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


class Test:
    """What became of one test."""

    def __init__(self, outcome, seconds=0.0, error="", output=""):
        self.outcome, self.seconds, self.error, self.output = outcome, seconds, error, output


class FileResult:
    """What became of a test file."""

    def __init__(self, file):
        self.file = file
        self.tests = {}          # id -> Test
        self.raw_ids = set()     # the same ids as pytest spells them, to continue after a crash
        self.collected = set()   # the ids that pytest found, or was asked for
        self.problems = []       # what went wrong outside of any test
        self.seconds = 0.0
        self.mebibytes = 0.0
        self.short_of_memory = False


class Limits:
    def __init__(self, test_seconds, file_seconds):
        self.test_seconds, self.file_seconds = test_seconds, file_seconds


class Worker:
    """Runs test files under an interpreter; one instance serves all threads."""

    def __init__(self, interpreter, limits, expression="", shuffle=None):
        self.interpreter, self.limits = interpreter, limits
        self.expression, self.shuffle = expression, shuffle
        self.stopping = threading.Event()

    def run(self, file, wanted=None):
        """Runs a file, or the `wanted` ids of it."""
        result = FileResult(file)
        scratch = pathlib.Path(tempfile.mkdtemp(prefix="numpy-suite-"))
        start = time.monotonic()
        try:
            for attempt in range(MOST_RESTARTS):
                if not self.attempt(result, scratch, attempt, wanted):
                    break
                if time.monotonic() - start > self.limits.file_seconds:
                    result.problems.append(f"the file took longer than {self.limits.file_seconds:g} seconds")
                    break
            else:
                result.problems.append(f"gave up after {MOST_RESTARTS} restarts")
        finally:
            result.seconds = time.monotonic() - start
            shutil.rmtree(scratch, ignore_errors=True)
        for test in result.collected - result.tests.keys():
            result.tests[test] = Test("not run")
        return result

    def attempt(self, result, scratch, number, wanted):
        """One process. Returns whether another is needed for what is left."""
        log, folder = scratch / f"log{number}", scratch / f"run{number}"
        folder.mkdir()
        command = [str(self.interpreter.path), "-m", "pytest", "-p", "outcome_recorder", "-q", "--color=no",
                   f"--rootdir={self.interpreter.site}", f"--basetemp={folder / 'tmp'}", "-o", f"cache_dir={folder / 'cache'}",
                   str(self.interpreter.site / result.file)]
        if self.expression:
            command += ["-k", self.expression]
        variables = environment(self.interpreter.path)
        variables.update(PYTHONPATH=str(PLUGIN), TMPDIR=str(folder), OUTCOMES_LOG=str(log))
        if result.tests:
            variables["OUTCOMES_DONE"] = id_file(scratch / f"done{number}", result.raw_ids)
        if wanted is not None:
            variables["OUTCOMES_WANTED"] = id_file(scratch / "wanted", wanted)
        if self.shuffle is not None:
            variables["OUTCOMES_SHUFFLE"] = str(self.shuffle)
        with open(folder / "output", "wb") as output:
            process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=subprocess.STDOUT, env=variables, start_new_session=True)
            code, stopped, usage = self.watch(process, log, result)
        result.mebibytes = max(result.mebibytes, usage.ru_maxrss / 1024)
        said = (folder / "output").read_bytes().decode("utf-8", "replace")[-8000:]
        again = self.take_in(result, log, code, stopped, said)
        shutil.rmtree(folder, ignore_errors=True)
        return again and not self.stopping.is_set()

    def watch(self, process, log, result):
        """Waits for a process; stops it when it says nothing for too long."""
        begun = time.monotonic()
        size, last_word, stopped = -1, begun, None
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                self.end_group(process, signal.SIGKILL)
                return process.returncode, stopped, usage
            time.sleep(POLL_SECONDS)
            now = time.monotonic()
            grown = log.stat().st_size if log.exists() else 0
            if grown != size:
                size, last_word = grown, now
            if available_memory() < SHORT_OF_MEMORY_MIB:
                result.short_of_memory = True
            if self.stopping.is_set():
                self.end_group(process, signal.SIGKILL)
            elif stopped is None and now - last_word > self.limits.test_seconds:
                stopped = f"silent for {self.limits.test_seconds:g} seconds"
            elif stopped is None and now - begun > self.limits.file_seconds:
                stopped = f"the file took longer than {self.limits.file_seconds:g} seconds"
            else:
                continue
            if stopped:
                # faulthandler, which pytest switches on, shows where it was; then there is no way out.
                process.send_signal(signal.SIGABRT)
                self.wait_a_little(process)
                self.end_group(process, signal.SIGKILL)

    @staticmethod
    def wait_a_little(process):
        for _ in range(50):
            with open(f"/proc/{process.pid}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return
            time.sleep(0.1)

    @staticmethod
    def end_group(process, number):
        """Ends what the tests started and left behind, too."""
        try:
            os.killpg(process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass

    def take_in(self, result, log, code, stopped, said):
        """Reads what the recorder wrote. Returns whether tests are left that can still run."""
        started, finished, collected = None, None, None
        for entry in read_log(log):
            if "collected" in entry:
                collected = entry["collected"]
                result.collected.update(map(outcomes.escaped, collected))
            elif "start" in entry:
                started = entry["start"]
            elif "test" in entry:
                note(result, entry)
            elif "broken" in entry:
                result.problems.append(f"collecting {entry['broken']} failed:\n{entry['error']}")
            elif "finished" in entry:
                finished = entry["finished"]
        if finished is not None:
            if code < 0 or stopped:
                result.problems.append(f"after the last test: {stopped or describe_end(code)}\n{said[-3000:]}")
            elif code not in (0, 1, 5) and not result.problems:
                result.problems.append(f"pytest ended with {describe_end(code)}\n{said[-3000:]}")
            return False
        if self.stopping.is_set():
            return False
        how = stopped or describe_end(code)
        if started is None or (outcomes.escaped(started) in result.tests and not collected):
            result.problems.append(f"before the first test: {how}\n{said[-6000:]}")
            return False
        if outcomes.escaped(started) in result.tests:
            # It died between two tests, in a teardown: go on with the next.
            result.problems.append(f"after {started}: {how}\n{said[-3000:]}")
        else:
            result.tests[outcomes.escaped(started)] = Test("timeout" if stopped else "crashed", error=how, output=said)
            result.raw_ids.add(started)
        return bool(result.collected - result.tests.keys())


def note(result, entry):
    """Keeps an outcome. A teardown's error comes after the outcome of the call and outweighs it."""
    test = outcomes.escaped(entry["test"])
    result.raw_ids.add(entry["test"])
    seconds = entry["seconds"] + (result.tests[test].seconds if test in result.tests else 0.0)
    result.tests[test] = Test(entry["outcome"], seconds, entry.get("error", ""), entry.get("output", ""))


def read_log(path):
    if not path.exists():
        return
    with open(path, encoding="utf-8") as file:
        for line in file:
            try:
                yield json.loads(line)
            except ValueError:
                return  # The process died while it wrote this line.


def id_file(path, ids):
    path.write_text(json.dumps(sorted(ids)), encoding="utf-8")
    return str(path)


def available_memory():
    """MiB that processes can still have."""
    with open("/proc/meminfo") as file:
        for line in file:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) // 1024
    return 1 << 30
