//! `enumerate`, `zip`, `map`, `filter`, `reversed`.
//!
//! Each keeps what it iterates over in fields that `tp_traverse` reports. `enumerate` and
//! `zip` give the same tuple again when nobody else holds the last one any more.

use core::cell::Cell;
use core::ptr;

use crate::args::Signature;
use crate::define::same_slot;
use crate::exceptions::builtin as exception;
use crate::layout::*;
use crate::refs::Field;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, PyTyped, TypeRef, Visitor, call, errors, gc, int,
    iter, method, number, object, raise, sequence, singletons, slot, tuple, type_object,
};

/// A new, zeroed object of a type with layout `T`.
///
/// # Safety
/// `tp` is a type of this layout or a subclass of one.
pub(crate) unsafe fn allocate<T: PyLayout>(tp: TypeRef<'_>) -> PyResult<Owned<T>> {
    // SAFETY: the caller's promise.
    Ok(unsafe { type_object::generic_alloc(tp, 0)?.cast_unchecked() })
}

/// Refuses keywords unless a subclass of `T` has an `__init__` of its own that may take them.
fn no_keywords<T: PyTyped>(tp: TypeRef<'_>, args: Args<'_>, function: &str) -> PyResult<()> {
    if same_slot(tp.tp_init, T::type_ref().tp_init) { args.no_keywords(function) } else { Ok(()) }
}

/// Puts two new items into the tuple given out last, if it is ours alone, else into a new one.
pub fn reuse_pair(cell: &Field<PyTupleObject>, first: Object, second: Object) -> PyResult {
    let cached = cell.as_ptr();
    // SAFETY: the field owns a tuple of two; with a count of one nobody else looks at it.
    unsafe {
        if !cached.is_null() && (*cached.cast::<PyObject>()).ob_refcnt == 1 {
            let result: Owned<PyTupleObject> = Owned::new_ref(cached);
            let cells = tuple::item_ptr(result.borrow());
            let old_first = Object::steal(ptr::replace(cells, first.into_ptr()));
            let old_second = Object::steal(ptr::replace(cells.add(1), second.into_ptr()));
            (*result.as_ptr()).ob_hash = -1;
            drop(old_first);
            drop(old_second);
            // The collector may have found that the old items needed no tracking.
            if !gc::is_tracked(result.as_object_ptr()) {
                gc::track(result.as_object_ptr());
            }
            return Ok(result.into_object());
        }
    }
    tuple::pair(first, second)
}

// enumerate

/// `PyEnum` with fields that can be changed through a shared reference.
#[repr(C)]
pub struct Enumerate {
    ob_base: PyObject,
    index: Cell<isize>,
    iterator: Field,
    result: Field<PyTupleObject>,
    /// The index once it no longer fits.
    long_index: Field,
    one: Cell<*mut PyObject>,
}
const _: () = assert!(size_of::<Enumerate>() == size_of::<PyEnum>());
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Enumerate {}
crate::py_typed!(Enumerate, PyEnum_Type);

type Enum<'a> = Borrowed<'a, Enumerate>;

fn enumerate_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Enumerate>> {
    const SIGNATURE: Signature<2> = Signature::new("enumerate", ["iterable", "start"]).required(1);
    if args.len() + args.keyword_count() == 0 {
        return Err(raise!(TypeError, "enumerate() missing required argument 'iterable'"));
    }
    let [iterable, start] = args.parse(&SIGNATURE)?;
    // SAFETY: `tp` is `enumerate` or a subclass.
    let result: Owned<Enumerate> = unsafe { allocate(tp)? };
    if let Some(start) = start {
        let start = number::index(start)?;
        match int::as_isize(start.op()) {
            Ok(start) => result.index.set(start),
            Err(raised) => {
                raised.absorb::<()>(exception::OverflowError())?;
                result.index.set(isize::MAX);
                result.long_index.set(Some(start));
            }
        }
    }
    result.iterator.set(Some(object::get_iter(iterable.expect("required"))?));
    let none = singletons::none();
    result.result.set(Some(pair_of(none, none)?));
    Ok(result)
}

/// A tuple of two to be given out again and again.
fn pair_of(first: Op<'_>, second: Op<'_>) -> PyResult<Owned<PyTupleObject>> {
    // SAFETY: `pack` gives a tuple.
    Ok(unsafe { tuple::pack(&[first, second])?.cast_unchecked() })
}

fn enumerate_next(enumerate: Enum<'_>) -> PyResult<Option<Object>> {
    let Some(iterator) = enumerate.iterator.get() else { return Ok(None) };
    let Some(item) = iter::next_raw(iterator.op())? else { return Ok(None) };
    let index = enumerate.index.get();
    let index = if index == isize::MAX {
        let current = match enumerate.long_index.get() {
            Some(current) => current,
            None => int::from_isize(isize::MAX)?,
        };
        let next = number::add(current.op(), int::small(1).op())?;
        enumerate.long_index.set(Some(next));
        current
    } else {
        enumerate.index.set(index + 1);
        int::from_isize(index)?
    };
    reuse_pair(&enumerate.result, index, item).map(Some)
}

fn enumerate_reduce(enumerate: Enum<'_>) -> PyResult {
    let index = match enumerate.long_index.get() {
        Some(index) => index,
        None => int::from_isize(enumerate.index.get())?,
    };
    let iterator = enumerate.iterator.get().unwrap_or_else(singletons::new_none);
    let arguments = tuple::pack(&[iterator.op(), index.op()])?;
    tuple::pack(&[enumerate.ob_type().as_object(), arguments.op()])
}

fn enumerate_traverse(enumerate: Enum<'_>, visitor: &mut Visitor) {
    enumerate.iterator.visit(visitor);
    enumerate.result.visit(visitor);
    enumerate.long_index.visit(visitor);
}

fn enumerate_dealloc(enumerate: Enum<'_>) {
    gc::untrack(enumerate.as_object_ptr());
    enumerate.iterator.clear();
    enumerate.result.clear();
    enumerate.long_index.clear();
    // SAFETY: the references are gone.
    unsafe { crate::alloc::free_object(enumerate.as_object_ptr()) };
}

// reversed

#[repr(C)]
pub struct Reversed {
    ob_base: PyObject,
    index: Cell<isize>,
    /// Empty once exhausted.
    sequence: Field,
}
const _: () = assert!(size_of::<Reversed>() == size_of::<PyReversed>());
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Reversed {}
crate::py_typed!(Reversed, PyReversed_Type);

type Rev<'a> = Borrowed<'a, Reversed>;

/// `reversed(sequence)`: what `__reversed__` gives, or an iterator by index.
fn reversed_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    no_keywords::<Reversed>(tp, args, "reversed")?;
    args.check_positional("reversed", 1, 1)?;
    let sequence = args.get(0).expect("counted");
    if let Some(method) = object::lookup_special(sequence, "__reversed__")? {
        if method.op().is_none() {
            return Err(raise!(TypeError, "'{}' object is not reversible", sequence.type_name()));
        }
        return call::call_noargs(method.op());
    }
    if !sequence::check(sequence) {
        return Err(raise!(TypeError, "'{}' object is not reversible", sequence.type_name()));
    }
    let n = sequence::len(sequence)?;
    // SAFETY: `tp` is `reversed` or a subclass.
    let result: Owned<Reversed> = unsafe { allocate(tp)? };
    result.index.set(n as isize - 1);
    result.sequence.set(Some(sequence.to_owned()));
    Ok(result.into_object())
}

fn reversed_vectorcall(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    args.no_keywords("reversed")?;
    reversed_new(tp, args)
}

fn reversed_next(reversed: Rev<'_>) -> PyResult<Option<Object>> {
    let index = reversed.index.get();
    let mut result = Ok(None);
    if let Some(sequence) = reversed.sequence.get().filter(|_| index >= 0) {
        match sequence::get_item(sequence.op(), index) {
            Ok(item) => {
                reversed.index.set(index - 1);
                return Ok(Some(item));
            }
            Err(raised)
                if raised.matches(exception::IndexError()) || raised.matches(exception::StopIteration()) =>
            {
                raised.clear();
            }
            Err(raised) => result = Err(raised),
        }
    }
    reversed.index.set(-1);
    reversed.sequence.clear();
    result
}

fn reversed_length_hint(reversed: Rev<'_>) -> PyResult {
    let Some(sequence) = reversed.sequence.get() else { return int::from_isize(0) };
    let position = reversed.index.get() + 1;
    let n = sequence::len(sequence.op())? as isize;
    int::from_isize(if n < position { 0 } else { position })
}

fn reversed_reduce(reversed: Rev<'_>) -> PyResult {
    match reversed.sequence.get() {
        Some(sequence) => {
            let arguments = tuple::pack(&[sequence.op()])?;
            let index = int::from_isize(reversed.index.get())?;
            tuple::pack(&[reversed.ob_type().as_object(), arguments.op(), index.op()])
        }
        None => {
            let arguments = tuple::from_vec(vec![tuple::empty()])?;
            tuple::pack(&[reversed.ob_type().as_object(), arguments.op()])
        }
    }
}

fn reversed_setstate(reversed: Rev<'_>, state: Op<'_>) -> PyResult<()> {
    let index = int::as_isize(state)?;
    if let Some(sequence) = reversed.sequence.get() {
        let n = sequence::len(sequence.op())? as isize;
        reversed.index.set(index.clamp(-1, n - 1));
    }
    Ok(())
}

fn reversed_traverse(reversed: Rev<'_>, visitor: &mut Visitor) {
    reversed.sequence.visit(visitor);
}

fn reversed_dealloc(reversed: Rev<'_>) {
    gc::untrack(reversed.as_object_ptr());
    reversed.sequence.clear();
    // SAFETY: the reference is gone.
    unsafe { crate::alloc::free_object(reversed.as_object_ptr()) };
}

// filter

#[repr(C)]
pub struct Filter {
    ob_base: PyObject,
    function: Field,
    iterator: Field,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Filter {}
crate::py_typed!(Filter, PyFilter_Type);

fn filter_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Filter>> {
    no_keywords::<Filter>(tp, args, "filter")?;
    args.check_positional("filter", 2, 2)?;
    let (function, iterable) = (args.get(0).expect("counted"), args.get(1).expect("counted"));
    let iterator = object::get_iter(iterable)?;
    // SAFETY: `tp` is `filter` or a subclass.
    let result: Owned<Filter> = unsafe { allocate(tp)? };
    result.function.set(Some(function.to_owned()));
    result.iterator.set(Some(iterator));
    Ok(result)
}

fn filter_vectorcall(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Filter>> {
    args.no_keywords("filter")?;
    filter_new(tp, args)
}

fn filter_next(filter: Borrowed<'_, Filter>) -> PyResult<Option<Object>> {
    let (Some(function), Some(iterator)) = (filter.function.get(), filter.iterator.get()) else {
        return Ok(None);
    };
    let by_truth = function.op().is_none() || function.as_ptr() == (&raw mut crate::bool::PyBool_Type).cast();
    while let Some(item) = iter::next_raw(iterator.op())? {
        let keep = if by_truth {
            object::is_true(item.op())?
        } else {
            let verdict = call::call_one(function.op(), item.op())?;
            object::is_true(verdict.op())?
        };
        if keep {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn filter_reduce(filter: Borrowed<'_, Filter>) -> PyResult {
    let function = filter.function.get().unwrap_or_else(singletons::new_none);
    let iterator = filter.iterator.get().unwrap_or_else(singletons::new_none);
    let arguments = tuple::from_vec(vec![function, iterator])?;
    tuple::pack(&[filter.ob_type().as_object(), arguments.op()])
}

fn filter_traverse(filter: Borrowed<'_, Filter>, visitor: &mut Visitor) {
    filter.iterator.visit(visitor);
    filter.function.visit(visitor);
}

fn filter_dealloc(filter: Borrowed<'_, Filter>) {
    gc::untrack(filter.as_object_ptr());
    filter.function.clear();
    filter.iterator.clear();
    // SAFETY: the references are gone.
    unsafe { crate::alloc::free_object(filter.as_object_ptr()) };
}

// map and zip share how `strict` reports iterables of different lengths.

/// The error of `zip(strict=True)` or `map(strict=True)`: iterator `index` ended before or
/// after the ones in front of it.
fn length_mismatch(function: &str, index: usize, how: &str) -> errors::Raised {
    let (plural, before) = if index == 1 { (" ", String::from("1")) } else { ("s 1-", index.to_string()) };
    raise!(ValueError, "{function}() argument {} is {how} than argument{plural}{before}", index + 1)
}

/// After iterator `index` has ended under `strict`: the end if all end, else an error.
fn check_strict(function: &str, iterators: &[Op<'_>], index: usize) -> PyResult<()> {
    if index > 0 {
        return Err(length_mismatch(function, index, "shorter"));
    }
    for (later, &iterator) in iterators.iter().enumerate().skip(1) {
        if iter::next(iterator)?.is_some() {
            return Err(length_mismatch(function, later, "longer"));
        }
    }
    Ok(())
}

/// The keyword `strict` of a constructor that takes no other.
fn strict_keyword(args: Args<'_>, function: &'static str) -> PyResult<bool> {
    let given = args.keyword_count();
    if given > 1 {
        return Err(raise!(TypeError, "{function}() takes at most 1 keyword argument ({given} given)"));
    }
    let mut strict = false;
    for (name, value) in args.keywords() {
        if !crate::str::equals(name, "strict") {
            let name = crate::str::to_string_lossy(name);
            return Err(raise!(TypeError, "{function}() got an unexpected keyword argument '{name}'"));
        }
        strict = object::is_true(value)?;
    }
    Ok(strict)
}

#[repr(C)]
pub struct Map {
    ob_base: PyObject,
    /// A tuple.
    iterators: Field<PyTupleObject>,
    function: Field,
    strict: Cell<bool>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Map {}
crate::py_typed!(Map, PyMap_Type);

/// Iterators over all of the arguments from `first`.
fn iterators_of(args: Args<'_>, first: usize) -> PyResult<Owned<PyTupleObject>> {
    let mut iterators = Vec::with_capacity(args.len());
    for iterable in args.iter().skip(first) {
        iterators.push(object::get_iter(iterable)?);
    }
    // SAFETY: `from_vec` gives a tuple.
    Ok(unsafe { tuple::from_vec(iterators)?.cast_unchecked() })
}

fn map_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Map>> {
    let strict =
        if same_slot(tp.tp_init, Map::type_ref().tp_init) { strict_keyword(args, "map")? } else { false };
    if args.len() < 2 {
        return Err(raise!(TypeError, "map() must have at least two arguments."));
    }
    let iterators = iterators_of(args, 1)?;
    // SAFETY: `tp` is `map` or a subclass.
    let result: Owned<Map> = unsafe { allocate(tp)? };
    result.iterators.set(Some(iterators));
    result.function.set(args.get(0).map(Borrowed::to_owned));
    result.strict.set(strict);
    Ok(result)
}

fn map_vectorcall(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Map>> {
    map_new(tp, args)
}

fn map_next(map: Borrowed<'_, Map>) -> PyResult<Option<Object>> {
    let (Some(iterators), Some(function)) = (map.iterators.get(), map.function.get()) else {
        return Ok(None);
    };
    let iterators = tuple::refs(iterators.borrow());
    if let &[iterator] = iterators {
        let Some(item) = iter::next_raw(iterator)? else { return Ok(None) };
        return call::call_one(function.op(), item.op()).map(Some);
    }
    let mut items: Vec<Object> = Vec::with_capacity(iterators.len());
    for (index, &iterator) in iterators.iter().enumerate() {
        let next = if map.strict.get() { iter::next(iterator)? } else { iter::next_raw(iterator)? };
        match next {
            Some(item) => items.push(item),
            None => {
                if map.strict.get() {
                    check_strict("map", iterators, index)?;
                }
                return Ok(None);
            }
        }
    }
    let items: Vec<Op<'_>> = items.iter().map(Owned::op).collect();
    call::call_positional(function.op(), &items).map(Some)
}

fn map_reduce(map: Borrowed<'_, Map>) -> PyResult {
    let iterators = map.iterators.get();
    let function = map.function.get().unwrap_or_else(singletons::new_none);
    let mut arguments = vec![function];
    if let Some(iterators) = &iterators {
        arguments.extend(tuple::refs(iterators.borrow()).iter().map(|&iterator| iterator.to_owned()));
    }
    let arguments = tuple::from_vec(arguments)?;
    reduce_strict(map.ob_type(), arguments.op(), map.strict.get())
}

fn reduce_strict(tp: TypeRef<'_>, arguments: Op<'_>, strict: bool) -> PyResult {
    if strict {
        return tuple::pack(&[tp.as_object(), arguments, singletons::true_()]);
    }
    tuple::pack(&[tp.as_object(), arguments])
}

fn map_setstate(map: Borrowed<'_, Map>, state: Op<'_>) -> PyResult<()> {
    map.strict.set(object::is_true(state)?);
    Ok(())
}

fn map_traverse(map: Borrowed<'_, Map>, visitor: &mut Visitor) {
    map.iterators.visit(visitor);
    map.function.visit(visitor);
}

fn map_dealloc(map: Borrowed<'_, Map>) {
    gc::untrack(map.as_object_ptr());
    map.iterators.clear();
    map.function.clear();
    // SAFETY: the references are gone.
    unsafe { crate::alloc::free_object(map.as_object_ptr()) };
}

#[repr(C)]
pub struct Zip {
    ob_base: PyObject,
    iterators: Field<PyTupleObject>,
    /// The tuple given out last.
    result: Field<PyTupleObject>,
    strict: Cell<bool>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Zip {}
crate::py_typed!(Zip, PyZip_Type);

fn zip_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Zip>> {
    let strict = if same_slot(tp.tp_init, Zip::type_ref().tp_init) || args.keyword("strict").is_some() {
        strict_keyword(args, "zip")?
    } else {
        false
    };
    let iterators = iterators_of(args, 0)?;
    // SAFETY: `tp` is `zip` or a subclass.
    let result: Owned<Zip> = unsafe { allocate(tp)? };
    result.iterators.set(Some(iterators));
    result.strict.set(strict);
    Ok(result)
}

fn zip_next(zip: Borrowed<'_, Zip>) -> PyResult<Option<Object>> {
    let Some(iterators) = zip.iterators.get() else { return Ok(None) };
    let iterators = tuple::refs(iterators.borrow());
    if iterators.is_empty() {
        return Ok(None);
    }
    let mut items: Vec<Object> = Vec::with_capacity(iterators.len());
    for (index, &iterator) in iterators.iter().enumerate() {
        let next = if zip.strict.get() { iter::next(iterator)? } else { iter::next_raw(iterator)? };
        match next {
            Some(item) => items.push(item),
            None => {
                if zip.strict.get() {
                    check_strict("zip", iterators, index)?;
                }
                return Ok(None);
            }
        }
    }
    give(&zip.result, items).map(Some)
}

/// The tuple given out last with new items, if it is ours alone, else a new one, which is
/// remembered.
pub fn give(cell: &Field<PyTupleObject>, items: Vec<Object>) -> PyResult {
    let cached = cell.as_ptr();
    // SAFETY: the field owns a tuple; with a count of one nobody else looks at it.
    unsafe {
        if !cached.is_null()
            && (*cached.cast::<PyObject>()).ob_refcnt == 1
            && (*cached).ob_base.ob_size as usize == items.len()
        {
            let result: Owned<PyTupleObject> = Owned::new_ref(cached);
            let cells = tuple::item_ptr(result.borrow());
            let mut old: Vec<Object> = Vec::with_capacity(items.len());
            for (index, item) in items.into_iter().enumerate() {
                old.push(Object::steal(ptr::replace(cells.add(index), item.into_ptr())));
            }
            (*result.as_ptr()).ob_hash = -1;
            drop(old);
            if !gc::is_tracked(result.as_object_ptr()) {
                gc::track(result.as_object_ptr());
            }
            return Ok(result.into_object());
        }
    }
    let first_time = cached.is_null();
    let result = tuple::from_vec(items)?;
    if first_time {
        // SAFETY: a tuple.
        cell.set(Some(unsafe { result.clone().cast_unchecked() }));
    }
    Ok(result)
}

fn zip_reduce(zip: Borrowed<'_, Zip>) -> PyResult {
    let iterators = zip.iterators.get().map_or_else(tuple::empty, Owned::into_object);
    reduce_strict(zip.ob_type(), iterators.op(), zip.strict.get())
}

fn zip_setstate(zip: Borrowed<'_, Zip>, state: Op<'_>) -> PyResult<()> {
    zip.strict.set(object::is_true(state)?);
    Ok(())
}

fn zip_traverse(zip: Borrowed<'_, Zip>, visitor: &mut Visitor) {
    zip.iterators.visit(visitor);
    zip.result.visit(visitor);
}

fn zip_dealloc(zip: Borrowed<'_, Zip>) {
    gc::untrack(zip.as_object_ptr());
    zip.iterators.clear();
    zip.result.clear();
    // SAFETY: the references are gone.
    unsafe { crate::alloc::free_object(zip.as_object_ptr()) };
}

const ENUMERATE_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__reduce__",
        enumerate_reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    method::class_o(
        c"__class_getitem__",
        crate::generic_alias::class_getitem,
        c"__class_getitem__($type, object, /)\n--\n\nSee PEP 585",
    ),
    PyMethodDef::EMPTY,
];
const REVERSED_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__length_hint__",
        reversed_length_hint,
        c"__length_hint__($self, /)\n--\n\nPrivate method returning an estimate of len(list(it)).",
    ),
    method::noargs(
        c"__reduce__",
        reversed_reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    method::o(
        c"__setstate__",
        reversed_setstate,
        c"__setstate__($self, object, /)\n--\n\nSet state information for unpickling.",
    ),
    PyMethodDef::EMPTY,
];
const FILTER_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__reduce__",
        filter_reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    PyMethodDef::EMPTY,
];
const MAP_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__reduce__",
        map_reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    method::o(
        c"__setstate__",
        map_setstate,
        c"__setstate__($self, object, /)\n--\n\nSet state information for unpickling.",
    ),
    PyMethodDef::EMPTY,
];
const ZIP_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__reduce__",
        zip_reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    method::o(
        c"__setstate__",
        zip_setstate,
        c"__setstate__($self, object, /)\n--\n\nSet state information for unpickling.",
    ),
    PyMethodDef::EMPTY,
];

#[allow(clippy::declare_interior_mutable_const, reason = "a template of static type objects, used by value")]
const ITERATOR: PyTypeObject = PyTypeObject {
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    tp_iter: slot::unary(object::self_iter),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyEnum_Type: PyTypeObject = PyTypeObject {
    tp_name: c"enumerate".as_ptr(),
    tp_basicsize: size_of::<Enumerate>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(enumerate_dealloc),
    tp_doc: c"enumerate(iterable, start=0)\n--\n\nPairs of a number that counts up from start, and an item of the iterable.".as_ptr(),
    tp_traverse: slot::traverse(enumerate_traverse),
    tp_iternext: slot::iternext(enumerate_next),
    tp_methods: ENUMERATE_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(enumerate_new),
    ..ITERATOR
};

#[unsafe(no_mangle)]
pub static mut PyReversed_Type: PyTypeObject = PyTypeObject {
    tp_name: c"reversed".as_ptr(),
    tp_basicsize: size_of::<Reversed>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(reversed_dealloc),
    tp_doc: c"reversed(object, /)\n--\n\nThe items of a sequence from the last to the first.".as_ptr(),
    tp_traverse: slot::traverse(reversed_traverse),
    tp_iternext: slot::iternext(reversed_next),
    tp_methods: REVERSED_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(reversed_new),
    tp_vectorcall: slot::vectorcall(reversed_vectorcall),
    ..ITERATOR
};

#[unsafe(no_mangle)]
pub static mut PyFilter_Type: PyTypeObject = PyTypeObject {
    tp_name: c"filter".as_ptr(),
    tp_basicsize: size_of::<Filter>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(filter_dealloc),
    tp_doc: c"filter(function, iterable, /)\n--\n\nThe items of the iterable for which the function says yes.\n\nWithout a function (None), the items that are true.".as_ptr(),
    tp_traverse: slot::traverse(filter_traverse),
    tp_iternext: slot::iternext(filter_next),
    tp_methods: FILTER_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(filter_new),
    tp_vectorcall: slot::vectorcall(filter_vectorcall),
    ..ITERATOR
};

#[unsafe(no_mangle)]
pub static mut PyMap_Type: PyTypeObject = PyTypeObject {
    tp_name: c"map".as_ptr(),
    tp_basicsize: size_of::<Map>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(map_dealloc),
    tp_doc: c"map(function, iterable, /, *iterables, strict=False)\n--\n\nThe results of the function for the items of one or more iterables.\n\nThe shortest iterable ends it; if strict is true, that is an error unless all end together.".as_ptr(),
    tp_traverse: slot::traverse(map_traverse),
    tp_iternext: slot::iternext(map_next),
    tp_methods: MAP_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(map_new),
    tp_vectorcall: slot::vectorcall(map_vectorcall),
    ..ITERATOR
};

#[unsafe(no_mangle)]
pub static mut PyZip_Type: PyTypeObject = PyTypeObject {
    tp_name: c"zip".as_ptr(),
    tp_basicsize: size_of::<Zip>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(zip_dealloc),
    tp_doc: c"zip(*iterables, strict=False)\n--\n\nTuples of the first items, the second items and so on of the iterables.\n\nThe shortest iterable ends it; if strict is true, that is an error unless all end together.".as_ptr(),
    tp_traverse: slot::traverse(zip_traverse),
    tp_iternext: slot::iternext(zip_next),
    tp_methods: ZIP_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(zip_new),
    ..ITERATOR
};
