"""Encoding and decoding: codecs, error handlers, surrogates."""
import codecs

text = "aé☃𝒳"
for encoding in ("utf-8", "utf-16", "utf-16-le", "utf-32-be", "utf-8-sig", "utf-7", "unicode_escape", "raw_unicode_escape", "punycode", "gb18030"):
    data = text.encode(encoding)
    print(encoding, data, data.decode(encoding) == text)
print("é".encode("latin-1"), "Ж".encode("cp1251"), "€".encode("cp1252"), "あ".encode("shift_jis"), "あ".encode("euc_jp"), b"\xa4".decode("iso8859-15"), "é".encode("cp437"), "münchen.de".encode("idna"))
for errors in ("ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace"):
    print(errors, text.encode("ascii", errors))
for errors in ("ignore", "replace", "backslashreplace", "surrogateescape"):
    print(errors, ascii(b"a\xff\xc3b\xe2\x98".decode("utf-8", errors)), ascii(b"\x80".decode("ascii", errors)))
escaped = b"\xff\xfe".decode("utf-8", "surrogateescape")
print(escaped.encode("utf-8", "surrogateescape"), "\ud800".encode("utf-8", "surrogatepass"), b"\xed\xa0\x80".decode("utf-8", "surrogatepass") == "\ud800", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"))
for action in (lambda: text.encode("ascii"), lambda: text.encode("latin-1"), lambda: b"\xff".decode(), lambda: b"\xc3".decode(), lambda: b"\xe2\x28\xa1".decode(), lambda: b"\xf4\x90\x80\x80".decode(), lambda: b"\xc0\x80".decode(), lambda: "\ud800".encode(),
               lambda: b"a".decode("nope"), lambda: "a".encode("ascii", "nope") and "é".encode("ascii", "nope"), lambda: b"\x00\xd8".decode("utf-16-le"), lambda: b"\\x1".decode("unicode_escape"), lambda: b"abc".decode("utf-32"), lambda: "a".encode("hex"), lambda: b"\x81".decode("cp1252"), lambda: "a".encode("utf-8\0"), lambda: bytes("a"), lambda: b"+".decode("utf-7")):
    try:
        print(ascii(action()))
    except Exception as error:
        print(type(error).__name__, ascii(str(error)))
try:
    b"ab\xffcd".decode("utf-8")
except UnicodeDecodeError as error:
    print(error.encoding, error.object, error.start, error.end, error.reason)
decoder = codecs.getincrementaldecoder("utf-8")()
print([decoder.decode(bytes([b])) for b in "é☃".encode()], decoder.decode(b"", final=True))
encoder = codecs.getincrementalencoder("utf-16")()
print(encoder.encode("a"), encoder.encode("b"))
codecs.register_error("test.shout", lambda error: ("!" * (error.end - error.start), error.end))
print("aéb☃".encode("ascii", "test.shout"), b"a\xff\xfeb".decode("ascii", "test.shout"))
print(codecs.lookup("UTF8").name, codecs.lookup("latin1").name, codecs.encode("abc", "rot13"), codecs.encode(b"hi", "hex"), codecs.decode(b"aGk=", "base64"), codecs.encode(b"a" * 20, "zlib")[:2], codecs.BOM_UTF8)
print("abc".encode(), "abc".encode(errors="strict"), b"abc".decode("UTF_8"), bytes("é", "utf-8"), str(b"\xe9", "latin-1"), "\0".encode(), len("𝒳".encode("utf-16-le")))
