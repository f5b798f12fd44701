//! What CPython's tokenizer says of literals and the parser does not: escapes that mean nothing,
//! numbers that run into a keyword, and escapes in f-strings that cannot be decoded.

use ruff_text_size::Ranged;
use rustpython_compiler::parser::{self, ParseOptions};
use rustpython_compiler::{Mode, TokenKind};

use super::on_deep_stack;

/// Keywords that may follow a number without a blank, with a warning.
const KEYWORDS: [&str; 8] = ["and", "else", "for", "if", "in", "is", "not", "or"];

/// A literal of text: its place in the source, and how its backslashes are read.
struct Text {
    start: usize,
    end: usize,
    is_bytes: bool,
    /// A piece of an f-string or t-string.
    is_middle: bool,
}

/// The tokens of a source, which need not be right.
fn tokens_of(source: &str, mode: Mode) -> rustpython_compiler::ast::token::Tokens {
    on_deep_stack(source.len(), || {
        // The tree is dropped where there is room for it.
        let mode = match mode {
            Mode::Eval => parser::Mode::Expression,
            _ => parser::Mode::Module,
        };
        parser::parse_unchecked(source, ParseOptions::from(mode)).tokens().clone()
    })
}

/// Kind and start of each token.
pub fn tokens(source: &str, mode: Mode) -> Vec<(TokenKind, usize)> {
    tokens_of(source, mode).iter().map(|token| (token.kind(), token.start().to_usize())).collect()
}

/// The literals with escapes and the numbers of a source, in order.
fn literals(source: &str, mode: Mode, mut text: impl FnMut(Text), mut number: impl FnMut(usize, usize)) {
    let tokens = tokens_of(source, mode);
    let mut raw = Vec::new();
    for token in &tokens {
        let (start, end) = (token.start().to_usize(), token.end().to_usize());
        let prefix = || source[start..end].bytes().take_while(|&byte| byte != b'\'' && byte != b'"');
        match token.kind() {
            TokenKind::Int | TokenKind::Float | TokenKind::Complex => number(start, end),
            TokenKind::String if !prefix().any(|byte| byte.eq_ignore_ascii_case(&b'r')) => {
                let is_bytes = prefix().any(|byte| byte.eq_ignore_ascii_case(&b'b'));
                text(Text { start, end, is_bytes, is_middle: false });
            }
            TokenKind::FStringStart | TokenKind::TStringStart => {
                raw.push(prefix().any(|byte| byte.eq_ignore_ascii_case(&b'r')));
            }
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                raw.pop();
            }
            TokenKind::FStringMiddle | TokenKind::TStringMiddle if raw.last() == Some(&false) => {
                text(Text { start, end, is_bytes: false, is_middle: true });
            }
            _ => {}
        }
    }
}

/// Whether a source has anything to look at more closely.
fn is_suspicious(source: &str) -> bool {
    let bytes = source.as_bytes();
    let escape = bytes.windows(2).any(|pair| {
        pair[0] == b'\\'
            && !matches!(
                pair[1],
                b'\n' | b'\\' | b'\'' | b'"' | b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'x' | b'0'
                    ..=b'3'
            )
    });
    escape
        || bytes.windows(2).enumerate().any(|(index, pair)| {
            (pair[0].is_ascii_hexdigit() || matches!(pair[0], b'.' | b'j' | b'J'))
                && matches!(pair[1], b'a' | b'e' | b'f' | b'i' | b'n' | b'o')
                && starts_number(bytes, index)
                && KEYWORDS.iter().any(|keyword| bytes[index + 1..].starts_with(keyword.as_bytes()))
        })
}

/// Whether the word that `index` is in begins with a digit.
fn starts_number(bytes: &[u8], index: usize) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.') || *byte >= 0x80;
    let start = bytes[..=index].iter().rposition(|byte| !is_part(byte)).map_or(0, |at| at + 1);
    bytes.get(start).is_some_and(|byte| byte.is_ascii_digit() || *byte == b'.')
}

/// The first escape of a literal that means nothing: where it is, and its message.
fn invalid_escape(source: &str, text: &Text) -> Option<(usize, String)> {
    let bytes = source.as_bytes();
    let mut at = text.start;
    while at < text.end {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        // A middle that ends in a backslash has its brace behind it.
        let next = *bytes.get(at + 1)?;
        match next {
            b'\n' | b'\\' | b'\'' | b'"' | b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'x' => {}
            b'0'..=b'7' => {
                let digits = &bytes[at + 1..text.end.min(at + 4)];
                if digits.len() == 3
                    && next >= b'4'
                    && digits.iter().all(|digit| matches!(digit, b'0'..=b'7'))
                {
                    let escape = &source[at + 1..at + 4];
                    return Some((at, message(escape, "invalid octal escape sequence")));
                }
            }
            b'N' | b'u' | b'U' if !text.is_bytes => {
                if next == b'N' && text.is_middle && bytes.get(at + 2) == Some(&b'{') {
                    at += bytes[at..text.end].iter().position(|&byte| byte == b'}').unwrap_or(1);
                    continue;
                }
            }
            // A backslash in front of anything else than ASCII is let pass.
            0x80.. => {}
            _ => return Some((at, message(&source[at + 1..at + 2], "invalid escape sequence"))),
        }
        at += 2;
    }
    None
}

fn message(escape: &str, what: &str) -> String {
    format!(
        "\"\\{escape}\" is an {what}. Such sequences will not work in the future. \
         Did you mean \"\\\\{escape}\"? A raw string is also an option."
    )
}

/// Something that the tokenizer warns of.
pub struct Finding {
    /// Where it begins.
    pub offset: usize,
    /// How many characters the place has that an error shows; 0 for a number, whose last digit is shown.
    pub length: usize,
    pub message: String,
}

/// What the tokenizer warns of.
pub fn warnings(source: &str, mode: Mode) -> Vec<Finding> {
    if !is_suspicious(source) {
        return Vec::new();
    }
    let found = core::cell::RefCell::new(Vec::new());
    literals(
        source,
        mode,
        |text| {
            let finding = invalid_escape(source, &text);
            found.borrow_mut().extend(finding.map(|(offset, message)| Finding {
                offset,
                length: 2,
                message,
            }));
        },
        |start, end| {
            let next = &source[end..];
            if !KEYWORDS.iter().any(|keyword| next.starts_with(keyword)) {
                return;
            }
            let text = source[start..end].to_ascii_lowercase();
            let kind = match text.get(..2) {
                Some("0x") => "hexadecimal",
                Some("0o") => "octal",
                Some("0b") => "binary",
                _ if text.ends_with('j') => "imaginary",
                _ => "decimal",
            };
            let message = format!("invalid {kind} literal");
            found.borrow_mut().push(Finding { offset: end - 1, length: 0, message });
        },
    );
    found.into_inner()
}

/// The first string, or piece of an f-string, with an escape that cannot be decoded: its ends, and the message.
pub fn unicode_error(source: &str, mode: Mode) -> Option<(usize, usize, String)> {
    let mut found = None;
    literals(
        source,
        mode,
        |text| {
            if found.is_none() && !text.is_bytes {
                let literal = &source[text.start..text.end];
                let content = if text.is_middle { literal } else { content_of(literal) };
                found = bad_escape(content).map(|message| (text.start, text.end, message));
            }
        },
        |_, _| {},
    );
    found
}

/// A string literal without its prefix and quotes.
fn content_of(literal: &str) -> &str {
    let quoted = literal.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let quotes = match quoted.get(..3) {
        Some("\"\"\"" | "'''") if quoted.len() >= 6 => 3,
        _ => 1,
    };
    quoted.get(quotes..quoted.len().saturating_sub(quotes)).unwrap_or("")
}

/// What cannot be decoded in the text of a literal.
fn bad_escape(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(offset) = bytes[at..].iter().position(|&byte| byte == b'\\') {
        at += offset;
        let next = *bytes.get(at + 1)?;
        let wanted = match next {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => 0,
        };
        let say = |length: usize, reason: &str| {
            // CPython decodes a text in which other characters than ASCII are written as `\UXXXXXXXX`.
            let first: usize = text[..at].chars().map(|c| if c.is_ascii() { 1 } else { 10 }).sum();
            let last = first + length - 1;
            Some(format!(
                "(unicode error) 'unicodeescape' codec can't decode bytes in position {first}-{last}: {reason}"
            ))
        };
        if wanted > 0 {
            let digits =
                bytes[at + 2..].iter().take(wanted).take_while(|byte| byte.is_ascii_hexdigit()).count();
            if digits < wanted {
                let name = char::from(next);
                return say(2 + digits, &format!("truncated \\{name}{} escape", "X".repeat(wanted)));
            }
            let value = u32::from_str_radix(&text[at + 2..at + 2 + wanted], 16).unwrap_or(0);
            if value > 0x10_ffff {
                return say(2 + wanted, "illegal Unicode character");
            }
        } else if next == b'N' {
            let end = bytes[at..].iter().position(|&byte| byte == b'}');
            let Some(end) = end.filter(|_| bytes.get(at + 2) == Some(&b'{')) else {
                return say(2, "malformed \\N character escape");
            };
            if !is_named(&text[at + 3..at + end]) {
                return say(end + 1, "unknown Unicode character name");
            }
        }
        at += 2;
    }
    None
}

/// Whether a character has this name, as far as the parser knows.
fn is_named(name: &str) -> bool {
    parser::parse_expression(&format!("'\\N{{{name}}}'")).is_ok()
}
