//! `None`, `Ellipsis` and `NotImplemented`, and their types.

use crate::define::{method, not_implemented, slot};
use crate::layout::*;
use crate::{Args, Op, Owned, PyResult, TypeRef, raise, singletons, str};

/// An immortal object is not deallocated; a C extension that drops too many references changes nothing.
fn dealloc(op: Op<'_>) {
    // SAFETY: the object is a static of this crate.
    unsafe { (*op.as_ptr()).ob_refcnt = PyObject::STATIC_IMMORTAL.ob_refcnt };
}

/// Refuses all arguments, as the three types do.
fn no_arguments(name: &str, args: Args<'_>) -> PyResult<()> {
    if !args.is_empty() || args.has_keywords() {
        return Err(raise!(TypeError, "{name} takes no arguments"));
    }
    Ok(())
}

fn none_repr(_none: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::intern("None")
}

fn none_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<()> {
    no_arguments("NoneType", args)
}

fn none_truth(_none: Op<'_>) -> PyResult<bool> {
    Ok(false)
}

/// A number of its own, as the address differs from run to run.
fn none_hash(_none: Op<'_>) -> PyResult<Py_hash_t> {
    Ok(0xfca8_6420)
}

fn none_richcompare(none: Op<'_>, other: Op<'_>, op: core::ffi::c_int) -> PyResult {
    // SAFETY: as `object` compares.
    let compare = unsafe { crate::type_object::PyBaseObject_Type.tp_richcompare };
    match compare {
        // SAFETY: both are live objects.
        Some(compare) => unsafe { crate::Object::from_c(compare(none.as_ptr(), other.as_ptr(), op)) },
        None => not_implemented(),
    }
}

fn ellipsis_repr(_op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::intern("Ellipsis")
}

fn ellipsis_reduce(_op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::intern("Ellipsis")
}

fn ellipsis_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    no_arguments("EllipsisType", args)?;
    Ok(singletons::new_ellipsis())
}

fn not_implemented_repr(_op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::intern("NotImplemented")
}

fn not_implemented_reduce(_op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::intern("NotImplemented")
}

fn not_implemented_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    no_arguments("NotImplementedType", args)?;
    Ok(singletons::new_not_implemented())
}

/// It has no truth value: whoever asks for it forgot to look what a comparison gave.
fn not_implemented_truth(_op: Op<'_>) -> PyResult<bool> {
    Err(raise!(TypeError, "NotImplemented should not be used in a boolean context"))
}

static mut NONE_AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_bool: slot::truth(none_truth), ..PyNumberMethods::EMPTY };
static mut NOT_IMPLEMENTED_AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_bool: slot::truth(not_implemented_truth), ..PyNumberMethods::EMPTY };

const ELLIPSIS_METHODS: &[PyMethodDef] =
    &[method::noargs(c"__reduce__", ellipsis_reduce, c"__reduce__($self, /)\n--\n\n"), PyMethodDef::EMPTY];
const NOT_IMPLEMENTED_METHODS: &[PyMethodDef] = &[
    method::noargs(c"__reduce__", not_implemented_reduce, c"__reduce__($self, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut _Py_NoneStruct: PyObject =
    PyObject { ob_type: &raw mut _PyNone_Type, ..PyObject::STATIC_IMMORTAL };
#[unsafe(no_mangle)]
pub static mut _Py_EllipsisObject: PyObject =
    PyObject { ob_type: &raw mut PyEllipsis_Type, ..PyObject::STATIC_IMMORTAL };
#[unsafe(no_mangle)]
pub static mut _Py_NotImplementedStruct: PyObject =
    PyObject { ob_type: &raw mut _PyNotImplemented_Type, ..PyObject::STATIC_IMMORTAL };

#[unsafe(no_mangle)]
pub static mut _PyNone_Type: PyTypeObject = PyTypeObject {
    tp_name: c"NoneType".as_ptr(),
    tp_basicsize: size_of::<PyObject>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(none_repr),
    tp_as_number: &raw mut NONE_AS_NUMBER,
    tp_hash: slot::hash(none_hash),
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_doc: c"NoneType()\n--\n\nThe type of None, its only instance.".as_ptr(),
    tp_richcompare: slot::richcompare(none_richcompare),
    tp_new: slot::new(none_new),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyEllipsis_Type: PyTypeObject = PyTypeObject {
    tp_name: c"ellipsis".as_ptr(),
    tp_basicsize: size_of::<PyObject>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(ellipsis_repr),
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_doc: c"ellipsis()\n--\n\nThe type of Ellipsis (...), its only instance.".as_ptr(),
    tp_methods: ELLIPSIS_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(ellipsis_new),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut _PyNotImplemented_Type: PyTypeObject = PyTypeObject {
    tp_name: c"NotImplementedType".as_ptr(),
    tp_basicsize: size_of::<PyObject>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(not_implemented_repr),
    tp_as_number: &raw mut NOT_IMPLEMENTED_AS_NUMBER,
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_doc: c"NotImplementedType()\n--\n\nThe type of NotImplemented, its only instance.".as_ptr(),
    tp_methods: NOT_IMPLEMENTED_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(not_implemented_new),
    ..PyTypeObject::EMPTY
};
