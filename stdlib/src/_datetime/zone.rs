//! The abstract type `tzinfo` and the type `timezone` of fixed offsets, and how a time zone is asked.

use core::sync::atomic::{AtomicPtr, Ordering};

use adder_object_model::define::{method, not_implemented, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Raised, Signature, TypeRef, call, object, raise, singletons,
    str, tuple,
};

use super::datetime::{self, DateTime};
use super::delta::{Delta, US_PER_DAY};
use super::{allocate, instance, set_class_attribute, type_of};

/// A fixed offset from UTC.
#[repr(C)]
pub struct TimeZone {
    ob_base: PyObject,
    /// Owned: a `timedelta`.
    offset: *mut PyObject,
    /// Owned, or null.
    name: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl adder_object_model::PyLayout for TimeZone {}

type Zone<'a> = Borrowed<'a, TimeZone>;

/// `timezone.utc`, kept for the life of the process.
static UTC: AtomicPtr<PyObject> = AtomicPtr::new(core::ptr::null_mut());

/// `timezone.utc`.
///
/// # Panics
/// Before the module has been made.
pub fn utc() -> Object {
    // SAFETY: set once by `add_constants` and kept for the process.
    unsafe { Object::new_ref_nullable(UTC.load(Ordering::Relaxed)) }.expect("the module is there")
}

pub fn is_tzinfo(op: Op<'_>) -> bool {
    instance::<PyObject>(op, &raw mut PyDateTime_TZInfoType).is_some()
}

/// A `tzinfo` argument that may be `None`.
pub fn check(op: Op<'_>) -> PyResult<()> {
    if op.is_none() || is_tzinfo(op) {
        return Ok(());
    }
    Err(raise!(
        TypeError,
        "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
        op.type_name()
    ))
}

fn bad_offset(offset: Op<'_>) -> Raised {
    match object::repr(offset) {
        Ok(repr) => raise!(
            ValueError,
            "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {}",
            str::to_string_lossy(repr.op())
        ),
        Err(raised) => raised,
    }
}

/// What `utcoffset` or `dst` of a time zone gives; `None` also for no time zone.
pub fn offset(zone: Op<'_>, method: &str, argument: Op<'_>) -> PyResult<Option<Delta>> {
    if zone.is_none() {
        return Ok(None);
    }
    let result = call::call_method(zone, method, &[argument])?;
    if result.op().is_none() {
        return Ok(None);
    }
    let Some(delta) = Delta::of(result.op()) else {
        return Err(raise!(
            TypeError,
            "tzinfo.{method}() must return None or timedelta, not '{}'",
            result.op().type_name()
        ));
    };
    if delta.us().abs() >= US_PER_DAY {
        return Err(bad_offset(result.op()));
    }
    Ok(Some(delta))
}

/// What `tzname` of a time zone gives: a string or `None`.
pub fn name(zone: Op<'_>, argument: Op<'_>) -> PyResult {
    if zone.is_none() {
        return Ok(singletons::new_none());
    }
    let result = call::call_method(zone, "tzname", &[argument])?;
    if result.op().is_none() || result.op().is_instance::<PyUnicodeObject>() {
        return Ok(result);
    }
    Err(raise!(TypeError, "tzinfo.tzname() must return None or a string, not '{}'", result.op().type_name()))
}

/// A `timezone` even where `timezone.utc` would do.
fn create(offset: Object, name: Option<Object>) -> PyResult {
    let op = allocate(type_of(&raw mut PyDateTime_TimeZoneType))?;
    // SAFETY: a fresh instance of the type; the fields take the references over.
    unsafe {
        let zone = op.as_ptr().cast::<TimeZone>();
        (*zone).offset = offset.into_ptr();
        (*zone).name = adder_object_model::refs::into_nullable(name);
    }
    Ok(op)
}

/// A `timezone` of a `timedelta` and perhaps a name (`new_timezone`).
pub fn new_timezone(offset: Op<'_>, name: Option<Op<'_>>) -> PyResult {
    let delta = Delta::of(offset).ok_or_else(adder_object_model::errors::bad_internal_call)?;
    if name.is_none() && delta == Delta::ZERO {
        return Ok(utc());
    }
    if delta.us().abs() >= US_PER_DAY {
        return Err(bad_offset(offset));
    }
    create(offset.to_owned(), name.map(Op::to_owned))
}

static NEW: Signature<2> = Signature::new("timezone", ["offset", "name"]).required(1);

fn timezone_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let [offset, name] = args.parse(&NEW)?;
    let offset = offset.expect("required");
    if Delta::of(offset).is_none() {
        return Err(raise!(
            TypeError,
            "timezone() argument 1 must be datetime.timedelta, not {}",
            offset.type_name()
        ));
    }
    if let Some(name) = name
        && !name.is_instance::<PyUnicodeObject>()
    {
        return Err(raise!(TypeError, "timezone() argument 2 must be str, not {}", name.type_name()));
    }
    new_timezone(offset, name)
}

impl<'a> ZoneFields<'a> for Zone<'a> {
    fn offset_op(self) -> Op<'a> {
        // SAFETY: the field is a live object and does not change.
        unsafe { Op::from_ptr((*self.as_ptr()).offset) }
    }
    fn name_op(self) -> Option<Op<'a>> {
        // SAFETY: the field is a live object or null and does not change.
        unsafe { Op::from_nullable((*self.as_ptr()).name) }
    }
    fn delta(self) -> Delta {
        Delta::of(self.offset_op()).expect("the constructor has checked")
    }
}

/// The fields of a `timezone`.
trait ZoneFields<'a> {
    fn offset_op(self) -> Op<'a>;
    fn name_op(self) -> Option<Op<'a>>;
    fn delta(self) -> Delta;
}

fn timezone_dealloc(zone: Zone<'_>) {
    // SAFETY: the count is 0; the fields' references are given back once.
    unsafe {
        let fields = [Object::steal_nullable(zone.offset), Object::steal_nullable(zone.name)];
        adder_object_model::alloc::free_object(zone.as_object_ptr());
        drop(fields);
    }
}

fn timezone_richcompare(a: Zone<'_>, b: Op<'_>, op: core::ffi::c_int) -> PyResult {
    let b = instance::<TimeZone>(b, &raw mut PyDateTime_TimeZoneType);
    match b {
        Some(b) if op == Py_EQ || op == Py_NE => {
            Ok(singletons::new_bool((a.delta() == b.delta()) == (op == Py_EQ)))
        }
        _ => not_implemented(),
    }
}

fn timezone_hash(zone: Zone<'_>) -> PyResult<Py_hash_t> {
    zone.delta().hash()
}

fn timezone_repr(zone: Zone<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if zone.as_object_ptr() == UTC.load(Ordering::Relaxed) {
        return str::from_str("datetime.timezone.utc");
    }
    let text = |op: Op<'_>| -> PyResult<_> { Ok(str::to_string_lossy(object::repr(op)?.op())) };
    let mut fields = text(zone.offset_op())?;
    if let Some(name) = zone.name_op() {
        fields = format!("{fields}, {}", text(name)?);
    }
    str::from_string(format!("{}({fields})", zone.type_name()))
}

fn timezone_str(zone: Zone<'_>) -> PyResult {
    if let Some(name) = zone.name_op() {
        return Ok(name.to_owned());
    }
    let delta = zone.delta();
    if delta == Delta::ZERO {
        return Ok(str::from_str("UTC")?.into_object());
    }
    Ok(str::from_string(format!("UTC{}", super::text::offset_text(delta, ":")))?.into_object())
}

fn check_argument(argument: Op<'_>, method: &str) -> PyResult<()> {
    if argument.is_none() || DateTime::of(argument).is_some() {
        return Ok(());
    }
    Err(raise!(
        TypeError,
        "{method}(dt) argument must be a datetime instance or None, not {}",
        argument.type_name()
    ))
}

fn timezone_tzname(zone: Zone<'_>, argument: Op<'_>) -> PyResult {
    check_argument(argument, "tzname")?;
    timezone_str(zone)
}

fn timezone_utcoffset(zone: Zone<'_>, argument: Op<'_>) -> PyResult {
    check_argument(argument, "utcoffset")?;
    Ok(zone.offset_op().to_owned())
}

fn timezone_dst(_zone: Zone<'_>, argument: Op<'_>) -> PyResult<()> {
    check_argument(argument, "dst")
}

/// A `datetime` whose time zone is `zone`.
fn own_datetime<'a>(zone: Op<'_>, argument: Op<'a>) -> PyResult<DateTime<'a>> {
    let Some(datetime) = DateTime::of(argument) else {
        return Err(raise!(TypeError, "fromutc: argument must be a datetime"));
    };
    if !datetime.zone().op().is(zone) {
        return Err(raise!(ValueError, "fromutc: dt.tzinfo is not self"));
    }
    Ok(datetime)
}

fn timezone_fromutc(zone: Zone<'_>, argument: Op<'_>) -> PyResult {
    own_datetime(zone.as_object(), argument)?;
    datetime::add_delta(argument, zone.delta().us())
}

fn timezone_getinitargs(zone: Zone<'_>) -> PyResult {
    match zone.name_op() {
        Some(name) => tuple::pack(&[zone.offset_op(), name]),
        None => tuple::pack(&[zone.offset_op()]),
    }
}

fn not_there(method: &str) -> Raised {
    raise!(NotImplementedError, "a tzinfo subclass must implement {method}()")
}

fn tzinfo_tzname(_zone: Op<'_>, _argument: Op<'_>) -> PyResult {
    Err(not_there("tzname"))
}

fn tzinfo_utcoffset(_zone: Op<'_>, _argument: Op<'_>) -> PyResult {
    Err(not_there("utcoffset"))
}

fn tzinfo_dst(_zone: Op<'_>, _argument: Op<'_>) -> PyResult {
    Err(not_there("dst"))
}

/// Local time of a `datetime` in UTC, for zones with at most one change of standard offset at a time.
fn tzinfo_fromutc(zone: Op<'_>, argument: Op<'_>) -> PyResult {
    let datetime = own_datetime(zone, argument)?;
    let missing = |method: &str| raise!(ValueError, "fromutc: non-None {method}() result required");
    let offset = datetime.utcoffset()?.ok_or_else(|| missing("utcoffset"))?;
    let dst = datetime.dst()?.ok_or_else(|| missing("dst"))?;
    let result = datetime::add_delta(argument, offset.us() - dst.us())?;
    let Some(dst) = self::offset(zone, "dst", result.op())? else {
        return Err(raise!(ValueError, "fromutc: tz.dst() gave inconsistent results; cannot convert"));
    };
    if dst == Delta::ZERO { Ok(result) } else { datetime::add_delta(result.op(), dst.us()) }
}

fn tzinfo_reduce(zone: Op<'_>) -> PyResult {
    let arguments = match object::get_optional_attr_str(zone, "__getinitargs__")? {
        Some(function) => call::call_noargs(function.op())?,
        None => tuple::empty(),
    };
    let state = call::call_method_noargs(zone, "__getstate__")?;
    tuple::pack(&[zone.ob_type().as_object(), arguments.op(), state.op()])
}

fn tzinfo_dealloc(zone: Op<'_>) {
    // SAFETY: the count is 0, and the object owns nothing.
    unsafe { adder_object_model::alloc::free_object(zone.as_ptr()) };
}

pub fn add_constants() -> PyResult<()> {
    let tp = &raw mut PyDateTime_TimeZoneType;
    let utc = create(Delta::ZERO.new_object()?, None)?;
    UTC.store(utc.clone().into_ptr(), Ordering::Relaxed);
    set_class_attribute(tp, "utc", utc)?;
    let last = Delta::from_parts(0, 23 * 3600 + 59 * 60, 0)?;
    let first = Delta::from_us(-last.us())?;
    set_class_attribute(tp, "min", create(first.new_object()?, None)?)?;
    set_class_attribute(tp, "max", create(last.new_object()?, None)?)
}

const TZINFO_METHODS: &[PyMethodDef] = &[
    method::o(c"tzname", tzinfo_tzname, c"tzname($self, object, /)\n--\n\ndatetime -> the zone's name."),
    method::o(c"utcoffset", tzinfo_utcoffset, c"utcoffset($self, object, /)\n--\n\ndatetime -> the offset from UTC as a timedelta, positive in the east."),
    method::o(c"dst", tzinfo_dst, c"dst($self, object, /)\n--\n\ndatetime -> how much of the offset is summer time, as a timedelta."),
    method::o(c"fromutc", tzinfo_fromutc, c"fromutc($self, object, /)\n--\n\ndatetime in UTC -> datetime in local time."),
    method::noargs(c"__reduce__", tzinfo_reduce, c"__reduce__($self, /)\n--\n\n-> (cls, state)"),
    PyMethodDef::EMPTY,
];

const TIMEZONE_METHODS: &[PyMethodDef] = &[
    method::o(
        c"tzname",
        timezone_tzname,
        c"tzname($self, object, /)\n--\n\nThe name given to the constructor, or 'UTC(+|-)HH:MM'.",
    ),
    method::o(c"utcoffset", timezone_utcoffset, c"utcoffset($self, object, /)\n--\n\nThe fixed offset."),
    method::o(c"dst", timezone_dst, c"dst($self, object, /)\n--\n\nNone."),
    method::o(
        c"fromutc",
        timezone_fromutc,
        c"fromutc($self, object, /)\n--\n\ndatetime in UTC -> datetime in local time.",
    ),
    method::noargs(
        c"__getinitargs__",
        timezone_getinitargs,
        c"__getinitargs__($self, /)\n--\n\npickle support",
    ),
    PyMethodDef::EMPTY,
];

pub static mut PyDateTime_TZInfoType: PyTypeObject = PyTypeObject {
    tp_name: c"datetime.tzinfo".as_ptr(),
    tp_basicsize: size_of::<PyDateTime_TZInfo>() as isize,
    tp_dealloc: slot::dealloc(tzinfo_dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    tp_doc: c"What every time zone derives from.".as_ptr(),
    tp_methods: TZINFO_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(tzinfo_new),
    ..PyTypeObject::EMPTY
};

/// As `PyType_GenericNew`: subclasses take what arguments they like.
fn tzinfo_new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult {
    allocate(tp)
}

pub static mut PyDateTime_TimeZoneType: PyTypeObject = PyTypeObject {
    tp_name: c"datetime.timezone".as_ptr(),
    tp_basicsize: size_of::<TimeZone>() as isize,
    tp_dealloc: slot::dealloc(timezone_dealloc),
    tp_repr: slot::unary(timezone_repr),
    tp_hash: slot::hash(timezone_hash),
    tp_str: slot::unary(timezone_str),
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_doc: c"A time zone with a fixed offset from UTC.".as_ptr(),
    tp_richcompare: slot::richcompare(timezone_richcompare),
    tp_methods: TIMEZONE_METHODS.as_ptr().cast_mut(),
    tp_base: &raw mut PyDateTime_TZInfoType,
    tp_new: slot::new(timezone_new),
    ..PyTypeObject::EMPTY
};
