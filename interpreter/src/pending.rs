//! What the evaluation loop does when `eval_breaker` asks for attention.

use core::ffi::{c_int, c_void};
use std::collections::VecDeque;

use adder_object_model::{Object, PyResult, errors, gc, state};
use parking_lot::Mutex;

use crate::gil::{self, breaker};
use crate::runtime::runtime;
use crate::threads;

/// A call that somebody wants made on the main thread, between instructions (`Py_AddPendingCall`).
pub type Call = unsafe extern "C" fn(*mut c_void) -> c_int;

struct Wanted {
    function: Call,
    argument: *mut c_void,
}
// SAFETY: the pointers are the caller's own business; they are only handed through.
unsafe impl Send for Wanted {}

/// As many as CPython lets wait.
const MOST_CALLS: usize = 300;

/// The calls that wait. Any thread adds to it, also without the GIL.
#[derive(Default)]
pub struct State(Mutex<VecDeque<Wanted>>);

/// Adds a call; `false` if too many wait already. Any thread may call it, with or without the GIL.
pub fn add(function: Call, argument: *mut c_void) -> bool {
    let mut calls = runtime().pending.0.lock();
    if calls.len() >= MOST_CALLS {
        return false;
    }
    calls.push_back(Wanted { function, argument });
    drop(calls);
    ask_main_thread();
    true
}

fn ask_main_thread() {
    let main = threads::main_state();
    if !main.is_null() {
        // SAFETY: the main thread's state lives as long as the process.
        unsafe { gil::set_breaker(main, breaker::CALLS_TO_DO) };
    }
}

/// Makes the calls that wait (`Py_MakePendingCalls`); only the main thread does.
///
/// # Errors
/// What a call raised; the others wait on.
pub fn make_calls() -> PyResult<()> {
    if !threads::is_main() {
        return Ok(());
    }
    // Calls that the calls add wait for the next time.
    let waiting = runtime().pending.0.lock().len();
    for _ in 0..waiting {
        let Some(next) = runtime().pending.0.lock().pop_front() else { break };
        // SAFETY: whoever added the call promised that it can be made.
        if unsafe { (next.function)(next.argument) } != 0 {
            if !runtime().pending.0.lock().is_empty() {
                ask_main_thread();
            }
            return Err(errors::raised_by_c());
        }
    }
    Ok(())
}

/// Handles everything that is asked for (`_Py_HandlePending`).
pub fn handle() -> PyResult<()> {
    let thread = state::current();
    // SAFETY: this thread's own state.
    let asked = unsafe { gil::clear_breaker(thread, 0) };
    if asked & breaker::SIGNALS_PENDING != 0 {
        crate::signals::check()?;
    }
    if asked & breaker::CALLS_TO_DO != 0 {
        // SAFETY: as above.
        unsafe { gil::clear_breaker(thread, breaker::CALLS_TO_DO) };
        make_calls()?;
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
