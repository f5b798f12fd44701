//! Functions over iterables.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Signature, call, complex, errors, exceptions, float, int,
    iter as iterators, list, number, object, raise, sequence,
};

pub fn all(_module: Op<'_>, iterable: Op<'_>) -> PyResult<bool> {
    let iterator = object::get_iter(iterable)?;
    while let Some(item) = iterators::next(iterator.op())? {
        if !object::is_true(item.op())? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub fn any(_module: Op<'_>, iterable: Op<'_>) -> PyResult<bool> {
    let iterator = object::get_iter(iterable)?;
    while let Some(item) = iterators::next(iterator.op())? {
        if object::is_true(item.op())? {
            return Ok(true);
        }
    }
    Ok(false)
}

pub fn iter(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [op, sentinel] = args.optional("iter", 1)?;
    let op = op.expect("required");
    let Some(sentinel) = sentinel else {
        return object::get_iter(op);
    };
    if !object::is_callable(op) {
        return Err(raise!(TypeError, "iter(v, w): v must be callable"));
    }
    iterators::new_callable_iterator(op, sentinel)
}

pub fn next(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [iterator, default] = args.optional("next", 1)?;
    let iterator = iterator.expect("required");
    if !iterators::check(iterator) {
        return Err(raise!(TypeError, "'{}' object is not an iterator", iterator.type_name()));
    }
    // `__next__` is called through the slot, so that the value of a StopIteration survives.
    // SAFETY: the slot of a live object's own type.
    let item = unsafe {
        let slot = iterator.ob_type().tp_iternext.expect("checked");
        Object::steal_nullable(slot(iterator.as_ptr()))
    };
    match (item, default) {
        (Some(item), _) => Ok(item),
        (None, Some(default)) => {
            if errors::occurred().is_some() {
                errors::raised().absorb::<()>(exceptions::builtin::StopIteration())?;
            }
            Ok(default.to_owned())
        }
        (None, None) if errors::occurred().is_some() => Err(errors::raised()),
        (None, None) => Err(errors::set_none(exceptions::builtin::StopIteration())),
    }
}

pub fn aiter(_module: Op<'_>, op: Op<'_>) -> PyResult {
    // SAFETY: a type's table of async slots is static or as old as the type.
    let slot = unsafe { op.ob_type().tp_as_async.as_ref() }.and_then(|methods| methods.am_aiter);
    let Some(slot) = slot else {
        return Err(raise!(TypeError, "'{}' object is not an async iterable", op.type_name()));
    };
    // SAFETY: the slot of a live object's own type.
    let iterator: Object = unsafe { Owned::from_c(slot(op.as_ptr())) }?;
    if !has_anext(iterator.op()) {
        let found = iterator.op().type_name();
        return Err(raise!(TypeError, "aiter() returned not an async iterator of type '{found}'"));
    }
    Ok(iterator)
}

fn has_anext(op: Op<'_>) -> bool {
    // SAFETY: as in `aiter`.
    unsafe { op.ob_type().tp_as_async.as_ref() }.is_some_and(|methods| methods.am_anext.is_some())
}

pub fn anext(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [iterator, default] = args.optional("anext", 1)?;
    let iterator = iterator.expect("required");
    // SAFETY: as in `aiter`.
    let slot = unsafe { iterator.ob_type().tp_as_async.as_ref() }.and_then(|methods| methods.am_anext);
    let Some(slot) = slot else {
        return Err(raise!(TypeError, "'{}' object is not an async iterator", iterator.type_name()));
    };
    // SAFETY: the slot of a live object's own type.
    let awaitable: Object = unsafe { Owned::from_c(slot(iterator.as_ptr())) }?;
    match default {
        None => Ok(awaitable),
        Some(default) => crate::generator::anext::new(awaitable.op(), default),
    }
}

pub fn sorted(_module: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyListObject>> {
    static SIGNATURE: Signature<2> = Signature::new("sort", ["key", "reverse"]).keyword_only_from(0);
    args.check_positional("sorted", 1, 1)?;
    let result = sequence::to_list(args.get(0).expect("counted"))?;
    let [key, reverse] = args.skip(1).parse(&SIGNATURE)?;
    let reverse = reverse.map_or(Ok(false), object::is_true)?;
    list::sort(result.borrow(), key.filter(|key| !key.is_none()), reverse)?;
    Ok(result)
}

pub fn min(_module: Op<'_>, args: Args<'_>) -> PyResult {
    extreme("min", Py_LT, args)
}

pub fn max(_module: Op<'_>, args: Args<'_>) -> PyResult {
    extreme("max", Py_GT, args)
}

/// The first item for which no other one compares `comparison`.
fn extreme(function: &'static str, comparison: i32, args: Args<'_>) -> PyResult {
    if args.is_empty() {
        return Err(raise!(TypeError, "{function} expected at least 1 argument, got 0"));
    }
    let signature = Signature::new(function, ["key", "default"]).keyword_only_from(0);
    let [key, default] = args.skip(args.len()).parse(&signature)?;
    let several = args.len() > 1;
    if several && default.is_some() {
        return Err(raise!(
            TypeError,
            "Cannot specify a default for {function}() with multiple positional arguments"
        ));
    }
    let key = key.filter(|key| !key.is_none());
    // The best item and the key it was judged by.
    let mut best: Option<(Object, Object)> = None;
    let mut judge = |item: Object| -> PyResult<()> {
        let value = match key {
            Some(key) => call::call_one(key, item.op())?,
            None => item.clone(),
        };
        let better = match &best {
            None => true,
            Some((_, best_value)) => object::rich_compare_bool(value.op(), best_value.op(), comparison)?,
        };
        if better {
            best = Some((item, value));
        }
        Ok(())
    };
    if several {
        for item in args.iter() {
            judge(item.to_owned())?;
        }
    } else {
        let iterator = object::get_iter(args.get(0).expect("counted"))?;
        while let Some(item) = iterators::next(iterator.op())? {
            judge(item)?;
        }
    }
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(default)) => Ok(default.to_owned()),
        (None, None) => Err(raise!(ValueError, "{function}() iterable argument is empty")),
    }
}

/// A sum of floats with the rounding error carried along (Neumaier).
#[derive(Clone, Copy)]
struct CompensatedSum {
    high: f64,
    low: f64,
}

impl CompensatedSum {
    fn new(value: f64) -> Self {
        Self { high: value, low: 0.0 }
    }

    fn add(self, value: f64) -> Self {
        let total = self.high + value;
        let lost = if self.high.abs() >= value.abs() {
            (self.high - total) + value
        } else {
            (value - total) + self.high
        };
        Self { high: total, low: self.low + lost }
    }

    fn total(self) -> f64 {
        // An infinity or NaN must not become NaN through the correction.
        if self.low != 0.0 && self.low.is_finite() { self.high + self.low } else { self.high }
    }
}

/// `sum(iterable, /, start=0)`.
pub fn sum(_module: Op<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<2> = Signature::new("sum", ["", "start"]).positional_only(1).required(1);
    let [iterable, start] = args.parse(&SIGNATURE)?;
    let iterator = object::get_iter(iterable.expect("required"))?;
    let mut result = match start {
        None => int::small(0),
        Some(start) if start.is_instance::<PyUnicodeObject>() => {
            return Err(raise!(TypeError, "sum() can't sum strings [use ''.join(seq) instead]"));
        }
        Some(start) if start.is_instance::<PyBytesObject>() => {
            return Err(raise!(TypeError, "sum() can't sum bytes [use b''.join(seq) instead]"));
        }
        Some(start) if start.is_instance::<PyByteArrayObject>() => {
            return Err(raise!(TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]"));
        }
        Some(start) => start.to_owned(),
    };
    // Each stage adds items of its kind without objects and leaves at the first that is not,
    // with the sum so far in `result` and that item added to it.
    if result.op().is_exact::<PyLongObject>() && !sum_ints(iterator.op(), &mut result)? {
        return Ok(result);
    }
    if result.op().is_exact::<PyFloatObject>() && !sum_floats(iterator.op(), &mut result)? {
        return Ok(result);
    }
    if result.op().is_exact::<PyComplexObject>() && !sum_complexes(iterator.op(), &mut result)? {
        return Ok(result);
    }
    while let Some(item) = iterators::next(iterator.op())? {
        // Not in place: that would change the start value given.
        result = number::add(result.op(), item.op())?;
    }
    Ok(result)
}

/// Whether items are left.
fn sum_ints(iterator: Op<'_>, result: &mut Object) -> PyResult<bool> {
    let Ok(mut total) = int::as_i64_and_overflow(result.op())? else {
        return Ok(true);
    };
    while let Some(item) = iterators::next(iterator)? {
        if item.op().is_exact::<PyLongObject>()
            || item.op().type_ptr() == &raw mut adder_object_model::bool::PyBool_Type
        {
            let value = int::as_i64_and_overflow(item.op())?;
            if let Some(sum) = value.ok().and_then(|value| total.checked_add(value)) {
                total = sum;
                continue;
            }
        }
        *result = number::add(int::from_i64(total)?.op(), item.op())?;
        return Ok(true);
    }
    *result = int::from_i64(total)?;
    Ok(false)
}

fn sum_floats(iterator: Op<'_>, result: &mut Object) -> PyResult<bool> {
    let mut total = CompensatedSum::new(float::value(result.op()));
    while let Some(item) = iterators::next(iterator)? {
        if item.op().is_exact::<PyFloatObject>() {
            total = total.add(float::value(item.op()));
            continue;
        }
        if item.op().is_instance::<PyLongObject>() {
            total = total.add(float::as_f64(item.op())?);
            continue;
        }
        *result = number::add(float::new(total.total())?.op(), item.op())?;
        return Ok(true);
    }
    *result = float::new(total.total())?;
    Ok(false)
}

fn sum_complexes(iterator: Op<'_>, result: &mut Object) -> PyResult<bool> {
    let (real, imag) = complex::as_parts(result.op())?;
    let (mut real, mut imag) = (CompensatedSum::new(real), CompensatedSum::new(imag));
    while let Some(item) = iterators::next(iterator)? {
        if item.op().is_exact::<PyComplexObject>() {
            let parts = complex::as_parts(item.op())?;
            (real, imag) = (real.add(parts.0), imag.add(parts.1));
            continue;
        }
        if item.op().is_instance::<PyLongObject>() {
            real = real.add(float::as_f64(item.op())?);
            continue;
        }
        if item.op().is_instance::<PyFloatObject>() {
            real = real.add(float::value(item.op()));
            continue;
        }
        *result = number::add(complex::new(real.total(), imag.total())?.op(), item.op())?;
        return Ok(true);
    }
    *result = complex::new(real.total(), imag.total())?;
    Ok(false)
}
