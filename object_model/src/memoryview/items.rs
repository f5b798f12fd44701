//! Single items: from memory to objects and back, by native formats of one letter.

use core::ffi::CStr;

use crate::exceptions::builtin;
use crate::layout::*;
use crate::{
    Object, Op, PyResult, Raised, bytes, call, float, int, number, object, raise, singletons, str, tuple,
};

/// The letter of a native format (after an optional `@`) and whether it is one.
pub(crate) fn native_letter(format: &str) -> Option<u8> {
    let letter = format.strip_prefix('@').unwrap_or(format);
    match letter.as_bytes() {
        [letter] if item_size(*letter).is_some() => Some(*letter),
        _ => None,
    }
}

/// The size of an item of a native format.
pub(crate) fn item_size(letter: u8) -> Option<usize> {
    Some(match letter {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    })
}

/// Formats that live for ever, so that a view can point to them.
pub(crate) fn static_format(format: &str) -> Option<&'static CStr> {
    const PLAIN: [&CStr; 18] = [
        c"c", c"b", c"B", c"h", c"H", c"i", c"I", c"l", c"L", c"q", c"Q", c"n", c"N", c"f", c"d", c"e", c"?",
        c"P",
    ];
    const WITH_AT: [&CStr; 18] = [
        c"@c", c"@b", c"@B", c"@h", c"@H", c"@i", c"@I", c"@l", c"@L", c"@q", c"@Q", c"@n", c"@N", c"@f",
        c"@d", c"@e", c"@?", c"@P",
    ];
    PLAIN.iter().chain(&WITH_AT).find(|known| known.to_bytes() == format.as_bytes()).copied()
}

/// A half-precision float.
pub fn unpack_half(bits: u16) -> f64 {
    let sign = if bits >> 15 != 0 { -1.0 } else { 1.0 };
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f64::from(bits & 0x3ff);
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        0x1f if fraction == 0.0 => f64::INFINITY,
        // The payload is kept, as far as it fits.
        0x1f => f64::from_bits(0x7ff0_0000_0000_0000 | u64::from(bits & 0x3ff) << 42),
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

/// The half-precision float nearest to a number, ties to even; `None` if it is too large.
pub fn pack_half(value: f64) -> Option<u16> {
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    let magnitude = value.abs();
    if value.is_nan() {
        let payload = (value.to_bits() >> 42) as u16 & 0x3ff;
        return Some(sign | 0x7c00 | if payload == 0 { 0x200 } else { payload });
    }
    if magnitude.is_infinite() {
        return Some(sign | 0x7c00);
    }
    let round = |scaled: f64| {
        let low = scaled.floor();
        let rest = scaled - low;
        let low = low as u32;
        if rest > 0.5 || (rest == 0.5 && low & 1 == 1) { low + 1 } else { low }
    };
    if magnitude < 2f64.powi(-14) {
        return Some(sign | round(magnitude * 2f64.powi(24)) as u16);
    }
    let exponent = (magnitude.to_bits() >> 52) as i32 - 1023;
    if exponent > 15 {
        return None;
    }
    // Rounding up may carry into the exponent, which is as it should be.
    let mantissa = round(magnitude / 2f64.powi(exponent) * 1024.0) - 1024;
    let bits = ((exponent + 15) as u32) << 10;
    let bits = bits + mantissa;
    (bits < 0x7c00).then_some(sign | bits as u16)
}

/// The object for an item.
///
/// # Safety
/// An item of the format lies at `item`.
pub(crate) unsafe fn unpack(item: *const u8, letter: u8) -> PyResult {
    // SAFETY: the caller's promise; items need not be aligned.
    unsafe {
        match letter {
            b'B' => Ok(int::small(isize::from(*item))),
            b'b' => int::from_isize(isize::from(item.cast::<i8>().read())),
            b'c' => bytes::from_slice(&[*item]).map(crate::Owned::into_object),
            b'?' => Ok(singletons::new_bool(*item != 0)),
            b'h' => int::from_i64(i64::from(item.cast::<i16>().read_unaligned())),
            b'H' => int::from_i64(i64::from(item.cast::<u16>().read_unaligned())),
            b'i' => int::from_i64(i64::from(item.cast::<i32>().read_unaligned())),
            b'I' => int::from_i64(i64::from(item.cast::<u32>().read_unaligned())),
            b'l' | b'q' | b'n' => int::from_i64(item.cast::<i64>().read_unaligned()),
            b'L' | b'Q' | b'N' | b'P' => int::from_u64(item.cast::<u64>().read_unaligned()),
            b'f' => float::new(f64::from(item.cast::<f32>().read_unaligned())),
            b'd' => float::new(item.cast::<f64>().read_unaligned()),
            b'e' => float::new(unpack_half(item.cast::<u16>().read_unaligned())),
            _ => Err(unsupported(char::from(letter).encode_utf8(&mut [0; 4]))),
        }
    }
}

#[cold]
pub(crate) fn unsupported(format: &str) -> Raised {
    raise!(NotImplementedError, "memoryview: format {format} not supported")
}

fn type_error(format: &str) -> Raised {
    raise!(TypeError, "memoryview: invalid type for format '{format}'")
}

fn value_error(format: &str) -> Raised {
    raise!(ValueError, "memoryview: invalid value for format '{format}'")
}

/// Turns what went wrong in a conversion into the view's own messages.
fn fix_error(raised: Raised, format: &str) -> Raised {
    if raised.matches(builtin::TypeError()) {
        raised.clear();
        type_error(format)
    } else if raised.matches(builtin::OverflowError()) || raised.matches(builtin::ValueError()) {
        raised.clear();
        value_error(format)
    } else {
        raised
    }
}

/// An object's bytes as an item.
fn to_bytes(value: Op<'_>, letter: u8, format: &str) -> PyResult<Vec<u8>> {
    let integer = || -> PyResult<Object> { number::index(value) };
    let signed = |bits: u32| -> PyResult<i64> {
        let value = int::as_i64_and_overflow(integer()?.op())?;
        match value {
            Ok(value) if bits == 64 || (-(1i64 << (bits - 1))..1i64 << (bits - 1)).contains(&value) => {
                Ok(value)
            }
            _ => Err(value_error(format)),
        }
    };
    let unsigned = |bits: u32| -> PyResult<u64> {
        let value = int::as_u64(integer()?.op())?;
        if bits < 64 && value >> bits != 0 { Err(value_error(format)) } else { Ok(value) }
    };
    Ok(match letter {
        b'b' => (signed(8)? as i8).to_ne_bytes().to_vec(),
        b'B' => vec![unsigned(8)? as u8],
        b'h' => (signed(16)? as i16).to_ne_bytes().to_vec(),
        b'H' => (unsigned(16)? as u16).to_ne_bytes().to_vec(),
        b'i' => (signed(32)? as i32).to_ne_bytes().to_vec(),
        b'I' => (unsigned(32)? as u32).to_ne_bytes().to_vec(),
        b'l' | b'q' | b'n' => signed(64)?.to_ne_bytes().to_vec(),
        b'L' | b'Q' | b'N' | b'P' => unsigned(64)?.to_ne_bytes().to_vec(),
        b'f' => {
            // As in C, a value that is too large is infinite.
            (float::as_f64(value)? as f32).to_ne_bytes().to_vec()
        }
        b'd' => float::as_f64(value)?.to_ne_bytes().to_vec(),
        b'e' => {
            let packed = pack_half(float::as_f64(value)?);
            let error = || raise!(OverflowError, "float too large to pack with e format");
            packed.ok_or_else(error)?.to_ne_bytes().to_vec()
        }
        b'?' => vec![u8::from(object::is_true(value)?)],
        b'c' => match value.downcast::<PyBytesObject>() {
            None => return Err(type_error(format)),
            Some(value) => match bytes::as_slice(value) {
                [byte] => vec![*byte],
                _ => return Err(value_error(format)),
            },
        },
        _ => return Err(unsupported(format)),
    })
}

/// The bytes of `value` as an item of the format, ready to be copied. Converting may run
/// Python code, so the caller looks at its view again before it writes.
pub(crate) fn pack(value: Op<'_>, format: &str) -> PyResult<Vec<u8>> {
    let Some(letter) = native_letter(format) else {
        return Err(unsupported(format));
    };
    to_bytes(value, letter, format).map_err(|raised| fix_error(raised, format))
}

/// How the items of a format are read for comparison.
pub(crate) enum Reader {
    Native(u8),
    /// `struct.Struct(format).unpack`, for any other format.
    Struct {
        unpack: Object,
        size: usize,
    },
}

impl Reader {
    pub(crate) fn new(format: &str, size: usize) -> PyResult<Option<Self>> {
        if let Some(letter) = native_letter(format) {
            return Ok(Some(Self::Native(letter)));
        }
        let made = (|| {
            let module = (crate::state::hooks().import_module)("struct")?;
            let class = object::get_attr_str(module.op(), "Struct")?;
            let made = call::call_one(class.op(), str::from_str(format)?.op())?;
            object::get_attr_str(made.op(), "unpack_from")
        })();
        match made {
            Ok(unpack) => Ok(Some(Self::Struct { unpack, size })),
            // A format that `struct` does not know makes arrays unequal, no error.
            Err(raised) if raised.matches(builtin::Exception()) => {
                raised.clear();
                Ok(None)
            }
            Err(raised) => Err(raised),
        }
    }

    /// # Safety
    /// An item of the format lies at `item`.
    pub(crate) unsafe fn read(&self, item: *const u8) -> PyResult {
        match self {
            // SAFETY: the caller's promise.
            Self::Native(letter) => unsafe { unpack(item, *letter) },
            Self::Struct { unpack, size } => {
                // SAFETY: the caller's promise.
                let bytes = bytes::from_slice(unsafe { core::slice::from_raw_parts(item, *size) })?;
                let values = call::call_one(unpack.op(), bytes.op())?;
                match values.op().downcast::<PyTupleObject>() {
                    Some(values) if tuple::len(values) == 1 => Ok(tuple::get(values, 0).to_owned()),
                    _ => Ok(values),
                }
            }
        }
    }
}
