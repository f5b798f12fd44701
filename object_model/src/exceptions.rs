//! The exception classes, and setting, matching, normalising and chaining exceptions.
//!
//! Reading order: this file has the table of all builtin classes; `exceptions/base.rs`
//! what every exception has; `raising.rs` how an exception gets into the thread state
//! and what can be asked about it; then a file for each family of classes that adds
//! fields: `simple`, `os_error`, `lookup` (import, names, attributes), `syntax`,
//! `unicode`, `group`.
//!
//! A class that adds nothing takes the slots of a template and differs only in its
//! name, base and doc string.
//!
//! Layouts: `layout/exceptions.rs`.

use core::cell::Cell;
use core::ptr;

use crate::builtin_types::TypePtr;
use crate::layout::*;
use crate::{Object, Op, Owned, PyResult};

mod base;
mod group;
mod lookup;
mod os_error;
mod raising;
mod simple;
mod syntax;
mod unicode;

pub use base::{
    add_note, get_args, get_cause, get_context, get_traceback, set_args, set_cause, set_context,
    set_traceback,
};
pub use group::{exception_group_class, new_group, prep_reraise_star, split};
pub use raising::*;
pub use unicode::{
    new_decode_error, new_encode_error, new_translate_error, unicode_error_end, unicode_error_object,
    unicode_error_start,
};

/// State of exceptions that belongs to the interpreter.
pub struct State {
    /// A dict from errno to the subclass of `OSError`; owned, null before it is wanted.
    errno_map: Cell<*mut PyObject>,
    /// The class `ExceptionGroup`; owned, null before it is wanted.
    exception_group: Cell<*mut PyObject>,
    /// Dead `MemoryError` instances kept for when there is no memory, chained by `dict`.
    memory_errors: Cell<*mut PyBaseExceptionObject>,
    memory_error_count: Cell<usize>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            errno_map: Cell::new(ptr::null_mut()),
            exception_group: Cell::new(ptr::null_mut()),
            memory_errors: Cell::new(ptr::null_mut()),
            memory_error_count: Cell::new(0),
        }
    }
}

/// Fills the pool of `MemoryError` instances; the types are ready.
pub fn init() -> PyResult<()> {
    simple::fill_memory_error_pool()?;
    exception_group_class().map(drop)
}

crate::py_typed!(PyBaseExceptionObject, _PyExc_BaseException, Py_TPFLAGS_BASE_EXC_SUBCLASS);
crate::py_typed!(PyBaseExceptionGroupObject, _PyExc_BaseExceptionGroup);
crate::py_typed!(PyOSErrorObject, _PyExc_OSError);
crate::py_typed!(PyImportErrorObject, _PyExc_ImportError);
crate::py_typed!(PyNameErrorObject, _PyExc_NameError);
crate::py_typed!(PyAttributeErrorObject, _PyExc_AttributeError);
crate::py_typed!(PySyntaxErrorObject, _PyExc_SyntaxError);
crate::py_typed!(PyStopIterationObject, _PyExc_StopIteration);
crate::py_typed!(PySystemExitObject, _PyExc_SystemExit);

macro_rules! base_of {
    (null) => {
        ptr::null_mut()
    };
    ($base:ident) => {
        &raw mut classes::$base
    };
}

macro_rules! classes {
    ($($name:ident $object:ident $pointer:ident $base:ident $family:ident::$template:ident $doc:literal;)*) => {
        $(
            #[unsafe(no_mangle)]
            pub static mut $object: PyTypeObject = PyTypeObject {
                tp_name: concat!(stringify!($name), "\0").as_ptr().cast(),
                tp_doc: concat!($doc, "\0").as_ptr().cast(),
                tp_base: base_of!($base),
                ..$family::$template
            };
            #[unsafe(no_mangle)]
            pub static mut $pointer: *mut PyObject = (&raw mut $object).cast();
        )*

        /// The type objects under the names Python has for them.
        #[allow(unused_imports, reason = "not every class is a base")]
        mod classes {
            $(pub(super) use super::$object as $name;)*
        }

        /// Every class here with its name, in an order in which bases come first.
        pub static CLASSES: &[(&str, TypePtr)] = &[$((stringify!($name), TypePtr(&raw mut $object))),*];

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

// ORDER: a class comes after its base.
classes! {
    BaseException _PyExc_BaseException PyExc_BaseException null base::BASE "Common base class for all exceptions";
    BaseExceptionGroup _PyExc_BaseExceptionGroup PyExc_BaseExceptionGroup BaseException group::GROUP "A combination of multiple unrelated exceptions.";
    GeneratorExit _PyExc_GeneratorExit PyExc_GeneratorExit BaseException base::SIMPLE "Request that a generator exit.";
    KeyboardInterrupt _PyExc_KeyboardInterrupt PyExc_KeyboardInterrupt BaseException base::SIMPLE "Program interrupted by user.";
    SystemExit _PyExc_SystemExit PyExc_SystemExit BaseException simple::SYSTEM_EXIT "Request to exit from the interpreter.";
    Exception _PyExc_Exception PyExc_Exception BaseException base::SIMPLE "Common base class for all non-exit exceptions.";
    ArithmeticError _PyExc_ArithmeticError PyExc_ArithmeticError Exception base::SIMPLE "Base class for arithmetic errors.";
    FloatingPointError _PyExc_FloatingPointError PyExc_FloatingPointError ArithmeticError base::SIMPLE "Floating-point operation failed.";
    OverflowError _PyExc_OverflowError PyExc_OverflowError ArithmeticError base::SIMPLE "Result too large to be represented.";
    ZeroDivisionError _PyExc_ZeroDivisionError PyExc_ZeroDivisionError ArithmeticError base::SIMPLE "Second argument to a division or modulo operation was zero.";
    AssertionError _PyExc_AssertionError PyExc_AssertionError Exception base::SIMPLE "Assertion failed.";
    AttributeError _PyExc_AttributeError PyExc_AttributeError Exception lookup::ATTRIBUTE_ERROR "Attribute not found.";
    BufferError _PyExc_BufferError PyExc_BufferError Exception base::SIMPLE "Buffer error.";
    EOFError _PyExc_EOFError PyExc_EOFError Exception base::SIMPLE "Read beyond end of file.";
    ImportError _PyExc_ImportError PyExc_ImportError Exception lookup::IMPORT_ERROR "Import can't find module, or can't find name in module.";
    ModuleNotFoundError _PyExc_ModuleNotFoundError PyExc_ModuleNotFoundError ImportError lookup::IMPORT_ERROR_CHILD "Module not found.";
    LookupError _PyExc_LookupError PyExc_LookupError Exception base::SIMPLE "Base class for lookup errors.";
    IndexError _PyExc_IndexError PyExc_IndexError LookupError base::SIMPLE "Sequence index out of range.";
    KeyError _PyExc_KeyError PyExc_KeyError LookupError simple::KEY_ERROR "Mapping key not found.";
    MemoryError _PyExc_MemoryError PyExc_MemoryError Exception simple::MEMORY_ERROR "Out of memory.";
    NameError _PyExc_NameError PyExc_NameError Exception lookup::NAME_ERROR "Name not found globally.";
    UnboundLocalError _PyExc_UnboundLocalError PyExc_UnboundLocalError NameError lookup::NAME_ERROR_CHILD "Local name referenced but not bound to a value.";
    OSError _PyExc_OSError PyExc_OSError Exception os_error::OS_ERROR "Base class for I/O related errors.";
    BlockingIOError _PyExc_BlockingIOError PyExc_BlockingIOError OSError os_error::OS_ERROR_CHILD "I/O operation would block.";
    ChildProcessError _PyExc_ChildProcessError PyExc_ChildProcessError OSError os_error::OS_ERROR_CHILD "Child process error.";
    ConnectionError _PyExc_ConnectionError PyExc_ConnectionError OSError os_error::OS_ERROR_CHILD "Connection error.";
    BrokenPipeError _PyExc_BrokenPipeError PyExc_BrokenPipeError ConnectionError os_error::OS_ERROR_CHILD "Broken pipe.";
    ConnectionAbortedError _PyExc_ConnectionAbortedError PyExc_ConnectionAbortedError ConnectionError os_error::OS_ERROR_CHILD "Connection aborted.";
    ConnectionRefusedError _PyExc_ConnectionRefusedError PyExc_ConnectionRefusedError ConnectionError os_error::OS_ERROR_CHILD "Connection refused.";
    ConnectionResetError _PyExc_ConnectionResetError PyExc_ConnectionResetError ConnectionError os_error::OS_ERROR_CHILD "Connection reset.";
    FileExistsError _PyExc_FileExistsError PyExc_FileExistsError OSError os_error::OS_ERROR_CHILD "File already exists.";
    FileNotFoundError _PyExc_FileNotFoundError PyExc_FileNotFoundError OSError os_error::OS_ERROR_CHILD "File not found.";
    InterruptedError _PyExc_InterruptedError PyExc_InterruptedError OSError os_error::OS_ERROR_CHILD "Interrupted by signal.";
    IsADirectoryError _PyExc_IsADirectoryError PyExc_IsADirectoryError OSError os_error::OS_ERROR_CHILD "Operation doesn't work on directories.";
    NotADirectoryError _PyExc_NotADirectoryError PyExc_NotADirectoryError OSError os_error::OS_ERROR_CHILD "Operation only works on directories.";
    PermissionError _PyExc_PermissionError PyExc_PermissionError OSError os_error::OS_ERROR_CHILD "Not enough permissions.";
    ProcessLookupError _PyExc_ProcessLookupError PyExc_ProcessLookupError OSError os_error::OS_ERROR_CHILD "Process not found.";
    TimeoutError _PyExc_TimeoutError PyExc_TimeoutError OSError os_error::OS_ERROR_CHILD "Timeout expired.";
    ReferenceError _PyExc_ReferenceError PyExc_ReferenceError Exception base::SIMPLE "Weak ref proxy used after referent went away.";
    RuntimeError _PyExc_RuntimeError PyExc_RuntimeError Exception base::SIMPLE "Unspecified run-time error.";
    NotImplementedError _PyExc_NotImplementedError PyExc_NotImplementedError RuntimeError base::SIMPLE "Method or function hasn't been implemented yet.";
    PythonFinalizationError _PyExc_PythonFinalizationError PyExc_PythonFinalizationError RuntimeError base::SIMPLE "Operation blocked during Python finalization.";
    RecursionError _PyExc_RecursionError PyExc_RecursionError RuntimeError base::SIMPLE "Recursion limit exceeded.";
    StopAsyncIteration _PyExc_StopAsyncIteration PyExc_StopAsyncIteration Exception base::SIMPLE "Signal the end from iterator.__anext__().";
    StopIteration _PyExc_StopIteration PyExc_StopIteration Exception simple::STOP_ITERATION "Signal the end from iterator.__next__().";
    SyntaxError _PyExc_SyntaxError PyExc_SyntaxError Exception syntax::SYNTAX_ERROR "Invalid syntax.";
    IndentationError _PyExc_IndentationError PyExc_IndentationError SyntaxError syntax::SYNTAX_ERROR_CHILD "Improper indentation.";
    TabError _PyExc_TabError PyExc_TabError IndentationError syntax::SYNTAX_ERROR_CHILD "Improper mixture of spaces and tabs.";
    _IncompleteInputError _PyExc__IncompleteInputError PyExc__IncompleteInputError SyntaxError syntax::SYNTAX_ERROR_CHILD "incomplete input.";
    SystemError _PyExc_SystemError PyExc_SystemError Exception base::SIMPLE "Internal error in the Python interpreter.\n\nAn extension module or the runtime itself broke a rule; please report it together\nwith the traceback and the versions of Python and of the platform.";
    TypeError _PyExc_TypeError PyExc_TypeError Exception base::SIMPLE "Inappropriate argument type.";
    ValueError _PyExc_ValueError PyExc_ValueError Exception base::SIMPLE "Inappropriate argument value (of correct type).";
    UnicodeError _PyExc_UnicodeError PyExc_UnicodeError ValueError base::SIMPLE "Unicode related error.";
    UnicodeDecodeError _PyExc_UnicodeDecodeError PyExc_UnicodeDecodeError UnicodeError unicode::DECODE_ERROR "Unicode decoding error.";
    UnicodeEncodeError _PyExc_UnicodeEncodeError PyExc_UnicodeEncodeError UnicodeError unicode::ENCODE_ERROR "Unicode encoding error.";
    UnicodeTranslateError _PyExc_UnicodeTranslateError PyExc_UnicodeTranslateError UnicodeError unicode::TRANSLATE_ERROR "Unicode translation error.";
    Warning _PyExc_Warning PyExc_Warning Exception base::SIMPLE "Base class for warning categories.";
    BytesWarning _PyExc_BytesWarning PyExc_BytesWarning Warning base::SIMPLE "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or comparing to str.";
    DeprecationWarning _PyExc_DeprecationWarning PyExc_DeprecationWarning Warning base::SIMPLE "Base class for warnings about deprecated features.";
    EncodingWarning _PyExc_EncodingWarning PyExc_EncodingWarning Warning base::SIMPLE "Base class for warnings about encodings.";
    FutureWarning _PyExc_FutureWarning PyExc_FutureWarning Warning base::SIMPLE "Base class for warnings about constructs that will change semantically\nin the future.";
    ImportWarning _PyExc_ImportWarning PyExc_ImportWarning Warning base::SIMPLE "Base class for warnings about probable mistakes in module imports";
    PendingDeprecationWarning _PyExc_PendingDeprecationWarning PyExc_PendingDeprecationWarning Warning base::SIMPLE "Base class for warnings about features which will be deprecated\nin the future.";
    ResourceWarning _PyExc_ResourceWarning PyExc_ResourceWarning Warning base::SIMPLE "Base class for warnings about resource usage.";
    RuntimeWarning _PyExc_RuntimeWarning PyExc_RuntimeWarning Warning base::SIMPLE "Base class for warnings about dubious runtime behavior.";
    SyntaxWarning _PyExc_SyntaxWarning PyExc_SyntaxWarning Warning base::SIMPLE "Base class for warnings about dubious syntax.";
    UnicodeWarning _PyExc_UnicodeWarning PyExc_UnicodeWarning Warning base::SIMPLE "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems.";
    UserWarning _PyExc_UserWarning PyExc_UserWarning Warning base::SIMPLE "Base class for warnings generated by user code.";
}

/// The old names of `OSError`.
#[unsafe(no_mangle)]
pub static mut PyExc_EnvironmentError: *mut PyObject = (&raw mut _PyExc_OSError).cast();
#[unsafe(no_mangle)]
pub static mut PyExc_IOError: *mut PyObject = (&raw mut _PyExc_OSError).cast();

/// Adds every class to the namespace of `builtins`.
pub fn add_to(namespace: crate::Borrowed<'_, PyDictObject>) -> PyResult<()> {
    for (name, tp) in CLASSES {
        // SAFETY: static types.
        crate::dict::set_item_str(namespace, name, unsafe { Op::from_ptr(tp.0.cast()) })?;
    }
    for name in ["EnvironmentError", "IOError"] {
        crate::dict::set_item_str(namespace, name, builtin::OSError())?;
    }
    crate::dict::set_item_str(namespace, "ExceptionGroup", exception_group_class()?.op())
}

/// Replaces an owned, nullable field of an exception; the old value is dropped last.
///
/// # Safety
/// `field` lies in a live object and owns what it points to.
unsafe fn replace(field: *mut *mut PyObject, value: Option<Object>) {
    // SAFETY: the caller's promise.
    drop(unsafe { Owned::steal_nullable(ptr::replace(field, crate::refs::into_nullable(value))) });
}
