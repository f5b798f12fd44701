//! Finds out what an extension module's file needs, opens it, and initialises the module.
//!
//! `install` hands `load` to the import system, which calls it for files with the
//! suffixes `.cpython-314-x86_64-linux-gnu.so`, `.abi3.so` and `.so`. This crate must
//! never know a particular extension, and never patches what it loads.
//!
//! A file whose C API symbols are not all there is refused before it is opened, with
//! every missing name in the `ImportError`; so the process goes on unharmed. Libraries
//! stay open for good, as in CPython: types and functions in them outlive any module.

mod symbols;

use std::collections::HashMap;
use std::ffi::{CString, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, Owned, PyResult, bytes, dict, errors, exceptions, int, module, object, raise,
    state, str,
};
use parking_lot::Mutex;

type InitFunction = unsafe extern "C" fn() -> *mut PyObject;

/// Modules with single-phase initialisation that have been loaded: by file and name, the
/// definition and, for one that cannot be initialised again, an owned copy of its namespace.
static LOADED: Mutex<Option<HashMap<(PathBuf, String), Single>>> = Mutex::new(None);

#[derive(Clone, Copy)]
struct Single {
    def: usize,
    /// A dict, or 0.
    namespace: usize,
    init: InitFunction,
}

/// Makes the import system load extension modules through this crate.
pub fn install() {
    adder_interpreter::import::set_dynamic_loader(load);
}

/// Loads the extension module that `spec` names from the file `path`.
///
/// Gives a module object, or a definition's module for the second phase
/// (`exec_dynamic` runs that).
///
/// # Errors
/// `ImportError` if the file cannot be used, `SystemError` if its init function breaks the rules.
pub fn load(spec: Op<'_>, path: Op<'_>) -> PyResult {
    let name_object = object::get_attr_str(spec, "name")?;
    let name = str::to_string_lossy(name_object.op());
    let encoded = str::fs_path(path)?;
    let encoded = match encoded.op().downcast::<PyUnicodeObject>() {
        Some(text) => str::encode_fs_default(text)?,
        None => encoded.clone(),
    };
    let encoded = encoded.op().downcast::<PyBytesObject>().ok_or_else(errors::bad_argument)?;
    let file = PathBuf::from(OsStr::from_bytes(bytes::as_slice(encoded)));
    if let Some(module) = again(&file, &name)? {
        return Ok(module);
    }
    let missing = symbols::missing(&file);
    if !missing.is_empty() {
        let message = format!(
            "{}: needs {} C API symbol{} that Adder does not have: {}",
            file.display(),
            missing.len(),
            if missing.len() == 1 { "" } else { "s" },
            missing.join(", ")
        );
        return Err(exceptions::set_import_error(&message, Some(name_object.op()), Some(path)));
    }
    let import_error =
        |message: &str| exceptions::set_import_error(message, Some(name_object.op()), Some(path));
    let handle = open(&file).map_err(|message| import_error(&message))?;
    let symbol = init_symbol(&name)?;
    let shown = symbol.to_string_lossy().into_owned();
    // SAFETY: an open library and a zero-terminated name.
    let address = unsafe { libc::dlsym(handle, symbol.as_ptr()) };
    if address.is_null() {
        return Err(import_error(&format!(
            "dynamic module does not define module export function ({shown})"
        )));
    }
    // SAFETY: the name promises a function of this type.
    let init = unsafe { core::mem::transmute::<*mut core::ffi::c_void, InitFunction>(address) };
    initialise(init, &name, spec, path, &file)
}

/// `dlopen` with the flags of `sys.setdlopenflags`; the handle is kept for good.
fn open(file: &Path) -> Result<*mut core::ffi::c_void, String> {
    // A bare name would be looked for in the library path.
    let file =
        if file.as_os_str().as_bytes().contains(&b'/') { file.to_owned() } else { Path::new(".").join(file) };
    let flags = dlopen_flags();
    // SAFETY: running the constructors of the library is what loading an extension means.
    match unsafe { libloading::os::unix::Library::open(Some(&file), flags) } {
        Ok(library) => Ok(library.into_raw()),
        Err(error) => Err(match error {
            libloading::Error::DlOpen { desc } => format!("{desc:?}").trim_matches('"').to_owned(),
            other => other.to_string(),
        }),
    }
}

fn dlopen_flags() -> i32 {
    let flags = (state::hooks().import_module)("sys")
        .and_then(|sys| adder_object_model::call::call_method_noargs(sys.op(), "getdlopenflags"))
        .and_then(|flags| int::as_i32(flags.op()));
    flags.unwrap_or_else(|raised| {
        raised.clear();
        libc::RTLD_NOW
    })
}

/// `PyInit_` and the last part of the name; `PyInitU_` and punycode if it is not ASCII.
fn init_symbol(name: &str) -> PyResult<CString> {
    let short = name.rsplit('.').next().unwrap_or(name);
    let symbol = if short.is_ascii() {
        format!("PyInit_{short}")
    } else {
        let encoded = adder_object_model::codecs::encode(str::from_str(short)?.op(), "punycode", None)?;
        let encoded = encoded.op().downcast::<PyBytesObject>().ok_or_else(errors::bad_argument)?;
        format!("PyInitU_{}", String::from_utf8_lossy(bytes::as_slice(encoded)).replace('-', "_"))
    };
    CString::new(symbol).map_err(|_| raise!(ValueError, "embedded null character"))
}

/// Runs an init function and takes its result apart.
fn initialise(init: InitFunction, name: &str, spec: Op<'_>, path: Op<'_>, file: &Path) -> PyResult {
    // The full name, for modules that only know the last part of theirs.
    let before = state::interp().package_context.replace(Some(name.to_owned()));
    // SAFETY: an init function, called with the GIL held.
    let result = unsafe { Object::steal_nullable(init()) };
    state::interp().package_context.set(before);
    let result = match (result, errors::occurred().is_some()) {
        (None, false) => {
            return Err(raise!(SystemError, "initialization of {name} failed without raising an exception"));
        }
        (None, true) => return Err(errors::raised()),
        (Some(_), true) => {
            let cause = errors::take();
            let raised = raise!(SystemError, "initialization of {name} raised unreported exception");
            let error = raised.take();
            exceptions::set_cause(error.op(), cause);
            return Err(errors::restore(error));
        }
        (Some(result), false) => result,
    };
    if result.op().as_ptr().is_null() || result.op().type_ptr().is_null() {
        core::mem::forget(result);
        return Err(raise!(SystemError, "init function of {name} returned uninitialized object"));
    }
    if result.op().type_ptr() == &raw mut module::PyModuleDef_Type {
        // SAFETY: a definition, as its type says; it lives as long as its library, which stays loaded.
        return unsafe { module::from_def_and_spec(result.as_ptr().cast(), spec, 0) };
    }
    let Some(made) = result.op().downcast::<PyModuleObject>() else {
        return Err(raise!(SystemError, "initialization of {name} did not return an extension module"));
    };
    let def = made.md_def;
    if def.is_null() {
        return Err(raise!(SystemError, "initialization of {name} did not return a valid extension module"));
    }
    // SAFETY: a definition lives as long as its library.
    unsafe { (*def).m_base.m_init = Some(init) };
    module::add_object(result.op(), "__file__", path)?;
    if !has_slots(def) {
        // SAFETY: a definition lives as long as its library.
        unsafe { module::register_by_def(Some(result.op()), def) }?;
        remember(file, name, def, made, init)?;
    }
    Ok(result)
}

fn has_slots(def: *mut PyModuleDef) -> bool {
    // SAFETY: a definition lives as long as its library.
    unsafe { !(*def).m_slots.is_null() }
}

/// Keeps what a second import of a single-phase module needs.
fn remember(
    file: &Path,
    name: &str,
    def: *mut PyModuleDef,
    made: Borrowed<'_, PyModuleObject>,
    init: InitFunction,
) -> PyResult<()> {
    // SAFETY: a definition lives as long as its library.
    let once_only = unsafe { (*def).m_size } == -1;
    let namespace = if once_only {
        dict::copy(module::get_dict(made.as_object()))?.into_ptr().expose_provenance()
    } else {
        0
    };
    let single = Single { def: def.expose_provenance(), namespace, init };
    LOADED.lock().get_or_insert_default().insert((file.to_owned(), name.to_owned()), single);
    Ok(())
}

/// A single-phase module that was loaded before: a new module with the namespace it had, or
/// another run of its init function.
fn again(file: &Path, name: &str) -> PyResult<Option<Object>> {
    let key = (file.to_owned(), name.to_owned());
    let Some(single) = LOADED.lock().as_ref().and_then(|loaded| loaded.get(&key).copied()) else {
        return Ok(None);
    };
    if single.namespace == 0 {
        let before = state::interp().package_context.replace(Some(name.to_owned()));
        // SAFETY: the init function that made the module before.
        let made = unsafe { Object::from_c((single.init)()) };
        state::interp().package_context.set(before);
        return made.map(Some);
    }
    let def: *mut PyModuleDef = core::ptr::with_exposed_provenance_mut(single.def);
    let fresh = module::new(name)?;
    // SAFETY: the copy of the namespace is kept for good; the module is ours alone so far; a definition
    // lives as long as its library.
    unsafe {
        let namespace: Owned<PyObject> =
            Owned::new_ref(core::ptr::with_exposed_provenance_mut(single.namespace));
        dict::update(module::get_dict(fresh.op()), namespace.op())?;
        (*fresh.as_ptr().cast::<PyModuleObject>()).md_def = def;
        module::register_by_def(Some(fresh.op()), def)?;
    }
    Ok(Some(fresh))
}
