//! The `cell` type.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PyCell_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyCellObject, PyCell_Type);

pub fn new(value: Option<Op<'_>>) -> PyResult<Owned<PyCellObject>> {
    todo!()
}

pub fn get(cell: Borrowed<'_, PyCellObject>) -> Option<Object> {
    todo!()
}

pub fn set(cell: Borrowed<'_, PyCellObject>, value: Option<Object>) {
    todo!()
}
