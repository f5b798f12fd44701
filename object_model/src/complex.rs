//! The `complex` type.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PyComplex_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyComplexObject, PyComplex_Type);

pub fn new(real: f64, imag: f64) -> PyResult {
    todo!()
}

pub fn as_parts(op: Op<'_>) -> PyResult<(f64, f64)> {
    todo!()
}

pub fn power(a: Op<'_>, b: Op<'_>, c: Op<'_>) -> PyResult {
    todo!()
}
