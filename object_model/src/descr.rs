//! Descriptors: methods, members, getsets and slot wrappers of C types; `property`, `classmethod`, `staticmethod`.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

pub fn new_method(tp: TypeRef<'_>, def: *mut PyMethodDef) -> PyResult {
    todo!()
}

pub fn new_class_method(tp: TypeRef<'_>, def: *mut PyMethodDef) -> PyResult {
    todo!()
}

pub fn new_member(tp: TypeRef<'_>, def: *mut PyMemberDef) -> PyResult {
    todo!()
}

pub fn new_getset(tp: TypeRef<'_>, def: *mut PyGetSetDef) -> PyResult {
    todo!()
}

pub fn new_wrapper(tp: TypeRef<'_>, base: *mut wrapperbase, wrapped: *mut c_void) -> PyResult {
    todo!()
}

pub fn new_static_method(callable: Op<'_>) -> PyResult {
    todo!()
}

pub fn new_classmethod_object(callable: Op<'_>) -> PyResult {
    todo!()
}

pub fn is_data(op: Op<'_>) -> bool {
    todo!()
}

pub fn member_get(op: Op<'_>, def: *const PyMemberDef) -> PyResult {
    todo!()
}

pub fn member_set(op: Op<'_>, def: *const PyMemberDef, value: Option<Op<'_>>) -> PyResult<()> {
    todo!()
}
