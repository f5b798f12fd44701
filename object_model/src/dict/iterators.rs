//! Iterators over keys, values and items, forwards and backwards.

use core::cell::Cell;

use super::{Dict, len, table};
use crate::iter::builtin;
use crate::layout::*;
use crate::refs::Field;
use crate::{
    Borrowed, Object, Owned, PyLayout, PyResult, Visitor, gc, int, method, object, raise, sequence, slot,
    tuple, type_object,
};

/// What the six iterator types look like.
#[repr(C)]
pub struct DictIterator {
    ob_base: PyObject,
    /// Empty once exhausted.
    dict: Field<PyDictObject>,
    /// The number of items at the start; -1 once it was found changed.
    used: Cell<isize>,
    /// The next entry.
    position: Cell<isize>,
    /// How many items are still to come.
    left: Cell<isize>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for DictIterator {}

type Iter<'a> = Borrowed<'a, DictIterator>;

fn new(tp: *mut PyTypeObject, dict: Dict<'_>) -> PyResult<Owned<DictIterator>> {
    // SAFETY: one of the static types below, of this layout; zeroed memory is an exhausted one.
    let result: Owned<DictIterator> =
        unsafe { type_object::generic_alloc(Borrowed::from_ptr(tp), 0)?.cast_unchecked() };
    result.used.set(len(dict) as isize);
    result.left.set(len(dict) as isize);
    result.dict.set(Some(dict.to_owned()));
    Ok(result)
}

fn new_reverse(tp: *mut PyTypeObject, dict: Dict<'_>) -> PyResult {
    let result = new(tp, dict)?;
    result.position.set(table(dict).n_entries() as isize - 1);
    Ok(result.into_object())
}

pub fn new_key_iterator(dict: Dict<'_>) -> PyResult {
    Ok(new(&raw mut PyDictIterKey_Type, dict)?.into_object())
}
pub fn new_value_iterator(dict: Dict<'_>) -> PyResult {
    Ok(new(&raw mut PyDictIterValue_Type, dict)?.into_object())
}
pub fn new_item_iterator(dict: Dict<'_>) -> PyResult {
    Ok(new(&raw mut PyDictIterItem_Type, dict)?.into_object())
}
pub(super) fn new_reverse_key_iterator(dict: Dict<'_>) -> PyResult {
    new_reverse(&raw mut PyDictRevIterKey_Type, dict)
}
pub(super) fn new_reverse_value_iterator(dict: Dict<'_>) -> PyResult {
    new_reverse(&raw mut PyDictRevIterValue_Type, dict)
}
pub(super) fn new_reverse_item_iterator(dict: Dict<'_>) -> PyResult {
    new_reverse(&raw mut PyDictRevIterItem_Type, dict)
}

/// The dict of an iterator that may go on.
#[inline]
fn checked_dict<'a>(iterator: Iter<'a>) -> PyResult<Option<Dict<'a>>> {
    // SAFETY: the field owns a reference or is null; nothing runs before it is read again.
    let Some(dict) = (unsafe { Dict::from_nullable(iterator.dict.as_ptr()) }) else { return Ok(None) };
    if iterator.used.get() != dict.ma_used {
        iterator.used.set(-1);
        return Err(raise!(RuntimeError, "dictionary changed size during iteration"));
    }
    Ok(Some(dict))
}

/// The next pair that is not deleted, going up or down.
#[inline]
fn next_pair(iterator: Iter<'_>, step: isize) -> PyResult<Option<(*mut PyObject, *mut PyObject)>> {
    let Some(dict) = checked_dict(iterator)? else { return Ok(None) };
    let keys = table(dict);
    let mut position = iterator.position.get();
    while position >= 0 && (position as usize) < keys.n_entries() {
        let (key, value) = keys.read(position as usize);
        position += step;
        if value.is_null() {
            continue;
        }
        if iterator.left.get() == 0 {
            iterator.dict.clear();
            return Err(raise!(RuntimeError, "dictionary keys changed during iteration"));
        }
        iterator.position.set(position);
        iterator.left.set(iterator.left.get() - 1);
        return Ok(Some((key, value)));
    }
    iterator.dict.clear();
    Ok(None)
}

fn next_key<const STEP: isize>(iterator: Iter<'_>) -> PyResult<Option<Object>> {
    // SAFETY: an entry that is not deleted holds a live key.
    Ok(next_pair(iterator, STEP)?.map(|(key, _)| unsafe { Object::new_ref(key) }))
}

fn next_value<const STEP: isize>(iterator: Iter<'_>) -> PyResult<Option<Object>> {
    // SAFETY: as above.
    Ok(next_pair(iterator, STEP)?.map(|(_, value)| unsafe { Object::new_ref(value) }))
}

fn next_item<const STEP: isize>(iterator: Iter<'_>) -> PyResult<Option<Object>> {
    match next_pair(iterator, STEP)? {
        // SAFETY: as above.
        Some((key, value)) => unsafe { tuple::pair(Object::new_ref(key), Object::new_ref(value)).map(Some) },
        None => Ok(None),
    }
}

fn length_hint(iterator: Iter<'_>) -> PyResult {
    let left = match iterator.dict.get() {
        Some(dict) if iterator.used.get() == dict.ma_used => iterator.left.get(),
        _ => 0,
    };
    int::from_isize(left)
}

fn reduce(iterator: Iter<'_>) -> PyResult {
    // A copy is used up, so that this iterator stays where it is.
    // SAFETY: a new, zeroed object of the same type and layout.
    let copy: Owned<DictIterator> =
        unsafe { type_object::generic_alloc(iterator.ob_type(), 0)?.cast_unchecked() };
    copy.used.set(iterator.used.get());
    copy.position.set(iterator.position.get());
    copy.left.set(iterator.left.get());
    copy.dict.set(iterator.dict.get());
    let rest = sequence::to_list(copy.op())?;
    let function = builtin("iter")?;
    let arguments = tuple::pack(&[rest.op()])?;
    tuple::pack(&[function.op(), arguments.op()])
}

fn traverse(iterator: Iter<'_>, visitor: &mut Visitor) {
    iterator.dict.visit(visitor);
}

fn dealloc(iterator: Iter<'_>) {
    gc::untrack(iterator.as_object_ptr());
    iterator.dict.clear();
    // SAFETY: the reference is gone.
    unsafe { crate::alloc::free_object(iterator.as_object_ptr()) };
}

const METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__length_hint__",
        length_hint,
        c"__length_hint__($self, /)\n--\n\nPrivate method returning an estimate of len(list(it)).",
    ),
    method::noargs(
        c"__reduce__",
        reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    PyMethodDef::EMPTY,
];

macro_rules! iterator_types {
    ($($name:ident $text:literal $next:ident $step:literal;)*) => {
        $(
            #[unsafe(no_mangle)]
            pub static mut $name: PyTypeObject = PyTypeObject {
                tp_name: $text.as_ptr(),
                tp_basicsize: size_of::<DictIterator>() as Py_ssize_t,
                tp_dealloc: slot::dealloc(dealloc),
                tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                tp_traverse: slot::traverse(traverse),
                tp_iter: slot::unary(object::self_iter),
                tp_iternext: slot::iternext($next::<$step>),
                tp_methods: METHODS.as_ptr().cast_mut(),
                ..PyTypeObject::EMPTY
            };
        )*
    };
}

iterator_types! {
    PyDictIterKey_Type c"dict_keyiterator" next_key 1;
    PyDictIterValue_Type c"dict_valueiterator" next_value 1;
    PyDictIterItem_Type c"dict_itemiterator" next_item 1;
    PyDictRevIterKey_Type c"dict_reversekeyiterator" next_key -1;
    PyDictRevIterValue_Type c"dict_reversevalueiterator" next_value -1;
    PyDictRevIterItem_Type c"dict_reverseitemiterator" next_item -1;
}
