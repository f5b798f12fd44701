//! Making and freeing instances: the default `tp_alloc`, `tp_new` and `tp_free`.
//!
//! These stand in slots under their C names, because wheels fill slots with them and
//! inheritance compares the addresses.

use core::ffi::c_void;

use super::*;
use crate::define::guard_object;
use crate::{Args, Owned, errors, gc, inline_values};

/// The number of bytes of an instance with `n_items` items, rounded up to whole words.
pub fn instance_size(tp: TypeRef<'_>, n_items: isize) -> usize {
    let size = tp.tp_basicsize as usize + n_items.max(0) as usize * tp.tp_itemsize as usize;
    size.next_multiple_of(size_of::<*mut PyObject>())
}

/// A new instance, zeroed behind its header, and tracked if its type is a GC type
/// (`PyType_GenericAlloc`).
pub fn generic_alloc(tp: TypeRef<'_>, n_items: isize) -> PyResult {
    // A cell more than asked for, zeroed: types with items end with a sentinel.
    let n_items = if tp.tp_itemsize != 0 { n_items + 1 } else { 0 };
    if has_flag(tp, Py_TPFLAGS_HAVE_GC) {
        let op = gc::alloc(tp, n_items)?;
        set_size(&op, tp, n_items - 1);
        if has_flag(tp, Py_TPFLAGS_TYPE_SUBCLASS) {
            // The collector looks at the flags of types: whatever is allocated is a heap type.
            add_flags(op.as_ptr().cast(), Py_TPFLAGS_HEAPTYPE);
        }
        if !gc::is_tracked(op.as_ptr()) {
            gc::track(op.as_ptr());
        }
        return Ok(op);
    }
    let preheader = preheader_size(tp.as_ptr());
    let has_values = has_flag(tp, Py_TPFLAGS_INLINE_VALUES);
    let values = if has_values { inline_values::size(tp.as_ptr()) } else { 0 };
    let block = crate::alloc::calloc(1, preheader + instance_size(tp, n_items) + values);
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: a fresh zeroed block with room for the words in front of the object.
    unsafe {
        let op = block.cast::<u8>().add(preheader).cast::<PyObject>();
        crate::alloc::init_header(op, tp.as_ptr());
        if has_values {
            inline_values::init(op, tp.as_ptr());
        }
        let op = Object::steal(op);
        set_size(&op, tp, n_items - 1);
        Ok(op)
    }
}

fn set_size(op: &Object, tp: TypeRef<'_>, n_items: isize) {
    // An int keeps its size elsewhere, where zeroes are right until its digits are known.
    if tp.tp_itemsize != 0 && !has_flag(tp, Py_TPFLAGS_LONG_SUBCLASS) {
        // SAFETY: an object with items has the header with a size.
        unsafe { (*op.as_ptr().cast::<PyVarObject>()).ob_size = n_items };
    }
}

/// `PyType_GenericNew`: allocates and looks at no argument.
pub fn generic_new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult {
    alloc_instance(tp, 0)
}

/// A new instance through the type's own `tp_alloc`.
pub fn alloc_instance(tp: TypeRef<'_>, n_items: isize) -> PyResult {
    let alloc = tp.tp_alloc.unwrap_or(PyType_GenericAlloc);
    // SAFETY: the slot of a live type.
    unsafe { Owned::from_c(alloc(tp.as_ptr(), n_items)) }
}

/// The default `tp_alloc`.
///
/// # Safety
/// `tp` is a live type that is ready.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_GenericAlloc(tp: *mut PyTypeObject, n_items: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard_object(|| generic_alloc(unsafe { Borrowed::from_ptr(tp) }, n_items))
}

/// A `tp_new` that only allocates.
///
/// # Safety
/// `tp` is a live type that is ready.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_GenericNew(
    tp: *mut PyTypeObject,
    _args: *mut PyObject,
    _kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard_object(|| alloc_instance(unsafe { Borrowed::from_ptr(tp) }, 0))
}

/// The default `tp_free` of objects without GC head.
///
/// # Safety
/// `block` is null or an object's memory, not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Free(block: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { crate::alloc::free(block) };
}

/// The default `tp_free` of objects with GC head.
///
/// # Safety
/// `block` is an object from the collector's allocator, not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GC_Del(block: *mut c_void) {
    // SAFETY: the caller's promise: an object of the collector's, and its last use.
    unsafe { gc::delete(block.cast()) };
}
