//! Objects whose contents are a Rust value, for types that only this library knows.
//!
//! The value follows the header and a slot for weak references. It is made whole
//! before anybody sees the object and dropped with it; what changes meanwhile is in
//! cells. A value that holds references to other objects reports them in `traverse`.

use core::ffi::CStr;
use core::mem::offset_of;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Owned, PyLayout, PyResult, PyTyped, TypeRef, Visitor, alloc, gc, slot, weakref,
};

/// The contents of an object.
pub trait Contents: Sized + 'static {
    /// The type of the objects.
    fn type_ptr() -> *mut PyTypeObject;
    /// The type object, borrowed.
    fn type_ref() -> TypeRef<'static> {
        Native::<Self>::type_ref()
    }
    /// Reports the references held.
    fn traverse(&self, _visitor: &mut Visitor) {}
}

/// An object around its contents.
#[repr(C)]
pub struct Native<T: Contents> {
    ob_base: PyObject,
    pub value: T,
    weakrefs: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl<T: Contents> PyLayout for Native<T> {}
// SAFETY: the type's basic size is that of this struct (`type_object`).
unsafe impl<T: Contents> PyTyped for Native<T> {
    fn type_ptr() -> *mut PyTypeObject {
        T::type_ptr()
    }
}

/// A new object.
pub fn new<T: Contents>(value: T) -> PyResult<Owned<Native<T>>> {
    // SAFETY: the type was made ready when its module was initialised.
    let made = gc::alloc(unsafe { TypeRef::from_ptr(T::type_ptr()) }, 0)?;
    // SAFETY: a fresh object of this layout.
    let made: Owned<Native<T>> = unsafe {
        ptr::write(&raw mut (*made.as_ptr().cast::<Native<T>>()).weakrefs, ptr::null_mut());
        ptr::write(&raw mut (*made.as_ptr().cast::<Native<T>>()).value, value);
        made.cast_unchecked()
    };
    gc::track(made.as_object_ptr());
    Ok(made)
}

fn dealloc<T: Contents>(op: Borrowed<'_, Native<T>>) {
    gc::untrack(op.as_object_ptr());
    if !op.weakrefs.is_null() {
        weakref::clear_refs(op.as_object());
    }
    // SAFETY: the last reference is gone; the value is dropped once.
    unsafe {
        ptr::drop_in_place(&raw mut (*op.as_ptr()).value);
        alloc::free_object(op.as_object_ptr());
    }
}

fn traverse<T: Contents>(op: Borrowed<'_, Native<T>>, visitor: &mut Visitor) {
    op.value.traverse(visitor);
}

/// A type object for such objects, to be completed with slots and methods.
pub const fn type_object<T: Contents>(name: &'static CStr) -> PyTypeObject {
    PyTypeObject {
        tp_name: name.as_ptr(),
        tp_basicsize: size_of::<Native<T>>() as Py_ssize_t,
        tp_dealloc: slot::dealloc(dealloc::<T>),
        tp_flags: Py_TPFLAGS_DEFAULT
            | Py_TPFLAGS_HAVE_GC
            | Py_TPFLAGS_DISALLOW_INSTANTIATION
            | Py_TPFLAGS_IMMUTABLETYPE,
        tp_traverse: slot::traverse(traverse::<T>),
        tp_weaklistoffset: offset_of!(Native<T>, weakrefs) as Py_ssize_t,
        ..PyTypeObject::EMPTY
    }
}

/// An object a module keeps for good: its exception class, its cache.
///
/// It is never given back, as modules of this library live until the process ends.
pub struct Kept(core::sync::atomic::AtomicPtr<PyObject>);

impl Kept {
    pub const fn new() -> Self {
        Self(core::sync::atomic::AtomicPtr::new(ptr::null_mut()))
    }

    /// Keeps an object; one kept before stays alive all the same.
    pub fn set(&self, op: Owned<PyObject>) {
        self.0.store(op.into_ptr(), core::sync::atomic::Ordering::Release);
    }

    /// Gives up what is kept; nobody may be about to take a reference, so only for what only this
    /// library knows.
    pub fn clear(&self) {
        let old = self.0.swap(ptr::null_mut(), core::sync::atomic::Ordering::AcqRel);
        // SAFETY: `set` put an owned reference here.
        drop(unsafe { Owned::steal_nullable(old) });
    }

    pub fn get(&self) -> Option<Owned<PyObject>> {
        // SAFETY: null, or an object that is never given back.
        unsafe { Owned::new_ref_nullable(self.0.load(core::sync::atomic::Ordering::Acquire)) }
    }
}

impl Default for Kept {
    fn default() -> Self {
        Self::new()
    }
}
