//! Generators, coroutines and asynchronous generators.

#![allow(unused, reason = "being filled in")]

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Object, Op, Owned, PyResult};

/// A generator, coroutine or asynchronous generator for a function's code, by the flags of the
/// code, with room for `gi_iframe`'s locals and stack (`_Py_MakeCoro`). The frame is not filled in;
/// `gi_frame_state` is `FRAME_CLEARED` until the VM has copied it.
pub fn new(function: Borrowed<'_, PyFunctionObject>) -> PyResult<Owned<PyGenObject>> {
    todo!()
}

/// `_PyCoro_GetAwaitableIter`.
pub fn awaitable_iter(op: Op<'_>) -> PyResult {
    todo!()
}

/// `_PyGen_yf`: what a suspended generator delegates to.
pub fn yields_from(generator: Borrowed<'_, PyGenObject>) -> Option<Object> {
    todo!()
}

/// `_PyAsyncGenValueWrapperNew`.
pub fn wrap_async_value(value: Op<'_>) -> PyResult {
    todo!()
}
