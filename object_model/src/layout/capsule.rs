//! Capsules: a C pointer as an object.

use super::*;
use core::ffi::{c_char, c_void};

/// What `PyCapsule` looks like.
#[repr(C)]
pub struct PyCapsule {
    pub ob_base: PyObject,
    pub pointer: *mut c_void,
    /// Borrowed: the maker keeps it alive.
    pub name: *const c_char,
    pub context: *mut c_void,
    pub destructor: Option<PyCapsule_Destructor>,
    /// For capsules that own objects (`_PyCapsule_SetTraverse`).
    pub traverse_func: Option<traverseproc>,
    pub clear_func: Option<inquiry>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyCapsule {}
assert_layout!(PyCapsule {
    size: 64,
    pointer: 16,
    name: 24,
    context: 32,
    destructor: 40,
    traverse_func: 48,
    clear_func: 56
});
