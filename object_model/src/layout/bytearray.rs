//! The `bytearray` type.

use super::*;
use core::ffi::c_char;

/// What `bytearray` looks like to a compiled wheel.
#[repr(C)]
pub struct PyByteArrayObject {
    pub ob_base: PyVarObject,
    /// The bytes at `ob_bytes`.
    pub ob_alloc: Py_ssize_t,
    /// Owned memory.
    pub ob_bytes: *mut c_char,
    /// The first logical byte: past `ob_bytes` once bytes were taken from the front.
    pub ob_start: *mut c_char,
    /// Buffers that are out; the size may not change while there are any.
    pub ob_exports: Py_ssize_t,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyByteArrayObject {}
assert_layout!(PyByteArrayObject { size: 56, ob_alloc: 24, ob_bytes: 32, ob_start: 40, ob_exports: 48 });
