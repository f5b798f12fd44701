//! The thread state and the interpreter state: everything mutable that is not an object.
//!
//! `PyThreadState` has CPython's layout, because Cython and greenlet read and write
//! its fields. `PyInterpreterState` is opaque to extensions and therefore ours: one
//! struct that holds the state of every subsystem, reached from the thread state.

use core::cell::{Cell, RefCell};
use core::ptr;

use crate::layout::PyThreadState;

thread_local! {
    static CURRENT: Cell<*mut PyThreadState> = const { Cell::new(ptr::null_mut()) };
}

/// The state of the thread that runs; null in a thread that does not hold the GIL.
#[inline]
pub fn current() -> *mut PyThreadState {
    CURRENT.get()
}

/// Makes `state` the current one and gives the one before.
pub fn swap(state: *mut PyThreadState) -> *mut PyThreadState {
    CURRENT.replace(state)
}

/// See `Hooks::visit_frames`.
pub type FrameVisitor<'a> = dyn FnMut(&dyn Fn() -> (crate::Op<'static>, i32)) + 'a;

/// What the interpreter offers to the object model, filled in at start.
///
/// The object model never names the interpreter; where an object needs it, it
/// calls through here.
pub struct Hooks {
    /// Imports a module by its dotted name and gives the module itself (`importlib.import_module`).
    pub import_module: fn(&str) -> crate::PyResult,
    /// The globals of the Python frame that runs, if there is one.
    pub current_globals: fn() -> Option<crate::Object>,
    /// `warnings.warn(message, category, stacklevel)`.
    pub warn: fn(category: crate::Op<'_>, message: &str, stacklevel: isize) -> crate::PyResult<()>,
    /// Reports an exception that has nowhere to go; takes it out of the thread state.
    pub write_unraisable: fn(message: Option<&str>, object: Option<crate::Op<'_>>),
    /// Calls the function with each Python frame that runs in this thread, the innermost first; what
    /// it is given tells the frame's file and line. Allocates nothing that Python code can see.
    pub visit_frames: fn(&mut FrameVisitor<'_>),
    /// Adds a traceback entry for the running frame to the exception that is set.
    pub eval_breaker_pending: fn() -> crate::PyResult<()>,
}

/// The interpreter's state; extensions hold pointers to it and never look inside.
///
/// Each subsystem keeps its part in a struct of its own, declared in its own file.
#[derive(Default)]
pub struct PyInterpreterState {
    pub hooks: Cell<Option<&'static Hooks>>,
    pub free_lists: crate::free_lists::FreeLists,
    pub gc: crate::gc::State,
    pub types: crate::type_object::State,
    pub strings: crate::str::State,
    pub dicts: crate::dict::State,
    pub exceptions: crate::exceptions::State,
    /// `sys.modules`, `sys.__dict__`, `builtins.__dict__`: owned references, null before start.
    pub modules: Cell<*mut crate::layout::PyObject>,
    pub sysdict: Cell<*mut crate::layout::PyObject>,
    pub builtins: Cell<*mut crate::layout::PyObject>,
    /// Modules registered for their definitions: owned references or null, by `m_index - 1`.
    pub modules_by_index: RefCell<Vec<*mut crate::layout::PyObject>>,
    /// The full name of the extension module whose init function runs.
    pub package_context: Cell<Option<String>>,
    /// `sys.get_int_max_str_digits()`.
    pub int_max_str_digits: Cell<i32>,
    /// Whether names of encodings and error handlers are looked up before anything needs them (`-X dev`).
    pub checks_codec_names: Cell<bool>,
    /// How often `-b` was given.
    pub bytes_warning: Cell<i32>,
    /// Counts code objects and functions, for inline caches that trust them.
    pub function_versions: Cell<u32>,
    /// `dict` of codec search state: `codecs.rs` keeps it.
    pub codecs: crate::codecs::State,
}

/// The interpreter of the current thread.
#[inline]
pub fn interp() -> &'static PyInterpreterState {
    // SAFETY: a thread that runs has a state, and its interpreter outlives every thread.
    unsafe { &*(*current()).interp.cast::<PyInterpreterState>() }
}

/// The interpreter's hooks.
///
/// # Panics
/// Before the interpreter has set them.
pub fn hooks() -> &'static Hooks {
    interp().hooks.get().expect("the interpreter has not been set up")
}

/// Recursion limits of a new thread: Python frames, as `sys.setrecursionlimit` sets them.
pub const DEFAULT_RECURSION_LIMIT: i32 = 1000;

/// A new, zeroed thread state for an interpreter; the caller links it into its list and
/// makes it current. It is freed by `delete_thread`.
pub fn new_thread(interp: *mut PyInterpreterState) -> *mut PyThreadState {
    let block = crate::alloc::calloc(1, size_of::<PyThreadState>()).cast::<PyThreadState>();
    assert!(!block.is_null(), "no memory for a thread state");
    // SAFETY: a fresh zeroed block of the right size, for which zero is a valid value.
    unsafe {
        (*block).interp = interp.cast();
        (*block).py_recursion_limit = DEFAULT_RECURSION_LIMIT;
        (*block).py_recursion_remaining = DEFAULT_RECURSION_LIMIT;
        // No event.
        (*block).what_event = -1;
        (*block).exc_info = (&raw mut (*block).exc_state).cast();
    }
    block
}

/// Makes the interpreter and its main thread's state, current in this thread.
///
/// Types are not ready yet: `type_object::init_builtin_types` comes next.
pub fn new_interpreter() -> &'static PyInterpreterState {
    let interp: &'static mut PyInterpreterState = Box::leak(Box::default());
    interp.int_max_str_digits.set(4300);
    let pointer: *mut PyInterpreterState = interp;
    swap(new_thread(pointer));
    // SAFETY: leaked, so it lives as long as the process.
    unsafe { &*pointer }
}
