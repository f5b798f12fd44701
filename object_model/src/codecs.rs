//! The codec registry, error handlers and the codecs that are native.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

/// The search path, its cache and the error handlers.
#[derive(Default)]
pub struct State {}

pub fn encode(op: Op<'_>, encoding: &str, errors: Option<&str>) -> PyResult {
    todo!()
}

pub fn decode(op: Op<'_>, encoding: &str, errors: Option<&str>) -> PyResult {
    todo!()
}

pub fn lookup_error(name: Option<&str>) -> PyResult {
    todo!()
}
