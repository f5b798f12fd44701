"""json: encoding, decoding, options, errors."""
import collections
import io
import json

value = {"text": "é\"\\\n\t\u2028\U0001f600\x00", "numbers": [1, -2.5, 1e100, 1e-7, 10 ** 30, True, False, None], "nested": {"a": [], "b": {}, "c": [[1], {"d": ()}]}, "": 0}
text = json.dumps(value)
print(text)
print(json.loads(text) == {**value, "nested": {"a": [], "b": {}, "c": [[1], {"d": []}]}})
print(json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True))
print(json.dumps([1, [2, {"a": 3}]], indent="--", separators=(",", "=")), json.dumps({1: 1, 2.5: 2, None: 3, True: 4, "s": 5}), json.dumps({(1, 2): 3, "ok": 1}, skipkeys=True), json.dumps("é"), json.dumps(float("nan")), json.dumps([float("inf"), -float("inf")]))
print(json.loads(' [1, 2.0, -0, -0.0, 1E5, "\\u00e9\\ud83d\\ude00\\/", true, false, null, NaN, Infinity, -Infinity] '), json.loads(b'{"a": "\xc3\xa9"}'), json.loads('"x"'.encode("utf-16")), json.loads("{}"), json.loads('"\\ud800"') == "\ud800")
print(json.loads('{"a": 1, "b": {"c": 2}}', object_hook=lambda d: sorted(d)), json.loads('{"b": 1, "a": 2, "b": 3}'), json.loads('{"b": 1, "b": 3}', object_pairs_hook=list), json.loads("[1.1, 2]", parse_float=str, parse_int=lambda s: s + "i"), json.loads("[NaN]", parse_constant=lambda s: "const " + s))


class Encoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, complex):
            return {"re": o.real, "im": o.imag}
        return super().default(o)


print(json.dumps([1 + 2j], cls=Encoder), json.dumps({1, 2}, default=sorted), json.dumps(collections.OrderedDict(z=1, a=2)), list(json.JSONEncoder(indent=1).iterencode({"a": [1]})), json.dumps(collections.namedtuple("P", "x y")(1, 2)))
for bad in ("", "{", "[1,]", "{'a': 1}", '{"a" 1}', '{"a": }', "[1 2]", "tru", "01", "1.", "+1", '"\x01"', '"\\x"', '"\\u12"', "nul", '{"a": 1,}', "[", '"abc', "1 2", "-", '{"a": 1 "b": 2}', "\ufeff1", "[1, 2\n, x]", "{1: 2}"):
    try:
        print(repr(bad), json.loads(bad))
    except json.JSONDecodeError as error:
        print(repr(bad), "->", error, error.pos, error.lineno, error.colno)
for bad in ({1, 2}, object, 1j, b"bytes", {(1,): 2}, [lambda: 0][0]):
    try:
        json.dumps(bad)
    except TypeError as error:
        print(str(error).split(" at 0x")[0])
loop = []
loop.append(loop)
deep = []
for _ in range(100000):
    deep = [deep]
for action in (lambda: json.dumps(loop), lambda: json.dumps(float("nan"), allow_nan=False), lambda: json.dumps(deep), lambda: json.loads("[" * 100000), lambda: json.loads(5)):
    try:
        action()
    except (ValueError, RecursionError, TypeError) as error:
        print(type(error).__name__, str(error).split(" (")[0])
while deep:
    deep = deep[0]
buffer = io.StringIO()
json.dump({"a": [1, 2]}, buffer, indent=1)
buffer.seek(0)
print(json.load(buffer), json.JSONDecoder().raw_decode('{"a": 1} trailing'), len(json.dumps(list(range(10000)))), json.loads(json.dumps("a" * 10000 + "\n")) == "a" * 10000 + "\n")
