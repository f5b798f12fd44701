//! The `_posixsubprocess` module: starting a program in a child process.
//!
//! Between `fork` and `exec` the child only makes system calls: whatever it needs is
//! prepared before, in memory that both have. An error in the child is written to a pipe
//! as `TYPE:ERRNO_IN_HEX:MESSAGE`, which `subprocess` reads.

use core::ffi::{c_char, c_int};
use std::ffi::CString;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, PyResult, call, int, method, object, raise, sequence, str, tuple,
};

use crate::host;
use crate::posix::fs_name;

fn items(op: Op<'_>) -> PyResult<Vec<Object>> {
    let all = sequence::to_tuple(op)?;
    // SAFETY: just made a tuple.
    let all = unsafe { all.op().cast_unchecked::<PyTupleObject>() };
    Ok((0..tuple::len(all)).map(|index| tuple::get(all, index).to_owned()).collect())
}

fn strings(op: Op<'_>) -> PyResult<Vec<CString>> {
    items(op)?.iter().map(|item| fs_name(item.op())).collect()
}

/// Everything the child needs, prepared by the parent.
struct Plan {
    executables: Vec<CString>,
    argv: Vec<*const c_char>,
    envp: Option<Vec<*const c_char>>,
    cwd: Option<CString>,
    close_fds: bool,
    keep: Vec<c_int>,
    p2cread: c_int,
    p2cwrite: c_int,
    c2pread: c_int,
    c2pwrite: c_int,
    errread: c_int,
    errwrite: c_int,
    errpipe_read: c_int,
    errpipe_write: c_int,
    restore_signals: bool,
    call_setsid: bool,
    pgid_to_set: c_int,
    gid: Option<u32>,
    groups: Option<Vec<u32>>,
    uid: Option<u32>,
    umask: c_int,
}

fn errno() -> c_int {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// A system call of the child that failed: the place, for messages, and errno.
struct Failure {
    place: &'static str,
    errno: c_int,
}

fn check(result: c_int, place: &'static str) -> Result<c_int, Failure> {
    if result == -1 { Err(Failure { place, errno: errno() }) } else { Ok(result) }
}

/// Keeps a descriptor across `exec`.
unsafe fn make_inheritable(fd: c_int) -> Result<(), Failure> {
    // SAFETY: only system calls.
    unsafe {
        let flags = check(libc::fcntl(fd, libc::F_GETFD), "")?;
        check(libc::fcntl(fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC), "")?;
    }
    Ok(())
}

/// Closes what is not to be kept, from 3 on.
unsafe fn close_others(keep: &[c_int]) {
    // SAFETY: only system calls; `keep` is in ascending order.
    unsafe {
        let mut first = 3;
        for &fd in keep {
            if fd < first {
                continue;
            }
            if fd > first {
                close_range(first, fd - 1);
            }
            first = fd + 1;
        }
        close_range(first, c_int::MAX);
    }
}

unsafe fn close_range(first: c_int, last: c_int) {
    // SAFETY: only system calls.
    unsafe {
        if libc::syscall(libc::SYS_close_range, first as u32, last as u32, 0) == 0 {
            return;
        }
        let limit = libc::sysconf(libc::_SC_OPEN_MAX).clamp(256, 1 << 20) as c_int;
        for fd in first..=last.min(limit) {
            libc::close(fd);
        }
    }
}

/// The child's way to `exec`; gives only what stopped it.
///
/// # Safety
/// Runs in a new process that shares nothing but memory contents with its parent.
unsafe fn prepare_and_exec(plan: &Plan, preexec: impl FnOnce() -> bool) -> Failure {
    // SAFETY: only system calls on what the plan holds.
    unsafe {
        let go = || -> Result<(), Failure> {
            for fd in [plan.p2cwrite, plan.c2pread, plan.errread] {
                if fd != -1 {
                    check(libc::close(fd), "")?;
                }
            }
            check(libc::close(plan.errpipe_read), "")?;
            // The low numbers are about to be overwritten.
            let mut c2pwrite = plan.c2pwrite;
            if c2pwrite == 0 {
                c2pwrite = check(libc::dup(c2pwrite), "")?;
                libc::fcntl(c2pwrite, libc::F_SETFD, libc::FD_CLOEXEC);
            }
            let mut errwrite = plan.errwrite;
            while errwrite == 0 || errwrite == 1 {
                errwrite = check(libc::dup(errwrite), "")?;
                libc::fcntl(errwrite, libc::F_SETFD, libc::FD_CLOEXEC);
            }
            for (fd, standard) in [(plan.p2cread, 0), (c2pwrite, 1), (errwrite, 2)] {
                if fd == standard {
                    make_inheritable(fd)?;
                } else if fd != -1 {
                    check(libc::dup2(fd, standard), "")?;
                }
            }
            if let Some(cwd) = &plan.cwd {
                check(libc::chdir(cwd.as_ptr()), "noexec:chdir")?;
            }
            if plan.umask >= 0 {
                libc::umask(plan.umask as libc::mode_t);
            }
            if plan.restore_signals {
                for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
                    libc::signal(signal, libc::SIG_DFL);
                }
            }
            if plan.call_setsid {
                check(libc::setsid(), "")?;
            }
            if plan.pgid_to_set >= 0 {
                check(libc::setpgid(0, plan.pgid_to_set), "")?;
            }
            if let Some(groups) = &plan.groups {
                check(libc::setgroups(groups.len(), groups.as_ptr()), "")?;
            }
            if let Some(gid) = plan.gid {
                check(libc::setregid(gid, gid), "")?;
            }
            if let Some(uid) = plan.uid {
                check(libc::setreuid(uid, uid), "")?;
            }
            Ok(())
        };
        if let Err(failure) = go() {
            return Failure {
                place: if failure.place.is_empty() { "noexec" } else { failure.place },
                ..failure
            };
        }
        if !preexec() {
            return Failure { place: "preexec", errno: 0 };
        }
        if plan.close_fds {
            close_others(&plan.keep);
        }
        let mut first_error = 0;
        for executable in &plan.executables {
            match &plan.envp {
                Some(envp) => libc::execve(executable.as_ptr(), plan.argv.as_ptr(), envp.as_ptr()),
                None => libc::execv(executable.as_ptr(), plan.argv.as_ptr()),
            };
            let error = errno();
            if error != libc::ENOENT && error != libc::ENOTDIR && first_error == 0 {
                first_error = error;
            }
        }
        Failure { place: "", errno: if first_error != 0 { first_error } else { errno() } }
    }
}

/// Tells the parent what went wrong.
unsafe fn report(pipe: c_int, failure: &Failure) {
    let mut message = [0_u8; 64];
    let text: &[u8] = if failure.place == "preexec" {
        b"SubprocessError:0:Exception occurred in preexec_fn."
    } else {
        use std::io::Write;
        let mut rest = &mut message[..];
        let _ = write!(rest, "OSError:{:X}:{}", failure.errno, failure.place);
        let unused = rest.len();
        let used = message.len() - unused;
        &message[..used]
    };
    let mut sent = 0;
    while sent < text.len() {
        // SAFETY: the slice is live for the call.
        let n = unsafe { libc::write(pipe, text[sent..].as_ptr().cast(), text.len() - sent) };
        if n <= 0 {
            break;
        }
        sent += n as usize;
    }
}

fn optional_id(what: &str, op: Op<'_>) -> PyResult<Option<u32>> {
    if op.is_none() { Ok(None) } else { crate::posix::id(what, op).map(Some) }
}

fn fork_exec(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [
        argv,
        executables,
        close_fds,
        pass_fds,
        cwd,
        env,
        p2cread,
        p2cwrite,
        c2pread,
        c2pwrite,
        errread,
        errwrite,
        errpipe_read,
        errpipe_write,
        restore_signals,
        call_setsid,
        pgid_to_set,
        gid,
        extra_groups,
        uid,
        umask,
        preexec_fn,
    ] = args.exactly::<22>("fork_exec")?;
    if !preexec_fn.is_none() && adder_interpreter::runtime::runtime().finalizing.get() {
        return Err(raise!(PythonFinalizationError, "preexec_fn not supported at interpreter shutdown"));
    }
    let close_fds = object::is_true(close_fds)?;
    let errpipe_write_fd = int::as_i32(errpipe_write)?;
    if close_fds && errpipe_write_fd < 3 {
        return Err(raise!(ValueError, "errpipe_write must be >= 3"));
    }
    let mut keep = Vec::new();
    let mut previous = -1;
    for fd in items(pass_fds)? {
        let fd = match fd.op().is_instance::<PyLongObject>() {
            true => int::as_i64_and_overflow(fd.op())?.ok().and_then(|fd| c_int::try_from(fd).ok()),
            false => None,
        };
        let Some(fd) = fd.filter(|&fd| fd >= 0 && fd > previous) else {
            return Err(raise!(ValueError, "bad value(s) in fds_to_keep"));
        };
        previous = fd;
        keep.push(fd);
    }
    let arguments = if argv.is_none() { Vec::new() } else { strings(argv)? };
    let environment = if env.is_none() { None } else { Some(strings(env)?) };
    let groups = if extra_groups.is_none() {
        None
    } else {
        let mut groups = Vec::new();
        for group in items(extra_groups)? {
            groups.push(
                crate::pwd::id_argument("gid", group.op())?
                    .ok_or_else(|| raise!(ValueError, "invalid group id"))?,
            );
        }
        Some(groups)
    };
    let plan = Plan {
        executables: strings(executables)?,
        argv: host::pointers(&arguments),
        envp: environment.as_ref().map(|environment| host::pointers(environment)),
        cwd: if cwd.is_none() { None } else { Some(fs_name(cwd)?) },
        close_fds,
        keep,
        p2cread: int::as_i32(p2cread)?,
        p2cwrite: int::as_i32(p2cwrite)?,
        c2pread: int::as_i32(c2pread)?,
        c2pwrite: int::as_i32(c2pwrite)?,
        errread: int::as_i32(errread)?,
        errwrite: int::as_i32(errwrite)?,
        errpipe_read: int::as_i32(errpipe_read)?,
        errpipe_write: errpipe_write_fd,
        restore_signals: object::is_true(restore_signals)?,
        call_setsid: object::is_true(call_setsid)?,
        pgid_to_set: int::as_i32(pgid_to_set)?,
        gid: optional_id("gid", gid)?,
        groups,
        uid: optional_id("uid", uid)?,
        umask: int::as_i32(umask)?,
    };
    let preexec = (!preexec_fn.is_none()).then_some(preexec_fn);
    // SAFETY: the child goes straight to `prepare_and_exec`, and from there to another program
    // or out. It has this thread only, which holds the GIL.
    unsafe {
        let pid = libc::fork();
        if pid == 0 {
            for &fd in &plan.keep {
                if fd != plan.errpipe_write && make_inheritable(fd).is_err() {
                    let failure = Failure { place: "noexec", errno: errno() };
                    report(plan.errpipe_write, &failure);
                    libc::_exit(255);
                }
            }
            let failure = prepare_and_exec(&plan, || match preexec {
                Some(function) => call::call_noargs(function).is_ok(),
                None => true,
            });
            report(plan.errpipe_write, &failure);
            libc::_exit(255);
        }
        if pid < 0 {
            return Err(host::os_error());
        }
        int::from_i64(pid.into())
    }
}

static FUNCTIONS: [PyMethodDef; 2] = [
    method::positional(
        c"fork_exec",
        fork_exec,
        c"fork_exec($module, args, executable_list, close_fds, pass_fds, cwd,\n          env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite,\n          errpipe_read, errpipe_write, restore_signals, call_setsid,\n          pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn,\n          /)\n--\n\nStart a program in a new child process and return its number.\n\nThe executables are tried in order. Errors in the child go to errpipe_write.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result: Object =
        host::new_module("_posixsubprocess", "Starting programs, for the subprocess module.", &FUNCTIONS)?;
    Ok(result)
}
