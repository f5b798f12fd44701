//! Functions written in Python, and the two decorators built beside them.

use super::*;

/// What `function` looks like to a compiled wheel.
#[repr(C)]
pub struct PyFunctionObject {
    pub ob_base: PyObject,
    /// Owned, like every object below unless it says otherwise.
    pub func_globals: *mut PyObject,
    pub func_builtins: *mut PyObject,
    pub func_name: *mut PyObject,
    pub func_qualname: *mut PyObject,
    pub func_code: *mut PyObject,
    /// Null or a tuple.
    pub func_defaults: *mut PyObject,
    /// Null or a dict.
    pub func_kwdefaults: *mut PyObject,
    /// Null or a tuple of cells.
    pub func_closure: *mut PyObject,
    pub func_doc: *mut PyObject,
    /// Null until somebody asks.
    pub func_dict: *mut PyObject,
    /// Borrowed: the first weak reference.
    pub func_weakreflist: *mut PyObject,
    pub func_module: *mut PyObject,
    /// Null, a dict, or a flat tuple of names and values.
    pub func_annotations: *mut PyObject,
    pub func_annotate: *mut PyObject,
    pub func_typeparams: *mut PyObject,
    pub vectorcall: Option<vectorcallfunc>,
    /// Zero when no cache may trust the code and its defaults.
    pub func_version: u32,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyFunctionObject {}
assert_layout!(PyFunctionObject {
    size: 152,
    func_globals: 16,
    func_builtins: 24,
    func_name: 32,
    func_qualname: 40,
    func_code: 48,
    func_defaults: 56,
    func_kwdefaults: 64,
    func_closure: 72,
    func_doc: 80,
    func_dict: 88,
    func_weakreflist: 96,
    func_module: 104,
    func_annotations: 112,
    func_annotate: 120,
    func_typeparams: 128,
    vectorcall: 136,
    func_version: 144
});

/// What a function is made of (CPython's own functions pass it around).
#[repr(C)]
pub struct PyFrameConstructor {
    pub fc_globals: *mut PyObject,
    pub fc_builtins: *mut PyObject,
    pub fc_name: *mut PyObject,
    pub fc_qualname: *mut PyObject,
    pub fc_code: *mut PyObject,
    pub fc_defaults: *mut PyObject,
    pub fc_kwdefaults: *mut PyObject,
    pub fc_closure: *mut PyObject,
}
assert_layout!(PyFrameConstructor {
    size: 64,
    fc_globals: 0,
    fc_builtins: 8,
    fc_name: 16,
    fc_qualname: 24,
    fc_code: 32,
    fc_defaults: 40,
    fc_kwdefaults: 48,
    fc_closure: 56
});

/// What `classmethod` looks like.
#[repr(C)]
pub struct PyClassMethod {
    pub ob_base: PyObject,
    /// Owned, like `cm_dict`.
    pub cm_callable: *mut PyObject,
    pub cm_dict: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyClassMethod {}
assert_layout!(PyClassMethod { size: 32, cm_callable: 16, cm_dict: 24 });

/// What `staticmethod` looks like.
#[repr(C)]
pub struct PyStaticMethod {
    pub ob_base: PyObject,
    /// Owned, like `sm_dict`.
    pub sm_callable: *mut PyObject,
    pub sm_dict: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyStaticMethod {}
assert_layout!(PyStaticMethod { size: 32, sm_callable: 16, sm_dict: 24 });
