//! `PyCodec_*`, and the decoders that stop at an incomplete character (`PyUnicode_Decode...Stateful`).

use core::ffi::{CStr, c_char, c_int};
use core::slice;

use adder_object_model::codecs::{self, utf7, utf8, utf16};
use adder_object_model::layout::*;
use adder_object_model::{PyResult, bytes, call, errors, object, raise, str, tuple};

use crate::c_api;
use crate::convert::*;

/// Function `index` of the codec (encoder, decoder, stream reader, stream writer), new reference.
fn part(encoding: Text, index: usize) -> PyResult<Object> {
    let codec = codecs::lookup(encoding.utf8()?)?;
    let functions = codec.op().downcast::<PyTupleObject>().ok_or_else(errors::bad_internal_call)?;
    Ok(tuple::get(functions, index).to_owned())
}

/// Makes the codec's incremental encoder or decoder.
fn incremental(encoding: Text, class: &str, errors: Option<Text>) -> PyResult<Object> {
    let codec = codecs::lookup(encoding.utf8()?)?;
    let class = object::get_attr_str(codec.op(), class)?;
    call_with_errors(class, None, errors)
}

/// Makes the codec's reader or writer for a stream.
fn stream(encoding: Text, index: usize, stream: Op, errors: Option<Text>) -> PyResult<Object> {
    call_with_errors(part(encoding, index)?, Some(stream), errors)
}

fn call_with_errors(callable: Object, first: Option<Op>, errors: Option<Text>) -> PyResult<Object> {
    let errors = errors.map(|errors| errors.to_str()).transpose()?;
    let args: Vec<_> = first.into_iter().chain(errors.as_ref().map(|errors| errors.op())).collect();
    call::call_positional(callable.op(), &args)
}

/// Calls one of the builtin error handlers.
fn handle(name: &str, exception: Op) -> PyResult<Object> {
    call::call_one(codecs::lookup_error(Some(name))?.op(), exception)
}

/// The name of an encoding; null is a bad argument.
pub struct Encoding(Text);

impl FromC for Encoding {
    type C = *const c_char;
    #[inline]
    unsafe fn from_c(value: *const c_char) -> PyResult<Self> {
        if value.is_null() {
            return Err(raise!(TypeError, "bad argument type for built-in operation"));
        }
        // SAFETY: the caller's promise.
        unsafe { Text::from_c(value) }.map(Self)
    }
}

c_api! {
    fn PyCodec_Register(search: Op) -> PyResult<()> { codecs::register(search) }
    fn PyCodec_Unregister(search: Op) -> PyResult<()> { codecs::unregister(search) }
    fn PyCodec_KnownEncoding(encoding: Text) -> bool { encoding.utf8().map(codecs::is_known).unwrap_or_else(|error| { error.clear(); false }) }
    /// New reference.
    fn PyCodec_Encoder(encoding: Encoding) -> PyResult<Object> { part(encoding.0, 0) }
    /// New reference.
    fn PyCodec_Decoder(encoding: Encoding) -> PyResult<Object> { part(encoding.0, 1) }
    /// New reference.
    fn PyCodec_IncrementalEncoder(encoding: Encoding, errors: Option<Text>) -> PyResult<Object> { incremental(encoding.0, "incrementalencoder", errors) }
    /// New reference.
    fn PyCodec_IncrementalDecoder(encoding: Encoding, errors: Option<Text>) -> PyResult<Object> { incremental(encoding.0, "incrementaldecoder", errors) }
    /// New reference.
    fn PyCodec_StreamReader(encoding: Encoding, file: Op, errors: Option<Text>) -> PyResult<Object> { stream(encoding.0, 2, file, errors) }
    /// New reference.
    fn PyCodec_StreamWriter(encoding: Encoding, file: Op, errors: Option<Text>) -> PyResult<Object> { stream(encoding.0, 3, file, errors) }
    fn PyCodec_RegisterError(name: Text, handler: Op) -> PyResult<()> { codecs::register_error(name.utf8()?, handler) }
    /// New reference.
    fn PyCodec_StrictErrors(exception: Op) -> PyResult<Object> { handle("strict", exception) }
    /// New reference.
    fn PyCodec_IgnoreErrors(exception: Op) -> PyResult<Object> { handle("ignore", exception) }
    /// New reference.
    fn PyCodec_ReplaceErrors(exception: Op) -> PyResult<Object> { handle("replace", exception) }
    /// New reference.
    fn PyCodec_XMLCharRefReplaceErrors(exception: Op) -> PyResult<Object> { handle("xmlcharrefreplace", exception) }
    /// New reference.
    fn PyCodec_BackslashReplaceErrors(exception: Op) -> PyResult<Object> { handle("backslashreplace", exception) }
    /// New reference.
    fn PyCodec_NameReplaceErrors(exception: Op) -> PyResult<Object> { handle("namereplace", exception) }
    /// New reference: `bytes`.
    fn PyUnicode_AsCharmapString(text: Op, mapping: Op) -> PyResult<Object> {
        let text = text.downcast::<PyUnicodeObject>().ok_or_else(errors::bad_argument)?;
        bytes::from_slice(&codecs::charmap::encode(text, None, mapping)?).map(adder_object_model::Owned::into_object)
    }
    /// New reference; a negative length means that `text` ends with a zero byte.
    fn PyUnicode_DecodeLocaleAndSize(text: *const c_char, len: isize, errors: Option<Text>) -> PyResult<Str> {
        // SAFETY: the caller's promise about `text` and `len`.
        let data = unsafe { given(text, len) };
        match errors.as_ref().map(Text::bytes) {
            None | Some(b"strict") => str::decode_utf8(data, None),
            Some(b"surrogateescape") => str::decode_utf8(data, Some("surrogateescape")),
            Some(_) => Err(raise!(ValueError, "only 'strict' and 'surrogateescape' error handlers are supported")),
        }
    }
    /// New reference. Without a mapping, bytes are code points.
    fn PyUnicode_DecodeCharmap(text: *const c_char, len: isize, mapping: Option<Op>, errors: Option<Text>) -> PyResult<Str> {
        // SAFETY: the caller's promise about `text` and `len`.
        let data = unsafe { given(text, len) };
        match mapping {
            Some(mapping) => codecs::charmap::decode(data, errors.as_ref().map(Text::utf8).transpose()?, mapping),
            None => str::from_latin1(data),
        }
    }
    /// New reference; `consumed`, if not null, gets the bytes used and lets an incomplete end stand.
    fn PyUnicode_DecodeUTF8Stateful(text: *const c_char, len: isize, errors: Option<Text>, consumed: *mut isize) -> PyResult<Str> {
        stateful(text, len, consumed, |data, is_final| utf8::decode(data, errors.as_ref().map(Text::utf8).transpose()?, is_final))
    }
    /// New reference; as `PyUnicode_DecodeUTF8Stateful`.
    fn PyUnicode_DecodeUTF7Stateful(text: *const c_char, len: isize, errors: Option<Text>, consumed: *mut isize) -> PyResult<Str> {
        stateful(text, len, consumed, |data, is_final| utf7::decode(data, errors.as_ref().map(Text::utf8).transpose()?, is_final))
    }
    /// New reference; `order`, if not null, says the byte order and gets the one found.
    fn PyUnicode_DecodeUTF16Stateful(text: *const c_char, len: isize, errors: Option<Text>, order: *mut c_int, consumed: *mut isize) -> PyResult<Str> {
        ordered(text, len, errors, order, consumed, utf16::decode_16)
    }
    /// New reference; as `PyUnicode_DecodeUTF16Stateful`.
    fn PyUnicode_DecodeUTF32Stateful(text: *const c_char, len: isize, errors: Option<Text>, order: *mut c_int, consumed: *mut isize) -> PyResult<Str> {
        ordered(text, len, errors, order, consumed, utf16::decode_32)
    }
    /// New reference: a `str` that is interned for good, made once for each place.
    fn _PyUnicode_FromId(id: *mut PyIdentifier) -> PyResult<Lent> {
        // SAFETY: the caller passes an identifier, whose text ends with a zero byte.
        let name = unsafe { CStr::from_ptr((*id).string) };
        let name = name.to_str().map_err(|_| raise!(UnicodeDecodeError, "an identifier is not UTF-8"))?;
        str::intern(name).map(|name| Lent(name.into_object()))
    }
}

/// `_Py_Identifier`: a name that old code looks up often.
#[repr(C)]
pub struct PyIdentifier {
    string: *const c_char,
    index: isize,
    mutex: u8,
}

/// The bytes a caller gives; a negative length means up to the zero byte.
///
/// # Safety
/// `text` holds `len` bytes, or ends with a zero byte.
unsafe fn given<'a>(text: *const c_char, len: isize) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe {
        match usize::try_from(len) {
            Ok(0) => &[],
            Ok(len) => slice::from_raw_parts(text.cast(), len),
            Err(_) => CStr::from_ptr(text).to_bytes(),
        }
    }
}

fn stateful(
    text: *const c_char,
    len: isize,
    consumed: *mut isize,
    decode: impl FnOnce(&[u8], bool) -> PyResult<(Str, usize)>,
) -> PyResult<Str> {
    // SAFETY: the caller of the exported function promises the bytes, and a place or null.
    unsafe {
        let (text, used) = decode(given(text, len), consumed.is_null())?;
        if !consumed.is_null() {
            *consumed = used as isize;
        }
        Ok(text)
    }
}

fn ordered(
    text: *const c_char,
    len: isize,
    errors: Option<Text>,
    order: *mut c_int,
    consumed: *mut isize,
    decode: impl FnOnce(&[u8], Option<&str>, utf16::Order, bool) -> PyResult<utf16::Decoded>,
) -> PyResult<Str> {
    // SAFETY: the caller of the exported function promises a place or null.
    unsafe {
        let wanted = utf16::Order::new(if order.is_null() { 0 } else { *order });
        stateful(text, len, consumed, |data, is_final| {
            let errors = errors.as_ref().map(Text::utf8).transpose()?;
            let (text, used, found) = decode(data, errors, wanted, is_final)?;
            if !order.is_null() {
                *order = found.number();
            }
            Ok((text, used))
        })
    }
}
