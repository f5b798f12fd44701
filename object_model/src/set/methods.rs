//! The slots and methods of `set` and `frozenset`, their iterator, and the type objects.

use core::cell::Cell;
use core::ffi::c_int;

use rustpython_wtf8::Wtf8Buf;

use super::operations::{
    copy, difference, difference_update, intersection, intersection_update, is_disjoint, is_subset,
    is_superset, symmetric_difference, symmetric_difference_update, union,
};
use super::{
    Set, add, clear, contains, discard, frozen_type, is_any, is_frozen_exact, len, new_of_type, pop,
    retry_as_frozen, table, update,
};
use crate::define::same_slot;
use crate::iter::builtin;
use crate::layout::*;
use crate::refs::Field;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, PyTyped, TypeRef, Visitor, call, exceptions, gc,
    int, list, method, object, raise, sequence, set, singletons, slot, str, tuple, type_object, weakref,
};

fn set_new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult<Owned<PySetObject>> {
    new_of_type(tp, None)
}

fn set_init(set: Set<'_>, args: Args<'_>) -> PyResult<()> {
    args.no_keywords("set")?;
    args.check_positional("set", 0, 1)?;
    clear(set);
    // SAFETY: the set is alive.
    unsafe { (*set.as_ptr()).hash = -1 };
    match args.get(0) {
        Some(iterable) => update(set, iterable),
        None => Ok(()),
    }
}

fn set_vectorcall(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<PySetObject>> {
    args.no_keywords("set")?;
    args.check_positional("set", 0, 1)?;
    new_of_type(tp, args.get(0))
}

fn frozen_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<PySetObject>> {
    if same_slot(tp.tp_init, frozen_type().tp_init) {
        args.no_keywords("frozenset")?;
    }
    args.check_positional("frozenset", 0, 1)?;
    frozen_from(tp, args.get(0))
}

fn frozen_vectorcall(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<PySetObject>> {
    args.no_keywords("frozenset")?;
    args.check_positional("frozenset", 0, 1)?;
    frozen_from(tp, args.get(0))
}

fn frozen_from(tp: TypeRef<'_>, iterable: Option<Op<'_>>) -> PyResult<Owned<PySetObject>> {
    if tp.as_ptr() == &raw mut PyFrozenSet_Type
        && let Some(iterable) = iterable
        && is_frozen_exact(iterable)
    {
        // SAFETY: a frozenset.
        return Ok(unsafe { iterable.cast_unchecked::<PySetObject>() }.to_owned());
    }
    new_of_type(tp, iterable)
}

fn dealloc(set: Set<'_>) {
    let op = set.as_object_ptr();
    gc::untrack(op);
    if !set.weakreflist.is_null() {
        weakref::clear_refs(set.as_object());
    }
    if !set.table.is_null() {
        clear(set);
    }
    // SAFETY: the references are gone.
    unsafe { crate::alloc::free_object(op) };
}

fn traverse(set: Set<'_>, visitor: &mut Visitor) {
    if set.table.is_null() {
        return;
    }
    let mut position = 0;
    while let Some((key, _)) = set::next(set, &mut position) {
        visitor.visit(key.as_ptr());
    }
}

fn repr(set: Set<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = set.type_name();
    if call::repr_enter(set.as_object())? {
        return str::from_string(format!("{name}(...)"));
    }
    let result = repr_items(set, name);
    call::repr_leave(set.as_object());
    str::from_wtf8(&result?)
}

fn repr_items(set: Set<'_>, name: &str) -> PyResult<Wtf8Buf> {
    let mut text = Wtf8Buf::new();
    if len(set) == 0 {
        text.push_str(name);
        text.push_str("()");
        return Ok(text);
    }
    let items = sequence::to_list(set.as_object())?;
    let shown = object::repr(items.op())?;
    let inner = str::to_wtf8(shown.borrow());
    let exact = set.is_exact::<PySetObject>();
    if !exact {
        text.push_str(name);
        text.push_str("(");
    }
    // The list's brackets become braces.
    text.push_str("{");
    text.push_wtf8(&inner[1..inner.len() - 1]);
    text.push_str("}");
    if !exact {
        text.push_str(")");
    }
    Ok(text)
}

/// Mixes the bits of an element's hash, so that sets of similar elements differ.
fn shuffle_bits(hash: usize) -> usize {
    ((hash ^ 89869747) ^ (hash << 16)).wrapping_mul(3644798167)
}

fn frozen_hash(set: Set<'_>) -> PyResult<Py_hash_t> {
    let known = set.hash;
    if known != -1 {
        return Ok(known);
    }
    let mut hash: usize = 0;
    let mut position = 0;
    while let Some((_, element_hash)) = set::next(set, &mut position) {
        hash ^= shuffle_bits(element_hash as usize);
    }
    hash ^= len(set).wrapping_add(1).wrapping_mul(1927868237);
    // Sets of sets of small ints would otherwise agree in many bits.
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69069).wrapping_add(907133923);
    if hash == usize::MAX {
        hash = 590923713;
    }
    // SAFETY: the set is alive; the field is a cache.
    unsafe { (*set.as_ptr()).hash = hash as Py_hash_t };
    Ok(hash as Py_hash_t)
}

fn sq_length(set: Set<'_>) -> PyResult<usize> {
    Ok(len(set))
}

/// `element in set`: an unhashable set is looked up as a frozenset.
pub fn holds(set: Set<'_>, element: Op<'_>) -> PyResult<bool> {
    match contains(set, element) {
        Err(raised) => retry_as_frozen(raised, element, |element| contains(set, element)),
        found => found,
    }
}

fn richcompare(set: Set<'_>, other: Op<'_>, op: c_int) -> PyResult {
    if !is_any(other) {
        return Ok(singletons::new_not_implemented());
    }
    // SAFETY: one of the two set types.
    let other: Set<'_> = unsafe { other.cast_unchecked() };
    let result = match op {
        Py_EQ => equal(set, other)?,
        Py_NE => !object_equal(set, other)?,
        Py_LE => is_subset(set, other.as_object())?,
        Py_GE => is_superset(set, other.as_object())?,
        Py_LT => len(set) < len(other) && is_subset(set, other.as_object())?,
        _ => len(set) > len(other) && is_superset(set, other.as_object())?,
    };
    Ok(singletons::new_bool(result))
}

fn equal(set: Set<'_>, other: Set<'_>) -> PyResult<bool> {
    if len(set) != len(other) {
        return Ok(false);
    }
    // Two frozensets with known hashes that differ are different.
    if set.hash != -1 && other.hash != -1 && set.hash != other.hash {
        return Ok(false);
    }
    is_subset(set, other.as_object())
}

/// `!=` asks the type's `==`, which a subclass may have replaced.
fn object_equal(set: Set<'_>, other: Set<'_>) -> PyResult<bool> {
    let result = object::rich_compare(set.as_object(), other.as_object(), Py_EQ)?;
    object::is_true(result.op())
}

/// The operators take sets on both sides, the methods any iterable.
macro_rules! operators {
    ($($name:ident $function:path;)*) => {
        $(
            fn $name(left: Op<'_>, right: Op<'_>) -> PyResult {
                if !is_any(left) || !is_any(right) {
                    return Ok(singletons::new_not_implemented());
                }
                // SAFETY: one of the two set types.
                Ok($function(unsafe { left.cast_unchecked() }, right)?.into_object())
            }
        )*
    };
}
operators! {
    nb_and intersection;
    nb_or union;
    nb_xor symmetric_difference;
    nb_subtract difference;
}

macro_rules! inplace_operators {
    ($($name:ident $function:path;)*) => {
        $(
            fn $name(set: Set<'_>, other: Op<'_>) -> PyResult {
                if !is_any(other) {
                    return Ok(singletons::new_not_implemented());
                }
                $function(set, other)?;
                Ok(set.to_owned().into_object())
            }
        )*
    };
}
inplace_operators! {
    nb_inplace_and intersection_update;
    nb_inplace_or update;
    nb_inplace_xor symmetric_difference_update;
    nb_inplace_subtract difference_update;
}

fn method_add(set: Set<'_>, element: Op<'_>) -> PyResult<()> {
    add(set, element)
}

fn method_clear(set: Set<'_>) -> PyResult<()> {
    clear(set);
    Ok(())
}

fn method_contains(set: Set<'_>, element: Op<'_>) -> PyResult<bool> {
    holds(set, element)
}

fn method_copy(set: Set<'_>) -> PyResult<Owned<PySetObject>> {
    copy(set)
}

fn frozen_copy(set: Set<'_>) -> PyResult<Owned<PySetObject>> {
    if is_frozen_exact(set.as_object()) { Ok(set.to_owned()) } else { copy(set) }
}

fn discard_any(set: Set<'_>, element: Op<'_>) -> PyResult<bool> {
    match discard(set, element) {
        Err(raised) => retry_as_frozen(raised, element, |element| discard(set, element)),
        found => found,
    }
}

fn method_discard(set: Set<'_>, element: Op<'_>) -> PyResult<()> {
    discard_any(set, element).map(|_| ())
}

fn method_remove(set: Set<'_>, element: Op<'_>) -> PyResult<()> {
    if discard_any(set, element)? { Ok(()) } else { Err(exceptions::set_key_error(element)) }
}

fn method_pop(set: Set<'_>) -> PyResult {
    pop(set)
}

fn method_isdisjoint(set: Set<'_>, other: Op<'_>) -> PyResult<bool> {
    is_disjoint(set, other)
}

fn method_issubset(set: Set<'_>, other: Op<'_>) -> PyResult<bool> {
    is_subset(set, other)
}

fn method_issuperset(set: Set<'_>, other: Op<'_>) -> PyResult<bool> {
    is_superset(set, other)
}

fn method_update(set: Set<'_>, args: Args<'_>) -> PyResult<()> {
    args.iter().try_for_each(|other| update(set, other))
}

fn method_union(set: Set<'_>, args: Args<'_>) -> PyResult<Owned<PySetObject>> {
    let result = copy(set)?;
    for other in args.iter() {
        if !set.is(other) {
            update(result.borrow(), other)?;
        }
    }
    Ok(result)
}

fn method_intersection(set: Set<'_>, args: Args<'_>) -> PyResult<Owned<PySetObject>> {
    if args.is_empty() {
        return copy(set);
    }
    let mut result = set.to_owned();
    for other in args.iter() {
        result = intersection(result.borrow(), other)?;
    }
    Ok(result)
}

fn method_intersection_update(set: Set<'_>, args: Args<'_>) -> PyResult<()> {
    let result = method_intersection(set, args)?;
    table::swap_bodies(set, result.borrow());
    Ok(())
}

fn method_difference(set: Set<'_>, args: Args<'_>) -> PyResult<Owned<PySetObject>> {
    let Some(first) = args.get(0) else { return copy(set) };
    let result = difference(set, first)?;
    for other in args.iter().skip(1) {
        difference_update(result.borrow(), other)?;
    }
    Ok(result)
}

fn method_difference_update(set: Set<'_>, args: Args<'_>) -> PyResult<()> {
    args.iter().try_for_each(|other| difference_update(set, other))
}

fn method_symmetric_difference(set: Set<'_>, other: Op<'_>) -> PyResult<Owned<PySetObject>> {
    symmetric_difference(set, other)
}

fn method_symmetric_difference_update(set: Set<'_>, other: Op<'_>) -> PyResult<()> {
    symmetric_difference_update(set, other)
}

fn method_reduce(set: Set<'_>) -> PyResult {
    let items = sequence::to_list(set.as_object())?;
    let arguments = tuple::pack(&[items.op()])?;
    let state = call::call_method_noargs(set.as_object(), "__getstate__")?;
    tuple::pack(&[set.ob_type().as_object(), arguments.op(), state.op()])
}

fn method_sizeof(set: Set<'_>) -> PyResult {
    let table_size = if table::is_small(set) { 0 } else { (set.mask as usize + 1) * size_of::<setentry>() };
    int::from_usize(set.ob_type().tp_basicsize as usize + table_size)
}

/// What `iter(set)` gives.
#[repr(C)]
pub struct SetIterator {
    ob_base: PyObject,
    /// Empty once exhausted.
    set: Field<PySetObject>,
    /// The number of elements at the start; -1 once it was found changed.
    used: Cell<isize>,
    position: Cell<usize>,
    left: Cell<isize>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for SetIterator {}
crate::py_typed!(SetIterator, PySetIter_Type);

type Iter<'a> = Borrowed<'a, SetIterator>;

fn iter(set: Set<'_>) -> PyResult {
    // SAFETY: a new, zeroed object of this type.
    let result: Owned<SetIterator> =
        unsafe { type_object::generic_alloc(SetIterator::type_ref(), 0)?.cast_unchecked() };
    result.used.set(set.used);
    result.left.set(set.used);
    result.set.set(Some(set.to_owned()));
    Ok(result.into_object())
}

fn iter_next(iterator: Iter<'_>) -> PyResult<Option<Object>> {
    // SAFETY: the field owns a reference or is null; nothing runs before it is read again.
    let Some(set) = (unsafe { Set::from_nullable(iterator.set.as_ptr()) }) else { return Ok(None) };
    if iterator.used.get() != set.used {
        iterator.used.set(-1);
        return Err(raise!(RuntimeError, "Set changed size during iteration"));
    }
    let mut position = iterator.position.get();
    if let Some((key, _)) = set::next(set, &mut position) {
        iterator.position.set(position);
        iterator.left.set(iterator.left.get() - 1);
        return Ok(Some(key.to_owned()));
    }
    iterator.set.clear();
    Ok(None)
}

fn iter_length_hint(iterator: Iter<'_>) -> PyResult {
    let left = match iterator.set.get() {
        Some(set) if iterator.used.get() == set.used => iterator.left.get(),
        _ => 0,
    };
    int::from_isize(left)
}

fn iter_reduce(iterator: Iter<'_>) -> PyResult {
    // SAFETY: a new, zeroed object of this type.
    let copy: Owned<SetIterator> =
        unsafe { type_object::generic_alloc(SetIterator::type_ref(), 0)?.cast_unchecked() };
    copy.used.set(iterator.used.get());
    copy.position.set(iterator.position.get());
    copy.left.set(iterator.left.get());
    copy.set.set(iterator.set.get());
    let rest = list::new()?;
    while let Some(element) = iter_next(copy.borrow())? {
        list::append(rest.borrow(), element)?;
    }
    let function = builtin("iter")?;
    let arguments = tuple::pack(&[rest.op()])?;
    tuple::pack(&[function.op(), arguments.op()])
}

fn iter_traverse(iterator: Iter<'_>, visitor: &mut Visitor) {
    iterator.set.visit(visitor);
}

fn iter_dealloc(iterator: Iter<'_>) {
    gc::untrack(iterator.as_object_ptr());
    iterator.set.clear();
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
    PyMethodDef::EMPTY,
];

const CONTAINS: PyMethodDef = method::coexist(method::o(
    c"__contains__",
    method_contains,
    c"__contains__($self, object, /)\n--\n\nWhether the set has the element.",
));
const DIFFERENCE: PyMethodDef = method::positional(
    c"difference",
    method_difference,
    c"difference($self, /, *others)\n--\n\nA new set of the elements that are in none of the others.",
);
const INTERSECTION: PyMethodDef = method::positional(
    c"intersection",
    method_intersection,
    c"intersection($self, /, *others)\n--\n\nA new set of the elements that are in all of the others.",
);
const ISDISJOINT: PyMethodDef = method::o(
    c"isdisjoint",
    method_isdisjoint,
    c"isdisjoint($self, other, /)\n--\n\nWhether the two have no element in common.",
);
const ISSUBSET: PyMethodDef = method::o(
    c"issubset",
    method_issubset,
    c"issubset($self, other, /)\n--\n\nWhether every element is in the other, too.",
);
const ISSUPERSET: PyMethodDef = method::o(
    c"issuperset",
    method_issuperset,
    c"issuperset($self, other, /)\n--\n\nWhether every element of the other is in this set.",
);
const REDUCE: PyMethodDef = method::noargs(
    c"__reduce__",
    method_reduce,
    c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
);
const SIZEOF: PyMethodDef = method::noargs(
    c"__sizeof__",
    method_sizeof,
    c"__sizeof__($self, /)\n--\n\nThe size of the object in memory, in bytes.",
);
const SYMMETRIC_DIFFERENCE: PyMethodDef = method::o(
    c"symmetric_difference",
    method_symmetric_difference,
    c"symmetric_difference($self, other, /)\n--\n\nA new set of the elements that are in exactly one of the two.",
);
const UNION: PyMethodDef = method::positional(
    c"union",
    method_union,
    c"union($self, /, *others)\n--\n\nA new set of the elements of this one and of all the others.",
);
const CLASS_GETITEM: PyMethodDef = method::class_o(
    c"__class_getitem__",
    crate::generic_alias::class_getitem,
    c"__class_getitem__($type, object, /)\n--\n\nSee PEP 585",
);

const SET_METHODS: &[PyMethodDef] = &[
    method::o(c"add", method_add, c"add($self, object, /)\n--\n\nPut an element into the set, unless it is there."),
    method::noargs(c"clear", method_clear, c"clear($self, /)\n--\n\nRemove every element."),
    CONTAINS,
    method::noargs(c"copy", method_copy, c"copy($self, /)\n--\n\nA new set of the same elements."),
    method::o(
        c"discard",
        method_discard,
        c"discard($self, object, /)\n--\n\nRemove an element if it is there.",
    ),
    DIFFERENCE,
    method::positional(
        c"difference_update",
        method_difference_update,
        c"difference_update($self, /, *others)\n--\n\nRemove every element that is in one of the others.",
    ),
    INTERSECTION,
    method::positional(
        c"intersection_update",
        method_intersection_update,
        c"intersection_update($self, /, *others)\n--\n\nKeep only the elements that are in all of the others.",
    ),
    ISDISJOINT,
    ISSUBSET,
    ISSUPERSET,
    method::noargs(
        c"pop",
        method_pop,
        c"pop($self, /)\n--\n\nRemove some element and return it; KeyError if there is none.",
    ),
    REDUCE,
    method::o(
        c"remove",
        method_remove,
        c"remove($self, object, /)\n--\n\nRemove an element; KeyError if it is not there.",
    ),
    SIZEOF,
    SYMMETRIC_DIFFERENCE,
    method::o(
        c"symmetric_difference_update",
        method_symmetric_difference_update,
        c"symmetric_difference_update($self, other, /)\n--\n\nKeep the elements that are in exactly one of the two.",
    ),
    UNION,
    method::positional(
        c"update",
        method_update,
        c"update($self, /, *others)\n--\n\nAdd the elements of all the others.",
    ),
    CLASS_GETITEM,
    PyMethodDef::EMPTY,
];

const FROZEN_METHODS: &[PyMethodDef] = &[
    CONTAINS,
    method::noargs(c"copy", frozen_copy, c"copy($self, /)\n--\n\nA set of the same elements."),
    DIFFERENCE,
    INTERSECTION,
    ISDISJOINT,
    ISSUBSET,
    ISSUPERSET,
    REDUCE,
    SIZEOF,
    SYMMETRIC_DIFFERENCE,
    UNION,
    CLASS_GETITEM,
    PyMethodDef::EMPTY,
];

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(sq_length),
    sq_contains: slot::contains(holds),
    ..PySequenceMethods::EMPTY
};

static mut SET_AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_subtract: slot::binary(nb_subtract),
    nb_and: slot::binary(nb_and),
    nb_xor: slot::binary(nb_xor),
    nb_or: slot::binary(nb_or),
    nb_inplace_subtract: slot::binary(nb_inplace_subtract),
    nb_inplace_and: slot::binary(nb_inplace_and),
    nb_inplace_xor: slot::binary(nb_inplace_xor),
    nb_inplace_or: slot::binary(nb_inplace_or),
    ..PyNumberMethods::EMPTY
};

static mut FROZEN_AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_subtract: slot::binary(nb_subtract),
    nb_and: slot::binary(nb_and),
    nb_xor: slot::binary(nb_xor),
    nb_or: slot::binary(nb_or),
    ..PyNumberMethods::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PySet_Type: PyTypeObject = PyTypeObject {
    tp_name: c"set".as_ptr(),
    tp_basicsize: size_of::<PySetObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: &raw mut SET_AS_NUMBER,
    tp_as_sequence: &raw mut AS_SEQUENCE,
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    tp_doc: c"set(iterable=(), /)\n--\n\nAn unordered collection of distinct elements.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_richcompare: slot::richcompare(richcompare),
    tp_weaklistoffset: core::mem::offset_of!(PySetObject, weakreflist) as Py_ssize_t,
    tp_iter: slot::unary(iter),
    tp_methods: SET_METHODS.as_ptr().cast_mut(),
    tp_init: slot::init(set_init),
    tp_new: slot::new(set_new),
    tp_vectorcall: slot::vectorcall(set_vectorcall),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PySetObject, PySet_Type);

#[unsafe(no_mangle)]
pub static mut PyFrozenSet_Type: PyTypeObject = PyTypeObject {
    tp_name: c"frozenset".as_ptr(),
    tp_basicsize: size_of::<PySetObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: &raw mut FROZEN_AS_NUMBER,
    tp_as_sequence: &raw mut AS_SEQUENCE,
    tp_hash: slot::hash(frozen_hash),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    tp_doc:
        c"frozenset(iterable=(), /)\n--\n\nAn unordered collection of distinct elements that cannot change."
            .as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_richcompare: slot::richcompare(richcompare),
    tp_weaklistoffset: core::mem::offset_of!(PySetObject, weakreflist) as Py_ssize_t,
    tp_iter: slot::unary(iter),
    tp_methods: FROZEN_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(frozen_new),
    tp_vectorcall: slot::vectorcall(frozen_vectorcall),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PySetIter_Type: PyTypeObject = PyTypeObject {
    tp_name: c"set_iterator".as_ptr(),
    tp_basicsize: size_of::<SetIterator>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(iter_dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(iter_traverse),
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(iter_next),
    tp_methods: ITER_METHODS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};
