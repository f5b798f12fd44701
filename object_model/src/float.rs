//! The `float` type.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PyFloat_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyFloatObject, PyFloat_Type);

pub fn new(value: f64) -> PyResult {
    todo!()
}

pub fn value(op: Op<'_>) -> f64 {
    todo!()
}

pub fn as_f64(op: Op<'_>) -> PyResult<f64> {
    todo!()
}

pub fn from_string(text: Op<'_>) -> PyResult {
    todo!()
}

pub fn repr_string(value: f64) -> String {
    todo!()
}

pub fn hash_f64(value: f64, op: *mut PyObject) -> Py_hash_t {
    todo!()
}
