//! The `_collections` module.
//!
//! Parts: `deque.rs`, `defaultdict.rs` and `ordered_dict.rs` have the types of these names;
//! this file what `namedtuple` and `Counter` need.

mod defaultdict;
mod deque;
mod ordered_dict;

use core::cell::Cell;

use adder_object_model::fields::{allocate, gc_type};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Op, Owned, PyResult, PyTyped, TypeRef, call, dict, int, iter, method, module, number,
    object, owned_fields, raise, singletons, slot, str, tuple,
};

pub use ordered_dict::{
    PyODict_Type, PyODictItems_Type, PyODictIter_Type, PyODictKeys_Type, PyODictValues_Type, new_ordered_dict,
};

/// The descriptor of one field of a named tuple.
#[repr(C)]
struct TupleGetter {
    ob_base: PyObject,
    index: Cell<isize>,
    doc: Field,
}
owned_fields!(TupleGetter, TupleGetter_Type, [doc]);

fn tuplegetter_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<TupleGetter>> {
    args.no_keywords("_tuplegetter")?;
    args.check_positional("_tuplegetter", 2, 2)?;
    let index = int::as_isize(number::index(args.get(0).expect("counted"))?.op())?;
    // SAFETY: the type has this layout.
    let result: Owned<TupleGetter> = unsafe { allocate(tp)? };
    result.index.set(index);
    result.doc.set(args.get(1).map(Borrowed::to_owned));
    Ok(result)
}

fn tuplegetter_get(
    getter: Borrowed<'_, TupleGetter>,
    instance: Option<Op<'_>>,
    _owner: Option<Op<'_>>,
) -> PyResult {
    let Some(instance) = instance else { return Ok(getter.to_owned().into_object()) };
    let index = getter.index.get();
    let Some(row) = instance.downcast::<PyTupleObject>() else {
        if instance.is_none() {
            return Ok(getter.to_owned().into_object());
        }
        return Err(raise!(
            TypeError,
            "descriptor for index '{index}' for tuple subclasses doesn't apply to '{}' object",
            instance.type_name()
        ));
    };
    match tuple::refs(row).get(index as usize) {
        Some(&item) if index >= 0 => Ok(item.to_owned()),
        _ => Err(raise!(IndexError, "tuple index out of range")),
    }
}

fn tuplegetter_set(
    _getter: Borrowed<'_, TupleGetter>,
    _instance: Op<'_>,
    value: Option<Op<'_>>,
) -> PyResult<()> {
    Err(match value {
        Some(_) => raise!(AttributeError, "can't set attribute"),
        None => raise!(AttributeError, "can't delete attribute"),
    })
}

fn tuplegetter_reduce(getter: Borrowed<'_, TupleGetter>) -> PyResult {
    let index = int::from_isize(getter.index.get())?;
    let doc = getter.doc.get().unwrap_or_else(singletons::new_none);
    let arguments = tuple::pack(&[index.op(), doc.op()])?;
    tuple::pack(&[getter.ob_type().as_object(), arguments.op()])
}

fn tuplegetter_repr(getter: Borrowed<'_, TupleGetter>) -> PyResult<Owned<PyUnicodeObject>> {
    let doc = getter.doc.get().unwrap_or_else(singletons::new_none);
    let shown = str::to_string_lossy(object::repr(doc.op())?.op());
    str::from_string(format!("_tuplegetter({}, {shown})", getter.index.get()))
}

const TUPLEGETTER_MEMBERS: &[PyMemberDef] = &[
    PyMemberDef {
        name: c"__doc__".as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: core::mem::offset_of!(TupleGetter, doc) as Py_ssize_t,
        flags: 0,
        doc: core::ptr::null(),
    },
    PyMemberDef::EMPTY,
];

const TUPLEGETTER_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__reduce__",
        tuplegetter_reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    PyMethodDef::EMPTY,
];

static mut TupleGetter_Type: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(tuplegetter_repr),
    tp_methods: TUPLEGETTER_METHODS.as_ptr().cast_mut(),
    tp_members: TUPLEGETTER_MEMBERS.as_ptr().cast_mut(),
    tp_descr_get: slot::descr_get(tuplegetter_get),
    tp_descr_set: slot::descr_set(tuplegetter_set),
    tp_new: slot::new(tuplegetter_new),
    ..gc_type::<TupleGetter>(c"collections._tuplegetter")
};

/// Counts how often each item comes. Mappings that get and set items as `dict` does are
/// changed directly.
fn count_elements(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [mapping, iterable] = args.exactly::<2>("_count_elements")?;
    let iterator = object::get_iter(iterable)?;
    let one = int::small(1);
    if let Some(target) = mapping.downcast::<PyDictObject>()
        && counts_like_dict(mapping)
    {
        while let Some(key) = iter::next(iterator.op())? {
            let hash = dict::hash_key(key.op())?;
            let value = match dict::get_item_known_hash(target, key.op(), hash)? {
                Some(old) => number::add(old.op(), one.op())?,
                None => one.clone(),
            };
            dict::set_item_known_hash(target, key.op(), value.op(), hash)?;
        }
        return Ok(());
    }
    let get = object::get_attr_str(mapping, "get")?;
    let zero = int::small(0);
    while let Some(key) = iter::next(iterator.op())? {
        let old = call::call_positional(get.op(), &[key.op(), zero.op()])?;
        let value = number::add(old.op(), one.op())?;
        object::set_item(mapping, key.op(), value.op())?;
    }
    Ok(())
}

/// Whether the mapping's type has the `get` and `__setitem__` of `dict`.
fn counts_like_dict(mapping: Op<'_>) -> bool {
    use adder_object_model::type_object::lookup_str;
    let same = |name: &str| {
        let (a, b) = (lookup_str(mapping.ob_type(), name), lookup_str(PyDictObject::type_ref(), name));
        matches!((a, b), (Some(a), Some(b)) if a.as_ptr() == b.as_ptr())
    };
    same("get") && same("__setitem__")
}

const FUNCTIONS: &[PyMethodDef] = &[
    method::positional(
        c"_count_elements",
        count_elements,
        c"_count_elements($module, mapping, iterable, /)\n--\n\nCount in mapping how often each item of the iterable comes.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result = module::new("_collections")?;
    module::add_functions(result.op(), FUNCTIONS.as_ptr())?;
    deque::add(result.op())?;
    defaultdict::add(result.op())?;
    ordered_dict::add(result.op())?;
    module::add_type(result.op(), TupleGetter::type_ref())?;
    Ok(result)
}
