//! Building dicts from other mappings, pairs and rows of keys.

use super::table::{LOG_MIN_SIZE, log2_for_entries};
use super::{
    Dict, WatchEvent, contains_known_hash, insert, len, next, resize, set_item, set_table, set_used, table,
    watchers,
};
use crate::define::same_slot;
use crate::layout::*;
use crate::{
    Op, PyResult, PyTyped, TypeRef, call, dict, exceptions, iter, mapping, object, raise, sequence, set,
};

/// What `merge` does with a key that is there already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OnDuplicate {
    Keep,
    Replace,
    RaiseKeyError,
}

/// `dict.update(other)` for any mapping.
pub fn update(dict: Dict<'_>, other: Op<'_>) -> PyResult<()> {
    merge(dict, other, OnDuplicate::Replace)
}

/// Adds the items of a mapping.
pub fn merge(dict: Dict<'_>, other: Op<'_>, on_duplicate: OnDuplicate) -> PyResult<()> {
    if let Some(source) = other.downcast::<PyDictObject>()
        // A subclass with an `__iter__` of its own is asked for its keys.
        && same_slot(source.ob_type().tp_iter, PyDictObject::type_ref().tp_iter)
    {
        return merge_dict(dict, source, on_duplicate);
    }
    mapping::for_each_key(other, |key| {
        if on_duplicate != OnDuplicate::Replace && dict::contains(dict, key)? {
            if on_duplicate == OnDuplicate::RaiseKeyError {
                return Err(exceptions::set_key_error(key));
            }
            return Ok(());
        }
        let value = object::get_item(other, key)?;
        set_item(dict, key, value.op())
    })
}

fn merge_dict(dict: Dict<'_>, other: Dict<'_>, on_duplicate: OnDuplicate) -> PyResult<()> {
    if dict.is(other) || len(other) == 0 {
        return Ok(());
    }
    let keys = table(other);
    let empty = len(dict) == 0;
    if empty
        && len(other) == keys.n_entries()
        && (keys.log2_size() == LOG_MIN_SIZE || (1usize << keys.log2_size()) / 3 < len(other))
    {
        watchers::notify(dict, WatchEvent::Cloned, Some(other.as_object()), None);
        let copy = keys.duplicate()?;
        let old = table(dict);
        set_table(dict, copy);
        set_used(dict, len(other));
        old.drop_all();
        return Ok(());
    }
    if table(dict).capacity() < len(other) {
        resize(dict, log2_for_entries(len(dict) + len(other)), keys.is_unicode())?;
    }
    let on_duplicate = if empty { OnDuplicate::Replace } else { on_duplicate };
    let mut position = 0;
    let n = keys.n_entries();
    while let Some((key, value, hash)) = next(other, &mut position) {
        let (key, value) = (key.to_owned(), value.to_owned());
        match on_duplicate {
            OnDuplicate::Replace => insert(dict, key, hash, value)?,
            _ if !contains_known_hash(dict, key.op(), hash)? => insert(dict, key, hash, value)?,
            OnDuplicate::Keep => {}
            OnDuplicate::RaiseKeyError => return Err(exceptions::set_key_error(key.op())),
        }
        if n != table(other).n_entries() {
            return Err(raise!(RuntimeError, "dict mutated during update"));
        }
    }
    Ok(())
}

/// Adds the items of an iterable of pairs (`PyDict_MergeFromSeq2`).
pub fn merge_from_pairs(dict: Dict<'_>, pairs: Op<'_>, on_duplicate: OnDuplicate) -> PyResult<()> {
    let iterator = object::get_iter(pairs)?;
    let mut n = 0;
    while let Some(item) = iter::next(iterator.op())? {
        let row = match sequence::fast(item.op(), "object is not iterable") {
            Ok(row) => row,
            Err(raised) => return Err(with_note(raised, n)),
        };
        let cells = sequence::fast_items(row.op());
        let &[key, value] = cells else {
            let given = cells.len();
            return Err(raise!(
                ValueError,
                "dictionary update sequence element #{n} has length {given}; 2 is required"
            ));
        };
        // The row may be a list that setting the item changes.
        let (key, value) = (key.to_owned(), value.to_owned());
        if on_duplicate == OnDuplicate::Replace {
            set_item(dict, key.op(), value.op())?;
        } else {
            dict::set_default(dict, key.op(), value.op())?;
        }
        n += 1;
    }
    Ok(())
}

/// Says in a note which element was no pair.
#[cold]
fn with_note(raised: crate::Raised, n: usize) -> crate::Raised {
    if !raised.matches(exceptions::builtin::TypeError()) {
        return raised;
    }
    let exception = raised.take();
    let note = crate::str::from_string(format!(
        "Cannot convert dictionary update sequence element #{n} to a sequence"
    ));
    let added = note.and_then(|note| call::call_method(exception.op(), "add_note", &[note.op()]));
    if let Err(raised) = added {
        raised.clear();
    }
    crate::errors::restore(exception)
}

/// The positional argument of `dict()` and `dict.update`: a mapping or an iterable of pairs.
pub fn update_from_argument(dict: Dict<'_>, argument: Op<'_>) -> PyResult<()> {
    if argument.is_exact::<PyDictObject>() {
        return merge(dict, argument, OnDuplicate::Replace);
    }
    if object::get_optional_attr_str(argument, "keys")?.is_some() {
        return merge(dict, argument, OnDuplicate::Replace);
    }
    merge_from_pairs(dict, argument, OnDuplicate::Replace)
}

/// `cls.fromkeys(iterable, value)`.
pub fn from_keys(class: TypeRef<'_>, iterable: Op<'_>, value: Op<'_>) -> PyResult {
    let result = call::call_noargs(class.as_object())?;
    if let Some(target) = result.op().downcast_exact::<PyDictObject>() {
        if len(target) == 0 {
            if let Some(source) = iterable.downcast_exact::<PyDictObject>() {
                resize(target, log2_for_entries(len(source)), table(source).is_unicode())?;
                let mut position = 0;
                while let Some((key, _, hash)) = next(source, &mut position) {
                    insert(target, key.to_owned(), hash, value.to_owned())?;
                }
                return Ok(result);
            }
            if iterable.is_exact::<PySetObject>() || set::is_frozen_exact(iterable) {
                // SAFETY: one of the two set types.
                let source = unsafe { iterable.cast_unchecked() };
                let mut position = 0;
                while let Some((key, hash)) = set::next(source, &mut position) {
                    insert(target, key.to_owned(), hash, value.to_owned())?;
                }
                return Ok(result);
            }
        }
        let iterator = object::get_iter(iterable)?;
        while let Some(key) = iter::next(iterator.op())? {
            set_item(target, key.op(), value)?;
        }
        return Ok(result);
    }
    let iterator = object::get_iter(iterable)?;
    while let Some(key) = iter::next(iterator.op())? {
        object::set_item(result.op(), key.op(), value)?;
    }
    Ok(result)
}
