//! The capsule `datetime.datetime_CAPI`: the types, and functions that make their instances.

use core::ffi::c_int;

use adder_object_model::define::guard_object;
use adder_object_model::layout::*;
use adder_object_model::{Args, Op, PyResult, TypeRef, capsule};

use super::calendar::Ymd;
use super::delta::Delta;
use super::{Clock, date, datetime, time, zone};

// SAFETY (of this file's functions): C callers hold the GIL and pass live objects and ready types.

unsafe extern "C" fn new_date(year: c_int, month: c_int, day: c_int, tp: *mut PyTypeObject) -> *mut PyObject {
    // SAFETY: see above.
    guard_object(|| date::new_checked(Ymd { year, month, day }, unsafe { TypeRef::from_ptr(tp) }))
}

unsafe extern "C" fn new_datetime(
    year: c_int,
    month: c_int,
    day: c_int,
    hour: c_int,
    minute: c_int,
    second: c_int,
    microsecond: c_int,
    zone: *mut PyObject,
    tp: *mut PyTypeObject,
) -> *mut PyObject {
    // SAFETY: see above.
    unsafe { new_datetime_and_fold(year, month, day, hour, minute, second, microsecond, zone, 0, tp) }
}

unsafe extern "C" fn new_datetime_and_fold(
    year: c_int,
    month: c_int,
    day: c_int,
    hour: c_int,
    minute: c_int,
    second: c_int,
    microsecond: c_int,
    zone: *mut PyObject,
    fold: c_int,
    tp: *mut PyTypeObject,
) -> *mut PyObject {
    let clock = Clock { hour, minute, second, microsecond, fold };
    // SAFETY: see above.
    let (zone, tp) = unsafe { (Op::from_ptr(zone), TypeRef::from_ptr(tp)) };
    guard_object(|| datetime::new_checked(Ymd { year, month, day }, clock, zone, tp))
}

unsafe extern "C" fn new_time(
    hour: c_int,
    minute: c_int,
    second: c_int,
    microsecond: c_int,
    zone: *mut PyObject,
    tp: *mut PyTypeObject,
) -> *mut PyObject {
    // SAFETY: see above.
    unsafe { new_time_and_fold(hour, minute, second, microsecond, zone, 0, tp) }
}

unsafe extern "C" fn new_time_and_fold(
    hour: c_int,
    minute: c_int,
    second: c_int,
    microsecond: c_int,
    zone: *mut PyObject,
    fold: c_int,
    tp: *mut PyTypeObject,
) -> *mut PyObject {
    let clock = Clock { hour, minute, second, microsecond, fold };
    // SAFETY: see above.
    let (zone, tp) = unsafe { (Op::from_ptr(zone), TypeRef::from_ptr(tp)) };
    guard_object(|| time::new_checked(clock, zone, tp))
}

unsafe extern "C" fn new_delta(
    days: c_int,
    seconds: c_int,
    microseconds: c_int,
    _normalize: c_int,
    tp: *mut PyTypeObject,
) -> *mut PyObject {
    guard_object(|| {
        let delta = Delta::from_parts(days.into(), seconds.into(), microseconds.into())?;
        // SAFETY: see above.
        delta.new_instance(unsafe { TypeRef::from_ptr(tp) })
    })
}

unsafe extern "C" fn new_timezone(offset: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: see above; the name may be null.
    guard_object(|| unsafe { zone::new_timezone(Op::from_ptr(offset), Op::from_nullable(name)) })
}

unsafe extern "C" fn datetime_from_timestamp(
    class: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: see above; the arguments are a tuple, and a dict or null.
    guard_object(|| unsafe {
        datetime::from_timestamp(Op::from_ptr(class), Args::from_tuple_and_dict(args, kwargs))
    })
}

unsafe extern "C" fn date_from_timestamp(class: *mut PyObject, args: *mut PyObject) -> *mut PyObject {
    guard_object(|| {
        // SAFETY: see above; the arguments are a tuple.
        let (class, args) =
            unsafe { (Op::from_ptr(class), Args::from_tuple_and_dict(args, core::ptr::null_mut())) };
        let [timestamp] = args.exactly("fromtimestamp")?;
        date::from_timestamp(class, timestamp)
    })
}

/// A new capsule around a table that lives as long as the process.
pub fn new_capsule() -> PyResult {
    let table = Box::new(PyDateTime_CAPI {
        DateType: &raw mut super::PyDateTime_DateType,
        DateTimeType: &raw mut super::PyDateTime_DateTimeType,
        TimeType: &raw mut super::PyDateTime_TimeType,
        DeltaType: &raw mut super::PyDateTime_DeltaType,
        TZInfoType: &raw mut super::PyDateTime_TZInfoType,
        TimeZone_UTC: zone::utc().into_ptr(),
        Date_FromDate: Some(new_date),
        DateTime_FromDateAndTime: Some(new_datetime),
        Time_FromTime: Some(new_time),
        Delta_FromDelta: Some(new_delta),
        TimeZone_FromTimeZone: Some(new_timezone),
        DateTime_FromTimestamp: Some(datetime_from_timestamp),
        Date_FromTimestamp: Some(date_from_timestamp),
        DateTime_FromDateAndTimeAndFold: Some(new_datetime_and_fold),
        Time_FromTimeAndFold: Some(new_time_and_fold),
    });
    capsule::new(Box::into_raw(table).cast(), c"datetime.datetime_CAPI".as_ptr(), None)
}
