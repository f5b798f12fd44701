#!/usr/bin/env python3
"""Runs CPython's own test modules under an interpreter and holds each outcome against CPython's.

    run_cpython_tests.py PYTHON [MODULE...] [--library FOLDER] [-j JOBS] [--write]

The modules, and what CPython 3.14.10 makes of each of their tests, stand in cpython/*.tsv.xz; the tests
themselves come with the oracle (`make oracle`). A module runs in a process of its own, and each outcome is
written as it comes: a test that ends the process, or is silent for too long, counts as that one, and the
rest of its module goes on in a new process. Time in which other programs had the machine does not count.

What differs is written to build/cpython_tests/report.md; --write also renews the table in cpython/README.md,
where modules that did not run keep their lines.
The last line is `N passed, N failed`: passed means, passes as on CPython.
"""
import argparse
import concurrent.futures
import json
import lzma
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "tools"))
import programs

SILENCE_LIMIT = 120
MODULE_LIMIT = 900
MOST_RESTARTS = 20

# Modules that read the library's folder. The interpreter may have its library inside; for them it is written out.
READ_THE_LIBRARY = ("test.test_ast.test_ast",)

LIBRARY_WRITER = r'''
import _imp, os, sys
from importlib.machinery import FrozenImporter
for name in _imp._frozen_module_names():
    source = FrozenImporter.get_source(name)
    if source is not None:
        path = os.path.join(sys.argv[1], *name.split("."))
        path = os.path.join(path, "__init__.py") if FrozenImporter.is_package(name) else path + ".py"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(source)
'''

RUNNER = r'''
import json, os, sys, unittest
library, extensions, module, path = sys.argv[1:]
sys.path += library, extensions
done = {json.loads(line)[0] for line in open(path)}

def note(test, outcome, text=""):
    with open(path, "a") as file:
        file.write(json.dumps([test.id(), outcome, text]) + "\n")

class Recorder(unittest.TestResult):
    def startTest(self, test):
        super().startTest(test)
        note(test, "started")
    def addSuccess(self, test): note(test, "passed")
    def addError(self, test, error): note(test, "failed", self._exc_info_to_string(error, test)[-1500:])
    addFailure = addError
    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.addError(test, error)
    def addSkip(self, test, reason): note(test, "skipped", reason)
    def addExpectedFailure(self, test, error): note(test, "xfailed")
    def addUnexpectedSuccess(self, test): note(test, "failed", "unexpected success")

def remaining(suite):
    kept = []
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            kept.append(remaining(test))
        elif test.id() not in done:
            kept.append(test)
    return type(suite)(kept)

tests = unittest.defaultTestLoader.loadTestsFromName(module)
(remaining(tests) if done else tests).run(Recorder())
note(type("End", (), {"id": lambda self: "end of module"})(), "passed")
'''


def baseline():
    """Module -> test id -> outcome, on CPython."""
    outcomes = {}
    (path,) = (HERE / "cpython").glob("*.tsv.xz")
    for line in lzma.open(path, "rt", encoding="utf-8"):
        module, test, outcome = line.rstrip("\n").split("\t")
        outcomes.setdefault(module, {})[test] = outcome
    return outcomes


def read_outcomes(path):
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        test, outcome, text = json.loads(line)
        # A test that had failed once, in a subtest, stays failed.
        if outcome == "started" or found.get(test, ("started",))[0] in ("started", "passed"):
            found[test] = outcome, text
    return found


def test_extensions(library, folder):
    """A folder with the extension modules that only tests use, and none that the interpreter has to bring itself.

    `_testinternalcapi` is left out, as in other interpreters: it shows what lies inside CPython."""
    for path in (library / "lib-dynload").glob("*.so"):
        if (path.name.startswith(("_test", "_ctypes_test", "_xxtestfuzz", "xx"))
                and not path.name.startswith("_testinternalcapi")):
            (folder / path.name).symlink_to(path)
    return folder


class Clock:
    """Seconds that a session's processes had: on a busy machine, a wait for a core is no silence."""

    def __init__(self, session):
        self.session, self.now, self.last, self.waits = session, 0.0, time.monotonic(), {}

    def tick(self):
        now, waits, waited = time.monotonic(), {}, 0.0
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                if int(stat.read_text().rpartition(")")[2].split()[3]) != self.session:
                    continue
                for task in stat.parent.glob("task/*/schedstat"):
                    waits[task] = int(task.read_text().split()[1]) / 1e9
                    waited += waits[task] - self.waits.get(task, 0.0)
            except (OSError, IndexError, ValueError):
                continue  # it has ended meanwhile
        passed = now - self.last
        # Several may have waited at the same time.
        self.now += passed - min(max(waited, 0.0), passed)
        self.last, self.waits = now, waits
        return self.now


def written_library(python, folder):
    """Variables for an interpreter that finds its library as files in `folder`."""
    subprocess.run([str(python), "-c", LIBRARY_WRITER, str(folder / "lib/python3.14")], check=True,
                   env=programs.bare_environment())
    return {"PYTHONHOME": str(folder)} if (folder / "lib").is_dir() else {}


def run_once(python, library, extensions, module, path, folder, limit):
    """Runs what is left of a module; why it ended early, or None, and the seconds it took."""
    variables = written_library(python, pathlib.Path(folder)) if module in READ_THE_LIBRARY else {}
    process = subprocess.Popen([str(python), "-c", RUNNER, str(library), str(extensions), module, str(path)], cwd=folder,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               start_new_session=True, env={**programs.bare_environment(), "TMPDIR": folder, **variables})
    stderr, clock, size, heard = b"", Clock(process.pid), path.stat().st_size, 0.0
    while True:
        try:
            stderr = process.communicate(timeout=2)[1]
            break
        except subprocess.TimeoutExpired:
            now = clock.tick()
            if size != path.stat().st_size:
                size, heard = path.stat().st_size, now
            if now - heard > SILENCE_LIMIT or now > limit:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
                return "silent for too long", now
    if "end of module" in read_outcomes(path):
        return None, clock.tick()
    code = process.returncode
    ended = f"killed by {programs.signal_name(-code)}" if code < 0 else f"exit code {code}"
    return f"{ended}: {stderr.decode('utf-8', 'replace').strip()[-800:]}", clock.tick()


def run_module(python, library, extensions, module):
    """Test id -> (outcome, text) of a module, and why its processes ended early, if they did."""
    endings, left = [], MODULE_LIMIT
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "outcomes.jsonl"
        path.touch()
        for _ in range(MOST_RESTARTS):
            known = path.stat().st_size
            ending, seconds = run_once(python, library, extensions, module, path, folder, max(left, 5))
            left -= seconds
            if ending is None:
                break
            endings.append(ending)
            if path.stat().st_size == known or left < 0:
                break
        return read_outcomes(path), endings


def compare(theirs, ours):
    """How many tests pass on CPython, how many of these here, and the others with their text."""
    wanted = [test for test, outcome in theirs.items() if outcome == "passed"]
    different = [(test, *ours.get(test, ("not run", ""))) for test in wanted if ours.get(test, ("",))[0] != "passed"]
    return len(wanted), len(wanted) - len(different), different


def write_table(rows, version):
    """Renews the lines of these modules, and the sum of all."""
    path = HERE / "cpython" / "README.md"
    lines = re.findall(r"^\| (test\S+) \| (\d+) \| (\d+) \| (\d*) \|$", path.read_text(encoding="utf-8"), re.MULTILINE)
    known = {module: (module, int(wanted), int(passed), int(early or 0)) for module, wanted, passed, early in lines}
    rows = [row for _, row in sorted({**known, **{row[0]: row for row in rows}}.items())]
    total, same = (sum(row[column] for row in rows) for column in (1, 2))
    lines = ["# CPython's own tests under Adder", "",
             f"`make cpython-tests` runs them; this table is written by `tests/run_cpython_tests.py --write`. The tests of {len(rows)}",
             "modules that pass on CPython 3.14.10, and how many of them pass here; `early` says how often a process ended",
             "in the middle (a crash, or silence).", "",
             f"{same:,} of {total:,} ({100 * same / total:.2f} %) with `{version}`.", "",
             "| module | CPython | Adder | early |", "| --- | --: | --: | --: |"]
    lines += [f"| {module} | {wanted} | {passed} | {early or ''} |" for module, wanted, passed, early in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("python", help="the interpreter, e.g. target/release/adder")
    parser.add_argument("modules", nargs="*", help="e.g. test.test_list; a package stands for its modules")
    parser.add_argument("--library", type=pathlib.Path, default=ROOT / "build/oracle/tree/usr/lib/python3.14",
                        help="the folder with CPython's `test` package")
    parser.add_argument("-j", dest="jobs", type=int, default=2, help="modules at a time (default: 2)")
    parser.add_argument("--write", action="store_true", help="renew the table in cpython/README.md")
    options = parser.parse_args()
    python = programs.absolute(options.python)
    if not (options.library / "test").is_dir():
        sys.exit(f"no `test` package in {options.library}: run `make oracle`")
    recorded = baseline()
    chosen = [module for module in recorded if not options.modules
              or any(module == name or module.startswith(f"{name}.") for name in options.modules)]
    if not chosen:
        sys.exit("no module of that name is recorded")
    output = ROOT / "build" / "cpython_tests"
    output.mkdir(parents=True, exist_ok=True)
    rows, report = [], []
    version = subprocess.run([str(python), "-c", "import sys; print(sys.version)"], capture_output=True, text=True)
    with (tempfile.TemporaryDirectory() as folder,
          concurrent.futures.ThreadPoolExecutor(options.jobs) as pool):
        extensions = test_extensions(options.library, pathlib.Path(folder))
        runs = pool.map(lambda module: run_module(python, options.library, extensions, module), chosen)
        for number, (module, (ours, endings)) in enumerate(zip(chosen, runs), 1):
            wanted, passed, different = compare(recorded[module], ours)
            rows.append((module, wanted, passed, len(endings)))
            if options.write:  # line by line: a run of all modules takes long
                write_table(rows[-1:], version.stdout.strip())
            if different or endings:
                print(f"[{number}/{len(chosen)}] {module:<44} {passed}/{wanted}"
                      f"{f', ended early {len(endings)} times' if endings else ''}", flush=True)
                report.append(f"## {module}: {passed} of {wanted}\n")
                report += [f"ended early: {ending}\n" for ending in endings]
                report += [f"- `{test}`: {outcome}\n\n```\n{text.strip()}\n```\n" for test, outcome, text in different]
    (output / "report.md").write_text("\n".join(report), encoding="utf-8", errors="backslashreplace")
    total, same = (sum(row[column] for row in rows) for column in (1, 2))
    print(f"same as CPython: {same} of {total} ({100 * same / max(total, 1):.2f} %); what differs: {output / 'report.md'}")
    print(f"{same} passed, {total - same} failed")
    return 0 if same == total else 1


if __name__ == "__main__":
    sys.exit(main())
