//! The `int` type: sign and magnitude in CPython's digits of 30 bits.
//!
//! Values of one digit ("compact") are worked on natively, values of two as
//! 64-bit integers, longer ones digit by digit and, when large, through malachite.
//! The ints from -5 to 256 are static objects; every function that makes
//! an int gives those for their values.
//!
//! In reading order:
//!  - here: reading an int's value, making ints, the type object;
//!  - `int/digits.rs`: arithmetic on magnitudes;
//!  - `int/convert.rs`: to and from C integers, floats, bytes;
//!  - `int/arithmetic.rs`: the number slots;
//!  - `int/text.rs`: to and from text;
//!  - `int/methods.rs`: the constructor and the methods.
//!
//! Layout: `layout/long.rs`.

use core::mem::offset_of;
use core::slice;

use malachite_bigint::BigInt;
use malachite_nz::integer::Integer;
use malachite_nz::natural::Natural;

use crate::layout::*;
use crate::{Borrowed, Object, Op, Owned, PyResult, alloc, errors, free_lists, raise};

mod arithmetic;
mod convert;
pub mod digits;
mod methods;
mod text;

pub use arithmetic::*;
pub use convert::*;
pub use methods::from_number;
pub use text::*;

use digits::{MASK, SHIFT};

/// Bits 0 and 1 of the tag.
const SIGN_MASK: usize = 3;
const SIGN_ZERO: usize = 1;
const SIGN_NEGATIVE: usize = 2;
/// Bit 2: one of the static small ints.
const SMALL_BIT: usize = 4;
/// The digit count begins here.
const SIZE_SHIFT: u32 = 3;

const fn tag(negative: bool, n_digits: usize) -> usize {
    let sign = if n_digits == 0 {
        SIGN_ZERO
    } else if negative {
        SIGN_NEGATIVE
    } else {
        0
    };
    n_digits << SIZE_SHIFT | sign
}

/// A static int of value 0 or 1 (`True` and `False`).
pub const fn static_int(tp: *mut PyTypeObject, value: u32) -> PyLongObject {
    PyLongObject {
        ob_base: PyObject { ob_type: tp, ..PyObject::STATIC_IMMORTAL },
        long_value: _PyLongValue { lv_tag: tag(false, value as usize), ob_digit: [value] },
    }
}

/// The least and greatest value of the static ints.
pub const SMALL_MIN: isize = -5;
pub const SMALL_MAX: isize = 256;

static mut SMALL_INTS: [PyLongObject; (SMALL_MAX - SMALL_MIN + 1) as usize] = {
    let mut table = [const { static_int(&raw mut PyLong_Type, 0) }; (SMALL_MAX - SMALL_MIN + 1) as usize];
    let mut value = SMALL_MIN;
    while value <= SMALL_MAX {
        let cell = &mut table[(value - SMALL_MIN) as usize].long_value;
        cell.lv_tag = tag(value < 0, (value != 0) as usize) | SMALL_BIT;
        cell.ob_digit = [value.unsigned_abs() as u32];
        value += 1;
    }
    table
};

/// The address of the static int of a value from -5 to 256.
#[inline(always)]
pub fn small_ptr(value: isize) -> *mut PyObject {
    debug_assert!((SMALL_MIN..=SMALL_MAX).contains(&value));
    // SAFETY: the index is in range.
    unsafe { (&raw mut SMALL_INTS).cast::<PyLongObject>().add((value - SMALL_MIN) as usize).cast() }
}

/// The static int of a value from -5 to 256.
#[inline]
pub fn small(value: isize) -> Object {
    // SAFETY: the object is immortal.
    unsafe { Object::steal(small_ptr(value)) }
}

impl<'a> Borrowed<'a, PyLongObject> {
    #[inline]
    fn lv_tag(self) -> usize {
        self.long_value.lv_tag
    }

    /// The magnitude's digits, the least significant first; none for zero.
    #[inline]
    pub fn digits(self) -> &'a [digit] {
        // SAFETY: the tag counts the digits behind the header; ints do not change.
        unsafe {
            let first = &raw const (*self.as_ptr()).long_value.ob_digit;
            slice::from_raw_parts(first.cast(), self.lv_tag() >> SIZE_SHIFT)
        }
    }

    #[inline]
    pub fn is_negative(self) -> bool {
        self.lv_tag() & SIGN_MASK == SIGN_NEGATIVE
    }

    #[inline]
    pub fn is_zero(self) -> bool {
        self.lv_tag() & SIGN_MASK == SIGN_ZERO
    }

    /// -1, 0 or 1.
    #[inline]
    pub fn sign(self) -> i32 {
        1 - (self.lv_tag() & SIGN_MASK) as i32
    }

    /// Whether the value has at most one digit.
    #[inline]
    pub fn is_compact(self) -> bool {
        self.lv_tag() < 2 << SIZE_SHIFT
    }

    /// The value of an int of at most one digit.
    #[inline]
    pub fn compact(self) -> isize {
        debug_assert!(self.is_compact());
        self.sign() as isize * self.long_value.ob_digit[0] as isize
    }

    /// The value of an int of at most two digits.
    #[inline]
    pub fn two_digits(self) -> Option<i64> {
        if self.is_compact() {
            return Some(self.compact() as i64);
        }
        match *self.digits() {
            [low, high] => Some(self.sign() as i64 * ((high as i64) << SHIFT | low as i64)),
            _ => None,
        }
    }
}

/// The object as an int, subclasses included.
#[inline]
pub fn downcast(op: Op<'_>) -> Option<Borrowed<'_, PyLongObject>> {
    op.downcast::<PyLongObject>()
}

/// The object, which the caller has found to be an int.
#[inline]
fn known(op: Op<'_>) -> Borrowed<'_, PyLongObject> {
    debug_assert!(op.is_instance::<PyLongObject>());
    // SAFETY: the caller's promise, asserted above.
    unsafe { op.cast_unchecked() }
}

/// A new int with room for `n` digits, which are zero; it is positive and has `n` digits until `finish`.
fn allocate(n: usize) -> PyResult<Owned<PyLongObject>> {
    let size = offset_of!(PyLongObject, long_value.ob_digit) + n.max(1) * size_of::<digit>();
    let block = alloc::malloc(size).cast::<PyLongObject>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: a fresh block with room for the header and the digits.
    unsafe {
        alloc::init_header(block.cast(), &raw mut PyLong_Type);
        (*block).long_value.lv_tag = tag(false, n);
        let first: *mut digit = (&raw mut (*block).long_value.ob_digit).cast();
        first.write_bytes(0, n.max(1));
        Ok(Owned::steal(block))
    }
}

/// Drops leading zeros, sets the sign, and exchanges a small value for its static int.
fn finish(int: Owned<PyLongObject>, negative: bool) -> Object {
    let digits = digits::trim(int.borrow().digits());
    let n = digits.len();
    if n <= 1 {
        let magnitude = digits.first().copied().unwrap_or(0) as isize;
        let value = if negative { -magnitude } else { magnitude };
        if (SMALL_MIN..=SMALL_MAX).contains(&value) {
            return small(value);
        }
    }
    // SAFETY: nobody else has seen the object yet.
    unsafe { (*int.as_ptr()).long_value.lv_tag = tag(negative, n) };
    int.into_object()
}

/// An int whose `n` digits `fill` writes into zeroed room; leading zeros are dropped.
pub fn build(n: usize, negative: bool, fill: impl FnOnce(&mut [digit])) -> PyResult {
    let int = allocate(n)?;
    // SAFETY: the digits lie behind the header, and nobody else has seen the object yet.
    let digits = unsafe {
        slice::from_raw_parts_mut((&raw mut (*int.as_ptr()).long_value.ob_digit).cast::<digit>(), n)
    };
    fill(digits);
    Ok(finish(int, negative))
}

/// An int of one digit.
#[inline]
fn one_digit(magnitude: digit, negative: bool) -> PyResult {
    let mut block = free_lists::current().ints.pop::<PyLongObject>();
    if block.is_null() {
        block = alloc::malloc(size_of::<PyLongObject>()).cast::<PyLongObject>();
        if block.is_null() {
            return Err(errors::no_memory());
        }
    }
    // SAFETY: a fresh block of the right size.
    unsafe {
        alloc::init_header(block.cast(), &raw mut PyLong_Type);
        (*block).long_value.lv_tag = tag(negative, 1);
        (*block).long_value.ob_digit = [magnitude];
        Ok(Object::steal(block.cast()))
    }
}

/// An int of sign and digits.
pub fn from_digits(negative: bool, magnitude: &[digit]) -> PyResult {
    let magnitude = digits::trim(magnitude);
    build(magnitude.len(), negative, |out| out.copy_from_slice(magnitude))
}

#[inline]
pub fn from_i64(value: i64) -> PyResult {
    if (SMALL_MIN as i64..=SMALL_MAX as i64).contains(&value) {
        return Ok(small(value as isize));
    }
    let magnitude = value.unsigned_abs();
    if magnitude <= MASK as u64 {
        return one_digit(magnitude as u32, value < 0);
    }
    from_u64_sign(magnitude, value < 0)
}

fn from_u64_sign(magnitude: u64, negative: bool) -> PyResult {
    let n = (64 - magnitude.leading_zeros()).div_ceil(SHIFT) as usize;
    build(n, negative, |out| {
        let mut rest = magnitude;
        for cell in out {
            *cell = rest as u32 & MASK;
            rest >>= SHIFT;
        }
    })
}

#[inline]
pub fn from_u64(value: u64) -> PyResult {
    if value <= i64::MAX as u64 {
        return from_i64(value as i64);
    }
    from_u128_sign(value as u128, false)
}

fn from_u128_sign(magnitude: u128, negative: bool) -> PyResult {
    if let Ok(magnitude) = u64::try_from(magnitude) {
        return from_u64_sign(magnitude, negative);
    }
    let n = (128 - magnitude.leading_zeros()).div_ceil(SHIFT) as usize;
    build(n, negative, |out| {
        let mut rest = magnitude;
        for cell in out {
            *cell = rest as u32 & MASK;
            rest >>= SHIFT;
        }
    })
}

pub fn from_i128(value: i128) -> PyResult {
    from_u128_sign(value.unsigned_abs(), value < 0)
}

pub fn from_u128(value: u128) -> PyResult {
    from_u128_sign(value, false)
}

#[inline]
pub fn from_isize(value: isize) -> PyResult {
    from_i64(value as i64)
}

#[inline]
pub fn from_usize(value: usize) -> PyResult {
    from_u64(value as u64)
}

/// The address of `value` as an int (`PyLong_FromVoidPtr`).
pub fn from_ptr<T>(value: *const T) -> PyResult {
    from_usize(value.addr())
}

/// An int of sign and magnitude.
pub fn from_natural(negative: bool, magnitude: &Natural) -> PyResult {
    build(digits::digits_of_natural(magnitude), negative, |out| digits::write_natural(magnitude, out))
}

pub fn from_bigint(value: &BigInt) -> PyResult {
    let (sign, limbs) = value.to_u64_digits();
    from_natural(sign == malachite_bigint::Sign::Minus, &Natural::from_owned_limbs_asc(limbs))
}

/// The value of an int for malachite.
pub fn to_bigint(op: Op<'_>) -> BigInt {
    BigInt::from(to_integer(known(op)))
}

fn to_integer(int: Borrowed<'_, PyLongObject>) -> Integer {
    Integer::from_sign_and_abs(!int.is_negative(), digits::to_natural(int.digits()))
}

/// The value, if it is an int of at most one digit.
#[inline]
pub fn compact_value(op: Op<'_>) -> Option<isize> {
    downcast(op).filter(|int| int.is_compact()).map(|int| int.compact())
}

/// -1, 0 or 1.
pub fn sign(op: Op<'_>) -> i32 {
    known(op).sign()
}

pub fn is_negative(op: Op<'_>) -> bool {
    known(op).is_negative()
}

/// Bits of the magnitude.
pub fn bit_length(op: Op<'_>) -> usize {
    digits::bit_length(known(op).digits()) as usize
}

/// The value as an exact `int` (`_PyLong_Copy`).
pub fn copy(int: Borrowed<'_, PyLongObject>) -> PyResult {
    if int.is_exact::<PyLongObject>() {
        return Ok(int.to_owned().into_object());
    }
    if int.is_compact() {
        return from_isize(int.compact());
    }
    from_digits(int.is_negative(), int.digits())
}

/// The exception for a magnitude whose digits cannot be counted.
fn too_many_digits() -> crate::Raised {
    raise!(OverflowError, "too many digits in integer")
}

static mut AS_NUMBER: PyNumberMethods = arithmetic::AS_NUMBER;

#[unsafe(no_mangle)]
pub static mut PyLong_Type: PyTypeObject = PyTypeObject {
    tp_name: c"int".as_ptr(),
    tp_basicsize: offset_of!(PyLongObject, long_value.ob_digit) as isize,
    tp_itemsize: size_of::<digit>() as isize,
    tp_dealloc: crate::slot::dealloc(methods::dealloc),
    tp_repr: crate::slot::unary(text::repr),
    tp_as_number: &raw mut AS_NUMBER,
    tp_hash: crate::slot::hash(arithmetic::hash),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_LONG_SUBCLASS | _Py_TPFLAGS_MATCH_SELF,
    tp_doc: methods::DOC.as_ptr(),
    tp_richcompare: crate::slot::richcompare(arithmetic::richcompare),
    tp_methods: methods::METHODS.as_ptr().cast_mut(),
    tp_getset: methods::GETSET.as_ptr().cast_mut(),
    tp_new: crate::slot::new(methods::new),
    tp_vectorcall: crate::slot::vectorcall(methods::vectorcall),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyLongObject, PyLong_Type, Py_TPFLAGS_LONG_SUBCLASS);
