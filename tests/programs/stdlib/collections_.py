"""collections: Counter, defaultdict, OrderedDict, deque, namedtuple, ChainMap, User*."""
import collections
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, UserString, defaultdict, deque, namedtuple

c = Counter("abracadabra")
print(c, c.most_common(2), c["z"], c + Counter("aab"), c - Counter("aaaaaab"), c & Counter(a=2, z=1), c | Counter(a=9), sorted(c.elements())[:6], c.total(), +Counter(a=1, b=-1), -Counter(a=-2), Counter(a=1) <= Counter(a=2))
c.update("xyz")
c.subtract({"a": 10})
del c["nope"]
print(c["a"], c.most_common()[-1], Counter(a=1) == Counter(a=1, b=0), repr(Counter()))
d = defaultdict(list)
d["a"].append(1)
d["b"]
print(d, d.get("z"), "z" in d, d.default_factory, d | {"q": 1}, d.copy(), defaultdict(None, a=1))
try:
    defaultdict(None)["x"]
except KeyError as error:
    print(error)
try:
    defaultdict(5)
except TypeError as error:
    print(error)
o = OrderedDict(a=1, b=2, c=3)
o.move_to_end("a")
o.move_to_end("c", last=False)
print(o, o.popitem(last=False), list(reversed(o)), o == {"a": 1, "b": 2}, o == OrderedDict(a=1, b=2), OrderedDict(a=1) | {"b": 2}, list(o.items()))
q = deque([1, 2, 3], maxlen=4)
q.append(4)
q.append(5)
q.appendleft(0)
print(q, q.maxlen, q.pop(), q.popleft(), q, q[0], q[-1], 3 in q, q.index(3), q.count(2), len(q))
q.rotate(1)
q.extend("ab")
q.extendleft("xy")
print(q, list(reversed(q)), q.copy() == q, q + deque([9]), q * 2)
q[0] = "set"
del q[1]
q.insert(1, "ins")
q.remove("ins")
q.reverse()
print(q, deque("abc") < deque("abd"), deque(maxlen=0))
for bad in (lambda: deque().pop(), lambda: deque([1])[5], lambda: deque([1]).remove(2), lambda: deque(maxlen=-1), lambda: deque(5), lambda: deque([1], 1).insert(0, 2), lambda: hash(deque()), lambda: deque()[0:1]):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
q = deque([1, 2])
try:
    for x in q:
        q.append(x)
except RuntimeError as error:
    print(error)
P = namedtuple("P", "x y", defaults=[5])
p = P(1)
print(p, p.x, p._asdict(), p._replace(y=9), P._make([7, 8]), P._fields, P._field_defaults, p + (3,), p == (1, 5), *p, P.x.__doc__, P.__doc__, namedtuple("R", "a class a", rename=True)._fields)
for bad in (lambda: namedtuple("B", "a a"), lambda: namedtuple("B", "def"), lambda: namedtuple("B", "_x"), lambda: P(), lambda: P(1, 2, 3), lambda: p._replace(z=1), lambda: setattr(p, "x", 1), lambda: namedtuple("1B", "a")):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
m = ChainMap({"a": 1}, {"a": 2, "b": 3})
m["c"] = 4
print(m, m["a"], m["b"], sorted(m), m.new_child({"a": 0})["a"], m.parents, len(m), dict(m) == {"a": 1, "b": 3, "c": 4})


class Upper(UserDict):
    def __setitem__(self, key, value):
        super().__setitem__(key.upper(), value)


print(Upper(a=1), UserList([1, 2]) + [3], UserString("abc").upper(), type(UserString("a") + "b").__name__, collections.abc.Mapping in Upper.__mro__)
import copy, pickle
for x in (c, d, o, q, p, m):
    print(type(x).__name__, pickle.loads(pickle.dumps(x)) == x if not isinstance(x, P) else True, copy.deepcopy(x) == x)
