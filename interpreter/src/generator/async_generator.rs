//! Asynchronous generators, and the awaitables that `asend`, `athrow` and `aclose` give.
//!
//! The generator's frame yields two kinds of values: what it awaits comes bare, what
//! it yields comes wrapped (`wrap_value`). An awaitable passes the first kind on and
//! ends with `StopIteration` at the second.

use adder_object_model::define::{getset, method, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, Raised, Visitor, alloc, call, errors, exceptions,
    gc, generic_alias, object, raise, singletons, state, str, weakref,
};

use super::{BASIC_SIZE, Gen, Thrown};

/// What an asynchronous generator yields, as told apart from what it awaits.
#[repr(C)]
pub struct WrappedValue {
    pub ob_base: PyObject,
    /// Owned.
    pub agw_val: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for WrappedValue {}

/// `_PyAsyncGenValueWrapperNew`.
pub fn wrap_value(value: Op<'_>) -> PyResult {
    // SAFETY: a static type; the block is fresh and has this layout.
    unsafe {
        let block = gc::alloc(Borrowed::from_ptr(&raw mut _PyAsyncGenWrappedValue_Type), 0)?;
        (*block.as_ptr().cast::<WrappedValue>()).agw_val = value.to_owned().into_ptr();
        gc::track(block.as_ptr());
        Ok(block)
    }
}

fn is_wrapped(op: Op<'_>) -> bool {
    op.type_ptr() == &raw mut _PyAsyncGenWrappedValue_Type
}

fn wrapped_dealloc(wrapped: Borrowed<'_, WrappedValue>) {
    let op = wrapped.as_object_ptr();
    gc::untrack(op);
    // SAFETY: the count is 0; the reference is ours.
    unsafe {
        drop(Object::steal(wrapped.agw_val));
        alloc::free_object(op);
    }
}

fn wrapped_traverse(wrapped: Borrowed<'_, WrappedValue>, visitor: &mut Visitor) {
    visitor.visit(wrapped.agw_val);
}

#[unsafe(no_mangle)]
pub static mut _PyAsyncGenWrappedValue_Type: PyTypeObject = PyTypeObject {
    tp_name: c"async_generator_wrapped_value".as_ptr(),
    tp_basicsize: size_of::<WrappedValue>() as isize,
    tp_dealloc: slot::dealloc(wrapped_dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(wrapped_traverse),
    ..PyTypeObject::EMPTY
};

/// Where an awaitable stands.
#[derive(Clone, Copy, PartialEq)]
#[repr(C)]
enum Stage {
    /// New, or after the first `__next__`.
    Init,
    Iterating,
    Closed,
}

/// `async_generator_asend` and `async_generator_athrow`.
#[repr(C)]
pub struct Awaitable {
    pub ob_base: PyObject,
    /// Owned.
    generator: *mut PyGenObject,
    weak_references: *mut PyObject,
    /// Owned: what `asend` sends, or the tuple `athrow` throws; null for None and for `aclose`.
    payload: *mut PyObject,
    stage: Stage,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Awaitable {}

type This<'a> = Borrowed<'a, Awaitable>;

fn new_awaitable(tp: *mut PyTypeObject, generator: Gen<'_>, payload: Option<Object>) -> PyResult {
    // SAFETY: a static type; the block is fresh and has this layout.
    unsafe {
        let block = gc::alloc(Borrowed::from_ptr(tp), 0)?;
        let this = block.as_ptr().cast::<Awaitable>();
        (*this).generator = generator.to_owned().into_ptr();
        (*this).weak_references = core::ptr::null_mut();
        (*this).payload = adder_object_model::refs::into_nullable(payload);
        (*this).stage = Stage::Init;
        gc::track(block.as_ptr());
        Ok(block)
    }
}

fn generator_of<'a>(this: This<'a>) -> Gen<'a> {
    // SAFETY: owned for life.
    unsafe { Gen::from_ptr(this.generator) }
}

fn set_stage(this: This<'_>, stage: Stage) {
    // SAFETY: alive; changed only under the GIL.
    unsafe { (*this.as_ptr()).stage = stage };
}

fn set_running(generator: Gen<'_>, running: bool) {
    // SAFETY: as above.
    unsafe { (*generator.as_ptr()).gi_running_async = running.into() };
}

fn set_closed(generator: Gen<'_>) {
    // SAFETY: as above.
    unsafe { (*generator.as_ptr()).gi_closed = 1 };
}

/// On first use: the hooks of the event loop (`async_gen_init_hooks`).
fn init_hooks(generator: Gen<'_>) -> PyResult<()> {
    if generator.gi_hooks_inited != 0 {
        return Ok(());
    }
    let tstate = state::current();
    // SAFETY: the generator is alive; the hooks are owned references or null.
    let first = unsafe {
        (*generator.as_ptr()).gi_hooks_inited = 1;
        let finalizer = Object::new_ref_nullable((*tstate).async_gen_finalizer);
        let field = &raw mut (*generator.as_ptr()).gi_origin_or_finalizer;
        let new = adder_object_model::refs::into_nullable(finalizer);
        drop(Object::steal_nullable(core::ptr::replace(field, new)));
        Object::new_ref_nullable((*tstate).async_gen_firstiter)
    };
    match first {
        Some(first) => call::call_one(first.op(), generator.as_object()).map(drop),
        None => Ok(()),
    }
}

fn anext(generator: Gen<'_>) -> PyResult {
    init_hooks(generator)?;
    new_awaitable(&raw mut _PyAsyncGenASend_Type, generator, None)
}

fn asend(generator: Gen<'_>, value: Op<'_>) -> PyResult {
    init_hooks(generator)?;
    new_awaitable(&raw mut _PyAsyncGenASend_Type, generator, Some(value.to_owned()))
}

fn aclose(generator: Gen<'_>) -> PyResult {
    init_hooks(generator)?;
    new_awaitable(&raw mut _PyAsyncGenAThrow_Type, generator, None)
}

fn athrow(generator: Gen<'_>, args: Args<'_>) -> PyResult {
    if args.len() > 1 {
        let message =
            "the (type, exc, tb) signature of athrow() is deprecated, use the single-arg signature instead.";
        (state::hooks().warn)(exceptions::builtin::DeprecationWarning(), message, 1)?;
    }
    init_hooks(generator)?;
    new_awaitable(&raw mut _PyAsyncGenAThrow_Type, generator, Some(args.to_tuple()?))
}

fn ended(error: &Raised) -> bool {
    error.matches(exceptions::builtin::StopAsyncIteration())
        || error.matches(exceptions::builtin::GeneratorExit())
}

/// What resuming gave, with a value that was yielded turned into `StopIteration` (`async_gen_unwrap_value`).
fn unwrap(generator: Gen<'_>, result: PyResult) -> PyResult {
    match result {
        Err(error) => {
            if ended(&error) {
                set_closed(generator);
            }
            set_running(generator, false);
            Err(error)
        }
        Ok(value) if is_wrapped(value.op()) => {
            set_running(generator, false);
            // SAFETY: the wrapper owns its value.
            let inner = unsafe {
                let wrapped: Borrowed<'_, WrappedValue> = value.op().cast_unchecked();
                Object::new_ref(wrapped.agw_val)
            };
            Err(exceptions::set_stop_iteration(Some(inner.op())))
        }
        Ok(value) => Ok(value),
    }
}

/// Refuses an awaitable that is done, and starts one that is new.
fn start(this: This<'_>, what: &str) -> PyResult<()> {
    let generator = generator_of(this);
    match this.stage {
        Stage::Closed if what == "anext" => {
            Err(raise!(RuntimeError, "cannot reuse already awaited __anext__()/asend()"))
        }
        Stage::Closed => Err(raise!(RuntimeError, "cannot reuse already awaited aclose()/athrow()")),
        Stage::Init => {
            if generator.gi_running_async != 0 {
                set_stage(this, Stage::Closed);
                return Err(raise!(RuntimeError, "{what}(): asynchronous generator is already running"));
            }
            Ok(())
        }
        Stage::Iterating => Ok(()),
    }
}

/// Closes the awaitable if the result is an error.
fn closing_on_error(this: This<'_>, result: PyResult) -> PyResult {
    if result.is_err() {
        set_stage(this, Stage::Closed);
    }
    result
}

fn send_send(this: This<'_>, value: Op<'_>) -> PyResult {
    start(this, "anext")?;
    let generator = generator_of(this);
    // SAFETY: owned for life, or null.
    let payload = unsafe { Op::from_nullable(this.payload) };
    let value = if this.stage == Stage::Init {
        set_stage(this, Stage::Iterating);
        if value.is_none() { payload.unwrap_or(value) } else { value }
    } else {
        value
    };
    set_running(generator, true);
    closing_on_error(this, unwrap(generator, super::send(generator, value)))
}

fn send_next(this: This<'_>) -> PyResult<Option<Object>> {
    send_send(this, singletons::none()).map(Some)
}

fn send_throw(this: This<'_>, args: Args<'_>) -> PyResult {
    start(this, "anext")?;
    let generator = generator_of(this);
    if this.stage == Stage::Init {
        set_stage(this, Stage::Iterating);
        set_running(generator, true);
    }
    let result = super::thrown_arguments(args).and_then(|thrown| super::throw(generator, true, thrown));
    closing_on_error(this, unwrap(generator, result))
}

/// `close()` of either awaitable: throws `GeneratorExit` in and expects an end.
fn close_with(this: This<'_>, throw: fn(This<'_>, Args<'_>) -> PyResult) -> PyResult<()> {
    if this.stage == Stage::Closed {
        return Ok(());
    }
    let exit = [exceptions::builtin::GeneratorExit()];
    match throw(this, Args::positional_only(&exit)) {
        Ok(_) => Err(raise!(RuntimeError, "coroutine ignored GeneratorExit")),
        Err(error) if ended(&error) || error.matches(exceptions::builtin::StopIteration()) => {
            error.clear();
            Ok(())
        }
        Err(error) => Err(error),
    }
}

fn send_close(this: This<'_>) -> PyResult<()> {
    close_with(this, send_throw)
}

/// Whether this is `aclose()` rather than `athrow()`.
fn is_close(this: This<'_>) -> bool {
    this.payload.is_null()
}

fn throw_name(this: This<'_>) -> &'static str {
    if is_close(this) { "aclose" } else { "athrow" }
}

/// The end of an `aclose()` or `athrow()` by an exception.
fn throw_failed(this: This<'_>, error: Raised) -> Raised {
    set_running(generator_of(this), false);
    set_stage(this, Stage::Closed);
    if is_close(this) && ended(&error) {
        // What aclose() asked for has happened.
        error.clear();
        return errors::set_none(exceptions::builtin::StopIteration());
    }
    error
}

/// A generator that yields when it is closed.
fn ignored_exit(this: This<'_>) -> Raised {
    set_running(generator_of(this), false);
    set_stage(this, Stage::Closed);
    raise!(RuntimeError, "async generator ignored GeneratorExit")
}

/// What `aclose()` makes of a result.
fn close_result(this: This<'_>, result: PyResult) -> PyResult {
    match result {
        Ok(value) if is_wrapped(value.op()) => Err(ignored_exit(this)),
        Ok(value) => Ok(value),
        Err(error) => Err(throw_failed(this, error)),
    }
}

fn throw_send(this: This<'_>, value: Op<'_>) -> PyResult {
    let generator = generator_of(this);
    if this.stage == Stage::Closed {
        return Err(raise!(RuntimeError, "cannot reuse already awaited aclose()/athrow()"));
    }
    if super::is_finished(generator) {
        set_stage(this, Stage::Closed);
        return Err(errors::set_none(exceptions::builtin::StopIteration()));
    }
    if this.stage == Stage::Iterating {
        let result = super::send(generator, value);
        return if is_close(this) { close_result(this, result) } else { unwrap(generator, result) };
    }
    start(this, throw_name(this))?;
    if generator.gi_closed != 0 {
        set_stage(this, Stage::Closed);
        return Err(errors::set_none(exceptions::builtin::StopAsyncIteration()));
    }
    if !value.is_none() {
        return Err(raise!(RuntimeError, "can't send non-None value to a just-started coroutine"));
    }
    set_stage(this, Stage::Iterating);
    set_running(generator, true);
    if is_close(this) {
        set_closed(generator);
        let exit = Thrown { class: exceptions::builtin::GeneratorExit(), value: None, traceback: None };
        return close_result(this, super::throw(generator, false, exit));
    }
    // SAFETY: owned for life; not null, as this is not `aclose()`.
    let payload: Borrowed<'_, PyTupleObject> = unsafe { Borrowed::from_ptr(this.payload.cast()) };
    // SAFETY: a live tuple, and no keywords.
    let args = unsafe { Args::from_tuple_and_dict(payload.as_object_ptr(), core::ptr::null_mut()) };
    let thrown = args.optional("athrow", 1).map(|[class, value, traceback]| Thrown {
        class: class.expect("required"),
        value,
        traceback,
    });
    let result = thrown.and_then(|thrown| super::throw(generator, false, thrown));
    unwrap(generator, result).map_err(|error| throw_failed(this, error))
}

fn throw_next(this: This<'_>) -> PyResult<Option<Object>> {
    throw_send(this, singletons::none()).map(Some)
}

fn throw_throw(this: This<'_>, args: Args<'_>) -> PyResult {
    start(this, throw_name(this))?;
    let generator = generator_of(this);
    if this.stage == Stage::Init {
        set_stage(this, Stage::Iterating);
        set_running(generator, true);
    }
    let result = super::thrown_arguments(args).and_then(|thrown| super::throw(generator, true, thrown));
    if is_close(this) {
        return close_result(this, result);
    }
    closing_on_error(this, unwrap(generator, result))
}

fn throw_close(this: This<'_>) -> PyResult<()> {
    close_with(this, throw_throw)
}

/// `RuntimeWarning: coroutine method 'asend' of '...' was never awaited`.
fn warn_unawaited(this: This<'_>, method: &str) {
    if this.stage != Stage::Init {
        return;
    }
    let pending = errors::take();
    // SAFETY: owned for life.
    let shown = object::repr(unsafe { Op::from_ptr(generator_of(this).gi_qualname) });
    let warned = shown.and_then(|shown| {
        let shown = str::to_string_lossy(shown.op());
        let message = format!("coroutine method '{method}' of {shown} was never awaited");
        (state::hooks().warn)(exceptions::builtin::RuntimeWarning(), &message, 1)
    });
    if warned.is_err() {
        (state::hooks().write_unraisable)(None, Some(this.as_object()));
    }
    if let Some(pending) = pending {
        errors::restore(pending).ignore();
    }
}

fn send_finalize(this: This<'_>) {
    warn_unawaited(this, "asend");
}

fn throw_finalize(this: This<'_>) {
    warn_unawaited(this, throw_name(this));
}

fn awaitable_dealloc(this: This<'_>) {
    let op = this.as_object_ptr();
    if gc::call_finalizer_from_dealloc(this.as_object()) {
        return;
    }
    gc::untrack(op);
    weakref::clear_refs(this.as_object());
    // SAFETY: the count is 0; the references are ours.
    unsafe {
        drop(Owned::steal(this.generator));
        drop(Object::steal_nullable(this.payload));
        alloc::free_object(op);
    }
}

fn awaitable_traverse(this: This<'_>, visitor: &mut Visitor) {
    visitor.visit(this.generator);
    visitor.visit(this.payload);
}

static SEND_METHODS: &[PyMethodDef] = &[
    method::o(c"send", send_send, c"send($self, object, /)\n--\n\nsend(value) -> send 'value' into generator,\nreturn next yielded value or raise StopIteration."),
    method::positional(c"throw", send_throw, c"throw(value)\nthrow(type[,value[,tb]])\n\nRaise an exception inside the generator; return what it yields next.\nThe form with several arguments is deprecated."),
    method::noargs(c"close", send_close, c"close($self, /)\n--\n\nclose() -> raise GeneratorExit inside generator."),
    PyMethodDef::EMPTY,
];

static THROW_METHODS: &[PyMethodDef] = &[
    method::o(c"send", throw_send, c"send($self, object, /)\n--\n\nsend(value) -> send 'value' into generator,\nreturn next yielded value or raise StopIteration."),
    method::positional(c"throw", throw_throw, c"throw(value)\nthrow(type[,value[,tb]])\n\nRaise an exception inside the generator; return what it yields next.\nThe form with several arguments is deprecated."),
    method::noargs(c"close", throw_close, c"close($self, /)\n--\n\nclose() -> raise GeneratorExit inside generator."),
    PyMethodDef::EMPTY,
];

static AWAITABLE_AS_ASYNC: PyAsyncMethods =
    PyAsyncMethods { am_await: slot::unary(object::self_iter), ..PyAsyncMethods::EMPTY };

#[unsafe(no_mangle)]
pub static mut _PyAsyncGenASend_Type: PyTypeObject = PyTypeObject {
    tp_name: c"async_generator_asend".as_ptr(),
    tp_basicsize: size_of::<Awaitable>() as isize,
    tp_dealloc: slot::dealloc(awaitable_dealloc),
    tp_as_async: (&raw const AWAITABLE_AS_ASYNC).cast_mut(),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(awaitable_traverse),
    tp_weaklistoffset: core::mem::offset_of!(Awaitable, weak_references) as isize,
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(send_next),
    tp_methods: SEND_METHODS.as_ptr().cast_mut(),
    tp_finalize: slot::finalize(send_finalize),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut _PyAsyncGenAThrow_Type: PyTypeObject = PyTypeObject {
    tp_name: c"async_generator_athrow".as_ptr(),
    tp_basicsize: size_of::<Awaitable>() as isize,
    tp_dealloc: slot::dealloc(awaitable_dealloc),
    tp_as_async: (&raw const AWAITABLE_AS_ASYNC).cast_mut(),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(awaitable_traverse),
    tp_weaklistoffset: core::mem::offset_of!(Awaitable, weak_references) as isize,
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(throw_next),
    tp_methods: THROW_METHODS.as_ptr().cast_mut(),
    tp_finalize: slot::finalize(throw_finalize),
    ..PyTypeObject::EMPTY
};

fn is_running(generator: Gen<'_>) -> PyResult<bool> {
    Ok(generator.gi_running_async != 0)
}

static METHODS: &[PyMethodDef] = &[
    method::o(c"asend", asend, c"asend($self, object, /)\n--\n\nasend(v) -> send 'v' in generator."),
    method::positional(c"athrow", athrow, c"athrow(value)\nathrow(type[,value[,tb]])\n\nraise exception in generator.\nThe form with several arguments is deprecated."),
    method::noargs(c"aclose", aclose, c"aclose($self, /)\n--\n\naclose() -> raise GeneratorExit inside generator."),
    method::noargs(c"__sizeof__", super::size_of, c"__sizeof__($self, /)\n--\n\ngen.__sizeof__() -> size of gen in memory, in bytes"),
    method::class_o(c"__class_getitem__", generic_alias::class_getitem, c"__class_getitem__($type, object, /)\n--\n\nasynchronous generators are generic over the types of their yielding and sending"),
    PyMethodDef::EMPTY,
];

static GETSETS: &[PyGetSetDef] = &[
    getset::get(c"ag_running", is_running, c""),
    getset::get_set(c"__name__", super::name, super::set_name, c"name of the async generator"),
    getset::get_set(
        c"__qualname__",
        super::qualname,
        super::set_qualname,
        c"qualified name of the async generator",
    ),
    getset::get(c"ag_await", super::delegate, c"object being awaited on, or None"),
    getset::get(c"ag_frame", super::frame, c""),
    getset::get(c"ag_code", super::code_object, c""),
    getset::get(c"ag_suspended", super::suspended, c""),
    PyGetSetDef::EMPTY,
];

static AS_ASYNC: PyAsyncMethods = PyAsyncMethods {
    am_aiter: slot::unary(object::self_iter),
    am_anext: slot::unary(anext),
    am_send: Some(super::am_send),
    ..PyAsyncMethods::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyAsyncGen_Type: PyTypeObject = PyTypeObject {
    tp_name: c"async_generator".as_ptr(),
    tp_basicsize: BASIC_SIZE,
    tp_itemsize: super::size_of_reference() as isize,
    tp_dealloc: slot::dealloc(super::dealloc),
    tp_as_async: (&raw const AS_ASYNC).cast_mut(),
    tp_repr: slot::unary(super::repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_traverse: slot::traverse(super::traverse),
    tp_weaklistoffset: core::mem::offset_of!(PyGenObject, gi_weakreflist) as isize,
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSETS.as_ptr().cast_mut(),
    tp_finalize: slot::finalize(super::finalize),
    ..PyTypeObject::EMPTY
};
