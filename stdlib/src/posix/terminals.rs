//! Terminals and pseudo-terminals.

use core::ptr::{null, null_mut};

use adder_object_model::layout::*;
use adder_object_model::{Args, Op, Owned, PyResult, Signature, int, method, singletons, str};

use crate::host::file_descriptor;

use super::{check, failed_with, int_argument, name_object, tuple_of};

fn isatty(_module: Op<'_>, fd: Op<'_>) -> PyResult<bool> {
    let fd = int_argument(fd)?;
    // SAFETY: a plain number.
    Ok(unsafe { libc::isatty(fd) } == 1)
}

/// The name that a call writes into a buffer; its result is 0 or an error number.
fn name_from(call: impl FnOnce(*mut libc::c_char, usize) -> i32) -> PyResult {
    let mut name = [0u8; 256];
    match call(name.as_mut_ptr().cast(), name.len()) {
        0 => {
            let end = name.iter().position(|&c| c == 0).unwrap_or(name.len());
            name_object(&name[..end], false)
        }
        error => Err(failed_with(&std::io::Error::from_raw_os_error(error), None)),
    }
}

fn ttyname(_module: Op<'_>, fd: Op<'_>) -> PyResult {
    let fd = int_argument(fd)?;
    // SAFETY: room for the name.
    name_from(|name, size| unsafe { libc::ttyname_r(fd, name, size) })
}

fn ptsname(_module: Op<'_>, fd: Op<'_>) -> PyResult {
    let fd = file_descriptor(fd)?;
    // SAFETY: room for the name.
    name_from(|name, size| unsafe { libc::ptsname_r(fd, name, size) })
}

fn openpty(_module: Op<'_>) -> PyResult {
    let (mut master, mut slave) = (0, 0);
    // SAFETY: two places; the rest is not wanted.
    let done = unsafe { libc::openpty(&raw mut master, &raw mut slave, null_mut(), null(), null()) };
    check(done.into(), None)?;
    for fd in [master, slave] {
        // SAFETY: descriptors just opened.
        check(unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) }.into(), None)?;
    }
    tuple_of([int::from_i64(master.into())?, int::from_i64(slave.into())?])
}

fn posix_openpt(_module: Op<'_>, flags: Op<'_>) -> PyResult {
    let flags = int_argument(flags)? | libc::O_CLOEXEC;
    // SAFETY: a plain number.
    int::from_i64(check(unsafe { libc::posix_openpt(flags) }.into(), None)?)
}

fn grantpt(_module: Op<'_>, fd: Op<'_>) -> PyResult<()> {
    let fd = file_descriptor(fd)?;
    // SAFETY: a plain number.
    check(unsafe { libc::grantpt(fd) }.into(), None).map(drop)
}

fn unlockpt(_module: Op<'_>, fd: Op<'_>) -> PyResult<()> {
    let fd = file_descriptor(fd)?;
    // SAFETY: a plain number.
    check(unsafe { libc::unlockpt(fd) }.into(), None).map(drop)
}

fn login_tty(_module: Op<'_>, fd: Op<'_>) -> PyResult<()> {
    let fd = file_descriptor(fd)?;
    // SAFETY: a plain number.
    check(unsafe { libc::login_tty(fd) }.into(), None).map(drop)
}

fn ctermid(_module: Op<'_>) -> PyResult {
    name_object(b"/dev/tty", false)
}

fn device_encoding(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd] = args.parse(&Signature::new("device_encoding", ["fd"]).required(1))?;
    let fd = int_argument(fd.expect("required"))?;
    // SAFETY: a plain number.
    match unsafe { libc::isatty(fd) } {
        1 => str::from_str("utf-8").map(Owned::into_object),
        _ => Ok(singletons::new_none()),
    }
}

fn tcgetpgrp(_module: Op<'_>, fd: Op<'_>) -> PyResult {
    let fd = int_argument(fd)?;
    // SAFETY: a plain number.
    int::from_i64(check(unsafe { libc::tcgetpgrp(fd) }.into(), None)?)
}

fn tcsetpgrp(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [fd, group] = args.exactly("tcsetpgrp")?;
    let (fd, group) = (int_argument(fd)?, int_argument(group)?);
    // SAFETY: plain numbers.
    check(unsafe { libc::tcsetpgrp(fd, group) }.into(), None).map(drop)
}

fn get_terminal_size(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd] = args.optional("get_terminal_size", 0)?;
    let fd = fd.map_or(Ok(1), int_argument)?;
    // SAFETY: a place for the size, which may start as zeros.
    let size = unsafe {
        let mut size: libc::winsize = core::mem::zeroed();
        check(libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut size).into(), None)?;
        size
    };
    super::process::terminal_size(size.ws_col, size.ws_row)
}

pub(super) const METHODS: &[PyMethodDef] = &[
    method::o(c"isatty", isatty, c"isatty($module, fd, /)\n--\n\nWhether the descriptor is a terminal."),
    method::o(c"ttyname", ttyname, c"ttyname($module, fd, /)\n--\n\nThe name of the terminal."),
    method::noargs(c"openpty", openpty, c"openpty($module, /)\n--\n\nOpen a pseudo-terminal."),
    method::o(c"posix_openpt", posix_openpt, c"posix_openpt($module, oflag, /)\n--\n\nOpen the leading end of a pseudo-terminal."),
    method::o(c"grantpt", grantpt, c"grantpt($module, fd, /)\n--\n\nAllow access to the other end of a pseudo-terminal."),
    method::o(c"unlockpt", unlockpt, c"unlockpt($module, fd, /)\n--\n\nUnlock the other end of a pseudo-terminal."),
    method::o(c"ptsname", ptsname, c"ptsname($module, fd, /)\n--\n\nThe name of the other end of a pseudo-terminal."),
    method::o(c"login_tty", login_tty, c"login_tty($module, fd, /)\n--\n\nMake a terminal the one of a new session and its standard streams."),
    method::noargs(c"ctermid", ctermid, c"ctermid($module, /)\n--\n\nThe name of the controlling terminal."),
    method::keywords(c"device_encoding", device_encoding, c"device_encoding($module, /, fd)\n--\n\nThe encoding of a terminal, or None."),
    method::o(c"tcgetpgrp", tcgetpgrp, c"tcgetpgrp($module, fd, /)\n--\n\nThe foreground process group of a terminal."),
    method::positional(c"tcsetpgrp", tcsetpgrp, c"tcsetpgrp($module, fd, pgid, /)\n--\n\nSet the foreground process group of a terminal."),
    method::positional(c"get_terminal_size", get_terminal_size, c"get_terminal_size($module, fd=<unrepresentable>, /)\n--\n\nThe size of the terminal as (columns, lines)."),
    PyMethodDef::EMPTY,
];
