//! Inline caches of operators, subscripts and iteration: the types of the operands choose the
//! instruction, and each one checks them again.

use core::ffi::c_int;

use adder_object_model::layout::*;
use adder_object_model::{Op, dict, float, int, list, range, set, str, tuple};

use super::{back_off, install};
use crate::opcodes::op;
use crate::vm::generators;
use crate::vm::operators::fast_items;

/// # Safety
/// `instruction` is the instruction that runs.
unsafe fn settle(instruction: *mut u16, found: Option<u8>) {
    // SAFETY: the caller's promise.
    unsafe {
        match found {
            Some(opcode) => install(instruction, opcode),
            None => back_off(instruction),
        }
    }
}

fn is_exact(op: Op<'_>, tp: *mut PyTypeObject) -> bool {
    op.type_ptr() == tp
}

/// Whether an object is an int of at most one digit.
fn is_short(op: Op<'_>) -> bool {
    // SAFETY: the layout follows from the type.
    is_exact(op, &raw mut int::PyLong_Type)
        && unsafe { (*op.as_ptr().cast::<PyLongObject>()).long_value.lv_tag } < 2 << _PyLong_NON_SIZE_BITS
}

/// `BINARY_OP`.
///
/// # Safety
/// `instruction` is the instruction that runs.
#[cold]
pub unsafe fn binary(instruction: *mut u16, operator: usize, left: Op<'_>, right: Op<'_>) {
    let floats = [left, right].map(|op| is_exact(op, &raw mut float::PyFloat_Type));
    let ints = [left, right].map(is_short);
    let number = |when_ints, when_floats| {
        if ints == [true, true] {
            Some(when_ints)
        } else if floats == [true, true] {
            Some(when_floats)
        } else if (floats[0] || ints[0]) && (floats[1] || ints[1]) {
            Some(op::BINARY_OP_EXTEND)
        } else {
            None
        }
    };
    let found = match operator {
        0 | 13
            if is_exact(left, &raw mut str::PyUnicode_Type)
                && is_exact(right, &raw mut str::PyUnicode_Type) =>
        {
            // Appending to a local variable in place is the general instruction's business.
            None
        }
        0 | 13 => number(op::BINARY_OP_ADD_INT, op::BINARY_OP_ADD_FLOAT),
        10 | 23 => number(op::BINARY_OP_SUBTRACT_INT, op::BINARY_OP_SUBTRACT_FLOAT),
        5 | 18 => number(op::BINARY_OP_MULTIPLY_INT, op::BINARY_OP_MULTIPLY_FLOAT),
        26 if is_exact(left, &raw mut list::PyList_Type) && ints[1] => Some(op::BINARY_OP_SUBSCR_LIST_INT),
        26 if is_exact(left, &raw mut tuple::PyTuple_Type) && ints[1] => Some(op::BINARY_OP_SUBSCR_TUPLE_INT),
        26 if is_exact(left, &raw mut dict::PyDict_Type) => Some(op::BINARY_OP_SUBSCR_DICT),
        _ => None,
    };
    // SAFETY: the caller's promise.
    unsafe { settle(instruction, found) }
}

/// `COMPARE_OP`.
///
/// # Safety
/// `instruction` is the instruction that runs.
#[cold]
pub unsafe fn compare(instruction: *mut u16, oparg: usize, left: Op<'_>, right: Op<'_>) {
    let both = |tp| is_exact(left, tp) && is_exact(right, tp);
    let found = if is_short(left) && is_short(right) {
        Some(op::COMPARE_OP_INT)
    } else if both(&raw mut float::PyFloat_Type) {
        Some(op::COMPARE_OP_FLOAT)
    } else if both(&raw mut str::PyUnicode_Type) && matches!((oparg >> 5) as c_int, Py_EQ | Py_NE) {
        Some(op::COMPARE_OP_STR)
    } else {
        None
    };
    // SAFETY: the caller's promise.
    unsafe { settle(instruction, found) }
}

/// `STORE_SUBSCR`.
///
/// # Safety
/// `instruction` is the instruction that runs.
#[cold]
pub unsafe fn store_subscript(instruction: *mut u16, container: Op<'_>, key: Op<'_>) {
    let found = if is_exact(container, &raw mut list::PyList_Type) && is_short(key) {
        Some(op::STORE_SUBSCR_LIST_INT)
    } else if is_exact(container, &raw mut dict::PyDict_Type) {
        Some(op::STORE_SUBSCR_DICT)
    } else {
        None
    };
    // SAFETY: the caller's promise.
    unsafe { settle(instruction, found) }
}

/// `CONTAINS_OP`.
///
/// # Safety
/// `instruction` is the instruction that runs.
#[cold]
pub unsafe fn contains(instruction: *mut u16, container: Op<'_>) {
    let found = if is_exact(container, &raw mut dict::PyDict_Type) {
        Some(op::CONTAINS_OP_DICT)
    } else if is_exact(container, &raw mut set::PySet_Type)
        || is_exact(container, &raw mut set::PyFrozenSet_Type)
    {
        Some(op::CONTAINS_OP_SET)
    } else {
        None
    };
    // SAFETY: the caller's promise.
    unsafe { settle(instruction, found) }
}

/// `UNPACK_SEQUENCE` into `oparg` cells.
///
/// # Safety
/// `instruction` is the instruction that runs.
#[cold]
pub unsafe fn unpack(instruction: *mut u16, oparg: usize, value: Op<'_>) {
    // SAFETY: only the number of items is looked at.
    let fits = unsafe { fast_items(value) }.is_some_and(|items| items.len() == oparg);
    let found = match (fits, is_exact(value, &raw mut tuple::PyTuple_Type)) {
        (true, true) if oparg == 2 => Some(op::UNPACK_SEQUENCE_TWO_TUPLE),
        (true, true) => Some(op::UNPACK_SEQUENCE_TUPLE),
        (true, false) => Some(op::UNPACK_SEQUENCE_LIST),
        (false, _) => None,
    };
    // SAFETY: the caller's promise.
    unsafe { settle(instruction, found) }
}

/// `FOR_ITER`.
///
/// # Safety
/// `instruction` is the instruction that runs.
#[cold]
pub unsafe fn for_iter(instruction: *mut u16, iterator: Op<'_>) {
    let tp = iterator.type_ptr();
    let found = if tp == &raw mut range::PyRangeIter_Type {
        Some(op::FOR_ITER_RANGE)
    } else if tp == &raw mut list::PyListIter_Type {
        Some(op::FOR_ITER_LIST)
    } else if tp == &raw mut tuple::PyTupleIter_Type {
        Some(op::FOR_ITER_TUPLE)
    } else if tp == generators::generator_type() {
        Some(op::FOR_ITER_GEN)
    } else {
        None
    };
    // SAFETY: the caller's promise.
    unsafe { settle(instruction, found) }
}
