//! The function that is told of each object's birth and death (`PyRefTracer_SetTracer`).
//!
//! Without one, a new object and a dying one ask nothing but `is_set`. The table is a static and
//! not part of the interpreter's state, because every allocation reads it, those before there is
//! an interpreter too; it is written under the GIL.

use core::ffi::{c_int, c_void};
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering};

use crate::layout::{PyObject, PyRefTracer, PyRefTracer_CREATE, PyRefTracer_DESTROY};

/// What happens to an object.
#[derive(Clone, Copy)]
#[repr(i32)]
pub enum Event {
    Create = PyRefTracer_CREATE,
    Destroy = PyRefTracer_DESTROY,
}

static IS_SET: AtomicBool = AtomicBool::new(false);
/// The function's address; 0 for none.
static TRACER: AtomicUsize = AtomicUsize::new(0);
static DATA: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());

/// Tells the tracer, if there is one.
#[inline(always)]
pub fn tell(op: *mut PyObject, event: Event) {
    if IS_SET.load(Ordering::Relaxed) {
        call(op, event);
    }
}

#[cold]
#[inline(never)]
fn call(op: *mut PyObject, event: Event) {
    let (tracer, data) = get();
    if let Some(tracer) = tracer {
        // SAFETY: `set`'s promise; the object has its header.
        unsafe { tracer(op, event as c_int, data) };
    }
}

/// Sets the tracer, or takes it away (`PyRefTracer_SetTracer`).
///
/// # Safety
/// The tracer makes no objects, leaves the exception that is set alone, and can be called with `data` as long as it is set.
pub unsafe fn set(tracer: Option<PyRefTracer>, data: *mut c_void) {
    IS_SET.store(false, Ordering::Relaxed);
    TRACER.store(tracer.map_or(0, |tracer| tracer as usize), Ordering::Relaxed);
    DATA.store(data, Ordering::Relaxed);
    IS_SET.store(tracer.is_some(), Ordering::Relaxed);
}

/// The tracer and what it is called with (`PyRefTracer_GetTracer`).
pub fn get() -> (Option<PyRefTracer>, *mut c_void) {
    let address = TRACER.load(Ordering::Relaxed);
    // SAFETY: null or the address of a function of this type, which `set` has stored.
    let tracer = unsafe { core::mem::transmute::<usize, Option<PyRefTracer>>(address) };
    (tracer, DATA.load(Ordering::Relaxed))
}
