//! The interpreter's own state, beside the object model's: one struct for the process.
//!
//! Everything in it is read and written under the GIL, except where a field says otherwise.

use core::cell::{Cell, OnceCell, RefCell};

use adder_object_model::{Object, PyResult};

use crate::config::Config;

/// Makes a builtin module.
pub type ModuleInit = fn() -> PyResult;

#[derive(Default)]
pub struct Runtime {
    pub config: OnceCell<Config>,
    /// Builtin modules by name, in the order they were registered.
    pub builtin_modules: RefCell<Vec<(&'static str, ModuleInit)>>,
    /// What loads extension modules from files.
    pub loader: Cell<Option<crate::import::DynamicLoader>>,
    pub import: crate::import::State,
    pub sys: crate::sys::State,
    pub monitoring: crate::vm::monitoring::State,
    pub warnings: crate::warnings::State,
    pub watchers: crate::watchers::State,
    pub config_options: crate::config_options::State,
    pub threads: crate::thread_module::State,
    /// The classes of `ast`, by name.
    pub ast_classes: Slot,
    pub signals: crate::signals::State,
    pub at_exit: crate::at_exit::State,
    pub code_extra: crate::code::extra::State,
    pub pending: crate::pending::State,
    pub errors_display: crate::errors_display::State,
    /// What extensions keep with the interpreter.
    interpreter_dict: Slot,
    /// What `builtins` had before anything else ran: its names at the end are these again.
    pub builtins_at_start: Slot,
    /// Set when a `KeyboardInterrupt` ends the program.
    pub interrupted: Cell<bool>,
    /// Set when the interpreter begins to shut down.
    pub finalizing: Cell<bool>,
    /// Set when a prompt begins: from then on `SystemExit` ends the process also after `-i`.
    pub in_session: Cell<bool>,
    /// Set once start-up is complete.
    pub initialized: Cell<bool>,
}

/// The state as a static: the GIL keeps threads apart.
struct Shared(Runtime);
// SAFETY: only the thread that holds the GIL looks inside.
unsafe impl Sync for Shared {}
// SAFETY: as above; it is never moved after it is made.
unsafe impl Send for Shared {}

static RUNTIME: std::sync::OnceLock<Shared> = std::sync::OnceLock::new();

/// The runtime's state.
#[inline]
pub fn runtime() -> &'static Runtime {
    &RUNTIME.get_or_init(|| Shared(Runtime::default())).0
}

/// A dict for what extensions keep with the interpreter (`PyInterpreterState_GetDict`), made on first use.
pub fn interpreter_dict() -> PyResult {
    if let Some(dict) = runtime().interpreter_dict.get() {
        return Ok(dict);
    }
    let dict = adder_object_model::dict::new()?.into_object();
    runtime().interpreter_dict.set(Some(dict.clone()));
    Ok(dict)
}

/// The configuration.
///
/// # Panics
/// Before start-up has set it.
pub fn config() -> &'static Config {
    runtime().config.get().expect("the configuration is set first")
}

/// An owned reference in a cell: taken out, put back, replaced.
#[derive(Default)]
pub struct Slot(RefCell<Option<Object>>);

impl Slot {
    pub fn get(&self) -> Option<Object> {
        self.0.borrow().clone()
    }

    /// Puts a value in and drops the old one last, as that can run Python code.
    pub fn set(&self, value: Option<Object>) {
        let old = self.0.replace(value);
        drop(old);
    }
}
