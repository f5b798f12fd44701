//! UTF-16 and UTF-32.

use super::Text;
use super::errors::{Decoding, Encoding, Replacement};
use crate::layout::*;
use crate::str::Builder;
use crate::{Owned, PyResult, str};

/// The order of bytes: `Native` reads and writes a byte order mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Native,
    Little,
    Big,
}

impl Order {
    /// From C's number: negative is little, positive big.
    pub fn new(number: i32) -> Self {
        match number {
            0 => Self::Native,
            ..0 => Self::Little,
            _ => Self::Big,
        }
    }

    pub fn number(self) -> i32 {
        match self {
            Self::Native => 0,
            Self::Little => -1,
            Self::Big => 1,
        }
    }
}

/// What decoding gives: the text, the bytes used, and the order found.
pub type Decoded = (Owned<PyUnicodeObject>, usize, Order);

pub fn decode_16(bytes: &[u8], errors: Option<&str>, order: Order, is_final: bool) -> PyResult<Decoded> {
    let (mut found, mut position) = (order, 0);
    if order == Order::Native {
        match bytes {
            [0xff, 0xfe, ..] => (found, position) = (Order::Little, 2),
            [0xfe, 0xff, ..] => (found, position) = (Order::Big, 2),
            _ => {}
        }
    }
    let big = found == Order::Big;
    let name = if big { "utf-16-be" } else { "utf-16-le" };
    let mut decoding = Decoding::new(bytes, name, errors);
    let mut out = Builder::with_capacity(bytes.len() / 2);
    let unit = |pair: &[u8]| {
        let pair = [pair[0], pair[1]];
        u32::from(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
    };
    loop {
        let rest = &decoding.input[position..];
        let (start, end, reason) = match rest.len() {
            0 => break,
            1 if !is_final => break,
            1 => (position, position + 1, "truncated data"),
            len => match unit(rest) {
                high @ 0xd800..0xdc00 => {
                    if len < 4 {
                        if !is_final {
                            break;
                        }
                        (position, position + len, "unexpected end of data")
                    } else {
                        let low = unit(&rest[2..]);
                        if (0xdc00..0xe000).contains(&low) {
                            out.push(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
                            position += 4;
                            continue;
                        }
                        (position, position + 2, "illegal UTF-16 surrogate")
                    }
                }
                0xdc00..0xe000 => (position, position + 2, "illegal encoding"),
                point => {
                    out.push(point);
                    position += 2;
                    continue;
                }
            },
        };
        position = decoding.error(&mut out, start, end, reason)?;
    }
    Ok((out.finish()?, position, found))
}

pub fn decode_32(bytes: &[u8], errors: Option<&str>, order: Order, is_final: bool) -> PyResult<Decoded> {
    let (mut found, mut position) = (order, 0);
    if order == Order::Native {
        match bytes {
            [0xff, 0xfe, 0, 0, ..] => (found, position) = (Order::Little, 4),
            [0, 0, 0xfe, 0xff, ..] => (found, position) = (Order::Big, 4),
            _ => {}
        }
    }
    let big = found == Order::Big;
    let name = if big { "utf-32-be" } else { "utf-32-le" };
    let mut decoding = Decoding::new(bytes, name, errors);
    let mut out = Builder::with_capacity(bytes.len() / 4);
    loop {
        let rest = &decoding.input[position..];
        if rest.is_empty() || (rest.len() < 4 && !is_final) {
            break;
        }
        let (end, reason) = match rest {
            [a, b, c, d, ..] => {
                let four = [*a, *b, *c, *d];
                match if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) } {
                    0xd800..0xe000 => {
                        (position + 4, "code point in surrogate code point range(0xd800, 0xe000)")
                    }
                    0x110000.. => (position + 4, "code point not in range(0x110000)"),
                    point => {
                        out.push(point);
                        position += 4;
                        continue;
                    }
                }
            }
            _ => (position + rest.len(), "truncated data"),
        };
        position = decoding.error(&mut out, position, end, reason)?;
    }
    Ok((out.finish()?, position, found))
}

fn push_16(out: &mut Vec<u8>, unit: u16, big: bool) {
    out.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
}

fn push_32(out: &mut Vec<u8>, point: u32, big: bool) {
    out.extend(if big { point.to_be_bytes() } else { point.to_le_bytes() });
}

pub fn encode_16(text: Text<'_>, errors: Option<&str>, order: Order) -> PyResult<Vec<u8>> {
    let name = ["utf-16-le", "utf-16", "utf-16-be"][(order.number() + 1) as usize];
    encode(text, errors, order, name, 2, |out, point, big| {
        if point < 0x10000 {
            push_16(out, point as u16, big);
        } else {
            let point = point - 0x10000;
            push_16(out, 0xd800 | (point >> 10) as u16, big);
            push_16(out, 0xdc00 | (point & 0x3ff) as u16, big);
        }
    })
}

pub fn encode_32(text: Text<'_>, errors: Option<&str>, order: Order) -> PyResult<Vec<u8>> {
    let name = ["utf-32-le", "utf-32", "utf-32-be"][(order.number() + 1) as usize];
    encode(text, errors, order, name, 4, push_32)
}

fn encode(
    text: Text<'_>,
    errors: Option<&str>,
    order: Order,
    name: &str,
    width: usize,
    push: impl Fn(&mut Vec<u8>, u32, bool),
) -> PyResult<Vec<u8>> {
    let big = order == Order::Big;
    let units = str::units(text);
    let mut out = Vec::with_capacity(units.len() * width + width);
    if order == Order::Native {
        push(&mut out, 0xfeff, big);
    }
    let mut encoding = Encoding::new(text, name, errors);
    let mut index = 0;
    while index < units.len() {
        let point = units.get(index);
        if !str::is_surrogate(point) {
            push(&mut out, point, big);
            index += 1;
            continue;
        }
        let reason = "surrogates not allowed";
        let (replacement, next) = encoding.error(index, index + 1, reason)?;
        match replacement {
            Replacement::Bytes(bytes) if bytes.len() % width == 0 => out.extend_from_slice(&bytes),
            Replacement::Text(replacement) if str::is_ascii(replacement.borrow()) => {
                str::units(replacement.borrow()).iter().for_each(|point| push(&mut out, point, big));
            }
            _ => return Err(encoding.raise(index, index + 1, reason)),
        }
        index = next;
    }
    Ok(out)
}
