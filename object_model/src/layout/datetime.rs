//! The types of `datetime`, and the table through which wheels reach them.
//!
//! `data` is big-endian: year in 2 bytes, month, day; hour, minute, second,
//! microsecond in 3 bytes.

use super::*;
use core::ffi::{c_char, c_int, c_uchar};

/// What `timedelta` looks like to a compiled wheel.
#[repr(C)]
pub struct PyDateTime_Delta {
    pub ob_base: PyObject,
    /// -1 until somebody asks.
    pub hashcode: Py_hash_t,
    pub days: c_int,
    /// From 0 below a day.
    pub seconds: c_int,
    /// From 0 below a second.
    pub microseconds: c_int,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyDateTime_Delta {}
assert_layout!(PyDateTime_Delta { size: 40, hashcode: 16, days: 24, seconds: 28, microseconds: 32 });

/// What `tzinfo` looks like to a compiled wheel.
#[repr(C)]
pub struct PyDateTime_TZInfo {
    pub ob_base: PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyDateTime_TZInfo {}
assert_layout!(PyDateTime_TZInfo { size: 16 });

/// What `date`, `time` and `datetime` start with.
#[repr(C)]
pub struct _PyDateTime_BaseTZInfo {
    pub ob_base: PyObject,
    /// -1 until somebody asks.
    pub hashcode: Py_hash_t,
    /// Whether there is room for a `tzinfo`.
    pub hastzinfo: c_char,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for _PyDateTime_BaseTZInfo {}
assert_layout!(_PyDateTime_BaseTZInfo { size: 32, hashcode: 16, hastzinfo: 24 });

/// What a `time` without time zone looks like to a compiled wheel.
#[repr(C)]
pub struct _PyDateTime_BaseTime {
    pub ob_base: PyObject,
    pub hashcode: Py_hash_t,
    pub hastzinfo: c_char,
    pub data: [c_uchar; _PyDateTime_TIME_DATASIZE],
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for _PyDateTime_BaseTime {}
assert_layout!(_PyDateTime_BaseTime { size: 32, hashcode: 16, hastzinfo: 24, data: 25 });

/// What a `time` with a time zone looks like to a compiled wheel.
#[repr(C)]
pub struct PyDateTime_Time {
    pub ob_base: PyObject,
    pub hashcode: Py_hash_t,
    pub hastzinfo: c_char,
    pub data: [c_uchar; _PyDateTime_TIME_DATASIZE],
    /// There without a time zone, too: it fits the padding.
    pub fold: c_uchar,
    /// Owned, and there only when `hastzinfo` is set.
    pub tzinfo: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyDateTime_Time {}
assert_layout!(PyDateTime_Time { size: 40, hashcode: 16, hastzinfo: 24, data: 25, fold: 31, tzinfo: 32 });

/// What `date` looks like to a compiled wheel.
#[repr(C)]
pub struct PyDateTime_Date {
    pub ob_base: PyObject,
    pub hashcode: Py_hash_t,
    pub hastzinfo: c_char,
    pub data: [c_uchar; _PyDateTime_DATE_DATASIZE],
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyDateTime_Date {}
assert_layout!(PyDateTime_Date { size: 32, hashcode: 16, hastzinfo: 24, data: 25 });

/// What a `datetime` without time zone looks like to a compiled wheel.
#[repr(C)]
pub struct _PyDateTime_BaseDateTime {
    pub ob_base: PyObject,
    pub hashcode: Py_hash_t,
    pub hastzinfo: c_char,
    pub data: [c_uchar; _PyDateTime_DATETIME_DATASIZE],
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for _PyDateTime_BaseDateTime {}
assert_layout!(_PyDateTime_BaseDateTime { size: 40, hashcode: 16, hastzinfo: 24, data: 25 });

/// What a `datetime` with a time zone looks like to a compiled wheel.
#[repr(C)]
pub struct PyDateTime_DateTime {
    pub ob_base: PyObject,
    pub hashcode: Py_hash_t,
    pub hastzinfo: c_char,
    pub data: [c_uchar; _PyDateTime_DATETIME_DATASIZE],
    /// There without a time zone, too: it fits the padding.
    pub fold: c_uchar,
    /// Owned, and there only when `hastzinfo` is set.
    pub tzinfo: *mut PyObject,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyDateTime_DateTime {}
assert_layout!(PyDateTime_DateTime { size: 48, hashcode: 16, hastzinfo: 24, data: 25, fold: 35, tzinfo: 40 });

/// What the capsule `datetime.datetime_CAPI` holds.
#[repr(C)]
pub struct PyDateTime_CAPI {
    pub DateType: *mut PyTypeObject,
    pub DateTimeType: *mut PyTypeObject,
    pub TimeType: *mut PyTypeObject,
    pub DeltaType: *mut PyTypeObject,
    pub TZInfoType: *mut PyTypeObject,
    pub TimeZone_UTC: *mut PyObject,
    /// Year, month, day.
    pub Date_FromDate: Option<unsafe extern "C" fn(c_int, c_int, c_int, *mut PyTypeObject) -> *mut PyObject>,
    /// Year, month, day, hour, minute, second, microsecond, time zone.
    pub DateTime_FromDateAndTime: Option<
        unsafe extern "C" fn(
            c_int,
            c_int,
            c_int,
            c_int,
            c_int,
            c_int,
            c_int,
            *mut PyObject,
            *mut PyTypeObject,
        ) -> *mut PyObject,
    >,
    /// Hour, minute, second, microsecond, time zone.
    pub Time_FromTime: Option<
        unsafe extern "C" fn(c_int, c_int, c_int, c_int, *mut PyObject, *mut PyTypeObject) -> *mut PyObject,
    >,
    /// Days, seconds, microseconds, whether to normalise.
    pub Delta_FromDelta:
        Option<unsafe extern "C" fn(c_int, c_int, c_int, c_int, *mut PyTypeObject) -> *mut PyObject>,
    /// Offset, name or null.
    pub TimeZone_FromTimeZone: Option<unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject>,
    /// Class, arguments, keywords.
    pub DateTime_FromTimestamp:
        Option<unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject>,
    /// Class, arguments.
    pub Date_FromTimestamp: Option<unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject>,
    /// Year, month, day, hour, minute, second, microsecond, time zone, fold.
    pub DateTime_FromDateAndTimeAndFold: Option<
        unsafe extern "C" fn(
            c_int,
            c_int,
            c_int,
            c_int,
            c_int,
            c_int,
            c_int,
            *mut PyObject,
            c_int,
            *mut PyTypeObject,
        ) -> *mut PyObject,
    >,
    /// Hour, minute, second, microsecond, time zone, fold.
    pub Time_FromTimeAndFold: Option<
        unsafe extern "C" fn(
            c_int,
            c_int,
            c_int,
            c_int,
            *mut PyObject,
            c_int,
            *mut PyTypeObject,
        ) -> *mut PyObject,
    >,
}
assert_layout!(PyDateTime_CAPI {
    size: 120,
    DateType: 0,
    DateTimeType: 8,
    TimeType: 16,
    DeltaType: 24,
    TZInfoType: 32,
    TimeZone_UTC: 40,
    Date_FromDate: 48,
    DateTime_FromDateAndTime: 56,
    Time_FromTime: 64,
    Delta_FromDelta: 72,
    TimeZone_FromTimeZone: 80,
    DateTime_FromTimestamp: 88,
    Date_FromTimestamp: 96,
    DateTime_FromDateAndTimeAndFold: 104,
    Time_FromTimeAndFold: 112
});
