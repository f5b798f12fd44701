//! `types.GenericAlias` (`list[int]`).

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

pub fn new(origin: Op<'_>, args: Op<'_>) -> PyResult {
    todo!()
}

pub fn class_getitem(class: Op<'_>, item: Op<'_>) -> PyResult {
    todo!()
}
