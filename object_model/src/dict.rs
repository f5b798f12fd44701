//! The `dict` type: insertion-ordered hash table, views and iterators.
//!
//! A dict points to one table of keys and values, which is replaced as a whole when it
//! grows. `ma_used` counts its items. Comparing keys can run Python code that changes the
//! dict, so a lookup that did so checks that table and entry are still the same and
//! otherwise starts again; see `find`.
//!
//! Parts: this file has the functions others call; `dict/table.rs` the hash table;
//! `dict/merge.rs` building from other mappings; `dict/methods.rs` slots, methods and the
//! type; `dict/iterators.rs` and `dict/views.rs` what `keys()`, `values()` and `items()`
//! give; `dict/proxy.rs` the read-only proxy; `dict/watchers.rs` who is told of changes.
//!
//! Layout: `layout/dict.rs`. Tables are never shared (`ma_values` is always null).

mod iterators;
mod merge;
mod methods;
mod proxy;
mod table;
mod views;
mod watchers;

use core::ptr;

use crate::layout::*;
use crate::{
    Borrowed, Object, Op, Owned, PyResult, PyTyped, errors, exceptions, free_lists, gc, list, object, raise,
    str, tuple,
};

pub use iterators::{
    PyDictIterItem_Type, PyDictIterKey_Type, PyDictIterValue_Type, PyDictRevIterItem_Type,
    PyDictRevIterKey_Type, PyDictRevIterValue_Type, new_item_iterator, new_key_iterator, new_value_iterator,
};
pub use merge::{OnDuplicate, from_keys, merge, merge_from_pairs, update, update_from_argument};
pub use methods::PyDict_Type;
pub use proxy::{PyDictProxy_Type, new_proxy, proxied};
pub use table::Keys;
pub use views::{
    PyDictItems_Type, PyDictKeys_Type, PyDictValues_Type, new_items_view, new_keys_view, new_values_view,
};
pub use watchers::{State, WatchEvent, add_watcher, clear_watcher, unwatch, watch};

use table::{LOG_MIN_SIZE, log2_for_entries, log2_for_size};

pub(crate) type Dict<'a> = Borrowed<'a, PyDictObject>;

/// The dict's table; it stays the same until a key is added or the dict is cleared.
#[inline]
pub fn table(dict: Dict<'_>) -> Keys {
    Keys(dict.ma_keys)
}

#[inline]
fn set_table(dict: Dict<'_>, keys: Keys) {
    // SAFETY: the dict is alive; callers free the old table.
    unsafe { (*dict.as_ptr()).ma_keys = keys.0 };
}

#[inline]
fn set_used(dict: Dict<'_>, used: usize) {
    // SAFETY: the dict is alive.
    unsafe { (*dict.as_ptr()).ma_used = used as isize };
}

/// Fills the fields of a new dict object.
///
/// # Safety
/// `dict` is a new object with the layout of a dict, whose fields own nothing yet.
unsafe fn init_fields(dict: *mut PyDictObject, keys: Keys) {
    // SAFETY: the caller's promise.
    unsafe {
        (*dict).ma_used = 0;
        (*dict)._ma_watcher_tag = 0;
        (*dict).ma_keys = keys.0;
        (*dict).ma_values = ptr::null_mut();
    }
}

fn new_with_table(keys: Keys) -> PyResult<Owned<PyDictObject>> {
    let op = match gc::alloc_from(&free_lists::current().dicts, PyDictObject::type_ptr()) {
        Ok(op) => op,
        Err(raised) => {
            keys.drop_all();
            return Err(raised);
        }
    };
    // SAFETY: a new object of the dict type.
    let result: Owned<PyDictObject> = unsafe { Owned::steal(op.cast()) };
    // SAFETY: as above.
    unsafe { init_fields(result.as_ptr(), keys) };
    gc::track(result.as_object_ptr());
    Ok(result)
}

/// `{}`.
pub fn new() -> PyResult<Owned<PyDictObject>> {
    new_with_table(Keys::empty())
}

/// An empty dict with room for `capacity` items (`_PyDict_NewPresized`).
pub fn with_capacity(capacity: usize) -> PyResult<Owned<PyDictObject>> {
    if capacity <= 5 {
        return new();
    }
    new_with_table(Keys::allocate(log2_for_entries(capacity).min(17), false)?)
}

/// The same for keys that will be strings: `**kwargs`, instances, literals.
pub fn with_capacity_for_strings(capacity: usize) -> PyResult<Owned<PyDictObject>> {
    if capacity <= 5 {
        return new();
    }
    new_with_table(Keys::allocate(log2_for_entries(capacity).min(17), true)?)
}

#[inline]
pub fn len(dict: Dict<'_>) -> usize {
    dict.ma_used as usize
}

/// The hash of a key, with a word about dicts in the message if it has none.
#[inline]
pub fn hash_key(key: Op<'_>) -> PyResult<Py_hash_t> {
    if let Some(text) = key.downcast_exact::<PyUnicodeObject>() {
        return Ok(hash_of_string(text));
    }
    object::hash(key).map_err(|raised| unhashable(raised, key, "a dict key"))
}

/// A string's hash, computed once and kept in its header.
#[inline]
pub fn hash_of_string(text: Borrowed<'_, PyUnicodeObject>) -> Py_hash_t {
    // SAFETY: every string begins with the header that has the hash.
    let known = unsafe { (*text.as_ptr().cast::<PyASCIIObject>()).hash };
    if known != -1 { known } else { str::hash(text) }
}

/// Says for what an unhashable object was to be used: "cannot use 'list' as a dict key
/// (unhashable type: 'list')".
#[cold]
pub(crate) fn unhashable(raised: crate::Raised, key: Op<'_>, purpose: &str) -> crate::Raised {
    if !raised.matches(exceptions::builtin::TypeError()) {
        return raised;
    }
    let cause = raised.take();
    if cause.op().type_ptr().cast() != exceptions::builtin::TypeError().as_ptr() {
        return errors::restore(cause);
    }
    match object::str(cause.op()) {
        Ok(text) => {
            let text = str::to_string_lossy(text.op());
            let result = raise!(TypeError, "cannot use '{}' as {purpose} ({text})", key.type_name());
            let exception = result.take();
            exceptions::set_cause(exception.op(), Some(cause.clone()));
            exceptions::set_context(exception.op(), Some(cause));
            errors::restore(exception)
        }
        Err(raised) => raised,
    }
}

/// The number of the entry that has `key`, `None` if there is none.
///
/// Runs `__eq__` of the keys unless both are exact strings. If that changed the entry or
/// the table, the search starts again.
#[inline]
pub fn find(dict: Dict<'_>, key: Op<'_>, hash: Py_hash_t) -> PyResult<Option<usize>> {
    let keys = table(dict);
    if keys.is_unicode() && key.is_exact::<PyUnicodeObject>() {
        return Ok(keys.find_unicode(key, hash));
    }
    find_by_comparing(dict, key, hash)
}

fn find_by_comparing(dict: Dict<'_>, key: Op<'_>, hash: Py_hash_t) -> PyResult<Option<usize>> {
    'again: loop {
        let keys = table(dict);
        let mut probe = keys.probe(hash);
        loop {
            let index = keys.index_at(probe.place);
            if index == DKIX_EMPTY {
                return Ok(None);
            }
            if index >= 0 {
                let index = index as usize;
                let (candidate, _) = keys.read(index);
                if candidate == key.as_ptr() {
                    return Ok(Some(index));
                }
                if keys.hash_of(index) == hash {
                    // SAFETY: an index names an entry that is not deleted.
                    let candidate = unsafe { Object::new_ref(candidate) };
                    let equal = object::rich_compare_bool(candidate.op(), key, Py_EQ)?;
                    if table(dict) != keys || keys.read(index).0 != candidate.as_ptr() {
                        continue 'again;
                    }
                    if equal {
                        return Ok(Some(index));
                    }
                }
            }
            probe.advance();
        }
    }
}

/// The number of the entry of an exact string with a known hash; `None` also for a table
/// with keys of other types, in which a search might run Python code.
#[inline]
pub fn lookup_unicode_index(keys: Keys, key: Op<'_>, hash: Py_hash_t) -> Option<usize> {
    if keys.is_unicode() { keys.find_unicode(key, hash) } else { None }
}

/// A number that stands for the present set of keys and their order, 0 if there are too many:
/// as long as `table(dict).version()` is this, entries stay where they are.
pub fn keys_version(dict: Dict<'_>) -> u32 {
    version_of_keys(table(dict))
}

pub(crate) fn version_of_keys(keys: Keys) -> u32 {
    if keys.version() != 0 {
        return keys.version();
    }
    let version = watchers::next_keys_version();
    keys.set_version(version);
    version
}

/// A new reference to the value of an entry.
#[inline]
fn value_at(dict: Dict<'_>, index: usize) -> Object {
    // SAFETY: a found entry holds a live value.
    unsafe { Object::new_ref(table(dict).read(index).1) }
}

/// `dict.get(key)`; an error only if hashing or comparing fails.
#[inline]
pub fn get_item(dict: Dict<'_>, key: Op<'_>) -> PyResult<Option<Object>> {
    get_item_known_hash(dict, key, hash_key(key)?)
}

#[inline]
pub fn get_item_known_hash(dict: Dict<'_>, key: Op<'_>, hash: Py_hash_t) -> PyResult<Option<Object>> {
    Ok(find(dict, key, hash)?.map(|index| value_at(dict, index)))
}

pub fn get_item_str(dict: Dict<'_>, key: &str) -> PyResult<Option<Object>> {
    if len(dict) == 0 {
        return Ok(None);
    }
    let key = str::from_str(key)?;
    get_item(dict, key.op())
}

/// Makes the table larger, or general if the next key is not a string.
fn grow(dict: Dict<'_>, unicode: bool) -> PyResult<()> {
    resize(dict, log2_for_size(len(dict) * 3), unicode)
}

fn resize(dict: Dict<'_>, log2_size: u8, unicode: bool) -> PyResult<()> {
    let old = table(dict);
    let new = Keys::allocate(log2_size, unicode && old.is_unicode())?;
    new.take_from(old);
    set_table(dict, new);
    Ok(())
}

/// Sets an item with a key whose hash is known; takes the references over.
pub(crate) fn insert(dict: Dict<'_>, key: Object, hash: Py_hash_t, value: Object) -> PyResult<()> {
    let is_string = key.borrow().is_exact::<PyUnicodeObject>();
    if table(dict).is_empty_singleton() {
        let keys = Keys::allocate(LOG_MIN_SIZE, is_string)?;
        watchers::notify(dict, WatchEvent::Added, Some(key.op()), Some(value.op()));
        if table(dict).is_empty_singleton() {
            set_table(dict, keys);
            keys.push(key, hash, value);
            set_used(dict, 1);
            return Ok(());
        }
        // A watcher put something in meanwhile.
        keys.free_block();
    }
    match find(dict, key.op(), hash)? {
        Some(mut index) => {
            if watchers::is_watched(dict) && table(dict).read(index).1 != value.as_ptr() {
                watchers::notify(dict, WatchEvent::Modified, Some(key.op()), Some(value.op()));
                // The watcher may have moved entries.
                match find(dict, key.op(), hash)? {
                    Some(found) => index = found,
                    None => return insert_new(dict, key, hash, value),
                }
            }
            replace_value(dict, index, value);
            Ok(())
        }
        None => insert_new(dict, key, hash, value),
    }
}

/// Puts another value into an entry and drops the old one last.
fn replace_value(dict: Dict<'_>, index: usize, value: Object) {
    let (_, cell) = table(dict).entry(index);
    // SAFETY: a found entry owns its value.
    let old = unsafe { Object::steal_nullable(ptr::replace(cell, value.into_ptr())) };
    drop(old);
}

/// Adds an item to a dict that nobody has seen yet and that has room for it.
pub(crate) fn push_new(dict: Dict<'_>, key: Object, hash: Py_hash_t, value: Object) {
    table(dict).push(key, hash, value);
    set_used(dict, len(dict) + 1);
}

/// Adds an item whose key is known not to be there.
fn insert_new(dict: Dict<'_>, key: Object, hash: Py_hash_t, value: Object) -> PyResult<()> {
    watchers::notify(dict, WatchEvent::Added, Some(key.op()), Some(value.op()));
    if !table(dict).accepts(key.op()) {
        grow(dict, false)?;
    } else if table(dict).usable() <= 0 {
        grow(dict, true)?;
    }
    table(dict).push(key, hash, value);
    set_used(dict, len(dict) + 1);
    Ok(())
}

/// `dict[key] = value`.
#[inline]
pub fn set_item(dict: Dict<'_>, key: Op<'_>, value: Op<'_>) -> PyResult<()> {
    let hash = hash_key(key)?;
    insert(dict, key.to_owned(), hash, value.to_owned())
}

/// The same, taking the references over.
#[inline]
pub fn set_item_owned(dict: Dict<'_>, key: Object, value: Object) -> PyResult<()> {
    let hash = hash_key(key.op())?;
    insert(dict, key, hash, value)
}

/// Sets an attribute in an instance's dict: as `set_item`, but watchers are told of the same value too,
/// as they are where CPython keeps instances' values apart from their names.
pub(crate) fn set_attribute(dict: Dict<'_>, name: Op<'_>, value: Op<'_>) -> PyResult<()> {
    if watchers::is_watched(dict) && get_item(dict, name)?.is_some_and(|old| old.op().is(value)) {
        watchers::notify(dict, WatchEvent::Modified, Some(name), Some(value));
    }
    set_item(dict, name, value)
}

pub fn set_item_str(dict: Dict<'_>, key: &str, value: Op<'_>) -> PyResult<()> {
    let key = str::intern(key)?;
    set_item(dict, key.op(), value)
}

pub fn set_item_known_hash(dict: Dict<'_>, key: Op<'_>, value: Op<'_>, hash: Py_hash_t) -> PyResult<()> {
    insert(dict, key.to_owned(), hash, value.to_owned())
}

/// `dict.setdefault(key, default)`.
pub fn set_default(dict: Dict<'_>, key: Op<'_>, default: Op<'_>) -> PyResult {
    Ok(set_default_ref(dict, key, default)?.0)
}

/// The same, and whether the key was there already (`PyDict_SetDefaultRef`).
pub fn set_default_ref(dict: Dict<'_>, key: Op<'_>, default: Op<'_>) -> PyResult<(Object, bool)> {
    let hash = hash_key(key)?;
    if table(dict).is_empty_singleton() {
        insert(dict, key.to_owned(), hash, default.to_owned())?;
        return Ok((default.to_owned(), false));
    }
    match find(dict, key, hash)? {
        Some(index) => Ok((value_at(dict, index), true)),
        None => {
            insert_new(dict, key.to_owned(), hash, default.to_owned())?;
            Ok((default.to_owned(), false))
        }
    }
}

/// Takes an entry out; its references are the caller's to drop.
fn remove_entry(dict: Dict<'_>, hash: Py_hash_t, index: usize) -> (Object, Object) {
    let keys = table(dict);
    keys.mark_deleted(keys.place_of_index(hash, index));
    set_used(dict, len(dict) - 1);
    keys.set_version(0);
    let (key, value) = keys.entry(index);
    // SAFETY: a found entry owns its key and value; the cells are null afterwards.
    unsafe {
        let key = Object::steal(ptr::replace(key, ptr::null_mut()));
        let value = Object::steal(ptr::replace(value, ptr::null_mut()));
        (key, value)
    }
}

/// Removes an item, if it is there, and gives its value.
pub fn pop_known_hash(dict: Dict<'_>, key: Op<'_>, hash: Py_hash_t) -> PyResult<Option<Object>> {
    let Some(mut index) = find(dict, key, hash)? else { return Ok(None) };
    if watchers::is_watched(dict) {
        watchers::notify(dict, WatchEvent::Deleted, Some(key), None);
        // The watcher may have moved entries.
        match find(dict, key, hash)? {
            Some(found) => index = found,
            None => return Ok(None),
        }
    }
    let (old_key, value) = remove_entry(dict, hash, index);
    drop(old_key);
    Ok(Some(value))
}

/// Removes an item, if it is there, and gives its value (`PyDict_Pop`).
pub fn pop(dict: Dict<'_>, key: Op<'_>) -> PyResult<Option<Object>> {
    if len(dict) == 0 {
        // As CPython does: an unhashable key is no error in an empty dict.
        return Ok(None);
    }
    let hash = hash_key(key)?;
    pop_known_hash(dict, key, hash)
}

/// `del dict[key]`.
pub fn del_item(dict: Dict<'_>, key: Op<'_>) -> PyResult<()> {
    let hash = hash_key(key)?;
    del_item_known_hash(dict, key, hash)
}

pub fn del_item_known_hash(dict: Dict<'_>, key: Op<'_>, hash: Py_hash_t) -> PyResult<()> {
    match pop_known_hash(dict, key, hash)? {
        Some(value) => {
            drop(value);
            Ok(())
        }
        None => Err(exceptions::set_key_error(key)),
    }
}

pub fn del_item_str(dict: Dict<'_>, key: &str) -> PyResult<()> {
    let key = str::from_str(key)?;
    del_item(dict, key.op())
}

/// Removes the last item (`dict.popitem`); `None` if the dict is empty.
pub fn pop_last(dict: Dict<'_>) -> PyResult<Option<(Object, Object)>> {
    if len(dict) == 0 {
        return Ok(None);
    }
    let keys = table(dict);
    let mut index = keys.n_entries() - 1;
    while keys.read(index).1.is_null() {
        index -= 1;
    }
    let hash = keys.hash_of(index);
    if watchers::is_watched(dict) {
        // SAFETY: the entry is not deleted.
        let key = unsafe { Object::new_ref(keys.read(index).0) };
        watchers::notify(dict, WatchEvent::Deleted, Some(key.op()), None);
        if table(dict) != keys || keys.n_entries() <= index || keys.read(index).0 != key.as_ptr() {
            return pop_last(dict);
        }
    }
    let pair = remove_entry(dict, hash, index);
    // The entries behind are null already; the next one to be added takes this place.
    keys.truncate(index);
    Ok(Some(pair))
}

/// `key in dict`.
pub fn contains(dict: Dict<'_>, key: Op<'_>) -> PyResult<bool> {
    let hash = hash_key(key)?;
    Ok(find(dict, key, hash)?.is_some())
}

pub fn contains_known_hash(dict: Dict<'_>, key: Op<'_>, hash: Py_hash_t) -> PyResult<bool> {
    Ok(find(dict, key, hash)?.is_some())
}

pub fn contains_str(dict: Dict<'_>, key: &str) -> PyResult<bool> {
    let key = str::from_str(key)?;
    contains(dict, key.op())
}

/// Whether every key is a string or of a subclass of it.
pub fn has_only_string_keys(dict: Dict<'_>) -> bool {
    let mut position = 0;
    table(dict).is_unicode()
        || core::iter::from_fn(|| next(dict, &mut position))
            .all(|(key, ..)| key.is_instance::<PyUnicodeObject>())
}

/// Empties the dict; its items are dropped when it is empty already.
pub fn clear(dict: Dict<'_>) {
    let old = table(dict);
    if old.is_empty_singleton() {
        return;
    }
    watchers::notify(dict, WatchEvent::Cleared, None, None);
    let old = table(dict);
    set_used(dict, 0);
    set_table(dict, Keys::empty());
    old.drop_all();
}

/// A dict of the exact type with the same items.
pub fn copy(dict: Dict<'_>) -> PyResult {
    let used = len(dict);
    if used == 0 {
        return Ok(new()?.into_object());
    }
    let keys = table(dict);
    // A subclass with an `__iter__` of its own may have an order of its own.
    let is_plain = match (dict.ob_type().tp_iter, PyDictObject::type_ref().tp_iter) {
        (Some(own), Some(plain)) => core::ptr::fn_addr_eq(own, plain),
        _ => false,
    };
    if is_plain && used >= (keys.n_entries() * 2) / 3 {
        // Few deleted entries: the table is copied as it is.
        let result = new_with_table(keys.duplicate()?)?;
        set_used(result.borrow(), used);
        return Ok(result.into_object());
    }
    let result = new()?;
    merge(result.borrow(), dict.as_object(), OnDuplicate::Replace)?;
    Ok(result.into_object())
}

/// Walks over the items: starts at position 0, gives references that are good until the
/// dict changes (`PyDict_Next`).
pub fn next<'a>(dict: Dict<'a>, position: &mut usize) -> Option<(Op<'a>, Op<'a>, Py_hash_t)> {
    let keys = table(dict);
    while *position < keys.n_entries() {
        let index = *position;
        *position += 1;
        let (key, value) = keys.read(index);
        if !value.is_null() {
            // SAFETY: an entry that is not deleted holds live objects, which the dict keeps alive.
            return Some(unsafe { (Op::from_ptr(key), Op::from_ptr(value), keys.hash_of(index)) });
        }
    }
    None
}

/// All items, borrowed from a dict that does not change meanwhile.
pub fn pairs<'a>(dict: Dict<'a>) -> Vec<(Op<'a>, Op<'a>)> {
    let mut result = Vec::with_capacity(len(dict));
    let mut position = 0;
    while let Some((key, value, _)) = next(dict, &mut position) {
        result.push((key, value));
    }
    result
}

/// A list of the keys.
pub fn keys(dict: Dict<'_>) -> PyResult<Owned<PyListObject>> {
    list::from_vec(pairs(dict).into_iter().map(|(key, _)| key.to_owned()).collect())
}

/// A list of the values.
pub fn values(dict: Dict<'_>) -> PyResult<Owned<PyListObject>> {
    list::from_vec(pairs(dict).into_iter().map(|(_, value)| value.to_owned()).collect())
}

/// A list of pairs.
pub fn items(dict: Dict<'_>) -> PyResult<Owned<PyListObject>> {
    let pairs: Vec<(Object, Object)> =
        pairs(dict).into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let mut rows = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        rows.push(tuple::pair(key, value)?);
    }
    list::from_vec(rows)
}
