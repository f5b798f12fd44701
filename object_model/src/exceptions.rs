//! The exception classes, and setting, matching, normalising and chaining exceptions.

#![allow(unused, reason = "being filled in")]

use core::ffi::{c_char, c_int, c_void};

use malachite_bigint::BigInt;
use rustpython_wtf8::{Wtf8, Wtf8Buf};

use crate::layout::*;
use crate::{Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, raise};

/// State of exceptions that belongs to the interpreter.
#[derive(Default)]
pub struct State {}

crate::py_typed!(PyBaseExceptionObject, _PyExc_BaseException, Py_TPFLAGS_BASE_EXC_SUBCLASS);
macro_rules! classes {
    ($($name:ident $object:ident $pointer:ident;)*) => {
        $(
            #[unsafe(no_mangle)]
            pub static mut $object: PyTypeObject = PyTypeObject::EMPTY;
            #[unsafe(no_mangle)]
            pub static mut $pointer: *mut PyObject = (&raw mut $object).cast();
        )*
        /// The builtin exception classes, borrowed, by their Python names.
        #[allow(non_snake_case, reason = "the names are Python's")]
        pub mod builtin {
            use super::*;
            $(
                #[inline]
                pub fn $name() -> Op<'static> {
                    // SAFETY: a static type lives as long as the process.
                    unsafe { Op::from_ptr((&raw mut $object).cast()) }
                }
            )*
        }
    };
}
classes! {
    BaseException _PyExc_BaseException PyExc_BaseException;
    BaseExceptionGroup _PyExc_BaseExceptionGroup PyExc_BaseExceptionGroup;
    GeneratorExit _PyExc_GeneratorExit PyExc_GeneratorExit;
    KeyboardInterrupt _PyExc_KeyboardInterrupt PyExc_KeyboardInterrupt;
    SystemExit _PyExc_SystemExit PyExc_SystemExit;
    Exception _PyExc_Exception PyExc_Exception;
    ArithmeticError _PyExc_ArithmeticError PyExc_ArithmeticError;
    FloatingPointError _PyExc_FloatingPointError PyExc_FloatingPointError;
    OverflowError _PyExc_OverflowError PyExc_OverflowError;
    ZeroDivisionError _PyExc_ZeroDivisionError PyExc_ZeroDivisionError;
    AssertionError _PyExc_AssertionError PyExc_AssertionError;
    AttributeError _PyExc_AttributeError PyExc_AttributeError;
    BufferError _PyExc_BufferError PyExc_BufferError;
    EOFError _PyExc_EOFError PyExc_EOFError;
    ImportError _PyExc_ImportError PyExc_ImportError;
    ModuleNotFoundError _PyExc_ModuleNotFoundError PyExc_ModuleNotFoundError;
    LookupError _PyExc_LookupError PyExc_LookupError;
    IndexError _PyExc_IndexError PyExc_IndexError;
    KeyError _PyExc_KeyError PyExc_KeyError;
    MemoryError _PyExc_MemoryError PyExc_MemoryError;
    NameError _PyExc_NameError PyExc_NameError;
    UnboundLocalError _PyExc_UnboundLocalError PyExc_UnboundLocalError;
    OSError _PyExc_OSError PyExc_OSError;
    BlockingIOError _PyExc_BlockingIOError PyExc_BlockingIOError;
    ChildProcessError _PyExc_ChildProcessError PyExc_ChildProcessError;
    ConnectionError _PyExc_ConnectionError PyExc_ConnectionError;
    BrokenPipeError _PyExc_BrokenPipeError PyExc_BrokenPipeError;
    ConnectionAbortedError _PyExc_ConnectionAbortedError PyExc_ConnectionAbortedError;
    ConnectionRefusedError _PyExc_ConnectionRefusedError PyExc_ConnectionRefusedError;
    ConnectionResetError _PyExc_ConnectionResetError PyExc_ConnectionResetError;
    FileExistsError _PyExc_FileExistsError PyExc_FileExistsError;
    FileNotFoundError _PyExc_FileNotFoundError PyExc_FileNotFoundError;
    InterruptedError _PyExc_InterruptedError PyExc_InterruptedError;
    IsADirectoryError _PyExc_IsADirectoryError PyExc_IsADirectoryError;
    NotADirectoryError _PyExc_NotADirectoryError PyExc_NotADirectoryError;
    PermissionError _PyExc_PermissionError PyExc_PermissionError;
    ProcessLookupError _PyExc_ProcessLookupError PyExc_ProcessLookupError;
    TimeoutError _PyExc_TimeoutError PyExc_TimeoutError;
    ReferenceError _PyExc_ReferenceError PyExc_ReferenceError;
    RuntimeError _PyExc_RuntimeError PyExc_RuntimeError;
    NotImplementedError _PyExc_NotImplementedError PyExc_NotImplementedError;
    PythonFinalizationError _PyExc_PythonFinalizationError PyExc_PythonFinalizationError;
    RecursionError _PyExc_RecursionError PyExc_RecursionError;
    StopAsyncIteration _PyExc_StopAsyncIteration PyExc_StopAsyncIteration;
    StopIteration _PyExc_StopIteration PyExc_StopIteration;
    SyntaxError _PyExc_SyntaxError PyExc_SyntaxError;
    IndentationError _PyExc_IndentationError PyExc_IndentationError;
    TabError _PyExc_TabError PyExc_TabError;
    _IncompleteInputError _PyExc__IncompleteInputError PyExc__IncompleteInputError;
    SystemError _PyExc_SystemError PyExc_SystemError;
    TypeError _PyExc_TypeError PyExc_TypeError;
    ValueError _PyExc_ValueError PyExc_ValueError;
    UnicodeError _PyExc_UnicodeError PyExc_UnicodeError;
    UnicodeDecodeError _PyExc_UnicodeDecodeError PyExc_UnicodeDecodeError;
    UnicodeEncodeError _PyExc_UnicodeEncodeError PyExc_UnicodeEncodeError;
    UnicodeTranslateError _PyExc_UnicodeTranslateError PyExc_UnicodeTranslateError;
    Warning _PyExc_Warning PyExc_Warning;
    BytesWarning _PyExc_BytesWarning PyExc_BytesWarning;
    DeprecationWarning _PyExc_DeprecationWarning PyExc_DeprecationWarning;
    EncodingWarning _PyExc_EncodingWarning PyExc_EncodingWarning;
    FutureWarning _PyExc_FutureWarning PyExc_FutureWarning;
    ImportWarning _PyExc_ImportWarning PyExc_ImportWarning;
    PendingDeprecationWarning _PyExc_PendingDeprecationWarning PyExc_PendingDeprecationWarning;
    ResourceWarning _PyExc_ResourceWarning PyExc_ResourceWarning;
    RuntimeWarning _PyExc_RuntimeWarning PyExc_RuntimeWarning;
    SyntaxWarning _PyExc_SyntaxWarning PyExc_SyntaxWarning;
    UnicodeWarning _PyExc_UnicodeWarning PyExc_UnicodeWarning;
    UserWarning _PyExc_UserWarning PyExc_UserWarning;
}

pub fn class_matches(given: Op<'_>, class: Op<'_>) -> bool {
    todo!()
}

pub fn set_object(class: Op<'_>, value: Option<Op<'_>>) -> Raised {
    todo!()
}

pub fn no_memory() -> Raised {
    todo!()
}

pub fn set_instance(exception: Object) -> Raised {
    todo!()
}

pub fn new_instance(class: Op<'_>, value: Option<Op<'_>>) -> PyResult {
    todo!()
}

pub fn set_key_error(key: Op<'_>) -> Raised {
    todo!()
}

pub fn set_attribute_error(op: Op<'_>, name: Op<'_>) -> Raised {
    todo!()
}

pub fn set_stop_iteration(value: Option<Op<'_>>) -> Raised {
    todo!()
}

pub fn set_from_errno(filename: Option<Op<'_>>, filename2: Option<Op<'_>>) -> Raised {
    todo!()
}

pub fn set_io_error(error: &std::io::Error, filename: Option<Op<'_>>) -> Raised {
    todo!()
}

pub fn set_import_error(message: &str, name: Option<Op<'_>>, path: Option<Op<'_>>) -> Raised {
    todo!()
}

pub fn set_context(exception: Op<'_>, context: Option<Object>) {
    todo!()
}

pub fn set_cause(exception: Op<'_>, cause: Option<Object>) {
    todo!()
}

pub fn get_context(exception: Op<'_>) -> Option<Object> {
    todo!()
}

pub fn get_cause(exception: Op<'_>) -> Option<Object> {
    todo!()
}

pub fn get_traceback(exception: Op<'_>) -> Option<Object> {
    todo!()
}

pub fn set_traceback(exception: Op<'_>, traceback: Option<Op<'_>>) -> PyResult<()> {
    todo!()
}
