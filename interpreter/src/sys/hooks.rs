//! What `sys` calls at certain moments, and users may replace.

use std::os::unix::ffi::OsStrExt;

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Op, PyResult, call, errors, exceptions, object, raise, singletons, state, str,
};

use crate::{builtins, errors_display, import};

pub static TABLE: &[PyMethodDef] = &[
    method::o(c"displayhook", display, c"displayhook($module, object, /)\n--\n\nPrint an object to sys.stdout and keep it in builtins._"),
    method::positional(c"excepthook", except, c"excepthook($module, exctype, value, traceback, /)\n--\n\nPrint an exception to sys.stderr."),
    method::keywords(c"breakpointhook", breakpoint, c"breakpointhook($module, /, *args, **kwargs)\n--\n\nStart the debugger that PYTHONBREAKPOINT names, pdb by default."),
    method::o(c"unraisablehook", unraisable, c"unraisablehook($module, unraisable, /)\n--\n\nPrint an exception that nobody could handle."),
    PyMethodDef::EMPTY,
];

/// Whether `sys.displayhook` is the one the interpreter brings.
pub fn display_hook_is_default() -> PyResult<bool> {
    let (hook, default) = (super::get_object("displayhook")?, super::get_object("__displayhook__")?);
    Ok(matches!((hook, default), (Some(hook), Some(default)) if hook.op().is(default.op())))
}

/// `sys.displayhook(value)`: `None` is passed over.
fn display(_module: Op<'_>, value: Op<'_>) -> PyResult<()> {
    if value.is_none() {
        return Ok(());
    }
    let builtins = import::get_module("builtins")?;
    let Some(builtins) = builtins else {
        return Err(raise!(RuntimeError, "lost builtins module"));
    };
    // While repr() runs, `_` must not hold what it shows.
    object::set_attr_str(builtins.op(), "_", Some(singletons::none()))?;
    let Some(out) = super::get_object("stdout")?.filter(|out| !out.op().is_none()) else {
        return Err(raise!(RuntimeError, "lost sys.stdout"));
    };
    let text = object::repr(value)?;
    if let Err(error) = call::call_method(out.op(), "write", &[text.op()]) {
        error.absorb::<()>(exceptions::builtin::UnicodeEncodeError())?;
        write_escaped(out.op(), text.op())?;
    }
    call::call_method(out.op(), "write", &[str::intern("\n")?.op()])?;
    object::set_attr_str(builtins.op(), "_", Some(value))
}

/// Writes text with what the encoding lacks as escapes.
fn write_escaped(out: Op<'_>, text: Op<'_>) -> PyResult<()> {
    let encoding = object::get_attr_str(out, "encoding")?;
    let handler = str::intern("backslashreplace")?;
    let data = call::call_method(text, "encode", &[encoding.op(), handler.op()])?;
    if let Some(buffer) = object::get_optional_attr_str(out, "buffer")? {
        return call::call_method(buffer.op(), "write", &[data.op()]).map(drop);
    }
    let text = call::call_method(data.op(), "decode", &[encoding.op(), str::intern("strict")?.op()])?;
    call::call_method(out, "write", &[text.op()]).map(drop)
}

fn except(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [_class, value, traceback] = args.exactly("excepthook")?;
    if value.is_instance::<PyBaseExceptionObject>()
        && exceptions::get_traceback(value).is_none()
        && traceback.is_instance::<PyTracebackObject>()
    {
        exceptions::set_traceback(value, Some(traceback))?;
    }
    errors_display::display(value)
}

/// Imports and calls what the variable PYTHONBREAKPOINT names.
fn breakpoint(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let name =
        if crate::runtime::config().use_environment { std::env::var_os("PYTHONBREAKPOINT") } else { None };
    let name = name.map(|name| String::from_utf8_lossy(name.as_bytes()).into_owned());
    let name = match name.as_deref() {
        None | Some("") => "pdb.set_trace",
        Some("0") => return Ok(singletons::new_none()),
        Some(name) => name,
    };
    let (module, attribute) = name.rsplit_once('.').unwrap_or(("builtins", name));
    let found = if module.is_empty() { Ok(None) } else { find_hook(module, attribute) };
    match found {
        Ok(Some(hook)) => call::call(hook.op(), args),
        Ok(None) => {
            let message = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{name}\"");
            (state::hooks().warn)(exceptions::builtin::RuntimeWarning(), &message, 0)?;
            Ok(singletons::new_none())
        }
        Err(error) => Err(error),
    }
}

fn find_hook(module: &str, attribute: &str) -> PyResult<Option<adder_object_model::Object>> {
    let module = match import::import_module(module) {
        Ok(module) => module,
        Err(error) => return error.absorb(exceptions::builtin::ImportError()),
    };
    object::get_optional_attr_str(module.op(), attribute)
}

fn unraisable(_module: Op<'_>, args: Op<'_>) -> PyResult<()> {
    errors_display::default_unraisable_hook(args)
}

/// Calls `sys.displayhook` with a value of an interactive statement.
pub fn call_display_hook(value: Op<'_>) -> PyResult<()> {
    match super::get_object("displayhook")? {
        Some(hook) => call::call_one(hook.op(), value).map(drop),
        None => Err(raise!(RuntimeError, "lost sys.displayhook")),
    }
}

/// Writes a line to `sys.stderr`, giving up in silence (`PySys_WriteStderr`).
pub fn write_stderr(text: &str) {
    let pending = errors::take();
    let written = (|| -> PyResult<bool> {
        let Some(file) = super::get_object("stderr")?.filter(|file| !file.op().is_none()) else {
            return Ok(false);
        };
        builtins::write_text(file.op(), str::from_str(text)?.op())?;
        Ok(true)
    })();
    if !matches!(written, Ok(true)) {
        if let Err(error) = written {
            error.clear();
        }
        eprint!("{text}");
    }
    if let Some(pending) = pending {
        errors::restore(pending).ignore();
    }
}
