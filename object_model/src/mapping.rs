//! The mapping protocol (`PyMapping_*`).

use crate::exceptions::builtin;
use crate::layout::*;
use crate::{Object, Op, Owned, PyResult, call, dict, iter, object, raise, sequence, str};

pub fn check(op: Op<'_>) -> bool {
    let methods = op.ob_type().tp_as_mapping;
    // SAFETY: a slot table lives as long as its type, which the object keeps alive.
    !methods.is_null() && unsafe { (*methods).mp_subscript.is_some() }
}

/// `PyMapping_Size`.
pub fn len(op: Op<'_>) -> PyResult<usize> {
    let slots = op.ob_type();
    let methods = slots.tp_as_mapping;
    // SAFETY: as above; the slot of the object's own type.
    unsafe {
        if !methods.is_null()
            && let Some(length) = (*methods).mp_length
        {
            let n = length(op.as_ptr());
            return usize::try_from(n).map_err(|_| crate::errors::raised_by_c());
        }
        let sequence = slots.tp_as_sequence;
        if !sequence.is_null() && (*sequence).sq_length.is_some() {
            return Err(raise!(TypeError, "{} is not a mapping", op.type_name()));
        }
    }
    Err(raise!(TypeError, "object of type '{}' has no len()", op.type_name()))
}

/// `op[key]`, or `None` if that raises KeyError.
pub fn get_optional_item(op: Op<'_>, key: Op<'_>) -> PyResult<Option<Object>> {
    if let Some(dict) = op.downcast_exact::<PyDictObject>() {
        return dict::get_item(dict, key);
    }
    match object::get_item(op, key) {
        Ok(value) => Ok(Some(value)),
        Err(raised) => raised.absorb(builtin::KeyError()),
    }
}

pub fn get_optional_item_str(op: Op<'_>, key: &str) -> PyResult<Option<Object>> {
    let key = str::from_str(key)?;
    get_optional_item(op, key.op())
}

/// What a method of a mapping gives, as a list.
fn method_as_list(op: Op<'_>, name: &str) -> PyResult<Owned<PyListObject>> {
    let result = call::call_method_noargs(op, name)?;
    if let Ok(list) = result.clone().downcast::<PyListObject>()
        && list.borrow().is_exact::<PyListObject>()
    {
        return Ok(list);
    }
    let iterator = match object::get_iter(result.op()) {
        Ok(iterator) => iterator,
        Err(raised) => {
            if raised.matches(builtin::TypeError()) {
                raised.clear();
                let (class, given) = (op.type_name(), result.op().type_name());
                return Err(raise!(TypeError, "{class}.{name}() returned a non-iterable (type {given})"));
            }
            return Err(raised);
        }
    };
    sequence::to_list(iterator.op())
}

/// A list of the keys.
pub fn keys(op: Op<'_>) -> PyResult {
    if let Some(dict) = op.downcast_exact::<PyDictObject>() {
        return Ok(dict::keys(dict)?.into_object());
    }
    Ok(method_as_list(op, "keys")?.into_object())
}

/// A list of the values.
pub fn values(op: Op<'_>) -> PyResult {
    if let Some(dict) = op.downcast_exact::<PyDictObject>() {
        return Ok(dict::values(dict)?.into_object());
    }
    Ok(method_as_list(op, "values")?.into_object())
}

/// A list of pairs.
pub fn items(op: Op<'_>) -> PyResult {
    if let Some(dict) = op.downcast_exact::<PyDictObject>() {
        return Ok(dict::items(dict)?.into_object());
    }
    Ok(method_as_list(op, "items")?.into_object())
}

/// Calls `f` with every key of a mapping (`for key in op.keys()`).
pub fn for_each_key(op: Op<'_>, mut f: impl FnMut(Op<'_>) -> PyResult<()>) -> PyResult<()> {
    let keys = keys(op)?;
    let iterator = object::get_iter(keys.op())?;
    drop(keys);
    while let Some(key) = iter::next(iterator.op())? {
        f(key.op())?;
    }
    Ok(())
}
