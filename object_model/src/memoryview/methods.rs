//! What Python sees of a memoryview: indexing, conversion, comparison, attributes.

use core::ffi::{c_int, c_ulong, c_void};
use core::ptr;

use super::items::{self, Reader, native_letter};
use super::{
    View, ViewRef, add_incomplete_view, check_released, check_restricted, copy_view, exporter, format,
    from_object_with_flags, init_flags, init_len, is_released, managed_of, raw, release, shape, strides,
    suboffsets,
};
use crate::buffer;
use crate::exceptions::builtin;
use crate::index_iterator::{self, Indexed};
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, Raised, Signature, TypeRef, getset, hashing, int, list,
    method, number, object, raise, singletons, slice, slot, str, tuple,
};

const NEW: Signature<1> = Signature::new("memoryview", ["object"]).required(1);

fn new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<View> {
    let [op] = args.parse(&NEW)?;
    from_object_with_flags(op.expect("required"), PyBUF_FULL_RO)
}

fn invalid_indexing() -> Raised {
    raise!(TypeError, "invalid indexing of 0-dim memory")
}

fn data(op: ViewRef<'_>) -> *mut u8 {
    op.view.buf.cast()
}

/// The address of an item of the first dimension that begins at `start`.
fn lookup(op: ViewRef<'_>, start: *mut u8, index: isize, axis: usize) -> PyResult<*mut u8> {
    let n = shape(op)[axis];
    let index = if index < 0 { index + n } else { index };
    if index < 0 || index >= n {
        return Err(raise!(IndexError, "index out of bounds on dimension {}", axis + 1));
    }
    // SAFETY: the index is in range, so the address is one of the array's.
    unsafe {
        let item = start.offset(strides(op)[axis] * index);
        Ok(buffer::follow(item, suboffsets(op).map_or(-1, |suboffsets| suboffsets[axis])))
    }
}

fn unpack_at(op: ViewRef<'_>, item: *mut u8) -> PyResult {
    match native_letter(format(op)) {
        // SAFETY: the address of an item.
        Some(letter) => unsafe { items::unpack(item, letter) },
        None => Err(items::unsupported(format(op))),
    }
}

fn item(op: ViewRef<'_>, index: isize) -> PyResult {
    check_released(op)?;
    if native_letter(format(op)).is_none() {
        return Err(items::unsupported(format(op)));
    }
    match shape(op).len() {
        0 => Err(invalid_indexing()),
        1 => unpack_at(op, lookup(op, data(op), index, 0)?),
        _ => Err(raise!(NotImplementedError, "multi-dimensional sub-views are not implemented")),
    }
}

/// Whether a key is a tuple of which every element passes.
fn tuple_of<'a>(key: Op<'a>, passes: fn(Op<'_>) -> bool) -> Option<Borrowed<'a, PyTupleObject>> {
    let tuple = key.downcast::<PyTupleObject>()?;
    (0..tuple::len(tuple)).all(|index| passes(tuple::get(tuple, index))).then_some(tuple)
}

fn is_slice(op: Op<'_>) -> bool {
    op.is_instance::<PySliceObject>()
}

/// The address of the item that a tuple of indices names.
fn lookup_tuple(op: ViewRef<'_>, key: Borrowed<'_, PyTupleObject>) -> PyResult<*mut u8> {
    let (ndim, given) = (shape(op).len(), tuple::len(key));
    if given > ndim {
        return Err(raise!(TypeError, "cannot index {ndim}-dimension view with {given}-element tuple"));
    }
    let mut item = data(op);
    for axis in 0..given {
        let index = number::as_ssize_t(tuple::get(key, axis), Some(builtin::IndexError()))?;
        // `__index__` may have released the view.
        check_released(op)?;
        item = lookup(op, item, index, axis)?;
    }
    Ok(item)
}

fn subscript(op: ViewRef<'_>, key: Op<'_>) -> PyResult {
    check_released(op)?;
    if shape(op).is_empty() {
        if key.downcast::<PyTupleObject>().is_some_and(|key| tuple::len(key) == 0) {
            return unpack_at(op, data(op));
        }
        if key.as_ptr() == singletons::ellipsis_ptr() {
            return Ok(op.as_object().to_owned());
        }
        return Err(invalid_indexing());
    }
    if number::check_index(key) {
        let index = number::as_ssize_t(key, Some(builtin::IndexError()))?;
        return item(op, index);
    }
    if let Some(key) = key.downcast::<PySliceObject>() {
        return sliced(op, key).map(Owned::into_object);
    }
    if let Some(key) = tuple_of(key, number::check_index) {
        if tuple::len(key) < shape(op).len() {
            return Err(raise!(NotImplementedError, "sub-views are not implemented"));
        }
        return unpack_at(op, lookup_tuple(op, key)?);
    }
    if tuple_of(key, is_slice).is_some() {
        return Err(raise!(NotImplementedError, "multi-dimensional slicing is not implemented"));
    }
    Err(raise!(TypeError, "memoryview: invalid slice key"))
}

/// A view of part of the first dimension.
fn sliced(op: ViewRef<'_>, key: Borrowed<'_, PySliceObject>) -> PyResult<View> {
    let made = copy_view(op)?;
    let (mut start, mut stop, step) = slice::unpack(key)?;
    let count = slice::adjust_indices(shape(op)[0] as usize, &mut start, &mut stop, step);
    // SAFETY: nobody else has seen the new view.
    unsafe {
        let view = &raw mut (*made.as_ptr()).view;
        let stride = *(*view).strides;
        (*view).buf = (*view).buf.cast::<u8>().offset(stride * start).cast::<c_void>();
        *(*view).shape = count as Py_ssize_t;
        *(*view).strides = stride * step;
    }
    init_len(made.borrow());
    init_flags(made.borrow());
    Ok(made)
}

fn write(op: ViewRef<'_>, item: *mut u8, packed: &[u8]) {
    debug_assert_eq!(packed.len(), op.view.itemsize as usize);
    // SAFETY: the address of a writable item of this size.
    unsafe { ptr::copy_nonoverlapping(packed.as_ptr(), item, packed.len()) };
}

fn ass_subscript(op: ViewRef<'_>, key: Op<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    check_released(op)?;
    if op.view.readonly != 0 {
        return Err(raise!(TypeError, "cannot modify read-only memory"));
    }
    let Some(value) = value else {
        return Err(raise!(TypeError, "cannot delete memory"));
    };
    let whole = || {
        key.as_ptr() == singletons::ellipsis_ptr() || key.downcast().is_some_and(|key| tuple::len(key) == 0)
    };
    if shape(op).is_empty() {
        if !whole() {
            return Err(invalid_indexing());
        }
        let packed = items::pack(value, format(op))?;
        check_released(op)?;
        write(op, data(op), &packed);
        return Ok(());
    }
    if number::check_index(key) {
        if shape(op).len() > 1 {
            return Err(raise!(NotImplementedError, "sub-views are not implemented"));
        }
        let index = number::as_ssize_t(key, Some(builtin::IndexError()))?;
        check_released(op)?;
        lookup(op, data(op), index, 0)?;
        let packed = items::pack(value, format(op))?;
        check_released(op)?;
        write(op, lookup(op, data(op), index, 0)?, &packed);
        return Ok(());
    }
    if let Some(key) = key.downcast::<PySliceObject>() {
        if shape(op).len() == 1 {
            return assign_slice(op, key, value);
        }
        let message = "memoryview slice assignments are currently restricted to ndim = 1";
        return Err(raise!(NotImplementedError, "{message}"));
    }
    if let Some(key) = tuple_of(key, number::check_index) {
        if tuple::len(key) < shape(op).len() {
            return Err(raise!(NotImplementedError, "sub-views are not implemented"));
        }
        lookup_tuple(op, key)?;
        let packed = items::pack(value, format(op))?;
        let item = lookup_tuple(op, key)?;
        write(op, item, &packed);
        return Ok(());
    }
    if tuple_of(key, is_slice).is_some() {
        let message = "memoryview slice assignments are currently restricted to ndim = 1";
        return Err(raise!(NotImplementedError, "{message}"));
    }
    Err(raise!(TypeError, "memoryview: invalid slice key"))
}

fn assign_slice(op: ViewRef<'_>, key: Borrowed<'_, PySliceObject>, value: Op<'_>) -> PyResult<()> {
    let source = buffer::get(value, PyBUF_FULL_RO)?;
    check_released(op)?;
    let target = sliced(op, key)?;
    check_released(op)?;
    // SAFETY: both are filled; the source is copied first, as the two may overlap.
    unsafe {
        let given = &raw const *source.view;
        let letter = |format: *const core::ffi::c_char| {
            let text = if format.is_null() { c"B" } else { core::ffi::CStr::from_ptr(format) };
            text.to_bytes().strip_prefix(b"@").unwrap_or(text.to_bytes()).to_vec()
        };
        let dimensions = buffer::dimensions(given);
        let same = letter((*given).format) == letter(target.view.format)
            && (*given).itemsize == target.view.itemsize
            && dimensions.shape == shape(target.borrow());
        if !same {
            let message = "memoryview assignment: lvalue and rvalue have different structures";
            return Err(raise!(ValueError, "{message}"));
        }
        let bytes = buffer::to_contiguous(given, b'C');
        let mut chunks = bytes.chunks_exact(target.view.itemsize.max(1) as usize);
        buffer::for_each_item(raw(target.borrow()), b'C', |item| {
            if let Some(chunk) = chunks.next() {
                ptr::copy_nonoverlapping(chunk.as_ptr(), item, chunk.len());
            }
        });
    }
    Ok(())
}

fn length(op: ViewRef<'_>) -> PyResult<usize> {
    check_released(op)?;
    match shape(op).first() {
        Some(&n) => Ok(n as usize),
        None => Err(raise!(TypeError, "0-dim memory has no length")),
    }
}

fn iter(op: ViewRef<'_>) -> PyResult {
    check_released(op)?;
    match shape(op).len() {
        0 => Err(invalid_indexing()),
        1 if native_letter(format(op)).is_none() => Err(items::unsupported(format(op))),
        1 => index_iterator::new(op),
        _ => Err(raise!(NotImplementedError, "multi-dimensional sub-views are not implemented")),
    }
}

impl Indexed for PyMemoryViewObject {
    /// It cannot be pickled, as a view cannot.
    const METHODS: &'static [PyMethodDef] = &[PyMethodDef::EMPTY];
    fn iterator_type(_op: ViewRef<'_>) -> *mut PyTypeObject {
        &raw mut MEMORY_ITERATOR
    }
    fn len(op: ViewRef<'_>) -> usize {
        shape(op)[0] as usize
    }
    fn item(op: ViewRef<'_>, index: usize) -> PyResult {
        item(op, index as isize)
    }
}

const TOBYTES: Signature<1> = Signature::new("tobytes", ["order"]);

fn tobytes(op: ViewRef<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    check_released(op)?;
    let [order] = args.parse(&TOBYTES)?;
    let order = match order {
        None => b'C',
        Some(order) if order.is_none() => b'C',
        Some(order) => match str::to_string_lossy(str::expect(order, "order")?.as_object()).as_str() {
            "C" => b'C',
            "F" => b'F',
            "A" => b'A',
            _ => return Err(raise!(ValueError, "order must be 'C', 'F' or 'A'")),
        },
    };
    // SAFETY: a live view.
    crate::bytes::from_slice(&unsafe { buffer::to_contiguous(raw(op), order) })
}

const HEX: Signature<2> = Signature::new("hex", ["sep", "bytes_per_sep"]);

fn hex(op: ViewRef<'_>, args: Args<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let [separator, group] = args.parse(&HEX)?;
    let group = group.map_or(Ok(1), int::as_i32)? as isize;
    check_released(op)?;
    // SAFETY: a live view.
    let bytes = unsafe { buffer::to_contiguous(raw(op), b'C') };
    // The separator's `__len__` may run Python code, which must not release the view.
    let _held = Held::new(op);
    str::from_latin1(&crate::bytes_methods::transform::hex_of(&bytes, separator, group)?)
}

/// One dimension as a list, its items lists while there are more.
fn to_list(op: ViewRef<'_>, start: *mut u8, axis: usize) -> PyResult<Owned<PyListObject>> {
    let mut result = Vec::new();
    for index in 0..shape(op)[axis] {
        let item = lookup(op, start, index, axis)?;
        let last = axis + 1 == shape(op).len();
        result.push(if last { unpack_at(op, item)? } else { to_list(op, item, axis + 1)?.into_object() });
    }
    list::from_vec(result)
}

fn tolist(op: ViewRef<'_>) -> PyResult {
    check_released(op)?;
    if native_letter(format(op)).is_none() {
        return Err(raise!(NotImplementedError, "memoryview: unsupported format {}", format(op)));
    }
    if shape(op).is_empty() {
        return unpack_at(op, data(op));
    }
    to_list(op, data(op), 0).map(Owned::into_object)
}

const CAST: Signature<2> = Signature::new("cast", ["format", "shape"]).required(1);

fn cast(op: ViewRef<'_>, args: Args<'_>) -> PyResult<View> {
    let [wanted, new_shape] = args.parse(&CAST)?;
    check_restricted(op)?;
    let wanted = wanted.expect("required");
    let Some(wanted) = wanted.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "memoryview: format argument must be a string"));
    };
    if op.flags & _Py_MEMORYVIEW_C == 0 {
        return Err(raise!(TypeError, "memoryview: casts are restricted to C-contiguous views"));
    }
    let one_dimensional = shape(op).len() == 1;
    if (new_shape.is_some() || !one_dimensional) && shape(op).contains(&0) {
        return Err(raise!(TypeError, "memoryview: cannot cast view with zeros in shape or strides"));
    }
    let mut dims = None;
    if let Some(new_shape) = new_shape {
        if !new_shape.is_instance::<PyTupleObject>() && !new_shape.is_instance::<PyListObject>() {
            return Err(raise!(TypeError, "shape must be a list or a tuple"));
        }
        let given = crate::sequence::to_tuple(new_shape)?;
        let given = given.op().downcast::<PyTupleObject>().expect("a tuple").to_owned();
        let ndim = tuple::len(given.borrow());
        if ndim > PyBUF_MAX_NDIM {
            return Err(raise!(ValueError, "memoryview: number of dimensions must not exceed 64"));
        }
        if !one_dimensional && ndim != 1 {
            return Err(raise!(TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D"));
        }
        dims = Some(given);
    }
    // Any array is bytes, whatever its own format.
    let source = native_letter(format(op));
    let wanted = str::to_string_lossy(wanted.as_object());
    let letter = native_letter(&wanted).ok_or_else(|| {
        raise!(
            ValueError,
            "memoryview: destination format must be a native single character format prefixed with an optional '@'"
        )
    })?;
    let is_byte = |letter: u8| matches!(letter, b'b' | b'B' | b'c');
    if !source.is_some_and(is_byte) && !is_byte(letter) {
        return Err(raise!(TypeError, "memoryview: cannot cast between two non-byte formats"));
    }
    let itemsize = items::item_size(letter).expect("a native letter") as isize;
    if op.view.len % itemsize != 0 {
        return Err(raise!(TypeError, "memoryview: length is not a multiple of itemsize"));
    }
    let new_dims = match &dims {
        None => vec![op.view.len / itemsize],
        Some(dims) => parse_dims(dims.borrow(), op.view.len, itemsize)?,
    };
    // SAFETY: a live view; the new one's arrays have as many dimensions.
    unsafe {
        let made = add_incomplete_view(managed_of(op), raw(op), new_dims.len())?;
        let view = &raw mut (*made.as_ptr()).view;
        (*view).format = items::static_format(&wanted).expect("a native format").as_ptr().cast_mut();
        (*view).itemsize = itemsize;
        ptr::copy_nonoverlapping(new_dims.as_ptr(), (*view).shape, new_dims.len());
        let new_strides = buffer::contiguous_strides(&new_dims, itemsize, b'C');
        ptr::copy_nonoverlapping(new_strides.as_ptr(), (*view).strides, new_dims.len());
        (*view).suboffsets = ptr::null_mut();
        init_flags(made.borrow());
        Ok(made)
    }
}

fn parse_dims(dims: Borrowed<'_, PyTupleObject>, len: isize, itemsize: isize) -> PyResult<Vec<isize>> {
    let mut parsed = Vec::new();
    let mut total = itemsize;
    for index in 0..tuple::len(dims) {
        let dim = tuple::get(dims, index);
        if !dim.is_instance::<PyLongObject>() {
            return Err(raise!(TypeError, "memoryview.cast(): elements of shape must be integers"));
        }
        let dim = int::as_isize(dim)?;
        if dim <= 0 {
            return Err(raise!(ValueError, "memoryview.cast(): elements of shape must be integers > 0"));
        }
        let Some(product) = total.checked_mul(dim) else {
            return Err(raise!(ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX"));
        };
        total = product;
        parsed.push(dim);
    }
    if total != len {
        return Err(raise!(TypeError, "memoryview: product(shape) * itemsize != buffer size"));
    }
    Ok(parsed)
}

fn toreadonly(op: ViewRef<'_>) -> PyResult<View> {
    let made = copy_view(op)?;
    // SAFETY: nobody else has seen the new view.
    unsafe { (*made.as_ptr()).view.readonly = 1 };
    Ok(made)
}

const FROM_FLAGS: Signature<2> = Signature::new("_from_flags", ["object", "flags"]).required(2);

fn from_flags(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<View> {
    let [op, flags] = args.parse(&FROM_FLAGS)?;
    from_object_with_flags(op.expect("required"), int::as_i32(flags.expect("required"))?)
}

fn count(op: ViewRef<'_>, value: Op<'_>) -> PyResult {
    let iterator = object::get_iter(op.as_object())?;
    let mut count = 0;
    while let Some(item) = crate::iter::next(iterator.op())? {
        if item.op().is(value) || object::equal(item.op(), value)? {
            count += 1;
        }
    }
    int::from_isize(count)
}

fn index(op: ViewRef<'_>, args: Args<'_>) -> PyResult {
    let [value, start, stop] = args.optional::<3>("index", 1)?;
    let value = value.expect("required");
    let (start, stop) = crate::bytes_methods::search::parse_range(start, stop)?;
    check_released(op)?;
    match shape(op).len() {
        0 => return Err(raise!(TypeError, "invalid lookup on 0-dim memory")),
        1 => {}
        _ => return Err(raise!(NotImplementedError, "multi-dimensional lookup is not implemented")),
    }
    let (start, stop) = str::search::adjust(start, stop, shape(op)[0] as usize);
    for index in start..stop {
        let found = item(op, index)?;
        if found.op().is(value) || object::equal(found.op(), value)? {
            return int::from_isize(index);
        }
    }
    Err(raise!(ValueError, "memoryview.index(x): x not found"))
}

fn enter(op: ViewRef<'_>) -> PyResult<View> {
    check_released(op)?;
    Ok(op.to_owned())
}

fn exit(op: ViewRef<'_>, _args: Args<'_>) -> PyResult<()> {
    release(op)
}

fn release_method(op: ViewRef<'_>) -> PyResult<()> {
    release(op)
}

fn class_getitem(tp: TypeRef<'_>, args: Op<'_>) -> PyResult {
    crate::generic_alias::new(tp.as_object(), args)
}

fn repr(op: ViewRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let what = if op.flags & _Py_MEMORYVIEW_RELEASED != 0 { "released memory" } else { "memory" };
    str::from_string(format!("<{what} at {:p}>", op.as_ptr()))
}

/// Counts as a buffer that is out, so that the view cannot be released.
struct Held<'a>(ViewRef<'a>);

impl<'a> Held<'a> {
    fn new(op: ViewRef<'a>) -> Self {
        // SAFETY: a live view.
        unsafe { (*op.as_ptr()).exports += 1 };
        Self(op)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // SAFETY: a live view, which `new` has counted.
        unsafe { (*self.0.as_ptr()).exports -= 1 };
    }
}

fn hash(op: ViewRef<'_>) -> PyResult<Py_hash_t> {
    if op.hash != -1 {
        return Ok(op.hash);
    }
    check_released(op)?;
    if op.view.readonly == 0 {
        return Err(raise!(ValueError, "cannot hash writable memoryview object"));
    }
    if !native_letter(format(op)).is_some_and(|letter| matches!(letter, b'B' | b'b' | b'c')) {
        let message = "memoryview: hashing is restricted to formats 'B', 'b' or 'c'";
        return Err(raise!(ValueError, "{message}"));
    }
    if let Some(exporter) = exporter(op) {
        // Its `__hash__` may run Python code, which must not release the view.
        let _held = Held::new(op);
        object::hash(exporter.op())?;
    }
    // SAFETY: a live view.
    let hash = hashing::hash_bytes(&unsafe { buffer::to_contiguous(raw(op), b'C') });
    // SAFETY: a live view.
    unsafe { (*op.as_ptr()).hash = hash };
    Ok(hash)
}

/// The addresses of all items in C order.
unsafe fn addresses(view: *const Py_buffer) -> Vec<*mut u8> {
    let mut out = Vec::new();
    // SAFETY: the caller's view is filled.
    unsafe { buffer::for_each_item(view, b'C', |item| out.push(item)) };
    out
}

fn equal(op: ViewRef<'_>, other: Op<'_>) -> PyResult<Option<bool>> {
    if is_released(op) {
        return Ok(Some(op.as_object().is(other)));
    }
    let held;
    let right: *const Py_buffer = if let Some(other) = other.downcast::<PyMemoryViewObject>() {
        if is_released(other) {
            return Ok(Some(op.is(other)));
        }
        raw(other)
    } else {
        match buffer::get(other, PyBUF_FULL_RO) {
            Ok(buffer) => {
                held = buffer;
                &raw const *held.view
            }
            Err(raised) => {
                raised.clear();
                return Ok(None);
            }
        }
    };
    let left = raw(op);
    // SAFETY: both are filled; `op` keeps its memory, and comparing items can only release
    // views through Python code that an item's `__eq__` would have to reach.
    unsafe {
        let right_shape = buffer::dimensions(right).shape;
        // Shapes are compared up to the first dimension that is empty.
        let mut same = shape(op).len() == right_shape.len();
        for (a, b) in shape(op).iter().zip(right_shape) {
            same = same && a == b;
            if *a == 0 {
                break;
            }
        }
        if !same {
            return Ok(Some(false));
        }
        let text = |view: *const Py_buffer| {
            let format = (*view).format;
            if format.is_null() { "B" } else { core::ffi::CStr::from_ptr(format).to_str().unwrap_or("?") }
        };
        let readers = (
            Reader::new(text(left), (*left).itemsize as usize)?,
            Reader::new(text(right), (*right).itemsize as usize)?,
        );
        let (Some(left_reader), Some(right_reader)) = readers else {
            return Ok(Some(false));
        };
        for (a, b) in addresses(left).into_iter().zip(addresses(right)) {
            let (a, b) = (left_reader.read(a)?, right_reader.read(b)?);
            if !object::equal(a.op(), b.op())? {
                return Ok(Some(false));
            }
        }
    }
    Ok(Some(true))
}

fn rich_compare(op: Op<'_>, other: Op<'_>, comparison: c_int) -> PyResult {
    let Some(op) = op.downcast::<PyMemoryViewObject>().filter(|_| matches!(comparison, Py_EQ | Py_NE)) else {
        return Ok(singletons::new_not_implemented());
    };
    Ok(match equal(op, other)? {
        Some(same) => singletons::new_bool(same == (comparison == Py_EQ)),
        None => singletons::new_not_implemented(),
    })
}

fn obj(op: ViewRef<'_>) -> PyResult<Object> {
    check_released(op)?;
    Ok(exporter(op).unwrap_or_else(singletons::new_none))
}

fn nbytes(op: ViewRef<'_>) -> PyResult {
    check_released(op)?;
    int::from_isize(op.view.len)
}

fn get_format(op: ViewRef<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    check_released(op)?;
    str::from_str(format(op))
}

fn itemsize(op: ViewRef<'_>) -> PyResult {
    check_released(op)?;
    int::from_isize(op.view.itemsize)
}

fn int_tuple(values: &[Py_ssize_t]) -> PyResult {
    tuple::from_vec(values.iter().map(|&value| int::from_isize(value)).collect::<PyResult<_>>()?)
}

fn get_shape(op: ViewRef<'_>) -> PyResult {
    check_released(op)?;
    int_tuple(shape(op))
}

fn get_strides(op: ViewRef<'_>) -> PyResult {
    check_released(op)?;
    int_tuple(strides(op))
}

fn get_suboffsets(op: ViewRef<'_>) -> PyResult {
    check_released(op)?;
    int_tuple(suboffsets(op).unwrap_or(&[]))
}

fn readonly(op: ViewRef<'_>) -> PyResult<bool> {
    check_released(op)?;
    Ok(op.view.readonly != 0)
}

fn ndim(op: ViewRef<'_>) -> PyResult {
    check_released(op)?;
    int::from_usize(shape(op).len())
}

fn c_contiguous(op: ViewRef<'_>) -> PyResult<bool> {
    check_released(op)?;
    Ok(op.flags & _Py_MEMORYVIEW_C != 0)
}

fn f_contiguous(op: ViewRef<'_>) -> PyResult<bool> {
    check_released(op)?;
    Ok(op.flags & _Py_MEMORYVIEW_FORTRAN != 0)
}

fn contiguous(op: ViewRef<'_>) -> PyResult<bool> {
    check_released(op)?;
    Ok(op.flags & (_Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN) != 0)
}

static METHODS: [PyMethodDef; 13] = [
    method::noargs(c"release", release_method, c"release($self, /)\n--\n\nGives the memory back; the view cannot be used afterwards."),
    method::keywords(c"tobytes", tobytes, c"tobytes($self, /, order='C')\n--\n\nThe items as bytes, in C order, Fortran order, or (A) as they lie."),
    method::keywords(c"hex", hex, c"hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nThe bytes as hexadecimal digits."),
    method::noargs(c"tolist", tolist, c"tolist($self, /)\n--\n\nThe items as a list, nested by dimensions."),
    method::keywords(c"cast", cast, c"cast($self, /, format, shape=<unrepresentable>)\n--\n\nThe memory with another format or shape."),
    method::noargs(c"toreadonly", toreadonly, c"toreadonly($self, /)\n--\n\nA view that cannot be written through."),
    method::class_keywords(c"_from_flags", from_flags, c"_from_flags($type, /, object, flags)\n--\n\nA view made with the given request flags."),
    method::o(c"count", count, c"count($self, value, /)\n--\n\nHow often a value occurs."),
    method::positional(c"index", index, c"index($self, value, start=0, stop=sys.maxsize, /)\n--\n\nThe first place of a value; an error if there is none."),
    method::noargs(c"__enter__", enter, c"__enter__($self, /)\n--\n\nThe view."),
    method::positional(c"__exit__", exit, c"__exit__($self, /, *exc_info)\n--\n\nReleases the memory."),
    method::class_o(c"__class_getitem__", class_getitem, c"__class_getitem__($type, object, /)\n--\n\nSee PEP 585."),
    PyMethodDef::EMPTY,
];

static GETSET: [PyGetSetDef; 13] = [
    getset::get(c"obj", obj, c"The object whose memory it is."),
    getset::get(c"nbytes", nbytes, c"The bytes of all items."),
    getset::get(c"readonly", readonly, c"Whether the memory cannot be written."),
    getset::get(c"itemsize", itemsize, c"The bytes of one item."),
    getset::get(c"format", get_format, c"The format of the items, as the struct module writes them."),
    getset::get(c"ndim", ndim, c"The number of dimensions."),
    getset::get(c"shape", get_shape, c"The number of items in each dimension."),
    getset::get(c"strides", get_strides, c"The bytes from one item to the next in each dimension."),
    getset::get(c"suboffsets", get_suboffsets, c"Offsets behind pointers, for arrays of pointers."),
    getset::get(c"c_contiguous", c_contiguous, c"Whether the items lie in C order without gaps."),
    getset::get(c"f_contiguous", f_contiguous, c"Whether the items lie in Fortran order without gaps."),
    getset::get(c"contiguous", contiguous, c"Whether the items lie without gaps in either order."),
    PyGetSetDef::EMPTY,
];

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(length),
    sq_item: slot::ssizearg(item),
    ..PySequenceMethods::EMPTY
};

static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(length),
    mp_subscript: slot::binary(subscript),
    mp_ass_subscript: slot::objobjarg(ass_subscript),
};

#[unsafe(no_mangle)]
pub static mut PyMemoryView_Type: PyTypeObject = PyTypeObject {
    tp_name: c"memoryview".as_ptr(),
    tp_basicsize: core::mem::offset_of!(PyMemoryViewObject, ob_array) as Py_ssize_t,
    tp_itemsize: size_of::<Py_ssize_t>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(super::dealloc),
    tp_repr: slot::unary(repr),
    tp_as_sequence: &raw mut AS_SEQUENCE,
    tp_as_mapping: &raw mut AS_MAPPING,
    tp_hash: slot::hash(hash),
    tp_as_buffer: &raw mut super::AS_BUFFER,
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_SEQUENCE as c_ulong,
    tp_doc: c"memoryview(object)\n--\n\nAnother object's memory.".as_ptr(),
    tp_traverse: slot::traverse(super::traverse),
    tp_clear: slot::clear(super::clear),
    tp_richcompare: slot::richcompare(rich_compare),
    tp_weaklistoffset: core::mem::offset_of!(PyMemoryViewObject, weakreflist) as Py_ssize_t,
    tp_iter: slot::unary(iter),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyMemoryViewObject, PyMemoryView_Type);

/// The iterator over a view of one dimension.
#[unsafe(export_name = "_PyMemoryIter_Type")]
pub static mut MEMORY_ITERATOR: PyTypeObject =
    index_iterator::type_object::<PyMemoryViewObject>(c"memory_iterator");
