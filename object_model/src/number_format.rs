//! Formatting numbers as a format specification says (`__format__` of `int`, `float`, `complex`).
//!
//! The specification is read, and the pieces are grouped and padded, by `format_spec`;
//! here the pieces are made.

use crate::format_spec::{FormatSpec, NumberParts, unknown_type};
use crate::layout::*;
use crate::str::Builder;
use crate::{Borrowed, Object, Op, PyResult, float, int, number, object, raise, str};

/// The specification, unless it is empty, which means `str(op)`.
fn specification<'a>(op: Op<'_>, spec: Op<'a>) -> PyResult<Result<Borrowed<'a, PyUnicodeObject>, Object>> {
    let Some(spec) = spec.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "__format__() argument must be str, not {}", spec.type_name()));
    };
    if str::len(spec) == 0 {
        return Ok(Err(object::str(op)?.into_object()));
    }
    Ok(Ok(spec))
}

/// `int.__format__`.
pub fn int_method(int: Borrowed<'_, PyLongObject>, spec: Op<'_>) -> PyResult {
    let op = int.as_object();
    let spec = match specification(op, spec)? {
        Ok(spec) => FormatSpec::parse(op, spec, 'd', b'>')?,
        Err(text) => return Ok(text),
    };
    match spec.ascii_type() {
        Some(b'b' | b'c' | b'd' | b'n' | b'o' | b'x' | b'X') => format_int(int, &spec),
        Some(b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%') => {
            format_float(float::value(number::float(op)?.op()), &spec)
        }
        _ => Err(unknown_type(spec.type_, op.type_name())),
    }
}

fn format_int(int: Borrowed<'_, PyLongObject>, spec: &FormatSpec) -> PyResult {
    if spec.precision.is_some() {
        return Err(raise!(ValueError, "Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(raise!(ValueError, "Negative zero coercion (z) not allowed in integer format specifier"));
    }
    let op = int.as_object();
    let (base, prefix) = match spec.ascii_type() {
        Some(b'c') => return format_character(op, spec),
        Some(b'b') => (2, "0b"),
        Some(b'o') => (8, "0o"),
        Some(b'x') => (16, "0x"),
        Some(b'X') => (16, "0X"),
        _ => (10, ""),
    };
    let mut text = int::to_string_radix(op, base, false)?;
    if prefix == "0X" {
        text.make_ascii_uppercase();
    }
    let parts = NumberParts {
        negative: int.is_negative(),
        prefix: if spec.alternate { prefix } else { "" },
        digits: text.trim_start_matches('-'),
        ..NumberParts::default()
    };
    Ok(spec.number(&parts)?.into_object())
}

/// Type `c`: the character of that number.
fn format_character(op: Op<'_>, spec: &FormatSpec) -> PyResult {
    if spec.sign != 0 {
        return Err(raise!(ValueError, "Sign not allowed with integer format specifier 'c'"));
    }
    if spec.alternate {
        return Err(raise!(ValueError, "Alternate form (#) not allowed with integer format specifier 'c'"));
    }
    let point = u32::try_from(int::as_i64(op)?).ok().filter(|&point| point <= 0x10ffff);
    let Some(point) = point else {
        return Err(raise!(OverflowError, "%c arg not in range(0x110000)"));
    };
    let text = str::from_char(point)?;
    Ok(spec.pad(str::units(text.borrow()))?.into_object())
}

/// `float.__format__`.
pub fn float_method(float: Borrowed<'_, PyFloatObject>, spec: Op<'_>) -> PyResult {
    let op = float.as_object();
    let spec = match specification(op, spec)? {
        Ok(spec) => FormatSpec::parse(op, spec, '\0', b'>')?,
        Err(text) => return Ok(text),
    };
    match spec.ascii_type() {
        Some(0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n' | b'%') => format_float(float.ob_fval, &spec),
        _ => Err(unknown_type(spec.type_, op.type_name())),
    }
}

/// The text of one float without padding and grouping.
fn float_text(value: f64, spec: &FormatSpec, dot_zero: bool) -> PyResult<String> {
    if spec.precision.is_some_and(|precision| precision > i32::MAX as usize) {
        return Err(raise!(ValueError, "precision too big"));
    }
    // Without a type and a precision, the shortest text that reads back.
    let code = match spec.ascii_type() {
        Some(0) if spec.precision.is_none() => 'r',
        Some(0 | b'n') => 'g',
        Some(b'%') => 'f',
        code => code.map_or('g', char::from),
    };
    let style = float::Style {
        alternate: spec.alternate,
        no_negative_zero: spec.no_negative_zero,
        dot_zero,
        ..float::Style::default()
    };
    Ok(float::to_text(value, code, spec.precision.unwrap_or(6), style))
}

/// The pieces of a float's text.
fn split(text: &str) -> NumberParts<'_> {
    let digits_end = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (digits, rest) = text.split_at(digits_end(text));
    let (point, rest) = match rest.strip_prefix('.') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let (fraction, rest) = rest.split_at(if point { digits_end(rest) } else { 0 });
    NumberParts { negative, prefix: "", digits, point, fraction, rest }
}

fn format_float(value: f64, spec: &FormatSpec) -> PyResult {
    let percent = spec.ascii_type() == Some(b'%');
    let value = if percent { value * 100.0 } else { value };
    let mut text = float_text(value, spec, spec.type_ == 0)?;
    if percent {
        text.push('%');
    }
    Ok(spec.number(&split(&text))?.into_object())
}

/// `complex.__format__`.
pub fn complex_method(complex: Borrowed<'_, PyComplexObject>, spec: Op<'_>) -> PyResult {
    let op = complex.as_object();
    let spec = match specification(op, spec)? {
        Ok(spec) => FormatSpec::parse(op, spec, '\0', b'>')?,
        Err(text) => return Ok(text),
    };
    match spec.ascii_type() {
        Some(0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n') => format_complex(complex.cval, &spec),
        _ => Err(unknown_type(spec.type_, op.type_name())),
    }
}

fn format_complex(value: Py_complex, spec: &FormatSpec) -> PyResult {
    if spec.fill == u32::from('0') {
        return Err(raise!(ValueError, "Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == b'=' {
        return Err(raise!(ValueError, "'=' alignment flag is not allowed in complex format specifier"));
    }
    // Without a type, as repr: parentheses, unless there is no real part.
    let like_repr = spec.type_ == 0;
    let no_real = like_repr && value.real == 0.0 && value.real.is_sign_positive();
    let mut part = spec.clone();
    part.width = None;
    part.align = b'<';
    let locale = spec.locale();
    let mut builder = Builder::new();
    let parentheses = like_repr && !no_real;
    if parentheses {
        builder.push_str("(");
    }
    if !no_real {
        let text = float_text(value.real, spec, false)?;
        part.number_into(&split(&text), &locale, &mut builder);
        part.sign = b'+';
    }
    let text = float_text(value.imag, spec, false)?;
    part.number_into(&split(&text), &locale, &mut builder);
    builder.push_str(if parentheses { "j)" } else { "j" });
    let text = builder.finish()?;
    Ok(spec.pad(str::units(text.borrow()))?.into_object())
}
