//! The `set` and `frozenset` types.

use super::*;

/// One cell of a set's table.
#[repr(C)]
pub struct setentry {
    /// Owned; null when never used, a dummy when deleted.
    pub key: *mut PyObject,
    pub hash: Py_hash_t,
}
assert_layout!(setentry { size: 16, key: 0, hash: 8 });

/// What `set` and `frozenset` look like to a compiled wheel.
#[repr(C)]
pub struct PySetObject {
    pub ob_base: PyObject,
    /// Cells in use, dummies included.
    pub fill: Py_ssize_t,
    /// Cells in use.
    pub used: Py_ssize_t,
    /// One less than the number of cells, which is a power of two.
    pub mask: Py_ssize_t,
    /// `smalltable`, or owned memory.
    pub table: *mut setentry,
    /// -1 until somebody asks; only a `frozenset` uses it.
    pub hash: Py_hash_t,
    /// Where `pop` looks next.
    pub finger: Py_ssize_t,
    pub smalltable: [setentry; PySet_MINSIZE],
    pub weakreflist: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PySetObject {}
assert_layout!(PySetObject {
    size: 200,
    fill: 16,
    used: 24,
    mask: 32,
    table: 40,
    hash: 48,
    finger: 56,
    smalltable: 64,
    weakreflist: 192
});
