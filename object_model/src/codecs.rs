//! The codec registry, error handlers, and the codecs that are native.
//!
//! A codec that finds something it cannot convert asks an error handler
//! (`errors`). The common ones are done in place; any other is looked up in the
//! registry and called with the exception instance that describes the problem.
//!
//!  - `errors`: the handlers and how codecs call them.
//!  - `utf8`, `utf16` (and 32), `single_byte` (ASCII, Latin-1), `charmap`, `escapes`, `utf7`.

use core::cell::{Cell, RefCell};

use crate::layout::*;
use crate::{Borrowed, Object, Op, Owned, PyResult, Raised, call, dict, raise, str, tuple};

pub mod charmap;
pub mod errors;
pub mod escapes;
pub mod single_byte;
pub mod utf16;
pub mod utf7;
pub mod utf8;

pub use errors::{lookup_error, register_error, set_decode_error, set_encode_error, set_translate_error};

type Text<'a> = Borrowed<'a, PyUnicodeObject>;

/// The search path, its cache and the error handlers; null before first use.
#[derive(Default)]
pub struct State {
    registry: RefCell<Option<Registry>>,
    /// The encoding of file names and of the system's other texts; none means UTF-8.
    file_system: Cell<Option<&'static str>>,
}

/// The encoding of file names (`sys.getfilesystemencoding`); ASCII is part of each.
pub fn file_system_encoding() -> &'static str {
    crate::state::interp().codecs.file_system.get().unwrap_or("utf-8")
}

/// Sets the encoding of file names, as the start-up does: first to one that is native, later to any.
pub fn set_file_system_encoding(encoding: &str) {
    let kept: Option<&'static str> = match native(encoding) {
        Some(Native::Utf8) => None,
        _ => Some(Box::leak(encoding.into())),
    };
    crate::state::interp().codecs.file_system.set(kept);
}

#[derive(Clone)]
pub(crate) struct Registry {
    search_path: Owned<PyListObject>,
    /// By normalised name, what a search function has found.
    cache: Owned<PyDictObject>,
    pub(crate) handlers: Owned<PyDictObject>,
}

/// The registry. The first use makes it and imports `encodings`, which registers its
/// search function.
pub(crate) fn registry() -> PyResult<Registry> {
    let state = &crate::state::interp().codecs.registry;
    if let Some(registry) = &*state.borrow() {
        return Ok(registry.clone());
    }
    let made = Registry { search_path: crate::list::new()?, cache: dict::new()?, handlers: dict::new()? };
    errors::add_builtin_handlers(made.handlers.borrow())?;
    *state.borrow_mut() = Some(made.clone());
    Ok(made)
}

/// Lets go of the registry, before the modules it refers to are cleared.
pub fn finalize() {
    let old = crate::state::interp().codecs.registry.take();
    drop(old);
}

/// `codecs.register`.
pub fn register(search: Op<'_>) -> PyResult<()> {
    let registry = registry()?;
    if !crate::object::is_callable(search) {
        return Err(raise!(TypeError, "argument must be callable"));
    }
    crate::list::append(registry.search_path.borrow(), search.to_owned())
}

/// `codecs.unregister`: also forgets what was found.
pub fn unregister(search: Op<'_>) -> PyResult<()> {
    let registry = registry()?;
    let path = registry.search_path.borrow();
    let mut index = 0;
    while let Some(entry) = crate::list::get(path, index) {
        if entry.op().is(search) {
            dict::clear(registry.cache.borrow());
            return crate::list::set_slice(path, index, index + 1, None);
        }
        index += 1;
    }
    Ok(())
}

/// Lower case, with spaces as underscores: the name searched for.
fn normalize(encoding: &str) -> String {
    encoding.chars().map(|char| if char == ' ' { '-' } else { char.to_ascii_lowercase() }).collect()
}

/// The four functions of an encoding (`_PyCodec_Lookup`).
pub fn lookup(encoding: &str) -> PyResult {
    if encoding.contains('\0') {
        return Err(raise!(ValueError, "embedded null character"));
    }
    let registry = registry()?;
    let name = str::from_str(&normalize(encoding))?;
    let name = str::intern_in_place(name);
    if let Some(found) = dict::get_item(registry.cache.borrow(), name.op())? {
        return Ok(found);
    }
    if crate::list::len(registry.search_path.borrow()) == 0 {
        // `encodings` registers itself when it is imported.
        (crate::state::hooks().import_module)("encodings")?;
    }
    let mut index = 0;
    while let Some(search) = crate::list::get(registry.search_path.borrow(), index) {
        index += 1;
        let found = call::call_one(search.op(), name.op())?;
        if found.op().is_none() {
            continue;
        }
        let is_codec = found.op().downcast::<PyTupleObject>().is_some_and(|tuple| tuple::len(tuple) == 4);
        if !is_codec {
            return Err(raise!(TypeError, "codec search functions must return 4-tuples"));
        }
        dict::set_item(registry.cache.borrow(), name.op(), found.op())?;
        return Ok(found);
    }
    Err(raise!(LookupError, "unknown encoding: {encoding}"))
}

/// Whether an encoding is known; another failure to look it up is swallowed.
pub fn is_known(encoding: &str) -> bool {
    lookup(encoding).map_err(Raised::clear).is_ok()
}

/// Function `index` of a codec.
fn function(codec: &Object, index: usize) -> Object {
    let tuple = codec.op().downcast::<PyTupleObject>().expect("looked up as a tuple");
    tuple::get(tuple, index).to_owned()
}

/// Calls an encoder or decoder and takes the first of the two things it gives.
fn run(codec: &Object, index: usize, op: Op<'_>, errors: Option<&str>, encoding: &str) -> PyResult {
    let function = function(codec, index);
    let result = match errors {
        Some(errors) => {
            let errors = str::from_str(errors)?;
            call::call_positional(function.op(), &[op, errors.op()])
        }
        None => call::call_one(function.op(), op),
    };
    let what = if index == 0 { "encod" } else { "decod" };
    let result = result.map_err(|raised| errors::add_codec_note(raised, what, encoding))?;
    match result.op().downcast::<PyTupleObject>() {
        Some(pair) if tuple::len(pair) == 2 => Ok(tuple::get(pair, 0).to_owned()),
        _ => Err(raise!(TypeError, "{what}er must return a tuple (object, integer)")),
    }
}

/// `codecs.encode`: with any codec, to anything.
pub fn encode(op: Op<'_>, encoding: &str, errors: Option<&str>) -> PyResult {
    let codec = lookup(encoding)?;
    run(&codec, 0, op, errors, encoding)
}

/// `codecs.decode`: with any codec, to anything.
pub fn decode(op: Op<'_>, encoding: &str, errors: Option<&str>) -> PyResult {
    let codec = lookup(encoding)?;
    run(&codec, 1, op, errors, encoding)
}

/// The codec, if it converts between text and bytes; `alternative` is the function to use else.
pub fn lookup_text_encoding(encoding: &str, alternative: &str) -> PyResult {
    let codec = lookup(encoding)?;
    if !codec.op().is_exact::<PyTupleObject>() {
        let is_text = crate::object::get_optional_attr_str(codec.op(), "_is_text_encoding")?;
        if let Some(is_text) = is_text
            && !crate::object::is_true(is_text.op())?
        {
            return Err(raise!(
                LookupError,
                "'{encoding}' is not a text encoding; use {alternative} to handle arbitrary codecs"
            ));
        }
    }
    Ok(codec)
}

/// The encodings converted natively, whatever way their names are spelled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Native {
    Utf8,
    Latin1,
    Ascii,
}

fn native(encoding: &str) -> Option<Native> {
    let name: String = encoding
        .chars()
        .map(|char| if char.is_ascii_alphanumeric() { char.to_ascii_lowercase() } else { '_' })
        .collect();
    match name.as_str() {
        "utf_8" | "utf8" => Some(Native::Utf8),
        "latin_1" | "latin1" | "iso_8859_1" | "iso8859_1" => Some(Native::Latin1),
        "ascii" | "us_ascii" => Some(Native::Ascii),
        _ => None,
    }
}

/// Encodes text as `bytes` (`PyUnicode_AsEncodedString`); no encoding means UTF-8.
pub fn encode_text(text: Text<'_>, encoding: Option<&str>, errors: Option<&str>) -> PyResult {
    check_names(encoding, errors)?;
    let encoding = encoding.unwrap_or("utf-8");
    match native(encoding) {
        Some(Native::Utf8) => return utf8::encode(text, errors),
        Some(Native::Latin1) => return single_byte::encode_latin1(text, errors),
        Some(Native::Ascii) => return single_byte::encode_ascii(text, errors),
        None => {}
    }
    let codec = lookup_text_encoding(encoding, "codecs.encode()")?;
    let result = run(&codec, 0, text.as_object(), errors, encoding)?;
    if result.op().is_instance::<PyBytesObject>() {
        return Ok(result);
    }
    if let Some(array) = result.op().downcast::<PyByteArrayObject>() {
        let message = format!(
            "encoder {encoding} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types"
        );
        (crate::state::hooks().warn)(crate::exceptions::builtin::RuntimeWarning(), &message, 1)?;
        return crate::bytes::from_slice(&crate::bytearray::to_vec(array)).map(Owned::into_object);
    }
    let name = result.op().type_name();
    Err(raise!(
        TypeError,
        "'{encoding}' encoder returned '{name}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"
    ))
}

/// In development mode: whether the names are known, also if nothing will need them.
fn check_names(encoding: Option<&str>, errors: Option<&str>) -> PyResult<()> {
    if !crate::state::interp().checks_codec_names.get() {
        return Ok(());
    }
    if let Some(encoding) = encoding.filter(|name| !matches!(*name, "utf-8" | "utf8" | "ascii")) {
        lookup(encoding)?;
    }
    let builtin = ["strict", "ignore", "replace", "surrogateescape", "surrogatepass"];
    if let Some(errors) = errors.filter(|name| !builtin.contains(name)) {
        errors::lookup_error(Some(errors))?;
    }
    Ok(())
}

/// Decodes bytes as text (`PyUnicode_Decode`); no encoding means UTF-8.
pub fn decode_text(
    bytes: &[u8],
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Owned<PyUnicodeObject>> {
    check_names(encoding, errors)?;
    let encoding = encoding.unwrap_or("utf-8");
    match native(encoding) {
        Some(Native::Utf8) => return str::decode_utf8(bytes, errors),
        Some(Native::Latin1) => return str::from_latin1(bytes),
        Some(Native::Ascii) => return single_byte::decode_ascii(bytes, errors),
        None => {}
    }
    let copy = crate::bytes::from_slice(bytes)?;
    decode_text_object(copy.op(), encoding, errors)
}

/// Decodes any object as text (`PyUnicode_AsDecodedUnicode` with the check for text).
fn decode_text_object(op: Op<'_>, encoding: &str, errors: Option<&str>) -> PyResult<Owned<PyUnicodeObject>> {
    let codec = lookup_text_encoding(encoding, "codecs.decode()")?;
    let result = run(&codec, 1, op, errors, encoding)?;
    result.downcast::<PyUnicodeObject>().map_err(|other| {
        let name = other.op().type_name();
        raise!(
            TypeError,
            "'{encoding}' decoder returned '{name}' instead of 'str'; use codecs.decode() to decode to arbitrary types"
        )
    })
}

/// `str(object, encoding, errors)` (`PyUnicode_FromEncodedObject`).
pub fn decode_object(
    op: Op<'_>,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Owned<PyUnicodeObject>> {
    if let Some(bytes) = op.downcast::<PyBytesObject>() {
        return decode_or_empty(crate::bytes::as_slice(bytes), encoding, errors);
    }
    if op.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "decoding str is not supported"));
    }
    let buffer = crate::buffer::get(op, PyBUF_SIMPLE).map_err(|raised| {
        if raised.matches(crate::exceptions::builtin::TypeError()) {
            raised.clear();
            raise!(TypeError, "decoding to str: need a bytes-like object, {} found", op.type_name())
        } else {
            raised
        }
    })?;
    decode_or_empty(buffer.as_slice(), encoding, errors)
}

/// Nothing is text in any encoding, and what that is called does not matter.
fn decode_or_empty(
    bytes: &[u8],
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Owned<PyUnicodeObject>> {
    if bytes.is_empty() {
        check_names(encoding, errors)?;
        return Ok(str::empty());
    }
    decode_text(bytes, encoding, errors)
}
