//! The cycle collector and allocation of tracked objects (16-byte head in front).
//!
//! Reading order: this file allocates, frees and links objects; `gc/collect.rs` finds
//! and breaks cycles; `gc/inspect.rs` answers what the `gc` module asks.
//!
//! Every object of a type with `Py_TPFLAGS_HAVE_GC` has a `PyGC_Head` before its
//! header. Tracked objects form one doubly linked ring for each generation, and a
//! new one joins the youngest. Allocation never runs a collection: past the
//! threshold it sets a bit of `tstate.eval_breaker`, and the VM calls
//! `run_scheduled` at its next safe point.
//!
//! Invariants
//!  - `_gc_next` is zero exactly while an object is not tracked.
//!  - Between collections the flag bits of `_gc_next` are clear, and of those of
//!    `_gc_prev` only "has been finalized" may be set.

use core::cell::{Cell, UnsafeCell};
use core::ffi::c_int;
use core::ptr;

use crate::free_lists::FreeList;
use crate::layout::*;
use crate::{Object, Op, Owned, PyResult, TypeRef, alloc, errors, inline_values, state};

mod collect;
mod inspect;
mod trashcan;

pub use collect::{Reason, collect, collect_with_reason, run_scheduled};
pub use inspect::{freeze, freeze_count, objects, referents, referrers, unfreeze, visit_objects};
pub use trashcan::{dealloc_tracked, stack_remaining};

/// Youngest, middle, oldest.
pub const GENERATIONS: usize = 3;

/// The bit of `tstate.eval_breaker` that asks for a collection (`_PY_GC_SCHEDULED_BIT`).
pub const SCHEDULED_BIT: usize = 1 << 4;

/// What `gc.get_stats` says about one generation.
#[derive(Clone, Copy, Default)]
pub struct Statistics {
    pub collections: usize,
    pub collected: usize,
    pub uncollectable: usize,
}

/// The collector's generations, thresholds and counters.
pub struct State {
    /// The rings of the generations; the last is the permanent one of `gc.freeze`.
    /// Boxed, because the first and last member of a ring point to its head.
    heads: Box<[UnsafeCell<PyGC_Head>; GENERATIONS + 1]>,
    pub thresholds: [Cell<c_int>; GENERATIONS],
    /// Allocations minus deallocations for the youngest, else collections of the next younger.
    pub counts: [Cell<c_int>; GENERATIONS],
    pub statistics: [Cell<Statistics>; GENERATIONS],
    pub enabled: Cell<bool>,
    pub collecting: Cell<bool>,
    /// `_PyGC_DEBUG_*`.
    pub debug: Cell<c_int>,
    /// Owned lists, null until the `gc` module or the collector wants them.
    garbage: Cell<*mut PyObject>,
    callbacks: Cell<*mut PyObject>,
    /// How many objects survived the last full collection, and how many joined the
    /// oldest generation since.
    long_lived_total: Cell<usize>,
    long_lived_pending: Cell<usize>,
}

impl Default for State {
    fn default() -> Self {
        let heads: Box<[UnsafeCell<PyGC_Head>; GENERATIONS + 1]> =
            Box::new(core::array::from_fn(|_| UnsafeCell::new(PyGC_Head { _gc_next: 0, _gc_prev: 0 })));
        for head in heads.iter() {
            Head(head.get()).init();
        }
        Self {
            heads,
            thresholds: [Cell::new(2000), Cell::new(10), Cell::new(10)],
            counts: Default::default(),
            statistics: Default::default(),
            enabled: Cell::new(true),
            collecting: Cell::new(false),
            debug: Cell::new(0),
            garbage: Cell::new(ptr::null_mut()),
            callbacks: Cell::new(ptr::null_mut()),
            long_lived_total: Cell::new(0),
            long_lived_pending: Cell::new(0),
        }
    }
}

impl State {
    #[inline]
    fn generation(&self, index: usize) -> Head {
        Head(self.heads[index].get())
    }

    /// The ring of what `gc.freeze` took out of the collector's sight.
    fn permanent(&self) -> Head {
        self.generation(GENERATIONS)
    }

    /// `gc.garbage`.
    pub fn garbage(&self) -> PyResult {
        list_in(&self.garbage)
    }

    /// `gc.callbacks`.
    pub fn callbacks(&self) -> PyResult {
        list_in(&self.callbacks)
    }
}

/// The list in `slot`, made when it is first wanted.
fn list_in(slot: &Cell<*mut PyObject>) -> PyResult {
    if slot.get().is_null() {
        slot.set(crate::list::new()?.into_object_ptr());
    }
    // SAFETY: the slot owns a list now.
    Ok(unsafe { Owned::new_ref(slot.get()) })
}

/// The head of a live object, or of a ring.
///
/// Made only from such pointers, so that the methods can be safe within this module.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Head(*mut PyGC_Head);

impl Head {
    #[inline]
    fn of(op: *mut PyObject) -> Self {
        // Not `is_gc_ptr`: a class is tracked before the flag that tells it from a static type is set.
        // SAFETY: the object and its type are alive.
        debug_assert!(unsafe { (*(*op).ob_type).tp_flags & Py_TPFLAGS_HAVE_GC != 0 });
        // SAFETY: an object with a GC type stands behind its head.
        Self(unsafe { op.cast::<PyGC_Head>().sub(1) })
    }

    /// The head in front of memory that is no object any more.
    #[inline]
    fn of_memory(op: *mut PyObject) -> Self {
        // SAFETY: the block begins with the head.
        Self(unsafe { op.cast::<PyGC_Head>().sub(1) })
    }

    #[inline]
    fn object(self) -> *mut PyObject {
        // SAFETY: the head belongs to an object, which is directly behind it.
        unsafe { self.0.add(1).cast() }
    }

    /// `_gc_next` with its flag bits.
    #[inline]
    fn raw_next(self) -> usize {
        // SAFETY: a head is live.
        unsafe { (*self.0)._gc_next }
    }

    #[inline]
    fn set_raw_next(self, value: usize) {
        // SAFETY: a head is live.
        unsafe { (*self.0)._gc_next = value }
    }

    /// `_gc_prev` with its flag bits.
    #[inline]
    fn raw_prev(self) -> usize {
        // SAFETY: a head is live.
        unsafe { (*self.0)._gc_prev }
    }

    #[inline]
    fn set_raw_prev(self, value: usize) {
        // SAFETY: a head is live.
        unsafe { (*self.0)._gc_prev = value }
    }

    #[inline]
    fn next(self) -> Self {
        Self(self.raw_next() as *mut PyGC_Head)
    }

    #[inline]
    fn set_next(self, next: Self) {
        self.set_raw_next(next.0 as usize);
    }

    #[inline]
    fn prev(self) -> Self {
        Self((self.raw_prev() & _PyGC_PREV_MASK) as *mut PyGC_Head)
    }

    /// Changes the link back and keeps the flags.
    #[inline]
    fn set_prev(self, prev: Self) {
        self.set_raw_prev(self.raw_prev() & !_PyGC_PREV_MASK | prev.0 as usize);
    }

    /// Makes this the head of an empty ring.
    #[inline]
    fn init(self) {
        self.set_raw_next(self.0 as usize);
        self.set_raw_prev(self.0 as usize);
    }

    #[inline]
    fn is_empty(self) -> bool {
        self.raw_next() == self.0 as usize
    }

    /// Puts `node`, which is in no ring, at the end of this ring.
    #[inline]
    fn append(self, node: Self) {
        let last = self.prev();
        node.set_prev(last);
        node.set_next(self);
        last.set_next(node);
        self.set_prev(node);
    }

    /// Takes this node out of its ring.
    #[inline]
    fn remove(self) {
        let (prev, next) = (self.prev(), self.next());
        prev.set_next(next);
        next.set_prev(prev);
        self.set_raw_next(0);
    }

    /// Moves this node from its ring to the end of `list`.
    fn move_to(self, list: Self) {
        let (prev, next) = (self.prev(), self.next());
        prev.set_next(next);
        next.set_prev(prev);
        list.append(self);
    }

    /// Moves everything in this ring to the end of `list`.
    fn merge_into(self, list: Self) {
        if !self.is_empty() {
            let (first, last, end) = (self.next(), self.prev(), list.prev());
            end.set_next(first);
            first.set_prev(end);
            last.set_next(list);
            list.set_prev(last);
        }
        self.init();
    }

    fn len(self) -> usize {
        self.iter().count()
    }

    /// The members in order. None of those still to come may leave meanwhile, except
    /// that the one just given may.
    fn iter(self) -> impl Iterator<Item = Self> {
        let mut next = self.next();
        core::iter::from_fn(move || {
            if next == self {
                return None;
            }
            let node = next;
            next = node.next();
            Some(node)
        })
    }
}

/// A ring on the stack.
struct LocalRing(Box<UnsafeCell<PyGC_Head>>);

impl LocalRing {
    fn new() -> Self {
        let ring = Self(Box::new(UnsafeCell::new(PyGC_Head { _gc_next: 0, _gc_prev: 0 })));
        ring.head().init();
        ring
    }
    fn head(&self) -> Head {
        Head(self.0.get())
    }
}

/// The collector's state of the current interpreter.
#[inline]
pub fn state() -> &'static State {
    &state::interp().gc
}

/// Bytes in front of an object of type `tp`: the GC head, and where the type has
/// managed fields, the dict and the weak reference list before that.
#[inline]
pub(crate) fn prefix_size(tp: *mut PyTypeObject) -> usize {
    // SAFETY: callers pass a live type.
    let flags = unsafe { (*tp).tp_flags };
    let gc = if flags & Py_TPFLAGS_HAVE_GC != 0 { size_of::<PyGC_Head>() } else { 0 };
    let managed = if flags & (Py_TPFLAGS_MANAGED_DICT | Py_TPFLAGS_MANAGED_WEAKREF) != 0 { 16 } else { 0 };
    gc + managed
}

/// A block for an object of `size` bytes with its prefix, which is zeroed; the object
/// itself is not, except for its header. Not tracked.
#[inline]
pub fn alloc_uninit(tp: TypeRef<'_>, size: usize) -> PyResult<*mut PyObject> {
    let prefix = prefix_size(tp.as_ptr());
    let block = alloc::malloc(prefix + size).cast::<u8>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block has room for the prefix, which is a multiple of 16, and the object.
    let op = unsafe {
        ptr::write_bytes(block, 0, prefix);
        let op = block.add(prefix).cast::<PyObject>();
        alloc::init_header(op, tp.as_ptr());
        op
    };
    count_allocation();
    Ok(op)
}

/// A new untracked object of a static type of fixed size, uninitialised behind its header;
/// `list` has memory of dead ones. The counterpart of `free_to`.
#[inline]
pub(crate) fn alloc_from(list: &FreeList, tp: *mut PyTypeObject) -> PyResult<*mut PyObject> {
    let op = list.pop::<PyObject>();
    // SAFETY: a static type; what the list has lies behind a head that is zero.
    unsafe {
        if op.is_null() {
            return alloc_uninit(TypeRef::from_ptr(tp), (*tp).tp_basicsize as usize);
        }
        alloc::init_header(op, tp);
    }
    count_allocation();
    Ok(op)
}

/// Gives the memory of a dead object back, to `list` if its type is exactly `tp`.
///
/// # Safety
/// The object is untracked, its own references are gone and nobody uses it afterwards.
#[inline]
pub(crate) unsafe fn free_to(list: &FreeList, most: usize, op: *mut PyObject, tp: *mut PyTypeObject) {
    // SAFETY: the caller's promise; the head may still say that it was finalized.
    unsafe {
        if (*op).ob_type == tp && list.push(op, most) {
            Head::of_memory(op).set_raw_prev(0);
            count_deallocation();
        } else {
            alloc::free_object(op);
        }
    }
}

/// As `alloc_uninit`, with everything behind the header zero.
#[inline]
pub fn alloc_zeroed(tp: TypeRef<'_>, size: usize) -> PyResult<*mut PyObject> {
    let prefix = prefix_size(tp.as_ptr());
    let block = alloc::calloc(1, prefix + size).cast::<u8>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block has room for the prefix, which is a multiple of 16, and the object.
    let op = unsafe {
        let op = block.add(prefix).cast::<PyObject>();
        alloc::init_header(op, tp.as_ptr());
        op
    };
    count_allocation();
    Ok(op)
}

/// One more object in the youngest generation; past the threshold, asks for a collection.
#[inline]
pub(crate) fn count_allocation() {
    let state = state();
    let count = state.counts[0].get() + 1;
    state.counts[0].set(count);
    if count > state.thresholds[0].get() {
        schedule(state);
    }
}

/// One object less in the youngest generation.
#[inline]
fn count_deallocation() {
    let state = state();
    let count = state.counts[0].get();
    if count > 0 {
        state.counts[0].set(count - 1);
    }
}

#[cold]
fn schedule(state: &State) {
    if state.enabled.get() && state.thresholds[0].get() != 0 && !state.collecting.get() {
        // SAFETY: the current thread's state is live.
        unsafe { (*state::current()).eval_breaker |= SCHEDULED_BIT };
    }
}

/// A new object of a type with GC head and `n_items` items, zeroed behind its header
/// and not tracked (`PyObject_GC_New`, `PyObject_GC_NewVar`).
#[inline]
pub fn alloc(tp: TypeRef<'_>, n_items: isize) -> PyResult<Object> {
    let size = object_size(tp, n_items)?;
    if tp.tp_flags & Py_TPFLAGS_INLINE_VALUES != 0 {
        let op = alloc_zeroed(tp, size + inline_values::size(tp.as_ptr()))?;
        // SAFETY: a new instance with room for its values, of which there is one reference.
        return unsafe {
            inline_values::init(op, tp.as_ptr());
            Ok(Owned::steal(op))
        };
    }
    let op = alloc_zeroed(tp, size)?;
    if tp.tp_itemsize != 0 {
        // SAFETY: a type with items has a `PyVarObject` header.
        unsafe { (*op.cast::<PyVarObject>()).ob_size = n_items };
    }
    // SAFETY: a fresh object with one reference.
    Ok(unsafe { Owned::steal(op) })
}

/// Basic size plus items, rounded up to whole words.
#[inline]
fn object_size(tp: TypeRef<'_>, n_items: isize) -> PyResult<usize> {
    let (basic, item) = (tp.tp_basicsize as usize, tp.tp_itemsize as usize);
    if item == 0 {
        return Ok(basic);
    }
    usize::try_from(n_items)
        .ok()
        .and_then(|n| n.checked_mul(item))
        .and_then(|n| n.checked_add(basic + 7))
        .filter(|&n| n < isize::MAX as usize - 64)
        .map(|n| n & !7)
        .ok_or_else(errors::no_memory)
}

/// Another number of items for an object that is not tracked (`PyObject_GC_Resize`).
///
/// # Safety
/// `op` is a live untracked object of a type with items, nobody else holds a pointer to
/// it, and nobody uses the old pointer if this succeeds.
pub unsafe fn resize(op: *mut PyObject, n_items: isize) -> PyResult<*mut PyObject> {
    debug_assert!(!is_tracked(op));
    // SAFETY: the caller's promise; the block starts at the object's prefix.
    unsafe {
        let tp = (*op).ob_type;
        let size = object_size(TypeRef::from_ptr(tp), n_items)?;
        let prefix = prefix_size(tp);
        let block = alloc::realloc(op.cast::<u8>().sub(prefix).cast(), prefix + size).cast::<u8>();
        if block.is_null() {
            return Err(errors::no_memory());
        }
        let op = block.add(prefix).cast::<PyObject>();
        (*op.cast::<PyVarObject>()).ob_size = n_items;
        Ok(op)
    }
}

/// Lets the collector see an object (`PyObject_GC_Track`); what it traverses must be in order.
/// Does nothing if it sees it already.
#[inline]
pub fn track(op: *mut PyObject) {
    let head = Head::of(op);
    if head.raw_next() == 0 {
        state().generation(0).append(head);
    }
}

/// Hides an object from the collector (`PyObject_GC_UnTrack`); no harm if it is not tracked.
#[inline]
pub fn untrack(op: *mut PyObject) {
    let head = Head::of(op);
    if head.raw_next() != 0 {
        head.remove();
        head.set_raw_prev(head.raw_prev() & _PyGC_PREV_MASK_FINALIZED);
    }
}

#[inline]
pub fn is_tracked(op: *mut PyObject) -> bool {
    Head::of(op).raw_next() != 0
}

/// Frees the block of an object with GC head (`PyObject_GC_Del`).
///
/// # Safety
/// `op` comes from this module's allocation, its type is still alive, what it owns has been given
/// back, and nobody uses it afterwards.
#[inline]
pub unsafe fn delete(op: *mut PyObject) {
    if is_tracked(op) {
        untrack(op);
    }
    count_deallocation();
    // SAFETY: the caller's promise; the block starts at the prefix, whose size the type tells.
    unsafe {
        let prefix = prefix_size((*op).ob_type);
        alloc::free(op.cast::<u8>().sub(prefix).cast());
    }
}

/// `PyObject_GC_Del` as a `tp_free` slot.
///
/// # Safety
/// As for `delete`.
pub unsafe extern "C" fn delete_slot(op: *mut core::ffi::c_void) {
    // SAFETY: `tp_dealloc` calls `tp_free` last, for an object of its type.
    unsafe { delete(op.cast()) };
}

/// Whether the collector may track the object (`PyObject_IS_GC`).
pub fn is_gc(op: Op<'_>) -> bool {
    is_gc_ptr(op.as_ptr())
}

#[inline]
fn is_gc_ptr(op: *mut PyObject) -> bool {
    // SAFETY: callers pass live objects, whose types are alive.
    unsafe {
        let tp = (*op).ob_type;
        (*tp).tp_flags & Py_TPFLAGS_HAVE_GC != 0 && (*tp).tp_is_gc.is_none_or(|is_gc| is_gc(op) != 0)
    }
}

/// Whether objects of this one's type can be tracked: what `is_gc` says without asking the object.
#[inline]
pub fn has_gc_type(op: Op<'_>) -> bool {
    op.ob_type().tp_flags & Py_TPFLAGS_HAVE_GC != 0
}

/// Whether the finalizer of the object has run.
#[inline]
pub fn is_finalized(op: *mut PyObject) -> bool {
    Head::of(op).raw_prev() & _PyGC_PREV_MASK_FINALIZED != 0
}

#[inline]
pub fn set_finalized(op: *mut PyObject) {
    let head = Head::of(op);
    head.set_raw_prev(head.raw_prev() | _PyGC_PREV_MASK_FINALIZED);
}

/// Runs `tp_finalize` once in the life of an object (`PyObject_CallFinalizer`).
pub fn call_finalizer(op: Op<'_>) {
    let Some(finalize) = op.ob_type().tp_finalize else { return };
    let has_head = is_gc(op);
    if has_head && is_finalized(op.as_ptr()) {
        return;
    }
    // SAFETY: the slot of a live object's own type.
    unsafe { finalize(op.as_ptr()) };
    if has_head {
        set_finalized(op.as_ptr());
    }
}

/// Runs the finalizer of an object whose count is 0; true if it lives on
/// (`PyObject_CallFinalizerFromDealloc` gave -1), and then `dealloc` must stop.
pub fn call_finalizer_from_dealloc(op: Op<'_>) -> bool {
    if op.ob_refcnt != 0 {
        panic!("a finalizer from dealloc needs a count of 0");
    }
    let count = op.as_ptr();
    // SAFETY: with a count of 0 the object is in its `tp_dealloc`, which alone counts it until the
    // finalizer shows it around; the memory stays as long as `tp_dealloc` has not freed it.
    unsafe {
        (*count).ob_refcnt = 1;
        call_finalizer(op);
        (*count).ob_refcnt -= 1;
        (*count).ob_refcnt != 0
    }
}
