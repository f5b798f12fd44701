//! What an unpickler reads: bytes in memory, or a file in pieces.
//!
//! A file is asked for no more than is needed, as other data may follow the pickle; one that
//! has `peek` shows more without moving on, and what has been used of that is read later.

use core::ptr;

use adder_object_model::buffer::{self, Buffer};
use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{Object, Op, PyResult, bytes, call, int, memoryview, number, raise};

use super::unpickling_error;

/// How much is asked of `peek`.
const PREFETCH: usize = 128 * 1024;

pub struct Input {
    /// Keeps the memory at `data` where it is.
    buffer: Option<Buffer>,
    data: *const u8,
    len: usize,
    /// The next byte to be read.
    next: usize,
    /// Up to where the file itself has moved on.
    prefetched: usize,
    /// How much of the frame is left; 0 outside of frames.
    frame_left: usize,
    /// Methods of the file; without `read` the data is all there is.
    pub read: Option<Object>,
    pub readinto: Option<Object>,
    pub readline: Option<Object>,
    pub peek: Option<Object>,
}

#[cold]
fn truncated<T>() -> PyResult<T> {
    Err(unpickling_error("pickle data was truncated"))
}

impl Default for Input {
    fn default() -> Self {
        Self {
            buffer: None,
            data: ptr::null(),
            len: 0,
            next: 0,
            prefetched: 0,
            frame_left: 0,
            read: None,
            readinto: None,
            readline: None,
            peek: None,
        }
    }
}

impl Input {
    /// What reads by the methods of a file.
    pub fn from_file(
        read: Option<Object>,
        readline: Option<Object>,
        readinto: Option<Object>,
        peek: Option<Object>,
    ) -> Self {
        Self { read, readline, readinto, peek, ..Self::default() }
    }

    /// Goes on with the bytes of an object.
    pub fn set_data(&mut self, op: Op<'_>) -> PyResult<usize> {
        self.buffer = None;
        (self.data, self.len, self.next) = (ptr::null(), 0, 0);
        let buffer = buffer::get(op, PyBUF_CONTIG_RO)?;
        self.data = buffer.as_slice().as_ptr();
        self.len = buffer.len();
        self.prefetched = self.len;
        self.buffer = Some(buffer);
        Ok(self.len)
    }

    /// Begins a new pickle.
    pub fn start(&mut self) {
        self.frame_left = 0;
    }

    /// The bytes from `next` on, which have been checked to be there.
    fn take(&mut self, n: usize) -> &[u8] {
        debug_assert!(n <= self.len - self.next);
        let start = self.next;
        self.next += n;
        if n == 0 {
            return &[];
        }
        // SAFETY: the buffer holds `len` bytes at `data`.
        unsafe { core::slice::from_raw_parts(self.data.add(start), n) }
    }

    #[inline]
    fn count(&mut self, n: usize) -> PyResult<()> {
        if self.frame_left > 0 {
            match self.frame_left.checked_sub(n) {
                Some(left) => self.frame_left = left,
                None => return Err(unpickling_error("pickle exhausted before end of frame")),
            }
        }
        Ok(())
    }

    /// The next `n` bytes.
    #[inline]
    pub fn read(&mut self, n: usize) -> PyResult<&[u8]> {
        self.count(n)?;
        if n > self.len - self.next {
            self.read_more(n)?;
        }
        Ok(self.take(n))
    }

    /// The next `N` bytes, copied.
    #[inline]
    pub fn read_array<const N: usize>(&mut self) -> PyResult<[u8; N]> {
        let mut result = [0; N];
        result.copy_from_slice(self.read(N)?);
        Ok(result)
    }

    /// A size in `width` bytes.
    pub fn read_size(&mut self, width: usize) -> PyResult<u64> {
        let mut result = [0; 8];
        result[..width].copy_from_slice(self.read(width)?);
        Ok(u64::from_le_bytes(result))
    }

    /// The next opcode; `None` at the end of the data.
    #[inline]
    pub fn read_opcode(&mut self) -> PyResult<Option<u8>> {
        if self.next == self.len {
            if self.read.is_none() {
                return Ok(None);
            }
            if let Err(raised) = self.read_more(1) {
                if !raised.matches(super::state::get().unpickling_error.op()) {
                    return Err(raised);
                }
                raised.clear();
                return Ok(None);
            }
        }
        self.frame_left = self.frame_left.saturating_sub(1);
        Ok(Some(self.take(1)[0]))
    }

    /// Lets the file pass over what has been used of what it showed.
    pub fn skip_consumed(&mut self) -> PyResult<()> {
        let consumed = self.next.saturating_sub(self.prefetched);
        if consumed == 0 {
            return Ok(());
        }
        if let Some(read) = &self.read {
            let n = int::from_usize(consumed)?;
            call::call_one(read.clone().op(), n.op())?;
        }
        self.prefetched = self.next;
        Ok(())
    }

    /// Gets `n` bytes from the file, or shows that it has them.
    #[cold]
    fn read_more(&mut self, n: usize) -> PyResult<()> {
        let Some(read) = self.read.clone() else {
            return truncated();
        };
        self.skip_consumed()?;
        if n < PREFETCH
            && let Some(peek) = self.peek.clone()
        {
            match call::call_one(peek.op(), int::from_usize(PREFETCH)?.op()) {
                Ok(shown) => {
                    let len = self.set_data(shown.op())?;
                    self.prefetched = 0;
                    if n <= len {
                        return Ok(());
                    }
                }
                Err(raised) if raised.matches(builtin::NotImplementedError()) => {
                    raised.clear();
                    self.peek = None;
                }
                Err(raised) => return Err(raised),
            }
        }
        let data = call::call_one(read.op(), int::from_usize(n)?.op())?;
        if self.set_data(data.op())? < n { truncated() } else { Ok(()) }
    }

    /// The next line, with its end.
    pub fn read_line(&mut self) -> PyResult<Vec<u8>> {
        let rest = self.len - self.next;
        let start = self.next;
        let found = memchr::memchr(b'\n', self.take(rest));
        self.next = start;
        if let Some(at) = found {
            self.count(at + 1)?;
            return Ok(self.take(at + 1).to_vec());
        }
        let Some(readline) = self.readline.clone() else {
            return truncated();
        };
        if self.frame_left > 0 {
            return Err(unpickling_error("pickle exhausted before end of frame"));
        }
        self.skip_consumed()?;
        let data = call::call_noargs(readline.op())?;
        let len = self.set_data(data.op())?;
        let line = self.take(len).to_vec();
        if line.last() == Some(&b'\n') { Ok(line) } else { truncated() }
    }

    /// Whether `n` bytes can come at all; a file may always have more.
    pub fn may_have(&self, n: usize) -> bool {
        self.read.is_some() || n <= self.len - self.next
    }

    /// Fills memory with the next bytes, without a copy in between where possible.
    ///
    /// # Safety
    /// `n` bytes at `to` may be written, and nobody else uses them.
    pub unsafe fn read_into(&mut self, to: *mut u8, n: usize) -> PyResult<()> {
        self.count(n)?;
        let here = n.min(self.len - self.next);
        let start = self.take(here).as_ptr();
        // SAFETY: so many bytes are in both places.
        unsafe { ptr::copy_nonoverlapping(start, to, here) };
        let (missing, rest) = (n - here, to.wrapping_add(here));
        if missing == 0 {
            return Ok(());
        }
        let Some(read) = self.read.clone() else {
            return truncated();
        };
        self.skip_consumed()?;
        let Some(readinto) = self.readinto.clone() else {
            let data = call::call_one(read.op(), int::from_usize(missing)?.op())?;
            let Some(data) = data.op().downcast::<PyBytesObject>() else {
                let class = adder_object_model::object::repr(data.op().ob_type().as_object())?;
                let class = adder_object_model::str::to_string_lossy(class.op());
                return Err(raise!(ValueError, "read() returned non-bytes object ({class})"));
            };
            let data = bytes::as_slice(data);
            if data.len() < missing {
                return truncated();
            }
            // SAFETY: so many bytes are in both places.
            unsafe { ptr::copy_nonoverlapping(data.as_ptr(), rest, missing) };
            return Ok(());
        };
        // SAFETY: the caller's promise; the memory belongs to an object that the caller holds.
        let view = unsafe { memoryview::from_memory(rest, missing, true)? };
        let got = number::as_ssize_t(
            call::call_one(readinto.op(), view.op())?.op(),
            Some(builtin::OverflowError()),
        )?;
        if got < 0 {
            return Err(raise!(ValueError, "readinto() returned negative size"));
        }
        if (got as usize) < missing { truncated() } else { Ok(()) }
    }

    /// A frame begins: all of it must be there.
    pub fn begin_frame(&mut self) -> PyResult<()> {
        let size = self.read_size(8)?;
        let Some(size) = usize::try_from(size).ok().filter(|size| *size <= isize::MAX as usize) else {
            return Err(raise!(
                OverflowError,
                "FRAME length exceeds system's maximum of {} bytes",
                isize::MAX
            ));
        };
        if self.frame_left > 0 {
            return Err(unpickling_error("beginning of a new frame before end of current frame"));
        }
        if size > self.len - self.next {
            self.read_more(size)?;
        }
        self.frame_left = size;
        Ok(())
    }
}
