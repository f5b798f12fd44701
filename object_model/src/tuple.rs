//! The `tuple` type: a fixed row of references behind the header.
//!
//! A tuple from `new_unfilled` has null cells until its maker fills them; no Python
//! code may see it before. The hash is computed once and kept in `ob_hash`.
//!
//! Layout: `layout/tuple.rs`. The empty tuple is one immortal object.

use core::ffi::c_int;
use core::ptr;
use core::slice as rust_slice;

use rustpython_wtf8::Wtf8Buf;

use crate::define::same_slot;
use crate::iter::builtin;
use crate::layout::*;
use crate::refs::Field;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, PyTyped, TypeRef, Visitor, call, free_lists, gc, int,
    method, number, object, raise, singletons, slice as slice_object, slot, str, type_object,
};

type Tuple<'a> = Borrowed<'a, PyTupleObject>;

#[repr(C)]
struct StaticTuple {
    head: PyGC_Head,
    tuple: PyTupleObject,
}

static mut EMPTY: StaticTuple = StaticTuple {
    head: PyGC_Head { _gc_next: 0, _gc_prev: 0 },
    tuple: PyTupleObject {
        ob_base: PyVarObject {
            ob_base: PyObject { ob_type: &raw mut PyTuple_Type, ..PyObject::STATIC_IMMORTAL },
            ob_size: 0,
        },
        ob_hash: -1,
        ob_item: [ptr::null_mut()],
    },
};

#[inline]
pub fn len(tuple: Tuple<'_>) -> usize {
    tuple.ob_base.ob_size as usize
}

/// The address of the first cell.
#[inline]
pub fn item_ptr(tuple: Tuple<'_>) -> *mut *mut PyObject {
    // SAFETY: the cells lie behind the header of the same block.
    unsafe { (&raw mut (*tuple.as_ptr()).ob_item).cast() }
}

/// The items, which a finished tuple never changes.
#[inline]
pub fn items<'a>(tuple: Tuple<'a>) -> &'a [*mut PyObject] {
    // SAFETY: `ob_size` cells stand at `ob_item`.
    unsafe { rust_slice::from_raw_parts(item_ptr(tuple), len(tuple)) }
}

/// The items as references.
#[inline]
pub fn refs<'a>(tuple: Tuple<'a>) -> &'a [Op<'a>] {
    // SAFETY: the cells of a finished tuple hold live objects, which it keeps alive;
    // `Borrowed` is a transparent pointer.
    unsafe { rust_slice::from_raw_parts(item_ptr(tuple).cast(), len(tuple)) }
}

#[inline]
pub fn get<'a>(tuple: Tuple<'a>, index: usize) -> Op<'a> {
    refs(tuple)[index]
}

/// `()`.
#[inline]
pub fn empty() -> Object {
    // SAFETY: immortal.
    unsafe { Owned::steal((&raw mut EMPTY.tuple).cast()) }
}

/// A tuple whose cells are null; the maker fills them and then calls `gc::track`, unless none of
/// the items could be tracked itself.
fn allocate(len: usize) -> PyResult<Owned<PyTupleObject>> {
    if len > (isize::MAX as usize - size_of::<PyTupleObject>()) / size_of::<*mut PyObject>() {
        return Err(crate::errors::no_memory());
    }
    let size = size_of::<PyTupleObject>() + (len - 1) * size_of::<*mut PyObject>();
    let mut op = ptr::null_mut();
    if let Some(list) = free_lists::current().tuples.get(len - 1) {
        op = list.pop::<PyObject>();
    }
    // SAFETY: a new object of the tuple type with room for `len` cells.
    unsafe {
        if op.is_null() {
            op = gc::alloc_uninit(PyTupleObject::type_ref(), size)?;
        } else {
            crate::alloc::init_header(op, PyTupleObject::type_ptr());
            gc::count_allocation();
        }
        let result: Owned<PyTupleObject> = Owned::steal(op.cast());
        (*result.as_ptr()).ob_base.ob_size = len as isize;
        (*result.as_ptr()).ob_hash = -1;
        ptr::write_bytes(item_ptr(result.borrow()), 0, len);
        Ok(result)
    }
}

/// A tuple whose cells are null and wait to be filled (`PyTuple_New`).
pub fn new_unfilled(len: usize) -> PyResult<Owned<PyTupleObject>> {
    if len == 0 {
        // SAFETY: the empty tuple is a tuple.
        return Ok(unsafe { empty().cast_unchecked() });
    }
    let result = allocate(len)?;
    gc::track(result.as_object_ptr());
    Ok(result)
}

/// A tuple over new references to `items`.
pub fn from_refs<'a>(items: impl ExactSizeIterator<Item = Op<'a>>) -> PyResult {
    let n = items.len();
    if n == 0 {
        return Ok(empty());
    }
    let result = allocate(n)?;
    let cells = item_ptr(result.borrow());
    let mut track = false;
    for (index, item) in items.enumerate().take(n) {
        track |= gc::has_gc_type(item);
        // SAFETY: `index < n`, and the cell is null.
        unsafe { *cells.add(index) = item.to_owned().into_ptr() };
    }
    if track {
        gc::track(result.as_object_ptr());
    }
    Ok(result.into_object())
}

/// A tuple that takes over `items`.
pub fn from_vec(items: Vec<Object>) -> PyResult {
    from_iter(items.into_iter())
}

/// A tuple of two items: what most iterators over pairs give.
#[inline]
pub fn pair(first: Object, second: Object) -> PyResult {
    from_iter([first, second].into_iter())
}

/// A tuple that takes over the items of an iterator that runs no Python.
pub fn from_iter(mut items: impl ExactSizeIterator<Item = Object>) -> PyResult {
    let n = items.len();
    if n == 0 {
        return Ok(empty());
    }
    let result = allocate(n).inspect_err(|_| items.by_ref().for_each(drop))?;
    let cells = item_ptr(result.borrow());
    let mut track = false;
    for (index, item) in items.enumerate().take(n) {
        track |= gc::has_gc_type(item.op());
        // SAFETY: `index < n`, and the cell is null.
        unsafe { *cells.add(index) = item.into_ptr() };
    }
    if track {
        gc::track(result.as_object_ptr());
    }
    Ok(result.into_object())
}

/// A tuple over new references to the `n` objects at `cells`.
///
/// # Safety
/// `cells` holds `n` live objects, and allocation does not change them.
pub unsafe fn from_cells(cells: *const *mut PyObject, n: usize) -> PyResult {
    if n == 0 {
        return Ok(empty());
    }
    let result = allocate(n)?;
    let target = item_ptr(result.borrow());
    let mut track = false;
    for index in 0..n {
        // SAFETY: the caller's promise, and `target` has `n` cells.
        unsafe {
            let item = *cells.add(index);
            track |= gc::has_gc_type(Op::from_ptr(item));
            object::incref(item);
            *target.add(index) = item;
        }
    }
    if track {
        gc::track(result.as_object_ptr());
    }
    Ok(result.into_object())
}

/// A tuple of new references (`PyTuple_Pack`).
pub fn pack(items: &[Op<'_>]) -> PyResult {
    from_refs(items.iter().copied())
}

/// `tuple[start:end]`, bounds cut to the tuple (`PyTuple_GetSlice`).
pub fn slice(tuple: Tuple<'_>, start: usize, end: usize) -> PyResult {
    let end = end.min(len(tuple));
    let start = start.min(end);
    if start == 0 && end == len(tuple) && tuple.is_exact::<PyTupleObject>() {
        return Ok(tuple.to_owned().into_object());
    }
    from_refs(refs(tuple)[start..end].iter().copied())
}

/// Stops tracking a tuple none of whose items can be part of a cycle; the collector calls it.
pub fn maybe_untrack(tuple: Tuple<'_>) {
    if !tuple.is_exact::<PyTupleObject>() || !gc::is_tracked(tuple.as_object_ptr()) {
        return;
    }
    for &item in items(tuple) {
        // A cell may still be null: somebody is filling the tuple.
        // SAFETY: a cell that is not null holds a live object.
        let Some(item) = (unsafe { Op::from_nullable(item) }) else { return };
        let may_be_tracked =
            gc::is_gc(item) && (!item.is_exact::<PyTupleObject>() || gc::is_tracked(item.as_ptr()));
        if may_be_tracked {
            return;
        }
    }
    gc::untrack(tuple.as_object_ptr());
}

fn dealloc(tuple: Tuple<'_>) {
    let op = tuple.as_object_ptr();
    gc::untrack(op);
    for &item in items(tuple).iter().rev() {
        // SAFETY: the tuple owned the reference, and nobody looks at the cell any more.
        drop(unsafe { Object::steal_nullable(item) });
    }
    // SAFETY: the references are gone.
    unsafe {
        match free_lists::current().tuples.get(len(tuple).wrapping_sub(1)) {
            Some(list) => gc::free_to(list, free_lists::MOST_TUPLES, op, PyTupleObject::type_ptr()),
            None => crate::alloc::free_object(op),
        }
    }
}

fn traverse(tuple: Tuple<'_>, visitor: &mut Visitor) {
    for &item in items(tuple) {
        visitor.visit(item);
    }
}

fn repr(tuple: Tuple<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if len(tuple) == 0 {
        return str::from_str("()");
    }
    if call::repr_enter(tuple.as_object())? {
        return str::from_str("(...)");
    }
    let result = repr_items(tuple);
    call::repr_leave(tuple.as_object());
    str::from_wtf8(&result?)
}

fn repr_items(tuple: Tuple<'_>) -> PyResult<Wtf8Buf> {
    let mut text = Wtf8Buf::new();
    text.push_str("(");
    for (index, &item) in items(tuple).iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        // SAFETY: a live item, or null in a tuple that C code has not filled yet.
        match unsafe { Op::from_nullable(item) } {
            Some(item) => text.push_wtf8(&str::to_wtf8(object::repr(item)?.borrow())),
            None => text.push_str("<NULL>"),
        }
    }
    text.push_str(if len(tuple) == 1 { ",)" } else { ")" });
    Ok(text)
}

const XXPRIME_1: usize = 11400714785074694791;
const XXPRIME_2: usize = 14029467366897019727;
const XXPRIME_5: usize = 2870177450012600261;

/// A slightly simplified xxHash over the hashes of the items.
fn hash(tuple: Tuple<'_>) -> PyResult<Py_hash_t> {
    let known = tuple.ob_hash;
    if known != -1 {
        return Ok(known);
    }
    crate::call::enter_recursive(" while hashing a tuple")?;
    let mut accumulator = XXPRIME_5;
    for &item in refs(tuple) {
        let lane = object::hash(item)? as usize;
        accumulator = accumulator.wrapping_add(lane.wrapping_mul(XXPRIME_2));
        accumulator = accumulator.rotate_left(31).wrapping_mul(XXPRIME_1);
    }
    accumulator = accumulator.wrapping_add(len(tuple) ^ (XXPRIME_5 ^ 3527539));
    let result = if accumulator == usize::MAX { 1546275796 } else { accumulator as Py_hash_t };
    // SAFETY: the tuple is alive; the field is a cache.
    unsafe { (*tuple.as_ptr()).ob_hash = result };
    Ok(result)
}

fn sq_length(tuple: Tuple<'_>) -> PyResult<usize> {
    Ok(len(tuple))
}

fn sq_contains(tuple: Tuple<'_>, wanted: Op<'_>) -> PyResult<bool> {
    for &item in refs(tuple) {
        if object::rich_compare_bool(item, wanted, Py_EQ)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn sq_item(tuple: Tuple<'_>, index: Py_ssize_t) -> PyResult {
    match refs(tuple).get(index as usize) {
        Some(&item) if index >= 0 => Ok(item.to_owned()),
        _ => Err(raise!(IndexError, "tuple index out of range")),
    }
}

fn sq_concat(tuple: Tuple<'_>, other: Op<'_>) -> PyResult {
    if len(tuple) == 0 && other.is_exact::<PyTupleObject>() {
        return Ok(other.to_owned());
    }
    let Some(other) = other.downcast::<PyTupleObject>() else {
        return Err(raise!(TypeError, "can only concatenate tuple (not \"{}\") to tuple", other.type_name()));
    };
    if len(other) == 0 && tuple.is_exact::<PyTupleObject>() {
        return Ok(tuple.to_owned().into_object());
    }
    let (a, b) = (refs(tuple), refs(other));
    from_refs((0..a.len() + b.len()).map(|index| if index < a.len() { a[index] } else { b[index - a.len()] }))
}

fn sq_repeat(tuple: Tuple<'_>, count: Py_ssize_t) -> PyResult {
    let n = len(tuple);
    if (n == 0 || count == 1) && tuple.is_exact::<PyTupleObject>() {
        return Ok(tuple.to_owned().into_object());
    }
    if n == 0 || count <= 0 {
        return Ok(empty());
    }
    let total = n.checked_mul(count as usize).filter(|&total| total <= isize::MAX as usize / 8);
    let Some(total) = total else { return Err(crate::errors::no_memory()) };
    let items = refs(tuple);
    from_refs((0..total).map(|index| items[index % n]))
}

fn subscript(tuple: Tuple<'_>, key: Op<'_>) -> PyResult {
    if number::check_index(key) {
        let mut index = number::as_ssize_t(key, Some(crate::exceptions::builtin::IndexError()))?;
        if index < 0 {
            index += len(tuple) as isize;
        }
        return sq_item(tuple, index);
    }
    let Some(key) = key.downcast::<PySliceObject>() else {
        return Err(raise!(TypeError, "tuple indices must be integers or slices, not {}", key.type_name()));
    };
    let (mut start, mut stop, step) = slice_object::unpack(key)?;
    let n = slice_object::adjust_indices(len(tuple), &mut start, &mut stop, step);
    if n == 0 {
        return Ok(empty());
    }
    if start == 0 && step == 1 && n == len(tuple) && tuple.is_exact::<PyTupleObject>() {
        return Ok(tuple.to_owned().into_object());
    }
    let items = refs(tuple);
    from_refs((0..n).map(|index| items[(start + index as isize * step) as usize]))
}

fn richcompare(tuple: Tuple<'_>, other: Op<'_>, op: c_int) -> PyResult {
    let (true, Some(other)) = (tuple.is_instance::<PyTupleObject>(), other.downcast::<PyTupleObject>())
    else {
        return Ok(singletons::new_not_implemented());
    };
    let (a, b) = (refs(tuple), refs(other));
    for (&x, &y) in a.iter().zip(b) {
        if object::rich_compare_bool(x, y, Py_EQ)? {
            continue;
        }
        return match op {
            Py_EQ => Ok(singletons::new_false()),
            Py_NE => Ok(singletons::new_true()),
            _ => object::rich_compare(x, y, op),
        };
    }
    Ok(singletons::new_bool(compare_lengths(a.len(), b.len(), op)))
}

/// What a comparison of two rows that agree as far as both go says.
pub(crate) fn compare_lengths(a: usize, b: usize, op: c_int) -> bool {
    match op {
        Py_LT => a < b,
        Py_LE => a <= b,
        Py_EQ => a == b,
        Py_NE => a != b,
        Py_GT => a > b,
        _ => a >= b,
    }
}

fn index(tuple: Tuple<'_>, args: Args<'_>) -> PyResult {
    let [value, start, stop] = args.optional::<3>("index", 1)?;
    let value = value.expect("required");
    let n = len(tuple) as isize;
    let bound = |given: Option<Op<'_>>, default: isize| -> PyResult<isize> {
        let given = given.map_or(Ok(default), slice_object::eval_index)?;
        Ok(if given < 0 { (given + n).max(0) } else { given })
    };
    let start = bound(start, 0)?;
    let stop = bound(stop, isize::MAX)?.min(n);
    for index in start..stop {
        if object::rich_compare_bool(get(tuple, index as usize), value, Py_EQ)? {
            return int::from_isize(index);
        }
    }
    Err(raise!(ValueError, "tuple.index(x): x not in tuple"))
}

fn count(tuple: Tuple<'_>, value: Op<'_>) -> PyResult {
    let mut n = 0;
    for &item in refs(tuple) {
        if object::rich_compare_bool(item, value, Py_EQ)? {
            n += 1;
        }
    }
    int::from_usize(n)
}

fn getnewargs(tuple: Tuple<'_>) -> PyResult {
    let copy = slice_to_exact(tuple)?;
    pack(&[copy.op()])
}

/// The same items in a tuple of the exact type.
fn slice_to_exact(tuple: Tuple<'_>) -> PyResult {
    slice(tuple, 0, len(tuple))
}

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let exact = tp.as_ptr() == PyTupleObject::type_ptr();
    if same_slot(tp.tp_init, PyTupleObject::type_ref().tp_init) {
        args.no_keywords("tuple")?;
    }
    args.check_positional("tuple", 0, 1)?;
    let items = args.get(0).map_or_else(|| Ok(empty()), crate::sequence::to_tuple)?;
    if exact {
        return Ok(items);
    }
    // SAFETY: `to_tuple` gives a tuple.
    let items: Owned<PyTupleObject> = unsafe { items.cast_unchecked() };
    let result = type_object::generic_alloc(tp, len(items.borrow()) as isize)?;
    // SAFETY: `tp` is a subclass of tuple, and the new object has room for the items.
    let result: Owned<PyTupleObject> = unsafe { result.cast_unchecked() };
    let cells = item_ptr(result.borrow());
    for (index, &item) in refs(items.borrow()).iter().enumerate() {
        // SAFETY: as many cells as items.
        unsafe { *cells.add(index) = item.to_owned().into_ptr() };
    }
    // SAFETY: the object is new and alive.
    unsafe { (*result.as_ptr()).ob_hash = -1 };
    Ok(result.into_object())
}

fn vectorcall(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    args.no_keywords("tuple")?;
    args.check_positional("tuple", 0, 1)?;
    args.get(0).map_or_else(|| Ok(empty()), crate::sequence::to_tuple)
}

fn sizeof(tuple: Tuple<'_>) -> PyResult {
    let tp = tuple.ob_type();
    int::from_isize(tp.tp_basicsize + tp.tp_itemsize * len(tuple) as isize)
}

/// What `iter(tuple)` gives.
#[repr(C)]
pub struct TupleIterator {
    ob_base: PyObject,
    index: core::cell::Cell<isize>,
    /// Empty once exhausted.
    tuple: Field<PyTupleObject>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl crate::PyLayout for TupleIterator {}
crate::py_typed!(TupleIterator, PyTupleIter_Type);

type Iter<'a> = Borrowed<'a, TupleIterator>;

fn iter(tuple: Tuple<'_>) -> PyResult {
    let result = type_object::generic_alloc(TupleIterator::type_ref(), 0)?;
    // SAFETY: a new, zeroed object of this type.
    let result: Owned<TupleIterator> = unsafe { result.cast_unchecked() };
    result.tuple.set(Some(tuple.to_owned()));
    Ok(result.into_object())
}

fn iter_next(iterator: Iter<'_>) -> PyResult<Option<Object>> {
    // SAFETY: the field is null or holds a tuple that lives on while this reads one item.
    let Some(tuple) = (unsafe { Tuple::from_nullable(iterator.tuple.as_ptr()) }) else { return Ok(None) };
    let index = iterator.index.get();
    if let Some(&item) = refs(tuple).get(index as usize) {
        iterator.index.set(index + 1);
        return Ok(Some(item.to_owned()));
    }
    iterator.tuple.clear();
    Ok(None)
}

fn iter_length_hint(iterator: Iter<'_>) -> PyResult {
    let left = iterator.tuple.get().map_or(0, |tuple| len(tuple.borrow()) as isize - iterator.index.get());
    int::from_isize(left)
}

fn iter_reduce(iterator: Iter<'_>) -> PyResult {
    let function = builtin("iter")?;
    match iterator.tuple.get() {
        Some(tuple) => {
            let arguments = pack(&[tuple.op()])?;
            let index = int::from_isize(iterator.index.get())?;
            pack(&[function.op(), arguments.op(), index.op()])
        }
        None => {
            let arguments = from_vec(vec![empty()])?;
            pack(&[function.op(), arguments.op()])
        }
    }
}

fn iter_setstate(iterator: Iter<'_>, state: Op<'_>) -> PyResult<()> {
    let index = int::as_isize(state)?;
    if let Some(tuple) = iterator.tuple.get() {
        iterator.index.set(index.clamp(0, len(tuple.borrow()) as isize));
    }
    Ok(())
}

fn iter_traverse(iterator: Iter<'_>, visitor: &mut Visitor) {
    iterator.tuple.visit(visitor);
}

fn iter_dealloc(iterator: Iter<'_>) {
    gc::untrack(iterator.as_object_ptr());
    iterator.tuple.clear();
    // SAFETY: the reference is gone.
    unsafe { crate::alloc::free_object(iterator.as_object_ptr()) };
}

const ITER_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__length_hint__",
        iter_length_hint,
        c"__length_hint__($self, /)\n--\n\nPrivate method returning an estimate of len(list(it)).",
    ),
    method::noargs(
        c"__reduce__",
        iter_reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    method::o(
        c"__setstate__",
        iter_setstate,
        c"__setstate__($self, object, /)\n--\n\nSet state information for unpickling.",
    ),
    PyMethodDef::EMPTY,
];

const METHODS: &[PyMethodDef] = &[
    method::noargs(c"__getnewargs__", getnewargs, c"__getnewargs__($self, /)\n--\n\n"),
    method::positional(
        c"index",
        index,
        c"index($self, value, start=0, stop=sys.maxsize, /)\n--\n\nThe first index of value; ValueError if there is none.",
    ),
    method::o(c"count", count, c"count($self, value, /)\n--\n\nHow many items are equal to value."),
    method::noargs(c"__sizeof__", sizeof, c"__sizeof__($self, /)\n--\n\nThe size of the object in memory, in bytes."),
    method::class_o(c"__class_getitem__", crate::generic_alias::class_getitem, c"__class_getitem__($type, object, /)\n--\n\nSee PEP 585"),
    PyMethodDef::EMPTY,
];

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(sq_length),
    sq_concat: slot::binary(sq_concat),
    sq_repeat: slot::ssizearg(sq_repeat),
    sq_item: slot::ssizearg(sq_item),
    sq_contains: slot::contains(sq_contains),
    ..PySequenceMethods::EMPTY
};

static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(sq_length),
    mp_subscript: slot::binary(subscript),
    ..PyMappingMethods::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyTuple_Type: PyTypeObject = PyTypeObject {
    tp_name: c"tuple".as_ptr(),
    tp_basicsize: (size_of::<PyTupleObject>() - size_of::<*mut PyObject>()) as Py_ssize_t,
    tp_itemsize: size_of::<*mut PyObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_sequence: &raw mut AS_SEQUENCE,
    tp_as_mapping: &raw mut AS_MAPPING,
    tp_hash: slot::hash(hash),
    tp_flags: Py_TPFLAGS_DEFAULT
        | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_TUPLE_SUBCLASS
        | _Py_TPFLAGS_MATCH_SELF
        | Py_TPFLAGS_SEQUENCE,
    tp_doc: c"tuple(iterable=(), /)\n--\n\nAn immutable row of objects.\n\nWithout an argument it is empty; otherwise it has the items of the iterable.\nA tuple is returned as it is.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_richcompare: slot::richcompare(richcompare),
    tp_iter: slot::unary(iter),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(new),
    tp_vectorcall: slot::vectorcall(vectorcall),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyTupleObject, PyTuple_Type, Py_TPFLAGS_TUPLE_SUBCLASS);

#[unsafe(no_mangle)]
pub static mut PyTupleIter_Type: PyTypeObject = PyTypeObject {
    tp_name: c"tuple_iterator".as_ptr(),
    tp_basicsize: size_of::<TupleIterator>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(iter_dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(iter_traverse),
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(iter_next),
    tp_methods: ITER_METHODS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};
