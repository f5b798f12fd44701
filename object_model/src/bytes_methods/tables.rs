//! The method tables of `bytes` and `bytearray`.

use super::{search, split, transform};
use crate::bytearray as m;
use crate::layout::*;
use crate::method;

pub static BYTES_METHODS: [PyMethodDef; 45] = [
    method::noargs(
        c"__bytes__",
        transform::as_bytes,
        c"__bytes__($self, /)\n--\n\nThe bytes.",
    ),
    method::noargs(
        c"__getnewargs__",
        transform::getnewargs,
        c"__getnewargs__($self, /)\n--\n\nWhat to call the type with for a copy.",
    ),
    method::noargs(
        c"capitalize",
        transform::capitalize::<PyBytesObject>,
        c"capitalize($self, /)\n--\n\nThe first byte in upper case, the rest in lower case.",
    ),
    method::positional(
        c"center",
        transform::center::<PyBytesObject>,
        c"center($self, width, fillchar=b' ', /)\n--\n\nPadded on both sides to a width.",
    ),
    method::positional(
        c"count",
        search::count::<PyBytesObject>,
        c"count($self, sub[, start[, end]], /)\n--\n\nHow often a subsection occurs without overlap.",
    ),
    method::keywords(
        c"decode",
        transform::decode::<PyBytesObject>,
        c"decode($self, /, encoding='utf-8', errors='strict')\n--\n\nThe text these bytes encode.",
    ),
    method::positional(
        c"endswith",
        search::endswith::<PyBytesObject>,
        c"endswith($self, suffix[, start[, end]], /)\n--\n\nWhether the bytes end so.",
    ),
    method::keywords(
        c"expandtabs",
        transform::expandtabs::<PyBytesObject>,
        c"expandtabs($self, /, tabsize=8)\n--\n\nWith spaces in the place of tabs.",
    ),
    method::positional(
        c"find",
        search::find::<PyBytesObject>,
        c"find($self, sub[, start[, end]], /)\n--\n\nThe first place of a subsection, or -1.",
    ),
    method::class_o(
        c"fromhex",
        transform::fromhex::<PyBytesObject>,
        c"fromhex($type, string, /)\n--\n\nFrom hexadecimal digits, between which spaces may stand.",
    ),
    method::keywords(
        c"hex",
        transform::hex::<PyBytesObject>,
        c"hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nAs hexadecimal digits, in groups if a separator is given.",
    ),
    method::positional(
        c"index",
        search::index::<PyBytesObject>,
        c"index($self, sub[, start[, end]], /)\n--\n\nThe first place of a subsection; an error if there is none.",
    ),
    method::noargs(
        c"isalnum",
        transform::isalnum::<PyBytesObject>,
        c"isalnum($self, /)\n--\n\nWhether all are ASCII letters or digits, and there are any.",
    ),
    method::noargs(
        c"isalpha",
        transform::isalpha::<PyBytesObject>,
        c"isalpha($self, /)\n--\n\nWhether all are ASCII letters, and there are any.",
    ),
    method::noargs(
        c"isascii",
        transform::isascii::<PyBytesObject>,
        c"isascii($self, /)\n--\n\nWhether all are ASCII.",
    ),
    method::noargs(
        c"isdigit",
        transform::isdigit::<PyBytesObject>,
        c"isdigit($self, /)\n--\n\nWhether all are ASCII digits, and there are any.",
    ),
    method::noargs(
        c"islower",
        transform::islower::<PyBytesObject>,
        c"islower($self, /)\n--\n\nWhether all letters are lower case, and there are any.",
    ),
    method::noargs(
        c"isspace",
        transform::isspace::<PyBytesObject>,
        c"isspace($self, /)\n--\n\nWhether all are ASCII white space, and there are any.",
    ),
    method::noargs(
        c"istitle",
        transform::istitle::<PyBytesObject>,
        c"istitle($self, /)\n--\n\nWhether words begin in upper case and go on in lower case.",
    ),
    method::noargs(
        c"isupper",
        transform::isupper::<PyBytesObject>,
        c"isupper($self, /)\n--\n\nWhether all letters are upper case, and there are any.",
    ),
    method::o(
        c"join",
        split::join::<PyBytesObject>,
        c"join($self, iterable_of_bytes, /)\n--\n\nThe items with these bytes between them.",
    ),
    method::positional(
        c"ljust",
        transform::ljust::<PyBytesObject>,
        c"ljust($self, width, fillchar=b' ', /)\n--\n\nPadded on the right to a width.",
    ),
    method::noargs(
        c"lower",
        transform::lower::<PyBytesObject>,
        c"lower($self, /)\n--\n\nWith ASCII letters in lower case.",
    ),
    method::positional(
        c"lstrip",
        split::lstrip::<PyBytesObject>,
        c"lstrip($self, bytes=None, /)\n--\n\nWithout white space, or the given bytes, on the left.",
    ),
    method::static_positional(
        c"maketrans",
        transform::maketrans,
        c"maketrans(frm, to, /)\n--\n\nA table for translate.",
    ),
    method::o(
        c"partition",
        split::partition::<PyBytesObject>,
        c"partition($self, sep, /)\n--\n\nWhat stands before, is, and stands behind the first separator.",
    ),
    method::o(
        c"removeprefix",
        search::removeprefix::<PyBytesObject>,
        c"removeprefix($self, prefix, /)\n--\n\nWithout a prefix, if it is there.",
    ),
    method::o(
        c"removesuffix",
        search::removesuffix::<PyBytesObject>,
        c"removesuffix($self, suffix, /)\n--\n\nWithout a suffix, if it is there.",
    ),
    method::positional(
        c"replace",
        search::replace::<PyBytesObject>,
        c"replace($self, old, new, count=-1, /)\n--\n\nWith one subsection replaced by another.",
    ),
    method::positional(
        c"rfind",
        search::rfind::<PyBytesObject>,
        c"rfind($self, sub[, start[, end]], /)\n--\n\nThe last place of a subsection, or -1.",
    ),
    method::positional(
        c"rindex",
        search::rindex::<PyBytesObject>,
        c"rindex($self, sub[, start[, end]], /)\n--\n\nThe last place of a subsection; an error if there is none.",
    ),
    method::positional(
        c"rjust",
        transform::rjust::<PyBytesObject>,
        c"rjust($self, width, fillchar=b' ', /)\n--\n\nPadded on the left to a width.",
    ),
    method::o(
        c"rpartition",
        split::rpartition::<PyBytesObject>,
        c"rpartition($self, sep, /)\n--\n\nWhat stands before, is, and stands behind the last separator.",
    ),
    method::keywords(
        c"rsplit",
        split::rsplit::<PyBytesObject>,
        c"rsplit($self, /, sep=None, maxsplit=-1)\n--\n\nThe sections between separators, counted from the end.",
    ),
    method::positional(
        c"rstrip",
        split::rstrip::<PyBytesObject>,
        c"rstrip($self, bytes=None, /)\n--\n\nWithout white space, or the given bytes, on the right.",
    ),
    method::keywords(
        c"split",
        split::split::<PyBytesObject>,
        c"split($self, /, sep=None, maxsplit=-1)\n--\n\nThe sections between separators.",
    ),
    method::keywords(
        c"splitlines",
        split::splitlines::<PyBytesObject>,
        c"splitlines($self, /, keepends=False)\n--\n\nThe lines.",
    ),
    method::positional(
        c"startswith",
        search::startswith::<PyBytesObject>,
        c"startswith($self, prefix[, start[, end]], /)\n--\n\nWhether the bytes begin so.",
    ),
    method::positional(
        c"strip",
        split::strip::<PyBytesObject>,
        c"strip($self, bytes=None, /)\n--\n\nWithout white space, or the given bytes, on both sides.",
    ),
    method::noargs(
        c"swapcase",
        transform::swapcase::<PyBytesObject>,
        c"swapcase($self, /)\n--\n\nWith upper and lower case exchanged.",
    ),
    method::noargs(
        c"title",
        transform::title::<PyBytesObject>,
        c"title($self, /)\n--\n\nWith every word capitalised.",
    ),
    method::keywords(
        c"translate",
        transform::translate::<PyBytesObject>,
        c"translate($self, table, /, delete=b'')\n--\n\nWith bytes mapped through a table, and some deleted.",
    ),
    method::noargs(
        c"upper",
        transform::upper::<PyBytesObject>,
        c"upper($self, /)\n--\n\nWith ASCII letters in upper case.",
    ),
    method::o(
        c"zfill",
        transform::zfill::<PyBytesObject>,
        c"zfill($self, width, /)\n--\n\nPadded with zeros behind the sign.",
    ),
    PyMethodDef::EMPTY,
];

pub static BYTEARRAY_METHODS: [PyMethodDef; 56] = [
    method::noargs(
        c"__alloc__",
        m::alloc_size,
        c"__alloc__($self, /)\n--\n\nHow many bytes there is room for.",
    ),
    method::noargs(
        c"__reduce__",
        m::reduce,
        c"__reduce__($self, /)\n--\n\nState for pickling.",
    ),
    method::positional(
        c"__reduce_ex__",
        m::reduce_ex,
        c"__reduce_ex__($self, proto=0, /)\n--\n\nState for pickling.",
    ),
    method::noargs(
        c"__sizeof__",
        m::sizeof,
        c"__sizeof__($self, /)\n--\n\nThe memory it takes.",
    ),
    method::o(
        c"append",
        m::append,
        c"append($self, item, /)\n--\n\nAdds one byte at the end.",
    ),
    method::noargs(
        c"capitalize",
        transform::capitalize::<PyByteArrayObject>,
        c"capitalize($self, /)\n--\n\nThe first byte in upper case, the rest in lower case.",
    ),
    method::positional(
        c"center",
        transform::center::<PyByteArrayObject>,
        c"center($self, width, fillchar=b' ', /)\n--\n\nPadded on both sides to a width.",
    ),
    method::noargs(
        c"clear",
        m::clear,
        c"clear($self, /)\n--\n\nRemoves all bytes.",
    ),
    method::noargs(
        c"copy",
        m::copy,
        c"copy($self, /)\n--\n\nA copy.",
    ),
    method::positional(
        c"count",
        search::count::<PyByteArrayObject>,
        c"count($self, sub[, start[, end]], /)\n--\n\nHow often a subsection occurs without overlap.",
    ),
    method::keywords(
        c"decode",
        transform::decode::<PyByteArrayObject>,
        c"decode($self, /, encoding='utf-8', errors='strict')\n--\n\nThe text these bytes encode.",
    ),
    method::positional(
        c"endswith",
        search::endswith::<PyByteArrayObject>,
        c"endswith($self, suffix[, start[, end]], /)\n--\n\nWhether the bytes end so.",
    ),
    method::keywords(
        c"expandtabs",
        transform::expandtabs::<PyByteArrayObject>,
        c"expandtabs($self, /, tabsize=8)\n--\n\nWith spaces in the place of tabs.",
    ),
    method::o(
        c"extend",
        m::extend,
        c"extend($self, iterable_of_ints, /)\n--\n\nAdds bytes from a buffer or an iterable.",
    ),
    method::positional(
        c"find",
        search::find::<PyByteArrayObject>,
        c"find($self, sub[, start[, end]], /)\n--\n\nThe first place of a subsection, or -1.",
    ),
    method::class_o(
        c"fromhex",
        transform::fromhex::<PyByteArrayObject>,
        c"fromhex($type, string, /)\n--\n\nFrom hexadecimal digits, between which spaces may stand.",
    ),
    method::keywords(
        c"hex",
        transform::hex::<PyByteArrayObject>,
        c"hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nAs hexadecimal digits, in groups if a separator is given.",
    ),
    method::positional(
        c"index",
        search::index::<PyByteArrayObject>,
        c"index($self, sub[, start[, end]], /)\n--\n\nThe first place of a subsection; an error if there is none.",
    ),
    method::positional(
        c"insert",
        m::insert,
        c"insert($self, index, item, /)\n--\n\nPuts one byte before an index.",
    ),
    method::noargs(
        c"isalnum",
        transform::isalnum::<PyByteArrayObject>,
        c"isalnum($self, /)\n--\n\nWhether all are ASCII letters or digits, and there are any.",
    ),
    method::noargs(
        c"isalpha",
        transform::isalpha::<PyByteArrayObject>,
        c"isalpha($self, /)\n--\n\nWhether all are ASCII letters, and there are any.",
    ),
    method::noargs(
        c"isascii",
        transform::isascii::<PyByteArrayObject>,
        c"isascii($self, /)\n--\n\nWhether all are ASCII.",
    ),
    method::noargs(
        c"isdigit",
        transform::isdigit::<PyByteArrayObject>,
        c"isdigit($self, /)\n--\n\nWhether all are ASCII digits, and there are any.",
    ),
    method::noargs(
        c"islower",
        transform::islower::<PyByteArrayObject>,
        c"islower($self, /)\n--\n\nWhether all letters are lower case, and there are any.",
    ),
    method::noargs(
        c"isspace",
        transform::isspace::<PyByteArrayObject>,
        c"isspace($self, /)\n--\n\nWhether all are ASCII white space, and there are any.",
    ),
    method::noargs(
        c"istitle",
        transform::istitle::<PyByteArrayObject>,
        c"istitle($self, /)\n--\n\nWhether words begin in upper case and go on in lower case.",
    ),
    method::noargs(
        c"isupper",
        transform::isupper::<PyByteArrayObject>,
        c"isupper($self, /)\n--\n\nWhether all letters are upper case, and there are any.",
    ),
    method::o(
        c"join",
        split::join::<PyByteArrayObject>,
        c"join($self, iterable_of_bytes, /)\n--\n\nThe items with these bytes between them.",
    ),
    method::positional(
        c"ljust",
        transform::ljust::<PyByteArrayObject>,
        c"ljust($self, width, fillchar=b' ', /)\n--\n\nPadded on the right to a width.",
    ),
    method::noargs(
        c"lower",
        transform::lower::<PyByteArrayObject>,
        c"lower($self, /)\n--\n\nWith ASCII letters in lower case.",
    ),
    method::positional(
        c"lstrip",
        split::lstrip::<PyByteArrayObject>,
        c"lstrip($self, bytes=None, /)\n--\n\nWithout white space, or the given bytes, on the left.",
    ),
    method::static_positional(
        c"maketrans",
        transform::maketrans,
        c"maketrans(frm, to, /)\n--\n\nA table for translate.",
    ),
    method::o(
        c"partition",
        split::partition::<PyByteArrayObject>,
        c"partition($self, sep, /)\n--\n\nWhat stands before, is, and stands behind the first separator.",
    ),
    method::positional(
        c"pop",
        m::pop,
        c"pop($self, index=-1, /)\n--\n\nTakes one byte out.",
    ),
    method::o(
        c"remove",
        m::remove,
        c"remove($self, value, /)\n--\n\nRemoves the first byte of a value.",
    ),
    method::o(
        c"removeprefix",
        search::removeprefix::<PyByteArrayObject>,
        c"removeprefix($self, prefix, /)\n--\n\nWithout a prefix, if it is there.",
    ),
    method::o(
        c"removesuffix",
        search::removesuffix::<PyByteArrayObject>,
        c"removesuffix($self, suffix, /)\n--\n\nWithout a suffix, if it is there.",
    ),
    method::positional(
        c"replace",
        search::replace::<PyByteArrayObject>,
        c"replace($self, old, new, count=-1, /)\n--\n\nWith one subsection replaced by another.",
    ),
    method::o(
        c"resize",
        m::resize_method,
        c"resize($self, size, /)\n--\n\nChanges the length; new bytes are zero.",
    ),
    method::noargs(
        c"reverse",
        m::reverse,
        c"reverse($self, /)\n--\n\nReverses the order.",
    ),
    method::positional(
        c"rfind",
        search::rfind::<PyByteArrayObject>,
        c"rfind($self, sub[, start[, end]], /)\n--\n\nThe last place of a subsection, or -1.",
    ),
    method::positional(
        c"rindex",
        search::rindex::<PyByteArrayObject>,
        c"rindex($self, sub[, start[, end]], /)\n--\n\nThe last place of a subsection; an error if there is none.",
    ),
    method::positional(
        c"rjust",
        transform::rjust::<PyByteArrayObject>,
        c"rjust($self, width, fillchar=b' ', /)\n--\n\nPadded on the left to a width.",
    ),
    method::o(
        c"rpartition",
        split::rpartition::<PyByteArrayObject>,
        c"rpartition($self, sep, /)\n--\n\nWhat stands before, is, and stands behind the last separator.",
    ),
    method::keywords(
        c"rsplit",
        split::rsplit::<PyByteArrayObject>,
        c"rsplit($self, /, sep=None, maxsplit=-1)\n--\n\nThe sections between separators, counted from the end.",
    ),
    method::positional(
        c"rstrip",
        split::rstrip::<PyByteArrayObject>,
        c"rstrip($self, bytes=None, /)\n--\n\nWithout white space, or the given bytes, on the right.",
    ),
    method::keywords(
        c"split",
        split::split::<PyByteArrayObject>,
        c"split($self, /, sep=None, maxsplit=-1)\n--\n\nThe sections between separators.",
    ),
    method::keywords(
        c"splitlines",
        split::splitlines::<PyByteArrayObject>,
        c"splitlines($self, /, keepends=False)\n--\n\nThe lines.",
    ),
    method::positional(
        c"startswith",
        search::startswith::<PyByteArrayObject>,
        c"startswith($self, prefix[, start[, end]], /)\n--\n\nWhether the bytes begin so.",
    ),
    method::positional(
        c"strip",
        split::strip::<PyByteArrayObject>,
        c"strip($self, bytes=None, /)\n--\n\nWithout white space, or the given bytes, on both sides.",
    ),
    method::noargs(
        c"swapcase",
        transform::swapcase::<PyByteArrayObject>,
        c"swapcase($self, /)\n--\n\nWith upper and lower case exchanged.",
    ),
    method::noargs(
        c"title",
        transform::title::<PyByteArrayObject>,
        c"title($self, /)\n--\n\nWith every word capitalised.",
    ),
    method::keywords(
        c"translate",
        transform::translate::<PyByteArrayObject>,
        c"translate($self, table, /, delete=b'')\n--\n\nWith bytes mapped through a table, and some deleted.",
    ),
    method::noargs(
        c"upper",
        transform::upper::<PyByteArrayObject>,
        c"upper($self, /)\n--\n\nWith ASCII letters in upper case.",
    ),
    method::o(
        c"zfill",
        transform::zfill::<PyByteArrayObject>,
        c"zfill($self, width, /)\n--\n\nPadded with zeros behind the sign.",
    ),
    PyMethodDef::EMPTY,
];
