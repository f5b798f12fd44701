//! Cells: variables that closures share.

use super::*;

/// What `cell` looks like to a compiled wheel.
#[repr(C)]
pub struct PyCellObject {
    pub ob_base: PyObject,
    /// Owned; null while the variable is unbound.
    pub ob_ref: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyCellObject {}
assert_layout!(PyCellObject { size: 24, ob_ref: 16 });
