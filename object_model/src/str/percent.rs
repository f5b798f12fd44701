//! The `%` operator, of `str` and of `bytes`.

use super::storage::Units;
use super::{Builder, Object, Unicode};
use crate::exceptions::builtin;
use crate::float::text::{Style, to_text};
use crate::layout::*;
use crate::{
    Object as AnyObject, Op, Owned, PyResult, Raised, buffer, int, mapping, number, object, raise,
    singletons, str, tuple, type_object,
};

pub(super) fn remainder(format: Op<'_>, args: Op<'_>) -> PyResult {
    if !format.is_instance::<Unicode>() {
        return Ok(singletons::new_not_implemented());
    }
    format_percent(format, args)
}

/// `format % args` (`PyUnicode_Format`).
pub fn format_percent(format: Op<'_>, args: Op<'_>) -> PyResult {
    let template = str::expect(format, "format")?;
    let mut formatter = Formatter::new(super::units(template), args, false);
    formatter.run()?;
    formatter.out.finish().map(Owned::into_object)
}

/// The same for bytes.
pub(crate) fn format_bytes(format: &[u8], args: Op<'_>) -> PyResult<Vec<u8>> {
    let mut formatter = Formatter::new(Units::Latin1(format), args, true);
    formatter.run()?;
    match formatter.out {
        Builder::Latin1(bytes) => Ok(bytes),
        _ => unreachable!("bytes only have bytes added"),
    }
}

/// What stands between `%` and the type.
#[derive(Default)]
struct Spec {
    left: bool,
    plus: bool,
    blank: bool,
    alternate: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
    type_: u32,
}

/// A converted value, before signs and padding.
struct Converted {
    text: Builder,
    /// Whether it may begin with a sign, and zeros may fill it up.
    numeric: bool,
    /// `0x` and the like, already part of the text.
    prefixed: bool,
}

struct Formatter<'a> {
    template: Units<'a>,
    position: usize,
    args: Op<'a>,
    tuple: Option<crate::Borrowed<'a, PyTupleObject>>,
    index: usize,
    /// The argument is a mapping that keys can be looked up in.
    mapping: bool,
    bytes: bool,
    out: Builder,
}

impl<'a> Formatter<'a> {
    fn new(template: Units<'a>, args: Op<'a>, bytes: bool) -> Self {
        let tuple = args.downcast::<PyTupleObject>();
        let text = if bytes {
            args.is_instance::<PyBytesObject>()
                || args.is_instance::<PyByteArrayObject>()
                || args.is_instance::<Unicode>()
        } else {
            args.is_instance::<Unicode>()
        };
        let mapping = mapping::check(args) && tuple.is_none() && !text;
        let out = Builder::with_capacity(template.len() + 100);
        Self { template, position: 0, args, tuple, index: 0, mapping, bytes, out }
    }

    fn run(&mut self) -> PyResult<()> {
        let len = self.template.len();
        while self.position < len {
            let rest = self.template.slice(self.position, len);
            let plain = super::search::find_char(rest, u32::from('%')).unwrap_or(rest.len());
            self.out.push_units(rest.slice(0, plain));
            self.position += plain;
            if self.position < len {
                self.position += 1;
                self.directive()?;
            }
        }
        let left = match self.tuple {
            Some(tuple) => self.index < tuple::len(tuple),
            None => self.index == 0 && !self.mapping,
        };
        if left {
            let what = if self.bytes { "bytes" } else { "string" };
            return Err(raise!(TypeError, "not all arguments converted during {what} formatting"));
        }
        Ok(())
    }

    /// The next argument.
    fn next_argument(&mut self) -> PyResult {
        let argument = match self.tuple {
            Some(tuple) if self.index < tuple::len(tuple) => Some(tuple::get(tuple, self.index)),
            None if self.index == 0 => Some(self.args),
            _ => None,
        };
        self.index += 1;
        argument
            .map(|op| op.to_owned())
            .ok_or_else(|| raise!(TypeError, "not enough arguments for format string"))
    }

    fn peek(&self) -> PyResult<u32> {
        if self.position < self.template.len() {
            Ok(self.template.get(self.position))
        } else {
            Err(raise!(ValueError, "incomplete format"))
        }
    }

    /// `(key)`: the value from the mapping becomes the only argument.
    fn key(&mut self) -> PyResult {
        if !self.mapping {
            return Err(raise!(TypeError, "format requires a mapping"));
        }
        self.position += 1;
        let start = self.position;
        let mut depth = 1;
        while self.position < self.template.len() {
            match char::from_u32(self.template.get(self.position)) {
                Some(')') => depth -= 1,
                Some('(') => depth += 1,
                _ => {}
            }
            self.position += 1;
            if depth == 0 {
                let key = self.template.slice(start, self.position - 1);
                let key = match key {
                    Units::Latin1(key) if self.bytes => crate::bytes::from_slice(key)?.into_object(),
                    _ => super::from_units(key)?.into_object(),
                };
                return object::get_item(self.args, key.op());
            }
        }
        Err(raise!(ValueError, "incomplete format key"))
    }

    /// A number in the template, or `*`: an int from the arguments.
    fn number(&mut self, what: &str) -> PyResult<Option<isize>> {
        if self.peek()? == u32::from('*') {
            self.position += 1;
            let argument = self.next_argument()?;
            if !argument.op().is_instance::<PyLongObject>() {
                return Err(raise!(TypeError, "* wants int"));
            }
            let value = if what == "width" {
                int::as_isize(argument.op())?
            } else {
                int::as_i32(argument.op())? as isize
            };
            return Ok(Some(value));
        }
        let mut value: Option<isize> = None;
        while self.position < self.template.len() {
            let Some(digit) =
                char::from_u32(self.template.get(self.position)).and_then(|char| char.to_digit(10))
            else {
                break;
            };
            let limit = if what == "width" { isize::MAX } else { i32::MAX as isize };
            let before = value.unwrap_or(0);
            if before > (limit - digit as isize) / 10 {
                return Err(raise!(ValueError, "{what} too big"));
            }
            value = Some(before * 10 + digit as isize);
            self.position += 1;
        }
        Ok(value)
    }

    fn directive(&mut self) -> PyResult<()> {
        let mut from_key = None;
        if self.peek()? == u32::from('(') {
            from_key = Some(self.key()?);
            // From here on `*` has nothing to take: the argument is the value found.
            self.tuple = None;
            self.index = 1;
        }
        let mut spec = Spec::default();
        loop {
            match char::from_u32(self.peek()?) {
                Some('-') => spec.left = true,
                Some('+') => spec.plus = true,
                Some(' ') => spec.blank = true,
                Some('#') => spec.alternate = true,
                Some('0') => spec.zero = true,
                _ => break,
            }
            self.position += 1;
        }
        if let Some(width) = self.number("width")? {
            spec.left |= width < 0;
            spec.width = Some(width.unsigned_abs());
        }
        if self.peek()? == u32::from('.') {
            self.position += 1;
            spec.precision = Some(self.number("precision")?.unwrap_or(0).max(0) as usize);
        }
        if matches!(char::from_u32(self.peek()?), Some('h' | 'l' | 'L')) {
            self.position += 1;
        }
        spec.type_ = self.peek()?;
        self.position += 1;
        if spec.type_ == u32::from('%') {
            self.out.push(u32::from('%'));
            return Ok(());
        }
        let value = match from_key {
            Some(value) => value,
            None => self.next_argument()?,
        };
        let converted = self.convert(&spec, value.op())?;
        if let Some(width @ 0x100_0000..) = spec.width {
            // Huge widths must fail as an error, so the room is asked for first.
            drop(super::new_unfilled(width, 127)?);
        }
        self.lay_out(&spec, &converted);
        Ok(())
    }

    fn convert(&self, spec: &Spec, value: Op<'_>) -> PyResult<Converted> {
        let text = |text: Object, spec: &Spec| {
            let units = super::units(text.borrow());
            let shown = spec.precision.map_or(units.len(), |precision| precision.min(units.len()));
            let mut builder = Builder::new();
            builder.push_units(units.slice(0, shown));
            Ok(Converted { text: builder, numeric: false, prefixed: false })
        };
        match char::from_u32(spec.type_) {
            Some('s' | 'b') if self.bytes => self.convert_bytes(spec, value),
            Some('r' | 'a') if self.bytes => text(object::ascii(value)?, spec),
            Some('s') => text(object::str(value)?, spec),
            Some('r') => text(object::repr(value)?, spec),
            Some('a') => text(object::ascii(value)?, spec),
            Some('c') => {
                let mut builder = Builder::new();
                builder.push(if self.bytes { byte_char(value)? } else { text_char(value)? });
                Ok(Converted { text: builder, numeric: false, prefixed: false })
            }
            Some('d' | 'i' | 'u' | 'o' | 'x' | 'X') => integer(spec, value),
            Some('e' | 'E' | 'f' | 'F' | 'g' | 'G') => self.float(spec, value),
            _ => Err(self.unsupported(spec.type_)),
        }
    }

    #[cold]
    fn unsupported(&self, type_: u32) -> Raised {
        let shown =
            char::from_u32(type_).filter(|_| (32..127).contains(&type_) || !self.bytes).unwrap_or('?');
        let shown = if type_ < 32 && !self.bytes { '?' } else { shown };
        let at = self.position - 1;
        raise!(ValueError, "unsupported format character '{shown}' (0x{type_:x}) at index {at}")
    }

    fn convert_bytes(&self, spec: &Spec, value: Op<'_>) -> PyResult<Converted> {
        let bytes = if let Some(method) = lookup_bytes(value)? {
            let made = crate::call::call_noargs(method.op())?;
            match made.op().downcast::<PyBytesObject>() {
                Some(made) => crate::bytes::as_slice(made).to_vec(),
                None => {
                    let given = made.op().type_name();
                    return Err(raise!(TypeError, "__bytes__ returned non-bytes (type {given})"));
                }
            }
        } else if buffer::check(value) {
            let view = buffer::get(value, PyBUF_FULL_RO)?;
            // SAFETY: filled and not released.
            unsafe { buffer::to_contiguous(&raw const *view.view, b'C') }
        } else {
            let given = value.type_name();
            return Err(raise!(
                TypeError,
                "%b requires a bytes-like object, or an object that implements __bytes__, not '{given}'"
            ));
        };
        let shown = spec.precision.map_or(bytes.len(), |precision| precision.min(bytes.len()));
        Ok(Converted { text: Builder::Latin1(bytes[..shown].to_vec()), numeric: false, prefixed: false })
    }

    fn float(&self, spec: &Spec, value: Op<'_>) -> PyResult<Converted> {
        let number = crate::float::as_f64(value).map_err(|raised| {
            if self.bytes && raised.matches(builtin::TypeError()) {
                raised.clear();
                raise!(TypeError, "float argument required, not {}", value.type_name())
            } else {
                raised
            }
        })?;
        let code = char::from_u32(spec.type_).expect("one of the float types");
        let style = Style { alternate: spec.alternate, ..Style::default() };
        let mut builder = Builder::new();
        builder.push_str(&to_text(number, code, spec.precision.unwrap_or(6), style));
        Ok(Converted { text: builder, numeric: true, prefixed: false })
    }

    /// Adds sign, prefix, fill and text.
    fn lay_out(&mut self, spec: &Spec, converted: &Converted) {
        let mut text = converted.text.units();
        let mut sign = None;
        if converted.numeric {
            let first = if text.is_empty() { 0 } else { text.get(0) };
            if first == u32::from('-') || first == u32::from('+') {
                sign = Some(first);
                text = text.slice(1, text.len());
            } else if spec.plus {
                sign = Some(u32::from('+'));
            } else if spec.blank {
                sign = Some(u32::from(' '));
            }
        }
        let zeros = spec.zero && converted.numeric && !spec.left;
        let prefix = if converted.prefixed { text.slice(0, 2) } else { text.slice(0, 0) };
        text = text.slice(prefix.len(), text.len());
        let used = usize::from(sign.is_some()) + prefix.len() + text.len();
        let padding = spec.width.unwrap_or(0).saturating_sub(used);
        if !zeros && !spec.left {
            self.out.push_repeated(u32::from(' '), padding);
        }
        if let Some(sign) = sign {
            self.out.push(sign);
        }
        self.out.push_units(prefix);
        if zeros {
            self.out.push_repeated(u32::from('0'), padding);
        }
        self.out.push_units(text);
        if spec.left {
            self.out.push_repeated(u32::from(' '), padding);
        }
    }
}

fn lookup_bytes(value: Op<'_>) -> PyResult<Option<AnyObject>> {
    if value.is_exact::<PyBytesObject>() || value.is_exact::<PyByteArrayObject>() {
        return Ok(None);
    }
    object::lookup_special(value, "__bytes__")
}

/// An int in decimal, octal or hexadecimal, at least `precision` digits long.
fn integer(spec: &Spec, value: Op<'_>) -> PyResult<Converted> {
    let type_ = char::from_u32(spec.type_).expect("one of the int types");
    let radix_type = matches!(type_, 'o' | 'x' | 'X');
    let wrong_type = || {
        let (needed, given) = (if radix_type { "an integer" } else { "a real number" }, value.type_name());
        raise!(TypeError, "%{type_} format: {needed} is required, not {given}")
    };
    if !number::check(value) {
        return Err(wrong_type());
    }
    let converted = if value.is_instance::<PyLongObject>() {
        Ok(value.to_owned())
    } else if radix_type {
        number::index(value)
    } else {
        number::long(value)
    };
    let converted = converted.map_err(|raised| {
        if raised.matches(builtin::TypeError()) {
            raised.clear();
            wrong_type()
        } else {
            raised
        }
    })?;
    let text = match type_ {
        'o' => int::to_string_radix(converted.op(), 8, false)?,
        'x' | 'X' => int::to_string_radix(converted.op(), 16, false)?,
        _ => int::to_decimal_string(converted.op())?,
    };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let zeros = spec.precision.unwrap_or(0).saturating_sub(digits.len());
    let prefixed = spec.alternate && radix_type;
    let prefix = match type_ {
        _ if !prefixed => "",
        'o' => "0o",
        _ => "0x",
    };
    let mut text = String::with_capacity(digits.len() + zeros + 3);
    text.push_str(sign);
    text.push_str(prefix);
    text.extend(core::iter::repeat_n('0', zeros));
    text.push_str(digits);
    if type_ == 'X' {
        text.make_ascii_uppercase();
    }
    let mut builder = Builder::new();
    builder.push_str(&text);
    Ok(Converted { text: builder, numeric: true, prefixed })
}

/// `%c` of text: a character or its number.
fn text_char(value: Op<'_>) -> PyResult<u32> {
    if let Some(text) = value.downcast::<Unicode>() {
        return match super::len(text) {
            1 => Ok(super::read(text, 0)),
            len => Err(raise!(
                TypeError,
                "%c requires an int or a unicode character, not a string of length {len}"
            )),
        };
    }
    if !number::check_index(value) {
        let given = type_object::get_fully_qualified_name(value.ob_type())?;
        let given = super::to_string_lossy(given.op());
        return Err(raise!(TypeError, "%c requires an int or a unicode character, not {given}"));
    }
    match int::as_i64_and_overflow(number::index(value)?.op())? {
        Ok(point @ 0..=0x10ffff) => Ok(point as u32),
        _ => Err(raise!(OverflowError, "%c arg not in range(0x110000)")),
    }
}

/// `%c` of bytes: a byte or its number.
fn byte_char(value: Op<'_>) -> PyResult<u32> {
    let bytes = if let Some(bytes) = value.downcast::<PyBytesObject>() {
        Some(crate::bytes::as_slice(bytes))
    } else {
        value.downcast::<PyByteArrayObject>().map(crate::bytearray::view)
    };
    if let Some(bytes) = bytes {
        return match bytes {
            [byte] => Ok(u32::from(*byte)),
            _ => {
                let (given, len) = (value.type_name(), bytes.len());
                let what = "%c requires an integer in range(256) or a single byte";
                Err(raise!(TypeError, "{what}, not a {given} object of length {len}"))
            }
        };
    }
    if !number::check_index(value) {
        let given = type_object::get_fully_qualified_name(value.ob_type())?;
        let given = super::to_string_lossy(given.op());
        return Err(raise!(TypeError, "%c requires an integer in range(256) or a single byte, not {given}"));
    }
    match int::as_i64_and_overflow(number::index(value)?.op())? {
        Ok(byte @ 0..=255) => Ok(byte as u32),
        _ => Err(raise!(OverflowError, "%c arg not in range(256)")),
    }
}
