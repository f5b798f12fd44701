//! The format mini-language shared by `str`, `int`, `float` and `complex`.
//!
//! `FormatSpec::parse` reads `[[fill]align][sign][z][#][0][width][grouping][.precision][grouping][type]`.
//! A number's owner makes digits and hands them to `FormatSpec::number`, which
//! groups, signs and pads them.

use crate::layout::PyUnicodeObject;
use crate::str::{Builder, Units};
use crate::{Borrowed, Op, Owned, PyResult, Raised, raise, str};

/// How digits are grouped.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Grouping {
    #[default]
    None,
    Comma,
    Underscore,
    /// Every four digits, for binary, octal and hexadecimal.
    UnderscoreFour,
}

impl Grouping {
    /// The sign that asks for it.
    fn sign(self) -> char {
        if self == Self::Comma { ',' } else { '_' }
    }

    /// The separator and the size of groups as `localeconv` states them.
    pub fn locale(self) -> Locale {
        match self {
            Self::None => Locale::none(),
            Self::Comma => {
                Locale { thousands_sep: vec![u32::from(',')], grouping: vec![3], ..Locale::none() }
            }
            Self::Underscore => {
                Locale { thousands_sep: vec![u32::from('_')], grouping: vec![3], ..Locale::none() }
            }
            Self::UnderscoreFour => {
                Locale { thousands_sep: vec![u32::from('_')], grouping: vec![4], ..Locale::none() }
            }
        }
    }
}

/// The separators of a number.
#[derive(Clone, Debug)]
pub struct Locale {
    pub decimal_point: Vec<u32>,
    pub thousands_sep: Vec<u32>,
    /// Sizes of groups from the right; 127 ends grouping, else the last one repeats.
    pub grouping: Vec<u8>,
}

impl Locale {
    pub fn none() -> Self {
        Self { decimal_point: vec![u32::from('.')], thousands_sep: Vec::new(), grouping: Vec::new() }
    }

    /// The C library's current locale (format type `n`).
    pub fn current() -> Self {
        // SAFETY: the C library's record is valid until the next call that changes the locale;
        // the GIL is held and it is copied at once.
        unsafe {
            let conv = &*libc::localeconv();
            let text = |ptr: *const core::ffi::c_char| {
                let bytes = core::ffi::CStr::from_ptr(ptr).to_bytes();
                String::from_utf8_lossy(bytes).chars().map(u32::from).collect::<Vec<u32>>()
            };
            let grouping = core::ffi::CStr::from_ptr(conv.grouping).to_bytes().to_vec();
            Self {
                decimal_point: text(conv.decimal_point),
                thousands_sep: text(conv.thousands_sep),
                grouping,
            }
        }
    }

    /// The sizes of the groups of `n` digits from the right, the last one being what remains.
    fn groups(&self, n: usize) -> Vec<usize> {
        let mut sizes = Vec::new();
        let mut rest = n;
        let mut index = 0;
        let mut size = usize::MAX;
        if self.thousands_sep.is_empty() {
            return vec![n];
        }
        while rest > 0 {
            if let Some(&next) = self.grouping.get(index) {
                size = if next == 127 { usize::MAX } else { usize::from(next) };
                index += 1;
            }
            let taken = rest.min(size);
            sizes.push(taken);
            rest -= taken;
        }
        if sizes.is_empty() { vec![0] } else { sizes }
    }

    /// Digits with separators between their groups, with zeros in front until the whole is
    /// `min_width` wide (a separator counts, and never stands first).
    pub fn group(&self, digits: &[u32], min_width: usize) -> Vec<u32> {
        let separator = self.thousands_sep.len();
        // As many digits as fill the width: one more each time while it is too narrow.
        let mut n = digits.len().max(usize::from(min_width > 0 && digits.is_empty()));
        let width = |n: usize| n + (self.groups(n).len() - 1) * separator;
        if separator == 0 {
            n = n.max(min_width);
        } else {
            while width(n) < min_width {
                n += 1;
            }
        }
        let mut padded = vec![u32::from('0'); n - digits.len()];
        padded.extend_from_slice(digits);
        let mut result = Vec::with_capacity(width(n));
        let mut rest = padded.as_slice();
        for (index, size) in self.groups(n).into_iter().rev().enumerate() {
            if index > 0 {
                result.extend_from_slice(&self.thousands_sep);
            }
            let (group, tail) = rest.split_at(size);
            result.extend_from_slice(group);
            rest = tail;
        }
        result
    }

    /// Digits behind the point with separators, counted from the point.
    pub fn group_fraction(&self, digits: &[u32]) -> Vec<u32> {
        if self.thousands_sep.is_empty() {
            return digits.to_vec();
        }
        let mut result = Vec::new();
        let mut rest = digits;
        for (index, size) in self.groups(digits.len()).into_iter().enumerate() {
            if index > 0 {
                result.extend_from_slice(&self.thousands_sep);
            }
            let (group, tail) = rest.split_at(size);
            result.extend_from_slice(group);
            rest = tail;
        }
        result
    }
}

/// A parsed format specification.
#[derive(Clone, Debug)]
pub struct FormatSpec {
    pub fill: u32,
    /// `<`, `>`, `^` or `=`.
    pub align: u8,
    pub fill_given: bool,
    pub align_given: bool,
    /// `#`.
    pub alternate: bool,
    /// `z`: a negative zero loses its sign.
    pub no_negative_zero: bool,
    /// `+`, `-`, a space, or 0 when none was given.
    pub sign: u8,
    pub width: Option<usize>,
    pub grouping: Grouping,
    pub precision: Option<usize>,
    pub fraction_grouping: Grouping,
    /// The presentation type: the default when none was given, 0 when there is no default.
    pub type_: u32,
}

fn is_align(point: u32) -> bool {
    [b'<', b'>', b'=', b'^'].iter().any(|&sign| u32::from(sign) == point)
}

/// What is left to read of a specification.
struct Reader<'a> {
    units: Units<'a>,
    position: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u32> {
        (self.position < self.units.len()).then(|| self.units.get(self.position))
    }

    fn accept(&mut self, sign: char) -> bool {
        let found = self.peek() == Some(u32::from(sign));
        self.position += usize::from(found);
        found
    }

    fn integer(&mut self) -> PyResult<Option<usize>> {
        let mut value: Option<usize> = None;
        while let Some(digit) = self.peek().and_then(crate::unicode_data::to_decimal) {
            let before = value.unwrap_or(0);
            if before > (isize::MAX as usize - digit as usize) / 10 {
                return Err(raise!(ValueError, "Too many decimal digits in format string"));
            }
            value = Some(before * 10 + digit as usize);
            self.position += 1;
        }
        Ok(value)
    }

    /// `,` or `_`, not both.
    fn grouping(&mut self) -> PyResult<Grouping> {
        let mut grouping = if self.accept(',') { Grouping::Comma } else { Grouping::None };
        if self.accept('_') {
            if grouping != Grouping::None {
                return Err(comma_and_underscore());
            }
            grouping = Grouping::Underscore;
        }
        if self.peek() == Some(u32::from(',')) && grouping == Grouping::Underscore {
            return Err(comma_and_underscore());
        }
        Ok(grouping)
    }
}

#[cold]
fn comma_and_underscore() -> Raised {
    raise!(ValueError, "Cannot specify both ',' and '_'.")
}

#[cold]
fn grouping_with_type(grouping: Grouping, type_: u32) -> Raised {
    match char::from_u32(type_) {
        Some(type_) if (33..128).contains(&u32::from(type_)) => {
            raise!(ValueError, "Cannot specify '{}' with '{type_}'.", grouping.sign())
        }
        _ => raise!(ValueError, "Cannot specify '{}' with '\\x{type_:x}'.", grouping.sign()),
    }
}

/// `ValueError` for a presentation type that the object's type does not have.
#[cold]
pub fn unknown_type(type_: u32, type_name: &str) -> Raised {
    match char::from_u32(type_) {
        Some(type_) if (33..128).contains(&u32::from(type_)) => {
            raise!(ValueError, "Unknown format code '{type_}' for object of type '{type_name}'")
        }
        _ => raise!(ValueError, "Unknown format code '\\x{type_:x}' for object of type '{type_name}'"),
    }
}

/// A number in pieces, ready to be laid out.
#[derive(Default)]
pub struct NumberParts<'a> {
    pub negative: bool,
    /// `0x` and the like.
    pub prefix: &'a str,
    /// Digits before the point: what is grouped and, with `=` and `0`, filled up.
    pub digits: &'a str,
    /// Whether a decimal point follows.
    pub point: bool,
    /// Digits behind the point.
    pub fraction: &'a str,
    /// What comes last: an exponent, a percent sign, or all of `inf` and `nan`.
    pub rest: &'a str,
}

impl FormatSpec {
    /// Reads a specification for an object (which error messages name).
    pub fn parse(
        object: Op<'_>,
        spec: Borrowed<'_, PyUnicodeObject>,
        default_type: char,
        default_align: u8,
    ) -> PyResult<Self> {
        let mut result = Self {
            fill: u32::from(' '),
            align: default_align,
            fill_given: false,
            align_given: false,
            alternate: false,
            no_negative_zero: false,
            sign: 0,
            width: None,
            grouping: Grouping::None,
            precision: None,
            fraction_grouping: Grouping::None,
            type_: u32::from(default_type),
        };
        let units = str::units(spec);
        let mut reader = Reader { units, position: 0 };
        if units.len() >= 2 && is_align(units.get(1)) {
            result.align = units.get(1) as u8;
            result.fill = units.get(0);
            (result.fill_given, result.align_given) = (true, true);
            reader.position = 2;
        } else if !units.is_empty() && is_align(units.get(0)) {
            result.align = units.get(0) as u8;
            result.align_given = true;
            reader.position = 1;
        }
        if let Some(sign @ (0x20 | 0x2b | 0x2d)) = reader.peek() {
            result.sign = sign as u8;
            reader.position += 1;
        }
        result.no_negative_zero = reader.accept('z');
        result.alternate = reader.accept('#');
        if !result.fill_given && reader.accept('0') {
            result.fill = u32::from('0');
            if !result.align_given && default_align == b'>' {
                result.align = b'=';
            }
        }
        result.width = reader.integer()?;
        result.grouping = reader.grouping()?;
        if reader.accept('.') {
            result.precision = reader.integer()?;
            result.fraction_grouping = reader.grouping()?;
            if result.precision.is_none() && result.fraction_grouping == Grouping::None {
                return Err(raise!(ValueError, "Format specifier missing precision"));
            }
        }
        match units.len() - reader.position {
            0 => {}
            1 => result.type_ = units.get(reader.position),
            _ => {
                let text = str::to_string_lossy(spec.as_object());
                let name = object.type_name();
                return Err(raise!(
                    ValueError,
                    "Invalid format specifier '{text}' for object of type '{name}'"
                ));
            }
        }
        result.check_grouping()?;
        if let Some(width @ 0x100_0000..) = result.width {
            // Huge widths must fail as an error, so the room is asked for first.
            drop(str::new_unfilled(width, result.fill)?);
        }
        Ok(result)
    }

    fn check_grouping(&mut self) -> PyResult<()> {
        let type_ = u8::try_from(self.type_).unwrap_or(0xff);
        if self.grouping != Grouping::None {
            match type_ {
                b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0 => {}
                b'b' | b'o' | b'x' | b'X' if self.grouping == Grouping::Underscore => {
                    self.grouping = Grouping::UnderscoreFour;
                }
                _ => return Err(grouping_with_type(self.grouping, self.type_)),
            }
        }
        if type_ == b'n' && self.fraction_grouping != Grouping::None {
            return Err(grouping_with_type(self.fraction_grouping, self.type_));
        }
        Ok(())
    }

    /// The presentation type, if it is one of ASCII.
    pub fn ascii_type(&self) -> Option<u8> {
        u8::try_from(self.type_).ok().filter(u8::is_ascii)
    }

    /// How much padding goes left and right of text of `len` characters.
    pub fn padding(&self, len: usize) -> (usize, usize) {
        let total = self.width.unwrap_or(0).saturating_sub(len);
        match self.align {
            b'>' | b'=' => (total, 0),
            b'^' => (total / 2, total - total / 2),
            _ => (0, total),
        }
    }

    /// Text between fill characters.
    pub fn pad(&self, text: Units<'_>) -> PyResult<Owned<PyUnicodeObject>> {
        let (left, right) = self.padding(text.len());
        if let Units::Latin1(text) = text
            && self.fill < 128
            && text.is_ascii()
        {
            let mut line = Line::new(left + text.len() + right);
            line.repeat(self.fill as u8, left);
            line.push(text);
            line.repeat(self.fill as u8, right);
            return str::from_ascii(line.as_bytes());
        }
        let mut builder = Builder::with_capacity(text.len() + left + right);
        builder.push_repeated(self.fill, left);
        builder.push_units(text);
        builder.push_repeated(self.fill, right);
        builder.finish()
    }

    /// The separators this specification asks for; `n` takes the locale's.
    pub fn locale(&self) -> Locale {
        if self.type_ == u32::from('n') { Locale::current() } else { self.grouping.locale() }
    }

    /// Lays a number out: sign, prefix, grouped digits, point, fraction, rest, within the width.
    pub fn number(&self, parts: &NumberParts<'_>) -> PyResult<Owned<PyUnicodeObject>> {
        if self.grouping == Grouping::None
            && self.fraction_grouping == Grouping::None
            && self.type_ != u32::from('n')
            && self.fill < 128
        {
            return self.plain_number(parts);
        }
        let mut builder = Builder::new();
        self.number_into(parts, &self.locale(), &mut builder);
        builder.finish()
    }

    /// A number without separators, filled up with a character of ASCII. Zeros between sign and
    /// digits are fill like any other.
    fn plain_number(&self, parts: &NumberParts<'_>) -> PyResult<Owned<PyUnicodeObject>> {
        let sign: &[u8] = match (self.sign, parts.negative) {
            (_, true) => b"-",
            (b'+', false) => b"+",
            (b' ', false) => b" ",
            _ => b"",
        };
        let point: &[u8] = if parts.point { b"." } else { b"" };
        let (before, after) = (
            [sign, parts.prefix.as_bytes()],
            [parts.digits.as_bytes(), point, parts.fraction.as_bytes(), parts.rest.as_bytes()],
        );
        let len = before.iter().chain(&after).map(|part| part.len()).sum::<usize>();
        let padding = self.width.unwrap_or(0).saturating_sub(len);
        let (left, inner, right) = match self.align {
            b'<' => (0, 0, padding),
            b'^' => (padding / 2, 0, padding - padding / 2),
            b'=' => (0, padding, 0),
            _ => (padding, 0, 0),
        };
        let mut line = Line::new(len + padding);
        line.repeat(self.fill as u8, left);
        before.iter().for_each(|part| line.push(part));
        line.repeat(self.fill as u8, inner);
        after.iter().for_each(|part| line.push(part));
        line.repeat(self.fill as u8, right);
        str::from_ascii(line.as_bytes())
    }

    /// The same, behind what `builder` holds.
    pub fn number_into(&self, parts: &NumberParts<'_>, locale: &Locale, builder: &mut Builder) {
        let sign = match (self.sign, parts.negative) {
            (_, true) => Some('-'),
            (b'+', false) => Some('+'),
            (b' ', false) => Some(' '),
            _ => None,
        };
        let points = |text: &str| text.chars().map(u32::from).collect::<Vec<u32>>();
        let fraction = self.fraction_grouping.locale().group_fraction(&points(parts.fraction));
        let point: &[u32] = if parts.point { &locale.decimal_point } else { &[] };
        let around = usize::from(sign.is_some())
            + parts.prefix.chars().count()
            + point.len()
            + fraction.len()
            + parts.rest.chars().count();
        let width = self.width.unwrap_or(0);
        let zero_width =
            if self.fill == u32::from('0') && self.align == b'=' { width.saturating_sub(around) } else { 0 };
        let digits = points(parts.digits);
        // `inf` and `nan` have no digits, and then nothing is filled up with grouped zeros.
        let grouped = if digits.is_empty() { Vec::new() } else { locale.group(&digits, zero_width) };
        let total = around + grouped.len();
        let padding = width.saturating_sub(total);
        let (left, inner, right) = match self.align {
            b'<' => (0, 0, padding),
            b'^' => (padding / 2, 0, padding - padding / 2),
            b'=' => (0, padding, 0),
            _ => (padding, 0, 0),
        };
        builder.push_repeated(self.fill, left);
        if let Some(sign) = sign {
            builder.push(u32::from(sign));
        }
        builder.push_str(parts.prefix);
        builder.push_repeated(self.fill, inner);
        builder.push_points(&grouped);
        builder.push_points(point);
        builder.push_points(&fraction);
        builder.push_str(parts.rest);
        builder.push_repeated(self.fill, right);
    }
}

/// Room for characters of ASCII whose number is known: most lines fit into `few`.
struct Line {
    few: [u8; 64],
    many: Vec<u8>,
    len: usize,
}

impl Line {
    fn new(len: usize) -> Self {
        let many = if len > 64 { vec![0; len] } else { Vec::new() };
        Self { few: [0; 64], many, len: 0 }
    }

    /// What is still free.
    fn rest(&mut self) -> &mut [u8] {
        let all = if self.many.is_empty() { &mut self.few[..] } else { &mut self.many };
        &mut all[self.len..]
    }

    fn repeat(&mut self, byte: u8, n: usize) {
        self.rest()[..n].fill(byte);
        self.len += n;
    }

    fn push(&mut self, bytes: &[u8]) {
        self.rest()[..bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    fn as_bytes(&self) -> &[u8] {
        let all = if self.many.is_empty() { &self.few[..] } else { &self.many };
        &all[..self.len]
    }
}

/// `str.__format__` with a specification that is not empty.
pub fn format_str(
    text: Borrowed<'_, PyUnicodeObject>,
    spec: Borrowed<'_, PyUnicodeObject>,
) -> PyResult<Owned<PyUnicodeObject>> {
    let format = FormatSpec::parse(text.as_object(), spec, 's', b'<')?;
    if format.type_ != u32::from('s') {
        return Err(unknown_type(format.type_, text.type_name()));
    }
    if format.sign != 0 {
        let what = if format.sign == b' ' { "Space" } else { "Sign" };
        return Err(raise!(ValueError, "{what} not allowed in string format specifier"));
    }
    if format.no_negative_zero {
        return Err(raise!(ValueError, "Negative zero coercion (z) not allowed in string format specifier"));
    }
    if format.alternate {
        return Err(raise!(ValueError, "Alternate form (#) not allowed in string format specifier"));
    }
    if format.align == b'=' && format.fill_given | format.align_given {
        return Err(raise!(ValueError, "'=' alignment not allowed in string format specifier"));
    }
    let len = str::len(text);
    let shown = format.precision.map_or(len, |precision| precision.min(len));
    if format.width.is_none_or(|width| width <= shown) {
        return if shown == len { str::as_exact(text) } else { str::substring(text, 0, shown) };
    }
    format.pad(str::units(text).slice(0, shown))
}
