"""bisect, heapq, operator, argparse, logging, calendar, graphlib, abc, numbers, getopt, sched, cmd-like pieces, atexit."""
import abc
import argparse
import atexit
import bisect
import calendar
import collections.abc
import graphlib
import heapq
import io
import logging
import numbers
import operator
import reprlib
import types

a = [1, 3, 3, 5]
print(bisect.bisect(a, 3), bisect.bisect_left(a, 3), bisect.insort(a, 4), a, bisect.bisect_right([(1, "a"), (2, "b")], 1, key=lambda p: p[0]), bisect.bisect_left(a, 10, 1, 3))
h = [5, 2, 8, 1]
heapq.heapify(h)
heapq.heappush(h, 0)
print(heapq.heappop(h), heapq.heappushpop(h, 9), heapq.heapreplace(h, 7), sorted(h), heapq.nlargest(2, h), heapq.nsmallest(2, ["bb", "a"], key=len), list(heapq.merge([1, 4], [2, 3])), heapq.heappop_max.__name__)
print(operator.itemgetter("a")({"a": 1}), operator.attrgetter("__class__.__name__", "real")(5), operator.methodcaller("split", ",")("a,b"), operator.concat("a", "b"), operator.countOf([1, 1], 1), operator.indexOf("abc", "c"), operator.contains("a", "a"), operator.index(True), operator.is_none(None), operator.matmul.__name__, operator.setitem(d := {}, 1, 2), d, operator.call(max, 1, 2), operator.not_(0), operator.length_hint([1]), repr(operator.itemgetter(1, 2)))
parser = argparse.ArgumentParser(prog="prog", description="Does things.", epilog="The end.")
parser.add_argument("input", nargs="+", help="input files")
parser.add_argument("-n", "--number", type=int, default=3, metavar="N", help="a number (default: %(default)s)")
parser.add_argument("--flag", action=argparse.BooleanOptionalAction)
parser.add_argument("--mode", choices=["fast", "slow"])
parser.add_argument("-v", action="count", default=0)
group = parser.add_mutually_exclusive_group()
group.add_argument("--a", action="store_true")
group.add_argument("--b", action="append")
print(parser.parse_args(["x", "y", "-n5", "--no-flag", "-vv", "--mode=fast", "--b", "1", "--b", "2"]))
parser.print_help()
import contextlib
for argv in (["-n", "x", "f"], [], ["f", "--mode", "bad"], ["f", "--a", "--b", "1"], ["f", "--unknown"]):
    error_text = io.StringIO()
    with contextlib.redirect_stderr(error_text):
        try:
            parser.parse_args(argv)
        except SystemExit as stop:
            print(stop.code, error_text.getvalue().splitlines()[-1])
stream = io.StringIO()
logger = logging.getLogger("a.b")
handler = logging.StreamHandler(stream)
handler.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(funcName)s:%(message)s"))
logger.addHandler(handler)
logger.setLevel("INFO")
logger.debug("hidden")
logger.info("value %d %s", 5, "x")
try:
    1 / 0
except ZeroDivisionError:
    logger.exception("failed")
logging.getLogger("a.b.c").warning("child %(k)s", {"k": 1})
print(stream.getvalue(), logger.isEnabledFor(10), logger.parent.name, logging.getLevelName(30))
print(calendar.month(2024, 2), calendar.isleap(2000), calendar.monthrange(2023, 2), calendar.timegm((1970, 1, 2, 0, 0, 0)), calendar.day_name[0])
print(list(graphlib.TopologicalSorter({"d": {"b", "c"}, "b": {"a"}, "c": {"a"}}).static_order())[0::3], reprlib.repr(list(range(100))), reprlib.repr("x" * 100))
try:
    list(graphlib.TopologicalSorter({"a": {"b"}, "b": {"a"}}).static_order())
except graphlib.CycleError as error:
    print(error.args[0])


class Shape(abc.ABC):
    @property
    @abc.abstractmethod
    def area(self): ...

    @abc.abstractmethod
    def draw(self): ...

    @classmethod
    def __subclasshook__(cls, other):
        return True if hasattr(other, "quacks") else NotImplemented


class Duck:
    quacks = True


for cls in (Shape, type("Half", (Shape,), {"draw": lambda self: 0})):
    try:
        cls()
    except TypeError as error:
        print(error)
Shape.register(int)
print(isinstance(5, Shape), issubclass(Duck, Shape), isinstance("x", Shape), sorted(Shape.__abstractmethods__), isinstance(5, numbers.Integral), isinstance(1.5, numbers.Rational), issubclass(list, collections.abc.Sequence), isinstance({}.keys(), collections.abc.Set), isinstance(iter([]), collections.abc.Iterator), isinstance(len, collections.abc.Callable), isinstance((x for x in ()), collections.abc.Generator), isinstance(b"", collections.abc.Buffer), collections.abc.Sized.__subclasshook__(str))


class Seq(collections.abc.MutableSequence):
    def __init__(self): self.data = []
    def __getitem__(self, i): return self.data[i]
    def __setitem__(self, i, v): self.data[i] = v
    def __delitem__(self, i): del self.data[i]
    def __len__(self): return len(self.data)
    def insert(self, i, v): self.data.insert(i, v)


s = Seq()
s.extend([3, 1, 2])
s += [5]
s.reverse()
s.remove(1)
print(list(s), s.pop(), s.index(2), 2 in s, s.count(9), list(reversed(s)))
print(types.new_class("Made", (list,), {}, lambda ns: ns.update(x=5)).x, types.resolve_bases((list[int],)), types.DynamicClassAttribute.__name__, types.coroutine.__name__, types.get_original_bases(type("G", (), {})))
atexit.register(print, "atexit first registered, runs last")
atexit.register(lambda: print("atexit last registered, runs first"))
removed = atexit.register(print, "never")
atexit.unregister(print)
atexit.register(print, "atexit after unregister")
