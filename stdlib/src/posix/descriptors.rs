//! Calls on open file descriptors.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Op, Owned, PyResult, Signature, buffer, bytes, int, method, number, object, raise, sequence,
};

use super::path::{Path, dir_fd};
use crate::host;

use super::{attempt, check, failed, failed_with, flag, int_argument, tuple_of};

fn result(value: i64) -> PyResult {
    int::from_i64(value)
}

fn open(_module: Op<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<4> =
        Signature::new("open", ["path", "flags", "mode", "dir_fd"]).required(2).keyword_only_from(3);
    let [path, flags, mode, dir] = args.parse(&SIGNATURE)?;
    let path = Path::new(path.expect("required"), "open")?;
    let flags = int_argument(flags.expect("required"))? | libc::O_CLOEXEC;
    let mode = mode.map_or(Ok(0o777), int_argument)?;
    let dir = dir_fd(dir)?;
    // SAFETY: a zero-terminated name.
    let fd = attempt(|| unsafe { libc::openat(dir, path.name.as_ptr(), flags, mode) })?;
    result(fd.map_err(|error| failed_with(&error, Some(&path)))?.into())
}

fn close(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd] = args.parse(&Signature::new("close", ["fd"]).required(1))?;
    let fd = int_argument(fd.expect("required"))?;
    // SAFETY: the caller owns the descriptor.
    check(super::blocking(|| unsafe { libc::close(fd) }).into(), None).map(drop)
}

fn closerange(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [low, high] = args.exactly("closerange")?;
    let (low, high) = (int_argument(low)?, int_argument(high)?);
    if low < high {
        // SAFETY: closing descriptors is what the caller asks for; errors are ignored.
        unsafe { libc::syscall(libc::SYS_close_range, low.max(0), high - 1, 0) };
    }
    Ok(())
}

fn read(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd, length] = args.exactly("read")?;
    let fd = int_argument(fd)?;
    let length = int::as_isize(number::index(length)?.op())?;
    if length < 0 {
        return Err(failed_with(&std::io::Error::from_raw_os_error(libc::EINVAL), None));
    }
    let mut data = crate::host::zeroed((length as usize).min(0x7fff_f000))?;
    data.clear();
    // SAFETY: room for that many bytes.
    let n = attempt(|| unsafe {
        libc::read(fd, data.as_mut_ptr().cast(), data.capacity().min(length as usize))
    })?
    .map_err(|error| failed_with(&error, None))?;
    // SAFETY: the system has written `n` bytes.
    unsafe { data.set_len(n as usize) };
    bytes::from_slice(&data).map(Owned::into_object)
}

fn readinto(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd, target] = args.exactly("readinto")?;
    let fd = int_argument(fd)?;
    let target = buffer::get_writable(target, "readinto() argument 2")?;
    // SAFETY: the buffer is writable and held.
    let n = attempt(|| unsafe { libc::read(fd, target.view.buf, target.view.len as usize) })?
        .map_err(|error| failed_with(&error, None))?;
    result(n as i64)
}

fn write(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd, data] = args.exactly("write")?;
    let fd = int_argument(fd)?;
    let data = buffer::get(data, PyBUF_SIMPLE)?;
    let length = (data.view.len as usize).min(0x7fff_f000);
    // SAFETY: the buffer is held.
    let n = attempt(|| unsafe { libc::write(fd, data.view.buf, length) })?
        .map_err(|error| failed_with(&error, None))?;
    result(n as i64)
}

fn pread(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd, length, offset] = args.exactly("pread")?;
    let (fd, length, offset) =
        (int_argument(fd)?, int_argument(length)?, int::as_i64(number::index(offset)?.op())?);
    if length < 0 {
        return Err(failed_with(&std::io::Error::from_raw_os_error(libc::EINVAL), None));
    }
    let mut data = crate::host::zeroed(length as usize)?;
    // SAFETY: room for that many bytes.
    let n = attempt(|| unsafe { libc::pread(fd, data.as_mut_ptr().cast(), data.len(), offset) })?
        .map_err(|error| failed_with(&error, None))?;
    bytes::from_slice(&data[..n as usize]).map(Owned::into_object)
}

fn pwrite(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd, data, offset] = args.exactly("pwrite")?;
    let (fd, offset) = (int_argument(fd)?, int::as_i64(number::index(offset)?.op())?);
    let data = buffer::get(data, PyBUF_SIMPLE)?;
    // SAFETY: the buffer is held.
    let n = attempt(|| unsafe { libc::pwrite(fd, data.view.buf, data.view.len as usize, offset) })?
        .map_err(|error| failed_with(&error, None))?;
    result(n as i64)
}

/// The buffers of a sequence, held, and their addresses for the system.
fn vectors(buffers: Op<'_>, flags: i32, function: &str) -> PyResult<(Vec<buffer::Buffer>, Vec<libc::iovec>)> {
    if !sequence::check(buffers) {
        return Err(raise!(TypeError, "{function}() arg 2 must be a sequence"));
    }
    let n = sequence::len(buffers)?;
    let held = (0..n)
        .map(|index| buffer::get(sequence::get_item(buffers, index as isize)?.op(), flags))
        .collect::<PyResult<Vec<_>>>()?;
    let vectors = host::vectors(&held);
    Ok((held, vectors))
}

fn readv(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd, buffers] = args.exactly("readv")?;
    let fd = int_argument(fd)?;
    let (_held, vectors) = vectors(buffers, PyBUF_WRITABLE, "readv")?;
    // SAFETY: the buffers are writable and held.
    let n = attempt(|| unsafe { libc::readv(fd, vectors.as_ptr(), vectors.len() as i32) })?
        .map_err(|error| failed_with(&error, None))?;
    result(n as i64)
}

fn writev(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd, buffers] = args.exactly("writev")?;
    let fd = int_argument(fd)?;
    let (_held, vectors) = vectors(buffers, PyBUF_SIMPLE, "writev")?;
    // SAFETY: the buffers are held.
    let n = attempt(|| unsafe { libc::writev(fd, vectors.as_ptr(), vectors.len() as i32) })?
        .map_err(|error| failed_with(&error, None))?;
    result(n as i64)
}

/// A `preadv` flags argument and offset.
fn place_of(offset: Op<'_>, flags: Option<Op<'_>>) -> PyResult<(i64, i32)> {
    Ok((int::as_i64(number::index(offset)?.op())?, flags.map_or(Ok(0), int_argument)?))
}

fn preadv(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd, buffers, offset, flags] = args.optional("preadv", 3)?;
    let (fd, buffers) = (int_argument(fd.expect("required"))?, buffers.expect("required"));
    let (offset, flags) = place_of(offset.expect("required"), flags)?;
    let (_held, vectors) = vectors(buffers, PyBUF_WRITABLE, "preadv2")?;
    // SAFETY: the buffers are writable and held.
    let n = attempt(|| unsafe { libc::preadv2(fd, vectors.as_ptr(), vectors.len() as i32, offset, flags) })?
        .map_err(|error| failed_with(&error, None))?;
    result(n as i64)
}

fn pwritev(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd, buffers, offset, flags] = args.optional("pwritev", 3)?;
    let (fd, buffers) = (int_argument(fd.expect("required"))?, buffers.expect("required"));
    let (offset, flags) = place_of(offset.expect("required"), flags)?;
    let (_held, vectors) = vectors(buffers, PyBUF_SIMPLE, "pwritev2")?;
    // SAFETY: the buffers are held.
    let n = attempt(|| unsafe { libc::pwritev2(fd, vectors.as_ptr(), vectors.len() as i32, offset, flags) })?
        .map_err(|error| failed_with(&error, None))?;
    result(n as i64)
}

fn lseek(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd, position, whence] = args.exactly("lseek")?;
    let position = int::as_i64(number::index(position)?.op())?;
    // SAFETY: plain numbers.
    result(check(unsafe { libc::lseek(int_argument(fd)?, position, int_argument(whence)?) }, None)?)
}

fn dup(_module: Op<'_>, fd: Op<'_>) -> PyResult {
    let fd = int_argument(fd)?;
    // SAFETY: plain numbers.
    result(check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }.into(), None)?)
}

fn dup2(_module: Op<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<3> = Signature::new("dup2", ["fd", "fd2", "inheritable"]).required(2);
    let [fd, fd2, inheritable] = args.parse(&SIGNATURE)?;
    let (fd, fd2) = (int_argument(fd.expect("required"))?, int_argument(fd2.expect("required"))?);
    let flags = if flag(inheritable, true)? { 0 } else { libc::O_CLOEXEC };
    // SAFETY: only numbers are passed.
    let done =
        unsafe { if flags == 0 || fd == fd2 { libc::dup2(fd, fd2) } else { libc::dup3(fd, fd2, flags) } };
    result(check(done.into(), None)?)
}

fn fsync(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd] = args.parse(&Signature::new("fsync", ["fd"]).required(1))?;
    let fd = host::file_descriptor(fd.expect("required"))?;
    // SAFETY: a plain number.
    attempt(|| unsafe { libc::fsync(fd) })?.map(drop).map_err(|error| failed_with(&error, None))
}

fn fdatasync(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd] = args.parse(&Signature::new("fdatasync", ["fd"]).required(1))?;
    let fd = host::file_descriptor(fd.expect("required"))?;
    // SAFETY: a plain number.
    attempt(|| unsafe { libc::fdatasync(fd) })?.map(drop).map_err(|error| failed_with(&error, None))
}

fn sync(_module: Op<'_>) -> PyResult<()> {
    // SAFETY: no arguments.
    super::blocking(|| unsafe { libc::sync() });
    Ok(())
}

fn ftruncate(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, length] = args.exactly("ftruncate")?;
    let (fd, length) = (int_argument(fd)?, int::as_i64(number::index(length)?.op())?);
    // SAFETY: plain numbers.
    attempt(|| unsafe { libc::ftruncate(fd, length) })?.map(drop).map_err(|error| failed_with(&error, None))
}

fn pipe_with(flags: i32) -> PyResult {
    let mut ends = [0; 2];
    // SAFETY: room for two descriptors.
    check(unsafe { libc::pipe2(ends.as_mut_ptr(), flags) }.into(), None)?;
    tuple_of([result(ends[0].into())?, result(ends[1].into())?])
}

fn pipe(_module: Op<'_>) -> PyResult {
    pipe_with(libc::O_CLOEXEC)
}

fn pipe2(_module: Op<'_>, flags: Op<'_>) -> PyResult {
    pipe_with(int_argument(flags)?)
}

fn get_inheritable(_module: Op<'_>, fd: Op<'_>) -> PyResult<bool> {
    // SAFETY: plain numbers.
    Ok(check(unsafe { libc::fcntl(int_argument(fd)?, libc::F_GETFD) }.into(), None)?
        & i64::from(libc::FD_CLOEXEC)
        == 0)
}

fn set_inheritable(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, inheritable] = args.exactly("set_inheritable")?;
    let fd = int_argument(fd)?;
    let inheritable = int_argument(inheritable)? != 0;
    // SAFETY: plain numbers.
    let flags = check(unsafe { libc::fcntl(fd, libc::F_GETFD) }.into(), None)? as i32;
    let flags = if inheritable { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
    // SAFETY: plain numbers.
    check(unsafe { libc::fcntl(fd, libc::F_SETFD, flags) }.into(), None).map(drop)
}

fn get_blocking(_module: Op<'_>, fd: Op<'_>) -> PyResult<bool> {
    // SAFETY: plain numbers.
    Ok(check(unsafe { libc::fcntl(int_argument(fd)?, libc::F_GETFL) }.into(), None)?
        & i64::from(libc::O_NONBLOCK)
        == 0)
}

fn set_blocking(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, on] = args.exactly("set_blocking")?;
    let fd = int_argument(fd)?;
    // SAFETY: plain numbers.
    let flags = check(unsafe { libc::fcntl(fd, libc::F_GETFL) }.into(), None)? as i32;
    let flags = if object::is_true(on)? { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
    // SAFETY: plain numbers.
    check(unsafe { libc::fcntl(fd, libc::F_SETFL, flags) }.into(), None).map(drop)
}

fn memfd_create(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [name, flags] = args.parse(&Signature::new("memfd_create", ["name", "flags"]).required(1))?;
    let name = Path::named(name.expect("required"), "memfd_create", "name")?;
    let flags = flags.map_or(Ok(libc::MFD_CLOEXEC as i32), int_argument)?;
    // SAFETY: a zero-terminated name.
    result(check(unsafe { libc::memfd_create(name.name.as_ptr(), flags as u32) }.into(), None)?)
}

fn sendfile(_module: Op<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<4> =
        Signature::new("sendfile", ["out_fd", "in_fd", "offset", "count"]).required(4);
    let [out, input, offset, count] = args.parse(&SIGNATURE)?.map(|op| op.expect("required"));
    let (out, input) = (int_argument(out)?, int_argument(input)?);
    let count = int::as_usize(number::index(count)?.op())?;
    let mut place = if offset.is_none() { None } else { Some(int::as_i64(number::index(offset)?.op())?) };
    // SAFETY: a place or null.
    let n = attempt(|| unsafe {
        let place = place.as_mut().map_or(core::ptr::null_mut(), |place| &raw mut *place);
        libc::sendfile(out, input, place, count)
    })?
    .map_err(|error| failed_with(&error, None))?;
    result(n as i64)
}

/// A number of bytes.
fn count_argument(op: Op<'_>) -> PyResult<usize> {
    let count = int::as_isize(number::index(op)?.op())?;
    usize::try_from(count).map_err(|_| raise!(ValueError, "negative value for 'count' not allowed"))
}

/// A place in a file, or none for the descriptor's own.
fn offset_argument(op: Option<Op<'_>>) -> PyResult<Option<i64>> {
    super::given(op).map(|op| int::as_i64(number::index(op)?.op())).transpose()
}

/// Where a call reads and writes the place.
fn offset_pointer(place: &mut Option<i64>) -> *mut i64 {
    place.as_mut().map_or(core::ptr::null_mut(), |place| &raw mut *place)
}

fn splice(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let signature =
        Signature::new("splice", ["src", "dst", "count", "offset_src", "offset_dst", "flags"]).required(3);
    let [src, dst, count, from, to, flags] = args.parse(&signature)?;
    let (src, dst) = (int_argument(src.expect("required"))?, int_argument(dst.expect("required"))?);
    let count = count_argument(count.expect("required"))?;
    let (mut from, mut to) = (offset_argument(from)?, offset_argument(to)?);
    let flags = flags.map_or(Ok(0), int_argument)? as u32;
    // SAFETY: places or null.
    let n = attempt(|| unsafe {
        libc::splice(src, offset_pointer(&mut from), dst, offset_pointer(&mut to), count, flags)
    })?
    .map_err(|error| failed_with(&error, None))?;
    result(n as i64)
}

fn copy_file_range(_module: Op<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<5> =
        Signature::new("copy_file_range", ["src", "dst", "count", "offset_src", "offset_dst"]).required(3);
    let [src, dst, count, from, to] = args.parse(&SIGNATURE)?;
    let (src, dst) = (int_argument(src.expect("required"))?, int_argument(dst.expect("required"))?);
    let count = count_argument(count.expect("required"))?;
    let (mut from, mut to) = (offset_argument(from)?, offset_argument(to)?);
    // SAFETY: places or null.
    let n = attempt(|| unsafe {
        libc::copy_file_range(src, offset_pointer(&mut from), dst, offset_pointer(&mut to), count, 0)
    })?
    .map_err(|error| failed_with(&error, None))?;
    result(n as i64)
}

fn lockf(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, command, length] = args.exactly("lockf")?;
    let (fd, command, length) =
        (int_argument(fd)?, int_argument(command)?, int::as_i64(number::index(length)?.op())?);
    // SAFETY: plain numbers.
    attempt(|| unsafe { libc::lockf(fd, command, length) })?
        .map(drop)
        .map_err(|error| failed_with(&error, None))
}

fn posix_fallocate(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, offset, length] = args.exactly("posix_fallocate")?;
    let (offset, length) = (int::as_i64(offset)?, int::as_i64(length)?);
    // SAFETY: plain numbers.
    match unsafe { libc::posix_fallocate(int_argument(fd)?, offset, length) } {
        0 => Ok(()),
        error => Err(failed_with(&std::io::Error::from_raw_os_error(error), None)),
    }
}

fn posix_fadvise(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, offset, length, advice] = args.exactly("posix_fadvise")?;
    let (offset, length) = (int::as_i64(offset)?, int::as_i64(length)?);
    // SAFETY: plain numbers.
    match unsafe { libc::posix_fadvise(int_argument(fd)?, offset, length, int_argument(advice)?) } {
        0 => Ok(()),
        error => Err(failed_with(&std::io::Error::from_raw_os_error(error), None)),
    }
}

fn eventfd(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [value, flags] = args.parse(&Signature::new("eventfd", ["initval", "flags"]).required(1))?;
    let value = int::as_u64(value.expect("required"))? as u32;
    let flags = flags.map_or(Ok(libc::EFD_CLOEXEC), int_argument)?;
    // SAFETY: plain numbers.
    result(check(unsafe { libc::eventfd(value, flags) }.into(), None)?)
}

fn eventfd_read(_module: Op<'_>, fd: Op<'_>) -> PyResult {
    let fd = int_argument(fd)?;
    let mut value = 0;
    // SAFETY: a place for the value.
    attempt(|| unsafe { libc::eventfd_read(fd, &raw mut value) })?
        .map_err(|error| failed_with(&error, None))?;
    int::from_u64(value)
}

fn eventfd_write(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, value] = args.exactly("eventfd_write")?;
    let (fd, value) = (int_argument(fd)?, int::as_u64(value)?);
    // SAFETY: plain numbers.
    attempt(|| unsafe { libc::eventfd_write(fd, value) })?
        .map(drop)
        .map_err(|error| failed_with(&error, None))
}

fn fpathconf(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd, name] = args.exactly("fpathconf")?;
    let name = super::process::configuration_name(name, super::constants::PATHCONF_NAMES, "pathconf")?;
    // SAFETY: plain numbers.
    let value = unsafe {
        *libc::__errno_location() = 0;
        libc::fpathconf(host::file_descriptor(fd)?, name)
    };
    // SAFETY: this thread's errno.
    if value == -1 && unsafe { *libc::__errno_location() } != 0 {
        return Err(failed(None));
    }
    result(value)
}

fn pathconf(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [path, name] = args.exactly("pathconf")?;
    let path = Path::or_fd(path, "pathconf")?;
    let name = super::process::configuration_name(name, super::constants::PATHCONF_NAMES, "pathconf")?;
    // SAFETY: a zero-terminated name.
    let value = unsafe {
        *libc::__errno_location() = 0;
        match path.fd {
            Some(fd) => libc::fpathconf(fd, name),
            None => libc::pathconf(path.name.as_ptr(), name),
        }
    };
    // SAFETY: this thread's errno.
    if value == -1 && unsafe { *libc::__errno_location() } != 0 {
        return Err(failed(Some(&path)));
    }
    result(value)
}

pub(super) const METHODS: &[PyMethodDef] = &[
    method::keywords(c"open", open, c"open($module, /, path, flags, mode=511, *, dir_fd=None)\n--\n\nOpen a file and give its descriptor."),
    method::keywords(c"close", close, c"close($module, /, fd)\n--\n\nClose a descriptor."),
    method::positional(c"closerange", closerange, c"closerange($module, fd_low, fd_high, /)\n--\n\nClose descriptors from fd_low up to fd_high, ignoring errors."),
    method::positional(c"read", read, c"read($module, fd, length, /)\n--\n\nRead bytes from a descriptor."),
    method::positional(c"readinto", readinto, c"readinto($module, fd, buffer, /)\n--\n\nRead from a descriptor into a buffer."),
    method::positional(c"write", write, c"write($module, fd, data, /)\n--\n\nWrite bytes to a descriptor."),
    method::positional(c"pread", pread, c"pread($module, fd, length, offset, /)\n--\n\nRead bytes from a place in a file."),
    method::positional(c"pwrite", pwrite, c"pwrite($module, fd, buffer, offset, /)\n--\n\nWrite bytes to a place in a file."),
    method::positional(c"readv", readv, c"readv($module, fd, buffers, /)\n--\n\nRead into several buffers."),
    method::positional(c"writev", writev, c"writev($module, fd, buffers, /)\n--\n\nWrite several buffers."),
    method::positional(c"preadv", preadv, c"preadv($module, fd, buffers, offset, flags=0, /)\n--\n\nRead from a place in a file into several buffers."),
    method::positional(c"pwritev", pwritev, c"pwritev($module, fd, buffers, offset, flags=0, /)\n--\n\nWrite several buffers to a place in a file."),
    method::positional(c"lseek", lseek, c"lseek($module, fd, position, whence, /)\n--\n\nSet the position of a descriptor."),
    method::o(c"dup", dup, c"dup($module, fd, /)\n--\n\nDuplicate a descriptor."),
    method::keywords(c"dup2", dup2, c"dup2($module, /, fd, fd2, inheritable=True)\n--\n\nDuplicate a descriptor under another number."),
    method::keywords(c"fsync", fsync, c"fsync($module, /, fd)\n--\n\nForce writing to disk."),
    method::keywords(c"fdatasync", fdatasync, c"fdatasync($module, /, fd)\n--\n\nForce writing of the data to disk."),
    method::noargs(c"sync", sync, c"sync($module, /)\n--\n\nForce writing of everything to disk."),
    method::positional(c"ftruncate", ftruncate, c"ftruncate($module, fd, length, /)\n--\n\nSet the length of an open file."),
    method::noargs(c"pipe", pipe, c"pipe($module, /)\n--\n\nCreate a pipe."),
    method::o(c"pipe2", pipe2, c"pipe2($module, flags, /)\n--\n\nCreate a pipe with flags."),
    method::o(c"get_inheritable", get_inheritable, c"get_inheritable($module, fd, /)\n--\n\nWhether child processes inherit the descriptor."),
    method::positional(c"set_inheritable", set_inheritable, c"set_inheritable($module, fd, inheritable, /)\n--\n\nSet whether child processes inherit the descriptor."),
    method::o(c"get_blocking", get_blocking, c"get_blocking($module, fd, /)\n--\n\nWhether calls on the descriptor wait."),
    method::positional(c"set_blocking", set_blocking, c"set_blocking($module, fd, blocking, /)\n--\n\nSet whether calls on the descriptor wait."),
    method::keywords(c"memfd_create", memfd_create, c"memfd_create($module, /, name, flags=MFD_CLOEXEC)\n--\n\nCreate a file in memory."),
    method::keywords(c"sendfile", sendfile, c"sendfile($module, /, out_fd, in_fd, offset, count)\n--\n\nCopy bytes between descriptors."),
    method::keywords(c"copy_file_range", copy_file_range, c"copy_file_range($module, /, src, dst, count, offset_src=None,\n                offset_dst=None)\n--\n\nCopy bytes between files."),
    method::keywords(c"splice", splice, c"splice($module, /, src, dst, count, offset_src=None, offset_dst=None,\n       flags=0)\n--\n\nMove bytes between a pipe and another descriptor."),
    method::positional(c"lockf", lockf, c"lockf($module, fd, command, length, /)\n--\n\nLock a part of a file."),
    method::positional(c"posix_fallocate", posix_fallocate, c"posix_fallocate($module, fd, offset, length, /)\n--\n\nReserve space for a file."),
    method::positional(c"posix_fadvise", posix_fadvise, c"posix_fadvise($module, fd, offset, length, advice, /)\n--\n\nAnnounce how a file will be read."),
    method::keywords(c"eventfd", eventfd, c"eventfd($module, /, initval, flags=EFD_CLOEXEC)\n--\n\nCreate an event descriptor."),
    method::o(c"eventfd_read", eventfd_read, c"eventfd_read($module, /, fd)\n--\n\nRead an event's value."),
    method::positional(c"eventfd_write", eventfd_write, c"eventfd_write($module, /, fd, value)\n--\n\nAdd to an event's value."),
    method::positional(c"fpathconf", fpathconf, c"fpathconf($module, fd, name, /)\n--\n\nA limit of an open file."),
    method::positional(c"pathconf", pathconf, c"pathconf($module, /, path, name)\n--\n\nA limit of a file."),
    PyMethodDef::EMPTY,
];
