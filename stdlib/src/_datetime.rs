//! The `_datetime` module: `date`, `time`, `datetime`, `timedelta`, `tzinfo`, `timezone`.
//!
//! Objects have CPython's layouts, which compiled modules read through the capsule
//! `datetime_CAPI`. In reading order:
//!
//!  - `calendar`: dates and day numbers;
//!  - `delta`: `timedelta`;
//!  - `zone`: `tzinfo` and `timezone`, and asking a time zone;
//!  - `date`, `time`, `datetime`: the types;
//!  - `text`: ISO 8601, `strftime`, `strptime`;
//!  - `local`: the C library's idea of local time;
//!  - `capi`: the capsule.

use adder_object_model::layout::{PyDictObject, PyTypeObject};
use adder_object_model::{
    Borrowed, Object, Op, PyLayout, PyResult, Raised, TypeRef, dict, int, module, raise, static_type,
    type_object,
};

mod calendar;
mod capi;
mod date;
mod datetime;
mod delta;
mod iso_date;
mod local;
mod text;
mod time;
mod zone;

use calendar::{MAX_YEAR, MIN_YEAR, Ymd, days_in_month};
pub use date::PyDateTime_DateType;
pub use datetime::PyDateTime_DateTimeType;
pub use delta::PyDateTime_DeltaType;
pub use time::PyDateTime_TimeType;
pub use zone::{PyDateTime_TZInfoType, PyDateTime_TimeZoneType};

/// Hour, minute, second, microsecond and fold.
#[derive(Clone, Copy, Default)]
struct Clock {
    hour: i32,
    minute: i32,
    second: i32,
    microsecond: i32,
    fold: i32,
}

impl Clock {
    fn seconds(self) -> i32 {
        self.hour * 3600 + self.minute * 60 + self.second
    }
}

/// A static type of this module.
fn type_of(tp: *mut PyTypeObject) -> TypeRef<'static> {
    // SAFETY: the address of a static.
    unsafe { TypeRef::from_ptr(tp) }
}

/// The object under a layout of this module, if it is an instance of the type.
fn instance<'a, T: PyLayout>(op: Op<'a>, tp: *mut PyTypeObject) -> Option<Borrowed<'a, T>> {
    let found = op.type_ptr() == tp || type_object::is_subtype_ptr(op.ob_type(), tp);
    // SAFETY: instances of the type, which callers name with its layout, have that layout.
    found.then(|| unsafe { op.cast_unchecked() })
}

/// A zeroed instance of a type or of a subclass.
fn allocate(tp: TypeRef<'_>) -> PyResult {
    let alloc = tp.tp_alloc.expect("a ready type has tp_alloc");
    // SAFETY: the type is ready.
    unsafe { Object::from_c(alloc(tp.as_ptr(), 0)) }
}

/// An argument of C type `int`.
fn c_int(op: Op<'_>) -> PyResult<i32> {
    let value = int::as_i64_and_overflow(op)?;
    let bound = match value {
        Ok(value) => match i32::try_from(value) {
            Ok(value) => return Ok(value),
            Err(_) if value < 0 => "less than minimum",
            Err(_) => "greater than maximum",
        },
        Err(sign) if sign < 0 => "less than minimum",
        Err(_) => "greater than maximum",
    };
    Err(raise!(OverflowError, "signed integer is {bound}"))
}

fn bad_year(year: i64) -> Raised {
    raise!(ValueError, "year must be in {MIN_YEAR}..{MAX_YEAR}, not {year}")
}

fn check_date(date: Ymd) -> PyResult<()> {
    let Ymd { year, month, day } = date;
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        return Err(bad_year(year.into()));
    }
    if !(1..=12).contains(&month) {
        return Err(raise!(ValueError, "month must be in 1..12, not {month}"));
    }
    let last = days_in_month(year, month);
    if !(1..=last).contains(&day) {
        return Err(raise!(
            ValueError,
            "day {day} must be in range 1..{last} for month {month} in year {year}"
        ));
    }
    Ok(())
}

fn check_clock(clock: Clock) -> PyResult<()> {
    for (name, value, last) in [
        ("hour", clock.hour, 23),
        ("minute", clock.minute, 59),
        ("second", clock.second, 59),
        ("microsecond", clock.microsecond, 999_999),
    ] {
        if !(0..=last).contains(&value) {
            return Err(raise!(ValueError, "{name} must be in 0..{last}, not {value}"));
        }
    }
    if !(0..=1).contains(&clock.fold) {
        return Err(raise!(ValueError, "fold must be either 0 or 1, not {}", clock.fold));
    }
    Ok(())
}

/// Sets a class attribute of one of the static types.
fn set_class_attribute(tp: *mut PyTypeObject, name: &str, value: Object) -> PyResult<()> {
    let namespace = type_object::get_dict(type_of(tp))?;
    let namespace = namespace.op().downcast::<PyDictObject>().expect("a type's dict");
    dict::set_item_str(namespace, name, value.op())
}

/// A small number as an int.
fn long(value: i32) -> PyResult {
    int::from_i64(value.into())
}

/// Makes the module.
pub fn init() -> PyResult {
    let types = [
        static_type!(PyDateTime_DateType),
        static_type!(PyDateTime_DateTimeType),
        static_type!(PyDateTime_TimeType),
        static_type!(PyDateTime_DeltaType),
        static_type!(PyDateTime_TZInfoType),
        static_type!(PyDateTime_TimeZoneType),
        static_type!(iso_date::PyDateTime_IsoCalendarDateType),
    ];
    for tp in types {
        type_object::ready(tp)?;
    }
    delta::add_constants()?;
    zone::add_constants()?;
    date::add_constants()?;
    time::add_constants()?;
    datetime::add_constants()?;
    let module = module::new("_datetime")?;
    for tp in &types[..6] {
        module::add_type(module.op(), *tp)?;
    }
    module::add_object(module.op(), "MINYEAR", long(MIN_YEAR)?.op())?;
    module::add_object(module.op(), "MAXYEAR", long(MAX_YEAR)?.op())?;
    module::add_object(module.op(), "UTC", zone::utc().op())?;
    module::add_object(module.op(), "datetime_CAPI", capi::new_capsule()?.op())?;
    for tp in types {
        type_object::modified(tp);
    }
    Ok(module)
}
