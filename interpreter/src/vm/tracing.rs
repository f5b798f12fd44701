//! `sys.settrace`, `sys.setprofile`: instructions are told of before they run.
//!
//! Nothing of this costs anything while no trace function is set. Setting one puts a mark above
//! the event bits of every thread's `eval_breaker`; a code object without it has its instructions
//! replaced by `INSTRUMENTED_LINE` when it is next entered (or at once if it runs), with the
//! original ones kept aside in `_co_monitoring`. When tracing ends, they go back the same way.

use core::cell::RefCell;
use core::ffi::c_int;
use core::ptr;
use std::collections::HashMap;

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, PyResult, call, errors, exceptions, raise, singletons, state, str, tuple,
};

use super::EVENTS;
use crate::code;
use crate::frame::{self, FramePtr};
use crate::opcodes::{CACHES, DEOPT, op};

/// The mark in `eval_breaker` and `_co_instrumentation_version` that tracing is on.
const ON: usize = EVENTS + 1;

/// What an instrumented code object keeps.
struct Originals {
    opcodes: Box<[u8]>,
    /// The line of each unit, -1 where there is none.
    lines: Box<[i32]>,
}

thread_local! {
    /// Where each traced frame was at its last instruction: (index, line).
    static PLACES: RefCell<HashMap<usize, (usize, i32)>> = RefCell::new(HashMap::new());
}

/// Whether the thread has a trace or profile function, and is not inside one.
///
/// # Safety
/// `tstate` is the running thread's.
#[inline(always)]
pub unsafe fn is_on(tstate: *mut PyThreadState) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        ((*tstate).c_tracefunc.is_some() || (*tstate).c_profilefunc.is_some()) && (*tstate).tracing == 0
    }
}

/// Every thread state of the interpreter.
fn threads() -> Vec<*mut PyThreadState> {
    let mut first = state::current();
    let mut all = Vec::new();
    // SAFETY: the states are linked while their threads live, and the GIL is held.
    unsafe {
        while !(*first).prev.is_null() {
            first = (*first).prev;
        }
        while !first.is_null() {
            all.push(first);
            first = (*first).next;
        }
    }
    all
}

/// Marks threads and running code after a trace function was set or taken away.
fn update() {
    let threads = threads();
    // SAFETY: live states; frames of stopped threads do not change while the GIL is held.
    unsafe {
        let on = threads.iter().any(|&t| (*t).c_tracefunc.is_some() || (*t).c_profilefunc.is_some());
        for &tstate in &threads {
            if on {
                (*tstate).eval_breaker |= ON;
            } else {
                (*tstate).eval_breaker &= !ON;
            }
        }
        if !on {
            return;
        }
        for &tstate in &threads {
            let mut frame = (*tstate).current_frame;
            while !frame.is_null() {
                if (*frame).owner < FRAME_OWNED_BY_INTERPRETER {
                    refresh(tstate, frame::code_of(frame));
                    note_place(frame);
                }
                frame = (*frame).previous;
            }
        }
    }
}

/// Notes where a frame is, so that the rest of its line is no new line.
unsafe fn note_place(frame: FramePtr) {
    // SAFETY: the caller passes a live frame.
    unsafe {
        if !frame::is_incomplete(frame) {
            let place = (frame::unit_index(frame), frame::line_of(frame));
            PLACES.with_borrow_mut(|places| places.insert(frame as usize, place));
        }
    }
}

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
            Self::All => threads(),
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
    update();
}

/// `PyEval_SetTrace`, `PyEval_SetTraceAllThreads`.
pub fn set_trace(which: Threads, function: Option<Py_tracefunc>, object: Option<Op<'_>>) {
    set(which, function, object, |tstate| {
        // SAFETY: a live state.
        unsafe { (&raw mut (*tstate).c_tracefunc, &raw mut (*tstate).c_traceobj) }
    });
}

/// `PyEval_SetProfile`, `PyEval_SetProfileAllThreads`.
pub fn set_profile(which: Threads, function: Option<Py_tracefunc>, object: Option<Op<'_>>) {
    set(which, function, object, |tstate| {
        // SAFETY: a live state.
        unsafe { (&raw mut (*tstate).c_profilefunc, &raw mut (*tstate).c_profileobj) }
    });
}

/// `sys.settrace`.
pub fn set_trace_function(which: Threads, function: Option<Op<'_>>) {
    set_trace(which, function.is_some().then_some(trace_trampoline), function);
}

/// `sys.setprofile`.
pub fn set_profile_function(which: Threads, function: Option<Op<'_>>) {
    set_profile(which, function.is_some().then_some(profile_trampoline), function);
}

const NAMES: [&str; 8] =
    ["call", "exception", "line", "return", "c_call", "c_exception", "c_return", "opcode"];
const CALL: c_int = 0;
const EXCEPTION: c_int = 1;
const LINE: c_int = 2;
const RETURN: c_int = 3;
const OPCODE: c_int = 7;

fn call_back(callback: Op<'_>, frame: Op<'_>, what: c_int, arg: *mut PyObject) -> PyResult {
    let name = str::intern(NAMES[what as usize])?;
    // SAFETY: null or a live object.
    let arg = unsafe { Object::new_ref_nullable(arg) }.unwrap_or_else(singletons::new_none);
    call::call_positional(callback, &[frame, name.op(), arg.op()])
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
        match call_back(callback.op(), Op::from_ptr(frame.cast()), what, arg) {
            Ok(result) => {
                if !result.op().is_none() {
                    let old = ptr::replace(&raw mut (*frame).f_trace, result.into_ptr());
                    drop(Object::steal_nullable(old));
                }
                0
            }
            Err(raised) => {
                let error = raised.take();
                set_trace(Threads::Current, None, None);
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
        match call_back(callback.op(), Op::from_ptr(frame.cast()), what, arg) {
            Ok(_) => 0,
            Err(raised) => {
                let error = raised.take();
                set_profile(Threads::Current, None, None);
                errors::restore(error).ignore();
                -1
            }
        }
    }
}

/// Sends an event to one function, which is not told of what it runs itself.
unsafe fn send(
    tstate: *mut PyThreadState,
    function: Option<Py_tracefunc>,
    own: *mut PyObject,
    frame: Borrowed<'_, PyFrameObject>,
    what: c_int,
    arg: *mut PyObject,
) -> PyResult<()> {
    let Some(function) = function else { return Ok(()) };
    // SAFETY: the caller passes the thread's own function and object, kept alive for the call.
    unsafe {
        let own = Object::new_ref_nullable(own);
        (*tstate).tracing += 1;
        let before = (*tstate).what_event;
        (*tstate).what_event = what;
        let own = own.as_ref().map_or(ptr::null_mut(), Object::as_ptr);
        let status = function(own, frame.as_ptr(), what, arg);
        (*tstate).what_event = before;
        (*tstate).tracing -= 1;
        if status < 0 { Err(errors::raised_by_c()) } else { Ok(()) }
    }
}

/// An event for the trace function.
unsafe fn trace(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    what: c_int,
    arg: *mut PyObject,
) -> PyResult<()> {
    // SAFETY: the caller passes the running thread and a live frame.
    unsafe {
        let Some(function) = (*tstate).c_tracefunc else { return Ok(()) };
        let object = frame::object_of(frame)?;
        send(tstate, Some(function), (*tstate).c_traceobj, object.borrow(), what, arg)
    }
}

/// An event for the profile function.
unsafe fn profile(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    what: c_int,
    arg: *mut PyObject,
) -> PyResult<()> {
    // SAFETY: the caller passes the running thread and a live frame.
    unsafe {
        let Some(function) = (*tstate).c_profilefunc else { return Ok(()) };
        let object = frame::object_of(frame)?;
        send(tstate, Some(function), (*tstate).c_profileobj, object.borrow(), what, arg)
    }
}

/// Brings a code object's instructions up to date; whether they have changed.
///
/// # Safety
/// `tstate` is the running thread's.
pub unsafe fn refresh(tstate: *mut PyThreadState, code: Borrowed<'_, PyCodeObject>) -> bool {
    // SAFETY: the units are ours to change while the GIL is held.
    unsafe {
        let wanted = (*tstate).eval_breaker & !EVENTS;
        let this = code.as_ptr();
        if (*this)._co_instrumentation_version == wanted {
            return false;
        }
        (*this)._co_instrumentation_version = wanted;
        let units = code::units(code);
        let end = code::len(code);
        if wanted == 0 {
            let originals = (*this)._co_monitoring.cast::<Originals>();
            if !originals.is_null() {
                for (index, &opcode) in (*originals).opcodes.iter().enumerate() {
                    if *units.add(index) as u8 == op::INSTRUMENTED_LINE && opcode != op::CACHE {
                        *units.add(index) = *units.add(index) & 0xff00 | opcode as u16;
                    }
                }
            }
            return true;
        }
        forget(this);
        let mut opcodes = vec![op::CACHE; end].into_boxed_slice();
        let mut lines = Vec::with_capacity(end);
        for location in code::locations(code) {
            lines.extend(core::iter::repeat_n(location.line, location.units));
        }
        lines.resize(end, -1);
        let mut index = 0;
        let mut prefixed = false;
        while index < end {
            let unit = *units.add(index);
            let base = DEOPT[(unit & 0xff) as usize];
            opcodes[index] = base;
            if !prefixed && index as c_int >= (*this)._co_firsttraceable {
                *units.add(index) = unit & 0xff00 | op::INSTRUMENTED_LINE as u16;
            } else {
                *units.add(index) = unit & 0xff00 | base as u16;
            }
            prefixed = base == op::EXTENDED_ARG;
            index += 1 + CACHES[base as usize] as usize;
        }
        let kept = Box::new(Originals { opcodes, lines: lines.into_boxed_slice() });
        (*this)._co_monitoring = Box::into_raw(kept).cast();
        true
    }
}

/// Tells of an instruction that is about to run; gives the original instruction.
///
/// # Safety
/// `frame` runs, its code is instrumented, and `sp` is its stack pointer.
pub unsafe fn before(
    tstate: *mut PyThreadState,
    frame: FramePtr,
    instruction: *mut u16,
    sp: *mut StackRef,
) -> PyResult<u8> {
    // SAFETY: the caller's promise.
    unsafe {
        let code = frame::code_of(frame);
        let originals = code._co_monitoring.cast::<Originals>();
        let index = instruction.offset_from(code::units(code)) as usize;
        if originals.is_null() {
            return Err(raise!(SystemError, "instruction without an original"));
        }
        let opcode = (&(*originals).opcodes)[index];
        if !is_on(tstate) {
            return Ok(opcode);
        }
        let line = (&(*originals).lines)[index];
        let key = frame as usize;
        if opcode == op::RESUME {
            let resumed = (*instruction >> 8) & 3 != 0;
            let known = if resumed { line } else { -2 };
            PLACES.with_borrow_mut(|places| places.insert(key, (index, known)));
            // Behind the prologue, so that the frame counts as complete.
            trace(tstate, frame, CALL, ptr::null_mut())?;
            profile(tstate, frame, CALL, ptr::null_mut())?;
            return Ok(opcode);
        }
        if (*tstate).c_tracefunc.is_some() {
            let before = PLACES.with_borrow_mut(|places| places.insert(key, (index, line)));
            let object = (*frame).frame_obj;
            if !object.is_null() && !(*object).f_trace.is_null() || !is_own_function((*tstate).c_tracefunc) {
                let object = frame::object_of(frame)?;
                let new_line = match before {
                    Some((last, last_line)) => line != last_line || index < last,
                    None => true,
                };
                if line >= 0 && new_line && object.f_trace_lines != 0 {
                    (*object.as_ptr()).f_lineno = line;
                    let result = trace(tstate, frame, LINE, ptr::null_mut());
                    (*object.as_ptr()).f_lineno = 0;
                    result?;
                    if (*frame).instr_ptr.cast() != instruction {
                        return Ok(opcode);
                    }
                }
                if object.f_trace_opcodes != 0 {
                    trace(tstate, frame, OPCODE, ptr::null_mut())?;
                }
                if line < 0
                    && let Some(before) = before
                {
                    PLACES.with_borrow_mut(|places| places.insert(key, (index, before.1)));
                }
            }
        }
        if matches!(opcode, op::RETURN_VALUE | op::YIELD_VALUE) {
            PLACES.with_borrow_mut(|places| places.remove(&key));
            let value = (*sp.sub(1)).as_ptr();
            if is_on(tstate) {
                trace(tstate, frame, RETURN, value)?;
                if (*frame).instr_ptr.cast() != instruction {
                    return Ok(opcode);
                }
                profile(tstate, frame, RETURN, value)?;
            }
        }
        Ok(opcode)
    }
}

/// Tells of an exception thrown into a generator.
///
/// # Safety
/// `frame` is live.
pub unsafe fn thrown(tstate: *mut PyThreadState, frame: FramePtr) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(exception) = errors::take() else { return Ok(()) };
        note_place(frame);
        trace(tstate, frame, CALL, ptr::null_mut())?;
        profile(tstate, frame, CALL, ptr::null_mut())?;
        errors::restore(exception).ignore();
    }
    Ok(())
}

/// Tells of an exception that is raised; one that the trace function raises takes its place.
///
/// # Safety
/// `frame` is live.
pub unsafe fn raised(tstate: *mut PyThreadState, frame: FramePtr, again: bool) {
    // SAFETY: the caller's promise.
    unsafe {
        if again || frame::is_incomplete(frame) || (*tstate).c_tracefunc.is_none() {
            return;
        }
        let Some(exception) = errors::take() else { return };
        let result = (|| {
            let class = exception.op().ob_type();
            let traceback = exceptions::get_traceback(exception.op()).unwrap_or_else(singletons::new_none);
            let arg = tuple::pack(&[class.as_object(), exception.op(), traceback.op()])?;
            trace(tstate, frame, EXCEPTION, arg.as_ptr())
        })();
        if result.is_ok() {
            errors::restore(exception).ignore();
        }
    }
}

/// Tells of an exception that leaves the frame.
///
/// # Safety
/// `frame` is live.
pub unsafe fn unwound(tstate: *mut PyThreadState, frame: FramePtr) {
    // SAFETY: the caller's promise.
    unsafe {
        PLACES.with_borrow_mut(|places| places.remove(&(frame as usize)));
        if frame::is_incomplete(frame) {
            return;
        }
        let Some(exception) = errors::take() else { return };
        let result = trace(tstate, frame, RETURN, ptr::null_mut())
            .and_then(|()| profile(tstate, frame, RETURN, ptr::null_mut()));
        if result.is_ok() {
            errors::restore(exception).ignore();
        }
    }
}

/// `frame.f_lineno = line`.
pub fn jump(frame: Borrowed<'_, PyFrameObject>, line: isize) -> PyResult<()> {
    // SAFETY: the running thread's state; a frame object's frame is live.
    unsafe {
        let inner = frame.f_frame;
        let tstate = state::current();
        if (*tstate).tracing == 0 {
            return Err(raise!(ValueError, "f_lineno can only be set in a trace function"));
        }
        match (*tstate).what_event {
            LINE => {}
            RETURN if yields(inner) => {}
            CALL => {
                return Err(raise!(ValueError, "can't jump from the 'call' trace event of a new frame"));
            }
            _ => return Err(raise!(ValueError, "can only jump from a 'line' trace event")),
        }
        if frame.f_trace.is_null() {
            return Err(raise!(ValueError, "f_lineno can only be set in a trace function"));
        }
        frame::jump(inner, line)?;
        (*frame.as_ptr()).f_lineno = 0;
        // The line is a new one even if it is the same.
        PLACES.with_borrow_mut(|places| places.remove(&(inner as usize)));
    }
    Ok(())
}

/// Whether a frame is at a `yield`.
unsafe fn yields(frame: FramePtr) -> bool {
    // SAFETY: the caller passes a live frame.
    unsafe {
        let code = frame::code_of(frame);
        let index = frame::unit_index(frame);
        original_opcode(code, index, *code::units(code).add(index) as u8) == op::YIELD_VALUE
    }
}

/// The instruction that stands at a place without instrumentation.
pub fn original_opcode(code: Borrowed<'_, PyCodeObject>, index: usize, now: u8) -> u8 {
    let originals = code._co_monitoring.cast::<Originals>();
    if now != op::INSTRUMENTED_LINE || originals.is_null() {
        return now;
    }
    // SAFETY: owned by the code object.
    unsafe { (&(*originals).opcodes)[index] }
}

/// Frees what is kept about a code object.
///
/// # Safety
/// Nothing is instrumented, or the code object is going away.
pub unsafe fn forget(code: *mut PyCodeObject) {
    // SAFETY: the field holds what `refresh` has put there, or null.
    unsafe {
        let kept = ptr::replace(&raw mut (*code)._co_monitoring, ptr::null_mut()).cast::<Originals>();
        if !kept.is_null() {
            drop(Box::from_raw(kept));
        }
    }
}

/// Whether a trace function is `sys.settrace`'s, which looks at `f_trace`.
fn is_own_function(function: Option<Py_tracefunc>) -> bool {
    function.is_some_and(|function| function as usize == trace_trampoline as *const () as usize)
}
