//! The `dict` type: insertion-ordered hash table, views and iterators.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

/// What `merge` does with a key that is there already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OnDuplicate {
    Keep,
    Replace,
    RaiseKeyError,
}

#[unsafe(no_mangle)]
pub static mut PyDict_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyDictObject, PyDict_Type, Py_TPFLAGS_DICT_SUBCLASS);
#[unsafe(no_mangle)]
pub static mut PyDictProxy_Type: PyTypeObject = PyTypeObject::EMPTY;

pub fn new() -> PyResult<Owned<PyDictObject>> {
    todo!()
}

pub fn with_capacity(capacity: usize) -> PyResult<Owned<PyDictObject>> {
    todo!()
}

pub fn len(dict: Borrowed<'_, PyDictObject>) -> usize {
    todo!()
}

pub fn get_item(dict: Borrowed<'_, PyDictObject>, key: Op<'_>) -> PyResult<Option<Object>> {
    todo!()
}

pub fn get_item_str(dict: Borrowed<'_, PyDictObject>, key: &str) -> PyResult<Option<Object>> {
    todo!()
}

pub fn get_item_known_hash(
    dict: Borrowed<'_, PyDictObject>,
    key: Op<'_>,
    hash: Py_hash_t,
) -> PyResult<Option<Object>> {
    todo!()
}

pub fn set_item(dict: Borrowed<'_, PyDictObject>, key: Op<'_>, value: Op<'_>) -> PyResult<()> {
    todo!()
}

pub fn set_item_str(dict: Borrowed<'_, PyDictObject>, key: &str, value: Op<'_>) -> PyResult<()> {
    todo!()
}

pub fn set_item_known_hash(
    dict: Borrowed<'_, PyDictObject>,
    key: Op<'_>,
    value: Op<'_>,
    hash: Py_hash_t,
) -> PyResult<()> {
    todo!()
}

pub fn set_default(dict: Borrowed<'_, PyDictObject>, key: Op<'_>, default: Op<'_>) -> PyResult {
    todo!()
}

pub fn del_item(dict: Borrowed<'_, PyDictObject>, key: Op<'_>) -> PyResult<()> {
    todo!()
}

pub fn pop(dict: Borrowed<'_, PyDictObject>, key: Op<'_>) -> PyResult<Option<Object>> {
    todo!()
}

pub fn contains(dict: Borrowed<'_, PyDictObject>, key: Op<'_>) -> PyResult<bool> {
    todo!()
}

pub fn clear(dict: Borrowed<'_, PyDictObject>) {
    todo!()
}

pub fn copy(dict: Borrowed<'_, PyDictObject>) -> PyResult {
    todo!()
}

pub fn update(dict: Borrowed<'_, PyDictObject>, other: Op<'_>) -> PyResult<()> {
    todo!()
}

pub fn merge(dict: Borrowed<'_, PyDictObject>, other: Op<'_>, on_duplicate: OnDuplicate) -> PyResult<()> {
    todo!()
}

pub fn next<'a>(
    dict: Borrowed<'a, PyDictObject>,
    position: &mut usize,
) -> Option<(Op<'a>, Op<'a>, Py_hash_t)> {
    todo!()
}

pub fn pairs<'a>(dict: Borrowed<'a, PyDictObject>) -> Vec<(Op<'a>, Op<'a>)> {
    todo!()
}

pub fn keys(dict: Borrowed<'_, PyDictObject>) -> PyResult<Owned<PyListObject>> {
    todo!()
}

pub fn values(dict: Borrowed<'_, PyDictObject>) -> PyResult<Owned<PyListObject>> {
    todo!()
}

pub fn items(dict: Borrowed<'_, PyDictObject>) -> PyResult<Owned<PyListObject>> {
    todo!()
}

pub fn new_proxy(mapping: Op<'_>) -> PyResult {
    todo!()
}
