//! `lock` and `RLock`.

use core::cell::{Cell, UnsafeCell};
use std::time::{Duration, Instant};

use adder_object_model::define::{method, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Op, Owned, PyLayout, PyResult, Signature, TypeRef, int, object, raise, str, tuple,
    type_object, weakref,
};

use crate::pytime::{self, Round};
use crate::{gil, signals, threads};

/// In seconds: what fits into nanoseconds.
pub const TIMEOUT_MAX: f64 = 9_223_372_036.0;

/// A lock of the operating system that any thread may release: a semaphore of one.
pub struct RawLock(UnsafeCell<libc::sem_t>);
// SAFETY: semaphores are made for sharing.
unsafe impl Sync for RawLock {}
// SAFETY: it is not moved once boxed.
unsafe impl Send for RawLock {}

/// How long to wait.
#[derive(Clone, Copy, PartialEq)]
pub enum Wait {
    No,
    Until(Instant),
    Forever,
}

/// How waiting ended.
#[derive(PartialEq)]
enum Ended {
    Acquired,
    Failed,
    Interrupted,
}

impl RawLock {
    pub fn new(locked: bool) -> Box<Self> {
        // SAFETY: a fresh semaphore in memory that stays where it is.
        unsafe {
            let lock = Box::new(Self(UnsafeCell::new(core::mem::zeroed())));
            libc::sem_init(lock.0.get(), 0, (!locked).into());
            lock
        }
    }

    pub fn try_acquire(&self) -> bool {
        // SAFETY: initialised.
        unsafe { libc::sem_trywait(self.0.get()) == 0 }
    }

    pub fn release(&self) {
        // SAFETY: initialised.
        unsafe { libc::sem_post(self.0.get()) };
    }

    pub fn is_locked(&self) -> bool {
        if self.try_acquire() {
            self.release();
            return false;
        }
        true
    }

    /// Waits without the GIL.
    fn wait(&self, wait: Wait) -> Ended {
        let result = match wait {
            Wait::No => return if self.try_acquire() { Ended::Acquired } else { Ended::Failed },
            // SAFETY: initialised.
            Wait::Forever => unsafe { libc::sem_wait(self.0.get()) },
            Wait::Until(end) => {
                let rest = end.saturating_duration_since(Instant::now());
                let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
                // SAFETY: initialised; the time is normalised below.
                unsafe {
                    libc::clock_gettime(libc::CLOCK_REALTIME, &mut now);
                    let nanoseconds = now.tv_nsec + i64::from(rest.subsec_nanos());
                    now.tv_sec =
                        now.tv_sec.saturating_add(rest.as_secs() as i64 + nanoseconds / 1_000_000_000);
                    now.tv_nsec = nanoseconds % 1_000_000_000;
                    libc::sem_timedwait(self.0.get(), &now)
                }
            }
        };
        if result == 0 {
            return Ended::Acquired;
        }
        match std::io::Error::last_os_error().raw_os_error() {
            Some(libc::EINTR) => Ended::Interrupted,
            _ => Ended::Failed,
        }
    }

    /// Takes the lock; signals that arrive meanwhile are handled, and may raise.
    pub fn acquire(&self, wait: Wait) -> PyResult<bool> {
        if self.try_acquire() {
            return Ok(true);
        }
        if wait == Wait::No {
            return Ok(false);
        }
        loop {
            match gil::without(|| self.wait(wait)) {
                Ended::Acquired => return Ok(true),
                Ended::Failed => return Ok(false),
                Ended::Interrupted => signals::check()?,
            }
        }
    }
}

impl Drop for RawLock {
    fn drop(&mut self) {
        // SAFETY: nobody waits for a lock that nobody can name.
        unsafe { libc::sem_destroy(self.0.get()) };
    }
}

/// The argument that says how many seconds.
pub fn seconds_of(op: Op<'_>) -> PyResult<f64> {
    pytime::from_seconds(op, Round::Up).map(pytime::as_seconds)
}

/// A timeout in seconds; negative means forever where that is allowed.
pub fn wait_for(seconds: f64) -> PyResult<Wait> {
    if seconds > TIMEOUT_MAX {
        return Err(raise!(OverflowError, "timeout value is too large"));
    }
    let end = Instant::now().checked_add(Duration::from_secs_f64(seconds.max(0.0)));
    Ok(end.map_or(Wait::Forever, Wait::Until))
}

/// The arguments of `acquire`.
fn wait_arguments(args: Args<'_>) -> PyResult<Wait> {
    static SIGNATURE: Signature<2> = Signature::new("acquire", ["blocking", "timeout"]);
    let [blocking, timeout] = args.parse(&SIGNATURE)?;
    let blocking = blocking.map_or(Ok(true), object::is_true)?;
    let seconds = timeout.map_or(Ok(-1.0), seconds_of)?;
    if !blocking && seconds != -1.0 {
        return Err(raise!(ValueError, "can't specify a timeout for a non-blocking call"));
    }
    if seconds < 0.0 && seconds != -1.0 {
        return Err(raise!(ValueError, "timeout value must be a non-negative number"));
    }
    match (blocking, seconds) {
        (false, _) => Ok(Wait::No),
        (true, -1.0) => Ok(Wait::Forever),
        (true, 0.0) => Ok(Wait::No),
        (true, seconds) => wait_for(seconds),
    }
}

#[repr(C)]
pub struct LockObject {
    ob_base: PyObject,
    /// Borrowed: the first weak reference.
    weak_references: *mut PyObject,
    /// A box for the object's life.
    lock: *mut RawLock,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for LockObject {}

type Lock<'a> = Borrowed<'a, LockObject>;

fn raw<'a>(lock: Lock<'a>) -> &'a RawLock {
    // SAFETY: the box lives as long as the object.
    unsafe { &*lock.lock }
}

pub fn new_lock() -> PyResult {
    // SAFETY: a static type.
    lock_new(unsafe { TypeRef::from_ptr(&raw mut LOCK_TYPE) }, Args::positional_only(&[]))
}

fn lock_new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    args.no_keywords("lock")?;
    args.check_positional("lock", 0, 0)?;
    let result = type_object::generic_alloc(tp, 0)?;
    // SAFETY: fresh, of this layout.
    unsafe { (*result.as_ptr().cast::<LockObject>()).lock = Box::into_raw(RawLock::new(false)) };
    Ok(result)
}

fn lock_dealloc(lock: Lock<'_>) {
    let op = lock.as_object_ptr();
    weakref::clear_refs(lock.as_object());
    // SAFETY: the count is 0; the box is ours.
    unsafe {
        drop(Box::from_raw(lock.lock));
        adder_object_model::alloc::free_object(op);
    }
}

fn lock_acquire(lock: Lock<'_>, args: Args<'_>) -> PyResult<bool> {
    raw(lock).acquire(wait_arguments(args)?)
}

fn lock_release(lock: Lock<'_>) -> PyResult<()> {
    if !raw(lock).is_locked() {
        return Err(raise!(RuntimeError, "release unlocked lock"));
    }
    raw(lock).release();
    Ok(())
}

fn lock_enter(lock: Lock<'_>) -> PyResult<bool> {
    raw(lock).acquire(Wait::Forever)
}

fn lock_exit(lock: Lock<'_>, _args: Args<'_>) -> PyResult<()> {
    lock_release(lock)
}

fn lock_locked(lock: Lock<'_>) -> PyResult<bool> {
    Ok(raw(lock).is_locked())
}

fn lock_reinit(lock: Lock<'_>) -> PyResult<()> {
    // SAFETY: in a new process, nobody else knows the old lock.
    unsafe {
        let new = Box::into_raw(RawLock::new(false));
        drop(Box::from_raw(core::mem::replace(&mut (*lock.as_ptr()).lock, new)));
    }
    Ok(())
}

fn lock_repr(lock: Lock<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let state = if raw(lock).is_locked() { "locked" } else { "unlocked" };
    str::from_string(format!("<{state} {} object at {:p}>", lock.type_name(), lock.as_ptr()))
}

static LOCK_METHODS: &[PyMethodDef] = &[
    method::keywords(c"acquire_lock", lock_acquire, c"acquire_lock($self, /, blocking=True, timeout=-1)\n--\n\nAn old name of acquire()."),
    method::keywords(c"acquire", lock_acquire, c"acquire($self, /, blocking=True, timeout=-1)\n--\n\nTake the lock, waiting for it if need be; return whether it was taken."),
    method::noargs(c"release_lock", lock_release, c"release_lock($self, /)\n--\n\nAn old name of release()."),
    method::noargs(c"release", lock_release, c"release($self, /)\n--\n\nGive the lock back; any thread may."),
    method::noargs(c"locked_lock", lock_locked, c"locked_lock($self, /)\n--\n\nAn old name of locked()."),
    method::noargs(c"locked", lock_locked, c"locked($self, /)\n--\n\nReturn whether somebody has the lock."),
    method::noargs(c"__enter__", lock_enter, c"__enter__($self, /)\n--\n\nTake the lock."),
    method::positional(c"__exit__", lock_exit, c"__exit__($self, /, *exc_info)\n--\n\nGive the lock back."),
    method::noargs(c"_at_fork_reinit", lock_reinit, c"_at_fork_reinit($self, /)\n--\n\nMake the lock new in a child process."),
    PyMethodDef::EMPTY,
];

pub static mut LOCK_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_thread.lock".as_ptr(),
    tp_basicsize: size_of::<LockObject>() as isize,
    tp_dealloc: slot::dealloc(lock_dealloc),
    tp_repr: slot::unary(lock_repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    tp_doc: c"lock()\n--\n\nA lock that one thread at a time can have.".as_ptr(),
    tp_weaklistoffset: core::mem::offset_of!(LockObject, weak_references) as isize,
    tp_methods: LOCK_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(lock_new),
    ..PyTypeObject::EMPTY
};

#[repr(C)]
pub struct RLockObject {
    ob_base: PyObject,
    weak_references: *mut PyObject,
    lock: *mut RawLock,
    /// The thread that has it, and how many times; both under the GIL.
    owner: Cell<u64>,
    count: Cell<u64>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for RLockObject {}

type RLock<'a> = Borrowed<'a, RLockObject>;

fn rlock_new(tp: TypeRef<'_>, _args: Args<'_>) -> PyResult {
    let result = type_object::generic_alloc(tp, 0)?;
    // SAFETY: fresh and zeroed, of this layout.
    unsafe { (*result.as_ptr().cast::<RLockObject>()).lock = Box::into_raw(RawLock::new(false)) };
    Ok(result)
}

fn rlock_dealloc(lock: RLock<'_>) {
    let op = lock.as_object_ptr();
    weakref::clear_refs(lock.as_object());
    // SAFETY: the count is 0; the box is ours.
    unsafe {
        drop(Box::from_raw(lock.lock));
        adder_object_model::alloc::free_object(op);
    }
}

fn is_mine(lock: RLock<'_>) -> bool {
    lock.count.get() > 0 && lock.owner.get() == threads::current_id()
}

fn rlock_take(lock: RLock<'_>, wait: Wait) -> PyResult<bool> {
    if is_mine(lock) {
        lock.count.set(lock.count.get() + 1);
        return Ok(true);
    }
    // SAFETY: the box lives as long as the object.
    if unsafe { &*lock.lock }.acquire(wait)? {
        lock.owner.set(threads::current_id());
        lock.count.set(1);
        return Ok(true);
    }
    Ok(false)
}

fn rlock_acquire(lock: RLock<'_>, args: Args<'_>) -> PyResult<bool> {
    rlock_take(lock, wait_arguments(args)?)
}

fn rlock_enter(lock: RLock<'_>) -> PyResult<bool> {
    rlock_take(lock, Wait::Forever)
}

fn rlock_release(lock: RLock<'_>) -> PyResult<()> {
    if !is_mine(lock) {
        return Err(raise!(RuntimeError, "cannot release un-acquired lock"));
    }
    lock.count.set(lock.count.get() - 1);
    if lock.count.get() == 0 {
        lock.owner.set(0);
        // SAFETY: the box lives as long as the object.
        unsafe { &*lock.lock }.release();
    }
    Ok(())
}

fn rlock_exit(lock: RLock<'_>, _args: Args<'_>) -> PyResult<()> {
    rlock_release(lock)
}

fn rlock_locked(lock: RLock<'_>) -> PyResult<bool> {
    Ok(lock.count.get() > 0)
}

fn rlock_is_owned(lock: RLock<'_>) -> PyResult<bool> {
    Ok(is_mine(lock))
}

fn rlock_recursion_count(lock: RLock<'_>) -> PyResult {
    int::from_u64(if is_mine(lock) { lock.count.get() } else { 0 })
}

/// Gives the lock up altogether: what `Condition.wait` does.
fn rlock_release_save(lock: RLock<'_>) -> PyResult {
    if lock.count.get() == 0 {
        return Err(raise!(RuntimeError, "cannot release un-acquired lock"));
    }
    let state = tuple::pack(&[int::from_u64(lock.count.get())?.op(), int::from_u64(lock.owner.get())?.op()])?;
    lock.count.set(0);
    lock.owner.set(0);
    // SAFETY: the box lives as long as the object.
    unsafe { &*lock.lock }.release();
    Ok(state)
}

fn rlock_acquire_restore(lock: RLock<'_>, state: Op<'_>) -> PyResult<()> {
    let parts = state.downcast::<PyTupleObject>().filter(|parts| tuple::len(*parts) == 2);
    let Some(parts) = parts else {
        return Err(raise!(
            TypeError,
            "_acquire_restore() argument 1 must be 2-item tuple, not {}",
            state.type_name()
        ));
    };
    let count = int::as_u64(tuple::get(parts, 0))?;
    let owner = int::as_u64(tuple::get(parts, 1))?;
    // SAFETY: the box lives as long as the object.
    unsafe { &*lock.lock }.acquire(Wait::Forever)?;
    lock.owner.set(owner);
    lock.count.set(count);
    Ok(())
}

fn rlock_reinit(lock: RLock<'_>) -> PyResult<()> {
    lock.owner.set(0);
    lock.count.set(0);
    // SAFETY: in a new process, nobody else knows the old lock.
    unsafe {
        let new = Box::into_raw(RawLock::new(false));
        drop(Box::from_raw(core::mem::replace(&mut (*lock.as_ptr()).lock, new)));
    }
    Ok(())
}

fn rlock_repr(lock: RLock<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let (count, owner) = (lock.count.get(), lock.owner.get());
    let state = if count > 0 { "locked" } else { "unlocked" };
    let name = lock.type_name();
    str::from_string(format!("<{state} {name} object owner={owner} count={count} at {:p}>", lock.as_ptr()))
}

static RLOCK_METHODS: &[PyMethodDef] = &[
    method::keywords(c"acquire", rlock_acquire, c"acquire($self, /, blocking=True, timeout=-1)\n--\n\nTake the lock, once more if this thread has it; return whether it was taken."),
    method::noargs(c"release", rlock_release, c"release($self, /)\n--\n\nGive the lock back once."),
    method::noargs(c"locked", rlock_locked, c"locked()\n\nReturn whether a thread has the lock."),
    method::noargs(c"_is_owned", rlock_is_owned, c"_is_owned($self, /)\n--\n\nReturn whether this thread has the lock."),
    method::noargs(c"_recursion_count", rlock_recursion_count, c"_recursion_count($self, /)\n--\n\nReturn how many times this thread has the lock."),
    method::o(c"_acquire_restore", rlock_acquire_restore, c"_acquire_restore($self, state, /)\n--\n\nTake the lock as it was before _release_save()."),
    method::noargs(c"_release_save", rlock_release_save, c"_release_save($self, /)\n--\n\nGive the lock up altogether; return what restores it."),
    method::noargs(c"__enter__", rlock_enter, c"__enter__($self, /)\n--\n\nTake the lock."),
    method::positional(c"__exit__", rlock_exit, c"__exit__($self, /, *exc_info)\n--\n\nGive the lock back once."),
    method::noargs(c"_at_fork_reinit", rlock_reinit, c"_at_fork_reinit($self, /)\n--\n\nMake the lock new in a child process."),
    PyMethodDef::EMPTY,
];

pub static mut RLOCK_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_thread.RLock".as_ptr(),
    tp_basicsize: size_of::<RLockObject>() as isize,
    tp_dealloc: slot::dealloc(rlock_dealloc),
    tp_repr: slot::unary(rlock_repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    tp_doc: c"RLock()\n--\n\nA lock that a thread which has it can take again.".as_ptr(),
    tp_weaklistoffset: core::mem::offset_of!(RLockObject, weak_references) as isize,
    tp_methods: RLOCK_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(rlock_new),
    ..PyTypeObject::EMPTY
};
