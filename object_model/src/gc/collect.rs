//! Finding cycles of objects that nothing else refers to, and breaking them.
//!
//! A collection of generation `n` looks at the generations up to `n` as one ring.
//! It copies the reference counts into the heads, subtracts every reference that
//! comes from within the ring, and whatever still has a count is reached from
//! outside. What is reached from there stays; the rest is garbage. Then, in this
//! order: weak references to garbage are cleared and their callbacks run, finalizers
//! run, what they brought back to life goes on living, and `tp_clear` breaks the
//! cycles of the remainder.
//!
//! While the ring is examined its links back are not there: `_gc_prev` holds the
//! copied count above the flags. In the ring of unreachable candidates every
//! `_gc_next` carries the flag `UNREACHABLE`.

use super::*;
use core::ffi::c_void;
use std::time::Instant;

use crate::{Borrowed, call, dict, list, weakref};

/// A flag of `_gc_next`, set only while `deduce_unreachable` runs.
const UNREACHABLE: usize = 1;

/// Why a collection runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Heap,
    Manual,
    Shutdown,
}

/// Whether and how many of a ring's references are known.
impl Head {
    fn refs(self) -> usize {
        self.raw_prev() >> _PyGC_PREV_SHIFT
    }

    fn set_refs(self, refs: usize) {
        self.set_raw_prev(self.raw_prev() & !_PyGC_PREV_MASK | refs << _PyGC_PREV_SHIFT);
    }

    /// Copies the object's count and marks it as a member of the ring under examination.
    fn reset_refs(self, refs: usize) {
        self.set_raw_prev(
            self.raw_prev() & _PyGC_PREV_MASK_FINALIZED
                | _PyGC_PREV_MASK_COLLECTING
                | refs << _PyGC_PREV_SHIFT,
        );
    }

    fn is_collecting(self) -> bool {
        self.raw_prev() & _PyGC_PREV_MASK_COLLECTING != 0
    }

    fn clear_collecting(self) {
        self.set_raw_prev(self.raw_prev() & !_PyGC_PREV_MASK_COLLECTING);
    }

    /// Calls the object's `tp_traverse`.
    fn traverse(self, visit: visitproc, arg: *mut c_void) {
        let op = self.object();
        // SAFETY: a tracked object is live, and its type traverses.
        unsafe {
            if let Some(traverse) = (*(*op).ob_type).tp_traverse {
                traverse(op, visit, arg);
            }
        }
    }
}

/// The collection the VM runs when it sees `SCHEDULED_BIT`; it has cleared the bit.
pub fn run_scheduled() {
    let state = state();
    if !state.enabled.get() || state.collecting.get() {
        return;
    }
    if let Some(generation) = due_generation(state) {
        collect_with_reason(generation, Reason::Heap);
    }
}

/// The oldest generation that is over its threshold. The oldest of all is put off until
/// a quarter as many objects as it holds wait to join it, so that the total work stays
/// linear in the number of objects.
fn due_generation(state: &State) -> Option<usize> {
    (0..GENERATIONS).rev().find(|&generation| {
        state.counts[generation].get() > state.thresholds[generation].get()
            && !(generation == GENERATIONS - 1
                && state.long_lived_pending.get() < state.long_lived_total.get() / 4)
    })
}

/// `gc.collect(generation)`: how many objects were unreachable.
pub fn collect(generation: usize) -> PyResult<usize> {
    // The collection must neither see nor lose an exception that is set.
    let current = errors::take();
    let n = collect_with_reason(generation, Reason::Manual);
    if let Some(current) = current {
        errors::restore(current).ignore();
    }
    Ok(n)
}

/// Collects a generation and those younger; gives the number of unreachable objects.
pub fn collect_with_reason(generation: usize, reason: Reason) -> usize {
    let state = state();
    if state.collecting.replace(true) {
        return 0;
    }
    if reason != Reason::Shutdown {
        invoke_callbacks(state, "start", generation, 0, 0);
    }
    let debug = state.debug.get();
    let start = Instant::now();
    if debug & _PyGC_DEBUG_STATS != 0 {
        eprintln!("gc: collecting generation {generation}...");
        let sizes: Vec<String> =
            (0..GENERATIONS).map(|index| state.generation(index).len().to_string()).collect();
        eprintln!("gc: objects in each generation: {}", sizes.join(" "));
        eprintln!("gc: objects in permanent generation: {}", state.permanent().len());
    }

    if generation + 1 < GENERATIONS {
        state.counts[generation + 1].set(state.counts[generation + 1].get() + 1);
    }
    for count in &state.counts[..=generation] {
        count.set(0);
    }
    let young = state.generation(generation);
    for younger in 0..generation {
        state.generation(younger).merge_into(young);
    }
    let old = if generation + 1 < GENERATIONS { state.generation(generation + 1) } else { young };

    let unreachable_ring = LocalRing::new();
    let unreachable = unreachable_ring.head();
    deduce_unreachable(young, unreachable);
    let n_young = untrack_tuples(young);
    if young == old {
        state.long_lived_pending.set(0);
        state.long_lived_total.set(n_young);
    } else {
        if generation == GENERATIONS - 2 {
            state.long_lived_pending.set(state.long_lived_pending.get() + n_young);
        }
        young.merge_into(old);
    }

    // Objects with an old-style finalizer (`tp_del`), and what they reach, are not collected.
    let legacy_ring = LocalRing::new();
    let legacy = legacy_ring.head();
    move_legacy_finalizers(unreachable, legacy);
    if debug & _PyGC_DEBUG_COLLECTABLE != 0 {
        for head in unreachable.iter() {
            report("collectable", head);
        }
    }

    handle_weakref_callbacks(unreachable);
    finalize_garbage(unreachable);
    let final_ring = LocalRing::new();
    let final_unreachable = final_ring.head();
    handle_resurrected(unreachable, final_unreachable, old);
    clear_weakrefs(final_unreachable);
    let collected = final_unreachable.len();
    delete_garbage(state, final_unreachable, old);

    let mut uncollectable = 0;
    for head in legacy.iter() {
        uncollectable += 1;
        if debug & _PyGC_DEBUG_UNCOLLECTABLE != 0 {
            report("uncollectable", head);
        }
    }
    if debug & _PyGC_DEBUG_STATS != 0 {
        eprintln!(
            "gc: done, {} unreachable, {uncollectable} uncollectable, {:.4}s elapsed",
            collected + uncollectable,
            start.elapsed().as_secs_f64()
        );
    }
    handle_legacy(state, legacy, old);

    if errors::occurred().is_some() {
        if reason == Reason::Shutdown {
            drop(errors::take());
        } else {
            errors::write_unraisable("Exception ignored in garbage collection", None);
        }
    }
    let mut statistics = state.statistics[generation].get();
    statistics.collections += 1;
    statistics.collected += collected;
    statistics.uncollectable += uncollectable;
    state.statistics[generation].set(statistics);
    if reason != Reason::Shutdown {
        invoke_callbacks(state, "stop", generation, collected, uncollectable);
    }
    state.collecting.set(false);
    collected + uncollectable
}

fn report(kind: &str, head: Head) {
    // SAFETY: members of a ring are live.
    let op = unsafe { Op::from_ptr(head.object()) };
    eprintln!("gc: {kind} <{} {:p}>", op.type_name(), op.as_ptr());
}

/// Calls each of `gc.callbacks`; what they raise is reported and forgotten.
fn invoke_callbacks(state: &State, phase: &str, generation: usize, collected: usize, uncollectable: usize) {
    if state.callbacks.get().is_null() {
        return;
    }
    let body = || -> PyResult<()> {
        let callbacks = state.callbacks()?;
        let Some(callbacks) = callbacks.op().downcast::<PyListObject>() else { return Ok(()) };
        if list::len(callbacks) == 0 {
            return Ok(());
        }
        let info = dict::new()?;
        for (name, value) in
            [("generation", generation), ("collected", collected), ("uncollectable", uncollectable)]
        {
            dict::set_item_str(info.borrow(), name, crate::int::from_usize(value)?.op())?;
        }
        let phase = crate::str::from_str(phase)?;
        let mut index = 0;
        while let Some(callback) = list::get(callbacks, index) {
            if call::call_positional(callback.op(), &[phase.op(), info.op()]).is_err() {
                errors::write_unraisable("Exception ignored while calling GC callback", Some(callback.op()));
            }
            index += 1;
        }
        Ok(())
    };
    if body().is_err() {
        errors::write_unraisable("Exception ignored on invoking gc callbacks", None);
    }
}

/// Splits `base`: what is not reached from outside moves to `unreachable`, with its
/// collecting flags clear as everywhere.
fn deduce_unreachable(base: Head, unreachable: Head) {
    update_refs(base);
    subtract_refs(base);
    unreachable.init();
    move_unreachable(base, unreachable);
    clear_unreachable_mask(unreachable);
}

/// Copies the counts of all members.
fn update_refs(containers: Head) {
    let mut head = containers.next();
    while head != containers {
        let next = head.next();
        // SAFETY: members of a ring are live.
        let refs = unsafe { (*head.object()).ob_refcnt };
        if refs & _Py_IMMORTAL_MINIMUM_REFCNT != 0 {
            // Immortal since it was tracked; nothing will ever collect it.
            untrack(head.object());
        } else {
            head.reset_refs(refs as usize);
        }
        head = next;
    }
}

unsafe extern "C" fn visit_decref(op: *mut PyObject, _parent: *mut c_void) -> c_int {
    if is_gc_ptr(op) {
        let head = Head::of(op);
        if head.is_collecting() {
            debug_assert!(head.refs() > 0, "a traverse function reported a reference too many");
            head.set_refs(head.refs().saturating_sub(1));
        }
    }
    0
}

/// Subtracts from the counts the references between members.
fn subtract_refs(containers: Head) {
    for head in containers.iter() {
        head.traverse(visit_decref, head.object().cast());
    }
}

/// `reachable` is a `*mut Head`: what is found reachable goes to that ring.
unsafe extern "C" fn visit_reachable(op: *mut PyObject, arg: *mut c_void) -> c_int {
    if !is_gc_ptr(op) {
        return 0;
    }
    let head = Head::of(op);
    if !head.is_collecting() {
        return 0;
    }
    let reachable = Head(arg.cast());
    if head.raw_next() & UNREACHABLE != 0 {
        // It was set aside too soon: `move_unreachable` met it before what refers to it.
        let prev = head.prev();
        let next = Head((head.raw_next() & !UNREACHABLE) as *mut PyGC_Head);
        prev.set_raw_next(head.raw_next());
        next.set_prev(prev);
        reachable.append(head);
        head.set_refs(1);
    } else if head.refs() == 0 {
        // Its turn has not come yet; now it is known to be reachable.
        head.set_refs(1);
    }
    0
}

/// Moves to `unreachable` what nothing outside of `young` refers to, directly or not;
/// restores the links back of what stays.
fn move_unreachable(young: Head, unreachable: Head) {
    let mut prev = young;
    let mut head = young.next();
    while head != young {
        if head.refs() > 0 {
            head.traverse(visit_reachable, young.0.cast());
            // Both the link and the end of membership, after the count has been read.
            head.set_prev(prev);
            head.clear_collecting();
            prev = head;
        } else {
            prev.set_raw_next(head.raw_next());
            let last = unreachable.prev();
            // Every link in the unreachable ring carries the flag.
            last.set_raw_next(head.0 as usize | UNREACHABLE);
            head.set_prev(last);
            head.set_raw_next(unreachable.0 as usize | UNREACHABLE);
            unreachable.set_prev(head);
        }
        head = Head((prev.raw_next() & !UNREACHABLE) as *mut PyGC_Head);
    }
    young.set_prev(prev);
    unreachable.set_raw_next(unreachable.raw_next() & !UNREACHABLE);
}

/// Makes the ring of unreachable objects an ordinary one. Its members stay marked as
/// collecting, which `move_legacy_finalizers` and the weak reference handling rely on.
fn clear_unreachable_mask(unreachable: Head) {
    let mut head = unreachable.next();
    while head != unreachable {
        head.set_raw_next(head.raw_next() & !UNREACHABLE);
        head = head.next();
    }
}

/// Takes exact tuples that hold nothing the collector could track out of its sight; gives the
/// number of members that there were.
fn untrack_tuples(young: Head) -> usize {
    let mut n = 0;
    let mut head = young.next();
    while head != young {
        let next = head.next();
        let op = head.object();
        // SAFETY: members of a ring are live.
        if unsafe { (*op).ob_type } == &raw mut crate::tuple::PyTuple_Type {
            maybe_untrack_tuple(op);
        }
        head = next;
        n += 1;
    }
    n
}

fn maybe_untrack_tuple(op: *mut PyObject) {
    // SAFETY: an exact tuple that is live.
    let tuple: Borrowed<'_, PyTupleObject> = unsafe { Borrowed::from_ptr(op.cast()) };
    let trackable = crate::tuple::items(tuple).iter().any(|&item| {
        // Null while the tuple is being filled: it will be asked again later.
        item.is_null() || (is_gc_ptr(item) && is_trackable(item))
    });
    if !trackable {
        untrack(op);
    }
}

/// Whether a GC object can ever take part in a cycle: only exact tuples are untracked for good.
fn is_trackable(op: *mut PyObject) -> bool {
    // SAFETY: an item of a live tuple.
    unsafe { (*op).ob_type != &raw mut crate::tuple::PyTuple_Type || is_tracked(op) }
}

unsafe extern "C" fn visit_move(op: *mut PyObject, arg: *mut c_void) -> c_int {
    if is_gc_ptr(op) {
        let head = Head::of(op);
        if head.is_collecting() {
            head.move_to(Head(arg.cast()));
            head.clear_collecting();
        }
    }
    0
}

/// Moves objects with `tp_del`, and all they reach, to `legacy`.
fn move_legacy_finalizers(unreachable: Head, legacy: Head) {
    let mut head = unreachable.next();
    while head != unreachable {
        let next = head.next();
        // SAFETY: members of a ring are live.
        if unsafe { (*(*head.object()).ob_type).tp_del.is_some() } {
            head.clear_collecting();
            head.move_to(legacy);
        }
        head = next;
    }
    let mut head = legacy.next();
    while head != legacy {
        head.traverse(visit_move, legacy.0.cast());
        head = head.next();
    }
}

/// Clears the weak references to garbage that have callbacks, and runs the callbacks of
/// those that are not garbage themselves. References without callback stay until the
/// finalizers have run, which may still use them.
fn handle_weakref_callbacks(unreachable: Head) {
    let mut to_call: Vec<Object> = Vec::new();
    for head in unreachable.iter() {
        let op = head.object();
        // SAFETY: members of the ring are live; a reference in an object's list is live.
        unsafe {
            let Some(slot) = weakref::list_slot(op) else { continue };
            let mut reference = (*slot).cast::<PyWeakReference>();
            while !reference.is_null() {
                let next = (*reference).wr_next;
                if !(*reference).wr_callback.is_null() {
                    weakref::clear_one(reference);
                    // The collecting flag still marks what is unreachable: a reference that is
                    // garbage itself dies silently, whatever it refers to.
                    if !Head::of(reference.cast()).is_collecting() {
                        to_call.push(Owned::new_ref(reference.cast()));
                    }
                }
                reference = next;
            }
        }
    }
    for head in unreachable.iter() {
        head.clear_collecting();
    }
    for reference in to_call {
        // SAFETY: what was collected are weak references.
        let (reference, callback) = unsafe {
            let pointer = reference.as_ptr().cast::<PyWeakReference>();
            (Borrowed::from_ptr(pointer), Owned::new_ref_nullable((*pointer).wr_callback))
        };
        if let Some(callback) = callback
            && call::call_one(callback.op(), reference.as_object()).is_err()
        {
            errors::write_unraisable("Exception ignored on calling weakref callback", Some(callback.op()));
        }
    }
}

/// Clears every remaining weak reference to what is about to be destroyed.
fn clear_weakrefs(unreachable: Head) {
    for head in unreachable.iter() {
        let op = head.object();
        // SAFETY: members of the ring are live, as are the references in their lists.
        unsafe {
            let Some(slot) = weakref::list_slot(op) else { continue };
            while !(*slot).is_null() {
                weakref::clear_one((*slot).cast());
            }
        }
    }
}

/// Runs `tp_finalize` of every member that has not been finalized. Finalizers may do
/// anything, so members are moved to a ring of those seen, one at a time.
fn finalize_garbage(collectable: Head) {
    let seen_ring = LocalRing::new();
    let seen = seen_ring.head();
    while !collectable.is_empty() {
        let head = collectable.next();
        let op = head.object();
        head.move_to(seen);
        // SAFETY: a member of the ring is live; the reference keeps it so meanwhile.
        unsafe {
            if !is_finalized(op)
                && let Some(finalize) = (*(*op).ob_type).tp_finalize
            {
                set_finalized(op);
                let keep = Object::new_ref(op);
                finalize(op);
                drop(keep);
            }
        }
    }
    seen.merge_into(collectable);
}

/// After the finalizers: what is reachable again goes to `old`, with all it reaches; the
/// rest to `still_unreachable`.
fn handle_resurrected(unreachable: Head, still_unreachable: Head, old: Head) {
    deduce_unreachable(unreachable, still_unreachable);
    for head in still_unreachable.iter() {
        head.clear_collecting();
    }
    unreachable.merge_into(old);
}

/// Breaks the cycles with `tp_clear`. Each call may free other members of the ring.
fn delete_garbage(state: &State, collectable: Head, old: Head) {
    while !collectable.is_empty() {
        let head = collectable.next();
        let op = head.object();
        // SAFETY: a member of the ring is live.
        unsafe {
            if state.debug.get() & _PyGC_DEBUG_SAVEALL != 0 {
                let saved =
                    state.garbage().and_then(|garbage| append_to_list(garbage.op(), Object::new_ref(op)));
                if let Err(raised) = saved {
                    raised.clear();
                }
            } else if let Some(clear) = (*(*op).ob_type).tp_clear {
                let keep = Object::new_ref(op);
                clear(op);
                if errors::occurred().is_some() {
                    errors::write_unraisable("Exception ignored in tp_clear of", Some(keep.op()));
                }
                drop(keep);
            }
        }
        if collectable.next() == head {
            // Still alive: somebody outside holds it now, or its type cannot clear.
            head.move_to(old);
        }
    }
}

fn append_to_list(garbage: Op<'_>, op: Object) -> PyResult<()> {
    match garbage.downcast::<PyListObject>() {
        Some(garbage) => list::append(garbage, op),
        None => Err(errors::bad_internal_call()),
    }
}

/// Puts what cannot be collected because of `tp_del` into `gc.garbage`.
fn handle_legacy(state: &State, legacy: Head, old: Head) {
    for head in legacy.iter() {
        let op = head.object();
        // SAFETY: a member of the ring is live.
        unsafe {
            if state.debug.get() & _PyGC_DEBUG_SAVEALL != 0 || (*(*op).ob_type).tp_del.is_some() {
                let kept =
                    state.garbage().and_then(|garbage| append_to_list(garbage.op(), Object::new_ref(op)));
                if kept.is_err() {
                    break;
                }
            }
        }
    }
    legacy.merge_into(old);
}
