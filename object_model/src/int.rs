//! The `int` type: CPython's digit layout; arithmetic on compact values here, on large ones through malachite.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PyLong_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyLongObject, PyLong_Type, Py_TPFLAGS_LONG_SUBCLASS);

/// A static int of value 0 or 1 (`True` and `False`).
pub const fn static_int(tp: *mut PyTypeObject, value: u32) -> PyLongObject {
    PyLongObject {
        ob_base: PyObject { ob_type: tp, ..PyObject::STATIC_IMMORTAL },
        long_value: _PyLongValue { lv_tag: if value == 0 { 1 } else { 1 << 3 }, ob_digit: [value] },
    }
}

pub fn from_i64(value: i64) -> PyResult {
    todo!()
}

pub fn from_u64(value: u64) -> PyResult {
    todo!()
}

pub fn from_isize(value: isize) -> PyResult {
    todo!()
}

pub fn from_usize(value: usize) -> PyResult {
    todo!()
}

pub fn from_f64(value: f64) -> PyResult {
    todo!()
}

pub fn from_ptr<T>(value: *const T) -> PyResult {
    todo!()
}

pub fn from_bigint(value: &BigInt) -> PyResult {
    todo!()
}

pub fn from_str(text: &str, base: u32) -> PyResult {
    todo!()
}

pub fn from_bytes(bytes: &[u8], little_endian: bool, signed: bool) -> PyResult {
    todo!()
}

pub fn to_bytes(op: Op<'_>, bytes: &mut [u8], little_endian: bool, signed: bool) -> PyResult<()> {
    todo!()
}

pub fn small(value: isize) -> Object {
    todo!()
}

pub fn compact_value(op: Op<'_>) -> Option<isize> {
    todo!()
}

pub fn as_i64(op: Op<'_>) -> PyResult<i64> {
    todo!()
}

pub fn as_i64_and_overflow(op: Op<'_>) -> PyResult<Result<i64, i32>> {
    todo!()
}

pub fn as_i32(op: Op<'_>) -> PyResult<i32> {
    todo!()
}

pub fn as_isize(op: Op<'_>) -> PyResult<isize> {
    todo!()
}

pub fn as_usize(op: Op<'_>) -> PyResult<usize> {
    todo!()
}

pub fn as_u64(op: Op<'_>) -> PyResult<u64> {
    todo!()
}

pub fn as_u64_mask(op: Op<'_>) -> PyResult<u64> {
    todo!()
}

pub fn as_f64(op: Op<'_>) -> PyResult<f64> {
    todo!()
}

pub fn to_bigint(op: Op<'_>) -> BigInt {
    todo!()
}

pub fn sign(op: Op<'_>) -> i32 {
    todo!()
}

pub fn is_negative(op: Op<'_>) -> bool {
    todo!()
}

pub fn bit_length(op: Op<'_>) -> usize {
    todo!()
}

pub fn to_decimal_string(op: Op<'_>) -> PyResult<String> {
    todo!()
}

pub fn to_string_radix(op: Op<'_>, base: u32, prefix: bool) -> PyResult<String> {
    todo!()
}
