//! Destroying deep structures without deep recursion.
//!
//! A destructor drops what its object owns, whose destructors do the same: a list in a
//! list in a list ... would need as much stack as it is deep. When little stack is left,
//! an object that dies is put on the thread's list `delete_later` instead, chained
//! through its count, and destroyed when the stack has unwound far enough.

use super::*;
use core::hint::black_box;

thread_local! {
    /// The lowest address of this thread's stack; 0 until it is asked for.
    static STACK_END: Cell<usize> = const { Cell::new(0) };
}

/// With less stack than this left, destruction is put off.
const PUT_OFF_BELOW: usize = 256 << 10;
/// With more than this left, what was put off is done.
const RESUME_ABOVE: usize = 512 << 10;

/// About how many bytes of this thread's stack are free.
#[inline]
pub fn stack_remaining() -> usize {
    let here = 0_u8;
    let here = black_box(&raw const here) as usize;
    let mut end = STACK_END.get();
    if end == 0 {
        end = find_stack_end(here);
        STACK_END.set(end);
    }
    here.saturating_sub(end)
}

/// Asks the thread library where the stack ends; the guard pages do not count.
#[cold]
fn find_stack_end(here: usize) -> usize {
    // SAFETY: the attribute object is initialised by the first call and destroyed at the end.
    let found = unsafe {
        let mut attributes: libc::pthread_attr_t = core::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &raw mut attributes) != 0 {
            None
        } else {
            let (mut address, mut size, mut guard) = (ptr::null_mut(), 0, 0);
            let ok = libc::pthread_attr_getstack(&raw const attributes, &raw mut address, &raw mut size) == 0;
            libc::pthread_attr_getguardsize(&raw const attributes, &raw mut guard);
            libc::pthread_attr_destroy(&raw mut attributes);
            ok.then(|| address as usize + guard)
        }
    };
    // What runs on a stack that is not the thread's own gets by with 512 KiB.
    found.filter(|&end| end < here).unwrap_or(here.saturating_sub(512 << 10))
}

/// Runs the destructor of an object with GC head whose count is 0, or puts it off.
///
/// # Safety
/// The count of `op` has just become 0 and `destructor` is its type's.
pub unsafe fn dealloc_tracked(op: *mut PyObject, destructor: destructor) {
    let remaining = stack_remaining();
    let tstate = state::current();
    if remaining < PUT_OFF_BELOW {
        // SAFETY: nobody looks at the count of a dead object. As the object may still be
        // tracked, the word must not read as zero: links are stored one higher.
        unsafe {
            op.cast::<usize>().write((*tstate).delete_later as usize + 1);
            (*tstate).delete_later = op;
        }
        return;
    }
    // SAFETY: the caller's promise.
    unsafe {
        destructor(op);
        if remaining > RESUME_ABOVE && !(*tstate).delete_later.is_null() {
            destroy_chain(tstate);
        }
    }
}

/// Destroys what was put off, and what that puts off in turn.
///
/// # Safety
/// `tstate` is the current thread's state.
#[cold]
unsafe fn destroy_chain(tstate: *mut PyThreadState) {
    // SAFETY: members of the chain are dead objects that wait for their destructor.
    unsafe {
        while !(*tstate).delete_later.is_null() {
            let op = (*tstate).delete_later;
            (*tstate).delete_later = (op.cast::<usize>().read() - 1) as *mut PyObject;
            op.cast::<usize>().write(0);
            let destructor = (*(*op).ob_type).tp_dealloc.expect("a ready type has tp_dealloc");
            destructor(op);
        }
    }
}
