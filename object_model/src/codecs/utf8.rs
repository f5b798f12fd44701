//! UTF-8.

use super::Text;
use super::errors::{Decoding, Encoding, Handler, Replacement};
use crate::layout::*;
use crate::str::{Builder, Units};
use crate::{Owned, PyResult, bytes, str};

/// What stands at a place of some bytes.
enum Next {
    /// A character and its width.
    Char(u32, usize),
    /// The bytes from here are not UTF-8: how many, and why.
    Invalid(usize, &'static str),
    /// They may be, once more come.
    Incomplete(usize),
}

/// Reads one character that is not ASCII. The number of bytes an error covers follows
/// Unicode's recommendation: the longest start of something well-formed.
fn next(bytes: &[u8]) -> Next {
    let continues = |byte: u8| byte & 0xc0 == 0x80;
    let first = bytes[0];
    let (width, low, high) = match first {
        0..=0x7f => return Next::Char(u32::from(first), 1),
        0xc2..=0xdf => (2, 0x80, 0xbf),
        0xe0 => (3, 0xa0, 0xbf),
        0xed => (3, 0x80, 0x9f),
        0xe1..=0xef => (3, 0x80, 0xbf),
        0xf0 => (4, 0x90, 0xbf),
        0xf1..=0xf3 => (4, 0x80, 0xbf),
        0xf4 => (4, 0x80, 0x8f),
        _ => return Next::Invalid(1, "invalid start byte"),
    };
    let Some(&second) = bytes.get(1) else {
        return Next::Incomplete(1);
    };
    if !(low..=high).contains(&second) {
        return Next::Invalid(1, "invalid continuation byte");
    }
    let mut point = u32::from(first) & (0x7f >> width);
    point = point << 6 | u32::from(second & 0x3f);
    for index in 2..width {
        match bytes.get(index) {
            None => return Next::Incomplete(index),
            Some(&byte) if continues(byte) => point = point << 6 | u32::from(byte & 0x3f),
            Some(_) => return Next::Invalid(index, "invalid continuation byte"),
        }
    }
    Next::Char(point, width)
}

/// Decodes; also how many bytes were used: all, unless `is_final` is not set and the last
/// character is incomplete.
pub fn decode(
    bytes: &[u8],
    errors: Option<&str>,
    is_final: bool,
) -> PyResult<(Owned<PyUnicodeObject>, usize)> {
    let mut decoding = Decoding::new(bytes, "utf-8", errors);
    let mut out = Builder::with_capacity(bytes.len());
    let mut position = 0;
    while position < decoding.input.len() {
        let rest = &decoding.input[position..];
        let plain = rest.iter().position(|byte| *byte >= 128).unwrap_or(rest.len());
        if plain > 0 {
            out.push_ascii(&rest[..plain]);
            position += plain;
            continue;
        }
        position = match next(rest) {
            Next::Char(point, width) => {
                out.push(point);
                position + width
            }
            Next::Incomplete(_) if !is_final => break,
            Next::Incomplete(len) => {
                decoding.error(&mut out, position, position + len, "unexpected end of data")?
            }
            Next::Invalid(len, reason) => decoding.error(&mut out, position, position + len, reason)?,
        };
    }
    Ok((out.finish()?, position))
}

/// Adds a code point, also a surrogate.
pub(crate) fn push_any(out: &mut Vec<u8>, point: u32) {
    match point {
        0..0x80 => out.push(point as u8),
        0x80..0x800 => out.extend([0xc0 | (point >> 6) as u8, 0x80 | (point & 63) as u8]),
        0x800..0x10000 => {
            out.extend([
                0xe0 | (point >> 12) as u8,
                0x80 | (point >> 6 & 63) as u8,
                0x80 | (point & 63) as u8,
            ]);
        }
        _ => out.extend([
            0xf0 | (point >> 18) as u8,
            0x80 | (point >> 12 & 63) as u8,
            0x80 | (point >> 6 & 63) as u8,
            0x80 | (point & 63) as u8,
        ]),
    }
}

/// Encodes as a `bytes` object.
pub fn encode(text: Text<'_>, errors: Option<&str>) -> PyResult {
    encode_to_vec(text, errors, "utf-8")
        .and_then(|encoded| bytes::from_slice(&encoded).map(Owned::into_object))
}

/// The same for an encoding that calls itself otherwise.
pub fn encode_to_vec(text: Text<'_>, errors: Option<&str>, encoding: &str) -> PyResult<Vec<u8>> {
    let units = str::units(text);
    if let Units::Latin1(units) = units
        && units.is_ascii()
    {
        return Ok(units.to_vec());
    }
    let mut out = Vec::with_capacity(units.len() * units.kind().min(3) as usize + 4);
    let mut encoding = Encoding::new(text, encoding, errors);
    let mut index = 0;
    while index < units.len() {
        let point = units.get(index);
        if !str::is_surrogate(point) {
            push_any(&mut out, point);
            index += 1;
            continue;
        }
        let run = (index..units.len()).take_while(|&at| str::is_surrogate(units.get(at))).count();
        let end = index + run;
        if encoding.handler == Handler::SurrogatePass {
            (index..end).for_each(|at| push_any(&mut out, units.get(at)));
            index = end;
            continue;
        }
        let reason = "surrogates not allowed";
        let (replacement, next) = encoding.error(index, end, reason)?;
        match replacement {
            Replacement::Bytes(bytes) => out.extend_from_slice(&bytes),
            Replacement::Text(replacement) => match str::units(replacement.borrow()) {
                Units::Latin1(units) if units.is_ascii() => out.extend_from_slice(units),
                _ => return Err(encoding.raise(index, end, reason)),
            },
        }
        index = next;
    }
    Ok(out)
}
