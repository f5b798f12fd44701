//! The slots and methods of `dict`, and the type object.

use core::ffi::c_int;

use rustpython_wtf8::Wtf8Buf;

use super::table::Keys;
use super::{
    Dict, WatchEvent, clear, contains, copy, del_item, get_item, init_fields, len, next, pop, pop_last,
    set_default, set_item, table, update_from_argument, watchers,
};
use crate::layout::*;
use crate::{
    Args, Op, Owned, PyResult, PyTyped, TypeRef, Visitor, call, dict, exceptions, free_lists, gc, int,
    method, object, raise, singletons, slot, str, tuple, type_object,
};

fn new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult<Owned<PyDictObject>> {
    if tp.as_ptr() == PyDictObject::type_ptr() {
        return dict::new();
    }
    // SAFETY: `tp` is a subclass of dict, so its new object has the layout of one.
    unsafe {
        let result: Owned<PyDictObject> = type_object::generic_alloc(tp, 0)?.cast_unchecked();
        init_fields(result.as_ptr(), Keys::empty());
        Ok(result)
    }
}

/// `update` with the arguments of a call.
fn update_common(dict: Dict<'_>, args: Args<'_>, function: &str) -> PyResult<()> {
    args.check_positional(function, 0, 1)?;
    if let Some(argument) = args.get(0) {
        update_from_argument(dict, argument)?;
    }
    for (name, value) in args.keywords() {
        if !name.is_instance::<PyUnicodeObject>() {
            return Err(raise!(TypeError, "keywords must be strings"));
        }
        set_item(dict, name, value)?;
    }
    Ok(())
}

fn init(dict: Dict<'_>, args: Args<'_>) -> PyResult<()> {
    update_common(dict, args, "dict")
}

fn vectorcall(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<PyDictObject>> {
    args.check_positional("dict", 0, 1)?;
    let result = new(tp, args)?;
    update_common(result.borrow(), args, "dict")?;
    Ok(result)
}

fn dealloc(dict: Dict<'_>) {
    let op = dict.as_object_ptr();
    if watchers::is_watched(dict) {
        // A watcher may look at the dict, also by taking a reference for a moment.
        // SAFETY: the dict is alive again until the count goes back to 0.
        unsafe {
            (*op).ob_refcnt = 1;
            watchers::notify(dict, WatchEvent::Deallocated, None, None);
            (*op).ob_refcnt -= 1;
            if (*op).ob_refcnt > 0 {
                return;
            }
        }
    }
    gc::untrack(op);
    let keys = table(dict);
    if !keys.0.is_null() {
        keys.drop_all();
    }
    // SAFETY: the references are gone.
    unsafe {
        let kept = &free_lists::current().dicts;
        gc::free_to(kept, free_lists::MOST_CONTAINERS, op, PyDictObject::type_ptr());
    }
}

fn traverse(dict: Dict<'_>, visitor: &mut Visitor) {
    let keys = table(dict);
    if keys.0.is_null() {
        return;
    }
    for index in 0..keys.n_entries() {
        let (key, value) = keys.read(index);
        if !value.is_null() {
            visitor.visit(value);
            visitor.visit(key);
        }
    }
}

fn repr(dict: Dict<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if call::repr_enter(dict.as_object())? {
        return str::from_str("{...}");
    }
    let result = if len(dict) == 0 { Ok(None) } else { repr_items(dict).map(Some) };
    call::repr_leave(dict.as_object());
    match result? {
        Some(text) => str::from_wtf8(&text),
        None => str::from_str("{}"),
    }
}

fn repr_items(dict: Dict<'_>) -> PyResult<Wtf8Buf> {
    let mut text = Wtf8Buf::new();
    let mut position = 0;
    while let Some((key, value, _)) = next(dict, &mut position) {
        // The repr of either may change the dict.
        let (key, value) = (key.to_owned(), value.to_owned());
        text.push_str(if text.is_empty() { "{" } else { ", " });
        text.push_wtf8(&str::to_wtf8(object::repr(key.op())?.borrow()));
        text.push_str(": ");
        text.push_wtf8(&str::to_wtf8(object::repr(value.op())?.borrow()));
    }
    if text.is_empty() {
        text.push_str("{");
    }
    text.push_str("}");
    Ok(text)
}

fn mp_length(dict: Dict<'_>) -> PyResult<usize> {
    Ok(len(dict))
}

/// `dict[key]`; a subclass may have `__missing__`.
fn subscript(dict: Dict<'_>, key: Op<'_>) -> PyResult {
    if let Some(value) = get_item(dict, key)? {
        return Ok(value);
    }
    if !dict.is_exact::<PyDictObject>()
        && let Some(missing) = object::lookup_special(dict.as_object(), "__missing__")?
    {
        return call::call_one(missing.op(), key);
    }
    Err(exceptions::set_key_error(key))
}

fn ass_subscript(dict: Dict<'_>, key: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    match value {
        Some(value) => set_item(dict, key, value),
        None => del_item(dict, key),
    }
}

fn sq_contains(dict: Dict<'_>, key: Op<'_>) -> PyResult<bool> {
    contains(dict, key)
}

/// Whether both have the same keys with equal values.
fn equal(a: Dict<'_>, b: Dict<'_>) -> PyResult<bool> {
    if len(a) != len(b) {
        return Ok(false);
    }
    let mut position = 0;
    while let Some((key, value, hash)) = next(a, &mut position) {
        // Comparing may run Python code that changes both.
        let (key, value) = (key.to_owned(), value.to_owned());
        let Some(other) = dict::get_item_known_hash(b, key.op(), hash)? else { return Ok(false) };
        if !object::rich_compare_bool(value.op(), other.op(), Py_EQ)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn richcompare(dict: Dict<'_>, other: Op<'_>, op: c_int) -> PyResult {
    let (true, Some(other)) = (dict.is_instance::<PyDictObject>(), other.downcast::<PyDictObject>()) else {
        return Ok(singletons::new_not_implemented());
    };
    if op != Py_EQ && op != Py_NE {
        return Ok(singletons::new_not_implemented());
    }
    let equal = equal(dict, other)?;
    Ok(singletons::new_bool(equal == (op == Py_EQ)))
}

fn nb_or(left: Op<'_>, right: Op<'_>) -> PyResult {
    if !left.is_instance::<PyDictObject>() || !right.is_instance::<PyDictObject>() {
        return Ok(singletons::new_not_implemented());
    }
    // SAFETY: both are dicts.
    let result = copy(unsafe { left.cast_unchecked() })?;
    // SAFETY: a copy of a dict is one.
    update_from_argument(unsafe { result.op().cast_unchecked() }, right)?;
    Ok(result)
}

fn nb_inplace_or(dict: Dict<'_>, other: Op<'_>) -> PyResult<Owned<PyDictObject>> {
    update_from_argument(dict, other)?;
    Ok(dict.to_owned())
}

fn method_get(dict: Dict<'_>, args: Args<'_>) -> PyResult {
    let [key, default] = args.optional::<2>("get", 1)?;
    let found = get_item(dict, key.expect("required"))?;
    Ok(found.unwrap_or_else(|| default.map_or_else(singletons::new_none, |default| default.to_owned())))
}

fn method_setdefault(dict: Dict<'_>, args: Args<'_>) -> PyResult {
    let [key, default] = args.optional::<2>("setdefault", 1)?;
    set_default(dict, key.expect("required"), default.unwrap_or(singletons::none()))
}

fn method_pop(dict: Dict<'_>, args: Args<'_>) -> PyResult {
    let [key, default] = args.optional::<2>("pop", 1)?;
    let key = key.expect("required");
    match (pop(dict, key)?, default) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.to_owned()),
        (None, None) => Err(exceptions::set_key_error(key)),
    }
}

fn method_popitem(dict: Dict<'_>) -> PyResult {
    match pop_last(dict)? {
        Some((key, value)) => tuple::pair(key, value),
        None => Err(raise!(KeyError, "popitem(): dictionary is empty")),
    }
}

fn method_update(dict: Dict<'_>, args: Args<'_>) -> PyResult<()> {
    update_common(dict, args, "update")
}

fn method_fromkeys(class: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let [iterable, value] = args.optional::<2>("fromkeys", 1)?;
    super::from_keys(class, iterable.expect("required"), value.unwrap_or(singletons::none()))
}

fn method_clear(dict: Dict<'_>) -> PyResult<()> {
    clear(dict);
    Ok(())
}

fn method_copy(dict: Dict<'_>) -> PyResult {
    copy(dict)
}

fn method_keys(dict: Dict<'_>) -> PyResult {
    super::new_keys_view(dict)
}

fn method_items(dict: Dict<'_>) -> PyResult {
    super::new_items_view(dict)
}

fn method_values(dict: Dict<'_>) -> PyResult {
    super::new_values_view(dict)
}

fn method_reversed(dict: Dict<'_>) -> PyResult {
    super::iterators::new_reverse_key_iterator(dict)
}

fn method_sizeof(dict: Dict<'_>) -> PyResult {
    let keys = table(dict);
    let table_size = if keys.is_empty_singleton() { 0 } else { keys.byte_size() };
    int::from_usize(dict.ob_type().tp_basicsize as usize + table_size)
}

fn method_contains(dict: Dict<'_>, key: Op<'_>) -> PyResult<bool> {
    contains(dict, key)
}

fn iter(dict: Dict<'_>) -> PyResult {
    super::new_key_iterator(dict)
}

const METHODS: &[PyMethodDef] = &[
    method::coexist(method::o(
        c"__contains__",
        method_contains,
        c"__contains__($self, key, /)\n--\n\nWhether the dictionary has the key.",
    )),
    method::coexist(method::o(c"__getitem__", subscript, c"__getitem__($self, key, /)\n--\n\nThe value of a key.")),
    method::noargs(
        c"__sizeof__",
        method_sizeof,
        c"__sizeof__($self, /)\n--\n\nThe size of the object in memory, in bytes.",
    ),
    method::positional(
        c"get",
        method_get,
        c"get($self, key, default=None, /)\n--\n\nThe value of key if the dictionary has it, else default.",
    ),
    method::positional(
        c"setdefault",
        method_setdefault,
        c"setdefault($self, key, default=None, /)\n--\n\nThe value of key; if the dictionary lacks it, default is put in first.",
    ),
    method::positional(
        c"pop",
        method_pop,
        c"D.pop(k[,d]) -> v, remove the key and return its value.\n\nWithout the key, d is returned if given, else KeyError is raised.",
    ),
    method::noargs(
        c"popitem",
        method_popitem,
        c"popitem($self, /)\n--\n\nRemove the pair that was added last and return it as a tuple; KeyError if there is none.",
    ),
    method::noargs(c"keys", method_keys, c"keys($self, /)\n--\n\nA view of the keys."),
    method::noargs(c"items", method_items, c"items($self, /)\n--\n\nA view of the pairs of key and value."),
    method::noargs(c"values", method_values, c"values($self, /)\n--\n\nA view of the values."),
    method::keywords(
        c"update",
        method_update,
        c"D.update([E, ]**F) -> None.  Take over the items of a mapping or of an iterable of pairs, and of the keywords.",
    ),
    method::class_positional(
        c"fromkeys",
        method_fromkeys,
        c"fromkeys($type, iterable, value=None, /)\n--\n\nA new dictionary of the keys in iterable, all with the same value.",
    ),
    method::noargs(c"clear", method_clear, c"clear($self, /)\n--\n\nRemove every item."),
    method::noargs(c"copy", method_copy, c"copy($self, /)\n--\n\nA new dictionary of the same items."),
    method::noargs(
        c"__reversed__",
        method_reversed,
        c"__reversed__($self, /)\n--\n\nAn iterator over the keys from the last to the first.",
    ),
    method::class_o(c"__class_getitem__", crate::generic_alias::class_getitem, c"__class_getitem__($type, object, /)\n--\n\nSee PEP 585"),
    PyMethodDef::EMPTY,
];

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_or: slot::binary(nb_or),
    nb_inplace_or: slot::binary(nb_inplace_or),
    ..PyNumberMethods::EMPTY
};

static mut AS_SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_contains: slot::contains(sq_contains), ..PySequenceMethods::EMPTY };

static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(mp_length),
    mp_subscript: slot::binary(subscript),
    mp_ass_subscript: slot::objobjarg(ass_subscript),
};

#[unsafe(no_mangle)]
pub static mut PyDict_Type: PyTypeObject = PyTypeObject {
    tp_name: c"dict".as_ptr(),
    tp_basicsize: size_of::<PyDictObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: &raw mut AS_NUMBER,
    tp_as_sequence: &raw mut AS_SEQUENCE,
    tp_as_mapping: &raw mut AS_MAPPING,
    tp_flags: Py_TPFLAGS_DEFAULT
        | Py_TPFLAGS_HAVE_GC
        | Py_TPFLAGS_BASETYPE
        | Py_TPFLAGS_DICT_SUBCLASS
        | _Py_TPFLAGS_MATCH_SELF
        | Py_TPFLAGS_MAPPING,
    tp_doc: c"dict() -> new empty dictionary\ndict(mapping) -> new dictionary of a mapping's (key, value) pairs\ndict(iterable) -> new dictionary of the (key, value) pairs in an iterable\ndict(**kwargs) -> new dictionary of the name=value pairs given as keywords,\n    for example dict(one=1, two=2)".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_richcompare: slot::richcompare(richcompare),
    tp_iter: slot::unary(iter),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_init: slot::init(init),
    tp_new: slot::new(new),
    tp_vectorcall: slot::vectorcall(vectorcall),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyDictObject, PyDict_Type, Py_TPFLAGS_DICT_SUBCLASS);
