//! Context variables.

use super::*;
use core::ffi::c_int;

/// The persistent map in a context; only `contextvars` looks inside.
#[repr(C)]
pub struct PyHamtObject {
    _opaque: [u8; 0],
}

/// What `contextvars.Context` looks like.
#[repr(C)]
pub struct PyContext {
    pub ob_base: PyObject,
    /// Owned: the context to return to, null unless entered.
    pub ctx_prev: *mut PyContext,
    /// Owned.
    pub ctx_vars: *mut PyHamtObject,
    /// Borrowed: the first weak reference.
    pub ctx_weakreflist: *mut PyObject,
    pub ctx_entered: c_int,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyContext {}
assert_layout!(PyContext { size: 48, ctx_prev: 16, ctx_vars: 24, ctx_weakreflist: 32, ctx_entered: 40 });

/// What `contextvars.ContextVar` looks like.
#[repr(C)]
pub struct PyContextVar {
    pub ob_base: PyObject,
    /// Owned.
    pub var_name: *mut PyObject,
    /// Owned or null.
    pub var_default: *mut PyObject,
    /// Borrowed: the value found last, valid for the thread state and version below.
    pub var_cached: *mut PyObject,
    pub var_cached_tsid: u64,
    pub var_cached_tsver: u64,
    pub var_hash: Py_hash_t,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyContextVar {}
assert_layout!(PyContextVar {
    size: 64,
    var_name: 16,
    var_default: 24,
    var_cached: 32,
    var_cached_tsid: 40,
    var_cached_tsver: 48,
    var_hash: 56
});

/// What `contextvars.Token` looks like.
#[repr(C)]
pub struct PyContextToken {
    pub ob_base: PyObject,
    /// Owned, like the variable.
    pub tok_ctx: *mut PyContext,
    pub tok_var: *mut PyContextVar,
    /// Owned; null when the variable had no value.
    pub tok_oldval: *mut PyObject,
    pub tok_used: c_int,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyContextToken {}
assert_layout!(PyContextToken { size: 48, tok_ctx: 16, tok_var: 24, tok_oldval: 32, tok_used: 40 });
