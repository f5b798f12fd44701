//! `pickle.PickleBuffer`: a buffer that a pickler may send beside its stream.
//!
//! The view is held from construction to `release`; a released object has no exporter.
//! Views of the object are views of its exporter, so that releasing it never pulls memory
//! from under somebody.
//!
//! Layout: `layout/memoryview.rs`. Exported functions: `capi/src/pickle_buffer.rs`.

use core::ffi::c_int;
use core::mem::offset_of;
use core::ptr;

use crate::layout::*;
use crate::{
    Args, Borrowed, Op, Owned, PyResult, Signature, TypeRef, Visitor, alloc, buffer, fields, gc, memoryview,
    method, py_typed, raise, slot, weakref,
};

py_typed!(PyPickleBuffer, PyPickleBuffer_Type);

type This<'a> = Borrowed<'a, PyPickleBuffer>;

fn view_of(op: This<'_>) -> *mut Py_buffer {
    // SAFETY: the object is alive.
    unsafe { &raw mut (*op.as_ptr()).view }
}

/// A new object around the memory of another one (`PyPickleBuffer_FromObject`).
pub fn from_object(op: Op<'_>) -> PyResult<Owned<PyPickleBuffer>> {
    // SAFETY: the type's own layout; zeroed, it holds an empty view.
    let made: Owned<PyPickleBuffer> = unsafe { fields::allocate(type_ref())? };
    // SAFETY: a view that nobody has filled.
    unsafe { buffer::get_into(op, view_of(made.borrow()), PyBUF_FULL_RO)? };
    Ok(made)
}

fn type_ref() -> TypeRef<'static> {
    <PyPickleBuffer as crate::PyTyped>::type_ref()
}

fn new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<PyPickleBuffer>> {
    const SIGNATURE: Signature<1> = Signature::new("PickleBuffer", [""]).positional_only(1).required(1);
    let [op] = args.parse(&SIGNATURE)?;
    from_object(op.expect("required"))
}

/// The view, if it has not been released (`PyPickleBuffer_GetBuffer`); it stays the object's.
pub fn get_buffer(op: This<'_>) -> PyResult<*const Py_buffer> {
    if op.view.obj.is_null() {
        return Err(raise!(ValueError, "operation forbidden on released PickleBuffer object"));
    }
    Ok(view_of(op))
}

/// Gives the memory back (`PyPickleBuffer_Release`); nothing happens the second time.
pub fn release(op: This<'_>) {
    // SAFETY: filled by an exporter, or empty.
    unsafe { buffer::release(view_of(op)) };
}

fn release_method(op: This<'_>) -> PyResult<()> {
    release(op);
    Ok(())
}

/// The memory as a memoryview of plain bytes in one dimension, whatever its shape and format.
pub fn raw(op: This<'_>) -> PyResult<Owned<PyMemoryViewObject>> {
    let view = get_buffer(op)?;
    // SAFETY: a filled view.
    let contiguous = unsafe { (*view).suboffsets.is_null() && buffer::is_contiguous(view, b'A') };
    if !contiguous {
        return Err(raise!(BufferError, "cannot extract raw buffer from non-contiguous buffer"));
    }
    let made = memoryview::from_object_with_flags(op.as_object(), PyBUF_FULL_RO)?;
    // SAFETY: a fresh memoryview that nobody else has seen; its sizes live in the object itself.
    unsafe {
        let view = &raw mut (*made.as_ptr()).view;
        (*view).format = c"B".as_ptr().cast_mut();
        (*view).ndim = 1;
        (*view).itemsize = 1;
        (*view).strides = &raw mut (*view).itemsize;
        (*view).shape = &raw mut (*view).len;
        (*view).suboffsets = ptr::null_mut();
        (*made.as_ptr()).flags = _Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN;
    }
    Ok(made)
}

/// `bf_getbuffer`: the request goes to the exporter.
unsafe extern "C" fn export(op: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    crate::define::guard_status(|| {
        // SAFETY: called with a live object of this type and a view to fill; the exporter is owned.
        unsafe {
            let own = get_buffer(This::from_ptr(op.cast()))?;
            buffer::get_into(Op::from_ptr((*own).obj), view, flags)
        }
    })
}

fn traverse(op: This<'_>, visitor: &mut Visitor) {
    visitor.visit(op.view.obj);
}

fn dealloc(op: This<'_>) {
    gc::untrack(op.as_object_ptr());
    if !op.weakreflist.is_null() {
        weakref::clear_refs(op.as_object());
    }
    release(op);
    // SAFETY: the last reference is gone.
    unsafe { alloc::free_object(op.as_object_ptr()) };
}

static mut AS_BUFFER: PyBufferProcs = PyBufferProcs { bf_getbuffer: Some(export), bf_releasebuffer: None };

const METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"raw",
        raw,
        c"raw($self, /)\n--\n\nGive the memory as a flat memoryview of bytes.\n\nBufferError is raised if it is neither C- nor Fortran-contiguous.",
    ),
    method::noargs(
        c"release",
        release_method,
        c"release($self, /)\n--\n\nRelease the underlying buffer exposed by the PickleBuffer object.",
    ),
    PyMethodDef::EMPTY,
];

#[unsafe(no_mangle)]
pub static mut PyPickleBuffer_Type: PyTypeObject = PyTypeObject {
    tp_name: c"pickle.PickleBuffer".as_ptr(),
    tp_basicsize: size_of::<PyPickleBuffer>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_as_buffer: &raw mut AS_BUFFER,
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"Wrapper for potentially out-of-band buffers".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(release),
    tp_weaklistoffset: offset_of!(PyPickleBuffer, weakreflist) as Py_ssize_t,
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};
