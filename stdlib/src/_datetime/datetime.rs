//! The `datetime` type: a date and a time of day, perhaps with a time zone.

use core::cmp::Ordering;

use adder_object_model::define::{getset, method, not_implemented, slot};
use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Raised, Signature, TypeRef, bytes, call, float, hashing,
    int, raise, singletons, state, str, tuple,
};

use super::calendar::{MAX_ORDINAL, Ymd};
use super::date::{self, nameless, pickled_state};
use super::delta::{Delta, US_PER_DAY};
use super::time::{self, Time, optional_delta, zone_and_fold};
use super::{
    Clock, allocate, c_int, check_clock, check_date, instance, local, long, set_class_attribute, text,
    type_of, zone,
};
use crate::pytime::{self, Round};

type DateTimeRef<'a> = Borrowed<'a, PyDateTime_DateTime>;

/// A date with a time of day.
#[derive(Clone, Copy)]
pub struct DateTime<'a>(DateTimeRef<'a>);

impl<'a> DateTime<'a> {
    pub fn of(op: Op<'a>) -> Option<Self> {
        instance::<PyDateTime_DateTime>(op, &raw mut PyDateTime_DateTimeType).map(Self)
    }

    pub fn date(self) -> Ymd {
        let [high, low, month, day, ..] = self.0.data.map(i32::from);
        Ymd { year: high << 8 | low, month, day }
    }

    pub fn clock(self) -> Clock {
        let mut data = [0; 6];
        data.copy_from_slice(&self.0.data[4..]);
        let mut clock = time::from_data(data);
        clock.fold = self.0.fold.into();
        clock
    }

    /// The time zone, or `None`.
    pub fn zone(self) -> Object {
        if self.0.hastzinfo == 0 {
            return singletons::new_none();
        }
        // SAFETY: there is a time zone, which does not change.
        unsafe { Object::new_ref(self.0.tzinfo) }
    }

    pub fn utcoffset(self) -> PyResult<Option<Delta>> {
        zone::offset(self.zone().op(), "utcoffset", self.0.as_object())
    }

    pub fn dst(self) -> PyResult<Option<Delta>> {
        zone::offset(self.zone().op(), "dst", self.0.as_object())
    }

    /// Microseconds since the first day of year 0, without any time zone.
    fn us(self) -> i128 {
        i128::from(local::to_seconds(self.date(), self.clock())) * 1_000_000
            + i128::from(self.clock().microsecond)
    }

    /// What `utcoffset` gives with the other fold.
    fn other_fold_offset(self) -> PyResult<Option<Delta>> {
        let mut clock = self.clock();
        clock.fold = 1 - clock.fold;
        let flipped = make(self.date(), clock, self.zone().op(), exact_type())?;
        DateTime::of(flipped.op()).expect("a datetime").utcoffset()
    }
}

pub fn exact_type() -> TypeRef<'static> {
    type_of(&raw mut PyDateTime_DateTimeType)
}

fn to_data(date: Ymd, clock: Clock) -> [u8; 10] {
    let mut data = [0; 10];
    data[..4].copy_from_slice(&date::to_data(date));
    data[4..].copy_from_slice(&time::to_data(clock));
    data
}

/// A `datetime` of values in range.
fn make(date: Ymd, clock: Clock, zone: Op<'_>, tp: TypeRef<'_>) -> PyResult {
    let op = allocate(tp)?;
    // SAFETY: a fresh instance of the type.
    unsafe {
        let datetime = op.as_ptr().cast::<PyDateTime_DateTime>();
        (*datetime).hashcode = -1;
        (*datetime).data = to_data(date, clock);
        (*datetime).fold = clock.fold as u8;
        if !zone.is_none() {
            (*datetime).tzinfo = zone.to_owned().into_ptr();
            (*datetime).hastzinfo = 1;
        }
    }
    Ok(op)
}

/// A `datetime` of arguments that may be out of range.
pub fn new_checked(date: Ymd, clock: Clock, zone: Op<'_>, tp: TypeRef<'_>) -> PyResult {
    check_date(date)?;
    check_clock(clock)?;
    zone::check(zone)?;
    make(date, clock, zone, tp)
}

/// An instance of a class: through its constructor, if it is a subclass.
fn new_of_class(date: Ymd, clock: Clock, zone: Op<'_>, class: Op<'_>) -> PyResult {
    if class.is(exact_type()) {
        return new_checked(date, clock, zone, exact_type());
    }
    let fields = [
        long(date.year)?,
        long(date.month)?,
        long(date.day)?,
        long(clock.hour)?,
        long(clock.minute)?,
        long(clock.second)?,
        long(clock.microsecond)?,
    ];
    let mut arguments: Vec<Op<'_>> = fields.iter().map(|field| field.op()).collect();
    arguments.push(zone);
    let op = call::call_positional(class, &arguments)?;
    if clock.fold != 0
        && let Some(datetime) = DateTime::of(op.op())
    {
        // SAFETY: the constructor has just made it; nobody has used the value yet.
        unsafe { (*datetime.0.as_ptr()).fold = clock.fold as u8 };
    }
    Ok(op)
}

static NEW: Signature<9> = Signature::new(
    "function",
    ["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"],
)
.required(3)
.keyword_only_from(8);

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if (1..=2).contains(&args.len())
        && !args.has_keywords()
        && let Some(mut state) = pickled_state(args.get(0).expect("counted"), 10, 2, 12)?
    {
        let zone = args.get(1).unwrap_or(singletons::none());
        if zone::check(zone).map_err(Raised::clear).is_err() {
            return Err(raise!(TypeError, "bad tzinfo state arg"));
        }
        let fold = state[2] >> 7;
        state[2] &= 0x7f;
        let mut data = [0; 6];
        data.copy_from_slice(&state[4..]);
        let clock = Clock { fold: fold.into(), ..time::from_data(data) };
        let year = i32::from(state[0]) << 8 | i32::from(state[1]);
        return make(Ymd { year, month: state[2].into(), day: state[3].into() }, clock, zone, tp);
    }
    let [year, month, day, hour, minute, second, microsecond, zone, fold] =
        text::parse_function(&args, &NEW)?;
    let number = |op: Option<Op<'_>>| op.map_or(Ok(0), c_int);
    let date = Ymd { year: number(year)?, month: number(month)?, day: number(day)? };
    let clock = Clock {
        hour: number(hour)?,
        minute: number(minute)?,
        second: number(second)?,
        microsecond: number(microsecond)?,
        fold: number(fold)?,
    };
    new_checked(date, clock, zone.unwrap_or(singletons::none()), tp)
}

/// A `datetime` at a time in seconds since 1970 and microseconds: local time if no zone is given, else UTC.
fn at_time(class: Op<'_>, seconds: i64, us: i64, zone: Op<'_>, utc: bool) -> PyResult {
    let tm = pytime::broken_down(seconds, !utc)?;
    let (date, mut clock) = local::fields(&tm)?;
    clock.microsecond = us as i32;
    if zone.is_none() && !utc {
        // The second of two equal local times comes after clocks were put back.
        let shown = local::to_seconds(date, clock);
        let utc = local::EPOCH + seconds;
        let before = local::local(utc - local::MAX_FOLD)?;
        let change = shown - before - local::MAX_FOLD;
        if change < 0 && local::local(utc + change)? == shown {
            clock.fold = 1;
        }
    }
    new_of_class(date, clock, zone, class)
}

/// The current time.
fn at_now(class: Op<'_>, zone: Op<'_>, utc: bool) -> PyResult {
    let ns = pytime::read_clock(libc::CLOCK_REALTIME)?;
    let us = ns.div_euclid(1000);
    at_time(class, us.div_euclid(1_000_000), us.rem_euclid(1_000_000), zone, utc)
}

/// Lets a time zone turn UTC into its own time.
fn from_utc(zone: Op<'_>, result: Object) -> PyResult {
    if zone.is_none() { Ok(result) } else { call::call_method(zone, "fromutc", &[result.op()]) }
}

static NOW: Signature<1> = Signature::new("now", ["tz"]);

fn now(class: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let [zone] = args.parse(&NOW)?;
    let zone = zone.unwrap_or(singletons::none());
    zone::check(zone)?;
    from_utc(zone, at_now(class.as_object(), zone, !zone.is_none())?)
}

fn utcnow(class: TypeRef<'_>) -> PyResult {
    deprecated(
        "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. Use timezone-aware \
         objects to represent datetimes in UTC: datetime.datetime.now(datetime.UTC).",
    )?;
    at_now(class.as_object(), singletons::none(), true)
}

fn deprecated(message: &str) -> PyResult<()> {
    (state::hooks().warn)(builtin::DeprecationWarning(), message, 1)
}

static FROM_TIMESTAMP: Signature<2> = Signature::new("fromtimestamp", ["timestamp", "tz"]).required(1);

/// `datetime.fromtimestamp`, also for the C interface.
pub fn from_timestamp(class: Op<'_>, args: Args<'_>) -> PyResult {
    let [timestamp, zone] = args.parse(&FROM_TIMESTAMP)?;
    let zone = zone.unwrap_or(singletons::none());
    zone::check(zone)?;
    let (seconds, us) = split_timestamp(timestamp.expect("required"))?;
    from_utc(zone, at_time(class, seconds, us, zone, !zone.is_none())?)
}

fn split_timestamp(timestamp: Op<'_>) -> PyResult<(i64, i64)> {
    if !timestamp.is_instance::<PyFloatObject>()
        && !timestamp.is_instance::<PyLongObject>()
        && !adder_object_model::number::check_index(timestamp)
    {
        return Err(raise!(TypeError, "argument must be int or float, not {}", timestamp.type_name()));
    }
    pytime::split(timestamp, 1e6, Round::HalfEven)
}

fn fromtimestamp(class: TypeRef<'_>, args: Args<'_>) -> PyResult {
    from_timestamp(class.as_object(), args)
}

fn utcfromtimestamp(class: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let [timestamp] = args.exactly("utcfromtimestamp")?;
    deprecated(
        "datetime.datetime.utcfromtimestamp() is deprecated and scheduled for removal in a future version. Use \
         timezone-aware objects to represent datetimes in UTC: datetime.datetime.fromtimestamp(timestamp, datetime.UTC).",
    )?;
    let (seconds, us) = split_timestamp(timestamp)?;
    at_time(class.as_object(), seconds, us, singletons::none(), true)
}

fn strptime(class: TypeRef<'_>, args: Args<'_>) -> PyResult {
    text::strptime(class, args, "_strptime_datetime_datetime")
}

static COMBINE: Signature<3> = Signature::new("combine", ["date", "time", "tzinfo"]).required(2);

fn combine(class: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let [day, time, zone] = args.parse(&COMBINE)?;
    let (day, time) = (day.expect("required"), time.expect("required"));
    let wrong = |index: usize, wanted: &str, op: Op<'_>| {
        raise!(TypeError, "combine() argument {index} must be datetime.{wanted}, not {}", op.type_name())
    };
    let date = date::of(day).ok_or_else(|| wrong(1, "date", day))?;
    let parts = Time::of(time).ok_or_else(|| wrong(2, "time", time))?;
    let own = parts.zone();
    new_of_class(date, parts.clock(), zone.unwrap_or(own.op()), class.as_object())
}

fn fromisoformat(class: TypeRef<'_>, source: Op<'_>) -> PyResult {
    let text = text::iso_argument(source)?;
    let invalid = || text::invalid(source);
    let at = text::separator(&text).ok_or_else(invalid)?;
    let date_end = at.min(text.len());
    let mut date = match text::parse_date(&text[..date_end]).ok_or_else(invalid)? {
        Ok(date) => date,
        Err(raised) => {
            raised.clear();
            return Err(invalid());
        }
    };
    let time = if text.len() > at + 1 {
        text::parse_time(&text[at + 1..]).ok_or_else(invalid)??
    } else if text.len() == at + 1 {
        return Err(invalid());
    } else {
        text::IsoTime { clock: Clock::default(), zone: singletons::new_none(), next_day: false }
    };
    if time.next_day && check_date(date).map_err(Raised::clear).is_ok() {
        let next = date.ordinal() + 1;
        date =
            if next > MAX_ORDINAL { Ymd { year: 10000, month: 1, day: 1 } } else { Ymd::from_ordinal(next) };
    }
    new_of_class(date, time.clock, time.zone.op(), class.as_object())
}

/// Moves a `datetime` by microseconds, in its own time and class.
pub fn add_delta(op: Op<'_>, us: i128) -> PyResult {
    let datetime = DateTime::of(op).expect("a datetime");
    let us = datetime.us() + us;
    let days = us.div_euclid(US_PER_DAY);
    if !(1..=i128::from(MAX_ORDINAL)).contains(&days) {
        return Err(raise!(OverflowError, "date value out of range"));
    }
    let clock = clock_of_us(us.rem_euclid(US_PER_DAY) as i64);
    new_of_class(Ymd::from_ordinal(days as i32), clock, datetime.zone().op(), op.ob_type().as_object())
}

fn clock_of_us(us: i64) -> Clock {
    let seconds = (us / 1_000_000) as i32;
    Clock {
        hour: seconds / 3600,
        minute: seconds / 60 % 60,
        second: seconds % 60,
        microsecond: (us % 1_000_000) as i32,
        fold: 0,
    }
}

fn add(a: Op<'_>, b: Op<'_>) -> PyResult {
    match (DateTime::of(a), Delta::of(b), Delta::of(a), DateTime::of(b)) {
        (Some(_), Some(delta), ..) => add_delta(a, delta.us()),
        (_, _, Some(delta), Some(_)) => add_delta(b, delta.us()),
        _ => not_implemented(),
    }
}

fn subtract(a: Op<'_>, b: Op<'_>) -> PyResult {
    let Some(left) = DateTime::of(a) else { return not_implemented() };
    if let Some(right) = DateTime::of(b) {
        return difference(left, right)?.new_object();
    }
    match Delta::of(b) {
        Some(delta) => add_delta(a, -delta.us()),
        None => not_implemented(),
    }
}

fn difference(a: DateTime<'_>, b: DateTime<'_>) -> PyResult<Delta> {
    let (offset_a, offset_b) =
        if a.zone().op().is(b.zone().op()) { (None, None) } else { (a.utcoffset()?, b.utcoffset()?) };
    let us = a.us() - b.us();
    match (offset_a, offset_b) {
        (None, None) => Delta::from_us(us),
        (Some(offset_a), Some(offset_b)) => Delta::from_us(us - (offset_a.us() - offset_b.us())),
        _ => Err(raise!(TypeError, "can't subtract offset-naive and offset-aware datetimes")),
    }
}

/// Whether one of two is a time whose offset depends on the fold: such times equal none in another zone.
fn is_problematic(
    a: DateTime<'_>,
    b: DateTime<'_>,
    offsets: (Option<Delta>, Option<Delta>),
) -> PyResult<bool> {
    Ok(a.other_fold_offset()? != offsets.0 || b.other_fold_offset()? != offsets.1)
}

fn richcompare(a: DateTimeRef<'_>, b: Op<'_>, op: core::ffi::c_int) -> PyResult {
    let (a, Some(b)) = (DateTime(a), DateTime::of(b)) else { return not_implemented() };
    let answer = |order: Ordering| Ok(singletons::new_bool(int::order_fulfils(order, op)));
    let by_data = a.0.data.cmp(&b.0.data);
    if a.zone().op().is(b.zone().op()) {
        return answer(by_data);
    }
    let offsets = (a.utcoffset()?, b.utcoffset()?);
    let mut order = if offsets.0 == offsets.1 {
        by_data
    } else if offsets.0.is_some() && offsets.1.is_some() {
        difference(a, b)?.us().cmp(&0)
    } else {
        return match op {
            Py_EQ => Ok(singletons::new_false()),
            Py_NE => Ok(singletons::new_true()),
            _ => Err(raise!(TypeError, "can't compare offset-naive and offset-aware datetimes")),
        };
    };
    if (op == Py_EQ || op == Py_NE) && order.is_eq() && is_problematic(a, b, offsets)? {
        order = Ordering::Greater;
    }
    answer(order)
}

fn hash(datetime: DateTimeRef<'_>) -> PyResult<Py_hash_t> {
    if datetime.hashcode == -1 {
        let this = DateTime(datetime);
        // The fold does not count, also not in what the time zone says.
        let offset = if datetime.fold == 0 {
            this.utcoffset()?
        } else {
            let clock = Clock { fold: 0, ..this.clock() };
            let plain = make(this.date(), clock, this.zone().op(), exact_type())?;
            DateTime::of(plain.op()).expect("a datetime").utcoffset()?
        };
        let hash = match offset {
            None => hashing::hash_bytes(&to_data(this.date(), this.clock())),
            Some(offset) => Delta::from_us(this.us() - offset.us())?.hash()?,
        };
        // SAFETY: a cache in a live object, under the GIL.
        unsafe { (*datetime.as_ptr()).hashcode = hash };
    }
    Ok(datetime.hashcode)
}

fn repr(datetime: DateTimeRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let this = DateTime(datetime);
    let (Ymd { year, month, day }, clock) = (this.date(), this.clock());
    let mut text =
        format!("{}({year}, {month}, {day}, {}, {}", datetime.type_name(), clock.hour, clock.minute);
    if clock.microsecond != 0 {
        text += &format!(", {}, {}", clock.second, clock.microsecond);
    } else if clock.second != 0 {
        text += &format!(", {}", clock.second);
    }
    text += &zone_and_fold(this.zone().op(), clock.fold)?;
    str::from_string(text + ")")
}

static ISO_FORMAT: Signature<2> = Signature::new("isoformat", ["sep", "timespec"]);

fn isoformat(datetime: DateTimeRef<'_>, args: Args<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let [separator, timespec] = args.parse(&ISO_FORMAT)?;
    let separator = match separator {
        None => u32::from('T'),
        Some(op) => {
            let Some(text) = op.downcast::<PyUnicodeObject>() else {
                return Err(raise!(
                    TypeError,
                    "isoformat() argument 1 must be a unicode character, not {}",
                    op.type_name()
                ));
            };
            if str::len(text) != 1 {
                return Err(raise!(
                    TypeError,
                    "isoformat() argument 1 must be a unicode character, not a string of length {}",
                    str::len(text)
                ));
            }
            str::read(text, 0)
        }
    };
    if let Some(timespec) = timespec
        && !timespec.is_instance::<PyUnicodeObject>()
    {
        return Err(raise!(TypeError, "isoformat() argument 2 must be str, not {}", timespec.type_name()));
    }
    let this = DateTime(datetime);
    let mut points: Vec<u32> = text::date_text(this.date()).chars().map(u32::from).collect();
    points.push(separator);
    points.extend(text::clock_text(this.clock(), timespec)?.chars().map(u32::from));
    if let Some(offset) = this.utcoffset()? {
        points.extend(text::offset_text(offset, ":").chars().map(u32::from));
    }
    str::from_code_points(&points)
}

fn to_str(datetime: DateTimeRef<'_>) -> PyResult {
    let space = str::from_str(" ")?;
    call::call_method(datetime.as_object(), "isoformat", &[space.op()])
}

fn ctime(datetime: DateTimeRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    text::ctime(DateTime(datetime).date(), DateTime(datetime).clock())
}

fn strftime(datetime: DateTimeRef<'_>, args: Args<'_>) -> PyResult {
    let format = text::format_argument(&args)?;
    let tuple = call::call_method_noargs(datetime.as_object(), "timetuple")?;
    text::strftime(datetime.as_object(), format, tuple.op(), datetime.as_object())
}

fn utcoffset(datetime: DateTimeRef<'_>) -> PyResult {
    optional_delta(DateTime(datetime).utcoffset()?)
}

fn dst(datetime: DateTimeRef<'_>) -> PyResult {
    optional_delta(DateTime(datetime).dst()?)
}

fn tzname(datetime: DateTimeRef<'_>) -> PyResult {
    zone::name(DateTime(datetime).zone().op(), datetime.as_object())
}

static REPLACE: Signature<9> = Signature::new(
    "replace",
    ["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"],
)
.keyword_only_from(8);

fn replace(datetime: DateTimeRef<'_>, args: Args<'_>) -> PyResult {
    let [year, month, day, hour, minute, second, microsecond, zone, fold] = args.parse(&REPLACE)?;
    let this = DateTime(datetime);
    let (old_date, old) = (this.date(), this.clock());
    let field = |op: Option<Op<'_>>, old: i32| op.map_or(Ok(old), c_int);
    let date = Ymd {
        year: field(year, old_date.year)?,
        month: field(month, old_date.month)?,
        day: field(day, old_date.day)?,
    };
    let clock = Clock {
        hour: field(hour, old.hour)?,
        minute: field(minute, old.minute)?,
        second: field(second, old.second)?,
        microsecond: field(microsecond, old.microsecond)?,
        fold: field(fold, old.fold)?,
    };
    if !(0..=1).contains(&clock.fold) {
        return Err(raise!(ValueError, "fold must be either 0 or 1, not {}", clock.fold));
    }
    let old_zone = this.zone();
    new_of_class(date, clock, zone.unwrap_or(old_zone.op()), datetime.ob_type().as_object())
}

/// The local time zone at a `datetime` without one.
fn local_zone(this: DateTime<'_>) -> PyResult {
    let clock = this.clock();
    let mut time = local::to_utc(this.date(), clock)?;
    let other = local::to_utc(this.date(), Clock { fold: 1 - clock.fold, ..clock })?;
    // Where clocks are put forward, the fold says which side of the gap the zone is from.
    if other != time && (other > time) == (clock.fold == 1) {
        time = other;
    }
    local::zone_at(time - local::EPOCH)
}

static AS_TIME_ZONE: Signature<1> = Signature::new("astimezone", ["tz"]);

fn astimezone(datetime: DateTimeRef<'_>, args: Args<'_>) -> PyResult {
    let [zone] = args.parse(&AS_TIME_ZONE)?;
    let zone = zone.unwrap_or(singletons::none());
    zone::check(zone)?;
    let this = DateTime(datetime);
    let mut own = this.zone();
    if own.op().is_none() {
        own = local_zone(this)?;
    }
    if own.op().is(zone) {
        return Ok(datetime.to_owned().into_object());
    }
    let mut offset = zone::offset(own.op(), "utcoffset", datetime.as_object())?;
    if offset.is_none() {
        // A zone that does not know leaves the datetime naive.
        own = local_zone(this)?;
        offset = zone::offset(own.op(), "utcoffset", datetime.as_object())?;
    }
    let offset = offset.unwrap_or(Delta::ZERO);
    let utc = add_delta(datetime.as_object(), -offset.us())?;
    let utc_parts = DateTime::of(utc.op()).ok_or_else(adder_object_model::errors::bad_internal_call)?;
    let target = if zone.is_none() {
        local::zone_at(local::to_seconds(utc_parts.date(), utc_parts.clock()) - local::EPOCH)?
    } else {
        zone.to_owned()
    };
    let aware = make(utc_parts.date(), utc_parts.clock(), target.op(), utc.op().ob_type())?;
    call::call_method(target.op(), "fromutc", &[aware.op()])
}

fn timetuple(datetime: DateTimeRef<'_>) -> PyResult {
    let this = DateTime(datetime);
    let dst = match this.dst()? {
        None => -1,
        Some(dst) => i32::from(dst != Delta::ZERO),
    };
    text::time_tuple(this.date(), this.clock(), dst)
}

fn utctimetuple(datetime: DateTimeRef<'_>) -> PyResult {
    let this = DateTime(datetime);
    let Some(offset) = this.utcoffset()? else { return text::time_tuple(this.date(), this.clock(), 0) };
    let us = this.us() - offset.us();
    let days = us.div_euclid(US_PER_DAY);
    if !(1..=i128::from(MAX_ORDINAL)).contains(&days) {
        return Err(raise!(OverflowError, "date value out of range"));
    }
    text::time_tuple(Ymd::from_ordinal(days as i32), clock_of_us(us.rem_euclid(US_PER_DAY) as i64), 0)
}

fn timestamp(datetime: DateTimeRef<'_>) -> PyResult {
    let this = DateTime(datetime);
    let epoch_us = i128::from(local::EPOCH) * 1_000_000;
    if !this.zone().op().is_none()
        && let Some(offset) = this.utcoffset()?
    {
        return Delta::from_us(this.us() - offset.us() - epoch_us)?.total_seconds();
    }
    let seconds = local::to_utc(this.date(), this.clock())?;
    float::new((seconds - local::EPOCH) as f64 + f64::from(this.clock().microsecond) / 1e6)
}

fn date_part(datetime: DateTimeRef<'_>) -> PyResult {
    date::make(DateTime(datetime).date(), date::exact_type())
}

fn time_part(datetime: DateTimeRef<'_>) -> PyResult {
    time::new_checked(DateTime(datetime).clock(), singletons::none(), time::exact_type())
}

fn timetz(datetime: DateTimeRef<'_>) -> PyResult {
    let this = DateTime(datetime);
    time::new_checked(this.clock(), this.zone().op(), time::exact_type())
}

fn reduce_with(datetime: DateTimeRef<'_>, protocol: i32) -> PyResult {
    let this = DateTime(datetime);
    let mut data = to_data(this.date(), this.clock());
    if protocol > 3 && datetime.fold != 0 {
        data[2] |= 0x80;
    }
    let state = bytes::from_slice(&data)?;
    let zone = this.zone();
    let arguments = if zone.op().is_none() {
        tuple::pack(&[state.op()])?
    } else {
        tuple::pack(&[state.op(), zone.op()])?
    };
    tuple::pack(&[datetime.ob_type().as_object(), arguments.op()])
}

fn reduce(datetime: DateTimeRef<'_>) -> PyResult {
    reduce_with(datetime, 2)
}

fn reduce_ex(datetime: DateTimeRef<'_>, args: Args<'_>) -> PyResult {
    let [protocol] = args.exactly("__reduce_ex__")?;
    reduce_with(datetime, c_int(protocol)?)
}

fn dealloc(datetime: DateTimeRef<'_>) {
    // SAFETY: the count is 0; the time zone's reference is given back once.
    unsafe {
        let zone = if datetime.hastzinfo != 0 { Object::steal_nullable(datetime.tzinfo) } else { None };
        adder_object_model::alloc::free_object(datetime.as_object_ptr());
        drop(zone);
    }
}

macro_rules! fields {
    ($($name:ident)*) => {
        $(fn $name(datetime: DateTimeRef<'_>) -> PyResult {
            long(DateTime(datetime).clock().$name)
        })*
    };
}
fields! { hour minute second microsecond fold }

fn tzinfo(datetime: DateTimeRef<'_>) -> PyResult {
    Ok(DateTime(datetime).zone())
}

pub fn add_constants() -> PyResult<()> {
    let tp = &raw mut PyDateTime_DateTimeType;
    let none = singletons::none();
    let last = Clock { hour: 23, minute: 59, second: 59, microsecond: 999_999, fold: 0 };
    set_class_attribute(
        tp,
        "min",
        make(Ymd { year: 1, month: 1, day: 1 }, Clock::default(), none, exact_type())?,
    )?;
    set_class_attribute(tp, "max", make(Ymd { year: 9999, month: 12, day: 31 }, last, none, exact_type())?)?;
    set_class_attribute(tp, "resolution", Delta::from_parts(0, 0, 1)?.new_object()?)
}

const GETSET: &[PyGetSetDef] = &[
    nameless(getset::get(c"hour", hour, c"")),
    nameless(getset::get(c"minute", minute, c"")),
    nameless(getset::get(c"second", second, c"")),
    nameless(getset::get(c"microsecond", microsecond, c"")),
    nameless(getset::get(c"tzinfo", tzinfo, c"")),
    nameless(getset::get(c"fold", fold, c"")),
    PyGetSetDef::EMPTY,
];

const METHODS: &[PyMethodDef] = &[
    method::class_keywords(c"now", now, c"now($type, /, tz=None)\n--\n\nThe current time in the zone tz, or the local one.\n\n  tz\n    A time zone."),
    method::class_noargs(c"utcnow", utcnow, c"utcnow($type, /)\n--\n\nThe current time in UTC, without a time zone."),
    method::class_keywords(c"fromtimestamp", fromtimestamp, c"timestamp[, tz] -> tz's local time at a POSIX timestamp."),
    method::class_positional(c"utcfromtimestamp", utcfromtimestamp, c"The time in UTC at a POSIX timestamp, without a time zone."),
    method::class_positional(c"strptime", strptime, c"string, format -> a datetime read from text (like time.strptime())."),
    method::class_keywords(c"combine", combine, c"date, time -> a datetime with the fields of both"),
    method::class_o(c"fromisoformat", fromisoformat, c"fromisoformat($type, object, /)\n--\n\nstring -> a datetime read from text in most of ISO 8601's formats"),
    method::noargs(c"date", date_part, c"date($self, /)\n--\n\nThe date."),
    method::noargs(c"time", time_part, c"time($self, /)\n--\n\nThe time of day, without a time zone."),
    method::noargs(c"timetz", timetz, c"timetz($self, /)\n--\n\nThe time of day with the time zone."),
    method::noargs(c"ctime", ctime, c"ctime($self, /)\n--\n\nAs time.ctime() writes it."),
    method::noargs(c"timetuple", timetuple, c"timetuple($self, /)\n--\n\nA time tuple, as time.localtime() gives."),
    method::noargs(c"timestamp", timestamp, c"timestamp($self, /)\n--\n\nThe POSIX timestamp as a float."),
    method::noargs(c"utctimetuple", utctimetuple, c"utctimetuple($self, /)\n--\n\nA time tuple in UTC, as time.localtime() gives."),
    method::keywords(c"isoformat", isoformat, c"[sep] -> text in ISO 8601's format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\nsep stands between date and time, 'T' if not given.\ntimespec says how much of the time is written: 'auto', 'hours', 'minutes',\n'seconds', 'milliseconds' or 'microseconds'.\n"),
    method::keywords(c"strftime", strftime, c"format -> text as time.strftime() writes it."),
    method::noargs(c"utcoffset", utcoffset, c"utcoffset($self, /)\n--\n\nself.tzinfo.utcoffset(self)."),
    method::noargs(c"tzname", tzname, c"tzname($self, /)\n--\n\nself.tzinfo.tzname(self)."),
    method::noargs(c"dst", dst, c"dst($self, /)\n--\n\nself.tzinfo.dst(self)."),
    method::keywords(c"replace", replace, c"replace($self, /, year=unchanged, month=unchanged, day=unchanged,\n        hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)\n--\n\nA datetime with other fields."),
    method::keywords(c"__replace__", replace, c"__replace__($self, /, **changes)\n--\n\nThe same as replace()."),
    method::keywords(c"astimezone", astimezone, c"tz -> the same time in another zone, the local one if none is given\n"),
    method::positional(c"__reduce_ex__", reduce_ex, c"__reduce_ex__(proto) -> (cls, state)"),
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n__reduce__() -> (cls, state)"),
    PyMethodDef::EMPTY,
];

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: slot::binary(add),
    nb_subtract: slot::binary(subtract),
    ..PyNumberMethods::EMPTY
};

pub static mut PyDateTime_DateTimeType: PyTypeObject = PyTypeObject {
    tp_name: c"datetime.datetime".as_ptr(),
    tp_basicsize: size_of::<PyDateTime_DateTime>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: &raw mut AS_NUMBER,
    tp_hash: slot::hash(hash),
    tp_str: slot::unary(to_str),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    tp_doc: c"datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])\n\nA date with a time of day. tzinfo is None or a time zone, the others are ints;\nyear, month and day must be given.\n".as_ptr(),
    tp_richcompare: slot::richcompare(richcompare),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_base: &raw mut super::date::PyDateTime_DateType,
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};
