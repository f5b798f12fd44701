//! `match` statements: class patterns and mapping keys.

use adder_object_model::layout::*;
use adder_object_model::{Object, Op, PyResult, call, mapping, object, raise, set, str, tuple};

/// `MATCH_KEYS`: the values of the keys as a tuple; `None` if one is missing.
pub fn match_keys(subject: Op<'_>, keys: Op<'_>) -> PyResult<Option<Object>> {
    let keys = keys.downcast::<PyTupleObject>().expect("the compiler makes a tuple");
    let seen = set::new(None)?;
    let mut values = Vec::with_capacity(tuple::len(keys));
    if tuple::len(keys) == 0 {
        return Ok(Some(tuple::empty()));
    }
    let get = object::get_attr_str(subject, "get")?;
    // A value no mapping can hold, to tell a missing key from one that maps to None.
    // SAFETY: `object` is a type.
    let base = unsafe { Op::from_ptr((&raw mut adder_object_model::type_object::PyBaseObject_Type).cast()) };
    let missing = call::call_noargs(base)?;
    for &key in tuple::refs(keys) {
        if set::contains(seen.borrow(), key)? {
            let key = str::to_string_lossy(object::repr(key)?.op());
            return Err(raise!(ValueError, "mapping pattern checks duplicate key ({key})"));
        }
        set::add(seen.borrow(), key)?;
        let value = if subject.is_exact::<PyDictObject>() {
            mapping::get_optional_item(subject, key)?
        } else {
            let value = call::call_positional(get.op(), &[key, missing.op()])?;
            (!value.op().is(missing.op())).then_some(value)
        };
        match value {
            Some(value) => values.push(value),
            None => return Ok(None),
        }
    }
    tuple::from_vec(values).map(Some)
}

fn class_name(class: Op<'_>) -> String {
    class
        .downcast::<PyTypeObject>()
        .map_or_else(String::new, |class| adder_object_model::type_object::name_of(class).to_owned())
}

/// One attribute of a class pattern; `None` if the object does not have it.
fn attribute(
    subject: Op<'_>,
    class: Op<'_>,
    name: Op<'_>,
    seen: &mut Vec<String>,
) -> PyResult<Option<Object>> {
    let text = str::to_string_lossy(name);
    if seen.contains(&text) {
        let class = class_name(class);
        let name = str::to_string_lossy(object::repr(name)?.op());
        return Err(raise!(TypeError, "{class}() got multiple sub-patterns for attribute {name}"));
    }
    seen.push(text);
    object::get_optional_attr(subject, name)
}

/// `MATCH_CLASS`: the attributes as a tuple; `None` if the pattern does not match.
pub fn match_class(
    subject: Op<'_>,
    class: Op<'_>,
    n_positional: usize,
    names: Op<'_>,
) -> PyResult<Option<Object>> {
    if !class.is_instance::<PyTypeObject>() {
        return Err(raise!(TypeError, "called match pattern must be a class"));
    }
    if !object::is_instance(subject, class)? {
        return Ok(None);
    }
    let mut seen = Vec::new();
    let mut values = Vec::new();
    if n_positional > 0 {
        let mut match_self = false;
        let match_args = match object::get_optional_attr_str(class, "__match_args__")? {
            Some(found) => {
                if !found.op().is_exact::<PyTupleObject>() {
                    return Err(raise!(
                        TypeError,
                        "{}.__match_args__ must be a tuple (got {})",
                        class_name(class),
                        found.op().type_name()
                    ));
                }
                found
            }
            None => {
                let class = class.downcast::<PyTypeObject>().expect("checked");
                match_self = class.tp_flags & _Py_TPFLAGS_MATCH_SELF != 0;
                tuple::empty()
            }
        };
        let match_args = match_args.op().downcast::<PyTupleObject>().expect("checked").to_owned();
        let allowed = if match_self { 1 } else { tuple::len(match_args.borrow()) };
        if allowed < n_positional {
            let plural = if allowed == 1 { "" } else { "s" };
            return Err(raise!(
                TypeError,
                "{}() accepts {allowed} positional sub-pattern{plural} ({n_positional} given)",
                class_name(class)
            ));
        }
        if match_self {
            values.push(subject.to_owned());
        } else {
            for &name in &tuple::refs(match_args.borrow())[..n_positional] {
                if !name.is_exact::<PyUnicodeObject>() {
                    return Err(raise!(
                        TypeError,
                        "__match_args__ elements must be strings (got {})",
                        name.type_name()
                    ));
                }
                match attribute(subject, class, name, &mut seen)? {
                    Some(value) => values.push(value),
                    None => return Ok(None),
                }
            }
        }
    }
    let names = names.downcast::<PyTupleObject>().expect("the compiler makes a tuple");
    for &name in tuple::refs(names) {
        match attribute(subject, class, name, &mut seen)? {
            Some(value) => values.push(value),
            None => return Ok(None),
        }
    }
    tuple::from_vec(values).map(Some)
}
