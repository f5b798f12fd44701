//! Splitting, stripping, joining and partitioning.

use memchr::memmem;

use super::ByteString;
use crate::exceptions::builtin;
use crate::layout::*;
use crate::{
    Args, Borrowed, Object, Op, Owned, PyResult, Signature, buffer, list, number, object, raise, sequence,
    tuple,
};

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 9..=13)
}

const SPLIT: Signature<2> = Signature::new("split", ["sep", "maxsplit"]);
const RSPLIT: Signature<2> = Signature::new("rsplit", ["sep", "maxsplit"]);

type List = Owned<PyListObject>;

fn make_list<S: ByteString>(parts: Vec<&[u8]>) -> PyResult<List> {
    list::from_vec(parts.into_iter().map(S::make).collect::<PyResult<Vec<Object>>>()?)
}

fn parse<S: ByteString>(
    op: Borrowed<'_, S>,
    args: Args<'_>,
    signature: &Signature<2>,
) -> PyResult<(Option<buffer::Buffer>, usize)> {
    let [separator, max] = args.parse(signature)?;
    let max = match max {
        Some(max) => number::as_ssize_t(max, Some(builtin::OverflowError()))?,
        None => -1,
    };
    let max = if max < 0 { usize::MAX } else { max as usize };
    let separator = match separator {
        Some(separator) if !separator.is_none() => {
            let _hold = S::hold(op);
            let separator = buffer::get(separator, PyBUF_SIMPLE)?;
            if separator.is_empty() {
                return Err(raise!(ValueError, "empty separator"));
            }
            Some(separator)
        }
        _ => None,
    };
    Ok((separator, max))
}

pub fn split<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult<List> {
    let (separator, max) = parse(op, args, &SPLIT)?;
    let bytes = S::view(op);
    let mut parts = Vec::new();
    match separator {
        Some(separator) => {
            let mut done = 0;
            for at in memmem::find_iter(bytes, separator.as_slice()).take(max) {
                parts.push(&bytes[done..at]);
                done = at + separator.len();
            }
            parts.push(&bytes[done..]);
        }
        None => {
            let mut rest = bytes.trim_ascii_start_python();
            while !rest.is_empty() {
                if parts.len() == max {
                    parts.push(rest);
                    break;
                }
                let end = rest.iter().position(|&byte| is_space(byte)).unwrap_or(rest.len());
                parts.push(&rest[..end]);
                rest = rest[end..].trim_ascii_start_python();
            }
        }
    }
    make_list::<S>(parts)
}

pub fn rsplit<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult<List> {
    let (separator, max) = parse(op, args, &RSPLIT)?;
    let bytes = S::view(op);
    let mut parts = Vec::new();
    match separator {
        Some(separator) => {
            let mut end = bytes.len();
            for at in memmem::rfind_iter(bytes, separator.as_slice()).take(max) {
                parts.push(&bytes[at + separator.len()..end]);
                end = at;
            }
            parts.push(&bytes[..end]);
        }
        None => {
            let mut rest = bytes.trim_ascii_end_python();
            while !rest.is_empty() {
                if parts.len() == max {
                    parts.push(rest);
                    break;
                }
                let start = rest.iter().rposition(|&byte| is_space(byte)).map_or(0, |at| at + 1);
                parts.push(&rest[start..]);
                rest = rest[..start].trim_ascii_end_python();
            }
        }
    }
    parts.reverse();
    make_list::<S>(parts)
}

/// Trimming what Python takes for white space, vertical tab among it.
trait Trim {
    fn trim_ascii_start_python(&self) -> &Self;
    fn trim_ascii_end_python(&self) -> &Self;
}

impl Trim for [u8] {
    fn trim_ascii_start_python(&self) -> &Self {
        &self[self.iter().position(|&byte| !is_space(byte)).unwrap_or(self.len())..]
    }
    fn trim_ascii_end_python(&self) -> &Self {
        &self[..self.iter().rposition(|&byte| !is_space(byte)).map_or(0, |at| at + 1)]
    }
}

const SPLITLINES: Signature<1> = Signature::new("splitlines", ["keepends"]);

pub fn splitlines<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult<List> {
    let [keep] = args.parse(&SPLITLINES)?;
    let keep = keep.map_or(Ok(false), object::is_true)?;
    let bytes = S::view(op);
    let mut parts = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let end = memchr::memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |at| at + start);
        let next = match &bytes[end..] {
            [b'\r', b'\n', ..] => end + 2,
            [] => end,
            _ => end + 1,
        };
        parts.push(&bytes[start..if keep { next } else { end }]);
        start = next;
    }
    make_list::<S>(parts)
}

fn strip_any<S: ByteString>(
    op: Borrowed<'_, S>,
    args: Args<'_>,
    name: &str,
    left: bool,
    right: bool,
) -> PyResult {
    let [chars] = args.optional::<1>(name, 0)?;
    let chars = match chars {
        Some(chars) if !chars.is_none() => Some(buffer::get(chars, PyBUF_SIMPLE)?),
        _ => None,
    };
    let strips = |byte: u8| match &chars {
        Some(chars) => chars.as_slice().contains(&byte),
        None => is_space(byte),
    };
    let bytes = S::view(op);
    let start = if left { bytes.iter().position(|&byte| !strips(byte)).unwrap_or(bytes.len()) } else { 0 };
    let rest = &bytes[start..];
    let end =
        if right { rest.iter().rposition(|&byte| !strips(byte)).map_or(0, |at| at + 1) } else { rest.len() };
    if end == bytes.len() { S::same_or_copy(op) } else { S::make(&rest[..end]) }
}

pub fn strip<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult {
    strip_any(op, args, "strip", true, true)
}

pub fn lstrip<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult {
    strip_any(op, args, "lstrip", true, false)
}

pub fn rstrip<S: ByteString>(op: Borrowed<'_, S>, args: Args<'_>) -> PyResult {
    strip_any(op, args, "rstrip", false, true)
}

pub fn partition<S: ByteString>(op: Borrowed<'_, S>, separator: Op<'_>) -> PyResult {
    partition_any(op, separator, true)
}

pub fn rpartition<S: ByteString>(op: Borrowed<'_, S>, separator: Op<'_>) -> PyResult {
    partition_any(op, separator, false)
}

fn partition_any<S: ByteString>(op: Borrowed<'_, S>, separator: Op<'_>, forward: bool) -> PyResult {
    let wanted = buffer::get(separator, PyBUF_SIMPLE)?;
    if wanted.is_empty() {
        return Err(raise!(ValueError, "empty separator"));
    }
    let bytes = S::view(op);
    let wanted = wanted.as_slice();
    let found = if forward { memmem::find(bytes, wanted) } else { memmem::rfind(bytes, wanted) };
    let Some(at) = found else {
        let (whole, nothing) = (S::same_or_copy(op)?, S::make(b"")?);
        let other = S::make(b"")?;
        return if forward {
            tuple::from_vec(vec![whole, nothing, other])
        } else {
            tuple::from_vec(vec![nothing, other, whole])
        };
    };
    let middle = if separator.is_exact::<PyBytesObject>() && S::type_ptr() == PyBytesObject::type_ptr() {
        separator.to_owned()
    } else {
        S::make(wanted)?
    };
    tuple::from_vec(vec![S::make(&bytes[..at])?, middle, S::make(&bytes[at + wanted.len()..])?])
}

use crate::PyTyped;

pub fn join<S: ByteString>(op: Borrowed<'_, S>, items: Op<'_>) -> PyResult {
    let _hold = S::hold(op);
    let items = sequence::fast(items, "can only join an iterable")?;
    let count = sequence::len(items.op())?;
    if count == 1 && S::type_ptr() == PyBytesObject::type_ptr() {
        let only = sequence::get_item(items.op(), 0)?;
        if only.op().is_exact::<PyBytesObject>() {
            return Ok(only);
        }
    }
    // All buffers are held until the end, so that no item can change its size meanwhile.
    let mut buffers = Vec::with_capacity(count);
    for index in 0..count {
        let item = sequence::get_item(items.op(), index as isize)?;
        let held = buffer::get(item.op(), PyBUF_SIMPLE).map_err(|raised| {
            if raised.matches(builtin::TypeError()) {
                raised.clear();
                let name = item.op().type_name();
                raise!(TypeError, "sequence item {index}: expected a bytes-like object, {name} found")
            } else {
                raised
            }
        })?;
        buffers.push(held);
        if sequence::len(items.op())? != count {
            return Err(raise!(RuntimeError, "sequence changed size during iteration"));
        }
    }
    let parts: Vec<&[u8]> = buffers.iter().map(buffer::Buffer::as_slice).collect();
    S::make(&parts.join(S::view(op)))
}
