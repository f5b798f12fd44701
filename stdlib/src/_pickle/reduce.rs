//! Objects that say themselves how they are pickled: `__reduce_ex__` and its relatives.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Op, PyResult, call, dict, errors, id, int, iter, mapping, object, str, tuple, type_object,
};

use super::opcodes::*;
use super::pickler::This;
use super::save::{batch_appends, batch_setitems, save};
use super::{full_type_name, global, noting, optional, pickling_error, save as saving, state};

type Tuple<'a> = Borrowed<'a, PyTupleObject>;

/// Writes an object that no opcode is made for.
pub fn save_other(this: This<'_>, op: Op<'_>) -> PyResult<()> {
    let class = op.ob_type().as_object();
    let function = match this.dispatch_table.get() {
        None => dict::get_item(state::get().dispatch_table.borrow(), class)?,
        Some(table) => mapping::get_optional_item(table.op(), class)?,
    };
    let reduced = if let Some(function) = function {
        call::call_one(function.op(), op)?
    } else if type_object::is_subtype(op.ob_type(), type_object::of::<PyTypeObject>()) {
        return global::save_global(this, op, None);
    } else if let Some(function) = optional(op, id!("__reduce_ex__"))? {
        call::call_one(function.op(), int::from_i64(i64::from(this.proto.get()))?.op())?
    } else if let Some(function) = optional(op, id!("__reduce__"))? {
        call::call_noargs(function.op())?
    } else {
        return Err(pickling_error(&format!("Can't pickle {} object", full_type_name(op)?)));
    };
    save_reduced(this, op, reduced.op())
}

/// Writes what a reducing function has given for `op`.
pub fn save_reduced(this: This<'_>, op: Op<'_>, reduced: Op<'_>) -> PyResult<()> {
    if let Some(name) = reduced.downcast::<PyUnicodeObject>() {
        return global::save_global(this, op, Some(name));
    }
    let result = match reduced.downcast::<PyTupleObject>() {
        Some(_) => saving::fast_guarded(this, op, |this| save_reduce(this, reduced, Some(op))),
        None => full_type_name(reduced).and_then(|given| {
            Err(pickling_error(&format!("__reduce__ must return a string or tuple, not {given}")))
        }),
    };
    noting(result, op, "object")
}

/// Refuses a part of the wrong kind.
fn expect(is_right: bool, what: &str, should_be: &str, op: Op<'_>) -> PyResult<()> {
    if is_right {
        return Ok(());
    }
    Err(pickling_error(&format!("{what} must be {should_be}, not {}", full_type_name(op)?)))
}

fn expect_item(is_right: bool, position: &str, should_be: &str, op: Op<'_>) -> PyResult<()> {
    expect(is_right, &format!("{position} item of the tuple returned by __reduce__"), should_be, op)
}

/// Writes `(function, arguments, state, list items, dict items, state setter)`, of which the
/// first two are there. `op` is what it makes; without one it is neither memoized nor named.
pub fn save_reduce(this: This<'_>, parts: Op<'_>, op: Option<Op<'_>>) -> PyResult<()> {
    let Some(parts) = parts.downcast::<PyTupleObject>() else {
        return Err(errors::bad_internal_call());
    };
    let n = tuple::len(parts);
    if !(2..=6).contains(&n) {
        return Err(pickling_error("tuple returned by __reduce__ must contain 2 through 6 elements"));
    }
    let part = |index: usize| (index < n).then(|| tuple::get(parts, index)).filter(|part| !part.is_none());
    let (function, arguments) = (tuple::get(parts, 0), tuple::get(parts, 1));
    let (state, list_items, dict_items, state_setter) = (part(2), part(3), part(4), part(5));
    expect_item(object::is_callable(function), "first", "callable", function)?;
    expect_item(arguments.is_instance::<PyTupleObject>(), "second", "a tuple", arguments)?;
    for (items, position) in [(list_items, "fourth"), (dict_items, "fifth")] {
        if let Some(items) = items {
            expect_item(iter::check(items), position, "an iterator", items)?;
        }
    }
    if let Some(setter) = state_setter {
        expect_item(object::is_callable(setter), "sixth", "callable", setter)?;
    }
    let Some(arguments) = arguments.downcast::<PyTupleObject>() else {
        return Err(errors::bad_internal_call());
    };
    save_construction(this, function, arguments, op)?;
    if let Some(op) = op {
        // If it is in the memo now, it has been met inside of its own arguments.
        if let Some(index) = this.memo_index(op) {
            this.write_opcode(POP)?;
            return this.write_get(index);
        }
        this.memoize(op)?;
    }
    // What notes name: without an object, the items themselves.
    let named = op.unwrap_or(function);
    if let Some(items) = list_items {
        batch_appends(this, items, named)?;
    }
    if let Some(items) = dict_items {
        batch_setitems(this, items, named)?;
    }
    let Some(state) = state else {
        return Ok(());
    };
    let Some(setter) = state_setter else {
        noting(save(this, state), named, "state")?;
        return this.write_opcode(BUILD);
    };
    // `setter(op, state)`; what it gives is thrown away, so that the object is on top again.
    noting(save(this, setter), named, "state setter")?;
    save(this, named)?;
    noting(save(this, state), named, "state")?;
    this.write(&[TUPLE2, REDUCE, POP])
}

/// Writes the opcodes that call the function, or the class itself where that is shorter.
fn save_construction(
    this: This<'_>,
    function: Op<'_>,
    arguments: Tuple<'_>,
    op: Option<Op<'_>>,
) -> PyResult<()> {
    let named = op.unwrap_or(function);
    if this.proto.get() >= 2
        && let Some(name) = optional(function, id!("__name__"))?
    {
        if str::equals(name.op(), "__newobj_ex__") {
            return save_newobj_ex(this, arguments, named);
        }
        if str::equals(name.op(), "__newobj__") {
            return save_newobj(this, arguments, op, named);
        }
    }
    noting(save(this, function), named, "reconstructor")?;
    noting(save(this, arguments.as_object()), named, "reconstructor arguments")?;
    this.write_opcode(REDUCE)
}

fn save_newobj_ex(this: This<'_>, arguments: Tuple<'_>, named: Op<'_>) -> PyResult<()> {
    let n = tuple::len(arguments);
    if n != 3 {
        return Err(pickling_error(&format!("__newobj_ex__ expected 3 arguments, got {n}")));
    }
    let [class, args, kwargs] = [0, 1, 2].map(|index| tuple::get(arguments, index));
    let ordinal = |position: &str| format!("{position} argument to __newobj_ex__()");
    expect(class.is_instance::<PyTypeObject>(), &ordinal("first"), "a class", class)?;
    expect(args.is_instance::<PyTupleObject>(), &ordinal("second"), "a tuple", args)?;
    expect(kwargs.is_instance::<PyDictObject>(), &ordinal("third"), "a dict", kwargs)?;
    if this.proto.get() >= 4 {
        noting(save(this, class), named, "class")?;
        noting(save(this, args).and_then(|()| save(this, kwargs)), named, "__new__ arguments")?;
        return this.write_opcode(NEWOBJ_EX);
    }
    // Older protocols call `partial(class.__new__, class, *args, **kwargs)`.
    let new = object::get_attr(class, id!("__new__"))?;
    let mut positional = vec![new.op(), class];
    if let Some(args) = args.downcast::<PyTupleObject>() {
        positional.extend(tuple::refs(args));
    }
    let positional = tuple::pack(&positional)?;
    // SAFETY: a tuple and a dict, both alive during the call.
    let all = unsafe { Args::from_tuple_and_dict(positional.as_object_ptr(), kwargs.as_ptr()) };
    let function = call::call(state::get().partial.op(), all)?;
    noting(save(this, function.op()), named, "reconstructor")?;
    save(this, tuple::empty().op())?;
    this.write_opcode(REDUCE)
}

fn save_newobj(this: This<'_>, arguments: Tuple<'_>, op: Option<Op<'_>>, named: Op<'_>) -> PyResult<()> {
    let n = tuple::len(arguments);
    if n < 1 {
        return Err(pickling_error(&format!("__newobj__ expected at least 1 argument, got {n}")));
    }
    let class = tuple::get(arguments, 0);
    expect(class.is_instance::<PyTypeObject>(), "first argument to __newobj__()", "a class", class)?;
    if let Some(op) = op {
        let own = optional(op, id!("__class__"))?.unwrap_or_else(|| op.ob_type().as_object().to_owned());
        if !own.op().is(class) {
            let shown = |op: Op<'_>| object::repr(op).map(|repr| str::to_string_lossy(repr.op()));
            let (own, class) = (shown(own.op())?, shown(class)?);
            let message = format!("first argument to __newobj__() must be {own}, not {class}");
            return Err(pickling_error(&message));
        }
    }
    noting(save(this, class), named, "class")?;
    let rest = tuple::slice(arguments, 1, n)?;
    noting(save(this, rest.op()), named, "__new__ arguments")?;
    this.write_opcode(NEWOBJ)
}
