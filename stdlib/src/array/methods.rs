//! The slots and methods of `array.array`, its iterator, and the type objects.

use core::cell::Cell;
use core::ffi::c_int;
use core::mem::offset_of;
use core::ptr;

use adder_object_model::define::{guard_status, same_slot};
use adder_object_model::exceptions::builtin as exception;
use adder_object_model::fields::{allocate, gc_type};
use adder_object_model::layout::*;
use adder_object_model::refs::Field;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, PyTyped, TypeRef, buffer, bytes, call, getset, int, iter,
    list, method, number, object, owned_fields, raise, singletons, slice, slot, str, tuple, weakref,
};

use super::{Array, This, as_array, find_type, format_pointer, from_bytes, new_array, pickle, to_list};

pub(super) fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Array>> {
    if same_slot(tp.tp_init, Array::type_ref().tp_init) && args.has_keywords() {
        return Err(raise!(TypeError, "array.array() takes no keyword arguments"));
    }
    match args.len() {
        0 => return Err(raise!(TypeError, "array() takes at least 1 argument (0 given)")),
        1 | 2 => {}
        n => return Err(raise!(TypeError, "array() takes at most 2 arguments ({n} given)")),
    }
    let code = args.get(0).expect("counted");
    let Some(text) = code.downcast::<PyUnicodeObject>() else {
        let given = code.type_name();
        return Err(raise!(TypeError, "array() argument 1 must be a unicode character, not {given}"));
    };
    if str::len(text) != 1 {
        let n = str::len(text);
        return Err(raise!(
            TypeError,
            "array() argument 1 must be a unicode character, not a string of length {n}"
        ));
    }
    let code = str::read(text, 0);
    let initial = args.get(1);
    let is_text = code == u32::from(b'u') || code == u32::from(b'w');
    if code == u32::from(b'u') {
        (adder_object_model::state::hooks().warn)(
            exception::DeprecationWarning(),
            "The 'u' type code is deprecated and will be removed in Python 3.16",
            1,
        )?;
    }
    let shown = char::from_u32(code).unwrap_or('?');
    if let Some(initial) = initial
        && !is_text
    {
        if initial.is_instance::<PyUnicodeObject>() {
            return Err(raise!(TypeError, "cannot use a str to initialize an array with typecode '{shown}'"));
        }
        if as_array(initial).is_some_and(|array| array.kind().is_text()) {
            return Err(raise!(
                TypeError,
                "cannot use a unicode array to initialize an array with typecode '{shown}'"
            ));
        }
    }
    let kind = find_type(code)?;
    let result = new_array(tp, kind, 0)?;
    let Some(initial) = initial else { return Ok(result) };
    let array = result.borrow();
    if initial.is_instance::<PyBytesObject>() || initial.is_instance::<PyByteArrayObject>() {
        frombytes(array, initial)?;
    } else if is_text && initial.is_instance::<PyUnicodeObject>() {
        fromunicode(array, initial)?;
    } else if let Some(other) = as_array(initial).filter(|other| other.kind().code == kind.code) {
        array.splice(0, 0, other.bytes())?;
    } else {
        let items = object::get_iter(initial)?;
        while let Some(item) = iter::next(items.op())? {
            array.append(item.op())?;
        }
    }
    Ok(result)
}

fn dealloc(array: This<'_>) {
    let op = array.as_object_ptr();
    weakref::clear_refs(array.as_object());
    // SAFETY: the array owned the memory, and nobody uses it any more.
    unsafe {
        adder_object_model::alloc::free(array.items.replace(ptr::null_mut()).cast());
        adder_object_model::alloc::free_object(op);
    }
}

fn repr(array: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let kind = array.kind();
    let code = char::from(kind.code);
    let name = array.type_name();
    let name = name.rsplit('.').next().unwrap_or(name);
    if array.len() == 0 {
        return str::from_string(format!("{name}('{code}')"));
    }
    let inside = if kind.is_text() {
        tounicode(array)?.into_object()
    } else {
        list::from_vec(to_list(array)?)?.into_object()
    };
    let shown = object::repr(inside.op())?;
    str::from_string(format!("{name}('{code}', {})", str::to_string_lossy(shown.op())))
}

fn richcompare(array: This<'_>, other: Op<'_>, op: c_int) -> PyResult {
    let (Some(a), Some(b)) = (as_array(array.as_object()), as_array(other)) else {
        return Ok(singletons::new_not_implemented());
    };
    if a.len() != b.len() && (op == Py_EQ || op == Py_NE) {
        return Ok(singletons::new_bool(op == Py_NE));
    }
    let mut index = 0;
    while index < a.len() && index < b.len() {
        let (x, y) = (a.get(index)?, b.get(index)?);
        if !object::rich_compare_bool(x.op(), y.op(), Py_EQ)? {
            return match op {
                Py_EQ => Ok(singletons::new_false()),
                Py_NE => Ok(singletons::new_true()),
                _ => object::rich_compare(x.op(), y.op(), op),
            };
        }
        index += 1;
    }
    let (n_a, n_b) = (a.len(), b.len());
    Ok(singletons::new_bool(match op {
        Py_LT => n_a < n_b,
        Py_LE => n_a <= n_b,
        Py_EQ => n_a == n_b,
        Py_NE => n_a != n_b,
        Py_GT => n_a > n_b,
        _ => n_a >= n_b,
    }))
}

fn sq_length(array: This<'_>) -> PyResult<usize> {
    Ok(array.len())
}

fn sq_item(array: This<'_>, index: Py_ssize_t) -> PyResult {
    if index < 0 || index as usize >= array.len() {
        return Err(raise!(IndexError, "array index out of range"));
    }
    array.get(index as usize)
}

fn sq_ass_item(array: This<'_>, index: Py_ssize_t, value: Option<Op<'_>>) -> PyResult<()> {
    if index < 0 || index as usize >= array.len() {
        return Err(raise!(IndexError, "array assignment index out of range"));
    }
    let index = index as usize;
    let Some(value) = value else { return array.splice(index, index + 1, &[]) };
    let item = array.kind().encode(value)?;
    // Conversion may have run Python code that shortened the array.
    if index >= array.len() {
        return Err(raise!(IndexError, "array assignment index out of range"));
    }
    array.put(index, item);
    Ok(())
}

fn sq_contains(array: This<'_>, value: Op<'_>) -> PyResult<bool> {
    Ok(position(array, value, 0, array.len())?.is_some())
}

fn position(array: This<'_>, value: Op<'_>, start: usize, stop: usize) -> PyResult<Option<usize>> {
    let mut index = start;
    while index < stop && index < array.len() {
        let item = array.get(index)?;
        if object::rich_compare_bool(item.op(), value, Py_EQ)? {
            return Ok(Some(index));
        }
        index += 1;
    }
    Ok(None)
}

fn sq_concat(array: This<'_>, other: Op<'_>) -> PyResult<Owned<Array>> {
    let Some(other) = as_array(other) else {
        return Err(raise!(TypeError, "can only append array (not \"{}\") to array", other.type_name()));
    };
    if array.kind().code != other.kind().code {
        return Err(adder_object_model::errors::bad_argument());
    }
    let all = [array.bytes(), other.bytes()].concat();
    from_bytes(array.kind(), &all)
}

fn check_repeat(array: This<'_>, count: Py_ssize_t) -> PyResult<usize> {
    let count = count.max(0) as usize;
    match array.byte_len().checked_mul(count) {
        Some(total) if total <= isize::MAX as usize => Ok(count),
        _ => Err(adder_object_model::errors::no_memory()),
    }
}

fn sq_repeat(array: This<'_>, count: Py_ssize_t) -> PyResult<Owned<Array>> {
    let count = check_repeat(array, count)?;
    from_bytes(array.kind(), &array.bytes().repeat(count))
}

fn sq_inplace_concat(array: This<'_>, other: Op<'_>) -> PyResult<Owned<Array>> {
    let Some(same) = as_array(other) else {
        return Err(raise!(TypeError, "can only extend array with array (not \"{}\")", other.type_name()));
    };
    extend_from_array(array, same)?;
    Ok(array.to_owned())
}

fn sq_inplace_repeat(array: This<'_>, count: Py_ssize_t) -> PyResult<Owned<Array>> {
    let count = check_repeat(array, count)?;
    if array.len() > 0 {
        let all = array.bytes().repeat(count);
        array.splice(0, array.len(), &all)?;
    }
    Ok(array.to_owned())
}

fn extend_from_array(array: This<'_>, other: This<'_>) -> PyResult<()> {
    if array.kind().code != other.kind().code {
        return Err(raise!(TypeError, "can only extend with array of same kind"));
    }
    let bytes = other.bytes().to_vec();
    array.splice(array.len(), array.len(), &bytes)
}

fn subscript(array: This<'_>, key: Op<'_>) -> PyResult {
    if number::check_index(key) {
        let mut index = number::as_ssize_t(key, Some(exception::IndexError()))?;
        if index < 0 {
            index += array.len() as isize;
        }
        return sq_item(array, index);
    }
    let Some(key) = key.downcast::<PySliceObject>() else {
        return Err(raise!(TypeError, "array indices must be integers"));
    };
    let (mut start, mut stop, step) = slice::unpack(key)?;
    let n = slice::adjust_indices(array.len(), &mut start, &mut stop, step);
    Ok(from_bytes(array.kind(), &stepped(array, start, step, n))?.into_object())
}

/// The bytes of `n` items from `start`, `step` apart.
fn stepped(array: This<'_>, start: isize, step: isize, n: usize) -> Vec<u8> {
    let size = array.kind().size;
    let mut result = Vec::with_capacity(n * size);
    for index in 0..n {
        let place = (start + index as isize * step) as usize * size;
        result.extend_from_slice(&array.bytes()[place..place + size]);
    }
    result
}

fn ass_subscript(array: This<'_>, key: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let (mut start, mut stop, step);
    if number::check_index(key) {
        let mut index = number::as_ssize_t(key, Some(exception::IndexError()))?;
        if index < 0 {
            index += array.len() as isize;
        }
        if index < 0 || index as usize >= array.len() {
            return Err(raise!(IndexError, "array assignment index out of range"));
        }
        return sq_ass_item(array, index, value);
    } else if let Some(key) = key.downcast::<PySliceObject>() {
        (start, stop, step) = slice::unpack(key)?;
    } else {
        return Err(raise!(TypeError, "array indices must be integers"));
    }
    let n = slice::adjust_indices(array.len(), &mut start, &mut stop, step);
    let new = match value {
        None => Vec::new(),
        Some(value) => {
            let Some(other) = as_array(value) else {
                let given = value.type_name();
                return Err(raise!(TypeError, "can only assign array (not \"{given}\") to array slice"));
            };
            if other.kind().code != array.kind().code {
                return Err(adder_object_model::errors::bad_argument());
            }
            other.bytes().to_vec()
        }
    };
    let size = array.kind().size;
    let n_new = new.len() / size;
    if array.exports.get() > 0 && n_new != n {
        return Err(raise!(BufferError, "cannot resize an array that is exporting buffers"));
    }
    if step == 1 {
        return array.splice(start as usize, start as usize + n, &new);
    }
    if value.is_none() {
        let mut kept = Vec::with_capacity(array.byte_len());
        let removed: std::collections::HashSet<usize> =
            (0..n).map(|index| (start + index as isize * step) as usize).collect();
        for (index, item) in array.bytes().chunks(size).enumerate() {
            if !removed.contains(&index) {
                kept.extend_from_slice(item);
            }
        }
        return array.splice(0, array.len(), &kept);
    }
    if n_new != n {
        return Err(raise!(
            ValueError,
            "attempt to assign array of size {n_new} to extended slice of size {n}"
        ));
    }
    for (index, item) in new.chunks(size).enumerate() {
        let place = (start + index as isize * step) as usize * size;
        array.bytes_mut()[place..place + size].copy_from_slice(item);
    }
    Ok(())
}

unsafe extern "C" fn getbuffer(op: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    guard_status(|| {
        if view.is_null() {
            return Err(raise!(BufferError, "array_buffer_getbuf: view==NULL argument is obsolete"));
        }
        // SAFETY: a live array, and a view to be filled.
        unsafe {
            let array: This<'_> = Borrowed::from_ptr(op.cast());
            let items = array.items.get();
            *view = buffer::EMPTY_VIEW;
            // An empty array has no memory, but a view must point somewhere.
            (*view).buf = if items.is_null() { array.as_ptr().cast() } else { items.cast() };
            (*view).obj = array.as_object().to_owned().into_ptr();
            (*view).len = array.byte_len() as isize;
            (*view).readonly = 0;
            (*view).ndim = 1;
            (*view).itemsize = array.kind().size as isize;
            if flags & PyBUF_ND == PyBUF_ND {
                (*view).shape = &raw mut (*array.as_ptr()).ob_base.ob_size;
            }
            if flags & PyBUF_STRIDES == PyBUF_STRIDES {
                (*view).strides = &raw mut (*view).itemsize;
            }
            if flags & PyBUF_FORMAT == PyBUF_FORMAT {
                (*view).format = format_pointer(array.kind());
            }
            array.exports.set(array.exports.get() + 1);
        }
        Ok(())
    })
}

unsafe extern "C" fn releasebuffer(op: *mut PyObject, _view: *mut Py_buffer) {
    // SAFETY: a live array that has handed this view out.
    let array: This<'_> = unsafe { Borrowed::from_ptr(op.cast()) };
    array.exports.set(array.exports.get() - 1);
}

fn append(array: This<'_>, value: Op<'_>) -> PyResult<()> {
    array.append(value)
}

fn buffer_info(array: This<'_>) -> PyResult {
    let address = int::from_usize(array.items.get() as usize)?;
    let n = int::from_usize(array.len())?;
    tuple::pair(address, n)
}

fn byteswap(array: This<'_>) -> PyResult<()> {
    array.bytes_mut().chunks_mut(array.kind().size).for_each(<[u8]>::reverse);
    Ok(())
}

fn clear(array: This<'_>) -> PyResult<()> {
    array.splice(0, array.len(), &[])
}

fn copy(array: This<'_>) -> PyResult<Owned<Array>> {
    from_bytes(array.kind(), array.bytes())
}

fn deepcopy(array: This<'_>, _memo: Op<'_>) -> PyResult<Owned<Array>> {
    copy(array)
}

fn count(array: This<'_>, value: Op<'_>) -> PyResult {
    let (mut index, mut n) = (0, 0);
    while index < array.len() {
        let item = array.get(index)?;
        n += usize::from(object::rich_compare_bool(item.op(), value, Py_EQ)?);
        index += 1;
    }
    int::from_usize(n)
}

fn extend(array: This<'_>, iterable: Op<'_>) -> PyResult<()> {
    if let Some(other) = as_array(iterable) {
        return extend_from_array(array, other);
    }
    let iterator = object::get_iter(iterable)?;
    while let Some(item) = iter::next(iterator.op())? {
        array.append(item.op())?;
    }
    Ok(())
}

fn fromfile(array: This<'_>, args: Args<'_>) -> PyResult<()> {
    let [file, n] = args.exactly::<2>("fromfile")?;
    let n = number::as_ssize_t(n, Some(exception::OverflowError()))?;
    if n < 0 {
        return Err(raise!(ValueError, "negative count"));
    }
    let Some(wanted) = (n as usize).checked_mul(array.kind().size).filter(|&n| n <= isize::MAX as usize)
    else {
        return Err(adder_object_model::errors::no_memory());
    };
    let size = int::from_usize(wanted)?;
    let data = call::call_method(file, "read", &[size.op()])?;
    let Some(read) = data.op().downcast::<PyBytesObject>() else {
        return Err(raise!(TypeError, "read() didn't return bytes"));
    };
    let enough = bytes::len(read) == wanted;
    frombytes(array, data.op())?;
    if enough { Ok(()) } else { Err(raise!(EOFError, "read() didn't return enough bytes")) }
}

fn tofile(array: This<'_>, file: Op<'_>) -> PyResult<()> {
    const BLOCK: usize = 64 * 1024;
    let mut start = 0;
    while start < array.byte_len() {
        let block = bytes::from_slice(&array.bytes()[start..(start + BLOCK).min(array.byte_len())])?;
        call::call_method(file, "write", &[block.op()])?;
        start += BLOCK;
    }
    Ok(())
}

fn fromlist(array: This<'_>, items: Op<'_>) -> PyResult<()> {
    let Some(items) = items.downcast::<PyListObject>() else {
        return Err(raise!(TypeError, "arg must be list"));
    };
    let n = list::len(items);
    if n == 0 {
        return Ok(());
    }
    let old = array.len();
    array.resize(old + n)?;
    for index in 0..n {
        let item =
            list::get(items, index).ok_or_else(|| raise!(RuntimeError, "list changed size during iteration"));
        let encoded = item.and_then(|item| array.kind().encode(item.op()));
        let encoded = match encoded {
            Ok(encoded) if list::len(items) == n => encoded,
            failed => {
                let raised = match failed {
                    Ok(_) => raise!(RuntimeError, "list changed size during iteration"),
                    Err(raised) => raised,
                };
                let exception = raised.take();
                array.resize(old)?;
                return Err(adder_object_model::errors::restore(exception));
            }
        };
        array.put(old + index, encoded);
    }
    Ok(())
}

fn tolist(array: This<'_>) -> PyResult<Owned<PyListObject>> {
    list::from_vec(to_list(array)?)
}

fn frombytes(array: This<'_>, source: Op<'_>) -> PyResult<()> {
    let source = buffer::get(source, PyBUF_SIMPLE)?;
    if source.view.itemsize != 1 {
        return Err(raise!(TypeError, "a bytes-like object is required"));
    }
    if !source.as_slice().len().is_multiple_of(array.kind().size) {
        return Err(raise!(ValueError, "bytes length not a multiple of item size"));
    }
    let data = source.as_slice().to_vec();
    drop(source);
    array.splice(array.len(), array.len(), &data)
}

fn tobytes(array: This<'_>) -> PyResult<Owned<PyBytesObject>> {
    bytes::from_slice(array.bytes())
}

fn fromunicode(array: This<'_>, text: Op<'_>) -> PyResult<()> {
    let Some(text) = text.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "fromunicode() argument must be str, not {}", text.type_name()));
    };
    if !array.kind().is_text() {
        return Err(raise!(
            ValueError,
            "fromunicode() may only be called on unicode type arrays ('u' or 'w')"
        ));
    }
    let data: Vec<u8> = str::code_points(text).into_iter().flat_map(u32::to_ne_bytes).collect();
    array.splice(array.len(), array.len(), &data)
}

fn tounicode(array: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if !array.kind().is_text() {
        return Err(raise!(ValueError, "tounicode() may only be called on unicode type arrays ('u' or 'w')"));
    }
    let points: Vec<u32> = array
        .bytes()
        .chunks(4)
        .map(|item| u32::from_ne_bytes(item.try_into().expect("four bytes")))
        .collect();
    if let Some(point) = points.iter().find(|&&point| point > 0x10ffff) {
        return Err(raise!(ValueError, "character U+{point:x} is not in range [U+0000; U+10ffff]"));
    }
    str::from_code_points(&points)
}

fn index(array: This<'_>, args: Args<'_>) -> PyResult {
    let [value, start, stop] = args.optional::<3>("index", 1)?;
    let n = array.len() as isize;
    let bound = |given: Option<Op<'_>>, default: isize| -> PyResult<isize> {
        let given = given.map_or(Ok(default), slice::eval_index)?;
        Ok(if given < 0 { (given + n).max(0) } else { given })
    };
    let (start, stop) = (bound(start, 0)?, bound(stop, isize::MAX)?);
    match position(array, value.expect("required"), start as usize, stop as usize)? {
        Some(index) => int::from_usize(index),
        None => Err(raise!(ValueError, "array.index(x): x not in array")),
    }
}

fn insert(array: This<'_>, args: Args<'_>) -> PyResult<()> {
    let [index, value] = args.exactly::<2>("insert")?;
    let index = number::as_ssize_t(index, Some(exception::OverflowError()))?;
    let item = array.kind().encode(value)?;
    let n = array.len() as isize;
    let index = if index < 0 { (index + n).max(0) } else { index.min(n) } as usize;
    array.splice(index, index, &item[..array.kind().size])
}

fn pop(array: This<'_>, args: Args<'_>) -> PyResult {
    let [index] = args.optional::<1>("pop", 0)?;
    let mut index =
        index.map_or(Ok(-1), |index| number::as_ssize_t(index, Some(exception::OverflowError())))?;
    let n = array.len() as isize;
    if n == 0 {
        return Err(raise!(IndexError, "pop from empty array"));
    }
    if index < 0 {
        index += n;
    }
    if !(0..n).contains(&index) {
        return Err(raise!(IndexError, "pop index out of range"));
    }
    let item = array.get(index as usize)?;
    array.splice(index as usize, index as usize + 1, &[])?;
    Ok(item)
}

fn remove(array: This<'_>, value: Op<'_>) -> PyResult<()> {
    match position(array, value, 0, array.len())? {
        Some(index) => array.splice(index, index + 1, &[]),
        None => Err(raise!(ValueError, "array.remove(x): x not in array")),
    }
}

fn reverse(array: This<'_>) -> PyResult<()> {
    let size = array.kind().size;
    let reversed: Vec<u8> = array.bytes().chunks(size).rev().flatten().copied().collect();
    array.bytes_mut().copy_from_slice(&reversed);
    Ok(())
}

fn reduce_ex(array: This<'_>, protocol: Op<'_>) -> PyResult {
    pickle::reduce_ex(array, protocol)
}

fn sizeof(array: This<'_>) -> PyResult {
    let allocated = array.allocated.get() as usize * array.kind().size;
    int::from_usize(array.ob_type().tp_basicsize as usize + allocated)
}

fn get_typecode(array: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_char(u32::from(array.kind().code))
}

fn get_itemsize(array: This<'_>) -> PyResult {
    int::from_usize(array.kind().size)
}

/// What `iter(array)` gives.
#[repr(C)]
pub(crate) struct ArrayIterator {
    ob_base: PyObject,
    index: Cell<usize>,
    /// Empty once exhausted.
    array: Field<Array>,
}
owned_fields!(ArrayIterator, ArrayIter_Type, [array]);

fn iter(array: This<'_>) -> PyResult<Owned<ArrayIterator>> {
    // SAFETY: the type has this layout.
    let result: Owned<ArrayIterator> = unsafe { allocate(ArrayIterator::type_ref())? };
    result.array.set(Some(array.to_owned()));
    Ok(result)
}

fn iter_next(iterator: Borrowed<'_, ArrayIterator>) -> PyResult<Option<Object>> {
    let Some(array) = iterator.array.get() else { return Ok(None) };
    let index = iterator.index.get();
    if index < array.len() {
        iterator.index.set(index + 1);
        return array.get(index).map(Some);
    }
    iterator.array.clear();
    Ok(None)
}

fn iter_reduce(iterator: Borrowed<'_, ArrayIterator>) -> PyResult {
    let function = adder_object_model::iter::builtin("iter")?;
    let Some(array) = iterator.array.get() else {
        let arguments = tuple::from_vec(vec![tuple::empty()])?;
        return tuple::pack(&[function.op(), arguments.op()]);
    };
    let arguments = tuple::pack(&[array.op()])?;
    let index = int::from_usize(iterator.index.get())?;
    tuple::pack(&[function.op(), arguments.op(), index.op()])
}

fn iter_setstate(iterator: Borrowed<'_, ArrayIterator>, state: Op<'_>) -> PyResult<()> {
    let index = int::as_isize(state)?;
    if let Some(array) = iterator.array.get() {
        iterator.index.set(index.clamp(0, array.len() as isize) as usize);
    }
    Ok(())
}

const ITER_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"__reduce__",
        iter_reduce,
        c"__reduce__($self, /)\n--\n\nReturn state information for pickling.",
    ),
    method::o(
        c"__setstate__",
        iter_setstate,
        c"__setstate__($self, state, /)\n--\n\nSet state information for unpickling.",
    ),
    PyMethodDef::EMPTY,
];

const METHODS: &[PyMethodDef] = &[
    method::o(c"append", append, c"append($self, v, /)\n--\n\nAdd an item at the end."),
    method::noargs(
        c"buffer_info",
        buffer_info,
        c"buffer_info($self, /)\n--\n\nA tuple of the address of the memory and the number of items in it.",
    ),
    method::noargs(c"byteswap", byteswap, c"byteswap($self, /)\n--\n\nReverse the bytes of every item."),
    method::noargs(c"clear", clear, c"clear($self, /)\n--\n\nRemove every item."),
    method::noargs(c"__copy__", copy, c"__copy__($self, /)\n--\n\nA new array of the same items."),
    method::o(c"count", count, c"count($self, v, /)\n--\n\nHow many items are equal to v."),
    method::o(c"__deepcopy__", deepcopy, c"__deepcopy__($self, unused, /)\n--\n\nA new array of the same items."),
    method::o(c"extend", extend, c"extend($self, bb, /)\n--\n\nAdd every item of an array or iterable at the end."),
    method::positional(
        c"fromfile",
        fromfile,
        c"fromfile($self, f, n, /)\n--\n\nRead n items from the file object f and add them at the end.",
    ),
    method::o(c"fromlist", fromlist, c"fromlist($self, list, /)\n--\n\nAdd every item of a list at the end."),
    method::o(
        c"frombytes",
        frombytes,
        c"frombytes($self, buffer, /)\n--\n\nAdd items whose memory is that of a bytes-like object.",
    ),
    method::o(
        c"fromunicode",
        fromunicode,
        c"fromunicode($self, ustr, /)\n--\n\nAdd the characters of a string; the type code must be 'u' or 'w'.",
    ),
    method::positional(
        c"index",
        index,
        c"index($self, v, start=0, stop=sys.maxsize, /)\n--\n\nThe first index of v; ValueError if there is none.",
    ),
    method::positional(
        c"insert",
        insert,
        c"insert($self, i, v, /)\n--\n\nPut an item v in front of the one at index i.",
    ),
    method::positional(
        c"pop",
        pop,
        c"pop($self, i=-1, /)\n--\n\nRemove the item at index i and return it.",
    ),
    method::o(
        c"__reduce_ex__",
        reduce_ex,
        c"__reduce_ex__($self, value, /)\n--\n\nReturn state information for pickling.",
    ),
    method::o(
        c"remove",
        remove,
        c"remove($self, v, /)\n--\n\nRemove the first item that is equal to v; ValueError if there is none.",
    ),
    method::noargs(c"reverse", reverse, c"reverse($self, /)\n--\n\nReverse the order of the items."),
    method::o(c"tofile", tofile, c"tofile($self, f, /)\n--\n\nWrite the memory of all items to the file object f."),
    method::noargs(c"tolist", tolist, c"tolist($self, /)\n--\n\nA list of the items."),
    method::noargs(c"tobytes", tobytes, c"tobytes($self, /)\n--\n\nThe memory of all items as bytes."),
    method::noargs(
        c"tounicode",
        tounicode,
        c"tounicode($self, /)\n--\n\nThe items as a string; the type code must be 'u' or 'w'.",
    ),
    method::noargs(c"__sizeof__", sizeof, c"__sizeof__($self, /)\n--\n\nThe size of the array in memory, in bytes."),
    method::class_o(
        c"__class_getitem__",
        adder_object_model::generic_alias::class_getitem,
        c"__class_getitem__($type, object, /)\n--\n\nSee PEP 585",
    ),
    PyMethodDef::EMPTY,
];

const GETSET: &[PyGetSetDef] = &[
    getset::get(c"typecode", get_typecode, c"the typecode character used to create the array"),
    getset::get(c"itemsize", get_itemsize, c"the size, in bytes, of one array item"),
    PyGetSetDef::EMPTY,
];

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(sq_length),
    sq_concat: slot::binary(sq_concat),
    sq_repeat: slot::ssizearg(sq_repeat),
    sq_item: slot::ssizearg(sq_item),
    sq_ass_item: slot::ssizeobjarg(sq_ass_item),
    sq_contains: slot::contains(sq_contains),
    sq_inplace_concat: slot::binary(sq_inplace_concat),
    sq_inplace_repeat: slot::ssizearg(sq_inplace_repeat),
    ..PySequenceMethods::EMPTY
};

static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(sq_length),
    mp_subscript: slot::binary(subscript),
    mp_ass_subscript: slot::objobjarg(ass_subscript),
};

static mut AS_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: Some(getbuffer), bf_releasebuffer: Some(releasebuffer) };

pub(crate) static mut Array_Type: PyTypeObject = PyTypeObject {
    tp_name: c"array.array".as_ptr(),
    tp_basicsize: size_of::<Array>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_as_sequence: &raw mut AS_SEQUENCE,
    tp_as_mapping: &raw mut AS_MAPPING,
    tp_as_buffer: &raw mut AS_BUFFER,
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_SEQUENCE,
    tp_doc: c"array(typecode [, initializer]) -> array\n\nA row of numbers or characters of the type that typecode names, packed in memory.\nThe initializer is a list, a bytes-like object, or an iterable of items.\n\nType codes, with what they hold and the least size of an item in bytes:\n\n    'b'         signed integer     1\n    'B'         unsigned integer   1\n    'u'         Unicode character  2 (see note)\n    'w'         Unicode character  4\n    'h'         signed integer     2\n    'H'         unsigned integer   2\n    'i'         signed integer     2\n    'I'         unsigned integer   2\n    'l'         signed integer     4\n    'L'         unsigned integer   4\n    'q'         signed integer     8\n    'Q'         unsigned integer   8\n    'f'         floating-point     4\n    'd'         floating-point     8\n\nNote: 'u' is deprecated, and its size is that of wchar_t.".as_ptr(),
    tp_richcompare: slot::richcompare(richcompare),
    tp_weaklistoffset: offset_of!(Array, weakreflist) as Py_ssize_t,
    tp_iter: slot::unary(iter),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};

pub(crate) static mut ArrayIter_Type: PyTypeObject = PyTypeObject {
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_iter: slot::unary(object::self_iter),
    tp_iternext: slot::iternext(iter_next),
    tp_methods: ITER_METHODS.as_ptr().cast_mut(),
    ..gc_type::<ArrayIterator>(c"array.arrayiterator")
};
