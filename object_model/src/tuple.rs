//! The `tuple` type.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PyTuple_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyTupleObject, PyTuple_Type, Py_TPFLAGS_TUPLE_SUBCLASS);

pub fn len(tuple: Borrowed<'_, PyTupleObject>) -> usize {
    todo!()
}

pub fn items<'a>(tuple: Borrowed<'a, PyTupleObject>) -> &'a [*mut PyObject] {
    todo!()
}

pub fn get<'a>(tuple: Borrowed<'a, PyTupleObject>, index: usize) -> Op<'a> {
    todo!()
}

pub fn empty() -> Object {
    todo!()
}

pub fn from_refs<'a>(items: impl ExactSizeIterator<Item = Op<'a>>) -> PyResult {
    todo!()
}

pub fn from_vec(items: Vec<Object>) -> PyResult {
    todo!()
}

pub fn pack(items: &[Op<'_>]) -> PyResult {
    todo!()
}

pub fn new_unfilled(len: usize) -> PyResult<Owned<PyTupleObject>> {
    todo!()
}

pub fn slice(tuple: Borrowed<'_, PyTupleObject>, start: usize, end: usize) -> PyResult {
    todo!()
}
