//! From JSON text to objects.

use std::cell::RefCell;

use adder_object_model::layout::*;
use adder_object_model::str::{Builder, Units};
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Raised, Signature, TypeRef, Visitor, call, dict, exceptions,
    float, getset, int, list, number, object, raise, singletons, slot, str, tuple,
};

use crate::native::{self, Contents, Native};

type Text<'a> = Borrowed<'a, PyUnicodeObject>;

/// Raises `JSONDecodeError(message, text, position)`.
#[cold]
fn decode_error(message: &str, text: Text<'_>, position: usize) -> Raised {
    let made = (|| {
        let module = (adder_object_model::state::hooks().import_module)("json.decoder")?;
        let class = object::get_attr_str(module.op(), "JSONDecodeError")?;
        let message = str::from_str(message)?;
        call::call_positional(class.op(), &[message.op(), text.as_object(), int::from_usize(position)?.op()])
    })();
    made.map_or_else(|raised| raised, adder_object_model::errors::restore)
}

/// Raises `StopIteration(position)`: no value begins here.
#[cold]
fn no_value(position: usize) -> Raised {
    match int::from_usize(position) {
        Ok(position) => exceptions::set_stop_iteration(Some(position.op())),
        Err(raised) => raised,
    }
}

/// Four hexadecimal digits at `at`.
fn hex4(units: Units<'_>, at: usize) -> Option<u32> {
    if at + 4 > units.len() {
        return None;
    }
    (at..at + 4)
        .try_fold(0, |value, index| Some(value << 4 | char::from_u32(units.get(index))?.to_digit(16)?))
}

/// Reads a string whose opening quote stands before `begin`: the string, and the place
/// behind its closing quote.
fn scan_string(text: Text<'_>, begin: usize, strict: bool) -> PyResult<(Owned<PyUnicodeObject>, usize)> {
    let units = str::units(text);
    let quote = begin - 1;
    if begin > units.len() {
        return Err(raise!(ValueError, "end is out of bounds"));
    }
    let mut builder: Option<Builder> = None;
    let mut at = begin;
    loop {
        let start = at;
        let stop = (at..units.len()).find(|&index| matches!(units.get(index), 0x22 | 0x5c | 0..0x20));
        let Some(stop) = stop else {
            return Err(decode_error("Unterminated string starting at", text, quote));
        };
        let point = units.get(stop);
        if point < 0x20 && strict {
            return Err(decode_error("Invalid control character at", text, stop));
        }
        let plain = units.slice(start, stop);
        at = stop + 1;
        if point == 0x22 {
            let result = match builder {
                None => str::from_units(plain)?,
                Some(mut builder) => {
                    builder.push_units(plain);
                    builder.finish()?
                }
            };
            return Ok((result, at));
        }
        let builder = builder.get_or_insert_with(Builder::new);
        builder.push_units(plain);
        if point != 0x5c {
            builder.push(point);
            continue;
        }
        if at >= units.len() {
            return Err(decode_error("Unterminated string starting at", text, quote));
        }
        let escape = units.get(at);
        at += 1;
        let char = match char::from_u32(escape) {
            Some('"' | '\\' | '/') => escape,
            Some('b') => 8,
            Some('f') => 12,
            Some('n') => 10,
            Some('r') => 13,
            Some('t') => 9,
            Some('u') => {
                let Some(mut point) = hex4(units, at) else {
                    return Err(decode_error("Invalid \\uXXXX escape", text, at - 1));
                };
                at += 4;
                let follows = at + 6 <= units.len() && units.get(at) == 0x5c && units.get(at + 1) == 0x75;
                if (0xd800..0xdc00).contains(&point) && follows {
                    match hex4(units, at + 2) {
                        None => return Err(decode_error("Invalid \\uXXXX escape", text, at + 1)),
                        Some(low @ 0xdc00..0xe000) => {
                            point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
                            at += 6;
                        }
                        Some(_) => {}
                    }
                }
                point
            }
            _ => return Err(decode_error("Invalid \\escape", text, at - 2)),
        };
        builder.push(char);
    }
}

pub fn scanstring(_: Op<'_>, args: Args<'_>) -> PyResult {
    let [text, end, strict] = args.optional::<3>("scanstring", 2)?;
    let text = text.expect("required");
    let end = number::as_ssize_t(end.expect("required"), Some(exceptions::builtin::OverflowError()))?;
    let strict = strict.map_or(Ok(true), object::is_true)?;
    let Some(text) = text.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "first argument must be a string, not {}", text.type_name()));
    };
    if end < 0 || end as usize > str::len(text) {
        return Err(raise!(ValueError, "end is out of bounds"));
    }
    // An end of 0 has no quote before it; the place only shows in messages.
    let (result, next) =
        if end == 0 { scan_from_start(text, strict)? } else { scan_string(text, end as usize, strict)? };
    tuple::pack(&[result.op(), int::from_usize(next)?.op()])
}

fn scan_from_start(text: Text<'_>, strict: bool) -> PyResult<(Owned<PyUnicodeObject>, usize)> {
    let quoted = str::concat(str::from_char(0x22)?.borrow(), text)?;
    let (result, next) = scan_string(quoted.borrow(), 1, strict)?;
    Ok((result, next - 1))
}

/// `make_scanner`: reads one value with the settings of a decoder.
pub struct Scanner {
    strict: bool,
    object_hook: Object,
    object_pairs_hook: Object,
    parse_float: Object,
    parse_int: Object,
    parse_constant: Object,
    /// Keys seen in this run, so that equal ones are one object.
    memo: RefCell<Option<Owned<PyDictObject>>>,
}

type This<'a> = Borrowed<'a, Native<Scanner>>;

impl Contents for Scanner {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut SCANNER
    }
    fn traverse(&self, visitor: &mut Visitor) {
        for op in [
            &self.object_hook,
            &self.object_pairs_hook,
            &self.parse_float,
            &self.parse_int,
            &self.parse_constant,
        ] {
            visitor.visit(op.as_object_ptr());
        }
    }
}

const NEW: Signature<1> = Signature::new("make_scanner", ["context"]).required(1);

fn new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Native<Scanner>>> {
    let [context] = args.parse(&NEW)?;
    let context = context.expect("required");
    let get = |name| object::get_attr_str(context, name);
    native::new(Scanner {
        strict: object::is_true(get("strict")?.op())?,
        object_hook: get("object_hook")?,
        object_pairs_hook: get("object_pairs_hook")?,
        parse_float: get("parse_float")?,
        parse_int: get("parse_int")?,
        parse_constant: get("parse_constant")?,
        memo: RefCell::new(None),
    })
}

/// One run over a text.
struct Run<'a> {
    scanner: &'a Scanner,
    text: Text<'a>,
    units: Units<'a>,
    memo: Owned<PyDictObject>,
}

impl Run<'_> {
    fn peek(&self, at: usize) -> u32 {
        if at < self.units.len() { self.units.get(at) } else { u32::MAX }
    }

    fn is(&self, at: usize, sign: char) -> bool {
        self.peek(at) == u32::from(sign)
    }

    fn skip_space(&self, mut at: usize) -> usize {
        while matches!(self.peek(at), 0x20 | 9 | 10 | 13) {
            at += 1;
        }
        at
    }

    fn has(&self, at: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(index, char)| self.is(at + index, char))
    }

    /// The value at `at`, and the place behind it.
    fn value(&self, at: usize) -> PyResult<(Object, usize)> {
        match char::from_u32(self.peek(at)) {
            Some('"') => scan_string(self.text, at + 1, self.scanner.strict)
                .map(|(text, next)| (text.into_object(), next)),
            Some('{') => {
                self.nested(" while decoding a JSON object from a unicode string", |run| run.object(at + 1))
            }
            Some('[') => {
                self.nested(" while decoding a JSON array from a unicode string", |run| run.array(at + 1))
            }
            Some('n') if self.has(at, "null") => Ok((singletons::new_none(), at + 4)),
            Some('t') if self.has(at, "true") => Ok((singletons::new_true(), at + 4)),
            Some('f') if self.has(at, "false") => Ok((singletons::new_false(), at + 5)),
            Some('N') if self.has(at, "NaN") => self.constant("NaN", at),
            Some('I') if self.has(at, "Infinity") => self.constant("Infinity", at),
            Some('-') if self.has(at, "-Infinity") => self.constant("-Infinity", at),
            _ => self.number(at),
        }
    }

    fn nested(
        &self,
        place: &str,
        f: impl FnOnce(&Self) -> PyResult<(Object, usize)>,
    ) -> PyResult<(Object, usize)> {
        call::enter_recursive(place)?;
        let result = f(self);
        call::leave_recursive();
        result
    }

    fn constant(&self, name: &str, at: usize) -> PyResult<(Object, usize)> {
        let value = call::call_one(self.scanner.parse_constant.op(), str::intern(name)?.op())?;
        Ok((value, at + name.len()))
    }

    fn number(&self, start: usize) -> PyResult<(Object, usize)> {
        let digit = |at: usize| (0x30..0x3a).contains(&self.peek(at));
        let digits = |mut at: usize| {
            while digit(at) {
                at += 1;
            }
            at
        };
        let mut at = start + usize::from(self.is(start, '-'));
        if self.is(at, '0') {
            at += 1;
        } else if digit(at) {
            at = digits(at);
        } else {
            return Err(no_value(start));
        }
        let mut is_float = false;
        if self.is(at, '.') && digit(at + 1) {
            is_float = true;
            at = digits(at + 1);
        }
        if self.is(at, 'e') || self.is(at, 'E') {
            let sign = usize::from(self.is(at + 1, '+') || self.is(at + 1, '-'));
            if digit(at + 1 + sign) {
                is_float = true;
                at = digits(at + 1 + sign);
            }
        }
        let text = str::from_units(self.units.slice(start, at))?;
        let parse = if is_float { &self.scanner.parse_float } else { &self.scanner.parse_int };
        let (float_type, int_type) = (&raw mut float::PyFloat_Type, &raw mut int::PyLong_Type);
        let value = if is_float && parse.as_object_ptr() == float_type.cast() {
            float::from_string(text.op())?
        } else if !is_float && parse.as_object_ptr() == int_type.cast() {
            int::from_str(str::as_utf8(text.borrow())?, 10)?
        } else {
            call::call_one(parse.op(), text.op())?
        };
        Ok((value, at))
    }

    fn object(&self, start: usize) -> PyResult<(Object, usize)> {
        let fail = |message: &str, at: usize| Err(decode_error(message, self.text, at));
        let with_pairs = !self.scanner.object_pairs_hook.op().is_none();
        let (pairs, result) = (list::new()?, dict::new()?);
        let mut at = self.skip_space(start);
        if !self.is(at, '}') {
            loop {
                if !self.is(at, '"') {
                    return fail("Expecting property name enclosed in double quotes", at);
                }
                let (key, next) = scan_string(self.text, at + 1, self.scanner.strict)?;
                let key = dict::set_default(self.memo.borrow(), key.op(), key.op())?;
                at = self.skip_space(next);
                if !self.is(at, ':') {
                    return fail("Expecting ':' delimiter", at);
                }
                at = self.skip_space(at + 1);
                let (value, next) = self.value(at)?;
                if with_pairs {
                    list::append(pairs.borrow(), tuple::pack(&[key.op(), value.op()])?)?;
                } else {
                    dict::set_item(result.borrow(), key.op(), value.op())?;
                }
                at = self.skip_space(next);
                if self.is(at, '}') {
                    break;
                }
                if !self.is(at, ',') {
                    return fail("Expecting ',' delimiter", at);
                }
                let comma = at;
                at = self.skip_space(at + 1);
                if self.is(at, '}') {
                    return fail("Illegal trailing comma before end of object", comma);
                }
            }
        }
        let next = at + 1;
        if with_pairs {
            return Ok((call::call_one(self.scanner.object_pairs_hook.op(), pairs.op())?, next));
        }
        if !self.scanner.object_hook.op().is_none() {
            return Ok((call::call_one(self.scanner.object_hook.op(), result.op())?, next));
        }
        Ok((result.into_object(), next))
    }

    fn array(&self, start: usize) -> PyResult<(Object, usize)> {
        let fail = |message: &str, at: usize| Err(decode_error(message, self.text, at));
        let result = list::new()?;
        let mut at = self.skip_space(start);
        if !self.is(at, ']') {
            loop {
                let (value, next) = self.value(at)?;
                list::append(result.borrow(), value)?;
                at = self.skip_space(next);
                if self.is(at, ']') {
                    break;
                }
                if !self.is(at, ',') {
                    return fail("Expecting ',' delimiter", at);
                }
                let comma = at;
                at = self.skip_space(at + 1);
                if self.is(at, ']') {
                    return fail("Illegal trailing comma before end of array", comma);
                }
            }
        }
        Ok((result.into_object(), at + 1))
    }
}

const CALL: Signature<2> = Signature::new("scan_once", ["string", "idx"]).required(2);

fn scan_once(this: This<'_>, args: Args<'_>) -> PyResult {
    let [text, index] = args.parse(&CALL)?;
    let text = text.expect("required");
    let index = number::as_ssize_t(index.expect("required"), Some(exceptions::builtin::OverflowError()))?;
    let Some(text) = text.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "first argument must be a string, not {}", text.type_name()));
    };
    if index < 0 {
        return Err(raise!(ValueError, "idx cannot be negative"));
    }
    if index as usize >= str::len(text) {
        return Err(no_value(index as usize));
    }
    let known = this.value.memo.borrow().clone();
    let memo = match known {
        Some(memo) => memo,
        None => {
            let memo = dict::new()?;
            *this.value.memo.borrow_mut() = Some(memo.clone());
            memo
        }
    };
    let run = Run { scanner: &this.value, text, units: str::units(text), memo };
    let result = run.value(index as usize);
    dict::clear(run.memo.borrow());
    let (value, next) = result?;
    tuple::pack(&[value.op(), int::from_usize(next)?.op()])
}

macro_rules! attributes {
    ($($name:ident),*) => {$(
        fn $name(this: This<'_>) -> PyResult {
            Ok(this.value.$name.clone())
        }
    )*};
}
attributes!(object_hook, object_pairs_hook, parse_float, parse_int, parse_constant);

fn strict(this: This<'_>) -> PyResult<bool> {
    Ok(this.value.strict)
}

static GETSET: [PyGetSetDef; 7] = [
    getset::get(c"strict", strict, c"strict"),
    getset::get(c"object_hook", object_hook, c"object_hook"),
    getset::get(c"object_pairs_hook", object_pairs_hook, c"object_pairs_hook"),
    getset::get(c"parse_float", parse_float, c"parse_float"),
    getset::get(c"parse_int", parse_int, c"parse_int"),
    getset::get(c"parse_constant", parse_constant, c"parse_constant"),
    PyGetSetDef::EMPTY,
];

static mut SCANNER: PyTypeObject = PyTypeObject {
    tp_call: slot::call(scan_once),
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    tp_doc: c"Reads JSON values.".as_ptr(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_new: slot::new(new),
    ..native::type_object::<Scanner>(c"_json.Scanner")
};
