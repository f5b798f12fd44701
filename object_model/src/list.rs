//! The `list` type.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PyList_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyListObject, PyList_Type, Py_TPFLAGS_LIST_SUBCLASS);

pub fn new() -> PyResult<Owned<PyListObject>> {
    todo!()
}

pub fn with_capacity(capacity: usize) -> PyResult<Owned<PyListObject>> {
    todo!()
}

pub fn from_vec(items: Vec<Object>) -> PyResult<Owned<PyListObject>> {
    todo!()
}

pub fn len(list: Borrowed<'_, PyListObject>) -> usize {
    todo!()
}

pub fn get(list: Borrowed<'_, PyListObject>, index: usize) -> Option<Object> {
    todo!()
}

pub fn set(list: Borrowed<'_, PyListObject>, index: usize, value: Object) -> PyResult<()> {
    todo!()
}

pub fn append(list: Borrowed<'_, PyListObject>, value: Object) -> PyResult<()> {
    todo!()
}

pub fn insert(list: Borrowed<'_, PyListObject>, index: isize, value: Op<'_>) -> PyResult<()> {
    todo!()
}

pub fn extend(list: Borrowed<'_, PyListObject>, iterable: Op<'_>) -> PyResult<()> {
    todo!()
}

pub fn pop(list: Borrowed<'_, PyListObject>, index: isize) -> PyResult {
    todo!()
}

pub fn sort(list: Borrowed<'_, PyListObject>, key: Option<Op<'_>>, reverse: bool) -> PyResult<()> {
    todo!()
}

pub fn reverse(list: Borrowed<'_, PyListObject>) {
    todo!()
}

pub fn to_tuple(list: Borrowed<'_, PyListObject>) -> PyResult {
    todo!()
}

pub fn slice(list: Borrowed<'_, PyListObject>, start: usize, end: usize) -> PyResult<Owned<PyListObject>> {
    todo!()
}

pub fn set_slice(
    list: Borrowed<'_, PyListObject>,
    start: usize,
    end: usize,
    value: Option<Op<'_>>,
) -> PyResult<()> {
    todo!()
}

pub fn clear(list: Borrowed<'_, PyListObject>) {
    todo!()
}
