//! Indentation whose depth depends on how wide a tab is.
//!
//! CPython's tokenizer counts a tab as up to eight columns, and once more as one; where
//! the two disagree about more or less it raises `TabError`, before the parser can complain of the line.

use rustpython_compiler::{Mode, TokenKind};

/// The first line, up to `last`, whose indentation is inconsistent.
pub fn inconsistent_line(source: &str, mode: Mode, last: usize) -> Option<usize> {
    let mut depths = vec![(0, 0)];
    let mut starts_line = true;
    for (kind, start) in super::literals::tokens(source, mode) {
        match kind {
            TokenKind::Newline => starts_line = true,
            TokenKind::NonLogicalNewline | TokenKind::Comment | TokenKind::Indent | TokenKind::Dedent => {}
            _ if starts_line => {
                starts_line = false;
                let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
                let line = source[..start].bytes().filter(|&byte| byte == b'\n').count() + 1;
                if line > last {
                    return None;
                }
                // A token that stands for an error may lie within the blanks.
                let text = &source[line_start..];
                let blanks = text.len() - text.trim_start_matches([' ', '\t', '\x0c']).len();
                if !is_consistent(&mut depths, depth(&text[..blanks]))? {
                    return Some(line);
                }
            }
            _ => {}
        }
    }
    None
}

/// Columns with tabs of eight, and with tabs of one.
fn depth(indentation: &str) -> (usize, usize) {
    indentation.bytes().fold((0, 0), |(column, other), byte| match byte {
        b' ' => (column + 1, other + 1),
        b'\t' => ((column / 8 + 1) * 8, other + 1),
        b'\x0c' => (0, 0),
        _ => (column, other),
    })
}

/// Whether both ways to count agree; `None` where the indentation is wrong in either.
fn is_consistent(depths: &mut Vec<(usize, usize)>, (column, other): (usize, usize)) -> Option<bool> {
    let (top, other_top) = *depths.last()?;
    if column == top {
        return Some(other == other_top);
    }
    if column > top {
        if other <= other_top {
            return Some(false);
        }
        depths.push((column, other));
        return Some(true);
    }
    while depths.last()?.0 > column {
        depths.pop();
    }
    let (top, other_top) = *depths.last()?;
    (column == top).then_some(other == other_top)
}
