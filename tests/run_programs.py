#!/usr/bin/env python3
"""Runs the programs of tests/programs under an interpreter and compares with CPython's recorded output.

    run_programs.py PYTHON [-k EXPRESSION] [-j JOBS] [-v]

Differences known today stand in known_differences.tsv, sorted, `test id <tab> reason`.
A program that is not listed has to agree, and one that is listed has to differ still:
either surprise fails the run. The last line is `N passed, N failed`.
"""
import argparse
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
import known
import programs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("python", help="the interpreter, e.g. target/release/adder")
    parser.add_argument("-k", dest="expression", default="", help="only programs with this in their name")
    parser.add_argument("-j", dest="jobs", type=int, default=2, help="how many at a time (default: 2)")
    parser.add_argument("-v", dest="verbose", action="store_true", help="name the ones that pass, too")
    options = parser.parse_args()
    python = programs.absolute(options.python)
    listed = known.read(HERE / "known_differences.tsv")
    chosen = programs.find(HERE / "programs", options.expression)
    if not chosen:
        sys.exit(f"no program has {options.expression!r} in its name")
    progress = programs.Progress(len(chosen))
    passed = failed = differing = 0
    for program, outcome in programs.run_all(python, chosen, options.jobs):
        progress.step(program.id)
        lines = programs.complaint(program, outcome)
        if lines and program.id in listed:
            differing += 1
        elif lines:
            failed += 1
            progress.line("\n".join([f"FAILED {program.id}", *(f"    {line}" for line in lines)]))
        elif program.id in listed:
            failed += 1
            progress.line(f"FAILED {program.id}: agrees with CPython now; take it out of known_differences.tsv")
        else:
            passed += 1
            if options.verbose:
                progress.line(f"passed {program.id} ({outcome.seconds:.2f} s)")
    progress.close()
    if not options.expression:
        for stray in sorted(listed.keys() - {program.id for program in chosen}):
            failed += 1
            print(f"FAILED {stray}: listed in known_differences.tsv, but there is no such program")
    if differing:
        print(f"{differing} differ as known_differences.tsv says")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
