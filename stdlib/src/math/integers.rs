//! Functions of ints: factorials, divisors, roots, combinations, products.

use adder_object_model::layout::*;
use adder_object_model::{Args, Object, Op, PyResult, Signature, float, int, iter, number, object, raise};
use malachite_base::num::arithmetic::traits::{CheckedSub, FloorSqrt};
use malachite_base::num::basic::traits::One;
use malachite_nz::natural::Natural;

use super::index;

fn natural(op: &Object) -> Natural {
    int::digits::to_natural(int::downcast(op.op()).expect("an index").digits())
}

fn to_int(value: &Natural) -> PyResult {
    int::from_natural(false, value)
}

/// `low * (low + 1) * ... * (low + n - 1)`, multiplying numbers of like size.
fn rising_product(low: &Natural, n: u64) -> Natural {
    if n <= 8 {
        let mut result = Natural::ONE;
        for offset in 0..n {
            result *= low + Natural::from(offset);
        }
        return result;
    }
    let half = n / 2;
    rising_product(low, half) * rising_product(&(low + Natural::from(half)), n - half)
}

pub fn factorial(_module: Op<'_>, n: Op<'_>) -> PyResult {
    let n = match int::as_i64_and_overflow(n)? {
        Ok(n) if n >= 0 => n as u64,
        Err(1) => {
            return Err(raise!(OverflowError, "factorial() argument should not exceed {}", i64::MAX));
        }
        _ => return Err(raise!(ValueError, "factorial() not defined for negative values")),
    };
    if n <= 33 {
        return int::from_u128((1..=n as u128).product());
    }
    to_int(&rising_product(&Natural::ONE, n))
}

/// Two ints that must not be negative.
fn counts(n: Op<'_>, k: Op<'_>) -> PyResult<(Natural, Natural)> {
    let (n, k) = (index(n)?, index(k)?);
    for (name, value) in [("n", &n), ("k", &k)] {
        if int::is_negative(value.op()) {
            return Err(raise!(ValueError, "{name} must be a non-negative integer"));
        }
    }
    Ok((natural(&n), natural(&k)))
}

pub fn perm(module: Op<'_>, args: Args<'_>) -> PyResult {
    let [n, k] = args.optional::<2>("perm", 1)?;
    let n = n.expect("counted");
    let Some(k) = k.filter(|k| !k.is_none()) else { return factorial(module, n) };
    let (n, k) = counts(n, k)?;
    let Some(rest) = (&n).checked_sub(&k) else { return Ok(int::small(0)) };
    let Some(k) = u64::try_from(&k).ok().filter(|&k| k <= i64::MAX as u64) else {
        return Err(raise!(OverflowError, "k must not exceed {}", i64::MAX));
    };
    to_int(&rising_product(&(rest + Natural::ONE), k))
}

pub fn comb(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [n, k] = args.exactly("comb")?;
    let (n, k) = counts(n, k)?;
    let Some(rest) = (&n).checked_sub(&k) else { return Ok(int::small(0)) };
    let (k, rest) = if k <= rest { (k, rest) } else { (rest, k) };
    let Some(k) = u64::try_from(&k).ok().filter(|&k| k <= i64::MAX as u64) else {
        return Err(raise!(OverflowError, "min(n - k, k) must not exceed {}", i64::MAX));
    };
    if let Ok(n) = u64::try_from(&n)
        && let Some(result) = small_comb(n, k)
    {
        return int::from_u128(result);
    }
    to_int(&(rising_product(&(rest + Natural::ONE), k) / rising_product(&Natural::ONE, k)))
}

/// As long as it fits.
fn small_comb(n: u64, k: u64) -> Option<u128> {
    let mut result = 1u128;
    for index in 0..k.min(128) {
        result = result.checked_mul((n - index) as u128)? / (index + 1) as u128;
    }
    (k <= 128).then_some(result)
}

pub fn isqrt(_module: Op<'_>, n: Op<'_>) -> PyResult {
    let n = index(n)?;
    if int::is_negative(n.op()) {
        return Err(raise!(ValueError, "isqrt() argument must be nonnegative"));
    }
    match int::fits_i64(n.op()) {
        Some(n) => int::from_u64((n as u64).isqrt()),
        None => to_int(&natural(&n).floor_sqrt()),
    }
}

fn absolute(op: Op<'_>) -> PyResult {
    number::absolute(index(op)?.op())
}

pub fn gcd(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let Some(first) = args.get(0) else { return Ok(int::small(0)) };
    let mut result = absolute(first)?;
    for op in args.iter().skip(1) {
        let other = index(op)?;
        // With 1 the result stands, but the other arguments are still checked.
        if int::compact_value(result.op()) != Some(1) {
            result = int::gcd(result.op(), other.op())?;
        }
    }
    Ok(result)
}

pub fn lcm(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let Some(first) = args.get(0) else { return Ok(int::small(1)) };
    let mut result = absolute(first)?;
    for op in args.iter().skip(1) {
        let other = absolute(op)?;
        if int::sign(result.op()) == 0 {
            continue;
        }
        if int::sign(other.op()) == 0 {
            result = int::small(0);
            continue;
        }
        let divisor = int::gcd(result.op(), other.op())?;
        let quotient = number::floor_divide(result.op(), divisor.op())?;
        result = number::multiply(quotient.op(), other.op())?;
    }
    Ok(result)
}

static PROD: Signature<2> =
    Signature::new("prod", ["", "start"]).positional_only(1).required(1).keyword_only_from(1);

/// The product, in C integers and floats as long as that gives what the operators would.
pub fn prod(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [iterable, start] = args.parse(&PROD)?;
    let iterator = object::get_iter(iterable.expect("required"))?;
    let mut result = start.map_or_else(|| int::small(1), Op::to_owned);
    while let Some(item) = iter::next(iterator.op())? {
        let (a, b) = (result.op(), item.op());
        let both_floats = a.is_exact::<PyFloatObject>() && b.is_exact::<PyFloatObject>();
        result = if both_floats {
            float::new(float::value(a) * float::value(b))?
        } else {
            number::multiply(a, b)?
        };
    }
    Ok(result)
}
