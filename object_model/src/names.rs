//! Interned names that the runtime itself looks up: `id!("__init__")`.
//!
//! Each place that writes one has a cell of its own, filled the first time it is
//! reached. All cells of one text hold the same object, because it is interned.

use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};

use crate::Op;
use crate::layout::PyObject;

/// A name and, once somebody has asked, its interned string.
pub struct Id {
    text: &'static str,
    cell: AtomicPtr<PyObject>,
}

impl Id {
    pub const fn new(text: &'static str) -> Self {
        Self { text, cell: AtomicPtr::new(ptr::null_mut()) }
    }

    /// The interned string; it is never freed.
    #[inline]
    pub fn get(&'static self) -> Op<'static> {
        let cached = self.cell.load(Ordering::Relaxed);
        if cached.is_null() {
            return self.intern();
        }
        // SAFETY: the cell holds a reference that is never given back.
        unsafe { Op::from_ptr(cached) }
    }

    #[cold]
    fn intern(&'static self) -> Op<'static> {
        let text = crate::str::intern(self.text).expect("no memory for a name of the runtime");
        let text = text.into_ptr().cast();
        self.cell.store(text, Ordering::Relaxed);
        // SAFETY: the reference was just given to the cell.
        unsafe { Op::from_ptr(text) }
    }
}

/// The interned string of a literal, borrowed for as long as the process lives.
#[macro_export]
macro_rules! id {
    ($text:literal) => {{
        static ID: $crate::names::Id = $crate::names::Id::new($text);
        ID.get()
    }};
}
