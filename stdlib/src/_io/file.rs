//! `FileIO`: an open descriptor as a raw stream.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Signature, Visitor, buffer, bytes, call, errors, exceptions, getset,
    int, method, object, raise, singletons, slot, str,
};

use super::base::{FLAGS, RAW_IO_BASE_TYPE};
use super::{
    DICT_OFFSET, STREAM_SIZE, State, This, WEAKREF_OFFSET, clear, dealloc, offset, set_state, size, state,
    traverse, unsupported,
};
use crate::posix::{Path, attempt, check, failed_with, flag, given, int_argument};

pub(super) struct File {
    /// -1 once closed.
    fd: i32,
    readable: bool,
    writable: bool,
    created: bool,
    appending: bool,
    close_fd: bool,
    finalizing: bool,
    /// Known after the first question.
    seekable: Option<bool>,
    block_size: usize,
    /// Whether the file was a character device when it was opened, if anything is known of that:
    /// nothing else is a terminal.
    was_character_device: Option<bool>,
    /// How long a file was when it was opened: a first guess at how much there is to read.
    size_at_open: Option<i64>,
}

impl State for File {
    fn traverse(&self, _visitor: &mut Visitor) {}
    fn take_references(&mut self) -> Vec<Object> {
        Vec::new()
    }
}

type Stream<'a> = This<'a, File>;

/// What a mode string asks for.
fn parse_mode(mode: &str) -> PyResult<(File, i32)> {
    let mut file = File {
        fd: -1,
        readable: false,
        writable: false,
        created: false,
        appending: false,
        close_fd: true,
        finalizing: false,
        seekable: None,
        block_size: super::DEFAULT_BUFFER_SIZE,
        was_character_device: None,
        size_at_open: None,
    };
    let must =
        || raise!(ValueError, "Must have exactly one of create/read/write/append mode and at most one plus");
    let mut flags = 0;
    let (mut kinds, mut pluses) = (0, 0);
    for c in mode.chars() {
        match c {
            'x' => {
                kinds += 1;
                file.created = true;
                file.writable = true;
                flags |= libc::O_EXCL | libc::O_CREAT;
            }
            'r' => {
                kinds += 1;
                file.readable = true;
            }
            'w' => {
                kinds += 1;
                file.writable = true;
                flags |= libc::O_CREAT | libc::O_TRUNC;
            }
            'a' => {
                kinds += 1;
                file.writable = true;
                file.appending = true;
                flags |= libc::O_APPEND | libc::O_CREAT;
            }
            'b' => {}
            '+' => pluses += 1,
            _ => return Err(raise!(ValueError, "invalid mode: {mode:.200}")),
        }
        if kinds > 1 || pluses > 1 {
            return Err(must());
        }
    }
    if kinds == 0 {
        return Err(must());
    }
    if pluses > 0 {
        file.readable = true;
        file.writable = true;
    }
    flags |= match (file.readable, file.writable) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok((file, flags | libc::O_CLOEXEC))
}

const INIT: Signature<4> = Signature::new("FileIO", ["file", "mode", "closefd", "opener"]).required(1);

fn init(stream: Stream<'_>, args: Args<'_>) -> PyResult<()> {
    let [name, mode, close_fd, opener] = args.parse(&INIT)?;
    let name = name.expect("required");
    if !stream.state.is_null() && state(stream)?.fd >= 0 {
        // Opened before: the old descriptor goes first.
        let file = state(stream)?;
        if file.close_fd {
            close_descriptor(file)?;
        } else {
            file.fd = -1;
        }
    }
    if name.type_ptr() == &raw mut adder_object_model::bool::PyBool_Type {
        (adder_object_model::state::hooks().warn)(
            exceptions::builtin::RuntimeWarning(),
            "bool is used as a file descriptor",
            1,
        )?;
    }
    let mode = match mode {
        None => "r".to_owned(),
        Some(mode) if mode.is_instance::<PyUnicodeObject>() => str::to_string_lossy(mode),
        Some(mode) => {
            return Err(raise!(TypeError, "FileIO() argument 'mode' must be str, not {}", mode.type_name()));
        }
    };
    let (mut file, flags) = parse_mode(&mode)?;
    file.close_fd = flag(close_fd, true)?;
    let given_fd = if name.is_instance::<PyLongObject>() {
        match int::as_i32(name) {
            Ok(fd) if fd < 0 => return Err(raise!(ValueError, "negative file descriptor")),
            Ok(fd) => Some(fd),
            // What is no C int is no descriptor, and no name either, as is found below.
            Err(raised) => {
                raised.clear();
                None
            }
        }
    } else {
        None
    };
    match given_fd {
        Some(fd) => file.fd = fd,
        None => {
            let target = Path::named(name, "open", "file").map_err(|raised| {
                if raised.matches(exceptions::builtin::TypeError()) {
                    raised.clear();
                    return raise!(
                        TypeError,
                        "expected str, bytes or os.PathLike object, not {}",
                        name.type_name()
                    );
                }
                if raised.matches(exceptions::builtin::ValueError()) {
                    raised.clear();
                    return raise!(ValueError, "embedded null byte");
                }
                raised
            })?;
            if !file.close_fd {
                return Err(raise!(ValueError, "Cannot use closefd=False with file name"));
            }
            match given(opener) {
                None => {
                    // SAFETY: a zero-terminated name.
                    let fd = attempt(|| unsafe { libc::open(target.name.as_ptr(), flags, 0o666) })?;
                    file.fd = fd.map_err(|error| failed_with(&error, Some(&target)))?;
                }
                Some(opener) => {
                    let fd = call::call_positional(opener, &[name, int::from_i64(flags.into())?.op()])?;
                    if !fd.op().is_instance::<PyLongObject>() {
                        return Err(raise!(TypeError, "expected integer from opener"));
                    }
                    file.fd = int::as_i32(fd.op())?;
                    if file.fd < 0 {
                        return Err(raise!(ValueError, "opener returned {}", file.fd));
                    }
                    // SAFETY: plain numbers.
                    unsafe { libc::fcntl(file.fd, libc::F_SETFD, libc::FD_CLOEXEC) };
                }
            }
        }
    }
    let opened_here = given_fd.is_none();
    let fd = file.fd;
    // On failure from here on, a descriptor that was opened here is closed again; one that was
    // given stays the caller's.
    let fail = |raised| {
        if opened_here {
            // SAFETY: our own descriptor.
            unsafe { libc::close(fd) };
        }
        raised
    };
    // SAFETY: zeros are a valid start; the system fills it in.
    let mut st: libc::stat = unsafe { core::mem::zeroed() };
    // SAFETY: a place for the result.
    if unsafe { libc::fstat(file.fd, &raw mut st) } < 0 {
        let error = std::io::Error::last_os_error();
        if error.raw_os_error() == Some(libc::EBADF) {
            return Err(fail(exceptions::set_io_error(&error, None)));
        }
    } else {
        if st.st_mode & libc::S_IFMT == libc::S_IFDIR {
            let error = std::io::Error::from_raw_os_error(libc::EISDIR);
            return Err(fail(exceptions::set_io_error(&error, Some(name))));
        }
        file.was_character_device = Some(st.st_mode & libc::S_IFMT == libc::S_IFCHR);
        file.size_at_open = Some(st.st_size);
        if st.st_blksize > 1 {
            file.block_size = st.st_blksize as usize;
        }
    }
    let appending = file.appending;
    set_state(stream, file);
    if let Err(raised) = object::set_attr_str(stream.as_object(), "name", Some(name)) {
        state(stream)?.fd = -1;
        return Err(fail(raised));
    }
    if appending {
        // SAFETY: plain numbers. Pipes and the like cannot seek, which is no error here.
        unsafe { libc::lseek(fd, 0, libc::SEEK_END) };
    }
    Ok(())
}

fn open_fd(stream: Stream<'_>) -> PyResult<i32> {
    if stream.state.is_null() {
        return Err(raise!(ValueError, "I/O operation on closed file"));
    }
    match state(stream)?.fd {
        fd if fd >= 0 => Ok(fd),
        _ => Err(raise!(ValueError, "I/O operation on closed file")),
    }
}

fn close_descriptor(file: &mut File) -> PyResult<()> {
    let fd = core::mem::replace(&mut file.fd, -1);
    if fd < 0 {
        return Ok(());
    }
    // SAFETY: our own descriptor, given up above.
    check(crate::posix::blocking(|| unsafe { libc::close(fd) }).into(), None).map(drop)
}

fn close(stream: Stream<'_>) -> PyResult<()> {
    // SAFETY: a static type.
    let base = unsafe { Op::from_ptr((&raw mut RAW_IO_BASE_TYPE).cast()) };
    let base_close = object::get_attr_str(base, "close")?;
    let flushed = call::call_one(base_close.op(), stream.as_object());
    if stream.state.is_null() {
        return flushed.map(drop);
    }
    if !state(stream)?.close_fd {
        state(stream)?.fd = -1;
        return flushed.map(drop);
    }
    let saved = flushed.err().map(|raised| raised.take());
    if state(stream)?.finalizing && state(stream)?.fd >= 0 {
        warn_unclosed(stream, stream.as_object());
    }
    let closed = close_descriptor(state(stream)?);
    match saved {
        None => closed,
        Some(exception) => {
            if let Err(raised) = closed {
                raised.clear();
            }
            Err(errors::restore(exception))
        }
    }
}

/// `_dealloc_warn(source)`: what stands above the file warns through this that nobody closed it.
fn dealloc_warn(stream: Stream<'_>, source: Op<'_>) -> PyResult<()> {
    if !stream.state.is_null() && state(stream)?.fd >= 0 && state(stream)?.close_fd {
        warn_unclosed(stream, source);
    }
    Ok(())
}

fn warn_unclosed(stream: Stream<'_>, source: Op<'_>) {
    let Ok(text) = object::repr(source) else {
        drop(errors::take());
        return;
    };
    let message = format!("unclosed file {}", str::to_string_lossy(text.op()));
    if let Err(raised) =
        (adder_object_model::state::hooks().warn)(exceptions::builtin::ResourceWarning(), &message, 1)
    {
        if raised.matches(exceptions::builtin::Warning()) {
            (adder_object_model::state::hooks().write_unraisable)(None, Some(stream.as_object()));
        } else {
            raised.clear();
        }
    }
}

fn fileno(stream: Stream<'_>) -> PyResult {
    int::from_i64(open_fd(stream)?.into())
}

fn readable(stream: Stream<'_>) -> PyResult<bool> {
    open_fd(stream)?;
    Ok(state(stream)?.readable)
}

fn writable(stream: Stream<'_>) -> PyResult<bool> {
    open_fd(stream)?;
    Ok(state(stream)?.writable)
}

fn seekable(stream: Stream<'_>) -> PyResult<bool> {
    let fd = open_fd(stream)?;
    let file = state(stream)?;
    if let Some(known) = file.seekable {
        return Ok(known);
    }
    // SAFETY: plain numbers.
    let able = unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) } >= 0;
    file.seekable = Some(able);
    Ok(able)
}

fn isatty(stream: Stream<'_>) -> PyResult<bool> {
    let fd = open_fd(stream)?;
    // SAFETY: a plain number.
    Ok(unsafe { libc::isatty(fd) } == 1)
}

/// `isatty` for `open`, which asks right away: no call of the system where the answer is known.
fn isatty_open_only(stream: Stream<'_>) -> PyResult<bool> {
    if !stream.state.is_null() && state(stream)?.was_character_device == Some(false) {
        return Ok(false);
    }
    isatty(stream)
}

fn reading_fd(stream: Stream<'_>) -> PyResult<i32> {
    let fd = open_fd(stream)?;
    if state(stream)?.readable { Ok(fd) } else { Err(unsupported("File not open for reading")) }
}

fn writing_fd(stream: Stream<'_>) -> PyResult<i32> {
    let fd = open_fd(stream)?;
    if state(stream)?.writable { Ok(fd) } else { Err(unsupported("File not open for writing")) }
}

/// Reads once; `None` if it would block.
fn read_some(fd: i32, target: &mut [u8]) -> PyResult<Option<usize>> {
    let length = target.len().min(0x7fff_f000);
    // SAFETY: room for that many bytes.
    match attempt(|| unsafe { libc::read(fd, target.as_mut_ptr().cast(), length) })? {
        Ok(n) => Ok(Some(n as usize)),
        Err(error) if error.raw_os_error() == Some(libc::EAGAIN) => Ok(None),
        Err(error) => Err(failed_with(&error, None)),
    }
}

fn read(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let fd = reading_fd(stream)?;
    let [n] = args.optional("read", 0)?;
    let n = size(n)?;
    if n < 0 {
        return readall(stream);
    }
    let mut data = crate::host::zeroed(n as usize)?;
    match read_some(fd, &mut data)? {
        Some(n) => bytes::from_slice(&data[..n]).map(Owned::into_object),
        None => Ok(singletons::new_none()),
    }
}

fn readall(stream: Stream<'_>) -> PyResult {
    let fd = reading_fd(stream)?;
    // The rest of the file as its size told, and a byte more to meet the end.
    // SAFETY: plain numbers.
    let at = unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) };
    let guess = match state(stream)?.size_at_open {
        Some(size) if at >= 0 && size >= at => (size - at) as usize + 1,
        _ => 8192,
    };
    let mut data: Vec<u8> = Vec::new();
    if data.try_reserve(guess).is_err() {
        return Err(errors::no_memory());
    }
    loop {
        let filled = data.len();
        if filled == data.capacity() {
            data.reserve(filled.clamp(8192, 1 << 24));
        }
        data.resize(data.capacity(), 0);
        let n = read_some(fd, &mut data[filled..]);
        data.truncate(filled);
        match n? {
            None if filled == 0 => return Ok(singletons::new_none()),
            None | Some(0) => break,
            // SAFETY: the system has written `n` bytes behind what was there.
            Some(n) => unsafe { data.set_len(filled + n) },
        }
    }
    bytes::from_slice(&data).map(Owned::into_object)
}

fn readinto(stream: Stream<'_>, target: Op<'_>) -> PyResult {
    let target = buffer::get_writable(target, "readinto() argument 1")?;
    let fd = reading_fd(stream)?;
    match read_some(fd, target.as_mut_slice())? {
        Some(n) => int::from_usize(n),
        None => Ok(singletons::new_none()),
    }
}

fn write(stream: Stream<'_>, data: Op<'_>) -> PyResult {
    let data = buffer::get(data, PyBUF_SIMPLE)?;
    let fd = writing_fd(stream)?;
    let length = data.len().min(0x7fff_f000);
    // SAFETY: the buffer is held.
    match attempt(|| unsafe { libc::write(fd, data.view.buf, length) })? {
        Ok(n) => int::from_i64(n as i64),
        Err(error) if error.raw_os_error() == Some(libc::EAGAIN) => Ok(singletons::new_none()),
        Err(error) => Err(failed_with(&error, None)),
    }
}

fn seek_to(stream: Stream<'_>, at: i64, whence: i32) -> PyResult<i64> {
    let fd = open_fd(stream)?;
    // SAFETY: plain numbers.
    let place = check(crate::posix::blocking(|| unsafe { libc::lseek(fd, at, whence) }), None)?;
    state(stream)?.seekable.get_or_insert(true);
    Ok(place)
}

fn seek(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [at, whence] = args.optional("seek", 1)?;
    open_fd(stream)?;
    let at = at.expect("required");
    if at.is_instance::<PyFloatObject>() {
        return Err(raise!(TypeError, "an integer is required"));
    }
    let whence = whence.map_or(Ok(0), int_argument)?;
    int::from_i64(seek_to(stream, offset(at)?, whence)?)
}

fn tell(stream: Stream<'_>) -> PyResult {
    open_fd(stream)?;
    int::from_i64(seek_to(stream, 0, libc::SEEK_CUR)?)
}

fn truncate(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let fd = writing_fd(stream)?;
    let [length] = args.optional("truncate", 0)?;
    let length = match given(length) {
        Some(length) => length.to_owned(),
        None => tell(stream)?,
    };
    let bytes = offset(length.op())?;
    // SAFETY: plain numbers.
    attempt(|| unsafe { libc::ftruncate(fd, bytes) })?.map_err(|error| failed_with(&error, None))?;
    Ok(length)
}

fn mode_text(file: &File) -> &'static str {
    match (file.created, file.appending, file.readable, file.writable) {
        (true, _, true, _) => "xb+",
        (true, ..) => "xb",
        (_, true, true, _) => "ab+",
        (_, true, ..) => "ab",
        (_, _, true, true) => "rb+",
        (_, _, true, _) => "rb",
        _ => "wb",
    }
}

fn get_mode(stream: Stream<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_str(mode_text(state(stream)?))
}

fn get_closed(stream: Stream<'_>) -> PyResult<bool> {
    Ok(stream.state.is_null() || state(stream)?.fd < 0)
}

fn get_close_fd(stream: Stream<'_>) -> PyResult<bool> {
    Ok(state(stream)?.close_fd)
}

fn get_block_size(stream: Stream<'_>) -> PyResult {
    int::from_usize(if stream.state.is_null() {
        super::DEFAULT_BUFFER_SIZE
    } else {
        state(stream)?.block_size
    })
}

fn get_finalizing(stream: Stream<'_>) -> PyResult<bool> {
    Ok(!stream.state.is_null() && state(stream)?.finalizing)
}

fn set_finalizing(stream: Stream<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let value = super::finalizing_argument(value)?;
    if !stream.state.is_null() {
        state(stream)?.finalizing = value;
    }
    Ok(())
}

fn repr(stream: Stream<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let class = super::class_name(stream.as_object())?;
    if stream.state.is_null() || state(stream)?.fd < 0 {
        return str::from_string(format!("<{class} [closed]>"));
    }
    let (fd, mode) = (state(stream)?.fd, mode_text(state(stream)?));
    let close_fd = if state(stream)?.close_fd { "True" } else { "False" };
    let name = object::get_optional_attr_str(stream.as_object(), "name")?;
    match name {
        None => str::from_string(format!("<{class} fd={fd} mode='{mode}' closefd={close_fd}>")),
        Some(name) => {
            if call::repr_enter(stream.as_object())? {
                return Err(raise!(RuntimeError, "reentrant call inside {class}.__repr__"));
            }
            let text = object::repr(name.op());
            call::repr_leave(stream.as_object());
            let text = str::to_string_lossy(text?.op());
            str::from_string(format!("<{class} name={text} mode='{mode}' closefd={close_fd}>"))
        }
    }
}

const METHODS: &[PyMethodDef] = &[
    method::positional(
        c"read",
        read,
        c"read($self, size=-1, /)\n--\n\nRead at most size bytes with one call of the system.",
    ),
    method::noargs(c"readall", readall, c"readall($self, /)\n--\n\nRead until the end."),
    method::o(c"readinto", readinto, c"readinto($self, buffer, /)\n--\n\nRead into a buffer."),
    method::o(c"write", write, c"write($self, b, /)\n--\n\nWrite bytes with one call of the system."),
    method::positional(c"seek", seek, c"seek($self, pos, whence=0, /)\n--\n\nMove to a place and give it."),
    method::noargs(c"tell", tell, c"tell($self, /)\n--\n\nThe current place."),
    method::positional(c"truncate", truncate, c"truncate($self, size=None, /)\n--\n\nSet the length."),
    method::noargs(c"close", close, c"close($self, /)\n--\n\nClose the file."),
    method::noargs(c"seekable", seekable, c"seekable($self, /)\n--\n\nWhether the file has places."),
    method::noargs(
        c"readable",
        readable,
        c"readable($self, /)\n--\n\nWhether the file was opened for reading.",
    ),
    method::noargs(
        c"writable",
        writable,
        c"writable($self, /)\n--\n\nWhether the file was opened for writing.",
    ),
    method::noargs(c"fileno", fileno, c"fileno($self, /)\n--\n\nThe descriptor."),
    method::noargs(c"isatty", isatty, c"isatty($self, /)\n--\n\nWhether the file is a terminal."),
    method::noargs(
        c"_isatty_open_only",
        isatty_open_only,
        c"_isatty_open_only($self, /)\n--\n\nisatty() for open().",
    ),
    method::o(c"_dealloc_warn", dealloc_warn, c""),
    method::noargs(c"__getstate__", super::no_state, c""),
    PyMethodDef::EMPTY,
];

const GETSET: &[PyGetSetDef] = &[
    getset::get(c"closed", get_closed, c"True if the file is closed"),
    getset::get(c"closefd", get_close_fd, c"True if the file descriptor will be closed by close()."),
    getset::get(c"mode", get_mode, c"String giving the file mode"),
    getset::get(c"_blksize", get_block_size, c"Preferred block size of the file."),
    getset::get_set(
        c"_finalizing",
        get_finalizing,
        set_finalizing,
        c"Whether the object is being finalized.",
    ),
    PyGetSetDef::EMPTY,
];

pub(super) static mut FILE_IO_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_io.FileIO".as_ptr(),
    tp_doc: c"FileIO(file, mode='r', closefd=True, opener=None)\n--\n\nOpen a file as a raw stream.".as_ptr(),
    tp_base: &raw mut RAW_IO_BASE_TYPE,
    tp_basicsize: STREAM_SIZE,
    tp_flags: FLAGS,
    tp_dealloc: slot::dealloc(dealloc::<File>),
    tp_traverse: slot::traverse(traverse::<File>),
    tp_clear: slot::clear(clear::<File>),
    tp_repr: slot::unary(repr),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_dictoffset: DICT_OFFSET,
    tp_weaklistoffset: WEAKREF_OFFSET,
    tp_init: slot::init(init),
    tp_new: slot::new(super::new_stream),
    ..PyTypeObject::EMPTY
};
