//! The `PyCapsule` type: a C pointer with a name, as an object.
//!
//! Layout: `layout/capsule.rs`.

use core::ffi::{CStr, c_char, c_void};

use crate::layout::*;
use crate::{Borrowed, Object, Op, Owned, PyResult, TypeRef, Visitor, gc, object, raise, slot, state, str};

/// A new capsule (`PyCapsule_New`). `pointer` must not be null; `name` is not copied.
pub fn new(pointer: *mut c_void, name: *const c_char, destructor: Option<PyCapsule_Destructor>) -> PyResult {
    if pointer.is_null() {
        return Err(raise!(ValueError, "PyCapsule_New called with null pointer"));
    }
    // SAFETY: a static type that is ready.
    let tp = unsafe { TypeRef::from_ptr(&raw mut PyCapsule_Type) };
    let op = gc::alloc(tp, 0)?;
    // SAFETY: a fresh zeroed capsule. It is not tracked until it has a traverse function.
    unsafe {
        let capsule = op.as_ptr().cast::<PyCapsule>();
        (*capsule).pointer = pointer;
        (*capsule).name = name;
        (*capsule).destructor = destructor;
    }
    Ok(op)
}

/// Whether `op` is a capsule with a pointer and of this name (`PyCapsule_IsValid`).
pub fn is_valid(op: Op<'_>, name: *const c_char) -> bool {
    op.downcast_exact::<PyCapsule>()
        .is_some_and(|capsule| !capsule.pointer.is_null() && name_matches(capsule.name, name))
}

fn name_matches(a: *const c_char, b: *const c_char) -> bool {
    if a.is_null() || b.is_null() {
        return a == b;
    }
    // SAFETY: names are C strings that live as long as their capsules.
    unsafe { CStr::from_ptr(a) == CStr::from_ptr(b) }
}

/// The capsule behind `op`, or a `ValueError` that names the C function.
pub fn check<'a>(op: Op<'a>, function: &str) -> PyResult<Borrowed<'a, PyCapsule>> {
    op.downcast_exact::<PyCapsule>()
        .filter(|capsule| !capsule.pointer.is_null())
        .ok_or_else(|| raise!(ValueError, "{function} called with invalid PyCapsule object"))
}

/// The capsule's pointer, if the name is right (`PyCapsule_GetPointer`).
pub fn get_pointer(capsule: Op<'_>, name: *const c_char) -> PyResult<*mut c_void> {
    let capsule = check(capsule, "PyCapsule_GetPointer")?;
    if !name_matches(name, capsule.name) {
        return Err(raise!(ValueError, "PyCapsule_GetPointer called with incorrect name"));
    }
    Ok(capsule.pointer)
}

/// The pointer of the capsule `module.attribute` (`PyCapsule_Import`).
pub fn import(name: &CStr) -> PyResult<*mut c_void> {
    let dotted = name.to_string_lossy();
    let mut parts = dotted.split('.');
    let first = parts.next().expect("split gives at least one part");
    let mut op: Object = match (state::hooks().import_module)(first) {
        Ok(module) => module,
        Err(raised) => {
            raised.clear();
            return Err(raise!(ImportError, "PyCapsule_Import could not import module \"{first}\""));
        }
    };
    for part in parts {
        op = object::get_attr_str(op.op(), part)?;
    }
    if !is_valid(op.op(), name.as_ptr()) {
        return Err(raise!(AttributeError, "PyCapsule_Import \"{dotted}\" is not valid"));
    }
    get_pointer(op.op(), name.as_ptr())
}

/// Lets the collector see what the capsule's pointer owns (`_PyCapsule_SetTraverse`).
pub fn set_traverse(capsule: Op<'_>, traverse: traverseproc, clear: inquiry) -> PyResult<()> {
    let capsule = check(capsule, "_PyCapsule_SetTraverse")?;
    // SAFETY: a live capsule.
    unsafe {
        (*capsule.as_ptr()).traverse_func = Some(traverse);
        (*capsule.as_ptr()).clear_func = Some(clear);
    }
    gc::track(capsule.as_object_ptr());
    Ok(())
}

fn dealloc(capsule: Borrowed<'_, PyCapsule>) {
    gc::untrack(capsule.as_object_ptr());
    if let Some(destructor) = capsule.destructor {
        // SAFETY: the maker's function for this very capsule.
        unsafe { destructor(capsule.as_object_ptr()) };
    }
    // SAFETY: a dying capsule, which owns no references.
    unsafe { gc::delete(capsule.as_object_ptr()) };
}

fn repr(capsule: Borrowed<'_, PyCapsule>) -> PyResult<Owned<PyUnicodeObject>> {
    let address = capsule.as_ptr();
    if capsule.name.is_null() {
        return str::from_string(format!("<capsule object NULL at {address:p}>"));
    }
    // SAFETY: the name is a C string that lives as long as the capsule.
    let name = unsafe { CStr::from_ptr(capsule.name) }.to_string_lossy();
    str::from_string(format!("<capsule object \"{name}\" at {address:p}>"))
}

fn traverse(capsule: Borrowed<'_, PyCapsule>, visitor: &mut Visitor) {
    if let Some(traverse) = capsule.traverse_func {
        // SAFETY: the maker's function for this capsule.
        unsafe { visitor.forward(capsule.as_object_ptr(), traverse) };
    }
}

fn clear(capsule: Borrowed<'_, PyCapsule>) {
    if let Some(clear) = capsule.clear_func {
        // SAFETY: the maker's function for this capsule.
        unsafe { clear(capsule.as_object_ptr()) };
    }
}

#[unsafe(no_mangle)]
pub static mut PyCapsule_Type: PyTypeObject = PyTypeObject {
    tp_name: c"PyCapsule".as_ptr(),
    tp_basicsize: size_of::<PyCapsule>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_repr: slot::unary(repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"A C pointer as an object, with a name that says what it points to.\n\nCompiled modules hand each other their functions this way.".as_ptr(),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    ..PyTypeObject::EMPTY
};
crate::py_typed!(PyCapsule, PyCapsule_Type);
