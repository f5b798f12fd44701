"""bool and None, NotImplemented and Ellipsis: the singletons."""
print(True + True, True * 5, -True, ~0, True & False, True | 0, True ^ True, type(True & True), type(True & 1))
print(bool(), bool(""), bool("0"), bool([0]), bool(0.0), bool(-0.0), bool(float("nan")), bool(None), bool(...), bool(range(0)))
print(str(True), repr(False), f"{True:>6}|{True:d}|{False:5}|", int(True), float(True), complex(True), [10, 20][True], {True: "one"}[1])
print(True == 1.0, True is 1 == 1, hash(True), sorted([True, False, True]), True > False, "yes"[True:])
print(None is None, None == None, repr(None), type(None), type(None)(), None.__class__, None.__bool__(), bool(type(None)))
print(repr(NotImplemented), type(NotImplemented).__name__, repr(...), type(...).__name__, type(...)())
for bad in ("class B(bool): pass", "class N(type(None)): pass", "None < None", "None + 1", "None()", "None[0]", "None.x", "None.x = 1", "True.x = 1", "len(None)",
            "bool(1, 2)", "bool(x=1)", "type(None)(1)", "bool(NotImplemented)", "for x in None: pass", "None in None", "round(None)", "True = 1"):
    try:
        exec(bad)
        print(bad, "fine")
    except Exception as error:
        print(bad, "->", type(error).__name__, getattr(error, "msg", None) or error)
import copy, pickle
for single in (None, True, ..., NotImplemented):
    print(copy.deepcopy(single) is single, pickle.loads(pickle.dumps(single)) is single)
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(~True)
print(caught[0].category.__name__, str(caught[0].message)[:50])
