//! Case mappings of whole strings, and the questions about case.

use super::storage::Units;
use super::{Builder, Object, Text, units};
use crate::PyResult;
use crate::unicode_data::{self as data, Mapped};

/// A capital sigma becomes a final one behind a cased letter and before none, where
/// characters that do not count (apostrophes, marks) are passed over.
fn lower_sigma(units: Units<'_>, index: usize) -> u32 {
    let counts = |point: &u32| !data::is(*point, data::CASE_IGNORABLE);
    let before = units.slice(0, index).iter().rev().find(counts);
    let after = units.slice(index + 1, units.len()).iter().find(counts);
    let cased = |point: Option<u32>| point.is_some_and(|point| data::is(point, data::CASED));
    if cased(before) && !cased(after) { 0x3c2 } else { 0x3c3 }
}

fn push_lower(builder: &mut Builder, units: Units<'_>, index: usize) {
    match units.get(index) {
        0x3a3 => builder.push(lower_sigma(units, index)),
        point => push_mapped(builder, data::to_lower(point)),
    }
}

#[inline]
fn push_mapped(builder: &mut Builder, mapped: Mapped) {
    mapped.for_each(|point| builder.push(point));
}

fn ascii<'a>(text: Text<'a>) -> Option<&'a [u8]> {
    match units(text) {
        Units::Latin1(bytes) if super::is_ascii(text) => Some(bytes),
        _ => None,
    }
}

fn map(text: Text<'_>, f: impl Fn(&mut Builder, Units<'_>, usize)) -> PyResult<Object> {
    let units = units(text);
    let mut builder = Builder::with_capacity(units.len());
    (0..units.len()).for_each(|index| f(&mut builder, units, index));
    builder.finish()
}

pub fn lower(text: Text<'_>) -> PyResult<Object> {
    match ascii(text) {
        Some(bytes) => map_ascii(bytes, <[u8]>::make_ascii_lowercase),
        None => map(text, push_lower),
    }
}

/// The same number of ASCII characters, changed in place.
fn map_ascii(bytes: &[u8], change: impl FnOnce(&mut [u8])) -> PyResult<Object> {
    if let [only] = bytes {
        let mut only = [*only];
        change(&mut only);
        return super::from_latin1(&only);
    }
    super::storage::new_with(bytes.len(), 127, |cells: &mut [u8]| {
        cells.copy_from_slice(bytes);
        change(cells);
    })
}

pub fn upper(text: Text<'_>) -> PyResult<Object> {
    match ascii(text) {
        Some(bytes) => map_ascii(bytes, <[u8]>::make_ascii_uppercase),
        None => map(text, |builder, units, index| push_mapped(builder, data::to_upper(units.get(index)))),
    }
}

pub fn casefold(text: Text<'_>) -> PyResult<Object> {
    match ascii(text) {
        Some(bytes) => map_ascii(bytes, <[u8]>::make_ascii_lowercase),
        None => map(text, |builder, units, index| push_mapped(builder, data::to_folded(units.get(index)))),
    }
}

pub fn capitalize(text: Text<'_>) -> PyResult<Object> {
    map(text, |builder, units, index| match index {
        0 => push_mapped(builder, data::to_title(units.get(0))),
        _ => push_lower(builder, units, index),
    })
}

pub fn swapcase(text: Text<'_>) -> PyResult<Object> {
    map(text, |builder, units, index| {
        let point = units.get(index);
        if data::is(point, data::UPPER) {
            push_lower(builder, units, index);
        } else if data::is(point, data::LOWER) {
            push_mapped(builder, data::to_upper(point));
        } else {
            builder.push(point);
        }
    })
}

pub fn title(text: Text<'_>) -> PyResult<Object> {
    let units = units(text);
    let mut builder = Builder::with_capacity(units.len());
    let mut inside = false;
    for (index, point) in units.iter().enumerate() {
        if inside {
            push_lower(&mut builder, units, index)
        } else {
            push_mapped(&mut builder, data::to_title(point))
        }
        inside = data::is(point, data::CASED);
    }
    builder.finish()
}

pub fn islower(text: Text<'_>) -> PyResult<bool> {
    let mut cased = false;
    for point in units(text).iter() {
        let flags = data::flags(point);
        if flags & (data::UPPER | data::TITLE) != 0 {
            return Ok(false);
        }
        cased |= flags & data::LOWER != 0;
    }
    Ok(cased)
}

pub fn isupper(text: Text<'_>) -> PyResult<bool> {
    let mut cased = false;
    for point in units(text).iter() {
        let flags = data::flags(point);
        if flags & (data::LOWER | data::TITLE) != 0 {
            return Ok(false);
        }
        cased |= flags & data::UPPER != 0;
    }
    Ok(cased)
}

pub fn istitle(text: Text<'_>) -> PyResult<bool> {
    let (mut cased, mut inside) = (false, false);
    for point in units(text).iter() {
        let flags = data::flags(point);
        if flags & (data::UPPER | data::TITLE) != 0 {
            if inside {
                return Ok(false);
            }
            (cased, inside) = (true, true);
        } else if flags & data::LOWER != 0 {
            if !inside {
                return Ok(false);
            }
            cased = true;
        } else {
            inside = false;
        }
    }
    Ok(cased)
}
