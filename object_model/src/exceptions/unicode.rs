//! `UnicodeEncodeError`, `UnicodeDecodeError` and `UnicodeTranslateError`.
//!
//! The attributes can be set to anything after construction; whoever reads them
//! checks their types and moves positions into the object's bounds.

use core::mem::offset_of;

use super::base::{COMMON, init_args, object_member};
use super::simple::owned_fields;
use super::{builtin, replace};
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, buffer, bytes, call, int, number, object, raise, slot, str,
};

type UnicodeError<'a> = Borrowed<'a, PyUnicodeErrorObject>;

owned_fields!(PyUnicodeErrorObject: encoding, object, reason);

/// Argument `index` if it is a `str`.
fn str_argument<'a>(args: Args<'a>, index: usize) -> PyResult<Op<'a>> {
    let argument = args.get(index).expect("counted");
    if !argument.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "argument {} must be str, not {}", index + 1, argument.type_name()));
    }
    Ok(argument)
}

fn position_argument(args: Args<'_>, index: usize) -> PyResult<Py_ssize_t> {
    number::as_ssize_t(args.get(index).expect("counted"), Some(builtin::OverflowError()))
}

fn check_count(args: Args<'_>, n: usize) -> PyResult<()> {
    if args.len() != n {
        return Err(raise!(TypeError, "function takes exactly {n} arguments ({} given)", args.len()));
    }
    Ok(())
}

fn fill(
    op: UnicodeError<'_>,
    encoding: Option<Op<'_>>,
    object: Object,
    start: isize,
    end: isize,
    reason: Op<'_>,
) {
    let fields = op.as_ptr();
    // SAFETY: a live exception.
    unsafe {
        replace(&raw mut (*fields).encoding, encoding.map(Op::to_owned));
        replace(&raw mut (*fields).object, Some(object));
        (*fields).start = start;
        (*fields).end = end;
        replace(&raw mut (*fields).reason, Some(reason.to_owned()));
    }
}

fn encode_init(op: UnicodeError<'_>, args: Args<'_>) -> PyResult<()> {
    args.no_keywords(op.type_name())?;
    init_args(op.as_object(), args)?;
    check_count(args, 5)?;
    let encoding = str_argument(args, 0)?;
    let object = str_argument(args, 1)?;
    let (start, end) = (position_argument(args, 2)?, position_argument(args, 3)?);
    let reason = str_argument(args, 4)?;
    fill(op, Some(encoding), object.to_owned(), start, end, reason);
    Ok(())
}

fn decode_init(op: UnicodeError<'_>, args: Args<'_>) -> PyResult<()> {
    args.no_keywords(op.type_name())?;
    init_args(op.as_object(), args)?;
    check_count(args, 5)?;
    let encoding = str_argument(args, 0)?;
    let object = args.get(1).expect("counted");
    let (start, end) = (position_argument(args, 2)?, position_argument(args, 3)?);
    let reason = str_argument(args, 4)?;
    let object = if object.is_instance::<PyBytesObject>() {
        object.to_owned()
    } else {
        let view = buffer::get(object, 0)?;
        bytes::from_slice(view.as_slice())?.into_object()
    };
    fill(op, Some(encoding), object, start, end, reason);
    Ok(())
}

fn translate_init(op: UnicodeError<'_>, args: Args<'_>) -> PyResult<()> {
    args.no_keywords(op.type_name())?;
    init_args(op.as_object(), args)?;
    check_count(args, 4)?;
    let object = str_argument(args, 0)?;
    let (start, end) = (position_argument(args, 1)?, position_argument(args, 2)?);
    let reason = str_argument(args, 3)?;
    fill(op, None, object.to_owned(), start, end, reason);
    Ok(())
}

/// `str(field)` as text.
fn text_of(field: *mut PyObject) -> PyResult<String> {
    // SAFETY: a field of a live exception owns what it points to.
    match unsafe { Owned::new_ref_nullable(field) } {
        Some(value) => Ok(str::to_string_lossy(object::str(value.op())?.op())),
        None => Ok(String::new()),
    }
}

/// The attribute `object`, which must still be a `str`, or `bytes` for a decode error.
fn checked_object(op: UnicodeError<'_>, wants_bytes: bool) -> PyResult {
    // SAFETY: the field owns an object or is null.
    let Some(object) = (unsafe { Owned::new_ref_nullable(op.object) }) else {
        return Err(raise!(TypeError, "UnicodeError 'object' attribute is not set"));
    };
    if wants_bytes && !object.op().is_instance::<PyBytesObject>() {
        return Err(raise!(TypeError, "UnicodeError 'object' attribute must be a bytes"));
    }
    if !wants_bytes && !object.op().is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "UnicodeError 'object' attribute must be a string"));
    }
    Ok(object)
}

/// `character '\xe9' in position 3`, or the range where it is not exactly one.
fn place_of_characters(op: UnicodeError<'_>) -> PyResult<String> {
    let object = checked_object(op, false)?;
    // SAFETY: just checked.
    let text = unsafe { object.op().cast_unchecked::<PyUnicodeObject>() };
    let (start, end) = (op.start, op.end);
    let len = str::len(text) as isize;
    if (0..len).contains(&start) && (0..=len).contains(&end) && end == start + 1 {
        let point = str::read(text, start as usize);
        let escape = match point {
            0..=0xff => format!("\\x{point:02x}"),
            0x100..=0xffff => format!("\\u{point:04x}"),
            _ => format!("\\U{point:08x}"),
        };
        return Ok(format!("character '{escape}' in position {start}"));
    }
    Ok(format!("characters in position {start}-{}", end.wrapping_sub(1)))
}

fn encode_str(op: UnicodeError<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if op.object.is_null() {
        return Ok(str::empty());
    }
    let (encoding, reason) = (text_of(op.encoding)?, text_of(op.reason)?);
    str::from_string(format!("'{encoding}' codec can't encode {}: {reason}", place_of_characters(op)?))
}

fn translate_str(op: UnicodeError<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if op.object.is_null() {
        return Ok(str::empty());
    }
    let reason = text_of(op.reason)?;
    str::from_string(format!("can't translate {}: {reason}", place_of_characters(op)?))
}

fn decode_str(op: UnicodeError<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if op.object.is_null() {
        return Ok(str::empty());
    }
    let (encoding, reason) = (text_of(op.encoding)?, text_of(op.reason)?);
    let object = checked_object(op, true)?;
    // SAFETY: just checked.
    let content = bytes::as_slice(unsafe { object.op().cast_unchecked() });
    let (start, end) = (op.start, op.end);
    let len = content.len() as isize;
    let place = if (0..len).contains(&start) && (0..=len).contains(&end) && end == start + 1 {
        format!("byte 0x{:02x} in position {start}", content[start as usize])
    } else {
        format!("bytes in position {start}-{}", end.wrapping_sub(1))
    };
    str::from_string(format!("'{encoding}' codec can't decode {place}: {reason}"))
}

/// A `UnicodeEncodeError` that is not raised yet.
pub fn new_encode_error(encoding: &str, object: Op<'_>, start: isize, end: isize, reason: &str) -> PyResult {
    let (encoding, reason) = (str::from_str(encoding)?, str::from_str(reason)?);
    let (start, end) = (int::from_isize(start)?, int::from_isize(end)?);
    call::call_positional(
        builtin::UnicodeEncodeError(),
        &[encoding.op(), object, start.op(), end.op(), reason.op()],
    )
}

/// A `UnicodeDecodeError` that is not raised yet (`PyUnicodeDecodeError_Create`).
pub fn new_decode_error(encoding: &str, input: &[u8], start: isize, end: isize, reason: &str) -> PyResult {
    let (encoding, reason) = (str::from_str(encoding)?, str::from_str(reason)?);
    let object = bytes::from_slice(input)?;
    let (start, end) = (int::from_isize(start)?, int::from_isize(end)?);
    call::call_positional(
        builtin::UnicodeDecodeError(),
        &[encoding.op(), object.op(), start.op(), end.op(), reason.op()],
    )
}

/// A `UnicodeTranslateError` that is not raised yet.
pub fn new_translate_error(object: Op<'_>, start: isize, end: isize, reason: &str) -> PyResult {
    let reason = str::from_str(reason)?;
    let (start, end) = (int::from_isize(start)?, int::from_isize(end)?);
    call::call_positional(builtin::UnicodeTranslateError(), &[object, start.op(), end.op(), reason.op()])
}

fn unicode_error<'a>(op: Op<'a>) -> PyResult<UnicodeError<'a>> {
    let ours =
        [builtin::UnicodeEncodeError(), builtin::UnicodeDecodeError(), builtin::UnicodeTranslateError()];
    if !ours.iter().any(|class| super::given_exception_matches(op, *class)) {
        return Err(raise!(TypeError, "expected UnicodeError, got {}", op.type_name()));
    }
    // SAFETY: instances of these three classes have this layout.
    Ok(unsafe { op.cast_unchecked() })
}

fn wants_bytes(op: Op<'_>) -> bool {
    super::given_exception_matches(op, builtin::UnicodeDecodeError())
}

fn object_len(op: UnicodeError<'_>) -> PyResult<isize> {
    let wants_bytes = wants_bytes(op.as_object());
    let object = checked_object(op, wants_bytes)?;
    // SAFETY: its type is what was asked for.
    Ok(unsafe {
        if wants_bytes {
            bytes::len(object.op().cast_unchecked()) as isize
        } else {
            str::len(object.op().cast_unchecked()) as isize
        }
    })
}

/// The attribute `object` (`PyUnicodeEncodeError_GetObject` and its like).
pub fn unicode_error_object(op: Op<'_>) -> PyResult {
    checked_object(unicode_error(op)?, wants_bytes(op))
}

/// The attribute `start`, moved into the object's bounds.
pub fn unicode_error_start(op: Op<'_>) -> PyResult<isize> {
    let op = unicode_error(op)?;
    let len = object_len(op)?;
    Ok(op.start.clamp(0, (len - 1).max(0)))
}

/// The attribute `end`, moved into the object's bounds.
pub fn unicode_error_end(op: Op<'_>) -> PyResult<isize> {
    let op = unicode_error(op)?;
    let len = object_len(op)?;
    Ok(op.end.max(1).min(len))
}

const fn position(
    name: &'static core::ffi::CStr,
    offset: usize,
    doc: &'static core::ffi::CStr,
) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: Py_T_PYSSIZET,
        offset: offset as Py_ssize_t,
        flags: 0,
        doc: doc.as_ptr(),
    }
}

static MEMBERS: [PyMemberDef; 6] = [
    object_member(c"encoding", offset_of!(PyUnicodeErrorObject, encoding), c"exception encoding"),
    object_member(c"object", offset_of!(PyUnicodeErrorObject, object), c"exception object"),
    position(c"start", offset_of!(PyUnicodeErrorObject, start), c"exception start"),
    position(c"end", offset_of!(PyUnicodeErrorObject, end), c"exception end"),
    object_member(c"reason", offset_of!(PyUnicodeErrorObject, reason), c"exception reason"),
    PyMemberDef::EMPTY,
];

const TEMPLATE: PyTypeObject = PyTypeObject {
    tp_basicsize: size_of::<PyUnicodeErrorObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_new: Some(super::base::new_slot),
    ..COMMON
};
pub(super) const ENCODE_ERROR: PyTypeObject =
    PyTypeObject { tp_str: slot::unary(encode_str), tp_init: slot::init(encode_init), ..TEMPLATE };
pub(super) const DECODE_ERROR: PyTypeObject =
    PyTypeObject { tp_str: slot::unary(decode_str), tp_init: slot::init(decode_init), ..TEMPLATE };
pub(super) const TRANSLATE_ERROR: PyTypeObject =
    PyTypeObject { tp_str: slot::unary(translate_str), tp_init: slot::init(translate_init), ..TEMPLATE };
