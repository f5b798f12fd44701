//! `BytesIO`: bytes in memory as a stream.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Signature, Visitor, alloc, buffer, bytes, dict, getset, int,
    list, memoryview, method, object, raise, singletons, slot, tuple,
};

use super::base::{BUFFERED_IO_BASE_TYPE, FLAGS};
use super::{
    DICT_OFFSET, STREAM_SIZE, State, This, WEAKREF_OFFSET, clear, closed_error, dealloc, offset, set_state,
    size, state, traverse,
};
use crate::posix::{given, int_argument};

/// The bytes of a stream: its own, or those of an object that it shares until they change.
enum Data {
    Own(Vec<u8>),
    Shared(Owned<PyBytesObject>),
}

impl Data {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Own(data) => data,
            Self::Shared(object) => bytes::as_slice(object.borrow()),
        }
    }

    /// What a new stream starts with.
    fn new(initial: Op<'_>) -> PyResult<Self> {
        if initial.is_exact::<PyBytesObject>()
            && let Some(object) = initial.downcast::<PyBytesObject>()
        {
            return Ok(Self::Shared(object.to_owned()));
        }
        Ok(Self::Own(buffer::get(initial, PyBUF_SIMPLE)?.as_slice().to_vec()))
    }
}

pub(super) struct Memory {
    /// `None` once closed.
    data: Option<Data>,
    at: usize,
    /// Views from `getbuffer` that are alive: the size must not change meanwhile.
    exports: usize,
}

impl State for Memory {
    fn traverse(&self, _visitor: &mut Visitor) {}
    fn take_references(&mut self) -> Vec<Object> {
        Vec::new()
    }
}

type Stream<'a> = This<'a, Memory>;

fn new(tp: adder_object_model::TypeRef<'_>, args: Args<'_>) -> PyResult {
    let result = super::new_stream(tp, args)?;
    // SAFETY: an instance of this very type or a subclass.
    let stream: Stream<'_> = unsafe { result.op().cast_unchecked() };
    set_state(stream, Memory { data: Some(Data::Own(Vec::new())), at: 0, exports: 0 });
    Ok(result)
}

fn init(stream: Stream<'_>, args: Args<'_>) -> PyResult<()> {
    let [initial] = args.parse(&Signature::new("BytesIO", ["initial_bytes"]))?;
    check_exports(stream)?;
    let data = match given(initial) {
        None => Data::Own(Vec::new()),
        Some(initial) => Data::new(initial)?,
    };
    check_exports(stream)?;
    let memory = state(stream)?;
    let old = memory.data.replace(data);
    memory.at = 0;
    drop(old);
    Ok(())
}

/// The bytes and the place in them, to read.
fn open<'a>(stream: Stream<'a>) -> PyResult<(&'a [u8], &'a mut usize)> {
    let memory = state(stream)?;
    match &memory.data {
        Some(data) => Ok((data.as_slice(), &mut memory.at)),
        None => Err(closed_error()),
    }
}

/// The same to change, as the stream's own.
fn open_own<'a>(stream: Stream<'a>) -> PyResult<(&'a mut Vec<u8>, &'a mut usize)> {
    let memory = state(stream)?;
    if let Some(Data::Shared(_)) = &memory.data {
        let mut own = Vec::new();
        if own.try_reserve(open(stream)?.0.len()).is_err() {
            return Err(adder_object_model::errors::no_memory());
        }
        own.extend_from_slice(open(stream)?.0);
        // The object that was shared goes last; dropping bytes runs no Python code.
        drop(memory.data.replace(Data::Own(own)));
    }
    match &mut memory.data {
        Some(Data::Own(data)) => Ok((data, &mut memory.at)),
        _ => Err(closed_error()),
    }
}

fn check_exports(stream: Stream<'_>) -> PyResult<()> {
    if state(stream)?.exports > 0 {
        return Err(raise!(BufferError, "Existing exports of data: object cannot be re-sized"));
    }
    Ok(())
}

/// The next `n` bytes, or all for a negative number; moves on.
fn take(stream: Stream<'_>, n: isize) -> PyResult {
    let (data, at) = open(stream)?;
    let start = (*at).min(data.len());
    let end = if n < 0 { data.len() } else { data.len().min(start.saturating_add(n as usize)) };
    if start == 0
        && end == data.len()
        && let Some(Data::Shared(whole)) = &state(stream)?.data
    {
        *at = end;
        return Ok(whole.clone().into_object());
    }
    let result = bytes::from_slice(&data[start..end])?;
    if end > start {
        *at = end;
    }
    Ok(result.into_object())
}

fn read(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [n] = args.optional("read", 0)?;
    open(stream)?;
    take(stream, size(n)?)
}

/// The length of the next line, up to `limit` unless negative.
fn line_length(stream: Stream<'_>, limit: isize) -> PyResult<usize> {
    let (data, at) = open(stream)?;
    let rest = &data[(*at).min(data.len())..];
    let most = if limit < 0 { rest.len() } else { rest.len().min(limit as usize) };
    Ok(memchr::memchr(b'\n', &rest[..most]).map_or(most, |at| at + 1))
}

fn readline(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [limit] = args.optional("readline", 0)?;
    open(stream)?;
    let n = line_length(stream, size(limit)?)?;
    take(stream, n as isize)
}

fn readlines(stream: Stream<'_>, args: Args<'_>) -> PyResult<Owned<PyListObject>> {
    let [hint] = args.optional("readlines", 0)?;
    let hint = size(hint)?;
    let result = list::new()?;
    let mut total = 0;
    loop {
        let n = line_length(stream, -1)?;
        if n == 0 {
            return Ok(result);
        }
        list::append(result.borrow(), take(stream, n as isize)?)?;
        total += n;
        if hint > 0 && total as isize >= hint {
            return Ok(result);
        }
    }
}

fn next(stream: Stream<'_>) -> PyResult<Option<Object>> {
    match line_length(stream, -1)? {
        0 => Ok(None),
        n => take(stream, n as isize).map(Some),
    }
}

fn readinto(stream: Stream<'_>, target: Op<'_>) -> PyResult {
    open(stream)?;
    let target = buffer::get_writable(target, "readinto() argument")?;
    let (data, at) = open(stream)?;
    let rest = &data[(*at).min(data.len())..];
    let n = rest.len().min(target.len());
    // The target may be a view of these very bytes.
    // SAFETY: both have room for `n` bytes.
    unsafe { core::ptr::copy(rest.as_ptr(), target.as_mut_slice().as_mut_ptr(), n) };
    *at += n;
    int::from_usize(n)
}

fn write(stream: Stream<'_>, source: Op<'_>) -> PyResult {
    open(stream)?;
    check_exports(stream)?;
    let source = buffer::get(source, PyBUF_CONTIG_RO)?;
    // Asking for the buffer may have run Python code.
    open(stream)?;
    check_exports(stream)?;
    if source.is_empty() {
        return Ok(int::small(0));
    }
    let (data, at) = open_own(stream)?;
    let Some(end) = at.checked_add(source.len()).filter(|end| *end <= isize::MAX as usize) else {
        return Err(raise!(OverflowError, "new buffer size too large"));
    };
    if end > data.len() {
        if data.try_reserve(end - data.len()).is_err() {
            return Err(adder_object_model::errors::no_memory());
        }
        data.resize(end, 0);
    }
    data[*at..end].copy_from_slice(source.as_slice());
    *at = end;
    int::from_usize(source.len())
}

fn writelines(stream: Stream<'_>, lines: Op<'_>) -> PyResult<()> {
    open(stream)?;
    let iterator = object::get_iter(lines)?;
    while let Some(line) = adder_object_model::iter::next(iterator.op())? {
        write(stream, line.op())?;
    }
    Ok(())
}

fn seek(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [position, whence] = args.optional("seek", 1)?;
    open(stream)?;
    let position = offset(position.expect("required"))?;
    let whence = whence.map_or(Ok(0), int_argument)?;
    let (data, at) = open(stream)?;
    let base = match whence {
        0 if position < 0 => return Err(raise!(ValueError, "negative seek value {position}")),
        0 => 0,
        1 => *at as i64,
        2 => data.len() as i64,
        _ => return Err(raise!(ValueError, "invalid whence ({whence}, should be 0, 1 or 2)")),
    };
    let Some(place) = base.checked_add(position) else {
        return Err(raise!(OverflowError, "new position too large"));
    };
    *at = place.max(0) as usize;
    int::from_usize(*at)
}

fn tell(stream: Stream<'_>) -> PyResult {
    int::from_usize(*open(stream)?.1)
}

fn truncate(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [length] = args.optional("truncate", 0)?;
    open(stream)?;
    check_exports(stream)?;
    let length = match given(length) {
        Some(length) => size(Some(length))?,
        None => *open(stream)?.1 as isize,
    };
    if length < 0 {
        return Err(raise!(ValueError, "negative size value {length}"));
    }
    // The size may have been asked of Python code.
    check_exports(stream)?;
    if (length as usize) < open(stream)?.0.len() {
        open_own(stream)?.0.truncate(length as usize);
    }
    int::from_isize(length)
}

fn getvalue(stream: Stream<'_>) -> PyResult {
    if let Some(Data::Shared(whole)) = &state(stream)?.data {
        return Ok(whole.clone().into_object());
    }
    let whole = bytes::from_slice(open(stream)?.0)?;
    let memory = state(stream)?;
    if memory.exports == 0 {
        // From here on the two share the bytes.
        memory.data = Some(Data::Shared(whole.clone()));
    }
    Ok(whole.into_object())
}

fn yes(stream: Stream<'_>) -> PyResult<bool> {
    open(stream)?;
    Ok(true)
}

fn isatty(stream: Stream<'_>) -> PyResult<bool> {
    open(stream)?;
    Ok(false)
}

fn flush(stream: Stream<'_>) -> PyResult<()> {
    open(stream).map(drop)
}

fn close(stream: Stream<'_>) -> PyResult<()> {
    check_exports(stream)?;
    drop(state(stream)?.data.take());
    Ok(())
}

fn get_closed(stream: Stream<'_>) -> PyResult<bool> {
    Ok(state(stream)?.data.is_none())
}

fn getstate(stream: Stream<'_>) -> PyResult {
    let value = getvalue(stream)?;
    // SAFETY: null or owned by the object.
    let attributes = match unsafe { Borrowed::<PyDictObject>::from_nullable(stream.dict.cast()) } {
        Some(attributes) => dict::copy(attributes)?,
        None => singletons::new_none(),
    };
    tuple::pack(&[value.op(), tell(stream)?.op(), attributes.op()])
}

fn setstate(stream: Stream<'_>, given: Op<'_>) -> PyResult<()> {
    let parts = given.downcast::<PyTupleObject>().filter(|parts| tuple::len(*parts) >= 3);
    let Some(parts) = parts else {
        return Err(raise!(
            TypeError,
            "{}.__setstate__ argument should be 3-tuple, got {}",
            stream.type_name(),
            given.type_name()
        ));
    };
    open(stream)?;
    check_exports(stream)?;
    let data = Data::new(tuple::get(parts, 0))?;
    let position = tuple::get(parts, 1);
    if !position.is_instance::<PyLongObject>() {
        return Err(raise!(
            TypeError,
            "second item of state must be an integer, not {}",
            position.type_name()
        ));
    }
    let position = int::as_isize(position)?;
    if position < 0 {
        return Err(raise!(ValueError, "position value cannot be negative"));
    }
    check_exports(stream)?;
    let memory = state(stream)?;
    drop(memory.data.replace(data));
    memory.at = position as usize;
    let attributes = tuple::get(parts, 2);
    if !attributes.is_none() {
        if !attributes.is_instance::<PyDictObject>() {
            return Err(raise!(
                TypeError,
                "third item of state should be a dict, got a {}",
                attributes.type_name()
            ));
        }
        let own = object::get_attr_str(stream.as_object(), "__dict__")?;
        dict::update(
            own.op().downcast().ok_or_else(adder_object_model::errors::bad_internal_call)?,
            attributes,
        )?;
    }
    Ok(())
}

/// What a view from `getbuffer` holds on to: it lends the stream's memory.
#[repr(C)]
struct Exporter {
    ob_base: PyObject,
    /// Owned.
    stream: *mut Stream0,
}
type Stream0 = super::Stream<Memory>;
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl adder_object_model::PyLayout for Exporter {}

fn getbuffer(stream: Stream<'_>) -> PyResult {
    open(stream)?;
    // SAFETY: a static type that is ready.
    let exporter = alloc::new_object::<Exporter>(unsafe { Borrowed::from_ptr(&raw mut BUFFER_TYPE) })?;
    // SAFETY: a fresh object.
    unsafe { (*exporter.as_ptr()).stream = stream.to_owned().into_ptr() };
    memoryview::from_object(exporter.op())
}

unsafe extern "C" fn exporter_get(
    op: *mut PyObject,
    view: *mut Py_buffer,
    flags: core::ffi::c_int,
) -> core::ffi::c_int {
    adder_object_model::define::guard_with(-1, || {
        // SAFETY: an exporter, and a place for the view; the memory does not move while exported.
        unsafe {
            let stream: Stream<'_> = Borrowed::from_ptr((*op.cast::<Exporter>()).stream);
            let (data, _) = open_own(stream)?;
            let (memory, length) = (data.as_mut_ptr(), data.len());
            buffer::fill_info(view, Some(Op::from_ptr(op)), memory, length, false, flags)?;
            state(stream)?.exports += 1;
            Ok(0)
        }
    })
}

unsafe extern "C" fn exporter_release(op: *mut PyObject, _view: *mut Py_buffer) {
    // SAFETY: an exporter whose view ends.
    unsafe {
        let stream: Stream<'_> = Borrowed::from_ptr((*op.cast::<Exporter>()).stream);
        if let Ok(memory) = state(stream) {
            memory.exports -= 1;
        }
    }
}

fn exporter_dealloc(exporter: Borrowed<'_, Exporter>) {
    // SAFETY: the exporter's own reference, given up once.
    unsafe {
        drop(Owned::steal(exporter.stream));
        alloc::free_object(exporter.as_object_ptr());
    }
}

static mut EXPORTER_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: Some(exporter_get), bf_releasebuffer: Some(exporter_release) };

pub(super) static mut BUFFER_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_io._BytesIOBuffer".as_ptr(),
    tp_basicsize: size_of::<Exporter>() as isize,
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_dealloc: slot::dealloc(exporter_dealloc),
    tp_as_buffer: &raw mut EXPORTER_BUFFER,
    ..PyTypeObject::EMPTY
};

const METHODS: &[PyMethodDef] = &[
    method::noargs(c"readable", yes, c"readable($self, /)\n--\n\nTrue."),
    method::noargs(c"seekable", yes, c"seekable($self, /)\n--\n\nTrue."),
    method::noargs(c"writable", yes, c"writable($self, /)\n--\n\nTrue."),
    method::noargs(c"close", close, c"close($self, /)\n--\n\nForget the bytes."),
    method::noargs(c"flush", flush, c"flush($self, /)\n--\n\nDoes nothing."),
    method::noargs(c"isatty", isatty, c"isatty($self, /)\n--\n\nFalse."),
    method::noargs(c"tell", tell, c"tell($self, /)\n--\n\nThe current place."),
    method::positional(c"read", read, c"read($self, size=-1, /)\n--\n\nRead at most size bytes."),
    method::positional(c"read1", read, c"read1($self, size=-1, /)\n--\n\nRead at most size bytes."),
    method::positional(c"readline", readline, c"readline($self, size=-1, /)\n--\n\nRead one line."),
    method::positional(
        c"readlines",
        readlines,
        c"readlines($self, size=None, /)\n--\n\nRead a list of lines.",
    ),
    method::o(c"readinto", readinto, c"readinto($self, buffer, /)\n--\n\nRead into a buffer."),
    method::positional(c"truncate", truncate, c"truncate($self, size=None, /)\n--\n\nCut the bytes off."),
    method::positional(c"seek", seek, c"seek($self, pos, whence=0, /)\n--\n\nMove to a place and give it."),
    method::o(c"write", write, c"write($self, b, /)\n--\n\nWrite bytes and give their number."),
    method::o(c"writelines", writelines, c"writelines($self, lines, /)\n--\n\nWrite several bytes."),
    method::noargs(c"getvalue", getvalue, c"getvalue($self, /)\n--\n\nAll bytes."),
    method::noargs(
        c"getbuffer",
        getbuffer,
        c"getbuffer($self, /)\n--\n\nA view of the bytes that can be written.",
    ),
    method::noargs(c"__getstate__", getstate, c""),
    method::o(c"__setstate__", setstate, c""),
    PyMethodDef::EMPTY,
];

const GETSET: &[PyGetSetDef] =
    &[getset::get(c"closed", get_closed, c"True if the file is closed."), PyGetSetDef::EMPTY];

pub(super) static mut BYTES_IO_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_io.BytesIO".as_ptr(),
    tp_doc: c"BytesIO(initial_bytes=b'')\n--\n\nBytes in memory as a stream.".as_ptr(),
    tp_base: &raw mut BUFFERED_IO_BASE_TYPE,
    tp_basicsize: STREAM_SIZE,
    tp_flags: FLAGS,
    tp_dealloc: slot::dealloc(dealloc::<Memory>),
    tp_traverse: slot::traverse(traverse::<Memory>),
    tp_clear: slot::clear(clear::<Memory>),
    tp_iternext: slot::iternext(next),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_dictoffset: DICT_OFFSET,
    tp_weaklistoffset: WEAKREF_OFFSET,
    tp_init: slot::init(init),
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};
