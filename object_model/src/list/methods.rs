//! The slots and methods of `list`, and the type object.

use core::ffi::c_int;
use core::ptr;

use rustpython_wtf8::Wtf8Buf;

use super::iterators::{iter, reversed};
use super::{
    List, append, clear, extend, get, insert, item_ptr, len, pop, reverse, set, slice, sort, splice, to_vec,
};
use crate::args::Signature;
use crate::define::same_slot;
use crate::layout::*;
use crate::tuple::compare_lengths;
use crate::{
    Args, Object, Op, Owned, PyResult, PyTyped, TypeRef, Visitor, call, errors, free_lists, gc, int, list,
    method, number, object, raise, sequence, singletons, slice as slice_object, slot, str, type_object,
};

fn init(list: List<'_>, args: Args<'_>) -> PyResult<()> {
    // A subclass with a `__new__` of its own may take keywords there.
    if same_slot(list.ob_type().tp_new, PyListObject::type_ref().tp_new) {
        args.no_keywords("list")?;
    }
    args.check_positional("list", 0, 1)?;
    clear(list);
    match args.get(0) {
        Some(iterable) => extend(list, iterable),
        None => Ok(()),
    }
}

fn vectorcall(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<PyListObject>> {
    args.no_keywords("list")?;
    args.check_positional("list", 0, 1)?;
    let result = list::new()?;
    if let Some(iterable) = args.get(0) {
        extend(result.borrow(), iterable)?;
    }
    Ok(result)
}

fn dealloc(list: List<'_>) {
    gc::untrack(list.as_object_ptr());
    clear(list);
    // SAFETY: the references are gone.
    unsafe {
        let (list, kept) = (list.as_object_ptr(), &free_lists::current().lists);
        gc::free_to(kept, free_lists::MOST_CONTAINERS, list, PyListObject::type_ptr());
    }
}

fn traverse(list: List<'_>, visitor: &mut Visitor) {
    for index in 0..len(list) {
        // SAFETY: a cell below the length; the visit does not change the list.
        visitor.visit(unsafe { *item_ptr(list).add(index) });
    }
}

fn repr(list: List<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if len(list) == 0 {
        return str::from_str("[]");
    }
    if call::repr_enter(list.as_object())? {
        return str::from_str("[...]");
    }
    let result = repr_items(list);
    call::repr_leave(list.as_object());
    str::from_wtf8(&result?)
}

fn repr_items(list: List<'_>) -> PyResult<Wtf8Buf> {
    let mut text = Wtf8Buf::new();
    text.push_str("[");
    let mut index = 0;
    while index < len(list) {
        if index > 0 {
            text.push_str(", ");
        }
        // SAFETY: a live item, or null in a list that C code has not filled yet.
        match unsafe { Object::new_ref_nullable(*list.ob_item.add(index)) } {
            Some(item) => text.push_wtf8(&str::to_wtf8(object::repr(item.op())?.borrow())),
            None => text.push_str("<NULL>"),
        }
        index += 1;
    }
    text.push_str("]");
    Ok(text)
}

fn sq_length(list: List<'_>) -> PyResult<usize> {
    Ok(len(list))
}

/// Comparing may run Python code that shrinks this list, so the length is read
/// again on every turn and the element is kept alive while it is compared.
fn sq_contains(list: List<'_>, wanted: Op<'_>) -> PyResult<bool> {
    let mut index = 0;
    while let Some(item) = get(list, index) {
        if object::rich_compare_bool(item.op(), wanted, Py_EQ)? {
            return Ok(true);
        }
        index += 1;
    }
    Ok(false)
}

fn sq_item(list: List<'_>, index: Py_ssize_t) -> PyResult {
    if index >= 0
        && let Some(item) = get(list, index as usize)
    {
        return Ok(item);
    }
    Err(raise!(IndexError, "list index out of range"))
}

fn sq_ass_item(list: List<'_>, index: Py_ssize_t, value: Option<Op<'_>>) -> PyResult<()> {
    if index < 0 || index as usize >= len(list) {
        return Err(raise!(IndexError, "list assignment index out of range"));
    }
    match value {
        Some(value) => set(list, index as usize, value.to_owned()),
        None => splice(list, index as usize, index as usize + 1, Vec::new()),
    }
}

fn sq_concat(list: List<'_>, other: Op<'_>) -> PyResult<Owned<PyListObject>> {
    let Some(other) = other.downcast::<PyListObject>() else {
        return Err(raise!(TypeError, "can only concatenate list (not \"{}\") to list", other.type_name()));
    };
    let result = list::with_capacity(len(list) + len(other))?;
    super::extend_from_cells(result.borrow(), || list.ob_item, len(list))?;
    super::extend_from_cells(result.borrow(), || other.ob_item, len(other))?;
    Ok(result)
}

fn sq_repeat(list: List<'_>, count: Py_ssize_t) -> PyResult<Owned<PyListObject>> {
    let n = len(list);
    if n == 0 || count <= 0 {
        return list::new();
    }
    let Some(total) = n.checked_mul(count as usize).filter(|&total| total <= isize::MAX as usize / 8) else {
        return Err(errors::no_memory());
    };
    let result = list::with_capacity(total)?;
    fill_by_repeating(list, result.borrow(), 0, total);
    Ok(result)
}

/// Fills the cells of `target` from `from` to `total` with the items of `source` over and over.
fn fill_by_repeating(source: List<'_>, target: List<'_>, from: usize, total: usize) {
    let n = len(source);
    for index in from..total {
        // SAFETY: the target has room for `total` cells, the source has `n` items.
        unsafe {
            let item = *item_ptr(source).add(index % n);
            object::incref(item);
            *item_ptr(target).add(index) = item;
        }
    }
    list::set_len(target, total);
}

fn sq_inplace_concat(list: List<'_>, other: Op<'_>) -> PyResult<Owned<PyListObject>> {
    extend(list, other)?;
    Ok(list.to_owned())
}

fn sq_inplace_repeat(list: List<'_>, count: Py_ssize_t) -> PyResult<Owned<PyListObject>> {
    let n = len(list);
    if n == 0 || count == 1 {
        return Ok(list.to_owned());
    }
    if count < 1 {
        clear(list);
        return Ok(list.to_owned());
    }
    let Some(total) = n.checked_mul(count as usize).filter(|&total| total <= isize::MAX as usize / 8) else {
        return Err(errors::no_memory());
    };
    super::reserve(list, total)?;
    for index in n..total {
        // SAFETY: there is room for `total` cells, and the first `n` are filled.
        unsafe {
            let item = *item_ptr(list).add(index - n);
            object::incref(item);
            *item_ptr(list).add(index) = item;
        }
    }
    list::set_len(list, total);
    Ok(list.to_owned())
}

fn subscript(list: List<'_>, key: Op<'_>) -> PyResult {
    if number::check_index(key) {
        let mut index = number::as_ssize_t(key, Some(crate::exceptions::builtin::IndexError()))?;
        if index < 0 {
            index += len(list) as isize;
        }
        return sq_item(list, index);
    }
    let Some(key) = key.downcast::<PySliceObject>() else {
        return Err(raise!(TypeError, "list indices must be integers or slices, not {}", key.type_name()));
    };
    let (mut start, mut stop, step) = slice_object::unpack(key)?;
    let n = slice_object::adjust_indices(len(list), &mut start, &mut stop, step);
    if step == 1 {
        return Ok(slice(list, start as usize, start as usize + n)?.into_object());
    }
    let result = list::with_capacity(n)?;
    for index in 0..n {
        // SAFETY: adjusted to the length, which nothing changes meanwhile.
        unsafe {
            let item = *item_ptr(list).add((start + index as isize * step) as usize);
            object::incref(item);
            *item_ptr(result.borrow()).add(index) = item;
        }
    }
    list::set_len(result.borrow(), n);
    Ok(result.into_object())
}

fn ass_subscript(list: List<'_>, key: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    if number::check_index(key) {
        let mut index = number::as_ssize_t(key, Some(crate::exceptions::builtin::IndexError()))?;
        if index < 0 {
            index += len(list) as isize;
        }
        return sq_ass_item(list, index, value);
    }
    let Some(key) = key.downcast::<PySliceObject>() else {
        return Err(raise!(TypeError, "list indices must be integers or slices, not {}", key.type_name()));
    };
    let (mut start, mut stop, step) = slice_object::unpack(key)?;
    let n = slice_object::adjust_indices(len(list), &mut start, &mut stop, step);
    if step == 1 {
        if let Some(value) = value.filter(|value| !value.is(list)) {
            let row = sequence::fast(value, "must assign iterable to extended slice")?;
            return super::set_slice(list, start as usize, start as usize + n, Some(row.op()));
        }
        return super::set_slice(list, start as usize, start as usize + n, value);
    }
    match value {
        None => {
            delete_stepped(list, start, step, n);
            Ok(())
        }
        Some(value) => set_stepped(list, key, value),
    }
}

fn delete_stepped(list: List<'_>, start: isize, step: isize, n: usize) {
    if n == 0 {
        return;
    }
    let (first, step) = if step < 0 { (start + step * (n as isize - 1), -step) } else { (start, step) };
    let (first, step) = (first as usize, step as usize);
    let total = len(list);
    let mut removed: Vec<Object> = Vec::with_capacity(n);
    let mut target = first;
    for index in first..total {
        // SAFETY: both indices are below the length; each item either moves down or is taken out.
        unsafe {
            let item = *item_ptr(list).add(index);
            if (index - first).is_multiple_of(step) && removed.len() < n {
                removed.push(Object::steal(item));
            } else {
                *item_ptr(list).add(target) = item;
                target += 1;
            }
        }
    }
    super::shrink(list, target);
    drop(removed);
}

fn set_stepped(list: List<'_>, key: crate::Borrowed<'_, PySliceObject>, value: Op<'_>) -> PyResult<()> {
    let items: Vec<Object> = if value.is(list) {
        to_vec(list)
    } else {
        let row = sequence::fast(value, "must assign iterable to extended slice")?;
        sequence::fast_items(row.op()).iter().map(|&item| item.to_owned()).collect()
    };
    // Making the row may have run Python code that changed the list.
    let (mut start, mut stop, step) = slice_object::unpack(key)?;
    let n = slice_object::adjust_indices(len(list), &mut start, &mut stop, step);
    if items.len() != n {
        let given = items.len();
        return Err(raise!(
            ValueError,
            "attempt to assign sequence of size {given} to extended slice of size {n}"
        ));
    }
    let mut old: Vec<Object> = Vec::with_capacity(n);
    for (index, item) in items.into_iter().enumerate() {
        // SAFETY: adjusted to the length; dropping waits until all cells are right.
        unsafe {
            let place = item_ptr(list).add((start + index as isize * step) as usize);
            old.push(Object::steal(ptr::replace(place, item.into_ptr())));
        }
    }
    drop(old);
    Ok(())
}

fn richcompare(list: List<'_>, other: Op<'_>, op: c_int) -> PyResult {
    let (true, Some(other)) = (list.is_instance::<PyListObject>(), other.downcast::<PyListObject>()) else {
        return Ok(singletons::new_not_implemented());
    };
    if len(list) != len(other) && (op == Py_EQ || op == Py_NE) {
        return Ok(singletons::new_bool(op == Py_NE));
    }
    let mut index = 0;
    while let (Some(x), Some(y)) = (get(list, index), get(other, index)) {
        if !x.borrow().is(y.borrow()) && !object::rich_compare_bool(x.op(), y.op(), Py_EQ)? {
            // The comparison may have shortened a list; then there is no such pair any more.
            if index >= len(list) || index >= len(other) {
                break;
            }
            return match op {
                Py_EQ => Ok(singletons::new_false()),
                Py_NE => Ok(singletons::new_true()),
                _ => object::rich_compare(x.op(), y.op(), op),
            };
        }
        index += 1;
    }
    Ok(singletons::new_bool(compare_lengths(len(list), len(other), op)))
}

fn method_append(list: List<'_>, value: Op<'_>) -> PyResult<()> {
    append(list, value.to_owned())
}

fn method_insert(list: List<'_>, args: Args<'_>) -> PyResult<()> {
    let [index, value] = args.exactly::<2>("insert")?;
    insert(list, number::as_ssize_t(index, Some(crate::exceptions::builtin::OverflowError()))?, value)
}

fn method_extend(list: List<'_>, iterable: Op<'_>) -> PyResult<()> {
    extend(list, iterable)
}

fn method_pop(list: List<'_>, args: Args<'_>) -> PyResult {
    let [index] = args.optional::<1>("pop", 0)?;
    let index = match index {
        Some(index) => number::as_ssize_t(index, Some(crate::exceptions::builtin::OverflowError()))?,
        None => -1,
    };
    pop(list, index)
}

fn method_clear(list: List<'_>) -> PyResult<()> {
    clear(list);
    Ok(())
}

fn method_copy(list: List<'_>) -> PyResult<Owned<PyListObject>> {
    slice(list, 0, len(list))
}

fn method_reverse(list: List<'_>) -> PyResult<()> {
    reverse(list);
    Ok(())
}

fn method_sort(list: List<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<2> = Signature::new("sort", ["key", "reverse"]).keyword_only_from(0);
    let [key, reverse] = args.parse(&SIGNATURE)?;
    let reverse = reverse.map_or(Ok(false), object::is_true)?;
    sort(list, key.filter(|key| !key.is_none()), reverse)
}

fn method_index(list: List<'_>, args: Args<'_>) -> PyResult {
    let [value, start, stop] = args.optional::<3>("index", 1)?;
    let value = value.expect("required");
    let n = len(list) as isize;
    let start = start.map_or(Ok(0), slice_object::eval_index)?;
    let stop = stop.map_or(Ok(isize::MAX), slice_object::eval_index)?;
    let start = if start < 0 { (start + n).max(0) } else { start };
    let stop = if stop < 0 { (stop + n).max(0) } else { stop };
    let mut index = start;
    while index < stop {
        let Some(item) = get(list, index as usize) else { break };
        if object::rich_compare_bool(item.op(), value, Py_EQ)? {
            return int::from_isize(index);
        }
        index += 1;
    }
    Err(raise!(ValueError, "list.index(x): x not in list"))
}

fn method_count(list: List<'_>, value: Op<'_>) -> PyResult {
    let (mut index, mut n) = (0, 0);
    while let Some(item) = get(list, index) {
        if item.borrow().is(value) || object::rich_compare_bool(item.op(), value, Py_EQ)? {
            n += 1;
        }
        index += 1;
    }
    int::from_usize(n)
}

fn method_remove(list: List<'_>, value: Op<'_>) -> PyResult<()> {
    let mut index = 0;
    while let Some(item) = get(list, index) {
        if object::rich_compare_bool(item.op(), value, Py_EQ)? {
            return splice(list, index, index + 1, Vec::new());
        }
        index += 1;
    }
    Err(raise!(ValueError, "list.remove(x): x not in list"))
}

fn method_sizeof(list: List<'_>) -> PyResult {
    let allocated = list.allocated.max(0) as usize;
    int::from_usize(list.ob_type().tp_basicsize as usize + allocated * size_of::<*mut PyObject>())
}

fn method_reversed(list: List<'_>) -> PyResult {
    reversed(list)
}

const METHODS: &[PyMethodDef] = &[
    method::coexist(method::o(
        c"__getitem__",
        subscript,
        c"__getitem__($self, index, /)\n--\n\nThe item at an index, or a list of the items of a slice.",
    )),
    method::noargs(
        c"__reversed__",
        method_reversed,
        c"__reversed__($self, /)\n--\n\nAn iterator over the items from the last to the first.",
    ),
    method::noargs(
        c"__sizeof__",
        method_sizeof,
        c"__sizeof__($self, /)\n--\n\nThe size of the object in memory, in bytes.",
    ),
    method::noargs(c"clear", method_clear, c"clear($self, /)\n--\n\nRemove every item."),
    method::noargs(c"copy", method_copy, c"copy($self, /)\n--\n\nA new list of the same items."),
    method::o(c"append", method_append, c"append($self, object, /)\n--\n\nAdd an item at the end."),
    method::positional(
        c"insert",
        method_insert,
        c"insert($self, index, object, /)\n--\n\nPut an item in front of the one at index.",
    ),
    method::o(
        c"extend",
        method_extend,
        c"extend($self, iterable, /)\n--\n\nAdd every item of the iterable at the end.",
    ),
    method::positional(
        c"pop",
        method_pop,
        c"pop($self, index=-1, /)\n--\n\nRemove the item at index and return it; IndexError if there is none.",
    ),
    method::o(
        c"remove",
        method_remove,
        c"remove($self, value, /)\n--\n\nRemove the first item that is equal to value; ValueError if there is none.",
    ),
    method::positional(
        c"index",
        method_index,
        c"index($self, value, start=0, stop=sys.maxsize, /)\n--\n\nThe first index of value; ValueError if there is none.",
    ),
    method::o(c"count", method_count, c"count($self, value, /)\n--\n\nHow many items are equal to value."),
    method::noargs(c"reverse", method_reverse, c"reverse($self, /)\n--\n\nReverse the order of the items *IN PLACE*."),
    method::keywords(
        c"sort",
        method_sort,
        c"sort($self, /, *, key=None, reverse=False)\n--\n\nSort the items in place, from small to large.\n\nItems that compare equal keep their order. With a key function, its results are\ncompared in place of the items; reverse sorts from large to small.",
    ),
    method::class_o(c"__class_getitem__", crate::generic_alias::class_getitem, c"__class_getitem__($type, object, /)\n--\n\nSee PEP 585"),
    PyMethodDef::EMPTY,
];

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(sq_length),
    sq_concat: slot::binary(sq_concat),
    sq_repeat: slot::ssizearg(sq_repeat),
    sq_item: slot::ssizearg(sq_item),
    sq_ass_item: slot::ssizeobjarg(sq_ass_item),
    sq_contains: slot::contains(sq_contains),
    sq_inplace_concat: slot::binary(sq_inplace_concat),
    sq_inplace_repeat: slot::ssizearg(sq_inplace_repeat),
    ..PySequenceMethods::EMPTY
};

static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(sq_length),
    mp_subscript: slot::binary(subscript),
    mp_ass_subscript: slot::objobjarg(ass_subscript),
};

#[unsafe(no_mangle)]
pub static mut PyList_Type: PyTypeObject = PyTypeObject {
    tp_name: c"list".as_ptr(),
    tp_basicsize: size_of::<PyListObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_sequence: &raw mut AS_SEQUENCE,
    tp_as_mapping: &raw mut AS_MAPPING,
    tp_flags: Py_TPFLAGS_DEFAULT
        | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_LIST_SUBCLASS
        | _Py_TPFLAGS_MATCH_SELF
        | Py_TPFLAGS_SEQUENCE,
    tp_doc: c"list(iterable=(), /)\n--\n\nBuilt-in mutable sequence.\n\nWithout an argument it is empty; otherwise it has the items of the iterable.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_richcompare: slot::richcompare(richcompare),
    tp_iter: slot::unary(iter),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_init: slot::init(init),
    tp_new: slot::new(type_object::generic_new),
    tp_vectorcall: slot::vectorcall(vectorcall),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyListObject, PyList_Type, Py_TPFLAGS_LIST_SUBCLASS);
