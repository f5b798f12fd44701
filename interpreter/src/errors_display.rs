//! Printing exceptions: the `traceback` module does it; without it, a plain rendering here.

use std::fmt::Write as _;

use adder_object_model::layout::*;
use adder_object_model::{
    Borrowed, Object, Op, PyResult, call, errors, exceptions, int, object, singletons, str, structseq,
    type_object,
};

use crate::runtime::{Slot, runtime};
use crate::{compile, frame, import, sys};

#[derive(Default)]
pub struct State {
    unraisable_args: Slot,
}

/// Prints the exception that is set and clears it (`PyErr_Print`); `SystemExit` ends the process.
pub fn print() {
    print_ex(true);
}

/// The same; `keep` says whether it becomes `sys.last_exc`.
pub fn print_ex(keep: bool) {
    if let Some(status) = system_exit_status() {
        crate::lifecycle::exit(status);
    }
    let Some(exception) = errors::take() else { return };
    let exception = exception.op();
    let class = exception.ob_type().as_object();
    let traceback = exceptions::get_traceback(exception).unwrap_or_else(singletons::new_none);
    if keep {
        for (name, value) in [
            ("last_exc", exception),
            ("last_type", class),
            ("last_value", exception),
            ("last_traceback", traceback.op()),
        ] {
            if let Err(error) = sys::set_object(name, Some(value)) {
                error.clear();
            }
        }
    }
    let hook = sys::get_object("excepthook").ok().flatten();
    if let Err(error) = sys::audit(
        "sys.excepthook",
        &[hook.as_ref().map_or(singletons::none(), |hook| hook.op()), class, exception, traceback.op()],
    ) {
        let blocked = error.matches(exceptions::builtin::RuntimeError());
        error.clear();
        if blocked {
            return;
        }
    }
    match hook {
        Some(hook) => {
            if call::call_positional(hook.op(), &[class, exception, traceback.op()]).is_err() {
                if let Some(status) = system_exit_status() {
                    crate::lifecycle::exit(status);
                }
                let second = errors::take();
                sys::write_stderr("Error in sys.excepthook:\n");
                if let Some(second) = second {
                    display_or_ignore(second.op());
                }
                sys::write_stderr("\nOriginal exception was:\n");
                display_or_ignore(exception);
            }
        }
        None => {
            sys::write_stderr("sys.excepthook is missing\n");
            display_or_ignore(exception);
        }
    }
}

fn display_or_ignore(exception: Op<'_>) {
    if let Err(error) = display(exception) {
        error.clear();
    }
}

/// If `SystemExit` is set: clears it, prints its text if it has one, and gives the exit status.
pub fn system_exit_status() -> Option<i32> {
    let current = errors::occurred()?;
    if !exceptions::class_matches(current, exceptions::builtin::SystemExit()) {
        return None;
    }
    if runtime().config.get().is_some_and(|config| config.inspect) && !runtime().in_session.get() {
        // The session goes on after the program.
        return None;
    }
    let exception = errors::take()?;
    let code = object::get_optional_attr_str(exception.op(), "code").ok().flatten();
    let code = code.unwrap_or(exception);
    if code.op().is_none() {
        return Some(0);
    }
    if code.op().is_instance::<PyLongObject>() {
        return Some(match int::as_i32(code.op()) {
            Ok(status) => status,
            Err(error) => {
                error.clear();
                -1
            }
        });
    }
    if let Ok(text) = object::str(code.op()) {
        sys::write_stderr(&format!("{}\n", str::to_string_lossy(text.op())));
    } else {
        drop(errors::take());
    }
    Some(1)
}

/// Prints an exception to `sys.stderr` (`PyErr_DisplayException`).
pub fn display(exception: Op<'_>) -> PyResult<()> {
    let Some(file) = sys::get_object("stderr")? else {
        return Ok(());
    };
    if file.op().is_none() {
        return Ok(());
    }
    display_on(file.op(), exception)
}

/// Prints an exception through `traceback._print_exception_bltin`, which finds its file itself; if
/// that fails, plainly to the file given.
pub fn display_on(file: Op<'_>, exception: Op<'_>) -> PyResult<()> {
    let text = if exception.is_instance::<PyBaseExceptionObject>() {
        match library_printer().and_then(|printer| call::call_positional(printer.op(), &[exception])) {
            Ok(_) => return flush(file),
            Err(error) => error.clear(),
        }
        render(exception)
    } else {
        format!(
            "TypeError: print_exception(): Exception expected for value, {} found\n",
            exception.type_name()
        )
    };
    call::call_method(file, "write", &[str::from_str(&text)?.op()])?;
    flush(file)
}

fn library_printer() -> PyResult {
    let module = import::import_module("traceback")?;
    object::get_attr_str(module.op(), "_print_exception_bltin")
}

fn flush(file: Op<'_>) -> PyResult<()> {
    if let Err(error) = call::call_method_noargs(file, "flush") {
        error.clear();
    }
    Ok(())
}

/// An exception with its causes as text, without help from Python code.
pub fn render(exception: Op<'_>) -> String {
    let mut out = String::new();
    let mut seen = Vec::new();
    render_chain(exception, &mut out, &mut seen);
    out
}

fn render_chain(exception: Op<'_>, out: &mut String, seen: &mut Vec<*mut PyObject>) {
    if seen.contains(&exception.as_ptr()) || seen.len() > 100 {
        return;
    }
    seen.push(exception.as_ptr());
    if exception.is_instance::<PyBaseExceptionObject>() {
        if let Some(cause) = exceptions::get_cause(exception) {
            render_chain(cause.op(), out, seen);
            out.push_str("\nThe above exception was the direct cause of the following exception:\n\n");
        } else if let Some(context) = exceptions::get_context(exception)
            && !suppresses_context(exception)
        {
            render_chain(context.op(), out, seen);
            out.push_str("\nDuring handling of the above exception, another exception occurred:\n\n");
        }
        if let Some(traceback) = exceptions::get_traceback(exception) {
            out.push_str("Traceback (most recent call last):\n");
            render_traceback(traceback, out);
        }
    }
    let class = type_object::get_fully_qualified_name(exception.ob_type());
    let class = match class {
        Ok(class) => str::to_string_lossy(class.op()),
        Err(error) => {
            error.clear();
            "<unknown>".to_owned()
        }
    };
    let class = class.strip_prefix("builtins.").unwrap_or(&class);
    out.push_str(class);
    match object::str(exception) {
        Ok(text) if str::len(text.borrow()) == 0 => {}
        Ok(text) => {
            let _ = write!(out, ": {}", str::to_string_lossy(text.op()));
        }
        Err(error) => {
            error.clear();
            out.push_str(": <exception str() failed>");
        }
    }
    out.push('\n');
}

/// `raise ... from None`.
fn suppresses_context(exception: Op<'_>) -> bool {
    // SAFETY: every exception begins with this layout.
    let exception: Borrowed<'_, PyBaseExceptionObject> = unsafe { exception.cast_unchecked() };
    exception.suppress_context != 0
}

fn render_traceback(first: Object, out: &mut String) {
    let mut current = Some(first);
    while let Some(entry) = current {
        let Some(entry) = entry.op().downcast::<PyTracebackObject>() else { return };
        // SAFETY: a traceback owns its frame.
        let code = unsafe { frame::code_of((*entry.tb_frame).f_frame) };
        let line = crate::traceback::line_number(entry);
        // SAFETY: a code object owns its names.
        let (filename, name) = unsafe { (Op::from_ptr(code.co_filename), Op::from_ptr(code.co_name)) };
        let shown = str::to_string_lossy(filename);
        let _ = writeln!(out, "  File \"{shown}\", line {line}, in {}", str::to_string_lossy(name));
        if let Some(text) = usize::try_from(line).ok().and_then(|line| compile::line_of_file(filename, line))
        {
            let _ = writeln!(out, "    {}", text.trim());
        }
        // SAFETY: a traceback owns the next one, or has none.
        current = unsafe { Object::new_ref_nullable(entry.tb_next.cast()) };
    }
}

/// Reports an exception that has nowhere to go (`PyErr_FormatUnraisable`); takes it out of the thread state.
pub fn write_unraisable(message: Option<&str>, op: Option<Op<'_>>) {
    let Some(exception) = errors::take() else { return };
    if let Err(error) = report_unraisable(message, op, exception.op()) {
        error.clear();
    }
}

fn report_unraisable(message: Option<&str>, op: Option<Op<'_>>, exception: Op<'_>) -> PyResult<()> {
    let message = match message {
        Some(message) => str::from_str(message)?.into_object(),
        None => singletons::new_none(),
    };
    if exceptions::get_traceback(exception).is_none()
        && let Err(error) = add_place(exception)
    {
        error.clear();
    }
    let traceback = exceptions::get_traceback(exception).unwrap_or_else(singletons::new_none);
    let op = op.unwrap_or(singletons::none());
    let tp = unraisable_args_type()?;
    let args = structseq::new(tp.op().downcast().expect("a type"))?;
    let values = [exception.ob_type().as_object(), exception, traceback.op(), message.op(), op];
    for (index, value) in values.into_iter().enumerate() {
        structseq::set_item(args.op(), index, value.to_owned());
    }
    let Some(hook) = sys::get_object("unraisablehook")?.filter(|hook| !hook.op().is_none()) else {
        return default_unraisable_hook(args.op());
    };
    sys::audit("sys.unraisablehook", &[hook.op(), args.op()])?;
    if let Err(error) = call::call_one(hook.op(), args.op()) {
        let second = error.take();
        let text =
            format!("Exception ignored in sys.unraisablehook: {}\n{}", shown(hook.op()), render(second.op()));
        sys::write_stderr(&text);
    }
    Ok(())
}

/// Gives an exception that native code has raised the place that it came to.
fn add_place(exception: Op<'_>) -> PyResult<()> {
    let innermost = frame::current();
    if innermost.is_null() || !exception.is_instance::<PyBaseExceptionObject>() {
        return Ok(());
    }
    // SAFETY: a live, complete frame.
    let (place, last_instruction) =
        unsafe { (frame::object_of(innermost)?, frame::last_instruction(innermost)) };
    let entry = crate::traceback::new(None, place.borrow(), last_instruction, -1)?;
    exceptions::set_traceback(exception, Some(entry.op()))
}

fn shown(op: Op<'_>) -> String {
    match object::repr(op) {
        Ok(text) => str::to_string_lossy(text.op()),
        Err(error) => {
            error.clear();
            "<object repr() failed>".to_owned()
        }
    }
}

/// The type of the argument of `sys.unraisablehook`.
fn unraisable_args_type() -> PyResult {
    let made = &runtime().errors_display.unraisable_args;
    if let Some(tp) = made.get() {
        return Ok(tp);
    }
    let tp = sys::struct_sequence_type(
        c"UnraisableHookArgs",
        c"UnraisableHookArgs\n\nWhat sys.unraisablehook is called with.",
        &[c"exc_type", c"exc_value", c"exc_traceback", c"err_msg", c"object"],
    )?;
    made.set(Some(tp.clone()));
    Ok(tp)
}

/// What `sys.unraisablehook` does by default.
pub fn default_unraisable_hook(args: Op<'_>) -> PyResult<()> {
    if args.type_ptr() != unraisable_args_type()?.as_ptr().cast() {
        return Err(adder_object_model::raise!(
            TypeError,
            "sys.unraisablehook argument type must be UnraisableHookArgs"
        ));
    }
    let [class, value, _traceback, message, op] =
        [0, 1, 2, 3, 4].map(|index| structseq::get_item(args, index));
    let Some(file) = sys::get_object("stderr")?.filter(|file| !file.op().is_none()) else {
        return Ok(());
    };
    let has_object = !op.op().is_none();
    let mut head = String::new();
    if !message.op().is_none() {
        head.push_str(&str::to_string_lossy(message.op()));
        head.push_str(if has_object { ": " } else { ":\n" });
    } else if has_object {
        head.push_str("Exception ignored in: ");
    }
    if has_object {
        head.push_str(&shown(op.op()));
        head.push('\n');
    }
    if !head.is_empty() {
        call::call_method(file.op(), "write", &[str::from_str(&head)?.op()])?;
    }
    if class.op().is_none() {
        return Ok(());
    }
    display_on(file.op(), value.op())
}
