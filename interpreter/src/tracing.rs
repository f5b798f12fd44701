//! `sys.settrace` and `sys.setprofile`.

use adder_object_model::{Op, PyResult};

use crate::vm::tracing;

/// Keeps the function that `settrace` set.
pub fn set_trace_function(function: Option<Op<'_>>) -> PyResult<()> {
    tracing::set_trace_function(function);
    Ok(())
}

/// Keeps the function that `setprofile` set.
pub fn set_profile_function(function: Option<Op<'_>>) -> PyResult<()> {
    tracing::set_profile_function(function);
    Ok(())
}
