//! Memory of dead objects that waits for the next ones of their kind.
//!
//! Programs make and drop floats, ints, tuples, lists, dicts and bound methods all the time,
//! and the next one fits exactly into the memory of the last one. What waits here is no
//! object: its type does not count it, the collector does not see it, and its first word
//! points to the next one.

use core::cell::Cell;
use core::ptr;

use crate::layout::PyGC_Head;
use crate::state;

/// A chain of blocks of one size.
pub struct FreeList {
    first: Cell<*mut Link>,
    n: Cell<usize>,
}

struct Link {
    next: *mut Link,
}

impl Default for FreeList {
    fn default() -> Self {
        Self { first: Cell::new(ptr::null_mut()), n: Cell::new(0) }
    }
}

impl FreeList {
    /// A block whose contents are unspecified, or null.
    #[inline(always)]
    pub fn pop<T>(&self) -> *mut T {
        let first = self.first.get();
        if !first.is_null() {
            // SAFETY: blocks in the chain begin with a link.
            self.first.set(unsafe { (*first).next });
            self.n.set(self.n.get() - 1);
        }
        first.cast()
    }

    /// Takes a block over; false if there are enough already.
    ///
    /// # Safety
    /// `block` has the size of those in this list, and nobody uses it any more.
    #[inline(always)]
    pub unsafe fn push<T>(&self, block: *mut T, most: usize) -> bool {
        // A block that waits here is not freed as far as a sanitizer can see.
        if cfg!(adder_watched_memory) || self.n.get() >= most {
            return false;
        }
        let link = block.cast::<Link>();
        // SAFETY: the caller gives the block up.
        unsafe { (*link).next = self.first.get() };
        self.first.set(link);
        self.n.set(self.n.get() + 1);
        true
    }

    /// Frees what waits here, `head` bytes before where the list's blocks begin, and takes nothing from now on.
    fn close(&self, head: usize) {
        loop {
            let block = self.pop::<u8>();
            if block.is_null() {
                break;
            }
            // SAFETY: blocks in the chain are nobody's, and lie behind a head of this size.
            unsafe { crate::alloc::free(block.sub(head).cast()) };
        }
        self.n.set(usize::MAX);
    }

    fn open(&self) {
        if self.n.get() == usize::MAX {
            self.n.set(0);
        }
    }
}

/// Tuples of up to so many items wait here.
pub const TUPLE_SIZES: usize = 20;
pub const MOST_NUMBERS: usize = 100;
pub const MOST_TUPLES: usize = 2000;
pub const MOST_CONTAINERS: usize = 80;
pub const MOST_METHODS: usize = 20;

/// The lists of an interpreter. Objects of types with GC head lie behind theirs, which is zero.
#[derive(Default)]
pub struct FreeLists {
    pub floats: FreeList,
    /// Ints of at most one digit.
    pub ints: FreeList,
    /// By number of items, from 1.
    pub tuples: [FreeList; TUPLE_SIZES],
    pub lists: FreeList,
    pub dicts: FreeList,
    /// The smallest tables for keys that are strings.
    pub dict_keys: FreeList,
    pub methods: FreeList,
}

impl FreeLists {
    /// All lists, and the size of the head before their blocks.
    fn all(&self) -> impl Iterator<Item = (&FreeList, usize)> {
        let head = size_of::<PyGC_Head>();
        let plain = [(&self.floats, 0), (&self.ints, 0), (&self.dict_keys, 0)];
        let collected = [(&self.lists, head), (&self.dicts, head), (&self.methods, head)];
        plain.into_iter().chain(collected).chain(self.tuples.iter().map(move |list| (list, head)))
    }

    /// Frees all that waits and keeps the lists empty, so that each object has memory of its own.
    pub fn close(&self) {
        self.all().for_each(|(list, head)| list.close(head));
    }

    /// Lets memory wait again.
    pub fn open(&self) {
        self.all().for_each(|(list, _)| list.open());
    }
}

/// Those of the current interpreter.
#[inline(always)]
pub fn current() -> &'static FreeLists {
    &state::interp().free_lists
}
