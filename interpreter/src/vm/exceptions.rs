//! Raising, matching and handling exceptions; leaving `with` blocks.

use core::ptr;

use adder_object_model::exceptions::{self, builtin};
use adder_object_model::layout::*;
use adder_object_model::{Object, Op, PyResult, call, errors, object, raise as set, tuple};

use crate::frame::{self, FramePtr};
use crate::traceback;

/// Adds the frame to the traceback of the exception that is set.
///
/// # Safety
/// `frame` is live and complete; an exception is set.
#[cold]
pub unsafe fn note_frame(_tstate: *mut PyThreadState, frame: FramePtr) {
    // SAFETY: the caller's promise. Making the object must not see the exception.
    unsafe {
        let Some(exception) = errors::take() else { return };
        match frame::object_of(frame) {
            Ok(object) => {
                errors::restore(exception).ignore();
                if let Err(raised) = traceback::here(object.borrow()) {
                    raised.ignore();
                }
            }
            Err(raised) => {
                raised.clear();
                errors::restore(exception).ignore();
            }
        }
    }
}

/// `raise exception from cause` (`do_raise`): sets an exception in any case; `true` if it is
/// the handled one raised again, whose traceback needs no new entry.
///
/// # Safety
/// `tstate` is the running thread's.
pub unsafe fn raise(tstate: *mut PyThreadState, exception: Option<Object>, cause: Option<Object>) -> bool {
    let _ = tstate;
    let Some(exception) = exception else {
        return match exceptions::handled() {
            Some(handled) => {
                errors::restore(handled).ignore();
                true
            }
            None => {
                set!(RuntimeError, "No active exception to reraise").ignore();
                false
            }
        };
    };
    if let Err(raised) = raise_instance(exception, cause) {
        raised.ignore();
    }
    false
}

fn raise_instance(exception: Object, cause: Option<Object>) -> PyResult<()> {
    let value = if exceptions::is_exception_class(exception.op()) {
        let value = call::call_noargs(exception.op())?;
        if !exceptions::is_exception(value.op()) {
            let class = object_repr(exception.op())?;
            let got = object_repr(value.op().ob_type().as_object())?;
            return Err(set!(
                TypeError,
                "calling {class} should have returned an instance of BaseException, not {got}"
            ));
        }
        value
    } else if exceptions::is_exception(exception.op()) {
        exception
    } else {
        return Err(set!(TypeError, "exceptions must derive from BaseException"));
    };
    if let Some(cause) = cause {
        let fixed = if exceptions::is_exception_class(cause.op()) {
            let fixed = call::call_noargs(cause.op())?;
            if !exceptions::is_exception(fixed.op()) {
                let class = object_repr(cause.op())?;
                let got = object_repr(fixed.op().ob_type().as_object())?;
                return Err(set!(
                    TypeError,
                    "calling {class} should have returned an instance of BaseException, not {got}"
                ));
            }
            Some(fixed)
        } else if exceptions::is_exception(cause.op()) {
            Some(cause)
        } else if cause.op().is_none() {
            None
        } else {
            return Err(set!(TypeError, "exception causes must derive from BaseException"));
        };
        exceptions::set_cause(value.op(), fixed);
    }
    Err(exceptions::set_instance(value))
}

fn object_repr(op: Op<'_>) -> PyResult<String> {
    Ok(adder_object_model::str::to_string_lossy(object::repr(op)?.op()))
}

/// `except class:`, with the check that the class can be caught.
pub fn matches(exception: Op<'_>, class: Op<'_>) -> PyResult<bool> {
    let refused =
        || Err(set!(TypeError, "catching classes that do not inherit from BaseException is not allowed"));
    match class.downcast::<PyTupleObject>() {
        Some(classes) if !tuple::refs(classes).iter().all(|&class| exceptions::is_exception_class(class)) => {
            return refused();
        }
        None if !exceptions::is_exception_class(class) => return refused(),
        _ => {}
    }
    Ok(exceptions::class_matches(exception, class))
}

/// `except* class:`: the rest (or `None`), and what matches.
pub fn group_match(exception: Op<'_>, class: Op<'_>) -> PyResult<(Object, Option<Object>)> {
    let refused =
        || set!(TypeError, "catching ExceptionGroup with except* is not allowed. Use except instead.");
    let group_base = builtin::BaseExceptionGroup();
    let classes: Vec<Op<'_>> = match class.downcast::<PyTupleObject>() {
        Some(classes) => tuple::refs(classes).to_vec(),
        None => vec![class],
    };
    for &class in &classes {
        if !exceptions::is_exception_class(class) {
            return Err(set!(
                TypeError,
                "catching classes that do not inherit from BaseException is not allowed"
            ));
        }
        if object::is_subclass(class, group_base)? {
            return Err(refused());
        }
    }
    let none = adder_object_model::singletons::new_none;
    if exception.is_none() {
        return Ok((none(), None));
    }
    if exceptions::class_matches(exception, class) {
        if exception.is_instance::<PyBaseExceptionGroupObject>() {
            return Ok((none(), Some(exception.to_owned())));
        }
        let members = tuple::pack(&[exception])?;
        let wrapped = exceptions::new_group("", members.op())?;
        let traceback = exceptions::get_traceback(exception);
        exceptions::set_traceback(wrapped.op(), traceback.as_ref().map(Object::op))?;
        return Ok((none(), Some(wrapped)));
    }
    if exception.is_instance::<PyBaseExceptionGroupObject>() {
        let pair = call::call_method(exception, "split", &[class])?;
        let Some(parts) = pair.op().downcast::<PyTupleObject>() else {
            return Err(set!(
                TypeError,
                "{}.split must return a tuple, not {}",
                exception.type_name(),
                pair.op().type_name()
            ));
        };
        if tuple::len(parts) < 2 {
            return Err(set!(
                TypeError,
                "{}.split must return a 2-tuple, got tuple of size {}",
                exception.type_name(),
                tuple::len(parts)
            ));
        }
        let matched = tuple::get(parts, 0);
        let rest = tuple::get(parts, 1).to_owned();
        return Ok((rest, (!matched.is_none()).then(|| matched.to_owned())));
    }
    Ok((exception.to_owned(), None))
}

/// Makes `exception` the one that is being handled.
///
/// # Safety
/// `tstate` is the running thread's.
pub unsafe fn set_handled(tstate: *mut PyThreadState, exception: Op<'_>) {
    // SAFETY: the field owns a reference or is null; the old one is dropped last.
    unsafe {
        let new = exception.to_owned().into_ptr();
        let old = ptr::replace(&raw mut (*(*tstate).exc_info).exc_value, new);
        drop(Object::steal_nullable(old));
    }
}

/// Calls `__exit__` with an exception.
///
/// # Safety
/// The cells hold live objects; `exit_self` may be null.
pub unsafe fn call_exit(exit: StackRef, exit_self: StackRef, exception: Op<'_>) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let traceback = exceptions::get_traceback(exception);
        let traceback = traceback.as_ref().map_or(adder_object_model::singletons::none_ptr(), Object::as_ptr);
        let class = exception.ob_type();
        let mut args =
            [ptr::null_mut(), exit_self.as_ptr(), class.as_object_ptr(), exception.as_ptr(), traceback];
        let own = !exit_self.is_null();
        let first = args.as_mut_ptr().add(if own { 1 } else { 2 });
        super::calls::vectorcall(exit.as_ptr(), first, (3 + own as usize) | 1 << 63, ptr::null_mut())
    }
}
