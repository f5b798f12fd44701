"""t-strings (PEP 750): templates, interpolations, conversions."""
from string.templatelib import Interpolation, Template, convert

name, width = "Ada", 10
template = t"hello {name!r:>{width}} and {1 + 1}!"
print(type(template), template.strings, template.values)
for item in template:
    if isinstance(item, Interpolation):
        print("I", item.value, item.expression, item.conversion, repr(item.format_spec))
    else:
        print("S", repr(item))
print([i.expression for i in template.interpolations])
print(repr(t"plain"), (t"a{1}" + t"{2}b").strings)
print(list(t"{name}"), t"".strings, t"{name=}".strings)


def html(template):
    import html
    parts = []
    for item in template:
        match item:
            case str():
                parts.append(item)
            case Interpolation(value, _, conversion, spec):
                parts.append(html.escape(format(convert(value, conversion), spec)))
    return "".join(parts)


print(html(t"<p>{'<script>'} {3.14159:.2f} {name!r}</p>"))
print(Template("a", Interpolation(5, "five", None, ""), "b").values)
print(repr(Interpolation(1, "x", "r", "d")))
try:
    t"a" + "b"
except TypeError as error:
    print(error)
try:
    Template(5)
except TypeError as error:
    print(error)
for bad in ("t'{}'", "t'{a'", "t'a' 'b'"):
    try:
        compile(bad, "<t>", "eval")
        print("fine", bad)
    except SyntaxError as error:
        print("SyntaxError", bad)
print(t"{lambda_ if (lambda_ := 1) else 0}".values, rt"\n{name}".strings)
match t"x{1}":
    case Template(strings=(first, *_)):
        print("matched", first)
