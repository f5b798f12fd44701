"""Test ids, outcomes, and the files they are kept in.

A test's id is pytest's node id, relative to the folder that holds the package numpy:
`numpy/lib/tests/test_io.py::TestSaveTxt::test_array`. Its outcome is one of passed,
skipped, xfailed, failed, error, and for what the suite itself sees: crashed, timeout,
not run.

A baseline is a file `NAME.tsv.xz`, a line a test as pytest's junit file names it:
`module.class <tab> repr(test name) <tab> outcome`.
"""
import ast
import lzma
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parent
BASELINES = FOLDER / "baseline"
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def escaped(node_id):
    """A node id as a baseline can hold it: characters that XML forbids are spelled out."""
    def spell(match):
        code = ord(match.group())
        return f"#x{code:02X}" if code <= 0xFF else f"#x{code:04X}"
    return NOT_IN_XML.sub(spell, node_id)


def id_of(place, name):
    """The id of the test that a junit file calls `name` in `place`."""
    parts = place.split(".")
    at = next((i for i, part in enumerate(parts) if part.startswith("test_")), len(parts) - 1)
    return "::".join(["/".join(parts[:at + 1]) + ".py", *parts[at + 1:], name])


def place_and_name(test):
    """The other way: how a junit file names a test."""
    address, bracket, parameters = test.partition("[")
    path, *names = address.split("::")
    place = ".".join([path[:-len(".py")].replace("/", "."), *names[:-1]])
    return place, names[-1] + bracket + parameters


def file_of(test):
    return test.partition("::")[0]


def find_baseline(numpy_version):
    """The recorded baseline of a numpy release, or None."""
    return next(iter(sorted(BASELINES.glob(f"numpy-{numpy_version}-*.tsv.xz"))), None)


def read_baseline(path):
    outcomes = {}
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            place, name, outcome = line.rstrip("\n").split("\t")
            outcomes[id_of(place, ast.literal_eval(name))] = outcome
    return outcomes


def write_baseline(path, outcomes):
    rows = sorted((*place_and_name(test), outcome) for test, outcome in outcomes.items())
    with lzma.open(path, "wt", encoding="utf-8", preset=9) as file:
        for place, name, outcome in rows:
            file.write(f"{place}\t{name!r}\t{outcome}\n")


class FileCost:
    """What a test file took on CPython: for planning, and to compare with."""

    def __init__(self, seconds, mebibytes):
        self.seconds, self.mebibytes = seconds, mebibytes


def read_costs():
    """Seconds and peak memory of each test file under CPython, as files.tsv has them."""
    costs = {}
    path = BASELINES / "files.tsv"
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, seconds, mebibytes = line.split("\t")
                costs[name] = FileCost(float(seconds), float(mebibytes))
    return costs


def write_costs(results, described):
    lines = [f"# Wall seconds and peak MiB of numpy's test files under {described}, each in a process of its own."]
    lines += [f"{r.file}\t{r.seconds:.1f}\t{r.mebibytes:.0f}" for r in sorted(results, key=lambda r: r.file)]
    (BASELINES / "files.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
