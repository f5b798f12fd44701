//! What type objects offer to Python: attributes, methods, and their own slots.

use core::ffi::c_int;
use core::mem::offset_of;
use core::ptr;

use super::*;
use crate::define::{guard_object, guard_status, method};
use crate::{
    Args, Owned, Visitor, call, descr, dict, errors, exceptions, gc, getset, id, int, list, object, raise,
    singletons, tuple, weakref,
};

type NameObject = Owned<PyUnicodeObject>;

/// The last part of `tp_name`.
fn short_name(tp: TypeRef<'_>) -> &core::primitive::str {
    let name = name_of(tp);
    name.rsplit('.').next().unwrap_or(name)
}

/// `__name__` (`PyType_GetName`).
pub fn get_name(tp: TypeRef<'_>) -> PyResult {
    match as_heap_type(tp) {
        // SAFETY: a heap type owns its name.
        Some(heap) => Ok(unsafe { Object::new_ref(heap.ht_name) }),
        None => Ok(str::intern(short_name(tp))?.into_object()),
    }
}

/// `__qualname__` (`PyType_GetQualName`).
pub fn get_qualname(tp: TypeRef<'_>) -> PyResult {
    match as_heap_type(tp) {
        // SAFETY: a heap type owns its name.
        Some(heap) => Ok(unsafe { Object::new_ref(heap.ht_qualname) }),
        None => get_name(tp),
    }
}

/// `__module__` (`PyType_GetModuleName`).
pub fn get_module_name(tp: TypeRef<'_>) -> PyResult {
    if has_flag(tp, Py_TPFLAGS_HEAPTYPE) {
        let namespace = dict_of(tp).expect("a heap type has a dict");
        return dict::get_item(namespace, id!("__module__"))?
            .ok_or_else(|| raise!(AttributeError, "__module__"));
    }
    let name = name_of(tp);
    match name.rsplit_once('.') {
        Some((module, _)) => Ok(str::intern(module)?.into_object()),
        None => Ok(id!("builtins").to_owned()),
    }
}

/// Module and qualified name, or the name alone for builtins and `__main__`.
pub fn get_fully_qualified_name(tp: TypeRef<'_>) -> PyResult {
    if !has_flag(tp, Py_TPFLAGS_HEAPTYPE) {
        return Ok(str::from_str(name_of(tp))?.into_object());
    }
    let qualname = get_qualname(tp)?;
    let module = get_module_name(tp)?;
    let plain = !module.op().is_instance::<PyUnicodeObject>()
        || str::equals(module.op(), "builtins")
        || str::equals(module.op(), "__main__");
    if plain {
        return Ok(qualname);
    }
    Ok(str::from_string(format!("{}.{}", text(module.op()), text(qualname.op())))?.into_object())
}

/// Makes a heap type immutable (`PyType_Freeze`).
///
/// # Errors
/// `TypeError` if a type it inherits from is mutable.
pub fn freeze(tp: TypeRef<'_>) -> PyResult<()> {
    let mro = super::mro_of(tp).ok_or_else(|| raise!(SystemError, "unable to get the type MRO"))?;
    for &base in crate::tuple::items(mro).iter().skip(1) {
        // SAFETY: an MRO holds live types.
        let base = unsafe { TypeRef::from_ptr(base.cast()) };
        if !has_flag(base, Py_TPFLAGS_IMMUTABLETYPE) {
            return Err(raise!(
                TypeError,
                "Creating immutable type {} from mutable base {}",
                name_of(tp),
                text(get_fully_qualified_name(base)?.op())
            ));
        }
    }
    super::add_flags(tp.as_ptr(), Py_TPFLAGS_IMMUTABLETYPE);
    modified(tp);
    Ok(())
}

/// Refuses to change an immutable type, or to delete what cannot be deleted.
fn check_set(tp: TypeRef<'_>, value: Option<Op<'_>>, name: &core::primitive::str) -> PyResult<()> {
    if has_flag(tp, Py_TPFLAGS_IMMUTABLETYPE) {
        let type_name = name_of(tp);
        return Err(raise!(TypeError, "cannot set '{name}' attribute of immutable type '{type_name}'"));
    }
    if value.is_none() {
        let type_name = name_of(tp);
        return Err(raise!(TypeError, "cannot delete '{name}' attribute of immutable type '{type_name}'"));
    }
    Ok(())
}

fn set_name(tp: TypeRef<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    check_set(tp, value, "__name__")?;
    let value = value.expect("checked");
    let Some(name) = value.downcast::<PyUnicodeObject>() else {
        let type_name = name_of(tp);
        return Err(raise!(
            TypeError,
            "can only assign string to {type_name}.__name__, not '{}'",
            value.type_name()
        ));
    };
    let tp_name = new::name_bytes(name)?;
    modified(tp);
    // SAFETY: a heap type (others are immutable); the new name is in place before the old one goes.
    unsafe {
        let heap = tp.as_ptr().cast::<PyHeapTypeObject>();
        let old = ptr::replace(&raw mut (*heap).ht_name, value.to_owned().into_ptr());
        new::set_tp_name(heap, tp_name)?;
        drop(Owned::steal_nullable(old));
    }
    Ok(())
}

fn set_qualname(tp: TypeRef<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    check_set(tp, value, "__qualname__")?;
    let value = value.expect("checked");
    if !value.is_instance::<PyUnicodeObject>() {
        let type_name = name_of(tp);
        return Err(raise!(
            TypeError,
            "can only assign string to {type_name}.__qualname__, not '{}'",
            value.type_name()
        ));
    }
    // SAFETY: a heap type owns its qualified name.
    unsafe {
        let heap = tp.as_ptr().cast::<PyHeapTypeObject>();
        drop(Owned::steal_nullable(ptr::replace(&raw mut (*heap).ht_qualname, value.to_owned().into_ptr())));
    }
    Ok(())
}

fn set_module(tp: TypeRef<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    check_set(tp, value, "__module__")?;
    modified(tp);
    let namespace = dict_of(tp).expect("a heap type has a dict");
    dict::pop(namespace, id!("__firstlineno__"))?;
    dict::set_item(namespace, id!("__module__"), value.expect("checked"))
}

fn get_abstract_methods(tp: TypeRef<'_>) -> PyResult {
    // `type` itself has a descriptor of this name, which is not what is asked for.
    if tp.as_ptr() != &raw mut PyType_Type
        && let Some(namespace) = dict_of(tp)
        && let Some(found) = dict::get_item(namespace, id!("__abstractmethods__"))?
    {
        return Ok(found);
    }
    Err(errors::set_object(exceptions::builtin::AttributeError(), id!("__abstractmethods__")))
}

/// The names of abstract methods, as `object.__new__` wants them.
pub(super) fn abstract_methods(tp: TypeRef<'_>) -> PyResult {
    get_abstract_methods(tp)
}

fn set_abstract_methods(tp: TypeRef<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let namespace = dict_of(tp).expect("ready");
    let is_abstract = match value {
        Some(value) => {
            let is_abstract = object::is_true(value)?;
            dict::set_item(namespace, id!("__abstractmethods__"), value)?;
            is_abstract
        }
        None => {
            if dict::pop(namespace, id!("__abstractmethods__"))?.is_none() {
                return Err(errors::set_object(
                    exceptions::builtin::AttributeError(),
                    id!("__abstractmethods__"),
                ));
            }
            false
        }
    };
    modified(tp);
    if is_abstract {
        add_flags(tp.as_ptr(), Py_TPFLAGS_IS_ABSTRACT);
    } else {
        clear_flags(tp.as_ptr(), Py_TPFLAGS_IS_ABSTRACT);
    }
    Ok(())
}

fn get_bases(tp: TypeRef<'_>) -> PyResult {
    Ok(bases_of(tp).map_or_else(tuple::empty, |bases| bases.as_object().to_owned()))
}

fn set_bases(tp: TypeRef<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    check_set(tp, value, "__bases__")?;
    new::set_bases(tp, value.expect("checked"))
}

fn get_mro(tp: TypeRef<'_>) -> PyResult {
    Ok(mro_of(tp).map_or_else(singletons::new_none, |mro| mro.as_object().to_owned()))
}

fn get_dict_proxy(tp: TypeRef<'_>) -> PyResult {
    match dict_of(tp) {
        Some(namespace) => dict::new_proxy(namespace.as_object()),
        None => Ok(singletons::new_none()),
    }
}

fn get_doc(tp: TypeRef<'_>) -> PyResult {
    if !has_flag(tp, Py_TPFLAGS_HEAPTYPE) && !tp.tp_doc.is_null() {
        return get_doc_string(tp);
    }
    let namespace = dict_of(tp).expect("ready");
    match dict::get_item(namespace, id!("__doc__"))? {
        Some(found) => descr::bind(found, None, tp.as_object()),
        None => Ok(singletons::new_none()),
    }
}

/// The sentences of a static type's `tp_doc`. Extensions write it after the type is ready.
pub fn get_doc_string(tp: TypeRef<'_>) -> PyResult {
    // SAFETY: `tp_doc` is a C string or null.
    unsafe { descr::doc_object(tp.tp_name, tp.tp_doc) }
}

fn set_doc(tp: TypeRef<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    check_set(tp, value, "__doc__")?;
    modified(tp);
    dict::set_item(dict_of(tp).expect("ready"), id!("__doc__"), value.expect("checked"))
}

fn get_text_signature(tp: TypeRef<'_>) -> PyResult {
    // SAFETY: `tp_doc` is a C string or null.
    unsafe { descr::text_signature_object(tp.tp_name, tp.tp_doc) }
}

/// An entry of the type's own dict, bound to the type.
fn own_entry(tp: TypeRef<'_>, name: Op<'_>) -> PyResult<Option<Object>> {
    match dict::get_item(dict_of(tp).expect("ready"), name)? {
        Some(found) => descr::bind(found, None, tp.as_object()).map(Some),
        None => Ok(None),
    }
}

fn only_heap_types(tp: TypeRef<'_>, name: &core::primitive::str) -> PyResult<()> {
    if has_flag(tp, Py_TPFLAGS_HEAPTYPE) {
        return Ok(());
    }
    Err(raise!(AttributeError, "type object '{}' has no attribute '{name}'", name_of(tp)))
}

fn get_annotate(tp: TypeRef<'_>) -> PyResult {
    only_heap_types(tp, "__annotate__")?;
    if let Some(found) = own_entry(tp, id!("__annotate__"))? {
        return Ok(found);
    }
    if let Some(found) = own_entry(tp, id!("__annotate_func__"))? {
        return Ok(found);
    }
    dict::set_item(dict_of(tp).expect("ready"), id!("__annotate_func__"), singletons::none())?;
    Ok(singletons::new_none())
}

fn set_annotate(tp: TypeRef<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "cannot delete __annotate__ attribute"));
    };
    if has_flag(tp, Py_TPFLAGS_IMMUTABLETYPE) {
        let name = name_of(tp);
        return Err(raise!(TypeError, "cannot set '__annotate__' attribute of immutable type '{name}'"));
    }
    if !value.is_none() && !object::is_callable(value) {
        return Err(raise!(TypeError, "__annotate__ must be callable or None"));
    }
    let namespace = dict_of(tp).expect("ready");
    dict::set_item(namespace, id!("__annotate_func__"), value)?;
    if !value.is_none() {
        dict::pop(namespace, id!("__annotations_cache__"))?;
    }
    modified(tp);
    Ok(())
}

/// `__annotations__`: stored ones, else what `__annotate__` computes, kept for the next time.
pub fn get_annotations(tp: TypeRef<'_>) -> PyResult {
    only_heap_types(tp, "__annotations__")?;
    if let Some(found) = own_entry(tp, id!("__annotations__"))? {
        return Ok(found);
    }
    if let Some(found) = own_entry(tp, id!("__annotations_cache__"))? {
        return Ok(found);
    }
    let annotate = object::get_attr(tp.as_object(), id!("__annotate__"))?;
    let annotations = if object::is_callable(annotate.op()) {
        let one = int::small(1);
        let annotations = call::call_one(annotate.op(), one.op())?;
        if !annotations.op().is_instance::<PyDictObject>() {
            let kind = get_fully_qualified_name(annotations.op().ob_type())?;
            return Err(raise!(TypeError, "__annotate__ returned non-dict of type '{}'", text(kind.op())));
        }
        annotations
    } else {
        dict::new()?.into_object()
    };
    dict::set_item(dict_of(tp).expect("ready"), id!("__annotations_cache__"), annotations.op())?;
    modified(tp);
    Ok(annotations)
}

fn set_annotations(tp: TypeRef<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    if has_flag(tp, Py_TPFLAGS_IMMUTABLETYPE) {
        let name = name_of(tp);
        return Err(raise!(TypeError, "cannot set '__annotations__' attribute of immutable type '{name}'"));
    }
    let namespace = dict_of(tp).expect("ready");
    match value {
        Some(value) => {
            let explicit = dict::contains(namespace, id!("__annotations__"))?;
            let name = if explicit { id!("__annotations__") } else { id!("__annotations_cache__") };
            dict::set_item(namespace, name, value)?;
        }
        None => {
            let explicit = dict::pop(namespace, id!("__annotations__"))?.is_some();
            if !explicit && dict::pop(namespace, id!("__annotations_cache__"))?.is_none() {
                return Err(errors::set_object(
                    exceptions::builtin::AttributeError(),
                    id!("__annotations__"),
                ));
            }
        }
    }
    modified(tp);
    dict::pop(namespace, id!("__annotate_func__"))?;
    dict::pop(namespace, id!("__annotate__"))?;
    Ok(())
}

fn get_type_params(tp: TypeRef<'_>) -> PyResult {
    if tp.as_ptr() == &raw mut PyType_Type {
        return Ok(tuple::empty());
    }
    Ok(dict::get_item(dict_of(tp).expect("ready"), id!("__type_params__"))?.unwrap_or_else(tuple::empty))
}

fn set_type_params(tp: TypeRef<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    check_set(tp, value, "__type_params__")?;
    dict::set_item(dict_of(tp).expect("ready"), id!("__type_params__"), value.expect("checked"))?;
    modified(tp);
    Ok(())
}

/// `<class 'module.qualname'>`.
pub(super) fn repr(tp: TypeRef<'_>) -> PyResult<NameObject> {
    let module = match get_module_name(tp) {
        Ok(module) => Some(module),
        Err(raised) => {
            raised.clear();
            None
        }
    };
    let qualname = get_qualname(tp)?;
    match module {
        Some(module)
            if module.op().is_instance::<PyUnicodeObject>() && !str::equals(module.op(), "builtins") =>
        {
            str::from_string(format!("<class '{}.{}'>", text(module.op()), text(qualname.op())))
        }
        _ => str::from_string(format!("<class '{}'>", short_or(tp, &qualname))),
    }
}

fn short_or(tp: TypeRef<'_>, qualname: &Object) -> String {
    if has_flag(tp, Py_TPFLAGS_HEAPTYPE) { text(qualname.op()) } else { name_of(tp).to_owned() }
}

/// `tp_getattro` of types: data descriptors of the metatype, then the type's own MRO, then
/// the metatype's other attributes.
///
/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn type_getattro(op: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: slots get live objects; only types have this slot.
    guard_object(|| unsafe {
        let (tp, name): (TypeRef<'_>, _) = (Borrowed::from_ptr(op.cast()), Op::from_ptr(name));
        find(tp, name)?.ok_or_else(|| no_attribute(tp, name))
    })
}

#[cold]
fn no_attribute(tp: TypeRef<'_>, name: Op<'_>) -> crate::Raised {
    let (type_name, name_text) = (name_of(tp), text(name));
    object::attribute_error(
        tp.as_object(),
        name,
        format_args!("type object '{type_name}' has no attribute '{name_text}'"),
    )
}

fn find(tp: TypeRef<'_>, name: Op<'_>) -> PyResult<Option<Object>> {
    if !name.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "attribute name must be string, not '{}'", name.type_name()));
    }
    if !has_flag(tp, Py_TPFLAGS_READY) && tp.tp_dict.is_null() {
        ready(tp)?;
    }
    let metatype = tp.ob_type();
    let meta = lookup(metatype, name);
    if let Some(found) = &meta
        && descr::is_data(found.op())
        && found.op().ob_type().tp_descr_get.is_some()
    {
        return descr::bind(found.clone(), Some(tp.as_object()), metatype.as_object()).map(Some);
    }
    if let Some(found) = lookup(tp, name) {
        return descr::bind(found, None, tp.as_object()).map(Some);
    }
    match meta {
        Some(found) => descr::bind(found, Some(tp.as_object()), metatype.as_object()).map(Some),
        None => Ok(None),
    }
}

/// An attribute of a type, `None` where that would be an `AttributeError`.
pub fn get_optional(tp: TypeRef<'_>, name: Op<'_>) -> PyResult<Option<Object>> {
    find(tp, name).or_else(|raised| raised.absorb(exceptions::builtin::AttributeError()))
}

/// `tp_setattro` of types: stores, then takes back version tags and updates slots.
///
/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn type_setattro(
    op: *mut PyObject,
    name: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    // SAFETY: slots get live objects; only types have this slot; a null value deletes.
    guard_status(|| unsafe {
        store(Borrowed::from_ptr(op.cast()), Op::from_ptr(name), Op::from_nullable(value))
    })
}

fn store(tp: TypeRef<'_>, name: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    if has_flag(tp, Py_TPFLAGS_IMMUTABLETYPE) {
        let (name, type_name) = (text(name), name_of(tp));
        return Err(raise!(TypeError, "cannot set '{name}' attribute of immutable type '{type_name}'"));
    }
    let Some(name_string) = name.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "attribute name must be string, not '{}'", name.type_name()));
    };
    let name = str::intern_in_place(if name_string.is_exact::<PyUnicodeObject>() {
        name_string.to_owned()
    } else {
        // Lookups compare addresses of exact strings.
        str::from_wtf8(&str::to_wtf8(name_string))?
    });
    let result = object::generic_store(tp.as_object(), name.op(), value, dict_of(tp));
    modified(tp);
    result?;
    slots::update_slot(tp, name.op());
    Ok(())
}

/// Only heap types are objects of the collector.
///
/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn type_is_gc(op: *mut PyObject) -> c_int {
    // SAFETY: slots get live objects; only types have this slot.
    c_int::from(unsafe { (*op.cast::<PyTypeObject>()).tp_flags & Py_TPFLAGS_HEAPTYPE != 0 })
}

pub(super) fn traverse(tp: TypeRef<'_>, visitor: &mut Visitor) {
    // What a static type owns lives as long as the process.
    let Some(heap) = as_heap_type(tp) else { return };
    visitor.visit(tp.tp_dict);
    visitor.visit(tp.tp_cache);
    visitor.visit(tp.tp_mro);
    visitor.visit(tp.tp_bases);
    visitor.visit(tp.tp_base);
    visitor.visit(heap.ht_module);
}

/// Breaks cycles through the dict, the module and the MRO. The bases stay: finalizers of
/// instances in the same cycle may still look up attributes.
pub(super) fn clear(tp: TypeRef<'_>) {
    modified(tp);
    if let Some(namespace) = dict_of(tp) {
        dict::clear(namespace);
    }
    // SAFETY: a heap type; fields are emptied before what they owned is dropped.
    unsafe {
        let heap = tp.as_ptr().cast::<PyHeapTypeObject>();
        drop(Object::steal_nullable(ptr::replace(&raw mut (*heap).ht_module, ptr::null_mut())));
        drop(Object::steal_nullable(ptr::replace(&raw mut (*heap).ht_type.tp_mro, ptr::null_mut())));
    }
}

pub(super) fn dealloc(tp: TypeRef<'_>) {
    let op = tp.as_object_ptr();
    gc::untrack(op);
    let saved = errors::take();
    modified(tp);
    // SAFETY: the type is dying, and only heap types do; its fields are owned or null. It
    // leaves the lists of its bases first, so that nobody finds it there.
    unsafe {
        let heap = op.cast::<PyHeapTypeObject>();
        let raw = op.cast::<PyTypeObject>();
        if let Some(bases) = bases_of(tp) {
            for &base in tuple::items(bases) {
                lookup::remove_subclass(base.cast(), raw);
            }
        }
        if !(*raw).tp_base.is_null() {
            lookup::remove_subclass((*raw).tp_base, raw);
        }
        weakref::clear_refs(tp.as_object());
        drop(Owned::steal_nullable((*raw).tp_base));
        for field in [(*raw).tp_dict, (*raw).tp_bases, (*raw).tp_mro, (*raw).tp_cache] {
            drop(Object::steal_nullable(field));
        }
        let list = (*raw).tp_subclasses.cast::<Vec<*mut PyTypeObject>>();
        if !list.is_null() {
            drop(Box::from_raw(list));
        }
        crate::alloc::free((*raw).tp_doc.cast_mut().cast());
        crate::inline_values::free_keys(heap);
        for field in [(*heap).ht_name, (*heap).ht_qualname, (*heap).ht_slots, (*heap).ht_module] {
            drop(Object::steal_nullable(field));
        }
        crate::alloc::free((*heap)._ht_tpname.cast());
        crate::alloc::free_object(op);
    }
    if let Some(saved) = saved {
        errors::restore(saved).ignore();
    }
}

/// `__subclasses__()`: the direct subclasses that are alive.
pub fn subclasses(tp: TypeRef<'_>) -> PyResult<Owned<PyListObject>> {
    let alive = lookup::subclass_pointers(tp)
        .into_iter()
        // SAFETY: subclasses leave the list before they die.
        .filter_map(|subclass| unsafe {
            let op = Op::from_ptr(subclass.cast());
            (object::refcount(op) > 0).then(|| op.to_owned())
        });
    list::from_vec(alive.collect())
}

fn mro_method(tp: TypeRef<'_>) -> PyResult<Owned<PyListObject>> {
    mro::compute(tp)
}

fn prepare(_class: Op<'_>, _args: Args<'_>) -> PyResult<Owned<PyDictObject>> {
    dict::new()
}

fn instance_check(tp: TypeRef<'_>, instance: Op<'_>) -> PyResult<bool> {
    object::real_is_instance(instance, tp.as_object())
}

fn subclass_check(tp: TypeRef<'_>, subclass: Op<'_>) -> PyResult<bool> {
    object::real_is_subclass(subclass, tp.as_object())
}

/// `__dir__`: names of the type and of all its ancestors.
fn dir(tp: TypeRef<'_>) -> PyResult<Owned<PyListObject>> {
    let names = dict::new()?;
    merge_class_dict(names.borrow(), tp.as_object())?;
    dict::keys(names.borrow())
}

/// Adds the names of a class and, first to last, of its bases to a dict.
pub(super) fn merge_class_dict(names: Borrowed<'_, PyDictObject>, class: Op<'_>) -> PyResult<()> {
    if let Some(namespace) = object::get_optional_attr(class, id!("__dict__"))? {
        dict::update(names, namespace.op())?;
    }
    if let Some(bases) = object::get_optional_attr(class, id!("__bases__"))? {
        for index in 0..crate::sequence::len(bases.op())? {
            let base = crate::sequence::get_item(bases.op(), index as isize)?;
            merge_class_dict(names, base.op())?;
        }
    }
    Ok(())
}

fn sizeof(tp: TypeRef<'_>) -> PyResult {
    let size = if has_flag(tp, Py_TPFLAGS_HEAPTYPE) {
        size_of::<PyHeapTypeObject>()
    } else {
        size_of::<PyTypeObject>()
    };
    int::from_usize(size + crate::inline_values::keys_size(tp))
}

fn or(left: Op<'_>, right: Op<'_>) -> PyResult {
    crate::union::or(left, right)
}

pub(super) static AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_or: slot::binary(or), ..PyNumberMethods::EMPTY };

pub(super) const METHODS: &[PyMethodDef] = &[
    method::noargs(c"mro", mro_method, c"mro($self, /)\n--\n\nReturn a type's method resolution order."),
    method::noargs(
        c"__subclasses__",
        subclasses,
        c"__subclasses__($self, /)\n--\n\nReturn a list of immediate subclasses.",
    ),
    method::class_keywords(
        c"__prepare__",
        prepare,
        c"__prepare__($cls, name, bases, /, **kwds)\n--\n\nCreate the namespace for the class statement",
    ),
    method::o(
        c"__instancecheck__",
        instance_check,
        c"__instancecheck__($self, instance, /)\n--\n\nCheck if an object is an instance.",
    ),
    method::o(
        c"__subclasscheck__",
        subclass_check,
        c"__subclasscheck__($self, subclass, /)\n--\n\nCheck if a class is a subclass.",
    ),
    method::noargs(
        c"__dir__",
        dir,
        c"__dir__($self, /)\n--\n\nSpecialized __dir__ implementation for types.",
    ),
    method::noargs(
        c"__sizeof__",
        sizeof,
        c"__sizeof__($self, /)\n--\n\nReturn memory consumption of the type object.",
    ),
    PyMethodDef::EMPTY,
];

pub(super) const MEMBERS: &[PyMemberDef] = &[
    PyMemberDef::read_only(c"__basicsize__", Py_T_PYSSIZET, offset_of!(PyTypeObject, tp_basicsize)),
    PyMemberDef::read_only(c"__itemsize__", Py_T_PYSSIZET, offset_of!(PyTypeObject, tp_itemsize)),
    PyMemberDef::read_only(c"__flags__", Py_T_ULONG, offset_of!(PyTypeObject, tp_flags)),
    PyMemberDef::read_only(c"__weakrefoffset__", Py_T_PYSSIZET, offset_of!(PyTypeObject, tp_weaklistoffset)),
    PyMemberDef::read_only(c"__base__", _Py_T_OBJECT, offset_of!(PyTypeObject, tp_base)),
    PyMemberDef::read_only(c"__dictoffset__", Py_T_PYSSIZET, offset_of!(PyTypeObject, tp_dictoffset)),
    PyMemberDef::EMPTY,
];

pub(super) const GETSETS: &[PyGetSetDef] = &[
    getset::get_set(c"__name__", get_name, set_name, c""),
    getset::get_set(c"__qualname__", get_qualname, set_qualname, c""),
    getset::get_set(c"__bases__", get_bases, set_bases, c""),
    getset::get(c"__mro__", get_mro, c""),
    getset::get_set(c"__module__", get_module_name, set_module, c""),
    getset::get_set(c"__abstractmethods__", get_abstract_methods, set_abstract_methods, c""),
    getset::get(c"__dict__", get_dict_proxy, c""),
    getset::get_set(c"__doc__", get_doc, set_doc, c""),
    getset::get(c"__text_signature__", get_text_signature, c""),
    getset::get_set(c"__annotations__", get_annotations, set_annotations, c""),
    getset::get_set(c"__annotate__", get_annotate, set_annotate, c""),
    getset::get_set(c"__type_params__", get_type_params, set_type_params, c""),
    PyGetSetDef::EMPTY,
];
