//! `FrameLocalsProxy`: the local variables of a function's frame as a mapping that writes through.

use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, TypeRef, Visitor, call, cell, define, dict, gc, list,
    mapping, method, object, raise, sequence, singletons, slot, str, tuple,
};

use super::{FramePtr, code_of, is_hidden, locals_plus, object_of, variable};
use crate::code;

type Proxy<'a> = Borrowed<'a, PyFrameLocalsProxyObject>;

/// What `f_locals` and `locals()` start from: the namespace, or a proxy in functions (`_PyFrame_GetLocals`).
///
/// # Safety
/// `frame` is live and complete.
pub unsafe fn locals_of(frame: FramePtr) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        let code = code_of(frame);
        let hidden = code::local_kinds(code)
            .iter()
            .enumerate()
            .any(|(index, &kind)| is_hidden(kind) && variable(frame, index).is_some());
        if code.co_flags & CO_OPTIMIZED == 0 && !hidden {
            if (*frame).f_locals.is_null() {
                (*frame).f_locals = dict::new()?.into_object_ptr();
            }
            return Ok(Object::new_ref((*frame).f_locals));
        }
        let object = object_of(frame)?;
        new(object.borrow())
    }
}

pub(super) fn new(frame: Borrowed<'_, PyFrameObject>) -> PyResult {
    // SAFETY: the type is ready, and the object's one field is filled in.
    unsafe {
        let proxy = gc::alloc(Borrowed::from_ptr(&raw mut PyFrameLocalsProxy_Type), 0)?;
        (*proxy.as_ptr().cast::<PyFrameLocalsProxyObject>()).frame = frame.to_owned().into_ptr();
        gc::track(proxy.as_ptr());
        Ok(proxy)
    }
}

fn frame_of<'a>(proxy: Proxy<'a>) -> Borrowed<'a, PyFrameObject> {
    // SAFETY: the proxy owns its frame object.
    unsafe { Borrowed::from_ptr(proxy.frame) }
}

fn extra<'a>(proxy: Proxy<'a>) -> Option<Borrowed<'a, PyDictObject>> {
    // SAFETY: a dict or null, owned by the frame object.
    unsafe { Borrowed::from_nullable(frame_of(proxy).f_extra_locals.cast()) }
}

/// The index of the variable `key` names: one with a value if `reading`, else any that is not hidden.
fn index_of(proxy: Proxy<'_>, key: Op<'_>, reading: bool) -> PyResult<Option<usize>> {
    object::hash(key)?;
    let frame = frame_of(proxy).f_frame;
    // SAFETY: a frame object's frame is live.
    let code = unsafe { code_of(frame) };
    let kinds = code::local_kinds(code);
    let mut found = None;
    for (index, &name) in code::local_names(code).iter().enumerate() {
        let same = name.is(key)
            || match (name.downcast::<PyUnicodeObject>(), key.downcast_exact::<PyUnicodeObject>()) {
                (Some(name), Some(key)) => str::eq(name, key),
                _ => object::equal(name, key)?,
            };
        if !same {
            continue;
        }
        if reading {
            // SAFETY: a frame object's frame is live.
            if unsafe { variable(frame, index) }.is_some() {
                return Ok(Some(index));
            }
        } else if !is_hidden(kinds[index]) {
            found = Some(index);
        }
    }
    Ok(found)
}

fn value_of(proxy: Proxy<'_>, key: Op<'_>) -> PyResult<Option<Object>> {
    if let Some(index) = index_of(proxy, key, true)? {
        // SAFETY: a frame object's frame is live.
        return Ok(unsafe { variable(frame_of(proxy).f_frame, index) });
    }
    match extra(proxy) {
        Some(extra) => dict::get_item(extra, key),
        None => Ok(None),
    }
}

fn get_item(proxy: Proxy<'_>, key: Op<'_>) -> PyResult {
    match value_of(proxy, key)? {
        Some(value) => Ok(value),
        None => Err(raise!(
            KeyError,
            "local variable '{}' is not defined",
            str::to_string_lossy(object::repr(key)?.op())
        )),
    }
}

/// `PyStackRef` cells may lend a variable's value out, so an overwritten one is kept.
fn keep_overwritten(frame: Borrowed<'_, PyFrameObject>, old: Object) -> PyResult<()> {
    let this = frame.as_ptr();
    // SAFETY: a tuple or null, owned by the frame object; replaced before the old one is dropped.
    unsafe {
        let mut kept = vec![old];
        if let Some(before) =
            Borrowed::<PyTupleObject>::from_nullable((*this).f_overwritten_fast_locals.cast())
        {
            kept.extend(tuple::refs(before).iter().map(|&op| op.to_owned()));
        }
        let kept = tuple::from_vec(kept)?;
        let before = ptr::replace(&raw mut (*this).f_overwritten_fast_locals, kept.into_ptr());
        drop(Object::steal_nullable(before));
    }
    Ok(())
}

fn set_item(proxy: Proxy<'_>, key: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let frame = frame_of(proxy);
    if let Some(index) = index_of(proxy, key, false)? {
        let Some(value) = value else {
            return Err(raise!(ValueError, "cannot remove local variables from FrameLocalsProxy"));
        };
        // SAFETY: a frame object's frame is live; the cell is replaced before the old value goes.
        unsafe {
            let inner = frame.f_frame;
            let kind = code::local_kinds(code_of(inner))[index];
            let place = locals_plus(inner).add(index);
            let now = *place;
            if kind & (CO_FAST_CELL | CO_FAST_FREE) != 0
                && !now.is_null()
                && let Some(cell) = now.op().downcast_exact::<PyCellObject>()
            {
                cell::set(cell, Some(value.to_owned()));
                return Ok(());
            }
            if now.as_ptr() != value.as_ptr() {
                *place = StackRef::from_owned(value.to_owned());
                if let Some(old) = now.into_option() {
                    keep_overwritten(frame, old)?;
                }
            }
        }
        return Ok(());
    }
    let this = frame.as_ptr();
    match (extra(proxy), value) {
        (Some(extra), Some(value)) => dict::set_item(extra, key, value),
        (Some(extra), None) => dict::del_item(extra, key),
        (None, None) => Err(adder_object_model::exceptions::set_key_error(key)),
        (None, Some(value)) => {
            let made = dict::new()?;
            dict::set_item(made.borrow(), key, value)?;
            // SAFETY: the field was null.
            unsafe { (*this).f_extra_locals = made.into_object_ptr() };
            Ok(())
        }
    }
}

/// The names that have values, and the extra ones.
fn rows(proxy: Proxy<'_>) -> Vec<(Object, Object)> {
    let frame = frame_of(proxy).f_frame;
    // SAFETY: a frame object's frame is live.
    let names = code::local_names(unsafe { code_of(frame) });
    let mut rows = Vec::new();
    for (index, &name) in names.iter().enumerate() {
        // SAFETY: as above.
        if let Some(value) = unsafe { variable(frame, index) } {
            rows.push((name.to_owned(), value));
        }
    }
    if let Some(extra) = extra(proxy) {
        rows.extend(dict::pairs(extra).into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())));
    }
    rows
}

fn keys(proxy: Proxy<'_>) -> PyResult {
    Ok(list::from_vec(rows(proxy).into_iter().map(|row| row.0).collect())?.into_object())
}

fn values(proxy: Proxy<'_>) -> PyResult {
    Ok(list::from_vec(rows(proxy).into_iter().map(|row| row.1).collect())?.into_object())
}

fn items(proxy: Proxy<'_>) -> PyResult {
    let pairs = rows(proxy).into_iter().map(|(name, value)| tuple::from_vec(vec![name, value]));
    Ok(list::from_vec(pairs.collect::<PyResult<_>>()?)?.into_object())
}

fn iterate(proxy: Proxy<'_>) -> PyResult {
    object::get_iter(keys(proxy)?.op())
}

fn reversed(proxy: Proxy<'_>) -> PyResult {
    let mut names: Vec<Object> = rows(proxy).into_iter().map(|row| row.0).collect();
    names.reverse();
    Ok(list::from_vec(names)?.into_object())
}

fn length(proxy: Proxy<'_>) -> PyResult<usize> {
    Ok(rows(proxy).len())
}

fn contains(proxy: Proxy<'_>, key: Op<'_>) -> PyResult<bool> {
    Ok(value_of(proxy, key)?.is_some())
}

fn to_dict(proxy: Proxy<'_>) -> PyResult<Owned<PyDictObject>> {
    let result = dict::new()?;
    for (name, value) in rows(proxy) {
        dict::set_item(result.borrow(), name.op(), value.op())?;
    }
    Ok(result)
}

fn get(proxy: Proxy<'_>, args: Args<'_>) -> PyResult {
    let [key, default] = args.optional::<2>("get", 1)?;
    match value_of(proxy, key.expect("required"))? {
        Some(value) => Ok(value),
        None => Ok(default.map_or_else(singletons::new_none, |default| default.to_owned())),
    }
}

fn set_default(proxy: Proxy<'_>, args: Args<'_>) -> PyResult {
    let [key, default] = args.optional::<2>("setdefault", 1)?;
    let key = key.expect("required");
    if let Some(value) = value_of(proxy, key)? {
        return Ok(value);
    }
    let default: Op<'_> = match default {
        Some(default) => default,
        None => singletons::none(),
    };
    set_item(proxy, key, Some(default))?;
    Ok(default.to_owned())
}

fn pop(proxy: Proxy<'_>, args: Args<'_>) -> PyResult {
    let [key, default] = args.optional::<2>("pop", 1)?;
    let key = key.expect("required");
    if index_of(proxy, key, false)?.is_some() {
        return Err(raise!(ValueError, "cannot remove local variables from FrameLocalsProxy"));
    }
    if let Some(extra) = extra(proxy)
        && let Some(value) = dict::pop(extra, key)?
    {
        return Ok(value);
    }
    match default {
        Some(default) => Ok(default.to_owned()),
        None => Err(adder_object_model::exceptions::set_key_error(key)),
    }
}

fn update_from(proxy: Proxy<'_>, other: Op<'_>) -> PyResult<()> {
    if !other.is_instance::<PyDictObject>() && !other.is_instance::<PyFrameLocalsProxyObject>() {
        return Err(adder_object_model::errors::bad_internal_call());
    }
    let keys = mapping::keys(other)?;
    for &key in sequence::fast_items(sequence::fast(keys.op(), "keys")?.op()) {
        let value = object::get_item(other, key)?;
        set_item(proxy, key, Some(value.op()))?;
    }
    Ok(())
}

fn update(proxy: Proxy<'_>, other: Op<'_>) -> PyResult<()> {
    if !other.is_instance::<PyDictObject>() && !other.is_instance::<PyFrameLocalsProxyObject>() {
        return Err(raise!(TypeError, "update() argument must be dict or another FrameLocalsProxy"));
    }
    update_from(proxy, other)
}

fn copy(proxy: Proxy<'_>) -> PyResult {
    Ok(to_dict(proxy)?.into_object())
}

fn or(a: Op<'_>, b: Op<'_>) -> PyResult {
    let fits = |op: Op<'_>| op.is_instance::<PyDictObject>() || op.is_instance::<PyFrameLocalsProxyObject>();
    if !fits(a) || !fits(b) {
        return define::not_implemented();
    }
    let result = dict::new()?;
    dict::update(result.borrow(), a)?;
    dict::update(result.borrow(), b)?;
    Ok(result.into_object())
}

fn in_place_or(proxy: Op<'_>, other: Op<'_>) -> PyResult {
    let fits = other.is_instance::<PyDictObject>() || other.is_instance::<PyFrameLocalsProxyObject>();
    match proxy.downcast::<PyFrameLocalsProxyObject>() {
        Some(own) if fits => {
            update_from(own, other)?;
            Ok(proxy.to_owned())
        }
        _ => define::not_implemented(),
    }
}

fn rich_compare(proxy: Proxy<'_>, other: Op<'_>, operator: core::ffi::c_int) -> PyResult {
    if let Some(other) = other.downcast::<PyFrameLocalsProxyObject>() {
        let same = proxy.frame == other.frame;
        return match operator {
            Py_EQ => Ok(singletons::new_bool(same)),
            Py_NE => Ok(singletons::new_bool(!same)),
            _ => define::not_implemented(),
        };
    }
    if other.is_instance::<PyDictObject>() {
        return object::rich_compare(to_dict(proxy)?.op(), other, operator);
    }
    define::not_implemented()
}

fn repr(proxy: Proxy<'_>) -> PyResult {
    if call::repr_enter(proxy.as_object())? {
        return Ok(str::from_str("{...}")?.into_object());
    }
    let text = to_dict(proxy).and_then(|dict| object::repr(dict.op()));
    call::repr_leave(proxy.as_object());
    Ok(text?.into_object())
}

fn construct(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if args.len() != 1 {
        return Err(raise!(TypeError, "FrameLocalsProxy expected 1 argument, got {}", args.len()));
    }
    let frame = args.get(0).expect("counted");
    let Some(frame) = frame.downcast_exact::<PyFrameObject>() else {
        return Err(raise!(TypeError, "expect frame, not {}", frame.type_name()));
    };
    if args.has_keywords() {
        return Err(raise!(TypeError, "FrameLocalsProxy takes no keyword arguments"));
    }
    new(frame)
}

fn traverse(proxy: Proxy<'_>, visitor: &mut Visitor) {
    visitor.visit(proxy.frame);
}

fn clear(proxy: Proxy<'_>) {
    // SAFETY: the field is emptied before its reference is dropped.
    unsafe {
        let frame = ptr::replace(&raw mut (*proxy.as_ptr()).frame, ptr::null_mut());
        drop(Owned::steal_nullable(frame));
    }
}

fn dealloc(proxy: Proxy<'_>) {
    gc::untrack(proxy.as_object_ptr());
    clear(proxy);
    // SAFETY: a dying proxy, whose frame has just been given back.
    unsafe { gc::delete(proxy.as_object_ptr()) };
}

static AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_or: slot::binary(or),
    nb_inplace_or: slot::binary(in_place_or),
    ..PyNumberMethods::EMPTY
};

static AS_SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_contains: slot::contains(contains), ..PySequenceMethods::EMPTY };

static AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(length),
    mp_subscript: slot::binary(get_item),
    mp_ass_subscript: slot::objobjarg(set_item),
};

const METHODS: &[PyMethodDef] = &[
    method::o(
        c"__contains__",
        contains_method,
        c"__contains__($self, key, /)\n--\n\nReturn bool(key in self).",
    ),
    method::o(c"__getitem__", get_item, c"__getitem__($self, key, /)\n--\n\nReturn self[key]."),
    method::o(c"update", update, c""),
    method::noargs(c"__reversed__", reversed, c""),
    method::noargs(c"copy", copy, c""),
    method::noargs(c"keys", keys, c""),
    method::noargs(c"values", values, c""),
    method::noargs(c"items", items, c""),
    method::positional(c"get", get, c""),
    method::positional(c"pop", pop, c""),
    method::positional(c"setdefault", set_default, c""),
    PyMethodDef::EMPTY,
];

fn contains_method(proxy: Proxy<'_>, key: Op<'_>) -> PyResult<bool> {
    contains(proxy, key)
}

#[unsafe(no_mangle)]
pub static mut PyFrameLocalsProxy_Type: PyTypeObject = PyTypeObject {
    tp_name: c"FrameLocalsProxy".as_ptr(),
    tp_basicsize: size_of::<PyFrameLocalsProxyObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: (&raw const AS_NUMBER).cast_mut(),
    tp_as_sequence: (&raw const AS_SEQUENCE).cast_mut(),
    tp_as_mapping: (&raw const AS_MAPPING).cast_mut(),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MAPPING,
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_richcompare: slot::richcompare(rich_compare),
    tp_iter: slot::unary(iterate),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(construct),
    ..PyTypeObject::EMPTY
};
