//! `PyEval_*` for code, `PyFrame_*`, `PyCode_*`, `PyTraceBack_*`, `PyContext*`, `PyFunction_*`.

use core::ffi::c_int;
use core::ptr;

use adder_interpreter::{code, context, errors_display, frame, function, traceback, vm};
use adder_object_model::layout::*;
use adder_object_model::{Owned, PyResult, bytes, errors, exceptions, raise, refs, singletons};

use crate::c_api;
use crate::convert::*;

c_api! {
    fn PyErr_Print() { errors_display::print() }
    fn PyErr_PrintEx(keep: c_int) { errors_display::print_ex(keep != 0) }
    fn PyErr_DisplayException(exception: Op) { errors_display::display(exception).unwrap_or_else(errors::Raised::clear) }
    /// Shows an exception on `sys.stderr`; class and traceback are taken from it.
    fn PyErr_Display(_class: Option<Op>, exception: Op, traceback: Option<Op>) {
        let with_traceback = traceback.map_or(Ok(()), |traceback| exceptions::set_traceback(exception, Some(traceback)));
        with_traceback.and_then(|()| errors_display::display(exception)).unwrap_or_else(errors::Raised::clear)
    }
    /// New reference: a list of the exceptions that are to be raised after `except*`, or `None`.
    fn PyUnstable_Exc_PrepReraiseStar(original: Op, exceptions_list: Op) -> PyResult<Object> {
        let original_is_exception = original.is_instance::<PyBaseExceptionObject>();
        let Some(list) = exceptions_list.downcast::<PyListObject>().filter(|_| original_is_exception) else {
            return Err(raise!(TypeError, "an exception and a list are expected"));
        };
        exceptions::prep_reraise_star(original, list)
    }
    /// New reference.
    fn PyEval_EvalCode(code: Of<PyCodeObject>, globals: Op, locals: Option<Op>) -> PyResult<Object> {
        vm::eval_code(code, globals, locals.unwrap_or(globals))
    }
    /// Borrowed, or null without an exception.
    fn PyEval_GetGlobals() -> *mut PyObject { frame::current_globals().map_or(ptr::null_mut(), |globals| globals.as_ptr()) }
    /// New reference, or null without an exception.
    fn PyEval_GetFrameGlobals() -> *mut PyObject { refs::into_nullable(frame::current_globals()) }
    /// Borrowed from the frame, or null.
    fn PyEval_GetLocals() -> PyResult<Lent> { frame::current_locals_kept().map(Lent) }
    /// New reference.
    fn PyEval_GetFrameBuiltins() -> *mut PyObject { refs::into_nullable(frame::current_builtins()) }
    /// New reference, or null.
    fn PyEval_GetFrameLocals() -> PyResult<Option<Object>> { frame::current_locals() }
    /// Borrowed, or null without an exception.
    fn PyEval_GetFrame() -> *mut PyObject {
        let running = frame::current();
        if running.is_null() { return ptr::null_mut(); }
        // SAFETY: the innermost complete frame, which keeps its frame object.
        match unsafe { frame::object_of(running) } {
            Ok(object) => object.as_object_ptr(),
            Err(raised) => { raised.clear(); ptr::null_mut() }
        }
    }
    fn PyTraceBack_Here(op: Of<PyFrameObject>) -> PyResult<()> { traceback::here(op) }
    fn PyTraceBack_Print(traceback: Op, file: Op) -> PyResult<()> {
        let module = crate::import::module("traceback")?;
        let none = singletons::none();
        adder_object_model::call::call_method(module.op(), "print_tb", &[traceback, none, file]).map(drop)
    }
    /// New reference.
    fn PyFrame_GetCode(op: Of<PyFrameObject>) -> PyResult<Object> { adder_object_model::object::get_attr_str(op.as_object(), "f_code") }
    /// New reference, or null without an exception.
    fn PyFrame_GetBack(op: Of<PyFrameObject>) -> PyResult<Option<Object>> {
        adder_object_model::object::get_attr_str(op.as_object(), "f_back").map(|back| Some(back).filter(|back| !back.op().is_none()))
    }
    /// New reference.
    fn PyFrame_GetGlobals(op: Of<PyFrameObject>) -> PyResult<Object> { adder_object_model::object::get_attr_str(op.as_object(), "f_globals") }
    /// New reference.
    fn PyFrame_GetLocals(op: Of<PyFrameObject>) -> PyResult<Object> { adder_object_model::object::get_attr_str(op.as_object(), "f_locals") }
    /// New reference.
    fn PyFrame_GetBuiltins(op: Of<PyFrameObject>) -> PyResult<Object> { adder_object_model::object::get_attr_str(op.as_object(), "f_builtins") }
    fn PyFrame_GetLineNumber(op: Of<PyFrameObject>) -> PyResult<c_int> {
        let line = adder_object_model::object::get_attr_str(op.as_object(), "f_lineno")?;
        if line.op().is_none() { Ok(-1) } else { adder_object_model::int::as_i32(line.op()) }
    }
    fn PyFrame_GetLasti(op: Of<PyFrameObject>) -> PyResult<c_int> {
        adder_object_model::int::as_i32(adder_object_model::object::get_attr_str(op.as_object(), "f_lasti")?.op())
    }
    fn PyCode_Addr2Line(op: Of<PyCodeObject>, offset: c_int) -> c_int { code::line_at(op, offset) }
    fn PyCode_GetNumFree(op: Of<PyCodeObject>) -> PyResult<isize> { Ok(op.co_nfreevars as isize) }
    /// 1 with the place of an instruction (-1 for what is not known).
    fn PyCode_Addr2Location(op: Of<PyCodeObject>, offset: c_int, line: *mut c_int, column: *mut c_int, end_line: *mut c_int, end_column: *mut c_int) -> PyResult<bool> {
        // SAFETY: the caller's places.
        unsafe { [*line, *column, *end_line, *end_column] = code::location_at(op, offset) };
        Ok(true)
    }
    /// New reference.
    fn PyCode_GetCode(op: Of<PyCodeObject>) -> PyResult<Object> { code::bytecode(op) }
    /// New reference.
    fn PyFunction_New(code: Of<PyCodeObject>, globals: Op) -> PyResult<Object> { function::new(code, globals).map(Owned::into_object) }
    /// Borrowed.
    fn PyFunction_GetCode(op: Of<PyFunctionObject>) -> PyResult<*mut PyObject> { Ok(op.func_code) }
    /// Borrowed.
    fn PyFunction_GetGlobals(op: Of<PyFunctionObject>) -> PyResult<*mut PyObject> { Ok(op.func_globals) }
    /// Borrowed, or null.
    fn PyFunction_GetDefaults(op: Of<PyFunctionObject>) -> PyResult<*mut PyObject> { Ok(op.func_defaults) }

    /// New reference.
    fn PyContext_New() -> PyResult<Object> { context::new().map(Owned::into_object) }
    /// New reference.
    fn PyContext_CopyCurrent() -> PyResult<Object> { context::copy_current().map(Owned::into_object) }
    /// New reference.
    fn PyContext_Copy(op: Of<PyContext>) -> PyResult<Object> { context::copy(op).map(Owned::into_object) }
    fn PyContext_Enter(op: Of<PyContext>) -> PyResult<()> { context::enter(op) }
    fn PyContext_Exit(op: Of<PyContext>) -> PyResult<()> { context::exit(op) }
    /// New reference.
    fn PyContextVar_New(name: Text, default: Option<Op>) -> PyResult<Object> { context::new_variable(name.utf8()?, default) }
    /// 0 with a new reference (or null: no value) behind `value`, or -1.
    fn PyContextVar_Get(op: Of<PyContextVar>, default: Option<Op>, value: *mut *mut PyObject) -> PyResult<()> {
        let found = context::get(op, default);
        // SAFETY: the caller's place.
        unsafe { *value = refs::into_nullable(found) };
        Ok(())
    }
    /// New reference: a token.
    fn PyContextVar_Set(op: Of<PyContextVar>, value: Op) -> PyResult<Object> { context::set(op, value) }
    fn PyContextVar_Reset(op: Of<PyContextVar>, token: Of<PyContextToken>) -> PyResult<()> { context::reset(op, token) }
    /// New reference: code that only has names and a line, for frames that extensions make up.
    fn PyCode_NewEmpty(filename: Text, name: Text, line: c_int) -> PyResult<Object> {
        code::new_empty(filename.to_str()?.op(), name.to_str()?.op(), line).map(Owned::into_object)
    }
}

/// `PyFrame_New`: a frame object that does not run; a new reference.
///
/// # Safety
/// Live objects; `locals` may be null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFrame_New(
    _thread: *mut PyThreadState,
    code: *mut PyCodeObject,
    globals: *mut PyObject,
    locals: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    run(|| unsafe {
        let code = Of::<PyCodeObject>::from_ptr(code);
        Ok(frame::new_object(code, Op::from_ptr(globals), Op::from_nullable(locals)))
    })
}

/// `PyUnstable_Code_NewWithPosOnlyArgs`: a code object from its parts; a new reference.
///
/// # Safety
/// Live objects of the types the parts have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnstable_Code_NewWithPosOnlyArgs(
    argcount: c_int,
    posonlyargcount: c_int,
    kwonlyargcount: c_int,
    nlocals: c_int,
    stacksize: c_int,
    flags: c_int,
    bytecode: *mut PyObject,
    consts: *mut PyObject,
    names: *mut PyObject,
    varnames: *mut PyObject,
    freevars: *mut PyObject,
    cellvars: *mut PyObject,
    filename: *mut PyObject,
    name: *mut PyObject,
    qualname: *mut PyObject,
    firstlineno: c_int,
    linetable: *mut PyObject,
    exceptiontable: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    run(|| unsafe {
        let part = |op: *mut PyObject| Op::from_nullable(op).ok_or_else(errors::bad_internal_call);
        let bytecode = part(bytecode)?.downcast::<PyBytesObject>().ok_or_else(errors::bad_internal_call)?;
        let varnames = part(varnames)?;
        if adder_object_model::sequence::len(varnames)? != nlocals as usize {
            return Err(raise!(ValueError, "code: co_nlocals != len(co_varnames)"));
        }
        let none = singletons::none();
        let parts = code::Parts {
            filename: part(filename)?,
            name: part(name)?,
            qualname: part(qualname)?,
            flags,
            code: bytes::as_slice(bytecode),
            firstlineno,
            linetable: part(linetable)?,
            consts: part(consts)?,
            names: part(names)?,
            // `from_names` makes these two of the names.
            localsplusnames: none,
            localspluskinds: none,
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            exceptiontable: part(exceptiontable)?,
        };
        Ok(code::from_names(parts, varnames, part(freevars)?, part(cellvars)?))
    })
}
