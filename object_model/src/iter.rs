//! Iteration: `PyIter_*`, and the iterator types over sequences and callables.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

/// What `am_send` or `send()` gave.
pub enum SendResult {
    Yielded(Object),
    Returned(Object),
}

pub fn check(op: Op<'_>) -> bool {
    todo!()
}

pub fn next(iterator: Op<'_>) -> PyResult<Option<Object>> {
    todo!()
}

pub fn send(iterator: Op<'_>, value: Op<'_>) -> PyResult<SendResult> {
    todo!()
}

pub fn new_sequence_iterator(sequence: Op<'_>) -> PyResult {
    todo!()
}

pub fn new_callable_iterator(callable: Op<'_>, sentinel: Op<'_>) -> PyResult {
    todo!()
}
