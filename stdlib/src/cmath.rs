//! The `cmath` module: functions of complex numbers.
//!
//! Finite arguments are computed here from real functions, as CPython does; for
//! infinities and NaNs the C library gives what Annex G of C99 prescribes.

use core::f64::consts::{E, LN_2, LN_10, PI};

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{Args, Op, PyResult, Signature, complex, float, module, raise, tuple};

use crate::math::{c, domain_error, range_error};

type C = Py_complex;

mod libm {
    use adder_object_model::layout::Py_complex;
    macro_rules! functions {
        ($($name:ident)*) => {
            unsafe extern "C" {
                $(pub fn $name(z: Py_complex) -> Py_complex;)*
            }
        };
    }
    functions! { cacos cacosh casinh catanh ccosh cexp clog csinh csqrt ctanh }
}

/// What went wrong beside the value.
enum Fault {
    Domain,
}

type Outcome = Result<C, Fault>;

const fn new(real: f64, imag: f64) -> C {
    C { real, imag }
}

/// Above this, squares and sums overflow.
const LARGE: f64 = f64::MAX / 4.0;
const SCALE_UP: i32 = 53;
const SCALE_DOWN: i32 = -27;

fn log_large() -> f64 {
    c::log(LARGE)
}

fn finite(z: C) -> bool {
    z.real.is_finite() && z.imag.is_finite()
}

fn large(z: C) -> bool {
    z.real.abs() > LARGE || z.imag.abs() > LARGE
}

/// The C library's answer for an argument that is not finite.
macro_rules! special {
    ($z:ident, $name:ident) => {
        if !finite($z) {
            // SAFETY: a function of a number; the C type `double complex` is passed like this struct.
            return unsafe { libm::$name($z) };
        }
    };
}

fn half_log(z: C) -> f64 {
    c::log(c::hypot(z.real / 2.0, z.imag / 2.0)) + LN_2 * 2.0
}

fn acos(z: C) -> C {
    special!(z, cacos);
    if large(z) {
        let log = half_log(z);
        let imag = if z.real < 0.0 { -log.copysign(z.imag) } else { log.copysign(-z.imag) };
        return new(c::atan2(z.imag.abs(), z.real), imag);
    }
    let a = sqrt(new(1.0 - z.real, -z.imag));
    let b = sqrt(new(1.0 + z.real, z.imag));
    new(2.0 * c::atan2(a.real, b.real), c::asinh(b.real * a.imag - b.imag * a.real))
}

fn acosh(z: C) -> C {
    special!(z, cacosh);
    if large(z) {
        return new(half_log(z), c::atan2(z.imag, z.real));
    }
    let a = sqrt(new(z.real - 1.0, z.imag));
    let b = sqrt(new(z.real + 1.0, z.imag));
    new(c::asinh(a.real * b.real + a.imag * b.imag), 2.0 * c::atan2(a.imag, b.real))
}

fn asin(z: C) -> C {
    let s = asinh(new(-z.imag, z.real));
    new(s.imag, -s.real)
}

fn asinh(z: C) -> C {
    special!(z, casinh);
    if large(z) {
        let log = half_log(z);
        let real = if z.imag >= 0.0 { log.copysign(z.real) } else { -log.copysign(-z.real) };
        return new(real, c::atan2(z.imag, z.real.abs()));
    }
    let a = sqrt(new(1.0 + z.imag, -z.real));
    let b = sqrt(new(1.0 - z.imag, z.real));
    new(c::asinh(a.real * b.imag - b.real * a.imag), c::atan2(z.imag, a.real * b.real - a.imag * b.imag))
}

fn atan(z: C) -> Outcome {
    let s = atanh(new(-z.imag, z.real))?;
    Ok(new(s.imag, -s.real))
}

fn atanh(z: C) -> Outcome {
    if !finite(z) {
        // SAFETY: as in `special`.
        return Ok(unsafe { libm::catanh(z) });
    }
    if z.real.is_sign_negative() {
        let s = atanh(new(-z.real, -z.imag))?;
        return Ok(new(-s.real, -s.imag));
    }
    let size = z.imag.abs();
    if z.real > c::sqrt(LARGE) || size > c::sqrt(LARGE) {
        let h = c::hypot(z.real / 2.0, z.imag / 2.0);
        return Ok(new(z.real / 4.0 / h / h, -(PI / 2.0).copysign(-z.imag)));
    }
    if z.real == 1.0 && size < c::sqrt(f64::MIN_POSITIVE) {
        if size == 0.0 {
            return Err(Fault::Domain);
        }
        let real = -c::log(c::sqrt(size) / c::sqrt(c::hypot(size, 2.0)));
        return Ok(new(real, (c::atan2(2.0, -size) / 2.0).copysign(z.imag)));
    }
    let rest = 1.0 - z.real;
    Ok(new(
        c::log1p(4.0 * z.real / (rest * rest + size * size)) / 4.0,
        -c::atan2(-2.0 * z.imag, rest * (1.0 + z.real) - size * size) / 2.0,
    ))
}

/// Refuses an argument that the function is not defined for.
fn refuse(condition: bool) -> Result<(), Fault> {
    if condition { Err(Fault::Domain) } else { Ok(()) }
}

/// `f(z)` by the pair of hyperbolic functions `(a, b)`, scaled where they overflow.
fn hyperbolic(z: C, a: fn(f64) -> f64, b: fn(f64) -> f64) -> C {
    if z.real.abs() > log_large() {
        let x = z.real - 1f64.copysign(z.real);
        return new(c::cos(z.imag) * a(x) * E, c::sin(z.imag) * b(x) * E);
    }
    new(c::cos(z.imag) * a(z.real), c::sin(z.imag) * b(z.real))
}

fn cosh(z: C) -> Outcome {
    if !finite(z) {
        refuse(z.imag.is_infinite() && !z.real.is_nan())?;
        // SAFETY: as in `special`.
        return Ok(unsafe { libm::ccosh(z) });
    }
    Ok(hyperbolic(z, c::cosh, c::sinh))
}

fn cos(z: C) -> Outcome {
    cosh(new(-z.imag, z.real))
}

fn sinh(z: C) -> Outcome {
    if !finite(z) {
        refuse(z.imag.is_infinite() && !z.real.is_nan())?;
        // SAFETY: as in `special`.
        return Ok(unsafe { libm::csinh(z) });
    }
    Ok(hyperbolic(z, c::sinh, c::cosh))
}

fn sin(z: C) -> Outcome {
    let s = sinh(new(-z.imag, z.real))?;
    Ok(new(s.imag, -s.real))
}

fn exp(z: C) -> Outcome {
    if !finite(z) {
        refuse(z.imag.is_infinite() && (z.real.is_finite() || z.real == f64::INFINITY))?;
        // SAFETY: as in `special`.
        return Ok(unsafe { libm::cexp(z) });
    }
    if z.real > log_large() {
        let size = c::exp(z.real - 1.0);
        return Ok(new(size * c::cos(z.imag) * E, size * c::sin(z.imag) * E));
    }
    let size = c::exp(z.real);
    Ok(new(size * c::cos(z.imag), size * c::sin(z.imag)))
}

fn log(z: C) -> Outcome {
    if !finite(z) {
        // SAFETY: as in `special`.
        return Ok(unsafe { libm::clog(z) });
    }
    let (x, y) = (z.real.abs(), z.imag.abs());
    let real = if large(z) {
        c::log(c::hypot(x / 2.0, y / 2.0)) + LN_2
    } else if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        refuse(x == 0.0 && y == 0.0)?;
        let up = |value| adder_object_model::int::ldexp(value, SCALE_UP);
        c::log(c::hypot(up(x), up(y))) - f64::from(SCALE_UP) * LN_2
    } else {
        let h = c::hypot(x, y);
        if (0.71..=1.73).contains(&h) {
            let (more, less) = if x > y { (x, y) } else { (y, x) };
            c::log1p((more - 1.0) * (more + 1.0) + less * less) / 2.0
        } else {
            c::log(h)
        }
    };
    Ok(new(real, c::atan2(z.imag, z.real)))
}

fn log10(z: C) -> Outcome {
    log(z).map(|z| new(z.real / LN_10, z.imag / LN_10))
}

fn sqrt(z: C) -> C {
    special!(z, csqrt);
    if z.real == 0.0 && z.imag == 0.0 {
        return new(0.0, z.imag);
    }
    let (x, y) = (z.real.abs(), z.imag.abs());
    let ldexp = adder_object_model::int::ldexp;
    let s = if x < f64::MIN_POSITIVE && y < f64::MIN_POSITIVE {
        let x = ldexp(x, SCALE_UP);
        ldexp(c::sqrt(x + c::hypot(x, ldexp(y, SCALE_UP))), SCALE_DOWN)
    } else {
        let x = x / 8.0;
        2.0 * c::sqrt(x + c::hypot(x, y / 8.0))
    };
    let d = y / (2.0 * s);
    if z.real >= 0.0 { new(s, d.copysign(z.imag)) } else { new(d, s.copysign(z.imag)) }
}

fn tanh(z: C) -> Outcome {
    if !finite(z) {
        refuse(z.imag.is_infinite() && z.real.is_finite())?;
        // SAFETY: as in `special`.
        return Ok(unsafe { libm::ctanh(z) });
    }
    if z.real.abs() > log_large() {
        let imag = 4.0 * c::sin(z.imag) * c::cos(z.imag) * c::exp(-2.0 * z.real.abs());
        return Ok(new(1f64.copysign(z.real), imag));
    }
    let (x, y) = (c::tanh(z.real), c::tan(z.imag));
    let inverse = 1.0 / c::cosh(z.real);
    let product = x * y;
    let denominator = 1.0 + product * product;
    Ok(new(x * (1.0 + y * y) / denominator, (y / denominator) * inverse * inverse))
}

fn tan(z: C) -> Outcome {
    let s = tanh(new(-z.imag, z.real))?;
    Ok(new(s.imag, -s.real))
}

/// A result; an infinity from a finite argument is an overflow.
fn finish(argument: C, outcome: Outcome) -> PyResult {
    let Ok(value) = outcome else { return Err(domain_error()) };
    if finite(argument) && (value.real.is_infinite() || value.imag.is_infinite()) {
        return Err(range_error());
    }
    complex::from_value(value)
}

macro_rules! of_one {
    ($($method:ident $f:expr;)*) => {
        $(fn $method(_module: Op<'_>, z: Op<'_>) -> PyResult {
            let z = complex::as_value(z)?;
            let f: fn(C) -> Outcome = $f;
            finish(z, f(z))
        })*
    };
}
of_one! {
    acos_method |z| Ok(acos(z));
    acosh_method |z| Ok(acosh(z));
    asin_method |z| Ok(asin(z));
    asinh_method |z| Ok(asinh(z));
    atan_method atan;
    atanh_method atanh;
    cos_method cos;
    cosh_method cosh;
    exp_method exp;
    log10_method log10;
    sin_method sin;
    sinh_method sinh;
    sqrt_method |z| Ok(sqrt(z));
    tan_method tan;
    tanh_method tanh;
}

fn log_method(_module: Op<'_>, args: Args<'_>) -> PyResult {
    args.check_positional("log", 1, 2)?;
    let z = complex::as_value(args.get(0).expect("counted"))?;
    let Ok(mut value) = log(z) else { return Err(domain_error()) };
    if let Some(base) = args.get(1) {
        let Ok(base) = log(complex::as_value(base)?) else { return Err(domain_error()) };
        value = complex::arithmetic::quotient(value, base)
            .ok_or_else(|| raise!(ZeroDivisionError, "complex division by zero"))?;
    }
    complex::from_value(value)
}

fn angle(z: C) -> f64 {
    c::atan2(z.imag, z.real)
}

fn phase(_module: Op<'_>, z: Op<'_>) -> PyResult {
    float::new(angle(complex::as_value(z)?))
}

fn polar(_module: Op<'_>, z: Op<'_>) -> PyResult {
    let z = complex::as_value(z)?;
    let size = complex::arithmetic::magnitude(z);
    if finite(z) && size.is_infinite() {
        return Err(range_error());
    }
    tuple::from_vec(vec![float::new(size)?, float::new(angle(z))?])
}

fn rect(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [size, angle] = args.exactly("rect")?;
    let (size, angle) = (float::as_f64(size)?, float::as_f64(angle)?);
    if angle.is_infinite() && size != 0.0 && !size.is_nan() {
        return Err(domain_error());
    }
    if size.is_infinite() && angle.is_finite() && angle != 0.0 {
        let sign = 1f64.copysign(size);
        let infinite = |value: f64| f64::INFINITY.copysign(value) * sign;
        return complex::new(infinite(c::cos(angle)), infinite(c::sin(angle)));
    }
    if size.is_infinite() && angle.is_nan() {
        return complex::new(f64::INFINITY, f64::NAN);
    }
    if angle == 0.0 {
        // Exact, and without a NaN for an infinite size.
        let imag = if size.is_finite() { size * angle } else { angle * 1f64.copysign(size) };
        return complex::new(size, imag);
    }
    if size == 0.0 && !angle.is_finite() {
        return complex::new(0.0, 0.0);
    }
    complex::new(size * c::cos(angle), size * c::sin(angle))
}

fn isfinite(_module: Op<'_>, z: Op<'_>) -> PyResult<bool> {
    complex::as_value(z).map(finite)
}

fn isinf(_module: Op<'_>, z: Op<'_>) -> PyResult<bool> {
    complex::as_value(z).map(|z| z.real.is_infinite() || z.imag.is_infinite())
}

fn isnan(_module: Op<'_>, z: Op<'_>) -> PyResult<bool> {
    complex::as_value(z).map(|z| z.real.is_nan() || z.imag.is_nan())
}

static IS_CLOSE: Signature<4> =
    Signature::new("isclose", ["a", "b", "rel_tol", "abs_tol"]).required(2).keyword_only_from(2);

fn isclose(_module: Op<'_>, args: Args<'_>) -> PyResult<bool> {
    let [a, b, relative, absolute] = args.parse(&IS_CLOSE)?;
    let (a, b) = (complex::as_value(a.expect("required"))?, complex::as_value(b.expect("required"))?);
    let relative = relative.map_or(Ok(1e-9), float::as_f64)?;
    let absolute = absolute.map_or(Ok(0.0), float::as_f64)?;
    if relative < 0.0 || absolute < 0.0 {
        return Err(raise!(ValueError, "tolerances must be non-negative"));
    }
    if a.real == b.real && a.imag == b.imag {
        return Ok(true);
    }
    if [a, b].iter().any(|z| z.real.is_infinite() || z.imag.is_infinite()) {
        return Ok(false);
    }
    let size = complex::arithmetic::magnitude;
    let difference = size(complex::arithmetic::difference(a, b));
    Ok(difference <= relative * size(b) || difference <= relative * size(a) || difference <= absolute)
}

const METHODS: &[PyMethodDef] = &[
    method::o(c"acos", acos_method, c"acos($module, z, /)\n--\n\nThe arc cosine of z."),
    method::o(c"acosh", acosh_method, c"acosh($module, z, /)\n--\n\nThe inverse hyperbolic cosine of z."),
    method::o(c"asin", asin_method, c"asin($module, z, /)\n--\n\nThe arc sine of z."),
    method::o(c"asinh", asinh_method, c"asinh($module, z, /)\n--\n\nThe inverse hyperbolic sine of z."),
    method::o(c"atan", atan_method, c"atan($module, z, /)\n--\n\nThe arc tangent of z."),
    method::o(c"atanh", atanh_method, c"atanh($module, z, /)\n--\n\nThe inverse hyperbolic tangent of z."),
    method::o(c"cos", cos_method, c"cos($module, z, /)\n--\n\nThe cosine of z."),
    method::o(c"cosh", cosh_method, c"cosh($module, z, /)\n--\n\nThe hyperbolic cosine of z."),
    method::o(c"exp", exp_method, c"exp($module, z, /)\n--\n\ne to the power of z."),
    method::keywords(c"isclose", isclose, c"isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)\n--\n\nWhether two complex numbers are close to each other."),
    method::o(c"isfinite", isfinite, c"isfinite($module, z, /)\n--\n\nWhether both parts of z are finite."),
    method::o(c"isinf", isinf, c"isinf($module, z, /)\n--\n\nWhether a part of z is an infinity."),
    method::o(c"isnan", isnan, c"isnan($module, z, /)\n--\n\nWhether a part of z is a NaN."),
    method::positional(c"log", log_method, c"log($module, z, base=<unrepresentable>, /)\n--\n\nThe logarithm of z to the given base, or the natural one."),
    method::o(c"log10", log10_method, c"log10($module, z, /)\n--\n\nThe logarithm of z to base 10."),
    method::o(c"phase", phase, c"phase($module, z, /)\n--\n\nThe angle of z in polar form."),
    method::o(c"polar", polar, c"polar($module, z, /)\n--\n\nThe magnitude and the angle of z."),
    method::positional(c"rect", rect, c"rect($module, r, phi, /)\n--\n\nThe complex number of a magnitude and an angle."),
    method::o(c"sin", sin_method, c"sin($module, z, /)\n--\n\nThe sine of z."),
    method::o(c"sinh", sinh_method, c"sinh($module, z, /)\n--\n\nThe hyperbolic sine of z."),
    method::o(c"sqrt", sqrt_method, c"sqrt($module, z, /)\n--\n\nThe square root of z."),
    method::o(c"tan", tan_method, c"tan($module, z, /)\n--\n\nThe tangent of z."),
    method::o(c"tanh", tanh_method, c"tanh($module, z, /)\n--\n\nThe hyperbolic tangent of z."),
    PyMethodDef::EMPTY,
];

/// Makes the module.
pub fn init() -> PyResult {
    let module = module::new("cmath")?;
    let op = module.op();
    module::add_functions(op, METHODS.as_ptr())?;
    for (name, value) in [("pi", PI), ("e", E), ("tau", 2.0 * PI), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
        module::add_object(op, name, float::new(value)?.op())?;
    }
    module::add_object(op, "infj", complex::new(0.0, f64::INFINITY)?.op())?;
    module::add_object(op, "nanj", complex::new(0.0, f64::NAN)?.op())?;
    Ok(module)
}
