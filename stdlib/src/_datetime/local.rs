//! Local time as the C library knows it, in seconds since the first day of year 0.

use adder_object_model::{Object, PyResult, str};

use super::calendar::{MAX_YEAR, MIN_YEAR, Ymd};
use super::delta::Delta;
use super::{Clock, bad_year, zone};
use crate::pytime::broken_down;

/// 1970 in these seconds.
pub const EPOCH: i64 = 719163 * 24 * 3600;
/// No clock is turned back by more.
pub const MAX_FOLD: i64 = 24 * 3600;

pub fn year_of(tm: &libc::tm) -> i32 {
    tm.tm_year.saturating_add(1900)
}

/// The date and time of day of C's broken-down time, leap seconds left out.
pub fn fields(tm: &libc::tm) -> PyResult<(Ymd, Clock)> {
    let year = i64::from(tm.tm_year) + 1900;
    if !(i64::from(MIN_YEAR)..=i64::from(MAX_YEAR)).contains(&year) {
        return Err(bad_year(year));
    }
    let date = Ymd { year: year as i32, month: tm.tm_mon + 1, day: tm.tm_mday };
    let clock =
        Clock { hour: tm.tm_hour, minute: tm.tm_min, second: tm.tm_sec.min(59), microsecond: 0, fold: 0 };
    Ok((date, clock))
}

/// Date and time as seconds, without any time zone.
pub fn to_seconds(date: Ymd, clock: Clock) -> i64 {
    i64::from(date.ordinal()) * 86400 + i64::from(clock.seconds())
}

/// What local clocks show at a time in UTC.
pub fn local(utc: i64) -> PyResult<i64> {
    let (date, clock) = fields(&broken_down(utc - EPOCH, true)?)?;
    Ok(to_seconds(date, clock))
}

/// The time in UTC at which local clocks show this; the fold picks one of two.
pub fn to_utc(date: Ymd, clock: Clock) -> PyResult<i64> {
    let shown = to_seconds(date, clock);
    // Two guesses, with the offsets before and after a change that is near.
    let a = local(shown)? - shown;
    let first = shown - a;
    let shown_at_first = local(first)?;
    let b = if shown_at_first == shown {
        // It may still be the wrong one of two.
        let probe = if clock.fold == 1 { first + MAX_FOLD } else { first - MAX_FOLD };
        let b = local(probe)? - probe;
        if a == b {
            return Ok(first);
        }
        b
    } else {
        shown_at_first - first
    };
    let second = shown - b;
    if local(second)? == shown {
        return Ok(second);
    }
    if shown_at_first == shown {
        return Ok(first);
    }
    // Clocks were put forward over this time.
    Ok(if clock.fold == 1 { first.min(second) } else { first.max(second) })
}

/// The fixed offset that holds locally at a time in seconds since 1970.
pub fn zone_at(timestamp: i64) -> PyResult<Object> {
    let tm = broken_down(timestamp, true)?;
    let offset = Delta::from_parts(0, tm.tm_gmtoff, 0)?.new_object()?;
    let name = if tm.tm_zone.is_null() {
        None
    } else {
        // SAFETY: the C library's zone names live as long as the process.
        let name = unsafe { core::ffi::CStr::from_ptr(tm.tm_zone) };
        Some(str::decode_fs_default(name.to_bytes())?)
    };
    zone::new_timezone(offset.op(), name.as_ref().map(|name| name.op()))
}
