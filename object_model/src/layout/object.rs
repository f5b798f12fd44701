//! The headers every object starts with, and the collector's word pair in front.

use super::Py_ssize_t;
use super::PyTypeObject;
use super::constants::{_Py_IMMORTAL_INITIAL_REFCNT, _Py_STATIC_FLAG_BITS};
use core::ptr;

/// What every object starts with.
///
/// The first word holds the count and the flags; inlined `Py_INCREF` and
/// `Py_DECREF` touch only the 32-bit count, and leave it alone while it is
/// immortal.
///
/// ```text
///  63        48 47          32 31                            0
/// | ob_flags   | ob_overflow  | ob_refcnt                     |
/// ```
#[repr(C)]
pub struct PyObject {
    pub ob_refcnt: u32,
    pub ob_overflow: u16,
    pub ob_flags: u16,
    /// Owned when the type is a heap type.
    pub ob_type: *mut PyTypeObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyObject {}
assert_layout!(PyObject { size: 16, ob_refcnt: 0, ob_overflow: 4, ob_flags: 6, ob_type: 8 });

impl PyObject {
    /// The header of a statically allocated object: immortal, its type still null.
    pub const STATIC_IMMORTAL: Self = Self {
        ob_refcnt: _Py_IMMORTAL_INITIAL_REFCNT,
        ob_overflow: 0,
        ob_flags: _Py_STATIC_FLAG_BITS,
        ob_type: ptr::null_mut(),
    };
}

/// What every object with a number of items starts with.
#[repr(C)]
pub struct PyVarObject {
    pub ob_base: PyObject,
    pub ob_size: Py_ssize_t,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyVarObject {}
assert_layout!(PyVarObject { size: 24, ob_size: 16 });

impl PyVarObject {
    /// The header of a statically allocated object: immortal, no type, no items.
    pub const STATIC_IMMORTAL: Self = Self { ob_base: PyObject::STATIC_IMMORTAL, ob_size: 0 };
}

/// What stands in front of every object the cycle collector tracks.
///
/// The low bits of `_gc_prev` are flags (`_PyGC_PREV_MASK_*`); while a
/// collection runs, its high bits count references instead of pointing back.
#[repr(C)]
pub struct PyGC_Head {
    /// The next tracked object's head; zero when this one is not tracked.
    pub _gc_next: usize,
    pub _gc_prev: usize,
}
assert_layout!(PyGC_Head { size: 16, _gc_next: 0, _gc_prev: 8 });
