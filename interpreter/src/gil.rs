//! The lock that one thread at a time holds while it runs Python code.
//!
//! A thread that waits longer than the switch interval asks the holder to let go, by
//! a bit in the holder's `eval_breaker`; the evaluation loop sees it at its next safe
//! point. Having let go on request, a thread waits until another one has taken over,
//! so that it does not win the lock back at once.

use core::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::time::Duration;

use adder_object_model::layout::*;
use adder_object_model::state;
use parking_lot::{Condvar, Mutex};

use crate::runtime::runtime;

/// Bits of `PyThreadState.eval_breaker`.
pub mod breaker {
    pub const GIL_DROP_REQUEST: usize = 1 << 0;
    pub const SIGNALS_PENDING: usize = 1 << 1;
    pub const CALLS_TO_DO: usize = 1 << 2;
    pub const ASYNC_EXCEPTION: usize = 1 << 3;
    pub const GC_SCHEDULED: usize = 1 << 4;
    /// The bits that ask for something; the higher ones count instrumentation versions.
    pub const EVENTS: usize = 0xff;
}

/// The address of a thread state, as a value that threads can share.
#[derive(Clone, Copy, PartialEq)]
struct Holder(*mut PyThreadState);
// SAFETY: only compared, and written through under the rules of `set_breaker`.
unsafe impl Send for Holder {}

struct Gil {
    locked: bool,
    holder: Holder,
    /// Counts changes of hands.
    switches: u64,
}

struct Shared {
    gil: Mutex<Gil>,
    free: Condvar,
    switched: Condvar,
}

impl Shared {
    const fn new(locked: bool, holder: *mut PyThreadState) -> Self {
        Self {
            gil: Mutex::new(Gil { locked, holder: Holder(holder), switches: 0 }),
            free: Condvar::new(),
            switched: Condvar::new(),
        }
    }
}

static FIRST: Shared = Shared::new(false, core::ptr::null_mut());
/// The lock after a fork, at another address: who waited for the old one is gone, but still in its queue.
static AFTER_FORK: AtomicPtr<Shared> = AtomicPtr::new(core::ptr::null_mut());

#[inline]
fn shared() -> &'static Shared {
    // SAFETY: null, or a box that was leaked.
    unsafe { AFTER_FORK.load(Ordering::Relaxed).as_ref() }.unwrap_or(&FIRST)
}

static INTERVAL_MICROS: AtomicUsize = AtomicUsize::new(5000);

pub fn switch_interval() -> Duration {
    Duration::from_micros(INTERVAL_MICROS.load(Ordering::Relaxed) as u64)
}

pub fn set_switch_interval(interval: Duration) {
    INTERVAL_MICROS.store((interval.as_micros() as usize).max(1), Ordering::Relaxed);
}

/// Sets bits in a thread's `eval_breaker`.
///
/// # Safety
/// `thread` is alive.
pub unsafe fn set_breaker(thread: *mut PyThreadState, bits: usize) {
    // SAFETY: the caller's promise; all changes to the field are atomic.
    unsafe { AtomicUsize::from_ptr(&raw mut (*thread).eval_breaker) }.fetch_or(bits, Ordering::SeqCst);
}

/// Clears bits in a thread's `eval_breaker`, and gives what was set.
///
/// # Safety
/// As for `set_breaker`.
pub unsafe fn clear_breaker(thread: *mut PyThreadState, bits: usize) -> usize {
    // SAFETY: the caller's promise.
    unsafe { AtomicUsize::from_ptr(&raw mut (*thread).eval_breaker) }.fetch_and(!bits, Ordering::SeqCst)
}

/// Takes the lock for `thread` and makes it the current one (`PyEval_RestoreThread`).
///
/// A daemon thread that comes back while the program ends never returns from here.
///
/// # Safety
/// The state is alive and this thread's own, and this thread does not hold the lock.
pub unsafe fn acquire(thread: *mut PyThreadState) {
    if runtime().finalizing.get() && !crate::threads::is_finalizer() {
        hang();
    }
    let shared = shared();
    let mut gil = shared.gil.lock();
    while gil.locked {
        let seen = gil.switches;
        let timed_out = shared.free.wait_for(&mut gil, switch_interval()).timed_out();
        if timed_out && gil.locked && gil.switches == seen && !gil.holder.0.is_null() {
            // SAFETY: a thread state is freed only by a thread that holds the lock, so
            // the holder's own is alive.
            unsafe { set_breaker(gil.holder.0, breaker::GIL_DROP_REQUEST) };
        }
    }
    gil.locked = true;
    if gil.holder.0 != thread {
        gil.switches += 1;
    }
    gil.holder = Holder(thread);
    shared.switched.notify_all();
    drop(gil);
    // SAFETY: the caller passes its own live state.
    unsafe {
        clear_breaker(thread, breaker::GIL_DROP_REQUEST);
        (*thread).holds_gil = 1;
    }
    state::swap(thread);
    if runtime().finalizing.get() && !crate::threads::is_finalizer() {
        release();
        hang();
    }
}

/// Where the threads end that want the lock while the program ends (`PyThread_hang_thread`).
fn hang() -> ! {
    loop {
        std::thread::park();
    }
}

/// Gives the lock up; the thread has no current state then (`PyEval_SaveThread`).
pub fn release() -> *mut PyThreadState {
    let thread = state::swap(core::ptr::null_mut());
    let shared = shared();
    let mut gil = shared.gil.lock();
    gil.locked = false;
    if !thread.is_null() {
        // SAFETY: the thread's own state.
        unsafe { (*thread).holds_gil = 0 };
    }
    shared.free.notify_one();
    thread
}

/// Gives the lock up for a thread that ends; `last` runs while nobody else can hold it.
pub fn release_for_good(last: impl FnOnce()) {
    state::swap(core::ptr::null_mut());
    let shared = shared();
    let mut gil = shared.gil.lock();
    gil.holder = Holder(core::ptr::null_mut());
    last();
    gil.locked = false;
    shared.free.notify_one();
}

/// Lets another thread run that has asked for it.
pub fn yield_on_request() {
    let thread = state::current();
    let asked = {
        let thread = release();
        // SAFETY: this thread's own state.
        unsafe { clear_breaker(thread, breaker::GIL_DROP_REQUEST) & breaker::GIL_DROP_REQUEST != 0 }
    };
    if asked {
        let shared = shared();
        let mut gil = shared.gil.lock();
        while !gil.locked && gil.holder == Holder(thread) {
            // A waiter may give up meanwhile, so this waits no longer than it would have.
            if shared.switched.wait_for(&mut gil, switch_interval()).timed_out() {
                break;
            }
        }
    }
    // SAFETY: the state this thread has just released.
    unsafe { acquire(thread) };
}

/// Runs `body` without the lock: for calls that may take long and touch no object.
pub fn without<R>(body: impl FnOnce() -> R) -> R {
    let thread = release();
    let result = body();
    // SAFETY: the state this thread released above.
    unsafe { acquire(thread) };
    result
}

/// Whether this thread holds the lock.
pub fn is_held() -> bool {
    !state::current().is_null()
}

/// The state of the thread that holds the lock, or null if that cannot be said without waiting.
pub fn holder() -> *mut PyThreadState {
    shared().gil.try_lock().filter(|gil| gil.locked).map_or(core::ptr::null_mut(), |gil| gil.holder.0)
}

/// After a fork, the child's only thread holds a fresh lock.
pub fn reset_after_fork() {
    let fresh = Box::leak(Box::new(Shared::new(true, state::current())));
    AFTER_FORK.store(fresh, Ordering::Relaxed);
}
