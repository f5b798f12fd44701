//! The `slice` type.

use super::*;

/// What `slice` looks like to a compiled wheel.
#[repr(C)]
pub struct PySliceObject {
    pub ob_base: PyObject,
    /// Owned and never null, like the other two.
    pub start: *mut PyObject,
    pub stop: *mut PyObject,
    pub step: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PySliceObject {}
assert_layout!(PySliceObject { size: 40, start: 16, stop: 24, step: 32 });
