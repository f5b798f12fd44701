//! Generators, and what coroutines and asynchronous generators share with them.
//!
//! The three have one layout: a header and an interpreter frame, whose locals and
//! stack end the object. `gi_frame_state` says where the frame stands; while it is
//! `FRAME_EXECUTING`, nobody else may touch it. The evaluation loop links and unlinks
//! the frame (`vm::resume_generator`); everything around that is here.
//!
//! `coroutine.rs` has the coroutine type and awaiting, `async_generator.rs`
//! asynchronous generators and their awaitables, `anext.rs` the one of `anext()`.

use adder_object_model::define::{getset, guard_with, method, slot};
use adder_object_model::iter::SendResult;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Raised, Visitor, call, errors, exceptions, gc,
    generic_alias, object, raise, singletons, state, str, weakref,
};

use crate::opcodes::op;
use crate::{code, frame, vm};

pub mod anext;
pub mod async_generator;
pub mod coroutine;

pub use async_generator::wrap_value as wrap_async_value;
pub use coroutine::awaitable_iter;

/// A generator, coroutine or asynchronous generator.
pub type Gen<'a> = Borrowed<'a, PyGenObject>;

/// A generator, coroutine or asynchronous generator for a function's code, by the flags of the
/// code, with room for `gi_iframe`'s locals and stack (`_Py_MakeCoro`). The frame is not filled in;
/// `gi_frame_state` is `FRAME_CLEARED` until the VM has copied it.
pub fn new(function: Borrowed<'_, PyFunctionObject>) -> PyResult<Owned<PyGenObject>> {
    // SAFETY: a function owns its code and names.
    let (code, name, qualname) = unsafe {
        (
            Borrowed::<PyCodeObject>::from_ptr(function.func_code.cast()),
            Object::new_ref(function.func_name),
            Object::new_ref(function.func_qualname),
        )
    };
    let is_coroutine = code.co_flags & CO_COROUTINE != 0;
    let tp = if is_coroutine {
        &raw mut coroutine::PyCoro_Type
    } else if code.co_flags & CO_ASYNC_GENERATOR != 0 {
        &raw mut async_generator::PyAsyncGen_Type
    } else {
        &raw mut PyGen_Type
    };
    let result = allocate(code, tp, name, qualname)?;
    if is_coroutine {
        coroutine::record_origin(result.borrow())?;
    }
    gc::track(result.as_object_ptr());
    Ok(result)
}

/// A fresh object with an empty frame, untracked.
fn allocate(
    code: Borrowed<'_, PyCodeObject>,
    tp: *mut PyTypeObject,
    name: Object,
    qualname: Object,
) -> PyResult<Owned<PyGenObject>> {
    let n_slots = code.co_framesize as isize - FRAME_SPECIALS_SIZE as isize;
    // SAFETY: a static type; the block has room for the frame's slots and the fields set here.
    unsafe {
        let block = gc::alloc(Borrowed::from_ptr(tp), n_slots)?;
        let generator = block.into_ptr().cast::<PyGenObject>();
        (*generator).gi_weakreflist = core::ptr::null_mut();
        (*generator).gi_name = name.into_ptr();
        (*generator).gi_qualname = qualname.into_ptr();
        (*generator).gi_exc_state =
            _PyErr_StackItem { exc_value: core::ptr::null_mut(), previous_item: core::ptr::null_mut() };
        (*generator).gi_origin_or_finalizer = core::ptr::null_mut();
        (*generator).gi_hooks_inited = 0;
        (*generator).gi_closed = 0;
        (*generator).gi_running_async = 0;
        (*generator).gi_frame_state = FRAME_CLEARED;
        // A collection before the VM has copied the frame sees nothing in it.
        core::ptr::write_bytes(&raw mut (*generator).gi_iframe, 0, 1);
        Ok(Owned::steal(generator))
    }
}

/// The generator's frame.
fn frame_of(generator: Gen<'_>) -> *mut _PyInterpreterFrame {
    // SAFETY: the frame is part of the object.
    unsafe { &raw mut (*generator.as_ptr()).gi_iframe }
}

fn set_state(generator: Gen<'_>, state: i8) {
    // SAFETY: alive; changed only under the GIL.
    unsafe { (*generator.as_ptr()).gi_frame_state = state };
}

fn is_finished(generator: Gen<'_>) -> bool {
    generator.gi_frame_state >= FRAME_COMPLETED
}

fn is_suspended(generator: Gen<'_>) -> bool {
    matches!(generator.gi_frame_state, FRAME_SUSPENDED | FRAME_SUSPENDED_YIELD_FROM)
}

fn is_coroutine(generator: Gen<'_>) -> bool {
    generator.type_ptr() == &raw mut coroutine::PyCoro_Type
}

fn is_async_generator(generator: Gen<'_>) -> bool {
    generator.type_ptr() == &raw mut async_generator::PyAsyncGen_Type
}

/// A generator or coroutine by its exact type.
fn as_generator_or_coroutine(op: Op<'_>) -> Option<Gen<'_>> {
    let exact = op.is_exact::<PyGenObject>() || op.is_exact::<PyCoroObject>();
    // SAFETY: both types have this layout.
    exact.then(|| unsafe { op.cast_unchecked() })
}

/// How messages call it.
fn kind(generator: Gen<'_>) -> &'static str {
    if is_coroutine(generator) {
        "coroutine"
    } else if is_async_generator(generator) {
        "async generator"
    } else {
        "generator"
    }
}

/// What `_PyGen_yf` gives: what a suspended generator delegates to.
pub fn yields_from(generator: Gen<'_>) -> Option<Object> {
    if generator.gi_frame_state != FRAME_SUSPENDED_YIELD_FROM {
        return None;
    }
    // SAFETY: at a suspended `yield from`, the top of the stack holds the delegate; the low
    // bits of a stack reference are its tag.
    unsafe {
        let top = (*frame_of(generator)).stackpointer.sub(1);
        Some(Object::new_ref(((*top).bits & !3) as *mut PyObject))
    }
}

/// What resuming gave.
enum Outcome {
    Yielded(Object),
    Returned(Object),
    /// It had ended before, and nobody sent anything: no exception is set.
    Exhausted,
}

/// Resumes with a value, `None` for a plain `next`, or (`throwing`) with the exception that is set
/// (`gen_send_ex2`). `closing` is for `close()`, which may find a coroutine finished.
fn resume(generator: Gen<'_>, value: Option<Op<'_>>, throwing: bool, closing: bool) -> PyResult<Outcome> {
    let frame_state = generator.gi_frame_state;
    if frame_state == FRAME_CREATED && !throwing && value.is_some_and(|value| !value.is_none()) {
        return Err(raise!(TypeError, "can't send non-None value to a just-started {}", kind(generator)));
    }
    if frame_state == FRAME_EXECUTING {
        return Err(raise!(ValueError, "{} already executing", kind(generator)));
    }
    if is_finished(generator) {
        if is_coroutine(generator) && !closing {
            return Err(raise!(RuntimeError, "cannot reuse already awaited coroutine"));
        }
        if throwing {
            return Err(errors::raised());
        }
        return Ok(match value {
            Some(_) => Outcome::Returned(singletons::new_none()),
            None => Outcome::Exhausted,
        });
    }
    let sent = if throwing { None } else { Some(value.unwrap_or(singletons::none())) };
    let result = vm::resume_generator(generator, sent)?;
    if is_suspended(generator) {
        return Ok(Outcome::Yielded(result));
    }
    if value.is_none() && !throwing && result.op().is_none() && !is_async_generator(generator) {
        return Ok(Outcome::Exhausted);
    }
    Ok(Outcome::Returned(result))
}

/// The same with a return as `StopIteration` (`gen_send_ex`).
fn resume_raising(generator: Gen<'_>, value: Option<Op<'_>>, throwing: bool, closing: bool) -> PyResult {
    match resume(generator, value, throwing, closing)? {
        Outcome::Yielded(value) => Ok(value),
        Outcome::Returned(_) | Outcome::Exhausted if is_async_generator(generator) => {
            Err(errors::set_none(exceptions::builtin::StopAsyncIteration()))
        }
        Outcome::Returned(value) if !value.op().is_none() => {
            Err(exceptions::set_stop_iteration(Some(value.op())))
        }
        Outcome::Returned(_) | Outcome::Exhausted => {
            Err(errors::set_none(exceptions::builtin::StopIteration()))
        }
    }
}

/// `generator.send(value)`.
pub fn send(generator: Gen<'_>, value: Op<'_>) -> PyResult {
    resume_raising(generator, Some(value), false, false)
}

fn next(generator: Gen<'_>) -> PyResult<Option<Object>> {
    match resume(generator, None, false, false)? {
        Outcome::Yielded(value) => Ok(Some(value)),
        Outcome::Returned(value) if !value.op().is_none() => {
            Err(exceptions::set_stop_iteration(Some(value.op())))
        }
        Outcome::Returned(_) | Outcome::Exhausted => Ok(None),
    }
}

/// `am_send` (`PyGen_am_send`).
///
/// # Safety
/// A live generator, a live object or null, and a place for the result; the GIL is held.
pub unsafe extern "C" fn am_send(
    op: *mut PyObject,
    value: *mut PyObject,
    result: *mut *mut PyObject,
) -> PySendResult {
    guard_with(PYGEN_ERROR, || {
        // SAFETY: the slot is in types of this layout; the value is live or null for `None`.
        let (generator, value) = unsafe { (Gen::from_ptr(op.cast()), Op::from_nullable(value)) };
        let (code, object) = match resume(generator, Some(value.unwrap_or(singletons::none())), false, false)?
        {
            Outcome::Yielded(object) => (PYGEN_NEXT, object),
            Outcome::Returned(object) => (PYGEN_RETURN, object),
            Outcome::Exhausted => (PYGEN_RETURN, singletons::new_none()),
        };
        // SAFETY: the caller passes a place for the result.
        unsafe { *result = object.into_ptr() };
        Ok(code)
    })
}

/// Closes what a generator delegates to (`gen_close_iter`).
fn close_delegate(delegate: Op<'_>) -> PyResult<()> {
    if let Some(inner) = as_generator_or_coroutine(delegate) {
        return close(inner).map(drop);
    }
    match object::get_optional_attr_str(delegate, "close") {
        Ok(Some(close)) => call::call_noargs(close.op()).map(drop),
        Ok(None) => Ok(()),
        Err(_) => {
            // A delegate whose attribute cannot be read is closed as well as can be.
            (state::hooks().write_unraisable)(None, Some(delegate));
            Ok(())
        }
    }
}

/// Runs something on the delegate while the generator counts as executing.
fn while_executing<R>(generator: Gen<'_>, body: impl FnOnce() -> R) -> R {
    let frame_state = generator.gi_frame_state;
    set_state(generator, FRAME_EXECUTING);
    let result = body();
    set_state(generator, frame_state);
    result
}

/// Ends a generator that does not run, without running it.
fn end_unrun(generator: Gen<'_>) {
    set_state(generator, FRAME_CLEARED);
    // SAFETY: nobody runs the frame any more.
    unsafe { frame::clear_except_code(frame_of(generator)) };
}

/// Whether a generator waits at a `yield` outside of all blocks that handle exceptions but the one that
/// the compiler puts around everything, and no tool wants to know of its end.
fn has_no_handler(generator: Gen<'_>) -> bool {
    if generator.gi_frame_state != FRAME_SUSPENDED || vm::monitoring::watches_unwinding() {
        return false;
    }
    // SAFETY: a suspended frame, which has code.
    unsafe {
        let frame = frame_of(generator);
        let code = frame::code_of(frame);
        let unit = *code::units(code).add(frame::unit_index(frame));
        let index = frame::unit_index(frame);
        vm::monitoring::original_opcode(code, index, unit as u8) == op::RESUME
            && (unit >> 8) & RESUME_OPARG_DEPTH1 != 0
    }
}

/// The bit of `RESUME`'s argument that says so.
const RESUME_OPARG_DEPTH1: u16 = 4;

/// `generator.close()`: what the generator returned, or None.
pub fn close(generator: Gen<'_>) -> PyResult {
    if generator.gi_frame_state == FRAME_CREATED {
        end_unrun(generator);
        return Ok(singletons::new_none());
    }
    if is_finished(generator) {
        return Ok(singletons::new_none());
    }
    if has_no_handler(generator) {
        // Nobody would see the GeneratorExit.
        end_unrun(generator);
        return Ok(singletons::new_none());
    }
    let closed = match yields_from(generator) {
        Some(delegate) => while_executing(generator, || close_delegate(delegate.op())),
        None => Ok(()),
    };
    if closed.is_ok() {
        errors::set_none(exceptions::builtin::GeneratorExit()).ignore();
    }
    let error = match resume_raising(generator, None, true, true) {
        Ok(_) => return Err(raise!(RuntimeError, "{} ignored GeneratorExit", kind(generator))),
        Err(error) => error,
    };
    if error.matches(exceptions::builtin::StopIteration()) {
        return exceptions::fetch_stop_iteration_value();
    }
    if error.matches(exceptions::builtin::GeneratorExit()) {
        error.clear();
        return Ok(singletons::new_none());
    }
    Err(error)
}

/// The three arguments of `throw`.
#[derive(Clone, Copy)]
pub struct Thrown<'a> {
    pub class: Op<'a>,
    pub value: Option<Op<'a>>,
    pub traceback: Option<Op<'a>>,
}

/// Raises an exception at the place where the generator stands (`_gen_throw`).
///
/// With `close_on_exit`, a `GeneratorExit` closes the delegate instead of being thrown into it.
pub fn throw(generator: Gen<'_>, close_on_exit: bool, thrown: Thrown<'_>) -> PyResult {
    let Some(delegate) = yields_from(generator) else {
        return throw_here(generator, thrown);
    };
    if close_on_exit
        && exceptions::given_exception_matches(thrown.class, exceptions::builtin::GeneratorExit())
    {
        return match while_executing(generator, || close_delegate(delegate.op())) {
            Ok(()) => throw_here(generator, thrown),
            Err(_) => resume_raising(generator, None, true, false),
        };
    }
    let result = if let Some(inner) = as_generator_or_coroutine(delegate.op()) {
        with_frame_linked(generator, || throw(inner, close_on_exit, thrown))
    } else {
        let Some(method) = object::get_optional_attr_str(delegate.op(), "throw")? else {
            return throw_here(generator, thrown);
        };
        let mut args = vec![thrown.class];
        if let Some(value) = thrown.value {
            args.push(value);
            args.extend(thrown.traceback);
        }
        with_frame_linked(generator, || call::call_positional(method.op(), &args))
    };
    match result {
        Ok(value) => Ok(value),
        // The delegate is done: its exception surfaces at the `yield from`.
        Err(_) => resume_raising(generator, None, true, false),
    }
}

/// Runs something as if the generator's frame had called it, so that tracebacks show it.
fn with_frame_linked<R>(generator: Gen<'_>, body: impl FnOnce() -> R) -> R {
    let tstate = state::current();
    let inner = frame_of(generator);
    // SAFETY: the frame is suspended, so its link is free; both links are put back below.
    let previous = unsafe {
        let previous = (*tstate).current_frame;
        (*inner).previous = previous;
        (*tstate).current_frame = inner;
        previous
    };
    let result = while_executing(generator, body);
    // SAFETY: as above.
    unsafe {
        (*tstate).current_frame = previous;
        (*inner).previous = core::ptr::null_mut();
    }
    result
}

/// Sets the exception that `throw` was called with, and resumes.
fn throw_here(generator: Gen<'_>, thrown: Thrown<'_>) -> PyResult {
    set_thrown(thrown)?.ignore();
    resume_raising(generator, None, true, false)
}

/// `Ok` with the token when the exception is set as asked, `Err` when the arguments are wrong.
fn set_thrown(thrown: Thrown<'_>) -> PyResult<Raised> {
    let traceback = thrown.traceback.filter(|traceback| !traceback.is_none());
    if let Some(traceback) = traceback
        && !traceback.is_instance::<PyTracebackObject>()
    {
        return Err(raise!(TypeError, "throw() third argument must be a traceback object"));
    }
    let exception = if exceptions::is_exception_class(thrown.class) {
        match exceptions::new_instance(thrown.class, thrown.value) {
            Ok(exception) => exception,
            // What making it has raised is thrown in its place.
            Err(raised) => return Ok(raised),
        }
    } else if thrown.class.is_instance::<PyBaseExceptionObject>() {
        if thrown.value.is_some_and(|value| !value.is_none()) {
            return Err(raise!(TypeError, "instance exception may not have a separate value"));
        }
        thrown.class.to_owned()
    } else {
        let found = thrown.class.type_name();
        return Err(raise!(
            TypeError,
            "exceptions must be classes or instances deriving from BaseException, not {found}"
        ));
    };
    if let Some(traceback) = traceback {
        exceptions::set_traceback(exception.op(), Some(traceback))?;
    }
    Ok(errors::restore(exception))
}

/// The arguments of a `throw` method, with the warning about its old form.
pub fn thrown_arguments<'a>(args: Args<'a>) -> PyResult<Thrown<'a>> {
    let [class, value, traceback] = args.optional("throw", 1)?;
    if args.len() > 1 {
        let message =
            "the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.";
        (state::hooks().warn)(exceptions::builtin::DeprecationWarning(), message, 1)?;
    }
    Ok(Thrown { class: class.expect("required"), value, traceback })
}

fn throw_method(generator: Gen<'_>, args: Args<'_>) -> PyResult {
    throw(generator, true, thrown_arguments(args)?)
}

/// What happens to one that was not run to its end (`_PyGen_Finalize`).
pub fn finalize(generator: Gen<'_>) {
    if is_finished(generator) {
        return;
    }
    let pending = errors::take();
    if is_async_generator(generator) {
        // SAFETY: the field holds an owned reference or null.
        let finalizer = unsafe { Object::new_ref_nullable(generator.gi_origin_or_finalizer) };
        if let Some(finalizer) = finalizer
            && generator.gi_closed == 0
        {
            if call::call_one(finalizer.op(), generator.as_object()).is_err() {
                (state::hooks().write_unraisable)(None, Some(finalizer.op()));
            }
            if let Some(pending) = pending {
                errors::restore(pending).ignore();
            }
            return;
        }
    }
    if is_coroutine(generator) && generator.gi_frame_state == FRAME_CREATED {
        coroutine::warn_unawaited(generator);
    } else if close(generator).is_err() {
        let shown = object::repr(generator.as_object()).map(|text| str::to_string_lossy(text.op()));
        let shown = shown.unwrap_or_default();
        let message = format!("Exception ignored while closing {} {shown}", kind(generator));
        (state::hooks().write_unraisable)(Some(&message), None);
    }
    if let Some(pending) = pending {
        errors::restore(pending).ignore();
    }
}

fn dealloc(generator: Gen<'_>) {
    let op = generator.as_object_ptr();
    gc::untrack(op);
    weakref::clear_refs(generator.as_object());
    gc::track(op);
    if !is_finished(generator) && gc::call_finalizer_from_dealloc(generator.as_object()) {
        return;
    }
    gc::untrack(op);
    // SAFETY: the count is 0; each field holds an owned reference or null and is emptied first.
    unsafe {
        let this = generator.as_ptr();
        let take = |field: *mut *mut PyObject| {
            Object::steal_nullable(core::ptr::replace(field, core::ptr::null_mut()))
        };
        drop(take(&raw mut (*this).gi_origin_or_finalizer));
        if (*this).gi_frame_state != FRAME_CLEARED {
            (*this).gi_frame_state = FRAME_CLEARED;
            (*this).gi_iframe.previous = core::ptr::null_mut();
            frame::clear_except_code(&raw mut (*this).gi_iframe);
        }
        drop(take(&raw mut (*this).gi_exc_state.exc_value));
        drop_code(&raw mut (*this).gi_iframe);
        drop(take(&raw mut (*this).gi_name));
        drop(take(&raw mut (*this).gi_qualname));
        gc::delete(op);
    }
}

/// Gives back a finished frame's reference to its code.
///
/// # Safety
/// Nobody looks at the frame afterwards.
unsafe fn drop_code(frame: *mut _PyInterpreterFrame) {
    // SAFETY: the caller's promise; a reference with no tag bits is owned.
    unsafe {
        let code = core::mem::replace(&mut (*frame).f_executable, StackRef { bits: 0 });
        if code.bits & 3 == 0 {
            drop(Object::steal_nullable(code.bits as *mut PyObject));
        }
    }
}

fn traverse(generator: Gen<'_>, visitor: &mut Visitor) {
    visitor.visit(generator.gi_name);
    visitor.visit(generator.gi_qualname);
    visitor.visit(generator.gi_origin_or_finalizer);
    if generator.gi_frame_state != FRAME_CLEARED {
        // SAFETY: the frame is part of the object and has been filled in.
        unsafe { frame::traverse(frame_of(generator), visitor) };
    }
    visitor.visit(generator.gi_exc_state.exc_value);
}

fn repr(generator: Gen<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    // SAFETY: owned for life.
    let qualname = str::to_string_lossy(unsafe { Op::from_ptr(generator.gi_qualname) });
    let kind = if is_async_generator(generator) { "async_generator" } else { kind(generator) };
    str::from_string(format!("<{kind} object {qualname} at {:p}>", generator.as_ptr()))
}

fn name(generator: Gen<'_>) -> PyResult {
    // SAFETY: owned for life.
    Ok(unsafe { Object::new_ref(generator.gi_name) })
}

fn qualname(generator: Gen<'_>) -> PyResult {
    // SAFETY: owned for life.
    Ok(unsafe { Object::new_ref(generator.gi_qualname) })
}

/// Replaces a name.
///
/// # Safety
/// `field` holds an owned reference.
unsafe fn set_text(field: *mut *mut PyObject, name: &str, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value.filter(|value| value.is_instance::<PyUnicodeObject>()) else {
        return Err(raise!(TypeError, "{name} must be set to a string object"));
    };
    // SAFETY: the caller's promise; the old name is dropped last.
    drop(unsafe { Object::steal(core::ptr::replace(field, value.to_owned().into_ptr())) });
    Ok(())
}

fn set_name(generator: Gen<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    // SAFETY: the generator's own field.
    unsafe { set_text(&raw mut (*generator.as_ptr()).gi_name, "__name__", value) }
}

fn set_qualname(generator: Gen<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    // SAFETY: the generator's own field.
    unsafe { set_text(&raw mut (*generator.as_ptr()).gi_qualname, "__qualname__", value) }
}

fn delegate(generator: Gen<'_>) -> PyResult {
    Ok(yields_from(generator).unwrap_or_else(singletons::new_none))
}

fn running(generator: Gen<'_>) -> PyResult<bool> {
    Ok(generator.gi_frame_state == FRAME_EXECUTING)
}

fn suspended(generator: Gen<'_>) -> PyResult<bool> {
    Ok(is_suspended(generator))
}

fn frame(generator: Gen<'_>) -> PyResult {
    if is_finished(generator) {
        return Ok(singletons::new_none());
    }
    // SAFETY: the frame has not ended.
    Ok(unsafe { frame::object_of(frame_of(generator)) }?.into_object())
}

fn code_object(generator: Gen<'_>) -> PyResult {
    // SAFETY: the frame keeps its code also after its end.
    Ok(unsafe { frame::code_of(frame_of(generator)) }.as_object().to_owned())
}

fn size_of(generator: Gen<'_>) -> PyResult {
    // SAFETY: as above.
    let code = unsafe { frame::code_of(frame_of(generator)) };
    let slots = code.co_framesize as usize - FRAME_SPECIALS_SIZE;
    adder_object_model::int::from_usize(BASIC_SIZE as usize + slots * size_of_reference())
}

const fn size_of_reference() -> usize {
    core::mem::size_of::<StackRef>()
}

/// The header and the frame, up to its locals.
pub const BASIC_SIZE: isize = (core::mem::offset_of!(PyGenObject, gi_iframe)
    + core::mem::offset_of!(_PyInterpreterFrame, localsplus)) as isize;

static METHODS: &[PyMethodDef] = &[
    method::o(c"send", send, c"send($self, object, /)\n--\n\nsend(value) -> send 'value' into generator,\nreturn next yielded value or raise StopIteration."),
    method::positional(c"throw", throw_method, c"throw(value)\nthrow(type[,value[,tb]])\n\nRaise an exception inside the generator; return what it yields next.\nThe form with several arguments is deprecated."),
    method::noargs(c"close", close, c"close($self, /)\n--\n\nclose() -> raise GeneratorExit inside generator."),
    method::noargs(c"__sizeof__", size_of, c"__sizeof__($self, /)\n--\n\ngen.__sizeof__() -> size of gen in memory, in bytes"),
    method::class_o(c"__class_getitem__", generic_alias::class_getitem, c"__class_getitem__($type, object, /)\n--\n\ngenerators are generic over their yield, send and return types"),
    PyMethodDef::EMPTY,
];

static GETSETS: &[PyGetSetDef] = &[
    getset::get_set(c"__name__", name, set_name, c"name of the generator"),
    getset::get_set(c"__qualname__", qualname, set_qualname, c"qualified name of the generator"),
    getset::get(c"gi_yieldfrom", delegate, c"object being iterated by yield from, or None"),
    getset::get(c"gi_running", running, c""),
    getset::get(c"gi_frame", frame, c""),
    getset::get(c"gi_suspended", suspended, c""),
    getset::get(c"gi_code", code_object, c""),
    PyGetSetDef::EMPTY,
];

static AS_ASYNC: PyAsyncMethods = PyAsyncMethods { am_send: Some(am_send), ..PyAsyncMethods::EMPTY };

#[unsafe(no_mangle)]
pub static mut PyGen_Type: PyTypeObject = PyTypeObject {
    tp_name: c"generator".as_ptr(),
    tp_basicsize: BASIC_SIZE,
    tp_itemsize: size_of_reference() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_as_async: (&raw const AS_ASYNC).cast_mut(),
    tp_repr: slot::unary(repr),
    tp_getattro: None,
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_traverse: slot::traverse(traverse),
    tp_weaklistoffset: core::mem::offset_of!(PyGenObject, gi_weakreflist) as isize,
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(next),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSETS.as_ptr().cast_mut(),
    tp_finalize: slot::finalize(finalize),
    ..PyTypeObject::EMPTY
};

/// `SendResult` of any iterator's `am_send`, for callers that know it is one of these.
pub fn send_result(generator: Gen<'_>, value: Op<'_>) -> PyResult<SendResult> {
    Ok(match resume(generator, Some(value), false, false)? {
        Outcome::Yielded(value) => SendResult::Yielded(value),
        Outcome::Returned(value) => SendResult::Returned(value),
        Outcome::Exhausted => SendResult::Returned(singletons::new_none()),
    })
}
