//! The `bytes` type.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PyBytes_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyBytesObject, PyBytes_Type, Py_TPFLAGS_BYTES_SUBCLASS);

pub fn from_slice(bytes: &[u8]) -> PyResult<Owned<PyBytesObject>> {
    todo!()
}

pub fn new_with(len: usize, fill: impl FnOnce(&mut [u8])) -> PyResult<Owned<PyBytesObject>> {
    todo!()
}

pub fn as_slice<'a>(bytes: Borrowed<'a, PyBytesObject>) -> &'a [u8] {
    todo!()
}

pub fn len(bytes: Borrowed<'_, PyBytesObject>) -> usize {
    todo!()
}

pub fn repr_of(bytes: &[u8], smart_quotes: bool) -> String {
    todo!()
}
