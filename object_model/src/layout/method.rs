//! Bound methods, native functions, and the tables native functions are declared in.

use super::*;
use core::ffi::{CStr, c_char, c_int};
use core::mem::transmute;
use core::ptr;

/// What a bound method looks like to a compiled wheel.
#[repr(C)]
pub struct PyMethodObject {
    pub ob_base: PyObject,
    /// Owned, like `im_self`.
    pub im_func: *mut PyObject,
    pub im_self: *mut PyObject,
    /// Borrowed: the first weak reference.
    pub im_weakreflist: *mut PyObject,
    pub vectorcall: Option<vectorcallfunc>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyMethodObject {}
assert_layout!(PyMethodObject { size: 48, im_func: 16, im_self: 24, im_weakreflist: 32, vectorcall: 40 });

/// What `instancemethod` looks like to a compiled wheel.
#[repr(C)]
pub struct PyInstanceMethodObject {
    pub ob_base: PyObject,
    /// Owned.
    pub func: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyInstanceMethodObject {}
assert_layout!(PyInstanceMethodObject { size: 24, func: 16 });

/// What a native function or a bound native method looks like to a compiled wheel.
#[repr(C)]
pub struct PyCFunctionObject {
    pub ob_base: PyObject,
    /// Borrowed: the definition outlives the function.
    pub m_ml: *mut PyMethodDef,
    /// Owned or null: the first argument.
    pub m_self: *mut PyObject,
    /// Owned or null: `__module__`.
    pub m_module: *mut PyObject,
    /// Borrowed: the first weak reference.
    pub m_weakreflist: *mut PyObject,
    pub vectorcall: Option<vectorcallfunc>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyCFunctionObject {}
assert_layout!(PyCFunctionObject {
    size: 56,
    m_ml: 16,
    m_self: 24,
    m_module: 32,
    m_weakreflist: 40,
    vectorcall: 48
});

/// What a native method that learns its defining class looks like (`METH_METHOD`).
#[repr(C)]
pub struct PyCMethodObject {
    pub func: PyCFunctionObject,
    /// Owned.
    pub mm_class: *mut PyTypeObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyCMethodObject {}
assert_layout!(PyCMethodObject { size: 64, func: 0, mm_class: 56 });

/// One native function; a table of them ends with a null name.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMethodDef {
    pub ml_name: *const c_char,
    /// Its real signature is the one that `ml_flags` names.
    pub ml_meth: Option<PyCFunction>,
    /// `METH_*`.
    pub ml_flags: c_int,
    pub ml_doc: *const c_char,
}
assert_layout!(PyMethodDef { size: 32, ml_name: 0, ml_meth: 8, ml_flags: 16, ml_doc: 24 });

impl PyMethodDef {
    /// The end of a table.
    pub const EMPTY: Self = Self { ml_name: ptr::null(), ml_meth: None, ml_flags: 0, ml_doc: ptr::null() };

    const fn new(
        name: &'static CStr,
        function: PyCFunction,
        flags: c_int,
        doc: Option<&'static CStr>,
    ) -> Self {
        Self {
            ml_name: name.as_ptr(),
            ml_meth: Some(function),
            ml_flags: flags,
            ml_doc: match doc {
                Some(doc) => doc.as_ptr(),
                None => ptr::null(),
            },
        }
    }

    /// A function of no arguments; the second parameter is always null.
    pub const fn no_args(name: &'static CStr, function: PyCFunction, doc: Option<&'static CStr>) -> Self {
        Self::new(name, function, METH_NOARGS, doc)
    }

    /// A function of one positional argument.
    pub const fn one_arg(name: &'static CStr, function: PyCFunction, doc: Option<&'static CStr>) -> Self {
        Self::new(name, function, METH_O, doc)
    }

    /// A function that gets its positional arguments as a tuple.
    pub const fn varargs(name: &'static CStr, function: PyCFunction, doc: Option<&'static CStr>) -> Self {
        Self::new(name, function, METH_VARARGS, doc)
    }

    /// A function that gets a tuple, and a dict of keywords or null.
    pub const fn keywords(
        name: &'static CStr,
        function: PyCFunctionWithKeywords,
        doc: Option<&'static CStr>,
    ) -> Self {
        // SAFETY: the flags name the real signature, and callers go by them.
        let function = unsafe { transmute::<PyCFunctionWithKeywords, PyCFunction>(function) };
        Self::new(name, function, METH_VARARGS | METH_KEYWORDS, doc)
    }

    /// A function that gets its positional arguments as an array.
    pub const fn fast(name: &'static CStr, function: PyCFunctionFast, doc: Option<&'static CStr>) -> Self {
        // SAFETY: the flags name the real signature, and callers go by them.
        let function = unsafe { transmute::<PyCFunctionFast, PyCFunction>(function) };
        Self::new(name, function, METH_FASTCALL, doc)
    }

    /// A function that gets an array, the values of keywords last, and a tuple of their names.
    pub const fn fast_keywords(
        name: &'static CStr,
        function: PyCFunctionFastWithKeywords,
        doc: Option<&'static CStr>,
    ) -> Self {
        // SAFETY: the flags name the real signature, and callers go by them.
        let function = unsafe { transmute::<PyCFunctionFastWithKeywords, PyCFunction>(function) };
        Self::new(name, function, METH_FASTCALL | METH_KEYWORDS, doc)
    }

    /// Like `fast_keywords`, with the class that defines the method as second parameter.
    pub const fn method(name: &'static CStr, function: PyCMethod, doc: Option<&'static CStr>) -> Self {
        // SAFETY: the flags name the real signature, and callers go by them.
        let function = unsafe { transmute::<PyCMethod, PyCFunction>(function) };
        Self::new(name, function, METH_METHOD | METH_FASTCALL | METH_KEYWORDS, doc)
    }

    /// The same with further flags: `METH_CLASS`, `METH_STATIC` or `METH_COEXIST`.
    pub const fn with_flags(self, flags: c_int) -> Self {
        Self { ml_flags: self.ml_flags | flags, ..self }
    }
}

// SAFETY: method tables are only read.
unsafe impl Sync for PyMethodDef {}
