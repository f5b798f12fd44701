//! Attributes: methods without bound method objects, `super()`, special methods.

use adder_object_model::layout::*;
use adder_object_model::{
    Object, Op, PyResult, call, object, object::Method, raise, str, super_object, type_object,
};

/// An attribute that is about to be called (`_PyObject_GetMethod`): `true` if it is a method that
/// wants the object as its first argument.
#[inline]
pub fn load_method(op: Op<'_>, name: Op<'_>) -> PyResult<(Object, bool)> {
    Ok(match object::get_method(op, name)? {
        Method::Unbound(method) => (method, true),
        Method::Bound(attribute) => (attribute, false),
    })
}

/// `LOAD_SUPER_ATTR`: the attribute, and whether `self` is to be passed with it.
pub fn load_super(
    super_type: Op<'_>,
    class: Op<'_>,
    receiver: Op<'_>,
    name: Op<'_>,
    oparg: usize,
) -> PyResult<(Object, bool)> {
    let is_super = super_type.as_ptr() == (&raw mut super_object::PySuper_Type).cast();
    if is_super && class.is_instance::<PyTypeObject>() {
        let tp = class.downcast::<PyTypeObject>().expect("checked");
        return Ok((super_object::lookup(tp, receiver, name)?, false));
    }
    let both = [class, receiver];
    // Two arguments were written, or the compiler has filled them in for none.
    let found = if oparg & 2 != 0 || is_super {
        call::call_positional(super_type, &both)?
    } else {
        call::call_noargs(super_type)?
    };
    Ok((object::get_attr(found.op(), name)?, false))
}

const SPECIAL: [(&str, &str); 4] = [
    ("__enter__", "the context manager protocol"),
    ("__exit__", "the context manager protocol"),
    ("__aenter__", "the asynchronous context manager protocol"),
    ("__aexit__", "the asynchronous context manager protocol"),
];

/// `LOAD_SPECIAL`: a method of the type, and whether the object is to be passed with it.
pub fn load_special(op: Op<'_>, index: usize) -> PyResult<(Object, bool)> {
    let (name, _) = SPECIAL[index];
    let tp = op.ob_type();
    let Some(found) = type_object::lookup_str(tp, name) else {
        return Err(special_missing(op, index));
    };
    if found.op().has_type_flag(Py_TPFLAGS_METHOD_DESCRIPTOR) {
        return Ok((found, true));
    }
    if found.op().ob_type().tp_descr_get.is_none() {
        return Ok((found, false));
    }
    let bound = adder_object_model::descr::bind(found, Some(op), tp.as_object())?;
    Ok((bound, false))
}

#[cold]
fn special_missing(op: Op<'_>, index: usize) -> adder_object_model::Raised {
    let tp = op.ob_type();
    let has = |name: &str| type_object::lookup_str(tp, name).is_some();
    let name = type_object::get_fully_qualified_name(tp)
        .map(|name| str::to_string_lossy(name.op()))
        .unwrap_or_default();
    let (method, protocol) = SPECIAL[index];
    let other = match index {
        0 | 1 if has("__aenter__") && has("__aexit__") => {
            " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?"
        }
        2 | 3 if has("__enter__") && has("__exit__") => {
            " but it supports the context manager protocol. Did you mean to use 'with'?"
        }
        _ => "",
    };
    let missed = format!(" (missed {method} method)");
    raise!(TypeError, "'{name}' object does not support {protocol}{missed}{other}")
}
