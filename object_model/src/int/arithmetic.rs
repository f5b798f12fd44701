//! The number slots of `int`: arithmetic, bit operations, powers, comparison, hash.

use core::cmp::Ordering;
use core::ffi::c_int;

use malachite_base::num::arithmetic::traits::{ModInverse, ModPow, Pow};
use malachite_base::num::basic::traits::Zero;
use malachite_nz::natural::Natural;

use super::digits::{MASK, SHIFT};
use super::{
    build, copy, digits, downcast, from_digits, from_i64, from_i128, from_natural, known, small, to_f64,
    too_many_digits,
};
use crate::define::{not_implemented, slot};
use crate::layout::*;
use crate::{Borrowed, Object, Op, PyResult, Raised, errors, float, number, raise, singletons, tuple};

type Int<'a> = Borrowed<'a, PyLongObject>;

/// Both operands, or the caller answers `NotImplemented`.
macro_rules! both {
    ($a:ident, $b:ident) => {
        let (Some($a), Some($b)) = (downcast($a), downcast($b)) else {
            return not_implemented();
        };
    };
}

pub(super) const AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: slot::binary(add),
    nb_subtract: slot::binary(subtract),
    nb_multiply: slot::binary(multiply),
    nb_remainder: slot::binary(remainder),
    nb_divmod: slot::binary(divmod),
    nb_power: slot::ternary(power),
    nb_negative: slot::unary(negative),
    nb_positive: slot::unary(long),
    nb_absolute: slot::unary(absolute),
    nb_bool: slot::truth(truth),
    nb_invert: slot::unary(invert),
    nb_lshift: slot::binary(lshift),
    nb_rshift: slot::binary(rshift),
    nb_and: slot::binary(and),
    nb_xor: slot::binary(xor),
    nb_or: slot::binary(or),
    nb_int: slot::unary(long),
    nb_float: slot::unary(to_float),
    nb_floor_divide: slot::binary(floor_divide),
    nb_true_divide: slot::binary(true_divide),
    nb_index: slot::unary(long),
    ..PyNumberMethods::EMPTY
};

pub(crate) fn division_by_zero() -> Raised {
    raise!(ZeroDivisionError, "division by zero")
}

/// `nb_int`, `nb_index`, `+x`: the value as an exact int.
pub(super) fn long(int: Int<'_>) -> PyResult {
    copy(int)
}

fn to_float(int: Int<'_>) -> PyResult {
    float::new(to_f64(int)?)
}

fn truth(int: Int<'_>) -> PyResult<bool> {
    Ok(!int.is_zero())
}

/// `a + b`, with the sign of `b` given.
fn add_signed(a: Int<'_>, b: Int<'_>, b_negative: bool) -> PyResult {
    let (x, y) = (a.digits(), b.digits());
    if a.is_negative() == b_negative {
        return build(x.len().max(y.len()) + 1, b_negative, |out| digits::add(x, y, out));
    }
    match digits::compare(x, y) {
        Ordering::Less => build(y.len(), b_negative, |out| digits::sub(y, x, out)),
        _ => build(x.len(), a.is_negative(), |out| digits::sub(x, y, out)),
    }
}

#[inline]
pub(crate) fn add_ints(a: Int<'_>, b: Int<'_>) -> PyResult {
    if let (Some(x), Some(y)) = (a.two_digits(), b.two_digits()) {
        return from_i64(x + y);
    }
    add_signed(a, b, b.is_negative())
}

#[inline]
pub(crate) fn subtract_ints(a: Int<'_>, b: Int<'_>) -> PyResult {
    if let (Some(x), Some(y)) = (a.two_digits(), b.two_digits()) {
        return from_i64(x - y);
    }
    // Zero has no sign to turn round, but adding it does no harm with either.
    add_signed(a, b, !b.is_negative())
}

#[inline]
pub(crate) fn multiply_ints(a: Int<'_>, b: Int<'_>) -> PyResult {
    if a.is_compact() && b.is_compact() {
        return from_i64((a.compact() * b.compact()) as i64);
    }
    if let (Some(x), Some(y)) = (a.two_digits(), b.two_digits()) {
        return from_i128(x as i128 * y as i128);
    }
    let (x, y) = (a.digits(), b.digits());
    let negative = a.is_negative() != b.is_negative();
    build(x.len() + y.len(), negative, |out| digits::mul(x, y, out))
}

fn add(a: Op<'_>, b: Op<'_>) -> PyResult {
    both!(a, b);
    add_ints(a, b)
}

fn subtract(a: Op<'_>, b: Op<'_>) -> PyResult {
    both!(a, b);
    subtract_ints(a, b)
}

fn multiply(a: Op<'_>, b: Op<'_>) -> PyResult {
    both!(a, b);
    multiply_ints(a, b)
}

/// Quotient rounded down and remainder with the sign of `b`; which of them are wanted.
fn div_mod(a: Int<'_>, b: Int<'_>) -> PyResult<(Object, Object)> {
    if b.is_zero() {
        return Err(division_by_zero());
    }
    if let (Some(x), Some(y)) = (a.two_digits(), b.two_digits()) {
        let (q, r) = floor_div_mod(x, y);
        return Ok((from_i64(q)?, from_i64(r)?));
    }
    let (quotient, remainder) = digits::div_rem(a.digits(), b.digits());
    let negative = a.is_negative() != b.is_negative();
    if !negative || remainder.is_empty() {
        return Ok((from_digits(negative, &quotient)?, from_digits(a.is_negative(), &remainder)?));
    }
    // Round down: one further from zero, and the remainder on the other side of it.
    let quotient = build(quotient.len().max(1) + 1, true, |out| digits::add(&quotient, &[1], out))?;
    let y = b.digits();
    let remainder = build(y.len(), b.is_negative(), |out| digits::sub(y, &remainder, out))?;
    Ok((quotient, remainder))
}

#[inline]
fn floor_div_mod(x: i64, y: i64) -> (i64, i64) {
    let (q, r) = (x / y, x % y);
    if r != 0 && (r < 0) != (y < 0) { (q - 1, r + y) } else { (q, r) }
}

fn floor_divide(a: Op<'_>, b: Op<'_>) -> PyResult {
    both!(a, b);
    floor_divide_ints(a, b)
}

pub(crate) fn floor_divide_ints(a: Int<'_>, b: Int<'_>) -> PyResult {
    match (a.two_digits(), b.two_digits()) {
        (Some(x), Some(y)) if y != 0 => from_i64(floor_div_mod(x, y).0),
        _ => Ok(div_mod(a, b)?.0),
    }
}

fn remainder(a: Op<'_>, b: Op<'_>) -> PyResult {
    both!(a, b);
    remainder_ints(a, b)
}

pub(crate) fn remainder_ints(a: Int<'_>, b: Int<'_>) -> PyResult {
    match (a.two_digits(), b.two_digits()) {
        (Some(x), Some(y)) if y != 0 => from_i64(floor_div_mod(x, y).1),
        _ => Ok(div_mod(a, b)?.1),
    }
}

fn divmod(a: Op<'_>, b: Op<'_>) -> PyResult {
    both!(a, b);
    let (quotient, remainder) = div_mod(a, b)?;
    tuple::from_vec(vec![quotient, remainder])
}

/// Quotient and remainder with the quotient rounded to nearest, ties to even (`_PyLong_DivmodNear`).
pub fn div_mod_near(a: Op<'_>, b: Op<'_>) -> PyResult<(Object, Object)> {
    let (a, b) = (known(a), known(b));
    if b.is_zero() {
        return Err(division_by_zero());
    }
    let negative = a.is_negative() != b.is_negative();
    let y = b.digits();
    let (mut quotient, remainder) = digits::div_rem(a.digits(), y);
    let mut twice = vec![0; remainder.len() + 1];
    digits::shift_left(&remainder, 1, &mut twice);
    let odd = quotient.first().is_some_and(|d| d & 1 == 1);
    let up = match digits::compare(digits::trim(&twice), y) {
        Ordering::Greater => true,
        Ordering::Equal => odd,
        Ordering::Less => false,
    };
    if !up {
        return Ok((from_digits(negative, &quotient)?, from_digits(a.is_negative(), &remainder)?));
    }
    let mut next = vec![0; quotient.len().max(1) + 1];
    digits::add(&quotient, &[1], &mut next);
    quotient = next;
    let mut rest = vec![0; y.len()];
    digits::sub(y, &remainder, &mut rest);
    Ok((from_digits(negative, &quotient)?, from_digits(!a.is_negative(), &rest)?))
}

fn true_divide(a: Op<'_>, b: Op<'_>) -> PyResult {
    both!(a, b);
    float::new(true_divide_ints(a, b)?)
}

/// The float nearest to the quotient, ties to even.
pub(crate) fn true_divide_ints(a: Int<'_>, b: Int<'_>) -> PyResult<f64> {
    const EXACT: u64 = f64::MANTISSA_DIGITS as u64;
    const MIN_EXP: i64 = f64::MIN_EXP as i64;
    const MAX_EXP: i64 = f64::MAX_EXP as i64;
    const MANT_DIG: i64 = f64::MANTISSA_DIGITS as i64;
    if b.is_zero() {
        return Err(division_by_zero());
    }
    let negative = a.is_negative() != b.is_negative();
    let signed = |value: f64| if negative { -value } else { value };
    if a.is_zero() {
        return Ok(signed(0.0));
    }
    let (x, y) = (a.digits(), b.digits());
    let (a_bits, b_bits) = (digits::bit_length(x), digits::bit_length(y));
    if a_bits <= EXACT && b_bits <= EXACT {
        return Ok(signed(digits::to_u64(x) as f64 / digits::to_u64(y) as f64));
    }
    let overflow = || raise!(OverflowError, "integer division result too large for a float");
    let diff = a_bits as i64 - b_bits as i64;
    if diff > MAX_EXP {
        return Err(overflow());
    }
    if diff < MIN_EXP - MANT_DIG - 1 {
        return Ok(signed(0.0));
    }
    // A quotient of 55 or 56 bits (fewer below the normal range), and whether anything was cut off.
    let shift = diff.max(MIN_EXP) - MANT_DIG - 2;
    let mut inexact = false;
    let mut scaled;
    if shift <= 0 {
        let bits = -shift as usize;
        scaled = vec![0; x.len() + bits / SHIFT as usize + 1];
        digits::shift_left(x, bits, &mut scaled);
    } else {
        let bits = shift as usize;
        scaled = vec![0; x.len() - bits / SHIFT as usize];
        digits::shift_right(x, bits, &mut scaled);
        inexact = digits::any_low_bits(x, bits as u64);
    }
    let (quotient, remainder) = digits::div_rem(digits::trim(&scaled), y);
    inexact |= !remainder.is_empty();
    let bits = digits::bit_length(&quotient) as i64;
    // Round to nearest even by hand, as results below the normal range have fewer bits.
    let extra_bits = bits.max(MIN_EXP - shift) - MANT_DIG;
    let mask = 1u64 << (extra_bits - 1);
    let mut value = digits::to_u64(&quotient) | inexact as u64;
    if value & mask != 0 && value & (3 * mask - 1) != 0 {
        value += mask;
    }
    value &= !(2 * mask - 1);
    let value = value as f64;
    if shift + bits >= MAX_EXP && (shift + bits > MAX_EXP || value == 2f64.powi(bits as i32)) {
        return Err(overflow());
    }
    Ok(signed(ldexp(value, shift as i32)))
}

/// C's `ldexp`.
pub fn ldexp(value: f64, exponent: c_int) -> f64 {
    mod c {
        unsafe extern "C" {
            pub safe fn ldexp(value: f64, exponent: core::ffi::c_int) -> f64;
        }
    }
    c::ldexp(value, exponent)
}

fn negative(int: Int<'_>) -> PyResult {
    match int.two_digits() {
        Some(value) => from_i64(-value),
        None => from_digits(!int.is_negative(), int.digits()),
    }
}

/// `int.__abs__`.
pub fn absolute(int: Int<'_>) -> PyResult {
    if int.is_negative() { negative(int) } else { copy(int) }
}

/// `~int`, which is `-(int + 1)`.
pub(crate) fn invert(int: Int<'_>) -> PyResult {
    if let Some(value) = int.two_digits() {
        return from_i64(!value);
    }
    let x = int.digits();
    if int.is_negative() {
        build(x.len(), false, |out| digits::sub(x, &[1], out))
    } else {
        build(x.len() + 1, true, |out| digits::add(x, &[1], out))
    }
}

/// How far to shift; `None` for further than an int can be long.
fn shift_count(b: Int<'_>) -> PyResult<Option<usize>> {
    if b.is_negative() {
        return Err(raise!(ValueError, "negative shift count"));
    }
    Ok(super::to_i64(b).ok().map(|n| n as usize))
}

fn lshift(a: Op<'_>, b: Op<'_>) -> PyResult {
    both!(a, b);
    let bits = shift_count(b)?;
    if a.is_zero() {
        return Ok(small(0));
    }
    let bits = bits.ok_or_else(too_many_digits)?;
    shift_left(a, bits)
}

pub(crate) fn shift_left(a: Int<'_>, bits: usize) -> PyResult {
    if let Some(value) = a.two_digits().filter(|_| bits <= 64) {
        return from_i128((value as i128) << bits);
    }
    let x = a.digits();
    if bits / SHIFT as usize > isize::MAX as usize / 8 {
        return Err(too_many_digits());
    }
    build(x.len() + bits / SHIFT as usize + 1, a.is_negative(), |out| digits::shift_left(x, bits, out))
}

fn rshift(a: Op<'_>, b: Op<'_>) -> PyResult {
    both!(a, b);
    let bits = shift_count(b)?.unwrap_or(usize::MAX);
    shift_right(a, bits)
}

pub(crate) fn shift_right(a: Int<'_>, bits: usize) -> PyResult {
    if let Some(value) = a.two_digits() {
        return from_i64(value >> bits.min(63));
    }
    let x = a.digits();
    if bits / SHIFT as usize >= x.len() {
        return Ok(small(if a.is_negative() { -1 } else { 0 }));
    }
    // Rounds down, so a negative number whose bits fall off gets one further from zero.
    let away = a.is_negative() && digits::any_low_bits(x, bits as u64);
    let mut shifted = vec![0; x.len() - bits / SHIFT as usize];
    digits::shift_right(x, bits, &mut shifted);
    if !away {
        return from_digits(a.is_negative(), &shifted);
    }
    build(shifted.len() + 1, true, |out| digits::add(&shifted, &[1], out))
}

/// A bit operation on the two's complement of both.
fn bitwise(a: Int<'_>, b: Int<'_>, word: fn(u32, u32) -> u32) -> PyResult {
    /// Digits in two's complement, without end.
    fn complement(int: Int<'_>) -> impl Iterator<Item = u32> {
        let negative = int.is_negative();
        let mut carry = negative as u32;
        int.digits().iter().copied().chain(core::iter::repeat(0)).map(move |d| {
            if !negative {
                return d;
            }
            let d = (d ^ MASK) + carry;
            carry = d >> SHIFT;
            d & MASK
        })
    }
    let negative = word(a.is_negative() as u32, b.is_negative() as u32) & 1 == 1;
    let n = a.digits().len().max(b.digits().len()) + 1;
    let mut carry = negative as u32;
    build(n, negative, |out| {
        for (cell, (x, y)) in out.iter_mut().zip(complement(a).zip(complement(b))) {
            let d = word(x, y) & MASK;
            *cell = if negative {
                let d = (d ^ MASK) + carry;
                carry = d >> SHIFT;
                d & MASK
            } else {
                d
            };
        }
    })
}

macro_rules! bit_operations {
    ($($name:ident $on_ints:ident $operator:tt;)*) => {
        $(
            fn $name(a: Op<'_>, b: Op<'_>) -> PyResult {
                both!(a, b);
                $on_ints(a, b)
            }
            pub(crate) fn $on_ints(a: Int<'_>, b: Int<'_>) -> PyResult {
                match (a.two_digits(), b.two_digits()) {
                    (Some(x), Some(y)) => from_i64(x $operator y),
                    _ => bitwise(a, b, |x, y| x $operator y),
                }
            }
        )*
    };
}
bit_operations! {
    and and_ints &;
    or or_ints |;
    xor xor_ints ^;
}

/// `a ** b` or `pow(a, b, modulus)`.
fn power(a: Op<'_>, b: Op<'_>, modulus: Op<'_>) -> PyResult {
    both!(a, b);
    if let Some(modulus) = downcast(modulus) {
        return power_modulo(a, b, modulus);
    }
    if !modulus.is_none() {
        return not_implemented();
    }
    if b.is_negative() {
        // The result is a float, by float's own rules.
        let base = float::new(to_f64(a)?)?;
        let exponent = float::new(to_f64(b)?)?;
        return number::power(base.op(), exponent.op(), singletons::none());
    }
    power_ints(a, b)
}

/// `a ** b` for `b >= 0`.
pub(crate) fn power_ints(a: Int<'_>, b: Int<'_>) -> PyResult {
    let x = a.digits();
    let odd = b.digits().first().is_some_and(|d| d & 1 == 1);
    let negative = a.is_negative() && odd;
    if b.is_zero() {
        return Ok(small(1));
    }
    if let [] | [1] = *x {
        return from_digits(negative, x);
    }
    let bits = digits::bit_length(x);
    let exponent = super::to_i64(b).ok().filter(|&n| (n as u64).saturating_mul(bits) < 1 << 46);
    let Some(exponent) = exponent else {
        return Err(errors::no_memory());
    };
    if bits * exponent as u64 <= 127 {
        let mut value = 1u128;
        let base = digits::to_u128(x);
        for _ in 0..exponent {
            value *= base;
        }
        return super::from_u128_sign(value, negative);
    }
    // A power of two is a shift.
    if x[x.len() - 1].is_power_of_two() && !digits::any_low_bits(x, bits - 1) {
        return super::convert::shifted(1, (bits - 1) as usize * exponent as usize, negative);
    }
    from_natural(negative, &digits::to_natural(x).pow(exponent as u64))
}

/// `pow(a, b, modulus)`; the result has the sign of the modulus.
fn power_modulo(a: Int<'_>, b: Int<'_>, modulus: Int<'_>) -> PyResult {
    if modulus.is_zero() {
        return Err(raise!(ValueError, "pow() 3rd argument cannot be 0"));
    }
    let m = modulus.digits();
    if let [1] = *m {
        return Ok(small(0));
    }
    let m = digits::to_natural(m);
    let mut base = digits::to_natural(a.digits()) % &m;
    if a.is_negative() && base != Natural::ZERO {
        base = &m - base;
    }
    if b.is_negative() {
        let inverse = if base == Natural::ZERO { None } else { base.mod_inverse(&m) };
        base = inverse.ok_or_else(|| raise!(ValueError, "base is not invertible for the given modulus"))?;
    }
    let result = match u64::try_from(&m).ok() {
        Some(m) => Natural::from(power_u64(u64::try_from(&base).unwrap_or(0), b, m)),
        None => base.mod_pow(digits::to_natural(b.digits()), &m),
    };
    if modulus.is_negative() && result != Natural::ZERO {
        return from_natural(true, &(m - result));
    }
    from_natural(false, &result)
}

/// `base ** abs(exponent) % m` for `base < m`.
fn power_u64(base: u64, exponent: Int<'_>, m: u64) -> u64 {
    let (m, mut base) = (m as u128, base as u128);
    let mut result = 1;
    let digits = exponent.digits();
    for bit in 0..digits::bit_length(digits) {
        if digits[bit as usize / SHIFT as usize] >> (bit as u32 % SHIFT) & 1 == 1 {
            result = result * base % m;
        }
        base = base * base % m;
    }
    result as u64
}

/// The order of two ints.
#[inline]
pub(crate) fn compare_ints(a: Int<'_>, b: Int<'_>) -> Ordering {
    if let (Some(x), Some(y)) = (a.two_digits(), b.two_digits()) {
        return x.cmp(&y);
    }
    a.sign().cmp(&b.sign()).then_with(|| {
        let order = digits::compare(a.digits(), b.digits());
        if a.is_negative() { order.reverse() } else { order }
    })
}

/// Whether `order` fulfils the comparison `op` (`Py_RETURN_RICHCOMPARE`).
#[inline]
pub fn order_fulfils(order: Ordering, op: c_int) -> bool {
    match op {
        Py_LT => order.is_lt(),
        Py_LE => order.is_le(),
        Py_EQ => order.is_eq(),
        Py_NE => order.is_ne(),
        Py_GT => order.is_gt(),
        _ => order.is_ge(),
    }
}

pub(super) fn richcompare(a: Op<'_>, b: Op<'_>, op: c_int) -> PyResult {
    both!(a, b);
    let order = if a.is(b) { Ordering::Equal } else { compare_ints(a, b) };
    Ok(singletons::new_bool(order_fulfils(order, op)))
}

/// The value modulo the prime 2**61 - 1.
pub(super) fn hash(int: Int<'_>) -> PyResult<Py_hash_t> {
    Ok(hash_digits(int.digits()) as isize * int.sign() as isize)
}

pub(crate) fn hash_digits(digits: &[digit]) -> u64 {
    const BITS: u32 = 61;
    const MODULUS: u64 = (1 << BITS) - 1;
    digits.iter().rev().fold(0, |hash, &d| {
        // Multiplying by 2**30 turns the 61 bits round.
        let turned = (hash << SHIFT & MODULUS) | hash >> (BITS - SHIFT);
        let sum = turned + d as u64;
        if sum >= MODULUS { sum - MODULUS } else { sum }
    })
}

/// The greatest common divisor (`_PyLong_GCD`).
pub fn gcd(a: Op<'_>, b: Op<'_>) -> PyResult {
    use malachite_base::num::arithmetic::traits::Gcd;
    let (a, b) = (known(a), known(b));
    if let (Some(x), Some(y)) = (a.two_digits(), b.two_digits()) {
        return super::from_u64(x.unsigned_abs().gcd(y.unsigned_abs()));
    }
    from_natural(false, &digits::to_natural(a.digits()).gcd(digits::to_natural(b.digits())))
}
