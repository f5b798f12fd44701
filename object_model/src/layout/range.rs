//! The `range` type.

use super::*;

/// What `range` looks like: four owned `int`s.
#[repr(C)]
pub struct PyRange {
    pub ob_base: PyObject,
    pub start: *mut PyObject,
    pub stop: *mut PyObject,
    pub step: *mut PyObject,
    pub length: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyRange {}
assert_layout!(PyRange { size: 48, start: 16, stop: 24, step: 32, length: 40 });
