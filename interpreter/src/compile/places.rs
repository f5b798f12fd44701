//! Where CPython says that a syntax error is, when the parser under ours says otherwise.
//!
//! CPython's parser takes some places from the token after the offending one, and its
//! tokenizer often knows where an error begins only: it then reports no end.

/// A line and a column, both from 1; the column counts characters.
type Place = (isize, isize);

/// The start and end that CPython has for an error, and its `message` where it is about a character.
pub fn as_in_cpython(
    message: &mut String,
    source: &str,
    start: Place,
    end: Option<Place>,
) -> (Place, Option<Place>) {
    let (row, column) = start;
    let line = source.split('\n').nth(row as usize - 1).unwrap_or("");
    let at = |column: isize| line.chars().nth((column - 1).max(0) as usize);
    let after_end = |end: Place| line.chars().skip((end.1 - 1).max(0) as usize);
    let blanks = line.chars().take_while(|c| matches!(c, ' ' | '\t' | '\x0c')).count() as isize;
    let before: String = line.chars().take((column - 1).max(0) as usize).collect();
    let before = before.trim_end();
    if message == "invalid syntax" {
        if let Some(character) = at(column)
            && !character.is_ascii()
            && !is_identifier_part(character)
        {
            *message = if is_printable(character) {
                format!("invalid character '{character}' (U+{:04X})", u32::from(character))
            } else {
                format!("invalid non-printable character U+{:04X}", u32::from(character))
            };
            return (start, Some(start));
        }
        let rest: String = line.chars().skip((column - 1).max(0) as usize).collect();
        if rest.starts_with("<>") {
            *message = "invalid syntax.  Maybe you meant '!=' instead of '<>'?".to_owned();
        } else if rest.starts_with('*') && before.ends_with('(') {
            return starred_in_group(message, &rest, start, end);
        } else if rest.starts_with('*') {
            // The star itself is what the parser cannot use.
            let stars = if rest.starts_with("**") { 2 } else { 1 };
            return (start, Some((row, column + stars)));
        }
        if before.strip_suffix('*').is_some_and(|rest| rest.trim_end().ends_with("except")) {
            *message = "expected one or more exception types".to_owned();
        }
        return (start, end);
    }
    match message.as_str() {
        "unexpected indent" => ((row, blanks), Some((row, -1))),
        "unindent does not match any outer indentation level" | "unexpected EOF while parsing" => {
            (start, Some((row, -1)))
        }
        "unexpected character after line continuation character" => (start, Some((row, 0))),
        "too many nested parentheses"
        | "f-string: single '}' is not allowed"
        | "t-string: single '}' is not allowed" => (start, Some(start)),
        "f-string: expecting '}'" | "t-string: expecting '}'" => (end.unwrap_or(start), end),
        "* argument may appear only once" => (start, Some((row, column + 1))),
        "Expected one or more names after 'import'" if at(column).is_none() => (start, Some(start)),
        "'u' and 'b' prefixes are incompatible" => (start, end.map(|end| (end.0, end.1 + 1))),
        "trailing comma not allowed without surrounding parentheses" => match end {
            Some(end) => (end, Some((end.0, end.1 + 1))),
            None => (start, end),
        },
        "iterable argument unpacking follows keyword argument unpacking" if before.ends_with(',') => {
            ((row, before.chars().count() as isize), end)
        }
        "expression cannot contain assignment, perhaps you meant \"==\"?" => {
            (start, end.map(|end| through_equals(end, after_end(end))))
        }
        "cannot assign to True" | "cannot assign to False" | "cannot assign to None"
            if before.ends_with(['(', ',']) =>
        {
            (start, end.map(|end| through_equals(end, after_end(end))))
        }
        "positional argument follows keyword argument"
        | "positional argument follows keyword argument unpacking" => match end {
            Some(end) if at(end.1) == Some(')') => (end, Some((end.0, end.1 + 1))),
            _ => (start, end),
        },
        "cannot use starred expression here" if before.ends_with('(') => {
            let rest: String = line.chars().skip((column - 1).max(0) as usize).collect();
            if rest.trim_start_matches('*').trim_start().starts_with(')') {
                *message = "Invalid star expression".to_owned();
                let closing = column + rest.chars().position(|c| c == ')').unwrap_or(0) as isize;
                return ((row, closing), Some((row, closing + 1)));
            }
            (start, length_in_brackets(&rest).map(|length| (row, column + length)).or(end))
        }
        text if text.starts_with("unterminated ") => {
            // An f-string begins with its prefix.
            let prefix = before.chars().rev().take_while(char::is_ascii_alphabetic).count() as isize;
            let start = if text.contains("f-string") || text.contains("t-string") {
                (row, column - prefix)
            } else {
                start
            };
            without_last_line(message, source);
            (start, Some(start))
        }
        text if text.ends_with("was never closed") => (start, Some((row, 0))),
        _ => (start, end),
    }
}

/// An error at a star behind a parenthesis: `rest` is the line from there on.
fn starred_in_group(
    message: &mut String,
    rest: &str,
    start: Place,
    end: Option<Place>,
) -> (Place, Option<Place>) {
    let Some(length) = length_in_brackets(rest) else { return (start, end) };
    let kind = if rest.starts_with("**") { "double starred" } else { "starred" };
    if rest.trim_start_matches('*').trim_start().starts_with(')') {
        return (start, end);
    }
    *message = format!("cannot use {kind} expression here");
    let length = if rest.starts_with("**") { 2 } else { length };
    (start, Some((start.0, start.1 + length)))
}

/// How many characters stand before the bracket that closes what `text` is in, without blanks at the end.
fn length_in_brackets(text: &str) -> Option<isize> {
    let mut depth = 0;
    let mut length = 0;
    for (index, character) in text.chars().enumerate() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => return Some(length),
            ',' | '=' | '\'' | '"' | '#' if depth == 0 => return None,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if !character.is_whitespace() {
            length = index as isize + 1;
        }
    }
    None
}

/// `end`, or what is behind the equals sign that follows it.
fn through_equals(end: Place, following: impl Iterator<Item = char>) -> Place {
    let mut column = end.1;
    for character in following {
        column += 1;
        match character {
            ' ' | '\t' => {}
            '=' => return (end.0, column),
            _ => break,
        }
    }
    end
}

/// "(detected at line N)" counts no line behind the last line end.
fn without_last_line(message: &mut String, source: &str) {
    const BEFORE: &str = "(detected at line ";
    let lines = source.bytes().filter(|&byte| byte == b'\n').count();
    if source.ends_with('\n')
        && let Some(at) = message.find(BEFORE)
        && message[at + BEFORE.len()..].trim_end_matches(')').parse() == Ok(lines + 1)
    {
        message.truncate(at + BEFORE.len());
        message.push_str(&format!("{lines})"));
    }
}

/// Whether a name can have `character` in it.
fn is_identifier_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Whether `repr` shows `character` as itself.
fn is_printable(character: char) -> bool {
    adder_object_model::unicode_data::is_printable(u32::from(character))
}
