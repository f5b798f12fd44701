//! `PyFile_*` and file descriptors.

use core::ffi::c_int;

use adder_object_model::layout::*;
use adder_object_model::{PyResult, call, int, object, raise};

use crate::c_api;
use crate::convert::*;

/// The descriptor that an int is, or that `fileno()` gives.
pub(crate) fn descriptor(op: Op) -> PyResult<c_int> {
    let fd = if op.is_instance::<PyLongObject>() {
        int::as_i32(op)?
    } else if let Some(method) = object::get_optional_attr_str(op, "fileno")? {
        let value = call::call_noargs(method.op())?;
        if !value.op().is_instance::<PyLongObject>() {
            return Err(raise!(TypeError, "fileno() returned a non-integer"));
        }
        int::as_i32(value.op())?
    } else {
        return Err(raise!(TypeError, "argument must be an int, or have a fileno() method."));
    };
    if fd < 0 {
        return Err(raise!(ValueError, "file descriptor cannot be a negative integer ({fd})"));
    }
    Ok(fd)
}

c_api! {
    fn PyFile_WriteString(text: Text, file: Op) -> PyResult<()> {
        call::call_method(file, "write", &[text.to_str()?.op()]).map(drop)
    }
    fn PyFile_WriteObject(op: Op, file: Op, flags: c_int) -> PyResult<()> {
        let text = if flags & 1 != 0 { object::str(op)? } else { object::repr(op)? };
        call::call_method(file, "write", &[text.op()]).map(drop)
    }
    /// New reference: a file that only writes to a descriptor, without buffers.
    fn PyFile_NewStdPrinter(fd: c_int) -> PyResult<Object> { adder_interpreter::std_printer::new(fd) }
    /// New reference.
    fn PyFile_GetLine(file: Op, n: c_int) -> PyResult<Object> {
        let args: &[adder_object_model::Op<'_>] = &[];
        if n <= 0 { return call::call_method(file, "readline", args); }
        call::call_method(file, "readline", &[int::from_i64(n.into())?.op()])
    }
    /// New reference: `io.open` on a descriptor.
    fn PyFile_FromFd(fd: c_int, _name: Option<Text>, mode: Text, buffering: c_int, encoding: Option<Text>, errors: Option<Text>, newline: Option<Text>, close: c_int) -> PyResult<Object> {
        let optional = |text: Option<Text>| -> PyResult<Object> {
            text.map_or_else(|| Ok(adder_object_model::singletons::new_none()), |text| text.to_str().map(Str::into_object))
        };
        let io = crate::import::module("io")?;
        let args = [
            int::from_i64(fd.into())?,
            mode.to_str()?.into_object(),
            int::from_i64(buffering.into())?,
            optional(encoding)?,
            optional(errors)?,
            optional(newline)?,
            adder_object_model::singletons::new_bool(close != 0),
        ];
        let args: Vec<_> = args.iter().map(Object::op).collect();
        call::call_method(io.op(), "open", &args)
    }
}
