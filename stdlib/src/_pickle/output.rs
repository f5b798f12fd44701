//! What a pickler has written: bytes in memory, from protocol 4 on in frames.
//!
//! A frame begins with a header that says its length; room for it is left when the first
//! opcode of the frame is written, and filled in when the frame is closed.

use core::cell::Cell;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{Object, Owned, PyResult, bytes, call, errors};

use super::opcodes::{FRAME, FRAME_HEADER_SIZE, FRAME_SIZE_MIN, FRAME_SIZE_TARGET};
use super::pickler::Pickler;

/// The size a buffer starts with.
pub const INITIAL_SIZE: usize = 4096;

/// Bytes under construction: an object of its own that nobody else has seen.
///
/// Invariant: `buffer` is null, or a `bytes` of `capacity` bytes with one reference; of those
/// the first `len` are set.
pub struct Output {
    buffer: Cell<*mut PyBytesObject>,
    len: Cell<usize>,
    capacity: Cell<usize>,
    /// Where the open frame begins.
    frame_start: Cell<Option<usize>>,
    pub framing: Cell<bool>,
}

impl Output {
    pub const fn new() -> Self {
        Self {
            buffer: Cell::new(ptr::null_mut()),
            len: Cell::new(0),
            capacity: Cell::new(0),
            frame_start: Cell::new(None),
            framing: Cell::new(false),
        }
    }

    /// Forgets what has been written.
    pub fn clear(&self) {
        self.len.set(0);
        self.frame_start.set(None);
    }

    /// The size of the buffer, for `__sizeof__`.
    pub fn capacity(&self) -> usize {
        self.capacity.get().max(INITIAL_SIZE)
    }

    /// Gives what has been written as one object; the output is empty then.
    pub fn take(&self) -> PyResult<Owned<PyBytesObject>> {
        let buffer = self.buffer.replace(ptr::null_mut());
        self.capacity.set(0);
        let len = self.len.replace(0);
        self.frame_start.set(None);
        // SAFETY: the cell owned its reference, and is empty now.
        match unsafe { Owned::steal_nullable(buffer) } {
            Some(buffer) => bytes::resize(buffer, len),
            None => bytes::from_slice(b""),
        }
    }

    #[cold]
    fn grow(&self, wanted: usize) -> PyResult<()> {
        let capacity = if self.capacity.get() == 0 { wanted.max(INITIAL_SIZE) } else { wanted / 2 * 3 };
        let buffer = self.buffer.replace(ptr::null_mut());
        self.capacity.set(0);
        // SAFETY: the cell owned its reference, and is empty now.
        let grown = match unsafe { Owned::steal_nullable(buffer) } {
            Some(buffer) => bytes::resize(buffer, capacity),
            None => bytes::new_unfilled(capacity),
        };
        match grown {
            Ok(grown) => {
                self.capacity.set(capacity);
                self.buffer.set(grown.into_ptr());
                Ok(())
            }
            Err(raised) => {
                self.len.set(0);
                Err(raised)
            }
        }
    }

    /// The place of byte `at` in the buffer.
    fn place(&self, at: usize) -> *mut u8 {
        debug_assert!(at <= self.capacity.get());
        // SAFETY: a live object with `capacity` bytes.
        unsafe { bytes::data(adder_object_model::Borrowed::from_ptr(self.buffer.get())).add(at) }
    }

    /// Adds bytes; opens a frame if one is due.
    #[inline]
    pub fn write(&self, data: &[u8]) -> PyResult<()> {
        let opens = self.framing.get() && self.frame_start.get().is_none();
        let header = if opens { FRAME_HEADER_SIZE } else { 0 };
        let start = self.len.get();
        let Some(end) = start.checked_add(header + data.len()) else {
            return Err(errors::no_memory());
        };
        if end > self.capacity.get() {
            self.grow(end)?;
        }
        if opens {
            self.frame_start.set(Some(start));
        }
        // SAFETY: `end` bytes fit; the data is not in this buffer, which nobody else has seen.
        unsafe { ptr::copy_nonoverlapping(data.as_ptr(), self.place(start + header), data.len()) };
        self.len.set(end);
        Ok(())
    }

    /// Closes the open frame, if there is one.
    pub fn commit_frame(&self) {
        if !self.framing.get() {
            return;
        }
        let Some(start) = self.frame_start.take() else {
            return;
        };
        let len = self.len.get() - start - FRAME_HEADER_SIZE;
        // SAFETY: the frame and its header lie inside of what has been written.
        unsafe {
            if len >= FRAME_SIZE_MIN {
                self.place(start).write(FRAME);
                let size = (len as u64).to_le_bytes();
                ptr::copy_nonoverlapping(size.as_ptr(), self.place(start + 1), size.len());
            } else {
                ptr::copy(self.place(start + FRAME_HEADER_SIZE), self.place(start), len);
                self.len.set(start + len);
            }
        }
    }

    fn open_frame_size(&self) -> usize {
        let start = self.frame_start.get().filter(|_| self.framing.get());
        start.map_or(0, |start| self.len.get() - start - FRAME_HEADER_SIZE)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // SAFETY: the cell owns its reference or is null.
        drop(unsafe { Owned::steal_nullable(self.buffer.get()) });
    }
}

impl Pickler {
    #[inline]
    pub fn write(&self, data: &[u8]) -> PyResult<()> {
        self.output.write(data)
    }

    #[inline]
    pub fn write_opcode(&self, opcode: u8) -> PyResult<()> {
        self.output.write(&[opcode])
    }

    /// Gives what has been written.
    pub fn take_output(&self) -> PyResult<Owned<PyBytesObject>> {
        self.output.commit_frame();
        self.output.take()
    }

    /// Passes what has been written on to the file.
    pub fn flush(&self) -> PyResult<()> {
        let data = self.take_output()?;
        self.write_to_file(data.into_object())
    }

    fn write_to_file(&self, data: Object) -> PyResult<()> {
        match self.write_method.get() {
            Some(write) => call::call_one(write.op(), data.op()).map(drop),
            None => Err(errors::bad_internal_call()),
        }
    }

    /// Between two opcodes: closes a frame that has become large, and lets the file have it.
    #[inline]
    pub fn opcode_boundary(&self) -> PyResult<()> {
        if self.output.open_frame_size() < FRAME_SIZE_TARGET {
            return Ok(());
        }
        self.output.commit_frame();
        if self.write_method.is_some() { self.flush() } else { Ok(()) }
    }

    /// Writes a header and data; much data goes outside of frames, and to a file directly.
    /// `whole` is an object that is just the data, if there is one.
    pub fn write_data(&self, header: &[u8], data: &[u8], whole: Option<Object>) -> PyResult<()> {
        if data.len() < FRAME_SIZE_TARGET {
            self.write(header)?;
            return self.write(data);
        }
        self.output.commit_frame();
        let framing = self.output.framing.replace(false);
        let result = self.write(header).and_then(|()| {
            if !self.write_method.is_some() {
                return self.write(data);
            }
            self.flush()?;
            match whole {
                Some(whole) => self.write_to_file(whole),
                None => self.write_to_file(bytes::from_slice(data)?.into_object()),
            }
        });
        self.output.framing.set(framing);
        result
    }
}
