//! The `module` type, module definitions and multi-phase initialisation.
//!
//! A native module is made from a `PyModuleDef`: at once by its init function
//! (`create`), or in two phases, where the init function gives the definition, the
//! import system makes the module (`from_def_and_spec`) and runs the definition's
//! execution slots (`exec_def`). State of `m_size` bytes belongs to each module.

use core::ffi::{CStr, c_int, c_void};
use core::mem::{offset_of, transmute};
use core::ptr;

use crate::define::{guard_object, method};
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, TypeRef, Visitor, alloc, call, dict, errors, exceptions, gc,
    getset, id, int, object, raise, singletons, slot, state, str, type_object, weakref,
};

crate::py_typed!(PyModuleObject, PyModule_Type);
crate::py_typed!(PyModuleDef, PyModuleDef_Type);

/// A new module with the attributes every module has (`PyModule_New`).
pub fn new(name: &core::primitive::str) -> PyResult {
    new_object(str::intern(name)?.op())
}

/// `PyModule_NewObject`.
pub fn new_object(name: Op<'_>) -> PyResult {
    // SAFETY: a static type.
    let module = allocate(unsafe { TypeRef::from_ptr(&raw mut PyModule_Type) })?;
    init_dict(as_module(module.op()), name, None)?;
    Ok(module)
}

/// A module without attributes.
fn allocate(tp: TypeRef<'_>) -> PyResult {
    let module = type_object::alloc::alloc_instance(tp, 0)?;
    // SAFETY: a zeroed instance of a module type.
    unsafe { (*module.as_ptr().cast::<PyModuleObject>()).md_dict = dict::new()?.into_object_ptr() };
    Ok(module)
}

fn as_module<'a>(op: Op<'a>) -> Borrowed<'a, PyModuleObject> {
    debug_assert!(op.is_instance::<PyModuleObject>());
    // SAFETY: callers pass modules.
    unsafe { op.cast_unchecked() }
}

fn init_dict(module: Borrowed<'_, PyModuleObject>, name: Op<'_>, doc: Option<Op<'_>>) -> PyResult<()> {
    let namespace = get_dict(module.as_object());
    dict::set_item(namespace, id!("__name__"), name)?;
    dict::set_item(namespace, id!("__doc__"), doc.unwrap_or(singletons::none()))?;
    dict::set_item(namespace, id!("__package__"), singletons::none())?;
    dict::set_item(namespace, id!("__loader__"), singletons::none())?;
    dict::set_item(namespace, id!("__spec__"), singletons::none())?;
    if name.is_exact::<PyUnicodeObject>() {
        // SAFETY: a live module whose field is null or owned.
        unsafe {
            let cell = &raw mut (*module.as_ptr()).md_name;
            drop(Object::steal_nullable(ptr::replace(cell, name.to_owned().into_ptr())));
        }
    }
    Ok(())
}

/// The module's namespace.
pub fn get_dict<'a>(module: Op<'a>) -> Borrowed<'a, PyDictObject> {
    // SAFETY: a module has a dict from its allocation to its end.
    unsafe { Borrowed::from_ptr(as_module(module).md_dict.cast()) }
}

/// `__name__`, which must be a string (`PyModule_GetNameObject`).
pub fn get_name(module: Op<'_>) -> PyResult {
    let Some(module) = module.downcast::<PyModuleObject>() else { return Err(errors::bad_argument()) };
    // SAFETY: null or a dict the module owns.
    let namespace: Option<Borrowed<'_, PyDictObject>> =
        unsafe { Borrowed::from_nullable(module.md_dict.cast()) };
    let name = match namespace {
        Some(namespace) => dict::get_item(namespace, id!("__name__"))?,
        None => None,
    };
    match name {
        Some(name) if name.op().is_instance::<PyUnicodeObject>() => Ok(name),
        _ => Err(raise!(SystemError, "nameless module")),
    }
}

/// `__file__`, which must be a string (`PyModule_GetFilenameObject`).
pub fn get_filename(module: Op<'_>) -> PyResult {
    let Some(module) = module.downcast::<PyModuleObject>() else { return Err(errors::bad_argument()) };
    match dict::get_item(get_dict(module.as_object()), id!("__file__"))? {
        Some(name) if name.op().is_instance::<PyUnicodeObject>() => Ok(name),
        _ => Err(raise!(SystemError, "module filename missing")),
    }
}

/// Adds an attribute (`PyModule_AddObjectRef`).
pub fn add_object(module: Op<'_>, name: &core::primitive::str, value: Op<'_>) -> PyResult<()> {
    if !module.is_instance::<PyModuleObject>() {
        return Err(raise!(TypeError, "PyModule_AddObjectRef() first argument must be a module"));
    }
    dict::set_item(get_dict(module), str::intern(name)?.op(), value)
}

/// Adds a type under its own name, ready (`PyModule_AddType`).
pub fn add_type(module: Op<'_>, tp: TypeRef<'_>) -> PyResult<()> {
    type_object::ready(tp)?;
    let name = type_object::name_of(tp);
    let name = name.rsplit('.').next().unwrap_or(name);
    add_object(module, name, tp.as_object())
}

/// Adds the functions of a method table (`PyModule_AddFunctions`).
pub fn add_functions(module: Op<'_>, functions: *const PyMethodDef) -> PyResult<()> {
    let name = get_name(module)?;
    let mut entry = functions.cast_mut();
    // SAFETY: the table outlives the module and ends with a null name.
    unsafe {
        while !entry.is_null() && !(*entry).ml_name.is_null() {
            if (*entry).ml_flags & (METH_CLASS | METH_STATIC) != 0 {
                return Err(raise!(ValueError, "module functions cannot set METH_CLASS or METH_STATIC"));
            }
            let function = crate::method::new_function(entry, Some(module), Some(name.op()), None)?;
            let function_name = str::intern(&CStr::from_ptr((*entry).ml_name).to_string_lossy())?;
            object::set_attr(module, function_name.op(), Some(function.op()))?;
            entry = entry.add(1);
        }
    }
    Ok(())
}

/// `PyModule_SetDocString`.
pub fn set_doc(module: Op<'_>, doc: &CStr) -> PyResult<()> {
    let doc = str::from_str(&doc.to_string_lossy())?;
    object::set_attr(module, id!("__doc__"), Some(doc.op()))
}

/// Makes a definition an object and gives it an index (`PyModuleDef_Init`).
///
/// # Safety
/// `def` is a definition that lives as long as the process.
pub unsafe fn def_init(def: *mut PyModuleDef) -> PyResult {
    // SAFETY: the caller's promise; written under the GIL.
    unsafe {
        let tp = &raw mut PyModuleDef_Type;
        type_object::ready(TypeRef::from_ptr(tp))?;
        let base = &raw mut (*def).m_base;
        if (*base).m_index == 0 {
            (*base).ob_base.ob_refcnt = _Py_IMMORTAL_INITIAL_REFCNT;
            (*base).ob_base.ob_type = tp;
            let next = &state::interp().modules_by_index;
            next.borrow_mut().push(ptr::null_mut());
            (*base).m_index = next.borrow().len() as isize;
        }
        Ok(Object::new_ref(def.cast()))
    }
}

/// A module from its definition at once (`PyModule_Create2`).
///
/// # Safety
/// `def` is a definition that lives as long as the process, with the tables that it names.
pub unsafe fn create(def: *mut PyModuleDef, _api_version: c_int) -> PyResult {
    // SAFETY: the caller's promise; the definition is initialised before it is used.
    unsafe {
        let _definition = def_init(def)?;
        if !(*def).m_slots.is_null() {
            let name = CStr::from_ptr((*def).m_name).to_string_lossy();
            return Err(raise!(SystemError, "module {name}: PyModule_Create is incompatible with m_slots"));
        }
        create_initialised(def)
    }
}

/// # Safety
/// `def` is an initialised definition.
unsafe fn create_initialised(def: *mut PyModuleDef) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        if (*def).m_name.is_null() {
            return Err(raise!(SystemError, "PyModuleDef.m_name is null"));
        }
        let short = CStr::from_ptr((*def).m_name).to_string_lossy().into_owned();
        // The loader of an extension in a package knows the full name.
        let full = match state::interp().package_context.take() {
            Some(full) if full.rsplit('.').next() == Some(&*short) => full,
            other => {
                state::interp().package_context.set(other);
                short
            }
        };
        let module = new(&full)?;
        let raw = module.as_ptr().cast::<PyModuleObject>();
        allocate_state(raw, def)?;
        if !(*def).m_methods.is_null() {
            add_functions(module.op(), (*def).m_methods)?;
        }
        if !(*def).m_doc.is_null() {
            set_doc(module.op(), CStr::from_ptr((*def).m_doc))?;
        }
        (*raw).md_def = def;
        Ok(module)
    }
}

/// # Safety
/// A live module and its definition.
unsafe fn allocate_state(raw: *mut PyModuleObject, def: *mut PyModuleDef) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*def).m_size > 0 && (*raw).md_state.is_null() {
            (*raw).md_state = alloc::calloc(1, (*def).m_size as usize);
            if (*raw).md_state.is_null() {
                return Err(errors::no_memory());
            }
        }
    }
    Ok(())
}

/// The first phase: a module for an import spec (`PyModule_FromDefAndSpec2`).
///
/// # Safety
/// `def` is a definition that lives as long as the process; its slots end with number 0 and hold
/// what their numbers say.
pub unsafe fn from_def_and_spec(def: *mut PyModuleDef, spec: Op<'_>, _api_version: c_int) -> PyResult {
    // SAFETY: the caller's promise.
    let _definition = unsafe { def_init(def) }?;
    let name = object::get_attr(spec, id!("name"))?;
    let shown = str::to_string_lossy(name.op());
    // SAFETY: the caller's promise: each slot is what its number says, up to number 0.
    unsafe {
        if (*def).m_size < 0 {
            return Err(raise!(
                SystemError,
                "module {shown}: m_size may not be negative for multi-phase initialization"
            ));
        }
        let mut make: *mut c_void = ptr::null_mut();
        let mut has_execution_slots = false;
        let mut entry = (*def).m_slots;
        while !entry.is_null() && (*entry).slot != 0 {
            match (*entry).slot {
                Py_mod_create if !make.is_null() => {
                    return Err(raise!(SystemError, "module {shown} has multiple create slots"));
                }
                Py_mod_create => make = (*entry).value,
                Py_mod_exec => has_execution_slots = true,
                Py_mod_multiple_interpreters | Py_mod_gil => {}
                other => {
                    return Err(raise!(SystemError, "module {shown} uses unknown slot ID {other}"));
                }
            }
            entry = entry.add(1);
        }
        let module = if make.is_null() {
            new_object(name.op())?
        } else {
            type Create = unsafe extern "C" fn(*mut PyObject, *mut PyModuleDef) -> *mut PyObject;
            let made = transmute::<*mut c_void, Create>(make)(spec.as_ptr(), def);
            match (Object::steal_nullable(made), errors::occurred().is_some()) {
                (Some(module), false) => module,
                (None, true) => return Err(errors::raised()),
                (None, false) => {
                    return Err(raise!(
                        SystemError,
                        "creation of module {shown} failed without setting an exception"
                    ));
                }
                (Some(_), true) => {
                    return Err(raise!(
                        SystemError,
                        "creation of module {shown} raised unreported exception"
                    ));
                }
            }
        };
        if module.op().is_instance::<PyModuleObject>() {
            let raw = module.as_ptr().cast::<PyModuleObject>();
            (*raw).md_state = ptr::null_mut();
            (*raw).md_def = def;
        } else {
            if (*def).m_size > 0
                || (*def).m_traverse.is_some()
                || (*def).m_clear.is_some()
                || (*def).m_free.is_some()
            {
                return Err(raise!(
                    SystemError,
                    "module {shown} is not a module object, but requests module state"
                ));
            }
            if has_execution_slots {
                return Err(raise!(
                    SystemError,
                    "module {shown} specifies execution slots, but did not create a ModuleType instance"
                ));
            }
        }
        if !(*def).m_methods.is_null() {
            add_functions_named(module.op(), name.op(), (*def).m_methods)?;
        }
        if !(*def).m_doc.is_null() {
            set_doc(module.op(), CStr::from_ptr((*def).m_doc))?;
        }
        Ok(module)
    }
}

/// # Safety
/// The table outlives the module and ends with a null name.
unsafe fn add_functions_named(module: Op<'_>, name: Op<'_>, mut entry: *mut PyMethodDef) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        while !(*entry).ml_name.is_null() {
            let function = crate::method::new_function(entry, Some(module), Some(name), None)?;
            let function_name = str::intern(&CStr::from_ptr((*entry).ml_name).to_string_lossy())?;
            object::set_attr(module, function_name.op(), Some(function.op()))?;
            entry = entry.add(1);
        }
    }
    Ok(())
}

/// The second phase: runs the execution slots (`PyModule_ExecDef`).
///
/// # Safety
/// `module` is a module made from `def`, as by `from_def_and_spec`.
pub unsafe fn exec_def(module: Op<'_>, def: *mut PyModuleDef) -> PyResult<()> {
    let name = get_name(module)?;
    let shown = str::to_string_lossy(name.op());
    // SAFETY: the caller's promise: each slot is what its number says, up to number 0.
    unsafe {
        allocate_state(as_module(module).as_ptr(), def)?;
        let mut entry = (*def).m_slots;
        while !entry.is_null() && (*entry).slot != 0 {
            match (*entry).slot {
                Py_mod_exec => {
                    type Execute = unsafe extern "C" fn(*mut PyObject) -> c_int;
                    let status = transmute::<*mut c_void, Execute>((*entry).value)(module.as_ptr());
                    match (status, errors::occurred().is_some()) {
                        (0, false) => {}
                        (0, true) => {
                            return Err(raise!(
                                SystemError,
                                "execution of module {shown} raised unreported exception"
                            ));
                        }
                        (_, true) => return Err(errors::raised()),
                        (_, false) => {
                            return Err(raise!(
                                SystemError,
                                "execution of module {shown} failed without setting an exception"
                            ));
                        }
                    }
                }
                Py_mod_create | Py_mod_multiple_interpreters | Py_mod_gil => {}
                other => {
                    return Err(raise!(SystemError, "module {shown} initialized with unknown slot {other}"));
                }
            }
            entry = entry.add(1);
        }
    }
    Ok(())
}

/// The module's state, null if it has none (`PyModule_GetState`).
pub fn state(module: Op<'_>) -> *mut c_void {
    module.downcast::<PyModuleObject>().map_or(ptr::null_mut(), |module| module.md_state)
}

/// The definition the module was made from, or null (`PyModule_GetDef`).
pub fn get_def(module: Op<'_>) -> *mut PyModuleDef {
    module.downcast::<PyModuleObject>().map_or(ptr::null_mut(), |module| module.md_def)
}

/// The module registered for a definition (`PyState_FindModule`).
///
/// # Safety
/// `def` is a live definition.
pub unsafe fn find_by_def(def: *mut PyModuleDef) -> Option<Object> {
    // SAFETY: the caller's promise; the table owns its modules.
    unsafe {
        if !(*def).m_slots.is_null() {
            return None;
        }
        let index = usize::try_from((*def).m_base.m_index).ok()?.checked_sub(1)?;
        let module = *state::interp().modules_by_index.borrow().get(index)?;
        Object::new_ref_nullable(module)
    }
}

/// `PyState_AddModule`.
///
/// # Safety
/// `def` is a live definition.
pub unsafe fn register_by_def(module: Option<Op<'_>>, def: *mut PyModuleDef) -> PyResult<()> {
    // SAFETY: the caller's promise; the table owns its modules.
    let old = unsafe {
        if !(*def).m_slots.is_null() {
            return Err(raise!(SystemError, "PyState_AddModule called on module with slots"));
        }
        let Some(index) = usize::try_from((*def).m_base.m_index).ok().and_then(|index| index.checked_sub(1))
        else {
            return Err(raise!(SystemError, "invalid module index"));
        };
        let mut table = state::interp().modules_by_index.borrow_mut();
        if table.len() <= index {
            table.resize(index + 1, ptr::null_mut());
        }
        let new = module.map_or(ptr::null_mut(), |module| module.to_owned().into_ptr());
        Object::steal_nullable(core::mem::replace(&mut table[index], new))
    };
    drop(old);
    Ok(())
}

fn module_new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult {
    allocate(tp)
}

fn init(module: Borrowed<'_, PyModuleObject>, args: Args<'_>) -> PyResult<()> {
    const INIT: crate::Signature<2> = crate::Signature::new("module", ["name", "doc"]).required(1);
    let [name, doc] = args.parse(&INIT)?;
    let name = name.expect("required");
    if !name.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "module() argument 'name' must be str, not {}", name.type_name()));
    }
    init_dict(module, name, doc)
}

fn dealloc(module: Borrowed<'_, PyModuleObject>) {
    let op = module.as_object_ptr();
    gc::untrack(op);
    weakref::clear_refs(module.as_object());
    // SAFETY: the module is dying; its definition outlives it, its fields are owned or null.
    unsafe {
        let def = module.md_def;
        if !def.is_null()
            && ((*def).m_size <= 0 || !module.md_state.is_null())
            && let Some(free) = (*def).m_free
        {
            free(op.cast());
        }
        drop(Object::steal_nullable(module.md_dict));
        drop(Object::steal_nullable(module.md_name));
        alloc::free(module.md_state);
        alloc::free_object(op);
    }
}

fn traverse(module: Borrowed<'_, PyModuleObject>, visitor: &mut Visitor) {
    let def = module.md_def;
    // SAFETY: the definition outlives the module. State that is not there yet is not visited.
    unsafe {
        if !def.is_null()
            && ((*def).m_size <= 0 || !module.md_state.is_null())
            && let Some(traverse) = (*def).m_traverse
        {
            visitor.delegate(traverse, module.as_object_ptr());
        }
    }
    visitor.visit(module.md_dict);
}

fn clear(module: Borrowed<'_, PyModuleObject>) {
    let def = module.md_def;
    // SAFETY: as in `traverse`.
    unsafe {
        if !def.is_null()
            && ((*def).m_size <= 0 || !module.md_state.is_null())
            && let Some(clear) = (*def).m_clear
            && clear(module.as_object_ptr()) != 0
        {
            object::write_unraisable(singletons::none());
        }
    }
    // `md_dict` is read without a check, so an empty dict takes the place of the old one, which lives on
    // with all it has where functions know it as their globals.
    match dict::new() {
        Ok(empty) => {
            // SAFETY: the module is live and owns its dict; the field is true before the old dict goes.
            let old = unsafe {
                let field = &raw mut (*module.as_ptr()).md_dict;
                Object::steal(field.replace(empty.into_object_ptr()))
            };
            drop(old);
        }
        Err(error) => error.clear(),
    }
}

/// `<module 'name' from 'file'>`, as importlib writes it.
fn repr(module: Borrowed<'_, PyModuleObject>) -> PyResult<Object> {
    let importlib = state::hooks();
    let bootstrap = (importlib.import_module)("_frozen_importlib")?;
    call::call_method(bootstrap.op(), "_module_repr", &[module.as_object()])
}

fn dir(module: Borrowed<'_, PyModuleObject>) -> PyResult {
    let namespace = object::get_attr(module.as_object(), id!("__dict__"))?;
    let Some(namespace) = namespace.op().downcast::<PyDictObject>() else {
        return Err(raise!(TypeError, "<module>.__dict__ is not a dictionary"));
    };
    if let Some(function) = dict::get_item(namespace, id!("__dir__"))? {
        return call::call_noargs(function.op());
    }
    dict::keys(namespace).map(Owned::into_object)
}

/// `tp_getattro` of modules: the usual lookup, then the module's own `__getattr__`.
///
/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn module_getattro(op: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: slots get live objects; only modules have this slot.
    guard_object(|| unsafe {
        let (op, name) = (Op::from_ptr(op), Op::from_ptr(name));
        match find_attr(op, name)? {
            Some(value) => Ok(value),
            None => Err(no_attribute(op, name)),
        }
    })
}

/// An attribute of a module, `None` where that would be an `AttributeError`.
pub fn get_optional_attr(module: Op<'_>, name: Op<'_>) -> PyResult<Option<Object>> {
    find_attr(module, name).or_else(|raised| raised.absorb(exceptions::builtin::AttributeError()))
}

fn find_attr(module: Op<'_>, name: Op<'_>) -> PyResult<Option<Object>> {
    if let Some(value) = object::generic_get_optional(module, name)? {
        return Ok(Some(value));
    }
    match dict::get_item(get_dict(module), id!("__getattr__"))? {
        Some(function) => call::call_one(function.op(), name).map(Some),
        None => Ok(None),
    }
}

/// Whether the spec says that the module is still being executed.
pub fn is_initializing(spec: Option<Op<'_>>) -> PyResult<bool> {
    let Some(spec) = spec else { return Ok(false) };
    match object::get_optional_attr(spec, id!("_initializing"))? {
        Some(value) => object::is_true(value.op()),
        None => Ok(false),
    }
}

#[cold]
fn no_attribute(module: Op<'_>, name: Op<'_>) -> crate::Raised {
    let shown = str::to_string_lossy(name);
    let message = || -> PyResult<String> {
        let namespace = get_dict(module);
        let module_name = match dict::get_item(namespace, id!("__name__"))? {
            Some(name) if name.op().is_instance::<PyUnicodeObject>() => str::to_string_lossy(name.op()),
            _ => return Ok(format!("module has no attribute '{shown}'")),
        };
        let spec = dict::get_item(namespace, id!("__spec__"))?;
        let spec = spec.as_ref().map(Owned::op).filter(|spec| !spec.is_none());
        if is_initializing(spec)? {
            let origin = match spec {
                Some(spec) => match object::get_optional_attr(spec, id!("has_location"))? {
                    Some(located) if object::is_true(located.op())? => {
                        object::get_optional_attr(spec, id!("origin"))?
                    }
                    _ => None,
                },
                None => None,
            };
            let from = match origin {
                Some(origin) if origin.op().is_instance::<PyUnicodeObject>() => {
                    format!(" from '{}'", str::to_string_lossy(origin.op()))
                }
                _ => String::new(),
            };
            return Ok(format!(
                "partially initialized module '{module_name}'{from} has no attribute '{shown}' (most likely due to a circular import)"
            ));
        }
        if let Some(spec) = spec
            && let Some(pending) = object::get_optional_attr(spec, id!("_uninitialized_submodules"))?
            && crate::sequence::contains(pending.op(), name)?
        {
            return Ok(format!(
                "cannot access submodule '{shown}' of module '{module_name}' (most likely due to a circular import)"
            ));
        }
        Ok(format!("module '{module_name}' has no attribute '{shown}'"))
    };
    match message() {
        Ok(text) => object::attribute_error(module, name, format_args!("{text}")),
        Err(raised) => raised,
    }
}

fn namespace_of(module: Borrowed<'_, PyModuleObject>) -> PyResult<Object> {
    let namespace = object::get_attr(module.as_object(), id!("__dict__"))?;
    if !namespace.op().is_instance::<PyDictObject>() {
        return Err(raise!(TypeError, "<module>.__dict__ is not a dictionary"));
    }
    Ok(namespace)
}

fn as_dict(namespace: &Object) -> Borrowed<'_, PyDictObject> {
    // SAFETY: `namespace_of` gives dicts.
    unsafe { namespace.borrow().cast_unchecked() }
}

fn get_annotate(module: Borrowed<'_, PyModuleObject>) -> PyResult {
    let namespace = namespace_of(module)?;
    if let Some(found) = dict::get_item(as_dict(&namespace), id!("__annotate__"))? {
        return Ok(found);
    }
    dict::set_item(as_dict(&namespace), id!("__annotate__"), singletons::none())?;
    Ok(singletons::new_none())
}

fn set_annotate(module: Borrowed<'_, PyModuleObject>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "cannot delete __annotate__ attribute"));
    };
    let namespace = namespace_of(module)?;
    if !value.is_none() && !object::is_callable(value) {
        return Err(raise!(TypeError, "__annotate__ must be callable or None"));
    }
    dict::set_item(as_dict(&namespace), id!("__annotate__"), value)?;
    if !value.is_none() {
        dict::pop(as_dict(&namespace), id!("__annotations__"))?;
    }
    Ok(())
}

fn get_annotations(module: Borrowed<'_, PyModuleObject>) -> PyResult {
    let namespace = namespace_of(module)?;
    if let Some(found) = dict::get_item(as_dict(&namespace), id!("__annotations__"))? {
        return Ok(found);
    }
    // While the module is being executed its annotations may not be complete: not kept then.
    let spec = dict::get_item(as_dict(&namespace), id!("__spec__"))?;
    let unfinished = is_initializing(spec.as_ref().map(Owned::op))?;
    let annotate = dict::get_item(as_dict(&namespace), id!("__annotate__"))?;
    let annotations = match annotate.filter(|annotate| object::is_callable(annotate.op())) {
        Some(annotate) => {
            let one = int::small(1);
            let annotations = call::call_one(annotate.op(), one.op())?;
            if !annotations.op().is_instance::<PyDictObject>() {
                let kind = type_object::get_fully_qualified_name(annotations.op().ob_type())?;
                let kind = str::to_string_lossy(kind.op());
                return Err(raise!(TypeError, "__annotate__ returned non-dict of type '{kind}'"));
            }
            annotations
        }
        None => dict::new()?.into_object(),
    };
    if !unfinished {
        dict::set_item(as_dict(&namespace), id!("__annotations__"), annotations.op())?;
    }
    Ok(annotations)
}

fn set_annotations(module: Borrowed<'_, PyModuleObject>, value: Option<Op<'_>>) -> PyResult<()> {
    let namespace = namespace_of(module)?;
    match value {
        Some(value) => dict::set_item(as_dict(&namespace), id!("__annotations__"), value)?,
        None => {
            if dict::pop(as_dict(&namespace), id!("__annotations__"))?.is_none() {
                return Err(errors::set_object(
                    exceptions::builtin::AttributeError(),
                    id!("__annotations__"),
                ));
            }
        }
    }
    dict::pop(as_dict(&namespace), id!("__annotate__")).map(drop)
}

const METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__dir__",
        dir,
        c"__dir__($self, /)\n--\n\n__dir__() -> list\nspecialized dir() implementation",
    ),
    PyMethodDef::EMPTY,
];
const MEMBERS: &[PyMemberDef] = &[
    PyMemberDef {
        name: c"__dict__".as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset_of!(PyModuleObject, md_dict) as Py_ssize_t,
        flags: Py_READONLY,
        doc: ptr::null(),
    },
    PyMemberDef::EMPTY,
];
const GETSETS: &[PyGetSetDef] = &[
    getset::get_set(c"__annotations__", get_annotations, set_annotations, c""),
    getset::get_set(c"__annotate__", get_annotate, set_annotate, c""),
    PyGetSetDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PyModule_Type: PyTypeObject = PyTypeObject {
    tp_name: c"module".as_ptr(),
    tp_basicsize: size_of::<PyModuleObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_getattro: Some(module_getattro),
    tp_setattro: Some(object::PyObject_GenericSetAttr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    tp_doc: c"module(name, doc=None)\n--\n\nA namespace under a name; usually the top level of a file."
        .as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_weaklistoffset: offset_of!(PyModuleObject, md_weaklist) as Py_ssize_t,
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_members: MEMBERS.as_ptr().cast_mut(),
    tp_getset: GETSETS.as_ptr().cast_mut(),
    tp_dictoffset: offset_of!(PyModuleObject, md_dict) as Py_ssize_t,
    tp_init: slot::init(init),
    tp_new: slot::new(module_new),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyModuleDef_Type: PyTypeObject = PyTypeObject {
    tp_name: c"moduledef".as_ptr(),
    tp_basicsize: size_of::<PyModuleDef>() as Py_ssize_t,
    ..PyTypeObject::EMPTY
};
