//! Times given as Python numbers: seconds to nanoseconds, to C's `time_t` and back.

use adder_object_model::layout::*;
use adder_object_model::{Op, PyResult, Raised, float, int, number, raise};

pub const NS_PER_SECOND: i64 = 1_000_000_000;

/// What becomes of a fraction.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Round {
    Floor,
    Ceiling,
    HalfEven,
    /// Away from zero, so that a timeout never becomes none.
    Up,
}

impl Round {
    fn apply(self, value: f64) -> f64 {
        match self {
            Self::Floor => value.floor(),
            Self::Ceiling => value.ceil(),
            Self::HalfEven => value.round_ties_even(),
            Self::Up if value < 0.0 => value.floor(),
            Self::Up => value.ceil(),
        }
    }
}

fn out_of_range() -> Raised {
    raise!(OverflowError, "timestamp out of range for C PyTime_t")
}

fn out_of_time_t() -> Raised {
    raise!(OverflowError, "timestamp out of range for platform time_t")
}

fn checked_float(op: Op<'_>) -> PyResult<Option<f64>> {
    if !op.is_instance::<PyFloatObject>() {
        return Ok(None);
    }
    let value = float::value(op);
    if value.is_nan() {
        return Err(raise!(ValueError, "Invalid value NaN (not a number)"));
    }
    Ok(Some(value))
}

/// The value as an `i64`, if it is in the range where the cast is exact.
fn whole(value: f64) -> Option<i64> {
    (-9223372036854775808.0..9223372036854775808.0).contains(&value).then_some(value as i64)
}

/// Nanoseconds of a number of seconds.
pub fn from_seconds(op: Op<'_>, round: Round) -> PyResult<i64> {
    if let Some(value) = checked_float(op)? {
        return whole(round.apply(value * 1e9)).ok_or_else(out_of_range);
    }
    if !number::check_index(op) {
        return Err(raise!(
            TypeError,
            "'{}' object cannot be interpreted as an integer or float",
            op.type_name()
        ));
    }
    let seconds = int::as_i64_and_overflow(op)?.map_err(|_| out_of_range())?;
    seconds.checked_mul(NS_PER_SECOND).ok_or_else(out_of_range)
}

/// Whole seconds as C's `time_t`.
pub fn to_time_t(op: Op<'_>, round: Round) -> PyResult<i64> {
    if let Some(value) = checked_float(op)? {
        return whole(round.apply(value)).ok_or_else(out_of_time_t);
    }
    int::as_i64_and_overflow(op)?.map_err(|_| out_of_time_t())
}

/// Seconds as C's `time_t` and a fraction in units of `1 / denominator`.
pub fn split(op: Op<'_>, denominator: f64, round: Round) -> PyResult<(i64, i64)> {
    let Some(value) = checked_float(op)? else {
        return to_time_t(op, round).map(|seconds| (seconds, 0));
    };
    let mut seconds = value.trunc();
    let mut fraction = round.apply((value - seconds) * denominator);
    if fraction >= denominator {
        fraction -= denominator;
        seconds += 1.0;
    } else if fraction < 0.0 {
        fraction += denominator;
        seconds -= 1.0;
    }
    let seconds = whole(seconds).ok_or_else(out_of_time_t)?;
    Ok((seconds, fraction as i64))
}

/// Nanoseconds as seconds in a float.
pub fn as_seconds(ns: i64) -> f64 {
    if ns % NS_PER_SECOND == 0 { (ns / NS_PER_SECOND) as f64 } else { ns as f64 / 1e9 }
}

/// Nanoseconds as C's pair.
pub fn as_timespec(ns: i64) -> libc::timespec {
    libc::timespec { tv_sec: ns.div_euclid(NS_PER_SECOND), tv_nsec: ns.rem_euclid(NS_PER_SECOND) }
}

/// A clock's time in nanoseconds.
pub fn read_clock(clock: libc::clockid_t) -> PyResult<i64> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is there to be written.
    if unsafe { libc::clock_gettime(clock, &mut now) } != 0 {
        return Err(os_error());
    }
    now.tv_sec.checked_mul(NS_PER_SECOND).and_then(|ns| ns.checked_add(now.tv_nsec)).ok_or_else(out_of_range)
}

/// The exception for the C library's `errno`.
pub fn os_error() -> Raised {
    adder_object_model::exceptions::set_io_error(&std::io::Error::last_os_error(), None)
}

/// C's broken-down time at `seconds`, local or in UTC.
pub fn broken_down(seconds: i64, local: bool) -> PyResult<libc::tm> {
    // SAFETY: zero is a valid value of the plain C struct; both functions only write it.
    unsafe {
        let mut tm: libc::tm = core::mem::zeroed();
        let result =
            if local { libc::localtime_r(&seconds, &mut tm) } else { libc::gmtime_r(&seconds, &mut tm) };
        if result.is_null() {
            return Err(os_error());
        }
        Ok(tm)
    }
}
