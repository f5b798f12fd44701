//! `PyNumber_*`.

use core::ffi::c_int;

use adder_object_model::{PyResult, number};

use crate::c_api;
use crate::convert::*;

c_api! {
    /// New reference.
    fn PyNumber_Add(a: Op, b: Op) -> PyResult<Object> { number::add(a, b) }
    /// New reference.
    fn PyNumber_InPlaceAdd(a: Op, b: Op) -> PyResult<Object> { number::in_place_add(a, b) }
    /// New reference.
    fn PyNumber_Subtract(a: Op, b: Op) -> PyResult<Object> { number::subtract(a, b) }
    /// New reference.
    fn PyNumber_InPlaceSubtract(a: Op, b: Op) -> PyResult<Object> { number::in_place_subtract(a, b) }
    /// New reference.
    fn PyNumber_Multiply(a: Op, b: Op) -> PyResult<Object> { number::multiply(a, b) }
    /// New reference.
    fn PyNumber_InPlaceMultiply(a: Op, b: Op) -> PyResult<Object> { number::in_place_multiply(a, b) }
    /// New reference.
    fn PyNumber_MatrixMultiply(a: Op, b: Op) -> PyResult<Object> { number::matrix_multiply(a, b) }
    /// New reference.
    fn PyNumber_InPlaceMatrixMultiply(a: Op, b: Op) -> PyResult<Object> { number::in_place_matrix_multiply(a, b) }
    /// New reference.
    fn PyNumber_FloorDivide(a: Op, b: Op) -> PyResult<Object> { number::floor_divide(a, b) }
    /// New reference.
    fn PyNumber_InPlaceFloorDivide(a: Op, b: Op) -> PyResult<Object> { number::in_place_floor_divide(a, b) }
    /// New reference.
    fn PyNumber_TrueDivide(a: Op, b: Op) -> PyResult<Object> { number::true_divide(a, b) }
    /// New reference.
    fn PyNumber_InPlaceTrueDivide(a: Op, b: Op) -> PyResult<Object> { number::in_place_true_divide(a, b) }
    /// New reference.
    fn PyNumber_Remainder(a: Op, b: Op) -> PyResult<Object> { number::remainder(a, b) }
    /// New reference.
    fn PyNumber_InPlaceRemainder(a: Op, b: Op) -> PyResult<Object> { number::in_place_remainder(a, b) }
    /// New reference.
    fn PyNumber_Divmod(a: Op, b: Op) -> PyResult<Object> { number::divmod(a, b) }
    /// New reference.
    fn PyNumber_Lshift(a: Op, b: Op) -> PyResult<Object> { number::lshift(a, b) }
    /// New reference.
    fn PyNumber_InPlaceLshift(a: Op, b: Op) -> PyResult<Object> { number::in_place_lshift(a, b) }
    /// New reference.
    fn PyNumber_Rshift(a: Op, b: Op) -> PyResult<Object> { number::rshift(a, b) }
    /// New reference.
    fn PyNumber_InPlaceRshift(a: Op, b: Op) -> PyResult<Object> { number::in_place_rshift(a, b) }
    /// New reference.
    fn PyNumber_And(a: Op, b: Op) -> PyResult<Object> { number::and(a, b) }
    /// New reference.
    fn PyNumber_InPlaceAnd(a: Op, b: Op) -> PyResult<Object> { number::in_place_and(a, b) }
    /// New reference.
    fn PyNumber_Or(a: Op, b: Op) -> PyResult<Object> { number::or(a, b) }
    /// New reference.
    fn PyNumber_InPlaceOr(a: Op, b: Op) -> PyResult<Object> { number::in_place_or(a, b) }
    /// New reference.
    fn PyNumber_Xor(a: Op, b: Op) -> PyResult<Object> { number::xor(a, b) }
    /// New reference.
    fn PyNumber_InPlaceXor(a: Op, b: Op) -> PyResult<Object> { number::in_place_xor(a, b) }
    /// New reference.
    fn PyNumber_Power(a: Op, b: Op, c: Op) -> PyResult<Object> { number::power(a, b, c) }
    /// New reference.
    fn PyNumber_InPlacePower(a: Op, b: Op, c: Op) -> PyResult<Object> { number::in_place_power(a, b, c) }
    /// New reference.
    fn PyNumber_Negative(a: Op) -> PyResult<Object> { number::negative(a) }
    /// New reference.
    fn PyNumber_Positive(a: Op) -> PyResult<Object> { number::positive(a) }
    /// New reference.
    fn PyNumber_Invert(a: Op) -> PyResult<Object> { number::invert(a) }
    /// New reference.
    fn PyNumber_Absolute(a: Op) -> PyResult<Object> { number::absolute(a) }
    /// New reference.
    fn PyNumber_Index(a: Op) -> PyResult<Object> { number::index(a) }
    /// New reference.
    fn PyNumber_Long(a: Op) -> PyResult<Object> { number::long(a) }
    /// New reference.
    fn PyNumber_Float(a: Op) -> PyResult<Object> { number::float(a) }
    /// Whether the object is a number of any kind.
    fn PyNumber_Check(op: Option<Op>) -> bool { op.is_some_and(number::check) }
    fn PyIndex_Check(op: Op) -> bool { number::check_index(op) }
    /// The value; out of range raises `overflow`, or is cut off if that is null.
    fn PyNumber_AsSsize_t(op: Op, overflow: Option<Op>) -> PyResult<isize> { number::as_ssize_t(op, overflow) }
    /// New reference: text in base 2, 8, 10 or 16.
    fn PyNumber_ToBase(op: Op, base: c_int) -> PyResult<Object> { number::to_base(op, base as u32) }
}
