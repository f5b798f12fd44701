//! What extensions keep in their own statics for argument parsing and names.

use super::*;
use core::ffi::{c_char, c_int};

/// A flag that is set once.
#[repr(C)]
pub struct _PyOnceFlag {
    pub v: u8,
}
assert_layout!(_PyOnceFlag { size: 1, v: 0 });

/// A prepared signature for `_PyArg_ParseStackAndKeywords`; filled in on first use.
#[repr(C)]
pub struct _PyArg_Parser {
    pub format: *const c_char,
    /// Null ends the array; empty names are positional only.
    pub keywords: *const *const c_char,
    pub fname: *const c_char,
    pub custom_msg: *const c_char,
    pub once: _PyOnceFlag,
    pub is_kwtuple_owned: c_int,
    /// Positional only arguments.
    pub pos: c_int,
    pub min: c_int,
    pub max: c_int,
    /// Owned or borrowed, by `is_kwtuple_owned`.
    pub kwtuple: *mut PyObject,
    pub next: *mut _PyArg_Parser,
}
assert_layout!(_PyArg_Parser {
    size: 72,
    format: 0,
    keywords: 8,
    fname: 16,
    custom_msg: 24,
    once: 32,
    is_kwtuple_owned: 36,
    pos: 40,
    min: 44,
    max: 48,
    kwtuple: 56,
    next: 64
});

/// A mutex of one byte.
#[repr(C)]
pub struct PyMutex {
    pub _bits: u8,
}
assert_layout!(PyMutex { size: 1, _bits: 0 });

/// The mutex inside `_Py_Identifier`, which hides its type from old wheels.
#[repr(C)]
pub struct _Py_IdentifierMutex {
    pub v: u8,
}

/// A name that is interned on first use.
#[repr(C)]
pub struct _Py_Identifier {
    pub string: *const c_char,
    /// -1 until first used.
    pub index: Py_ssize_t,
    pub mutex: _Py_IdentifierMutex,
}
assert_layout!(_Py_Identifier { size: 24, string: 0, index: 8, mutex: 16 });
