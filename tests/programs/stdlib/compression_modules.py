"""bz2 and lzma: round trips, pieces, formats, filters and errors."""
import bz2
import io
import lzma

import _lzma


def t(function, *args, **kwargs):
    try:
        print(getattr(function, "__name__", "?"), args, kwargs, "->", function(*args, **kwargs))
    except Exception as error:
        print(getattr(function, "__name__", "?"), args, kwargs, type(error).__name__, error)


data = bytes(range(256)) * 50 + b"a" * 100000
for module in (bz2, lzma):
    packed = module.compress(data)
    print(module.__name__, len(packed), module.decompress(packed) == data, module.decompress(packed + packed) == data * 2)
    opener = module.BZ2File if module is bz2 else module.LZMAFile
    with opener(io.BytesIO(packed)) as file:
        print(file.read(10), file.seek(12800), file.read(3), len(file.read()), file.read())
    d = module.BZ2Decompressor() if module is bz2 else module.LZMADecompressor()
    out = []
    for start in range(0, len(packed), 7):
        part = d.decompress(packed[start:start + 7], 100)
        out.append(part)
        while not d.eof and not d.needs_input:
            part = d.decompress(b"", 1000)
            out.append(part)
    print(b"".join(out) == data, max(map(len, out)), d.eof, d.needs_input, d.unused_data)
    t(d.decompress, b"x")
t(bz2.BZ2Compressor, 0)
t(bz2.BZ2Compressor, 10)
t(bz2.BZ2Decompressor().decompress, b"no such data at all")
t(bz2.decompress, bz2.compress(b"x")[:-3])
c = bz2.BZ2Compressor(1)
t(c.compress, "text")
t(c.flush)
t(c.flush)
t(c.compress, b"")
for kwargs in (dict(format=77), dict(format=lzma.FORMAT_RAW), dict(preset=3, filters=[{"id": 33}]),
               dict(check=lzma.CHECK_CRC32, format=lzma.FORMAT_ALONE), dict(preset=99), dict(filters=[{"idx": 1}]),
               dict(filters=[{"id": 2}]), dict(filters=3), dict(filters=[3]), dict(filters=[{"id": 33, "no": 1}]),
               dict(filters=[{"id": 33}] * 5), dict(filters=[{"id": 33, "preset": 77}]),
               dict(filters=[{"id": 3, "dist": "x"}, {"id": 33}]), dict(filters=[{"id": 4, "start_offset": -1}, {"id": 33}])):
    t(lambda **k: type(lzma.LZMACompressor(**k)).__name__, **kwargs)
for kwargs in (dict(format=77), dict(format=lzma.FORMAT_RAW), dict(filters=[{"id": 33}]),
               dict(format=lzma.FORMAT_RAW, memlimit=3, filters=[{"id": 33}])):
    t(lambda **k: type(lzma.LZMADecompressor(**k)).__name__, **kwargs)
t(lzma.LZMADecompressor().decompress, b"no such data at all")
t(lzma.LZMADecompressor(memlimit=1000).decompress, lzma.compress(b"x"))
t(lzma.decompress, lzma.compress(b"x")[:-3])
for format, filters in ((lzma.FORMAT_ALONE, None), (lzma.FORMAT_XZ, [{"id": lzma.FILTER_DELTA, "dist": 5}, {"id": lzma.FILTER_LZMA2, "preset": 7}]),
                        (lzma.FORMAT_RAW, [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "dict_size": 65536, "lc": 2, "lp": 1, "pb": 0}])):
    packed = lzma.compress(data, format=format, filters=filters)
    again = lzma.decompress(packed, format, filters=filters if format == lzma.FORMAT_RAW else None)
    print(format, again == data)
for kind in (lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64, lzma.CHECK_SHA256):
    d = lzma.LZMADecompressor()
    d.decompress(lzma.compress(b"x", check=kind))
    print(kind, d.check, lzma.is_check_supported(kind))
t(_lzma._encode_filter_properties, {"id": 33})
t(_lzma._encode_filter_properties, {"id": 3, "dist": 3})
t(_lzma._decode_filter_properties, 33, b"a")
t(_lzma._decode_filter_properties, 33, b"\x16")
t(_lzma._decode_filter_properties, lzma.FILTER_LZMA1, b"]\x00\x00\x80\x00")
t(_lzma._decode_filter_properties, 4, b"")
t(_lzma._decode_filter_properties, 4, b"abcd")
