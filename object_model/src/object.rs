//! The object protocol: attributes, calls, comparison, hashing, conversion; reference counts.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

pub fn repr(op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn str(op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn ascii(op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn bytes(op: Op<'_>) -> PyResult {
    todo!()
}

pub fn format(op: Op<'_>, spec: Option<Op<'_>>) -> PyResult {
    todo!()
}

pub fn hash(op: Op<'_>) -> PyResult<Py_hash_t> {
    todo!()
}

pub fn hash_not_implemented(op: Op<'_>) -> PyResult<Py_hash_t> {
    todo!()
}

pub fn is_true(op: Op<'_>) -> PyResult<bool> {
    todo!()
}

pub fn rich_compare(a: Op<'_>, b: Op<'_>, op: c_int) -> PyResult {
    todo!()
}

pub fn rich_compare_bool(a: Op<'_>, b: Op<'_>, op: c_int) -> PyResult<bool> {
    todo!()
}

pub fn equal(a: Op<'_>, b: Op<'_>) -> PyResult<bool> {
    todo!()
}

pub fn get_attr(op: Op<'_>, name: Op<'_>) -> PyResult {
    todo!()
}

pub fn get_attr_str(op: Op<'_>, name: &str) -> PyResult {
    todo!()
}

pub fn get_optional_attr(op: Op<'_>, name: Op<'_>) -> PyResult<Option<Object>> {
    todo!()
}

pub fn get_optional_attr_str(op: Op<'_>, name: &str) -> PyResult<Option<Object>> {
    todo!()
}

pub fn set_attr(op: Op<'_>, name: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    todo!()
}

pub fn set_attr_str(op: Op<'_>, name: &str, value: Option<Op<'_>>) -> PyResult<()> {
    todo!()
}

pub fn has_attr(op: Op<'_>, name: &str) -> PyResult<bool> {
    todo!()
}

pub fn generic_get_attr(op: Op<'_>, name: Op<'_>) -> PyResult {
    todo!()
}

pub fn generic_set_attr(op: Op<'_>, name: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    todo!()
}

pub fn lookup_special(op: Op<'_>, name: &str) -> PyResult<Option<Object>> {
    todo!()
}

pub fn get_item(op: Op<'_>, key: Op<'_>) -> PyResult {
    todo!()
}

pub fn set_item(op: Op<'_>, key: Op<'_>, value: Op<'_>) -> PyResult<()> {
    todo!()
}

pub fn del_item(op: Op<'_>, key: Op<'_>) -> PyResult<()> {
    todo!()
}

pub fn len(op: Op<'_>) -> PyResult<usize> {
    todo!()
}

pub fn length_hint(op: Op<'_>, default: usize) -> PyResult<usize> {
    todo!()
}

pub fn get_iter(op: Op<'_>) -> PyResult {
    todo!()
}

pub fn is_instance(op: Op<'_>, class: Op<'_>) -> PyResult<bool> {
    todo!()
}

pub fn is_subclass(derived: Op<'_>, class: Op<'_>) -> PyResult<bool> {
    todo!()
}

pub fn is_callable(op: Op<'_>) -> bool {
    todo!()
}

pub fn dir(op: Op<'_>) -> PyResult {
    todo!()
}

pub fn self_iter(op: Op<'_>) -> PyResult {
    todo!()
}

/// Reference counts at and above this are immortal (`_Py_IMMORTAL_INITIAL_REFCNT`).
pub const IMMORTAL_INITIAL_REFCNT: u32 = 3 << 30;

/// `Py_INCREF`.
///
/// # Safety
/// `op` points to a live object.
#[inline(always)]
pub unsafe fn incref(op: *mut PyObject) {
    // SAFETY: the caller passes a live object.
    unsafe {
        let count = (*op).ob_refcnt;
        if count < IMMORTAL_INITIAL_REFCNT {
            (*op).ob_refcnt = count + 1;
        }
    }
}

/// `Py_DECREF`.
///
/// # Safety
/// `op` points to a live object and the caller gives one reference up.
#[inline(always)]
pub unsafe fn decref(op: *mut PyObject) {
    // SAFETY: the caller passes a live object.
    unsafe {
        let count = (*op).ob_refcnt;
        if (count as i32) < 0 {
            return;
        }
        (*op).ob_refcnt = count - 1;
        if count == 1 {
            dealloc(op);
        }
    }
}

/// Ends the life of an object whose count is 0 (`_Py_Dealloc`).
///
/// # Safety
/// The count of `op` has just become 0.
#[inline]
pub unsafe fn dealloc(op: *mut PyObject) {
    // SAFETY: the object's type is alive and has a destructor.
    unsafe {
        let tp = (*op).ob_type;
        let destructor = (*tp).tp_dealloc.expect("a ready type has tp_dealloc");
        if (*tp).tp_flags & Py_TPFLAGS_HAVE_GC == 0 {
            destructor(op);
        } else {
            crate::gc::dealloc_tracked(op, destructor);
        }
    }
}

/// `Py_REFCNT`.
#[inline]
pub fn refcount(op: Op<'_>) -> usize {
    op.ob_refcnt as usize
}
