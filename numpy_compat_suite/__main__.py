"""The command line of the suite: `python3 -m numpy_compat_suite [options] PYTHON`."""
import argparse
import json
import os
import pathlib
import sys
import time

from . import outcomes, schedule
from .report import FileComparison, Report
from .worker import Interpreter, Limits, Worker, available_memory

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import known as known_files
import programs

EPILOG = """\
The interpreter needs numpy, pytest and hypothesis; `make env` installs them for Adder. Without
--against or --baseline the outcomes recorded for that numpy release are the measure.
Differences that are known stand in numpy_compat_suite/known_differences.tsv, sorted, `test id
<tab> reason`; a listed test that reaches CPython's outcome fails the run, so that each line
is true. The last line is `N passed, N failed`: passed means, as on CPython."""


def parse():
    parser = argparse.ArgumentParser(prog="numpy_compat_suite", description="Runs numpy's own tests and compares each outcome with CPython's.",
                                     epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python", help="the interpreter to test, e.g. env/bin/python")
    parser.add_argument("--only", action="append", default=[], metavar="PATH", help="only files with this in their path, or one test by its id (repeat for more)")
    parser.add_argument("-k", dest="expression", default="", help="only tests that match this expression, as pytest has it")
    parser.add_argument("--failed", type=pathlib.Path, metavar="REPORT", help="only the tests that differed in this report.json")
    parser.add_argument("--against", metavar="CPYTHON", help="compare with this interpreter, run now, file by file")
    parser.add_argument("--baseline", type=pathlib.Path, metavar="FILE", help="compare with these recorded outcomes")
    parser.add_argument("--write-baseline", type=pathlib.Path, metavar="FILE", help="record the outcomes as a baseline; PYTHON has to be CPython")
    parser.add_argument("--write-costs", action="store_true", help="record what each file took in baseline/files.tsv; PYTHON has to be CPython, the machine quiet")
    parser.add_argument("--shuffle", metavar="SEED", help="run the tests of each file in an order that depends on SEED")
    parser.add_argument("--share", type=float, metavar="SECONDS", help="start no file after this time; the files that say most come first")
    parser.add_argument("-j", dest="jobs", type=int, default=min(2, os.cpu_count() or 1), help="files at a time (default: %(default)s)")
    parser.add_argument("--test-limit", type=float, default=300, metavar="SECONDS", help="how long one test may be silent (default: 300)")
    parser.add_argument("--file-limit", type=float, default=3600, metavar="SECONDS", help="how long a file may take (default: 3600)")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "build" / "numpy_suite", metavar="FOLDER", help="where report.md and report.json go (default: build/numpy_suite)")
    options = parser.parse_args()
    if options.against and options.baseline:
        parser.error("--against and --baseline exclude each other")
    return options


class Run:
    """One run of the suite: what was asked for, and what came of it."""

    def __init__(self, options):
        self.options = options
        self.interpreter = Interpreter(options.python)
        limits = Limits(options.test_limit, options.file_limit)
        self.worker = Worker(self.interpreter, limits, options.expression, options.shuffle)
        self.reference = None
        self.expected = {}
        self.against = "nothing"
        if options.against:
            other = Interpreter(options.against)
            if other.numpy != self.interpreter.numpy:
                raise RuntimeError(f"{options.against} has numpy {other.numpy}, {options.python} has {self.interpreter.numpy}")
            self.reference = Worker(other, limits, options.expression, options.shuffle)
            self.against = str(other)
        elif not options.write_baseline:
            path = options.baseline or outcomes.find_baseline(self.interpreter.numpy)
            if path is None:
                raise RuntimeError(f"no outcomes are recorded for numpy {self.interpreter.numpy}: use --against CPYTHON, or "
                                   f"record them with --write-baseline {outcomes.BASELINES}/numpy-{self.interpreter.numpy}-cpython.tsv.xz")
            self.expected = outcomes.read_baseline(path)
            self.against = path.name
        self.costs = outcomes.read_costs()
        self.known = known_files.read(pathlib.Path(__file__).with_name("known_differences.tsv"))

    def choose(self):
        """The files to run, and for each the ids asked for (None: all)."""
        files = dict.fromkeys(self.interpreter.test_files())
        if self.options.failed:
            wanted = {}
            for row in json.loads(self.options.failed.read_text(encoding="utf-8"))["differences"]:
                wanted.setdefault(outcomes.file_of(row["test"]), set()).add(row["test"])
            files = {file: wanted[file] for file in files if file in wanted}
        if self.options.only:
            ids = [part for part in self.options.only if "::" in part]
            parts = [part for part in self.options.only if "::" not in part]
            chosen = {file: which for file, which in files.items() if any(part in file for part in parts)}
            for test in ids:
                file = outcomes.file_of(test)
                if file in files and chosen.get(file, ()) is not None:
                    chosen[file] = (chosen.get(file) or set()) | {test}
            files = chosen
        return files

    @property
    def partial(self):
        """Whether files may run in part, so that only what was run can be compared."""
        return bool(self.options.expression or self.options.failed or any("::" in part for part in self.options.only))

    def execute(self):
        files = self.choose()
        if not files:
            raise RuntimeError("no test file was chosen")
        tests_in = {}
        for test in self.expected:
            tests_in[outcomes.file_of(test)] = tests_in.get(outcomes.file_of(test), 0) + 1
        ordered = schedule.order(files, self.costs, tests_in, self.options.share)
        print(f"{self.interpreter}\ncompared with {self.against}\n{len(ordered)} test files, {self.options.jobs} at a time", flush=True)

        def work(file):
            theirs = self.reference.run(file, files[file]) if self.reference else None
            return self.worker.run(file, files[file]), theirs

        progress = programs.Progress(len(ordered))
        start, comparisons, results, references = time.monotonic(), [], [], []
        try:
            for result, theirs in schedule.run(ordered, self.costs, self.options.jobs, available_memory(), work,
                                               self.options.share, self.worker.stopping):
                results.append(result)
                if theirs is not None:
                    references.append(theirs)
                comparisons.append(FileComparison(result, self.expected_of(result, theirs), self.partial))
                self.show(progress, comparisons[-1], theirs)
        except KeyboardInterrupt:
            self.worker.stopping.set()
            if self.reference:
                self.reference.stopping.set()
            print("\nstopped: what is done so far follows", flush=True)
        progress.close()
        seconds = time.monotonic() - start
        left = set(ordered) - {result.file for result in results}
        if self.options.write_costs:
            outcomes.write_costs(results, f"{self.interpreter.version.split()[0]} and numpy {self.interpreter.numpy}")
        if self.options.write_baseline:
            return self.record(results)
        # The list is that of the release whose outcomes are recorded: another one need not have all its tests.
        some = self.partial or bool(self.options.only) or outcomes.find_baseline(self.interpreter.numpy) is None
        report = Report(self.interpreter, self.against, comparisons, self.known, left, seconds, some)
        return self.finish(report, results, references)

    def expected_of(self, result, theirs):
        if theirs is not None:
            return {test: seen.outcome for test, seen in theirs.tests.items()}
        if self.options.write_baseline:
            return {test: seen.outcome for test, seen in result.tests.items()}
        return {test: outcome for test, outcome in self.expected.items() if outcomes.file_of(test) == result.file}

    def show(self, progress, comparison, theirs):
        result = comparison.result
        line = f"{result.file:<52} {len(comparison.same):6d} same"
        line += f" {len(comparison.differences):5d} differ" if comparison.differences else " " * 13
        line += f" {result.seconds:7.1f} s {result.mebibytes:6.0f} MiB"
        if theirs is not None:
            line += f"  (CPython {theirs.seconds:.1f} s, {theirs.mebibytes:.0f} MiB)"
        for problem in result.problems:
            line += "  " + problem.splitlines()[0]
        progress.done += 1
        progress.line(f"[{progress.done}/{progress.total}] {line}")

    def record(self, results):
        """Writes a baseline in place of a report."""
        seen = {test: found.outcome for result in results for test, found in result.tests.items()}
        outcomes.write_baseline(self.options.write_baseline, seen)
        print(f"recorded {len(seen)} outcomes in {self.options.write_baseline}")
        bad = sum(bool(result.problems) for result in results)
        return 1 if bad else 0

    def finish(self, report, results, references):
        self.options.output.mkdir(parents=True, exist_ok=True)
        report.write_json(self.options.output / "report.json")
        report.write_markdown(self.options.output / "report.md")
        print()
        for cause, group in report.causes()[:15]:
            print(f"{len(group):6d} x {cause}")
        print("\n".join(report.summary()))
        self.show_ratios(results, references)
        print(f"written: {self.options.output / 'report.md'}, report.json")
        print(f"{report.passed} passed, {report.failed} failed", flush=True)
        return 1 if report.failed else 0

    def show_ratios(self, results, references):
        """Wall time and peak memory beside CPython's: of this sitting, or else as recorded."""
        theirs = {r.file: outcomes.FileCost(r.seconds, r.mebibytes) for r in references} or (
            {} if self.partial else self.costs)
        both = [r for r in results if r.file in theirs]
        if not both:
            return
        seconds = sum(r.seconds for r in both) / max(sum(theirs[r.file].seconds for r in both), 0.001)
        peak = max(r.mebibytes for r in both) / max(max(theirs[r.file].mebibytes for r in both), 1)
        when = "in this sitting" if references else "recorded on another machine or day"
        print(f"{seconds:.2f} times CPython's wall time, {peak:.2f} times its peak memory ({when})")


def main():
    options = parse()
    try:
        return Run(options).execute()
    except RuntimeError as error:
        print(f"numpy_compat_suite: {error}")
        print("0 passed, 1 failed")
        return 2


if __name__ == "__main__":
    sys.exit(main())
