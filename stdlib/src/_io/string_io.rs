//! `StringIO`: text in memory as a stream.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Signature, Visitor, dict, getset, int, method, number,
    object, raise, singletons, slot, str, tuple,
};

use super::base::{FLAGS, TEXT_IO_BASE_TYPE};
use super::newlines::Newlines;
use super::{
    DICT_OFFSET, STREAM_SIZE, State, This, WEAKREF_OFFSET, clear, dealloc, set_state, size, state, traverse,
};
use crate::posix::{given, int_argument};

pub(super) struct Text {
    /// `None` once closed.
    data: Option<Vec<u32>>,
    at: usize,
    /// The `newline` argument; `None` is universal with translation.
    newline: Option<String>,
    /// Where reading recognises several line ends.
    decoder: Option<Newlines>,
    /// What `\n` becomes when written.
    write_newline: Option<Vec<u32>>,
}

impl State for Text {
    fn traverse(&self, _visitor: &mut Visitor) {}
    fn take_references(&mut self) -> Vec<Object> {
        Vec::new()
    }
}

type Stream<'a> = This<'a, Text>;

/// Checks and gives a `newline` argument.
pub(super) fn newline_argument(
    op: Op<'_>,
    show: fn(Op<'_>) -> PyResult<Owned<PyUnicodeObject>>,
) -> PyResult<Option<String>> {
    if op.is_none() {
        return Ok(None);
    }
    if !op.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "newline must be str or None, not {}", op.type_name()));
    }
    let text = str::to_string_lossy(op);
    if !matches!(text.as_str(), "" | "\n" | "\r" | "\r\n") {
        let shown = show(op)?;
        return Err(raise!(ValueError, "illegal newline value: {}", str::to_string_lossy(shown.op())));
    }
    Ok(Some(text))
}

fn init(stream: Stream<'_>, args: Args<'_>) -> PyResult<()> {
    let [initial, newline] = args.parse(&Signature::new("StringIO", ["initial_value", "newline"]))?;
    let newline = match newline {
        Some(newline) => newline_argument(newline, object::repr)?,
        None => Some("\n".to_owned()),
    };
    let initial = given(initial);
    if let Some(initial) = initial.filter(|initial| !initial.is_instance::<PyUnicodeObject>()) {
        return Err(raise!(TypeError, "initial_value must be str or None, not {}", initial.type_name()));
    }
    let universal = newline.as_deref().is_none_or(<::core::primitive::str>::is_empty);
    let decoder = universal.then(|| Newlines::new(newline.is_none()));
    let write_newline = newline
        .as_deref()
        .filter(|newline| newline.starts_with('\r'))
        .map(|newline| newline.chars().map(u32::from).collect());
    set_state(stream, Text { data: Some(Vec::new()), at: 0, newline, decoder, write_newline });
    if let Some(initial) = initial.and_then(|initial| initial.downcast::<PyUnicodeObject>()) {
        write_points(stream, str::code_points(initial))?;
    }
    state(stream)?.at = 0;
    Ok(())
}

fn open<'a>(stream: Stream<'a>) -> PyResult<(&'a mut Vec<u32>, &'a mut usize)> {
    let text = state(stream)?;
    match &mut text.data {
        Some(data) => Ok((data, &mut text.at)),
        None => Err(raise!(ValueError, "I/O operation on closed file")),
    }
}

fn write_points(stream: Stream<'_>, points: Vec<u32>) -> PyResult<()> {
    let text = state(stream)?;
    let points = match &mut text.decoder {
        Some(decoder) => decoder.decode(points, true),
        None => points,
    };
    let points = match &text.write_newline {
        Some(newline) => {
            let mut out = Vec::with_capacity(points.len());
            for point in points {
                if point == u32::from(b'\n') { out.extend_from_slice(newline) } else { out.push(point) }
            }
            out
        }
        None => points,
    };
    let (data, at) = open(stream)?;
    let end = *at + points.len();
    if end > data.len() {
        data.resize(end, 0);
    }
    data[*at..end].copy_from_slice(&points);
    *at = end;
    Ok(())
}

fn write(stream: Stream<'_>, text: Op<'_>) -> PyResult {
    let Some(text) = text.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "string argument expected, got '{}'", text.type_name()));
    };
    open(stream)?;
    let n = str::len(text);
    if n > 0 {
        write_points(stream, str::code_points(text))?;
    }
    int::from_usize(n)
}

fn take(stream: Stream<'_>, n: usize) -> PyResult<Owned<PyUnicodeObject>> {
    let (data, at) = open(stream)?;
    let start = (*at).min(data.len());
    let end = data.len().min(start.saturating_add(n));
    let result = str::from_code_points(&data[start..end])?;
    *at = (*at).max(end);
    Ok(result)
}

fn read(stream: Stream<'_>, args: Args<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let [n] = args.optional("read", 0)?;
    open(stream)?;
    let n = size(n)?;
    take(stream, if n < 0 { usize::MAX } else { n as usize })
}

/// How long the first line of `text` is under a `newline` setting, with its end.
pub(super) fn line_length(text: &[u32], newline: Option<&str>, translated: bool) -> Option<usize> {
    let (cr, lf) = (u32::from(b'\r'), u32::from(b'\n'));
    if translated {
        return text.iter().position(|&point| point == lf).map(|at| at + 1);
    }
    match newline {
        None | Some("") => {
            let at = text.iter().position(|&point| point == cr || point == lf)?;
            Some(if text[at] == cr && text.get(at + 1) == Some(&lf) { at + 2 } else { at + 1 })
        }
        Some("\r\n") => text.windows(2).position(|pair| pair == [cr, lf]).map(|at| at + 2),
        Some(newline) => {
            let end = newline.chars().next().map_or(lf, u32::from);
            text.iter().position(|&point| point == end).map(|at| at + 1)
        }
    }
}

fn line(stream: Stream<'_>, limit: isize) -> PyResult<Owned<PyUnicodeObject>> {
    let newline = state(stream)?.newline.clone();
    let (data, at) = open(stream)?;
    let rest = &data[(*at).min(data.len())..];
    let n = line_length(rest, newline.as_deref(), newline.is_none()).unwrap_or(rest.len());
    let n = if limit < 0 { n } else { n.min(limit as usize) };
    take(stream, n)
}

fn readline(stream: Stream<'_>, args: Args<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let [limit] = args.optional("readline", 0)?;
    open(stream)?;
    line(stream, size(limit)?)
}

fn next(stream: Stream<'_>) -> PyResult<Option<Owned<PyUnicodeObject>>> {
    open(stream)?;
    let line = line(stream, -1)?;
    Ok((str::len(line.borrow()) > 0).then_some(line))
}

fn seek(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [position, whence] = args.optional("seek", 1)?;
    open(stream)?;
    let position = int::as_isize(number::index(position.expect("required"))?.op())?;
    let whence = whence.map_or(Ok(0), int_argument)?;
    match whence {
        0 if position < 0 => return Err(raise!(ValueError, "Negative seek position {position}")),
        0..=2 => {}
        _ => return Err(raise!(ValueError, "Invalid whence ({whence}, should be 0, 1 or 2)")),
    }
    if whence != 0 && position != 0 {
        return Err(raise!(OSError, "Can't do nonzero cur-relative seeks"));
    }
    let (data, at) = open(stream)?;
    match whence {
        0 => *at = position as usize,
        2 => *at = data.len(),
        _ => {}
    }
    int::from_usize(*at)
}

fn tell(stream: Stream<'_>) -> PyResult {
    int::from_usize(*open(stream)?.1)
}

fn truncate(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [length] = args.optional("truncate", 0)?;
    open(stream)?;
    let length = match given(length) {
        Some(length) => size(Some(length))?,
        None => *open(stream)?.1 as isize,
    };
    if length < 0 {
        return Err(raise!(ValueError, "Negative size value {length}"));
    }
    open(stream)?.0.truncate(length as usize);
    int::from_isize(length)
}

fn getvalue(stream: Stream<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_code_points(open(stream)?.0)
}

fn close(stream: Stream<'_>) -> PyResult<()> {
    state(stream)?.data = None;
    Ok(())
}

fn yes(stream: Stream<'_>) -> PyResult<bool> {
    open(stream)?;
    Ok(true)
}

fn isatty(stream: Stream<'_>) -> PyResult<bool> {
    if get_closed(stream)? { Err(super::closed_error()) } else { Ok(false) }
}

fn get_closed(stream: Stream<'_>) -> PyResult<bool> {
    Ok(state(stream)?.data.is_none())
}

fn get_line_buffering(stream: Stream<'_>) -> PyResult<bool> {
    open(stream)?;
    Ok(false)
}

fn get_newlines(stream: Stream<'_>) -> PyResult {
    open(stream)?;
    match &state(stream)?.decoder {
        Some(decoder) => decoder.seen_object(),
        None => Ok(singletons::new_none()),
    }
}

fn getstate(stream: Stream<'_>) -> PyResult {
    let value = getvalue(stream)?;
    let newline = match &state(stream)?.newline {
        Some(newline) => str::from_str(newline)?.into_object(),
        None => singletons::new_none(),
    };
    // SAFETY: null or owned by the object.
    let attributes = match unsafe { Borrowed::<PyDictObject>::from_nullable(stream.dict.cast()) } {
        Some(attributes) => dict::copy(attributes)?,
        None => singletons::new_none(),
    };
    tuple::pack(&[value.op(), newline.op(), tell(stream)?.op(), attributes.op()])
}

fn setstate(stream: Stream<'_>, given: Op<'_>) -> PyResult<()> {
    let parts = given.downcast::<PyTupleObject>().filter(|parts| tuple::len(*parts) >= 4);
    let Some(parts) = parts else {
        return Err(raise!(
            TypeError,
            "{}.__setstate__ argument should be 4-tuple, got {}",
            stream.type_name(),
            given.type_name()
        ));
    };
    if !stream.state.is_null() {
        open(stream)?;
    }
    let start = [tuple::get(parts, 0), tuple::get(parts, 1)];
    init(stream, Args::positional_only(&start[..]))?;
    // The value is as it was written: no translation a second time.
    if let Some(value) = tuple::get(parts, 0).downcast::<PyUnicodeObject>() {
        state(stream)?.data = Some(str::code_points(value));
    }
    let position = tuple::get(parts, 2);
    if !position.is_instance::<PyLongObject>() {
        return Err(raise!(
            TypeError,
            "third item of state must be an integer, got {}",
            position.type_name()
        ));
    }
    let position = int::as_isize(position)?;
    if position < 0 {
        return Err(raise!(ValueError, "position value cannot be negative"));
    }
    state(stream)?.at = position as usize;
    let attributes = tuple::get(parts, 3);
    if !attributes.is_none() {
        if !attributes.is_instance::<PyDictObject>() {
            return Err(raise!(
                TypeError,
                "fourth item of state should be a dict, got a {}",
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

const METHODS: &[PyMethodDef] = &[
    method::positional(c"read", read, c"read($self, size=-1, /)\n--\n\nRead at most size characters."),
    method::positional(c"readline", readline, c"readline($self, size=-1, /)\n--\n\nRead one line."),
    method::o(c"write", write, c"write($self, s, /)\n--\n\nWrite text and give its length."),
    method::positional(c"seek", seek, c"seek($self, pos, whence=0, /)\n--\n\nMove to a place and give it."),
    method::noargs(c"tell", tell, c"tell($self, /)\n--\n\nThe current place."),
    method::positional(c"truncate", truncate, c"truncate($self, pos=None, /)\n--\n\nCut the text off."),
    method::noargs(c"getvalue", getvalue, c"getvalue($self, /)\n--\n\nAll text."),
    method::noargs(c"close", close, c"close($self, /)\n--\n\nForget the text."),
    method::noargs(c"seekable", yes, c"seekable($self, /)\n--\n\nTrue."),
    method::noargs(c"readable", yes, c"readable($self, /)\n--\n\nTrue."),
    method::noargs(c"writable", yes, c"writable($self, /)\n--\n\nTrue."),
    method::noargs(c"isatty", isatty, c"isatty($self, /)\n--\n\nFalse."),
    method::noargs(c"__getstate__", getstate, c""),
    method::o(c"__setstate__", setstate, c""),
    PyMethodDef::EMPTY,
];

const GETSET: &[PyGetSetDef] = &[
    getset::get(c"closed", get_closed, c""),
    getset::get(c"newlines", get_newlines, c""),
    getset::get(c"line_buffering", get_line_buffering, c""),
    PyGetSetDef::EMPTY,
];

pub(super) static mut STRING_IO_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_io.StringIO".as_ptr(),
    tp_doc: c"StringIO(initial_value='', newline='\\n')\n--\n\nText in memory as a stream.".as_ptr(),
    tp_base: &raw mut TEXT_IO_BASE_TYPE,
    tp_basicsize: STREAM_SIZE,
    tp_flags: FLAGS,
    tp_dealloc: slot::dealloc(dealloc::<Text>),
    tp_traverse: slot::traverse(traverse::<Text>),
    tp_clear: slot::clear(clear::<Text>),
    tp_iternext: slot::iternext(next),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_dictoffset: DICT_OFFSET,
    tp_weaklistoffset: WEAKREF_OFFSET,
    tp_init: slot::init(init),
    tp_new: slot::new(super::new_stream),
    ..PyTypeObject::EMPTY
};
