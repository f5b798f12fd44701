//! Building a string piece by piece, as narrow as its characters allow.

use super::storage::{Unit, Units, convert};
use super::{Object, Text};
use crate::{PyResult, with_units};

/// The characters so far. They widen when a wider one comes.
#[derive(Debug)]
pub enum Builder {
    Latin1(Vec<u8>),
    Ucs2(Vec<u16>),
    Ucs4(Vec<u32>),
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

macro_rules! with_vec {
    ($builder:expr, |$vec:ident| $body:expr) => {
        match $builder {
            Builder::Latin1($vec) => $body,
            Builder::Ucs2($vec) => $body,
            Builder::Ucs4($vec) => $body,
        }
    };
}

fn widened<A: Unit, B: Unit>(units: &[A]) -> Vec<B> {
    // The reserve keeps growing geometric after a change of width.
    let mut wide = Vec::with_capacity(units.len() * 2 + 8);
    wide.resize(units.len(), B::from_point(0));
    convert(units, &mut wide);
    wide
}

fn extend<A: Unit, B: Unit>(vec: &mut Vec<B>, units: &[A]) {
    vec.extend(units.iter().map(|unit| B::from_point(unit.point())));
}

impl Builder {
    pub const fn new() -> Self {
        Self::Latin1(Vec::new())
    }

    pub fn with_capacity(capacity: usize) -> Self {
        Self::Latin1(Vec::with_capacity(capacity))
    }

    pub fn len(&self) -> usize {
        with_vec!(self, |vec| vec.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The characters so far.
    pub fn units(&self) -> Units<'_> {
        match self {
            Self::Latin1(vec) => Units::Latin1(vec),
            Self::Ucs2(vec) => Units::Ucs2(vec),
            Self::Ucs4(vec) => Units::Ucs4(vec),
        }
    }

    /// Makes room for characters up to `max_char`.
    #[inline]
    pub fn widen(&mut self, max_char: u32) {
        match self {
            Self::Latin1(vec) if max_char > 0xffff => *self = Self::Ucs4(widened(vec)),
            Self::Latin1(vec) if max_char > 0xff => *self = Self::Ucs2(widened(vec)),
            Self::Ucs2(vec) if max_char > 0xffff => *self = Self::Ucs4(widened(vec)),
            _ => {}
        }
    }

    #[inline]
    pub fn push(&mut self, point: u32) {
        match self {
            Self::Latin1(vec) if point < 0x100 => vec.push(point as u8),
            Self::Ucs2(vec) if point < 0x10000 => vec.push(point as u16),
            Self::Ucs4(vec) => vec.push(point),
            _ => {
                self.widen(point);
                self.push(point);
            }
        }
    }

    pub fn push_repeated(&mut self, point: u32, count: usize) {
        self.widen(point);
        with_vec!(self, |vec| vec.resize(vec.len() + count, Unit::from_point(point)));
    }

    pub fn push_str(&mut self, text: &str) {
        match self {
            Self::Latin1(vec) if text.is_ascii() => vec.extend_from_slice(text.as_bytes()),
            _ => text.chars().for_each(|char| self.push(u32::from(char))),
        }
    }

    /// Bytes that are characters of ASCII.
    pub fn push_ascii(&mut self, bytes: &[u8]) {
        with_vec!(self, |vec| extend(vec, bytes));
    }

    pub fn push_points(&mut self, points: &[u32]) {
        points.iter().for_each(|&point| self.push(point));
    }

    pub fn push_units(&mut self, units: Units<'_>) {
        // Narrow characters may stand in wide units (a slice of a wide string).
        self.widen(units.max_char());
        match (&mut *self, units) {
            (Self::Latin1(vec), Units::Latin1(units)) => vec.extend_from_slice(units),
            (Self::Ucs2(vec), Units::Ucs2(units)) => vec.extend_from_slice(units),
            (Self::Ucs4(vec), Units::Ucs4(units)) => vec.extend_from_slice(units),
            (builder, units) => with_vec!(builder, |vec| with_units!(units, |units| {
                extend(vec, units);
            })),
        }
    }

    pub fn push_text(&mut self, text: Text<'_>) {
        self.push_units(super::units(text));
    }

    /// Shortens to `len` characters.
    pub fn truncate(&mut self, len: usize) {
        with_vec!(self, |vec| vec.truncate(len));
    }

    /// The string.
    pub fn finish(self) -> PyResult<Object> {
        super::storage::from_units(self.units())
    }
}
