//! The `traceback` type.

#![allow(unused, reason = "being filled in")]

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Object, Op, Owned, PyResult};

/// Adds an entry for a frame to the traceback of the exception that is set (`PyTraceBack_Here`).
pub fn here(frame: Borrowed<'_, PyFrameObject>) -> PyResult<()> {
    todo!()
}
