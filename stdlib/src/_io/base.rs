//! `_IOBase`, `_RawIOBase`, `_BufferedIOBase`, `_TextIOBase`.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, bytearray, bytes, call, errors, getset, int, iter, list, method,
    object, raise, singletons, slot,
};

use super::{
    DICT_OFFSET, STREAM_SIZE, WEAKREF_OFFSET, clear, closed_error, dealloc, interrupted, invoke, is_closed,
    size, traverse, unsupported,
};

fn seek(_stream: Op<'_>, _args: Args<'_>) -> PyResult<()> {
    Err(unsupported("seek"))
}

fn tell(stream: Op<'_>) -> PyResult {
    call::call_method(stream, "seek", &[int::small(0).op(), int::small(1).op()])
}

fn truncate(_stream: Op<'_>, _args: Args<'_>) -> PyResult<()> {
    Err(unsupported("truncate"))
}

fn fileno(_stream: Op<'_>) -> PyResult<()> {
    Err(unsupported("fileno"))
}

/// The mark that `close` leaves in the instance.
const CLOSED: &str = "__IOBase_closed";

fn marked_closed(stream: Op<'_>) -> PyResult<bool> {
    match object::get_optional_attr_str(stream, CLOSED)? {
        Some(mark) => object::is_true(mark.op()),
        None => Ok(false),
    }
}

fn get_closed(stream: Op<'_>) -> PyResult<bool> {
    marked_closed(stream)
}

fn flush(stream: Op<'_>) -> PyResult<()> {
    if marked_closed(stream)? { Err(closed_error()) } else { Ok(()) }
}

fn close(stream: Op<'_>) -> PyResult<()> {
    if marked_closed(stream)? {
        return Ok(());
    }
    let flushed = invoke(stream, "flush").map(drop);
    let saved = flushed.err().map(|raised| raised.take());
    let marked = object::set_attr_str(stream, CLOSED, Some(singletons::true_()));
    match saved {
        None => marked,
        Some(exception) => {
            if let Err(raised) = marked {
                raised.clear();
            }
            Err(errors::restore(exception))
        }
    }
}

fn no(stream: Op<'_>) -> PyResult<bool> {
    if marked_closed(stream)? { Err(closed_error()) } else { Ok(false) }
}

fn answers_no(_stream: Op<'_>) -> PyResult<bool> {
    Ok(false)
}

pub(super) fn check_closed(stream: Op<'_>) -> PyResult<()> {
    if is_closed(stream)? { Err(closed_error()) } else { Ok(()) }
}

fn check_closed_method(stream: Op<'_>, _args: Args<'_>) -> PyResult<bool> {
    check_closed(stream).map(|()| true)
}

fn check_able(stream: Op<'_>, question: &str, complaint: &str) -> PyResult<()> {
    if invoke(stream, question)?.op().is(singletons::true_()) { Ok(()) } else { Err(unsupported(complaint)) }
}

pub(super) fn check_seekable(stream: Op<'_>) -> PyResult<()> {
    check_able(stream, "seekable", "File or stream is not seekable.")
}
pub(super) fn check_readable(stream: Op<'_>) -> PyResult<()> {
    check_able(stream, "readable", "File or stream is not readable.")
}
pub(super) fn check_writable(stream: Op<'_>) -> PyResult<()> {
    check_able(stream, "writable", "File or stream is not writable.")
}

fn check_seekable_method(stream: Op<'_>, _args: Args<'_>) -> PyResult<bool> {
    check_seekable(stream).map(|()| true)
}
fn check_readable_method(stream: Op<'_>, _args: Args<'_>) -> PyResult<bool> {
    check_readable(stream).map(|()| true)
}
fn check_writable_method(stream: Op<'_>, _args: Args<'_>) -> PyResult<bool> {
    check_writable(stream).map(|()| true)
}

fn isatty(stream: Op<'_>) -> PyResult<bool> {
    no(stream)
}

fn enter(stream: Op<'_>) -> PyResult {
    check_closed(stream)?;
    Ok(stream.to_owned())
}

fn exit(stream: Op<'_>, _args: Args<'_>) -> PyResult {
    invoke(stream, "close")
}

fn readline(stream: Op<'_>, args: Args<'_>) -> PyResult {
    let [limit] = args.optional("readline", 0)?;
    let limit = size(limit)?;
    let peek = object::get_optional_attr_str(stream, "peek")?;
    let mut line: Vec<u8> = Vec::new();
    while limit < 0 || (line.len() as isize) < limit {
        let mut want = 1;
        if let Some(peek) = &peek {
            let ahead = match call::call_one(peek.op(), int::small(1).op()) {
                Ok(ahead) => ahead,
                Err(raised) => {
                    interrupted(raised)?;
                    continue;
                }
            };
            let Some(ahead) = ahead.op().downcast::<PyBytesObject>() else {
                return Err(raise!(
                    OSError,
                    "peek() should have returned a bytes object, not '{}'",
                    ahead.op().type_name()
                ));
            };
            let ahead = bytes::as_slice(ahead);
            if !ahead.is_empty() {
                let most = if limit < 0 {
                    ahead.len()
                } else {
                    ahead.len().min((limit - line.len() as isize) as usize)
                };
                want = ahead[..most].iter().position(|&c| c == b'\n').map_or(most, |at| at + 1);
            }
        }
        let part = match call::call_method(stream, "read", &[int::from_usize(want)?.op()]) {
            Ok(part) => part,
            Err(raised) => {
                interrupted(raised)?;
                continue;
            }
        };
        let Some(part) = part.op().downcast::<PyBytesObject>() else {
            return Err(raise!(
                OSError,
                "read() should have returned a bytes object, not '{}'",
                part.op().type_name()
            ));
        };
        let part = bytes::as_slice(part);
        if part.is_empty() {
            break;
        }
        line.extend_from_slice(part);
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    bytes::from_slice(&line).map(Owned::into_object)
}

fn stream_iter(stream: Op<'_>) -> PyResult {
    check_closed(stream)?;
    Ok(stream.to_owned())
}

fn stream_next(stream: Op<'_>) -> PyResult<Option<Object>> {
    let line = invoke(stream, "readline")?;
    Ok((object::len(line.op())? > 0).then_some(line))
}

fn readlines(stream: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyListObject>> {
    let [hint] = args.optional("readlines", 0)?;
    let hint = size(hint)?;
    let result = list::new()?;
    if hint <= 0 {
        list::extend(result.borrow(), stream)?;
        return Ok(result);
    }
    let mut total = 0;
    let iterator = object::get_iter(stream)?;
    while let Some(line) = iter::next(iterator.op())? {
        total += object::len(line.op())? as isize;
        list::append(result.borrow(), line)?;
        if total > hint {
            break;
        }
    }
    Ok(result)
}

fn writelines(stream: Op<'_>, lines: Op<'_>) -> PyResult<()> {
    check_closed(stream)?;
    let iterator = object::get_iter(lines)?;
    while let Some(line) = iter::next(iterator.op())? {
        while let Err(raised) = call::call_method(stream, "write", &[line.op()]) {
            interrupted(raised)?;
        }
    }
    Ok(())
}

/// Closes a stream that nobody refers to any more; errors have nowhere to go.
pub(super) fn finalize(stream: Op<'_>) {
    let saved = errors::take();
    // A stream that cannot even say that was never made whole.
    let closed = is_closed(stream).unwrap_or_else(|raised| {
        raised.clear();
        true
    });
    if !closed {
        // Tells `FileIO` and its like that nobody will use the stream after this.
        if let Err(raised) = object::set_attr_str(stream, "_finalizing", Some(singletons::true_())) {
            raised.clear();
        }
        if let Err(_raised) = invoke(stream, "close") {
            errors::write_unraisable("Exception ignored while finalizing file", Some(stream));
        }
    }
    if let Some(saved) = saved {
        errors::restore(saved).ignore();
    }
}

const METHODS: &[PyMethodDef] = &[
    method::positional(
        c"seek",
        seek,
        c"seek($self, offset, whence=os.SEEK_SET, /)\n--\n\nChange the position of the stream.",
    ),
    method::noargs(c"tell", tell, c"tell($self, /)\n--\n\nThe position of the stream."),
    method::positional(c"truncate", truncate, c"truncate($self, size=None, /)\n--\n\nCut the file off."),
    method::noargs(c"flush", flush, c"flush($self, /)\n--\n\nWrite out what is buffered."),
    method::noargs(c"close", close, c"close($self, /)\n--\n\nFlush and close."),
    method::noargs(c"seekable", answers_no, c"seekable($self, /)\n--\n\nWhether seek() works."),
    method::noargs(c"readable", answers_no, c"readable($self, /)\n--\n\nWhether the stream can be read."),
    method::noargs(c"writable", answers_no, c"writable($self, /)\n--\n\nWhether the stream can be written."),
    method::positional(c"_checkClosed", check_closed_method, c""),
    method::positional(c"_checkSeekable", check_seekable_method, c""),
    method::positional(c"_checkReadable", check_readable_method, c""),
    method::positional(c"_checkWritable", check_writable_method, c""),
    method::noargs(c"fileno", fileno, c"fileno($self, /)\n--\n\nThe file descriptor."),
    method::noargs(c"isatty", isatty, c"isatty($self, /)\n--\n\nWhether the stream is a terminal."),
    method::noargs(c"__enter__", enter, c""),
    method::positional(c"__exit__", exit, c""),
    method::positional(c"readline", readline, c"readline($self, size=-1, /)\n--\n\nRead one line."),
    method::positional(c"readlines", readlines, c"readlines($self, hint=-1, /)\n--\n\nRead a list of lines."),
    method::o(c"writelines", writelines, c"writelines($self, lines, /)\n--\n\nWrite a list of lines."),
    PyMethodDef::EMPTY,
];

const GETSET: &[PyGetSetDef] = &[
    getset::get(c"__dict__", object::generic_get_dict, c""),
    getset::get(c"closed", get_closed, c"Whether the stream is closed."),
    PyGetSetDef::EMPTY,
];

/// Flags of the classes in this module: they can be derived from, and hold references.
pub(super) const FLAGS: u64 = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC;

pub(super) static mut IO_BASE_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_io._IOBase".as_ptr(),
    tp_basicsize: STREAM_SIZE,
    tp_flags: FLAGS,
    tp_dealloc: slot::dealloc(dealloc::<()>),
    tp_traverse: slot::traverse(traverse::<()>),
    tp_clear: slot::clear(clear::<()>),
    tp_finalize: slot::finalize(finalize),
    tp_iter: slot::unary(stream_iter),
    tp_iternext: slot::iternext(stream_next),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_dictoffset: DICT_OFFSET,
    tp_weaklistoffset: WEAKREF_OFFSET,
    tp_new: slot::new(super::new_stream),
    ..PyTypeObject::EMPTY
};

fn raw_read(stream: Op<'_>, args: Args<'_>) -> PyResult {
    let [n] = args.optional("read", 0)?;
    let n = size(n)?;
    if n < 0 {
        return invoke(stream, "readall");
    }
    let target = bytearray::from_slice(&crate::host::zeroed(n as usize)?)?;
    let count = call::call_method(stream, "readinto", &[target.op()])?;
    if count.op().is_none() {
        return Ok(count);
    }
    let count = int::as_isize(count.op())?;
    if count < 0 || count > bytearray::len(target.borrow()) as isize {
        return Err(raise!(
            ValueError,
            "readinto returned {count} outside buffer size {}",
            bytearray::len(target.borrow())
        ));
    }
    bytes::from_slice(&bytearray::to_vec(target.borrow())[..count as usize]).map(Owned::into_object)
}

/// What a raw stream has to bring along itself.
fn raw_unsupported(_stream: Op<'_>, _data: Op<'_>) -> PyResult {
    Err(adder_object_model::errors::set_none(adder_object_model::exceptions::builtin::NotImplementedError()))
}

fn raw_readall(stream: Op<'_>) -> PyResult {
    let mut all: Vec<u8> = Vec::new();
    loop {
        let part =
            match call::call_method(stream, "read", &[int::from_usize(super::DEFAULT_BUFFER_SIZE)?.op()]) {
                Ok(part) => part,
                Err(raised) => {
                    interrupted(raised)?;
                    continue;
                }
            };
        if part.op().is_none() {
            if all.is_empty() {
                return Ok(part);
            }
            break;
        }
        let Some(part) = part.op().downcast::<PyBytesObject>() else {
            return Err(raise!(TypeError, "read() should return bytes"));
        };
        let part = bytes::as_slice(part);
        if part.is_empty() {
            break;
        }
        all.extend_from_slice(part);
    }
    bytes::from_slice(&all).map(Owned::into_object)
}

const RAW_METHODS: &[PyMethodDef] = &[
    method::positional(c"read", raw_read, c"read($self, size=-1, /)\n--\n\nRead up to size bytes."),
    method::o(c"readinto", raw_unsupported, c""),
    method::o(c"write", raw_unsupported, c""),
    method::noargs(c"readall", raw_readall, c"readall($self, /)\n--\n\nRead until the end."),
    PyMethodDef::EMPTY,
];

pub(super) static mut RAW_IO_BASE_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_io._RawIOBase".as_ptr(),
    tp_base: &raw mut IO_BASE_TYPE,
    tp_basicsize: STREAM_SIZE,
    tp_flags: FLAGS,
    tp_dealloc: slot::dealloc(dealloc::<()>),
    tp_traverse: slot::traverse(traverse::<()>),
    tp_clear: slot::clear(clear::<()>),
    tp_methods: RAW_METHODS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};

fn unsupported_read(_stream: Op<'_>, _args: Args<'_>) -> PyResult<()> {
    Err(unsupported("read"))
}
fn unsupported_read1(_stream: Op<'_>, _args: Args<'_>) -> PyResult<()> {
    Err(unsupported("read1"))
}
fn unsupported_write(_stream: Op<'_>, _args: Args<'_>) -> PyResult<()> {
    Err(unsupported("write"))
}
fn unsupported_detach(_stream: Op<'_>) -> PyResult<()> {
    Err(unsupported("detach"))
}
fn unsupported_readline(_stream: Op<'_>, _args: Args<'_>) -> PyResult<()> {
    Err(unsupported("readline"))
}

fn read_into(stream: Op<'_>, target: Op<'_>, reader: &str) -> PyResult {
    let target = adder_object_model::buffer::get_writable(target, "readinto() argument")?;
    let data = call::call_method(stream, reader, &[int::from_usize(target.len())?.op()])?;
    let Some(data) = data.op().downcast::<PyBytesObject>() else {
        return Err(raise!(TypeError, "read() should return bytes"));
    };
    let data = bytes::as_slice(data);
    if data.len() > target.len() {
        return Err(raise!(
            ValueError,
            "read() returned too much data: {} bytes requested, {} returned",
            target.len(),
            data.len()
        ));
    }
    target.as_mut_slice()[..data.len()].copy_from_slice(data);
    int::from_usize(data.len())
}

fn buffered_readinto(stream: Op<'_>, target: Op<'_>) -> PyResult {
    read_into(stream, target, "read")
}
fn buffered_readinto1(stream: Op<'_>, target: Op<'_>) -> PyResult {
    read_into(stream, target, "read1")
}

const BUFFERED_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"detach",
        unsupported_detach,
        c"detach($self, /)\n--\n\nSeparate the raw stream and give it.",
    ),
    method::positional(c"read", unsupported_read, c"read($self, size=-1, /)\n--\n\nRead up to size bytes."),
    method::positional(
        c"read1",
        unsupported_read1,
        c"read1($self, size=-1, /)\n--\n\nRead with at most one call of the raw stream.",
    ),
    method::o(c"readinto", buffered_readinto, c"readinto($self, buffer, /)\n--\n\nRead into a buffer."),
    method::o(
        c"readinto1",
        buffered_readinto1,
        c"readinto1($self, buffer, /)\n--\n\nRead into a buffer with at most one call.",
    ),
    method::positional(c"write", unsupported_write, c"write($self, b, /)\n--\n\nWrite bytes."),
    PyMethodDef::EMPTY,
];

pub(super) static mut BUFFERED_IO_BASE_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_io._BufferedIOBase".as_ptr(),
    tp_base: &raw mut IO_BASE_TYPE,
    tp_basicsize: STREAM_SIZE,
    tp_flags: FLAGS,
    tp_dealloc: slot::dealloc(dealloc::<()>),
    tp_traverse: slot::traverse(traverse::<()>),
    tp_clear: slot::clear(clear::<()>),
    tp_methods: BUFFERED_METHODS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};

fn nothing(_stream: Op<'_>) -> PyResult<()> {
    Ok(())
}

const TEXT_METHODS: &[PyMethodDef] = &[
    method::noargs(
        c"detach",
        unsupported_detach,
        c"detach($self, /)\n--\n\nSeparate the buffer and give it.",
    ),
    method::positional(
        c"read",
        unsupported_read,
        c"read($self, size=-1, /)\n--\n\nRead up to size characters.",
    ),
    method::positional(
        c"readline",
        unsupported_readline,
        c"readline($self, size=-1, /)\n--\n\nRead one line.",
    ),
    method::positional(c"write", unsupported_write, c"write($self, s, /)\n--\n\nWrite text."),
    PyMethodDef::EMPTY,
];

const TEXT_GETSET: &[PyGetSetDef] = &[
    getset::get(c"encoding", nothing, c"Encoding of the text stream."),
    getset::get(c"newlines", nothing, c"Line endings met so far."),
    getset::get(c"errors", nothing, c"The error setting of the decoder or encoder."),
    PyGetSetDef::EMPTY,
];

pub(super) static mut TEXT_IO_BASE_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_io._TextIOBase".as_ptr(),
    tp_base: &raw mut IO_BASE_TYPE,
    tp_basicsize: STREAM_SIZE,
    tp_flags: FLAGS,
    tp_dealloc: slot::dealloc(dealloc::<()>),
    tp_traverse: slot::traverse(traverse::<()>),
    tp_clear: slot::clear(clear::<()>),
    tp_methods: TEXT_METHODS.as_ptr().cast_mut(),
    tp_getset: TEXT_GETSET.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};
