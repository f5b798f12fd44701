//! Thread handles, and starting threads.

use core::cell::{Cell, RefCell};
use core::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use adder_object_model::define::{getset, method, slot};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyLayout, PyResult, Signature, TypeRef, alloc, call, errors,
    exceptions, int, object, raise, str,
};

use super::locks::{RawLock, Wait, seconds_of, wait_for};
use crate::runtime::runtime;
use crate::{errors_display, gil, threads};

#[derive(Default)]
pub struct State {
    /// Threads to wait for at the end.
    not_daemons: RefCell<Vec<Arc<Handle>>>,
    /// All threads that have been started and are not done.
    started: RefCell<Vec<Arc<Handle>>>,
    /// Handles of threads that nobody here has started.
    foreign: RefCell<Vec<Weak<Handle>>>,
    stack_size: Cell<usize>,
}

static RUNNING: AtomicUsize = AtomicUsize::new(0);

pub fn running_count() -> usize {
    RUNNING.load(Ordering::Relaxed)
}

pub fn stack_size() -> usize {
    runtime().threads.handles.stack_size.get()
}

pub fn set_stack_size(size: usize) {
    runtime().threads.handles.stack_size.set(size);
}

const NOT_STARTED: u8 = 0;
const STARTING: u8 = 1;
const IS_RUNNING: u8 = 2;
const DONE: u8 = 3;

/// In the child of a fork: the other threads are done.
pub fn reset_after_fork() {
    let handles = &runtime().threads.handles;
    let is_here = |handle: &Arc<Handle>| handle.ident.load(Ordering::Relaxed) == threads::current_id();
    handles.not_daemons.borrow_mut().retain(is_here);
    let (here, gone) = handles.started.take().into_iter().partition::<Vec<_>, _>(is_here);
    RUNNING.store(here.len(), Ordering::Relaxed);
    *handles.started.borrow_mut() = here;
    let foreign = handles.foreign.take();
    let (foreign_here, foreign_gone) =
        foreign.iter().filter_map(Weak::upgrade).partition::<Vec<_>, _>(is_here);
    *handles.foreign.borrow_mut() = foreign_here.iter().map(Arc::downgrade).collect();
    for handle in gone.into_iter().chain(foreign_gone) {
        handle.set_done();
    }
}

/// What a thread and the objects that stand for it share.
struct Handle {
    stage: AtomicU8,
    ident: AtomicU64,
    /// Free once the thread is done.
    done: Box<RawLock>,
}

impl Handle {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            stage: AtomicU8::new(NOT_STARTED),
            ident: AtomicU64::new(0),
            done: RawLock::new(true),
        })
    }

    fn stage(&self) -> u8 {
        self.stage.load(Ordering::Acquire)
    }

    fn set_done(&self) {
        if self.stage.swap(DONE, Ordering::AcqRel) != DONE {
            self.done.release();
        }
    }

    /// Whether the thread came to its end in time.
    fn wait(&self, wait: Wait) -> PyResult<bool> {
        let ended = self.done.acquire(wait)?;
        if ended {
            // Others may be waiting, too.
            self.done.release();
        }
        Ok(ended)
    }
}

#[repr(C)]
pub struct HandleObject {
    ob_base: PyObject,
    /// From `Arc::into_raw`.
    handle: *const Handle,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl PyLayout for HandleObject {}

type This<'a> = Borrowed<'a, HandleObject>;

fn shared<'a>(this: This<'a>) -> &'a Handle {
    // SAFETY: the object owns a count.
    unsafe { &*this.handle }
}

/// A counted reference of one's own.
fn share(this: This<'_>) -> Arc<Handle> {
    // SAFETY: the pointer came from `Arc::into_raw` and its count is kept.
    unsafe {
        Arc::increment_strong_count(this.handle);
        Arc::from_raw(this.handle)
    }
}

fn new_handle(handle: Arc<Handle>) -> PyResult<Owned<HandleObject>> {
    // SAFETY: a static type; the object is fresh.
    unsafe {
        let result: Owned<HandleObject> = alloc::new_object(TypeRef::from_ptr(&raw mut HANDLE_TYPE))?;
        (*result.as_ptr()).handle = Arc::into_raw(handle);
        Ok(result)
    }
}

fn handle_new(_tp: TypeRef<'_>, _args: Args<'_>) -> PyResult<Owned<HandleObject>> {
    new_handle(Handle::new())
}

fn handle_dealloc(this: This<'_>) {
    // SAFETY: the count is 0; the shared count is ours.
    unsafe {
        drop(Arc::from_raw(this.handle));
        alloc::free_object(this.as_object_ptr());
    }
}

fn handle_repr(this: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let ident = shared(this).ident.load(Ordering::Relaxed);
    str::from_string(format!("<_ThreadHandle object: ident={ident}>"))
}

fn ident(this: This<'_>) -> PyResult {
    int::from_u64(shared(this).ident.load(Ordering::Relaxed))
}

fn is_done(this: This<'_>) -> PyResult<bool> {
    Ok(shared(this).stage() == DONE)
}

fn mark_done(this: This<'_>) -> PyResult<()> {
    match shared(this).stage() {
        NOT_STARTED | STARTING => Err(raise!(RuntimeError, "thread not started")),
        _ => {
            shared(this).set_done();
            Ok(())
        }
    }
}

fn join(this: This<'_>, args: Args<'_>) -> PyResult<()> {
    let [timeout] = args.optional("join", 0)?;
    let seconds = timeout.filter(|timeout| !timeout.is_none()).map(seconds_of).transpose()?;
    let wait = match seconds {
        Some(seconds) if seconds >= 0.0 => wait_for(seconds)?,
        _ => Wait::Forever,
    };
    let handle = share(this);
    if matches!(handle.stage(), NOT_STARTED) {
        return Err(raise!(RuntimeError, "thread not started"));
    }
    if handle.stage() == IS_RUNNING && handle.ident.load(Ordering::Relaxed) == threads::current_id() {
        return Err(raise!(RuntimeError, "Cannot join current thread"));
    }
    if handle.stage() != DONE && runtime().finalizing.get() {
        // The others never run again.
        return Err(raise!(PythonFinalizationError, "cannot join thread at interpreter shutdown"));
    }
    handle.wait(wait)?;
    Ok(())
}

static METHODS: &[PyMethodDef] = &[
    method::positional(c"join", join, c"Wait until the thread is done."),
    method::noargs(c"_set_done", mark_done, c"Say that the thread is done."),
    method::noargs(c"is_done", is_done, c"Return whether the thread is done."),
    PyMethodDef::EMPTY,
];

static GETSETS: &[PyGetSetDef] = &[getset::get(c"ident", ident, c""), PyGetSetDef::EMPTY];

pub static mut HANDLE_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_thread._ThreadHandle".as_ptr(),
    tp_basicsize: size_of::<HandleObject>() as isize,
    tp_dealloc: slot::dealloc(handle_dealloc),
    tp_repr: slot::unary(handle_repr),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSETS.as_ptr().cast_mut(),
    tp_new: slot::new(handle_new),
    ..PyTypeObject::EMPTY
};

/// `_make_thread_handle(ident)`: for the main thread, which nobody started.
pub fn make_handle(_module: Op<'_>, ident: Op<'_>) -> PyResult<Owned<HandleObject>> {
    if !ident.is_instance::<PyLongObject>() {
        return Err(raise!(TypeError, "ident must be an integer"));
    }
    let handle = Handle::new();
    handle.ident.store(int::as_u64(ident)?, Ordering::Relaxed);
    handle.stage.store(IS_RUNNING, Ordering::Release);
    let mut foreign = runtime().threads.handles.foreign.borrow_mut();
    foreign.retain(|known| known.strong_count() > 0);
    foreign.push(Arc::downgrade(&handle));
    drop(foreign);
    new_handle(handle)
}

/// What a thread is started with; moved into it.
struct Start {
    thread: *mut PyThreadState,
    handle: Arc<Handle>,
    function: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
}
// SAFETY: the references are touched only under the GIL.
unsafe impl Send for Start {}

impl Start {
    /// The body of the thread.
    fn run(self) {
        // SAFETY: the state was made for this thread and comes with it.
        unsafe {
            threads::bind(self.thread);
            gil::acquire(self.thread);
        }
        self.handle.ident.store(threads::current_id(), Ordering::Relaxed);
        self.handle.stage.store(IS_RUNNING, Ordering::Release);
        // SAFETY: the references were given to this thread.
        let (function, args, kwargs) = unsafe {
            (Object::steal(self.function), Object::steal(self.args), Object::steal_nullable(self.kwargs))
        };
        let kwargs = kwargs.as_ref().map(|kwargs| kwargs.op());
        if let Err(error) = call::call_tuple_dict(function.op(), args.op(), kwargs) {
            if error.matches(exceptions::builtin::SystemExit()) {
                error.clear();
            } else {
                let shown = object::repr(function.op()).map(|text| str::to_string_lossy(text.op()));
                let message = format!("Exception ignored in thread started by {}", shown.unwrap_or_default());
                errors_display::write_unraisable(Some(&message), None);
            }
        }
        drop((function, args));
        let handles = &runtime().threads.handles;
        for list in [&handles.not_daemons, &handles.started] {
            list.borrow_mut().retain(|known| !Arc::ptr_eq(known, &self.handle));
        }
        RUNNING.fetch_sub(1, Ordering::Relaxed);
        // SAFETY: this thread runs no Python code any more.
        unsafe { threads::clear(self.thread) };
        self.handle.set_done();
        // SAFETY: cleared; deleted while the lock is still held, so that nobody looks at it meanwhile.
        unsafe {
            let thread = self.thread;
            threads::delete_current(thread);
        }
    }
}

/// Starts a thread; its handle is running before this returns.
fn start(
    handle: Arc<Handle>,
    function: Op<'_>,
    args: Op<'_>,
    kwargs: Option<Op<'_>>,
    daemon: bool,
) -> PyResult<u64> {
    if runtime().finalizing.get() {
        return Err(raise!(PythonFinalizationError, "can't create new thread at interpreter shutdown"));
    }
    if handle.stage.compare_exchange(NOT_STARTED, STARTING, Ordering::AcqRel, Ordering::Acquire).is_err() {
        return Err(raise!(RuntimeError, "thread already started"));
    }
    let thread = threads::new_state();
    let start = Start {
        thread,
        handle: handle.clone(),
        function: function.to_owned().into_ptr(),
        args: args.to_owned().into_ptr(),
        kwargs: kwargs.map_or(core::ptr::null_mut(), |kwargs| kwargs.to_owned().into_ptr()),
    };
    let (function, args, kwargs) = (start.function, start.args, start.kwargs);
    let size = match stack_size() {
        0 => 8 << 20,
        size => size,
    };
    RUNNING.fetch_add(1, Ordering::Relaxed);
    runtime().threads.handles.started.borrow_mut().push(handle.clone());
    let spawned = std::thread::Builder::new().stack_size(size).spawn(move || start.run());
    if spawned.is_err() {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
        runtime().threads.handles.started.borrow_mut().retain(|known| !Arc::ptr_eq(known, &handle));
        handle.stage.store(NOT_STARTED, Ordering::Release);
        // SAFETY: the thread that would have owned these does not exist.
        unsafe {
            drop((Object::steal(function), Object::steal(args), Object::steal_nullable(kwargs)));
            threads::clear(thread);
            threads::delete(thread);
        }
        return Err(raise!(RuntimeError, "can't start new thread"));
    }
    if !daemon {
        runtime().threads.handles.not_daemons.borrow_mut().push(handle.clone());
    }
    // The new thread needs the GIL to say who it is.
    while handle.stage() == STARTING {
        gil::without(std::thread::yield_now);
    }
    Ok(handle.ident.load(Ordering::Relaxed))
}

pub fn start_new_thread(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [function, arguments, keywords] = args.optional("start_new_thread", 2)?;
    let (function, arguments) = (function.expect("required"), arguments.expect("required"));
    if !object::is_callable(function) {
        return Err(raise!(TypeError, "first arg must be callable"));
    }
    if !arguments.is_instance::<PyTupleObject>() {
        return Err(raise!(TypeError, "2nd arg must be a tuple"));
    }
    if keywords.is_some_and(|keywords| !keywords.is_instance::<PyDictObject>()) {
        return Err(raise!(TypeError, "optional 3rd arg must be a dictionary"));
    }
    crate::sys::audit("_thread.start_new_thread", &[function, arguments])?;
    int::from_u64(start(Handle::new(), function, arguments, keywords, true)?)
}

pub fn start_joinable_thread(_module: Op<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<3> =
        Signature::new("start_joinable_thread", ["function", "handle", "daemon"]).required(1);
    let [function, handle, daemon] = args.parse(&SIGNATURE)?;
    let function = function.expect("required");
    if !object::is_callable(function) {
        return Err(raise!(TypeError, "thread function must be callable"));
    }
    let daemon = daemon.map_or(Ok(true), object::is_true)?;
    let object = match handle.filter(|handle| !handle.is_none()) {
        Some(handle) if handle.type_ptr() == &raw mut HANDLE_TYPE => handle.to_owned(),
        Some(_) => return Err(raise!(TypeError, "'handle' must be a _ThreadHandle")),
        None => new_handle(Handle::new())?.into_object(),
    };
    crate::sys::audit("_thread.start_joinable_thread", &[function, object.op()])?;
    // SAFETY: checked, or made just now.
    let handle = share(unsafe { object.op().cast_unchecked() });
    start(handle, function, adder_object_model::tuple::empty().op(), None, daemon)?;
    Ok(object)
}

/// Waits for all threads that are not daemons.
pub fn shutdown(_module: Op<'_>) -> PyResult<()> {
    loop {
        let next = {
            let handles = runtime().threads.handles.not_daemons.borrow();
            handles
                .iter()
                .find(|handle| handle.ident.load(Ordering::Relaxed) != threads::current_id())
                .cloned()
        };
        let Some(handle) = next else { return Ok(()) };
        if let Err(error) = handle.wait(Wait::Forever) {
            let exception = error.take();
            errors::restore(exception).ignore();
            errors_display::write_unraisable(Some("Exception ignored on threading shutdown"), None);
        }
        runtime().threads.handles.not_daemons.borrow_mut().retain(|known| !Arc::ptr_eq(known, &handle));
    }
}
