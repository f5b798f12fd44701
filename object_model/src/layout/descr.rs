//! Descriptors, and the tables from which types make them.

use super::*;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;

/// One computed attribute; a table of them ends with a null name.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyGetSetDef {
    pub name: *const c_char,
    pub get: Option<getter>,
    /// `None` makes the attribute read-only.
    pub set: Option<setter>,
    pub doc: *const c_char,
    /// Handed to both functions.
    pub closure: *mut c_void,
}
assert_layout!(PyGetSetDef { size: 40, name: 0, get: 8, set: 16, doc: 24, closure: 32 });

impl PyGetSetDef {
    /// The end of a table.
    pub const EMPTY: Self =
        Self { name: ptr::null(), get: None, set: None, doc: ptr::null(), closure: ptr::null_mut() };
}

// SAFETY: attribute tables are only read.
unsafe impl Sync for PyGetSetDef {}

/// One attribute that is a field of the struct; a table of them ends with a null name.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMemberDef {
    pub name: *const c_char,
    /// `Py_T_*`.
    pub r#type: c_int,
    pub offset: Py_ssize_t,
    /// `Py_READONLY` and its neighbours.
    pub flags: c_int,
    pub doc: *const c_char,
}
assert_layout!(PyMemberDef { size: 40, name: 0, r#type: 8, offset: 16, flags: 24, doc: 32 });

impl PyMemberDef {
    /// The end of a table.
    pub const EMPTY: Self = Self { name: ptr::null(), r#type: 0, offset: 0, flags: 0, doc: ptr::null() };

    /// A field of the type `kind` (`Py_T_*`) that Python code cannot set, without a docstring.
    pub const fn read_only(name: &'static CStr, kind: c_int, offset: usize) -> Self {
        let offset = offset as Py_ssize_t;
        Self { name: name.as_ptr(), r#type: kind, offset, flags: Py_READONLY, doc: ptr::null() }
    }

    /// The same with a docstring.
    pub const fn documented(mut self, doc: &'static CStr) -> Self {
        self.doc = doc.as_ptr();
        self
    }
}

// SAFETY: member tables are only read.
unsafe impl Sync for PyMemberDef {}

/// How a slot is called when Python code calls its special method.
#[repr(C)]
pub struct wrapperbase {
    pub name: *const c_char,
    /// Where the slot stands in `PyHeapTypeObject`.
    pub offset: c_int,
    /// The slot function that calls a method written in Python.
    pub function: *mut c_void,
    pub wrapper: Option<wrapperfunc>,
    pub doc: *const c_char,
    /// `PyWrapperFlag_KEYWORDS`: `wrapper` is really a `wrapperfunc_kwds`.
    pub flags: c_int,
    /// The interned name.
    pub name_strobj: *mut PyObject,
}
assert_layout!(wrapperbase {
    size: 56,
    name: 0,
    offset: 8,
    function: 16,
    wrapper: 24,
    doc: 32,
    flags: 40,
    name_strobj: 48
});

// SAFETY: written only while the runtime starts.
unsafe impl Sync for wrapperbase {}

/// What all descriptors start with.
#[repr(C)]
pub struct PyDescrObject {
    pub ob_base: PyObject,
    /// Owned, like the other two.
    pub d_type: *mut PyTypeObject,
    pub d_name: *mut PyObject,
    /// Null until somebody asks.
    pub d_qualname: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyDescrObject {}
assert_layout!(PyDescrObject { size: 40, d_type: 16, d_name: 24, d_qualname: 32 });

/// What `method_descriptor` looks like to a compiled wheel.
#[repr(C)]
pub struct PyMethodDescrObject {
    pub d_common: PyDescrObject,
    /// Borrowed.
    pub d_method: *mut PyMethodDef,
    pub vectorcall: Option<vectorcallfunc>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyMethodDescrObject {}
assert_layout!(PyMethodDescrObject { size: 56, d_common: 0, d_method: 40, vectorcall: 48 });

/// What `member_descriptor` looks like to a compiled wheel.
#[repr(C)]
pub struct PyMemberDescrObject {
    pub d_common: PyDescrObject,
    /// Borrowed.
    pub d_member: *mut PyMemberDef,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyMemberDescrObject {}
assert_layout!(PyMemberDescrObject { size: 48, d_common: 0, d_member: 40 });

/// What `getset_descriptor` looks like to a compiled wheel.
#[repr(C)]
pub struct PyGetSetDescrObject {
    pub d_common: PyDescrObject,
    /// Borrowed.
    pub d_getset: *mut PyGetSetDef,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyGetSetDescrObject {}
assert_layout!(PyGetSetDescrObject { size: 48, d_common: 0, d_getset: 40 });

/// What `wrapper_descriptor` looks like to a compiled wheel: a slot under its special name.
#[repr(C)]
pub struct PyWrapperDescrObject {
    pub d_common: PyDescrObject,
    /// Borrowed.
    pub d_base: *mut wrapperbase,
    /// The slot function.
    pub d_wrapped: *mut c_void,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyWrapperDescrObject {}
assert_layout!(PyWrapperDescrObject { size: 56, d_common: 0, d_base: 40, d_wrapped: 48 });

/// What `method-wrapper` looks like: a slot wrapper bound to an object.
#[repr(C)]
pub struct PyMethodWrapper {
    pub ob_base: PyObject,
    /// Owned, like `self`.
    pub descr: *mut PyWrapperDescrObject,
    /// CPython's `self`, which Rust keeps for itself.
    pub self_: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyMethodWrapper {}
assert_layout!(PyMethodWrapper { size: 32, descr: 16, self_: 24 });

/// What `property` looks like.
#[repr(C)]
pub struct PyProperty {
    pub ob_base: PyObject,
    /// Owned or null, like the four that follow.
    pub prop_get: *mut PyObject,
    pub prop_set: *mut PyObject,
    pub prop_del: *mut PyObject,
    pub prop_doc: *mut PyObject,
    pub prop_name: *mut PyObject,
    /// Whether `prop_doc` came from the getter.
    pub getter_doc: c_int,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyProperty {}
assert_layout!(PyProperty {
    size: 64,
    prop_get: 16,
    prop_set: 24,
    prop_del: 32,
    prop_doc: 40,
    prop_name: 48,
    getter_doc: 56
});

/// What `mappingproxy` looks like.
#[repr(C)]
pub struct PyMappingProxy {
    pub ob_base: PyObject,
    /// Owned.
    pub mapping: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyMappingProxy {}
assert_layout!(PyMappingProxy { size: 24, mapping: 16 });

/// What `super` looks like.
#[repr(C)]
pub struct PySuper {
    pub ob_base: PyObject,
    /// Owned or null, like the other two.
    pub r#type: *mut PyTypeObject,
    pub obj: *mut PyObject,
    pub obj_type: *mut PyTypeObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PySuper {}
assert_layout!(PySuper { size: 40, r#type: 16, obj: 24, obj_type: 32 });
