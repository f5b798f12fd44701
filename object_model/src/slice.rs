//! The `slice` type.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PySlice_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PySliceObject, PySlice_Type);

pub fn new(start: Option<Op<'_>>, stop: Option<Op<'_>>, step: Option<Op<'_>>) -> PyResult {
    todo!()
}

pub fn unpack(slice: Borrowed<'_, PySliceObject>) -> PyResult<(isize, isize, isize)> {
    todo!()
}

pub fn adjust_indices(len: usize, start: &mut isize, stop: &mut isize, step: isize) -> usize {
    todo!()
}

pub fn eval_index(op: Op<'_>) -> PyResult<isize> {
    todo!()
}
