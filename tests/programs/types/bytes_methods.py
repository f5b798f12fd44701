"""bytes: construction, methods, indexing, repr, hex."""
b = b"Hello, World"
print(b[0], b[-1], b[1:4], b[::-1], list(b[:3]), len(b), 72 in b, b"World" in b, b + b"!", b * 2, b"a" < b"b", b == "Hello, World", hash(b) == hash(bytes(bytearray(b))))
print(bytes(), bytes(3), bytes([1, 2, 255]), bytes("é", "utf-8"), bytes(b"x"), bytes(range(3)), bytes(bytearray(b"y")), bytes(memoryview(b"z")), bytes.fromhex("00 ff 1A"), b"\x00\xff".hex(), b"abcdef".hex("-", 2), b"ab".hex(":"), bytes.fromhex(b"6162"))
print(repr(bytes(range(256))))
print(b"it's", b'say "x"', b"both'\"", repr(b"\\"), str(b"x"), b"%d" % 5)
print(b.upper(), b.lower(), b.swapcase(), b.title(), b.capitalize(), b.find(b"o"), b.rfind(111), b.index(b"W"), b.count(b"l"), b.count(108), b.find(b"zz"))
print(b.replace(b"l", b"L", 1), b.split(b", "), b.partition(b","), b" a  b ".split(), b"a\nb\r\nc".splitlines(True), b"-".join([b"a", bytearray(b"b"), memoryview(b"c")]), b"  x ".strip(), b"xxaxx".strip(b"x"))
print(b"ab".center(6, b"*"), b"ab".ljust(4) + b"|", b"7".zfill(3), b"a\tb".expandtabs(4), b"abc".translate(bytes.maketrans(b"ab", b"xy")), b"abc".translate(None, b"b"), b"pre-x".removeprefix(b"pre-"), b"x.py".removesuffix(b".py"))
print([getattr(b"aB1", name)() for name in ("isalpha", "isdigit", "isalnum", "isupper", "islower", "isspace", "istitle", "isascii")], b.startswith((b"x", b"He")), b.endswith(b"ld"), b.rsplit(b"o", 1), b.rpartition(b"o"))
for bad in ("bytes(-1)", "bytes([256])", "bytes('a')", "bytes(['a'])", "bytes(1.5)", "b[100]", "b'a' + 'a'", "b'a' * 'b'", "b.find('o')", "b'a'.join(['a'])", "b[0] = 1", "b'a'.split('')", "b'a'.split(b'')", "bytes.fromhex('zz')", "bytes.fromhex('123')", "300 in b", "'a' in b", "b < 'x'", "bytes('a', 5)", "bytes(5, 'utf-8')", "b.replace(b'a')", "b'é'", "b'a'.decode('ascii', 5)", "b.index(b'zz')", "b'a'.hex('ab')", "bytes(object())", "b'x'.center(5, b'ab')", "b'a'.startswith('a')"):
    try:
        print(bad, eval(bad) if "=" not in bad else exec(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, getattr(error, "msg", None) or error)


class Custom:
    def __bytes__(self):
        return b"custom"


class Bad:
    def __bytes__(self):
        return "text"


class B(bytes):
    pass


print(bytes(Custom()), B(b"sub"), type(B(b"x") + b"y"), B.fromhex("41"), type(B.fromhex("41")), bytes(B(b"q")), B(b"abc")[1:])
try:
    bytes(Bad())
except TypeError as error:
    print(error)
print(b"a" b"b", rb"\x", b"\x41\101\n", bytes([65]).decode(), b"abc"[1:2], b"abc"[True], b"" is bytes(), sorted(b"cab"), max(b"abc"), dict.fromkeys(b"ab"), b"a".__add__(b"c"), [*b"hi"])
