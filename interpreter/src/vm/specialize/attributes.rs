//! Inline caches of `LOAD_ATTR` and `STORE_ATTR`.
//!
//! All rest on the version of the owner's type: as long as it is the same, a name leads to the
//! same descriptor, and to the same place in the instances' values.

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Op, TypeRef, descr, inline_values, module, object, type_object};

use super::{back_off, install, string_entry, write_pointer, write_u32};
use crate::function::{self, PyFunction_Type};
use crate::opcodes::op;
use crate::vm::calls;

/// The values in an instance, if they are what its attributes are.
///
/// # Safety
/// `object` is a live instance of `tp`, a type with inline values.
#[inline(always)]
pub unsafe fn values_of(object: *mut PyObject, tp: *mut PyTypeObject) -> *mut PyDictValues {
    // SAFETY: the values stand behind the object's fields.
    unsafe { object.byte_offset((*tp).tp_basicsize).cast() }
}

/// A place in an instance's values.
///
/// # Safety
/// `values` are live and have so many places.
#[inline(always)]
pub unsafe fn value_place(values: *mut PyDictValues, index: u16) -> *mut *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { (&raw mut (*values).values).cast::<*mut PyObject>().add(index as usize) }
}

/// The type's version if it can have one.
fn version_of(tp: TypeRef<'_>) -> Option<u32> {
    type_object::assign_version_tag(tp).then(|| tp.tp_version_tag)
}

/// Where a `__slots__` member stands in its objects.
fn slot_offset(tp: TypeRef<'_>, found: Op<'_>) -> Option<u16> {
    let member = found.downcast_exact::<PyMemberDescrObject>()?;
    // SAFETY: a member descriptor's definition outlives it.
    unsafe {
        let def = member.d_member;
        let fits = type_object::is_subtype_ptr(tp, member.d_common.d_type);
        if !fits || (*def).r#type != Py_T_OBJECT_EX || (*def).flags & (Py_READONLY | Py_AUDIT_READ) != 0 {
            return None;
        }
        u16::try_from((*def).offset).ok()
    }
}

/// `LOAD_ATTR`.
///
/// # Safety
/// `instruction` is the instruction that runs, `oparg` its argument.
#[cold]
pub unsafe fn load_attr(instruction: *mut u16, owner: Op<'_>, name: Op<'_>, oparg: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        match find_load(instruction, owner, name, oparg & 1 != 0) {
            Some(opcode) => install(instruction, opcode),
            None => back_off(instruction),
        }
    }
}

/// Fills the cache in; the instruction to put in place.
///
/// # Safety
/// As for `load_attr`.
unsafe fn find_load(instruction: *mut u16, owner: Op<'_>, name: Op<'_>, is_method: bool) -> Option<u8> {
    let text = name.downcast_exact::<PyUnicodeObject>()?;
    // SAFETY: the caller's promise; what lookups give is used before anything else runs.
    unsafe {
        if owner.is_exact::<PyModuleObject>() {
            // A module's attributes of its own hide the type's, unless those are data descriptors.
            let tp = owner.ob_type();
            if !type_object::lookup_ptr(tp, name).is_null() {
                return None;
            }
            let (version, index) = string_entry(module::get_dict(owner).as_object(), name)?;
            write_u32(instruction.add(2), version as u32);
            *instruction.add(4) = index;
            return Some(op::LOAD_ATTR_MODULE);
        }
        if owner.ob_type().as_ptr() == &raw mut type_object::PyType_Type {
            return find_class_load(instruction, owner, name);
        }
        let tp = owner.ob_type();
        if tp.tp_getattro.map(|f| f as usize) != Some(object::PyObject_GenericGetAttr as *const () as usize) {
            return None;
        }
        let version = version_of(tp)?;
        let found = type_object::lookup_ptr(tp, name);
        let has_values = tp.tp_flags & Py_TPFLAGS_INLINE_VALUES != 0;
        write_u32(instruction.add(2), version);
        if let Some(found) = Op::from_nullable(found) {
            let found_type = found.ob_type();
            if found_type.tp_descr_set.is_some() {
                if found.is_exact::<PyMemberDescrObject>() {
                    *instruction.add(4) = slot_offset(tp, found)?;
                    return Some(op::LOAD_ATTR_SLOT);
                }
                if found.type_ptr() == &raw mut descr::PyProperty_Type && !is_method {
                    let getter = (*found.as_ptr().cast::<PyProperty>()).prop_get;
                    if getter.is_null() || !calls::is_python_function(getter) {
                        return None;
                    }
                    let getter: Borrowed<'_, PyFunctionObject> = Borrowed::from_ptr(getter.cast());
                    let code = function::code_of(getter);
                    let version = function::version(getter);
                    if !calls::is_simple(code.as_ptr()) || code.co_argcount != 1 || version == 0 {
                        return None;
                    }
                    write_u32(instruction.add(4), version);
                    write_pointer(instruction.add(6), found.as_ptr());
                    return Some(op::LOAD_ATTR_PROPERTY);
                }
                return None;
            }
            let is_method_descriptor = found.has_type_flag(Py_TPFLAGS_METHOD_DESCRIPTOR);
            let is_plain = found_type.tp_descr_get.is_none();
            if !(is_method && is_method_descriptor || !is_method && is_plain) {
                return None;
            }
            write_pointer(instruction.add(6), found.as_ptr());
            if has_values {
                inline_values::Values::of(owner)?;
                if inline_values::index_of(tp, text).is_some() {
                    return None;
                }
                let keys_version = inline_values::keys_version(tp);
                if keys_version == 0 {
                    return None;
                }
                write_u32(instruction.add(4), keys_version);
                return Some(if is_method {
                    op::LOAD_ATTR_METHOD_WITH_VALUES
                } else {
                    op::LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES
                });
            }
            if tp.tp_dictoffset != 0 {
                return None;
            }
            return Some(if is_method {
                op::LOAD_ATTR_METHOD_NO_DICT
            } else {
                op::LOAD_ATTR_NONDESCRIPTOR_NO_DICT
            });
        }
        if !has_values {
            return None;
        }
        inline_values::Values::of(owner)?;
        *instruction.add(4) = u16::try_from(inline_values::index_of(tp, text)?).ok()?;
        Some(op::LOAD_ATTR_INSTANCE_VALUE)
    }
}

/// `LOAD_ATTR` of a class whose metaclass is `type`.
///
/// # Safety
/// As for `load_attr`.
unsafe fn find_class_load(instruction: *mut u16, owner: Op<'_>, name: Op<'_>) -> Option<u8> {
    // SAFETY: the caller's promise: the owner is a type.
    unsafe {
        let class: TypeRef<'_> = Borrowed::from_ptr(owner.as_ptr().cast());
        if !type_object::lookup_ptr(owner.ob_type(), name).is_null() {
            return None;
        }
        let version = version_of(class)?;
        let found = Op::from_nullable(type_object::lookup_ptr(class, name))?;
        // Functions and objects without `__get__` are what the attribute is.
        if found.ob_type().tp_descr_get.is_some() && found.type_ptr() != &raw mut PyFunction_Type {
            return None;
        }
        write_u32(instruction.add(2), version);
        write_pointer(instruction.add(6), found.as_ptr());
        Some(op::LOAD_ATTR_CLASS)
    }
}

/// `STORE_ATTR`.
///
/// # Safety
/// `instruction` is the instruction that runs.
#[cold]
pub unsafe fn store_attr(instruction: *mut u16, owner: Op<'_>, name: Op<'_>) {
    // SAFETY: the caller's promise.
    unsafe {
        match find_store(instruction, owner, name) {
            Some(opcode) => install(instruction, opcode),
            None => back_off(instruction),
        }
    }
}

/// # Safety
/// As for `store_attr`.
unsafe fn find_store(instruction: *mut u16, owner: Op<'_>, name: Op<'_>) -> Option<u8> {
    let text = name.downcast_exact::<PyUnicodeObject>()?;
    let tp = owner.ob_type();
    if tp.tp_setattro.map(|f| f as usize) != Some(object::PyObject_GenericSetAttr as *const () as usize) {
        return None;
    }
    let version = version_of(tp)?;
    // SAFETY: the caller's promise; what the lookup gives is used before anything else runs.
    unsafe {
        write_u32(instruction.add(2), version);
        if let Some(found) = Op::from_nullable(type_object::lookup_ptr(tp, name))
            && found.ob_type().tp_descr_set.is_some()
        {
            *instruction.add(4) = slot_offset(tp, found)?;
            return Some(op::STORE_ATTR_SLOT);
        }
    }
    if tp.tp_flags & Py_TPFLAGS_INLINE_VALUES == 0 {
        return None;
    }
    inline_values::Values::of(owner)?;
    let index = u16::try_from(inline_values::index_of(tp, text)?).ok()?;
    // SAFETY: as above.
    unsafe { *instruction.add(4) = index };
    Some(op::STORE_ATTR_INSTANCE_VALUE)
}
