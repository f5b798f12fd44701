//! Calls on what a path leads to: links, names, permissions, owners, times.

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Op, Owned, PyResult, Signature, buffer, bytes, int, list, method, number, raise, sequence, str,
    tuple,
};

use super::path::{Path, dir_fd, with_dir_fd};
use super::{check, failed_with, flag, given, int_argument, name_object};

fn access(_module: Op<'_>, args: Args<'_>) -> PyResult<bool> {
    const SIGNATURE: Signature<5> =
        Signature::new("access", ["path", "mode", "dir_fd", "effective_ids", "follow_symlinks"])
            .required(2)
            .keyword_only_from(2);
    let [path, mode, dir, effective, follow] = args.parse(&SIGNATURE)?;
    let path = Path::new(path.expect("required"), "access")?;
    let (mode, dir) = (int_argument(mode.expect("required"))?, dir_fd(dir)?);
    let mut flags = 0;
    if flag(effective, false)? {
        flags |= libc::AT_EACCESS;
    }
    if !flag(follow, true)? {
        flags |= libc::AT_SYMLINK_NOFOLLOW;
    }
    // SAFETY: a zero-terminated name.
    Ok(super::blocking(|| unsafe { libc::faccessat(dir, path.name.as_ptr(), mode, flags) }) == 0)
}

fn chdir(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [path] = args.parse(&Signature::new("chdir", ["path"]).required(1))?;
    let path = Path::or_fd(path.expect("required"), "chdir")?;
    // SAFETY: a zero-terminated name, or a number.
    let done = unsafe {
        match path.fd {
            Some(fd) => libc::fchdir(fd),
            None => libc::chdir(path.name.as_ptr()),
        }
    };
    check(done.into(), Some(&path)).map(drop)
}

fn fchdir(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd] = args.parse(&Signature::new("fchdir", ["fd"]).required(1))?;
    let fd = crate::host::file_descriptor(fd.expect("required"))?;
    // SAFETY: a plain number.
    check(unsafe { libc::fchdir(fd) }.into(), None).map(drop)
}

fn chroot(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [path] = args.parse(&Signature::new("chroot", ["path"]).required(1))?;
    let path = Path::new(path.expect("required"), "chroot")?;
    // SAFETY: a zero-terminated name.
    check(unsafe { libc::chroot(path.name.as_ptr()) }.into(), Some(&path)).map(drop)
}

fn chmod(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<4> = Signature::new("chmod", ["path", "mode", "dir_fd", "follow_symlinks"])
        .required(2)
        .keyword_only_from(2);
    let [path, mode, dir, follow] = args.parse(&SIGNATURE)?;
    let path = Path::or_fd(path.expect("required"), "chmod")?;
    let (mode, dir) = (int_argument(mode.expect("required"))? as libc::mode_t, dir_fd(dir)?);
    let flags = if flag(follow, true)? { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: a zero-terminated name, or a number.
    let done = unsafe {
        match path.fd {
            Some(fd) => libc::fchmod(fd, mode),
            None => libc::fchmodat(dir, path.name.as_ptr(), mode, flags),
        }
    };
    if done < 0 && flags != 0 && std::io::Error::last_os_error().raw_os_error() == Some(libc::EOPNOTSUPP) {
        let message = match dir {
            libc::AT_FDCWD => "chmod: follow_symlinks unavailable on this platform",
            _ => "chmod: cannot use dir_fd and follow_symlinks together on this platform",
        };
        return Err(raise!(NotImplementedError, "{message}"));
    }
    check(done.into(), Some(&path)).map(drop)
}

fn fchmod(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, mode] = args.parse(&Signature::new("fchmod", ["fd", "mode"]).required(2))?;
    let (fd, mode) = (int_argument(fd.expect("required"))?, int_argument(mode.expect("required"))?);
    // SAFETY: plain numbers.
    check(unsafe { libc::fchmod(fd, mode as libc::mode_t) }.into(), None).map(drop)
}

fn chown(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<5> =
        Signature::new("chown", ["path", "uid", "gid", "dir_fd", "follow_symlinks"])
            .required(3)
            .keyword_only_from(3);
    let [path, user, group, dir, follow] = args.parse(&SIGNATURE)?;
    let path = Path::or_fd(path.expect("required"), "chown")?;
    let (user, group) =
        (super::id("uid", user.expect("required"))?, super::id("gid", group.expect("required"))?);
    let dir = dir_fd(dir)?;
    if path.fd.is_some() && dir != libc::AT_FDCWD {
        return Err(raise!(ValueError, "chown: can't specify both dir_fd and fd"));
    }
    path.fd_stands_alone("chown", dir, flag(follow, true)?)?;
    let flags = if flag(follow, true)? { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: a zero-terminated name, or a number.
    let done = unsafe {
        match path.fd {
            Some(fd) => libc::fchown(fd, user, group),
            None => libc::fchownat(dir, path.name.as_ptr(), user, group, flags),
        }
    };
    check(done.into(), Some(&path)).map(drop)
}

fn fchown(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, user, group] = args
        .parse(&Signature::new("fchown", ["fd", "uid", "gid"]).required(3))?
        .map(|op| op.expect("required"));
    // SAFETY: plain numbers.
    check(
        unsafe { libc::fchown(int_argument(fd)?, super::id("uid", user)?, super::id("gid", group)?) }.into(),
        None,
    )
    .map(drop)
}

fn lchown(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [path, user, group] = args
        .parse(&Signature::new("lchown", ["path", "uid", "gid"]).required(3))?
        .map(|op| op.expect("required"));
    let path = Path::new(path, "lchown")?;
    // SAFETY: a zero-terminated name.
    check(
        unsafe { libc::lchown(path.name.as_ptr(), super::id("uid", user)?, super::id("gid", group)?) }.into(),
        Some(&path),
    )
    .map(drop)
}

fn cwd(as_bytes: bool) -> PyResult {
    use std::os::unix::ffi::OsStrExt;
    let path = std::env::current_dir().map_err(|error| failed_with(&error, None))?;
    name_object(path.as_os_str().as_bytes(), as_bytes)
}

fn getcwd(_module: Op<'_>) -> PyResult {
    cwd(false)
}

fn getcwdb(_module: Op<'_>) -> PyResult {
    cwd(true)
}

/// `OSError` with both names.
fn failed_two(from: &Path, to: &Path) -> adder_object_model::Raised {
    adder_object_model::exceptions::set_from_errno(Some(from.original.op()), Some(to.original.op()))
}

fn link(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<5> =
        Signature::new("link", ["src", "dst", "src_dir_fd", "dst_dir_fd", "follow_symlinks"])
            .required(2)
            .keyword_only_from(2);
    let [src, dst, src_dir, dst_dir, follow] = args.parse(&SIGNATURE)?;
    let src = Path::named(src.expect("required"), "link", "src")?;
    let dst = Path::named(dst.expect("required"), "link", "dst")?;
    let (from, to) = (dir_fd(src_dir)?, dir_fd(dst_dir)?);
    let flags = if flag(follow, true)? { libc::AT_SYMLINK_FOLLOW } else { 0 };
    // SAFETY: zero-terminated names.
    if unsafe { libc::linkat(from, src.name.as_ptr(), to, dst.name.as_ptr(), flags) } < 0 {
        return Err(failed_two(&src, &dst));
    }
    Ok(())
}

fn symlink(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<4> =
        Signature::new("symlink", ["src", "dst", "target_is_directory", "dir_fd"])
            .required(2)
            .keyword_only_from(3);
    let [src, dst, _directory, dir] = args.parse(&SIGNATURE)?;
    let src = Path::named(src.expect("required"), "symlink", "src")?;
    let dst = Path::named(dst.expect("required"), "symlink", "dst")?;
    let dir = dir_fd(dir)?;
    // SAFETY: zero-terminated names.
    if unsafe { libc::symlinkat(src.name.as_ptr(), dir, dst.name.as_ptr()) } < 0 {
        return Err(failed_two(&src, &dst));
    }
    Ok(())
}

fn readlink(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [path, dir] = args.parse(&with_dir_fd("readlink"))?;
    let path = Path::new(path.expect("required"), "readlink")?;
    let dir = dir_fd(dir)?;
    let mut target = vec![0u8; libc::PATH_MAX as usize + 1];
    // SAFETY: a zero-terminated name and room for the target.
    let n = unsafe { libc::readlinkat(dir, path.name.as_ptr(), target.as_mut_ptr().cast(), target.len()) };
    let n = check(n as i64, Some(&path))? as usize;
    name_object(&target[..n], path.is_bytes)
}

fn rename_as(function: &'static str, args: Args<'_>) -> PyResult<()> {
    let signature =
        Signature::new(function, ["src", "dst", "src_dir_fd", "dst_dir_fd"]).required(2).keyword_only_from(2);
    let [src, dst, src_dir, dst_dir] = args.parse(&signature)?;
    let src = Path::named(src.expect("required"), function, "src")?;
    let dst = Path::named(dst.expect("required"), function, "dst")?;
    let (from, to) = (dir_fd(src_dir)?, dir_fd(dst_dir)?);
    // SAFETY: zero-terminated names.
    if super::blocking(|| unsafe { libc::renameat(from, src.name.as_ptr(), to, dst.name.as_ptr()) }) < 0 {
        return Err(failed_two(&src, &dst));
    }
    Ok(())
}

fn rename(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    rename_as("rename", args)
}

fn replace(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    rename_as("replace", args)
}

fn unlink_as(function: &'static str, args: Args<'_>, flags: i32) -> PyResult<()> {
    let [path, dir] = args.parse(&with_dir_fd(function))?;
    let path = Path::new(path.expect("required"), function)?;
    let dir = dir_fd(dir)?;
    // SAFETY: a zero-terminated name.
    check(super::blocking(|| unsafe { libc::unlinkat(dir, path.name.as_ptr(), flags) }).into(), Some(&path))
        .map(drop)
}

fn unlink(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    unlink_as("unlink", args, 0)
}

fn remove(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    unlink_as("remove", args, 0)
}

fn rmdir(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    unlink_as("rmdir", args, libc::AT_REMOVEDIR)
}

fn mkdir(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<3> =
        Signature::new("mkdir", ["path", "mode", "dir_fd"]).required(1).keyword_only_from(2);
    let [path, mode, dir] = args.parse(&SIGNATURE)?;
    let path = Path::new(path.expect("required"), "mkdir")?;
    let (mode, dir) = (mode.map_or(Ok(0o777), int_argument)?, dir_fd(dir)?);
    // SAFETY: a zero-terminated name.
    check(
        super::blocking(|| unsafe { libc::mkdirat(dir, path.name.as_ptr(), mode as libc::mode_t) }).into(),
        Some(&path),
    )
    .map(drop)
}

fn mkfifo(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<3> =
        Signature::new("mkfifo", ["path", "mode", "dir_fd"]).required(1).keyword_only_from(2);
    let [path, mode, dir] = args.parse(&SIGNATURE)?;
    let path = Path::new(path.expect("required"), "mkfifo")?;
    let (mode, dir) = (mode.map_or(Ok(0o666), int_argument)?, dir_fd(dir)?);
    // SAFETY: a zero-terminated name.
    check(unsafe { libc::mkfifoat(dir, path.name.as_ptr(), mode as libc::mode_t) }.into(), Some(&path))
        .map(drop)
}

fn mknod(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<4> =
        Signature::new("mknod", ["path", "mode", "device", "dir_fd"]).required(1).keyword_only_from(3);
    let [path, mode, device, dir] = args.parse(&SIGNATURE)?;
    let path = Path::new(path.expect("required"), "mknod")?;
    let (mode, dir) = (mode.map_or(Ok(0o600), int_argument)?, dir_fd(dir)?);
    let device = device.map_or(Ok(0), int::as_u64)?;
    // SAFETY: a zero-terminated name.
    check(unsafe { libc::mknodat(dir, path.name.as_ptr(), mode as libc::mode_t, device) }.into(), Some(&path))
        .map(drop)
}

fn truncate(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [path, length] = args
        .parse(&Signature::new("truncate", ["path", "length"]).required(2))?
        .map(|op| op.expect("required"));
    let path = Path::or_fd(path, "truncate")?;
    let length = int::as_i64(number::index(length)?.op())?;
    // SAFETY: a zero-terminated name, or a number.
    let done = unsafe {
        match path.fd {
            Some(fd) => libc::ftruncate(fd, length),
            None => libc::truncate(path.name.as_ptr(), length),
        }
    };
    check(done.into(), Some(&path)).map(drop)
}

/// Seconds (int or float) or nanoseconds as a timespec.
fn timespec(op: Op<'_>, nanoseconds: bool) -> PyResult<libc::timespec> {
    if nanoseconds {
        let divisor = int::from_i64(1_000_000_000)?;
        let parts = number::divmod(op, divisor.op())?;
        let Some(parts) = parts.op().downcast::<PyTupleObject>().filter(|parts| tuple::len(*parts) == 2)
        else {
            return Err(raise!(
                TypeError,
                "{}.__divmod__() must return a 2-tuple, not {}",
                op.type_name(),
                parts.op().type_name()
            ));
        };
        return Ok(libc::timespec {
            tv_sec: int::as_i64(tuple::get(parts, 0))?,
            tv_nsec: int::as_i64(tuple::get(parts, 1))?,
        });
    }
    if op.is_instance::<PyFloatObject>() {
        let value = adder_object_model::float::value(op);
        if value.is_nan() {
            return Err(raise!(ValueError, "Invalid value NaN (not a number)"));
        }
        let whole = value.floor();
        let nanos = ((value - whole) * 1e9).floor() as i64;
        return Ok(libc::timespec { tv_sec: whole as i64, tv_nsec: nanos.min(999_999_999) });
    }
    Ok(libc::timespec { tv_sec: int::as_i64(number::index(op)?.op())?, tv_nsec: 0 })
}

fn utime(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<5> =
        Signature::new("utime", ["path", "times", "ns", "dir_fd", "follow_symlinks"])
            .required(1)
            .keyword_only_from(2);
    let [path, times, ns, dir, follow] = args.parse(&SIGNATURE)?;
    let path = Path::or_fd(path.expect("required"), "utime")?;
    let dir = dir_fd(dir)?;
    if given(times).is_some() && ns.is_some() {
        return Err(raise!(ValueError, "utime: you may specify either 'times' or 'ns' but not both"));
    }
    let pair = |op: Op<'_>, nanoseconds: bool| -> PyResult<[libc::timespec; 2]> {
        match op.downcast::<PyTupleObject>().filter(|pair| tuple::len(*pair) == 2) {
            Some(pair) => {
                Ok([timespec(tuple::get(pair, 0), nanoseconds)?, timespec(tuple::get(pair, 1), nanoseconds)?])
            }
            None if nanoseconds => Err(raise!(TypeError, "utime: 'ns' must be a tuple of two ints")),
            None => Err(raise!(TypeError, "utime: 'times' must be either a tuple of two ints or None")),
        }
    };
    let stamps = match (given(times), ns) {
        (Some(times), _) => Some(pair(times, false)?),
        (None, Some(ns)) => Some(pair(ns, true)?),
        (None, None) => None,
    };
    path.fd_stands_alone("utime", dir, flag(follow, true)?)?;
    let stamps = stamps.as_ref().map_or(core::ptr::null(), |stamps| stamps.as_ptr());
    let flags = if flag(follow, true)? { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: a zero-terminated name or a number; two stamps or null.
    let done = unsafe {
        match path.fd {
            Some(fd) => libc::futimens(fd, stamps),
            None => libc::utimensat(dir, path.name.as_ptr(), stamps, flags),
        }
    };
    check(done.into(), Some(&path)).map(drop)
}

fn fspath(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [path] = args.parse(&Signature::new("fspath", ["path"]).required(1))?;
    str::fs_path(path.expect("required"))
}

/// `os.path.normpath` in native code, on the text of a path.
fn path_normpath(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [path] = args.parse(&Signature::new("_path_normpath", ["path"]).required(1))?;
    let path = str::fs_path(path.expect("required"))?;
    if let Some(raw) = path.op().downcast::<PyBytesObject>() {
        return bytes::from_slice(&normalise(bytes::as_slice(raw))).map(Owned::into_object);
    }
    let Some(text) = path.op().downcast::<PyUnicodeObject>() else {
        return Err(adder_object_model::errors::bad_argument());
    };
    let text = str::to_wtf8(text);
    let clean = normalise(text.as_bytes());
    // SAFETY: cut at separators, which are ASCII, so what remains is well formed.
    let clean = unsafe { rustpython_wtf8::Wtf8Buf::from_bytes_unchecked(clean) };
    str::from_wtf8(&clean).map(Owned::into_object)
}

fn normalise(path: &[u8]) -> Vec<u8> {
    let slashes = path.iter().take_while(|&&c| c == b'/').count();
    // POSIX lets two leading slashes, but not three, mean something of their own.
    let root = match slashes {
        0 => 0,
        2 => 2,
        _ => 1,
    };
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|&c| c == b'/') {
        match part {
            b"" | b"." => {}
            b".." if parts.last().is_some_and(|last| *last != b"..") => {
                parts.pop();
            }
            b".." if root > 0 => {}
            _ => parts.push(part),
        }
    }
    let mut result = vec![b'/'; root];
    result.extend(parts.join(&b'/'));
    if result.is_empty() {
        result.push(b'.');
    }
    result
}

/// (drive, root, rest) of a path.
fn path_splitroot(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [path] = args.parse(&Signature::new("_path_splitroot_ex", ["p"]).required(1))?;
    let path = str::fs_path(path.expect("required"))?;
    let n = sequence::len(path.op())?;
    let slash = |at: usize| -> PyResult<bool> {
        if at >= n {
            return Ok(false);
        }
        Ok(match path.op().downcast::<PyUnicodeObject>() {
            Some(text) => str::read(text, at) == u32::from(b'/'),
            None => path.op().downcast::<PyBytesObject>().is_some_and(|raw| bytes::as_slice(raw)[at] == b'/'),
        })
    };
    let root = match (slash(0)?, slash(1)?, slash(2)?) {
        (false, ..) => 0,
        (true, true, false) => 2,
        _ => 1,
    };
    let end = n as isize;
    super::tuple_of([
        sequence::get_slice(path.op(), 0, 0)?,
        sequence::get_slice(path.op(), 0, root)?,
        sequence::get_slice(path.op(), root, end)?,
    ])
}

/// The names of a path argument for the extended-attribute calls.
fn attribute_path(op: Option<Op<'_>>, function: &str) -> PyResult<Path> {
    Path::or_none(op, function, true)
}

fn getxattr(_module: Op<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<3> =
        Signature::new("getxattr", ["path", "attribute", "follow_symlinks"]).required(2).keyword_only_from(2);
    let [path, attribute, follow] = args.parse(&SIGNATURE)?;
    let path = attribute_path(path, "getxattr")?;
    let attribute = Path::named(attribute.expect("required"), "getxattr", "attribute")?;
    let follow = flag(follow, true)?;
    let mut data = vec![0u8; 65536];
    // SAFETY: zero-terminated names and room for the value.
    let n = unsafe {
        let (place, size) = (data.as_mut_ptr().cast(), data.len());
        match path.fd {
            Some(fd) => libc::fgetxattr(fd, attribute.name.as_ptr(), place, size),
            None if follow => libc::getxattr(path.name.as_ptr(), attribute.name.as_ptr(), place, size),
            None => libc::lgetxattr(path.name.as_ptr(), attribute.name.as_ptr(), place, size),
        }
    };
    let n = check(n as i64, Some(&path))? as usize;
    bytes::from_slice(&data[..n]).map(Owned::into_object)
}

fn setxattr(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<5> =
        Signature::new("setxattr", ["path", "attribute", "value", "flags", "follow_symlinks"])
            .required(3)
            .keyword_only_from(4);
    let [path, attribute, value, flags, follow] = args.parse(&SIGNATURE)?;
    let path = attribute_path(path, "setxattr")?;
    let attribute = Path::named(attribute.expect("required"), "setxattr", "attribute")?;
    let value = buffer::get(value.expect("required"), PyBUF_SIMPLE)?;
    let (flags, follow) = (flags.map_or(Ok(0), int_argument)?, flag(follow, true)?);
    // SAFETY: zero-terminated names and a held buffer.
    let done = unsafe {
        let (data, size) = (value.view.buf.cast_const(), value.view.len as usize);
        match path.fd {
            Some(fd) => libc::fsetxattr(fd, attribute.name.as_ptr(), data, size, flags),
            None if follow => libc::setxattr(path.name.as_ptr(), attribute.name.as_ptr(), data, size, flags),
            None => libc::lsetxattr(path.name.as_ptr(), attribute.name.as_ptr(), data, size, flags),
        }
    };
    check(done.into(), Some(&path)).map(drop)
}

fn removexattr(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<3> = Signature::new("removexattr", ["path", "attribute", "follow_symlinks"])
        .required(2)
        .keyword_only_from(2);
    let [path, attribute, follow] = args.parse(&SIGNATURE)?;
    let path = attribute_path(path, "removexattr")?;
    let attribute = Path::named(attribute.expect("required"), "removexattr", "attribute")?;
    let follow = flag(follow, true)?;
    // SAFETY: zero-terminated names.
    let done = unsafe {
        match path.fd {
            Some(fd) => libc::fremovexattr(fd, attribute.name.as_ptr()),
            None if follow => libc::removexattr(path.name.as_ptr(), attribute.name.as_ptr()),
            None => libc::lremovexattr(path.name.as_ptr(), attribute.name.as_ptr()),
        }
    };
    check(done.into(), Some(&path)).map(drop)
}

fn listxattr(_module: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyListObject>> {
    const SIGNATURE: Signature<2> =
        Signature::new("listxattr", ["path", "follow_symlinks"]).keyword_only_from(1);
    let [path, follow] = args.parse(&SIGNATURE)?;
    let path = attribute_path(path, "listxattr")?;
    let follow = flag(follow, true)?;
    let mut data = vec![0u8; 65536];
    // SAFETY: a zero-terminated name and room for the names.
    let n = unsafe {
        let (place, size) = (data.as_mut_ptr().cast(), data.len());
        match path.fd {
            Some(fd) => libc::flistxattr(fd, place, size),
            None if follow => libc::listxattr(path.name.as_ptr(), place, size),
            None => libc::llistxattr(path.name.as_ptr(), place, size),
        }
    };
    let n = check(n as i64, Some(&path))? as usize;
    let result = list::new()?;
    for name in data[..n].split(|&c| c == 0).filter(|name| !name.is_empty()) {
        list::append(result.borrow(), name_object(name, false)?)?;
    }
    Ok(result)
}

fn umask(_module: Op<'_>, mask: Op<'_>) -> PyResult {
    let mask = int_argument(mask)?;
    // SAFETY: a plain number.
    int::from_i64(unsafe { libc::umask(mask as libc::mode_t) }.into())
}

pub(super) const METHODS: &[PyMethodDef] = &[
    method::keywords(c"access", access, c"access($module, /, path, mode, *, dir_fd=None,\n       effective_ids=False, follow_symlinks=True)\n--\n\nWhether a path can be used as the mode says."),
    method::keywords(c"chdir", chdir, c"chdir($module, /, path)\n--\n\nChange the working directory."),
    method::keywords(c"fchdir", fchdir, c"fchdir($module, /, fd)\n--\n\nChange the working directory to an open one."),
    method::keywords(c"chroot", chroot, c"chroot($module, /, path)\n--\n\nChange the root directory."),
    method::keywords(c"chmod", chmod, c"chmod($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)\n--\n\nChange permissions."),
    method::keywords(c"fchmod", fchmod, c"fchmod($module, /, fd, mode)\n--\n\nChange the permissions of an open file."),
    method::keywords(c"chown", chown, c"chown($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)\n--\n\nChange the owner."),
    method::keywords(c"fchown", fchown, c"fchown($module, /, fd, uid, gid)\n--\n\nChange the owner of an open file."),
    method::keywords(c"lchown", lchown, c"lchown($module, /, path, uid, gid)\n--\n\nChange the owner of a link itself."),
    method::noargs(c"getcwd", getcwd, c"getcwd($module, /)\n--\n\nThe working directory."),
    method::noargs(c"getcwdb", getcwdb, c"getcwdb($module, /)\n--\n\nThe working directory as bytes."),
    method::keywords(c"link", link, c"link($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n     follow_symlinks=(os.name != 'nt'))\n--\n\nCreate a hard link."),
    method::keywords(c"symlink", symlink, c"symlink($module, /, src, dst, target_is_directory=False, *, dir_fd=None)\n--\n\nCreate a symbolic link."),
    method::keywords(c"readlink", readlink, c"readlink($module, /, path, *, dir_fd=None)\n--\n\nWhat a symbolic link points to."),
    method::keywords(c"rename", rename, c"rename($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)\n--\n\nRename."),
    method::keywords(c"replace", replace, c"replace($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)\n--\n\nRename, overwriting the destination."),
    method::keywords(c"unlink", unlink, c"unlink($module, /, path, *, dir_fd=None)\n--\n\nRemove a file."),
    method::keywords(c"remove", remove, c"remove($module, /, path, *, dir_fd=None)\n--\n\nRemove a file."),
    method::keywords(c"rmdir", rmdir, c"rmdir($module, /, path, *, dir_fd=None)\n--\n\nRemove a directory."),
    method::keywords(c"mkdir", mkdir, c"mkdir($module, /, path, mode=511, *, dir_fd=None)\n--\n\nCreate a directory."),
    method::keywords(c"mkfifo", mkfifo, c"mkfifo($module, /, path, mode=438, *, dir_fd=None)\n--\n\nCreate a named pipe."),
    method::keywords(c"mknod", mknod, c"mknod($module, /, path, mode=384, device=0, *, dir_fd=None)\n--\n\nCreate a node in the file system."),
    method::keywords(c"truncate", truncate, c"truncate($module, /, path, length)\n--\n\nSet the length of a file."),
    method::keywords(c"utime", utime, c"utime($module, /, path, times=None, *, ns=<unrepresentable>, dir_fd=None,\n      follow_symlinks=True)\n--\n\nSet the times of access and modification."),
    method::keywords(c"fspath", fspath, c"fspath($module, /, path)\n--\n\nThe file name of a path-like object."),
    method::keywords(c"_path_normpath", path_normpath, c"_path_normpath($module, /, path)\n--\n\nNormalise a path."),
    method::keywords(c"_path_splitroot_ex", path_splitroot, c"_path_splitroot_ex($module, p, /)\n--\n\nSplit a path into drive, root and rest."),
    method::keywords(c"getxattr", getxattr, c"getxattr($module, /, path, attribute, *, follow_symlinks=True)\n--\n\nThe value of an extended attribute."),
    method::keywords(c"setxattr", setxattr, c"setxattr($module, /, path, attribute, value, flags=0, *,\n         follow_symlinks=True)\n--\n\nSet an extended attribute."),
    method::keywords(c"removexattr", removexattr, c"removexattr($module, /, path, attribute, *, follow_symlinks=True)\n--\n\nRemove an extended attribute."),
    method::keywords(c"listxattr", listxattr, c"listxattr($module, /, path=None, *, follow_symlinks=True)\n--\n\nThe names of the extended attributes."),
    method::o(c"umask", umask, c"umask($module, mask, /)\n--\n\nSet the mask for new files and give the old one."),
    PyMethodDef::EMPTY,
];
