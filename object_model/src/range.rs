//! The `range` type and its two iterators: one over C integers, one over ints of any size.

use core::cell::Cell;
use core::ffi::c_int;
use core::mem::offset_of;

use crate::define::{method, not_implemented, slot};
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, TypeRef, alloc, dict, exceptions, int, iter, number, object,
    raise, singletons, slice, state, str, tuple,
};

type Range<'a> = Borrowed<'a, PyRange>;

/// A range of three ints that are already exact.
fn make(start: Object, stop: Object, step: Object) -> PyResult {
    let length = compute_length(start.op(), stop.op(), step.op())?;
    // SAFETY: a static type; the fields take the references over.
    unsafe {
        let range = alloc::new_object::<PyRange>(Borrowed::from_ptr(&raw mut PyRange_Type))?;
        let fields = range.as_ptr();
        (*fields).start = start.into_ptr();
        (*fields).stop = stop.into_ptr();
        (*fields).step = step.into_ptr();
        (*fields).length = length.into_ptr();
        Ok(range.into_object())
    }
}

/// `range(start, stop, step)`.
pub fn new(start: Op<'_>, stop: Op<'_>, step: Op<'_>) -> PyResult {
    let (start, stop) = (number::index(start)?, number::index(stop)?);
    let step = checked_step(step)?;
    make(start, stop, step)
}

fn checked_step(step: Op<'_>) -> PyResult {
    let step = number::index(step)?;
    if int::sign(step.op()) == 0 {
        return Err(raise!(ValueError, "range() arg 3 must not be zero"));
    }
    Ok(step)
}

fn construct(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let [first, second, step] = args.optional::<3>("range", 1)?;
    let first = first.expect("counted");
    let Some(second) = second else {
        return make(int::small(0), number::index(first)?, int::small(1));
    };
    let (start, stop) = (number::index(first)?, number::index(second)?);
    let step = step.map_or_else(|| Ok(int::small(1)), checked_step)?;
    make(start, stop, step)
}

fn vectorcall(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    construct(tp, args)
}

/// How many values lie from `start` to before `stop`.
fn length_of(start: i64, stop: i64, step: i64) -> u64 {
    if step > 0 && start < stop {
        1 + (stop.wrapping_sub(start) as u64 - 1) / step as u64
    } else if step < 0 && start > stop {
        1 + (start.wrapping_sub(stop) as u64 - 1) / step.unsigned_abs()
    } else {
        0
    }
}

fn compute_length(start: Op<'_>, stop: Op<'_>, step: Op<'_>) -> PyResult {
    if let (Some(start), Some(stop), Some(step)) =
        (int::fits_i64(start), int::fits_i64(stop), int::fits_i64(step))
    {
        return int::from_u64(length_of(start, stop, step));
    }
    let (low, high, step) = if int::is_negative(step) {
        (stop, start, number::negative(step)?)
    } else {
        (start, stop, step.to_owned())
    };
    if object::rich_compare_bool(low, high, Py_GE)? {
        return Ok(int::small(0));
    }
    let one = int::small(1);
    let span = number::subtract(number::subtract(high, low)?.op(), one.op())?;
    number::add(number::floor_divide(span.op(), step.op())?.op(), one.op())
}

impl<'a> Borrowed<'a, PyRange> {
    fn start(self) -> Op<'a> {
        // SAFETY: the fields are live objects and do not change.
        unsafe { Op::from_ptr((*self.as_ptr()).start) }
    }
    fn stop(self) -> Op<'a> {
        // SAFETY: the fields are live objects and do not change.
        unsafe { Op::from_ptr((*self.as_ptr()).stop) }
    }
    fn step(self) -> Op<'a> {
        // SAFETY: the fields are live objects and do not change.
        unsafe { Op::from_ptr((*self.as_ptr()).step) }
    }
    fn length(self) -> Op<'a> {
        // SAFETY: the fields are live objects and do not change.
        unsafe { Op::from_ptr((*self.as_ptr()).length) }
    }
}

fn len(range: Range<'_>) -> PyResult<usize> {
    int::as_isize(range.length()).map(|n| n as usize)
}

fn truth(range: Range<'_>) -> PyResult<bool> {
    Ok(int::sign(range.length()) != 0)
}

/// `start + index * step`.
fn value_at(start: Op<'_>, index: Op<'_>, step: Op<'_>) -> PyResult {
    if let (Some(start), Some(index), Some(step)) =
        (int::fits_i64(start), int::fits_i64(index), int::fits_i64(step))
        && let Some(value) = index.checked_mul(step).and_then(|offset| start.checked_add(offset))
    {
        return int::from_i64(value);
    }
    number::add(start, number::multiply(index, step)?.op())
}

/// The item at an index that may count from the end.
fn item_at(range: Range<'_>, index: Op<'_>) -> PyResult {
    let index = if int::is_negative(index) { number::add(range.length(), index)? } else { index.to_owned() };
    if int::is_negative(index.op()) || object::rich_compare_bool(index.op(), range.length(), Py_GE)? {
        return Err(raise!(IndexError, "range object index out of range"));
    }
    value_at(range.start(), index.op(), range.step())
}

fn item(range: Range<'_>, index: isize) -> PyResult {
    item_at(range, int::from_isize(index)?.op())
}

fn subscript(range: Range<'_>, key: Op<'_>) -> PyResult {
    if number::check_index(key) {
        return item_at(range, number::index(key)?.op());
    }
    let Some(key) = key.downcast::<PySliceObject>() else {
        let name: String = key.type_name().chars().take(200).collect();
        return Err(raise!(TypeError, "range indices must be integers or slices, not {name}"));
    };
    let (start, stop, step) = slice::long_indices(key, range.length())?;
    let new_step = number::multiply(range.step(), step.op())?;
    let start = value_at(range.start(), start.op(), range.step())?;
    let stop = value_at(range.start(), stop.op(), range.step())?;
    make(start, stop, new_step)
}

/// Whether an int, found by arithmetic, is one of the values.
fn contains_int(range: Range<'_>, value: Op<'_>) -> PyResult<bool> {
    let (start, stop, step) = (range.start(), range.stop(), range.step());
    let inside = if int::is_negative(step) {
        object::rich_compare_bool(value, start, Py_LE)? && object::rich_compare_bool(stop, value, Py_LT)?
    } else {
        object::rich_compare_bool(start, value, Py_LE)? && object::rich_compare_bool(value, stop, Py_LT)?
    };
    if !inside {
        return Ok(false);
    }
    let offset = number::subtract(value, start)?;
    Ok(int::sign(number::remainder(offset.op(), step)?.op()) == 0)
}

fn is_plain_int(op: Op<'_>) -> bool {
    op.is_exact::<PyLongObject>() || op.is_exact_bool()
}

/// Calls `found` with the index of each item that equals `value`, until it says stop.
fn search(range: Range<'_>, value: Op<'_>, mut found: impl FnMut(usize) -> bool) -> PyResult<()> {
    let iterator = object::get_iter(range.as_object())?;
    let mut index = 0;
    while let Some(item) = iter::next(iterator.op())? {
        if object::rich_compare_bool(item.op(), value, Py_EQ)? && found(index) {
            break;
        }
        index += 1;
    }
    Ok(())
}

fn contains(range: Range<'_>, value: Op<'_>) -> PyResult<bool> {
    if is_plain_int(value) {
        return contains_int(range, value);
    }
    let mut result = false;
    search(range, value, |_| {
        result = true;
        true
    })?;
    Ok(result)
}

fn count(range: Range<'_>, value: Op<'_>) -> PyResult {
    if is_plain_int(value) {
        return Ok(int::small(contains_int(range, value)? as isize));
    }
    let mut n = 0;
    search(range, value, |_| {
        n += 1;
        false
    })?;
    int::from_usize(n)
}

fn index(range: Range<'_>, value: Op<'_>) -> PyResult {
    if !is_plain_int(value) {
        let mut result = None;
        search(range, value, |index| {
            result = Some(index);
            true
        })?;
        let index = result.ok_or_else(|| raise!(ValueError, "sequence.index(x): x not in sequence"))?;
        return int::from_usize(index);
    }
    if !contains_int(range, value)? {
        return Err(raise!(ValueError, "range.index(x): x not in range"));
    }
    let offset = number::subtract(value, range.start())?;
    number::floor_divide(offset.op(), range.step())
}

/// Equal ranges have equal values: what they started from does not count.
fn equal(a: Range<'_>, b: Range<'_>) -> PyResult<bool> {
    if a.is(b) {
        return Ok(true);
    }
    if !object::equal(a.length(), b.length())? {
        return Ok(false);
    }
    if int::sign(a.length()) == 0 {
        return Ok(true);
    }
    if !object::equal(a.start(), b.start())? {
        return Ok(false);
    }
    if int::fits_i64(a.length()) == Some(1) {
        return Ok(true);
    }
    object::equal(a.step(), b.step())
}

fn richcompare(a: Range<'_>, b: Op<'_>, op: c_int) -> PyResult {
    let Some(b) = b.downcast_exact::<PyRange>() else { return not_implemented() };
    match op {
        Py_EQ => Ok(singletons::new_bool(equal(a, b)?)),
        Py_NE => Ok(singletons::new_bool(!equal(a, b)?)),
        _ => not_implemented(),
    }
}

fn hash(range: Range<'_>) -> PyResult<Py_hash_t> {
    let none = singletons::none();
    let (start, step) = match int::fits_i64(range.length()) {
        Some(0) => (none, none),
        Some(1) => (range.start(), none),
        _ => (range.start(), range.step()),
    };
    object::hash(tuple::pack(&[range.length(), start, step])?.op())
}

fn repr(range: Range<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let text = |op: Op<'_>| -> PyResult<_> { Ok(str::to_string_lossy(object::repr(op)?.op())) };
    let (start, stop) = (text(range.start())?, text(range.stop())?);
    str::from_string(match int::fits_i64(range.step()) {
        Some(1) => format!("range({start}, {stop})"),
        _ => format!("range({start}, {stop}, {})", text(range.step())?),
    })
}

fn reduce(range: Range<'_>) -> PyResult {
    let fields = tuple::pack(&[range.start(), range.stop(), range.step()])?;
    tuple::pack(&[range.ob_type().as_object(), fields.op()])
}

fn new_iterator(range: Range<'_>) -> PyResult {
    let bounds = (int::fits_i64(range.start()), int::fits_i64(range.stop()), int::fits_i64(range.step()));
    if let (Some(start), Some(stop), Some(step)) = bounds {
        let n = length_of(start, stop, step);
        // The value behind the last one must be a C integer, too.
        let end = i128::from(start) + i128::from(n) * i128::from(step);
        if n <= i64::MAX as u64 && i64::try_from(end).is_ok() {
            return new_fast(start, step, n as i64);
        }
    }
    new_long(range.start().to_owned(), range.step().to_owned(), range.length().to_owned())
}

fn reversed(range: Range<'_>) -> PyResult {
    let one = int::small(1);
    let last = number::subtract(range.length(), one.op())?;
    let start = value_at(range.start(), last.op(), range.step())?;
    let step = number::negative(range.step())?;
    if let (Some(start), Some(step), Some(n)) =
        (int::fits_i64(start.op()), int::fits_i64(step.op()), int::fits_i64(range.length()))
        && i64::try_from(i128::from(start) + i128::from(n) * i128::from(step)).is_ok()
    {
        return new_fast(start, step, n);
    }
    new_long(start, step, range.length().to_owned())
}

fn dealloc(range: Range<'_>) {
    // SAFETY: the count is 0; the fields' references are given back once.
    unsafe {
        let fields = [range.start, range.stop, range.step, range.length].map(|field| Object::steal(field));
        alloc::free_object(range.as_object_ptr());
        drop(fields);
    }
}

/// The iterator over a range whose values are C integers.
#[repr(C)]
pub struct PyRangeIter {
    pub ob_base: PyObject,
    /// The next value.
    pub start: Cell<i64>,
    pub step: i64,
    /// How many values are left.
    pub len: Cell<i64>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for PyRangeIter {}
crate::assert_layout!(PyRangeIter { size: 40, start: 16, step: 24, len: 32 });

fn new_fast(start: i64, step: i64, len: i64) -> PyResult {
    // SAFETY: a static type; the fields are plain numbers.
    unsafe {
        let iterator = alloc::new_object::<PyRangeIter>(Borrowed::from_ptr(&raw mut PyRangeIter_Type))?;
        let fields = iterator.as_ptr();
        (&raw mut (*fields).start).write(Cell::new(start));
        (&raw mut (*fields).step).write(step);
        (&raw mut (*fields).len).write(Cell::new(len));
        Ok(iterator.into_object())
    }
}

impl Borrowed<'_, PyRangeIter> {
    /// The next value, or `None` at the end.
    #[inline]
    pub fn advance(self) -> Option<i64> {
        let len = self.len.get();
        if len <= 0 {
            return None;
        }
        let value = self.start.get();
        self.start.set(value.wrapping_add(self.step));
        self.len.set(len - 1);
        Some(value)
    }
}

fn next(iterator: Borrowed<'_, PyRangeIter>) -> PyResult<Option<Object>> {
    iterator.advance().map(int::from_i64).transpose()
}

fn length_hint(iterator: Borrowed<'_, PyRangeIter>) -> PyResult {
    int::from_i64(iterator.len.get())
}

/// `(iter, (range,), None)`.
fn reduce_iterator(range: Object) -> PyResult {
    // SAFETY: the builtins' dict lives as long as the interpreter.
    let builtins = unsafe { Borrowed::<PyDictObject>::from_nullable(state::interp().builtins.get().cast()) };
    let name = str::intern("iter")?;
    let iter = match builtins {
        Some(builtins) => dict::get_item(builtins, name.op())?,
        None => None,
    };
    let iter = iter.ok_or_else(|| exceptions::set_key_error(name.op()))?;
    let arguments = tuple::from_vec(vec![range])?;
    tuple::pack(&[iter.op(), arguments.op(), singletons::none()])
}

fn reduce_fast(iterator: Borrowed<'_, PyRangeIter>) -> PyResult {
    let (start, step) = (iterator.start.get(), iterator.step);
    let stop = start.wrapping_add(iterator.len.get().wrapping_mul(step));
    reduce_iterator(make(int::from_i64(start)?, int::from_i64(stop)?, int::from_i64(step)?)?)
}

fn set_state_fast(iterator: Borrowed<'_, PyRangeIter>, index: Op<'_>) -> PyResult<()> {
    let index = int::as_i64(index)?.clamp(0, iterator.len.get());
    iterator.start.set(iterator.start.get().wrapping_add(index.wrapping_mul(iterator.step)));
    iterator.len.set(iterator.len.get() - index);
    Ok(())
}

fn dealloc_fast(iterator: Borrowed<'_, PyRangeIter>) {
    // SAFETY: the count is 0, and the object owns nothing.
    unsafe { alloc::free_object(iterator.as_object_ptr()) };
}

/// The iterator over a range of ints of any size.
#[repr(C)]
pub struct LongRangeIter {
    pub ob_base: PyObject,
    start: Cell<*mut PyObject>,
    step: *mut PyObject,
    len: Cell<*mut PyObject>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for LongRangeIter {}

fn new_long(start: Object, step: Object, len: Object) -> PyResult {
    // SAFETY: a static type; the fields take the references over.
    unsafe {
        let iterator = alloc::new_object::<LongRangeIter>(Borrowed::from_ptr(&raw mut PyLongRangeIter_Type))?;
        let fields = iterator.as_ptr();
        (&raw mut (*fields).start).write(Cell::new(start.into_ptr()));
        (&raw mut (*fields).step).write(step.into_ptr());
        (&raw mut (*fields).len).write(Cell::new(len.into_ptr()));
        Ok(iterator.into_object())
    }
}

impl Borrowed<'_, LongRangeIter> {
    /// Start, step and length, owned: another use of the iterator may replace them.
    fn fields(self) -> (Object, Object, Object) {
        // SAFETY: the fields hold live objects.
        unsafe {
            (Object::new_ref(self.start.get()), Object::new_ref(self.step), Object::new_ref(self.len.get()))
        }
    }

    fn set(self, start: Object, len: Object) {
        // SAFETY: the fields own what they held before.
        let old = unsafe {
            (
                Object::steal(self.start.replace(start.into_ptr())),
                Object::steal(self.len.replace(len.into_ptr())),
            )
        };
        drop(old);
    }
}

fn next_long(iterator: Borrowed<'_, LongRangeIter>) -> PyResult<Option<Object>> {
    let (start, step, len) = iterator.fields();
    if int::sign(len.op()) <= 0 {
        return Ok(None);
    }
    let one = int::small(1);
    let rest = number::subtract(len.op(), one.op())?;
    let following = number::add(start.op(), step.op())?;
    iterator.set(following, rest);
    Ok(Some(start))
}

fn length_hint_long(iterator: Borrowed<'_, LongRangeIter>) -> PyResult {
    Ok(iterator.fields().2)
}

fn reduce_long(iterator: Borrowed<'_, LongRangeIter>) -> PyResult {
    let (start, step, len) = iterator.fields();
    let stop = number::add(start.op(), number::multiply(len.op(), step.op())?.op())?;
    reduce_iterator(make(start, stop, step)?)
}

fn set_state_long(iterator: Borrowed<'_, LongRangeIter>, index: Op<'_>) -> PyResult<()> {
    if !index.is_instance::<PyLongObject>() {
        return Err(raise!(TypeError, "state must be an int, not {}", index.type_name()));
    }
    let (start, step, len) = iterator.fields();
    let index = if int::is_negative(index) {
        int::small(0)
    } else if object::rich_compare_bool(index, len.op(), Py_GT)? {
        len.clone()
    } else {
        index.to_owned()
    };
    let offset = number::multiply(index.op(), step.op())?;
    let start = number::add(start.op(), offset.op())?;
    let len = number::subtract(len.op(), index.op())?;
    iterator.set(start, len);
    Ok(())
}

fn dealloc_long(iterator: Borrowed<'_, LongRangeIter>) {
    // SAFETY: the count is 0; the fields' references are given back once.
    unsafe {
        let fields =
            [iterator.start.get(), iterator.step, iterator.len.get()].map(|field| Object::steal(field));
        alloc::free_object(iterator.as_object_ptr());
        drop(fields);
    }
}

const METHODS: &[PyMethodDef] = &[
    method::noargs(c"__reversed__", reversed, c"__reversed__($self, /)\n--\n\nIterate from the last value to the first."),
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\n"),
    method::o(c"count", count, c"count($self, object, /)\n--\n\nHow many values equal the object."),
    method::o(c"index", index, c"index($self, object, /)\n--\n\nThe index of the first value that equals the object; ValueError if none does."),
    PyMethodDef::EMPTY,
];

static MEMBERS: [PyMemberDef; 4] = [
    PyMemberDef::read_only(c"start", Py_T_OBJECT_EX, offset_of!(PyRange, start)),
    PyMemberDef::read_only(c"stop", Py_T_OBJECT_EX, offset_of!(PyRange, stop)),
    PyMemberDef::read_only(c"step", Py_T_OBJECT_EX, offset_of!(PyRange, step)),
    PyMemberDef::EMPTY,
];

macro_rules! iterator_methods {
    ($name:ident, $hint:ident, $reduce:ident, $set_state:ident) => {
        const $name: &[PyMethodDef] = &[
            method::noargs(
                c"__length_hint__",
                $hint,
                c"__length_hint__($self, /)\n--\n\nHow many values are left.",
            ),
            method::noargs(c"__reduce__", $reduce, c"__reduce__($self, /)\n--\n\nWhat pickling stores."),
            method::o(
                c"__setstate__",
                $set_state,
                c"__setstate__($self, object, /)\n--\n\nTake the position back from pickling.",
            ),
            PyMethodDef::EMPTY,
        ];
    };
}
iterator_methods!(FAST_METHODS, length_hint, reduce_fast, set_state_fast);
iterator_methods!(LONG_METHODS, length_hint_long, reduce_long, set_state_long);

static mut AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_bool: slot::truth(truth), ..PyNumberMethods::EMPTY };
static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(len),
    sq_item: slot::ssizearg(item),
    sq_contains: slot::contains(contains),
    ..PySequenceMethods::EMPTY
};
static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(len),
    mp_subscript: slot::binary(subscript),
    ..PyMappingMethods::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyRange_Type: PyTypeObject = PyTypeObject {
    tp_name: c"range".as_ptr(),
    tp_basicsize: size_of::<PyRange>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: &raw mut AS_NUMBER,
    tp_as_sequence: &raw mut AS_SEQUENCE,
    tp_as_mapping: &raw mut AS_MAPPING,
    tp_hash: slot::hash(hash),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_SEQUENCE,
    tp_doc: c"range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nThe ints from start (0 if not given) to before stop, step (1 if not given) apart:\nrange(i, j) has i, i+1, i+2, ..., j-1. A negative step counts down.".as_ptr(),
    tp_richcompare: slot::richcompare(richcompare),
    tp_iter: slot::unary(new_iterator),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_new: slot::new(construct),
    tp_vectorcall: slot::vectorcall(vectorcall),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyRange, PyRange_Type);

#[unsafe(no_mangle)]
pub static mut PyRangeIter_Type: PyTypeObject = PyTypeObject {
    tp_name: c"range_iterator".as_ptr(),
    tp_basicsize: size_of::<PyRangeIter>() as isize,
    tp_dealloc: slot::dealloc(dealloc_fast),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(next),
    tp_methods: FAST_METHODS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyRangeIter, PyRangeIter_Type);

#[unsafe(no_mangle)]
pub static mut PyLongRangeIter_Type: PyTypeObject = PyTypeObject {
    tp_name: c"longrange_iterator".as_ptr(),
    tp_basicsize: size_of::<LongRangeIter>() as isize,
    tp_dealloc: slot::dealloc(dealloc_long),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(next_long),
    tp_methods: LONG_METHODS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(LongRangeIter, PyLongRangeIter_Type);
