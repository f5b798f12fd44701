//! The `time` type: a time of day, perhaps with a time zone.

use adder_object_model::define::{getset, method, not_implemented, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Signature, TypeRef, bytes, call, hashing, int, object,
    raise, singletons, str, tuple,
};

use super::date::{nameless, pickled_state};
use super::delta::Delta;
use super::{Clock, allocate, c_int, check_clock, instance, long, set_class_attribute, text, type_of, zone};

type TimeRef<'a> = Borrowed<'a, PyDateTime_Time>;

/// A time of day.
#[derive(Clone, Copy)]
pub struct Time<'a>(TimeRef<'a>);

impl<'a> Time<'a> {
    pub fn of(op: Op<'a>) -> Option<Self> {
        instance::<PyDateTime_Time>(op, &raw mut PyDateTime_TimeType).map(Self)
    }

    pub fn clock(self) -> Clock {
        let mut clock = from_data(self.0.data);
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

    fn utcoffset(self) -> PyResult<Option<Delta>> {
        zone::offset(self.zone().op(), "utcoffset", singletons::none())
    }
}

/// Hour, minute, second and microsecond of six bytes.
pub fn from_data(data: [u8; 6]) -> Clock {
    let [hour, minute, second, a, b, c] = data.map(i32::from);
    Clock { hour, minute, second, microsecond: a << 16 | b << 8 | c, fold: 0 }
}

pub fn to_data(clock: Clock) -> [u8; 6] {
    let us = clock.microsecond;
    [clock.hour as u8, clock.minute as u8, clock.second as u8, (us >> 16) as u8, (us >> 8) as u8, us as u8]
}

pub fn exact_type() -> TypeRef<'static> {
    type_of(&raw mut PyDateTime_TimeType)
}

/// A `time` of a time in range.
fn make(clock: Clock, zone: Op<'_>, tp: TypeRef<'_>) -> PyResult {
    let op = allocate(tp)?;
    // SAFETY: a fresh instance of the type.
    unsafe {
        let time = op.as_ptr().cast::<PyDateTime_Time>();
        (*time).hashcode = -1;
        (*time).data = to_data(clock);
        (*time).fold = clock.fold as u8;
        if !zone.is_none() {
            (*time).tzinfo = zone.to_owned().into_ptr();
            (*time).hastzinfo = 1;
        }
    }
    Ok(op)
}

/// A `time` of arguments that may be out of range.
pub fn new_checked(clock: Clock, zone: Op<'_>, tp: TypeRef<'_>) -> PyResult {
    check_clock(clock)?;
    zone::check(zone)?;
    make(clock, zone, tp)
}

/// An instance of a class: through its constructor, if it is a subclass.
fn new_of_class(clock: Clock, zone: Op<'_>, class: TypeRef<'_>) -> PyResult {
    if class.is(exact_type()) {
        return new_checked(clock, zone, class);
    }
    let fields = [long(clock.hour)?, long(clock.minute)?, long(clock.second)?, long(clock.microsecond)?];
    let [hour, minute, second, microsecond] = fields.each_ref().map(|field| field.op());
    let op = call::call_positional(class.as_object(), &[hour, minute, second, microsecond, zone])?;
    set_fold(&op, clock.fold);
    Ok(op)
}

/// Marks a new object as the later of two equal local times.
fn set_fold(op: &Object, fold: i32) {
    if fold != 0
        && let Some(time) = Time::of(op.op())
    {
        // SAFETY: the constructor has just made it; nobody has used the value yet.
        unsafe { (*time.0.as_ptr()).fold = fold as u8 };
    }
}

static NEW: Signature<6> =
    Signature::new("function", ["hour", "minute", "second", "microsecond", "tzinfo", "fold"])
        .keyword_only_from(5);

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if (1..=2).contains(&args.len())
        && !args.has_keywords()
        && let Some(state) = pickled_state(args.get(0).expect("counted"), 6, 0, 23)?
    {
        let zone = args.get(1).unwrap_or(singletons::none());
        if zone::check(zone).map_err(|raised| raised.clear()).is_err() {
            return Err(raise!(TypeError, "bad tzinfo state arg"));
        }
        let mut data = [0; 6];
        data.copy_from_slice(&state);
        data[0] &= 0x7f;
        let mut clock = from_data(data);
        clock.fold = (state[0] >> 7).into();
        return make(clock, zone, tp);
    }
    let [hour, minute, second, microsecond, zone, fold] = text::parse_function(&args, &NEW)?;
    let number = |op: Option<Op<'_>>| op.map_or(Ok(0), c_int);
    let clock = Clock {
        hour: number(hour)?,
        minute: number(minute)?,
        second: number(second)?,
        microsecond: number(microsecond)?,
        fold: number(fold)?,
    };
    new_checked(clock, zone.unwrap_or(singletons::none()), tp)
}

fn fromisoformat(class: TypeRef<'_>, source: Op<'_>) -> PyResult {
    let mut text = text::iso_argument(source)?;
    if text.first() == Some(&u32::from('T')) {
        text.remove(0);
    }
    let Some(time) = text::parse_time(&text) else { return Err(text::invalid(source)) };
    let time = time?;
    if class.is(exact_type()) {
        return new_checked(time.clock, time.zone.op(), class);
    }
    new_of_class(time.clock, time.zone.op(), class)
}

fn strptime(class: TypeRef<'_>, args: Args<'_>) -> PyResult {
    text::strptime(class, args, "_strptime_datetime_time")
}

static ISO_FORMAT: Signature<1> = Signature::new("isoformat", ["timespec"]);

fn isoformat(time: TimeRef<'_>, args: Args<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let [timespec] = args.parse(&ISO_FORMAT)?;
    let time = Time(time);
    let mut text = text::clock_text(time.clock(), timespec)?;
    if let Some(offset) = time.utcoffset()? {
        text += &text::offset_text(offset, ":");
    }
    str::from_string(text)
}

fn to_str(time: TimeRef<'_>) -> PyResult {
    call::call_method_noargs(time.as_object(), "isoformat")
}

fn repr(time: TimeRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let (clock, zone) = (Time(time).clock(), Time(time).zone());
    let mut text = format!("{}({}, {}", time.type_name(), clock.hour, clock.minute);
    if clock.microsecond != 0 {
        text += &format!(", {}, {}", clock.second, clock.microsecond);
    } else if clock.second != 0 {
        text += &format!(", {}", clock.second);
    }
    // The time zone comes before the fold here, and behind it in a `datetime`.
    text += &zone_and_fold(zone.op(), 0)?;
    text += &zone_and_fold(singletons::none(), clock.fold)?;
    str::from_string(text + ")")
}

/// The last arguments in a `repr`.
pub fn zone_and_fold(zone: Op<'_>, fold: i32) -> PyResult<String> {
    let mut text = String::new();
    if fold != 0 {
        text += &format!(", fold={fold}");
    }
    if !zone.is_none() {
        text += &format!(", tzinfo={}", str::to_string_lossy(object::repr(zone)?.op()));
    }
    Ok(text)
}

fn strftime(time: TimeRef<'_>, args: Args<'_>) -> PyResult {
    let format = text::format_argument(&args)?;
    let clock = Time(time).clock();
    // The year must be one that every C library takes.
    let fields = [1900, 1, 1, clock.hour, clock.minute, clock.second, 0, 1, -1];
    let fields = fields.into_iter().map(long).collect::<PyResult<Vec<Object>>>()?;
    let tuple = tuple::from_vec(fields)?;
    text::strftime(time.as_object(), format, tuple.op(), singletons::none())
}

fn format(time: TimeRef<'_>, args: Args<'_>) -> PyResult {
    text::format_method(time.as_object(), &args)
}

/// A duration, or `None`.
pub fn optional_delta(delta: Option<Delta>) -> PyResult {
    delta.map_or_else(|| Ok(singletons::new_none()), Delta::new_object)
}

fn utcoffset(time: TimeRef<'_>) -> PyResult {
    optional_delta(Time(time).utcoffset()?)
}

fn dst(time: TimeRef<'_>) -> PyResult {
    optional_delta(zone::offset(Time(time).zone().op(), "dst", singletons::none())?)
}

fn tzname(time: TimeRef<'_>) -> PyResult {
    zone::name(Time(time).zone().op(), singletons::none())
}

static REPLACE: Signature<6> =
    Signature::new("replace", ["hour", "minute", "second", "microsecond", "tzinfo", "fold"])
        .keyword_only_from(5);

fn replace(time: TimeRef<'_>, args: Args<'_>) -> PyResult {
    let [hour, minute, second, microsecond, zone, fold] = args.parse(&REPLACE)?;
    let old = Time(time).clock();
    let field = |op: Option<Op<'_>>, old: i32| op.map_or(Ok(old), c_int);
    let clock = Clock {
        hour: field(hour, old.hour)?,
        minute: field(minute, old.minute)?,
        second: field(second, old.second)?,
        microsecond: field(microsecond, old.microsecond)?,
        fold: field(fold, old.fold)?,
    };
    let old_zone = Time(time).zone();
    if !(0..=1).contains(&clock.fold) {
        return Err(raise!(ValueError, "fold must be either 0 or 1, not {}", clock.fold));
    }
    new_of_class(clock, zone.unwrap_or(old_zone.op()), time.ob_type())
}

fn richcompare(a: TimeRef<'_>, b: Op<'_>, op: core::ffi::c_int) -> PyResult {
    let (a, Some(b)) = (Time(a), Time::of(b)) else { return not_implemented() };
    let (x, y) = (a.0.data, b.0.data);
    let answer = |order: core::cmp::Ordering| Ok(singletons::new_bool(int::order_fulfils(order, op)));
    if a.zone().op().is(b.zone().op()) {
        return answer(x.cmp(&y));
    }
    let (offset_a, offset_b) = (a.utcoffset()?, b.utcoffset()?);
    if offset_a == offset_b {
        return answer(x.cmp(&y));
    }
    if let (Some(offset_a), Some(offset_b)) = (offset_a, offset_b) {
        let seconds = |clock: Clock, offset: Delta| clock.seconds() - offset.days * 86400 - offset.seconds;
        let (clock_a, clock_b) = (a.clock(), b.clock());
        let order = seconds(clock_a, offset_a)
            .cmp(&seconds(clock_b, offset_b))
            .then(clock_a.microsecond.cmp(&clock_b.microsecond));
        return answer(order);
    }
    match op {
        Py_EQ => Ok(singletons::new_false()),
        Py_NE => Ok(singletons::new_true()),
        _ => Err(raise!(TypeError, "can't compare offset-naive and offset-aware times")),
    }
}

fn hash(time: TimeRef<'_>) -> PyResult<Py_hash_t> {
    if time.hashcode == -1 {
        // The fold does not count, also not in what the time zone says.
        let mut clock = Time(time).clock();
        let plain;
        let offset = if clock.fold == 0 {
            Time(time).utcoffset()?
        } else {
            clock.fold = 0;
            plain = make(clock, Time(time).zone().op(), exact_type())?;
            Time::of(plain.op()).expect("a time").utcoffset()?
        };
        let hash = match offset {
            None => hashing::hash_bytes(&to_data(clock)),
            Some(offset) => {
                let us = i128::from(clock.seconds()) * 1_000_000 + i128::from(clock.microsecond);
                Delta::from_us(us - offset.us())?.hash()?
            }
        };
        // SAFETY: a cache in a live object, under the GIL.
        unsafe { (*time.as_ptr()).hashcode = hash };
    }
    Ok(time.hashcode)
}

fn reduce_with(time: TimeRef<'_>, protocol: i32) -> PyResult {
    let clock = Time(time).clock();
    let mut data = to_data(clock);
    if protocol > 3 && clock.fold != 0 {
        data[0] |= 0x80;
    }
    let state = bytes::from_slice(&data)?;
    let zone = Time(time).zone();
    let arguments = if zone.op().is_none() {
        tuple::pack(&[state.op()])?
    } else {
        tuple::pack(&[state.op(), zone.op()])?
    };
    tuple::pack(&[time.ob_type().as_object(), arguments.op()])
}

fn reduce(time: TimeRef<'_>) -> PyResult {
    reduce_with(time, 2)
}

fn reduce_ex(time: TimeRef<'_>, args: Args<'_>) -> PyResult {
    let [protocol] = args.exactly("__reduce_ex__")?;
    reduce_with(time, c_int(protocol)?)
}

fn dealloc(time: TimeRef<'_>) {
    // SAFETY: the count is 0; the time zone's reference is given back once.
    unsafe {
        let zone = if time.hastzinfo != 0 { Object::steal_nullable(time.tzinfo) } else { None };
        adder_object_model::alloc::free_object(time.as_object_ptr());
        drop(zone);
    }
}

macro_rules! fields {
    ($($name:ident)*) => {
        $(fn $name(time: TimeRef<'_>) -> PyResult {
            long(Time(time).clock().$name)
        })*
    };
}
fields! { hour minute second microsecond fold }

fn tzinfo(time: TimeRef<'_>) -> PyResult {
    Ok(Time(time).zone())
}

pub fn add_constants() -> PyResult<()> {
    let tp = &raw mut PyDateTime_TimeType;
    let last = Clock { hour: 23, minute: 59, second: 59, microsecond: 999_999, fold: 0 };
    set_class_attribute(tp, "min", make(Clock::default(), singletons::none(), exact_type())?)?;
    set_class_attribute(tp, "max", make(last, singletons::none(), exact_type())?)?;
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
    method::class_positional(c"strptime", strptime, c"string, format -> a time read from text (like time.strptime())."),
    method::keywords(c"isoformat", isoformat, c"Text in ISO 8601's format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n\ntimespec says how much of the time is written: 'auto', 'hours', 'minutes',\n'seconds', 'milliseconds' or 'microseconds'."),
    method::keywords(c"strftime", strftime, c"format -> text as time.strftime() writes it."),
    method::positional(c"__format__", format, c"Formats with strftime."),
    method::noargs(c"utcoffset", utcoffset, c"utcoffset($self, /)\n--\n\nself.tzinfo.utcoffset(self)."),
    method::noargs(c"tzname", tzname, c"tzname($self, /)\n--\n\nself.tzinfo.tzname(self)."),
    method::noargs(c"dst", dst, c"dst($self, /)\n--\n\nself.tzinfo.dst(self)."),
    method::keywords(c"replace", replace, c"replace($self, /, hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)\n--\n\nA time with other fields."),
    method::keywords(c"__replace__", replace, c"__replace__($self, /, **changes)\n--\n\nThe same as replace()."),
    method::class_o(c"fromisoformat", fromisoformat, c"fromisoformat($type, object, /)\n--\n\nstring -> a time read from text in ISO 8601's format"),
    method::positional(c"__reduce_ex__", reduce_ex, c"__reduce_ex__(proto) -> (cls, state)"),
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n__reduce__() -> (cls, state)"),
    PyMethodDef::EMPTY,
];

pub static mut PyDateTime_TimeType: PyTypeObject = PyTypeObject {
    tp_name: c"datetime.time".as_ptr(),
    tp_basicsize: size_of::<PyDateTime_Time>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_hash: slot::hash(hash),
    tp_str: slot::unary(to_str),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    tp_doc: c"time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object\n\nA time of day. tzinfo is None or a time zone, the others are ints.\n".as_ptr(),
    tp_richcompare: slot::richcompare(richcompare),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};
