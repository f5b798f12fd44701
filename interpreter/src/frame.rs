//! Frames.

#![allow(unused, reason = "being filled in")]

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Object, Op, Owned, PyResult};

/// The code of the Python frame that runs.
pub fn current_code() -> Option<Owned<PyCodeObject>> {
    todo!()
}

/// The globals of the Python frame that runs (`PyEval_GetGlobals`).
pub fn current_globals() -> Option<Object> {
    todo!()
}

/// Its locals (`PyEval_GetFrameLocals`): a proxy's snapshot in functions.
pub fn current_locals() -> PyResult<Option<Object>> {
    todo!()
}

/// Its builtins.
pub fn current_builtins() -> Option<Object> {
    todo!()
}

/// The innermost frame that runs Python code, or null.
pub fn current() -> *mut _PyInterpreterFrame {
    todo!()
}

/// The next complete frame outwards, or null.
///
/// # Safety
/// `frame` is live.
pub unsafe fn previous(frame: *mut _PyInterpreterFrame) -> *mut _PyInterpreterFrame {
    todo!()
}

/// The frame object of a running frame, made on first use (`_PyFrame_GetFrameObject`).
///
/// # Safety
/// `frame` is live and complete.
pub unsafe fn object_of(frame: *mut _PyInterpreterFrame) -> PyResult<Owned<PyFrameObject>> {
    todo!()
}

/// The code a frame runs, borrowed from it.
///
/// # Safety
/// `frame` is live.
pub unsafe fn code_of<'a>(frame: *mut _PyInterpreterFrame) -> Borrowed<'a, PyCodeObject> {
    todo!()
}

/// Byte offset of the instruction a frame is at (`f_lasti`).
///
/// # Safety
/// `frame` is live.
pub unsafe fn last_instruction(frame: *mut _PyInterpreterFrame) -> i32 {
    todo!()
}

/// The line a frame is at (`PyUnstable_InterpreterFrame_GetLine`).
///
/// # Safety
/// `frame` is live.
pub unsafe fn line_of(frame: *mut _PyInterpreterFrame) -> i32 {
    todo!()
}

/// Drops what a frame owns, except its code (`_PyFrame_ClearExceptCode`): used when a generator ends.
///
/// # Safety
/// The frame is finished.
pub unsafe fn clear_except_code(frame: *mut _PyInterpreterFrame) {
    todo!()
}

/// Reports a frame's references (`_PyFrame_Traverse`).
///
/// # Safety
/// `frame` is live.
pub unsafe fn traverse(frame: *mut _PyInterpreterFrame, visitor: &mut adder_object_model::Visitor) {
    todo!()
}
