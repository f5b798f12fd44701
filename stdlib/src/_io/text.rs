//! `TextIOWrapper`: text over a stream of bytes.
//!
//! Writing: text is encoded at once and kept in `pending` until a chunk is full, a
//! line ends with line buffering, or something else looks at the buffer. Reading:
//! bytes come in chunks and are decoded incrementally; `snapshot` remembers the
//! decoder's state and the bytes of the chunk, from which `tell` works out how many
//! bytes belong to the characters handed out.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Signature, Visitor, bytes, call, errors, exceptions, getset, int,
    method, number, object, raise, singletons, slot, str, tuple,
};
use malachite_bigint::BigInt;

use super::base::{FLAGS, TEXT_IO_BASE_TYPE};
use super::newlines::Newlines;
use super::string_io::{line_length, newline_argument};
use super::{
    DICT_OFFSET, STREAM_SIZE, State, This, WEAKREF_OFFSET, class_name, clear, dealloc, invoke, is_closed,
    set_state, size, state, traverse, unsupported,
};
use crate::posix::{flag, given, int_argument};
use adder_interpreter::runtime::config;

const CHUNK_SIZE: usize = 8192;

pub(super) struct Wrapper {
    /// `None` after `detach`.
    buffer: Option<Object>,
    encoding: Object,
    errors: Object,
    newline: Option<String>,
    /// `\n` becomes this on writing.
    write_newline: Option<&'static str>,
    /// Reading recognises all line ends.
    universal: bool,
    line_buffering: bool,
    write_through: bool,
    chunk_size: usize,
    encoder: Option<Object>,
    decoder: Option<Object>,
    newlines: Option<Newlines>,
    /// An encoding in which text is its UTF-8: encoded here without calling the codec.
    plain: Option<Plain>,
    /// Encoded, not yet given to the buffer.
    pending: Vec<u8>,
    /// Decoded, not yet handed out, from `at` on.
    decoded: Vec<u32>,
    at: usize,
    /// The decoder's state before the current chunk, and the chunk.
    snapshot: Option<(BigInt, Vec<u8>)>,
    seekable: bool,
    telling: bool,
    has_read1: bool,
    finalizing: bool,
    codec_info: Object,
}

#[derive(Clone, Copy, PartialEq)]
enum Plain {
    Utf8,
    Ascii,
    Latin1,
}

impl State for Wrapper {
    fn traverse(&self, visitor: &mut Visitor) {
        for op in [&self.buffer, &self.encoder, &self.decoder].into_iter().flatten() {
            visitor.visit(op.as_ptr());
        }
        for op in [&self.encoding, &self.errors, &self.codec_info] {
            visitor.visit(op.as_ptr());
        }
    }
    fn take_references(&mut self) -> Vec<Object> {
        [self.buffer.take(), self.encoder.take(), self.decoder.take()].into_iter().flatten().collect()
    }
}

type Stream<'a> = This<'a, Wrapper>;

/// A new reference to the buffer below.
fn buffer(stream: Stream<'_>) -> PyResult {
    if stream.state.is_null() {
        return Err(raise!(ValueError, "I/O operation on uninitialized object"));
    }
    state(stream)?.buffer.clone().ok_or_else(|| raise!(ValueError, "underlying buffer has been detached"))
}

fn check_open(stream: Stream<'_>) -> PyResult {
    let buffer = buffer(stream)?;
    if is_closed(buffer.op())? { Err(super::closed_error()) } else { Ok(buffer) }
}

/// The codec's entry, which must be one for text.
fn lookup(encoding: Op<'_>) -> PyResult {
    // The name is a C string, which ends at the first zero.
    let name = str::as_utf8(encoding.downcast().ok_or_else(errors::bad_internal_call)?)?;
    let name = str::from_str(name.split('\0').next().unwrap_or_default())?;
    let encoding = name.op();
    let codecs = (adder_object_model::state::hooks().import_module)("_codecs")?;
    let info = call::call_method(codecs.op(), "lookup", &[encoding])?;
    if let Some(text) = object::get_optional_attr_str(info.op(), "_is_text_encoding")?
        && !object::is_true(text.op())?
    {
        let name = object::repr(encoding)?;
        return Err(raise!(
            LookupError,
            "{} is not a text encoding; use codecs.open() to handle arbitrary codecs",
            str::to_string_lossy(name.op())
        ));
    }
    Ok(info)
}

fn plain_encoding(info: Op<'_>, errors: &str) -> PyResult<Option<Plain>> {
    let name = object::get_attr_str(info, "name")?;
    Ok(match str::to_string_lossy(name.op()).as_str() {
        "utf-8" if matches!(errors, "strict" | "surrogateescape") => Some(Plain::Utf8),
        "ascii" => Some(Plain::Ascii),
        "iso8859-1" => Some(Plain::Latin1),
        _ => None,
    })
}

const INIT: Signature<6> = Signature::new(
    "TextIOWrapper",
    ["buffer", "encoding", "errors", "newline", "line_buffering", "write_through"],
)
.required(1);

fn text_argument(op: Option<Op<'_>>, name: &str) -> PyResult<Option<Object>> {
    match given(op) {
        None => Ok(None),
        Some(op) if op.is_instance::<PyUnicodeObject>() => {
            // Lone surrogates cannot be passed to C.
            str::as_utf8(op.downcast().expect("a str"))?;
            Ok(Some(op.to_owned()))
        }
        Some(op) => Err(raise!(
            TypeError,
            "TextIOWrapper() argument '{name}' must be str or None, not {}",
            op.type_name()
        )),
    }
}

/// The same for the constructor, which wants C strings.
fn c_text_argument(op: Option<Op<'_>>, name: &str) -> PyResult<Option<Object>> {
    let text = text_argument(op, name)?;
    if let Some(text) = &text
        && str::as_utf8(text.op().downcast().expect("a str"))?.contains('\0')
    {
        return Err(raise!(ValueError, "embedded null character"));
    }
    Ok(text)
}

/// What the C library calls the locale's encoding.
fn locale_encoding() -> PyResult {
    Ok(str::from_str(&adder_interpreter::locale::encoding())?.into_object())
}

fn init(stream: Stream<'_>, args: Args<'_>) -> PyResult<()> {
    let [buffer, encoding, errors, newline, line_buffering, write_through] = args.parse(&INIT)?;
    let buffer = buffer.expect("required");
    // Nothing of an earlier life is used again, also if this fails.
    super::drop_state(stream);
    let encoding = c_text_argument(encoding, "encoding")?;
    let errors = match c_text_argument(errors, "errors")? {
        Some(errors) => errors,
        None => str::intern("strict")?.into_object(),
    };
    let newline = newline.map_or(Ok(None), |newline| newline_argument(newline, object::str))?;
    let encoding = match encoding {
        Some(encoding) if !str::equals(encoding.op(), "locale") => encoding,
        Some(_) => locale_encoding()?,
        None if config().utf8_mode => str::from_str("utf-8")?.into_object(),
        None => locale_encoding()?,
    };
    let info = lookup(encoding.op())?;
    let errors_text = str::to_string_lossy(errors.op());
    let plain = plain_encoding(info.op(), &errors_text)?;
    let readable = object::is_true(invoke(buffer, "readable")?.op())?;
    let writable = object::is_true(invoke(buffer, "writable")?.op())?;
    let universal = newline.as_deref().is_none_or(<::core::primitive::str>::is_empty);
    let mut wrapper = Wrapper {
        buffer: Some(buffer.to_owned()),
        encoding,
        errors,
        write_newline: write_newline(newline.as_deref()),
        universal,
        newlines: universal.then(|| Newlines::new(newline.is_none())),
        newline,
        line_buffering: flag(line_buffering, false)?,
        write_through: flag(write_through, false)?,
        chunk_size: CHUNK_SIZE,
        encoder: None,
        decoder: None,
        plain,
        pending: Vec::new(),
        decoded: Vec::new(),
        at: 0,
        snapshot: None,
        seekable: object::is_true(invoke(buffer, "seekable")?.op())?,
        telling: false,
        has_read1: object::has_attr(buffer, "read1")?,
        finalizing: false,
        codec_info: info,
    };
    wrapper.telling = wrapper.seekable;
    make_codecs(&mut wrapper, readable, writable)?;
    set_state(stream, wrapper);
    if state(stream)?.seekable && writable {
        fix_encoder(stream)?;
    }
    Ok(())
}

/// Appending to what is there already: an encoder that writes a mark must not do so again.
fn fix_encoder(stream: Stream<'_>) -> PyResult<()> {
    let Some(encoder) = state(stream)?.encoder.clone() else { return Ok(()) };
    let place = invoke(buffer(stream)?.op(), "tell")?;
    if object::is_true(place.op())? && object::has_attr(encoder.op(), "setstate")? {
        call::call_method(encoder.op(), "setstate", &[int::small(0).op()])?;
    }
    Ok(())
}

fn write_newline(newline: Option<&str>) -> Option<&'static str> {
    match newline {
        Some("\r") => Some("\r"),
        Some("\r\n") => Some("\r\n"),
        _ => None,
    }
}

fn make_codecs(wrapper: &mut Wrapper, readable: bool, writable: bool) -> PyResult<()> {
    if readable {
        let factory = object::get_attr_str(wrapper.codec_info.op(), "incrementaldecoder")?;
        wrapper.decoder = Some(call::call_one(factory.op(), wrapper.errors.op())?);
    }
    if writable {
        let factory = object::get_attr_str(wrapper.codec_info.op(), "incrementalencoder")?;
        wrapper.encoder = Some(call::call_one(factory.op(), wrapper.errors.op())?);
    }
    Ok(())
}

/// Text in the stream's encoding.
fn encode(stream: Stream<'_>, text: Op<'_>) -> PyResult<Vec<u8>> {
    let unicode = text.downcast::<PyUnicodeObject>().ok_or_else(errors::bad_internal_call)?;
    let ascii = str::is_ascii(unicode);
    match state(stream)?.plain {
        Some(_) if ascii => return Ok(str::as_utf8(unicode)?.as_bytes().to_vec()),
        Some(Plain::Utf8) => {
            let errors = str::to_string_lossy(state(stream)?.errors.clone().op());
            let encoded = str::encode_utf8(unicode, Some(&errors))?;
            return Ok(bytes::as_slice(encoded.op().downcast().ok_or_else(errors_not_bytes)?).to_vec());
        }
        _ => {}
    }
    let Some(encoder) = state(stream)?.encoder.clone() else { return Err(unsupported("not writable")) };
    let encoded = call::call_method(encoder.op(), "encode", &[text])?;
    let Some(encoded) = encoded.op().downcast::<PyBytesObject>() else {
        return Err(raise!(
            TypeError,
            "encoder should return a bytes object, not '{}'",
            encoded.op().type_name()
        ));
    };
    Ok(bytes::as_slice(encoded).to_vec())
}

fn errors_not_bytes() -> adder_object_model::Raised {
    raise!(TypeError, "encoder should return a bytes object")
}

fn write(stream: Stream<'_>, text: Op<'_>) -> PyResult {
    let Some(unicode) = text.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "write() argument must be str, not {}", text.type_name()));
    };
    check_open(stream)?;
    if state(stream)?.encoder.is_none() {
        return Err(unsupported("not writable"));
    }
    let length = str::len(unicode);
    let wrapper = state(stream)?;
    let watch = wrapper.line_buffering || wrapper.write_newline.is_some();
    let (mut has_lf, mut has_cr) = (false, false);
    if watch {
        for point in str::code_points(unicode) {
            has_lf |= point == u32::from(b'\n');
            has_cr |= point == u32::from(b'\r');
        }
    }
    let mut data = match wrapper.write_newline {
        Some(newline) if has_lf => {
            let replaced = call::call_method(
                text,
                "replace",
                &[str::from_str("\n")?.op(), str::from_str(newline)?.op()],
            )?;
            if !replaced.op().is_instance::<PyUnicodeObject>() {
                return Err(raise!(
                    TypeError,
                    "replace() should return a str, not {}",
                    replaced.op().type_name()
                ));
            }
            // The text's own `replace` may have done anything to the stream.
            check_open(stream)?;
            if state(stream)?.encoder.is_none() {
                return Err(unsupported("not writable"));
            }
            encode(stream, replaced.op())?
        }
        _ => encode(stream, text)?,
    };
    let flush_after = state(stream)?.line_buffering && (has_lf || has_cr);
    // What waits goes out first rather than be joined to more than a chunk.
    while !state(stream)?.pending.is_empty()
        && state(stream)?.pending.len() + data.len() > state(stream)?.chunk_size
    {
        write_pending(stream)?;
    }
    let wrapper = state(stream)?;
    if wrapper.pending.is_empty() {
        wrapper.pending = data
    } else {
        wrapper.pending.append(&mut data)
    }
    if wrapper.pending.len() >= wrapper.chunk_size || flush_after || wrapper.write_through {
        write_pending(stream)?;
    }
    if flush_after {
        invoke(buffer(stream)?.op(), "flush")?;
    }
    let wrapper = state(stream)?;
    // Only where the place can be told again is it known what reading goes on with.
    if wrapper.snapshot.is_some() {
        wrapper.decoded.clear();
        wrapper.at = 0;
        wrapper.snapshot = None;
    }
    if let Some(decoder) = wrapper.decoder.clone() {
        if let Some(newlines) = &mut wrapper.newlines {
            newlines.reset();
        }
        invoke(decoder.op(), "reset")?;
    }
    int::from_usize(length)
}

/// Gives what is encoded to the buffer.
fn write_pending(stream: Stream<'_>) -> PyResult<()> {
    if state(stream)?.pending.is_empty() {
        return Ok(());
    }
    let data = core::mem::take(&mut state(stream)?.pending);
    let target = buffer(stream)?;
    let data = bytes::from_slice(&data)?;
    loop {
        match call::call_method(target.op(), "write", &[data.op()]) {
            Ok(_) => return Ok(()),
            Err(raised) => super::interrupted(raised)?,
        }
    }
}

fn flush(stream: Stream<'_>) -> PyResult {
    let target = check_open(stream)?;
    let wrapper = state(stream)?;
    wrapper.telling = wrapper.seekable;
    write_pending(stream)?;
    invoke(target.op(), "flush")
}

/// The decoder's state as (bytes not consumed, flags), with the newline decoder's bit below.
fn decoder_state(stream: Stream<'_>) -> PyResult<(Vec<u8>, BigInt)> {
    let decoder = state(stream)?.decoder.clone().ok_or_else(|| unsupported("not readable"))?;
    let pair = invoke(decoder.op(), "getstate")?;
    let Some(pair) = pair.op().downcast::<PyTupleObject>().filter(|pair| tuple::len(*pair) == 2) else {
        return Err(raise!(TypeError, "illegal decoder state"));
    };
    let Some(input) = tuple::get(pair, 0).downcast::<PyBytesObject>() else {
        return Err(raise!(
            TypeError,
            "illegal decoder state: the first item should be a bytes object, not '{}'",
            tuple::get(pair, 0).type_name()
        ));
    };
    let input = bytes::as_slice(input).to_vec();
    let mut flags = int::to_bigint(tuple::get(pair, 1));
    if let Some(newlines) = &state(stream)?.newlines {
        flags = (flags << 1) + u32::from(newlines.has_pending());
    }
    Ok((input, flags))
}

fn set_decoder_state(stream: Stream<'_>, input: &[u8], flags: &BigInt) -> PyResult<()> {
    let Some(decoder) = state(stream)?.decoder.clone() else { return Ok(()) };
    let mut rest = flags.clone();
    if let Some(newlines) = &mut state(stream)?.newlines {
        newlines.set_pending(flags.bit(0));
        rest >>= 1;
    }
    let input = bytes::from_slice(input)?;
    let pair = tuple::pack(&[input.op(), int::from_bigint(&rest)?.op()])?;
    call::call_method(decoder.op(), "setstate", &[pair.op()]).map(drop)
}

/// Decodes bytes, with line ends translated.
fn decode(stream: Stream<'_>, data: Op<'_>, last: bool) -> PyResult<Vec<u32>> {
    let decoder = state(stream)?.decoder.clone().ok_or_else(|| unsupported("not readable"))?;
    let text = call::call_method(decoder.op(), "decode", &[data, singletons::new_bool(last).op()])?;
    let Some(text) = text.op().downcast::<PyUnicodeObject>() else {
        return Err(raise!(
            TypeError,
            "decoder should return a string result, not '{}'",
            text.op().type_name()
        ));
    };
    let points = str::code_points(text);
    Ok(match &mut state(stream)?.newlines {
        Some(newlines) => newlines.decode(points, last),
        None => points,
    })
}

/// Reads and decodes one more chunk; false at the end of the file.
fn read_chunk(stream: Stream<'_>) -> PyResult<bool> {
    if state(stream)?.decoder.is_none() {
        return Err(unsupported("not readable"));
    }
    let before = if state(stream)?.telling { Some(decoder_state(stream)?) } else { None };
    let target = buffer(stream)?;
    let method = if state(stream)?.has_read1 { "read1" } else { "read" };
    let wanted = int::from_usize(state(stream)?.chunk_size)?;
    let data = loop {
        match call::call_method(target.op(), method, &[wanted.op()]) {
            Ok(data) => break data,
            Err(raised) => super::interrupted(raised)?,
        }
    };
    let view = match adder_object_model::buffer::get(data.op(), PyBUF_SIMPLE) {
        Ok(view) => view,
        Err(raised) => {
            raised.clear();
            return Err(raise!(
                TypeError,
                "underlying {method}() should have returned a bytes-like object, not '{}'",
                data.op().type_name()
            ));
        }
    };
    let chunk = view.as_slice().to_vec();
    drop(view);
    let eof = chunk.is_empty();
    let mut points = decode(stream, data.op(), eof)?;
    let wrapper = state(stream)?;
    let got_text = !points.is_empty();
    if wrapper.at >= wrapper.decoded.len() {
        wrapper.decoded = points;
        wrapper.at = 0;
    } else {
        wrapper.decoded.drain(..wrapper.at);
        wrapper.at = 0;
        wrapper.decoded.append(&mut points);
    }
    if let Some((mut input, flags)) = before {
        input.extend_from_slice(&chunk);
        wrapper.snapshot = Some((flags, input));
    }
    Ok(!eof || got_text)
}

fn take(stream: Stream<'_>, n: usize) -> PyResult<Vec<u32>> {
    let wrapper = state(stream)?;
    let end = wrapper.decoded.len().min(wrapper.at.saturating_add(n));
    let part = wrapper.decoded[wrapper.at..end].to_vec();
    wrapper.at = end;
    Ok(part)
}

fn read(stream: Stream<'_>, args: Args<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let [n] = args.optional("read", 0)?;
    let n = size(n)?;
    let target = check_open(stream)?;
    if state(stream)?.decoder.is_none() {
        return Err(unsupported("not readable"));
    }
    write_pending(stream)?;
    if n < 0 {
        let data = invoke(target.op(), "read")?;
        if data.op().is_none() {
            return Err(would_block_read());
        }
        let mut text = take(stream, usize::MAX)?;
        text.append(&mut decode(stream, data.op(), true)?);
        let wrapper = state(stream)?;
        wrapper.decoded.clear();
        wrapper.at = 0;
        wrapper.snapshot = None;
        return str::from_code_points(&text);
    }
    let mut text = take(stream, n as usize)?;
    while text.len() < n as usize {
        // A chunk may decode to nothing, so only the end of the file stops.
        if !read_chunk(stream)? {
            break;
        }
        text.append(&mut take(stream, n as usize - text.len())?);
    }
    str::from_code_points(&text)
}

fn would_block_read() -> adder_object_model::Raised {
    let error = std::io::Error::from_raw_os_error(libc::EAGAIN);
    exceptions::set_io_error(&error, None)
}

fn line(stream: Stream<'_>, limit: isize) -> PyResult<Owned<PyUnicodeObject>> {
    check_open(stream)?;
    write_pending(stream)?;
    let mut line: Vec<u32> = Vec::new();
    loop {
        let wrapper = state(stream)?;
        let rest = &wrapper.decoded[wrapper.at..];
        let most = if limit < 0 { usize::MAX } else { limit as usize };
        // A line end of two characters may be split between two chunks.
        let searched_from = line.len().saturating_sub(1);
        let mut joined = line[searched_from..].to_vec();
        joined.extend_from_slice(rest);
        let translated = wrapper.newline.is_none();
        let found = line_length(&joined, wrapper.newline.as_deref(), translated)
            .map(|n| n + searched_from)
            .filter(|&n| n > line.len() || line.is_empty());
        // With every line end recognised, `\r` at the very end of a chunk is held back by the
        // decoder, so an end found here is complete.
        let whole = found.unwrap_or(line.len() + rest.len()).min(most);
        if found.is_some() || whole == most {
            let missing = whole - line.len();
            line.append(&mut take(stream, missing)?);
            return str::from_code_points(&line);
        }
        line.append(&mut take(stream, usize::MAX)?);
        if !read_chunk(stream)? {
            let wrapper = state(stream)?;
            wrapper.decoded.clear();
            wrapper.at = 0;
            wrapper.snapshot = None;
            return str::from_code_points(&line);
        }
    }
}

fn readline(stream: Stream<'_>, args: Args<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let [limit] = args.optional("readline", 0)?;
    line(stream, size(limit)?)
}

fn next(stream: Stream<'_>) -> PyResult<Option<Owned<PyUnicodeObject>>> {
    state(stream)?.telling = false;
    let line = line(stream, -1)?;
    if str::len(line.borrow()) > 0 {
        return Ok(Some(line));
    }
    let wrapper = state(stream)?;
    wrapper.snapshot = None;
    wrapper.telling = wrapper.seekable;
    Ok(None)
}

/// A place in the text: where to seek in the buffer, and what to feed the decoder there. Packed
/// into one int as CPython packs it: start (64 bits), decoder flags (32), bytes to feed (32),
/// characters to skip (32), whether the end of input is to be told (8).
#[derive(Default)]
struct Cookie {
    start: BigInt,
    flags: BigInt,
    feed: usize,
    skip: usize,
    need_eof: bool,
}

impl Cookie {
    fn pack(&self) -> BigInt {
        self.start.clone()
            | (self.flags.clone() << 64)
            | (BigInt::from(self.feed) << 96)
            | (BigInt::from(self.skip) << 128)
            | (BigInt::from(u8::from(self.need_eof)) << 160)
    }

    fn unpack(value: &BigInt) -> Self {
        let field =
            |shift: usize, bits: usize| -> BigInt { (value.clone() >> shift) % (BigInt::from(1) << bits) };
        let small = |value: BigInt| u64::try_from(&value).unwrap_or(0) as usize;
        Self {
            start: field(0, 64),
            flags: field(64, 32),
            feed: small(field(96, 32)),
            skip: small(field(128, 32)),
            need_eof: small(field(160, 8)) != 0,
        }
    }
}

fn tell(stream: Stream<'_>) -> PyResult {
    let target = check_open(stream)?;
    if !state(stream)?.seekable {
        return Err(unsupported("underlying stream is not seekable"));
    }
    if !state(stream)?.telling {
        return Err(raise!(OSError, "telling position disabled by next() call"));
    }
    write_pending(stream)?;
    invoke(stream.as_object(), "flush")?;
    let place = int::to_bigint(number::index(invoke(target.op(), "tell")?.op())?.op());
    if state(stream)?.decoder.is_none() {
        return int::from_bigint(&place);
    }
    let Some((flags, input)) = state(stream)?.snapshot.clone() else { return int::from_bigint(&place) };
    let mut cookie = Cookie { start: place - BigInt::from(input.len()), flags, ..Cookie::default() };
    let wanted = state(stream)?.at;
    if wanted == 0 {
        return int::from_bigint(&cookie.pack());
    }
    // Feed the decoder byte by byte from the snapshot until as many characters have come out as
    // were handed out; the last point at which its state was empty is where to start from.
    let saved = decoder_state(stream)?;
    let found = reconstruct(stream, &mut cookie, &input, wanted);
    set_decoder_state(stream, &saved.0, &saved.1)?;
    found?;
    int::from_bigint(&cookie.pack())
}

/// Fills in the cookie for the place after `wanted` characters of the snapshot's bytes.
fn reconstruct(stream: Stream<'_>, cookie: &mut Cookie, input: &[u8], wanted: usize) -> PyResult<()> {
    set_decoder_state(stream, &[], &cookie.flags.clone())?;
    // Characters before the cookie's start, and those that came out since.
    let mut before = 0;
    let mut since = 0;
    cookie.skip = wanted;
    for index in 0..input.len() {
        let piece = bytes::from_slice(&input[index..=index])?;
        since += decode(stream, piece.op(), false)?.len();
        cookie.feed += 1;
        let (rest, flags) = decoder_state(stream)?;
        if rest.is_empty() && before + since <= wanted {
            cookie.start += cookie.feed;
            cookie.flags = flags;
            cookie.feed = 0;
            before += since;
            since = 0;
        }
        cookie.skip = wanted - before;
        if before + since >= wanted {
            return Ok(());
        }
    }
    since += decode(stream, bytes::from_slice(b"")?.op(), true)?.len();
    cookie.need_eof = true;
    if before + since < wanted {
        return Err(raise!(OSError, "can't reconstruct logical file position"));
    }
    Ok(())
}

fn reset_reading(stream: Stream<'_>) -> PyResult<()> {
    let wrapper = state(stream)?;
    wrapper.decoded.clear();
    wrapper.at = 0;
    wrapper.snapshot = None;
    Ok(())
}

fn reset_decoder(stream: Stream<'_>) -> PyResult<()> {
    let Some(decoder) = state(stream)?.decoder.clone() else { return Ok(()) };
    if let Some(newlines) = &mut state(stream)?.newlines {
        newlines.reset();
    }
    invoke(decoder.op(), "reset").map(drop)
}

/// Tells the encoder whether it is at the start of the stream.
fn reset_encoder(stream: Stream<'_>, at_start: bool) -> PyResult<()> {
    let Some(encoder) = state(stream)?.encoder.clone() else { return Ok(()) };
    if at_start {
        invoke(encoder.op(), "reset").map(drop)
    } else {
        call::call_method(encoder.op(), "setstate", &[int::small(0).op()]).map(drop)
    }
}

fn seek(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [cookie, whence] = args.optional("seek", 1)?;
    let cookie = cookie.expect("required");
    let whence = whence.map_or(Ok(0), int_argument)?;
    let target = check_open(stream)?;
    if !state(stream)?.seekable {
        return Err(unsupported("underlying stream is not seekable"));
    }
    let zero = int::small(0);
    let cookie = match whence {
        1 => {
            if !object::equal(cookie, zero.op())? {
                return Err(unsupported("can't do nonzero cur-relative seeks"));
            }
            tell(stream)?
        }
        2 => {
            if !object::equal(cookie, zero.op())? {
                return Err(unsupported("can't do nonzero end-relative seeks"));
            }
            invoke(stream.as_object(), "flush")?;
            reset_reading(stream)?;
            reset_decoder(stream)?;
            let place = call::call_method(target.op(), "seek", &[zero.op(), int::small(2).op()])?;
            reset_encoder(stream, !object::is_true(place.op())?)?;
            return Ok(place);
        }
        0 => number::index(cookie)?,
        _ => return Err(raise!(ValueError, "invalid whence ({whence}, should be 0, 1 or 2)")),
    };
    if int::is_negative(cookie.op()) {
        let shown = object::repr(cookie.op())?;
        return Err(raise!(ValueError, "negative seek position {}", str::to_string_lossy(shown.op())));
    }
    invoke(stream.as_object(), "flush")?;
    let parts = Cookie::unpack(&int::to_bigint(cookie.op()));
    call::call_method(target.op(), "seek", &[int::from_bigint(&parts.start)?.op()])?;
    reset_reading(stream)?;
    let is_start = parts.start == BigInt::from(0) && parts.flags == BigInt::from(0);
    if is_start {
        reset_decoder(stream)?;
    } else {
        set_decoder_state(stream, &[], &parts.flags)?;
    }
    if state(stream)?.decoder.is_some()
        && (parts.skip > 0 || parts.feed > 0 || parts.flags != BigInt::from(0))
    {
        state(stream)?.snapshot = Some((parts.flags.clone(), Vec::new()));
    }
    if parts.skip > 0 {
        let data = call::call_method(target.op(), "read", &[int::from_usize(parts.feed)?.op()])?;
        let Some(chunk) = data.op().downcast::<PyBytesObject>() else {
            return Err(raise!(
                TypeError,
                "underlying read() should have returned a bytes object, not '{}'",
                data.op().type_name()
            ));
        };
        let chunk = bytes::as_slice(chunk).to_vec();
        let points = decode(stream, data.op(), parts.need_eof)?;
        let wrapper = state(stream)?;
        wrapper.snapshot = Some((parts.flags.clone(), chunk));
        if points.len() < parts.skip {
            return Err(raise!(OSError, "can't restore logical file position"));
        }
        wrapper.decoded = points;
        wrapper.at = parts.skip;
    }
    if object::has_attr(stream.as_object(), "encoding")? {
        reset_encoder(stream, is_start)?;
    }
    Ok(cookie)
}

fn truncate(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [position] = args.optional("truncate", 0)?;
    let target = buffer(stream)?;
    invoke(stream.as_object(), "flush")?;
    match position {
        Some(position) => call::call_method(target.op(), "truncate", &[position]),
        None => invoke(target.op(), "truncate"),
    }
}

fn detach(stream: Stream<'_>) -> PyResult {
    let target = buffer(stream)?;
    invoke(stream.as_object(), "flush")?;
    state(stream)?.buffer = None;
    Ok(target)
}

fn reconfigure(stream: Stream<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<5> =
        Signature::new("reconfigure", ["encoding", "errors", "newline", "line_buffering", "write_through"])
            .keyword_only_from(0);
    let [encoding, errors, newline, line_buffering, write_through] = args.parse(&SIGNATURE)?;
    let wrapper = state(stream)?;
    let has_read = !wrapper.decoded.is_empty() || wrapper.snapshot.is_some();
    if has_read && (given(encoding).is_some() || given(errors).is_some() || newline.is_some()) {
        return Err(unsupported(
            "It is not possible to set the encoding or newline of stream after the first read",
        ));
    }
    let newline = newline.map(|newline| newline_argument(newline, object::str)).transpose()?;
    let line_buffering = given(line_buffering).map(object::is_true).transpose()?;
    let write_through = given(write_through).map(object::is_true).transpose()?;
    let encoding = text_argument(encoding, "encoding")?;
    let errors = text_argument(errors, "errors")?;
    invoke(stream.as_object(), "flush")?;
    if let Some(newline) = newline {
        let wrapper = state(stream)?;
        wrapper.universal = newline.as_deref().is_none_or(<::core::primitive::str>::is_empty);
        wrapper.newlines = wrapper.universal.then(|| Newlines::new(newline.is_none()));
        wrapper.write_newline = write_newline(newline.as_deref());
        wrapper.newline = newline;
    }
    if encoding.is_some() || errors.is_some() {
        let errors = match (errors, &encoding) {
            (Some(errors), _) => errors,
            (None, Some(_)) => str::intern("strict")?.into_object(),
            (None, None) => state(stream)?.errors.clone(),
        };
        let encoding = match encoding {
            Some(encoding) if str::equals(encoding.op(), "locale") => locale_encoding()?,
            Some(encoding) => encoding,
            None => state(stream)?.encoding.clone(),
        };
        let info = lookup(encoding.op())?;
        let plain = plain_encoding(info.op(), &str::to_string_lossy(errors.op()))?;
        let wrapper = state(stream)?;
        let (readable, writable) = (wrapper.decoder.is_some(), wrapper.encoder.is_some());
        wrapper.encoding = encoding;
        wrapper.errors = errors;
        wrapper.codec_info = info;
        wrapper.plain = plain;
        make_codecs(wrapper, readable, writable)?;
        if state(stream)?.seekable && writable {
            fix_encoder(stream)?;
        }
    }
    let wrapper = state(stream)?;
    wrapper.line_buffering = line_buffering.unwrap_or(wrapper.line_buffering);
    wrapper.write_through = write_through.unwrap_or(wrapper.write_through);
    Ok(())
}

fn close(stream: Stream<'_>) -> PyResult<()> {
    let target = buffer(stream)?;
    // Asking may have detached the buffer, which is then somebody else's.
    if is_closed(target.op())? || state(stream)?.buffer.is_none() {
        return Ok(());
    }
    if state(stream)?.finalizing {
        super::dealloc_warn(target.op(), stream.as_object());
    }
    let first = invoke(stream.as_object(), "flush").err().map(|raised| raised.take());
    let closed = invoke(target.op(), "close");
    match (first, closed) {
        (None, closed) => closed.map(drop),
        (Some(exception), Ok(_)) => Err(errors::restore(exception)),
        (Some(exception), Err(raised)) => {
            let second = raised.take();
            exceptions::set_context(second.op(), Some(exception));
            Err(errors::restore(second))
        }
    }
}

macro_rules! forward {
    ($($name:ident = $method:literal;)*) => {$(
        fn $name(stream: Stream<'_>) -> PyResult {
            invoke(buffer(stream)?.op(), $method)
        }
    )*};
}
forward! {
    fileno = "fileno";
    seekable = "seekable";
    readable = "readable";
    writable = "writable";
    isatty = "isatty";
}

fn get_encoding(stream: Stream<'_>) -> PyResult {
    Ok(state(stream)?.encoding.clone())
}
fn get_errors(stream: Stream<'_>) -> PyResult {
    Ok(state(stream)?.errors.clone())
}
fn get_newlines(stream: Stream<'_>) -> PyResult {
    match &state(stream)?.newlines {
        Some(newlines) if state(stream)?.decoder.is_some() => newlines.seen_object(),
        _ => Ok(singletons::new_none()),
    }
}
fn get_buffer(stream: Stream<'_>) -> PyResult {
    buffer(stream)
}
fn get_name(stream: Stream<'_>) -> PyResult {
    object::get_attr_str(buffer(stream)?.op(), "name")
}
fn get_closed(stream: Stream<'_>) -> PyResult {
    object::get_attr_str(buffer(stream)?.op(), "closed")
}
fn get_line_buffering(stream: Stream<'_>) -> PyResult<bool> {
    Ok(state(stream)?.line_buffering)
}
fn get_write_through(stream: Stream<'_>) -> PyResult<bool> {
    Ok(state(stream)?.write_through)
}
fn get_chunk_size(stream: Stream<'_>) -> PyResult {
    int::from_usize(state(stream)?.chunk_size)
}
fn set_chunk_size(stream: Stream<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(
            AttributeError,
            "attribute '_CHUNK_SIZE' of '_io.TextIOWrapper' objects cannot be deleted"
        ));
    };
    let n = number::as_ssize_t(value, Some(exceptions::builtin::ValueError()))?;
    if n <= 0 {
        return Err(raise!(ValueError, "a strictly positive integer is required"));
    }
    state(stream)?.chunk_size = n as usize;
    Ok(())
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
    let class = class_name(stream.as_object())?;
    let encoding = object::repr(state(stream)?.encoding.clone().op())?;
    if call::repr_enter(stream.as_object())? {
        return Err(raise!(RuntimeError, "reentrant call inside {class}.__repr__"));
    }
    let describe = || -> PyResult<String> {
        let mut text = format!("<{class}");
        for attribute in ["name", "mode"] {
            let value = match object::get_optional_attr_str(stream.as_object(), attribute) {
                Ok(value) => value,
                Err(raised) => raised.absorb::<Object>(exceptions::builtin::ValueError())?,
            };
            if let Some(value) = value {
                let value = object::repr(value.op())?;
                text += &format!(" {attribute}={}", str::to_string_lossy(value.op()));
            }
        }
        Ok(text)
    };
    let text = describe();
    call::repr_leave(stream.as_object());
    str::from_string(format!("{} encoding={}>", text?, str::to_string_lossy(encoding.op())))
}

const METHODS: &[PyMethodDef] = &[
    method::noargs(c"detach", detach, c"detach($self, /)\n--\n\nSeparate the buffer and give it."),
    method::keywords(c"reconfigure", reconfigure, c"reconfigure($self, /, *, encoding=None, errors=None, newline=None,\n            line_buffering=None, write_through=None)\n--\n\nChange settings of the stream."),
    method::o(c"write", write, c"write($self, text, /)\n--\n\nWrite text and give its length."),
    method::positional(c"read", read, c"read($self, size=-1, /)\n--\n\nRead up to size characters."),
    method::positional(c"readline", readline, c"readline($self, size=-1, /)\n--\n\nRead one line."),
    method::noargs(c"flush", flush, c"flush($self, /)\n--\n\nWrite out what is buffered."),
    method::noargs(c"close", close, c"close($self, /)\n--\n\nFlush and close."),
    method::noargs(c"fileno", fileno, c"fileno($self, /)\n--\n\nThe file descriptor."),
    method::noargs(c"seekable", seekable, c"seekable($self, /)\n--\n\nWhether seek() works."),
    method::noargs(c"readable", readable, c"readable($self, /)\n--\n\nWhether the stream can be read."),
    method::noargs(c"writable", writable, c"writable($self, /)\n--\n\nWhether the stream can be written."),
    method::noargs(c"isatty", isatty, c"isatty($self, /)\n--\n\nWhether the stream is a terminal."),
    method::positional(c"seek", seek, c"seek($self, cookie, whence=os.SEEK_SET, /)\n--\n\nMove to a place that tell() gave."),
    method::noargs(c"tell", tell, c"tell($self, /)\n--\n\nThe current place, as an opaque number."),
    method::positional(c"truncate", truncate, c"truncate($self, pos=None, /)\n--\n\nSet the length."),
    method::noargs(c"__getstate__", super::no_state, c""),
    PyMethodDef::EMPTY,
];

const GETSET: &[PyGetSetDef] = &[
    getset::get(c"encoding", get_encoding, c""),
    getset::get(c"errors", get_errors, c""),
    getset::get(c"newlines", get_newlines, c""),
    getset::get(c"buffer", get_buffer, c""),
    getset::get(c"name", get_name, c""),
    getset::get(c"closed", get_closed, c""),
    getset::get(c"line_buffering", get_line_buffering, c""),
    getset::get(c"write_through", get_write_through, c""),
    getset::get_set(c"_CHUNK_SIZE", get_chunk_size, set_chunk_size, c""),
    getset::get_set(c"_finalizing", get_finalizing, set_finalizing, c""),
    PyGetSetDef::EMPTY,
];

pub(super) static mut TEXT_IO_WRAPPER_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_io.TextIOWrapper".as_ptr(),
    tp_doc: c"TextIOWrapper(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, write_through=False)\n--\n\nText over a stream of bytes.".as_ptr(),
    tp_base: &raw mut TEXT_IO_BASE_TYPE,
    tp_basicsize: STREAM_SIZE,
    tp_flags: FLAGS,
    tp_dealloc: slot::dealloc(dealloc::<Wrapper>),
    tp_traverse: slot::traverse(traverse::<Wrapper>),
    tp_clear: slot::clear(clear::<Wrapper>),
    tp_repr: slot::unary(repr),
    tp_iternext: slot::iternext(next),
    tp_methods: METHODS.as_ptr().cast_mut(),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_dictoffset: DICT_OFFSET,
    tp_weaklistoffset: WEAKREF_OFFSET,
    tp_init: slot::init(init),
    tp_new: slot::new(super::new_stream),
    ..PyTypeObject::EMPTY
};
