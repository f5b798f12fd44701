//! `types.SimpleNamespace`.

use super::*;

/// What `types.SimpleNamespace` looks like.
#[repr(C)]
pub struct PySimpleNamespace {
    pub ob_base: PyObject,
    /// Owned: a dict.
    pub ns_dict: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PySimpleNamespace {}
assert_layout!(PySimpleNamespace { size: 24, ns_dict: 16 });
