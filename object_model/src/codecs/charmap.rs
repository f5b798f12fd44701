//! Character maps: each byte stands for what a table says.

use super::Text;
use super::errors::{Decoding, Encoding, Handler, Replacement};
use crate::exceptions::builtin;
use crate::layout::*;
use crate::str::Builder;
use crate::{Object, Op, Owned, PyResult, bytes, dict, int, object, raise, str};

const UNDEFINED: &str = "character maps to <undefined>";

/// Adds what a byte maps to; `false` if it maps to nothing.
fn push_decoded(out: &mut Builder, byte: u8, mapping: Op<'_>) -> PyResult<bool> {
    if let Some(table) = mapping.downcast_exact::<PyUnicodeObject>() {
        let index = usize::from(byte);
        let point = if index < str::len(table) { str::read(table, index) } else { 0xfffe };
        if point == 0xfffe {
            return Ok(false);
        }
        out.push(point);
        return Ok(true);
    }
    let value = match object::get_item(mapping, int::small(isize::from(byte)).op()) {
        Ok(value) => value,
        Err(raised) => {
            raised.absorb::<()>(builtin::LookupError())?;
            return Ok(false);
        }
    };
    if value.op().is_none() {
        return Ok(false);
    }
    if value.op().is_instance::<PyLongObject>() {
        return match int::as_i64_and_overflow(value.op())? {
            Ok(0xfffe) => Ok(false),
            Ok(point @ 0..=0x10ffff) => {
                out.push(point as u32);
                Ok(true)
            }
            _ => Err(raise!(TypeError, "character mapping must be in range(0x110000)")),
        };
    }
    match value.op().downcast::<PyUnicodeObject>() {
        Some(text) if str::len(text) == 1 && str::read(text, 0) == 0xfffe => Ok(false),
        Some(text) => {
            out.push_text(text);
            Ok(true)
        }
        None => Err(raise!(TypeError, "character mapping must return integer, None or str")),
    }
}

pub fn decode(bytes: &[u8], errors: Option<&str>, mapping: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let mut decoding = Decoding::new(bytes, "charmap", errors);
    let mut out = Builder::with_capacity(bytes.len());
    let mut at = 0;
    while at < decoding.input.len() {
        if push_decoded(&mut out, decoding.input[at], mapping)? {
            at += 1;
        } else {
            at = decoding.error(&mut out, at, at + 1, UNDEFINED)?;
        }
    }
    out.finish()
}

/// Adds the bytes for a character; `false` if there are none.
fn push_encoded(out: &mut Vec<u8>, point: u32, mapping: Op<'_>) -> PyResult<bool> {
    let value: Object = match object::get_item(mapping, int::from_u64(u64::from(point))?.op()) {
        Ok(value) => value,
        Err(raised) => {
            raised.absorb::<()>(builtin::LookupError())?;
            return Ok(false);
        }
    };
    if value.op().is_none() {
        return Ok(false);
    }
    if value.op().is_instance::<PyLongObject>() {
        return match int::as_i64_and_overflow(value.op())? {
            Ok(byte @ 0..=255) => {
                out.push(byte as u8);
                Ok(true)
            }
            _ => Err(raise!(TypeError, "character mapping must be in range(256)")),
        };
    }
    match value.op().downcast::<PyBytesObject>() {
        Some(encoded) => {
            out.extend_from_slice(bytes::as_slice(encoded));
            Ok(true)
        }
        None => {
            let given = value.op().type_name();
            Err(raise!(TypeError, "character mapping must return integer, bytes or None, not {given}"))
        }
    }
}

pub fn encode(text: Text<'_>, errors: Option<&str>, mapping: Op<'_>) -> PyResult<Vec<u8>> {
    let units = str::units(text);
    let mut out = Vec::with_capacity(units.len());
    let mut encoding = Encoding::new(text, "charmap", errors);
    let mut index = 0;
    while index < units.len() {
        if push_encoded(&mut out, units.get(index), mapping)? {
            index += 1;
            continue;
        }
        let mut end = index + 1;
        let mut scratch = Vec::new();
        while end < units.len() && !push_encoded(&mut scratch, units.get(end), mapping)? {
            end += 1;
        }
        if encoding.handler == Handler::Strict {
            return Err(encoding.raise(index, end, UNDEFINED));
        }
        let (replacement, next) = encoding.error(index, end, UNDEFINED)?;
        match replacement {
            Replacement::Bytes(bytes) => out.extend_from_slice(&bytes),
            Replacement::Text(replacement) => {
                for point in str::units(replacement.borrow()).iter() {
                    if !push_encoded(&mut out, point, mapping)? {
                        return Err(encoding.raise(index, end, UNDEFINED));
                    }
                }
            }
        }
        index = next;
    }
    Ok(out)
}

/// The mapping for encoding that belongs to a decoding table (`codecs.charmap_build`).
pub fn build(table: Text<'_>) -> PyResult<Owned<PyDictObject>> {
    let map = dict::new()?;
    for (byte, point) in str::units(table).iter().take(256).enumerate() {
        if point != 0xfffe {
            dict::set_item(map.borrow(), int::from_u64(u64::from(point))?.op(), int::from_usize(byte)?.op())?;
        }
    }
    Ok(map)
}
