//! UTF-7: text in ASCII, with the rest in a kind of base64 between `+` and `-`.

use super::Text;
use super::errors::Decoding;
use crate::layout::*;
use crate::str::Builder;
use crate::{Owned, PyResult, str};

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn digit(byte: u8) -> Option<u32> {
    DIGITS.iter().position(|&digit| digit == byte).map(|value| value as u32)
}

/// Whether a character stands for itself when encoding.
fn is_direct(point: u32) -> bool {
    match u8::try_from(point) {
        Ok(b'\\' | b'~' | b'+') => false,
        Ok(byte) => matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'}'),
        Err(_) => false,
    }
}

/// Decodes; also how many bytes were used.
pub fn decode(
    bytes: &[u8],
    errors: Option<&str>,
    is_final: bool,
) -> PyResult<(Owned<PyUnicodeObject>, usize)> {
    let mut decoding = Decoding::new(bytes, "utf7", errors);
    let mut out = Builder::with_capacity(bytes.len());
    let mut at = 0;
    let (mut shifted, mut shift_start, mut out_start) = (false, 0, 0);
    let (mut bits, mut buffer, mut surrogate) = (0u32, 0u32, 0u32);
    loop {
        while at < decoding.input.len() {
            let byte = decoding.input[at];
            let direct = byte < 128 && byte != b'+';
            let error;
            if shifted {
                if let Some(value) = digit(byte) {
                    buffer = buffer << 6 | value;
                    bits += 6;
                    at += 1;
                    if bits >= 16 {
                        let unit = buffer >> (bits - 16);
                        bits -= 16;
                        buffer &= (1 << bits) - 1;
                        if surrogate != 0 {
                            if (0xdc00..0xe000).contains(&unit) {
                                out.push(0x10000 + ((surrogate - 0xd800) << 10) + (unit - 0xdc00));
                                surrogate = 0;
                                continue;
                            }
                            out.push(surrogate);
                            surrogate = 0;
                        }
                        if (0xd800..0xdc00).contains(&unit) {
                            surrogate = unit;
                        } else {
                            out.push(unit);
                        }
                    }
                    continue;
                }
                shifted = false;
                if bits >= 6 {
                    at += 1;
                    error = "partial character in base64 sequence";
                } else if bits > 0 && buffer != 0 {
                    at += 1;
                    error = "non-zero padding bits in shift sequence";
                } else {
                    if surrogate != 0 && direct {
                        out.push(surrogate);
                    }
                    surrogate = 0;
                    at += usize::from(byte == b'-');
                    continue;
                }
            } else if byte == b'+' {
                shift_start = at;
                at += 1;
                match decoding.input.get(at) {
                    Some(b'-') => {
                        at += 1;
                        out.push(u32::from(b'+'));
                        continue;
                    }
                    Some(&byte) if digit(byte).is_none() => {
                        at += 1;
                        error = "ill-formed sequence";
                    }
                    _ => {
                        (shifted, surrogate, bits, buffer, out_start) = (true, 0, 0, 0, out.len());
                        continue;
                    }
                }
            } else if direct {
                at += 1;
                out.push(u32::from(byte));
                continue;
            } else {
                shift_start = at;
                at += 1;
                error = "unexpected special character";
            }
            at = decoding.error(&mut out, shift_start, at, error)?;
        }
        if shifted && is_final && (surrogate != 0 || bits >= 6 || (bits > 0 && buffer != 0)) {
            let end = decoding.input.len();
            at = decoding.error(&mut out, shift_start, end, "unterminated shift sequence")?;
            shifted = false;
            if at < decoding.input.len() {
                continue;
            }
        }
        break;
    }
    if !is_final && shifted {
        at = shift_start;
        out.truncate(out_start);
    }
    Ok((out.finish()?, at))
}

pub fn encode(text: Text<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(str::len(text) * 2);
    let mut shifted = false;
    let (mut bits, mut buffer) = (0u32, 0u32);
    for point in str::units(text).iter() {
        if is_direct(point) {
            if shifted {
                if bits > 0 {
                    out.push(DIGITS[(buffer << (6 - bits) & 63) as usize]);
                    (bits, buffer) = (0, 0);
                }
                shifted = false;
                if digit(point as u8).is_some() || point == u32::from(b'-') {
                    out.push(b'-');
                }
            }
            out.push(point as u8);
            continue;
        }
        if !shifted && point == u32::from(b'+') {
            out.extend(b"+-");
            continue;
        }
        if !shifted {
            out.push(b'+');
            shifted = true;
        }
        let mut units = [0u16; 2];
        let units: &[u16] = match char::from_u32(point) {
            Some(char) => char.encode_utf16(&mut units),
            None => {
                units[0] = point as u16;
                &units[..1]
            }
        };
        for unit in units {
            buffer = buffer << 16 | u32::from(*unit);
            bits += 16;
            while bits >= 6 {
                out.push(DIGITS[(buffer >> (bits - 6) & 63) as usize]);
                bits -= 6;
                buffer &= (1 << bits) - 1;
            }
        }
    }
    if bits > 0 {
        out.push(DIGITS[(buffer << (6 - bits) & 63) as usize]);
    }
    if shifted {
        out.push(b'-');
    }
    out
}
