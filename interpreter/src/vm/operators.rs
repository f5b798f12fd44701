//! Operators, and building containers from cells.

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, PyResult, dict, list, number, object, set, singletons, tuple,
};

/// `BINARY_OP`: the operators in the order of their `NB_*` numbers.
#[inline]
pub fn binary(operator: usize, left: Op<'_>, right: Op<'_>) -> PyResult {
    const BINARY: [fn(Op<'_>, Op<'_>) -> PyResult; 27] = [
        number::add,
        number::and,
        number::floor_divide,
        number::lshift,
        number::matrix_multiply,
        number::multiply,
        number::remainder,
        number::or,
        power,
        number::rshift,
        number::subtract,
        number::true_divide,
        number::xor,
        number::in_place_add,
        number::in_place_and,
        number::in_place_floor_divide,
        number::in_place_lshift,
        number::in_place_matrix_multiply,
        number::in_place_multiply,
        number::in_place_remainder,
        number::in_place_or,
        in_place_power,
        number::in_place_rshift,
        number::in_place_subtract,
        number::in_place_true_divide,
        number::in_place_xor,
        object::get_item,
    ];
    BINARY[operator](left, right)
}

fn power(left: Op<'_>, right: Op<'_>) -> PyResult {
    number::power(left, right, singletons::none())
}

fn in_place_power(left: Op<'_>, right: Op<'_>) -> PyResult {
    number::in_place_power(left, right, singletons::none())
}

/// `COMPARE_OP`: the operator stands in the argument's high bits; bit 4 asks for a bool.
#[inline]
pub fn compare(oparg: usize, left: Op<'_>, right: Op<'_>) -> PyResult {
    let result = object::rich_compare(left, right, (oparg >> 5) as core::ffi::c_int)?;
    if oparg & 16 != 0 {
        return Ok(singletons::new_bool(object::is_true(result.op())?));
    }
    Ok(result)
}

/// A tuple of cells, which are used up.
///
/// # Safety
/// `cells` points to `n` cells with objects.
pub unsafe fn tuple_of(cells: *const StackRef, n: usize) -> PyResult {
    if n == 0 {
        return Ok(tuple::empty());
    }
    // SAFETY: the caller's promise.
    let items = (0..n).map(|index| unsafe { (*cells.add(index)).into_owned() });
    tuple::from_iter(items)
}

/// A list of cells, which are used up.
///
/// # Safety
/// As for `tuple_of`.
pub unsafe fn list_of(cells: *const StackRef, n: usize) -> PyResult {
    // SAFETY: the caller's promise.
    let items = (0..n).map(|index| unsafe { (*cells.add(index)).into_owned() });
    Ok(list::from_vec(items.collect())?.into_object())
}

/// A set of cells, which are used up.
///
/// # Safety
/// As for `tuple_of`.
pub unsafe fn set_of(cells: *const StackRef, n: usize) -> PyResult {
    // SAFETY: the caller's promise.
    let items: Vec<Object> = (0..n).map(|index| unsafe { (*cells.add(index)).into_owned() }).collect();
    let made = set::new(None)?;
    for item in &items {
        set::add(made.borrow(), item.op())?;
    }
    Ok(made.into_object())
}

/// A dict of `n` pairs of cells, which are used up.
///
/// # Safety
/// As for `tuple_of`.
pub unsafe fn dict_of(cells: *const StackRef, n: usize) -> PyResult {
    // SAFETY: the caller's promise.
    let items: Vec<Object> = (0..2 * n).map(|index| unsafe { (*cells.add(index)).into_owned() }).collect();
    let made = dict::with_capacity(n)?;
    for pair in items.chunks_exact(2) {
        dict::set_item(made.borrow(), pair[0].op(), pair[1].op())?;
    }
    Ok(made.into_object())
}

/// The items of an exact list or tuple.
///
/// # Safety
/// The object does not change while the slice is used.
pub unsafe fn fast_items<'a>(op: Op<'a>) -> Option<&'a [*mut PyObject]> {
    if let Some(tuple) = op.downcast_exact::<PyTupleObject>() {
        return Some(tuple::items(tuple));
    }
    let list: Borrowed<'_, PyListObject> = op.downcast_exact()?;
    // SAFETY: a list's buffer holds `ob_size` objects.
    Some(unsafe {
        if list.ob_item.is_null() { &[] } else { core::slice::from_raw_parts(list.ob_item, list::len(list)) }
    })
}
