"""Numbers, strings and bytes as they can be written."""
print(0x_ff, 0b1010, 0o17, 1_000_000, 0xDEAD_beef, 00, 1e3, 1_0.0_1e-1_0, .5, 5., 1e400, 3j, 1_0j, 0.1e-5)
print('single', "double", '''triple
line''', """with "quotes" inside""", r"\raw\n", u"u-prefix", R'\N', "con" 'cat' r"\e" "nated")
print("\a\b\f\v\0\x41\101\u00e9\U0001F600\N{GREEK SMALL LETTER ALPHA}".encode("unicode_escape"))
print(b"bytes\x00\xff\n", rb"\x00", bR"\n", b'a' b"b", b"\101")
print("line \
continued", 'tab\tquote\'"', "nul\0".encode())
print(True, False, None, ..., Ellipsis is ..., __debug__)
print([1, 2,], (1,), (), {}, {1}, {1: 2,}, [[]], ((1)), *())
print(0.1 + 0.2, 1e16, 1e15, 123456789012345678, 1.0, 1e22, 1e-5, 0.0001, -0.0, 5e-324, 1.7976931348623157e308)
print(1 if 2 else 3, not 1, -2 ** 2, 2 ** -1, -1 ** 0.5, ~5, +True, --1, 1 .real, 1..real, 7 // -2, -7 % 3)
print(0xFFFFFFFFFFFFFFFFFFFF, 10 ** 30, -(10 ** 20))
import warnings
warnings.simplefilter("error")
for source in ("08", "1__0", "0x", "1_", "0b2", "1a", "'\\N{nothing}'", "'\\x1'", "'abc", "b'é'", "'''abc", "0_7", "1e", "'\\u12'", "1if 1else 2", "'\\d'", "5 is 5", "(1)(2)", "0777", "1.e", "b'\\400'"):
    try:
        print(source, eval(source))
    except SyntaxError as error:
        print(source, "->", error.msg)
    except Warning as warning:
        print(source, "warns", warning)
λ = "unicode names"
ﬁ = "normalized"
print(λ, fi, "ﬁ" in globals(), "fi" in globals())
