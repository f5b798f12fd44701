//! Finding, counting and replacing.
//!
//! Searching compares memory: a needle is first brought to the width of the string it
//! is looked for in, and found by `memchr`'s search for bytes, whose time is linear.
//! A place between two characters that looks like a match is passed over.

use memchr::memmem;

use super::storage::{Unit, Units};
use super::{Builder, Object, Text};
use crate::PyResult;

/// A needle made ready for strings of one width.
pub(crate) struct Needle<'n> {
    bytes: std::borrow::Cow<'n, [u8]>,
    width: usize,
    len: usize,
}

fn widen_bytes<A: Unit, B: Unit>(from: &[A]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(from.len() * size_of::<B>());
    for unit in from {
        bytes.extend_from_slice(&unit.point().to_le_bytes()[..size_of::<B>()]);
    }
    bytes
}

impl<'n> Needle<'n> {
    /// `None` if the needle has characters too wide for the haystack to hold.
    pub(crate) fn new(needle: Units<'n>, haystack: Units<'_>) -> Option<Self> {
        let width = haystack.kind() as usize;
        let len = needle.len();
        let bytes = if needle.kind() == haystack.kind() {
            needle.as_bytes().into()
        } else if needle.kind() > haystack.kind() {
            // A slice of a wide string may hold narrow characters all the same.
            if needle.max_char() >> (8 * width).min(31) != 0 {
                return None;
            }
            let narrowed: Vec<u8> =
                needle.iter().flat_map(|point| point.to_le_bytes().into_iter().take(width)).collect();
            narrowed.into()
        } else {
            match (needle, haystack) {
                (Units::Latin1(units), Units::Ucs2(_)) => widen_bytes::<u8, u16>(units),
                (Units::Latin1(units), _) => widen_bytes::<u8, u32>(units),
                (Units::Ucs2(units), _) => widen_bytes::<u16, u32>(units),
                (Units::Ucs4(units), _) => widen_bytes::<u32, u32>(units),
            }
            .into()
        };
        Some(Self { bytes, width, len })
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// A finder that can be used for many searches.
    pub(crate) fn finder(&self) -> memmem::Finder<'_> {
        memmem::Finder::new(&self.bytes)
    }

    /// The first place at or behind `start`, in characters.
    pub(crate) fn find(
        &self,
        finder: &memmem::Finder<'_>,
        haystack: Units<'_>,
        start: usize,
    ) -> Option<usize> {
        let bytes = haystack.as_bytes();
        let mut from = start * self.width;
        while from <= bytes.len() {
            let at = from + finder.find(&bytes[from..])?;
            if at.is_multiple_of(self.width) {
                return Some(at / self.width);
            }
            from = at + 1;
        }
        None
    }

    /// The last place that ends at or before `end`, in characters.
    pub(crate) fn rfind(&self, haystack: Units<'_>, end: usize) -> Option<usize> {
        let bytes = haystack.as_bytes();
        let finder = memmem::FinderRev::new(&self.bytes);
        let mut to = end * self.width;
        loop {
            let at = finder.rfind(&bytes[..to])?;
            if at.is_multiple_of(self.width) {
                return Some(at / self.width);
            }
            to = at + self.bytes.len() - 1;
        }
    }
}

/// The first place of `needle`.
pub(crate) fn find_units(haystack: Units<'_>, needle: Units<'_>) -> Option<usize> {
    if needle.len() > haystack.len() {
        return None;
    }
    if needle.is_empty() {
        return Some(0);
    }
    if needle.len() == 1 {
        return find_char(haystack, needle.get(0));
    }
    let needle = Needle::new(needle, haystack)?;
    needle.find(&needle.finder(), haystack, 0)
}

/// The first place of one character.
pub(crate) fn find_char(haystack: Units<'_>, point: u32) -> Option<usize> {
    match haystack {
        Units::Latin1(units) => memchr::memchr(u8::try_from(point).ok()?, units),
        Units::Ucs2(units) => {
            let wanted = u16::try_from(point).ok()?;
            units.iter().position(|&unit| unit == wanted)
        }
        Units::Ucs4(units) => units.iter().position(|&unit| unit == point),
    }
}

/// The last place of `needle`.
pub(crate) fn rfind_units(haystack: Units<'_>, needle: Units<'_>) -> Option<usize> {
    if needle.len() > haystack.len() {
        return None;
    }
    if needle.is_empty() {
        return Some(haystack.len());
    }
    Needle::new(needle, haystack)?.rfind(haystack, haystack.len())
}

/// How often `needle` occurs without overlap, at most `max` times.
pub(crate) fn count_units(haystack: Units<'_>, needle: Units<'_>, max: usize) -> usize {
    if needle.is_empty() {
        return (haystack.len() + 1).min(max);
    }
    if needle.len() > haystack.len() {
        return 0;
    }
    let Some(needle) = Needle::new(needle, haystack) else {
        return 0;
    };
    let finder = needle.finder();
    let (mut count, mut from) = (0, 0);
    while count < max {
        let Some(at) = needle.find(&finder, haystack, from) else {
            break;
        };
        count += 1;
        from = at + needle.len();
    }
    count
}

/// Clips `start` and `end` of a search as slices are (`ADJUST_INDICES`).
pub(crate) fn adjust(start: isize, end: isize, len: usize) -> (isize, isize) {
    let len = len as isize;
    let end = if end > len {
        len
    } else if end < 0 {
        (end + len).max(0)
    } else {
        end
    };
    let start = if start < 0 { (start + len).max(0) } else { start };
    (start, end)
}

/// The first or last place of `needle` in `text[start:end]` (`PyUnicode_Find`).
pub fn find(text: Text<'_>, needle: Text<'_>, start: isize, end: isize, forward: bool) -> Option<usize> {
    let units = super::units(text);
    let (start, end) = adjust(start, end, units.len());
    if start > end {
        return None;
    }
    let part = units.slice(start as usize, end as usize);
    let found = if forward {
        find_units(part, super::units(needle))
    } else {
        rfind_units(part, super::units(needle))
    };
    found.map(|at| at + start as usize)
}

/// `text.replace(old, new, max)`; a negative `max` is no limit.
pub fn replace(text: Text<'_>, old: Text<'_>, new: Text<'_>, max: isize) -> PyResult<Object> {
    let (units, old, new) = (super::units(text), super::units(old), super::units(new));
    let max = if max < 0 { usize::MAX } else { max as usize };
    if max == 0 || old.len() > units.len() || (old.len() == new.len() && old.iter().eq(new.iter())) {
        return super::as_exact(text);
    }
    let mut builder = Builder::with_capacity(units.len());
    if old.is_empty() {
        for (index, point) in units.iter().enumerate() {
            if index < max {
                builder.push_units(new);
            }
            builder.push(point);
        }
        if units.len() < max {
            builder.push_units(new);
        }
        return builder.finish();
    }
    let Some(needle) = Needle::new(old, units) else {
        return super::as_exact(text);
    };
    let finder = needle.finder();
    let (mut done, mut count) = (0, 0);
    while count < max {
        let Some(at) = needle.find(&finder, units, done) else {
            break;
        };
        builder.push_units(units.slice(done, at));
        builder.push_units(new);
        done = at + needle.len();
        count += 1;
    }
    if count == 0 {
        return super::as_exact(text);
    }
    builder.push_units(units.slice(done, units.len()));
    builder.finish()
}
