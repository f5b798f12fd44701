//! Weak references, proxies, and clearing them when their object dies.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

pub fn new_ref(op: Op<'_>, callback: Option<Op<'_>>) -> PyResult {
    todo!()
}

pub fn new_proxy(op: Op<'_>, callback: Option<Op<'_>>) -> PyResult {
    todo!()
}

pub fn get(reference: Op<'_>) -> PyResult<Option<Object>> {
    todo!()
}

pub fn clear_refs(op: *mut PyObject) {
    todo!()
}

pub fn count(op: Op<'_>) -> usize {
    todo!()
}
