//! What the evaluation loop does when `eval_breaker` asks for attention.

use adder_object_model::{Object, PyResult, errors, gc, state};

use crate::gil::{self, breaker};

/// Handles everything that is asked for (`_Py_HandlePending`).
pub fn handle() -> PyResult<()> {
    let thread = state::current();
    // SAFETY: this thread's own state.
    let asked = unsafe { gil::clear_breaker(thread, 0) };
    if asked & breaker::SIGNALS_PENDING != 0 {
        crate::signals::check()?;
    }
    if asked & breaker::GC_SCHEDULED != 0 {
        // SAFETY: as above.
        unsafe { gil::clear_breaker(thread, breaker::GC_SCHEDULED) };
        gc::run_scheduled();
    }
    if asked & breaker::GIL_DROP_REQUEST != 0 {
        gil::yield_on_request();
    }
    if asked & breaker::ASYNC_EXCEPTION != 0 {
        // SAFETY: as above; the field holds an owned reference or null.
        let exception = unsafe {
            gil::clear_breaker(thread, breaker::ASYNC_EXCEPTION);
            Object::steal_nullable(core::ptr::replace(&raw mut (*thread).async_exc, core::ptr::null_mut()))
        };
        if let Some(exception) = exception {
            return Err(errors::set_none(exception.op()));
        }
    }
    Ok(())
}
