//! The `time` module.

use core::ffi::{CStr, c_char, c_int};
use core::sync::atomic::{AtomicPtr, Ordering};

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, TypeRef, bytes, call, dict, float, int, module, namespace, number,
    raise, singletons, state, str, structseq, tuple,
};

use crate::pytime::{self, Round, as_seconds, broken_down, os_error, read_clock};

/// `time.struct_time`, owned by the process once the module is there.
static STRUCT_TIME: AtomicPtr<PyTypeObject> = AtomicPtr::new(core::ptr::null_mut());

/// The type `time.struct_time`.
///
/// # Panics
/// Before the module has been made.
fn struct_time() -> TypeRef<'static> {
    // SAFETY: the type is kept alive for the process by `init`.
    unsafe { TypeRef::from_nullable(STRUCT_TIME.load(Ordering::Relaxed)) }.expect("the module is there")
}

fn long(value: impl Into<i64>) -> PyResult {
    int::from_i64(value.into())
}

/// A `struct_time` of C's broken-down time.
fn to_struct_time(tm: &libc::tm) -> PyResult {
    let zone: PyResult = if tm.tm_zone.is_null() {
        Ok(singletons::new_none())
    } else {
        // SAFETY: the C library's zone names live as long as the process.
        let zone = unsafe { CStr::from_ptr(tm.tm_zone) };
        str::decode_fs_default(zone.to_bytes()).map(Owned::into_object)
    };
    structseq::from_values(
        struct_time(),
        vec![
            long(i64::from(tm.tm_year) + 1900)?,
            long(tm.tm_mon + 1)?,
            long(tm.tm_mday)?,
            long(tm.tm_hour)?,
            long(tm.tm_min)?,
            long(tm.tm_sec)?,
            long((tm.tm_wday + 6) % 7)?,
            long(tm.tm_yday + 1)?,
            long(tm.tm_isdst)?,
            zone?,
            long(tm.tm_gmtoff)?,
        ],
    )
}

/// C's broken-down time of a tuple, and what keeps its zone name alive.
fn from_tuple(op: Op<'_>, function: &str) -> PyResult<(libc::tm, Option<Object>)> {
    let Some(items) = op.downcast::<PyTupleObject>() else {
        return Err(raise!(TypeError, "Tuple or struct_time argument required"));
    };
    if tuple::len(items) != 9 {
        return Err(raise!(TypeError, "{function}(): illegal time tuple argument"));
    }
    let mut fields = [0; 9];
    for (index, field) in fields.iter_mut().enumerate() {
        *field = c_integer(tuple::get(items, index))?;
    }
    let [year, month, day, hour, minute, second, weekday, yearday, dst] = fields;
    if year < i32::MIN + 1900 {
        return Err(raise!(OverflowError, "year out of range"));
    }
    // SAFETY: zero is a valid value of the plain C struct.
    let mut tm: libc::tm = unsafe { core::mem::zeroed() };
    tm.tm_year = year - 1900;
    tm.tm_mon = month.wrapping_sub(1);
    tm.tm_mday = day;
    tm.tm_hour = hour;
    tm.tm_min = minute;
    tm.tm_sec = second;
    tm.tm_wday = weekday.wrapping_add(1) % 7;
    tm.tm_yday = yearday.wrapping_sub(1);
    tm.tm_isdst = dst;
    let mut kept = None;
    if op.type_ptr() == struct_time().as_ptr() {
        let offset = structseq::get_item(op, 10);
        if !offset.op().is_none() {
            tm.tm_gmtoff = int::as_i64(offset.op())?;
        }
        let zone = structseq::get_item(op, 9);
        if let Some(text) = zone.op().downcast::<PyUnicodeObject>() {
            let bytes = str::encode_fs_default(text)?;
            // Bytes end with a zero byte behind their last.
            let name = bytes::as_slice(bytes.op().downcast().expect("encoding gives bytes"));
            tm.tm_zone = name.as_ptr().cast();
            kept = Some(bytes);
        }
    }
    Ok((tm, kept))
}

/// An argument of C type `int`.
fn c_integer(op: Op<'_>) -> PyResult<i32> {
    match int::as_i64_and_overflow(op)?.map(i32::try_from) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) | Err(_) => {
            let sign = int::sign(number::index(op)?.op());
            let bound = if sign < 0 { "less than minimum" } else { "greater than maximum" };
            Err(raise!(OverflowError, "signed integer is {bound}"))
        }
    }
}

/// Corrects what may be left out, and refuses what the C library would index with.
fn check(tm: &mut libc::tm) -> PyResult<()> {
    let bad = |what: &str| raise!(ValueError, "{what} out of range");
    match tm.tm_mon {
        -1 => tm.tm_mon = 0,
        0..=11 => {}
        _ => return Err(bad("month")),
    }
    match tm.tm_mday {
        0 => tm.tm_mday = 1,
        1..=31 => {}
        _ => return Err(bad("day of month")),
    }
    if !(0..=23).contains(&tm.tm_hour) {
        return Err(bad("hour"));
    }
    if !(0..=59).contains(&tm.tm_min) {
        return Err(bad("minute"));
    }
    if !(0..=61).contains(&tm.tm_sec) {
        return Err(bad("seconds"));
    }
    if tm.tm_wday < 0 {
        return Err(bad("day of week"));
    }
    match tm.tm_yday {
        -1 => tm.tm_yday = 0,
        0..=365 => {}
        _ => return Err(bad("day of year")),
    }
    Ok(())
}

/// The time given in seconds, or now.
fn seconds_argument(function: &str, args: Args<'_>) -> PyResult<i64> {
    args.check_positional(function, 0, 1)?;
    match args.get(0).filter(|op| !op.is_none()) {
        Some(seconds) => pytime::to_time_t(seconds, Round::Floor),
        None => Ok(read_clock(libc::CLOCK_REALTIME)?.div_euclid(pytime::NS_PER_SECOND)),
    }
}

fn gmtime(_module: Op<'_>, args: Args<'_>) -> PyResult {
    to_struct_time(&broken_down(seconds_argument("gmtime", args)?, false)?)
}

fn localtime(_module: Op<'_>, args: Args<'_>) -> PyResult {
    to_struct_time(&broken_down(seconds_argument("localtime", args)?, true)?)
}

/// `Sun Jun 20 23:21:05 1993`.
fn ascii(tm: &libc::tm) -> PyResult<Owned<PyUnicodeObject>> {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    str::from_string(format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[tm.tm_wday as usize % 7],
        MONTHS[tm.tm_mon as usize % 12],
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        i64::from(tm.tm_year) + 1900
    ))
}

fn now_local() -> PyResult<libc::tm> {
    broken_down(read_clock(libc::CLOCK_REALTIME)?.div_euclid(pytime::NS_PER_SECOND), true)
}

fn asctime(_module: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    args.check_positional("asctime", 0, 1)?;
    match args.get(0) {
        None => ascii(&now_local()?),
        Some(time) => {
            let (mut tm, _kept) = from_tuple(time, "asctime")?;
            check(&mut tm)?;
            ascii(&tm)
        }
    }
}

fn ctime(_module: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    ascii(&broken_down(seconds_argument("ctime", args)?, true)?)
}

fn mktime(_module: Op<'_>, time: Op<'_>) -> PyResult {
    let (mut tm, _kept) = from_tuple(time, "mktime")?;
    // The C library sets the weekday if it succeeds, also where -1 is the time.
    tm.tm_wday = -1;
    // SAFETY: a complete structure.
    let seconds = unsafe { libc::mktime(&mut tm) };
    if seconds == -1 && tm.tm_wday == -1 {
        return Err(raise!(OverflowError, "mktime argument out of range"));
    }
    float::new(seconds as f64)
}

/// C's `strftime` of a format without zero bytes.
fn c_strftime(format: &[u8], tm: &libc::tm) -> Vec<u8> {
    if format.is_empty() {
        return Vec::new();
    }
    let mut terminated = format.to_vec();
    terminated.push(0);
    let mut size = 1024;
    loop {
        let mut buffer = vec![0u8; size];
        // SAFETY: the format ends with a zero byte, the buffer has the size stated.
        let n = unsafe {
            libc::strftime(buffer.as_mut_ptr().cast::<c_char>(), size, terminated.as_ptr().cast(), tm)
        };
        // Nothing may mean that there was no room, or that there is nothing: %p in some locales.
        if n > 0 || size >= 256 * terminated.len() {
            buffer.truncate(n);
            return buffer;
        }
        size += size;
    }
}

fn strftime(_module: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    args.check_positional("strftime", 1, 2)?;
    let format = args.get(0).expect("counted");
    let Some(format) = format.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "strftime() argument 1 must be str, not {}", format.type_name()));
    };
    let (mut tm, _kept) = match args.get(1) {
        None => (now_local()?, None),
        Some(time) => {
            let (mut tm, kept) = from_tuple(time, "strftime")?;
            check(&mut tm)?;
            (tm, kept)
        }
    };
    tm.tm_isdst = tm.tm_isdst.clamp(-1, 1);
    // Only runs of ASCII go through the C library, so that surrogates and zeros pass.
    let mut result = rustpython_wtf8::Wtf8Buf::new();
    let mut run = Vec::new();
    let flush = |run: &mut Vec<u8>, result: &mut rustpython_wtf8::Wtf8Buf| -> PyResult<()> {
        let text = c_strftime(run, &tm);
        run.clear();
        result.push_wtf8(&str::to_wtf8(str::decode_fs_default(&text)?.borrow()));
        Ok(())
    };
    for point in str::code_points(format) {
        if (1..128).contains(&point) {
            run.push(point as u8);
        } else {
            flush(&mut run, &mut result)?;
            result.push(rustpython_wtf8::CodePoint::from_u32(point).expect("a code point"));
        }
    }
    flush(&mut run, &mut result)?;
    str::from_wtf8(&result)
}

fn strptime(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let parser = (state::hooks().import_module)("_strptime")?;
    let function = adder_object_model::object::get_attr_str(parser.op(), "_strptime_time")?;
    call::call(function.op(), args)
}

fn sleep(_module: Op<'_>, seconds: Op<'_>) -> PyResult<()> {
    let ns = pytime::from_seconds(seconds, Round::Up)?;
    if ns < 0 {
        return Err(raise!(ValueError, "sleep length must be non-negative"));
    }
    let until = read_clock(libc::CLOCK_MONOTONIC)?.saturating_add(ns);
    let deadline = pytime::as_timespec(until);
    loop {
        let status = adder_interpreter::gil::without(|| {
            // SAFETY: the deadline is valid, and no rest is asked for.
            unsafe {
                libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &deadline, core::ptr::null_mut())
            }
        });
        match status {
            0 => return Ok(()),
            // A signal: its Python handler runs, and may raise.
            libc::EINTR => (state::hooks().eval_breaker_pending)()?,
            errno => {
                return Err(adder_object_model::exceptions::set_io_error(
                    &std::io::Error::from_raw_os_error(errno),
                    None,
                ));
            }
        }
    }
}

macro_rules! clocks {
    ($($name:ident $name_ns:ident $clock:expr;)*) => {
        $(
            fn $name(_module: Op<'_>) -> PyResult {
                float::new(as_seconds(read_clock($clock)?))
            }
            fn $name_ns(_module: Op<'_>) -> PyResult {
                int::from_i64(read_clock($clock)?)
            }
        )*
    };
}
clocks! {
    time time_ns libc::CLOCK_REALTIME;
    monotonic monotonic_ns libc::CLOCK_MONOTONIC;
    perf_counter perf_counter_ns libc::CLOCK_MONOTONIC;
    process_time process_time_ns libc::CLOCK_PROCESS_CPUTIME_ID;
    thread_time thread_time_ns libc::CLOCK_THREAD_CPUTIME_ID;
}

/// The number of a clock.
fn clock_id(op: Op<'_>) -> PyResult<c_int> {
    if !number::check_index(op) {
        return Err(raise!(TypeError, "clk_id should be integer, not {}", op.type_name()));
    }
    int::as_i32(op)
}

fn clock_gettime(_module: Op<'_>, clock: Op<'_>) -> PyResult {
    float::new(as_seconds(read_clock(clock_id(clock)?)?))
}

fn clock_gettime_ns(_module: Op<'_>, clock: Op<'_>) -> PyResult {
    int::from_i64(read_clock(clock_id(clock)?)?)
}

fn set_clock(clock: c_int, ns: i64) -> PyResult<()> {
    let time = pytime::as_timespec(ns);
    // SAFETY: a valid structure.
    if unsafe { libc::clock_settime(clock, &time) } != 0 {
        return Err(os_error());
    }
    Ok(())
}

fn clock_settime(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [clock, time] = args.exactly("clock_settime")?;
    set_clock(int::as_i32(clock)?, pytime::from_seconds(time, Round::Floor)?)
}

fn clock_settime_ns(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [clock, time] = args.exactly("clock_settime_ns")?;
    set_clock(int::as_i32(clock)?, int::as_long_long(time)?)
}

fn resolution(clock: c_int) -> PyResult<f64> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is there to be written.
    if unsafe { libc::clock_getres(clock, &mut time) } != 0 {
        return Err(os_error());
    }
    Ok(time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9)
}

fn clock_getres(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [clock] = args.exactly("clock_getres")?;
    float::new(resolution(int::as_i32(clock)?)?)
}

fn pthread_getcpuclockid(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [thread] = args.exactly("pthread_getcpuclockid")?;
    if !thread.is_instance::<PyLongObject>() {
        return Err(raise!(
            TypeError,
            "pthread_getcpuclockid() argument 1 must be int, not {}",
            thread.type_name()
        ));
    }
    let thread = int::as_u64_mask(thread)?;
    let mut clock = 0;
    // SAFETY: the thread number is the caller's affair, as in CPython; the clock is there to be written.
    let status = unsafe { libc::pthread_getcpuclockid(thread, &mut clock) };
    if status != 0 {
        return Err(adder_object_model::exceptions::set_io_error(
            &std::io::Error::from_raw_os_error(status),
            None,
        ));
    }
    long(clock)
}

fn get_clock_info(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [name] = args.exactly("get_clock_info")?;
    if !name.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "get_clock_info() argument 1 must be str, not {}", name.type_name()));
    }
    const CLOCKS: [(&str, &str, c_int); 5] = [
        ("time", "CLOCK_REALTIME", libc::CLOCK_REALTIME),
        ("monotonic", "CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
        ("perf_counter", "CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
        ("process_time", "CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
        ("thread_time", "CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
    ];
    let Some((name, clock_name, clock)) = CLOCKS.into_iter().find(|(clock, ..)| str::equals(name, clock)) else {
        return Err(raise!(ValueError, "unknown clock"));
    };
    let wall = name == "time";
    let info = dict::new()?;
    let implementation = str::from_string(format!("clock_gettime({clock_name})"))?;
    dict::set_item_str(info.borrow(), "implementation", implementation.op())?;
    dict::set_item_str(info.borrow(), "monotonic", singletons::new_bool(!wall).op())?;
    dict::set_item_str(info.borrow(), "adjustable", singletons::new_bool(wall).op())?;
    dict::set_item_str(info.borrow(), "resolution", float::new(resolution(clock)?)?.op())?;
    namespace::new(Some(info.op()))
}

/// Sets `timezone`, `altzone`, `daylight` and `tzname` from the rules of this year.
fn set_zone(module: Op<'_>) -> PyResult<()> {
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: reads the environment, as `localtime_r` does, too.
    unsafe { tzset() };
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let start = read_clock(libc::CLOCK_REALTIME)? / pytime::NS_PER_SECOND / YEAR * YEAR;
    let zone = |seconds: i64| -> PyResult<(i64, Object)> {
        let tm = broken_down(seconds, true)?;
        // SAFETY: the C library's zone names live as long as the process.
        let name = unsafe { if tm.tm_zone.is_null() { c"   " } else { CStr::from_ptr(tm.tm_zone) } };
        Ok((-tm.tm_gmtoff, str::decode_fs_default(name.to_bytes())?.into_object()))
    };
    let (january, july) = (zone(start)?, zone(start + YEAR / 2)?);
    let daylight = january.0 != july.0;
    // In the south, summer is in January.
    let (standard, summer) = if january.0 < july.0 { (july, january) } else { (january, july) };
    module::add_object(module, "timezone", long(standard.0)?.op())?;
    module::add_object(module, "altzone", long(summer.0)?.op())?;
    module::add_object(module, "daylight", long(daylight)?.op())?;
    module::add_object(module, "tzname", tuple::from_vec(vec![standard.1, summer.1])?.op())
}

fn tzset(module: Op<'_>) -> PyResult<()> {
    set_zone(module)
}

const METHODS: &[PyMethodDef] = &[
    method::noargs(c"time", time, c"time($self, /)\n--\n\nThe time in seconds since the start of 1970 in UTC, with a fraction."),
    method::noargs(c"time_ns", time_ns, c"time_ns($self, /)\n--\n\nThe time in nanoseconds since the start of 1970 in UTC."),
    method::o(c"clock_gettime", clock_gettime, c"clock_gettime($module, clk_id, /)\n--\n\nThe time of a clock in seconds."),
    method::o(c"clock_gettime_ns", clock_gettime_ns, c"clock_gettime_ns($module, clk_id, /)\n--\n\nThe time of a clock in nanoseconds."),
    method::positional(c"clock_settime", clock_settime, c"clock_settime(clk_id, time)\n\nSet a clock, in seconds."),
    method::positional(c"clock_settime_ns", clock_settime_ns, c"clock_settime_ns(clk_id, time)\n\nSet a clock, in nanoseconds."),
    method::positional(c"clock_getres", clock_getres, c"clock_getres(clk_id) -> floating-point number\n\nHow fine a clock counts, in seconds."),
    method::positional(c"pthread_getcpuclockid", pthread_getcpuclockid, c"pthread_getcpuclockid(thread_id) -> int\n\nThe clock that counts a thread's CPU time."),
    method::o(c"sleep", sleep, c"sleep($self, object, /)\n--\n\nWait for some seconds, which may have a fraction."),
    method::positional(c"gmtime", gmtime, c"gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,\n                       tm_sec, tm_wday, tm_yday, tm_isdst)\n\nA time in UTC as a struct_time; now if none is given."),
    method::positional(c"localtime", localtime, c"localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,\n                          tm_sec,tm_wday,tm_yday,tm_isdst)\n\nA time in the local zone as a struct_time; now if none is given."),
    method::positional(c"asctime", asctime, c"asctime([tuple]) -> string\n\nA time as 'Sat Jun 06 16:26:11 1998'; now if none is given."),
    method::positional(c"ctime", ctime, c"ctime(seconds) -> string\n\nA time in the local zone as asctime writes it."),
    method::o(c"mktime", mktime, c"mktime($self, object, /)\n--\n\nA local time in seconds since the start of 1970 in UTC."),
    method::positional(c"strftime", strftime, c"strftime(format[, tuple]) -> string\n\nA time as the format's directives say; now if none is given.\n\n%Y  year  %m  month  %d  day  %H  hour  %M  minute  %S  second\n%z  offset from UTC  %Z  zone  %a %A  weekday  %b %B  month's name\n%c  date and time  %I  hour of 12  %p  AM or PM"),
    method::positional(c"strptime", strptime, c"strptime(string, format) -> struct_time\n\nRead a time from text that strftime could have written with the format."),
    method::noargs(c"tzset", tzset, c"tzset($self, /)\n--\n\nTake the local zone anew from the environment variable TZ."),
    method::noargs(c"monotonic", monotonic, c"monotonic($self, /)\n--\n\nA clock in seconds that never goes backwards."),
    method::noargs(c"monotonic_ns", monotonic_ns, c"monotonic_ns($self, /)\n--\n\nA clock in nanoseconds that never goes backwards."),
    method::noargs(c"process_time", process_time, c"process_time($self, /)\n--\n\nThe CPU time of the process in seconds."),
    method::noargs(c"process_time_ns", process_time_ns, c"process_time_ns($self, /)\n--\n\nThe CPU time of the process in nanoseconds."),
    method::noargs(c"thread_time", thread_time, c"thread_time($self, /)\n--\n\nThe CPU time of the thread in seconds."),
    method::noargs(c"thread_time_ns", thread_time_ns, c"thread_time_ns($self, /)\n--\n\nThe CPU time of the thread in nanoseconds."),
    method::noargs(c"perf_counter", perf_counter, c"perf_counter($self, /)\n--\n\nA fine clock in seconds for measuring how long something takes."),
    method::noargs(c"perf_counter_ns", perf_counter_ns, c"perf_counter_ns($self, /)\n--\n\nA fine clock in nanoseconds for measuring how long something takes."),
    method::positional(c"get_clock_info", get_clock_info, c"get_clock_info(name: str) -> dict\n\nWhat is known of the named clock."),
    PyMethodDef::EMPTY,
];

/// Makes the module.
pub fn init() -> PyResult {
    let module = module::new("time")?;
    let op = module.op();
    module::add_functions(op, METHODS.as_ptr())?;
    let tp = structseq::define(
        c"time.struct_time",
        c"A time in pieces, as gmtime(), localtime() and strptime() give and\n asctime(), mktime() and strftime() take it; a sequence of 9 ints.\n\n Years, months and days of the year are what people write, not what C's\n struct tm holds.",
        &[
            (c"tm_year", c"year, for example, 1993"),
            (c"tm_mon", c"month of year, range [1, 12]"),
            (c"tm_mday", c"day of month, range [1, 31]"),
            (c"tm_hour", c"hours, range [0, 23]"),
            (c"tm_min", c"minutes, range [0, 59]"),
            (c"tm_sec", c"seconds, range [0, 61])"),
            (c"tm_wday", c"day of week, range [0, 6], Monday is 0"),
            (c"tm_yday", c"day of year, range [1, 366]"),
            (c"tm_isdst", c"1 if summer time is in effect, 0 if not, and -1 if unknown"),
            (c"tm_zone", c"abbreviation of timezone name"),
            (c"tm_gmtoff", c"offset from UTC in seconds"),
        ],
        9,
        0,
    )?;
    module::add_object(op, "struct_time", tp.op())?;
    STRUCT_TIME.store(tp.into_ptr().cast(), Ordering::Relaxed);
    let constants = [
        ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
        ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
        ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
        ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
        ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
        ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
        ("CLOCK_TAI", libc::CLOCK_TAI),
        ("_STRUCT_TM_ITEMS", 11),
    ];
    for (name, value) in constants {
        module::add_object(op, name, long(value)?.op())?;
    }
    set_zone(op)?;
    Ok(module)
}
