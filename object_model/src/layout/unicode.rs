//! The `str` type: one header for ASCII, a longer one for the rest.
//!
//! A compact string keeps its characters behind the header: behind
//! `PyASCIIObject` when it is ASCII, behind `PyCompactUnicodeObject` otherwise.
//! Strings made by instances of subclasses use `PyUnicodeObject` and a separate buffer.

use super::*;
use core::ffi::{c_char, c_int, c_uchar, c_void};

/// The bit field of a string's header. Only the low 8 bits mean anything.
///
/// ```text
///    7                     6       5         4..2   1..0
/// | statically_allocated | ascii | compact | kind | interned |
/// ```
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct _PyUnicodeObject_state {
    pub bits: u32,
}
assert_layout!(_PyUnicodeObject_state { size: 4 });

impl _PyUnicodeObject_state {
    /// `SSTATE_*`.
    pub const INTERNED: u32 = 0b0000_0011;
    /// `PyUnicode_*_KIND`: the bytes of one character.
    pub const KIND: u32 = 0b0001_1100;
    /// The characters stand behind the header.
    pub const COMPACT: u32 = 0b0010_0000;
    /// Every character is below 128.
    pub const ASCII: u32 = 0b0100_0000;
    pub const STATICALLY_ALLOCATED: u32 = 0b1000_0000;

    /// The bits that make up a state; nothing interned.
    pub const fn new(kind: u32, compact: bool, ascii: bool) -> Self {
        Self { bits: kind << Self::KIND.trailing_zeros() | (compact as u32) << 5 | (ascii as u32) << 6 }
    }

    pub const fn interned(self) -> u32 {
        self.bits & Self::INTERNED
    }

    pub const fn kind(self) -> u32 {
        (self.bits & Self::KIND) >> Self::KIND.trailing_zeros()
    }

    pub const fn compact(self) -> bool {
        self.bits & Self::COMPACT != 0
    }

    pub const fn ascii(self) -> bool {
        self.bits & Self::ASCII != 0
    }

    pub const fn statically_allocated(self) -> bool {
        self.bits & Self::STATICALLY_ALLOCATED != 0
    }
}

/// What an ASCII `str` looks like to a compiled wheel; the header of every other.
#[repr(C)]
pub struct PyASCIIObject {
    pub ob_base: PyObject,
    /// In characters.
    pub length: Py_ssize_t,
    /// -1 until somebody asks.
    pub hash: Py_hash_t,
    pub state: _PyUnicodeObject_state,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyASCIIObject {}
assert_layout!(PyASCIIObject { size: 40, length: 16, hash: 24, state: 32 });

/// What a `str` with wider characters looks like to a compiled wheel.
#[repr(C)]
pub struct PyCompactUnicodeObject {
    pub _base: PyASCIIObject,
    /// In bytes, without the zero at the end.
    pub utf8_length: Py_ssize_t,
    /// Owned, null until somebody asks; shared with the characters when those are ASCII.
    pub utf8: *mut c_char,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyCompactUnicodeObject {}
assert_layout!(PyCompactUnicodeObject { size: 56, _base: 0, utf8_length: 40, utf8: 48 });

/// Where a string that is not compact keeps its characters.
#[repr(C)]
pub union PyUnicodeObjectData {
    pub any: *mut c_void,
    pub latin1: *mut Py_UCS1,
    pub ucs2: *mut Py_UCS2,
    pub ucs4: *mut Py_UCS4,
}

/// What a `str` of a subclass looks like to a compiled wheel.
#[repr(C)]
pub struct PyUnicodeObject {
    pub _base: PyCompactUnicodeObject,
    /// Owned memory.
    pub data: PyUnicodeObjectData,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyUnicodeObject {}
assert_layout!(PyUnicodeObject { size: 64, _base: 0, data: 56 });

/// CPython's builder of strings, which old wheels keep on their stack.
#[repr(C)]
pub struct _PyUnicodeWriter {
    /// Owned.
    pub buffer: *mut PyObject,
    /// The characters of `buffer`.
    pub data: *mut c_void,
    pub kind: c_int,
    pub maxchar: Py_UCS4,
    pub size: Py_ssize_t,
    pub pos: Py_ssize_t,
    pub min_length: Py_ssize_t,
    pub min_char: Py_UCS4,
    /// Bit 0 alone means anything, here and in `readonly`.
    pub overallocate: c_uchar,
    pub readonly: c_uchar,
}
assert_layout!(_PyUnicodeWriter {
    size: 56,
    buffer: 0,
    data: 8,
    kind: 16,
    maxchar: 20,
    size: 24,
    pos: 32,
    min_length: 40,
    min_char: 48,
    overallocate: 52,
    readonly: 53
});

/// What the capsule `unicodedata._ucnhash_CAPI` holds: names of characters.
#[repr(C)]
pub struct _PyUnicode_Name_CAPI {
    /// Non-zero when `code` has a name, which then stands in `buffer`.
    pub getname: Option<
        unsafe extern "C" fn(
            code: Py_UCS4,
            buffer: *mut c_char,
            buflen: c_int,
            with_alias_and_seq: c_int,
        ) -> c_int,
    >,
    /// Non-zero when there is such a character, which then stands in `code`.
    pub getcode: Option<
        unsafe extern "C" fn(
            name: *const c_char,
            namelen: c_int,
            code: *mut Py_UCS4,
            with_named_seq: c_int,
        ) -> c_int,
    >,
}
assert_layout!(_PyUnicode_Name_CAPI { size: 16, getname: 0, getcode: 8 });
