#!/usr/bin/env python3
"""Records what CPython prints for every program of tests/programs and examples.

    bless.py CPYTHON [-k EXPRESSION] [--check]

CPYTHON is CPython 3.14 with numpy; `make oracle` installs one. Nothing else may write
an .expected file. Each program runs twice, with different string hashes, and one whose
output changes is refused. With --check nothing is written, and a stale record fails.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import programs

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = [ROOT / "tests" / "programs", ROOT / "examples"]
IDENTITY = "import sys; print('Adder' not in sys.version and sys.implementation.name, sys.version_info[:2])"


def record(python, program):
    """The program's output, or a complaint about the program itself."""
    texts = []
    for seed in ("1", "2"):
        with tempfile.TemporaryDirectory(prefix="adder-bless-") as folder:
            outcome = programs.execute(python, program, folder, {"PYTHONHASHSEED": seed})
        if outcome.died:
            return None, f"{outcome.died}\n{outcome.stderr}"
        texts.append(outcome.text)
    if texts[0] != texts[1]:
        return None, "prints something else each time:\n" + "\n".join(programs.difference(*texts))
    if "Traceback" in outcome.stderr and not program.compares_stderr:
        return None, f"leaves a traceback on stderr, which it does not compare:\n{outcome.stderr}"
    return texts[0], None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cpython", help="CPython 3.14 with numpy")
    parser.add_argument("-k", dest="expression", default="", help="only programs with this in their name")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a record is stale")
    options = parser.parse_args()
    python = programs.absolute(options.cpython)
    found = subprocess.run([python, "-c", IDENTITY], capture_output=True, text=True).stdout.strip()
    if found != "cpython (3, 14)":
        sys.exit(f"{python} is not CPython 3.14 ({found or 'it does not run'})")
    same = changed = refused = 0
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.py")):
            program = programs.Program(path, folder)
            if options.expression not in program.id:
                continue
            text, problem = record(python, program)
            old = program.expected() if program.expected_path.exists() else None
            if problem:
                refused += 1
                print(f"REFUSED {program.id}: {problem}", flush=True)
            elif text == old:
                same += 1
            else:
                changed += 1
                print(f"{'stale' if options.check else 'recorded'} {program.id}", flush=True)
                if not options.check:
                    program.expected_path.write_bytes(text.encode("utf-8", "surrogateescape"))
    print(f"{same} unchanged, {changed} {'stale' if options.check else 'recorded'}, {refused} refused")
    return 1 if refused or (options.check and changed) else 0


if __name__ == "__main__":
    sys.exit(main())
