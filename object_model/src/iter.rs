//! Iteration: `PyIter_*`, and the iterator types over sequences and callables.

use crate::exceptions::builtin as exception;
use crate::layout::*;
use crate::{
    Borrowed, Object, Op, PyResult, PyTyped, Visitor, call, dict, errors, gc, int, method, object, raise,
    sequence, slot, state, tuple, type_object,
};

/// What `am_send` or `send()` gave.
pub enum SendResult {
    Yielded(Object),
    Returned(Object),
}

/// A name in `builtins`, as `__reduce__` of iterators wants it.
pub fn builtin(name: &str) -> PyResult {
    // SAFETY: the builtins' dict, or null before there is one.
    let builtins = unsafe { Op::from_nullable(state::interp().builtins.get()) };
    let found = match builtins.and_then(|op| op.downcast::<PyDictObject>()) {
        Some(builtins) => dict::get_item_str(builtins, name)?,
        None => None,
    };
    found.ok_or_else(|| raise!(AttributeError, "{name}"))
}

/// Whether the object is an iterator.
pub fn check(op: Op<'_>) -> bool {
    // Classes without `__next__` have a function in the slot that says so.
    let none = crate::object::_PyObject_NextNotImplemented as *const () as usize;
    op.ob_type().tp_iternext.is_some_and(|next| next as usize != none)
}

/// What `tp_iternext` gives; after `None` an exception may be set.
#[inline]
fn call_slot(iterator: Op<'_>) -> PyResult<Option<Object>> {
    let Some(next) = iterator.ob_type().tp_iternext else {
        return Err(raise!(TypeError, "'{}' object is not an iterator", iterator.type_name()));
    };
    // Iterators over iterators go as deep as they are nested.
    crate::call::enter_recursive(" while taking the next item")?;
    // SAFETY: the slot of the object's own type.
    Ok(unsafe { Object::steal_nullable(next(iterator.as_ptr())) })
}

/// The next item, or `None` at the end, also if that was said by raising StopIteration.
#[inline]
pub fn next(iterator: Op<'_>) -> PyResult<Option<Object>> {
    let item = call_slot(iterator)?;
    if item.is_none() {
        return end_of_iteration();
    }
    Ok(item)
}

/// After a null from `tp_iternext`: the end, unless an exception other than StopIteration is set.
#[cold]
pub fn end_of_iteration() -> PyResult<Option<Object>> {
    if errors::occurred().is_some() {
        return errors::raised().absorb(exception::StopIteration());
    }
    Ok(None)
}

/// `tp_iternext` as it is: a StopIteration that was raised stays raised.
pub fn next_raw(iterator: Op<'_>) -> PyResult<Option<Object>> {
    let item = call_slot(iterator)?;
    if item.is_none() && errors::occurred().is_some() {
        return Err(errors::raised());
    }
    Ok(item)
}

/// `PyIter_Send`.
pub fn send(iterator: Op<'_>, value: Op<'_>) -> PyResult<SendResult> {
    let methods = iterator.ob_type().tp_as_async;
    // SAFETY: a slot table lives as long as its type.
    if let Some(send) = (!methods.is_null()).then(|| unsafe { (*methods).am_send }).flatten() {
        let mut result = core::ptr::null_mut();
        // SAFETY: the slot of the object's own type; it fills `result` with a reference.
        let status = unsafe { send(iterator.as_ptr(), value.as_ptr(), &raw mut result) };
        return match status {
            PYGEN_ERROR => Err(errors::raised_by_c()),
            // SAFETY: as above.
            PYGEN_RETURN => Ok(SendResult::Returned(unsafe { Object::steal(result) })),
            // SAFETY: as above.
            _ => Ok(SendResult::Yielded(unsafe { Object::steal(result) })),
        };
    }
    let result = if value.is_none() && check(iterator) {
        next_raw(iterator)
    } else {
        call::call_method(iterator, "send", &[value]).map(Some)
    };
    match result {
        Ok(Some(item)) => Ok(SendResult::Yielded(item)),
        Ok(None) => Ok(SendResult::Returned(crate::singletons::new_none())),
        Err(raised) => {
            if !raised.matches(exception::StopIteration()) {
                return Err(raised);
            }
            let stop = raised.take();
            Ok(SendResult::Returned(object::get_attr_str(stop.op(), "value")?))
        }
    }
}

type SeqIter<'a> = Borrowed<'a, PySeqIter>;

/// `iter` of an object that only has `__getitem__` (`PySeqIter_New`).
pub fn new_sequence_iterator(sequence: Op<'_>) -> PyResult {
    if !sequence::check(sequence) {
        return Err(errors::bad_internal_call());
    }
    let result = gc::alloc(PySeqIter::type_ref(), 0)?;
    // SAFETY: a new object of this type.
    unsafe {
        let raw: *mut PySeqIter = result.as_ptr().cast();
        (*raw).it_index = 0;
        (*raw).it_seq = sequence.to_owned().into_ptr();
    }
    gc::track(result.as_ptr());
    Ok(result)
}

fn seq_next(iterator: SeqIter<'_>) -> PyResult<Option<Object>> {
    // SAFETY: the field owns a reference or is null.
    let Some(sequence) = (unsafe { Object::new_ref_nullable(iterator.it_seq) }) else { return Ok(None) };
    let index = iterator.it_index;
    if index == isize::MAX {
        return Err(raise!(OverflowError, "iter index too large"));
    }
    match sequence::get_item(sequence.op(), index) {
        Ok(item) => {
            // SAFETY: the iterator is alive.
            unsafe { (*iterator.as_ptr()).it_index += 1 };
            Ok(Some(item))
        }
        Err(raised) => {
            if raised.matches(exception::IndexError()) || raised.matches(exception::StopIteration()) {
                raised.clear();
                seq_clear(iterator);
                return Ok(None);
            }
            Err(raised)
        }
    }
}

fn seq_clear(iterator: SeqIter<'_>) {
    // SAFETY: the field owns a reference or is null, and is emptied first.
    drop(unsafe {
        Object::steal_nullable(core::ptr::replace(
            &raw mut (*iterator.as_ptr()).it_seq,
            core::ptr::null_mut(),
        ))
    });
}

fn seq_traverse(iterator: SeqIter<'_>, visitor: &mut Visitor) {
    visitor.visit(iterator.it_seq);
}

fn seq_dealloc(iterator: SeqIter<'_>) {
    gc::untrack(iterator.as_object_ptr());
    seq_clear(iterator);
    // SAFETY: the reference is gone.
    unsafe { crate::alloc::free_object(iterator.as_object_ptr()) };
}

fn seq_length_hint(iterator: SeqIter<'_>) -> PyResult {
    // SAFETY: the field owns a reference or is null.
    let Some(sequence) = (unsafe { Object::new_ref_nullable(iterator.it_seq) }) else {
        return int::from_isize(0);
    };
    // A sequence without a length gives no hint.
    if type_object::lookup_str(sequence.op().ob_type(), "__len__").is_none() {
        return crate::define::not_implemented();
    }
    let n = sequence::len(sequence.op())? as isize;
    int::from_isize((n - iterator.it_index).max(0))
}

fn seq_reduce(iterator: SeqIter<'_>) -> PyResult {
    let function = builtin("iter")?;
    // SAFETY: the field owns a reference or is null.
    match unsafe { Object::new_ref_nullable(iterator.it_seq) } {
        Some(sequence) => {
            let arguments = tuple::pack(&[sequence.op()])?;
            let index = int::from_isize(iterator.it_index)?;
            tuple::pack(&[function.op(), arguments.op(), index.op()])
        }
        None => {
            let arguments = tuple::from_vec(vec![tuple::empty()])?;
            tuple::pack(&[function.op(), arguments.op()])
        }
    }
}

fn seq_setstate(iterator: SeqIter<'_>, state: Op<'_>) -> PyResult<()> {
    let index = int::as_isize(state)?;
    // SAFETY: the iterator is alive.
    unsafe {
        if !(*iterator.as_ptr()).it_seq.is_null() {
            (*iterator.as_ptr()).it_index = index.max(0);
        }
    }
    Ok(())
}

type CallIter<'a> = Borrowed<'a, PyCallIter>;

/// `iter(callable, sentinel)` (`PyCallIter_New`).
pub fn new_callable_iterator(callable: Op<'_>, sentinel: Op<'_>) -> PyResult {
    let result = gc::alloc(PyCallIter::type_ref(), 0)?;
    // SAFETY: a new object of this type.
    unsafe {
        let raw: *mut PyCallIter = result.as_ptr().cast();
        (*raw).it_callable = callable.to_owned().into_ptr();
        (*raw).it_sentinel = sentinel.to_owned().into_ptr();
    }
    gc::track(result.as_ptr());
    Ok(result)
}

/// What is called, and the value that ends the iteration.
fn call_parts(iterator: CallIter<'_>) -> Option<(Object, Object)> {
    // SAFETY: the fields own references or are null.
    unsafe {
        Some((
            Object::new_ref_nullable(iterator.it_callable)?,
            Object::new_ref_nullable(iterator.it_sentinel)?,
        ))
    }
}

fn call_next(iterator: CallIter<'_>) -> PyResult<Option<Object>> {
    let Some((callable, _)) = call_parts(iterator) else { return Ok(None) };
    match call::call_noargs(callable.op()) {
        Ok(item) => {
            // The call may have ended this very iterator.
            let Some((_, sentinel)) = call_parts(iterator) else { return Ok(None) };
            if !object::rich_compare_bool(sentinel.op(), item.op(), Py_EQ)? {
                return Ok(Some(item));
            }
            call_clear(iterator);
            Ok(None)
        }
        Err(raised) => {
            raised.absorb::<()>(exception::StopIteration())?;
            call_clear(iterator);
            Ok(None)
        }
    }
}

fn call_clear(iterator: CallIter<'_>) {
    // SAFETY: the fields own references or are null, and are emptied first.
    unsafe {
        let raw = iterator.as_ptr();
        let callable = core::ptr::replace(&raw mut (*raw).it_callable, core::ptr::null_mut());
        let sentinel = core::ptr::replace(&raw mut (*raw).it_sentinel, core::ptr::null_mut());
        drop(Object::steal_nullable(callable));
        drop(Object::steal_nullable(sentinel));
    }
}

fn call_traverse(iterator: CallIter<'_>, visitor: &mut Visitor) {
    visitor.visit(iterator.it_callable);
    visitor.visit(iterator.it_sentinel);
}

fn call_dealloc(iterator: CallIter<'_>) {
    gc::untrack(iterator.as_object_ptr());
    call_clear(iterator);
    // SAFETY: the references are gone.
    unsafe { crate::alloc::free_object(iterator.as_object_ptr()) };
}

fn call_reduce(iterator: CallIter<'_>) -> PyResult {
    let function = builtin("iter")?;
    let arguments = match call_parts(iterator) {
        Some((callable, sentinel)) => tuple::from_vec(vec![callable, sentinel])?,
        None => tuple::from_vec(vec![tuple::empty()])?,
    };
    tuple::pack(&[function.op(), arguments.op()])
}

const SEQ_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__length_hint__",
        seq_length_hint,
        c"__length_hint__($self, /)\n--\n\nPrivate method returning an estimate of len(list(it)).",
    ),
    method::noargs(
        c"__reduce__",
        seq_reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    method::o(
        c"__setstate__",
        seq_setstate,
        c"__setstate__($self, object, /)\n--\n\nSet state information for unpickling.",
    ),
    PyMethodDef::EMPTY,
];

const CALL_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__reduce__",
        call_reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    PyMethodDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PySeqIter_Type: PyTypeObject = PyTypeObject {
    tp_name: c"iterator".as_ptr(),
    tp_basicsize: size_of::<PySeqIter>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(seq_dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(seq_traverse),
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(seq_next),
    tp_methods: SEQ_METHODS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PySeqIter, PySeqIter_Type);

#[unsafe(no_mangle)]
pub static mut PyCallIter_Type: PyTypeObject = PyTypeObject {
    tp_name: c"callable_iterator".as_ptr(),
    tp_basicsize: size_of::<PyCallIter>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(call_dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(call_traverse),
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(call_next),
    tp_methods: CALL_METHODS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyCallIter, PyCallIter_Type);
