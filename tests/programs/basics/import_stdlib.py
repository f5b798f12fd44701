"""Modules of the standard library, one after the other."""
import collections
print(collections.Counter("hello").most_common(1), collections.defaultdict(int)["x"], collections.deque([1, 2]), collections.namedtuple("P", "x y")(1, 2))
import itertools
print(list(itertools.chain([1], [2])), list(itertools.islice(itertools.count(), 3)), list(itertools.permutations("ab")))
import functools
print(functools.reduce(lambda a, b: a * b, [1, 2, 3, 4]), functools.partial(int, base=2)("11"))
import json
print(json.dumps({"a": [1, None, True]}), json.loads('{"b": [1.5, "x"]}'))
import re
print(re.findall(r"\d+", "a1b22"), re.sub("a", "b", "banana"), re.match(r"(\w+)@(\w+)", "me@home").groups())
import datetime
print(datetime.date(2024, 2, 29) + datetime.timedelta(days=1))
import os.path
print(os.path.join("a", "b"), os.path.basename("/x/y.txt"))
import string, textwrap
print(string.ascii_lowercase[:3], textwrap.shorten("some long text here", 12))
import random
random.seed(1)
print(random.randint(1, 100), random.random())
import copy, operator, heapq, bisect
print(copy.deepcopy([[1]]), operator.add(1, 2), heapq.nsmallest(1, [3, 1]), bisect.bisect([1, 3], 2))
import dataclasses, enum, typing, abc, contextlib, types
print(dataclasses.make_dataclass("D", ["a"])(1), enum.Enum("E", "A B").A, typing.Optional[int])
import struct, hashlib, base64, io, time, decimal, fractions, statistics
print(struct.pack("<i", 1), hashlib.md5(b"x").hexdigest()[:6], base64.b64encode(b"x"), io.StringIO("s").read(), decimal.Decimal("1.1") * 2, fractions.Fraction(1, 3), statistics.mean([1, 2]))
