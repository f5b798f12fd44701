//! `_Pointer` and its metatype `PyCPointerType`.

use core::ptr;

use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Op, Owned, PyResult, bytes, dict, getset, id, list, method, number, object, raise, slot,
    type_object,
};

use super::accessors::{self, Kind};
use super::argument::{self, CArgObject};
use super::array::is_array;
use super::data::{self, AS_BUFFER, CData_Type, CDataObject, Data};
use super::functions;
use super::info::{self, CTypeObject, Class, StgInfo};
use super::metatype::{self, FROM_ADDRESS, FROM_BUFFER, FROM_BUFFER_COPY, IN_DLL, from_param_entry};

pub(super) fn is_pointer_class(op: Op<'_>) -> bool {
    info::is_class_of(op, &raw mut PyCPointerType)
}

pub(super) fn is_pointer(op: Op<'_>) -> bool {
    type_object::is_subtype_ptr(op.ob_type(), (&raw mut Pointer_Type).cast())
}

/// Makes `info` that of something that is passed as a pointer.
pub(super) fn fill(info: &StgInfo) {
    info.size.set(size_of::<usize>() as isize);
    info.align.set(align_of::<usize>() as isize);
    info.length.set(1);
    // SAFETY: libffi's own type.
    unsafe { info.set_ffi(&raw const libffi_sys::ffi_type_pointer) };
}

/// Passes the pointer that an instance holds.
pub(super) fn paramfunc(data: Data<'_>) -> PyResult<Owned<CArgObject>> {
    argument::new_pointer(b'P', data.pointer(), Some(data.as_object().to_owned()))
}

/// Sets the type that pointers of a class point to.
fn set_proto(class: Class<'_>, info: &StgInfo, proto: Op<'_>) -> PyResult<()> {
    if !proto.is_instance::<PyTypeObject>() {
        return Err(raise!(TypeError, "_type_ must be a type"));
    }
    let Some(item) = info::from_type(proto) else {
        return Err(raise!(TypeError, "_type_ must have storage info"));
    };
    info.proto.set(Some(proto.to_owned()));
    if !item.pointer_type.is_some() {
        item.pointer_type.set(Some(class.as_object().to_owned()));
    }
    Ok(())
}

/// The format of a pointer to something; an incomplete type is some bytes.
fn format_of(item: &StgInfo) -> String {
    let mut result = "&".to_owned();
    if item.ndim() > 0 {
        let shape: Vec<String> = item.shape().iter().map(ToString::to_string).collect();
        result.push_str(&format!("({})", shape.join(",")));
    }
    result + item.format_str().unwrap_or("B")
}

fn init_class(class: Class<'_>, args: Args<'_>) -> PyResult<()> {
    let Some(namespace) = args.get(2).and_then(|op| op.downcast::<PyDictObject>()) else {
        return Err(raise!(IndexError, "tuple index out of range"));
    };
    let info = info::init(class)?;
    fill(info);
    info.paramfunc.set(Some(paramfunc));
    info.add_flags(info::TYPEFLAG_ISPOINTER);
    if let Some(proto) = dict::get_item(namespace, id!("_type_"))? {
        set_proto(class, info, proto.op())?;
        let item = info::concrete(proto.op())?;
        info.set_format(&format_of(item));
    }
    Ok(())
}

fn set_type(class: Class<'_>, proto: Op<'_>) -> PyResult<()> {
    let info = info::concrete(class.as_object())?;
    set_proto(class, info, proto)?;
    let namespace = type_object::get_dict(info::as_type(class))?;
    let namespace = namespace.op().downcast::<PyDictObject>().expect("a type's dict");
    dict::set_item(namespace, id!("_type_"), proto)?;
    type_object::modified(info::as_type(class));
    Ok(())
}

fn from_param(class: Class<'_>, value: Op<'_>) -> PyResult {
    if value.is_none() {
        return Ok(value.to_owned());
    }
    let info = info::concrete(class.as_object())?;
    let Some(proto) = info.proto.get() else {
        return Err(raise!(TypeError, "cannot convert argument: POINTER _type_ type is not set"));
    };
    // An instance of the type pointed to is passed by reference.
    if object::is_instance(value, proto.op())? {
        return functions::reference(value, 0);
    }
    if (is_pointer(value) || is_array(value))
        && let Some(given) = info::from_object(value)
        && let Some(given) = given.proto.get()
        && object::is_subclass(given.op(), proto.op())?
    {
        return Ok(value.to_owned());
    }
    metatype::from_param(class, value)
}

/// What an instance points to, and the type of that.
fn target<'a>(data: Data<'a>) -> PyResult<(*mut u8, Op<'a>, &'a StgInfo)> {
    let address = data.pointer().cast::<u8>();
    if address.is_null() {
        return Err(raise!(ValueError, "NULL pointer access"));
    }
    let (proto, item) = item_type(data)?;
    Ok((address, proto, item))
}

fn item_type<'a>(data: Data<'a>) -> PyResult<(Op<'a>, &'a StgInfo)> {
    let info = info::of(data)?;
    // SAFETY: an instance's type keeps the type that it points to alive; `set_type` replaces it
    // only with another type, and item types are kept by whoever reads through here.
    let proto = unsafe { Op::from_nullable(info.proto.as_ptr()) };
    let proto = proto.ok_or_else(|| raise!(TypeError, "Cannot create instance: has no _type_"))?;
    Ok((proto, info::concrete(proto)?))
}

fn item(data: Data<'_>, index: Py_ssize_t) -> PyResult {
    let (address, proto, item) = target(data)?;
    let size = item.size.get();
    data::get(proto, None, data, index, size, address.wrapping_offset(index.wrapping_mul(size)))
}

fn set_item(data: Data<'_>, index: Py_ssize_t, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "Pointer does not support item deletion"));
    };
    let (address, proto, item) = target(data)?;
    let size = item.size.get();
    data::set(data, proto, None, value, index, size, address.wrapping_offset(index.wrapping_mul(size)))
}

fn get_contents(data: Data<'_>) -> PyResult<Owned<CDataObject>> {
    let (address, proto, _) = target(data)?;
    data::from_base(proto, data, 0, address)
}

fn set_contents(data: Data<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "Pointer does not support item deletion"));
    };
    let (proto, _) = item_type(data)?;
    let Some(referred) = value.downcast::<CDataObject>() else {
        let (expected, given) = (info::class_name(proto), value.type_name());
        return Err(raise!(TypeError, "expected {expected} instead of {given}"));
    };
    data.set_pointer(referred.b_ptr.get().cast());
    // A pointer keeps what it points to, and what that keeps.
    data::keep_ref(data, 1, value.to_owned())?;
    data::keep_ref(data, 0, data::kept_objects(referred)?)
}

fn init(data: Data<'_>, args: Args<'_>) -> PyResult<()> {
    args.check_positional("POINTER", 0, 1)?;
    match args.get(0) {
        Some(value) => set_contents(data, Some(value)),
        None => Ok(()),
    }
}

fn new(class: Borrowed<'_, PyTypeObject>, _args: Args<'_>) -> PyResult<Owned<CDataObject>> {
    if !info::from_type(class.as_object()).is_some_and(|info| info.proto.is_some()) {
        return Err(raise!(TypeError, "Cannot create instance: has no _type_"));
    }
    data::new(class)
}

/// A part of a slice, if it is given.
fn bound(op: *mut PyObject) -> PyResult<Option<isize>> {
    // SAFETY: a slice owns its parts.
    let op = unsafe { Op::from_ptr(op) };
    if op.is_none() {
        return Ok(None);
    }
    number::as_ssize_t(op, Some(builtin::ValueError())).map(Some)
}

/// Indices of a slice of something without a length.
fn slice_indices(range: Borrowed<'_, PySliceObject>) -> PyResult<Vec<isize>> {
    let step = bound(range.step)?.unwrap_or(1);
    if step == 0 {
        return Err(raise!(ValueError, "slice step cannot be zero"));
    }
    let start = match bound(range.start)? {
        Some(start) => start,
        None if step < 0 => return Err(raise!(ValueError, "slice start is required for step < 0")),
        None => 0,
    };
    let Some(stop) = bound(range.stop)? else {
        return Err(raise!(ValueError, "slice stop is required"));
    };
    let n = if (step > 0 && start > stop) || (step < 0 && start < stop) {
        0
    } else if step > 0 {
        (stop - start - 1) / step + 1
    } else {
        (stop - start + 1) / step + 1
    };
    Ok((0..n).map(|index| start + index * step).collect())
}

fn subscript(data: Data<'_>, key: Op<'_>) -> PyResult {
    if number::check_index(key) {
        return item(data, number::as_ssize_t(key, Some(builtin::IndexError()))?);
    }
    let Some(range) = key.downcast::<PySliceObject>() else {
        return Err(raise!(TypeError, "Pointer indices must be integer"));
    };
    let indices = slice_indices(range)?;
    let (_, item_info) = item_type(data)?;
    let address = data.pointer().cast::<u8>();
    match item_info.desc.get().map(|desc| desc.kind) {
        Some(Kind::Char) => {
            // SAFETY: whoever slices a pointer says that so many items lie there.
            let picked: Vec<u8> = indices.iter().map(|&index| unsafe { *address.offset(index) }).collect();
            Ok(bytes::from_slice(&picked)?.into_object())
        }
        Some(Kind::WChar) => {
            let place = address.cast::<u32>();
            // SAFETY: as above.
            let picked: Vec<u32> =
                indices.iter().map(|&index| unsafe { ptr::read_unaligned(place.offset(index)) }).collect();
            accessors::from_wide(&picked)
        }
        _ => {
            let items = indices.into_iter().map(|index| item(data, index)).collect::<PyResult<Vec<_>>>()?;
            Ok(list::from_vec(items)?.into_object())
        }
    }
}

fn truth(data: Data<'_>) -> PyResult<bool> {
    Ok(!data.pointer().is_null())
}

static CLASS_METHODS: [PyMethodDef; 7] = [
    FROM_ADDRESS,
    FROM_BUFFER,
    FROM_BUFFER_COPY,
    IN_DLL,
    from_param_entry(from_param),
    method::o(c"set_type", set_type, c"set_type($self, type, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];

pub(super) static mut PyCPointerType: PyTypeObject = PyTypeObject {
    tp_doc: c"metatype for the Pointer Objects".as_ptr(),
    tp_init: slot::init(init_class),
    ..metatype::metatype(c"_ctypes.PyCPointerType", (&raw const CLASS_METHODS).cast())
};

static GETSET: [PyGetSetDef; 2] = [
    getset::get_set(
        c"contents",
        get_contents,
        set_contents,
        c"the object this pointer points to (read-write)",
    ),
    PyGetSetDef::EMPTY,
];
static AS_NUMBER: PyNumberMethods = PyNumberMethods { nb_bool: slot::truth(truth), ..PyNumberMethods::EMPTY };
static AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_item: slot::ssizearg(item),
    sq_ass_item: slot::ssizeobjarg(set_item),
    ..PySequenceMethods::EMPTY
};
static AS_MAPPING: PyMappingMethods =
    PyMappingMethods { mp_subscript: slot::binary(subscript), ..PyMappingMethods::EMPTY };

pub(super) static mut Pointer_Type: CTypeObject = CTypeObject::new_static(
    &raw mut PyCPointerType,
    PyTypeObject {
        tp_name: c"_ctypes._Pointer".as_ptr(),
        tp_as_number: (&raw const AS_NUMBER).cast_mut(),
        tp_as_sequence: (&raw const AS_SEQUENCE).cast_mut(),
        tp_as_mapping: (&raw const AS_MAPPING).cast_mut(),
        tp_as_buffer: (&raw const AS_BUFFER).cast_mut(),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
        tp_doc: c"The base of pointers.".as_ptr(),
        tp_getset: (&raw const GETSET).cast_mut().cast(),
        tp_base: &raw mut CData_Type,
        tp_init: slot::init(init),
        tp_new: slot::new(new),
        ..PyTypeObject::EMPTY
    },
);
