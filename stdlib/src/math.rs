//! The `math` module.
//!
//! Elementary functions come from the C library, as they do in CPython, so results
//! agree to the last bit on the same machine.
//!
//!  - here: the functions of one or two floats, and the table of all;
//!  - `math/special.rs`: the gamma function, remainders, neighbours of a float;
//!  - `math/sums.rs`: sums and norms that lose no digits;
//!  - `math/integers.rs`: functions of ints.

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, PyResult, Raised, Signature, call, float, int, module, number, object, raise, tuple,
};

mod integers;
pub mod special;
mod sums;

/// The C library's mathematical functions.
pub mod c {
    macro_rules! functions {
        ($($name:ident($($arg:ident),*);)*) => {
            mod libm {
                unsafe extern "C" {
                    $(pub safe fn $name($($arg: f64),*) -> f64;)*
                }
            }
            $(
                #[inline]
                pub fn $name($($arg: f64),*) -> f64 {
                    libm::$name($($arg),*)
                }
            )*
        };
    }
    functions! {
        acos(x); acosh(x); asin(x); asinh(x); atan(x); atanh(x); cbrt(x); cos(x); cosh(x); erf(x); erfc(x); exp(x);
        exp2(x); expm1(x); log(x); log10(x); log1p(x); log2(x); sin(x); sinh(x); sqrt(x); tan(x); tanh(x);
        atan2(y, x); hypot(x, y); pow(x, y); fma(x, y, z);
    }
}

pub(crate) fn domain_error() -> Raised {
    raise!(ValueError, "math domain error")
}

pub(crate) fn range_error() -> Raised {
    raise!(OverflowError, "math range error")
}

/// A function of one float. A NaN from a number, or an infinity from a finite one, is an error.
fn one(x: f64, f: impl Fn(f64) -> f64, overflows: bool, expected: Option<&str>) -> PyResult {
    let result = f(x);
    if overflows && result.is_infinite() && x.is_finite() {
        return Err(range_error());
    }
    if result.is_nan() && !x.is_nan() || result.is_infinite() && x.is_finite() {
        return Err(match expected {
            Some(expected) => raise!(ValueError, "{expected}, got {}", float::repr_string(x)),
            None => domain_error(),
        });
    }
    float::new(result)
}

macro_rules! of_one {
    ($($name:ident $f:expr, $overflows:literal, $expected:expr;)*) => {
        $(fn $name(_module: Op<'_>, x: Op<'_>) -> PyResult {
            one(float::as_f64(x)?, $f, $overflows, $expected)
        })*
    };
}
const UNIT: Option<&str> = Some("expected a number in range from -1 up to 1");
const FINITE: Option<&str> = Some("expected a finite input");
of_one! {
    acos c::acos, false, UNIT;
    acosh c::acosh, false, Some("expected argument value not less than 1");
    asin c::asin, false, UNIT;
    asinh c::asinh, false, None;
    atan c::atan, false, None;
    atanh c::atanh, false, Some("expected a number between -1 and 1");
    cbrt c::cbrt, false, None;
    cos c::cos, false, FINITE;
    cosh c::cosh, true, None;
    erf c::erf, false, None;
    erfc c::erfc, false, None;
    exp c::exp, true, None;
    exp2 c::exp2, true, None;
    expm1 c::expm1, true, None;
    fabs f64::abs, false, None;
    log1p c::log1p, false, Some("expected argument value > -1");
    sin c::sin, false, FINITE;
    sinh c::sinh, true, None;
    sqrt c::sqrt, false, Some("expected a nonnegative input");
    tan c::tan, false, FINITE;
    tanh c::tanh, false, None;
}

/// A logarithm of a number of any size.
fn logarithm(x: Op<'_>, f: fn(f64) -> f64) -> PyResult {
    let Some(value) = int::downcast(x) else {
        return one(float::as_f64(x)?, f, false, Some("expected a positive input"));
    };
    if value.sign() <= 0 {
        return Err(raise!(ValueError, "expected a positive input"));
    }
    // What is too large for a float still has a logarithm.
    let (fraction, exponent) = int::frexp(value);
    if exponent > f64::MAX_EXP as i64 {
        return float::new(f(fraction) + f(2.0) * exponent as f64);
    }
    float::new(f(int::to_f64(value)?))
}

fn log(_module: Op<'_>, args: Args<'_>) -> PyResult {
    args.check_positional("log", 1, 2)?;
    let x = logarithm(args.get(0).expect("counted"), c::log)?;
    match args.get(1) {
        None => Ok(x),
        Some(base) => number::true_divide(x.op(), logarithm(base, c::log)?.op()),
    }
}

fn log2(_module: Op<'_>, x: Op<'_>) -> PyResult {
    logarithm(x, c::log2)
}

fn log10(_module: Op<'_>, x: Op<'_>) -> PyResult {
    logarithm(x, c::log10)
}

/// `N` floats.
fn floats<const N: usize>(function: &str, args: Args<'_>) -> PyResult<[f64; N]> {
    let ops = args.exactly::<N>(function)?;
    let mut values = [0.0; N];
    for (value, op) in values.iter_mut().zip(ops) {
        *value = float::as_f64(op)?;
    }
    Ok(values)
}

/// A function of two floats. A NaN from numbers, or an infinity from finite ones, is an error.
fn two(x: f64, y: f64, f: impl Fn(f64, f64) -> f64) -> PyResult {
    let result = f(x, y);
    if result.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error());
    }
    if result.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(range_error());
    }
    float::new(result)
}

fn atan2(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [y, x] = floats("atan2", args)?;
    two(y, x, c::atan2)
}

fn copysign(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [x, y] = floats("copysign", args)?;
    float::new(x.copysign(y))
}

fn remainder(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [x, y] = floats("remainder", args)?;
    two(x, y, special::remainder)
}

fn fmod(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [x, y] = floats("fmod", args)?;
    two(x, y, |x, y| x % y)
}

fn pow(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [x, y] = floats("pow", args)?;
    let result = c::pow(x, y);
    if x.is_finite() && y.is_finite() && !result.is_finite() {
        return Err(if result.is_nan() || x == 0.0 { domain_error() } else { range_error() });
    }
    float::new(result)
}

fn fma(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [x, y, z] = floats("fma", args)?;
    let result = c::fma(x, y, z);
    if result.is_finite() {
        return float::new(result);
    }
    if result.is_nan() {
        if !x.is_nan() && !y.is_nan() && !z.is_nan() {
            return Err(raise!(ValueError, "invalid operation in fma"));
        }
    } else if x.is_finite() && y.is_finite() && z.is_finite() {
        return Err(raise!(OverflowError, "overflow in fma"));
    }
    float::new(result)
}

fn gamma(_module: Op<'_>, x: Op<'_>) -> PyResult {
    special_result(x, special::gamma)
}

fn lgamma(_module: Op<'_>, x: Op<'_>) -> PyResult {
    special_result(x, special::log_gamma)
}

fn special_result(x: Op<'_>, f: fn(f64) -> Option<f64>) -> PyResult {
    let x = float::as_f64(x)?;
    let Some(result) = f(x) else {
        return Err(raise!(
            ValueError,
            "expected a noninteger or positive integer, got {}",
            float::repr_string(x)
        ));
    };
    if result.is_infinite() && x.is_finite() {
        return Err(range_error());
    }
    float::new(result)
}

fn degrees(_module: Op<'_>, x: Op<'_>) -> PyResult {
    float::new(float::as_f64(x)? * (180.0 / core::f64::consts::PI))
}

fn radians(_module: Op<'_>, x: Op<'_>) -> PyResult {
    float::new(float::as_f64(x)? * (core::f64::consts::PI / 180.0))
}

/// A rounding method of the number's type, or the rounded float.
fn rounded(x: Op<'_>, method: &str, f: fn(f64) -> PyResult) -> PyResult {
    if !x.is_exact::<PyFloatObject>()
        && let Some(function) = object::lookup_special(x, method)?
    {
        return call::call_noargs(function.op());
    }
    f(float::as_f64(x)?)
}

fn ceil(_module: Op<'_>, x: Op<'_>) -> PyResult {
    rounded(x, "__ceil__", float::ceil)
}

fn floor(_module: Op<'_>, x: Op<'_>) -> PyResult {
    rounded(x, "__floor__", float::floor)
}

fn trunc(_module: Op<'_>, x: Op<'_>) -> PyResult {
    if x.is_exact::<PyFloatObject>() {
        return int::from_f64(float::value(x));
    }
    match object::lookup_special(x, "__trunc__")? {
        Some(function) => call::call_noargs(function.op()),
        None => {
            let name: String = x.type_name().chars().take(100).collect();
            Err(raise!(TypeError, "type {name} doesn't define __trunc__ method"))
        }
    }
}

fn frexp(_module: Op<'_>, x: Op<'_>) -> PyResult {
    let (fraction, exponent) = float::frexp(float::as_f64(x)?);
    tuple::from_vec(vec![float::new(fraction)?, int::from_i64(exponent as i64)?])
}

fn modf(_module: Op<'_>, x: Op<'_>) -> PyResult {
    let x = float::as_f64(x)?;
    let (fraction, whole) = if x.is_infinite() {
        (0f64.copysign(x), x)
    } else if x.is_nan() {
        (x, x)
    } else {
        ((x - x.trunc()).copysign(x), x.trunc())
    };
    tuple::from_vec(vec![float::new(fraction)?, float::new(whole)?])
}

fn ldexp(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [x, exponent] = args.exactly("ldexp")?;
    let x = float::as_f64(x)?;
    let Some(exponent) = int::downcast(exponent) else {
        return Err(raise!(TypeError, "Expected an int as second argument to ldexp."));
    };
    if x == 0.0 || !x.is_finite() {
        return float::new(x);
    }
    let exponent = int::to_i64(exponent).unwrap_or_else(|sign| if sign < 0 { i64::MIN } else { i64::MAX });
    if exponent > i32::MAX as i64 {
        return Err(range_error());
    }
    if exponent < i32::MIN as i64 {
        return float::new(0f64.copysign(x));
    }
    let result = int::ldexp(x, exponent as i32);
    if result.is_infinite() {
        return Err(range_error());
    }
    float::new(result)
}

fn isfinite(_module: Op<'_>, x: Op<'_>) -> PyResult<bool> {
    float::as_f64(x).map(f64::is_finite)
}

fn isinf(_module: Op<'_>, x: Op<'_>) -> PyResult<bool> {
    float::as_f64(x).map(f64::is_infinite)
}

fn isnan(_module: Op<'_>, x: Op<'_>) -> PyResult<bool> {
    float::as_f64(x).map(f64::is_nan)
}

static IS_CLOSE: Signature<4> =
    Signature::new("isclose", ["a", "b", "rel_tol", "abs_tol"]).required(2).keyword_only_from(2);

fn isclose(_module: Op<'_>, args: Args<'_>) -> PyResult<bool> {
    let [a, b, relative, absolute] = args.parse(&IS_CLOSE)?;
    let (a, b) = (float::as_f64(a.expect("required"))?, float::as_f64(b.expect("required"))?);
    let relative = relative.map_or(Ok(1e-9), float::as_f64)?;
    let absolute = absolute.map_or(Ok(0.0), float::as_f64)?;
    if relative < 0.0 || absolute < 0.0 {
        return Err(raise!(ValueError, "tolerances must be non-negative"));
    }
    if a == b {
        return Ok(true);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(false);
    }
    let difference = (b - a).abs();
    Ok(difference <= (relative * b).abs() || difference <= (relative * a).abs() || difference <= absolute)
}

static NEXT_AFTER: Signature<3> =
    Signature::new("nextafter", ["", "", "steps"]).positional_only(2).required(2).keyword_only_from(2);

fn nextafter(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [x, y, steps] = args.parse(&NEXT_AFTER)?;
    let (x, y) = (float::as_f64(x.expect("required"))?, float::as_f64(y.expect("required"))?);
    let steps = steps.filter(|steps| !steps.is_none());
    let single = steps.is_none();
    let steps = match steps {
        None => 1,
        Some(steps) => {
            let steps = number::index(steps)?;
            if int::is_negative(steps.op()) {
                return Err(raise!(ValueError, "steps must be a non-negative integer"));
            }
            // No two floats are further apart than this.
            int::fits_i64(steps.op()).map_or(u64::MAX, |steps| steps as u64)
        }
    };
    let next = special::next_after(x, y, steps);
    // The C function, which is used without steps, keeps the sign when it arrives at zero.
    let arrives = single && next == 0.0 && x != y;
    float::new(if arrives && x != 0.0 { next.copysign(x) } else { next })
}

fn ulp(_module: Op<'_>, x: Op<'_>) -> PyResult {
    let x = float::as_f64(x)?.abs();
    if !x.is_finite() {
        return float::new(x);
    }
    let up = special::next_after(x, f64::INFINITY, 1);
    float::new(if up.is_infinite() { x - special::next_after(x, 0.0, 1) } else { up - x })
}

/// A list of coordinates and the largest absolute value.
fn hypot(_module: Op<'_>, args: Args<'_>) -> PyResult {
    args.no_keywords("math.hypot")?;
    let mut coordinates = Vec::with_capacity(args.len());
    for op in args.iter() {
        coordinates.push(float::as_f64(op)?.abs());
    }
    float::new(sums::norm(coordinates))
}

fn dist(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [p, q] = args.exactly("dist")?;
    let (p, q) = (sums::to_tuple(p)?, sums::to_tuple(q)?);
    let (p, q) = (sums::items(&p), sums::items(&q));
    if p.len() != q.len() {
        return Err(raise!(ValueError, "both points must have the same number of dimensions"));
    }
    let mut differences = Vec::with_capacity(p.len());
    for (p, q) in p.zip(q) {
        differences.push((float::as_f64(p)? - float::as_f64(q)?).abs());
    }
    float::new(sums::norm(differences))
}

macro_rules! signature {
    ($name:literal, $parameters:literal, $doc:literal) => {
        // The text ends with a zero byte and holds none before it.
        match core::ffi::CStr::from_bytes_with_nul(
            concat!($name, "($module, ", $parameters, "/)\n--\n\n", $doc, "\0").as_bytes(),
        ) {
            Ok(text) => text,
            Err(_) => panic!("a doc string with a zero byte"),
        }
    };
}

const METHODS: &[PyMethodDef] = &[
    method::o(c"acos", acos, signature!("acos", "x, ", "The arc cosine of x, from 0 to pi.")),
    method::o(c"acosh", acosh, signature!("acosh", "x, ", "The inverse hyperbolic cosine of x.")),
    method::o(c"asin", asin, signature!("asin", "x, ", "The arc sine of x, from -pi/2 to pi/2.")),
    method::o(c"asinh", asinh, signature!("asinh", "x, ", "The inverse hyperbolic sine of x.")),
    method::o(c"atan", atan, signature!("atan", "x, ", "The arc tangent of x, from -pi/2 to pi/2.")),
    method::positional(c"atan2", atan2, signature!("atan2", "y, x, ", "The arc tangent of y/x in the quadrant of both signs.")),
    method::o(c"atanh", atanh, signature!("atanh", "x, ", "The inverse hyperbolic tangent of x.")),
    method::o(c"cbrt", cbrt, signature!("cbrt", "x, ", "The cube root of x.")),
    method::o(c"ceil", ceil, signature!("ceil", "x, ", "The least integer that is not below x.")),
    method::positional(c"copysign", copysign, signature!("copysign", "x, y, ", "A float with the magnitude of x and the sign of y; zeros have signs, too.")),
    method::o(c"cos", cos, signature!("cos", "x, ", "The cosine of x radians.")),
    method::o(c"cosh", cosh, signature!("cosh", "x, ", "The hyperbolic cosine of x.")),
    method::o(c"degrees", degrees, signature!("degrees", "x, ", "An angle of x radians in degrees.")),
    method::positional(c"dist", dist, signature!("dist", "p, q, ", "The Euclidean distance of two points, given as sequences of coordinates.")),
    method::o(c"erf", erf, signature!("erf", "x, ", "The error function at x.")),
    method::o(c"erfc", erfc, signature!("erfc", "x, ", "1 minus the error function at x, exact where that is near 0.")),
    method::o(c"exp", exp, signature!("exp", "x, ", "e to the power of x.")),
    method::o(c"exp2", exp2, signature!("exp2", "x, ", "2 to the power of x.")),
    method::o(c"expm1", expm1, signature!("expm1", "x, ", "exp(x)-1, exact where x is small.")),
    method::o(c"fabs", fabs, signature!("fabs", "x, ", "The absolute value of the float x.")),
    method::o(c"factorial", integers::factorial, signature!("factorial", "n, ", "n!")),
    method::o(c"floor", floor, signature!("floor", "x, ", "The greatest integer that is not above x.")),
    method::positional(c"fma", fma, signature!("fma", "x, y, z, ", "x * y + z, rounded once.")),
    method::positional(c"fmod", fmod, signature!("fmod", "x, y, ", "The remainder of x/y as C computes it, with the sign of x.")),
    method::o(c"frexp", frexp, signature!("frexp", "x, ", "The pair (m, e) with x == m * 2**e and 0.5 <= abs(m) < 1; m and e are 0 if x is.")),
    method::o(c"fsum", sums::fsum, signature!("fsum", "seq, ", "The exact sum of the iterable's values, rounded once.")),
    method::o(c"gamma", gamma, signature!("gamma", "x, ", "The gamma function at x.")),
    method::positional(c"gcd", integers::gcd, c"gcd($module, /, *integers)\n--\n\nThe greatest common divisor."),
    method::positional(c"hypot", hypot, c"hypot($module, /, *coordinates)\n--\n\nThe Euclidean norm of a vector.\n\n    >>> hypot(3.0, 4.0)\n    5.0"),
    method::keywords(c"isclose", isclose, c"isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)\n--\n\nWhether two floats are close to each other.\n\n  rel_tol\n    How far apart they may be, relative to the larger one.\n  abs_tol\n    How far apart they may be in any case.\n\nNaNs are close to nothing, infinities only to themselves."),
    method::o(c"isfinite", isfinite, signature!("isfinite", "x, ", "Whether x is neither an infinity nor a NaN.")),
    method::o(c"isinf", isinf, signature!("isinf", "x, ", "Whether x is an infinity.")),
    method::o(c"isnan", isnan, signature!("isnan", "x, ", "Whether x is a NaN.")),
    method::o(c"isqrt", integers::isqrt, signature!("isqrt", "n, ", "The integer part of the square root of n.")),
    method::positional(c"lcm", integers::lcm, c"lcm($module, /, *integers)\n--\n\nThe least common multiple."),
    method::positional(c"ldexp", ldexp, signature!("ldexp", "x, i, ", "x * 2**i: undoes frexp.")),
    method::o(c"lgamma", lgamma, signature!("lgamma", "x, ", "The natural logarithm of the gamma function's absolute value.")),
    method::positional(c"log", log, c"log(x, [base=math.e])\nThe logarithm of x to the given base, or the natural one."),
    method::o(c"log10", log10, signature!("log10", "x, ", "The logarithm of x to base 10.")),
    method::o(c"log1p", log1p, signature!("log1p", "x, ", "The natural logarithm of 1+x, exact where x is small.")),
    method::o(c"log2", log2, signature!("log2", "x, ", "The logarithm of x to base 2.")),
    method::o(c"modf", modf, signature!("modf", "x, ", "The fraction and the integer part of x, both with its sign.")),
    method::keywords(c"nextafter", nextafter, c"nextafter($module, x, y, /, *, steps=None)\n--\n\nThe float that is so many steps (1 if not given) from x towards y."),
    method::positional(c"perm", integers::perm, c"perm($module, n, k=None, /)\n--\n\nHow many ways there are to choose k of n things in order; of all n if k is not given."),
    method::positional(c"comb", integers::comb, signature!("comb", "n, k, ", "How many ways there are to choose k of n things without order.")),
    method::positional(c"pow", pow, signature!("pow", "x, y, ", "x to the power of y, as floats.")),
    method::keywords(c"prod", integers::prod, c"prod($module, iterable, /, *, start=1)\n--\n\nThe product of start and all values of the iterable."),
    method::o(c"radians", radians, signature!("radians", "x, ", "An angle of x degrees in radians.")),
    method::positional(c"remainder", remainder, signature!("remainder", "x, y, ", "What is left of x after subtracting the nearest multiple of y, of two the even one.")),
    method::o(c"sin", sin, signature!("sin", "x, ", "The sine of x radians.")),
    method::o(c"sinh", sinh, signature!("sinh", "x, ", "The hyperbolic sine of x.")),
    method::o(c"sqrt", sqrt, signature!("sqrt", "x, ", "The square root of x.")),
    method::positional(c"sumprod", sums::sumprod, signature!("sumprod", "p, q, ", "The sum of the products of two iterables' values, pair by pair.")),
    method::o(c"tan", tan, signature!("tan", "x, ", "The tangent of x radians.")),
    method::o(c"tanh", tanh, signature!("tanh", "x, ", "The hyperbolic tangent of x.")),
    method::o(c"trunc", trunc, signature!("trunc", "x, ", "The integer part of x (__trunc__).")),
    method::o(c"ulp", ulp, signature!("ulp", "x, ", "What the last bit of the float x is worth.")),
    PyMethodDef::EMPTY,
];

/// Makes the module.
pub fn init() -> PyResult {
    let module = module::new("math")?;
    module::add_functions(module.op(), METHODS.as_ptr())?;
    let constants = [
        ("pi", core::f64::consts::PI),
        ("e", core::f64::consts::E),
        ("tau", core::f64::consts::TAU),
        ("inf", f64::INFINITY),
        ("nan", f64::NAN),
    ];
    for (name, value) in constants {
        module::add_object(module.op(), name, float::new(value)?.op())?;
    }
    Ok(module)
}

/// Any int, as an exact one.
fn index(op: Op<'_>) -> PyResult<Object> {
    number::index(op)
}
