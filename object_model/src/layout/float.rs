//! The `float` type.

use super::*;

/// What `float` looks like to a compiled wheel.
#[repr(C)]
pub struct PyFloatObject {
    pub ob_base: PyObject,
    pub ob_fval: f64,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyFloatObject {}
assert_layout!(PyFloatObject { size: 24, ob_fval: 16 });
