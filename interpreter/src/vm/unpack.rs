//! Unpacking: `a, b = x`, `a, *b = x`, and the displays `[*x]` and `{**x}`.

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, PyResult, dict, exceptions, iter, list, object, raise, sequence as sequences,
};

use super::{calls, operators};

/// The iterator to unpack from; objects that have none are refused by name.
fn iterator_of(value: Op<'_>) -> PyResult {
    object::get_iter(value).map_err(|raised| {
        let plain = value.ob_type().tp_iter.is_none() && !sequences::check(value);
        if plain && raised.matches(exceptions::builtin::TypeError()) {
            raised.clear();
            return raise!(TypeError, "cannot unpack non-iterable {} object", value.type_name());
        }
        raised
    })
}

/// Puts `n` items into the cells at `target`, the first one on top.
///
/// # Safety
/// `target` has room for `n` cells.
pub unsafe fn sequence(value: Op<'_>, n: usize, target: *mut StackRef) -> PyResult<()> {
    // SAFETY: the caller's promise; nothing runs while the items are copied.
    unsafe {
        if let Some(items) = operators::fast_items(value)
            && items.len() == n
        {
            for (index, &item) in items.iter().enumerate() {
                *target.add(n - 1 - index) = StackRef::from_owned(Object::new_ref(item));
            }
            return Ok(());
        }
        let iterator = iterator_of(value)?;
        let items = take(iterator.op(), n, n, false)?;
        if iter::next(iterator.op())?.is_some() {
            let length = match value {
                _ if value.is_exact::<PyListObject>()
                    || value.is_exact::<PyTupleObject>()
                    || value.is_exact::<PyDictObject>() =>
                {
                    Some(object::len(value)?)
                }
                _ => None,
            };
            return Err(match length.filter(|&length| length > n) {
                Some(length) => raise!(ValueError, "too many values to unpack (expected {n}, got {length})"),
                None => raise!(ValueError, "too many values to unpack (expected {n})"),
            });
        }
        for (index, item) in items.into_iter().enumerate() {
            *target.add(n - 1 - index) = StackRef::from_owned(item);
        }
    }
    Ok(())
}

/// `n` items; `wanted` is the number the error names.
fn take(iterator: Op<'_>, n: usize, wanted: usize, at_least: bool) -> PyResult<Vec<Object>> {
    let mut items = Vec::with_capacity(n);
    while items.len() < n {
        match iter::next(iterator)? {
            Some(item) => items.push(item),
            None => {
                let got = items.len();
                let least = if at_least { "at least " } else { "" };
                return Err(raise!(
                    ValueError,
                    "not enough values to unpack (expected {least}{wanted}, got {got})"
                ));
            }
        }
    }
    Ok(items)
}

/// `before` items, a list, `after` items.
///
/// # Safety
/// `target` has room for `before + 1 + after` cells.
pub unsafe fn with_star(value: Op<'_>, before: usize, after: usize, target: *mut StackRef) -> PyResult<()> {
    let iterator = iterator_of(value)?;
    let mut items = take(iterator.op(), before, before + after, true)?;
    let rest = sequences::to_list(iterator.op())?;
    let length = list::len(rest.borrow());
    if length < after {
        return Err(raise!(
            ValueError,
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            before + length
        ));
    }
    let mut tail = Vec::with_capacity(after);
    for index in length - after..length {
        tail.push(list::get(rest.borrow(), index).expect("counted"));
    }
    list::set_slice(rest.borrow(), length - after, length, None)?;
    items.push(rest.into_object());
    items.extend(tail);
    let n = items.len();
    for (index, item) in items.into_iter().enumerate() {
        // SAFETY: the caller's promise.
        unsafe { *target.add(n - 1 - index) = StackRef::from_owned(item) };
    }
    Ok(())
}

/// `[*iterable]`.
pub fn list_extend(target: Op<'_>, iterable: Op<'_>) -> PyResult<()> {
    // SAFETY: the compiler builds a list there.
    let list: Borrowed<'_, PyListObject> = unsafe { target.cast_unchecked() };
    list::extend(list, iterable).map_err(|raised| {
        let plain = iterable.ob_type().tp_iter.is_none() && !sequences::check(iterable);
        if plain && raised.matches(exceptions::builtin::TypeError()) {
            raised.clear();
            return raise!(TypeError, "Value after * must be an iterable, not {}", iterable.type_name());
        }
        raised
    })
}

/// `{**mapping}`.
pub fn dict_update(target: Op<'_>, update: Op<'_>) -> PyResult<()> {
    // SAFETY: the compiler builds a dict there.
    let target: Borrowed<'_, PyDictObject> = unsafe { target.cast_unchecked() };
    dict::update(target, update).map_err(|raised| {
        if raised.matches(exceptions::builtin::AttributeError()) {
            raised.clear();
            return raise!(TypeError, "'{}' object is not a mapping", update.type_name());
        }
        raised
    })
}

/// `f(**mapping)`: a key twice is an error.
pub fn dict_merge(callable: Op<'_>, target: Op<'_>, update: Op<'_>) -> PyResult<()> {
    // SAFETY: the compiler builds a dict there.
    let target: Borrowed<'_, PyDictObject> = unsafe { target.cast_unchecked() };
    dict::merge(target, update, dict::OnDuplicate::RaiseKeyError)
        .map_err(|raised| calls::double_star_error(callable, update, raised))
}
