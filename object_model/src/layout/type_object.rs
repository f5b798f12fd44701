//! The `type` type: slots, the tables of slots behind them, and heap types.

use super::*;
use core::cell::UnsafeCell;
use core::ffi::{c_char, c_int, c_uchar, c_uint, c_ulong, c_void};
use core::ptr;

/// What `type` looks like to a compiled wheel.
#[repr(C)]
pub struct PyTypeObject {
    pub ob_base: PyVarObject,
    pub tp_name: *const c_char,
    pub tp_basicsize: Py_ssize_t,
    pub tp_itemsize: Py_ssize_t,
    pub tp_dealloc: Option<destructor>,
    pub tp_vectorcall_offset: Py_ssize_t,
    pub tp_getattr: Option<getattrfunc>,
    pub tp_setattr: Option<setattrfunc>,
    pub tp_as_async: *mut PyAsyncMethods,
    pub tp_repr: Option<reprfunc>,
    pub tp_as_number: *mut PyNumberMethods,
    pub tp_as_sequence: *mut PySequenceMethods,
    pub tp_as_mapping: *mut PyMappingMethods,
    pub tp_hash: Option<hashfunc>,
    pub tp_call: Option<ternaryfunc>,
    pub tp_str: Option<reprfunc>,
    pub tp_getattro: Option<getattrofunc>,
    pub tp_setattro: Option<setattrofunc>,
    pub tp_as_buffer: *mut PyBufferProcs,
    /// `Py_TPFLAGS_*`.
    pub tp_flags: c_ulong,
    pub tp_doc: *const c_char,
    pub tp_traverse: Option<traverseproc>,
    pub tp_clear: Option<inquiry>,
    pub tp_richcompare: Option<richcmpfunc>,
    pub tp_weaklistoffset: Py_ssize_t,
    pub tp_iter: Option<getiterfunc>,
    pub tp_iternext: Option<iternextfunc>,
    pub tp_methods: *mut PyMethodDef,
    pub tp_members: *mut PyMemberDef,
    pub tp_getset: *mut PyGetSetDef,
    /// Owned by a heap type, borrowed by a static one.
    pub tp_base: *mut PyTypeObject,
    /// Owned.
    pub tp_dict: *mut PyObject,
    pub tp_descr_get: Option<descrgetfunc>,
    pub tp_descr_set: Option<descrsetfunc>,
    pub tp_dictoffset: Py_ssize_t,
    pub tp_init: Option<initproc>,
    pub tp_alloc: Option<allocfunc>,
    pub tp_new: Option<newfunc>,
    pub tp_free: Option<freefunc>,
    pub tp_is_gc: Option<inquiry>,
    /// Owned: a tuple.
    pub tp_bases: *mut PyObject,
    /// Owned: a tuple, the type itself first.
    pub tp_mro: *mut PyObject,
    /// No longer used.
    pub tp_cache: *mut PyObject,
    /// Owned: a dict from address to weak reference; an index in CPython's own static types.
    pub tp_subclasses: *mut c_void,
    pub tp_weaklist: *mut PyObject,
    pub tp_del: Option<destructor>,
    /// Zero when no cache may trust the type's attributes.
    pub tp_version_tag: c_uint,
    pub tp_finalize: Option<destructor>,
    pub tp_vectorcall: Option<vectorcallfunc>,
    /// One bit for each type watcher that wants to know.
    pub tp_watched: c_uchar,
    pub tp_versions_used: u16,
    /// Takes no room. Types are written to after they are linked, and this makes
    /// the linker put a `static` one into writable memory.
    pub _writable: UnsafeCell<()>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyTypeObject {}
assert_layout!(PyTypeObject {
    size: 416,
    tp_name: 24,
    tp_basicsize: 32,
    tp_itemsize: 40,
    tp_dealloc: 48,
    tp_vectorcall_offset: 56,
    tp_getattr: 64,
    tp_setattr: 72,
    tp_as_async: 80,
    tp_repr: 88,
    tp_as_number: 96,
    tp_as_sequence: 104,
    tp_as_mapping: 112,
    tp_hash: 120,
    tp_call: 128,
    tp_str: 136,
    tp_getattro: 144,
    tp_setattro: 152,
    tp_as_buffer: 160,
    tp_flags: 168,
    tp_doc: 176,
    tp_traverse: 184,
    tp_clear: 192,
    tp_richcompare: 200,
    tp_weaklistoffset: 208,
    tp_iter: 216,
    tp_iternext: 224,
    tp_methods: 232,
    tp_members: 240,
    tp_getset: 248,
    tp_base: 256,
    tp_dict: 264,
    tp_descr_get: 272,
    tp_descr_set: 280,
    tp_dictoffset: 288,
    tp_init: 296,
    tp_alloc: 304,
    tp_new: 312,
    tp_free: 320,
    tp_is_gc: 328,
    tp_bases: 336,
    tp_mro: 344,
    tp_cache: 352,
    tp_subclasses: 360,
    tp_weaklist: 368,
    tp_del: 376,
    tp_version_tag: 384,
    tp_finalize: 392,
    tp_vectorcall: 400,
    tp_watched: 408,
    tp_versions_used: 410
});

impl PyTypeObject {
    /// An immortal static type of which everything is still to be filled in.
    #[allow(clippy::declare_interior_mutable_const, reason = "the base of static initialisers")]
    pub const EMPTY: Self = Self {
        ob_base: PyVarObject::STATIC_IMMORTAL,
        tp_name: ptr::null(),
        tp_basicsize: 0,
        tp_itemsize: 0,
        tp_dealloc: None,
        tp_vectorcall_offset: 0,
        tp_getattr: None,
        tp_setattr: None,
        tp_as_async: ptr::null_mut(),
        tp_repr: None,
        tp_as_number: ptr::null_mut(),
        tp_as_sequence: ptr::null_mut(),
        tp_as_mapping: ptr::null_mut(),
        tp_hash: None,
        tp_call: None,
        tp_str: None,
        tp_getattro: None,
        tp_setattro: None,
        tp_as_buffer: ptr::null_mut(),
        tp_flags: 0,
        tp_doc: ptr::null(),
        tp_traverse: None,
        tp_clear: None,
        tp_richcompare: None,
        tp_weaklistoffset: 0,
        tp_iter: None,
        tp_iternext: None,
        tp_methods: ptr::null_mut(),
        tp_members: ptr::null_mut(),
        tp_getset: ptr::null_mut(),
        tp_base: ptr::null_mut(),
        tp_dict: ptr::null_mut(),
        tp_descr_get: None,
        tp_descr_set: None,
        tp_dictoffset: 0,
        tp_init: None,
        tp_alloc: None,
        tp_new: None,
        tp_free: None,
        tp_is_gc: None,
        tp_bases: ptr::null_mut(),
        tp_mro: ptr::null_mut(),
        tp_cache: ptr::null_mut(),
        tp_subclasses: ptr::null_mut(),
        tp_weaklist: ptr::null_mut(),
        tp_del: None,
        tp_version_tag: 0,
        tp_finalize: None,
        tp_vectorcall: None,
        tp_watched: 0,
        tp_versions_used: 0,
        _writable: UnsafeCell::new(()),
    };
}

// SAFETY: a type is written only under the GIL.
unsafe impl Sync for PyTypeObject {}

/// What a class statement or `PyType_FromSpec` makes: a type with room for its own tables.
#[repr(C)]
pub struct PyHeapTypeObject {
    pub ht_type: PyTypeObject,
    pub as_async: PyAsyncMethods,
    pub as_number: PyNumberMethods,
    /// Ahead of `as_sequence`, so that the mapping wins where both define an operator.
    pub as_mapping: PyMappingMethods,
    pub as_sequence: PySequenceMethods,
    pub as_buffer: PyBufferProcs,
    /// Owned, like the two that follow.
    pub ht_name: *mut PyObject,
    pub ht_slots: *mut PyObject,
    pub ht_qualname: *mut PyObject,
    /// Owned: the keys shared by the dicts of instances.
    pub ht_cached_keys: *mut PyDictKeysObject,
    /// Owned, null unless the type was made with a module.
    pub ht_module: *mut PyObject,
    /// Owned: the memory behind `tp_name`.
    pub _ht_tpname: *mut c_char,
    /// The value of slot `Py_tp_token`.
    pub ht_token: *mut c_void,
    pub _spec_cache: _specialization_cache,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyHeapTypeObject {}
assert_layout!(PyHeapTypeObject {
    size: 936,
    ht_type: 0,
    as_async: 416,
    as_number: 448,
    as_mapping: 736,
    as_sequence: 760,
    as_buffer: 840,
    ht_name: 856,
    ht_slots: 864,
    ht_qualname: 872,
    ht_cached_keys: 880,
    ht_module: 888,
    _ht_tpname: 896,
    ht_token: 904,
    _spec_cache: 912
});

/// What the specialising interpreter remembers about a heap type.
#[repr(C)]
pub struct _specialization_cache {
    /// Borrowed: what a lookup of `__getitem__` finds, while `getitem_version` is its version.
    pub getitem: *mut PyObject,
    pub getitem_version: u32,
    /// Borrowed: what a lookup of `__init__` finds.
    pub init: *mut PyObject,
}
assert_layout!(_specialization_cache { size: 24, getitem: 0, getitem_version: 8, init: 16 });

/// The slots behind arithmetic (`tp_as_number`).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyNumberMethods {
    pub nb_add: Option<binaryfunc>,
    pub nb_subtract: Option<binaryfunc>,
    pub nb_multiply: Option<binaryfunc>,
    pub nb_remainder: Option<binaryfunc>,
    pub nb_divmod: Option<binaryfunc>,
    pub nb_power: Option<ternaryfunc>,
    pub nb_negative: Option<unaryfunc>,
    pub nb_positive: Option<unaryfunc>,
    pub nb_absolute: Option<unaryfunc>,
    pub nb_bool: Option<inquiry>,
    pub nb_invert: Option<unaryfunc>,
    pub nb_lshift: Option<binaryfunc>,
    pub nb_rshift: Option<binaryfunc>,
    pub nb_and: Option<binaryfunc>,
    pub nb_xor: Option<binaryfunc>,
    pub nb_or: Option<binaryfunc>,
    pub nb_int: Option<unaryfunc>,
    /// Once `nb_long`.
    pub nb_reserved: *mut c_void,
    pub nb_float: Option<unaryfunc>,
    pub nb_inplace_add: Option<binaryfunc>,
    pub nb_inplace_subtract: Option<binaryfunc>,
    pub nb_inplace_multiply: Option<binaryfunc>,
    pub nb_inplace_remainder: Option<binaryfunc>,
    pub nb_inplace_power: Option<ternaryfunc>,
    pub nb_inplace_lshift: Option<binaryfunc>,
    pub nb_inplace_rshift: Option<binaryfunc>,
    pub nb_inplace_and: Option<binaryfunc>,
    pub nb_inplace_xor: Option<binaryfunc>,
    pub nb_inplace_or: Option<binaryfunc>,
    pub nb_floor_divide: Option<binaryfunc>,
    pub nb_true_divide: Option<binaryfunc>,
    pub nb_inplace_floor_divide: Option<binaryfunc>,
    pub nb_inplace_true_divide: Option<binaryfunc>,
    pub nb_index: Option<unaryfunc>,
    pub nb_matrix_multiply: Option<binaryfunc>,
    pub nb_inplace_matrix_multiply: Option<binaryfunc>,
}
assert_layout!(PyNumberMethods {
    size: 288,
    nb_add: 0,
    nb_subtract: 8,
    nb_multiply: 16,
    nb_remainder: 24,
    nb_divmod: 32,
    nb_power: 40,
    nb_negative: 48,
    nb_positive: 56,
    nb_absolute: 64,
    nb_bool: 72,
    nb_invert: 80,
    nb_lshift: 88,
    nb_rshift: 96,
    nb_and: 104,
    nb_xor: 112,
    nb_or: 120,
    nb_int: 128,
    nb_reserved: 136,
    nb_float: 144,
    nb_inplace_add: 152,
    nb_inplace_subtract: 160,
    nb_inplace_multiply: 168,
    nb_inplace_remainder: 176,
    nb_inplace_power: 184,
    nb_inplace_lshift: 192,
    nb_inplace_rshift: 200,
    nb_inplace_and: 208,
    nb_inplace_xor: 216,
    nb_inplace_or: 224,
    nb_floor_divide: 232,
    nb_true_divide: 240,
    nb_inplace_floor_divide: 248,
    nb_inplace_true_divide: 256,
    nb_index: 264,
    nb_matrix_multiply: 272,
    nb_inplace_matrix_multiply: 280
});

impl PyNumberMethods {
    /// No slot filled.
    pub const EMPTY: Self = Self {
        nb_add: None,
        nb_subtract: None,
        nb_multiply: None,
        nb_remainder: None,
        nb_divmod: None,
        nb_power: None,
        nb_negative: None,
        nb_positive: None,
        nb_absolute: None,
        nb_bool: None,
        nb_invert: None,
        nb_lshift: None,
        nb_rshift: None,
        nb_and: None,
        nb_xor: None,
        nb_or: None,
        nb_int: None,
        nb_reserved: ptr::null_mut(),
        nb_float: None,
        nb_inplace_add: None,
        nb_inplace_subtract: None,
        nb_inplace_multiply: None,
        nb_inplace_remainder: None,
        nb_inplace_power: None,
        nb_inplace_lshift: None,
        nb_inplace_rshift: None,
        nb_inplace_and: None,
        nb_inplace_xor: None,
        nb_inplace_or: None,
        nb_floor_divide: None,
        nb_true_divide: None,
        nb_inplace_floor_divide: None,
        nb_inplace_true_divide: None,
        nb_index: None,
        nb_matrix_multiply: None,
        nb_inplace_matrix_multiply: None,
    };
}

// SAFETY: slots are written only under the GIL.
unsafe impl Sync for PyNumberMethods {}

/// The slots of sequences (`tp_as_sequence`).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PySequenceMethods {
    pub sq_length: Option<lenfunc>,
    pub sq_concat: Option<binaryfunc>,
    pub sq_repeat: Option<ssizeargfunc>,
    pub sq_item: Option<ssizeargfunc>,
    pub was_sq_slice: *mut c_void,
    pub sq_ass_item: Option<ssizeobjargproc>,
    pub was_sq_ass_slice: *mut c_void,
    pub sq_contains: Option<objobjproc>,
    pub sq_inplace_concat: Option<binaryfunc>,
    pub sq_inplace_repeat: Option<ssizeargfunc>,
}
assert_layout!(PySequenceMethods {
    size: 80,
    sq_length: 0,
    sq_concat: 8,
    sq_repeat: 16,
    sq_item: 24,
    was_sq_slice: 32,
    sq_ass_item: 40,
    was_sq_ass_slice: 48,
    sq_contains: 56,
    sq_inplace_concat: 64,
    sq_inplace_repeat: 72
});

impl PySequenceMethods {
    /// No slot filled.
    pub const EMPTY: Self = Self {
        sq_length: None,
        sq_concat: None,
        sq_repeat: None,
        sq_item: None,
        was_sq_slice: ptr::null_mut(),
        sq_ass_item: None,
        was_sq_ass_slice: ptr::null_mut(),
        sq_contains: None,
        sq_inplace_concat: None,
        sq_inplace_repeat: None,
    };
}

// SAFETY: slots are written only under the GIL.
unsafe impl Sync for PySequenceMethods {}

/// The slots of mappings (`tp_as_mapping`).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMappingMethods {
    pub mp_length: Option<lenfunc>,
    pub mp_subscript: Option<binaryfunc>,
    pub mp_ass_subscript: Option<objobjargproc>,
}
assert_layout!(PyMappingMethods { size: 24, mp_length: 0, mp_subscript: 8, mp_ass_subscript: 16 });

impl PyMappingMethods {
    /// No slot filled.
    pub const EMPTY: Self = Self { mp_length: None, mp_subscript: None, mp_ass_subscript: None };
}

/// The slots behind `await` and `async for` (`tp_as_async`).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyAsyncMethods {
    pub am_await: Option<unaryfunc>,
    pub am_aiter: Option<unaryfunc>,
    pub am_anext: Option<unaryfunc>,
    pub am_send: Option<sendfunc>,
}
assert_layout!(PyAsyncMethods { size: 32, am_await: 0, am_aiter: 8, am_anext: 16, am_send: 24 });

impl PyAsyncMethods {
    /// No slot filled.
    pub const EMPTY: Self = Self { am_await: None, am_aiter: None, am_anext: None, am_send: None };
}

/// The slots of the buffer protocol (`tp_as_buffer`).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyBufferProcs {
    pub bf_getbuffer: Option<getbufferproc>,
    pub bf_releasebuffer: Option<releasebufferproc>,
}
assert_layout!(PyBufferProcs { size: 16, bf_getbuffer: 0, bf_releasebuffer: 8 });

impl PyBufferProcs {
    /// No slot filled.
    pub const EMPTY: Self = Self { bf_getbuffer: None, bf_releasebuffer: None };
}

/// One slot of a `PyType_Spec`; an array of them ends with number 0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyType_Slot {
    /// `Py_tp_*`, `Py_nb_*` and so on.
    pub slot: c_int,
    /// A function or data, as the number demands.
    pub pfunc: *mut c_void,
}
assert_layout!(PyType_Slot { size: 16, slot: 0, pfunc: 8 });

impl PyType_Slot {
    /// The end of an array.
    pub const EMPTY: Self = Self { slot: 0, pfunc: ptr::null_mut() };
}

// SAFETY: slot arrays are only read.
unsafe impl Sync for PyType_Slot {}

/// What `PyType_FromSpec` makes a heap type of.
#[repr(C)]
pub struct PyType_Spec {
    pub name: *const c_char,
    /// Zero to inherit; negative for what a subclass adds to its base.
    pub basicsize: c_int,
    pub itemsize: c_int,
    pub flags: c_uint,
    pub slots: *mut PyType_Slot,
}
assert_layout!(PyType_Spec { size: 32, name: 0, basicsize: 8, itemsize: 12, flags: 16, slots: 24 });

// SAFETY: specs are only read.
unsafe impl Sync for PyType_Spec {}
