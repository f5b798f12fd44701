//! `PyFunction_*`, `PyGen_*`, and what is asked of code and frames beyond their attributes.

use core::ffi::{c_int, c_void};

use adder_interpreter::{code, function};
use adder_object_model::layout::*;
use adder_object_model::{PyResult, dict, errors, object, raise, str};

use crate::c_api;
use crate::convert::*;

fn set(function: Of<PyFunctionObject>, attribute: &str, value: Op) -> PyResult<()> {
    object::set_attr_str(function.as_object(), attribute, Some(value))
}

c_api! {
    /// Borrowed, or null.
    fn PyFunction_GetKwDefaults(op: Of<PyFunctionObject>) -> PyResult<*mut PyObject> { Ok(op.func_kwdefaults) }
    /// Borrowed, or null.
    fn PyFunction_GetClosure(op: Of<PyFunctionObject>) -> PyResult<*mut PyObject> { Ok(op.func_closure) }
    /// Borrowed, or null.
    fn PyFunction_GetModule(op: Of<PyFunctionObject>) -> PyResult<*mut PyObject> { Ok(op.func_module) }
    /// Borrowed: a dict the function keeps, or null.
    fn PyFunction_GetAnnotations(op: Of<PyFunctionObject>) -> PyResult<Lent> { object::get_attr_str(op.as_object(), "__annotations__").map(Lent) }
    fn PyFunction_SetDefaults(op: Of<PyFunctionObject>, defaults: Op) -> PyResult<()> {
        if !defaults.is_none() && !defaults.is_instance::<PyTupleObject>() { return Err(raise!(SystemError, "non-tuple default args")); }
        set(op, "__defaults__", defaults)
    }
    fn PyFunction_SetKwDefaults(op: Of<PyFunctionObject>, defaults: Op) -> PyResult<()> {
        if !defaults.is_none() && !defaults.is_instance::<PyDictObject>() { return Err(raise!(SystemError, "non-dict keyword only default args")); }
        set(op, "__kwdefaults__", defaults)
    }
    fn PyFunction_SetAnnotations(op: Of<PyFunctionObject>, annotations: Op) -> PyResult<()> {
        if !annotations.is_none() && !annotations.is_instance::<PyDictObject>() { return Err(raise!(SystemError, "non-dict annotations")); }
        set(op, "__annotations__", annotations)
    }
    fn PyFunction_SetClosure(op: Of<PyFunctionObject>, closure: Op) -> PyResult<()> {
        if !closure.is_none() && !closure.is_instance::<PyTupleObject>() {
            return Err(raise!(SystemError, "expected tuple for closure, got '{}'", closure.type_name()));
        }
        function::set_closure(op, Some(closure).filter(|closure| !closure.is_none()));
        Ok(())
    }
    /// New reference.
    fn PyGen_GetCode(op: Op) -> PyResult<Object> { object::get_attr_str(op, "gi_code") }
    /// New reference.
    fn PyCode_GetVarnames(op: Of<PyCodeObject>) -> PyResult<Object> { code::varnames(op) }
    /// New reference.
    fn PyCode_GetCellvars(op: Of<PyCodeObject>) -> PyResult<Object> { code::cellvars(op) }
    /// New reference.
    fn PyCode_GetFreevars(op: Of<PyCodeObject>) -> PyResult<Object> { code::freevars(op) }
    /// New reference: the generator, coroutine or asynchronous generator the frame belongs to, or null without an exception.
    fn PyFrame_GetGenerator(op: Of<PyFrameObject>) -> PyResult<Option<Object>> {
        object::get_attr_str(op.as_object(), "f_generator").map(|found| Some(found).filter(|found| !found.op().is_none()))
    }
    /// New reference: a variable's value; `NameError` if it has none.
    fn PyFrame_GetVar(op: Of<PyFrameObject>, name: Op) -> PyResult<Object> {
        if !name.is_instance::<PyUnicodeObject>() {
            return Err(raise!(TypeError, "name must be str, not {}", name.type_name()));
        }
        variable(op, name)
    }
    /// New reference; as `PyFrame_GetVar`.
    fn PyFrame_GetVarString(op: Of<PyFrameObject>, name: Text) -> PyResult<Object> {
        let name = name.to_str()?;
        // SAFETY: the string outlives the call below.
        variable(op, unsafe { Op::from_ptr(name.as_object_ptr()) })
    }
}

fn variable(frame: Of<PyFrameObject>, name: Op) -> PyResult<Object> {
    let locals = object::get_attr_str(frame.as_object(), "f_locals")?;
    match object::get_item(locals.op(), name) {
        Ok(value) => Ok(value),
        Err(error) if error.matches(adder_object_model::exceptions::builtin::KeyError()) => {
            error.clear();
            Err(raise!(
                NameError,
                "variable {} does not exist",
                str::to_string_lossy(object::repr(name)?.op())
            ))
        }
        Err(error) => Err(error),
    }
}

/// `PyFunction_SetVectorcall`: what calling the function runs; inline caches no longer trust it.
///
/// # Safety
/// `op` is a function, and `vectorcall` lives as long as it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFunction_SetVectorcall(
    op: *mut PyFunctionObject,
    vectorcall: Option<vectorcallfunc>,
) {
    // SAFETY: the caller's promise.
    unsafe {
        (*op).func_version = 0;
        (*op).vectorcall = vectorcall;
    }
}

/// `_PyObject_CallMethodId` finds its name through this; see `shim.c`.
///
/// # Safety
/// `name` is a live string, `op` a live object; the GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GetAttrId(
    op: *mut PyObject,
    id: *mut crate::codecs::PyIdentifier,
) -> *mut PyObject {
    run(|| {
        // SAFETY: the caller's promise.
        let (op, name) = unsafe {
            let op = Op::from_nullable(op).ok_or_else(errors::bad_internal_call)?;
            (op, Op::from_nullable(crate::codecs::_PyUnicode_FromId(id)).ok_or_else(errors::raised)?)
        };
        Ok(object::get_attr(op, name))
    })
}

/// `PyEval_EvalCodeEx`: calls code with explicit arguments; a new reference.
///
/// # Safety
/// `args` holds `n_args` objects, `kws` twice `n_kws` (names and values), `defaults` `n_defaults`; the rest is
/// null or live. The GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_EvalCodeEx(
    code: *mut PyObject,
    globals: *mut PyObject,
    locals: *mut PyObject,
    args: *const *mut PyObject,
    n_args: c_int,
    kws: *const *mut PyObject,
    n_kws: c_int,
    defaults: *const *mut PyObject,
    n_defaults: c_int,
    kwdefaults: *mut PyObject,
    closure: *mut PyObject,
) -> *mut PyObject {
    run(|| {
        // SAFETY: the caller's promise.
        unsafe {
            let code = Op::from_nullable(code)
                .and_then(|code| code.downcast::<PyCodeObject>())
                .ok_or_else(errors::bad_internal_call)?;
            let Some(globals) = Op::from_nullable(globals) else {
                return Err(raise!(SystemError, "PyEval_EvalCodeEx: NULL globals"));
            };
            let listed = |data: *const *mut PyObject, n: c_int| -> Vec<Op> {
                (0..n.max(0) as usize).map(|index| Op::from_ptr(*data.add(index))).collect()
            };
            let function = function::new(code, globals)?;
            let borrowed = Of::<PyFunctionObject>::from_ptr(function.as_ptr());
            if n_defaults > 0 {
                let defaults = adder_object_model::tuple::pack(&listed(defaults, n_defaults))?;
                set(borrowed, "__defaults__", Op::from_ptr(defaults.as_ptr()))?;
            }
            if let Some(kwdefaults) = Op::from_nullable(kwdefaults) {
                set(borrowed, "__kwdefaults__", kwdefaults)?;
            }
            function::set_closure(borrowed, Op::from_nullable(closure));
            let keywords = dict::new()?;
            for pair in listed(kws, n_kws * 2).chunks(2) {
                dict::set_item(keywords.borrow(), pair[0], pair[1])?;
            }
            let args = adder_object_model::tuple::pack(&listed(args, n_args))?;
            let _ = locals; // Code of functions has its own.
            Ok(adder_object_model::call::call_tuple_dict(function.op(), args.op(), Some(keywords.op())))
        }
    })
}

/// `PyUnstable_Eval_RequestCodeExtraIndex`: an index for `PyUnstable_Code_SetExtra`, or -1 when there are no more.
///
/// # Safety
/// `free` is null or fit for what will be stored.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnstable_Eval_RequestCodeExtraIndex(free: code::extra::FreeFunction) -> isize {
    code::extra::request_index(free)
}

/// `PyUnstable_Code_SetExtra`: stores a pointer with a code object; the old one is freed.
///
/// # Safety
/// `code` is a live code object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnstable_Code_SetExtra(
    code: *mut PyObject,
    index: isize,
    extra: *mut c_void,
) -> c_int {
    run(|| {
        // SAFETY: the caller's promise.
        let code = unsafe { Of::<PyCodeObject>::from_c(code) }?;
        code::extra::set(code, index, extra).map(|()| 0)
    })
}

/// `PyUnstable_Code_GetExtra`: 0, with what is stored (or null) behind `extra`.
///
/// # Safety
/// `code` is a live code object, `extra` a place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnstable_Code_GetExtra(
    code: *mut PyObject,
    index: isize,
    extra: *mut *mut c_void,
) -> c_int {
    run(|| {
        // SAFETY: the caller's promise.
        unsafe {
            let code = Of::<PyCodeObject>::from_c(code)?;
            *extra = code::extra::get(code, index);
        }
        Ok(0)
    })
}
