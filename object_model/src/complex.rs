//! The `complex` type.
//!
//! In reading order:
//!  - here: making and reading complex numbers, the slots, the type object;
//!  - `complex/arithmetic.rs`: the arithmetic of pairs of floats;
//!  - `complex/methods.rs`: the constructor, parsing, methods.

use core::ffi::c_int;
use core::mem::offset_of;

use crate::define::not_implemented;
use crate::int::division_by_zero;
use crate::layout::*;
use crate::{
    Borrowed, Object, Op, Owned, PyResult, alloc, call, errors, float, int, object, raise, singletons, slot,
    str,
};

pub mod arithmetic;
mod methods;

use arithmetic::*;

type Complex<'a> = Borrowed<'a, PyComplexObject>;

/// A new complex number.
pub fn new(real: f64, imag: f64) -> PyResult {
    from_value(Py_complex { real, imag })
}

pub fn from_value(value: Py_complex) -> PyResult {
    let block = alloc::malloc(size_of::<PyComplexObject>()).cast::<PyComplexObject>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: a fresh block of the right size.
    unsafe {
        alloc::init_header(block.cast(), &raw mut PyComplex_Type);
        (*block).cval = value;
        Ok(Object::steal(block.cast()))
    }
}

/// What `__complex__` gives, if the type has it.
pub(crate) fn special_method(op: Op<'_>) -> PyResult<Option<Object>> {
    let Some(function) = object::lookup_special(op, "__complex__")? else { return Ok(None) };
    let result = call::call_noargs(function.op())?;
    if result.op().is_exact::<PyComplexObject>() {
        return Ok(Some(result));
    }
    if !result.op().is_instance::<PyComplexObject>() {
        let name: String = result.op().type_name().chars().take(200).collect();
        return Err(raise!(TypeError, "__complex__ returned non-complex (type {name})"));
    }
    crate::number::warn_complex_subclass(result.op())?;
    Ok(Some(result))
}

/// The value of a number (`PyComplex_AsCComplex`).
pub fn as_value(op: Op<'_>) -> PyResult<Py_complex> {
    if let Some(complex) = op.downcast::<PyComplexObject>() {
        return Ok(complex.cval);
    }
    if let Some(result) = special_method(op)? {
        return Ok(value(result.op()));
    }
    Ok(Py_complex { real: float::as_f64(op)?, imag: 0.0 })
}

/// Real and imaginary part of a number.
pub fn as_parts(op: Op<'_>) -> PyResult<(f64, f64)> {
    as_value(op).map(|value| (value.real, value.imag))
}

/// The value of an object known to be complex.
#[inline]
pub fn value(op: Op<'_>) -> Py_complex {
    debug_assert!(op.is_instance::<PyComplexObject>());
    // SAFETY: the caller's promise, asserted above.
    unsafe { op.cast_unchecked::<PyComplexObject>() }.cval
}

/// An operand of arithmetic: a real one has no imaginary part, which differs from having a zero one.
#[derive(Clone, Copy)]
enum Operand {
    Complex(Py_complex),
    Real(f64),
}

impl Operand {
    fn widen(self) -> Py_complex {
        match self {
            Self::Complex(value) => value,
            Self::Real(real) => Py_complex { real, imag: 0.0 },
        }
    }
}

fn operand(op: Op<'_>) -> PyResult<Option<Operand>> {
    if let Some(complex) = op.downcast::<PyComplexObject>() {
        return Ok(Some(Operand::Complex(complex.cval)));
    }
    if let Some(float) = op.downcast::<PyFloatObject>() {
        return Ok(Some(Operand::Real(float.ob_fval)));
    }
    match int::downcast(op) {
        Some(int) => int::to_f64(int).map(|value| Some(Operand::Real(value))),
        None => Ok(None),
    }
}

/// Both operands' values, or `NotImplemented`.
macro_rules! operands {
    ($a:ident, $b:ident) => {
        let Some($a) = operand($a)? else { return not_implemented() };
        let Some($b) = operand($b)? else { return not_implemented() };
    };
}

fn add(a: Op<'_>, b: Op<'_>) -> PyResult {
    operands!(a, b);
    from_value(match (a, b) {
        (Operand::Complex(a), Operand::Complex(b)) => sum(a, b),
        (Operand::Complex(a), Operand::Real(b)) | (Operand::Real(b), Operand::Complex(a)) => {
            Py_complex { real: a.real + b, imag: a.imag }
        }
        (Operand::Real(a), Operand::Real(b)) => Py_complex { real: a + b, imag: 0.0 },
    })
}

fn subtract(a: Op<'_>, b: Op<'_>) -> PyResult {
    operands!(a, b);
    from_value(match (a, b) {
        (Operand::Complex(a), Operand::Complex(b)) => difference(a, b),
        (Operand::Complex(a), Operand::Real(b)) => Py_complex { real: a.real - b, imag: a.imag },
        (Operand::Real(a), Operand::Complex(b)) => Py_complex { real: a - b.real, imag: -b.imag },
        (Operand::Real(a), Operand::Real(b)) => Py_complex { real: a - b, imag: 0.0 },
    })
}

fn multiply(a: Op<'_>, b: Op<'_>) -> PyResult {
    operands!(a, b);
    from_value(match (a, b) {
        (Operand::Complex(a), Operand::Complex(b)) => product(a, b),
        (Operand::Complex(a), Operand::Real(b)) | (Operand::Real(b), Operand::Complex(a)) => {
            Py_complex { real: a.real * b, imag: a.imag * b }
        }
        (Operand::Real(a), Operand::Real(b)) => Py_complex { real: a * b, imag: 0.0 },
    })
}

fn true_divide(a: Op<'_>, b: Op<'_>) -> PyResult {
    operands!(a, b);
    let result = match (a, b) {
        (Operand::Complex(a), Operand::Complex(b)) => quotient(a, b),
        (a, Operand::Real(b)) => quotient_by_real(a.widen(), b),
        (Operand::Real(a), Operand::Complex(b)) => quotient_of_real(a, b),
    };
    from_value(result.ok_or_else(division_by_zero)?)
}

pub(crate) fn power(a: Op<'_>, b: Op<'_>, modulus: Op<'_>) -> PyResult {
    operands!(a, b);
    if !modulus.is_none() {
        return Err(raise!(ValueError, "complex modulo"));
    }
    let (base, exponent) = (a.widen(), b.widen());
    let small_integer =
        exponent.imag == 0.0 && exponent.real == exponent.real.floor() && exponent.real.abs() <= 100.0;
    let result =
        if small_integer { integer_power(base, exponent.real as i64) } else { general_power(base, exponent) };
    let Some(result) = result else {
        return Err(raise!(ZeroDivisionError, "zero to a negative or complex power"));
    };
    if result.real.is_infinite() || result.imag.is_infinite() {
        return Err(raise!(OverflowError, "complex exponentiation"));
    }
    from_value(result)
}

fn negative(complex: Complex<'_>) -> PyResult {
    new(-complex.cval.real, -complex.cval.imag)
}

/// The value as an exact complex.
fn positive(complex: Complex<'_>) -> PyResult {
    if complex.is_exact::<PyComplexObject>() {
        return Ok(complex.to_owned().into_object());
    }
    from_value(complex.cval)
}

fn absolute(complex: Complex<'_>) -> PyResult {
    let result = magnitude(complex.cval);
    let finite = complex.cval.real.is_finite() && complex.cval.imag.is_finite();
    if finite && result.is_infinite() {
        return Err(raise!(OverflowError, "absolute value too large"));
    }
    float::new(result)
}

fn truth(complex: Complex<'_>) -> PyResult<bool> {
    Ok(complex.cval.real != 0.0 || complex.cval.imag != 0.0)
}

fn richcompare(a: Complex<'_>, b: Op<'_>, op: c_int) -> PyResult {
    if op != Py_EQ && op != Py_NE {
        return not_implemented();
    }
    let a = a.cval;
    let equal = if let Some(int) = int::downcast(b) {
        a.imag == 0.0 && float::compare_with_int(a.real, int) == Some(core::cmp::Ordering::Equal)
    } else if let Some(float) = b.downcast::<PyFloatObject>() {
        a.imag == 0.0 && a.real == float.ob_fval
    } else if let Some(b) = b.downcast::<PyComplexObject>() {
        a.real == b.cval.real && a.imag == b.cval.imag
    } else {
        return not_implemented();
    };
    Ok(singletons::new_bool(equal == (op == Py_EQ)))
}

fn hash(complex: Complex<'_>) -> PyResult<Py_hash_t> {
    const IMAG: isize = 1000003;
    let real = float::hash_f64(complex.cval.real, complex.as_object_ptr());
    let imag = float::hash_f64(complex.cval.imag, complex.as_object_ptr());
    Ok(real.wrapping_add(IMAG.wrapping_mul(imag)))
}

fn repr(complex: Complex<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let Py_complex { real, imag } = complex.cval;
    let plain = float::Style::default();
    if real == 0.0 && real.is_sign_positive() {
        return str::from_string(format!("{}j", float::to_text(imag, 'r', 0, plain)));
    }
    let signed = float::Style { plus: true, ..plain };
    let (real, imag) = (float::to_text(real, 'r', 0, plain), float::to_text(imag, 'r', 0, signed));
    str::from_string(format!("({real}{imag}j)"))
}

fn dealloc(complex: Complex<'_>) {
    // SAFETY: the count is 0, and complex numbers own nothing.
    unsafe { alloc::free_object(complex.as_object_ptr()) };
}

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: slot::binary(add),
    nb_subtract: slot::binary(subtract),
    nb_multiply: slot::binary(multiply),
    nb_power: slot::ternary(power),
    nb_negative: slot::unary(negative),
    nb_positive: slot::unary(positive),
    nb_absolute: slot::unary(absolute),
    nb_bool: slot::truth(truth),
    nb_true_divide: slot::binary(true_divide),
    ..PyNumberMethods::EMPTY
};

const fn member(name: &'static core::ffi::CStr, offset: usize, doc: &'static core::ffi::CStr) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: Py_T_DOUBLE,
        offset: (offset_of!(PyComplexObject, cval) + offset) as isize,
        flags: Py_READONLY,
        doc: doc.as_ptr(),
    }
}

static MEMBERS: [PyMemberDef; 3] = [
    member(c"real", offset_of!(Py_complex, real), c"the real part of a complex number"),
    member(c"imag", offset_of!(Py_complex, imag), c"the imaginary part of a complex number"),
    PyMemberDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PyComplex_Type: PyTypeObject = PyTypeObject {
    tp_name: c"complex".as_ptr(),
    tp_basicsize: size_of::<PyComplexObject>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: &raw mut AS_NUMBER,
    tp_hash: slot::hash(hash),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    tp_doc: c"complex(real=0, imag=0)\n--\n\nMake a complex number from text or from numbers.\n\nText is read as a complex literal, one number is converted, two are the real\nand the imaginary part.".as_ptr(),
    tp_richcompare: slot::richcompare(richcompare),
    tp_methods: methods::METHODS.as_ptr().cast_mut(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_new: slot::new(methods::new),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyComplexObject, PyComplex_Type);
