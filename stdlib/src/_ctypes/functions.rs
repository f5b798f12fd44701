//! The functions of the module.

use core::ffi::{c_int, c_void};

use adder_interpreter::sys;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, PyResult, Raised, bytes, call, errors, exceptions, int, memoryview, method, module,
    number, object, raise, singletons, str, tuple,
};

use super::data::{self, CDataObject};
use super::function::is_function_class;
use super::pointer::is_pointer_class;
use super::{accessors, argument, call as foreign, info, library, simple};
use crate::native::Kept;

static ARGUMENT_ERROR: Kept = Kept::new();
static UNPICKLE: Kept = Kept::new();

/// `ctypes.ArgumentError`.
pub(super) fn argument_error() -> PyResult {
    ARGUMENT_ERROR.get().ok_or_else(errors::bad_internal_call)
}

/// `_ctypes._unpickle`.
pub(super) fn unpickle_function() -> PyResult {
    UNPICKLE.get().ok_or_else(errors::bad_internal_call)
}

/// Makes what the module keeps for good.
pub(super) fn init(module: Op<'_>) -> PyResult<()> {
    let class = exceptions::new_class("ctypes.ArgumentError", None, None)?;
    module::add_object(module, "ArgumentError", class.op())?;
    ARGUMENT_ERROR.set(class);
    UNPICKLE.set(object::get_attr_str(module, "_unpickle")?);
    Ok(())
}

/// Raises `class` with the text of another exception behind a prefix.
pub(super) fn extend_error(raised: Raised, class: Op<'_>, prefix: &str) -> Raised {
    let old = raised.take();
    let mut text = prefix.to_owned();
    let name = str::to_string_lossy(
        match adder_object_model::type_object::get_name(old.op().ob_type()) {
            Ok(name) => name,
            Err(raised) => return raised,
        }
        .op(),
    );
    text.push_str(&name);
    text.push_str(": ");
    match object::str(old.op()) {
        Ok(message) => text.push_str(&str::to_string_lossy(message.op())),
        Err(raised) => {
            raised.clear();
            text.push_str("???");
        }
    }
    errors::set_string(class, &text)
}

/// The object as an instance of a ctypes type.
fn instance<'a>(op: Op<'a>, what: &str) -> PyResult<data::Data<'a>> {
    op.downcast::<CDataObject>()
        .ok_or_else(|| raise!(TypeError, "{what} must be _ctypes._CData, not {}", op.type_name()))
}

/// A reference to an instance, to be passed to a function.
pub(super) fn reference(op: Op<'_>, offset: isize) -> PyResult {
    let data = instance(op, "byref() argument 1")?;
    let address = data.b_ptr.get().wrapping_offset(offset);
    Ok(argument::new_pointer(b'P', address.cast(), Some(op.to_owned()))?.into_object())
}

fn get_errno(_module: Op<'_>) -> PyResult {
    sys::audit("ctypes.get_errno", &[])?;
    int::from_i64(foreign::errno().into())
}

fn set_errno(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [value] = args.exactly::<1>("set_errno")?;
    sys::audit("ctypes.set_errno", &[value])?;
    let value = int::as_i32(value)?;
    int::from_i64(foreign::set_errno(value).into())
}

fn unpickle(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [class, state] = args.exactly::<2>("_unpickle")?;
    if !state.is_instance::<PyTupleObject>() {
        return Err(raise!(TypeError, "_unpickle() argument 2 must be tuple, not {}", state.type_name()));
    }
    let made = call::call_method(class, "__new__", &[class])?;
    let set_state = object::get_attr_str(made.op(), "__setstate__")?;
    call::call_tuple_dict(set_state.op(), state, None)?;
    Ok(made)
}

fn buffer_info(_module: Op<'_>, op: Op<'_>) -> PyResult {
    let Some(info) = info::from_any(op) else {
        return Err(raise!(TypeError, "not a ctypes type or object"));
    };
    let shape = info.shape().iter().map(|&length| int::from_isize(length)).collect::<PyResult<Vec<_>>>()?;
    let format = match info.format_str() {
        Some(format) => str::from_str(format)?.into_object(),
        None => singletons::new_none(),
    };
    tuple::from_vec(vec![format, int::from_usize(info.ndim())?, tuple::from_vec(shape)?])
}

fn resize(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [op, size] = args.exactly::<2>("resize")?;
    let data = instance(op, "resize() argument 1")?;
    let size = number::as_ssize_t(size, None)?;
    let least = info::of(data)?.size.get();
    if size < least {
        return Err(raise!(ValueError, "minimum size is {least}"));
    }
    if data.b_needsfree.get() == 0 {
        return Err(raise!(ValueError, "Memory cannot be resized because this object doesn't own it"));
    }
    data.grow(size)
}

fn alignment(_module: Op<'_>, op: Op<'_>) -> PyResult {
    match info::from_any(op) {
        Some(info) => int::from_isize(info.align.get()),
        None => Err(raise!(TypeError, "no alignment info")),
    }
}

fn sizeof(_module: Op<'_>, op: Op<'_>) -> PyResult {
    if let Some(info) = info::from_type(op) {
        return int::from_isize(info.size.get());
    }
    match op.downcast::<CDataObject>() {
        Some(data) => int::from_isize(data.b_size.get()),
        None => Err(raise!(TypeError, "this type has no size")),
    }
}

fn byref(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [op, offset] = args.optional::<2>("byref", 1)?;
    let offset = offset.map_or(Ok(0), |offset| number::as_ssize_t(offset, None))?;
    reference(op.expect("required"), offset)
}

fn addressof(_module: Op<'_>, op: Op<'_>) -> PyResult {
    let data = instance(op, "addressof() argument")?;
    sys::audit("ctypes.addressof", &[op])?;
    int::from_usize(data.b_ptr.get() as usize)
}

fn call_address(args: Args<'_>, function: &str, flags: u32) -> PyResult {
    let [address, arguments] = args.exactly::<2>(function)?;
    let address = library::address(address)?;
    let Some(row) = arguments.downcast::<PyTupleObject>() else {
        return Err(raise!(
            TypeError,
            "{function}() argument 2 must be tuple, not {}",
            arguments.type_name()
        ));
    };
    foreign::audit_call(address, arguments)?;
    let signature = foreign::Signature { flags, converters: None, restype: None, checker: None };
    foreign::call_function(address, tuple::refs(row), &signature)
}

fn call_function(_module: Op<'_>, args: Args<'_>) -> PyResult {
    call_address(args, "call_function", 0)
}

fn call_cdeclfunction(_module: Op<'_>, args: Args<'_>) -> PyResult {
    call_address(args, "call_cdeclfunction", foreign::FUNCFLAG_CDECL)
}

fn object_from_address(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [address] = args.exactly::<1>("PyObj_FromPtr")?;
    let address = library::address(address)?;
    sys::audit("ctypes.PyObj_FromPtr", &[args.get(0).expect("counted")])?;
    // SAFETY: the caller says that an object lives there.
    unsafe { Object::new_ref_nullable(address.cast()) }.ok_or_else(|| raise!(ValueError, "PyObject is NULL"))
}

fn incref(_module: Op<'_>, op: Op<'_>) -> PyResult {
    // One reference more, which is what the function is for.
    core::mem::forget(op.to_owned());
    Ok(op.to_owned())
}

fn decref(_module: Op<'_>, op: Op<'_>) -> PyResult {
    // SAFETY: the caller gives a reference up; the argument itself holds another.
    drop(unsafe { Object::steal(op.as_ptr()) });
    Ok(op.to_owned())
}

/// Whether `cast` can make such a type.
fn check_cast_type(class: Op<'_>) -> PyResult<()> {
    let is_pointer_code =
        |info: &info::StgInfo| simple::code_of(info).is_some_and(|code| b"sPzUZXO".contains(&code));
    if is_pointer_class(class)
        || is_function_class(class)
        || info::from_type(class).is_some_and(is_pointer_code)
    {
        return Ok(());
    }
    if !info::is_class_of(class, &raw mut super::metatype::CType_Type) {
        return Err(raise!(TypeError, "cast() argument 2 must be a pointer type"));
    }
    let name = info::class_name(class);
    Err(raise!(TypeError, "cast() argument 2 must be a pointer type, not {name}"))
}

fn cast_to(pointer: *mut c_void, source: Op<'_>, class: Op<'_>) -> PyResult {
    check_cast_type(class)?;
    let made = call::call_noargs(class)?;
    let Some(result) = made.op().downcast::<CDataObject>() else {
        return Err(errors::bad_internal_call());
    };
    // The result keeps what the source keeps, and the source; both share one dict.
    if let Some(source_data) = source.downcast::<CDataObject>() {
        drop(data::kept_objects(source_data)?);
        if source_data.b_objects.get().is_some_and(|objects| objects.op().is_none()) {
            source_data.b_objects.set(Some(adder_object_model::dict::new()?.into_object()));
        }
        result.b_objects.set(source_data.b_objects.get());
        if let Some(objects) = result.b_objects.get()
            && let Some(objects) = objects.op().downcast_exact::<PyDictObject>()
        {
            let key = int::from_usize(source.as_ptr() as usize)?;
            adder_object_model::dict::set_item(objects, key.op(), source)?;
        }
    }
    result.set_pointer(pointer);
    Ok(made)
}

/// `cast`, which Python calls as a foreign function.
pub(super) unsafe extern "C" fn cast(
    pointer: *mut c_void,
    source: *mut PyObject,
    class: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the foreign call passes live objects.
    adder_object_model::define::guard_object(|| unsafe {
        cast_to(pointer, Op::from_ptr(source), Op::from_ptr(class))
    })
}

/// `string_at`, called the same way.
pub(super) unsafe extern "C" fn string_at(text: *const u8, size: c_int) -> *mut PyObject {
    adder_object_model::define::guard_object(|| {
        sys::audit(
            "ctypes.string_at",
            &[int::from_usize(text as usize)?.op(), int::from_i64(size.into())?.op()],
        )?;
        // SAFETY: the caller says that so many bytes lie there.
        let place = unsafe {
            match size {
                -1 => core::ffi::CStr::from_ptr(text.cast()).to_bytes(),
                0 => &[],
                1.. => core::slice::from_raw_parts(text, size as usize),
                _ => return Err(raise!(SystemError, "Negative size passed to PyBytes_FromStringAndSize")),
            }
        };
        bytes::from_slice(place)
    })
}

/// `wstring_at`, called the same way.
pub(super) unsafe extern "C" fn wstring_at(text: *const u32, size: c_int) -> *mut PyObject {
    adder_object_model::define::guard_object(|| {
        sys::audit(
            "ctypes.wstring_at",
            &[int::from_usize(text as usize)?.op(), int::from_i64(size.into())?.op()],
        )?;
        // SAFETY: the caller says that so many characters lie there.
        unsafe {
            let n = match size {
                -1 => accessors::wide_len(text),
                0.. => size as usize,
                _ => return Err(errors::bad_internal_call()),
            };
            accessors::from_wide(&accessors::read_wide(text, n))
        }
    })
}

/// `memoryview_at`, called the same way.
pub(super) unsafe extern "C" fn memoryview_at(
    memory: *mut c_void,
    size: isize,
    readonly: c_int,
) -> *mut PyObject {
    adder_object_model::define::guard_object(|| {
        sys::audit(
            "ctypes.memoryview_at",
            &[
                int::from_usize(memory as usize)?.op(),
                int::from_isize(size)?.op(),
                int::from_i64(readonly.into())?.op(),
            ],
        )?;
        if size < 0 {
            return Err(raise!(ValueError, "memoryview_at: size is negative (or overflowed): {size}"));
        }
        // SAFETY: the caller says that so many bytes lie there.
        unsafe { memoryview::from_memory(memory.cast(), size as usize, readonly == 0) }
    })
}

pub(super) static FUNCTIONS: [PyMethodDef; 19] = [
    method::noargs(c"get_errno", get_errno, c"get_errno($self, /)\n--\n\n"),
    method::positional(c"set_errno", set_errno, c""),
    method::positional(c"_unpickle", unpickle, c""),
    method::o(c"buffer_info", buffer_info, c"buffer_info($self, object, /)\n--\n\nReturn buffer interface information"),
    method::positional(c"resize", resize, c"resize($module, obj, size, /)\n--\n\n"),
    method::positional(
        c"dlopen",
        library::dlopen,
        c"dlopen(name, flag={RTLD_GLOBAL|RTLD_LOCAL}) open a shared library",
    ),
    method::positional(c"dlclose", library::dlclose, c"dlclose a library"),
    method::positional(c"dlsym", library::dlsym, c"find symbol in shared library"),
    method::noargs(
        c"dllist",
        library::dllist,
        c"dllist($self, /)\n--\n\ndllist() return a list of loaded shared libraries",
    ),
    method::o(
        c"alignment",
        alignment,
        c"alignment($self, object, /)\n--\n\nalignment(C type) -> integer\nalignment(C instance) -> integer\nReturn the alignment requirements of a C instance",
    ),
    method::o(c"sizeof", sizeof, c"sizeof($module, obj, /)\n--\n\nReturn the size in bytes of a C instance."),
    method::positional(
        c"byref",
        byref,
        c"byref($module, obj, offset=0, /)\n--\n\nReturn a pointer lookalike to a C instance, only usable as function argument.",
    ),
    method::o(
        c"addressof",
        addressof,
        c"addressof($module, obj, /)\n--\n\nReturn the address of the C instance internal buffer",
    ),
    method::positional(c"call_function", call_function, c""),
    method::positional(c"call_cdeclfunction", call_cdeclfunction, c""),
    method::positional(c"PyObj_FromPtr", object_from_address, c""),
    method::o(c"Py_INCREF", incref, c"Py_INCREF($self, object, /)\n--\n\n"),
    method::o(c"Py_DECREF", decref, c"Py_DECREF($self, object, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];
