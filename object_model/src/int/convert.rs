//! Ints to and from C integers, floats and bytes.

use super::digits::{MASK, SHIFT};
use super::{build, digits, downcast, from_i64, from_u128_sign, known, small};
use crate::layout::*;
use crate::{Borrowed, Op, PyResult, Raised, number, raise};

/// Calls `read` with the int that `op` is or gives through `__index__`.
#[inline]
fn with_index<R>(op: Op<'_>, read: impl FnOnce(Borrowed<'_, PyLongObject>) -> PyResult<R>) -> PyResult<R> {
    match downcast(op) {
        Some(int) => read(int),
        None => {
            let int = number::index_or_subclass(op)?;
            read(known(int.op()))
        }
    }
}

/// The int itself; without `__index__`, as some C conversions want it.
#[inline]
fn strict(op: Op<'_>) -> PyResult<Borrowed<'_, PyLongObject>> {
    downcast(op).ok_or_else(|| raise!(TypeError, "an integer is required"))
}

fn too_large(c_type: &str) -> Raised {
    raise!(OverflowError, "Python int too large to convert to C {c_type}")
}

fn too_big() -> Raised {
    raise!(OverflowError, "int too big to convert")
}

/// The value as an `i64`, or the sign of what does not fit.
#[inline]
pub fn to_i64(int: Borrowed<'_, PyLongObject>) -> Result<i64, i32> {
    if let Some(value) = int.two_digits() {
        return Ok(value);
    }
    let digits = int.digits();
    if digits.len() == 3 {
        let magnitude = digits::to_u128(digits) as i128;
        let value = if int.is_negative() { -magnitude } else { magnitude };
        return i64::try_from(value).map_err(|_| int.sign());
    }
    Err(int.sign())
}

fn to_u64(int: Borrowed<'_, PyLongObject>) -> Option<u64> {
    let digits = int.digits();
    if digits.len() > 3 {
        return None;
    }
    u64::try_from(digits::to_u128(digits)).ok()
}

/// `PyLong_AsLongAndOverflow`: the value, or -1 or 1 for one that is too small or too large.
pub fn as_i64_and_overflow(op: Op<'_>) -> PyResult<Result<i64, i32>> {
    with_index(op, |int| Ok(to_i64(int)))
}

/// `PyLong_AsLong`.
pub fn as_i64(op: Op<'_>) -> PyResult<i64> {
    with_index(op, |int| to_i64(int).map_err(|_| too_large("long")))
}

/// `PyLong_AsLongLong`.
pub fn as_long_long(op: Op<'_>) -> PyResult<i64> {
    with_index(op, |int| to_i64(int).map_err(|_| too_big()))
}

/// `PyLong_AsInt`.
pub fn as_i32(op: Op<'_>) -> PyResult<i32> {
    with_index(op, |int| {
        let value = to_i64(int).ok().and_then(|value| i32::try_from(value).ok());
        value.ok_or_else(|| too_large("int"))
    })
}

/// `PyLong_AsSsize_t`: of an int only.
pub fn as_isize(op: Op<'_>) -> PyResult<isize> {
    to_i64(strict(op)?).map(|value| value as isize).map_err(|_| too_large("ssize_t"))
}

/// `PyLong_AsSize_t`: of an int only.
pub fn as_usize(op: Op<'_>) -> PyResult<usize> {
    let int = strict(op)?;
    if int.is_negative() {
        return Err(raise!(OverflowError, "can't convert negative value to size_t"));
    }
    to_u64(int).map(|value| value as usize).ok_or_else(|| too_large("size_t"))
}

/// `PyLong_AsUnsignedLong`: of an int only.
pub fn as_u64(op: Op<'_>) -> PyResult<u64> {
    let int = strict(op)?;
    if int.is_negative() {
        return Err(raise!(OverflowError, "can't convert negative value to unsigned int"));
    }
    to_u64(int).ok_or_else(|| too_large("unsigned long"))
}

/// `PyLong_AsUnsignedLongLong`: of an int only.
pub fn as_unsigned_long_long(op: Op<'_>) -> PyResult<u64> {
    let int = strict(op)?;
    if int.is_negative() {
        return Err(if int.is_compact() {
            raise!(OverflowError, "can't convert negative value to unsigned int")
        } else {
            raise!(OverflowError, "can't convert negative int to unsigned")
        });
    }
    to_u64(int).ok_or_else(too_big)
}

/// The value modulo 2**64 (`PyLong_AsUnsignedLongMask`).
pub fn as_u64_mask(op: Op<'_>) -> PyResult<u64> {
    with_index(op, |int| {
        let magnitude = digits::low_u64(int.digits());
        Ok(if int.is_negative() { magnitude.wrapping_neg() } else { magnitude })
    })
}

/// The nearest float (`PyLong_AsDouble`); of an int only.
pub fn as_f64(op: Op<'_>) -> PyResult<f64> {
    to_f64(strict(op)?)
}

/// The nearest float, ties to even.
#[inline]
pub fn to_f64(int: Borrowed<'_, PyLongObject>) -> PyResult<f64> {
    if let Some(value) = int.two_digits() {
        return Ok(value as f64);
    }
    let (fraction, exponent) = frexp(int);
    if exponent > f64::MAX_EXP as i64 {
        return Err(raise!(OverflowError, "int too large to convert to float"));
    }
    // The fraction is below 1, so the product does not overflow in between.
    Ok(fraction * 2.0 * power_of_two(exponent as i32 - 1))
}

/// `2.0 ** exponent` for a normal result.
#[inline]
pub fn power_of_two(exponent: i32) -> f64 {
    debug_assert!((f64::MIN_EXP - 1..f64::MAX_EXP).contains(&exponent));
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// The value as `fraction * 2**exponent` with `0.5 <= abs(fraction) < 1`, rounded to nearest (`_PyLong_Frexp`).
pub fn frexp(int: Borrowed<'_, PyLongObject>) -> (f64, i64) {
    let magnitude = int.digits();
    let bits = digits::bit_length(magnitude);
    if bits == 0 {
        return (0.0, 0);
    }
    // The highest 64 bits, with the lowest of them set if any below is.
    let top = if bits <= 64 {
        digits::low_u64(magnitude) << (64 - bits)
    } else {
        let mut shifted = vec![0; magnitude.len() - (bits - 64) as usize / SHIFT as usize];
        digits::shift_right(magnitude, (bits - 64) as usize, &mut shifted);
        digits::low_u64(&shifted) | digits::any_low_bits(magnitude, bits - 64) as u64
    };
    let mut fraction = top as f64 * power_of_two(-64);
    let mut exponent = bits as i64;
    if fraction == 1.0 {
        fraction = 0.5;
        exponent += 1;
    }
    (if int.is_negative() { -fraction } else { fraction }, exponent)
}

/// The value without its fraction (`PyLong_FromDouble`).
pub fn from_f64(value: f64) -> PyResult {
    if value.abs() < 9.2e18 {
        return from_i64(value as i64);
    }
    if value.is_nan() {
        return Err(raise!(ValueError, "cannot convert float NaN to integer"));
    }
    if value.is_infinite() {
        return Err(raise!(OverflowError, "cannot convert float infinity to integer"));
    }
    let bits = value.to_bits();
    let mantissa = (bits & ((1 << 52) - 1)) | 1 << 52;
    let exponent = (bits >> 52 & 0x7ff) as usize - 1075;
    shifted(mantissa, exponent, value < 0.0)
}

/// `mantissa << bits`.
pub(super) fn shifted(mantissa: u64, bits: usize, negative: bool) -> PyResult {
    let low = digits::from_u128(mantissa as u128);
    build(low.len() + bits / SHIFT as usize + 1, negative, |out| digits::shift_left(&low, bits, out))
}

/// An int from bytes (`_PyLong_FromByteArray`).
pub fn from_bytes(bytes: &[u8], little_endian: bool, signed: bool) -> PyResult {
    let byte = |index: usize| if little_endian { bytes[index] } else { bytes[bytes.len() - 1 - index] };
    let mut n = bytes.len();
    if n == 0 {
        return Ok(small(0));
    }
    let negative = signed && byte(n - 1) & 0x80 != 0;
    // Bytes that only repeat the sign.
    let filler = if negative { 0xff } else { 0 };
    while n > 0 && byte(n - 1) == filler {
        n -= 1;
    }
    if n <= 15 {
        let mut magnitude = 0u128;
        for index in (0..n).rev() {
            magnitude = magnitude << 8 | byte(index) as u128;
        }
        if negative {
            magnitude = (1 << (8 * n)) - magnitude;
        }
        return from_u128_sign(magnitude, negative);
    }
    build(n * 8 / SHIFT as usize + 1, negative, |out| {
        let (mut pending, mut bits, mut next) = (0u64, 0, 0);
        let mut carry = negative as u64;
        for cell in out.iter_mut() {
            while bits < SHIFT && next < n {
                let mut value = byte(next) as u64;
                if negative {
                    value = (value ^ 0xff) + carry;
                    carry = value >> 8;
                    value &= 0xff;
                }
                pending |= value << bits;
                bits += 8;
                next += 1;
            }
            if next == n && negative {
                // The magnitude of -256**n has one bit more than its bytes.
                pending |= carry << bits;
                carry = 0;
            }
            *cell = pending as u32 & MASK;
            pending >>= SHIFT;
            bits = bits.saturating_sub(SHIFT);
        }
    })
}

/// Writes the value to all of `bytes` (`_PyLong_AsByteArray`); raises if it does not fit.
pub fn to_bytes(op: Op<'_>, bytes: &mut [u8], little_endian: bool, signed: bool) -> PyResult<()> {
    let int = known(op);
    if int.is_negative() && !signed {
        return Err(raise!(OverflowError, "can't convert negative int to unsigned"));
    }
    if !fits(int, bytes.len(), signed) {
        return Err(too_big());
    }
    write_bytes(int, bytes, little_endian);
    Ok(())
}

/// Whether `n` bytes have room for the value.
fn fits(int: Borrowed<'_, PyLongObject>, n: usize, signed: bool) -> bool {
    let magnitude = int.digits();
    let needed = digits::bit_length(magnitude);
    let room = 8 * n as u64;
    if !signed || needed == 0 {
        return needed <= room;
    }
    // -2**(room - 1) fits, too.
    needed < room || needed == room && int.is_negative() && !digits::any_low_bits(magnitude, needed - 1)
}

/// Writes the value's lowest bytes in two's complement.
fn write_bytes(int: Borrowed<'_, PyLongObject>, bytes: &mut [u8], little_endian: bool) {
    let n = bytes.len();
    let negative = int.is_negative();
    let mut rest = int.digits().iter();
    let (mut pending, mut bits) = (0u64, 0);
    let mut carry = negative as u32;
    for index in 0..n {
        if bits < 8 {
            let mut d = rest.next().copied().unwrap_or(0);
            if negative {
                d = (d ^ MASK) + carry;
                carry = d >> SHIFT;
                d &= MASK;
            }
            pending |= (d as u64) << bits;
            bits += SHIFT;
        }
        bytes[if little_endian { index } else { n - 1 - index }] = pending as u8;
        pending >>= 8;
        bits -= 8;
    }
}

/// `Py_ASNATIVEBYTES_*`.
const LITTLE_ENDIAN: i32 = 1;
const NATIVE_ENDIAN: i32 = 2;
const UNSIGNED_BUFFER: i32 = 4;
const REJECT_NEGATIVE: i32 = 8;
const ALLOW_INDEX: i32 = 16;

fn wants_little_endian(flags: i32) -> bool {
    flags == -1 || flags & NATIVE_ENDIAN != 0 || flags & LITTLE_ENDIAN != 0
}

/// `PyLong_AsNativeBytes`: writes what fits and gives how many bytes the value needs.
pub fn as_native_bytes(op: Op<'_>, bytes: &mut [u8], flags: i32) -> PyResult<isize> {
    if downcast(op).is_none() && (flags == -1 || flags & ALLOW_INDEX == 0) {
        return Err(raise!(TypeError, "expect int, got {}", op.type_name()));
    }
    with_index(op, |int| {
        if flags != -1 && flags & REJECT_NEGATIVE != 0 && int.is_negative() {
            return Err(raise!(ValueError, "Cannot convert negative int"));
        }
        write_bytes(int, bytes, wants_little_endian(flags));
        let bits = digits::bit_length(int.digits());
        let n = bytes.len();
        if int.is_zero() {
            return Ok(1);
        }
        if n > 0 && fits(int, n, true) {
            // Small values report the whole buffer, as a C integer of that size holds them.
            return Ok(if int.is_compact() || bits < 8 * n as u64 {
                required(bits, int).min(n as isize)
            } else {
                n as isize
            });
        }
        let unsigned = flags == -1 || flags & UNSIGNED_BUFFER != 0;
        if unsigned && bits == 8 * n as u64 && !int.is_negative() {
            return Ok(n as isize);
        }
        Ok(required(bits, int))
    })
}

/// Bytes for the magnitude and a sign bit.
fn required(bits: u64, int: Borrowed<'_, PyLongObject>) -> isize {
    let exact_power = int.is_negative() && !digits::any_low_bits(int.digits(), bits - 1);
    ((if exact_power { bits - 1 } else { bits }) / 8 + 1) as isize
}

/// `PyLong_FromNativeBytes`.
pub fn from_native_bytes(bytes: &[u8], flags: i32) -> PyResult {
    let signed = flags == -1 || flags & UNSIGNED_BUFFER == 0;
    from_bytes(bytes, wants_little_endian(flags), signed)
}

/// The value of an int, if it fits.
#[inline]
pub fn fits_i64(op: Op<'_>) -> Option<i64> {
    downcast(op).and_then(|int| to_i64(int).ok())
}
