//! Ints to and from text.
//!
//! Decimal conversion takes more than linear time, so `sys.set_int_max_str_digits`
//! limits it; bases that are powers of two are not limited.

use malachite_base::num::conversion::traits::FromStringBase;
use malachite_base::num::conversion::traits::ToStringBase;
use malachite_nz::natural::Natural;
use rustpython_unicode::classify;

use super::digits::SHIFT;
use super::{build, digits, from_natural, from_u128_sign, known};
use crate::layout::*;
use crate::{Borrowed, Op, Owned, PyResult, Raised, bytes, number, object, raise, state, str};

/// Shorter numbers are never refused (`_PY_LONG_MAX_STR_DIGITS_THRESHOLD`).
pub const MAX_STR_DIGITS_THRESHOLD: usize = 640;

/// The limit that is set, if `n` digits exceed it.
fn exceeded(n: usize) -> Option<usize> {
    if n <= MAX_STR_DIGITS_THRESHOLD {
        return None;
    }
    let limit = state::interp().int_max_str_digits.get();
    (limit > 0 && n > limit as usize).then_some(limit as usize)
}

pub(super) fn repr(int: Borrowed<'_, PyLongObject>) -> PyResult<Owned<PyUnicodeObject>> {
    if int.is_compact() {
        let mut buffer = [0; 12];
        return str::from_latin1(write_compact(int.compact(), &mut buffer));
    }
    str::from_string(to_decimal_string(int.as_object())?)
}

/// A small number in decimal.
fn write_compact(value: isize, buffer: &mut [u8; 12]) -> &[u8] {
    let mut start = buffer.len();
    let mut rest = value.unsigned_abs();
    loop {
        start -= 1;
        buffer[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        start -= 1;
        buffer[start] = b'-';
    }
    &buffer[start..]
}

/// `repr(int)`, unless it has more digits than allowed.
pub fn to_decimal_string(op: Op<'_>) -> PyResult<String> {
    let int = known(op);
    let magnitude = int.digits();
    let sign = if int.is_negative() { "-" } else { "" };
    if magnitude.len() <= 4 {
        return Ok(format!("{sign}{}", digits::to_u128(magnitude)));
    }
    let too_long = |limit| {
        raise!(
            ValueError,
            "Exceeds the limit ({limit} digits) for integer string conversion; \
             use sys.set_int_max_str_digits() to increase the limit"
        )
    };
    // Refuse before the work if the bits alone say that it is too long.
    let least = (digits::bit_length(magnitude) - 1) as f64 * core::f64::consts::LOG10_2;
    if let Some(limit) = exceeded(least as usize) {
        return Err(too_long(limit));
    }
    let text = digits::to_natural(magnitude).to_string();
    if let Some(limit) = exceeded(text.len()) {
        return Err(too_long(limit));
    }
    Ok(if int.is_negative() { format!("-{text}") } else { text })
}

/// The value in base 2, 8, 10 or 16, with `0b`, `0o`, `0x` in front if wanted.
pub fn to_string_radix(op: Op<'_>, base: u32, prefix: bool) -> PyResult<String> {
    let int = known(op);
    let (bits, name) = match base {
        2 => (1, "0b"),
        8 => (3, "0o"),
        16 => (4, "0x"),
        10 => return to_decimal_string(op),
        _ => {
            let text = digits::to_natural(int.digits()).to_string_base(base as u8);
            return Ok(if int.is_negative() { format!("-{text}") } else { text });
        }
    };
    let magnitude = int.digits();
    let n = digits::bit_length(magnitude).div_ceil(bits as u64).max(1) as usize;
    let mut text = String::with_capacity(n + 3);
    if int.is_negative() {
        text.push('-');
    }
    if prefix {
        text.push_str(name);
    }
    for index in (0..n).rev() {
        let bit = index * bits as usize;
        let (whole, part) = (bit / SHIFT as usize, bit % SHIFT as usize);
        let low = magnitude.get(whole).copied().unwrap_or(0) as u64;
        let high = magnitude.get(whole + 1).copied().unwrap_or(0) as u64;
        let value = (high << SHIFT | low) >> part & ((1 << bits) - 1);
        text.push(b"0123456789abcdef"[value as usize] as char);
    }
    Ok(text)
}

/// Why text is not an int.
enum Malformed {
    Literal,
    TooLong(Raised),
}

fn digit_value(byte: u8) -> u32 {
    (byte as char).to_digit(36).unwrap_or(37)
}

/// What C's `Py_ISSPACE` takes for white space.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// An int from ASCII text, with white space around, a sign, a base prefix and underscores.
fn parse(text: &[u8], base: u32) -> Result<PyResult, Malformed> {
    let mut rest = text;
    while let [first, tail @ ..] = rest
        && is_space(*first)
    {
        rest = tail;
    }
    while let [head @ .., last] = rest
        && is_space(*last)
    {
        rest = head;
    }
    let mut negative = false;
    if let [sign @ (b'+' | b'-'), tail @ ..] = rest {
        negative = *sign == b'-';
        rest = tail;
    }
    let prefix_base = match rest {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let mut only_zero = false;
    let mut base = base;
    if base == 0 {
        if prefix_base != 0 {
            base = prefix_base;
        } else {
            // "010" is an error, but "00" is zero.
            only_zero = rest.first() == Some(&b'0');
            base = 10;
        }
    }
    if prefix_base == base {
        rest = &rest[2..];
        if let [b'_', tail @ ..] = rest {
            rest = tail;
        }
    }
    // Underscores only between digits.
    let mut after_digit = false;
    for &byte in rest {
        if byte == b'_' {
            if !after_digit {
                return Err(Malformed::Literal);
            }
        } else if digit_value(byte) >= base {
            return Err(Malformed::Literal);
        }
        after_digit = byte != b'_';
    }
    if !after_digit {
        return Err(Malformed::Literal);
    }
    let without_underscores: Vec<u8>;
    let digits = if rest.contains(&b'_') {
        without_underscores = rest.iter().copied().filter(|&byte| byte != b'_').collect();
        &without_underscores
    } else {
        rest
    };
    if only_zero && digits.iter().any(|&byte| byte != b'0') {
        return Err(Malformed::Literal);
    }
    convert(digits, base, negative)
}

/// The value of valid digits.
fn convert(text: &[u8], base: u32, negative: bool) -> Result<PyResult, Malformed> {
    if !base.is_power_of_two()
        && let Some(limit) = exceeded(text.len())
    {
        return Err(Malformed::TooLong(raise!(
            ValueError,
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {} digits; \
             use sys.set_int_max_str_digits() to increase the limit",
            text.len()
        )));
    }
    let bits_per_digit = (base as f64).log2();
    if text.len() as f64 * bits_per_digit < 127.0 {
        let value = text.iter().fold(0u128, |value, &byte| value * base as u128 + digit_value(byte) as u128);
        return Ok(from_u128_sign(value, negative));
    }
    if base.is_power_of_two() {
        let bits = base.trailing_zeros();
        let n = (text.len() * bits as usize).div_ceil(SHIFT as usize);
        return Ok(build(n, negative, |out| {
            let mut backwards = text.iter().rev();
            let (mut pending, mut have) = (0u64, 0);
            for cell in out {
                while have < SHIFT {
                    let Some(&byte) = backwards.next() else { break };
                    pending |= (digit_value(byte) as u64) << have;
                    have += bits;
                }
                *cell = pending as u32 & digits::MASK;
                pending >>= SHIFT;
                have = have.saturating_sub(SHIFT);
            }
        }));
    }
    let text = core::str::from_utf8(text).expect("digits are ASCII");
    let value = Natural::from_string_base(base as u8, text).expect("the digits have been checked");
    Ok(from_natural(negative, &value))
}

pub(super) fn check_base(base: u32) -> PyResult<()> {
    if base == 0 || (2..=36).contains(&base) {
        return Ok(());
    }
    Err(raise!(ValueError, "int() base must be >= 2 and <= 36, or 0"))
}

fn malformed(base: u32, source: &str) -> Raised {
    // At most 200 characters of the representation are shown.
    let shown: String = source.chars().take(200).collect();
    raise!(ValueError, "invalid literal for int() with base {base}: {shown}")
}

/// An int from ASCII text.
pub fn from_str(text: &str, base: u32) -> PyResult {
    check_base(base)?;
    match parse(text.as_bytes(), base) {
        Ok(result) => result,
        Err(Malformed::TooLong(raised)) => Err(raised),
        Err(Malformed::Literal) => {
            let repr = object::repr(str::from_str(text)?.op())?;
            Err(malformed(base, &str::to_string_lossy(repr.op())))
        }
    }
}

/// Text with every kind of space and decimal digit turned into ASCII, as numbers are parsed from.
/// What is neither becomes a question mark that ends the text.
pub fn decimals_to_ascii(text: Borrowed<'_, PyUnicodeObject>) -> Vec<u8> {
    let mut ascii = Vec::with_capacity(str::len(text));
    for point in str::code_points(text) {
        if point < 128 {
            ascii.push(point as u8);
            continue;
        }
        let character = char::from_u32(point);
        if character.is_some_and(classify::is_space) {
            ascii.push(b' ');
        } else if let Some(value) = decimal_value(point) {
            ascii.push(b'0' + value);
        } else {
            ascii.push(b'?');
            break;
        }
    }
    ascii
}

/// The decimal digit a character stands for.
pub fn decimal_value(point: u32) -> Option<u8> {
    let point = rustpython_wtf8::CodePoint::from_u32(point)?;
    rustpython_unicode::data::Ucd::new(true).decimal(point).map(|value| value as u8)
}

/// `PyLong_FromUnicodeObject`.
pub fn from_unicode(text: Borrowed<'_, PyUnicodeObject>, base: u32) -> PyResult {
    check_base(base)?;
    match parse(&decimals_to_ascii(text), base) {
        Ok(result) => result,
        Err(Malformed::TooLong(raised)) => Err(raised),
        Err(Malformed::Literal) => {
            let repr = object::repr(text.as_object())?;
            Err(malformed(base, &str::to_string_lossy(repr.op())))
        }
    }
}

/// An int from the ASCII text in bytes.
pub fn from_ascii_bytes(text: &[u8], base: u32) -> PyResult {
    check_base(base)?;
    match parse(text, base) {
        Ok(result) => result,
        Err(Malformed::TooLong(raised)) => Err(raised),
        Err(Malformed::Literal) => Err(malformed(base, &bytes::repr_of(text, false))),
    }
}

/// The base given to `int()`.
pub(super) fn base_argument(base: Op<'_>) -> PyResult<u32> {
    let base = number::as_ssize_t(base, None)?;
    let base = u32::try_from(base).unwrap_or(u32::MAX);
    check_base(base)?;
    Ok(base)
}
