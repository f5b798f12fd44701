//! The `_codecs` module: the registry, and the native codecs as functions.
//!
//! An encoder gives `(bytes, characters used)`, a decoder `(text, bytes used)`.

use adder_object_model::buffer::{self, Buffer};
use adder_object_model::codecs::utf16::{Decoded, Order};
use adder_object_model::codecs::{self, charmap, escapes, single_byte, utf7, utf8, utf16};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Signature, bytes, int, method, module, object, raise, str,
    tuple,
};

type Text = Owned<PyUnicodeObject>;

/// A string argument that names something.
fn name_of(function: &str, position: &str, op: Op<'_>) -> PyResult<String> {
    let Some(text) = op.downcast::<PyUnicodeObject>() else {
        let given = op.type_name();
        return Err(raise!(TypeError, "{function}() argument{position} must be str, not {given}"));
    };
    let text = str::as_utf8(text)?;
    if text.contains('\0') {
        return Err(raise!(ValueError, "embedded null character"));
    }
    Ok(text.to_owned())
}

/// The optional error handler.
fn errors_of(function: &str, position: u32, op: Option<Op<'_>>) -> PyResult<Option<String>> {
    match op {
        Some(op) if !op.is_none() => match op.downcast::<PyUnicodeObject>() {
            Some(_) => name_of(function, &format!(" {position}"), op).map(Some),
            None => {
                let given = op.type_name();
                Err(raise!(TypeError, "{function}() argument {position} must be str or None, not {given}"))
            }
        },
        _ => Ok(None),
    }
}

fn pair(result: Op<'_>, used: usize) -> PyResult {
    tuple::pack(&[result, int::from_usize(used)?.op()])
}

/// The text to encode.
fn text_of(function: &str, op: Op<'_>) -> PyResult<Text> {
    match op.downcast::<PyUnicodeObject>() {
        Some(text) => Ok(text.to_owned()),
        None => Err(raise!(TypeError, "{function}() argument 1 must be str, not {}", op.type_name())),
    }
}

fn encode_with(
    function: &str,
    args: Args<'_>,
    encode: impl FnOnce(Borrowed<'_, PyUnicodeObject>, Option<&str>) -> PyResult<Vec<u8>>,
) -> PyResult {
    let [text, errors] = args.optional::<2>(function, 1)?;
    let text = text_of(function, text.expect("required"))?;
    let errors = errors_of(function, 2, errors)?;
    let encoded = encode(text.borrow(), errors.as_deref())?;
    pair(bytes::from_slice(&encoded)?.op(), str::len(text.borrow()))
}

fn decode_with(
    function: &str,
    args: Args<'_>,
    decode: impl FnOnce(&[u8], Option<&str>) -> PyResult<Text>,
) -> PyResult {
    let [data, errors] = args.optional::<2>(function, 1)?;
    let data = buffer::get(data.expect("required"), PyBUF_SIMPLE)?;
    let errors = errors_of(function, 2, errors)?;
    pair(decode(data.as_slice(), errors.as_deref())?.op(), data.len())
}

fn decode_stateful(
    function: &str,
    args: Args<'_>,
    default_final: bool,
    text_allowed: bool,
    decode: impl FnOnce(&[u8], Option<&str>, bool) -> PyResult<(Text, usize)>,
) -> PyResult {
    let [data, errors, is_final] = args.optional::<3>(function, 1)?;
    let data = data.expect("required");
    let data = if text_allowed { Data::new(data)? } else { Data::Buffer(buffer::get(data, PyBUF_SIMPLE)?) };
    let errors = errors_of(function, 2, errors)?;
    let is_final = is_final.map_or(Ok(default_final), object::is_true)?;
    let (text, used) = decode(data.as_slice(), errors.as_deref(), is_final)?;
    pair(text.op(), used)
}

/// Bytes, or the UTF-8 of a string.
enum Data {
    Buffer(Buffer),
    Text(Text),
}

impl Data {
    fn new(op: Op<'_>) -> PyResult<Self> {
        match op.downcast::<PyUnicodeObject>() {
            Some(text) => {
                str::as_utf8(text)?;
                Ok(Self::Text(text.to_owned()))
            }
            None => buffer::get(op, PyBUF_SIMPLE).map(Self::Buffer),
        }
    }

    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Buffer(buffer) => buffer.as_slice(),
            Self::Text(text) => str::as_utf8(text.borrow()).map_or(&[], |text| text.as_bytes()),
        }
    }
}

macro_rules! encoders {
    ($($name:ident = $f:expr;)*) => {$(
        fn $name(_: Op<'_>, args: Args<'_>) -> PyResult {
            encode_with(stringify!($name), args, $f)
        }
    )*};
}

fn to_vec(encoded: PyResult) -> PyResult<Vec<u8>> {
    let encoded = encoded?;
    let encoded = encoded
        .op()
        .downcast::<PyBytesObject>()
        .ok_or_else(|| raise!(SystemError, "a codec gave no bytes"))?;
    Ok(bytes::as_slice(encoded).to_vec())
}

encoders! {
    utf_8_encode = |text, errors| utf8::encode_to_vec(text, errors, "utf-8");
    utf_7_encode = |text, _| Ok(utf7::encode(text));
    utf_16_le_encode = |text, errors| utf16::encode_16(text, errors, Order::Little);
    utf_16_be_encode = |text, errors| utf16::encode_16(text, errors, Order::Big);
    utf_32_le_encode = |text, errors| utf16::encode_32(text, errors, Order::Little);
    utf_32_be_encode = |text, errors| utf16::encode_32(text, errors, Order::Big);
    unicode_escape_encode = |text, _| Ok(escapes::encode_unicode(text));
    raw_unicode_escape_encode = |text, _| Ok(escapes::encode_raw_unicode(text));
    latin_1_encode = |text, errors| to_vec(single_byte::encode_latin1(text, errors));
    ascii_encode = |text, errors| to_vec(single_byte::encode_ascii(text, errors));
}

fn encode_ordered(
    function: &str,
    args: Args<'_>,
    encode: impl FnOnce(Borrowed<'_, PyUnicodeObject>, Option<&str>, Order) -> PyResult<Vec<u8>>,
) -> PyResult {
    let [text, errors, order] = args.optional::<3>(function, 1)?;
    let text = text_of(function, text.expect("required"))?;
    let errors = errors_of(function, 2, errors)?;
    let order = Order::new(order.map_or(Ok(0), int::as_i32)?);
    let encoded = encode(text.borrow(), errors.as_deref(), order)?;
    pair(bytes::from_slice(&encoded)?.op(), str::len(text.borrow()))
}

fn utf_16_encode(_: Op<'_>, args: Args<'_>) -> PyResult {
    encode_ordered("utf_16_encode", args, utf16::encode_16)
}

fn utf_32_encode(_: Op<'_>, args: Args<'_>) -> PyResult {
    encode_ordered("utf_32_encode", args, utf16::encode_32)
}

macro_rules! stateful_decoders {
    ($($name:ident($final:literal, $text:literal) = $f:expr;)*) => {$(
        fn $name(_: Op<'_>, args: Args<'_>) -> PyResult {
            decode_stateful(stringify!($name), args, $final, $text, $f)
        }
    )*};
}

fn first_two((text, used, _): Decoded) -> (Text, usize) {
    (text, used)
}

stateful_decoders! {
    utf_8_decode(false, false) = utf8::decode;
    utf_7_decode(false, false) = utf7::decode;
    utf_16_decode(false, false) = |data, errors, is_final| utf16::decode_16(data, errors, Order::Native, is_final).map(first_two);
    utf_16_le_decode(false, false) = |data, errors, is_final| utf16::decode_16(data, errors, Order::Little, is_final).map(first_two);
    utf_16_be_decode(false, false) = |data, errors, is_final| utf16::decode_16(data, errors, Order::Big, is_final).map(first_two);
    utf_32_decode(false, false) = |data, errors, is_final| utf16::decode_32(data, errors, Order::Native, is_final).map(first_two);
    utf_32_le_decode(false, false) = |data, errors, is_final| utf16::decode_32(data, errors, Order::Little, is_final).map(first_two);
    utf_32_be_decode(false, false) = |data, errors, is_final| utf16::decode_32(data, errors, Order::Big, is_final).map(first_two);
    unicode_escape_decode(true, true) = escapes::decode_unicode;
    raw_unicode_escape_decode(true, true) = escapes::decode_raw_unicode;
}

fn decode_ex(
    function: &str,
    args: Args<'_>,
    decode: impl FnOnce(&[u8], Option<&str>, Order, bool) -> PyResult<Decoded>,
) -> PyResult {
    let [data, errors, order, is_final] = args.optional::<4>(function, 1)?;
    let data = buffer::get(data.expect("required"), PyBUF_SIMPLE)?;
    let errors = errors_of(function, 2, errors)?;
    let order = Order::new(order.map_or(Ok(0), int::as_i32)?);
    let is_final = is_final.map_or(Ok(false), object::is_true)?;
    let (text, used, found) = decode(data.as_slice(), errors.as_deref(), order, is_final)?;
    let (used, found) = (int::from_usize(used)?, int::from_i64(i64::from(found.number()))?);
    tuple::pack(&[text.op(), used.op(), found.op()])
}

fn utf_16_ex_decode(_: Op<'_>, args: Args<'_>) -> PyResult {
    decode_ex("utf_16_ex_decode", args, utf16::decode_16)
}

fn utf_32_ex_decode(_: Op<'_>, args: Args<'_>) -> PyResult {
    decode_ex("utf_32_ex_decode", args, utf16::decode_32)
}

fn latin_1_decode(_: Op<'_>, args: Args<'_>) -> PyResult {
    decode_with("latin_1_decode", args, |data, _| str::from_latin1(data))
}

fn ascii_decode(_: Op<'_>, args: Args<'_>) -> PyResult {
    decode_with("ascii_decode", args, single_byte::decode_ascii)
}

fn charmap_decode(_: Op<'_>, args: Args<'_>) -> PyResult {
    let [data, errors, mapping] = args.optional::<3>("charmap_decode", 1)?;
    let data = buffer::get(data.expect("required"), PyBUF_SIMPLE)?;
    let errors = errors_of("charmap_decode", 2, errors)?;
    let text = match mapping {
        Some(mapping) if !mapping.is_none() => charmap::decode(data.as_slice(), errors.as_deref(), mapping)?,
        _ => str::from_latin1(data.as_slice())?,
    };
    pair(text.op(), data.len())
}

fn charmap_encode(_: Op<'_>, args: Args<'_>) -> PyResult {
    let [text, errors, mapping] = args.optional::<3>("charmap_encode", 1)?;
    let text = text_of("charmap_encode", text.expect("required"))?;
    let errors = errors_of("charmap_encode", 2, errors)?;
    let encoded = match mapping {
        Some(mapping) if !mapping.is_none() => charmap::encode(text.borrow(), errors.as_deref(), mapping)?,
        _ => to_vec(single_byte::encode_latin1(text.borrow(), errors.as_deref()))?,
    };
    pair(bytes::from_slice(&encoded)?.op(), str::len(text.borrow()))
}

fn charmap_build(_: Op<'_>, table: Op<'_>) -> PyResult<Owned<PyDictObject>> {
    charmap::build(text_of("charmap_build", table)?.borrow())
}

fn escape_decode(_: Op<'_>, args: Args<'_>) -> PyResult {
    let [data, errors] = args.optional::<2>("escape_decode", 1)?;
    let data = Data::new(data.expect("required"))?;
    let errors = errors_of("escape_decode", 2, errors)?;
    let decoded = escapes::decode_bytes(data.as_slice(), errors.as_deref())?;
    pair(bytes::from_slice(&decoded)?.op(), data.as_slice().len())
}

fn escape_encode(_: Op<'_>, args: Args<'_>) -> PyResult {
    let [data, errors] = args.optional::<2>("escape_encode", 1)?;
    let data = data.expect("required");
    let Some(data) = data.downcast::<PyBytesObject>() else {
        return Err(raise!(TypeError, "escape_encode() argument 1 must be bytes, not {}", data.type_name()));
    };
    errors_of("escape_encode", 2, errors)?;
    let data = bytes::as_slice(data);
    pair(bytes::from_slice(&escapes::encode_bytes(data))?.op(), data.len())
}

fn readbuffer_encode(_: Op<'_>, args: Args<'_>) -> PyResult {
    let [data, errors] = args.optional::<2>("readbuffer_encode", 1)?;
    let data = Data::new(data.expect("required"))?;
    errors_of("readbuffer_encode", 2, errors)?;
    pair(bytes::from_slice(data.as_slice())?.op(), data.as_slice().len())
}

const ENCODE: Signature<3> = Signature::new("encode", ["obj", "encoding", "errors"]).required(1);
const DECODE: Signature<3> = Signature::new("decode", ["obj", "encoding", "errors"]).required(1);

fn parse<'a>(args: Args<'a>, signature: &Signature<3>) -> PyResult<(Op<'a>, String, Option<String>)> {
    let [op, encoding, errors] = args.parse(signature)?;
    let function = signature.function;
    let encoding = match encoding {
        Some(encoding) => name_of(function, " 'encoding'", encoding)?,
        None => "utf-8".to_owned(),
    };
    let errors = errors.map(|errors| name_of(function, " 'errors'", errors)).transpose()?;
    Ok((op.expect("required"), encoding, errors))
}

fn encode(_: Op<'_>, args: Args<'_>) -> PyResult {
    let (op, encoding, errors) = parse(args, &ENCODE)?;
    codecs::encode(op, &encoding, errors.as_deref())
}

fn decode(_: Op<'_>, args: Args<'_>) -> PyResult {
    let (op, encoding, errors) = parse(args, &DECODE)?;
    codecs::decode(op, &encoding, errors.as_deref())
}

fn register(_: Op<'_>, search: Op<'_>) -> PyResult<()> {
    codecs::register(search)
}

fn unregister(_: Op<'_>, search: Op<'_>) -> PyResult<()> {
    codecs::unregister(search)
}

fn lookup(_: Op<'_>, encoding: Op<'_>) -> PyResult {
    codecs::lookup(&name_of("lookup", "", encoding)?)
}

fn register_error(_: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [name, handler] = args.exactly::<2>("register_error")?;
    codecs::register_error(&name_of("register_error", " 1", name)?, handler)
}

fn unregister_error(_: Op<'_>, name: Op<'_>) -> PyResult<bool> {
    codecs::errors::unregister_error(&name_of("_unregister_error", "", name)?)
}

fn lookup_error(_: Op<'_>, name: Op<'_>) -> PyResult<Object> {
    codecs::lookup_error(Some(&name_of("lookup_error", "", name)?))
}

static METHODS: [PyMethodDef; 41] = [
    method::o(c"_unregister_error", unregister_error, c"_unregister_error($module, errors, /)\n--\n\nRemoves an error handler."),
    method::positional(c"ascii_decode", ascii_decode, c"ascii_decode($module, data, errors=None, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"ascii_encode", ascii_encode, c"ascii_encode($module, str, errors=None, /)\n--\n\nEncodes text: the bytes, and how many characters were used."),
    method::o(c"charmap_build", charmap_build, c"charmap_build($module, map, /)\n--\n\nThe mapping for encoding that belongs to a decoding table."),
    method::positional(c"charmap_decode", charmap_decode, c"charmap_decode($module, data, errors=None, mapping=None, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"charmap_encode", charmap_encode, c"charmap_encode($module, str, errors=None, mapping=None, /)\n--\n\nEncodes text: the bytes, and how many characters were used."),
    method::keywords(c"decode", decode, c"decode($module, /, obj, encoding='utf-8', errors='strict')\n--\n\nDecodes with a codec."),
    method::keywords(c"encode", encode, c"encode($module, /, obj, encoding='utf-8', errors='strict')\n--\n\nEncodes with a codec."),
    method::positional(c"escape_decode", escape_decode, c"escape_decode($module, data, errors=None, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"escape_encode", escape_encode, c"escape_encode($module, data, errors=None, /)\n--\n\nEncodes text: the bytes, and how many characters were used."),
    method::positional(c"latin_1_decode", latin_1_decode, c"latin_1_decode($module, data, errors=None, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"latin_1_encode", latin_1_encode, c"latin_1_encode($module, str, errors=None, /)\n--\n\nEncodes text: the bytes, and how many characters were used."),
    method::o(c"lookup", lookup, c"lookup($module, encoding, /)\n--\n\nThe codec of an encoding."),
    method::o(c"lookup_error", lookup_error, c"lookup_error($module, name, /)\n--\n\nThe error handler of a name."),
    method::positional(c"raw_unicode_escape_decode", raw_unicode_escape_decode, c"raw_unicode_escape_decode($module, data, errors=None, final=True, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"raw_unicode_escape_encode", raw_unicode_escape_encode, c"raw_unicode_escape_encode($module, str, errors=None, /)\n--\n\nEncodes text: the bytes, and how many characters were used."),
    method::positional(c"readbuffer_encode", readbuffer_encode, c"readbuffer_encode($module, data, errors=None, /)\n--\n\nThe bytes of a buffer."),
    method::o(c"register", register, c"register($module, search_function, /)\n--\n\nAdds a search function for codecs."),
    method::positional(c"register_error", register_error, c"register_error($module, errors, handler, /)\n--\n\nRegisters an error handler under a name."),
    method::positional(c"unicode_escape_decode", unicode_escape_decode, c"unicode_escape_decode($module, data, errors=None, final=True, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"unicode_escape_encode", unicode_escape_encode, c"unicode_escape_encode($module, str, errors=None, /)\n--\n\nEncodes text: the bytes, and how many characters were used."),
    method::o(c"unregister", unregister, c"unregister($module, search_function, /)\n--\n\nRemoves a search function."),
    method::positional(c"utf_16_be_decode", utf_16_be_decode, c"utf_16_be_decode($module, data, errors=None, final=False, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"utf_16_be_encode", utf_16_be_encode, c"utf_16_be_encode($module, str, errors=None, /)\n--\n\nEncodes text: the bytes, and how many characters were used."),
    method::positional(c"utf_16_decode", utf_16_decode, c"utf_16_decode($module, data, errors=None, final=False, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"utf_16_encode", utf_16_encode, c"utf_16_encode($module, str, errors=None, byteorder=0, /)\n--\n\nEncodes text: the bytes, and how many characters were used."),
    method::positional(c"utf_16_ex_decode", utf_16_ex_decode, c"utf_16_ex_decode($module, data, errors=None, byteorder=0, final=False, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"utf_16_le_decode", utf_16_le_decode, c"utf_16_le_decode($module, data, errors=None, final=False, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"utf_16_le_encode", utf_16_le_encode, c"utf_16_le_encode($module, str, errors=None, /)\n--\n\nEncodes text: the bytes, and how many characters were used."),
    method::positional(c"utf_32_be_decode", utf_32_be_decode, c"utf_32_be_decode($module, data, errors=None, final=False, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"utf_32_be_encode", utf_32_be_encode, c"utf_32_be_encode($module, str, errors=None, /)\n--\n\nEncodes text: the bytes, and how many characters were used."),
    method::positional(c"utf_32_decode", utf_32_decode, c"utf_32_decode($module, data, errors=None, final=False, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"utf_32_encode", utf_32_encode, c"utf_32_encode($module, str, errors=None, byteorder=0, /)\n--\n\nEncodes text: the bytes, and how many characters were used."),
    method::positional(c"utf_32_ex_decode", utf_32_ex_decode, c"utf_32_ex_decode($module, data, errors=None, byteorder=0, final=False, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"utf_32_le_decode", utf_32_le_decode, c"utf_32_le_decode($module, data, errors=None, final=False, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"utf_32_le_encode", utf_32_le_encode, c"utf_32_le_encode($module, str, errors=None, /)\n--\n\nEncodes text: the bytes, and how many characters were used."),
    method::positional(c"utf_7_decode", utf_7_decode, c"utf_7_decode($module, data, errors=None, final=False, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"utf_7_encode", utf_7_encode, c"utf_7_encode($module, str, errors=None, /)\n--\n\nEncodes text: the bytes, and how many characters were used."),
    method::positional(c"utf_8_decode", utf_8_decode, c"utf_8_decode($module, data, errors=None, final=False, /)\n--\n\nDecodes bytes: the text, and how many bytes were used."),
    method::positional(c"utf_8_encode", utf_8_encode, c"utf_8_encode($module, str, errors=None, /)\n--\n\nEncodes text: the bytes, and how many characters were used."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let module = module::new("_codecs")?;
    module::add_functions(module.op(), METHODS.as_ptr())?;
    Ok(module)
}
