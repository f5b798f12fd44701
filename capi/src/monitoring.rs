//! `PyMonitoring_*`: events of code that is not bytecode, from compilers and template engines.
//!
//! The caller keeps a `PyMonitoringState` for each event that it can send. The inlined functions of
//! `cpython/monitoring.h` look at `active` and come here only if a tool wants the event. They fill
//! the places of the code object with any object of the caller's.

use core::ffi::c_int;

use adder_interpreter::vm::monitoring::{self, Event};
use adder_object_model::layout::*;
use adder_object_model::{PyResult, errors, exceptions, int, raise};

use crate::convert::*;

/// Tells the tools of a state, and takes those out that have switched the event off.
///
/// # Safety
/// `state` points to the caller's state, `codelike` is live.
unsafe fn fire(
    state: *mut PyMonitoringState,
    event: Event,
    codelike: *mut PyObject,
    offset: i32,
    args: &[Op],
) -> PyResult<()> {
    // SAFETY: the caller's promise. Callbacks may fire events of the same state.
    unsafe {
        let Some(codelike) = Op::from_nullable(codelike) else { return Err(errors::bad_internal_call()) };
        let disabled = monitoring::tell_foreign((*state).active, event, codelike, offset, args)?;
        (*state).active &= !disabled;
    }
    Ok(())
}

/// Tells with the exception that is set, which stays set unless a callback raises another one.
///
/// # Safety
/// As for `fire`.
unsafe fn fire_exception(
    state: *mut PyMonitoringState,
    event: Event,
    codelike: *mut PyObject,
    offset: i32,
) -> PyResult<()> {
    let Some(exception) = errors::take() else {
        return Err(raise!(ValueError, "Firing event {} with no exception set", event as u8));
    };
    // SAFETY: the caller's promise; the exception is kept for the call.
    unsafe { fire(state, event, codelike, offset, &[Op::from_ptr(exception.as_ptr())])? };
    errors::restore(exception).ignore();
    Ok(())
}

macro_rules! events {
    ($($name:ident = $event:ident ($($arg:ident),*);)*) => {$(
        #[doc = concat!("`", stringify!($name), "`: tells of the event; 0, or -1 with an exception.")]
        ///
        /// # Ownership
        /// Borrows its arguments.
        ///
        /// # Safety
        /// `state` is the event's state and `active`; the objects are live, and the GIL is held.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(
            state: *mut PyMonitoringState,
            codelike: *mut PyObject,
            offset: i32,
            $($arg: *mut PyObject),*
        ) -> c_int {
            // SAFETY: the caller's promise.
            run(|| unsafe {
                let args: &[Option<Op>] = &[$(Op::from_nullable($arg)),*];
                let Some(args) = args.iter().copied().collect::<Option<Vec<Op>>>() else {
                    return Err(errors::bad_internal_call());
                };
                Ok(fire(state, Event::$event, codelike, offset, &args))
            })
        }
    )*};
}
events! {
    _PyMonitoring_FirePyStartEvent = PyStart();
    _PyMonitoring_FirePyResumeEvent = PyResume();
    _PyMonitoring_FirePyReturnEvent = PyReturn(returned);
    _PyMonitoring_FirePyYieldEvent = PyYield(yielded);
    _PyMonitoring_FireCallEvent = Call(callable, first);
    _PyMonitoring_FireJumpEvent = Jump(target);
    _PyMonitoring_FireBranchEvent = BranchRight(target);
    _PyMonitoring_FireBranchRightEvent = BranchRight(target);
    _PyMonitoring_FireBranchLeftEvent = BranchLeft(target);
    _PyMonitoring_FireCReturnEvent = CReturn(returned);
}

macro_rules! exception_events {
    ($($name:ident = $event:ident;)*) => {$(
        #[doc = concat!("`", stringify!($name), "`: tells of the event with the exception that is set, and must be.")]
        ///
        /// # Ownership
        /// Borrows its arguments. The exception stays set, or a callback's takes its place and the result is -1.
        ///
        /// # Safety
        /// `state` is the event's state and `active`; `codelike` is live, and the GIL is held.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(
            state: *mut PyMonitoringState,
            codelike: *mut PyObject,
            offset: i32,
        ) -> c_int {
            // SAFETY: the caller's promise.
            match unsafe { fire_exception(state, Event::$event, codelike, offset) } {
                Ok(()) => 0,
                Err(raised) => {
                    raised.ignore();
                    -1
                }
            }
        }
    )*};
}
exception_events! {
    _PyMonitoring_FirePyThrowEvent = PyThrow;
    _PyMonitoring_FireRaiseEvent = Raise;
    _PyMonitoring_FireCRaiseEvent = CRaise;
    _PyMonitoring_FireReraiseEvent = Reraise;
    _PyMonitoring_FireExceptionHandledEvent = ExceptionHandled;
    _PyMonitoring_FirePyUnwindEvent = PyUnwind;
}

/// `_PyMonitoring_FireLineEvent`: tells of a line; 0, or -1 with an exception.
///
/// # Ownership
/// Borrows its arguments.
///
/// # Safety
/// As for the other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyMonitoring_FireLineEvent(
    state: *mut PyMonitoringState,
    codelike: *mut PyObject,
    offset: i32,
    line: c_int,
) -> c_int {
    run(|| {
        let line = int::from_i64(line.into())?;
        // SAFETY: the caller's promise; the number is kept for the call.
        Ok(unsafe { fire(state, Event::Line, codelike, offset, &[Op::from_ptr(line.as_ptr())]) })
    })
}

/// `_PyMonitoring_FireStopIterationEvent`: tells of a StopIteration with a value, which is made for the
/// callbacks alone; 0, or -1 with an exception.
///
/// # Ownership
/// Borrows its arguments.
///
/// # Safety
/// As for the other events.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyMonitoring_FireStopIterationEvent(
    state: *mut PyMonitoringState,
    codelike: *mut PyObject,
    offset: i32,
    value: *mut PyObject,
) -> c_int {
    run(|| {
        // SAFETY: the caller's promise; the exception is kept for the call.
        unsafe {
            let exception = exceptions::set_stop_iteration(Op::from_nullable(value)).take();
            Ok(fire(state, Event::StopIteration, codelike, offset, &[Op::from_ptr(exception.as_ptr())]))
        }
    })
}

/// `PyMonitoring_EnterScope`: brings the states of a scope up to date, if `version` is not the current
/// one. `events` says for each state which event it is of.
///
/// # Safety
/// Both arrays have `length` elements, and `version` points to the scope's version, at first 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMonitoring_EnterScope(
    states: *mut PyMonitoringState,
    version: *mut u64,
    events: *const u8,
    length: Py_ssize_t,
) -> c_int {
    let current = monitoring::current_version() as u64;
    // SAFETY: the caller's promise.
    unsafe {
        if *version == current {
            return 0;
        }
        for index in 0..length.max(0) as usize {
            (*states.add(index)).active = monitoring::tools_for_scope(*events.add(index) as usize);
        }
        *version = current;
    }
    0
}

/// `PyMonitoring_ExitScope`: the end of a scope. Nothing is kept for it.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMonitoring_ExitScope() -> c_int {
    0
}
