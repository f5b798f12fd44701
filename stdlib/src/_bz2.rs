//! The `_bz2` module, on the C library bzip2.

use core::ffi::{c_int, c_uint};
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Owned, PyResult, Raised, Signature, TypeRef, errors, getset, int, method, module, number,
    raise, slot, static_type, type_object,
};
use bzip2_sys as bz;

use crate::compression::{Compression, Decompression, Habits, Stream};
use crate::host;
use crate::native::{self, Contents, Native};

/// The library keeps a pointer to the struct, so it stays in its box.
struct Bz {
    stream: Box<bz::bz_stream>,
    compresses: bool,
}
// SAFETY: the library has no thread-local state, and the lock around it keeps threads apart.
unsafe impl Send for Bz {}

impl Bz {
    fn blank() -> Box<bz::bz_stream> {
        // SAFETY: null pointers, zero counts and the library's own allocator: all zero is valid.
        Box::new(unsafe { core::mem::zeroed() })
    }

    fn compressor(level: c_int) -> Result<Self, c_int> {
        let mut stream = Self::blank();
        // SAFETY: a fresh stream.
        match unsafe { bz::BZ2_bzCompressInit(&mut *stream, level, 0, 0) } {
            bz::BZ_OK => Ok(Self { stream, compresses: true }),
            status => Err(status),
        }
    }

    fn decompressor() -> Result<Self, c_int> {
        let mut stream = Self::blank();
        // SAFETY: a fresh stream.
        match unsafe { bz::BZ2_bzDecompressInit(&mut *stream, 0, 0) } {
            bz::BZ_OK => Ok(Self { stream, compresses: false }),
            status => Err(status),
        }
    }
}

impl Drop for Bz {
    fn drop(&mut self) {
        // SAFETY: the stream was initialised for this direction.
        unsafe {
            if self.compresses {
                bz::BZ2_bzCompressEnd(&mut *self.stream);
            } else {
                bz::BZ2_bzDecompressEnd(&mut *self.stream);
            }
        }
    }
}

impl Stream for Bz {
    fn step(&mut self, input: &mut &[u8], room: &mut [u8], finish: bool) -> Result<(usize, bool), c_int> {
        let given = input.len().min(c_uint::MAX as usize);
        let stream = &mut *self.stream;
        stream.next_in = input.as_ptr().cast_mut().cast();
        stream.avail_in = given as c_uint;
        stream.next_out = room.as_mut_ptr().cast();
        stream.avail_out = room.len() as c_uint;
        // SAFETY: both ranges are valid for the call, which only reads the input.
        let status = unsafe {
            match (self.compresses, finish) {
                (true, true) => bz::BZ2_bzCompress(stream, bz::BZ_FINISH),
                // Without input the library takes this for a mistake.
                (true, false) if given == 0 => bz::BZ_RUN_OK,
                (true, false) => bz::BZ2_bzCompress(stream, bz::BZ_RUN),
                (false, _) => bz::BZ2_bzDecompress(stream),
            }
        };
        let (left, written) = (stream.avail_in as usize, room.len() - stream.avail_out as usize);
        (stream.next_in, stream.next_out) = (ptr::null_mut(), ptr::null_mut());
        *input = &input[given - left..];
        match status {
            bz::BZ_STREAM_END => Ok((written, true)),
            bz::BZ_OK | bz::BZ_RUN_OK | bz::BZ_FLUSH_OK | bz::BZ_FINISH_OK => Ok((written, false)),
            status => Err(status),
        }
    }

    fn error(status: c_int) -> Raised {
        match status {
            bz::BZ_PARAM_ERROR => {
                raise!(ValueError, "Internal error - invalid parameters passed to libbzip2")
            }
            bz::BZ_MEM_ERROR => errors::no_memory(),
            bz::BZ_DATA_ERROR | bz::BZ_DATA_ERROR_MAGIC => raise!(OSError, "Invalid data stream"),
            bz::BZ_IO_ERROR => raise!(OSError, "Unknown I/O error"),
            bz::BZ_UNEXPECTED_EOF => {
                raise!(EOFError, "Compressed file ended before the logical end-of-stream was detected")
            }
            bz::BZ_SEQUENCE_ERROR => {
                raise!(RuntimeError, "Internal error - Invalid sequence of commands sent to libbzip2")
            }
            status => raise!(OSError, "Unrecognized error from libbzip2: {status}"),
        }
    }
}

impl Contents for Compression<Bz> {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut COMPRESSOR
    }
}

impl Contents for Decompression<Bz> {
    fn type_ptr() -> *mut PyTypeObject {
        &raw mut DECOMPRESSOR
    }
}

type Compressor<'a> = Borrowed<'a, Native<Compression<Bz>>>;
type Decompressor<'a> = Borrowed<'a, Native<Decompression<Bz>>>;

fn compressor_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    args.no_keywords("BZ2Compressor")?;
    args.check_positional("BZ2Compressor", 0, 1)?;
    let level = args.get(0).map_or(Ok(9), int::as_i32)?;
    if !(1..=9).contains(&level) {
        return Err(raise!(ValueError, "compresslevel must be between 1 and 9"));
    }
    let stream = Bz::compressor(level).map_err(Bz::error)?;
    Ok(native::new(Compression::new(stream))?.into_object())
}

fn compress(this: Compressor<'_>, data: adder_object_model::Op<'_>) -> PyResult<Owned<PyBytesObject>> {
    this.value.compress(data)
}

fn flush(this: Compressor<'_>) -> PyResult<Owned<PyBytesObject>> {
    this.value.flush()
}

fn decompressor_new(_tp: TypeRef<'_>, args: Args<'_>) -> PyResult {
    static SIGNATURE: Signature<0> = Signature::new("BZ2Decompressor", []);
    args.parse(&SIGNATURE)?;
    let stream = Bz::decompressor().map_err(Bz::error)?;
    Ok(native::new(Decompression::new(stream))?.into_object())
}

fn decompress(this: Decompressor<'_>, args: Args<'_>) -> PyResult<Owned<PyBytesObject>> {
    static SIGNATURE: Signature<2> = Signature::new("decompress", ["data", "max_length"]).required(1);
    static HABITS: Habits =
        Habits { already_at_end: "End of stream already reached", holds_output_back: false };
    let [data, most] = args.parse(&SIGNATURE)?;
    let most = most.map_or(Ok(-1), |most| number::as_ssize_t(most, None))?;
    this.value.decompress(data.expect("required"), most, &HABITS)
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
    getset::get(c"eof", eof, c"True if the end of the stream has been reached."),
    getset::get(c"unused_data", unused_data, c"What was found after the end of the stream."),
    getset::get(
        c"needs_input",
        needs_input,
        c"True if more input is needed before there can be more output.",
    ),
    PyGetSetDef::EMPTY,
];

static mut COMPRESSOR: PyTypeObject = PyTypeObject {
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    tp_doc: c"BZ2Compressor(compresslevel=9, /)\n--\n\nCompresses data piece by piece, at a level between 1 and 9.".as_ptr(),
    tp_methods: COMPRESSOR_METHODS.as_ptr().cast_mut(),
    tp_new: slot::new(compressor_new),
    ..native::type_object::<Compression<Bz>>(c"_bz2.BZ2Compressor")
};

static mut DECOMPRESSOR: PyTypeObject = PyTypeObject {
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    tp_doc: c"BZ2Decompressor()\n--\n\nDecompresses data piece by piece.".as_ptr(),
    tp_methods: DECOMPRESSOR_METHODS.as_ptr().cast_mut(),
    tp_getset: DECOMPRESSOR_GETSETS.as_ptr().cast_mut(),
    tp_new: slot::new(decompressor_new),
    ..native::type_object::<Decompression<Bz>>(c"_bz2.BZ2Decompressor")
};

static FUNCTIONS: [PyMethodDef; 1] = [PyMethodDef::EMPTY];

pub fn init() -> PyResult {
    let result = host::new_module("_bz2", "Compression with bzip2.", &FUNCTIONS)?;
    for tp in [static_type!(COMPRESSOR), static_type!(DECOMPRESSOR)] {
        type_object::ready(tp)?;
        module::add_type(result.op(), tp)?;
    }
    Ok(result)
}
