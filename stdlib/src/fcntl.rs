//! The `fcntl` module: control of file descriptors.

use adder_object_model::layout::*;
use adder_object_model::{Args, Object, Op, PyResult, buffer, bytes, int, method, object, raise, str};

use crate::host;

const CONSTANTS: &[(&str, i64)] = &[
    ("DN_ACCESS", 1),
    ("DN_ATTRIB", 32),
    ("DN_CREATE", 4),
    ("DN_DELETE", 8),
    ("DN_MODIFY", 2),
    ("DN_MULTISHOT", 2147483648),
    ("DN_RENAME", 16),
    ("FASYNC", 8192),
    ("FD_CLOEXEC", 1),
    ("FICLONE", 1074041865),
    ("FICLONERANGE", 1075876877),
    ("F_ADD_SEALS", 1033),
    ("F_DUPFD", 0),
    ("F_DUPFD_CLOEXEC", 1030),
    ("F_DUPFD_QUERY", 1027),
    ("F_EXLCK", 4),
    ("F_GETFD", 1),
    ("F_GETFL", 3),
    ("F_GETLEASE", 1025),
    ("F_GETLK", 5),
    ("F_GETLK64", 5),
    ("F_GETOWN", 9),
    ("F_GETOWN_EX", 16),
    ("F_GETPIPE_SZ", 1032),
    ("F_GETSIG", 11),
    ("F_GET_FILE_RW_HINT", 1037),
    ("F_GET_RW_HINT", 1035),
    ("F_GET_SEALS", 1034),
    ("F_NOTIFY", 1026),
    ("F_OFD_GETLK", 36),
    ("F_OFD_SETLK", 37),
    ("F_OFD_SETLKW", 38),
    ("F_OWNER_PGRP", 2),
    ("F_OWNER_PID", 1),
    ("F_OWNER_TID", 0),
    ("F_RDLCK", 0),
    ("F_SEAL_FUTURE_WRITE", 16),
    ("F_SEAL_GROW", 4),
    ("F_SEAL_SEAL", 1),
    ("F_SEAL_SHRINK", 2),
    ("F_SEAL_WRITE", 8),
    ("F_SETFD", 2),
    ("F_SETFL", 4),
    ("F_SETLEASE", 1024),
    ("F_SETLK", 6),
    ("F_SETLK64", 6),
    ("F_SETLKW", 7),
    ("F_SETLKW64", 7),
    ("F_SETOWN", 8),
    ("F_SETOWN_EX", 15),
    ("F_SETPIPE_SZ", 1031),
    ("F_SETSIG", 10),
    ("F_SET_FILE_RW_HINT", 1038),
    ("F_SET_RW_HINT", 1036),
    ("F_SHLCK", 8),
    ("F_UNLCK", 2),
    ("F_WRLCK", 1),
    ("LOCK_EX", 2),
    ("LOCK_MAND", 32),
    ("LOCK_NB", 4),
    ("LOCK_READ", 64),
    ("LOCK_RW", 192),
    ("LOCK_SH", 1),
    ("LOCK_UN", 8),
    ("LOCK_WRITE", 128),
    ("RWH_WRITE_LIFE_EXTREME", 5),
    ("RWH_WRITE_LIFE_LONG", 4),
    ("RWH_WRITE_LIFE_MEDIUM", 3),
    ("RWH_WRITE_LIFE_NONE", 1),
    ("RWH_WRITE_LIFE_NOT_SET", 0),
    ("RWH_WRITE_LIFE_SHORT", 2),
];

/// The longest argument that is copied to and back.
const MAX_COPY: usize = 1024;

/// What `fcntl` and `ioctl` get as their third argument.
enum Argument {
    Number(i64),
    Bytes(Vec<u8>),
}

fn argument(function: &str, op: Option<Op<'_>>) -> PyResult<Argument> {
    let Some(op) = op else { return Ok(Argument::Number(0)) };
    if adder_object_model::number::check_index(op) {
        let number = adder_object_model::number::index(op)?;
        return Ok(Argument::Number(int::as_u64_mask(number.op())? as i64));
    }
    let content = if let Some(text) = op.downcast::<PyUnicodeObject>() {
        str::as_utf8(text)?.as_bytes().to_vec()
    } else if buffer::check(op) {
        buffer::get(op, 0)?.as_slice().to_vec()
    } else {
        return Err(raise!(
            TypeError,
            "{function}() argument 3 must be an integer, a bytes-like object, or a string, not {}",
            op.type_name()
        ));
    };
    if content.len() > MAX_COPY {
        return Err(raise!(ValueError, "{function} argument 3 is too long"));
    }
    Ok(Argument::Bytes(content))
}

/// Bytes with room behind them, so that a kernel that writes more than it was given is noticed.
fn with_room(mut content: Vec<u8>) -> (Vec<u8>, usize) {
    let len = content.len();
    content.resize(MAX_COPY + 64, 0);
    (content, len)
}

fn fcntl(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd, command, third] = args.optional::<3>("fcntl", 2)?;
    let fd = host::file_descriptor(fd.expect("required"))?;
    let command = int::as_i32(command.expect("required"))?;
    match argument("fcntl", third)? {
        Argument::Number(number) => {
            // SAFETY: the caller of the Python function chooses command and argument.
            let result = host::retry(|| unsafe { libc::fcntl(fd, command, number) })?;
            int::from_i64(result.into())
        }
        Argument::Bytes(content) => {
            let (mut content, len) = with_room(content);
            // SAFETY: the block is longer than any struct these commands know.
            host::retry(|| unsafe { libc::fcntl(fd, command, content.as_mut_ptr()) })?;
            Ok(bytes::from_slice(&content[..len])?.into_object())
        }
    }
}

fn ioctl(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd, request, third, mutate] = args.optional::<4>("ioctl", 2)?;
    let fd = host::file_descriptor(fd.expect("required"))?;
    let request = int::as_u64_mask(request.expect("required"))?;
    let mutate = mutate.map_or(Ok(true), object::is_true)?;
    if mutate
        && let Some(third) = third
        && !third.is_instance::<PyBytesObject>()
        && !third.is_instance::<PyUnicodeObject>()
        && buffer::check(third)
    {
        match buffer::get(third, PyBUF_WRITABLE) {
            Ok(view) => {
                let (pointer, len) = (view.view.buf.cast::<u8>(), view.view.len as usize);
                // SAFETY: the view keeps the memory in place; the caller chooses the request.
                let result = unsafe {
                    if len <= MAX_COPY {
                        let (mut content, len) = with_room(view.as_slice().to_vec());
                        let result = host::retry(|| libc::ioctl(fd, request, content.as_mut_ptr()));
                        core::ptr::copy_nonoverlapping(content.as_ptr(), pointer, len);
                        result?
                    } else {
                        host::retry(|| libc::ioctl(fd, request, pointer))?
                    }
                };
                return int::from_i64(result.into());
            }
            // Memory that cannot be written is copied below.
            Err(raised) => raised.clear(),
        }
    }
    match argument("ioctl", third)? {
        Argument::Number(number) => {
            // SAFETY: the caller of the Python function chooses request and argument.
            let result = host::retry(|| unsafe { libc::ioctl(fd, request, number) })?;
            int::from_i64(result.into())
        }
        Argument::Bytes(content) => {
            let (mut content, len) = with_room(content);
            // SAFETY: as above; the block has room.
            host::retry(|| unsafe { libc::ioctl(fd, request, content.as_mut_ptr()) })?;
            Ok(bytes::from_slice(&content[..len])?.into_object())
        }
    }
}

fn flock(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, operation] = args.exactly::<2>("flock")?;
    let fd = host::file_descriptor(fd)?;
    let operation = int::as_i32(operation)?;
    // SAFETY: has no conditions.
    host::retry(|| unsafe { libc::flock(fd, operation) })?;
    Ok(())
}

fn lockf(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, operation, len, start, whence] = args.optional::<5>("lockf", 2)?;
    let fd = host::file_descriptor(fd.expect("required"))?;
    let operation = int::as_i32(operation.expect("required"))?;
    // SAFETY: plain data.
    let mut lock: libc::flock = unsafe { core::mem::zeroed() };
    lock.l_type = if operation == libc::LOCK_UN {
        libc::F_UNLCK as i16
    } else if operation & libc::LOCK_SH != 0 {
        libc::F_RDLCK as i16
    } else if operation & libc::LOCK_EX != 0 {
        libc::F_WRLCK as i16
    } else {
        return Err(raise!(ValueError, "unrecognized lockf argument"));
    };
    lock.l_start = start.map_or(Ok(0), int::as_i64)?;
    lock.l_len = len.map_or(Ok(0), int::as_i64)?;
    lock.l_whence = whence.map_or(Ok(0), int::as_i32)? as i16;
    let command = if operation & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
    // SAFETY: the struct is live for the call.
    host::retry(|| unsafe { libc::fcntl(fd, command, &raw const lock) })?;
    Ok(())
}

static FUNCTIONS: [PyMethodDef; 5] = [
    method::positional(
        c"fcntl",
        fcntl,
        c"fcntl($module, fd, cmd, arg=0, /)\n--\n\nCall the operation cmd on a file descriptor.\n\nThe argument is a number, or bytes that are copied there and back.",
    ),
    method::positional(
        c"ioctl",
        ioctl,
        c"ioctl($module, fd, request, arg=0, mutate_flag=True, /)\n--\n\nCall the operation request on a file descriptor.\n\nThe argument is a number, bytes that are copied there and back, or, if mutate_flag\nis true, memory that is written to.",
    ),
    method::positional(
        c"flock",
        flock,
        c"flock($module, fd, operation, /)\n--\n\nCall the lock operation on a file descriptor.",
    ),
    method::positional(
        c"lockf",
        lockf,
        c"lockf($module, fd, cmd, len=0, start=0, whence=0, /)\n--\n\nLock or unlock a range of a file.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result: Object = host::new_module("fcntl", "Control of files and file descriptors.", &FUNCTIONS)?;
    host::add_constants(result.op(), CONSTANTS)?;
    Ok(result)
}
