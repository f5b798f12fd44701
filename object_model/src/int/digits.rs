//! Arithmetic on magnitudes: slices of 30-bit digits, the least significant first.
//!
//! Operands carry no leading zeros; results may. What is small or medium is done
//! here digit by digit, what is large goes through malachite, whose
//! algorithms are sub-quadratic; the conversion in between is linear.

use core::cmp::Ordering;

use malachite_base::num::arithmetic::traits::{DivRem, Square};
use malachite_nz::natural::Natural;

use crate::layout::digit;

/// Bits of one digit.
pub const SHIFT: u32 = 30;
/// The highest value of one digit.
pub const MASK: u32 = (1 << SHIFT) - 1;

/// From this many digits of the shorter operand on, malachite multiplies and divides.
const LARGE: usize = 32;

/// Without leading zeros.
#[inline]
pub fn trim(digits: &[digit]) -> &[digit] {
    let mut n = digits.len();
    while n > 0 && digits[n - 1] == 0 {
        n -= 1;
    }
    &digits[..n]
}

pub fn compare(a: &[digit], b: &[digit]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// How many bits the magnitude has.
#[inline]
pub fn bit_length(a: &[digit]) -> u64 {
    match a.last() {
        None => 0,
        Some(top) => (a.len() as u64 - 1) * SHIFT as u64 + (32 - top.leading_zeros()) as u64,
    }
}

/// The value of up to four digits.
#[inline]
pub fn to_u128(a: &[digit]) -> u128 {
    debug_assert!(a.len() <= 4);
    a.iter().rev().fold(0, |value, &d| value << SHIFT | d as u128)
}

/// The value of up to two digits.
#[inline]
pub fn to_u64(a: &[digit]) -> u64 {
    debug_assert!(a.len() <= 2);
    a.iter().rev().fold(0, |value, &d| value << SHIFT | d as u64)
}

/// The value modulo 2**64.
pub fn low_u64(a: &[digit]) -> u64 {
    a.iter().take(3).rev().fold(0, |value, &d| value << SHIFT | d as u64)
}

/// `out = a + b`; `out` has one digit more than the longer operand.
pub fn add(a: &[digit], b: &[digit], out: &mut [digit]) {
    let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    debug_assert!(out.len() == a.len() + 1);
    let mut carry = 0;
    for (index, &d) in a.iter().enumerate() {
        carry += d + b.get(index).copied().unwrap_or(0);
        out[index] = carry & MASK;
        carry >>= SHIFT;
    }
    out[a.len()] = carry;
}

/// `out = a - b` for `a >= b`; `out` is as long as `a`.
pub fn sub(a: &[digit], b: &[digit], out: &mut [digit]) {
    debug_assert!(out.len() == a.len() && compare(a, b) != Ordering::Less);
    let mut borrow = 0u32;
    for (index, &d) in a.iter().enumerate() {
        let difference = d.wrapping_sub(b.get(index).copied().unwrap_or(0)).wrapping_sub(borrow);
        out[index] = difference & MASK;
        borrow = difference >> SHIFT & 1;
    }
    debug_assert!(borrow == 0);
}

/// `out = a * b`; `out` is zeroed and as long as both operands together.
pub fn mul(a: &[digit], b: &[digit], out: &mut [digit]) {
    debug_assert!(out.len() == a.len() + b.len());
    if a.len().min(b.len()) >= LARGE {
        let product =
            if core::ptr::eq(a, b) { to_natural(a).square() } else { to_natural(a) * to_natural(b) };
        return write_natural(&product, out);
    }
    for (index, &d) in a.iter().enumerate() {
        let mut carry = 0u64;
        let d = d as u64;
        let row = &mut out[index..index + b.len() + 1];
        for (cell, &e) in row.iter_mut().zip(b) {
            carry += *cell as u64 + d * e as u64;
            *cell = carry as u32 & MASK;
            carry >>= SHIFT;
        }
        row[b.len()] = carry as u32;
    }
}

/// `out = a / d`, and the remainder; `out` is as long as `a`.
pub fn div_digit(a: &[digit], d: digit, out: &mut [digit]) -> digit {
    let d = d as u64;
    let mut remainder = 0u64;
    for index in (0..a.len()).rev() {
        let value = remainder << SHIFT | a[index] as u64;
        out[index] = (value / d) as u32;
        remainder = value % d;
    }
    remainder as u32
}

/// Quotient and remainder of `a / b` for `b > 0`, trimmed.
pub fn div_rem(a: &[digit], b: &[digit]) -> (Vec<digit>, Vec<digit>) {
    debug_assert!(!b.is_empty());
    if compare(a, b) == Ordering::Less {
        return (Vec::new(), a.to_vec());
    }
    if a.len() <= 4 {
        let (a, b) = (to_u128(a), to_u128(b));
        return (from_u128(a / b), from_u128(a % b));
    }
    if let [d] = *b {
        let mut quotient = vec![0; a.len()];
        let remainder = div_digit(a, d, &mut quotient);
        truncate(&mut quotient);
        return (quotient, from_u128(remainder as u128));
    }
    if b.len() >= LARGE && a.len() - b.len() >= LARGE {
        let (quotient, remainder) = to_natural(a).div_rem(to_natural(b));
        return (from_natural(&quotient), from_natural(&remainder));
    }
    divide_knuth(a, b)
}

/// Knuth's algorithm D (The Art of Computer Programming, volume 2, 4.3.1) for `b` of two or more digits.
fn divide_knuth(a: &[digit], b: &[digit]) -> (Vec<digit>, Vec<digit>) {
    let n = b.len();
    let shift = SHIFT - (32 - b[n - 1].leading_zeros());
    let mut divisor = vec![0; n + 1];
    shift_left(b, shift as usize, &mut divisor);
    let divisor = &divisor[..n];
    let mut rest = vec![0; a.len() + 1];
    shift_left(a, shift as usize, &mut rest);
    let (top, second) = (divisor[n - 1] as u64, divisor[n - 2] as u64);
    let mut quotient = vec![0; a.len() - n + 1];
    for j in (0..quotient.len()).rev() {
        let high = (rest[j + n] as u64) << SHIFT | rest[j + n - 1] as u64;
        let mut q = high / top;
        let mut r = high % top;
        while q > MASK as u64 || q * second > (r << SHIFT | rest[j + n - 2] as u64) {
            q -= 1;
            r += top;
            if r > MASK as u64 {
                break;
            }
        }
        let mut borrow = 0i64;
        for (cell, &d) in rest[j..].iter_mut().zip(divisor) {
            let value = *cell as i64 - borrow - (q * d as u64) as i64;
            *cell = value as u32 & MASK;
            borrow = -(value >> SHIFT);
        }
        let value = rest[j + n] as i64 - borrow;
        rest[j + n] = value as u32 & MASK;
        if value < 0 {
            q -= 1;
            let mut carry = 0;
            for (cell, &d) in rest[j..].iter_mut().zip(divisor) {
                carry += *cell + d;
                *cell = carry & MASK;
                carry >>= SHIFT;
            }
            rest[j + n] = (rest[j + n] + carry) & MASK;
        }
        quotient[j] = q as u32;
    }
    truncate(&mut quotient);
    rest.truncate(n);
    let mut remainder = vec![0; n];
    shift_right(&rest, shift as usize, &mut remainder);
    truncate(&mut remainder);
    (quotient, remainder)
}

/// Drops leading zeros.
pub fn truncate(digits: &mut Vec<digit>) {
    let n = trim(digits).len();
    digits.truncate(n);
}

/// `out = a << bits`; `out` is zeroed and `bits / 30 + 1` digits longer than `a`.
pub fn shift_left(a: &[digit], bits: usize, out: &mut [digit]) {
    let (whole, part) = (bits / SHIFT as usize, bits % SHIFT as usize);
    let mut carry = 0u64;
    for (cell, &d) in out[whole..].iter_mut().zip(a) {
        carry |= (d as u64) << part;
        *cell = carry as u32 & MASK;
        carry >>= SHIFT;
    }
    if let Some(cell) = out.get_mut(whole + a.len()) {
        *cell = carry as u32;
    } else {
        debug_assert!(carry == 0);
    }
}

/// `out = a >> bits`; `out` is `bits / 30` digits shorter than `a`.
pub fn shift_right(a: &[digit], bits: usize, out: &mut [digit]) {
    let (whole, part) = (bits / SHIFT as usize, bits % SHIFT as usize);
    let a = &a[whole.min(a.len())..];
    for (index, cell) in out.iter_mut().enumerate() {
        let high = a.get(index + 1).copied().unwrap_or(0) as u64;
        *cell = ((high << SHIFT | a[index] as u64) >> part) as u32 & MASK;
    }
}

/// Whether any of the lowest `bits` bits is set.
pub fn any_low_bits(a: &[digit], bits: u64) -> bool {
    let whole = (bits / SHIFT as u64) as usize;
    if whole >= a.len() {
        return !a.is_empty();
    }
    a[..whole].iter().any(|&d| d != 0) || a[whole] & ((1 << (bits % SHIFT as u64)) - 1) != 0
}

pub fn from_u128(mut value: u128) -> Vec<digit> {
    let mut digits = Vec::with_capacity(5);
    while value != 0 {
        digits.push(value as u32 & MASK);
        value >>= SHIFT;
    }
    digits
}

/// As 64-bit limbs.
pub fn to_limbs(a: &[digit]) -> Vec<u64> {
    let mut limbs = Vec::with_capacity(a.len() * SHIFT as usize / 64 + 1);
    let (mut pending, mut bits) = (0u128, 0);
    for &d in a {
        pending |= (d as u128) << bits;
        bits += SHIFT;
        if bits >= 64 {
            limbs.push(pending as u64);
            pending >>= 64;
            bits -= 64;
        }
    }
    if pending != 0 {
        limbs.push(pending as u64);
    }
    limbs
}

pub fn to_natural(a: &[digit]) -> Natural {
    Natural::from_owned_limbs_asc(to_limbs(a))
}

/// How many digits a number has.
pub fn digits_of_natural(value: &Natural) -> usize {
    let limbs = value.as_limbs_asc();
    let bits = limbs.last().map_or(0, |top| limbs.len() * 64 - top.leading_zeros() as usize);
    bits.div_ceil(SHIFT as usize)
}

/// `out = value`, zeros behind it.
pub fn write_natural(value: &Natural, out: &mut [digit]) {
    let limbs = value.as_limbs_asc();
    let (mut pending, mut bits, mut next) = (0u128, 0, 0);
    for cell in out {
        if bits < SHIFT && next < limbs.len() {
            pending |= (limbs[next] as u128) << bits;
            next += 1;
            bits += 64;
        }
        *cell = pending as u32 & MASK;
        pending >>= SHIFT;
        bits = bits.saturating_sub(SHIFT);
    }
}

pub fn from_natural(value: &Natural) -> Vec<digit> {
    let mut out = vec![0; digits_of_natural(value)];
    write_natural(value, &mut out);
    out
}
