//! The mapping protocol (`PyMapping_*`).

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

pub fn check(op: Op<'_>) -> bool {
    todo!()
}

pub fn get_optional_item(op: Op<'_>, key: Op<'_>) -> PyResult<Option<Object>> {
    todo!()
}

pub fn get_optional_item_str(op: Op<'_>, key: &str) -> PyResult<Option<Object>> {
    todo!()
}

pub fn keys(op: Op<'_>) -> PyResult {
    todo!()
}

pub fn values(op: Op<'_>) -> PyResult {
    todo!()
}

pub fn items(op: Op<'_>) -> PyResult {
    todo!()
}
