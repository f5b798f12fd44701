//! `sys.stdin`, `sys.stdout` and `sys.stderr`, made by `io`.

use core::sync::atomic::{AtomicU8, Ordering};

use adder_object_model::{Op, PyResult, call, codecs, int, object, raise, singletons, str, tuple};

use crate::runtime::config;
use crate::{import, locale};

/// Replaces the plain printers of start-up with files from `io`, and puts `open` into `builtins`.
pub fn open() -> PyResult<()> {
    if import::builtin_init("_io").is_none() {
        return Ok(());
    }
    // Codecs that are not native are found through this package.
    import::import_module("encodings")?;
    let io = import::import_module("io")?;
    let open = object::get_attr_str(io.op(), "open")?;
    let builtins =
        import::get_module("builtins")?.ok_or_else(|| raise!(RuntimeError, "lost builtins module"))?;
    object::set_attr_str(builtins.op(), "open", Some(open.op()))?;
    let config = config();
    let (default_encoding, default_errors) = if config.utf8_mode {
        ("utf-8".to_owned(), "surrogateescape")
    } else {
        (locale::encoding(), locale::stream_errors())
    };
    if !config.utf8_mode && locale::native_encoding().is_none() {
        codecs::set_file_system_encoding(&codec_name(&default_encoding)?);
    }
    let encoding = codec_name(config.stdio_encoding.as_deref().unwrap_or(&default_encoding))?;
    let errors = config.stdio_errors.as_deref().unwrap_or(default_errors);
    for (descriptor, name, errors) in
        [(0, "stdin", errors), (1, "stdout", errors), (2, "stderr", "backslashreplace")]
    {
        let stream = make(io.op(), open.op(), descriptor, name, &encoding, errors)?;
        super::set_object(&format!("__{name}__"), Some(stream.op()))?;
        super::set_object(name, Some(stream.op()))?;
    }
    Ok(())
}

/// An encoding's name, as its codec calls itself.
fn codec_name(encoding: &str) -> PyResult<String> {
    let codec = codecs::lookup(encoding)?;
    Ok(str::to_string_lossy(object::get_attr_str(codec.op(), "name")?.op()))
}

/// Which of the three descriptors were closed when the process began, as bits.
static CLOSED: AtomicU8 = AtomicU8::new(0);

/// Runs before Rust's own start-up, which opens `/dev/null` in place of what is closed.
extern "C" fn note_closed() {
    for descriptor in 0..3 {
        // SAFETY: fcntl accepts any number.
        if unsafe { libc::fcntl(descriptor, libc::F_GETFD) } < 0 {
            CLOSED.fetch_or(1 << descriptor, Ordering::Relaxed);
        }
    }
}

#[used]
#[unsafe(link_section = ".init_array")]
static NOTE_CLOSED: extern "C" fn() = note_closed;

/// Whether a standard stream has a descriptor; one that Rust put there is taken away again.
fn is_open(descriptor: i32) -> bool {
    // SAFETY: fcntl accepts any number, and nobody uses a descriptor that was closed at the start.
    unsafe {
        if CLOSED.load(Ordering::Relaxed) & 1 << descriptor != 0 {
            libc::close(descriptor);
        }
        libc::fcntl(descriptor, libc::F_GETFD) >= 0
    }
}

/// A text file over a descriptor, which stays open with it; `None` if there is no such descriptor.
fn make(io: Op<'_>, open: Op<'_>, descriptor: i32, name: &str, encoding: &str, errors: &str) -> PyResult {
    if !is_open(descriptor) {
        return Ok(singletons::new_none());
    }
    let writing = descriptor != 0;
    let unbuffered = config().unbuffered;
    let none = singletons::none();
    let number = int::from_i64(descriptor.into())?;
    let mode = str::intern(if writing { "wb" } else { "rb" })?;
    let buffering = int::from_i64(if unbuffered && writing { 0 } else { -1 })?;
    let args = [number.op(), mode.op(), buffering.op(), none, none, none, singletons::false_()];
    let buffer = call::call_positional(open, &args)?;
    let raw = if unbuffered && writing { buffer.clone() } else { object::get_attr_str(buffer.op(), "raw")? };
    object::set_attr_str(raw.op(), "name", Some(str::from_string(format!("<{name}>"))?.op()))?;
    let is_terminal = object::is_true(call::call_method_noargs(raw.op(), "isatty")?.op())?;
    let line_buffering = !unbuffered && (is_terminal || descriptor == 2);
    let class = object::get_attr_str(io, "TextIOWrapper")?;
    let encoding = str::from_str(encoding)?;
    let errors = str::from_str(errors)?;
    let newline = str::intern("\n")?;
    let line_buffering = singletons::new_bool(line_buffering);
    let write_through = singletons::new_bool(unbuffered);
    let args = tuple::pack(&[
        buffer.op(),
        encoding.op(),
        errors.op(),
        newline.op(),
        line_buffering.op(),
        write_through.op(),
    ])?;
    let stream = call::call_tuple_dict(class.op(), args.op(), None)?;
    let mode = str::intern(if writing { "w" } else { "r" })?;
    object::set_attr_str(stream.op(), "mode", Some(mode.op()))?;
    Ok(stream)
}
