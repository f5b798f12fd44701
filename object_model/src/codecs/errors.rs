//! What to do with characters and bytes that cannot be converted.
//!
//! `Decoding` and `Encoding` carry what one call of a codec needs for errors: which
//! handler was asked for, and the exception, made at the first error that needs one
//! and changed for the next. `strict` raises it; the other common handlers are done
//! here without any Python object; the rest is called.

use std::borrow::Cow;

use super::{Text, registry};
use crate::layout::*;
use crate::str::{Builder, Units};
use crate::{
    Borrowed, Object, Op, Owned, PyResult, Raised, bytes, call, define::method, dict, exceptions::builtin,
    int, method as method_object, number, object, raise, str, tuple,
};

/// A handler by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handler {
    Strict,
    Ignore,
    Replace,
    XmlCharRefReplace,
    BackslashReplace,
    SurrogateEscape,
    SurrogatePass,
    Other,
}

impl Handler {
    pub fn new(name: Option<&str>) -> Self {
        match name {
            None | Some("strict") => Self::Strict,
            Some("ignore") => Self::Ignore,
            Some("replace") => Self::Replace,
            Some("xmlcharrefreplace") => Self::XmlCharRefReplace,
            Some("backslashreplace") => Self::BackslashReplace,
            Some("surrogateescape") => Self::SurrogateEscape,
            Some("surrogatepass") => Self::SurrogatePass,
            Some(_) => Self::Other,
        }
    }
}

/// `UnicodeDecodeError(encoding, input, start, end, reason)`.
pub fn new_decode_error(encoding: &str, input: &[u8], start: usize, end: usize, reason: &str) -> PyResult {
    let input = bytes::from_slice(input)?;
    new_error(builtin::UnicodeDecodeError(), Some(encoding), input.op(), start, end, reason)
}

/// `UnicodeEncodeError(encoding, text, start, end, reason)`.
pub fn new_encode_error(encoding: &str, text: Text<'_>, start: usize, end: usize, reason: &str) -> PyResult {
    new_error(builtin::UnicodeEncodeError(), Some(encoding), text.as_object(), start, end, reason)
}

fn new_error(
    class: Op<'_>,
    encoding: Option<&str>,
    input: Op<'_>,
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult {
    let (start, end) = (int::from_usize(start)?, int::from_usize(end)?);
    let reason = str::from_str(reason)?;
    match encoding {
        Some(encoding) => {
            let encoding = str::from_str(encoding)?;
            call::call_positional(class, &[encoding.op(), input, start.op(), end.op(), reason.op()])
        }
        None => call::call_positional(class, &[input, start.op(), end.op(), reason.op()]),
    }
}

/// Raises `UnicodeDecodeError`.
#[cold]
pub fn set_decode_error(encoding: &str, input: &[u8], start: usize, end: usize, reason: &str) -> Raised {
    new_decode_error(encoding, input, start, end, reason).map_or_else(|raised| raised, crate::errors::restore)
}

/// Raises `UnicodeEncodeError`.
#[cold]
pub fn set_encode_error(encoding: &str, text: Text<'_>, start: usize, end: usize, reason: &str) -> Raised {
    new_encode_error(encoding, text, start, end, reason).map_or_else(|raised| raised, crate::errors::restore)
}

/// Raises `UnicodeTranslateError`.
#[cold]
pub fn set_translate_error(text: Text<'_>, start: usize, end: usize, reason: &str) -> Raised {
    new_error(builtin::UnicodeTranslateError(), None, text.as_object(), start, end, reason)
        .map_or_else(|raised| raised, crate::errors::restore)
}

/// Sets `start`, `end` and `reason` of an exception that is used again.
fn update(exception: Op<'_>, start: usize, end: usize, reason: &str) -> PyResult<()> {
    object::set_attr_str(exception, "start", Some(int::from_usize(start)?.op()))?;
    object::set_attr_str(exception, "end", Some(int::from_usize(end)?.op()))?;
    object::set_attr_str(exception, "reason", Some(str::from_str(reason)?.op()))
}

/// The result of a handler: a replacement, and where to go on (negative counts from the end).
fn unpack_result(result: &Object, what: &str, bytes_allowed: bool) -> PyResult<(Object, isize)> {
    let accepts = |op: Op<'_>| {
        op.is_instance::<PyUnicodeObject>() || (bytes_allowed && op.is_instance::<PyBytesObject>())
    };
    let pair = result.op().downcast::<PyTupleObject>().filter(|pair| tuple::len(*pair) == 2);
    match pair {
        Some(pair) if accepts(tuple::get(pair, 0)) && number::check_index(tuple::get(pair, 1)) => {
            let position = number::as_ssize_t(tuple::get(pair, 1), None)?;
            Ok((tuple::get(pair, 0).to_owned(), position))
        }
        _ => {
            let allowed = if bytes_allowed { "(str/bytes, int)" } else { "(str, int)" };
            Err(raise!(TypeError, "{what} error handler must return {allowed} tuple"))
        }
    }
}

fn resolve_position(position: isize, len: usize) -> PyResult<usize> {
    let resolved = if position < 0 { position + len as isize } else { position };
    if resolved < 0 || resolved as usize > len {
        return Err(raise!(IndexError, "position {position} from error handler out of bounds"));
    }
    Ok(resolved as usize)
}

/// Decoding: the input, which a handler may replace, and the handler.
pub struct Decoding<'a> {
    pub input: Cow<'a, [u8]>,
    encoding: &'a str,
    errors: Option<&'a str>,
    pub handler: Handler,
    function: Option<Object>,
    exception: Option<Object>,
}

impl<'a> Decoding<'a> {
    pub fn new(input: &'a [u8], encoding: &'a str, errors: Option<&'a str>) -> Self {
        let handler = Handler::new(errors);
        Self { input: Cow::Borrowed(input), encoding, errors, handler, function: None, exception: None }
    }

    /// Bytes `start` to `end` cannot be decoded: adds what stands for them to `out` and
    /// gives the place to go on at.
    #[cold]
    pub fn error(&mut self, out: &mut Builder, start: usize, end: usize, reason: &str) -> PyResult<usize> {
        match self.handler {
            Handler::Strict => {
                return Err(set_decode_error(self.encoding, &self.input, start, end, reason));
            }
            Handler::Ignore => return Ok(end),
            Handler::Replace => {
                out.push(Py_UNICODE_REPLACEMENT_CHARACTER);
                return Ok(end);
            }
            Handler::BackslashReplace => {
                for byte in &self.input[start..end] {
                    out.push_str(&format!("\\x{byte:02x}"));
                }
                return Ok(end);
            }
            Handler::SurrogateEscape => {
                let escaped = self.input[start..end].iter().take_while(|byte| **byte >= 128).take(4);
                let mut position = start;
                for byte in escaped {
                    out.push(0xdc00 + u32::from(*byte));
                    position += 1;
                }
                if position > start {
                    return Ok(position);
                }
                return Err(set_decode_error(self.encoding, &self.input, start, end, reason));
            }
            Handler::XmlCharRefReplace | Handler::SurrogatePass | Handler::Other => {}
        }
        let function = match &self.function {
            Some(function) => function.clone(),
            None => self.function.insert(lookup_error(self.errors)?).clone(),
        };
        let exception = match &self.exception {
            Some(exception) => {
                update(exception.op(), start, end, reason)?;
                exception.clone()
            }
            None => {
                let made = new_decode_error(self.encoding, &self.input, start, end, reason)?;
                self.exception.insert(made).clone()
            }
        };
        let result = call::call_one(function.op(), exception.op())?;
        let (replacement, position) = unpack_result(&result, "decoding", false)?;
        // The handler may have put another object in the place of the input.
        let input = object::get_attr_str(exception.op(), "object")?;
        let Some(input) = input.op().downcast::<PyBytesObject>() else {
            return Err(raise!(TypeError, "exception attribute object must be bytes"));
        };
        if bytes::as_slice(input) != &*self.input {
            self.input = Cow::Owned(bytes::as_slice(input).to_vec());
        }
        let position = resolve_position(position, self.input.len())?;
        out.push_text(replacement.op().downcast().expect("checked by unpack_result"));
        Ok(position)
    }
}

/// What stands for characters that could not be encoded.
pub enum Replacement {
    Text(Owned<PyUnicodeObject>),
    Bytes(Vec<u8>),
}

/// Encoding: the text and the handler.
pub struct Encoding<'a> {
    pub text: Text<'a>,
    encoding: &'a str,
    errors: Option<&'a str>,
    pub handler: Handler,
    function: Option<Object>,
    exception: Option<Object>,
}

impl<'a> Encoding<'a> {
    pub fn new(text: Text<'a>, encoding: &'a str, errors: Option<&'a str>) -> Self {
        Self { text, encoding, errors, handler: Handler::new(errors), function: None, exception: None }
    }

    /// Raises the error for characters `start` to `end`.
    #[cold]
    pub fn raise(&mut self, start: usize, end: usize, reason: &str) -> Raised {
        match self.exception(start, end, reason) {
            Ok(exception) => crate::errors::restore(exception),
            Err(raised) => raised,
        }
    }

    fn exception(&mut self, start: usize, end: usize, reason: &str) -> PyResult {
        match &self.exception {
            Some(exception) => {
                update(exception.op(), start, end, reason)?;
                Ok(exception.clone())
            }
            None => {
                let made = new_encode_error(self.encoding, self.text, start, end, reason)?;
                Ok(self.exception.insert(made).clone())
            }
        }
    }

    /// Characters `start` to `end` cannot be encoded: what stands for them, and where to go on.
    ///
    /// The handlers whose replacement is ASCII are done here; `Replace` gives `?`.
    #[cold]
    pub fn error(&mut self, start: usize, end: usize, reason: &str) -> PyResult<(Replacement, usize)> {
        let units = str::units(self.text).slice(start, end);
        match self.handler {
            Handler::Strict => return Err(self.raise(start, end, reason)),
            Handler::Ignore => return Ok((Replacement::Bytes(Vec::new()), end)),
            Handler::Replace => return Ok((Replacement::Text(question_marks(end - start)?), end)),
            Handler::BackslashReplace => return Ok((Replacement::Text(backslashes(units)?), end)),
            Handler::XmlCharRefReplace => return Ok((Replacement::Text(references(units)?), end)),
            Handler::SurrogateEscape => {
                let escaped: Vec<u8> = units
                    .iter()
                    .take_while(|point| (0xdc80..=0xdcff).contains(point))
                    .map(|point| (point - 0xdc00) as u8)
                    .collect();
                if escaped.is_empty() {
                    return Err(self.raise(start, end, reason));
                }
                let next = start + escaped.len();
                return Ok((Replacement::Bytes(escaped), next));
            }
            Handler::SurrogatePass | Handler::Other => {}
        }
        let function = match &self.function {
            Some(function) => function.clone(),
            None => self.function.insert(lookup_error(self.errors)?).clone(),
        };
        let exception = self.exception(start, end, reason)?;
        let result = call::call_one(function.op(), exception.op())?;
        let (replacement, position) = unpack_result(&result, "encoding", true)?;
        let position = resolve_position(position, str::len(self.text))?;
        let replacement = match replacement.downcast::<PyUnicodeObject>() {
            Ok(text) => Replacement::Text(text),
            Err(other) => {
                let other = other.op().downcast::<PyBytesObject>().expect("checked by unpack_result");
                Replacement::Bytes(bytes::as_slice(other).to_vec())
            }
        };
        Ok((replacement, position))
    }
}

fn question_marks(count: usize) -> PyResult<Owned<PyUnicodeObject>> {
    str::from_latin1(&vec![b'?'; count])
}

fn backslashes(units: Units<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let mut builder = Builder::new();
    units.iter().for_each(|point| str::basics::push_escape(&mut builder, point));
    builder.finish()
}

fn references(units: Units<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let mut builder = Builder::new();
    units.iter().for_each(|point| builder.push_str(&format!("&#{point};")));
    builder.finish()
}

/// A handler by name (`PyCodec_LookupError`); no name means `strict`.
pub fn lookup_error(name: Option<&str>) -> PyResult {
    let name = name.unwrap_or("strict");
    let handlers = registry()?.handlers;
    match dict::get_item_str(handlers.borrow(), name)? {
        Some(handler) => Ok(handler),
        None => Err(raise!(LookupError, "unknown error handler name '{name}'")),
    }
}

/// `codecs.register_error`.
pub fn register_error(name: &str, handler: Op<'_>) -> PyResult<()> {
    if !object::is_callable(handler) {
        return Err(raise!(TypeError, "handler must be callable"));
    }
    dict::set_item_str(registry()?.handlers.borrow(), name, handler)
}

const BUILTIN_NAMES: [&str; 8] = [
    "strict",
    "ignore",
    "replace",
    "xmlcharrefreplace",
    "backslashreplace",
    "namereplace",
    "surrogatepass",
    "surrogateescape",
];

/// `codecs._unregister_error`: whether it was there. The builtin ones stay.
pub fn unregister_error(name: &str) -> PyResult<bool> {
    if BUILTIN_NAMES.contains(&name) {
        return Err(raise!(ValueError, "cannot un-register built-in error handler '{name}'"));
    }
    let name = str::from_str(name)?;
    Ok(dict::pop(registry()?.handlers.borrow(), name.op())?.is_some())
}

/// Adds to an exception from a codec that the codec was at work, as a note.
pub(super) fn add_codec_note(raised: Raised, what: &str, encoding: &str) -> Raised {
    let exception = raised.take();
    let result = (|| {
        let note = str::from_str(&format!("{what}ing with '{encoding}' codec failed"))?;
        call::call_method(exception.op(), "add_note", &[note.op()])
    })();
    match result {
        Ok(_) => crate::errors::restore(exception),
        Err(raised) => raised,
    }
}

/// The parts of a Unicode error that a handler looks at.
struct Problem {
    exception: Object,
    kind: Kind,
    start: usize,
    end: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Encode,
    Decode,
    Translate,
}

impl Problem {
    fn new(exception: Op<'_>) -> PyResult<Self> {
        let kind = if object::is_instance(exception, builtin::UnicodeEncodeError())? {
            Kind::Encode
        } else if object::is_instance(exception, builtin::UnicodeDecodeError())? {
            Kind::Decode
        } else if object::is_instance(exception, builtin::UnicodeTranslateError())? {
            Kind::Translate
        } else {
            let name = exception.type_name();
            return Err(raise!(TypeError, "don't know how to handle {name} in error callback"));
        };
        let mut problem = Self { exception: exception.to_owned(), kind, start: 0, end: 0 };
        let len = match problem.kind {
            Kind::Decode => problem.bytes()?.len(),
            _ => str::len(problem.text()?.borrow()),
        };
        let start = number::as_ssize_t(object::get_attr_str(exception, "start")?.op(), None)?;
        let end = number::as_ssize_t(object::get_attr_str(exception, "end")?.op(), None)?;
        let len = len as isize;
        let start = start.clamp(0, (len - 1).max(0));
        // The end is never before the start, nor past the object.
        let end = end.clamp(len.min(1), len).max(start);
        (problem.start, problem.end) = (start as usize, end as usize);
        Ok(problem)
    }

    fn object(&self) -> PyResult {
        object::get_attr_str(self.exception.op(), "object")
    }

    fn text(&self) -> PyResult<Owned<PyUnicodeObject>> {
        self.object()?.downcast().map_err(|_| raise!(TypeError, "object attribute must be unicode"))
    }

    fn bytes(&self) -> PyResult<Vec<u8>> {
        let object = self.object()?;
        match object.op().downcast::<PyBytesObject>() {
            Some(object) => Ok(bytes::as_slice(object).to_vec()),
            None => Err(raise!(TypeError, "object attribute must be bytes")),
        }
    }

    fn points(&self) -> PyResult<Vec<u32>> {
        let text = self.text()?;
        Ok(str::units(text.borrow()).slice(self.start, self.end).to_vec())
    }

    fn encoding(&self) -> PyResult<String> {
        Ok(str::to_string_lossy(object::get_attr_str(self.exception.op(), "encoding")?.op()))
    }

    fn give_up<T>(&self) -> PyResult<T> {
        Err(crate::errors::restore(self.exception.clone()))
    }

    fn result(&self, replacement: Op<'_>, position: usize) -> PyResult {
        tuple::pack(&[replacement, int::from_usize(position)?.op()])
    }

    fn wrong_type(&self) -> Raised {
        let name = self.exception.op().type_name();
        raise!(TypeError, "don't know how to handle {name} in error callback")
    }
}

fn strict_errors(_: Op<'_>, exception: Op<'_>) -> PyResult {
    if exception.is_instance::<PyBaseExceptionObject>() {
        return Err(crate::errors::restore(exception.to_owned()));
    }
    Err(raise!(TypeError, "codec must pass exception instance"))
}

fn ignore_errors(_: Op<'_>, exception: Op<'_>) -> PyResult {
    let problem = Problem::new(exception)?;
    problem.result(str::empty().op(), problem.end)
}

fn replace_errors(_: Op<'_>, exception: Op<'_>) -> PyResult {
    let problem = Problem::new(exception)?;
    let count = problem.end - problem.start;
    let replacement = match problem.kind {
        Kind::Encode => question_marks(count)?,
        Kind::Decode => str::from_char(Py_UNICODE_REPLACEMENT_CHARACTER)?,
        Kind::Translate => str::from_code_points(&vec![Py_UNICODE_REPLACEMENT_CHARACTER; count])?,
    };
    problem.result(replacement.op(), problem.end)
}

fn xmlcharrefreplace_errors(_: Op<'_>, exception: Op<'_>) -> PyResult {
    let problem = Problem::new(exception)?;
    if problem.kind != Kind::Encode {
        return Err(problem.wrong_type());
    }
    let replacement = references(Units::Ucs4(&problem.points()?))?;
    problem.result(replacement.op(), problem.end)
}

fn backslashreplace_errors(_: Op<'_>, exception: Op<'_>) -> PyResult {
    let problem = Problem::new(exception)?;
    let replacement = match problem.kind {
        Kind::Decode => {
            let escaped: Vec<u32> =
                problem.bytes()?[problem.start..problem.end].iter().map(|&byte| u32::from(byte)).collect();
            backslashes(Units::Ucs4(&escaped))?
        }
        _ => backslashes(Units::Ucs4(&problem.points()?))?,
    };
    problem.result(replacement.op(), problem.end)
}

fn namereplace_errors(_: Op<'_>, exception: Op<'_>) -> PyResult {
    let problem = Problem::new(exception)?;
    if problem.kind != Kind::Encode {
        return Err(problem.wrong_type());
    }
    let mut builder = Builder::new();
    for point in problem.points()? {
        match crate::unicode_data::name(point)? {
            Some(name) => builder.push_str(&format!("\\N{{{name}}}")),
            None => str::basics::push_escape(&mut builder, point),
        }
    }
    problem.result(builder.finish()?.op(), problem.end)
}

fn surrogateescape_errors(_: Op<'_>, exception: Op<'_>) -> PyResult {
    let problem = Problem::new(exception)?;
    match problem.kind {
        Kind::Encode => {
            let mut escaped = Vec::new();
            for point in problem.points()? {
                if !(0xdc80..=0xdcff).contains(&point) {
                    return problem.give_up();
                }
                escaped.push((point - 0xdc00) as u8);
            }
            problem.result(bytes::from_slice(&escaped)?.op(), problem.end)
        }
        Kind::Decode => {
            let input = problem.bytes()?;
            let escaped: Vec<u32> = input[problem.start..problem.end]
                .iter()
                .take(4)
                .take_while(|byte| **byte >= 128)
                .map(|&byte| 0xdc00 + u32::from(byte))
                .collect();
            if escaped.is_empty() {
                return problem.give_up();
            }
            problem.result(str::from_code_points(&escaped)?.op(), problem.start + escaped.len())
        }
        Kind::Translate => Err(problem.wrong_type()),
    }
}

/// The encodings whose lone surrogates `surrogatepass` lets through.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Utf {
    Utf8,
    Utf16 { big: bool },
    Utf32 { big: bool },
}

impl Utf {
    fn new(name: &str) -> Option<Self> {
        let name: String =
            name.chars().map(|char| if char == '_' { '-' } else { char.to_ascii_lowercase() }).collect();
        let rest = name.strip_prefix("utf")?;
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        let big = |suffix: &str| match suffix.strip_prefix('-').unwrap_or(suffix) {
            "" if suffix.is_empty() => Some(false),
            "le" => Some(false),
            "be" => Some(true),
            _ => None,
        };
        match rest {
            "8" => Some(Self::Utf8),
            _ => match rest.split_at_checked(2)? {
                ("16", suffix) => big(suffix).map(|big| Self::Utf16 { big }),
                ("32", suffix) => big(suffix).map(|big| Self::Utf32 { big }),
                _ => None,
            },
        }
    }
}

fn surrogatepass_errors(_: Op<'_>, exception: Op<'_>) -> PyResult {
    let problem = Problem::new(exception)?;
    if problem.kind == Kind::Translate {
        return Err(problem.wrong_type());
    }
    let Some(utf) = Utf::new(&problem.encoding()?) else {
        return problem.give_up();
    };
    if problem.kind == Kind::Encode {
        let mut encoded = Vec::new();
        for point in problem.points()? {
            if !str::is_surrogate(point) {
                return problem.give_up();
            }
            match utf {
                Utf::Utf8 => super::utf8::push_any(&mut encoded, point),
                Utf::Utf16 { big: false } => encoded.extend_from_slice(&(point as u16).to_le_bytes()),
                Utf::Utf16 { big: true } => encoded.extend_from_slice(&(point as u16).to_be_bytes()),
                Utf::Utf32 { big: false } => encoded.extend_from_slice(&point.to_le_bytes()),
                Utf::Utf32 { big: true } => encoded.extend_from_slice(&point.to_be_bytes()),
            }
        }
        return problem.result(bytes::from_slice(&encoded)?.op(), problem.end);
    }
    let input = problem.bytes()?;
    let (point, width) = match (utf, &input[problem.start..]) {
        (Utf::Utf8, [a, b, c, ..]) if a & 0xf0 == 0xe0 && b & 0xc0 == 0x80 && c & 0xc0 == 0x80 => {
            (u32::from(a & 15) << 12 | u32::from(b & 63) << 6 | u32::from(c & 63), 3)
        }
        (Utf::Utf16 { big: false }, [a, b, ..]) => (u32::from(u16::from_le_bytes([*a, *b])), 2),
        (Utf::Utf16 { big: true }, [a, b, ..]) => (u32::from(u16::from_be_bytes([*a, *b])), 2),
        (Utf::Utf32 { big: false }, [a, b, c, d, ..]) => (u32::from_le_bytes([*a, *b, *c, *d]), 4),
        (Utf::Utf32 { big: true }, [a, b, c, d, ..]) => (u32::from_be_bytes([*a, *b, *c, *d]), 4),
        _ => (0, 0),
    };
    if !str::is_surrogate(point) {
        return problem.give_up();
    }
    problem.result(str::from_char(point)?.op(), problem.start + width)
}

static HANDLERS: [PyMethodDef; 9] = [
    method::o(c"strict_errors", strict_errors, c"Raises the exception."),
    method::o(c"ignore_errors", ignore_errors, c"Leaves out what cannot be converted."),
    method::o(c"replace_errors", replace_errors, c"Puts a replacement character."),
    method::o(c"xmlcharrefreplace_errors", xmlcharrefreplace_errors, c"Puts XML character references."),
    method::o(c"backslashreplace_errors", backslashreplace_errors, c"Puts escapes with a backslash."),
    method::o(c"namereplace_errors", namereplace_errors, c"Puts \\N{...} escapes."),
    method::o(c"surrogatepass", surrogatepass_errors, c"Lets lone surrogates through."),
    method::o(c"surrogateescape", surrogateescape_errors, c"Turns bytes into lone surrogates and back."),
    PyMethodDef::EMPTY,
];

pub(super) fn add_builtin_handlers(handlers: Borrowed<'_, PyDictObject>) -> PyResult<()> {
    for (name, definition) in BUILTIN_NAMES.iter().zip(&HANDLERS) {
        let definition = core::ptr::from_ref(definition).cast_mut();
        // SAFETY: an entry of a static table; its function needs no receiver.
        let function = unsafe { method_object::new_function(definition, None, None, None) }?;
        dict::set_item_str(handlers, name, function.op())?;
    }
    Ok(())
}
