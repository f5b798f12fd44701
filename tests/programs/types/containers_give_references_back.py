"""Containers free what they hold: no counts drift, cycles are collected, large ones keep their sums."""
import gc,sys
from _collections import deque, OrderedDict, defaultdict
import itertools
def cyc():
    l=[]; l.append(l); d={}; d['d']=d; s=deque(); s.append(s); o=OrderedDict(); o['o']=o; dd=defaultdict(list); dd['x']=dd; it=itertools.chain(l,[l]); t=(l,d); l.append(t)
for _ in range(100): cyc()
print(gc.collect()>=0)
a=[]; r=sys.getrefcount(a)
for _ in range(1000):
    x=[a]*5; y={1:a}; z=(a,)*3; w={*()}; list(zip([a],[a])); sorted([a,a],key=id); [*enumerate([a])]; {**y}; dict(y).popitem(); x[1:3]=[a]; del x[::2]; deque([a],1).append(a); OrderedDict(y).pop(1); list(itertools.product([a],[a])); list(itertools.permutations([a],1)); y.setdefault(2,a); y.pop(2); list(map(lambda q:q,[a])); frozenset(y); x.sort(key=lambda q:0); x*=2
    try: x.index(5)
    except ValueError: pass
del x,y,z,w
print(sys.getrefcount(a)-r)
big=list(range(200000)); import _heapq; _heapq.heapify(big); print(big[0]); big.sort(reverse=True); print(big[:3])
d={i:i for i in range(100000)}; 
for i in range(0,100000,2): del d[i]
print(len(d), sum(d)); d2=d.copy(); print(d2==d, len({**d}))
s=set(range(100000)); s-=set(range(0,100000,3)); print(len(s), sum(s))
