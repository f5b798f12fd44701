//! `PyObject_GetBuffer`, `PyBuffer_*`, `PyMemoryView_*`.

use core::ffi::{c_int, c_void};

use adder_object_model::define::guard_with;
use adder_object_model::layout::*;
use adder_object_model::{PyResult, buffer, memoryview, raise};

use crate::c_api;
use crate::convert::*;

c_api! {
    fn PyObject_GetBuffer(op: Op, view: *mut Py_buffer, flags: c_int) -> PyResult<()> {
        // SAFETY: the caller passes a place for the view.
        unsafe { buffer::get_into(op, view, flags) }
    }
    fn PyObject_CheckBuffer(op: Op) -> bool { buffer::check(op) }
    fn PyBuffer_Release(view: *mut Py_buffer) {
        // SAFETY: a view that an exporter filled.
        unsafe { buffer::release(view) }
    }
    fn PyBuffer_IsContiguous(view: *const Py_buffer, order: i8) -> bool {
        // SAFETY: a filled view.
        unsafe { buffer::is_contiguous(view, order as u8) }
    }
    fn PyBuffer_GetPointer(view: *const Py_buffer, indices: *const isize) -> *mut c_void {
        // SAFETY: a filled view, and an index for each dimension.
        unsafe { buffer::item_pointer(view, core::slice::from_raw_parts(indices, (*view).ndim as usize)) }
    }
    fn PyBuffer_SizeFromFormat(format: Text) -> PyResult<isize> { buffer::size_from_format(format.utf8()?) }
    fn PyBuffer_ToContiguous(bytes: *mut c_void, view: *const Py_buffer, len: isize, order: i8) -> PyResult<()> {
        // SAFETY: a filled view, and room for its bytes.
        unsafe {
            if len != (*view).len {
                return Err(raise!(ValueError, "PyBuffer_ToContiguous: len != view->len"));
            }
            let data = buffer::to_contiguous(view, order as u8);
            core::ptr::copy_nonoverlapping(data.as_ptr(), bytes.cast(), data.len());
        }
        Ok(())
    }
    fn PyBuffer_FromContiguous(view: *const Py_buffer, bytes: *const c_void, len: isize, order: i8) -> PyResult<()> {
        // SAFETY: a filled view, and `len` bytes.
        unsafe {
            let n = len.min((*view).len) as usize;
            buffer::from_contiguous(view, core::slice::from_raw_parts(bytes.cast(), n), order as u8);
        }
        Ok(())
    }
    fn PyObject_CopyData(to: Op, from: Op) -> PyResult<()> {
        let (to, from) = (buffer::get(to, PyBUF_FULL)?, buffer::get(from, PyBUF_FULL_RO)?);
        if to.view.len < from.view.len {
            return Err(raise!(BufferError, "destination is too small to receive data from source"));
        }
        // SAFETY: two filled views.
        unsafe {
            let data = buffer::to_contiguous(&raw const *from.view, b'C');
            buffer::from_contiguous(&raw const *to.view, &data, b'C');
        }
        Ok(())
    }
    /// New reference.
    /// New reference: a view of `size` bytes that stay the caller's; writable if `flags` say so.
    fn PyMemoryView_FromMemory(data: *mut u8, size: isize, flags: c_int) -> PyResult<Object> {
        // SAFETY: the caller's memory, which outlives the view.
        unsafe { memoryview::from_memory(data, size as usize, flags == PyBUF_WRITE) }
    }
    /// New reference: a view of what `info` describes; the caller keeps that alive.
    fn PyMemoryView_FromBuffer(info: *const Py_buffer) -> PyResult<Object> {
        // SAFETY: the caller passes a filled view.
        unsafe { memoryview::from_buffer(info) }
    }
    /// New reference: contiguous in `order` ('C', 'F' or 'A'), a copy if need be and allowed.
    fn PyMemoryView_GetContiguous(op: Op, buffer_type: c_int, order: i8) -> PyResult<Object> { memoryview::get_contiguous(op, buffer_type, order as u8) }
    /// New reference.
    fn PyMemoryView_FromObject(op: Op) -> PyResult<Object> { memoryview::from_object(op) }
    fn PyBuffer_FillContiguousStrides(n: c_int, shape: *const isize, strides: *mut isize, item_size: c_int, order: i8) {
        let mut step = item_size as isize;
        let n = n as usize;
        for at in 0..n {
            let at = if order as u8 == b'F' { at } else { n - 1 - at };
            // SAFETY: the caller passes `n` cells in both arrays.
            unsafe {
                *strides.add(at) = step;
                step *= *shape.add(at);
            }
        }
    }
}

/// `PyBuffer_FillInfo`: a view of plain bytes; takes its own reference to the exporter.
///
/// # Safety
/// `view` is a place for it, the memory holds `len` bytes as long as the exporter lives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBuffer_FillInfo(
    view: *mut Py_buffer,
    exporter: *mut PyObject,
    memory: *mut c_void,
    len: isize,
    readonly: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    guard_with(-1, || unsafe {
        buffer::fill_info(
            view,
            Op::from_nullable(exporter),
            memory.cast(),
            len as usize,
            readonly != 0,
            flags,
        )
        .map(|()| 0)
    })
}
