//! Iterators whose layout is CPython's but declared in no header.

use super::*;

/// What `iterator` looks like: `iter` of an object with only `__getitem__`.
#[repr(C)]
pub struct PySeqIter {
    pub ob_base: PyObject,
    pub it_index: Py_ssize_t,
    /// Owned; null once exhausted.
    pub it_seq: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PySeqIter {}
assert_layout!(PySeqIter { size: 32, it_index: 16, it_seq: 24 });

/// What `callable_iterator` looks like: `iter` with a sentinel.
#[repr(C)]
pub struct PyCallIter {
    pub ob_base: PyObject,
    /// Owned, like the sentinel; both null once exhausted.
    pub it_callable: *mut PyObject,
    pub it_sentinel: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyCallIter {}
assert_layout!(PyCallIter { size: 32, it_callable: 16, it_sentinel: 24 });

/// What `enumerate` looks like.
#[repr(C)]
pub struct PyEnum {
    pub ob_base: PyObject,
    pub en_index: Py_ssize_t,
    /// Owned: the iterator inside.
    pub en_sit: *mut PyObject,
    /// Owned: the tuple handed out last, reused when nobody else holds it.
    pub en_result: *mut PyObject,
    /// Owned or null: the index once it no longer fits `en_index`.
    pub en_longindex: *mut PyObject,
    /// Borrowed: the immortal 1.
    pub one: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyEnum {}
assert_layout!(PyEnum { size: 56, en_index: 16, en_sit: 24, en_result: 32, en_longindex: 40, one: 48 });

/// What `reversed` looks like.
#[repr(C)]
pub struct PyReversed {
    pub ob_base: PyObject,
    pub index: Py_ssize_t,
    /// Owned; null once exhausted.
    pub seq: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyReversed {}
assert_layout!(PyReversed { size: 32, index: 16, seq: 24 });
