//! `PyTime_*`: clocks in nanoseconds.

use core::ffi::c_int;

use adder_object_model::{PyResult, exceptions, raise};

use crate::convert::run;

/// Reads a clock; the exception says why it cannot be read.
fn read(clock: libc::clockid_t) -> PyResult<i64> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is there to be written.
    if unsafe { libc::clock_gettime(clock, &mut now) } != 0 {
        return Err(exceptions::set_io_error(&std::io::Error::last_os_error(), None));
    }
    now.tv_sec
        .checked_mul(1_000_000_000)
        .and_then(|ns| ns.checked_add(now.tv_nsec))
        .ok_or_else(|| raise!(OverflowError, "timestamp too large to convert to C PyTime_t"))
}

macro_rules! clocks {
    ($($name:ident $raw:ident = $clock:ident;)*) => {$(
        #[doc = concat!("`", stringify!($name), "`: 0 with the time behind `result`, or -1 with an exception and a time of 0.")]
        ///
        /// # Safety
        /// `result` is a place; the GIL is held.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(result: *mut i64) -> c_int {
            run(|| {
                let time = read(libc::$clock);
                // SAFETY: the caller's place.
                unsafe { *result = *time.as_ref().unwrap_or(&0) };
                time.map(|_| 0)
            })
        }
        #[doc = concat!("`", stringify!($raw), "`: the same without the GIL; -1 sets no exception.")]
        ///
        /// # Safety
        /// `result` is a place.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $raw(result: *mut i64) -> c_int {
            let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
            // SAFETY: two places to be written.
            unsafe {
                let status = libc::clock_gettime(libc::$clock, &mut now);
                *result = if status == 0 { now.tv_sec.wrapping_mul(1_000_000_000) + now.tv_nsec } else { 0 };
                status
            }
        }
    )*};
}
clocks! {
    PyTime_Time PyTime_TimeRaw = CLOCK_REALTIME;
    PyTime_Monotonic PyTime_MonotonicRaw = CLOCK_MONOTONIC;
    PyTime_PerfCounter PyTime_PerfCounterRaw = CLOCK_MONOTONIC;
}

/// `PyTime_AsSecondsDouble`.
#[unsafe(no_mangle)]
pub extern "C" fn PyTime_AsSecondsDouble(time: i64) -> f64 {
    // Whole seconds first: the quotient would round twice.
    if time % 1_000_000_000 == 0 { (time / 1_000_000_000) as f64 } else { time as f64 / 1e9 }
}
