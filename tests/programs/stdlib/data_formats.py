"""csv, configparser, base64, binascii, hashlib, hmac, zlib, gzip, bz2, lzma, zipfile, tarfile, uuid, secrets-free."""
import base64
import binascii
import bz2
import configparser
import csv
import gzip
import hashlib
import hmac
import io
import lzma
import tarfile
import uuid
import zipfile
import zlib

out = io.StringIO()
writer = csv.writer(out)
writer.writerows([["a", 1, None], ["with,comma", 'quo"te', "new\nline"], [1.5, True, ""], []])
csv.writer(out, delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n").writerow(["x", 2, "y;z"])
print(repr(out.getvalue()), list(csv.reader(io.StringIO(out.getvalue()))), list(csv.reader(["a|'b|c'|d"], delimiter="|", quotechar="'")), list(csv.DictReader(io.StringIO("x,y\n1,2\n3\n4,5,6"))), csv.Sniffer().sniff("a;b\n1;2\n").delimiter, csv.list_dialects(), list(csv.reader(['a,"b""c",d'])), list(csv.reader(["1,'x'"], quoting=csv.QUOTE_NONNUMERIC, quotechar="'")), list(csv.reader([" a, b"], skipinitialspace=True)))
dw = csv.DictWriter(out2 := io.StringIO(), ["k", "v"], extrasaction="ignore")
dw.writeheader()
dw.writerow({"k": 1, "v": 2, "z": 3})
print(repr(out2.getvalue()))
config = configparser.ConfigParser()
config.read_string("[DEFAULT]\nbase = /x\n[one]\npath = %(base)s/y\nflag = yes\nn: 5\nlong = a\n  b\n# c\n[two]\nempty\n" if False else "[DEFAULT]\nbase = /x\n[one]\npath = %(base)s/y\nflag = yes\nn: 5\nlong = a\n  b\n# c\n")
print(config["one"]["path"], config.getboolean("one", "flag"), config.getint("one", "n"), repr(config["one"]["long"]), config.sections(), config.get("one", "nope", fallback="f"), dict(config["one"]))
data = b"The quick brown fox" * 20
print(base64.b64encode(data[:10]), base64.b64decode(b"VGhl"), base64.urlsafe_b64encode(b"\xff\xfe"), base64.b32encode(b"abc"), base64.b16encode(b"\xab"), base64.b85encode(b"hello"), base64.a85encode(b"hello"), binascii.hexlify(b"\x01\xff", ":"), binascii.unhexlify("01ff"), binascii.crc32(data), zlib.crc32(data), zlib.adler32(data), binascii.b2a_base64(b"x"), binascii.crc_hqx(b"a", 0), binascii.b2a_qp(b"\xe9="), binascii.b2a_uu(b"abc"))
for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b", "blake2s"):
    h = hashlib.new(name, b"ab")
    h.update(b"c")
    print(name, h.hexdigest()[:32], h.digest_size, h.block_size, h.copy().digest() == h.digest())
print(hashlib.shake_128(b"a").hexdigest(8), hashlib.blake2b(b"a", digest_size=8, key=b"k").hexdigest(), hmac.new(b"k", b"m", "sha256").hexdigest()[:16], hmac.compare_digest(b"a", b"a"), hashlib.pbkdf2_hmac("sha1", b"p", b"s", 10).hex()[:16])
for module in (zlib, gzip, bz2, lzma):
    packed = module.compress(data)
    print(module.__name__, len(packed) < len(data), module.decompress(packed) == data)
d = zlib.decompressobj()
packed = zlib.compress(data, 9) + b"tail"
print(d.decompress(packed, 10), d.unconsumed_tail != b"", d.decompress(d.unconsumed_tail) + d.flush() == data[10:], d.unused_data, d.eof, zlib.decompress(zlib.compress(b"raw", wbits=-15), wbits=-15), zlib.compressobj(level=1, wbits=31).compress(b"")[:2] in (b"\x1f\x8b", b""))
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("a.txt", "text é")
    z.writestr(zipfile.ZipInfo("d/b.bin", (2020, 1, 2, 3, 4, 6)), b"\0" * 1000)
with zipfile.ZipFile(archive) as z:
    print(z.namelist(), z.read("a.txt"), z.getinfo("d/b.bin").file_size, z.getinfo("d/b.bin").date_time, z.testzip(), z.open("a.txt").read(4))
tar = io.BytesIO()
with tarfile.open(fileobj=tar, mode="w:gz") as t:
    info = tarfile.TarInfo("x/y")
    info.size = 3
    t.addfile(info, io.BytesIO(b"abc"))
tar.seek(0)
with tarfile.open(fileobj=tar) as t:
    print(t.getnames(), t.extractfile("x/y").read(), t.getmember("x/y").isfile())
print(uuid.UUID(int=5), uuid.uuid5(uuid.NAMESPACE_DNS, "x"), uuid.uuid3(uuid.NAMESPACE_URL, "x").version, uuid.UUID("{12345678-1234-5678-1234-567812345678}").hex, uuid.uuid4().version)
for bad in (lambda: base64.b64decode("abc"), lambda: binascii.unhexlify("abc"), lambda: zlib.decompress(b"bad"), lambda: gzip.decompress(b"bad data"), lambda: bz2.decompress(b"bad"), lambda: lzma.decompress(b"bad"), lambda: zipfile.ZipFile(io.BytesIO(b"bad")), lambda: hashlib.new("nope"), lambda: csv.writer(5), lambda: csv.reader([], delimiter="ab"), lambda: list(csv.reader(['"a'], strict=True)), lambda: config["nope"], lambda: config.get("one", "nope"), lambda: config.read_string("a = 1"), lambda: uuid.UUID("x"), lambda: tarfile.open(fileobj=io.BytesIO(b"x" * 600)), lambda: hashlib.md5("text"), lambda: binascii.a2b_base64("é"), lambda: next(csv.reader([b"x"])), lambda: zlib.decompress(zlib.compress(b"abc")[:-2]), lambda: csv.Dialect().delimiter.x):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
