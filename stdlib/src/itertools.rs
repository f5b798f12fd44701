//! The `itertools` module.
//!
//! Parts: `infinite.rs` has `count`, `cycle`, `repeat`; `filters.rs` what passes on some of
//! the items or combines neighbours (`islice`, `takewhile`, `accumulate`, `pairwise`, ...);
//! `several.rs` what draws from several iterables (`chain`, `zip_longest`, `compress`);
//! `groups.rs` `groupby` and `tee`; `combinations.rs` products, permutations and combinations.
//!
//! Items are taken with `tp_iternext` as it is: a StopIteration that an iterator raised
//! goes through to the caller, as in CPython.

mod combinations;
mod filters;
mod groups;
mod infinite;
mod several;

use adder_object_model::define::same_slot;
use adder_object_model::layout::*;
use adder_object_model::{Args, Object, Op, Owned, PyResult, PyTyped, TypeRef, iter, module, object, tuple};

/// Refuses keywords unless a subclass of `T` has an `__init__` that may take them.
fn no_keywords<T: PyTyped>(tp: TypeRef<'_>, args: Args<'_>, function: &str) -> PyResult<()> {
    if same_slot(tp.tp_init, T::type_ref().tp_init) { args.no_keywords(function) } else { Ok(()) }
}

/// All items of an iterable as a tuple.
fn pool_of(iterable: Op<'_>) -> PyResult<Owned<PyTupleObject>> {
    // SAFETY: `to_tuple` gives a tuple.
    Ok(unsafe { adder_object_model::sequence::to_tuple(iterable)?.cast_unchecked() })
}

/// Iterators over all positional arguments from `first`, as a tuple.
fn iterators_of(args: Args<'_>, first: usize) -> PyResult<Owned<PyTupleObject>> {
    let mut iterators: Vec<Object> = Vec::with_capacity(args.len());
    for iterable in args.iter().skip(first) {
        iterators.push(object::get_iter(iterable)?);
    }
    // SAFETY: `from_vec` gives a tuple.
    Ok(unsafe { tuple::from_vec(iterators)?.cast_unchecked() })
}

/// `tp_iternext` of an iterator that is kept alive by the caller.
fn next(iterator: &Object) -> PyResult<Option<Object>> {
    iter::next_raw(iterator.op())
}

pub fn init() -> PyResult {
    let result = module::new("itertools")?;
    infinite::add(result.op())?;
    filters::add(result.op())?;
    several::add(result.op())?;
    groups::add(result.op())?;
    combinations::add(result.op())?;
    Ok(result)
}
