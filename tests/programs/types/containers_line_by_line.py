"""Containers and the native modules around them: results, messages and reprs, line by line."""
import sys
def show(f):
    try: r=f(); import re; print('ok', re.sub('0x[0-9a-f]+', '0x', repr(r))[:300])
    except BaseException as e: print(type(e).__name__, str(e)[:200])
import _operator, _functools, itertools, _collections, _heapq, _bisect, array, _queue
from _functools import partial, Placeholder as P, reduce, cmp_to_key, _lru_cache_wrapper as L
from _collections import deque, OrderedDict, defaultdict
class CI(tuple):
    def __new__(c,*a): return tuple.__new__(c,a)
def fib(n): return n if n<2 else fibc(n-1)+fibc(n-2)
fibc=L(fib,3,False,CI); fibu=L(lambda *a,**k:(a,k),None,True,CI)
class D(dict):
    def __missing__(s,k): return ('miss',k)
class S(set): pass
class Li(list):
    def __init__(s,*a,**k): super().__init__(*a)
class Eq:
    def __init__(s,v): s.v=v
    def __eq__(s,o): return isinstance(o,Eq) and s.v==o.v
    def __hash__(s): return 7
    def __repr__(s): return 'Eq(%r)'%s.v
class Lt:
    def __init__(s,v): s.v=v
    def __lt__(s,o): return s.v<o.v
    def __repr__(s): return 'Lt%d'%s.v
def gen():
    yield 1; yield 2; return 9
od=OrderedDict((i,i*i) for i in range(6))
def mut():
    d={1:1}
    for k in d: d[k+1]=1
def mut2():
    o=OrderedDict(a=1)
    for k in o: o['b']=1
def sortmod():
    l=[3,2,1]
    l.sort(key=lambda x:(l.append(x),x)[1])
tests=[lambda: partial(print,P,2), lambda: partial(lambda *a,**k:(a,k),1,P,3,x=1)(2,4,y=5), lambda: partial(partial(lambda *a:a,P,2),1)(3), lambda: partial(max,1,P), lambda: partial(1), lambda: partial(lambda *a:a,P)(),
lambda: reduce(lambda a,b:a+b,[1,2,3],10), lambda: reduce(lambda a,b:a+b,[]), lambda: reduce(1,2), lambda: sorted([3,1,2],key=cmp_to_key(lambda a,b:b-a)),
lambda: fibc(30), lambda: fibc.cache_info(), lambda: fibu(1,a=2), lambda: fibu(1.0,a=2), lambda: fibu.cache_info(), lambda: fibc.cache_clear(), lambda: fibc.cache_info(),
lambda: D(a=1)['z'], lambda: S([1,2])|{3}, lambda: type(S([1])|{2}).__name__, lambda: Li([1,2],x=3), lambda: {Eq(i):i for i in range(5)}, lambda: {Eq(1),Eq(1),Eq(2)}, lambda: sorted(map(Lt,[3,1,2])), lambda: max(map(Lt,[3,1,2]),key=lambda x:x.v),
lambda: od.popitem(last=False), lambda: od.move_to_end(2), lambda: od, lambda: od.move_to_end(5,last=False), lambda: list(reversed(od.items())), lambda: od=={k:v for k,v in od.items()}, lambda: od.copy()==od, lambda: (od.pop(3),od.pop(99,'d'),od), lambda: od|{1:2}, lambda: od.__reduce__()[0:2], mut, mut2, sortmod,
lambda: defaultdict(list,a=[1])['b'], lambda: defaultdict(int)|{1:2}, lambda: deque(range(10),3), lambda: deque('abc').index('c'), lambda: [*zip('ab',[1,2],strict=True)], lambda: [*zip('ab',[1],strict=True)], lambda: [*map(lambda a,b:a,'a','bc',strict=True)], lambda: list(itertools.batched('abcde',2,strict=True)),
lambda: [ (k,list(g)) for k,g in itertools.groupby('aabccc')], lambda: list(itertools.product('ab',repeat=2)), lambda: list(itertools.permutations(range(3))), lambda: list(itertools.zip_longest('ab','c',fillvalue=0)), lambda: list(itertools.chain.from_iterable(['ab','c'])), lambda: [list(x) for x in itertools.tee(gen(),3)], lambda: itertools.count(5,2), lambda: itertools.repeat(1,2), lambda: list(itertools.islice(itertools.cycle('ab'),5)), lambda: list(itertools.accumulate([1,2,3],lambda a,b:a*b,initial=2)),
lambda: _operator.itemgetter(1,0)('ab'), lambda: _operator.attrgetter('__class__.__name__')(1), lambda: _operator.methodcaller('split',',',maxsplit=1)('a,b,c'), lambda: _operator.methodcaller('x',1,a=2), lambda: _operator.attrgetter('a.b','c'), lambda: _operator.length_hint(iter([1,2])), lambda: _operator.concat([1],[2]), lambda: _operator.call(divmod,7,2), lambda: _operator._compare_digest('a','a'),
lambda: array.array('i',[1,2,3])[::-1], lambda: array.array('d',[1.5]).tobytes(), lambda: bytes(memoryview(array.array('H',[1,2]))), lambda: array.array('w','héy'), lambda: array.array('b',[200]), lambda: array.array('i',[1,2,3]).__reduce_ex__(3),
lambda: (lambda q:(q.put(1),q.qsize(),q.get(),q.empty()))(_queue.SimpleQueue()), lambda: _queue.SimpleQueue().get(timeout=0.01), lambda: _queue.SimpleQueue().get_nowait(),
lambda: list(enumerate('ab',2**63-1)), lambda: list(reversed([1,2,3])), lambda: list(reversed({1:2,3:4}.items())), lambda: list(filter(None,[0,1,2])), lambda: dict(zip('ab',[1,2])).keys()&{'a'}, lambda: {1:2}.items()-{(1,2)}, lambda: {1,2}<={1,2,3}, lambda: hash(frozenset([1,2,3])), lambda: hash((1,2,'a'[:0])), lambda: frozenset([frozenset([1])]), lambda: {1}in {frozenset([1])}, lambda: dict([(1,2,3)]), lambda: dict([1]), lambda: {}.popitem(), lambda: {[]:1}, lambda: {[]}, lambda: dict.fromkeys('aba',1), lambda: (l:=[1,2],l.append(l),l)[2], lambda: [1,2,3].index(5), lambda: [1]*3, lambda: [3,1,2].sort(reverse=1), lambda: sorted('banana'), lambda: sorted([(2,'a'),(1,'z'),(1,'b')]), lambda: sorted([1,2.5,True]), lambda: sorted([1,'a']), lambda: iter(lambda:1,1).__next__(), lambda: list(iter([1,2].pop,1)), lambda: {**{'a':1},**{'b':2}}, lambda: type({}.keys()).mapping, lambda: {}.keys().mapping, lambda: [].__reduce_ex__(2)[0].__name__, lambda: iter([1]).__reduce__(), lambda: iter({1:2}).__reduce__(), lambda: iter((1,)).__length_hint__(),lambda: list[int], lambda: dict[str,int]]
for f in tests: show(f)
