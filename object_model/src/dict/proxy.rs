//! `mappingproxy`: a mapping that can be looked at but not changed.

use core::ffi::c_int;

use crate::args::Signature;
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, PyTyped, TypeRef, Visitor, call, gc, mapping, method,
    number, object, raise, sequence, singletons, slot, str,
};

type Proxy<'a> = Borrowed<'a, PyMappingProxy>;

/// A proxy over a mapping (`PyDictProxy_New`).
pub fn new_proxy(mapping: Op<'_>) -> PyResult {
    if !mapping::check(mapping)
        || mapping.is_instance::<PyListObject>()
        || mapping.is_instance::<PyTupleObject>()
    {
        return Err(raise!(
            TypeError,
            "mappingproxy() argument must be a mapping, not {}",
            mapping.type_name()
        ));
    }
    let result = gc::alloc(PyMappingProxy::type_ref(), 0)?;
    // SAFETY: a new object of this type.
    unsafe { (*result.as_ptr().cast::<PyMappingProxy>()).mapping = mapping.to_owned().into_ptr() };
    gc::track(result.as_ptr());
    Ok(result)
}

/// The mapping behind a proxy.
pub fn proxied<'a>(proxy: Proxy<'a>) -> Op<'a> {
    // SAFETY: a proxy owns its mapping and never changes it.
    unsafe { Op::from_ptr(proxy.mapping) }
}

fn new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<1> = Signature::new("mappingproxy", ["mapping"]).required(1);
    let [mapping] = args.parse(&SIGNATURE)?;
    new_proxy(mapping.expect("required"))
}

fn len(proxy: Proxy<'_>) -> PyResult<usize> {
    object::len(proxied(proxy))
}

fn subscript(proxy: Proxy<'_>, key: Op<'_>) -> PyResult {
    object::get_item(proxied(proxy), key)
}

fn contains(proxy: Proxy<'_>, key: Op<'_>) -> PyResult<bool> {
    sequence::contains(proxied(proxy), key)
}

/// The operand, or the mapping behind it.
fn unwrapped(op: Op<'_>) -> Op<'_> {
    op.downcast::<PyMappingProxy>().map_or(op, proxied)
}

fn nb_or(left: Op<'_>, right: Op<'_>) -> PyResult {
    number::or(unwrapped(left), unwrapped(right))
}

fn nb_inplace_or(proxy: Proxy<'_>, _other: Op<'_>) -> PyResult<Object> {
    Err(raise!(TypeError, "'|=' is not supported by {}; use '|' instead", proxy.type_name()))
}

fn iter(proxy: Proxy<'_>) -> PyResult {
    object::get_iter(proxied(proxy))
}

fn to_str(proxy: Proxy<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    object::str(proxied(proxy))
}

fn repr(proxy: Proxy<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let inner = object::repr(proxied(proxy))?;
    let mut text = rustpython_wtf8::Wtf8Buf::new();
    text.push_str("mappingproxy(");
    text.push_wtf8(&str::to_wtf8(inner.borrow()));
    text.push_str(")");
    str::from_wtf8(&text)
}

fn hash(proxy: Proxy<'_>) -> PyResult<Py_hash_t> {
    object::hash(proxied(proxy))
}

fn richcompare(proxy: Proxy<'_>, other: Op<'_>, op: c_int) -> PyResult {
    object::rich_compare(proxied(proxy), other, op)
}

fn method_get(proxy: Proxy<'_>, args: Args<'_>) -> PyResult {
    let [key, default] = args.optional::<2>("get", 1)?;
    call::call_method(proxied(proxy), "get", &[key.expect("required"), default.unwrap_or(singletons::none())])
}

macro_rules! forward {
    ($($function:ident $name:literal;)*) => {
        $(
            fn $function(proxy: Proxy<'_>) -> PyResult {
                call::call_method_noargs(proxied(proxy), $name)
            }
        )*
    };
}
forward! {
    method_keys "keys";
    method_values "values";
    method_items "items";
    method_copy "copy";
    method_reversed "__reversed__";
}

fn traverse(proxy: Proxy<'_>, visitor: &mut Visitor) {
    visitor.visit(proxy.mapping);
}

fn dealloc(proxy: Proxy<'_>) {
    gc::untrack(proxy.as_object_ptr());
    // SAFETY: the proxy owned the reference, and nobody looks at it any more.
    drop(unsafe { Object::steal_nullable(proxy.mapping) });
    // SAFETY: as above.
    unsafe { crate::alloc::free_object(proxy.as_object_ptr()) };
}

const METHODS: &[PyMethodDef] = &[
    method::positional(
        c"get",
        method_get,
        c"get($self, key, default=None, /)\n--\n\nThe value of key if the mapping has it, else default.",
    ),
    method::noargs(
        c"keys",
        method_keys,
        c"keys($self, /)\n--\n\nD.keys() -> a set-like object providing a view on D's keys",
    ),
    method::noargs(
        c"values",
        method_values,
        c"values($self, /)\n--\n\nD.values() -> an object providing a view on D's values",
    ),
    method::noargs(
        c"items",
        method_items,
        c"items($self, /)\n--\n\nD.items() -> a set-like object providing a view on D's items",
    ),
    method::noargs(c"copy", method_copy, c"copy($self, /)\n--\n\nD.copy() -> a shallow copy of D"),
    method::class_o(
        c"__class_getitem__",
        crate::generic_alias::class_getitem,
        c"__class_getitem__($type, object, /)\n--\n\nSee PEP 585",
    ),
    method::noargs(
        c"__reversed__",
        method_reversed,
        c"__reversed__($self, /)\n--\n\nD.__reversed__() -> reverse iterator",
    ),
    PyMethodDef::EMPTY,
];

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_or: slot::binary(nb_or),
    nb_inplace_or: slot::binary(nb_inplace_or),
    ..PyNumberMethods::EMPTY
};

static mut AS_SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_contains: slot::contains(contains), ..PySequenceMethods::EMPTY };

static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(len),
    mp_subscript: slot::binary(subscript),
    ..PyMappingMethods::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyDictProxy_Type: PyTypeObject = PyTypeObject {
    tp_name: c"mappingproxy".as_ptr(),
    tp_basicsize: size_of::<PyMappingProxy>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: &raw mut AS_NUMBER,
    tp_as_sequence: &raw mut AS_SEQUENCE,
    tp_as_mapping: &raw mut AS_MAPPING,
    tp_hash: slot::hash(hash),
    tp_str: slot::unary(to_str),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MAPPING,
    tp_doc: c"mappingproxy(mapping)\n--\n\nA read-only view of a mapping.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_richcompare: slot::richcompare(richcompare),
    tp_iter: slot::unary(iter),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyMappingProxy, PyDictProxy_Type);
