# What `compile` says of trees that mean nothing.
import ast
import copy
import warnings

warnings.simplefilter("ignore")


def attempt(label, body, mode="exec"):
    tree = ast.Module(body, []) if mode == "exec" else ast.Expression(body)
    try:
        compile(ast.fix_missing_locations(tree), "tree", mode)
        print(label, "compiles")
    except Exception as error:
        print(label, type(error).__name__, error)


one, x, ok = ast.Constant(1), ast.Name("x"), [ast.Pass()]
for name in ("True", "None"):
    attempt("import", [ast.Import([ast.alias(name)])])
    attempt("import as", [ast.Import([ast.alias("a", name)])])
    attempt("from", [ast.ImportFrom("m", [ast.alias(name, "a")], 0)])
    attempt("global", [ast.Global([name])])
    attempt("class", [ast.ClassDef(name, [], [], ok)])
    attempt("def", [ast.FunctionDef(name, ast.arguments(), ok)])
    attempt("except", [ast.Try(ok, [ast.ExceptHandler(x, name, ok)], [], [])])
    attempt("type", [ast.TypeAlias(ast.Name("x", ast.Store()), [ast.TypeVar(name)], one)])
    attempt("name", ast.Name(name), "eval")
attempt("no names", [ast.Global([])])
attempt("no value", [ast.Expr(None)])
attempt("no statement", [None])
attempt("no argument", ast.Call(x, [None], []), "eval")
attempt("no key", ast.Dict([one], []), "eval")
attempt("no element", ast.Dict([], [None]), "eval")
attempt("object", ast.Constant(object()), "eval")
attempt("list", ast.Constant((1, [2])), "eval")
attempt("simple", [ast.AnnAssign(ast.Attribute(x, "y", ast.Store()), one, None, 1)])
attempt("alias", [ast.TypeAlias(ast.Attribute(x, "y", ast.Store()), [], one)])
attempt("cause", [ast.Raise(None, x)])
attempt("try", [ast.Try(ok, [], [], [])])
attempt("try else", [ast.Try(ok, [], ok, ok)])
attempt("level", [ast.ImportFrom("m", [ast.alias("a")], -1)])
attempt("defaults", ast.Lambda(ast.arguments(defaults=[one]), one), "eval")
attempt("annotation", [ast.FunctionDef("f", ast.arguments(kwonlyargs=[ast.arg("a", ast.Name("x", ast.Store()))]), ok)])


def case(pattern):
    attempt(type(pattern).__name__, [ast.Match(x, [ast.match_case(pattern, None, ok)])])


case(ast.MatchValue(ast.Constant(...)))
case(ast.MatchValue(ast.UnaryOp(ast.USub(), one)))
case(ast.MatchValue(ast.BinOp(one, ast.Add(), ast.Constant(2j))))
case(ast.MatchValue(ast.BinOp(one, ast.Add(), one)))
case(ast.MatchSingleton("x"))
case(ast.MatchMapping([one], []))
case(ast.MatchMapping([ast.Constant(True)], [ast.MatchAs()], "_"))
case(ast.MatchClass(one, [], [], []))
case(ast.MatchClass(x, [ast.MatchStar()], [], []))
case(ast.MatchAs(ast.MatchAs(), None))
case(ast.MatchOr([ast.MatchAs()]))

for lines, columns in (((10, 1), (0, 0)), ((-5, 1), (0, 0)), ((1, 1), (10, 1)), ((1, 1), (-5, 1))):
    tree = ast.parse("a = 1")
    node = tree.body[0]
    (node.lineno, node.end_lineno), (node.col_offset, node.end_col_offset) = lines, columns
    try:
        compile(tree, "tree", "exec")
    except ValueError as error:
        print(error)

# Copies, and what is optimized away.
parent = ast.parse("a + b")
for node in ast.walk(parent):
    for child in ast.iter_child_nodes(node):
        child.parent = node
print(ast.dump(copy.deepcopy(parent)))
name = ast.Name("x", ast.Load())
print(name.__reduce__()[1], sorted(name.__reduce__()[2]))
del name.id
for changes in ({}, {"id": "y"}, {"unknown": 1}):
    try:
        print(ast.dump(copy.replace(name, **changes)))
    except TypeError as error:
        print(error)
for tree in ("__debug__", ast.parse("__debug__")):
    for level in (0, 1):
        print(ast.dump(ast.parse(tree, optimize=level)))
print(ast.arguments.__annotations__["kw_defaults"])

# Syntax of later versions.
for source, version in (("(x := 0)", 7), ("def f(x, /): pass", 7), ("t'a'", 13), ("try: pass\nexcept a, b: pass", 13),
                        ("try: pass\nexcept* a: pass", 10), ("type X = int", 11), ("def f[T](): pass", 11),
                        ("class C[T = int]: pass", 12), ("match x:\n case 1: pass", 9)):
    try:
        ast.parse(source, feature_version=(3, version))
    except SyntaxError as error:
        print(error.msg)
    ast.parse(source, feature_version=(3, version + 1))
