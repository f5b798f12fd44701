//! The constructor, parsing and the methods of `complex`.

use super::{Complex, from_value, special_method, value};
use crate::define::method;
use crate::exceptions::builtin;
use crate::float::{parse_prefix, without_underscores};
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, PyResult, Raised, Signature, TypeRef, call, float, int, number, object,
    raise, state, str, tuple, type_object,
};

static NEW: Signature<2> = Signature::new("complex", ["real", "imag"]);

/// An instance of `complex` or of a subclass.
fn make(tp: TypeRef<'_>, real: f64, imag: f64) -> PyResult {
    if tp.as_ptr() == &raw mut super::PyComplex_Type {
        return super::new(real, imag);
    }
    let alloc = tp.tp_alloc.expect("a ready type has tp_alloc");
    // SAFETY: the type is ready and derives from complex.
    unsafe {
        let result = Object::from_c(alloc(tp.as_ptr(), 0))?;
        (*result.as_ptr().cast::<PyComplexObject>()).cval = Py_complex { real, imag };
        Ok(result)
    }
}

fn is_real(op: Op<'_>) -> bool {
    // SAFETY: the table belongs to the object's type.
    let slots = unsafe { op.ob_type().tp_as_number.as_ref() };
    slots.is_some_and(|slots| slots.nb_float.is_some() || slots.nb_index.is_some())
}

fn full_name(op: Op<'_>) -> PyResult<String> {
    Ok(str::to_string_lossy(type_object::get_fully_qualified_name(op.ob_type())?.op()))
}

fn not_real(argument: &str, op: Op<'_>) -> PyResult<String> {
    Ok(format!("complex() argument '{argument}' must be a real number, not {}", full_name(op)?))
}

fn refuse(argument: &str, op: Op<'_>) -> Raised {
    match not_real(argument, op) {
        Ok(message) => raise!(TypeError, "{message}"),
        Err(raised) => raised,
    }
}

fn deprecated(argument: &str, op: Op<'_>) -> PyResult<()> {
    (state::hooks().warn)(builtin::DeprecationWarning(), &not_real(argument, op)?, 1)
}

pub(super) fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if args.has_keywords() || args.len() > 1 {
        let [real, imag] = args.parse(&NEW)?;
        return from_two(tp, real, imag);
    }
    let Some(x) = args.get(0) else {
        return make(tp, 0.0, 0.0);
    };
    if x.is_exact::<PyComplexObject>() && tp.as_ptr() == &raw mut super::PyComplex_Type {
        return Ok(x.to_owned());
    }
    if let Some(text) = x.downcast::<PyUnicodeObject>() {
        let Py_complex { real, imag } = from_text(text)?;
        return make(tp, real, imag);
    }
    if let Some(result) = special_method(x)? {
        let Py_complex { real, imag } = value(result.op());
        return make(tp, real, imag);
    }
    if x.is_instance::<PyComplexObject>() {
        let Py_complex { real, imag } = value(x);
        return make(tp, real, imag);
    }
    if is_real(x) {
        return make(tp, float::as_f64(x)?, 0.0);
    }
    Err(raise!(TypeError, "complex() argument must be a string or a number, not {}", full_name(x)?))
}

/// `complex(real, imag)`; parts that are complex themselves are deprecated.
fn from_two(tp: TypeRef<'_>, real: Option<Op<'_>>, imag: Option<Op<'_>>) -> PyResult {
    let zero = int::small(0);
    let given = real.unwrap_or(zero.op());
    let converted = special_method(given)?;
    let real = converted.as_ref().map_or(given, |converted| converted.op());
    if !is_real(real) && !real.is_instance::<PyComplexObject>() {
        return Err(refuse("real", real));
    }
    if let Some(imag) = imag
        && !is_real(imag)
        && !imag.is_instance::<PyComplexObject>()
    {
        return Err(refuse("imag", imag));
    }
    let real_is_complex = real.is_instance::<PyComplexObject>();
    let mut first = if real_is_complex {
        let first = value(real);
        if !is_real(given) {
            deprecated("real", given)?;
        }
        first
    } else {
        Py_complex { real: float::value(number::float(real)?.op()), imag: 0.0 }
    };
    let Some(imag) = imag else {
        return make(tp, first.real, first.imag);
    };
    let second = if imag.is_instance::<PyComplexObject>() {
        deprecated("imag", imag)?;
        let second = value(imag);
        first.real -= second.imag;
        second.real
    } else {
        float::value(number::float(imag)?.op())
    };
    make(tp, first.real, if real_is_complex { second + first.imag } else { second })
}

/// A complex literal, in parentheses or not.
fn from_text(text: Borrowed<'_, PyUnicodeObject>) -> PyResult<Py_complex> {
    let ascii = int::decimals_to_ascii(text);
    let ascii = if ascii.contains(&b'_') {
        match without_underscores(&ascii) {
            Some(ascii) => ascii,
            None => {
                let repr = object::repr(text.as_object())?;
                return Err(raise!(
                    ValueError,
                    "could not convert string to complex: {}",
                    str::to_string_lossy(repr.op())
                ));
            }
        }
    } else {
        ascii
    };
    parse(&ascii).ok_or_else(|| raise!(ValueError, "complex() arg is a malformed string"))
}

/// `<float>`, `<float>j`, `<float><signed float>j`; in the last two, the imaginary float may be only its sign.
fn parse(text: &[u8]) -> Option<Py_complex> {
    let mut rest = float::trim_space(text);
    if let [b'(', inner @ .., b')'] = rest {
        rest = float::trim_space(inner);
    }
    let unit = |rest: &mut &[u8]| match **rest {
        [b'+', ref tail @ ..] => {
            *rest = tail;
            1.0
        }
        [b'-', ref tail @ ..] => {
            *rest = tail;
            -1.0
        }
        _ => 1.0,
    };
    let is_j = |rest: &[u8]| matches!(rest, [b'j' | b'J']);
    let Some((first, n)) = parse_prefix(rest) else {
        let imag = unit(&mut rest);
        return is_j(rest).then_some(Py_complex { real: 0.0, imag });
    };
    rest = &rest[n..];
    match rest {
        [] => Some(Py_complex { real: first, imag: 0.0 }),
        [b'+' | b'-', ..] => {
            let imag = match parse_prefix(rest) {
                Some((imag, n)) => {
                    rest = &rest[n..];
                    imag
                }
                None => unit(&mut rest),
            };
            is_j(rest).then_some(Py_complex { real: first, imag })
        }
        _ => is_j(rest).then_some(Py_complex { real: 0.0, imag: first }),
    }
}

/// `complex.from_number`: no text.
fn from_number(tp: TypeRef<'_>, x: Op<'_>) -> PyResult {
    let exact = tp.as_ptr() == &raw mut super::PyComplex_Type;
    if exact && x.is_exact::<PyComplexObject>() {
        return Ok(x.to_owned());
    }
    let result = from_value(super::as_value(x)?)?;
    if exact { Ok(result) } else { call::call_one(tp.as_object(), result.op()) }
}

fn conjugate(complex: Complex<'_>) -> PyResult {
    super::new(complex.cval.real, -complex.cval.imag)
}

fn to_complex(complex: Complex<'_>) -> PyResult {
    super::positive(complex)
}

fn get_new_args(complex: Complex<'_>) -> PyResult {
    tuple::from_vec(vec![float::new(complex.cval.real)?, float::new(complex.cval.imag)?])
}

fn format(complex: Complex<'_>, spec: Op<'_>) -> PyResult {
    crate::number_format::complex_method(complex, spec)
}

pub(super) const METHODS: &[PyMethodDef] = &[
    method::class_o(c"from_number", from_number, c"from_number($type, number, /)\n--\n\nMake a complex number from a number; text is refused."),
    method::noargs(c"conjugate", conjugate, c"conjugate($self, /)\n--\n\nThe number with the sign of its imaginary part turned: (3-4j).conjugate() == 3+4j."),
    method::noargs(c"__complex__", to_complex, c"__complex__($self, /)\n--\n\nThe value as an exact complex."),
    method::noargs(c"__getnewargs__", get_new_args, c"__getnewargs__($self, /)\n--\n\n"),
    method::o(c"__format__", format, c"__format__($self, format_spec, /)\n--\n\nFormat as format_spec says."),
    PyMethodDef::EMPTY,
];
