//! Messages: data in several pieces, with ancillary data beside it (`sendmsg`, `recvmsg`).

use core::ffi::c_int;

use adder_object_model::buffer::{self, Buffer};
use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{Args, Object, Op, PyResult, int, list, raise, tuple};

use super::address::{self, Address, c_int_of};
use super::{Socket, flags, run_once};

/// The most that the system's length of an address or of ancillary data can be.
const MOST: usize = 0x7fff_ffff;

/// `CMSG_LEN(n)`, if that is a length.
fn message_length(n: usize) -> Option<usize> {
    // SAFETY: only computes.
    let empty = unsafe { libc::CMSG_LEN(0) } as usize;
    // SAFETY: as above; the number is small enough.
    (n <= MOST - empty).then(|| unsafe { libc::CMSG_LEN(n as u32) } as usize).filter(|&length| length <= MOST)
}

/// `CMSG_SPACE(n)`, if that is a length.
fn message_space(n: usize) -> Option<usize> {
    // SAFETY: only computes; the space of one byte counts the padding on both sides.
    let padded = unsafe { libc::CMSG_SPACE(1) } as usize;
    // SAFETY: as above; the number is small enough.
    (n <= MOST - padded)
        .then(|| unsafe { libc::CMSG_SPACE(n as u32) } as usize)
        .filter(|&space| space <= MOST)
}

fn computed(op: Op<'_>, function: &str, compute: fn(usize) -> Option<usize>) -> PyResult {
    let n = int::as_isize(adder_object_model::number::index(op)?.op())?;
    match usize::try_from(n).ok().and_then(compute) {
        Some(length) => int::from_usize(length),
        None => Err(raise!(OverflowError, "{function}() argument out of range")),
    }
}

pub fn cmsg_len(_module: Op<'_>, length: Op<'_>) -> PyResult {
    computed(length, "CMSG_LEN", message_length)
}

pub fn cmsg_space(_module: Op<'_>, length: Op<'_>) -> PyResult {
    computed(length, "CMSG_SPACE", message_space)
}

/// Refuses a call without arguments.
fn at_least_one<'a>(args: Args<'a>, function: &str) -> PyResult<Args<'a>> {
    if args.is_empty() {
        return Err(raise!(TypeError, "{function}() takes at least 1 argument (0 given)"));
    }
    Ok(args)
}

/// What an iterable argument gives; `message` says what it should have been.
fn items(op: Op<'_>, message: &str) -> PyResult<Vec<Object>> {
    let all = list::new()?;
    if let Err(error) = list::extend(all.borrow(), op) {
        error.absorb::<()>(builtin::TypeError())?;
        return Err(raise!(TypeError, "{message}"));
    }
    Ok(list::to_vec(all.borrow()))
}

/// A message without anything in it.
fn empty_message() -> libc::msghdr {
    // SAFETY: plain bits.
    unsafe { core::mem::zeroed() }
}

/// Zeroed memory, aligned as headers of ancillary data must be.
fn control_room(length: usize) -> Vec<u64> {
    vec![0; length.div_ceil(size_of::<u64>())]
}

/// What `sendmsg` sends beside the data.
struct Ancillary {
    level: c_int,
    kind: c_int,
    data: Buffer,
}

fn ancillary(op: Op<'_>) -> PyResult<Vec<Ancillary>> {
    let mut result = Vec::new();
    for item in items(op, "sendmsg() argument 2 must be an iterable")? {
        let what = "[sendmsg() ancillary data items]() argument must be";
        if !item.op().is_instance::<PyTupleObject>() && !item.op().is_instance::<PyListObject>() {
            return Err(raise!(TypeError, "{what} 3-item tuple, not {}", item.op().type_name()));
        }
        let parts = items(item.op(), what)?;
        let [level, kind, data] = &parts[..] else {
            return Err(raise!(TypeError, "{what} tuple of length 3, not {}", parts.len()));
        };
        result.push(Ancillary {
            level: c_int_of(level.op())?,
            kind: c_int_of(kind.op())?,
            data: buffer::get(data.op(), PyBUF_SIMPLE)?,
        });
    }
    Ok(result)
}

/// The ancillary data behind their headers, and how many bytes that is.
fn packed(pieces: &[Ancillary]) -> PyResult<(Vec<u64>, usize)> {
    let mut total = 0usize;
    for piece in pieces {
        let space = message_space(piece.data.len())
            .ok_or_else(|| raise!(OSError, "ancillary data item too large"))?;
        total = total
            .checked_add(space)
            .filter(|&total| total <= MOST)
            .ok_or_else(|| raise!(OSError, "too much ancillary data"))?;
    }
    let mut room = control_room(total);
    let mut header = room.as_mut_ptr().cast::<libc::cmsghdr>();
    for piece in pieces {
        let data = piece.data.as_slice();
        // SAFETY: the room has the space of every piece, one behind the other, aligned by `CMSG_SPACE`.
        unsafe {
            (*header).cmsg_level = piece.level;
            (*header).cmsg_type = piece.kind;
            (*header).cmsg_len = libc::CMSG_LEN(data.len() as u32) as _;
            core::ptr::copy_nonoverlapping(data.as_ptr(), libc::CMSG_DATA(header), data.len());
            header = header.byte_add(libc::CMSG_SPACE(data.len() as u32) as usize);
        }
    }
    Ok((room, total))
}

/// `socket.sendmsg`.
pub fn sendmsg(socket: Socket<'_>, args: Args<'_>) -> PyResult {
    let [buffers, beside, given, to] = at_least_one(args, "sendmsg")?.optional::<4>("sendmsg", 1)?;
    let mut pieces = Vec::new();
    for piece in items(buffers.expect("required"), "sendmsg() argument 1 must be an iterable")? {
        pieces.push(buffer::get(piece.op(), PyBUF_SIMPLE)?);
    }
    let flags = flags(given)?;
    let mut to = match to.filter(|to| !to.is_none()) {
        Some(to) => Some(address::parse(to, socket.family.get(), "sendmsg")?),
        None => None,
    };
    let beside = beside.map_or(Ok(Vec::new()), ancillary)?;
    let (mut control, control_length) = packed(&beside)?;
    let mut vectors = crate::host::vectors(&pieces);
    let mut message = empty_message();
    if let Some(to) = &mut to {
        message.msg_name = to.as_mut_ptr().cast();
        message.msg_namelen = to.len;
    }
    message.msg_iov = vectors.as_mut_ptr();
    message.msg_iovlen = vectors.len() as _;
    if control_length > 0 {
        message.msg_control = control.as_mut_ptr().cast();
        message.msg_controllen = control_length as _;
    }
    // SAFETY: the message refers to memory that lives until the call is over.
    let n = run_once(socket, libc::POLLOUT, |fd| unsafe { libc::sendmsg(fd, &raw const message, flags) })?;
    int::from_usize(n)
}

/// The ancillary data of a message that has come: triples of level, type and bytes.
fn received_ancillary(message: &libc::msghdr) -> PyResult<Vec<Object>> {
    let mut result = Vec::new();
    let end = message.msg_control as usize + message.msg_controllen;
    // SAFETY: the system has written whole headers inside the room; only the data of the last may be cut.
    unsafe {
        let empty = libc::CMSG_LEN(0) as usize;
        let mut header = libc::CMSG_FIRSTHDR(message);
        while !header.is_null() {
            let data = libc::CMSG_DATA(header);
            let length = ((*header).cmsg_len as usize).checked_sub(empty);
            let Some(length) = length.filter(|_| data as usize <= end) else {
                let text = "received malformed or improperly-truncated ancillary data";
                (adder_object_model::state::hooks().warn)(builtin::RuntimeWarning(), text, 1)?;
                break;
            };
            let whole = length <= end - data as usize;
            let data = core::slice::from_raw_parts(data, length.min(end - data as usize));
            result.push(tuple::from_vec(vec![
                int::from_i64((*header).cmsg_level.into())?,
                int::from_i64((*header).cmsg_type.into())?,
                address::bytes_object(data)?,
            ])?);
            if !whole {
                break;
            }
            header = libc::CMSG_NXTHDR(message, header);
        }
    }
    Ok(result)
}

/// Receives a message into buffers: how much data has come, and the rest of the result.
fn receive(
    socket: Socket<'_>,
    mut vectors: Vec<libc::iovec>,
    room: Option<Op<'_>>,
    given: Option<Op<'_>>,
) -> PyResult<(usize, [Object; 3])> {
    let room = match room {
        Some(room) => adder_object_model::number::as_ssize_t(room, Some(builtin::OverflowError()))?,
        None => 0,
    };
    let Some(room) = usize::try_from(room).ok().filter(|&room| room <= MOST) else {
        return Err(raise!(ValueError, "invalid ancillary data buffer length"));
    };
    let flags = flags(given)?;
    let mut control = control_room(room);
    let mut from = Address::empty();
    let space_of_address = from.len;
    let mut message = empty_message();
    let n = run_once(socket, libc::POLLIN, |fd| {
        message.msg_name = from.as_mut_ptr().cast();
        message.msg_namelen = space_of_address;
        message.msg_iov = vectors.as_mut_ptr();
        message.msg_iovlen = vectors.len() as _;
        message.msg_control = if room > 0 { control.as_mut_ptr().cast() } else { core::ptr::null_mut() };
        message.msg_controllen = room as _;
        // SAFETY: the message refers to memory that lives until the call is over.
        unsafe { libc::recvmsg(fd, &raw mut message, flags) }
    })?;
    let beside = list::from_vec(received_ancillary(&message)?)?.into_object();
    from.len = message.msg_namelen.min(space_of_address);
    // SAFETY: written by the system.
    let from = unsafe { address::to_object(from.as_ptr(), from.len) }?;
    Ok((n, [beside, int::from_i64(message.msg_flags.into())?, from]))
}

/// `socket.recvmsg`.
pub fn recvmsg(socket: Socket<'_>, args: Args<'_>) -> PyResult {
    let [wanted, room, given] = at_least_one(args, "recvmsg")?.optional::<3>("recvmsg", 1)?;
    let wanted =
        adder_object_model::number::as_ssize_t(wanted.expect("required"), Some(builtin::OverflowError()))?;
    let Ok(wanted) = usize::try_from(wanted) else {
        return Err(raise!(ValueError, "negative buffer size in recvmsg()"));
    };
    let mut data = crate::host::zeroed(wanted)?;
    let vector = libc::iovec { iov_base: data.as_mut_ptr().cast(), iov_len: wanted };
    let (n, [beside, flags, from]) = receive(socket, vec![vector], room, given)?;
    tuple::from_vec(vec![address::bytes_object(&data[..n])?, beside, flags, from])
}

/// `socket.recvmsg_into`.
pub fn recvmsg_into(socket: Socket<'_>, args: Args<'_>) -> PyResult {
    let [buffers, room, given] = at_least_one(args, "recvmsg_into")?.optional::<3>("recvmsg_into", 1)?;
    let mut pieces = Vec::new();
    for piece in items(buffers.expect("required"), "recvmsg_into() argument 1 must be an iterable")? {
        let piece = buffer::get(piece.op(), PyBUF_WRITABLE).map_err(|error| {
            error.clear();
            let message =
                "recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers";
            raise!(TypeError, "{message}")
        })?;
        pieces.push(piece);
    }
    let (n, [beside, flags, from]) = receive(socket, crate::host::vectors(&pieces), room, given)?;
    tuple::from_vec(vec![int::from_usize(n)?, beside, flags, from])
}
