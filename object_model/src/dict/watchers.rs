//! State of dicts that belongs to the interpreter: key versions, and who is told of changes.
//!
//! A dict's watchers are bits in its `_ma_watcher_tag`; each bit stands for a callback
//! that was registered with `PyDict_AddWatcher`.

use core::cell::Cell;
use core::ffi::c_int;
use core::ptr;

use super::Dict;
use crate::layout::*;
use crate::{Op, PyResult, errors, raise, refs, state};

/// `PyDict_WatchEvent`.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum WatchEvent {
    Added = 0,
    Modified = 1,
    Deleted = 2,
    Cloned = 3,
    Cleared = 4,
    Deallocated = 5,
}

impl WatchEvent {
    /// The name that C code knows it by.
    fn name(self) -> &'static str {
        match self {
            Self::Added => "PyDict_EVENT_ADDED",
            Self::Modified => "PyDict_EVENT_MODIFIED",
            Self::Deleted => "PyDict_EVENT_DELETED",
            Self::Cloned => "PyDict_EVENT_CLONED",
            Self::Cleared => "PyDict_EVENT_CLEARED",
            Self::Deallocated => "PyDict_EVENT_DEALLOCATED",
        }
    }
}

/// `PyDict_WatchCallback`.
pub type Callback = unsafe extern "C" fn(
    event: c_int,
    dict: *mut PyObject,
    key: *mut PyObject,
    new_value: *mut PyObject,
) -> c_int;

#[derive(Default)]
pub struct State {
    callbacks: [Cell<Option<Callback>>; DICT_MAX_WATCHERS as usize],
    last_keys_version: Cell<u32>,
}

/// A number that no table has had; 0 once there are no more.
pub(super) fn next_keys_version() -> u32 {
    let last = &state::interp().dicts.last_keys_version;
    // The empty table has version 1.
    let next = last.get().max(1).wrapping_add(1);
    if next == 0 {
        return 0;
    }
    last.set(next);
    next
}

#[inline]
pub(super) fn is_watched(dict: Dict<'_>) -> bool {
    dict._ma_watcher_tag & DICT_WATCHER_MASK != 0
}

/// Tells the dict's watchers, before the change is made.
#[inline]
pub(super) fn notify(dict: Dict<'_>, event: WatchEvent, key: Option<Op<'_>>, value: Option<Op<'_>>) {
    if is_watched(dict) {
        call_watchers(dict, event, key, value);
    }
}

#[cold]
fn call_watchers(dict: Dict<'_>, event: WatchEvent, key: Option<Op<'_>>, value: Option<Op<'_>>) {
    let bits = dict._ma_watcher_tag & DICT_WATCHER_MASK;
    for (index, callback) in state::interp().dicts.callbacks.iter().enumerate() {
        let (true, Some(callback)) = (bits >> index & 1 == 1, callback.get()) else { continue };
        let saved = errors::take();
        let (key, value) = (refs::as_nullable(key), refs::as_nullable(value));
        // SAFETY: a registered callback and live objects or nulls.
        if unsafe { callback(event as c_int, dict.as_object_ptr(), key, value) } < 0 {
            // The dict may be dying, so the report only says where it is.
            let message = format!(
                "Exception ignored in {} watcher callback for <dict at {:p}>",
                event.name(),
                dict.as_object_ptr()
            );
            (state::hooks().write_unraisable)(Some(&message), None);
        }
        if let Some(saved) = saved {
            errors::restore(saved).ignore();
        }
    }
}

/// Registers a callback and gives its number (`PyDict_AddWatcher`).
pub fn add_watcher(callback: Callback) -> PyResult<c_int> {
    // 0 and 1 belong to the interpreter itself.
    for (index, cell) in state::interp().dicts.callbacks.iter().enumerate().skip(2) {
        if cell.get().is_none() {
            cell.set(Some(callback));
            return Ok(index as c_int);
        }
    }
    Err(raise!(RuntimeError, "no more dict watcher IDs available"))
}

fn registered(id: c_int) -> PyResult<&'static Cell<Option<Callback>>> {
    if !(0..DICT_MAX_WATCHERS).contains(&id) {
        return Err(raise!(ValueError, "Invalid dict watcher ID {id}"));
    }
    let cell = &state::interp().dicts.callbacks[id as usize];
    if cell.get().is_none() {
        return Err(raise!(ValueError, "No dict watcher set for ID {id}"));
    }
    Ok(cell)
}

pub fn clear_watcher(id: c_int) -> PyResult<()> {
    registered(id)?.set(None);
    Ok(())
}

/// # Errors
/// The id is not registered.
pub fn watch(id: c_int, dict: Dict<'_>) -> PyResult<()> {
    registered(id)?;
    change_tag(dict, |tag| tag | 1 << id);
    Ok(())
}

/// # Errors
/// The id is not registered.
pub fn unwatch(id: c_int, dict: Dict<'_>) -> PyResult<()> {
    registered(id)?;
    change_tag(dict, |tag| tag & !(1 << id));
    Ok(())
}

fn change_tag(dict: Dict<'_>, change: impl FnOnce(u64) -> u64) {
    // SAFETY: the dict is alive.
    unsafe {
        let tag = &raw mut (*dict.as_ptr())._ma_watcher_tag;
        ptr::write(tag, change(ptr::read(tag)));
    }
}
