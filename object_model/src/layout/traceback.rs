//! Tracebacks.

use super::*;
use core::ffi::c_int;

/// What `traceback` looks like to a compiled wheel.
#[repr(C)]
pub struct PyTracebackObject {
    pub ob_base: PyObject,
    /// Owned or null: one call further in.
    pub tb_next: *mut PyTracebackObject,
    /// Owned.
    pub tb_frame: *mut PyFrameObject,
    pub tb_lasti: c_int,
    /// -1 until computed from `tb_lasti`.
    pub tb_lineno: c_int,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyTracebackObject {}
assert_layout!(PyTracebackObject { size: 40, tb_next: 16, tb_frame: 24, tb_lasti: 32, tb_lineno: 36 });
