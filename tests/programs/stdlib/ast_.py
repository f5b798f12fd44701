"""ast: parse, dump, unparse round trips, visitors, literal_eval, compile of edited trees."""
import ast

source = '''
@decorator(1)
class C[T: int](Base, metaclass=M):
    """Doc"""
    x: int = 5
    async def f(self, a, /, b=2, *args: str, c, d=4, **kw) -> None:
        async with a as b, c: pass
        async for i in x: await y
        else: return {**d, 'k': [*z]}
def g():
    try:
        yield (yield from x)
    except* (A, B) as e:
        raise X from None
    finally:
        del a[1:2, ::3], b.c
for (i, *j), k in pairs:
    if i < j <= k is not None and not l or m in n: continue
    elif (w := f"{a!r:>{width}} {b=} {{}}"): break
else:
    global q
while True: assert x, "msg"
with open(f) as h: pass
match v:
    case {"a": 1, **rest} | [C(x=0), *_] if rest: pass
    case (1 | -2.5 | "s") as num: ...
    case None | a.b: pass
import a.b as c, d
from . import (e as f)
from ..pkg import *
lambda x, *, y=1: (x if y else -x ** 2 @ z)
[a for b in c if d for e in f]; {a: b for c in d}; {x async for x in y}; (i for i in range(3))
a = b = c, *d = 1j, b"bytes", ..., 'it\\'s', r"\\d", 1_000, 0xff, 1e100
a += 1; a //= 2; a[b][c:d] >>= ~e
type Alias[T] = list[T]
def h[**P, *Ts, T = int](x: T) -> T: nonlocal_ = print(*args, sep="", **kw)
t"hello {name!r}"
try: pass
except (A, B): pass
'''
tree = ast.parse(source)
text = ast.unparse(tree)
print(text)
print(ast.dump(ast.parse(text)) == ast.dump(tree), ast.unparse(ast.parse(text)) == text)
print(ast.dump(ast.parse("x = 1 + y.z[0]", mode="exec"), indent=2))
print(ast.dump(ast.parse("f(a, *b, c=d)", mode="eval"), include_attributes=False, annotate_fields=False), ast.dump(ast.parse("a", mode="eval"), include_attributes=True))
node = ast.parse("long_name(\n  arg)", mode="eval").body
print(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, ast.get_source_segment("long_name(\n  arg)", node.args[0]), node._fields, type(node).__mro__[1].__name__, isinstance(node, ast.AST))


class Names(ast.NodeVisitor):
    def __init__(self):
        self.names = []

    def visit_Name(self, node):
        self.names.append((node.id, type(node.ctx).__name__))
        self.generic_visit(node)


visitor = Names()
visitor.visit(ast.parse("a = b + c(d); del e"))
print(visitor.names, sum(1 for _ in ast.walk(tree)), [type(n).__name__ for n in ast.iter_child_nodes(tree)][:5])


class Double(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(node.value * 2), node) if isinstance(node.value, int) else node


doubled = ast.fix_missing_locations(Double().visit(ast.parse("result = 20 + len('x')")))
exec(compile(doubled, "<ast>", "exec"))
print(result, ast.unparse(doubled))
built = ast.Module([ast.Assign([ast.Name("made", ast.Store())], ast.BinOp(ast.Constant(6), ast.Mult(), ast.Constant(7)))], [])
exec(compile(ast.fix_missing_locations(built), "<made>", "exec"))
print(made)
print([ast.literal_eval(t) for t in ("[1, 'a', (2.5, None), {3: {4}}, -5, 1+2j, b'x', True]", " 5", "{}", "set()")])
for bad in (lambda: ast.literal_eval("f(x)"), lambda: ast.literal_eval("1 + 1"), lambda: ast.parse("x ="), lambda: compile(ast.Module([ast.Name("x")], []), "", "exec"), lambda: compile(ast.Expression(ast.Constant(1)), "", "exec"), lambda: compile(ast.parse("1"), "", "eval"), lambda: ast.Name(5, 6, 7, 8), lambda: compile(ast.Expression(ast.Name("x", ast.Store(), lineno=1, col_offset=0)), "", "eval"), lambda: compile(ast.fix_missing_locations(ast.Expression(ast.Constant([1]))), "", "eval"), lambda: ast.Module().body.x, lambda: compile(ast.fix_missing_locations(ast.Module([ast.Assign([], ast.Constant(1))], [])), "", "exec"), lambda: ast.parse("f'{x!z}'")):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, getattr(error, "msg", None) or error)
print(ast.Constant(5).value, ast.Name(id="x").id, ast.Name("x").ctx, ast.Constant(1, kind="u").kind, ast.compare(ast.parse("a"), ast.parse("a")), ast.parse("(1)", mode="eval").body.col_offset, ast.parse("def f(): 'doc'").body[0].body[0].value.value, ast.get_docstring(ast.parse("'''mod'''")), ast.dump(ast.parse("()", type_comments=True)), ast.unparse(ast.Constant(float("inf"))), ast.dump(ast.parse("(int) -> str", mode="func_type")), ast.parse("x: int").body[0].simple)
import copy, pickle
print(ast.dump(copy.deepcopy(tree)) == ast.dump(tree), ast.dump(pickle.loads(pickle.dumps(tree))) == ast.dump(tree))
