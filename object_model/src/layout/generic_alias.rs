//! `types.GenericAlias`: `list[int]`.

use super::*;

/// What `types.GenericAlias` looks like.
#[repr(C)]
pub struct PyGenericAlias {
    pub ob_base: PyObject,
    /// Owned, like the two that follow.
    pub origin: *mut PyObject,
    /// A tuple.
    pub args: *mut PyObject,
    /// A tuple; null until somebody asks.
    pub parameters: *mut PyObject,
    /// Borrowed: the first weak reference.
    pub weakreflist: *mut PyObject,
    /// Whether it is the unpacked form, `*tuple[int]`.
    pub starred: bool,
    pub vectorcall: Option<vectorcallfunc>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyGenericAlias {}
assert_layout!(PyGenericAlias {
    size: 64,
    origin: 16,
    args: 24,
    parameters: 32,
    weakreflist: 40,
    starred: 48,
    vectorcall: 56
});
