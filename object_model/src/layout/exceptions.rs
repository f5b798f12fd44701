//! Exceptions: the fields of `BaseException`, and what some classes add to them.
//!
//! Every reference here is owned, and null until it is set.

use super::*;
use core::ffi::c_char;

/// What `BaseException` looks like to a compiled wheel.
#[repr(C)]
pub struct PyBaseExceptionObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    /// A tuple, never null once the exception is made.
    pub args: *mut PyObject,
    pub notes: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyBaseExceptionObject {}
assert_layout!(PyBaseExceptionObject {
    size: 72,
    dict: 16,
    args: 24,
    notes: 32,
    traceback: 40,
    context: 48,
    cause: 56,
    suppress_context: 64
});

/// What `BaseExceptionGroup` looks like to a compiled wheel.
#[repr(C)]
pub struct PyBaseExceptionGroupObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub notes: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub msg: *mut PyObject,
    pub excs: *mut PyObject,
    /// What `repr` shows, when the exceptions were not given as a tuple or list.
    pub excs_str: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyBaseExceptionGroupObject {}
assert_layout!(PyBaseExceptionGroupObject {
    size: 96,
    dict: 16,
    args: 24,
    notes: 32,
    traceback: 40,
    context: 48,
    cause: 56,
    suppress_context: 64,
    msg: 72,
    excs: 80,
    excs_str: 88
});

/// What `SyntaxError` looks like to a compiled wheel.
#[repr(C)]
pub struct PySyntaxErrorObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub notes: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub msg: *mut PyObject,
    pub filename: *mut PyObject,
    pub lineno: *mut PyObject,
    pub offset: *mut PyObject,
    pub end_lineno: *mut PyObject,
    pub end_offset: *mut PyObject,
    pub text: *mut PyObject,
    pub print_file_and_line: *mut PyObject,
    pub metadata: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PySyntaxErrorObject {}
assert_layout!(PySyntaxErrorObject {
    size: 144,
    dict: 16,
    args: 24,
    notes: 32,
    traceback: 40,
    context: 48,
    cause: 56,
    suppress_context: 64,
    msg: 72,
    filename: 80,
    lineno: 88,
    offset: 96,
    end_lineno: 104,
    end_offset: 112,
    text: 120,
    print_file_and_line: 128,
    metadata: 136
});

/// What `ImportError` looks like to a compiled wheel.
#[repr(C)]
pub struct PyImportErrorObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub notes: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub msg: *mut PyObject,
    pub name: *mut PyObject,
    pub path: *mut PyObject,
    pub name_from: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyImportErrorObject {}
assert_layout!(PyImportErrorObject {
    size: 104,
    dict: 16,
    args: 24,
    notes: 32,
    traceback: 40,
    context: 48,
    cause: 56,
    suppress_context: 64,
    msg: 72,
    name: 80,
    path: 88,
    name_from: 96
});

/// What `UnicodeError` looks like to a compiled wheel.
#[repr(C)]
pub struct PyUnicodeErrorObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub notes: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub encoding: *mut PyObject,
    pub object: *mut PyObject,
    pub start: Py_ssize_t,
    pub end: Py_ssize_t,
    pub reason: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyUnicodeErrorObject {}
assert_layout!(PyUnicodeErrorObject {
    size: 112,
    dict: 16,
    args: 24,
    notes: 32,
    traceback: 40,
    context: 48,
    cause: 56,
    suppress_context: 64,
    encoding: 72,
    object: 80,
    start: 88,
    end: 96,
    reason: 104
});

/// What `SystemExit` looks like to a compiled wheel.
#[repr(C)]
pub struct PySystemExitObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub notes: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub code: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PySystemExitObject {}
assert_layout!(PySystemExitObject {
    size: 80,
    dict: 16,
    args: 24,
    notes: 32,
    traceback: 40,
    context: 48,
    cause: 56,
    suppress_context: 64,
    code: 72
});

/// What `OSError` looks like to a compiled wheel.
#[repr(C)]
pub struct PyOSErrorObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub notes: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub myerrno: *mut PyObject,
    pub strerror: *mut PyObject,
    pub filename: *mut PyObject,
    pub filename2: *mut PyObject,
    /// For `BlockingIOError`; -1 when unknown.
    pub written: Py_ssize_t,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyOSErrorObject {}
assert_layout!(PyOSErrorObject {
    size: 112,
    dict: 16,
    args: 24,
    notes: 32,
    traceback: 40,
    context: 48,
    cause: 56,
    suppress_context: 64,
    myerrno: 72,
    strerror: 80,
    filename: 88,
    filename2: 96,
    written: 104
});

/// What `StopIteration` looks like to a compiled wheel.
#[repr(C)]
pub struct PyStopIterationObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub notes: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub value: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyStopIterationObject {}
assert_layout!(PyStopIterationObject {
    size: 80,
    dict: 16,
    args: 24,
    notes: 32,
    traceback: 40,
    context: 48,
    cause: 56,
    suppress_context: 64,
    value: 72
});

/// What `NameError` looks like to a compiled wheel.
#[repr(C)]
pub struct PyNameErrorObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub notes: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub name: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyNameErrorObject {}
assert_layout!(PyNameErrorObject {
    size: 80,
    dict: 16,
    args: 24,
    notes: 32,
    traceback: 40,
    context: 48,
    cause: 56,
    suppress_context: 64,
    name: 72
});

/// What `AttributeError` looks like to a compiled wheel.
#[repr(C)]
pub struct PyAttributeErrorObject {
    pub ob_base: PyObject,
    pub dict: *mut PyObject,
    pub args: *mut PyObject,
    pub notes: *mut PyObject,
    pub traceback: *mut PyObject,
    pub context: *mut PyObject,
    pub cause: *mut PyObject,
    pub suppress_context: c_char,
    pub obj: *mut PyObject,
    pub name: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyAttributeErrorObject {}
assert_layout!(PyAttributeErrorObject {
    size: 88,
    dict: 16,
    args: 24,
    notes: 32,
    traceback: 40,
    context: 48,
    cause: 56,
    suppress_context: 64,
    obj: 72,
    name: 80
});
