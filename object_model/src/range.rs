//! The `range` type.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PyRange_Type: PyTypeObject = PyTypeObject::EMPTY;

pub fn new(start: Op<'_>, stop: Op<'_>, step: Op<'_>) -> PyResult {
    todo!()
}
