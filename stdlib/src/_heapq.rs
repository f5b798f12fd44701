//! The `_heapq` module: a list kept as a binary heap, smallest or largest item first.
//!
//! A comparison can change the list, which is noticed by its length, and items are kept
//! alive while they are compared.

use adder_object_model::layout::*;
use adder_object_model::{Args, Borrowed, Object, Op, PyResult, list, method, module, object, raise};

type List<'a> = Borrowed<'a, PyListObject>;

/// Which of two items goes further up: the smaller one, or with `MAX` the larger one.
fn before<const MAX: bool>(a: Op<'_>, b: Op<'_>) -> PyResult<bool> {
    if MAX { object::rich_compare_bool(b, a, Py_LT) } else { object::rich_compare_bool(a, b, Py_LT) }
}

fn as_list<'a>(op: Op<'a>, function: &str) -> PyResult<List<'a>> {
    op.downcast::<PyListObject>().ok_or_else(|| {
        raise!(TypeError, "{function}() argument must be list, not {}", op.type_name())
    })
}

fn first_as_list<'a>(op: Op<'a>, function: &str) -> PyResult<List<'a>> {
    op.downcast::<PyListObject>().ok_or_else(|| {
        raise!(TypeError, "{function}() argument 1 must be list, not {}", op.type_name())
    })
}

fn at(heap: List<'_>, index: usize) -> PyResult {
    list::get(heap, index).ok_or_else(|| raise!(RuntimeError, "list changed size during iteration"))
}

fn check_len(heap: List<'_>, n: usize) -> PyResult<()> {
    if list::len(heap) == n { Ok(()) } else { Err(raise!(RuntimeError, "list changed size during iteration")) }
}

fn swap(heap: List<'_>, a: usize, b: usize) {
    debug_assert!(a.max(b) < list::len(heap));
    // SAFETY: both cells are below the length.
    unsafe {
        let items = list::item_ptr(heap);
        core::ptr::swap(items.add(a), items.add(b));
    }
}

/// Moves the item at `position` up to where it belongs, not above `start`.
fn sift_down<const MAX: bool>(heap: List<'_>, start: usize, mut position: usize) -> PyResult<()> {
    let n = list::len(heap);
    if position >= n {
        return Err(raise!(IndexError, "index out of range"));
    }
    let item = at(heap, position)?;
    while position > start {
        let parent_position = (position - 1) >> 1;
        let parent = at(heap, parent_position)?;
        let up = before::<MAX>(item.op(), parent.op())?;
        check_len(heap, n)?;
        if !up {
            break;
        }
        swap(heap, position, parent_position);
        position = parent_position;
    }
    Ok(())
}

/// Moves the item at `position` down to a leaf and from there up to where it belongs.
fn sift_up<const MAX: bool>(heap: List<'_>, position: usize) -> PyResult<()> {
    let n = list::len(heap);
    if position >= n {
        return Err(raise!(IndexError, "index out of range"));
    }
    let start = position;
    let mut position = position;
    let limit = n >> 1;
    while position < limit {
        let mut child = 2 * position + 1;
        if child + 1 < n {
            let (left, right) = (at(heap, child)?, at(heap, child + 1)?);
            let left_first = before::<MAX>(left.op(), right.op())?;
            check_len(heap, n)?;
            child += usize::from(!left_first);
        }
        swap(heap, position, child);
        position = child;
    }
    sift_down::<MAX>(heap, start, position)
}

fn push<const MAX: bool>(args: Args<'_>, function: &str) -> PyResult<()> {
    let [heap, item] = args.exactly::<2>(function)?;
    let heap = first_as_list(heap, function)?;
    list::append(heap, item.to_owned())?;
    sift_down::<MAX>(heap, 0, list::len(heap) - 1)
}

fn pop<const MAX: bool>(heap: Op<'_>, function: &str) -> PyResult {
    let heap = as_list(heap, function)?;
    if list::len(heap) == 0 {
        return Err(raise!(IndexError, "index out of range"));
    }
    let last = list::pop(heap, -1)?;
    if list::len(heap) == 0 {
        return Ok(last);
    }
    let first = at(heap, 0)?;
    list::set(heap, 0, last)?;
    sift_up::<MAX>(heap, 0)?;
    Ok(first)
}

fn replace<const MAX: bool>(args: Args<'_>, function: &str) -> PyResult {
    let [heap, item] = args.exactly::<2>(function)?;
    let heap = first_as_list(heap, function)?;
    if list::len(heap) == 0 {
        return Err(raise!(IndexError, "index out of range"));
    }
    let first = at(heap, 0)?;
    list::set(heap, 0, item.to_owned())?;
    sift_up::<MAX>(heap, 0)?;
    Ok(first)
}

fn push_pop<const MAX: bool>(args: Args<'_>, function: &str) -> PyResult {
    let [heap, item] = args.exactly::<2>(function)?;
    let heap = first_as_list(heap, function)?;
    if list::len(heap) == 0 {
        return Ok(item.to_owned());
    }
    let top = at(heap, 0)?;
    if !before::<MAX>(top.op(), item)? {
        return Ok(item.to_owned());
    }
    let first: Object = list::get(heap, 0).ok_or_else(|| raise!(IndexError, "index out of range"))?;
    list::set(heap, 0, item.to_owned())?;
    sift_up::<MAX>(heap, 0)?;
    Ok(first)
}

/// Makes a heap of a list, from the last parent to the first.
///
/// Long lists are done in an order that touches neighbouring memory together: as soon as
/// both children of a parent are heaps, so is the parent made one.
fn heapify<const MAX: bool>(heap: Op<'_>, function: &str) -> PyResult<()> {
    let heap = as_list(heap, function)?;
    let n = list::len(heap);
    if n > 2500 {
        return heapify_in_cache_order::<MAX>(heap, n);
    }
    for index in (0..n >> 1).rev() {
        sift_up::<MAX>(heap, index)?;
    }
    Ok(())
}

fn heapify_in_cache_order<const MAX: bool>(heap: List<'_>, n: usize) -> PyResult<()> {
    let m = n >> 1;
    // The highest index of a row that is complete.
    let leftmost = keep_top_bit(m + 1) - 1;
    let mhalf = m >> 1;
    for index in (mhalf..leftmost).rev() {
        let mut j = index;
        loop {
            sift_up::<MAX>(heap, j)?;
            if j & 1 == 0 {
                break;
            }
            j >>= 1;
        }
    }
    for index in (leftmost..m).rev() {
        let mut j = index;
        loop {
            sift_up::<MAX>(heap, j)?;
            if j & 1 == 0 {
                break;
            }
            j >>= 1;
        }
    }
    Ok(())
}

/// The highest power of two that is not above `n`.
fn keep_top_bit(n: usize) -> usize {
    if n == 0 { 0 } else { 1 << (usize::BITS - 1 - n.leading_zeros()) }
}

macro_rules! functions {
    ($($name:ident $args:ident: $arg:ty => $body:expr;)*) => {
        $(fn $name(_module: Op<'_>, $args: $arg) -> PyResult<Object> { $body })*
    };
}
fn none(result: PyResult<()>) -> PyResult {
    result.map(|()| adder_object_model::singletons::new_none())
}
functions! {
    heappush args: Args<'_> => none(push::<false>(args, "heappush"));
    heappushpop args: Args<'_> => push_pop::<false>(args, "heappushpop");
    heappop heap: Op<'_> => pop::<false>(heap, "heappop");
    heapreplace args: Args<'_> => replace::<false>(args, "heapreplace");
    heapify_min heap: Op<'_> => none(heapify::<false>(heap, "heapify"));
    heappush_max args: Args<'_> => none(push::<true>(args, "heappush_max"));
    heappushpop_max args: Args<'_> => push_pop::<true>(args, "heappushpop_max");
    heappop_max heap: Op<'_> => pop::<true>(heap, "heappop_max");
    heapreplace_max args: Args<'_> => replace::<true>(args, "heapreplace_max");
    heapify_max heap: Op<'_> => none(heapify::<true>(heap, "heapify_max"));
}

const FUNCTIONS: &[PyMethodDef] = &[
    method::positional(
        c"heappush",
        heappush,
        c"heappush($module, heap, item, /)\n--\n\nPut an item into a heap.",
    ),
    method::positional(
        c"heappushpop",
        heappushpop,
        c"heappushpop($module, heap, item, /)\n--\n\nPut an item into a heap, then take the smallest one out.",
    ),
    method::o(c"heappop", heappop, c"heappop($module, heap, /)\n--\n\nTake the smallest item out of a heap."),
    method::positional(
        c"heapreplace",
        heapreplace,
        c"heapreplace($module, heap, item, /)\n--\n\nTake the smallest item out of a heap, then put another one in.",
    ),
    method::o(c"heapify", heapify_min, c"heapify($module, heap, /)\n--\n\nMake a heap of a list, in place."),
    method::positional(
        c"heappush_max",
        heappush_max,
        c"heappush_max($module, heap, item, /)\n--\n\nPut an item into a max-heap.",
    ),
    method::positional(
        c"heappushpop_max",
        heappushpop_max,
        c"heappushpop_max($module, heap, item, /)\n--\n\nPut an item into a max-heap, then take the largest one out.",
    ),
    method::o(
        c"heappop_max",
        heappop_max,
        c"heappop_max($module, heap, /)\n--\n\nTake the largest item out of a max-heap.",
    ),
    method::positional(
        c"heapreplace_max",
        heapreplace_max,
        c"heapreplace_max($module, heap, item, /)\n--\n\nTake the largest item out of a max-heap, then put another one in.",
    ),
    method::o(c"heapify_max", heapify_max, c"heapify_max($module, heap, /)\n--\n\nMake a max-heap of a list, in place."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result = module::new("_heapq")?;
    module::add_functions(result.op(), FUNCTIONS.as_ptr())?;
    Ok(result)
}
