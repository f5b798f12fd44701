//! The list of thread states, and what belongs to a thread of the operating system.

use core::cell::Cell;
use core::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use adder_object_model::layout::*;
use adder_object_model::{Object, Op, state};
use parking_lot::Mutex;

/// The address of a thread state.
#[derive(Clone, Copy, PartialEq)]
struct Address(*mut PyThreadState);
// SAFETY: followed only under the GIL.
unsafe impl Send for Address {}

/// Every live thread state, newest last.
static ALL: Mutex<Vec<Address>> = Mutex::new(Vec::new());
/// The newest of them, for those who cannot wait for a lock: signal handlers and watchdogs.
static NEWEST: AtomicPtr<PyThreadState> = AtomicPtr::new(core::ptr::null_mut());
static MAIN_ID: AtomicU64 = AtomicU64::new(0);
static NEXT_ID: AtomicU64 = AtomicU64::new(1);

thread_local! {
    static IS_FINALIZER: Cell<bool> = const { Cell::new(false) };
    /// The state `PyGILState_Ensure` finds.
    static OF_THIS_THREAD: Cell<*mut PyThreadState> = const { Cell::new(core::ptr::null_mut()) };
}

/// All thread states; they stay alive as long as the GIL is held.
pub fn all() -> Vec<*mut PyThreadState> {
    ALL.lock().iter().map(|address| address.0).collect()
}

/// `threading.get_ident()`.
pub fn current_id() -> u64 {
    // SAFETY: pthread_self cannot fail.
    unsafe { libc::pthread_self() }
}

/// Enters a fresh state into the list.
///
/// # Safety
/// The state is alive and not in the list yet.
pub unsafe fn add(thread: *mut PyThreadState) {
    let mut all = ALL.lock();
    // SAFETY: the state is fresh and the list's states are alive.
    unsafe {
        (*thread).id = NEXT_ID.fetch_add(1, Ordering::Relaxed);
        let head = all.last().map_or(core::ptr::null_mut(), |address| address.0);
        (*thread).next = head;
        if !head.is_null() {
            (*head).prev = thread;
        }
        (*thread)._status.bits |= PyThreadStateStatus::INITIALIZED;
    }
    all.push(Address(thread));
    NEWEST.store(thread, Ordering::Release);
}

/// The newest thread state, without waiting for any lock; each leads to the `next` older one.
pub fn newest() -> *mut PyThreadState {
    NEWEST.load(Ordering::Acquire)
}

/// Binds a state to the thread that runs.
///
/// # Safety
/// The state is alive and bound to no other thread.
pub unsafe fn bind(thread: *mut PyThreadState) {
    // SAFETY: the state belongs to this thread from now on.
    unsafe {
        (*thread).thread_id = current_id();
        (*thread).native_thread_id = libc::gettid() as _;
        (*thread)._status.bits |= PyThreadStateStatus::BOUND;
    }
    OF_THIS_THREAD.set(thread);
}

/// The state bound to this thread, whether or not it holds the GIL.
pub fn of_this_thread() -> *mut PyThreadState {
    OF_THIS_THREAD.get()
}

/// A new state for a thread that is about to start; not bound yet.
pub fn new_state() -> *mut PyThreadState {
    // SAFETY: the current thread has a state.
    let (interp, limit, depth) = unsafe {
        let current = state::current();
        ((*current).interp, (*current).py_recursion_limit, (*current).coroutine_origin_tracking_depth)
    };
    let thread = state::new_thread(interp.cast());
    // SAFETY: fresh.
    unsafe {
        (*thread).py_recursion_limit = limit;
        (*thread).py_recursion_remaining = limit;
        let _ = depth;
        (*thread).eval_breaker |= crate::vm::monitoring::current_version();
    }
    // SAFETY: made above.
    unsafe { add(thread) };
    thread
}

/// A new state for a thread that the runtime did not start and that has none; not bound yet.
pub fn new_foreign_state() -> *mut PyThreadState {
    let main = ALL.lock().first().map_or(core::ptr::null_mut(), |address| address.0);
    assert!(!main.is_null(), "the interpreter has been started");
    // SAFETY: the first state is the main thread's, which lives until the end.
    let (interp, limit) = unsafe { ((*main).interp, (*main).py_recursion_limit) };
    let thread = state::new_thread(interp.cast());
    // SAFETY: fresh.
    unsafe {
        (*thread).py_recursion_limit = limit;
        (*thread).py_recursion_remaining = limit;
        (*thread).eval_breaker |= crate::vm::monitoring::current_version();
    }
    // SAFETY: made above.
    unsafe { add(thread) };
    thread
}

/// Makes this thread able to run Python code, with a state of its own if it has none
/// (`PyGILState_Ensure`); whether it was able to before, for `release`.
pub fn ensure() -> bool {
    let own = of_this_thread();
    let held = !own.is_null() && state::current() == own;
    let thread = if own.is_null() {
        let thread = new_foreign_state();
        // SAFETY: made above.
        unsafe { bind(thread) };
        thread
    } else {
        own
    };
    if !held {
        // SAFETY: this thread's state, which does not hold the lock.
        unsafe { crate::gil::acquire(thread) };
    }
    // SAFETY: this thread's state.
    unsafe {
        // A state that was there before counts once for itself: it is not ours to delete.
        if !own.is_null() && (*thread).gilstate_counter == 0 {
            (*thread).gilstate_counter = 1;
        }
        (*thread).gilstate_counter += 1;
    }
    held
}

/// Undoes one `ensure`, which gave `held` (`PyGILState_Release`).
pub fn release(held: bool) {
    let thread = of_this_thread();
    // SAFETY: this thread's state, which holds the GIL.
    unsafe {
        (*thread).gilstate_counter -= 1;
        if (*thread).gilstate_counter == 0 {
            clear(thread);
            crate::gil::release();
            delete(thread);
        } else if !held {
            crate::gil::release();
        }
    }
}

/// Drops everything a state holds (`PyThreadState_Clear`).
///
/// # Safety
/// The GIL is held and the thread runs no Python code any more.
pub unsafe fn clear(thread: *mut PyThreadState) {
    crate::thread_module::local::forget_thread(thread);
    // SAFETY: each field holds an owned reference or null and is emptied before the drop.
    unsafe {
        for field in [
            &raw mut (*thread).dict,
            &raw mut (*thread).async_exc,
            &raw mut (*thread).current_exception,
            &raw mut (*thread).exc_state.exc_value,
            &raw mut (*thread).c_profileobj,
            &raw mut (*thread).c_traceobj,
            &raw mut (*thread).async_gen_firstiter,
            &raw mut (*thread).async_gen_finalizer,
            &raw mut (*thread).context,
            &raw mut (*thread).threading_local_key,
            &raw mut (*thread).threading_local_sentinel,
        ] {
            drop(Object::steal_nullable(core::ptr::replace(field, core::ptr::null_mut())));
        }
        (*thread).c_profilefunc = None;
        (*thread).c_tracefunc = None;
        (*thread)._status.bits |= PyThreadStateStatus::CLEARED;
    }
}

/// Has a thread raise an exception at its next safe point, or with `None` no longer raise one; how many
/// threads have that id (`PyThreadState_SetAsyncExc`).
pub fn set_async_exception(id: u64, exception: Option<Op<'_>>) -> usize {
    // SAFETY: the GIL is held, so the list's states are alive.
    let Some(thread) = all().into_iter().find(|&thread| unsafe { (*thread).thread_id } == id) else {
        return 0;
    };
    // SAFETY: as above; the field holds an owned reference or null.
    let old = unsafe {
        let new = adder_object_model::refs::into_nullable(exception.map(|exception| exception.to_owned()));
        let old = core::ptr::replace(&raw mut (*thread).async_exc, new);
        crate::gil::set_breaker(thread, crate::gil::breaker::ASYNC_EXCEPTION);
        Object::steal_nullable(old)
    };
    drop(old);
    1
}

/// Takes a state out of the list and frees it.
///
/// # Safety
/// It has been cleared, is nobody's current state, and is not used afterwards.
pub unsafe fn delete(thread: *mut PyThreadState) {
    let mut all = ALL.lock();
    all.retain(|address| address.0 != thread);
    NEWEST.store(all.last().map_or(core::ptr::null_mut(), |address| address.0), Ordering::Release);
    // SAFETY: the list's neighbours are alive; the block came from `state::new_thread`.
    unsafe {
        if !(*thread).prev.is_null() {
            (*(*thread).prev).next = (*thread).next;
        }
        if !(*thread).next.is_null() {
            (*(*thread).next).prev = (*thread).prev;
        }
        if OF_THIS_THREAD.get() == thread {
            OF_THIS_THREAD.set(core::ptr::null_mut());
        }
        adder_object_model::alloc::free(thread.cast());
    }
}

/// Deletes this thread's own state, which holds the GIL until it is gone.
///
/// # Safety
/// As for `delete`, except that it is the current one.
pub unsafe fn delete_current(thread: *mut PyThreadState) {
    crate::gil::release_for_good(|| {
        // SAFETY: the caller's promise.
        unsafe { delete(thread) };
    });
}

/// In the child of a fork: this thread is the only one left, and the main one. Gives the states of
/// the others, which nobody else can see any more.
pub fn reset_after_fork() -> Vec<*mut PyThreadState> {
    if ALL.is_locked() {
        // SAFETY: whoever held it is gone.
        unsafe { ALL.force_unlock() };
    }
    let mut all = ALL.lock();
    let current = state::current();
    let others = all.iter().map(|address| address.0).filter(|&thread| thread != current).collect();
    all.retain(|address| address.0 == current);
    // SAFETY: this thread's own state, and those that are only in `others` now.
    unsafe {
        (*current).prev = core::ptr::null_mut();
        (*current).next = core::ptr::null_mut();
        (*current).native_thread_id = libc::gettid() as _;
        for &thread in &others as &Vec<*mut PyThreadState> {
            (*thread).prev = core::ptr::null_mut();
            (*thread).next = core::ptr::null_mut();
        }
    }
    NEWEST.store(current, Ordering::Release);
    become_main();
    others
}

/// The main thread's `get_ident()`.
pub fn main_id() -> u64 {
    MAIN_ID.load(Ordering::Relaxed)
}

/// Says that this is the main thread.
pub fn become_main() {
    MAIN_ID.store(current_id(), Ordering::Relaxed);
}

pub fn is_main() -> bool {
    main_id() == current_id()
}

/// The main thread's state, or null before start.
pub fn main_state() -> *mut PyThreadState {
    let id = main_id();
    let all = ALL.lock();
    // SAFETY: the list's states are alive.
    let main = all.iter().find(|address| unsafe { (*address.0).thread_id } == id);
    main.map_or(core::ptr::null_mut(), |address| address.0)
}

/// Marks this thread as the one that ends the program.
pub fn become_finalizer() {
    IS_FINALIZER.set(true);
}

pub fn is_finalizer() -> bool {
    IS_FINALIZER.get()
}
