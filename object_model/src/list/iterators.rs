//! `iter(list)` and `reversed(list)`.

use core::cell::Cell;

use super::{List, get, len};
use crate::iter::builtin;
use crate::layout::*;
use crate::refs::Field;
use crate::{
    Borrowed, Object, Op, Owned, PyResult, PyTyped, Visitor, gc, int, list, method, object, slot, tuple,
    type_object,
};

/// What `iter(list)` gives; `reversed(list)` has the same layout.
#[repr(C)]
pub struct ListIterator {
    ob_base: PyObject,
    index: Cell<isize>,
    /// Empty once exhausted.
    list: Field<PyListObject>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for ListIterator {}
crate::py_typed!(ListIterator, PyListIter_Type);

type Iter<'a> = Borrowed<'a, ListIterator>;

pub(super) fn iter(list: List<'_>) -> PyResult {
    let result = type_object::generic_alloc(ListIterator::type_ref(), 0)?;
    // SAFETY: a new, zeroed object of this type.
    let result: Owned<ListIterator> = unsafe { result.cast_unchecked() };
    result.list.set(Some(list.to_owned()));
    Ok(result.into_object())
}

pub(super) fn reversed(list: List<'_>) -> PyResult {
    // SAFETY: the type lives as long as the process, and zeroed memory is an exhausted iterator.
    let result: Owned<ListIterator> = unsafe {
        type_object::generic_alloc(Borrowed::from_ptr(&raw mut PyListRevIter_Type), 0)?.cast_unchecked()
    };
    result.index.set(len(list) as isize - 1);
    result.list.set(Some(list.to_owned()));
    Ok(result.into_object())
}

fn next(iterator: Iter<'_>) -> PyResult<Option<Object>> {
    let Some(list) = iterator.list.get() else { return Ok(None) };
    let index = iterator.index.get();
    if let Some(item) = get(list.borrow(), index as usize) {
        iterator.index.set(index + 1);
        return Ok(Some(item));
    }
    iterator.list.clear();
    Ok(None)
}

fn reverse_next(iterator: Iter<'_>) -> PyResult<Option<Object>> {
    let Some(list) = iterator.list.get() else { return Ok(None) };
    let index = iterator.index.get();
    if index >= 0
        && let Some(item) = get(list.borrow(), index as usize)
    {
        iterator.index.set(index - 1);
        return Ok(Some(item));
    }
    iterator.index.set(-1);
    iterator.list.clear();
    Ok(None)
}

fn length_hint(iterator: Iter<'_>) -> PyResult {
    let left = iterator.list.get().map_or(0, |list| len(list.borrow()) as isize - iterator.index.get());
    int::from_isize(left.max(0))
}

fn reverse_length_hint(iterator: Iter<'_>) -> PyResult {
    let n = iterator.index.get() + 1;
    let left = iterator.list.get().map_or(0, |list| if (len(list.borrow()) as isize) < n { 0 } else { n });
    int::from_isize(left)
}

fn reduce_as(iterator: Iter<'_>, name: &str) -> PyResult {
    let function = builtin(name)?;
    match iterator.list.get() {
        Some(list) => {
            let arguments = tuple::pack(&[list.op()])?;
            let index = int::from_isize(iterator.index.get())?;
            tuple::pack(&[function.op(), arguments.op(), index.op()])
        }
        None => {
            let arguments = tuple::from_vec(vec![list::new()?.into_object()])?;
            tuple::pack(&[function.op(), arguments.op()])
        }
    }
}

fn reduce(iterator: Iter<'_>) -> PyResult {
    reduce_as(iterator, "iter")
}

fn reverse_reduce(iterator: Iter<'_>) -> PyResult {
    reduce_as(iterator, "reversed")
}

fn setstate(iterator: Iter<'_>, state: Op<'_>) -> PyResult<()> {
    let index = int::as_isize(state)?;
    if let Some(list) = iterator.list.get() {
        iterator.index.set(index.clamp(0, len(list.borrow()) as isize));
    }
    Ok(())
}

fn reverse_setstate(iterator: Iter<'_>, state: Op<'_>) -> PyResult<()> {
    let index = int::as_isize(state)?;
    if let Some(list) = iterator.list.get() {
        iterator.index.set(index.clamp(-1, len(list.borrow()) as isize - 1));
    }
    Ok(())
}

fn traverse(iterator: Iter<'_>, visitor: &mut Visitor) {
    iterator.list.visit(visitor);
}

fn dealloc(iterator: Iter<'_>) {
    gc::untrack(iterator.as_object_ptr());
    iterator.list.clear();
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
    method::o(
        c"__setstate__",
        setstate,
        c"__setstate__($self, object, /)\n--\n\nSet state information for unpickling.",
    ),
    PyMethodDef::EMPTY,
];

const REVERSE_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__length_hint__",
        reverse_length_hint,
        c"__length_hint__($self, /)\n--\n\nPrivate method returning an estimate of len(list(it)).",
    ),
    method::noargs(
        c"__reduce__",
        reverse_reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    method::o(
        c"__setstate__",
        reverse_setstate,
        c"__setstate__($self, object, /)\n--\n\nSet state information for unpickling.",
    ),
    PyMethodDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PyListIter_Type: PyTypeObject = PyTypeObject {
    tp_name: c"list_iterator".as_ptr(),
    tp_basicsize: size_of::<ListIterator>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(traverse),
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(next),
    tp_methods: METHODS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyListRevIter_Type: PyTypeObject = PyTypeObject {
    tp_name: c"list_reverseiterator".as_ptr(),
    tp_basicsize: size_of::<ListIterator>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(traverse),
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(reverse_next),
    tp_methods: REVERSE_METHODS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};
