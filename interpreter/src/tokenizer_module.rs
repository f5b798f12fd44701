//! The module `_tokenize`.
//!
//! The tokens are the parser's: they are found all at once, when the iterator is made,
//! and what is no Python is passed on as operators of one character.

use adder_object_model::define::slot;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, PyResult, Signature, TypeRef, bytes, call, exceptions, int, list, module, object,
    raise, static_type, str, tuple, type_object,
};
use ruff_text_size::Ranged;
use rustpython_compiler::parser::{self, Mode, ParseOptions};
use rustpython_compiler::{TokenKind, Tokens};

use crate::compile::on_deep_stack;
use crate::source_text;

const ENDMARKER: i64 = 0;
const NAME: i64 = 1;
const NUMBER: i64 = 2;
const STRING: i64 = 3;
const NEWLINE: i64 = 4;
const INDENT: i64 = 5;
const DEDENT: i64 = 6;
const OP: i64 = 55;
const FSTRING_START: i64 = 59;
const FSTRING_MIDDLE: i64 = 60;
const FSTRING_END: i64 = 61;
const TSTRING_START: i64 = 62;
const TSTRING_MIDDLE: i64 = 63;
const TSTRING_END: i64 = 64;
const COMMENT: i64 = 65;
const NL: i64 = 66;

/// The number of a kind in the module `token`.
fn number_of(kind: TokenKind) -> i64 {
    match kind {
        TokenKind::EndOfFile => ENDMARKER,
        TokenKind::Int | TokenKind::Float | TokenKind::Complex => NUMBER,
        TokenKind::String => STRING,
        TokenKind::Newline => NEWLINE,
        TokenKind::NonLogicalNewline => NL,
        TokenKind::Indent => INDENT,
        TokenKind::Dedent => DEDENT,
        TokenKind::Comment => COMMENT,
        TokenKind::FStringStart => FSTRING_START,
        TokenKind::FStringMiddle => FSTRING_MIDDLE,
        TokenKind::FStringEnd => FSTRING_END,
        TokenKind::TStringStart => TSTRING_START,
        TokenKind::TStringMiddle => TSTRING_MIDDLE,
        TokenKind::TStringEnd => TSTRING_END,
        TokenKind::Name => NAME,
        kind if kind.is_keyword() => NAME,
        _ => OP,
    }
}

/// Source by lines.
struct Lines<'a> {
    source: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(source: &'a str) -> Self {
        let ends = source.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        Self { source, starts: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect() }
    }

    /// Index of the line, and the column in characters.
    fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        (line, self.source[self.starts[line]..offset].chars().count())
    }

    /// The lines from `first` to `last`.
    fn text(&self, first: usize, last: usize) -> &'a str {
        let end = self.starts.get(last + 1).copied().unwrap_or(self.source.len());
        &self.source[self.starts[first]..end]
    }
}

/// All that `readline` has to give.
fn read_all(readline: Op<'_>, encoding: Option<Op<'_>>) -> PyResult<String> {
    let mut text = String::new();
    loop {
        let line = match call::call_noargs(readline) {
            Ok(line) => line,
            Err(error) if error.matches(exceptions::builtin::StopIteration()) => {
                error.clear();
                return Ok(text);
            }
            Err(error) => return Err(error),
        };
        let decoded = match (encoding, line.op().downcast::<PyBytesObject>()) {
            (Some(encoding), Some(data)) => {
                let name = str::to_string_lossy(encoding).to_ascii_lowercase();
                if name == "utf-8" || name == "utf-8-sig" {
                    source_text::decode(bytes::as_slice(data), str::from_str("<string>")?.op())?
                } else {
                    let decoded = call::call_method(line.op(), "decode", &[encoding])?;
                    str::to_string_lossy(decoded.op())
                }
            }
            (Some(_), None) => return Err(raise!(TypeError, "readline() returned a non-bytes object")),
            (None, _) if line.op().is_instance::<PyUnicodeObject>() => str::to_string_lossy(line.op()),
            (None, _) => return Err(raise!(TypeError, "readline() returned a non-string object")),
        };
        if decoded.is_empty() {
            return Ok(text);
        }
        text.push_str(&decoded);
    }
}

fn pair(line: usize, column: usize) -> PyResult {
    tuple::pack(&[int::from_usize(line + 1)?.op(), int::from_usize(column)?.op()])
}

fn all_tokens(source: &str, tokens: &Tokens) -> PyResult<Vec<Object>> {
    let lines = Lines::new(source);
    // What stands behind the last line.
    let end_line = source.split_inclusive('\n').count();
    let mut result = Vec::with_capacity(tokens.len());
    let mut add = |number: i64, text: &str, start: (usize, usize), end: (usize, usize), line: &str| {
        let text = str::from_str(text)?;
        let (start, end) = (pair(start.0, start.1)?, pair(end.0, end.1)?);
        let line = str::from_str(line)?;
        let number = int::from_i64(number)?;
        result.push(tuple::pack(&[number.op(), text.op(), start.op(), end.op(), line.op()])?);
        PyResult::Ok(())
    };
    let after_end = (end_line, 0);
    let mut last = NEWLINE;
    for token in tokens {
        let (start, end) = (token.start().to_usize(), token.end().to_usize());
        let number = number_of(token.kind());
        let text = &source[start..end];
        match number {
            ENDMARKER => continue,
            DEDENT if source[start..].trim().is_empty() => add(number, "", after_end, after_end, "")?,
            NEWLINE | NL => {
                let (line, column) = lines.position(start);
                add(number, text, (line, column), (line, column + 1), lines.text(line, line))?;
            }
            _ => {
                let start = lines.position(start);
                let end = lines.position(end);
                add(number, text, start, end, lines.text(start.0, end.0))?;
                // A comment with a line to itself ends it, even the last.
                let is_last = lines.source.len() == token.end().to_usize();
                if number == COMMENT && is_last && matches!(last, NEWLINE | NL | INDENT | DEDENT) {
                    add(NL, "", end, (end.0, end.1 + 1), lines.text(end.0, end.0))?;
                }
            }
        }
        last = number;
    }
    add(ENDMARKER, "", after_end, after_end, "")?;
    Ok(result)
}

/// `TokenizerIter(readline, /, *, encoding=None, extra_tokens=False)`.
fn new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<3> =
        Signature::new("TokenizerIter", ["", "encoding", "extra_tokens"]).keyword_only_from(1).required(1);
    let [readline, encoding, _extra_tokens] = args.parse(&SIGNATURE)?;
    let source = read_all(readline.expect("required"), encoding)?;
    let parsed = on_deep_stack(source.len(), || {
        // The tree is dropped where there is room for it.
        let parsed = parser::parse_unchecked(&source, ParseOptions::from(Mode::Module));
        parsed.tokens().clone()
    });
    let tokens = list::from_vec(all_tokens(&source, &parsed)?)?;
    object::get_iter(tokens.op())
}

pub static mut TOKENIZER_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_tokenize.TokenizerIter".as_ptr(),
    tp_basicsize: size_of::<PyObject>() as isize,
    tp_flags: Py_TPFLAGS_DEFAULT,
    tp_new: slot::new(new),
    ..PyTypeObject::EMPTY
};

/// Makes the module.
pub fn init() -> PyResult {
    let result = module::new("_tokenize")?;
    module::add_object(result.op(), "__doc__", str::from_str("The tokens of a source.")?.op())?;
    type_object::ready(static_type!(TOKENIZER_TYPE))?;
    module::add_type(result.op(), static_type!(TOKENIZER_TYPE))?;
    Ok(result)
}
