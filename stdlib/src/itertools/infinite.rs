//! `count`, `cycle`, `repeat`: iterators that need not end.

use core::cell::Cell;

use adder_object_model::args::Signature;
use adder_object_model::fields::{allocate, iterator_type};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, PyTyped, TypeRef, exceptions, int, list, method, module,
    number, object, owned_fields, raise, slot, str,
};

use super::no_keywords;

#[repr(C)]
struct Count {
    ob_base: PyObject,
    /// The next number, unless `long` holds it.
    value: Cell<isize>,
    /// The next number when it or the step is no small int.
    long: Field,
    step: Field,
}
owned_fields!(Count, Count_Type, [long, step]);

fn count_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Count>> {
    const SIGNATURE: Signature<2> = Signature::new("count", ["start", "step"]);
    let [start, step] = args.parse(&SIGNATURE)?;
    if start.is_some_and(|op| !number::check(op)) || step.is_some_and(|op| !number::check(op)) {
        return Err(raise!(TypeError, "a number is required"));
    }
    let start = start.map_or_else(|| int::from_isize(0), |op| Ok(op.to_owned()))?;
    let step = step.map_or_else(|| int::from_isize(1), |op| Ok(op.to_owned()))?;
    // SAFETY: the type or a subclass.
    let result: Owned<Count> = unsafe { allocate(tp)? };
    let mut fast = start.op().is_instance::<PyLongObject>()
        && step.op().is_instance::<PyLongObject>()
        && int::compact_value(step.op()) == Some(1);
    if fast {
        match int::as_isize(start.op()) {
            Ok(value) if value != isize::MAX => result.value.set(value),
            Ok(_) => fast = false,
            Err(raised) => {
                raised.absorb::<()>(exceptions::builtin::OverflowError())?;
                fast = false;
            }
        }
    }
    if !fast {
        result.long.set(Some(start));
    }
    result.step.set(Some(step));
    Ok(result)
}

fn count_next(count: Borrowed<'_, Count>) -> PyResult<Option<Object>> {
    let Some(current) = count.long.get() else {
        let value = count.value.get();
        if value < isize::MAX - 1 {
            count.value.set(value + 1);
        } else {
            count.long.set(Some(int::from_isize(isize::MAX)?));
        }
        return int::from_isize(value).map(Some);
    };
    let step = count.step.get().expect("set by new");
    let following = number::add(current.op(), step.op())?;
    // Adding may have run Python code that took a number from this very iterator.
    let current = count.long.replace(Some(following)).unwrap_or(current);
    Ok(Some(current))
}

fn count_repr(count: Borrowed<'_, Count>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = short_name(count.as_object());
    let Some(current) = count.long.get() else {
        return str::from_string(format!("{name}({})", count.value.get()));
    };
    let shown = str::to_string_lossy(object::repr(current.op())?.op());
    let step = count.step.get().expect("set by new");
    if step.op().is_instance::<PyLongObject>() && int::compact_value(step.op()) == Some(1) {
        return str::from_string(format!("{name}({shown})"));
    }
    let step = str::to_string_lossy(object::repr(step.op())?.op());
    str::from_string(format!("{name}({shown}, {step})"))
}

/// The name of an object's type without its module.
fn short_name<'a>(op: Op<'a>) -> &'a str {
    let name = op.type_name();
    name.rsplit('.').next().unwrap_or(name)
}

#[repr(C)]
struct Cycle {
    ob_base: PyObject,
    /// Empty once everything has been seen.
    iterator: Field,
    saved: Field<PyListObject>,
    index: Cell<usize>,
}
owned_fields!(Cycle, Cycle_Type, [iterator, saved]);

fn cycle_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Cycle>> {
    no_keywords::<Cycle>(tp, args, "cycle")?;
    args.check_positional("cycle", 1, 1)?;
    let iterator = object::get_iter(args.get(0).expect("counted"))?;
    let saved = list::new()?;
    // SAFETY: the type or a subclass.
    let result: Owned<Cycle> = unsafe { allocate(tp)? };
    result.iterator.set(Some(iterator));
    result.saved.set(Some(saved));
    Ok(result)
}

fn cycle_next(cycle: Borrowed<'_, Cycle>) -> PyResult<Option<Object>> {
    let Some(saved) = cycle.saved.get() else { return Ok(None) };
    if let Some(iterator) = cycle.iterator.get() {
        match adder_object_model::iter::next(iterator.op())? {
            Some(item) => {
                list::append(saved.borrow(), item.clone())?;
                return Ok(Some(item));
            }
            None => cycle.iterator.clear(),
        }
    }
    let n = list::len(saved.borrow());
    if n == 0 {
        return Ok(None);
    }
    let index = cycle.index.get();
    cycle.index.set(if index + 1 >= n { 0 } else { index + 1 });
    Ok(list::get(saved.borrow(), index))
}

#[repr(C)]
struct Repeat {
    ob_base: PyObject,
    element: Field,
    /// How often it still comes; negative without end.
    left: Cell<isize>,
}
owned_fields!(Repeat, Repeat_Type, [element]);

fn repeat_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Repeat>> {
    const SIGNATURE: Signature<2> = Signature::new("repeat", ["object", "times"]).required(1);
    let [element, times] = args.parse(&SIGNATURE)?;
    let left = match times {
        Some(times) => int::as_isize(number::index(times)?.op())?.max(0),
        None => -1,
    };
    // SAFETY: the type or a subclass.
    let result: Owned<Repeat> = unsafe { allocate(tp)? };
    result.element.set(element.map(Borrowed::to_owned));
    result.left.set(left);
    Ok(result)
}

fn repeat_next(repeat: Borrowed<'_, Repeat>) -> PyResult<Option<Object>> {
    let left = repeat.left.get();
    if left == 0 {
        return Ok(None);
    }
    if left > 0 {
        repeat.left.set(left - 1);
    }
    Ok(repeat.element.get())
}

fn repeat_repr(repeat: Borrowed<'_, Repeat>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = short_name(repeat.as_object());
    let element = repeat.element.get().expect("set by new");
    let shown = str::to_string_lossy(object::repr(element.op())?.op());
    str::from_string(match repeat.left.get() {
        left if left < 0 => format!("{name}({shown})"),
        left => format!("{name}({shown}, {left})"),
    })
}

fn repeat_length_hint(repeat: Borrowed<'_, Repeat>) -> PyResult {
    match repeat.left.get() {
        left if left < 0 => Err(raise!(TypeError, "len() of unsized object")),
        left => int::from_isize(left),
    }
}

const REPEAT_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__length_hint__",
        repeat_length_hint,
        c"__length_hint__($self, /)\n--\n\nPrivate method returning an estimate of len(list(it)).",
    ),
    PyMethodDef::EMPTY,
];

static mut Count_Type: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(count_repr),
    tp_doc: c"count(start=0, step=1)\n--\n\nThe numbers start, start+step, start+2*step and so on.".as_ptr(),
    tp_iternext: slot::iternext(count_next),
    tp_new: slot::new(count_new),
    ..iterator_type::<Count>(c"itertools.count")
};

static mut Cycle_Type: PyTypeObject = PyTypeObject {
    tp_doc: c"cycle(iterable, /)\n--\n\nThe items of the iterable, over and over.".as_ptr(),
    tp_iternext: slot::iternext(cycle_next),
    tp_new: slot::new(cycle_new),
    ..iterator_type::<Cycle>(c"itertools.cycle")
};

static mut Repeat_Type: PyTypeObject = PyTypeObject {
    tp_repr: slot::unary(repeat_repr),
    tp_doc: c"repeat(object [,times]) -> the same object, as often as times says\nor without end.".as_ptr(),
    tp_iternext: slot::iternext(repeat_next),
    tp_methods: REPEAT_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(repeat_new),
    ..iterator_type::<Repeat>(c"itertools.repeat")
};

pub(super) fn add(itertools: Op<'_>) -> PyResult<()> {
    for tp in [Count::type_ref(), Cycle::type_ref(), Repeat::type_ref()] {
        module::add_type(itertools, tp)?;
    }
    Ok(())
}
