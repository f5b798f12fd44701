//! The `date` type.

use adder_object_model::define::{method, not_implemented, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Op, Owned, PyResult, Signature, TypeRef, bytes, call, getset, hashing, int, raise,
    singletons, str, tuple,
};

use super::calendar::{IsoError, MAX_ORDINAL, Ymd, iso_to_ordinal};
use super::delta::Delta;
use super::{
    allocate, bad_year, c_int, check_date, datetime, instance, local, long, set_class_attribute, text,
    type_of,
};

type DateRef<'a> = Borrowed<'a, PyDateTime_Date>;

/// Year, month and day of a `date` or `datetime`.
pub fn of(op: Op<'_>) -> Option<Ymd> {
    instance::<PyDateTime_Date>(op, &raw mut PyDateTime_DateType).map(get)
}

fn get(date: DateRef<'_>) -> Ymd {
    let [high, low, month, day] = date.data;
    Ymd { year: i32::from(high) << 8 | i32::from(low), month: month.into(), day: day.into() }
}

/// The four bytes that hold a date.
pub fn to_data(date: Ymd) -> [u8; 4] {
    [(date.year >> 8) as u8, date.year as u8, date.month as u8, date.day as u8]
}

/// A `date` of a date in range.
pub fn make(date: Ymd, tp: TypeRef<'_>) -> PyResult {
    let op = allocate(tp)?;
    // SAFETY: a fresh instance of the type.
    unsafe {
        let fields = op.as_ptr().cast::<PyDateTime_Date>();
        (*fields).hashcode = -1;
        (*fields).data = to_data(date);
    }
    Ok(op)
}

/// A `date` of numbers that may be out of range.
pub fn new_checked(date: Ymd, tp: TypeRef<'_>) -> PyResult {
    check_date(date)?;
    make(date, tp)
}

pub fn exact_type() -> TypeRef<'static> {
    type_of(&raw mut PyDateTime_DateType)
}

/// An instance of a class: through its constructor, if it is a subclass.
fn new_of_class(date: Ymd, class: Op<'_>) -> PyResult {
    if class.is(exact_type()) {
        return new_checked(date, exact_type());
    }
    let fields = [long(date.year)?, long(date.month)?, long(date.day)?];
    call::call_positional(class, &fields.each_ref().map(|field| field.op()))
}

static NEW: Signature<3> = Signature::new("function", ["year", "month", "day"]).required(3);

/// The state that pickling gave, if the argument is one: bytes, or text as Python 2 wrote it.
/// Byte `at` is an hour or a month, which is how it is known.
pub fn pickled_state(op: Op<'_>, len: usize, at: usize, last: u8) -> PyResult<Option<Vec<u8>>> {
    let state = if let Some(state) = op.downcast::<PyBytesObject>() {
        bytes::as_slice(state).to_vec()
    } else if let Some(state) = op.downcast::<PyUnicodeObject>() {
        let points = str::code_points(state);
        if points.len() != len || points.iter().any(|&point| point > 255) {
            return Ok(None);
        }
        points.iter().map(|&point| point as u8).collect()
    } else {
        return Ok(None);
    };
    // The highest bit is the fold; hours start at 0, months at 1.
    let fits = state.len() == len && {
        let checked = state[at] & 0x7f;
        checked <= last && (at == 0 || checked >= 1)
    };
    Ok(fits.then_some(state))
}

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if args.len() == 1
        && !args.has_keywords()
        && let Some(state) = pickled_state(args.get(0).expect("counted"), 4, 2, 12)?
        && state[2] & 0x80 == 0
    {
        let year = i32::from(state[0]) << 8 | i32::from(state[1]);
        return make(Ymd { year, month: state[2].into(), day: state[3].into() }, tp);
    }
    // A year that is no int is refused before a missing month.
    if let Some(year) = args.get(0).filter(|_| args.len() < 3) {
        c_int(year)?;
    }
    let [year, month, day] = text::parse_function(&args, &NEW)?;
    let number = |op: Option<Op<'_>>| c_int(op.expect("required"));
    new_checked(Ymd { year: number(year)?, month: number(month)?, day: number(day)? }, tp)
}

fn today(class: TypeRef<'_>) -> PyResult {
    let time = (adder_object_model::state::hooks().import_module)("time")?;
    let now = call::call_method_noargs(time.op(), "time")?;
    call::call_method(class.as_object(), "fromtimestamp", &[now.op()])
}

/// `date.fromtimestamp`, also for the C interface.
pub fn from_timestamp(class: Op<'_>, timestamp: Op<'_>) -> PyResult {
    let seconds = crate::pytime::to_time_t(timestamp, crate::pytime::Round::Floor)?;
    let tm = crate::pytime::broken_down(seconds, true)?;
    new_of_class(Ymd { year: local::year_of(&tm), month: tm.tm_mon + 1, day: tm.tm_mday }, class)
}

fn fromtimestamp(class: TypeRef<'_>, timestamp: Op<'_>) -> PyResult {
    from_timestamp(class.as_object(), timestamp)
}

fn fromordinal(class: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let [ordinal] = args.exactly("fromordinal")?;
    let ordinal = c_int(ordinal)?;
    if ordinal < 1 {
        return Err(raise!(ValueError, "ordinal must be >= 1"));
    }
    new_of_class(Ymd::from_ordinal(ordinal), class.as_object())
}

static FROM_ISO_CALENDAR: Signature<3> =
    Signature::new("fromisocalendar", ["year", "week", "day"]).required(3);

fn fromisocalendar(class: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let fields = args.parse(&FROM_ISO_CALENDAR)?;
    let mut values = [0; 3];
    for (value, op) in values.iter_mut().zip(fields) {
        let wide = int::as_i64_and_overflow(op.expect("required"))?;
        let Some(narrow) = wide.ok().and_then(|value| i32::try_from(value).ok()) else {
            return Err(raise!(ValueError, "ISO calendar component out of range"));
        };
        *value = narrow;
    }
    let [year, week, day] = values;
    new_of_class(from_iso(year, week, day)?, class.as_object())
}

/// The date of an ISO year, week and weekday; it may lie behind the last year.
pub fn from_iso(year: i32, week: i32, day: i32) -> PyResult<Ymd> {
    iso_to_ordinal(year, week, day).map(Ymd::from_ordinal).map_err(|error| match error {
        IsoError::Year => bad_year(year.into()),
        IsoError::Week => raise!(ValueError, "Invalid week: {week}"),
        IsoError::Day => raise!(ValueError, "Invalid weekday: {day} (range is [1, 7])"),
    })
}

fn fromisoformat(class: TypeRef<'_>, source: Op<'_>) -> PyResult {
    let date = text::parse_date_argument(source)?;
    new_of_class(date, class.as_object())
}

fn strptime(class: TypeRef<'_>, args: Args<'_>) -> PyResult {
    text::strptime(class, args, "_strptime_datetime_date")
}

/// Moves a date by whole days.
fn add_days(op: Op<'_>, days: i64) -> PyResult {
    let ordinal = i64::from(of(op).expect("a date").ordinal()) + days;
    if !(1..=i64::from(MAX_ORDINAL)).contains(&ordinal) {
        return Err(raise!(OverflowError, "date value out of range"));
    }
    new_of_class(Ymd::from_ordinal(ordinal as i32), op.ob_type().as_object())
}

fn add(a: Op<'_>, b: Op<'_>) -> PyResult {
    if datetime::DateTime::of(a).is_some() || datetime::DateTime::of(b).is_some() {
        return not_implemented();
    }
    match (of(a), Delta::of(b), Delta::of(a), of(b)) {
        (Some(_), Some(delta), ..) => add_days(a, delta.days.into()),
        (_, _, Some(delta), Some(_)) => add_days(b, delta.days.into()),
        _ => not_implemented(),
    }
}

fn subtract(a: Op<'_>, b: Op<'_>) -> PyResult {
    if datetime::DateTime::of(a).is_some() || datetime::DateTime::of(b).is_some() {
        return not_implemented();
    }
    let Some(date) = of(a) else { return not_implemented() };
    if let Some(other) = of(b) {
        return Delta::from_parts((date.ordinal() - other.ordinal()).into(), 0, 0)?.new_object();
    }
    match Delta::of(b) {
        Some(delta) => add_days(a, -i64::from(delta.days)),
        None => not_implemented(),
    }
}

fn richcompare(a: DateRef<'_>, b: Op<'_>, op: core::ffi::c_int) -> PyResult {
    // A datetime is a date, too, but none to compare with.
    match of(b).filter(|_| datetime::DateTime::of(b).is_none()) {
        Some(b) => Ok(singletons::new_bool(int::order_fulfils(get(a).cmp(&b), op))),
        None => not_implemented(),
    }
}

fn hash(date: DateRef<'_>) -> PyResult<Py_hash_t> {
    if date.hashcode == -1 {
        let hash = hashing::hash_bytes(&to_data(get(date)));
        // SAFETY: a cache in a live object, under the GIL.
        unsafe { (*date.as_ptr()).hashcode = hash };
    }
    Ok(date.hashcode)
}

fn repr(date: DateRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let Ymd { year, month, day } = get(date);
    str::from_string(format!("{}({year}, {month}, {day})", date.type_name()))
}

fn isoformat(date: DateRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_string(text::date_text(get(date)))
}

fn to_str(date: DateRef<'_>) -> PyResult {
    call::call_method_noargs(date.as_object(), "isoformat")
}

fn ctime(date: DateRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    text::ctime(get(date), super::Clock::default())
}

fn strftime(date: DateRef<'_>, args: Args<'_>) -> PyResult {
    let format = text::format_argument(&args)?;
    let tuple = call::call_method_noargs(date.as_object(), "timetuple")?;
    text::strftime(date.as_object(), format, tuple.op(), date.as_object())
}

fn format(date: DateRef<'_>, args: Args<'_>) -> PyResult {
    text::format_method(date.as_object(), &args)
}

fn timetuple(date: DateRef<'_>) -> PyResult {
    text::time_tuple(get(date), super::Clock::default(), -1)
}

fn isocalendar(date: DateRef<'_>) -> PyResult {
    let (year, week, day) = get(date).iso();
    super::iso_date::new(year, week, day)
}

fn weekday(date: DateRef<'_>) -> PyResult {
    long(get(date).weekday())
}

fn isoweekday(date: DateRef<'_>) -> PyResult {
    long(get(date).weekday() + 1)
}

fn toordinal(date: DateRef<'_>) -> PyResult {
    long(get(date).ordinal())
}

static REPLACE: Signature<3> = Signature::new("replace", ["year", "month", "day"]);

fn replace(date: DateRef<'_>, args: Args<'_>) -> PyResult {
    let [year, month, day] = args.parse(&REPLACE)?;
    let old = get(date);
    let field = |op: Option<Op<'_>>, old: i32| op.map_or(Ok(old), c_int);
    let new =
        Ymd { year: field(year, old.year)?, month: field(month, old.month)?, day: field(day, old.day)? };
    new_of_class(new, date.ob_type().as_object())
}

fn reduce(date: DateRef<'_>) -> PyResult {
    let state = bytes::from_slice(&date.data)?;
    let state = tuple::pack(&[state.op()])?;
    tuple::pack(&[date.ob_type().as_object(), state.op()])
}

fn dealloc(date: DateRef<'_>) {
    // SAFETY: the count is 0, and a date owns nothing.
    unsafe { adder_object_model::alloc::free_object(date.as_object_ptr()) };
}

macro_rules! fields {
    ($($name:ident)*) => {
        $(fn $name(date: DateRef<'_>) -> PyResult {
            long(get(date).$name)
        })*
    };
}
fields! { year month day }

pub fn add_constants() -> PyResult<()> {
    let tp = &raw mut PyDateTime_DateType;
    set_class_attribute(tp, "min", make(Ymd { year: 1, month: 1, day: 1 }, exact_type())?)?;
    set_class_attribute(tp, "max", make(Ymd { year: 9999, month: 12, day: 31 }, exact_type())?)?;
    set_class_attribute(tp, "resolution", Delta::from_parts(1, 0, 0)?.new_object()?)
}

const GETSET: &[PyGetSetDef] = &[
    nameless(getset::get(c"year", year, c"")),
    nameless(getset::get(c"month", month, c"")),
    nameless(getset::get(c"day", day, c"")),
    PyGetSetDef::EMPTY,
];

/// Without a doc string.
pub const fn nameless(mut entry: PyGetSetDef) -> PyGetSetDef {
    entry.doc = core::ptr::null();
    entry
}

const METHODS: &[PyMethodDef] = &[
    method::class_o(c"fromtimestamp", fromtimestamp, c"fromtimestamp($type, timestamp, /)\n--\n\nThe local date at a POSIX timestamp, as time.time() gives."),
    method::class_positional(c"fromordinal", fromordinal, c"int -> the date of that number, January 1 of year 1 being 1."),
    method::class_o(c"fromisoformat", fromisoformat, c"fromisoformat($type, object, /)\n--\n\nstr -> Make a date from text in ISO 8601's formats."),
    method::class_keywords(c"fromisocalendar", fromisocalendar, c"int, int, int -> Make a date from ISO year, week and weekday; undoes isocalendar()."),
    method::class_positional(c"strptime", strptime, c"string, format -> a date read from text (like time.strptime())."),
    method::class_noargs(c"today", today, c"today($type, /)\n--\n\nThe current date: the class's fromtimestamp(time.time())."),
    method::noargs(c"ctime", ctime, c"ctime($self, /)\n--\n\nAs time.ctime() writes it."),
    method::keywords(c"strftime", strftime, c"format -> text as time.strftime() writes it."),
    method::positional(c"__format__", format, c"Formats with strftime."),
    method::noargs(c"timetuple", timetuple, c"timetuple($self, /)\n--\n\nA time tuple, as time.localtime() gives."),
    method::noargs(c"isocalendar", isocalendar, c"isocalendar($self, /)\n--\n\nISO year, week and weekday as a named tuple."),
    method::noargs(c"isoformat", isoformat, c"isoformat($self, /)\n--\n\nText in ISO 8601's format, YYYY-MM-DD."),
    method::noargs(c"isoweekday", isoweekday, c"isoweekday($self, /)\n--\n\nThe weekday, from 1 for Monday to 7."),
    method::noargs(c"toordinal", toordinal, c"toordinal($self, /)\n--\n\nThe number of the day, January 1 of year 1 being 1."),
    method::noargs(c"weekday", weekday, c"weekday($self, /)\n--\n\nThe weekday, from 0 for Monday to 6."),
    method::keywords(c"replace", replace, c"replace($self, /, year=unchanged, month=unchanged, day=unchanged)\n--\n\nA date with other fields."),
    method::keywords(c"__replace__", replace, c"__replace__($self, /, **changes)\n--\n\nThe same as replace()."),
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n__reduce__() -> (cls, state)"),
    PyMethodDef::EMPTY,
];

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: slot::binary(add),
    nb_subtract: slot::binary(subtract),
    ..PyNumberMethods::EMPTY
};

pub static mut PyDateTime_DateType: PyTypeObject = PyTypeObject {
    tp_name: c"datetime.date".as_ptr(),
    tp_basicsize: size_of::<PyDateTime_Date>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: &raw mut AS_NUMBER,
    tp_hash: slot::hash(hash),
    tp_str: slot::unary(to_str),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    tp_doc: c"date(year, month, day) --> date object".as_ptr(),
    tp_richcompare: slot::richcompare(richcompare),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};
