//! The `set` and `frozenset` types.
//!
//! Both have the same layout. The table starts inside the object and moves to a block of
//! its own when it grows. Comparing keys can run Python code that changes the set, so
//! whoever holds a cell's key across a comparison owns a reference and looks again.
//!
//! Parts: this file has the functions others call; `set/table.rs` the hash table;
//! `set/operations.rs` what combines sets; `set/methods.rs` slots, methods and the types.
//!
//! Layout: `layout/set.rs`.

mod methods;
mod operations;
mod table;

use crate::layout::*;
use crate::{
    Borrowed, Object, Op, Owned, PyResult, PyTyped, TypeRef, dict, exceptions, gc, iter, object, raise,
    type_object,
};

pub use methods::{PyFrozenSet_Type, PySet_Type, PySetIter_Type, holds};
pub use operations::{
    difference, difference_update, intersection, is_disjoint, is_subset, symmetric_difference_update,
};

pub(crate) type Set<'a> = Borrowed<'a, PySetObject>;

/// `PyAnySet_Check`.
pub fn is_any(op: Op<'_>) -> bool {
    is_any_exact(op)
        || type_object::is_subtype_ptr(op.ob_type(), &raw mut PySet_Type)
        || type_object::is_subtype_ptr(op.ob_type(), &raw mut PyFrozenSet_Type)
}

/// `PyAnySet_CheckExact`.
pub fn is_any_exact(op: Op<'_>) -> bool {
    op.type_ptr() == &raw mut PySet_Type || op.type_ptr() == &raw mut PyFrozenSet_Type
}

pub fn is_frozen(op: Op<'_>) -> bool {
    type_object::is_subtype_ptr(op.ob_type(), &raw mut PyFrozenSet_Type)
}

pub fn is_frozen_exact(op: Op<'_>) -> bool {
    op.type_ptr() == &raw mut PyFrozenSet_Type
}

/// The object as a set of either type.
pub fn downcast_any<'a>(op: Op<'a>) -> Option<Set<'a>> {
    // SAFETY: instances of both types have the layout.
    is_any(op).then(|| unsafe { op.cast_unchecked() })
}

fn frozen_type() -> TypeRef<'static> {
    // SAFETY: a static type lives as long as the process.
    unsafe { TypeRef::from_ptr(&raw mut PyFrozenSet_Type) }
}

/// A new set of a given type.
fn new_of_type(tp: TypeRef<'_>, iterable: Option<Op<'_>>) -> PyResult<Owned<PySetObject>> {
    let exact = tp.as_ptr() == PySetObject::type_ptr() || tp.as_ptr() == &raw mut PyFrozenSet_Type;
    let result = if exact { gc::alloc(tp, 0)? } else { type_object::generic_alloc(tp, 0)? };
    // SAFETY: a new object of a set type.
    let result: Owned<PySetObject> = unsafe { result.cast_unchecked() };
    // SAFETY: as above.
    unsafe { table::init(result.as_ptr()) };
    if exact {
        gc::track(result.as_object_ptr());
    }
    if let Some(iterable) = iterable {
        update(result.borrow(), iterable)?;
    }
    Ok(result)
}

/// `set(iterable)`.
pub fn new(iterable: Option<Op<'_>>) -> PyResult<Owned<PySetObject>> {
    new_of_type(PySetObject::type_ref(), iterable)
}

/// `frozenset(iterable)`, always a new object.
pub fn new_frozen(iterable: Option<Op<'_>>) -> PyResult<Owned<PySetObject>> {
    new_of_type(frozen_type(), iterable)
}

/// A set of the plain type that corresponds to the type of `like`.
fn new_like(like: Set<'_>, iterable: Option<Op<'_>>) -> PyResult<Owned<PySetObject>> {
    if is_frozen(like.as_object()) { new_frozen(iterable) } else { new(iterable) }
}

#[inline]
pub fn len(set: Set<'_>) -> usize {
    set.used as usize
}

/// The hash of an element, with a word about sets in the message if it has none.
pub fn hash_element(element: Op<'_>) -> PyResult<Py_hash_t> {
    if let Some(text) = element.downcast_exact::<PyUnicodeObject>() {
        return Ok(dict::hash_of_string(text));
    }
    object::hash(element).map_err(|raised| dict::unhashable(raised, element, "a set element"))
}

pub fn add(set: Set<'_>, element: Op<'_>) -> PyResult<()> {
    let hash = hash_element(element)?;
    table::add(set, element, hash)
}

/// The same for an object that should be a set and no frozenset.
///
/// # Errors
/// `TypeError` if it is none.
pub fn add_to(op: Op<'_>, element: Op<'_>) -> PyResult<()> {
    match op.downcast::<PySetObject>() {
        Some(set) if type_object::is_subtype_ptr(op.ob_type(), &raw mut PySet_Type) => add(set, element),
        _ => Err(raise!(TypeError, "'{}' object is not a set", op.type_name())),
    }
}

pub fn contains(set: Set<'_>, element: Op<'_>) -> PyResult<bool> {
    let hash = hash_element(element)?;
    contains_known_hash(set, element, hash)
}

pub fn contains_known_hash(set: Set<'_>, element: Op<'_>, hash: Py_hash_t) -> PyResult<bool> {
    Ok(table::find(set, element, hash)?.1)
}

/// Removes an element; whether it was there.
pub fn discard(set: Set<'_>, element: Op<'_>) -> PyResult<bool> {
    let hash = hash_element(element)?;
    discard_known_hash(set, element, hash)
}

fn discard_known_hash(set: Set<'_>, element: Op<'_>, hash: Py_hash_t) -> PyResult<bool> {
    let (index, found) = table::find(set, element, hash)?;
    if found {
        drop(table::remove_at(set, index));
    }
    Ok(found)
}

/// Adds every element of an iterable.
pub fn update(set: Set<'_>, iterable: Op<'_>) -> PyResult<()> {
    if let Some(other) = downcast_any(iterable) {
        return table::merge(set, other);
    }
    if let Some(other) = iterable.downcast_exact::<PyDictObject>() {
        let n = dict::len(other);
        if (set.fill as usize + n) * 5 >= (set.mask as usize) * 3 {
            table::resize(set, (set.used as usize + n) * 2)?;
        }
        let mut position = 0;
        while let Some((key, _, hash)) = dict::next(other, &mut position) {
            table::add(set, key, hash)?;
        }
        return Ok(());
    }
    let iterator = object::get_iter(iterable)?;
    while let Some(element) = iter::next(iterator.op())? {
        add(set, element.op())?;
    }
    Ok(())
}

/// Removes some element and gives it.
pub fn pop(set: Set<'_>) -> PyResult {
    if set.used == 0 {
        return Err(raise!(KeyError, "pop from an empty set"));
    }
    let mask = set.mask as usize;
    let mut index = set.finger as usize & mask;
    while table::read(set, index).is_none() {
        index = if index == mask { 0 } else { index + 1 };
    }
    let key = table::remove_at(set, index);
    // SAFETY: the set is alive.
    unsafe { (*set.as_ptr()).finger = index as isize + 1 };
    Ok(key)
}

pub fn clear(set: Set<'_>) {
    table::clear(set);
}

/// Walks over the elements: starts at position 0, gives references that are good until
/// the set changes.
pub fn next<'a>(set: Set<'a>, position: &mut usize) -> Option<(Op<'a>, Py_hash_t)> {
    while *position <= set.mask as usize {
        let index = *position;
        *position += 1;
        if let Some((key, hash)) = table::read(set, index) {
            // SAFETY: a key in the table is alive and kept so by the set.
            return Some((unsafe { Op::from_ptr(key) }, hash));
        }
    }
    None
}

/// A set given as the element of another is looked for as the frozenset of the same
/// elements, because it has no hash itself.
fn retry_as_frozen<R>(
    raised: crate::Raised,
    element: Op<'_>,
    search: impl FnOnce(Op<'_>) -> PyResult<R>,
) -> PyResult<R> {
    let is_set = type_object::is_subtype_ptr(element.ob_type(), PySetObject::type_ptr());
    if !is_set || !raised.matches(exceptions::builtin::TypeError()) {
        return Err(raised);
    }
    raised.clear();
    let frozen: Object = new_frozen(Some(element))?.into_object();
    search(frozen.op())
}
