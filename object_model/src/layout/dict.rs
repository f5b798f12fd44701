//! The `dict` type: the object, its table of keys, and the values of split tables.
//!
//! A table of keys is one block: the header below, then the indices (1 to 8
//! bytes each, by `dk_log2_index_bytes`), then the entries.

use super::*;
use core::ffi::c_char;

/// What `dict` looks like to a compiled wheel.
#[repr(C)]
pub struct PyDictObject {
    pub ob_base: PyObject,
    /// The number of items.
    pub ma_used: Py_ssize_t,
    /// Watchers in the low 8 bits, modifications counted in the next 4, an identity from bit 32.
    pub _ma_watcher_tag: u64,
    /// Owned, possibly together with other dicts.
    pub ma_keys: *mut PyDictKeysObject,
    /// Null unless the table is split; then the values, owned or inline in an object.
    pub ma_values: *mut PyDictValues,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyDictObject {}
assert_layout!(PyDictObject { size: 48, ma_used: 16, _ma_watcher_tag: 24, ma_keys: 32, ma_values: 40 });

/// A dict's table of keys.
#[repr(C)]
pub struct PyDictKeysObject {
    pub dk_refcnt: Py_ssize_t,
    /// Two to this power is the number of indices.
    pub dk_log2_size: u8,
    /// Two to this power is the number of bytes of all indices.
    pub dk_log2_index_bytes: u8,
    /// `DICT_KEYS_*`.
    pub dk_kind: u8,
    /// Zero when no cache may trust these keys.
    pub dk_version: u32,
    /// Entries that may still be added.
    pub dk_usable: Py_ssize_t,
    /// Entries that were added, deleted ones included.
    pub dk_nentries: Py_ssize_t,
    /// The indices; the entries follow them.
    pub dk_indices: [c_char; 0],
}
assert_layout!(PyDictKeysObject {
    size: 32,
    dk_refcnt: 0,
    dk_log2_size: 8,
    dk_log2_index_bytes: 9,
    dk_kind: 10,
    dk_version: 12,
    dk_usable: 16,
    dk_nentries: 24,
    dk_indices: 32
});

/// An entry of a table with keys of any type (`DICT_KEYS_GENERAL`).
#[repr(C)]
pub struct PyDictKeyEntry {
    pub me_hash: Py_hash_t,
    /// Owned, null once deleted, like `me_value`.
    pub me_key: *mut PyObject,
    pub me_value: *mut PyObject,
}
assert_layout!(PyDictKeyEntry { size: 24, me_hash: 0, me_key: 8, me_value: 16 });

/// An entry of a table whose keys are all exact strings.
#[repr(C)]
pub struct PyDictUnicodeEntry {
    /// Owned, null once deleted.
    pub me_key: *mut PyObject,
    /// Owned; null in a split table, whose values stand in `PyDictValues`.
    pub me_value: *mut PyObject,
}
assert_layout!(PyDictUnicodeEntry { size: 16, me_key: 0, me_value: 8 });

/// The values of a split table; `capacity` bytes of insertion order follow them.
#[repr(C)]
pub struct PyDictValues {
    pub capacity: u8,
    pub size: u8,
    /// Whether they stand inside the object.
    pub embedded: u8,
    pub valid: u8,
    /// `capacity` owned references or nulls.
    pub values: [*mut PyObject; 1],
}
assert_layout!(PyDictValues { size: 16, capacity: 0, size: 1, embedded: 2, valid: 3, values: 8 });

/// A node of an `OrderedDict`'s list of keys; only `OrderedDict` looks inside.
#[repr(C)]
pub struct _ODictNode {
    _opaque: [u8; 0],
}

/// What `collections.OrderedDict` looks like: a dict that keeps a list of nodes.
#[repr(C)]
pub struct PyODict {
    pub od_dict: PyDictObject,
    /// Owned memory: the node of each entry of the table.
    pub od_fast_nodes: *mut *mut _ODictNode,
    pub od_fast_nodes_size: Py_ssize_t,
    pub od_resize_sentinel: *mut core::ffi::c_void,
    /// Counts changes, so that iterators notice them.
    pub od_state: usize,
    pub od_first: *mut _ODictNode,
    pub od_last: *mut _ODictNode,
    /// Owned: the instance's `__dict__`.
    pub od_inst_dict: *mut PyObject,
    pub od_weakreflist: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyODict {}
assert_layout!(PyODict {
    size: 112,
    od_dict: 0,
    od_fast_nodes: 48,
    od_fast_nodes_size: 56,
    od_resize_sentinel: 64,
    od_state: 72,
    od_first: 80,
    od_last: 88,
    od_inst_dict: 96,
    od_weakreflist: 104
});
