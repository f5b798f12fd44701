//! The method table of `str`, its constructor, and the methods that fit nowhere else.

use super::{Object, Unicode};
use crate::layout::*;
use crate::{Args, Borrowed, Op, PyResult, Signature, TypeRef, object};

const NEW: Signature<3> = Signature::new("str", ["object", "encoding", "errors"]);

fn make(args: Args<'_>) -> PyResult<Object> {
    let [op, encoding, errors] = args.parse(&NEW)?;
    let Some(op) = op else {
        return Ok(super::empty());
    };
    if encoding.is_none() && errors.is_none() {
        return object::str(op);
    }
    let encoding = encoding.map(|encoding| name_argument(encoding, "encoding")).transpose()?;
    let errors = errors.map(|errors| name_argument(errors, "errors")).transpose()?;
    crate::codecs::decode_object(op, encoding, errors)
}

/// The name of an encoding or error handler.
pub(crate) fn name_argument<'a>(op: Op<'a>, name: &str) -> PyResult<&'a str> {
    match op.downcast::<Unicode>() {
        Some(text) => super::as_utf8(text),
        None => Err(crate::raise!(TypeError, "str() argument '{name}' must be str, not {}", op.type_name())),
    }
}

pub(super) fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Object> {
    let value = make(args)?;
    if tp.as_ptr() == &raw mut super::PyUnicode_Type {
        return Ok(value);
    }
    super::storage::new_of_subtype(tp, value.borrow())
}

pub(super) fn vectorcall(_tp: Borrowed<'_, PyTypeObject>, args: Args<'_>) -> PyResult<Object> {
    make(args)
}

pub(super) static METHODS: [PyMethodDef; 1] = [PyMethodDef::EMPTY];
