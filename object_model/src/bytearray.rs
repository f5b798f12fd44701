//! The `bytearray` type: bytes that can change.
//!
//! `ob_bytes` is the block, `ob_start` the first byte in use: taking bytes from the
//! front moves it. A zero follows the last byte. While buffers are out (`ob_exports`)
//! the size may not change, because they point into the block.
//!
//! Layout: `layout/bytearray.rs`. Shared methods: `bytes_methods.rs`.

use core::ffi::{c_char, c_int};
use core::ptr;

use crate::bytes_methods as shared;
use crate::exceptions::builtin;
use crate::index_iterator::{self, Indexed};
use crate::layout::*;
use crate::{
    Args, Borrowed, Op, Owned, PyResult, Signature, TypeRef, alloc, buffer, errors, int, iter, number,
    object, raise, slice, slot, str, tuple,
};

type Array<'a> = Borrowed<'a, PyByteArrayObject>;

/// What an empty array without a block shows.
static EMPTY: u8 = 0;

/// The bytes as they are now. Any call may change them.
#[inline]
pub fn view<'a>(array: Array<'a>) -> &'a [u8] {
    // SAFETY: `ob_size` bytes lie at `ob_start`.
    unsafe { core::slice::from_raw_parts(data(array), len(array)) }
}

#[allow(clippy::mut_from_ref, reason = "the bytes are shared with C; the slice is used at once")]
fn view_mut<'a>(array: Array<'a>) -> &'a mut [u8] {
    if len(array) == 0 {
        return &mut [];
    }
    // SAFETY: as above; no other slice is in use.
    unsafe { core::slice::from_raw_parts_mut(data(array), len(array)) }
}

/// The address of the first byte (`PyByteArray_AS_STRING`).
#[inline]
pub fn data(array: Array<'_>) -> *mut u8 {
    // SAFETY: a live object.
    unsafe {
        let start = (*array.as_ptr()).ob_start;
        if start.is_null() { (&raw const EMPTY).cast_mut() } else { start.cast() }
    }
}

#[inline]
pub fn len(array: Array<'_>) -> usize {
    // SAFETY: a live object.
    unsafe { (*array.as_ptr()).ob_base.ob_size as usize }
}

/// An array with a copy of some bytes.
pub fn from_slice(bytes: &[u8]) -> PyResult<Owned<PyByteArrayObject>> {
    // SAFETY: a static type.
    let tp = unsafe { TypeRef::from_ptr(&raw mut PyByteArray_Type) };
    let made = alloc::new_object::<PyByteArrayObject>(tp)?;
    // SAFETY: a fresh object; its fields are made true before anything can fail.
    unsafe {
        let op = made.as_ptr();
        (*op).ob_base.ob_size = 0;
        (*op).ob_alloc = 0;
        (*op).ob_bytes = ptr::null_mut();
        (*op).ob_start = ptr::null_mut();
        (*op).ob_exports = 0;
    }
    assign(made.borrow(), bytes)?;
    Ok(made)
}

/// Replaces the contents.
fn assign(array: Array<'_>, bytes: &[u8]) -> PyResult<()> {
    resize(array, bytes.len())?;
    view_mut(array).copy_from_slice(bytes);
    Ok(())
}

pub fn to_vec(array: Array<'_>) -> Vec<u8> {
    view(array).to_vec()
}

/// Counts as an export until it is dropped, so that the bytes stay where they are.
pub struct Hold(Owned<PyByteArrayObject>);

impl Hold {
    pub fn new(array: Array<'_>) -> Self {
        // SAFETY: a live object.
        unsafe { (*array.as_ptr()).ob_exports += 1 };
        Self(array.to_owned())
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        // SAFETY: a live object, which `new` has counted up.
        unsafe { (*self.0.as_ptr()).ob_exports -= 1 };
    }
}

/// Raises if a buffer is out.
fn check_resizable(array: Array<'_>) -> PyResult<()> {
    if array.ob_exports > 0 {
        return Err(raise!(BufferError, "Existing exports of data: object cannot be re-sized"));
    }
    Ok(())
}

/// Changes the length; new bytes are unset (`PyByteArray_Resize`).
pub fn resize(array: Array<'_>, size: usize) -> PyResult<()> {
    if size == len(array) {
        return Ok(());
    }
    check_resizable(array)?;
    // SAFETY: a live object without exports; its fields stay true throughout.
    unsafe {
        let op = array.as_ptr();
        let allocated = (*op).ob_alloc as usize;
        let offset =
            if (*op).ob_bytes.is_null() { 0 } else { (*op).ob_start.offset_from((*op).ob_bytes) as usize };
        if size + offset < allocated && size >= allocated / 2 {
            (*op).ob_base.ob_size = size as Py_ssize_t;
            (*op).ob_start.add(size).write(0);
            return Ok(());
        }
        let wanted = if size + offset < allocated {
            size + 1
        } else if size as f64 <= allocated as f64 * 1.125 {
            // Growing little by little: reserve as lists do.
            size + (size >> 3) + if size < 9 { 3 } else { 6 }
        } else {
            size + 1
        };
        if wanted > isize::MAX as usize {
            return Err(errors::no_memory());
        }
        let block = if offset > 0 {
            let block = alloc::malloc(wanted).cast::<c_char>();
            if block.is_null() {
                return Err(errors::no_memory());
            }
            ptr::copy_nonoverlapping((*op).ob_start, block, size.min(len(array)));
            alloc::free((*op).ob_bytes.cast());
            block
        } else {
            let block = alloc::realloc((*op).ob_bytes.cast(), wanted).cast::<c_char>();
            if block.is_null() {
                return Err(errors::no_memory());
            }
            block
        };
        (*op).ob_bytes = block;
        (*op).ob_start = block;
        (*op).ob_base.ob_size = size as Py_ssize_t;
        (*op).ob_alloc = wanted as Py_ssize_t;
        block.add(size).write(0);
    }
    Ok(())
}

/// Replaces bytes `low` to `high` by others.
fn set_range(array: Array<'_>, low: usize, high: usize, new: &[u8]) -> PyResult<()> {
    let old_len = len(array);
    let (removed, added) = (high - low, new.len());
    if added < removed {
        check_resizable(array)?;
        let cut = removed - added;
        if low == 0 {
            // The front goes: the first byte in use moves on.
            // SAFETY: a live object without exports; `cut` bytes are in use.
            unsafe {
                let op = array.as_ptr();
                (*op).ob_start = (*op).ob_start.add(cut);
                (*op).ob_base.ob_size -= cut as Py_ssize_t;
            }
            let size = len(array);
            shrink_block(array, size)?;
        } else {
            view_mut(array).copy_within(high.., low + added);
            resize(array, old_len - cut)?;
        }
    } else if added > removed {
        let Some(size) = old_len.checked_add(added - removed).filter(|&size| size < isize::MAX as usize)
        else {
            return Err(errors::no_memory());
        };
        resize(array, size)?;
        view_mut(array).copy_within(high..old_len, low + added);
    }
    view_mut(array)[low..low + added].copy_from_slice(new);
    Ok(())
}

/// Gives memory back when the bytes in use have become few.
fn shrink_block(array: Array<'_>, size: usize) -> PyResult<()> {
    if size < array.ob_alloc as usize / 2 {
        // SAFETY: a live object without exports; the bytes in use are copied before the block goes.
        unsafe {
            let op = array.as_ptr();
            let block = alloc::malloc(size + 1).cast::<c_char>();
            if block.is_null() {
                return Err(errors::no_memory());
            }
            ptr::copy_nonoverlapping((*op).ob_start, block, size);
            block.add(size).write(0);
            alloc::free((*op).ob_bytes.cast());
            (*op).ob_bytes = block;
            (*op).ob_start = block;
            (*op).ob_alloc = size as Py_ssize_t + 1;
        }
    }
    Ok(())
}

/// `PyByteArray_FromObject`.
pub fn from_object(op: Op<'_>) -> PyResult {
    // SAFETY: a static type.
    crate::call::call_one(unsafe { Op::from_ptr((&raw mut PyByteArray_Type).cast()) }, op)
}

/// `PyByteArray_Concat` and `+`.
pub fn concat(a: Op<'_>, b: Op<'_>) -> PyResult {
    let (Ok(left), Ok(right)) = (buffer::get(a, PyBUF_SIMPLE), buffer::get(b, PyBUF_SIMPLE)) else {
        drop(errors::take());
        let (name_a, name_b) = (a.type_name(), b.type_name());
        return Err(raise!(TypeError, "can't concat {name_b} to {name_a}"));
    };
    from_slice(&[left.as_slice(), right.as_slice()].concat()).map(Owned::into_object)
}

fn in_place_concat(array: Array<'_>, other: Op<'_>) -> PyResult<Owned<PyByteArrayObject>> {
    let view = buffer::get(other, PyBUF_SIMPLE).map_err(|raised| {
        raised.clear();
        raise!(TypeError, "can't concat {} to {}", other.type_name(), array.type_name())
    })?;
    let end = len(array);
    set_range(array, end, end, view.as_slice())?;
    Ok(array.to_owned())
}

fn repeated_size(array: Array<'_>, count: isize) -> PyResult<usize> {
    let count = count.max(0) as usize;
    len(array).checked_mul(count).filter(|&size| size < isize::MAX as usize).ok_or_else(errors::no_memory)
}

fn repeat(array: Array<'_>, count: Py_ssize_t) -> PyResult<Owned<PyByteArrayObject>> {
    let size = repeated_size(array, count)?;
    let made = from_slice(b"")?;
    resize(made.borrow(), size)?;
    shared::fill_repeated(view_mut(made.borrow()), view(array));
    Ok(made)
}

fn in_place_repeat(array: Array<'_>, count: Py_ssize_t) -> PyResult<Owned<PyByteArrayObject>> {
    let size = repeated_size(array, count)?;
    let pattern = to_vec(array);
    resize(array, size)?;
    shared::fill_repeated(view_mut(array), &pattern);
    Ok(array.to_owned())
}

fn length(array: Array<'_>) -> PyResult<usize> {
    Ok(len(array))
}

fn item(array: Array<'_>, index: Py_ssize_t) -> PyResult {
    match view(array).get(index as usize) {
        Some(byte) if index >= 0 => Ok(int::small(isize::from(*byte))),
        _ => Err(raise!(IndexError, "bytearray index out of range")),
    }
}

fn subscript(array: Array<'_>, key: Op<'_>) -> PyResult {
    if number::check_index(key) {
        let index = number::as_ssize_t(key, Some(builtin::IndexError()))?;
        return item(array, if index < 0 { index + len(array) as isize } else { index });
    }
    let Some(key) = key.downcast::<PySliceObject>() else {
        return Err(raise!(
            TypeError,
            "bytearray indices must be integers or slices, not {}",
            key.type_name()
        ));
    };
    let (mut start, mut stop, step) = slice::unpack(key)?;
    let count = slice::adjust_indices(len(array), &mut start, &mut stop, step);
    let bytes = view(array);
    let picked: Vec<u8> = (0..count).map(|at| bytes[(start + at as isize * step) as usize]).collect();
    from_slice(&picked).map(Owned::into_object)
}

fn ass_item(array: Array<'_>, index: Py_ssize_t, value: Option<Op<'_>>) -> PyResult<()> {
    // Converting the value may run Python code that shrinks the array, so the check comes after.
    let byte = value.map(|value| shared::byte_value(value, "byte")).transpose()?;
    if index < 0 || index as usize >= len(array) {
        return Err(raise!(IndexError, "bytearray index out of range"));
    }
    match byte {
        Some(byte) => {
            view_mut(array)[index as usize] = byte;
            Ok(())
        }
        None => set_range(array, index as usize, index as usize + 1, b""),
    }
}

fn ass_subscript(array: Array<'_>, key: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    if number::check_index(key) {
        let index = number::as_ssize_t(key, Some(builtin::IndexError()))?;
        let byte = value.map(|value| shared::byte_value(value, "byte")).transpose()?;
        let index = if index < 0 { index + len(array) as isize } else { index };
        if index < 0 || index as usize >= len(array) {
            return Err(raise!(IndexError, "bytearray index out of range"));
        }
        let index = index as usize;
        return match byte {
            Some(byte) => {
                view_mut(array)[index] = byte;
                Ok(())
            }
            None => set_range(array, index, index + 1, b""),
        };
    }
    let Some(key) = key.downcast::<PySliceObject>() else {
        return Err(raise!(
            TypeError,
            "bytearray indices must be integers or slices, not {}",
            key.type_name()
        ));
    };
    let (mut start, mut stop, step) = slice::unpack(key)?;
    let new = match value {
        None => Vec::new(),
        Some(value) if value.is_instance::<PyByteArrayObject>() => to_vec(value.downcast().expect("checked")),
        Some(value) => {
            if number::check_index(value) || value.is_instance::<PyUnicodeObject>() {
                return Err(raise!(
                    TypeError,
                    "can assign only bytes, buffers, or iterables of ints in range(0, 256)"
                ));
            }
            // Any iterable: made into bytes first.
            to_vec(
                from_object(value)?
                    .op()
                    .downcast::<PyByteArrayObject>()
                    .ok_or_else(errors::bad_internal_call)?,
            )
        }
    };
    let count = slice::adjust_indices(len(array), &mut start, &mut stop, step);
    if step == 1 {
        let start = start as usize;
        let stop = (stop.max(0) as usize).max(start);
        return set_range(array, start, stop, &new);
    }
    if new.is_empty() {
        return delete_steps(array, start, step, count);
    }
    if new.len() != count {
        let given = new.len();
        return Err(raise!(
            ValueError,
            "attempt to assign bytes of size {given} to extended slice of size {count}"
        ));
    }
    let bytes = view_mut(array);
    for (at, byte) in new.into_iter().enumerate() {
        bytes[(start + at as isize * step) as usize] = byte;
    }
    Ok(())
}

fn delete_steps(array: Array<'_>, start: isize, step: isize, count: usize) -> PyResult<()> {
    if count == 0 {
        return Ok(());
    }
    check_resizable(array)?;
    let (first, step) = if step < 0 {
        ((start + step * (count as isize - 1)) as usize, step.unsigned_abs())
    } else {
        (start as usize, step as usize)
    };
    let removed = |index: usize| {
        index >= first && (index - first).is_multiple_of(step) && (index - first) / step < count
    };
    let kept: Vec<u8> =
        view(array).iter().enumerate().filter(|(index, _)| !removed(*index)).map(|(_, byte)| *byte).collect();
    assign(array, &kept)
}

fn contains(array: Array<'_>, wanted: Op<'_>) -> PyResult<bool> {
    let _hold = Hold::new(array);
    shared::contains(view(array), wanted)
}

fn remainder(format: Op<'_>, args: Op<'_>) -> PyResult {
    let Some(format) = format.downcast::<PyByteArrayObject>() else {
        return Ok(crate::singletons::new_not_implemented());
    };
    let _hold = Hold::new(format);
    let made = crate::str::percent::format_bytes(view(format), args)?;
    from_slice(&made).map(Owned::into_object)
}

fn rich_compare(a: Op<'_>, b: Op<'_>, op: c_int) -> PyResult {
    if a.is_instance::<PyUnicodeObject>() || b.is_instance::<PyUnicodeObject>() {
        shared::warn_about_comparison(a, b, op)?;
        return Ok(crate::singletons::new_not_implemented());
    }
    let (Ok(left), Ok(right)) = (buffer::get(a, PyBUF_SIMPLE), buffer::get(b, PyBUF_SIMPLE)) else {
        drop(errors::take());
        return Ok(crate::singletons::new_not_implemented());
    };
    Ok(shared::compare(left.as_slice(), right.as_slice(), op))
}

/// A single quote gets a backslash whatever encloses the text, as in CPython.
fn repr_of(bytes: &[u8]) -> String {
    let shown = crate::bytes::repr_of(bytes, false);
    if !bytes.contains(&b'\'') || bytes.contains(&b'"') {
        return shown;
    }
    format!("b\"{}\"", &shown[2..shown.len() - 1])
}

fn repr(array: Array<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = array.type_name();
    let name = name.rsplit('.').next().unwrap_or(name);
    str::from_string(format!("{name}({})", repr_of(view(array))))
}

fn str_slot(array: Array<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    shared::warn_about_str("str() on a bytearray instance")?;
    repr(array)
}

const INIT: Signature<3> = Signature::new("bytearray", ["source", "encoding", "errors"]);

fn init(array: Array<'_>, args: Args<'_>) -> PyResult<()> {
    let [source, encoding, errors] = args.parse(&INIT)?;
    // `__init__` may be called again: it starts over.
    resize(array, 0)?;
    match shared::constructor_source(source, encoding, errors, "bytearray")? {
        shared::Source::Nothing => Ok(()),
        shared::Source::Encoded(bytes) => assign(array, crate::bytes::as_slice(bytes.borrow())),
        shared::Source::Zeros(count) => {
            resize(array, count)?;
            view_mut(array).fill(0);
            Ok(())
        }
        shared::Source::Object(op)
            if buffer::check(op) || op.is_exact::<PyListObject>() || op.is_exact::<PyTupleObject>() =>
        {
            // All of it or nothing.
            let bytes = shared::collect(op, "bytearray")?;
            assign(array, &bytes)
        }
        shared::Source::Object(op) => {
            let iterator = match object::get_iter(op) {
                Ok(iterator) => iterator,
                Err(raised) if raised.matches(builtin::TypeError()) => {
                    raised.clear();
                    return Err(raise!(TypeError, "cannot convert '{}' object to bytearray", op.type_name()));
                }
                Err(raised) => return Err(raised),
            };
            while let Some(item) = iter::next(iterator.op())? {
                append(array, item.op())?;
            }
            Ok(())
        }
    }
}

fn dealloc(array: Array<'_>) {
    // SAFETY: the last reference is gone; the block is owned.
    unsafe {
        alloc::free((*array.as_ptr()).ob_bytes.cast());
        alloc::free_object(array.as_object_ptr());
    }
}

unsafe extern "C" fn get_buffer(op: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    crate::define::guard_status(|| {
        // SAFETY: called with a live `bytearray` and a view to fill.
        unsafe {
            let array = Array::from_ptr(op.cast());
            buffer::fill_info(view, Some(array.as_object()), data(array), len(array), false, flags)?;
            (*array.as_ptr()).ob_exports += 1;
        }
        Ok(())
    })
}

unsafe extern "C" fn release_buffer(op: *mut PyObject, _view: *mut Py_buffer) {
    // SAFETY: called with the exporter of a buffer that is given back.
    unsafe { (*op.cast::<PyByteArrayObject>()).ob_exports -= 1 };
}

// The methods that change the array; the others are in `bytes_methods`.

pub fn append(array: Array<'_>, item: Op<'_>) -> PyResult<()> {
    let byte = shared::byte_value(item, "byte")?;
    let size = len(array);
    if size == isize::MAX as usize {
        return Err(raise!(OverflowError, "cannot add more objects to bytearray"));
    }
    resize(array, size + 1)?;
    view_mut(array)[size] = byte;
    Ok(())
}

pub fn clear(array: Array<'_>) -> PyResult<()> {
    resize(array, 0)
}

pub fn copy(array: Array<'_>) -> PyResult<Owned<PyByteArrayObject>> {
    from_slice(view(array))
}

pub fn extend(array: Array<'_>, items: Op<'_>) -> PyResult<()> {
    if buffer::check(items) {
        let end = len(array);
        let new = if items.is(array) { to_vec(array) } else { shared::collect(items, "bytearray")? };
        // Asking for the buffer may have changed the length.
        let end = end.min(len(array));
        return set_range(array, end, end, &new);
    }
    let iterator = match object::get_iter(items) {
        Ok(iterator) => iterator,
        Err(raised) if raised.matches(builtin::TypeError()) => {
            raised.clear();
            return Err(raise!(TypeError, "can't extend bytearray with {}", items.type_name()));
        }
        Err(raised) => return Err(raised),
    };
    let mut new = Vec::with_capacity(object::length_hint(items, 32)?.min(1 << 20));
    while let Some(item) = iter::next(iterator.op())? {
        match shared::byte_value(item.op(), "byte") {
            Ok(byte) => new.push(byte),
            Err(raised) => {
                if items.is_instance::<PyUnicodeObject>() && raised.matches(builtin::TypeError()) {
                    raised.clear();
                    let message = "expected iterable of integers; got: 'str'";
                    return Err(raise!(TypeError, "{message}"));
                }
                return Err(raised);
            }
        }
    }
    let end = len(array);
    set_range(array, end, end, &new)
}

pub fn insert(array: Array<'_>, args: Args<'_>) -> PyResult<()> {
    let [index, item] = args.exactly::<2>("insert")?;
    let index = number::as_ssize_t(index, Some(builtin::OverflowError()))?;
    let byte = shared::byte_value(item, "byte")?;
    let size = len(array) as isize;
    let index = if index < 0 { (index + size).max(0) } else { index.min(size) } as usize;
    set_range(array, index, index, &[byte])
}

pub fn pop(array: Array<'_>, args: Args<'_>) -> PyResult {
    let [index] = args.optional::<1>("pop", 0)?;
    let index = index.map_or(Ok(-1), |index| number::as_ssize_t(index, Some(builtin::IndexError())))?;
    let size = len(array) as isize;
    if size == 0 {
        return Err(raise!(IndexError, "pop from empty bytearray"));
    }
    let index = if index < 0 { index + size } else { index };
    if index < 0 || index >= size {
        return Err(raise!(IndexError, "pop index out of range"));
    }
    check_resizable(array)?;
    let index = index as usize;
    let byte = view(array)[index];
    view_mut(array).copy_within(index + 1.., index);
    resize(array, size as usize - 1)?;
    Ok(int::small(isize::from(byte)))
}

pub fn remove(array: Array<'_>, value: Op<'_>) -> PyResult<()> {
    let byte = shared::byte_value(value, "byte")?;
    let Some(index) = memchr::memchr(byte, view(array)) else {
        return Err(raise!(ValueError, "value not found in bytearray"));
    };
    check_resizable(array)?;
    let size = len(array);
    view_mut(array).copy_within(index + 1.., index);
    resize(array, size - 1)
}

pub fn reverse(array: Array<'_>) -> PyResult<()> {
    view_mut(array).reverse();
    Ok(())
}

pub fn resize_method(array: Array<'_>, size: Op<'_>) -> PyResult<()> {
    let size = number::as_ssize_t(size, Some(builtin::OverflowError()))?;
    if size < 0 {
        return Err(raise!(ValueError, "bytearray.resize(): new size must be >= 0, got {size}"));
    }
    let old = len(array);
    resize(array, size as usize)?;
    if let Some(added) = view_mut(array).get_mut(old..) {
        added.fill(0);
    }
    Ok(())
}

pub fn alloc_size(array: Array<'_>) -> PyResult {
    int::from_isize(array.ob_alloc)
}

pub fn sizeof(array: Array<'_>) -> PyResult {
    int::from_isize(array.ob_type().tp_basicsize + array.ob_alloc)
}

pub fn reduce(array: Array<'_>) -> PyResult {
    reduce_with(array, 2)
}

pub fn reduce_ex(array: Array<'_>, args: Args<'_>) -> PyResult {
    let [protocol] = args.optional::<1>("__reduce_ex__", 0)?;
    reduce_with(array, protocol.map_or(Ok(0), int::as_i32)?)
}

fn reduce_with(array: Array<'_>, protocol: i32) -> PyResult {
    let state = crate::call::call_method_noargs(array.as_object(), "__getstate__")?;
    let tp = array.ob_type().to_owned();
    let args = if len(array) == 0 {
        tuple::empty()
    } else if protocol < 3 {
        // Old protocols carry no bytes: text that Latin-1 encodes.
        let text = str::from_latin1(view(array))?;
        let encoding = str::from_str("latin-1")?;
        tuple::pack(&[text.op(), encoding.op()])?
    } else {
        tuple::pack(&[crate::bytes::from_slice(view(array))?.op()])?
    };
    tuple::pack(&[tp.op(), args.op(), state.op()])
}

impl Indexed for PyByteArrayObject {
    fn iterator_type(_op: Array<'_>) -> *mut PyTypeObject {
        &raw mut PyByteArrayIter_Type
    }
    fn len(op: Array<'_>) -> usize {
        len(op)
    }
    fn item(op: Array<'_>, index: usize) -> PyResult {
        Ok(int::small(isize::from(view(op)[index])))
    }
}

static mut AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_remainder: slot::binary(remainder), ..PyNumberMethods::EMPTY };

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(length),
    sq_concat: slot::binary(concat),
    sq_repeat: slot::ssizearg(repeat),
    sq_item: slot::ssizearg(item),
    sq_ass_item: slot::ssizeobjarg(ass_item),
    sq_contains: slot::contains(contains),
    sq_inplace_concat: slot::binary(in_place_concat),
    sq_inplace_repeat: slot::ssizearg(in_place_repeat),
    ..PySequenceMethods::EMPTY
};

static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(length),
    mp_subscript: slot::binary(subscript),
    mp_ass_subscript: slot::objobjarg(ass_subscript),
};

static mut AS_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: Some(get_buffer), bf_releasebuffer: Some(release_buffer) };

#[unsafe(no_mangle)]
pub static mut PyByteArray_Type: PyTypeObject = PyTypeObject {
    tp_name: c"bytearray".as_ptr(),
    tp_basicsize: size_of::<PyByteArrayObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_number: &raw mut AS_NUMBER,
    tp_as_sequence: &raw mut AS_SEQUENCE,
    tp_as_mapping: &raw mut AS_MAPPING,
    tp_str: slot::unary(str_slot),
    tp_as_buffer: &raw mut AS_BUFFER,
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    tp_doc: c"bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array\n\nA sequence of bytes that can change.".as_ptr(),
    tp_richcompare: slot::richcompare(rich_compare),
    tp_iter: slot::unary(index_iterator::new::<PyByteArrayObject>),
    tp_methods: (&raw const shared::BYTEARRAY_METHODS).cast_mut().cast(),
    tp_init: slot::init(init),
    tp_alloc: None,
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyByteArrayObject, PyByteArray_Type);

fn new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult {
    crate::type_object::generic_alloc(tp, 0)
}

#[unsafe(no_mangle)]
pub static mut PyByteArrayIter_Type: PyTypeObject =
    index_iterator::type_object::<PyByteArrayObject>(c"bytearray_iterator");
