//! The `unicodedata` module: properties and names of characters.
//!
//! The data is `rustpython-unicode`'s, whose Unicode version is later than CPython's:
//! characters that came with it are known here and unknown there. The tables behind
//! `str` have no such difference.

use core::ffi::{c_char, c_int};

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Visitor, capsule, exceptions, float, getset, int, method,
    module, raise, static_type, str, type_object,
};
use rustpython_unicode::{
    LookupResult, NormalizeForm, Ucd, character_name, is_normalized, lookup_name, normalize,
};
use rustpython_wtf8::CodePoint;

use crate::native::{self, Contents, Native};

const VERSION: &str = "16.0.0";

/// `unicodedata.UCD`: the database at another version.
struct Database(Ucd);

impl Contents for Database {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut UCD
    }
    fn traverse(&self, _visitor: &mut Visitor) {}
}

/// The database a function is called on: the module's own, or an instance's.
fn database(receiver: Op<'_>) -> (Ucd, bool) {
    match receiver.downcast::<Native<Database>>() {
        Some(old) => (old.value.0, false),
        None => (Ucd::new(true), true),
    }
}

fn character(function: &str, position: &str, op: Op<'_>) -> PyResult<CodePoint> {
    let Some(text) = op.downcast::<PyUnicodeObject>() else {
        let given = op.type_name();
        return Err(raise!(
            TypeError,
            "{function}() argument{position} must be a unicode character, not {given}"
        ));
    };
    match str::len(text) {
        1 => Ok(CodePoint::from_u32(str::read(text, 0)).expect("a code point")),
        len => Err(raise!(
            TypeError,
            "{function}(): argument{position} must be a unicode character, not a string of length {len}"
        )),
    }
}

type Made = PyResult<Owned<PyUnicodeObject>>;

fn category(receiver: Op<'_>, op: Op<'_>) -> Made {
    str::from_str(database(receiver).0.category(character("category", "", op)?))
}

fn bidirectional(receiver: Op<'_>, op: Op<'_>) -> Made {
    let point = character("bidirectional", "", op)?;
    let (data, _) = database(receiver);
    // What is not assigned has no direction of its own.
    if data.category(point) == "Cn" {
        return str::from_str("");
    }
    str::from_str(data.bidirectional(point))
}

fn east_asian_width(receiver: Op<'_>, op: Op<'_>) -> Made {
    str::from_str(database(receiver).0.east_asian_width(character("east_asian_width", "", op)?))
}

fn combining(receiver: Op<'_>, op: Op<'_>) -> PyResult {
    int::from_u64(u64::from(database(receiver).0.combining(character("combining", "", op)?)))
}

fn mirrored(receiver: Op<'_>, op: Op<'_>) -> PyResult {
    int::from_i64(i64::from(database(receiver).0.mirrored(character("mirrored", "", op)?)))
}

fn decomposition(receiver: Op<'_>, op: Op<'_>) -> Made {
    let point = character("decomposition", "", op)?;
    // Hangul syllables are composed by rule, without entries: 21 vowels by 28 finals for each
    // initial, of which the first final stands for none.
    if let Some(syllable) = point.to_u32().checked_sub(0xac00).filter(|syllable| *syllable < 11172) {
        let (initial, vowel, last) = (0x1100 + syllable / 588, 0x1161 + syllable % 588 / 28, syllable % 28);
        let last = if last == 0 { String::new() } else { format!(" {:04X}", 0x11a7 + last) };
        return str::from_string(format!("{initial:04X} {vowel:04X}{last}"));
    }
    str::from_string(database(receiver).0.decomposition(point))
}

/// A value, the default that was given, or an error.
fn or_default(value: Option<Object>, default: Option<Op<'_>>, message: &str) -> PyResult {
    match (value, default) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.to_owned()),
        (None, None) => Err(raise!(ValueError, "{message}")),
    }
}

fn parse<'a>(function: &str, args: Args<'a>) -> PyResult<(CodePoint, Option<Op<'a>>)> {
    let [op, default] = args.optional::<2>(function, 1)?;
    Ok((character(function, " 1", op.expect("required"))?, default))
}

fn decimal(receiver: Op<'_>, args: Args<'_>) -> PyResult {
    let (point, default) = parse("decimal", args)?;
    let value = database(receiver).0.decimal(point).map(int::from_u64).transpose()?;
    or_default(value, default, "not a decimal")
}

fn digit(receiver: Op<'_>, args: Args<'_>) -> PyResult {
    let (point, default) = parse("digit", args)?;
    let value = database(receiver).0.digit(point).map(int::from_u64).transpose()?;
    or_default(value, default, "not a digit")
}

fn numeric(receiver: Op<'_>, args: Args<'_>) -> PyResult {
    let (point, default) = parse("numeric", args)?;
    let value = database(receiver).0.numeric(point).map(float::new).transpose()?;
    or_default(value, default, "not a numeric character")
}

fn name(receiver: Op<'_>, args: Args<'_>) -> PyResult {
    let (point, default) = parse("name", args)?;
    let (data, _) = database(receiver);
    let name = point.to_char().filter(|char| data.membership(*char)).and_then(character_name);
    let name = name.map(|name| str::from_string(name).map(Owned::into_object)).transpose()?;
    or_default(name, default, "no such name")
}

fn lookup(receiver: Op<'_>, op: Op<'_>) -> Made {
    let Some(text) = op.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "lookup() argument must be str, not {}", op.type_name()));
    };
    let wanted = str::to_string_lossy(text.as_object());
    // The names of ideographs are made of their numbers, which are written in one way only.
    const IDEOGRAPH: &str = "CJK UNIFIED IDEOGRAPH-";
    let is_ideograph =
        wanted.get(..IDEOGRAPH.len()).is_some_and(|start| start.eq_ignore_ascii_case(IDEOGRAPH));
    let found = database(receiver).0.lookup(&wanted).filter(|found| match found {
        LookupResult::Character(char) if is_ideograph => {
            wanted[IDEOGRAPH.len()..].eq_ignore_ascii_case(&format!("{:X}", u32::from(*char)))
        }
        _ => true,
    });
    match found {
        Some(LookupResult::Character(char)) => str::from_char(u32::from(char)),
        Some(LookupResult::Sequence(sequence)) => str::from_str(sequence),
        None => {
            let message = str::from_string(format!("undefined character name '{wanted}'"))?;
            Err(exceptions::set_key_error(message.op()))
        }
    }
}

fn form<'a>(function: &str, args: Args<'a>) -> PyResult<(NormalizeForm, Borrowed<'a, PyUnicodeObject>)> {
    let [form, text] = args.exactly::<2>(function)?;
    let expect = |op: Op<'a>, position: u32| {
        op.downcast::<PyUnicodeObject>().ok_or_else(|| {
            raise!(TypeError, "{function}() argument {position} must be str, not {}", op.type_name())
        })
    };
    let (form, text) = (expect(form, 1)?, expect(text, 2)?);
    let form = match str::to_string_lossy(form.as_object()).as_str() {
        "NFC" => NormalizeForm::Nfc,
        "NFD" => NormalizeForm::Nfd,
        "NFKC" => NormalizeForm::Nfkc,
        "NFKD" => NormalizeForm::Nfkd,
        _ => return Err(raise!(ValueError, "invalid normalization form")),
    };
    Ok((form, text))
}

fn normalize_method(_: Op<'_>, args: Args<'_>) -> Made {
    let (form, text) = form("normalize", args)?;
    if str::is_ascii(text) {
        return str::as_exact(text);
    }
    str::from_wtf8(&normalize(form, &str::to_wtf8(text)))
}

fn is_normalized_method(_: Op<'_>, args: Args<'_>) -> PyResult<bool> {
    let (form, text) = form("is_normalized", args)?;
    Ok(str::is_ascii(text) || is_normalized(form, &str::to_wtf8(text)))
}

fn unidata_version(this: Borrowed<'_, Native<Database>>) -> Made {
    str::from_string(this.value.0.unidata_version())
}

static METHODS: [PyMethodDef; 14] = [
    method::positional(
        c"decimal",
        decimal,
        c"decimal($self, chr, default=<unrepresentable>, /)\n--\n\nThe value of a decimal character.",
    ),
    method::positional(
        c"digit",
        digit,
        c"digit($self, chr, default=<unrepresentable>, /)\n--\n\nThe value of a digit.",
    ),
    method::positional(
        c"numeric",
        numeric,
        c"numeric($self, chr, default=<unrepresentable>, /)\n--\n\nThe value of a numeric character.",
    ),
    method::o(c"category", category, c"category($self, chr, /)\n--\n\nThe general category."),
    method::o(
        c"bidirectional",
        bidirectional,
        c"bidirectional($self, chr, /)\n--\n\nThe class of direction.",
    ),
    method::o(c"combining", combining, c"combining($self, chr, /)\n--\n\nThe canonical combining class."),
    method::o(
        c"mirrored",
        mirrored,
        c"mirrored($self, chr, /)\n--\n\nWhether the character is mirrored in text from right to left.",
    ),
    method::o(
        c"east_asian_width",
        east_asian_width,
        c"east_asian_width($self, chr, /)\n--\n\nThe East Asian width.",
    ),
    method::o(
        c"decomposition",
        decomposition,
        c"decomposition($self, chr, /)\n--\n\nThe decomposition mapping.",
    ),
    method::positional(c"name", name, c"name($self, chr, default=<unrepresentable>, /)\n--\n\nThe name."),
    method::o(c"lookup", lookup, c"lookup($self, name, /)\n--\n\nThe character of a name."),
    method::positional(
        c"is_normalized",
        is_normalized_method,
        c"is_normalized($self, form, unistr, /)\n--\n\nWhether a string is in a normal form.",
    ),
    method::positional(
        c"normalize",
        normalize_method,
        c"normalize($self, form, unistr, /)\n--\n\nThe normal form of a string.",
    ),
    PyMethodDef::EMPTY,
];

static GETSET: [PyGetSetDef; 2] =
    [getset::get(c"unidata_version", unidata_version, c"The version of Unicode."), PyGetSetDef::EMPTY];

static mut UCD: PyTypeObject = PyTypeObject {
    tp_methods: (&raw const METHODS).cast_mut().cast(),
    tp_getset: (&raw const GETSET).cast_mut().cast(),
    ..native::type_object::<Database>(c"unicodedata.UCD")
};

/// Writes the name of a character as a C string; 1 if it has one.
unsafe extern "C" fn get_name(code: Py_UCS4, buffer: *mut c_char, len: c_int, _with_aliases: c_int) -> c_int {
    let Some(name) = char::from_u32(code).and_then(character_name) else {
        return 0;
    };
    if name.len() + 1 > len.max(0) as usize {
        return 0;
    }
    // SAFETY: the caller's buffer has `len` bytes.
    unsafe {
        core::ptr::copy_nonoverlapping(name.as_ptr().cast(), buffer, name.len());
        buffer.add(name.len()).write(0);
    }
    1
}

/// Finds the character of a name; 1 if there is one.
unsafe extern "C" fn get_code(
    name: *const c_char,
    len: c_int,
    code: *mut Py_UCS4,
    _with_sequences: c_int,
) -> c_int {
    // SAFETY: the caller passes `len` bytes and a place for the result.
    unsafe {
        let name = core::slice::from_raw_parts(name.cast::<u8>(), len.max(0) as usize);
        let Ok(name) = core::str::from_utf8(name) else {
            return 0;
        };
        match lookup_name(name) {
            Some(LookupResult::Character(char)) => {
                *code = u32::from(char);
                1
            }
            _ => 0,
        }
    }
}

static CAPI: _PyUnicode_Name_CAPI = _PyUnicode_Name_CAPI { getname: Some(get_name), getcode: Some(get_code) };

pub fn init() -> PyResult {
    type_object::ready(static_type!(UCD))?;
    let module = module::new("unicodedata")?;
    module::add_functions(module.op(), METHODS.as_ptr())?;
    module::add_object(module.op(), "unidata_version", str::from_str(VERSION)?.op())?;
    module::add_type(module.op(), static_type!(UCD))?;
    let old = native::new(Database(Ucd::new(false)))?;
    module::add_object(module.op(), "ucd_3_2_0", old.op())?;
    let pointer = (&raw const CAPI).cast_mut().cast();
    let capi = capsule::new(pointer, c"unicodedata._ucnhash_CAPI".as_ptr(), None)?;
    module::add_object(module.op(), "_ucnhash_CAPI", capi.op())?;
    Ok(module)
}
