//! What an object owns, listed once: `tp_traverse`, `tp_clear` and `tp_dealloc` follow.
//!
//! ```ignore
//! #[repr(C)]
//! struct Pair { ob_base: PyObject, first: Field, second: Field }
//! owned_fields!(Pair, Pair_Type, [first, second]);
//! static mut Pair_Type: PyTypeObject = PyTypeObject { tp_new: slot::new(new), ..fields::gc_type::<Pair>(c"m.Pair") };
//! ```
//!
//! Objects come zeroed from `allocate`, and a zeroed `Field` is empty.

use core::ffi::CStr;

use crate::layout::*;
use crate::{Borrowed, Owned, PyLayout, PyResult, TypeRef, Visitor, gc, object, slot, type_object, weakref};

/// A layout whose references are all in fields that can be visited and emptied.
pub trait OwnedFields: PyLayout {
    fn visit(&self, visitor: &mut Visitor);
    fn clear(&self);
}

/// Implements `PyLayout`, `PyTyped` and `OwnedFields` for a struct with `Field`s.
#[macro_export]
macro_rules! owned_fields {
    ($layout:ty, $type_object:ident, [$($field:ident),* $(,)?]) => {
        // SAFETY: `repr(C)`, and the object header is at offset 0.
        unsafe impl $crate::PyLayout for $layout {}
        $crate::py_typed!($layout, $type_object);
        impl $crate::fields::OwnedFields for $layout {
            #[allow(unused_variables, reason = "a layout may own nothing")]
            fn visit(&self, visitor: &mut $crate::Visitor) {
                $(self.$field.visit(visitor);)*
            }
            fn clear(&self) {
                $(self.$field.clear();)*
            }
        }
    };
}

pub fn traverse<T: OwnedFields>(op: Borrowed<'_, T>, visitor: &mut Visitor) {
    op.visit(visitor);
}

pub fn clear<T: OwnedFields>(op: Borrowed<'_, T>) {
    op.clear();
}

pub fn dealloc<T: OwnedFields>(op: Borrowed<'_, T>) {
    gc::untrack(op.as_object_ptr());
    op.clear();
    // SAFETY: the references are gone.
    unsafe { crate::alloc::free_object(op.as_object_ptr()) };
}

/// The same for a type with a list of weak references.
pub fn dealloc_with_weak_references<T: OwnedFields>(op: Borrowed<'_, T>) {
    gc::untrack(op.as_object_ptr());
    weakref::clear_refs(op.as_object());
    op.clear();
    // SAFETY: the references are gone.
    unsafe { crate::alloc::free_object(op.as_object_ptr()) };
}

/// A new, zeroed object of type `tp`.
///
/// # Safety
/// `tp` is a type with layout `T` or a subclass of one.
pub unsafe fn allocate<T: PyLayout>(tp: TypeRef<'_>) -> PyResult<Owned<T>> {
    // SAFETY: the caller's promise.
    Ok(unsafe { type_object::generic_alloc(tp, 0)?.cast_unchecked() })
}

/// A type with garbage collection over the fields of `T`: what a static type starts from.
pub const fn gc_type<T: OwnedFields>(name: &'static CStr) -> PyTypeObject {
    PyTypeObject {
        tp_name: name.as_ptr(),
        tp_basicsize: size_of::<T>() as Py_ssize_t,
        tp_dealloc: slot::dealloc(dealloc::<T>),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: slot::traverse(traverse::<T>),
        tp_clear: slot::clear(clear::<T>),
        ..PyTypeObject::EMPTY
    }
}

/// The same for an iterator that can be subclassed.
pub const fn iterator_type<T: OwnedFields>(name: &'static CStr) -> PyTypeObject {
    PyTypeObject {
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
        tp_iter: slot::unary(object::self_iter),
        ..gc_type::<T>(name)
    }
}
