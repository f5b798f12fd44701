//! `str.format`: replacement fields in braces.
//!
//! `Template` splits a format string into literals and fields; `FieldName` splits a
//! field's name into what to take and the attributes and items to follow. Both are also
//! behind `_string.formatter_parser` and `formatter_field_name_split`.

use super::storage::Units;
use super::{Builder, Object, Text, Unicode};
use crate::unicode_data::to_decimal;
use crate::{Args, Op, Owned, PyResult, dict, int, object, raise};

const RECURSION_LIMIT: u32 = 2;

/// One literal with the field behind it, if there is one.
pub struct Piece<'a> {
    pub literal: Units<'a>,
    pub field: Option<Field<'a>>,
}

/// What stands between braces.
pub struct Field<'a> {
    pub name: Units<'a>,
    pub spec: Units<'a>,
    /// The character behind `!`.
    pub conversion: Option<u32>,
    /// Whether the specification has fields of its own.
    pub nested: bool,
}

/// Walks a format string (`MarkupIterator`).
pub struct Template<'a> {
    units: Units<'a>,
    position: usize,
}

impl<'a> Template<'a> {
    pub fn new(units: Units<'a>) -> Self {
        Self { units, position: 0 }
    }

    /// Where the walk is.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Goes on at a place.
    pub fn at(units: Units<'a>, position: usize) -> Self {
        Self { units, position }
    }

    /// The next piece; `None` at the end.
    pub fn advance(&mut self) -> PyResult<Option<Piece<'a>>> {
        let (units, len) = (self.units, self.units.len());
        if self.position >= len {
            return Ok(None);
        }
        let start = self.position;
        let mut brace = 0;
        while self.position < len {
            let point = units.get(self.position);
            self.position += 1;
            if point == u32::from('{') || point == u32::from('}') {
                brace = point;
                break;
            }
        }
        if brace == 0 {
            return Ok(Some(Piece { literal: units.slice(start, len), field: None }));
        }
        let at_end = self.position >= len;
        if brace == u32::from('}') && (at_end || units.get(self.position) != brace) {
            return Err(raise!(ValueError, "Single '}}' encountered in format string"));
        }
        if at_end && brace == u32::from('{') {
            return Err(raise!(ValueError, "Single '{{' encountered in format string"));
        }
        if units.get(self.position) == brace {
            // A doubled brace stands for one, which ends the literal.
            let literal = units.slice(start, self.position);
            self.position += 1;
            return Ok(Some(Piece { literal, field: None }));
        }
        let literal = units.slice(start, self.position - 1);
        Ok(Some(Piece { literal, field: Some(self.field()?) }))
    }

    /// Reads a field up to its closing brace.
    fn field(&mut self) -> PyResult<Field<'a>> {
        let (units, len) = (self.units, self.units.len());
        let start = self.position;
        let mut delimiter = 0;
        while self.position < len {
            let point = units.get(self.position);
            self.position += 1;
            match char::from_u32(point) {
                Some('{') => return Err(raise!(ValueError, "unexpected '{{' in field name")),
                // An index goes up to its bracket, whatever stands in it.
                Some('[') => {
                    while self.position < len && units.get(self.position) != u32::from(']') {
                        self.position += 1;
                    }
                }
                Some('}' | ':' | '!') => {
                    delimiter = point;
                    break;
                }
                _ => {}
            }
        }
        if delimiter == 0 {
            return Err(raise!(ValueError, "expected '}}' before end of string"));
        }
        let mut field = Field {
            name: units.slice(start, self.position - 1),
            spec: units.slice(0, 0),
            conversion: None,
            nested: false,
        };
        if delimiter == u32::from('}') {
            return Ok(field);
        }
        if delimiter == u32::from('!') {
            if self.position >= len {
                return Err(raise!(ValueError, "end of string while looking for conversion specifier"));
            }
            field.conversion = Some(units.get(self.position));
            self.position += 1;
            if self.position < len {
                let point = units.get(self.position);
                self.position += 1;
                if point == u32::from('}') {
                    return Ok(field);
                }
                if point != u32::from(':') {
                    return Err(raise!(ValueError, "expected ':' after conversion specifier"));
                }
            }
        }
        let spec_start = self.position;
        let mut depth = 1;
        while self.position < len {
            match char::from_u32(units.get(self.position)) {
                Some('{') => {
                    field.nested = true;
                    depth += 1;
                }
                Some('}') => {
                    depth -= 1;
                    if depth == 0 {
                        field.spec = units.slice(spec_start, self.position);
                        self.position += 1;
                        return Ok(field);
                    }
                }
                _ => {}
            }
            self.position += 1;
        }
        Err(raise!(ValueError, "unmatched '{{' in format spec"))
    }
}

/// The first part of a field's name.
pub enum First<'a> {
    /// No name: the next argument.
    Automatic,
    Index(usize),
    Key(Units<'a>),
}

/// One step behind the first part.
pub enum Step<'a> {
    Attribute(Units<'a>),
    Index(usize),
    Key(Units<'a>),
}

/// A number written in decimal digits; `None` if the text is none.
fn parse_index(units: Units<'_>) -> PyResult<Option<usize>> {
    if units.is_empty() {
        return Ok(None);
    }
    let mut value = 0usize;
    for point in units.iter() {
        let Some(digit) = to_decimal(point) else {
            return Ok(None);
        };
        if value > (isize::MAX as usize - digit as usize) / 10 {
            return Err(raise!(ValueError, "Too many decimal digits in format string"));
        }
        value = value * 10 + digit as usize;
    }
    Ok(Some(value))
}

/// A field's name, taken apart.
pub struct FieldName<'a> {
    pub first: First<'a>,
    rest: Units<'a>,
    position: usize,
}

impl<'a> FieldName<'a> {
    pub fn new(name: Units<'a>) -> PyResult<Self> {
        let end = name.iter().position(|point| point == u32::from('.') || point == u32::from('['));
        let end = end.unwrap_or(name.len());
        let head = name.slice(0, end);
        let first = match parse_index(head)? {
            Some(index) => First::Index(index),
            None if head.is_empty() => First::Automatic,
            None => First::Key(head),
        };
        Ok(Self { first, rest: name.slice(end, name.len()), position: 0 })
    }

    /// Where the walk over the steps is, and how to go on there.
    pub fn position(&self) -> usize {
        self.position
    }

    pub fn set_position(&mut self, position: usize) {
        self.position = position;
    }

    /// The next step; `None` at the end.
    pub fn advance(&mut self) -> PyResult<Option<Step<'a>>> {
        let (rest, len) = (self.rest, self.rest.len());
        if self.position >= len {
            return Ok(None);
        }
        let sign = rest.get(self.position);
        self.position += 1;
        let start = self.position;
        let step = if sign == u32::from('.') {
            while self.position < len && ![u32::from('.'), u32::from('[')].contains(&rest.get(self.position))
            {
                self.position += 1;
            }
            Step::Attribute(rest.slice(start, self.position))
        } else if sign == u32::from('[') {
            while self.position < len && rest.get(self.position) != u32::from(']') {
                self.position += 1;
            }
            if self.position >= len {
                return Err(raise!(ValueError, "Missing ']' in format string"));
            }
            let inside = rest.slice(start, self.position);
            self.position += 1;
            match parse_index(inside)? {
                Some(index) => Step::Index(index),
                None => Step::Key(inside),
            }
        } else {
            return Err(raise!(ValueError, "Only '.' or '[' may follow ']' in format field specifier"));
        };
        if let Step::Attribute(name) | Step::Key(name) = &step
            && name.is_empty()
        {
            return Err(raise!(ValueError, "Empty attribute in format string"));
        }
        Ok(Some(step))
    }
}

/// Whether fields are numbered by the template or in order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic,
    Manual,
}

/// Where the values come from.
enum Values<'a> {
    Arguments(Args<'a>, Option<Owned<crate::layout::PyDictObject>>),
    Mapping(Op<'a>),
}

struct Formatter<'a> {
    values: Values<'a>,
    numbering: Numbering,
    next_index: usize,
}

impl Formatter<'_> {
    fn set_numbering(&mut self, numbering: Numbering) -> PyResult<()> {
        if self.numbering == Numbering::Unknown {
            self.numbering = numbering;
        }
        if self.numbering == numbering {
            return Ok(());
        }
        let (from, to) = match numbering {
            Numbering::Manual => ("automatic field numbering", "manual field specification"),
            _ => ("manual field specification", "automatic field numbering"),
        };
        Err(raise!(ValueError, "cannot switch from {from} to {to}"))
    }

    fn value(&mut self, name: Units<'_>) -> PyResult {
        let mut name = FieldName::new(name)?;
        let index = match name.first {
            First::Automatic => {
                self.set_numbering(Numbering::Automatic)?;
                self.next_index += 1;
                Some(self.next_index - 1)
            }
            First::Index(index) => {
                // A mapping takes digits as a key, but the numbering is still checked.
                self.set_numbering(Numbering::Manual)?;
                Some(index)
            }
            First::Key(_) => None,
        };
        let mut value = match (&self.values, index, &name.first) {
            (Values::Arguments(args, _), Some(index), _) => match args.get(index) {
                Some(value) => value.to_owned(),
                None => {
                    return Err(raise!(
                        IndexError,
                        "Replacement index {index} out of range for positional args tuple"
                    ));
                }
            },
            (Values::Mapping(_), Some(_), _) => {
                return Err(raise!(ValueError, "Format string contains positional fields"));
            }
            (Values::Arguments(_, keywords), None, First::Key(key)) => {
                let key = super::from_units(*key)?;
                let found = match keywords {
                    Some(keywords) => dict::get_item(keywords.borrow(), key.op())?,
                    None => None,
                };
                found.ok_or_else(|| crate::exceptions::set_key_error(key.op()))?
            }
            (Values::Mapping(mapping), None, First::Key(key)) => {
                let key = super::from_units(*key)?;
                object::get_item(*mapping, key.op())?
            }
            _ => unreachable!("a field is numbered or named"),
        };
        while let Some(step) = name.advance()? {
            value = match step {
                Step::Attribute(name) => object::get_attr(value.op(), super::from_units(name)?.op())?,
                Step::Index(index) => object::get_item(value.op(), int::from_usize(index)?.op())?,
                Step::Key(key) => object::get_item(value.op(), super::from_units(key)?.op())?,
            };
        }
        Ok(value)
    }

    fn field(&mut self, field: &Field<'_>, depth: u32, out: &mut Builder) -> PyResult<()> {
        let mut value = self.value(field.name)?;
        if let Some(conversion) = field.conversion {
            value = convert(value.op(), conversion)?.into_object();
        }
        let spec = if field.nested {
            let mut inner = Builder::new();
            self.run(field.spec, depth - 1, &mut inner)?;
            inner.finish()?
        } else {
            super::from_units(field.spec)?
        };
        if super::len(spec.borrow()) == 0
            && let Some(text) = value.op().downcast_exact::<Unicode>()
        {
            out.push_text(text);
            return Ok(());
        }
        let formatted = object::format(value.op(), Some(spec.op()))?;
        match formatted.op().downcast::<Unicode>() {
            Some(text) => out.push_text(text),
            None => {
                return Err(raise!(
                    TypeError,
                    "__format__ must return a str, not {}",
                    formatted.op().type_name()
                ));
            }
        }
        Ok(())
    }

    fn run(&mut self, template: Units<'_>, depth: u32, out: &mut Builder) -> PyResult<()> {
        if depth == 0 {
            return Err(raise!(ValueError, "Max string recursion exceeded"));
        }
        let mut template = Template::new(template);
        while let Some(piece) = template.advance()? {
            out.push_units(piece.literal);
            if let Some(field) = piece.field {
                self.field(&field, depth, out)?;
            }
        }
        Ok(())
    }
}

/// `!r`, `!s`, `!a`.
fn convert(value: Op<'_>, conversion: u32) -> PyResult<Object> {
    match char::from_u32(conversion) {
        Some('r') => object::repr(value),
        Some('s') => object::str(value),
        Some('a') => object::ascii(value),
        Some(char) if (33..127).contains(&u32::from(char)) => {
            Err(raise!(ValueError, "Unknown conversion specifier {char}"))
        }
        _ => Err(raise!(ValueError, "Unknown conversion specifier \\x{conversion:x}")),
    }
}

/// `text.format(*args, **kwargs)`.
pub fn format(text: Text<'_>, args: Args<'_>) -> PyResult<Object> {
    let keywords = match args.to_dict()? {
        Some(keywords) => keywords.downcast().ok(),
        None => None,
    };
    let values = Values::Arguments(args, keywords);
    run(text, values)
}

/// `text.format_map(mapping)`.
pub fn format_map(text: Text<'_>, mapping: Op<'_>) -> PyResult<Object> {
    run(text, Values::Mapping(mapping))
}

fn run(text: Text<'_>, values: Values<'_>) -> PyResult<Object> {
    let mut out = Builder::with_capacity(super::len(text) + 32);
    let mut formatter = Formatter { values, numbering: Numbering::Unknown, next_index: 0 };
    formatter.run(super::units(text), RECURSION_LIMIT, &mut out)?;
    out.finish()
}
