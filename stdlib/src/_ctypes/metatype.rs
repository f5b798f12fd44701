//! `CType_Type`: the metatype that all metatypes of ctypes derive from.
//!
//! Also here: the class methods that most ctypes types share.

use core::ffi::CStr;
use core::ptr;

use adder_interpreter::sys;
use adder_object_model::layout::*;
use adder_object_model::type_object::PyType_Type;
use adder_object_model::{
    Args, Object, Op, PyResult, Visitor, buffer, call, getset, int, memoryview, method, number, object,
    raise, slot, str, type_object,
};

use super::argument::CArgObject;
use super::info::{self, CTypeObject, Class};
use super::{array, data, library};

fn traverse(class: Class<'_>, visitor: &mut Visitor) {
    class.info.visit(visitor);
    // SAFETY: a class is a type object.
    unsafe {
        let traverse = (&raw const PyType_Type.tp_traverse).read().expect("type has one");
        visitor.forward(class.as_object_ptr(), traverse);
    }
}

fn clear(class: Class<'_>) {
    class.info.clear();
    // SAFETY: a class is a type object.
    unsafe { (&raw const PyType_Type.tp_clear).read().expect("type has one")(class.as_object_ptr()) };
}

fn dealloc(class: Class<'_>) {
    class.info.free();
    // SAFETY: a class is a type object, and its last reference is gone.
    unsafe { (&raw const PyType_Type.tp_dealloc).read().expect("type has one")(class.as_object_ptr()) };
}

fn sizeof(class: Class<'_>) -> PyResult {
    let metatype = class.ob_type();
    let mut size = metatype.tp_basicsize;
    // SAFETY: a type object has a size.
    let items = unsafe { (*class.as_ptr().cast::<PyVarObject>()).ob_size };
    size += metatype.tp_itemsize * items;
    if let Some(info) = info::from_type(class.as_object()) {
        size += info.format().map_or(0, |format| format.count_bytes() as isize + 1);
        let elements = info.elements().len();
        if elements != 0 {
            size += (elements as isize + 1) * size_of::<usize>() as isize;
        }
        size += (info.ndim() * size_of::<isize>()) as isize;
    }
    int::from_isize(size)
}

fn repeat(class: Class<'_>, length: Py_ssize_t) -> PyResult {
    if length < 0 {
        return Err(raise!(ValueError, "Array length must be >= 0, not {length}"));
    }
    array::class_for(class.as_object(), length)
}

fn class_repr(class: Class<'_>) -> PyResult<String> {
    Ok(str::to_string_lossy(object::repr(class.as_object())?.op()))
}

fn get_pointer_type(class: Class<'_>) -> PyResult {
    let Some(info) = info::from_type(class.as_object()) else {
        return Err(raise!(TypeError, "{} must have storage info", class_repr(class)?));
    };
    match info.pointer_type.get() {
        Some(found) => Ok(found),
        None => Err(raise!(AttributeError, "{} has no attribute '__pointer_type__'", class_repr(class)?)),
    }
}

fn set_pointer_type(class: Class<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(info) = info::from_type(class.as_object()) else {
        return Err(raise!(TypeError, "{} must have storage info", class_repr(class)?));
    };
    info.pointer_type.set(value.map(|value| value.to_owned()));
    Ok(())
}

/// `from_param` of an object that says itself what to pass: `convert` for its `_as_parameter_`.
pub(super) fn as_parameter(
    value: Op<'_>,
    convert: impl FnOnce(Op<'_>) -> PyResult,
) -> PyResult<Option<Object>> {
    let Some(parameter) = object::get_optional_attr_str(value, "_as_parameter_")? else {
        return Ok(None);
    };
    call::enter_recursive(" while processing _as_parameter_")?;
    let result = convert(parameter.op());
    call::leave_recursive();
    result.map(Some)
}

/// Checks a Python object for a function call: an instance of the type, or a reference to one.
pub(super) fn from_param(class: Class<'_>, value: Op<'_>) -> PyResult {
    if object::is_instance(value, class.as_object())? {
        return Ok(value.to_owned());
    }
    let name = type_object::name_of(info::as_type(class));
    if let Some(argument) = value.downcast_exact::<CArgObject>() {
        let referred = argument.obj.get();
        if let Some(info) = info::from_type(class.as_object())
            && let Some(referred) = &referred
            && let Some(proto) = info.proto.get()
            && object::is_instance(referred.op(), proto.op())?
        {
            return Ok(value.to_owned());
        }
        let given = referred.as_ref().map_or("???", |referred| referred.op().type_name());
        return Err(raise!(TypeError, "expected {name} instance instead of pointer to {given}"));
    }
    match as_parameter(value, |parameter| from_param(class, parameter))? {
        Some(result) => Ok(result),
        None => Err(raise!(TypeError, "expected {name} instance instead of {}", value.type_name())),
    }
}

fn from_address(class: Class<'_>, value: Op<'_>) -> PyResult {
    if !value.is_instance::<PyLongObject>() {
        return Err(raise!(TypeError, "integer expected"));
    }
    let address = library::address(value)?;
    Ok(data::at_address(class.as_object(), address.cast())?.into_object())
}

/// The object and the offset that the `from_buffer` methods take.
fn buffer_arguments<'a>(args: Args<'a>, function: &str) -> PyResult<(Op<'a>, isize)> {
    let [source, offset] = args.optional::<2>(function, 1)?;
    let offset = offset.map_or(Ok(0), |offset| number::as_ssize_t(offset, None))?;
    Ok((source.expect("required"), offset))
}

/// Checks that a type's size fits into a buffer behind an offset, and tells the audit hooks.
fn check_room(size: isize, address: usize, len: isize, offset: isize) -> PyResult<()> {
    if offset < 0 {
        return Err(raise!(ValueError, "offset cannot be negative"));
    }
    if size > len - offset {
        let least = size + offset;
        return Err(raise!(ValueError, "Buffer size too small ({len} instead of at least {least} bytes)"));
    }
    let [address, len, offset] = [int::from_usize(address)?, int::from_isize(len)?, int::from_isize(offset)?];
    sys::audit("ctypes.cdata/buffer", &[address.op(), len.op(), offset.op()])
}

fn from_buffer(class: Class<'_>, args: Args<'_>) -> PyResult {
    let (source, offset) = buffer_arguments(args, "from_buffer")?;
    let info = info::concrete(class.as_object())?;
    let view = memoryview::from_object(source)?;
    let raw = view.op().downcast::<PyMemoryViewObject>().expect("just made");
    // SAFETY: the view is alive, and its buffer is not released before it.
    let (address, len, readonly, contiguous) = unsafe {
        let raw = &raw const (*raw.as_ptr()).view;
        ((*raw).buf, (*raw).len, (*raw).readonly, buffer::is_contiguous(raw, b'C'))
    };
    if readonly != 0 {
        return Err(raise!(TypeError, "underlying buffer is not writable"));
    }
    if !contiguous {
        return Err(raise!(TypeError, "underlying buffer is not C contiguous"));
    }
    check_room(info.size.get(), address as usize, len, offset)?;
    let made = data::at_address(class.as_object(), address.cast::<u8>().wrapping_offset(offset))?;
    data::keep_ref(made.borrow(), -1, view)?;
    Ok(made.into_object())
}

fn from_buffer_copy(class: Class<'_>, args: Args<'_>) -> PyResult {
    let (source, offset) = buffer_arguments(args, "from_buffer_copy")?;
    let source = buffer::get(source, PyBUF_SIMPLE)?;
    let info = info::concrete(class.as_object())?;
    let place = source.as_slice();
    check_room(info.size.get(), place.as_ptr() as usize, place.len() as isize, offset)?;
    let made = data::new(info::as_type(class))?;
    // SAFETY: the offset and the size are within the buffer, and the instance is as large.
    unsafe {
        ptr::copy_nonoverlapping(
            place.as_ptr().add(offset as usize),
            made.b_ptr.get(),
            info.size.get() as usize,
        );
    }
    Ok(made.into_object())
}

fn in_dll(class: Class<'_>, args: Args<'_>) -> PyResult {
    let [dll, name] = args.exactly::<2>("in_dll")?;
    let Some(text) = name.downcast::<PyUnicodeObject>() else {
        let given = name.type_name();
        return Err(raise!(TypeError, "in_dll() argument 2 must be str, not {given}"));
    };
    sys::audit("ctypes.dlsym", &[dll, name])?;
    let handle = library::handle_of(dll)?;
    let Ok(symbol) = std::ffi::CString::new(str::as_utf8(text)?) else {
        return Err(raise!(ValueError, "embedded null character"));
    };
    match library::symbol(handle, &symbol) {
        Ok(address) => Ok(data::at_address(class.as_object(), address.cast())?.into_object()),
        Err(Some(message)) => Err(raise!(ValueError, "{message}")),
        Err(None) => Err(raise!(ValueError, "symbol '{}' not found", symbol.to_string_lossy())),
    }
}

const FROM_PARAM: &CStr =
    c"from_param($self, value, /)\n--\n\nConvert a Python object into a function call parameter.";

/// `from_param` with another function than the common one.
pub(super) const fn from_param_entry<F>(f: F) -> PyMethodDef
where
    F: Copy + Fn(Class<'_>, Op<'_>) -> PyResult,
{
    method::o(c"from_param", f, FROM_PARAM)
}

pub(super) const FROM_ADDRESS: PyMethodDef = method::o(
    c"from_address",
    from_address,
    c"from_address($self, value, /)\n--\n\nC.from_address(integer) -> C instance\n\nAn instance over the memory at an address.",
);
pub(super) const FROM_BUFFER: PyMethodDef = method::positional(
    c"from_buffer",
    from_buffer,
    c"from_buffer($self, obj, offset=0, /)\n--\n\nC.from_buffer(object, offset=0) -> C instance\n\nAn instance over the memory of a writeable buffer.",
);
pub(super) const FROM_BUFFER_COPY: PyMethodDef = method::positional(
    c"from_buffer_copy",
    from_buffer_copy,
    c"from_buffer_copy($self, buffer, offset=0, /)\n--\n\nC.from_buffer_copy(object, offset=0) -> C instance\n\nAn instance with a copy of a buffer's memory.",
);
pub(super) const IN_DLL: PyMethodDef = method::positional(
    c"in_dll",
    in_dll,
    c"in_dll($self, dll, name, /)\n--\n\nC.in_dll(dll, name) -> C instance\n\nAn instance over a variable of a library.",
);

/// The class methods of most metatypes.
pub(super) static CLASS_METHODS: [PyMethodDef; 6] =
    [from_param_entry(from_param), FROM_ADDRESS, FROM_BUFFER, FROM_BUFFER_COPY, IN_DLL, PyMethodDef::EMPTY];

static METHODS: [PyMethodDef; 2] = [
    method::noargs(
        c"__sizeof__",
        sizeof,
        c"__sizeof__($self, /)\n--\n\nReturn memory consumption of the type object.",
    ),
    PyMethodDef::EMPTY,
];
static GETSET: [PyGetSetDef; 2] = [
    getset::get_set(c"__pointer_type__", get_pointer_type, set_pointer_type, c"pointer type"),
    PyGetSetDef::EMPTY,
];
static AS_SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_repeat: slot::ssizearg(repeat), ..PySequenceMethods::EMPTY };

pub(super) static mut CType_Type: PyTypeObject = PyTypeObject {
    tp_name: c"_ctypes.CType_Type".as_ptr(),
    tp_basicsize: size_of::<CTypeObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_as_sequence: (&raw const AS_SEQUENCE).cast_mut(),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_base: &raw mut PyType_Type,
    ..PyTypeObject::EMPTY
};

/// A metatype to be completed with slots and methods.
pub(super) const fn metatype(name: &'static CStr, methods: *const PyMethodDef) -> PyTypeObject {
    PyTypeObject {
        tp_name: name.as_ptr(),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
        tp_methods: methods.cast_mut(),
        tp_base: &raw mut CType_Type,
        ..PyTypeObject::EMPTY
    }
}

/// The dict of a class, as a mapping to read.
pub(super) fn own_attribute(class: Class<'_>, name: Op<'_>) -> PyResult<Option<Object>> {
    match type_object::dict_of(info::as_type(class)) {
        Some(namespace) => adder_object_model::dict::get_item(namespace, name),
        None => Ok(None),
    }
}
