//! Calling objects: vectorcall, tp_call, methods, and the helpers of `PyObject_Call*`.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

pub fn call(callable: Op<'_>, args: Args<'_>) -> PyResult {
    todo!()
}

pub fn call_noargs(callable: Op<'_>) -> PyResult {
    todo!()
}

pub fn call_one(callable: Op<'_>, arg: Op<'_>) -> PyResult {
    todo!()
}

pub fn call_positional(callable: Op<'_>, args: &[Op<'_>]) -> PyResult {
    todo!()
}

pub fn call_tuple_dict(callable: Op<'_>, args: Op<'_>, kwargs: Option<Op<'_>>) -> PyResult {
    todo!()
}

pub fn call_method(op: Op<'_>, name: &str, args: &[Op<'_>]) -> PyResult {
    todo!()
}

pub fn call_method_noargs(op: Op<'_>, name: &str) -> PyResult {
    todo!()
}

pub fn vectorcall(
    callable: Op<'_>,
    args: &[*mut PyObject],
    nargsf: usize,
    kwnames: Option<Op<'_>>,
) -> PyResult {
    todo!()
}

pub fn check_c_result(callable: Op<'_>, result: *mut PyObject) -> PyResult {
    todo!()
}

pub fn enter_recursive(place: &str) -> PyResult<()> {
    todo!()
}

pub fn leave_recursive() {
    todo!()
}

pub fn repr_enter(op: Op<'_>) -> PyResult<bool> {
    todo!()
}

pub fn repr_leave(op: Op<'_>) {
    todo!()
}
