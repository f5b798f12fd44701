//! The module `sys`.
//!
//! `infos` has its constants and struct sequences, `functions` its functions,
//! `hooks` what users may replace, `streams` the three standard streams.

use core::cell::{Cell, RefCell};
use core::ffi::{CStr, c_int, c_void};

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, PyResult, dict, errors, object, singletons, state, str, tuple,
};

use crate::config_options;
use crate::runtime::{Slot, config, runtime};

mod functions;
mod hooks;
mod infos;
mod jit;
mod monitoring;
pub mod streams;

pub use functions::dlopen_flags;
pub use functions::{handled_exception, set_max_str_digits, set_recursion_limit};
pub use hooks::{call_display_hook, display_hook_is_default, write_stderr};
pub use infos::{COPYRIGHT, HEX_VERSION, VERSION, struct_sequence_type};

/// What `sys` keeps outside its namespace.
#[derive(Default)]
pub struct State {
    /// `sys.addaudithook`: in order.
    audit_hooks: RefCell<Vec<Object>>,
    /// `PySys_AddAuditHook`: in order, before the others.
    native_audit_hooks: RefCell<Vec<(Py_AuditHookFunction, *mut c_void)>>,
    dlopen_flags: Cell<Option<c_int>>,
    version_info: Slot,
    asyncgen_hooks_type: Slot,
}

/// Names the folder-local files of bytecode: not CPython's, so that neither reads the other's.
pub const CACHE_TAG: &CStr = c"adder-314";

/// `-O` as `compile` wants it.
pub fn optimize_level() -> u8 {
    runtime()
        .config
        .get()
        .map_or(0, |config| config_options::changed("optimization_level", config.optimize).clamp(0, 2) as u8)
}

/// Whether code objects carry columns.
pub fn debug_ranges() -> bool {
    runtime().config.get().is_none_or(|config| config.debug_ranges)
}

/// `sys.__dict__`, once it exists.
pub fn dict() -> Option<Borrowed<'static, PyDictObject>> {
    // SAFETY: set at start-up and kept until the end.
    unsafe { Borrowed::from_nullable(state::interp().sysdict.get().cast()) }
}

/// `PySys_GetOptionalAttrString`.
pub fn get_object(name: &str) -> PyResult<Option<Object>> {
    match dict() {
        Some(dict) => dict::get_item_str(dict, name),
        None => Ok(None),
    }
}

/// `PySys_SetObject`; no value deletes.
pub fn set_object(name: &str, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(dict) = dict() else { return Ok(()) };
    match value {
        Some(value) => dict::set_item_str(dict, name, value),
        None => dict::pop(dict, str::intern(name)?.op()).map(drop),
    }
}

/// Tells the audit hooks of an event (`PySys_Audit`).
#[inline]
pub fn audit(event: &str, args: &[Op<'_>]) -> PyResult<()> {
    let state = &runtime().sys;
    if state.audit_hooks.borrow().is_empty() && state.native_audit_hooks.borrow().is_empty() {
        return Ok(());
    }
    audit_slow(event, args)
}

#[cold]
fn audit_slow(event: &str, args: &[Op<'_>]) -> PyResult<()> {
    // An event may be reported while an exception is on its way.
    let pending = errors::take();
    let result = call_audit_hooks(event, args);
    if let Some(pending) = pending
        && result.is_ok()
    {
        errors::restore(pending).ignore();
    }
    result
}

fn call_audit_hooks(event: &str, args: &[Op<'_>]) -> PyResult<()> {
    let args = tuple::pack(args)?;
    let state = &runtime().sys;
    let native: Vec<_> = state.native_audit_hooks.borrow().clone();
    let name = std::ffi::CString::new(event).unwrap_or_default();
    for (hook, data) in native {
        // SAFETY: whoever added the hook promised that it can be called this way.
        if unsafe { hook(name.as_ptr(), args.as_ptr(), data) } != 0 {
            return Err(errors::raised_by_c());
        }
    }
    let hooks: Vec<Object> = state.audit_hooks.borrow().clone();
    let event = str::intern(event)?;
    for hook in hooks {
        adder_object_model::call::call_positional(hook.op(), &[event.op(), args.op()])?;
    }
    Ok(())
}

/// `PySys_AddAuditHook`.
pub fn add_native_audit_hook(hook: Py_AuditHookFunction, data: *mut c_void) {
    runtime().sys.native_audit_hooks.borrow_mut().push((hook, data));
}

/// Makes the module, as far as it can be before import works.
pub fn init() -> PyResult {
    let result = adder_object_model::module::new("sys")?;
    let module = result.op();
    let dict = adder_object_model::module::get_dict(module);
    // SAFETY: the dict is kept for the rest of the process.
    state::interp().sysdict.set(dict.as_object().to_owned().into_ptr());
    adder_object_model::module::add_functions(module, functions::TABLE.as_ptr())?;
    adder_object_model::module::add_functions(module, hooks::TABLE.as_ptr())?;
    infos::add(module)?;
    adder_object_model::module::add_object(module, "_jit", jit::init()?.op())?;
    adder_object_model::module::add_object(module, "monitoring", monitoring::init()?.op())?;
    for name in ["displayhook", "excepthook", "breakpointhook", "unraisablehook"] {
        let hook = object::get_attr_str(module, name)?;
        adder_object_model::module::add_object(module, &format!("__{name}__"), hook.op())?;
    }
    set_from_config(module)?;
    Ok(result)
}

/// The attributes that come from the command line, the environment and `getpath`.
fn set_from_config(module: Op<'_>) -> PyResult<()> {
    use adder_object_model::{list, module as modules};
    use std::ffi::{OsStr, OsString};
    use std::os::unix::ffi::OsStrExt;
    let config = config();
    let text = |value: &OsStr| -> PyResult { Ok(str::decode_fs_default(value.as_bytes())?.into_object()) };
    let texts = |values: &[OsString]| -> PyResult<_> {
        list::from_vec(values.iter().map(|value| text(value)).collect::<PyResult<Vec<_>>>()?)
    };
    modules::add_object(module, "argv", texts(&config.argv)?.op())?;
    modules::add_object(module, "orig_argv", texts(&config.orig_argv)?.op())?;
    modules::add_object(module, "path", texts(&config.paths.search_path)?.op())?;
    let paths = &config.paths;
    for (name, path) in [
        ("executable", &paths.executable),
        ("_base_executable", &paths.base_executable),
        ("prefix", &paths.prefix),
        ("exec_prefix", &paths.exec_prefix),
        ("base_prefix", &paths.base_prefix),
        ("base_exec_prefix", &paths.base_exec_prefix),
        ("_stdlib_dir", &paths.stdlib),
    ] {
        modules::add_object(module, name, text(path.as_os_str())?.op())?;
    }
    let home = config.home.as_deref().map(text).transpose()?.unwrap_or_else(singletons::new_none);
    modules::add_object(module, "_home", home.op())?;
    let prefix = config.pycache_prefix.as_deref().map(text).transpose()?.unwrap_or_else(singletons::new_none);
    modules::add_object(module, "pycache_prefix", prefix.op())?;
    let warn_options: Vec<OsString> = config.warn_options.iter().map(OsString::from).collect();
    modules::add_object(module, "warnoptions", texts(&warn_options)?.op())?;
    let options = dict::new()?;
    for option in &config.x_options {
        match option.split_once('=') {
            Some((name, value)) => dict::set_item_str(options.borrow(), name, str::from_str(value)?.op())?,
            None => dict::set_item_str(options.borrow(), option, singletons::true_())?,
        }
    }
    modules::add_object(module, "_xoptions", options.op())?;
    let dont_write = singletons::new_bool(!config.write_bytecode);
    modules::add_object(module, "dont_write_bytecode", dont_write.op())?;
    Ok(())
}
