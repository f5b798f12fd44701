//! Finding, counting, replacing, beginnings and ends.

use memchr::memmem;

use super::ByteString;
use crate::exceptions::builtin;
use crate::layout::*;
use crate::{Args, Borrowed, Op, PyResult, buffer, int, number, raise, slice, tuple};

/// What is searched for: bytes, or the number of one byte.
enum Wanted {
    Byte([u8; 1]),
    Buffer(buffer::Buffer),
}

impl Wanted {
    fn new(op: Op<'_>) -> PyResult<Self> {
        if buffer::check(op) {
            return buffer::get(op, PyBUF_SIMPLE).map(Self::Buffer);
        }
        if !number::check_index(op) {
            let name = op.type_name();
            return Err(raise!(TypeError, "argument should be integer or bytes-like object, not '{name}'"));
        }
        match number::as_ssize_t(op, None)? {
            value @ 0..=255 => Ok(Self::Byte([value as u8])),
            _ => Err(raise!(ValueError, "byte must be in range(0, 256)")),
        }
    }

    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Byte(byte) => byte,
            Self::Buffer(buffer) => buffer.as_slice(),
        }
    }
}

/// `(sub[, start[, end]])` of the search functions.
fn parse<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>, name: &str) -> PyResult<(Wanted, isize, isize)> {
    let [wanted, start, end] = args.optional::<3>(name, 1)?;
    let (start, end) = parse_range(start, end)?;
    let _hold = S::hold(op);
    Ok((Wanted::new(wanted.expect("required"))?, start, end))
}

/// The optional `start` and `end` of search functions; `None` stands for the default.
pub(crate) fn parse_range(start: Option<Op<'_>>, end: Option<Op<'_>>) -> PyResult<(isize, isize)> {
    let index = |op: Option<Op<'_>>, default: isize| match op {
        Some(op) if !op.is_none() => slice::eval_index(op),
        _ => Ok(default),
    };
    Ok((index(start, 0)?, index(end, isize::MAX)?))
}

/// The part a search looks at and where it begins; `None` if `start` lies behind its end.
fn part(bytes: &[u8], start: isize, end: isize) -> Option<(&[u8], usize)> {
    let (start, end) = crate::str::search::adjust(start, end, bytes.len());
    (start <= end).then(|| (&bytes[start as usize..end as usize], start as usize))
}

fn find_any<S: ByteString>(
    op: Borrowed<'_, S>,
    args: Args<'_>,
    name: &str,
    forward: bool,
) -> PyResult<Option<usize>> {
    let (wanted, start, end) = parse(op, args, name)?;
    let Some((bytes, offset)) = part(S::view(op), start, end) else {
        return Ok(None);
    };
    let wanted = wanted.as_slice();
    let found = match (wanted, forward) {
        ([byte], true) => memchr::memchr(*byte, bytes),
        ([byte], false) => memchr::memrchr(*byte, bytes),
        (_, true) => memmem::find(bytes, wanted),
        (_, false) => memmem::rfind(bytes, wanted),
    };
    Ok(found.map(|at| at + offset))
}

fn position(found: Option<usize>) -> PyResult {
    int::from_isize(found.map_or(-1, |at| at as isize))
}

fn found_or_error(found: Option<usize>) -> PyResult {
    match found {
        Some(at) => int::from_usize(at),
        None => Err(raise!(ValueError, "subsection not found")),
    }
}

pub fn find<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult {
    position(find_any(op, args, "find", true)?)
}

pub fn rfind<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult {
    position(find_any(op, args, "rfind", false)?)
}

pub fn index<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult {
    found_or_error(find_any(op, args, "index", true)?)
}

pub fn rindex<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult {
    found_or_error(find_any(op, args, "rindex", false)?)
}

/// How often `wanted` occurs without overlap.
fn count_in(bytes: &[u8], wanted: &[u8]) -> usize {
    match wanted {
        [] => bytes.len() + 1,
        [byte] => memchr::memchr_iter(*byte, bytes).count(),
        _ => memmem::find_iter(bytes, wanted).count(),
    }
}

pub fn count<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult {
    let (wanted, start, end) = parse(op, args, "count")?;
    let count = part(S::view(op), start, end).map_or(0, |(bytes, _)| count_in(bytes, wanted.as_slice()));
    int::from_usize(count)
}

/// Whether the part begins (or ends) with bytes or with one of a tuple of them.
fn tail_match<S: ByteString>(
    op: Borrowed<'_, S>,
    args: Args<'_>,
    name: &str,
    at_start: bool,
) -> PyResult<bool> {
    let [wanted, start, end] = args.optional::<3>(name, 1)?;
    let wanted = wanted.expect("required");
    let (start, end) = parse_range(start, end)?;
    let matches = |wanted: Op<'_>| -> PyResult<bool> {
        let wanted = buffer::get(wanted, PyBUF_SIMPLE)?;
        let Some((bytes, _)) = part(S::view(op), start, end) else {
            return Ok(false);
        };
        let wanted = wanted.as_slice();
        Ok(if at_start { bytes.starts_with(wanted) } else { bytes.ends_with(wanted) })
    };
    if let Some(tuple) = wanted.downcast::<PyTupleObject>() {
        for index in 0..tuple::len(tuple) {
            if matches(tuple::get(tuple, index))? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    matches(wanted).map_err(|raised| {
        if raised.matches(builtin::TypeError()) {
            raised.clear();
            let given = wanted.type_name();
            raise!(TypeError, "{name} first arg must be bytes or a tuple of bytes, not {given}")
        } else {
            raised
        }
    })
}

pub fn startswith<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult<bool> {
    tail_match(op, args, "startswith", true)
}

pub fn endswith<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult<bool> {
    tail_match(op, args, "endswith", false)
}

pub fn removeprefix<S: ByteString>(op: Borrowed<'_, S>, prefix: Op<'_>) -> PyResult {
    let prefix = buffer::get(prefix, PyBUF_SIMPLE)?;
    match S::view(op).strip_prefix(prefix.as_slice()) {
        Some(rest) if !prefix.is_empty() => S::make(rest),
        _ => S::same_or_copy(op),
    }
}

pub fn removesuffix<S: ByteString>(op: Borrowed<'_, S>, suffix: Op<'_>) -> PyResult {
    let suffix = buffer::get(suffix, PyBUF_SIMPLE)?;
    match S::view(op).strip_suffix(suffix.as_slice()) {
        Some(rest) if !suffix.is_empty() => S::make(rest),
        _ => S::same_or_copy(op),
    }
}

pub fn replace<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult {
    let [old, new, count] = args.optional::<3>("replace", 2)?;
    let old = buffer::get(old.expect("required"), PyBUF_SIMPLE)?;
    let new = buffer::get(new.expect("required"), PyBUF_SIMPLE)?;
    let max = match count {
        Some(count) => number::as_ssize_t(count, Some(builtin::OverflowError()))?,
        None => -1,
    };
    let max = if max < 0 { usize::MAX } else { max as usize };
    match replaced(S::view(op), old.as_slice(), new.as_slice(), max)? {
        Some(bytes) => S::make(&bytes),
        None => S::same_or_copy(op),
    }
}

/// The bytes with `old` replaced, or `None` if that changes nothing.
fn replaced(bytes: &[u8], old: &[u8], new: &[u8], max: usize) -> PyResult<Option<Vec<u8>>> {
    if max == 0 || old.len() > bytes.len() || old == new {
        return Ok(None);
    }
    let times = count_in(bytes, old).min(max);
    if times == 0 {
        return Ok(None);
    }
    let grown =
        new.len().checked_mul(times).and_then(|added| added.checked_add(bytes.len() - old.len() * times));
    let Some(size) = grown.filter(|&size| size <= isize::MAX as usize) else {
        return Err(raise!(OverflowError, "replace bytes is too long"));
    };
    let mut out = Vec::new();
    if out.try_reserve_exact(size).is_err() {
        return Err(crate::errors::no_memory());
    }
    if old.is_empty() {
        for (index, byte) in bytes.iter().enumerate() {
            if index < times {
                out.extend_from_slice(new);
            }
            out.push(*byte);
        }
        if bytes.len() < times {
            out.extend_from_slice(new);
        }
        return Ok(Some(out));
    }
    let mut done = 0;
    for at in memmem::find_iter(bytes, old).take(times) {
        out.extend_from_slice(&bytes[done..at]);
        out.extend_from_slice(new);
        done = at + old.len();
    }
    out.extend_from_slice(&bytes[done..]);
    Ok(Some(out))
}
