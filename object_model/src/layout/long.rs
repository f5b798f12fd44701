//! The `int` type: sign and magnitude in digits of 30 bits.

use super::*;

/// One digit of an `int`: 30 bits.
pub type digit = u32;
/// Signed room for one digit.
pub type sdigit = i32;
/// Room for the product of two digits.
pub type twodigits = u64;
/// Signed room for the product of two digits.
pub type stwodigits = i64;

/// The value inside an `int`.
///
/// ```text
/// lv_tag:  63 ... 3             2              1  0
///         | digit count | small int, static | sign: 0 +, 1 zero, 2 - |
/// ```
#[repr(C)]
pub struct _PyLongValue {
    pub lv_tag: usize,
    /// The least significant digit; the others follow it.
    pub ob_digit: [digit; 1],
}
assert_layout!(_PyLongValue { size: 16, lv_tag: 0, ob_digit: 8 });

/// What `int` looks like to a compiled wheel.
#[repr(C)]
pub struct PyLongObject {
    pub ob_base: PyObject,
    pub long_value: _PyLongValue,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyLongObject {}
assert_layout!(PyLongObject { size: 32, long_value: 16 });

/// How the digits of an `int` lie in memory (`PyLong_GetNativeLayout`).
#[repr(C)]
pub struct PyLongLayout {
    pub bits_per_digit: u8,
    pub digit_size: u8,
    /// -1 with the least significant digit first.
    pub digits_order: i8,
    /// -1 for little-endian digits.
    pub digit_endianness: i8,
}
assert_layout!(PyLongLayout {
    size: 4,
    bits_per_digit: 0,
    digit_size: 1,
    digits_order: 2,
    digit_endianness: 3
});

/// An `int` opened for reading (`PyLong_Export`).
#[repr(C)]
pub struct PyLongExport {
    /// The value, when `digits` is null.
    pub value: i64,
    pub negative: u8,
    pub ndigits: Py_ssize_t,
    /// Borrowed from the `int` in `_reserved`.
    pub digits: *const core::ffi::c_void,
    /// The exported object, owned, or zero.
    pub _reserved: Py_uintptr_t,
}
assert_layout!(PyLongExport { size: 40, value: 0, negative: 8, ndigits: 16, digits: 24, _reserved: 32 });
