//! `chain`, `zip_longest` and `compress`: iterators over several iterables.

use core::cell::Cell;

use adder_object_model::args::Signature;
use adder_object_model::builtin_iterators::give;
use adder_object_model::fields::{allocate, iterator_type};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, PyTyped, TypeRef, iter, method, module, object,
    owned_fields, raise, singletons, slot, str, tuple,
};

use super::{iterators_of, next, no_keywords};

#[repr(C)]
struct Chain {
    ob_base: PyObject,
    /// An iterator over the iterables; empty once exhausted.
    source: Field,
    /// The iterator that items come from now.
    active: Field,
}
owned_fields!(Chain, Chain_Type, [source, active]);

fn chain_over(tp: TypeRef<'_>, source: Object) -> PyResult<Owned<Chain>> {
    // SAFETY: the type or a subclass.
    let result: Owned<Chain> = unsafe { allocate(tp)? };
    result.source.set(Some(source));
    Ok(result)
}

fn chain_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Chain>> {
    no_keywords::<Chain>(tp, args, "chain")?;
    let iterables = args.to_tuple()?;
    chain_over(tp, object::get_iter(iterables.op())?)
}

fn chain_from_iterable(tp: TypeRef<'_>, iterable: Op<'_>) -> PyResult<Owned<Chain>> {
    chain_over(tp, object::get_iter(iterable)?)
}

fn chain_next(this: Borrowed<'_, Chain>) -> PyResult<Option<Object>> {
    while let Some(source) = this.source.get() {
        let active = match this.active.get() {
            Some(active) => active,
            None => {
                let Some(iterable) = finish(this, next(&source))? else { return Ok(None) };
                let active = finish(this, object::get_iter(iterable.op()).map(Some))?.expect("an iterator");
                this.active.set(Some(active.clone()));
                active
            }
        };
        match iter::next(active.op())? {
            Some(item) => return Ok(Some(item)),
            None => this.active.clear(),
        }
    }
    Ok(None)
}

/// When there is nothing more to come from the source, it is let go.
fn finish(this: Borrowed<'_, Chain>, result: PyResult<Option<Object>>) -> PyResult<Option<Object>> {
    if !matches!(result, Ok(Some(_))) {
        this.source.clear();
    }
    result
}

#[repr(C)]
struct ZipLongest {
    ob_base: PyObject,
    /// A tuple in which None stands for an iterator that has ended.
    iterators: Field<PyTupleObject>,
    n_active: Cell<usize>,
    result: Field<PyTupleObject>,
    fill: Field,
}
owned_fields!(ZipLongest, ZipLongest_Type, [iterators, result, fill]);

fn zip_longest_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<ZipLongest>> {
    let mut fill = None;
    for (name, value) in args.keywords() {
        if !str::equals(name, "fillvalue") {
            return Err(raise!(TypeError, "zip_longest() got an unexpected keyword argument"));
        }
        fill = Some(value);
    }
    let iterators = iterators_of(args, 0)?;
    // SAFETY: the type or a subclass.
    let result: Owned<ZipLongest> = unsafe { allocate(tp)? };
    result.n_active.set(tuple::len(iterators.borrow()));
    result.iterators.set(Some(iterators));
    result.fill.set(Some(fill.map_or_else(singletons::new_none, Borrowed::to_owned)));
    Ok(result)
}

fn zip_longest_next(this: Borrowed<'_, ZipLongest>) -> PyResult<Option<Object>> {
    let (Some(iterators), Some(fill)) = (this.iterators.get(), this.fill.get()) else { return Ok(None) };
    if this.n_active.get() == 0 {
        return Ok(None);
    }
    let n = tuple::len(iterators.borrow());
    let mut items: Vec<Object> = Vec::with_capacity(n);
    for index in 0..n {
        let iterator = tuple::get(iterators.borrow(), index).to_owned();
        if iterator.op().is_none() {
            items.push(fill.clone());
            continue;
        }
        match iter::next(iterator.op()) {
            Ok(Some(item)) => items.push(item),
            Ok(None) => {
                this.n_active.set(this.n_active.get().saturating_sub(1));
                if this.n_active.get() == 0 {
                    return Ok(None);
                }
                items.push(fill.clone());
                // SAFETY: the tuple of iterators is this object's own and nobody else's.
                drop(unsafe {
                    let cell = tuple::item_ptr(iterators.borrow()).add(index);
                    Object::steal(core::ptr::replace(cell, singletons::none_ptr()))
                });
            }
            Err(raised) => {
                this.n_active.set(0);
                return Err(raised);
            }
        }
    }
    give(&this.result, items).map(Some)
}

#[repr(C)]
struct Compress {
    ob_base: PyObject,
    data: Field,
    selectors: Field,
}
owned_fields!(Compress, Compress_Type, [data, selectors]);

fn compress_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Compress>> {
    const SIGNATURE: Signature<2> = Signature::new("compress", ["data", "selectors"]).required(2);
    let [data, selectors] = args.parse(&SIGNATURE)?;
    let data = object::get_iter(data.expect("required"))?;
    let selectors = object::get_iter(selectors.expect("required"))?;
    // SAFETY: the type or a subclass.
    let result: Owned<Compress> = unsafe { allocate(tp)? };
    result.data.set(Some(data));
    result.selectors.set(Some(selectors));
    Ok(result)
}

fn compress_next(this: Borrowed<'_, Compress>) -> PyResult<Option<Object>> {
    let (Some(data), Some(selectors)) = (this.data.get(), this.selectors.get()) else { return Ok(None) };
    loop {
        let Some(datum) = next(&data)? else { return Ok(None) };
        let Some(selector) = next(&selectors)? else { return Ok(None) };
        if object::is_true(selector.op())? {
            return Ok(Some(datum));
        }
    }
}

const CHAIN_METHODS: &[PyMethodDef] = &[
    method::class_o(
        c"from_iterable",
        chain_from_iterable,
        c"from_iterable($type, iterable, /)\n--\n\nA chain of the iterables that an iterable gives.",
    ),
    method::class_o(
        c"__class_getitem__",
        adder_object_model::generic_alias::class_getitem,
        c"__class_getitem__($type, object, /)\n--\n\nSee PEP 585",
    ),
    PyMethodDef::EMPTY,
];

static mut Chain_Type: PyTypeObject = PyTypeObject {
    tp_doc: c"chain(*iterables)\n--\n\nThe items of the first iterable, then those of the second, and so on."
        .as_ptr(),
    tp_iternext: slot::iternext(chain_next),
    tp_methods: CHAIN_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(chain_new),
    ..iterator_type::<Chain>(c"itertools.chain")
};
static mut ZipLongest_Type: PyTypeObject = PyTypeObject {
    tp_doc: c"zip_longest(*iterables, fillvalue=None)\n--\n\nTuples of the first items, the second items and so on, until the longest iterable ends.\n\nfillvalue stands for the items of the shorter ones.".as_ptr(),
    tp_iternext: slot::iternext(zip_longest_next),
    tp_new: slot::new(zip_longest_new),
    ..iterator_type::<ZipLongest>(c"itertools.zip_longest")
};
static mut Compress_Type: PyTypeObject = PyTypeObject {
    tp_doc: c"compress(data, selectors)\n--\n\nThe items of data whose selector is true.".as_ptr(),
    tp_iternext: slot::iternext(compress_next),
    tp_new: slot::new(compress_new),
    ..iterator_type::<Compress>(c"itertools.compress")
};

pub(super) fn add(itertools: Op<'_>) -> PyResult<()> {
    for tp in [Chain::type_ref(), ZipLongest::type_ref(), Compress::type_ref()] {
        module::add_type(itertools, tp)?;
    }
    Ok(())
}
