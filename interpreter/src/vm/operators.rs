//! Operators, and building containers from cells.

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, PyResult, dict, float, int, list, number, object, range, set, singletons, tuple,
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
    Ok(list::from_iter(items)?.into_object())
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

/// The value of an exact int of at most one digit.
#[inline(always)]
unsafe fn one_digit(op: *mut PyObject) -> Option<i64> {
    // SAFETY: the caller passes a live object; the layout follows from its type.
    unsafe {
        if (*op).ob_type != &raw mut int::PyLong_Type {
            return None;
        }
        let value = &(*op.cast::<PyLongObject>()).long_value;
        (value.lv_tag < 16).then(|| (1 - (value.lv_tag & 3) as i64) * value.ob_digit[0] as i64)
    }
}

/// `BINARY_OP` on small ints and floats and subscripts of lists and tuples, where nothing
/// but the operation itself can happen; `None` for everything else, which the general way does.
///
/// # Safety
/// Both objects are live.
#[inline(always)]
pub unsafe fn quick_binary(operator: usize, left: *mut PyObject, right: *mut PyObject) -> Option<Object> {
    // SAFETY: the caller's promise; layouts follow from exact types.
    unsafe {
        let float_type = &raw mut float::PyFloat_Type;
        match operator {
            0 | 13 | 10 | 23 | 5 | 18 => {
                if let (Some(a), Some(b)) = (one_digit(left), one_digit(right)) {
                    let value = match operator {
                        0 | 13 => a + b,
                        10 | 23 => a - b,
                        _ => a * b,
                    };
                    return int::from_i64(value).ok();
                }
                if (*left).ob_type == float_type && (*right).ob_type == float_type {
                    let a = (*left.cast::<PyFloatObject>()).ob_fval;
                    let b = (*right.cast::<PyFloatObject>()).ob_fval;
                    let value = match operator {
                        0 | 13 => a + b,
                        10 | 23 => a - b,
                        _ => a * b,
                    };
                    return float::new(value).ok();
                }
                None
            }
            1 | 14 => whole(one_digit(left)? & one_digit(right)?),
            7 | 20 => whole(one_digit(left)? | one_digit(right)?),
            12 | 25 => whole(one_digit(left)? ^ one_digit(right)?),
            // For a positive divisor, Euclid's quotient and remainder are Python's.
            2 | 15 => match (one_digit(left)?, one_digit(right)?) {
                (a, b @ 1..) => whole(a.div_euclid(b)),
                _ => None,
            },
            6 | 19 => match (one_digit(left)?, one_digit(right)?) {
                (a, b @ 1..) => whole(a.rem_euclid(b)),
                _ => None,
            },
            9 | 22 => match (one_digit(left)?, one_digit(right)?) {
                (a, b @ 0..64) => whole(a >> b),
                _ => None,
            },
            11 | 24 => {
                let (a, b) = match (one_digit(left), one_digit(right)) {
                    // Both are exact as doubles, so that their quotient is rounded once.
                    (Some(a), Some(b)) => (a as f64, b as f64),
                    _ if (*left).ob_type == float_type && (*right).ob_type == float_type => {
                        (float_value(left), float_value(right))
                    }
                    _ => return None,
                };
                if b == 0.0 { None } else { float::new(a / b).ok() }
            }
            26 => {
                let tp = (*left).ob_type;
                if tp == &raw mut list::PyList_Type {
                    let index = one_digit(right)?;
                    let list = left.cast::<PyListObject>();
                    let size = (*list).ob_base.ob_size as i64;
                    let index = if index < 0 { index + size } else { index };
                    if index < 0 || index >= size {
                        return None;
                    }
                    return Some(Object::new_ref(*(*list).ob_item.add(index as usize)));
                }
                if tp == &raw mut tuple::PyTuple_Type {
                    let index = one_digit(right)?;
                    let items = tuple::items(Borrowed::from_ptr(left.cast()));
                    let index = if index < 0 { index + items.len() as i64 } else { index };
                    return items.get(usize::try_from(index).ok()?).map(|&item| Object::new_ref(item));
                }
                None
            }
            _ => None,
        }
    }
}

/// A new int; `None` without memory, which the general way then raises.
#[inline(always)]
fn whole(value: i64) -> Option<Object> {
    int::from_i64(value).ok()
}

/// `COMPARE_OP` on small ints and floats, as a truth value.
///
/// # Safety
/// Both objects are live.
#[inline(always)]
pub unsafe fn quick_compare(oparg: usize, left: *mut PyObject, right: *mut PyObject) -> Option<bool> {
    // SAFETY: the caller's promise; layouts follow from exact types.
    unsafe {
        if let (Some(a), Some(b)) = (one_digit(left), one_digit(right)) {
            return Some(ordered(oparg >> 5, &a, &b));
        }
        let float_type = &raw mut float::PyFloat_Type;
        if (*left).ob_type == float_type && (*right).ob_type == float_type {
            let a = (*left.cast::<PyFloatObject>()).ob_fval;
            let b = (*right.cast::<PyFloatObject>()).ob_fval;
            return Some(ordered(oparg >> 5, &a, &b));
        }
        None
    }
}

/// Whether a comparison operator holds.
#[inline(always)]
pub fn ordered<T: PartialOrd>(operator: usize, a: &T, b: &T) -> bool {
    match operator {
        0 => a < b,
        1 => a <= b,
        2 => a == b,
        3 => a != b,
        4 => a > b,
        _ => a >= b,
    }
}

/// The next item of an iterator over a list, a tuple or a range; `None` for the general way, which
/// also ends iterations.
///
/// # Safety
/// `iterator` is live.
#[inline(always)]
pub unsafe fn quick_next(iterator: *mut PyObject) -> Option<Object> {
    // SAFETY: the caller's promise; layouts follow from exact types: index and sequence for the
    // first two, start, step and length for ranges.
    unsafe {
        let tp = (*iterator).ob_type;
        let fields = iterator.cast::<isize>().add(2);
        if tp == &raw mut list::PyListIter_Type {
            let list = *fields.add(1) as *mut PyListObject;
            let index = *fields;
            if list.is_null() || index >= (*list).ob_base.ob_size || index < 0 {
                return None;
            }
            *fields = index + 1;
            return Some(Object::new_ref(*(*list).ob_item.add(index as usize)));
        }
        if tp == &raw mut range::PyRangeIter_Type {
            let n = *fields.add(2);
            if n <= 0 {
                return None;
            }
            let value = *fields;
            let made = int::from_i64(value as i64).ok()?;
            *fields = value.wrapping_add(*fields.add(1));
            *fields.add(2) = n - 1;
            return Some(made);
        }
        if tp == &raw mut tuple::PyTupleIter_Type {
            let tuple = *fields.add(1) as *mut PyTupleObject;
            let index = *fields;
            if tuple.is_null() || index >= (*tuple).ob_base.ob_size || index < 0 {
                return None;
            }
            *fields = index + 1;
            let items = (&raw const (*tuple).ob_item).cast::<*mut PyObject>();
            return Some(Object::new_ref(*items.add(index as usize)));
        }
        None
    }
}

/// Whether both are exact floats.
///
/// # Safety
/// Both objects are live.
#[inline(always)]
pub unsafe fn are_floats(left: *mut PyObject, right: *mut PyObject) -> bool {
    let tp = &raw mut float::PyFloat_Type;
    // SAFETY: the caller's promise.
    unsafe { (*left).ob_type == tp && (*right).ob_type == tp }
}

/// The value of a float.
///
/// # Safety
/// `op` is a live float.
#[inline(always)]
pub unsafe fn float_value(op: *mut PyObject) -> f64 {
    // SAFETY: the caller's promise.
    unsafe { (*op.cast::<PyFloatObject>()).ob_fval }
}

/// Whether both are exact ints of at most one digit.
///
/// # Safety
/// Both objects are live.
#[inline(always)]
pub unsafe fn are_short(left: *mut PyObject, right: *mut PyObject) -> bool {
    let tp = &raw mut int::PyLong_Type;
    // SAFETY: the caller's promise; the layout follows from the type.
    unsafe {
        (*left).ob_type == tp
            && (*right).ob_type == tp
            && (*left.cast::<PyLongObject>()).long_value.lv_tag < 16
            && (*right.cast::<PyLongObject>()).long_value.lv_tag < 16
    }
}

/// The value of an int of at most one digit.
///
/// # Safety
/// `op` is one.
#[inline(always)]
pub unsafe fn short_value(op: *mut PyObject) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        let value = &(*op.cast::<PyLongObject>()).long_value;
        (1 - (value.lv_tag & 3) as i64) * value.ob_digit[0] as i64
    }
}

/// Whether a cell has the only reference to its object.
///
/// # Safety
/// The cell holds a live object.
#[inline(always)]
pub unsafe fn is_only(cell: StackRef) -> bool {
    // SAFETY: the caller's promise.
    cell.is_counted() && unsafe { (*cell.as_ptr()).ob_refcnt == 1 }
}

/// Whether a cell has the only reference to an exact float.
///
/// # Safety
/// The cell holds a live object.
#[inline(always)]
pub unsafe fn is_only_float(cell: StackRef) -> bool {
    // SAFETY: the caller's promise.
    unsafe { is_only(cell) && (*cell.as_ptr()).ob_type == &raw mut float::PyFloat_Type }
}

/// Sum, difference or product of a float and a small int, in either order, or of two floats.
///
/// # Safety
/// Both objects are live.
#[inline(always)]
pub unsafe fn mixed(operator: usize, left: *mut PyObject, right: *mut PyObject) -> Option<f64> {
    // SAFETY: the caller's promise; layouts follow from exact types.
    let number = |op: *mut PyObject| unsafe {
        if (*op).ob_type == &raw mut float::PyFloat_Type {
            Some((float_value(op), true))
        } else {
            one_digit(op).map(|value| (value as f64, false))
        }
    };
    let ((a, left_is_float), (b, right_is_float)) = (number(left)?, number(right)?);
    if !left_is_float && !right_is_float {
        return None;
    }
    match operator {
        0 | 13 => Some(a + b),
        10 | 23 => Some(a - b),
        5 | 18 => Some(a * b),
        _ => None,
    }
}

/// A comparison of small ints: the operator's number stands in the argument's high bits, and
/// in its low ones which of less, greater and equal it takes.
#[inline(always)]
pub fn holds(oparg: usize, a: i64, b: i64) -> bool {
    ordered(oparg >> 5, &a, &b)
}

/// Where an item of an exact list stands, null if the index is no small int in range.
///
/// # Safety
/// Both objects are live.
#[inline(always)]
pub unsafe fn list_place(list: *mut PyObject, index: *mut PyObject) -> *mut *mut PyObject {
    // SAFETY: the caller's promise; layouts follow from exact types.
    unsafe {
        if (*list).ob_type != &raw mut list::PyList_Type {
            return core::ptr::null_mut();
        }
        let Some(index) = one_digit(index) else { return core::ptr::null_mut() };
        let list = list.cast::<PyListObject>();
        if index as usize >= (*list).ob_base.ob_size as usize {
            return core::ptr::null_mut();
        }
        (*list).ob_item.add(index as usize)
    }
}

/// An item of an exact list, null if the index is no small int in range.
///
/// # Safety
/// Both objects are live.
#[inline(always)]
pub unsafe fn list_item(list: *mut PyObject, index: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        let place = list_place(list, index);
        if place.is_null() { core::ptr::null_mut() } else { *place }
    }
}

/// An item of an exact tuple, null if the index is no small int in range.
///
/// # Safety
/// Both objects are live.
#[inline(always)]
pub unsafe fn tuple_item(tuple: *mut PyObject, index: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise; layouts follow from exact types.
    unsafe {
        if (*tuple).ob_type != &raw mut tuple::PyTuple_Type {
            return core::ptr::null_mut();
        }
        let Some(index) = one_digit(index) else { return core::ptr::null_mut() };
        let tuple = tuple.cast::<PyTupleObject>();
        if index as usize >= (*tuple).ob_base.ob_size as usize {
            return core::ptr::null_mut();
        }
        *(&raw const (*tuple).ob_item).cast::<*mut PyObject>().add(index as usize)
    }
}
