//! `PyEval_*` for threads, `PyGILState_*`, `PyThreadState_*`, locks and thread-local storage.

use core::ffi::{c_int, c_ulong, c_void};
use core::ptr;
use core::sync::atomic::{AtomicU8, Ordering};

use adder_interpreter::traceback::dump;
use adder_interpreter::{gil, pending, threads};
use adder_object_model::layout::*;
use adder_object_model::state;
use parking_lot_core::{DEFAULT_PARK_TOKEN, DEFAULT_UNPARK_TOKEN, ParkResult};

use crate::c_api;
use crate::convert::*;

/// `PyEval_SaveThread`: releases the GIL and gives the state to restore.
///
/// # Safety
/// The GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_SaveThread() -> *mut PyThreadState {
    gil::release()
}

/// `PyEval_RestoreThread`: takes the GIL for a state.
///
/// # Safety
/// The GIL is not held by this thread; the state is its own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_RestoreThread(thread: *mut PyThreadState) {
    // SAFETY: as the caller promises.
    unsafe { gil::acquire(thread) };
}

/// `PyEval_AcquireThread`.
///
/// # Safety
/// As `PyEval_RestoreThread`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_AcquireThread(thread: *mut PyThreadState) {
    // SAFETY: as the caller promises.
    unsafe { gil::acquire(thread) };
}

/// `PyEval_ReleaseThread`.
///
/// # Safety
/// The GIL is held with this state.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_ReleaseThread(_thread: *mut PyThreadState) {
    gil::release();
}

/// `PyEval_InitThreads`: the GIL is there from the start.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_InitThreads() {}

const LOCKED: c_int = 0;
const UNLOCKED: c_int = 1;

/// `PyGILState_Ensure`: makes this thread able to run Python code, with a state of its own
/// if it has none; what to give to `PyGILState_Release`.
///
/// # Safety
/// The interpreter runs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGILState_Ensure() -> c_int {
    if threads::ensure() { LOCKED } else { UNLOCKED }
}

/// `PyGILState_Release`: undoes one `PyGILState_Ensure`.
///
/// # Safety
/// `old` came from the matching call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGILState_Release(old: c_int) {
    threads::release(old == LOCKED);
}

/// `PyGILState_Check`: whether this thread holds the GIL.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGILState_Check() -> c_int {
    (!state::current().is_null() && state::current() == threads::of_this_thread()).into()
}

/// `PyGILState_GetThisThreadState`: borrowed, or null.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGILState_GetThisThreadState() -> *mut PyThreadState {
    threads::of_this_thread()
}

/// `PyThreadState_Swap`: makes a state current and gives the one before.
///
/// # Safety
/// The GIL is held; the state belongs to this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_Swap(thread: *mut PyThreadState) -> *mut PyThreadState {
    let old = state::current();
    if old == thread {
        return old;
    }
    if !old.is_null() {
        gil::release();
    }
    if !thread.is_null() {
        // SAFETY: the caller's own state; the lock is released above.
        unsafe { gil::acquire(thread) };
    }
    old
}

/// `PyThreadState_New`.
///
/// # Safety
/// The GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_New(_interp: *mut c_void) -> *mut PyThreadState {
    adder_interpreter::threads::new_foreign_state()
}

/// `PyThreadState_Clear`.
///
/// # Safety
/// The GIL is held, the state's thread runs no Python code.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_Clear(thread: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    unsafe { threads::clear(thread) }
}

/// `PyThreadState_Delete`.
///
/// # Safety
/// Cleared and not current.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_Delete(thread: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    unsafe { threads::delete(thread) }
}

/// `PyThreadState_DeleteCurrent`: also releases the GIL.
///
/// # Safety
/// Cleared.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_DeleteCurrent() {
    let thread = gil::release();
    // SAFETY: the caller's promise; it is nobody's current state now.
    unsafe { threads::delete(thread) }
}

c_api! {
    /// Borrowed: a dict for the thread, made on first use; null without an exception if there is no state.
    fn PyThreadState_GetDict() -> *mut PyObject {
        let thread = state::current();
        if thread.is_null() { return ptr::null_mut(); }
        // SAFETY: this thread's state; the field owns its dict.
        unsafe {
            if (*thread).dict.is_null() {
                match adder_object_model::dict::new() {
                    Ok(dict) => (*thread).dict = dict.into_object_ptr(),
                    Err(raised) => raised.clear(),
                }
            }
            (*thread).dict
        }
    }
    /// How many threads were found: 0 or 1. Null takes an exception back that has not been raised yet.
    fn PyThreadState_SetAsyncExc(id: c_ulong, exception: Option<Op>) -> c_int {
        threads::set_async_exception(id, exception) as c_int
    }
    /// New reference, or null without an exception.
    fn PyThreadState_GetFrame(thread: *mut PyThreadState) -> *mut PyObject {
        if thread != state::current() { return ptr::null_mut(); }
        let frame = adder_interpreter::frame::current();
        if frame.is_null() { return ptr::null_mut(); }
        // SAFETY: the innermost complete frame.
        match unsafe { adder_interpreter::frame::object_of(frame) } {
            Ok(frame) => frame.into_object_ptr(),
            Err(raised) => { raised.clear(); ptr::null_mut() }
        }
    }
}

/// `PyThreadState_GetInterpreter`.
///
/// # Safety
/// A live state.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_GetInterpreter(thread: *mut PyThreadState) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { (*thread).interp.cast() }
}

/// `PyThreadState_GetID`.
///
/// # Safety
/// A live state.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_GetID(thread: *mut PyThreadState) -> u64 {
    // SAFETY: the caller's promise.
    unsafe { (*thread).id }
}

/// A lock that any thread may release.
type Lock = parking_lot::RawMutex;

/// `PyThread_allocate_lock`.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_allocate_lock() -> *mut c_void {
    use parking_lot::lock_api::RawMutex;
    Box::into_raw(Box::new(Lock::INIT)).cast()
}

/// `PyThread_free_lock`.
///
/// # Safety
/// `lock` came from `PyThread_allocate_lock` and is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_free_lock(lock: *mut c_void) {
    // SAFETY: the caller gives the lock up.
    drop(unsafe { Box::from_raw(lock.cast::<Lock>()) });
}

/// `PyThread_acquire_lock`: 1 if the lock was taken; without `wait` it is only tried.
///
/// # Safety
/// A live lock.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_acquire_lock(lock: *mut c_void, wait: c_int) -> c_int {
    use parking_lot::lock_api::RawMutex;
    // SAFETY: the caller's promise.
    let lock = unsafe { &*lock.cast::<Lock>() };
    if wait == 0 {
        return lock.try_lock().into();
    }
    lock.lock();
    1
}

/// `PyThread_acquire_lock_timed`: 1 if the lock was taken within so many microseconds.
///
/// # Safety
/// A live lock.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_acquire_lock_timed(
    lock: *mut c_void,
    micros: i64,
    _interruptible: c_int,
) -> c_int {
    use parking_lot::lock_api::{RawMutex, RawMutexTimed};
    // SAFETY: the caller's promise.
    let lock = unsafe { &*lock.cast::<Lock>() };
    match u64::try_from(micros) {
        Ok(0) => lock.try_lock().into(),
        Ok(micros) => lock.try_lock_for(core::time::Duration::from_micros(micros)).into(),
        Err(_) => {
            lock.lock();
            1
        }
    }
}

/// `PyThread_release_lock`.
///
/// # Safety
/// A live lock that is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_release_lock(lock: *mut c_void) {
    use parking_lot::lock_api::RawMutex;
    // SAFETY: the caller's promise.
    unsafe { (*lock.cast::<Lock>()).unlock() }
}

/// `PyThread_get_thread_ident`.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_get_thread_ident() -> c_ulong {
    threads::current_id()
}

/// `PyThread_get_thread_native_id`.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_get_thread_native_id() -> c_ulong {
    // SAFETY: no arguments.
    unsafe { libc::gettid() as c_ulong }
}

/// `PyThread_init_thread`: nothing to do.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_init_thread() {}

const MUTEX_LOCKED: u8 = 1;
const MUTEX_PARKED: u8 = 2;

fn mutex_bits<'a>(mutex: *mut PyMutex) -> &'a AtomicU8 {
    // SAFETY: callers pass a live mutex, a byte that is only used atomically.
    unsafe { AtomicU8::from_ptr(&raw mut (*mutex)._bits) }
}

/// `PyMutex_Lock`: the fast path stands in CPython's headers, this is for contention; the GIL is
/// released while waiting.
///
/// # Safety
/// A live mutex.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMutex_Lock(mutex: *mut PyMutex) {
    let bits = mutex_bits(mutex);
    if bits.compare_exchange(0, MUTEX_LOCKED, Ordering::Acquire, Ordering::Relaxed).is_ok() {
        return;
    }
    let wait = || loop {
        let now = bits.load(Ordering::Relaxed);
        if now & MUTEX_LOCKED == 0 {
            if bits.compare_exchange(now, now | MUTEX_LOCKED, Ordering::Acquire, Ordering::Relaxed).is_ok() {
                return;
            }
            continue;
        }
        if now & MUTEX_PARKED == 0
            && bits.compare_exchange(now, now | MUTEX_PARKED, Ordering::Relaxed, Ordering::Relaxed).is_err()
        {
            continue;
        }
        // SAFETY: the address is the mutex's; the callbacks neither park nor panic.
        let _: ParkResult = unsafe {
            parking_lot_core::park(
                mutex.addr(),
                || bits.load(Ordering::Relaxed) == MUTEX_LOCKED | MUTEX_PARKED,
                || {},
                |_, _| {},
                DEFAULT_PARK_TOKEN,
                None,
            )
        };
    };
    if state::current().is_null() { wait() } else { gil::without(wait) }
}

/// `PyMutex_Unlock`.
///
/// # Safety
/// A live mutex that is locked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMutex_Unlock(mutex: *mut PyMutex) {
    let bits = mutex_bits(mutex);
    if bits.compare_exchange(MUTEX_LOCKED, 0, Ordering::Release, Ordering::Relaxed).is_ok() {
        return;
    }
    // SAFETY: the address is the mutex's; the callback neither parks nor panics.
    unsafe {
        parking_lot_core::unpark_one(mutex.addr(), |result| {
            bits.store(if result.have_more_threads { MUTEX_PARKED } else { 0 }, Ordering::Release);
            DEFAULT_UNPARK_TOKEN
        });
    }
}

/// `PyMutex_IsLocked`.
///
/// # Safety
/// A live mutex.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMutex_IsLocked(mutex: *mut PyMutex) -> c_int {
    (mutex_bits(mutex).load(Ordering::Relaxed) & MUTEX_LOCKED).into()
}

/// `PyThread_tss_alloc`, `_free`: a key on the heap.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_tss_alloc() -> *mut Py_tss_t {
    adder_object_model::alloc::calloc(1, size_of::<Py_tss_t>()).cast()
}
/// See `PyThread_tss_alloc`.
///
/// # Safety
/// `key` is null or came from there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_tss_free(key: *mut Py_tss_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if !key.is_null() {
            PyThread_tss_delete(key);
            adder_object_model::alloc::free(key.cast());
        }
    }
}
/// `PyThread_tss_is_created`.
///
/// # Safety
/// A live key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_tss_is_created(key: *mut Py_tss_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { (*key)._is_initialized }
}
/// `PyThread_tss_create`: 0, or -1.
///
/// # Safety
/// A live key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_tss_create(key: *mut Py_tss_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        if (*key)._is_initialized != 0 {
            return 0;
        }
        if libc::pthread_key_create(&raw mut (*key)._key, None) != 0 {
            return -1;
        }
        (*key)._is_initialized = 1;
        0
    }
}
/// `PyThread_tss_delete`.
///
/// # Safety
/// A live key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_tss_delete(key: *mut Py_tss_t) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*key)._is_initialized != 0 {
            libc::pthread_key_delete((*key)._key);
            (*key)._is_initialized = 0;
        }
    }
}
/// `PyThread_tss_get`.
///
/// # Safety
/// A created key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_tss_get(key: *mut Py_tss_t) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { libc::pthread_getspecific((*key)._key) }
}
/// `PyThread_tss_set`: 0, or -1.
///
/// # Safety
/// A created key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_tss_set(key: *mut Py_tss_t, value: *mut c_void) -> c_int {
    // SAFETY: the caller's promise.
    if unsafe { libc::pthread_setspecific((*key)._key, value) } == 0 { 0 } else { -1 }
}

/// `Py_MakePendingCalls`: runs what is due in this thread; 0, or -1.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_MakePendingCalls() -> c_int {
    run(|| Ok((state::hooks().eval_breaker_pending)()))
}

/// `Py_AddPendingCall`: has the main thread call a function between instructions; 0, or -1 if too many wait.
///
/// # Safety
/// `function` can be called with `argument` once, at any later time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_AddPendingCall(function: Option<pending::Call>, argument: *mut c_void) -> c_int {
    match function {
        Some(function) if pending::add(function, argument) => 0,
        _ => -1,
    }
}

/// `PyThreadState_EnterTracing`: no trace or profile function is called until `PyThreadState_LeaveTracing`.
///
/// # Safety
/// `thread` is a live state and the GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_EnterTracing(thread: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    unsafe { (*thread).tracing += 1 };
}

/// See `PyThreadState_EnterTracing`.
///
/// # Safety
/// As there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_LeaveTracing(thread: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    unsafe { (*thread).tracing -= 1 };
}

/// `PyThread_start_new_thread`: starts a thread without Python state; its id, or -1 as unsigned.
///
/// # Safety
/// `function` can be called with `argument` from another thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThread_start_new_thread(
    function: Option<unsafe extern "C" fn(*mut c_void)>,
    argument: *mut c_void,
) -> c_ulong {
    struct Start(unsafe extern "C" fn(*mut c_void), *mut c_void);
    // SAFETY: the caller's promise.
    unsafe impl Send for Start {}
    impl Start {
        fn run(self) {
            // SAFETY: the caller's promise.
            unsafe { (self.0)(self.1) }
        }
    }
    let Some(function) = function else { return c_ulong::MAX };
    let start = Start(function, argument);
    match std::thread::Builder::new().stack_size(8 << 20).spawn(move || start.run()) {
        Ok(handle) => std::os::unix::thread::JoinHandleExt::as_pthread_t(&handle),
        Err(_) => c_ulong::MAX,
    }
}

/// `_PyOnceFlag_CallOnceSlow`: runs a function unless it has succeeded before; what it returned, or 0.
///
/// # Safety
/// `flag` is the caller's own, used with this function only; `function` can be called with `argument`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyOnceFlag_CallOnceSlow(
    flag: *mut _PyOnceFlag,
    function: unsafe extern "C" fn(*mut c_void) -> c_int,
    argument: *mut c_void,
) -> c_int {
    /// The value of a flag that is done, which inlined code reads.
    const INITIALIZED: u8 = 4;
    // One at a time is enough for functions that run once; they may nest.
    static RUNNING: parking_lot::ReentrantMutex<()> = parking_lot::ReentrantMutex::new(());
    let _running = RUNNING.lock();
    // SAFETY: the caller's promise; other threads read the flag atomically.
    unsafe {
        let flag = core::sync::atomic::AtomicU8::from_ptr(&raw mut (*flag).v);
        if flag.load(core::sync::atomic::Ordering::Acquire) == INITIALIZED {
            return 0;
        }
        let result = function(argument);
        if result == 0 {
            flag.store(INITIALIZED, core::sync::atomic::Ordering::Release);
        }
        result
    }
}

/// `Py_NewInterpreter`: always null, because there is only one interpreter. As where CPython cannot make one,
/// no exception is set, and the current thread state stays what it is.
///
/// # Safety
/// Whichever state is current belongs to this thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_NewInterpreter() -> *mut PyThreadState {
    ptr::null_mut()
}

/// `Py_EndInterpreter`: a fatal error, because `Py_NewInterpreter` has made no interpreter to end.
///
/// # Safety
/// None is needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_EndInterpreter(_thread: *mut PyThreadState) {
    dump::fatal_error(Some(b"Py_EndInterpreter"), b"the only interpreter ends with the process")
}
