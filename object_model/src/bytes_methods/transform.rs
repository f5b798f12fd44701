//! Case, classes of ASCII, padding, translating, decoding, and hexadecimal.

use super::ByteString;
use crate::exceptions::builtin;
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, Signature, TypeRef, buffer, call, codecs, errors, number,
    raise, str, tuple,
};

macro_rules! map_bytes {
    ($($name:ident = $f:expr;)*) => {$(
        pub fn $name<S: ByteString>(op: Borrowed<'_, S>) -> PyResult {
            S::make(&$f(S::view(op)))
        }
    )*};
}

map_bytes! {
    lower = <[u8]>::to_ascii_lowercase;
    upper = <[u8]>::to_ascii_uppercase;
    swapcase = swapped;
    title = titled;
    capitalize = capitalized;
}

fn swapped(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| if byte.is_ascii_alphabetic() { byte ^ 0x20 } else { *byte }).collect()
}

fn titled(bytes: &[u8]) -> Vec<u8> {
    let mut inside = false;
    let map = |byte: &u8| {
        let mapped = if inside { byte.to_ascii_lowercase() } else { byte.to_ascii_uppercase() };
        inside = byte.is_ascii_alphabetic();
        mapped
    };
    bytes.iter().map(map).collect()
}

fn capitalized(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

macro_rules! all_bytes {
    ($($name:ident = $f:expr;)*) => {$(
        pub fn $name<S: ByteString>(op: Borrowed<'_, S>) -> PyResult<bool> {
            let bytes = S::view(op);
            Ok(!bytes.is_empty() && bytes.iter().all($f))
        }
    )*};
}

all_bytes! {
    isalnum = u8::is_ascii_alphanumeric;
    isalpha = u8::is_ascii_alphabetic;
    isdigit = u8::is_ascii_digit;
    isspace = |byte| matches!(byte, b' ' | 9..=13);
}

pub fn isascii<S: ByteString>(op: Borrowed<'_, S>) -> PyResult<bool> {
    Ok(S::view(op).is_ascii())
}

pub fn islower<S: ByteString>(op: Borrowed<'_, S>) -> PyResult<bool> {
    let bytes = S::view(op);
    Ok(bytes.iter().any(u8::is_ascii_lowercase) && !bytes.iter().any(u8::is_ascii_uppercase))
}

pub fn isupper<S: ByteString>(op: Borrowed<'_, S>) -> PyResult<bool> {
    let bytes = S::view(op);
    Ok(bytes.iter().any(u8::is_ascii_uppercase) && !bytes.iter().any(u8::is_ascii_lowercase))
}

pub fn istitle<S: ByteString>(op: Borrowed<'_, S>) -> PyResult<bool> {
    let (mut cased, mut inside) = (false, false);
    for byte in S::view(op) {
        if byte.is_ascii_alphabetic() {
            if byte.is_ascii_uppercase() == inside {
                return Ok(false);
            }
            (cased, inside) = (true, true);
        } else {
            inside = false;
        }
    }
    Ok(cased)
}

/// `(width[, fillchar])` of the padding methods.
fn parse_padding(args: Args<'_>, name: &str) -> PyResult<(usize, u8)> {
    let [width, fill] = args.optional::<2>(name, 1)?;
    let width = number::as_ssize_t(width.expect("required"), Some(builtin::OverflowError()))?;
    let fill = match fill {
        None => b' ',
        Some(fill) => {
            let bytes = if let Some(bytes) = fill.downcast::<PyBytesObject>() {
                crate::bytes::as_slice(bytes)
            } else if let Some(array) = fill.downcast::<PyByteArrayObject>() {
                crate::bytearray::view(array)
            } else {
                let given = fill.type_name();
                return Err(raise!(
                    TypeError,
                    "{name}() argument 2 must be a byte string of length 1, not {given}"
                ));
            };
            match bytes {
                [byte] => *byte,
                _ => {
                    let (kind, len) = (fill.type_name(), bytes.len());
                    return Err(raise!(
                        TypeError,
                        "{name}(): argument 2 must be a byte string of length 1, not a {kind} object of length {len}"
                    ));
                }
            }
        }
    };
    Ok((width.max(0) as usize, fill))
}

fn padded<S: ByteString>(op: Borrowed<'_, S>, left: usize, right: usize, fill: u8) -> PyResult {
    if left == 0 && right == 0 {
        return S::same_or_copy(op);
    }
    let bytes = S::view(op);
    let mut out = Vec::new();
    if out.try_reserve_exact(left + bytes.len() + right).is_err() {
        return Err(errors::no_memory());
    }
    out.resize(left, fill);
    out.extend_from_slice(bytes);
    out.resize(left + bytes.len() + right, fill);
    S::make(&out)
}

pub fn ljust<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult {
    let (width, fill) = parse_padding(args, "ljust")?;
    padded(op, 0, width.saturating_sub(S::view(op).len()), fill)
}

pub fn rjust<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult {
    let (width, fill) = parse_padding(args, "rjust")?;
    padded(op, width.saturating_sub(S::view(op).len()), 0, fill)
}

pub fn center<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult {
    let (width, fill) = parse_padding(args, "center")?;
    let total = width.saturating_sub(S::view(op).len());
    // An odd rest goes left when the width is odd, too.
    let left = total / 2 + (total & width & 1);
    padded(op, left, total - left, fill)
}

pub fn zfill<S: ByteString>(op: Borrowed<'_, S>, width: Op<'_>) -> PyResult {
    let width = number::as_ssize_t(width, Some(builtin::OverflowError()))?.max(0) as usize;
    let bytes = S::view(op);
    let zeros = width.saturating_sub(bytes.len());
    if zeros == 0 {
        return S::same_or_copy(op);
    }
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let mut out = bytes[..sign].to_vec();
    out.resize(sign + zeros, b'0');
    out.extend_from_slice(&bytes[sign..]);
    S::make(&out)
}

const EXPANDTABS: Signature<1> = Signature::new("expandtabs", ["tabsize"]);

pub fn expandtabs<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult {
    let [size] = args.parse(&EXPANDTABS)?;
    let size = size.map_or(Ok(8), crate::int::as_i32)?.max(0) as usize;
    let mut out = Vec::new();
    let mut column = 0;
    for &byte in S::view(op) {
        match byte {
            b'\t' => {
                if size > 0 {
                    let step = size - column % size;
                    column += step;
                    if out.len().checked_add(step).is_none_or(|len| len > isize::MAX as usize) {
                        return Err(raise!(OverflowError, "result too long"));
                    }
                    if out.try_reserve(step).is_err() {
                        return Err(errors::no_memory());
                    }
                    out.resize(out.len() + step, b' ');
                }
            }
            _ => {
                column = if matches!(byte, b'\n' | b'\r') { 0 } else { column + 1 };
                out.push(byte);
            }
        }
    }
    S::make(&out)
}

const TRANSLATE: Signature<2> =
    Signature::new("translate", ["table", "delete"]).positional_only(1).required(1);

pub fn translate<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult {
    let [table, delete] = args.parse(&TRANSLATE)?;
    let table = match table.expect("required") {
        table if table.is_none() => None,
        table => {
            let table = buffer::get(table, PyBUF_SIMPLE)?;
            if table.len() != 256 {
                return Err(raise!(ValueError, "translation table must be 256 characters long"));
            }
            Some(table)
        }
    };
    let delete = delete.map(|delete| buffer::get(delete, PyBUF_SIMPLE)).transpose()?;
    let mut deleted = [false; 256];
    for &byte in delete.as_ref().map_or(&[][..], |delete| delete.as_slice()) {
        deleted[usize::from(byte)] = true;
    }
    let bytes = S::view(op);
    let map = |byte: u8| table.as_ref().map_or(byte, |table| table.as_slice()[usize::from(byte)]);
    let out: Vec<u8> =
        bytes.iter().filter(|byte| !deleted[usize::from(**byte)]).map(|byte| map(*byte)).collect();
    if out == bytes { S::same_or_copy(op) } else { S::make(&out) }
}

/// `bytes.maketrans(frm, to)`.
pub fn maketrans(_: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    let [from, to] = args.exactly::<2>("maketrans")?;
    let (from, to) = (buffer::get(from, PyBUF_SIMPLE)?, buffer::get(to, PyBUF_SIMPLE)?);
    if from.len() != to.len() {
        return Err(raise!(ValueError, "maketrans arguments must have same length"));
    }
    crate::bytes::new_with(256, |table| {
        table.iter_mut().zip(0..=255).for_each(|(cell, byte)| *cell = byte);
        for (from, to) in from.as_slice().iter().zip(to.as_slice()) {
            table[usize::from(*from)] = *to;
        }
    })
}

const DECODE: Signature<2> = Signature::new("decode", ["encoding", "errors"]);

pub fn decode<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let [encoding, errors] = args.parse(&DECODE)?;
    let name = |op: Option<Op<'_>>, position: &str| -> PyResult<Option<String>> {
        match op {
            None => Ok(None),
            Some(op) => match op.downcast::<PyUnicodeObject>() {
                Some(text) => {
                    let text = str::as_utf8(text)?;
                    if text.contains('\0') {
                        return Err(raise!(ValueError, "embedded null character"));
                    }
                    Ok(Some(text.to_owned()))
                }
                None => Err(raise!(
                    TypeError,
                    "decode() argument '{position}' must be str, not {}",
                    op.type_name()
                )),
            },
        }
    };
    let (encoding, errors) = (name(encoding, "encoding")?, name(errors, "errors")?);
    codecs::decode_object(op.as_object(), encoding.as_deref(), errors.as_deref())
}

/// Bytes as hexadecimal digits, with a separator between groups of `group` bytes: counted
/// from the right if positive, from the left if negative.
pub fn hex_of(bytes: &[u8], separator: Option<Op<'_>>, group: isize) -> PyResult<Vec<u8>> {
    let separator = match separator {
        None => None,
        Some(op) => Some(separator_byte(op)?),
    };
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let push = |out: &mut Vec<u8>, byte: u8| {
        out.extend([DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
    };
    let mut out = Vec::with_capacity(bytes.len() * 2);
    let size = group.unsigned_abs();
    match separator {
        Some(separator) if size > 0 && bytes.len() > size => {
            for (index, &byte) in bytes.iter().enumerate() {
                let from_edge = if group > 0 { bytes.len() - index } else { index };
                if index > 0 && from_edge % size == 0 {
                    out.push(separator);
                }
                push(&mut out, byte);
            }
        }
        _ => bytes.iter().for_each(|&byte| push(&mut out, byte)),
    }
    Ok(out)
}

fn separator_byte(op: Op<'_>) -> PyResult<u8> {
    let len = crate::object::len(op)?;
    if len != 1 {
        return Err(raise!(ValueError, "sep must be length 1."));
    }
    let point = if let Some(text) = op.downcast::<PyUnicodeObject>() {
        str::read(text, 0)
    } else if let Some(bytes) = op.downcast::<PyBytesObject>() {
        u32::from(crate::bytes::as_slice(bytes)[0])
    } else {
        return Err(raise!(TypeError, "sep must be str or bytes."));
    };
    if point > 127 {
        return Err(raise!(ValueError, "sep must be ASCII."));
    }
    Ok(point as u8)
}

const HEX: Signature<2> = Signature::new("hex", ["sep", "bytes_per_sep"]);

pub fn hex<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let [separator, group] = args.parse(&HEX)?;
    let group = group.map_or(Ok(1), crate::int::as_i32)? as isize;
    let _hold = S::hold(op);
    str::from_latin1(&hex_of(S::view(op), separator, group)?)
}

/// The bytes written as hexadecimal digits in a string (or, since 3.14, in bytes), with
/// ASCII white space between bytes.
pub fn from_hex(op: Op<'_>) -> PyResult<Vec<u8>> {
    let held;
    let points: Vec<u32> = if let Some(text) = op.downcast::<PyUnicodeObject>() {
        str::code_points(text)
    } else if buffer::check(op) {
        held = buffer::get(op, PyBUF_SIMPLE)?;
        held.as_slice().iter().map(|&byte| u32::from(byte)).collect()
    } else {
        return Err(raise!(
            TypeError,
            "fromhex() argument must be str or bytes-like, not {}",
            op.type_name()
        ));
    };
    let digit = |index: usize| {
        points.get(index).and_then(|&point| char::from_u32(point)).and_then(|char| char.to_digit(16))
    };
    let mut out = Vec::with_capacity(points.len() / 2);
    let mut index = 0;
    while index < points.len() {
        if matches!(points[index], 0x20 | 9..=13) {
            index += 1;
            continue;
        }
        match (digit(index), digit(index + 1)) {
            (Some(high), Some(low)) => out.push((high << 4 | low) as u8),
            (Some(_), None) => {
                if index + 1 >= points.len() {
                    return Err(raise!(
                        ValueError,
                        "fromhex() arg must contain an even number of hexadecimal digits"
                    ));
                }
                return Err(non_hexadecimal(index + 1));
            }
            _ => return Err(non_hexadecimal(index)),
        }
        index += 2;
    }
    Ok(out)
}

#[cold]
fn non_hexadecimal(position: usize) -> crate::Raised {
    raise!(ValueError, "non-hexadecimal number found in fromhex() arg at position {position}")
}

/// `type.fromhex(string)`: of a subclass, what calling it with the bytes gives.
pub fn fromhex<S: ByteString>(tp: TypeRef<'_>, text: Op<'_>) -> PyResult {
    let made = S::make(&from_hex(text)?)?;
    if tp.as_ptr() == S::type_ptr() { Ok(made) } else { call::call_one(tp.as_object(), made.op()) }
}

pub fn getnewargs(op: Borrowed<'_, PyBytesObject>) -> PyResult {
    let copy = crate::bytes::from_slice(crate::bytes::as_slice(op))?;
    tuple::pack(&[copy.op()])
}

pub fn as_bytes(op: Borrowed<'_, PyBytesObject>) -> PyResult<Object> {
    PyBytesObject::same_or_copy(op)
}
