//! Floats to and from text.
//!
//! `to_text` is CPython's `PyOS_double_to_string`: all decimal output goes
//! through it. Digits come from the standard library, which rounds exactly.

use crate::layout::*;
use crate::{Borrowed, Op, Owned, PyResult, bytearray, bytes, int, object, raise, str};

/// How a float is written.
#[derive(Clone, Copy, Default)]
pub struct Style {
    /// `+` in front of what is not negative.
    pub plus: bool,
    /// `.0` behind what looks like an int.
    pub dot_zero: bool,
    /// Keep the point and trailing zeros (`#`).
    pub alternate: bool,
    /// No sign in front of a zero after rounding (`z`).
    pub no_negative_zero: bool,
}

/// No float has more digits than this behind the point, or significant ones.
const MOST_DIGITS: usize = 1100;

/// Significant digits without trailing zeros, and where the point stands among them.
struct Decimal {
    digits: Vec<u8>,
    /// The value is `0.DIGITS * 10**point`.
    point: i32,
}

/// From the standard library's exponent form, `d.ddde-x`.
fn decimal(text: &str) -> Decimal {
    let (mantissa, exponent) = text.split_once('e').expect("the exponent form");
    let mut digits: Vec<u8> = mantissa.bytes().filter(|&byte| byte != b'.').collect();
    while digits.len() > 1 && digits.last() == Some(&b'0') {
        digits.pop();
    }
    Decimal { digits, point: exponent.parse::<i32>().expect("an exponent") + 1 }
}

/// The decimal form of `value`: `code` is one of `r` (shortest that reads back), `e`, `f`, `g`, `E`, `F`, `G`.
pub fn to_text(value: f64, code: char, precision: usize, style: Style) -> String {
    let upper = code.is_ascii_uppercase();
    let sign = |negative: bool| match (negative, style.plus) {
        (true, _) => "-",
        (false, true) => "+",
        (false, false) => "",
    };
    if !value.is_finite() {
        let (sign, name) = match (value.is_nan(), upper) {
            (true, false) => (sign(false), "nan"),
            (true, true) => (sign(false), "NAN"),
            (false, false) => (sign(value < 0.0), "inf"),
            (false, true) => (sign(value < 0.0), "INF"),
        };
        return format!("{sign}{name}");
    }
    let magnitude = value.abs();
    let mut body = match code.to_ascii_lowercase() {
        'f' => fixed(magnitude, precision, style),
        'e' => {
            let exact = precision.min(MOST_DIGITS);
            let shape = Shape { digits: precision + 1, exponent: true, style };
            layout(decimal(&format!("{magnitude:.exact$e}")), shape)
        }
        'g' => {
            let precision = precision.max(1);
            let exact = (precision - 1).min(MOST_DIGITS);
            let decimal = decimal(&format!("{magnitude:.exact$e}"));
            let fits = precision as i64 - style.dot_zero as i64;
            let exponent = magnitude != 0.0 && (decimal.point <= -4 || decimal.point as i64 > fits);
            let digits = if style.alternate { precision } else { 0 };
            layout(decimal, Shape { digits, exponent, style })
        }
        _ => {
            let decimal = decimal(&format!("{magnitude:e}"));
            let exponent = decimal.point <= -4 || decimal.point > 16;
            layout(decimal, Shape { digits: 0, exponent, style })
        }
    };
    if upper {
        body.make_ascii_uppercase();
    }
    let negative = value.is_sign_negative();
    let mantissa = body.split(['e', 'E']).next().unwrap_or("");
    let drop_sign = style.no_negative_zero && mantissa.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    body.insert_str(0, sign(negative && !drop_sign));
    body
}

/// The same by exact arithmetic in 128 bits, for values that are neither huge nor tiny; rounds
/// half to even.
fn fixed_by_integers(magnitude: f64, precision: usize) -> Option<String> {
    let bits = magnitude.to_bits();
    let (exponent, fraction) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
    let (mantissa, exponent) =
        if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    if precision > 20 {
        return None;
    }
    // Below 2**53 * 10**20 < 2**120.
    let scaled = u128::from(mantissa) * 10u128.pow(precision as u32);
    let rounded = match exponent {
        0..=7 => scaled << exponent,
        -127..=-1 => {
            let shift = -exponent as u32;
            let (quotient, rest, half) = (scaled >> shift, scaled & ((1 << shift) - 1), 1 << (shift - 1));
            quotient + u128::from(rest > half || rest == half && quotient & 1 == 1)
        }
        _ => return None,
    };
    let mut text = match u64::try_from(rounded) {
        Ok(rounded) => format!("{rounded:0width$}", width = precision + 1),
        Err(_) => format!("{rounded:0width$}", width = precision + 1),
    };
    if precision > 0 {
        text.insert(text.len() - precision, '.');
    }
    Some(text)
}

/// With `precision` digits behind the point.
fn fixed(magnitude: f64, precision: usize, style: Style) -> String {
    let exact = precision.min(MOST_DIGITS);
    let mut text = fixed_by_integers(magnitude, precision).unwrap_or_else(|| format!("{magnitude:.exact$}"));
    text.extend(core::iter::repeat_n('0', precision - exact));
    if precision == 0 {
        if style.dot_zero {
            text.push_str(".0");
        } else if style.alternate {
            text.push('.');
        }
    }
    text
}

struct Shape {
    /// At least so many significant digits, filled up with zeros.
    digits: usize,
    /// With an exponent.
    exponent: bool,
    style: Style,
}

fn layout(decimal: Decimal, shape: Shape) -> String {
    let Decimal { digits, mut point } = decimal;
    let exponent = point - 1;
    if shape.exponent || digits == [b'0'] {
        point = 1;
    }
    let mut text = String::new();
    let digit = |index: i32| digits.get(index as usize).map_or('0', |&d| d as char);
    for index in 0..point.max(0) {
        text.push(digit(index));
    }
    if point <= 0 {
        text.push('0');
    }
    let end = digits.len().max(shape.digits) as i32;
    text.push('.');
    for _ in point..0 {
        text.push('0');
    }
    for index in point.max(0)..end {
        text.push(digit(index));
    }
    if text.ends_with('.') {
        if shape.style.dot_zero && !shape.exponent {
            text.push('0');
        } else if !shape.style.alternate {
            text.pop();
        }
    }
    if shape.exponent {
        let sign = if exponent < 0 { '-' } else { '+' };
        text.push_str(&format!("e{sign}{:02}", exponent.unsigned_abs()));
    }
    text
}

/// `repr(value)`: the shortest text that reads back as the same value.
pub fn repr_string(value: f64) -> String {
    to_text(value, 'r', 0, Style { dot_zero: true, ..Style::default() })
}

pub(super) fn repr(float: Borrowed<'_, PyFloatObject>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_string(repr_string(float.ob_fval))
}

/// Drops the underscores between digits; `None` if one stands elsewhere.
pub(crate) fn without_underscores(text: &[u8]) -> Option<Vec<u8>> {
    let mut result = Vec::with_capacity(text.len());
    let mut previous = 0u8;
    for &byte in text {
        if byte == b'_' {
            if !previous.is_ascii_digit() {
                return None;
            }
        } else {
            if previous == b'_' && !byte.is_ascii_digit() {
                return None;
            }
            result.push(byte);
        }
        previous = byte;
    }
    (previous != b'_').then_some(result)
}

pub(crate) fn trim_space(mut text: &[u8]) -> &[u8] {
    while let [first, tail @ ..] = text
        && int::is_space(*first)
    {
        text = tail;
    }
    while let [head @ .., last] = text
        && int::is_space(*last)
    {
        text = head;
    }
    text
}

/// The value of a whole text; `None` if it is no float literal.
pub fn parse(text: &[u8]) -> Option<f64> {
    let text = trim_space(text);
    let stripped;
    let text = if text.contains(&b'_') {
        stripped = without_underscores(text)?;
        &stripped
    } else {
        text
    };
    core::str::from_utf8(text).ok()?.parse().ok()
}

/// The longest prefix of `text` that is a float literal: its value and length (`PyOS_string_to_double`).
pub fn parse_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let mut at = 0;
    if matches!(text.first(), Some(b'+' | b'-')) {
        at += 1;
    }
    let rest = &text[at..];
    let named = |name: &[u8]| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let end = if named(b"infinity") {
        at + 8
    } else if named(b"inf") || named(b"nan") {
        at + 3
    } else {
        let digits_from = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let whole = digits_from(at);
        let mut end = at + whole;
        let mut fraction = 0;
        if text.get(end) == Some(&b'.') {
            fraction = digits_from(end + 1);
            end += 1 + fraction;
        }
        if whole + fraction == 0 {
            return None;
        }
        if matches!(text.get(end), Some(b'e' | b'E')) {
            let mut exponent = end + 1;
            if matches!(text.get(exponent), Some(b'+' | b'-')) {
                exponent += 1;
            }
            let n = digits_from(exponent);
            if n > 0 {
                end = exponent + n;
            }
        }
        end
    };
    let value = core::str::from_utf8(&text[..end]).ok()?.parse().ok()?;
    Some((value, end))
}

/// A float from text or bytes (`PyFloat_FromString`).
pub fn from_string(text: Op<'_>) -> PyResult {
    let value = if let Some(text) = text.downcast::<PyUnicodeObject>() {
        if str::is_ascii(text) {
            parse(str::as_utf8(text)?.as_bytes())
        } else {
            parse(&int::decimals_to_ascii(text))
        }
    } else if let Some(text) = text.downcast::<PyBytesObject>() {
        parse(bytes::as_slice(text))
    } else if let Some(text) = text.downcast::<PyByteArrayObject>() {
        parse(&bytearray::to_vec(text))
    } else {
        let buffer = match crate::buffer::check(text).then(|| crate::buffer::get(text, PyBUF_SIMPLE)) {
            Some(Ok(buffer)) => buffer,
            other => {
                if let Some(Err(raised)) = other {
                    raised.clear();
                }
                let name: String = text.type_name().chars().take(200).collect();
                return Err(raise!(
                    TypeError,
                    "float() argument must be a string or a real number, not '{name}'"
                ));
            }
        };
        parse(buffer.as_slice())
    };
    match value {
        Some(value) => super::new(value),
        None => {
            let repr = object::repr(text)?;
            Err(raise!(ValueError, "could not convert string to float: {}", str::to_string_lossy(repr.op())))
        }
    }
}

/// `float.hex`: the exact value in hexadecimal.
pub fn to_hex(value: f64) -> String {
    if !value.is_finite() {
        return repr_string(value);
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52 & 0x7ff) as i32 {
        0 if fraction == 0 => format!("{sign}0x0.0p+0"),
        0 => format!("{sign}0x0.{fraction:013x}p-1022"),
        raw => format!("{sign}0x1.{fraction:013x}p{:+}", raw - 1023),
    }
}

/// Why hexadecimal text is no float.
pub enum HexError {
    Malformed,
    TooLarge,
}

/// The value of hexadecimal text as `float.fromhex` reads it.
pub fn from_hex(text: &[u8]) -> Result<f64, HexError> {
    let mut rest = trim_space(text);
    let mut negative = false;
    if let [sign @ (b'+' | b'-'), tail @ ..] = rest {
        negative = *sign == b'-';
        rest = tail;
    }
    let signed = |value: f64| if negative { -value } else { value };
    for (name, value) in [("inf", f64::INFINITY), ("infinity", f64::INFINITY), ("nan", f64::NAN)] {
        if rest.eq_ignore_ascii_case(name.as_bytes()) {
            return Ok(signed(value));
        }
    }
    if let [b'0', b'x' | b'X', tail @ ..] = rest {
        rest = tail;
    }
    let hex = |byte: u8| (byte as char).to_digit(16);
    // The highest 64 bits seen, the lowest of them set if any below was.
    let (mut top, mut dropped) = (0u64, 0i64);
    let (mut n_digits, mut after_point, mut point_seen) = (0, 0i64, false);
    let mut at = 0;
    while let Some(&byte) = rest.get(at) {
        if byte == b'.' && !point_seen {
            point_seen = true;
        } else if let Some(value) = hex(byte) {
            n_digits += 1;
            after_point += point_seen as i64;
            if top >> 60 == 0 {
                top = top << 4 | value as u64;
            } else {
                top |= (value != 0) as u64;
                dropped += 1;
            }
        } else {
            break;
        }
        at += 1;
    }
    if n_digits == 0 {
        return Err(HexError::Malformed);
    }
    let mut exponent = 0i64;
    if matches!(rest.get(at), Some(b'p' | b'P')) {
        at += 1;
        let down = rest.get(at) == Some(&b'-');
        if matches!(rest.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        let start = at;
        while let Some(byte) = rest.get(at).filter(|byte| byte.is_ascii_digit()) {
            exponent = exponent.saturating_mul(10).saturating_add((byte - b'0') as i64);
            at += 1;
        }
        if at == start {
            return Err(HexError::Malformed);
        }
        exponent = exponent.min(i64::MAX / 8);
        if down {
            exponent = -exponent;
        }
    }
    if at != rest.len() {
        return Err(HexError::Malformed);
    }
    if top == 0 {
        return Ok(signed(0.0));
    }
    let exponent = exponent + 4 * (dropped - after_point);
    compose(top, exponent).map(signed).ok_or(HexError::TooLarge)
}

/// `top * 2**exponent` rounded once, ties to even; `None` if that is too large.
fn compose(top: u64, exponent: i64) -> Option<f64> {
    let zeros = top.leading_zeros();
    let (top, exponent) = (top << zeros, exponent - zeros as i64);
    // `top` is now 2**63 or more; the value is below 2**highest.
    let highest = exponent + 64;
    if highest > 1024 {
        return None;
    }
    // How many of its 64 bits the result has room for.
    let keep = (highest + 1074).min(53);
    if keep < 0 {
        return Some(0.0);
    }
    let cut = 64 - keep as u32;
    let wide = top as u128;
    let (mut kept, rest) = (wide >> cut, wide & ((1 << cut) - 1));
    let half = 1u128 << (cut - 1);
    if rest > half || rest == half && kept & 1 == 1 {
        kept += 1;
    }
    let value = int::ldexp(kept as f64, (exponent + cut as i64) as i32);
    value.is_finite().then_some(value)
}
