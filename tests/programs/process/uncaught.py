"""What an uncaught exception prints: chains, groups, notes, carets, suggestions, repeated lines."""
# stderr: compared
import sys


class Custom(Exception):
    def __str__(self):
        return "custom text\nsecond line"


def inner(n):
    if n == 0:
        raise Custom
    inner(n - 1)


def middle():
    try:
        inner(5)
    except Custom as error:
        error.add_note("a note")
        error.add_note("another\nof two lines")
        raise ValueError("middle failed") from error


def outer():
    try:
        middle()
    except ValueError:
        values = {"a": [1, 2]}
        return values["a"][5] + values["b"]


def group():
    errors = []
    for action in (outer, lambda: int("x"), lambda: None.attribute):
        try:
            action()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("several", [errors[0], ExceptionGroup("nested", errors[1:])])


group()
