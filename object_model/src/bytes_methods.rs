//! What `bytes` and `bytearray` share: construction from objects and the methods.
//!
//! The methods are written once over `ByteString` and get their arguments as buffers.
//! Asking for an argument's buffer can run Python code that resizes a bytearray, so the
//! receiver's own bytes are looked at only afterwards; `bytearray` arguments are held by
//! their export.
//!
//!  - `search`: find, count, replace. `split`: splitting, stripping, joining.
//!  - `transform`: case, padding, translating, hex. `tables`: the method tables.

use core::ffi::c_int;

use memchr::memmem;

use crate::exceptions::builtin;
use crate::layout::*;
use crate::{
    Borrowed, Object, Op, Owned, PyResult, PyTyped, buffer, codecs, errors, int, iter, list, number, object,
    raise, str, tuple,
};

pub mod search;
pub mod split;
pub mod tables;
pub mod transform;

pub use tables::{BYTEARRAY_METHODS, BYTES_METHODS};

/// `bytes` or `bytearray`.
pub trait ByteString: PyTyped + Sized + 'static {
    /// The bytes as they are now.
    fn view<'a>(op: Borrowed<'a, Self>) -> &'a [u8];
    /// A new object of the base type.
    fn make(bytes: &[u8]) -> PyResult;
    /// The object itself where that does no harm, else a copy.
    fn same_or_copy(op: Borrowed<'_, Self>) -> PyResult;
    /// Keeps the bytes where they are while arguments are converted: resizing raises meanwhile.
    fn hold(op: Borrowed<'_, Self>) -> Option<crate::bytearray::Hold>;
}

impl ByteString for PyBytesObject {
    fn view<'a>(op: Borrowed<'a, Self>) -> &'a [u8] {
        crate::bytes::as_slice(op)
    }
    fn make(bytes: &[u8]) -> PyResult {
        crate::bytes::from_slice(bytes).map(Owned::into_object)
    }
    fn same_or_copy(op: Borrowed<'_, Self>) -> PyResult {
        if op.is_exact::<Self>() { Ok(op.to_owned().into_object()) } else { Self::make(Self::view(op)) }
    }
    fn hold(_op: Borrowed<'_, Self>) -> Option<crate::bytearray::Hold> {
        None
    }
}

impl ByteString for PyByteArrayObject {
    fn view<'a>(op: Borrowed<'a, Self>) -> &'a [u8] {
        crate::bytearray::view(op)
    }
    fn make(bytes: &[u8]) -> PyResult {
        crate::bytearray::from_slice(bytes).map(Owned::into_object)
    }
    fn same_or_copy(op: Borrowed<'_, Self>) -> PyResult {
        Self::make(Self::view(op))
    }
    fn hold(op: Borrowed<'_, Self>) -> Option<crate::bytearray::Hold> {
        Some(crate::bytearray::Hold::new(op))
    }
}

/// What the constructors were called with.
pub enum Source<'a> {
    Nothing,
    Encoded(Owned<PyBytesObject>),
    /// A count: as many zeros.
    Zeros(usize),
    Object(Op<'a>),
}

fn name_argument<'a>(
    op: Op<'a>,
    function: &str,
    parameter: &str,
) -> PyResult<crate::Borrowed<'a, PyUnicodeObject>> {
    op.downcast().ok_or_else(|| {
        raise!(TypeError, "{function}() argument '{parameter}' must be str, not {}", op.type_name())
    })
}

/// Sorts the arguments of `bytes()` and `bytearray()` out.
pub fn constructor_source<'a>(
    source: Option<Op<'a>>,
    encoding: Option<Op<'a>>,
    error_handler: Option<Op<'a>>,
    function: &str,
) -> PyResult<Source<'a>> {
    let Some(source) = source else {
        if encoding.is_some() || error_handler.is_some() {
            let what = if encoding.is_some() { "encoding" } else { "errors" };
            return Err(raise!(TypeError, "{what} without a string argument"));
        }
        return Ok(Source::Nothing);
    };
    if let Some(text) = source.downcast::<PyUnicodeObject>() {
        let Some(encoding) = encoding else {
            return Err(raise!(TypeError, "string argument without an encoding"));
        };
        let encoding = str::as_utf8(name_argument(encoding, function, "encoding")?)?;
        let error_handler = match error_handler {
            Some(name) => Some(str::as_utf8(name_argument(name, function, "errors")?)?),
            None => None,
        };
        let encoded = codecs::encode_text(text, Some(encoding), error_handler)?;
        return Ok(Source::Encoded(encoded.downcast().map_err(|_| errors::bad_internal_call())?));
    }
    if encoding.is_some() || error_handler.is_some() {
        let what = if encoding.is_some() { "encoding" } else { "errors" };
        return Err(raise!(TypeError, "{what} without a string argument"));
    }
    if number::check_index(source) {
        match number::as_ssize_t(source, Some(builtin::OverflowError())) {
            Ok(count) if count < 0 => return Err(raise!(ValueError, "negative count")),
            Ok(count) => return Ok(Source::Zeros(count as usize)),
            // An object whose `__index__` fails so may still be iterable.
            Err(raised) => {
                raised.absorb::<()>(builtin::TypeError())?;
            }
        }
    }
    Ok(Source::Object(source))
}

/// The value of an item of bytes; `what` begins the message for one out of range.
pub fn byte_value(op: Op<'_>, what: &str) -> PyResult<u8> {
    let value = number::index(op)?;
    match int::as_i64_and_overflow(value.op())? {
        Ok(value @ 0..=255) => Ok(value as u8),
        _ => Err(raise!(ValueError, "{what} must be in range(0, 256)")),
    }
}

/// The bytes of a buffer, or of an iterable of ints; `what` is the type being made.
pub fn collect(op: Op<'_>, what: &str) -> PyResult<Vec<u8>> {
    if buffer::check(op) {
        let view = buffer::get(op, PyBUF_FULL_RO)?;
        // SAFETY: filled and not released.
        return Ok(unsafe { buffer::to_contiguous(&raw const *view.view, b'C') });
    }
    let message = if what == "bytes" { "bytes" } else { "byte" };
    if let Some(items) = op.downcast_exact::<PyListObject>() {
        let mut out = Vec::with_capacity(list::len(items));
        let mut index = 0;
        while let Some(item) = list::get(items, index) {
            out.push(byte_value(item.op(), message)?);
            index += 1;
        }
        return Ok(out);
    }
    if let Some(items) = op.downcast_exact::<PyTupleObject>() {
        return (0..tuple::len(items)).map(|index| byte_value(tuple::get(items, index), message)).collect();
    }
    if !op.is_instance::<PyUnicodeObject>() {
        match object::get_iter(op) {
            Ok(iterator) => {
                let mut out = Vec::with_capacity(object::length_hint(op, 64)?.min(1 << 20));
                while let Some(item) = iter::next(iterator.op())? {
                    out.push(byte_value(item.op(), message)?);
                }
                return Ok(out);
            }
            Err(raised) => {
                raised.absorb::<()>(builtin::TypeError())?;
            }
        }
    }
    Err(raise!(TypeError, "cannot convert '{}' object to {what}", op.type_name()))
}

/// Compares bytes for one of `Py_LT` .. `Py_GE`.
pub fn compare(a: &[u8], b: &[u8], op: c_int) -> Object {
    crate::singletons::new_bool(match op {
        Py_EQ => a == b,
        Py_NE => a != b,
        Py_LT => a < b,
        Py_LE => a <= b,
        Py_GT => a > b,
        _ => a >= b,
    })
}

/// Under `-b`, warns that `str(bytes)` shows a representation.
pub fn warn_about_str(message: &str) -> PyResult<()> {
    if crate::state::interp().bytes_warning.get() > 0 {
        (crate::state::hooks().warn)(builtin::BytesWarning(), message, 1)?;
    }
    Ok(())
}

/// Under `-b`, warns that bytes are compared with text or numbers.
pub fn warn_about_comparison(a: Op<'_>, b: Op<'_>, op: c_int) -> PyResult<()> {
    if crate::state::interp().bytes_warning.get() == 0 || !matches!(op, Py_EQ | Py_NE) {
        return Ok(());
    }
    let either = |check: fn(Op<'_>) -> bool| check(a) || check(b);
    if either(|op| op.is_instance::<PyUnicodeObject>()) {
        (crate::state::hooks().warn)(builtin::BytesWarning(), "Comparison between bytes and string", 1)?;
    } else if either(|op| op.is_instance::<PyLongObject>()) {
        (crate::state::hooks().warn)(builtin::BytesWarning(), "Comparison between bytes and int", 1)?;
    }
    Ok(())
}

/// Fills `cells` with copies of `pattern`.
pub fn fill_repeated(cells: &mut [u8], pattern: &[u8]) {
    match pattern {
        [] => {}
        [byte] => cells.fill(*byte),
        _ => cells.chunks_exact_mut(pattern.len()).for_each(|chunk| chunk.copy_from_slice(pattern)),
    }
}

/// `wanted in bytes`: a number or a run of bytes.
pub fn contains(bytes: &[u8], wanted: Op<'_>) -> PyResult<bool> {
    // What says that it is no number, with whatever error, may still be bytes.
    match number::as_ssize_t(wanted, None) {
        Ok(value @ 0..=255) => return Ok(bytes.contains(&(value as u8))),
        Ok(_) => return Err(raise!(ValueError, "byte must be in range(0, 256)")),
        Err(raised) => raised.clear(),
    }
    let wanted = buffer::get(wanted, PyBUF_SIMPLE)?;
    Ok(memmem::find(bytes, wanted.as_slice()).is_some())
}
