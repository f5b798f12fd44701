"""PEP 649: annotations are evaluated when asked for, and in three formats."""
import annotationlib
from annotationlib import Format
from typing import get_type_hints


class Node:
    value: int
    next: Node | None = None
    other: NotDefinedYet

    def link(self, to: Node, weight: float = 1.0) -> NotDefinedYet: ...


try:
    Node.__annotations__
except NameError as error:
    print(error)
print(annotationlib.get_annotations(Node, format=Format.STRING))
forward = annotationlib.get_annotations(Node, format=Format.FORWARDREF)
print(forward["value"], type(forward["other"]).__name__, forward["other"].__forward_arg__)
print(annotationlib.get_annotations(Node.link, format=Format.STRING))


class NotDefinedYet:
    pass


print(Node.__annotations__["other"].__name__, list(Node.__annotations__), Node.next)
print(get_type_hints(Node.link)["return"].__name__)


def function(a: (print("evaluated") or int), b: "str" = "", *c: tuple, d: list[int] = None, **e: 1 + 1) -> None:
    x: undefined = 1
    return x


print("not evaluated yet", function(1))
print(function.__annotations__)
print(function.__annotations__ is function.__annotations__)
function.__annotations__ = {"replaced": bool}
print(function.__annotations__, function.__annotate__)
print((lambda: 0).__annotations__)

module_level: int = 5
only_declared: str
print(__annotations__ if "__annotations__" in globals() else __annotate__(Format.VALUE))
print("only_declared" in globals())


class Base:
    x: int


class Empty(Base):
    pass


print(Empty.__annotations__, Base.__annotations__)
print(Base.__annotate__(Format.VALUE))
try:
    Base.__annotate__(Format.STRING)
except NotImplementedError as error:
    print("NotImplementedError", error)


def conditional(flag):
    class Local:
        if flag:
            a: int
        else:
            b: str
    return Local.__annotations__


print(conditional(True), conditional(False))
(parenthesized): int = 3
target = {}
target["key"]: int = 4
print(parenthesized, target)
for bad in ("(a, b): int = 1", "x: int: str", "def f(x: (yield)): 0", "5: int"):
    try:
        compile(bad, "<x>", "exec")
        print("fine", bad)
    except SyntaxError as error:
        print(bad, "->", error.msg)
