//! `PyFloat_*` and `PyComplex_*`.

use core::ffi::{CStr, c_char, c_int};
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::memoryview::items::{pack_half, unpack_half};
use adder_object_model::{PyResult, complex, exceptions, float, raise};

use crate::c_api;
use crate::convert::*;

c_api! {
    /// New reference.
    fn PyFloat_FromDouble(value: f64) -> PyResult<Object> { float::new(value) }
    /// New reference.
    fn PyFloat_FromString(text: Op) -> PyResult<Object> { float::from_string(text) }
    fn PyFloat_AsDouble(op: Op) -> PyResult<f64> { float::as_f64(op) }
    fn PyFloat_GetMax() -> f64 { f64::MAX }
    fn PyFloat_GetMin() -> f64 { f64::MIN_POSITIVE }
    /// New reference.
    fn PyFloat_GetInfo() -> PyResult<Object> { crate::eval::sys_object("float_info") }
    /// New reference.
    fn PyComplex_FromDoubles(real: f64, imag: f64) -> PyResult<Object> { complex::new(real, imag) }
    fn PyComplex_RealAsDouble(op: Op) -> PyResult<f64> { Ok(complex::as_parts(op)?.0) }
    fn PyComplex_ImagAsDouble(op: Op) -> PyResult<f64> {
        if op.is_instance::<PyComplexObject>() { Ok(complex::as_parts(op)?.1) } else { Ok(complex::as_parts(op).map_or_else(|raised| { raised.clear(); 0.0 }, |parts| parts.1)) }
    }
    fn _Py_HashDouble(op: *mut PyObject, value: f64) -> isize { float::hash_f64(value, op) }
}

/// `PyComplex_FromCComplex`: new reference.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyComplex_FromCComplex(value: Py_complex) -> *mut PyObject {
    run(|| Ok(complex::new(value.real, value.imag)))
}

/// `PyComplex_AsCComplex`: -1.0 as the real part with an exception set on failure.
///
/// # Safety
/// `op` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyComplex_AsCComplex(op: *mut PyObject) -> Py_complex {
    // SAFETY: the caller's promise.
    match complex::as_parts(unsafe { Op::from_ptr(op) }) {
        Ok((real, imag)) => Py_complex { real, imag },
        Err(_) => Py_complex { real: -1.0, imag: 0.0 },
    }
}

/// `PyOS_string_to_double`: without `end` all of the text must be a number; past the range
/// raises `overflow`, or gives infinity if that is null.
///
/// # Safety
/// `text` is zero-terminated, `end` null or a place, `overflow` null or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_string_to_double(
    text: *const c_char,
    end: *mut *mut c_char,
    overflow: *mut PyObject,
) -> f64 {
    // SAFETY: the caller's promise.
    run(|| unsafe {
        let source = CStr::from_ptr(text).to_bytes();
        let used = float_prefix(source);
        let fail = used == 0 || (end.is_null() && used != source.len());
        if fail {
            if !end.is_null() {
                *end = text.cast_mut();
            }
            let shown = String::from_utf8_lossy(&source[..source.len().min(200)]).into_owned();
            return Err(raise!(ValueError, "could not convert string to float: '{shown}'"));
        }
        let value: f64 =
            core::str::from_utf8(&source[..used]).ok().and_then(|text| text.parse().ok()).unwrap_or(f64::NAN);
        if !end.is_null() {
            *end = text.add(used).cast_mut();
        }
        let named = source[..used].iter().any(|c| matches!(c, b'n' | b'N'));
        if value.is_infinite() && !named && !overflow.is_null() {
            let shown = String::from_utf8_lossy(&source[..used.min(200)]).into_owned();
            let message = adder_object_model::str::from_string(format!(
                "value too large to convert to float: '{shown}'"
            ))?;
            return Err(exceptions::set_object(Op::from_ptr(overflow), Some(message.op())));
        }
        Ok(value)
    })
}

/// How many bytes at the start are a decimal number, `inf`, `infinity` or `nan`.
fn float_prefix(text: &[u8]) -> usize {
    let mut at = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let rest = &text[at..];
    for name in [&b"infinity"[..], b"inf", b"nan"] {
        if rest.len() >= name.len() && rest[..name.len()].eq_ignore_ascii_case(name) {
            return at + name.len();
        }
    }
    let digits = |at: &mut usize| {
        let start = *at;
        while text.get(*at).is_some_and(u8::is_ascii_digit) {
            *at += 1;
        }
        *at - start
    };
    let mut count = digits(&mut at);
    if text.get(at) == Some(&b'.') {
        let mut after = at + 1;
        let n = digits(&mut after);
        if count + n > 0 {
            at = after;
        }
        count += n;
    }
    if count == 0 {
        return 0;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        let mut after = at + 1 + usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        if digits(&mut after) > 0 {
            at = after;
        }
    }
    at
}

macro_rules! pack {
    ($($pack:ident $unpack:ident $n:literal $from:expr, $to:expr;)*) => {$(
        #[doc = concat!("`", stringify!($pack), "`: 0.")]
        ///
        /// # Safety
        /// Room for the bytes.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $pack(value: f64, place: *mut c_char, little: c_int) -> c_int {
            run(|| {
                let mut bytes: [u8; $n] = $from(value)?;
                if little == 0 {
                    bytes.reverse();
                }
                // SAFETY: the caller's place.
                unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), place.cast(), $n) };
                Ok(0)
            })
        }
        #[doc = concat!("`", stringify!($unpack), "`.")]
        ///
        /// # Safety
        /// As many bytes as the format has.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $unpack(place: *const c_char, little: c_int) -> f64 {
            let mut bytes = [0; $n];
            // SAFETY: the caller's bytes.
            unsafe { ptr::copy_nonoverlapping(place.cast(), bytes.as_mut_ptr(), $n) };
            if little == 0 {
                bytes.reverse();
            }
            $to(bytes)
        }
    )*};
}
pack! {
    PyFloat_Pack2 PyFloat_Unpack2 2
        |value: f64| match pack_half(value) {
            Some(bits) => Ok(bits.to_le_bytes()),
            None => Err(raise!(OverflowError, "float too large to pack with e format")),
        },
        |bytes| unpack_half(u16::from_le_bytes(bytes));
    PyFloat_Pack4 PyFloat_Unpack4 4
        |value: f64| {
            let short = value as f32;
            if short.is_infinite() && !value.is_infinite() {
                Err(raise!(OverflowError, "float too large to pack with f format"))
            } else {
                Ok(short.to_le_bytes())
            }
        },
        |bytes| f64::from(f32::from_le_bytes(bytes));
    PyFloat_Pack8 PyFloat_Unpack8 8 |value: f64| PyResult::Ok(value.to_le_bytes()), f64::from_le_bytes;
}
