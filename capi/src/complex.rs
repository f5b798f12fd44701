//! `_Py_c_*`: arithmetic on C's complex numbers, with the `errno` that CPython sets.

use adder_object_model::complex::arithmetic;
use adder_object_model::layout::Py_complex;

const ZERO: Py_complex = Py_complex { real: 0.0, imag: 0.0 };

fn set_errno(code: i32) {
    // SAFETY: the thread's own errno.
    unsafe { *libc::__errno_location() = code };
}

/// `_Py_c_sum`.
#[unsafe(no_mangle)]
pub extern "C" fn _Py_c_sum(a: Py_complex, b: Py_complex) -> Py_complex {
    arithmetic::sum(a, b)
}

/// `_Py_c_diff`.
#[unsafe(no_mangle)]
pub extern "C" fn _Py_c_diff(a: Py_complex, b: Py_complex) -> Py_complex {
    arithmetic::difference(a, b)
}

/// `_Py_c_neg`.
#[unsafe(no_mangle)]
pub extern "C" fn _Py_c_neg(a: Py_complex) -> Py_complex {
    Py_complex { real: -a.real, imag: -a.imag }
}

/// `_Py_c_prod`.
#[unsafe(no_mangle)]
pub extern "C" fn _Py_c_prod(a: Py_complex, b: Py_complex) -> Py_complex {
    arithmetic::product(a, b)
}

/// `_Py_c_quot`: zero and `EDOM` for a division by zero.
#[unsafe(no_mangle)]
pub extern "C" fn _Py_c_quot(a: Py_complex, b: Py_complex) -> Py_complex {
    arithmetic::quotient(a, b).unwrap_or_else(|| {
        set_errno(libc::EDOM);
        ZERO
    })
}

/// `_Py_c_pow`: zero and `EDOM` for zero to a negative or complex power.
#[unsafe(no_mangle)]
pub extern "C" fn _Py_c_pow(base: Py_complex, exponent: Py_complex) -> Py_complex {
    arithmetic::general_power(base, exponent).unwrap_or_else(|| {
        set_errno(libc::EDOM);
        ZERO
    })
}

/// `_Py_c_abs`: `ERANGE` if finite parts have no finite magnitude, else 0.
#[unsafe(no_mangle)]
pub extern "C" fn _Py_c_abs(value: Py_complex) -> f64 {
    let magnitude = arithmetic::magnitude(value);
    let overflows = value.real.is_finite() && value.imag.is_finite() && !magnitude.is_finite();
    set_errno(if overflows { libc::ERANGE } else { 0 });
    magnitude
}
