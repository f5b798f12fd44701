//! The `memoryview` type.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PyMemoryView_Type: PyTypeObject = PyTypeObject {
    tp_name: c"memoryview".as_ptr(),
    tp_basicsize: size_of::<PyMemoryViewObject>() as isize,
    tp_flags: Py_TPFLAGS_DEFAULT,
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyMemoryViewObject, PyMemoryView_Type);

pub fn from_object(op: Op<'_>) -> PyResult {
    todo!()
}
