#!/usr/bin/env python3
"""Compares an interpreter with CPython in one sitting and writes the table of ratios.

    run.py [--rounds 5] [--only PREFIX] CPYTHON ADDER

Both run the cases of headline.py, taking turns, so that what the machine does besides
meets both; start-up, `import numpy` and peak memory are measured in the same way. Figures
are medians over the rounds, and ratios are CPython's time by ours: above 1 is faster.
A whole run rewrites README.md and adds a line to history.tsv; one with --only does not.
"""
import argparse
import datetime
import json
import math
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
STARTS = {"start (`-c pass`)": ["-c", "pass"], "`import numpy`": ["-c", "import numpy"]}
START_REPEATS = 5

# What the table is grouped by: the goals differ.
GROUPS = {
    "pure Python": lambda name: name.startswith("python/"),
    "small arrays, scalars, iteration": lambda name: name.startswith(("small/", "iterate/")) or name.endswith("/1e3"),
    "large arrays": lambda name: True,
}


class Died(Exception):
    """An interpreter ended badly."""


def run(python, arguments):
    """Output, wall seconds and peak MiB of one process."""
    start = time.perf_counter()
    process = subprocess.Popen([str(python), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Died(f"{python} {' '.join(arguments)[:60]}: ended with {process.returncode}")
    return output, seconds, usage.ru_maxrss / 1024


class Runtime:
    """One side of the comparison: an interpreter and all that was measured of it."""

    def __init__(self, name, python):
        self.name, self.python = name, pathlib.Path(python).absolute()
        self.version = run(self.python, ["-c", "import sys; print(sys.version)"])[0].decode().strip().replace("\n", " ")
        self.seconds = {}     # case -> one figure per round
        self.checks = {}      # case -> the checksum
        self.errors = {}      # case -> why it has no figure
        self.memory = {}

    def note(self, case, seconds):
        self.seconds.setdefault(case, []).append(seconds)

    def headline(self, only, cases):
        """One pass over the cases. If the process dies, each runs in one of its own."""
        try:
            output, _, peak = run(self.python, [str(HERE / "headline.py"), "--json", "--only", only])
            rows = json.loads(output)["cases"]
            self.memory.setdefault("headline.py", []).append(peak)
        except (Died, ValueError) as error:
            rows = {}
            for case in cases:
                try:
                    rows.update(json.loads(run(self.python, [str(HERE / "headline.py"), "--json", "--only", case])[0])["cases"])
                except (Died, ValueError):
                    rows[case] = {"error": f"the process died: {error}"}
        for case, row in rows.items():
            if "error" in row:
                self.errors[case] = row["error"]
            else:
                self.note(case, row["seconds"])
                self.checks[case] = row["check"]
        return rows

    def starts(self):
        for name, arguments in STARTS.items():
            try:
                runs = [run(self.python, arguments) for _ in range(START_REPEATS)]
            except Died as error:
                self.errors[name] = str(error)
                continue
            self.note(name, min(seconds for _, seconds, _ in runs))
            self.memory.setdefault(name, []).append(statistics.median(peak for _, _, peak in runs))

    def median(self, case):
        return statistics.median(self.seconds[case]) if case in self.seconds else None


def measure(runtimes, rounds, only):
    cases = []
    for number in range(rounds):
        # Who goes first changes, so that neither always meets a warm or a tired machine.
        for runtime in (runtimes if number % 2 == 0 else runtimes[::-1]):
            print(f"round {number + 1} of {rounds}: {runtime.name}", flush=True)
            if not only:
                runtime.starts()
            rows = runtime.headline(only, cases)
            cases = cases or list(rows)
    return cases


def same(a, b):
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-9)
    return a == b


def milliseconds(seconds):
    return "" if seconds is None else f"{seconds * 1e3:.3g}" if seconds < 1 else f"{seconds * 1e3:.0f}"


class Comparison:
    def __init__(self, cpython, adder, cases):
        self.cpython, self.adder, self.cases = cpython, adder, cases

    def ratio(self, case):
        theirs, ours = self.cpython.median(case), self.adder.median(case)
        return theirs / ours if theirs and ours else None

    def grouped(self):
        left = list(self.cases)
        for title, belongs in GROUPS.items():
            group = [case for case in left if belongs(case)]
            left = [case for case in left if case not in group]
            if group:
                yield title, group

    def mean(self, cases):
        """The geometric mean of the ratios there are."""
        ratios = [ratio for case in cases if (ratio := self.ratio(case))]
        return math.exp(statistics.fmean(map(math.log, ratios))) if ratios else None

    def row(self, case):
        ratio, remark = self.ratio(case), ""
        if case in self.adder.errors:
            remark = self.adder.errors[case].replace("|", "\\|")[:100]
        elif case in self.adder.checks and not same(self.cpython.checks.get(case), self.adder.checks[case]):
            remark = f"WRONG: {self.adder.checks[case]!r}, not {self.cpython.checks.get(case)!r}"
        shown = f"{ratio:.2f}" if ratio else "—"
        return f"| {case} | {milliseconds(self.cpython.median(case))} | {milliseconds(self.adder.median(case))} | {shown} | {remark} |"

    def tables(self):
        for title, group in self.grouped():
            mean = self.mean(group)
            yield from ["", f"## {title.capitalize()}", "", "| case | CPython ms | Adder ms | times as fast | |", "|---|--:|--:|--:|---|"]
            yield from map(self.row, group)
            yield f"| **geometric mean** | | | **{f'{mean:.2f}' if mean else '—'}** | |"
        starts = [name for name in STARTS if name in self.cpython.seconds]
        if starts:
            yield from ["", "## Start and memory", "", "| | CPython | Adder | Adder / CPython |", "|---|--:|--:|--:|"]
        for name in starts:
            yield self.plain_row(f"{name}, ms", self.cpython.median(name), self.adder.median(name), 1e3)
        for name, peaks in self.cpython.memory.items():
            ours = self.adder.memory.get(name)
            yield self.plain_row(f"peak memory of {name}, MiB", statistics.median(peaks), statistics.median(ours) if ours else None, 1)

    @staticmethod
    def plain_row(name, theirs, ours, scale):
        if ours is None:
            return f"| {name} | {theirs * scale:.1f} | | — |"
        return f"| {name} | {theirs * scale:.1f} | {ours * scale:.1f} | {ours / theirs:.2f} |"


def machine():
    model = next((line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, load {os.getloadavg()[0]:.1f} at the start"


def commit():
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=HERE, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def write_readme(comparison, rounds, where, date):
    lines = [
        "# Benchmarks",
        "",
        "`make bench` measures and rewrites this file; `headline.py` holds the cases, and any Python can run it.",
        f"Medians of {rounds} rounds in one sitting, the two runtimes taking turns; a case's figure in a round is the best of",
        "seven calls. Ratios above 1 mean that Adder is faster. An absolute time says nothing about another machine.",
        "",
        f"- {date}, commit {commit()}",
        f"- {where}",
        f"- CPython {comparison.cpython.version}",
        f"- Adder {comparison.adder.version}",
        *comparison.tables(),
    ]
    (HERE / "README.md").write_text("\n".join(lines) + "\n")


def write_history(comparison, date):
    path = HERE / "history.tsv"
    titles = [title for title, _ in comparison.grouped()]
    if not path.exists():
        path.write_text("\t".join(["# date", "commit", *titles, *STARTS]) + "\n")
    means = [comparison.mean(group) for _, group in comparison.grouped()] + [comparison.ratio(name) for name in STARTS]
    with path.open("a") as file:
        file.write("\t".join([date, commit(), *(f"{mean:.3f}" if mean else "-" for mean in means)]) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cpython", help="CPython with numpy")
    parser.add_argument("adder", help="the interpreter to compare, with numpy")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", metavar="PREFIX", help="only cases that start with this; writes nothing")
    options = parser.parse_args()
    where, date = machine(), datetime.date.today().isoformat()
    runtimes = [Runtime("CPython", options.cpython), Runtime("Adder", options.adder)]
    comparison = Comparison(*runtimes, measure(runtimes, options.rounds, options.only))
    print("\n".join(comparison.tables()))
    if not options.only:
        write_readme(comparison, options.rounds, where, date)
        write_history(comparison, date)
        print(f"\nwritten: {HERE / 'README.md'}")
    wrong = [case for case in comparison.cases if "WRONG" in comparison.row(case)]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
