//! The hash table of a dict: indices that point into a row of entries in insertion order.
//!
//! ```text
//! | header (32 bytes) | dk_indices: 2^log2_size numbers of 1, 2, 4 or 8 bytes | entries |
//! ```
//!
//! An index is the number of an entry, `DKIX_EMPTY` or `DKIX_DUMMY`. Deleting leaves a
//! dummy index and an entry of nulls; both go when the table is made anew. Entries are
//! `PyDictUnicodeEntry` while all keys are exact strings, else `PyDictKeyEntry`, which
//! also has the hash. Nothing in this file runs Python code.

use core::ptr;

use crate::layout::*;
use crate::{Object, Op, PyResult, PyTyped, errors, free_lists, str};

const PERTURB_SHIFT: u32 = 5;
/// The smallest table is 2 to this power.
pub(super) const LOG_MIN_SIZE: u8 = 3;
/// A class's table has room for `SHARED_KEYS_MAX_SIZE` names.
const SHARED_LOG2_SIZE: u8 = 6;

/// A table of keys, addressed directly: the address stays good until the dict gets another table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Keys(pub(super) *mut PyDictKeysObject);

#[repr(C)]
struct EmptyKeys {
    header: PyDictKeysObject,
    indices: [u8; 8],
}

/// What every empty dict without a table points to: one index, which is empty.
static mut EMPTY: EmptyKeys = EmptyKeys {
    header: PyDictKeysObject {
        dk_refcnt: 1,
        dk_log2_size: 0,
        dk_log2_index_bytes: 3,
        dk_kind: DICT_KEYS_UNICODE,
        dk_version: 1,
        dk_usable: 0,
        dk_nentries: 0,
        dk_indices: [],
    },
    indices: [0xff; 8],
};

/// How many entries a table of `2^log2_size` indices may have: two thirds.
const fn usable_fraction(log2_size: u8) -> isize {
    (2 << log2_size) / 3
}

/// The logarithm of the smallest table with at least `n` indices.
pub(super) fn log2_for_size(n: usize) -> u8 {
    let n = n.max(1 << LOG_MIN_SIZE);
    (usize::BITS - (n - 1).leading_zeros()) as u8
}

/// The logarithm of the smallest table in which `n` entries find room.
pub(super) fn log2_for_entries(n: usize) -> u8 {
    log2_for_size((n * 3).div_ceil(2))
}

impl Keys {
    #[inline]
    pub(super) fn empty() -> Self {
        Self((&raw mut EMPTY).cast())
    }

    #[inline]
    pub(super) fn is_empty_singleton(self) -> bool {
        self == Self::empty()
    }

    /// A table without entries.
    pub(super) fn allocate(log2_size: u8, unicode: bool) -> PyResult<Self> {
        let log2_index_bytes = match log2_size {
            0..8 => log2_size,
            8..16 => log2_size + 1,
            16..32 => log2_size + 2,
            _ => log2_size + 3,
        };
        if log2_size >= 58 {
            return Err(errors::no_memory());
        }
        let usable = usable_fraction(log2_size);
        let entry = if unicode { size_of::<PyDictUnicodeEntry>() } else { size_of::<PyDictKeyEntry>() };
        let head = size_of::<PyDictKeysObject>() + (1 << log2_index_bytes);
        let mut block = ptr::null_mut::<PyDictKeysObject>();
        if unicode && log2_size == LOG_MIN_SIZE {
            block = free_lists::current().dict_keys.pop();
        }
        if block.is_null() {
            block = crate::alloc::malloc(head + entry * usable as usize).cast();
            if block.is_null() {
                return Err(errors::no_memory());
            }
        }
        // SAFETY: a fresh block for header, indices and entries.
        unsafe {
            block.write(PyDictKeysObject {
                dk_refcnt: 1,
                dk_log2_size: log2_size,
                dk_log2_index_bytes: log2_index_bytes,
                dk_kind: if unicode { DICT_KEYS_UNICODE } else { DICT_KEYS_GENERAL },
                dk_version: 0,
                dk_usable: usable,
                dk_nentries: 0,
                dk_indices: [],
            });
            let indices = block.add(1).cast::<u8>();
            // Entries past `dk_nentries` are never looked at.
            ptr::write_bytes(indices, 0xff, 1 << log2_index_bytes);
        }
        Ok(Self(block))
    }

    /// A table for the names of attributes, whose values stand in the instances of a class.
    pub(crate) fn allocate_shared() -> PyResult<Self> {
        let keys = Self::allocate(SHARED_LOG2_SIZE, true)?;
        keys.header_mut(|header| {
            header.dk_kind = DICT_KEYS_SPLIT;
            header.dk_usable = SHARED_KEYS_MAX_SIZE as isize;
        });
        Ok(keys)
    }

    /// The table of a class (`ht_cached_keys`).
    #[inline]
    pub(crate) fn shared_by(keys: *mut PyDictKeysObject) -> Self {
        Self(keys)
    }

    #[inline]
    pub(crate) fn as_ptr(self) -> *mut PyDictKeysObject {
        self.0
    }

    /// How many names a class's table has or may still get.
    #[inline]
    pub(crate) fn shared_capacity(self) -> usize {
        let header = self.header();
        (header.dk_nentries + header.dk_usable) as usize
    }

    /// Each new instance leaves room for one name less, as long as one is left.
    #[inline]
    pub(crate) fn shrink_shared(self) {
        if self.usable() > 1 {
            self.header_mut(|header| header.dk_usable -= 1);
        }
    }

    /// Adds a name to a class's table, `None` if it is full.
    #[cold]
    pub(crate) fn push_shared(self, key: impl FnOnce() -> Object, hash: Py_hash_t) -> Option<usize> {
        if self.usable() <= 0 {
            return None;
        }
        let n = self.n_entries();
        self.set_index_at(self.free_place(hash), n as isize);
        self.write(n, key().into_ptr(), hash, ptr::null_mut());
        self.header_mut(|header| {
            header.dk_version = 0;
            header.dk_usable -= 1;
            header.dk_nentries += 1;
        });
        Some(n)
    }

    /// A copy of the whole table with new references to its keys and values.
    pub(super) fn duplicate(self) -> PyResult<Self> {
        let size = self.byte_size();
        let block = crate::alloc::malloc(size);
        if block.is_null() {
            return Err(errors::no_memory());
        }
        // SAFETY: both blocks have `size` bytes.
        unsafe { ptr::copy_nonoverlapping(self.0.cast::<u8>(), block.cast::<u8>(), size) };
        let copy = Self(block.cast());
        for index in 0..copy.n_entries() {
            let (key, value) = copy.entry(index);
            // SAFETY: cells hold live objects or nulls.
            unsafe {
                if !(*value).is_null() {
                    crate::object::incref(*key);
                    crate::object::incref(*value);
                }
            }
        }
        copy.header_mut(|header| {
            header.dk_refcnt = 1;
            header.dk_version = 0;
        });
        Ok(copy)
    }

    /// Frees the block; the references in it have been taken out.
    pub(super) fn free_block(self) {
        if self.is_empty_singleton() {
            return;
        }
        let header = self.header();
        let is_smallest = header.dk_log2_size == LOG_MIN_SIZE && header.dk_kind == DICT_KEYS_UNICODE;
        // SAFETY: the block came from `allocate`, and the dict has forgotten it.
        unsafe {
            if !is_smallest || !free_lists::current().dict_keys.push(self.0, free_lists::MOST_CONTAINERS) {
                crate::alloc::free(self.0.cast());
            }
        }
    }

    /// Drops every key and value, and the block.
    pub(crate) fn drop_all(self) {
        if self.is_empty_singleton() {
            return;
        }
        for index in 0..self.n_entries() {
            let (key, value) = self.entry(index);
            // SAFETY: the cells own references or are null, and nobody reads them any more.
            unsafe {
                drop(Object::steal_nullable(ptr::replace(key, ptr::null_mut())));
                drop(Object::steal_nullable(ptr::replace(value, ptr::null_mut())));
            }
        }
        self.free_block();
    }

    /// The table's address, to be compared only.
    pub fn address(self) -> usize {
        self.0 as usize
    }

    pub(crate) fn byte_size(self) -> usize {
        let entry =
            if self.is_unicode() { size_of::<PyDictUnicodeEntry>() } else { size_of::<PyDictKeyEntry>() };
        size_of::<PyDictKeysObject>()
            + (1 << self.header().dk_log2_index_bytes)
            + entry * usable_fraction(self.log2_size()) as usize
    }

    #[inline]
    fn header(&self) -> &PyDictKeysObject {
        // SAFETY: a table lives as long as its dict points to it.
        unsafe { &*self.0 }
    }

    #[inline]
    fn header_mut(self, change: impl FnOnce(&mut PyDictKeysObject)) {
        // SAFETY: as above, and no other reference to the header is alive meanwhile.
        change(unsafe { &mut *self.0 });
    }

    #[inline]
    pub fn is_unicode(self) -> bool {
        self.header().dk_kind != DICT_KEYS_GENERAL
    }

    #[inline]
    pub(super) fn log2_size(self) -> u8 {
        self.header().dk_log2_size
    }

    #[inline]
    pub(super) fn n_entries(self) -> usize {
        self.header().dk_nentries as usize
    }

    #[inline]
    pub(super) fn usable(self) -> isize {
        self.header().dk_usable
    }

    /// How many entries a table of this size has room for, used or not.
    pub fn capacity(self) -> usize {
        usable_fraction(self.log2_size()) as usize
    }

    #[inline]
    pub fn version(self) -> u32 {
        self.header().dk_version
    }

    #[inline]
    pub(super) fn set_version(self, version: u32) {
        if !self.is_empty_singleton() {
            self.header_mut(|header| header.dk_version = version);
        }
    }

    /// Forgets the last `n_entries - n` entries, which are null already.
    pub(super) fn truncate(self, n: usize) {
        self.header_mut(|header| header.dk_nentries = n as isize);
    }

    #[inline]
    fn mask(self) -> usize {
        (1usize << self.log2_size()) - 1
    }

    #[inline]
    fn indices(self) -> *mut u8 {
        // SAFETY: the indices begin behind the header.
        unsafe { self.0.add(1).cast() }
    }

    #[inline]
    fn entries(self) -> *mut u8 {
        // SAFETY: the entries begin behind the indices.
        unsafe { self.indices().add(1 << self.header().dk_log2_index_bytes) }
    }

    #[inline]
    pub(super) fn index_at(self, place: usize) -> isize {
        debug_assert!(place <= self.mask());
        let indices = self.indices();
        // SAFETY: `place` is masked, and the width goes by the size of the table.
        unsafe {
            match self.log2_size() {
                0..8 => *indices.cast::<i8>().add(place) as isize,
                8..16 => *indices.cast::<i16>().add(place) as isize,
                16..32 => *indices.cast::<i32>().add(place) as isize,
                _ => *indices.cast::<i64>().add(place) as isize,
            }
        }
    }

    #[inline]
    fn set_index_at(self, place: usize, index: isize) {
        debug_assert!(place <= self.mask());
        let indices = self.indices();
        // SAFETY: as above.
        unsafe {
            match self.log2_size() {
                0..8 => *indices.cast::<i8>().add(place) = index as i8,
                8..16 => *indices.cast::<i16>().add(place) = index as i16,
                16..32 => *indices.cast::<i32>().add(place) = index as i32,
                _ => *indices.cast::<i64>().add(place) = index as i64,
            }
        }
    }

    /// Where key and value of an entry stand.
    #[inline]
    pub fn entry(self, index: usize) -> (*mut *mut PyObject, *mut *mut PyObject) {
        debug_assert!(index < self.capacity());
        // SAFETY: the table has room for `capacity` entries of the kind it says.
        unsafe {
            if self.is_unicode() {
                let entry = self.entries().cast::<PyDictUnicodeEntry>().add(index);
                (&raw mut (*entry).me_key, &raw mut (*entry).me_value)
            } else {
                let entry = self.entries().cast::<PyDictKeyEntry>().add(index);
                (&raw mut (*entry).me_key, &raw mut (*entry).me_value)
            }
        }
    }

    /// Key, value and hash of an entry; key and value are null once it is deleted.
    #[inline]
    pub fn read(self, index: usize) -> (*mut PyObject, *mut PyObject) {
        let (key, value) = self.entry(index);
        // SAFETY: the cells of an entry.
        unsafe { (*key, *value) }
    }

    /// The hash of the key of an entry that is not deleted.
    #[inline]
    pub fn hash_of(self, index: usize) -> Py_hash_t {
        // SAFETY: as in `entry`; the keys of a table of strings are exact strings with known hashes.
        unsafe {
            if self.is_unicode() {
                let (key, _) = self.read(index);
                (*key.cast::<PyASCIIObject>()).hash
            } else {
                (*self.entries().cast::<PyDictKeyEntry>().add(index)).me_hash
            }
        }
    }

    /// The places that `hash` leads to, one after the other, without end.
    #[inline]
    pub(super) fn probe(self, hash: Py_hash_t) -> Probe {
        let mask = self.mask();
        Probe { mask, place: hash as usize & mask, perturb: hash as usize }
    }

    /// The entry of an exact string in a table of strings, `None` if it is not there.
    pub fn find_unicode(self, key: Op<'_>, hash: Py_hash_t) -> Option<usize> {
        debug_assert!(self.is_unicode() && key.is_exact::<PyUnicodeObject>());
        match self.log2_size() {
            0..8 => self.find_unicode_among::<i8>(key, hash),
            8..16 => self.find_unicode_among::<i16>(key, hash),
            16..32 => self.find_unicode_among::<i32>(key, hash),
            _ => self.find_unicode_among::<i64>(key, hash),
        }
    }

    /// `find_unicode` where indices have the width of `I`.
    #[inline]
    fn find_unicode_among<I: Copy + Into<i64>>(self, key: Op<'_>, hash: Py_hash_t) -> Option<usize> {
        let (indices, entries) = (self.indices().cast::<I>(), self.entries().cast::<PyDictUnicodeEntry>());
        let mut probe = self.probe(hash);
        loop {
            // SAFETY: `place` is masked.
            let index = unsafe { (*indices.add(probe.place)).into() } as isize;
            if index >= 0 {
                // SAFETY: an index in the table names an entry with a string as its key.
                unsafe {
                    let candidate = (*entries.offset(index)).me_key;
                    if candidate == key.as_ptr() {
                        return Some(index as usize);
                    }
                    if (*candidate.cast::<PyASCIIObject>()).hash == hash
                        && str::eq(Op::from_ptr(candidate).cast_unchecked(), key.cast_unchecked())
                    {
                        return Some(index as usize);
                    }
                }
            } else if index == DKIX_EMPTY {
                return None;
            }
            probe.advance();
        }
    }

    /// Where the index of an entry stands.
    pub(super) fn place_of_index(self, hash: Py_hash_t, index: usize) -> usize {
        let mut probe = self.probe(hash);
        loop {
            let found = self.index_at(probe.place);
            if found == index as isize {
                return probe.place;
            }
            debug_assert!(found != DKIX_EMPTY, "an entry without an index");
            probe.advance();
        }
    }

    pub(super) fn mark_deleted(self, place: usize) {
        self.set_index_at(place, DKIX_DUMMY);
    }

    /// The first place for `hash` where no entry's index stands.
    fn free_place(self, hash: Py_hash_t) -> usize {
        let mut probe = self.probe(hash);
        while self.index_at(probe.place) >= 0 {
            probe.advance();
        }
        probe.place
    }

    /// Adds an entry; the key is new to the table, which has room for it.
    pub(super) fn push(self, key: Object, hash: Py_hash_t, value: Object) {
        debug_assert!(self.usable() > 0);
        let n = self.n_entries();
        self.set_index_at(self.free_place(hash), n as isize);
        self.write(n, key.into_ptr(), hash, value.into_ptr());
        self.header_mut(|header| {
            header.dk_version = 0;
            header.dk_usable -= 1;
            header.dk_nentries += 1;
        });
    }

    fn write(self, index: usize, key: *mut PyObject, hash: Py_hash_t, value: *mut PyObject) {
        // SAFETY: as in `entry`.
        unsafe {
            if self.is_unicode() {
                let entry = self.entries().cast::<PyDictUnicodeEntry>().add(index);
                entry.write(PyDictUnicodeEntry { me_key: key, me_value: value });
            } else {
                let entry = self.entries().cast::<PyDictKeyEntry>().add(index);
                entry.write(PyDictKeyEntry { me_hash: hash, me_key: key, me_value: value });
            }
        }
    }

    /// Moves every entry of `old` that is not deleted into this new, empty table, and frees `old`.
    pub(super) fn take_from(self, old: Self) {
        let mut n = 0;
        for index in 0..old.n_entries() {
            let (key, value) = old.read(index);
            if value.is_null() {
                continue;
            }
            let hash = old.hash_of(index);
            self.write(n, key, hash, value);
            self.set_index_at(self.free_place(hash), n as isize);
            n += 1;
        }
        self.header_mut(|header| {
            header.dk_nentries = n as isize;
            header.dk_usable -= n as isize;
        });
        old.free_block();
    }

    /// Whether a key may go into this table without making it a general one.
    #[inline]
    pub(super) fn accepts(self, key: Op<'_>) -> bool {
        !self.is_unicode() || key.type_ptr() == PyUnicodeObject::type_ptr()
    }
}

/// The sequence of places for one hash.
pub(super) struct Probe {
    mask: usize,
    pub place: usize,
    perturb: usize,
}

impl Probe {
    #[inline]
    pub fn advance(&mut self) {
        self.perturb >>= PERTURB_SHIFT;
        self.place = self.place.wrapping_mul(5).wrapping_add(self.perturb).wrapping_add(1) & self.mask;
    }
}
