//! The buffer protocol: getting at an object's memory, with a guard that releases it.

use core::ffi::{c_int, c_void};
use core::ptr;

use crate::layout::*;
use crate::{Op, Owned, PyResult, Raised, errors, raise};

/// A buffer that is released when dropped. The view does not move, as exporters may
/// point into it.
pub struct Buffer {
    pub view: Box<Py_buffer>,
}

/// A view of nothing.
pub const EMPTY_VIEW: Py_buffer = Py_buffer {
    buf: ptr::null_mut(),
    obj: ptr::null_mut(),
    len: 0,
    itemsize: 0,
    readonly: 0,
    ndim: 0,
    format: ptr::null_mut(),
    shape: ptr::null_mut(),
    strides: ptr::null_mut(),
    suboffsets: ptr::null_mut(),
    internal: ptr::null_mut(),
};

impl Buffer {
    /// The bytes, if the buffer is C-contiguous (requests without `PyBUF_STRIDES` are).
    #[inline]
    pub fn as_slice(&self) -> &[u8] {
        if self.view.len <= 0 {
            return &[];
        }
        // SAFETY: the exporter promises `len` bytes at `buf` until release.
        unsafe { core::slice::from_raw_parts(self.view.buf.cast(), self.view.len as usize) }
    }

    /// The bytes for writing, of a buffer requested as writable.
    #[allow(clippy::mut_from_ref, reason = "the memory is the exporter's, not the guard's")]
    pub fn as_mut_slice(&self) -> &mut [u8] {
        if self.view.len <= 0 {
            return &mut [];
        }
        debug_assert_eq!(self.view.readonly, 0);
        // SAFETY: as above; nothing else touches the memory while the slice is used.
        unsafe { core::slice::from_raw_parts_mut(self.view.buf.cast(), self.view.len as usize) }
    }

    pub fn len(&self) -> usize {
        self.view.len as usize
    }

    pub fn is_empty(&self) -> bool {
        self.view.len == 0
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: the view was filled by an exporter and is released once.
        unsafe { release(&raw mut *self.view) };
    }
}

/// Asks an object for its memory (`PyObject_GetBuffer`); `flags` are `PyBUF_*`.
pub fn get(op: Op<'_>, flags: c_int) -> PyResult<Buffer> {
    let mut buffer = Buffer { view: Box::new(EMPTY_VIEW) };
    // SAFETY: a fresh view.
    unsafe { get_into(op, &raw mut *buffer.view, flags)? };
    Ok(buffer)
}

/// A buffer of contiguous bytes for an argument that must be bytes-like (`y*`).
pub fn get_bytes_like(op: Op<'_>) -> PyResult<Buffer> {
    get(op, PyBUF_SIMPLE)
}

/// A buffer of contiguous bytes that may be written, for an argument that must offer one
/// (`w*`); `function` is for the message.
pub fn get_writable(op: Op<'_>, function: &str) -> PyResult<Buffer> {
    get(op, PyBUF_WRITABLE).map_err(|raised| {
        drop(raised);
        raise!(
            TypeError,
            "{function} must be read-write bytes-like object, not {}",
            if op.is_none() { "None" } else { op.type_name() }
        )
    })
}

/// Asks an object for its memory.
///
/// # Safety
/// `view` may be written.
pub unsafe fn get_into(op: Op<'_>, view: *mut Py_buffer, flags: c_int) -> PyResult<()> {
    if flags != PyBUF_SIMPLE && (flags == PyBUF_READ || flags == PyBUF_WRITE) {
        return Err(errors::bad_internal_call());
    }
    let Some(function) = getter(op) else {
        return Err(raise!(TypeError, "a bytes-like object is required, not '{}'", op.type_name()));
    };
    // SAFETY: the slot of the object's own type.
    if unsafe { function(op.as_ptr(), view, flags) } < 0 {
        return Err(errors::raised_by_c());
    }
    Ok(())
}

fn getter(op: Op<'_>) -> Option<getbufferproc> {
    let procs = op.ob_type().tp_as_buffer;
    // SAFETY: a slot table lives as long as its type.
    if procs.is_null() { None } else { unsafe { (*procs).bf_getbuffer } }
}

/// Whether the object has memory to give (`PyObject_CheckBuffer`).
#[inline]
pub fn check(op: Op<'_>) -> bool {
    getter(op).is_some()
}

/// Gives a buffer back (`PyBuffer_Release`). A view already released is passed over.
///
/// # Safety
/// `view` was filled by `get_into`, or its `obj` is null.
pub unsafe fn release(view: *mut Py_buffer) {
    // SAFETY: the caller's promise; the exporter is alive as the view owns a reference.
    unsafe {
        let obj = (*view).obj;
        if obj.is_null() {
            return;
        }
        let procs = (*(*obj).ob_type).tp_as_buffer;
        if !procs.is_null()
            && let Some(function) = (*procs).bf_releasebuffer
        {
            function(obj, view);
        }
        (*view).obj = ptr::null_mut();
        drop(Owned::<PyObject>::steal(obj));
    }
}

/// Fills a view of plain bytes (`PyBuffer_FillInfo`).
///
/// # Safety
/// `view` may be written, and `buf` holds `len` bytes while `exporter` lives.
pub unsafe fn fill_info(
    view: *mut Py_buffer,
    exporter: Option<Op<'_>>,
    buf: *mut u8,
    len: usize,
    readonly: bool,
    flags: c_int,
) -> PyResult<()> {
    if view.is_null() {
        return Err(raise!(BufferError, "PyBuffer_FillInfo: view==NULL argument is obsolete"));
    }
    if flags != PyBUF_SIMPLE && (flags == PyBUF_READ || flags == PyBUF_WRITE) {
        return Err(errors::bad_internal_call());
    }
    if flags & PyBUF_WRITABLE == PyBUF_WRITABLE && readonly {
        return Err(raise!(BufferError, "Object is not writable."));
    }
    // SAFETY: the caller's promise; a single dimension uses the view's own fields.
    unsafe {
        (*view).obj = exporter.map_or(ptr::null_mut(), |op| op.to_owned().into_ptr());
        (*view).buf = buf.cast();
        (*view).len = len as Py_ssize_t;
        (*view).readonly = c_int::from(readonly);
        (*view).itemsize = 1;
        let wants = |flag: c_int| flags & flag == flag;
        (*view).format = if wants(PyBUF_FORMAT) { c"B".as_ptr().cast_mut() } else { ptr::null_mut() };
        (*view).ndim = 1;
        (*view).shape = if wants(PyBUF_ND) { &raw mut (*view).len } else { ptr::null_mut() };
        (*view).strides = if wants(PyBUF_STRIDES) { &raw mut (*view).itemsize } else { ptr::null_mut() };
        (*view).suboffsets = ptr::null_mut();
        (*view).internal = ptr::null_mut();
    }
    Ok(())
}

/// The dimensions of a view as slices; without a shape, one dimension of all items.
pub struct Shape<'a> {
    pub shape: &'a [Py_ssize_t],
    pub strides: Option<&'a [Py_ssize_t]>,
    pub suboffsets: Option<&'a [Py_ssize_t]>,
}

/// Reads the arrays of a view.
///
/// # Safety
/// The view is filled and not released for `'a`.
pub unsafe fn dimensions<'a>(view: *const Py_buffer) -> Shape<'a> {
    // SAFETY: arrays that are not null have `ndim` elements.
    unsafe {
        let ndim = (*view).ndim as usize;
        let array = |pointer: *mut Py_ssize_t| {
            (!pointer.is_null() && ndim > 0).then(|| core::slice::from_raw_parts(pointer.cast_const(), ndim))
        };
        Shape {
            shape: array((*view).shape).unwrap_or(&[]),
            strides: array((*view).strides),
            suboffsets: array((*view).suboffsets),
        }
    }
}

/// `PyBuffer_IsContiguous`: `order` is `C`, `F` or `A` (either).
///
/// # Safety
/// The view is filled and not released.
pub unsafe fn is_contiguous(view: *const Py_buffer, order: u8) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        if !(*view).suboffsets.is_null() {
            return false;
        }
        match order {
            b'C' => is_c_contiguous(view),
            b'F' => is_fortran_contiguous(view),
            b'A' => is_c_contiguous(view) || is_fortran_contiguous(view),
            _ => false,
        }
    }
}

unsafe fn contiguous_in<'a>(
    view: *const Py_buffer,
    axes: impl Iterator<Item = (&'a Py_ssize_t, &'a Py_ssize_t)>,
) -> bool {
    // SAFETY: the caller's view is filled.
    let mut expected = unsafe { (*view).itemsize };
    for (&dim, &stride) in axes {
        if dim > 1 && stride != expected {
            return false;
        }
        expected *= dim;
    }
    true
}

unsafe fn is_c_contiguous(view: *const Py_buffer) -> bool {
    // SAFETY: the caller's view is filled.
    unsafe {
        // 1) len = product(shape) * itemsize, 2) an empty array is contiguous either way.
        if (*view).len == 0 || (*view).strides.is_null() {
            return true;
        }
        let Shape { shape, strides, .. } = dimensions(view);
        contiguous_in(view, shape.iter().zip(strides.unwrap_or(&[])).rev())
    }
}

unsafe fn is_fortran_contiguous(view: *const Py_buffer) -> bool {
    // SAFETY: the caller's view is filled.
    unsafe {
        if (*view).len == 0 {
            return true;
        }
        let Shape { shape, strides, .. } = dimensions(view);
        match strides {
            // Without strides the array is in C order: one dimension is both, and so is
            // one whose other dimensions are 1.
            None => (*view).ndim <= 1 || shape.iter().filter(|&&dim| dim > 1).count() <= 1,
            Some(strides) => contiguous_in(view, shape.iter().zip(strides)),
        }
    }
}

/// Fills strides of a contiguous array (`PyBuffer_FillContiguousStrides`).
pub fn contiguous_strides(shape: &[Py_ssize_t], itemsize: Py_ssize_t, order: u8) -> Vec<Py_ssize_t> {
    let mut strides = vec![0; shape.len()];
    let mut stride = itemsize;
    for index in 0..shape.len() {
        let index = if order == b'F' { index } else { shape.len() - 1 - index };
        strides[index] = stride;
        stride *= shape[index];
    }
    strides
}

/// The address of an item (`PyBuffer_GetPointer`).
///
/// # Safety
/// The view has a shape, strides, and as many dimensions as there are indices, all in range.
pub unsafe fn item_pointer(view: *const Py_buffer, indices: &[Py_ssize_t]) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe {
        let Shape { strides, suboffsets, .. } = dimensions(view);
        let mut pointer = (*view).buf.cast::<u8>();
        for (axis, &index) in indices.iter().enumerate() {
            pointer = pointer.offset(strides.map_or((*view).itemsize, |strides| strides[axis]) * index);
            pointer = follow(pointer, suboffsets.map_or(-1, |suboffsets| suboffsets[axis]));
        }
        pointer.cast()
    }
}

/// Goes through a pointer where an array's dimension says so (suboffset not negative).
///
/// # Safety
/// With such a suboffset, `pointer` holds a pointer.
#[inline]
pub unsafe fn follow(pointer: *mut u8, suboffset: Py_ssize_t) -> *mut u8 {
    if suboffset >= 0 {
        // SAFETY: the caller's promise.
        unsafe { pointer.cast::<*mut u8>().read_unaligned().offset(suboffset) }
    } else {
        pointer
    }
}

/// Calls `f` with the address of each item in C (or Fortran) order.
///
/// # Safety
/// The view is filled; `f` uses the addresses as items.
pub unsafe fn for_each_item(view: *const Py_buffer, order: u8, mut f: impl FnMut(*mut u8)) {
    // SAFETY: the caller's promise; indices stay in range.
    unsafe {
        let ndim = (*view).ndim as usize;
        if ndim == 0 {
            f((*view).buf.cast());
            return;
        }
        let whole = [if (*view).itemsize == 0 { 0 } else { (*view).len / (*view).itemsize }];
        let Shape { shape, strides, .. } = dimensions(view);
        let shape = if shape.is_empty() { &whole[..] } else { shape };
        if shape.contains(&0) {
            return;
        }
        let filled;
        let mut local = ptr::read(view);
        if strides.is_none() {
            filled = contiguous_strides(shape, (*view).itemsize, b'C');
            local.strides = filled.as_ptr().cast_mut();
        }
        let mut index = vec![0 as Py_ssize_t; shape.len()];
        loop {
            f(item_pointer(&raw const local, &index).cast());
            let mut axis = 0;
            loop {
                let at = if order == b'F' { axis } else { shape.len() - 1 - axis };
                index[at] += 1;
                if index[at] < shape[at] {
                    break;
                }
                index[at] = 0;
                axis += 1;
                if axis == shape.len() {
                    return;
                }
            }
        }
    }
}

/// Copies a view's items one behind the other (`PyBuffer_ToContiguous`); `A` keeps Fortran order
/// of an array that is contiguous in it.
///
/// # Safety
/// The view is filled and not released.
pub unsafe fn to_contiguous(view: *const Py_buffer, order: u8) -> Vec<u8> {
    // SAFETY: the caller's promise.
    unsafe {
        let len = (*view).len.max(0) as usize;
        if is_contiguous(view, order) {
            return if len == 0 {
                Vec::new()
            } else {
                core::slice::from_raw_parts((*view).buf.cast::<u8>(), len).to_vec()
            };
        }
        let order = if order == b'F' { b'F' } else { b'C' };
        let itemsize = (*view).itemsize as usize;
        let mut out = Vec::with_capacity(len);
        for_each_item(view, order, |item| out.extend_from_slice(core::slice::from_raw_parts(item, itemsize)));
        out
    }
}

/// Copies contiguous bytes into a view (`PyBuffer_FromContiguous`).
///
/// # Safety
/// The view is filled, not released and writable.
pub unsafe fn from_contiguous(view: *const Py_buffer, bytes: &[u8], order: u8) {
    // SAFETY: the caller's promise; no more than `bytes` holds is copied.
    unsafe {
        if is_contiguous(view, order) {
            let len = bytes.len().min((*view).len.max(0) as usize);
            ptr::copy_nonoverlapping(bytes.as_ptr(), (*view).buf.cast(), len);
            return;
        }
        let itemsize = (*view).itemsize as usize;
        let mut chunks = bytes.chunks_exact(itemsize);
        for_each_item(view, order, |item| {
            if let Some(chunk) = chunks.next() {
                ptr::copy_nonoverlapping(chunk.as_ptr(), item, itemsize);
            }
        });
    }
}

/// The item size of a format (`PyBuffer_SizeFromFormat`): what `struct.calcsize` says.
pub fn size_from_format(format: &str) -> PyResult<isize> {
    let module = (crate::state::hooks().import_module)("struct")?;
    let calcsize = crate::object::get_attr_str(module.op(), "calcsize")?;
    let format = crate::str::from_str(format)?;
    let size = crate::call::call_one(calcsize.op(), format.op())?;
    crate::int::as_isize(size.op())
}

/// The error for a buffer that is not contiguous.
#[cold]
pub fn not_contiguous() -> Raised {
    raise!(BufferError, "memoryview: underlying buffer is not C-contiguous")
}
