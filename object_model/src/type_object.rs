//! Types: `type`, `PyType_Ready`, slot inheritance, MRO, attribute lookup and its cache.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

/// Version tags, the attribute cache, and other state of types.
#[derive(Default)]
pub struct State {}

#[unsafe(no_mangle)]
pub static mut PyType_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyTypeObject, PyType_Type, Py_TPFLAGS_TYPE_SUBCLASS);
#[unsafe(no_mangle)]
pub static mut PyBaseObject_Type: PyTypeObject = PyTypeObject::EMPTY;

pub fn is_subtype_ptr(derived: *mut PyTypeObject, base: *mut PyTypeObject) -> bool {
    todo!()
}

pub fn is_subtype(derived: TypeRef<'_>, base: TypeRef<'_>) -> bool {
    todo!()
}

pub fn name_of(tp: *mut PyTypeObject) -> &'static str {
    todo!()
}

pub fn ready(tp: *mut PyTypeObject) -> PyResult<()> {
    todo!()
}

pub fn lookup(tp: TypeRef<'_>, name: Op<'_>) -> Option<Object> {
    todo!()
}

pub fn lookup_str(tp: TypeRef<'_>, name: &str) -> Option<Object> {
    todo!()
}

pub fn modified(tp: TypeRef<'_>) {
    todo!()
}

pub fn generic_alloc(tp: TypeRef<'_>, n_items: isize) -> PyResult {
    todo!()
}

pub fn generic_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    todo!()
}

pub fn get_name(tp: TypeRef<'_>) -> PyResult {
    todo!()
}

pub fn get_qualname(tp: TypeRef<'_>) -> PyResult {
    todo!()
}

pub fn get_module_name(tp: TypeRef<'_>) -> PyResult {
    todo!()
}

pub fn get_fully_qualified_name(tp: TypeRef<'_>) -> PyResult {
    todo!()
}

pub fn get_dict(tp: TypeRef<'_>) -> PyResult {
    todo!()
}

pub fn assign_version_tag(tp: TypeRef<'_>) -> bool {
    todo!()
}

pub fn get_flags(tp: TypeRef<'_>) -> u64 {
    todo!()
}

pub fn from_module_and_spec(
    metaclass: Option<TypeRef<'_>>,
    module: Option<Op<'_>>,
    spec: *mut PyType_Spec,
    bases: Option<Op<'_>>,
) -> PyResult {
    todo!()
}

pub fn calculate_metaclass(metatype: TypeRef<'_>, bases: Op<'_>) -> PyResult<Object> {
    todo!()
}

pub fn init_builtin_types() -> PyResult<()> {
    todo!()
}
