"""string, textwrap, difflib, pprint, shlex, fnmatch, html, urllib.parse, unicodedata, locale-free text tools."""
import difflib
import fnmatch
import html
import pprint
import shlex
import string
import textwrap
import unicodedata
import urllib.parse

print(string.ascii_letters, string.digits, string.punctuation, string.capwords("a b  c"), string.Template("$who ${n}x $$").substitute(who="me", n=2), string.hexdigits, repr(string.whitespace))
text = "The quick brown fox jumps over the lazy dog. It was not amused; a-hyphenated-word follows."
print(textwrap.fill(text, 30), textwrap.wrap(text, 20, initial_indent="* ", subsequent_indent="  ")[:3], textwrap.shorten(text, 25), textwrap.dedent("  a\n    b\n  c"), textwrap.indent("a\n\nb", "> "), sep="\n")
print("\n".join(difflib.unified_diff("a b c d".split(), "a x c d e".split(), lineterm="")), difflib.SequenceMatcher(None, "abcd", "bcde").ratio(), difflib.get_close_matches("appel", ["ape", "apple", "peach"]), list(difflib.ndiff(["one"], ["ore"])))
nested = {"key": [list(range(15)), {"inner": "x" * 40, "other": ("y" * 30, {1, 2, 3})}], "b": None, 3: [[]]}
pprint.pprint(nested)
pprint.pprint(nested, width=40, compact=True, sort_dicts=False, indent=2)
print(pprint.pformat(["a" * 50, "b" * 50], width=30), pprint.isreadable(nested), shlex.split("a 'b c' \"d\\\"e\" f\\ g #h", comments=True), shlex.quote("it's"), shlex.join(["a b", "c"]), fnmatch.filter(["a.py", "b.txt", "C.PY"], "*.py"), fnmatch.translate("[!a]?*.x"))
print(html.escape("<a href='x'>&\"</a>"), html.unescape("&lt;&eacute;&#233;&#xe9;&amp;&nosuch;&copy"), urllib.parse.quote("a b/é?&"), urllib.parse.unquote("a%20b%C3%A9+"), urllib.parse.urlencode({"a": 1, "b": ["x", "y"]}, doseq=True), urllib.parse.parse_qs("a=1&a=2&b="), urllib.parse.urlparse("https://user:pw@host:80/p;q?x=1#f"), urllib.parse.urljoin("http://a/b/c", "../d"), urllib.parse.urlsplit("//host/path").netloc, urllib.parse.quote_plus("a b+c"))
for c in "aé☃𝒳5½٣ \n\u0301中":
    print(unicodedata.name(c, "none"), unicodedata.category(c), unicodedata.combining(c), unicodedata.east_asian_width(c), unicodedata.bidirectional(c), unicodedata.numeric(c, None), unicodedata.decimal(c, None), unicodedata.mirrored(c), unicodedata.decomposition(c))
print([unicodedata.normalize(form, "é\u0065\u0301ﬁ２가") for form in ("NFC", "NFD", "NFKC", "NFKD")], unicodedata.lookup("SNOWMAN"), unicodedata.is_normalized("NFC", "é"), unicodedata.unidata_version, unicodedata.ucd_3_2_0.unidata_version, len(unicodedata.normalize("NFD", "가")))
for bad in (lambda: unicodedata.lookup("NOPE"), lambda: unicodedata.name("\x00"), lambda: unicodedata.numeric("a"), lambda: unicodedata.normalize("X", "a"), lambda: unicodedata.category("ab"), lambda: shlex.split("'open"), lambda: string.Template("$").substitute(), lambda: string.Template("$a").substitute(), lambda: textwrap.wrap("x", 0), lambda: urllib.parse.urlparse("http://[x"), lambda: urllib.parse.urlparse("http://h:99999").port):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
