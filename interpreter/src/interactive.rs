//! The interactive prompt: statements are read, run and their values shown, until the input ends.
//!
//! On a terminal the editor is the library's own `_pyrepl` (history, several lines, colours), as in
//! CPython. Elsewhere, and with `PYTHON_BASIC_REPL`, a plain loop reads line by line; it is also
//! what `sys._baserepl()` runs.
//!
//! The plain loop takes one byte at a time from file descriptor 0, so that a statement that calls
//! `input()` finds the rest of the input where it expects it.

use adder_object_model::layout::*;
use adder_object_model::{
    Object, Op, PyResult, Raised, call, errors, exceptions, int, object, raise, singletons, str,
};

use crate::runtime::{config, runtime};
use crate::{errors_display, import, lifecycle, run_main, sys, vm};

/// A session after the banner. `startup` says whether `PYTHONSTARTUP` is to run first.
///
/// # Errors
/// What the hook or the editor raise; what statements raise is shown, and `SystemExit` ends the process.
pub fn session(startup: bool) -> PyResult<()> {
    runtime().in_session.set(true);
    run_hook()?;
    let basic = config().use_environment && is_set("PYTHON_BASIC_REPL");
    if basic || !is_terminal(0) {
        if startup {
            run_startup_file()?;
        }
        return plain();
    }
    let editor = import::import_module("_pyrepl.main")?;
    let run = object::get_attr_str(editor.op(), "interactive_console")?;
    let main = main_module()?;
    // The editor's parameters are `mainmodule`, `quiet` and `pythonstartup`.
    let (quiet, startup) = (singletons::new_bool(false), singletons::new_bool(startup));
    call::call_positional(run.op(), &[main.op(), quiet.op(), startup.op()]).map(drop)
}

fn is_set(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

fn is_terminal(descriptor: i32) -> bool {
    // SAFETY: isatty accepts any number.
    unsafe { libc::isatty(descriptor) != 0 }
}

fn main_module() -> PyResult {
    import::get_module("__main__")?.ok_or_else(|| raise!(RuntimeError, "lost __main__"))
}

/// Calls `sys.__interactive_hook__`, which `site` sets; what it raises is shown and forgotten.
fn run_hook() -> PyResult<()> {
    let Some(hook) = sys::get_object("__interactive_hook__")? else { return Ok(()) };
    sys::audit("cpython.run_interactivehook", &[hook.op()])?;
    if call::call_positional(hook.op(), &[]).is_err() {
        sys::write_stderr("Failed calling sys.__interactive_hook__\n");
        errors_display::print();
    }
    Ok(())
}

/// Runs the file that `PYTHONSTARTUP` names in `__main__`; what it raises is shown and forgotten.
fn run_startup_file() -> PyResult<()> {
    if !config().use_environment {
        return Ok(());
    }
    let Some(path) = std::env::var_os("PYTHONSTARTUP").filter(|path| !path.is_empty()) else { return Ok(()) };
    let name = str::decode_fs_default(std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()))?;
    sys::audit("cpython.run_startup", &[name.op()])?;
    let run = || -> PyResult<()> {
        let content =
            std::fs::read(&path).map_err(|error| exceptions::set_io_error(&error, Some(name.op())))?;
        let options = crate::compile::Options::new(rustpython_compiler::Mode::Exec);
        let code = crate::compile::compile_bytes(&content, name.op(), options)?;
        let namespace = lifecycle::main_namespace()?;
        vm::eval_code(code.borrow(), namespace.op(), namespace.op()).map(drop)
    };
    if run().is_err() {
        errors_display::print();
    }
    Ok(())
}

/// The loop without an editor (`sys._baserepl`).
///
/// # Errors
/// When its tools cannot be imported; what statements raise is shown.
pub fn plain() -> PyResult<()> {
    plain_from(str::from_str("<stdin>")?.op(), 0, &mut read_standard_input)
}

/// The same for any input (`PyRun_InteractiveLoopFlags`).
///
/// # Errors
/// As for `plain`.
pub fn plain_from(filename: Op<'_>, flags: i32, read: &mut Input<'_>) -> PyResult<()> {
    for (name, prompt) in [("ps1", ">>> "), ("ps2", "... ")] {
        if sys::get_object(name)?.is_none() {
            sys::set_object(name, Some(str::from_str(prompt)?.op()))?;
        }
    }
    let statements = Statements::new(filename, flags)?;
    loop {
        match statements.run_next(read) {
            Ok(true) => {}
            Ok(false) => {
                sys::write_stderr("\n");
                return Ok(());
            }
            Err(_) => {
                errors_display::print();
                flush_output();
            }
        }
    }
}

/// Gives the next byte of the input, or `None` at its end.
pub type Input<'a> = dyn FnMut() -> PyResult<Option<u8>> + 'a;

/// Reads statements and runs them in `__main__`.
pub struct Statements {
    /// `codeop.CommandCompiler`, which remembers the features that statements ask for.
    compiler: Object,
    filename: Object,
}

impl Statements {
    /// `flags` are those of `compile`.
    ///
    /// # Errors
    /// When `codeop` cannot be imported.
    pub fn new(filename: Op<'_>, flags: i32) -> PyResult<Self> {
        let codeop = import::import_module("codeop")?;
        let compiler = call::call_method(codeop.op(), "CommandCompiler", &[])?;
        let this = Self { compiler, filename: filename.to_owned() };
        if flags != 0 {
            let flags = int::from_i64((this.flags()? | flags).into())?;
            object::set_attr_str(this.inner()?.op(), "flags", Some(flags.op()))?;
        }
        Ok(this)
    }

    /// The object of the compiler that has the flags.
    fn inner(&self) -> PyResult {
        object::get_attr_str(self.compiler.op(), "compiler")
    }

    /// The flags that the next statement is compiled with.
    ///
    /// # Errors
    /// When a program has changed the compiler.
    pub fn flags(&self) -> PyResult<i32> {
        int::as_i32(object::get_attr_str(self.inner()?.op(), "flags")?.op())
    }

    /// Reads one statement and runs it; `false` when the input ends before one begins
    /// (`PyRun_InteractiveOneObject`).
    ///
    /// # Errors
    /// What reading, compiling or running raises.
    pub fn run_next(&self, read: &mut Input<'_>) -> PyResult<bool> {
        let code = match statement(self.compiler.op(), self.filename.op(), read) {
            Ok(Some(code)) => code,
            Ok(None) => return Ok(false),
            Err(error) => {
                forget_compiler(error);
                return Err(errors::raised_by_c());
            }
        };
        let namespace = lifecycle::main_namespace()?;
        let code = code.op().downcast::<PyCodeObject>().expect("compilers give code");
        vm::eval_code(code, namespace.op(), namespace.op())?;
        flush_output();
        Ok(true)
    }
}

/// Takes the frames of the library's compiler out of the traceback of what it raised.
fn forget_compiler(error: Raised) {
    error.ignore();
    let Some(exception) = errors::take() else { return };
    if let Err(second) = exceptions::set_traceback(exception.op(), None) {
        second.clear();
    }
    errors::restore(exception).ignore();
}

/// Reads lines until they are a statement; `None` when the input ends before one begins.
fn statement(compiler: Op<'_>, filename: Op<'_>, read: &mut Input<'_>) -> PyResult<Option<Object>> {
    let mode = str::from_str("single")?;
    let mut source = Vec::new();
    loop {
        prompt(if source.is_empty() { "ps1" } else { "ps2" });
        let ended = !read_line(&mut source, read)?;
        if ended && source.is_empty() {
            return Ok(None);
        }
        let text = str::decode_fs_default(source.strip_suffix(b"\n").unwrap_or(&source))?;
        let code = call::call_positional(compiler, &[text.op(), filename, mode.op()])?;
        if !code.op().is_none() {
            run_main::show_source_of(code.op(), text.op(), filename);
            return Ok(Some(code));
        }
        if ended {
            return Err(raise!(SyntaxError, "unexpected EOF while parsing"));
        }
    }
}

/// Writes `sys.ps1` or `sys.ps2` to standard error, as CPython does away from a terminal.
fn prompt(name: &str) {
    let text = sys::get_object(name).and_then(|prompt| match prompt {
        Some(prompt) => object::str(prompt.op()).map(|text| str::to_string_lossy(text.op())),
        None => Ok(String::new()),
    });
    match text {
        Ok(text) => sys::write_stderr(&text),
        Err(error) => error.clear(),
    }
}

fn flush_output() {
    for name in ["stderr", "stdout"] {
        let Some(file) = sys::get_object(name).ok().flatten() else { continue };
        if let Err(error) = call::call_method(file.op(), "flush", &[]) {
            error.clear();
        }
    }
}

/// Appends a line to `source`; `false` at the end of the input.
fn read_line(source: &mut Vec<u8>, read: &mut Input<'_>) -> PyResult<bool> {
    while let Some(byte) = read()? {
        source.push(byte);
        if byte == b'\n' {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The next byte of file descriptor 0.
fn read_standard_input() -> PyResult<Option<u8>> {
    loop {
        let mut byte = 0u8;
        // SAFETY: the buffer is one byte long and lives across the call.
        let count = crate::gil::without(|| unsafe { libc::read(0, (&raw mut byte).cast(), 1) });
        if count < 0 {
            let error = std::io::Error::last_os_error();
            if error.kind() == std::io::ErrorKind::Interrupted {
                crate::signals::check()?;
                continue;
            }
            return Err(exceptions::set_io_error(&error, None));
        }
        return Ok((count != 0).then_some(byte));
    }
}
