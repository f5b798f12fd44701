//! What the `gc` module asks the collector about objects.

use super::*;
use core::ffi::c_void;

use crate::layout::PyListObject;
use crate::{Args, list};

/// `gc.get_objects(generation)`: the tracked objects, without the list itself.
pub fn objects(generation: Option<usize>) -> PyResult<Owned<PyListObject>> {
    let result = list::new()?;
    let rings = match generation {
        Some(generation) => generation..generation + 1,
        None => 0..GENERATIONS,
    };
    for ring in rings {
        // Collected first: appending may not allocate tracked objects, but a snapshot costs
        // little and needs no proof.
        let members: Vec<*mut PyObject> = state().generation(ring).iter().map(Head::object).collect();
        for op in members {
            if op != result.as_object_ptr() {
                // SAFETY: tracked objects are live, and nothing ran since the snapshot.
                list::append(result.borrow(), unsafe { Object::new_ref(op) })?;
            }
        }
    }
    Ok(result)
}

/// `gc.get_referents`: what the traverse functions of `objects` report.
pub fn referents(objects: Args<'_>) -> PyResult<Owned<PyListObject>> {
    unsafe extern "C" fn collect(op: *mut PyObject, arg: *mut c_void) -> c_int {
        // SAFETY: `arg` is the vector below; a visited object is live.
        unsafe { (*arg.cast::<Vec<Object>>()).push(Object::new_ref(op)) };
        0
    }
    let mut found: Vec<Object> = Vec::new();
    for op in objects.iter() {
        if !is_gc(op) {
            continue;
        }
        if let Some(traverse) = op.ob_type().tp_traverse {
            // SAFETY: a live object and the function it was made for.
            unsafe { traverse(op.as_ptr(), collect, (&raw mut found).cast()) };
        }
    }
    list::from_vec(found)
}

struct Wanted<'a> {
    objects: &'a [*mut PyObject],
}

unsafe extern "C" fn visit_wanted(op: *mut PyObject, arg: *mut c_void) -> c_int {
    // SAFETY: `arg` is the `Wanted` of `referrers`.
    let wanted = unsafe { &*arg.cast::<Wanted<'_>>() };
    c_int::from(wanted.objects.contains(&op))
}

/// `gc.get_referrers`: the tracked objects that refer directly to one of `objects`.
pub fn referrers(objects: Args<'_>, arguments: Option<Op<'_>>) -> PyResult<Owned<PyListObject>> {
    let result = list::new()?;
    let mut wanted = Wanted { objects: objects.as_slice() };
    for ring in 0..=GENERATIONS {
        let members: Vec<*mut PyObject> = state().generation(ring).iter().map(Head::object).collect();
        for op in members {
            if op == result.as_object_ptr() || arguments.is_some_and(|it| it.as_ptr() == op) {
                continue;
            }
            // SAFETY: tracked objects are live, and a traverse function runs no Python code.
            unsafe {
                let refers = (*(*op).ob_type)
                    .tp_traverse
                    .is_some_and(|traverse| traverse(op, visit_wanted, (&raw mut wanted).cast()) != 0);
                if refers {
                    list::append(result.borrow(), Object::new_ref(op))?;
                }
            }
        }
    }
    Ok(result)
}

/// `gc.freeze`: everything tracked becomes permanent.
pub fn freeze() {
    let state = state();
    for generation in 0..GENERATIONS {
        state.generation(generation).merge_into(state.permanent());
        state.counts[generation].set(0);
    }
}

/// `gc.unfreeze`: what is permanent joins the oldest generation.
pub fn unfreeze() {
    let state = state();
    state.permanent().merge_into(state.generation(GENERATIONS - 1));
}

/// `gc.get_freeze_count`.
pub fn freeze_count() -> usize {
    state().permanent().len()
}

/// Calls `visit` with every tracked object until it gives 0 (`PyUnstable_GC_VisitObjects`).
///
/// # Safety
/// `visit` follows the protocol of that function.
pub unsafe fn visit_objects(visit: gcvisitobjects_t, arg: *mut c_void) {
    let state = state();
    let was_enabled = state.enabled.replace(false);
    'all: for ring in 0..=GENERATIONS {
        let members: Vec<Object> = state
            .generation(ring)
            .iter()
            // SAFETY: tracked objects are live.
            .map(|head| unsafe { Object::new_ref(head.object()) })
            .collect();
        for op in &members {
            // SAFETY: the caller's promise.
            if unsafe { visit(op.as_ptr(), arg) } == 0 {
                break 'all;
            }
        }
    }
    state.enabled.set(was_enabled);
}
