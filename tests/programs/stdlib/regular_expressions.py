"""re: matching, groups, flags, look-around, substitution, errors."""
import re

m = re.match(r"(?P<year>\d{4})-(?P<month>\d\d)(-(\d\d))?", "2024-02 and more")
print(m, m.group(), m.groups(), m.groupdict(), m["year"], m.span("month"), m.start(), m.end(1), m.lastindex, m.lastgroup, m.groups("none"), m.expand(r"\2/\g<year>"), m.re.groups, m.string[m.end():], m.pos, m.endpos, bool(m))
print(re.findall(r"\b\w", "the quick brown"), re.findall(r"(\w)(\d)", "a1 b2"), re.split(r"[,;]\s*", "a, b;c"), re.split(r"(-)", "a-b-c", maxsplit=1), re.split(r"x*", "axbc"), re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world"), re.sub("a", lambda m: m.group().upper() + str(m.start()), "banana", count=2), re.subn("x", "y", "xxx"), re.fullmatch(r"\d+", "123x"), re.search("b+", "aabbb").span(), re.sub("", "-", "abc"), [m.span() for m in re.finditer("a|", "aab")])
print(re.findall(r"(?i)HELLO", "Hello hELLO"), re.findall("^a.c$", "abc\na\nc\naXc", re.M), re.findall("a.c", "a\nc", re.S), re.sub(r"(?x) a \s b # comment", "!", "a b"), re.findall(r"(?a:\w)", "aé"), re.findall(r"\w", "aé☃٣_"), re.match("(?s:.)(?-i:A)", "\nA", re.I).group(), re.findall("[^\\W\\d_]+", "abc123_déf"))
print(re.findall(r"(?<=@)\w+", "a@b c@d"), re.findall(r"\w+(?!\w|@)", "ab cd@"), re.findall(r"(?<!x)y", "xy y"), re.match(r"(a)?b(?(1)c|d)", "abc").group(), re.match(r"(a)?b(?(1)c|d)", "bd").group(), re.match(r"(\w)\1(?P<q>['\"])(.*?)(?P=q)", "aa'text'").groups(), re.findall(r"a{2,3}?", "aaaaaa"), re.match(r"(a+)+b", "aaaab").groups(), re.match(r"(?>a+)ab", "aaab"), re.match(r"a++b", "aaab").group(), re.findall(r"(?:(a)|b)", "ab"), re.match("(a|ab)(c|bcd)(d*)", "abcd").groups())
print(re.escape("a.b*c[d]\n é"), re.compile("a", re.I | re.M).flags, re.compile("x"), re.compile(b"\xff+").findall(b"a\xff\xffb"), re.purge(), re.compile("(a)(?P<n>b)").groupindex["n"], re.compile("a") == re.compile("a"), repr(re.compile("a'b" * 3, re.X)), re.I | re.S, re.match(b"a", bytearray(b"abc")), re.compile("abc").pattern)
for bad in ("(", ")", "[a", "*", "a**", "(?P<n>a)(?P<n>b)", r"\2", "(?P<1>a)", "[z-a]", "(?z)", r"(?<=a+)b", r"\q", "a{3,2}", "(?P=x)", "(?(2)a)", "x{1000000000000}", "(?", "(?P<", "[[:alpha:]", "a(?i)b", r"\N{nope}", r"[\d-z]", "(?<n>a)", r"\x1", "+a", "(?#"):
    try:
        print(repr(bad), re.compile(bad).pattern)
    except re.error as error:
        print(repr(bad), "->", error, error.pos)
    except OverflowError as error:
        print(repr(bad), "->", error)
    except Warning as warning:
        print(repr(bad), warning)
for action in (lambda: re.match("a", b"a"), lambda: re.match(b"a", "a"), lambda: re.sub("a", 5, "a"), lambda: re.sub("(a)", r"\2", "a"), lambda: re.sub("a", r"\g<x>", "a"), lambda: re.match("a", "a").group(1), lambda: re.match("a", "a")["x"], lambda: re.compile(5), lambda: re.sub("a", r"\q", "a"), lambda: re.compile("a", 1.5), lambda: re.compile(re.compile("a"), re.I)):
    try:
        print(action())
    except Exception as error:
        print(type(error).__name__, error)
p = re.compile(r"\d")
print(p.search("a1b2", 2).group(), p.match("1a", 1), p.findall("1a2b3", 1, 4), p.fullmatch("12", 0, 1), [m.start() for m in p.finditer("1x2")], p.sub("#", "a1b2", 1), p.scanner("1").match().group(), re.match("^b", "ab"[1:]), re.compile("^b").match("ab", 1), re.search("b$", "ab\n").span(), re.search(r"b\Z", "ab\n"), re.search(r"\Ab", "ab"), re.search(r"b\z", "ab").span())
print(re.findall("[À-ÿ]", "aéî"), re.match("ſ", "S", re.I), re.match("K", "\u212a", re.I).group(), re.sub(r"\s+", " ", "a\u3000\t\n b"), len(re.findall(r"(?=aa)", "aaaa")), re.match("(?:a*)*", "aaa").group(), re.match(".*?,", "x" * 10000 + ",").end(), re.match("(a|b)*", "ab" * 5000).end(), re.sub("(?m)^", "> ", "a\nb"), re.Scanner([(r"\d+", lambda s, t: int(t)), (r"\s", None), (r"\w", "W")]).scan("12 a"))
import copy, pickle
print(copy.deepcopy(p) is p, pickle.loads(pickle.dumps(p)) == p, m.regs, copy.copy(m) is m, re.template if hasattr(re, "template") else "no template", re.NOFLAG, [f.name for f in re.RegexFlag][:3])
