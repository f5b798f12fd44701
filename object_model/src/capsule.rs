//! The `PyCapsule` type.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

pub fn new(pointer: *mut c_void, name: *const c_char, destructor: Option<PyCapsule_Destructor>) -> PyResult {
    todo!()
}

pub fn get_pointer(capsule: Op<'_>, name: *const c_char) -> PyResult<*mut c_void> {
    todo!()
}
