//! `sys.settrace` and `sys.setprofile`.

use adder_object_model::{Object, Op, PyResult, state};

/// Keeps the function that `settrace` set.
pub fn set_trace_function(function: Option<Op<'_>>) -> PyResult<()> {
    let new = function.map_or(core::ptr::null_mut(), |function| function.to_owned().into_ptr());
    // SAFETY: the field holds an owned reference or null; the old one is dropped last.
    drop(unsafe { Object::steal_nullable(core::ptr::replace(&raw mut (*state::current()).c_traceobj, new)) });
    Ok(())
}

/// Keeps the function that `setprofile` set.
pub fn set_profile_function(function: Option<Op<'_>>) -> PyResult<()> {
    let new = function.map_or(core::ptr::null_mut(), |function| function.to_owned().into_ptr());
    // SAFETY: as above.
    drop(unsafe {
        Object::steal_nullable(core::ptr::replace(&raw mut (*state::current()).c_profileobj, new))
    });
    Ok(())
}
