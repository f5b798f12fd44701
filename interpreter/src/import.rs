//! The `import` statement: `sys.modules`, and importlib for what is not there yet.
//!
//! As in CPython, finding and loading is Python code: `importlib._bootstrap`, which
//! runs from the embedded library before anything can be imported. The module
//! `_imp` (in `imp.rs`) is what it asks for builtin, frozen and extension modules.

use core::cell::Cell;

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, PyResult, Raised, call, dict, errors, exceptions, mapping, module, object, raise,
    state, str,
};

use crate::runtime::{ModuleInit, Slot, runtime};
use crate::{builtins, marshal, vm};

pub mod imp;
mod timing;

/// Loads an extension module: (spec, path).
pub type DynamicLoader = fn(Op<'_>, Op<'_>) -> PyResult;

#[derive(Default)]
pub struct State {
    /// The module `_frozen_importlib`.
    importlib: Slot,
    import_function: Slot,
    lock: imp::Lock,
    override_frozen: Cell<i32>,
}

/// Adds a builtin module; the crate that implements it calls this before start-up.
pub fn register_module(name: &'static str, init: ModuleInit) {
    let mut modules = runtime().builtin_modules.borrow_mut();
    match modules.iter_mut().find(|(known, _)| *known == name) {
        Some(entry) => entry.1 = init,
        None => modules.push((name, init)),
    }
}

/// Says who loads extension modules.
pub fn set_dynamic_loader(loader: DynamicLoader) {
    runtime().loader.set(Some(loader));
}

/// What makes the builtin module `name`.
pub fn builtin_init(name: &str) -> Option<ModuleInit> {
    runtime().builtin_modules.borrow().iter().find(|(known, _)| *known == name).map(|(_, init)| *init)
}

/// `sys.modules`.
pub fn modules() -> PyResult {
    // SAFETY: set at start-up and kept until the end.
    unsafe { Object::new_ref_nullable(state::interp().modules.get()) }
        .ok_or_else(|| raise!(RuntimeError, "unable to get sys.modules"))
}

/// A module that has been imported already (`PyImport_GetModule`); `None` in `sys.modules` counts as absent here.
pub fn get_module(name: &str) -> PyResult<Option<Object>> {
    get_module_object(str::intern(name)?.op())
}

pub fn get_module_object(name: Op<'_>) -> PyResult<Option<Object>> {
    let modules = modules()?;
    mapping::get_optional_item(modules.op(), name)
}

pub fn set_module(name: &str, module: Op<'_>) -> PyResult<()> {
    object::set_item(modules()?.op(), str::intern(name)?.op(), module)
}

/// The module `_frozen_importlib`.
pub fn importlib() -> PyResult {
    runtime().import.importlib.get().ok_or_else(|| raise!(ImportError, "importlib is not available yet"))
}

pub fn set_importlib(importlib: Op<'_>) {
    runtime().import.importlib.set(Some(importlib.to_owned()));
}

/// Imports a module by its dotted name and gives the module itself (`PyImport_ImportModule`).
pub fn import_module(name: &str) -> PyResult {
    if name == "_frozen_importlib" {
        // It is there also when `sys.modules` has been emptied.
        return importlib();
    }
    let name = str::intern(name)?;
    import_module_object(name.op())
}

/// `PyImport_Import`: through `builtins.__import__`, as it may have been replaced.
pub fn import_module_object(name: Op<'_>) -> PyResult {
    import_module_level(name, None, None, None, 0)?;
    get_module_object(name)?.ok_or_else(|| exceptions::set_key_error(name))
}

/// `PyImport_ImportModuleLevelObject`: what `__import__` does.
pub fn import_module_level(
    name: Op<'_>,
    globals: Option<Op<'_>>,
    _locals: Option<Op<'_>>,
    from_list: Option<Op<'_>>,
    level: i32,
) -> PyResult {
    let result = import_level(name, globals, from_list, level);
    if result.is_err() {
        remove_importlib_frames();
    }
    result
}

fn import_level(name: Op<'_>, globals: Option<Op<'_>>, from_list: Option<Op<'_>>, level: i32) -> PyResult {
    let Some(text) = name.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "module name must be a string"));
    };
    if level < 0 {
        return Err(raise!(ValueError, "level must be >= 0"));
    }
    let absolute = if level > 0 {
        resolve_name(text, globals, level)?
    } else if str::len(text) == 0 {
        return Err(raise!(ValueError, "Empty module name"));
    } else {
        name.to_owned()
    };
    let module = match get_module_object(absolute.op())? {
        Some(module) if !module.op().is_none() => {
            ensure_initialized(module.op(), absolute.op())?;
            timing::loaded_already(absolute.op());
            module
        }
        _ => find_and_load(absolute.op())?,
    };
    let wants_names = from_list.map_or(Ok(false), object::is_true)?;
    if wants_names {
        let has_path = object::get_optional_attr_str(module.op(), "__path__")?.is_some();
        if !has_path {
            return Ok(module);
        }
        let from_list = from_list.expect("true");
        let import = import_function()?;
        return call::call_method(
            importlib()?.op(),
            "_handle_fromlist",
            &[module.op(), from_list, import.op()],
        );
    }
    // `import a.b.c` binds `a`.
    let length = str::len(text);
    if level > 0 && length == 0 {
        return Ok(module);
    }
    let Some(dot) = (0..length).find(|&index| str::read(text, index) == u32::from('.')) else {
        return Ok(module);
    };
    if level == 0 {
        let front = str::substring(text, 0, dot)?;
        return import_level(front.op(), None, None, 0);
    }
    let absolute = absolute.op().downcast::<PyUnicodeObject>().expect("a string");
    let front = str::substring(absolute, 0, str::len(absolute) - (length - dot))?;
    match get_module_object(front.op())? {
        Some(module) => Ok(module),
        None => {
            let shown = object::repr(front.op())?;
            let message = format!("{} not in sys.modules as expected", str::to_string_lossy(shown.op()));
            Err(errors::set_string(exceptions::builtin::KeyError(), &message))
        }
    }
}

/// `__import__` as it was at the start, whatever `builtins` holds by now.
fn import_function() -> PyResult {
    let known = &runtime().import.import_function;
    if let Some(function) = known.get() {
        return Ok(function);
    }
    let function = object::get_attr_str(builtins_module()?.op(), "__import__")?;
    known.set(Some(function.clone()));
    Ok(function)
}

fn builtins_module() -> PyResult {
    get_module("builtins")?.ok_or_else(|| raise!(RuntimeError, "lost builtins module"))
}

/// `_find_and_load(name)`.
fn find_and_load(name: Op<'_>) -> PyResult {
    let path = crate::sys::get_object("path")?.unwrap_or_else(adder_object_model::singletons::new_none);
    let meta_path =
        crate::sys::get_object("meta_path")?.unwrap_or_else(adder_object_model::singletons::new_none);
    let path_hooks =
        crate::sys::get_object("path_hooks")?.unwrap_or_else(adder_object_model::singletons::new_none);
    let none = adder_object_model::singletons::none();
    crate::sys::audit("import", &[name, none, path.op(), meta_path.op(), path_hooks.op()])?;
    let import = import_function()?;
    timing::timed(name, || call::call_method(importlib()?.op(), "_find_and_load", &[name, import.op()]))
}

/// Waits for a module that another thread is importing.
fn ensure_initialized(module: Op<'_>, name: Op<'_>) -> PyResult<()> {
    let Some(spec) = object::get_optional_attr_str(module, "__spec__")? else {
        return Ok(());
    };
    if spec_is_initializing(spec.op())? {
        call::call_method(importlib()?.op(), "_lock_unlock_module", &[name])?;
    }
    Ok(())
}

/// `spec._initializing` (`_PyModuleSpec_IsInitializing`).
pub fn spec_is_initializing(spec: Op<'_>) -> PyResult<bool> {
    if spec.is_none() {
        return Ok(false);
    }
    match object::get_optional_attr_str(spec, "_initializing")? {
        Some(value) => object::is_true(value.op()),
        None => Ok(false),
    }
}

/// The absolute name of a relative import.
fn resolve_name(name: Borrowed<'_, PyUnicodeObject>, globals: Option<Op<'_>>, level: i32) -> PyResult {
    let Some(globals) = globals else {
        return Err(raise!(KeyError, "'__name__' not in globals"));
    };
    let Some(globals) = globals.downcast::<PyDictObject>() else {
        return Err(raise!(TypeError, "globals must be a dict"));
    };
    let package = package_of(globals)?;
    let package = package.op().downcast::<PyUnicodeObject>().expect("checked");
    let mut end = str::len(package);
    if end == 0 {
        return Err(raise!(ImportError, "attempted relative import with no known parent package"));
    }
    for _ in 1..level {
        let dot = (0..end).rev().find(|&index| str::read(package, index) == u32::from('.'));
        end = dot.ok_or_else(|| raise!(ImportError, "attempted relative import beyond top-level package"))?;
    }
    let base = str::substring(package, 0, end)?;
    if str::len(name) == 0 {
        return Ok(base.into_object());
    }
    let dotted = str::concat(base.borrow(), str::intern(".")?.borrow())?;
    Ok(str::concat(dotted.borrow(), name)?.into_object())
}

/// The package that relative names start from.
fn package_of(globals: Borrowed<'_, PyDictObject>) -> PyResult {
    let package = dict::get_item_str(globals, "__package__")?.filter(|package| !package.op().is_none());
    let spec = dict::get_item_str(globals, "__spec__")?.filter(|spec| !spec.op().is_none());
    let warn = |category: Op<'_>, message: &str| (state::hooks().warn)(category, message, 1);
    if let Some(package) = package {
        if !package.op().is_instance::<PyUnicodeObject>() {
            return Err(raise!(TypeError, "package must be a string"));
        }
        if let Some(spec) = spec {
            let parent = object::get_attr_str(spec.op(), "parent")?;
            if !object::equal(package.op(), parent.op())? {
                warn(exceptions::builtin::DeprecationWarning(), "__package__ != __spec__.parent")?;
            }
        }
        return Ok(package);
    }
    if let Some(spec) = spec {
        let parent = object::get_attr_str(spec.op(), "parent")?;
        if !parent.op().is_instance::<PyUnicodeObject>() {
            return Err(raise!(TypeError, "__spec__.parent must be a string"));
        }
        return Ok(parent);
    }
    warn(
        exceptions::builtin::ImportWarning(),
        "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__",
    )?;
    let Some(name) = dict::get_item_str(globals, "__name__")? else {
        return Err(raise!(KeyError, "'__name__' not in globals"));
    };
    let Some(text) = name.op().downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "__name__ must be a string"));
    };
    if dict::get_item_str(globals, "__path__")?.is_some() {
        return Ok(name);
    }
    let dot = (0..str::len(text)).rev().find(|&index| str::read(text, index) == u32::from('.'));
    match dot {
        Some(dot) => Ok(str::substring(text, 0, dot)?.into_object()),
        None => Err(raise!(ImportError, "attempted relative import with no known parent package")),
    }
}

/// Takes importlib's own frames out of the traceback of an error that passes through it.
///
/// All of them for `ImportError`; for others only the chunks that end in
/// `_call_with_frames_removed`, behind which the imported module's code begins.
fn remove_importlib_frames() {
    let Some(exception) = errors::take() else { return };
    let always_trim = exceptions::class_matches(exception.op(), exceptions::builtin::ImportError());
    let verbose = runtime().config.get().is_some_and(|config| config.verbose > 0);
    if !verbose && let Some(first) = exceptions::get_traceback(exception.op()) {
        let trimmed = trim_traceback(first, always_trim);
        let traceback = trimmed.as_ref().map(|traceback| traceback.op());
        if let Err(error) = exceptions::set_traceback(exception.op(), traceback) {
            error.clear();
        }
    }
    let _: Raised = errors::restore(exception);
}

fn trim_traceback(first: Object, always_trim: bool) -> Option<Object> {
    /// The fields that matter: next entry, whether it is importlib's, whether it ends a chunk.
    fn look(entry: Op<'_>) -> (*mut PyTracebackObject, bool, bool) {
        let entry = entry.downcast::<PyTracebackObject>().expect("a traceback");
        // SAFETY: a traceback owns its frame.
        let code = unsafe { crate::frame::code_of((*entry.tb_frame).f_frame) };
        // SAFETY: a code object owns its names.
        let (filename, name) = unsafe { (Op::from_ptr(code.co_filename), Op::from_ptr(code.co_name)) };
        let inside = str::equals(filename, "<frozen importlib._bootstrap>")
            || str::equals(filename, "<frozen importlib._bootstrap_external>");
        (entry.tb_next, inside, str::equals(name, "_call_with_frames_removed"))
    }
    // Entries to keep, in order; `pending` is the chunk of importlib's that may have to stay.
    let mut kept: Vec<Object> = Vec::new();
    let mut pending: Vec<Object> = Vec::new();
    let mut current = Some(first);
    while let Some(entry) = current {
        let (next, inside, ends_chunk) = look(entry.op());
        // SAFETY: a traceback owns the next one, or has none.
        current = unsafe { Object::new_ref_nullable(next.cast()) };
        if !inside {
            kept.append(&mut pending);
            kept.push(entry);
            continue;
        }
        pending.push(entry);
        if always_trim || ends_chunk {
            pending.clear();
        }
    }
    kept.append(&mut pending);
    // Link what is left; the last entry kept may have pointed at a removed one.
    for index in 0..kept.len() {
        let next = kept.get(index + 1).map_or(core::ptr::null_mut(), |next| next.clone().into_ptr());
        let entry = kept[index].as_ptr().cast::<PyTracebackObject>();
        // SAFETY: the entry is alive; its old `tb_next` is an owned reference or null.
        drop(unsafe {
            Object::steal_nullable(core::ptr::replace(&raw mut (*entry).tb_next, next.cast()).cast())
        });
    }
    kept.into_iter().next()
}

/// Runs a frozen module as `name` and gives it (`PyImport_ImportFrozenModule`).
pub fn import_frozen(name: &str) -> PyResult {
    let code = imp::frozen_code(name)?;
    let module = module::new(name)?;
    set_module(name, module.op())?;
    let namespace = module::get_dict(module.op());
    builtins::ensure_builtins(namespace)?;
    let code = code.op().downcast_exact::<PyCodeObject>().expect("a code object");
    vm::eval_code(code, namespace.as_object(), namespace.as_object())?;
    // importlib reads and removes this when it gives the module its spec.
    let original = str::from_str(imp::original_name(name))?;
    dict::set_item_str(namespace, "__origname__", original.op())?;
    get_module(name)?.ok_or_else(|| raise!(ImportError, "Loaded module '{name}' not found in sys.modules"))
}

/// The marshal data of the embedded library, with the library's folder in file names.
pub fn load_embedded(module: &adder_pylib::Module) -> PyResult {
    let mut folder = crate::runtime::config().paths.stdlib.to_string_lossy().into_owned();
    folder.push('/');
    let code = marshal::loads_renaming(module.code(), adder_pylib::FILENAME_ROOT, &folder);
    forget_pages(module.code());
    code
}

/// Takes the pages of a constant in the executable out of this process's memory. The library's
/// code is read once; whoever reads it again gets the pages from the file again.
fn forget_pages(constant: &'static [u8]) {
    const PAGE: usize = 4096;
    let start = constant.as_ptr().addr().next_multiple_of(PAGE);
    let end = constant.as_ptr().addr().wrapping_add(constant.len()) / PAGE * PAGE;
    if start < end {
        // SAFETY: whole pages of a constant, which the executable's file backs and nobody writes to:
        // the next access maps the same bytes. A failure leaves them mapped.
        unsafe { libc::madvise(start as *mut libc::c_void, end - start, libc::MADV_DONTNEED) };
    }
}
