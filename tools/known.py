"""Files of known differences: a line a test, `test id <tab> reason`, sorted by id. Lines that start with # are comments."""
import pathlib
import sys


def read(path):
    """Test ids and reasons. A file that is out of order or says no reason ends the program."""
    path = pathlib.Path(path)
    rows = {}
    previous = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        test, _, reason = line.partition("\t")
        if not reason.strip():
            sys.exit(f"{path}:{number}: no reason is given for {test}")
        if test <= previous:
            sys.exit(f"{path}:{number}: {test} is out of order or listed twice")
        rows[test] = reason
        previous = test
    return rows
