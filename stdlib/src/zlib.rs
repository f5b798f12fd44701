//! The `zlib` module, on the C library of that name.

use core::cell::RefCell;
use core::ffi::{CStr, c_int, c_uint};
use core::sync::atomic::{AtomicPtr, Ordering};

use adder_object_model::define::{getset, method};
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Raised, Signature, TypeRef, buffer, bytes, errors,
    exceptions, int, module, number, raise, slot, static_type, str, type_object,
};
use libz_sys as z;

use crate::native::{self, Contents, Native};

const DEFAULT_BUFFER: usize = 16 * 1024;
const DEF_MEM_LEVEL: c_int = 8;

/// `zlib.error`, kept for the life of the process.
static ERROR: AtomicPtr<PyObject> = AtomicPtr::new(core::ptr::null_mut());

fn error(message: &str) -> Raised {
    // SAFETY: set when the module was made, and kept for the process.
    let class =
        unsafe { Object::new_ref_nullable(ERROR.load(Ordering::Relaxed)) }.expect("the module is there");
    errors::set_string(class.op(), message)
}

/// A stream that compresses or decompresses; the C library keeps pointers to it, so it stays in its box.
struct Stream {
    z: Box<z::z_stream>,
    compresses: bool,
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: the stream was initialised for this direction.
        unsafe {
            if self.compresses {
                z::deflateEnd(&mut *self.z);
            } else {
                z::inflateEnd(&mut *self.z);
            }
        }
    }
}

fn blank() -> Box<z::z_stream> {
    unsafe extern "C" fn allocate(_: z::voidpf, count: c_uint, size: c_uint) -> z::voidpf {
        adder_object_model::alloc::calloc(count as usize, size as usize)
    }
    unsafe extern "C" fn free(_: z::voidpf, block: z::voidpf) {
        // SAFETY: the C library gives back what it got from `allocate`.
        unsafe { adder_object_model::alloc::free(block) };
    }
    Box::new(z::z_stream {
        next_in: core::ptr::null_mut(),
        avail_in: 0,
        total_in: 0,
        next_out: core::ptr::null_mut(),
        avail_out: 0,
        total_out: 0,
        msg: core::ptr::null_mut(),
        state: core::ptr::null_mut(),
        zalloc: allocate,
        zfree: free,
        opaque: core::ptr::null_mut(),
        data_type: 0,
        adler: 0,
        reserved: 0,
    })
}

const STREAM_SIZE: c_int = size_of::<z::z_stream>() as c_int;

impl Stream {
    fn deflate(
        level: c_int,
        method: c_int,
        wbits: c_int,
        mem_level: c_int,
        strategy: c_int,
    ) -> Result<Self, c_int> {
        let mut z = blank();
        // SAFETY: a fresh stream; the version and size are those of the library linked.
        let status = unsafe {
            z::deflateInit2_(
                &mut *z,
                level,
                method,
                wbits,
                mem_level,
                strategy,
                z::zlibVersion(),
                STREAM_SIZE,
            )
        };
        if status == z::Z_OK { Ok(Self { z, compresses: true }) } else { Err(status) }
    }

    fn inflate(wbits: c_int) -> Result<Self, c_int> {
        let mut z = blank();
        // SAFETY: a fresh stream; the version and size are those of the library linked.
        let status = unsafe { z::inflateInit2_(&mut *z, wbits, z::zlibVersion(), STREAM_SIZE) };
        if status == z::Z_OK { Ok(Self { z, compresses: false }) } else { Err(status) }
    }

    fn copy(&mut self) -> Result<Self, c_int> {
        let mut z = blank();
        // SAFETY: the source is a live stream of this direction, the target is overwritten.
        let status = unsafe {
            if self.compresses {
                z::deflateCopy(&mut *z, &mut *self.z)
            } else {
                z::inflateCopy(&mut *z, &mut *self.z)
            }
        };
        if status == z::Z_OK { Ok(Self { z, compresses: self.compresses }) } else { Err(status) }
    }

    fn set_dictionary(&mut self, dictionary: &[u8]) -> c_int {
        // SAFETY: a live stream; the library copies the dictionary.
        unsafe {
            if self.compresses {
                z::deflateSetDictionary(&mut *self.z, dictionary.as_ptr(), dictionary.len() as c_uint)
            } else {
                z::inflateSetDictionary(&mut *self.z, dictionary.as_ptr(), dictionary.len() as c_uint)
            }
        }
    }

    /// One call of the library: gives its status; `input` loses what was read, `output` gets what was written.
    fn step(&mut self, input: &mut &[u8], output: &mut Vec<u8>, room: usize, flush: c_int) -> c_int {
        let start = output.len();
        output.resize(start + room, 0);
        let given = input.len().min(c_uint::MAX as usize);
        self.z.next_in = input.as_ptr().cast_mut();
        self.z.avail_in = given as c_uint;
        self.z.next_out = output[start..].as_mut_ptr();
        self.z.avail_out = room as c_uint;
        // SAFETY: both ranges are valid for the call.
        let status = unsafe {
            if self.compresses { z::deflate(&mut *self.z, flush) } else { z::inflate(&mut *self.z, flush) }
        };
        *input = &input[given - self.z.avail_in as usize..];
        output.truncate(start + room - self.z.avail_out as usize);
        status
    }

    /// `Error N while WHAT: message`.
    fn error(&self, status: c_int, what: &str) -> Raised {
        let message = if status == z::Z_VERSION_ERROR {
            "library version mismatch".to_owned()
        } else if !self.z.msg.is_null() {
            // SAFETY: the library's messages are static strings.
            unsafe { CStr::from_ptr(self.z.msg) }.to_string_lossy().into_owned()
        } else {
            default_message(status).to_owned()
        };
        status_error(status, what, &message)
    }

    /// Compresses all of the input.
    fn deflate_all(&mut self, mut input: &[u8], flush: c_int) -> Result<Vec<u8>, c_int> {
        let mut output = Vec::new();
        let mut room = DEFAULT_BUFFER;
        loop {
            let before = output.len();
            let chunk_is_last = input.len() <= c_uint::MAX as usize;
            let status =
                self.step(&mut input, &mut output, room, if chunk_is_last { flush } else { z::Z_NO_FLUSH });
            if status == z::Z_STREAM_ERROR {
                return Err(status);
            }
            if output.len() - before < room && input.is_empty() {
                return Ok(output);
            }
            room = output.len().clamp(DEFAULT_BUFFER, 1 << 26);
        }
    }
}

fn default_message(status: c_int) -> &'static str {
    match status {
        z::Z_BUF_ERROR => "incomplete or truncated stream",
        z::Z_STREAM_ERROR => "inconsistent stream state",
        z::Z_DATA_ERROR => "invalid input data",
        _ => "",
    }
}

fn status_error(status: c_int, what: &str, message: &str) -> Raised {
    if message.is_empty() {
        error(&format!("Error {status} {what}"))
    } else {
        error(&format!("Error {status} {what}: {message}"))
    }
}

/// An argument of C type `int`.
fn c_integer(op: Option<Op<'_>>, default: c_int) -> PyResult<c_int> {
    op.map_or(Ok(default), int::as_i32)
}

fn readable(op: Op<'_>) -> PyResult<buffer::Buffer> {
    if !buffer::check(op) {
        return Err(raise!(TypeError, "a bytes-like object is required, not '{}'", op.type_name()));
    }
    buffer::get(op, PyBUF_SIMPLE)
}

static COMPRESS: Signature<3> =
    Signature::new("compress", ["", "level", "wbits"]).positional_only(1).required(1);

fn compress(_module: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    let [data, level, wbits] = args.parse(&COMPRESS)?;
    let data = readable(data.expect("required"))?;
    let (level, wbits) = (c_integer(level, -1)?, c_integer(wbits, 15)?);
    let mut stream = Stream::deflate(level, z::Z_DEFLATED, wbits, DEF_MEM_LEVEL, z::Z_DEFAULT_STRATEGY)
        .map_err(|status| match status {
            z::Z_MEM_ERROR => raise!(MemoryError, "Out of memory while compressing data"),
            z::Z_STREAM_ERROR => error("Bad compression level"),
            _ => status_error(status, "while compressing data", default_message(status)),
        })?;
    let output = adder_interpreter::gil::without(|| stream.deflate_all(data.as_slice(), z::Z_FINISH));
    bytes::from_slice(&output.map_err(|status| stream.error(status, "while compressing data"))?)
}

static DECOMPRESS: Signature<3> =
    Signature::new("decompress", ["", "wbits", "bufsize"]).positional_only(1).required(1);

fn decompress(_module: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    let [data, wbits, size] = args.parse(&DECOMPRESS)?;
    let data = readable(data.expect("required"))?;
    let wbits = c_integer(wbits, 15)?;
    let size = size.map_or(Ok(DEFAULT_BUFFER as isize), |size| int::as_isize(number::index(size)?.op()))?;
    if size < 0 {
        return Err(raise!(ValueError, "bufsize must be non-negative"));
    }
    let mut stream = Stream::inflate(wbits).map_err(|status| match status {
        z::Z_MEM_ERROR => raise!(MemoryError, "Out of memory while decompressing data"),
        _ => status_error(status, "while preparing to decompress data", default_message(status)),
    })?;
    let mut input = data.as_slice();
    let mut output = Vec::new();
    let mut room = (size as usize).clamp(1, 1 << 26);
    let status = adder_interpreter::gil::without(|| {
        loop {
            let before = output.len();
            let status = stream.step(&mut input, &mut output, room, z::Z_SYNC_FLUSH);
            let full = output.len() - before == room;
            match status {
                z::Z_OK | z::Z_BUF_ERROR if full || !input.is_empty() && status == z::Z_OK => {
                    room = output.len().clamp(DEFAULT_BUFFER, 1 << 26);
                }
                _ => break status,
            }
        }
    });
    match status {
        z::Z_STREAM_END => bytes::from_slice(&output),
        z::Z_OK => Err(stream.error(z::Z_BUF_ERROR, "while decompressing data")),
        z::Z_MEM_ERROR => Err(raise!(MemoryError, "Out of memory while decompressing data")),
        status => Err(stream.error(status, "while decompressing data")),
    }
}

/// What `compressobj` gives.
struct Compressor(RefCell<Option<Stream>>);

impl Contents for Compressor {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut COMPRESSOR
    }
}

type CompressorRef<'a> = Borrowed<'a, Native<Compressor>>;

static COMPRESS_OBJ: Signature<6> =
    Signature::new("compressobj", ["level", "method", "wbits", "memLevel", "strategy", "zdict"]);

fn invalid_option(status: c_int, what: &str) -> Raised {
    match status {
        z::Z_MEM_ERROR => raise!(MemoryError, "Can't allocate memory for {what} object"),
        z::Z_STREAM_ERROR => raise!(ValueError, "Invalid initialization option"),
        _ => status_error(status, &format!("while creating {what} object"), default_message(status)),
    }
}

fn compressobj(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [level, method, wbits, mem_level, strategy, dictionary] = args.parse(&COMPRESS_OBJ)?;
    let dictionary = dictionary.map(readable).transpose()?;
    let mut stream = Stream::deflate(
        c_integer(level, -1)?,
        c_integer(method, z::Z_DEFLATED)?,
        c_integer(wbits, 15)?,
        c_integer(mem_level, DEF_MEM_LEVEL)?,
        c_integer(strategy, z::Z_DEFAULT_STRATEGY)?,
    )
    .map_err(|status| invalid_option(status, "compression"))?;
    if let Some(dictionary) = dictionary {
        match stream.set_dictionary(dictionary.as_slice()) {
            z::Z_OK => {}
            z::Z_STREAM_ERROR => return Err(raise!(ValueError, "Invalid dictionary")),
            _ => return Err(raise!(ValueError, "deflateSetDictionary()")),
        }
    }
    Ok(native::new(Compressor(RefCell::new(Some(stream))))?.into_object())
}

fn finished() -> Raised {
    status_error(z::Z_STREAM_ERROR, "while compressing data", default_message(z::Z_STREAM_ERROR))
}

fn compressor_compress(this: CompressorRef<'_>, data: Op<'_>) -> PyResult<Owned<PyBytesObject>> {
    let data = readable(data)?;
    let mut stream = this.value.0.borrow_mut();
    let stream = stream.as_mut().ok_or_else(finished)?;
    let output = stream.deflate_all(data.as_slice(), z::Z_NO_FLUSH);
    bytes::from_slice(&output.map_err(|status| stream.error(status, "while compressing data"))?)
}

fn compressor_flush(this: CompressorRef<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    let [mode] = args.optional::<1>("flush", 0)?;
    let mode = c_integer(mode, z::Z_FINISH)?;
    if mode == z::Z_NO_FLUSH {
        return bytes::from_slice(b"");
    }
    let mut cell = this.value.0.borrow_mut();
    let stream = cell.as_mut().ok_or_else(|| {
        status_error(z::Z_STREAM_ERROR, "while flushing", default_message(z::Z_STREAM_ERROR))
    })?;
    let output = stream.deflate_all(b"", mode);
    let output = output.map_err(|status| stream.error(status, "while flushing"))?;
    if mode == z::Z_FINISH {
        *cell = None;
    }
    bytes::from_slice(&output)
}

fn inconsistent() -> Raised {
    raise!(ValueError, "Inconsistent stream state")
}

fn compressor_copy(this: CompressorRef<'_>) -> PyResult {
    let copy =
        this.value.0.borrow_mut().as_mut().ok_or_else(inconsistent)?.copy().map_err(|_| inconsistent())?;
    Ok(native::new(Compressor(RefCell::new(Some(copy))))?.into_object())
}

fn compressor_deepcopy(this: CompressorRef<'_>, _memo: Op<'_>) -> PyResult {
    compressor_copy(this)
}

/// The state of both kinds of decompressor.
struct Inflation {
    stream: Stream,
    dictionary: Option<Vec<u8>>,
    /// What followed the end of the stream.
    unused: Vec<u8>,
    /// What was not read for want of room.
    tail: Vec<u8>,
    eof: bool,
    /// Whether `flush` has given the stream up, after its end.
    ended: bool,
}

impl Inflation {
    fn new(wbits: c_int, dictionary: Option<Vec<u8>>) -> PyResult<Self> {
        let stream = Stream::inflate(wbits).map_err(|status| invalid_option(status, "decompression"))?;
        let mut this =
            Self { stream, dictionary, unused: Vec::new(), tail: Vec::new(), eof: false, ended: false };
        if wbits < 0 {
            // A raw stream cannot ask for its dictionary.
            this.give_dictionary()?;
        }
        Ok(this)
    }

    fn give_dictionary(&mut self) -> PyResult<()> {
        let Some(dictionary) = &self.dictionary else { return Ok(()) };
        match self.stream.set_dictionary(dictionary) {
            z::Z_OK => Ok(()),
            status => Err(self.stream.error(status, "while setting zdict")),
        }
    }

    fn copy(&mut self) -> PyResult<Self> {
        if self.ended {
            return Err(inconsistent());
        }
        Ok(Self {
            stream: self.stream.copy().map_err(|_| inconsistent())?,
            dictionary: self.dictionary.clone(),
            unused: self.unused.clone(),
            tail: self.tail.clone(),
            eof: self.eof,
            ended: false,
        })
    }

    /// Decompresses at most `max` bytes; gives them and how much of the input is left.
    fn run(&mut self, data: &[u8], max: usize, flush: c_int) -> PyResult<(Vec<u8>, usize)> {
        let mut input = data;
        let mut output = Vec::new();
        loop {
            let room = output.len().clamp(DEFAULT_BUFFER, 1 << 26).min(max - output.len());
            let before = output.len();
            let status = self.stream.step(&mut input, &mut output, room, flush);
            match status {
                z::Z_NEED_DICT if self.dictionary.is_some() => {
                    self.give_dictionary()?;
                    continue;
                }
                z::Z_STREAM_END => {
                    self.eof = true;
                    return Ok((output, input.len()));
                }
                z::Z_OK | z::Z_BUF_ERROR => {}
                status => return Err(self.stream.error(status, "while decompressing data")),
            }
            let full = output.len() - before == room;
            if output.len() >= max || !full && (input.is_empty() || status == z::Z_BUF_ERROR) {
                return Ok((output, input.len()));
            }
        }
    }
}

/// What `decompressobj` gives.
struct Decompressor(RefCell<Inflation>);

impl Contents for Decompressor {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut DECOMPRESSOR
    }
}

type DecompressorRef<'a> = Borrowed<'a, Native<Decompressor>>;

static DECOMPRESS_OBJ: Signature<2> = Signature::new("decompressobj", ["wbits", "zdict"]);

/// The bytes of a `zdict` argument; none for an empty one.
fn dictionary_argument(op: Option<Op<'_>>) -> PyResult<Option<Vec<u8>>> {
    let Some(op) = op else { return Ok(None) };
    if !buffer::check(op) {
        return Err(raise!(TypeError, "zdict argument must support the buffer protocol"));
    }
    let bytes = buffer::get(op, PyBUF_SIMPLE)?.as_slice().to_vec();
    Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
}

fn decompressobj(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [wbits, dictionary] = args.parse(&DECOMPRESS_OBJ)?;
    let inflation = Inflation::new(c_integer(wbits, 15)?, dictionary_argument(dictionary)?)?;
    Ok(native::new(Decompressor(RefCell::new(inflation)))?.into_object())
}

static MAX_LENGTH: Signature<2> =
    Signature::new("decompress", ["", "max_length"]).positional_only(1).required(1);

fn decompressor_decompress(this: DecompressorRef<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    let [data, max] = args.parse(&MAX_LENGTH)?;
    let data = readable(data.expect("required"))?;
    let max = max.map_or(Ok(0), |max| int::as_isize(number::index(max)?.op()))?;
    if max < 0 {
        return Err(raise!(ValueError, "max_length must be non-negative"));
    }
    let max = if max == 0 { usize::MAX } else { max as usize };
    let mut state = this.value.0.borrow_mut();
    inflate_into(&mut state, data.as_slice(), max, z::Z_SYNC_FLUSH)
}

/// Decompresses and sorts what is left of the input.
fn inflate_into(
    state: &mut Inflation,
    data: &[u8],
    max: usize,
    flush: c_int,
) -> PyResult<Owned<PyBytesObject>> {
    let (output, left) = state.run(data, max, flush)?;
    let rest = &data[data.len() - left..];
    if state.eof {
        state.unused.extend_from_slice(rest);
        state.tail.clear();
    } else {
        state.tail = rest.to_vec();
    }
    bytes::from_slice(&output)
}

fn decompressor_flush(this: DecompressorRef<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    let [length] = args.optional::<1>("flush", 0)?;
    let length =
        length.map_or(Ok(DEFAULT_BUFFER as isize), |length| int::as_isize(number::index(length)?.op()))?;
    if length <= 0 {
        return Err(raise!(ValueError, "length must be greater than zero"));
    }
    let mut state = this.value.0.borrow_mut();
    let tail = core::mem::take(&mut state.tail);
    let output = inflate_into(&mut state, &tail, usize::MAX, z::Z_FINISH)?;
    state.ended = state.eof;
    Ok(output)
}

fn decompressor_copy(this: DecompressorRef<'_>) -> PyResult {
    let copy = this.value.0.borrow_mut().copy()?;
    Ok(native::new(Decompressor(RefCell::new(copy)))?.into_object())
}

fn decompressor_deepcopy(this: DecompressorRef<'_>, _memo: Op<'_>) -> PyResult {
    decompressor_copy(this)
}

fn unused_data(this: DecompressorRef<'_>) -> PyResult<Owned<PyBytesObject>> {
    bytes::from_slice(&this.value.0.borrow().unused)
}

fn unconsumed_tail(this: DecompressorRef<'_>) -> PyResult<Owned<PyBytesObject>> {
    bytes::from_slice(&this.value.0.borrow().tail)
}

fn eof(this: DecompressorRef<'_>) -> PyResult<bool> {
    Ok(this.value.0.borrow().eof)
}

/// `_ZlibDecompressor`: keeps its own input, for use behind a file.
struct Buffered(RefCell<(Inflation, bool)>);

impl Contents for Buffered {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut BUFFERED
    }
}

type BufferedRef<'a> = Borrowed<'a, Native<Buffered>>;

static BUFFERED_NEW: Signature<2> = Signature::new("_ZlibDecompressor", ["wbits", "zdict"]);

fn buffered_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    let [wbits, dictionary] = args.parse(&BUFFERED_NEW)?;
    let inflation = Inflation::new(c_integer(wbits, 15)?, dictionary_argument(dictionary)?)?;
    Ok(native::new(Buffered(RefCell::new((inflation, true))))?.into_object())
}

static BUFFERED_DECOMPRESS: Signature<2> = Signature::new("decompress", ["data", "max_length"]).required(1);

fn buffered_decompress(this: BufferedRef<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    let [data, max] = args.parse(&BUFFERED_DECOMPRESS)?;
    let data = readable(data.expect("required"))?;
    let max = max.map_or(Ok(-1), |max| int::as_isize(number::index(max)?.op()))?;
    let max = usize::try_from(max).unwrap_or(usize::MAX);
    let mut cell = this.value.0.borrow_mut();
    let (state, needs_input) = &mut *cell;
    if state.eof {
        return Err(raise!(EOFError, "End of stream already reached"));
    }
    let mut input = core::mem::take(&mut state.tail);
    input.extend_from_slice(data.as_slice());
    let (output, left) =
        if max == 0 { (Vec::new(), input.len()) } else { state.run(&input, max, z::Z_SYNC_FLUSH)? };
    let rest = input.split_off(input.len() - left);
    if state.eof {
        state.unused = rest;
        *needs_input = false;
    } else {
        // With a full output there may be more to come without more input.
        *needs_input = rest.is_empty() && output.len() < max;
        state.tail = rest;
    }
    bytes::from_slice(&output)
}

fn buffered_eof(this: BufferedRef<'_>) -> PyResult<bool> {
    Ok(this.value.0.borrow().0.eof)
}

fn buffered_unused(this: BufferedRef<'_>) -> PyResult<Owned<PyBytesObject>> {
    bytes::from_slice(&this.value.0.borrow().0.unused)
}

fn needs_input(this: BufferedRef<'_>) -> PyResult<bool> {
    Ok(this.value.0.borrow().1)
}

/// A checksum of data behind data with the checksum `value`.
fn checksum(
    function: &str,
    args: Args<'_>,
    start: u32,
    f: unsafe extern "C" fn(z::uLong, *const z::Bytef, c_uint) -> z::uLong,
) -> PyResult {
    let [data, value] = args.optional::<2>(function, 1)?;
    let data = readable(data.expect("counted"))?;
    let mut value = match value {
        Some(value) => int::as_u64_mask(value)? as u32 as z::uLong,
        None => start.into(),
    };
    for chunk in data.as_slice().chunks(1 << 30) {
        // SAFETY: a valid range of bytes.
        value = unsafe { f(value, chunk.as_ptr(), chunk.len() as c_uint) };
    }
    int::from_u64(value & 0xffff_ffff)
}

fn adler32(_module: Op<'_>, args: Args<'_>) -> PyResult {
    checksum("adler32", args, 1, z::adler32)
}

fn crc32(_module: Op<'_>, args: Args<'_>) -> PyResult {
    checksum("crc32", args, 0, z::crc32)
}

const METHODS: &[PyMethodDef] = &[
    method::positional(c"adler32", adler32, c"adler32($module, data, value=1, /)\n--\n\nThe Adler-32 checksum, going on from value."),
    method::keywords(c"compress", compress, c"compress($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)\n--\n\nCompress all of the data.\n\n  level\n    From 0 to 9, or -1 for the usual one.\n  wbits\n    The window's size and the container."),
    method::keywords(c"compressobj", compressobj, c"compressobj($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)\n--\n\nAn object that compresses piece by piece."),
    method::positional(c"crc32", crc32, c"crc32($module, data, value=0, /)\n--\n\nThe CRC-32 checksum, going on from value."),
    method::keywords(c"decompress", decompress, c"decompress($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)\n--\n\nDecompress all of the data.\n\n  wbits\n    The window's size and the container.\n  bufsize\n    How much room to begin with."),
    method::keywords(c"decompressobj", decompressobj, c"decompressobj($module, /, wbits=MAX_WBITS, zdict=b'')\n--\n\nAn object that decompresses piece by piece."),
    PyMethodDef::EMPTY,
];

const COMPRESSOR_METHODS: &[PyMethodDef] = &[
    method::o(
        c"compress",
        compressor_compress,
        c"compress($self, data, /)\n--\n\nFeed data; gives what is compressed so far.",
    ),
    method::positional(
        c"flush",
        compressor_flush,
        c"flush($self, mode=zlib.Z_FINISH, /)\n--\n\nGive what is still held back.",
    ),
    method::noargs(c"copy", compressor_copy, c"copy($self, /)\n--\n\nAnother object with the same state."),
    method::noargs(c"__copy__", compressor_copy, c"__copy__($self, /)\n--\n\n"),
    method::o(c"__deepcopy__", compressor_deepcopy, c"__deepcopy__($self, memo, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];

const DECOMPRESSOR_METHODS: &[PyMethodDef] = &[
    method::keywords(c"decompress", decompressor_decompress, c"decompress($self, data, /, max_length=0)\n--\n\nFeed data; gives what is decompressed so far, at most max_length bytes."),
    method::positional(c"flush", decompressor_flush, c"flush($self, length=zlib.DEF_BUF_SIZE, /)\n--\n\nGive what is still held back."),
    method::noargs(c"copy", decompressor_copy, c"copy($self, /)\n--\n\nAnother object with the same state."),
    method::noargs(c"__copy__", decompressor_copy, c"__copy__($self, /)\n--\n\n"),
    method::o(c"__deepcopy__", decompressor_deepcopy, c"__deepcopy__($self, memo, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];

const DECOMPRESSOR_GETSET: &[PyGetSetDef] = &[
    getset::get(c"unused_data", unused_data, c""),
    getset::get(c"unconsumed_tail", unconsumed_tail, c""),
    getset::get(c"eof", eof, c""),
    PyGetSetDef::EMPTY,
];

const BUFFERED_METHODS: &[PyMethodDef] = &[
    method::keywords(c"decompress", buffered_decompress, c"decompress($self, /, data, max_length=-1)\n--\n\nFeed data; gives what is decompressed so far, at most max_length bytes."),
    PyMethodDef::EMPTY,
];

const BUFFERED_GETSET: &[PyGetSetDef] = &[
    getset::get(c"eof", buffered_eof, c"Whether the end of the stream was reached."),
    getset::get(c"unused_data", buffered_unused, c"What followed the end of the stream."),
    getset::get(c"needs_input", needs_input, c"Whether more input is wanted before more output can come."),
    PyGetSetDef::EMPTY,
];

static mut COMPRESSOR: PyTypeObject = PyTypeObject {
    tp_methods: COMPRESSOR_METHODS.as_ptr().cast_mut(),
    ..native::type_object::<Compressor>(c"zlib.Compress")
};
static mut DECOMPRESSOR: PyTypeObject = PyTypeObject {
    tp_methods: DECOMPRESSOR_METHODS.as_ptr().cast_mut(),
    tp_getset: DECOMPRESSOR_GETSET.as_ptr().cast_mut(),
    ..native::type_object::<Decompressor>(c"zlib.Decompress")
};
static mut BUFFERED: PyTypeObject = PyTypeObject {
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    tp_methods: BUFFERED_METHODS.as_ptr().cast_mut(),
    tp_getset: BUFFERED_GETSET.as_ptr().cast_mut(),
    tp_new: slot::new(buffered_new),
    ..native::type_object::<Buffered>(c"zlib._ZlibDecompressor")
};

/// Makes the module.
pub fn init() -> PyResult {
    let module = module::new("zlib")?;
    let op = module.op();
    module::add_functions(op, METHODS.as_ptr())?;
    for tp in [static_type!(COMPRESSOR), static_type!(DECOMPRESSOR), static_type!(BUFFERED)] {
        type_object::ready(tp)?;
    }
    module::add_type(op, static_type!(BUFFERED))?;
    let class = exceptions::new_class("zlib.error", None, None)?;
    module::add_object(op, "error", class.op())?;
    ERROR.store(class.into_ptr(), Ordering::Relaxed);
    let constants = [
        ("MAX_WBITS", 15),
        ("DEFLATED", z::Z_DEFLATED),
        ("DEF_MEM_LEVEL", DEF_MEM_LEVEL),
        ("DEF_BUF_SIZE", DEFAULT_BUFFER as c_int),
        ("Z_NO_COMPRESSION", z::Z_NO_COMPRESSION),
        ("Z_BEST_SPEED", z::Z_BEST_SPEED),
        ("Z_BEST_COMPRESSION", z::Z_BEST_COMPRESSION),
        ("Z_DEFAULT_COMPRESSION", z::Z_DEFAULT_COMPRESSION),
        ("Z_FILTERED", z::Z_FILTERED),
        ("Z_HUFFMAN_ONLY", z::Z_HUFFMAN_ONLY),
        ("Z_RLE", z::Z_RLE),
        ("Z_FIXED", z::Z_FIXED),
        ("Z_DEFAULT_STRATEGY", z::Z_DEFAULT_STRATEGY),
        ("Z_NO_FLUSH", z::Z_NO_FLUSH),
        ("Z_PARTIAL_FLUSH", z::Z_PARTIAL_FLUSH),
        ("Z_SYNC_FLUSH", z::Z_SYNC_FLUSH),
        ("Z_FULL_FLUSH", z::Z_FULL_FLUSH),
        ("Z_FINISH", z::Z_FINISH),
        ("Z_BLOCK", z::Z_BLOCK),
        ("Z_TREES", z::Z_TREES),
    ];
    for (name, value) in constants {
        module::add_object(op, name, int::from_i64(value.into())?.op())?;
    }
    // SAFETY: a static string.
    let version =
        str::from_string(unsafe { CStr::from_ptr(z::zlibVersion()) }.to_string_lossy().into_owned())?;
    module::add_object(op, "ZLIB_VERSION", version.op())?;
    module::add_object(op, "ZLIB_RUNTIME_VERSION", version.op())?;
    Ok(module)
}
