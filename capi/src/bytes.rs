//! `PyBytes_*` and `PyByteArray_*`.

use core::ffi::{CStr, c_char, c_int};
use core::{ptr, slice};

use adder_object_model::layout::*;
use adder_object_model::{Owned, PyResult, bytearray, bytes, errors, object, raise, str};

use crate::c_api;
use crate::convert::*;

/// `PyBytes_FromStringAndSize`: new reference; uninitialised if `text` is null.
///
/// # Safety
/// `text` is null or holds `n` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_FromStringAndSize(text: *const c_char, n: isize) -> *mut PyObject {
    run(|| {
        if n < 0 {
            return Err(raise!(SystemError, "Negative size passed to PyBytes_FromStringAndSize"));
        }
        if text.is_null() {
            return Ok(bytes::new_unfilled(n as usize));
        }
        // SAFETY: the caller's promise.
        Ok(bytes::from_slice(unsafe { slice::from_raw_parts(text.cast(), n as usize) }))
    })
}

/// `PyByteArray_FromStringAndSize`: new reference.
///
/// # Safety
/// `text` is null or holds `n` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyByteArray_FromStringAndSize(text: *const c_char, n: isize) -> *mut PyObject {
    run(|| {
        if n < 0 {
            return Err(raise!(SystemError, "Negative size passed to PyByteArray_FromStringAndSize"));
        }
        if text.is_null() {
            let mut zeros = Vec::new();
            zeros.try_reserve_exact(n as usize).map_err(|_| errors::no_memory())?;
            zeros.resize(n as usize, 0);
            return Ok(bytearray::from_slice(&zeros));
        }
        // SAFETY: the caller's promise.
        let data = unsafe { bytes_of(text, n) };
        Ok(bytearray::from_slice(data))
    })
}

c_api! {
    /// New reference.
    fn PyBytes_FromString(text: Text) -> PyResult<Object> { bytes::from_slice(text.bytes()).map(Owned::into_object) }
    /// New reference.
    fn PyBytes_FromObject(op: Op) -> PyResult<Object> { bytes::from_object(op).map(Owned::into_object) }
    fn PyBytes_Size(op: Op) -> PyResult<isize> {
        match op.downcast::<PyBytesObject>() {
            Some(op) => Ok(bytes::len(op) as isize),
            None => Err(expected(op)),
        }
    }
    /// Lent by the object.
    fn PyBytes_AsString(op: Op) -> PyResult<*mut c_char> {
        match op.downcast::<PyBytesObject>() {
            Some(op) => Ok(bytes::as_slice(op).as_ptr().cast_mut().cast()),
            None => Err(expected(op)),
        }
    }
    /// Lent by the object; without `len` the bytes must not contain zero.
    fn PyBytes_AsStringAndSize(op: Op, text: *mut *mut c_char, len: *mut isize) -> PyResult<()> {
        let value = op.downcast::<PyBytesObject>().ok_or_else(|| expected(op))?;
        let data = bytes::as_slice(value);
        if len.is_null() && data.contains(&0) {
            return Err(raise!(ValueError, "embedded null byte"));
        }
        // SAFETY: the caller's places.
        unsafe {
            *text = data.as_ptr().cast_mut().cast();
            if !len.is_null() { *len = data.len() as isize; }
        }
        Ok(())
    }
    /// New reference.
    fn PyBytes_Repr(op: Of<PyBytesObject>, smart_quotes: c_int) -> PyResult<Str> {
        str::from_string(bytes::repr_of(bytes::as_slice(op), smart_quotes != 0))
    }
    /// New reference.
    fn PyBytes_Join(separator: Op, items: Op) -> PyResult<Object> {
        adder_object_model::call::call_method(separator, "join", &[items])
    }
    /// New reference.
    fn PyByteArray_FromObject(op: Op) -> PyResult<Object> {
        // SAFETY: a static type.
        let class = unsafe { Op::from_ptr((&raw mut bytearray::PyByteArray_Type).cast()) };
        adder_object_model::call::call_one(class, op)
    }
    fn PyByteArray_Size(op: Of<PyByteArrayObject>) -> PyResult<isize> { Ok(bytearray::len(op) as isize) }
    /// Lent by the object until its size changes.
    fn PyByteArray_AsString(op: Of<PyByteArrayObject>) -> PyResult<*mut c_char> {
        Ok(if op.ob_start.is_null() { (&raw mut _PyByteArray_empty_string).cast() } else { op.ob_start.cast() })
    }
    fn PyByteArray_Resize(op: Of<PyByteArrayObject>, len: isize) -> PyResult<()> { bytearray::resize(op, len as usize) }
    /// New reference.
    fn PyByteArray_Concat(a: Op, b: Op) -> PyResult<Object> { bytearray::concat(a, b) }
}

/// What an empty bytearray points to.
#[unsafe(no_mangle)]
pub static mut _PyByteArray_empty_string: [c_char; 1] = [0];

fn expected(op: Op) -> errors::Raised {
    raise!(TypeError, "expected bytes, {} found", op.type_name())
}

/// `PyBytes_Concat`: replaces the bytes in `place` by the two joined; null there on failure.
///
/// # Safety
/// `place` holds a reference or null; `right` is null or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_Concat(place: *mut *mut PyObject, right: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(left) = Object::steal_nullable(ptr::replace(place, ptr::null_mut())) else { return };
        let Some(right) = Op::from_nullable(right) else { return };
        *place = run(|| Ok(bytes::concat(left.op(), right)));
    }
}

/// `PyBytes_ConcatAndDel`.
///
/// # Safety
/// As `PyBytes_Concat`; the reference to `right` is given up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_ConcatAndDel(place: *mut *mut PyObject, right: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        PyBytes_Concat(place, right);
        drop(Object::steal_nullable(right));
    }
}

/// `_PyBytes_Resize`: bytes nobody else has seen get another length.
///
/// # Safety
/// `place` holds the caller's only reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyBytes_Resize(place: *mut *mut PyObject, len: isize) -> c_int {
    // SAFETY: the caller's promise.
    run(|| unsafe {
        let old = Owned::steal(ptr::replace(place, ptr::null_mut()));
        let Some(value) = old.op().downcast_exact::<PyBytesObject>() else {
            return Err(errors::bad_internal_call());
        };
        if len < 0 {
            return Err(errors::bad_internal_call());
        }
        let new = bytes::new_unfilled(len as usize)?;
        let data = bytes::as_slice(value);
        let n = data.len().min(len as usize);
        ptr::copy_nonoverlapping(data.as_ptr(), bytes::as_slice(new.borrow()).as_ptr().cast_mut(), n);
        *place = new.into_object_ptr();
        Ok(0)
    })
}

/// `PyBytes_DecodeEscape`: new reference; the bytes a literal with backslashes stands for.
///
/// # Safety
/// `text` holds `n` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_DecodeEscape(
    text: *const c_char,
    n: isize,
    errors: *const c_char,
    _unicode: isize,
    _encoding: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    run(|| unsafe {
        if n > isize::MAX - 64 {
            return Err(raise!(OverflowError, "byte string is too large"));
        }
        let data = bytes::from_slice(bytes_of(text, n))?;
        let module = crate::import::module("_codecs")?;
        let mode = if errors.is_null() { "strict".into() } else { CStr::from_ptr(errors).to_string_lossy() };
        let pair = adder_object_model::call::call_method(
            module.op(),
            "escape_decode",
            &[data.op(), str::from_str(&mode)?.op()],
        )?;
        Ok(object::get_item(pair.op(), adder_object_model::int::small(0).op()))
    })
}
