//! `PyEval_SetTrace` and `PyEval_SetProfile`: functions that see lines, calls and returns.

use adder_interpreter::vm::tracing::{self, Threads};
use adder_object_model::layout::*;
use adder_object_model::{PyResult, errors};

use crate::convert::*;

/// # Safety
/// `object` is null or live.
unsafe fn optional(object: *mut PyObject) -> Option<Op> {
    // SAFETY: the caller's promise.
    unsafe { Op::from_nullable(object) }
}

/// The functions have no result to say that they have failed.
fn report(result: PyResult<()>) {
    if result.is_err() {
        errors::write_unraisable("Exception ignored in PyEval_SetTrace or PyEval_SetProfile", None);
    }
}

macro_rules! setters {
    ($($name:ident $all:ident = $set:path;)*) => {$(
        #[doc = concat!("`", stringify!($name), "`: for the running thread; no function takes the old one away. It is called with `object`.")]
        ///
        /// # Ownership
        /// Takes its own reference to `object`.
        ///
        /// # Safety
        /// `function` keeps the protocol of trace functions, `object` is null or live; the GIL is held.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(function: Option<Py_tracefunc>, object: *mut PyObject) {
            // SAFETY: the caller's promise.
            report($set(Threads::Current, function, unsafe { optional(object) }));
        }
        #[doc = concat!("`", stringify!($all), "`: as `", stringify!($name), "`, for every thread.")]
        ///
        /// # Safety
        /// As there.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $all(function: Option<Py_tracefunc>, object: *mut PyObject) {
            // SAFETY: the caller's promise.
            report($set(Threads::All, function, unsafe { optional(object) }));
        }
    )*};
}
setters! {
    PyEval_SetTrace PyEval_SetTraceAllThreads = tracing::set_trace;
    PyEval_SetProfile PyEval_SetProfileAllThreads = tracing::set_profile;
}
