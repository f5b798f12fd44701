//! The number protocol (`PyNumber_*`): operator dispatch over `tp_as_number`.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

pub fn add(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn subtract(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn multiply(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn matrix_multiply(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn floor_divide(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn true_divide(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn remainder(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn divmod(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn power(a: Op<'_>, b: Op<'_>, c: Op<'_>) -> PyResult {
    todo!()
}

pub fn lshift(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn rshift(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn and(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn or(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn xor(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn in_place_add(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn in_place_subtract(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn in_place_multiply(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn in_place_matrix_multiply(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn in_place_floor_divide(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn in_place_true_divide(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn in_place_remainder(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn in_place_power(a: Op<'_>, b: Op<'_>, c: Op<'_>) -> PyResult {
    todo!()
}

pub fn in_place_lshift(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn in_place_rshift(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn in_place_and(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn in_place_or(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn in_place_xor(a: Op<'_>, b: Op<'_>) -> PyResult {
    todo!()
}

pub fn negative(a: Op<'_>) -> PyResult {
    todo!()
}

pub fn positive(a: Op<'_>) -> PyResult {
    todo!()
}

pub fn invert(a: Op<'_>) -> PyResult {
    todo!()
}

pub fn absolute(a: Op<'_>) -> PyResult {
    todo!()
}

pub fn index(a: Op<'_>) -> PyResult {
    todo!()
}

pub fn long(a: Op<'_>) -> PyResult {
    todo!()
}

pub fn float(a: Op<'_>) -> PyResult {
    todo!()
}

pub fn as_ssize_t(a: Op<'_>, overflow: Option<Op<'_>>) -> PyResult<isize> {
    todo!()
}

pub fn to_base(a: Op<'_>, base: u32) -> PyResult {
    todo!()
}

pub fn check_index(a: Op<'_>) -> bool {
    todo!()
}

pub fn check(a: Op<'_>) -> bool {
    todo!()
}
