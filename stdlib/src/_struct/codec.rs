//! Single values: from bytes to objects and back.

use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::memoryview::items::{pack_half, unpack_half};
use adder_object_model::{
    Object, Op, PyResult, Raised, bytes, complex, float, int, number, object, raise, singletons,
};

use super::error;
use super::format::{Code, Kind, Order};

/// Bytes in little-endian order.
fn ordered<const N: usize>(data: &[u8], order: Order) -> [u8; N] {
    let mut bytes: [u8; N] = data[..N].try_into().expect("the layout's size");
    if order == Order::Big {
        bytes.reverse();
    }
    bytes
}

fn read_unsigned(data: &[u8], size: usize, order: Order) -> u64 {
    let mut bytes = [0; 8];
    bytes[..size].copy_from_slice(&data[..size]);
    if order == Order::Big {
        bytes[..size].reverse();
    }
    u64::from_le_bytes(bytes)
}

fn read_float(data: &[u8], size: usize, order: Order) -> f64 {
    match size {
        2 => unpack_half(u16::from_le_bytes(ordered(data, order))),
        4 => f64::from(f32::from_le_bytes(ordered(data, order))),
        _ => f64::from_le_bytes(ordered(data, order)),
    }
}

/// Adds the values that a code describes.
pub fn unpack(code: &Code, data: &[u8], order: Order, values: &mut Vec<Object>) -> PyResult<()> {
    for index in 0..code.repeat {
        let data = &data[index * code.size..];
        values.push(match code.kind {
            Kind::Char => bytes::from_slice(&data[..1])?.into_object(),
            Kind::Signed => {
                let shift = 64 - 8 * code.size as u32;
                let value = read_unsigned(data, code.size, order);
                int::from_i64(((value << shift) as i64) >> shift)?
            }
            Kind::Unsigned | Kind::Pointer => int::from_u64(read_unsigned(data, code.size, order))?,
            Kind::Bool => singletons::new_bool(data[0] != 0),
            Kind::Float => float::new(read_float(data, code.size, order))?,
            Kind::Complex => {
                let half = code.size / 2;
                complex::new(read_float(data, half, order), read_float(&data[half..], half, order))?
            }
            Kind::Bytes => bytes::from_slice(&data[..code.size])?.into_object(),
            Kind::Pascal => {
                let len = match data[..code.size].first() {
                    Some(&len) => usize::from(len).min(code.size - 1),
                    None => 0,
                };
                let text = if code.size == 0 { &[][..] } else { &data[1..1 + len] };
                bytes::from_slice(text)?.into_object()
            }
        });
    }
    Ok(())
}

fn write(out: &mut [u8], little: &[u8], order: Order) {
    out[..little.len()].copy_from_slice(little);
    if order == Order::Big {
        out[..little.len()].reverse();
    }
}

/// An integer argument: an int, or what its `__index__` gives.
fn integer(value: Op<'_>) -> PyResult {
    if value.is_instance::<PyLongObject>() {
        return Ok(value.to_owned());
    }
    if number::check_index(value) {
        return number::index(value);
    }
    Err(error("required argument is not an integer"))
}

#[cold]
fn out_of_range(code: &Code) -> Raised {
    let letter = char::from(code.letter);
    let bits = 8 * code.size as u32;
    let (low, high) = match (code.kind, bits) {
        (Kind::Signed, 64) => (i64::MIN.to_string(), i64::MAX.to_string()),
        (Kind::Signed, _) => ((-(1i64 << (bits - 1))).to_string(), ((1i64 << (bits - 1)) - 1).to_string()),
        (_, 64) => ("0".to_owned(), u64::MAX.to_string()),
        (_, _) => ("0".to_owned(), ((1u64 << bits) - 1).to_string()),
    };
    error(&format!("'{letter}' format requires {low} <= number <= {high}"))
}

fn pack_integer(code: &Code, out: &mut [u8], order: Order, value: Op<'_>) -> PyResult<()> {
    let value = integer(value)?;
    let bits = 8 * code.size as u32;
    let little = if code.kind == Kind::Signed {
        match int::as_i64_and_overflow(value.op())? {
            Ok(value) if bits == 64 || (-(1i64 << (bits - 1))..1i64 << (bits - 1)).contains(&value) => {
                value as u64
            }
            _ => return Err(out_of_range(code)),
        }
    } else {
        match int::as_u64(value.op()) {
            Ok(value) if bits == 64 || value >> bits == 0 => value,
            Ok(_) => return Err(out_of_range(code)),
            Err(raised) => {
                raised.absorb::<()>(builtin::OverflowError())?;
                return Err(out_of_range(code));
            }
        }
    };
    write(out, &little.to_le_bytes()[..code.size], order);
    Ok(())
}

fn pack_float(out: &mut [u8], size: usize, order: Order, value: f64) -> PyResult<()> {
    match size {
        2 => match pack_half(value) {
            Some(bits) => write(out, &bits.to_le_bytes(), order),
            None => return Err(raise!(OverflowError, "float too large to pack with e format")),
        },
        4 => {
            let narrow = value as f32;
            if narrow.is_infinite() && value.is_finite() {
                return Err(raise!(OverflowError, "float too large to pack with f format"));
            }
            write(out, &narrow.to_le_bytes(), order);
        }
        _ => write(out, &value.to_le_bytes(), order),
    }
    Ok(())
}

/// The bytes of an argument for `c`, `s` and `p`.
fn bytes_of(value: Op<'_>, letter: char) -> PyResult<Vec<u8>> {
    if let Some(value) = value.downcast::<PyBytesObject>() {
        return Ok(bytes::as_slice(value).to_vec());
    }
    if let Some(value) = value.downcast::<PyByteArrayObject>() {
        return Ok(adder_object_model::bytearray::to_vec(value));
    }
    Err(error(&format!("argument for '{letter}' must be a bytes object")))
}

/// Writes the values that a code describes, taken from `args`.
pub fn pack<'a>(
    code: &Code,
    out: &mut [u8],
    order: Order,
    args: &mut impl Iterator<Item = Op<'a>>,
) -> PyResult<()> {
    for index in 0..code.repeat {
        let out = &mut out[index * code.size..];
        let value = args.next().ok_or_else(|| error("too few values"))?;
        match code.kind {
            Kind::Char => match value.downcast::<PyBytesObject>().map(bytes::as_slice) {
                Some([byte]) => out[0] = *byte,
                _ => return Err(error("char format requires a bytes object of length 1")),
            },
            Kind::Signed | Kind::Unsigned => pack_integer(code, out, order, value)?,
            Kind::Pointer => {
                let value = integer(value)?;
                let address = int::as_u64(value.op()).or_else(|raised| {
                    raised.absorb::<()>(builtin::OverflowError())?;
                    int::as_i64(value.op()).map(|value| value as u64)
                });
                let address = address.map_err(|raised| {
                    if raised.matches(builtin::OverflowError()) {
                        raised.clear();
                        return error("int too large to convert");
                    }
                    raised
                })?;
                write(out, &address.to_le_bytes(), order);
            }
            Kind::Bool => out[0] = u8::from(object::is_true(value)?),
            Kind::Float => {
                let value = float::as_f64(value).map_err(|raised| {
                    if raised.matches(builtin::TypeError()) {
                        raised.clear();
                        error("required argument is not a float")
                    } else {
                        raised
                    }
                })?;
                pack_float(out, code.size, order, value)?;
            }
            Kind::Complex => {
                let (real, imaginary) = complex::as_parts(value).map_err(|raised| {
                    if raised.matches(builtin::TypeError()) {
                        raised.clear();
                        error("required argument is not a complex")
                    } else {
                        raised
                    }
                })?;
                let half = code.size / 2;
                pack_float(out, half, order, real)?;
                pack_float(&mut out[half..], half, order, imaginary)?;
            }
            Kind::Bytes => {
                let text = bytes_of(value, 's')?;
                let len = text.len().min(code.size);
                out[..len].copy_from_slice(&text[..len]);
            }
            Kind::Pascal => {
                let text = bytes_of(value, 'p')?;
                if code.size > 0 {
                    let len = text.len().min(code.size - 1);
                    out[1..=len].copy_from_slice(&text[..len]);
                    out[0] = len.min(255) as u8;
                }
            }
        }
    }
    Ok(())
}
