//! The `function` type.

#![allow(unused, reason = "being filled in")]

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Object, Op, Owned, PyResult};

/// A function over `code` (`PyFunction_New`); `globals` is a dict.
pub fn new(code: Borrowed<'_, PyCodeObject>, globals: Op<'_>) -> PyResult<Owned<PyFunctionObject>> {
    todo!()
}
