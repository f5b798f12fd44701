//! `__build_class__`: what a `class` statement calls.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, call, cell, dict, mapping, object, raise, str, tuple,
    type_object,
};

use crate::vm;

/// `__build_class__(function, name, *bases, metaclass=None, **keywords)`.
pub fn build_class(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let (Some(function), Some(name)) = (args.get(0), args.get(1)) else {
        return Err(raise!(TypeError, "__build_class__: not enough arguments"));
    };
    let Some(function) = function.downcast_exact::<PyFunctionObject>() else {
        return Err(raise!(TypeError, "__build_class__: func must be a function"));
    };
    if !name.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "__build_class__: name is not a string"));
    }
    let original_bases: Vec<Op<'_>> = args.iter().skip(2).collect();
    let original_bases = tuple::pack(&original_bases)?;
    let bases = update_bases(original_bases.op())?;
    let keywords = args.to_dict()?;
    let mut given = None;
    if let Some(keywords) = &keywords {
        // SAFETY: a dict was made just now.
        let keywords: Borrowed<'_, PyDictObject> = unsafe { keywords.op().cast_unchecked() };
        given = dict::pop(keywords, str::intern("metaclass")?.op())?;
    }
    let metaclass = find_metaclass(given, bases.op())?;
    let keywords = keywords.as_ref().map(Owned::op);
    let namespace = prepare(metaclass.op(), name, bases.op(), keywords)?;
    let cell = run_body(function, namespace.op())?;
    if !bases.op().is(original_bases.op()) {
        object::set_item(namespace.op(), str::intern("__orig_bases__")?.op(), original_bases.op())?;
    }
    let arguments = tuple::pack(&[name, bases.op(), namespace.op()])?;
    let class = call::call_tuple_dict(metaclass.op(), arguments.op(), keywords)?;
    if class.op().is_instance::<PyTypeObject>()
        && let Some(cell) = cell.op().downcast_exact::<PyCellObject>()
    {
        check_class_cell(cell, class.op(), name)?;
    }
    Ok(class)
}

/// Runs the body's function with the namespace as its locals.
fn run_body(function: Borrowed<'_, PyFunctionObject>, namespace: Op<'_>) -> PyResult {
    // SAFETY: a function owns its code and globals, and a closure or nothing.
    let (code, globals, closure) = unsafe {
        (
            Borrowed::from_ptr(function.func_code.cast()),
            Op::from_ptr(function.func_globals),
            Op::from_nullable(function.func_closure),
        )
    };
    vm::eval_code_with_closure(code, globals, namespace, closure)
}

/// The body's `__class__` cell must hold the class that was made.
fn check_class_cell(cell: Borrowed<'_, PyCellObject>, class: Op<'_>, name: Op<'_>) -> PyResult<()> {
    let found = cell::get(cell);
    if found.as_ref().is_some_and(|found| found.op().is(class)) {
        return Ok(());
    }
    let repr = |op: Op<'_>| object::repr(op).map(|text| str::to_string_lossy(text.op()));
    let (name, class) = (repr(name)?, repr(class)?);
    Err(match found {
        None => raise!(
            RuntimeError,
            "__class__ not set defining {name} as {class}. Was __classcell__ propagated to type.__new__?"
        ),
        Some(found) => {
            raise!(TypeError, "__class__ set to {} defining {name} as {class}", repr(found.op())?)
        }
    })
}

/// Bases with `__mro_entries__` called on those that are not classes (`types.resolve_bases`).
fn update_bases(bases: Op<'_>) -> PyResult {
    let items = bases.downcast::<PyTupleObject>().expect("a tuple");
    let mut updated: Option<Vec<Object>> = None;
    for index in 0..tuple::len(items) {
        let base = tuple::get(items, index);
        let entries = if base.is_instance::<PyTypeObject>() {
            None
        } else {
            object::get_optional_attr_str(base, "__mro_entries__")?
        };
        let Some(entries) = entries else {
            if let Some(updated) = &mut updated {
                updated.push(base.to_owned());
            }
            continue;
        };
        let replacement = call::call_one(entries.op(), bases)?;
        let Some(replacement) = replacement.op().downcast::<PyTupleObject>() else {
            return Err(raise!(TypeError, "__mro_entries__ must return a tuple"));
        };
        let updated = updated
            .get_or_insert_with(|| (0..index).map(|before| tuple::get(items, before).to_owned()).collect());
        updated.extend((0..tuple::len(replacement)).map(|at| tuple::get(replacement, at).to_owned()));
    }
    updated.map_or_else(|| Ok(bases.to_owned()), tuple::from_vec)
}

/// The metaclass given, or the most derived one of the bases.
fn find_metaclass(given: Option<Object>, bases: Op<'_>) -> PyResult {
    let metaclass = match given {
        Some(given) if !given.op().is_instance::<PyTypeObject>() => return Ok(given),
        Some(given) => given,
        None => {
            let bases = bases.downcast::<PyTupleObject>().expect("a tuple");
            let first = if tuple::len(bases) == 0 {
                &raw mut type_object::PyType_Type
            } else {
                tuple::get(bases, 0).type_ptr()
            };
            // SAFETY: the type of a live object, or a static one.
            unsafe { Object::new_ref(first.cast()) }
        }
    };
    let class = metaclass.op().downcast::<PyTypeObject>().expect("checked");
    type_object::calculate_metaclass(class, bases)
}

/// What `metaclass.__prepare__` gives, or a new dict.
fn prepare(metaclass: Op<'_>, name: Op<'_>, bases: Op<'_>, keywords: Option<Op<'_>>) -> PyResult {
    let Some(prepare) = object::get_optional_attr_str(metaclass, "__prepare__")? else {
        return Ok(dict::new()?.into_object());
    };
    let arguments = tuple::pack(&[name, bases])?;
    let namespace = call::call_tuple_dict(prepare.op(), arguments.op(), keywords)?;
    if !mapping::check(namespace.op()) {
        let metaclass = metaclass.downcast::<PyTypeObject>();
        let metaclass = metaclass.map_or("<metaclass>", type_object::name_of);
        let found = namespace.op().type_name();
        return Err(raise!(TypeError, "{metaclass}.__prepare__() must return a mapping, not {found}"));
    }
    Ok(namespace)
}
