//! What extensions keep with code objects: a pointer for each index they have asked for.
//!
//! `co_extra` points to a boxed vector, null until something is stored. The functions that free
//! what is stored stand in the runtime's state, one for each index.

use core::cell::RefCell;
use core::ffi::c_void;

use adder_object_model::layout::PyCodeObject;
use adder_object_model::{Borrowed, PyResult, raise};

use crate::runtime::runtime;

/// Frees what is stored at an index; null for what nobody owns.
pub type FreeFunction = Option<unsafe extern "C" fn(*mut c_void)>;

/// As many indices as CPython gives out.
const MOST_INDICES: usize = 255;

#[derive(Default)]
pub struct State(RefCell<Vec<FreeFunction>>);

/// A new index, or -1 if there are no more (`PyUnstable_Eval_RequestCodeExtraIndex`).
pub fn request_index(free: FreeFunction) -> isize {
    let mut functions = runtime().code_extra.0.borrow_mut();
    if functions.len() == MOST_INDICES {
        return -1;
    }
    functions.push(free);
    functions.len() as isize - 1
}

fn free_function(index: usize) -> FreeFunction {
    runtime().code_extra.0.borrow().get(index).copied().flatten()
}

fn values(code: Borrowed<'_, PyCodeObject>) -> *mut Vec<*mut c_void> {
    code.co_extra.cast()
}

/// The pointer stored at an index; null if there is none.
pub fn get(code: Borrowed<'_, PyCodeObject>, index: isize) -> *mut c_void {
    let values = values(code);
    // SAFETY: the code object owns the vector, which only this module touches, under the GIL.
    let stored = if values.is_null() { None } else { unsafe { &*values }.get(index as usize).copied() };
    stored.unwrap_or(core::ptr::null_mut())
}

/// Stores a pointer and frees the one that was there.
///
/// # Errors
/// `SystemError` for an index that nobody has asked for.
pub fn set(code: Borrowed<'_, PyCodeObject>, index: isize, extra: *mut c_void) -> PyResult<()> {
    let known = runtime().code_extra.0.borrow().len();
    let Some(index) = usize::try_from(index).ok().filter(|&index| index < known) else {
        return Err(raise!(SystemError, "no such index of code extras"));
    };
    // SAFETY: as in `get`; the new pointer is in place before the old one is freed, which may run anything.
    unsafe {
        if code.co_extra.is_null() {
            (*code.as_ptr()).co_extra = Box::into_raw(Box::new(Vec::<*mut c_void>::new())).cast();
        }
        let values = &mut *values(code);
        if values.len() <= index {
            values.resize(index + 1, core::ptr::null_mut());
        }
        let old = core::mem::replace(&mut values[index], extra);
        if let Some(free) = free_function(index)
            && !old.is_null()
        {
            free(old);
        }
    }
    Ok(())
}

/// Frees all that is stored with code that is about to be freed.
///
/// # Safety
/// Nobody reads the code's extras afterwards.
pub unsafe fn clear(code: *mut PyCodeObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let values: *mut Vec<*mut c_void> =
            core::ptr::replace(&raw mut (*code).co_extra, core::ptr::null_mut()).cast();
        if values.is_null() {
            return;
        }
        for (index, stored) in Box::from_raw(values).into_iter().enumerate() {
            if let Some(free) = free_function(index)
                && !stored.is_null()
            {
                free(stored);
            }
        }
    }
}
