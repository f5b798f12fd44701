//! Method descriptors: `list.append` as found on the type.

use core::ffi::{CStr, c_int};
use core::mem::{offset_of, transmute};
use core::ptr;

use super::*;
use crate::define::guard_object;
use crate::method::failed;

crate::py_typed!(PyMethodDescrObject, PyMethodDescr_Type);

const CALL_FLAGS: c_int = METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD;
const VARARGS_KEYWORDS: c_int = METH_VARARGS | METH_KEYWORDS;
const FASTCALL_KEYWORDS: c_int = METH_FASTCALL | METH_KEYWORDS;
const METHOD_FASTCALL_KEYWORDS: c_int = METH_METHOD | METH_FASTCALL | METH_KEYWORDS;

/// A descriptor for a method of a type's table (`PyDescr_NewMethod`).
///
/// # Safety
/// `def` is an entry with a name, outlives the descriptor, and its function takes instances of `tp` and
/// arguments as its flags say.
pub unsafe fn new_method(tp: TypeRef<'_>, def: *mut PyMethodDef) -> PyResult {
    // SAFETY: the caller's promise; the new object has the descriptor's layout.
    unsafe {
        let name = CStr::from_ptr((*def).ml_name);
        let vectorcall: vectorcallfunc = match (*def).ml_flags & CALL_FLAGS {
            METH_VARARGS => vectorcall_varargs,
            VARARGS_KEYWORDS => vectorcall_varargs_keywords,
            METH_FASTCALL => vectorcall_fast,
            FASTCALL_KEYWORDS => vectorcall_fast_keywords,
            METH_NOARGS => vectorcall_no_args,
            METH_O => vectorcall_one_arg,
            METHOD_FASTCALL_KEYWORDS => vectorcall_method,
            _ => return Err(raise!(SystemError, "{}() method: bad call flags", name.to_string_lossy())),
        };
        let descriptor = new_descriptor(&raw mut PyMethodDescr_Type, tp, name)?;
        let raw = descriptor.as_ptr().cast::<PyMethodDescrObject>();
        (*raw).d_method = def;
        (*raw).vectorcall = Some(vectorcall);
        track(descriptor.as_ptr());
        Ok(descriptor)
    }
}

/// A descriptor for a class method of a type's table (`PyDescr_NewClassMethod`).
///
/// # Safety
/// `def` is an entry with a name, outlives the descriptor, and its function takes `tp` and its subclasses and
/// arguments as its flags say.
pub unsafe fn new_class_method(tp: TypeRef<'_>, def: *mut PyMethodDef) -> PyResult {
    // SAFETY: the caller's promise; the new object has the descriptor's layout.
    unsafe {
        let descriptor =
            new_descriptor(&raw mut PyClassMethodDescr_Type, tp, CStr::from_ptr((*def).ml_name))?;
        (*descriptor.as_ptr().cast::<PyMethodDescrObject>()).d_method = def;
        track(descriptor.as_ptr());
        Ok(descriptor)
    }
}

/// Refuses a call without a receiver or with one of another type.
#[inline]
fn check_receiver(
    descriptor: Borrowed<'_, PyMethodDescrObject>,
    args: *const *mut PyObject,
    n: usize,
) -> PyResult<()> {
    if n == 0 {
        let name = function_str(descriptor.as_object());
        return Err(raise!(TypeError, "unbound method {name} needs an argument"));
    }
    // SAFETY: there is an argument, and arguments are live.
    let receiver = unsafe { Op::from_ptr(*args) };
    check(head(descriptor), receiver)?;
    call::enter_recursive(" while calling a Python object")
}

#[cold]
fn check_no_keywords(descriptor: Borrowed<'_, PyMethodDescrObject>, kwnames: *mut PyObject) -> PyResult<()> {
    // SAFETY: null or a tuple.
    let names: Option<Borrowed<'_, PyTupleObject>> = unsafe { Borrowed::from_nullable(kwnames.cast()) };
    match names {
        Some(names) if tuple::len(names) > 0 => {
            Err(raise!(TypeError, "{} takes no keyword arguments", function_str(descriptor.as_object())))
        }
        _ => Ok(()),
    }
}

#[cold]
fn wrong_count(
    descriptor: Borrowed<'_, PyMethodDescrObject>,
    wanted: usize,
    n: usize,
    kwnames: *mut PyObject,
) -> PyResult<()> {
    check_no_keywords(descriptor, kwnames)?;
    if n == wanted + 1 {
        return Ok(());
    }
    let name = function_str(descriptor.as_object());
    let what = if wanted == 0 { "no arguments" } else { "exactly one argument" };
    Err(raise!(TypeError, "{name} takes {what} ({} given)", n - 1))
}

macro_rules! vectorcalls {
    ($($name:ident: $meth:ty, |$descriptor:ident, $f:ident, $args:ident, $n:ident, $kwnames:ident| $body:expr;)*) => {$(
        unsafe extern "C" fn $name(
            callable: *mut PyObject,
            $args: *const *mut PyObject,
            nargsf: usize,
            $kwnames: *mut PyObject,
        ) -> *mut PyObject {
            // SAFETY: the vectorcall protocol; the flags by which this function was chosen
            // say what the C function's real type is.
            unsafe {
                let $descriptor: Borrowed<'_, PyMethodDescrObject> = Borrowed::from_ptr(callable.cast());
                let $n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
                if failed(check_receiver($descriptor, $args, $n)) {
                    return ptr::null_mut();
                }
                let $f = transmute::<Option<PyCFunction>, $meth>((*$descriptor.d_method).ml_meth);
                $body
            }
        }
    )*};
}

vectorcalls! {
    vectorcall_fast: PyCFunctionFast, |descriptor, f, args, n, kwnames| {
        if !kwnames.is_null() && failed(check_no_keywords(descriptor, kwnames)) {
            return ptr::null_mut();
        }
        f(*args, args.add(1), n as Py_ssize_t - 1)
    };
    vectorcall_fast_keywords: PyCFunctionFastWithKeywords, |_descriptor, f, args, n, kwnames| {
        f(*args, args.add(1), n as Py_ssize_t - 1, kwnames)
    };
    vectorcall_method: PyCMethod, |descriptor, f, args, n, kwnames| {
        f(*args, head(descriptor).d_type, args.add(1), n as Py_ssize_t - 1, kwnames)
    };
    vectorcall_no_args: PyCFunction, |descriptor, f, args, n, kwnames| {
        if (!kwnames.is_null() || n != 1) && failed(wrong_count(descriptor, 0, n, kwnames)) {
            return ptr::null_mut();
        }
        f(*args, ptr::null_mut())
    };
    vectorcall_one_arg: PyCFunction, |descriptor, f, args, n, kwnames| {
        if (!kwnames.is_null() || n != 2) && failed(wrong_count(descriptor, 1, n, kwnames)) {
            return ptr::null_mut();
        }
        f(*args, *args.add(1))
    };
    vectorcall_varargs: PyCFunction, |descriptor, f, args, n, kwnames| {
        guard_object(|| {
            check_no_keywords(descriptor, kwnames)?;
            let rest = Args::from_vectorcall(args.add(1), n - 1, ptr::null_mut()).to_tuple()?;
            Owned::from_c(f(*args, rest.as_ptr()))
        })
    };
    vectorcall_varargs_keywords: PyCFunctionWithKeywords, |_descriptor, f, args, n, kwnames| {
        guard_object(|| {
            let rest = Args::from_vectorcall(args.add(1), n - 1, kwnames);
            let (positional, keywords) = (rest.to_tuple()?, rest.to_dict()?);
            let keywords = keywords.as_ref().map_or(ptr::null_mut(), Owned::as_ptr);
            Owned::from_c(f(*args, positional.as_ptr(), keywords))
        })
    };
}

fn method_descr_get(
    descriptor: Borrowed<'_, PyMethodDescrObject>,
    instance: Option<Op<'_>>,
    owner: Option<Op<'_>>,
) -> PyResult {
    let Some(instance) = instance else { return Ok(descriptor.as_object().to_owned()) };
    check(head(descriptor), instance)?;
    // SAFETY: the table entry outlives the type.
    let flags = unsafe { (*descriptor.d_method).ml_flags };
    if flags & METH_METHOD != 0
        && let Some(owner) = owner
        && !owner.is_instance::<PyTypeObject>()
    {
        return Err(raise!(
            TypeError,
            "descriptor '{}' needs a type, not '{}', as arg 2",
            name_of(head(descriptor)),
            owner.type_name()
        ));
    }
    let class = (flags & METH_METHOD != 0).then(|| type_of(head(descriptor)));
    // SAFETY: the table entry outlives the type, and its function takes instances of it.
    unsafe { crate::method::new_function(descriptor.d_method, Some(instance), None, class) }
}

fn class_method_descr_get(
    descriptor: Borrowed<'_, PyMethodDescrObject>,
    instance: Option<Op<'_>>,
    owner: Option<Op<'_>>,
) -> PyResult {
    let common = head(descriptor);
    let type_name = type_object::name_of(type_of(common));
    let owner = match (owner, instance) {
        (Some(owner), _) => owner,
        (None, Some(instance)) => instance.ob_type().as_object(),
        (None, None) => {
            return Err(raise!(
                TypeError,
                "descriptor '{}' for type '{type_name}' needs either an object or a type",
                name_of(common)
            ));
        }
    };
    let Some(class) = owner.downcast::<PyTypeObject>() else {
        return Err(raise!(
            TypeError,
            "descriptor '{}' for type '{type_name}' needs a type, not a '{}' as arg 2",
            name_of(common),
            owner.type_name()
        ));
    };
    if !type_object::is_subtype_ptr(class, common.d_type) {
        return Err(raise!(
            TypeError,
            "descriptor '{}' requires a subtype of '{type_name}' but received '{}'",
            name_of(common),
            type_object::name_of(class)
        ));
    }
    // SAFETY: the table entry outlives the type.
    let flags = unsafe { (*descriptor.d_method).ml_flags };
    let defining = (flags & METH_METHOD != 0).then(|| type_of(common));
    // SAFETY: the table entry outlives the type, and its function takes the type's subclasses.
    unsafe { crate::method::new_function(descriptor.d_method, Some(class.as_object()), None, defining) }
}

fn class_method_call(descriptor: Borrowed<'_, PyMethodDescrObject>, args: Args<'_>) -> PyResult {
    let Some(class) = args.get(0) else {
        let common = head(descriptor);
        return Err(raise!(
            TypeError,
            "descriptor '{}' of '{}' object needs an argument",
            name_of(common),
            type_object::name_of(type_of(common))
        ));
    };
    let bound = class_method_descr_get(descriptor, None, Some(class))?;
    call::call(bound.op(), args.skip(1))
}

fn method_repr(descriptor: Borrowed<'_, PyMethodDescrObject>) -> PyResult<Owned<PyUnicodeObject>> {
    repr(head(descriptor), "method")
}

fn method_doc(descriptor: Borrowed<'_, PyMethodDescrObject>) -> PyResult {
    // SAFETY: the table entry outlives the type.
    unsafe { doc_object((*descriptor.d_method).ml_name, (*descriptor.d_method).ml_doc) }
}

fn method_text_signature(descriptor: Borrowed<'_, PyMethodDescrObject>) -> PyResult {
    // SAFETY: the table entry outlives the type.
    unsafe { text_signature_object((*descriptor.d_method).ml_name, (*descriptor.d_method).ml_doc) }
}

const GETSETS: &[PyGetSetDef] = &[
    getset::get(c"__doc__", method_doc, c""),
    getset::get(c"__qualname__", qualname, c""),
    getset::get(c"__text_signature__", method_text_signature, c""),
    PyGetSetDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PyMethodDescr_Type: PyTypeObject = PyTypeObject {
    tp_name: c"method_descriptor".as_ptr(),
    tp_basicsize: size_of::<PyMethodDescrObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_vectorcall_offset: offset_of!(PyMethodDescrObject, vectorcall) as Py_ssize_t,
    tp_repr: slot::unary(method_repr),
    tp_call: Some(call::PyVectorcall_Call),
    tp_getattro: Some(object::PyObject_GenericGetAttr),
    tp_flags: DESCRIPTOR_FLAGS | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    tp_traverse: slot::traverse(traverse),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_members: MEMBERS.as_ptr().cast_mut(),
    tp_getset: GETSETS.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(method_descr_get),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyClassMethodDescr_Type: PyTypeObject = PyTypeObject {
    tp_name: c"classmethod_descriptor".as_ptr(),
    tp_basicsize: size_of::<PyMethodDescrObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(method_repr),
    tp_call: slot::call(class_method_call),
    tp_getattro: Some(object::PyObject_GenericGetAttr),
    tp_flags: DESCRIPTOR_FLAGS,
    tp_traverse: slot::traverse(traverse),
    tp_members: MEMBERS.as_ptr().cast_mut(),
    tp_getset: GETSETS.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(class_method_descr_get),
    ..PyTypeObject::EMPTY
};
