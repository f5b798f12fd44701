//! The hash table of a set: cells of key and hash, linear probing with jumps.
//!
//! A cell is empty (null key), a dummy (deleted, hash -1), or holds a key. A search looks
//! at up to `LINEAR_PROBES` neighbours before it jumps, which fixes the order in which a
//! set is iterated, so the steps here are CPython's.

use core::ptr;

use super::Set;
use crate::layout::*;
use crate::{Object, Op, PyResult, errors, object, str};

const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;

/// Stands in deleted cells. It is compared by address only.
static mut DUMMY: PyObject = PyObject::STATIC_IMMORTAL;

#[inline]
pub(super) fn dummy() -> *mut PyObject {
    &raw mut DUMMY
}

#[inline]
pub(super) fn cell(set: Set<'_>, index: usize) -> *mut setentry {
    debug_assert!(index <= set.mask as usize);
    // SAFETY: `index` is within the table.
    unsafe { set.table.add(index) }
}

/// Key and hash of a cell that holds a key.
#[inline]
pub(super) fn read(set: Set<'_>, index: usize) -> Option<(*mut PyObject, Py_hash_t)> {
    // SAFETY: a cell of the table.
    let (key, hash) = unsafe {
        let cell = cell(set, index);
        ((*cell).key, (*cell).hash)
    };
    (!key.is_null() && key != dummy()).then_some((key, hash))
}

/// Makes a new object's table the small one inside it.
///
/// # Safety
/// `set` is a new object whose table owns nothing.
pub(super) unsafe fn init(set: *mut PySetObject) {
    // SAFETY: the caller's promise.
    unsafe {
        (*set).fill = 0;
        (*set).used = 0;
        (*set).mask = PySet_MINSIZE as isize - 1;
        let small = &raw mut (*set).smalltable;
        ptr::write_bytes(small.cast::<setentry>(), 0, PySet_MINSIZE);
        (*set).table = small.cast();
        (*set).hash = -1;
        (*set).finger = 0;
        (*set).weakreflist = ptr::null_mut();
    }
}

/// What a search may compare without running Python code.
fn equal_strings(candidate: *mut PyObject, key: Op<'_>) -> Option<bool> {
    // SAFETY: keys in a table are alive.
    let candidate = unsafe { Op::from_ptr(candidate) };
    let (a, b) = (candidate.downcast_exact::<PyUnicodeObject>()?, key.downcast_exact::<PyUnicodeObject>()?);
    Some(str::eq(a, b))
}

/// The cell that has `key`, or the empty cell at which the search ended.
pub(super) fn find(set: Set<'_>, key: Op<'_>, hash: Py_hash_t) -> PyResult<(usize, bool)> {
    let (index, found, _) = find_with_dummy(set, key, hash)?;
    Ok((index, found))
}

/// The same, and the last dummy on the way, which a new key may take.
fn find_with_dummy(set: Set<'_>, key: Op<'_>, hash: Py_hash_t) -> PyResult<(usize, bool, Option<usize>)> {
    'again: loop {
        let mut last_dummy = None;
        let table = set.table;
        let mask = set.mask as usize;
        let mut perturb = hash as usize;
        let mut start = hash as usize & mask;
        loop {
            let last = if start + LINEAR_PROBES <= mask { start + LINEAR_PROBES } else { start };
            for index in start..=last {
                // SAFETY: `index` is within the table.
                let (candidate, candidate_hash) =
                    unsafe { ((*table.add(index)).key, (*table.add(index)).hash) };
                if candidate.is_null() && candidate_hash == 0 {
                    return Ok((index, false, last_dummy));
                }
                if candidate == dummy() {
                    last_dummy = Some(index);
                    continue;
                }
                if candidate_hash != hash {
                    continue;
                }
                if candidate == key.as_ptr() {
                    return Ok((index, true, None));
                }
                match equal_strings(candidate, key) {
                    Some(true) => return Ok((index, true, None)),
                    Some(false) => continue,
                    None => {}
                }
                // SAFETY: a key in the table is alive; the reference keeps it so.
                let candidate = unsafe { Object::new_ref(candidate) };
                let equal = object::rich_compare_bool(candidate.op(), key, Py_EQ)?;
                if set.table != table
                    || set.mask as usize != mask
                    // SAFETY: the table is still the same one if its address and mask are.
                    || unsafe { (*table.add(index)).key } != candidate.as_ptr()
                {
                    continue 'again;
                }
                if equal {
                    return Ok((index, true, None));
                }
            }
            perturb >>= PERTURB_SHIFT;
            start = start.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
        }
    }
}

/// Puts a key that is not there into a table without dummies and with room.
///
/// # Safety
/// `table` has `mask + 1` cells.
unsafe fn insert_clean(table: *mut setentry, mask: usize, key: *mut PyObject, hash: Py_hash_t) {
    let mut perturb = hash as usize;
    let mut start = hash as usize & mask;
    loop {
        let last = if start + LINEAR_PROBES <= mask { start + LINEAR_PROBES } else { start };
        for index in start..=last {
            // SAFETY: `index` is within the table.
            unsafe {
                let cell = table.add(index);
                if (*cell).key.is_null() {
                    (*cell).key = key;
                    (*cell).hash = hash;
                    return;
                }
            }
        }
        perturb >>= PERTURB_SHIFT;
        start = start.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
    }
}

/// Gives the set a table with more than `minimum` cells and without dummies.
pub(super) fn resize(set: Set<'_>, minimum: usize) -> PyResult<()> {
    let mut size = PySet_MINSIZE;
    while size <= minimum {
        size <<= 1;
    }
    let raw = set.as_ptr();
    let old_table = set.table;
    let old_mask = set.mask as usize;
    // SAFETY: the small table lies in the object.
    let small = unsafe { (&raw mut (*raw).smalltable).cast::<setentry>() };
    let mut saved: Vec<(*mut PyObject, Py_hash_t)> = Vec::new();
    let old_is_small = old_table == small;
    for index in 0..=old_mask {
        if let Some(entry) = read(set, index) {
            saved.push(entry);
        }
    }
    let new_table = if size == PySet_MINSIZE {
        if old_is_small && set.fill == set.used {
            return Ok(());
        }
        // SAFETY: its keys have been saved, whether it is in use or not.
        unsafe { ptr::write_bytes(small, 0, PySet_MINSIZE) };
        small
    } else {
        let block = crate::alloc::calloc(size, size_of::<setentry>()).cast::<setentry>();
        if block.is_null() {
            return Err(errors::no_memory());
        }
        block
    };
    // SAFETY: the new table has `size` empty cells; the old one is no longer used.
    unsafe {
        for (key, hash) in &saved {
            insert_clean(new_table, size - 1, *key, *hash);
        }
        (*raw).table = new_table;
        (*raw).mask = size as isize - 1;
        (*raw).fill = saved.len() as isize;
        if !old_is_small {
            crate::alloc::free(old_table.cast());
        }
    }
    Ok(())
}

/// Adds a key unless it is there.
pub(super) fn add(set: Set<'_>, key: Op<'_>, hash: Py_hash_t) -> PyResult<()> {
    // Held through the search, whose comparisons may drop the caller's.
    let key = key.to_owned();
    let (index, found, dummy) = find_with_dummy(set, key.op(), hash)?;
    if found {
        return Ok(());
    }
    if let Some(index) = dummy {
        // SAFETY: a deleted cell of the present table.
        unsafe {
            let cell = cell(set, index);
            (*cell).key = key.into_ptr();
            (*cell).hash = hash;
            (*set.as_ptr()).used += 1;
        }
        return Ok(());
    }
    // SAFETY: the search ended at an empty cell of the present table.
    unsafe {
        let raw = set.as_ptr();
        let cell = cell(set, index);
        (*cell).key = key.into_ptr();
        (*cell).hash = hash;
        (*raw).fill += 1;
        (*raw).used += 1;
    }
    if (set.fill as usize) * 5 < (set.mask as usize) * 3 {
        return Ok(());
    }
    let used = set.used as usize;
    resize(set, if used > 50000 { used * 2 } else { used * 4 })
}

/// Takes the key of a cell out and leaves a dummy.
pub(super) fn remove_at(set: Set<'_>, index: usize) -> Object {
    // SAFETY: the cell holds a key, whose reference goes to the caller.
    unsafe {
        let raw = set.as_ptr();
        let cell = cell(set, index);
        let key = Object::steal((*cell).key);
        (*cell).key = dummy();
        (*cell).hash = -1;
        (*raw).used -= 1;
        key
    }
}

/// Adds all keys of another set.
pub(super) fn merge(set: Set<'_>, other: Set<'_>) -> PyResult<()> {
    if other.is(set) || other.used == 0 {
        return Ok(());
    }
    if (set.fill as usize + other.used as usize) * 5 >= (set.mask as usize) * 3 {
        resize(set, (set.used as usize + other.used as usize) * 2)?;
    }
    let raw = set.as_ptr();
    if set.fill == 0 && set.mask == other.mask && other.fill == other.used {
        // The same size and no dummies: cell by cell.
        for index in 0..=other.mask as usize {
            if let Some((key, hash)) = read(other, index) {
                // SAFETY: the tables have the same size, and this one is empty.
                unsafe {
                    object::incref(key);
                    let cell = cell(set, index);
                    (*cell).key = key;
                    (*cell).hash = hash;
                }
            }
        }
        // SAFETY: the set is alive.
        unsafe {
            (*raw).fill = other.fill;
            (*raw).used = other.used;
        }
        return Ok(());
    }
    if set.fill == 0 {
        // SAFETY: as above; the table was made large enough.
        unsafe {
            (*raw).fill = other.used;
            (*raw).used = other.used;
            for index in 0..=other.mask as usize {
                if let Some((key, hash)) = read(other, index) {
                    object::incref(key);
                    insert_clean((*raw).table, (*raw).mask as usize, key, hash);
                }
            }
        }
        return Ok(());
    }
    let mut index = 0;
    while index <= other.mask as usize {
        if let Some((key, hash)) = read(other, index) {
            // SAFETY: a key in a table is alive; `add` holds its own reference.
            add(set, unsafe { Op::from_ptr(key) }, hash)?;
        }
        index += 1;
    }
    Ok(())
}

/// Empties the set; its keys are dropped when it is empty already.
pub(super) fn clear(set: Set<'_>) {
    if set.fill == 0 && set.used == 0 && is_small(set) {
        return;
    }
    let mut keys: Vec<Object> = Vec::with_capacity(set.used as usize);
    for index in 0..=set.mask as usize {
        if let Some((key, _)) = read(set, index) {
            // SAFETY: the table owned it and is forgotten below.
            keys.push(unsafe { Object::steal(key) });
        }
    }
    let table = (!is_small(set)).then_some(set.table);
    let (hash, weakreflist) = (set.hash, set.weakreflist);
    // SAFETY: the keys have been taken out; hash and weak references stay.
    unsafe {
        init(set.as_ptr());
        (*set.as_ptr()).hash = hash;
        (*set.as_ptr()).weakreflist = weakreflist;
        if let Some(table) = table {
            crate::alloc::free(table.cast());
        }
    }
    drop(keys);
}

pub(super) fn is_small(set: Set<'_>) -> bool {
    // SAFETY: only the address is taken.
    set.table == unsafe { (&raw mut (*set.as_ptr()).smalltable).cast() }
}

/// Exchanges the contents of two sets.
pub(super) fn swap_bodies(a: Set<'_>, b: Set<'_>) {
    // SAFETY: both are alive and different; tables inside the objects are exchanged by value.
    unsafe {
        let (x, y) = (a.as_ptr(), b.as_ptr());
        let (a_small, b_small) = (is_small(a), is_small(b));
        ptr::swap(&raw mut (*x).fill, &raw mut (*y).fill);
        ptr::swap(&raw mut (*x).used, &raw mut (*y).used);
        ptr::swap(&raw mut (*x).mask, &raw mut (*y).mask);
        ptr::swap(&raw mut (*x).smalltable, &raw mut (*y).smalltable);
        let (x_table, y_table) = ((*x).table, (*y).table);
        (*x).table = if b_small { (&raw mut (*x).smalltable).cast() } else { y_table };
        (*y).table = if a_small { (&raw mut (*y).smalltable).cast() } else { x_table };
        if super::is_frozen(a.as_object()) && super::is_frozen(b.as_object()) {
            ptr::swap(&raw mut (*x).hash, &raw mut (*y).hash);
        } else {
            (*x).hash = -1;
            (*y).hash = -1;
        }
    }
}
