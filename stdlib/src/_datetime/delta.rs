//! The `timedelta` type: days, seconds and microseconds, of which only the days may be negative.

use core::mem::offset_of;

use adder_object_model::define::{method, not_implemented, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Raised, Signature, TypeRef, call, float, int, number,
    object, raise, singletons, str, tuple,
};

use super::{allocate, instance, long, set_class_attribute, type_of};

pub const MAX_DAYS: i32 = 999_999_999;
pub const US_PER_SECOND: i128 = 1_000_000;
pub const US_PER_DAY: i128 = 86_400 * US_PER_SECOND;

/// A duration in normal form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Delta {
    pub days: i32,
    pub seconds: i32,
    pub microseconds: i32,
}

type DeltaRef<'a> = Borrowed<'a, PyDateTime_Delta>;

impl Delta {
    pub const ZERO: Self = Self { days: 0, seconds: 0, microseconds: 0 };

    pub fn of(op: Op<'_>) -> Option<Self> {
        instance::<PyDateTime_Delta>(op, &raw mut PyDateTime_DeltaType).map(Self::get)
    }

    fn get(delta: DeltaRef<'_>) -> Self {
        Self { days: delta.days, seconds: delta.seconds, microseconds: delta.microseconds }
    }

    /// All in microseconds.
    pub fn us(self) -> i128 {
        i128::from(self.days) * US_PER_DAY
            + i128::from(self.seconds) * US_PER_SECOND
            + i128::from(self.microseconds)
    }

    /// In normal form; raises if that has too many days.
    pub fn from_us(us: i128) -> PyResult<Self> {
        let days = us.div_euclid(US_PER_DAY);
        let rest = us.rem_euclid(US_PER_DAY);
        let Ok(days) = i32::try_from(days) else { return Err(too_large()) };
        if days.abs() > MAX_DAYS {
            return Err(raise!(OverflowError, "days={days}; must have magnitude <= {MAX_DAYS}"));
        }
        Ok(Self { days, seconds: (rest / US_PER_SECOND) as i32, microseconds: (rest % US_PER_SECOND) as i32 })
    }

    pub fn from_parts(days: i64, seconds: i64, microseconds: i64) -> PyResult<Self> {
        Self::from_us(
            i128::from(days) * US_PER_DAY + i128::from(seconds) * US_PER_SECOND + i128::from(microseconds),
        )
    }

    pub fn new_object(self) -> PyResult {
        self.new_instance(type_of(&raw mut PyDateTime_DeltaType))
    }

    pub fn new_instance(self, tp: TypeRef<'_>) -> PyResult {
        let op = allocate(tp)?;
        // SAFETY: a fresh instance of the type.
        unsafe {
            let delta = op.as_ptr().cast::<PyDateTime_Delta>();
            (*delta).hashcode = -1;
            (*delta).days = self.days;
            (*delta).seconds = self.seconds;
            (*delta).microseconds = self.microseconds;
        }
        Ok(op)
    }

    /// Seconds as a float.
    pub fn total_seconds(self) -> PyResult {
        let us = int::from_i128(self.us())?;
        number::true_divide(us.op(), int::from_i64(1_000_000)?.op())
    }

    pub fn hash(self) -> PyResult<Py_hash_t> {
        object::hash(self.state()?.op())
    }

    fn state(self) -> PyResult {
        tuple::from_vec(vec![long(self.days)?, long(self.seconds)?, long(self.microseconds)?])
    }
}

fn too_large() -> Raised {
    raise!(OverflowError, "Python int too large to convert to C int")
}

/// An int as an `i128`; `None` if it is far too large for a duration.
fn to_i128(op: Op<'_>) -> Option<i128> {
    let int = int::downcast(op)?;
    let digits = int.digits();
    if digits.len() > 4 {
        return None;
    }
    let magnitude = int::digits::to_u128(digits) as i128;
    Some(if int.is_negative() { -magnitude } else { magnitude })
}

/// A duration of an int in microseconds.
fn from_us_int(us: Op<'_>) -> PyResult<Delta> {
    Delta::from_us(to_i128(us).ok_or_else(too_large)?)
}

static NEW: Signature<7> = Signature::new(
    "__new__",
    ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"],
);

/// Microseconds in one of each unit, in the order of the parameters.
const UNITS: [i64; 7] = [86_400_000_000, 1_000_000, 1, 1_000, 60_000_000, 3_600_000_000, 604_800_000_000];

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let values = args.parse(&NEW)?;
    let mut total = int::small(0);
    let mut leftover = 0.0;
    // Smallest unit first, as rounding depends on the order.
    for index in [2, 3, 1, 4, 5, 0, 6] {
        if let Some(value) = values[index] {
            total = accumulate(NEW.names[index], total, value, UNITS[index], &mut leftover)?;
        }
    }
    if leftover != 0.0 {
        // Ties go to the even microsecond of the whole, not of the fraction.
        let mut whole = f64::round(leftover);
        if (whole - leftover).abs() == 0.5 {
            let odd =
                int::downcast(total.op()).and_then(|int| int.digits().first().copied()).unwrap_or(0) & 1;
            let odd = f64::from(odd);
            whole = 2.0 * ((leftover + odd) * 0.5).round() - odd;
        }
        total = number::add(total.op(), int::from_i64(whole as i64)?.op())?;
    }
    from_us_int(total.op())?.new_instance(tp)
}

/// Adds `value` units to `total`; what is less than a microsecond goes to `leftover`.
fn accumulate(name: &str, total: Object, value: Op<'_>, unit: i64, leftover: &mut f64) -> PyResult {
    let unit_int = int::from_i64(unit)?;
    if value.is_instance::<PyLongObject>() {
        return number::add(total.op(), number::multiply(value, unit_int.op())?.op());
    }
    if !value.is_instance::<PyFloatObject>() {
        return Err(raise!(
            TypeError,
            "unsupported type for timedelta {name} component: {}",
            value.type_name()
        ));
    }
    let value = float::value(value);
    let whole = int::from_f64(value.trunc())?;
    let total = number::add(total.op(), number::multiply(whole.op(), unit_int.op())?.op())?;
    let fraction = value - value.trunc();
    if fraction == 0.0 {
        return Ok(total);
    }
    let scaled = unit as f64 * fraction;
    *leftover += scaled - scaled.trunc();
    number::add(total.op(), int::from_f64(scaled.trunc())?.op())
}

fn add(a: Op<'_>, b: Op<'_>) -> PyResult {
    match (Delta::of(a), Delta::of(b)) {
        (Some(a), Some(b)) => Delta::from_us(a.us() + b.us())?.new_object(),
        _ => not_implemented(),
    }
}

fn subtract(a: Op<'_>, b: Op<'_>) -> PyResult {
    match (Delta::of(a), Delta::of(b)) {
        (Some(a), Some(b)) => Delta::from_us(a.us() - b.us())?.new_object(),
        _ => not_implemented(),
    }
}

fn us_int(delta: Delta) -> PyResult {
    int::from_i128(delta.us())
}

/// Multiplies by, or divides by, a float's exact ratio, rounding to nearest.
fn scale_by_float(delta: Delta, factor: Op<'_>, divide: bool) -> PyResult {
    let ratio = call::call_method_noargs(factor, "as_integer_ratio")?;
    let Some(pair) = ratio.op().downcast::<PyTupleObject>().filter(|pair| tuple::len(*pair) == 2) else {
        return Err(raise!(TypeError, "unexpected return type from as_integer_ratio(): expected tuple"));
    };
    let (times, over) = if divide { (1, 0) } else { (0, 1) };
    let scaled = number::multiply(us_int(delta)?.op(), tuple::get(pair, times))?;
    let (quotient, _) = int::div_mod_near(scaled.op(), tuple::get(pair, over))?;
    from_us_int(quotient.op())?.new_object()
}

fn multiply(a: Op<'_>, b: Op<'_>) -> PyResult {
    let (delta, factor) = match (Delta::of(a), Delta::of(b)) {
        (Some(delta), None) => (delta, b),
        (None, Some(delta)) => (delta, a),
        _ => return not_implemented(),
    };
    if factor.is_instance::<PyLongObject>() {
        return from_us_int(number::multiply(us_int(delta)?.op(), factor)?.op())?.new_object();
    }
    if factor.is_instance::<PyFloatObject>() {
        return scale_by_float(delta, factor, false);
    }
    not_implemented()
}

fn floor_divide(a: Op<'_>, b: Op<'_>) -> PyResult {
    let Some(delta) = Delta::of(a) else { return not_implemented() };
    if b.is_instance::<PyLongObject>() {
        return from_us_int(number::floor_divide(us_int(delta)?.op(), b)?.op())?.new_object();
    }
    match Delta::of(b) {
        Some(b) => number::floor_divide(us_int(delta)?.op(), us_int(b)?.op()),
        None => not_implemented(),
    }
}

fn true_divide(a: Op<'_>, b: Op<'_>) -> PyResult {
    let Some(delta) = Delta::of(a) else { return not_implemented() };
    if let Some(b) = Delta::of(b) {
        return number::true_divide(us_int(delta)?.op(), us_int(b)?.op());
    }
    if b.is_instance::<PyFloatObject>() {
        return scale_by_float(delta, b, true);
    }
    if b.is_instance::<PyLongObject>() {
        let (quotient, _) = int::div_mod_near(us_int(delta)?.op(), b)?;
        return from_us_int(quotient.op())?.new_object();
    }
    not_implemented()
}

fn remainder(a: Op<'_>, b: Op<'_>) -> PyResult {
    let (Some(a), Some(b)) = (Delta::of(a), Delta::of(b)) else { return not_implemented() };
    from_us_int(number::remainder(us_int(a)?.op(), us_int(b)?.op())?.op())?.new_object()
}

fn divmod(a: Op<'_>, b: Op<'_>) -> PyResult {
    let (Some(a), Some(b)) = (Delta::of(a), Delta::of(b)) else { return not_implemented() };
    let (a, b) = (us_int(a)?, us_int(b)?);
    let quotient = number::floor_divide(a.op(), b.op())?;
    let rest = number::remainder(a.op(), b.op())?;
    tuple::from_vec(vec![quotient, from_us_int(rest.op())?.new_object()?])
}

fn negative(delta: DeltaRef<'_>) -> PyResult {
    Delta::from_us(-Delta::get(delta).us())?.new_object()
}

fn positive(delta: DeltaRef<'_>) -> PyResult {
    Delta::get(delta).new_object()
}

fn absolute(delta: DeltaRef<'_>) -> PyResult {
    if delta.days < 0 { negative(delta) } else { positive(delta) }
}

fn truth(delta: DeltaRef<'_>) -> PyResult<bool> {
    Ok(Delta::get(delta) != Delta::ZERO)
}

fn richcompare(a: DeltaRef<'_>, b: Op<'_>, op: core::ffi::c_int) -> PyResult {
    match Delta::of(b) {
        Some(b) => Ok(singletons::new_bool(int::order_fulfils(Delta::get(a).cmp(&b), op))),
        None => not_implemented(),
    }
}

fn hash(delta: DeltaRef<'_>) -> PyResult<Py_hash_t> {
    if delta.hashcode == -1 {
        let hash = Delta::get(delta).hash()?;
        // SAFETY: a cache in a live object, under the GIL.
        unsafe { (*delta.as_ptr()).hashcode = hash };
    }
    Ok(delta.hashcode)
}

fn repr(delta: DeltaRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let value = Delta::get(delta);
    let fields = [("days", value.days), ("seconds", value.seconds), ("microseconds", value.microseconds)];
    let mut parts: Vec<String> = fields
        .iter()
        .filter(|(_, value)| *value != 0)
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if parts.is_empty() {
        parts.push("0".into());
    }
    str::from_string(format!("{}({})", delta.type_name(), parts.join(", ")))
}

fn to_str(delta: DeltaRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let Delta { days, seconds, microseconds } = Delta::get(delta);
    let mut text = String::new();
    if days != 0 {
        let plural = if days.abs() == 1 { "" } else { "s" };
        text = format!("{days} day{plural}, ");
    }
    text += &format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if microseconds != 0 {
        text += &format!(".{microseconds:06}");
    }
    str::from_string(text)
}

fn total_seconds(delta: DeltaRef<'_>) -> PyResult {
    Delta::get(delta).total_seconds()
}

fn reduce(delta: DeltaRef<'_>) -> PyResult {
    let state = Delta::get(delta).state()?;
    tuple::pack(&[delta.ob_type().as_object(), state.op()])
}

fn dealloc(delta: DeltaRef<'_>) {
    // SAFETY: the count is 0, and a duration owns nothing.
    unsafe { adder_object_model::alloc::free_object(delta.as_object_ptr()) };
}

pub fn add_constants() -> PyResult<()> {
    let tp = &raw mut PyDateTime_DeltaType;
    let least = Delta { days: -MAX_DAYS, ..Delta::ZERO };
    let most = Delta { days: MAX_DAYS, seconds: 24 * 3600 - 1, microseconds: 999_999 };
    set_class_attribute(tp, "resolution", Delta { microseconds: 1, ..Delta::ZERO }.new_object()?)?;
    set_class_attribute(tp, "min", least.new_object()?)?;
    set_class_attribute(tp, "max", most.new_object()?)
}

const METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"total_seconds",
        total_seconds,
        c"total_seconds($self, /)\n--\n\nThe whole duration in seconds.",
    ),
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n__reduce__() -> (cls, state)"),
    PyMethodDef::EMPTY,
];

const fn member(name: &'static core::ffi::CStr, offset: usize, doc: &'static core::ffi::CStr) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: Py_T_INT,
        offset: offset as isize,
        flags: Py_READONLY,
        doc: doc.as_ptr(),
    }
}

static MEMBERS: [PyMemberDef; 4] = [
    member(c"days", offset_of!(PyDateTime_Delta, days), c"Number of days."),
    member(
        c"seconds",
        offset_of!(PyDateTime_Delta, seconds),
        c"Number of seconds (>= 0 and less than 1 day).",
    ),
    member(
        c"microseconds",
        offset_of!(PyDateTime_Delta, microseconds),
        c"Number of microseconds (>= 0 and less than 1 second).",
    ),
    PyMemberDef::EMPTY,
];

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: slot::binary(add),
    nb_subtract: slot::binary(subtract),
    nb_multiply: slot::binary(multiply),
    nb_remainder: slot::binary(remainder),
    nb_divmod: slot::binary(divmod),
    nb_negative: slot::unary(negative),
    nb_positive: slot::unary(positive),
    nb_absolute: slot::unary(absolute),
    nb_bool: slot::truth(truth),
    nb_floor_divide: slot::binary(floor_divide),
    nb_true_divide: slot::binary(true_divide),
    ..PyNumberMethods::EMPTY
};

pub static mut PyDateTime_DeltaType: PyTypeObject = PyTypeObject {
    tp_name: c"datetime.timedelta".as_ptr(),
    tp_basicsize: size_of::<PyDateTime_Delta>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: &raw mut AS_NUMBER,
    tp_hash: slot::hash(hash),
    tp_str: slot::unary(to_str),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    tp_doc: c"A duration: the difference of two dates or times.\n\ntimedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n\nArguments may be ints or floats, positive or negative.".as_ptr(),
    tp_richcompare: slot::richcompare(richcompare),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};
