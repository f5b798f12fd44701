//! `CArgObject`: one argument of a foreign call, converted to C, and the conversion.
//!
//! `byref` and `from_param` give such objects, too.

use core::cell::{Cell, UnsafeCell};
use core::ffi::c_void;
use core::mem::offset_of;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::type_object::alloc::alloc_instance;
use adder_object_model::{
    Borrowed, Field, Object, Op, Owned, PyResult, Visitor, alloc, bytes, call, gc, int, object, raise, slot,
    str, type_object,
};
use libffi_sys::ffi_type;

use super::accessors::{self, write_pointer};
use super::data::CDataObject;
use super::info;

/// Room for the largest simple type, a complex of `long double`.
pub(super) const VALUE_SIZE: usize = 32;

/// The memory of an argument's value.
#[repr(C, align(16))]
pub(super) struct ArgumentValue(UnsafeCell<[u8; VALUE_SIZE]>);

impl ArgumentValue {
    fn zeroed() -> Self {
        Self(UnsafeCell::new([0; VALUE_SIZE]))
    }
    pub fn as_ptr(&self) -> *mut u8 {
        self.0.get().cast()
    }
}

/// An argument that was converted already.
#[repr(C)]
pub(super) struct CArgObject {
    ob_base: PyObject,
    ffi: Cell<*mut ffi_type>,
    /// The type code, or `V` for a structure.
    pub tag: Cell<u8>,
    value: ArgumentValue,
    /// What the value refers to.
    pub obj: Field,
    /// Bytes of a structure.
    pub size: Cell<isize>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl adder_object_model::PyLayout for CArgObject {}
adder_object_model::py_typed!(CArgObject, CArg_Type);

impl CArgObject {
    pub fn value_ptr(&self) -> *mut u8 {
        self.value.as_ptr()
    }
}

/// A new argument; `fill` writes its value.
pub(super) fn new(
    tag: u8,
    ffi: *mut ffi_type,
    obj: Option<Object>,
    fill: impl FnOnce(*mut u8),
) -> PyResult<Owned<CArgObject>> {
    // SAFETY: a static type with this layout; the fresh object is zeroed.
    let made: Owned<CArgObject> =
        unsafe { alloc_instance(type_object::static_type(&raw mut CArg_Type), 0)?.cast_unchecked() };
    made.tag.set(tag);
    made.ffi.set(ffi);
    made.obj.set(obj);
    fill(made.value_ptr());
    Ok(made)
}

/// A new argument that is a pointer.
pub(super) fn new_pointer(tag: u8, pointer: *mut c_void, obj: Option<Object>) -> PyResult<Owned<CArgObject>> {
    // SAFETY: the value has room for a pointer.
    new(tag, &raw mut libffi_sys::ffi_type_pointer, obj, |value| unsafe { write_pointer(value, pointer) })
}

fn traverse(argument: Borrowed<'_, CArgObject>, visitor: &mut Visitor) {
    argument.obj.visit(visitor);
}

fn clear(argument: Borrowed<'_, CArgObject>) {
    argument.obj.clear();
}

fn dealloc(argument: Borrowed<'_, CArgObject>) {
    gc::untrack(argument.as_object_ptr());
    argument.obj.clear();
    // SAFETY: the references are gone.
    unsafe { alloc::free_object(argument.as_object_ptr()) };
}

fn is_literal(byte: u8) -> bool {
    (byte.is_ascii_graphic() || byte == b' ') && byte != b'\\' && byte != b'\''
}

fn repr(argument: Borrowed<'_, CArgObject>) -> PyResult<Owned<PyUnicodeObject>> {
    let tag = argument.tag.get();
    let value = argument.value_ptr();
    let code = tag as char;
    // SAFETY: the value has room for any simple type, and is aligned.
    let text = unsafe {
        match tag {
            b'b' | b'B' => format!("<cparam '{code}' ({})>", *value.cast::<i8>()),
            b'h' | b'H' => format!("<cparam '{code}' ({})>", *value.cast::<i16>()),
            b'i' | b'I' => format!("<cparam '{code}' ({})>", *value.cast::<i32>()),
            b'l' | b'L' | b'q' | b'Q' => format!("<cparam '{code}' ({})>", *value.cast::<i64>()),
            b'd' | b'f' => {
                let value = accessors::by_code(tag).expect("a known code").get(value, 0)?;
                format!("<cparam '{code}' ({})>", str::to_string_lossy(object::repr(value.op())?.op()))
            }
            b'c' if is_literal(*value) => format!("<cparam '{code}' ('{}')>", *value as char),
            b'c' => format!("<cparam '{code}' ('\\x{:02x}')>", *value),
            b'z' | b'Z' | b'P' => format!("<cparam '{code}' ({:p})>", accessors::read_pointer(value)),
            _ if is_literal(tag) => format!("<cparam '{code}' at {:p}>", argument.as_ptr()),
            _ => format!("<cparam 0x{tag:02x} at {:p}>", argument.as_ptr()),
        }
    };
    str::from_string(text)
}

static MEMBERS: [PyMemberDef; 2] = [
    super::member(c"_obj", _Py_T_OBJECT, offset_of!(CArgObject, obj), c"the wrapped object"),
    PyMemberDef::EMPTY,
];

pub(super) static mut CArg_Type: PyTypeObject = PyTypeObject {
    tp_name: c"_ctypes.CArgObject".as_ptr(),
    tp_basicsize: size_of::<CArgObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_flags: Py_TPFLAGS_DEFAULT
        | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_IMMUTABLETYPE
        | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    ..PyTypeObject::EMPTY
};

/// An argument as libffi wants it.
pub(super) struct Argument {
    pub ffi: *mut ffi_type,
    value: ArgumentValue,
    /// What must live as long as the call.
    _keep: Option<Object>,
}

impl Argument {
    fn new(ffi: *mut ffi_type, keep: Option<Object>) -> Self {
        Self { ffi, value: ArgumentValue::zeroed(), _keep: keep }
    }

    fn of_pointer(pointer: *mut c_void, keep: Option<Object>) -> Self {
        let made = Self::new(&raw mut libffi_sys::ffi_type_pointer, keep);
        // SAFETY: the value has room for a pointer.
        unsafe { write_pointer(made.value.as_ptr(), pointer) };
        made
    }

    fn of_carg(argument: Owned<CArgObject>) -> Self {
        let made = Self::new(argument.ffi.get(), None);
        // SAFETY: the same amount of memory.
        unsafe { ptr::copy_nonoverlapping(argument.value_ptr(), made.value.as_ptr(), VALUE_SIZE) };
        Self { _keep: Some(argument.into_object()), ..made }
    }

    /// Where the value lies: a structure elsewhere, everything else here.
    pub fn address(&self) -> *mut c_void {
        // SAFETY: libffi's type is alive, and the value of a structure is its address.
        unsafe {
            if (*self.ffi).type_ == libffi_sys::FFI_TYPE_STRUCT {
                accessors::read_pointer(self.value.as_ptr())
            } else {
                self.value.as_ptr().cast()
            }
        }
    }

    /// Converts argument number `index` (`ConvParam`).
    pub fn convert(op: Op<'_>, index: usize) -> PyResult<Self> {
        if let Some(data) = op.downcast::<CDataObject>()
            && let Some(paramfunc) = info::from_object(op).and_then(|info| info.paramfunc.get())
        {
            return Ok(Self::of_carg(paramfunc(data)?));
        }
        if let Some(argument) = op.downcast_exact::<CArgObject>() {
            return Ok(Self::of_carg(argument.to_owned()));
        }
        if op.is_none() {
            return Ok(Self::of_pointer(ptr::null_mut(), None));
        }
        if op.is_instance::<PyLongObject>() {
            let value = match int::as_u64(op) {
                Ok(value) => value as i64,
                Err(raised) => {
                    raised.clear();
                    int::as_i64(op).map_err(|raised| {
                        raised.clear();
                        raise!(OverflowError, "int too long to convert")
                    })?
                }
            };
            let made = Self::new(&raw mut libffi_sys::ffi_type_sint32, None);
            // SAFETY: the value has room for an int.
            unsafe { made.value.as_ptr().cast::<i32>().write(value as i32) };
            return Ok(made);
        }
        if let Some(text) = op.downcast::<PyBytesObject>() {
            return Ok(Self::of_pointer(bytes::data(text).cast(), Some(op.to_owned())));
        }
        if let Some(text) = op.downcast::<PyUnicodeObject>() {
            let (address, keep) = accessors::new_wide_string(&str::code_points(text))?;
            return Ok(Self::of_pointer(address, Some(keep)));
        }
        let Some(parameter) = object::get_optional_attr_str(op, "_as_parameter_")? else {
            return Err(raise!(TypeError, "Don't know how to convert parameter {index}"));
        };
        call::enter_recursive(" while processing _as_parameter_")?;
        let result = Self::convert(parameter.op(), index);
        call::leave_recursive();
        result
    }
}
