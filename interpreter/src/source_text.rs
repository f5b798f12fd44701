//! From the bytes of a source to text: byte order mark, PEP 263 cookie, line ends.

use adder_object_model::layout::PyUnicodeObject;
use adder_object_model::{
    Op, PyResult, Raised, codecs, errors, exceptions, object, raise, singletons, str, tuple,
};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of `source` by its byte order mark or cookie, UTF-8 otherwise, with `\n` alone as line end.
pub fn decode(source: &[u8], filename: Op<'_>) -> PyResult<String> {
    decode_from(source, filename, false)
}

/// The same of a file's content: errors then name the file twice, as CPython's do.
pub fn decode_file(content: &[u8], filename: Op<'_>) -> PyResult<String> {
    decode_from(content, filename, true)
}

fn decode_from(source: &[u8], filename: Op<'_>, is_file: bool) -> PyResult<String> {
    let (body, has_mark) = match source.strip_prefix(BYTE_ORDER_MARK) {
        Some(body) => (body, true),
        None => (source, false),
    };
    let cookie = find_cookie(body);
    match cookie {
        Some(name) if has_mark && name != "utf-8" => {
            let line = body.split(|&byte| byte == b'\n').next().unwrap_or_default();
            let line = String::from_utf8_lossy(line);
            let end = line.chars().count() as isize;
            Err(syntax_error(
                &format!("encoding problem: {name} with BOM"),
                None,
                (1, 0),
                Some(&line),
                Some((1, end)),
            ))
        }
        Some(name) if name != "utf-8" => decode_with_codec(body, &name, filename),
        _ => match core::str::from_utf8(body) {
            Ok(text) => Ok(normalize_line_ends(text)),
            Err(error) => Err(not_utf8(body, error.valid_up_to(), filename, is_file)),
        },
    }
}

/// `\r\n` and `\r` become `\n`.
pub fn normalize_line_ends(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// The encoding that a comment in one of the first two lines names, normalised.
///
/// A second line counts only if the first is blank or a comment.
pub fn find_cookie(source: &[u8]) -> Option<String> {
    for line in source.split(|&byte| byte == b'\n').take(2) {
        let start = line.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\x0c' | b'\r'));
        match start.map(|start| &line[start..]) {
            None => {}
            Some(comment) if comment[0] == b'#' => {
                if let Some(name) = cookie_in(comment) {
                    return Some(name);
                }
            }
            Some(_) => return None,
        }
    }
    None
}

/// What follows `coding:` or `coding=` in a comment.
fn cookie_in(comment: &[u8]) -> Option<String> {
    let mut rest = comment;
    while let Some(at) = rest.windows(6).position(|window| window == b"coding") {
        rest = &rest[at + 6..];
        if !matches!(rest.first(), Some(b':' | b'=')) {
            continue;
        }
        let name: Vec<u8> = rest[1..]
            .iter()
            .copied()
            .skip_while(|byte| matches!(byte, b' ' | b'\t'))
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            .collect();
        if !name.is_empty() {
            return Some(normal_name(&String::from_utf8_lossy(&name)));
        }
    }
    None
}

/// The two encodings that tools write most get one spelling; others stay as they are.
fn normal_name(name: &str) -> String {
    let start: String =
        name.chars().take(12).map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
    if start == "utf-8" || start.starts_with("utf-8-") {
        return "utf-8".to_owned();
    }
    let latin = ["latin-1", "iso-8859-1", "iso-latin-1"];
    if latin.iter().any(|latin| start == *latin || start.starts_with(&format!("{latin}-"))) {
        return "iso-8859-1".to_owned();
    }
    name.to_owned()
}

fn decode_with_codec(body: &[u8], encoding: &str, filename: Op<'_>) -> PyResult<String> {
    let bytes = adder_object_model::bytes::from_slice(body)?;
    let decoded = codecs::decode(bytes.op(), encoding, None).and_then(|decoded| {
        if decoded.op().is_instance::<PyUnicodeObject>() {
            Ok(decoded)
        } else {
            Err(raise!(
                TypeError,
                "decoder should return a string result, not '{}'",
                decoded.op().type_name()
            ))
        }
    });
    match decoded {
        Ok(text) => Ok(normalize_line_ends(&str::to_string_lossy(text.op()))),
        Err(error) => {
            // An unknown encoding and bytes it does not know are both syntax errors.
            let unknown = error.matches(exceptions::builtin::LookupError());
            let undecodable = error.matches(exceptions::builtin::UnicodeDecodeError());
            if !unknown && !undecodable {
                return Err(error);
            }
            let exception = error.take();
            let message = if unknown {
                format!("unknown encoding: {encoding}")
            } else {
                str::to_string_lossy(object::str(exception.op())?.op())
            };
            Err(syntax_error(&message, Some(filename), (0, -1), None, None))
        }
    }
}

/// The number of the line with the byte at `position`, from 1, and where it starts.
fn line_at(text: &[u8], position: usize) -> (isize, usize) {
    let before = &text[..position];
    let number = before.iter().filter(|&&byte| byte == b'\n').count() as isize + 1;
    (number, before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1))
}

/// The error for a file with a null byte, which shows its line up to there.
pub fn null_byte(content: &[u8], position: usize, filename: Op<'_>) -> Raised {
    let (line_number, line_start) = line_at(content, position);
    let line = String::from_utf8_lossy(&content[line_start..position]);
    let message = "source code cannot contain null bytes";
    syntax_error(message, Some(filename), (line_number, 0), Some(&line), None)
}

fn not_utf8(body: &[u8], position: usize, filename: Op<'_>, is_file: bool) -> Raised {
    let (line_number, line_start) = line_at(body, position);
    let line_end =
        body[position..].iter().position(|&byte| byte == b'\n').map_or(body.len(), |at| position + at);
    let line = String::from_utf8_lossy(&body[line_start..line_end]);
    let column = String::from_utf8_lossy(&body[line_start..position]).chars().count() as isize + 1;
    let place = if is_file { format!(" in file {}", str::to_string_lossy(filename)) } else { String::new() };
    let message = format!(
        "Non-UTF-8 code starting with '\\x{:02x}'{place} on line {line_number}, but no encoding declared; \
         see https://peps.python.org/pep-0263/ for details",
        body[position]
    );
    syntax_error(&message, Some(filename), (line_number, column), Some(&line), Some((line_number, column)))
}

/// Raises `SyntaxError(message, (filename, line, offset, text[, end_line, end_offset]))`.
pub fn syntax_error(
    message: &str,
    filename: Option<Op<'_>>,
    start: (isize, isize),
    text: Option<&str>,
    end: Option<(isize, isize)>,
) -> Raised {
    syntax_error_of(exceptions::builtin::SyntaxError(), message, filename, start, text, end)
}

/// The same with a subclass of `SyntaxError`.
pub fn syntax_error_of(
    class: Op<'_>,
    message: &str,
    filename: Option<Op<'_>>,
    start: (isize, isize),
    text: Option<&str>,
    end: Option<(isize, isize)>,
) -> Raised {
    let arguments = || -> PyResult {
        let int = adder_object_model::int::from_isize;
        let text = match text {
            Some(text) => str::from_str(text)?.into_object(),
            None => singletons::new_none(),
        };
        let mut place = vec![
            filename.map_or_else(singletons::new_none, Op::to_owned),
            int(start.0)?,
            int(start.1)?,
            text,
        ];
        if let Some(end) = end {
            place.extend([int(end.0)?, int(end.1)?]);
        }
        let place = tuple::from_vec(place)?;
        tuple::pack(&[str::from_str(message)?.op(), place.op()])
    };
    match arguments() {
        Ok(arguments) => errors::set_object(class, arguments.op()),
        Err(error) => error,
    }
}
