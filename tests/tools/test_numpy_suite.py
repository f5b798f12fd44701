"""The numpy suite, tried on a package named numpy that crashes, hangs and fails on purpose."""
import json
import pathlib
import sys
import tempfile
import textwrap
import unittest
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from numpy_compat_suite import outcomes, schedule, worker
from numpy_compat_suite.report import FileComparison, Report

WHEELS = [next((ROOT / "build" / "wheels").glob(f"{name}-*.whl"), None)
          for name in ("pytest", "pluggy", "iniconfig", "packaging", "pygments")]

TESTS = {
    "test_plain.py": """
        import pytest, sys
        def test_passes(): pass
        def test_fails():
            print("some output")
            assert 1 == 2
        def test_skips(): pytest.skip("why not")
        @pytest.mark.xfail
        def test_xfails(): assert False
        @pytest.mark.xfail(strict=False)
        def test_xpasses(): pass
        @pytest.fixture
        def broken(): raise ValueError("in a fixture")
        @pytest.fixture
        def broken_after():
            yield
            raise ValueError("in a teardown")
        def test_setup_error(broken): pass
        def test_teardown_error(broken_after): pass
        class TestClass:
            @pytest.mark.parametrize("x", ["a::b", "c[d]", "é", "\\x00"])
            def test_parameters(self, x): pass
    """,
    "test_crashes.py": """
        import os, pytest
        def test_before(): pass
        @pytest.mark.parametrize("number", [11, 6, 9])
        def test_dies(number):
            print("last words", flush=True)
            os.kill(os.getpid(), number)
        def test_between(): pass
        def test_exits(): os._exit(0)
        @pytest.fixture
        def dies_after():
            yield
            os.kill(os.getpid(), 11)
        def test_dies_in_teardown(dies_after): pass
        def test_after(): pass
    """,
    "test_hangs.py": """
        import time
        def test_before(): pass
        def test_hangs(): time.sleep(1000)
        def test_after(): pass
    """,
    "test_dies_early.py": "import os\nos.kill(os.getpid(), 11)\ndef test_never(): pass\n",
    "test_broken.py": "import nothing_like_this\ndef test_never(): pass\n",
    "test_dies_late.py": """
        import atexit, os
        atexit.register(lambda: os.kill(os.getpid(), 11))
        def test_fine(): pass
    """,
}


@unittest.skipUnless(all(WHEELS) and sys.version_info >= (3, 10), "pytest's wheels are not in build/wheels")
class Running(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        site = pathlib.Path(folder.name).resolve() / "site"
        tests = site / "numpy" / "lib" / "tests"
        tests.mkdir(parents=True)
        for wheel in WHEELS:
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(site)
        (site / "numpy" / "__init__.py").write_text("__version__ = '0.0'\n")
        for package in (tests, tests.parent):
            (package / "__init__.py").touch()
        for name, text in TESTS.items():
            (tests / name).write_text(textwrap.dedent(text))
        python = site.parent / "python"
        python.write_text(f'#!/bin/sh\nPYTHONPATH="{site}:$PYTHONPATH" exec {sys.executable} "$@"\n')
        python.chmod(0o755)
        cls.interpreter = worker.Interpreter(python)

    def run_file(self, name, wanted=None, **options):
        file = f"numpy/lib/tests/{name}"
        wanted = {f"{file}::{test}" for test in wanted} if wanted else None
        result = worker.Worker(self.interpreter, worker.Limits(1.5, 60), **options).run(file, wanted)
        return result, {test.partition("::")[2]: seen.outcome for test, seen in result.tests.items()}

    def test_it_finds_the_files(self):
        self.assertEqual(len(self.interpreter.test_files()), len(TESTS))
        self.assertEqual(self.interpreter.numpy, "0.0")

    def test_outcomes_are_worded_as_in_a_junit_file(self):
        result, seen = self.run_file("test_plain.py")
        self.assertEqual(seen, {
            "test_passes": "passed", "test_fails": "failed", "test_skips": "skipped", "test_xfails": "xfailed", "test_xpasses": "passed",
            "test_setup_error": "error", "test_teardown_error": "error",
            "TestClass::test_parameters[a::b]": "passed", "TestClass::test_parameters[c[d]]": "passed",
            "TestClass::test_parameters[\\xe9]": "passed", "TestClass::test_parameters[\\x00]": "passed"})
        failed = result.tests["numpy/lib/tests/test_plain.py::test_fails"]
        self.assertIn("assert 1 == 2", failed.error)
        self.assertIn("some output", failed.output)
        self.assertEqual(result.problems, [])
        self.assertGreater(result.mebibytes, 5)

    def test_it_goes_on_after_crashes(self):
        result, seen = self.run_file("test_crashes.py")
        self.assertEqual(seen, {
            "test_before": "passed", "test_dies[11]": "crashed", "test_dies[6]": "crashed", "test_dies[9]": "crashed",
            "test_between": "passed", "test_exits": "crashed", "test_dies_in_teardown": "passed", "test_after": "passed"})
        died = result.tests["numpy/lib/tests/test_crashes.py::test_dies[11]"]
        self.assertEqual(died.error, "killed by SIGSEGV")
        self.assertIn("Segmentation fault", died.output)
        self.assertEqual([p.splitlines()[0] for p in result.problems],
                         ["after numpy/lib/tests/test_crashes.py::test_dies_in_teardown: killed by SIGSEGV"])

    def test_it_goes_on_after_a_test_that_hangs(self):
        result, seen = self.run_file("test_hangs.py")
        self.assertEqual(seen, {"test_before": "passed", "test_hangs": "timeout", "test_after": "passed"})
        hung = result.tests["numpy/lib/tests/test_hangs.py::test_hangs"]
        self.assertEqual(hung.error, "silent for 1.5 seconds")
        self.assertIn("in test_hangs", hung.output)

    def test_a_crash_before_the_first_test_is_a_problem_of_the_file(self):
        result, seen = self.run_file("test_dies_early.py")
        self.assertEqual(seen, {})
        self.assertIn("before the first test: killed by SIGSEGV", result.problems[0])

    def test_a_file_that_does_not_import_is_a_problem(self):
        result, seen = self.run_file("test_broken.py")
        self.assertEqual(seen, {})
        self.assertIn("nothing_like_this", result.problems[0])

    def test_a_crash_after_the_last_test_is_a_problem(self):
        result, seen = self.run_file("test_dies_late.py")
        self.assertEqual(seen, {"test_fine": "passed"})
        self.assertIn("after the last test: killed by SIGSEGV", result.problems[0])

    def test_single_tests_and_expressions(self):
        _, seen = self.run_file("test_plain.py", wanted=["test_passes", "test_fails"])
        self.assertEqual(set(seen), {"test_passes", "test_fails"})
        _, seen = self.run_file("test_plain.py", expression="skips or xfails")
        self.assertEqual(set(seen), {"test_skips", "test_xfails"})

    def test_a_shuffle_keeps_the_outcomes(self):
        _, plain = self.run_file("test_plain.py")
        _, shuffled = self.run_file("test_plain.py", shuffle="3")
        self.assertEqual(plain, shuffled)
        self.assertNotEqual(list(plain), list(shuffled))

    def test_an_interpreter_without_numpy_is_refused(self):
        with self.assertRaises(RuntimeError):
            worker.Interpreter("/bin/false")


class Judging(unittest.TestCase):
    def report(self, ours, theirs, known=None, problems=(), partial=False):
        result = worker.FileResult("numpy/tests/test_a.py")
        result.problems.extend(problems)
        for test, outcome in ours.items():
            outcome, _, why = outcome.partition(": ")
            result.tests[f"{result.file}::{test}"] = worker.Test(outcome, error=why or "E   ValueError: at 0x12\n")
        expected = {f"{result.file}::{test}": outcome for test, outcome in theirs.items()}
        known = {f"{result.file}::{test}": reason for test, reason in (known or {}).items()}
        return Report("here", "there", [FileComparison(result, expected, partial)], known, [], 1.0, partial)

    def test_every_outcome_has_to_be_cpythons(self):
        report = self.report({"a": "passed", "b": "skipped", "c": "failed"}, {"a": "passed", "b": "passed", "c": "failed"})
        self.assertEqual((report.passed, report.failed), (2, 1))

    def test_a_test_that_never_ran_differs(self):
        report = self.report({"a": "passed"}, {"a": "passed", "b": "skipped"})
        self.assertEqual((report.passed, report.failed), (1, 1))
        self.assertEqual(report.unexpected[0].result.outcome, "not run")

    def test_what_the_processor_lacks_is_not_compared(self):
        lacks = "skipped: target 'X86_V4' isn't supported by current machine"
        report = self.report({"a": lacks, "T__V4_f32::x": lacks, "T__V3_f32::x": "skipped: another reason"},
                             {"a": "passed", "T_512_V4_f32::x": "passed", "T_256_V3_f32::x": "passed", "T_512_V4_f32::gone": "passed"})
        [comparison] = report.comparisons
        self.assertEqual([test.partition("::")[2] for test in comparison.elsewhere], ["T_512_V4_f32::x", "a"])
        self.assertEqual((report.passed, report.failed), (0, 2))

    def test_in_part_only_what_ran_is_compared(self):
        report = self.report({"a": "passed"}, {"a": "passed", "b": "skipped"}, partial=True)
        self.assertEqual((report.passed, report.failed), (1, 0))

    def test_a_known_difference_is_let_pass_and_a_cured_one_is_not(self):
        self.assertEqual(self.report({"a": "failed"}, {"a": "passed"}, {"a": "why"}).failed, 0)
        self.assertEqual(self.report({"a": "passed"}, {"a": "passed"}, {"a": "why"}).failed, 1)
        self.assertEqual(self.report({"a": "passed"}, {"a": "passed"}, {"gone": "why"}).failed, 1)

    def test_a_bad_end_counts_once_if_no_test_shows_it(self):
        self.assertEqual(self.report({"a": "passed"}, {"a": "passed"}, problems=["crash at exit"]).failed, 1)
        self.assertEqual(self.report({"a": "crashed"}, {"a": "passed"}, problems=["crash"]).failed, 1)

    def test_a_new_test_counts_only_if_it_fails(self):
        self.assertEqual(self.report({"a": "passed", "n": "passed"}, {"a": "passed"}).failed, 0)
        self.assertEqual(self.report({"a": "passed", "n": "failed"}, {"a": "passed"}).failed, 1)

    def test_causes_are_grouped_without_numbers(self):
        report = self.report({"a": "failed", "b": "failed"}, {"a": "passed", "b": "passed"})
        [(cause, group)] = report.causes()
        self.assertEqual((cause, len(group)), ("ValueError: at N", 2))

    def test_reports_are_written(self):
        report = self.report({"a": "failed", "b|`": "crashed"}, {"a": "passed", "b|`": "passed"}, {"a": "a reason"}, ["bad end"])
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            report.write_json(folder / "report.json")
            report.write_markdown(folder / "report.md")
            data = json.loads((folder / "report.json").read_text())
            text = (folder / "report.md").read_text()
        self.assertEqual([row["known"] for row in data["differences"]], [None, "a reason"])
        self.assertIn("Known: a reason", text)
        self.assertIn("    bad end", text)


class Keeping(unittest.TestCase):
    def test_ids_go_both_ways(self):
        for test in ("numpy/lib/tests/test_io.py::TestA::test_b[x.y::z]", "numpy/tests/test_a.py::test_b", "numpy/a/tests/test_c.py::A::B::test[[]"):
            self.assertEqual(outcomes.id_of(*outcomes.place_and_name(test)), test)

    def test_a_baseline_is_read_as_written(self):
        kept = {"numpy/tests/test_a.py::T::test_x['a\\n']": "passed", "numpy/tests/test_a.py::test_y": "skipped"}
        with tempfile.TemporaryDirectory() as name:
            path = pathlib.Path(name) / "b.tsv.xz"
            outcomes.write_baseline(path, kept)
            self.assertEqual(outcomes.read_baseline(path), kept)

    def test_the_recorded_baseline_is_whole(self):
        found = outcomes.read_baseline(outcomes.find_baseline("2.5.5"))
        self.assertEqual(len(found), 52387)
        self.assertEqual(sum(outcome == "passed" for outcome in found.values()), 50950)

    def test_characters_that_xml_forbids_are_spelled_out(self):
        self.assertEqual(outcomes.escaped("a\x00b\ud800"), "a#x00b#xD800")


class Scheduling(unittest.TestCase):
    def test_long_files_first_but_for_a_share_the_ones_that_say_most(self):
        costs = {"a": outcomes.FileCost(10, 1), "b": outcomes.FileCost(1, 1)}
        self.assertEqual(schedule.order(["b", "a"], costs, {"a": 5, "b": 100}, None), ["a", "b"])
        self.assertEqual(schedule.order(["a", "b"], costs, {"a": 5, "b": 100}, 60), ["b", "a"])

    def test_files_that_need_much_memory_do_not_meet(self):
        costs = {name: outcomes.FileCost(1, 800) for name in "abc"}
        running, most = [], []

        def work(file):
            running.append(file)
            most.append(len(running))
            import time
            time.sleep(0.05)
            running.remove(file)
            return file
        self.assertEqual(sorted(schedule.run("abc", costs, 3, 1000, work)), ["a", "b", "c"])
        self.assertEqual(max(most), 1)

    def test_a_file_that_needs_everything_gets_its_turn(self):
        costs = {name: outcomes.FileCost(1, size) for name, size in {"a": 33.3, "b": 0.1, "big": 99999, "c": 77.7}.items()}
        done = list(schedule.run(["a", "b", "big", "c"], costs, 2, 1000.1, lambda file: file))
        self.assertEqual(sorted(done), ["a", "b", "big", "c"])

    def test_a_share_that_is_over_starts_nothing_more(self):
        self.assertEqual(list(schedule.run("abc", {}, 1, 10000, lambda file: file, share=-1)), [])


if __name__ == "__main__":
    unittest.main()
