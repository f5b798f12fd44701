//! The events of exceptions: they belong to no place, and every frame that runs sends them.

use adder_object_model::layout::*;
use adder_object_model::{
    Object, Op, PyResult, call, errors, exceptions, int, iter, object, singletons, state,
};

use super::code::original_opcode;
use super::{Event, tell, this, tools_everywhere};
use crate::code;
use crate::frame::{self, FramePtr};
use crate::opcodes::CACHES;

/// Whether a tool wants to know of exceptions at all.
pub fn watches_exceptions() -> bool {
    this().watches_exceptions.get()
}

/// Whether a tool wants to know of frames that exceptions leave.
pub fn watches_unwinding() -> bool {
    tools_everywhere(Event::PyUnwind) != 0
}

/// Tells of an event with the exception that is set; one that a callback raises takes its place.
unsafe fn tell_exception(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    index: isize,
    event: Event,
) -> PyResult<()> {
    // SAFETY: the caller passes the running thread and a live frame.
    unsafe {
        let tools = tools_everywhere(event);
        let code = frame::code_of(frame);
        if tools == 0 || (*tstate).tracing != 0 || code.co_flags & CO_NO_MONITORING_EVENTS != 0 {
            return Ok(());
        }
        let Some(exception) = errors::take() else { return Ok(()) };
        let offset = int::from_i64(index as i64 * 2)?;
        tell(tstate, tools, event, &[code.as_object(), offset.op(), exception.op()])?;
        errors::restore(exception).ignore();
        Ok(())
    }
}

/// Tells of an exception that is raised at the unit `index`, or has come from a call there.
///
/// # Safety
/// `frame` is live, and an exception is set.
#[cold]
pub unsafe fn raised(tstate: *mut PyThreadState, frame: FramePtr, index: isize) {
    // SAFETY: the caller's promise.
    unsafe {
        if !frame::is_incomplete(frame) {
            let _ = tell_exception(tstate, frame, index, Event::Raise).map_err(|raised| raised.ignore());
        }
    }
}

/// The last unit of an instruction, where CPython says that it has raised.
///
/// # Safety
/// `instruction` is one of the frame's code.
pub unsafe fn end_of(frame: FramePtr, instruction: *mut u16) -> isize {
    // SAFETY: the caller's promise.
    unsafe {
        let code = frame::code_of(frame);
        let index = instruction.offset_from(code::units(code));
        let base = original_opcode(code, index as usize, *instruction as u8);
        index + CACHES[base as usize] as isize
    }
}

/// Tells of an exception that is raised again.
///
/// # Safety
/// As for `raised`.
#[cold]
pub unsafe fn reraised(tstate: *mut PyThreadState, frame: FramePtr, index: isize) {
    // SAFETY: the caller's promise.
    unsafe {
        let _ = tell_exception(tstate, frame, index, Event::Reraise).map_err(|raised| raised.ignore());
    }
}

/// Tells of an exception that leaves the frame.
///
/// # Safety
/// As for `raised`.
#[cold]
pub unsafe fn unwound(tstate: *mut PyThreadState, frame: FramePtr, index: isize) {
    // SAFETY: the caller's promise.
    unsafe {
        if !frame::is_incomplete(frame) {
            let _ = tell_exception(tstate, frame, index, Event::PyUnwind).map_err(|raised| raised.ignore());
        }
    }
}

/// Tells of an exception that is thrown into a generator.
///
/// # Safety
/// As for `raised`.
#[cold]
pub unsafe fn thrown(tstate: *mut PyThreadState, frame: FramePtr, index: isize) {
    // SAFETY: the caller's promise.
    unsafe {
        let _ = tell_exception(tstate, frame, index, Event::PyThrow).map_err(|raised| raised.ignore());
    }
}

/// Tells of an exception that the handler at `index` is about to handle, and notes the jump there.
///
/// # Safety
/// `frame` is live and goes on at `handler`.
#[cold]
pub unsafe fn handled(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    handler: *mut u16,
    exception: Op<'_>,
) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let code = frame::code_of(frame);
        let tools = tools_everywhere(Event::ExceptionHandled);
        if tools != 0 && (*tstate).tracing == 0 && code.co_flags & CO_NO_MONITORING_EVENTS == 0 {
            let offset = int::from_i64(handler.offset_from(code::units(code)) as i64 * 2)?;
            let kept = exception.to_owned();
            tell(tstate, tools, Event::ExceptionHandled, &[code.as_object(), offset.op(), kept.op()])?;
        }
        if !code._co_monitoring.is_null() {
            super::note_jump(handler, (*frame).instr_ptr.cast());
        }
        Ok(())
    }
}

/// `SEND` to something that is no generator while tools want to know of StopIteration: whether it
/// has returned, and the value.
#[cold]
pub fn send(receiver: Op<'_>, value: Op<'_>) -> PyResult<(bool, Object)> {
    let result = if value.is_none() && iter::check(receiver) {
        iter::next_raw(receiver)
    } else {
        call::call_method(receiver, "send", &[value]).map(Some)
    };
    match result {
        Ok(Some(item)) => Ok((false, item)),
        Ok(None) => Ok((true, singletons::new_none())),
        Err(stopped) if stopped.matches(exceptions::builtin::StopIteration()) => {
            // SAFETY: the frame that sends is the current one.
            unsafe {
                let tstate = state::current();
                let frame = (*tstate).current_frame;
                if !frame.is_null() {
                    raised(tstate, frame, frame::unit_index(frame) as isize);
                }
            }
            let stopped = errors::raised();
            if !stopped.matches(exceptions::builtin::StopIteration()) {
                return Err(stopped);
            }
            let stop = stopped.take();
            Ok((true, object::get_attr_str(stop.op(), "value")?))
        }
        Err(raised) => Err(raised),
    }
}

/// Whether `SEND` has to go through `send`.
pub fn watches_stops() -> bool {
    this().monitors[Event::Raise as usize].get() != 0
}
