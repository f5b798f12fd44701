//! The hash function of `str` and `bytes` (SipHash-1-3) with its secret.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

pub fn hash_bytes(bytes: &[u8]) -> Py_hash_t {
    todo!()
}

pub fn hash_pointer<T>(pointer: *const T) -> Py_hash_t {
    todo!()
}
