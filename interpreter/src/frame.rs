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
