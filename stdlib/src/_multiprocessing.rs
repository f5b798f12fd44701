//! The `_multiprocessing` module: `SemLock`, a named semaphore that processes share.
//!
//! The semaphore is the kernel's. What a process knows besides is how often it has taken it
//! and which of its threads was the last: that makes a recursive mutex of one.

use core::cell::Cell;
use core::mem::offset_of;
use std::ffi::CString;

use adder_interpreter::threads;
use adder_object_model::args::Signature;
use adder_object_model::exceptions;
use adder_object_model::fields::allocate;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Op, Owned, PyLayout, PyResult, PyTyped, TypeRef, dict, errors, float, int, method,
    module, object, py_typed, raise, slot, str,
};

use crate::host;

const RECURSIVE_MUTEX: i32 = 0;
const SEMAPHORE: i32 = 1;

#[repr(C)]
struct SemLock {
    ob_base: PyObject,
    /// Open as long as the object lives, or null.
    handle: Cell<*mut libc::sem_t>,
    last_thread: Cell<u64>,
    count: Cell<i32>,
    maxvalue: Cell<i32>,
    kind: Cell<i32>,
    /// Owned, from `CString::into_raw`, or null.
    name: Cell<*mut core::ffi::c_char>,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for SemLock {}
py_typed!(SemLock, SemLock_Type);

type This<'a> = Borrowed<'a, SemLock>;

impl SemLock {
    fn is_mine(&self) -> bool {
        self.count.get() > 0 && self.last_thread.get() == threads::current_id()
    }

    fn value(&self) -> PyResult<i32> {
        let mut value = 0;
        // SAFETY: the semaphore is open.
        if unsafe { libc::sem_getvalue(self.handle.get(), &mut value) } < 0 {
            return Err(host::os_error());
        }
        // A system may tell the number of those who wait as a negative value.
        Ok(value.max(0))
    }
}

fn name_argument(function: &str, name: Op<'_>) -> PyResult<CString> {
    let Some(text) = name.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "{function} must be str, not {}", name.type_name()));
    };
    CString::new(str::as_utf8(text)?).map_err(|_| raise!(ValueError, "embedded null character"))
}

/// The object for a semaphore, which it closes in the end.
fn wrap(
    tp: TypeRef<'_>,
    handle: *mut libc::sem_t,
    kind: i32,
    maxvalue: i32,
    name: Option<CString>,
) -> PyResult<Owned<SemLock>> {
    // SAFETY: the type or a subclass.
    let result: Owned<SemLock> = unsafe { allocate(tp)? };
    result.handle.set(handle);
    result.kind.set(kind);
    result.maxvalue.set(maxvalue);
    result.name.set(name.map_or(core::ptr::null_mut(), CString::into_raw));
    Ok(result)
}

fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<SemLock>> {
    const SIGNATURE: Signature<5> =
        Signature::new("SemLock", ["kind", "value", "maxvalue", "name", "unlink"]).required(5);
    let [kind, value, maxvalue, name, unlink] = args.parse(&SIGNATURE)?.map(|arg| arg.expect("required"));
    let (kind, value, maxvalue) = (int::as_i32(kind)?, int::as_i32(value)?, int::as_i32(maxvalue)?);
    let name = name_argument("SemLock() argument 'name'", name)?;
    let unlink = object::is_true(unlink)?;
    if kind != RECURSIVE_MUTEX && kind != SEMAPHORE {
        return Err(raise!(ValueError, "unrecognized kind"));
    }
    // SAFETY: the name is a C string.
    let handle =
        unsafe { libc::sem_open(name.as_ptr(), libc::O_CREAT | libc::O_EXCL, 0o600 as libc::c_uint, value) };
    if handle == libc::SEM_FAILED {
        return Err(host::os_error());
    }
    // SAFETY: as above; the open semaphore stays usable without its name.
    if unlink && unsafe { libc::sem_unlink(name.as_ptr()) } < 0 {
        let raised = host::os_error();
        // SAFETY: just opened.
        unsafe { libc::sem_close(handle) };
        return Err(raised);
    }
    wrap(tp, handle, kind, maxvalue, Some(name).filter(|_| !unlink))
}

fn rebuild(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<SemLock>> {
    let [handle, kind, maxvalue, name] = args.exactly("_rebuild")?;
    let handle = int::as_i64(handle)? as *mut libc::sem_t;
    let (kind, maxvalue) = (int::as_i32(kind)?, int::as_i32(maxvalue)?);
    if name.is_none() {
        return wrap(tp, handle, kind, maxvalue, None);
    }
    let name = name_argument("_rebuild() argument 4", name)?;
    // SAFETY: the name is a C string.
    let handle = unsafe { libc::sem_open(name.as_ptr(), 0) };
    if handle == libc::SEM_FAILED {
        return Err(host::os_error());
    }
    wrap(tp, handle, kind, maxvalue, Some(name))
}

/// The moment after `seconds` from now, on the clock of `sem_timedwait`.
fn deadline(seconds: f64) -> PyResult<libc::timespec> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is there to be written.
    if unsafe { libc::clock_gettime(libc::CLOCK_REALTIME, &mut now) } < 0 {
        return Err(host::os_error());
    }
    let seconds = seconds.max(0.0);
    let whole = seconds.min(1e15).floor();
    let nanoseconds = now.tv_nsec + ((seconds.min(1e15) - whole) * 1e9 + 0.5) as i64;
    now.tv_sec += whole as i64 + nanoseconds / 1_000_000_000;
    now.tv_nsec = nanoseconds % 1_000_000_000;
    Ok(now)
}

fn acquire(lock: This<'_>, args: Args<'_>) -> PyResult<bool> {
    const SIGNATURE: Signature<2> = Signature::new("acquire", ["block", "timeout"]);
    let [block, timeout] = args.parse(&SIGNATURE)?;
    let block = block.map_or(Ok(true), object::is_true)?;
    take(lock, block, timeout)
}

fn take(lock: This<'_>, block: bool, timeout: Option<Op<'_>>) -> PyResult<bool> {
    if lock.kind.get() == RECURSIVE_MUTEX && lock.is_mine() {
        lock.count.set(lock.count.get() + 1);
        return Ok(true);
    }
    let until = match timeout.filter(|timeout| block && !timeout.is_none()) {
        Some(timeout) => Some(deadline(float::as_f64(timeout)?)?),
        None => None,
    };
    let handle = lock.handle.get() as usize;
    let mut waiting = false;
    loop {
        let step = || {
            let handle = handle as *mut libc::sem_t;
            // SAFETY: the semaphore is open as long as the object, which the caller holds.
            let failed = unsafe {
                match until {
                    _ if !waiting => libc::sem_trywait(handle),
                    Some(until) => libc::sem_timedwait(handle, &until),
                    None => libc::sem_wait(handle),
                }
            } != 0;
            (failed, std::io::Error::last_os_error())
        };
        let (failed, error) = if waiting { host::blocking(step) } else { step() };
        if !failed {
            lock.count.set(lock.count.get() + 1);
            lock.last_thread.set(threads::current_id());
            return Ok(true);
        }
        match error.raw_os_error() {
            Some(libc::EINTR) => host::check_signals()?,
            Some(libc::EAGAIN) if block && !waiting => waiting = true,
            Some(libc::EAGAIN | libc::ETIMEDOUT) => return Ok(false),
            _ => return Err(exceptions::set_io_error(&error, None)),
        }
    }
}

fn release(lock: This<'_>) -> PyResult<()> {
    if lock.kind.get() == RECURSIVE_MUTEX {
        if !lock.is_mine() {
            return Err(raise!(AssertionError, "attempt to release recursive lock not owned by thread"));
        }
        if lock.count.get() > 1 {
            lock.count.set(lock.count.get() - 1);
            return Ok(());
        }
    } else if lock.value()? >= lock.maxvalue.get() {
        return Err(raise!(ValueError, "semaphore or lock released too many times"));
    }
    // SAFETY: the semaphore is open.
    if unsafe { libc::sem_post(lock.handle.get()) } < 0 {
        return Err(host::os_error());
    }
    lock.count.set(lock.count.get() - 1);
    Ok(())
}

fn enter(lock: This<'_>) -> PyResult<bool> {
    take(lock, true, None)
}

fn exit(lock: This<'_>, args: Args<'_>) -> PyResult<()> {
    args.check_positional("__exit__", 0, 3)?;
    release(lock)
}

fn count(lock: This<'_>) -> PyResult {
    int::from_i64(lock.count.get().into())
}

fn is_mine(lock: This<'_>) -> PyResult<bool> {
    Ok(lock.is_mine())
}

fn get_value(lock: This<'_>) -> PyResult {
    int::from_i64(lock.value()?.into())
}

fn is_zero(lock: This<'_>) -> PyResult<bool> {
    Ok(lock.value()? == 0)
}

fn after_fork(lock: This<'_>) -> PyResult<()> {
    lock.count.set(0);
    Ok(())
}

fn dealloc(lock: This<'_>) {
    let op = lock.as_object_ptr();
    let (handle, name) = (lock.handle.get(), lock.name.get());
    if !handle.is_null() {
        // SAFETY: this object's own; nobody waits for a lock that nobody holds.
        unsafe { libc::sem_close(handle) };
    }
    if !name.is_null() {
        // SAFETY: from `into_raw`.
        drop(unsafe { CString::from_raw(name) });
    }
    // SAFETY: the object is not used any more.
    unsafe { adder_object_model::alloc::free_object(op) };
}

fn sem_unlink(_module: Op<'_>, name: Op<'_>) -> PyResult<()> {
    let name = name_argument("sem_unlink() argument", name)?;
    // SAFETY: the name is a C string.
    if unsafe { libc::sem_unlink(name.as_ptr()) } < 0 { Err(host::os_error()) } else { Ok(()) }
}

const METHODS: &[PyMethodDef] = &[
    method::keywords(
        c"acquire",
        acquire,
        c"acquire($self, /, block=True, timeout=None)\n--\n\nAcquire the semaphore/lock.",
    ),
    method::noargs(c"release", release, c"release($self, /)\n--\n\nRelease the semaphore/lock."),
    method::noargs(c"__enter__", enter, c"__enter__($self, /)\n--\n\nEnter the semaphore/lock."),
    method::positional(
        c"__exit__",
        exit,
        c"__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)\n--\n\nExit the semaphore/lock.",
    ),
    method::noargs(c"_count", count, c"_count($self, /)\n--\n\nHow often this process holds it."),
    method::noargs(
        c"_is_mine",
        is_mine,
        c"_is_mine($self, /)\n--\n\nWhether the lock is owned by this thread.",
    ),
    method::noargs(c"_get_value", get_value, c"_get_value($self, /)\n--\n\nGet the value of the semaphore."),
    method::noargs(
        c"_is_zero",
        is_zero,
        c"_is_zero($self, /)\n--\n\nReturn whether semaphore has value zero.",
    ),
    method::class_positional(
        c"_rebuild",
        rebuild,
        c"_rebuild($type, handle, kind, maxvalue, name, /)\n--\n\n",
    ),
    method::noargs(
        c"_after_fork",
        after_fork,
        c"_after_fork($self, /)\n--\n\nForget how often it is held: the process that held it was another.",
    ),
    PyMethodDef::EMPTY,
];

const fn member(name: &'static core::ffi::CStr, kind: core::ffi::c_int, offset: usize) -> PyMemberDef {
    PyMemberDef {
        name: name.as_ptr(),
        r#type: kind,
        offset: offset as Py_ssize_t,
        flags: Py_READONLY,
        doc: c"".as_ptr(),
    }
}

const MEMBERS: &[PyMemberDef] = &[
    member(c"handle", Py_T_ULONG, offset_of!(SemLock, handle)),
    member(c"kind", Py_T_INT, offset_of!(SemLock, kind)),
    member(c"maxvalue", Py_T_INT, offset_of!(SemLock, maxvalue)),
    member(c"name", Py_T_STRING, offset_of!(SemLock, name)),
    PyMemberDef::EMPTY,
];

static mut SemLock_Type: PyTypeObject = PyTypeObject {
    tp_name: c"_multiprocessing.SemLock".as_ptr(),
    tp_basicsize: size_of::<SemLock>() as Py_ssize_t,
    tp_dealloc: slot::dealloc(dealloc),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    tp_doc: c"Semaphore/Mutex type".as_ptr(),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_members: MEMBERS.as_ptr().cast_mut(),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};

static FUNCTIONS: [PyMethodDef; 2] =
    [method::o(c"sem_unlink", sem_unlink, c"sem_unlink($module, name, /)\n--\n\n"), PyMethodDef::EMPTY];

/// The largest value of a semaphore goes into the type's own namespace, once.
fn add_limit() -> PyResult<()> {
    // SAFETY: the type is ready, and its dict is its own.
    let namespace = unsafe { Op::from_nullable((*SemLock::type_ptr()).tp_dict) };
    let namespace =
        namespace.and_then(|op| op.downcast::<PyDictObject>()).ok_or_else(errors::bad_internal_call)?;
    // SAFETY: has no conditions.
    let largest = unsafe { libc::sysconf(libc::_SC_SEM_VALUE_MAX) };
    dict::set_item_str(namespace, "SEM_VALUE_MAX", int::from_i64(largest)?.op())
}

pub fn init() -> PyResult {
    let result = module::new("_multiprocessing")?;
    module::add_functions(result.op(), FUNCTIONS.as_ptr())?;
    module::add_type(result.op(), SemLock::type_ref())?;
    add_limit()?;
    let flags = dict::new()?;
    for flag in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
        dict::set_item_str(flags.borrow(), flag, int::from_i64(1)?.op())?;
    }
    module::add_object(result.op(), "flags", flags.op())?;
    Ok(result)
}
