//! `_SimpleCData` and its metatype `PyCSimpleType`: types that hold one value.
//!
//! A direct subclass of `_SimpleCData` (such as `c_int`) stands for plain Python values: as an
//! item, field or result it is converted. A subclass of such a type stays an instance.

use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::type_object::PyType_Type;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, bytes, define, descr, dict, errors, getset, id, method,
    object, raise, slot, str, tuple, type_object,
};

use super::accessors::{self, FieldDesc, Kind};
use super::argument::{self, CArgObject};
use super::array::is_array;
use super::data::{self, AS_BUFFER, CData_Type, CDataObject, Data};
use super::function::CFuncPtrObject;
use super::info::{self, CTypeObject, Class, StgInfo};
use super::metatype::{self, FROM_ADDRESS, FROM_BUFFER, FROM_BUFFER_COPY, IN_DLL, from_param_entry};
use super::pointer::is_pointer;

const CODES: &str = "cbBhHiIlLdDFGfuzZqQPOv?g";

/// Whether a class is a simple type's subclass, whose instances are not converted.
pub(super) fn is_subclass(class: Op<'_>) -> bool {
    info::is_class_of(class, &raw mut PyCSimpleType)
        // SAFETY: its metatype is one of types, so it is a type.
        && unsafe { (*class.as_ptr().cast::<PyTypeObject>()).tp_base } != simple_type()
}

fn simple_type() -> *mut PyTypeObject {
    (&raw mut SimpleCData_Type).cast()
}

/// Whether a class is `_SimpleCData` itself or derived from it directly.
fn is_direct(class: Class<'_>) -> bool {
    info::as_type(class).tp_base == simple_type()
}

/// The code of a simple type, if `info` is one's.
pub(super) fn code_of(info: &StgInfo) -> Option<u8> {
    let proto = info.proto.get()?;
    let text = proto.op().downcast::<PyUnicodeObject>()?;
    str::to_string_lossy(text.as_object()).bytes().next()
}

/// The format of the buffer protocol, in the standard sizes.
fn format_of(code: u8) -> String {
    let code = match code {
        b'l' => b'q',
        b'L' => b'Q',
        other => other,
    };
    format!("<{}", code as char)
}

fn paramfunc(data: Data<'_>) -> PyResult<Owned<CArgObject>> {
    let info = info::of(data)?;
    let code = code_of(info).unwrap_or(b'P');
    let ffi = accessors::by_code(code).map_or(info.ffi_type(), |desc| desc.ffi);
    let size = data.b_size.get() as usize;
    // SAFETY: the value has room for any simple type.
    argument::new(code, ffi, Some(data.as_object().to_owned()), |value| unsafe {
        ptr::copy_nonoverlapping(data.b_ptr.get(), value, size.min(argument::VALUE_SIZE));
    })
}

/// The code that a class names, and how values of it are read and written.
fn type_code(class: Class<'_>) -> PyResult<(Object, &'static FieldDesc)> {
    let Some(proto) = object::get_optional_attr(class.as_object(), id!("_type_"))? else {
        return Err(raise!(AttributeError, "class must define a '_type_' attribute"));
    };
    let Some(text) = proto.op().downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "class must define a '_type_' string attribute"));
    };
    let text = str::as_utf8(text)?;
    if text.len() != 1 {
        return Err(raise!(
            ValueError,
            "class must define a '_type_' attribute which must be a string of length 1"
        ));
    }
    if !CODES.contains(text) {
        return Err(raise!(
            AttributeError,
            "class must define a '_type_' attribute which must be\na single character string containing one of the\nsupported types: '{CODES}'."
        ));
    }
    match accessors::by_code(text.as_bytes()[0]) {
        Some(desc) => Ok((proto, desc)),
        None => Err(raise!(ValueError, "_type_ '{text}' not supported")),
    }
}

fn fill(info: &StgInfo, desc: &'static FieldDesc, proto: &Object) {
    // SAFETY: libffi's own types.
    unsafe { info.set_ffi(desc.ffi) };
    // SAFETY: as above.
    info.align.set(unsafe { (*desc.ffi).alignment as isize });
    info.length.set(0);
    info.size.set(desc.size as isize);
    info.desc.set(Some(desc));
    info.proto.set(Some(proto.clone()));
}

/// The type with the bytes in the other order.
fn new_swapped(
    metatype: *mut PyTypeObject,
    args: Borrowed<'_, PyTupleObject>,
    kwargs: *mut PyObject,
    proto: &Object,
    desc: &'static FieldDesc,
) -> PyResult {
    let mut arguments: Vec<Object> = tuple::refs(args).iter().map(|&op| op.to_owned()).collect();
    let name = str::expect(arguments[0].op(), "a type's name")?;
    let suffix = str::from_str("_be")?;
    arguments[0] = str::concat(name, suffix.borrow())?.into_object();
    let arguments = tuple::from_vec(arguments)?;
    // SAFETY: the slot of `type`, with the arguments that the metatype was called with.
    let made: Object = unsafe {
        let new = (&raw const PyType_Type.tp_new).read().expect("type has one");
        Owned::from_c(new(metatype, arguments.as_ptr(), kwargs))?
    };
    let class = made.op().downcast::<CTypeObject>().ok_or_else(errors::bad_internal_call)?;
    let info = info::init(class)?;
    fill(info, desc, proto);
    info.paramfunc.set(None);
    Ok(made)
}

/// `PyCSimpleType.__init__`.
///
/// # Safety
/// A type's `tp_init`: a class of this metatype, a tuple, and a dict or null.
unsafe extern "C" fn init_class(
    class: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> core::ffi::c_int {
    // SAFETY: the slot of `type` with the same arguments.
    if unsafe { (&raw const PyType_Type.tp_init).read().expect("type has one")(class, args, kwargs) } < 0 {
        return -1;
    }
    define::guard_status(|| {
        // SAFETY: the caller's promise.
        let (class, args): (Class<'_>, Borrowed<'_, PyTupleObject>) =
            unsafe { (Borrowed::from_ptr(class.cast()), Borrowed::from_ptr(args.cast())) };
        let (proto, desc) = type_code(class)?;
        let info = info::init(class)?;
        fill(info, desc, &proto);
        info.set_format(&format_of(desc.code));
        info.paramfunc.set(Some(paramfunc));
        if is_direct(class) {
            let method = match desc.kind {
                Kind::CharPointer => Some(&raw const CHAR_POINTER_FROM_PARAM),
                Kind::WCharPointer => Some(&raw const WCHAR_POINTER_FROM_PARAM),
                Kind::Pointer => Some(&raw const POINTER_FROM_PARAM),
                _ => None,
            };
            if method.is_some() || desc.kind == Kind::Object {
                info.add_flags(info::TYPEFLAG_ISPOINTER);
            }
            if let Some(method) = method {
                // SAFETY: an entry of a static table, whose function takes simple classes, as the class is one.
                let method = unsafe { descr::new_class_method(info::as_type(class), method.cast_mut()) }?;
                let namespace = type_object::dict_of(info::as_type(class)).expect("a ready type");
                dict::set_item(namespace, id!("from_param"), method.op())?;
            }
        }
        let metatype = class.type_ptr();
        if metatype == &raw mut PyCSimpleType
            && let Some(other) = desc.other
        {
            let swapped = new_swapped(metatype, args, kwargs, &proto, other)?;
            let (little, big) = (id!("__ctype_le__"), id!("__ctype_be__"));
            object::set_attr(class.as_object(), big, Some(swapped.op()))?;
            object::set_attr(class.as_object(), little, Some(class.as_object()))?;
            object::set_attr(swapped.op(), little, Some(class.as_object()))?;
            object::set_attr(swapped.op(), big, Some(swapped.op()))?;
            let other = info::concrete(swapped.op())?;
            other.set_format(&format_of(desc.code).replace('<', ">"));
        }
        Ok(())
    })
}

/// An argument that holds what writing `value` puts into memory.
fn argument_of(desc: &'static FieldDesc, tag: u8, value: Op<'_>, size: isize) -> PyResult {
    let made = argument::new(tag, desc.ffi, None, |_| ())?;
    // SAFETY: the value has room for any simple type.
    let keep = unsafe { desc.set(made.value_ptr(), value, size)? };
    made.obj.set(Some(keep));
    Ok(made.into_object())
}

fn argument_of_code(code: u8, value: Op<'_>) -> PyResult {
    let desc = accessors::by_code(code).expect("a known code");
    argument_of(desc, code, value, desc.size as isize)
}

fn from_param(class: Class<'_>, value: Op<'_>) -> PyResult {
    if object::is_instance(value, class.as_object())? {
        return Ok(value.to_owned());
    }
    let info = info::concrete(class.as_object())?;
    let code = code_of(info).unwrap_or_default();
    let desc = accessors::by_code(code).ok_or_else(|| raise!(TypeError, "abstract class"))?;
    let raised = match argument_of(desc, code, value, info.size.get()) {
        Ok(made) => return Ok(made),
        Err(raised) => raised.take(),
    };
    match metatype::as_parameter(value, |parameter| from_param(class, parameter))? {
        Some(result) => Ok(result),
        None => Err(errors::restore(raised)),
    }
}

/// Whether a value is an array of such characters, or a pointer or reference to one.
fn points_to(value: Op<'_>, kind: Kind) -> bool {
    let is_kind =
        |info: Option<&StgInfo>| info.and_then(|info| info.desc.get()).is_some_and(|desc| desc.kind == kind);
    if (is_array(value) || is_pointer(value))
        && let Some(info) = info::from_object(value)
        && let Some(proto) = info.proto.get()
        && is_kind(info::from_type(proto.op()))
    {
        return true;
    }
    if let Some(argument) = value.downcast_exact::<CArgObject>()
        && let Some(referred) = argument.obj.get()
    {
        return is_kind(info::from_object(referred.op()));
    }
    false
}

/// `from_param` of `c_char_p` and `c_wchar_p`.
fn string_from_param(class: Class<'_>, value: Op<'_>, wide: bool) -> PyResult {
    if value.is_none() {
        return Ok(value.to_owned());
    }
    let is_text =
        if wide { value.is_instance::<PyUnicodeObject>() } else { value.is_instance::<PyBytesObject>() };
    if is_text {
        return argument_of_code(if wide { b'Z' } else { b'z' }, value);
    }
    if object::is_instance(value, class.as_object())?
        || points_to(value, if wide { Kind::WChar } else { Kind::Char })
    {
        return Ok(value.to_owned());
    }
    match metatype::as_parameter(value, |parameter| string_from_param(class, parameter, wide))? {
        Some(result) => Ok(result),
        None => Err(cannot_interpret(value, if wide { "c_wchar_p" } else { "c_char_p" })),
    }
}

fn cannot_interpret(value: Op<'_>, name: &str) -> adder_object_model::Raised {
    let given = value.type_name();
    raise!(TypeError, "'{given:.200}' object cannot be interpreted as ctypes.{name}")
}

fn char_pointer_from_param(class: Class<'_>, value: Op<'_>) -> PyResult {
    string_from_param(class, value, false)
}

fn wchar_pointer_from_param(class: Class<'_>, value: Op<'_>) -> PyResult {
    string_from_param(class, value, true)
}

fn pointer_from_param(class: Class<'_>, value: Op<'_>) -> PyResult {
    if value.is_none() {
        return Ok(value.to_owned());
    }
    if value.is_instance::<PyLongObject>() {
        return argument_of_code(b'P', value);
    }
    if value.is_instance::<PyBytesObject>() {
        return argument_of_code(b'z', value);
    }
    if value.is_instance::<PyUnicodeObject>() {
        return argument_of_code(b'Z', value);
    }
    if object::is_instance(value, class.as_object())? || is_array(value) || is_pointer(value) {
        return Ok(value.to_owned());
    }
    if let Some(argument) = value.downcast_exact::<CArgObject>()
        && argument.tag.get() == b'P'
    {
        return Ok(value.to_owned());
    }
    if let Some(held) = value.downcast::<CDataObject>() {
        let is_function = value.is_instance::<CFuncPtrObject>();
        let is_string =
            info::from_object(value).and_then(code_of).is_some_and(|code| matches!(code, b'z' | b'Z'));
        if is_function || is_string {
            let tag = if is_function { b'P' } else { b'Z' };
            return Ok(argument::new_pointer(tag, held.pointer(), Some(value.to_owned()))?.into_object());
        }
    }
    match metatype::as_parameter(value, |parameter| pointer_from_param(class, parameter))? {
        Some(result) => Ok(result),
        None => Err(cannot_interpret(value, "c_void_p")),
    }
}

static CHAR_POINTER_FROM_PARAM: PyMethodDef = from_param_entry(char_pointer_from_param);
static WCHAR_POINTER_FROM_PARAM: PyMethodDef = from_param_entry(wchar_pointer_from_param);
static POINTER_FROM_PARAM: PyMethodDef = from_param_entry(pointer_from_param);

fn desc_of(data: Data<'_>) -> PyResult<&'static FieldDesc> {
    info::of(data)?.desc.get().ok_or_else(|| raise!(TypeError, "abstract class"))
}

fn get_value(data: Data<'_>) -> PyResult {
    // SAFETY: the memory of an instance.
    unsafe { desc_of(data)?.get(data.b_ptr.get(), info::of(data)?.size.get()) }
}

fn set_value(data: Data<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "can't delete attribute"));
    };
    // SAFETY: the memory of an instance.
    let keep = unsafe { desc_of(data)?.set(data.b_ptr.get(), value, info::of(data)?.size.get())? };
    data::keep_ref(data, 0, keep)
}

fn init(data: Data<'_>, args: Args<'_>) -> PyResult<()> {
    args.check_positional("__init__", 0, 1)?;
    match args.get(0) {
        Some(value) => set_value(data, Some(value)),
        None => Ok(()),
    }
}

fn from_outparam(data: Data<'_>) -> PyResult {
    if is_subclass(data.ob_type().as_object()) {
        return Ok(data.as_object().to_owned());
    }
    get_value(data)
}

fn truth(data: Data<'_>) -> PyResult<bool> {
    Ok(bytes::as_slice(data.copy_bytes()?.borrow()).iter().any(|&byte| byte != 0))
}

fn repr(data: Data<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = data.type_name();
    if data.ob_type().tp_base != simple_type() {
        return str::from_string(format!("<{name} object at {:p}>", data.as_ptr()));
    }
    let value = get_value(data)?;
    str::from_string(format!("{name}({})", str::to_string_lossy(object::repr(value.op())?.op())))
}

static CLASS_METHODS: [PyMethodDef; 6] =
    [from_param_entry(from_param), FROM_ADDRESS, FROM_BUFFER, FROM_BUFFER_COPY, IN_DLL, PyMethodDef::EMPTY];

pub(super) static mut PyCSimpleType: PyTypeObject = PyTypeObject {
    tp_doc: c"metatype for the PyCSimpleType Objects".as_ptr(),
    tp_init: Some(init_class),
    ..metatype::metatype(c"_ctypes.PyCSimpleType", (&raw const CLASS_METHODS).cast())
};

static METHODS: [PyMethodDef; 2] = [
    method::noargs(c"__ctypes_from_outparam__", from_outparam, c"__ctypes_from_outparam__($self, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];
static GETSET: [PyGetSetDef; 2] =
    [getset::get_set(c"value", get_value, set_value, c"current value"), PyGetSetDef::EMPTY];
static AS_NUMBER: PyNumberMethods = PyNumberMethods { nb_bool: slot::truth(truth), ..PyNumberMethods::EMPTY };

pub(super) static mut SimpleCData_Type: CTypeObject = CTypeObject::new_static(
    &raw mut PyCSimpleType,
    PyTypeObject {
        tp_name: c"_ctypes._SimpleCData".as_ptr(),
        tp_repr: slot::unary(repr),
        tp_as_number: (&raw const AS_NUMBER).cast_mut(),
        tp_as_buffer: (&raw const AS_BUFFER).cast_mut(),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
        tp_doc: c"The base of types that hold one value.".as_ptr(),
        tp_methods: (&raw const METHODS).cast_mut().cast(),
        tp_getset: (&raw const GETSET).cast_mut().cast(),
        tp_base: &raw mut CData_Type,
        tp_init: slot::init(init),
        tp_new: slot::new(data::new_slot),
        ..PyTypeObject::EMPTY
    },
);
