//! Functions that read or change one object.

use adder_object_model::layout::*;
use adder_object_model::{Args, Op, Owned, PyResult, int, list, mapping, object, raise, str};

use super::execution;

pub fn ascii(_module: Op<'_>, op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    object::ascii(op)
}

pub fn repr(_module: Op<'_>, op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    object::repr(op)
}

pub fn callable(_module: Op<'_>, op: Op<'_>) -> PyResult<bool> {
    Ok(object::is_callable(op))
}

pub fn hash(_module: Op<'_>, op: Op<'_>) -> PyResult {
    int::from_isize(object::hash(op)?)
}

pub fn id(_module: Op<'_>, op: Op<'_>) -> PyResult {
    let id = int::from_ptr(op.as_ptr())?;
    crate::sys::audit("builtins.id", &[id.op()])?;
    Ok(id)
}

pub fn len(_module: Op<'_>, op: Op<'_>) -> PyResult {
    int::from_usize(object::len(op)?)
}

pub fn format(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [value, spec] = args.optional("format", 1)?;
    if let Some(spec) = spec
        && !spec.is_instance::<PyUnicodeObject>()
    {
        return Err(raise!(TypeError, "format() argument 2 must be str, not {}", spec.type_name()));
    }
    object::format(value.expect("required"), spec)
}

pub fn getattr(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [op, name, default] = args.optional("getattr", 2)?;
    let (op, name) = (op.expect("required"), name.expect("required"));
    match default {
        None => object::get_attr(op, name),
        Some(default) => Ok(object::get_optional_attr(op, name)?.unwrap_or_else(|| default.to_owned())),
    }
}

pub fn hasattr(_module: Op<'_>, args: Args<'_>) -> PyResult<bool> {
    let [op, name] = args.exactly("hasattr")?;
    Ok(object::get_optional_attr(op, name)?.is_some())
}

pub fn setattr(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [op, name, value] = args.exactly("setattr")?;
    object::set_attr(op, name, Some(value))
}

pub fn delattr(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [op, name] = args.exactly("delattr")?;
    object::set_attr(op, name, None)
}

pub fn isinstance(_module: Op<'_>, args: Args<'_>) -> PyResult<bool> {
    let [op, class] = args.exactly("isinstance")?;
    object::is_instance(op, class)
}

pub fn issubclass(_module: Op<'_>, args: Args<'_>) -> PyResult<bool> {
    let [derived, class] = args.exactly("issubclass")?;
    object::is_subclass(derived, class)
}

/// `dir([object])`; without an argument, the sorted names of the current scope.
pub fn dir(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [op] = args.optional("dir", 0)?;
    if let Some(op) = op {
        return object::dir(op);
    }
    let locals = execution::current_locals()?;
    let names = mapping::keys(locals.op())?;
    let Some(names_list) = names.op().downcast::<PyListObject>() else {
        let found = names.op().type_name();
        return Err(raise!(TypeError, "dir(): expected keys() of locals to be a list, not '{found}'"));
    };
    list::sort(names_list, None, false)?;
    Ok(names)
}

pub fn vars(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [op] = args.optional("vars", 0)?;
    let Some(op) = op else {
        return execution::current_locals();
    };
    object::get_optional_attr(op, str::intern("__dict__")?.op())?
        .ok_or_else(|| raise!(TypeError, "vars() argument must have __dict__ attribute"))
}
