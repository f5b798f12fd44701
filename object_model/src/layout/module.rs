//! Modules, their definitions, and the tables of built-in ones.

use super::*;
use core::cell::UnsafeCell;
use core::ffi::{c_char, c_int, c_uchar, c_void};
use core::ptr;

/// What a module looks like to a compiled wheel.
#[repr(C)]
pub struct PyModuleObject {
    pub ob_base: PyObject,
    /// Owned.
    pub md_dict: *mut PyObject,
    /// Borrowed; null when the module was not made from a definition.
    pub md_def: *mut PyModuleDef,
    /// Owned memory of `m_size` bytes, or null.
    pub md_state: *mut c_void,
    /// Borrowed: the first weak reference.
    pub md_weaklist: *mut PyObject,
    /// Owned.
    pub md_name: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyModuleObject {}
assert_layout!(PyModuleObject {
    size: 56,
    md_dict: 16,
    md_def: 24,
    md_state: 32,
    md_weaklist: 40,
    md_name: 48
});

/// The head of a module definition. It is an object, so that `PyInit_*` can return one.
#[repr(C)]
pub struct PyModuleDef_Base {
    pub ob_base: PyObject,
    pub m_init: Option<unsafe extern "C" fn() -> *mut PyObject>,
    pub m_index: Py_ssize_t,
    /// Owned or null: the dict that a second import copies.
    pub m_copy: *mut PyObject,
}
assert_layout!(PyModuleDef_Base { size: 40, m_init: 16, m_index: 24, m_copy: 32 });

impl PyModuleDef_Base {
    /// `PyModuleDef_HEAD_INIT`.
    pub const HEAD_INIT: Self =
        Self { ob_base: PyObject::STATIC_IMMORTAL, m_init: None, m_index: 0, m_copy: ptr::null_mut() };
}

/// What a native module is made from.
#[repr(C)]
pub struct PyModuleDef {
    pub m_base: PyModuleDef_Base,
    pub m_name: *const c_char,
    pub m_doc: *const c_char,
    /// Bytes of state for each module; -1 when it keeps its state in globals.
    pub m_size: Py_ssize_t,
    pub m_methods: *mut PyMethodDef,
    pub m_slots: *mut PyModuleDef_Slot,
    pub m_traverse: Option<traverseproc>,
    pub m_clear: Option<inquiry>,
    pub m_free: Option<freefunc>,
    /// Takes no room. A definition is written to when its module is imported,
    /// and this makes the linker put a `static` one into writable memory.
    pub _writable: UnsafeCell<()>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyModuleDef {}
assert_layout!(PyModuleDef {
    size: 104,
    m_base: 0,
    m_name: 40,
    m_doc: 48,
    m_size: 56,
    m_methods: 64,
    m_slots: 72,
    m_traverse: 80,
    m_clear: 88,
    m_free: 96
});

impl PyModuleDef {
    /// A definition of which everything but the head is still to be filled in.
    #[allow(clippy::declare_interior_mutable_const, reason = "the base of static initialisers")]
    pub const EMPTY: Self = Self {
        m_base: PyModuleDef_Base::HEAD_INIT,
        m_name: ptr::null(),
        m_doc: ptr::null(),
        m_size: 0,
        m_methods: ptr::null_mut(),
        m_slots: ptr::null_mut(),
        m_traverse: None,
        m_clear: None,
        m_free: None,
        _writable: UnsafeCell::new(()),
    };
}

// SAFETY: a definition is written only under the GIL.
unsafe impl Sync for PyModuleDef {}

/// One slot of a module definition; an array of them ends with number 0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyModuleDef_Slot {
    /// `Py_mod_*`.
    pub slot: c_int,
    pub value: *mut c_void,
}
assert_layout!(PyModuleDef_Slot { size: 16, slot: 0, value: 8 });

impl PyModuleDef_Slot {
    /// The end of an array.
    pub const EMPTY: Self = Self { slot: 0, value: ptr::null_mut() };
}

// SAFETY: slot arrays are only read.
unsafe impl Sync for PyModuleDef_Slot {}

/// One built-in module (`PyImport_Inittab`).
#[repr(C)]
pub struct _inittab {
    /// Null ends the array.
    pub name: *const c_char,
    pub initfunc: Option<unsafe extern "C" fn() -> *mut PyObject>,
}
assert_layout!(_inittab { size: 16, name: 0, initfunc: 8 });

// SAFETY: the table is written only before the runtime starts.
unsafe impl Sync for _inittab {}

/// One frozen module (`PyImport_FrozenModules`).
#[repr(C)]
pub struct _frozen {
    /// Null ends the array.
    pub name: *const c_char,
    pub code: *const c_uchar,
    pub size: c_int,
    pub is_package: c_int,
}
assert_layout!(_frozen { size: 24, name: 0, code: 8, size: 16, is_package: 20 });

// SAFETY: the table is only read.
unsafe impl Sync for _frozen {}
