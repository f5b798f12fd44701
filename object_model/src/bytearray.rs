//! The `bytearray` type.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PyByteArray_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyByteArrayObject, PyByteArray_Type);

pub fn from_slice(bytes: &[u8]) -> PyResult<Owned<PyByteArrayObject>> {
    todo!()
}

pub fn to_vec(array: Borrowed<'_, PyByteArrayObject>) -> Vec<u8> {
    todo!()
}

pub fn len(array: Borrowed<'_, PyByteArrayObject>) -> usize {
    todo!()
}

pub fn resize(array: Borrowed<'_, PyByteArrayObject>, size: usize) -> PyResult<()> {
    todo!()
}
