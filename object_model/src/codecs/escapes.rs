//! Escapes with a backslash: `unicode_escape`, `raw_unicode_escape`, and those of bytes.

use super::Text;
use super::errors::{Decoding, Handler};
use crate::exceptions::builtin;
use crate::layout::*;
use crate::str::Builder;
use crate::{Owned, PyResult, raise, str, unicode_data};

/// An escape that means nothing: the character behind the backslash, or an octal number above 255.
pub enum InvalidEscape {
    Char(u8),
    Octal(u32),
}

/// Warns about an escape that will become an error.
fn warn(invalid: &InvalidEscape) -> PyResult<()> {
    let message = match invalid {
        InvalidEscape::Char(byte) => {
            let shown = char::from(*byte);
            format!(
                "\"\\{shown}\" is an invalid escape sequence. Such sequences will not work in the future. "
            )
        }
        InvalidEscape::Octal(value) => {
            format!(
                "\"\\{value:o}\" is an invalid octal escape sequence. Such sequences will not work in the future. "
            )
        }
    };
    (crate::state::hooks().warn)(builtin::DeprecationWarning(), &message, 1)
}

/// What the characters behind a backslash gave.
enum Step {
    Char(u32),
    Nothing,
    /// The backslash stays, and what follows is read as usual.
    Invalid(u8),
    Incomplete(&'static str),
    Error(&'static str),
}

/// Up to `count` hexadecimal digits at `at`, which moves past them.
fn hex(input: &[u8], at: &mut usize, count: usize) -> Option<u32> {
    let mut value = 0u32;
    for _ in 0..count {
        let digit = char::from(*input.get(*at)?).to_digit(16)?;
        value = value << 4 | digit;
        *at += 1;
    }
    Some(value)
}

fn octal(input: &[u8], at: &mut usize, first: u8) -> u32 {
    let mut value = u32::from(first - b'0');
    for _ in 0..2 {
        match input.get(*at) {
            Some(&byte @ b'0'..=b'7') => {
                value = value << 3 | u32::from(byte - b'0');
                *at += 1;
            }
            _ => break,
        }
    }
    value
}

/// One character of a simple escape.
fn simple(byte: u8) -> Option<u8> {
    Some(match byte {
        b'\\' | b'\'' | b'"' => byte,
        b'b' => 8,
        b'f' => 12,
        b't' => b'\t',
        b'n' => b'\n',
        b'r' => b'\r',
        b'v' => 11,
        b'a' => 7,
        _ => return None,
    })
}

fn numeric(input: &[u8], at: &mut usize, count: usize, message: &'static str) -> Step {
    match hex(input, at, count) {
        Some(point) if point > 0x10ffff => Step::Error("illegal Unicode character"),
        Some(point) => Step::Char(point),
        None if *at >= input.len() => Step::Incomplete(message),
        None => Step::Error(message),
    }
}

/// Reads what stands behind a backslash; `at` moves past it.
fn unicode_step(input: &[u8], at: &mut usize, invalid: &mut Option<InvalidEscape>) -> PyResult<Step> {
    let Some(&byte) = input.get(*at) else {
        return Ok(Step::Incomplete("\\ at end of string"));
    };
    *at += 1;
    if let Some(byte) = simple(byte) {
        return Ok(Step::Char(u32::from(byte)));
    }
    Ok(match byte {
        b'\n' => Step::Nothing,
        b'0'..=b'7' => {
            let value = octal(input, at, byte);
            if value > 0o377 && invalid.is_none() {
                *invalid = Some(InvalidEscape::Octal(value));
            }
            Step::Char(value)
        }
        b'x' => numeric(input, at, 2, "truncated \\xXX escape"),
        b'u' => numeric(input, at, 4, "truncated \\uXXXX escape"),
        b'U' => numeric(input, at, 8, "truncated \\UXXXXXXXX escape"),
        b'N' => {
            let malformed = "malformed \\N character escape";
            match input.get(*at) {
                None => return Ok(Step::Incomplete(malformed)),
                Some(b'{') => {}
                Some(_) => return Ok(Step::Error(malformed)),
            }
            *at += 1;
            let start = *at;
            while input.get(*at).is_some_and(|&byte| byte != b'}') {
                *at += 1;
            }
            if *at >= input.len() {
                return Ok(Step::Incomplete(malformed));
            }
            let name = &input[start..*at];
            if name.is_empty() {
                return Ok(Step::Error(malformed));
            }
            *at += 1;
            match unicode_data::lookup(name)? {
                Some(point) => Step::Char(point),
                None => Step::Error("unknown Unicode character name"),
            }
        }
        _ => {
            if invalid.is_none() {
                *invalid = Some(InvalidEscape::Char(byte));
            }
            Step::Invalid(byte)
        }
    })
}

/// Decodes `unicode_escape`; also how many bytes were used.
pub fn decode_unicode(
    bytes: &[u8],
    errors: Option<&str>,
    is_final: bool,
) -> PyResult<(Owned<PyUnicodeObject>, usize)> {
    let mut decoding = Decoding::new(bytes, "unicodeescape", errors);
    let mut out = Builder::with_capacity(bytes.len());
    let mut invalid = None;
    let mut at = 0;
    while at < decoding.input.len() {
        let byte = decoding.input[at];
        let start = at;
        at += 1;
        if byte != b'\\' {
            out.push(u32::from(byte));
            continue;
        }
        match unicode_step(&decoding.input, &mut at, &mut invalid)? {
            Step::Char(point) => out.push(point),
            Step::Nothing => {}
            Step::Invalid(byte) => {
                out.push(u32::from(b'\\'));
                out.push(u32::from(byte));
            }
            Step::Incomplete(_) if !is_final => {
                at = start;
                break;
            }
            Step::Incomplete(reason) | Step::Error(reason) => {
                at = decoding.error(&mut out, start, at, reason)?;
            }
        }
    }
    if let Some(invalid) = invalid {
        warn(&invalid)?;
    }
    Ok((out.finish()?, at))
}

/// Decodes `raw_unicode_escape`; also how many bytes were used.
pub fn decode_raw_unicode(
    bytes: &[u8],
    errors: Option<&str>,
    is_final: bool,
) -> PyResult<(Owned<PyUnicodeObject>, usize)> {
    let mut decoding = Decoding::new(bytes, "rawunicodeescape", errors);
    let mut out = Builder::with_capacity(bytes.len());
    let mut at = 0;
    while at < decoding.input.len() {
        let byte = decoding.input[at];
        let start = at;
        at += 1;
        if byte != b'\\' {
            out.push(u32::from(byte));
            continue;
        }
        let (count, message) = match decoding.input.get(at) {
            None if !is_final => {
                at = start;
                break;
            }
            Some(b'u') => (4, "truncated \\uXXXX escape"),
            Some(b'U') => (8, "truncated \\UXXXXXXXX escape"),
            next => {
                out.push(u32::from(b'\\'));
                if let Some(&next) = next {
                    out.push(u32::from(next));
                    at += 1;
                }
                continue;
            }
        };
        at += 1;
        match numeric(&decoding.input, &mut at, count, message) {
            Step::Char(point) => out.push(point),
            Step::Incomplete(_) if !is_final => {
                at = start;
                break;
            }
            Step::Error("illegal Unicode character") => {
                at = decoding.error(&mut out, start, at, "\\Uxxxxxxxx out of range")?;
            }
            Step::Incomplete(reason) | Step::Error(reason) => {
                at = decoding.error(&mut out, start, at, reason)?;
            }
            Step::Nothing | Step::Invalid(_) => unreachable!("numeric escapes only"),
        }
    }
    Ok((out.finish()?, at))
}

pub fn encode_unicode(text: Text<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(str::len(text));
    for point in str::units(text).iter() {
        match point {
            0x5c => out.extend(b"\\\\"),
            9 => out.extend(b"\\t"),
            10 => out.extend(b"\\n"),
            13 => out.extend(b"\\r"),
            0x20..0x7f => out.push(point as u8),
            0..0x100 => out.extend(format!("\\x{point:02x}").bytes()),
            0x100..0x10000 => out.extend(format!("\\u{point:04x}").bytes()),
            _ => out.extend(format!("\\U{point:08x}").bytes()),
        }
    }
    out
}

pub fn encode_raw_unicode(text: Text<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(str::len(text));
    for point in str::units(text).iter() {
        match point {
            0..0x100 => out.push(point as u8),
            0x100..0x10000 => out.extend(format!("\\u{point:04x}").bytes()),
            _ => out.extend(format!("\\U{point:08x}").bytes()),
        }
    }
    out
}

/// Bytes with the escapes of a bytes literal replaced (`PyBytes_DecodeEscape`).
pub fn decode_bytes(bytes: &[u8], errors: Option<&str>) -> PyResult<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut invalid = None;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        at += 1;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some(&byte) = bytes.get(at) else {
            return Err(raise!(ValueError, "Trailing \\ in string"));
        };
        at += 1;
        match byte {
            b'\n' => {}
            b'0'..=b'7' => {
                let value = octal(bytes, &mut at, byte);
                if value > 0o377 && invalid.is_none() {
                    invalid = Some(InvalidEscape::Octal(value));
                }
                out.push(value as u8);
            }
            b'x' => {
                let start = at;
                if let Some(value) = hex(bytes, &mut at, 2) {
                    out.push(value as u8);
                    continue;
                }
                // One digit is skipped with the escape.
                at = start + usize::from(bytes.get(start).is_some_and(u8::is_ascii_hexdigit));
                match Handler::new(errors) {
                    Handler::Strict => {
                        let position = start - 2;
                        return Err(raise!(ValueError, "invalid \\x escape at position {position}"));
                    }
                    Handler::Replace => out.push(b'?'),
                    Handler::Ignore => {}
                    _ => {
                        let name = errors.unwrap_or_default();
                        return Err(raise!(
                            ValueError,
                            "decoding error; unknown error handling code: {name}"
                        ));
                    }
                }
            }
            _ => match simple(byte) {
                Some(byte) => out.push(byte),
                None => {
                    if invalid.is_none() {
                        invalid = Some(InvalidEscape::Char(byte));
                    }
                    out.push(b'\\');
                    at -= 1;
                }
            },
        }
    }
    if let Some(invalid) = invalid {
        warn(&invalid)?;
    }
    Ok(out)
}

/// Bytes as in a bytes literal between single quotes.
pub fn encode_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'\'' | b'\\' => out.extend([b'\\', byte]),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b' '..=b'~' => out.push(byte),
            _ => out.extend(format!("\\x{byte:02x}").bytes()),
        }
    }
    out
}
