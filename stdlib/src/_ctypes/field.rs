//! `CField`: the descriptor of a structure's or union's field.

use core::cell::Cell;
use core::mem::offset_of;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Field, Op, Owned, PyResult, Signature, TypeRef, errors, fields, getset, int, object,
    owned_fields, raise, singletons, slot, str, type_object,
};

use super::accessors::{self, FieldDesc, Kind};
use super::array::is_array_class;
use super::data::{self, CDataObject};
use super::info;

/// A field: where it lies and what it holds.
#[repr(C)]
pub(super) struct CFieldObject {
    ob_base: PyObject,
    pub byte_offset: Cell<isize>,
    byte_size: Cell<isize>,
    /// Which field it is; that of an anonymous member's field counts from the outside.
    pub index: Cell<isize>,
    /// The field's type.
    pub proto: Field,
    /// How it is read and written, if not as its type says: arrays of characters are strings.
    desc: Cell<Option<&'static FieldDesc>>,
    /// The lowest bit and the number of bits of a bit-field; none for other fields.
    bit_offset: Cell<isize>,
    bits: Cell<isize>,
    pub anonymous: Cell<bool>,
    pub name: Field,
}
owned_fields!(CFieldObject, CField_Type, [proto, name]);

type This<'a> = Borrowed<'a, CFieldObject>;

const NEW: Signature<8> = Signature::new(
    "CField",
    ["name", "type", "byte_size", "byte_offset", "index", "_internal_use", "bit_size", "bit_offset"],
)
.required(6)
.keyword_only_from(0);

/// A number that must be an int.
fn number_of(op: Op<'_>) -> PyResult<isize> {
    if !op.is_instance::<PyLongObject>() {
        return Err(raise!(TypeError, "an integer is required"));
    }
    int::as_isize(op)
}

/// How a field of a type is read and written, if not as the type says.
fn string_desc(proto: Op<'_>) -> Option<&'static FieldDesc> {
    if !is_array_class(proto) {
        return None;
    }
    let item = info::from_type(proto)?.proto.get()?;
    match info::from_type(item.op())?.desc.get()?.kind {
        Kind::Char => Some(&accessors::CHAR_ARRAY),
        Kind::WChar => Some(&accessors::WCHAR_ARRAY),
        _ => None,
    }
}

/// Whether values of a type can be bit-fields.
fn has_bits(proto: Op<'_>) -> bool {
    let desc = info::from_type(proto).and_then(|info| info.desc.get());
    desc.is_some_and(|desc| matches!(desc.kind, Kind::Int { .. } | Kind::Bool))
}

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<CFieldObject>> {
    let [name, proto, byte_size, byte_offset, index, _internal, bit_size, bit_offset] = args.parse(&NEW)?;
    let name = name.expect("required");
    if !name.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "CField() argument 'name' must be str, not {}", name.type_name()));
    }
    let shown = str::to_string_lossy(object::repr(name)?.op());
    let proto = proto.expect("required");
    let byte_size = adder_object_model::number::as_ssize_t(byte_size.expect("required"), None)?;
    let byte_offset = adder_object_model::number::as_ssize_t(byte_offset.expect("required"), None)?;
    let index = adder_object_model::number::as_ssize_t(index.expect("required"), None)?;
    if byte_size < 0 {
        return Err(raise!(ValueError, "byte size of field {shown} must not be negative, got {byte_size}"));
    }
    let Some(info) = info::from_type(proto) else {
        return Err(raise!(TypeError, "type of field {shown} must be a C type"));
    };
    let size = info.size.get();
    if byte_size != size {
        return Err(raise!(
            ValueError,
            "byte size of field {shown} ({byte_size}) does not match type size ({size})"
        ));
    }
    let mut bits = (0, 0);
    if let Some(bit_size) = bit_size.filter(|bit_size| !bit_size.is_none()) {
        if !has_bits(proto) {
            let name = info::class_name(proto);
            return Err(raise!(TypeError, "bit fields not allowed for type {name}"));
        }
        bits = (number_of(bit_size)?, number_of(bit_offset.unwrap_or(singletons::none()))?);
        if bits.0 <= 0 {
            return Err(raise!(ValueError, "bit size of field {shown} out of range, got {}", bits.0));
        }
        if bits.1 < 0 {
            return Err(raise!(ValueError, "bit offset of field {shown} out of range, got {}", bits.1));
        }
        let available = size * 8;
        if bits.1.saturating_add(bits.0) > available {
            let (bit_size, bit_offset) = bits;
            return Err(raise!(
                ValueError,
                "bit field {shown} overflows its type ({bit_offset} + {bit_size} > {available})"
            ));
        }
    } else if bit_offset.is_some_and(|bit_offset| !bit_offset.is_none()) {
        return Err(raise!(ValueError, "field {shown}: bit_offset must be specified if bit_size is"));
    }
    // SAFETY: this type or a subclass.
    let made: Owned<CFieldObject> = unsafe { fields::allocate(tp)? };
    made.byte_offset.set(byte_offset);
    made.byte_size.set(byte_size);
    made.index.set(index);
    made.bits.set(bits.0);
    made.bit_offset.set(bits.1);
    made.desc.set(string_desc(proto));
    made.proto.set(Some(proto.to_owned()));
    made.name.set(Some(
        adder_object_model::str::intern_in_place(str::expect(name, "name")?.to_owned()).into_object(),
    ));
    Ok(made)
}

/// The same field seen from a structure that holds its structure as an anonymous member.
pub(super) fn shifted(field: This<'_>, index: isize, offset: isize) -> PyResult<Owned<CFieldObject>> {
    // SAFETY: a static type.
    let tp = unsafe { type_object::static_type(&raw mut CField_Type) };
    // SAFETY: this type.
    let made: Owned<CFieldObject> = unsafe { fields::allocate(tp)? };
    made.byte_offset.set(offset);
    made.byte_size.set(field.byte_size.get());
    made.index.set(index);
    made.bits.set(field.bits.get());
    made.bit_offset.set(field.bit_offset.get());
    made.desc.set(field.desc.get());
    made.proto.set(field.proto.get());
    made.name.set(field.name.get());
    Ok(made)
}

/// The field's name as `repr` shows it.
pub(super) fn name_repr(field: This<'_>) -> PyResult<String> {
    let name = field.name.get().ok_or_else(errors::bad_internal_call)?;
    Ok(str::to_string_lossy(object::repr(name.op())?.op()))
}

/// Bytes, or for a bit-field its bits and its lowest bit in one number.
fn packed_size(field: This<'_>) -> isize {
    match field.bits.get() {
        0 => field.byte_size.get(),
        bits => bits << 16 | field.bit_offset.get(),
    }
}

/// How the field is read and written, if not by its type's conversion of whole instances.
fn desc_of(field: This<'_>, proto: Op<'_>) -> Option<&'static FieldDesc> {
    if field.bits.get() != 0 {
        return info::from_type(proto).and_then(|info| info.desc.get());
    }
    field.desc.get()
}

fn get(field: This<'_>, instance: Option<Op<'_>>, _owner: Option<Op<'_>>) -> PyResult {
    let Some(instance) = instance.filter(|instance| !instance.is_none()) else {
        return Ok(field.as_object().to_owned());
    };
    let Some(source) = instance.downcast::<CDataObject>() else {
        return Err(raise!(TypeError, "not a ctype instance"));
    };
    let proto = field.proto.get().ok_or_else(errors::bad_internal_call)?;
    let address = source.b_ptr.get().wrapping_offset(field.byte_offset.get());
    let desc = desc_of(field, proto.op());
    data::get(proto.op(), desc, source, field.index.get(), packed_size(field), address)
}

fn set(field: This<'_>, instance: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(target) = instance.downcast::<CDataObject>() else {
        return Err(raise!(TypeError, "not a ctype instance"));
    };
    let Some(value) = value else {
        return Err(raise!(TypeError, "can't delete attribute"));
    };
    let proto = field.proto.get().ok_or_else(errors::bad_internal_call)?;
    let address = target.b_ptr.get().wrapping_offset(field.byte_offset.get());
    let desc = desc_of(field, proto.op());
    data::set(target, proto.op(), desc, value, field.index.get(), packed_size(field), address)
}

fn get_size(field: This<'_>) -> PyResult {
    int::from_isize(packed_size(field))
}

fn get_bit_size(field: This<'_>) -> PyResult {
    match field.bits.get() {
        0 => int::from_i128(field.byte_size.get() as i128 * 8),
        bits => int::from_isize(bits),
    }
}

fn is_bitfield(field: This<'_>) -> PyResult<bool> {
    Ok(field.bits.get() != 0)
}

fn is_anonymous(field: This<'_>) -> PyResult<bool> {
    Ok(field.anonymous.get())
}

fn repr(field: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let proto = field.proto.get().ok_or_else(errors::bad_internal_call)?;
    let type_name = info::class_name(proto.op());
    let class = type_object::name_of(field.ob_type());
    let (name, offset) = (name_repr(field)?, field.byte_offset.get());
    let size = match field.bits.get() {
        0 => format!("size={}", field.byte_size.get()),
        bits => format!("bit_size={bits}, bit_offset={}", field.bit_offset.get()),
    };
    str::from_string(format!("<{class} {name} type={type_name}, ofs={offset}, {size}>"))
}

const fn number_member(
    name: &'static core::ffi::CStr,
    offset: usize,
    doc: &'static core::ffi::CStr,
) -> PyMemberDef {
    super::member(name, Py_T_PYSSIZET, offset, doc)
}

static MEMBERS: [PyMemberDef; 7] = [
    super::member(c"name", _Py_T_OBJECT, offset_of!(CFieldObject, name), c"name of this field"),
    super::member(c"type", _Py_T_OBJECT, offset_of!(CFieldObject, proto), c"type of this field"),
    number_member(
        c"offset",
        offset_of!(CFieldObject, byte_offset),
        c"offset in bytes of this field (same as byte_offset)",
    ),
    number_member(
        c"byte_offset",
        offset_of!(CFieldObject, byte_offset),
        c"offset in bytes of this field. For bitfields: excludes bit_offset.",
    ),
    number_member(c"byte_size", offset_of!(CFieldObject, byte_size), c"size of this field in bytes"),
    number_member(
        c"bit_offset",
        offset_of!(CFieldObject, bit_offset),
        c"additional offset in bits (relative to byte_offset); zero for non-bitfields",
    ),
    PyMemberDef::EMPTY,
];
static GETSET: [PyGetSetDef; 5] = [
    getset::get(
        c"size",
        get_size,
        c"size in bytes of this field. For bitfields, this is a legacy packed value; use byte_size instead",
    ),
    getset::get(c"bit_size", get_bit_size, c"size of this field in bits"),
    getset::get(c"is_bitfield", is_bitfield, c"true if this is a bitfield"),
    getset::get(c"is_anonymous", is_anonymous, c"true if this field is anonymous"),
    PyGetSetDef::EMPTY,
];

pub(super) static mut CField_Type: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    tp_doc: c"Structure/Union member".as_ptr(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_descr_get: slot::descr_get(get),
    tp_descr_set: slot::descr_set(set),
    tp_new: slot::new(new),
    ..fields::gc_type::<CFieldObject>(c"ctypes.CField")
};
