//! Raising: the exception sits in the thread state, `Raised` proves that it is there.
//!
//! `Raised` has no size, so `PyResult<Object>` is one pointer and null means
//! error: the C convention costs nothing. "Not found" is an `Option` inside the
//! `Result`, never a third meaning of null.
//!
//! `raise!(TypeError, "...")` sets an exception and gives the token, so the usual
//! line is `return Err(raise!(TypeError, "expected str, got {}", op.type_name()))`.

use core::fmt;

use crate::layout::PyObject;
use crate::{Object, Op, Owned, state};

/// An exception is set in the current thread's state.
#[must_use = "an error that is neither returned nor cleared surfaces somewhere else"]
#[derive(Debug)]
pub struct Raised(());

/// A value, or an exception in the thread state.
pub type PyResult<T = Object> = Result<T, Raised>;

/// Sets an exception of a builtin class with a formatted message and gives the `Raised` token.
///
/// The first argument is the name of the class as Python spells it.
#[macro_export]
macro_rules! raise {
    ($class:ident, $($format:tt)+) => {
        $crate::errors::set_formatted(
            $crate::exceptions::builtin::$class(),
            format_args!($($format)+),
        )
    };
}

/// The token for an exception that a C function has just set.
///
/// A null result without an exception is a bug in that function; it becomes a
/// `SystemError` as in CPython.
#[cold]
pub fn raised_by_c() -> Raised {
    if occurred().is_none() {
        return raise!(SystemError, "error return without exception set");
    }
    Raised(())
}

/// The token for an exception known to be set.
#[inline]
pub fn raised() -> Raised {
    debug_assert!(occurred().is_some(), "no exception is set");
    Raised(())
}

/// The class of the exception that is set, if any (`PyErr_Occurred`).
#[inline]
pub fn occurred() -> Option<Op<'static>> {
    // SAFETY: the current thread has a state, and an exception in it stays alive while it is set.
    unsafe {
        let current = (*state::current()).current_exception;
        if current.is_null() { None } else { Some(Op::from_ptr((*current).ob_type.cast())) }
    }
}

/// Sets an exception: `class(message)`.
#[cold]
pub fn set_formatted(class: Op<'_>, message: fmt::Arguments<'_>) -> Raised {
    match message.as_str() {
        Some(text) => set_string(class, text),
        None => set_string(class, &message.to_string()),
    }
}

/// Sets an exception: `class(message)` (`PyErr_SetString`).
#[cold]
pub fn set_string(class: Op<'_>, message: &str) -> Raised {
    match crate::str::from_str(message) {
        Ok(text) => set_object(class, text.op()),
        Err(raised) => raised,
    }
}

/// Takes the exception instance out of the thread state (`PyErr_GetRaisedException`).
pub fn take() -> Option<Object> {
    // SAFETY: the field holds an owned reference or null; it is emptied as the reference is taken.
    unsafe {
        let slot = &raw mut (*state::current()).current_exception;
        let current = core::ptr::replace(slot, core::ptr::null_mut());
        Owned::steal_nullable(current.cast::<PyObject>())
    }
}

/// Sets an exception instance as it is (`PyErr_SetRaisedException`); an older one is dropped.
pub fn restore(exception: Object) -> Raised {
    // SAFETY: the field holds an owned reference or null; the new one is in place before
    // the old one is dropped, whose finalizer may look.
    let old = unsafe {
        let slot = &raw mut (*state::current()).current_exception;
        Owned::steal_nullable(core::ptr::replace(slot, exception.into_ptr().cast()).cast::<PyObject>())
    };
    drop(old);
    Raised(())
}

impl Raised {
    /// The exception this token stands for, taken out of the thread state.
    pub fn take(self) -> Object {
        take().expect("a Raised token without an exception")
    }

    /// Drops the exception (`PyErr_Clear`).
    pub fn clear(self) {
        drop(take());
    }

    /// Whether the exception is an instance of a builtin class (`PyErr_ExceptionMatches`).
    pub fn matches(&self, class: Op<'_>) -> bool {
        occurred().is_some_and(|current| crate::exceptions::class_matches(current, class))
    }

    /// `Ok(None)` if the exception is an instance of `class`, which is then cleared.
    pub fn absorb<T>(self, class: Op<'_>) -> PyResult<Option<T>> {
        if self.matches(class) {
            self.clear();
            Ok(None)
        } else {
            Err(self)
        }
    }
}

/// `PyErr_SetObject`: raises `class(value)` (or `value` itself if it is an instance),
/// with the exception that is being handled as its `__context__`.
#[cold]
pub fn set_object(class: Op<'_>, value: Op<'_>) -> Raised {
    crate::exceptions::set_object(class, Some(value))
}

/// `PyErr_SetNone`.
#[cold]
pub fn set_none(class: Op<'_>) -> Raised {
    crate::exceptions::set_object(class, None)
}

/// `PyErr_NoMemory`.
#[cold]
pub fn no_memory() -> Raised {
    crate::exceptions::no_memory()
}

/// `PyErr_BadInternalCall`: a function was called with arguments that make no sense to it.
#[cold]
#[track_caller]
pub fn bad_internal_call() -> Raised {
    let place = core::panic::Location::caller();
    raise!(SystemError, "{}:{}: bad argument to internal function", place.file(), place.line())
}

/// `PyErr_BadArgument`.
#[cold]
pub fn bad_argument() -> Raised {
    raise!(TypeError, "bad argument type for built-in operation")
}

/// Reports the exception that is set as one that nobody can handle, and clears it. The
/// line before its traceback is `message`, then the `repr` of `op` (`PyErr_FormatUnraisable`).
#[cold]
pub fn write_unraisable(message: &str, op: Option<Op<'_>>) {
    let Some(current) = take() else { return };
    let text = match op {
        None => message.to_owned(),
        Some(op) => match crate::object::repr(op) {
            Ok(repr) => format!("{message} {}", crate::str::to_string_lossy(repr.op())),
            Err(raised) => {
                raised.clear();
                format!("{message} <object repr() failed>")
            }
        },
    };
    restore(current).ignore();
    (state::hooks().write_unraisable)(Some(&text), None);
}
