//! The `list` type.

use super::*;

/// What `list` looks like to a compiled wheel.
#[repr(C)]
pub struct PyListObject {
    pub ob_base: PyVarObject,
    /// Owned references; cells at and past `ob_size` are unspecified.
    pub ob_item: *mut *mut PyObject,
    /// The cells at `ob_item`; -1 while the list is being sorted.
    pub allocated: Py_ssize_t,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyListObject {}
assert_layout!(PyListObject { size: 40, ob_item: 24, allocated: 32 });
