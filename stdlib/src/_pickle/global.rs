//! Objects that are pickled by name: classes, functions, and what `__reduce__` gives a name for.

use adder_interpreter::import;
use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, Owned, PyResult, PyTyped, codecs, dict, errors, id, int, object, raise, sequence,
    singletons, str, tuple,
};

use super::opcodes::*;
use super::pickler::This;
use super::save::save;
use super::{is_attribute_error, optional, pickling_error, reduce, state};

type Text<'a> = Borrowed<'a, PyUnicodeObject>;

fn shown(op: Op<'_>) -> PyResult<String> {
    Ok(str::to_string_lossy(object::repr(op)?.op()))
}

/// The parts of a dotted name.
pub fn split_path(name: Text<'_>) -> PyResult<Vec<Owned<PyUnicodeObject>>> {
    let parts = str::split::split_by(name, Some(str::from_str(".")?.borrow()), usize::MAX)?;
    let parts = adder_object_model::list::to_vec(parts.borrow());
    Ok(parts.into_iter().filter_map(|part| part.downcast().ok()).collect())
}

/// Follows a path of attributes.
fn attribute_at(op: Op<'_>, path: &[Owned<PyUnicodeObject>]) -> PyResult {
    let mut found = op.to_owned();
    for name in path {
        found = object::get_attr(found.op(), name.op())?;
    }
    Ok(found)
}

/// The name of the module in which an object without `__module__` is found under the path.
fn search_modules(op: Op<'_>, path: &[Owned<PyUnicodeObject>]) -> PyResult {
    let modules = import::modules()?;
    // A copy, as looking for attributes may import.
    let names = sequence::to_list(modules.op())?;
    for name in adder_object_model::list::to_vec(names.borrow()) {
        if str::equals(name.op(), "__main__") || str::equals(name.op(), "__mp_main__") {
            continue;
        }
        let Some(module) = object::get_optional_item(modules.op(), name.op())? else { continue };
        if module.op().is_none() {
            continue;
        }
        match attribute_at(module.op(), path) {
            Ok(found) if found.op().is(op) => return Ok(name),
            Ok(_) => {}
            Err(raised) if is_attribute_error(&raised) => raised.clear(),
            Err(raised) => return Err(raised),
        }
    }
    Ok(str::intern("__main__")?.into_object())
}

/// Raises `PicklingError(message)` in the context of the exception that is set.
fn in_context(raised: errors::Raised, message: impl FnOnce(Op<'_>) -> PyResult<String>) -> errors::Raised {
    let cause = raised.take();
    let message = match message(cause.op()) {
        Ok(message) => message,
        Err(raised) => return raised,
    };
    let raised = pickling_error(&message);
    let exception = raised.take();
    adder_object_model::exceptions::set_context(exception.op(), Some(cause));
    errors::restore(exception)
}

/// The module of an object that is to be found there under `name`.
fn which_module(op: Op<'_>, name: Text<'_>, path: &[Owned<PyUnicodeObject>]) -> PyResult {
    let module_name = optional(op, id!("__module__"))?.filter(|name| !name.op().is_none());
    if path.iter().any(|part| str::equals(part.op(), "<locals>")) {
        return Err(pickling_error(&format!("Can't pickle local object {}", shown(op)?)));
    }
    let module_name = match module_name {
        Some(name) => name,
        None => search_modules(op, path)?,
    };
    let module = import::import_module_level(module_name.op(), None, None, None, 0).and_then(|_| {
        import::get_module_object(module_name.op())?
            .ok_or_else(|| adder_object_model::exceptions::set_key_error(module_name.op()))
    });
    let module = module.map_err(|raised| {
        let expected = [builtin::ImportError(), builtin::ValueError(), builtin::KeyError()];
        if !expected.into_iter().any(|class| raised.matches(class)) {
            return raised;
        }
        in_context(raised, |cause| {
            let why = str::to_string_lossy(object::str(cause)?.op());
            Ok(format!("Can't pickle {}: {why}", shown(op)?))
        })
    })?;
    let place = || -> PyResult<String> {
        let module = str::to_string_lossy(object::str(module_name.op())?.op());
        Ok(format!("{module}.{}", str::to_string_lossy(name.as_object())))
    };
    let found = attribute_at(module.op(), path).map_err(|raised| {
        if !is_attribute_error(&raised) {
            return raised;
        }
        in_context(raised, |_| Ok(format!("Can't pickle {}: it's not found as {}", shown(op)?, place()?)))
    })?;
    if !found.op().is(op) {
        let message = format!("Can't pickle {}: it's not the same object as {}", shown(op)?, place()?);
        return Err(pickling_error(&message));
    }
    Ok(module_name)
}

/// Writes an object by its module and name; `name` stands for its own.
pub fn save_global(this: This<'_>, op: Op<'_>, name: Option<Text<'_>>) -> PyResult<()> {
    let name: Object = match name {
        Some(name) => name.to_owned().into_object(),
        None => match optional(op, id!("__qualname__"))? {
            Some(name) => name,
            None => object::get_attr(op, id!("__name__"))?,
        },
    };
    let name = name.downcast::<PyUnicodeObject>().map_err(|other| {
        let given = other.op().type_name();
        raise!(TypeError, "must be str, not {given}")
    })?;
    let path = split_path(name.borrow())?;
    let module_name = which_module(op, name.borrow(), &path)?;
    if this.proto.get() >= 2 && save_extension(this, module_name.op(), name.op())? {
        return Ok(());
    }
    if this.proto.get() >= 4 {
        save(this, module_name.op())?;
        save(this, name.op())?;
        this.write_opcode(STACK_GLOBAL)?;
    } else if let [first, rest @ ..] = path.as_slice()
        && !rest.is_empty()
    {
        // Older protocols know no paths: `getattr(getattr(first, second), third)`.
        for _ in rest {
            save(this, state::get().getattr.op())?;
            if this.proto.get() < 2 {
                this.write_opcode(MARK)?;
            }
        }
        save_top_level(this, module_name.op(), first.borrow())?;
        for attribute in rest {
            save(this, attribute.op())?;
            this.write(&[if this.proto.get() < 2 { TUPLE } else { TUPLE2 }, REDUCE])?;
        }
    } else {
        save_top_level(this, module_name.op(), name.borrow())?;
    }
    this.memoize(op)
}

/// Writes the code that `copyreg.add_extension` has given the name, if it has.
fn save_extension(this: This<'_>, module_name: Op<'_>, name: Op<'_>) -> PyResult<bool> {
    let registry = &state::get().extension_registry;
    if dict::len(registry.borrow()) == 0 {
        return Ok(false);
    }
    let key = tuple::pack(&[module_name, name])?;
    let Some(code) = dict::get_item(registry.borrow(), key.op())? else {
        return Ok(false);
    };
    let code = int::as_i64(code.op())?;
    if !(1..=0x7fff_ffff).contains(&code) {
        return Err(raise!(RuntimeError, "extension code {code} is out of range"));
    }
    let [a, b, c, d] = (code as u32).to_le_bytes();
    match code {
        0..0x100 => this.write(&[EXT1, a])?,
        0x100..0x1_0000 => this.write(&[EXT2, a, b])?,
        _ => this.write(&[EXT4, a, b, c, d])?,
    }
    Ok(true)
}

/// The names of Python 2 for a module and a name of Python 3.
fn old_names(module_name: Op<'_>, name: Op<'_>) -> PyResult<(Object, Object)> {
    let state = state::get();
    let key = tuple::pack(&[module_name, name])?;
    if let Some(pair) = dict::get_item(state.name_mapping_3to2.borrow(), key.op())? {
        let names = pair.op().downcast::<PyTupleObject>().filter(|pair| tuple::len(*pair) == 2);
        let Some(names) = names else {
            let given = pair.op().type_name();
            return Err(raise!(
                RuntimeError,
                "_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples, not {given}"
            ));
        };
        return Ok((tuple::get(names, 0).to_owned(), tuple::get(names, 1).to_owned()));
    }
    let module = dict::get_item(state.import_mapping_3to2.borrow(), module_name)?;
    Ok((module.unwrap_or_else(|| module_name.to_owned()), name.to_owned()))
}

fn save_top_level(this: This<'_>, module_name: Op<'_>, name: Text<'_>) -> PyResult<()> {
    let (module_name, name) = if this.fix_imports.get() && this.proto.get() < 3 {
        old_names(module_name, name.as_object())?
    } else {
        (module_name.to_owned(), name.as_object().to_owned())
    };
    this.write_opcode(GLOBAL)?;
    for (what, name) in [("module", module_name), ("global", name)] {
        let Some(text) = name.op().downcast::<PyUnicodeObject>() else {
            return Err(raise!(TypeError, "must be str, not {}", name.op().type_name()));
        };
        let encoding = if this.proto.get() == 3 { "utf-8" } else { "ascii" };
        let encoded = codecs::encode_text(text, Some(encoding), None).map_err(|raised| {
            if !raised.matches(builtin::UnicodeEncodeError()) {
                return raised;
            }
            in_context(raised, |_| {
                let (name, proto) = (shown(name.op())?, this.proto.get());
                Ok(format!("can't pickle {what} identifier {name} using pickle protocol {proto}"))
            })
        })?;
        let Some(encoded) = encoded.op().downcast::<PyBytesObject>() else {
            return Err(errors::bad_internal_call());
        };
        this.write(adder_object_model::bytes::as_slice(encoded))?;
        this.write(b"\n")?;
    }
    Ok(())
}

/// Writes a class; those of the singletons have no name, and are asked of their instances.
pub fn save_type(this: This<'_>, op: Op<'_>) -> PyResult<()> {
    for singleton in [singletons::none(), singletons::ellipsis(), singletons::not_implemented()] {
        if op.is(singleton.ob_type().as_object()) {
            let arguments = tuple::pack(&[singleton])?;
            let reduced = tuple::pack(&[PyTypeObject::type_ref().as_object(), arguments.op()])?;
            return reduce::save_reduce(this, reduced.op(), Some(op));
        }
    }
    save_global(this, op, None)
}
