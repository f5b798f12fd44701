//! Union, intersection, difference and the comparisons of sets.

use super::{
    Set, contains_known_hash, discard_known_hash, downcast_any, hash_element, len, new_like, next, table,
    update,
};
use crate::layout::*;
use crate::{Op, Owned, PyResult, dict, iter, object};

/// A copy of a plain type.
pub(super) fn copy(set: Set<'_>) -> PyResult<Owned<PySetObject>> {
    new_like(set, Some(set.as_object()))
}

/// `set & iterable`.
pub fn intersection(set: Set<'_>, other: Op<'_>) -> PyResult<Owned<PySetObject>> {
    if set.is(other) {
        return copy(set);
    }
    let result = new_like(set, None)?;
    if let Some(other) = downcast_any(other) {
        // The smaller one is walked over.
        let (walked, asked) = if len(other) > len(set) { (set, other) } else { (other, set) };
        let mut position = 0;
        while let Some((key, hash)) = next(walked, &mut position) {
            let key = key.to_owned();
            if contains_known_hash(asked, key.op(), hash)? {
                table::add(result.borrow(), key.op(), hash)?;
            }
        }
        return Ok(result);
    }
    let iterator = object::get_iter(other)?;
    while let Some(key) = iter::next(iterator.op())? {
        let hash = hash_element(key.op())?;
        if contains_known_hash(set, key.op(), hash)? {
            table::add(result.borrow(), key.op(), hash)?;
            if len(result.borrow()) >= len(set) {
                break;
            }
        }
    }
    Ok(result)
}

pub(super) fn intersection_update(set: Set<'_>, other: Op<'_>) -> PyResult<()> {
    let result = intersection(set, other)?;
    table::swap_bodies(set, result.borrow());
    Ok(())
}

/// Removes every element of an iterable.
pub fn difference_update(set: Set<'_>, other: Op<'_>) -> PyResult<()> {
    if set.is(other) {
        table::clear(set);
        return Ok(());
    }
    if let Some(other) = downcast_any(other) {
        // A far larger other set is asked rather than walked over.
        let common =
            if (len(other) >> 3) > len(set) { Some(intersection(set, other.as_object())?) } else { None };
        let walked = common.as_ref().map_or(other, |common| common.borrow());
        let mut position = 0;
        while let Some((key, hash)) = next(walked, &mut position) {
            let key = key.to_owned();
            discard_known_hash(set, key.op(), hash)?;
        }
    } else {
        let iterator = object::get_iter(other)?;
        while let Some(key) = iter::next(iterator.op())? {
            let hash = hash_element(key.op())?;
            discard_known_hash(set, key.op(), hash)?;
        }
    }
    shed_dummies(set)
}

/// Gives the set a new table if more than a quarter of its cells in use are dummies.
fn shed_dummies(set: Set<'_>) -> PyResult<()> {
    let (fill, used, mask) = (set.fill as usize, set.used as usize, set.mask as usize);
    if fill - used <= mask / 4 {
        return Ok(());
    }
    table::resize(set, if used > 50000 { used * 2 } else { used * 4 })
}

fn copy_and_difference(set: Set<'_>, other: Op<'_>) -> PyResult<Owned<PySetObject>> {
    let result = copy(set)?;
    difference_update(result.borrow(), other)?;
    Ok(result)
}

/// `set - iterable`.
pub fn difference(set: Set<'_>, other: Op<'_>) -> PyResult<Owned<PySetObject>> {
    let (other_set, other_dict) = (downcast_any(other), other.downcast_exact::<PyDictObject>());
    let n_other = match (other_set, other_dict) {
        (Some(other), _) => len(other),
        (None, Some(other)) => dict::len(other),
        (None, None) => return copy_and_difference(set, other),
    };
    // With few elements to remove, copying all and removing these is less work.
    if (len(set) >> 2) > n_other {
        return copy_and_difference(set, other);
    }
    let result = new_like(set, None)?;
    let mut position = 0;
    while let Some((key, hash)) = next(set, &mut position) {
        let key = key.to_owned();
        let found = match (other_set, other_dict) {
            (Some(other), _) => contains_known_hash(other, key.op(), hash)?,
            (None, Some(other)) => dict::contains_known_hash(other, key.op(), hash)?,
            (None, None) => false,
        };
        if !found {
            table::add(result.borrow(), key.op(), hash)?;
        }
    }
    Ok(result)
}

/// Keeps what is in exactly one of the two.
pub fn symmetric_difference_update(set: Set<'_>, other: Op<'_>) -> PyResult<()> {
    if set.is(other) {
        table::clear(set);
        return Ok(());
    }
    if let Some(other) = other.downcast_exact::<PyDictObject>() {
        let mut position = 0;
        while let Some((key, _, hash)) = dict::next(other, &mut position) {
            toggle(set, key, hash)?;
        }
        return Ok(());
    }
    if let Some(other) = downcast_any(other) {
        return toggle_all(set, other);
    }
    let other = new_like(set, Some(other))?;
    toggle_all(set, other.borrow())
}

fn toggle_all(set: Set<'_>, other: Set<'_>) -> PyResult<()> {
    let mut position = 0;
    while let Some((key, hash)) = next(other, &mut position) {
        toggle(set, key, hash)?;
    }
    Ok(())
}

fn toggle(set: Set<'_>, key: Op<'_>, hash: Py_hash_t) -> PyResult<()> {
    let key = key.to_owned();
    if !discard_known_hash(set, key.op(), hash)? {
        table::add(set, key.op(), hash)?;
    }
    Ok(())
}

/// `set ^ iterable`.
pub(super) fn symmetric_difference(set: Set<'_>, other: Op<'_>) -> PyResult<Owned<PySetObject>> {
    let result = new_like(set, Some(other))?;
    symmetric_difference_update(result.borrow(), set.as_object())?;
    Ok(result)
}

/// `set | iterable`.
pub(super) fn union(set: Set<'_>, other: Op<'_>) -> PyResult<Owned<PySetObject>> {
    let result = copy(set)?;
    if !set.is(other) {
        update(result.borrow(), other)?;
    }
    Ok(result)
}

/// `set <= other`.
pub fn is_subset(set: Set<'_>, other: Op<'_>) -> PyResult<bool> {
    let Some(other) = downcast_any(other) else {
        let common = intersection(set, other)?;
        return Ok(len(common.borrow()) == len(set));
    };
    if len(set) > len(other) {
        return Ok(false);
    }
    let mut position = 0;
    while let Some((key, hash)) = next(set, &mut position) {
        let key = key.to_owned();
        if !contains_known_hash(other, key.op(), hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `set >= other`.
pub(super) fn is_superset(set: Set<'_>, other: Op<'_>) -> PyResult<bool> {
    if let Some(other) = downcast_any(other) {
        return is_subset(other, set.as_object());
    }
    let iterator = object::get_iter(other)?;
    while let Some(key) = iter::next(iterator.op())? {
        if !super::contains(set, key.op())? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub fn is_disjoint(set: Set<'_>, other: Op<'_>) -> PyResult<bool> {
    if set.is(other) {
        return Ok(len(set) == 0);
    }
    if let Some(other) = downcast_any(other) {
        let (walked, asked) = if len(other) > len(set) { (set, other) } else { (other, set) };
        let mut position = 0;
        while let Some((key, hash)) = next(walked, &mut position) {
            let key = key.to_owned();
            if contains_known_hash(asked, key.op(), hash)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let iterator = object::get_iter(other)?;
    while let Some(key) = iter::next(iterator.op())? {
        let hash = hash_element(key.op())?;
        if contains_known_hash(set, key.op(), hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}
