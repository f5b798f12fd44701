//! The `_weakref` module.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, dict, int, method, module, raise, weakref,
};

use crate::host;

fn getweakrefcount(_module: Op<'_>, op: Op<'_>) -> PyResult {
    int::from_usize(weakref::count(op))
}

fn getweakrefs(_module: Op<'_>, op: Op<'_>) -> PyResult<Owned<PyListObject>> {
    weakref::list_of(op)
}

fn proxy(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [op, callback] = args.optional::<2>("proxy", 1)?;
    weakref::new_proxy(op.expect("required"), callback)
}

fn remove_dead_weakref(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [mapping, key] = args.exactly::<2>("_remove_dead_weakref")?;
    let Some(mapping) = mapping.downcast::<PyDictObject>() else {
        return Err(raise!(
            TypeError,
            "_remove_dead_weakref() argument 1 must be dict, not {}",
            mapping.type_name()
        ));
    };
    let Some(value) = dict::get_item(mapping, key)? else { return Ok(()) };
    let is_dead = value
        .op()
        .downcast::<PyWeakReference>()
        .map(|reference: Borrowed<'_, PyWeakReference>| weakref::is_dead(reference))
        .ok_or_else(|| raise!(TypeError, "not a weakref"))?;
    if is_dead {
        drop(dict::pop(mapping, key)?);
    }
    Ok(())
}

static FUNCTIONS: [PyMethodDef; 5] = [
    method::o(
        c"getweakrefcount",
        getweakrefcount,
        c"getweakrefcount($module, object, /)\n--\n\nReturn the number of weak references to 'object'.",
    ),
    method::o(
        c"getweakrefs",
        getweakrefs,
        c"getweakrefs($module, object, /)\n--\n\nReturn a list of the weak references to 'object'.",
    ),
    method::positional(
        c"proxy",
        proxy,
        c"proxy($module, object, callback=None, /)\n--\n\nMake a proxy that refers weakly to 'object'.\n\nThe callback, if given, is called with the proxy when 'object' is about to go.",
    ),
    method::positional(
        c"_remove_dead_weakref",
        remove_dead_weakref,
        c"_remove_dead_weakref($module, dct, key, /)\n--\n\nRemove the key if its value is a weak reference to an object that is gone.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result = host::new_module("_weakref", "Weak-reference support module.", &FUNCTIONS)?;
    let class = |tp: *mut PyTypeObject| -> Object {
        // SAFETY: a static type.
        unsafe { Object::new_ref(tp.cast()) }
    };
    let reference = class(&raw mut weakref::_PyWeakref_RefType);
    module::add_object(result.op(), "ref", reference.op())?;
    module::add_object(result.op(), "ReferenceType", reference.op())?;
    module::add_object(result.op(), "ProxyType", class(&raw mut weakref::_PyWeakref_ProxyType).op())?;
    module::add_object(
        result.op(),
        "CallableProxyType",
        class(&raw mut weakref::_PyWeakref_CallableProxyType).op(),
    )?;
    Ok(result)
}
