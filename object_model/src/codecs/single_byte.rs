//! ASCII, Latin-1 and character maps: one byte for a character.

use super::Text;
use super::errors::{Decoding, Encoding, Handler, Replacement};
use crate::layout::*;
use crate::str::{Builder, Units};
use crate::{Owned, PyResult, bytes, str};

/// Decodes ASCII.
pub fn decode_ascii(bytes: &[u8], errors: Option<&str>) -> PyResult<Owned<PyUnicodeObject>> {
    if bytes.is_ascii() {
        return str::from_latin1(bytes);
    }
    let mut decoding = Decoding::new(bytes, "ascii", errors);
    let mut out = Builder::with_capacity(bytes.len());
    let mut position = 0;
    while position < decoding.input.len() {
        let byte = decoding.input[position];
        if byte < 128 {
            out.push(u32::from(byte));
            position += 1;
        } else {
            position = decoding.error(&mut out, position, position + 1, "ordinal not in range(128)")?;
        }
    }
    out.finish()
}

/// Encodes as ASCII.
pub fn encode_ascii(text: Text<'_>, errors: Option<&str>) -> PyResult {
    encode_below(text, errors, 128, "ascii", "ordinal not in range(128)")
}

/// Encodes as Latin-1.
pub fn encode_latin1(text: Text<'_>, errors: Option<&str>) -> PyResult {
    encode_below(text, errors, 256, "latin-1", "ordinal not in range(256)")
}

fn encode_below(text: Text<'_>, errors: Option<&str>, limit: u32, name: &str, reason: &str) -> PyResult {
    let units = str::units(text);
    if let Units::Latin1(units) = units
        && (limit == 256 || units.is_ascii())
    {
        return bytes::from_slice(units).map(Owned::into_object);
    }
    let mut encoding = Encoding::new(text, name, errors);
    let mut out = Vec::with_capacity(units.len());
    let mut index = 0;
    while index < units.len() {
        let point = units.get(index);
        if point < limit {
            out.push(point as u8);
            index += 1;
            continue;
        }
        let end = (index..units.len()).find(|&at| units.get(at) < limit).unwrap_or(units.len());
        let (replacement, next) = match encoding.handler {
            // One at a time, so that what cannot be escaped is named alone.
            Handler::SurrogateEscape if (0xdc80..=0xdcff).contains(&point) => {
                (Replacement::Bytes(vec![(point - 0xdc00) as u8]), index + 1)
            }
            _ => encoding.error(index, end, reason)?,
        };
        match replacement {
            Replacement::Bytes(bytes) => out.extend_from_slice(&bytes),
            Replacement::Text(replacement) => {
                for point in str::units(replacement.borrow()).iter() {
                    if point >= limit {
                        return Err(encoding.raise(index, end, reason));
                    }
                    out.push(point as u8);
                }
            }
        }
        index = next;
    }
    bytes::from_slice(&out).map(Owned::into_object)
}
