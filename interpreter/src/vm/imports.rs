//! `import` statements.

use adder_object_model::layout::*;
use adder_object_model::{
    Object, Op, PyResult, call, dict, exceptions, int, mapping, object, raise, sequence, singletons, str,
};

use crate::frame::FramePtr;
use crate::import;

/// `IMPORT_NAME`: through `builtins.__import__`, which programs may replace.
///
/// # Safety
/// `frame` is live.
pub unsafe fn import_name(frame: FramePtr, name: Op<'_>, from_list: Op<'_>, level: Op<'_>) -> PyResult {
    // SAFETY: the caller's promise.
    let (builtins, globals, locals) = unsafe {
        (
            Op::from_ptr((*frame).f_builtins),
            Op::from_ptr((*frame).f_globals),
            Op::from_nullable((*frame).f_locals).unwrap_or_else(singletons::none),
        )
    };
    let found = match builtins.downcast_exact::<PyDictObject>() {
        Some(builtins) => dict::get_item_str(builtins, "__import__")?,
        None => mapping::get_optional_item_str(builtins, "__import__")?,
    };
    let Some(function) = found else {
        return Err(raise!(ImportError, "__import__ not found"));
    };
    if is_own_import(function.op()) {
        let level = int::compact_value(level).unwrap_or(0) as i32;
        return import::import_module_level(name, Some(globals), Some(locals), Some(from_list), level);
    }
    call::call_positional(function.op(), &[name, globals, locals, from_list, level])
}

/// Whether a function is the `__import__` the runtime started with.
fn is_own_import(function: Op<'_>) -> bool {
    let Some(function) = function.downcast_exact::<PyCFunctionObject>() else { return false };
    // SAFETY: a builtin function's definition lives as long as it.
    unsafe {
        let name = core::ffi::CStr::from_ptr((*function.m_ml).ml_name);
        name == c"__import__"
    }
}

/// `IMPORT_FROM`: an attribute of a module, or a submodule that is being imported.
pub fn import_from(module: Op<'_>, name: Op<'_>) -> PyResult {
    if let Some(value) = object::get_optional_attr(module, name)? {
        return Ok(value);
    }
    let text = str::to_string_lossy(name);
    let package = object::get_optional_attr_str(module, "__name__")?;
    let package_text = package
        .as_ref()
        .filter(|package| package.op().is_instance::<PyUnicodeObject>())
        .map(|package| str::to_string_lossy(package.op()));
    if let Some(package) = &package_text {
        let full = str::from_string(format!("{package}.{text}"))?;
        if let Some(found) = import::get_module_object(full.op())? {
            return Ok(found);
        }
    }
    let shown = package_text.clone().unwrap_or_else(|| "<unknown module name>".to_owned());
    let spec = object::get_optional_attr_str(module, "__spec__")?;
    let mut origin = None;
    let mut initializing = false;
    if let Some(spec) = &spec {
        if let Some(found) = object::get_optional_attr_str(spec.op(), "origin")?
            && found.op().is_instance::<PyUnicodeObject>()
            && object::get_optional_attr_str(spec.op(), "has_location")?
                .is_some_and(|flag| object::is_true(flag.op()).unwrap_or(false))
        {
            origin = Some(found);
        }
        initializing = import::spec_is_initializing(spec.op())?;
    }
    if origin.is_none()
        && let Some(file) = object::get_optional_attr_str(module, "__file__")?
        && file.op().is_instance::<PyUnicodeObject>()
    {
        origin = Some(file);
    }
    let place =
        origin.as_ref().map_or("unknown location".to_owned(), |origin| str::to_string_lossy(origin.op()));
    let message = if initializing {
        match &origin {
            Some(_) => format!(
                "cannot import name '{text}' from partially initialized module '{shown}' (most likely due to a circular import) ({place})"
            ),
            None => format!(
                "cannot import name '{text}' from partially initialized module '{shown}' (most likely due to a circular import) (unknown location)"
            ),
        }
    } else {
        format!("cannot import name '{text}' from '{shown}' ({place})")
    };
    let raised = exceptions::set_import_error(
        &message,
        package.as_ref().map(Object::op),
        origin.as_ref().map(Object::op),
    );
    let error = raised.take();
    object::set_attr_str(error.op(), "name_from", Some(name))?;
    Err(adder_object_model::errors::restore(error))
}

/// `from module import *` (`import_all_from`).
pub fn import_star(module: Op<'_>, locals: Op<'_>) -> PyResult<()> {
    let all = object::get_optional_attr_str(module, "__all__")?;
    let skip_underscores = all.is_none();
    let names = match all {
        Some(all) => all,
        None => match object::get_optional_attr_str(module, "__dict__")? {
            Some(namespace) => mapping::keys(namespace.op())?,
            None => return Err(raise!(ImportError, "from-import-* object has no __dict__ and no __all__")),
        },
    };
    let mut position = 0;
    loop {
        let name = match sequence::get_item(names.op(), position) {
            Ok(name) => name,
            Err(raised) => {
                return match raised.absorb::<()>(exceptions::builtin::IndexError())? {
                    None => Ok(()),
                    Some(()) => Ok(()),
                };
            }
        };
        position += 1;
        let Some(text) = name.op().downcast::<PyUnicodeObject>() else {
            let module_name = object::get_attr_str(module, "__name__")?;
            if !module_name.op().is_instance::<PyUnicodeObject>() {
                return Err(raise!(
                    TypeError,
                    "module __name__ must be a string, not {}",
                    module_name.op().type_name()
                ));
            }
            let kind = if skip_underscores { "Key in" } else { "Item in" };
            let place = if skip_underscores { "__dict__" } else { "__all__" };
            return Err(raise!(
                TypeError,
                "{kind} {}.{place} must be str, not {}",
                str::to_string_lossy(module_name.op()),
                name.op().type_name()
            ));
        };
        if skip_underscores && str::len(text) > 0 && str::read(text, 0) == '_' as u32 {
            continue;
        }
        let value = object::get_attr(module, name.op())?;
        match locals.downcast_exact::<PyDictObject>() {
            Some(locals) => dict::set_item(locals, name.op(), value.op())?,
            None => object::set_item(locals, name.op(), value.op())?,
        }
    }
}
