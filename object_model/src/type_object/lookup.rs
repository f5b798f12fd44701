//! Finding attributes along the MRO, version tags, and the cache keyed by them.
//!
//! A version tag names one state of a type: its dict and those of all its ancestors.
//! Tags are given out on demand, never twice, and taken back from a type and all its
//! subclasses by `modified`. The cache maps (tag, name) to what a lookup found; the
//! interpreter's inline caches rest on the same tags.

use core::cell::Cell;
use core::ptr;

use super::*;
use crate::{Owned, dict, raise, state, tuple};

pub const MAX_WATCHERS: usize = 8;
/// A type that was changed this often after lookups gets no tags any more.
const MAX_VERSIONS_PER_TYPE: u16 = 1000;
const CACHE_SIZE: usize = 1 << 12;

struct Entry {
    version: Cell<u32>,
    /// Owned, so that no other string comes to lie at the same address.
    name: Cell<*mut PyObject>,
    /// Borrowed from the dict it was found in, or null for "not there".
    value: Cell<*mut PyObject>,
}

/// What lookups found, by version tag and the address of the interned name.
pub struct Cache(Box<[Entry; CACHE_SIZE]>);

impl Default for Cache {
    fn default() -> Self {
        let empty = || Entry {
            version: Cell::new(0),
            name: Cell::new(ptr::null_mut()),
            value: Cell::new(ptr::null_mut()),
        };
        let entries: Box<[Entry]> = (0..CACHE_SIZE).map(|_| empty()).collect();
        Self(entries.try_into().ok().expect("as many as there are"))
    }
}

impl Cache {
    #[inline]
    fn entry(&self, version: u32, name: *mut PyObject) -> &Entry {
        &self.0[(version as usize ^ (name as usize >> 4)) & (CACHE_SIZE - 1)]
    }
}

/// Attribute `name` as found along the MRO, not bound to anything; `None` if no class has it.
///
/// No error is possible: one raised by a comparison of exotic keys counts as "not there".
#[inline]
pub fn lookup(tp: TypeRef<'_>, name: Op<'_>) -> Option<Object> {
    // SAFETY: the pointer is null or borrowed from a dict that nothing has touched since.
    unsafe { Object::new_ref_nullable(lookup_ptr(tp, name)) }
}

/// The same as a borrowed pointer, or null; valid until Python code runs.
#[inline]
pub fn lookup_ptr(tp: TypeRef<'_>, name: Op<'_>) -> *mut PyObject {
    let version = tp.tp_version_tag;
    if version != 0 {
        let entry = state::interp().types.cache.entry(version, name.as_ptr());
        if entry.version.get() == version && entry.name.get() == name.as_ptr() {
            return entry.value.get();
        }
    }
    lookup_uncached(tp, name)
}

#[cold]
fn lookup_uncached(tp: TypeRef<'_>, name: Op<'_>) -> *mut PyObject {
    let cacheable = is_interned(name) && assign_version_tag(tp);
    let version = tp.tp_version_tag;
    let found = find_in_mro(tp, name);
    // A comparison may have changed the type meanwhile.
    if cacheable && version == tp.tp_version_tag {
        let entry = state::interp().types.cache.entry(version, name.as_object_ptr());
        entry.version.set(version);
        entry.value.set(found);
        let old = entry.name.replace(name.to_owned().into_ptr());
        // SAFETY: the entry owned its name.
        drop(unsafe { Owned::steal_nullable(old) });
    }
    found
}

fn is_interned(name: Op<'_>) -> bool {
    name.downcast_exact::<PyUnicodeObject>().is_some_and(str::is_interned)
}

/// Walks the MRO without the cache; the result is borrowed, or null.
pub fn find_in_mro(tp: TypeRef<'_>, name: Op<'_>) -> *mut PyObject {
    let Some(mro) = mro_of(tp) else { return ptr::null_mut() };
    // Comparing keys can run Python code, which can replace the MRO.
    let mro = mro.to_owned();
    let Ok(hash) = crate::object::hash(name).map_err(crate::Raised::clear) else { return ptr::null_mut() };
    for &class in tuple::items(mro.borrow()) {
        // SAFETY: an MRO holds types, which have dicts once they are ready.
        let Some(namespace) = dict_of(unsafe { TypeRef::from_ptr(class.cast()) }) else { continue };
        match dict::get_item_known_hash(namespace, name, hash) {
            // The dict keeps it alive.
            Ok(Some(value)) => return value.as_object_ptr(),
            Ok(None) => {}
            Err(raised) => {
                raised.clear();
                return ptr::null_mut();
            }
        }
    }
    ptr::null_mut()
}

/// `lookup` for a name that is not at hand as an object.
pub fn lookup_str(tp: TypeRef<'_>, name: &str) -> Option<Object> {
    let name = str::intern(name).map_err(crate::Raised::clear).ok()?;
    lookup(tp, name.op())
}

/// Gives the type a version tag if it has none; false if it can have none.
pub fn assign_version_tag(tp: TypeRef<'_>) -> bool {
    if tp.tp_version_tag != 0 {
        return true;
    }
    if !has_flag(tp, Py_TPFLAGS_READY) || tp.tp_versions_used >= MAX_VERSIONS_PER_TYPE {
        return false;
    }
    // A change of a base reaches this type through the tags of all in between.
    if let Some(bases) = bases_of(tp) {
        for &base in tuple::items(bases) {
            // SAFETY: bases are types.
            if !assign_version_tag(unsafe { TypeRef::from_ptr(base.cast()) }) {
                return false;
            }
        }
    }
    let next = &state::interp().types.next_version_tag;
    let tag = next.get();
    if tag == 0 {
        return false;
    }
    next.set(tag.wrapping_add(1));
    // SAFETY: a live type, written under the GIL.
    unsafe {
        (*tp.as_ptr()).tp_version_tag = tag;
        (*tp.as_ptr()).tp_versions_used += 1;
    }
    true
}

/// Forgets what caches know about the type and its subclasses (`PyType_Modified`).
pub fn modified(tp: TypeRef<'_>) {
    if tp.tp_version_tag == 0 {
        return; // Then no subclass has one either.
    }
    for subclass in subclass_pointers(tp) {
        // SAFETY: subclasses leave the list before they die.
        modified(unsafe { TypeRef::from_ptr(subclass) });
    }
    notify_watchers(tp);
    // SAFETY: a live type, written under the GIL; the flag says which layout it has.
    unsafe {
        (*tp.as_ptr()).tp_version_tag = 0;
        if has_flag(tp, Py_TPFLAGS_HEAPTYPE) {
            (*tp.as_ptr().cast::<PyHeapTypeObject>())._spec_cache.getitem = ptr::null_mut();
        }
    }
}

/// After a change of MRO: a type whose MRO is not made of its bases' alone can have no tag,
/// because a change of a stranger would not reach it.
pub(super) fn mro_modified(
    tp: TypeRef<'_>,
    mro: Borrowed<'_, PyTupleObject>,
    bases: Borrowed<'_, PyTupleObject>,
) {
    let custom_mro = {
        let metatype = tp.ob_type();
        metatype.as_ptr() != &raw mut PyType_Type
            && lookup(metatype, crate::id!("mro")).map(|found| found.as_object_ptr())
                // SAFETY: `type` is static.
                != lookup(unsafe { static_type(&raw mut PyType_Type) }, crate::id!("mro")).map(|found| found.as_object_ptr())
    };
    modified(tp);
    let foreign = |&base: &*mut PyObject| !is_subtype_ptr(tp, base.cast());
    if custom_mro || tuple::items(mro).iter().chain(tuple::items(bases)).any(foreign) {
        // SAFETY: a live type, written under the GIL.
        unsafe { (*tp.as_ptr()).tp_versions_used = _Py_ATTR_CACHE_UNUSED };
    }
}

/// The direct subclasses that are alive.
pub(super) fn subclass_pointers(tp: TypeRef<'_>) -> Vec<*mut PyTypeObject> {
    let list = tp.tp_subclasses.cast::<Vec<*mut PyTypeObject>>();
    // SAFETY: `tp_subclasses` is null or the vector that `add_subclass` put there.
    if list.is_null() { Vec::new() } else { unsafe { (*list).clone() } }
}

/// Registers `tp` with one of its bases. The list does not own: a type leaves it when it dies.
pub(super) fn add_subclass(base: *mut PyTypeObject, tp: *mut PyTypeObject) {
    // SAFETY: a live type; the field is null or the vector put there by this function.
    unsafe {
        let list = (*base).tp_subclasses.cast::<Vec<*mut PyTypeObject>>();
        if list.is_null() {
            (*base).tp_subclasses = Box::into_raw(Box::new(vec![tp])).cast();
        } else if !(*list).contains(&tp) {
            (*list).push(tp);
        }
    }
}

/// Takes `tp` out of the list of one of its bases.
pub(super) fn remove_subclass(base: *mut PyTypeObject, tp: *mut PyTypeObject) {
    // SAFETY: as in `add_subclass`.
    unsafe {
        let list = (*base).tp_subclasses.cast::<Vec<*mut PyTypeObject>>();
        if !list.is_null() {
            (*list).retain(|&other| other != tp);
        }
    }
}

/// `PyType_AddWatcher`: the number of the new watcher.
pub fn add_watcher(callback: PyType_WatchCallback) -> PyResult<usize> {
    let watchers = &state::interp().types.watchers;
    // Watcher 0 belongs to the optimizer in CPython.
    let Some(id) = (1..MAX_WATCHERS).find(|&id| watchers[id].get().is_none()) else {
        return Err(raise!(RuntimeError, "no more type watcher IDs available"));
    };
    watchers[id].set(Some(callback));
    Ok(id)
}

fn check_watcher(id: isize) -> PyResult<usize> {
    if !(0..MAX_WATCHERS as isize).contains(&id) {
        return Err(raise!(ValueError, "Invalid type watcher ID {id}"));
    }
    if state::interp().types.watchers[id as usize].get().is_none() {
        return Err(raise!(ValueError, "No type watcher set for ID {id}"));
    }
    Ok(id as usize)
}

/// `PyType_ClearWatcher`.
pub fn clear_watcher(id: isize) -> PyResult<()> {
    state::interp().types.watchers[check_watcher(id)?].set(None);
    Ok(())
}

fn check_watched_type<'a>(op: Op<'a>) -> PyResult<TypeRef<'a>> {
    op.downcast::<PyTypeObject>().ok_or_else(|| raise!(ValueError, "Cannot watch non-type"))
}

/// `PyType_Watch`.
pub fn watch(id: isize, op: Op<'_>) -> PyResult<()> {
    let tp = check_watched_type(op)?;
    let id = check_watcher(id)?;
    // Without a tag the next change would go unnoticed.
    assign_version_tag(tp);
    // SAFETY: a live type, written under the GIL.
    unsafe { (*tp.as_ptr()).tp_watched |= 1 << id };
    Ok(())
}

/// `PyType_Unwatch`.
pub fn unwatch(id: isize, op: Op<'_>) -> PyResult<()> {
    let tp = check_watched_type(op)?;
    let id = check_watcher(id)?;
    // SAFETY: a live type, written under the GIL.
    unsafe { (*tp.as_ptr()).tp_watched &= !(1 << id) };
    Ok(())
}

/// Reports and forgets what a watcher has raised.
#[cold]
fn report(id: usize, tp: TypeRef<'_>) {
    let Some(hooks) = state::interp().hooks.get() else { return drop(crate::errors::take()) };
    let raised = crate::errors::take();
    let shown = match crate::object::repr(tp.as_object()) {
        Ok(text) => crate::str::to_string_lossy(text.op()),
        Err(error) => {
            error.clear();
            format!("<class at {:p}>", tp.as_ptr())
        }
    };
    if let Some(raised) = raised {
        crate::errors::restore(raised).ignore();
    }
    let message = format!("Exception ignored in type watcher callback #{id} for {shown}");
    (hooks.write_unraisable)(Some(&message), None);
}

fn notify_watchers(tp: TypeRef<'_>) {
    let mut bits = tp.tp_watched;
    let mut id = 0;
    while bits != 0 {
        if bits & 1 != 0
            && let Some(callback) = state::interp().types.watchers[id].get()
            // SAFETY: a watcher takes a live type.
            && unsafe { callback(tp.as_ptr()) } < 0
        {
            report(id, tp);
        }
        bits >>= 1;
        id += 1;
    }
}
