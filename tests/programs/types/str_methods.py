"""str: every method that returns text or a position."""
s = "Hello, World"
print(s.upper(), s.lower(), s.swapcase(), s.title(), s.capitalize(), s.casefold(), "straße".casefold(), "ǆ".title())
print(s.find("o"), s.rfind("o"), s.find("zz"), s.index("World"), s.rindex("l"), s.count("l"), s.count(""), s.find("o", 5, 9), s.count("l", -3))
print(s.startswith("Hell"), s.startswith(("x", "H")), s.endswith("d", 0, -1), s.startswith("World", 7), "".startswith(""), s.endswith(()))
print(s.replace("l", "L"), s.replace("l", "", 2), "aaa".replace("", "-"), "aaa".replace("a", "b", 0), "abc".replace("", "-", count=2))
print([t.strip() for t in ("  a ", "\t\nb\r\n", "\u3000c\xa0")], "xxaxx".strip("x"), "abcba".lstrip("ab"), "abcba".rstrip("ab"), "a".strip("a") == "")
print("a,b,,c".split(","), " a  b ".split(), "a,b,c".split(",", 1), "a,b,c".rsplit(",", 1), "".split(), "".split(","), "a\tb\nc".split(None, 1), " x y z ".rsplit(None, 1))
print("a\nb\r\nc\rd\x0be\x1cf\u2028g\n".splitlines(), "a\nb\n".splitlines(True), "".splitlines(), "a\n\nb".splitlines())
print("k=v=w".partition("="), "k=v=w".rpartition("="), "none".partition("="), "none".rpartition("="))
print("-".join(["a", "b", "c"]), "".join(()), ", ".join({"x": 1, "y": 2}), "ab".join("123"), "x".join(["only"]))
print("abc".center(9, "*"), "abc".ljust(6) + "|", "abc".rjust(6, "."), "abc".center(4) + "|", "42".zfill(5), "-42".zfill(6), "+1".zfill(1), "abc".zfill(6))
print("a\tbc\td".expandtabs(), "a\tb".expandtabs(4), "\t|".expandtabs(0), "ab\ncd\te".expandtabs(4))
print("prefix-body".removeprefix("prefix-"), "body.txt".removesuffix(".txt"), "abc".removeprefix("x"), "abc".removesuffix(""))
print("hello".translate({ord("l"): "L", ord("e"): None, ord("o"): 48}), "abc".translate(str.maketrans("ab", "xy", "c")), str.maketrans({"a": 1}))
tests = ["abc", "ABC", "123", "a1", "", " ", "Ab Cd", "½", "²", "٣", "_x", "1x", "é", "ǅ", "\n", "a b", "if"]
for name in ("isalpha", "isdigit", "isdecimal", "isnumeric", "isalnum", "isupper", "islower", "istitle", "isspace", "isidentifier", "isprintable", "isascii"):
    print(name, "".join("01"[getattr(t, name)()] for t in tests))
for bad in ("'a'.find(1)", "'a'.index('z')", "'a'.join([1])", "'a'.join(5)", "'a'.split('')", "'a'.center('x')", "'a'.center(5, 'ab')", "'a'.replace('a')", "'a'.startswith(1)", "'a'.startswith(['a'])",
            "'a'.partition('')", "'abc'.translate(5)", "str.maketrans('a', 'bc')", "'a'.encode('nope')", "str(b'a', 'ascii', 'x', 1)", "str.upper(5)", "'a' + 1", "'a' * 1.5", "'a'[1]", "'a'['b']", "ord('ab')", "chr(-1)", "chr(0x110000)", "'a'.rindex('b')", "'a'.strip(1)", "'ab'.zfill('3')", "'a'.expandtabs(tabsize='x')"):
    try:
        print(bad, eval(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
