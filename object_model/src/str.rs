//! The `str` type: a sequence of code points that never changes.
//!
//! In reading order:
//!
//!  - `storage`: where the characters are, and making strings; `builder`: piece by piece.
//!  - `intern`: equal strings as one object, and the strings made once.
//!  - `basics`: hashing, comparing, concatenating, joining, slicing, `repr`.
//!  - `search`: finding, counting, replacing. `split`: splitting and stripping.
//!  - `case`: case mappings. `methods`: the remaining methods and the method table.
//!  - `format`: `str.format`. `percent`: the `%` operator. `iterator`: its iterator.
//!
//! Code reads a string through `units`: a slice of one-, two- or four-byte cells.
//! Equal strings always have the same width, so equality is a comparison of memory.
//!
//! Layout: `layout/unicode.rs`. Codecs: `codecs.rs`.

use core::ffi::{c_char, c_ulong};

use rustpython_wtf8::{CodePoint, Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Borrowed, Op, Owned, PyResult, Raised, errors, raise, slot};

pub mod basics;
pub mod builder;
pub mod case;
pub mod format;
pub mod intern;
pub mod iterator;
pub mod methods;
pub mod percent;
pub mod search;
pub mod split;
pub mod storage;

pub use basics::{compare, concat, contains, eq, equals, hash, join, repr, substring};
pub use builder::Builder;
pub use intern::{State, empty, intern, intern_immortal, intern_in_place, is_interned};
pub use iterator::{_PyUnicodeASCIIIter_Type, PyUnicodeIter_Type, new_iterator};
pub use percent::format_percent;
pub use search::{find, replace};
pub(crate) use storage::from_ascii;
pub use storage::{
    Unit, Units, data, from_char, from_code_points, from_latin1, from_str, from_ucs2, from_units, is_ascii,
    kind, len, new_unfilled, read, units,
};

/// The layout every `str` is addressed by.
pub(crate) type Unicode = PyUnicodeObject;
type Object = Owned<Unicode>;
type Text<'a> = Borrowed<'a, Unicode>;

/// A string of an owned Rust string.
pub fn from_string(text: String) -> PyResult<Object> {
    from_str(&text)
}

/// A string of UTF-8 in which surrogates may stand.
pub fn from_wtf8(text: &Wtf8) -> PyResult<Object> {
    if let Ok(text) = text.as_str() {
        return from_str(text);
    }
    let mut builder = Builder::with_capacity(text.len());
    text.code_points().for_each(|point| builder.push(point.to_u32()));
    builder.finish()
}

/// The characters as UTF-8, which the string keeps (`PyUnicode_AsUTF8AndSize`).
/// Raises `UnicodeEncodeError` for surrogates.
pub fn as_utf8<'a>(text: Text<'a>) -> PyResult<&'a str> {
    let units = units(text);
    if is_ascii(text) {
        // SAFETY: ASCII is UTF-8.
        return Ok(unsafe { core::str::from_utf8_unchecked(units.as_bytes()) });
    }
    let base = text.as_ptr().cast::<PyCompactUnicodeObject>();
    // SAFETY: a string that is not compact ASCII has these fields; the text kept there is
    // valid UTF-8 and lives as long as the string.
    unsafe {
        if (*base).utf8.is_null() {
            let mut encoded = String::with_capacity(units.len() * 3);
            for (index, point) in units.iter().enumerate() {
                match char::from_u32(point) {
                    Some(char) => encoded.push(char),
                    None => {
                        let end = index + units.iter().skip(index).take_while(|&p| is_surrogate(p)).count();
                        let reason = "surrogates not allowed";
                        return Err(crate::codecs::set_encode_error("utf-8", text, index, end, reason));
                    }
                }
            }
            let block = crate::alloc::malloc(encoded.len() + 1).cast::<u8>();
            if block.is_null() {
                return Err(errors::no_memory());
            }
            core::ptr::copy_nonoverlapping(encoded.as_ptr(), block, encoded.len());
            block.add(encoded.len()).write(0);
            (*base).utf8_length = encoded.len() as Py_ssize_t;
            (*base).utf8 = block.cast::<c_char>();
        }
        let bytes = core::slice::from_raw_parts((*base).utf8.cast::<u8>(), (*base).utf8_length as usize);
        Ok(core::str::from_utf8_unchecked(bytes))
    }
}

/// The address of the UTF-8 form with a zero at its end, kept by the string (`PyUnicode_AsUTF8`).
pub fn as_utf8_ptr(text: Text<'_>) -> PyResult<*const c_char> {
    // Both the characters of ASCII and the kept form end with a zero.
    as_utf8(text).map(|utf8| utf8.as_ptr().cast())
}

#[inline]
pub fn is_surrogate(point: u32) -> bool {
    (0xd800..0xe000).contains(&point)
}

/// The characters as WTF-8.
pub fn to_wtf8(text: Text<'_>) -> Wtf8Buf {
    let mut result = Wtf8Buf::with_capacity(len(text));
    for point in units(text).iter() {
        result.push(CodePoint::from_u32(point).unwrap_or_else(|| CodePoint::from_char('\u{fffd}')));
    }
    result
}

/// The characters for a message: surrogates become replacement characters. An object that
/// is not a string gives the name of its type.
pub fn to_string_lossy(op: Op<'_>) -> String {
    match op.downcast::<Unicode>() {
        Some(text) => units(text).iter().map(|point| char::from_u32(point).unwrap_or('\u{fffd}')).collect(),
        None => format!("<{}>", op.type_name()),
    }
}

/// The code points.
pub fn code_points(text: Text<'_>) -> Vec<u32> {
    units(text).to_vec()
}

/// The string itself if its type is exactly `str`, else a `str` of its characters
/// (`PyUnicode_FromObject`).
pub fn as_exact(text: Text<'_>) -> PyResult<Object> {
    if text.is_exact::<Unicode>() { Ok(text.to_owned()) } else { from_units(units(text)) }
}

/// An object that must be a string; `what` begins the message.
pub fn expect<'a>(op: Op<'a>, what: &str) -> PyResult<Text<'a>> {
    op.downcast::<Unicode>().ok_or_else(|| raise!(TypeError, "{what} must be str, not {}", op.type_name()))
}

/// Decodes UTF-8 (`PyUnicode_DecodeUTF8`).
pub fn decode_utf8(bytes: &[u8], errors: Option<&str>) -> PyResult<Object> {
    if let Ok(text) = core::str::from_utf8(bytes) {
        return from_str(text);
    }
    crate::codecs::utf8::decode(bytes, errors, true).map(|(text, _)| text)
}

/// Encodes as UTF-8: a `bytes` object.
pub fn encode_utf8(text: Text<'_>, errors: Option<&str>) -> PyResult {
    crate::codecs::utf8::encode(text, errors)
}

/// Decodes what the file system gave (`PyUnicode_DecodeFSDefault`): bytes that mean nothing
/// in its encoding become lone surrogates.
pub fn decode_fs_default(bytes: &[u8]) -> PyResult<Object> {
    if bytes.is_ascii() {
        return from_latin1(bytes);
    }
    crate::codecs::decode_text(bytes, Some(crate::codecs::file_system_encoding()), Some("surrogateescape"))
}

/// The bytes of a name for the file system (`PyUnicode_EncodeFSDefault`).
pub fn encode_fs_default(text: Text<'_>) -> PyResult {
    crate::codecs::encode_text(text, Some(crate::codecs::file_system_encoding()), Some("surrogateescape"))
}

/// `PyOS_FSPath`: a `str` or `bytes` as it is, else what `__fspath__` gives.
pub fn fs_path(path: Op<'_>) -> PyResult {
    if path.is_instance::<Unicode>() || path.is_instance::<PyBytesObject>() {
        return Ok(path.to_owned());
    }
    let method = crate::object::lookup_special(path, "__fspath__")?;
    let Some(method) = method.filter(|method| !method.op().is_none()) else {
        return Err(raise!(TypeError, "expected str, bytes or os.PathLike object, not {}", path.type_name()));
    };
    let result = crate::call::call_noargs(method.op())?;
    if result.op().is_instance::<Unicode>() || result.op().is_instance::<PyBytesObject>() {
        return Ok(result);
    }
    let (owner, given) = (path.type_name(), result.op().type_name());
    Err(raise!(TypeError, "expected {owner}.__fspath__() to return str or bytes, not {given}"))
}

/// The string of exactly this object, or the error for an argument of another type.
pub(crate) fn must_be_str(op: Op<'_>) -> Raised {
    raise!(TypeError, "must be str, not {}", op.type_name())
}

static mut AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_remainder: slot::binary(percent::remainder), ..PyNumberMethods::EMPTY };

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(basics::length),
    sq_concat: slot::binary(basics::concat_any),
    sq_repeat: slot::ssizearg(basics::repeat),
    sq_item: slot::ssizearg(basics::item),
    sq_contains: slot::contains(basics::contains_any),
    ..PySequenceMethods::EMPTY
};

static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(basics::length),
    mp_subscript: slot::binary(basics::subscript),
    ..PyMappingMethods::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyUnicode_Type: PyTypeObject = PyTypeObject {
    tp_name: c"str".as_ptr(),
    tp_basicsize: size_of::<PyUnicodeObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(storage::dealloc),
    tp_repr: slot::unary(basics::repr_slot),
    tp_as_number: &raw mut AS_NUMBER,
    tp_as_sequence: &raw mut AS_SEQUENCE,
    tp_as_mapping: &raw mut AS_MAPPING,
    tp_hash: slot::hash(basics::hash_slot),
    tp_str: slot::unary(basics::str_slot),
    tp_flags: Py_TPFLAGS_DEFAULT
        | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_UNICODE_SUBCLASS
        | _Py_TPFLAGS_MATCH_SELF as c_ulong,
    tp_doc: c"str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nA text of an object, or of bytes\ndecoded with an encoding (utf-8 unless\ngiven) and an error handler (strict\nunless given).".as_ptr(),
    tp_richcompare: slot::richcompare(basics::rich_compare),
    tp_iter: slot::unary(iterator::new_iterator),
    tp_methods: (&raw const methods::METHODS).cast_mut().cast(),
    tp_new: slot::new(methods::new),
    tp_vectorcall: slot::vectorcall(methods::vectorcall),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyUnicodeObject, PyUnicode_Type, Py_TPFLAGS_UNICODE_SUBCLASS);
