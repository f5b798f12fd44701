//! `sys.settrace` and `sys.setprofile`: two tools of monitoring with callbacks of their own.
//!
//! Events are told of to the function of the thread that runs (`c_tracefunc`, `c_profilefunc`), with
//! the frame. Tools are the interpreter's, so while one thread is traced the others send events too,
//! which end here.

use core::ffi::c_int;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, Owned, PyResult, call, errors, exceptions, int, object, raise, singletons, state,
    str, tuple,
};

use super::monitoring::{self, Event, SYS_PROFILE, SYS_TRACE};
use crate::frame;

/// What a trace function wants to know.
const TRACED: u32 = Event::PyStart.bit()
    | Event::PyResume.bit()
    | Event::PyReturn.bit()
    | Event::PyYield.bit()
    | Event::Raise.bit()
    | Event::Line.bit()
    | Event::Jump.bit()
    | Event::PyUnwind.bit()
    | Event::PyThrow.bit()
    | Event::StopIteration.bit();

/// What a profile function wants to know.
const PROFILED: u32 = Event::PyStart.bit()
    | Event::PyResume.bit()
    | Event::PyReturn.bit()
    | Event::PyYield.bit()
    | Event::Call.bit()
    | Event::PyUnwind.bit()
    | Event::PyThrow.bit();

/// Which threads a trace function is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    Current,
    All,
}

impl Threads {
    fn states(self) -> Vec<*mut PyThreadState> {
        match self {
            Self::Current => vec![state::current()],
            Self::All => monitoring::threads(),
        }
    }
}

/// Sets function and object in each state's fields; the old objects are dropped when all is in order.
fn set(
    which: Threads,
    function: Option<Py_tracefunc>,
    object: Option<Op<'_>>,
    fields: impl Fn(*mut PyThreadState) -> (*mut Option<Py_tracefunc>, *mut *mut PyObject),
) {
    let mut old = Vec::new();
    for tstate in which.states() {
        let (function_field, object_field) = fields(tstate);
        let new = object.map_or(ptr::null_mut(), |object| object.to_owned().into_ptr());
        // SAFETY: fields of a live state; the second one holds an owned reference or null.
        unsafe {
            *function_field = function;
            old.push(Object::steal_nullable(ptr::replace(object_field, new)));
        }
    }
}

/// Whether a field is set in any thread.
fn any_thread(field: impl Fn(*mut PyThreadState) -> Option<Py_tracefunc>) -> bool {
    monitoring::threads().into_iter().any(|tstate| field(tstate).is_some())
}

/// `PyEval_SetTrace`, `PyEval_SetTraceAllThreads`.
pub fn set_trace(which: Threads, function: Option<Py_tracefunc>, object: Option<Op<'_>>) -> PyResult<()> {
    crate::sys::audit("sys.settrace", &[])?;
    set(which, function, object, |tstate| {
        // SAFETY: a live state.
        unsafe { (&raw mut (*tstate).c_tracefunc, &raw mut (*tstate).c_traceobj) }
    });
    // SAFETY: live states, and a live frame.
    let on = any_thread(|tstate| unsafe { (*tstate).c_tracefunc });
    let running = frame::current();
    if on && !running.is_null() {
        // SAFETY: the frame is live and complete.
        unsafe {
            let object = (*running).frame_obj;
            if !object.is_null() && (*object).f_trace_opcodes != 0 {
                set_opcode_trace(Borrowed::from_ptr(object), true)?;
            }
        }
    }
    monitoring::set_events(SYS_TRACE, if on { TRACED } else { 0 })
}

/// `PyEval_SetProfile`, `PyEval_SetProfileAllThreads`.
pub fn set_profile(which: Threads, function: Option<Py_tracefunc>, object: Option<Op<'_>>) -> PyResult<()> {
    crate::sys::audit("sys.setprofile", &[])?;
    set(which, function, object, |tstate| {
        // SAFETY: a live state.
        unsafe { (&raw mut (*tstate).c_profilefunc, &raw mut (*tstate).c_profileobj) }
    });
    // SAFETY: live states.
    let on = any_thread(|tstate| unsafe { (*tstate).c_profilefunc });
    monitoring::set_events(SYS_PROFILE, if on { PROFILED } else { 0 })
}

/// Asks for a frame's code to tell of each instruction, or no longer (`_PyEval_SetOpcodeTrace`).
pub fn set_opcode_trace(frame: Borrowed<'_, PyFrameObject>, on: bool) -> PyResult<()> {
    // SAFETY: a frame object's frame is live.
    let code = unsafe { frame::code_of(frame.f_frame) };
    let events = monitoring::local_events(code, SYS_TRACE);
    let bit = Event::Instruction.bit();
    let wanted = if on { events | bit } else { events & !bit };
    if wanted == events { Ok(()) } else { monitoring::set_local_events(SYS_TRACE, code, wanted) }
}

/// `sys.settrace`.
pub fn set_trace_function(which: Threads, function: Option<Op<'_>>) -> PyResult<()> {
    set_trace(which, function.is_some().then_some(trace_trampoline), function)
}

/// `sys.setprofile`.
pub fn set_profile_function(which: Threads, function: Option<Op<'_>>) -> PyResult<()> {
    set_profile(which, function.is_some().then_some(profile_trampoline), function)
}

const NAMES: [&str; 8] =
    ["call", "exception", "line", "return", "c_call", "c_exception", "c_return", "opcode"];
const CALL: c_int = 0;
const EXCEPTION: c_int = 1;
const LINE: c_int = 2;
const RETURN: c_int = 3;
const C_CALL: c_int = 4;
const C_EXCEPTION: c_int = 5;
const C_RETURN: c_int = 6;
const OPCODE: c_int = 7;

fn call_back(
    callback: Op<'_>,
    frame: Borrowed<'_, PyFrameObject>,
    what: c_int,
    arg: *mut PyObject,
) -> PyResult {
    let name = str::intern(NAMES[what as usize])?;
    // SAFETY: null or a live object.
    let arg = unsafe { Object::new_ref_nullable(arg) }.unwrap_or_else(singletons::new_none);
    call::call_positional(callback, &[frame.as_object(), name.op(), arg.op()])
}

unsafe extern "C" fn trace_trampoline(
    own: *mut PyObject,
    frame: *mut PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> c_int {
    // SAFETY: the evaluation loop passes live objects.
    unsafe {
        let callback = if what == CALL { own } else { (*frame).f_trace };
        let Some(callback) = Object::new_ref_nullable(callback) else { return 0 };
        match call_back(callback.op(), Borrowed::from_ptr(frame), what, arg) {
            Ok(result) => {
                if !result.op().is_none() {
                    let old = ptr::replace(&raw mut (*frame).f_trace, result.into_ptr());
                    drop(Object::steal_nullable(old));
                }
                0
            }
            Err(raised) => {
                let error = raised.take();
                discard(set_trace(Threads::Current, None, None));
                let old = ptr::replace(&raw mut (*frame).f_trace, ptr::null_mut());
                drop(Object::steal_nullable(old));
                errors::restore(error).ignore();
                -1
            }
        }
    }
}

unsafe extern "C" fn profile_trampoline(
    own: *mut PyObject,
    frame: *mut PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> c_int {
    // SAFETY: the evaluation loop passes live objects.
    unsafe {
        let callback = Object::new_ref(own);
        match call_back(callback.op(), Borrowed::from_ptr(frame), what, arg) {
            Ok(_) => 0,
            Err(raised) => {
                let error = raised.take();
                discard(set_profile(Threads::Current, None, None));
                errors::restore(error).ignore();
                -1
            }
        }
    }
}

/// Drops an error: another one is on its way.
fn discard(result: PyResult<()>) {
    if let Err(raised) = result {
        raised.clear();
    }
}

/// The frame object that trace functions are given.
fn running_frame() -> PyResult<Owned<PyFrameObject>> {
    let running = frame::current();
    if running.is_null() {
        return Err(raise!(SystemError, "Missing frame when calling trace function."));
    }
    // SAFETY: live and complete.
    unsafe { frame::object_of(running) }
}

/// Calls the thread's trace function.
///
/// # Safety
/// `tstate` is the running thread's; `arg` is null or live.
unsafe fn trace(
    tstate: *mut PyThreadState,
    frame: Borrowed<'_, PyFrameObject>,
    what: c_int,
    arg: *mut PyObject,
) -> PyResult<()> {
    // SAFETY: the caller's promise. The function's object is kept for the call.
    unsafe {
        let Some(function) = (*tstate).c_tracefunc else { return Ok(()) };
        let own = Object::new_ref_nullable((*tstate).c_traceobj);
        let own = own.as_ref().map_or(ptr::null_mut(), Object::as_ptr);
        let status = function(own, frame.as_ptr(), what, arg);
        (*frame.as_ptr()).f_lineno = 0;
        if status != 0 { Err(errors::raised_by_c()) } else { Ok(()) }
    }
}

/// Tells the trace function of a line.
///
/// # Safety
/// `tstate` is the running thread's.
pub unsafe fn trace_line(
    tstate: *mut PyThreadState,
    frame: Borrowed<'_, PyFrameObject>,
    line: i32,
) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*tstate).c_tracefunc.is_none() || frame.f_trace_lines == 0 || line < 0 {
            return Ok(());
        }
        (*frame.as_ptr()).f_lineno = line;
        trace(tstate, frame, LINE, singletons::none_ptr())
    }
}

/// An event for `sys.settrace`; whether the event is not wanted again from there.
///
/// # Safety
/// `tstate` is the running thread's; `args` are those of the event's callbacks.
pub unsafe fn trace_event(tstate: *mut PyThreadState, event: Event, args: &[Op<'_>]) -> PyResult<bool> {
    // SAFETY: the caller's promise.
    unsafe {
        if event == Event::Instruction {
            let frame = running_frame()?;
            if (*tstate).c_tracefunc.is_none() || frame.f_trace_opcodes == 0 {
                set_opcode_trace(frame.borrow(), false)?;
                return Ok(false);
            }
            trace(tstate, frame.borrow(), OPCODE, singletons::none_ptr())?;
            return Ok(false);
        }
        if (*tstate).c_tracefunc.is_none() {
            return Ok(false);
        }
        if event == Event::Jump {
            let Some(code) = args[0].downcast::<PyCodeObject>() else { return Ok(true) };
            let from = int::as_i64(args[1])? as usize / 2;
            let to = int::as_i64(args[2])? as usize / 2;
            let line = monitoring::line_of(code, to);
            if to > from || line != monitoring::line_of(code, from) {
                // The line at the target is told of there.
                return Ok(true);
            }
            trace_line(tstate, running_frame()?.borrow(), line)?;
            return Ok(false);
        }
        let frame = running_frame()?;
        if event == Event::Line {
            trace_line(tstate, frame.borrow(), int::as_i32(args[1])?)?;
            return Ok(false);
        }
        if frame.f_trace_opcodes != 0 {
            set_opcode_trace(frame.borrow(), true)?;
        }
        match event {
            Event::PyStart | Event::PyResume | Event::PyThrow => {
                trace(tstate, frame.borrow(), CALL, singletons::none_ptr())?;
            }
            Event::PyReturn | Event::PyYield => trace(tstate, frame.borrow(), RETURN, args[2].as_ptr())?,
            Event::PyUnwind => trace(tstate, frame.borrow(), RETURN, ptr::null_mut())?,
            Event::Raise | Event::StopIteration => {
                let exception = args[2];
                let traceback = exceptions::get_traceback(exception).unwrap_or_else(singletons::new_none);
                let arg = tuple::pack(&[exception.ob_type().as_object(), exception, traceback.op()])?;
                trace(tstate, frame.borrow(), EXCEPTION, arg.as_ptr())?;
            }
            _ => {}
        }
        Ok(false)
    }
}

/// An event for `sys.setprofile`.
///
/// # Safety
/// As for `trace_event`.
pub unsafe fn profile_event(tstate: *mut PyThreadState, event: Event, args: &[Op<'_>]) -> PyResult<bool> {
    // SAFETY: the caller's promise. The function's object is kept for the call.
    unsafe {
        let Some(function) = (*tstate).c_profilefunc else { return Ok(false) };
        let none = singletons::none_ptr();
        let mut kept = None;
        let (what, arg) = match event {
            Event::PyStart | Event::PyResume | Event::PyThrow => (CALL, none),
            Event::PyReturn | Event::PyYield => (RETURN, args[2].as_ptr()),
            Event::PyUnwind => (RETURN, ptr::null_mut()),
            Event::Call | Event::CReturn | Event::CRaise => {
                let Some(builtin) = builtin_of(args[2], args[3])? else { return Ok(false) };
                let what = match event {
                    Event::Call => C_CALL,
                    Event::CReturn => C_RETURN,
                    _ => C_EXCEPTION,
                };
                (what, kept.insert(builtin).as_ptr())
            }
            _ => return Ok(false),
        };
        let frame = running_frame()?;
        let own = Object::new_ref_nullable((*tstate).c_profileobj);
        let own = own.as_ref().map_or(ptr::null_mut(), Object::as_ptr);
        if function(own, frame.as_ptr(), what, arg) != 0 { Err(errors::raised_by_c()) } else { Ok(false) }
    }
}

/// What a profile function is told of a call: only calls of builtin functions and methods are.
fn builtin_of(callable: Op<'_>, first: Op<'_>) -> PyResult<Option<Object>> {
    if callable.is_instance::<PyCFunctionObject>() {
        return Ok(Some(callable.to_owned()));
    }
    if !callable.is_exact::<PyMethodDescrObject>() || monitoring::missing()?.op().is(first) {
        return Ok(None);
    }
    let bind = object::get_attr_str(callable, "__get__")?;
    call::call_positional(bind.op(), &[first, first.ob_type().as_object()]).map(Some)
}

/// `frame.f_lineno = line`.
pub fn jump(frame: Borrowed<'_, PyFrameObject>, line: isize) -> PyResult<()> {
    // SAFETY: the running thread's state; a frame object's frame is live.
    unsafe {
        let event = (*state::current()).what_event;
        let Some(event) = usize::try_from(event).ok().and_then(|event| monitoring::ALL.get(event)) else {
            return Err(raise!(ValueError, "f_lineno can only be set in a trace function"));
        };
        match event {
            Event::PyResume
            | Event::Jump
            | Event::Branch
            | Event::BranchLeft
            | Event::BranchRight
            | Event::Line
            | Event::PyYield => {}
            Event::PyStart => {
                return Err(raise!(ValueError, "can't jump from the 'call' trace event of a new frame"));
            }
            Event::Call | Event::CReturn => return Err(raise!(ValueError, "can't jump during a call")),
            Event::StopIteration | Event::Reraise => {
                return Err(raise!(SystemError, "unexpected event type"));
            }
            _ => return Err(raise!(ValueError, "can only jump from a 'line' trace event")),
        }
        frame::jump(frame.f_frame, line)?;
        (*frame.as_ptr()).f_lineno = 0;
        monitoring::note_line_set(frame.f_frame);
    }
    Ok(())
}
