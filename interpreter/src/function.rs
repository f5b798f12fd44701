//! The `function` type: code with globals, defaults and a closure.
//!
//! Inline caches trust a function by its version, which every change of code or
//! defaults takes away; functions of one code object share the code's version.
//!
//! Layout: `layout/function.rs`.

use core::ffi::{CStr, c_int};
use core::mem::offset_of;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Signature, TypeRef, Visitor, call as calling, dict, gc,
    getset, method, object, raise, singletons, slot, str, tuple, weakref,
};

use crate::watchers::{self, FunctionEvent};
use crate::{code, frame, vm};

type Function<'a> = Borrowed<'a, PyFunctionObject>;

/// A function over `code` (`PyFunction_New`); `globals` is a dict.
pub fn new(code: Borrowed<'_, PyCodeObject>, globals: Op<'_>) -> PyResult<Owned<PyFunctionObject>> {
    let doc = match code::consts(code).first() {
        Some(&doc) if code.co_flags & CO_HAS_DOCSTRING != 0 => doc.to_owned(),
        _ => singletons::new_none(),
    };
    let module = match globals.downcast::<PyDictObject>() {
        Some(globals) => dict::get_item_str(globals, "__name__")?,
        None => None,
    };
    let builtins = builtins_of(globals)?;
    // SAFETY: the type is ready; every field of the fresh object is written.
    unsafe {
        let function =
            gc::alloc(Borrowed::from_ptr(&raw mut PyFunction_Type), 0)?.cast_unchecked::<PyFunctionObject>();
        let this = function.as_ptr();
        (*this).func_globals = globals.to_owned().into_ptr();
        (*this).func_builtins = builtins.into_ptr();
        (*this).func_name = Object::new_ref(code.co_name).into_ptr();
        (*this).func_qualname = Object::new_ref(code.co_qualname).into_ptr();
        (*this).func_code = code.to_owned().into_object_ptr();
        (*this).func_defaults = ptr::null_mut();
        (*this).func_kwdefaults = ptr::null_mut();
        (*this).func_closure = ptr::null_mut();
        (*this).func_doc = doc.into_ptr();
        (*this).func_dict = ptr::null_mut();
        (*this).func_weakreflist = ptr::null_mut();
        (*this).func_module = adder_object_model::refs::into_nullable(module);
        (*this).func_annotations = ptr::null_mut();
        (*this).func_annotate = ptr::null_mut();
        (*this).func_typeparams = ptr::null_mut();
        (*this).vectorcall = Some(_PyFunction_Vectorcall);
        (*this).func_version = 0;
        gc::track(this.cast());
        watchers::tell_function(FunctionEvent::Create, this, None);
        Ok(function)
    }
}

/// The builtins that code with these globals sees (`_PyEval_BuiltinsFromGlobals`).
pub fn builtins_of(globals: Op<'_>) -> PyResult {
    let found = match globals.downcast::<PyDictObject>() {
        Some(globals) => dict::get_item_str(globals, "__builtins__")?,
        None => None,
    };
    match found {
        Some(module) if module.op().is_instance::<PyModuleObject>() => {
            Ok(adder_object_model::module::get_dict(module.op()).as_object().to_owned())
        }
        Some(builtins) => Ok(builtins),
        None => Ok(match frame::current_builtins() {
            Some(builtins) => builtins,
            // SAFETY: an owned reference, set before any code runs.
            None => unsafe { Object::new_ref(adder_object_model::state::interp().builtins.get()) },
        }),
    }
}

/// The function's code.
#[inline(always)]
pub fn code_of<'a>(function: Function<'a>) -> Borrowed<'a, PyCodeObject> {
    // SAFETY: a function keeps its code alive; callers that run Python take a reference.
    unsafe { Borrowed::from_ptr(function.func_code.cast()) }
}

/// The function's version, given anew if its code has one to give; 0 if none
/// (`_PyFunction_GetVersionForCurrentState`).
pub fn version(function: Function<'_>) -> u32 {
    if function.func_version != 0 {
        return function.func_version;
    }
    if function.vectorcall.map(|f| f as usize) != Some(_PyFunction_Vectorcall as *const () as usize) {
        return 0;
    }
    let versions = &adder_object_model::state::interp().function_versions;
    let next = versions.get().wrapping_add(1);
    if next == 0 {
        return 0;
    }
    versions.set(next);
    // SAFETY: a plain field.
    unsafe { (*function.as_ptr()).func_version = next };
    next
}

/// No cache may trust the function as it was.
fn changed(function: Function<'_>) {
    // SAFETY: a plain field.
    unsafe { (*function.as_ptr()).func_version = 0 };
}

/// `_PyFunction_Vectorcall`: a function's vectorcall.
///
/// # Safety
/// The vectorcall protocol; `function` is a function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyFunction_Vectorcall(
    function: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    let n = nargsf & !(1 << 63);
    // SAFETY: the caller's promise.
    unsafe {
        let function = function.cast::<PyFunctionObject>();
        let code = (*function).func_code.cast::<PyCodeObject>();
        let locals =
            if (*code).co_flags & CO_OPTIMIZED != 0 { ptr::null_mut() } else { (*function).func_globals };
        vm::eval_vector(function, locals, args, n, kwnames)
    }
}

/// Replaces an owned field; the old value is dropped last.
///
/// # Safety
/// `field` is an owned field of a live object.
unsafe fn replace(field: *mut *mut PyObject, value: Option<Object>) {
    // SAFETY: the caller's promise.
    unsafe {
        let old = ptr::replace(field, adder_object_model::refs::into_nullable(value));
        drop(Object::steal_nullable(old));
    }
}

/// Gives a function other cells (`PyFunction_SetClosure`); no cache may trust it as it was.
pub fn set_closure(function: Function<'_>, closure: Option<Op<'_>>) {
    changed(function);
    // SAFETY: an owned field of a live object.
    unsafe { replace(&raw mut (*function.as_ptr()).func_closure, closure.map(|closure| closure.to_owned())) };
}

fn get_code(function: Function<'_>) -> PyResult {
    Ok(code_of(function).to_owned().into_object())
}

fn set_code(function: Function<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(code) = value.and_then(|value| value.downcast::<PyCodeObject>()) else {
        return Err(raise!(TypeError, "__code__ must be set to a code object"));
    };
    // SAFETY: a tuple of cells or null.
    let n_closure = unsafe {
        Borrowed::<PyTupleObject>::from_nullable(function.func_closure.cast())
            .map_or(0, |closure| tuple::len(closure))
    };
    if n_closure != code.co_nfreevars as usize {
        // SAFETY: a live string.
        let name = unsafe { str::to_string_lossy(Op::from_ptr(function.func_name)) };
        return Err(raise!(
            ValueError,
            "{name}() requires a code object with {n_closure} free vars, not {}",
            code.co_nfreevars
        ));
    }
    let old = code_of(function).co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR);
    let new = code.co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR);
    if old != new {
        let warning = adder_object_model::exceptions::builtin::DeprecationWarning();
        (adder_object_model::state::hooks().warn)(
            warning,
            "Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)",
            1,
        )?;
    }
    // SAFETY: a live function.
    unsafe { watchers::tell_function(FunctionEvent::ModifyCode, function.as_ptr(), Some(code.as_object())) };
    changed(function);
    // SAFETY: an owned field.
    unsafe { replace(&raw mut (*function.as_ptr()).func_code, Some(code.to_owned().into_object())) };
    Ok(())
}

fn get_name(function: Function<'_>) -> PyResult {
    // SAFETY: a live string.
    Ok(unsafe { Object::new_ref(function.func_name) })
}

fn set_name(function: Function<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value.filter(|value| value.is_instance::<PyUnicodeObject>()) else {
        return Err(raise!(TypeError, "__name__ must be set to a string object"));
    };
    // SAFETY: an owned field.
    unsafe { replace(&raw mut (*function.as_ptr()).func_name, Some(value.to_owned())) };
    Ok(())
}

fn get_qualname(function: Function<'_>) -> PyResult {
    // SAFETY: a live string.
    Ok(unsafe { Object::new_ref(function.func_qualname) })
}

fn set_qualname(function: Function<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value.filter(|value| value.is_instance::<PyUnicodeObject>()) else {
        return Err(raise!(TypeError, "__qualname__ must be set to a string object"));
    };
    // SAFETY: an owned field.
    unsafe { replace(&raw mut (*function.as_ptr()).func_qualname, Some(value.to_owned())) };
    Ok(())
}

fn get_defaults(function: Function<'_>) -> PyResult {
    // SAFETY: an owned field or null.
    Ok(unsafe { Object::new_ref_nullable(function.func_defaults) }.unwrap_or_else(singletons::new_none))
}

/// `PyFunction_SetDefaults`; `None` for none.
pub fn set_defaults(function: Function<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let value = value.filter(|value| !value.is_none());
    if value.is_some_and(|value| !value.is_instance::<PyTupleObject>()) {
        return Err(raise!(TypeError, "__defaults__ must be set to a tuple object"));
    }
    // SAFETY: a live function.
    unsafe { watchers::tell_function(FunctionEvent::ModifyDefaults, function.as_ptr(), value) };
    changed(function);
    // SAFETY: an owned field.
    unsafe { replace(&raw mut (*function.as_ptr()).func_defaults, value.map(|value| value.to_owned())) };
    Ok(())
}

fn get_kwdefaults(function: Function<'_>) -> PyResult {
    // SAFETY: an owned field or null.
    Ok(unsafe { Object::new_ref_nullable(function.func_kwdefaults) }.unwrap_or_else(singletons::new_none))
}

/// `PyFunction_SetKwDefaults`; `None` for none.
pub fn set_kwdefaults(function: Function<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let value = value.filter(|value| !value.is_none());
    if value.is_some_and(|value| !value.is_instance::<PyDictObject>()) {
        return Err(raise!(TypeError, "__kwdefaults__ must be set to a dict object"));
    }
    // SAFETY: a live function.
    unsafe { watchers::tell_function(FunctionEvent::ModifyKwdefaults, function.as_ptr(), value) };
    changed(function);
    // SAFETY: an owned field.
    unsafe { replace(&raw mut (*function.as_ptr()).func_kwdefaults, value.map(|value| value.to_owned())) };
    Ok(())
}

/// The annotations as a dict, evaluated on first use.
fn get_annotations(function: Function<'_>) -> PyResult {
    let this = function.as_ptr();
    // SAFETY: owned fields or null.
    unsafe {
        match Object::new_ref_nullable(function.func_annotations) {
            None => {
                let annotate = Object::new_ref_nullable(function.func_annotate);
                let made = match annotate.filter(|annotate| object::is_callable(annotate.op())) {
                    None => dict::new()?.into_object(),
                    Some(annotate) => {
                        let format = adder_object_model::int::small(1);
                        let made = calling::call_one(annotate.op(), format.op())?;
                        if !made.op().is_instance::<PyDictObject>() {
                            return Err(raise!(
                                TypeError,
                                "__annotate__ returned non-dict of type '{}'",
                                made.op().type_name()
                            ));
                        }
                        made
                    }
                };
                replace(&raw mut (*this).func_annotations, Some(made.clone()));
                Ok(made)
            }
            Some(rows) if rows.op().is_exact::<PyTupleObject>() => {
                let made = dict::new()?;
                let rows = rows.op().downcast::<PyTupleObject>().expect("checked");
                for pair in tuple::refs(rows).chunks(2) {
                    dict::set_item(made.borrow(), pair[0], pair[1])?;
                }
                replace(&raw mut (*this).func_annotations, Some(made.op().to_owned()));
                Ok(made.into_object())
            }
            Some(annotations) => Ok(annotations),
        }
    }
}

fn set_annotations(function: Function<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let value = value.filter(|value| !value.is_none());
    if value.is_some_and(|value| !value.is_instance::<PyDictObject>()) {
        return Err(raise!(TypeError, "__annotations__ must be set to a dict object"));
    }
    changed(function);
    // SAFETY: owned fields.
    unsafe {
        replace(&raw mut (*function.as_ptr()).func_annotations, value.map(|value| value.to_owned()));
        replace(&raw mut (*function.as_ptr()).func_annotate, None);
    }
    Ok(())
}

fn get_annotate(function: Function<'_>) -> PyResult {
    // SAFETY: an owned field or null.
    Ok(unsafe { Object::new_ref_nullable(function.func_annotate) }.unwrap_or_else(singletons::new_none))
}

fn set_annotate(function: Function<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "__annotate__ cannot be deleted"));
    };
    let this = function.as_ptr();
    // SAFETY: owned fields.
    unsafe {
        if value.is_none() {
            replace(&raw mut (*this).func_annotate, Some(value.to_owned()));
        } else if object::is_callable(value) {
            replace(&raw mut (*this).func_annotate, Some(value.to_owned()));
            replace(&raw mut (*this).func_annotations, None);
        } else {
            return Err(raise!(TypeError, "__annotate__ must be callable or None"));
        }
    }
    changed(function);
    Ok(())
}

fn get_type_params(function: Function<'_>) -> PyResult {
    // SAFETY: an owned field or null.
    Ok(unsafe { Object::new_ref_nullable(function.func_typeparams) }.unwrap_or_else(tuple::empty))
}

fn set_type_params(function: Function<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value.filter(|value| value.is_instance::<PyTupleObject>()) else {
        return Err(raise!(TypeError, "__type_params__ must be set to a tuple"));
    };
    // SAFETY: an owned field.
    unsafe { replace(&raw mut (*function.as_ptr()).func_typeparams, Some(value.to_owned())) };
    Ok(())
}

/// `types.FunctionType(...)`.
fn construct(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<6> =
        Signature::new("function", ["code", "globals", "name", "argdefs", "closure", "kwdefaults"])
            .required(2);
    let _ = tp;
    let [code, globals, name, defaults, closure, kwdefaults] = args.parse(&SIGNATURE)?;
    let (code, globals) = (code.expect("required"), globals.expect("required"));
    let Some(code) = code.downcast::<PyCodeObject>() else {
        return Err(raise!(TypeError, "function() argument 'code' must be code, not {}", code.type_name()));
    };
    if !globals.is_instance::<PyDictObject>() {
        return Err(raise!(
            TypeError,
            "function() argument 'globals' must be dict, not {}",
            globals.type_name()
        ));
    }
    let given = |op: Option<Op<'_>>| op.is_some_and(|op| !op.is_none());
    if name.is_some_and(|name| !name.is_none() && !name.is_instance::<PyUnicodeObject>()) {
        return Err(raise!(TypeError, "arg 3 (name) must be None or string"));
    }
    if given(defaults) && !defaults.expect("given").is_instance::<PyTupleObject>() {
        return Err(raise!(TypeError, "arg 4 (defaults) must be None or tuple"));
    }
    let n_free = code.co_nfreevars as usize;
    let closure_tuple = closure.and_then(|closure| closure.downcast::<PyTupleObject>());
    if closure_tuple.is_none() {
        if n_free > 0 && !given(closure) {
            return Err(raise!(TypeError, "arg 5 (closure) must be tuple"));
        }
        if given(closure) {
            return Err(raise!(TypeError, "arg 5 (closure) must be None or tuple"));
        }
    }
    if given(kwdefaults) && !kwdefaults.expect("given").is_instance::<PyDictObject>() {
        return Err(raise!(TypeError, "arg 6 (kwdefaults) must be None or dict"));
    }
    let n_closure = closure_tuple.map_or(0, tuple::len);
    if n_closure != n_free {
        // SAFETY: a live string.
        let name = unsafe { str::to_string_lossy(Op::from_ptr(code.co_name)) };
        return Err(raise!(ValueError, "{name} requires closure of length {n_free}, not {n_closure}"));
    }
    if let Some(cells) = closure_tuple {
        for cell in tuple::refs(cells) {
            if !cell.is_instance::<PyCellObject>() {
                return Err(raise!(TypeError, "arg 5 (closure) expected cell, found {}", cell.type_name()));
            }
        }
    }
    let function = new(code, globals)?;
    let this = function.as_ptr();
    // SAFETY: owned fields of an object nobody else has seen.
    unsafe {
        if let Some(name) = name.filter(|name| !name.is_none()) {
            replace(&raw mut (*this).func_name, Some(name.to_owned()));
        }
        let keep = |op: Option<Op<'_>>| op.filter(|op| !op.is_none()).map(|op| op.to_owned());
        replace(&raw mut (*this).func_defaults, keep(defaults));
        replace(&raw mut (*this).func_closure, keep(closure));
        replace(&raw mut (*this).func_kwdefaults, keep(kwdefaults));
    }
    Ok(function.into_object())
}

fn call(function: Function<'_>, args: Args<'_>) -> PyResult {
    let keywords = args.keywords();
    let mut values: Vec<*mut PyObject> = args.as_slice().to_vec();
    let mut names = Vec::with_capacity(keywords.len());
    for (name, value) in keywords {
        if !name.is_instance::<PyUnicodeObject>() {
            return Err(raise!(TypeError, "keywords must be strings"));
        }
        names.push(name.to_owned());
        values.push(value.as_ptr());
    }
    let n = args.len();
    let names = if names.is_empty() { None } else { Some(tuple::from_vec(names)?) };
    let kwnames = names.as_ref().map_or(ptr::null_mut(), Object::as_ptr);
    // SAFETY: the vectorcall protocol is kept.
    unsafe { Object::from_c(_PyFunction_Vectorcall(function.as_object_ptr(), values.as_ptr(), n, kwnames)) }
}

fn descr_get(function: Function<'_>, instance: Option<Op<'_>>, _owner: Option<Op<'_>>) -> PyResult {
    match instance.filter(|instance| !instance.is_none()) {
        Some(instance) => method::new_bound(function.as_object(), instance),
        None => Ok(function.as_object().to_owned()),
    }
}

fn repr(function: Function<'_>) -> PyResult {
    // SAFETY: a live string.
    let name = unsafe { str::to_string_lossy(Op::from_ptr(function.func_qualname)) };
    Ok(str::from_string(format!("<function {name} at {:p}>", function.as_ptr()))?.into_object())
}

fn traverse(function: Function<'_>, visitor: &mut Visitor) {
    for field in fields(function.as_ptr()) {
        // SAFETY: fields of a live object.
        visitor.visit(unsafe { *field });
    }
}

/// Every owned field.
fn fields(this: *mut PyFunctionObject) -> [*mut *mut PyObject; 14] {
    // SAFETY: only addresses are taken.
    unsafe {
        [
            &raw mut (*this).func_code,
            &raw mut (*this).func_globals,
            &raw mut (*this).func_builtins,
            &raw mut (*this).func_module,
            &raw mut (*this).func_name,
            &raw mut (*this).func_qualname,
            &raw mut (*this).func_defaults,
            &raw mut (*this).func_kwdefaults,
            &raw mut (*this).func_doc,
            &raw mut (*this).func_dict,
            &raw mut (*this).func_closure,
            &raw mut (*this).func_annotations,
            &raw mut (*this).func_annotate,
            &raw mut (*this).func_typeparams,
        ]
    }
}

/// Breaks cycles; what must never be null (code, names, namespaces) stays.
fn clear(function: Function<'_>) {
    let this = function.as_ptr();
    changed(function);
    // SAFETY: owned fields.
    unsafe {
        for field in [
            &raw mut (*this).func_module,
            &raw mut (*this).func_defaults,
            &raw mut (*this).func_kwdefaults,
            &raw mut (*this).func_doc,
            &raw mut (*this).func_dict,
            &raw mut (*this).func_closure,
            &raw mut (*this).func_annotations,
            &raw mut (*this).func_annotate,
            &raw mut (*this).func_typeparams,
        ] {
            replace(field, None);
        }
    }
}

fn dealloc(function: Function<'_>) {
    let this = function.as_ptr();
    // SAFETY: the last reference is gone and every field is still set.
    if !unsafe { watchers::tell_dying_function(this) } {
        return;
    }
    gc::untrack(this.cast());
    // SAFETY: the last reference is gone.
    unsafe {
        if !(*this).func_weakreflist.is_null() {
            weakref::clear_refs(function.as_object());
        }
        (*this).func_version = 0;
        for field in fields(this) {
            replace(field, None);
        }
    }
    // SAFETY: a dying function, whose fields have just been given back.
    unsafe { gc::delete(this.cast()) };
}

const fn member(name: &'static CStr, kind: c_int, offset: usize, flags: c_int) -> PyMemberDef {
    PyMemberDef { name: name.as_ptr(), r#type: kind, offset: offset as Py_ssize_t, flags, doc: ptr::null() }
}

static MEMBERS: [PyMemberDef; 6] = [
    member(c"__closure__", _Py_T_OBJECT, offset_of!(PyFunctionObject, func_closure), Py_READONLY),
    member(c"__doc__", _Py_T_OBJECT, offset_of!(PyFunctionObject, func_doc), 0),
    member(c"__globals__", _Py_T_OBJECT, offset_of!(PyFunctionObject, func_globals), Py_READONLY),
    member(c"__module__", _Py_T_OBJECT, offset_of!(PyFunctionObject, func_module), 0),
    member(c"__builtins__", _Py_T_OBJECT, offset_of!(PyFunctionObject, func_builtins), Py_READONLY),
    PyMemberDef::EMPTY,
];

fn get_dict(function: Function<'_>) -> PyResult {
    let this = function.as_ptr();
    // SAFETY: an owned field or null.
    unsafe {
        if (*this).func_dict.is_null() {
            (*this).func_dict = dict::new()?.into_object_ptr();
        }
        Ok(Object::new_ref((*this).func_dict))
    }
}

fn set_dict(function: Function<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "cannot delete __dict__"));
    };
    if !value.is_instance::<PyDictObject>() {
        return Err(raise!(TypeError, "__dict__ must be set to a dictionary, not a '{}'", value.type_name()));
    }
    // SAFETY: an owned field.
    unsafe { replace(&raw mut (*function.as_ptr()).func_dict, Some(value.to_owned())) };
    Ok(())
}

const GETSET: &[PyGetSetDef] = &[
    getset::get_set(c"__code__", get_code, set_code, c"The code that the function runs."),
    getset::get_set(
        c"__defaults__",
        get_defaults,
        set_defaults,
        c"Defaults of positional parameters, or None.",
    ),
    getset::get_set(
        c"__kwdefaults__",
        get_kwdefaults,
        set_kwdefaults,
        c"Defaults of keyword-only parameters, or None.",
    ),
    getset::get_set(c"__annotations__", get_annotations, set_annotations, c"Annotations by parameter name."),
    getset::get_set(
        c"__annotate__",
        get_annotate,
        set_annotate,
        c"The function that evaluates the annotations, or None.",
    ),
    getset::get_set(c"__dict__", get_dict, set_dict, c"The function's own attributes."),
    getset::get_set(c"__name__", get_name, set_name, c"The function's name."),
    getset::get_set(
        c"__qualname__",
        get_qualname,
        set_qualname,
        c"The function's name with where it was defined.",
    ),
    getset::get_set(
        c"__type_params__",
        get_type_params,
        set_type_params,
        c"The type parameters of a generic function.",
    ),
    PyGetSetDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PyFunction_Type: PyTypeObject = PyTypeObject {
    tp_name: c"function".as_ptr(),
    tp_basicsize: size_of::<PyFunctionObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_vectorcall_offset: offset_of!(PyFunctionObject, vectorcall) as Py_ssize_t,
    tp_repr: slot::unary(repr),
    tp_call: slot::call(call),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    tp_doc: c"function(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)\n--\n\nCreate a function object over code and globals.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_weaklistoffset: offset_of!(PyFunctionObject, func_weakreflist) as Py_ssize_t,
    tp_members: (&raw const MEMBERS).cast::<PyMemberDef>().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(descr_get),
    tp_dictoffset: offset_of!(PyFunctionObject, func_dict) as Py_ssize_t,
    tp_new: slot::new(construct),
    ..PyTypeObject::EMPTY
};
