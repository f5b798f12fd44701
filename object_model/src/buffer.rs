//! The buffer protocol (`PyObject_GetBuffer`), with a guard that releases.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

/// A buffer that is released when dropped.
pub struct Buffer {
    pub view: Box<Py_buffer>,
}

impl Buffer {
    /// The bytes, if the buffer is C-contiguous (requests without `PyBUF_STRIDES` are).
    pub fn as_slice(&self) -> &[u8] {
        todo!()
    }
}

pub fn get(op: Op<'_>, flags: c_int) -> PyResult<Buffer> {
    todo!()
}

pub fn check(op: Op<'_>) -> bool {
    todo!()
}
