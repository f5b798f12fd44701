//! What the cells of a frame hold: references with a tag that says whether they are counted.
//!
//! ```text
//!  63 ............................ 2 1 0
//! | address of an object           | 0 0 |  owned: the cell gives a reference back
//! | address of an object           | 0 1 |  not counted: immortal, or kept alive by a local variable
//! | signed integer                 | 1 1 |  no object at all
//! ```
//! Null is the bare tag 01, so that a null cell can be closed like any uncounted one.

use crate::layout::{Py_INT_TAG, Py_TAG_BITS, Py_TAG_REFCNT, PyObject, StackRef};
use crate::{Object, Op, Owned};

impl StackRef {
    pub const NULL: Self = Self { bits: Py_TAG_REFCNT };

    #[inline(always)]
    pub fn is_null(self) -> bool {
        self.bits == Py_TAG_REFCNT
    }

    /// Takes over a reference.
    #[inline(always)]
    pub fn from_owned(object: Object) -> Self {
        Self { bits: object.into_ptr() as usize }
    }

    /// Takes over a reference, or null for `None`.
    #[inline(always)]
    pub fn from_option(object: Option<Object>) -> Self {
        object.map_or(Self::NULL, Self::from_owned)
    }

    /// A reference that is not counted: somebody else keeps the object alive for longer.
    #[inline(always)]
    pub fn uncounted(object: *mut PyObject) -> Self {
        Self { bits: object as usize | Py_TAG_REFCNT }
    }

    /// Takes over a reference given as a pointer.
    #[inline(always)]
    pub fn steal(object: *mut PyObject) -> Self {
        Self { bits: object as usize }
    }

    #[inline(always)]
    pub fn tag_int(value: isize) -> Self {
        Self { bits: ((value as usize) << 2) | Py_INT_TAG }
    }

    #[inline(always)]
    pub fn is_int(self) -> bool {
        self.bits & Py_TAG_BITS == Py_INT_TAG
    }

    #[inline(always)]
    pub fn untag_int(self) -> isize {
        self.bits as isize >> 2
    }

    /// The object, or null.
    #[inline(always)]
    pub fn as_ptr(self) -> *mut PyObject {
        (self.bits & !Py_TAG_REFCNT) as *mut PyObject
    }

    /// The object.
    ///
    /// # Safety
    /// The cell holds an object that lives for `'a`.
    #[inline(always)]
    pub unsafe fn op<'a>(self) -> Op<'a> {
        // SAFETY: the caller's promise.
        unsafe { Op::from_ptr(self.as_ptr()) }
    }

    /// Whether the cell gives a reference back when it is closed.
    #[inline(always)]
    pub fn is_counted(self) -> bool {
        self.bits & Py_TAG_REFCNT == 0
    }

    /// The same reference without a count of its own.
    #[inline(always)]
    pub fn borrowed(self) -> Self {
        Self { bits: self.bits | Py_TAG_REFCNT }
    }

    /// Another cell for the same object.
    ///
    /// # Safety
    /// The cell is null or holds a live object.
    #[inline(always)]
    pub unsafe fn dup(self) -> Self {
        if self.is_counted() {
            // SAFETY: counted cells hold live objects.
            unsafe { crate::object::incref(self.as_ptr()) };
        }
        self
    }

    /// The same cell with a reference of its own, so that it may outlive the frame's variables.
    ///
    /// # Safety
    /// The cell is null or holds a live object; it is used up.
    #[inline(always)]
    pub unsafe fn heap_safe(self) -> Self {
        if self.is_counted() || self.is_null() || self.is_int() {
            return self;
        }
        // SAFETY: not null and not a number, so a live object.
        unsafe { crate::object::incref(self.as_ptr()) };
        Self { bits: self.bits & !Py_TAG_REFCNT }
    }

    /// Takes the object out of the cell.
    ///
    /// # Safety
    /// The cell holds a live object and is used up.
    #[inline(always)]
    pub unsafe fn into_owned(self) -> Object {
        // SAFETY: counted cells own their reference; the others get one.
        unsafe {
            if self.is_counted() {
                Owned::steal(self.bits as *mut PyObject)
            } else {
                Owned::new_ref(self.as_ptr())
            }
        }
    }

    /// Takes the object out of the cell if there is one.
    ///
    /// # Safety
    /// As for `into_owned`, if the cell is not null.
    #[inline(always)]
    pub unsafe fn into_option(self) -> Option<Object> {
        // SAFETY: the caller's promise.
        if self.is_null() { None } else { Some(unsafe { self.into_owned() }) }
    }

    /// Gives the cell's reference back.
    ///
    /// # Safety
    /// The cell is null or holds a live object, and is used up.
    #[inline(always)]
    pub unsafe fn close(self) {
        if self.is_counted() {
            // SAFETY: counted cells own their reference.
            unsafe { crate::object::decref(self.bits as *mut PyObject) };
        }
    }
}
