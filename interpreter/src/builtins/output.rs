//! `print` and `input`.

use std::io::{BufRead, Write};

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, PyResult, Signature, bytes, call, errors, exceptions, int, object, raise, singletons,
    str,
};

use crate::sys;

/// `print(*args, sep=' ', end='\n', file=None, flush=False)`.
pub fn print(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    static SIGNATURE: Signature<4> =
        Signature::new("print", ["sep", "end", "file", "flush"]).keyword_only_from(0);
    let [sep, end, file, flush] = args.skip(args.len()).parse(&SIGNATURE)?;
    let flush = flush.map_or(Ok(false), object::is_true)?;
    let file = match file.filter(|file| !file.is_none()) {
        Some(file) => file.to_owned(),
        None => match sys::get_object("stdout")? {
            None => return Err(raise!(RuntimeError, "lost sys.stdout")),
            // There is none in a program without a terminal.
            Some(file) if file.op().is_none() => return Ok(()),
            Some(file) => file,
        },
    };
    let sep = text_or_none(sep, "sep")?;
    let end = text_or_none(end, "end")?;
    let space = str::intern(" ")?;
    let line_end = str::intern("\n")?;
    for (index, value) in args.iter().enumerate() {
        if index > 0 {
            write_text(file.op(), sep.unwrap_or(space.op()))?;
        }
        let text = object::str(value)?;
        write_text(file.op(), text.op())?;
    }
    write_text(file.op(), end.unwrap_or(line_end.op()))?;
    if flush {
        call::call_method_noargs(file.op(), "flush")?;
    }
    Ok(())
}

fn text_or_none<'a>(value: Option<Op<'a>>, name: &str) -> PyResult<Option<Op<'a>>> {
    match value {
        Some(value) if value.is_none() => Ok(None),
        Some(value) if !value.is_instance::<PyUnicodeObject>() => {
            Err(raise!(TypeError, "{name} must be None or a string, not {}", value.type_name()))
        }
        value => Ok(value),
    }
}

/// `file.write(text)` (`PyFile_WriteObject`).
pub fn write_text(file: Op<'_>, text: Op<'_>) -> PyResult<()> {
    call::call_method(file, "write", &[text]).map(drop)
}

/// `input(prompt='')`: from the terminal if all three streams are it, else through `sys.stdin`.
pub fn input(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [prompt] = args.optional("input", 0)?;
    let stream = |name: &str| -> PyResult {
        match sys::get_object(name)? {
            Some(file) if !file.op().is_none() => Ok(file),
            _ => Err(raise!(RuntimeError, "input(): lost sys.{name}")),
        }
    };
    let (stdin, stdout, stderr) = (stream("stdin")?, stream("stdout")?, stream("stderr")?);
    sys::audit("builtins.input", &[prompt.unwrap_or(singletons::none())])?;
    if let Err(error) = call::call_method_noargs(stderr.op(), "flush") {
        error.clear();
    }
    if is_terminal(stdin.op(), 0)? && is_terminal(stdout.op(), 1)? {
        return input_from_terminal(prompt, stdin.op(), stdout.op());
    }
    if let Some(prompt) = prompt {
        let text = object::str(prompt)?;
        write_text(stdout.op(), text.op())?;
    }
    if let Err(error) = call::call_method_noargs(stdout.op(), "flush") {
        error.clear();
    }
    read_line(stdin.op())
}

fn is_terminal(file: Op<'_>, descriptor: i32) -> PyResult<bool> {
    let number = match call::call_method_noargs(file, "fileno") {
        Ok(number) => number,
        Err(error) => {
            error.clear();
            return Ok(false);
        }
    };
    let number = int::as_i32(number.op())?;
    // SAFETY: isatty accepts any number.
    Ok(number == descriptor && unsafe { libc::isatty(number) } != 0)
}

fn input_from_terminal(prompt: Option<Op<'_>>, stdin: Op<'_>, stdout: Op<'_>) -> PyResult {
    call::call_method_noargs(stdout, "flush")?;
    if let Some(prompt) = prompt {
        let text = object::str(prompt)?;
        let data = call::call_method(text.op(), "encode", &[object::get_attr_str(stdout, "encoding")?.op()])?;
        let data = data.op().downcast::<PyBytesObject>().map(bytes::as_slice).unwrap_or_default();
        let mut out = std::io::stdout().lock();
        out.write_all(data)
            .and_then(|()| out.flush())
            .map_err(|error| exceptions::set_io_error(&error, None))?;
    }
    let mut line = Vec::new();
    std::io::stdin()
        .lock()
        .read_until(b'\n', &mut line)
        .map_err(|error| exceptions::set_io_error(&error, None))?;
    crate::signals::check()?;
    if line.is_empty() {
        return Err(errors::set_none(exceptions::builtin::EOFError()));
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    let encoding = object::get_attr_str(stdin, "encoding")?;
    let handler = object::get_attr_str(stdin, "errors")?;
    let data = bytes::from_slice(&line)?;
    call::call_method(data.op(), "decode", &[encoding.op(), handler.op()])
}

/// A line without its end (`PyFile_GetLine` with -1).
fn read_line(file: Op<'_>) -> PyResult {
    let line: Object = call::call_method_noargs(file, "readline")?;
    if let Some(text) = line.op().downcast::<PyUnicodeObject>() {
        let length = str::len(text);
        if length == 0 {
            return Err(raise!(EOFError, "EOF when reading a line"));
        }
        if str::read(text, length - 1) == u32::from('\n') {
            return Ok(str::substring(text, 0, length - 1)?.into_object());
        }
        return Ok(line);
    }
    if let Some(data) = line.op().downcast::<PyBytesObject>() {
        let data = bytes::as_slice(data);
        return match data.strip_suffix(b"\n") {
            _ if data.is_empty() => Err(raise!(EOFError, "EOF when reading a line")),
            Some(rest) => Ok(bytes::from_slice(rest)?.into_object()),
            None => Ok(line),
        };
    }
    Err(raise!(TypeError, "object.readline() returned non-string"))
}
