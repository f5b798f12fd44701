//! `property`.

use core::ffi::c_int;
use core::mem::offset_of;
use core::ptr;

use super::*;
use crate::args::Signature;
use crate::exceptions;

crate::py_typed!(PyProperty, PyProperty_Type);

/// Whether a callable says that it is abstract.
pub(crate) fn is_abstract_method(op: Op<'_>) -> PyResult<bool> {
    match object::get_optional_attr(op, id!("__isabstractmethod__"))? {
        Some(answer) => object::is_true(answer.op()),
        None => Ok(false),
    }
}

fn field<'a>(field: *mut PyObject) -> Option<Op<'a>> {
    // SAFETY: fields of a live property are null or objects it owns.
    unsafe { Op::from_nullable(field) }
}

/// Puts a new reference into a field; the old one goes last.
fn set_field(cell: *mut *mut PyObject, value: Option<Op<'_>>) {
    // SAFETY: callers pass a field of a live property.
    unsafe {
        let new = value.map_or(ptr::null_mut(), |value| value.to_owned().into_ptr());
        drop(Owned::steal_nullable(ptr::replace(cell, new)));
    }
}

const INIT: Signature<4> = Signature::new("property", ["fget", "fset", "fdel", "doc"]);

fn init(property: Borrowed<'_, PyProperty>, args: Args<'_>) -> PyResult<()> {
    let [get, set, del, doc] = args.parse(&INIT)?.map(|given| given.filter(|op| !op.is_none()));
    let doc_given = args.parse(&INIT)?[3];
    let raw = property.as_ptr();
    // SAFETY: a live property, written under the GIL.
    unsafe {
        set_field(&raw mut (*raw).prop_get, get);
        set_field(&raw mut (*raw).prop_set, set);
        set_field(&raw mut (*raw).prop_del, del);
        set_field(&raw mut (*raw).prop_doc, None);
        set_field(&raw mut (*raw).prop_name, None);
        (*raw).getter_doc = 0;
    }
    let mut doc = doc.or(doc_given).map(Borrowed::to_owned);
    if doc.as_ref().is_none_or(|doc| doc.op().is_none())
        && let Some(get) = get
    {
        // Without a doc of its own it takes the getter's.
        let getter_doc = object::get_optional_attr(get, id!("__doc__"))?.filter(|doc| !doc.op().is_none());
        if let Some(getter_doc) = getter_doc {
            doc = Some(getter_doc);
            // SAFETY: as above.
            unsafe { (*raw).getter_doc = 1 };
        }
    }
    if property.is_exact::<PyProperty>() {
        // SAFETY: as above.
        unsafe { set_field(&raw mut (*raw).prop_doc, doc.as_ref().map(Owned::op)) };
        return Ok(());
    }
    // A subclass has a `__doc__` of its own that hides the field; it must take the doc.
    // SAFETY: as above.
    let from_getter = unsafe { (*raw).getter_doc != 0 };
    let value = doc.unwrap_or_else(singletons::new_none);
    if let Err(raised) = object::set_attr(property.as_object(), id!("__doc__"), Some(value.op())) {
        // One with `__slots__` cannot; that is an error only for a doc that comes from the getter.
        if from_getter || !raised.matches(exceptions::builtin::AttributeError()) {
            return Err(raised);
        }
        raised.clear();
    }
    Ok(())
}

fn dealloc_property(property: Borrowed<'_, PyProperty>) {
    let op = property.as_object_ptr();
    gc::untrack(op);
    clear(property);
    // SAFETY: the object is dying and owns nothing any more.
    unsafe { alloc::free_object(op) };
}

fn clear(property: Borrowed<'_, PyProperty>) {
    // SAFETY: fields of a live property.
    unsafe {
        let raw = property.as_ptr();
        set_field(&raw mut (*raw).prop_get, None);
        set_field(&raw mut (*raw).prop_set, None);
        set_field(&raw mut (*raw).prop_del, None);
        set_field(&raw mut (*raw).prop_doc, None);
        set_field(&raw mut (*raw).prop_name, None);
    }
}

fn traverse_property(property: Borrowed<'_, PyProperty>, visitor: &mut Visitor) {
    visitor.visit(property.prop_get);
    visitor.visit(property.prop_set);
    visitor.visit(property.prop_del);
    visitor.visit(property.prop_doc);
    visitor.visit(property.prop_name);
}

/// The name it was assigned to, or else the getter's.
fn name_of(property: Borrowed<'_, PyProperty>) -> PyResult<Option<Object>> {
    if let Some(name) = field(property.prop_name) {
        return Ok(Some(name.to_owned()));
    }
    match field(property.prop_get) {
        Some(get) => object::get_optional_attr(get, id!("__name__")),
        None => Ok(None),
    }
}

/// `property 'x' of 'C' object has no getter`.
fn missing(
    property: Borrowed<'_, PyProperty>,
    instance: Op<'_>,
    what: &core::primitive::str,
) -> crate::Raised {
    let text = || -> PyResult<String> {
        let class = type_object::get_qualname(instance.ob_type())?;
        let class = object::repr(class.op())?;
        let class = str::to_string_lossy(class.op());
        Ok(match name_of(property)? {
            Some(name) => {
                let name = object::repr(name.op())?;
                format!("property {} of {class} object has no {what}", str::to_string_lossy(name.op()))
            }
            None => format!("property of {class} object has no {what}"),
        })
    };
    match text() {
        Ok(text) => raise!(AttributeError, "{text}"),
        Err(raised) => raised,
    }
}

fn descr_get(
    property: Borrowed<'_, PyProperty>,
    instance: Option<Op<'_>>,
    _owner: Option<Op<'_>>,
) -> PyResult {
    let Some(instance) = instance.filter(|instance| !instance.is_none()) else {
        return Ok(property.as_object().to_owned());
    };
    match field(property.prop_get) {
        Some(get) => call::call_one(get.to_owned().op(), instance),
        None => Err(missing(property, instance, "getter")),
    }
}

fn descr_set(property: Borrowed<'_, PyProperty>, instance: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    match value {
        None => match field(property.prop_del) {
            Some(del) => call::call_one(del.to_owned().op(), instance).map(drop),
            None => Err(missing(property, instance, "deleter")),
        },
        Some(value) => match field(property.prop_set) {
            Some(set) => call::call_positional(set.to_owned().op(), &[instance, value]).map(drop),
            None => Err(missing(property, instance, "setter")),
        },
    }
}

/// The same property with one of its functions exchanged.
fn copy_with(property: Borrowed<'_, PyProperty>, changed: [Option<Op<'_>>; 3]) -> PyResult {
    let current = [property.prop_get, property.prop_set, property.prop_del];
    let mut functions = [singletons::none(); 3];
    for (index, function) in functions.iter_mut().enumerate() {
        *function = changed[index]
            .filter(|op| !op.is_none())
            .or_else(|| field(current[index]))
            .unwrap_or(singletons::none());
    }
    // A doc that came from the getter comes from the new one's getter, too.
    let doc = if property.getter_doc != 0 && !functions[0].is_none() {
        singletons::none()
    } else {
        field(property.prop_doc).unwrap_or(singletons::none())
    };
    let class = property.ob_type().as_object().to_owned();
    let result = call::call_positional(class.op(), &[functions[0], functions[1], functions[2], doc])?;
    if let Some(copy) = result.op().downcast::<PyProperty>() {
        // SAFETY: a live property, written under the GIL.
        unsafe { set_field(&raw mut (*copy.as_ptr()).prop_name, field(property.prop_name)) };
    }
    Ok(result)
}

fn getter(property: Borrowed<'_, PyProperty>, function: Op<'_>) -> PyResult {
    copy_with(property, [Some(function), None, None])
}

fn setter(property: Borrowed<'_, PyProperty>, function: Op<'_>) -> PyResult {
    copy_with(property, [None, Some(function), None])
}

fn deleter(property: Borrowed<'_, PyProperty>, function: Op<'_>) -> PyResult {
    copy_with(property, [None, None, Some(function)])
}

fn set_name_method(property: Borrowed<'_, PyProperty>, args: Args<'_>) -> PyResult<()> {
    if args.len() != 2 {
        return Err(raise!(
            TypeError,
            "__set_name__() takes 2 positional arguments but {} were given",
            args.len()
        ));
    }
    // SAFETY: a live property, written under the GIL.
    unsafe { set_field(&raw mut (*property.as_ptr()).prop_name, args.get(1)) };
    Ok(())
}

fn get_name(property: Borrowed<'_, PyProperty>) -> PyResult {
    name_of(property)?.ok_or_else(|| {
        object::attribute_error(
            property.as_object(),
            id!("__name__"),
            format_args!("'property' object has no attribute '__name__'"),
        )
    })
}

fn set_name(property: Borrowed<'_, PyProperty>, value: Option<Op<'_>>) -> PyResult<()> {
    // SAFETY: a live property, written under the GIL.
    unsafe { set_field(&raw mut (*property.as_ptr()).prop_name, value) };
    Ok(())
}

fn is_abstract(property: Borrowed<'_, PyProperty>) -> PyResult<bool> {
    for function in [property.prop_get, property.prop_set, property.prop_del] {
        if let Some(function) = field(function)
            && is_abstract_method(function)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

const METHODS: &[PyMethodDef] = &[
    method::o(c"getter", getter, c"getter($self, object, /)\n--\n\nDescriptor to obtain a copy of the property with a different getter."),
    method::o(c"setter", setter, c"setter($self, object, /)\n--\n\nDescriptor to obtain a copy of the property with a different setter."),
    method::o(c"deleter", deleter, c"deleter($self, object, /)\n--\n\nDescriptor to obtain a copy of the property with a different deleter."),
    method::positional(
        c"__set_name__",
        set_name_method,
        c"__set_name__($self, owner, name, /)\n--\n\nMethod to set name of a property.",
    ),
    PyMethodDef::EMPTY,
];
const fn member(name: &'static CStr, offset: usize, flags: c_int) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset as Py_ssize_t,
        flags,
        doc: ptr::null(),
    }
}
const MEMBERS: &[PyMemberDef] = &[
    member(c"fget", offset_of!(PyProperty, prop_get), Py_READONLY),
    member(c"fset", offset_of!(PyProperty, prop_set), Py_READONLY),
    member(c"fdel", offset_of!(PyProperty, prop_del), Py_READONLY),
    member(c"__doc__", offset_of!(PyProperty, prop_doc), 0),
    PyMemberDef::EMPTY,
];
const GETSETS: &[PyGetSetDef] = &[
    getset::get_set(c"__name__", get_name, set_name, c""),
    getset::get(c"__isabstractmethod__", is_abstract, c""),
    PyGetSetDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PyProperty_Type: PyTypeObject = PyTypeObject {
    tp_name: c"property".as_ptr(),
    tp_basicsize: size_of::<PyProperty>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc_property),
    tp_getattro: Some(object::PyObject_GenericGetAttr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    tp_doc: c"property(fget=None, fset=None, fdel=None, doc=None)\n--\n\nAn attribute that calls functions when it is read, assigned or deleted.\n\n  fget\n    called to read it\n  fset\n    called to assign it\n  fdel\n    called to delete it\n  doc\n    its doc string; without one, that of fget\n\nAs a decorator of fget it makes a read-only attribute; the methods getter, setter and\ndeleter give copies with another function.".as_ptr(),
    tp_traverse: slot::traverse(traverse_property),
    tp_clear: slot::clear(clear),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_members: MEMBERS.as_ptr().cast_mut(),
    tp_getset: GETSETS.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(descr_get),
    tp_descr_set: slot::descr_set(descr_set),
    tp_init: slot::init(init),
    tp_new: Some(type_object::alloc::PyType_GenericNew),
    ..PyTypeObject::EMPTY
};
