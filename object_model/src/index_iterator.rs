//! Iterators that walk an object by index: those of `str`, `bytes` and `bytearray`.
//!
//! They let go of the object at its end and stay exhausted from then on.

use core::marker::PhantomData;

use crate::layout::*;
use crate::{
    Borrowed, Object, Op, Owned, PyResult, PyTyped, TypeRef, Visitor, gc, int, method, raise, slot, state,
};

/// A type that is iterated over by index.
pub trait Indexed: PyTyped + Sized {
    /// The methods of the iterator's type.
    const METHODS: &'static [PyMethodDef] = Table::<Self>::METHODS;
    /// The type of the iterator over `op`.
    fn iterator_type(op: Borrowed<'_, Self>) -> *mut PyTypeObject;
    fn len(op: Borrowed<'_, Self>) -> usize;
    /// Item `index`, which is below `len`.
    fn item(op: Borrowed<'_, Self>, index: usize) -> PyResult;
    /// What an iterator at its end says that it iterates over, to be pickled.
    fn nothing() -> Object {
        crate::tuple::empty()
    }
}

type Iter<'a> = Borrowed<'a, PySeqIter>;

/// `tp_iter`.
pub fn new<S: Indexed>(op: Borrowed<'_, S>) -> PyResult {
    // SAFETY: a static type, ready by now.
    let made = gc::alloc(unsafe { TypeRef::from_ptr(S::iterator_type(op)) }, 0)?;
    // SAFETY: a fresh object of this type.
    unsafe {
        let iterator = made.as_ptr().cast::<PySeqIter>();
        (*iterator).it_index = 0;
        (*iterator).it_seq = op.to_owned().into_object_ptr();
    }
    gc::track(made.as_object_ptr());
    Ok(made)
}

/// What is iterated over, until the end.
fn sequence<'a, S: Indexed>(iterator: Iter<'a>) -> Option<Borrowed<'a, S>> {
    // SAFETY: the field holds an instance of this type or null.
    unsafe { Borrowed::from_nullable((*iterator.as_ptr()).it_seq.cast()) }
}

fn let_go(iterator: Iter<'_>) {
    // SAFETY: the field owns its reference; the old one is dropped after the change.
    let old = unsafe {
        let slot = &raw mut (*iterator.as_ptr()).it_seq;
        Object::steal_nullable(core::ptr::replace(slot, core::ptr::null_mut()))
    };
    drop(old);
}

fn next<S: Indexed>(iterator: Iter<'_>) -> PyResult<Option<Object>> {
    let Some(op) = sequence::<S>(iterator) else {
        return Ok(None);
    };
    let index = iterator.it_index as usize;
    if index < S::len(op) {
        let item = S::item(op, index)?;
        // SAFETY: a live iterator.
        unsafe { (*iterator.as_ptr()).it_index += 1 };
        return Ok(Some(item));
    }
    let_go(iterator);
    Ok(None)
}

fn length_hint<S: Indexed>(iterator: Iter<'_>) -> PyResult {
    let left = sequence::<S>(iterator).map_or(0, |op| S::len(op) as isize - iterator.it_index);
    int::from_isize(left.max(0))
}

fn builtin(name: &str) -> PyResult {
    // SAFETY: the builtins' dict, or null before there is one.
    let builtins = unsafe { Op::from_nullable(state::interp().builtins.get()) };
    let found = match builtins.and_then(|op| op.downcast::<PyDictObject>()) {
        Some(builtins) => crate::dict::get_item_str(builtins, name)?,
        None => None,
    };
    found.ok_or_else(|| raise!(AttributeError, "{name}"))
}

fn reduce<S: Indexed>(iterator: Iter<'_>) -> PyResult {
    // Looking the name up can run Python code that uses this iterator, so it comes first.
    let iter = builtin("iter")?;
    match sequence::<S>(iterator).map(Borrowed::to_owned) {
        Some(op) => {
            let args = crate::tuple::pack(&[op.op()])?;
            let index = int::from_isize(iterator.it_index)?;
            crate::tuple::pack(&[iter.op(), args.op(), index.op()])
        }
        None => {
            let args = crate::tuple::pack(&[S::nothing().op()])?;
            crate::tuple::pack(&[iter.op(), args.op()])
        }
    }
}

fn set_state<S: Indexed>(iterator: Iter<'_>, state: Op<'_>) -> PyResult<()> {
    let index = int::as_isize(state)?;
    if let Some(op) = sequence::<S>(iterator) {
        // SAFETY: a live iterator.
        unsafe { (*iterator.as_ptr()).it_index = index.clamp(0, S::len(op) as isize) };
    }
    Ok(())
}

fn iter(iterator: Iter<'_>) -> PyResult<Owned<PySeqIter>> {
    Ok(iterator.to_owned())
}

fn traverse(iterator: Iter<'_>, visitor: &mut Visitor) {
    visitor.visit(iterator.it_seq);
}

fn dealloc(iterator: Iter<'_>) {
    gc::untrack(iterator.as_object_ptr());
    let_go(iterator);
    // SAFETY: what it owned is gone.
    unsafe { crate::alloc::free_object(iterator.as_object_ptr()) };
}

struct Table<S>(PhantomData<S>);

impl<S: Indexed> Table<S> {
    const METHODS: &'static [PyMethodDef; 4] = &[
        method::noargs(
            c"__length_hint__",
            length_hint::<S>,
            c"__length_hint__($self, /)\n--\n\nAn estimate of how many items are left.",
        ),
        method::noargs(c"__reduce__", reduce::<S>, c"__reduce__($self, /)\n--\n\nState for pickling."),
        method::o(
            c"__setstate__",
            set_state::<S>,
            c"__setstate__($self, state, /)\n--\n\nTakes the state from pickling.",
        ),
        PyMethodDef::EMPTY,
    ];
}

/// The type object of such an iterator.
pub const fn type_object<S: Indexed>(name: &'static core::ffi::CStr) -> PyTypeObject {
    PyTypeObject {
        tp_name: name.as_ptr(),
        tp_basicsize: size_of::<PySeqIter>() as Py_ssize_t,
        tp_dealloc: slot::dealloc(dealloc),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: slot::traverse(traverse),
        tp_iter: slot::unary(iter),
        tp_iternext: slot::iternext(next::<S>),
        tp_methods: S::METHODS.as_ptr().cast_mut(),
        ..PyTypeObject::EMPTY
    }
}
