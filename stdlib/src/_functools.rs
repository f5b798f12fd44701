//! The `_functools` module.
//!
//! Parts: `partial.rs` has `partial` and its `Placeholder`, `lru_cache.rs` the wrapper behind
//! `functools.lru_cache`; this file `reduce` and `cmp_to_key`.

mod lru_cache;
mod partial;

use core::ffi::c_int;

use adder_object_model::args::Signature;
use adder_object_model::fields::{allocate, gc_type};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, PyTyped, call, exceptions, getset, int, iter, method,
    module, object, owned_fields, raise, slot, static_type, str, type_object,
};

/// An instance's `__dict__`, made when first asked for.
fn instance_dict(field: &Field<PyDictObject>) -> PyResult<Owned<PyDictObject>> {
    if field.get().is_none() {
        field.set(Some(adder_object_model::dict::new()?));
    }
    Ok(field.get().expect("just set"))
}

fn set_instance_dict(field: &Field<PyDictObject>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "cannot delete __dict__"));
    };
    let Some(value) = value.downcast::<PyDictObject>() else {
        return Err(raise!(TypeError, "__dict__ must be set to a dictionary, not a '{}'", value.type_name()));
    };
    field.set(Some(value.to_owned()));
    Ok(())
}

fn reduce(_module: Op<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<3> =
        Signature::new("reduce", ["", "", "initial"]).positional_only(2).required(2);
    let [function, iterable, initial] = args.parse(&SIGNATURE)?;
    let (function, iterable) = (function.expect("required"), iterable.expect("required"));
    let iterator = match object::get_iter(iterable) {
        Ok(iterator) => iterator,
        Err(raised) => {
            if raised.matches(exceptions::builtin::TypeError()) {
                raised.clear();
                return Err(raise!(TypeError, "reduce() arg 2 must support iteration"));
            }
            return Err(raised);
        }
    };
    let mut result: Option<Object> = initial.map(Borrowed::to_owned);
    while let Some(item) = iter::next(iterator.op())? {
        result = Some(match result {
            None => item,
            Some(so_far) => call::call_positional(function, &[so_far.op(), item.op()])?,
        });
    }
    result.ok_or_else(|| raise!(TypeError, "reduce() of empty iterable with no initial value"))
}

// cmp_to_key

#[repr(C)]
struct KeyWrapper {
    ob_base: PyObject,
    compare: Field,
    object: Field,
}
owned_fields!(KeyWrapper, KeyWrapper_Type, [compare, object]);

fn new_key(compare: Op<'_>, wrapped: Option<Op<'_>>) -> PyResult<Owned<KeyWrapper>> {
    // SAFETY: the type has this layout.
    let result: Owned<KeyWrapper> = unsafe { allocate(KeyWrapper::type_ref())? };
    result.compare.set(Some(compare.to_owned()));
    result.object.set(wrapped.map(Borrowed::to_owned));
    Ok(result)
}

fn cmp_to_key(_module: Op<'_>, args: Args<'_>) -> PyResult<Owned<KeyWrapper>> {
    const SIGNATURE: Signature<1> = Signature::new("cmp_to_key", ["mycmp"]).required(1);
    let [compare] = args.parse(&SIGNATURE)?;
    new_key(compare.expect("required"), None)
}

fn key_call(key: Borrowed<'_, KeyWrapper>, args: Args<'_>) -> PyResult<Owned<KeyWrapper>> {
    const SIGNATURE: Signature<1> = Signature::new("K", ["obj"]).required(1);
    let [wrapped] = args.parse(&SIGNATURE)?;
    new_key(key.compare.get().expect("set by new").op(), wrapped)
}

fn key_richcompare(key: Borrowed<'_, KeyWrapper>, other: Op<'_>, op: c_int) -> PyResult {
    let Some(other) = other.downcast_exact::<KeyWrapper>() else {
        return Err(raise!(TypeError, "other argument must be K instance"));
    };
    let (Some(compare), Some(x), Some(y)) = (key.compare.get(), key.object.get(), other.object.get()) else {
        return Err(raise!(AttributeError, "object"));
    };
    let result = call::call_positional(compare.op(), &[x.op(), y.op()])?;
    object::rich_compare(result.op(), int::small(0).op(), op)
}

const KEY_MEMBERS: &[PyMemberDef] = &[
    PyMemberDef {
        name: c"obj".as_ptr(),
        r#type: _Py_T_OBJECT,
        offset: core::mem::offset_of!(KeyWrapper, object) as Py_ssize_t,
        flags: 0,
        doc: c"Value wrapped by a key function.".as_ptr(),
    },
    PyMemberDef::EMPTY,
];

/// What a wrapper is called with; `__call__` of its type says less.
fn text_signature(_key: Borrowed<'_, KeyWrapper>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_str("(obj)")
}

static KEY_GETSET: [PyGetSetDef; 2] =
    [getset::get(c"__text_signature__", text_signature, c""), PyGetSetDef::EMPTY];

static mut KeyWrapper_Type: PyTypeObject = PyTypeObject {
    tp_getset: (&raw const KEY_GETSET).cast_mut().cast(),
    tp_call: slot::call(key_call),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_richcompare: slot::richcompare(key_richcompare),
    tp_members: KEY_MEMBERS.as_ptr().cast_mut(),
    ..gc_type::<KeyWrapper>(c"functools.KeyWrapper")
};

const FUNCTIONS: &[PyMethodDef] = &[
    method::keywords(
        c"reduce",
        reduce,
        c"reduce($module, function, iterable, /, initial=<unrepresentable>)\n--\n\nCombine the items of an iterable from left to right into one value with a function of two arguments.\n\nreduce(f, [1, 2, 3]) is f(f(1, 2), 3); initial stands in front of the items if given.",
    ),
    method::keywords(
        c"cmp_to_key",
        cmp_to_key,
        c"cmp_to_key($module, /, mycmp)\n--\n\nTurn a function that compares two values into a key function.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result = module::new("_functools")?;
    type_object::ready(static_type!(KeyWrapper_Type))?;
    module::add_functions(result.op(), FUNCTIONS.as_ptr())?;
    partial::add(result.op())?;
    lru_cache::add(result.op())?;
    Ok(result)
}
