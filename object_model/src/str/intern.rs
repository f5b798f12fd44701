//! Interned strings: equal ones are one object.
//!
//! The table does not own its strings. A mortal interned string takes itself out
//! when it dies; an immortal one never does. Strings of one Latin-1 character are
//! made once and are immortal, and so is the empty string.

use core::cell::{Cell, UnsafeCell};
use core::ptr;

use super::storage::state;
use super::{Object, Text, Unicode, storage};
use crate::layout::*;
use crate::{Owned, PyResult};

/// Strings that belong to the interpreter.
pub struct State {
    pub secret: crate::hashing::Secret,
    pub bytes: crate::bytes::State,
    latin1: [Cell<*mut Unicode>; 256],
    empty: Cell<*mut Unicode>,
    interned: UnsafeCell<Table>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            secret: Default::default(),
            bytes: Default::default(),
            latin1: [const { Cell::new(ptr::null_mut()) }; 256],
            empty: Cell::new(ptr::null_mut()),
            interned: UnsafeCell::default(),
        }
    }
}

/// A cell of the table: empty, taken out again, or a string with its hash.
#[derive(Clone, Copy)]
struct Entry {
    /// Kept here so that a search looks at no other string than the one it is after.
    hash: Py_hash_t,
    text: *mut Unicode,
}

/// Open addressing with linear probing; `TOMB` marks what was taken out.
#[derive(Default)]
struct Table {
    cells: Vec<Entry>,
    /// Cells that are not null.
    used: usize,
    live: usize,
}

const TOMB: *mut Unicode = ptr::without_provenance_mut(1);
const EMPTY: Entry = Entry { hash: 0, text: ptr::null_mut() };

impl Table {
    /// The number of the cell with the string that `is_wanted`, or of the one to put it into.
    fn place(&self, hash: Py_hash_t, is_wanted: impl Fn(Text<'_>) -> bool) -> usize {
        let mask = self.cells.len() - 1;
        let mut index = hash as usize & mask;
        let mut free = None;
        loop {
            let cell = self.cells[index];
            if cell.text.is_null() {
                return free.unwrap_or(index);
            }
            if cell.text == TOMB {
                free.get_or_insert(index);
            // SAFETY: strings in the table are alive: they leave it before they are freed.
            } else if cell.hash == hash && is_wanted(unsafe { Text::from_ptr(cell.text) }) {
                return index;
            }
            index = (index + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let capacity = (self.live * 3).next_power_of_two().max(1024);
        let old = core::mem::replace(&mut self.cells, vec![EMPTY; capacity]);
        self.used = self.live;
        for cell in old.into_iter().filter(|cell| !cell.text.is_null() && cell.text != TOMB) {
            let place = self.place(cell.hash, |_| false);
            self.cells[place] = cell;
        }
    }

    fn find_or_insert(&mut self, text: Text<'_>) -> *mut Unicode {
        if (self.used + 1) * 3 > self.cells.len() * 2 {
            self.grow();
        }
        let hash = super::hash(text);
        let place = self.place(hash, |other| super::eq(other, text));
        let cell = self.cells[place];
        if !cell.text.is_null() && cell.text != TOMB {
            return cell.text;
        }
        self.used += usize::from(cell.text.is_null());
        self.live += 1;
        self.cells[place] = Entry { hash, text: text.as_ptr() };
        text.as_ptr()
    }

    /// The string of these ASCII characters, if there is one.
    fn find_ascii(&self, ascii: &[u8]) -> Option<*mut Unicode> {
        if self.cells.is_empty() {
            return None;
        }
        let is_wanted =
            |other: Text<'_>| storage::is_ascii(other) && storage::units(other).as_bytes() == ascii;
        let found = self.cells[self.place(crate::hashing::hash_bytes(ascii), is_wanted)].text;
        (!found.is_null() && found != TOMB).then_some(found)
    }

    fn remove(&mut self, text: Text<'_>) {
        if self.cells.is_empty() {
            return;
        }
        let place = self.place(super::hash(text), |other| super::eq(other, text));
        if self.cells[place].text == text.as_ptr() {
            self.cells[place].text = TOMB;
            self.live -= 1;
        }
    }
}

fn strings() -> &'static State {
    &crate::state::interp().strings
}

/// Runs `f` on the table of interned strings. `f` calls no Python code.
fn with_table<R>(f: impl FnOnce(&mut Table) -> R) -> R {
    // SAFETY: the GIL is held, and `f` only hashes and compares exact characters.
    f(unsafe { &mut *strings().interned.get() })
}

fn set_interned(text: Text<'_>, state: u32) {
    // SAFETY: a live string; the bits are only changed under the GIL.
    unsafe {
        let bits = &raw mut (*text.as_ptr().cast::<PyASCIIObject>()).state.bits;
        *bits = *bits & !_PyUnicodeObject_state::INTERNED | state;
    }
}

/// Makes an object's count stay where it is.
///
/// # Safety
/// `op` points to a live object.
pub(crate) unsafe fn make_immortal(op: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { (*op).ob_refcnt = crate::object::IMMORTAL_INITIAL_REFCNT };
}

fn new_static(text: Object) -> *mut Unicode {
    with_table(|table| table.find_or_insert(text.borrow()));
    set_interned(text.borrow(), SSTATE_INTERNED_IMMORTAL_STATIC);
    // SAFETY: alive, and from now on for ever.
    unsafe {
        make_immortal(text.as_object_ptr());
        (*text.as_ptr().cast::<PyASCIIObject>()).state.bits |= _PyUnicodeObject_state::STATICALLY_ALLOCATED;
    }
    text.into_ptr()
}

/// The string of one Latin-1 character.
#[inline]
pub fn latin1_char(byte: u8) -> Object {
    let cell = &strings().latin1[usize::from(byte)];
    if cell.get().is_null() {
        let made = storage::new_with(1, u32::from(byte), |cells: &mut [u8]| cells[0] = byte);
        cell.set(new_static(made.unwrap_or_else(|_| panic!("no memory for a character"))));
    }
    // SAFETY: immortal.
    unsafe { Owned::steal(cell.get()) }
}

/// `''`.
#[inline]
pub fn empty() -> Object {
    let cell = &strings().empty;
    if cell.get().is_null() {
        cell.set(new_empty());
    }
    // SAFETY: immortal.
    unsafe { Owned::steal(cell.get()) }
}

/// `new_unfilled` gives this string for a length of 0, so it is made by hand.
#[cold]
fn new_empty() -> *mut Unicode {
    let block = crate::alloc::malloc(size_of::<PyASCIIObject>() + 1).cast::<PyASCIIObject>();
    assert!(!block.is_null(), "no memory for the empty string");
    // SAFETY: a fresh block with room for the header and the zero at the end.
    unsafe {
        crate::alloc::init_header(block.cast(), &raw mut super::PyUnicode_Type);
        (*block).length = 0;
        (*block).hash = -1;
        (*block).state = _PyUnicodeObject_state::new(PyUnicode_1BYTE_KIND, true, true);
        block.add(1).cast::<u8>().write(0);
        new_static(Owned::steal(block.cast()))
    }
}

/// The interned string of some UTF-8; it lives for ever (`PyUnicode_InternFromString`).
pub fn intern(text: &str) -> PyResult<Object> {
    if text.len() > 1
        && text.is_ascii()
        && let Some(found) = with_table(|table| table.find_ascii(text.as_bytes()))
    {
        // SAFETY: what the table gives is a live string.
        return Ok(intern_immortal(unsafe { Owned::new_ref(found) }));
    }
    Ok(intern_immortal(super::from_str(text)?))
}

/// The interned string equal to `text`, which may be itself (`PyUnicode_InternInPlace`).
/// Instances of subclasses are not interned.
pub fn intern_in_place(text: Object) -> Object {
    if !text.op().is_exact::<Unicode>() || state(text.borrow()).interned() != SSTATE_NOT_INTERNED {
        return text;
    }
    if super::len(text.borrow()) == 1 && super::read(text.borrow(), 0) < 256 {
        return latin1_char(super::read(text.borrow(), 0) as u8);
    }
    // SAFETY: what the table gives is a live string.
    let found: Object = unsafe { Owned::new_ref(with_table(|table| table.find_or_insert(text.borrow()))) };
    if found.as_ptr() == text.as_ptr() {
        set_interned(text.borrow(), SSTATE_INTERNED_MORTAL);
    }
    found
}

/// The same, and the string never dies.
pub fn intern_immortal(text: Object) -> Object {
    let text = intern_in_place(text);
    if state(text.borrow()).interned() == SSTATE_INTERNED_MORTAL {
        set_interned(text.borrow(), SSTATE_INTERNED_IMMORTAL);
        // SAFETY: alive.
        unsafe { make_immortal(text.as_object_ptr()) };
    }
    text
}

/// `PyUnicode_CHECK_INTERNED`.
#[inline]
pub fn is_interned(text: Text<'_>) -> bool {
    state(text).interned() != SSTATE_NOT_INTERNED
}

/// A mortal interned string dies.
pub(super) fn forget(text: Text<'_>) {
    with_table(|table| table.remove(text));
}
