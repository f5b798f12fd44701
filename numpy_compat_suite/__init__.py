"""Runs numpy's own tests under an interpreter and holds each outcome against CPython's.

Start it as `python3 -m numpy_compat_suite PYTHON`; `--help` lists the options. It never
links or imports the runtime: it starts it, and CPython, as processes and compares.

    outcomes.py    test ids, outcomes, and the files that hold them
    plugin/        the pytest plugin that writes outcomes to disk as they come
    worker.py      one test file in a process of its own, through crashes and hangs
    schedule.py    which files, in which order, how many at a time
    report.py      totals, report.md, report.json
    __main__.py    the command line
"""
