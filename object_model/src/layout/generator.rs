//! Generators, coroutines and asynchronous generators: an object around a frame.

use super::*;
use core::ffi::c_char;

/// What `generator` looks like to a compiled wheel.
#[repr(C)]
pub struct PyGenObject {
    pub ob_base: PyObject,
    /// Borrowed: the first weak reference.
    pub gi_weakreflist: *mut PyObject,
    /// Owned, like `gi_qualname`.
    pub gi_name: *mut PyObject,
    pub gi_qualname: *mut PyObject,
    /// The exceptions being handled inside.
    pub gi_exc_state: _PyErr_StackItem,
    /// Owned or null.
    pub gi_origin_or_finalizer: *mut PyObject,
    pub gi_hooks_inited: c_char,
    pub gi_closed: c_char,
    pub gi_running_async: c_char,
    /// `FRAME_CREATED` and its neighbours.
    pub gi_frame_state: i8,
    /// The locals and the stack run past its end.
    pub gi_iframe: _PyInterpreterFrame,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyGenObject {}
assert_layout!(PyGenObject {
    size: 160,
    gi_weakreflist: 16,
    gi_name: 24,
    gi_qualname: 32,
    gi_exc_state: 40,
    gi_origin_or_finalizer: 56,
    gi_hooks_inited: 64,
    gi_closed: 65,
    gi_running_async: 66,
    gi_frame_state: 67,
    gi_iframe: 72
});

/// What `coroutine` looks like to a compiled wheel.
#[repr(C)]
pub struct PyCoroObject {
    pub ob_base: PyObject,
    /// Borrowed: the first weak reference.
    pub cr_weakreflist: *mut PyObject,
    /// Owned, like `cr_qualname`.
    pub cr_name: *mut PyObject,
    pub cr_qualname: *mut PyObject,
    /// The exceptions being handled inside.
    pub cr_exc_state: _PyErr_StackItem,
    /// Owned or null.
    pub cr_origin_or_finalizer: *mut PyObject,
    pub cr_hooks_inited: c_char,
    pub cr_closed: c_char,
    pub cr_running_async: c_char,
    /// `FRAME_CREATED` and its neighbours.
    pub cr_frame_state: i8,
    /// The locals and the stack run past its end.
    pub cr_iframe: _PyInterpreterFrame,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyCoroObject {}
assert_layout!(PyCoroObject {
    size: 160,
    cr_weakreflist: 16,
    cr_name: 24,
    cr_qualname: 32,
    cr_exc_state: 40,
    cr_origin_or_finalizer: 56,
    cr_hooks_inited: 64,
    cr_closed: 65,
    cr_running_async: 66,
    cr_frame_state: 67,
    cr_iframe: 72
});

/// What `async_generator` looks like to a compiled wheel.
#[repr(C)]
pub struct PyAsyncGenObject {
    pub ob_base: PyObject,
    /// Borrowed: the first weak reference.
    pub ag_weakreflist: *mut PyObject,
    /// Owned, like `ag_qualname`.
    pub ag_name: *mut PyObject,
    pub ag_qualname: *mut PyObject,
    /// The exceptions being handled inside.
    pub ag_exc_state: _PyErr_StackItem,
    /// Owned or null.
    pub ag_origin_or_finalizer: *mut PyObject,
    pub ag_hooks_inited: c_char,
    pub ag_closed: c_char,
    pub ag_running_async: c_char,
    /// `FRAME_CREATED` and its neighbours.
    pub ag_frame_state: i8,
    /// The locals and the stack run past its end.
    pub ag_iframe: _PyInterpreterFrame,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyAsyncGenObject {}
assert_layout!(PyAsyncGenObject {
    size: 160,
    ag_weakreflist: 16,
    ag_name: 24,
    ag_qualname: 32,
    ag_exc_state: 40,
    ag_origin_or_finalizer: 56,
    ag_hooks_inited: 64,
    ag_closed: 65,
    ag_running_async: 66,
    ag_frame_state: 67,
    ag_iframe: 72
});
