//! `PyImport_*`.

use core::ffi::c_int;

use adder_object_model::layout::*;
use adder_object_model::{PyResult, call, dict, errors, module as module_object, object, raise, state, str};

use crate::c_api;
use crate::convert::*;

/// Imports a module by its dotted name and gives the module itself.
pub(crate) fn module(name: &str) -> PyResult<Object> {
    (state::hooks().import_module)(name)
}

/// `sys.modules`.
pub(crate) fn modules() -> PyResult<Of<PyDictObject>> {
    // SAFETY: null before start, else a live dict.
    unsafe { Op::from_nullable(state::interp().modules.get()) }
        .and_then(|op| op.downcast())
        .ok_or_else(|| raise!(RuntimeError, "unable to get sys.modules"))
}

c_api! {
    /// New reference.
    fn PyImport_ImportModule(name: Text) -> PyResult<Object> { module(name.utf8()?) }
    /// New reference.
    fn PyImport_ImportModuleNoBlock(name: Text) -> PyResult<Object> { module(name.utf8()?) }
    /// New reference: through the `__import__` of the running frame's builtins.
    fn PyImport_Import(name: Op) -> PyResult<Object> {
        let text = name.downcast::<PyUnicodeObject>().ok_or_else(|| raise!(TypeError, "module name must be a string"))?;
        module(str::as_utf8(text)?)
    }
    /// New reference: what the import statement gets.
    fn PyImport_ImportModuleLevelObject(name: Op, globals: Option<Op>, locals: Option<Op>, from: Option<Op>, level: c_int) -> PyResult<Object> {
        let none = adder_object_model::singletons::none();
        let import = crate::eval::builtin("__import__")?;
        let level = adder_object_model::int::from_i64(level.into())?;
        call::call_positional(import.op(), &[name, globals.unwrap_or(none), locals.unwrap_or(none), from.unwrap_or(none), level.op()])
    }
    /// As `PyImport_ImportModuleLevelObject`.
    fn PyImport_ImportModuleLevel(name: Text, globals: Option<Op>, locals: Option<Op>, from: Option<Op>, level: c_int) -> PyResult<Object> {
        let none = adder_object_model::singletons::none();
        let import = crate::eval::builtin("__import__")?;
        let level = adder_object_model::int::from_i64(level.into())?;
        call::call_positional(import.op(), &[name.to_str()?.op(), globals.unwrap_or(none), locals.unwrap_or(none), from.unwrap_or(none), level.op()])
    }
    /// New reference: the module if it is imported already, else null without an exception.
    fn PyImport_GetModule(name: Op) -> PyResult<Option<Object>> { dict::get_item(modules()?, name) }
    /// Borrowed.
    fn PyImport_GetModuleDict() -> PyResult<*mut PyObject> { Ok(modules()?.as_object_ptr()) }
    /// New reference: the module, made empty if it is not there.
    fn PyImport_AddModuleRef(name: Text) -> PyResult<Object> { add(name.to_str()?.op()) }
    /// Borrowed.
    fn PyImport_AddModule(name: Text) -> PyResult<Lent> { add(name.to_str()?.op()).map(Lent) }
    /// Borrowed.
    fn PyImport_AddModuleObject(name: Op) -> PyResult<Lent> { add(name).map(Lent) }
    /// New reference.
    fn PyImport_ReloadModule(op: Op) -> PyResult<Object> { call::call_method(module("importlib")?.op(), "reload", &[op]) }
    /// New reference: runs code as a module of that name.
    fn PyImport_ExecCodeModule(name: Text, code: Of<PyCodeObject>) -> PyResult<Object> {
        let op = add(name.to_str()?.op())?;
        let globals = object::get_attr_str(op.op(), "__dict__")?;
        adder_interpreter::vm::eval_code(code, globals.op(), globals.op())?;
        dict::get_item(modules()?, name.to_str()?.op())?.ok_or_else(errors::bad_internal_call)
    }
    fn PyImport_GetMagicNumber() -> i64 { 0x0a0d_0e2b }
}

fn add(name: adder_object_model::Op<'_>) -> PyResult<Object> {
    let modules = modules()?;
    if let Some(found) =
        dict::get_item(modules, name)?.filter(|found| found.op().is_instance::<PyModuleObject>())
    {
        return Ok(found);
    }
    let new = module_object::new_object(name)?;
    dict::set_item(modules, name, new.op())?;
    Ok(new)
}
