//! The cycle collector and allocation of tracked objects (16-byte head in front).

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

/// The collector's generations, thresholds and counters.
#[derive(Default)]
pub struct State {}

pub fn alloc(tp: TypeRef<'_>, n_items: isize) -> PyResult<Object> {
    todo!()
}

pub fn track(op: *mut PyObject) {
    todo!()
}

pub fn untrack(op: *mut PyObject) {
    todo!()
}

pub fn is_tracked(op: *mut PyObject) -> bool {
    todo!()
}

pub fn delete(op: *mut PyObject) {
    todo!()
}

pub fn is_gc(op: Op<'_>) -> bool {
    todo!()
}

pub fn collect(generation: usize) -> PyResult<usize> {
    todo!()
}

pub fn is_finalized(op: *mut PyObject) -> bool {
    todo!()
}

pub fn call_finalizer_from_dealloc(op: *mut PyObject) -> bool {
    todo!()
}
