//! `Structure` and `Union` with their metatypes.
//!
//! Where the fields lie is computed in Python (`ctypes._layout`); from its answer come the
//! fields' descriptors and the description for libffi.

use core::ptr;

use adder_interpreter::import;
use adder_object_model::layout::*;
use adder_object_model::type_object::PyType_Type;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, Visitor, alloc, call, dict, errors, gc, id, int,
    object, raise, sequence, singletons, slot, str, tuple, type_object,
};
use libffi_sys::ffi_type;

use super::argument::{self, CArgObject};
use super::array::is_array_class;
use super::data::{self, AS_BUFFER, CData_Type, Data};
use super::field::{self, CFieldObject};
use super::info::{self, CTypeObject, Class, StgInfo};
use super::metatype::{self, CLASS_METHODS, own_attribute};

/// The largest structure that can be passed in registers.
const MAX_STRUCT_SIZE: isize = if cfg!(target_arch = "aarch64") { 32 } else { 16 };

/// Memory that an argument owns: a structure passed by value.
#[repr(C)]
struct StructParam {
    ob_base: PyObject,
    memory: *mut u8,
    /// Owned: what was copied.
    keep: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for StructParam {}

fn dealloc_param(param: Borrowed<'_, StructParam>) {
    gc::untrack(param.as_object_ptr());
    // SAFETY: the last reference is gone: the memory and the reference are given back once.
    unsafe {
        let (memory, keep) = (param.memory, param.keep);
        drop(Object::steal_nullable(keep));
        alloc::free(memory.cast());
        alloc::free_object(param.as_object_ptr());
    }
}

fn traverse_param(param: Borrowed<'_, StructParam>, visitor: &mut Visitor) {
    visitor.visit(param.keep);
}

pub(super) static mut StructParam_Type: PyTypeObject = PyTypeObject {
    tp_name: c"_ctypes.StructParam_Type".as_ptr(),
    tp_basicsize: size_of::<StructParam>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc_param),
    tp_flags: Py_TPFLAGS_DEFAULT
        | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_IMMUTABLETYPE
        | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_traverse: slot::traverse(traverse_param),
    ..PyTypeObject::EMPTY
};

/// Passes a structure by value: a large one as a copy, as the call may outlive a resize.
fn paramfunc(data: Data<'_>) -> PyResult<Owned<CArgObject>> {
    let size = data.b_size.get() as usize;
    let (address, keep) = if size > size_of::<usize>() {
        let copy = alloc::malloc(size).cast::<u8>();
        if copy.is_null() {
            return Err(errors::no_memory());
        }
        // SAFETY: as many bytes on both sides.
        unsafe { ptr::copy_nonoverlapping(data.b_ptr.get(), copy, size) };
        // SAFETY: a static type.
        let made =
            type_object::generic_alloc(unsafe { type_object::static_type(&raw mut StructParam_Type) }, 0);
        let made = match made {
            Ok(made) => made,
            Err(raised) => {
                // SAFETY: nobody else has it.
                unsafe { alloc::free(copy.cast()) };
                return Err(raised);
            }
        };
        // SAFETY: a fresh object of this layout.
        unsafe {
            let param = made.as_ptr().cast::<StructParam>();
            (*param).memory = copy;
            (*param).keep = data.as_object().to_owned().into_ptr();
        }
        (copy, made)
    } else {
        (data.b_ptr.get(), data.as_object().to_owned())
    };
    let info = info::of(data)?;
    let made = argument::new(b'V', info.ffi_type(), Some(keep), |value| {
        // SAFETY: the value has room for a pointer.
        unsafe { super::accessors::write_pointer(value, address.cast()) }
    })?;
    made.size.set(size as isize);
    Ok(made)
}

fn init_class(class: Class<'_>, _args: Args<'_>) -> PyResult<()> {
    if own_attribute(class, id!("_abstract_"))?.is_some() {
        return Ok(());
    }
    let info = info::init(class)?;
    info.set_format("B");
    info.paramfunc.set(Some(paramfunc));
    if let Some(fields) = own_attribute(class, id!("_fields_"))? {
        return object::set_attr(class.as_object(), id!("_fields_"), Some(fields.op()));
    }
    if let Some(base) = base_info(class) {
        info.clone_from(base);
        info.flags.set(info.flags.get() & !info::DICTFLAG_FINAL);
        base.add_flags(info::DICTFLAG_FINAL);
    }
    Ok(())
}

fn base_of<'a>(class: Class<'a>) -> Op<'a> {
    // SAFETY: a class keeps its base alive.
    unsafe { Op::from_ptr(info::as_type(class).tp_base.cast()) }
}

fn base_info<'a>(class: Class<'a>) -> Option<&'a StgInfo> {
    info::from_type(base_of(class))
}

/// A number that the layout gives.
fn layout_number(layout: Op<'_>, name: &'static str) -> PyResult<isize> {
    let value = int::as_isize(object::get_attr_str(layout, name)?.op())?;
    if value < 0 {
        return Err(raise!(ValueError, "{name} must be a non-negative integer"));
    }
    Ok(value)
}

/// Computes everything that follows from `_fields_` (`PyCStructUnionType_update_stginfo`).
fn update_fields(class: Class<'_>, fields: Op<'_>, is_struct: bool) -> PyResult<()> {
    let Some(info) = info::from_type(class.as_object()) else {
        return Err(raise!(TypeError, "ctypes state is not initialized"));
    };
    let base = base_info(class);
    if info.has_flag(info::DICTFLAG_FINAL) {
        return Err(raise!(AttributeError, "_fields_ is final"));
    }
    let get_layout = object::get_attr_str(import::import_module("ctypes._layout")?.op(), "get_layout")?;
    let keywords = dict::new()?;
    dict::set_item(keywords.borrow(), id!("is_struct"), singletons::new_bool(is_struct).op())?;
    let base_argument = if base.is_some() { base_of(class) } else { singletons::none() };
    dict::set_item(keywords.borrow(), id!("base"), base_argument)?;
    let arguments = tuple::pack(&[class.as_object(), fields])?;
    let layout = call::call_tuple_dict(get_layout.op(), arguments.op(), Some(keywords.op()))?;

    let align = layout_number(layout.op(), "align")?;
    let size = layout_number(layout.op(), "size")?;
    let format = object::get_attr_str(layout.op(), "format_spec")?;
    info.set_format(str::as_utf8(str::expect(format.op(), "format_spec")?)?);
    let fields = sequence::to_tuple(object::get_attr_str(layout.op(), "fields")?.op())?;
    let fields = fields.op().downcast::<PyTupleObject>().expect("a tuple");
    drop(layout);

    let mut elements = base.map(StgInfo::elements).unwrap_or_default();
    let base_length = base.map_or(0, |base| base.length.get());
    elements.resize(base_length as usize, &raw mut libffi_sys::ffi_type_void);
    let mut arrays_seen = false;
    for (index, &field) in tuple::refs(fields).iter().enumerate() {
        let Some(property) = field.downcast::<CFieldObject>() else {
            return Err(raise!(TypeError, "fields must be of type CField, got {}", field.type_name()));
        };
        if property.index.get() != index as isize {
            let (name, given) = (field::name_repr(property)?, property.index.get());
            return Err(raise!(ValueError, "field {name} index mismatch (expected {index}, got {given})"));
        }
        let proto = property.proto.get().ok_or_else(errors::bad_internal_call)?;
        arrays_seen |= is_array_class(proto.op());
        let item = info::concrete(proto.op())?;
        elements.push(item.ffi_type());
        if item.has_flag(info::TYPEFLAG_ISPOINTER | info::TYPEFLAG_HASPOINTER) {
            info.add_flags(info::TYPEFLAG_HASPOINTER);
        }
        item.add_flags(info::DICTFLAG_FINAL);
        let name = property.name.get().ok_or_else(errors::bad_internal_call)?;
        object::set_attr(class.as_object(), name.op(), Some(field))?;
    }
    if arrays_seen && size <= MAX_STRUCT_SIZE {
        elements = unrolled(base, fields)?;
    }
    info.set_elements(elements);
    // SAFETY: our own description.
    unsafe {
        (*info.ffi_type()).alignment = align as u16;
        (*info.ffi_type()).size = size as usize;
    }
    info.size.set(size);
    info.align.set(align);
    info.length.set(base_length + tuple::len(fields) as isize);
    // Fields of types that refer to this one can have made it final meanwhile.
    if info.has_flag(info::DICTFLAG_FINAL) {
        return Err(raise!(AttributeError, "Structure or union cannot contain itself"));
    }
    info.add_flags(info::DICTFLAG_FINAL);
    make_anonymous_fields(class)
}

/// The elements with arrays taken apart: small structures travel in registers, and which ones
/// depends on what is in the arrays.
fn unrolled(base: Option<&StgInfo>, fields: Borrowed<'_, PyTupleObject>) -> PyResult<Vec<*mut ffi_type>> {
    fn push(class: Op<'_>, elements: &mut Vec<*mut ffi_type>) -> PyResult<()> {
        let info = info::concrete(class)?;
        if is_array_class(class)
            && let Some(item) = info.proto.get()
        {
            for _ in 0..info.length.get() {
                push(item.op(), elements)?;
            }
        } else {
            elements.push(info.ffi_type());
        }
        Ok(())
    }
    let mut elements = base.map(StgInfo::elements).unwrap_or_default();
    for field in tuple::refs(fields) {
        if let Some(property) = field.downcast::<CFieldObject>()
            && let Some(proto) = property.proto.get()
        {
            push(proto.op(), &mut elements)?;
        }
    }
    Ok(elements)
}

/// Gives the class the fields of its anonymous members.
fn make_anonymous_fields(class: Class<'_>) -> PyResult<()> {
    let Some(names) = object::get_optional_attr(class.as_object(), id!("_anonymous_"))? else {
        return Ok(());
    };
    let names = sequence::fast(names.op(), "_anonymous_ must be a sequence")?;
    for name in owned_items(names.op()) {
        let found = object::get_attr(class.as_object(), name.op())?;
        let Some(property) = found.op().downcast_exact::<CFieldObject>() else {
            let name = str::to_string_lossy(name.op());
            return Err(raise!(AttributeError, "'{name}' is specified in _anonymous_ but not in _fields_"));
        };
        property.anonymous.set(true);
        make_fields(class, property, property.index.get(), property.byte_offset.get())?;
    }
    Ok(())
}

fn owned_items(row: Op<'_>) -> Vec<Object> {
    sequence::fast_items(row).iter().map(|&op| op.to_owned()).collect()
}

/// Copies the fields of an anonymous member into the class, shifted.
fn make_fields(
    class: Class<'_>,
    member: Borrowed<'_, CFieldObject>,
    index: isize,
    offset: isize,
) -> PyResult<()> {
    let proto = member.proto.get().ok_or_else(errors::bad_internal_call)?;
    let fields = object::get_attr(proto.op(), id!("_fields_"))?;
    let fields = sequence::fast(fields.op(), "_fields_ must be a sequence")?;
    for pair in owned_items(fields.op()) {
        let name = sequence::get_item(pair.op(), 0)?;
        let found = object::get_attr(proto.op(), name.op())?;
        let Some(property) = found.op().downcast_exact::<CFieldObject>() else {
            return Err(raise!(TypeError, "unexpected type"));
        };
        let (index, offset) = (index + property.index.get(), offset + property.byte_offset.get());
        if property.anonymous.get() {
            make_fields(class, property, index, offset)?;
            continue;
        }
        let shifted = field::shifted(property, index, offset)?;
        object::set_attr(class.as_object(), name.op(), Some(shifted.op()))?;
    }
    Ok(())
}

/// `tp_setattro`: setting `_fields_` makes the layout.
fn set_class_attribute(
    class: Class<'_>,
    name: Op<'_>,
    value: Option<Op<'_>>,
    is_struct: bool,
) -> PyResult<()> {
    if str::equals(name, "_fields_")
        && let Some(fields) = value
    {
        update_fields(class, fields, is_struct)?;
    }
    let value = value.map_or(ptr::null_mut(), Op::as_ptr);
    // SAFETY: the slot of `type`, with a type object.
    let result = unsafe {
        let set = (&raw const PyType_Type.tp_setattro).read().expect("type has one");
        set(class.as_object_ptr(), name.as_ptr(), value)
    };
    if result < 0 { Err(errors::raised_by_c()) } else { Ok(()) }
}

fn set_struct_attribute(class: Class<'_>, name: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    set_class_attribute(class, name, value, true)
}

fn set_union_attribute(class: Class<'_>, name: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    set_class_attribute(class, name, value, false)
}

/// Sets fields from positional arguments, those of base classes first; gives the number of
/// fields so far.
fn set_positional(data: Data<'_>, class: Class<'_>, args: Args<'_>, index: isize) -> PyResult<isize> {
    let mut index = index;
    if let Some(base) = base_of(class).downcast::<CTypeObject>()
        && base_info(class).is_some()
    {
        index = set_positional(data, base, args, index)?;
    }
    let info = info::concrete(class.as_object())?;
    let Some(fields) = own_attribute(class, id!("_fields_"))? else {
        return Ok(index);
    };
    let mut position = index;
    while position < info.length.get()
        && let Some(value) = args.get(position as usize)
    {
        let pair = sequence::get_item(fields.op(), position - index)?;
        let name = sequence::get_item(pair.op(), 0)?;
        if args.keyword(&str::to_string_lossy(name.op())).is_some() {
            let name = str::to_string_lossy(object::repr(name.op())?.op());
            return Err(raise!(TypeError, "duplicate values for field {name}"));
        }
        object::set_attr(data.as_object(), name.op(), Some(value))?;
        position += 1;
    }
    Ok(info.length.get())
}

fn init(data: Data<'_>, args: Args<'_>) -> PyResult<()> {
    if !args.is_empty() {
        let class =
            data.ob_type().as_object().downcast::<CTypeObject>().ok_or_else(errors::bad_internal_call)?;
        if set_positional(data, class, args, 0)? < args.len() as isize {
            return Err(raise!(TypeError, "too many initializers"));
        }
    }
    for (name, value) in args.keywords() {
        object::set_attr(data.as_object(), name, Some(value))?;
    }
    Ok(())
}

pub(super) static mut PyCStructType: PyTypeObject = PyTypeObject {
    tp_setattro: slot::objobjarg(set_struct_attribute),
    tp_doc: c"metatype for the CData Objects".as_ptr(),
    tp_init: slot::init(init_class),
    ..metatype::metatype(c"_ctypes.PyCStructType", (&raw const CLASS_METHODS).cast())
};

pub(super) static mut UnionType: PyTypeObject = PyTypeObject {
    tp_setattro: slot::objobjarg(set_union_attribute),
    tp_doc: c"metatype for the Union Objects".as_ptr(),
    tp_init: slot::init(init_class),
    ..metatype::metatype(c"_ctypes.UnionType", (&raw const CLASS_METHODS).cast())
};

#[allow(clippy::declare_interior_mutable_const, reason = "a template of static type objects, used by value")]
const BASE: PyTypeObject = PyTypeObject {
    tp_as_buffer: (&raw const AS_BUFFER).cast_mut(),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    tp_base: &raw mut CData_Type,
    tp_init: slot::init(init),
    tp_new: slot::new(data::new_slot),
    ..PyTypeObject::EMPTY
};

pub(super) static mut Structure_Type: CTypeObject = CTypeObject::new_static(
    &raw mut PyCStructType,
    PyTypeObject { tp_name: c"_ctypes.Structure".as_ptr(), tp_doc: c"Structure base class".as_ptr(), ..BASE },
);

pub(super) static mut Union_Type: CTypeObject = CTypeObject::new_static(
    &raw mut UnionType,
    PyTypeObject { tp_name: c"_ctypes.Union".as_ptr(), tp_doc: c"Union base class".as_ptr(), ..BASE },
);
