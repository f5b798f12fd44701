//! Builtin functions (`PyCFunctionObject`) and bound methods (`PyMethodObject`).
//!
//! A builtin function calls the C function of its `PyMethodDef` in the way its flags
//! say; one vectorcall function for each way, chosen when the object is made.

use core::ffi::{CStr, c_int};
use core::mem::{offset_of, transmute};
use core::ptr;

use crate::call::vectorcall_raw;
use crate::define::guard_object;
pub use crate::define::method::*;
use crate::layout::*;
use crate::{
    Borrowed, Object, Op, Owned, PyResult, TypeRef, Visitor, alloc, call, descr, exceptions, free_lists, gc,
    getset, id, object, raise, singletons, slot, str, tuple, weakref,
};

crate::py_typed!(PyCFunctionObject, PyCFunction_Type);
crate::py_typed!(PyMethodObject, PyMethod_Type);
crate::py_typed!(PyInstanceMethodObject, PyInstanceMethod_Type);

/// The flags that choose how a C function is called.
const CALL_FLAGS: c_int = METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS | METH_METHOD;

/// A function object for an entry of a method table (`PyCMethod_New`).
///
/// `receiver` becomes the first C argument, `module` becomes `__module__`, `class` is the
/// defining class of a method that asks for it.
///
/// # Safety
/// `def` is an entry with a name and outlives the object; its function takes `receiver`, and
/// arguments as its flags say.
pub unsafe fn new_function(
    def: *mut PyMethodDef,
    receiver: Option<Op<'_>>,
    module: Option<Op<'_>>,
    class: Option<TypeRef<'_>>,
) -> PyResult {
    // SAFETY: the caller's promise.
    let (flags, name) = unsafe { ((*def).ml_flags, CStr::from_ptr((*def).ml_name)) };
    let vectorcall: Option<vectorcallfunc> = match flags & CALL_FLAGS {
        METH_VARARGS | METH_VARARGS_KEYWORDS => None,
        METH_FASTCALL => Some(vectorcall_fast),
        METH_FASTCALL_KEYWORDS => Some(vectorcall_fast_keywords),
        METH_NOARGS => Some(vectorcall_no_args),
        METH_O => Some(vectorcall_one_arg),
        METH_METHOD_FASTCALL_KEYWORDS => Some(vectorcall_method),
        _ => return Err(raise!(SystemError, "{}() method: bad call flags", name.to_string_lossy())),
    };
    let tp = if flags & METH_METHOD != 0 {
        if class.is_none() {
            return Err(raise!(
                SystemError,
                "attempting to create PyCMethod with a METH_METHOD flag but no class"
            ));
        }
        &raw mut PyCMethod_Type
    } else {
        if class.is_some() {
            return Err(raise!(
                SystemError,
                "attempting to create PyCFunction with class but no METH_METHOD flag"
            ));
        }
        &raw mut PyCFunction_Type
    };
    // SAFETY: static types; the new object is zeroed and of the layout filled in.
    unsafe {
        let function = gc::alloc(TypeRef::from_ptr(tp), 0)?;
        let raw = function.as_ptr().cast::<PyCFunctionObject>();
        (*raw).m_ml = def;
        (*raw).m_self = receiver.map_or(ptr::null_mut(), |op| op.to_owned().into_ptr());
        (*raw).m_module = module.map_or(ptr::null_mut(), |op| op.to_owned().into_ptr());
        (*raw).m_weakreflist = ptr::null_mut();
        (*raw).vectorcall = vectorcall;
        if let Some(class) = class {
            (*raw.cast::<PyCMethodObject>()).mm_class = class.to_owned().into_ptr();
        }
        track(function.as_ptr());
        Ok(function)
    }
}

const METH_VARARGS_KEYWORDS: c_int = METH_VARARGS | METH_KEYWORDS;
const METH_FASTCALL_KEYWORDS: c_int = METH_FASTCALL | METH_KEYWORDS;
const METH_METHOD_FASTCALL_KEYWORDS: c_int = METH_METHOD | METH_FASTCALL | METH_KEYWORDS;

fn track(op: *mut PyObject) {
    if !gc::is_tracked(op) {
        gc::track(op);
    }
}

/// The first C argument: nothing for a static method.
#[inline]
fn receiver_of(function: Borrowed<'_, PyCFunctionObject>) -> *mut PyObject {
    // SAFETY: the entry outlives the function.
    if unsafe { (*function.m_ml).ml_flags } & METH_STATIC != 0 { ptr::null_mut() } else { function.m_self }
}

/// Refuses keyword arguments, naming the function.
fn check_no_keywords(function: Op<'_>, kwnames: *mut PyObject) -> PyResult<()> {
    // SAFETY: null or a tuple.
    let names: Option<Borrowed<'_, PyTupleObject>> = unsafe { Borrowed::from_nullable(kwnames.cast()) };
    match names {
        Some(names) if tuple::len(names) > 0 => {
            Err(raise!(TypeError, "{} takes no keyword arguments", descr::function_str(function)))
        }
        _ => Ok(()),
    }
}

macro_rules! vectorcalls {
    ($($name:ident: $meth:ty, |$function:ident, $receiver:ident, $f:ident, $args:ident, $n:ident, $kwnames:ident| $body:expr;)*) => {$(
        unsafe extern "C" fn $name(
            callable: *mut PyObject,
            $args: *const *mut PyObject,
            nargsf: usize,
            $kwnames: *mut PyObject,
        ) -> *mut PyObject {
            // SAFETY: the vectorcall protocol; the flags by which this function was chosen
            // say what the C function's real type is.
            unsafe {
                let $function: Borrowed<'_, PyCFunctionObject> = Borrowed::from_ptr(callable.cast());
                let $n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
                let $f = transmute::<Option<PyCFunction>, $meth>((*$function.m_ml).ml_meth);
                let $receiver = receiver_of($function);
                if let Err(raised) = call::enter_recursive(" while calling a Python object") {
                    raised.ignore();
                    return ptr::null_mut();
                }
                $body
            }
        }
    )*};
}

vectorcalls! {
    vectorcall_fast: PyCFunctionFast, |function, receiver, f, args, n, kwnames| {
        if !kwnames.is_null() && failed(check_no_keywords(function.as_object(), kwnames)) {
            return ptr::null_mut();
        }
        f(receiver, args, n as Py_ssize_t)
    };
    vectorcall_fast_keywords: PyCFunctionFastWithKeywords, |function, receiver, f, args, n, kwnames| {
        f(receiver, args, n as Py_ssize_t, kwnames)
    };
    vectorcall_method: PyCMethod, |function, receiver, f, args, n, kwnames| {
        let class = (*function.as_ptr().cast::<PyCMethodObject>()).mm_class;
        f(receiver, class, args, n as Py_ssize_t, kwnames)
    };
    vectorcall_no_args: PyCFunction, |function, receiver, f, _args, n, kwnames| {
        if (!kwnames.is_null() || n != 0) && failed(check_count(function, 0, n, kwnames)) {
            return ptr::null_mut();
        }
        f(receiver, ptr::null_mut())
    };
    vectorcall_one_arg: PyCFunction, |function, receiver, f, args, n, kwnames| {
        if (!kwnames.is_null() || n != 1) && failed(check_count(function, 1, n, kwnames)) {
            return ptr::null_mut();
        }
        f(receiver, *args)
    };
}

/// Whether a check has raised.
pub(crate) fn failed(result: PyResult<()>) -> bool {
    match result {
        Ok(()) => false,
        Err(raised) => {
            raised.ignore();
            true
        }
    }
}

#[cold]
fn check_count(
    function: Borrowed<'_, PyCFunctionObject>,
    wanted: usize,
    n: usize,
    kwnames: *mut PyObject,
) -> PyResult<()> {
    check_no_keywords(function.as_object(), kwnames)?;
    if n == wanted {
        return Ok(());
    }
    let name = descr::function_str(function.as_object());
    let what = if wanted == 0 { "no arguments" } else { "exactly one argument" };
    Err(raise!(TypeError, "{name} takes {what} ({n} given)"))
}

/// `tp_call`: what is not called by vectorcall takes a tuple, and perhaps a dict.
unsafe extern "C" fn function_call(
    callable: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the slot of this type gets such an object, a tuple, and a dict or null.
    unsafe {
        let function: Borrowed<'_, PyCFunctionObject> = Borrowed::from_ptr(callable.cast());
        let flags = (*function.m_ml).ml_flags;
        if flags & METH_VARARGS == 0 {
            return call::PyVectorcall_Call(callable, args, kwargs);
        }
        let receiver = receiver_of(function);
        let meth = (*function.m_ml).ml_meth;
        if flags & METH_KEYWORDS != 0 {
            return transmute::<Option<PyCFunction>, PyCFunctionWithKeywords>(meth)(receiver, args, kwargs);
        }
        if !kwargs.is_null() && crate::dict::len(Borrowed::from_ptr(kwargs.cast())) > 0 {
            return guard_object(|| -> PyResult {
                let name = descr::function_str(function.as_object());
                Err(raise!(TypeError, "{name} takes no keyword arguments"))
            });
        }
        transmute::<Option<PyCFunction>, PyCFunction>(meth)(receiver, args)
    }
}

fn function_dealloc(function: Borrowed<'_, PyCFunctionObject>) {
    let op = function.as_object_ptr();
    gc::untrack(op);
    if !function.m_weakreflist.is_null() {
        weakref::clear_refs(function.as_object());
    }
    // SAFETY: the object is dying; its fields are owned references or null.
    unsafe {
        let is_method = (*function.m_ml).ml_flags & METH_METHOD != 0;
        drop(Object::steal_nullable(function.m_self));
        drop(Object::steal_nullable(function.m_module));
        if is_method {
            drop(Owned::steal_nullable((*op.cast::<PyCMethodObject>()).mm_class));
        }
        alloc::free_object(op);
    }
}

fn function_traverse(function: Borrowed<'_, PyCFunctionObject>, visitor: &mut Visitor) {
    // SAFETY: the entry outlives the function, and its flags say which layout it has.
    unsafe {
        if (*function.m_ml).ml_flags & METH_METHOD != 0 {
            visitor.visit((*function.as_ptr().cast::<PyCMethodObject>()).mm_class);
        }
    }
    visitor.visit(function.m_self);
    visitor.visit(function.m_module);
}

fn function_repr(function: Borrowed<'_, PyCFunctionObject>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = function_name_text(function);
    // SAFETY: the field is null or an object the function owns.
    match unsafe { Op::from_nullable(function.m_self) } {
        Some(receiver) if !receiver.is_instance::<PyModuleObject>() => str::from_string(format!(
            "<built-in method {name} of {} object at {:p}>",
            receiver.type_name(),
            receiver.as_ptr()
        )),
        _ => str::from_string(format!("<built-in function {name}>")),
    }
}

fn function_richcompare(
    function: Borrowed<'_, PyCFunctionObject>,
    other: Op<'_>,
    op: c_int,
) -> PyResult<Object> {
    let Some(other) = other.downcast::<PyCFunctionObject>().filter(|_| op == Py_EQ || op == Py_NE) else {
        return Ok(singletons::new_not_implemented());
    };
    // SAFETY: entries outlive functions.
    let same = unsafe {
        function.m_self == other.m_self
            && (*function.m_ml).ml_meth.map(|f| f as usize) == (*other.m_ml).ml_meth.map(|f| f as usize)
    };
    Ok(singletons::new_bool(same == (op == Py_EQ)))
}

fn function_hash(function: Borrowed<'_, PyCFunctionObject>) -> PyResult<Py_hash_t> {
    // SAFETY: entries outlive functions.
    let meth = unsafe { (*function.m_ml).ml_meth.map_or(0, |f| f as usize) };
    Ok(crate::hashing::hash_pointer(function.m_self) ^ crate::hashing::hash_pointer(meth as *const u8))
}

fn function_name_text(function: Borrowed<'_, PyCFunctionObject>) -> String {
    // SAFETY: entries outlive functions and have C strings for names.
    unsafe { CStr::from_ptr((*function.m_ml).ml_name) }.to_string_lossy().into_owned()
}

fn function_name(function: Borrowed<'_, PyCFunctionObject>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_string(function_name_text(function))
}

fn function_qualname(function: Borrowed<'_, PyCFunctionObject>) -> PyResult {
    // SAFETY: the field is null or an object the function owns.
    let receiver = unsafe { Object::new_ref_nullable(function.m_self) };
    let name = function_name_text(function);
    let Some(receiver) = receiver.filter(|receiver| !receiver.op().is_instance::<PyModuleObject>()) else {
        return Ok(str::from_string(name)?.into_object());
    };
    let class = if receiver.op().is_instance::<PyTypeObject>() {
        receiver
    } else {
        receiver.op().ob_type().as_object().to_owned()
    };
    let qualname = object::get_attr(class.op(), id!("__qualname__"))?;
    if !qualname.op().is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "<method>.__class__.__qualname__ is not a unicode object"));
    }
    Ok(str::from_string(format!("{}.{name}", str::to_string_lossy(qualname.op())))?.into_object())
}

fn function_self(function: Borrowed<'_, PyCFunctionObject>) -> PyResult {
    // SAFETY: the field is null or an object the function owns.
    let receiver = unsafe { Object::new_ref_nullable(receiver_of(function)) };
    Ok(receiver.unwrap_or_else(singletons::new_none))
}

fn function_doc(function: Borrowed<'_, PyCFunctionObject>) -> PyResult {
    // SAFETY: entries outlive functions.
    unsafe { descr::doc_object((*function.m_ml).ml_name, (*function.m_ml).ml_doc) }
}

fn function_text_signature(function: Borrowed<'_, PyCFunctionObject>) -> PyResult {
    // SAFETY: entries outlive functions.
    unsafe { descr::text_signature_object((*function.m_ml).ml_name, (*function.m_ml).ml_doc) }
}

fn function_reduce(function: Borrowed<'_, PyCFunctionObject>) -> PyResult {
    let name = function_name(function)?;
    // SAFETY: the field is null or an object the function owns.
    let receiver = unsafe { Op::from_nullable(function.m_self) };
    let Some(receiver) = receiver.filter(|receiver| !receiver.is_instance::<PyModuleObject>()) else {
        return Ok(name.into_object());
    };
    let getattr = descr::builtin_getattr()?;
    let args = tuple::pack(&[receiver, name.op()])?;
    tuple::pack(&[getattr.op(), args.op()])
}

const FUNCTION_METHODS: &[PyMethodDef] = &[
    crate::define::method::noargs(c"__reduce__", function_reduce, c"__reduce__($self, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];
const FUNCTION_GETSETS: &[PyGetSetDef] = &[
    getset::get(c"__doc__", function_doc, c""),
    getset::get(c"__name__", function_name, c""),
    getset::get(c"__qualname__", function_qualname, c""),
    getset::get(c"__self__", function_self, c""),
    getset::get(c"__text_signature__", function_text_signature, c""),
    PyGetSetDef::EMPTY,
];
const FUNCTION_MEMBERS: &[PyMemberDef] = &[
    PyMemberDef {
        name: c"__module__".as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset_of!(PyCFunctionObject, m_module) as Py_ssize_t,
        flags: 0,
        doc: ptr::null(),
    },
    PyMemberDef::EMPTY,
];

/// A bound method: `function(receiver, ...)` (`PyMethod_New`).
pub fn new_bound(function: Op<'_>, receiver: Op<'_>) -> PyResult {
    // SAFETY: a static type; the new object is zeroed and of the layout filled in.
    unsafe {
        let op = gc::alloc_from(&free_lists::current().methods, &raw mut PyMethod_Type)?;
        let method = Object::steal(op);
        let raw = method.as_ptr().cast::<PyMethodObject>();
        (*raw).im_func = function.to_owned().into_ptr();
        (*raw).im_self = receiver.to_owned().into_ptr();
        (*raw).im_weakreflist = ptr::null_mut();
        (*raw).vectorcall = Some(bound_vectorcall);
        track(method.as_ptr());
        Ok(method)
    }
}

/// Calls the function with the receiver in front. If the caller lends the cell before the
/// arguments, nothing is copied.
unsafe extern "C" fn bound_vectorcall(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the vectorcall protocol; the function and the receiver are kept alive by the
    // method, which its caller keeps alive.
    unsafe {
        let method = callable.cast::<PyMethodObject>();
        let (function, receiver) = ((*method).im_func, (*method).im_self);
        let n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
        if nargsf & PY_VECTORCALL_ARGUMENTS_OFFSET != 0 {
            let cell = args.cast_mut().sub(1);
            let saved = *cell;
            *cell = receiver;
            let result = vectorcall_raw(function, cell, n + 1, kwnames);
            *cell = saved;
            return result;
        }
        let names: Option<Borrowed<'_, PyTupleObject>> = Borrowed::from_nullable(kwnames.cast());
        let total = n + names.map_or(0, tuple::len);
        if total < 6 {
            let mut array = [ptr::null_mut(); 7];
            array[1] = receiver;
            if total > 0 {
                ptr::copy_nonoverlapping(args, array[2..].as_mut_ptr(), total);
            }
            return vectorcall_raw(
                function,
                array[1..].as_ptr(),
                (n + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET,
                kwnames,
            );
        }
        let mut array = Vec::with_capacity(total + 2);
        array.extend([ptr::null_mut(), receiver]);
        array.extend_from_slice(core::slice::from_raw_parts(args, total));
        vectorcall_raw(function, array[1..].as_ptr(), (n + 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames)
    }
}

/// # Safety
/// Fields of a live method are live objects.
fn function_of<'a>(method: Borrowed<'a, PyMethodObject>) -> Op<'a> {
    // SAFETY: set when the method is made.
    unsafe { Op::from_ptr(method.im_func) }
}

fn bound_receiver<'a>(method: Borrowed<'a, PyMethodObject>) -> Op<'a> {
    // SAFETY: set when the method is made.
    unsafe { Op::from_ptr(method.im_self) }
}

fn bound_new(_tp: TypeRef<'_>, args: crate::Args<'_>) -> PyResult {
    let [function, instance] = args.exactly("method")?;
    if !object::is_callable(function) {
        return Err(raise!(TypeError, "first argument must be callable"));
    }
    if instance.is_none() {
        return Err(raise!(TypeError, "instance must not be None"));
    }
    new_bound(function, instance)
}

fn bound_dealloc(method: Borrowed<'_, PyMethodObject>) {
    let op = method.as_object_ptr();
    gc::untrack(op);
    if !method.im_weakreflist.is_null() {
        weakref::clear_refs(method.as_object());
    }
    // SAFETY: the object is dying; its fields are owned references.
    unsafe {
        drop(Object::steal_nullable(method.im_func));
        drop(Object::steal_nullable(method.im_self));
        let kept = &free_lists::current().methods;
        gc::free_to(kept, free_lists::MOST_METHODS, op, &raw mut PyMethod_Type);
    }
}

fn bound_traverse(method: Borrowed<'_, PyMethodObject>, visitor: &mut Visitor) {
    visitor.visit(method.im_func);
    visitor.visit(method.im_self);
}

fn bound_repr(method: Borrowed<'_, PyMethodObject>) -> PyResult<Owned<PyUnicodeObject>> {
    let function = function_of(method);
    let mut name = object::get_optional_attr(function, id!("__qualname__"))?;
    if name.is_none() {
        name = object::get_optional_attr(function, id!("__name__"))?;
    }
    let name = match name {
        Some(name) if name.op().is_instance::<PyUnicodeObject>() => str::to_string_lossy(name.op()),
        _ => "?".to_owned(),
    };
    let receiver = object::repr(bound_receiver(method))?;
    str::from_string(format!("<bound method {name} of {}>", str::to_string_lossy(receiver.op())))
}

fn bound_richcompare(method: Borrowed<'_, PyMethodObject>, other: Op<'_>, op: c_int) -> PyResult {
    let Some(other) = other.downcast_exact::<PyMethodObject>().filter(|_| op == Py_EQ || op == Py_NE) else {
        return Ok(singletons::new_not_implemented());
    };
    let same = object::equal(function_of(method), function_of(other))?
        && bound_receiver(method).is(bound_receiver(other));
    Ok(singletons::new_bool(same == (op == Py_EQ)))
}

fn bound_hash(method: Borrowed<'_, PyMethodObject>) -> PyResult<Py_hash_t> {
    Ok(crate::hashing::hash_pointer(method.im_self) ^ object::hash(function_of(method))?)
}

/// Attributes of the method's own type first, then those of the function.
fn bound_getattro(method: Borrowed<'_, PyMethodObject>, name: Op<'_>) -> PyResult {
    if let Some(found) = crate::type_object::lookup(method.ob_type(), name) {
        return descr::bind(found, Some(method.as_object()), method.ob_type().as_object());
    }
    object::get_attr(function_of(method), name)
}

fn bound_descr_get(method: Borrowed<'_, PyMethodObject>, _: Option<Op<'_>>, _: Option<Op<'_>>) -> PyResult {
    Ok(method.as_object().to_owned())
}

fn bound_reduce(method: Borrowed<'_, PyMethodObject>) -> PyResult {
    let name = object::get_attr(function_of(method), id!("__name__"))?;
    let getattr = descr::builtin_getattr()?;
    let args = tuple::pack(&[bound_receiver(method), name.op()])?;
    tuple::pack(&[getattr.op(), args.op()])
}

fn bound_doc(method: Borrowed<'_, PyMethodObject>) -> PyResult {
    object::get_attr(function_of(method), id!("__doc__"))
}

const BOUND_METHODS: &[PyMethodDef] = &[
    crate::define::method::noargs(c"__reduce__", bound_reduce, c"__reduce__($self, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];
const BOUND_GETSETS: &[PyGetSetDef] = &[getset::get(c"__doc__", bound_doc, c""), PyGetSetDef::EMPTY];
const BOUND_MEMBERS: &[PyMemberDef] = &[
    PyMemberDef {
        name: c"__func__".as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset_of!(PyMethodObject, im_func) as Py_ssize_t,
        flags: Py_READONLY,
        doc: c"the function (or other callable) implementing a method".as_ptr(),
    },
    PyMemberDef {
        name: c"__self__".as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset_of!(PyMethodObject, im_self) as Py_ssize_t,
        flags: Py_READONLY,
        doc: c"the instance to which a method is bound".as_ptr(),
    },
    PyMemberDef::EMPTY,
];

/// `PyInstanceMethod_New`: makes any callable bind like a function.
pub fn new_instance_method(function: Op<'_>) -> PyResult {
    // SAFETY: a static type; the new object is zeroed and of the layout filled in.
    unsafe {
        let method = gc::alloc(TypeRef::from_ptr(&raw mut PyInstanceMethod_Type), 0)?;
        (*method.as_ptr().cast::<PyInstanceMethodObject>()).func = function.to_owned().into_ptr();
        track(method.as_ptr());
        Ok(method)
    }
}

/// What an instance method wraps.
fn wrapped<'a>(method: Borrowed<'a, PyInstanceMethodObject>) -> Op<'a> {
    // SAFETY: set when the method is made.
    unsafe { Op::from_ptr(method.func) }
}

fn instance_new(_tp: TypeRef<'_>, args: crate::Args<'_>) -> PyResult {
    let [function] = args.exactly("instancemethod")?;
    if !object::is_callable(function) {
        return Err(raise!(TypeError, "first argument must be callable"));
    }
    new_instance_method(function)
}

fn instance_dealloc(method: Borrowed<'_, PyInstanceMethodObject>) {
    let op = method.as_object_ptr();
    gc::untrack(op);
    // SAFETY: the object is dying; its field is an owned reference.
    unsafe {
        drop(Object::steal_nullable(method.func));
        alloc::free_object(op);
    }
}

fn instance_traverse(method: Borrowed<'_, PyInstanceMethodObject>, visitor: &mut Visitor) {
    visitor.visit(method.func);
}

fn instance_call(method: Borrowed<'_, PyInstanceMethodObject>, args: crate::Args<'_>) -> PyResult {
    call::call(wrapped(method), args)
}

fn instance_getattro(method: Borrowed<'_, PyInstanceMethodObject>, name: Op<'_>) -> PyResult {
    if let Some(found) = crate::type_object::lookup(method.ob_type(), name) {
        return descr::bind(found, Some(method.as_object()), method.ob_type().as_object());
    }
    object::get_attr(wrapped(method), name)
}

fn instance_descr_get(
    method: Borrowed<'_, PyInstanceMethodObject>,
    instance: Option<Op<'_>>,
    _owner: Option<Op<'_>>,
) -> PyResult {
    match instance {
        None => Ok(wrapped(method).to_owned()),
        Some(instance) => new_bound(wrapped(method), instance),
    }
}

fn instance_richcompare(method: Borrowed<'_, PyInstanceMethodObject>, other: Op<'_>, op: c_int) -> PyResult {
    let Some(other) = other.downcast_exact::<PyInstanceMethodObject>().filter(|_| op == Py_EQ || op == Py_NE)
    else {
        return Ok(singletons::new_not_implemented());
    };
    let same = object::equal(wrapped(method), wrapped(other))?;
    Ok(singletons::new_bool(same == (op == Py_EQ)))
}

fn instance_repr(method: Borrowed<'_, PyInstanceMethodObject>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = match object::get_optional_attr(wrapped(method), id!("__name__"))? {
        Some(name) if name.op().is_instance::<PyUnicodeObject>() => str::to_string_lossy(name.op()),
        _ => "?".to_owned(),
    };
    str::from_string(format!("<instancemethod {name} at {:p}>", method.as_ptr()))
}

fn instance_doc(method: Borrowed<'_, PyInstanceMethodObject>) -> PyResult {
    match object::get_attr(wrapped(method), id!("__doc__")) {
        Ok(doc) => Ok(doc),
        Err(raised) => {
            raised.absorb::<()>(exceptions::builtin::AttributeError())?;
            Ok(singletons::new_none())
        }
    }
}

const INSTANCE_GETSETS: &[PyGetSetDef] = &[getset::get(c"__doc__", instance_doc, c""), PyGetSetDef::EMPTY];
const INSTANCE_MEMBERS: &[PyMemberDef] = &[
    PyMemberDef {
        name: c"__func__".as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: offset_of!(PyInstanceMethodObject, func) as Py_ssize_t,
        flags: Py_READONLY,
        doc: c"the function (or other callable) implementing a method".as_ptr(),
    },
    PyMemberDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PyCFunction_Type: PyTypeObject = PyTypeObject {
    tp_name: c"builtin_function_or_method".as_ptr(),
    tp_basicsize: size_of::<PyCFunctionObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(function_dealloc),
    tp_vectorcall_offset: offset_of!(PyCFunctionObject, vectorcall) as Py_ssize_t,
    tp_repr: slot::unary(function_repr),
    tp_hash: slot::hash(function_hash),
    tp_call: Some(function_call),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    tp_traverse: slot::traverse(function_traverse),
    tp_richcompare: slot::richcompare(function_richcompare),
    tp_weaklistoffset: offset_of!(PyCFunctionObject, m_weakreflist) as Py_ssize_t,
    tp_methods: FUNCTION_METHODS.as_ptr().cast_mut(),
    tp_members: FUNCTION_MEMBERS.as_ptr().cast_mut(),
    tp_getset: FUNCTION_GETSETS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyCMethod_Type: PyTypeObject = PyTypeObject {
    tp_name: c"builtin_method".as_ptr(),
    tp_basicsize: size_of::<PyCMethodObject>() as Py_ssize_t,
    tp_base: &raw mut PyCFunction_Type,
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyMethod_Type: PyTypeObject = PyTypeObject {
    tp_name: c"method".as_ptr(),
    tp_basicsize: size_of::<PyMethodObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(bound_dealloc),
    tp_vectorcall_offset: offset_of!(PyMethodObject, vectorcall) as Py_ssize_t,
    tp_repr: slot::unary(bound_repr),
    tp_hash: slot::hash(bound_hash),
    tp_call: Some(call::PyVectorcall_Call),
    tp_getattro: slot::binary(bound_getattro),
    tp_setattro: Some(object::PyObject_GenericSetAttr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    tp_doc: c"method(function, instance, /)\n--\n\nA function together with the instance it is called on."
        .as_ptr(),
    tp_traverse: slot::traverse(bound_traverse),
    tp_richcompare: slot::richcompare(bound_richcompare),
    tp_weaklistoffset: offset_of!(PyMethodObject, im_weakreflist) as Py_ssize_t,
    tp_methods: BOUND_METHODS.as_ptr().cast_mut(),
    tp_members: BOUND_MEMBERS.as_ptr().cast_mut(),
    tp_getset: BOUND_GETSETS.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(bound_descr_get),
    tp_new: slot::new(bound_new),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyInstanceMethod_Type: PyTypeObject = PyTypeObject {
    tp_name: c"instancemethod".as_ptr(),
    tp_basicsize: size_of::<PyInstanceMethodObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(instance_dealloc),
    tp_repr: slot::unary(instance_repr),
    tp_call: slot::call(instance_call),
    tp_getattro: slot::binary(instance_getattro),
    tp_setattro: Some(object::PyObject_GenericSetAttr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"instancemethod(function)\n\nMakes any callable bind as a function does.".as_ptr(),
    tp_traverse: slot::traverse(instance_traverse),
    tp_richcompare: slot::richcompare(instance_richcompare),
    tp_members: INSTANCE_MEMBERS.as_ptr().cast_mut(),
    tp_getset: INSTANCE_GETSETS.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(instance_descr_get),
    tp_new: slot::new(instance_new),
    ..PyTypeObject::EMPTY
};
