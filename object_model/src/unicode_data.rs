//! What `str` knows about characters: classes and case mappings.
//!
//! The tables are made by `tools/unicode_tables.py` from CPython's own answers, so
//! they hold the Unicode version of the pinned CPython and its reading of it.
//! A code point finds its record in two steps: its block of 128, then its place there.

mod tables;

/// Bits of `Record::flags`. ORDER: unicode flags (tools/unicode_tables.py)
pub const ALPHA: u16 = 1 << 0;
pub const DECIMAL: u16 = 1 << 1;
pub const DIGIT: u16 = 1 << 2;
pub const NUMERIC: u16 = 1 << 3;
pub const LOWER: u16 = 1 << 4;
pub const UPPER: u16 = 1 << 5;
pub const TITLE: u16 = 1 << 6;
pub const SPACE: u16 = 1 << 7;
pub const LINEBREAK: u16 = 1 << 8;
pub const XID_START: u16 = 1 << 9;
pub const XID_CONTINUE: u16 = 1 << 10;
pub const PRINTABLE: u16 = 1 << 11;
pub const CASED: u16 = 1 << 12;
pub const CASE_IGNORABLE: u16 = 1 << 13;

/// What characters of one kind share.
struct Record {
    flags: u16,
    /// The value of a digit, or 255.
    digit: u8,
    /// Mappings: the difference to the character, or, with bit 30, the place of
    /// several characters in `EXTRA` with their number above bit 24.
    lower: i32,
    upper: i32,
    title: i32,
    fold: i32,
}

#[inline]
fn record(point: u32) -> &'static Record {
    let block = tables::FIRST.get((point >> 7) as usize).copied().unwrap_or(0);
    let block = if point > 0x10ffff { tables::FIRST[tables::FIRST.len() - 1] } else { block };
    &tables::RECORDS[tables::SECOND[(usize::from(block) << 7) | (point & 127) as usize] as usize]
}

/// The flags of a code point.
#[inline]
pub fn flags(point: u32) -> u16 {
    record(point).flags
}

/// Whether a code point has any of the flags.
#[inline]
pub fn is(point: u32, wanted: u16) -> bool {
    record(point).flags & wanted != 0
}

/// `str.isspace` for one character.
#[inline]
pub fn is_space(point: u32) -> bool {
    if point < 128 { matches!(point, 9..=13 | 28..=32) } else { is(point, SPACE) }
}

/// Where `str.splitlines` breaks.
#[inline]
pub fn is_linebreak(point: u32) -> bool {
    if point < 128 { matches!(point, 10..=13 | 28..=30) } else { is(point, LINEBREAK) }
}

/// `str.isprintable` for one character.
#[inline]
pub fn is_printable(point: u32) -> bool {
    if point < 128 { (32..127).contains(&point) } else { is(point, PRINTABLE) }
}

#[inline]
pub fn is_alphanumeric(point: u32) -> bool {
    is(point, ALPHA | DECIMAL | DIGIT | NUMERIC)
}

/// The value of a decimal character (`Py_UNICODE_TODECIMAL`).
#[inline]
pub fn to_decimal(point: u32) -> Option<u32> {
    if point < 128 {
        return (48..58).contains(&point).then(|| point - 48);
    }
    let record = record(point);
    (record.flags & DECIMAL != 0).then_some(u32::from(record.digit))
}

/// The value of a digit (`Py_UNICODE_TODIGIT`).
#[inline]
pub fn to_digit(point: u32) -> Option<u32> {
    let record = record(point);
    (record.flags & DIGIT != 0).then_some(u32::from(record.digit))
}

/// One character, or the up to three that a full mapping gives.
#[derive(Clone, Copy)]
pub enum Mapped {
    One(u32),
    Several(&'static [u32]),
}

impl Mapped {
    #[inline]
    fn new(point: u32, mapping: i32) -> Self {
        if mapping as u32 >> 30 == 1 {
            let start = (mapping & 0xff_ffff) as usize;
            Self::Several(&tables::EXTRA[start..start + (mapping >> 24 & 0x3f) as usize])
        } else {
            Self::One(point.wrapping_add_signed(mapping))
        }
    }

    /// The first character: what CPython's one-to-one mappings give.
    #[inline]
    pub fn first(self) -> u32 {
        match self {
            Self::One(point) => point,
            Self::Several(points) => points[0],
        }
    }

    #[inline]
    pub fn for_each(self, mut f: impl FnMut(u32)) {
        match self {
            Self::One(point) => f(point),
            Self::Several(points) => points.iter().copied().for_each(f),
        }
    }
}

#[inline]
pub fn to_lower(point: u32) -> Mapped {
    Mapped::new(point, record(point).lower)
}

#[inline]
pub fn to_upper(point: u32) -> Mapped {
    Mapped::new(point, record(point).upper)
}

#[inline]
pub fn to_title(point: u32) -> Mapped {
    Mapped::new(point, record(point).title)
}

#[inline]
pub fn to_folded(point: u32) -> Mapped {
    Mapped::new(point, record(point).fold)
}

/// The name of a character, from the capsule `unicodedata._ucnhash_CAPI`.
pub fn name(point: u32) -> crate::PyResult<Option<String>> {
    let capi = capi()?;
    let mut buffer = [0u8; 256];
    // SAFETY: the capsule's function writes a C string into the buffer.
    let found = unsafe {
        (*capi).getname.is_some_and(|f| f(point, buffer.as_mut_ptr().cast(), buffer.len() as i32, 0) != 0)
    };
    let end = buffer.iter().position(|&byte| byte == 0).unwrap_or(0);
    Ok(found.then(|| String::from_utf8_lossy(&buffer[..end]).into_owned()))
}

/// The character of a name, for `\N{...}`.
pub fn lookup(name: &[u8]) -> crate::PyResult<Option<u32>> {
    let capi = capi()?;
    let mut point = 0;
    // SAFETY: the capsule's function reads `name` and writes `point`.
    let found = unsafe {
        (*capi).getcode.is_some_and(|f| f(name.as_ptr().cast(), name.len() as i32, &raw mut point, 0) != 0)
    };
    Ok(found.then_some(point))
}

fn capi() -> crate::PyResult<*const crate::layout::_PyUnicode_Name_CAPI> {
    let module = (crate::state::hooks().import_module)("unicodedata")?;
    let capsule = crate::object::get_attr_str(module.op(), "_ucnhash_CAPI")?;
    crate::capsule::get_pointer(capsule.op(), c"unicodedata._ucnhash_CAPI".as_ptr())
        .map(|ptr| ptr.cast_const().cast())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_mappings_give_several_characters() {
        let mut upper = Vec::new();
        to_upper(0xdf).for_each(|point| upper.push(point));
        assert_eq!(upper, [0x53, 0x53]);
        assert_eq!(to_lower(0x41).first(), 0x61);
        assert!(is(0x1c5, TITLE) && !is(0x1c5, UPPER));
    }
}
