//! Pickling arrays: machine formats, so that other machines understand the bytes.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, PyResult, TypeRef, bytes, call, float, int, raise, singletons, str, tuple, type_object,
};

use super::{Array, This, find_type, to_list};
use adder_object_model::PyTyped;

/// Size, signedness or kind, and byte order of each machine format.
enum Format {
    Int { size: usize, signed: bool, big: bool },
    Float { size: usize, big: bool },
    Text { size: usize, big: bool },
}

fn format(code: isize) -> Option<Format> {
    let big = code % 2 == 1;
    Some(match code {
        0 => Format::Int { size: 1, signed: false, big: false },
        1 => Format::Int { size: 1, signed: true, big: false },
        2 | 3 => Format::Int { size: 2, signed: false, big },
        4 | 5 => Format::Int { size: 2, signed: true, big },
        6 | 7 => Format::Int { size: 4, signed: false, big },
        8 | 9 => Format::Int { size: 4, signed: true, big },
        10 | 11 => Format::Int { size: 8, signed: false, big },
        12 | 13 => Format::Int { size: 8, signed: true, big },
        14 | 15 => Format::Float { size: 4, big },
        16 | 17 => Format::Float { size: 8, big },
        18 | 19 => Format::Text { size: 2, big },
        20 | 21 => Format::Text { size: 4, big },
        _ => return None,
    })
}

/// The objects that bytes in a machine format stand for.
fn decode(format: &Format, data: &[u8]) -> PyResult<Vec<Object>> {
    let size = match format {
        Format::Int { size, .. } | Format::Float { size, .. } | Format::Text { size, .. } => *size,
    };
    if !data.len().is_multiple_of(size) {
        return Err(raise!(ValueError, "string length not a multiple of item size"));
    }
    let mut items = Vec::with_capacity(data.len() / size);
    let mut units: Vec<u32> = Vec::new();
    for chunk in data.chunks(size) {
        // Little endian first, in eight bytes.
        let arrange = |big: bool| {
            let mut word = [0u8; 8];
            for (index, &byte) in chunk.iter().enumerate() {
                word[if big { size - 1 - index } else { index }] = byte;
            }
            u64::from_le_bytes(word)
        };
        match *format {
            Format::Int { signed, big, .. } => {
                let word = arrange(big);
                let shift = 64 - 8 * size as u32;
                items.push(if signed {
                    int::from_i64((word << shift) as i64 >> shift)?
                } else {
                    int::from_u64(word)?
                });
            }
            Format::Float { big, .. } => {
                let word = arrange(big);
                let value =
                    if size == 4 { f64::from(f32::from_bits(word as u32)) } else { f64::from_bits(word) };
                items.push(float::new(value)?);
            }
            Format::Text { big, .. } => units.push(arrange(big) as u32),
        }
    }
    if let Format::Text { size, .. } = format {
        let points: Vec<u32> = if *size == 2 {
            let narrow = units.iter().map(|&unit| unit as u16);
            char::decode_utf16(narrow)
                .map(|unit| unit.map_or_else(|error| u32::from(error.unpaired_surrogate()), u32::from))
                .collect()
        } else {
            units
        };
        for point in points {
            items.push(str::from_char(point)?.into_object());
        }
    }
    Ok(items)
}

pub(super) fn reconstruct(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [array_type, code, format_code, items] = args.exactly::<4>("_array_reconstructor")?;
    let Some(tp) = array_type.downcast::<PyTypeObject>() else {
        let given = array_type.type_name();
        return Err(raise!(TypeError, "first argument must be a type object, not {given}"));
    };
    let Some(code_text) = code.downcast::<PyUnicodeObject>().filter(|code| str::len(*code) == 1) else {
        let given = code.type_name();
        return Err(raise!(
            TypeError,
            "_array_reconstructor() argument 2 must be a unicode character, not {given}"
        ));
    };
    let format_code = int::as_isize(format_code)?;
    if !type_object::is_subtype(tp, Array::type_ref()) {
        return Err(raise!(TypeError, "{} is not a subtype of array.array", type_object::name_of(tp)));
    }
    let kind = find_type(str::read(code_text, 0)).map_err(|raised| {
        raised.clear();
        raise!(ValueError, "second argument must be a valid type code")
    })?;
    let Some(format) = format(format_code) else {
        return Err(raise!(ValueError, "third argument must be a valid machine format code."));
    };
    let Some(data) = items.downcast::<PyBytesObject>() else {
        return Err(raise!(TypeError, "fourth argument should be bytes, not {}", items.type_name()));
    };
    if isize::from(kind.machine_format) == format_code {
        return make(tp, code, items);
    }
    // Another machine wrote it: item by item, in whatever type has room for the values.
    let values = decode(&format, bytes::as_slice(data))?;
    let values = adder_object_model::list::from_vec(values)?;
    make(tp, code, values.op())
}

fn make(tp: TypeRef<'_>, code: Op<'_>, initializer: Op<'_>) -> PyResult {
    super::methods::new(tp, Args::positional_only(&[code, initializer]))
        .map(adder_object_model::Owned::into_object)
}

pub(super) fn reduce_ex(array: This<'_>, protocol: Op<'_>) -> PyResult {
    let Some(_) = protocol.downcast::<PyLongObject>() else {
        return Err(raise!(TypeError, "__reduce_ex__ argument should be an integer"));
    };
    let protocol = int::as_isize(protocol)?;
    let attributes = adder_object_model::object::get_optional_attr_str(array.as_object(), "__dict__")?
        .unwrap_or_else(singletons::new_none);
    let code = str::from_char(u32::from(array.kind().code))?;
    let tp = array.ob_type().as_object();
    if protocol < 3 {
        let items = adder_object_model::list::from_vec(to_list(array)?)?;
        let arguments = tuple::pack(&[code.op(), items.op()])?;
        return tuple::pack(&[tp, arguments.op(), attributes.op()]);
    }
    let module = (adder_object_model::state::hooks().import_module)("array")?;
    let function = adder_object_model::object::get_attr_str(module.op(), "_array_reconstructor")?;
    let data = call::call_method_noargs(array.as_object(), "tobytes")?;
    let format = int::from_i64(i64::from(array.kind().machine_format))?;
    let arguments = tuple::pack(&[tp, code.op(), format.op(), data.op()])?;
    tuple::pack(&[function.op(), arguments.op(), attributes.op()])
}
