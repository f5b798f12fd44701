//! Line tables and exception tables, in the compact form the compiler leaves them.

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, bytes};

use super::len;

type Code<'a> = Borrowed<'a, PyCodeObject>;

/// One entry of the line table: how many code units it covers and where they come from.
/// Lines and columns that are not known are -1.
#[derive(Clone, Copy, Debug)]
pub struct Location {
    pub units: usize,
    pub line: i32,
    pub end_line: i32,
    pub column: i32,
    pub end_column: i32,
}

/// Walks through a line table.
pub struct Locations<'a> {
    table: &'a [u8],
    position: usize,
    line: i32,
}

/// The entries of a code object's line table.
pub fn locations<'a>(code: Code<'a>) -> Locations<'a> {
    // SAFETY: the table lives as long as the code.
    let table = unsafe { bytes::as_slice(Borrowed::from_ptr(code.co_linetable.cast())) };
    Locations { table, position: 0, line: code.co_firstlineno }
}

impl Locations<'_> {
    fn byte(&mut self) -> i32 {
        let byte = self.table.get(self.position).copied().unwrap_or(0);
        self.position += 1;
        byte as i32
    }

    fn varint(&mut self) -> i32 {
        let mut byte = self.byte();
        let mut value = byte & 63;
        let mut shift = 0;
        while byte & 64 != 0 && shift < 24 {
            byte = self.byte();
            shift += 6;
            value |= (byte & 63) << shift;
        }
        value
    }

    fn signed_varint(&mut self) -> i32 {
        let value = self.varint();
        if value & 1 != 0 { -(value >> 1) } else { value >> 1 }
    }
}

impl Iterator for Locations<'_> {
    type Item = Location;

    fn next(&mut self) -> Option<Location> {
        if self.position >= self.table.len() {
            return None;
        }
        let first = self.byte();
        let units = (first & 7) as usize + 1;
        let nowhere = Location { units, line: -1, end_line: -1, column: -1, end_column: -1 };
        Some(match first >> 3 & 15 {
            15 => nowhere,
            14 => {
                self.line += self.signed_varint();
                let end_line = self.line + self.varint();
                let column = self.varint() - 1;
                let end_column = self.varint() - 1;
                Location { units, line: self.line, end_line, column, end_column }
            }
            13 => {
                self.line += self.signed_varint();
                Location { line: self.line, end_line: self.line, ..nowhere }
            }
            kind @ 10..=12 => {
                self.line += kind - 10;
                let column = self.byte();
                let end_column = self.byte();
                Location { units, line: self.line, end_line: self.line, column, end_column }
            }
            kind => {
                let second = self.byte();
                let column = kind << 3 | second >> 4;
                Location {
                    units,
                    line: self.line,
                    end_line: self.line,
                    column,
                    end_column: column + (second & 15),
                }
            }
        })
    }
}

/// (start, end, line) in bytes, entry by entry.
pub fn raw_lines<'a>(code: Code<'a>) -> impl Iterator<Item = (i32, i32, Option<i32>)> + use<'a> {
    let mut start = 0;
    locations(code).map(move |location| {
        let end = start + 2 * location.units as i32;
        let row = (start, end, (location.line >= 0).then_some(location.line));
        start = end;
        row
    })
}

/// (start, end, line) in bytes, entries of one line in a row merged.
pub fn lines(code: Code<'_>) -> Vec<(i32, i32, Option<i32>)> {
    let mut rows: Vec<(i32, i32, Option<i32>)> = Vec::new();
    for (start, end, line) in raw_lines(code) {
        match rows.last_mut() {
            Some(last) if last.2 == line => last.1 = end,
            _ => rows.push((start, end, line)),
        }
    }
    rows
}

/// The line of the instruction at byte offset `offset`, or -1 (`PyCode_Addr2Line`).
pub fn line_at(code: Code<'_>, offset: i32) -> i32 {
    if offset < 0 {
        return code.co_firstlineno;
    }
    location(code, offset).map_or(-1, |location| location.line)
}

fn location(code: Code<'_>, offset: i32) -> Option<Location> {
    let wanted = offset as usize / 2;
    if wanted >= len(code) {
        return None;
    }
    let mut end = 0;
    locations(code).find(|location| {
        end += location.units;
        wanted < end
    })
}

/// Line, column, end line and end column of an instruction; -1 where unknown.
pub fn location_at(code: Code<'_>, offset: i32) -> [i32; 4] {
    if offset < 0 {
        return [code.co_firstlineno, 0, 0, 0];
    }
    match location(code, offset) {
        Some(Location { line, end_line, column, end_column, .. }) => [line, column, end_line, end_column],
        None => [-1; 4],
    }
}

/// Where the handlers of exceptions begin, in code units.
pub fn handlers(code: Code<'_>) -> Vec<usize> {
    // SAFETY: the table lives as long as the code.
    let table = unsafe { bytes::as_slice(Borrowed::from_ptr(code.co_exceptiontable.cast())) };
    let mut handlers = Vec::new();
    let mut position = 0;
    while position < table.len() {
        let (_, next) = varint(table, position);
        let (_, next) = varint(table, next);
        let (handler, next) = varint(table, next);
        position = varint(table, next).1;
        handlers.push(handler);
    }
    handlers
}

/// Where an exception raised at code unit `index` is handled: (handler, stack depth, push the
/// instruction's index).
///
/// Entries are sorted and begin with a byte whose high bit is set, so the table is searched by halves.
pub fn handler_at(code: Code<'_>, index: usize) -> Option<(usize, usize, bool)> {
    // SAFETY: the table lives as long as the code.
    let table = unsafe { bytes::as_slice(Borrowed::from_ptr(code.co_exceptiontable.cast())) };
    let mut position = 0;
    let mut found = None;
    let mut low = 0;
    let mut high = table.len();
    while high - low > 40 {
        let mut middle = (low + high) / 2;
        while middle > low && table[middle] & 128 == 0 {
            middle -= 1;
        }
        let (start, _) = varint(table, middle);
        if start > index {
            high = middle
        } else if middle == low {
            break;
        } else {
            low = middle
        }
    }
    position += low;
    while position < table.len() {
        let (start, next) = varint(table, position);
        if start > index {
            break;
        }
        let (size, next) = varint(table, next);
        let (target, next) = varint(table, next);
        let (depth, next) = varint(table, next);
        if index < start + size {
            found = Some((target, depth >> 1, depth & 1 != 0));
            break;
        }
        position = next;
    }
    found
}

/// A big-endian number in groups of six bits, and where the next one starts.
fn varint(table: &[u8], mut position: usize) -> (usize, usize) {
    let mut value = (table[position] & 63) as usize;
    while table[position] & 64 != 0 {
        position += 1;
        value = value << 6 | (table[position] & 63) as usize;
    }
    (value, position + 1)
}
