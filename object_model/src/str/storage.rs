//! Where the characters of a string are, reading them, and making strings.
//!
//! A string made here is compact: its characters follow the header, one, two or
//! four bytes each, as few as its widest character needs, and a zero at the end.
//! Instances of subclasses keep theirs in a buffer of their own. Code reads fields
//! through the pointer and never makes a `&PyUnicodeObject`, because a compact
//! string is shorter than that struct.

use core::ffi::c_void;
use core::ptr;

use super::{Object, Text, Unicode};
use crate::layout::*;
use crate::{Owned, PyResult, alloc, errors};

/// A character of fixed width.
pub trait Unit: Copy + Ord + 'static {
    const KIND: u32;
    fn point(self) -> u32;
    /// The low bits of a code point, which must fit.
    fn from_point(point: u32) -> Self;
}

macro_rules! unit {
    ($ty:ty, $kind:expr) => {
        impl Unit for $ty {
            const KIND: u32 = $kind;
            #[inline(always)]
            fn point(self) -> u32 {
                self.into()
            }
            #[inline(always)]
            fn from_point(point: u32) -> Self {
                point as Self
            }
        }
    };
}
unit!(u8, PyUnicode_1BYTE_KIND);
unit!(u16, PyUnicode_2BYTE_KIND);
unit!(u32, PyUnicode_4BYTE_KIND);

/// The characters of a string, or of a part of one.
#[derive(Clone, Copy, Debug)]
pub enum Units<'a> {
    Latin1(&'a [u8]),
    Ucs2(&'a [u16]),
    Ucs4(&'a [u32]),
}

/// Runs the same code on whichever width the characters have.
#[macro_export]
macro_rules! with_units {
    ($units:expr, |$slice:ident| $body:expr) => {
        match $units {
            $crate::str::Units::Latin1($slice) => $body,
            $crate::str::Units::Ucs2($slice) => $body,
            $crate::str::Units::Ucs4($slice) => $body,
        }
    };
}

impl<'a> Units<'a> {
    #[inline]
    pub fn len(self) -> usize {
        with_units!(self, |units| units.len())
    }

    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Character `index`.
    #[inline]
    pub fn get(self, index: usize) -> u32 {
        with_units!(self, |units| units[index].point())
    }

    #[inline]
    pub fn kind(self) -> u32 {
        match self {
            Self::Latin1(_) => PyUnicode_1BYTE_KIND,
            Self::Ucs2(_) => PyUnicode_2BYTE_KIND,
            Self::Ucs4(_) => PyUnicode_4BYTE_KIND,
        }
    }

    #[inline]
    pub fn slice(self, start: usize, end: usize) -> Self {
        match self {
            Self::Latin1(units) => Self::Latin1(&units[start..end]),
            Self::Ucs2(units) => Self::Ucs2(&units[start..end]),
            Self::Ucs4(units) => Self::Ucs4(&units[start..end]),
        }
    }

    #[inline]
    pub fn iter(self) -> UnitsIter<'a> {
        UnitsIter { units: self, front: 0, back: self.len() }
    }

    /// The characters as they lie in memory.
    #[inline]
    pub fn as_bytes(self) -> &'a [u8] {
        with_units!(self, |units| {
            // SAFETY: plain integers may be read as bytes.
            unsafe { core::slice::from_raw_parts(units.as_ptr().cast(), size_of_val(units)) }
        })
    }

    /// The widest character, or at least one as wide (`find_maxchar` exactly).
    pub fn max_char(self) -> u32 {
        match self {
            Self::Latin1(units) => {
                if units.is_ascii() {
                    127
                } else {
                    255
                }
            }
            Self::Ucs2(units) => units.iter().copied().max().unwrap_or(0).into(),
            Self::Ucs4(units) => units.iter().copied().max().unwrap_or(0),
        }
    }

    /// Whether all characters are below 128.
    pub fn is_ascii(self) -> bool {
        self.max_char() < 128
    }

    pub fn to_vec(self) -> Vec<u32> {
        with_units!(self, |units| units.iter().map(|unit| unit.point()).collect())
    }
}

/// Iterates over code points from both ends.
#[derive(Clone)]
pub struct UnitsIter<'a> {
    units: Units<'a>,
    front: usize,
    back: usize,
}

impl Iterator for UnitsIter<'_> {
    type Item = u32;
    #[inline]
    fn next(&mut self) -> Option<u32> {
        (self.front < self.back).then(|| {
            self.front += 1;
            self.units.get(self.front - 1)
        })
    }
    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.back - self.front, Some(self.back - self.front))
    }
}
impl ExactSizeIterator for UnitsIter<'_> {}
impl DoubleEndedIterator for UnitsIter<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        (self.front < self.back).then(|| {
            self.back -= 1;
            self.units.get(self.back)
        })
    }
}

/// The state bits of a string.
#[inline]
pub(super) fn state(text: Text<'_>) -> _PyUnicodeObject_state {
    // SAFETY: a live string.
    unsafe { (*text.as_ptr().cast::<PyASCIIObject>()).state }
}

/// How many characters (`PyUnicode_GET_LENGTH`).
#[inline]
pub fn len(text: Text<'_>) -> usize {
    // SAFETY: a live string.
    unsafe { (*text.as_ptr().cast::<PyASCIIObject>()).length as usize }
}

/// `PyUnicode_KIND`.
#[inline]
pub fn kind(text: Text<'_>) -> u32 {
    state(text).kind()
}

/// `PyUnicode_IS_ASCII`.
#[inline]
pub fn is_ascii(text: Text<'_>) -> bool {
    state(text).ascii()
}

/// The address of the characters (`PyUnicode_DATA`).
#[inline]
pub fn data(text: Text<'_>) -> *mut c_void {
    let state = state(text);
    // SAFETY: a live string, laid out as its state says.
    unsafe {
        if !state.compact() {
            (*text.as_ptr()).data.any
        } else if state.ascii() {
            text.as_ptr().cast::<PyASCIIObject>().add(1).cast()
        } else {
            text.as_ptr().cast::<PyCompactUnicodeObject>().add(1).cast()
        }
    }
}

/// The characters. They live as long as the string, which never changes.
#[inline]
pub fn units<'a>(text: Text<'a>) -> Units<'a> {
    let (data, len) = (data(text), len(text));
    // SAFETY: `len` characters of the string's kind lie at `data`.
    unsafe {
        match kind(text) {
            PyUnicode_1BYTE_KIND => Units::Latin1(core::slice::from_raw_parts(data.cast(), len)),
            PyUnicode_2BYTE_KIND => Units::Ucs2(core::slice::from_raw_parts(data.cast(), len)),
            _ => Units::Ucs4(core::slice::from_raw_parts(data.cast(), len)),
        }
    }
}

/// Character `index` (`PyUnicode_READ_CHAR`).
#[inline]
pub fn read(text: Text<'_>, index: usize) -> u32 {
    units(text).get(index)
}

/// A compact string of `len` characters up to `max_char`, its characters unset but for the
/// zero at the end (`PyUnicode_New`). The caller fills it before anybody sees it.
pub fn new_unfilled(len: usize, max_char: u32) -> PyResult<Object> {
    if len == 0 {
        return Ok(super::empty());
    }
    let (header, kind, ascii) = match max_char {
        0..128 => (size_of::<PyASCIIObject>(), PyUnicode_1BYTE_KIND, true),
        128..256 => (size_of::<PyCompactUnicodeObject>(), PyUnicode_1BYTE_KIND, false),
        256..0x10000 => (size_of::<PyCompactUnicodeObject>(), PyUnicode_2BYTE_KIND, false),
        _ => (size_of::<PyCompactUnicodeObject>(), PyUnicode_4BYTE_KIND, false),
    };
    let Some(size) = (len + 1).checked_mul(kind as usize).and_then(|bytes| bytes.checked_add(header)) else {
        return Err(errors::no_memory());
    };
    let block = alloc::malloc(size).cast::<PyObject>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: a fresh block with room for the header and `len + 1` characters.
    unsafe {
        alloc::init_header(block, &raw mut super::PyUnicode_Type);
        let text = block.cast::<PyCompactUnicodeObject>();
        (*text)._base.length = len as Py_ssize_t;
        (*text)._base.hash = -1;
        (*text)._base.state = _PyUnicodeObject_state::new(kind, true, ascii);
        if !ascii {
            (*text).utf8_length = 0;
            (*text).utf8 = ptr::null_mut();
        }
        let end = block.cast::<u8>().add(header + len * kind as usize);
        ptr::write_bytes(end, 0, kind as usize);
        Ok(Owned::steal(block.cast()))
    }
}

/// A compact string whose characters `fill` writes, all `len` of them.
///
/// `max_char` is exact enough: the widest character's kind (and ASCII or not) must be its own.
pub(super) fn new_with<U: Unit>(len: usize, max_char: u32, fill: impl FnOnce(&mut [U])) -> PyResult<Object> {
    let text = new_unfilled(len, max_char)?;
    if len > 0 {
        debug_assert_eq!(kind(text.borrow()), U::KIND);
        // SAFETY: nobody else has seen the string; it has `len` characters of this kind,
        // set to zero first because a slice must not be unset.
        unsafe {
            let units = data(text.borrow()).cast::<U>();
            ptr::write_bytes(units, 0, len);
            fill(core::slice::from_raw_parts_mut(units, len));
        }
    }
    Ok(text)
}

fn copy_exact<U: Unit>(units: &[U], max_char: u32) -> PyResult<Object> {
    let text = new_unfilled(units.len(), max_char)?;
    if !units.is_empty() {
        // SAFETY: the string has room for as many characters of this kind.
        unsafe { ptr::copy_nonoverlapping(units.as_ptr(), data(text.borrow()).cast::<U>(), units.len()) };
    }
    Ok(text)
}

/// A string of the same characters, as narrow as they allow.
pub fn from_units(units: Units<'_>) -> PyResult<Object> {
    if units.len() == 1 {
        return from_char(units.get(0));
    }
    let max_char = units.max_char();
    match units {
        Units::Latin1(units) => copy_exact(units, max_char),
        Units::Ucs2(units) if max_char > 0xff => copy_exact(units, max_char),
        Units::Ucs4(units) if max_char > 0xffff => copy_exact(units, max_char),
        Units::Ucs2(units) => new_with(units.len(), max_char, |to: &mut [u8]| convert(units, to)),
        Units::Ucs4(units) if max_char > 0xff => {
            new_with(units.len(), max_char, |to: &mut [u16]| convert(units, to))
        }
        Units::Ucs4(units) => new_with(units.len(), max_char, |to: &mut [u8]| convert(units, to)),
    }
}

/// A string of characters known to be below 128.
pub(crate) fn from_ascii(units: &[u8]) -> PyResult<Object> {
    debug_assert!(units.is_ascii());
    if let [only] = units {
        return from_char(u32::from(*only));
    }
    copy_exact(units, 127)
}

/// Copies characters into cells of another width, which must fit them.
pub(super) fn convert<A: Unit, B: Unit>(from: &[A], to: &mut [B]) {
    for (cell, unit) in to.iter_mut().zip(from) {
        *cell = B::from_point(unit.point());
    }
}

/// A string of bytes taken as characters.
pub fn from_latin1(bytes: &[u8]) -> PyResult<Object> {
    from_units(Units::Latin1(bytes))
}

/// A string of two-byte characters (surrogates stay single).
pub fn from_ucs2(units: &[u16]) -> PyResult<Object> {
    from_units(Units::Ucs2(units))
}

/// A string of code points.
pub fn from_code_points(points: &[u32]) -> PyResult<Object> {
    from_units(Units::Ucs4(points))
}

/// A string of one character; those of Latin-1 are made once.
#[inline]
pub fn from_char(point: u32) -> PyResult<Object> {
    match point {
        0..256 => Ok(super::intern::latin1_char(point as u8)),
        256..0x10000 => copy_exact(&[point as u16], point),
        _ => copy_exact(&[point], point),
    }
}

/// `str` of valid UTF-8.
pub fn from_str(text: &str) -> PyResult<Object> {
    let bytes = text.as_bytes();
    if bytes.is_ascii() {
        return if let [byte] = bytes { from_char(u32::from(*byte)) } else { copy_exact(bytes, 127) };
    }
    let mut builder = super::Builder::with_capacity(bytes.len());
    builder.push_str(text);
    builder.finish()
}

/// The instance of a subclass with the characters of `value` (`unicode_subtype_new`).
pub(super) fn new_of_subtype(tp: crate::TypeRef<'_>, value: Text<'_>) -> PyResult<Object> {
    let made = crate::type_object::generic_alloc(tp, 0)?;
    // SAFETY: a subclass of `str` has at least `PyUnicodeObject`'s fields, all zero so far.
    let made: Object = unsafe { made.cast_unchecked() };
    let (units, old) = (units(value), state(value));
    let bytes = units.as_bytes();
    let width = old.kind() as usize;
    let block = alloc::malloc(bytes.len() + width).cast::<u8>();
    // SAFETY: fields of a fresh object; the buffer has room for the characters and a zero.
    // A freed half-made object needs a state that `dealloc` understands, so it comes first.
    unsafe {
        let op = made.as_ptr();
        (*op)._base._base.state = _PyUnicodeObject_state::new(old.kind(), false, old.ascii());
        (*op)._base._base.hash = super::hash(value);
        (*op)._base.utf8 = ptr::null_mut();
        (*op)._base.utf8_length = 0;
        (*op).data.any = block.cast();
        if block.is_null() {
            return Err(errors::no_memory());
        }
        (*op)._base._base.length = units.len() as Py_ssize_t;
        ptr::copy_nonoverlapping(bytes.as_ptr(), block, bytes.len());
        ptr::write_bytes(block.add(bytes.len()), 0, width);
        if old.ascii() {
            // ASCII is its own UTF-8; `dealloc` knows the shared buffer by its address.
            (*op)._base.utf8 = block.cast();
            (*op)._base.utf8_length = bytes.len() as Py_ssize_t;
        }
    }
    Ok(made)
}

/// Frees a string: `tp_dealloc`.
pub(super) fn dealloc(text: crate::Borrowed<'_, Unicode>) {
    let state = state(text);
    match state.interned() {
        SSTATE_NOT_INTERNED => {}
        SSTATE_INTERNED_MORTAL => super::intern::forget(text),
        _ => {
            // Somebody gave away references that were not theirs; the string stays.
            // SAFETY: a live string.
            unsafe { super::intern::make_immortal(text.as_ptr().cast()) };
            return;
        }
    }
    // SAFETY: the last reference is gone; the buffers are owned unless they are the characters.
    unsafe {
        if !(state.compact() && state.ascii()) {
            let base = text.as_ptr().cast::<PyCompactUnicodeObject>();
            let utf8 = (*base).utf8.cast::<c_void>();
            if utf8 != data(text) {
                alloc::free(utf8);
            }
        }
        if !state.compact() {
            alloc::free((*text.as_ptr()).data.any);
        }
        alloc::free_object(text.as_object_ptr());
    }
}

/// A compact string of another length, whose reference is the only one; the characters
/// past the old length are unset. Nothing may be kept about the old contents.
pub(super) fn resize(text: Object, len: usize) -> PyResult<Object> {
    let state = state(text.borrow());
    debug_assert!(state.compact() && state.interned() == SSTATE_NOT_INTERNED);
    let kind = state.kind() as usize;
    let header = if state.ascii() { size_of::<PyASCIIObject>() } else { size_of::<PyCompactUnicodeObject>() };
    let Some(size) = (len + 1).checked_mul(kind).and_then(|bytes| bytes.checked_add(header)) else {
        return Err(errors::no_memory());
    };
    // SAFETY: ours alone; the kept UTF-8 form is no longer true and is dropped first.
    unsafe {
        let old = text.into_ptr();
        if !state.ascii() {
            let base = old.cast::<PyCompactUnicodeObject>();
            alloc::free((*base).utf8.cast());
            (*base).utf8 = ptr::null_mut();
            (*base).utf8_length = 0;
        }
        let block = alloc::realloc(old.cast(), size).cast::<PyASCIIObject>();
        if block.is_null() {
            drop(Object::steal(old));
            return Err(errors::no_memory());
        }
        (*block).length = len as Py_ssize_t;
        (*block).hash = -1;
        ptr::write_bytes(block.cast::<u8>().add(header + len * kind), 0, kind);
        Ok(Owned::steal(block.cast()))
    }
}
