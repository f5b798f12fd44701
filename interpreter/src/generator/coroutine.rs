//! Coroutines, `await`, and the iterator behind a coroutine's `__await__`.

use adder_object_model::define::{getset, method, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, Visitor, alloc, call, errors, exceptions, gc,
    generic_alias, int, iter, object, raise, singletons, state, str, tuple,
};

use super::{BASIC_SIZE, Gen};
use crate::{frame, import};

/// Whether a generator may be awaited (`types.coroutine`).
fn is_iterable_coroutine(op: Op<'_>) -> bool {
    op.downcast_exact::<PyGenObject>().is_some_and(|generator| {
        // SAFETY: the frame keeps its code.
        let code = unsafe { frame::code_of(super::frame_of(generator)) };
        code.co_flags & CO_ITERABLE_COROUTINE != 0
    })
}

/// The iterator that `await op` runs (`_PyCoro_GetAwaitableIter`).
pub fn awaitable_iter(op: Op<'_>) -> PyResult {
    if op.is_exact::<PyCoroObject>() || is_iterable_coroutine(op) {
        return Ok(op.to_owned());
    }
    // SAFETY: a type's table of async slots is static or as old as the type.
    let slot = unsafe { op.ob_type().tp_as_async.as_ref() }.and_then(|methods| methods.am_await);
    let Some(slot) = slot else {
        return Err(raise!(TypeError, "'{}' object can't be awaited", op.type_name()));
    };
    // SAFETY: the slot of a live object's own type.
    let result: Object = unsafe { Owned::from_c(slot(op.as_ptr())) }?;
    if result.op().is_exact::<PyCoroObject>() || is_iterable_coroutine(result.op()) {
        return Err(raise!(TypeError, "__await__() returned a coroutine"));
    }
    if !iter::check(result.op()) {
        let found = result.op().type_name();
        return Err(raise!(TypeError, "__await__() returned non-iterator of type '{found}'"));
    }
    Ok(result)
}

/// Keeps where the coroutine was made, if `sys.set_coroutine_origin_tracking_depth` asks for it.
pub fn record_origin(coroutine: Gen<'_>) -> PyResult<()> {
    // SAFETY: the current thread has a state.
    let depth = unsafe { (*state::current()).coroutine_origin_tracking_depth };
    if depth == 0 {
        return Ok(());
    }
    let mut entries = Vec::new();
    let mut place = frame::current();
    while !place.is_null() && entries.len() < depth as usize {
        // SAFETY: a live frame; its code owns its names.
        unsafe {
            let code = frame::code_of(place);
            let line = int::from_i64(frame::line_of(place).into())?;
            entries.push(tuple::pack(&[
                Op::from_ptr(code.co_filename),
                line.op(),
                Op::from_ptr(code.co_name),
            ])?);
            place = frame::previous(place);
        }
    }
    // SAFETY: fresh; the field is still null.
    unsafe { (*coroutine.as_ptr()).gi_origin_or_finalizer = tuple::from_vec(entries)?.into_ptr() };
    Ok(())
}

/// `RuntimeWarning: coroutine '...' was never awaited` (`_PyErr_WarnUnawaitedCoroutine`).
pub fn warn_unawaited(coroutine: Gen<'_>) {
    // Whether the warning has been shown, or has become an exception.
    let mut warned = false;
    let by_library = (|| -> PyResult<()> {
        let warnings = match import::import_module("warnings") {
            Ok(warnings) => warnings,
            Err(error) => return error.absorb::<()>(exceptions::builtin::ImportError()).map(drop),
        };
        let Some(warn) = object::get_optional_attr_str(warnings.op(), "_warn_unawaited_coroutine")? else {
            return Ok(());
        };
        warned = true;
        call::call_one(warn.op(), coroutine.as_object()).map(drop).inspect_err(|error| {
            warned = error.matches(exceptions::builtin::RuntimeWarning());
        })
    })();
    if by_library.is_err() {
        report_finalizing(coroutine);
    }
    if warned {
        return;
    }
    // SAFETY: owned for life.
    let name = str::to_string_lossy(unsafe { Op::from_ptr(coroutine.gi_qualname) });
    let message = format!("coroutine '{name}' was never awaited");
    if (state::hooks().warn)(exceptions::builtin::RuntimeWarning(), &message, 1).is_err() {
        report_finalizing(coroutine);
    }
}

/// Reports the exception that is set, which the end of a coroutine has raised.
fn report_finalizing(coroutine: Gen<'_>) {
    let error = errors::take();
    let shown = object::repr(coroutine.as_object()).map(|shown| str::to_string_lossy(shown.op()));
    let shown = shown.unwrap_or_else(|raised| {
        raised.clear();
        "<unprintable coroutine>".to_owned()
    });
    if let Some(error) = error {
        errors::restore(error).ignore();
    }
    (state::hooks().write_unraisable)(
        Some(&format!("Exception ignored while finalizing coroutine {shown}")),
        None,
    );
}

fn origin(coroutine: Gen<'_>) -> PyResult {
    // SAFETY: the field holds an owned reference or null.
    Ok(unsafe { Object::new_ref_nullable(coroutine.gi_origin_or_finalizer) }
        .unwrap_or_else(singletons::new_none))
}

/// `coroutine.__await__()`.
fn await_(coroutine: Gen<'_>) -> PyResult {
    // SAFETY: a static type.
    let tp = unsafe { Borrowed::from_ptr(&raw mut _PyCoroWrapper_Type) };
    let result = gc::alloc(tp, 0)?;
    // SAFETY: fresh, of this layout.
    unsafe { (*result.as_ptr().cast::<PyCoroWrapper>()).cw_coroutine = coroutine.to_owned().into_ptr() };
    gc::track(result.as_ptr());
    Ok(result)
}

/// What `coroutine.__await__()` gives: sends into the coroutine.
#[repr(C)]
pub struct PyCoroWrapper {
    pub ob_base: PyObject,
    /// Owned.
    pub cw_coroutine: *mut PyGenObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for PyCoroWrapper {}

fn wrapped<'a>(wrapper: Borrowed<'a, PyCoroWrapper>) -> Gen<'a> {
    // SAFETY: owned for life.
    unsafe { Gen::from_ptr(wrapper.cw_coroutine) }
}

fn wrapper_dealloc(wrapper: Borrowed<'_, PyCoroWrapper>) {
    let op = wrapper.as_object_ptr();
    gc::untrack(op);
    // SAFETY: the count is 0; the reference is ours.
    unsafe {
        drop(Owned::steal(wrapper.cw_coroutine));
        alloc::free_object(op);
    }
}

fn wrapper_traverse(wrapper: Borrowed<'_, PyCoroWrapper>, visitor: &mut Visitor) {
    visitor.visit(wrapper.cw_coroutine);
}

fn wrapper_send(wrapper: Borrowed<'_, PyCoroWrapper>, value: Op<'_>) -> PyResult {
    super::send(wrapped(wrapper), value)
}

fn wrapper_next(wrapper: Borrowed<'_, PyCoroWrapper>) -> PyResult<Option<Object>> {
    super::send(wrapped(wrapper), singletons::none()).map(Some)
}

fn wrapper_throw(wrapper: Borrowed<'_, PyCoroWrapper>, args: Args<'_>) -> PyResult {
    super::throw(wrapped(wrapper), true, super::thrown_arguments(args)?)
}

fn wrapper_close(wrapper: Borrowed<'_, PyCoroWrapper>) -> PyResult {
    super::close(wrapped(wrapper))
}

static WRAPPER_METHODS: &[PyMethodDef] = &[
    method::o(c"send", wrapper_send, c"send($self, object, /)\n--\n\nsend(arg) -> send 'arg' into coroutine,\nreturn next yielded value or raise StopIteration."),
    method::positional(c"throw", wrapper_throw, c"throw(value)\nthrow(type[,value[,traceback]])\n\nRaise an exception in coroutine code; return what it yields next.\nThe form with several arguments is deprecated."),
    method::noargs(c"close", wrapper_close, c"close($self, /)\n--\n\nclose() -> raise GeneratorExit inside coroutine."),
    PyMethodDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut _PyCoroWrapper_Type: PyTypeObject = PyTypeObject {
    tp_name: c"coroutine_wrapper".as_ptr(),
    tp_basicsize: size_of::<PyCoroWrapper>() as isize,
    tp_dealloc: slot::dealloc(wrapper_dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"What a coroutine's __await__() gives: an iterator that runs the coroutine.".as_ptr(),
    tp_traverse: slot::traverse(wrapper_traverse),
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(wrapper_next),
    tp_methods: WRAPPER_METHODS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};

static METHODS: &[PyMethodDef] = &[
    method::o(c"send", super::send, c"send($self, object, /)\n--\n\nsend(arg) -> send 'arg' into coroutine,\nreturn next yielded value or raise StopIteration."),
    method::positional(c"throw", super::throw_method, c"throw(value)\nthrow(type[,value[,traceback]])\n\nRaise an exception in coroutine code; return what it yields next.\nThe form with several arguments is deprecated."),
    method::noargs(c"close", super::close, c"close($self, /)\n--\n\nclose() -> raise GeneratorExit inside coroutine."),
    method::noargs(c"__sizeof__", super::size_of, c"__sizeof__($self, /)\n--\n\ngen.__sizeof__() -> size of gen in memory, in bytes"),
    method::class_o(c"__class_getitem__", generic_alias::class_getitem, c"__class_getitem__($type, object, /)\n--\n\ncoroutines are generic over the types of their yielding, sending and returning"),
    PyMethodDef::EMPTY,
];

static GETSETS: &[PyGetSetDef] = &[
    getset::get(c"cr_origin", origin, c""),
    getset::get_set(c"__name__", super::name, super::set_name, c"name of the coroutine"),
    getset::get_set(
        c"__qualname__",
        super::qualname,
        super::set_qualname,
        c"qualified name of the coroutine",
    ),
    getset::get(c"cr_await", super::delegate, c"object being awaited on, or None"),
    getset::get(c"cr_running", super::running, c""),
    getset::get(c"cr_frame", super::frame, c""),
    getset::get(c"cr_code", super::code_object, c""),
    getset::get(c"cr_suspended", super::suspended, c""),
    PyGetSetDef::EMPTY,
];

static AS_ASYNC: PyAsyncMethods =
    PyAsyncMethods { am_await: slot::unary(await_), am_send: Some(super::am_send), ..PyAsyncMethods::EMPTY };

#[unsafe(no_mangle)]
pub static mut PyCoro_Type: PyTypeObject = PyTypeObject {
    tp_name: c"coroutine".as_ptr(),
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
