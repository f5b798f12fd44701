//! The data stack of a thread: chunks of memory in which frames stand one after the other.

use core::mem::offset_of;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{alloc, state};

use super::FramePtr;

const CHUNK_SIZE: usize = 16 << 10;
const CHUNK_HEADER: usize = offset_of!(_PyStackChunk, data);

/// Makes a chunk for at least `size` words current. False if there is no memory.
///
/// # Safety
/// `tstate` is the running thread's.
#[cold]
unsafe fn push_chunk(tstate: *mut PyThreadState, size: usize) -> bool {
    // SAFETY: the chunk list belongs to the thread; a chunk is not read before it is written.
    unsafe {
        let mut bytes = CHUNK_SIZE;
        while bytes < (size + 16) * size_of::<usize>() + CHUNK_HEADER {
            bytes *= 2;
        }
        let old = (*tstate).datastack_chunk;
        let cached = (*tstate).datastack_cached_chunk;
        let chunk = if bytes == CHUNK_SIZE && !cached.is_null() {
            (*tstate).datastack_cached_chunk = ptr::null_mut();
            cached
        } else {
            let block = alloc::malloc(bytes).cast::<_PyStackChunk>();
            if block.is_null() {
                return false;
            }
            block
        };
        (*chunk).previous = old;
        (*chunk).size = bytes;
        (*chunk).top = 0;
        if !old.is_null() {
            (*old).top = (*tstate).datastack_top.offset_from((&raw const (*old).data).cast()) as usize;
        }
        (*tstate).datastack_chunk = chunk;
        (*tstate).datastack_limit = chunk.cast::<u8>().add(bytes).cast();
        // The first word stays free, so that a frame at the bottom is told from an empty chunk.
        (*tstate).datastack_top =
            (&raw mut (*chunk).data).cast::<*mut PyObject>().add(old.is_null() as usize);
        true
    }
}

/// Whether a frame of `size` words fits without a new chunk.
///
/// # Safety
/// `tstate` is the running thread's.
#[inline(always)]
pub unsafe fn has_room(tstate: *mut PyThreadState, size: usize) -> bool {
    // SAFETY: both pointers are null or lie in one chunk.
    unsafe {
        !(*tstate).datastack_top.is_null()
            && (size as isize) < (*tstate).datastack_limit.offset_from((*tstate).datastack_top)
    }
}

/// Room for a frame of `size` words; null if there is no memory (`_PyThreadState_PushFrame`).
///
/// # Safety
/// `tstate` is the running thread's.
#[inline(always)]
pub unsafe fn push(tstate: *mut PyThreadState, size: usize) -> FramePtr {
    debug_assert!(tstate == state::current());
    // SAFETY: checked for room.
    unsafe {
        if !has_room(tstate, size) && !push_chunk(tstate, size) {
            return ptr::null_mut();
        }
        let frame = (*tstate).datastack_top;
        (*tstate).datastack_top = frame.add(size);
        frame.cast()
    }
}

/// Gives the innermost frame's room back (`_PyThreadState_PopFrame`).
///
/// # Safety
/// `frame` is the innermost frame of the data stack and is not used afterwards.
#[inline(always)]
pub unsafe fn pop(tstate: *mut PyThreadState, frame: FramePtr) {
    // SAFETY: the caller's promise.
    unsafe {
        let chunk = (*tstate).datastack_chunk;
        let base = frame.cast::<*mut PyObject>();
        if base == (&raw mut (*chunk).data).cast() {
            pop_chunk(tstate, chunk);
        } else {
            (*tstate).datastack_top = base;
        }
    }
}

/// # Safety
/// `chunk` is the current one, empty, and not the first.
#[cold]
unsafe fn pop_chunk(tstate: *mut PyThreadState, chunk: *mut _PyStackChunk) {
    // SAFETY: the caller's promise; the chunk below becomes current as it was left.
    unsafe {
        let previous = (*chunk).previous;
        (*tstate).datastack_chunk = previous;
        if (*chunk).size == CHUNK_SIZE && (*tstate).datastack_cached_chunk.is_null() {
            (*tstate).datastack_cached_chunk = chunk;
        } else {
            alloc::free(chunk.cast());
        }
        (*tstate).datastack_top = (&raw mut (*previous).data).cast::<*mut PyObject>().add((*previous).top);
        (*tstate).datastack_limit = previous.cast::<u8>().add((*previous).size).cast();
    }
}
