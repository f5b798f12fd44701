//! The evaluation loop.

#![allow(unused, reason = "being filled in")]

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Object, Op, Owned, PyResult};

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
    todo!()
}

/// Runs a frame until it returns, yields or raises (`_PyEval_EvalFrame`).
///
/// # Safety
/// The frame is complete and not running; the GIL is held.
pub unsafe fn eval_frame(frame: *mut _PyInterpreterFrame, throwing: bool) -> PyResult {
    todo!()
}

/// Continues a suspended (or fresh) generator's frame with `value` as the result of its
/// `yield`, or with the exception that is set if `value` is `None`.
///
/// Links the generator's exception state, sets `gi_frame_state` to executing, runs. Afterwards
/// the state is `FRAME_SUSPENDED*` if the result was yielded, `FRAME_CLEARED` if the frame has
/// returned or raised. The caller has checked that the generator is neither running nor finished.
pub fn resume_generator(generator: Borrowed<'_, PyGenObject>, value: Option<Op<'_>>) -> PyResult {
    todo!()
}
