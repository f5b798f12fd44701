//! `Dialect`: how fields are separated and quoted.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Raised, TypeRef, getset, int, method, object, raise,
    singletons, slot, str,
};

use crate::native::{self, Contents, Native};

pub const QUOTE_MINIMAL: i64 = 0;
pub const QUOTE_ALL: i64 = 1;
pub const QUOTE_NONNUMERIC: i64 = 2;
pub const QUOTE_NONE: i64 = 3;
pub const QUOTE_STRINGS: i64 = 4;
pub const QUOTE_NOTNULL: i64 = 5;

pub const QUOTE_STYLES: [(&str, i64); 6] = [
    ("QUOTE_MINIMAL", QUOTE_MINIMAL),
    ("QUOTE_ALL", QUOTE_ALL),
    ("QUOTE_NONNUMERIC", QUOTE_NONNUMERIC),
    ("QUOTE_NONE", QUOTE_NONE),
    ("QUOTE_STRINGS", QUOTE_STRINGS),
    ("QUOTE_NOTNULL", QUOTE_NOTNULL),
];

pub struct Dialect {
    pub double_quote: bool,
    pub skip_initial_space: bool,
    pub strict: bool,
    pub quoting: i64,
    pub delimiter: u32,
    pub quote_char: Option<u32>,
    pub escape_char: Option<u32>,
    pub line_terminator: Owned<PyUnicodeObject>,
}

type This<'a> = Borrowed<'a, Native<Dialect>>;

impl Contents for Dialect {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut DIALECT
    }
}

const NAMES: [&str; 9] = [
    "dialect",
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

/// One of the settings: given, or an attribute of the dialect to start from.
fn setting(given: &[Option<Object>; 9], base: Option<Op<'_>>, index: usize) -> PyResult<Option<Object>> {
    match (&given[index], base) {
        (Some(value), _) => Ok(Some(value.clone())),
        (None, Some(base)) => object::get_optional_attr_str(base, NAMES[index]),
        (None, None) => Ok(None),
    }
}

fn flag(value: Option<Object>, default: bool) -> PyResult<bool> {
    value.map_or(Ok(default), |value| object::is_true(value.op()))
}

/// A character; with `optional`, `None` stands for no character.
fn character(
    value: Option<Object>,
    name: &str,
    default: Option<u32>,
    optional: bool,
) -> PyResult<Option<u32>> {
    let Some(value) = value else {
        return Ok(default);
    };
    if optional && value.op().is_none() {
        return Ok(None);
    }
    let what = if optional { "a unicode character or None" } else { "a unicode character" };
    let Some(text) = value.op().downcast::<PyUnicodeObject>() else {
        let given = value.op().type_name();
        return Err(raise!(TypeError, "\"{name}\" must be {what}, not {given}"));
    };
    match str::len(text) {
        1 => Ok(Some(str::read(text, 0))),
        len => Err(raise!(TypeError, "\"{name}\" must be {what}, not a string of length {len}")),
    }
}

fn bad_value(name: &str) -> Raised {
    raise!(ValueError, "bad {name} value")
}

impl Dialect {
    fn check(&self) -> PyResult<()> {
        let line_end = |point: u32| point == 10 || point == 13;
        let in_terminator =
            |point: u32| str::units(self.line_terminator.borrow()).iter().any(|other| other == point);
        let named = [
            ("delimiter", Some(self.delimiter)),
            ("escapechar", self.escape_char),
            ("quotechar", self.quote_char),
        ];
        for (name, point) in named {
            let Some(point) = point else {
                continue;
            };
            // Spaces that are skipped can have no other meaning, but they can separate fields.
            let space = point == 32 && name != "delimiter";
            if line_end(point) || (space && self.skip_initial_space) {
                return Err(bad_value(name));
            }
        }
        let pairs = [
            ("delimiter", Some(self.delimiter), "escapechar", self.escape_char),
            ("delimiter", Some(self.delimiter), "quotechar", self.quote_char),
            ("escapechar", self.escape_char, "quotechar", self.quote_char),
        ];
        for (name, a, other, b) in pairs {
            if a.is_some() && a == b {
                return Err(raise!(ValueError, "bad {name} or {other} value"));
            }
        }
        for (name, point) in named {
            if point.is_some_and(in_terminator) {
                return Err(raise!(ValueError, "bad {name} or lineterminator value"));
            }
        }
        Ok(())
    }
}

fn build(base: Option<Op<'_>>, given: [Option<Object>; 9]) -> PyResult<Owned<Native<Dialect>>> {
    let named;
    let base = match base {
        Some(name) if name.is_instance::<PyUnicodeObject>() => {
            named = super::registered(name)?;
            Some(named.op())
        }
        other => other,
    };
    if let Some(base) = base
        && let Some(base) = base.downcast::<Native<Dialect>>()
        && given[1..].iter().all(Option::is_none)
    {
        return Ok(base.to_owned());
    }
    let get = |index| setting(&given, base, index);
    let delimiter = character(get(1)?, "delimiter", Some(u32::from(',')), false)?.expect("not optional");
    let double_quote = flag(get(2)?, true)?;
    let escape_char = character(get(3)?, "escapechar", None, true)?;
    let line_terminator = match get(4)? {
        None => str::from_str("\r\n")?,
        Some(text) => text.downcast().map_err(|other: Object| {
            raise!(TypeError, "\"lineterminator\" must be a string, not {}", other.op().type_name())
        })?,
    };
    let given_quote = get(5)?;
    let no_quote = given_quote.as_ref().is_some_and(|quote| quote.op().is_none());
    let quote_char = character(given_quote, "quotechar", Some(u32::from('"')), true)?;
    let given_style = get(6)?;
    let mut quoting = match &given_style {
        None => QUOTE_MINIMAL,
        Some(style) if !style.op().is_exact::<PyLongObject>() => {
            let kind = style.op().type_name();
            return Err(raise!(TypeError, "\"quoting\" must be an integer, not {kind}"));
        }
        Some(style) => int::as_i64(style.op())?,
    };
    if !(QUOTE_MINIMAL..=QUOTE_NOTNULL).contains(&quoting) {
        return Err(raise!(TypeError, "bad \"quoting\" value"));
    }
    if no_quote && given_style.is_none() {
        quoting = QUOTE_NONE;
    }
    if quoting != QUOTE_NONE && quote_char.is_none() {
        return Err(raise!(TypeError, "quotechar must be set if quoting enabled"));
    }
    let made = Dialect {
        double_quote,
        skip_initial_space: flag(get(7)?, false)?,
        strict: flag(get(8)?, false)?,
        quoting,
        delimiter,
        quote_char,
        escape_char,
        line_terminator,
    };
    made.check()?;
    native::new(made)
}

/// The keyword arguments that are settings, by their order in `NAMES`.
fn settings(args: Args<'_>) -> PyResult<[Option<Object>; 9]> {
    let mut given: [Option<Object>; 9] = Default::default();
    for (name, value) in args.keywords() {
        match NAMES.iter().position(|known| str::equals(name, known)) {
            Some(index) => given[index] = Some(value.to_owned()),
            None => {
                let name = str::to_string_lossy(name);
                return Err(raise!(TypeError, "'{name}' is an invalid keyword argument for this function"));
            }
        }
    }
    Ok(given)
}

/// The dialect of a call like `reader(lines, dialect, **settings)`.
pub fn from_call(base: Option<Op<'_>>, args: Args<'_>) -> PyResult<Owned<Native<Dialect>>> {
    let given = settings(args)?;
    let base = match base {
        Some(base) => Some(base.to_owned()),
        None => given[0].clone(),
    };
    let base = base.filter(|base| !base.op().is_none());
    build(base.as_ref().map(Owned::op), given)
}

fn new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult<Owned<Native<Dialect>>> {
    from_call(args.get(0), args)
}

fn character_or_none(point: Option<u32>) -> PyResult<Object> {
    point.map_or_else(|| Ok(singletons::new_none()), |point| str::from_char(point).map(Owned::into_object))
}

fn delimiter(this: This<'_>) -> PyResult<Object> {
    character_or_none(Some(this.value.delimiter))
}
fn escapechar(this: This<'_>) -> PyResult<Object> {
    character_or_none(this.value.escape_char)
}
fn quotechar(this: This<'_>) -> PyResult<Object> {
    character_or_none(this.value.quote_char)
}
fn lineterminator(this: This<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    Ok(this.value.line_terminator.clone())
}
fn quoting(this: This<'_>) -> PyResult<Object> {
    int::from_i64(this.value.quoting)
}
fn doublequote(this: This<'_>) -> PyResult<bool> {
    Ok(this.value.double_quote)
}
fn skipinitialspace(this: This<'_>) -> PyResult<bool> {
    Ok(this.value.skip_initial_space)
}
fn strict(this: This<'_>) -> PyResult<bool> {
    Ok(this.value.strict)
}

fn no_pickle(this: This<'_>, _args: Args<'_>) -> PyResult<()> {
    Err(raise!(TypeError, "cannot pickle {} instances", this.type_name()))
}

static METHODS: [PyMethodDef; 3] = [
    method::positional(c"__reduce__", no_pickle, c"raises an exception to avoid pickling"),
    method::positional(c"__reduce_ex__", no_pickle, c"raises an exception to avoid pickling"),
    PyMethodDef::EMPTY,
];

static GETSET: [PyGetSetDef; 9] = [
    getset::get(c"delimiter", delimiter, c"What separates fields."),
    getset::get(c"doublequote", doublequote, c"Whether a quote inside a field is doubled."),
    getset::get(c"escapechar", escapechar, c"What takes the meaning of the next character away."),
    getset::get(c"lineterminator", lineterminator, c"What ends a row."),
    getset::get(c"quotechar", quotechar, c"What stands around fields."),
    getset::get(c"quoting", quoting, c"Which fields are quoted."),
    getset::get(c"skipinitialspace", skipinitialspace, c"Whether spaces behind a delimiter are skipped."),
    getset::get(c"strict", strict, c"Whether bad input is an error."),
    PyGetSetDef::EMPTY,
];

static mut DIALECT: PyTypeObject = PyTypeObject {
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    tp_doc: c"How fields are separated and quoted.".as_ptr(),
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    tp_new: slot::new(new),
    ..native::type_object::<Dialect>(c"_csv.Dialect")
};
