//! `classmethod` and `staticmethod`.

use core::mem::offset_of;
use core::ptr;

use super::*;

crate::py_typed!(PyClassMethod, PyClassMethod_Type);
crate::py_typed!(PyStaticMethod, PyStaticMethod_Type);

/// What both kinds hold: a callable, and a dict for attributes copied from it.
#[repr(C)]
struct Decorator {
    ob_base: PyObject,
    callable: *mut PyObject,
    dict: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for Decorator {}
const _: () = assert!(
    offset_of!(Decorator, callable) == offset_of!(PyClassMethod, cm_callable)
        && offset_of!(Decorator, callable) == offset_of!(PyStaticMethod, sm_callable)
        && offset_of!(Decorator, dict) == offset_of!(PyClassMethod, cm_dict)
        && offset_of!(Decorator, dict) == offset_of!(PyStaticMethod, sm_dict)
);

/// `PyClassMethod_New`.
pub fn new_classmethod_object(callable: Op<'_>) -> PyResult {
    make(&raw mut PyClassMethod_Type, callable)
}

/// `PyStaticMethod_New`.
pub fn new_static_method(callable: Op<'_>) -> PyResult {
    make(&raw mut PyStaticMethod_Type, callable)
}

fn make(kind: *mut PyTypeObject, callable: Op<'_>) -> PyResult {
    // SAFETY: a static type; the new object is zeroed and of the layout filled in.
    unsafe {
        let op = gc::alloc(TypeRef::from_ptr(kind), 0)?;
        (*op.as_ptr().cast::<Decorator>()).callable = callable.to_owned().into_ptr();
        track(op.as_ptr());
        Ok(op)
    }
}

fn new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult {
    let op = type_object::alloc::alloc_instance(tp, 0)?;
    // SAFETY: an instance of one of the two types.
    unsafe { (*op.as_ptr().cast::<Decorator>()).callable = singletons::new_none().into_ptr() };
    Ok(op)
}

fn init(op: Borrowed<'_, Decorator>, args: Args<'_>, name: &core::primitive::str) -> PyResult<()> {
    args.no_keywords(name)?;
    let [callable] = args.exactly(name)?;
    // SAFETY: a live object whose field is an owned reference; the new one is in place first.
    unsafe {
        let cell = &raw mut (*op.as_ptr()).callable;
        drop(Owned::steal_nullable(ptr::replace(cell, callable.to_owned().into_ptr())));
    }
    // Name, doc and the rest of the callable become attributes.
    let attributes = [id!("__module__"), id!("__name__"), id!("__qualname__"), id!("__doc__")];
    for name in attributes {
        if let Some(value) = object::get_optional_attr(callable, name)? {
            object::set_attr(op.as_object(), name, Some(value.op()))?;
        }
    }
    Ok(())
}

fn class_init(op: Borrowed<'_, Decorator>, args: Args<'_>) -> PyResult<()> {
    init(op, args, "classmethod")
}

fn static_init(op: Borrowed<'_, Decorator>, args: Args<'_>) -> PyResult<()> {
    init(op, args, "staticmethod")
}

fn callable_of<'a>(op: Borrowed<'a, Decorator>) -> PyResult<Op<'a>> {
    // SAFETY: null or an object the decorator owns.
    unsafe { Op::from_nullable(op.callable) }
        .ok_or_else(|| raise!(RuntimeError, "uninitialized {} object", op.type_name()))
}

fn dealloc_decorator(decorator: Borrowed<'_, Decorator>) {
    let op = decorator.as_object_ptr();
    gc::untrack(op);
    // SAFETY: the object is dying; its fields are owned references or null.
    unsafe {
        drop(Object::steal_nullable(decorator.callable));
        drop(Object::steal_nullable(decorator.dict));
        alloc::free_object(op);
    }
}

fn traverse_decorator(op: Borrowed<'_, Decorator>, visitor: &mut Visitor) {
    visitor.visit(op.dict);
    visitor.visit(op.callable);
}

fn clear_decorator(op: Borrowed<'_, Decorator>) {
    // SAFETY: fields are owned references or null, emptied before they are dropped.
    unsafe {
        let raw = op.as_ptr();
        drop(Object::steal_nullable(ptr::replace(&raw mut (*raw).dict, ptr::null_mut())));
        drop(Object::steal_nullable(ptr::replace(&raw mut (*raw).callable, ptr::null_mut())));
    }
}

fn class_descr_get(op: Borrowed<'_, Decorator>, instance: Option<Op<'_>>, owner: Option<Op<'_>>) -> PyResult {
    let callable = callable_of(op)?;
    let class = match (owner, instance) {
        (Some(owner), _) => owner,
        (None, Some(instance)) => instance.ob_type().as_object(),
        (None, None) => return Err(raise!(TypeError, "__get__(None, None) is invalid")),
    };
    crate::method::new_bound(callable, class)
}

fn static_descr_get(op: Borrowed<'_, Decorator>, _: Option<Op<'_>>, _: Option<Op<'_>>) -> PyResult {
    Ok(callable_of(op)?.to_owned())
}

fn static_call(op: Borrowed<'_, Decorator>, args: Args<'_>) -> PyResult {
    call::call(callable_of(op)?, args)
}

fn repr_as(op: Borrowed<'_, Decorator>, name: &core::primitive::str) -> PyResult<Owned<PyUnicodeObject>> {
    let callable = object::repr(callable_of(op)?)?;
    str::from_string(format!("<{name}({})>", str::to_string_lossy(callable.op())))
}

fn class_repr(op: Borrowed<'_, Decorator>) -> PyResult<Owned<PyUnicodeObject>> {
    repr_as(op, "classmethod")
}

fn static_repr(op: Borrowed<'_, Decorator>) -> PyResult<Owned<PyUnicodeObject>> {
    repr_as(op, "staticmethod")
}

fn is_abstract(op: Borrowed<'_, Decorator>) -> PyResult<bool> {
    // SAFETY: null or an object the decorator owns.
    match unsafe { Op::from_nullable(op.callable) } {
        Some(callable) => super::property::is_abstract_method(callable),
        None => Ok(false),
    }
}

fn get_dict(op: Borrowed<'_, Decorator>) -> PyResult {
    object::generic_get_dict(op.as_object())
}

fn set_dict(op: Borrowed<'_, Decorator>, value: Option<Op<'_>>) -> PyResult<()> {
    object::generic_set_dict(op.as_object(), value)
}

/// Annotations are the callable's, until they are set here.
fn get_annotations(op: Borrowed<'_, Decorator>) -> PyResult {
    from_callable(op, id!("__annotations__"))
}

fn set_annotations(op: Borrowed<'_, Decorator>, value: Option<Op<'_>>) -> PyResult<()> {
    in_dict(op, id!("__annotations__"), value)
}

fn get_annotate(op: Borrowed<'_, Decorator>) -> PyResult {
    from_callable(op, id!("__annotate__"))
}

fn set_annotate(op: Borrowed<'_, Decorator>, value: Option<Op<'_>>) -> PyResult<()> {
    in_dict(op, id!("__annotate__"), value)
}

fn from_callable(op: Borrowed<'_, Decorator>, name: Op<'_>) -> PyResult {
    let namespace = object::instance_dict(op.as_object())?.expect("the type has a dict");
    if let Some(value) = crate::dict::get_item(namespace.borrow(), name)? {
        return Ok(value);
    }
    let value = object::get_attr(callable_of(op)?, name)?;
    crate::dict::set_item(namespace.borrow(), name, value.op())?;
    Ok(value)
}

fn in_dict(op: Borrowed<'_, Decorator>, name: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let namespace = object::instance_dict(op.as_object())?.expect("the type has a dict");
    match value {
        Some(value) => crate::dict::set_item(namespace.borrow(), name, value),
        None => match crate::dict::pop(namespace.borrow(), name)? {
            Some(_) => Ok(()),
            None => Err(raise!(AttributeError, "{}", str::to_string_lossy(name))),
        },
    }
}

const GETSETS: &[PyGetSetDef] = &[
    getset::get(c"__isabstractmethod__", is_abstract, c""),
    getset::get_set(c"__dict__", get_dict, set_dict, c""),
    getset::get_set(c"__annotations__", get_annotations, set_annotations, c""),
    getset::get_set(c"__annotate__", get_annotate, set_annotate, c""),
    PyGetSetDef::EMPTY,
];

const fn member(name: &'static CStr) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset_of!(Decorator, callable) as Py_ssize_t,
        flags: Py_READONLY,
        doc: ptr::null(),
    }
}
const DECORATOR_MEMBERS: &[PyMemberDef] = &[member(c"__func__"), member(c"__wrapped__"), PyMemberDef::EMPTY];
const DECORATOR_METHODS: &[PyMethodDef] = &[
    method::class_o(
        c"__class_getitem__",
        generic_alias,
        c"__class_getitem__($type, object, /)\n--\n\nThe class as a generic, for annotations.",
    ),
    PyMethodDef::EMPTY,
];

fn generic_alias(class: Op<'_>, item: Op<'_>) -> PyResult {
    crate::generic_alias::new(class, item)
}

#[unsafe(no_mangle)]
pub static mut PyClassMethod_Type: PyTypeObject = PyTypeObject {
    tp_name: c"classmethod".as_ptr(),
    tp_basicsize: size_of::<PyClassMethod>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc_decorator),
    tp_repr: slot::unary(class_repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"classmethod(function, /)\n--\n\nMakes a method receive its class instead of an instance.\n\nclass C:\n    @classmethod\n    def f(cls, argument):\n        ...\n\nC.f(1) and C().f(1) both call f(C, 1); called on a subclass, f receives that.".as_ptr(),
    tp_traverse: slot::traverse(traverse_decorator),
    tp_clear: slot::clear(clear_decorator),
    tp_methods: DECORATOR_METHODS.as_ptr().cast_mut(),
    tp_members: DECORATOR_MEMBERS.as_ptr().cast_mut(),
    tp_getset: GETSETS.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(class_descr_get),
    tp_dictoffset: offset_of!(Decorator, dict) as Py_ssize_t,
    tp_init: slot::init(class_init),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyStaticMethod_Type: PyTypeObject = PyTypeObject {
    tp_name: c"staticmethod".as_ptr(),
    tp_basicsize: size_of::<PyStaticMethod>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc_decorator),
    tp_repr: slot::unary(static_repr),
    tp_call: slot::call(static_call),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"staticmethod(function, /)\n--\n\nMakes a method receive neither instance nor class.\n\nclass C:\n    @staticmethod\n    def f(argument):\n        ...\n\nC.f(1) and C().f(1) both call f(1).".as_ptr(),
    tp_traverse: slot::traverse(traverse_decorator),
    tp_clear: slot::clear(clear_decorator),
    tp_methods: DECORATOR_METHODS.as_ptr().cast_mut(),
    tp_members: DECORATOR_MEMBERS.as_ptr().cast_mut(),
    tp_getset: GETSETS.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(static_descr_get),
    tp_dictoffset: offset_of!(Decorator, dict) as Py_ssize_t,
    tp_init: slot::init(static_init),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};
