//! The `memoryview` type: another object's memory as an array of any shape.
//!
//! A view shares a *managed buffer* with the views made from it: the buffer as the
//! exporter gave it, released when the last view lets go or `release` is called.
//! Shape, strides and suboffsets of a view lie behind its struct.
//!
//! Invariants
//!  - `view.shape` and `view.strides` are never null; `view.suboffsets` is when the array has none.
//!  - `exports` counts the buffers this view has given out; while there are any, it cannot be released.
//!
//!  - `items`: single items, packed and unpacked. `methods`: everything Python sees.
//!
//! Layout: `layout/memoryview.rs`.

use core::ffi::{c_char, c_int};
use core::{mem, ptr};

use crate::buffer::{self, EMPTY_VIEW};
use crate::layout::*;
use crate::{Borrowed, Object, Op, Owned, PyResult, TypeRef, Visitor, alloc, gc, raise, slot, weakref};

pub mod items;
pub mod methods;

pub use methods::{MEMORY_ITERATOR, PyMemoryView_Type};

pub(crate) type View = Owned<PyMemoryViewObject>;
pub(crate) type ViewRef<'a> = Borrowed<'a, PyMemoryViewObject>;
type Managed<'a> = Borrowed<'a, _PyManagedBufferObject>;

fn type_ref<'a>(tp: *mut PyTypeObject) -> TypeRef<'a> {
    // SAFETY: a static type.
    unsafe { TypeRef::from_ptr(tp) }
}

/// A managed buffer whose `master` is still empty.
fn new_managed() -> PyResult<Owned<_PyManagedBufferObject>> {
    let made = gc::alloc(type_ref(&raw mut _PyManagedBuffer_Type), 0)?;
    // SAFETY: a fresh object of this layout.
    unsafe {
        let managed = made.as_ptr().cast::<_PyManagedBufferObject>();
        (*managed).flags = 0;
        (*managed).exports = 0;
        ptr::write(&raw mut (*managed).master, EMPTY_VIEW);
        gc::track(made.as_object_ptr());
        Ok(made.cast_unchecked())
    }
}

/// A view of what this very function of `op`'s class or of a base gives (`_PyMemoryView_FromBufferProc`).
///
/// # Safety
/// The function is a `bf_getbuffer` for objects with `op`'s layout.
pub(crate) unsafe fn from_function(op: Op<'_>, flags: c_int, function: getbufferproc) -> PyResult {
    let managed = new_managed()?;
    // SAFETY: the caller's promise; the master view does not move.
    unsafe {
        let master = &raw mut (*managed.as_ptr()).master;
        if function(op.as_ptr(), master, flags) < 0 {
            (*master).obj = ptr::null_mut();
            return Err(crate::errors::raised_by_c());
        }
    }
    add_view(managed.borrow(), None).map(Owned::into_object)
}

fn managed_from(op: Op<'_>, flags: c_int) -> PyResult<Owned<_PyManagedBufferObject>> {
    let managed = new_managed()?;
    // SAFETY: the master view lies in a heap object and does not move. An exporter that fails may have
    // left itself in it, without a reference to give back.
    unsafe {
        let master = &raw mut (*managed.as_ptr()).master;
        buffer::get_into(op, master, flags).inspect_err(|_| (*master).obj = ptr::null_mut())?;
    }
    Ok(managed)
}

/// Gives the exporter's buffer back, once.
fn release_managed(managed: Managed<'_>) {
    if managed.flags & _Py_MANAGED_BUFFER_RELEASED != 0 {
        return;
    }
    // SAFETY: a live object; the flag comes first, as releasing can run Python code.
    unsafe {
        (*managed.as_ptr()).flags |= _Py_MANAGED_BUFFER_RELEASED;
        gc::untrack(managed.as_object_ptr());
        buffer::release(&raw mut (*managed.as_ptr()).master);
    }
}

fn dealloc_managed(managed: Managed<'_>) {
    release_managed(managed);
    // SAFETY: the last reference is gone; a format of its own was allocated here.
    unsafe {
        if managed.flags & _Py_MANAGED_BUFFER_FREE_FORMAT != 0 {
            alloc::free((*managed.as_ptr()).master.format.cast());
        }
        alloc::free_object(managed.as_object_ptr());
    }
}

fn traverse_managed(managed: Managed<'_>, visitor: &mut Visitor) {
    visitor.visit(managed.master.obj);
}

fn clear_managed(managed: Managed<'_>) {
    if managed.exports == 0 {
        release_managed(managed);
    }
}

/// A view with room for `ndim` dimensions, not tracked yet.
fn new_view(ndim: usize) -> PyResult<View> {
    let made = gc::alloc(type_ref(&raw mut PyMemoryView_Type), 3 * ndim as isize)?;
    // SAFETY: a fresh object of this layout with three arrays of `ndim` behind it.
    unsafe {
        let op = made.as_ptr().cast::<PyMemoryViewObject>();
        (*op).mbuf = ptr::null_mut();
        (*op).hash = -1;
        (*op).flags = 0;
        (*op).exports = 0;
        (*op).weakreflist = ptr::null_mut();
        ptr::write(&raw mut (*op).view, EMPTY_VIEW);
        (*op).view.ndim = ndim as c_int;
        let array = (&raw mut (*op).ob_array).cast::<Py_ssize_t>();
        (*op).view.shape = array;
        (*op).view.strides = array.add(ndim);
        (*op).view.suboffsets = array.add(2 * ndim);
        Ok(made.cast_unchecked())
    }
}

/// A view of a managed buffer that shows what `source` shows.
fn add_view(managed: Managed<'_>, source: Option<*const Py_buffer>) -> PyResult<View> {
    let source = source.unwrap_or_else(|| {
        // SAFETY: a live object.
        unsafe { &raw const (*managed.as_ptr()).master }
    });
    // SAFETY: the source is filled and stays so while it is copied.
    unsafe {
        let ndim = (*source).ndim;
        if ndim as usize > PyBUF_MAX_NDIM {
            return Err(raise!(ValueError, "memoryview: number of dimensions must not exceed 64"));
        }
        let made = add_incomplete_view(managed, source, ndim as usize)?;
        let view = &raw mut (*made.as_ptr()).view;
        let n = ndim as usize;
        if n == 1 && (*source).shape.is_null() {
            *(*view).shape = (*source).len / (*source).itemsize.max(1);
        } else if n > 0 {
            ptr::copy_nonoverlapping((*source).shape, (*view).shape, n);
        }
        if n > 0 {
            if (*source).strides.is_null() {
                let shape = core::slice::from_raw_parts((*view).shape, n);
                let strides = buffer::contiguous_strides(shape, (*view).itemsize, b'C');
                ptr::copy_nonoverlapping(strides.as_ptr(), (*view).strides, n);
            } else {
                ptr::copy_nonoverlapping((*source).strides, (*view).strides, n);
            }
        }
        if (*source).suboffsets.is_null() {
            (*view).suboffsets = ptr::null_mut();
        } else {
            ptr::copy_nonoverlapping((*source).suboffsets, (*view).suboffsets, n);
        }
        init_flags(made.borrow());
        Ok(made)
    }
}

/// A view whose arrays the caller fills: `shape`, `strides`, `suboffsets` and `flags`.
///
/// # Safety
/// `source` is filled.
unsafe fn add_incomplete_view(managed: Managed<'_>, source: *const Py_buffer, ndim: usize) -> PyResult<View> {
    let made = new_view(ndim)?;
    // SAFETY: a fresh view; the values are the source's.
    unsafe {
        let op = made.as_ptr();
        let view = &raw mut (*op).view;
        (*view).obj = (*source).obj;
        (*view).buf = (*source).buf;
        (*view).len = (*source).len;
        (*view).itemsize = (*source).itemsize;
        (*view).readonly = (*source).readonly;
        (*view).format = if (*source).format.is_null() { c"B".as_ptr().cast_mut() } else { (*source).format };
        (*view).internal = (*source).internal;
        (*op).mbuf = managed.to_owned().into_ptr();
        (*managed.as_ptr()).exports += 1;
        gc::track(made.as_object_ptr());
    }
    Ok(made)
}

/// Computes the contiguity flags from the arrays.
fn init_flags(op: ViewRef<'_>) {
    // SAFETY: a live view whose arrays are filled.
    unsafe {
        let view = &raw const (*op.as_ptr()).view;
        let mut flags = if (*view).ndim == 0 { _Py_MEMORYVIEW_SCALAR } else { 0 };
        if (*view).suboffsets.is_null() {
            if buffer::is_contiguous(view, b'C') {
                flags |= _Py_MEMORYVIEW_C;
            }
            if buffer::is_contiguous(view, b'F') {
                flags |= _Py_MEMORYVIEW_FORTRAN;
            }
        } else {
            flags |= _Py_MEMORYVIEW_PIL;
        }
        (*op.as_ptr()).flags = flags;
    }
}

/// Computes `len` from the shape.
fn init_len(op: ViewRef<'_>) {
    // SAFETY: a live view whose shape is filled.
    unsafe {
        let view = &raw mut (*op.as_ptr()).view;
        (*view).len = shape(op).iter().product::<Py_ssize_t>() * (*view).itemsize;
    }
}

/// A pointer to the view's buffer description.
#[inline]
pub(crate) fn raw(op: ViewRef<'_>) -> *const Py_buffer {
    // SAFETY: a live view.
    unsafe { &raw const (*op.as_ptr()).view }
}

pub(crate) fn shape<'a>(op: ViewRef<'a>) -> &'a [Py_ssize_t] {
    // SAFETY: `ndim` elements; they change only before anybody sees the view.
    unsafe { core::slice::from_raw_parts(op.view.shape, op.view.ndim as usize) }
}

pub(crate) fn strides<'a>(op: ViewRef<'a>) -> &'a [Py_ssize_t] {
    // SAFETY: as above.
    unsafe { core::slice::from_raw_parts(op.view.strides, op.view.ndim as usize) }
}

pub(crate) fn suboffsets<'a>(op: ViewRef<'a>) -> Option<&'a [Py_ssize_t]> {
    let pointer = op.view.suboffsets;
    // SAFETY: as above.
    (!pointer.is_null()).then(|| unsafe { core::slice::from_raw_parts(pointer, op.view.ndim as usize) })
}

/// The format as text.
pub(crate) fn format(op: ViewRef<'_>) -> &'static str {
    let pointer = op.view.format;
    // SAFETY: a C string of the exporter's that lives as long as the buffer; callers use it at once.
    unsafe { core::ffi::CStr::from_ptr(pointer) }.to_str().unwrap_or("?")
}

/// Whether the view or its buffer has been released.
pub(crate) fn is_released(op: ViewRef<'_>) -> bool {
    // SAFETY: a live view owns its managed buffer.
    op.flags & _Py_MEMORYVIEW_RELEASED != 0 || unsafe { (*op.mbuf).flags & _Py_MANAGED_BUFFER_RELEASED != 0 }
}

pub(crate) fn check_released(op: ViewRef<'_>) -> PyResult<()> {
    if is_released(op) {
        return Err(raise!(ValueError, "operation forbidden on released memoryview object"));
    }
    Ok(())
}

fn check_restricted(op: ViewRef<'_>) -> PyResult<()> {
    check_released(op)?;
    if op.flags & _Py_MEMORYVIEW_RESTRICTED != 0 {
        return Err(raise!(ValueError, "cannot create new view on restricted memoryview"));
    }
    Ok(())
}

fn managed_of<'a>(op: ViewRef<'a>) -> Managed<'a> {
    // SAFETY: a live view owns its managed buffer.
    unsafe { Managed::from_ptr((*op.as_ptr()).mbuf) }
}

/// A view of the same memory as another one.
pub(crate) fn copy_view(op: ViewRef<'_>) -> PyResult<View> {
    check_restricted(op)?;
    add_view(managed_of(op), Some(raw(op)))
}

/// `memoryview(op)` (`PyMemoryView_FromObject`).
pub fn from_object(op: Op<'_>) -> PyResult {
    from_object_with_flags(op, PyBUF_FULL_RO).map(Owned::into_object)
}

/// The same with the flags asked of the exporter.
pub fn from_object_with_flags(op: Op<'_>, flags: c_int) -> PyResult<View> {
    if let Some(view) = op.downcast_exact::<PyMemoryViewObject>() {
        return copy_view(view);
    }
    if buffer::check(op) {
        let managed = managed_from(op, flags)?;
        return add_view(managed.borrow(), None);
    }
    Err(raise!(TypeError, "memoryview: a bytes-like object is required, not '{}'", op.type_name()))
}

/// A view of a buffer without an exporter (`PyMemoryView_FromBuffer`).
///
/// # Safety
/// `info` is filled, and its memory outlives the view.
pub unsafe fn from_buffer(info: *const Py_buffer) -> PyResult {
    // SAFETY: the caller's promise.
    unsafe {
        if (*info).buf.is_null() {
            return Err(raise!(ValueError, "PyMemoryView_FromBuffer(): info->buf must not be NULL"));
        }
        let managed = new_managed()?;
        ptr::write(&raw mut (*managed.as_ptr()).master, ptr::read(info));
        // The caller keeps its own reference to the exporter.
        (*managed.as_ptr()).master.obj = ptr::null_mut();
        add_view(managed.borrow(), None).map(Owned::into_object)
    }
}

/// A view of plain memory (`PyMemoryView_FromMemory`).
///
/// # Safety
/// `len` bytes at `memory` outlive the view.
pub unsafe fn from_memory(memory: *mut u8, len: usize, writable: bool) -> PyResult {
    let managed = new_managed()?;
    // SAFETY: the caller's promise; the master lies in a heap object.
    unsafe {
        let master = &raw mut (*managed.as_ptr()).master;
        buffer::fill_info(master, None, memory, len, !writable, PyBUF_FULL_RO)?;
    }
    add_view(managed.borrow(), None).map(Owned::into_object)
}

/// A view that is contiguous, of a copy if need be (`PyMemoryView_GetContiguous`).
pub fn get_contiguous(op: Op<'_>, buffer_type: c_int, order: u8) -> PyResult {
    let made = from_object(op)?;
    let view = made.op().downcast::<PyMemoryViewObject>().expect("just made");
    if buffer_type == PyBUF_WRITE && view.view.readonly != 0 {
        return Err(raise!(BufferError, "underlying buffer is not writable"));
    }
    // SAFETY: a live view.
    if unsafe { buffer::is_contiguous(raw(view), order) } {
        return Ok(made);
    }
    if buffer_type == PyBUF_WRITE {
        return Err(raise!(BufferError, "writable contiguous buffer requested for a non-contiguous object."));
    }
    // SAFETY: a live view.
    let copy = crate::bytes::from_slice(&unsafe { buffer::to_contiguous(raw(view), order) })?;
    let managed = managed_from(copy.op(), PyBUF_FULL_RO)?;
    // SAFETY: the format is copied, as the original's exporter may go; the arrays are filled below.
    unsafe {
        let text = core::ffi::CStr::from_ptr(view.view.format).to_bytes_with_nul();
        let format = alloc::malloc(text.len()).cast::<c_char>();
        if format.is_null() {
            return Err(crate::errors::no_memory());
        }
        ptr::copy_nonoverlapping(text.as_ptr().cast(), format, text.len());
        (*managed.as_ptr()).master.format = format;
        (*managed.as_ptr()).flags |= _Py_MANAGED_BUFFER_FREE_FORMAT;
        let ndim = shape(view).len();
        let made = add_incomplete_view(managed.borrow(), &raw const (*managed.as_ptr()).master, ndim)?;
        (*made.as_ptr()).view.itemsize = view.view.itemsize;
        ptr::copy_nonoverlapping(shape(view).as_ptr(), (*made.as_ptr()).view.shape, ndim);
        let order = if order == b'F' { b'F' } else { b'C' };
        let strides = buffer::contiguous_strides(shape(view), view.view.itemsize, order);
        ptr::copy_nonoverlapping(strides.as_ptr(), (*made.as_ptr()).view.strides, ndim);
        (*made.as_ptr()).view.suboffsets = ptr::null_mut();
        init_flags(made.borrow());
        Ok(made.into_object())
    }
}

/// `view.release()`.
pub fn release(op: ViewRef<'_>) -> PyResult<()> {
    if op.flags & _Py_MEMORYVIEW_RELEASED != 0 {
        return Ok(());
    }
    let exports = op.exports;
    if exports > 0 {
        let plural = if exports == 1 { "" } else { "s" };
        return Err(raise!(BufferError, "memoryview has {exports} exported buffer{plural}"));
    }
    release_now(op);
    Ok(())
}

fn release_now(op: ViewRef<'_>) {
    // SAFETY: a live view; its managed buffer counts it once.
    unsafe {
        if (*op.as_ptr()).flags & _Py_MEMORYVIEW_RELEASED != 0 {
            return;
        }
        (*op.as_ptr()).flags |= _Py_MEMORYVIEW_RELEASED;
        let managed = (*op.as_ptr()).mbuf;
        if managed.is_null() {
            return;
        }
        (*managed).exports -= 1;
        if (*managed).exports == 0 {
            release_managed(Managed::from_ptr(managed));
        }
    }
}

fn dealloc(op: ViewRef<'_>) {
    gc::untrack(op.as_object_ptr());
    release_now(op);
    if !op.weakreflist.is_null() {
        weakref::clear_refs(op.as_object());
    }
    // SAFETY: the last reference is gone; the managed buffer is owned.
    unsafe {
        let managed = mem::replace(&mut (*op.as_ptr()).mbuf, ptr::null_mut());
        drop(Owned::steal_nullable(managed));
        alloc::free_object(op.as_object_ptr());
    }
}

fn traverse(op: ViewRef<'_>, visitor: &mut Visitor) {
    visitor.visit(op.mbuf);
}

fn clear(op: ViewRef<'_>) {
    if op.exports == 0 {
        // The managed buffer stays until the end: every method looks at its flags.
        release_now(op);
    }
}

unsafe extern "C" fn get_buffer(op: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    crate::define::guard_status(|| {
        // SAFETY: called with a live view and a description to fill.
        unsafe { fill_buffer(ViewRef::from_ptr(op.cast()), view, flags) }
    })
}

/// # Safety
/// `view` may be written.
unsafe fn fill_buffer(op: ViewRef<'_>, view: *mut Py_buffer, flags: c_int) -> PyResult<()> {
    check_restricted(op)?;
    let wants = |flag: c_int| flags & flag == flag;
    let is = |flag: c_int| op.flags & flag != 0;
    let contiguous_c = is(_Py_MEMORYVIEW_C);
    let contiguous_f = is(_Py_MEMORYVIEW_FORTRAN);
    let fail = |what: &str| Err(raise!(BufferError, "memoryview: underlying buffer {what}"));
    if wants(PyBUF_WRITABLE) && op.view.readonly != 0 {
        return fail("is not writable");
    }
    if wants(PyBUF_C_CONTIGUOUS) && !contiguous_c {
        return fail("is not C-contiguous");
    }
    if wants(PyBUF_F_CONTIGUOUS) && !contiguous_f {
        return fail("is not Fortran contiguous");
    }
    if wants(PyBUF_ANY_CONTIGUOUS) && !contiguous_c && !contiguous_f {
        return fail("is not contiguous");
    }
    if !wants(PyBUF_INDIRECT) && is(_Py_MEMORYVIEW_PIL) {
        return fail("requires suboffsets");
    }
    if !wants(PyBUF_STRIDES) && !contiguous_c {
        return fail("is not C-contiguous");
    }
    if !wants(PyBUF_ND) && wants(PyBUF_FORMAT) {
        let message = "memoryview: cannot cast to unsigned bytes if the format flag is present";
        return Err(raise!(BufferError, "{message}"));
    }
    // SAFETY: the caller's promise; the arrays belong to this view, which the buffer keeps alive.
    unsafe {
        ptr::write(view, ptr::read(raw(op)));
        if !wants(PyBUF_FORMAT) {
            (*view).format = ptr::null_mut();
        }
        if !wants(PyBUF_STRIDES) {
            (*view).strides = ptr::null_mut();
        }
        if !wants(PyBUF_ND) {
            (*view).ndim = 1;
            (*view).shape = ptr::null_mut();
        }
        if (*view).ndim == 0 {
            (*view).shape = ptr::null_mut();
            (*view).strides = ptr::null_mut();
        }
        (*view).obj = op.as_object().to_owned().into_ptr();
        (*op.as_ptr()).exports += 1;
    }
    Ok(())
}

unsafe extern "C" fn release_buffer(op: *mut PyObject, _view: *mut Py_buffer) {
    // SAFETY: called with the view that gave the buffer.
    unsafe { (*op.cast::<PyMemoryViewObject>()).exports -= 1 };
}

/// The exporter, or nothing for plain memory.
pub(crate) fn exporter(op: ViewRef<'_>) -> Option<Object> {
    // SAFETY: a reference the managed buffer owns, or null.
    unsafe { Object::new_ref_nullable(op.view.obj) }
}

pub(crate) static mut AS_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: Some(get_buffer), bf_releasebuffer: Some(release_buffer) };

#[unsafe(no_mangle)]
pub static mut _PyManagedBuffer_Type: PyTypeObject = PyTypeObject {
    tp_name: c"managedbuffer".as_ptr(),
    tp_basicsize: size_of::<_PyManagedBufferObject>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc_managed),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_traverse: slot::traverse(traverse_managed),
    tp_clear: slot::clear(clear_managed),
    ..PyTypeObject::EMPTY
};
