//! The `complex` type and the C struct that it wraps.

use super::*;

/// A complex number as C functions pass it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Py_complex {
    pub real: f64,
    pub imag: f64,
}
assert_layout!(Py_complex { size: 16, real: 0, imag: 8 });

/// What `complex` looks like to a compiled wheel.
#[repr(C)]
pub struct PyComplexObject {
    pub ob_base: PyObject,
    pub cval: Py_complex,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyComplexObject {}
assert_layout!(PyComplexObject { size: 32, cval: 16 });
