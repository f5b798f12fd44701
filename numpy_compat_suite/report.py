"""Compares outcomes with CPython's and writes what came of it, for people and for programs."""
import collections
import json
import re

SHOWN_LINES = 30
MOST_CAUSES = 40
# Why numpy skips a test of instructions that the processor lacks: any interpreter skips it there.
PROCESSOR_LACKS = re.compile(r"target '.*' isn't supported by current machine|Only one non-baseline feature detected")
# test_simd.py names its classes after a target's vector width in bits, and leaves the place empty
# where the processor has no such vectors: `_512_X86_V4_f32` is then `__X86_V4_f32`.
VECTOR_WIDTH = re.compile(r"(?<=_)\d+(?=_)")


class Difference:
    """A test whose outcome is not CPython's."""

    def __init__(self, test, expected, result):
        self.test, self.expected, self.result = test, expected, result

    @property
    def cause(self):
        """The line that says what went wrong, for grouping: numbers and addresses taken out."""
        if self.result.outcome in ("crashed", "timeout", "not run"):
            return f"{self.result.outcome}: {self.result.error}".rstrip(": ")
        lines = [line[1:].strip() for line in self.result.error.splitlines() if line.startswith("E ")]
        if not lines:
            lines = [line.strip() for line in self.result.error.splitlines() if line.strip()][-1:]
        line = lines[0] if lines else f"{self.result.outcome} in place of {self.expected}"
        return re.sub(r"0x[0-9a-f]+|\d+", "N", line)[:160]


class FileComparison:
    """One file's outcomes held against the baseline's."""

    def __init__(self, result, expected, partial):
        self.result = result
        self.expected = expected
        self.same = []
        self.differences = []
        # Recorded on a processor that has more instructions than this one.
        self.elsewhere = []
        asked = result.collected | result.tests.keys()
        for test in sorted((asked & expected.keys()) if partial else expected.keys()):
            found = result.tests.get(test)
            # What stands in the test's place on a processor without its vectors.
            instead = found or result.tests.get(VECTOR_WIDTH.sub("", test, count=1))
            if found is None:
                found = NotRun(result)
            if found.outcome == expected[test]:
                self.same.append(test)
            elif wants_other_processor(instead):
                self.elsewhere.append(test)
            else:
                self.differences.append(Difference(test, expected[test], found))
        # Tests that the baseline does not have differ if they do not end well.
        self.new = sorted(result.tests.keys() - expected.keys())
        for test in self.new:
            if result.tests[test].outcome not in ("passed", "skipped", "xfailed"):
                self.differences.append(Difference(test, "no such test", result.tests[test]))

    @property
    def compared(self):
        return len(self.same) + len(self.differences)


def wants_other_processor(found):
    """Whether this test was skipped because the processor lacks what it tests."""
    return found is not None and found.outcome == "skipped" and PROCESSOR_LACKS.search(found.error) is not None


class NotRun:
    """Stands for a test that CPython has and that was never seen here."""

    def __init__(self, result):
        self.outcome, self.seconds, self.output = "not run", 0.0, ""
        self.error = result.problems[0].splitlines()[0] if result.problems else "pytest did not find it"


class Report:
    def __init__(self, interpreter, against, comparisons, known, not_started, seconds, partial):
        self.interpreter, self.against = interpreter, against
        self.comparisons = sorted(comparisons, key=lambda c: c.result.file)
        self.not_started, self.seconds = sorted(not_started), seconds
        differences = [d for c in self.comparisons for d in c.differences]
        self.known = [d for d in differences if d.test in known]
        self.unexpected = [d for d in differences if d.test not in known]
        same = {test for c in self.comparisons for test in c.same}
        self.cured = sorted(same & known.keys())
        self.gone = [] if partial or not_started else sorted(known.keys() - same - {d.test for d in differences})
        self.problems = [(c.result.file, p) for c in self.comparisons for p in c.result.problems]
        self.reasons = known

    @property
    def same(self):
        return sum(len(c.same) for c in self.comparisons)

    @property
    def compared(self):
        return sum(c.compared for c in self.comparisons)

    @property
    def failed(self):
        """What makes the run fail: surprises of any kind, good ones too, and processes that ended badly."""
        explained = {d.test.partition("::")[0] for d in self.known + self.unexpected}
        unexplained = {file for file, _ in self.problems} - explained
        return len(self.unexpected) + len(self.cured) + len(self.gone) + len(unexplained)

    @property
    def passed(self):
        return self.same - len(self.cured)

    def outcome_counts(self):
        return collections.Counter(test.outcome for c in self.comparisons for test in c.result.tests.values())

    def causes(self):
        """Differences grouped by what went wrong, the most frequent first."""
        groups = collections.defaultdict(list)
        for difference in self.known + self.unexpected:
            groups[difference.cause].append(difference)
        return sorted(groups.items(), key=lambda item: -len(item[1]))

    def summary(self):
        share = 100 * self.same / self.compared if self.compared else 0.0
        counts = ", ".join(f"{count:,} {outcome}" for outcome, count in self.outcome_counts().most_common())
        lines = [f"{self.same:,} of {self.compared:,} tests have CPython's outcome ({share:.2f} %)",
                 f"outcomes here: {counts}"]
        if self.known:
            lines.append(f"{len(self.known)} differ as known_differences.tsv says")
        elsewhere = sum(len(c.elsewhere) for c in self.comparisons)
        if elsewhere:
            lines.append(f"{elsewhere} more want instructions that this processor lacks, and are skipped by any interpreter")
        if self.cured:
            lines.append(f"{len(self.cured)} listed in known_differences.tsv reach CPython's outcome: take them out")
        if self.gone:
            lines.append(f"{len(self.gone)} listed in known_differences.tsv do not exist")
        if self.not_started:
            lines.append(f"{len(self.not_started)} files were not started for lack of time")
        if self.problems:
            lines.append(f"{len(self.problems)} processes ended badly or could not collect")
        short = [c.result.file for c in self.comparisons if c.result.short_of_memory]
        if short:
            lines.append(f"memory ran short during {', '.join(short)}: big tests skip themselves then")
        busy = sum(c.result.seconds for c in self.comparisons)
        peak = max((c.result.mebibytes for c in self.comparisons), default=0)
        lines.append(f"{self.seconds:.0f} s in all, {busy:.0f} s of test files, peak memory {peak:.0f} MiB")
        return lines

    # --- for programs ---------------------------------------------------------

    def write_json(self, path):
        data = {
            "interpreter": str(self.interpreter), "against": self.against, "seconds": round(self.seconds, 1),
            "compared": self.compared, "same": self.same, "outcomes": dict(self.outcome_counts()),
            "not_started": self.not_started, "cured": self.cured,
            "files": {
                c.result.file: {
                    "same": len(c.same), "compared": c.compared, "new": len(c.new),
                    "seconds": round(c.result.seconds, 2), "mebibytes": round(c.result.mebibytes),
                    "short_of_memory": c.result.short_of_memory, "problems": c.result.problems,
                } for c in self.comparisons},
            "differences": [
                {"test": d.test, "expected": d.expected, "outcome": d.result.outcome, "seconds": d.result.seconds,
                 "known": self.reasons.get(d.test), "error": d.result.error, "output": d.result.output}
                for d in self.unexpected + self.known],
        }
        path.write_text(json.dumps(data, indent=1), encoding="utf-8")

    # --- for people -----------------------------------------------------------

    def write_markdown(self, path):
        lines = ["# numpy's own tests", "", f"- run by {self.interpreter}", f"- compared with {self.against}", ""]
        lines += self.summary()
        lines += ["", "## Files", "", "| file | as CPython | differ | seconds | MiB |", "|---|--:|--:|--:|--:|"]
        for c in self.comparisons:
            mark = " ✗" if c.result.problems else ""
            lines.append(f"| {c.result.file}{mark} | {len(c.same)} | {len(c.differences) or ''} | {c.result.seconds:.1f} | {c.result.mebibytes:.0f} |")
        lines += [f"| {file} | not started | | | |" for file in self.not_started]
        causes = self.causes()
        if causes:
            lines += ["", "## Causes", "", "| tests | what | for example |", "|--:|---|---|"]
            for cause, group in causes[:MOST_CAUSES]:
                lines.append(f"| {len(group)} | {in_cell(cause)} | {in_cell(group[0].test)} |")
        if self.problems:
            lines += ["", "## Processes that ended badly", ""]
            for file, problem in self.problems:
                lines += [f"### {file}", "", *quoted(problem), ""]
        for title, group in (("Differences", self.unexpected), ("Known differences", self.known)):
            if group:
                lines += ["", f"## {title}", ""]
                for difference in group:
                    lines += self.one_difference(difference)
        if self.cured:
            lines += ["", "## Listed, but as on CPython", "", *[f"- {test}" for test in self.cured]]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="backslashreplace")

    def one_difference(self, difference):
        lines = [f"### {difference.test}", "", f"{difference.result.outcome}; on CPython {difference.expected}."]
        if difference.test in self.reasons:
            lines.append(f"Known: {self.reasons[difference.test]}")
        for text in (difference.result.error, difference.result.output):
            if text:
                lines += ["", *quoted(text)]
        return [*lines, ""]


def in_cell(text):
    return "`" + text.replace("|", "\\|").replace("`", "'").replace("\n", " ") + "`"


def quoted(text):
    """The end of a text, indented so that Markdown leaves it as it is."""
    lines = text.rstrip().splitlines()
    shown = lines[-SHOWN_LINES:]
    if len(lines) > SHOWN_LINES:
        shown.insert(0, f"[{len(lines) - SHOWN_LINES} lines before]")
    return ["    " + line for line in shown]
