//! Allocators that stand in for the own one: what `PyMem_SetAllocator` sets and tracing puts in between.
//!
//! As long as nobody has set one, the families ask nothing but `replaced`. The table is a static and
//! not part of the interpreter's state, because memory is asked for before there is an interpreter
//! and by threads that hold no GIL. Its lock is never held while an allocator runs.

use core::ffi::c_void;
use core::sync::atomic::{AtomicBool, Ordering};

use parking_lot::RwLock;

/// Which functions a block was asked for with (`PyMemAllocatorDomain`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// `PyMem_RawMalloc`: callable without the GIL.
    Raw,
    /// `PyMem_Malloc`.
    Mem,
    /// `PyObject_Malloc`, and everything that the runtime asks for itself.
    Object,
}

/// The functions of a family and what they are called with.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMemAllocatorEx {
    pub ctx: *mut c_void,
    pub malloc: unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void,
    pub calloc: unsafe extern "C" fn(*mut c_void, usize, usize) -> *mut c_void,
    pub realloc: unsafe extern "C" fn(*mut c_void, *mut c_void, usize) -> *mut c_void,
    pub free: unsafe extern "C" fn(*mut c_void, *mut c_void),
}

// SAFETY: whoever sets an allocator promises that its functions can be called with its context in any thread.
unsafe impl Send for PyMemAllocatorEx {}
// SAFETY: the same.
unsafe impl Sync for PyMemAllocatorEx {}

impl PyMemAllocatorEx {
    fn is(&self, other: &Self) -> bool {
        self.ctx == other.ctx
            && self.malloc as usize == other.malloc as usize
            && self.calloc as usize == other.calloc as usize
            && self.realloc as usize == other.realloc as usize
            && self.free as usize == other.free as usize
    }
}

unsafe extern "C" fn own_malloc(_ctx: *mut c_void, size: usize) -> *mut c_void {
    super::own_malloc(size)
}

unsafe extern "C" fn own_calloc(_ctx: *mut c_void, count: usize, size: usize) -> *mut c_void {
    super::own_calloc(count, size)
}

unsafe extern "C" fn own_realloc(_ctx: *mut c_void, block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { super::own_realloc(block, size) }
}

unsafe extern "C" fn own_free(_ctx: *mut c_void, block: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { super::own_free(block) }
}

const OWN: PyMemAllocatorEx = PyMemAllocatorEx {
    ctx: core::ptr::null_mut(),
    malloc: own_malloc,
    calloc: own_calloc,
    realloc: own_realloc,
    free: own_free,
};

static ALLOCATORS: RwLock<[PyMemAllocatorEx; 3]> = RwLock::new([OWN; 3]);
static REPLACED: AtomicBool = AtomicBool::new(false);

/// Whether any family has another allocator than the own one.
#[inline(always)]
pub fn replaced() -> bool {
    REPLACED.load(Ordering::Relaxed)
}

/// A family's allocator (`PyMem_GetAllocator`).
pub fn get(family: Family) -> PyMemAllocatorEx {
    ALLOCATORS.read()[family as usize]
}

/// Gives a family another allocator (`PyMem_SetAllocator`).
///
/// # Safety
/// Its functions keep what C promises of `malloc`, `calloc`, `realloc` and `free`, do not unwind, and
/// deal with blocks that came from the allocator before.
pub unsafe fn set(family: Family, allocator: PyMemAllocatorEx) {
    let mut allocators = ALLOCATORS.write();
    allocators[family as usize] = allocator;
    REPLACED.store(allocators.iter().any(|allocator| !allocator.is(&OWN)), Ordering::Relaxed);
}

/// `malloc` of a family's allocator.
#[cold]
pub fn malloc(family: Family, size: usize) -> *mut c_void {
    if size > isize::MAX as usize {
        return core::ptr::null_mut();
    }
    let allocator = get(family);
    // SAFETY: `set`'s promise.
    unsafe { (allocator.malloc)(allocator.ctx, size) }
}

/// `calloc` of a family's allocator.
#[cold]
pub fn calloc(family: Family, count: usize, size: usize) -> *mut c_void {
    if count.checked_mul(size).is_none_or(|total| total > isize::MAX as usize) {
        return core::ptr::null_mut();
    }
    let allocator = get(family);
    // SAFETY: `set`'s promise.
    unsafe { (allocator.calloc)(allocator.ctx, count, size) }
}

/// `realloc` of a family's allocator.
///
/// # Safety
/// As for `alloc::realloc`.
#[cold]
pub unsafe fn realloc(family: Family, block: *mut c_void, size: usize) -> *mut c_void {
    if size > isize::MAX as usize {
        return core::ptr::null_mut();
    }
    let allocator = get(family);
    // SAFETY: `set`'s promise, and the caller's for the block.
    unsafe { (allocator.realloc)(allocator.ctx, block, size) }
}

/// `free` of a family's allocator.
///
/// # Safety
/// As for `alloc::free`.
#[cold]
pub unsafe fn free(family: Family, block: *mut c_void) {
    let allocator = get(family);
    // SAFETY: `set`'s promise, and the caller's for the block.
    unsafe { (allocator.free)(allocator.ctx, block) }
}
