//! The function types of slots, methods and hooks, under CPython's names.
//!
//! A slot that may be empty is an `Option` of one of these.

use super::*;
use core::ffi::{c_char, c_int, c_void};

pub type unaryfunc = unsafe extern "C" fn(*mut PyObject) -> *mut PyObject;
pub type binaryfunc = unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject;
pub type ternaryfunc = unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject;
pub type inquiry = unsafe extern "C" fn(*mut PyObject) -> c_int;
pub type lenfunc = unsafe extern "C" fn(*mut PyObject) -> Py_ssize_t;
pub type ssizeargfunc = unsafe extern "C" fn(*mut PyObject, Py_ssize_t) -> *mut PyObject;
pub type ssizessizeargfunc = unsafe extern "C" fn(*mut PyObject, Py_ssize_t, Py_ssize_t) -> *mut PyObject;
pub type ssizeobjargproc = unsafe extern "C" fn(*mut PyObject, Py_ssize_t, *mut PyObject) -> c_int;
pub type ssizessizeobjargproc =
    unsafe extern "C" fn(*mut PyObject, Py_ssize_t, Py_ssize_t, *mut PyObject) -> c_int;
pub type objobjargproc = unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int;
pub type objobjproc = unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> c_int;
pub type visitproc = unsafe extern "C" fn(object: *mut PyObject, arg: *mut c_void) -> c_int;
pub type traverseproc =
    unsafe extern "C" fn(self_: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int;

pub type freefunc = unsafe extern "C" fn(*mut c_void);
pub type destructor = unsafe extern "C" fn(*mut PyObject);
pub type getattrfunc = unsafe extern "C" fn(*mut PyObject, *mut c_char) -> *mut PyObject;
pub type getattrofunc = unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject;
/// A null value deletes.
pub type setattrfunc = unsafe extern "C" fn(*mut PyObject, *mut c_char, *mut PyObject) -> c_int;
/// A null value deletes.
pub type setattrofunc = unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int;
pub type reprfunc = unsafe extern "C" fn(*mut PyObject) -> *mut PyObject;
pub type hashfunc = unsafe extern "C" fn(*mut PyObject) -> Py_hash_t;
/// The last argument is `Py_LT` to `Py_GE`.
pub type richcmpfunc = unsafe extern "C" fn(*mut PyObject, *mut PyObject, c_int) -> *mut PyObject;
pub type getiterfunc = unsafe extern "C" fn(*mut PyObject) -> *mut PyObject;
/// Null without an exception means exhausted.
pub type iternextfunc = unsafe extern "C" fn(*mut PyObject) -> *mut PyObject;
/// Descriptor, instance or null, class.
pub type descrgetfunc = unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject;
/// A null value deletes.
pub type descrsetfunc = unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int;
/// Object, tuple, dict or null.
pub type initproc = unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int;
/// Class, tuple, dict or null.
pub type newfunc = unsafe extern "C" fn(*mut PyTypeObject, *mut PyObject, *mut PyObject) -> *mut PyObject;
pub type allocfunc = unsafe extern "C" fn(*mut PyTypeObject, Py_ssize_t) -> *mut PyObject;
/// `nargsf` may carry `PY_VECTORCALL_ARGUMENTS_OFFSET`; `kwnames` is a tuple or null.
pub type vectorcallfunc = unsafe extern "C" fn(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject;
pub type sendfunc = unsafe extern "C" fn(
    iter: *mut PyObject,
    value: *mut PyObject,
    result: *mut *mut PyObject,
) -> PySendResult;

pub type getbufferproc = unsafe extern "C" fn(*mut PyObject, *mut Py_buffer, c_int) -> c_int;
pub type releasebufferproc = unsafe extern "C" fn(*mut PyObject, *mut Py_buffer);

pub type getter = unsafe extern "C" fn(*mut PyObject, *mut c_void) -> *mut PyObject;
/// A null value deletes.
pub type setter = unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut c_void) -> c_int;
pub type wrapperfunc =
    unsafe extern "C" fn(self_: *mut PyObject, args: *mut PyObject, wrapped: *mut c_void) -> *mut PyObject;
pub type wrapperfunc_kwds = unsafe extern "C" fn(
    self_: *mut PyObject,
    args: *mut PyObject,
    wrapped: *mut c_void,
    kwds: *mut PyObject,
) -> *mut PyObject;

/// `METH_NOARGS`, `METH_O` and `METH_VARARGS`.
pub type PyCFunction = unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject;
/// `METH_FASTCALL`.
pub type PyCFunctionFast = unsafe extern "C" fn(
    self_: *mut PyObject,
    args: *const *mut PyObject,
    nargs: Py_ssize_t,
) -> *mut PyObject;
/// `METH_VARARGS | METH_KEYWORDS`.
pub type PyCFunctionWithKeywords =
    unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject;
/// `METH_FASTCALL | METH_KEYWORDS`.
pub type PyCFunctionFastWithKeywords = unsafe extern "C" fn(
    self_: *mut PyObject,
    args: *const *mut PyObject,
    nargs: Py_ssize_t,
    kwnames: *mut PyObject,
) -> *mut PyObject;
/// `METH_METHOD | METH_FASTCALL | METH_KEYWORDS`.
pub type PyCMethod = unsafe extern "C" fn(
    self_: *mut PyObject,
    defining_class: *mut PyTypeObject,
    args: *const *mut PyObject,
    nargs: Py_ssize_t,
    kwnames: *mut PyObject,
) -> *mut PyObject;

pub type PyCapsule_Destructor = unsafe extern "C" fn(*mut PyObject);
pub type Py_tracefunc = unsafe extern "C" fn(
    object: *mut PyObject,
    frame: *mut PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> c_int;
pub type _PyFrameEvalFunction = unsafe extern "C" fn(
    tstate: *mut PyThreadState,
    frame: *mut _PyInterpreterFrame,
    throwflag: c_int,
) -> *mut PyObject;
pub type gcvisitobjects_t = unsafe extern "C" fn(*mut PyObject, *mut c_void) -> c_int;
pub type Py_AuditHookFunction = unsafe extern "C" fn(*const c_char, *mut PyObject, *mut c_void) -> c_int;
pub type Py_OpenCodeHookFunction = unsafe extern "C" fn(*mut PyObject, *mut c_void) -> *mut PyObject;
pub type PyOS_sighandler_t = unsafe extern "C" fn(c_int);
pub type atexit_datacallbackfunc = unsafe extern "C" fn(*mut c_void);
pub type PyRefTracer = unsafe extern "C" fn(*mut PyObject, c_int, *mut c_void) -> c_int;
pub type PyType_WatchCallback = unsafe extern "C" fn(*mut PyTypeObject) -> c_int;
pub type PyDict_WatchCallback = unsafe extern "C" fn(
    event: c_int,
    dict: *mut PyObject,
    key: *mut PyObject,
    new_value: *mut PyObject,
) -> c_int;
pub type PyCode_WatchCallback = unsafe extern "C" fn(event: c_int, co: *mut PyCodeObject) -> c_int;
pub type PyFunction_WatchCallback =
    unsafe extern "C" fn(event: c_int, func: *mut PyFunctionObject, new_value: *mut PyObject) -> c_int;
pub type PyContext_WatchCallback = unsafe extern "C" fn(event: c_int, *mut PyObject) -> c_int;
