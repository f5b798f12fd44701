//! The `list` type: a growable array of references.
//!
//! A list owns `ob_size` references, kept in a separate buffer with room for
//! `allocated`. Compiled modules read all three fields themselves, so they must
//! be right before anything here runs foreign code.
//!
//! Invariants
//!  - `0 <= ob_size <= allocated`; `sort` alone sets `allocated` to -1 meanwhile,
//!    which is how it notices a comparison that changes the list.
//!  - Cells below `ob_size` hold live objects. A list from `new_unfilled` may
//!    have null cells, and Python code must not see it yet.
//!
//! Dropping an element can run a finalizer that uses this very list. Methods
//! take the element out, put the fields in order, and drop last: see `clear`.
//!
//! Parts: this file has the object and its functions; `list/methods.rs` the slots,
//! methods and the type; `list/iterators.rs` iterators; `list/sort.rs` the sort.

mod iterators;
mod methods;
mod sort;

use core::mem::ManuallyDrop;
use core::ptr;

use crate::layout::*;
use crate::{
    Borrowed, Object, Op, Owned, PyResult, PyTyped, errors, free_lists, gc, iter, object, raise, tuple,
};

pub use iterators::{PyListIter_Type, PyListRevIter_Type};
pub use methods::PyList_Type;
pub use sort::sort;

pub(crate) type List<'a> = Borrowed<'a, PyListObject>;

#[inline]
pub fn len(list: List<'_>) -> usize {
    list.ob_base.ob_size as usize
}

/// The address of the first cell; it changes when the list grows or shrinks.
#[inline]
pub fn item_ptr(list: List<'_>) -> *mut *mut PyObject {
    list.ob_item
}

#[inline]
pub(crate) fn set_len(list: List<'_>, n: usize) {
    // SAFETY: the list is alive; callers keep the cells below `n` filled.
    unsafe { (*list.as_ptr()).ob_base.ob_size = n as isize };
}

/// `[]`.
pub fn new() -> PyResult<Owned<PyListObject>> {
    let op = gc::alloc_from(&free_lists::current().lists, PyListObject::type_ptr())?;
    // SAFETY: a new object of the list type.
    unsafe {
        let result: Owned<PyListObject> = Owned::steal(op.cast());
        (*result.as_ptr()).ob_base.ob_size = 0;
        (*result.as_ptr()).ob_item = ptr::null_mut();
        (*result.as_ptr()).allocated = 0;
        gc::track(result.as_object_ptr());
        Ok(result)
    }
}

/// An empty list with room for `capacity` items.
pub fn with_capacity(capacity: usize) -> PyResult<Owned<PyListObject>> {
    let result = new()?;
    if capacity > 0 {
        reallocate(result.borrow(), capacity)?;
    }
    Ok(result)
}

/// A list of `n` null cells that wait to be filled (`PyList_New`).
pub fn new_unfilled(n: usize) -> PyResult<Owned<PyListObject>> {
    let result = with_capacity(n)?;
    if n > 0 {
        // SAFETY: room for `n` cells was just made.
        unsafe { ptr::write_bytes(result.ob_item, 0, n) };
        set_len(result.borrow(), n);
    }
    Ok(result)
}

/// A list that takes over `items`.
pub fn from_vec(items: Vec<Object>) -> PyResult<Owned<PyListObject>> {
    let result = with_capacity(items.len())?;
    let items = ManuallyDrop::new(items);
    if !items.is_empty() {
        // SAFETY: `Owned` is a transparent pointer; the references move into the cells.
        unsafe { ptr::copy_nonoverlapping(items.as_ptr().cast(), result.ob_item, items.len()) };
        set_len(result.borrow(), items.len());
    }
    // The buffer of the vector is freed, its references are not dropped.
    let mut items = ManuallyDrop::into_inner(items);
    // SAFETY: no element is looked at any more.
    unsafe { items.set_len(0) };
    Ok(result)
}

/// A list of as many items as the iterator says.
pub fn from_iter(mut items: impl ExactSizeIterator<Item = Object>) -> PyResult<Owned<PyListObject>> {
    let n = items.len();
    let result = with_capacity(n).inspect_err(|_| items.by_ref().for_each(drop))?;
    for (index, item) in items.take(n).enumerate() {
        // SAFETY: there is room for `n` items.
        unsafe { *result.ob_item.add(index) = item.into_ptr() };
        set_len(result.borrow(), index + 1);
    }
    Ok(result)
}

/// A list of new references.
pub fn from_refs(items: &[Op<'_>]) -> PyResult<Owned<PyListObject>> {
    let result = with_capacity(items.len())?;
    for (index, &item) in items.iter().enumerate() {
        // SAFETY: there is room for as many cells.
        unsafe { *result.ob_item.add(index) = item.to_owned().into_ptr() };
    }
    set_len(result.borrow(), items.len());
    Ok(result)
}

/// Gives the buffer exactly `capacity` cells, at least as many as the list has items.
fn reallocate(list: List<'_>, capacity: usize) -> PyResult<()> {
    debug_assert!(capacity >= len(list));
    if capacity > isize::MAX as usize / size_of::<*mut PyObject>() {
        return Err(errors::no_memory());
    }
    // SAFETY: the buffer came from this allocator or is null.
    unsafe {
        let items = if capacity == 0 {
            crate::alloc::free(list.ob_item.cast());
            ptr::null_mut()
        } else {
            let items = crate::alloc::realloc(list.ob_item.cast(), capacity * size_of::<*mut PyObject>());
            if items.is_null() {
                return Err(errors::no_memory());
            }
            items
        };
        (*list.as_ptr()).ob_item = items.cast();
        (*list.as_ptr()).allocated = capacity as isize;
    }
    Ok(())
}

/// Makes room for `n` items with some to spare; `ob_size` stays as it is.
///
/// The growth pattern is 0, 4, 8, 16, 24, 32, 40, 52, 64, 76, ...
fn reserve(list: List<'_>, n: usize) -> PyResult<()> {
    let allocated = list.allocated as usize;
    if allocated >= n && n >= allocated >> 1 {
        return Ok(());
    }
    let mut capacity = (n + (n >> 3) + 6) & !3;
    let size = len(list);
    if n > size && n - size > capacity - n {
        capacity = (n + 3) & !3;
    }
    if n == 0 {
        capacity = 0;
    }
    reallocate(list, capacity.max(size))
}

/// Cuts the list to `n` items, whose cells behind are no longer owned by it, and gives
/// back memory that is no longer needed.
fn shrink(list: List<'_>, n: usize) {
    set_len(list, n);
    let allocated = list.allocated as usize;
    if allocated >= n && n >= allocated >> 1 {
        return;
    }
    let capacity = if n == 0 { 0 } else { ((n + (n >> 3) + 6) & !3).min(allocated) };
    // A smaller block that cannot be had leaves the larger one.
    if let Err(raised) = reallocate(list, capacity.max(n)) {
        raised.clear();
    }
}

/// A new reference to element `index`, or `None` past the current end.
#[inline]
pub fn get(list: List<'_>, index: usize) -> Option<Object> {
    if len(list) <= index {
        return None;
    }
    // SAFETY: `index < len`, and cells below `len` hold live objects.
    Some(unsafe { Object::new_ref(*list.ob_item.add(index)) })
}

/// Replaces element `index`, dropping the old one last.
pub fn set(list: List<'_>, index: usize, value: Object) -> PyResult<()> {
    if len(list) <= index {
        return Err(raise!(IndexError, "list assignment index out of range"));
    }
    // SAFETY: `index < len`; the cell may still be null in a list that is being filled.
    let old = unsafe { Object::steal_nullable(ptr::replace(list.ob_item.add(index), value.into_ptr())) };
    drop(old);
    Ok(())
}

/// Appends an item (`PyList_Append`, without taking a reference).
#[inline]
pub fn append(list: List<'_>, value: Object) -> PyResult<()> {
    let n = len(list);
    if (n as isize) >= list.allocated {
        reserve(list, n + 1)?;
    }
    // SAFETY: there is room for one more cell.
    unsafe { *list.ob_item.add(n) = value.into_ptr() };
    set_len(list, n + 1);
    Ok(())
}

/// Inserts before `index`, which counts from the end if negative (`PyList_Insert`).
pub fn insert(list: List<'_>, index: isize, value: Op<'_>) -> PyResult<()> {
    let n = len(list);
    reserve(list, n + 1)?;
    let index = if index < 0 { (index + n as isize).max(0) as usize } else { (index as usize).min(n) };
    // SAFETY: there is room for one more cell, and the items from `index` move up by one.
    unsafe {
        let place = list.ob_item.add(index);
        ptr::copy(place, place.add(1), n - index);
        *place = value.to_owned().into_ptr();
    }
    set_len(list, n + 1);
    Ok(())
}

/// Appends copies of `n` references at `cells`, which must not be this list's own buffer
/// unless `n` is its length.
fn extend_from_cells(list: List<'_>, source: impl Fn() -> *const *mut PyObject, n: usize) -> PyResult<()> {
    let old = len(list);
    let Some(total) = old.checked_add(n) else { return Err(errors::no_memory()) };
    if n == 0 {
        return Ok(());
    }
    if list.ob_item.is_null() {
        reallocate(list, (total + 1) & !1)?;
    } else {
        reserve(list, total)?;
    }
    let cells = source();
    for index in 0..n {
        // SAFETY: the source has `n` live items; the target has room for them.
        unsafe {
            let item = *cells.add(index);
            object::incref(item);
            *list.ob_item.add(old + index) = item;
        }
    }
    set_len(list, total);
    Ok(())
}

/// `list.extend(iterable)` (`PyList_Extend`).
pub fn extend(list: List<'_>, iterable: Op<'_>) -> PyResult<()> {
    if let Some(other) = iterable.downcast_exact::<PyListObject>() {
        return extend_from_cells(list, || other.ob_item, len(other));
    }
    if let Some(other) = iterable.downcast_exact::<PyTupleObject>() {
        return extend_from_cells(list, || tuple::item_ptr(other), tuple::len(other));
    }
    extend_from_iterable(list, iterable)
}

fn extend_from_iterable(list: List<'_>, iterable: Op<'_>) -> PyResult<()> {
    let iterator = object::get_iter(iterable)?;
    let hint = object::length_hint(iterable, 8)?;
    let n = len(list);
    if hint > isize::MAX as usize - n {
        // The iterable claims more than memory can hold; maybe it gives less.
    } else if list.ob_item.is_null() {
        if hint > 0 {
            reallocate(list, hint)?;
        }
    } else if n + hint > list.allocated as usize {
        reserve(list, n + hint)?;
    }
    while let Some(item) = iter::next(iterator.op())? {
        append(list, item)?;
    }
    // Give back what the hint promised too much.
    let n = len(list);
    if (n as isize) < list.allocated {
        let allocated = list.allocated as usize;
        if n < allocated >> 1 {
            shrink(list, n);
        }
    }
    Ok(())
}

/// Takes element `index` out; it must exist.
fn take(list: List<'_>, index: usize) -> Object {
    let n = len(list);
    debug_assert!(index < n);
    // SAFETY: `index < n`; the items behind it move down by one.
    let item = unsafe {
        let place = list.ob_item.add(index);
        let item = Object::steal(*place);
        ptr::copy(place.add(1), place, n - index - 1);
        item
    };
    shrink(list, n - 1);
    item
}

/// `list.pop(index)`.
pub fn pop(list: List<'_>, index: isize) -> PyResult {
    let n = len(list) as isize;
    if n == 0 {
        return Err(raise!(IndexError, "pop from empty list"));
    }
    let index = if index < 0 { index + n } else { index };
    if !(0..n).contains(&index) {
        return Err(raise!(IndexError, "pop index out of range"));
    }
    Ok(take(list, index as usize))
}

pub fn reverse(list: List<'_>) {
    let n = len(list);
    if n > 1 {
        // SAFETY: the cells below `n` are the list's; nothing runs while they are swapped.
        unsafe { core::slice::from_raw_parts_mut(list.ob_item, n) }.reverse();
    }
}

/// `tuple(list)` (`PyList_AsTuple`).
pub fn to_tuple(list: List<'_>) -> PyResult {
    // SAFETY: the cells below `len` hold live objects, and allocation runs no Python.
    unsafe { tuple::from_cells(list.ob_item, len(list)) }
}

/// `list[start:end]`, bounds cut to the list.
pub fn slice(list: List<'_>, start: usize, end: usize) -> PyResult<Owned<PyListObject>> {
    let end = end.min(len(list));
    let start = start.min(end);
    let result = with_capacity(end - start)?;
    for index in start..end {
        // SAFETY: `index < len`, and the result has room.
        unsafe {
            let item = *list.ob_item.add(index);
            object::incref(item);
            *result.ob_item.add(index - start) = item;
        }
    }
    set_len(result.borrow(), end - start);
    Ok(result)
}

/// `list[start:end] = value`, or `del list[start:end]` (`PyList_SetSlice`).
pub fn set_slice(list: List<'_>, start: usize, end: usize, value: Option<Op<'_>>) -> PyResult<()> {
    let items: Vec<Object> = match value {
        None => Vec::new(),
        Some(value) if value.is(list) => to_vec(list),
        Some(value) => {
            let row = crate::sequence::fast(value, "can only assign an iterable")?;
            crate::sequence::fast_items(row.op()).iter().map(|&item| item.to_owned()).collect()
        }
    };
    splice(list, start, end, items)
}

/// New references to all items.
pub fn to_vec(list: List<'_>) -> Vec<Object> {
    // SAFETY: cells below `len` hold live objects.
    (0..len(list)).map(|index| unsafe { Object::new_ref(*list.ob_item.add(index)) }).collect()
}

/// Puts `items` in the place of the items from `start` to `end`.
pub(crate) fn splice(list: List<'_>, start: usize, end: usize, items: Vec<Object>) -> PyResult<()> {
    let n = len(list);
    let start = start.min(n);
    let end = end.clamp(start, n);
    let removed = end - start;
    let total = n - removed + items.len();
    if total == 0 {
        clear(list);
        return Ok(());
    }
    if items.len() > removed {
        reserve(list, total)?;
    }
    let mut old: Vec<Object> = Vec::with_capacity(removed);
    // SAFETY: the cells from `start` to `end` move into `old`, those behind `end` to their
    // new place, and the new items into the gap; there is room for `total` cells.
    unsafe {
        let place = list.ob_item.add(start);
        ptr::copy_nonoverlapping(place, old.as_mut_ptr().cast(), removed);
        old.set_len(removed);
        ptr::copy(place.add(removed), place.add(items.len()), n - end);
        for (index, item) in items.into_iter().enumerate() {
            *place.add(index) = item.into_ptr();
        }
    }
    if total < n {
        shrink(list, total);
    } else {
        set_len(list, total);
    }
    // As CPython does, the last one first.
    while let Some(item) = old.pop() {
        drop(item);
    }
    Ok(())
}

/// Empties the list; its items are dropped when it is empty already.
pub fn clear(list: List<'_>) {
    let items = list.ob_item;
    if items.is_null() {
        return;
    }
    let n = len(list);
    // SAFETY: the list forgets the buffer before anything can run; nobody else has it.
    unsafe {
        set_len(list, 0);
        (*list.as_ptr()).ob_item = ptr::null_mut();
        (*list.as_ptr()).allocated = 0;
        for index in (0..n).rev() {
            drop(Object::steal_nullable(*items.add(index)));
        }
        crate::alloc::free(items.cast());
    }
}
