//! The arithmetic of complex numbers, infinities as in C99's Annex G.
//!
//! Where C sets `errno`, functions here give `None`: a division by zero.

use crate::layout::Py_complex;

const ONE: Py_complex = Py_complex { real: 1.0, imag: 0.0 };

pub fn sum(a: Py_complex, b: Py_complex) -> Py_complex {
    Py_complex { real: a.real + b.real, imag: a.imag + b.imag }
}

pub fn difference(a: Py_complex, b: Py_complex) -> Py_complex {
    Py_complex { real: a.real - b.real, imag: a.imag - b.imag }
}

/// 1 for an infinity and 0 for anything else, with the sign kept.
fn boxed(value: f64) -> f64 {
    (value.is_infinite() as u8 as f64).copysign(value)
}

/// Zero for a NaN, with the sign kept.
fn no_nan(value: f64) -> f64 {
    if value.is_nan() { 0f64.copysign(value) } else { value }
}

pub fn product(z: Py_complex, w: Py_complex) -> Py_complex {
    let (mut a, mut b, mut c, mut d) = (z.real, z.imag, w.real, w.imag);
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    let result = Py_complex { real: ac - bd, imag: ad + bc };
    if !(result.real.is_nan() && result.imag.is_nan()) {
        return result;
    }
    // Recover infinities that were computed as nan+nanj.
    let mut recover = false;
    if a.is_infinite() || b.is_infinite() {
        (a, b, c, d) = (boxed(a), boxed(b), no_nan(c), no_nan(d));
        recover = true;
    }
    if c.is_infinite() || d.is_infinite() {
        (a, b, c, d) = (no_nan(a), no_nan(b), boxed(c), boxed(d));
        recover = true;
    }
    if !recover && [ac, bd, ad, bc].iter().any(|part| part.is_infinite()) {
        (a, b, c, d) = (no_nan(a), no_nan(b), no_nan(c), no_nan(d));
        recover = true;
    }
    if recover {
        return Py_complex { real: f64::INFINITY * (a * c - b * d), imag: f64::INFINITY * (a * d + b * c) };
    }
    result
}

pub fn quotient(a: Py_complex, b: Py_complex) -> Option<Py_complex> {
    let (real, imag) = (b.real.abs(), b.imag.abs());
    // Divide above and below by the larger part of `b`, so that nothing overflows in between.
    let result = if real >= imag {
        if real == 0.0 {
            return None;
        }
        let ratio = b.imag / b.real;
        let denominator = b.real + b.imag * ratio;
        Py_complex {
            real: (a.real + a.imag * ratio) / denominator,
            imag: (a.imag - a.real * ratio) / denominator,
        }
    } else if imag >= real {
        let ratio = b.real / b.imag;
        let denominator = b.real * ratio + b.imag;
        Py_complex {
            real: (a.real * ratio + a.imag) / denominator,
            imag: (a.imag * ratio - a.real) / denominator,
        }
    } else {
        Py_complex { real: f64::NAN, imag: f64::NAN }
    };
    if !(result.real.is_nan() && result.imag.is_nan()) {
        return Some(result);
    }
    // Recover infinities and zeros that were computed as nan+nanj.
    let finite = |value: Py_complex| value.real.is_finite() && value.imag.is_finite();
    if (a.real.is_infinite() || a.imag.is_infinite()) && finite(b) {
        let (x, y) = (boxed(a.real), boxed(a.imag));
        return Some(Py_complex {
            real: f64::INFINITY * (x * b.real + y * b.imag),
            imag: f64::INFINITY * (y * b.real - x * b.imag),
        });
    }
    if (real.is_infinite() || imag.is_infinite()) && finite(a) {
        let (x, y) = (boxed(b.real), boxed(b.imag));
        return Some(Py_complex {
            real: 0.0 * (a.real * x + a.imag * y),
            imag: 0.0 * (a.imag * x - a.real * y),
        });
    }
    Some(result)
}

pub fn quotient_by_real(a: Py_complex, b: f64) -> Option<Py_complex> {
    (b != 0.0).then(|| Py_complex { real: a.real / b, imag: a.imag / b })
}

pub fn quotient_of_real(a: f64, b: Py_complex) -> Option<Py_complex> {
    let (real, imag) = (b.real.abs(), b.imag.abs());
    let result = if real >= imag {
        if real == 0.0 {
            return None;
        }
        let ratio = b.imag / b.real;
        let denominator = b.real + b.imag * ratio;
        Py_complex { real: a / denominator, imag: (-a * ratio) / denominator }
    } else if imag >= real {
        let ratio = b.real / b.imag;
        let denominator = b.real * ratio + b.imag;
        Py_complex { real: (a * ratio) / denominator, imag: (-a) / denominator }
    } else {
        Py_complex { real: f64::NAN, imag: f64::NAN }
    };
    let lost = result.real.is_nan() && result.imag.is_nan();
    if lost && a.is_finite() && (real.is_infinite() || imag.is_infinite()) {
        let (x, y) = (boxed(b.real), boxed(b.imag));
        return Some(Py_complex { real: 0.0 * (a * x), imag: 0.0 * (-a * y) });
    }
    Some(result)
}

/// `abs(value)`; infinite if a part is, also beside a NaN.
pub fn magnitude(value: Py_complex) -> f64 {
    value.real.hypot(value.imag)
}

/// `base ** exponent` by squaring.
pub fn integer_power(base: Py_complex, exponent: i64) -> Option<Py_complex> {
    if exponent > 0 {
        Some(unsigned_power(base, exponent))
    } else {
        quotient(ONE, unsigned_power(base, -exponent))
    }
}

fn unsigned_power(base: Py_complex, exponent: i64) -> Py_complex {
    if exponent == 0 {
        return ONE;
    }
    let (mut power, mut result) = (base, base);
    let rest = exponent - 1;
    let mut mask = 1;
    while rest >= mask {
        if rest & mask != 0 {
            result = product(result, power);
        }
        mask <<= 1;
        if rest >= mask {
            power = product(power, power);
        }
    }
    result
}

/// `base ** exponent` in polar form.
pub fn general_power(base: Py_complex, exponent: Py_complex) -> Option<Py_complex> {
    if exponent.real == 0.0 && exponent.imag == 0.0 {
        return Some(ONE);
    }
    if base.real == 0.0 && base.imag == 0.0 {
        let undefined = exponent.imag != 0.0 || exponent.real < 0.0;
        return (!undefined).then_some(Py_complex { real: 0.0, imag: 0.0 });
    }
    let size = base.real.hypot(base.imag);
    let mut length = size.powf(exponent.real);
    let angle = base.imag.atan2(base.real);
    let mut phase = angle * exponent.real;
    if exponent.imag != 0.0 {
        length *= (-angle * exponent.imag).exp();
        phase += exponent.imag * size.ln();
    }
    Some(Py_complex { real: length * phase.cos(), imag: length * phase.sin() })
}
