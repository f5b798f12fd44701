//! The `float` type.
//!
//! In reading order:
//!  - here: making and reading floats, arithmetic, comparison, hash, the type object;
//!  - `float/text.rs`: to and from text, decimal and hexadecimal;
//!  - `float/methods.rs`: the constructor and the methods.

use core::cmp::Ordering;
use core::ffi::c_int;

use crate::define::not_implemented;
use crate::exceptions::builtin;
use crate::int::division_by_zero;
use crate::layout::*;
use crate::{
    Borrowed, Object, Op, PyResult, Raised, alloc, errors, free_lists, hashing, int, number, raise,
    singletons, slot, str, tuple,
};

mod methods;
pub(crate) mod text;

pub use methods::{ceil, floor, round_half_even};
pub use text::*;

type Float<'a> = Borrowed<'a, PyFloatObject>;

/// A new float.
#[inline]
pub fn new(value: f64) -> PyResult {
    let mut block = free_lists::current().floats.pop::<PyFloatObject>();
    if block.is_null() {
        block = alloc::malloc(size_of::<PyFloatObject>()).cast::<PyFloatObject>();
        if block.is_null() {
            return Err(errors::no_memory());
        }
    }
    // SAFETY: a fresh block of the right size.
    unsafe {
        alloc::init_header(block.cast(), &raw mut PyFloat_Type);
        (*block).ob_fval = value;
        Ok(Object::steal(block.cast()))
    }
}

/// The value of an object known to be a float.
#[inline]
pub fn value(op: Op<'_>) -> f64 {
    debug_assert!(op.is_instance::<PyFloatObject>());
    // SAFETY: the caller's promise, asserted above.
    unsafe { op.cast_unchecked::<PyFloatObject>() }.ob_fval
}

/// The value of a number, through `__float__` or `__index__` (`PyFloat_AsDouble`).
#[inline]
pub fn as_f64(op: Op<'_>) -> PyResult<f64> {
    if let Some(float) = op.downcast::<PyFloatObject>() {
        return Ok(float.ob_fval);
    }
    convert(op)
}

fn convert(op: Op<'_>) -> PyResult<f64> {
    if let Some(int) = op.downcast_exact::<PyLongObject>() {
        return int::to_f64(int);
    }
    // SAFETY: the table belongs to the object's type.
    let slots = unsafe { op.ob_type().tp_as_number.as_ref() };
    if let Some(f) = slots.and_then(|slots| slots.nb_float) {
        // SAFETY: the slot belongs to the type of the live object.
        let result = unsafe { Object::from_c(f(op.as_ptr()))? };
        if !result.op().is_exact::<PyFloatObject>() {
            number::check_float_result(op, result.op())?;
        }
        return Ok(value(result.op()));
    }
    if slots.is_some_and(|slots| slots.nb_index.is_some()) {
        let index = number::index(op)?;
        return int::as_f64(index.op());
    }
    let name: String = op.type_name().chars().take(50).collect();
    Err(raise!(TypeError, "must be real number, not {name}"))
}

/// The value of an operand; `None` for what arithmetic does not take.
#[inline]
fn operand(op: Op<'_>) -> PyResult<Option<f64>> {
    if let Some(float) = op.downcast::<PyFloatObject>() {
        return Ok(Some(float.ob_fval));
    }
    if let Some(int) = int::downcast(op) {
        return int::to_f64(int).map(Some);
    }
    Ok(None)
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
    new(a + b)
}

fn subtract(a: Op<'_>, b: Op<'_>) -> PyResult {
    operands!(a, b);
    new(a - b)
}

fn multiply(a: Op<'_>, b: Op<'_>) -> PyResult {
    operands!(a, b);
    new(a * b)
}

fn true_divide(a: Op<'_>, b: Op<'_>) -> PyResult {
    operands!(a, b);
    if b == 0.0 {
        return Err(division_by_zero());
    }
    new(a / b)
}

/// Quotient rounded down and remainder with the sign of `b`.
fn floor_div_mod(a: f64, b: f64) -> (f64, f64) {
    let mut remainder = a % b;
    // What is left of `a` is a multiple of `b`, but the division may still round.
    let mut quotient = (a - remainder) / b;
    if remainder != 0.0 {
        if (b < 0.0) != (remainder < 0.0) {
            remainder += b;
            quotient -= 1.0;
        }
    } else {
        remainder = 0f64.copysign(b);
    }
    let floor = if quotient != 0.0 {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    } else {
        0f64.copysign(a / b)
    };
    (floor, remainder)
}

fn floor_divide(a: Op<'_>, b: Op<'_>) -> PyResult {
    operands!(a, b);
    if b == 0.0 {
        return Err(division_by_zero());
    }
    new(floor_div_mod(a, b).0)
}

fn remainder(a: Op<'_>, b: Op<'_>) -> PyResult {
    operands!(a, b);
    if b == 0.0 {
        return Err(division_by_zero());
    }
    let mut result = a % b;
    if result != 0.0 {
        if (b < 0.0) != (result < 0.0) {
            result += b;
        }
    } else {
        result = 0f64.copysign(b);
    }
    new(result)
}

fn divmod(a: Op<'_>, b: Op<'_>) -> PyResult {
    operands!(a, b);
    if b == 0.0 {
        return Err(division_by_zero());
    }
    let (quotient, remainder) = floor_div_mod(a, b);
    tuple::from_vec(vec![new(quotient)?, new(remainder)?])
}

fn is_odd_integer(value: f64) -> bool {
    (value.abs() % 2.0) == 1.0
}

/// `OverflowError(34, 'Numerical result out of range')`, as for C's `ERANGE`.
pub fn out_of_range() -> Raised {
    let arguments = || -> PyResult {
        let text = str::from_str("Numerical result out of range")?;
        tuple::from_vec(vec![int::from_i64(libc::ERANGE as i64)?, text.into_object()])
    };
    match arguments() {
        Ok(arguments) => errors::set_object(builtin::OverflowError(), arguments.op()),
        Err(raised) => raised,
    }
}

fn power(a: Op<'_>, b: Op<'_>, modulus: Op<'_>) -> PyResult {
    if !modulus.is_none() {
        return Err(raise!(TypeError, "pow() 3rd argument not allowed unless all arguments are integers"));
    }
    let (base_op, exponent_op) = (a, b);
    operands!(a, b);
    let (mut base, exponent) = (a, b);
    // The platform's `pow` is asked only where all platforms agree.
    if exponent == 0.0 {
        return new(1.0);
    }
    if base.is_nan() {
        return new(base);
    }
    if exponent.is_nan() {
        return new(if base == 1.0 { 1.0 } else { exponent });
    }
    if exponent.is_infinite() {
        let base = base.abs();
        return new(if base == 1.0 {
            1.0
        } else if (exponent > 0.0) == (base > 1.0) {
            exponent.abs()
        } else {
            0.0
        });
    }
    let odd = is_odd_integer(exponent);
    if base.is_infinite() {
        return new(match (exponent > 0.0, odd) {
            (true, true) => base,
            (true, false) => base.abs(),
            (false, true) => 0f64.copysign(base),
            (false, false) => 0.0,
        });
    }
    if base == 0.0 {
        if exponent < 0.0 {
            return Err(raise!(ZeroDivisionError, "zero to a negative power"));
        }
        return new(if odd { base } else { 0.0 });
    }
    let mut negate = false;
    if base < 0.0 {
        if exponent != exponent.floor() {
            return crate::complex::power(base_op, exponent_op, modulus);
        }
        base = -base;
        negate = odd;
    }
    if base == 1.0 {
        return new(if negate { -1.0 } else { 1.0 });
    }
    let result = base.powf(exponent);
    if result.is_infinite() {
        return Err(out_of_range());
    }
    new(if negate { -result } else { result })
}

fn negative(float: Float<'_>) -> PyResult {
    new(-float.ob_fval)
}

fn absolute(float: Float<'_>) -> PyResult {
    new(float.ob_fval.abs())
}

fn truth(float: Float<'_>) -> PyResult<bool> {
    Ok(float.ob_fval != 0.0)
}

fn to_int(float: Float<'_>) -> PyResult {
    int::from_f64(float.ob_fval)
}

/// The value as an exact float.
fn to_float(float: Float<'_>) -> PyResult {
    if float.is_exact::<PyFloatObject>() {
        return Ok(float.to_owned().into_object());
    }
    new(float.ob_fval)
}

/// The exact order of a float and an int; `None` if the float is no number.
pub(crate) fn compare_with_int(float: f64, int: Borrowed<'_, PyLongObject>) -> Option<Ordering> {
    if let Some(value) = int.two_digits().filter(|value| value.unsigned_abs() <= 1 << 53) {
        return float.partial_cmp(&(value as f64));
    }
    if float.is_nan() {
        return None;
    }
    let by_sign = (float.partial_cmp(&0.0)? as i32).cmp(&int.sign());
    if float.is_infinite() || by_sign != Ordering::Equal {
        return Some(if float.is_infinite() { float.partial_cmp(&0.0)? } else { by_sign });
    }
    // Same sign, and the int has more than 53 bits: compare exponents, then whole parts.
    let (_, exponent) = frexp(float);
    let bits = int::digits::bit_length(int.digits());
    let magnitude = (exponent as i64).cmp(&(bits as i64)).then_with(|| {
        // A float of this exponent has no fraction, unless it is just 2**53 or so.
        let whole = exact_digits(float.abs().trunc());
        int::digits::compare(&whole, int.digits()).then(if float.fract() != 0.0 {
            Ordering::Greater
        } else {
            Ordering::Equal
        })
    });
    Some(if float < 0.0 { magnitude.reverse() } else { magnitude })
}

/// The digits of a whole number.
fn exact_digits(value: f64) -> Vec<digit> {
    let (fraction, exponent) = frexp(value);
    let mantissa = (fraction * int::power_of_two(64)) as u128;
    if exponent <= 64 {
        return int::digits::from_u128(mantissa >> (64 - exponent));
    }
    let low = int::digits::from_u128(mantissa);
    let bits = (exponent - 64) as usize;
    let mut out = vec![0; low.len() + bits / int::digits::SHIFT as usize + 1];
    int::digits::shift_left(&low, bits, &mut out);
    int::digits::truncate(&mut out);
    out
}

/// C's `frexp`: `value = fraction * 2**exponent` with `0.5 <= abs(fraction) < 1`.
pub fn frexp(value: f64) -> (f64, i32) {
    if value == 0.0 || !value.is_finite() {
        return (value, 0);
    }
    let bits = value.to_bits();
    let raw = (bits >> 52 & 0x7ff) as i32;
    if raw == 0 {
        let (fraction, exponent) = frexp(value * int::power_of_two(64));
        return (fraction, exponent - 64);
    }
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), raw - 1022)
}

/// Whether floats in this order (none if one is no number) fulfil the comparison.
#[inline]
fn fulfils(order: Option<Ordering>, op: c_int) -> bool {
    match order {
        Some(order) => int::order_fulfils(order, op),
        None => op == Py_NE,
    }
}

fn richcompare(a: Float<'_>, b: Op<'_>, op: c_int) -> PyResult {
    let order = if let Some(b) = b.downcast::<PyFloatObject>() {
        a.ob_fval.partial_cmp(&b.ob_fval)
    } else if let Some(b) = int::downcast(b) {
        compare_with_int(a.ob_fval, b)
    } else {
        return not_implemented();
    };
    Ok(singletons::new_bool(fulfils(order, op)))
}

/// The hash of a float, equal to that of an equal int; `op` stands for a NaN, which equals nothing.
pub fn hash_f64(value: f64, op: *mut PyObject) -> Py_hash_t {
    const BITS: u32 = 61;
    const MODULUS: u64 = (1 << BITS) - 1;
    const INFINITY: isize = 314159;
    if value.is_nan() {
        return hashing::hash_pointer(op);
    }
    if value.is_infinite() {
        return if value > 0.0 { INFINITY } else { -INFINITY };
    }
    let (fraction, exponent) = frexp(value.abs());
    let mantissa = (fraction * int::power_of_two(53)) as u64;
    // mantissa * 2**exponent modulo 2**61 - 1, where 2**61 is 1.
    let turn = (exponent - 53).rem_euclid(BITS as i32) as u32;
    let hash = if turn == 0 { mantissa } else { (mantissa << turn & MODULUS) | mantissa >> (BITS - turn) };
    let hash = if value < 0.0 { -(hash as isize) } else { hash as isize };
    if hash == -1 { -2 } else { hash }
}

fn hash(float: Float<'_>) -> PyResult<Py_hash_t> {
    Ok(hash_f64(float.ob_fval, float.as_object_ptr()))
}

fn dealloc(float: Float<'_>) {
    // SAFETY: the count is 0, and floats own nothing.
    unsafe {
        let op = float.as_object_ptr();
        if !float.is_exact::<PyFloatObject>()
            || !free_lists::current().floats.push(op, free_lists::MOST_NUMBERS)
        {
            alloc::free_object(op);
        }
    }
}

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: slot::binary(add),
    nb_subtract: slot::binary(subtract),
    nb_multiply: slot::binary(multiply),
    nb_remainder: slot::binary(remainder),
    nb_divmod: slot::binary(divmod),
    nb_power: slot::ternary(power),
    nb_negative: slot::unary(negative),
    nb_positive: slot::unary(to_float),
    nb_absolute: slot::unary(absolute),
    nb_bool: slot::truth(truth),
    nb_int: slot::unary(to_int),
    nb_float: slot::unary(to_float),
    nb_floor_divide: slot::binary(floor_divide),
    nb_true_divide: slot::binary(true_divide),
    ..PyNumberMethods::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyFloat_Type: PyTypeObject = PyTypeObject {
    tp_name: c"float".as_ptr(),
    tp_basicsize: size_of::<PyFloatObject>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(text::repr),
    tp_as_number: &raw mut AS_NUMBER,
    tp_hash: slot::hash(hash),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    tp_doc: c"float(x=0, /)\n--\n\nMake a float from a number or from text.".as_ptr(),
    tp_richcompare: slot::richcompare(richcompare),
    tp_methods: methods::METHODS.as_ptr().cast_mut(),
    tp_getset: methods::GETSET.as_ptr().cast_mut(),
    tp_new: slot::new(methods::new),
    tp_vectorcall: slot::vectorcall(methods::vectorcall),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyFloatObject, PyFloat_Type);
