//! The `module` type, module definitions and multi-phase initialisation.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PyModule_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyModuleObject, PyModule_Type);
#[unsafe(no_mangle)]
pub static mut PyModuleDef_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyModuleDef, PyModuleDef_Type);

pub fn new(name: &str) -> PyResult {
    todo!()
}

pub fn new_object(name: Op<'_>) -> PyResult {
    todo!()
}

pub fn get_dict<'a>(module: Op<'a>) -> Borrowed<'a, PyDictObject> {
    todo!()
}

pub fn get_name(module: Op<'_>) -> PyResult {
    todo!()
}

pub fn add_object(module: Op<'_>, name: &str, value: Op<'_>) -> PyResult<()> {
    todo!()
}

pub fn add_type(module: Op<'_>, tp: *mut PyTypeObject) -> PyResult<()> {
    todo!()
}

pub fn add_functions(module: Op<'_>, functions: *const PyMethodDef) -> PyResult<()> {
    todo!()
}

pub fn create(def: *mut PyModuleDef, api_version: c_int) -> PyResult {
    todo!()
}

pub fn from_def_and_spec(def: *mut PyModuleDef, spec: Op<'_>, api_version: c_int) -> PyResult {
    todo!()
}

pub fn exec_def(module: Op<'_>, def: *mut PyModuleDef) -> PyResult<()> {
    todo!()
}

pub fn state(module: Op<'_>) -> *mut c_void {
    todo!()
}
