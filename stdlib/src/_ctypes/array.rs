//! `Array` and its metatype `PyCArrayType`.
//!
//! `c_int * 3` gives the same class each time while it is alive: a dict maps item type and
//! length to weak proxies, and a callback removes the entry when the class dies.

use core::ptr;

use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Visitor, buffer, bytes, call, descr, dict, errors,
    generic_alias, getset, id, int, list, method, number, object, raise, sequence, slice, slot, str, tuple,
    type_object, weakref,
};

use super::accessors::{self, Kind};
use super::argument::{self, CArgObject};
use super::data::{self, AS_BUFFER, CData_Type, Data};
use super::info::{self, CTypeObject, Class, StgInfo};
use super::metatype::{self, CLASS_METHODS};
use crate::native::{self, Contents, Kept, Native};

pub(super) fn is_array_class(op: Op<'_>) -> bool {
    info::is_class_of(op, &raw mut PyCArrayType)
}

pub(super) fn is_array(op: Op<'_>) -> bool {
    type_object::is_subtype_ptr(op.ob_type(), (&raw mut Array_Type).cast())
}

/// Arrays are passed as pointers.
fn paramfunc(data: Data<'_>) -> PyResult<Owned<CArgObject>> {
    argument::new_pointer(b'P', data.b_ptr.get().cast(), Some(data.as_object().to_owned()))
}

fn length_of(class: Class<'_>) -> PyResult<isize> {
    let Some(length) = object::get_optional_attr(class.as_object(), id!("_length_"))? else {
        return Err(raise!(AttributeError, "class must define a '_length_' attribute"));
    };
    if !length.op().is_instance::<PyLongObject>() {
        return Err(raise!(TypeError, "The '_length_' attribute must be an integer"));
    }
    if int::is_negative(length.op()) {
        return Err(raise!(ValueError, "The '_length_' attribute must not be negative"));
    }
    int::as_isize(length.op()).map_err(|raised| {
        if raised.matches(builtin::OverflowError()) {
            raised.clear();
            return raise!(OverflowError, "The '_length_' attribute is too large");
        }
        raised
    })
}

fn init_class(class: Class<'_>, _args: Args<'_>) -> PyResult<()> {
    let length = length_of(class)?;
    let Some(proto) = object::get_optional_attr(class.as_object(), id!("_type_"))? else {
        return Err(raise!(AttributeError, "class must define a '_type_' attribute"));
    };
    let info = info::init(class)?;
    let Some(item) = info::from_type(proto.op()) else {
        return Err(raise!(TypeError, "_type_ must have storage info"));
    };
    info.set_format(item.format_str().unwrap_or("B"));
    let mut shape = vec![length];
    shape.extend_from_slice(item.shape());
    info.set_shape(shape);
    let Some(size) = item.size.get().checked_mul(length) else {
        return Err(raise!(OverflowError, "array too large"));
    };
    if item.has_flag(info::TYPEFLAG_ISPOINTER | info::TYPEFLAG_HASPOINTER) {
        info.add_flags(info::TYPEFLAG_HASPOINTER);
    }
    info.size.set(size);
    info.align.set(item.align.get());
    info.length.set(length);
    info.paramfunc.set(Some(paramfunc));
    // SAFETY: libffi's own type.
    unsafe { info.set_ffi(&raw const libffi_sys::ffi_type_pointer) };
    let strings: &[PyGetSetDef] = match item.desc.get().map(|desc| desc.kind) {
        Some(Kind::Char) => &CHAR_GETSET,
        Some(Kind::WChar) => &WCHAR_GETSET,
        _ => &[],
    };
    info.proto.set(Some(proto.clone()));
    add_getsets(class, strings)
}

/// Gives a class more attributes after it was made: arrays of characters are strings, too.
fn add_getsets(class: Class<'_>, getsets: &'static [PyGetSetDef]) -> PyResult<()> {
    let tp = info::as_type(class);
    let namespace = type_object::dict_of(tp).ok_or_else(errors::bad_internal_call)?;
    for def in getsets {
        // SAFETY: a static entry, whose functions take instances of array classes, as the class is one.
        let descriptor = unsafe { descr::new_getset(tp, ptr::from_ref(def).cast_mut()) }?;
        // SAFETY: a definition has a name.
        let name = unsafe { core::ffi::CStr::from_ptr(def.name) };
        dict::set_item_str(namespace, name.to_str().expect("ASCII"), descriptor.op())?;
    }
    type_object::modified(tp);
    Ok(())
}

/// The item type, its information, and the size of an item.
fn item_type<'a>(data: Data<'a>) -> PyResult<(Op<'a>, &'a StgInfo)> {
    let info = info::of(data)?;
    // SAFETY: an instance's type keeps its item type alive.
    let proto = unsafe { Op::from_nullable(info.proto.as_ptr()) }
        .ok_or_else(|| raise!(TypeError, "abstract class"))?;
    Ok((proto, info::concrete(proto)?))
}

fn item_address(data: Data<'_>, index: isize, size: isize) -> *mut u8 {
    data.b_ptr.get().wrapping_offset(index * size)
}

fn item(data: Data<'_>, index: Py_ssize_t) -> PyResult {
    if index < 0 || index >= data.b_length.get() {
        return Err(raise!(IndexError, "invalid index"));
    }
    let (proto, item) = item_type(data)?;
    let size = item.size.get();
    data::get(proto, None, data, index, size, item_address(data, index, size))
}

fn set_item(data: Data<'_>, index: Py_ssize_t, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "Array does not support item deletion"));
    };
    if index < 0 || index >= info::of(data)?.length.get() {
        return Err(raise!(IndexError, "invalid index"));
    }
    let (proto, item) = item_type(data)?;
    let size = item.size.get();
    data::set(data, proto, None, value, index, size, item_address(data, index, size))
}

/// An index, counted from the end if negative.
fn index_of(data: Data<'_>, key: Op<'_>) -> PyResult<isize> {
    let index = number::as_ssize_t(key, Some(builtin::IndexError()))?;
    Ok(if index < 0 { index + data.b_length.get() } else { index })
}

/// The indices that a slice picks.
fn slice_indices(data: Data<'_>, range: Borrowed<'_, PySliceObject>) -> PyResult<Vec<isize>> {
    let (mut start, mut stop, step) = slice::unpack(range)?;
    let n = slice::adjust_indices(data.b_length.get() as usize, &mut start, &mut stop, step);
    Ok((0..n as isize).map(|index| start + index * step).collect())
}

fn subscript(data: Data<'_>, key: Op<'_>) -> PyResult {
    if number::check_index(key) {
        return item(data, index_of(data, key)?);
    }
    let Some(range) = key.downcast::<PySliceObject>() else {
        return Err(raise!(TypeError, "indices must be integers"));
    };
    let indices = slice_indices(data, range)?;
    let (_, item_info) = item_type(data)?;
    let address = data.b_ptr.get();
    match item_info.desc.get().map(|desc| desc.kind) {
        Some(Kind::Char) => {
            // SAFETY: indices are within the array.
            let picked: Vec<u8> = indices.iter().map(|&index| unsafe { *address.offset(index) }).collect();
            Ok(bytes::from_slice(&picked)?.into_object())
        }
        Some(Kind::WChar) => {
            let place = address.cast::<u32>();
            let picked: Vec<u32> =
                // SAFETY: as above.
                indices.iter().map(|&index| unsafe { ptr::read_unaligned(place.offset(index)) }).collect();
            accessors::from_wide(&picked)
        }
        _ => {
            let items = indices.into_iter().map(|index| item(data, index)).collect::<PyResult<Vec<_>>>()?;
            Ok(list::from_vec(items)?.into_object())
        }
    }
}

fn set_subscript(data: Data<'_>, key: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "Array does not support item deletion"));
    };
    if number::check_index(key) {
        return set_item(data, index_of(data, key)?, Some(value));
    }
    let Some(range) = key.downcast::<PySliceObject>() else {
        return Err(raise!(TypeError, "indices must be integer"));
    };
    let indices = slice_indices(data, range)?;
    if sequence::len(value)? != indices.len() {
        return Err(raise!(ValueError, "Can only assign sequence of same size"));
    }
    for (number, index) in indices.into_iter().enumerate() {
        let item = sequence::get_item(value, number as isize)?;
        set_item(data, index, Some(item.op()))?;
    }
    Ok(())
}

fn len(data: Data<'_>) -> PyResult<usize> {
    Ok(data.b_length.get() as usize)
}

fn init(data: Data<'_>, args: Args<'_>) -> PyResult<()> {
    for (index, value) in args.iter().enumerate() {
        sequence::set_item(data.as_object(), index as isize, Some(value))?;
    }
    Ok(())
}

fn get_raw(data: Data<'_>) -> PyResult<Owned<PyBytesObject>> {
    data.copy_bytes()
}

fn set_raw(data: Data<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        let class = data.type_name();
        return Err(raise!(AttributeError, "attribute 'raw' of '{class}' objects cannot be deleted"));
    };
    let source = buffer::get(value, PyBUF_SIMPLE)?;
    if source.len() > data.b_size.get() as usize {
        return Err(raise!(ValueError, "byte string too long"));
    }
    // SAFETY: both have that many bytes, which may be the same.
    unsafe { ptr::copy(source.as_slice().as_ptr(), data.b_ptr.get(), source.len()) };
    Ok(())
}

fn get_char_value(data: Data<'_>) -> PyResult<Owned<PyBytesObject>> {
    let place = data.content();
    let end = place.iter().position(|&byte| byte == 0).unwrap_or(place.len());
    bytes::from_slice(&place[..end])
}

fn set_char_value(data: Data<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "can't delete attribute"));
    };
    let Some(text) = value.downcast::<PyBytesObject>() else {
        return Err(raise!(TypeError, "bytes expected instead of {} instance", value.type_name()));
    };
    let (text, place) = (bytes::as_slice(text), data.content());
    if text.len() > place.len() {
        return Err(raise!(ValueError, "byte string too long"));
    }
    place[..text.len()].copy_from_slice(text);
    if let Some(next) = place.get_mut(text.len()) {
        *next = 0;
    }
    Ok(())
}

fn get_wchar_value(data: Data<'_>) -> PyResult {
    // SAFETY: the object has that many characters.
    let units = unsafe { accessors::read_wide(data.b_ptr.get().cast(), data.b_size.get() as usize / 4) };
    let end = units.iter().position(|&unit| unit == 0).unwrap_or(units.len());
    accessors::from_wide(&units[..end])
}

fn set_wchar_value(data: Data<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "can't delete attribute"));
    };
    let Some(text) = value.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "unicode string expected instead of {} instance", value.type_name()));
    };
    let units = str::code_points(text);
    let length = data.b_size.get() as usize / 4;
    if units.len() > length {
        return Err(raise!(ValueError, "string too long"));
    }
    // SAFETY: the object has that many characters.
    unsafe { accessors::write_wide(data.b_ptr.get(), &units, length) };
    Ok(())
}

static CHAR_GETSET: [PyGetSetDef; 2] = [
    getset::get_set(c"raw", get_raw, set_raw, c"value"),
    getset::get_set(c"value", get_char_value, set_char_value, c"string value"),
];
static WCHAR_GETSET: [PyGetSetDef; 1] =
    [getset::get_set(c"value", get_wchar_value, set_wchar_value, c"string value")];

/// Removes an entry of the cache of classes: the callback of the proxy in it.
struct DictRemover {
    dict: Object,
    key: Object,
}

impl Contents for DictRemover {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut DictRemover_Type
    }
    fn traverse(&self, visitor: &mut Visitor) {
        visitor.visit(self.dict.as_ptr());
        visitor.visit(self.key.as_ptr());
    }
}

fn remove(remover: Borrowed<'_, Native<DictRemover>>, _args: Args<'_>) -> PyResult<()> {
    let cache = remover.value.dict.op().downcast::<PyDictObject>().expect("a dict");
    dict::pop(cache, remover.value.key.op()).map(drop)
}

pub(super) static mut DictRemover_Type: PyTypeObject = PyTypeObject {
    tp_call: slot::call(remove),
    tp_doc: c"deletes a key from a dictionary".as_ptr(),
    ..native::type_object::<DictRemover>(c"_ctypes.DictRemover")
};

static CACHE: Kept = Kept::new();

fn cache() -> PyResult {
    match CACHE.get() {
        Some(cache) => Ok(cache),
        None => {
            let made = dict::new()?.into_object();
            CACHE.set(made.clone());
            Ok(made)
        }
    }
}

/// The array class for an item type and a length (`PyCArrayType_from_ctype`).
pub(super) fn class_for(item_type: Op<'_>, length: isize) -> PyResult {
    let cache = cache()?;
    let classes = cache.op().downcast::<PyDictObject>().expect("a dict");
    let length_object = int::from_isize(length)?;
    let key = tuple::pack(&[item_type, length_object.op()])?;
    if let Some(found) = dict::get_item(classes, key.op())?
        && let Some(class) = weakref::get(found.op())?
    {
        return Ok(class);
    }
    let Some(item_class) = item_type.downcast::<PyTypeObject>() else {
        return Err(raise!(TypeError, "Expected a type object"));
    };
    let name = type_object::name_of(item_class);
    let name = str::from_string(format!("{name:.200}_Array_{length}"))?;
    let namespace = dict::new()?;
    dict::set_item(namespace.borrow(), id!("_length_"), length_object.op())?;
    dict::set_item(namespace.borrow(), id!("_type_"), item_type)?;
    // SAFETY: static types.
    let (metatype, base) =
        unsafe { (Op::from_ptr((&raw mut PyCArrayType).cast()), Op::from_ptr((&raw mut Array_Type).cast())) };
    let bases = tuple::pack(&[base])?;
    let class = call::call_positional(metatype, &[name.op(), bases.op(), namespace.op()])?;
    let remover = native::new(DictRemover { dict: cache.clone(), key: key.clone() })?;
    let proxy = weakref::new_proxy(class.op(), Some(remover.op()))?;
    dict::set_item(classes, key.op(), proxy.op())?;
    Ok(class)
}

pub(super) static mut PyCArrayType: PyTypeObject = PyTypeObject {
    tp_doc: c"metatype for the Array Objects".as_ptr(),
    tp_init: slot::init(init_class),
    ..metatype::metatype(c"_ctypes.PyCArrayType", (&raw const CLASS_METHODS).cast())
};

static METHODS: [PyMethodDef; 2] =
    [method::class_o(c"__class_getitem__", generic_alias::class_getitem, c"See PEP 585"), PyMethodDef::EMPTY];
static AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(len),
    sq_item: slot::ssizearg(item),
    sq_ass_item: slot::ssizeobjarg(set_item),
    ..PySequenceMethods::EMPTY
};
static AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(len),
    mp_subscript: slot::binary(subscript),
    mp_ass_subscript: slot::objobjarg(set_subscript),
};

pub(super) static mut Array_Type: CTypeObject = CTypeObject::new_static(
    &raw mut PyCArrayType,
    PyTypeObject {
        tp_name: c"_ctypes.Array".as_ptr(),
        tp_as_sequence: (&raw const AS_SEQUENCE).cast_mut(),
        tp_as_mapping: (&raw const AS_MAPPING).cast_mut(),
        tp_as_buffer: (&raw const AS_BUFFER).cast_mut(),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
        tp_doc: c"Abstract base class for arrays.\n\nMultiplying a ctypes type with a length gives a class of arrays; a subclass that defines\n_length_ and _type_ is one, too. Slices give lists, or strings for characters.".as_ptr(),
        tp_methods: (&raw const METHODS).cast_mut().cast(),
        tp_base: &raw mut CData_Type,
        tp_init: slot::init(init),
        tp_new: slot::new(data::new_slot),
        ..PyTypeObject::EMPTY
    },
);
