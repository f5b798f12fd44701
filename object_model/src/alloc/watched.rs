//! The C library's allocator under the names of mimalloc's functions.
//!
//! Built with `--cfg adder_watched_memory`: AddressSanitizer and valgrind watch `malloc` and
//! `free`, and see nothing of what happens inside mimalloc's pages.

use core::ffi::c_void;

/// Uninitialised memory or null.
///
/// # Safety
/// None; the function is unsafe as mimalloc's is.
pub unsafe fn mi_malloc(size: usize) -> *mut c_void {
    // SAFETY: `malloc` accepts any size.
    unsafe { libc::malloc(size) }
}

/// Zeroed memory or null.
///
/// # Safety
/// None; the function is unsafe as mimalloc's is.
pub unsafe fn mi_zalloc(size: usize) -> *mut c_void {
    // SAFETY: `calloc` accepts any size.
    unsafe { libc::calloc(1, size) }
}

/// Uninitialised memory with an alignment, or null.
///
/// # Safety
/// `align` is a power of two.
pub unsafe fn mi_malloc_aligned(size: usize, align: usize) -> *mut c_void {
    let mut block = core::ptr::null_mut();
    // SAFETY: a power of two that is a multiple of a pointer's size, and a place for the result.
    let status = unsafe { libc::posix_memalign(&mut block, align.max(size_of::<usize>()), size) };
    if status == 0 { block } else { core::ptr::null_mut() }
}

/// Zeroed memory with an alignment, or null.
///
/// # Safety
/// `align` is a power of two.
pub unsafe fn mi_zalloc_aligned(size: usize, align: usize) -> *mut c_void {
    // SAFETY: the caller's promise; a fresh block has `size` bytes.
    unsafe {
        let block = mi_malloc_aligned(size, align);
        if !block.is_null() {
            core::ptr::write_bytes(block.cast::<u8>(), 0, size);
        }
        block
    }
}

/// The block with another size, or null, and then the old block stays.
///
/// # Safety
/// `block` is null or came from this module and is not used after success.
pub unsafe fn mi_realloc(block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { libc::realloc(block, size) }
}

/// The block with another size and an alignment, or null, and then the old block stays.
///
/// # Safety
/// As for `mi_realloc`; `align` is a power of two.
pub unsafe fn mi_realloc_aligned(block: *mut c_void, size: usize, align: usize) -> *mut c_void {
    // SAFETY: the caller's promise; what is copied lies within both blocks.
    unsafe {
        let moved = mi_malloc_aligned(size, align);
        if !moved.is_null() && !block.is_null() {
            let length = libc::malloc_usable_size(block).min(size);
            core::ptr::copy_nonoverlapping(block.cast::<u8>(), moved.cast::<u8>(), length);
            libc::free(block);
        }
        moved
    }
}

/// Gives a block back; null is passed over.
///
/// # Safety
/// `block` is null or came from this module and is not used afterwards.
pub unsafe fn mi_free(block: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { libc::free(block) }
}
