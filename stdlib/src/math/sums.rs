//! Sums, products and norms of many floats that lose no digits on the way.

use adder_object_model::layout::*;
use adder_object_model::{Args, Borrowed, Object, Op, PyResult, float, int, iter, number, object, raise, sequence, tuple};

use super::c;

/// A tuple as it is, or a new one of an iterable's items.
pub fn to_tuple(op: Op<'_>) -> PyResult {
    if op.is_instance::<PyTupleObject>() { Ok(op.to_owned()) } else { sequence::to_tuple(op) }
}

/// The items of a tuple that the caller holds.
pub fn items(tuple: &Object) -> impl ExactSizeIterator<Item = Op<'_>> {
    let tuple: Borrowed<'_, PyTupleObject> = tuple.op().downcast().expect("made by to_tuple");
    (0..tuple::len(tuple)).map(move |index| tuple::get(tuple, index))
}

/// A sum or product and what rounding took from it.
#[derive(Clone, Copy)]
struct Double {
    high: f64,
    low: f64,
}

/// For `abs(a) >= abs(b)`.
fn fast_sum(a: f64, b: f64) -> Double {
    let high = a + b;
    Double { high, low: (a - high) + b }
}

fn sum(a: f64, b: f64) -> Double {
    let high = a + b;
    let z = high - a;
    Double { high, low: (a - (high - z)) + (b - z) }
}

fn product(a: f64, b: f64) -> Double {
    let high = a * b;
    Double { high, low: c::fma(a, b, -high) }
}

/// The Euclidean norm of non-negative numbers, within one unit of the last place.
///
/// The numbers are scaled by a power of two below 1, squared exactly and
/// summed with compensation; one Newton step then corrects the root.
pub fn norm(mut vector: Vec<f64>) -> f64 {
    let max = vector.iter().fold(0.0, |max, &x| if x > max { x } else { max });
    if max == f64::INFINITY {
        return max;
    }
    if vector.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if max == 0.0 || vector.len() <= 1 {
        return max;
    }
    let (_, exponent) = float::frexp(max);
    if exponent < -1023 {
        // Subnormal numbers become normal ones first.
        for x in &mut vector {
            *x /= f64::MIN_POSITIVE;
        }
        return f64::MIN_POSITIVE * norm(vector);
    }
    let scale = int::ldexp(1.0, -exponent);
    let (mut total, mut lost_in_products, mut lost_in_sums) = (1.0, 0.0, 0.0);
    let mut add = |square: Double| {
        let sum = fast_sum(total, square.high);
        total = sum.high;
        lost_in_products += square.low;
        lost_in_sums += sum.low;
        total - 1.0 + (lost_in_products + lost_in_sums)
    };
    let mut square = 0.0;
    for x in vector {
        let x = x * scale;
        square = add(product(x, x));
    }
    let mut root = square.sqrt();
    let rest = add(product(-root, root));
    root += rest / (2.0 * root);
    root / scale
}

/// `math.fsum`: the exact sum, by Shewchuk's algorithm.
///
/// `partials` hold the sum so far as floats without overlapping digits, the smallest first.
pub fn fsum(_module: Op<'_>, values: Op<'_>) -> PyResult {
    let iterator = object::get_iter(values)?;
    let mut partials: Vec<f64> = Vec::new();
    let (mut special_sum, mut infinity_sum) = (0.0, 0.0);
    while let Some(item) = iter::next(iterator.op())? {
        let value = float::as_f64(item.op())?;
        let mut x = value;
        let mut kept = 0;
        for index in 0..partials.len() {
            let mut y = partials[index];
            if x.abs() < y.abs() {
                core::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        partials.truncate(kept);
        if x != 0.0 {
            if !x.is_finite() {
                // Either an overflow on the way, or an infinity or NaN was given.
                if value.is_finite() {
                    return Err(raise!(OverflowError, "intermediate overflow in fsum"));
                }
                if value.is_infinite() {
                    infinity_sum += value;
                }
                special_sum += value;
                partials.clear();
            } else {
                partials.push(x);
            }
        }
    }
    if special_sum != 0.0 {
        if f64::is_nan(infinity_sum) {
            return Err(raise!(ValueError, "-inf + inf in fsum"));
        }
        return float::new(special_sum);
    }
    let Some(mut high) = partials.pop() else { return float::new(0.0) };
    let mut low = 0.0;
    while let Some(y) = partials.pop() {
        let x = high;
        high = x + y;
        low = y - (high - x);
        if low != 0.0 {
            break;
        }
    }
    // Half-way cases: round to even across the partials that are left.
    if let Some(&next) = partials.last()
        && (low < 0.0 && next < 0.0 || low > 0.0 && next > 0.0)
    {
        let y = low * 2.0;
        let x = high + y;
        if y == x - high {
            high = x;
        }
    }
    float::new(high)
}

/// A sum of products in three floats.
#[derive(Clone, Copy, Default)]
struct Triple {
    high: f64,
    low: f64,
    tiny: f64,
}

impl Triple {
    fn add_product(self, a: f64, b: f64) -> Self {
        let product = product(a, b);
        let top = sum(self.high, product.high);
        let middle = sum(self.low, product.low);
        let low = sum(middle.high, top.low);
        Self { high: top.high, low: low.high, tiny: self.tiny + middle.low + low.low }
    }

    fn value(self) -> f64 {
        let last = sum(self.low, self.high);
        self.tiny + last.low + last.high
    }
}

/// A pair of numbers of which one is a float and the other a float or an int.
fn float_pair(p: Op<'_>, q: Op<'_>) -> Option<(f64, f64)> {
    let value = |op: Op<'_>| {
        if op.is_exact::<PyFloatObject>() {
            return Some(float::value(op));
        }
        let int = int::downcast(op).filter(|_| op.is_exact::<PyLongObject>() || op.is_exact_bool())?;
        match int::to_f64(int) {
            Ok(value) => Some(value),
            Err(raised) => {
                raised.clear();
                None
            }
        }
    };
    if !p.is_exact::<PyFloatObject>() && !q.is_exact::<PyFloatObject>() {
        return None;
    }
    Some((value(p)?, value(q)?))
}

/// `math.sumprod`: ints exactly in C integers, floats in extended precision, the rest as Python would.
pub fn sumprod(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [p, q] = args.exactly("sumprod")?;
    let (p, q) = (object::get_iter(p)?, object::get_iter(q)?);
    let mut total = int::small(0);
    let mut ints = Some(None::<i64>);
    let mut floats = Some(None::<Triple>);
    loop {
        let pair = match (iter::next(p.op())?, iter::next(q.op())?) {
            (Some(p), Some(q)) => Some((p, q)),
            (None, None) => None,
            _ => return Err(raise!(ValueError, "Inputs are not the same length")),
        };
        if let Some(sum) = ints {
            let exact = |op: &Object| {
                if op.op().is_exact::<PyLongObject>() { int::fits_i64(op.op()) } else { None }
            };
            let next = pair.as_ref().and_then(|(p, q)| {
                let product = exact(p)?.checked_mul(exact(q)?)?;
                sum.unwrap_or(0).checked_add(product)
            });
            if next.is_some() {
                ints = Some(next);
                continue;
            }
            // Finished, too large, or something else than ints.
            ints = None;
            if let Some(sum) = sum {
                total = number::add(total.op(), int::from_i64(sum)?.op())?;
            }
        }
        if let Some(sum) = floats {
            let next = pair.as_ref().and_then(|(p, q)| {
                let (p, q) = float_pair(p.op(), q.op())?;
                Some(sum.unwrap_or_default().add_product(p, q)).filter(|next| next.high.is_finite())
            });
            if next.is_some() {
                floats = Some(next);
                continue;
            }
            floats = None;
            if let Some(sum) = sum {
                total = number::add(total.op(), float::new(sum.value())?.op())?;
            }
        }
        let Some((p, q)) = pair else { return Ok(total) };
        let product = number::multiply(p.op(), q.op())?;
        total = number::add(total.op(), product.op())?;
    }
}
