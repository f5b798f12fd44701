//! `collections.deque`: a row that grows and shrinks at both ends.
//!
//! The items stand in a `VecDeque` that the object owns. It is borrowed only for steps
//! that run no Python code: items are dropped, compared and shown outside. `state` counts
//! changes, so that a search or an iterator notices them.

use core::cell::Cell;
use core::ffi::c_int;
use core::mem::offset_of;
use std::collections::VecDeque;

use adder_object_model::args::Signature;
use adder_object_model::fields::{allocate, gc_type};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, PyTyped, TypeRef, Visitor, call, errors, gc,
    getset, int, iter, method, module, number, object, owned_fields, py_typed, raise, sequence, singletons,
    slice, slot, static_type, str, tuple, weakref,
};

#[repr(C)]
struct Deque {
    ob_base: PyVarObject,
    items: Cell<*mut VecDeque<Object>>,
    state: Cell<usize>,
    /// -1 without a bound.
    max_len: Cell<isize>,
    weakreflist: Cell<*mut PyObject>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for Deque {}
py_typed!(Deque, Deque_Type);

type This<'a> = Borrowed<'a, Deque>;

impl Deque {
    /// Runs a step on the items that runs no Python code; keeps `ob_size` true.
    fn with<R>(&self, step: impl FnOnce(&mut VecDeque<Object>) -> R) -> R {
        // SAFETY: `new` made the row, it lives as long as the object, and steps do not nest.
        let items = unsafe { &mut *self.items.get() };
        let result = step(items);
        let n = items.len() as isize;
        // SAFETY: the object is alive.
        unsafe { (*(&raw const self.ob_base).cast_mut()).ob_size = n };
        result
    }

    fn len(&self) -> usize {
        self.with(|items| items.len())
    }

    fn get(&self, index: usize) -> Option<Object> {
        self.with(|items| items.get(index).cloned())
    }

    fn changed(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }

    fn is_over_full(&self) -> bool {
        let max = self.max_len.get();
        max >= 0 && self.len() as isize > max
    }

    fn push_back(&self, item: Object) {
        self.with(|items| items.push_back(item));
        if self.is_over_full() {
            drop(self.with(VecDeque::pop_front));
        }
        self.changed();
    }

    fn push_front(&self, item: Object) {
        self.with(|items| items.push_front(item));
        if self.is_over_full() {
            drop(self.with(VecDeque::pop_back));
        }
        self.changed();
    }

    fn remove(&self, index: usize) -> Option<Object> {
        let item = self.with(|items| items.remove(index));
        self.changed();
        item
    }

    fn clear(&self) {
        let old = self.with(core::mem::take);
        self.changed();
        drop(old);
    }
}

fn new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult<Owned<Deque>> {
    // SAFETY: the type or a subclass.
    let result: Owned<Deque> = unsafe { allocate(tp)? };
    result.items.set(Box::into_raw(Box::default()));
    result.max_len.set(-1);
    Ok(result)
}

fn new_exact() -> PyResult<Owned<Deque>> {
    new(Deque::type_ref(), Args::positional_only(&[]))
}

fn init(deque: This<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<2> = Signature::new("deque", ["iterable", "maxlen"]);
    let [iterable, max_len] = args.parse(&SIGNATURE)?;
    let max_len = match max_len.filter(|op| !op.is_none()) {
        Some(op) if !op.is_instance::<PyLongObject>() => {
            return Err(raise!(TypeError, "an integer is required"));
        }
        Some(op) => match int::as_isize(op)? {
            n if n < 0 => return Err(raise!(ValueError, "maxlen must be non-negative")),
            n => n,
        },
        None => -1,
    };
    deque.max_len.set(max_len);
    if deque.len() > 0 {
        deque.clear();
    }
    match iterable {
        Some(iterable) => extend(deque, iterable),
        None => Ok(()),
    }
}

fn dealloc(deque: This<'_>) {
    let op = deque.as_object_ptr();
    gc::untrack(op);
    weakref::clear_refs(deque.as_object());
    let items = deque.items.get();
    if !items.is_null() {
        deque.clear();
        // SAFETY: made by `Box::into_raw`; nobody uses the object any more.
        drop(unsafe { Box::from_raw(items) });
    }
    // SAFETY: the references are gone.
    unsafe { adder_object_model::alloc::free_object(op) };
}

fn traverse(deque: This<'_>, visitor: &mut Visitor) {
    if !deque.items.get().is_null() {
        deque.with(|items| items.iter().for_each(|item| visitor.visit(item.as_ptr())));
    }
}

fn tp_clear(deque: This<'_>) {
    if !deque.items.get().is_null() {
        deque.clear();
    }
}

fn extend(deque: This<'_>, iterable: Op<'_>) -> PyResult<()> {
    if iterable.is(deque) {
        let copy = sequence::to_list(iterable)?;
        return extend(deque, copy.op());
    }
    let iterator = object::get_iter(iterable)?;
    while let Some(item) = iter::next(iterator.op())? {
        deque.push_back(item);
    }
    Ok(())
}

fn extend_left(deque: This<'_>, iterable: Op<'_>) -> PyResult<()> {
    if iterable.is(deque) {
        let copy = sequence::to_list(iterable)?;
        return extend_left(deque, copy.op());
    }
    let iterator = object::get_iter(iterable)?;
    while let Some(item) = iter::next(iterator.op())? {
        deque.push_front(item);
    }
    Ok(())
}

fn append(deque: This<'_>, item: Op<'_>) -> PyResult<()> {
    deque.push_back(item.to_owned());
    Ok(())
}

fn append_left(deque: This<'_>, item: Op<'_>) -> PyResult<()> {
    deque.push_front(item.to_owned());
    Ok(())
}

fn empty_error() -> adder_object_model::Raised {
    raise!(IndexError, "pop from an empty deque")
}

fn pop(deque: This<'_>) -> PyResult {
    let item = deque.with(VecDeque::pop_back).ok_or_else(empty_error)?;
    deque.changed();
    Ok(item)
}

fn pop_left(deque: This<'_>) -> PyResult {
    let item = deque.with(VecDeque::pop_front).ok_or_else(empty_error)?;
    deque.changed();
    Ok(item)
}

fn clear(deque: This<'_>) -> PyResult<()> {
    deque.clear();
    Ok(())
}

/// A copy of the same type with the same bound.
fn copy(deque: This<'_>) -> PyResult {
    let max_len = deque.max_len.get();
    if deque.is_exact::<Deque>() {
        let result = new_exact()?;
        result.max_len.set(max_len);
        let items = deque.with(|items| items.clone());
        result.with(|target| *target = items);
        return Ok(result.into_object());
    }
    let tp = deque.ob_type().to_owned();
    let result = if max_len < 0 {
        call::call_one(tp.op(), deque.as_object())?
    } else {
        let max_len = int::from_isize(max_len)?;
        call::call_positional(tp.op(), &[deque.as_object(), max_len.op()])?
    };
    if !result.op().is_instance::<Deque>() {
        return Err(raise!(
            TypeError,
            "{}() must return a deque, not {}",
            deque.type_name(),
            result.op().type_name()
        ));
    }
    Ok(result)
}

fn as_deque(op: &Object) -> This<'_> {
    debug_assert!(op.op().is_instance::<Deque>());
    // SAFETY: callers have made a deque.
    unsafe { op.op().cast_unchecked() }
}

fn concat(deque: This<'_>, other: Op<'_>) -> PyResult {
    if !other.is_instance::<Deque>() {
        return Err(raise!(TypeError, "can only concatenate deque (not \"{}\") to deque", other.type_name()));
    }
    let result = copy(deque)?;
    extend(as_deque(&result), other)?;
    Ok(result)
}

fn in_place_concat(deque: This<'_>, other: Op<'_>) -> PyResult<Owned<Deque>> {
    extend(deque, other)?;
    Ok(deque.to_owned())
}

fn in_place_repeat(deque: This<'_>, count: Py_ssize_t) -> PyResult<Owned<Deque>> {
    let n = deque.len();
    if n == 0 || count == 1 {
        return Ok(deque.to_owned());
    }
    if count <= 0 {
        deque.clear();
        return Ok(deque.to_owned());
    }
    let row: Vec<Object> = deque.with(|items| items.iter().cloned().collect());
    let mut count = count as usize;
    let max = deque.max_len.get();
    if max >= 0 && count.saturating_mul(n) > max as usize {
        // Only the last items stay, so there is no need for more rounds than fill the deque.
        count = (max as usize).div_ceil(n).max(1);
    }
    if count.checked_mul(n).is_none_or(|total| total > isize::MAX as usize / 8) {
        return Err(errors::no_memory());
    }
    for _ in 1..count {
        for item in &row {
            deque.push_back(item.clone());
        }
    }
    if max >= 0 {
        while deque.is_over_full() {
            drop(deque.with(VecDeque::pop_front));
        }
    }
    Ok(deque.to_owned())
}

fn repeat(deque: This<'_>, count: Py_ssize_t) -> PyResult {
    let result = copy(deque)?;
    in_place_repeat(as_deque(&result), count)?;
    Ok(result)
}

fn reverse(deque: This<'_>) -> PyResult<()> {
    deque.with(|items| items.make_contiguous().reverse());
    Ok(())
}

fn rotate(deque: This<'_>, args: Args<'_>) -> PyResult<()> {
    let [n] = args.optional::<1>("rotate", 0)?;
    let n = n.map_or(Ok(1), |n| int::as_isize(number::index(n)?.op()))?;
    let len = deque.len() as isize;
    if len > 1 {
        deque.with(|items| items.rotate_right(n.rem_euclid(len) as usize));
        deque.changed();
    }
    Ok(())
}

fn mutated() -> adder_object_model::Raised {
    raise!(RuntimeError, "deque mutated during iteration")
}

/// The first index from `start` to `stop` at which an item equals `value`.
fn position(deque: This<'_>, value: Op<'_>, start: usize, stop: usize) -> PyResult<Option<usize>> {
    let state = deque.state.get();
    for index in start..stop {
        let Some(item) = deque.get(index) else { return Err(mutated()) };
        let equal = object::rich_compare_bool(item.op(), value, Py_EQ)?;
        if equal {
            return Ok(Some(index));
        }
        if state != deque.state.get() {
            return Err(mutated());
        }
    }
    Ok(None)
}

fn contains(deque: This<'_>, value: Op<'_>) -> PyResult<bool> {
    Ok(position(deque, value, 0, deque.len())?.is_some())
}

fn count(deque: This<'_>, value: Op<'_>) -> PyResult {
    let state = deque.state.get();
    let mut n = 0;
    for index in 0..deque.len() {
        let Some(item) = deque.get(index) else { return Err(mutated()) };
        n += usize::from(object::rich_compare_bool(item.op(), value, Py_EQ)?);
        if state != deque.state.get() {
            return Err(mutated());
        }
    }
    int::from_usize(n)
}

fn index(deque: This<'_>, args: Args<'_>) -> PyResult {
    let [value, start, stop] = args.optional::<3>("index", 1)?;
    let len = deque.len() as isize;
    let bound = |given: Option<Op<'_>>, default: isize| -> PyResult<isize> {
        let given = given.map_or(Ok(default), slice::eval_index)?;
        Ok(if given < 0 { (given + len).max(0) } else { given })
    };
    let start = bound(start, 0)?;
    let stop = bound(stop, isize::MAX)?.min(len);
    let start = start.min(stop);
    match position(deque, value.expect("required"), start as usize, stop as usize)? {
        Some(index) => int::from_usize(index),
        None => Err(raise!(ValueError, "deque.index(x): x not in deque")),
    }
}

fn insert(deque: This<'_>, args: Args<'_>) -> PyResult<()> {
    let [index, value] = args.exactly::<2>("insert")?;
    let index = int::as_isize(number::index(index)?.op())?;
    let len = deque.len() as isize;
    if deque.max_len.get() == len {
        return Err(raise!(IndexError, "deque already at its maximum size"));
    }
    let index = if index < 0 { (index + len).max(0) } else { index.min(len) };
    deque.with(|items| items.insert(index as usize, value.to_owned()));
    deque.changed();
    Ok(())
}

fn remove(deque: This<'_>, value: Op<'_>) -> PyResult<()> {
    let n = deque.len();
    for index in 0..n {
        let Some(item) = deque.get(index) else { break };
        let equal = object::rich_compare_bool(item.op(), value, Py_EQ)?;
        if deque.len() != n {
            return Err(raise!(IndexError, "deque mutated during remove()."));
        }
        if equal {
            drop(deque.remove(index));
            return Ok(());
        }
    }
    if deque.len() != n {
        return Err(raise!(IndexError, "deque mutated during remove()."));
    }
    Err(raise!(ValueError, "deque.remove(x): x not in deque"))
}

fn sq_length(deque: This<'_>) -> PyResult<usize> {
    Ok(deque.len())
}

fn sq_item(deque: This<'_>, index: Py_ssize_t) -> PyResult {
    let item = if index < 0 { None } else { deque.get(index as usize) };
    item.ok_or_else(|| raise!(IndexError, "deque index out of range"))
}

fn sq_ass_item(deque: This<'_>, index: Py_ssize_t, value: Option<Op<'_>>) -> PyResult<()> {
    if index < 0 || index as usize >= deque.len() {
        return Err(raise!(IndexError, "deque index out of range"));
    }
    let index = index as usize;
    let old = match value {
        Some(value) => deque.with(|items| core::mem::replace(&mut items[index], value.to_owned())),
        None => deque.remove(index).expect("index was checked"),
    };
    drop(old);
    Ok(())
}

fn repr(deque: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if call::repr_enter(deque.as_object())? {
        return str::from_str("[...]");
    }
    let items = sequence::to_list(deque.as_object()).and_then(|items| object::repr(items.op()));
    call::repr_leave(deque.as_object());
    let name = deque.type_name();
    let name = name.rsplit('.').next().unwrap_or(name);
    let mut text = rustpython_wtf8::Wtf8Buf::from_string(format!("{name}("));
    text.push_wtf8(&str::to_wtf8(items?.borrow()));
    match deque.max_len.get() {
        max if max >= 0 => text.push_str(&format!(", maxlen={max})")),
        _ => text.push_str(")"),
    }
    str::from_wtf8(&text)
}

fn richcompare(deque: This<'_>, other: Op<'_>, op: c_int) -> PyResult {
    let (true, Some(other)) = (deque.is_instance::<Deque>(), other.downcast::<Deque>()) else {
        return Ok(singletons::new_not_implemented());
    };
    let (n_a, n_b) = (deque.len(), other.len());
    if deque.is(other) {
        return Ok(singletons::new_bool(matches!(op, Py_EQ | Py_LE | Py_GE)));
    }
    if n_a != n_b && (op == Py_EQ || op == Py_NE) {
        return Ok(singletons::new_bool(op == Py_NE));
    }
    let (a, b) = (iter_forward(deque)?, iter_forward(other)?);
    loop {
        let x = next(a.borrow())?;
        let y = next(b.borrow())?;
        let (Some(x), Some(y)) = (&x, &y) else {
            let (more_a, more_b) = (x.is_some(), y.is_some());
            let result = match op {
                Py_LT => !more_a && more_b,
                Py_LE => !more_a,
                Py_EQ => more_a == more_b,
                Py_NE => more_a != more_b,
                Py_GT => more_a && !more_b,
                _ => !more_b,
            };
            return Ok(singletons::new_bool(result));
        };
        if !object::rich_compare_bool(x.op(), y.op(), Py_EQ)? {
            return match op {
                Py_EQ => Ok(singletons::new_false()),
                Py_NE => Ok(singletons::new_true()),
                _ => object::rich_compare(x.op(), y.op(), op),
            };
        }
    }
}

fn reduce(deque: This<'_>) -> PyResult {
    let state = call::call_method_noargs(deque.as_object(), "__getstate__")?;
    let iterator = object::get_iter(deque.as_object())?;
    let arguments = match deque.max_len.get() {
        max if max < 0 => tuple::empty(),
        max => {
            let max = int::from_isize(max)?;
            tuple::pack(&[tuple::empty().op(), max.op()])?
        }
    };
    tuple::pack(&[deque.ob_type().as_object(), arguments.op(), state.op(), iterator.op()])
}

fn get_max_len(deque: This<'_>) -> PyResult {
    match deque.max_len.get() {
        max if max < 0 => Ok(singletons::new_none()),
        max => int::from_isize(max),
    }
}

fn sizeof(deque: This<'_>) -> PyResult {
    /// CPython keeps blocks of 64 items and two links.
    const BLOCK: usize = 66 * size_of::<usize>();
    let n_blocks = deque.len() / 64 + 1;
    int::from_usize(deque.ob_type().tp_basicsize as usize + n_blocks * BLOCK)
}

/// An iterator over a deque, forwards or backwards.
#[repr(C)]
struct DequeIterator {
    ob_base: PyObject,
    deque: Field<Deque>,
    /// The deque's state at the start.
    state: Cell<usize>,
    /// How many items are still to come.
    left: Cell<usize>,
    index: Cell<isize>,
}
owned_fields!(DequeIterator, DequeIter_Type, [deque]);

type Iter<'a> = Borrowed<'a, DequeIterator>;

fn new_iterator(tp: TypeRef<'_>, deque: This<'_>) -> PyResult<Owned<DequeIterator>> {
    // SAFETY: one of the two iterator types.
    let result: Owned<DequeIterator> = unsafe { allocate(tp)? };
    result.state.set(deque.state.get());
    result.left.set(deque.len());
    result.deque.set(Some(deque.to_owned()));
    Ok(result)
}

fn reverse_type() -> TypeRef<'static> {
    // SAFETY: a static type lives as long as the process.
    unsafe { TypeRef::from_ptr(&raw mut DequeRevIter_Type) }
}

fn iter_forward(deque: This<'_>) -> PyResult<Owned<DequeIterator>> {
    new_iterator(DequeIterator::type_ref(), deque)
}

fn iter_backward(deque: This<'_>) -> PyResult<Owned<DequeIterator>> {
    let result = new_iterator(reverse_type(), deque)?;
    result.index.set(deque.len() as isize - 1);
    Ok(result)
}

fn advance(iterator: Iter<'_>, step: isize) -> PyResult<Option<Object>> {
    let Some(deque) = iterator.deque.get() else { return Ok(None) };
    if iterator.state.get() != deque.state.get() {
        iterator.left.set(0);
        return Err(mutated());
    }
    if iterator.left.get() == 0 {
        return Ok(None);
    }
    let item = deque.get(iterator.index.get() as usize);
    iterator.index.set(iterator.index.get() + step);
    iterator.left.set(iterator.left.get() - 1);
    Ok(item)
}

fn next(iterator: Iter<'_>) -> PyResult<Option<Object>> {
    advance(iterator, 1)
}

fn previous(iterator: Iter<'_>) -> PyResult<Option<Object>> {
    advance(iterator, -1)
}

fn iterator_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<DequeIterator>> {
    let backwards = tp.as_ptr() == reverse_type().as_ptr();
    let name = if backwards { "_deque_reverse_iterator" } else { "_deque_iterator" };
    args.check_positional(name, 1, 2)?;
    let op = args.get(0).expect("counted");
    let Some(deque) = op.downcast::<Deque>() else {
        return Err(raise!(
            TypeError,
            "{name}() argument 1 must be collections.deque, not {}",
            op.type_name()
        ));
    };
    let skip = args.get(1).map_or(Ok(0), |index| int::as_isize(number::index(index)?.op()))?;
    let result = if backwards { iter_backward(deque)? } else { iter_forward(deque)? };
    for _ in 0..skip.max(0) {
        if advance(result.borrow(), if backwards { -1 } else { 1 })?.is_none() {
            break;
        }
    }
    Ok(result)
}

fn iterator_length_hint(iterator: Iter<'_>) -> PyResult {
    int::from_usize(iterator.left.get())
}

fn iterator_reduce(iterator: Iter<'_>) -> PyResult {
    let deque = iterator.deque.get().map_or_else(singletons::new_none, Owned::into_object);
    let n = deque.op().downcast::<Deque>().map_or(0, |deque| deque.len());
    let done = int::from_isize(n as isize - iterator.left.get() as isize)?;
    let arguments = tuple::pack(&[deque.op(), done.op()])?;
    tuple::pack(&[iterator.ob_type().as_object(), arguments.op()])
}

const ITERATOR_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__length_hint__",
        iterator_length_hint,
        c"__length_hint__($self, /)\n--\n\nPrivate method returning an estimate of len(list(it)).",
    ),
    method::noargs(
        c"__reduce__",
        iterator_reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    PyMethodDef::EMPTY,
];

const METHODS: &[PyMethodDef] = &[
    method::o(c"append", append, c"append($self, item, /)\n--\n\nAdd an item on the right."),
    method::o(c"appendleft", append_left, c"appendleft($self, item, /)\n--\n\nAdd an item on the left."),
    method::noargs(c"clear", clear, c"clear($self, /)\n--\n\nRemove every item."),
    method::noargs(c"__copy__", copy, c"__copy__($self, /)\n--\n\nA new deque of the same items."),
    method::noargs(c"copy", copy, c"copy($self, /)\n--\n\nA new deque of the same items."),
    method::o(c"count", count, c"count($self, value, /)\n--\n\nHow many items are equal to value."),
    method::o(c"extend", extend, c"extend($self, iterable, /)\n--\n\nAdd every item of the iterable on the right."),
    method::o(
        c"extendleft",
        extend_left,
        c"extendleft($self, iterable, /)\n--\n\nAdd every item of the iterable on the left, one after the other.",
    ),
    method::positional(
        c"index",
        index,
        c"index($self, value, [start, [stop]])\n--\n\nThe first index of value; ValueError if there is none.",
    ),
    method::positional(
        c"insert",
        insert,
        c"insert($self, index, value, /)\n--\n\nPut an item in front of the one at index.",
    ),
    method::noargs(c"pop", pop, c"pop($self, /)\n--\n\nRemove the item on the right and return it."),
    method::noargs(c"popleft", pop_left, c"popleft($self, /)\n--\n\nRemove the item on the left and return it."),
    method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\nReturn state information for pickling."),
    method::o(
        c"remove",
        remove,
        c"remove($self, value, /)\n--\n\nRemove the first item that is equal to value; ValueError if there is none.",
    ),
    method::noargs(
        c"__reversed__",
        iter_backward,
        c"__reversed__($self, /)\n--\n\nAn iterator over the items from right to left.",
    ),
    method::noargs(c"reverse", reverse, c"reverse($self, /)\n--\n\nReverse the order of the items *IN PLACE*."),
    method::positional(
        c"rotate",
        rotate,
        c"rotate($self, n=1, /)\n--\n\nMove every item n steps to the right; n may be negative.",
    ),
    method::noargs(
        c"__sizeof__",
        sizeof,
        c"__sizeof__($self, /)\n--\n\nThe size of the object in memory, in bytes.",
    ),
    method::class_o(
        c"__class_getitem__",
        adder_object_model::generic_alias::class_getitem,
        c"__class_getitem__($type, object, /)\n--\n\nSee PEP 585",
    ),
    PyMethodDef::EMPTY,
];

const GETSET: &[PyGetSetDef] = &[
    getset::get(c"maxlen", get_max_len, c"maximum size of a deque or None if unbounded"),
    PyGetSetDef::EMPTY,
];

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(sq_length),
    sq_concat: slot::binary(concat),
    sq_repeat: slot::ssizearg(repeat),
    sq_item: slot::ssizearg(sq_item),
    sq_ass_item: slot::ssizeobjarg(sq_ass_item),
    sq_contains: slot::contains(contains),
    sq_inplace_concat: slot::binary(in_place_concat),
    sq_inplace_repeat: slot::ssizearg(in_place_repeat),
    ..PySequenceMethods::EMPTY
};

static mut Deque_Type: PyTypeObject = PyTypeObject {
    tp_name: c"collections.deque".as_ptr(),
    // CPython's struct is larger: it keeps spare blocks.
    tp_basicsize: 216,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_sequence: &raw mut AS_SEQUENCE,
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_SEQUENCE,
    tp_doc: c"deque([iterable[, maxlen]])\n--\n\nA row of items to which one adds and from which one takes at both ends.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(tp_clear),
    tp_richcompare: slot::richcompare(richcompare),
    tp_weaklistoffset: offset_of!(Deque, weakreflist) as Py_ssize_t,
    tp_iter: slot::unary(iter_forward),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_init: slot::init(init),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};

static mut DequeIter_Type: PyTypeObject = PyTypeObject {
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(next),
    tp_methods: ITERATOR_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(iterator_new),
    ..gc_type::<DequeIterator>(c"collections._deque_iterator")
};

static mut DequeRevIter_Type: PyTypeObject = PyTypeObject {
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(previous),
    tp_methods: ITERATOR_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(iterator_new),
    ..gc_type::<DequeIterator>(c"collections._deque_reverse_iterator")
};

pub(super) fn add(collections: Op<'_>) -> PyResult<()> {
    for tp in [Deque::type_ref(), DequeIterator::type_ref(), static_type!(DequeRevIter_Type)] {
        module::add_type(collections, tp)?;
    }
    Ok(())
}
