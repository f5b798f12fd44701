//! The `set` and `frozenset` types.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PySet_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PySetObject, PySet_Type);
#[unsafe(no_mangle)]
pub static mut PyFrozenSet_Type: PyTypeObject = PyTypeObject::EMPTY;

pub fn new(iterable: Option<Op<'_>>) -> PyResult<Owned<PySetObject>> {
    todo!()
}

pub fn new_frozen(iterable: Option<Op<'_>>) -> PyResult<Owned<PySetObject>> {
    todo!()
}

pub fn len(set: Borrowed<'_, PySetObject>) -> usize {
    todo!()
}

pub fn add(set: Borrowed<'_, PySetObject>, value: Op<'_>) -> PyResult<()> {
    todo!()
}

pub fn discard(set: Borrowed<'_, PySetObject>, value: Op<'_>) -> PyResult<bool> {
    todo!()
}

pub fn contains(set: Borrowed<'_, PySetObject>, value: Op<'_>) -> PyResult<bool> {
    todo!()
}

pub fn update(set: Borrowed<'_, PySetObject>, iterable: Op<'_>) -> PyResult<()> {
    todo!()
}

pub fn pop(set: Borrowed<'_, PySetObject>) -> PyResult {
    todo!()
}

pub fn next<'a>(set: Borrowed<'a, PySetObject>, position: &mut usize) -> Option<(Op<'a>, Py_hash_t)> {
    todo!()
}
