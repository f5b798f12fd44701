//! `PyConfig_Get` and its like: the settings of the running interpreter by name.

use core::ffi::c_int;

use adder_interpreter::config_options;
use adder_object_model::layout::*;
use adder_object_model::{PyResult, exceptions, int, raise};

use crate::c_api;
use crate::convert::*;

/// The value as a C int behind `value`.
fn get_int(name: Text, value: *mut c_int) -> PyResult<()> {
    let name = name.utf8()?;
    let found = config_options::get(name)?;
    if !found.op().is_instance::<PyLongObject>() {
        return Err(raise!(TypeError, "config option {name} is not an int"));
    }
    let number = int::as_i32(found.op()).map_err(|error| {
        if error.matches(exceptions::builtin::OverflowError()) {
            error.clear();
            return raise!(OverflowError, "config option {name} value does not fit into a C int");
        }
        error
    })?;
    // SAFETY: the caller's place.
    unsafe { *value = number };
    Ok(())
}

c_api! {
    /// New reference: what the option is now; `ValueError` if there is no such option.
    fn PyConfig_Get(name: Text) -> PyResult<Object> { config_options::get(name.utf8()?) }
    fn PyConfig_GetInt(name: Text, value: *mut c_int) -> PyResult<()> { get_int(name, value) }
    /// New reference: a `frozenset`.
    fn PyConfig_Names() -> PyResult<Object> { config_options::names() }
    fn PyConfig_Set(name: Text, value: Op) -> PyResult<()> { config_options::set(name.utf8()?, value) }
}
