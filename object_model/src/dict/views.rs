//! `dict.keys()`, `dict.values()` and `dict.items()`.

use core::ffi::c_int;

use rustpython_wtf8::Wtf8Buf;

use super::iterators::{new_reverse_item_iterator, new_reverse_key_iterator, new_reverse_value_iterator};
use super::{Dict, contains, get_item, len, new_item_iterator, new_key_iterator, new_value_iterator};
use crate::layout::*;
use crate::refs::Field;
use crate::{
    Borrowed, Op, Owned, PyLayout, PyResult, Visitor, call, gc, getset, iter, method, object, raise,
    sequence, set, singletons, slot, str, tuple, type_object,
};

/// What the three types of views look like.
#[repr(C)]
pub struct DictView {
    ob_base: PyObject,
    dict: Field<PyDictObject>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for DictView {}

type View<'a> = Borrowed<'a, DictView>;

fn new(tp: *mut PyTypeObject, dict: Dict<'_>) -> PyResult {
    // SAFETY: one of the static types below, of this layout.
    let result: Owned<DictView> =
        unsafe { type_object::generic_alloc(Borrowed::from_ptr(tp), 0)?.cast_unchecked() };
    result.dict.set(Some(dict.to_owned()));
    Ok(result.into_object())
}

pub fn new_keys_view(dict: Dict<'_>) -> PyResult {
    new(&raw mut PyDictKeys_Type, dict)
}
pub fn new_values_view(dict: Dict<'_>) -> PyResult {
    new(&raw mut PyDictValues_Type, dict)
}
pub fn new_items_view(dict: Dict<'_>) -> PyResult {
    new(&raw mut PyDictItems_Type, dict)
}

/// The three types can be subclassed by nobody in Python, but `odict_keys` and its like are.
fn is_kind(op: Op<'_>, tp: *mut PyTypeObject) -> bool {
    type_object::is_subtype_ptr(op.ob_type(), tp)
}

fn is_keys(op: Op<'_>) -> bool {
    is_kind(op, &raw mut PyDictKeys_Type)
}

fn is_items(op: Op<'_>) -> bool {
    is_kind(op, &raw mut PyDictItems_Type)
}

fn dict_of(view: View<'_>) -> PyResult<Owned<PyDictObject>> {
    view.dict.get().ok_or_else(|| raise!(ReferenceError, "the view has lost its dictionary"))
}

fn view_len(view: View<'_>) -> PyResult<usize> {
    Ok(view.dict.get().map_or(0, |dict| len(dict.borrow())))
}

fn keys_iter(view: View<'_>) -> PyResult {
    new_key_iterator(dict_of(view)?.borrow())
}
fn values_iter(view: View<'_>) -> PyResult {
    new_value_iterator(dict_of(view)?.borrow())
}
fn items_iter(view: View<'_>) -> PyResult {
    new_item_iterator(dict_of(view)?.borrow())
}
fn keys_reversed(view: View<'_>) -> PyResult {
    new_reverse_key_iterator(dict_of(view)?.borrow())
}
fn values_reversed(view: View<'_>) -> PyResult {
    new_reverse_value_iterator(dict_of(view)?.borrow())
}
fn items_reversed(view: View<'_>) -> PyResult {
    new_reverse_item_iterator(dict_of(view)?.borrow())
}

fn keys_contains(view: View<'_>, key: Op<'_>) -> PyResult<bool> {
    match view.dict.get() {
        Some(dict) => contains(dict.borrow(), key),
        None => Ok(false),
    }
}

fn items_contains(view: View<'_>, item: Op<'_>) -> PyResult<bool> {
    let (Some(dict), Some(pair)) = (view.dict.get(), item.downcast::<PyTupleObject>()) else {
        return Ok(false);
    };
    let &[key, value] = tuple::refs(pair) else { return Ok(false) };
    match get_item(dict.borrow(), key)? {
        Some(found) => object::rich_compare_bool(found.op(), value, Py_EQ),
        None => Ok(false),
    }
}

fn view_contains(view: View<'_>, item: Op<'_>) -> PyResult<bool> {
    if is_keys(view.as_object()) { keys_contains(view, item) } else { items_contains(view, item) }
}

fn repr(view: View<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if call::repr_enter(view.as_object())? {
        return str::from_str("...");
    }
    let result = sequence::to_list(view.as_object()).and_then(|items| object::repr(items.op()));
    call::repr_leave(view.as_object());
    let mut text = Wtf8Buf::new();
    text.push_str(view.type_name());
    text.push_str("(");
    text.push_wtf8(&str::to_wtf8(result?.borrow()));
    text.push_str(")");
    str::from_wtf8(&text)
}

/// Whether every item of `a` is in `b`.
fn all_contained_in(a: Op<'_>, b: Op<'_>) -> PyResult<bool> {
    let iterator = object::get_iter(a)?;
    while let Some(item) = iter::next(iterator.op())? {
        if !sequence::contains(b, item.op())? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn richcompare(view: View<'_>, other: Op<'_>, op: c_int) -> PyResult {
    let comparable = set::is_any(other) || is_keys(other) || is_items(other);
    if !comparable {
        return Ok(singletons::new_not_implemented());
    }
    let (a, b) = (view.as_object(), other);
    let (n_a, n_b) = (object::len(a)?, object::len(b)?);
    let result = match op {
        Py_EQ => n_a == n_b && all_contained_in(a, b)?,
        Py_NE => !(n_a == n_b && all_contained_in(a, b)?),
        Py_LT => n_a < n_b && all_contained_in(a, b)?,
        Py_LE => n_a <= n_b && all_contained_in(a, b)?,
        Py_GT => n_a > n_b && all_contained_in(b, a)?,
        _ => n_a >= n_b && all_contained_in(b, a)?,
    };
    Ok(singletons::new_bool(result))
}

/// The operand on the left may be any iterable if the view stands on the right.
fn to_set(op: Op<'_>) -> PyResult<Owned<PySetObject>> {
    set::new(Some(op))
}

fn nb_subtract(left: Op<'_>, right: Op<'_>) -> PyResult<Owned<PySetObject>> {
    let result = to_set(left)?;
    set::difference_update(result.borrow(), right)?;
    Ok(result)
}

fn nb_or(left: Op<'_>, right: Op<'_>) -> PyResult<Owned<PySetObject>> {
    let result = to_set(left)?;
    set::update(result.borrow(), right)?;
    Ok(result)
}

fn nb_xor(left: Op<'_>, right: Op<'_>) -> PyResult<Owned<PySetObject>> {
    let result = to_set(left)?;
    set::symmetric_difference_update(result.borrow(), right)?;
    Ok(result)
}

fn nb_and(left: Op<'_>, right: Op<'_>) -> PyResult {
    let is_view = |op: Op<'_>| is_keys(op) || is_items(op);
    let (mut view, mut other) = if is_view(left) { (left, right) } else { (right, left) };
    let n = object::len(view)?;
    if other.is_exact::<PySetObject>() && n <= object::len(other)? {
        // SAFETY: a set.
        return Ok(set::intersection(unsafe { other.cast_unchecked() }, view)?.into_object());
    }
    if is_view(other) && object::len(other)? > n {
        (view, other) = (other, view);
    }
    let result = set::new(None)?;
    let iterator = object::get_iter(other)?;
    while let Some(item) = iter::next(iterator.op())? {
        // SAFETY: one of the view types.
        if view_contains(unsafe { view.cast_unchecked() }, item.op())? {
            set::add(result.borrow(), item.op())?;
        }
    }
    Ok(result.into_object())
}

fn isdisjoint(view: View<'_>, other: Op<'_>) -> PyResult<bool> {
    if view.is(other) {
        return Ok(view_len(view)? == 0);
    }
    let (mut view, mut other) = (view.as_object(), other);
    if (set::is_any_exact(other) || is_keys(other) || is_items(other))
        && object::len(other)? > object::len(view)?
    {
        (view, other) = (other, view);
    }
    let iterator = object::get_iter(other)?;
    while let Some(item) = iter::next(iterator.op())? {
        if sequence::contains(view, item.op())? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn mapping(view: View<'_>) -> PyResult {
    super::new_proxy(dict_of(view)?.op())
}

fn traverse(view: View<'_>, visitor: &mut Visitor) {
    view.dict.visit(visitor);
}

fn dealloc(view: View<'_>) {
    gc::untrack(view.as_object_ptr());
    view.dict.clear();
    // SAFETY: the reference is gone.
    unsafe { crate::alloc::free_object(view.as_object_ptr()) };
}

macro_rules! view_methods {
    ($name:ident, $reversed:ident, [$($entry:expr),*]) => {
        const $name: &[PyMethodDef] = &[
            $($entry,)*
            method::noargs(c"__reversed__", $reversed, c"__reversed__($self, /)\n--\n\nAn iterator from the last to the first."),
            PyMethodDef::EMPTY,
        ];
    };
}
const ISDISJOINT: PyMethodDef = method::o(
    c"isdisjoint",
    isdisjoint,
    c"isdisjoint($self, other, /)\n--\n\nWhether the view and the iterable share no item.",
);
view_methods!(KEYS_METHODS, keys_reversed, [ISDISJOINT]);
view_methods!(ITEMS_METHODS, items_reversed, [ISDISJOINT]);
view_methods!(VALUES_METHODS, values_reversed, []);

const GETSET: &[PyGetSetDef] =
    &[getset::get(c"mapping", mapping, c"dictionary that this view refers to"), PyGetSetDef::EMPTY];

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_subtract: slot::binary(nb_subtract),
    nb_and: slot::binary(nb_and),
    nb_xor: slot::binary(nb_xor),
    nb_or: slot::binary(nb_or),
    ..PyNumberMethods::EMPTY
};

static mut KEYS_AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(view_len),
    sq_contains: slot::contains(keys_contains),
    ..PySequenceMethods::EMPTY
};

static mut ITEMS_AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(view_len),
    sq_contains: slot::contains(items_contains),
    ..PySequenceMethods::EMPTY
};

static mut VALUES_AS_SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_length: slot::len(view_len), ..PySequenceMethods::EMPTY };

#[allow(clippy::declare_interior_mutable_const, reason = "a template of static type objects, used by value")]
const VIEW: PyTypeObject = PyTypeObject {
    tp_basicsize: size_of::<DictView>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(traverse),
    tp_getset: GETSET.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};

#[unsafe(no_mangle)]
pub static mut PyDictKeys_Type: PyTypeObject = PyTypeObject {
    tp_name: c"dict_keys".as_ptr(),
    tp_as_number: &raw mut AS_NUMBER,
    tp_as_sequence: &raw mut KEYS_AS_SEQUENCE,
    tp_richcompare: slot::richcompare(richcompare),
    tp_iter: slot::unary(keys_iter),
    tp_methods: KEYS_METHODS.as_ptr().cast_mut(),
    ..VIEW
};

#[unsafe(no_mangle)]
pub static mut PyDictItems_Type: PyTypeObject = PyTypeObject {
    tp_name: c"dict_items".as_ptr(),
    tp_as_number: &raw mut AS_NUMBER,
    tp_as_sequence: &raw mut ITEMS_AS_SEQUENCE,
    tp_richcompare: slot::richcompare(richcompare),
    tp_iter: slot::unary(items_iter),
    tp_methods: ITEMS_METHODS.as_ptr().cast_mut(),
    ..VIEW
};

#[unsafe(no_mangle)]
pub static mut PyDictValues_Type: PyTypeObject = PyTypeObject {
    tp_name: c"dict_values".as_ptr(),
    tp_as_sequence: &raw mut VALUES_AS_SEQUENCE,
    tp_iter: slot::unary(values_iter),
    tp_methods: VALUES_METHODS.as_ptr().cast_mut(),
    ..VIEW
};
