//! `types.SimpleNamespace`: an object that is nothing but its attributes.
//!
//! Layout: `layout/namespace.rs`.

use core::ffi::c_int;
use core::mem::offset_of;
use core::ptr;

use rustpython_wtf8::Wtf8Buf;

use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, TypeRef, Visitor, call, dict, errors, gc, method, object,
    raise, singletons, slot, str, tuple, type_object,
};

type Namespace<'a> = Borrowed<'a, PySimpleNamespace>;

/// A namespace with the attributes of a dict (`_PyNamespace_New`).
pub fn new(attributes: Option<Op<'_>>) -> PyResult {
    // SAFETY: a static type.
    let op = alloc(unsafe { TypeRef::from_ptr(&raw mut _PyNamespace_Type) })?;
    if let Some(attributes) = attributes {
        dict::update(dict_of(namespace(&op)).borrow(), attributes)?;
    }
    Ok(op)
}

fn alloc(tp: TypeRef<'_>) -> PyResult {
    let alloc = tp.tp_alloc.ok_or_else(errors::bad_internal_call)?;
    // SAFETY: a ready type; the allocator gives a zeroed object or raises.
    unsafe {
        let op = Object::from_c(alloc(tp.as_ptr(), 0))?;
        (*op.as_ptr().cast::<PySimpleNamespace>()).ns_dict = dict::new()?.into_object_ptr();
        Ok(op)
    }
}

fn namespace(op: &Object) -> Namespace<'_> {
    // SAFETY: callers have just made it.
    unsafe { op.op().cast_unchecked() }
}

/// The dict of attributes.
fn dict_of(op: Namespace<'_>) -> Owned<PyDictObject> {
    // SAFETY: the field owns a dict from the start.
    unsafe { Owned::new_ref(op.ns_dict.cast()) }
}

fn new_slot(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult {
    alloc(tp)
}

/// Attribute names must be strings.
fn check_keys(attributes: Borrowed<'_, PyDictObject>) -> PyResult<()> {
    if dict::pairs(attributes).iter().all(|(key, _)| key.is_instance::<PyUnicodeObject>()) {
        return Ok(());
    }
    Err(raise!(TypeError, "keywords must be strings"))
}

fn init(op: Namespace<'_>, args: Args<'_>) -> PyResult<()> {
    let name = op.type_name();
    args.check_positional(name.rsplit('.').next().unwrap_or(name), 0, 1)?;
    let own = dict_of(op);
    if let Some(source) = args.get(0) {
        let source = if source.is_exact::<PyDictObject>() {
            source.to_owned()
        } else {
            // SAFETY: the static type `dict`.
            call::call_one(unsafe { Op::from_ptr((&raw mut dict::PyDict_Type).cast()) }, source)?
        };
        if let Some(source) = source.op().downcast::<PyDictObject>() {
            check_keys(source)?;
        }
        dict::update(own.borrow(), source.op())?;
    }
    if let Some(kwargs) = args.to_dict()? {
        if let Some(kwargs) = kwargs.op().downcast::<PyDictObject>() {
            check_keys(kwargs)?;
        }
        dict::update(own.borrow(), kwargs.op())?;
    }
    Ok(())
}

fn repr(op: Namespace<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = if op.type_ptr() == &raw mut _PyNamespace_Type { "namespace" } else { op.type_name() };
    let name = name.rsplit('.').next().unwrap_or(name);
    if call::repr_enter(op.as_object())? {
        return str::from_string(format!("{name}(...)"));
    }
    let body = || -> PyResult<Owned<PyUnicodeObject>> {
        let own = dict_of(op);
        let pairs: Vec<(Object, Object)> = dict::pairs(own.borrow())
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect();
        let mut text = Wtf8Buf::from_string(format!("{name}("));
        let mut first = true;
        for (key, value) in &pairs {
            let Some(key) = key.op().downcast::<PyUnicodeObject>() else { continue };
            if str::len(key) == 0 {
                continue;
            }
            if !first {
                text.push_str(", ");
            }
            first = false;
            text.push_wtf8(&str::to_wtf8(key));
            text.push_str("=");
            text.push_wtf8(&str::to_wtf8(object::repr(value.op())?.borrow()));
        }
        text.push_str(")");
        str::from_wtf8(&text)
    };
    let result = body();
    call::repr_leave(op.as_object());
    result
}

fn richcompare(a: Op<'_>, b: Op<'_>, op: c_int) -> PyResult {
    match (a.downcast::<PySimpleNamespace>(), b.downcast::<PySimpleNamespace>()) {
        (Some(a), Some(b)) => object::rich_compare(dict_of(a).op(), dict_of(b).op(), op),
        _ => Ok(singletons::new_not_implemented()),
    }
}

fn traverse(op: Namespace<'_>, visitor: &mut Visitor) {
    visitor.visit(op.ns_dict);
}

fn clear(op: Namespace<'_>) {
    // SAFETY: the field owns a dict or is null.
    drop(unsafe { Owned::steal_nullable(ptr::replace(&raw mut (*op.as_ptr()).ns_dict, ptr::null_mut())) });
}

fn dealloc(op: Namespace<'_>) {
    gc::untrack(op.as_object_ptr());
    clear(op);
    // SAFETY: the namespace's own reference is gone.
    unsafe { crate::alloc::free_object(op.as_object_ptr()) };
}

fn reduce(op: Namespace<'_>) -> PyResult {
    tuple::pack(&[op.ob_type().as_object(), tuple::empty().op(), dict_of(op).op()])
}

fn replace(op: Namespace<'_>, args: Args<'_>) -> PyResult {
    if !args.is_empty() {
        return Err(raise!(TypeError, "__replace__() takes no positional arguments"));
    }
    let result = call::call_noargs(op.ob_type().as_object())?;
    let Some(copy) = result.op().downcast::<PySimpleNamespace>() else {
        return Err(raise!(
            TypeError,
            "expect {} type, but {}() returned '{}' object",
            type_object::name_of(type_object::of::<PySimpleNamespace>()),
            op.type_name(),
            result.op().type_name()
        ));
    };
    dict::update(dict_of(copy).borrow(), dict_of(op).op())?;
    if let Some(changes) = args.to_dict()? {
        dict::update(dict_of(copy).borrow(), changes.op())?;
    }
    Ok(result)
}

static METHODS: [PyMethodDef; 3] = [
    method::noargs(
        c"__reduce__",
        reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling",
    ),
    method::keywords(
        c"__replace__",
        replace,
        c"__replace__($self, /, **changes)\n--\n\nReturn a copy of the namespace with some attributes changed.",
    ),
    PyMethodDef::EMPTY,
];
static MEMBERS: [PyMemberDef; 2] = [
    PyMemberDef {
        name: c"__dict__".as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset_of!(PySimpleNamespace, ns_dict) as Py_ssize_t,
        flags: Py_READONLY,
        doc: ptr::null(),
    },
    PyMemberDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut _PyNamespace_Type: PyTypeObject = PyTypeObject {
    tp_name: c"types.SimpleNamespace".as_ptr(),
    tp_basicsize: size_of::<PySimpleNamespace>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    tp_doc:
        c"SimpleNamespace(mapping_or_iterable=(), /, **kwargs)\n--\n\nA simple attribute-based namespace."
            .as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_richcompare: slot::richcompare(richcompare),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_dictoffset: offset_of!(PySimpleNamespace, ns_dict) as Py_ssize_t,
    tp_init: slot::init(init),
    tp_new: slot::new(new_slot),
    tp_free: Some(gc::delete_slot),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PySimpleNamespace, _PyNamespace_Type);
