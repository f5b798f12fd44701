//! `PyErr_*` and `PyException_*`.

use core::ffi::{c_char, c_int};
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{Owned, PyResult, Raised, errors, exceptions, raise, refs, state, str};

use crate::c_api;
use crate::convert::*;

c_api! {
    /// Takes `exception` over: it becomes the context of the exception that is set, or is set itself.
    fn _PyErr_ChainExceptions1(exception: Stolen) {
        let Some(exception) = exception.0 else { return };
        match adder_object_model::errors::take() {
            Some(current) => {
                exceptions::set_context(current.op(), Some(exception));
                adder_object_model::errors::restore(current).ignore();
            }
            None => adder_object_model::errors::restore(exception).ignore(),
        }
    }
    fn _PyErr_SetKeyError(key: Op) { exceptions::set_key_error(key).ignore() }
    /// 0 with the value (a new reference) of the `StopIteration` that is set, or -1.
    fn _PyGen_FetchStopIterationValue(value: *mut *mut PyObject) -> PyResult<()> {
        let result = exceptions::fetch_stop_iteration_value();
        // SAFETY: the caller's place.
        unsafe { *value = result.as_ref().map_or(core::ptr::null_mut(), |value| value.clone().into_ptr()) };
        result.map(drop)
    }
    /// Borrowed: the class of the exception that is set, or null.
    fn PyErr_Occurred() -> *mut PyObject { errors::occurred().map_or(ptr::null_mut(), Op::as_ptr) }
    fn PyErr_Clear() { drop(errors::take()) }
    fn PyErr_SetString(class: Op, message: Text) { set(class, message.to_str()) }
    fn PyErr_SetObject(class: Op, value: Option<Op>) { exceptions::set_object(class, value).ignore() }
    fn PyErr_SetNone(class: Op) { errors::set_none(class).ignore() }
    /// Always null.
    fn PyErr_NoMemory() -> PyResult<Object> { Err(errors::no_memory()) }
    /// Always 0.
    fn PyErr_BadArgument() -> PyResult<c_int> { errors::bad_argument().ignore(); Ok(0) }
    fn PyErr_BadInternalCall() { errors::bad_internal_call().ignore() }
    fn _PyErr_BadInternalCall(file: Text, line: c_int) {
        raise!(SystemError, "{}:{line}: bad argument to internal function", file.0.to_string_lossy()).ignore()
    }
    fn PyErr_ExceptionMatches(class: Op) -> bool {
        errors::occurred().is_some_and(|current| exceptions::class_matches(current, class))
    }
    fn PyErr_GivenExceptionMatches(given: Option<Op>, class: Option<Op>) -> bool {
        matches!((given, class), (Some(given), Some(class)) if exceptions::class_matches(given, class))
    }
    /// New reference: the exception that is set, cleared; or null.
    fn PyErr_GetRaisedException() -> *mut PyObject { refs::into_nullable(errors::take()) }
    /// Steals.
    fn PyErr_SetRaisedException(exception: Stolen) {
        match exception.0 {
            Some(exception) => errors::restore(exception).ignore(),
            None => drop(errors::take()),
        }
    }
    /// New reference: the exception being handled, or null.
    fn PyErr_GetHandledException() -> *mut PyObject { refs::into_nullable(handled()) }
    fn PyErr_SetHandledException(exception: Option<Op>) { set_handled(exception.map(|op| op.to_owned())) }
    fn PyErr_SetFromErrno(class: Op) -> PyResult<Object> { Err(from_errno(class, None, None)) }
    fn PyErr_SetFromErrnoWithFilenameObject(class: Op, filename: Option<Op>) -> PyResult<Object> { Err(from_errno(class, filename, None)) }
    fn PyErr_SetFromErrnoWithFilenameObjects(class: Op, filename: Option<Op>, filename2: Option<Op>) -> PyResult<Object> { Err(from_errno(class, filename, filename2)) }
    fn PyErr_SetFromErrnoWithFilename(class: Op, filename: Option<Text>) -> PyResult<Object> {
        let saved = std::io::Error::last_os_error();
        let filename = filename.map(|name| str::decode_fs_default(name.bytes())).transpose()?;
        // SAFETY: this thread's errno.
        unsafe { *libc::__errno_location() = saved.raw_os_error().unwrap_or(0) };
        Err(from_errno(class, filename.as_ref().map(Owned::op).map(extend), None))
    }
    fn PyErr_SetImportError(message: Op, name: Option<Op>, path: Option<Op>) -> PyResult<Object> {
        Err(exceptions::set_import_error(&str::to_string_lossy(message), name, path))
    }
    fn PyErr_WarnEx(category: Option<Op>, message: Text, level: isize) -> PyResult<()> {
        let category = category.unwrap_or_else(exceptions::builtin::RuntimeWarning);
        (state::hooks().warn)(category, &str::to_string_lossy(message.to_str()?.op()), level)
    }
    fn PyErr_WriteUnraisable(op: Option<Op>) { (state::hooks().write_unraisable)(None, op) }
    /// New reference: a class made from "module.name".
    fn PyErr_NewException(name: Text, base: Option<Op>, dict: Option<Op>) -> PyResult<Object> { new_class(name.utf8()?, None, base, dict) }
    /// As `PyErr_NewException`, with a doc string.
    fn PyErr_NewExceptionWithDoc(name: Text, doc: Option<Text>, base: Option<Op>, dict: Option<Op>) -> PyResult<Object> {
        new_class(name.utf8()?, doc, base, dict)
    }
    fn PyErr_CheckSignals() -> PyResult<()> { (state::hooks().eval_breaker_pending)() }
    /// New reference, or null without an exception.
    fn PyException_GetTraceback(exception: Op) -> *mut PyObject { refs::into_nullable(exceptions::get_traceback(exception)) }
    fn PyException_SetTraceback(exception: Op, traceback: Option<Op>) -> PyResult<()> { exceptions::set_traceback(exception, traceback) }
    /// New reference, or null without an exception.
    fn PyException_GetCause(exception: Op) -> *mut PyObject { refs::into_nullable(exceptions::get_cause(exception)) }
    /// Steals `cause`.
    fn PyException_SetCause(exception: Op, cause: Stolen) { exceptions::set_cause(exception, cause.0) }
    /// New reference, or null without an exception.
    fn PyException_GetContext(exception: Op) -> *mut PyObject { refs::into_nullable(exceptions::get_context(exception)) }
    /// Steals `context`.
    fn PyException_SetContext(exception: Op, context: Stolen) { exceptions::set_context(exception, context.0) }
    /// New reference.
    fn PyException_GetArgs(exception: Op) -> PyResult<Object> { adder_object_model::object::get_attr_str(exception, "args") }
    fn PyException_SetArgs(exception: Op, args: Op) { adder_object_model::object::set_attr_str(exception, "args", Some(args)).unwrap_or_else(Raised::clear) }
    fn PyExceptionClass_Name(class: Type) -> *const c_char { class.0.tp_name }
    /// New reference.
    fn PyUnicodeDecodeError_GetEncoding(exception: Op) -> PyResult<Object> { adder_object_model::object::get_attr_str(exception, "encoding") }
    /// New reference.
    fn PyUnicodeDecodeError_Create(encoding: Text, data: *const c_char, n: isize, start: isize, end: isize, reason: Text) -> PyResult<Object> {
        // SAFETY: the caller passes `n` bytes.
        let data = adder_object_model::bytes::from_slice(unsafe { core::slice::from_raw_parts(data.cast(), n as usize) })?;
        adder_object_model::call::call_positional(exceptions::builtin::UnicodeDecodeError(), &[
            encoding.to_str()?.op(),
            data.op(),
            adder_object_model::int::from_isize(start)?.op(),
            adder_object_model::int::from_isize(end)?.op(),
            reason.to_str()?.op(),
        ])
    }
}

/// The same reference with the lifetime this crate's bodies use; it must not outlive its owner.
fn extend(op: adder_object_model::Op<'_>) -> Op {
    // SAFETY: used within the statement that keeps the owner alive.
    unsafe { Op::from_ptr(op.as_ptr()) }
}

fn set(class: Op, message: PyResult<Str>) {
    match message {
        Ok(message) => exceptions::set_object(class, Some(message.op())).ignore(),
        Err(raised) => raised.ignore(),
    }
}

fn from_errno(class: Op, filename: Option<Op>, filename2: Option<Op>) -> Raised {
    {
        let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
        exceptions::set_from_errno_value(class, errno, filename, filename2)
    }
}

fn handled() -> Option<Object> {
    // SAFETY: the thread state's chain of handled exceptions is live; None and null mean no exception.
    unsafe {
        let mut item = (*state::current()).exc_info;
        while !item.is_null() {
            let value = (*item).exc_value;
            if !value.is_null() && !Op::from_ptr(value).is_none() {
                return Some(Owned::new_ref(value));
            }
            item = (*item).previous_item;
        }
    }
    None
}

fn set_handled(exception: Option<Object>) {
    let exception = exception.filter(|op| !op.op().is_none());
    // SAFETY: the innermost item owns its value.
    let old = unsafe {
        let place = &raw mut (*(*state::current()).exc_info).exc_value;
        Object::steal_nullable(ptr::replace(place, refs::into_nullable(exception)))
    };
    drop(old);
}

fn new_class(name: &str, doc: Option<Text>, base: Option<Op>, namespace: Option<Op>) -> PyResult<Object> {
    let Some((module, short)) = name.rsplit_once('.') else {
        return Err(raise!(SystemError, "PyErr_NewException: name must be module.class"));
    };
    let namespace = match namespace {
        Some(namespace) => namespace.to_owned(),
        None => adder_object_model::dict::new()?.into_object(),
    };
    let dict = namespace.op().downcast::<PyDictObject>().ok_or_else(errors::bad_internal_call)?;
    if !adder_object_model::dict::contains(dict, str::from_str("__module__")?.op())? {
        adder_object_model::dict::set_item_str(dict, "__module__", str::from_str(module)?.op())?;
    }
    if let Some(doc) = doc {
        adder_object_model::dict::set_item_str(dict, "__doc__", doc.to_str()?.op())?;
    }
    let base = base.unwrap_or_else(exceptions::builtin::Exception);
    let bases = if base.is_instance::<PyTupleObject>() {
        base.to_owned()
    } else {
        adder_object_model::tuple::pack(&[base])?
    };
    let metaclass = exceptions::builtin::Exception().ob_type();
    adder_object_model::call::call_positional(
        metaclass.as_object(),
        &[str::from_str(short)?.op(), bases.op(), namespace.op()],
    )
}

/// `PyErr_Fetch`: takes the exception apart into three references, all null if none is set.
///
/// # Safety
/// Three places.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_Fetch(
    class: *mut *mut PyObject,
    value: *mut *mut PyObject,
    traceback: *mut *mut PyObject,
) {
    let exception = errors::take();
    // SAFETY: the caller's places; the class is alive as long as its instance.
    unsafe {
        match exception {
            Some(exception) => {
                *class = exception.op().ob_type().as_object().to_owned().into_ptr();
                *traceback = refs::into_nullable(exceptions::get_traceback(exception.op()));
                *value = exception.into_ptr();
            }
            None => (*class, *value, *traceback) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut()),
        }
    }
}

/// `PyErr_Restore`: sets an exception from three references, which are stolen.
///
/// # Safety
/// Null or references the caller gives up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_Restore(class: *mut PyObject, value: *mut PyObject, traceback: *mut PyObject) {
    // SAFETY: the caller gives the references up.
    let (class, value, traceback) = unsafe {
        (Object::steal_nullable(class), Object::steal_nullable(value), Object::steal_nullable(traceback))
    };
    let Some(class) = class else {
        drop(errors::take());
        return;
    };
    match instance(&class, value) {
        Ok(exception) => {
            if let Some(traceback) = traceback.filter(|traceback| !traceback.op().is_none()) {
                exceptions::set_traceback(exception.op(), Some(traceback.op())).unwrap_or_else(Raised::clear);
            }
            errors::restore(exception).ignore();
        }
        Err(raised) => raised.ignore(),
    }
}

/// The exception itself: `value` if it is an instance already, else `class(value)`.
fn instance(class: &Object, value: Option<Object>) -> PyResult<Object> {
    match value {
        Some(value) if value.op().is_instance::<PyBaseExceptionObject>() => Ok(value),
        value => exceptions::new_instance(class.op(), value.as_ref().map(Owned::op)),
    }
}

/// `PyErr_NormalizeException`: makes the value behind the second place an instance.
///
/// # Safety
/// Three places that hold null or references.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_NormalizeException(
    class: *mut *mut PyObject,
    value: *mut *mut PyObject,
    _traceback: *mut *mut PyObject,
) {
    // SAFETY: the caller's places; each reference taken out is put back or replaced.
    unsafe {
        let Some(old_class) = Object::steal_nullable(*class) else { return };
        let old_value = Object::steal_nullable(ptr::replace(value, ptr::null_mut()));
        match instance(&old_class, old_value) {
            Ok(exception) => {
                *class = exception.op().ob_type().as_object().to_owned().into_ptr();
                *value = exception.into_ptr();
            }
            Err(raised) => {
                let exception = raised.take();
                *class = exception.op().ob_type().as_object().to_owned().into_ptr();
                *value = exception.into_ptr();
            }
        }
    }
}

/// `PyErr_GetExcInfo`: the exception being handled as three new references.
///
/// # Safety
/// Three places.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_GetExcInfo(
    class: *mut *mut PyObject,
    value: *mut *mut PyObject,
    traceback: *mut *mut PyObject,
) {
    let none = adder_object_model::singletons::new_none;
    // SAFETY: the caller's places.
    unsafe {
        match handled() {
            Some(exception) => {
                *class = exception.op().ob_type().as_object().to_owned().into_ptr();
                *traceback = exceptions::get_traceback(exception.op()).unwrap_or_else(none).into_ptr();
                *value = exception.into_ptr();
            }
            None => (*class, *value, *traceback) = (none().into_ptr(), none().into_ptr(), none().into_ptr()),
        }
    }
}

/// `PyErr_SetExcInfo`: steals all three; only the value matters.
///
/// # Safety
/// Null or references the caller gives up.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SetExcInfo(
    class: *mut PyObject,
    value: *mut PyObject,
    traceback: *mut PyObject,
) {
    // SAFETY: the caller gives the references up.
    unsafe {
        set_handled(Object::steal_nullable(value));
        drop((Object::steal_nullable(class), Object::steal_nullable(traceback)));
    }
}
