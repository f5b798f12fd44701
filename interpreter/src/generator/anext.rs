//! What `anext(iterator, default)` gives: an awaitable with a default in place of `StopAsyncIteration`.

use adder_object_model::define::{method, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, PyLayout, PyResult, Visitor, alloc, call, errors, exceptions, gc, object,
    raise, singletons,
};

#[repr(C)]
pub struct AnextAwaitable {
    pub ob_base: PyObject,
    /// Owned, like the default.
    wrapped: *mut PyObject,
    default_value: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for AnextAwaitable {}

type This<'a> = Borrowed<'a, AnextAwaitable>;

/// `PyAnextAwaitable_New`.
pub fn new(awaitable: Op<'_>, default: Op<'_>) -> PyResult {
    // SAFETY: a static type; the block is fresh and has this layout.
    unsafe {
        let block = gc::alloc(Borrowed::from_ptr(&raw mut _PyAnextAwaitable_Type), 0)?;
        let this = block.as_ptr().cast::<AnextAwaitable>();
        (*this).wrapped = awaitable.to_owned().into_ptr();
        (*this).default_value = default.to_owned().into_ptr();
        gc::track(block.as_ptr());
        Ok(block)
    }
}

/// The iterator of what is wrapped.
fn inner(this: This<'_>) -> PyResult {
    // SAFETY: owned for life.
    let awaitable = super::awaitable_iter(unsafe { Op::from_ptr(this.wrapped) })?;
    if awaitable.op().ob_type().tp_iternext.is_some() {
        return Ok(awaitable);
    }
    // A coroutine that was awaited itself: its `__await__` gives an iterator.
    // SAFETY: a type's table of async slots is static or as old as the type.
    let slot = unsafe { awaitable.op().ob_type().tp_as_async.as_ref() }.and_then(|methods| methods.am_await);
    let slot =
        slot.ok_or_else(|| raise!(TypeError, "'{}' object can't be awaited", awaitable.op().type_name()))?;
    // SAFETY: the slot of a live object's own type.
    let iterator: Object = unsafe { Object::from_c(slot(awaitable.as_ptr())) }?;
    if iterator.op().ob_type().tp_iternext.is_none() {
        return Err(raise!(TypeError, "{}.__await__() must return an iterable", awaitable.op().type_name()));
    }
    Ok(iterator)
}

/// The end of the iteration becomes the default.
fn with_default(this: This<'_>, result: PyResult<Option<Object>>) -> PyResult<Option<Object>> {
    match result {
        Err(error) if error.matches(exceptions::builtin::StopAsyncIteration()) => {
            error.clear();
            // SAFETY: owned for life.
            Err(exceptions::set_stop_iteration(Some(unsafe { Op::from_ptr(this.default_value) })))
        }
        result => result,
    }
}

fn next(this: This<'_>) -> PyResult<Option<Object>> {
    let iterator = inner(this)?;
    // SAFETY: checked by `inner`; the slot of a live object's own type.
    let result = unsafe {
        let slot = iterator.op().ob_type().tp_iternext.expect("checked");
        Object::steal_nullable(slot(iterator.as_ptr()))
    };
    let result = match result {
        Some(value) => Ok(Some(value)),
        None if errors::occurred().is_some() => Err(errors::raised()),
        None => Ok(None),
    };
    with_default(this, result)
}

fn proxy(this: This<'_>, name: &str, args: &[Op<'_>]) -> PyResult {
    let iterator = inner(this)?;
    let result = call::call_method(iterator.op(), name, args);
    with_default(this, result.map(Some)).map(|value| value.unwrap_or_else(singletons::new_none))
}

fn send(this: This<'_>, value: Op<'_>) -> PyResult {
    proxy(this, "send", &[value])
}

fn throw(this: This<'_>, args: Args<'_>) -> PyResult {
    proxy(this, "throw", &args.iter().collect::<Vec<_>>())
}

fn close(this: This<'_>) -> PyResult {
    proxy(this, "close", &[])
}

fn dealloc(this: This<'_>) {
    let op = this.as_object_ptr();
    gc::untrack(op);
    // SAFETY: the count is 0; the references are ours.
    unsafe {
        drop(Object::steal(this.wrapped));
        drop(Object::steal(this.default_value));
        alloc::free_object(op);
    }
}

fn traverse(this: This<'_>, visitor: &mut Visitor) {
    visitor.visit(this.wrapped);
    visitor.visit(this.default_value);
}

static METHODS: &[PyMethodDef] = &[
    method::o(c"send", send, c"send($self, object, /)\n--\n\nsend(value) -> send 'value' into the wrapped iterator,\nreturn next yielded value or raise StopIteration."),
    method::positional(c"throw", throw, c"throw(value)\nthrow(typ[,val[,tb]])\n\nRaise an exception inside the wrapped iterator."),
    method::noargs(c"close", close, c"close($self, /)\n--\n\nclose() -> raise GeneratorExit inside generator."),
    PyMethodDef::EMPTY,
];

static AS_ASYNC: PyAsyncMethods =
    PyAsyncMethods { am_await: slot::unary(object::self_iter), ..PyAsyncMethods::EMPTY };

#[unsafe(no_mangle)]
pub static mut _PyAnextAwaitable_Type: PyTypeObject = PyTypeObject {
    tp_name: c"anext_awaitable".as_ptr(),
    tp_basicsize: size_of::<AnextAwaitable>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_as_async: (&raw const AS_ASYNC).cast_mut(),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(traverse),
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(next),
    tp_methods: METHODS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};
