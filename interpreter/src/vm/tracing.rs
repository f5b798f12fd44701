//! `sys.settrace`, `sys.setprofile`: instructions are told of before they run.
//!
//! Nothing of this costs anything while no trace function is set. Setting one gives the
//! interpreter a new version of instrumentation; a code object of another version has its
//! instructions replaced by `INSTRUMENTED_LINE` when it is next entered, with the original ones
//! kept aside (`_co_monitoring`).

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, PyResult, raise};

use crate::frame::FramePtr;

/// Whether the thread has a trace or profile function.
///
/// # Safety
/// `tstate` is the running thread's.
#[inline(always)]
pub unsafe fn is_on(tstate: *mut PyThreadState) -> bool {
    // SAFETY: the caller's promise.
    unsafe { !(*tstate).c_traceobj.is_null() || !(*tstate).c_profileobj.is_null() }
}

/// Brings a code object's instructions up to the current version; whether they have changed.
///
/// # Safety
/// `tstate` is the running thread's.
pub unsafe fn refresh(_tstate: *mut PyThreadState, _code: Borrowed<'_, PyCodeObject>) -> bool {
    false
}

/// Tells of an instruction that is about to run; gives the original instruction.
///
/// # Safety
/// `frame` runs and its code is instrumented.
pub unsafe fn before(
    _tstate: *mut PyThreadState,
    _frame: FramePtr,
    _instruction: *mut u16,
    _sp: *mut StackRef,
) -> PyResult<u8> {
    Err(raise!(SystemError, "instruction without an original"))
}

/// Tells of an exception thrown into a generator.
///
/// # Safety
/// `frame` is live.
pub unsafe fn thrown(_tstate: *mut PyThreadState, _frame: FramePtr) -> PyResult<()> {
    Ok(())
}

/// Tells of an exception that is raised or raised again.
///
/// # Safety
/// `frame` is live.
pub unsafe fn raised(_tstate: *mut PyThreadState, _frame: FramePtr, _again: bool) {}

/// Tells of an exception that leaves the frame.
///
/// # Safety
/// `frame` is live.
pub unsafe fn unwound(_tstate: *mut PyThreadState, _frame: FramePtr) {}

/// `frame.f_lineno = line`.
pub fn jump(_frame: Borrowed<'_, PyFrameObject>, _line: isize) -> PyResult<()> {
    Err(raise!(ValueError, "f_lineno can only be set by a trace function"))
}

/// The instruction that stands at a place without instrumentation.
pub fn original_opcode(_code: Borrowed<'_, PyCodeObject>, _index: usize, now: u8) -> u8 {
    now
}

/// Frees what is kept about a code object.
///
/// # Safety
/// The code object is going away.
pub unsafe fn forget(_code: *mut PyCodeObject) {}
