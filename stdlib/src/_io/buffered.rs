//! `BufferedReader`, `BufferedWriter`, `BufferedRandom`, `BufferedRWPair`.
//!
//! One state serves the first three: bytes read ahead, and bytes not yet written. At
//! most one of the two is in use: writing gives up what was read ahead (after moving
//! the raw stream back), and reading writes out first.
//!
//! Calls of the raw stream let other threads run, so whatever makes one holds the
//! stream's lock meanwhile. Only what is read ahead may be taken without it.

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::Arc;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, Owned, PyResult, Raised, Signature, Visitor, buffer, bytearray, bytes, call, errors,
    exceptions, getset, int, method, number, object, raise, singletons, slot, str,
};

use parking_lot::RawMutex;
use parking_lot::lock_api::{RawMutex as _, RawMutexTimed as _};

use super::base::{BUFFERED_IO_BASE_TYPE, FLAGS, check_readable, check_seekable, check_writable};
use super::{
    DICT_OFFSET, STREAM_SIZE, State, This, WEAKREF_OFFSET, class_name, clear, dealloc, drop_state,
    finalizing_argument, interrupted, invoke, is_closed, offset, set_state, size, state, traverse,
    unsupported,
};
use crate::posix::int_argument;

pub(super) struct Buffered {
    /// `None` after `detach`.
    raw: Option<Object>,
    size: usize,
    /// Read ahead, from `at` on.
    ahead: Vec<u8>,
    at: usize,
    /// Written by the program, not by the raw stream.
    pending: Vec<u8>,
    reads: bool,
    writes: bool,
    finalizing: bool,
    /// Whether `close` has given the buffer up, for `__sizeof__`.
    freed: bool,
    lock: Arc<Lock>,
}

/// Which thread works on the stream.
struct Lock {
    mutex: RawMutex,
    /// The thread that holds the mutex; 0 if none does.
    owner: AtomicUsize,
}

/// The lock held, until dropped.
struct Held(Arc<Lock>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.owner.store(0, Ordering::Relaxed);
        // SAFETY: locked by `enter`, on this thread.
        unsafe { self.0.mutex.unlock() };
    }
}

/// Waits until no other thread works on the stream.
///
/// The raw stream may be Python code that comes back here, and a signal handler may as well: that is an error.
fn enter(stream: Stream<'_>) -> PyResult<Held> {
    let lock = match stream.state.is_null() {
        true => return Err(raise!(ValueError, "I/O operation on uninitialized object")),
        false => state(stream)?.lock.clone(),
    };
    // SAFETY: has no conditions.
    let this_thread = unsafe { libc::pthread_self() } as usize;
    if !lock.mutex.try_lock() {
        if lock.owner.load(Ordering::Relaxed) == this_thread {
            let shown = str::to_string_lossy(object::repr(stream.as_object())?.op());
            return Err(raise!(RuntimeError, "reentrant call inside {shown}"));
        }
        if adder_interpreter::runtime::runtime().finalizing.get() {
            // A daemon thread may hold it for good: it never gets the GIL again.
            if !crate::host::blocking(|| lock.mutex.try_lock_for(Duration::from_secs(1))) {
                let shown = str::to_string_lossy(object::repr(stream.as_object())?.op());
                let message = format!(
                    "could not acquire lock for {shown} at interpreter shutdown, possibly due to daemon threads"
                );
                adder_interpreter::traceback::dump::fatal_error(
                    Some(b"_enter_buffered_busy"),
                    message.as_bytes(),
                );
            }
        } else {
            crate::host::blocking(|| lock.mutex.lock());
        }
    }
    lock.owner.store(this_thread, Ordering::Relaxed);
    Ok(Held(lock))
}

impl State for Buffered {
    fn traverse(&self, visitor: &mut Visitor) {
        if let Some(raw) = &self.raw {
            visitor.visit(raw.as_ptr());
        }
    }
    fn take_references(&mut self) -> Vec<Object> {
        self.raw.take().into_iter().collect()
    }
}

type Stream<'a> = This<'a, Buffered>;

/// A new reference to the raw stream.
fn raw(stream: Stream<'_>) -> PyResult {
    match stream.state.is_null() {
        true => Err(raise!(ValueError, "I/O operation on uninitialized object")),
        false => state(stream)?.raw.clone().ok_or_else(|| raise!(ValueError, "raw stream has been detached")),
    }
}

fn open_raw(stream: Stream<'_>, doing: &str) -> PyResult {
    let raw = raw(stream)?;
    if is_closed(raw.op())? {
        return Err(raise!(ValueError, "{doing}"));
    }
    Ok(raw)
}

fn init_with(
    stream: Stream<'_>,
    args: Args<'_>,
    class: &'static str,
    reads: bool,
    writes: bool,
) -> PyResult<()> {
    let signature = Signature::new(class, ["raw", "buffer_size"]).required(1);
    let [raw, size] = args.parse(&signature)?;
    let raw = raw.expect("required");
    // Nothing of an earlier life is used again, also if this fails.
    drop_state(stream);
    let size = match size {
        Some(size) => number::as_ssize_t(size, Some(exceptions::builtin::ValueError()))?,
        None => super::DEFAULT_BUFFER_SIZE as isize,
    };
    if reads && writes {
        check_seekable(raw)?;
    }
    if reads {
        check_readable(raw)?;
    }
    if writes {
        check_writable(raw)?;
    }
    if size <= 0 {
        return Err(raise!(ValueError, "buffer size must be strictly positive"));
    }
    set_state(
        stream,
        Buffered {
            raw: Some(raw.to_owned()),
            size: size as usize,
            ahead: Vec::new(),
            at: 0,
            pending: Vec::new(),
            reads,
            writes,
            finalizing: false,
            freed: false,
            lock: Arc::new(Lock { mutex: RawMutex::INIT, owner: AtomicUsize::new(0) }),
        },
    );
    Ok(())
}

fn init_reader(stream: Stream<'_>, args: Args<'_>) -> PyResult<()> {
    init_with(stream, args, "BufferedReader", true, false)
}
fn init_writer(stream: Stream<'_>, args: Args<'_>) -> PyResult<()> {
    init_with(stream, args, "BufferedWriter", false, true)
}
fn init_random(stream: Stream<'_>, args: Args<'_>) -> PyResult<()> {
    init_with(stream, args, "BufferedRandom", true, true)
}

/// How many bytes are read ahead.
fn available(stream: Stream<'_>) -> PyResult<usize> {
    let buffered = state(stream)?;
    Ok(buffered.ahead.len() - buffered.at)
}

/// The next `n` bytes that are read ahead.
fn consume(stream: Stream<'_>, n: usize) -> PyResult<Vec<u8>> {
    let buffered = state(stream)?;
    let n = n.min(buffered.ahead.len() - buffered.at);
    let part = buffered.ahead[buffered.at..buffered.at + n].to_vec();
    buffered.at += n;
    Ok(part)
}

/// One call of the raw stream's `readinto`; `None` if it would block.
fn read_raw(stream: Stream<'_>, n: usize) -> PyResult<Option<Vec<u8>>> {
    let raw = raw(stream)?;
    let target = bytearray::from_slice(&crate::host::zeroed(n)?)?;
    let view = adder_object_model::memoryview::from_object(target.op())?;
    let count = loop {
        match call::call_method(raw.op(), "readinto", &[view.op()]) {
            Ok(count) => break count,
            Err(raised) => interrupted(raised)?,
        }
    };
    drop(view);
    if count.op().is_none() {
        return Ok(None);
    }
    let count =
        number::as_ssize_t(count.op(), Some(exceptions::builtin::ValueError())).map_err(|raised| {
            let cause = raised.take();
            let raised = raise!(OSError, "raw readinto() failed");
            let error = raised.take();
            exceptions::set_cause(error.op(), Some(cause));
            errors::restore(error)
        })?;
    if count < 0 || count > n as isize {
        return Err(raise!(
            OSError,
            "raw readinto() returned invalid length {count} (should have been between 0 and {n})"
        ));
    }
    let mut data = bytearray::to_vec(target.borrow());
    data.truncate(count as usize);
    Ok(Some(data))
}

/// Fills the empty read-ahead with one raw read; how many bytes came, `None` if it would block.
fn fill(stream: Stream<'_>) -> PyResult<Option<usize>> {
    let n = state(stream)?.size;
    let data = read_raw(stream, n)?;
    let buffered = state(stream)?;
    Ok(data.map(|data| {
        let n = data.len();
        buffered.ahead = data;
        buffered.at = 0;
        n
    }))
}

/// What has to happen before reading: pending bytes go out.
fn before_read(stream: Stream<'_>) -> PyResult<()> {
    if state(stream)?.writes && !state(stream)?.pending.is_empty() { flush_pending(stream) } else { Ok(()) }
}

fn read(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [n] = args.optional("read", 0)?;
    let n = size(n)?;
    if n < -1 {
        return Err(raise!(ValueError, "read length must be non-negative or -1"));
    }
    open_raw(stream, "read of closed file")?;
    if n == -1 {
        let _held = enter(stream)?;
        return read_all(stream);
    }
    let n = n as usize;
    if available(stream)? >= n {
        return bytes::from_slice(&consume(stream, n)?).map(Owned::into_object);
    }
    let _held = enter(stream)?;
    before_read(stream)?;
    let mut data = consume(stream, n)?;
    while data.len() < n {
        let missing = n - data.len();
        let whole = missing / state(stream)?.size * state(stream)?.size;
        let got = if whole > 0 {
            // Whole buffers go straight to the result.
            read_raw(stream, whole)?.map(|part| {
                let n = part.len();
                data.extend_from_slice(&part);
                n
            })
        } else {
            let got = fill(stream)?;
            data.extend(consume(stream, missing)?);
            got
        };
        match got {
            None if data.is_empty() => return Ok(singletons::new_none()),
            None | Some(0) => break,
            Some(_) => {}
        }
    }
    bytes::from_slice(&data).map(Owned::into_object)
}

fn read_all(stream: Stream<'_>) -> PyResult {
    before_read(stream)?;
    let mut data = consume(stream, usize::MAX)?;
    let raw = raw(stream)?;
    if let Some(readall) = object::get_optional_attr_str(raw.op(), "readall")? {
        let rest = call::call_noargs(readall.op())?;
        if rest.op().is_none() {
            return if data.is_empty() { Ok(rest) } else { bytes::from_slice(&data).map(Owned::into_object) };
        }
        let Some(bytes_object) = rest.op().downcast::<PyBytesObject>() else {
            return Err(raise!(TypeError, "readall() should return bytes"));
        };
        if data.is_empty() {
            return Ok(rest);
        }
        data.extend_from_slice(bytes::as_slice(bytes_object));
        return bytes::from_slice(&data).map(Owned::into_object);
    }
    loop {
        let part = loop {
            match invoke(raw.op(), "read") {
                Ok(part) => break part,
                Err(raised) => interrupted(raised)?,
            }
        };
        if part.op().is_none() {
            return if data.is_empty() { Ok(part) } else { bytes::from_slice(&data).map(Owned::into_object) };
        }
        let Some(part) = part.op().downcast::<PyBytesObject>() else {
            return Err(raise!(TypeError, "read() should return bytes"));
        };
        if bytes::len(part) == 0 {
            return bytes::from_slice(&data).map(Owned::into_object);
        }
        data.extend_from_slice(bytes::as_slice(part));
    }
}

fn read1(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [n] = args.optional("read1", 0)?;
    let n = size(n)?;
    let n = if n < 0 { state(stream)?.size } else { n as usize };
    open_raw(stream, "read of closed file")?;
    if n == 0 {
        return bytes::from_slice(b"").map(Owned::into_object);
    }
    if available(stream)? == 0 {
        let _held = enter(stream)?;
        before_read(stream)?;
        if available(stream)? > 0 {
            // Another thread has read ahead meanwhile.
            return bytes::from_slice(&consume(stream, n)?).map(Owned::into_object);
        }
        let data = read_raw(stream, n)?.unwrap_or_default();
        return bytes::from_slice(&data).map(Owned::into_object);
    }
    bytes::from_slice(&consume(stream, n)?).map(Owned::into_object)
}

fn peek(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [_n] = args.optional("peek", 0)?;
    open_raw(stream, "peek of closed file")?;
    let _held = enter(stream)?;
    before_read(stream)?;
    if available(stream)? == 0 {
        fill(stream)?;
    }
    let buffered = state(stream)?;
    bytes::from_slice(&buffered.ahead[buffered.at..]).map(Owned::into_object)
}

fn read_into(stream: Stream<'_>, target: Op<'_>, once: bool) -> PyResult {
    open_raw(stream, "readinto of closed file")?;
    let target = buffer::get_writable(target, "readinto() argument")?;
    let mut filled = 0;
    let take = |filled: &mut usize| -> PyResult<()> {
        let part = consume(stream, target.len() - *filled)?;
        target.as_mut_slice()[*filled..*filled + part.len()].copy_from_slice(&part);
        *filled += part.len();
        Ok(())
    };
    let _held = enter(stream)?;
    take(&mut filled)?;
    if filled == target.len() {
        return int::from_usize(filled);
    }
    before_read(stream)?;
    while filled < target.len() {
        let missing = target.len() - filled;
        let got = if missing > state(stream)?.size {
            // More than the buffer holds goes straight to the target.
            read_raw(stream, missing)?.map(|part| {
                target.as_mut_slice()[filled..filled + part.len()].copy_from_slice(&part);
                filled += part.len();
                part.len()
            })
        } else if once && filled > 0 {
            break;
        } else {
            let got = fill(stream)?;
            take(&mut filled)?;
            got
        };
        match got {
            None if filled == 0 => return Ok(singletons::new_none()),
            None | Some(0) => break,
            Some(_) if once => break,
            Some(_) => {}
        }
    }
    int::from_usize(filled)
}

fn readinto(stream: Stream<'_>, target: Op<'_>) -> PyResult {
    read_into(stream, target, false)
}
fn readinto1(stream: Stream<'_>, target: Op<'_>) -> PyResult {
    read_into(stream, target, true)
}

/// A line up to `limit` bytes unless negative.
fn line(stream: Stream<'_>, limit: isize) -> PyResult<Vec<u8>> {
    let mut line: Vec<u8> = Vec::new();
    let mut held = None;
    loop {
        let most = if limit < 0 { usize::MAX } else { limit as usize - line.len() };
        let buffered = state(stream)?;
        let rest = &buffered.ahead[buffered.at..];
        let rest = &rest[..rest.len().min(most)];
        if let Some(at) = memchr::memchr(b'\n', rest) {
            line.extend(consume(stream, at + 1)?);
            return Ok(line);
        }
        let n = rest.len();
        line.extend(consume(stream, n)?);
        if n == most {
            return Ok(line);
        }
        if held.is_none() {
            held = Some(enter(stream)?);
            // Another thread may have read ahead meanwhile.
            continue;
        }
        before_read(stream)?;
        if matches!(fill(stream)?, None | Some(0)) {
            return Ok(line);
        }
    }
}

fn readline(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [limit] = args.optional("readline", 0)?;
    let limit = size(limit)?;
    open_raw(stream, "readline of closed file")?;
    bytes::from_slice(&line(stream, limit)?).map(Owned::into_object)
}

fn next(stream: Stream<'_>) -> PyResult<Option<Object>> {
    open_raw(stream, "readline of closed file")?;
    let line = line(stream, -1)?;
    if line.is_empty() { Ok(None) } else { bytes::from_slice(&line).map(|line| Some(line.into_object())) }
}

/// Moves the raw stream back over what was read ahead and forgets that.
fn drop_ahead(stream: Stream<'_>) -> PyResult<()> {
    let n = available(stream)?;
    if n > 0 {
        let raw = raw(stream)?;
        call::call_method(raw.op(), "seek", &[int::from_i64(-(n as i64))?.op(), int::small(1).op()])?;
    }
    let buffered = state(stream)?;
    buffered.ahead.clear();
    buffered.at = 0;
    Ok(())
}

/// Would-block as `BlockingIOError`, with how many bytes of the caller's were taken.
fn would_block(written: usize) -> Raised {
    let make = || -> PyResult {
        let text = str::from_str("write could not complete without blocking")?;
        call::call_positional(
            exceptions::builtin::BlockingIOError(),
            &[int::from_i64(libc::EAGAIN.into())?.op(), text.op(), int::from_usize(written)?.op()],
        )
    };
    match make() {
        Ok(error) => errors::restore(error),
        Err(raised) => raised,
    }
}

/// Hands pending bytes to the raw stream until none is left.
fn flush_pending(stream: Stream<'_>) -> PyResult<()> {
    open_raw(stream, "flush of closed file")?;
    while !state(stream)?.pending.is_empty() {
        let raw = raw(stream)?;
        // A snapshot: the raw stream may be Python code that keeps what it gets.
        let data = bytes::from_slice(&state(stream)?.pending)?;
        let written = match call::call_method(raw.op(), "write", &[data.op()]) {
            Ok(written) => written,
            Err(raised) => {
                interrupted(raised)?;
                continue;
            }
        };
        if written.op().is_none() {
            return Err(would_block(0));
        }
        let n = number::as_ssize_t(written.op(), Some(exceptions::builtin::ValueError()))?;
        let pending = &mut state(stream)?.pending;
        let length = bytes::len(data.op().downcast().expect("bytes"));
        if n < 0 || n as usize > length {
            return Err(raise!(
                OSError,
                "raw write() returned invalid length {n} (should have been between 0 and {length})"
            ));
        }
        pending.drain(..(n as usize).min(pending.len()));
        // A signal can end a write early; the next one might block for ever.
        crate::host::check_signals()?;
    }
    Ok(())
}

fn write(stream: Stream<'_>, data: Op<'_>) -> PyResult {
    if data.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "a bytes-like object is required, not 'str'"));
    }
    if !state(stream)?.writes {
        return Err(unsupported("write"));
    }
    let data = buffer::get(data, PyBUF_SIMPLE)?;
    let _held = enter(stream)?;
    // Only now: another thread may have closed it while this one waited.
    open_raw(stream, "write to closed file")?;
    if state(stream)?.reads {
        drop_ahead(stream)?;
    }
    let buffered = state(stream)?;
    if buffered.pending.len() > buffered.size {
        // More than fits can only be left over from a write that would have blocked.
        flush_pending(stream)?;
    }
    let before = state(stream)?.pending.len();
    let room = state(stream)?.size;
    if before + data.len() > room
        && before > 0
        && let Err(raised) = flush_pending(stream)
    {
        if !raised.matches(exceptions::builtin::BlockingIOError()) {
            return Err(raised);
        }
        let left = state(stream)?.pending.len();
        if left + data.len() > room {
            raised.clear();
            let fits = room.saturating_sub(left).min(data.len());
            state(stream)?.pending.extend_from_slice(&data.as_slice()[..fits]);
            return if fits == data.len() { int::from_usize(fits) } else { Err(would_block(fits)) };
        }
        raised.clear();
    }
    state(stream)?.pending.extend_from_slice(data.as_slice());
    if state(stream)?.pending.len() > room
        && let Err(raised) = flush_pending(stream)
    {
        if !raised.matches(exceptions::builtin::BlockingIOError()) {
            return Err(raised);
        }
        let pending = &mut state(stream)?.pending;
        if pending.len() > room {
            let over = pending.len() - room;
            pending.truncate(room);
            raised.clear();
            return Err(would_block(data.len() - over));
        }
        raised.clear();
    }
    int::from_usize(data.len())
}

fn flush(stream: Stream<'_>) -> PyResult<()> {
    let raw = raw(stream)?;
    if is_closed(raw.op())? {
        return Err(raise!(ValueError, "flush of closed file"));
    }
    if state(stream)?.writes {
        let _held = enter(stream)?;
        return flush_and_rewind(stream);
    }
    invoke(raw.op(), "flush").map(drop)
}

/// Pending bytes go out, what was read ahead is given up.
fn flush_and_rewind(stream: Stream<'_>) -> PyResult<()> {
    flush_pending(stream)?;
    if state(stream)?.reads { drop_ahead(stream) } else { Ok(()) }
}

fn tell_raw(stream: Stream<'_>) -> PyResult<i64> {
    let raw = raw(stream)?;
    let place = offset(invoke(raw.op(), "tell")?.op())?;
    if place < 0 {
        return Err(raise!(OSError, "Raw stream returned invalid position {place}"));
    }
    Ok(place)
}

fn tell(stream: Stream<'_>) -> PyResult {
    let _held = enter(stream)?;
    told(stream)
}

/// The place in the stream; for who holds the lock.
fn told(stream: Stream<'_>) -> PyResult {
    let place = tell_raw(stream)?;
    let buffered = state(stream)?;
    int::from_i64(
        (place - (buffered.ahead.len() - buffered.at) as i64 + buffered.pending.len() as i64).max(0),
    )
}

fn seek(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [position, whence] = args.optional("seek", 1)?;
    let position = position.expect("required");
    let whence = whence.map_or(Ok(0), int_argument)?;
    if !matches!(whence, 0..=4) {
        return Err(raise!(ValueError, "whence value {whence} unsupported"));
    }
    let raw = open_raw(stream, "seek of closed file")?;
    check_seekable(raw.op())?;
    let mut target = offset(position)?;
    let _held = enter(stream)?;
    if state(stream)?.reads && matches!(whence, 0 | 1) && state(stream)?.pending.is_empty() {
        // Within what is read ahead, only the place in it changes.
        let raw_place = tell_raw(stream)?;
        let buffered = state(stream)?;
        let current = raw_place - (buffered.ahead.len() - buffered.at) as i64;
        let delta = if whence == 0 { target - current } else { target };
        let place = buffered.at as i64 + delta;
        if !buffered.ahead.is_empty() && (0..=buffered.ahead.len() as i64).contains(&place) {
            buffered.at = place as usize;
            // Character devices say that they are at 0 always.
            return int::from_i64((current + delta).max(0));
        }
    }
    if state(stream)?.writes {
        flush_pending(stream)?;
    }
    if whence == 1 {
        target -= available(stream)? as i64;
    }
    let place = call::call_method(
        raw.op(),
        "seek",
        &[int::from_i64(target)?.op(), int::from_i64(whence.into())?.op()],
    )?;
    let place = offset(place.op())?;
    if place < 0 {
        return Err(raise!(OSError, "Raw stream returned invalid position {place}"));
    }
    let buffered = state(stream)?;
    buffered.ahead.clear();
    buffered.at = 0;
    int::from_i64(place)
}

fn truncate(stream: Stream<'_>, args: Args<'_>) -> PyResult {
    let [position] = args.optional("truncate", 0)?;
    let raw = open_raw(stream, "truncate of closed file")?;
    if !state(stream)?.writes {
        return Err(unsupported("truncate"));
    }
    let _held = enter(stream)?;
    flush_and_rewind(stream)?;
    let position = match crate::posix::given(position) {
        Some(position) => position.to_owned(),
        None => told(stream)?,
    };
    call::call_method(raw.op(), "truncate", &[position.op()])
}

fn detach(stream: Stream<'_>) -> PyResult {
    let raw = raw(stream)?;
    invoke(stream.as_object(), "flush")?;
    state(stream)?.raw = None;
    Ok(raw)
}

fn close(stream: Stream<'_>) -> PyResult<()> {
    let held = enter(stream)?;
    let raw = raw(stream)?;
    if is_closed(raw.op())? {
        return Ok(());
    }
    if state(stream)?.finalizing {
        super::dealloc_warn(raw.op(), stream.as_object());
    }
    // `flush` may be a subclass's and takes the lock itself.
    drop(held);
    let flushed = invoke(stream.as_object(), "flush");
    let first = flushed.err().map(|raised| raised.take());
    let _held = enter(stream)?;
    let closed = invoke(raw.op(), "close");
    let buffered = state(stream)?;
    buffered.pending = Vec::new();
    buffered.ahead = Vec::new();
    buffered.at = 0;
    buffered.freed = true;
    match (first, closed) {
        (None, closed) => closed.map(drop),
        (Some(exception), Ok(_)) => Err(errors::restore(exception)),
        (Some(exception), Err(raised)) => {
            let second = raised.take();
            exceptions::set_context(second.op(), Some(exception));
            Err(errors::restore(second))
        }
    }
}

/// `_dealloc_warn(source)`: passed on to the raw stream.
fn dealloc_warn(stream: Stream<'_>, source: Op<'_>) -> PyResult<()> {
    if !stream.state.is_null()
        && let Some(raw) = state(stream)?.raw.clone()
    {
        super::dealloc_warn(raw.op(), source);
    }
    Ok(())
}

macro_rules! forward {
    ($($name:ident = $method:literal;)*) => {$(
        fn $name(stream: Stream<'_>) -> PyResult {
            invoke(raw(stream)?.op(), $method)
        }
    )*};
}
forward! {
    seekable = "seekable";
    readable = "readable";
    writable = "writable";
    fileno = "fileno";
    isatty = "isatty";
}

fn get_raw(stream: Stream<'_>) -> PyResult {
    Ok(state(stream)?.raw.clone().unwrap_or_else(singletons::new_none))
}

fn get_closed(stream: Stream<'_>) -> PyResult {
    object::get_attr_str(raw(stream)?.op(), "closed")
}

fn get_name(stream: Stream<'_>) -> PyResult {
    object::get_attr_str(raw(stream)?.op(), "name")
}

fn get_mode(stream: Stream<'_>) -> PyResult {
    object::get_attr_str(raw(stream)?.op(), "mode")
}

fn get_finalizing(stream: Stream<'_>) -> PyResult<bool> {
    Ok(!stream.state.is_null() && state(stream)?.finalizing)
}

fn set_finalizing(stream: Stream<'_>, value: Option<Op<'_>>) -> PyResult<()> {
    let value = finalizing_argument(value)?;
    if !stream.state.is_null() {
        state(stream)?.finalizing = value;
    }
    Ok(())
}

fn repr(stream: Stream<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    let class = class_name(stream.as_object())?;
    let name = match object::get_optional_attr_str(stream.as_object(), "name") {
        Ok(name) => name,
        Err(raised) => raised.absorb::<Object>(exceptions::builtin::ValueError())?,
    };
    let Some(name) = name else { return str::from_string(format!("<{class}>")) };
    if call::repr_enter(stream.as_object())? {
        return Err(raise!(RuntimeError, "reentrant call inside {class}.__repr__"));
    }
    let text = object::repr(name.op());
    call::repr_leave(stream.as_object());
    str::from_string(format!("<{class} name={}>", str::to_string_lossy(text?.op())))
}

fn sizeof(stream: Stream<'_>) -> PyResult {
    let own = STREAM_SIZE as usize + size_of::<Buffered>();
    let buffer = if stream.state.is_null() || state(stream)?.freed { 0 } else { state(stream)?.size };
    int::from_usize(own + buffer)
}

const COMMON: [PyMethodDef; 12] = [
    method::noargs(c"detach", detach, c"detach($self, /)\n--\n\nSeparate the raw stream and give it."),
    method::noargs(c"flush", flush, c"flush($self, /)\n--\n\nWrite out what is buffered."),
    method::noargs(c"close", close, c"close($self, /)\n--\n\nFlush and close."),
    method::noargs(c"seekable", seekable, c"seekable($self, /)\n--\n\nWhether seek() works."),
    method::noargs(c"fileno", fileno, c"fileno($self, /)\n--\n\nThe file descriptor."),
    method::noargs(c"isatty", isatty, c"isatty($self, /)\n--\n\nWhether the stream is a terminal."),
    method::positional(
        c"seek",
        seek,
        c"seek($self, target, whence=0, /)\n--\n\nMove to a place and give it.",
    ),
    method::noargs(c"tell", tell, c"tell($self, /)\n--\n\nThe current place."),
    method::positional(c"truncate", truncate, c"truncate($self, pos=None, /)\n--\n\nSet the length."),
    method::o(c"_dealloc_warn", dealloc_warn, c""),
    method::noargs(c"__getstate__", super::no_state, c""),
    method::noargs(c"__sizeof__", sizeof, c""),
];

const READ: [PyMethodDef; 7] = [
    method::noargs(c"readable", readable, c"readable($self, /)\n--\n\nWhether the stream can be read."),
    method::positional(c"read", read, c"read($self, size=-1, /)\n--\n\nRead up to size bytes."),
    method::positional(
        c"read1",
        read1,
        c"read1($self, size=-1, /)\n--\n\nRead with at most one call of the raw stream.",
    ),
    method::positional(c"peek", peek, c"peek($self, size=0, /)\n--\n\nBytes ahead, without moving."),
    method::o(c"readinto", readinto, c"readinto($self, buffer, /)\n--\n\nRead into a buffer."),
    method::o(
        c"readinto1",
        readinto1,
        c"readinto1($self, buffer, /)\n--\n\nRead into a buffer with at most one call.",
    ),
    method::positional(c"readline", readline, c"readline($self, size=-1, /)\n--\n\nRead one line."),
];

const WRITE: [PyMethodDef; 2] = [
    method::noargs(c"writable", writable, c"writable($self, /)\n--\n\nWhether the stream can be written."),
    method::o(c"write", write, c"write($self, buffer, /)\n--\n\nWrite bytes and give their number."),
];

/// The methods of a class: the common ones, and those of the directions it has.
const fn methods(reads: bool, writes: bool) -> [PyMethodDef; 24] {
    let mut table = [PyMethodDef::EMPTY; 24];
    let mut n = 0;
    let mut at = 0;
    while at < 12 {
        table[n] = COMMON[at];
        n += 1;
        at += 1;
    }
    at = 0;
    while reads && at < 7 {
        table[n] = READ[at];
        n += 1;
        at += 1;
    }
    at = 0;
    while writes && at < 2 {
        table[n] = WRITE[at];
        n += 1;
        at += 1;
    }
    table
}

const READER_METHODS: &[PyMethodDef] = &methods(true, false);
const WRITER_METHODS: &[PyMethodDef] = &methods(false, true);
const RANDOM_METHODS: &[PyMethodDef] = &methods(true, true);

const GETSET: &[PyGetSetDef] = &[
    getset::get(c"raw", get_raw, c"The underlying raw stream."),
    getset::get(c"closed", get_closed, c""),
    getset::get(c"name", get_name, c""),
    getset::get(c"mode", get_mode, c""),
    getset::get_set(c"_finalizing", get_finalizing, set_finalizing, c""),
    PyGetSetDef::EMPTY,
];

#[allow(clippy::declare_interior_mutable_const, reason = "a template of static type objects, used by value")]
const CLASS: PyTypeObject = PyTypeObject {
    tp_base: &raw mut BUFFERED_IO_BASE_TYPE,
    tp_basicsize: STREAM_SIZE,
    tp_flags: FLAGS,
    tp_dealloc: slot::dealloc(dealloc::<Buffered>),
    tp_traverse: slot::traverse(traverse::<Buffered>),
    tp_clear: slot::clear(clear::<Buffered>),
    tp_repr: slot::unary(repr),
    tp_getset: GETSET.as_ptr().cast_mut(),
    tp_dictoffset: DICT_OFFSET,
    tp_weaklistoffset: WEAKREF_OFFSET,
    tp_new: slot::new(super::new_stream),
    ..PyTypeObject::EMPTY
};

pub(super) static mut READER_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_io.BufferedReader".as_ptr(),
    tp_doc:
        c"BufferedReader(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nA buffer for a raw stream that is read."
            .as_ptr(),
    tp_iternext: slot::iternext(next),
    tp_methods: READER_METHODS.as_ptr().cast_mut(),
    tp_init: slot::init(init_reader),
    ..CLASS
};

pub(super) static mut WRITER_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_io.BufferedWriter".as_ptr(),
    tp_doc: c"BufferedWriter(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nA buffer for a raw stream that is written.".as_ptr(),
    tp_methods: WRITER_METHODS.as_ptr().cast_mut(),
    tp_init: slot::init(init_writer),
    ..CLASS
};

pub(super) static mut RANDOM_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_io.BufferedRandom".as_ptr(),
    tp_doc: c"BufferedRandom(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nA buffer for a raw stream that is read and written.".as_ptr(),
    tp_iternext: slot::iternext(next),
    tp_methods: RANDOM_METHODS.as_ptr().cast_mut(),
    tp_init: slot::init(init_random),
    ..CLASS
};

/// Two buffers over two raw streams that belong together.
pub(super) struct Pair {
    reader: Option<Object>,
    writer: Option<Object>,
}

impl State for Pair {
    fn traverse(&self, visitor: &mut Visitor) {
        for stream in [&self.reader, &self.writer].into_iter().flatten() {
            visitor.visit(stream.as_ptr());
        }
    }
    fn take_references(&mut self) -> Vec<Object> {
        self.reader.take().into_iter().chain(self.writer.take()).collect()
    }
}

type PairStream<'a> = This<'a, Pair>;

fn init_pair(stream: PairStream<'_>, args: Args<'_>) -> PyResult<()> {
    args.no_keywords("BufferedRWPair")?;
    let [reader, writer, size] = args.optional("BufferedRWPair", 2)?;
    let (reader, writer) = (reader.expect("required"), writer.expect("required"));
    check_readable(reader)?;
    check_writable(writer)?;
    let size = match size {
        Some(size) => size.to_owned(),
        None => int::from_usize(super::DEFAULT_BUFFER_SIZE)?,
    };
    // SAFETY: static types.
    let (reader_class, writer_class) =
        unsafe { (Op::from_ptr((&raw mut READER_TYPE).cast()), Op::from_ptr((&raw mut WRITER_TYPE).cast())) };
    let reader = call::call_positional(reader_class, &[reader, size.op()])?;
    let writer = call::call_positional(writer_class, &[writer, size.op()])?;
    set_state(stream, Pair { reader: Some(reader), writer: Some(writer) });
    Ok(())
}

fn reader(stream: PairStream<'_>) -> PyResult {
    state(stream)?.reader.clone().ok_or_else(|| raise!(ValueError, "I/O operation on uninitialized object"))
}
fn writer(stream: PairStream<'_>) -> PyResult {
    state(stream)?.writer.clone().ok_or_else(|| raise!(ValueError, "I/O operation on uninitialized object"))
}

fn call_with(target: Object, name: &str, args: Args<'_>) -> PyResult {
    let method = object::get_attr_str(target.op(), name)?;
    call::call(method.op(), args)
}

macro_rules! pair_methods {
    ($($name:ident = $side:ident.$method:literal;)*) => {$(
        fn $name(stream: PairStream<'_>, args: Args<'_>) -> PyResult {
            call_with($side(stream)?, $method, args)
        }
    )*};
}
pair_methods! {
    pair_read = reader."read";
    pair_peek = reader."peek";
    pair_read1 = reader."read1";
    pair_readinto = reader."readinto";
    pair_readinto1 = reader."readinto1";
    pair_readable = reader."readable";
    pair_write = writer."write";
    pair_flush = writer."flush";
    pair_writable = writer."writable";
}

fn pair_close(stream: PairStream<'_>) -> PyResult<()> {
    let first = invoke(writer(stream)?.op(), "close").err().map(|raised| raised.take());
    let second = invoke(reader(stream)?.op(), "close");
    match (first, second) {
        (None, second) => second.map(drop),
        (Some(exception), Ok(_)) => Err(errors::restore(exception)),
        (Some(exception), Err(raised)) => {
            let second = raised.take();
            exceptions::set_context(second.op(), Some(exception));
            Err(errors::restore(second))
        }
    }
}

fn pair_isatty(stream: PairStream<'_>) -> PyResult {
    let answer = invoke(writer(stream)?.op(), "isatty")?;
    if object::is_true(answer.op())? { Ok(answer) } else { invoke(reader(stream)?.op(), "isatty") }
}

fn pair_closed(stream: PairStream<'_>) -> PyResult {
    object::get_attr_str(writer(stream)?.op(), "closed")
}

const PAIR_METHODS: &[PyMethodDef] = &[
    method::positional(c"read", pair_read, c"read($self, size=-1, /)\n--\n\nRead up to size bytes."),
    method::positional(c"peek", pair_peek, c"peek($self, size=0, /)\n--\n\nBytes ahead, without moving."),
    method::positional(
        c"read1",
        pair_read1,
        c"read1($self, size=-1, /)\n--\n\nRead with at most one call of the raw stream.",
    ),
    method::positional(c"readinto", pair_readinto, c"readinto($self, buffer, /)\n--\n\nRead into a buffer."),
    method::positional(
        c"readinto1",
        pair_readinto1,
        c"readinto1($self, buffer, /)\n--\n\nRead into a buffer with at most one call.",
    ),
    method::positional(c"write", pair_write, c"write($self, buffer, /)\n--\n\nWrite bytes."),
    method::positional(c"flush", pair_flush, c"flush($self, /)\n--\n\nWrite out what is buffered."),
    method::positional(
        c"readable",
        pair_readable,
        c"readable($self, /)\n--\n\nWhether the stream can be read.",
    ),
    method::positional(
        c"writable",
        pair_writable,
        c"writable($self, /)\n--\n\nWhether the stream can be written.",
    ),
    method::noargs(c"close", pair_close, c"close($self, /)\n--\n\nClose both."),
    method::noargs(c"isatty", pair_isatty, c"isatty($self, /)\n--\n\nWhether either is a terminal."),
    PyMethodDef::EMPTY,
];

const PAIR_GETSET: &[PyGetSetDef] = &[getset::get(c"closed", pair_closed, c""), PyGetSetDef::EMPTY];

pub(super) static mut PAIR_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"_io.BufferedRWPair".as_ptr(),
    tp_doc: c"BufferedRWPair(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)\n--\n\nBuffers for a raw stream that is read and one that is written.".as_ptr(),
    tp_base: &raw mut BUFFERED_IO_BASE_TYPE,
    tp_basicsize: STREAM_SIZE,
    tp_flags: FLAGS,
    tp_dealloc: slot::dealloc(dealloc::<Pair>),
    tp_traverse: slot::traverse(traverse::<Pair>),
    tp_clear: slot::clear(clear::<Pair>),
    tp_methods: PAIR_METHODS.as_ptr().cast_mut(),
    tp_getset: PAIR_GETSET.as_ptr().cast_mut(),
    tp_dictoffset: DICT_OFFSET,
    tp_weaklistoffset: WEAKREF_OFFSET,
    tp_init: slot::init(init_pair),
    tp_new: slot::new(super::new_stream),
    ..PyTypeObject::EMPTY
};
