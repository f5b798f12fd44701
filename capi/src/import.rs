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
    /// New reference; `path` becomes the module's `__file__`.
    fn PyImport_ExecCodeModuleEx(name: Text, code: Of<PyCodeObject>, path: Option<Text>) -> PyResult<Object> { exec_at(name, code, path, None) }
    /// New reference; `cached` becomes the module's `__cached__`.
    fn PyImport_ExecCodeModuleWithPathnames(name: Text, code: Of<PyCodeObject>, path: Option<Text>, cached: Option<Text>) -> PyResult<Object> { exec_at(name, code, path, cached) }
    /// New reference; as `PyImport_ExecCodeModuleWithPathnames`, with objects.
    fn PyImport_ExecCodeModuleObject(name: Op, code: Of<PyCodeObject>, path: Option<Op>, cached: Option<Op>) -> PyResult<Object> { exec(name, code, path, cached) }
    /// 1 if the frozen module was run, 0 if there is none of that name.
    fn PyImport_ImportFrozenModule(name: Text) -> PyResult<c_int> { import_frozen(name.utf8()?) }
    /// As `PyImport_ImportFrozenModule`.
    fn PyImport_ImportFrozenModuleObject(name: Op) -> PyResult<c_int> {
        let name = name.downcast::<PyUnicodeObject>().ok_or_else(|| raise!(TypeError, "module name must be a string"))?;
        import_frozen(str::as_utf8(name)?)
    }
    /// New reference: an attribute of a module.
    fn PyImport_ImportModuleAttr(name: Op, attribute: Op) -> PyResult<Object> {
        let text = name.downcast::<PyUnicodeObject>().ok_or_else(|| raise!(TypeError, "module name must be a string"))?;
        object::get_attr(module(str::as_utf8(text)?)?.op(), attribute)
    }
    /// New reference: an attribute of a module.
    fn PyImport_ImportModuleAttrString(name: Text, attribute: Text) -> PyResult<Object> {
        object::get_attr(module(name.utf8()?)?.op(), attribute.to_str()?.op())
    }
    fn PyImport_GetMagicTag() -> *const core::ffi::c_char { adder_interpreter::sys::CACHE_TAG.as_ptr() }
    fn PyImport_GetMagicNumber() -> i64 { 0x0a0d_0e2b }
}

fn exec_at(name: Text, code: Of<PyCodeObject>, path: Option<Text>, cached: Option<Text>) -> PyResult<Object> {
    let decode = |text: Option<Text>| text.map(|text| str::decode_fs_default(text.bytes())).transpose();
    let (path, cached) = (decode(path)?, decode(cached)?);
    let op = |text: &Option<Str>| text.as_ref().map(|text| text.as_object_ptr());
    // SAFETY: `path` and `cached` hold the strings until the call is over.
    let as_op = |pointer: *mut PyObject| unsafe { Op::from_ptr(pointer) };
    let name = name.to_str()?;
    exec(as_op(name.as_object_ptr()), code, op(&path).map(as_op), op(&cached).map(as_op))
}

/// Runs code as a module of that name, through importlib, which sets the module's attributes.
fn exec(name: Op, code: Of<PyCodeObject>, path: Option<Op>, cached: Option<Op>) -> PyResult<Object> {
    let module = add(name)?;
    let namespace = module_object::get_dict(module.op());
    if dict::get_item_str(namespace, "__builtins__")?.is_none() {
        dict::set_item_str(namespace, "__builtins__", self::module("builtins")?.op())?;
    }
    let external = self::module("_frozen_importlib_external")?;
    let none = adder_object_model::singletons::none();
    let path = path.unwrap_or_else(|| code_filename(code));
    let args = [namespace.as_object(), name, path, cached.unwrap_or(none)];
    call::call_method(external.op(), "_fix_up_module", &args)?;
    let run = adder_interpreter::vm::eval_code(code, namespace.as_object(), namespace.as_object());
    if let Err(error) = run {
        // A module that failed is not left behind half done.
        let pending = error.take();
        if let Err(second) = dict::del_item(modules()?, name) {
            second.clear();
        }
        return Err(errors::restore(pending));
    }
    dict::get_item(modules()?, name)?.ok_or_else(|| {
        raise!(ImportError, "Loaded module '{}' not found in sys.modules", str::to_string_lossy(name))
    })
}

fn code_filename(code: Of<PyCodeObject>) -> Op {
    // SAFETY: the code object holds its file name as long as the caller holds it.
    unsafe { Op::from_ptr((*code.as_ptr()).co_filename) }
}

fn import_frozen(name: &str) -> PyResult<c_int> {
    match adder_interpreter::import::import_frozen(name) {
        Ok(_) => Ok(1),
        Err(error) => error.absorb::<()>(adder_object_model::exceptions::builtin::ImportError()).map(|_| 0),
    }
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
