//! The evaluation loop: runs CPython 3.14 bytecode.
//!
//! `vm/eval.rs` is the loop, one function with a `match` on the instruction. What an
//! instruction does beyond a few lines stands in a file for its family:
//!
//!  - `names` (locals, globals, cells), `attributes`, `operators`, `unpack`
//!  - `calls` (arguments, frames), `specialize` (inline caches)
//!  - `exceptions`, `generators`, `matching`, `imports`, `intrinsics`, `templates`
//!  - `monitoring` (events for tools), `tracing` (`sys.settrace` and its like)
//!
//! Invariants
//!  - Before anything that can run foreign code, `frame.stackpointer` is at or below the cells in
//!    use, and every cell below it holds a reference or null: the collector reads them.
//!  - `frame.instr_ptr` is the instruction that runs; a caller waits at its call instruction, and
//!    continues `return_offset` units further.
//!  - Python calls from Python code push a frame and stay in the loop; the native stack does not grow.

use core::ffi::c_int;
use core::mem::offset_of;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Object, Op, Owned, PyResult, errors, raise, state};

use crate::frame::{self, FramePtr};
use crate::function;

pub mod attributes;
pub mod calls;
mod eval;
pub mod exceptions;
pub mod generators;
pub mod imports;
pub mod intrinsics;
pub mod matching;
pub mod monitoring;
pub mod names;
pub mod operators;
pub mod specialize;
pub mod templates;
pub mod tracing;
pub mod unpack;

pub use eval::_PyEval_EvalFrameDefault;
pub use generators::resume_generator;

/// The counter of an inline cache before its instruction has run: two runs until it specialises.
pub const ADAPTIVE_WARMUP: u16 = 1 << 4 | 1;

/// The bits of `eval_breaker` that ask for something; above them stands the version of monitoring.
pub const EVENTS: usize = 0xff;

/// Runs code in a namespace (`PyEval_EvalCode`).
pub fn eval_code(code: Borrowed<'_, PyCodeObject>, globals: Op<'_>, locals: Op<'_>) -> PyResult {
    eval_code_with_closure(code, globals, locals, None)
}

/// The same for code with free variables: `closure` is a tuple of cells.
pub fn eval_code_with_closure(
    code: Borrowed<'_, PyCodeObject>,
    globals: Op<'_>,
    locals: Op<'_>,
    closure: Option<Op<'_>>,
) -> PyResult {
    let function = function::new(code, globals)?;
    // SAFETY: a fresh function; its closure field is null. It lives until the call is over.
    unsafe {
        (*function.as_ptr()).func_closure =
            closure.map_or(ptr::null_mut(), |closure| closure.to_owned().into_ptr());
        Object::from_c(eval_vector(function.as_ptr(), locals.as_ptr(), ptr::null(), 0, ptr::null_mut()))
    }
}

/// Calls a function with an argument vector (`_PyEval_Vector`); `locals` is borrowed, or null.
///
/// # Safety
/// The vectorcall protocol.
pub unsafe fn eval_vector(
    function: *mut PyFunctionObject,
    locals: *mut PyObject,
    args: *const *mut PyObject,
    n: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise. The cells own a reference to each argument.
    unsafe {
        let tstate = state::current();
        let total = n + calls::kwnames_len(kwnames);
        let mut few = [StackRef::NULL; 12];
        let mut many = Vec::new();
        let cells: &mut [StackRef] = if total <= few.len() {
            &mut few
        } else {
            many.resize(total, StackRef::NULL);
            &mut many
        };
        for (index, cell) in cells.iter_mut().enumerate().take(total) {
            *cell = StackRef::from_owned(Object::new_ref(*args.add(index)));
        }
        let function = StackRef::from_owned(Object::new_ref(function.cast()));
        let locals = Object::new_ref_nullable(locals).map_or(ptr::null_mut(), Object::into_ptr);
        match calls::push_frame(tstate, function, locals, cells.as_ptr(), n, kwnames, ptr::null_mut()) {
            Ok(frame) => _PyEval_EvalFrameDefault(tstate, frame, 0),
            Err(_) => ptr::null_mut(),
        }
    }
}

/// Runs a frame until it returns, yields or raises (`_PyEval_EvalFrame`).
///
/// # Safety
/// The frame is complete and not running; the GIL is held.
pub unsafe fn eval_frame(frame: FramePtr, throwing: bool) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe { Object::from_c(_PyEval_EvalFrameDefault(state::current(), frame, throwing as c_int)) }
}

/// The generator a frame stands in.
///
/// # Safety
/// The frame is owned by a generator.
#[inline(always)]
pub unsafe fn generator_of(frame: FramePtr) -> *mut PyGenObject {
    // SAFETY: the caller's promise.
    unsafe { frame.cast::<u8>().sub(offset_of!(PyGenObject, gi_iframe)).cast() }
}

/// Drops a finished frame and gives its place back (`_PyEval_FrameClearAndPop`).
///
/// # Safety
/// The frame is finished and no longer the current one.
#[inline(always)]
pub unsafe fn clear_frame(tstate: *mut PyThreadState, frame: FramePtr) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*frame).owner == FRAME_OWNED_BY_THREAD {
            frame::clear_with_code(frame);
            frame::pop(tstate, frame);
        } else {
            generators::clear_frame(tstate, frame);
        }
    }
}

/// One level deeper; an error at the recursion limit (`_Py_CheckRecursiveCallPy`).
///
/// # Safety
/// `tstate` is the running thread's.
#[cold]
unsafe fn check_recursion(tstate: *mut PyThreadState) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*tstate).recursion_headroom != 0 {
            if (*tstate).py_recursion_remaining < -50 {
                eprintln!("Fatal Python error: Cannot recover from Python stack overflow.");
                std::process::abort();
            }
            return Ok(());
        }
        if (*tstate).py_recursion_remaining <= 0 {
            (*tstate).recursion_headroom += 1;
            let raised = raise!(RecursionError, "maximum recursion depth exceeded");
            (*tstate).recursion_headroom -= 1;
            return Err(raised);
        }
        Ok(())
    }
}

/// Does what other parts of the runtime have asked for through `eval_breaker`.
///
/// # Safety
/// `tstate` is the running thread's.
#[cold]
pub unsafe fn handle_pending(tstate: *mut PyThreadState) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*tstate).eval_breaker & EVENTS != 0 {
            return (state::hooks().eval_breaker_pending)();
        }
    }
    Ok(())
}

/// The token for a null a C function has returned.
#[cold]
pub fn c_error() -> errors::Raised {
    errors::raised_by_c()
}

/// Takes a C function's result.
///
/// # Safety
/// `result` is an owned reference, or null with an exception set.
#[inline(always)]
pub unsafe fn c_result(result: *mut PyObject) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe { Owned::from_c(result) }
}
