# symtable: the compiler's scopes as objects.
import symtable
import _symtable

SOURCE = """
import os
x: int = 1
def f[T: int = str](a: T, *b, **c) -> int:
    n = 1
    y = lambda q: a + q
    def g():
        nonlocal n
        global zz
        return [i for i in a], (j for j in b), {k: 1 for k in c}
    return g
class C[U]:
    z: U = 1
    def m(self): return __class__, __private
type A[V] = list[V]
async def h(n=[w for w in x]): yield
"""


def show(table, depth=0):
    print("  " * depth, table.name, table.type, table.lineno, table.nested, table.varnames, sorted(table.symbols.items()))
    for child in table.children:
        show(child, depth + 1)


show(_symtable.symtable(SOURCE, "?", "exec"))
show(_symtable.symtable("def f():\n x: int = 1\nclass D:\n (lambda: 1)\n y: (lambda: 2) = 2", "?", "exec"))
show(_symtable.symtable("[a for a in b]", "?", "eval"))

top = symtable.symtable(SOURCE, "?", "exec")
f = top.lookup("f").get_namespace().get_children()[-1]
print(f.get_name(), f.get_parameters(), f.get_locals(), f.get_globals(), f.get_frees())
for name in f.get_identifiers():
    print(f.lookup(name))

for source, mode in [("x =", "exec"), ("def f(): global a; a = 1; nonlocal b", "exec"), ("1", "other")]:
    try:
        symtable.symtable(source, "?", mode)
    except (SyntaxError, ValueError) as error:
        print(type(error).__name__, error)
