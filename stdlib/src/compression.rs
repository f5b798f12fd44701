//! What `_bz2` and `_lzma` share: a C library's stream with its input and output buffers.
//!
//! The library works without the GIL, so a stream is behind a lock that a thread takes
//! without holding the GIL, as the one that has it may be waiting for that.

use core::ffi::c_int;

use adder_object_model::layout::*;
use adder_object_model::{Op, Owned, PyResult, Raised, buffer, bytes, errors, raise};
use parking_lot::{Mutex, MutexGuard};

use crate::host;

const SMALLEST: usize = 32 << 10;
const LARGEST: usize = 64 << 20;

/// A C library's stream in one direction.
pub trait Stream {
    /// One call: reads from `input`, which loses what was read, and writes into `room`. Gives how much
    /// was written and whether the end was reached, or the library's error.
    fn step(&mut self, input: &mut &[u8], room: &mut [u8], finish: bool) -> Result<(usize, bool), c_int>;
    /// Raises what stands for an error of the library.
    fn error(status: c_int) -> Raised;
}

/// Why a run ended early.
pub enum Failure {
    Library(c_int),
    NoMemory,
}

impl Failure {
    pub fn raise<S: Stream>(self) -> Raised {
        match self {
            Self::Library(status) => S::error(status),
            Self::NoMemory => errors::no_memory(),
        }
    }
}

/// Calls the library once more, with as much room as the output so far suggests; how much room that was.
fn step<S: Stream>(
    stream: &mut S,
    input: &mut &[u8],
    output: &mut Vec<u8>,
    most: usize,
    finish: bool,
) -> Result<(usize, usize, bool), Failure> {
    let before = output.len();
    let room = before.clamp(SMALLEST, LARGEST).min(most);
    output.try_reserve(room).map_err(|_| Failure::NoMemory)?;
    output.resize(before + room, 0);
    let (written, end) = stream.step(input, &mut output[before..], finish).map_err(Failure::Library)?;
    output.truncate(before + written);
    Ok((room, written, end))
}

/// The stream, also if another thread uses it just now.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.try_lock().unwrap_or_else(|| host::blocking(|| mutex.lock()))
}

pub fn readable(op: Op<'_>) -> PyResult<buffer::Buffer> {
    if !buffer::check(op) {
        return Err(raise!(TypeError, "a bytes-like object is required, not '{}'", op.type_name()));
    }
    buffer::get(op, PyBUF_SIMPLE)
}

/// The state of a compressor; without a stream once it has been flushed.
pub struct Compression<S>(Mutex<Option<S>>);

impl<S: Stream + Send> Compression<S> {
    pub fn new(stream: S) -> Self {
        Self(Mutex::new(Some(stream)))
    }

    pub fn compress(&self, data: Op<'_>) -> PyResult<Owned<PyBytesObject>> {
        let data = readable(data)?;
        let mut stream = lock(&self.0);
        let Some(stream) = stream.as_mut() else {
            return Err(raise!(ValueError, "Compressor has been flushed"));
        };
        run(stream, data.as_slice(), false)
    }

    pub fn flush(&self) -> PyResult<Owned<PyBytesObject>> {
        match lock(&self.0).take() {
            Some(mut stream) => run(&mut stream, b"", true),
            None => Err(raise!(ValueError, "Repeated call to flush()")),
        }
    }
}

/// Compresses all of the input.
fn run<S: Stream + Send>(stream: &mut S, mut input: &[u8], finish: bool) -> PyResult<Owned<PyBytesObject>> {
    let mut output = Vec::new();
    let result = host::blocking(|| {
        loop {
            let (_, _, end) = step(stream, &mut input, &mut output, usize::MAX, finish)?;
            if end || !finish && input.is_empty() {
                return Ok(());
            }
        }
    });
    result.map_err(Failure::raise::<S>)?;
    bytes::from_slice(&output)
}

/// The state of a decompressor.
pub struct Decompression<S>(Mutex<State<S>>);

struct State<S> {
    stream: S,
    /// Input that waits for room in the output.
    pending: Vec<u8>,
    /// What followed the end of the stream.
    unused: Vec<u8>,
    eof: bool,
    needs_input: bool,
}

/// What distinguishes the two libraries' decompressors.
pub struct Habits {
    pub already_at_end: &'static str,
    /// Whether output can wait inside the library after all input has been read.
    pub holds_output_back: bool,
}

impl<S: Stream + Send> Decompression<S> {
    pub fn new(stream: S) -> Self {
        let (pending, unused) = (Vec::new(), Vec::new());
        Self(Mutex::new(State { stream, pending, unused, eof: false, needs_input: true }))
    }

    pub fn decompress(&self, data: Op<'_>, most: isize, habits: &Habits) -> PyResult<Owned<PyBytesObject>> {
        let data = readable(data)?;
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let mut state = lock(&self.0);
        let state = &mut *state;
        if state.eof {
            return Err(raise!(EOFError, "{}", habits.already_at_end));
        }
        let mut output = Vec::new();
        let result = host::blocking(|| state.run(data.as_slice(), most, habits, &mut output));
        if let Err(failure) = result {
            state.pending.clear();
            return Err(failure.raise::<S>());
        }
        bytes::from_slice(&output)
    }

    pub fn eof(&self) -> bool {
        lock(&self.0).eof
    }

    pub fn needs_input(&self) -> bool {
        lock(&self.0).needs_input
    }

    pub fn unused_data(&self) -> PyResult<Owned<PyBytesObject>> {
        let unused = lock(&self.0).unused.clone();
        bytes::from_slice(&unused)
    }

    /// Asks the library's stream something.
    pub fn with_stream<R>(&self, ask: impl FnOnce(&S) -> R) -> R {
        ask(&lock(&self.0).stream)
    }
}

impl<S: Stream> State<S> {
    fn run(
        &mut self,
        data: &[u8],
        most: usize,
        habits: &Habits,
        output: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let mut pending = core::mem::take(&mut self.pending);
        let mut input = if pending.is_empty() {
            data
        } else {
            pending.try_reserve(data.len()).map_err(|_| Failure::NoMemory)?;
            pending.extend_from_slice(data);
            &pending
        };
        let full = loop {
            let left = most - output.len();
            let (room, written, end) = step(&mut self.stream, &mut input, output, left, false)?;
            let full = written == room;
            self.eof = end;
            if end || output.len() == most || input.is_empty() && !(full && habits.holds_output_back) {
                break full;
            }
        };
        self.needs_input = !self.eof && input.is_empty() && !(full && habits.holds_output_back);
        if self.eof {
            self.unused = input.to_vec();
        } else {
            self.pending = input.to_vec();
        }
        Ok(())
    }
}
