//! Builtin functions (`PyCFunctionObject`) and bound methods (`PyMethodObject`).

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

pub use crate::define::method::*;
use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PyCFunction_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyCFunctionObject, PyCFunction_Type);
#[unsafe(no_mangle)]
pub static mut PyMethod_Type: PyTypeObject = PyTypeObject::EMPTY;
crate::py_typed!(PyMethodObject, PyMethod_Type);

pub fn new_function(
    def: *mut PyMethodDef,
    receiver: Option<Op<'_>>,
    module: Option<Op<'_>>,
    class: Option<TypeRef<'_>>,
) -> PyResult {
    todo!()
}

pub fn new_bound(function: Op<'_>, receiver: Op<'_>) -> PyResult {
    todo!()
}

pub fn new_instance_method(function: Op<'_>) -> PyResult {
    todo!()
}
