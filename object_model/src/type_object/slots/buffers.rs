//! Buffers of classes that define `__buffer__` and `__release_buffer__` in Python.
//!
//! What `__buffer__` gives is a memoryview, whose buffer is passed on. A *wrapper* is the exporter of
//! that buffer: it keeps the memoryview and the object, and when the buffer is given back it first lets
//! go of the memoryview and then calls the object's `__release_buffer__` with it.

use core::ffi::c_int;
use core::ptr;

use super::super::*;
use super::functions::{invoke, live};
use crate::define::guard_status;
use crate::fields::{self, OwnedFields};
use crate::refs::Field;
use crate::{buffer, call, errors, id, int, memoryview, owned_fields, raise, tuple};

/// The exporter of a buffer that `__buffer__` gave. Both fields are empty once it has been released.
#[repr(C)]
struct Wrapper {
    ob_base: PyObject,
    view: Field,
    object: Field,
}
owned_fields!(Wrapper, _PyBufferWrapper_Type, [view, object]);

/// `bf_getbuffer` of a class with `__buffer__` in Python.
///
/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn bf_getbuffer(op: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    // SAFETY: slots get live objects and a view to fill.
    guard_status(|| unsafe {
        let op = live(op);
        if flags == PyBUF_READ || flags == PyBUF_WRITE {
            return Err(errors::bad_internal_call());
        }
        let flags_object = int::from_i64(i64::from(flags))?;
        let result = invoke(op, id!("__buffer__"), &[flags_object.op()])?;
        if !result.op().is_instance::<PyMemoryViewObject>() {
            return Err(raise!(TypeError, "__buffer__ returned non-memoryview object"));
        }
        let wrapper = fields::allocate::<Wrapper>(TypeRef::from_ptr(&raw mut _PyBufferWrapper_Type))?;
        buffer::get_into(result.op(), view, flags)?;
        // The buffer's reference to the memoryview becomes the wrapper's.
        wrapper.view.set(Some(result));
        wrapper.object.set(Some(op.to_owned()));
        drop(Object::steal_nullable(ptr::replace(&raw mut (*view).obj, wrapper.into_object_ptr())));
        Ok(())
    })
}

unsafe extern "C" fn release_wrapper(wrapper: *mut PyObject, info: *mut Py_buffer) {
    // SAFETY: called with a wrapper and the buffer that it exports.
    let wrapper = unsafe { Borrowed::<Wrapper>::from_ptr(wrapper.cast()) };
    let (Some(view), Some(object)) = (wrapper.view.get(), wrapper.object.get()) else { return };
    if let Some(function) = release_function(view.op().ob_type()) {
        // SAFETY: the memoryview has given this buffer.
        unsafe { function(view.as_ptr(), info) };
    }
    let own = view.op().downcast::<PyMemoryViewObject>().is_some_and(|view| view.view.obj == object.as_ptr());
    // A memoryview of the object's own memory calls its function when it is released.
    if !own && release_function(object.op().ob_type()).is_some_and(is_python) {
        call_python(object.op(), view.op());
    }
    wrapper.clear();
}

fn release_function(tp: TypeRef<'_>) -> Option<releasebufferproc> {
    // SAFETY: a slot table lives as long as its type.
    if tp.tp_as_buffer.is_null() { None } else { unsafe { (*tp.tp_as_buffer).bf_releasebuffer } }
}

fn is_python(function: releasebufferproc) -> bool {
    ptr::fn_addr_eq(function, bf_releasebuffer as releasebufferproc)
}

/// Calls `object.__release_buffer__(view)`; what it raises is reported.
fn call_python(object: Op<'_>, view: Op<'_>) {
    let saved = errors::take();
    if let Err(raised) = invoke(object, id!("__release_buffer__"), &[view]) {
        raised.ignore();
        errors::write_unraisable(
            &format!("Exception ignored in __release_buffer__ of {}", object.type_name()),
            None,
        );
    }
    if let Some(saved) = saved {
        errors::restore(saved).ignore();
    }
}

/// `bf_releasebuffer` of a class with `__release_buffer__` in Python and the `bf_getbuffer` of a base.
///
/// The method gets a memoryview that nothing may be kept of; the base's function runs afterwards.
///
/// # Safety
/// Called through its slot.
pub unsafe extern "C" fn bf_releasebuffer(op: *mut PyObject, info: *mut Py_buffer) {
    // SAFETY: slots get live objects, and the buffer that one of them has given.
    let (op, made) = unsafe { (live(op), memoryview::from_buffer(info)) };
    match made {
        Ok(view) => {
            let restricted = view.op().downcast::<PyMemoryViewObject>().expect("a memoryview");
            // SAFETY: a live view that nobody else has seen.
            unsafe { (*restricted.as_ptr()).flags |= _Py_MEMORYVIEW_RESTRICTED };
            call_python(op, view.op());
            if let Err(raised) = call::call_method(view.op(), "release", &[]) {
                raised.ignore();
                crate::object::write_unraisable(op);
            }
        }
        Err(raised) => {
            raised.ignore();
            crate::object::write_unraisable(op);
        }
    }
    // SAFETY: a ready type has a tuple as its MRO, and the tuple is kept for the look-up.
    let mro = unsafe { Object::new_ref(op.ob_type().tp_mro) };
    let Some(classes) = mro.op().downcast::<PyTupleObject>() else { return };
    let own = op.ob_type().as_object();
    let after = tuple::refs(classes).iter().skip_while(|class| !class.is(own)).skip(1);
    let base = after
        .filter_map(|class| class.downcast::<PyTypeObject>())
        .filter_map(release_function)
        .find(|&function| !is_python(function));
    if let Some(function) = base {
        // SAFETY: the function of a base whose layout the object begins with.
        unsafe { function(op.as_ptr(), info) };
    }
}

static mut AS_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: None, bf_releasebuffer: Some(release_wrapper) };

#[unsafe(no_mangle)]
pub static mut _PyBufferWrapper_Type: PyTypeObject =
    PyTypeObject { tp_as_buffer: &raw mut AS_BUFFER, ..fields::gc_type::<Wrapper>(c"_buffer_wrapper") };
