//! What the module keeps: its exceptions, `copyreg`'s registries, the names of Python 2.

use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};

use adder_interpreter::import;
use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{Object, Owned, PyResult, exceptions, object, raise};

pub struct State {
    pub pickle_error: Object,
    pub pickling_error: Object,
    pub unpickling_error: Object,
    /// `copyreg`'s: functions by class; codes by name, names by code, objects by code.
    pub dispatch_table: Owned<PyDictObject>,
    pub extension_registry: Owned<PyDictObject>,
    pub inverted_registry: Owned<PyDictObject>,
    pub extension_cache: Owned<PyDictObject>,
    /// `_compat_pickle`'s: names and modules of Python 2, and the other way round.
    pub name_mapping_2to3: Owned<PyDictObject>,
    pub import_mapping_2to3: Owned<PyDictObject>,
    pub name_mapping_3to2: Owned<PyDictObject>,
    pub import_mapping_3to2: Owned<PyDictObject>,
    /// `codecs.encode`, `builtins.getattr`, `functools.partial`.
    pub codecs_encode: Object,
    pub getattr: Object,
    pub partial: Object,
}

/// Made once by `init` and never given back.
static STATE: AtomicPtr<State> = AtomicPtr::new(ptr::null_mut());

/// The state; the module has been initialised.
pub fn get() -> &'static State {
    let state = STATE.load(Ordering::Acquire);
    assert!(!state.is_null(), "_pickle is not initialised");
    // SAFETY: `init` has leaked it.
    unsafe { &*state }
}

fn dict_of(module: &str, name: &str) -> PyResult<Owned<PyDictObject>> {
    let found = object::get_attr_str(import::import_module(module)?.op(), name)?;
    if !found.op().is_exact::<PyDictObject>() {
        let given = found.op().type_name();
        return Err(raise!(RuntimeError, "{module}.{name} should be a dict, not {given}"));
    }
    // SAFETY: just checked.
    Ok(unsafe { found.cast_unchecked() })
}

fn attribute(module: &str, name: &str) -> PyResult {
    object::get_attr_str(import::import_module(module)?.op(), name)
}

pub fn init() -> PyResult<()> {
    let pickle_error = exceptions::new_class("_pickle.PickleError", Some(builtin::Exception()), None)?;
    let pickling_error = exceptions::new_class("_pickle.PicklingError", Some(pickle_error.op()), None)?;
    let unpickling_error = exceptions::new_class("_pickle.UnpicklingError", Some(pickle_error.op()), None)?;
    let codecs_encode = attribute("codecs", "encode")?;
    if !object::is_callable(codecs_encode.op()) {
        let given = codecs_encode.op().type_name();
        return Err(raise!(RuntimeError, "codecs.encode should be a callable, not {given}"));
    }
    let state = State {
        pickle_error,
        pickling_error,
        unpickling_error,
        dispatch_table: dict_of("copyreg", "dispatch_table")?,
        extension_registry: dict_of("copyreg", "_extension_registry")?,
        inverted_registry: dict_of("copyreg", "_inverted_registry")?,
        extension_cache: dict_of("copyreg", "_extension_cache")?,
        name_mapping_2to3: dict_of("_compat_pickle", "NAME_MAPPING")?,
        import_mapping_2to3: dict_of("_compat_pickle", "IMPORT_MAPPING")?,
        name_mapping_3to2: dict_of("_compat_pickle", "REVERSE_NAME_MAPPING")?,
        import_mapping_3to2: dict_of("_compat_pickle", "REVERSE_IMPORT_MAPPING")?,
        codecs_encode,
        getattr: attribute("builtins", "getattr")?,
        partial: attribute("functools", "partial")?,
    };
    STATE.store(Box::into_raw(Box::new(state)), Ordering::Release);
    Ok(())
}
