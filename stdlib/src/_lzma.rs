//! The `_lzma` module, on the C library liblzma. Filter chains are in `_lzma/filters.rs`.

use core::ffi::c_int;
use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering};

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Op, Owned, PyResult, Raised, Signature, TypeRef, errors, exceptions, getset, int, method,
    module, number, raise, slot, static_type, type_object,
};
use liblzma_sys as xz;

use crate::compression::{Compression, Decompression, Habits, Stream};
use crate::host;
use crate::native::{self, Contents, Kept, Native};

mod filters;

use filters::Filters;

const FORMAT_AUTO: c_int = 0;
const FORMAT_XZ: c_int = 1;
const FORMAT_ALONE: c_int = 2;
const FORMAT_RAW: c_int = 3;

const CHECK_UNKNOWN: u32 = 16;

/// `_lzma.LZMAError`.
static ERROR: Kept = Kept::new();

fn lzma_error(message: &str) -> Raised {
    errors::set_string(ERROR.get().expect("the module is there").op(), message)
}

/// Raises what a status of the library stands for.
fn error(status: xz::lzma_ret) -> Raised {
    lzma_error(match status {
        xz::LZMA_UNSUPPORTED_CHECK => "Unsupported integrity check",
        xz::LZMA_MEM_ERROR => return errors::no_memory(),
        xz::LZMA_MEMLIMIT_ERROR => "Memory usage limit exceeded",
        xz::LZMA_FORMAT_ERROR => "Input format not supported by decoder",
        xz::LZMA_OPTIONS_ERROR => "Invalid or unsupported options",
        xz::LZMA_DATA_ERROR => "Corrupt input data",
        xz::LZMA_BUF_ERROR => "Insufficient buffer space",
        xz::LZMA_PROG_ERROR => "Internal error",
        status => return lzma_error(&format!("Unrecognized error from liblzma: {status}")),
    })
}

/// The library keeps no pointer to the struct, but the box keeps the object small.
struct Xz {
    stream: Box<xz::lzma_stream>,
    /// The kind of integrity check, as soon as it is known.
    check: AtomicU32,
}
// SAFETY: the library has no thread-local state, and the lock around it keeps threads apart.
unsafe impl Send for Xz {}

impl Xz {
    /// A stream that `start` makes a coder of.
    fn new(start: impl FnOnce(*mut xz::lzma_stream) -> xz::lzma_ret) -> PyResult<Self> {
        // SAFETY: `LZMA_STREAM_INIT` is all zero.
        let mut stream: Box<xz::lzma_stream> = Box::new(unsafe { core::mem::zeroed() });
        let status = start(&mut *stream);
        let this = Self { stream, check: AtomicU32::new(CHECK_UNKNOWN) };
        if status == xz::LZMA_OK { Ok(this) } else { Err(error(status)) }
    }
}

impl Drop for Xz {
    fn drop(&mut self) {
        // SAFETY: a stream may be ended whatever its state.
        unsafe { xz::lzma_end(&mut *self.stream) };
    }
}

impl Stream for Xz {
    fn step(&mut self, input: &mut &[u8], room: &mut [u8], finish: bool) -> Result<(usize, bool), c_int> {
        let stream = &mut *self.stream;
        stream.next_in = input.as_ptr();
        stream.avail_in = input.len();
        stream.next_out = room.as_mut_ptr();
        stream.avail_out = room.len();
        // SAFETY: both ranges are valid for the call.
        let status = unsafe { xz::lzma_code(stream, if finish { xz::LZMA_FINISH } else { xz::LZMA_RUN }) };
        let (left, written) = (stream.avail_in, room.len() - stream.avail_out);
        (stream.next_in, stream.next_out) = (ptr::null(), ptr::null_mut());
        *input = &input[input.len() - left..];
        match status {
            xz::LZMA_OK => Ok((written, false)),
            xz::LZMA_STREAM_END => Ok((written, true)),
            // Nothing to do for want of input is no error.
            xz::LZMA_BUF_ERROR if left == 0 && written < room.len() => Ok((written, false)),
            xz::LZMA_GET_CHECK | xz::LZMA_NO_CHECK => {
                // SAFETY: the decoder has just said that it knows.
                self.check.store(unsafe { xz::lzma_get_check(stream) }, Ordering::Relaxed);
                Ok((written, false))
            }
            status => Err(status as c_int),
        }
    }

    fn error(status: c_int) -> Raised {
        error(status as xz::lzma_ret)
    }
}

impl Contents for Compression<Xz> {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut COMPRESSOR
    }
}

impl Contents for Decompression<Xz> {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut DECOMPRESSOR
    }
}

type Compressor<'a> = Borrowed<'a, Native<Compression<Xz>>>;
type Decompressor<'a> = Borrowed<'a, Native<Decompression<Xz>>>;

/// The argument, unless it is None.
fn given(op: Option<Op<'_>>) -> Option<Op<'_>> {
    op.filter(|op| !op.is_none())
}

fn no_filters() -> Raised {
    raise!(ValueError, "Must specify filters for FORMAT_RAW")
}

fn compressor_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<4> =
        Signature::new("LZMACompressor", ["format", "check", "preset", "filters"]);
    let [format, check, preset, filters] = args.parse(&SIGNATURE)?;
    let format = format.map_or(Ok(FORMAT_XZ), int::as_i32)?;
    let check = check.map_or(Ok(-1), int::as_i32)?;
    let (preset, filters) = (given(preset), given(filters));
    if preset.is_some() && filters.is_some() {
        return Err(raise!(ValueError, "Cannot specify both preset and filter chain"));
    }
    let preset = preset.map_or(Ok(xz::LZMA_PRESET_DEFAULT), filters::uint32)?;
    if format != FORMAT_XZ && check != -1 && check != 0 {
        return Err(raise!(ValueError, "Integrity checks are only supported by FORMAT_XZ"));
    }
    let chain = filters.map(Filters::parse).transpose()?;
    // SAFETY: `Xz::new` passes a fresh stream, and a chain's options live until after the call.
    let stream = unsafe {
        match (format, &chain) {
            (FORMAT_XZ, chain) => {
                let check = if check == -1 { xz::LZMA_CHECK_CRC64 } else { check as xz::lzma_check };
                Xz::new(|stream| match chain {
                    None => xz::lzma_easy_encoder(stream, preset, check),
                    Some(chain) => xz::lzma_stream_encoder(stream, chain.as_ptr(), check),
                })
            }
            (FORMAT_ALONE, None) => {
                let options = filters::options_of_preset(preset)?;
                Xz::new(|stream| xz::lzma_alone_encoder(stream, &options))
            }
            (FORMAT_ALONE, Some(chain)) => match chain.only_lzma1() {
                Some(options) => Xz::new(|stream| xz::lzma_alone_encoder(stream, options)),
                None => Err(raise!(
                    ValueError,
                    "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter"
                )),
            },
            (FORMAT_RAW, None) => Err(no_filters()),
            (FORMAT_RAW, Some(chain)) => Xz::new(|stream| xz::lzma_raw_encoder(stream, chain.as_ptr())),
            _ => Err(raise!(ValueError, "Invalid container format: {format}")),
        }
    }?;
    Ok(native::new(Compression::new(stream))?.into_object())
}

fn compress(this: Compressor<'_>, data: Op<'_>) -> PyResult<Owned<PyBytesObject>> {
    this.value.compress(data)
}

fn flush(this: Compressor<'_>) -> PyResult<Owned<PyBytesObject>> {
    this.value.flush()
}

fn decompressor_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<3> = Signature::new("LZMADecompressor", ["format", "memlimit", "filters"]);
    let [format, limit, filters] = args.parse(&SIGNATURE)?;
    let format = format.map_or(Ok(FORMAT_AUTO), int::as_i32)?;
    let (limit, filters) = (given(limit), given(filters));
    if limit.is_some() && format == FORMAT_RAW {
        return Err(raise!(ValueError, "Cannot specify memory limit with FORMAT_RAW"));
    }
    let limit = limit.map_or(Ok(u64::MAX), int::as_unsigned_long_long)?;
    if format == FORMAT_RAW && filters.is_none() {
        return Err(no_filters());
    }
    if format != FORMAT_RAW && filters.is_some() {
        return Err(raise!(ValueError, "Cannot specify filters except with FORMAT_RAW"));
    }
    let tell = xz::LZMA_TELL_ANY_CHECK | xz::LZMA_TELL_NO_CHECK;
    // SAFETY: `Xz::new` passes a fresh stream, and a chain's options live until after the call.
    let stream = unsafe {
        match (format, filters) {
            (FORMAT_AUTO, _) => Xz::new(|stream| xz::lzma_auto_decoder(stream, limit, tell))?,
            (FORMAT_XZ, _) => Xz::new(|stream| xz::lzma_stream_decoder(stream, limit, tell))?,
            (FORMAT_ALONE, _) => Xz::new(|stream| xz::lzma_alone_decoder(stream, limit))?,
            (FORMAT_RAW, Some(filters)) => {
                let chain = Filters::parse(filters)?;
                Xz::new(|stream| xz::lzma_raw_decoder(stream, chain.as_ptr()))?
            }
            _ => return Err(raise!(ValueError, "Invalid container format: {format}")),
        }
    };
    if matches!(format, FORMAT_ALONE | FORMAT_RAW) {
        stream.check.store(xz::LZMA_CHECK_NONE, Ordering::Relaxed);
    }
    Ok(native::new(Decompression::new(stream))?.into_object())
}

fn decompress(this: Decompressor<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    static SIGNATURE: Signature<2> = Signature::new("decompress", ["data", "max_length"]).required(1);
    static HABITS: Habits = Habits { already_at_end: "Already at end of stream", holds_output_back: true };
    let [data, most] = args.parse(&SIGNATURE)?;
    let most = most.map_or(Ok(-1), |most| number::as_ssize_t(most, None))?;
    this.value.decompress(data.expect("required"), most, &HABITS)
}

fn check(this: Decompressor<'_>) -> PyResult {
    int::from_i64(this.value.with_stream(|stream| stream.check.load(Ordering::Relaxed)).into())
}

fn eof(this: Decompressor<'_>) -> PyResult<bool> {
    Ok(this.value.eof())
}

fn needs_input(this: Decompressor<'_>) -> PyResult<bool> {
    Ok(this.value.needs_input())
}

fn unused_data(this: Decompressor<'_>) -> PyResult<Owned<PyBytesObject>> {
    this.value.unused_data()
}

fn is_check_supported(_module: Op<'_>, check: Op<'_>) -> PyResult<bool> {
    let check = int::as_i32(check)?;
    // SAFETY: only asks.
    Ok(unsafe { xz::lzma_check_is_supported(check as xz::lzma_check) } != 0)
}

static COMPRESSOR_METHODS: &[PyMethodDef] = &[
    method::o(c"compress", compress, c"compress($self, data, /)\n--\n\nCompress more data: what is ready of the result, maybe nothing."),
    method::noargs(c"flush", flush, c"flush($self, /)\n--\n\nFinish the stream: the rest of the result. The compressor cannot be used afterwards."),
    PyMethodDef::EMPTY,
];

static DECOMPRESSOR_METHODS: &[PyMethodDef] = &[
    method::keywords(c"decompress", decompress, c"decompress($self, /, data, max_length=-1)\n--\n\nDecompress more data, to at most max_length bytes unless that is negative.\n\nAttribute needs_input is False if more can be had without more data."),
    PyMethodDef::EMPTY,
];

static DECOMPRESSOR_GETSETS: &[PyGetSetDef] = &[
    getset::get(c"check", check, c"The kind of integrity check that the stream uses."),
    getset::get(c"eof", eof, c"True if the end of the stream has been reached."),
    getset::get(
        c"needs_input",
        needs_input,
        c"True if more input is needed before there can be more output.",
    ),
    getset::get(c"unused_data", unused_data, c"What was found after the end of the stream."),
    PyGetSetDef::EMPTY,
];

static mut COMPRESSOR: PyTypeObject = PyTypeObject {
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    tp_doc: c"LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)\n--\n\nCompresses data piece by piece, into a container of the format.\n\nThe settings come from a preset or from a chain of filters.".as_ptr(),
    tp_methods: COMPRESSOR_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(compressor_new),
    ..native::type_object::<Compression<Xz>>(c"_lzma.LZMACompressor")
};

static mut DECOMPRESSOR: PyTypeObject = PyTypeObject {
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    tp_doc: c"LZMADecompressor(format=FORMAT_AUTO, memlimit=None, filters=None)\n--\n\nDecompresses data piece by piece.\n\nA raw stream needs its chain of filters; the other formats say themselves what they are.".as_ptr(),
    tp_methods: DECOMPRESSOR_METHODS.as_ptr().cast_mut(),
    tp_getset: DECOMPRESSOR_GETSETS.as_ptr().cast_mut(),
    tp_new: slot::new(decompressor_new),
    ..native::type_object::<Decompression<Xz>>(c"_lzma.LZMADecompressor")
};

static FUNCTIONS: [PyMethodDef; 4] = [
    method::o(
        c"is_check_supported",
        is_check_supported,
        c"is_check_supported($module, check_id, /)\n--\n\nReturn whether the library knows a kind of integrity check.",
    ),
    method::o(
        c"_encode_filter_properties",
        filters::encode_properties,
        c"_encode_filter_properties($module, filter, /)\n--\n\nReturn a filter's options as bytes.",
    ),
    method::positional(
        c"_decode_filter_properties",
        filters::decode_properties,
        c"_decode_filter_properties($module, filter_id, encoded_props, /)\n--\n\nReturn a filter with the options from bytes.",
    ),
    PyMethodDef::EMPTY,
];

const CONSTANTS: &[(&str, i64)] = &[
    ("FORMAT_AUTO", FORMAT_AUTO as i64),
    ("FORMAT_XZ", FORMAT_XZ as i64),
    ("FORMAT_ALONE", FORMAT_ALONE as i64),
    ("FORMAT_RAW", FORMAT_RAW as i64),
    ("CHECK_NONE", xz::LZMA_CHECK_NONE as i64),
    ("CHECK_CRC32", xz::LZMA_CHECK_CRC32 as i64),
    ("CHECK_CRC64", xz::LZMA_CHECK_CRC64 as i64),
    ("CHECK_SHA256", xz::LZMA_CHECK_SHA256 as i64),
    ("CHECK_ID_MAX", 15),
    ("CHECK_UNKNOWN", CHECK_UNKNOWN as i64),
    ("FILTER_LZMA1", xz::LZMA_FILTER_LZMA1 as i64),
    ("FILTER_LZMA2", xz::LZMA_FILTER_LZMA2 as i64),
    ("FILTER_DELTA", xz::LZMA_FILTER_DELTA as i64),
    ("FILTER_X86", xz::LZMA_FILTER_X86 as i64),
    ("FILTER_IA64", xz::LZMA_FILTER_IA64 as i64),
    ("FILTER_ARM", xz::LZMA_FILTER_ARM as i64),
    ("FILTER_ARMTHUMB", xz::LZMA_FILTER_ARMTHUMB as i64),
    ("FILTER_SPARC", xz::LZMA_FILTER_SPARC as i64),
    ("FILTER_POWERPC", xz::LZMA_FILTER_POWERPC as i64),
    ("MF_HC3", xz::LZMA_MF_HC3 as i64),
    ("MF_HC4", xz::LZMA_MF_HC4 as i64),
    ("MF_BT2", xz::LZMA_MF_BT2 as i64),
    ("MF_BT3", xz::LZMA_MF_BT3 as i64),
    ("MF_BT4", xz::LZMA_MF_BT4 as i64),
    ("MODE_FAST", xz::LZMA_MODE_FAST as i64),
    ("MODE_NORMAL", xz::LZMA_MODE_NORMAL as i64),
    ("PRESET_DEFAULT", xz::LZMA_PRESET_DEFAULT as i64),
    ("PRESET_EXTREME", xz::LZMA_PRESET_EXTREME as i64),
];

pub fn init() -> PyResult {
    let result = host::new_module("_lzma", "Compression with LZMA and xz.", &FUNCTIONS)?;
    for tp in [static_type!(COMPRESSOR), static_type!(DECOMPRESSOR)] {
        type_object::ready(tp)?;
        module::add_type(result.op(), tp)?;
    }
    let class = exceptions::new_class("_lzma.LZMAError", None, None)?;
    module::add_object(result.op(), "LZMAError", class.op())?;
    ERROR.set(class);
    host::add_constants(result.op(), CONSTANTS)?;
    Ok(result)
}
