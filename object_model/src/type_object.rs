//! Types: `type`, `PyType_Ready`, slot inheritance, MRO, attribute lookup and its cache.
//!
//! A type is ready once its dict, bases, MRO and inherited slots are in place. From
//! then on slots and dict agree: a slot filled in C has a wrapper in the dict, a
//! special method defined in Python has a `slot_*` function in its slot, and whatever
//! changes one of them goes through here to change the other.
//!
//! In reading order:
//!
//!  - `ready`: `PyType_Ready` for static and heap types; the start of all builtin types.
//!  - `inherit`: what a type takes from its bases.
//!  - `mro`: the linearisation of bases.
//!  - `lookup`: finding attributes along the MRO; version tags and the cache keyed by them.
//!  - `slots`: the table of special methods, wrappers from slots to methods and functions
//!    from methods to slots, and keeping both in step.
//!  - `alloc`: making and ending instances.
//!  - `new`: `type.__new__`, that is the class statement; layouts and metaclasses.
//!  - `spec`: `PyType_FromSpec`.
//!  - `attributes`: what `type` objects offer to Python.
//!  - `object`: the type `object`.
//!
//! Invariant: whoever changes a type's dict, bases or MRO calls `modified`, which
//! takes the version tag from the type and all its subclasses; caches trust a tag
//! for as long as the type carries it.

use core::cell::Cell;
use core::ffi::CStr;
use core::mem::offset_of;

use crate::layout::*;
use crate::{Borrowed, Object, Op, PyResult, TypeRef, slot, str};

pub mod alloc;
pub mod attributes;
pub mod inherit;
pub mod lookup;
pub mod mro;
pub mod new;
pub mod object;
pub mod ready;
pub mod slots;
pub mod spec;
#[cfg(test)]
mod tests;

pub use alloc::{generic_alloc, generic_new};
pub use attributes::{
    freeze, get_annotations, get_doc_string, get_fully_qualified_name, get_module_name, get_name,
    get_qualname, subclasses,
};
pub use lookup::{assign_version_tag, lookup, lookup_ptr, lookup_str, modified};
pub use new::calculate_metaclass;
pub use ready::{init_builtin_types, ready};
pub use slots::buffers::_PyBufferWrapper_Type;
pub use spec::from_module_and_spec;

/// Version tags, the attribute cache, and other state of types.
pub struct State {
    next_version_tag: Cell<u32>,
    cache: lookup::Cache,
    watchers: [Cell<Option<PyType_WatchCallback>>; lookup::MAX_WATCHERS],
}

impl Default for State {
    fn default() -> Self {
        Self {
            next_version_tag: Cell::new(_Py_TYPE_BASE_VERSION_TAG),
            cache: lookup::Cache::default(),
            watchers: Default::default(),
        }
    }
}

crate::py_typed!(PyTypeObject, PyType_Type, Py_TPFLAGS_TYPE_SUBCLASS);

/// Whether `derived` is the type at the address `base`, or inherits from it.
pub fn is_subtype_ptr(derived: TypeRef<'_>, base: *mut PyTypeObject) -> bool {
    if derived.as_ptr() == base {
        return true;
    }
    // SAFETY: an MRO is a tuple, and bases are types.
    unsafe {
        let mro = derived.tp_mro;
        if !mro.is_null() {
            let mro: Borrowed<'_, PyTupleObject> = Borrowed::from_ptr(mro.cast());
            return crate::tuple::items(mro).iter().any(|&entry| entry.cast() == base);
        }
        // Not ready yet: the chain of first bases has to do.
        let mut ancestor = derived.as_ptr();
        while !ancestor.is_null() {
            if ancestor == base {
                return true;
            }
            ancestor = (*ancestor).tp_base;
        }
    }
    base == &raw mut PyBaseObject_Type
}

pub fn is_subtype(derived: TypeRef<'_>, base: TypeRef<'_>) -> bool {
    is_subtype_ptr(derived, base.as_ptr())
}

/// `tp_name`, which for static types begins with the module's name.
pub fn name_of(tp: TypeRef<'_>) -> &str {
    let name = tp.tp_name;
    if name.is_null() {
        return "?";
    }
    // SAFETY: a type's name is a C string that the type keeps.
    unsafe { CStr::from_ptr(name) }.to_str().unwrap_or("?")
}

/// A builtin type as an object.
#[inline]
pub fn of<T: crate::PyTyped>() -> TypeRef<'static> {
    // SAFETY: types named by `PyTyped` are static.
    unsafe { Borrowed::from_ptr(T::type_ptr()) }
}

/// A static type, borrowed.
///
/// # Safety
/// `tp` is the address of a static type object.
#[inline]
pub unsafe fn static_type(tp: *mut PyTypeObject) -> TypeRef<'static> {
    // SAFETY: the caller's promise.
    unsafe { Borrowed::from_ptr(tp) }
}

/// A `static` item of type `PyTypeObject`, borrowed: `static_type!(PyType_Type)`.
#[macro_export]
macro_rules! static_type {
    ($item:path) => {{
        // A constant cannot name the place of anything but a static.
        const ADDRESS: *mut $crate::layout::PyTypeObject = &raw mut $item;
        // SAFETY: the address of a static.
        unsafe { $crate::type_object::static_type(ADDRESS) }
    }};
}

pub fn has_flag(tp: TypeRef<'_>, flag: core::ffi::c_ulong) -> bool {
    tp.tp_flags & flag != 0
}

/// Sets `Py_TPFLAGS_*` bits.
pub(crate) fn add_flags(tp: *mut PyTypeObject, flags: core::ffi::c_ulong) {
    // SAFETY: callers pass live types; written under the GIL.
    unsafe { (*tp).tp_flags |= flags };
}

/// Clears `Py_TPFLAGS_*` bits.
pub(crate) fn clear_flags(tp: *mut PyTypeObject, flags: core::ffi::c_ulong) {
    // SAFETY: callers pass live types; written under the GIL.
    unsafe { (*tp).tp_flags &= !flags };
}

pub fn get_flags(tp: TypeRef<'_>) -> u64 {
    tp.tp_flags
}

/// The dict of a type, borrowed; `None` before it is ready.
#[inline]
pub fn dict_of<'a>(tp: TypeRef<'a>) -> Option<Borrowed<'a, PyDictObject>> {
    // SAFETY: `tp_dict` is null or a dict the type owns.
    unsafe { Borrowed::from_nullable(tp.tp_dict.cast()) }
}

/// `PyType_GetDict`: a new reference to the type's dict.
pub fn get_dict(tp: TypeRef<'_>) -> PyResult {
    match dict_of(tp) {
        Some(dict) => Ok(dict.to_owned().into_object()),
        None => Err(crate::raise!(SystemError, "type '{}' is not ready", name_of(tp))),
    }
}

/// The base classes, borrowed; `None` before the type is ready.
pub fn bases_of<'a>(tp: TypeRef<'a>) -> Option<Borrowed<'a, PyTupleObject>> {
    // SAFETY: `tp_bases` is null or a tuple the type owns.
    unsafe { Borrowed::from_nullable(tp.tp_bases.cast()) }
}

/// The MRO, borrowed; `None` before the type is ready.
pub fn mro_of<'a>(tp: TypeRef<'a>) -> Option<Borrowed<'a, PyTupleObject>> {
    // SAFETY: `tp_mro` is null or a tuple the type owns.
    unsafe { Borrowed::from_nullable(tp.tp_mro.cast()) }
}

/// A type that was made by a class statement or from a spec, with its own tables.
pub fn as_heap_type<'a>(tp: TypeRef<'a>) -> Option<Borrowed<'a, PyHeapTypeObject>> {
    // SAFETY: the flag says that the type has the layout of a heap type.
    has_flag(tp, Py_TPFLAGS_HEAPTYPE).then(|| unsafe { tp.cast_unchecked() })
}

/// Bytes in front of an instance: the GC head and the words of managed dict and weak references.
pub(crate) fn preheader_size(tp: *mut PyTypeObject) -> usize {
    // SAFETY: callers pass live types.
    let flags = unsafe { (*tp).tp_flags };
    let head = if flags & Py_TPFLAGS_HAVE_GC != 0 { size_of::<PyGC_Head>() } else { 0 };
    let managed = if flags & Py_TPFLAGS_PREHEADER != 0 { 2 * size_of::<*mut PyObject>() } else { 0 };
    head + managed
}

/// `PyType_GetSlot` and `PyType_GetModuleState` start here: the module a heap type was made with.
pub fn get_module(tp: TypeRef<'_>) -> PyResult {
    let Some(heap) = as_heap_type(tp) else {
        return Err(crate::raise!(TypeError, "PyType_GetModule: Type '{}' is not a heap type", name_of(tp)));
    };
    // SAFETY: the field is null or an object the type owns.
    unsafe { Object::new_ref_nullable(heap.ht_module) }.ok_or_else(|| {
        crate::raise!(TypeError, "PyType_GetModule: Type '{}' has no associated module", name_of(tp))
    })
}

/// `PyType_GetModuleByDef`: the module made from `def` among the modules of the type's ancestors.
pub fn get_module_by_def(tp: TypeRef<'_>, def: *mut PyModuleDef) -> PyResult {
    if let Some(mro) = mro_of(tp) {
        for &entry in crate::tuple::items(mro) {
            // SAFETY: an MRO holds types.
            let ancestor: TypeRef<'_> = unsafe { Borrowed::from_ptr(entry.cast()) };
            let Some(heap) = as_heap_type(ancestor) else { continue };
            // SAFETY: the field is null or a module object the type owns.
            if let Some(module) = unsafe { Op::from_nullable(heap.ht_module) }
                && crate::module::get_def(module) == def
            {
                return Ok(module.to_owned());
            }
        }
    }
    Err(crate::raise!(
        TypeError,
        "PyType_GetModuleByDef: No superclass of '{}' has the given module",
        name_of(tp)
    ))
}

/// The names of the slots that hold a `str` for messages: text of any object that should be one.
pub(crate) fn text(op: Op<'_>) -> String {
    str::to_string_lossy(op)
}

#[unsafe(no_mangle)]
pub static mut PyType_Type: PyTypeObject = PyTypeObject {
    tp_name: c"type".as_ptr(),
    tp_basicsize: size_of::<PyHeapTypeObject>() as Py_ssize_t,
    tp_itemsize: size_of::<PyMemberDef>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(attributes::dealloc),
    tp_vectorcall_offset: offset_of!(PyTypeObject, tp_vectorcall) as Py_ssize_t,
    tp_repr: slot::unary(attributes::repr),
    tp_call: Some(new::type_call),
    tp_getattro: Some(attributes::type_getattro),
    tp_setattro: Some(attributes::type_setattro),
    tp_as_number: (&raw const attributes::AS_NUMBER).cast_mut(),
    tp_flags: Py_TPFLAGS_DEFAULT
        | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_TYPE_SUBCLASS
        | Py_TPFLAGS_HAVE_VECTORCALL
        | Py_TPFLAGS_ITEMS_AT_END,
    tp_doc: c"type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type".as_ptr(),
    tp_traverse: slot::traverse(attributes::traverse),
    tp_clear: slot::clear(attributes::clear),
    tp_weaklistoffset: offset_of!(PyTypeObject, tp_weaklist) as Py_ssize_t,
    tp_methods: attributes::METHODS.as_ptr().cast_mut(),
    tp_members: attributes::MEMBERS.as_ptr().cast_mut(),
    tp_getset: attributes::GETSETS.as_ptr().cast_mut(),
    tp_dictoffset: offset_of!(PyTypeObject, tp_dict) as Py_ssize_t,
    tp_init: slot::init(new::type_init),
    tp_new: slot::new(new::type_new),
    tp_free: Some(alloc::PyObject_GC_Del),
    tp_is_gc: Some(attributes::type_is_gc),
    tp_vectorcall: slot::vectorcall(new::type_vectorcall),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyBaseObject_Type: PyTypeObject = PyTypeObject {
    tp_name: c"object".as_ptr(),
    tp_basicsize: size_of::<PyObject>() as Py_ssize_t,
    tp_dealloc: Some(object::object_dealloc),
    tp_repr: slot::unary(object::repr),
    tp_hash: Some(crate::object::PyObject_GenericHash),
    tp_str: slot::unary(object::str),
    tp_getattro: Some(crate::object::PyObject_GenericGetAttr),
    tp_setattro: Some(crate::object::PyObject_GenericSetAttr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    tp_doc: c"object()\n--\n\nThe base class of the class hierarchy.\n\nIt takes no arguments; an instance has no attributes of its own and none can be given to it.\n".as_ptr(),
    tp_richcompare: slot::richcompare(object::richcompare),
    tp_methods: object::METHODS.as_ptr().cast_mut(),
    tp_getset: object::GETSETS.as_ptr().cast_mut(),
    tp_init: Some(object::object_init),
    tp_alloc: Some(alloc::PyType_GenericAlloc),
    tp_new: Some(object::object_new),
    tp_free: Some(alloc::PyObject_Free),
    ..PyTypeObject::EMPTY
};
