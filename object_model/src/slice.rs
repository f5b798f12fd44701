//! The `slice` type.
//!
//! `unpack` reads the three fields as sizes, `adjust_indices` fits them to a
//! sequence. Reading runs `__index__` methods, which may change the sequence:
//! take its length in between.

use core::ffi::c_int;
use core::mem::offset_of;

use crate::define::{method, not_implemented};
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, TypeRef, Visitor, gc, int, number, object, raise,
    singletons, slot, str, tuple,
};

type Slice<'a> = Borrowed<'a, PySliceObject>;

/// `slice(start, stop, step)`; `None` stands for Python's.
pub fn new(start: Option<Op<'_>>, stop: Option<Op<'_>>, step: Option<Op<'_>>) -> PyResult {
    fn field(op: Option<Op<'_>>) -> *mut PyObject {
        op.map_or_else(singletons::new_none, Op::to_owned).into_ptr()
    }
    // SAFETY: a static type; the fields are filled in before the collector sees the object.
    unsafe {
        let result = gc::alloc(Borrowed::from_ptr(&raw mut PySlice_Type), 0)?;
        let slice = result.as_ptr().cast::<PySliceObject>();
        (*slice).start = field(start);
        (*slice).stop = field(stop);
        (*slice).step = field(step);
        gc::track(result.as_ptr());
        Ok(result)
    }
}

/// A slice of two sizes.
pub fn from_indices(start: isize, stop: isize) -> PyResult {
    let (start, stop) = (int::from_isize(start)?, int::from_isize(stop)?);
    new(Some(start.op()), Some(stop.op()), None)
}

impl<'a> Borrowed<'a, PySliceObject> {
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
}

fn bad_index() -> crate::Raised {
    raise!(TypeError, "slice indices must be integers or None or have an __index__ method")
}

/// One field that is not `None`, clipped to a size (`_PyEval_SliceIndex`).
pub fn eval_index(op: Op<'_>) -> PyResult<isize> {
    if !number::check_index(op) {
        return Err(bad_index());
    }
    number::as_ssize_t(op, None)
}

/// Start, stop and step as sizes, not yet fitted to a sequence (`PySlice_Unpack`).
pub fn unpack(slice: Borrowed<'_, PySliceObject>) -> PyResult<(isize, isize, isize)> {
    let mut step = 1;
    if !slice.step().is_none() {
        step = eval_index(slice.step())?;
        if step == 0 {
            return Err(raise!(ValueError, "slice step cannot be zero"));
        }
        // So that its negative is a size, too.
        step = step.max(-isize::MAX);
    }
    let start = match slice.start() {
        op if !op.is_none() => eval_index(op)?,
        _ if step < 0 => isize::MAX,
        _ => 0,
    };
    let stop = match slice.stop() {
        op if !op.is_none() => eval_index(op)?,
        _ if step < 0 => isize::MIN,
        _ => isize::MAX,
    };
    Ok((start, stop, step))
}

/// Fits start and stop to a sequence of `len` items and gives how many the slice has (`PySlice_AdjustIndices`).
pub fn adjust_indices(len: usize, start: &mut isize, stop: &mut isize, step: isize) -> usize {
    adjust_signed(len as isize, start, stop, step)
}

/// The same for a length that C code passes, which may be negative.
pub fn adjust_signed(len: isize, start: &mut isize, stop: &mut isize, step: isize) -> usize {
    debug_assert!(step != 0 && step >= -isize::MAX);
    for bound in [&mut *start, &mut *stop] {
        if *bound < 0 {
            *bound += len;
            if *bound < 0 {
                *bound = if step < 0 { -1 } else { 0 };
            }
        } else if *bound >= len {
            *bound = if step < 0 { len - 1 } else { len };
        }
    }
    if step < 0 && *stop < *start {
        ((*start - *stop - 1) / -step + 1) as usize
    } else if step > 0 && *start < *stop {
        ((*stop - *start - 1) / step + 1) as usize
    } else {
        0
    }
}

/// Start, stop, step and count for a sequence of `len` items (`PySlice_GetIndicesEx`).
pub fn indices_ex(slice: Borrowed<'_, PySliceObject>, len: usize) -> PyResult<(isize, isize, isize, usize)> {
    let (mut start, mut stop, step) = unpack(slice)?;
    let count = adjust_indices(len, &mut start, &mut stop, step);
    Ok((start, stop, step, count))
}

/// One field as an int of any size.
fn long_index(op: Op<'_>) -> PyResult {
    if !number::check_index(op) {
        return Err(bad_index());
    }
    number::index(op)
}

/// Start, stop and step fitted to a sequence of `length` items, which may be any int (`_PySlice_GetLongIndices`).
pub fn long_indices(
    slice: Borrowed<'_, PySliceObject>,
    length: Op<'_>,
) -> PyResult<(Object, Object, Object)> {
    let step = if slice.step().is_none() { int::small(1) } else { long_index(slice.step())? };
    let backwards = match int::sign(step.op()) {
        0 => return Err(raise!(ValueError, "slice step cannot be zero")),
        sign => sign < 0,
    };
    let (lower, upper) = if backwards {
        let lower = int::small(-1);
        let upper = number::add(length, lower.op())?;
        (lower, upper)
    } else {
        (int::small(0), length.to_owned())
    };
    let fit = |op: Op<'_>, default: &Object| -> PyResult {
        if op.is_none() {
            return Ok(default.clone());
        }
        let mut bound = long_index(op)?;
        if int::is_negative(bound.op()) {
            bound = number::add(bound.op(), length)?;
            if object::rich_compare_bool(bound.op(), lower.op(), Py_LT)? {
                bound = lower.clone();
            }
        } else if object::rich_compare_bool(bound.op(), upper.op(), Py_GT)? {
            bound = upper.clone();
        }
        Ok(bound)
    };
    let start = fit(slice.start(), if backwards { &upper } else { &lower })?;
    let stop = fit(slice.stop(), if backwards { &lower } else { &upper })?;
    Ok((start, stop, step))
}

fn indices(slice: Slice<'_>, length: Op<'_>) -> PyResult {
    let length = number::index(length)?;
    if int::is_negative(length.op()) {
        return Err(raise!(ValueError, "length should not be negative"));
    }
    let (start, stop, step) = long_indices(slice, length.op())?;
    tuple::from_vec(vec![start, stop, step])
}

fn reduce(slice: Slice<'_>) -> PyResult {
    let fields = tuple::pack(&[slice.start(), slice.stop(), slice.step()])?;
    tuple::pack(&[slice.ob_type().as_object(), fields.op()])
}

fn repr(slice: Slice<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let text = |op: Op<'_>| -> PyResult<_> { Ok(str::to_wtf8(object::repr(op)?.borrow())) };
    let mut result = rustpython_wtf8::Wtf8Buf::from("slice(");
    result.push_wtf8(&text(slice.start())?);
    result.push_str(", ");
    result.push_wtf8(&text(slice.stop())?);
    result.push_str(", ");
    result.push_wtf8(&text(slice.step())?);
    result.push_str(")");
    str::from_wtf8(&result)
}

fn hash(slice: Slice<'_>) -> PyResult<Py_hash_t> {
    const PRIME_1: u64 = 11400714785074694791;
    const PRIME_2: u64 = 14029467366897019727;
    const PRIME_5: u64 = 2870177450012600261;
    let mut hash = PRIME_5;
    for field in [slice.start(), slice.stop(), slice.step()] {
        let lane = object::hash(field)? as u64;
        hash = hash.wrapping_add(lane.wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1);
    }
    Ok(if hash == u64::MAX { 1546275796 } else { hash as Py_hash_t })
}

/// Slices compare like tuples of their fields.
fn richcompare(a: Slice<'_>, b: Op<'_>, op: c_int) -> PyResult {
    let Some(b) = b.downcast_exact::<PySliceObject>() else { return not_implemented() };
    if a.is(b) {
        return Ok(singletons::new_bool(matches!(op, Py_EQ | Py_LE | Py_GE)));
    }
    let a = tuple::pack(&[a.start(), a.stop(), a.step()])?;
    let b = tuple::pack(&[b.start(), b.stop(), b.step()])?;
    object::rich_compare(a.op(), b.op(), op)
}

fn construct(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let [first, second, step] = args.optional::<3>("slice", 1)?;
    match second {
        None => new(None, first, None),
        Some(_) => new(first, second, step),
    }
}

fn traverse(slice: Slice<'_>, visitor: &mut Visitor) {
    visitor.visit(slice.start);
    visitor.visit(slice.stop);
    visitor.visit(slice.step);
}

fn dealloc(slice: Slice<'_>) {
    gc::untrack(slice.as_object_ptr());
    // SAFETY: the count is 0, so the fields' references are given back once and the memory last.
    unsafe {
        let fields = [slice.start, slice.stop, slice.step].map(|field| Object::steal(field));
        gc::delete(slice.as_object_ptr());
        drop(fields);
    }
}

const METHODS: &[PyMethodDef] = &[
    method::o(c"indices", indices, c"indices($self, object, /)\n--\n\nFit the slice to a sequence of the given length: gives start, stop and step."),
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\nWhat pickling stores."),
    PyMethodDef::EMPTY,
];

static MEMBERS: [PyMemberDef; 4] = [
    PyMemberDef::read_only(c"start", _Py_T_OBJECT, offset_of!(PySliceObject, start)),
    PyMemberDef::read_only(c"stop", _Py_T_OBJECT, offset_of!(PySliceObject, stop)),
    PyMemberDef::read_only(c"step", _Py_T_OBJECT, offset_of!(PySliceObject, step)),
    PyMemberDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PySlice_Type: PyTypeObject = PyTypeObject {
    tp_name: c"slice".as_ptr(),
    tp_basicsize: size_of::<PySliceObject>() as isize,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_hash: slot::hash(hash),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"slice(stop)\nslice(start, stop[, step])\n\nWhat a[start:stop:step] passes to a's __getitem__."
        .as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_richcompare: slot::richcompare(richcompare),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_members: (&raw const MEMBERS).cast_mut().cast(),
    tp_new: slot::new(construct),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PySliceObject, PySlice_Type);
