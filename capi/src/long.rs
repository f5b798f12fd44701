//! `PyLong_*` and `PyBool_*`.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::{ptr, slice};

use adder_object_model::define::guard_with;
use adder_object_model::layout::*;
use adder_object_model::{PyResult, Raised, errors, int, number, object, raise, singletons, str};

use crate::c_api;
use crate::convert::*;

/// The int behind any object that has `__index__`.
fn index(op: Op) -> PyResult<Object> {
    if op.is_instance::<PyLongObject>() { Ok(op.to_owned()) } else { number::index(op) }
}

fn bad_int(op: Op) -> Raised {
    let _ = op;
    raise!(TypeError, "an integer is required")
}

c_api! {
    /// New reference: the greatest common divisor of two ints.
    fn _PyLong_GCD(a: Of<PyLongObject>, b: Of<PyLongObject>) -> PyResult<Object> { int::gcd(a.as_object(), b.as_object()) }
    /// New reference.
    fn PyBool_FromLong(value: i64) -> PyResult<Object> { Ok(singletons::new_bool(value != 0)) }
    /// New reference.
    fn PyLong_FromLong(value: i64) -> PyResult<Object> { int::from_i64(value) }
    /// New reference.
    fn PyLong_FromLongLong(value: i64) -> PyResult<Object> { int::from_i64(value) }
    /// New reference.
    fn PyLong_FromInt32(value: c_int) -> PyResult<Object> { int::from_i64(value.into()) }
    /// New reference.
    fn PyLong_FromInt64(value: i64) -> PyResult<Object> { int::from_i64(value) }
    /// New reference.
    fn PyLong_FromUInt32(value: u32) -> PyResult<Object> { int::from_u64(value.into()) }
    /// New reference.
    fn PyLong_FromUInt64(value: u64) -> PyResult<Object> { int::from_u64(value) }
    /// New reference.
    fn PyLong_FromUnsignedLong(value: u64) -> PyResult<Object> { int::from_u64(value) }
    /// New reference.
    fn PyLong_FromUnsignedLongLong(value: u64) -> PyResult<Object> { int::from_u64(value) }
    /// New reference.
    fn PyLong_FromSsize_t(value: isize) -> PyResult<Object> { int::from_isize(value) }
    /// New reference.
    fn PyLong_FromSize_t(value: usize) -> PyResult<Object> { int::from_usize(value) }
    /// New reference.
    fn PyLong_FromDouble(value: f64) -> PyResult<Object> { int::from_f64(value) }
    /// New reference.
    fn PyLong_FromVoidPtr(value: *mut c_void) -> PyResult<Object> { int::from_usize(value.addr()) }
    /// New reference.
    fn PyLong_FromUnicodeObject(text: Of<PyUnicodeObject>, base: c_int) -> PyResult<Object> {
        int::from_unicode(text, base as u32)
    }
    fn PyLong_AsLong(op: Op) -> PyResult<i64> { int::as_i64(index(op)?.op()) }
    fn PyLong_AsLongLong(op: Op) -> PyResult<i64> { int::as_i64(index(op)?.op()) }
    fn PyLong_AsInt(op: Op) -> PyResult<c_int> { int::as_i32(index(op)?.op()) }
    fn _PyLong_AsInt(op: Op) -> PyResult<c_int> { int::as_i32(index(op)?.op()) }
    fn PyLong_AsSsize_t(op: Op) -> PyResult<isize> {
        if !op.is_instance::<PyLongObject>() { return Err(bad_int(op)); }
        int::as_isize(op)
    }
    fn PyLong_AsSize_t(op: Op) -> PyResult<usize> {
        if !op.is_instance::<PyLongObject>() { return Err(bad_int(op)); }
        int::as_usize(op)
    }
    fn PyLong_AsUnsignedLong(op: Op) -> PyResult<u64> {
        if !op.is_instance::<PyLongObject>() { return Err(bad_int(op)); }
        int::as_u64(op)
    }
    fn PyLong_AsUnsignedLongLong(op: Op) -> PyResult<u64> {
        if !op.is_instance::<PyLongObject>() { return Err(bad_int(op)); }
        int::as_u64(op)
    }
    fn PyLong_AsUnsignedLongMask(op: Op) -> PyResult<u64> { int::as_u64_mask(index(op)?.op()) }
    fn PyLong_AsUnsignedLongLongMask(op: Op) -> PyResult<u64> { int::as_u64_mask(index(op)?.op()) }
    fn PyLong_AsDouble(op: Op) -> PyResult<f64> {
        if !op.is_instance::<PyLongObject>() { return Err(bad_int(op)); }
        int::as_f64(op)
    }
    fn PyLong_AsVoidPtr(op: Op) -> PyResult<*mut c_void> {
        let value = if int::is_negative(op) { int::as_i64(op)? as usize } else { int::as_u64(op)? as usize };
        Ok(ptr::with_exposed_provenance_mut(value))
    }
    /// `overflow` becomes 1 or -1 if the value does not fit, with -1 as the result and no exception.
    fn PyLong_AsLongAndOverflow(op: Option<Op>, overflow: *mut c_int) -> PyResult<i64> { and_overflow(op, overflow) }
    /// As `PyLong_AsLongAndOverflow`.
    fn PyLong_AsLongLongAndOverflow(op: Option<Op>, overflow: *mut c_int) -> PyResult<i64> { and_overflow(op, overflow) }
    /// As an `int32_t` behind `value`.
    fn PyLong_AsInt32(op: Op, value: *mut i32) -> PyResult<()> {
        let result = int::as_i32(index(op)?.op())?;
        // SAFETY: the caller passes a place for the value.
        unsafe { *value = result };
        Ok(())
    }
    /// As an `int64_t` behind `value`.
    fn PyLong_AsInt64(op: Op, value: *mut i64) -> PyResult<()> {
        let result = int::as_i64(index(op)?.op())?;
        // SAFETY: the caller passes a place for the value.
        unsafe { *value = result };
        Ok(())
    }
    /// As a `uint32_t` behind `value`.
    fn PyLong_AsUInt32(op: Op, value: *mut u32) -> PyResult<()> {
        let result = int::as_u64(index(op)?.op())?;
        let Ok(result) = u32::try_from(result) else {
            return Err(raise!(OverflowError, "Python int too large to convert to C uint32_t"));
        };
        // SAFETY: the caller passes a place for the value.
        unsafe { *value = result };
        Ok(())
    }
    /// As a `uint64_t` behind `value`.
    fn PyLong_AsUInt64(op: Op, value: *mut u64) -> PyResult<()> {
        let result = int::as_u64(index(op)?.op())?;
        // SAFETY: the caller passes a place for the value.
        unsafe { *value = result };
        Ok(())
    }
    fn PyLong_IsZero(op: Of<PyLongObject>) -> PyResult<bool> { Ok(int::sign(op.as_object()) == 0) }
    fn PyLong_IsPositive(op: Of<PyLongObject>) -> PyResult<bool> { Ok(int::sign(op.as_object()) > 0) }
    fn PyLong_IsNegative(op: Of<PyLongObject>) -> PyResult<bool> { Ok(int::sign(op.as_object()) < 0) }
    fn PyLong_GetSign(op: Of<PyLongObject>, sign: *mut c_int) -> PyResult<()> {
        // SAFETY: the caller passes a place for the sign.
        unsafe { *sign = int::sign(op.as_object()) };
        Ok(())
    }
    fn _PyLong_Sign(op: Op) -> PyResult<c_int> { Ok(int::sign(op)) }
    fn _PyLong_NumBits(op: Op) -> PyResult<i64> { Ok(int::bit_length(op) as i64) }
    /// New reference.
    fn _PyLong_Copy(op: Op) -> PyResult<Object> { int::from_bigint(&int::to_bigint(op)) }
    /// New reference.
    fn PyLong_GetInfo() -> PyResult<Object> { crate::eval::sys_object("int_info") }
    fn PyUnstable_Long_IsCompact(op: Op) -> bool { int::compact_value(op).is_some() }
    fn PyUnstable_Long_CompactValue(op: Op) -> isize { int::compact_value(op).unwrap_or(-1) }
}

fn and_overflow(op: Option<Op>, overflow: *mut c_int) -> PyResult<i64> {
    // SAFETY: the caller passes a place for the flag.
    unsafe { *overflow = 0 };
    let op = op.ok_or_else(errors::bad_internal_call)?;
    match int::as_i64_and_overflow(index(op)?.op())? {
        Ok(value) => Ok(value),
        Err(sign) => {
            // SAFETY: as above.
            unsafe { *overflow = sign };
            Ok(-1)
        }
    }
}

/// `PyLong_FromString`: an int from text in a base; `end` gets the place behind it. New reference.
///
/// # Safety
/// `text` is zero-terminated, `end` null or a place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FromString(
    text: *const c_char,
    end: *mut *mut c_char,
    base: c_int,
) -> *mut PyObject {
    run(|| {
        // SAFETY: the caller's promise.
        unsafe {
            let bytes = CStr::from_ptr(text).to_bytes();
            let source = str::decode_utf8(bytes, Some("backslashreplace"))?;
            let result = int::from_unicode(source.borrow(), base as u32);
            if !end.is_null() {
                *end = text.add(bytes.len()).cast_mut();
            }
            Ok(result)
        }
    })
}

/// `_PyLong_FromByteArray`: new reference.
///
/// # Safety
/// `bytes` holds `n` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_FromByteArray(
    bytes: *const u8,
    n: usize,
    little: c_int,
    signed: c_int,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    run(|| Ok(int::from_bytes(unsafe { raw(bytes, n) }, little != 0, signed != 0)))
}

unsafe fn raw<'a>(bytes: *const u8, n: usize) -> &'a [u8] {
    // SAFETY: the caller's promise: `n` bytes.
    if n == 0 { &[] } else { unsafe { slice::from_raw_parts(bytes, n) } }
}

/// `_PyLong_AsByteArray`: 0, or -1.
///
/// # Safety
/// `bytes` has room for `n` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_AsByteArray(
    op: *mut PyLongObject,
    bytes: *mut u8,
    n: usize,
    little: c_int,
    signed: c_int,
    with_exceptions: c_int,
) -> c_int {
    guard_with(-1, || {
        // SAFETY: the caller's promise.
        let result = unsafe {
            let out = if n == 0 { &mut [][..] } else { slice::from_raw_parts_mut(bytes, n) };
            int::to_bytes(Op::from_ptr(op.cast()), out, little != 0, signed != 0)
        };
        match result {
            Ok(()) => Ok(0),
            Err(raised) if with_exceptions == 0 => {
                raised.clear();
                Ok(-1)
            }
            Err(raised) => Err(raised),
        }
    })
}

const NATIVE_LITTLE: c_int = 1;
const UNSIGNED_BUFFER: c_int = 4;
const REJECT_NEGATIVE: c_int = 8;
const ALLOW_INDEX: c_int = 16;

/// `PyLong_FromNativeBytes`: new reference.
///
/// # Safety
/// `bytes` holds `n` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FromNativeBytes(
    bytes: *const c_void,
    n: usize,
    flags: c_int,
) -> *mut PyObject {
    let little = flags == -1 || flags & 3 == 3 || flags & NATIVE_LITTLE != 0;
    let unsigned = flags != -1 && flags & UNSIGNED_BUFFER != 0;
    // SAFETY: the caller's promise.
    run(|| Ok(int::from_bytes(unsafe { raw(bytes.cast(), n) }, little, !unsigned)))
}

/// `PyLong_FromUnsignedNativeBytes`: new reference.
///
/// # Safety
/// `bytes` holds `n` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FromUnsignedNativeBytes(
    bytes: *const c_void,
    n: usize,
    flags: c_int,
) -> *mut PyObject {
    let little = flags == -1 || flags & 3 == 3 || flags & NATIVE_LITTLE != 0;
    // SAFETY: the caller's promise.
    run(|| Ok(int::from_bytes(unsafe { raw(bytes.cast(), n) }, little, false)))
}

/// `PyLong_AsNativeBytes`: the number of bytes the value needs, cut off to `n`, or -1.
///
/// # Safety
/// `buffer` has room for `n` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_AsNativeBytes(
    op: *mut PyObject,
    buffer: *mut c_void,
    n: isize,
    flags: c_int,
) -> isize {
    guard_with(-1, || {
        let given = flags != -1;
        // SAFETY: a live object.
        let op = unsafe { Op::from_ptr(op) };
        let value = if op.is_instance::<PyLongObject>() {
            op.to_owned()
        } else if given && flags & ALLOW_INDEX != 0 {
            number::index(op)?
        } else {
            return Err(raise!(TypeError, "expect int, got {}", op.type_name()));
        };
        if given && flags & REJECT_NEGATIVE != 0 && int::is_negative(value.op()) {
            return Err(raise!(ValueError, "Cannot convert negative int"));
        }
        let big = int::to_bigint(value.op());
        let mut bytes = big.to_signed_bytes_le();
        let unsigned = given && flags & UNSIGNED_BUFFER != 0 && !int::is_negative(value.op());
        if unsigned && bytes.len() > 1 && bytes.last() == Some(&0) {
            bytes.pop();
        }
        let needed = bytes.len() as isize;
        if n > 0 {
            let fill = if int::is_negative(value.op()) { 0xff } else { 0 };
            bytes.resize(n as usize, fill);
            if given && flags & 3 == 0 {
                bytes.reverse();
            }
            // SAFETY: room for `n` bytes.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), buffer.cast(), n as usize) };
        }
        Ok(needed.max(if n > 0 && needed <= n { needed } else { 0 }))
    })
}

static LAYOUT: PyLongLayout =
    PyLongLayout { bits_per_digit: 30, digit_size: 4, digits_order: -1, digit_endianness: -1 };

/// `PyLong_GetNativeLayout`.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_GetNativeLayout() -> *const PyLongLayout {
    &raw const LAYOUT
}

/// `PyLong_Export`: the digits of an int, lent until `PyLong_FreeExport`.
///
/// # Safety
/// `export` is a place for the result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_Export(op: *mut PyObject, export: *mut PyLongExport) -> c_int {
    guard_with(-1, || {
        // SAFETY: a live object, and a place for the result.
        unsafe {
            let op = Op::from_ptr(op);
            let Some(value) = op.downcast::<PyLongObject>() else {
                return Err(raise!(TypeError, "expected int, got {}", op.type_name()));
            };
            (*export)._reserved = 0;
            match int::as_i64_and_overflow(op)? {
                Ok(small) => {
                    (*export).value = small;
                    (*export).negative = 0;
                    (*export).ndigits = 0;
                    (*export).digits = ptr::null();
                }
                Err(_) => {
                    let tag = value.long_value.lv_tag;
                    (*export).value = 0;
                    (*export).negative = u8::from(tag & 3 == 2);
                    (*export).ndigits = (tag >> 3) as isize;
                    (*export).digits = (&raw const (*value.as_ptr()).long_value.ob_digit).cast();
                    object::incref(value.as_object_ptr());
                    (*export)._reserved = value.as_object_ptr().addr();
                }
            }
            Ok(0)
        }
    })
}

/// `PyLong_FreeExport`.
///
/// # Safety
/// `export` was filled by `PyLong_Export`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FreeExport(export: *mut PyLongExport) {
    // SAFETY: the field holds the reference the export took, or 0.
    unsafe {
        let held: *mut PyObject = ptr::with_exposed_provenance_mut((*export)._reserved);
        (*export)._reserved = 0;
        drop(Object::steal_nullable(held));
    }
}

/// A number being written digit by digit.
pub struct PyLongWriter {
    negative: bool,
    digits: Vec<u32>,
}

/// `PyLongWriter_Create`: a writer with room for `ndigits` digits, which `digits` points to.
///
/// # Safety
/// `digits` is a place for the pointer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLongWriter_Create(
    negative: c_int,
    ndigits: isize,
    digits: *mut *mut c_void,
) -> *mut PyLongWriter {
    if ndigits <= 0 {
        raise!(ValueError, "ndigits must be positive").ignore();
        return ptr::null_mut();
    }
    let mut writer = Box::new(PyLongWriter { negative: negative != 0, digits: vec![0; ndigits as usize] });
    // SAFETY: a place for the pointer; the digits stay where they are until the writer goes.
    unsafe { *digits = writer.digits.as_mut_ptr().cast() };
    Box::into_raw(writer)
}

/// `PyLongWriter_Finish`: ends the writer and gives the int; a new reference.
///
/// # Safety
/// `writer` came from `PyLongWriter_Create` and is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLongWriter_Finish(writer: *mut PyLongWriter) -> *mut PyObject {
    run(|| {
        // SAFETY: the caller gives the writer up.
        let writer = unsafe { Box::from_raw(writer) };
        Ok(int::from_digits(writer.negative, &writer.digits))
    })
}

/// `PyLongWriter_Discard`.
///
/// # Safety
/// `writer` is null or came from `PyLongWriter_Create` and is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLongWriter_Discard(writer: *mut PyLongWriter) {
    if !writer.is_null() {
        // SAFETY: the caller gives the writer up.
        drop(unsafe { Box::from_raw(writer) });
    }
}
