//! `None`, `Ellipsis` and `NotImplemented`, and their types.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut _Py_NoneStruct: PyObject =
    PyObject { ob_type: &raw mut _PyNone_Type, ..PyObject::STATIC_IMMORTAL };
#[unsafe(no_mangle)]
pub static mut _Py_EllipsisObject: PyObject =
    PyObject { ob_type: &raw mut PyEllipsis_Type, ..PyObject::STATIC_IMMORTAL };
#[unsafe(no_mangle)]
pub static mut _Py_NotImplementedStruct: PyObject =
    PyObject { ob_type: &raw mut _PyNotImplemented_Type, ..PyObject::STATIC_IMMORTAL };
#[unsafe(no_mangle)]
pub static mut _PyNone_Type: PyTypeObject = PyTypeObject::EMPTY;
#[unsafe(no_mangle)]
pub static mut PyEllipsis_Type: PyTypeObject = PyTypeObject::EMPTY;
#[unsafe(no_mangle)]
pub static mut _PyNotImplemented_Type: PyTypeObject = PyTypeObject::EMPTY;
