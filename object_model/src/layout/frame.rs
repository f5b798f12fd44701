//! Frames: the interpreter's own, and the object that Python code sees.

use super::*;
use core::ffi::{c_char, c_int};

/// A tagged reference as frames hold it (CPython's `_PyStackRef`).
///
/// The low two bits say what it is (`Py_TAG_BITS`): `Py_TAG_REFCNT` for a
/// reference that is borrowed or immortal, `Py_INT_TAG` for a small integer,
/// zero for an owned reference.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct StackRef {
    pub bits: usize,
}
assert_layout!(StackRef { size: 8, bits: 0 });

/// A stack reference that the cycle collector can see from C.
#[repr(C)]
pub struct _PyCStackRef {
    pub r#ref: StackRef,
}
assert_layout!(_PyCStackRef { size: 8, r#ref: 0 });

/// One activation of a code object.
#[repr(C)]
pub struct _PyInterpreterFrame {
    /// A code object, or `None` in frames that run none.
    pub f_executable: StackRef,
    pub previous: *mut _PyInterpreterFrame,
    pub f_funcobj: StackRef,
    /// Borrowed from the function, like `f_builtins`.
    pub f_globals: *mut PyObject,
    pub f_builtins: *mut PyObject,
    /// Owned or null.
    pub f_locals: *mut PyObject,
    /// Owned or null.
    pub frame_obj: *mut PyFrameObject,
    /// The instruction that runs, or is about to.
    pub instr_ptr: *mut _Py_CODEUNIT,
    pub stackpointer: *mut StackRef,
    /// Where a returning callee resumes its caller, from `instr_ptr`.
    pub return_offset: u16,
    /// `FRAME_OWNED_BY_*`.
    pub owner: c_char,
    pub visited: u8,
    /// Locals, cells and free variables, then the stack.
    pub localsplus: [StackRef; 1],
}
assert_layout!(_PyInterpreterFrame {
    size: 88,
    f_executable: 0,
    previous: 8,
    f_funcobj: 16,
    f_globals: 24,
    f_builtins: 32,
    f_locals: 40,
    frame_obj: 48,
    instr_ptr: 56,
    stackpointer: 64,
    return_offset: 72,
    owner: 74,
    visited: 75,
    localsplus: 80
});

/// What `frame` looks like to a compiled wheel.
#[repr(C)]
pub struct PyFrameObject {
    pub ob_base: PyObject,
    /// Owned or null: known only once `f_frame` no longer is.
    pub f_back: *mut PyFrameObject,
    /// `_f_frame_data`, or the frame while it is still on the data stack.
    pub f_frame: *mut _PyInterpreterFrame,
    /// Owned or null.
    pub f_trace: *mut PyObject,
    /// Only when non-zero; wheels write it.
    pub f_lineno: c_int,
    pub f_trace_lines: c_char,
    pub f_trace_opcodes: c_char,
    /// Owned or null, like the two that follow.
    pub f_extra_locals: *mut PyObject,
    pub f_locals_cache: *mut PyObject,
    /// A tuple that keeps alive what borrowers may still hold.
    pub f_overwritten_fast_locals: *mut PyObject,
    /// An `_PyInterpreterFrame` once this object owns it.
    pub _f_frame_data: [*mut PyObject; 1],
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyFrameObject {}
assert_layout!(PyFrameObject {
    size: 80,
    f_back: 16,
    f_frame: 24,
    f_trace: 32,
    f_lineno: 40,
    f_trace_lines: 44,
    f_trace_opcodes: 45,
    f_extra_locals: 48,
    f_locals_cache: 56,
    f_overwritten_fast_locals: 64,
    _f_frame_data: 72
});

/// What `FrameLocalsProxy` (`frame.f_locals`) looks like to a compiled wheel.
#[repr(C)]
pub struct PyFrameLocalsProxyObject {
    pub ob_base: PyObject,
    /// Owned.
    pub frame: *mut PyFrameObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyFrameLocalsProxyObject {}
assert_layout!(PyFrameLocalsProxyObject { size: 24, frame: 16 });
