//! `PyType_*`, `PyModule_*`, `PyCapsule_*`, `PyWeakref_*`, methods, cells, descriptors.

use core::ffi::{c_char, c_int, c_ulong, c_void};
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Owned, PyResult, call, capsule, cell, descr, dict, errors, method, module, object, raise, state, str,
    structseq, type_object, weakref,
};

use crate::c_api;
use crate::convert::*;

c_api! {
    fn PyType_Ready(tp: Type) -> PyResult<()> { type_object::ready(tp.0) }
    fn PyType_IsSubtype(derived: Type, base: Type) -> bool { type_object::is_subtype(derived.0, base.0) }
    fn PyType_GetFlags(tp: Type) -> u64 { type_object::get_flags(tp.0) }
    fn PyType_Modified(tp: Type) { type_object::modified(tp.0) }
    /// New reference.
    fn PyType_GetName(tp: Type) -> PyResult<Object> { type_object::get_name(tp.0) }
    /// New reference.
    fn PyType_GetQualName(tp: Type) -> PyResult<Object> { type_object::get_qualname(tp.0) }
    /// New reference.
    fn PyType_GetModuleName(tp: Type) -> PyResult<Object> { type_object::get_module_name(tp.0) }
    /// New reference.
    fn PyType_GetFullyQualifiedName(tp: Type) -> PyResult<Object> { type_object::get_fully_qualified_name(tp.0) }
    /// New reference.
    fn PyType_GetDict(tp: Type) -> PyResult<Object> { type_object::get_dict(tp.0) }
    /// Borrowed.
    fn PyType_GetModule(tp: Type) -> PyResult<Lent> { type_object::get_module(tp.0).map(Lent) }
    fn PyType_GetModuleState(tp: Type) -> PyResult<*mut c_void> { Ok(module::state(type_object::get_module(tp.0)?.op())) }
    /// Borrowed.
    fn PyType_GetModuleByDef(tp: Type, def: *mut PyModuleDef) -> PyResult<Lent> { type_object::get_module_by_def(tp.0, def).map(Lent) }
    fn PyType_GetSlot(tp: Type, slot: c_int) -> PyResult<*mut c_void> { type_object::slots::get_slot(tp.0, slot) }
    fn PyType_GetTypeDataSize(tp: Type) -> isize { type_object::spec::type_data_size(tp.0) }
    fn PyObject_GetTypeData(op: Op, tp: Type) -> *mut c_void { type_object::spec::type_data(op, tp.0) }
    fn PyObject_GetItemData(op: Op) -> PyResult<*mut c_void> { type_object::spec::item_data(op) }
    /// 1 with a new reference behind `result` (may be null), 0 with null there, or -1.
    fn PyType_GetBaseByToken(tp: Type, token: *mut c_void, result: *mut *mut PyTypeObject) -> PyResult<c_int> {
        let found = type_object::spec::base_by_token(tp.0, token);
        let status = c_int::from(found.is_some());
        if !result.is_null() {
            // SAFETY: the caller's place.
            unsafe { *result = found.map_or(ptr::null_mut(), |op| op.into_ptr().cast()) };
        }
        Ok(status)
    }
    /// Borrowed: the attribute as the type's MRO has it, or null without an exception.
    fn _PyType_Lookup(tp: Type, name: Op) -> PyResult<Option<Lent>> { Ok(type_object::lookup(tp.0, name).map(Lent)) }
    /// New reference, or null without an exception.
    fn _PyType_LookupRef(tp: Type, name: Op) -> PyResult<Option<Object>> { Ok(type_object::lookup(tp.0, name)) }
    /// New reference.
    fn PyType_FromSpec(spec: *mut PyType_Spec) -> PyResult<Object> {
        // SAFETY: the caller's specification, whose slots end with number 0.
        unsafe { type_object::from_module_and_spec(None, None, spec, None) }
    }
    /// New reference.
    fn PyType_FromSpecWithBases(spec: *mut PyType_Spec, bases: Option<Op>) -> PyResult<Object> {
        // SAFETY: the caller's specification, whose slots end with number 0.
        unsafe { type_object::from_module_and_spec(None, None, spec, bases) }
    }
    /// New reference.
    fn PyType_FromModuleAndSpec(module: Option<Op>, spec: *mut PyType_Spec, bases: Option<Op>) -> PyResult<Object> {
        // SAFETY: the caller's specification, whose slots end with number 0.
        unsafe { type_object::from_module_and_spec(None, module, spec, bases) }
    }
    fn PyUnstable_Type_AssignVersionTag(tp: Type) -> bool { type_object::assign_version_tag(tp.0) }
    /// Makes a heap type immutable; its bases have to be.
    fn PyType_Freeze(tp: Type) -> PyResult<()> { type_object::freeze(tp.0) }
    fn PyType_ClearCache() -> c_int { 0 }

    /// New reference.
    fn PyModule_NewObject(name: Op) -> PyResult<Object> { module::new_object(name) }
    /// New reference.
    fn PyModule_New(name: Text) -> PyResult<Object> { module::new_object(name.to_str()?.op()) }
    /// New reference.
    fn PyModule_Create2(def: *mut PyModuleDef, version: c_int) -> PyResult<Object> {
        // SAFETY: the caller's definition, which lives as long as its library.
        unsafe { module::create(def, version) }
    }
    /// New reference.
    fn PyModule_FromDefAndSpec2(def: *mut PyModuleDef, spec: Op, version: c_int) -> PyResult<Object> {
        // SAFETY: the caller's definition, which lives as long as its library.
        unsafe { module::from_def_and_spec(def, spec, version) }
    }
    fn PyModule_ExecDef(op: Op, def: *mut PyModuleDef) -> PyResult<()> {
        // SAFETY: the caller's module and the definition that it was made from.
        unsafe { module::exec_def(op, def) }
    }
    /// Borrowed.
    fn PyModule_GetDict(op: Of<PyModuleObject>) -> PyResult<*mut PyObject> { Ok(module::get_dict(op.as_object()).as_object_ptr()) }
    /// Lent by the module's `__name__`.
    fn PyModule_GetName(op: Op) -> PyResult<*const c_char> {
        let name = module::get_name(op)?;
        Ok(str::as_utf8(name.op().downcast::<PyUnicodeObject>().ok_or_else(errors::bad_internal_call)?)?.as_ptr().cast())
    }
    /// New reference.
    fn PyModule_GetNameObject(op: Op) -> PyResult<Object> { module::get_name(op) }
    /// New reference.
    fn PyModule_GetFilenameObject(op: Op) -> PyResult<Object> {
        let file = dict::get_item_str(module::get_dict(op), "__file__")?.filter(|file| file.op().is_instance::<PyUnicodeObject>());
        file.ok_or_else(|| raise!(SystemError, "module filename missing"))
    }
    /// Lent by the module's `__file__`.
    fn PyModule_GetFilename(op: Op) -> PyResult<*const c_char> {
        let file = dict::get_item_str(module::get_dict(op), "__file__")?.filter(|file| file.op().is_instance::<PyUnicodeObject>());
        let file = file.ok_or_else(|| raise!(SystemError, "module filename missing"))?;
        Ok(str::as_utf8(file.op().downcast::<PyUnicodeObject>().ok_or_else(errors::bad_internal_call)?)?.as_ptr().cast())
    }
    fn PyModule_GetDef(op: Of<PyModuleObject>) -> PyResult<*mut PyModuleDef> { Ok(op.md_def) }
    fn PyModule_GetState(op: Of<PyModuleObject>) -> PyResult<*mut c_void> { Ok(module::state(op.as_object())) }
    fn PyModule_AddObjectRef(op: Of<PyModuleObject>, name: Text, value: Option<Op>) -> PyResult<()> {
        let value = value.ok_or_else(missing_value)?;
        module::add_object(op.as_object(), name.utf8()?, value)
    }
    /// Steals `value` on success.
    fn PyModule_AddObject(op: Of<PyModuleObject>, name: Text, value: Option<Op>) -> PyResult<()> {
        let value = value.ok_or_else(missing_value)?;
        module::add_object(op.as_object(), name.utf8()?, value)?;
        // SAFETY: on success the caller's reference is ours.
        drop(unsafe { Object::steal(value.as_ptr()) });
        Ok(())
    }
    /// Steals `value`, also when it fails.
    fn PyModule_Add(op: Of<PyModuleObject>, name: Text, value: Stolen) -> PyResult<()> {
        let value = value.0.ok_or_else(missing_value)?;
        module::add_object(op.as_object(), name.utf8()?, value.op())
    }
    fn PyModule_AddIntConstant(op: Of<PyModuleObject>, name: Text, value: i64) -> PyResult<()> {
        module::add_object(op.as_object(), name.utf8()?, adder_object_model::int::from_i64(value)?.op())
    }
    fn PyModule_AddStringConstant(op: Of<PyModuleObject>, name: Text, value: Text) -> PyResult<()> {
        module::add_object(op.as_object(), name.utf8()?, value.to_str()?.op())
    }
    fn PyModule_AddType(op: Of<PyModuleObject>, tp: Type) -> PyResult<()> { module::add_type(op.as_object(), tp.0) }
    fn PyModule_AddFunctions(op: Of<PyModuleObject>, functions: *const PyMethodDef) -> PyResult<()> { module::add_functions(op.as_object(), functions) }
    fn PyModule_SetDocString(op: Op, doc: Text) -> PyResult<()> { object::set_attr_str(op, "__doc__", Some(doc.to_str()?.op())) }
    fn PyUnstable_Module_SetGIL(_op: Op, _gil: *mut c_void) -> c_int { 0 }
    /// Borrowed, or null without an exception.
    fn PyState_FindModule(def: *mut PyModuleDef) -> PyResult<Option<Lent>> {
        // SAFETY: the caller's definition, which lives as long as its library.
        unsafe { Ok(module::find_by_def(def).map(Lent)) }
    }
    fn PyState_AddModule(op: Op, def: *mut PyModuleDef) -> PyResult<()> {
        // SAFETY: the caller's definition, which lives as long as its library.
        unsafe { module::register_by_def(Some(op), def) }
    }
    fn PyState_RemoveModule(def: *mut PyModuleDef) -> PyResult<()> {
        // SAFETY: the caller's definition, which lives as long as its library.
        unsafe { module::register_by_def(None, def) }
    }

    /// New reference.
    fn PyCapsule_New(pointer: *mut c_void, name: *const c_char, destructor: Destructor) -> PyResult<Object> { capsule::new(pointer, name, destructor.0) }
    fn PyCapsule_GetPointer(op: Option<Op>, name: *const c_char) -> PyResult<*mut c_void> {
        capsule::get_pointer(op.ok_or_else(|| raise!(ValueError, "PyCapsule_GetPointer called with invalid PyCapsule object"))?, name)
    }
    fn PyCapsule_GetName(op: Op) -> PyResult<*const c_char> { Ok(valid_capsule(op, "GetName")?.name) }
    fn PyCapsule_GetDestructor(op: Op) -> PyResult<Destructor> { Ok(Destructor(valid_capsule(op, "GetDestructor")?.destructor)) }
    fn PyCapsule_GetContext(op: Op) -> PyResult<*mut c_void> { Ok(valid_capsule(op, "GetContext")?.context) }
    fn PyCapsule_IsValid(op: Option<Op>, name: *const c_char) -> bool { op.is_some_and(|op| capsule::is_valid(op, name)) }
    fn PyCapsule_SetName(op: Op, name: *const c_char) -> PyResult<()> {
        let capsule = valid_capsule(op, "SetName")?;
        // SAFETY: a live capsule.
        unsafe { (*capsule.as_ptr()).name = name };
        Ok(())
    }
    fn PyCapsule_SetContext(op: Op, context: *mut c_void) -> PyResult<()> {
        let capsule = valid_capsule(op, "SetContext")?;
        // SAFETY: a live capsule.
        unsafe { (*capsule.as_ptr()).context = context };
        Ok(())
    }
    fn PyCapsule_SetPointer(op: Op, pointer: *mut c_void) -> PyResult<()> {
        if pointer.is_null() { return Err(raise!(ValueError, "PyCapsule_SetPointer called with null pointer")); }
        let capsule = valid_capsule(op, "SetPointer")?;
        // SAFETY: a live capsule.
        unsafe { (*capsule.as_ptr()).pointer = pointer };
        Ok(())
    }
    fn PyCapsule_SetDestructor(op: Op, destructor: Destructor) -> PyResult<()> {
        let capsule = valid_capsule(op, "SetDestructor")?;
        // SAFETY: a live capsule.
        unsafe { (*capsule.as_ptr()).destructor = destructor.0 };
        Ok(())
    }
    /// The pointer in the capsule that stands under a dotted name.
    fn PyCapsule_Import(name: Text, _no_block: c_int) -> PyResult<*mut c_void> {
        let path = name.utf8()?;
        let mut parts = path.split('.');
        let mut at = (state::hooks().import_module)(parts.next().unwrap_or(""))?;
        let mut so_far = path.split('.').next().unwrap_or("").to_owned();
        for part in parts {
            so_far = format!("{so_far}.{part}");
            at = match object::get_optional_attr_str(at.op(), part)? {
                Some(value) => value,
                None => {
                    (state::hooks().import_module)(&so_far)?
                }
            };
        }
        if !capsule::is_valid(at.op(), name.0.as_ptr()) {
            return Err(raise!(AttributeError, "PyCapsule_Import \"{path}\" is not valid"));
        }
        capsule::get_pointer(at.op(), name.0.as_ptr())
    }

    /// New reference.
    fn PyWeakref_NewRef(op: Op, callback: Option<Op>) -> PyResult<Object> { weakref::new_ref(op, callback.filter(|op| !op.is_none())) }
    /// New reference.
    fn PyWeakref_NewProxy(op: Op, callback: Option<Op>) -> PyResult<Object> { weakref::new_proxy(op, callback.filter(|op| !op.is_none())) }
    /// 1 with a new reference behind `result`, 0 with null there if the object is dead, or -1.
    fn PyWeakref_GetRef(reference: Op, result: Place) -> PyResult<c_int> { store_optional(weakref::get(reference), result) }
    /// Borrowed; None if the object is dead.
    fn PyWeakref_GetObject(reference: Op) -> PyResult<Lent> {
        Ok(Lent(weakref::get(reference)?.unwrap_or_else(adder_object_model::singletons::new_none)))
    }
    fn PyWeakref_IsDead(reference: Op) -> PyResult<bool> { weakref::get(reference).map(|op| op.is_none()) }

    /// New reference.
    fn PyCMethod_New(def: *mut PyMethodDef, receiver: Option<Op>, module: Option<Op>, class: *mut PyTypeObject) -> PyResult<Object> {
        // SAFETY: null or a live type; the caller's entry, which outlives what is made from it.
        unsafe { method::new_function(def, receiver, module, Of::from_nullable(class)) }
    }
    /// New reference.
    fn PyCFunction_New(def: *mut PyMethodDef, receiver: Option<Op>) -> PyResult<Object> {
        // SAFETY: the caller's entry, which outlives what is made from it.
        unsafe { method::new_function(def, receiver, None, None) }
    }
    /// New reference.
    fn PyCFunction_NewEx(def: *mut PyMethodDef, receiver: Option<Op>, module: Option<Op>) -> PyResult<Object> {
        // SAFETY: the caller's entry, which outlives what is made from it.
        unsafe { method::new_function(def, receiver, module, None) }
    }
    fn PyCFunction_GetFlags(op: Of<PyCFunctionObject>) -> PyResult<c_int> {
        // SAFETY: a builtin function keeps its definition.
        Ok(unsafe { (*op.m_ml).ml_flags })
    }
    /// Borrowed.
    fn PyCFunction_GetSelf(op: Of<PyCFunctionObject>) -> PyResult<*mut PyObject> { Ok(op.m_self) }
    fn PyCFunction_GetFunction(op: Of<PyCFunctionObject>) -> PyResult<*const c_void> {
        // SAFETY: a builtin function keeps its definition.
        Ok(unsafe { (*op.m_ml).ml_meth.map_or(ptr::null(), |function| function as *const c_void) })
    }
    /// New reference.
    fn PyCFunction_Call(callable: Op, args: Op, kwargs: Option<Op>) -> PyResult<Object> { call::call_tuple_dict(callable, args, kwargs) }
    /// New reference.
    fn PyMethod_New(function: Op, receiver: Op) -> PyResult<Object> { method::new_bound(function, receiver) }
    /// Borrowed.
    fn PyMethod_Function(op: Of<PyMethodObject>) -> PyResult<*mut PyObject> { Ok(op.im_func) }
    /// Borrowed.
    fn PyMethod_Self(op: Of<PyMethodObject>) -> PyResult<*mut PyObject> { Ok(op.im_self) }
    /// New reference.
    fn PyInstanceMethod_New(function: Op) -> PyResult<Object> { method::new_instance_method(function) }
    /// New reference.
    fn PyStaticMethod_New(callable: Op) -> PyResult<Object> { descr::new_static_method(callable) }
    /// New reference.
    fn PyClassMethod_New(callable: Op) -> PyResult<Object> { descr::new_classmethod_object(callable) }
    /// New reference.
    fn PyDescr_NewMethod(tp: Type, def: *mut PyMethodDef) -> PyResult<Object> {
        // SAFETY: the caller's entry, which outlives what is made from it, and whose functions fit the type.
        unsafe { descr::new_method(tp.0, def) }
    }
    /// New reference.
    fn PyDescr_NewClassMethod(tp: Type, def: *mut PyMethodDef) -> PyResult<Object> {
        // SAFETY: the caller's entry, which outlives what is made from it, and whose functions fit the type.
        unsafe { descr::new_class_method(tp.0, def) }
    }
    /// New reference.
    fn PyDescr_NewMember(tp: Type, def: *mut PyMemberDef) -> PyResult<Object> {
        // SAFETY: the caller's entry, which outlives what is made from it, and describes a field of the type's instances.
        unsafe { descr::new_member(tp.0, def) }
    }
    /// New reference.
    fn PyDescr_NewGetSet(tp: Type, def: *mut PyGetSetDef) -> PyResult<Object> {
        // SAFETY: the caller's entry, which outlives what is made from it, and whose functions fit the type.
        unsafe { descr::new_getset(tp.0, def) }
    }
    fn PyDescr_IsData(op: Op) -> bool { descr::is_data(op) }
    /// New reference.
    fn PyMember_GetOne(op: *const c_char, def: *const PyMemberDef) -> PyResult<Object> {
        // SAFETY: the address of a live object, and an entry that describes one of its fields.
        unsafe { descr::member_get(Op::from_ptr(op.cast_mut().cast()), def) }
    }
    fn PyMember_SetOne(op: *mut c_char, def: *const PyMemberDef, value: Option<Op>) -> PyResult<()> {
        // SAFETY: the address of a live object, and an entry that describes one of its fields.
        unsafe { descr::member_set(Op::from_ptr(op.cast()), def, value) }
    }
    /// New reference.
    fn PyCell_New(value: Option<Op>) -> PyResult<Object> { cell::new(value).map(Owned::into_object) }
    /// New reference, or null without an exception.
    fn PyCell_Get(op: Of<PyCellObject>) -> PyResult<Option<Object>> { Ok(cell::get(op)) }
    fn PyCell_Set(op: Of<PyCellObject>, value: Option<Op>) -> PyResult<()> { cell::set(op, value.map(|value| value.to_owned())); Ok(()) }
    /// New reference.
    fn PyStructSequence_NewType(desc: *mut PyStructSequence_Desc) -> PyResult<Object> {
        // SAFETY: the caller's description, whose fields end with a null name.
        unsafe { structseq::new_type(desc) }
    }
    fn PyStructSequence_InitType2(tp: *mut PyTypeObject, desc: *mut PyStructSequence_Desc) -> PyResult<()> {
        // SAFETY: the caller's own static type, not ready yet, and a description that lives as long.
        unsafe { structseq::init_static(tp, &*desc) }
    }
    fn PyStructSequence_InitType(tp: *mut PyTypeObject, desc: *mut PyStructSequence_Desc) {
        // SAFETY: as above.
        unsafe { structseq::init_static(tp, &*desc) }.unwrap_or_else(errors::Raised::ignore)
    }
    /// New reference.
    fn PyStructSequence_New(tp: Type) -> PyResult<Object> { structseq::new(tp.0) }
    /// Steals `value`.
    fn PyStructSequence_SetItem(op: Op, index: isize, value: Stolen) {
        if let Some(value) = value.0 { structseq::set_item(op, index as usize, value) }
    }
    /// Borrowed.
    fn PyStructSequence_GetItem(op: Op, index: isize) -> PyResult<Lent> { Ok(Lent(structseq::get_item(op, index as usize))) }
}

/// A destructor argument.
pub struct Destructor(Option<PyCapsule_Destructor>);
impl FromC for Destructor {
    type C = Option<PyCapsule_Destructor>;
    unsafe fn from_c(value: Self::C) -> PyResult<Self> {
        Ok(Self(value))
    }
}

impl IntoC for PyResult<Destructor> {
    type C = Option<PyCapsule_Destructor>;
    const ERROR: Self::C = None;
    fn into_c(self) -> Result<Self::C, errors::Raised> {
        self.map(|destructor| destructor.0)
    }
}

fn missing_value() -> errors::Raised {
    if errors::occurred().is_some() {
        return errors::raised();
    }
    raise!(SystemError, "PyModule_AddObjectRef() must be called with an exception raised if value is NULL")
}

fn valid_capsule(op: Op, function: &str) -> PyResult<Of<PyCapsule>> {
    if op.type_ptr() == &raw mut capsule::PyCapsule_Type {
        // SAFETY: just checked.
        let capsule: Of<PyCapsule> = unsafe { op.cast_unchecked() };
        if !capsule.pointer.is_null() {
            return Ok(capsule);
        }
    }
    Err(raise!(ValueError, "PyCapsule_{function} called with invalid PyCapsule object"))
}

/// `PyType_FromMetaclass`: new reference.
///
/// # Safety
/// The arguments are null or live.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_FromMetaclass(
    metaclass: *mut PyTypeObject,
    module: *mut PyObject,
    spec: *mut PyType_Spec,
    bases: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    run(|| unsafe {
        Ok(type_object::from_module_and_spec(
            Of::from_nullable(metaclass),
            Op::from_nullable(module),
            spec,
            Op::from_nullable(bases),
        ))
    })
}

/// `PyModuleDef_Init`: what a module with multi-phase initialisation gives from its init function.
///
/// # Safety
/// `def` is a static definition.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModuleDef_Init(def: *mut PyModuleDef) -> *mut PyObject {
    // SAFETY: the caller's promise.
    run(|| Ok(unsafe { module::def_init(def) }))
}

/// The version of the runtime as `PY_VERSION_HEX`.
#[unsafe(no_mangle)]
pub static Py_Version: c_ulong = 0x030e_0af0;
