//! The buffer protocol and the objects that hold buffers.

use super::*;
use core::ffi::{c_char, c_int, c_void};

/// A view of an object's memory.
#[repr(C)]
pub struct Py_buffer {
    pub buf: *mut c_void,
    /// Owned: the exporter, null once released.
    pub obj: *mut PyObject,
    pub len: Py_ssize_t,
    pub itemsize: Py_ssize_t,
    pub readonly: c_int,
    pub ndim: c_int,
    /// Borrowed from the exporter, like the three that follow. Null means bytes.
    pub format: *mut c_char,
    pub shape: *mut Py_ssize_t,
    pub strides: *mut Py_ssize_t,
    pub suboffsets: *mut Py_ssize_t,
    /// The exporter's own.
    pub internal: *mut c_void,
}
assert_layout!(Py_buffer {
    size: 80,
    buf: 0,
    obj: 8,
    len: 16,
    itemsize: 24,
    readonly: 32,
    ndim: 36,
    format: 40,
    shape: 48,
    strides: 56,
    suboffsets: 64,
    internal: 72
});

/// The buffer that the memoryviews made from one another share.
#[repr(C)]
pub struct _PyManagedBufferObject {
    pub ob_base: PyObject,
    /// `_Py_MANAGED_BUFFER_*`.
    pub flags: c_int,
    /// Memoryviews that use it.
    pub exports: Py_ssize_t,
    pub master: Py_buffer,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for _PyManagedBufferObject {}
assert_layout!(_PyManagedBufferObject { size: 112, flags: 16, exports: 24, master: 32 });

/// What `memoryview` looks like to a compiled wheel.
#[repr(C)]
pub struct PyMemoryViewObject {
    pub ob_base: PyVarObject,
    /// Owned.
    pub mbuf: *mut _PyManagedBufferObject,
    /// -1 until somebody asks.
    pub hash: Py_hash_t,
    /// `_Py_MEMORYVIEW_*`.
    pub flags: c_int,
    /// Buffers that are out.
    pub exports: Py_ssize_t,
    /// Its `obj` is borrowed from `mbuf`.
    pub view: Py_buffer,
    /// Borrowed: the first weak reference.
    pub weakreflist: *mut PyObject,
    /// Shape, strides and suboffsets of `view`, `ndim` of each.
    pub ob_array: [Py_ssize_t; 1],
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyMemoryViewObject {}
assert_layout!(PyMemoryViewObject {
    size: 152,
    mbuf: 24,
    hash: 32,
    flags: 40,
    exports: 48,
    view: 56,
    weakreflist: 136,
    ob_array: 144
});

/// What `pickle.PickleBuffer` looks like.
#[repr(C)]
pub struct PyPickleBuffer {
    pub ob_base: PyObject,
    pub view: Py_buffer,
    /// Borrowed: the first weak reference.
    pub weakreflist: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyPickleBuffer {}
assert_layout!(PyPickleBuffer { size: 104, view: 16, weakreflist: 96 });
