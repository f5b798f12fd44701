//! `PyUnicodeEncodeError_*`, `PyUnicodeDecodeError_*`, `PyUnicodeTranslateError_*`.

use adder_object_model::layout::*;
use adder_object_model::{PyResult, PyTyped, exceptions::builtin, object, raise, sequence};

use crate::c_api;
use crate::convert::*;

/// The exception's fields, if it is one of the class or a subclass.
fn checked(exception: Op, class: adder_object_model::Op<'_>) -> PyResult<*mut PyUnicodeErrorObject> {
    if !object::is_instance(exception, class)? {
        // SAFETY: an exception class is a type object.
        let name = unsafe { class.cast_unchecked::<PyTypeObject>() };
        let name = adder_object_model::type_object::name_of(name);
        return Err(raise!(TypeError, "expecting a {name} object, got {}", exception.type_name()));
    }
    Ok(exception.as_ptr().cast())
}

/// The text or bytes that the exception is about.
fn input<T: PyTyped>(exception: *mut PyUnicodeErrorObject, kind: &str) -> PyResult<Object> {
    // SAFETY: a live exception, whose field owns an object or is null.
    let Some(value) = (unsafe { Op::from_nullable((*exception).object) }) else {
        return Err(raise!(TypeError, "UnicodeError 'object' attribute is not set"));
    };
    if !value.is_instance::<T>() {
        return Err(raise!(TypeError, "UnicodeError 'object' attribute must be a {kind}"));
    }
    Ok(value.to_owned())
}

/// A start within the input; of an empty input it is 0.
fn clamp_start(start: isize, len: isize) -> isize {
    start.min(len - 1).max(0)
}

/// An end within the input, at least 1 if it has anything.
fn clamp_end(end: isize, len: isize) -> isize {
    end.max(1).min(len)
}

macro_rules! family {
    ($class:ident, $layout:ty, $kind:literal: $get_object:ident $get_start:ident $get_end:ident $set_start:ident $set_end:ident $get_reason:ident $set_reason:ident) => {
        c_api! {
            /// New reference.
            fn $get_object(exception: Op) -> PyResult<Object> { input::<$layout>(checked(exception, builtin::$class())?, $kind) }
            fn $get_start(exception: Op, start: *mut isize) -> PyResult<()> {
                let exception = checked(exception, builtin::$class())?;
                let len = sequence::len(input::<$layout>(exception, $kind)?.op())? as isize;
                // SAFETY: a live exception, and the caller's place.
                unsafe { *start = clamp_start((*exception).start, len) };
                Ok(())
            }
            fn $get_end(exception: Op, end: *mut isize) -> PyResult<()> {
                let exception = checked(exception, builtin::$class())?;
                let len = sequence::len(input::<$layout>(exception, $kind)?.op())? as isize;
                // SAFETY: as above.
                unsafe { *end = clamp_end((*exception).end, len) };
                Ok(())
            }
            fn $set_start(exception: Op, start: isize) -> PyResult<()> {
                let exception = checked(exception, builtin::$class())?;
                // SAFETY: a live exception.
                unsafe { (*exception).start = start };
                Ok(())
            }
            fn $set_end(exception: Op, end: isize) -> PyResult<()> {
                let exception = checked(exception, builtin::$class())?;
                // SAFETY: as above.
                unsafe { (*exception).end = end };
                Ok(())
            }
            /// New reference: a `str`.
            fn $get_reason(exception: Op) -> PyResult<Object> {
                checked(exception, builtin::$class())?;
                object::get_attr_str(exception, "reason")
            }
            fn $set_reason(exception: Op, reason: Text) -> PyResult<()> {
                checked(exception, builtin::$class())?;
                object::set_attr_str(exception, "reason", Some(reason.to_str()?.op()))
            }
        }
    };
}
family! { UnicodeEncodeError, PyUnicodeObject, "string": PyUnicodeEncodeError_GetObject PyUnicodeEncodeError_GetStart PyUnicodeEncodeError_GetEnd PyUnicodeEncodeError_SetStart PyUnicodeEncodeError_SetEnd PyUnicodeEncodeError_GetReason PyUnicodeEncodeError_SetReason }
family! { UnicodeDecodeError, PyBytesObject, "bytes": PyUnicodeDecodeError_GetObject PyUnicodeDecodeError_GetStart PyUnicodeDecodeError_GetEnd PyUnicodeDecodeError_SetStart PyUnicodeDecodeError_SetEnd PyUnicodeDecodeError_GetReason PyUnicodeDecodeError_SetReason }
family! { UnicodeTranslateError, PyUnicodeObject, "string": PyUnicodeTranslateError_GetObject PyUnicodeTranslateError_GetStart PyUnicodeTranslateError_GetEnd PyUnicodeTranslateError_SetStart PyUnicodeTranslateError_SetEnd PyUnicodeTranslateError_GetReason PyUnicodeTranslateError_SetReason }

c_api! {
    /// New reference.
    fn PyUnicodeEncodeError_GetEncoding(exception: Op) -> PyResult<Object> {
        checked(exception, builtin::UnicodeEncodeError())?;
        object::get_attr_str(exception, "encoding")
    }
}
