//! Splitting, stripping and partitioning.

use super::search::{Needle, find_units, rfind_units};
use super::{Object, Text, Unicode, Units, as_exact, from_units, substring, units};
use crate::exceptions::builtin;
use crate::layout::*;
use crate::unicode_data::{is_linebreak, is_space};
use crate::{Args, Op, Owned, PyResult, Signature, list, number, object, raise, tuple};

type List = Owned<PyListObject>;

/// A list of pieces starts with room for so many, as in CPython.
const EXPECTED_PIECES: usize = 12;

const SPLIT: Signature<2> = Signature::new("split", ["sep", "maxsplit"]);
const RSPLIT: Signature<2> = Signature::new("rsplit", ["sep", "maxsplit"]);

fn parse<'a>(args: Args<'a>, signature: &Signature<2>) -> PyResult<(Option<Text<'a>>, usize)> {
    let [separator, max] = args.parse(signature)?;
    let max = match max {
        Some(max) => number::as_ssize_t(max, Some(builtin::OverflowError()))?,
        None => -1,
    };
    let max = if max < 0 { usize::MAX } else { max as usize };
    let separator = match separator {
        Some(separator) if !separator.is_none() => {
            let Some(separator) = separator.downcast::<Unicode>() else {
                return Err(raise!(TypeError, "must be str or None, not {}", separator.type_name()));
            };
            if super::len(separator) == 0 {
                return Err(raise!(ValueError, "empty separator"));
            }
            Some(separator)
        }
        _ => None,
    };
    Ok((separator, max))
}

/// Strings of pieces of one string; a piece that is all of it is the string itself.
fn make_list(text: Text<'_>, ranges: Vec<(usize, usize)>) -> PyResult<List> {
    let items = ranges
        .into_iter()
        .map(|(start, end)| substring(text, start, end).map(Owned::into_object))
        .collect::<PyResult<Vec<_>>>()?;
    list::from_vec(items)
}

/// Splits at one narrow character, the most frequent case.
fn split_at_byte(text: Text<'_>, bytes: &[u8], byte: u8, max: usize) -> PyResult<List> {
    let result = list::with_capacity(max.saturating_add(1).min(EXPECTED_PIECES))?;
    let mut done = 0;
    for at in memchr::memchr_iter(byte, bytes).take(max) {
        list::append(result.borrow(), substring(text, done, at)?.into_object())?;
        done = at + 1;
    }
    list::append(result.borrow(), substring(text, done, bytes.len())?.into_object())?;
    Ok(result)
}

/// `text.split(separator, max)` (`PyUnicode_Split`).
pub fn split_by(text: Text<'_>, separator: Option<Text<'_>>, max: usize) -> PyResult<List> {
    let units = units(text);
    if let Some(separator) = separator
        && let (Units::Latin1(bytes), Units::Latin1(&[byte])) = (units, super::units(separator))
    {
        return split_at_byte(text, bytes, byte, max);
    }
    let mut ranges = Vec::new();
    match separator {
        Some(separator) => {
            let mut done = 0;
            if let Some(needle) = Needle::new(super::units(separator), units) {
                let finder = needle.finder();
                while ranges.len() < max {
                    let Some(at) = needle.find(&finder, units, done) else {
                        break;
                    };
                    ranges.push((done, at));
                    done = at + needle.len();
                }
            }
            ranges.push((done, units.len()));
        }
        None => {
            let len = units.len();
            let skip = |from: usize| (from..len).find(|&at| !is_space(units.get(at))).unwrap_or(len);
            let mut start = skip(0);
            while start < len {
                if ranges.len() == max {
                    // The rest keeps the white space at its end.
                    ranges.push((start, len));
                    break;
                }
                let end = (start..len).find(|&at| is_space(units.get(at))).unwrap_or(len);
                ranges.push((start, end));
                start = skip(end);
            }
        }
    }
    make_list(text, ranges)
}

/// `text.rsplit(separator, max)` (`PyUnicode_RSplit`).
pub fn rsplit_by(text: Text<'_>, separator: Option<Text<'_>>, max: usize) -> PyResult<List> {
    let units = units(text);
    let mut ranges = Vec::new();
    match separator {
        Some(separator) => {
            let mut end = units.len();
            if let Some(needle) = Needle::new(super::units(separator), units) {
                while ranges.len() < max {
                    let Some(at) = needle.rfind(units, end) else {
                        break;
                    };
                    ranges.push((at + needle.len(), end));
                    end = at;
                }
            }
            ranges.push((0, end));
        }
        None => {
            let skip = |to: usize| (0..to).rev().find(|&at| !is_space(units.get(at))).map_or(0, |at| at + 1);
            let mut end = skip(units.len());
            while end > 0 {
                if ranges.len() == max {
                    // The rest keeps the white space at its start.
                    ranges.push((0, end));
                    break;
                }
                let start = (0..end).rev().find(|&at| is_space(units.get(at))).map_or(0, |at| at + 1);
                ranges.push((start, end));
                end = skip(start);
            }
        }
    }
    ranges.reverse();
    make_list(text, ranges)
}

pub(super) fn split(text: Text<'_>, args: Args<'_>) -> PyResult<List> {
    let (separator, max) = parse(args, &SPLIT)?;
    split_by(text, separator, max)
}

pub(super) fn rsplit(text: Text<'_>, args: Args<'_>) -> PyResult<List> {
    let (separator, max) = parse(args, &RSPLIT)?;
    rsplit_by(text, separator, max)
}

/// `text.splitlines(keep)` (`PyUnicode_Splitlines`).
pub fn split_lines(text: Text<'_>, keep: bool) -> PyResult<List> {
    let units = units(text);
    let len = units.len();
    let mut ranges = Vec::new();
    let mut start = 0;
    while start < len {
        let end = (start..len).find(|&at| is_linebreak(units.get(at))).unwrap_or(len);
        let crlf = end + 1 < len && units.get(end) == 0x0d && units.get(end + 1) == 0x0a;
        let next = if end == len { len } else { end + 1 + usize::from(crlf) };
        ranges.push((start, if keep { next } else { end }));
        start = next;
    }
    make_list(text, ranges)
}

const SPLITLINES: Signature<1> = Signature::new("splitlines", ["keepends"]);

pub(super) fn splitlines(text: Text<'_>, args: Args<'_>) -> PyResult<List> {
    let [keep] = args.parse(&SPLITLINES)?;
    split_lines(text, keep.map_or(Ok(false), object::is_true)?)
}

fn strip_any(text: Text<'_>, args: Args<'_>, name: &str, left: bool, right: bool) -> PyResult<Object> {
    let [chars] = args.optional::<1>(name, 0)?;
    let chars = match chars {
        Some(chars) if !chars.is_none() => match chars.downcast::<Unicode>() {
            Some(chars) => Some(chars),
            None => return Err(raise!(TypeError, "{name} arg must be None or str")),
        },
        _ => None,
    };
    strip_set(text, chars, left, right)
}

/// Without characters of a set (white space if there is none) at the sides asked for.
pub fn strip_set(text: Text<'_>, chars: Option<Text<'_>>, left: bool, right: bool) -> PyResult<Object> {
    let units = units(text);
    let set = chars.map(super::units);
    let strips = |point: u32| match set {
        Some(set) => super::search::find_char(set, point).is_some(),
        None => is_space(point),
    };
    let len = units.len();
    let start = if left { (0..len).find(|&at| !strips(units.get(at))).unwrap_or(len) } else { 0 };
    let end = if right {
        (start..len).rev().find(|&at| !strips(units.get(at))).map_or(start, |at| at + 1)
    } else {
        len
    };
    substring(text, start, end)
}

pub(super) fn strip(text: Text<'_>, args: Args<'_>) -> PyResult<Object> {
    strip_any(text, args, "strip", true, true)
}

pub(super) fn lstrip(text: Text<'_>, args: Args<'_>) -> PyResult<Object> {
    strip_any(text, args, "lstrip", true, false)
}

pub(super) fn rstrip(text: Text<'_>, args: Args<'_>) -> PyResult<Object> {
    strip_any(text, args, "rstrip", false, true)
}

/// `text.partition(separator)`, or `rpartition` when not `forward`.
pub fn partition_by(text: Text<'_>, separator: Op<'_>, forward: bool) -> PyResult {
    let Some(separator) = separator.downcast::<Unicode>() else {
        return Err(super::must_be_str(separator));
    };
    let wanted: Units<'_> = units(separator);
    if wanted.is_empty() {
        return Err(raise!(ValueError, "empty separator"));
    }
    let whole = units(text);
    let found = if forward { find_units(whole, wanted) } else { rfind_units(whole, wanted) };
    let parts = match found {
        Some(at) => {
            let behind = whole.slice(at + wanted.len(), whole.len());
            [from_units(whole.slice(0, at))?, separator.to_owned(), from_units(behind)?]
        }
        None if forward => [as_exact(text)?, super::empty(), super::empty()],
        None => [super::empty(), super::empty(), as_exact(text)?],
    };
    tuple::from_vec(parts.into_iter().map(Owned::into_object).collect())
}

pub(super) fn partition(text: Text<'_>, separator: Op<'_>) -> PyResult {
    partition_by(text, separator, true)
}

pub(super) fn rpartition(text: Text<'_>, separator: Op<'_>) -> PyResult {
    partition_by(text, separator, false)
}
