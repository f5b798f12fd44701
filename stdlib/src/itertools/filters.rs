//! Iterators that pass on some items of one iterable, or combine neighbours.

use core::cell::Cell;

use adder_object_model::args::Signature;
use adder_object_model::builtin_iterators::reuse_pair;
use adder_object_model::fields::{allocate, iterator_type};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, PyTyped, TypeRef, call, int, iter, module, number, object,
    owned_fields, raise, slot, tuple,
};

use super::{next, no_keywords};

/// A predicate and an iterator: `takewhile`, `dropwhile` and `filterfalse`.
macro_rules! with_predicate {
    ($layout:ident $tp:ident $name:literal $new:ident) => {
        #[repr(C)]
        struct $layout {
            ob_base: PyObject,
            function: Field,
            iterator: Field,
            /// Whether the predicate has changed its answer.
            turned: Cell<bool>,
        }
        owned_fields!($layout, $tp, [function, iterator]);

        fn $new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<$layout>> {
            no_keywords::<$layout>(tp, args, $name)?;
            args.check_positional($name, 2, 2)?;
            let iterator = object::get_iter(args.get(1).expect("counted"))?;
            // SAFETY: the type or a subclass.
            let result: Owned<$layout> = unsafe { allocate(tp)? };
            result.function.set(args.get(0).map(Borrowed::to_owned));
            result.iterator.set(Some(iterator));
            Ok(result)
        }
    };
}
with_predicate!(TakeWhile TakeWhile_Type "takewhile" takewhile_new);
with_predicate!(DropWhile DropWhile_Type "dropwhile" dropwhile_new);
with_predicate!(FilterFalse FilterFalse_Type "filterfalse" filterfalse_new);

fn verdict(function: &Object, item: &Object) -> PyResult<bool> {
    let answer = call::call_one(function.op(), item.op())?;
    object::is_true(answer.op())
}

fn takewhile_next(this: Borrowed<'_, TakeWhile>) -> PyResult<Option<Object>> {
    let (false, Some(function), Some(iterator)) =
        (this.turned.get(), this.function.get(), this.iterator.get())
    else {
        return Ok(None);
    };
    let Some(item) = next(&iterator)? else { return Ok(None) };
    if verdict(&function, &item)? {
        return Ok(Some(item));
    }
    this.turned.set(true);
    Ok(None)
}

fn dropwhile_next(this: Borrowed<'_, DropWhile>) -> PyResult<Option<Object>> {
    let (Some(function), Some(iterator)) = (this.function.get(), this.iterator.get()) else {
        return Ok(None);
    };
    while let Some(item) = next(&iterator)? {
        if this.turned.get() {
            return Ok(Some(item));
        }
        if !verdict(&function, &item)? {
            this.turned.set(true);
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn filterfalse_next(this: Borrowed<'_, FilterFalse>) -> PyResult<Option<Object>> {
    let (Some(function), Some(iterator)) = (this.function.get(), this.iterator.get()) else {
        return Ok(None);
    };
    let by_truth = function.op().is_none()
        || function.as_ptr() == (&raw mut adder_object_model::bool::PyBool_Type).cast();
    while let Some(item) = next(&iterator)? {
        let good = if by_truth { object::is_true(item.op())? } else { verdict(&function, &item)? };
        if !good {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

#[repr(C)]
struct StarMap {
    ob_base: PyObject,
    function: Field,
    iterator: Field,
}
owned_fields!(StarMap, StarMap_Type, [function, iterator]);

fn starmap_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<StarMap>> {
    no_keywords::<StarMap>(tp, args, "starmap")?;
    args.check_positional("starmap", 2, 2)?;
    let iterator = object::get_iter(args.get(1).expect("counted"))?;
    // SAFETY: the type or a subclass.
    let result: Owned<StarMap> = unsafe { allocate(tp)? };
    result.function.set(args.get(0).map(Borrowed::to_owned));
    result.iterator.set(Some(iterator));
    Ok(result)
}

fn starmap_next(this: Borrowed<'_, StarMap>) -> PyResult<Option<Object>> {
    let (Some(function), Some(iterator)) = (this.function.get(), this.iterator.get()) else {
        return Ok(None);
    };
    let Some(arguments) = next(&iterator)? else { return Ok(None) };
    let arguments = adder_object_model::sequence::to_tuple(arguments.op())?;
    call::call_tuple_dict(function.op(), arguments.op(), None).map(Some)
}

#[repr(C)]
struct ISlice {
    ob_base: PyObject,
    /// Empty once exhausted.
    iterator: Field,
    /// The index of the next item wanted.
    wanted: Cell<isize>,
    /// Where to stop; -1 for no end.
    stop: Cell<isize>,
    step: Cell<isize>,
    /// How many items have been taken.
    seen: Cell<isize>,
}
owned_fields!(ISlice, ISlice_Type, [iterator]);

/// A bound of `islice`: `None` gives `default`, anything but an index below `sys.maxsize` is refused.
fn slice_bound(op: Op<'_>, default: isize, complaint: &str) -> PyResult<isize> {
    if op.is_none() {
        return Ok(default);
    }
    let refuse = || raise!(ValueError, "{complaint}");
    match number::as_ssize_t(op, None) {
        Ok(value) if value >= 0 => Ok(value),
        Ok(_) => Err(refuse()),
        Err(raised) => {
            raised.clear();
            Err(refuse())
        }
    }
}

fn islice_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<ISlice>> {
    no_keywords::<ISlice>(tp, args, "islice")?;
    args.check_positional("islice", 2, 4)?;
    let given = |index| args.get(index);
    let (start, stop) = if args.len() == 2 {
        let stop = slice_bound(
            given(1).expect("counted"),
            -1,
            "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
        )?;
        (0, stop)
    } else {
        const BOTH: &str = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        const STOP: &str = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        let start = slice_bound(given(1).expect("counted"), 0, BOTH)?;
        let stop = slice_bound(given(2).expect("counted"), -1, STOP)?;
        (start, stop)
    };
    let step = match given(3) {
        Some(step) => {
            const STEP: &str = "Step for islice() must be a positive integer or None.";
            match slice_bound(step, 1, STEP)? {
                0 => return Err(raise!(ValueError, "{STEP}")),
                step => step,
            }
        }
        None => 1,
    };
    let iterator = object::get_iter(args.get(0).expect("counted"))?;
    // SAFETY: the type or a subclass.
    let result: Owned<ISlice> = unsafe { allocate(tp)? };
    result.iterator.set(Some(iterator));
    result.wanted.set(start);
    result.stop.set(stop);
    result.step.set(step);
    Ok(result)
}

fn islice_next(this: Borrowed<'_, ISlice>) -> PyResult<Option<Object>> {
    let Some(iterator) = this.iterator.get() else { return Ok(None) };
    let result = islice_advance(this, &iterator);
    if matches!(result, Ok(None)) {
        this.iterator.clear();
    }
    result
}

fn islice_advance(this: Borrowed<'_, ISlice>, iterator: &Object) -> PyResult<Option<Object>> {
    let stop = this.stop.get();
    while this.seen.get() < this.wanted.get() {
        match next(iterator)? {
            Some(item) => drop(item),
            None => return Ok(None),
        }
        this.seen.set(this.seen.get() + 1);
    }
    if stop != -1 && this.seen.get() >= stop {
        return Ok(None);
    }
    let Some(item) = next(iterator)? else { return Ok(None) };
    this.seen.set(this.seen.get() + 1);
    let following = this.wanted.get().checked_add(this.step.get());
    this.wanted.set(match following {
        Some(following) if stop == -1 || following < stop => following,
        None if stop == -1 => isize::MAX,
        _ => stop,
    });
    Ok(Some(item))
}

#[repr(C)]
struct Accumulate {
    ob_base: PyObject,
    total: Field,
    iterator: Field,
    function: Field,
    initial: Field,
}
owned_fields!(Accumulate, Accumulate_Type, [total, iterator, function, initial]);

fn accumulate_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Accumulate>> {
    const SIGNATURE: Signature<3> =
        Signature::new("accumulate", ["iterable", "func", "initial"]).required(1).keyword_only_from(2);
    let [iterable, function, initial] = args.parse(&SIGNATURE)?;
    let iterator = object::get_iter(iterable.expect("required"))?;
    // SAFETY: the type or a subclass.
    let result: Owned<Accumulate> = unsafe { allocate(tp)? };
    let given = |op: Option<Op<'_>>| op.filter(|op| !op.is_none()).map(Borrowed::to_owned);
    result.iterator.set(Some(iterator));
    result.function.set(given(function));
    result.initial.set(given(initial));
    Ok(result)
}

fn accumulate_next(this: Borrowed<'_, Accumulate>) -> PyResult<Option<Object>> {
    if let Some(initial) = this.initial.take() {
        this.total.set(Some(initial.clone()));
        return Ok(Some(initial));
    }
    let Some(iterator) = this.iterator.get() else { return Ok(None) };
    let Some(item) = next(&iterator)? else { return Ok(None) };
    let Some(total) = this.total.get() else {
        this.total.set(Some(item.clone()));
        return Ok(Some(item));
    };
    let result = match this.function.get() {
        Some(function) => call::call_positional(function.op(), &[total.op(), item.op()])?,
        None => number::add(total.op(), item.op())?,
    };
    this.total.set(Some(result.clone()));
    Ok(Some(result))
}

#[repr(C)]
struct Pairwise {
    ob_base: PyObject,
    iterator: Field,
    old: Field,
    /// The pair given out last.
    result: Field<PyTupleObject>,
}
owned_fields!(Pairwise, Pairwise_Type, [iterator, old, result]);

fn pairwise_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Pairwise>> {
    no_keywords::<Pairwise>(tp, args, "pairwise")?;
    args.check_positional("pairwise", 1, 1)?;
    let iterator = object::get_iter(args.get(0).expect("counted"))?;
    // SAFETY: the type or a subclass.
    let result: Owned<Pairwise> = unsafe { allocate(tp)? };
    let none = adder_object_model::singletons::none();
    // SAFETY: `pack` gives a tuple.
    result.result.set(Some(unsafe { tuple::pack(&[none, none])?.cast_unchecked() }));
    result.iterator.set(Some(iterator));
    Ok(result)
}

fn pairwise_next(this: Borrowed<'_, Pairwise>) -> PyResult<Option<Object>> {
    let Some(mut iterator) = this.iterator.get() else { return Ok(None) };
    let old = match this.old.get() {
        Some(old) => old,
        None => {
            let Some(first) = finish(this, next(&iterator))? else { return Ok(None) };
            this.old.set(Some(first.clone()));
            // Taking the first item may have used this very iterator.
            match this.iterator.get() {
                Some(current) => iterator = current,
                None => {
                    this.old.clear();
                    return Ok(None);
                }
            }
            first
        }
    };
    let Some(new) = finish(this, next(&iterator))? else { return Ok(None) };
    this.old.set(Some(new.clone()));
    reuse_pair(&this.result, old, new).map(Some)
}

/// After the end or an error the iterator and the last item are let go.
fn finish(this: Borrowed<'_, Pairwise>, item: PyResult<Option<Object>>) -> PyResult<Option<Object>> {
    if !matches!(item, Ok(Some(_))) {
        let (iterator, old) = (this.iterator.take(), this.old.take());
        drop((iterator, old));
    }
    item
}

#[repr(C)]
struct Batched {
    ob_base: PyObject,
    /// Empty once exhausted.
    iterator: Field,
    size: Cell<isize>,
    strict: Cell<bool>,
}
owned_fields!(Batched, Batched_Type, [iterator]);

fn batched_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Batched>> {
    const SIGNATURE: Signature<3> =
        Signature::new("batched", ["iterable", "n", "strict"]).required(2).keyword_only_from(2);
    let [iterable, size, strict] = args.parse(&SIGNATURE)?;
    let size = int::as_isize(number::index(size.expect("required"))?.op())?;
    let strict = strict.map_or(Ok(false), object::is_true)?;
    if size < 1 {
        return Err(raise!(ValueError, "n must be at least one"));
    }
    let iterator = object::get_iter(iterable.expect("required"))?;
    // SAFETY: the type or a subclass.
    let result: Owned<Batched> = unsafe { allocate(tp)? };
    result.iterator.set(Some(iterator));
    result.size.set(size);
    result.strict.set(strict);
    Ok(result)
}

fn batched_next(this: Borrowed<'_, Batched>) -> PyResult<Option<Object>> {
    let Some(iterator) = this.iterator.get() else { return Ok(None) };
    let size = this.size.get() as usize;
    let mut items: Vec<Object> = Vec::with_capacity(size.min(1024));
    while items.len() < size {
        match iter::next(iterator.op()) {
            Ok(Some(item)) => items.push(item),
            Ok(None) => break,
            Err(raised) => {
                this.iterator.clear();
                return Err(raised);
            }
        }
    }
    if items.len() < size {
        this.iterator.clear();
        if items.is_empty() {
            return Ok(None);
        }
        if this.strict.get() {
            return Err(raise!(ValueError, "batched(): incomplete batch"));
        }
    }
    tuple::from_vec(items).map(Some)
}

static mut TakeWhile_Type: PyTypeObject = PyTypeObject {
    tp_doc: c"takewhile(predicate, iterable, /)\n--\n\nThe items in front of the first for which the predicate says no.".as_ptr(),
    tp_iternext: slot::iternext(takewhile_next),
    tp_new: slot::new(takewhile_new),
    ..iterator_type::<TakeWhile>(c"itertools.takewhile")
};
static mut DropWhile_Type: PyTypeObject = PyTypeObject {
    tp_doc:
        c"dropwhile(predicate, iterable, /)\n--\n\nThe items from the first for which the predicate says no."
            .as_ptr(),
    tp_iternext: slot::iternext(dropwhile_next),
    tp_new: slot::new(dropwhile_new),
    ..iterator_type::<DropWhile>(c"itertools.dropwhile")
};
static mut FilterFalse_Type: PyTypeObject = PyTypeObject {
    tp_doc: c"filterfalse(function, iterable, /)\n--\n\nThe items for which the function says no; without one (None), the items that are false.".as_ptr(),
    tp_iternext: slot::iternext(filterfalse_next),
    tp_new: slot::new(filterfalse_new),
    ..iterator_type::<FilterFalse>(c"itertools.filterfalse")
};
static mut StarMap_Type: PyTypeObject = PyTypeObject {
    tp_doc: c"starmap(function, iterable, /)\n--\n\nThe results of the function for rows of arguments."
        .as_ptr(),
    tp_iternext: slot::iternext(starmap_next),
    tp_new: slot::new(starmap_new),
    ..iterator_type::<StarMap>(c"itertools.starmap")
};
static mut ISlice_Type: PyTypeObject = PyTypeObject {
    tp_doc: c"islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nThe items that a slice of a list of all items would have.".as_ptr(),
    tp_iternext: slot::iternext(islice_next),
    tp_new: slot::new(islice_new),
    ..iterator_type::<ISlice>(c"itertools.islice")
};
static mut Accumulate_Type: PyTypeObject = PyTypeObject {
    tp_doc: c"accumulate(iterable, func=None, *, initial=None)\n--\n\nThe sums of the items so far, or other results of a function of two arguments.".as_ptr(),
    tp_iternext: slot::iternext(accumulate_next),
    tp_new: slot::new(accumulate_new),
    ..iterator_type::<Accumulate>(c"itertools.accumulate")
};
static mut Pairwise_Type: PyTypeObject = PyTypeObject {
    tp_doc: c"pairwise(iterable, /)\n--\n\nPairs of each item and the one behind it.".as_ptr(),
    tp_iternext: slot::iternext(pairwise_next),
    tp_new: slot::new(pairwise_new),
    ..iterator_type::<Pairwise>(c"itertools.pairwise")
};
static mut Batched_Type: PyTypeObject = PyTypeObject {
    tp_doc: c"batched(iterable, n, *, strict=False)\n--\n\nTuples of n items each; the last one may be shorter unless strict is true.".as_ptr(),
    tp_iternext: slot::iternext(batched_next),
    tp_new: slot::new(batched_new),
    ..iterator_type::<Batched>(c"itertools.batched")
};

pub(super) fn add(itertools: Op<'_>) -> PyResult<()> {
    for tp in [
        TakeWhile::type_ref(),
        DropWhile::type_ref(),
        FilterFalse::type_ref(),
        StarMap::type_ref(),
        ISlice::type_ref(),
        Accumulate::type_ref(),
        Pairwise::type_ref(),
        Batched::type_ref(),
    ] {
        module::add_type(itertools, tp)?;
    }
    Ok(())
}
