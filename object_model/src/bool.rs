//! The `bool` type.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

#[unsafe(no_mangle)]
pub static mut PyBool_Type: PyTypeObject = PyTypeObject::EMPTY;
#[unsafe(no_mangle)]
pub static mut _Py_TrueStruct: PyLongObject = crate::int::static_int(&raw mut PyBool_Type, 1);
#[unsafe(no_mangle)]
pub static mut _Py_FalseStruct: PyLongObject = crate::int::static_int(&raw mut PyBool_Type, 0);
