"""Traceback text with carets for many kinds of expressions."""
import re
import traceback


class Thing:
    value = 5
    def __getitem__(self, key): raise KeyError(key)
    def method(self, *args): return args[3]


def show(source, **names):
    namespace = {"thing": Thing(), "none": None, "zero": 0, "data": {"k": [1, 2, 3]}, "f": lambda *a, **k: 1 / 0, **names}
    import linecache
    linecache.cache["<shown>"] = (len(source), None, source.splitlines(True), "<shown>")
    try:
        exec(compile(source, "<shown>", "exec"), namespace)
    except BaseException:
        text = re.sub(r"\(/.*/os.py\)", "(PATH)", traceback.format_exc())
        print("".join(text.splitlines(True)[4:] if "traceback_text" in text.splitlines()[1] else text))


for source in (
    "x = 1 + 2 / zero * 3", "data['k'][9]", "data['missing']['x']", "thing.value.nope.deeper", "none.x.y", "f(1, 2, key=3)", "thing['key']", "thing.method(1)", "result = (1 +\n          none +\n          2)",
    "f(\n    1,\n    2\n)", "assert zero == 1, 'why'", "raise ValueError('text') from KeyError('cause')", "undefined_name + 1", "[i / zero for i in range(3)]", "lambda_ = (lambda: 1 / zero)()", "x = data['k'] + none", "-none", "not_defined()", "data['k'][0] = data['q'] = 5", "del data['zz']", "for i in 5: pass",
    "with none: pass", "a, b = 1, 2, 3", "a, b = [1]", "import no_such_thing", "from os import no_such_name", "f'{none.x}'", "print(1, zero, 3 / zero, sep='')", "x = 'é☃' + none", "中文 = none.字", "    \nif True:\n    none()", "class C(none): pass", "def g():\n    return 1 / zero\ng()", "@none\ndef g(): pass", "none @ 5", "zero < none < 5", "x = y = none.z",
    "sum(1 / zero for _ in range(2))", "match none.x:\n    case 1: pass", "data['k'].push(1)", "data['k'].apend(1)", "thing.valeu", "prnt(1)", "import maths", "data.kys()", "'abc'.uper()", "f(1)(2)[3].x", "(1).foo\n", "raise", "raise none", "try:\n    1 / zero\nexcept ZeroDivisionError:\n    none.x", "try:\n    1 / zero\nfinally:\n    none.x", "int('12x')", "open('/no/such/file')", "{}[[]]", "'%d' % 'x'", "x: int = none.y", "global_ = 1; 1 / zero",
):
    print("#", repr(source))
    show(source)
