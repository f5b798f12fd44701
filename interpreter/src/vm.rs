//! The evaluation loop.

#![allow(unused, reason = "being filled in")]

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Object, Op, Owned, PyResult};

/// Runs code in a namespace (`PyEval_EvalCode`).
pub fn eval_code(code: Borrowed<'_, PyCodeObject>, globals: Op<'_>, locals: Op<'_>) -> PyResult {
    todo!()
}
