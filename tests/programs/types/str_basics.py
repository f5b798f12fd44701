"""str: indexing, slicing, comparison, iteration, repr, interning, conversion."""
s = "naïve ☃ 𝒳 text"
print(len(s), s[2], s[8], s[-4:], s[::-1], s[::3], s[5:2], s[-100:3], s[100:], list(s[:4]))
print(repr("tab\t nl\n cr\r quote' both'\" back\\ bell\x07 del\x7f nbsp\xa0 é \u200b 𝒳 \ud800 \U0010ffff"))
print(ascii("é☃𝒳"), repr('it\'s'), repr("say \"x\""), repr("'\""), str(5) + str(None), str([1, "a"]), str(b"x"), str(b"caf\xc3\xa9", "utf-8"))
print("a" < "b", "a" < "B", "abc" < "abd", "" < "a", "é" > "z", "𝒳" > "\uffff", "a" == "a", "a" != b"a", max("hello"), sorted("hello"), "Z" < "a")
print("ell" in "hello", "" in "", "x" not in "abc", "☃" in s, s.index("𝒳"), [c for c in "ab☃"], dict.fromkeys("aba"), {*"aab"} == {"a", "b"})
print("ab" * 3, 3 * "x", "a" * 0, "a" * -1, "a" + "b" + "", "a" "b", "%s" % "x")
print(ord("a"), ord("☃"), chr(9731), chr(0x1F600), "\N{SNOWMAN}", "\u2603", [hex(ord(c)) for c in "aé☃𝒳"])
print(hash("abc") == hash("ab" + "c"), "abc" is "abc", str("abc") is "abc", "".join(["a"]) is "a")
print(type("a".__iter__()).__name__, "abc".__len__(), "abc".__contains__("b"), "abc".__getitem__(slice(0, 2)), "b".__add__("c"), "abc".__ge__("abc"), "a".__eq__(1))


class Text(str):
    def __str__(self):
        return "special"

    def __repr__(self):
        return f"Text({super().__repr__()})"

    def __getitem__(self, key):
        return "item"


t = Text("plain")
print(t, repr(t), str(t), f"{t}", f"{t!r}", "%s" % t, t + "!", t[0], t.upper(), type(t.upper()), len(t), t == "plain", {t: 1}["plain"], "".join([t]), type(str(t)))


class Bad:
    def __str__(self):
        return 5

    def __repr__(self):
        return b"x"


for function in (str, repr, ascii, print):
    try:
        function(Bad())
    except TypeError as error:
        print(error)
for bad in ("'abc'[10]", "'abc'[1.5]", "'abc'[None]", "s[0] = 'x'", "del s[0]", "'a' - 'b'", "str('a', 'utf-8')", "str(b'\\xff', 'utf-8')", "int('x')", "'abc'.nope", "len(5)", "iter(5)"):
    try:
        exec(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print(str(object=5), str(b"abc", encoding="ascii", errors="strict"), str(), repr(str), str.__name__, "abc".__sizeof__() > 0, "\0" in "a\0b", len("a\0b"))
print("x".__class__, isinstance(t, str), issubclass(Text, str), str.__mro__, "a".__hash__() == hash("a"), "%c%c" % ("a", 98))
long = "ab" * 50000
print(len(long), long.count("ba"), long.find("bb"), long.replace("ab", "c").count("c"), long[-1], long[99999], hash(long) == hash("ab" * 50000))
