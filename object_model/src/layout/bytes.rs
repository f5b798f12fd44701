//! The `bytes` type.

use super::*;
use core::ffi::c_char;

/// What `bytes` looks like to a compiled wheel.
#[repr(C)]
pub struct PyBytesObject {
    pub ob_base: PyVarObject,
    /// -1 until somebody asks.
    pub ob_shash: Py_hash_t,
    /// `ob_size` bytes and a zero.
    pub ob_sval: [c_char; 1],
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyBytesObject {}
assert_layout!(PyBytesObject { size: 40, ob_shash: 24, ob_sval: 32 });
