"""A pytest plugin, loaded into the interpreter under test: writes each outcome to disk as it comes.

A crash then loses one test and not the file. It changes nothing about how a test runs;
it takes tests out only when the suite continues after a crash (OUTCOMES_DONE) or was
asked for certain tests (OUTCOMES_WANTED), and orders them only when asked (OUTCOMES_SHUFFLE).
Kept plain, because it runs on a runtime that may be young.
"""
import json
import os

LOG = os.environ["OUTCOMES_LOG"]
LONGEST_TEXT = 20000


def write(**entry):
    # One write call per line: what is written survives whatever happens next.
    data = (json.dumps(entry) + "\n").encode("utf-8", "backslashreplace")
    file = os.open(LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, data)
    finally:
        os.close(file)


def ids_in(variable):
    path = os.environ.get(variable)
    if not path:
        return None
    with open(path, encoding="utf-8") as file:
        return set(json.load(file))


def pytest_collection_modifyitems(config, items):
    done, wanted = ids_in("OUTCOMES_DONE"), ids_in("OUTCOMES_WANTED")
    if done:
        items[:] = [item for item in items if item.nodeid not in done]
    if wanted is not None:
        items[:] = [item for item in items if item.nodeid in wanted]
    seed = os.environ.get("OUTCOMES_SHUFFLE")
    if seed:
        import random
        random.Random(seed).shuffle(items)


def pytest_collection_finish(session):
    write(collected=[item.nodeid for item in session.items])


def pytest_collectreport(report):
    if report.failed:
        write(broken=report.nodeid, error=shortened(report.longreprtext))
    elif report.skipped:
        write(module_skipped=report.nodeid)


def pytest_runtest_logstart(nodeid, location):
    write(start=nodeid)


def pytest_runtest_logreport(report):
    if hasattr(report, "context"):
        return  # One of several parts of a test; the test itself is reported, too.
    outcome = outcome_of(report)
    if outcome is None:
        return
    entry = {"test": report.nodeid, "outcome": outcome, "seconds": round(report.duration, 4)}
    if outcome in ("failed", "error"):
        entry["error"] = shortened(report.longreprtext)
        entry["output"] = shortened("\n".join(f"--- {title}\n{text}" for title, text in report.sections))
    elif outcome == "skipped" and isinstance(report.longrepr, tuple):
        entry["error"] = shortened(report.longrepr[2])
    write(**entry)


def outcome_of(report):
    """As pytest's junit file words it; nothing where a later phase decides."""
    if report.when == "call":
        if hasattr(report, "wasxfail"):
            return "xfailed" if report.skipped else "passed"
        return report.outcome
    if report.failed:
        return "error"
    if report.skipped:
        return "xfailed" if hasattr(report, "wasxfail") else "skipped"
    return None


def shortened(text):
    if len(text) <= LONGEST_TEXT:
        return text
    half = LONGEST_TEXT // 2
    return text[:half] + "\n[...]\n" + text[-half:]


def pytest_sessionfinish(session, exitstatus):
    write(finished=int(exitstatus))
