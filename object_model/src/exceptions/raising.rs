//! How an exception gets into the thread state, and what can be asked about it.

use super::{base, builtin, simple};
use crate::layout::*;
use crate::{
    Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, call, dict, errors, int, object, raise,
    singletons, state, str, tuple, type_object,
};

/// Whether `op` is a class that derives from `BaseException` (`PyExceptionClass_Check`).
#[inline]
pub fn is_exception_class(op: Op<'_>) -> bool {
    // SAFETY: a type has the layout of a type.
    op.is_instance::<PyTypeObject>()
        && unsafe { op.cast_unchecked::<PyTypeObject>() }.tp_flags & Py_TPFLAGS_BASE_EXC_SUBCLASS != 0
}

/// Whether `op` is an exception (`PyExceptionInstance_Check`).
#[inline]
pub fn is_exception(op: Op<'_>) -> bool {
    op.has_type_flag(Py_TPFLAGS_BASE_EXC_SUBCLASS)
}

/// Whether an exception or exception class is one of `class`, which may be a tuple of
/// classes, nested at will (`PyErr_GivenExceptionMatches`).
pub fn given_exception_matches(given: Op<'_>, class: Op<'_>) -> bool {
    if let Some(classes) = class.downcast::<PyTupleObject>() {
        return match call::enter_recursive(" in PyErr_GivenExceptionMatches") {
            Ok(()) => {
                let found = (0..tuple::len(classes))
                    .any(|index| given_exception_matches(given, tuple::get(classes, index)));
                call::leave_recursive();
                found
            }
            Err(error) => {
                // This has no way to fail: the error is shown, and taken for "no".
                error.ignore();
                errors::write_unraisable("Exception ignored in PyErr_GivenExceptionMatches", None);
                false
            }
        };
    }
    let given = if is_exception(given) { given.ob_type().as_object() } else { given };
    if is_exception_class(given) && is_exception_class(class) {
        // SAFETY: a class is a type object.
        let given = unsafe { given.cast_unchecked::<PyTypeObject>() };
        return type_object::is_subtype_ptr(given, class.as_ptr().cast());
    }
    given.is(class)
}

/// The same for a class that is known to be set.
pub fn class_matches(given: Op<'_>, class: Op<'_>) -> bool {
    given_exception_matches(given, class)
}

/// The exception that is being handled, if any: the topmost of `exc_info` that holds one.
pub fn handled() -> Option<Object> {
    // SAFETY: the current thread's stack of handled exceptions is always well-formed.
    unsafe {
        let mut item = (*state::current()).exc_info;
        loop {
            let value = (*item).exc_value;
            if !value.is_null() && value != singletons::none_ptr() {
                return Some(Owned::new_ref(value));
            }
            if (*item).previous_item.is_null() {
                return None;
            }
            item = (*item).previous_item;
        }
    }
}

/// Makes an instance: `class()`, `class(*value)` for a tuple, else `class(value)`.
pub fn new_instance(class: Op<'_>, value: Option<Op<'_>>) -> PyResult {
    let op = match value.filter(|value| !value.is_none()) {
        None => call::call_noargs(class)?,
        Some(value) if value.is_instance::<PyTupleObject>() => call::call_tuple_dict(class, value, None)?,
        Some(value) => call::call_one(class, value)?,
    };
    if !is_exception(op.op()) {
        return Err(raise!(
            TypeError,
            "calling {} should have returned an instance of BaseException, not {}",
            str::to_string_lossy(object::repr(class)?.op()),
            op.op().type_name()
        ));
    }
    Ok(op)
}

/// What is added to an exception that came up while another was to be made.
fn note_failed_normalisation(class: Op<'_>, value: Option<Op<'_>>) -> PyResult {
    let args = match value {
        Some(value) => match object::str(value) {
            Ok(text) => str::to_string_lossy(text.op()),
            Err(raised) => {
                raised.clear();
                "<unknown>".to_owned()
            }
        },
        None => "<NULL>".to_owned(),
    };
    // SAFETY: callers have checked that it is a class.
    let name = type_object::name_of(unsafe { class.cast_unchecked::<PyTypeObject>() });
    Ok(str::from_string(format!("Normalization failed: type={name} args={args}"))?.into_object())
}

/// `PyErr_SetObject`: raises `class(value)`, or `value` itself if it is an instance of
/// `class`, with the exception that is being handled as its `__context__`.
#[cold]
pub fn set_object(class: Op<'_>, value: Option<Op<'_>>) -> Raised {
    if !is_exception_class(class) {
        let shown = match object::repr(class) {
            Ok(shown) => str::to_string_lossy(shown.op()),
            Err(raised) => return raised,
        };
        return raise!(SystemError, "_PyErr_SetObject: exception {shown} is not a BaseException subclass");
    }
    let mut instance = None;
    if let Some(value) = value
        && is_exception(value)
    {
        match object::is_subclass(value.ob_type().as_object(), class) {
            Ok(true) => instance = Some(value.to_owned()),
            Ok(false) => {}
            Err(raised) => return raised,
        }
    }
    let instance = match instance {
        Some(instance) => instance,
        None => {
            // Nothing may be called with an exception set.
            drop(errors::take());
            match new_instance(class, value) {
                Ok(instance) => instance,
                Err(raised) => {
                    let failure = raised.take();
                    let noted = note_failed_normalisation(class, value)
                        .and_then(|note| base::add_note(failure.op(), note.op()));
                    if let Err(raised) = noted {
                        raised.clear();
                    }
                    return errors::restore(failure);
                }
            }
        }
    };
    set_instance(instance)
}

/// Raises an instance, with the exception that is being handled as its `__context__`.
pub fn set_instance(exception: Object) -> Raised {
    if let Some(handled) = handled()
        && !handled.op().is(exception.op())
    {
        break_context_cycle(handled.op(), exception.op());
        base::set_context(exception.op(), Some(handled));
    }
    errors::restore(exception)
}

/// Makes sure that `exception` is not among the contexts of `handled`, whose `__context__`
/// would otherwise lead back to it. Chains that are cycles already end the search.
fn break_context_cycle(handled: Op<'_>, exception: Op<'_>) {
    let mut current = handled.to_owned();
    // Follows at half the speed: meeting it again means that there is no end.
    let mut slow = handled.to_owned();
    let mut move_slow = false;
    while let Some(context) = base::get_context(current.op()) {
        if context.op().is(exception) {
            base::set_context(current.op(), None);
            return;
        }
        current = context;
        if current.op().is(slow.op()) {
            return;
        }
        if move_slow {
            match base::get_context(slow.op()) {
                Some(next) => slow = next,
                None => return,
            }
        }
        move_slow = !move_slow;
    }
}

/// `PyErr_NoMemory`: takes an instance from the pool, so that raising needs no memory.
#[cold]
pub fn no_memory() -> Raised {
    match simple::memory_error() {
        Some(op) => errors::restore(op),
        None => set_object(builtin::MemoryError(), None),
    }
}

/// Raises `KeyError(key)`, also where the key is a tuple or an exception.
#[cold]
pub fn set_key_error(key: Op<'_>) -> Raised {
    match call::call_one(builtin::KeyError(), key) {
        Ok(exception) => set_instance(exception),
        Err(raised) => raised,
    }
}

/// Raises `AttributeError` for an attribute `name` that `op` has not.
#[cold]
pub fn set_attribute_error(op: Op<'_>, name: Op<'_>) -> Raised {
    let text = str::to_string_lossy(name);
    raise!(AttributeError, "'{}' object has no attribute '{text}'", op.type_name()).ignore();
    set_attribute_error_context(op, name)
}

/// Tells an `AttributeError` that is set, and does not know yet, whose attribute was missing.
#[cold]
pub fn set_attribute_error_context(op: Op<'_>, name: Op<'_>) -> Raised {
    let Some(exception) = errors::take() else {
        return errors::raised_by_c();
    };
    if let Some(error) = exception.op().downcast::<PyAttributeErrorObject>()
        && error.name.is_null()
        && error.obj.is_null()
    {
        // SAFETY: a live exception.
        unsafe {
            super::replace(&raw mut (*error.as_ptr()).name, Some(name.to_owned()));
            super::replace(&raw mut (*error.as_ptr()).obj, Some(op.to_owned()));
        }
    }
    errors::restore(exception)
}

/// Raises `NameError` with a message, and remembers the name.
#[cold]
pub fn set_name_error(class: Op<'_>, message: &str, name: Op<'_>) -> Raised {
    errors::set_string(class, message).ignore();
    let Some(exception) = errors::take() else {
        return errors::raised_by_c();
    };
    if let Some(error) = exception.op().downcast::<PyNameErrorObject>()
        && error.name.is_null()
    {
        // SAFETY: a live exception.
        unsafe { super::replace(&raw mut (*error.as_ptr()).name, Some(name.to_owned())) };
    }
    errors::restore(exception)
}

/// Raises `StopIteration` with a value, whatever that is (`_PyGen_SetStopIterationValue`).
#[cold]
pub fn set_stop_iteration(value: Option<Op<'_>>) -> Raised {
    let class = builtin::StopIteration();
    match value {
        Some(value) if value.is_instance::<PyTupleObject>() || is_exception(value) => {
            // These would be taken for the arguments or for the exception itself.
            match call::call_one(class, value) {
                Ok(exception) => set_instance(exception),
                Err(raised) => raised,
            }
        }
        value => set_object(class, value),
    }
}

/// The value of a `StopIteration` that is set, which is cleared; the exception, if it is
/// another one (`_PyGen_FetchStopIterationValue`).
pub fn fetch_stop_iteration_value() -> PyResult {
    if !errors::occurred().is_some_and(|class| given_exception_matches(class, builtin::StopIteration())) {
        return match errors::occurred() {
            Some(_) => Err(errors::raised()),
            None => Ok(singletons::new_none()),
        };
    }
    let exception = errors::take().expect("just seen");
    // SAFETY: instances of StopIteration have this layout, whose field owns an object or is null.
    Ok(unsafe {
        let stop: Borrowed<'_, PyStopIterationObject> = exception.op().cast_unchecked();
        Owned::new_ref_nullable(stop.value).unwrap_or_else(singletons::new_none)
    })
}

/// Raises the `OSError` for the C library's `errno` (`PyErr_SetFromErrnoWithFilenameObjects`).
#[cold]
pub fn set_from_errno(filename: Option<Op<'_>>, filename2: Option<Op<'_>>) -> Raised {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    set_from_errno_value(builtin::OSError(), errno, filename, filename2)
}

/// Raises `class(errno, strerror, filename, ...)`. For `EINTR` the signal handlers run
/// first, and what they raise goes instead.
#[cold]
pub fn set_from_errno_value(
    class: Op<'_>,
    errno: i32,
    filename: Option<Op<'_>>,
    filename2: Option<Op<'_>>,
) -> Raised {
    if errno == libc::EINTR
        && let Some(hooks) = state::interp().hooks.get()
        && let Err(raised) = (hooks.eval_breaker_pending)()
    {
        return raised;
    }
    let make = || -> PyResult {
        let number = int::from_i64(errno.into())?;
        let message = str::from_str(&error_message(errno))?;
        let mut args = vec![number.op(), message.op()];
        let zero = int::from_i64(0)?;
        if let Some(filename) = filename {
            args.push(filename);
            if let Some(filename2) = filename2 {
                args.push(zero.op());
                args.push(filename2);
            }
        }
        call::call_positional(class, &args)
    };
    match make() {
        // SAFETY: what was made has a class as its type.
        Ok(exception) => {
            let class = exception.op().ob_type().as_object().to_owned();
            set_object(class.op(), Some(exception.op()))
        }
        Err(raised) => raised,
    }
}

/// What the C library says about an errno (`os.strerror`).
pub fn error_message(errno: i32) -> String {
    if errno == 0 {
        return "Error".to_owned();
    }
    let mut buffer = [0_u8; 256];
    // SAFETY: the buffer is as long as stated; the XSI variant ends it with a null byte.
    let status = unsafe { libc::strerror_r(errno, buffer.as_mut_ptr().cast(), buffer.len()) };
    let end = buffer.iter().position(|&byte| byte == 0).unwrap_or(buffer.len());
    let text = String::from_utf8_lossy(&buffer[..end]);
    if status != 0 && text.is_empty() { format!("Unknown error {errno}") } else { text.into_owned() }
}

/// Raises the `OSError` for an error of Rust's own functions.
#[cold]
pub fn set_io_error(error: &std::io::Error, filename: Option<Op<'_>>) -> Raised {
    match error.raw_os_error() {
        Some(errno) => set_from_errno_value(builtin::OSError(), errno, filename, None),
        None => raise!(OSError, "{error}"),
    }
}

/// Raises `ImportError` with the name and path of the module (`PyErr_SetImportError`).
#[cold]
pub fn set_import_error(message: &str, name: Option<Op<'_>>, path: Option<Op<'_>>) -> Raised {
    set_import_error_subclass(builtin::ImportError(), message, name, path)
}

/// The same for a subclass of `ImportError` (`PyErr_SetImportErrorSubclass`).
#[cold]
pub fn set_import_error_subclass(
    class: Op<'_>,
    message: &str,
    name: Option<Op<'_>>,
    path: Option<Op<'_>>,
) -> Raised {
    let make = || -> PyResult {
        match object::is_subclass(class, builtin::ImportError()) {
            Ok(true) => {}
            Ok(false) => return Err(raise!(TypeError, "expected a subclass of ImportError")),
            Err(raised) => return Err(raised),
        }
        let message = str::from_str(message)?;
        let kwargs = dict::new()?;
        dict::set_item_str(kwargs.borrow(), "name", name.unwrap_or(singletons::none()))?;
        dict::set_item_str(kwargs.borrow(), "path", path.unwrap_or(singletons::none()))?;
        let args = tuple::pack(&[message.op()])?;
        call::call_tuple_dict(class, args.op(), Some(kwargs.op()))
    };
    match make() {
        Ok(exception) => set_instance(exception),
        Err(raised) => raised,
    }
}

/// Makes an exception class `module.name` (`PyErr_NewException`). `base` is a class or a
/// tuple of classes, `Exception` if not given.
pub fn new_class(dotted_name: &str, base: Option<Op<'_>>, namespace: Option<Op<'_>>) -> PyResult {
    let Some((module, name)) = dotted_name.rsplit_once('.') else {
        return Err(raise!(SystemError, "PyErr_NewException: name must be module.class"));
    };
    let namespace = match namespace {
        Some(namespace) => namespace.to_owned(),
        None => dict::new()?.into_object(),
    };
    let Some(namespace) = namespace.op().downcast::<PyDictObject>() else {
        return Err(errors::bad_internal_call());
    };
    if dict::get_item_str(namespace, "__module__")?.is_none() {
        dict::set_item_str(namespace, "__module__", str::from_str(module)?.op())?;
    }
    let base = base.unwrap_or(builtin::Exception());
    let bases = if base.is_instance::<PyTupleObject>() { base.to_owned() } else { tuple::pack(&[base])? };
    let name = str::from_str(name)?;
    // SAFETY: the static type `type`.
    let metaclass = unsafe { Op::from_ptr((&raw mut type_object::PyType_Type).cast()) };
    call::call_positional(metaclass, &[name.op(), bases.op(), namespace.as_object()])
}

/// The type of an exception as a class (`PyExceptionInstance_Class`).
pub fn class_of(exception: Op<'_>) -> TypeRef<'_> {
    exception.ob_type()
}

/// Gives the exception that is set `cause` as its cause and context, as `raise ... from` does
/// in the runtime's own code (`_PyErr_FormatFromCause`).
#[cold]
pub fn chain_cause(cause: Object) -> Raised {
    let Some(exception) = errors::take() else {
        return errors::raised_by_c();
    };
    base::set_cause(exception.op(), Some(cause.clone()));
    base::set_context(exception.op(), Some(cause));
    errors::restore(exception)
}
