//! The sequence protocol (`PySequence_*`).

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

pub fn check(op: Op<'_>) -> bool {
    todo!()
}

pub fn len(op: Op<'_>) -> PyResult<usize> {
    todo!()
}

pub fn concat(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn repeat(op: Op<'_>, count: isize) -> PyResult {
    todo!()
}

pub fn in_place_concat(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn in_place_repeat(op: Op<'_>, count: isize) -> PyResult {
    todo!()
}

pub fn get_item(op: Op<'_>, index: isize) -> PyResult {
    todo!()
}

pub fn set_item(op: Op<'_>, index: isize, value: Option<Op<'_>>) -> PyResult<()> {
    todo!()
}

pub fn get_slice(op: Op<'_>, low: isize, high: isize) -> PyResult {
    todo!()
}

pub fn set_slice(op: Op<'_>, low: isize, high: isize, value: Option<Op<'_>>) -> PyResult<()> {
    todo!()
}

pub fn contains(op: Op<'_>, value: Op<'_>) -> PyResult<bool> {
    todo!()
}

pub fn index(op: Op<'_>, value: Op<'_>) -> PyResult<usize> {
    todo!()
}

pub fn count(op: Op<'_>, value: Op<'_>) -> PyResult<usize> {
    todo!()
}

pub fn to_list(op: Op<'_>) -> PyResult<Owned<PyListObject>> {
    todo!()
}

pub fn to_tuple(op: Op<'_>) -> PyResult {
    todo!()
}

pub fn fast(op: Op<'_>, message: &str) -> PyResult {
    todo!()
}
