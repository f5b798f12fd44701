//! `PyPickleBuffer_*`.

use adder_object_model::layout::*;
use adder_object_model::{PyResult, pickle_buffer, raise};

use crate::c_api;
use crate::convert::*;

fn check(op: Op) -> PyResult<Of<PyPickleBuffer>> {
    let given = op.type_name();
    op.downcast_exact().ok_or_else(|| raise!(TypeError, "expected PickleBuffer, {given} found"))
}

c_api! {
    /// New reference: holds the buffer of `op` until it is released.
    fn PyPickleBuffer_FromObject(op: Op) -> PyResult<Object> {
        pickle_buffer::from_object(op).map(adder_object_model::Owned::into_object)
    }
    /// The view stays the object's.
    fn PyPickleBuffer_GetBuffer(op: Op) -> PyResult<*const Py_buffer> { pickle_buffer::get_buffer(check(op)?) }
    fn PyPickleBuffer_Release(op: Op) -> PyResult<()> {
        pickle_buffer::release(check(op)?);
        Ok(())
    }
}
