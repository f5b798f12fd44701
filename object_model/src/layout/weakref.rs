//! Weak references and weak proxies.

use super::*;

/// What `weakref.ref` and the proxies look like to a compiled wheel.
#[repr(C)]
pub struct PyWeakReference {
    pub ob_base: PyObject,
    /// Borrowed; `None` once the object is gone.
    pub wr_object: *mut PyObject,
    /// Owned or null.
    pub wr_callback: *mut PyObject,
    /// -1 until somebody asks.
    pub hash: Py_hash_t,
    /// Borrowed: the neighbours in the object's list.
    pub wr_prev: *mut PyWeakReference,
    pub wr_next: *mut PyWeakReference,
    pub vectorcall: Option<vectorcallfunc>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyWeakReference {}
assert_layout!(PyWeakReference {
    size: 64,
    wr_object: 16,
    wr_callback: 24,
    hash: 32,
    wr_prev: 40,
    wr_next: 48,
    vectorcall: 56
});
