//! `PyMem_*`, `PyObject_Malloc` and friends, and the collector's `PyObject_GC_*`.

use core::ffi::{c_int, c_void};
use core::ptr;

use adder_object_model::alloc::hooks::{self, Family, PyMemAllocatorEx};
use adder_object_model::alloc::traced;
use adder_object_model::layout::*;
use adder_object_model::{alloc, gc, singletons};

use crate::convert::*;

macro_rules! family {
    ($($family:ident $malloc:ident $calloc:ident $realloc:ident $free:ident;)*) => {$(
        #[doc = concat!("`", stringify!($malloc), "`.")]
        ///
        /// # Safety
        /// None.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $malloc(size: usize) -> *mut c_void {
            alloc::malloc_in(Family::$family, size)
        }
        #[doc = concat!("`", stringify!($calloc), "`.")]
        ///
        /// # Safety
        /// None.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $calloc(count: usize, size: usize) -> *mut c_void {
            alloc::calloc_in(Family::$family, count, size)
        }
        #[doc = concat!("`", stringify!($realloc), "`.")]
        ///
        /// # Safety
        /// `block` is null or came from this family.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $realloc(block: *mut c_void, size: usize) -> *mut c_void {
            // SAFETY: the caller's promise.
            unsafe { alloc::realloc_in(Family::$family, block, size) }
        }
        #[doc = concat!("`", stringify!($free), "`.")]
        ///
        /// # Safety
        /// `block` is null or came from this family.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $free(block: *mut c_void) {
            // SAFETY: the caller's promise.
            unsafe { alloc::free_in(Family::$family, block) }
        }
    )*};
}
family! {
    Raw PyMem_RawMalloc PyMem_RawCalloc PyMem_RawRealloc PyMem_RawFree;
    Mem PyMem_Malloc PyMem_Calloc PyMem_Realloc PyMem_Free;
}

/// `PyObject_Malloc`; its `free` stands with the types that name it as `tp_free`.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Malloc(size: usize) -> *mut c_void {
    alloc::malloc(size)
}
/// `PyObject_Calloc`.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Calloc(count: usize, size: usize) -> *mut c_void {
    alloc::calloc(count, size)
}
/// `PyObject_Realloc`.
///
/// # Safety
/// `block` is null or came from this family.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Realloc(block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { alloc::realloc(block, size) }
}

/// `_PyObject_GC_New`: an untracked object with a GC head; a new reference.
///
/// # Safety
/// `tp` is a ready type with the GC flag.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GC_New(tp: *mut PyTypeObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    run(|| Ok(gc::alloc(unsafe { Of::from_ptr(tp) }, 0)))
}

/// `_PyObject_GC_NewVar`.
///
/// # Safety
/// As `_PyObject_GC_New`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GC_NewVar(tp: *mut PyTypeObject, n_items: isize) -> *mut PyVarObject {
    // SAFETY: the caller's promise.
    let block: *mut PyObject = run(|| Ok(gc::alloc(unsafe { Of::from_ptr(tp) }, n_items)));
    let block: *mut PyVarObject = block.cast();
    if !block.is_null() {
        // SAFETY: a fresh object with room for the count.
        unsafe { (*block).ob_size = n_items };
    }
    block
}

/// `_PyObject_GC_Resize`: the same object with room for another number of items.
///
/// # Safety
/// `op` is untracked, and the caller's only reference.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GC_Resize(op: *mut PyVarObject, n_items: isize) -> *mut PyVarObject {
    // SAFETY: the caller's promise; the block begins at the GC head.
    unsafe { gc::resize(op.cast(), n_items).map_or(ptr::null_mut(), <*mut PyObject>::cast) }
}

/// `PyObject_GC_Track`.
///
/// # Safety
/// `op` is complete: its `tp_traverse` may run from now on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GC_Track(op: *mut c_void) {
    gc::track(op.cast());
}
/// `PyObject_GC_UnTrack`.
///
/// # Safety
/// `op` has a GC head.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GC_UnTrack(op: *mut c_void) {
    gc::untrack(op.cast());
}
/// `PyObject_GC_IsTracked`.
///
/// # Safety
/// `op` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GC_IsTracked(op: *mut PyObject) -> c_int {
    // SAFETY: the caller's promise.
    (gc::is_gc(unsafe { Op::from_ptr(op) }) && gc::is_tracked(op)).into()
}
/// `PyObject_GC_IsFinalized`.
///
/// # Safety
/// `op` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GC_IsFinalized(op: *mut PyObject) -> c_int {
    // SAFETY: the caller's promise.
    (gc::is_gc(unsafe { Op::from_ptr(op) }) && gc::is_finalized(op)).into()
}
/// `PyObject_IS_GC`.
///
/// # Safety
/// `op` is live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_IS_GC(op: *mut PyObject) -> c_int {
    // SAFETY: the caller's promise.
    gc::is_gc(unsafe { Op::from_ptr(op) }).into()
}
/// `PyGC_Enable`: whether it was on before.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGC_Enable() -> c_int {
    gc::state().enabled.replace(true).into()
}
/// `PyGC_Disable`: whether it was on before.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGC_Disable() -> c_int {
    gc::state().enabled.replace(false).into()
}
/// `PyGC_IsEnabled`.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGC_IsEnabled() -> c_int {
    gc::state().enabled.get().into()
}
/// `PyGC_Collect`: how many objects were unreachable.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGC_Collect() -> isize {
    match gc::collect(2) {
        Ok(n) => n as isize,
        Err(raised) => {
            raised.clear();
            0
        }
    }
}
/// `PyTraceMalloc_Track`: keeps a trace of a block that the caller has allocated; 0, or -2 if tracing is off.
///
/// # Safety
/// None; the GIL need not be held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyTraceMalloc_Track(domain: u32, address: usize, size: usize) -> c_int {
    if !traced::is_tracing() {
        return -2;
    }
    // SAFETY: any thread may ask for the GIL; what was taken is given back.
    unsafe {
        let gil = crate::thread::PyGILState_Ensure();
        let tracked = traced::track(domain, address, size);
        crate::thread::PyGILState_Release(gil);
        if tracked { 0 } else { -2 }
    }
}
/// `PyTraceMalloc_Untrack`: forgets a block; 0 also if it is not known, or -2 if tracing is off.
///
/// # Safety
/// None; the GIL need not be held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyTraceMalloc_Untrack(domain: u32, address: usize) -> c_int {
    if traced::untrack(domain, address) { 0 } else { -2 }
}

/// `_PyTraceMalloc_GetTraceback`: the frames of a block as pairs of file and line, or None; a new reference.
///
/// # Safety
/// The GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTraceMalloc_GetTraceback(domain: u32, address: usize) -> *mut PyObject {
    run(|| Ok(traced::traceback_of(domain, address).map(|found| found.unwrap_or_else(singletons::new_none))))
}

fn family_of(domain: c_int) -> Option<Family> {
    [Family::Raw, Family::Mem, Family::Object].get(usize::try_from(domain).ok()?).copied()
}

/// `PyMem_GetAllocator`: the functions behind a family; zeros for a family that there is not.
///
/// # Safety
/// `allocator` is a place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMem_GetAllocator(domain: c_int, allocator: *mut PyMemAllocatorEx) {
    // SAFETY: the caller's promise.
    unsafe {
        match family_of(domain) {
            Some(family) => *allocator = hooks::get(family),
            None => ptr::write_bytes(allocator, 0, 1),
        }
    }
}

/// `PyMem_SetAllocator`: the functions that a family calls from now on.
///
/// # Safety
/// `allocator` points to functions that keep what the documentation asks of them, also for blocks of
/// the allocator before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMem_SetAllocator(domain: c_int, allocator: *mut PyMemAllocatorEx) {
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(family) = family_of(domain) {
            hooks::set(family, *allocator);
        }
    }
}

/// `PyUnstable_Object_GC_NewWithExtraData`: an object with zeroed room behind its type's basic size; a new reference.
///
/// # Safety
/// `tp` is a ready type with the GC flag.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnstable_Object_GC_NewWithExtraData(
    tp: *mut PyTypeObject,
    extra: usize,
) -> *mut PyObject {
    run(|| {
        // SAFETY: the caller's promise.
        let tp = unsafe { Of::<PyTypeObject>::from_ptr(tp) };
        let size = tp.tp_basicsize as usize + extra;
        // SAFETY: a fresh object, of which there is one reference.
        Ok(gc::alloc_zeroed(tp, size).map(|op| unsafe { Object::steal(op) }))
    })
}

/// `PyUnstable_GC_VisitObjects`: calls `visitor` with each tracked object until it gives 0.
///
/// # Safety
/// `visitor` can be called with objects and `argument`; it changes nothing that is collected.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnstable_GC_VisitObjects(visitor: gcvisitobjects_t, argument: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { gc::visit_objects(visitor, argument) };
}

/// `PyUnstable_Object_ClearWeakRefsNoCallbacks`: weak references to the object are dead from now on.
///
/// # Safety
/// `op` is an object whose type has weak references.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnstable_Object_ClearWeakRefsNoCallbacks(op: *mut PyObject) {
    adder_object_model::weakref::clear_refs_silently(op);
}

/// `_Py_ResurrectReference`: a finalizer keeps its object.
///
/// # Safety
/// `op` is being finalised, its count is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_ResurrectReference(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { (*op).ob_refcnt = 1 };
}

/// Where the chunks of the data stack come from; what extensions that switch stacks free them with.
#[repr(C)]
pub struct PyObjectArenaAllocator {
    ctx: *mut c_void,
    alloc: Option<unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void>,
    free: Option<unsafe extern "C" fn(*mut c_void, *mut c_void, usize)>,
}

unsafe extern "C" fn arena_alloc(_ctx: *mut c_void, size: usize) -> *mut c_void {
    alloc::malloc(size)
}

unsafe extern "C" fn arena_free(_ctx: *mut c_void, block: *mut c_void, _size: usize) {
    // SAFETY: the caller gives up a block that `arena_alloc` or the data stack has allocated.
    unsafe { alloc::free(block) }
}

/// `PyObject_GetArenaAllocator`.
///
/// # Safety
/// `allocator` is a place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GetArenaAllocator(allocator: *mut PyObjectArenaAllocator) {
    // SAFETY: the caller's promise.
    unsafe {
        *allocator =
            PyObjectArenaAllocator { ctx: ptr::null_mut(), alloc: Some(arena_alloc), free: Some(arena_free) };
    }
}

/// `_Py_SetImmortal`: an object that is never freed from now on.
///
/// # Safety
/// `op` is a live object; the GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_SetImmortal(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        if gc::is_tracked(op) {
            gc::untrack(op);
        }
        (*op).ob_refcnt = _Py_IMMORTAL_INITIAL_REFCNT;
        (*op).ob_flags |= _Py_IMMORTAL_FLAGS;
    }
}
