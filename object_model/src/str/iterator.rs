//! The iterators over a string's characters: as in CPython one type for strings of ASCII
//! and one for the rest.

use super::{Unicode, len};
use crate::index_iterator::{self, Indexed};
use crate::layout::*;
use crate::{Borrowed, Object, Owned, PyResult};

impl Indexed for Unicode {
    fn iterator_type(op: Borrowed<'_, Self>) -> *mut PyTypeObject {
        if super::storage::is_ascii(op) {
            &raw mut _PyUnicodeASCIIIter_Type
        } else {
            &raw mut PyUnicodeIter_Type
        }
    }
    fn len(op: Borrowed<'_, Self>) -> usize {
        len(op)
    }
    fn nothing() -> Object {
        super::empty().into_object()
    }
    fn item(op: Borrowed<'_, Self>, index: usize) -> PyResult<Object> {
        super::from_char(super::read(op, index)).map(Owned::into_object)
    }
}

/// `tp_iter` of `str`.
pub fn new_iterator(text: Borrowed<'_, Unicode>) -> PyResult {
    index_iterator::new(text)
}

#[unsafe(no_mangle)]
pub static mut PyUnicodeIter_Type: PyTypeObject = index_iterator::type_object::<Unicode>(c"str_iterator");

#[unsafe(no_mangle)]
pub static mut _PyUnicodeASCIIIter_Type: PyTypeObject =
    index_iterator::type_object::<Unicode>(c"str_ascii_iterator");
