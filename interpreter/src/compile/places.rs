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
        text if text.ends_with("was never closed") => (start, Some((row, 0))),
        _ => (start, end),
    }
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

/// Whether a name can have `character` in it.
fn is_identifier_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Whether `repr` shows `character` as itself.
fn is_printable(character: char) -> bool {
    adder_object_model::unicode_data::is_printable(u32::from(character))
}
