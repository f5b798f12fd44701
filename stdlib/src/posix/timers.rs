//! Timers that are descriptors (`timerfd_create`).

use adder_object_model::layout::*;
use adder_object_model::{Args, Op, PyResult, Signature, float, int, method};

use super::{check, int_argument, tuple_of};
use crate::host::file_descriptor;
use crate::pytime::{self, Round};

fn timerfd_create(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let signature =
        Signature::new("timerfd_create", ["", "flags"]).positional_only(1).required(1).keyword_only_from(1);
    let [clock, flags] = args.parse(&signature)?;
    let (clock, flags) =
        (int_argument(clock.expect("required"))?, flags.map_or(Ok(0), int_argument)? | libc::TFD_CLOEXEC);
    // SAFETY: plain numbers.
    int::from_i64(check(unsafe { libc::timerfd_create(clock, flags) }.into(), None)?)
}

/// In which unit a function speaks of time.
#[derive(Clone, Copy)]
enum Unit {
    Seconds,
    Nanoseconds,
}

impl Unit {
    fn read(self, op: Option<Op<'_>>) -> PyResult<libc::timespec> {
        let ns = match (op, self) {
            (None, _) => 0,
            (Some(op), Self::Seconds) => {
                pytime::from_seconds(float::new(float::as_f64(op)?)?.op(), Round::Ceiling)?
            }
            (Some(op), Self::Nanoseconds) => int::as_i64(op)?,
        };
        Ok(pytime::as_timespec(ns))
    }

    fn object(self, time: libc::timespec) -> PyResult {
        match self {
            Self::Seconds => float::new(time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64),
            Self::Nanoseconds => {
                int::from_i64(time.tv_sec.wrapping_mul(1_000_000_000).wrapping_add(time.tv_nsec))
            }
        }
    }

    /// (when it fires next, how often then).
    fn pair(self, value: &libc::itimerspec) -> PyResult {
        tuple_of([self.object(value.it_value)?, self.object(value.it_interval)?])
    }
}

const NEVER: libc::timespec = libc::timespec { tv_sec: 0, tv_nsec: 0 };

fn set(args: Args<'_>, function: &'static str, unit: Unit) -> PyResult {
    let signature = Signature::new(function, ["", "flags", "initial", "interval"])
        .positional_only(1)
        .required(1)
        .keyword_only_from(1);
    let [fd, flags, initial, interval] = args.parse(&signature)?;
    let (fd, flags) = (file_descriptor(fd.expect("required"))?, flags.map_or(Ok(0), int_argument)?);
    let new = libc::itimerspec { it_value: unit.read(initial)?, it_interval: unit.read(interval)? };
    let mut old = libc::itimerspec { it_value: NEVER, it_interval: NEVER };
    // SAFETY: places for both.
    check(unsafe { libc::timerfd_settime(fd, flags, &raw const new, &raw mut old) }.into(), None)?;
    unit.pair(&old)
}

fn get(fd: Op<'_>, unit: Unit) -> PyResult {
    let fd = file_descriptor(fd)?;
    let mut value = libc::itimerspec { it_value: NEVER, it_interval: NEVER };
    // SAFETY: a place for the value.
    check(unsafe { libc::timerfd_gettime(fd, &raw mut value) }.into(), None)?;
    unit.pair(&value)
}

fn timerfd_settime(_module: Op<'_>, args: Args<'_>) -> PyResult {
    set(args, "timerfd_settime", Unit::Seconds)
}

fn timerfd_settime_ns(_module: Op<'_>, args: Args<'_>) -> PyResult {
    set(args, "timerfd_settime_ns", Unit::Nanoseconds)
}

fn timerfd_gettime(_module: Op<'_>, fd: Op<'_>) -> PyResult {
    get(fd, Unit::Seconds)
}

fn timerfd_gettime_ns(_module: Op<'_>, fd: Op<'_>) -> PyResult {
    get(fd, Unit::Nanoseconds)
}

pub(super) const METHODS: &[PyMethodDef] = &[
    method::keywords(c"timerfd_create", timerfd_create, c"timerfd_create($module, clockid, /, *, flags=0)\n--\n\nCreate a timer and give its descriptor."),
    method::keywords(c"timerfd_settime", timerfd_settime, c"timerfd_settime($module, fd, /, *, flags=0, initial=0.0, interval=0.0)\n--\n\nSet a timer; what it was before as (initial, interval) in seconds."),
    method::keywords(c"timerfd_settime_ns", timerfd_settime_ns, c"timerfd_settime_ns($module, fd, /, *, flags=0, initial=0, interval=0)\n--\n\nSet a timer; what it was before as (initial, interval) in nanoseconds."),
    method::o(c"timerfd_gettime", timerfd_gettime, c"timerfd_gettime($module, fd, /)\n--\n\nWhen a timer fires as (next, interval) in seconds."),
    method::o(c"timerfd_gettime_ns", timerfd_gettime_ns, c"timerfd_gettime_ns($module, fd, /)\n--\n\nWhen a timer fires as (next, interval) in nanoseconds."),
    PyMethodDef::EMPTY,
];
