//! The `str` type: PEP 393 storage, methods, interning.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

/// Interning and the cached one-character strings.
#[derive(Default)]
pub struct State {}

#[unsafe(no_mangle)]
pub static mut PyUnicode_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyUnicodeObject, PyUnicode_Type, Py_TPFLAGS_UNICODE_SUBCLASS);

pub fn from_str(text: &str) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn from_string(text: String) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn from_wtf8(text: &Wtf8) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn from_latin1(bytes: &[u8]) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn from_ucs2(units: &[u16]) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn from_code_points(points: &[u32]) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn from_char(point: u32) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn empty() -> Owned<PyUnicodeObject> {
    todo!()
}

pub fn intern(text: &str) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn intern_in_place(text: Owned<PyUnicodeObject>) -> Owned<PyUnicodeObject> {
    todo!()
}

pub fn is_interned(text: Borrowed<'_, PyUnicodeObject>) -> bool {
    todo!()
}

pub fn len(text: Borrowed<'_, PyUnicodeObject>) -> usize {
    todo!()
}

pub fn kind(text: Borrowed<'_, PyUnicodeObject>) -> u32 {
    todo!()
}

pub fn is_ascii(text: Borrowed<'_, PyUnicodeObject>) -> bool {
    todo!()
}

pub fn read(text: Borrowed<'_, PyUnicodeObject>, index: usize) -> u32 {
    todo!()
}

pub fn as_utf8<'a>(text: Borrowed<'a, PyUnicodeObject>) -> PyResult<&'a str> {
    todo!()
}

pub fn to_wtf8(text: Borrowed<'_, PyUnicodeObject>) -> Wtf8Buf {
    todo!()
}

pub fn to_string_lossy(op: Op<'_>) -> String {
    todo!()
}

pub fn code_points(text: Borrowed<'_, PyUnicodeObject>) -> Vec<u32> {
    todo!()
}

pub fn equals(op: Op<'_>, text: &str) -> bool {
    todo!()
}

pub fn eq(a: Borrowed<'_, PyUnicodeObject>, b: Borrowed<'_, PyUnicodeObject>) -> bool {
    todo!()
}

pub fn compare(a: Borrowed<'_, PyUnicodeObject>, b: Borrowed<'_, PyUnicodeObject>) -> core::cmp::Ordering {
    todo!()
}

pub fn hash(text: Borrowed<'_, PyUnicodeObject>) -> Py_hash_t {
    todo!()
}

pub fn concat(
    a: Borrowed<'_, PyUnicodeObject>,
    b: Borrowed<'_, PyUnicodeObject>,
) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn join(separator: Borrowed<'_, PyUnicodeObject>, items: Op<'_>) -> PyResult {
    todo!()
}

pub fn substring(
    text: Borrowed<'_, PyUnicodeObject>,
    start: usize,
    end: usize,
) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn format_percent(format: Op<'_>, args: Op<'_>) -> PyResult {
    todo!()
}

pub fn find(
    text: Borrowed<'_, PyUnicodeObject>,
    needle: Borrowed<'_, PyUnicodeObject>,
    start: isize,
    end: isize,
    forward: bool,
) -> Option<usize> {
    todo!()
}

pub fn contains(text: Borrowed<'_, PyUnicodeObject>, needle: Borrowed<'_, PyUnicodeObject>) -> bool {
    todo!()
}

pub fn decode_utf8(bytes: &[u8], errors: Option<&str>) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn encode_utf8(text: Borrowed<'_, PyUnicodeObject>, errors: Option<&str>) -> PyResult {
    todo!()
}

pub fn decode_fs_default(bytes: &[u8]) -> PyResult<Owned<PyUnicodeObject>> {
    todo!()
}

pub fn encode_fs_default(text: Borrowed<'_, PyUnicodeObject>) -> PyResult {
    todo!()
}

pub fn fs_path(path: Op<'_>) -> PyResult {
    todo!()
}
