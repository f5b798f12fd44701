//! What is searched: text of any width, or bytes.
//!
//! The engine walks a subject through cursors of its own, whose address it keeps to
//! itself. The drives here are built on the engine's drive for bytes: they step by the
//! width of a character and count in characters.

use adder_object_model::buffer::{self, Buffer};
use adder_object_model::layout::*;
use adder_object_model::str::Units;
use adder_object_model::{Object, Op, PyResult, bytes, raise, str};
use rustpython_sre_engine::{StrDrive, StringCursor};

/// Characters of `WIDTH` bytes each.
#[derive(Clone, Copy)]
pub struct Wide<'a, const WIDTH: usize>(&'a [u8]);

/// Reads the character a cursor is at.
#[inline(always)]
fn read<const WIDTH: usize>(cursor: &StringCursor) -> u32 {
    let mut point = 0;
    let mut byte = *cursor;
    for index in 0..WIDTH {
        if index > 0 {
            <&[u8]>::skip(&mut byte, 1);
        }
        point |= <&[u8]>::peek(&byte) << (8 * index);
    }
    point
}

impl<const WIDTH: usize> StrDrive for Wide<'_, WIDTH> {
    #[inline]
    fn count(&self) -> usize {
        self.0.len() / WIDTH
    }

    #[inline]
    fn create_cursor(&self, n: usize) -> StringCursor {
        let mut cursor = self.0.create_cursor(n * WIDTH);
        cursor.position = n;
        cursor
    }

    #[inline]
    fn adjust_cursor(&self, cursor: &mut StringCursor, n: usize) {
        *cursor = self.create_cursor(n);
    }

    #[inline]
    fn advance(cursor: &mut StringCursor) -> u32 {
        let point = read::<WIDTH>(cursor);
        Self::skip(cursor, 1);
        point
    }

    #[inline]
    fn peek(cursor: &StringCursor) -> u32 {
        read::<WIDTH>(cursor)
    }

    #[inline]
    fn skip(cursor: &mut StringCursor, n: usize) {
        let position = cursor.position + n;
        <&[u8]>::skip(cursor, n * WIDTH);
        cursor.position = position;
    }

    #[inline]
    fn back_advance(cursor: &mut StringCursor) -> u32 {
        Self::back_skip(cursor, 1);
        read::<WIDTH>(cursor)
    }

    #[inline]
    fn back_peek(cursor: &StringCursor) -> u32 {
        let mut before = *cursor;
        Self::back_skip(&mut before, 1);
        read::<WIDTH>(&before)
    }

    #[inline]
    fn back_skip(cursor: &mut StringCursor, n: usize) {
        let position = cursor.position - n;
        // The drive for bytes counts down, too, and must not pass zero.
        cursor.position = n * WIDTH;
        <&[u8]>::back_skip(cursor, n * WIDTH);
        cursor.position = position;
    }
}

/// Runs the same code on the drive that fits.
macro_rules! with_drive {
    ($units:expr, |$drive:ident| $body:expr) => {
        match $units {
            Units::Latin1(_) => {
                let $drive = $crate::_sre::subject::drive::<1>($units);
                $body
            }
            Units::Ucs2(_) => {
                let $drive = $crate::_sre::subject::drive::<2>($units);
                $body
            }
            Units::Ucs4(_) => {
                let $drive = $crate::_sre::subject::drive::<4>($units);
                $body
            }
        }
    };
}
pub(super) use with_drive;

/// The drive over characters, whose width is `WIDTH`.
pub fn drive<const WIDTH: usize>(units: Units<'_>) -> Wide<'_, WIDTH> {
    debug_assert_eq!(units.kind() as usize, WIDTH);
    Wide(units.as_bytes())
}

/// An object that was searched. Its buffer is asked for again where it is wanted, so that a match does not
/// keep others from changing its size.
pub struct Matched {
    pub op: Object,
}

impl Matched {
    /// The object, to be searched again.
    pub fn again(&self) -> PyResult<Subject> {
        Subject::new(self.op.op())
    }

    /// A part as a new object: `str`, or `bytes`.
    pub fn slice(&self, start: usize, end: usize) -> PyResult {
        self.again()?.slice(start, end)
    }
}

/// An object that is searched, held with its buffer.
pub struct Subject {
    pub op: Object,
    buffer: Option<Buffer>,
}

impl Subject {
    pub fn new(op: Op<'_>) -> PyResult<Self> {
        if op.is_instance::<PyUnicodeObject>() {
            return Ok(Self { op: op.to_owned(), buffer: None });
        }
        if !buffer::check(op) {
            return Err(raise!(TypeError, "expected string or bytes-like object, got '{}'", op.type_name()));
        }
        let buffer = buffer::get(op, PyBUF_SIMPLE)?;
        Ok(Self { op: op.to_owned(), buffer: Some(buffer) })
    }

    pub fn is_bytes(&self) -> bool {
        self.buffer.is_some()
    }

    /// The characters. Bytes may change while foreign code runs, their number not.
    pub fn units(&self) -> Units<'_> {
        match &self.buffer {
            Some(buffer) => Units::Latin1(buffer.as_slice()),
            None => str::units(self.op.op().downcast().expect("a string")),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.units().len()
    }

    /// A part as a new object: `str`, or `bytes`.
    pub fn slice(&self, start: usize, end: usize) -> PyResult {
        let end = end.min(self.len());
        let start = start.min(end);
        match &self.buffer {
            Some(buffer) => {
                if start == 0 && end == buffer.len() && self.op.op().is_exact::<PyBytesObject>() {
                    return Ok(self.op.clone());
                }
                bytes::from_slice(&buffer.as_slice()[start..end]).map(|made| made.into_object())
            }
            None => {
                let text = self.op.op().downcast().expect("a string");
                str::substring(text, start, end).map(|made| made.into_object())
            }
        }
    }
}
