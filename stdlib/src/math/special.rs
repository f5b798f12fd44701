//! The gamma function, exact remainders, and the neighbours of a float.

use core::f64::consts::PI;

use super::c;

/// Lanczos' approximation with g = 6.0246..., in 13 terms, which is as exact as a float allows.
const G: f64 = 6.02468004077673;
const G_MINUS_HALF: f64 = 5.52468004077673;
const LOG_PI: f64 = 1.144729885849400174143427351353058711647;

#[allow(clippy::excessive_precision, reason = "the published values")]
const NUMERATOR: [f64; 13] = [
    23531376880.410759688572007674451636754734846804940,
    42919803642.649098768957899047001988850926355848959,
    35711959237.355668049440185451547166705960488635843,
    17921034426.037209699919755754458931112671403265390,
    6039542586.3520280050642916443072979210699388420708,
    1439720407.3117216736632230727949123939715485786772,
    248874557.86205415651146038641322942321632125127801,
    31426415.585400194380614231628318205362874684987640,
    2876370.6289353724412254090516208496135991145378768,
    186056.26539522349504029498971604569928220784236328,
    8071.6720023658162106380029022722506138218516325024,
    210.82427775157934587250973392071336271166969580291,
    2.5066282746310002701649081771338373386264310793408,
];
/// The coefficients of x * (x + 1) * ... * (x + 11).
const DENOMINATOR: [f64; 13] = [
    0.0,
    39916800.0,
    120543840.0,
    150917976.0,
    105258076.0,
    45995730.0,
    13339535.0,
    2637558.0,
    357423.0,
    32670.0,
    1925.0,
    66.0,
    1.0,
];

fn lanczos_sum(x: f64) -> f64 {
    let (mut numerator, mut denominator) = (0.0, 0.0);
    if x < 5.0 {
        for index in (0..13).rev() {
            numerator = numerator * x + NUMERATOR[index];
            denominator = denominator * x + DENOMINATOR[index];
        }
    } else {
        // In powers of 1/x, which do not overflow.
        for index in 0..13 {
            numerator = numerator / x + NUMERATOR[index];
            denominator = denominator / x + DENOMINATOR[index];
        }
    }
    numerator / denominator
}

/// sin(pi * x), exact for whole x.
fn sin_pi(x: f64) -> f64 {
    let y = x.abs() % 2.0;
    let result = match (2.0 * y).round() as i32 {
        0 => c::sin(PI * y),
        1 => c::cos(PI * (y - 0.5)),
        2 => c::sin(PI * (1.0 - y)),
        3 => -c::cos(PI * (y - 1.5)),
        _ => c::sin(PI * (y - 2.0)),
    };
    1f64.copysign(x) * result
}

/// The gamma function; `None` at its poles and at minus infinity.
pub fn gamma(x: f64) -> Option<f64> {
    if !x.is_finite() {
        return (x.is_nan() || x > 0.0).then_some(x);
    }
    if x == 0.0 {
        return None;
    }
    if x == x.floor() {
        if x < 0.0 {
            return None;
        }
        if x <= 23.0 {
            // Exact: the factorial.
            return Some((1..x as u64).map(|n| n as f64).product());
        }
    }
    let size = x.abs();
    if size < 1e-20 {
        return Some(1.0 / x);
    }
    if size > 200.0 {
        return Some(if x < 0.0 { 0.0 / sin_pi(x) } else { f64::INFINITY });
    }
    let y = size + G_MINUS_HALF;
    // What was lost in that addition.
    let lost = if size > G_MINUS_HALF { (y - size) - G_MINUS_HALF } else { (y - G_MINUS_HALF) - size };
    let correction = lost * G / y;
    let mut result;
    if x < 0.0 {
        result = -PI / sin_pi(size) / size * c::exp(y) / lanczos_sum(size);
        result -= correction * result;
        if size < 140.0 {
            result /= c::pow(y, size - 0.5);
        } else {
            let root = c::pow(y, size / 2.0 - 0.25);
            result /= root;
            result /= root;
        }
    } else {
        result = lanczos_sum(size) / c::exp(y);
        result += correction * result;
        if size < 140.0 {
            result *= c::pow(y, size - 0.5);
        } else {
            let root = c::pow(y, size / 2.0 - 0.25);
            result *= root;
            result *= root;
        }
    }
    Some(result)
}

/// The logarithm of the gamma function's absolute value; `None` at its poles.
pub fn log_gamma(x: f64) -> Option<f64> {
    if !x.is_finite() {
        return Some(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == x.floor() && x <= 2.0 {
        return (x > 0.0).then_some(0.0);
    }
    let size = x.abs();
    if size < 1e-20 {
        return Some(-c::log(size));
    }
    let mut result = c::log(lanczos_sum(size)) - G;
    result += (size - 0.5) * (c::log(size + G - 0.5) - 1.0);
    if x < 0.0 {
        result = LOG_PI - c::log(sin_pi(size).abs()) - c::log(size) - result;
    }
    Some(result)
}

/// IEEE 754's remainder: x minus the nearest multiple of y, of two the even one. Always exact.
pub fn remainder(x: f64, y: f64) -> f64 {
    if x.is_finite() && y.is_finite() {
        if y == 0.0 {
            return f64::NAN;
        }
        let (size_x, size_y) = (x.abs(), y.abs());
        let rest = size_x % size_y;
        // Half of y may not be a float; what y has beyond the rest is, whenever it matters.
        let beyond = size_y - rest;
        let result = if rest < beyond {
            rest
        } else if rest > beyond {
            -beyond
        } else {
            rest - 2.0 * ((0.5 * (size_x - rest)) % size_y)
        };
        return 1f64.copysign(x) * result;
    }
    if x.is_nan() {
        return x;
    }
    if y.is_nan() {
        return y;
    }
    if x.is_infinite() { f64::NAN } else { x }
}

/// The float `steps` steps from `x` towards `y`, and not beyond.
pub fn next_after(x: f64, y: f64, steps: u64) -> f64 {
    const SIGN: u64 = 1 << 63;
    if steps == 0 || x.is_nan() {
        return x;
    }
    if y.is_nan() {
        return y;
    }
    let (from, to) = (x.to_bits(), y.to_bits());
    if from == to || x == y {
        return y;
    }
    // Without the sign, neighbouring floats are neighbouring integers.
    let (a, b) = (from & !SIGN, to & !SIGN);
    if (from ^ to) & SIGN != 0 {
        if a + b <= steps {
            y
        } else if a < steps {
            f64::from_bits(to & SIGN | (steps - a))
        } else {
            f64::from_bits(from - steps)
        }
    } else if a > b {
        if a - b >= steps { f64::from_bits(from - steps) } else { y }
    } else if b - a >= steps {
        f64::from_bits(from + steps)
    } else {
        y
    }
}
