//! `io.open`, `open_code`, `text_encoding`.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, PyResult, Signature, call, errors, exceptions, int, method, object, raise, singletons,
    str,
};

use super::invoke;
use crate::posix::{flag, given, int_argument};

const OPEN: Signature<8> = Signature::new(
    "open",
    ["file", "mode", "buffering", "encoding", "errors", "newline", "closefd", "opener"],
)
.required(1);

fn class(tp: *mut PyTypeObject) -> Op<'static> {
    // SAFETY: static types live as long as the process.
    unsafe { Op::from_ptr(tp.cast()) }
}

fn open(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [file, mode, buffering, encoding, errors, newline, close_fd, opener] = args.parse(&OPEN)?;
    let file = file.expect("required");
    let mode = match mode {
        None => "r".to_owned(),
        Some(mode) if mode.is_instance::<PyUnicodeObject>() => str::to_string_lossy(mode),
        Some(mode) => {
            return Err(raise!(TypeError, "open() argument 'mode' must be str, not {}", mode.type_name()));
        }
    };
    let buffering = buffering.map_or(Ok(-1), int_argument)?;
    let file = if file.is_instance::<PyLongObject>() || adder_object_model::number::check_index(file) {
        file.to_owned()
    } else {
        str::fs_path(file)?
    };
    let has = |c: char| mode.contains(c);
    let mut unique = mode.chars().collect::<Vec<_>>();
    unique.sort_unstable();
    unique.dedup();
    if unique.len() != mode.chars().count() || mode.chars().any(|c| !"axrwb+t".contains(c)) {
        return Err(raise!(ValueError, "invalid mode: '{mode}'"));
    }
    let raw_mode: String = mode.chars().filter(|&c| c != 't' && c != 'b').collect();
    let (text, binary) = (has('t'), has('b'));
    if text && binary {
        return Err(raise!(ValueError, "can't have text and binary mode at once"));
    }
    if "xrwa".chars().filter(|&c| has(c)).count() > 1 {
        return Err(raise!(ValueError, "must have exactly one of create/read/write/append mode"));
    }
    for (name, value) in [("encoding", encoding), ("errors", errors), ("newline", newline)] {
        if binary && given(value).is_some() {
            let (an, name) = match name {
                "errors" => ("an", "errors"),
                "encoding" => ("an", "encoding"),
                name => ("a", name),
            };
            return Err(raise!(ValueError, "binary mode doesn't take {an} {name} argument"));
        }
    }
    if binary && buffering == 1 {
        (adder_object_model::state::hooks().warn)(
            exceptions::builtin::RuntimeWarning(),
            "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
            1,
        )?;
    }
    let close_fd = singletons::new_bool(flag(close_fd, true)?);
    let none = singletons::new_none();
    let raw_mode_object = str::from_str(&raw_mode)?;
    let raw = call::call_positional(
        class(&raw mut super::file::FILE_IO_TYPE),
        &[file.op(), raw_mode_object.op(), close_fd.op(), opener.unwrap_or(none.op())],
    )?;
    let mut result = raw.clone();
    match build(&mut result, raw.op(), &mode, buffering, encoding, errors, newline) {
        Ok(()) => Ok(result),
        Err(raised) => {
            let exception = raised.take();
            if let Err(raised) = invoke(result.op(), "close") {
                let second = raised.take();
                exceptions::set_context(second.op(), Some(exception));
                return Err(errors::restore(second));
            }
            Err(errors::restore(exception))
        }
    }
}

/// Puts the buffer and the text layer over a raw stream; `result` is the outermost so far.
fn build(
    result: &mut Object,
    raw: Op<'_>,
    mode: &str,
    buffering: i32,
    encoding: Option<Op<'_>>,
    errors: Option<Op<'_>>,
    newline: Option<Op<'_>>,
) -> PyResult<()> {
    let binary = mode.contains('b');
    let is_terminal = if buffering < 0 || buffering == 1 {
        buffering < 0 && object::is_true(invoke(raw, "_isatty_open_only")?.op())?
    } else {
        false
    };
    let line_buffering = buffering == 1 && !binary || is_terminal;
    let size = if buffering < 0 || buffering == 1 {
        let block = int::as_isize(object::get_attr_str(raw, "_blksize")?.op())?;
        (super::DEFAULT_BUFFER_SIZE as isize).max(block.min(8 << 20))
    } else {
        buffering as isize
    };
    if buffering < -1 && buffering != -1 {
        return Err(raise!(ValueError, "invalid buffering size"));
    }
    if size == 0 {
        if !binary {
            return Err(raise!(ValueError, "can't have unbuffered text I/O"));
        }
        return Ok(());
    }
    let updating = mode.contains('+');
    let buffer_class = if updating {
        &raw mut super::buffered::RANDOM_TYPE
    } else if mode.contains('r') {
        &raw mut super::buffered::READER_TYPE
    } else {
        &raw mut super::buffered::WRITER_TYPE
    };
    *result = call::call_positional(class(buffer_class), &[raw, int::from_isize(size)?.op()])?;
    if binary {
        return Ok(());
    }
    let none = singletons::none();
    let encoding_object = encoding.filter(|encoding| !encoding.is_none());
    let text = call::call_positional(
        class(&raw mut super::text::TEXT_IO_WRAPPER_TYPE),
        &[
            result.op(),
            encoding_object.unwrap_or(none),
            errors.unwrap_or(none),
            newline.unwrap_or(none),
            singletons::new_bool(line_buffering).op(),
        ],
    )?;
    *result = text;
    let mode = str::from_str(mode)?;
    object::set_attr_str(result.op(), "mode", Some(mode.op()))?;
    Ok(())
}

fn open_code(module: Op<'_>, args: Args<'_>) -> PyResult {
    let [path] = args.parse(&Signature::new("open_code", ["path"]).required(1))?;
    let path = path.expect("required");
    if !path.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "open_code() argument 'path' must be str, not {}", path.type_name()));
    }
    let mode = str::from_str("rb")?;
    open(module, Args::positional_only(&[path, mode.op()]))
}

fn text_encoding(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [encoding, stacklevel] = args.optional("text_encoding", 1)?;
    let _ = stacklevel;
    match given(encoding) {
        Some(encoding) => Ok(encoding.to_owned()),
        None => {
            let flags = (adder_object_model::state::hooks().import_module)("sys")?;
            let flags = object::get_attr_str(flags.op(), "flags")?;
            let utf8 = object::is_true(object::get_attr_str(flags.op(), "utf8_mode")?.op())?;
            Ok(str::intern(if utf8 { "utf-8" } else { "locale" })?.into_object())
        }
    }
}

pub(super) const METHODS: &[PyMethodDef] = &[
    method::keywords(c"open", open, c"open($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, closefd=True, opener=None)\n--\n\nOpen a file and give a stream."),
    method::keywords(c"open_code", open_code, c"open_code($module, /, path)\n--\n\nOpen a file that holds code."),
    method::positional(c"text_encoding", text_encoding, c"text_encoding($module, encoding, stacklevel=2, /)\n--\n\nThe encoding that None stands for."),
    PyMethodDef::EMPTY,
];
