//! The `_statistics` module: the quantile function of the normal distribution.
//!
//! Wichura's algorithm AS 241 (Applied Statistics 37, 1988): a quotient of polynomials for
//! the centre, one for the flanks and one for the tails.

use adder_object_model::layout::*;
use adder_object_model::{Args, Op, PyResult, float, method, module, raise};

// Coefficients, highest power first.
const CENTRE_NUMERATOR: [f64; 8] = [
    2509.0809287301227,
    33430.57558358813,
    67265.7709270087,
    45921.95393154987,
    13731.69376550946,
    1971.5909503065513,
    133.14166789178438,
    3.3871328727963665,
];
const CENTRE_DENOMINATOR: [f64; 8] = [
    5226.495278852854,
    28729.085735721943,
    39307.89580009271,
    21213.794301586597,
    5394.196021424751,
    687.1870074920579,
    42.31333070160091,
    1.0,
];
const MIDDLE_NUMERATOR: [f64; 8] = [
    0.0007745450142783414,
    0.022723844989269184,
    0.2417807251774506,
    1.2704582524523684,
    3.6478483247632045,
    5.769497221460691,
    4.630337846156546,
    1.4234371107496835,
];
const MIDDLE_DENOMINATOR: [f64; 8] = [
    1.0507500716444169e-09,
    0.0005475938084995345,
    0.015198666563616457,
    0.14810397642748008,
    0.6897673349851,
    1.6763848301838038,
    2.053191626637759,
    1.0,
];
const TAIL_NUMERATOR: [f64; 8] = [
    2.0103343992922881e-07,
    2.7115555687434876e-05,
    0.0012426609473880784,
    0.026532189526576124,
    0.29656057182850487,
    1.7848265399172913,
    5.463784911164114,
    6.657904643501103,
];
const TAIL_DENOMINATOR: [f64; 8] = [
    2.0442631033899397e-15,
    1.421511758316446e-07,
    1.8463183175100548e-05,
    0.0007868691311456133,
    0.014875361290850615,
    0.1369298809227358,
    0.599832206555888,
    1.0,
];

fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients[1..].iter().fold(coefficients[0], |sum, coefficient| sum * x + coefficient)
}

/// Where the normal distribution's cumulative function is `p`; `None` where it never is.
fn quantile(p: f64, mu: f64, sigma: f64) -> Option<f64> {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        let x = polynomial(&CENTRE_NUMERATOR, r) * q / polynomial(&CENTRE_DENOMINATOR, r);
        return Some(mu + x * sigma);
    }
    let r = if q <= 0.0 { p } else { 1.0 - p };
    if r <= 0.0 || r >= 1.0 {
        return None;
    }
    let r = (-r.ln()).sqrt();
    let x = if r <= 5.0 {
        polynomial(&MIDDLE_NUMERATOR, r - 1.6) / polynomial(&MIDDLE_DENOMINATOR, r - 1.6)
    } else {
        polynomial(&TAIL_NUMERATOR, r - 5.0) / polynomial(&TAIL_DENOMINATOR, r - 5.0)
    };
    let x = if q < 0.0 { -x } else { x };
    Some(mu + x * sigma)
}

fn normal_dist_inv_cdf(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [p, mu, sigma] = args.exactly::<3>("_normal_dist_inv_cdf")?;
    let (p, mu, sigma) = (float::as_f64(p)?, float::as_f64(mu)?, float::as_f64(sigma)?);
    match quantile(p, mu, sigma) {
        Some(value) => float::new(value),
        None => Err(raise!(ValueError, "inv_cdf undefined for these parameters")),
    }
}

const FUNCTIONS: &[PyMethodDef] = &[
    method::positional(
        c"_normal_dist_inv_cdf",
        normal_dist_inv_cdf,
        c"_normal_dist_inv_cdf($module, p, mu, sigma, /)\n--\n\nThe value below which the share p of a normal distribution lies.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result = module::new("_statistics")?;
    module::add_functions(result.op(), FUNCTIONS.as_ptr())?;
    Ok(result)
}
