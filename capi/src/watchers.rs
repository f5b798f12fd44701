//! `Py*_AddWatcher` and its like, and `PyRefTracer_*`: callbacks that are told of what happens to objects.

use core::ffi::{c_int, c_void};

use adder_interpreter::watchers;
use adder_object_model::layout::*;
use adder_object_model::type_object::lookup as watching;
use adder_object_model::{PyResult, dict, errors, raise, ref_tracer};

use crate::c_api;
use crate::convert::*;

fn given<C>(callback: Option<C>) -> PyResult<C> {
    callback.ok_or_else(errors::bad_internal_call)
}

fn watched_dict(op: Op) -> PyResult<Of<PyDictObject>> {
    op.downcast().ok_or_else(|| raise!(ValueError, "Cannot watch non-dictionary"))
}

macro_rules! adding {
    ($($name:ident($callback:ty) = $add:expr;)*) => {$(
        #[doc = concat!("`", stringify!($name), "`: the number of the callback, or -1 with an exception.")]
        ///
        /// # Safety
        /// The callback keeps its protocol until it is cleared; the GIL is held.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(callback: Option<$callback>) -> c_int {
            run(|| ($add)(given(callback)?))
        }
    )*};
}
adding! {
    PyDict_AddWatcher(PyDict_WatchCallback) = dict::add_watcher;
    PyType_AddWatcher(PyType_WatchCallback) = |callback| watching::add_watcher(callback).map(|id| id as c_int);
    PyCode_AddWatcher(PyCode_WatchCallback) = watchers::add_code;
    PyFunction_AddWatcher(PyFunction_WatchCallback) = watchers::add_function;
    PyContext_AddWatcher(PyContext_WatchCallback) = watchers::add_context;
}

c_api! {
    fn PyDict_ClearWatcher(id: c_int) -> PyResult<()> { dict::clear_watcher(id) }
    fn PyDict_Watch(id: c_int, op: Op) -> PyResult<()> { dict::watch(id, watched_dict(op)?) }
    fn PyDict_Unwatch(id: c_int, op: Op) -> PyResult<()> { dict::unwatch(id, watched_dict(op)?) }
    fn PyType_ClearWatcher(id: c_int) -> PyResult<()> { watching::clear_watcher(id as isize) }
    fn PyType_Watch(id: c_int, op: Op) -> PyResult<()> { watching::watch(id as isize, op) }
    fn PyType_Unwatch(id: c_int, op: Op) -> PyResult<()> { watching::unwatch(id as isize, op) }
    fn PyCode_ClearWatcher(id: c_int) -> PyResult<()> { watchers::clear_code(id) }
    fn PyFunction_ClearWatcher(id: c_int) -> PyResult<()> { watchers::clear_function(id) }
    fn PyContext_ClearWatcher(id: c_int) -> PyResult<()> { watchers::clear_context(id) }
}

/// `PyRefTracer_SetTracer`: a function that is told of each object made and destroyed, null for none; 0.
///
/// # Safety
/// The tracer makes no objects, leaves exceptions alone, and can be called with `data`; the GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRefTracer_SetTracer(tracer: Option<PyRefTracer>, data: *mut c_void) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { ref_tracer::set(tracer, data) };
    0
}

/// `PyRefTracer_GetTracer`: the tracer, and behind `data`, unless that is null, what it is called with.
///
/// # Safety
/// `data` is null or a place; the GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRefTracer_GetTracer(data: *mut *mut c_void) -> Option<PyRefTracer> {
    let (tracer, found) = ref_tracer::get();
    if !data.is_null() {
        // SAFETY: the caller's place.
        unsafe { *data = found };
    }
    tracer
}
