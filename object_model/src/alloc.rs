//! Memory: the `PyMem_Raw`, `PyMem` and `PyObject` families over mimalloc.
//!
//! One allocator serves the three families, so a block may be freed by any of
//! them, which is more than CPython promises. A request of no bytes gives a
//! block of one byte, so that null always means out of memory. `hooks` has the
//! allocators that others put in its place, `traced` the one that keeps traces.

use core::ffi::c_void;

#[cfg(not(adder_watched_memory))]
use libmimalloc_sys as mi;
#[cfg(adder_watched_memory)]
use watched as mi;

use crate::layout::{PyObject, PyTypeObject};
use crate::{Object, Owned, PyLayout, PyResult, TypeRef, errors, ref_tracer};

pub mod hooks;
pub mod traced;
#[cfg(adder_watched_memory)]
mod watched;

use hooks::Family;

/// Uninitialised memory, 16-byte aligned, or null.
#[inline]
pub fn malloc(size: usize) -> *mut c_void {
    malloc_in(Family::Object, size)
}

/// Zeroed memory for `count` elements of `size` bytes, or null.
#[inline]
pub fn calloc(count: usize, size: usize) -> *mut c_void {
    calloc_in(Family::Object, count, size)
}

/// The block with another size, or null, and then the old block stays.
///
/// # Safety
/// `block` is null or came from this module and is not used after success.
#[inline]
pub unsafe fn realloc(block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { realloc_in(Family::Object, block, size) }
}

/// Gives a block back; null is passed over.
///
/// # Safety
/// `block` is null or came from this module and is not used afterwards.
#[inline]
pub unsafe fn free(block: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { free_in(Family::Object, block) }
}

/// `malloc` for one of the families.
#[inline]
pub fn malloc_in(family: Family, size: usize) -> *mut c_void {
    if hooks::replaced() {
        return hooks::malloc(family, size);
    }
    own_malloc(size)
}

/// `calloc` for one of the families.
#[inline]
pub fn calloc_in(family: Family, count: usize, size: usize) -> *mut c_void {
    if hooks::replaced() {
        return hooks::calloc(family, count, size);
    }
    own_calloc(count, size)
}

/// `realloc` for one of the families.
///
/// # Safety
/// As for `realloc`.
#[inline]
pub unsafe fn realloc_in(family: Family, block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { if hooks::replaced() { hooks::realloc(family, block, size) } else { own_realloc(block, size) } }
}

/// `free` for one of the families.
///
/// # Safety
/// As for `free`.
#[inline]
pub unsafe fn free_in(family: Family, block: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { if hooks::replaced() { hooks::free(family, block) } else { own_free(block) } }
}

/// Uninitialised memory, 16-byte aligned, or null.
#[inline]
fn own_malloc(size: usize) -> *mut c_void {
    if size > isize::MAX as usize {
        return core::ptr::null_mut();
    }
    // SAFETY: mimalloc accepts any size.
    unsafe { mi::mi_malloc(size.max(1)) }
}

/// Zeroed memory for `count` elements of `size` bytes, or null.
#[inline]
fn own_calloc(count: usize, size: usize) -> *mut c_void {
    match count.checked_mul(size) {
        // A small block is zeroed here: mimalloc does it with an instruction that takes long to start.
        Some(total) if total <= 1024 => {
            let block = own_malloc(total);
            if !block.is_null() {
                // SAFETY: a fresh block of this size.
                unsafe { core::ptr::write_bytes(block.cast::<u8>(), 0, total) };
            }
            block
        }
        // SAFETY: mimalloc accepts any size.
        Some(total) if total <= isize::MAX as usize => unsafe { mi::mi_zalloc(total) },
        _ => core::ptr::null_mut(),
    }
}

/// The block with another size, or null, and then the old block stays.
///
/// # Safety
/// `block` is null or came from this module and is not used after success.
#[inline]
unsafe fn own_realloc(block: *mut c_void, size: usize) -> *mut c_void {
    if size > isize::MAX as usize {
        return core::ptr::null_mut();
    }
    // SAFETY: the caller's promise.
    unsafe { mi::mi_realloc(block, size.max(1)) }
}

/// Gives a block back; null is passed over.
///
/// # Safety
/// `block` is null or came from this module and is not used afterwards.
#[inline]
unsafe fn own_free(block: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { mi::mi_free(block) }
}

/// Whether mimalloc's blocks are aligned enough of themselves: to 16 from 16 bytes on.
#[inline]
fn is_natural(layout: core::alloc::Layout) -> bool {
    layout.align() <= 8 || layout.align() == 16 && layout.size() >= 16
}

/// Rust's own memory comes from the same allocator.
struct RustAllocator;

// SAFETY: mimalloc's aligned functions keep the contract of `GlobalAlloc`.
unsafe impl core::alloc::GlobalAlloc for RustAllocator {
    #[inline]
    unsafe fn alloc(&self, layout: core::alloc::Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe {
            if is_natural(layout) {
                mi::mi_malloc(layout.size()).cast()
            } else {
                mi::mi_malloc_aligned(layout.size(), layout.align()).cast()
            }
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, _layout: core::alloc::Layout) {
        // SAFETY: the caller's promise.
        unsafe { mi::mi_free(block.cast()) }
    }

    unsafe fn alloc_zeroed(&self, layout: core::alloc::Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe { mi::mi_zalloc_aligned(layout.size(), layout.align()).cast() }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: core::alloc::Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe {
            if is_natural(layout) && size >= 16 {
                mi::mi_realloc(block.cast(), size).cast()
            } else {
                mi::mi_realloc_aligned(block.cast(), size, layout.align()).cast()
            }
        }
    }
}

#[global_allocator]
static ALLOCATOR: RustAllocator = RustAllocator;

/// Gives a fresh block its object header: one reference, its type (`PyObject_Init`).
/// Takes a reference to a heap type.
///
/// # Safety
/// `block` is memory for an object of type `tp`.
#[inline]
pub unsafe fn init_header(block: *mut PyObject, tp: *mut PyTypeObject) {
    // SAFETY: the caller's promise.
    unsafe {
        (*block).ob_refcnt = 1;
        (*block).ob_overflow = 0;
        (*block).ob_flags = 0;
        (*block).ob_type = tp;
        if (*tp).tp_flags & crate::layout::Py_TPFLAGS_HEAPTYPE as core::ffi::c_ulong != 0 {
            crate::object::incref(tp.cast());
        }
    }
    ref_tracer::tell(block, ref_tracer::Event::Create);
}

/// A new object of a type without GC head, uninitialised behind its header (`PyObject_New`).
pub fn new_object<T: PyLayout>(tp: TypeRef<'_>) -> PyResult<Owned<T>> {
    debug_assert!(tp.tp_basicsize as usize >= size_of::<T>());
    let block = malloc(tp.tp_basicsize as usize).cast::<PyObject>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: a fresh block of the type's basic size.
    unsafe {
        init_header(block, tp.as_ptr());
        Ok(Owned::steal(block.cast()))
    }
}

/// Frees an object's memory through its type's `tp_free` and gives back the reference
/// to a heap type: the last line of most `dealloc` functions.
///
/// Under a class statement's `dealloc` the reference is given back by whoever C's rules
/// name: the nearest base with a `dealloc` of its own if that is a heap type, else the
/// class's `dealloc` itself, since a static type's (numpy's, say) never does.
///
/// # Safety
/// The object's own references are gone and nobody uses it afterwards.
pub unsafe fn free_object(op: *mut PyObject) {
    // SAFETY: the caller's promise; the type is alive until its reference is dropped.
    unsafe {
        let tp = (*op).ob_type;
        let free = (*tp).tp_free.expect("a ready type has tp_free");
        if (*tp).tp_flags & crate::layout::Py_TPFLAGS_HEAPTYPE as core::ffi::c_ulong == 0 {
            return free(op.cast());
        }
        let heap = crate::type_object::new::base_gives_type_back(tp);
        free(op.cast());
        if heap {
            drop(Object::steal(tp.cast()));
        }
    }
}
