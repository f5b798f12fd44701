//! `StopIteration`, `SystemExit`, `KeyError` and `MemoryError`: one field or one slot more.

use core::mem::offset_of;
use core::ptr;

use super::base::{self, COMMON, SIMPLE, init_args, object_member};
use super::{_PyExc_MemoryError, replace};
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, TypeRef, gc, object, singletons, slot, state, tuple,
};

/// The exception seen as a `BaseException`, whose layout every other one starts with.
pub(super) fn base_of<T: crate::PyLayout>(op: Borrowed<'_, T>) -> Borrowed<'_, PyBaseExceptionObject> {
    // SAFETY: the layouts of this folder all start with that of `BaseException`.
    unsafe { op.cast_unchecked() }
}

/// `traverse`, `clear` and `dealloc` for a layout that adds owned fields.
macro_rules! owned_fields {
    ($layout:ty: $($field:ident),*) => {
        fn traverse(op: $crate::Borrowed<'_, $layout>, visitor: &mut $crate::Visitor) {
            $(visitor.visit(op.$field);)*
            $crate::exceptions::base::traverse($crate::exceptions::simple::base_of(op), visitor);
        }
        fn clear(op: $crate::Borrowed<'_, $layout>) {
            // SAFETY: a live exception, whose fields own what they point to.
            unsafe { $($crate::exceptions::replace(&raw mut (*op.as_ptr()).$field, None);)* }
            $crate::exceptions::base::clear($crate::exceptions::simple::base_of(op));
        }
        fn dealloc(op: $crate::Borrowed<'_, $layout>) {
            $crate::gc::untrack(op.as_object_ptr());
            clear(op);
            // SAFETY: the exception's own references are gone.
            unsafe { $crate::alloc::free_object(op.as_object_ptr()) };
        }
    };
}
pub(super) use owned_fields;

mod stop_iteration {
    use super::*;

    type StopIteration<'a> = Borrowed<'a, PyStopIterationObject>;

    fn init(op: StopIteration<'_>, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(op.type_name())?;
        init_args(op.as_object(), args)?;
        let value = args.get(0).map_or_else(singletons::new_none, Op::to_owned);
        // SAFETY: a live exception.
        unsafe { replace(&raw mut (*op.as_ptr()).value, Some(value)) };
        Ok(())
    }

    owned_fields!(PyStopIterationObject: value);

    static MEMBERS: [PyMemberDef; 2] = [
        object_member(c"value", offset_of!(PyStopIterationObject, value), c"generator return value"),
        PyMemberDef::EMPTY,
    ];

    pub(in super::super) const TEMPLATE: PyTypeObject = PyTypeObject {
        tp_basicsize: size_of::<PyStopIterationObject>() as Py_ssize_t,
        tp_dealloc: slot::dealloc(dealloc),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(clear),
        tp_members: (&raw const MEMBERS).cast_mut().cast(),
        tp_init: slot::init(init),
        ..COMMON
    };
}
pub(super) const STOP_ITERATION: PyTypeObject = stop_iteration::TEMPLATE;

mod system_exit {
    use super::*;

    type SystemExit<'a> = Borrowed<'a, PySystemExitObject>;

    fn init(op: SystemExit<'_>, args: Args<'_>) -> PyResult<()> {
        args.no_keywords(op.type_name())?;
        init_args(op.as_object(), args)?;
        let code = match args.len() {
            0 => return Ok(()),
            1 => args.get(0).expect("counted").to_owned(),
            _ => base::get_args(op.as_object()),
        };
        // SAFETY: a live exception.
        unsafe { replace(&raw mut (*op.as_ptr()).code, Some(code)) };
        Ok(())
    }

    owned_fields!(PySystemExitObject: code);

    static MEMBERS: [PyMemberDef; 2] =
        [object_member(c"code", offset_of!(PySystemExitObject, code), c"exception code"), PyMemberDef::EMPTY];

    pub(in super::super) const TEMPLATE: PyTypeObject = PyTypeObject {
        tp_basicsize: size_of::<PySystemExitObject>() as Py_ssize_t,
        tp_dealloc: slot::dealloc(dealloc),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(clear),
        tp_members: (&raw const MEMBERS).cast_mut().cast(),
        tp_init: slot::init(init),
        ..COMMON
    };
}
pub(super) const SYSTEM_EXIT: PyTypeObject = system_exit::TEMPLATE;

/// A missing key is shown by its `repr`, so that `''` and `0` can be told from nothing.
fn key_error_str(op: Borrowed<'_, PyBaseExceptionObject>) -> PyResult<Owned<PyUnicodeObject>> {
    let args = base::get_args(op.as_object());
    match args.op().downcast::<PyTupleObject>() {
        Some(args) if tuple::len(args) == 1 => object::repr(tuple::get(args, 0)),
        _ => base::to_str(op),
    }
}

pub(super) const KEY_ERROR: PyTypeObject = PyTypeObject { tp_str: slot::unary(key_error_str), ..COMMON };

/// How many dead instances are kept, and how many of them are made at start.
const POOL_SIZE: usize = 16;

/// An instance from the pool, whose header is new again and whose fields are null.
fn take_from_pool() -> Option<Object> {
    let state = &state::interp().exceptions;
    let first = state.memory_errors.get();
    if first.is_null() {
        return None;
    }
    // SAFETY: the pool holds dead instances, chained by `dict`, with no other field set.
    unsafe {
        state.memory_errors.set((*first).dict.cast());
        state.memory_error_count.set(state.memory_error_count.get() - 1);
        (*first).dict = ptr::null_mut();
        (*first).suppress_context = 0;
        (*first).ob_base.ob_refcnt = 1;
        (*first).args = tuple::empty().into_ptr();
        gc::track(first.cast());
        Some(Owned::steal(first.cast()))
    }
}

/// A `MemoryError` that needs no memory, if there is one left.
pub(super) fn memory_error() -> Option<Object> {
    take_from_pool()
}

pub(super) fn fill_memory_error_pool() -> PyResult<()> {
    // SAFETY: a static type.
    let tp = unsafe { TypeRef::from_ptr(&raw mut _PyExc_MemoryError) };
    let instances: Vec<Object> =
        (0..POOL_SIZE).map(|_| base::alloc(tp, tuple::empty())).collect::<PyResult<_>>()?;
    drop(instances); // Each goes to the pool as it dies.
    Ok(())
}

fn memory_error_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if tp.as_ptr() == &raw mut _PyExc_MemoryError
        && let Some(op) = take_from_pool()
    {
        base::set_args(op.op(), args.to_tuple()?.op());
        return Ok(op);
    }
    base::alloc(tp, args.to_tuple()?)
}

fn memory_error_dealloc(op: Borrowed<'_, PyBaseExceptionObject>) {
    gc::untrack(op.as_object_ptr());
    base::clear(op);
    let state = &state::interp().exceptions;
    if op.type_ptr() != &raw mut _PyExc_MemoryError || state.memory_error_count.get() >= POOL_SIZE {
        // SAFETY: the exception's own references are gone.
        unsafe { crate::alloc::free_object(op.as_object_ptr()) };
        return;
    }
    // SAFETY: dead, with all fields null; the pool is its only owner.
    unsafe { (*op.as_ptr()).dict = state.memory_errors.get().cast() };
    state.memory_errors.set(op.as_ptr());
    state.memory_error_count.set(state.memory_error_count.get() + 1);
}

pub(super) const MEMORY_ERROR: PyTypeObject = PyTypeObject {
    tp_dealloc: slot::dealloc(memory_error_dealloc),
    tp_new: slot::new(memory_error_new),
    tp_vectorcall: None,
    ..SIMPLE
};
