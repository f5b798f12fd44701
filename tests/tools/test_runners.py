"""The tools that judge the runtime, judged themselves: with stand-ins for an interpreter that misbehave on purpose."""
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import known
import programs
import run_tests


class Programs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()

    def program(self, source, expected):
        path = self.folder / "area" / "one.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(source))
        path.with_suffix(".expected").write_text(expected)
        [found] = programs.find(self.folder)
        self.assertEqual(found.id, "area/one")
        return found

    def judge(self, source, expected):
        program = self.program(source, expected)
        outcome = programs.execute(sys.executable, program, self.folder)
        return programs.complaint(program, outcome)

    def test_right_output_has_no_complaint(self):
        self.assertEqual(self.judge("print('é')", "é\n"), [])

    def test_wrong_output_is_shown_as_a_difference(self):
        self.assertEqual(self.judge("print(1)\nprint(3)", "1\n2\n")[-2:], ["-2", "+3"])

    def test_an_exit_code_is_part_of_the_answer(self):
        self.assertEqual(self.judge("print(1); raise SystemExit(3)", "1\n[exit code 3]\n"), [])
        self.assertIn("+[exit code 3]", self.judge("raise SystemExit(3)", ""))

    def test_a_signal_is_named(self):
        lines = self.judge("import os; print('before', flush=True); os.kill(os.getpid(), 11)", "before\n")
        self.assertEqual(lines[0], "killed by SIGSEGV")

    def test_a_recorded_signal_would_not_excuse_a_crash(self):
        self.assertTrue(self.judge("import os; os.abort()", "[killed by SIGABRT]\n"))

    def test_a_program_that_does_not_end_is_stopped(self):
        lines = self.judge("# time limit: 0.5\nimport time\ntime.sleep(60)", "")
        self.assertEqual(lines[0], "no end after 0.5 seconds")

    def test_standard_error_counts_where_the_program_says_so(self):
        source = "# stderr: compared\nimport sys\nprint(1)\nsys.stderr.write('e\\n')"
        self.assertEqual(self.judge(source, "1\n--- stderr\ne\n"), [])
        self.assertEqual(self.judge("import sys\nprint(1)\nsys.stderr.write('e\\n')", "1\n"), [])

    def test_paths_into_the_folder_are_cut(self):
        self.assertEqual(self.judge("print(__file__)", "area/one.py\n"), [])


class Known(unittest.TestCase):
    def read(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
            file.write(text)
            file.flush()
            return known.read(file.name)

    def test_lines_are_test_and_reason(self):
        self.assertEqual(self.read("# comment\na\twhy\nb\tbecause\n"), {"a": "why", "b": "because"})

    def test_order_and_reasons_are_insisted_on(self):
        for text in ("b\twhy\na\twhy\n", "a\twhy\na\twhy\n", "a\n", "a\t \n"):
            with self.assertRaises(SystemExit):
                self.read(text)


class RunPrograms(unittest.TestCase):
    """run_programs.py as a process, on a copy of its folder with two programs."""

    def run_with(self, listed):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "tools").symlink_to(ROOT / "tools")
            (folder / "tests" / "programs").mkdir(parents=True)
            script = folder / "tests" / "run_programs.py"
            script.write_text((ROOT / "tests" / "run_programs.py").read_text())
            (folder / "tests" / "known_differences.tsv").write_text(listed)
            for test, text in {"good": "1\n", "bad": "2\n"}.items():
                (folder / "tests" / "programs" / f"{test}.py").write_text("print(1)\n")
                (folder / "tests" / "programs" / f"{test}.expected").write_text(text)
            done = subprocess.run([sys.executable, script, sys.executable], capture_output=True, text=True)
            return done.returncode, done.stdout.splitlines()

    def test_an_unlisted_difference_fails(self):
        status, lines = self.run_with("")
        self.assertEqual((status, lines[-1]), (1, "1 passed, 1 failed"))
        self.assertIn("FAILED bad", lines)

    def test_a_listed_difference_is_let_pass(self):
        status, lines = self.run_with("bad\tnot yet\n")
        self.assertEqual((status, lines[-1]), (0, "1 passed, 0 failed"))

    def test_a_listed_program_that_agrees_fails(self):
        status, lines = self.run_with("bad\tnot yet\ngood\tstale\n")
        self.assertEqual((status, lines[-1]), (1, "0 passed, 1 failed"))

    def test_a_listed_program_that_is_gone_fails(self):
        status, lines = self.run_with("bad\tnot yet\ngone\tstale\n")
        self.assertEqual((status, lines[-1]), (1, "1 passed, 1 failed"))


class Totals(unittest.TestCase):
    def count(self, text, status):
        counts = run_tests.Counts()
        for line in text.splitlines():
            counts.read(line)
        counts.close(status)
        return counts.passed, counts.failed

    def test_cargo_prints_one_line_per_crate(self):
        text = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured\ntest result: FAILED. 1 passed; 2 failed; 0 ignored\n"
        self.assertEqual(self.count(text, 101), (4, 2))

    def test_the_last_total_of_a_runner_counts(self):
        self.assertEqual(self.count("5 passed, 1 failed\n7 passed, 0 failed\n", 0), (7, 0))

    def test_a_step_without_totals_is_one_test(self):
        self.assertEqual(self.count("nothing to see", 0), (1, 0))
        self.assertEqual(self.count("error: could not compile", 101), (0, 1))

    def test_a_failure_that_no_total_shows_still_counts(self):
        self.assertEqual(self.count("5 passed, 0 failed\n", 2), (5, 1))

    def test_unittest_names_failures_and_errors(self):
        self.assertEqual(self.count("Ran 9 tests in 0.1s\n\nFAILED (failures=2, errors=1)\n", 1), (6, 3))


if __name__ == "__main__":
    unittest.main()
