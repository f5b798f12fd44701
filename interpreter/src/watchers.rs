//! Who is told of new and dying code objects, of changes to functions, and of switches of context.
//!
//! `PyCode_AddWatcher` and its like register a callback under a number. What happens without one
//! asks whether there is any and nothing else. An exception of a callback is reported and
//! forgotten; the one that is set when a callback begins is set when it ends.

use core::cell::Cell;
use core::ffi::c_int;

use adder_object_model::layout::*;
use adder_object_model::{Op, PyResult, errors, object, raise, refs, state, str};

use crate::runtime::runtime;

/// How many callbacks of a kind there can be (`CODE_MAX_WATCHERS` and its like).
const MAX: usize = 8;

/// The callbacks of one kind, by number.
pub struct Registry<C> {
    callbacks: [Cell<Option<C>>; MAX],
    /// How many are registered.
    n: Cell<usize>,
}

impl<C> Default for Registry<C> {
    fn default() -> Self {
        Self { callbacks: core::array::from_fn(|_| Cell::new(None)), n: Cell::new(0) }
    }
}

impl<C: Copy> Registry<C> {
    fn add(&self, kind: &str, callback: C) -> PyResult<c_int> {
        let Some(id) = self.callbacks.iter().position(|cell| cell.get().is_none()) else {
            return Err(raise!(RuntimeError, "no more {kind} watcher IDs available"));
        };
        self.callbacks[id].set(Some(callback));
        self.n.set(self.n.get() + 1);
        Ok(id as c_int)
    }

    /// False if nothing is registered under the number.
    fn remove(&self, id: usize) -> bool {
        let found = self.callbacks[id].take().is_some();
        if found {
            self.n.set(self.n.get() - 1);
        }
        found
    }

    #[inline]
    fn is_empty(&self) -> bool {
        self.n.get() == 0
    }

    /// Calls all; `what` says for a report which event of what object it was.
    fn tell(&self, call: impl Fn(C) -> c_int, what: impl Fn() -> String) {
        for cell in &self.callbacks {
            let Some(callback) = cell.get() else { continue };
            let pending = errors::take();
            if call(callback) < 0 {
                let message = format!("Exception ignored in {}", what());
                (state::hooks().write_unraisable)(Some(&message), None);
            }
            if let Some(pending) = pending {
                errors::restore(pending).ignore();
            }
        }
    }
}

#[derive(Default)]
pub struct State {
    code: Registry<PyCode_WatchCallback>,
    functions: Registry<PyFunction_WatchCallback>,
    contexts: Registry<PyContext_WatchCallback>,
}

/// The number as an index.
fn checked(id: c_int, message: &str) -> PyResult<usize> {
    usize::try_from(id).ok().filter(|&id| id < MAX).ok_or_else(|| raise!(ValueError, "{message} {id}"))
}

/// Makes `add_*` and `clear_*` for a kind.
macro_rules! registration {
    ($field:ident, $callback:ty, $kind:literal, $invalid:literal, $missing:literal, $add:ident, $clear:ident) => {
        #[doc = concat!("Registers a ", $kind, " watcher and gives its number.")]
        ///
        /// # Errors
        /// There are as many as there can be.
        pub fn $add(callback: $callback) -> PyResult<c_int> {
            runtime().watchers.$field.add($kind, callback)
        }
        #[doc = concat!("Takes a ", $kind, " watcher away.")]
        ///
        /// # Errors
        /// The number is not registered.
        pub fn $clear(id: c_int) -> PyResult<()> {
            if !runtime().watchers.$field.remove(checked(id, $invalid)?) {
                return Err(raise!(ValueError, "{} {id}", $missing));
            }
            Ok(())
        }
    };
}
registration!(
    code,
    PyCode_WatchCallback,
    "code",
    "Invalid code watcher ID",
    "No code watcher set for ID",
    add_code,
    clear_code
);
registration!(
    functions,
    PyFunction_WatchCallback,
    "func",
    "invalid func watcher ID",
    "no func watcher set for ID",
    add_function,
    clear_function
);
registration!(
    contexts,
    PyContext_WatchCallback,
    "context",
    "Invalid context watcher ID",
    "No context watcher set for ID",
    add_context,
    clear_context
);

/// `PY_CODE_EVENT_CREATE`, `PY_CODE_EVENT_DESTROY`.
const CODE_CREATE: c_int = 0;
const CODE_DESTROY: c_int = 1;

/// Tells of a code object that is complete.
#[inline]
pub fn tell_new_code(code: *mut PyCodeObject) {
    if !runtime().watchers.code.is_empty() {
        tell_code(CODE_CREATE, "CREATE", code);
    }
}

/// Tells of a code object whose count is 0; false if it has to live on.
#[inline]
pub fn tell_dying_code(code: *mut PyCodeObject) -> bool {
    runtime().watchers.code.is_empty()
        || while_alive(code.cast(), || tell_code(CODE_DESTROY, "DESTROY", code))
}

#[cold]
fn tell_code(event: c_int, name: &str, code: *mut PyCodeObject) {
    runtime().watchers.code.tell(
        // SAFETY: a registered callback and a live object.
        |callback| unsafe { callback(event, code) },
        || {
            // SAFETY: as above.
            let code = unsafe { Op::from_ptr(code.cast()) };
            format!("PY_CODE_EVENT_{name} watcher callback for {}", shown(code))
        },
    );
}

/// Runs something with an object whose count is 0 and that has one reference meanwhile; false if
/// somebody has taken another one.
fn while_alive(op: *mut PyObject, run: impl FnOnce()) -> bool {
    // SAFETY: a dying object, which nobody else sees before `run` shows it.
    unsafe {
        (*op).ob_refcnt = 1;
        run();
        (*op).ob_refcnt -= 1;
        (*op).ob_refcnt == 0
    }
}

/// The repr, or what can be said without one.
fn shown(op: Op<'_>) -> String {
    match object::repr(op) {
        Ok(text) => str::to_string_lossy(text.op()),
        Err(error) => {
            error.clear();
            format!("<{} object at {:p}>", op.type_name(), op.as_ptr())
        }
    }
}

/// `PyFunction_WatchEvent`.
#[derive(Clone, Copy)]
#[repr(i32)]
pub enum FunctionEvent {
    Create = 0,
    Destroy = 1,
    ModifyCode = 2,
    ModifyDefaults = 3,
    ModifyKwdefaults = 4,
}

impl FunctionEvent {
    fn name(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Destroy => "DESTROY",
            Self::ModifyCode => "MODIFY_CODE",
            Self::ModifyDefaults => "MODIFY_DEFAULTS",
            Self::ModifyKwdefaults => "MODIFY_KWDEFAULTS",
        }
    }
}

/// Tells of a function whose count is 0; false if it has to live on.
///
/// # Safety
/// The function is complete and nobody else has a reference.
#[inline]
pub unsafe fn tell_dying_function(function: *mut PyFunctionObject) -> bool {
    runtime().watchers.functions.is_empty()
        || while_alive(function.cast(), || {
            // SAFETY: as the caller promises; `while_alive` keeps it alive.
            unsafe { tell_function(FunctionEvent::Destroy, function, None) }
        })
}

/// Tells of a function that is complete, or about to be changed or destroyed.
///
/// # Safety
/// A live function with all its fields set.
#[inline]
pub unsafe fn tell_function(
    event: FunctionEvent,
    function: *mut PyFunctionObject,
    new_value: Option<Op<'_>>,
) {
    let watchers = &runtime().watchers.functions;
    if watchers.is_empty() {
        return;
    }
    watchers.tell(
        // SAFETY: a registered callback, a live object, and an object or null.
        |callback| unsafe { callback(event as c_int, function, refs::as_nullable(new_value)) },
        || {
            // SAFETY: a live function, whose name is a string.
            let name = str::to_string_lossy(unsafe { Op::from_ptr((*function).func_qualname) });
            let event = event.name();
            format!("PyFunction_EVENT_{event} watcher callback for function {name} at {function:p}")
        },
    );
}

/// `Py_CONTEXT_SWITCHED`.
const CONTEXT_SWITCHED: c_int = 1;

/// Tells that the thread has another context, or none.
#[inline]
pub fn tell_context() {
    let watchers = &runtime().watchers.contexts;
    if watchers.is_empty() {
        return;
    }
    // SAFETY: the current thread's context is live or null; `None` stands for none.
    let context = unsafe { adder_object_model::Object::new_ref_nullable((*state::current()).context) }
        .unwrap_or_else(adder_object_model::singletons::new_none);
    watchers.tell(
        // SAFETY: a registered callback and a live object.
        |callback| unsafe { callback(CONTEXT_SWITCHED, context.as_ptr()) },
        || format!("Py_CONTEXT_SWITCHED watcher callback for {}", shown(context.op())),
    );
}
