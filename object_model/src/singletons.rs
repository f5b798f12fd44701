//! `None`, `True`, `False`, `Ellipsis` and `NotImplemented`: immortal static objects.

use crate::layout::{PyLongObject, PyObject};
use crate::{Object, Op, Owned};

macro_rules! singleton {
    ($(#[$doc:meta])* $get:ident, $new:ident, $ptr:ident, $place:expr) => {
        $(#[$doc])*
        #[inline]
        pub fn $ptr() -> *mut PyObject {
            (&raw mut $place).cast()
        }
        #[doc = concat!("`", stringify!($get), "`, borrowed.")]
        #[inline]
        pub fn $get() -> Op<'static> {
            // SAFETY: immortal.
            unsafe { Op::from_ptr($ptr()) }
        }
        #[doc = concat!("`", stringify!($get), "` as a result.")]
        #[inline]
        pub fn $new() -> Object {
            // SAFETY: immortal, so the count does not matter.
            unsafe { Owned::steal($ptr()) }
        }
    };
}

singleton!(/// The address of `None`.
    none, new_none, none_ptr, crate::none::_Py_NoneStruct);
singleton!(/// The address of `Ellipsis`.
    ellipsis, new_ellipsis, ellipsis_ptr, crate::none::_Py_EllipsisObject);
singleton!(/// The address of `NotImplemented`.
    not_implemented, new_not_implemented, not_implemented_ptr, crate::none::_Py_NotImplementedStruct);
singleton!(/// The address of `True`.
    true_, new_true, true_ptr, crate::bool::_Py_TrueStruct);
singleton!(/// The address of `False`.
    false_, new_false, false_ptr, crate::bool::_Py_FalseStruct);

/// A `bool` object.
#[inline]
pub fn new_bool(value: bool) -> Object {
    if value { new_true() } else { new_false() }
}

/// The two `bool` objects are ints of these layouts.
pub type BoolLayout = PyLongObject;
