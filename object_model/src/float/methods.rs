//! The constructor and the methods of `float`.

use core::f64::consts::LOG10_2;

use super::text::{HexError, Style};
use super::{Float, as_f64, frexp, from_hex, parse, text, to_hex, to_text};
use crate::define::{method, same_slot};
use crate::layout::*;
use crate::{Args, Object, Op, Owned, PyResult, TypeRef, call, getset, int, number, raise, str, tuple};

pub(super) fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    // SAFETY: a static type, ready by now.
    if same_slot(tp.tp_init, unsafe { super::PyFloat_Type.tp_init }) {
        args.no_keywords("float")?;
    }
    args.check_positional("float", 0, 1)?;
    let value = match args.get(0) {
        None => super::new(0.0)?,
        Some(x) => construct(x)?,
    };
    if tp.as_ptr() == &raw mut super::PyFloat_Type {
        return Ok(value);
    }
    subtype_from(tp, super::value(value.op()))
}

pub(super) fn vectorcall(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    new(tp, args)
}

fn construct(x: Op<'_>) -> PyResult {
    // A subclass of str may have `__float__`.
    if x.is_exact::<PyUnicodeObject>() { text::from_string(x) } else { number::float(x) }
}

/// An instance of a subclass.
fn subtype_from(tp: TypeRef<'_>, value: f64) -> PyResult {
    let alloc = tp.tp_alloc.expect("a ready type has tp_alloc");
    // SAFETY: the type is ready and derives from float.
    unsafe {
        let result = Object::from_c(alloc(tp.as_ptr(), 0))?;
        (*result.as_ptr().cast::<PyFloatObject>()).ob_fval = value;
        Ok(result)
    }
}

/// `float.from_number`: no text.
fn from_number(tp: TypeRef<'_>, x: Op<'_>) -> PyResult {
    let exact = tp.as_ptr() == &raw mut super::PyFloat_Type;
    if exact && x.is_exact::<PyFloatObject>() {
        return Ok(x.to_owned());
    }
    let result = super::new(as_f64(x)?)?;
    if exact { Ok(result) } else { call::call_one(tp.as_object(), result.op()) }
}

fn conjugate(float: Float<'_>) -> PyResult {
    super::to_float(float)
}

fn trunc(float: Float<'_>) -> PyResult {
    int::from_f64(float.ob_fval)
}

/// `math.floor` of a float.
pub fn floor(value: f64) -> PyResult {
    int::from_f64(value.floor())
}

/// `math.ceil` of a float.
pub fn ceil(value: f64) -> PyResult {
    int::from_f64(value.ceil())
}

fn floor_method(float: Float<'_>) -> PyResult {
    floor(float.ob_fval)
}

fn ceil_method(float: Float<'_>) -> PyResult {
    ceil(float.ob_fval)
}

/// The nearest whole number, ties to even.
pub fn round_half_even(value: f64) -> f64 {
    value.round_ties_even()
}

fn round(float: Float<'_>, args: Args<'_>) -> PyResult {
    let [n_digits] = args.optional::<1>("__round__", 0)?;
    let value = float.ob_fval;
    let Some(n_digits) = n_digits.filter(|n| !n.is_none()) else {
        return int::from_f64(round_half_even(value));
    };
    let n_digits = number::as_ssize_t(n_digits, None)?;
    if value == 0.0 || !value.is_finite() {
        return super::new(value);
    }
    // Beyond these limits nothing, or everything, is cut off.
    const MOST: isize = ((f64::MANTISSA_DIGITS as i32 - f64::MIN_EXP) as f64 * LOG10_2) as isize;
    const LEAST: isize = -(((f64::MAX_EXP + 1) as f64 * LOG10_2) as isize);
    if n_digits > MOST {
        return super::new(value);
    }
    if n_digits < LEAST {
        return super::new(0.0 * value);
    }
    let rounded = round_decimal(value, n_digits as i32);
    if rounded.is_infinite() {
        return Err(raise!(OverflowError, "rounded value too large to represent"));
    }
    super::new(rounded)
}

/// Rounded to `n_digits` behind the point as exact decimal arithmetic would, ties to even.
fn round_decimal(value: f64, n_digits: i32) -> f64 {
    if n_digits >= 0 {
        let text = to_text(value, 'f', n_digits as usize, Style::default());
        return parse(text.as_bytes()).expect("a float's text reads back");
    }
    // Digits in front of the point go: count the significant ones that stay.
    let magnitude = value.abs();
    let exponent_of =
        |text: String| text.split_once('e').and_then(|(_, e)| e.parse::<i32>().ok()).expect("exponent form");
    let exponent = exponent_of(format!("{magnitude:.40e}"));
    let stay = exponent + 1 + n_digits;
    let result = if stay > 0 {
        let digits = stay as usize - 1;
        parse(format!("{magnitude:.digits$e}").as_bytes()).expect("a float's text reads back")
    } else if stay < 0 {
        0.0
    } else {
        // Between zero and one unit: more than half goes up, exactly half to even, which is zero.
        let text = format!("{magnitude:.800e}");
        let digits: String = text.split('e').next().unwrap_or("").chars().filter(|c| *c != '.').collect();
        let half = format!("5{}", "0".repeat(digits.len() - 1));
        if digits > half { parse(format!("1e{}", -n_digits).as_bytes()).unwrap_or(0.0) } else { 0.0 }
    };
    result.copysign(value)
}

fn is_integer(float: Float<'_>) -> PyResult<bool> {
    let value = float.ob_fval;
    Ok(value.is_finite() && value.floor() == value)
}

fn as_integer_ratio(float: Float<'_>) -> PyResult {
    let value = float.ob_fval;
    if value.is_infinite() {
        return Err(raise!(OverflowError, "cannot convert Infinity to integer ratio"));
    }
    if value.is_nan() {
        return Err(raise!(ValueError, "cannot convert NaN to integer ratio"));
    }
    let (fraction, mut exponent) = frexp(value);
    let mut mantissa = (fraction * int::power_of_two(53)) as i64;
    exponent -= 53;
    if mantissa == 0 {
        exponent = 0;
    } else {
        let zeros = mantissa.trailing_zeros();
        mantissa >>= zeros;
        exponent += zeros as i32;
    }
    let shifted = |value: i64, bits: i32| {
        let value = int::from_i64(value)?;
        int::shift_left(int::downcast(value.op()).expect("an int"), bits as usize)
    };
    let (numerator, denominator) = if exponent > 0 {
        (shifted(mantissa, exponent)?, int::small(1))
    } else {
        (int::from_i64(mantissa)?, shifted(1, -exponent)?)
    };
    tuple::from_vec(vec![numerator, denominator])
}

fn hex(float: Float<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_string(to_hex(float.ob_fval))
}

fn fromhex(tp: TypeRef<'_>, text: Op<'_>) -> PyResult {
    let Some(text) = text.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "fromhex() argument must be str, not {}", text.type_name()));
    };
    let value = match from_hex(str::as_utf8(text)?.as_bytes()) {
        Ok(value) => super::new(value)?,
        Err(HexError::Malformed) => {
            return Err(raise!(ValueError, "invalid hexadecimal floating-point string"));
        }
        Err(HexError::TooLarge) => {
            return Err(raise!(OverflowError, "hexadecimal value too large to represent as a float"));
        }
    };
    if tp.as_ptr() == &raw mut super::PyFloat_Type {
        return Ok(value);
    }
    call::call_one(tp.as_object(), value.op())
}

fn get_new_args(float: Float<'_>) -> PyResult {
    tuple::from_vec(vec![super::new(float.ob_fval)?])
}

fn get_format(_tp: TypeRef<'_>, kind: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if !kind.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "__getformat__() argument must be str, not {}", kind.type_name()));
    }
    if !str::equals(kind, "double") && !str::equals(kind, "float") {
        return Err(raise!(ValueError, "__getformat__() argument 1 must be 'double' or 'float'"));
    }
    str::from_str("IEEE, little-endian")
}

fn format(float: Float<'_>, spec: Op<'_>) -> PyResult {
    crate::number_format::float_method(float, spec)
}

fn real(float: Float<'_>) -> PyResult {
    super::to_float(float)
}

fn imag(_float: Float<'_>) -> PyResult {
    super::new(0.0)
}

pub(super) const METHODS: &[PyMethodDef] = &[
    method::class_o(c"from_number", from_number, c"from_number($type, number, /)\n--\n\nMake a float from a number; text is refused."),
    method::noargs(c"conjugate", conjugate, c"conjugate($self, /)\n--\n\nReturn the float itself: it has no imaginary part."),
    method::noargs(c"__trunc__", trunc, c"__trunc__($self, /)\n--\n\nCut the fraction off."),
    method::noargs(c"__floor__", floor_method, c"__floor__($self, /)\n--\n\nThe greatest int that is not above."),
    method::noargs(c"__ceil__", ceil_method, c"__ceil__($self, /)\n--\n\nThe least int that is not below."),
    method::positional(c"__round__", round, c"__round__($self, ndigits=None, /)\n--\n\nRound to nearest, ties to even: to an int, or to ndigits decimals."),
    method::noargs(c"as_integer_ratio", as_integer_ratio, c"as_integer_ratio($self, /)\n--\n\nGive a pair of ints in lowest terms whose ratio is exactly the value.\n\nInfinities raise OverflowError, NaNs ValueError.\n\n>>> (0.25).as_integer_ratio()\n(1, 4)"),
    method::class_o(c"fromhex", fromhex, c"fromhex($type, string, /)\n--\n\nMake a float from hexadecimal text.\n\n>>> float.fromhex('0x1.8p1')\n3.0"),
    method::noargs(c"hex", hex, c"hex($self, /)\n--\n\nWrite the exact value in hexadecimal.\n\n>>> (-0.1).hex()\n'-0x1.999999999999ap-4'"),
    method::noargs(c"is_integer", is_integer, c"is_integer($self, /)\n--\n\nWhether the value has no fraction."),
    method::noargs(c"__getnewargs__", get_new_args, c"__getnewargs__($self, /)\n--\n\n"),
    method::class_o(c"__getformat__", get_format, c"__getformat__($type, typestr, /)\n--\n\nHow C's floats look in memory; Python's own tests ask.\n\n  typestr\n    'double' or 'float'."),
    method::o(c"__format__", format, c"__format__($self, format_spec, /)\n--\n\nFormat as format_spec says."),
    PyMethodDef::EMPTY,
];

pub(super) const GETSET: &[PyGetSetDef] = &[
    getset::get(c"real", real, c"the real part: the float itself"),
    getset::get(c"imag", imag, c"the imaginary part: 0.0"),
    PyGetSetDef::EMPTY,
];
