//! `_io`: files, buffers and text streams.
//!
//! In reading order: `base` (the abstract classes), `file` (`FileIO`), `bytes_io`,
//! `buffered`, `newlines` (`IncrementalNewlineDecoder`), `string_io`, `text`
//! (`TextIOWrapper`), `open`.
//!
//! Every class keeps its state in a Rust struct behind the object. Methods that call
//! the underlying stream, which may be Python code that uses this very object, copy
//! what they need out of the state first and look again afterwards.

mod base;
mod buffered;
mod bytes_io;
mod file;
mod newlines;
mod open;
mod string_io;
mod text;

use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, Owned, PyLayout, PyResult, Raised, TypeRef, Visitor, call, exceptions, gc, int,
    module, number, object, raise, singletons, static_type, str, tuple, type_object, weakref,
};
use parking_lot::Mutex;

/// `io.DEFAULT_BUFFER_SIZE`.
pub(crate) const DEFAULT_BUFFER_SIZE: usize = 128 * 1024;

/// What every object of this module begins with, and all that `_IOBase` has.
#[repr(C)]
pub(crate) struct Stream<T> {
    ob_base: PyObject,
    /// Owned or null.
    dict: *mut PyObject,
    weakrefs: *mut PyObject,
    /// Null in classes derived straight from the abstract ones, and before `__init__`.
    state: *mut T,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl<T> PyLayout for Stream<T> {}

pub(crate) const DICT_OFFSET: isize = core::mem::offset_of!(Stream<()>, dict) as isize;
pub(crate) const WEAKREF_OFFSET: isize = core::mem::offset_of!(Stream<()>, weakrefs) as isize;
pub(crate) const STREAM_SIZE: isize = size_of::<Stream<()>>() as isize;

/// References inside a state, for the collector.
pub(crate) trait State: Sized {
    fn traverse(&self, visitor: &mut Visitor);
    /// Takes the references out, to be dropped by the caller.
    fn take_references(&mut self) -> Vec<Object>;
}

pub(crate) type This<'a, T> = Borrowed<'a, Stream<T>>;

/// The state of a stream, or the error for one whose `__init__` has not run.
///
/// The reference must not be held across a call that can run Python code.
#[allow(clippy::mut_from_ref, reason = "the GIL gives exclusive access between calls")]
pub(crate) fn state<'a, T>(stream: This<'a, T>) -> PyResult<&'a mut T> {
    if stream.state.is_null() {
        return Err(raise!(ValueError, "I/O operation on uninitialized object"));
    }
    // SAFETY: a box that lives as long as the object, or until `__init__` runs again.
    Ok(unsafe { &mut *stream.state })
}

/// Takes the state out, as before another `__init__` that can fail.
pub(crate) fn drop_state<T>(stream: This<'_, T>) {
    // SAFETY: the field holds a box or null.
    unsafe {
        let old = ptr::replace(&raw mut (*stream.as_ptr()).state, ptr::null_mut());
        if !old.is_null() {
            drop(Box::from_raw(old));
        }
    }
}

/// Puts a new state in; the old one is dropped last.
pub(crate) fn set_state<T>(stream: This<'_, T>, new: T) {
    // SAFETY: the field holds a box or null.
    unsafe {
        let old = ptr::replace(&raw mut (*stream.as_ptr()).state, Box::into_raw(Box::new(new)));
        if !old.is_null() {
            drop(Box::from_raw(old));
        }
    }
}

pub(crate) fn traverse<T: State>(stream: This<'_, T>, visitor: &mut Visitor) {
    visitor.visit(stream.dict);
    if !stream.state.is_null() {
        // SAFETY: a box that lives as long as the object; traversing runs no Python code.
        unsafe { (*stream.state).traverse(visitor) };
    }
}

pub(crate) fn clear<T: State>(stream: This<'_, T>) {
    // SAFETY: fields are emptied before what they held is dropped.
    unsafe {
        let references = if stream.state.is_null() { Vec::new() } else { (*stream.state).take_references() };
        let dict = Object::steal_nullable(ptr::replace(&raw mut (*stream.as_ptr()).dict, ptr::null_mut()));
        drop(dict);
        drop(references);
    }
}

/// `tp_dealloc`: closes through the finalizer, then gives everything back.
pub(crate) fn dealloc<T: State>(stream: This<'_, T>) {
    if gc::call_finalizer_from_dealloc(stream.as_object()) {
        return;
    }
    gc::untrack(stream.as_object_ptr());
    weakref::clear_refs(stream.as_object());
    clear(stream);
    // SAFETY: the object is dead and holds nothing but its state.
    unsafe {
        let old = ptr::replace(&raw mut (*stream.as_ptr()).state, ptr::null_mut());
        if !old.is_null() {
            drop(Box::from_raw(old));
        }
        adder_object_model::alloc::free_object(stream.as_object_ptr());
    }
}

impl State for () {
    fn traverse(&self, _visitor: &mut Visitor) {}
    fn take_references(&mut self) -> Vec<Object> {
        Vec::new()
    }
}

static UNSUPPORTED: Mutex<usize> = Mutex::new(0);

/// `io.UnsupportedOperation`.
pub(crate) fn unsupported(message: &str) -> Raised {
    let class: *mut PyObject = ptr::with_exposed_provenance_mut(*UNSUPPORTED.lock());
    match str::from_str(message) {
        // SAFETY: made with the module and kept for good.
        Ok(message) => exceptions::set_object(unsafe { Op::from_ptr(class) }, Some(message.op())),
        Err(raised) => raised,
    }
}

pub(crate) fn closed_error() -> Raised {
    raise!(ValueError, "I/O operation on closed file.")
}

/// Whether a stream says that it is closed.
pub(crate) fn is_closed(stream: Op<'_>) -> PyResult<bool> {
    object::is_true(object::get_attr_str(stream, "closed")?.op())
}

/// `stream.name()` without arguments.
pub(crate) fn invoke(stream: Op<'_>, name: &str) -> PyResult {
    call::call_method_noargs(stream, name)
}

/// A size argument: None and missing mean -1.
pub(crate) fn size(op: Option<Op<'_>>) -> PyResult<isize> {
    match op.filter(|op| !op.is_none()) {
        None => Ok(-1),
        Some(op) if number::check_index(op) => {
            number::as_ssize_t(op, Some(exceptions::builtin::OverflowError()))
        }
        Some(op) => Err(raise!(TypeError, "argument should be integer or None, not '{}'", op.type_name())),
    }
}

/// An offset argument.
pub(crate) fn offset(op: Op<'_>) -> PyResult<i64> {
    int::as_i64(number::index(op)?.op())
}

/// `EINTR` is retried: true if `raised` was that and signal handlers let us go on.
pub(crate) fn interrupted(raised: Raised) -> PyResult<()> {
    if !raised.matches(exceptions::builtin::InterruptedError()) {
        return Err(raised);
    }
    raised.clear();
    (adder_object_model::state::hooks().eval_breaker_pending)()
}

/// The type name of a stream for `repr`.
pub(crate) fn class_name(stream: Op<'_>) -> PyResult<String> {
    let name = type_object::get_qualname(stream.ob_type())?;
    let module = object::get_attr_str(stream.ob_type().as_object(), "__module__")?;
    Ok(format!("{}.{}", str::to_string_lossy(module.op()), str::to_string_lossy(name.op())))
}

/// `__getstate__` of a stream that cannot be pickled, unless a subclass says how.
pub(crate) fn no_state(stream: Op<'_>) -> PyResult<()> {
    let name = type_object::get_name(stream.ob_type())?;
    Err(raise!(TypeError, "cannot pickle '{}' instances", str::to_string_lossy(name.op())))
}

/// A value for `_finalizing`, which is a C bool under CPython.
pub(crate) fn finalizing_argument(value: Option<Op<'_>>) -> PyResult<bool> {
    match value {
        None => Err(raise!(TypeError, "can't delete numeric/char attribute")),
        Some(value) if value.is(singletons::true_()) => Ok(true),
        Some(value) if value.is(singletons::false_()) => Ok(false),
        Some(_) => Err(raise!(TypeError, "attribute value type must be bool")),
    }
}

/// Has the stream below warn that `source` was never closed; what that raises has nowhere to go.
pub(crate) fn dealloc_warn(below: Op<'_>, source: Op<'_>) {
    if let Err(raised) = call::call_method(below, "_dealloc_warn", &[source]) {
        raised.clear();
    }
}

/// The static types, base first.
fn types() -> [TypeRef<'static>; 14] {
    [
        static_type!(base::IO_BASE_TYPE),
        static_type!(base::RAW_IO_BASE_TYPE),
        static_type!(base::BUFFERED_IO_BASE_TYPE),
        static_type!(base::TEXT_IO_BASE_TYPE),
        static_type!(file::FILE_IO_TYPE),
        static_type!(bytes_io::BYTES_IO_TYPE),
        static_type!(bytes_io::BUFFER_TYPE),
        static_type!(buffered::READER_TYPE),
        static_type!(buffered::WRITER_TYPE),
        static_type!(buffered::RANDOM_TYPE),
        static_type!(buffered::PAIR_TYPE),
        static_type!(newlines::DECODER_TYPE),
        static_type!(string_io::STRING_IO_TYPE),
        static_type!(text::TEXT_IO_WRAPPER_TYPE),
    ]
}

/// Makes the module.
pub fn init() -> PyResult {
    let io = module::new("_io")?;
    for tp in types() {
        type_object::ready(tp)?;
        module::add_type(io.op(), tp)?;
    }
    module::add_object(io.op(), "DEFAULT_BUFFER_SIZE", int::from_usize(DEFAULT_BUFFER_SIZE)?.op())?;
    module::add_object(io.op(), "BlockingIOError", exceptions::builtin::BlockingIOError())?;
    module::add_object(io.op(), "UnsupportedOperation", unsupported_class()?.op())?;
    module::add_functions(io.op(), open::METHODS.as_ptr())?;
    Ok(io)
}

/// `class UnsupportedOperation(OSError, ValueError)`, made once.
fn unsupported_class() -> PyResult {
    let mut place = UNSUPPORTED.lock();
    if *place == 0 {
        let bases = tuple::pack(&[exceptions::builtin::OSError(), exceptions::builtin::ValueError()])?;
        let namespace = adder_object_model::dict::new()?;
        adder_object_model::dict::set_item_str(namespace.borrow(), "__module__", str::from_str("io")?.op())?;
        let metaclass = exceptions::builtin::OSError().ob_type();
        let name = str::from_str("UnsupportedOperation")?;
        let class = call::call_positional(metaclass.as_object(), &[name.op(), bases.op(), namespace.op()])?;
        *place = class.into_ptr().expose_provenance();
    }
    // SAFETY: kept for good.
    Ok(unsafe { Owned::new_ref(ptr::with_exposed_provenance_mut(*place)) })
}

/// The common `tp_new`: an empty object whose `__init__` makes the state.
pub(crate) fn new_stream(tp: TypeRef<'_>, _args: adder_object_model::Args<'_>) -> PyResult {
    type_object::generic_alloc(tp, 0)
}
