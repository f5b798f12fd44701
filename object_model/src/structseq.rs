//! Struct sequences: tuples with named fields (`sys.version_info`, `os.stat_result`).

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

pub fn new_type(desc: *mut PyStructSequence_Desc) -> PyResult {
    todo!()
}

pub fn new(tp: TypeRef<'_>) -> PyResult {
    todo!()
}

pub fn set_item(op: Op<'_>, index: usize, value: Object) {
    todo!()
}

pub fn get_item(op: Op<'_>, index: usize) -> Object {
    todo!()
}
