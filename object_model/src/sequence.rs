//! The sequence protocol (`PySequence_*`): items by position, and searching by iteration.

use crate::layout::*;
use crate::{Object, Op, Owned, PyResult, call, iter, list, number, object, raise, slice, tuple};

/// The slots of a sequence; `None` for objects without them.
fn slots(op: Op<'_>) -> Option<PySequenceMethods> {
    let methods = op.ob_type().tp_as_sequence;
    // SAFETY: a slot table lives as long as its type, which the object keeps alive.
    (!methods.is_null()).then(|| unsafe { *methods })
}

fn mapping_slots(op: Op<'_>) -> Option<PyMappingMethods> {
    let methods = op.ob_type().tp_as_mapping;
    // SAFETY: as above.
    (!methods.is_null()).then(|| unsafe { *methods })
}

/// Takes what a slot of `op` returned.
fn result(op: Op<'_>, pointer: *mut PyObject) -> PyResult {
    // SAFETY: callers pass the result of a slot at once: a new reference or null.
    unsafe { call::check_c_result(op, pointer) }
}

fn status(code: core::ffi::c_int) -> PyResult<()> {
    if code < 0 { Err(crate::errors::raised_by_c()) } else { Ok(()) }
}

pub fn check(op: Op<'_>) -> bool {
    !op.is_instance::<PyDictObject>() && slots(op).is_some_and(|slots| slots.sq_item.is_some())
}

pub fn len(op: Op<'_>) -> PyResult<usize> {
    if let Some(length) = slots(op).and_then(|slots| slots.sq_length) {
        // SAFETY: the slot of the object's own type.
        let n = unsafe { length(op.as_ptr()) };
        return usize::try_from(n).map_err(|_| crate::errors::raised_by_c());
    }
    if mapping_slots(op).is_some_and(|slots| slots.mp_length.is_some()) {
        return Err(raise!(TypeError, "{} is not a sequence", op.type_name()));
    }
    Err(raise!(TypeError, "object of type '{}' has no len()", op.type_name()))
}

pub fn concat(a: Op<'_>, b: Op<'_>) -> PyResult {
    if let Some(concat) = slots(a).and_then(|slots| slots.sq_concat) {
        // SAFETY: the slot of the object's own type.
        return result(a, unsafe { concat(a.as_ptr(), b.as_ptr()) });
    }
    // Instances of Python classes with `__add__` have only the number slot.
    if check(a) && check(b) {
        return number::add(a, b);
    }
    Err(raise!(TypeError, "'{}' object can't be concatenated", a.type_name()))
}

pub fn repeat(op: Op<'_>, count: isize) -> PyResult {
    if let Some(repeat) = slots(op).and_then(|slots| slots.sq_repeat) {
        // SAFETY: the slot of the object's own type.
        return result(op, unsafe { repeat(op.as_ptr(), count) });
    }
    if check(op) {
        let count = crate::int::from_isize(count)?;
        return number::multiply(op, count.op());
    }
    Err(raise!(TypeError, "'{}' object can't be repeated", op.type_name()))
}

pub fn in_place_concat(a: Op<'_>, b: Op<'_>) -> PyResult {
    if let Some(concat) = slots(a).and_then(|slots| slots.sq_inplace_concat.or(slots.sq_concat)) {
        // SAFETY: the slot of the object's own type.
        return result(a, unsafe { concat(a.as_ptr(), b.as_ptr()) });
    }
    if check(a) && check(b) {
        return number::in_place_add(a, b);
    }
    Err(raise!(TypeError, "'{}' object can't be concatenated", a.type_name()))
}

pub fn in_place_repeat(op: Op<'_>, count: isize) -> PyResult {
    if let Some(repeat) = slots(op).and_then(|slots| slots.sq_inplace_repeat.or(slots.sq_repeat)) {
        // SAFETY: the slot of the object's own type.
        return result(op, unsafe { repeat(op.as_ptr(), count) });
    }
    if check(op) {
        let count = crate::int::from_isize(count)?;
        return number::in_place_multiply(op, count.op());
    }
    Err(raise!(TypeError, "'{}' object can't be repeated", op.type_name()))
}

/// A negative index counts from the end if the type knows its length.
fn from_end(op: Op<'_>, index: isize) -> PyResult<isize> {
    if index < 0
        && let Some(length) = slots(op).and_then(|slots| slots.sq_length)
    {
        // SAFETY: the slot of the object's own type.
        let n = unsafe { length(op.as_ptr()) };
        if n < 0 {
            return Err(crate::errors::raised_by_c());
        }
        return Ok(index + n);
    }
    Ok(index)
}

pub fn get_item(op: Op<'_>, index: isize) -> PyResult {
    if let Some(item) = slots(op).and_then(|slots| slots.sq_item) {
        let index = from_end(op, index)?;
        // SAFETY: the slot of the object's own type.
        return result(op, unsafe { item(op.as_ptr(), index) });
    }
    if mapping_slots(op).is_some_and(|slots| slots.mp_subscript.is_some()) {
        return Err(raise!(TypeError, "{} is not a sequence", op.type_name()));
    }
    Err(raise!(TypeError, "'{}' object does not support indexing", op.type_name()))
}

pub fn set_item(op: Op<'_>, index: isize, value: Option<Op<'_>>) -> PyResult<()> {
    if let Some(assign) = slots(op).and_then(|slots| slots.sq_ass_item) {
        let index = from_end(op, index)?;
        // SAFETY: the slot of the object's own type.
        return status(unsafe { assign(op.as_ptr(), index, crate::refs::as_nullable(value)) });
    }
    if mapping_slots(op).is_some_and(|slots| slots.mp_ass_subscript.is_some()) {
        return Err(raise!(TypeError, "{} is not a sequence", op.type_name()));
    }
    Err(match value {
        Some(_) => raise!(TypeError, "'{}' object does not support item assignment", op.type_name()),
        None => raise!(TypeError, "'{}' object doesn't support item deletion", op.type_name()),
    })
}

fn bounds(low: isize, high: isize) -> PyResult {
    let (low, high) = (crate::int::from_isize(low)?, crate::int::from_isize(high)?);
    slice::new(Some(low.op()), Some(high.op()), None)
}

pub fn get_slice(op: Op<'_>, low: isize, high: isize) -> PyResult {
    if let Some(subscript) = mapping_slots(op).and_then(|slots| slots.mp_subscript) {
        let bounds = bounds(low, high)?;
        // SAFETY: the slot of the object's own type.
        return result(op, unsafe { subscript(op.as_ptr(), bounds.as_ptr()) });
    }
    Err(raise!(TypeError, "'{}' object is unsliceable", op.type_name()))
}

pub fn set_slice(op: Op<'_>, low: isize, high: isize, value: Option<Op<'_>>) -> PyResult<()> {
    if let Some(assign) = mapping_slots(op).and_then(|slots| slots.mp_ass_subscript) {
        let bounds = bounds(low, high)?;
        // SAFETY: the slot of the object's own type.
        return status(unsafe { assign(op.as_ptr(), bounds.as_ptr(), crate::refs::as_nullable(value)) });
    }
    let what = if value.is_some() { "assignment" } else { "deletion" };
    Err(raise!(TypeError, "'{}' object doesn't support slice {what}", op.type_name()))
}

/// `value in op`.
pub fn contains(op: Op<'_>, value: Op<'_>) -> PyResult<bool> {
    if let Some(contains) = slots(op).and_then(|slots| slots.sq_contains) {
        // SAFETY: the slot of the object's own type.
        return match unsafe { contains(op.as_ptr(), value.as_ptr()) } {
            0 => Ok(false),
            n if n < 0 => Err(crate::errors::raised_by_c()),
            _ => Ok(true),
        };
    }
    Ok(search(op, value, "is not a container or iterable", |_| true)?.is_some())
}

/// Iterates over `op` until `stop` says so of the number of items that equal `value`;
/// gives the index and the count at the stop, `None` without one.
fn search(
    op: Op<'_>,
    value: Op<'_>,
    complaint: &str,
    mut stop: impl FnMut(usize) -> bool,
) -> PyResult<Option<usize>> {
    let iterator = match object::get_iter(op) {
        Ok(iterator) => iterator,
        Err(raised) => {
            if raised.matches(crate::exceptions::builtin::TypeError()) && op.ob_type().tp_iter.is_none() {
                raised.clear();
                return Err(raise!(TypeError, "argument of type '{}' {complaint}", op.type_name()));
            }
            return Err(raised);
        }
    };
    let (mut index, mut n) = (0, 0);
    while let Some(item) = iter::next(iterator.op())? {
        if object::rich_compare_bool(item.op(), value, Py_EQ)? {
            n += 1;
            if stop(n) {
                return Ok(Some(index));
            }
        }
        index += 1;
    }
    Ok(None)
}

pub fn index(op: Op<'_>, value: Op<'_>) -> PyResult<usize> {
    match search(op, value, "is not iterable", |_| true)? {
        Some(index) => Ok(index),
        None => Err(raise!(ValueError, "sequence.index(x): x not in sequence")),
    }
}

pub fn count(op: Op<'_>, value: Op<'_>) -> PyResult<usize> {
    let mut total = 0;
    search(op, value, "is not iterable", |n| {
        total = n;
        false
    })?;
    Ok(total)
}

/// `list(op)`.
pub fn to_list(op: Op<'_>) -> PyResult<Owned<PyListObject>> {
    let result = list::new()?;
    list::extend(result.borrow(), op)?;
    Ok(result)
}

/// `tuple(op)`.
pub fn to_tuple(op: Op<'_>) -> PyResult {
    if op.is_exact::<PyTupleObject>() {
        return Ok(op.to_owned());
    }
    if let Some(list) = op.downcast_exact::<PyListObject>() {
        return list::to_tuple(list);
    }
    let iterator = object::get_iter(op)?;
    let hint = object::length_hint(op, 10)?;
    let mut items: Vec<Object> = Vec::with_capacity(hint.min(1 << 16));
    while let Some(item) = iter::next(iterator.op())? {
        items.push(item);
    }
    tuple::from_vec(items)
}

/// `op` itself if it is a list or tuple, else `list(op)`; TypeError with `message` if it is
/// not iterable (`PySequence_Fast`).
pub fn fast(op: Op<'_>, message: &str) -> PyResult {
    if op.is_exact::<PyListObject>() || op.is_exact::<PyTupleObject>() {
        return Ok(op.to_owned());
    }
    let iterator = match object::get_iter(op) {
        Ok(iterator) => iterator,
        Err(raised) => {
            if raised.matches(crate::exceptions::builtin::TypeError()) {
                raised.clear();
                return Err(raise!(TypeError, "{message}"));
            }
            return Err(raised);
        }
    };
    Ok(to_list(iterator.op())?.into_object())
}

/// The items of what `fast` gave. They are good only until something can change the list.
pub fn fast_items<'a>(row: Op<'a>) -> &'a [Op<'a>] {
    if row.is_instance::<PyListObject>() {
        // SAFETY: a list; its cells below the length hold live objects.
        unsafe {
            let list: crate::Borrowed<'_, PyListObject> = row.cast_unchecked();
            let n = list::len(list);
            if n == 0 { &[] } else { core::slice::from_raw_parts(list::item_ptr(list).cast(), n) }
        }
    } else {
        // SAFETY: `fast` gives a list or a tuple.
        tuple::refs(unsafe { row.cast_unchecked() })
    }
}
