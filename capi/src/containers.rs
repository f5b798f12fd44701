//! `PyTuple_*`, `PyList_*`, `PyDict_*`, `PySet_*`, `PySlice_*`.

use core::ffi::c_int;
use core::ptr;

use adder_object_model::dict::OnDuplicate;
use adder_object_model::layout::*;
use adder_object_model::{Owned, PyResult, dict, errors, exceptions, list, object, raise, set, slice, tuple};

use crate::c_api;
use crate::convert::*;

c_api! {
    /// 1 with the next element (borrowed) and its hash, 0 at the end. The set must not change meanwhile.
    fn _PySet_NextEntry(op: Of<PySetObject>, position: *mut isize, key: *mut *mut PyObject, hash: *mut isize) -> PyResult<bool> {
        // SAFETY: the caller's places.
        unsafe {
            let mut at = *position as usize;
            let found = set::next(op, &mut at);
            *position = at as isize;
            if let Some((element, element_hash)) = found {
                (*key, *hash) = (element.as_ptr(), element_hash);
            }
            Ok(found.is_some())
        }
    }
    /// New reference: a `SimpleNamespace` with a dict's items as attributes.
    fn _PyNamespace_New(attributes: Option<Op>) -> PyResult<Object> { adder_object_model::namespace::new(attributes) }
    /// New reference; the cells are null until the caller fills them.
    fn PyTuple_New(len: isize) -> PyResult<Object> {
        match len {
            0 => Ok(tuple::empty()),
            1.. => tuple::new_unfilled(len as usize).map(Owned::into_object),
            _ => Err(errors::bad_internal_call()),
        }
    }
    fn PyTuple_Size(op: Of<PyTupleObject>) -> PyResult<isize> { Ok(tuple::len(op) as isize) }
    /// Borrowed.
    fn PyTuple_GetItem(op: Of<PyTupleObject>, index: isize) -> PyResult<*mut PyObject> {
        match usize::try_from(index).ok().and_then(|index| tuple::items(op).get(index)) {
            Some(&item) => Ok(item),
            None => Err(raise!(IndexError, "tuple index out of range")),
        }
    }
    /// Steals `item`. Only for a tuple nobody else has seen.
    fn PyTuple_SetItem(op: *mut PyObject, index: isize, item: Stolen) -> PyResult<()> {
        // SAFETY: null or live.
        let tuple = unsafe { Op::from_nullable(op) }
            .and_then(|op| op.downcast::<PyTupleObject>())
            .filter(|tuple| tuple.ob_refcnt() == 1)
            .ok_or_else(errors::bad_internal_call)?;
        if index < 0 || index as usize >= tuple::len(tuple) {
            return Err(raise!(IndexError, "tuple assignment index out of range"));
        }
        // SAFETY: in range; the only reference to this tuple is the caller's.
        let old = unsafe {
            let cell = (&raw mut (*tuple.as_ptr()).ob_item).cast::<*mut PyObject>().offset(index);
            Object::steal_nullable(ptr::replace(cell, adder_object_model::refs::into_nullable(item.0)))
        };
        drop(old);
        Ok(())
    }
    /// New reference.
    fn PyTuple_GetSlice(op: Of<PyTupleObject>, low: isize, high: isize) -> PyResult<Object> {
        let len = tuple::len(op);
        let low = low.clamp(0, len as isize) as usize;
        let high = high.clamp(low as isize, len as isize) as usize;
        tuple::slice(op, low, high)
    }

    /// New reference; the cells are null until the caller fills them.
    fn PyList_New(len: isize) -> PyResult<Object> {
        if len < 0 { return Err(errors::bad_internal_call()); }
        list::new_unfilled(len as usize).map(Owned::into_object)
    }
    fn PyList_Size(op: Of<PyListObject>) -> PyResult<isize> { Ok(list::len(op) as isize) }
    /// Borrowed.
    fn PyList_GetItem(op: Of<PyListObject>, index: isize) -> PyResult<Lent> {
        list_item(op, index).map(Lent)
    }
    /// New reference.
    fn PyList_GetItemRef(op: Of<PyListObject>, index: isize) -> PyResult<Object> { list_item(op, index) }
    /// Steals `item`, also when it fails.
    fn PyList_SetItem(op: *mut PyObject, index: isize, item: Stolen) -> PyResult<()> {
        // SAFETY: null or live.
        let list = unsafe { Op::from_nullable(op) }
            .and_then(|op| op.downcast::<PyListObject>())
            .ok_or_else(errors::bad_internal_call)?;
        if index < 0 || index as usize >= list::len(list) {
            return Err(raise!(IndexError, "list assignment index out of range"));
        }
        // SAFETY: in range; the cell holds an owned reference or null, the new one is in
        // place before the old one is dropped.
        let old = unsafe {
            let cell = list.ob_item.offset(index);
            Object::steal_nullable(ptr::replace(cell, adder_object_model::refs::into_nullable(item.0)))
        };
        drop(old);
        Ok(())
    }
    fn PyList_Insert(op: Of<PyListObject>, index: isize, item: Op) -> PyResult<()> { list::insert(op, index, item) }
    fn PyList_Append(op: Of<PyListObject>, item: Op) -> PyResult<()> { list::append(op, item.to_owned()) }
    fn PyList_Extend(op: Of<PyListObject>, iterable: Op) -> PyResult<()> { list::extend(op, iterable) }
    fn PyList_Clear(op: Of<PyListObject>) -> PyResult<()> { list::clear(op); Ok(()) }
    /// New reference.
    fn PyList_GetSlice(op: Of<PyListObject>, low: isize, high: isize) -> PyResult<Object> {
        let len = list::len(op) as isize;
        let low = low.clamp(0, len);
        list::slice(op, low as usize, high.clamp(low, len) as usize).map(Owned::into_object)
    }
    /// A null value deletes.
    fn PyList_SetSlice(op: Of<PyListObject>, low: isize, high: isize, value: Option<Op>) -> PyResult<()> {
        let len = list::len(op) as isize;
        let low = low.clamp(0, len);
        list::set_slice(op, low as usize, high.clamp(low, len) as usize, value)
    }
    fn PyList_Sort(op: Of<PyListObject>) -> PyResult<()> { list::sort(op, None, false) }
    fn PyList_Reverse(op: Of<PyListObject>) -> PyResult<()> { list::reverse(op); Ok(()) }
    /// New reference.
    fn PyList_AsTuple(op: Of<PyListObject>) -> PyResult<Object> { list::to_tuple(op) }

    /// New reference.
    fn PyDict_New() -> PyResult<Object> { dict::new().map(Owned::into_object) }
    /// New reference, with room for `n` items.
    fn _PyDict_NewPresized(n: isize) -> PyResult<Object> { dict::with_capacity(n.max(0) as usize).map(Owned::into_object) }
    /// New reference.
    fn PyDictProxy_New(mapping: Op) -> PyResult<Object> { dict::new_proxy(mapping) }
    fn PyDict_Size(op: Of<PyDictObject>) -> PyResult<isize> { Ok(dict::len(op) as isize) }
    fn PyDict_Contains(op: Of<PyDictObject>, key: Op) -> PyResult<bool> { dict::contains(op, key) }
    fn PyDict_ContainsString(op: Of<PyDictObject>, key: Text) -> PyResult<bool> { dict::contains(op, key.to_str()?.op()) }
    /// Borrowed; null without an exception if the key is not there or looking it up fails.
    fn PyDict_GetItem(op: Op, key: Op) -> PyResult<Option<Lent>> {
        let Some(op) = op.downcast::<PyDictObject>() else { return Ok(None) };
        let function = "PyDict_GetItem(); consider using PyDict_GetItemRef() or PyDict_GetItemWithError()";
        Ok(quietly(function, || dict::get_item(op, key)).map(Lent))
    }
    /// Borrowed; null without an exception if the key is not there.
    fn PyDict_GetItemWithError(op: Of<PyDictObject>, key: Op) -> PyResult<Option<Lent>> {
        Ok(dict::get_item(op, key)?.map(Lent))
    }
    /// Borrowed, as `PyDict_GetItem`.
    fn PyDict_GetItemString(op: Op, key: Text) -> PyResult<Option<Lent>> {
        let Some(op) = op.downcast::<PyDictObject>() else { return Ok(None) };
        let function = "PyDict_GetItemString(); consider using PyDict_GetItemStringRef()";
        Ok(quietly(function, || dict::get_item(op, key.to_str()?.op())).map(Lent))
    }
    /// Borrowed; null without an exception if the key is not there.
    fn _PyDict_GetItem_KnownHash(op: Of<PyDictObject>, key: Op, hash: isize) -> PyResult<Option<Lent>> {
        Ok(dict::get_item_known_hash(op, key, hash)?.map(Lent))
    }
    /// Borrowed; null without an exception if the key is not there.
    fn _PyDict_GetItemStringWithError(op: Of<PyDictObject>, key: Text) -> PyResult<Option<Lent>> {
        Ok(dict::get_item(op, key.to_str()?.op())?.map(Lent))
    }
    /// 1 with a new reference behind `result`, 0 with null there, or -1.
    fn PyDict_GetItemRef(op: *mut PyObject, key: Op, result: Place) -> PyResult<c_int> {
        store_optional(dict_of(op).and_then(|op| dict::get_item(op, key)), result)
    }
    /// As `PyDict_GetItemRef`.
    fn PyDict_GetItemStringRef(op: *mut PyObject, key: Text, result: Place) -> PyResult<c_int> {
        store_optional(dict_of(op).and_then(|op| dict::get_item(op, key.to_str()?.op())), result)
    }
    fn PyDict_SetItem(op: Of<PyDictObject>, key: Op, value: Op) -> PyResult<()> { dict::set_item(op, key, value) }
    fn PyDict_SetItemString(op: Of<PyDictObject>, key: Text, value: Op) -> PyResult<()> {
        dict::set_item(op, adder_object_model::str::intern_in_place(key.to_str()?).op(), value)
    }
    fn _PyDict_SetItem_KnownHash(op: Of<PyDictObject>, key: Op, value: Op, hash: isize) -> PyResult<()> {
        dict::set_item_known_hash(op, key, value, hash)
    }
    /// As `_PyDict_SetItem_KnownHash`: the GIL is the lock.
    fn _PyDict_SetItem_KnownHash_LockHeld(op: Of<PyDictObject>, key: Op, value: Op, hash: isize) -> PyResult<()> {
        dict::set_item_known_hash(op, key, value, hash)
    }
    fn PyDict_DelItem(op: Of<PyDictObject>, key: Op) -> PyResult<()> { dict::del_item(op, key) }
    fn PyDict_DelItemString(op: Of<PyDictObject>, key: Text) -> PyResult<()> { dict::del_item(op, key.to_str()?.op()) }
    /// Borrowed.
    fn PyDict_SetDefault(op: Of<PyDictObject>, key: Op, default: Option<Op>) -> PyResult<Lent> {
        dict::set_default(op, key, default.unwrap_or_else(adder_object_model::singletons::none)).map(Lent)
    }
    /// 1 if the key was there, 0 if the default was put in, or -1; `result` may be null.
    fn PyDict_SetDefaultRef(op: Of<PyDictObject>, key: Op, default: Op, result: Place) -> PyResult<c_int> {
        let present = dict::contains(op, key)?;
        let value = dict::set_default(op, key, default)?;
        result.store(value);
        Ok(present.into())
    }
    /// 1 with the value behind `result` (may be null), 0 if the key is not there, or -1.
    fn PyDict_Pop(op: Of<PyDictObject>, key: Option<Op>, result: Place) -> PyResult<c_int> {
        if dict::len(op) == 0 { return Ok(0); }
        let key = key.ok_or_else(errors::bad_internal_call)?;
        store_optional(dict::pop(op, key), result)
    }
    /// As `PyDict_Pop`.
    fn PyDict_PopString(op: Of<PyDictObject>, key: Text, result: Place) -> PyResult<c_int> {
        let key = key.to_str()?;
        store_optional(dict::pop(op, key.op()), result)
    }
    /// New reference: the value taken out, or `default`, or `KeyError`.
    fn _PyDict_Pop(op: Of<PyDictObject>, key: Op, default: Option<Op>) -> PyResult<Object> {
        match (dict::pop(op, key)?, default) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => Ok(default.to_owned()),
            (None, None) => Err(exceptions::set_key_error(key)),
        }
    }
    fn PyDict_Clear(op: Op) { if let Some(op) = op.downcast::<PyDictObject>() { dict::clear(op) } }
    /// New reference.
    fn PyDict_Copy(op: Of<PyDictObject>) -> PyResult<Object> { dict::copy(op) }
    fn PyDict_Update(op: Of<PyDictObject>, other: Op) -> PyResult<()> { dict::merge(op, other, OnDuplicate::Replace) }
    fn PyDict_Merge(op: Of<PyDictObject>, other: Op, replace: c_int) -> PyResult<()> {
        dict::merge(op, other, if replace != 0 { OnDuplicate::Replace } else { OnDuplicate::Keep })
    }
    fn PyDict_MergeFromSeq2(op: Of<PyDictObject>, pairs: Op, replace: c_int) -> PyResult<()> {
        dict::merge_from_pairs(op, pairs, if replace != 0 { OnDuplicate::Replace } else { OnDuplicate::Keep })
    }
    /// New reference.
    fn PyDict_Keys(op: Of<PyDictObject>) -> PyResult<Object> { dict::keys(op).map(Owned::into_object) }
    /// New reference.
    fn PyDict_Values(op: Of<PyDictObject>) -> PyResult<Object> { dict::values(op).map(Owned::into_object) }
    /// New reference.
    fn PyDict_Items(op: Of<PyDictObject>) -> PyResult<Object> { dict::items(op).map(Owned::into_object) }

    /// New reference.
    fn PySet_New(iterable: Option<Op>) -> PyResult<Object> { set::new(iterable).map(Owned::into_object) }
    /// New reference.
    fn PyFrozenSet_New(iterable: Option<Op>) -> PyResult<Object> { set::new_frozen(iterable).map(Owned::into_object) }
    fn PySet_Size(op: Op) -> PyResult<isize> { Ok(set::len(set_of(op)?) as isize) }
    fn PySet_Contains(op: Op, value: Op) -> PyResult<bool> { set::contains(set_of(op)?, value) }
    /// A frozenset is filled by whoever has made it, before anybody else sees it.
    fn PySet_Add(op: Op, value: Op) -> PyResult<()> {
        let set = set_of(op)?;
        if !is_set(op) && op.ob_refcnt != 1 { return Err(errors::bad_internal_call()); }
        set::add(set, value)
    }
    fn PySet_Discard(op: Op, value: Op) -> PyResult<bool> { set::discard(changeable(op)?, value) }
    /// New reference.
    fn PySet_Pop(op: Op) -> PyResult<Object> { set::pop(changeable(op)?) }
    fn PySet_Clear(op: Op) -> PyResult<()> { set::clear(changeable(op)?); Ok(()) }
    fn _PySet_Update(op: Op, iterable: Op) -> PyResult<()> { set::update(set_of(op)?, iterable) }

    /// New reference; null stands for None.
    fn PySlice_New(start: Option<Op>, stop: Option<Op>, step: Option<Op>) -> PyResult<Object> {
        slice::new(start, stop, step)
    }
    fn PySlice_Unpack(op: Of<PySliceObject>, start: *mut isize, stop: *mut isize, step: *mut isize) -> PyResult<()> {
        let (a, b, c) = slice::unpack(op)?;
        // SAFETY: the caller passes three places.
        unsafe { (*start, *stop, *step) = (a, b, c) };
        Ok(())
    }
    fn PySlice_AdjustIndices(len: isize, start: *mut isize, stop: *mut isize, step: isize) -> isize {
        // SAFETY: the caller passes two places.
        unsafe { slice::adjust_signed(len, &mut *start, &mut *stop, step) as isize }
    }
    fn PySlice_GetIndicesEx(op: Of<PySliceObject>, len: isize, start: *mut isize, stop: *mut isize, step: *mut isize, n: *mut isize) -> PyResult<()> {
        let (mut a, mut b, c) = slice::unpack(op)?;
        let count = slice::adjust_signed(len, &mut a, &mut b, c);
        // SAFETY: the caller passes four places.
        unsafe { (*start, *stop, *step, *n) = (a, b, c, count as isize) };
        Ok(())
    }
    fn _PyEval_SliceIndex(op: Option<Op>, place: *mut isize) -> PyResult<c_int> {
        if let Some(op) = op.filter(|op| !op.is_none()) {
            let value = slice::eval_index(op)?;
            // SAFETY: the caller passes a place.
            unsafe { *place = value };
        }
        Ok(1)
    }
}

fn list_item(op: Of<PyListObject>, index: isize) -> PyResult<Object> {
    usize::try_from(index)
        .ok()
        .and_then(|index| list::get(op, index))
        .ok_or_else(|| raise!(IndexError, "list index out of range"))
}

fn dict_of(op: *mut PyObject) -> PyResult<Of<PyDictObject>> {
    // SAFETY: null or live.
    unsafe { Op::from_nullable(op) }.and_then(|op| op.downcast()).ok_or_else(errors::bad_internal_call)
}

/// Whether it is a set and no frozenset.
fn is_set(op: Op) -> bool {
    adder_object_model::type_object::is_subtype_ptr(op.ob_type(), &raw mut set::PySet_Type)
}

fn changeable(op: Op) -> PyResult<Of<PySetObject>> {
    if is_set(op) { set_of(op) } else { Err(errors::bad_internal_call()) }
}

/// A set or frozenset, which share a layout.
fn set_of(op: Op) -> PyResult<Of<PySetObject>> {
    if set::is_any(op) {
        // SAFETY: just checked.
        return Ok(unsafe { op.cast_unchecked() });
    }
    Err(errors::bad_internal_call())
}

trait RefCount {
    fn ob_refcnt(&self) -> u32;
}
impl RefCount for Of<PyTupleObject> {
    fn ob_refcnt(&self) -> u32 {
        self.as_object().ob_refcnt
    }
}

/// `PyDict_Next`: the next item, all references lent; 0 at the end.
///
/// # Safety
/// `position` starts at 0 and is not changed by the caller; the others are null or places.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_Next(
    op: *mut PyObject,
    position: *mut isize,
    key: *mut *mut PyObject,
    value: *mut *mut PyObject,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(dict) = Op::from_nullable(op).and_then(|op| op.downcast::<PyDictObject>()) else { return 0 };
        let mut at = *position as usize;
        let Some((k, v, _)) = dict::next(dict, &mut at) else { return 0 };
        *position = at as isize;
        if !key.is_null() {
            *key = k.as_ptr();
        }
        if !value.is_null() {
            *value = v.as_ptr();
        }
        1
    }
}

/// `_PyTuple_Resize`: a tuple nobody else has seen gets another size.
///
/// # Safety
/// `place` holds the caller's only reference to a tuple.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTuple_Resize(place: *mut *mut PyObject, len: isize) -> c_int {
    // SAFETY: the caller's promise.
    run(|| unsafe {
        let old = Owned::steal(*place);
        *place = ptr::null_mut();
        let Some(tuple) = old.op().downcast_exact::<PyTupleObject>() else {
            return Err(errors::bad_internal_call());
        };
        if tuple.as_object().ob_refcnt > 1 && tuple::len(tuple) > 0 || len < 0 {
            return Err(errors::bad_internal_call());
        }
        if len == 0 {
            *place = tuple::empty().into_ptr();
            return Ok(0);
        }
        let new = tuple::new_unfilled(len as usize)?;
        let cells = (&raw mut (*new.as_ptr()).ob_item).cast::<*mut PyObject>();
        for (index, &item) in tuple::items(tuple).iter().take(len as usize).enumerate() {
            if !item.is_null() {
                object::incref(item);
            }
            *cells.add(index) = item;
        }
        *place = new.into_object_ptr();
        Ok(0)
    })
}

/// `PySlice_GetIndices`, the older form that does not clip.
///
/// # Safety
/// The places are valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySlice_GetIndices(
    op: *mut PyObject,
    len: isize,
    start: *mut isize,
    stop: *mut isize,
    step: *mut isize,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let mut n = 0;
        let status = PySlice_GetIndicesEx(op, len, start, stop, step, &raw mut n);
        if status == 0 && *stop > len { -1 } else { status }
    }
}
