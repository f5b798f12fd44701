#!/usr/bin/env python3
"""Every test of the project, one runner after the other: what `make test` does.

    run_tests.py [--jobs N] [--skip STEP]... [--only STEP]...

One release build serves all of them, so that what is tested is what people run.
NUMPY_SHARE=900 in the environment adds that many seconds of numpy's own tests.
Ends with a table of what ran and, as the last line, the sum: `N passed, N failed`.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ADDER = ROOT / "target" / "release" / "adder"
ENV_PYTHON = ROOT / "env" / "bin" / "python"
CARGO_FLAGS = ["--ignore-rust-version"]

CARGO_RESULT = re.compile(r"^test result: \S+ (\d+) passed; (\d+) failed;")
RUNNER_RESULT = re.compile(r"^(\d+) passed, (\d+) failed$")
UNITTEST_RESULT = re.compile(r"^Ran (\d+) tests? in ")
UNITTEST_FAILED = re.compile(r"^FAILED \((.*)\)$")


class Counts:
    """What a step said about itself, gathered from its lines as they come."""

    def __init__(self):
        self.passed = self.failed = 0
        self.totals = None

    def read(self, line):
        if match := CARGO_RESULT.match(line):
            self.passed += int(match[1])
            self.failed += int(match[2])
        elif match := RUNNER_RESULT.match(line):
            self.totals = int(match[1]), int(match[2])
        elif match := UNITTEST_RESULT.match(line):
            self.passed += int(match[1])
        elif match := UNITTEST_FAILED.match(line):
            bad = sum(int(number) for number in re.findall(r"(?:failures|errors)=(\d+)", match[1]))
            self.passed, self.failed = self.passed - bad, self.failed + bad

    def close(self, status):
        """A step that only succeeds or fails counts as one test; a failure that no total shows counts, too."""
        if self.totals is not None:
            self.passed, self.failed = self.totals
        if status and not self.failed:
            self.failed = 1
        elif not status and not self.passed and not self.failed:
            self.passed = 1


def steps(jobs):
    """Name, command, and the steps it cannot run without."""
    python = sys.executable
    yield "formatting", ["cargo", "fmt", "--all", "--check"], []
    yield "crates", ["cargo", "test", "--release", "--workspace", "--no-fail-fast", *CARGO_FLAGS], []
    yield "build", ["cargo", "build", "--release", "-p", "adder", *CARGO_FLAGS], []
    yield "tidy", ["cargo", "run", "--release", "--quiet", "-p", "xtask", *CARGO_FLAGS, "--", "tidy"], []
    yield "tools", [python, "-m", "unittest", "discover", "-s", "tests/tools"], []
    yield "programs", [python, "tests/run_programs.py", str(ADDER), "-j", str(jobs)], ["build"]
    share = os.environ.get("NUMPY_SHARE")
    yield "environment", [python, "tools/make_env.py", *(["--build-tools"] if share else [])], ["build"]
    yield "examples", [python, "tools/run_examples.py", str(ENV_PYTHON)], ["environment"]
    if share:
        # Some of numpy's tests compile extension modules.
        yield "headers", ["make", "--no-print-directory", "headers"], ["environment"]
        yield "numpy", [python, "-m", "numpy_compat_suite", "--share", share, str(ENV_PYTHON)], ["environment"]


def run(name, command):
    print(f"\n=== {name}: {' '.join(os.path.relpath(part, ROOT) if part.startswith(str(ROOT)) else part for part in command)}", flush=True)
    counts, start = Counts(), time.monotonic()
    try:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   text=True, errors="replace")
    except FileNotFoundError as error:
        print(error)
        counts.close(1)
        return counts, time.monotonic() - start, 1
    for line in process.stdout:
        print(line, end="", flush=True)
        counts.read(line.rstrip("\n"))
    status = process.wait()
    counts.close(status)
    return counts, time.monotonic() - start, status


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=2, help="programs that run at the same time (default: 2)")
    parser.add_argument("--skip", action="append", default=[], help="leave a step out")
    parser.add_argument("--only", action="append", default=[], help="run this step and no other")
    options = parser.parse_args()
    passed = failed = 0
    broken, table = set(), []
    for name, command, needs in steps(options.jobs):
        if name in options.skip or (options.only and name not in options.only):
            continue
        missing = [need for need in needs if need in broken]
        if missing:
            broken.add(name)
            failed += 1
            table.append(f"  {name:<12}{'not run: ' + missing[0] + ' failed':>30}")
            continue
        counts, seconds, status = run(name, command)
        passed, failed = passed + counts.passed, failed + counts.failed
        if status:
            broken.add(name)
        table.append(f"  {name:<12}{counts.passed:6d} passed {counts.failed:5d} failed {seconds:7.0f} s")
    print("\n=== all tests\n" + "\n".join(table))
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
