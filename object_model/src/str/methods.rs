//! The method table of `str`, its constructor, and the methods that fit nowhere else.

use super::search::{adjust, count_units};
use super::{Builder, Object, Text, Unicode, as_exact, case, len, read, split, units};
use crate::exceptions::builtin;
use crate::layout::*;
use crate::unicode_data::{self as data};
use crate::{
    Args, Borrowed, Op, Owned, PyResult, Signature, TypeRef, dict, int, method, number, object, raise, tuple,
};

const NEW: Signature<3> = Signature::new("str", ["object", "encoding", "errors"]);

fn make(args: Args<'_>) -> PyResult<Object> {
    let [op, encoding, errors] = args.parse(&NEW)?;
    let Some(op) = op else {
        return Ok(super::empty());
    };
    if encoding.is_none() && errors.is_none() {
        return object::str(op);
    }
    let encoding = encoding.map(|encoding| name_argument(encoding, "encoding")).transpose()?;
    let errors = errors.map(|errors| name_argument(errors, "errors")).transpose()?;
    crate::codecs::decode_object(op, encoding, errors)
}

/// The name of an encoding or error handler.
pub(crate) fn name_argument<'a>(op: Op<'a>, name: &str) -> PyResult<&'a str> {
    match op.downcast::<Unicode>() {
        Some(text) => super::as_utf8(text),
        None => Err(crate::raise!(TypeError, "str() argument '{name}' must be str, not {}", op.type_name())),
    }
}

pub(super) fn new(tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Object> {
    let value = make(args)?;
    if tp.as_ptr() == &raw mut super::PyUnicode_Type {
        return Ok(value);
    }
    super::storage::new_of_subtype(tp, value.borrow())
}

pub(super) fn vectorcall(_tp: Borrowed<'_, PyTypeObject>, args: Args<'_>) -> PyResult<Object> {
    if args.keyword_count() == 0 {
        args.check_positional("str", 0, 3)?;
    }
    make(args)
}

fn range(start: Option<Op<'_>>, end: Option<Op<'_>>) -> PyResult<(isize, isize)> {
    crate::bytes_methods::search::parse_range(start, end)
}

/// The argument of a search.
fn parse_search<'a>(args: Args<'a>, name: &str) -> PyResult<(Text<'a>, isize, isize)> {
    let [wanted, start, end] = args.optional::<3>(name, 1)?;
    let wanted = wanted.expect("required");
    let Some(wanted) = wanted.downcast::<Unicode>() else {
        return Err(raise!(TypeError, "{name}() argument 1 must be str, not {}", wanted.type_name()));
    };
    let (start, end) = range(start, end)?;
    Ok((wanted, start, end))
}

fn position(found: Option<usize>) -> PyResult {
    int::from_isize(found.map_or(-1, |at| at as isize))
}

fn found_or_error(found: Option<usize>) -> PyResult {
    found.map_or_else(|| Err(raise!(ValueError, "substring not found")), int::from_usize)
}

fn find(text: Text<'_>, args: Args<'_>) -> PyResult {
    let (wanted, start, end) = parse_search(args, "find")?;
    position(super::find(text, wanted, start, end, true))
}

fn rfind(text: Text<'_>, args: Args<'_>) -> PyResult {
    let (wanted, start, end) = parse_search(args, "rfind")?;
    position(super::find(text, wanted, start, end, false))
}

fn index(text: Text<'_>, args: Args<'_>) -> PyResult {
    let (wanted, start, end) = parse_search(args, "index")?;
    found_or_error(super::find(text, wanted, start, end, true))
}

fn rindex(text: Text<'_>, args: Args<'_>) -> PyResult {
    let (wanted, start, end) = parse_search(args, "rindex")?;
    found_or_error(super::find(text, wanted, start, end, false))
}

/// How often `wanted` occurs in `text[start:end]` (`PyUnicode_Count`).
pub fn count_in(text: Text<'_>, wanted: Text<'_>, start: isize, end: isize) -> usize {
    let (start, end) = adjust(start, end, len(text));
    if start > end {
        return 0;
    }
    count_units(units(text).slice(start as usize, end as usize), units(wanted), usize::MAX)
}

fn count(text: Text<'_>, args: Args<'_>) -> PyResult {
    let (wanted, start, end) = parse_search(args, "count")?;
    int::from_usize(count_in(text, wanted, start, end))
}

/// Whether `text[start:end]` begins (or ends) with `wanted` (`PyUnicode_Tailmatch`).
pub fn tail_match(text: Text<'_>, wanted: Text<'_>, start: isize, end: isize, at_start: bool) -> bool {
    let (start, end) = adjust(start, end, len(text));
    let wanted = units(wanted);
    if end - start < wanted.len() as isize {
        return false;
    }
    let (start, end) = (start as usize, end as usize);
    let at = if at_start { start } else { end - wanted.len() };
    let part = units(text).slice(at, at + wanted.len());
    if part.kind() == wanted.kind() {
        part.as_bytes() == wanted.as_bytes()
    } else {
        part.iter().eq(wanted.iter())
    }
}

fn tail_match_any(text: Text<'_>, args: Args<'_>, name: &str, at_start: bool) -> PyResult<bool> {
    let [wanted, start, end] = args.optional::<3>(name, 1)?;
    let wanted = wanted.expect("required");
    let (start, end) = range(start, end)?;
    if let Some(tuple) = wanted.downcast::<PyTupleObject>() {
        for index in 0..tuple::len(tuple) {
            let item = tuple::get(tuple, index);
            let Some(item) = item.downcast::<Unicode>() else {
                let given = item.type_name();
                return Err(raise!(TypeError, "tuple for {name} must only contain str, not {given}"));
            };
            if tail_match(text, item, start, end, at_start) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match wanted.downcast::<Unicode>() {
        Some(wanted) => Ok(tail_match(text, wanted, start, end, at_start)),
        None => {
            let given = wanted.type_name();
            Err(raise!(TypeError, "{name} first arg must be str or a tuple of str, not {given}"))
        }
    }
}

fn startswith(text: Text<'_>, args: Args<'_>) -> PyResult<bool> {
    tail_match_any(text, args, "startswith", true)
}

fn endswith(text: Text<'_>, args: Args<'_>) -> PyResult<bool> {
    tail_match_any(text, args, "endswith", false)
}

fn removeprefix(text: Text<'_>, prefix: Op<'_>) -> PyResult<Object> {
    let Some(prefix) = prefix.downcast::<Unicode>() else {
        let given = prefix.type_name();
        return Err(raise!(TypeError, "removeprefix() argument must be str, not {given}"));
    };
    if tail_match(text, prefix, 0, isize::MAX, true) {
        return super::substring(text, len(prefix), len(text));
    }
    as_exact(text)
}

fn removesuffix(text: Text<'_>, suffix: Op<'_>) -> PyResult<Object> {
    let Some(suffix) = suffix.downcast::<Unicode>() else {
        let given = suffix.type_name();
        return Err(raise!(TypeError, "removesuffix() argument must be str, not {given}"));
    };
    if tail_match(text, suffix, 0, isize::MAX, false) {
        return super::substring(text, 0, len(text) - len(suffix));
    }
    as_exact(text)
}

const REPLACE: Signature<3> = Signature::new("replace", ["", "", "count"]).positional_only(2).required(2);

fn replace(text: Text<'_>, args: Args<'_>) -> PyResult<Object> {
    let [old, new, count] = args.parse(&REPLACE)?;
    let argument = |op: Option<Op<'_>>, position: u32| -> PyResult<Object> {
        let op = op.expect("required");
        match op.downcast::<Unicode>() {
            Some(text) => Ok(text.to_owned()),
            None => {
                Err(raise!(TypeError, "replace() argument {position} must be str, not {}", op.type_name()))
            }
        }
    };
    let (old, new) = (argument(old, 1)?, argument(new, 2)?);
    let count = count.map_or(Ok(-1), |count| number::as_ssize_t(count, Some(builtin::OverflowError())))?;
    super::replace(text, old.borrow(), new.borrow(), count)
}

fn join(separator: Text<'_>, items: Op<'_>) -> PyResult {
    super::join(separator, items)
}

const ENCODE: Signature<2> = Signature::new("encode", ["encoding", "errors"]);

fn encode(text: Text<'_>, args: Args<'_>) -> PyResult {
    let [encoding, errors] = args.parse(&ENCODE)?;
    let name = |op: Option<Op<'_>>, position: &str| -> PyResult<Option<String>> {
        let Some(op) = op else {
            return Ok(None);
        };
        let Some(name) = op.downcast::<Unicode>() else {
            return Err(raise!(
                TypeError,
                "encode() argument '{position}' must be str, not {}",
                op.type_name()
            ));
        };
        let name = super::as_utf8(name)?;
        if name.contains('\0') {
            return Err(raise!(ValueError, "embedded null character"));
        }
        Ok(Some(name.to_owned()))
    };
    let (encoding, errors) = (name(encoding, "encoding")?, name(errors, "errors")?);
    crate::codecs::encode_text(text, encoding.as_deref(), errors.as_deref())
}

/// `(width[, fillchar])` of the padding methods.
fn parse_padding(args: Args<'_>, name: &str) -> PyResult<(usize, u32)> {
    let [width, fill] = args.optional::<2>(name, 1)?;
    let width = number::as_ssize_t(width.expect("required"), Some(builtin::OverflowError()))?;
    let fill = match fill {
        None => u32::from(' '),
        Some(fill) => {
            let Some(fill) = fill.downcast::<Unicode>() else {
                let given = fill.type_name();
                return Err(raise!(TypeError, "The fill character must be a unicode character, not {given}"));
            };
            if len(fill) != 1 {
                return Err(raise!(TypeError, "The fill character must be exactly one character long"));
            }
            read(fill, 0)
        }
    };
    Ok((width.max(0) as usize, fill))
}

fn padded(text: Text<'_>, left: usize, right: usize, fill: u32) -> PyResult<Object> {
    if left == 0 && right == 0 {
        return as_exact(text);
    }
    let old = units(text);
    if left.checked_add(right).and_then(|n| n.checked_add(old.len())).is_none_or(|n| n > isize::MAX as usize)
    {
        return Err(raise!(OverflowError, "padded string is too long"));
    }
    let total = left + right + old.len();
    // Huge widths must fail as an error, so the room is asked for first.
    let width = super::basics::max_char_bound(text).max(fill);
    if total > 1 << 24 {
        drop(super::new_unfilled(total, width)?);
    }
    let mut builder = Builder::with_capacity(total);
    builder.push_repeated(fill, left);
    builder.push_units(old);
    builder.push_repeated(fill, right);
    builder.finish()
}

fn ljust(text: Text<'_>, args: Args<'_>) -> PyResult<Object> {
    let (width, fill) = parse_padding(args, "ljust")?;
    padded(text, 0, width.saturating_sub(len(text)), fill)
}

fn rjust(text: Text<'_>, args: Args<'_>) -> PyResult<Object> {
    let (width, fill) = parse_padding(args, "rjust")?;
    padded(text, width.saturating_sub(len(text)), 0, fill)
}

fn center(text: Text<'_>, args: Args<'_>) -> PyResult<Object> {
    let (width, fill) = parse_padding(args, "center")?;
    let total = width.saturating_sub(len(text));
    // An odd rest goes left when the width is odd, too.
    let left = total / 2 + (total & width & 1);
    padded(text, left, total - left, fill)
}

fn zfill(text: Text<'_>, width: Op<'_>) -> PyResult<Object> {
    let width = number::as_ssize_t(width, Some(builtin::OverflowError()))?.max(0) as usize;
    let old = units(text);
    let zeros = width.saturating_sub(old.len());
    if zeros == 0 {
        return as_exact(text);
    }
    let sign = usize::from(!old.is_empty() && matches!(old.get(0), 0x2b | 0x2d));
    if width >= 0x100_0000 {
        // A huge width must fail as an error, so the room is asked for first.
        drop(super::new_unfilled(width, 127)?);
    }
    let mut builder = Builder::with_capacity(width);
    builder.push_units(old.slice(0, sign));
    builder.push_repeated(u32::from('0'), zeros);
    builder.push_units(old.slice(sign, old.len()));
    builder.finish()
}

const EXPANDTABS: Signature<1> = Signature::new("expandtabs", ["tabsize"]);

fn expandtabs(text: Text<'_>, args: Args<'_>) -> PyResult<Object> {
    let [size] = args.parse(&EXPANDTABS)?;
    let size = size.map_or(Ok(8), int::as_i32)?.max(0) as usize;
    let old = units(text);
    let Some(_) = super::search::find_char(old, 9) else {
        return as_exact(text);
    };
    let mut builder = Builder::with_capacity(old.len());
    let mut column = 0;
    for point in old.iter() {
        match point {
            9 if size > 0 => {
                let step = size - column % size;
                column += step;
                if builder.len().checked_add(step).is_none_or(|n| n > isize::MAX as usize) {
                    return Err(raise!(OverflowError, "new string is too long"));
                }
                if step > 1 << 24 {
                    drop(super::new_unfilled(builder.len() + step, 127)?);
                }
                builder.push_repeated(u32::from(' '), step);
            }
            9 => {}
            _ => {
                column = if matches!(point, 10 | 13) { 0 } else { column + 1 };
                builder.push(point);
            }
        }
    }
    builder.finish()
}

/// Looks a character up in a translation table: `Ok(None)` deletes it, an error of
/// `LookupError` has already become the character itself.
enum Translated {
    Same,
    Deleted,
    Char(u32),
    Text(Object),
}

fn translate_one(table: Op<'_>, point: u32) -> PyResult<Translated> {
    let key = int::from_u64(u64::from(point))?;
    let value = match object::get_item(table, key.op()) {
        Ok(value) => value,
        Err(raised) => {
            raised.absorb::<()>(builtin::LookupError())?;
            return Ok(Translated::Same);
        }
    };
    if value.op().is_none() {
        return Ok(Translated::Deleted);
    }
    if value.op().is_instance::<PyLongObject>() {
        return match int::as_i64_and_overflow(value.op())? {
            Ok(point @ 0..=0x10ffff) => Ok(Translated::Char(point as u32)),
            _ => Err(raise!(ValueError, "character mapping must be in range(0x110000)")),
        };
    }
    match value.downcast::<Unicode>() {
        Ok(text) => Ok(Translated::Text(text)),
        Err(_) => Err(raise!(TypeError, "character mapping must return integer, None or str")),
    }
}

/// `text.translate(table)`.
pub fn translate(text: Text<'_>, table: Op<'_>) -> PyResult<Object> {
    let mut builder = Builder::with_capacity(len(text));
    let mut changed = false;
    for point in units(text).iter() {
        match translate_one(table, point)? {
            Translated::Same => {
                builder.push(point);
                continue;
            }
            Translated::Deleted => {}
            Translated::Char(mapped) => builder.push(mapped),
            Translated::Text(mapped) => builder.push_text(mapped.borrow()),
        }
        changed = true;
    }
    if changed { builder.finish() } else { as_exact(text) }
}

/// `str.maketrans(x[, y[, z]])`.
fn maketrans(_: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyDictObject>> {
    let [x, y, z] = args.optional::<3>("maketrans", 1)?;
    let x = x.expect("required");
    let table = dict::new()?;
    if let Some(y) = y {
        let expect = |op: Op<'_>, position: u32| -> PyResult<Object> {
            let text = op.downcast::<Unicode>().map(Borrowed::to_owned);
            text.ok_or_else(|| {
                raise!(TypeError, "maketrans() argument {position} must be str, not {}", op.type_name())
            })
        };
        let Some(x) = x.downcast::<Unicode>() else {
            let message = "first maketrans argument must be a string if there is a second argument";
            return Err(raise!(TypeError, "{message}"));
        };
        let y = expect(y, 2)?;
        let z = z.map(|z| expect(z, 3)).transpose()?;
        if len(x) != len(y.borrow()) {
            return Err(raise!(ValueError, "the first two maketrans arguments must have equal length"));
        }
        for (from, to) in units(x).iter().zip(units(y.borrow()).iter()) {
            let (from, to) = (int::from_u64(u64::from(from))?, int::from_u64(u64::from(to))?);
            dict::set_item(table.borrow(), from.op(), to.op())?;
        }
        for point in z.as_ref().map_or(Vec::new(), |z| super::code_points(z.borrow())) {
            dict::set_item(table.borrow(), int::from_u64(u64::from(point))?.op(), crate::singletons::none())?;
        }
        return Ok(table);
    }
    let Some(given) = x.downcast_exact::<PyDictObject>() else {
        let message = "if you give only one argument to maketrans it must be a dict";
        return Err(raise!(TypeError, "{message}"));
    };
    for (key, value) in dict::pairs(given) {
        if let Some(text) = key.downcast::<Unicode>() {
            if len(text) != 1 {
                return Err(raise!(ValueError, "string keys in translate table must be of length 1"));
            }
            dict::set_item(table.borrow(), int::from_u64(u64::from(read(text, 0)))?.op(), value)?;
        } else if key.is_instance::<PyLongObject>() {
            dict::set_item(table.borrow(), key, value)?;
        } else {
            return Err(raise!(TypeError, "keys in translate table must be strings or integers"));
        }
    }
    Ok(table)
}

macro_rules! all_characters {
    ($($name:ident = $f:expr;)*) => {$(
        fn $name(text: Text<'_>) -> PyResult<bool> {
            Ok(len(text) > 0 && units(text).iter().all($f))
        }
    )*};
}

all_characters! {
    isalnum = data::is_alphanumeric;
    isalpha = |point| data::is(point, data::ALPHA);
    isdecimal = |point| data::is(point, data::DECIMAL);
    isdigit = |point| data::is(point, data::DIGIT);
    isnumeric = |point| data::is(point, data::NUMERIC);
    isspace = data::is_space;
}

fn isascii(text: Text<'_>) -> PyResult<bool> {
    Ok(super::is_ascii(text))
}

fn isprintable(text: Text<'_>) -> PyResult<bool> {
    Ok(units(text).iter().all(data::is_printable))
}

/// Whether the text is a name (`PyUnicode_IsIdentifier`).
pub fn is_identifier(text: Text<'_>) -> bool {
    let mut points = units(text).iter();
    points.next().is_some_and(|first| first == 0x5f || data::is(first, data::XID_START))
        && points.all(|point| data::is(point, data::XID_CONTINUE))
}

fn isidentifier(text: Text<'_>) -> PyResult<bool> {
    Ok(is_identifier(text))
}

fn format(text: Text<'_>, args: Args<'_>) -> PyResult<Object> {
    super::format::format(text, args)
}

fn format_map(text: Text<'_>, mapping: Op<'_>) -> PyResult<Object> {
    super::format::format_map(text, mapping)
}

fn dunder_format(text: Text<'_>, spec: Op<'_>) -> PyResult<Object> {
    let Some(spec) = spec.downcast::<Unicode>() else {
        return Err(raise!(TypeError, "__format__() argument must be str, not {}", spec.type_name()));
    };
    if len(spec) == 0 {
        return if text.is_exact::<Unicode>() { Ok(text.to_owned()) } else { object::str(text.as_object()) };
    }
    crate::format_spec::format_str(text, spec)
}

fn sizeof(text: Text<'_>) -> PyResult {
    let state = super::storage::state(text);
    let characters = (len(text) + 1) * state.kind() as usize;
    let mut size = if state.compact() {
        let header =
            if state.ascii() { size_of::<PyASCIIObject>() } else { size_of::<PyCompactUnicodeObject>() };
        header + characters
    } else {
        text.ob_type().tp_basicsize as usize + characters
    };
    if !state.ascii() {
        // SAFETY: a string that is not ASCII has these fields.
        let base = unsafe { &*text.as_ptr().cast::<PyCompactUnicodeObject>() };
        if !base.utf8.is_null() {
            size += base.utf8_length as usize + 1;
        }
    }
    int::from_usize(size)
}

fn getnewargs(text: Text<'_>) -> PyResult {
    let copy = super::from_units(units(text))?;
    tuple::pack(&[copy.op()])
}

pub(super) static METHODS: [PyMethodDef; 51] = [
    method::keywords(c"encode", encode, c"encode($self, /, encoding='utf-8', errors='strict')\n--\n\nThe bytes of this text in an encoding."),
    method::keywords(c"replace", replace, c"replace($self, old, new, /, count=-1)\n--\n\nWith one substring replaced by another."),
    method::keywords(c"split", split::split, c"split($self, /, sep=None, maxsplit=-1)\n--\n\nThe substrings between separators."),
    method::keywords(c"rsplit", split::rsplit, c"rsplit($self, /, sep=None, maxsplit=-1)\n--\n\nThe substrings between separators, counted from the end."),
    method::o(c"join", join, c"join($self, iterable, /)\n--\n\nThe strings of an iterable with this one between them."),
    method::noargs(c"capitalize", case::capitalize, c"capitalize($self, /)\n--\n\nThe first character in title case, the rest in lower case."),
    method::noargs(c"casefold", case::casefold, c"casefold($self, /)\n--\n\nFor comparison without regard to case."),
    method::noargs(c"title", case::title, c"title($self, /)\n--\n\nWith every word in title case."),
    method::positional(c"center", center, c"center($self, width, fillchar=' ', /)\n--\n\nPadded on both sides to a width."),
    method::positional(c"count", count, c"count($self, sub[, start[, end]], /)\n--\n\nHow often a substring occurs without overlap."),
    method::keywords(c"expandtabs", expandtabs, c"expandtabs($self, /, tabsize=8)\n--\n\nWith spaces in the place of tabs."),
    method::positional(c"find", find, c"find($self, sub[, start[, end]], /)\n--\n\nThe first place of a substring, or -1."),
    method::o(c"partition", split::partition, c"partition($self, sep, /)\n--\n\nWhat stands before, is, and stands behind the first separator."),
    method::positional(c"index", index, c"index($self, sub[, start[, end]], /)\n--\n\nThe first place of a substring; an error if there is none."),
    method::positional(c"ljust", ljust, c"ljust($self, width, fillchar=' ', /)\n--\n\nPadded on the right to a width."),
    method::noargs(c"lower", case::lower, c"lower($self, /)\n--\n\nIn lower case."),
    method::positional(c"lstrip", split::lstrip, c"lstrip($self, chars=None, /)\n--\n\nWithout white space, or the given characters, on the left."),
    method::positional(c"rfind", rfind, c"rfind($self, sub[, start[, end]], /)\n--\n\nThe last place of a substring, or -1."),
    method::positional(c"rindex", rindex, c"rindex($self, sub[, start[, end]], /)\n--\n\nThe last place of a substring; an error if there is none."),
    method::positional(c"rjust", rjust, c"rjust($self, width, fillchar=' ', /)\n--\n\nPadded on the left to a width."),
    method::positional(c"rstrip", split::rstrip, c"rstrip($self, chars=None, /)\n--\n\nWithout white space, or the given characters, on the right."),
    method::o(c"rpartition", split::rpartition, c"rpartition($self, sep, /)\n--\n\nWhat stands before, is, and stands behind the last separator."),
    method::keywords(c"splitlines", split::splitlines, c"splitlines($self, /, keepends=False)\n--\n\nThe lines."),
    method::positional(c"strip", split::strip, c"strip($self, chars=None, /)\n--\n\nWithout white space, or the given characters, on both sides."),
    method::noargs(c"swapcase", case::swapcase, c"swapcase($self, /)\n--\n\nWith upper and lower case exchanged."),
    method::o(c"translate", translate, c"translate($self, table, /)\n--\n\nWith characters mapped through a table."),
    method::noargs(c"upper", case::upper, c"upper($self, /)\n--\n\nReturn a copy of the string converted to uppercase."),
    method::positional(c"startswith", startswith, c"startswith($self, prefix[, start[, end]], /)\n--\n\nWhether the text begins so."),
    method::positional(c"endswith", endswith, c"endswith($self, suffix[, start[, end]], /)\n--\n\nWhether the text ends so."),
    method::o(c"removeprefix", removeprefix, c"removeprefix($self, prefix, /)\n--\n\nWithout a prefix, if it is there."),
    method::o(c"removesuffix", removesuffix, c"removesuffix($self, suffix, /)\n--\n\nWithout a suffix, if it is there."),
    method::noargs(c"isascii", isascii, c"isascii($self, /)\n--\n\nWhether all characters are ASCII."),
    method::noargs(c"islower", case::islower, c"islower($self, /)\n--\n\nWhether all cased characters are lower case, and there are any."),
    method::noargs(c"isupper", case::isupper, c"isupper($self, /)\n--\n\nWhether all cased characters are upper case, and there are any."),
    method::noargs(c"istitle", case::istitle, c"istitle($self, /)\n--\n\nWhether words begin in upper or title case and go on in lower case."),
    method::noargs(c"isspace", isspace, c"isspace($self, /)\n--\n\nWhether all characters are white space, and there are any."),
    method::noargs(c"isdecimal", isdecimal, c"isdecimal($self, /)\n--\n\nWhether all characters are decimal, and there are any."),
    method::noargs(c"isdigit", isdigit, c"isdigit($self, /)\n--\n\nWhether all characters are digits, and there are any."),
    method::noargs(c"isnumeric", isnumeric, c"isnumeric($self, /)\n--\n\nWhether all characters are numeric, and there are any."),
    method::noargs(c"isalpha", isalpha, c"isalpha($self, /)\n--\n\nWhether all characters are letters, and there are any."),
    method::noargs(c"isalnum", isalnum, c"isalnum($self, /)\n--\n\nWhether all characters are letters or numbers, and there are any."),
    method::noargs(c"isidentifier", isidentifier, c"isidentifier($self, /)\n--\n\nWhether the text is a name."),
    method::noargs(c"isprintable", isprintable, c"isprintable($self, /)\n--\n\nWhether all characters can be printed."),
    method::o(c"zfill", zfill, c"zfill($self, width, /)\n--\n\nPadded with zeros behind the sign."),
    method::keywords(c"format", format, c"format($self, /, *args, **kwargs)\n--\n\nWith the fields in braces replaced by the arguments."),
    method::o(c"format_map", format_map, c"format_map($self, mapping, /)\n--\n\nWith the fields in braces replaced from a mapping."),
    method::o(c"__format__", dunder_format, c"__format__($self, format_spec, /)\n--\n\nLaid out as a format specification says."),
    method::static_positional(c"maketrans", maketrans, c"maketrans(x, y=<unrepresentable>, z=<unrepresentable>, /)\n--\n\nA table for translate."),
    method::noargs(c"__sizeof__", sizeof, c"__sizeof__($self, /)\n--\n\nThe memory it takes."),
    method::noargs(c"__getnewargs__", getnewargs, c"__getnewargs__($self, /)\n--\n\nWhat to call the type with for a copy."),
    PyMethodDef::EMPTY,
];
