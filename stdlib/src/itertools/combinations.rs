//! `product`, `permutations`, `combinations` and `combinations_with_replacement`.
//!
//! Each keeps its pools as tuples and the state as a row of indices in memory of its own.

use core::cell::{Cell, RefCell};

use adder_object_model::args::Signature;
use adder_object_model::fields::{OwnedFields, allocate, iterator_type};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, PyTyped, TypeRef, Visitor, gc, int, method,
    module, object, py_typed, raise, slot, tuple,
};

use super::pool_of;

/// Rows of indices. Zeroed memory, as new objects have it, is an empty box.
#[derive(Default)]
struct State {
    indices: Vec<usize>,
    /// `permutations`: how many steps until each place is through.
    cycles: Vec<usize>,
    started: bool,
    stopped: bool,
}

/// What the four types look like. CPython's structs are smaller.
#[repr(C)]
struct Rows {
    ob_base: PyObject,
    /// A tuple of tuples for `product`, else a single pool.
    pool: Field<PyTupleObject>,
    /// The tuple given out last, which is given again if nobody else holds it.
    result: Field<PyTupleObject>,
    length: Cell<usize>,
    state: Cell<*mut RefCell<State>>,
}

macro_rules! layouts {
    ($($layout:ident $tp:ident;)*) => {
        $(
            #[repr(transparent)]
            struct $layout(Rows);
            // SAFETY: `repr(C)` inside, and the object header is at offset 0.
            unsafe impl PyLayout for $layout {}
            py_typed!($layout, $tp);
            impl OwnedFields for $layout {
                fn visit(&self, visitor: &mut Visitor) {
                    self.0.pool.visit(visitor);
                    self.0.result.visit(visitor);
                }
                fn clear(&self) {
                    self.0.pool.clear();
                    self.0.result.clear();
                }
            }
        )*
    };
}
layouts! {
    Product Product_Type;
    Permutations Permutations_Type;
    Combinations Combinations_Type;
    WithReplacement WithReplacement_Type;
}

fn dealloc<T: OwnedFields>(op: Borrowed<'_, T>) {
    gc::untrack(op.as_object_ptr());
    op.clear();
    // SAFETY: all four types are `Rows`; the state was made by `Box::into_raw` or is null.
    unsafe {
        let rows = &*op.as_object_ptr().cast::<Rows>();
        let state = rows.state.replace(core::ptr::null_mut());
        if !state.is_null() {
            drop(Box::from_raw(state));
        }
        adder_object_model::alloc::free_object(op.as_object_ptr());
    }
}

fn make<T: OwnedFields>(
    tp: TypeRef<'_>,
    pool: Owned<PyTupleObject>,
    length: usize,
    state: State,
) -> PyResult<Owned<T>> {
    // SAFETY: the type or a subclass; all four are `Rows`.
    unsafe {
        let result: Owned<T> = allocate(tp)?;
        let rows = &*result.as_object_ptr().cast::<Rows>();
        rows.pool.set(Some(pool));
        rows.length.set(length);
        rows.state.set(Box::into_raw(Box::new(RefCell::new(state))));
        Ok(result)
    }
}

impl Rows {
    /// Runs `advance` on the state; false means that there are no more rows.
    fn step(&self, advance: impl FnOnce(&mut State) -> bool) -> bool {
        let state = self.state.get();
        if state.is_null() {
            return false;
        }
        // SAFETY: the state lives as long as the object; nothing in `advance` runs Python.
        let mut state = unsafe { &*state }.borrow_mut();
        if state.stopped {
            return false;
        }
        if !state.started {
            state.started = true;
            return true;
        }
        let more = advance(&mut state);
        state.stopped = !more;
        more
    }

    /// The row that the state names.
    fn row(&self, item: impl Fn(usize, usize) -> Object) -> PyResult<Option<Object>> {
        let items: Vec<Object> = {
            // SAFETY: as in `step`.
            let state = unsafe { &*self.state.get() }.borrow();
            state
                .indices
                .iter()
                .take(self.length.get())
                .enumerate()
                .map(|(place, &index)| item(place, index))
                .collect()
        };
        adder_object_model::builtin_iterators::give(&self.result, items).map(Some)
    }

    /// The row of items of the single pool that the state names.
    fn pool_row(&self) -> PyResult<Option<Object>> {
        let Some(pool) = self.pool.get() else { return Ok(None) };
        self.row(|_, index| tuple::get(pool.borrow(), index).to_owned())
    }
}

fn product_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Product>> {
    let mut repeat = 1;
    for (name, value) in args.keywords() {
        if !adder_object_model::str::equals(name, "repeat") {
            let name = adder_object_model::str::to_string_lossy(name);
            return Err(raise!(TypeError, "product() got an unexpected keyword argument '{name}'"));
        }
        repeat = int::as_isize(adder_object_model::number::index(value)?.op())?;
    }
    if repeat < 0 {
        return Err(raise!(ValueError, "repeat argument cannot be negative"));
    }
    let n_args = if repeat == 0 { 0 } else { args.len() };
    let Some(n) = n_args.checked_mul(repeat as usize).filter(|&n| n <= isize::MAX as usize / 8) else {
        return Err(raise!(OverflowError, "repeat argument too large"));
    };
    let mut pools: Vec<Object> = Vec::with_capacity(n_args);
    for iterable in args.iter().take(n_args) {
        pools.push(pool_of(iterable)?.into_object());
    }
    let stopped = pools.iter().any(|pool| object::len(pool.op()).is_ok_and(|n| n == 0)) && n > 0;
    let pools: Vec<Object> = (0..n).map(|index| pools[index % n_args].clone()).collect();
    // SAFETY: `from_vec` gives a tuple.
    let pools: Owned<PyTupleObject> = unsafe { tuple::from_vec(pools)?.cast_unchecked() };
    make(tp, pools, n, State { indices: vec![0; n], stopped, ..State::default() })
}

fn product_next(product: Borrowed<'_, Product>) -> PyResult<Option<Object>> {
    let rows = &product.0;
    let Some(pools) = rows.pool.get() else { return Ok(None) };
    let pool = |place: usize| -> Borrowed<'_, PyTupleObject> {
        // SAFETY: the pools are tuples.
        unsafe { tuple::get(pools.borrow(), place).cast_unchecked() }
    };
    let more = rows.step(|state| {
        // Like an odometer: the last place turns fastest.
        for place in (0..state.indices.len()).rev() {
            state.indices[place] += 1;
            if state.indices[place] < tuple::len(pool(place)) {
                return true;
            }
            state.indices[place] = 0;
        }
        false
    });
    if !more {
        return Ok(None);
    }
    rows.row(|place, index| tuple::get(pool(place), index).to_owned())
}

/// The length of rows, an int that is not negative.
fn row_length(op: Op<'_>) -> PyResult<usize> {
    let n = int::as_isize(adder_object_model::number::index(op)?.op())?;
    usize::try_from(n).map_err(|_| raise!(ValueError, "r must be non-negative"))
}

fn permutations_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Permutations>> {
    const SIGNATURE: Signature<2> = Signature::new("permutations", ["iterable", "r"]).required(1);
    let [iterable, length] = args.parse(&SIGNATURE)?;
    let pool = pool_of(iterable.expect("required"))?;
    let n = tuple::len(pool.borrow());
    let length = match length.filter(|length| !length.is_none()) {
        None => n,
        Some(length) if length.is_instance::<PyLongObject>() => row_length(length)?,
        Some(_) => return Err(raise!(TypeError, "Expected int as r")),
    };
    let cycles = (0..length.min(n)).map(|place| n - place).collect();
    let state = State { indices: (0..n).collect(), cycles, stopped: length > n, ..State::default() };
    make(tp, pool, length, state)
}

fn permutations_next(permutations: Borrowed<'_, Permutations>) -> PyResult<Option<Object>> {
    let rows = &permutations.0;
    let more = rows.step(|state| {
        let n = state.indices.len();
        if n == 0 {
            return false;
        }
        for place in (0..state.cycles.len()).rev() {
            state.cycles[place] -= 1;
            if state.cycles[place] == 0 {
                // This place has had every item: put the row back in order.
                state.indices[place..].rotate_left(1);
                state.cycles[place] = n - place;
            } else {
                let other = n - state.cycles[place];
                state.indices.swap(place, other);
                return true;
            }
        }
        false
    });
    if !more {
        return Ok(None);
    }
    rows.pool_row()
}

fn combinations_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Combinations>> {
    const SIGNATURE: Signature<2> = Signature::new("combinations", ["iterable", "r"]).required(2);
    let [iterable, length] = args.parse(&SIGNATURE)?;
    let length = int::as_isize(adder_object_model::number::index(length.expect("required"))?.op())?;
    let pool = pool_of(iterable.expect("required"))?;
    let length = usize::try_from(length).map_err(|_| raise!(ValueError, "r must be non-negative"))?;
    let n = tuple::len(pool.borrow());
    let indices = if length > n { Vec::new() } else { (0..length).collect() };
    make(tp, pool, length, State { indices, stopped: length > n, ..State::default() })
}

fn combinations_next(combinations: Borrowed<'_, Combinations>) -> PyResult<Option<Object>> {
    let rows = &combinations.0;
    let Some(pool) = rows.pool.get() else { return Ok(None) };
    let n = tuple::len(pool.borrow());
    let length = rows.length.get();
    let more = rows.step(|state| {
        // The last place that can still move up does, and those behind it follow closely.
        let Some(place) = (0..length).rev().find(|&place| state.indices[place] != place + n - length) else {
            return false;
        };
        state.indices[place] += 1;
        for later in place + 1..length {
            state.indices[later] = state.indices[later - 1] + 1;
        }
        true
    });
    if !more {
        return Ok(None);
    }
    rows.pool_row()
}

fn with_replacement_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<WithReplacement>> {
    const SIGNATURE: Signature<2> =
        Signature::new("combinations_with_replacement", ["iterable", "r"]).required(2);
    let [iterable, length] = args.parse(&SIGNATURE)?;
    let length = int::as_isize(adder_object_model::number::index(length.expect("required"))?.op())?;
    let pool = pool_of(iterable.expect("required"))?;
    let length = usize::try_from(length).map_err(|_| raise!(ValueError, "r must be non-negative"))?;
    let stopped = tuple::len(pool.borrow()) == 0 && length > 0;
    let indices = if stopped { Vec::new() } else { vec![0; length] };
    make(tp, pool, length, State { indices, stopped, ..State::default() })
}

fn with_replacement_next(this: Borrowed<'_, WithReplacement>) -> PyResult<Option<Object>> {
    let rows = &this.0;
    let Some(pool) = rows.pool.get() else { return Ok(None) };
    let n = tuple::len(pool.borrow());
    let more = rows.step(|state| {
        let Some(place) = (0..state.indices.len()).rev().find(|&place| state.indices[place] != n - 1) else {
            return false;
        };
        let index = state.indices[place] + 1;
        state.indices[place..].fill(index);
        true
    });
    if !more {
        return Ok(None);
    }
    rows.pool_row()
}

fn sizeof(op: Op<'_>) -> PyResult {
    // SAFETY: declared for the four types only.
    let rows = unsafe { &*op.as_ptr().cast::<Rows>() };
    let state = rows.state.get();
    let words = if state.is_null() {
        0
    } else {
        // SAFETY: as in `step`.
        let state = unsafe { &*state }.borrow();
        state.indices.len() + state.cycles.len()
    };
    int::from_usize(op.ob_type().tp_basicsize as usize + words * size_of::<usize>())
}

const METHODS: &[PyMethodDef] = &[
    method::noargs(c"__sizeof__", sizeof, c"__sizeof__($self, /)\n--\n\nReturns size in memory, in bytes."),
    PyMethodDef::EMPTY,
];

static mut Product_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: slot::dealloc(dealloc::<Product>),
    tp_doc: c"product(*iterables, repeat=1)\n--\n\nTuples of one item from each iterable, in all ways: nested for-loops, the last the innermost.".as_ptr(),
    tp_iternext: slot::iternext(product_next),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(product_new),
    ..iterator_type::<Product>(c"itertools.product")
};
static mut Permutations_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: slot::dealloc(dealloc::<Permutations>),
    tp_doc:
        c"permutations(iterable, r=None)\n--\n\nTuples of r items of the iterable, in all choices and orders."
            .as_ptr(),
    tp_iternext: slot::iternext(permutations_next),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(permutations_new),
    ..iterator_type::<Permutations>(c"itertools.permutations")
};
static mut Combinations_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: slot::dealloc(dealloc::<Combinations>),
    tp_doc: c"combinations(iterable, r)\n--\n\nTuples of r items of the iterable, in all choices, in the iterable's order.".as_ptr(),
    tp_iternext: slot::iternext(combinations_next),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(combinations_new),
    ..iterator_type::<Combinations>(c"itertools.combinations")
};
static mut WithReplacement_Type: PyTypeObject = PyTypeObject {
    tp_dealloc: slot::dealloc(dealloc::<WithReplacement>),
    tp_doc: c"combinations_with_replacement(iterable, r)\n--\n\nTuples of r items of the iterable, each as often as one likes, in the iterable's order.".as_ptr(),
    tp_iternext: slot::iternext(with_replacement_next),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(with_replacement_new),
    ..iterator_type::<WithReplacement>(c"itertools.combinations_with_replacement")
};

pub(super) fn add(itertools: Op<'_>) -> PyResult<()> {
    for tp in
        [Product::type_ref(), Permutations::type_ref(), Combinations::type_ref(), WithReplacement::type_ref()]
    {
        module::add_type(itertools, tp)?;
    }
    Ok(())
}
