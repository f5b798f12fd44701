//! The `tuple` type and the descriptions that struct sequences are made of.

use super::*;
use core::ffi::{c_char, c_int};

/// What `tuple` looks like to a compiled wheel.
#[repr(C)]
pub struct PyTupleObject {
    pub ob_base: PyVarObject,
    /// -1 until somebody asks.
    pub ob_hash: Py_hash_t,
    /// `ob_size` owned references.
    pub ob_item: [*mut PyObject; 1],
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyTupleObject {}
assert_layout!(PyTupleObject { size: 40, ob_hash: 24, ob_item: 32 });

/// One field of a struct sequence.
#[repr(C)]
pub struct PyStructSequence_Field {
    /// Null ends the array.
    pub name: *const c_char,
    pub doc: *const c_char,
}
assert_layout!(PyStructSequence_Field { size: 16, name: 0, doc: 8 });

/// What `PyStructSequence_NewType` makes a type of.
#[repr(C)]
pub struct PyStructSequence_Desc {
    pub name: *const c_char,
    pub doc: *const c_char,
    pub fields: *mut PyStructSequence_Field,
    /// How many of the fields are items of the tuple.
    pub n_in_sequence: c_int,
}
assert_layout!(PyStructSequence_Desc { size: 32, name: 0, doc: 8, fields: 16, n_in_sequence: 24 });
