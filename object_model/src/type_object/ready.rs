//! `PyType_Ready`, and the start of all builtin types.

use super::*;
use crate::builtin_types::BUILTIN_TYPES;
use crate::{descr, dict, id, raise, tuple};

/// Fills in what a type left open and makes its dict (`PyType_Ready`).
pub fn ready(tp: TypeRef<'_>) -> PyResult<()> {
    let tp = tp.as_ptr();
    // SAFETY: a live type, whose tables end as they must; written under the GIL.
    unsafe {
        if (*tp).tp_flags & Py_TPFLAGS_READY != 0 {
            return Ok(());
        }
        if (*tp).tp_flags & Py_TPFLAGS_HEAPTYPE == 0 {
            // All static types are immutable, and immortal even when their header says otherwise.
            add_flags(tp, Py_TPFLAGS_IMMUTABLETYPE);
            (*tp).ob_base.ob_base.ob_refcnt = _Py_IMMORTAL_INITIAL_REFCNT;
        }
        check_before(tp)?;
        add_flags(tp, Py_TPFLAGS_READYING);
        let result = fill(tp);
        clear_flags(tp, Py_TPFLAGS_READYING);
        if result.is_ok() {
            add_flags(tp, Py_TPFLAGS_READY);
        }
        result
    }
}

/// # Safety
/// `tp` is a live type that is not ready.
unsafe fn check_before(tp: *mut PyTypeObject) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if (*tp).tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR != 0 && (*tp).tp_descr_get.is_none() {
            return Err(raise!(
                SystemError,
                "type {} is a method descriptor without tp_descr_get",
                name_of(TypeRef::from_ptr(tp))
            ));
        }
        if (*tp).tp_flags & Py_TPFLAGS_HAVE_VECTORCALL != 0
            && ((*tp).tp_vectorcall_offset <= 0 || (*tp).tp_call.is_none())
        {
            return Err(raise!(
                SystemError,
                "type {} has vectorcall without its offset and tp_call",
                name_of(TypeRef::from_ptr(tp))
            ));
        }
        if (*tp).tp_name.is_null() {
            return Err(raise!(SystemError, "Type does not define the tp_name field."));
        }
    }
    Ok(())
}

/// # Safety
/// As for `check_before`.
unsafe fn fill(tp: *mut PyTypeObject) -> PyResult<()> {
    // SAFETY: the caller's promise; all writes happen under the GIL.
    unsafe {
        if (*tp).tp_dict.is_null() {
            (*tp).tp_dict = dict::new()?.into_object_ptr();
        }
        set_base(tp)?;
        let base = (*tp).tp_base;
        if (*tp).ob_base.ob_base.ob_type.is_null() && !base.is_null() {
            (*tp).ob_base.ob_base.ob_type = (*base).ob_base.ob_base.ob_type;
        }
        if (*tp).tp_bases.is_null() {
            let bases =
                if base.is_null() { tuple::empty() } else { tuple::pack(&[Op::from_ptr(base.cast())])? };
            (*tp).tp_bases = bases.into_ptr();
        }
        set_mro(tp)?;
        set_new(tp)?;
        fill_dict(tp)?;
        inherit::inherit(tp)?;
        check_preheader(tp)?;
        set_hash(tp)?;
        if (*tp).tp_flags & Py_TPFLAGS_MANAGED_DICT != 0 && (*tp).tp_itemsize == 0 {
            crate::inline_values::prepare_class(tp)?;
        }
        for &base in tuple::items(bases_of(TypeRef::from_ptr(tp)).expect("just set")) {
            lookup::add_subclass(base.cast(), tp);
        }
        if (*tp).tp_flags & Py_TPFLAGS_HAVE_GC != 0 && (*tp).tp_traverse.is_none() {
            return Err(raise!(
                SystemError,
                "type {} has the Py_TPFLAGS_HAVE_GC flag but has no traverse function",
                name_of(TypeRef::from_ptr(tp))
            ));
        }
    }
    Ok(())
}

unsafe fn set_base(tp: *mut PyTypeObject) -> PyResult<()> {
    // SAFETY: the caller passes a live type; bases are types.
    unsafe {
        if (*tp).tp_base.is_null() && tp != &raw mut PyBaseObject_Type {
            let base = &raw mut PyBaseObject_Type;
            (*tp).tp_base = base;
        }
        let base = (*tp).tp_base;
        // Builtin types become ready in an order of their own (a null MRO), others here.
        if !base.is_null() && (*base).tp_flags & (Py_TPFLAGS_READY | Py_TPFLAGS_READYING) == 0 {
            ready(TypeRef::from_ptr(base))?;
        }
    }
    Ok(())
}

unsafe fn set_mro(tp: *mut PyTypeObject) -> PyResult<()> {
    // SAFETY: the caller passes a live type with its bases in place.
    unsafe {
        if (*tp).tp_flags & Py_TPFLAGS_HEAPTYPE == 0 && !(*tp).tp_mro.is_null() {
            return Ok(());
        }
        let heap = (*tp).tp_flags & Py_TPFLAGS_HEAPTYPE != 0;
        if heap {
            mro::update(TypeRef::from_ptr(tp))?;
        } else {
            let order = mro::compute(TypeRef::from_ptr(tp))?;
            (*tp).tp_mro = crate::list::to_tuple(order.borrow())?.into_ptr();
            for &class in tuple::items(mro_of(TypeRef::from_ptr(tp)).expect("just set")) {
                if (*class.cast::<PyTypeObject>()).tp_flags & Py_TPFLAGS_HEAPTYPE != 0 {
                    return Err(raise!(
                        TypeError,
                        "type '{}' is not dynamically allocated but its base type '{}' is dynamically allocated",
                        name_of(TypeRef::from_ptr(tp)),
                        name_of(TypeRef::from_ptr(class.cast()))
                    ));
                }
            }
        }
    }
    Ok(())
}

/// `tp_new`: a static type that inherits straight from `object` does not get its
/// constructor, everybody else does.
unsafe fn set_new(tp: *mut PyTypeObject) -> PyResult<()> {
    // SAFETY: the caller passes a live type.
    unsafe {
        let base = (*tp).tp_base;
        if (*tp).tp_new.is_none()
            && base == &raw mut PyBaseObject_Type
            && (*tp).tp_flags & Py_TPFLAGS_HEAPTYPE == 0
        {
            add_flags(tp, Py_TPFLAGS_DISALLOW_INSTANTIATION);
        }
        if (*tp).tp_flags & Py_TPFLAGS_DISALLOW_INSTANTIATION != 0 {
            (*tp).tp_new = None;
        } else if (*tp).tp_new.is_some() {
            slots::add_new_wrapper(TypeRef::from_ptr(tp))?;
        } else {
            (*tp).tp_new = (*base).tp_new;
        }
    }
    Ok(())
}

/// Wrappers for slots, methods, members, getsets and the doc string.
unsafe fn fill_dict(tp: *mut PyTypeObject) -> PyResult<()> {
    // SAFETY: the caller passes a live type with a dict; tables end with a null name.
    unsafe {
        let class = TypeRef::from_ptr(tp);
        let namespace = dict_of(class).expect("just made");
        slots::add_operators(class)?;
        let mut method = (*tp).tp_methods;
        while !method.is_null() && !(*method).ml_name.is_null() {
            add_method(class, namespace, method)?;
            method = method.add(1);
        }
        let mut member = (*tp).tp_members;
        while !member.is_null() && !(*member).name.is_null() {
            let descriptor = descr::new_member(class, member)?;
            add_if_missing(namespace, descriptor)?;
            member = member.add(1);
        }
        let mut getset = (*tp).tp_getset;
        while !getset.is_null() && !(*getset).name.is_null() {
            let descriptor = descr::new_getset(class, getset)?;
            add_if_missing(namespace, descriptor)?;
            getset = getset.add(1);
        }
        if !dict::contains(namespace, id!("__doc__"))? {
            let doc = if (*tp).tp_doc.is_null() {
                crate::singletons::new_none()
            } else {
                let doc = CStr::from_ptr((*tp).tp_doc);
                let text = descr::doc_without_signature(name_of(TypeRef::from_ptr(tp)), doc);
                str::from_str(&text)?.into_object()
            };
            dict::set_item(namespace, id!("__doc__"), doc.op())?;
        }
    }
    Ok(())
}

/// Adds a descriptor under its own name unless the dict has that name.
fn add_if_missing(namespace: Borrowed<'_, PyDictObject>, descriptor: Object) -> PyResult<()> {
    // SAFETY: all descriptors start with this layout and have a name.
    let name = unsafe { Object::new_ref(descriptor.borrow().cast_unchecked::<PyDescrObject>().d_name) };
    dict::set_default(namespace, name.op(), descriptor.op()).map(drop)
}

/// # Safety
/// `method` is an entry of the type's method table.
pub(super) unsafe fn add_method(
    class: TypeRef<'_>,
    namespace: Borrowed<'_, PyDictObject>,
    method: *mut PyMethodDef,
) -> PyResult<()> {
    // SAFETY: the caller's promise.
    let (flags, name) = unsafe { ((*method).ml_flags, CStr::from_ptr((*method).ml_name)) };
    // SAFETY: the caller's entry belongs to the class's own table, so its function fits the class.
    let descriptor = unsafe {
        if flags & METH_CLASS != 0 {
            if flags & METH_STATIC != 0 {
                return Err(raise!(ValueError, "method cannot be both class and static"));
            }
            descr::new_class_method(class, method)?
        } else if flags & METH_STATIC != 0 {
            let function = crate::method::new_function(method, Some(class.as_object()), None, None)?;
            descr::new_static_method(function.op())?
        } else {
            descr::new_method(class, method)?
        }
    };
    let name = str::intern(&name.to_string_lossy())?;
    if flags & METH_COEXIST != 0 {
        dict::set_item(namespace, name.op(), descriptor.op())
    } else {
        dict::set_default(namespace, name.op(), descriptor.op()).map(drop)
    }
}

unsafe fn check_preheader(tp: *mut PyTypeObject) -> PyResult<()> {
    // SAFETY: the caller passes a live type.
    unsafe {
        if (*tp).tp_flags & Py_TPFLAGS_MANAGED_DICT != 0 {
            if (*tp).tp_dictoffset > 0 || (*tp).tp_dictoffset < -1 {
                return Err(raise!(
                    TypeError,
                    "type {} has the Py_TPFLAGS_MANAGED_DICT flag but tp_dictoffset is set to incompatible value",
                    name_of(TypeRef::from_ptr(tp))
                ));
            }
            (*tp).tp_dictoffset = -1;
            if (*tp).tp_flags & Py_TPFLAGS_HEAPTYPE == 0 {
                return Err(raise!(
                    SystemError,
                    "type {} has the Py_TPFLAGS_MANAGED_DICT flag but not Py_TPFLAGS_HEAPTYPE flag",
                    name_of(TypeRef::from_ptr(tp))
                ));
            }
        }
        if (*tp).tp_flags & Py_TPFLAGS_MANAGED_WEAKREF != 0 {
            if (*tp).tp_weaklistoffset != 0 && (*tp).tp_weaklistoffset != MANAGED_WEAKREF_OFFSET {
                return Err(raise!(
                    TypeError,
                    "type {} has the Py_TPFLAGS_MANAGED_WEAKREF flag but tp_weaklistoffset is set to incompatible value",
                    name_of(TypeRef::from_ptr(tp))
                ));
            }
            (*tp).tp_weaklistoffset = MANAGED_WEAKREF_OFFSET;
        }
    }
    Ok(())
}

/// A type without any hash function is unhashable, and says so in its dict.
unsafe fn set_hash(tp: *mut PyTypeObject) -> PyResult<()> {
    // SAFETY: the caller passes a live type with a dict.
    unsafe {
        if (*tp).tp_hash.is_some() {
            return Ok(());
        }
        let namespace = dict_of(TypeRef::from_ptr(tp)).expect("just made");
        if dict::contains(namespace, id!("__hash__"))? {
            return Ok(());
        }
        dict::set_item(namespace, id!("__hash__"), crate::singletons::none())?;
        (*tp).tp_hash = Some(crate::object::PyObject_HashNotImplemented);
    }
    Ok(())
}

/// Makes all static types of this crate ready, in the order of their table.
///
/// Making types ready already uses strings, tuples, lists and dicts, so what their
/// memory needs is filled in for all of them first.
pub fn init_builtin_types() -> PyResult<()> {
    for tp in BUILTIN_TYPES {
        // SAFETY: static types, and no other thread runs yet.
        unsafe { prepare_memory(tp.0) };
    }
    for tp in BUILTIN_TYPES {
        // SAFETY: the table holds the addresses of static types.
        let class = unsafe { static_type(tp.0) };
        // One without a name is not written yet.
        if class.tp_name.is_null() {
            continue;
        }
        add_flags(tp.0, _Py_TPFLAGS_STATIC_BUILTIN);
        ready(class)?;
    }
    Ok(())
}

/// # Safety
/// `tp` is a static type and nothing else runs.
unsafe fn prepare_memory(tp: *mut PyTypeObject) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*tp).ob_base.ob_base.ob_type.is_null() {
            (*tp).ob_base.ob_base.ob_type = &raw mut PyType_Type;
        }
        if (*tp).tp_alloc.is_none() {
            (*tp).tp_alloc = Some(alloc::PyType_GenericAlloc);
        }
        if (*tp).tp_free.is_none() {
            let gc = (*tp).tp_flags & Py_TPFLAGS_HAVE_GC != 0;
            (*tp).tp_free = Some(if gc { alloc::PyObject_GC_Del } else { alloc::PyObject_Free });
        }
    }
}
