//! Names: where their values are looked for, and the errors when there are none.

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, PyResult, Raised, cell, dict, errors, exceptions, mapping, object, raise, str,
    tuple,
};

use crate::code;
use crate::frame::{self, FramePtr};

/// Sets an error about a name; the exception's `name` attribute tells it to suggestions.
#[cold]
fn name_error(class: Op<'_>, name: Op<'_>, message: String) -> Raised {
    let raised = errors::set_string(class, &message);
    if class.is(exceptions::builtin::NameError()) {
        let error = raised.take();
        if let Err(raised) = object::set_attr_str(error.op(), "name", Some(name)) {
            raised.clear();
        }
        return errors::restore(error);
    }
    raised
}

fn not_defined(name: Op<'_>) -> Raised {
    let text = format!("name '{}' is not defined", str::to_string_lossy(name));
    name_error(exceptions::builtin::NameError(), name, text)
}

/// The error for a local without a value.
///
/// # Safety
/// `frame` is live and has the variable.
#[cold]
pub unsafe fn unbound_local(frame: FramePtr, index: usize) -> Raised {
    // SAFETY: the caller's promise.
    let name = code::local_names(unsafe { frame::code_of(frame) })[index];
    let name = str::to_string_lossy(name);
    raise!(UnboundLocalError, "cannot access local variable '{name}' where it is not associated with a value")
}

/// The error for an empty cell.
///
/// # Safety
/// `frame` is live and has the variable.
#[cold]
pub unsafe fn unbound_cell(frame: FramePtr, index: usize) -> Raised {
    // SAFETY: the caller's promise.
    let code = unsafe { frame::code_of(frame) };
    let name = code::local_names(code)[index];
    if code::local_kinds(code)[index] & CO_FAST_FREE == 0 {
        // SAFETY: the caller's promise.
        return unsafe { unbound_local(frame, index) };
    }
    let text = format!(
        "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
        str::to_string_lossy(name)
    );
    name_error(exceptions::builtin::NameError(), name, text)
}

/// What `LOAD_COMMON_CONSTANT` loads.
pub fn common_constant(index: usize) -> PyResult {
    Ok(match index {
        0 => exceptions::builtin::AssertionError().to_owned(),
        1 => exceptions::builtin::NotImplementedError().to_owned(),
        // SAFETY: a static type.
        2 => unsafe { Object::new_ref((&raw mut tuple::PyTuple_Type).cast()) },
        3 => adder_object_model::iter::builtin("all")?,
        _ => adder_object_model::iter::builtin("any")?,
    })
}

/// A value in a namespace that is a dict or any mapping.
fn look_up(namespace: Op<'_>, name: Op<'_>) -> PyResult<Option<Object>> {
    match namespace.downcast_exact::<PyDictObject>() {
        Some(namespace) => dict::get_item(namespace, name),
        None => mapping::get_optional_item(namespace, name),
    }
}

/// A global or builtin.
///
/// # Safety
/// Both namespaces are live.
pub unsafe fn load_global(globals: *mut PyObject, builtins: *mut PyObject, name: Op<'_>) -> PyResult {
    // SAFETY: the caller's promise.
    let (globals, builtins) = unsafe { (Op::from_ptr(globals), Op::from_ptr(builtins)) };
    if let Some(value) = look_up(globals, name)? {
        return Ok(value);
    }
    if let Some(value) = look_up(builtins, name)? {
        return Ok(value);
    }
    Err(not_defined(name))
}

/// `LOAD_NAME`: local, global, builtin.
///
/// # Safety
/// `frame` is live.
pub unsafe fn load_name(frame: FramePtr, name: Op<'_>) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(locals) = Object::new_ref_nullable((*frame).f_locals) else {
            return Err(raise!(SystemError, "no locals when loading {}", str::to_string_lossy(name)));
        };
        if let Some(value) = look_up(locals.op(), name)? {
            return Ok(value);
        }
        load_global((*frame).f_globals, (*frame).f_builtins, name)
    }
}

/// A class body's name: its namespace, then globals and builtins.
///
/// # Safety
/// `frame` is live.
pub unsafe fn load_from_dict_or_globals(frame: FramePtr, namespace: Op<'_>, name: Op<'_>) -> PyResult {
    if let Some(value) = look_up(namespace, name)? {
        return Ok(value);
    }
    // SAFETY: the caller's promise.
    unsafe { load_global((*frame).f_globals, (*frame).f_builtins, name) }
}

/// A class body's free variable: its namespace, then the cell.
///
/// # Safety
/// `frame` is live and has the variable.
pub unsafe fn load_from_dict_or_deref(frame: FramePtr, namespace: Op<'_>, index: usize) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let name = code::local_names(frame::code_of(frame))[index];
        if let Some(value) = look_up(namespace, name)? {
            return Ok(value);
        }
        let cell: Borrowed<'_, PyCellObject> =
            Borrowed::from_ptr((*frame::locals_plus(frame).add(index)).as_ptr().cast());
        cell::get(cell).ok_or_else(|| unbound_cell(frame, index))
    }
}

/// Sets a name in a namespace.
///
/// # Safety
/// `namespace` is live.
pub unsafe fn store_in(namespace: *mut PyObject, name: Op<'_>, value: Op<'_>) -> PyResult<()> {
    // SAFETY: the caller's promise.
    let namespace = unsafe { Op::from_ptr(namespace) };
    match namespace.downcast_exact::<PyDictObject>() {
        Some(namespace) => dict::set_item(namespace, name, value),
        None => object::set_item(namespace, name, value),
    }
}

/// `STORE_NAME`.
///
/// # Safety
/// `frame` is live.
pub unsafe fn store_name(frame: FramePtr, name: Op<'_>, value: Op<'_>) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*frame).f_locals.is_null() {
            let name = str::to_string_lossy(name);
            return Err(raise!(SystemError, "no locals found when storing {name}"));
        }
        store_in((*frame).f_locals, name, value)
    }
}

/// `DELETE_NAME`.
///
/// # Safety
/// `frame` is live.
pub unsafe fn delete_name(frame: FramePtr, name: Op<'_>) -> PyResult<()> {
    // SAFETY: the caller's promise.
    let Some(locals) = (unsafe { Object::new_ref_nullable((*frame).f_locals) }) else {
        return Err(raise!(SystemError, "no locals when deleting {}", str::to_string_lossy(name)));
    };
    object::del_item(locals.op(), name).map_err(|raised| {
        if raised.matches(exceptions::builtin::KeyError()) {
            raised.clear();
            return not_defined(name);
        }
        raised
    })
}

/// `DELETE_GLOBAL`.
///
/// # Safety
/// `frame` is live.
pub unsafe fn delete_global(frame: FramePtr, name: Op<'_>) -> PyResult<()> {
    // SAFETY: the caller's promise; globals are a dict.
    let globals: Borrowed<'_, PyDictObject> = unsafe { Borrowed::from_ptr((*frame).f_globals.cast()) };
    match dict::pop(globals, name)? {
        Some(_) => Ok(()),
        None => Err(not_defined(name)),
    }
}

/// `SETUP_ANNOTATIONS`.
///
/// # Safety
/// `frame` is live.
pub unsafe fn setup_annotations(frame: FramePtr) -> PyResult<()> {
    // SAFETY: the caller's promise.
    let Some(locals) = (unsafe { Object::new_ref_nullable((*frame).f_locals) }) else {
        return Err(raise!(SystemError, "no locals found when setting up annotations"));
    };
    let name = str::intern("__annotations__")?;
    if look_up(locals.op(), name.op())?.is_none() {
        object::set_item(locals.op(), name.op(), dict::new()?.op())?;
    }
    Ok(())
}

/// `LOAD_BUILD_CLASS`.
///
/// # Safety
/// `frame` is live.
pub unsafe fn load_build_class(frame: FramePtr) -> PyResult {
    let name = str::intern("__build_class__")?;
    // SAFETY: the caller's promise.
    match look_up(unsafe { Op::from_ptr((*frame).f_builtins) }, name.op())? {
        Some(found) => Ok(found),
        None => Err(name_error(
            exceptions::builtin::NameError(),
            name.op(),
            "__build_class__ not found".to_owned(),
        )),
    }
}
