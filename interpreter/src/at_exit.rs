//! The module `atexit`.

use core::cell::RefCell;
use core::ffi::c_void;

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{Args, Object, Op, PyResult, call, int, module, object, raise, str};

use crate::errors_display;
use crate::runtime::runtime;

/// A function with its arguments.
#[derive(Clone)]
struct Callback {
    function: Object,
    args: Object,
    kwargs: Option<Object>,
}

/// What `atexit` knows, and what extensions want at the end.
#[derive(Default)]
pub struct State {
    callbacks: RefCell<Vec<Callback>>,
    /// What extensions have called behind those, with its argument.
    calls: RefCell<Vec<(Call, *mut c_void)>>,
    /// For when there is no interpreter any more.
    native: RefCell<Vec<unsafe extern "C" fn()>>,
}

type Call = unsafe extern "C" fn(*mut c_void);

/// As many functions as `Py_AtExit` takes in CPython.
const MOST_NATIVE: usize = 32;

/// Adds a function for the very end (`Py_AtExit`); `false` if there are too many.
pub fn add_native(function: unsafe extern "C" fn()) -> bool {
    let mut native = runtime().at_exit.native.borrow_mut();
    if native.len() == MOST_NATIVE {
        return false;
    }
    native.push(function);
    true
}

/// Adds an extension's function, which runs after the Python ones (`PyUnstable_AtExit`).
pub fn add_call(function: Call, data: *mut c_void) {
    runtime().at_exit.calls.borrow_mut().push((function, data));
}

/// Runs the extensions' functions, last first.
fn run_calls() {
    loop {
        let next = runtime().at_exit.calls.borrow_mut().pop();
        let Some((function, data)) = next else { return };
        // SAFETY: whoever added it promised that it can be called once.
        unsafe { function(data) };
    }
}

/// Runs the functions for the very end, last first.
pub fn run_native() {
    loop {
        let next = runtime().at_exit.native.borrow_mut().pop();
        let Some(function) = next else { return };
        // SAFETY: whoever added it promised that it can run now.
        unsafe { function() };
    }
}

fn callbacks() -> &'static RefCell<Vec<Callback>> {
    &runtime().at_exit.callbacks
}

/// Runs the registered functions, last first; they may register more.
pub fn run() {
    loop {
        let next = callbacks().borrow_mut().pop();
        let Some(callback) = next else { break };
        let kwargs = callback.kwargs.as_ref().map(|kwargs| kwargs.op());
        if call::call_tuple_dict(callback.function.op(), callback.args.op(), kwargs).is_err() {
            let shown = object::repr(callback.function.op()).map(|text| str::to_string_lossy(text.op()));
            let message = format!("Exception ignored in atexit callback {}", shown.unwrap_or_default());
            errors_display::write_unraisable(Some(&message), None);
        }
    }
    run_calls();
}

fn register(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let Some(function) = args.get(0) else {
        return Err(raise!(TypeError, "register() takes at least 1 argument (0 given)"));
    };
    if !object::is_callable(function) {
        return Err(raise!(TypeError, "the first argument must be callable"));
    }
    let rest = args.skip(1);
    let callback =
        Callback { function: function.to_owned(), args: rest.to_tuple()?, kwargs: rest.to_dict()? };
    callbacks().borrow_mut().push(callback);
    Ok(function.to_owned())
}

fn clear(_module: Op<'_>) -> PyResult<()> {
    let old = callbacks().take();
    drop(old);
    Ok(())
}

fn run_now(_module: Op<'_>) -> PyResult<()> {
    run();
    Ok(())
}

fn count(_module: Op<'_>) -> PyResult {
    int::from_usize(callbacks().borrow().len())
}

/// Comparing can run code that registers and unregisters, so it is done on a copy.
fn unregister(_module: Op<'_>, function: Op<'_>) -> PyResult<()> {
    let snapshot: Vec<Object> =
        callbacks().borrow().iter().map(|callback| callback.function.clone()).collect();
    let mut doomed = Vec::new();
    for candidate in &snapshot {
        if object::equal(candidate.op(), function)? {
            doomed.push(candidate.as_ptr());
        }
    }
    let removed: Vec<Callback> = callbacks()
        .borrow_mut()
        .extract_if(.., |callback| doomed.contains(&callback.function.as_ptr()))
        .collect();
    drop(removed);
    Ok(())
}

static FUNCTIONS: &[PyMethodDef] = &[
    method::keywords(c"register", register, c"register($module, func, /, *args, **kwargs)\n--\n\nHave a function called when the program ends; return the function."),
    method::noargs(c"_clear", clear, c"_clear($module, /)\n--\n\nForget all functions."),
    method::o(c"unregister", unregister, c"unregister($module, func, /)\n--\n\nForget a function."),
    method::noargs(c"_run_exitfuncs", run_now, c"_run_exitfuncs($module, /)\n--\n\nCall all functions now."),
    method::noargs(c"_ncallbacks", count, c"_ncallbacks($module, /)\n--\n\nReturn the number of functions."),
    PyMethodDef::EMPTY,
];

/// Makes the module.
pub fn init() -> PyResult {
    let result = module::new("atexit")?;
    let doc = "Functions that are called when the program ends.";
    module::add_object(result.op(), "__doc__", str::from_str(doc)?.op())?;
    module::add_functions(result.op(), FUNCTIONS.as_ptr())?;
    Ok(result)
}
