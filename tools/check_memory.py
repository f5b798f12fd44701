#!/usr/bin/env python3
"""Runs tests under AddressSanitizer and shows what it found.

    check_memory.py [--target-dir build/asan] [--skip-build] [--numpy PATH ...] [-k NAME]

Builds Adder with `-Zsanitizer=address` (the nightly toolchain) and `--cfg adder_watched_memory`,
which puts the C library's allocator in place of mimalloc and the free lists, so that every
object's memory is watched; C extensions that tests load are not instrumented, but what they
do to freed memory through Adder's functions and through `memcpy` and its like is seen. Then it
runs the programs of tests/programs and numpy's own tests in the given files. Leaks are not
looked for: immortal objects and what extensions keep would hide them.

Exits with 1 if anything was reported. What the programs print is not looked at here.
"""
import argparse
import collections
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = "x86_64-unknown-linux-gnu"
NUMPY = [
    "_core/tests/test_array_coercion.py",
    "_core/tests/test_dtype.py",
    "_core/tests/test_indexing.py",
    "_core/tests/test_item_selection.py",
    "_core/tests/test_scalarbuffer.py",
    "_core/tests/test_ufunc.py",
    "_core/tests/test_records.py",
    "lib/tests/test_stride_tricks.py",
    "ma/tests/test_mrecords.py",
    "random/tests/test_generator_mt19937.py",
]


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--target-dir", type=pathlib.Path, default=ROOT / "build" / "asan")
    parser.add_argument("--skip-build", action="store_true", help="use the executable that is there")
    parser.add_argument("--numpy", action="append", help="a file of numpy's tests (default: ten of them)")
    parser.add_argument("-k", metavar="NAME", help="only programs with this in their name")
    parser.add_argument("-j", dest="jobs", type=int, default=2)
    return parser.parse_args()


def build(options):
    environment = dict(os.environ, RUSTFLAGS="-Zsanitizer=address --cfg adder_watched_memory", CARGO_INCREMENTAL="0")
    command = ["cargo", "+nightly", "build", "--ignore-rust-version", "--target", TARGET,
               "--target-dir", str(options.target_dir), "-p", "adder"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def frames(report):
    """What was found, and where: the first frames that have a source file of ours."""
    kind = re.search(r"AddressSanitizer: ([\w-]+)", report)
    places = re.findall(r"#\d+ 0x[0-9a-f]+ in (.+?) (?:/rustc/|/.*?/)?((?:object_model|interpreter|stdlib|capi|loader|adder)/src/\S+)", report)
    return kind.group(1) if kind else "report", tuple(f"{function[:60]} {place}" for function, place in places[:3])


def main():
    options = parse()
    if not options.skip_build:
        build(options)
    executable = options.target_dir / TARGET / "debug" / "adder"
    environment_folder = options.target_dir / "env"
    subprocess.run([sys.executable, ROOT / "tools" / "make_env.py", "--dest", environment_folder, "--python", executable], check=True)
    reports = options.target_dir / "reports"
    reports.mkdir(exist_ok=True)
    for old in reports.iterdir():
        old.unlink()
    # Recursion is bounded by the address of a local variable, which has to lie on the real stack.
    settings = f"detect_leaks=0:detect_odr_violation=0:detect_stack_use_after_return=0:allocator_may_return_null=1:handle_segv=1:handle_sigfpe=0:log_path={reports}/report"
    watched = dict(os.environ, ASAN_OPTIONS=settings)
    narrow = ["-k", options.k] if options.k else []
    subprocess.run([sys.executable, ROOT / "tests" / "run_programs.py", executable, "-j", str(options.jobs), *narrow], env=watched)
    for file in [] if options.k else options.numpy or NUMPY:
        print(f"numpy/{file}", flush=True)
        test = environment_folder / "lib" / "python3.14" / "site-packages" / "numpy" / file
        subprocess.run([environment_folder / "bin" / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=no", test], env=watched)
    texts = [path.read_text(errors="replace") for path in reports.iterdir()]
    # Allocations that are refused, as tests of MemoryError want it, are no more than warnings.
    found = collections.Counter(frames(text) for text in texts if "ERROR: AddressSanitizer" in text)
    print()
    for (kind, places), count in found.most_common():
        print(f"{count} x {kind}", *places, sep="\n      ")
    print(f"{sum(found.values())} reports of {len(found)} kinds, in {reports}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
