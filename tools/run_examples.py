#!/usr/bin/env python3
"""Runs the programs of examples/ under an interpreter that has numpy, and compares with CPython's recorded output.

    run_examples.py PYTHON [--show]

What they write (pictures, tables) stays in build/examples. With --show their output is
printed. The last line is `N passed, N failed`.

Differences known today stand in examples/known_differences.tsv, sorted, `name <tab> reason`.
One that agrees with CPython after all counts as failed, so that every line stays true.
"""
import argparse
import pathlib
import sys

import known
import programs

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("python", help="the interpreter, e.g. env/bin/python")
    parser.add_argument("--show", action="store_true", help="print what the programs print")
    options = parser.parse_args()
    python = programs.absolute(options.python)
    workspace = ROOT / "build" / "examples"
    workspace.mkdir(parents=True, exist_ok=True)
    listed = known.read(ROOT / "examples" / "known_differences.tsv")
    passed = failed = differing = 0
    summary = []
    for program, outcome in programs.run_all(python, programs.find(ROOT / "examples"), 1, workspace):
        lines = programs.complaint(program, outcome)
        if program.id in listed:
            differing += bool(lines)
            failed += not lines
            verdict = f"DIFFERS: {listed[program.id]}" if lines else "agrees with CPython, but is listed as different"
            lines = []
        else:
            failed += bool(lines)
            passed += not lines
            verdict = "DIFFERS from CPython" if lines else "as CPython"
        summary.append(f"  {program.id + '.py':<20} {outcome.seconds:6.2f} s  {verdict}")
        if options.show:
            print(f"=== {program.id}.py\n{outcome.text}", flush=True)
        for line in lines:
            print(f"    {line}", flush=True)
        if not options.show:
            print(summary[-1], flush=True)
    if options.show:
        print("=== ran\n" + "\n".join(summary))
        print(f"files they wrote: {workspace}")
    if differing:
        print(f"{differing} differ as examples/known_differences.tsv says")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
