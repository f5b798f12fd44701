//! `functools.partial` and `functools.Placeholder`.

use core::cell::Cell;
use core::mem::offset_of;

use adder_object_model::fields::{allocate, clear, gc_type, traverse};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, PyTyped, TypeRef, call, dict, getset, method, module,
    object, owned_fields, raise, singletons, slot, static_type, str, tuple, type_object,
};

use super::{instance_dict, set_instance_dict};

/// What stands for an argument that the call gives. There is one.
static mut PLACEHOLDER: PyObject =
    PyObject { ob_type: &raw mut Placeholder_Type, ..PyObject::STATIC_IMMORTAL };

fn placeholder() -> Op<'static> {
    // SAFETY: immortal.
    unsafe { Op::from_ptr(&raw mut PLACEHOLDER) }
}

fn placeholder_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    if !args.is_empty() || args.has_keywords() {
        return Err(raise!(TypeError, "PlaceholderType takes no arguments"));
    }
    Ok(placeholder().to_owned())
}

fn placeholder_repr(_op: Op<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_str("Placeholder")
}

fn placeholder_dealloc(_op: Op<'_>) {
    // Immortal: never called while counts are right.
}

const PLACEHOLDER_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__reduce__",
        placeholder_repr,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    PyMethodDef::EMPTY,
];

static mut Placeholder_Type: PyTypeObject = PyTypeObject {
    tp_name: c"functools._PlaceholderType".as_ptr(),
    tp_basicsize: size_of::<PyObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(placeholder_dealloc),
    tp_repr: slot::unary(placeholder_repr),
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_doc: c"The type of the Placeholder singleton.\n\nIt stands for a positional argument that the call of a partial object gives.".as_ptr(),
    tp_methods: PLACEHOLDER_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(placeholder_new),
    ..PyTypeObject::EMPTY
};

#[repr(C)]
struct Partial {
    ob_base: PyObject,
    function: Field,
    args: Field<PyTupleObject>,
    keywords: Field<PyDictObject>,
    dict: Field<PyDictObject>,
    weakreflist: Cell<*mut PyObject>,
    placeholder: Cell<*mut PyObject>,
    /// How many of `args` are placeholders.
    n_placeholders: Cell<isize>,
    vectorcall: Cell<Option<vectorcallfunc>>,
}
owned_fields!(Partial, Partial_Type, [function, args, keywords, dict]);
const _: () = assert!(size_of::<Partial>() == 80);

type This<'a> = Borrowed<'a, Partial>;

fn count_placeholders(items: &[Op<'_>]) -> usize {
    items.iter().filter(|item| item.is(placeholder())).count()
}

fn as_tuple(op: Object) -> Owned<PyTupleObject> {
    debug_assert!(op.op().is_instance::<PyTupleObject>());
    // SAFETY: callers pass what the tuple functions gave.
    unsafe { op.cast_unchecked() }
}

/// Puts the new arguments into the places of placeholders, and what is left behind.
fn merge_args(old: &[Op<'_>], new: &[Op<'_>]) -> PyResult {
    let mut new = new.iter();
    let mut result: Vec<Object> = Vec::with_capacity(old.len() + new.len());
    for &item in old {
        let replacement = if item.is(placeholder()) { new.next() } else { None };
        result.push(replacement.map_or_else(|| item.to_owned(), |&item| item.to_owned()));
    }
    result.extend(new.map(|&item| item.to_owned()));
    tuple::from_vec(result)
}

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Partial>> {
    let Some(function) = args.get(0) else {
        return Err(raise!(TypeError, "type 'partial' takes at least one argument"));
    };
    if !object::is_callable(function) {
        return Err(raise!(TypeError, "the first argument must be callable"));
    }
    let given: Vec<Op<'_>> = args.iter().skip(1).collect();
    if given.last().is_some_and(|last| last.is(placeholder())) {
        return Err(raise!(TypeError, "trailing Placeholders are not allowed"));
    }
    if args.keywords().iter().any(|(_, value)| value.is(placeholder())) {
        return Err(raise!(TypeError, "Placeholder cannot be passed as a keyword argument"));
    }
    // A partial object of a partial object becomes one, unless it has attributes.
    let inner = function.downcast::<Partial>().filter(|inner| !inner.dict.is_some());
    let (function, bound, keywords) = match inner {
        Some(inner) => {
            let old = inner.args.get().expect("set by new");
            let bound = merge_args(tuple::refs(old.borrow()), &given)?;
            let keywords = inner
                .keywords
                .get()
                .map_or_else(|| Ok(dict::new()?.into_object()), |keywords| dict::copy(keywords.borrow()))?;
            (inner.function.get().expect("set by new"), bound, keywords)
        }
        None => (function.to_owned(), tuple::pack(&given)?, dict::new()?.into_object()),
    };
    // SAFETY: a dict in both cases.
    let keywords: Owned<PyDictObject> = unsafe { keywords.cast_unchecked() };
    for (name, value) in args.keywords() {
        dict::set_item(keywords.borrow(), name, value)?;
    }
    // SAFETY: `partial` or a subclass.
    let result: Owned<Partial> = unsafe { allocate(tp)? };
    let bound = as_tuple(bound);
    result.n_placeholders.set(count_placeholders(tuple::refs(bound.borrow())) as isize);
    result.function.set(Some(function));
    result.args.set(Some(bound));
    result.keywords.set(Some(keywords));
    result.placeholder.set(placeholder().as_ptr());
    result.vectorcall.set(slot::vectorcall(call));
    Ok(result)
}

fn call(partial: This<'_>, args: Args<'_>) -> PyResult {
    // The call may replace the parts of this very object.
    let function = partial.function.get().expect("set by new");
    let bound = partial.args.get().expect("set by new");
    let keywords = partial.keywords.get().expect("set by new");
    let n_placeholders = partial.n_placeholders.get() as usize;
    if args.len() < n_placeholders {
        let given = args.len();
        return Err(raise!(
            TypeError,
            "missing positional arguments in 'partial' call; expected at least {n_placeholders}, got {given}"
        ));
    }
    let mut given = args.iter();
    let mut positional: Vec<Op<'_>> = Vec::with_capacity(tuple::len(bound.borrow()) + args.len());
    for &item in tuple::refs(bound.borrow()) {
        let replacement = if n_placeholders > 0 && item.is(placeholder()) { given.next() } else { None };
        positional.push(replacement.unwrap_or(item));
    }
    positional.extend(given);
    let n_keywords = dict::len(keywords.borrow());
    if n_keywords == 0 && !args.has_keywords() {
        return call::call_positional(function.op(), &positional);
    }
    let merged = if n_keywords == 0 {
        args.to_dict()?.expect("there are keywords")
    } else {
        let merged = dict::copy(keywords.borrow())?;
        for (name, value) in args.keywords() {
            // SAFETY: a copy of a dict is one.
            dict::set_item(unsafe { merged.op().cast_unchecked() }, name, value)?;
        }
        merged
    };
    let positional = tuple::pack(&positional)?;
    call::call_tuple_dict(function.op(), positional.op(), Some(merged.op()))
}

fn descr_get(partial: This<'_>, instance: Option<Op<'_>>, _owner: Option<Op<'_>>) -> PyResult {
    match instance {
        Some(instance) if !instance.is_none() => {
            adder_object_model::method::new_bound(partial.as_object(), instance)
        }
        _ => Ok(partial.to_owned().into_object()),
    }
}

fn repr(partial: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if call::repr_enter(partial.as_object())? {
        return str::from_str("...");
    }
    let result = repr_parts(partial);
    call::repr_leave(partial.as_object());
    let result = result?;
    str::from_string(result)
}

fn repr_parts(partial: This<'_>) -> PyResult<String> {
    let shown = |op: Op<'_>| -> PyResult<String> { Ok(str::to_string_lossy(object::repr(op)?.op())) };
    let name = type_object::get_fully_qualified_name(partial.ob_type())?;
    let function = partial.function.get().expect("set by new");
    let bound = partial.args.get().expect("set by new");
    let keywords = partial.keywords.get().expect("set by new");
    let mut parts = vec![shown(function.op())?];
    for &item in tuple::refs(bound.borrow()) {
        parts.push(shown(item)?);
    }
    let pairs: Vec<(Object, Object)> = dict::pairs(keywords.borrow())
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    for (key, value) in pairs {
        let key = str::to_string_lossy(object::str(key.op())?.op());
        parts.push(format!("{key}={}", shown(value.op())?));
    }
    Ok(format!("{}({})", str::to_string_lossy(name.op()), parts.join(", ")))
}

fn reduce(partial: This<'_>) -> PyResult {
    let function = partial.function.get().expect("set by new");
    let bound = partial.args.get().expect("set by new");
    let keywords = partial.keywords.get().expect("set by new");
    let attributes = partial.dict.get().map_or_else(singletons::new_none, Owned::into_object);
    let arguments = tuple::pack(&[function.op()])?;
    let state = tuple::pack(&[function.op(), bound.op(), keywords.op(), attributes.op()])?;
    tuple::pack(&[partial.ob_type().as_object(), arguments.op(), state.op()])
}

fn setstate(partial: This<'_>, state: Op<'_>) -> PyResult<()> {
    let invalid = || raise!(TypeError, "invalid partial state");
    let state = state.downcast::<PyTupleObject>().ok_or_else(invalid)?;
    let &[function, args, keywords, attributes] = tuple::refs(state) else { return Err(invalid()) };
    let bound = args.downcast::<PyTupleObject>();
    let given_keywords = keywords.downcast::<PyDictObject>();
    let (Some(bound), true) =
        (bound, object::is_callable(function) && (keywords.is_none() || given_keywords.is_some()))
    else {
        return Err(invalid());
    };
    if tuple::refs(bound).last().is_some_and(|last| last.is(placeholder())) {
        return Err(raise!(TypeError, "trailing Placeholders are not allowed"));
    }
    let bound = if bound.is_exact::<PyTupleObject>() {
        bound.to_owned()
    } else {
        as_tuple(tuple::pack(tuple::refs(bound))?)
    };
    let keywords: Owned<PyDictObject> = match given_keywords {
        None => dict::new()?,
        Some(keywords) if keywords.is_exact::<PyDictObject>() => keywords.to_owned(),
        // SAFETY: a copy of a dict is one.
        Some(keywords) => unsafe { dict::copy(keywords)?.cast_unchecked() },
    };
    let attributes = if attributes.is_none() {
        None
    } else {
        Some(attributes.downcast::<PyDictObject>().ok_or_else(invalid)?.to_owned())
    };
    partial.n_placeholders.set(count_placeholders(tuple::refs(bound.borrow())) as isize);
    partial.function.set(Some(function.to_owned()));
    partial.args.set(Some(bound));
    partial.keywords.set(Some(keywords));
    partial.dict.set(attributes);
    Ok(())
}

fn get_dict(partial: This<'_>) -> PyResult<Owned<PyDictObject>> {
    instance_dict(&partial.dict)
}

fn set_dict(partial: This<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    set_instance_dict(&partial.dict, value)
}

const METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__reduce__",
        reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    method::o(
        c"__setstate__",
        setstate,
        c"__setstate__($self, object, /)\n--\n\nSet state information for unpickling.",
    ),
    method::class_o(c"__class_getitem__", adder_object_model::generic_alias::class_getitem, c"See PEP 585"),
    PyMethodDef::EMPTY,
];

const fn member(
    name: &'static core::ffi::CStr,
    kind: core::ffi::c_int,
    offset: usize,
    doc: &'static core::ffi::CStr,
) -> PyMemberDef {
    PyMemberDef::read_only(name, kind, offset).documented(doc)
}

const MEMBERS: &[PyMemberDef] = &[
    member(
        c"func",
        _Py_T_OBJECT,
        offset_of!(Partial, function),
        c"function object to use in future partial calls",
    ),
    member(c"args", _Py_T_OBJECT, offset_of!(Partial, args), c"tuple of arguments to future partial calls"),
    member(
        c"keywords",
        _Py_T_OBJECT,
        offset_of!(Partial, keywords),
        c"dictionary of keyword arguments to future partial calls",
    ),
    member(c"__vectorcalloffset__", Py_T_PYSSIZET, offset_of!(Partial, vectorcall), c""),
    PyMemberDef::EMPTY,
];

const GETSET: &[PyGetSetDef] = &[getset::get_set(c"__dict__", get_dict, set_dict, c""), PyGetSetDef::EMPTY];

static mut Partial_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: slot::dealloc(adder_object_model::fields::dealloc_with_weak_references::<Partial>),
    tp_repr: slot::unary(repr),
    tp_call: slot::call(call),
    tp_getattro: slot::binary(object::generic_get_attr),
    tp_setattro: slot::objobjarg(object::generic_set_attr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_VECTORCALL,
    tp_doc:
        c"partial(func, /, *args, **keywords)\n--\n\nA new function with some of the arguments already given."
            .as_ptr(),
    tp_traverse: slot::traverse(traverse::<Partial>),
    tp_clear: slot::clear(clear::<Partial>),
    tp_weaklistoffset: offset_of!(Partial, weakreflist) as Py_ssize_t,
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_members: MEMBERS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(descr_get),
    tp_dictoffset: offset_of!(Partial, dict) as Py_ssize_t,
    tp_vectorcall_offset: offset_of!(Partial, vectorcall) as Py_ssize_t,
    tp_new: slot::new(new),
    ..gc_type::<Partial>(c"functools.partial")
};

pub(super) fn add(functools: Op<'_>) -> PyResult<()> {
    module::add_type(functools, static_type!(Placeholder_Type))?;
    module::add_object(functools, "Placeholder", placeholder())?;
    module::add_type(functools, Partial::type_ref())
}
