//! The `code` type and what hangs off it.

use super::*;
use core::ffi::{c_char, c_int, c_void};

/// Two bytes of bytecode: an instruction and its argument, or a cell of an inline cache.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct _Py_CODEUNIT {
    pub cache: u16,
}

impl _Py_CODEUNIT {
    /// The instruction, which is the low byte.
    pub const fn code(self) -> u8 {
        self.cache as u8
    }

    /// The argument, which is the high byte.
    pub const fn arg(self) -> u8 {
        (self.cache >> 8) as u8
    }
}

/// A compiled trace of CPython's own jit; there are none here.
#[repr(C)]
pub struct _PyExecutorObject {
    _opaque: [u8; 0],
}

/// What monitoring keeps about a code object; only the interpreter looks inside.
#[repr(C)]
pub struct _PyCoMonitoringData {
    _opaque: [u8; 0],
}

/// Attributes of a code object that are computed on first use. All owned or null.
#[repr(C)]
pub struct _PyCoCached {
    pub _co_code: *mut PyObject,
    pub _co_varnames: *mut PyObject,
    pub _co_cellvars: *mut PyObject,
    pub _co_freevars: *mut PyObject,
}
assert_layout!(_PyCoCached { size: 32, _co_code: 0, _co_varnames: 8, _co_cellvars: 16, _co_freevars: 24 });

/// The traces that CPython's own jit made of a code object.
#[repr(C)]
pub struct _PyExecutorArray {
    pub size: c_int,
    pub capacity: c_int,
    pub executors: [*mut _PyExecutorObject; 1],
}
assert_layout!(_PyExecutorArray { size: 16, size: 0, capacity: 4, executors: 8 });

/// What `code` looks like to a compiled wheel.
#[repr(C)]
pub struct PyCodeObject {
    /// `ob_size` counts code units.
    pub ob_base: PyVarObject,
    /// Owned: a tuple. The objects below are owned too unless they say otherwise.
    pub co_consts: *mut PyObject,
    /// A tuple of interned strings.
    pub co_names: *mut PyObject,
    pub co_exceptiontable: *mut PyObject,
    /// `CO_*`.
    pub co_flags: c_int,
    /// Positional ones, `*args` not counted.
    pub co_argcount: c_int,
    pub co_posonlyargcount: c_int,
    pub co_kwonlyargcount: c_int,
    pub co_stacksize: c_int,
    pub co_firstlineno: c_int,
    /// Locals, cells and free variables together.
    pub co_nlocalsplus: c_int,
    /// In words: locals, stack and the frame's own fields.
    pub co_framesize: c_int,
    pub co_nlocals: c_int,
    pub co_ncellvars: c_int,
    pub co_nfreevars: c_int,
    pub co_version: u32,
    /// A tuple of names, one for each of `co_nlocalsplus`.
    pub co_localsplusnames: *mut PyObject,
    /// Bytes: `CO_FAST_*` of each of them.
    pub co_localspluskinds: *mut PyObject,
    pub co_filename: *mut PyObject,
    pub co_name: *mut PyObject,
    pub co_qualname: *mut PyObject,
    pub co_linetable: *mut PyObject,
    /// Borrowed: the first weak reference.
    pub co_weakreflist: *mut PyObject,
    pub co_executors: *mut _PyExecutorArray,
    /// Owned memory or null.
    pub _co_cached: *mut _PyCoCached,
    pub _co_instrumentation_version: usize,
    pub _co_monitoring: *mut _PyCoMonitoringData,
    pub _co_unique_id: Py_ssize_t,
    pub _co_firsttraceable: c_int,
    /// Owned memory: what extensions attached (`PyUnstable_Code_SetExtra`).
    pub co_extra: *mut c_void,
    /// The code units, specialised in place.
    pub co_code_adaptive: [c_char; 1],
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyCodeObject {}
assert_layout!(PyCodeObject {
    size: 216,
    co_consts: 24,
    co_names: 32,
    co_exceptiontable: 40,
    co_flags: 48,
    co_argcount: 52,
    co_posonlyargcount: 56,
    co_kwonlyargcount: 60,
    co_stacksize: 64,
    co_firstlineno: 68,
    co_nlocalsplus: 72,
    co_framesize: 76,
    co_nlocals: 80,
    co_ncellvars: 84,
    co_nfreevars: 88,
    co_version: 92,
    co_localsplusnames: 96,
    co_localspluskinds: 104,
    co_filename: 112,
    co_name: 120,
    co_qualname: 128,
    co_linetable: 136,
    co_weakreflist: 144,
    co_executors: 152,
    _co_cached: 160,
    _co_instrumentation_version: 168,
    _co_monitoring: 176,
    _co_unique_id: 184,
    _co_firsttraceable: 192,
    co_extra: 200,
    co_code_adaptive: 208
});

/// Where a walk through a line table stands (CPython's `struct _opaque`).
#[repr(C)]
pub struct _opaque {
    pub computed_line: c_int,
    pub lo_next: *const u8,
    pub limit: *const u8,
}
assert_layout!(_opaque { size: 24, computed_line: 0, lo_next: 8, limit: 16 });

/// A walk through a line table, and the range of addresses it stands at.
#[repr(C)]
pub struct PyCodeAddressRange {
    pub ar_start: c_int,
    pub ar_end: c_int,
    pub ar_line: c_int,
    pub opaque: _opaque,
}
assert_layout!(PyCodeAddressRange { size: 40, ar_start: 0, ar_end: 4, ar_line: 8, opaque: 16 });

/// Flags and version of a compilation.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyCompilerFlags {
    /// `CO_FUTURE_*` and `PyCF_*`.
    pub cf_flags: c_int,
    /// The minor version; only for `ast`.
    pub cf_feature_version: c_int,
}
assert_layout!(PyCompilerFlags { size: 8, cf_flags: 0, cf_feature_version: 4 });

/// Whether tools watch a code object's events, for code that is not bytecode.
#[repr(C)]
pub struct PyMonitoringState {
    pub active: u8,
    pub opaque: u8,
}
assert_layout!(PyMonitoringState { size: 2, active: 0, opaque: 1 });
