//! What ctypes knows about a C type, kept behind the type object (CPython's `StgInfo`).
//!
//! The metatypes derive from `CType_Type`, whose instances are type objects with room for a
//! `StgInfo`. It counts as absent until a metatype's `__init__` has filled it in: the abstract
//! bases `Structure`, `Array` and so on never have one.
//!
//! libffi keeps pointers to `ffi`, so a type object that is part of another type is kept
//! alive by that type: through its fields' descriptors, its `proto` or its `argtypes`.

use core::cell::{Cell, UnsafeCell};
use core::ffi::{CStr, c_char};
use core::ptr;
use std::ffi::CString;

use adder_object_model::layout::*;
use adder_object_model::type_object;
use adder_object_model::{Borrowed, Field, Op, Owned, PyLayout, PyResult, TypeRef, Visitor, raise};
use libffi_sys::ffi_type;

use super::accessors::FieldDesc;
use super::argument::CArgObject;
use super::data::Data;
use super::metatype::CType_Type;

/// The type is a pointer.
pub(super) const TYPEFLAG_ISPOINTER: u32 = 0x100;
/// A part of the type is a pointer.
pub(super) const TYPEFLAG_HASPOINTER: u32 = 0x200;
/// Instances or dependent types exist: `_fields_` cannot be set any more.
pub(super) const DICTFLAG_FINAL: u32 = 0x1000;

/// Makes an argument for a call of an instance.
pub(super) type ParamFunc = fn(Data<'_>) -> PyResult<Owned<CArgObject>>;

/// What ctypes knows about a type. Zeroed memory is one that is absent.
#[repr(C)]
pub(super) struct StgInfo {
    initialized: Cell<bool>,
    /// Bytes, alignment, and number of fields or items.
    pub size: Cell<isize>,
    pub align: Cell<isize>,
    pub length: Cell<isize>,
    pub ffi: UnsafeCell<ffi_type>,
    /// The item type of a pointer or array, the type code of a simple type.
    pub proto: Field,
    /// How a simple type is read and written.
    pub desc: Cell<Option<&'static FieldDesc>>,
    pub paramfunc: Cell<Option<ParamFunc>>,
    /// Of function types: the types, their `from_param` methods, and the result type with its check.
    pub argtypes: Field,
    pub converters: Field,
    pub restype: Field,
    pub checker: Field,
    /// `__pointer_type__`.
    pub pointer_type: Field,
    pub flags: Cell<u32>,
    /// The format of buffers: an owned C string, or null.
    format: Cell<*mut c_char>,
    /// The number of dimensions and, owned, their lengths.
    ndim: Cell<usize>,
    shape: Cell<*mut isize>,
}

const NO_FFI_TYPE: ffi_type = ffi_type { size: 0, alignment: 0, type_: 0, elements: ptr::null_mut() };

impl StgInfo {
    #[allow(clippy::declare_interior_mutable_const, reason = "the start of static classes, used by value")]
    const ABSENT: Self = Self {
        initialized: Cell::new(false),
        size: Cell::new(0),
        align: Cell::new(0),
        length: Cell::new(0),
        ffi: UnsafeCell::new(NO_FFI_TYPE),
        proto: Field::EMPTY,
        desc: Cell::new(None),
        paramfunc: Cell::new(None),
        argtypes: Field::EMPTY,
        converters: Field::EMPTY,
        restype: Field::EMPTY,
        checker: Field::EMPTY,
        pointer_type: Field::EMPTY,
        flags: Cell::new(0),
        format: Cell::new(ptr::null_mut()),
        ndim: Cell::new(0),
        shape: Cell::new(ptr::null_mut()),
    };

    pub fn ffi_type(&self) -> *mut ffi_type {
        self.ffi.get()
    }

    pub fn add_flags(&self, flags: u32) {
        self.flags.set(self.flags.get() | flags);
    }

    pub fn has_flag(&self, flags: u32) -> bool {
        self.flags.get() & flags != 0
    }

    /// Takes over the description of a type that libffi or this module owns for good.
    ///
    /// # Safety
    /// `from` lives as long as the process.
    pub unsafe fn set_ffi(&self, from: *const ffi_type) {
        self.free_elements();
        // SAFETY: the caller's promise; elements of such a type are shared, not owned, so
        // the copy of a complex type must never be given `set_elements`.
        unsafe { *self.ffi.get() = ffi_type { ..*from } };
    }

    /// Makes the type a struct of `elements`.
    pub fn set_elements(&self, elements: Vec<*mut ffi_type>) {
        self.free_elements();
        let mut elements = elements;
        elements.push(ptr::null_mut());
        let elements = Box::into_raw(elements.into_boxed_slice());
        // SAFETY: our own field, which nobody else looks at meanwhile.
        unsafe {
            (*self.ffi.get()).type_ = libffi_sys::FFI_TYPE_STRUCT;
            (*self.ffi.get()).elements = elements.cast();
        }
    }

    /// The elements of a struct.
    pub fn elements(&self) -> Vec<*mut ffi_type> {
        let mut result = Vec::new();
        // SAFETY: elements are null or a row that ends with null.
        unsafe {
            let mut element = (*self.ffi.get()).elements;
            while !element.is_null() && !(*element).is_null() {
                result.push(*element);
                element = element.add(1);
            }
        }
        result
    }

    fn free_elements(&self) {
        // SAFETY: only structs own their elements: `set_elements` made them.
        unsafe {
            let ffi = self.ffi.get();
            if (*ffi).type_ == libffi_sys::FFI_TYPE_STRUCT && !(*ffi).elements.is_null() {
                let mut n = 1;
                while !(*(*ffi).elements.add(n - 1)).is_null() {
                    n += 1;
                }
                drop(Box::from_raw(ptr::slice_from_raw_parts_mut((*ffi).elements, n)));
            }
            *ffi = NO_FFI_TYPE;
        }
    }

    pub fn format(&self) -> Option<&CStr> {
        let format = self.format.get();
        // SAFETY: null or a C string of our own; it changes only while the type is made.
        (!format.is_null()).then(|| unsafe { CStr::from_ptr(format) })
    }

    pub fn format_str(&self) -> Option<&str> {
        self.format().map(|format| format.to_str().unwrap_or("B"))
    }

    pub fn format_ptr(&self) -> *mut c_char {
        self.format.get()
    }

    /// Sets the format; text with a null character in it ends there.
    pub fn set_format(&self, format: &str) {
        let format = format.split('\0').next().unwrap_or_default();
        let new = CString::new(format).unwrap_or_default().into_raw();
        let old = self.format.replace(new);
        if !old.is_null() {
            // SAFETY: it came from `into_raw`.
            drop(unsafe { CString::from_raw(old) });
        }
    }

    pub fn shape(&self) -> &[isize] {
        let shape = self.shape.get();
        if shape.is_null() {
            return &[];
        }
        // SAFETY: `set_shape` made it with as many.
        unsafe { core::slice::from_raw_parts(shape, self.ndim.get()) }
    }

    pub fn ndim(&self) -> usize {
        self.ndim.get()
    }

    pub fn shape_ptr(&self) -> *mut isize {
        self.shape.get()
    }

    pub fn set_shape(&self, shape: Vec<isize>) {
        self.free_shape();
        self.ndim.set(shape.len());
        self.shape.set(Box::into_raw(shape.into_boxed_slice()).cast());
    }

    fn free_shape(&self) {
        let shape = self.shape.replace(ptr::null_mut());
        let n = self.ndim.replace(0);
        if !shape.is_null() {
            // SAFETY: `set_shape` made it with as many.
            drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(shape, n)) });
        }
    }

    /// Takes over everything from a base class except what belongs to that class alone.
    pub fn clone_from(&self, base: &Self) {
        self.size.set(base.size.get());
        self.align.set(base.align.get());
        self.length.set(base.length.get());
        if base.elements().is_empty() {
            // SAFETY: without elements, the description is plain data.
            unsafe {
                self.free_elements();
                let from = &*base.ffi.get();
                *self.ffi.get() = ffi_type { elements: ptr::null_mut(), ..*from };
            }
            self.set_elements(Vec::new());
        } else {
            self.set_elements(base.elements());
        }
        // SAFETY: plain data of both types.
        unsafe {
            (*self.ffi.get()).size = (*base.ffi.get()).size;
            (*self.ffi.get()).alignment = (*base.ffi.get()).alignment;
        }
        self.proto.set(base.proto.get());
        self.desc.set(base.desc.get());
        self.paramfunc.set(base.paramfunc.get());
        self.argtypes.set(base.argtypes.get());
        self.converters.set(base.converters.get());
        self.restype.set(base.restype.get());
        self.checker.set(base.checker.get());
        self.flags.set(base.flags.get());
        if let Some(format) = base.format_str() {
            self.set_format(format);
        }
        if base.shape.get().is_null() {
            self.free_shape();
        } else {
            self.set_shape(base.shape().to_vec());
        }
    }

    pub fn visit(&self, visitor: &mut Visitor) {
        for field in
            [&self.proto, &self.argtypes, &self.converters, &self.restype, &self.checker, &self.pointer_type]
        {
            field.visit(visitor);
        }
    }

    pub fn clear(&self) {
        for field in
            [&self.proto, &self.argtypes, &self.converters, &self.restype, &self.checker, &self.pointer_type]
        {
            field.clear();
        }
    }

    /// Gives everything back; the type is going away.
    pub fn free(&self) {
        self.free_elements();
        self.free_shape();
        let format = self.format.replace(ptr::null_mut());
        if !format.is_null() {
            // SAFETY: it came from `into_raw`.
            drop(unsafe { CString::from_raw(format) });
        }
        self.clear();
    }
}

/// A type object of a metatype derived from `CType_Type`.
#[repr(C)]
pub(super) struct CTypeObject {
    heap: PyHeapTypeObject,
    pub info: StgInfo,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for CTypeObject {}
adder_object_model::py_typed!(CTypeObject, CType_Type);

/// A class of ctypes, borrowed.
pub(super) type Class<'a> = Borrowed<'a, CTypeObject>;

impl CTypeObject {
    /// A static class whose metatype is `metatype`.
    pub const fn new_static(metatype: *mut PyTypeObject, tp: PyTypeObject) -> Self {
        let header = PyObject { ob_type: metatype, ..PyObject::STATIC_IMMORTAL };
        Self {
            heap: PyHeapTypeObject {
                ht_type: PyTypeObject { ob_base: PyVarObject { ob_base: header, ob_size: 0 }, ..tp },
                as_async: PyAsyncMethods::EMPTY,
                as_number: PyNumberMethods::EMPTY,
                as_mapping: PyMappingMethods::EMPTY,
                as_sequence: PySequenceMethods::EMPTY,
                as_buffer: PyBufferProcs::EMPTY,
                ht_name: ptr::null_mut(),
                ht_slots: ptr::null_mut(),
                ht_qualname: ptr::null_mut(),
                ht_cached_keys: ptr::null_mut(),
                ht_module: ptr::null_mut(),
                _ht_tpname: ptr::null_mut(),
                ht_token: ptr::null_mut(),
                _spec_cache: _specialization_cache {
                    getitem: ptr::null_mut(),
                    getitem_version: 0,
                    init: ptr::null_mut(),
                },
            },
            info: StgInfo::ABSENT,
        }
    }
}

/// The class as a plain type.
pub(super) fn as_type(class: Class<'_>) -> TypeRef<'_> {
    // SAFETY: a class begins with a type object.
    unsafe { class.cast_unchecked() }
}

/// The name of an object that should be a class, for messages.
pub(super) fn class_name(class: Op<'_>) -> &str {
    class.downcast::<PyTypeObject>().map_or("?", type_object::name_of)
}

/// The information about a type, if `op` is a type that has it (`PyStgInfo_FromType`).
pub(super) fn from_type<'a>(op: Op<'a>) -> Option<&'a StgInfo> {
    let class: Class<'a> = op.downcast()?;
    // SAFETY: the class is borrowed for as long.
    let info = unsafe { &(*class.as_ptr()).info };
    info.initialized.get().then_some(info)
}

/// The information about the type of an object, if it has it (`PyStgInfo_FromObject`).
pub(super) fn from_object<'a>(op: Op<'a>) -> Option<&'a StgInfo> {
    from_type(op.ob_type().as_object())
}

/// The information about an object's type or about the type itself (`PyStgInfo_FromAny`).
pub(super) fn from_any<'a>(op: Op<'a>) -> Option<&'a StgInfo> {
    if op.is_instance::<PyTypeObject>() { from_type(op) } else { from_object(op) }
}

/// The information about the type of an instance, whose type has it by construction.
pub(super) fn of<'a>(data: Data<'a>) -> PyResult<&'a StgInfo> {
    from_object(data.as_object()).ok_or_else(|| raise!(SystemError, "the type has no storage info"))
}

/// The information about a class that must not be abstract.
pub(super) fn concrete<'a>(op: Op<'a>) -> PyResult<&'a StgInfo> {
    from_type(op).ok_or_else(|| raise!(TypeError, "abstract class"))
}

/// Marks the information of a class as present (`PyStgInfo_Init`).
pub(super) fn init<'a>(class: Class<'a>) -> PyResult<&'a StgInfo> {
    // SAFETY: the class is borrowed for as long.
    let info = unsafe { &(*class.as_ptr()).info };
    if info.initialized.get() {
        let name = type_object::name_of(as_type(class));
        return Err(raise!(SystemError, "StgInfo of '{name}' is already initialized."));
    }
    info.initialized.set(true);
    Ok(info)
}

/// Whether `op` is a class whose metatype is `U`'s or derives from it.
pub(super) fn is_class_of(op: Op<'_>, metatype: *mut PyTypeObject) -> bool {
    type_object::is_subtype_ptr(op.ob_type(), metatype)
}
