//! The `binascii` module: bytes to text forms and back.

use adder_object_model::buffer::{self, Buffer};
use adder_object_model::bytes_methods::transform::hex_of;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Raised, Signature, bytes, errors, exceptions, int, method, module, object, raise, str,
};
use rustpython_common::binascii::{self as codec, Base64DecodeError};

use crate::native::Kept;

static ERROR: Kept = Kept::new();

#[cold]
fn error(message: &str) -> Raised {
    match ERROR.get() {
        Some(class) => errors::set_string(class.op(), message),
        None => raise!(SystemError, "binascii is not initialised"),
    }
}

fn codec_error(error_: codec::Error) -> Raised {
    use codec::Error;
    match error_ {
        Error::OddLengthString => error("Odd-length string"),
        Error::NonHexadecimalDigit => error("Non-hexadecimal digit found"),
        Error::MissingLengthByte => error("Missing length byte"),
        Error::IllegalChar => error("Illegal char"),
        Error::TrailingGarbage => error("Trailing garbage"),
        Error::TooLong => error("At most 45 bytes at once"),
        Error::Base64(reason) => match reason {
            Base64DecodeError::LeadingPaddingNotAllowed => error("Leading padding not allowed"),
            Base64DecodeError::ExcessPaddingNotAllowed => error("Excess padding not allowed"),
            Base64DecodeError::OnlyBase64DataAllowed => error("Only base64 data is allowed"),
            Base64DecodeError::ExcessDataAfterPadding => error("Excess data after padding"),
            Base64DecodeError::DiscontinuousPaddingNotAllowed => error("Discontinuous padding not allowed"),
            Base64DecodeError::InvalidLastSymbol { index } => error(&format!(
                "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
                index
            )),
            Base64DecodeError::IncorrectPadding => error("Incorrect padding"),
        },
    }
}

/// Input of the decoders: ASCII text or bytes.
enum Ascii {
    Buffer(Buffer),
    Text(Vec<u8>),
}

impl Ascii {
    fn new(op: Op<'_>) -> PyResult<Self> {
        if let Some(text) = op.downcast::<PyUnicodeObject>() {
            if !str::is_ascii(text) {
                return Err(raise!(ValueError, "string argument should contain only ASCII characters"));
            }
            return Ok(Self::Text(str::as_utf8(text)?.as_bytes().to_vec()));
        }
        if !buffer::check(op) {
            let given = op.type_name();
            return Err(raise!(
                TypeError,
                "argument should be bytes, buffer or ASCII string, not '{given}'"
            ));
        }
        buffer::get(op, PyBUF_SIMPLE).map(Self::Buffer)
    }

    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Buffer(buffer) => buffer.as_slice(),
            Self::Text(text) => text,
        }
    }
}

type Made = PyResult<Owned<PyBytesObject>>;

fn data(op: Option<Op<'_>>) -> PyResult<Buffer> {
    buffer::get(op.expect("required"), PyBUF_SIMPLE)
}

fn flag(op: Option<Op<'_>>, default: bool) -> PyResult<bool> {
    op.map_or(Ok(default), object::is_true)
}

fn a2b_uu(_: Op<'_>, op: Op<'_>) -> Made {
    bytes::from_slice(&codec::a2b_uu(Ascii::new(op)?.as_slice()).map_err(codec_error)?)
}

const B2A_UU: Signature<2> =
    Signature::new("b2a_uu", ["", "backtick"]).positional_only(1).keyword_only_from(1).required(1);

fn b2a_uu(_: Op<'_>, args: Args<'_>) -> Made {
    let [op, backtick] = args.parse(&B2A_UU)?;
    let (input, backtick) = (data(op)?, flag(backtick, false)?);
    bytes::from_slice(&codec::b2a_uu(input.as_slice(), backtick).map_err(codec_error)?)
}

const A2B_BASE64: Signature<2> =
    Signature::new("a2b_base64", ["", "strict_mode"]).positional_only(1).keyword_only_from(1).required(1);

fn a2b_base64(_: Op<'_>, args: Args<'_>) -> Made {
    let [op, strict] = args.parse(&A2B_BASE64)?;
    let (input, strict) = (Ascii::new(op.expect("required"))?, flag(strict, false)?);
    let decoded = codec::a2b_base64(input.as_slice(), strict).map_err(|error_| match error_ {
        // The message counts the characters that are digits.
        codec::Error::Base64(Base64DecodeError::InvalidLastSymbol { .. }) => {
            let is_digit = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
            let index = input.as_slice().iter().filter(is_digit).count();
            codec_error(codec::Error::Base64(Base64DecodeError::InvalidLastSymbol { index }))
        }
        other => codec_error(other),
    });
    bytes::from_slice(&decoded?)
}

const B2A_BASE64: Signature<2> =
    Signature::new("b2a_base64", ["", "newline"]).positional_only(1).keyword_only_from(1).required(1);

fn b2a_base64(_: Op<'_>, args: Args<'_>) -> Made {
    let [op, newline] = args.parse(&B2A_BASE64)?;
    let (input, newline) = (data(op)?, flag(newline, true)?);
    bytes::from_slice(&codec::b2a_base64(input.as_slice(), newline))
}

fn number(op: Op<'_>) -> PyResult<u32> {
    Ok(int::as_u64_mask(op)? as u32)
}

fn crc_hqx(_: Op<'_>, args: Args<'_>) -> PyResult {
    let [op, crc] = args.exactly::<2>("crc_hqx")?;
    let input = buffer::get(op, PyBUF_SIMPLE)?;
    int::from_u64(u64::from(codec::crc_hqx(input.as_slice(), number(crc)?)))
}

fn crc32(_: Op<'_>, args: Args<'_>) -> PyResult {
    let [op, crc] = args.optional::<2>("crc32", 1)?;
    let input = data(op)?;
    let crc = crc.map_or(Ok(0), number)?;
    int::from_u64(u64::from(codec::crc32(input.as_slice(), crc)))
}

const HEXLIFY: Signature<3> = Signature::new("hexlify", ["data", "sep", "bytes_per_sep"]).required(1);

fn hexlify(_: Op<'_>, args: Args<'_>) -> Made {
    let [op, separator, group] = args.parse(&HEXLIFY)?;
    let input = data(op)?;
    let group = group.map_or(Ok(1), int::as_i32)? as isize;
    bytes::from_slice(&hex_of(input.as_slice(), separator, group)?)
}

fn unhexlify(_: Op<'_>, op: Op<'_>) -> Made {
    bytes::from_slice(&codec::unhexlify(Ascii::new(op)?.as_slice()).map_err(codec_error)?)
}

const A2B_QP: Signature<2> = Signature::new("a2b_qp", ["data", "header"]).required(1);
const B2A_QP: Signature<4> =
    Signature::new("b2a_qp", ["data", "quotetabs", "istext", "header"]).required(1);

fn a2b_qp(_: Op<'_>, args: Args<'_>) -> Made {
    let [op, header] = args.parse(&A2B_QP)?;
    let (input, header) = (Ascii::new(op.expect("required"))?, flag(header, false)?);
    bytes::from_slice(&codec::a2b_qp(input.as_slice(), header))
}

fn b2a_qp(_: Op<'_>, args: Args<'_>) -> Made {
    let [op, quote_tabs, is_text, header] = args.parse(&B2A_QP)?;
    let input = data(op)?;
    let (quote_tabs, is_text, header) = (flag(quote_tabs, false)?, flag(is_text, true)?, flag(header, false)?);
    bytes::from_slice(&codec::b2a_qp(input.as_slice(), quote_tabs, is_text, header))
}

static METHODS: [PyMethodDef; 13] = [
    method::o(c"a2b_uu", a2b_uu, c"a2b_uu($module, data, /)\n--\n\nDecodes a line of uuencoded data."),
    method::keywords(c"b2a_uu", b2a_uu, c"b2a_uu($module, data, /, *, backtick=False)\n--\n\nUuencodes a line of data."),
    method::keywords(c"a2b_base64", a2b_base64, c"a2b_base64($module, data, /, *, strict_mode=False)\n--\n\nDecodes base64."),
    method::keywords(c"b2a_base64", b2a_base64, c"b2a_base64($module, data, /, *, newline=True)\n--\n\nEncodes as base64."),
    method::positional(c"crc_hqx", crc_hqx, c"crc_hqx($module, data, crc, /)\n--\n\nA checksum of 16 bits."),
    method::positional(c"crc32", crc32, c"crc32($module, data, crc=0, /)\n--\n\nA checksum of 32 bits."),
    method::keywords(c"b2a_hex", hexlify, c"b2a_hex($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nEncodes as hexadecimal digits."),
    method::keywords(c"hexlify", hexlify, c"hexlify($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nEncodes as hexadecimal digits."),
    method::o(c"a2b_hex", unhexlify, c"a2b_hex($module, hexstr, /)\n--\n\nDecodes hexadecimal digits."),
    method::o(c"unhexlify", unhexlify, c"unhexlify($module, hexstr, /)\n--\n\nDecodes hexadecimal digits."),
    method::keywords(c"a2b_qp", a2b_qp, c"a2b_qp($module, /, data, header=False)\n--\n\nDecodes quoted-printable data."),
    method::keywords(c"b2a_qp", b2a_qp, c"b2a_qp($module, /, data, quotetabs=False, istext=True, header=False)\n--\n\nEncodes as quoted-printable data."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult<Object> {
    let module = module::new("binascii")?;
    module::add_functions(module.op(), METHODS.as_ptr())?;
    let base = exceptions::builtin::ValueError();
    let class = exceptions::new_class("binascii.Error", Some(base), None)?;
    module::add_object(module.op(), "Error", class.op())?;
    ERROR.set(class);
    let class = exceptions::new_class("binascii.Incomplete", None, None)?;
    module::add_object(module.op(), "Incomplete", class.op())?;
    module::add_object(module.op(), "__doc__", str::from_str("Bytes to text forms and back.")?.op())?;
    Ok(module)
}
