//! `PySequence_*` and `PyMapping_*`.

use core::ffi::c_int;

use adder_object_model::{PyResult, mapping, object, sequence};

use crate::c_api;
use crate::convert::*;

c_api! {
    fn PySequence_Check(op: Op) -> bool { sequence::check(op) }
    fn PySequence_Size(op: Op) -> PyResult<isize> { sequence::len(op).map(|n| n as isize) }
    fn PySequence_Length(op: Op) -> PyResult<isize> { sequence::len(op).map(|n| n as isize) }
    /// New reference.
    fn PySequence_Concat(a: Op, b: Op) -> PyResult<Object> { sequence::concat(a, b) }
    /// New reference.
    fn PySequence_Repeat(op: Op, count: isize) -> PyResult<Object> { sequence::repeat(op, count) }
    /// New reference.
    fn PySequence_InPlaceConcat(a: Op, b: Op) -> PyResult<Object> { sequence::in_place_concat(a, b) }
    /// New reference.
    fn PySequence_InPlaceRepeat(op: Op, count: isize) -> PyResult<Object> { sequence::in_place_repeat(op, count) }
    /// New reference.
    fn PySequence_GetItem(op: Op, index: isize) -> PyResult<Object> { sequence::get_item(op, index) }
    fn PySequence_SetItem(op: Op, index: isize, value: Option<Op>) -> PyResult<()> { sequence::set_item(op, index, value) }
    fn PySequence_DelItem(op: Op, index: isize) -> PyResult<()> { sequence::set_item(op, index, None) }
    /// New reference.
    fn PySequence_GetSlice(op: Op, low: isize, high: isize) -> PyResult<Object> { sequence::get_slice(op, low, high) }
    fn PySequence_SetSlice(op: Op, low: isize, high: isize, value: Option<Op>) -> PyResult<()> {
        sequence::set_slice(op, low, high, value)
    }
    fn PySequence_DelSlice(op: Op, low: isize, high: isize) -> PyResult<()> { sequence::set_slice(op, low, high, None) }
    fn PySequence_Contains(op: Op, value: Op) -> PyResult<bool> { sequence::contains(op, value) }
    fn PySequence_In(op: Op, value: Op) -> PyResult<bool> { sequence::contains(op, value) }
    fn PySequence_Index(op: Op, value: Op) -> PyResult<isize> { sequence::index(op, value).map(|n| n as isize) }
    fn PySequence_Count(op: Op, value: Op) -> PyResult<isize> { sequence::count(op, value).map(|n| n as isize) }
    /// New reference.
    fn PySequence_List(op: Op) -> PyResult<Object> { sequence::to_list(op).map(|list| list.into_object()) }
    /// New reference.
    fn PySequence_Tuple(op: Op) -> PyResult<Object> { sequence::to_tuple(op) }
    /// New reference: the object itself if it is a list or tuple, else a new list.
    fn PySequence_Fast(op: Op, message: Text) -> PyResult<Object> { sequence::fast(op, &message.0.to_string_lossy()) }

    fn PyMapping_Check(op: Option<Op>) -> bool { op.is_some_and(mapping::check) }
    fn PyMapping_Size(op: Op) -> PyResult<isize> { mapping::len(op).map(|n| n as isize) }
    fn PyMapping_Length(op: Op) -> PyResult<isize> { mapping::len(op).map(|n| n as isize) }
    /// New reference.
    fn PyMapping_GetItemString(op: Op, key: Text) -> PyResult<Object> { object::get_item(op, key.to_str()?.op()) }
    /// 1 with a new reference behind `result`, 0 with null there, or -1.
    fn PyMapping_GetOptionalItem(op: Op, key: Op, result: Place) -> PyResult<c_int> {
        store_optional(mapping::get_optional_item(op, key), result)
    }
    /// As `PyMapping_GetOptionalItem`.
    fn PyMapping_GetOptionalItemString(op: Op, key: Text, result: Place) -> PyResult<c_int> {
        store_optional(key.to_str().and_then(|key| mapping::get_optional_item(op, key.op())), result)
    }
    fn PyMapping_SetItemString(op: Op, key: Text, value: Op) -> PyResult<()> { object::set_item(op, key.to_str()?.op(), value) }
    /// Errors count as absent.
    fn PyMapping_HasKey(op: Op, key: Op) -> bool { present(mapping::get_optional_item(op, key), "PyMapping_HasKey(); consider using PyMapping_HasKeyWithError(), PyMapping_GetOptionalItem() or PyObject_GetItem()") }
    /// Errors count as absent.
    fn PyMapping_HasKeyString(op: Op, key: Text) -> bool {
        present(
            key.to_str().and_then(|key| mapping::get_optional_item(op, key.op())),
            "PyMapping_HasKeyString(); consider using PyMapping_HasKeyStringWithError(), PyMapping_GetOptionalItemString() or PyMapping_GetItemString()",
        )
    }
    fn PyMapping_HasKeyWithError(op: Op, key: Op) -> PyResult<bool> {
        mapping::get_optional_item(op, key).map(|value| value.is_some())
    }
    fn PyMapping_HasKeyStringWithError(op: Op, key: Text) -> PyResult<bool> {
        mapping::get_optional_item(op, key.to_str()?.op()).map(|value| value.is_some())
    }
    /// New reference to a list.
    fn PyMapping_Keys(op: Op) -> PyResult<Object> { mapping::keys(op) }
    /// New reference to a list.
    fn PyMapping_Values(op: Op) -> PyResult<Object> { mapping::values(op) }
    /// New reference to a list.
    fn PyMapping_Items(op: Op) -> PyResult<Object> { mapping::items(op) }
}

fn present(result: PyResult<Option<Object>>, function: &str) -> bool {
    result.unwrap_or_else(|raised| unheard(raised, function)).is_some()
}
