//! Descriptors: methods, members, getsets and slot wrappers of C types; `property`, `classmethod`, `staticmethod`.
//!
//! The five kinds made from a type's tables share a head: the type they belong to and
//! their name. Before they touch an object they check that it is an instance of that
//! type, because what follows reads its fields.
//!
//!  - here: what descriptors share, getsets, members and slot wrappers.
//!  - `methods`: method descriptors and their vectorcall functions.
//!  - `members`: reading and writing C fields (`PyMember_GetOne`).
//!  - `property`, `decorators`: the descriptors of Python programs.
//!  - `docs`: doc strings and text signatures of C functions.

use core::ffi::{CStr, c_int, c_void};
use core::mem::{offset_of, transmute};
use core::ptr;

use crate::define::method;
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, TypeRef, Visitor, alloc, call, errors, gc, getset, id,
    object, raise, singletons, slot, state, str, tuple, type_object,
};

pub mod decorators;
pub mod docs;
pub mod members;
pub mod methods;
pub mod property;

pub use decorators::{PyClassMethod_Type, PyStaticMethod_Type, new_classmethod_object, new_static_method};
pub use docs::{doc_object, doc_without_signature, text_signature_object};
pub use members::{member_get, member_set};
pub use methods::{PyClassMethodDescr_Type, PyMethodDescr_Type, new_class_method, new_method};
pub use property::PyProperty_Type;

crate::py_typed!(PyMemberDescrObject, PyMemberDescr_Type);
crate::py_typed!(PyGetSetDescrObject, PyGetSetDescr_Type);
crate::py_typed!(PyWrapperDescrObject, PyWrapperDescr_Type);
crate::py_typed!(PyMethodWrapper, _PyMethodWrapper_Type);

/// What attribute access makes of something found on a type: its `__get__`, if it has one.
#[inline]
pub fn bind(found: Object, instance: Option<Op<'_>>, owner: Op<'_>) -> PyResult {
    match found.op().ob_type().tp_descr_get {
        None => Ok(found),
        // SAFETY: the slot of the object's own type.
        Some(get) => unsafe {
            Owned::from_c(get(found.as_ptr(), crate::refs::as_nullable(instance), owner.as_ptr()))
        },
    }
}

/// Whether instances of the object's type are data descriptors (`PyDescr_IsData`).
pub fn is_data(op: Op<'_>) -> bool {
    op.ob_type().tp_descr_set.is_some()
}

/// A function for messages: qualified name and parentheses, with its module unless that is
/// `builtins` (`_PyObject_FunctionStr`).
pub fn function_str(function: Op<'_>) -> String {
    match try_function_str(function) {
        Ok(text) => text,
        Err(raised) => {
            raised.clear();
            format!("{}()", function.type_name())
        }
    }
}

fn try_function_str(function: Op<'_>) -> PyResult<String> {
    let Some(qualname) = object::get_optional_attr(function, id!("__qualname__"))? else {
        return Ok(str::to_string_lossy(object::str(function)?.op()));
    };
    let module = object::get_optional_attr(function, id!("__module__"))?;
    let qualname = str::to_string_lossy(object::str(qualname.op())?.op());
    match module {
        Some(module) if !module.op().is_none() && !str::equals(module.op(), "builtins") => {
            Ok(format!("{}.{qualname}()", str::to_string_lossy(object::str(module.op())?.op())))
        }
        _ => Ok(format!("{qualname}()")),
    }
}

/// `builtins.getattr`, for pickling by name.
pub fn builtin_getattr() -> PyResult {
    // SAFETY: null before the interpreter is up, then the dict of `builtins` or the module.
    let builtins = unsafe { Op::from_nullable(state::interp().builtins.get()) };
    let Some(builtins) = builtins else { return Err(raise!(RuntimeError, "builtins are not there yet")) };
    let found = match builtins.downcast::<PyDictObject>() {
        Some(dict) => crate::dict::get_item(dict, id!("getattr"))?,
        None => object::get_optional_attr(builtins, id!("getattr"))?,
    };
    found.ok_or_else(|| raise!(AttributeError, "getattr"))
}

/// A new descriptor with its head filled in; the caller fills the rest and tracks it.
pub(crate) fn new_descriptor(kind: *mut PyTypeObject, tp: TypeRef<'_>, name: &CStr) -> PyResult {
    let name = str::intern(&name.to_string_lossy())?;
    // SAFETY: a static descriptor type; a zeroed object that begins with the head.
    unsafe {
        let descriptor = gc::alloc(TypeRef::from_ptr(kind), 0)?;
        let head = descriptor.as_ptr().cast::<PyDescrObject>();
        (*head).d_type = tp.to_owned().into_ptr();
        (*head).d_name = name.into_ptr().cast();
        (*head).d_qualname = ptr::null_mut();
        Ok(descriptor)
    }
}

pub(crate) fn track(op: *mut PyObject) {
    if !gc::is_tracked(op) {
        gc::track(op);
    }
}

/// A descriptor for a field (`PyDescr_NewMember`).
///
/// # Safety
/// `def` is an entry with a name, outlives the descriptor, and describes a field of `tp`'s instances.
pub unsafe fn new_member(tp: TypeRef<'_>, def: *mut PyMemberDef) -> PyResult {
    // SAFETY: the caller's promise; the new object has the descriptor's layout.
    unsafe {
        if (*def).flags & Py_RELATIVE_OFFSET != 0 {
            return Err(raise!(SystemError, "PyDescr_NewMember used with Py_RELATIVE_OFFSET"));
        }
        let descriptor = new_descriptor(&raw mut PyMemberDescr_Type, tp, CStr::from_ptr((*def).name))?;
        (*descriptor.as_ptr().cast::<PyMemberDescrObject>()).d_member = def;
        track(descriptor.as_ptr());
        Ok(descriptor)
    }
}

/// A descriptor for a computed attribute (`PyDescr_NewGetSet`).
///
/// # Safety
/// `def` is an entry with a name, outlives the descriptor, and its functions take instances of `tp`.
pub unsafe fn new_getset(tp: TypeRef<'_>, def: *mut PyGetSetDef) -> PyResult {
    // SAFETY: the caller's promise; the new object has the descriptor's layout.
    unsafe {
        let descriptor = new_descriptor(&raw mut PyGetSetDescr_Type, tp, CStr::from_ptr((*def).name))?;
        (*descriptor.as_ptr().cast::<PyGetSetDescrObject>()).d_getset = def;
        track(descriptor.as_ptr());
        Ok(descriptor)
    }
}

/// A descriptor for a slot under a special name (`PyDescr_NewWrapper`).
pub(crate) fn new_wrapper(tp: TypeRef<'_>, base: *mut wrapperbase, wrapped: *mut c_void) -> PyResult {
    // SAFETY: entries of the slot table are static.
    unsafe {
        let descriptor = new_descriptor(&raw mut PyWrapperDescr_Type, tp, CStr::from_ptr((*base).name))?;
        let raw = descriptor.as_ptr().cast::<PyWrapperDescrObject>();
        (*raw).d_base = base;
        (*raw).d_wrapped = wrapped;
        track(descriptor.as_ptr());
        Ok(descriptor)
    }
}

/// The head of any descriptor of this file's kinds.
pub(crate) fn head<T: crate::PyLayout>(descriptor: Borrowed<'_, T>) -> Borrowed<'_, PyDescrObject> {
    // SAFETY: callers pass descriptors, which begin with this head.
    unsafe { descriptor.cast_unchecked() }
}

/// The type a descriptor belongs to.
pub(crate) fn type_of<'a>(descriptor: Borrowed<'a, PyDescrObject>) -> TypeRef<'a> {
    // SAFETY: set when the descriptor is made.
    unsafe { Borrowed::from_ptr(descriptor.d_type) }
}

/// A descriptor's name for messages.
pub(crate) fn name_of(descriptor: Borrowed<'_, PyDescrObject>) -> String {
    // SAFETY: set when the descriptor is made.
    match unsafe { Op::from_nullable(descriptor.d_name) } {
        Some(name) => str::to_string_lossy(name),
        None => "?".to_owned(),
    }
}

/// Refuses objects that are not instances of the descriptor's type.
pub(crate) fn check(descriptor: Borrowed<'_, PyDescrObject>, op: Op<'_>) -> PyResult<()> {
    if type_object::is_subtype_ptr(op.ob_type(), descriptor.d_type) {
        return Ok(());
    }
    Err(raise!(
        TypeError,
        "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
        name_of(descriptor),
        type_object::name_of(type_of(descriptor)),
        op.type_name()
    ))
}

pub(crate) fn dealloc(descriptor: Borrowed<'_, PyDescrObject>) {
    let op = descriptor.as_object_ptr();
    gc::untrack(op);
    // SAFETY: the object is dying; its fields are owned references or null.
    unsafe {
        drop(Owned::steal_nullable(descriptor.d_type));
        drop(Object::steal_nullable(descriptor.d_name));
        drop(Object::steal_nullable(descriptor.d_qualname));
        alloc::free_object(op);
    }
}

pub(crate) fn traverse(descriptor: Borrowed<'_, PyDescrObject>, visitor: &mut Visitor) {
    visitor.visit(descriptor.d_type);
}

/// `<kind 'name' of 'type' objects>`.
pub(crate) fn repr(
    descriptor: Borrowed<'_, PyDescrObject>,
    kind: &core::primitive::str,
) -> PyResult<Owned<PyUnicodeObject>> {
    let type_name = type_object::name_of(type_of(descriptor));
    str::from_string(format!("<{kind} '{}' of '{type_name}' objects>", name_of(descriptor)))
}

fn member_repr(descriptor: Borrowed<'_, PyMemberDescrObject>) -> PyResult<Owned<PyUnicodeObject>> {
    repr(head(descriptor), "member")
}

fn getset_repr(descriptor: Borrowed<'_, PyGetSetDescrObject>) -> PyResult<Owned<PyUnicodeObject>> {
    repr(head(descriptor), "attribute")
}

fn wrapper_repr(descriptor: Borrowed<'_, PyWrapperDescrObject>) -> PyResult<Owned<PyUnicodeObject>> {
    repr(head(descriptor), "slot wrapper")
}

fn member_descr_get(
    descriptor: Borrowed<'_, PyMemberDescrObject>,
    instance: Option<Op<'_>>,
    _owner: Option<Op<'_>>,
) -> PyResult {
    let Some(instance) = instance else { return Ok(descriptor.as_object().to_owned()) };
    check(head(descriptor), instance)?;
    // SAFETY: the table entry outlives the type, and the instance is of the type whose fields it describes.
    unsafe { member_get(instance, descriptor.d_member) }
}

fn member_descr_set(
    descriptor: Borrowed<'_, PyMemberDescrObject>,
    instance: Op<'_>,
    value: Option<Op<'_>>,
) -> PyResult<()> {
    check(head(descriptor), instance)?;
    // SAFETY: the table entry outlives the type, and the instance is of the type whose fields it describes.
    unsafe { member_set(instance, descriptor.d_member, value) }
}

fn getset_descr_get(
    descriptor: Borrowed<'_, PyGetSetDescrObject>,
    instance: Option<Op<'_>>,
    _owner: Option<Op<'_>>,
) -> PyResult {
    let Some(instance) = instance else { return Ok(descriptor.as_object().to_owned()) };
    check(head(descriptor), instance)?;
    // SAFETY: the table entry outlives the type; its function takes instances of the type.
    unsafe {
        let def = descriptor.d_getset;
        match (*def).get {
            Some(get) => Owned::from_c(get(instance.as_ptr(), (*def).closure)),
            None => Err(raise!(
                AttributeError,
                "attribute '{}' of '{}' objects is not readable",
                name_of(head(descriptor)),
                type_object::name_of(type_of(head(descriptor)))
            )),
        }
    }
}

fn getset_descr_set(
    descriptor: Borrowed<'_, PyGetSetDescrObject>,
    instance: Op<'_>,
    value: Option<Op<'_>>,
) -> PyResult<()> {
    check(head(descriptor), instance)?;
    // SAFETY: as above.
    unsafe {
        let def = descriptor.d_getset;
        match (*def).set {
            Some(set) => {
                let status = set(instance.as_ptr(), crate::refs::as_nullable(value), (*def).closure);
                if status < 0 { Err(errors::raised_by_c()) } else { Ok(()) }
            }
            None => Err(raise!(
                AttributeError,
                "attribute '{}' of '{}' objects is not writable",
                name_of(head(descriptor)),
                type_object::name_of(type_of(head(descriptor)))
            )),
        }
    }
}

fn wrapper_descr_get(
    descriptor: Borrowed<'_, PyWrapperDescrObject>,
    instance: Option<Op<'_>>,
    _owner: Option<Op<'_>>,
) -> PyResult {
    let Some(instance) = instance else { return Ok(descriptor.as_object().to_owned()) };
    check(head(descriptor), instance)?;
    new_method_wrapper(descriptor, instance)
}

/// Calls a slot through its wrapper, the receiver's type already checked.
fn call_wrapper(
    descriptor: Borrowed<'_, PyWrapperDescrObject>,
    receiver: Op<'_>,
    args: Op<'_>,
    kwargs: Option<Op<'_>>,
) -> PyResult {
    // SAFETY: entries of the slot table are static; the flag says which type the wrapper has.
    unsafe {
        let base = descriptor.d_base;
        let wrapper = (*base).wrapper.expect("only entries with a wrapper get a descriptor");
        if (*base).flags & PyWrapperFlag_KEYWORDS != 0 {
            let wrapper = transmute::<wrapperfunc, wrapperfunc_kwds>(wrapper);
            return Owned::from_c(wrapper(
                receiver.as_ptr(),
                args.as_ptr(),
                descriptor.d_wrapped,
                crate::refs::as_nullable(kwargs),
            ));
        }
        if kwargs.is_some() {
            let name = CStr::from_ptr((*base).name).to_string_lossy();
            return Err(raise!(TypeError, "wrapper {name}() takes no keyword arguments"));
        }
        Owned::from_c(wrapper(receiver.as_ptr(), args.as_ptr(), descriptor.d_wrapped))
    }
}

fn wrapper_call(descriptor: Borrowed<'_, PyWrapperDescrObject>, args: Args<'_>) -> PyResult {
    let common = head(descriptor);
    let Some(receiver) = args.get(0) else {
        return Err(raise!(
            TypeError,
            "descriptor '{}' of '{}' object needs an argument",
            name_of(common),
            type_object::name_of(type_of(common))
        ));
    };
    if !object::real_is_subclass(receiver.ob_type().as_object(), type_of(common).as_object())? {
        return Err(raise!(
            TypeError,
            "descriptor '{}' requires a '{}' object but received a '{}'",
            name_of(common),
            type_object::name_of(type_of(common)),
            receiver.type_name()
        ));
    }
    let rest = args.skip(1).to_tuple()?;
    let kwargs = args.to_dict()?;
    call_wrapper(descriptor, receiver, rest.op(), kwargs.as_ref().map(Owned::op))
}

/// Text of a table entry that may be null.
unsafe fn text_or_none(text: *const core::ffi::c_char) -> PyResult {
    if text.is_null() {
        return Ok(singletons::new_none());
    }
    // SAFETY: the caller passes null or a C string.
    Ok(str::from_str(&unsafe { CStr::from_ptr(text) }.to_string_lossy())?.into_object())
}

fn member_doc(descriptor: Borrowed<'_, PyMemberDescrObject>) -> PyResult {
    // SAFETY: the table entry outlives the type.
    unsafe { text_or_none((*descriptor.d_member).doc) }
}

fn getset_doc(descriptor: Borrowed<'_, PyGetSetDescrObject>) -> PyResult {
    // SAFETY: the table entry outlives the type.
    unsafe { text_or_none((*descriptor.d_getset).doc) }
}

fn wrapper_doc(descriptor: Borrowed<'_, PyWrapperDescrObject>) -> PyResult {
    // SAFETY: entries of the slot table are static.
    unsafe { doc_object((*descriptor.d_base).name, (*descriptor.d_base).doc) }
}

fn wrapper_text_signature(descriptor: Borrowed<'_, PyWrapperDescrObject>) -> PyResult {
    // SAFETY: entries of the slot table are static.
    unsafe { text_signature_object((*descriptor.d_base).name, (*descriptor.d_base).doc) }
}

/// `__qualname__`: the type's and the descriptor's name.
pub(crate) fn qualname(descriptor: Borrowed<'_, PyDescrObject>) -> PyResult {
    // SAFETY: null or an object the descriptor owns.
    if let Some(cached) = unsafe { Object::new_ref_nullable(descriptor.d_qualname) } {
        return Ok(cached);
    }
    let class = type_object::get_qualname(type_of(descriptor))?;
    let text = format!("{}.{}", str::to_string_lossy(class.op()), name_of(descriptor));
    let result = str::from_string(text)?.into_object();
    // SAFETY: a live descriptor whose field is null, written under the GIL.
    unsafe { (*descriptor.as_ptr()).d_qualname = result.clone().into_ptr() };
    Ok(result)
}

pub(crate) fn name(descriptor: Borrowed<'_, PyDescrObject>) -> PyResult {
    // SAFETY: set when the descriptor is made.
    Ok(unsafe { Object::new_ref_nullable(descriptor.d_name) }.unwrap_or_else(singletons::new_none))
}

pub(crate) fn objclass(descriptor: Borrowed<'_, PyDescrObject>) -> PyResult {
    Ok(type_of(descriptor).as_object().to_owned())
}

/// `__reduce__`: `getattr(type, name)`.
pub(crate) fn reduce(descriptor: Borrowed<'_, PyDescrObject>) -> PyResult {
    let getattr = builtin_getattr()?;
    let name = name(descriptor)?;
    let args = tuple::pack(&[type_of(descriptor).as_object(), name.op()])?;
    tuple::pack(&[getattr.op(), args.op()])
}

pub(crate) const METHODS: &[PyMethodDef] =
    &[method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n"), PyMethodDef::EMPTY];
pub(crate) const MEMBERS: &[PyMemberDef] = &[
    PyMemberDef {
        name: c"__objclass__".as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset_of!(PyDescrObject, d_type) as Py_ssize_t,
        flags: Py_READONLY,
        doc: ptr::null(),
    },
    PyMemberDef {
        name: c"__name__".as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset_of!(PyDescrObject, d_name) as Py_ssize_t,
        flags: Py_READONLY,
        doc: ptr::null(),
    },
    PyMemberDef::EMPTY,
];
const MEMBER_GETSETS: &[PyGetSetDef] = &[
    getset::get(c"__doc__", member_doc, c""),
    getset::get(c"__qualname__", qualname, c""),
    PyGetSetDef::EMPTY,
];
const GETSET_GETSETS: &[PyGetSetDef] = &[
    getset::get(c"__doc__", getset_doc, c""),
    getset::get(c"__qualname__", qualname, c""),
    PyGetSetDef::EMPTY,
];
const WRAPPER_GETSETS: &[PyGetSetDef] = &[
    getset::get(c"__doc__", wrapper_doc, c""),
    getset::get(c"__qualname__", qualname, c""),
    getset::get(c"__text_signature__", wrapper_text_signature, c""),
    PyGetSetDef::EMPTY,
];

/// A slot wrapper bound to an object: what `x.__add__` is.
pub fn new_method_wrapper(descriptor: Borrowed<'_, PyWrapperDescrObject>, receiver: Op<'_>) -> PyResult {
    // SAFETY: a static type; the new object is zeroed and of the layout filled in.
    unsafe {
        let wrapper = gc::alloc(TypeRef::from_ptr(&raw mut _PyMethodWrapper_Type), 0)?;
        let raw = wrapper.as_ptr().cast::<PyMethodWrapper>();
        (*raw).descr = descriptor.to_owned().into_ptr();
        (*raw).self_ = receiver.to_owned().into_ptr();
        track(wrapper.as_ptr());
        Ok(wrapper)
    }
}

fn descr_of<'a>(wrapper: Borrowed<'a, PyMethodWrapper>) -> Borrowed<'a, PyWrapperDescrObject> {
    // SAFETY: set when the wrapper is made.
    unsafe { Borrowed::from_ptr(wrapper.descr) }
}

fn receiver_of<'a>(wrapper: Borrowed<'a, PyMethodWrapper>) -> Op<'a> {
    // SAFETY: set when the wrapper is made.
    unsafe { Op::from_ptr(wrapper.self_) }
}

fn method_wrapper_dealloc(wrapper: Borrowed<'_, PyMethodWrapper>) {
    let op = wrapper.as_object_ptr();
    gc::untrack(op);
    // SAFETY: the object is dying; its fields are owned references.
    unsafe {
        drop(Owned::steal_nullable(wrapper.descr));
        drop(Object::steal_nullable(wrapper.self_));
        alloc::free_object(op);
    }
}

fn method_wrapper_traverse(wrapper: Borrowed<'_, PyMethodWrapper>, visitor: &mut Visitor) {
    visitor.visit(wrapper.descr);
    visitor.visit(wrapper.self_);
}

fn method_wrapper_call(wrapper: Borrowed<'_, PyMethodWrapper>, args: Args<'_>) -> PyResult {
    let positional = args.to_tuple()?;
    let kwargs = args.to_dict()?;
    call_wrapper(descr_of(wrapper), receiver_of(wrapper), positional.op(), kwargs.as_ref().map(Owned::op))
}

fn method_wrapper_repr(wrapper: Borrowed<'_, PyMethodWrapper>) -> PyResult<Owned<PyUnicodeObject>> {
    let receiver = receiver_of(wrapper);
    str::from_string(format!(
        "<method-wrapper '{}' of {} object at {:p}>",
        name_of(head(descr_of(wrapper))),
        receiver.type_name(),
        receiver.as_ptr()
    ))
}

fn method_wrapper_richcompare(wrapper: Borrowed<'_, PyMethodWrapper>, other: Op<'_>, op: c_int) -> PyResult {
    let Some(other) = other.downcast_exact::<PyMethodWrapper>().filter(|_| op == Py_EQ || op == Py_NE) else {
        return Ok(singletons::new_not_implemented());
    };
    let same = wrapper.descr == other.descr && wrapper.self_ == other.self_;
    Ok(singletons::new_bool(same == (op == Py_EQ)))
}

fn method_wrapper_hash(wrapper: Borrowed<'_, PyMethodWrapper>) -> PyResult<Py_hash_t> {
    Ok(crate::hashing::hash_pointer(wrapper.self_) ^ crate::hashing::hash_pointer(wrapper.descr))
}

fn method_wrapper_reduce(wrapper: Borrowed<'_, PyMethodWrapper>) -> PyResult {
    let getattr = builtin_getattr()?;
    let name = name(head(descr_of(wrapper)))?;
    let args = tuple::pack(&[receiver_of(wrapper), name.op()])?;
    tuple::pack(&[getattr.op(), args.op()])
}

fn method_wrapper_objclass(wrapper: Borrowed<'_, PyMethodWrapper>) -> PyResult {
    objclass(head(descr_of(wrapper)))
}

fn method_wrapper_name(wrapper: Borrowed<'_, PyMethodWrapper>) -> PyResult {
    name(head(descr_of(wrapper)))
}

fn method_wrapper_qualname(wrapper: Borrowed<'_, PyMethodWrapper>) -> PyResult {
    qualname(head(descr_of(wrapper)))
}

fn method_wrapper_doc(wrapper: Borrowed<'_, PyMethodWrapper>) -> PyResult {
    wrapper_doc(descr_of(wrapper))
}

fn method_wrapper_text_signature(wrapper: Borrowed<'_, PyMethodWrapper>) -> PyResult {
    wrapper_text_signature(descr_of(wrapper))
}

const METHOD_WRAPPER_METHODS: &[PyMethodDef] = &[
    method::noargs(c"__reduce__", method_wrapper_reduce, c"__reduce__($self, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];
const METHOD_WRAPPER_MEMBERS: &[PyMemberDef] = &[
    PyMemberDef {
        name: c"__self__".as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset_of!(PyMethodWrapper, self_) as Py_ssize_t,
        flags: Py_READONLY,
        doc: ptr::null(),
    },
    PyMemberDef::EMPTY,
];
const METHOD_WRAPPER_GETSETS: &[PyGetSetDef] = &[
    getset::get(c"__objclass__", method_wrapper_objclass, c""),
    getset::get(c"__name__", method_wrapper_name, c""),
    getset::get(c"__qualname__", method_wrapper_qualname, c""),
    getset::get(c"__doc__", method_wrapper_doc, c""),
    getset::get(c"__text_signature__", method_wrapper_text_signature, c""),
    PyGetSetDef::EMPTY,
];

const DESCRIPTOR_FLAGS: core::ffi::c_ulong = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC;

#[unsafe(no_mangle)]
pub static mut PyMemberDescr_Type: PyTypeObject = PyTypeObject {
    tp_name: c"member_descriptor".as_ptr(),
    tp_basicsize: size_of::<PyMemberDescrObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(member_repr),
    tp_getattro: Some(object::PyObject_GenericGetAttr),
    tp_flags: DESCRIPTOR_FLAGS,
    tp_traverse: slot::traverse(traverse),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_members: MEMBERS.as_ptr().cast_mut(),
    tp_getset: MEMBER_GETSETS.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(member_descr_get),
    tp_descr_set: slot::descr_set(member_descr_set),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyGetSetDescr_Type: PyTypeObject = PyTypeObject {
    tp_name: c"getset_descriptor".as_ptr(),
    tp_basicsize: size_of::<PyGetSetDescrObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(getset_repr),
    tp_getattro: Some(object::PyObject_GenericGetAttr),
    tp_flags: DESCRIPTOR_FLAGS,
    tp_traverse: slot::traverse(traverse),
    tp_members: MEMBERS.as_ptr().cast_mut(),
    tp_getset: GETSET_GETSETS.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(getset_descr_get),
    tp_descr_set: slot::descr_set(getset_descr_set),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyWrapperDescr_Type: PyTypeObject = PyTypeObject {
    tp_name: c"wrapper_descriptor".as_ptr(),
    tp_basicsize: size_of::<PyWrapperDescrObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(wrapper_repr),
    tp_call: slot::call(wrapper_call),
    tp_getattro: Some(object::PyObject_GenericGetAttr),
    tp_flags: DESCRIPTOR_FLAGS | Py_TPFLAGS_METHOD_DESCRIPTOR,
    tp_traverse: slot::traverse(traverse),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_members: MEMBERS.as_ptr().cast_mut(),
    tp_getset: WRAPPER_GETSETS.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(wrapper_descr_get),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut _PyMethodWrapper_Type: PyTypeObject = PyTypeObject {
    tp_name: c"method-wrapper".as_ptr(),
    tp_basicsize: size_of::<PyMethodWrapper>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(method_wrapper_dealloc),
    tp_repr: slot::unary(method_wrapper_repr),
    tp_hash: slot::hash(method_wrapper_hash),
    tp_call: slot::call(method_wrapper_call),
    tp_getattro: Some(object::PyObject_GenericGetAttr),
    tp_flags: DESCRIPTOR_FLAGS,
    tp_traverse: slot::traverse(method_wrapper_traverse),
    tp_richcompare: slot::richcompare(method_wrapper_richcompare),
    tp_methods: METHOD_WRAPPER_METHODS.as_ptr().cast_mut(),
    tp_members: METHOD_WRAPPER_MEMBERS.as_ptr().cast_mut(),
    tp_getset: METHOD_WRAPPER_GETSETS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};
