//! Processes, users, the environment, limits of the system.

use core::ptr::{null, null_mut};

use adder_interpreter::fork;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Op, Owned, PyResult, Signature, bytes, float, int, list, method, number, object, raise, sequence,
    set, singletons, str, tuple,
};

use super::path::{Path, fs_name};
use super::stat::ResultType;
use super::{check, failed, failed_with, int_argument, name_object, tuple_of};

macro_rules! numbers {
    ($($name:ident = $call:ident;)*) => {$(
        fn $name(_module: Op<'_>) -> PyResult {
            // SAFETY: no arguments.
            int::from_i64(i64::from(unsafe { libc::$call() }))
        }
    )*};
}
numbers! {
    getpid = getpid;
    getppid = getppid;
    getuid = getuid;
    geteuid = geteuid;
    getgid = getgid;
    getegid = getegid;
    getpgrp = getpgrp;
}

macro_rules! of_one {
    ($($name:ident = $call:ident;)*) => {$(
        fn $name(_module: Op<'_>, value: Op<'_>) -> PyResult {
            // SAFETY: a plain number.
            int::from_i64(check(i64::from(unsafe { libc::$call(int_argument(value)? as _) }), None)?)
        }
    )*};
}
of_one! {
    getpgid = getpgid;
    getsid = getsid;
}

macro_rules! actions {
    ($($name:ident($($arg:ident),*) = $call:ident;)*) => {$(
        fn $name(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
            let [$($arg),*] = args.exactly(stringify!($name))?;
            $(let $arg = int::as_i64(number::index($arg)?.op())?;)*
            // SAFETY: plain numbers.
            check(unsafe { libc::$call($($arg as _),*) }.into(), None).map(drop)
        }
    )*};
}
actions! {
    setpgid(pid, pgrp) = setpgid;
    kill(pid, signal) = kill;
    killpg(pgid, signal) = killpg;
    setpriority(which, who, priority) = setpriority;
    unshare(flags) = unshare;
}

macro_rules! ids {
    ($($name:ident($what:literal: $($arg:ident),*);)*) => {$(
        fn $name(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
            let [$($arg),*] = args.exactly(stringify!($name))?;
            $(let $arg = super::id($what, $arg)?;)*
            // SAFETY: plain numbers.
            check(unsafe { libc::$name($($arg),*) }.into(), None).map(drop)
        }
    )*};
}
ids! {
    setuid("uid": uid);
    seteuid("uid": uid);
    setgid("gid": gid);
    setegid("gid": gid);
    setreuid("uid": ruid, euid);
    setregid("gid": rgid, egid);
    setresuid("uid": ruid, euid, suid);
    setresgid("gid": rgid, egid, sgid);
}

fn setsid(_module: Op<'_>) -> PyResult<()> {
    // SAFETY: no arguments.
    check(unsafe { libc::setsid() }.into(), None).map(drop)
}

fn setpgrp(_module: Op<'_>) -> PyResult<()> {
    // SAFETY: plain numbers.
    check(unsafe { libc::setpgid(0, 0) }.into(), None).map(drop)
}

fn sched_yield(_module: Op<'_>) -> PyResult<()> {
    // SAFETY: no arguments.
    super::blocking(|| unsafe { libc::sched_yield() });
    Ok(())
}

fn getpriority(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [which, who] = args.exactly("getpriority")?;
    let (which, who) = (int_argument(which)?, int_argument(who)?);
    // SAFETY: plain numbers; -1 is a valid answer, so errno tells.
    unsafe {
        *libc::__errno_location() = 0;
        let value = libc::getpriority(which as _, who as _);
        if value == -1 && *libc::__errno_location() != 0 {
            return Err(failed(None));
        }
        int::from_i64(value.into())
    }
}

fn nice(_module: Op<'_>, increment: Op<'_>) -> PyResult {
    let increment = int_argument(increment)?;
    // SAFETY: plain numbers; -1 is a valid answer, so errno tells.
    unsafe {
        *libc::__errno_location() = 0;
        let value = libc::nice(increment);
        if value == -1 && *libc::__errno_location() != 0 {
            return Err(failed(None));
        }
        int::from_i64(value.into())
    }
}

fn getresuid(_module: Op<'_>) -> PyResult {
    let (mut a, mut b, mut c) = (0, 0, 0);
    // SAFETY: three places.
    check(unsafe { libc::getresuid(&raw mut a, &raw mut b, &raw mut c) }.into(), None)?;
    tuple_of([int::from_u64(a.into())?, int::from_u64(b.into())?, int::from_u64(c.into())?])
}

fn getresgid(_module: Op<'_>) -> PyResult {
    let (mut a, mut b, mut c) = (0, 0, 0);
    // SAFETY: three places.
    check(unsafe { libc::getresgid(&raw mut a, &raw mut b, &raw mut c) }.into(), None)?;
    tuple_of([int::from_u64(a.into())?, int::from_u64(b.into())?, int::from_u64(c.into())?])
}

fn int_list(values: impl IntoIterator<Item = i64>) -> PyResult<Owned<PyListObject>> {
    let result = list::new()?;
    for value in values {
        list::append(result.borrow(), int::from_i64(value)?)?;
    }
    Ok(result)
}

fn getgroups(_module: Op<'_>) -> PyResult<Owned<PyListObject>> {
    // SAFETY: asking for the number, then room for that many.
    unsafe {
        let n = check(libc::getgroups(0, core::ptr::null_mut()).into(), None)?;
        let mut groups = vec![0; n as usize];
        let n = check(libc::getgroups(n as i32, groups.as_mut_ptr()).into(), None)?;
        int_list(groups[..n as usize].iter().map(|&group| group.into()))
    }
}

fn setgroups(_module: Op<'_>, groups: Op<'_>) -> PyResult<()> {
    if !sequence::check(groups) {
        return Err(raise!(TypeError, "setgroups argument must be a sequence"));
    }
    let n = sequence::len(groups)?;
    let mut ids = Vec::with_capacity(n);
    for index in 0..n {
        let group = sequence::get_item(groups, index as isize)?;
        if !group.op().is_instance::<PyLongObject>() {
            return Err(raise!(TypeError, "groups must be integers"));
        }
        ids.push(super::id("gid", group.op())?);
    }
    // SAFETY: as many ids as said.
    check(unsafe { libc::setgroups(ids.len(), ids.as_ptr()) }.into(), None).map(drop)
}

fn getgrouplist(_module: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyListObject>> {
    let [user, group] = args.exactly("getgrouplist")?;
    let user = Path::named(user, "getgrouplist", "user")?;
    let group = super::id("gid", group)?;
    let mut n = 65536;
    let mut groups = vec![0; n as usize];
    // SAFETY: a zero-terminated name and room for `n` ids.
    let done = unsafe { libc::getgrouplist(user.name.as_ptr(), group, groups.as_mut_ptr(), &raw mut n) };
    check(done.into(), None)?;
    int_list(groups[..n as usize].iter().map(|&group| group.into()))
}

fn initgroups(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [user, group] = args.exactly("initgroups")?;
    let user = Path::named(user, "initgroups", "username")?;
    let group = super::id("gid", group)?;
    // SAFETY: a zero-terminated name.
    check(unsafe { libc::initgroups(user.name.as_ptr(), group) }.into(), None).map(drop)
}

unsafe extern "C" {
    /// POSIX; 0, or an error number.
    fn getlogin_r(name: *mut libc::c_char, size: usize) -> i32;
}

fn getlogin(_module: Op<'_>) -> PyResult {
    let mut name = [0u8; 256];
    // SAFETY: room for the name.
    let error = unsafe { getlogin_r(name.as_mut_ptr().cast(), name.len()) };
    if error != 0 {
        return Err(failed_with(&std::io::Error::from_raw_os_error(error), None));
    }
    let end = name.iter().position(|&c| c == 0).unwrap_or(name.len());
    name_object(&name[..end], false)
}

fn putenv(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [name, value] = args.exactly("putenv")?;
    let (name, value) = (fs_name(name)?, fs_name(value)?);
    if name.as_bytes().contains(&b'=') {
        return Err(raise!(ValueError, "illegal environment variable name"));
    }
    // SAFETY: zero-terminated strings; the GIL keeps other Python threads from the environment.
    check(unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) }.into(), None).map(drop)
}

fn unsetenv(_module: Op<'_>, name: Op<'_>) -> PyResult<()> {
    let name = fs_name(name)?;
    // SAFETY: as for putenv.
    check(unsafe { libc::unsetenv(name.as_ptr()) }.into(), None).map(drop)
}

fn strerror(_module: Op<'_>, code: Op<'_>) -> PyResult {
    let code = int_argument(code)?;
    let mut text = [0u8; 256];
    // SAFETY: room for the text, which libc ends with a zero.
    unsafe { libc::strerror_r(code, text.as_mut_ptr().cast(), text.len()) };
    let end = text.iter().position(|&c| c == 0).unwrap_or(text.len());
    name_object(&text[..end], false)
}

fn system(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [command] = args.parse(&Signature::new("system", ["command"]).required(1))?;
    let command = fs_name(command.expect("required"))?;
    // SAFETY: a zero-terminated command.
    int::from_i64(super::blocking(|| unsafe { libc::system(command.as_ptr()) }).into())
}

fn exit(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [status] = args.parse(&Signature::new("_exit", ["status"]).required(1))?;
    // SAFETY: ends the process without more ado, as asked.
    unsafe { libc::_exit(int_argument(status.expect("required"))?) }
}

fn abort(_module: Op<'_>) -> PyResult<()> {
    std::process::abort()
}

fn urandom(_module: Op<'_>, size: Op<'_>) -> PyResult {
    let size = int::as_isize(number::index(size)?.op())?;
    if size < 0 {
        return Err(raise!(ValueError, "negative argument not allowed"));
    }
    random_bytes(size as usize, 0)
}

fn getrandom(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [size, flags] = args.parse(&Signature::new("getrandom", ["size", "flags"]).required(1))?;
    let size = int::as_isize(number::index(size.expect("required"))?.op())?;
    if size < 0 {
        return Err(failed_with(&std::io::Error::from_raw_os_error(libc::EINVAL), None));
    }
    random_bytes(size as usize, flags.map_or(Ok(0), int_argument)? as u32)
}

fn random_bytes(size: usize, flags: u32) -> PyResult {
    let mut data = crate::host::zeroed(size)?;
    let mut filled = 0;
    while filled < size {
        let rest = &mut data[filled..];
        // SAFETY: room for the rest.
        let n = super::attempt(|| unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), flags) })?;
        filled += n.map_err(|error| failed_with(&error, None))? as usize;
    }
    bytes::from_slice(&data).map(Owned::into_object)
}

fn cpu_count(_module: Op<'_>) -> PyResult {
    let config = adder_interpreter::runtime::config();
    let wanted = adder_interpreter::config_options::changed("cpu_count", config.cpu_count);
    if wanted > 0 {
        return int::from_i64(wanted.into());
    }
    // SAFETY: a plain number.
    match unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) } {
        n if n >= 1 => int::from_i64(n),
        _ => Ok(singletons::new_none()),
    }
}

fn getloadavg(_module: Op<'_>) -> PyResult {
    let mut loads = [0.0; 3];
    // SAFETY: room for three.
    if unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } != 3 {
        return Err(raise!(OSError, "Load averages are unobtainable"));
    }
    tuple_of([float::new(loads[0])?, float::new(loads[1])?, float::new(loads[2])?])
}

fn sched_getaffinity(_module: Op<'_>, pid: Op<'_>) -> PyResult<Owned<PySetObject>> {
    let pid = int_argument(pid)?;
    // SAFETY: a place for the mask, which may start as zeros.
    let mask = unsafe {
        let mut mask: libc::cpu_set_t = core::mem::zeroed();
        check(libc::sched_getaffinity(pid, size_of::<libc::cpu_set_t>(), &raw mut mask).into(), None)?;
        mask
    };
    let result = set::new(None)?;
    for cpu in 0..libc::CPU_SETSIZE as usize {
        // SAFETY: within the mask.
        if unsafe { libc::CPU_ISSET(cpu, &mask) } {
            set::add(result.borrow(), int::from_usize(cpu)?.op())?;
        }
    }
    Ok(result)
}

fn sched_setaffinity(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [pid, cpus] = args.exactly("sched_setaffinity")?;
    let pid = int_argument(pid)?;
    // SAFETY: zeros are an empty mask.
    let mut mask: libc::cpu_set_t = unsafe { core::mem::zeroed() };
    let iterator = object::get_iter(cpus)?;
    while let Some(cpu) = adder_object_model::iter::next(iterator.op())? {
        let cpu = int::as_isize(cpu.op())?;
        if cpu < 0 {
            return Err(raise!(ValueError, "negative CPU number"));
        }
        if cpu >= libc::CPU_SETSIZE as isize {
            return Err(failed_with(&std::io::Error::from_raw_os_error(libc::EINVAL), None));
        }
        // SAFETY: within the mask.
        unsafe { libc::CPU_SET(cpu as usize, &mut mask) };
    }
    // SAFETY: a filled mask.
    check(unsafe { libc::sched_setaffinity(pid, size_of::<libc::cpu_set_t>(), &raw const mask) }.into(), None)
        .map(drop)
}

/// Refuses to fork while the program ends.
fn may_fork() -> PyResult<()> {
    if adder_interpreter::runtime::runtime().finalizing.get() {
        return Err(raise!(PythonFinalizationError, "can't fork at interpreter shutdown"));
    }
    Ok(())
}

fn fork(_module: Op<'_>) -> PyResult {
    may_fork()?;
    let pid = fork_process("fork")?;
    int::from_i64(pid.into())
}

fn forkpty(_module: Op<'_>) -> PyResult {
    may_fork()?;
    let mut master = 0;
    let mut slave = 0;
    // SAFETY: two places; the rest is not wanted.
    let done = unsafe { libc::openpty(&raw mut master, &raw mut slave, null_mut(), null(), null()) };
    check(done.into(), None)?;
    let pid = fork_process("forkpty")?;
    // SAFETY: our own descriptors.
    unsafe {
        if pid == 0 {
            libc::close(master);
            libc::login_tty(slave);
            master = -1;
        } else {
            libc::close(slave);
        }
    }
    tuple_of([int::from_i64(pid.into())?, int::from_i64(master.into())?])
}

/// Forks with the registered hooks around it; the child's only thread is this one.
fn fork_process(function: &str) -> PyResult<i32> {
    fork::before();
    // SAFETY: the GIL is held, so no other thread is inside the object model.
    let pid = unsafe { libc::fork() };
    let error = (pid < 0).then(|| failed(None));
    if pid == 0 {
        fork::after_in_child();
    } else {
        let threads = count_threads();
        fork::after_in_parent();
        if threads > 1 && error.is_none() {
            warn_of_threads(function)?;
        }
    }
    error.map_or(Ok(pid), Err)
}

/// How many threads of the system this process has; 0 if that cannot be found out.
fn count_threads() -> usize {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in parentheses may hold anything; the count is the 18th field behind it.
    let fields = text.rsplit_once(')').map_or("", |(_, fields)| fields);
    fields.split_ascii_whitespace().nth(17).and_then(|field| field.parse().ok()).unwrap_or(0)
}

/// The child has one thread only, and locks that another one held stay locked there.
fn warn_of_threads(function: &str) -> PyResult<()> {
    let message = format!(
        "This process (pid={}) is multi-threaded, use of {function}() may lead to deadlocks in the child.",
        std::process::id()
    );
    let category = adder_object_model::exceptions::builtin::DeprecationWarning();
    (adder_object_model::state::hooks().warn)(category, &message, 1)
}

fn register_at_fork(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<3> =
        Signature::new("register_at_fork", ["before", "after_in_child", "after_in_parent"])
            .keyword_only_from(0);
    let [before, child, parent] = args.parse(&SIGNATURE)?;
    if before.is_none() && child.is_none() && parent.is_none() {
        return Err(raise!(TypeError, "At least one argument is required."));
    }
    for (name, hook) in [("before", before), ("after_in_child", child), ("after_in_parent", parent)] {
        if let Some(hook) = hook.filter(|hook| !object::is_callable(*hook)) {
            return Err(raise!(TypeError, "'{name}' must be callable, not {}", hook.type_name()));
        }
    }
    fork::register(before, child, parent);
    Ok(())
}

fn wait_status(pid: i32, options: i32) -> PyResult<(i32, i32)> {
    let mut status = 0;
    // SAFETY: a place for the status.
    let done = super::attempt(|| unsafe { libc::waitpid(pid, &raw mut status, options) })?;
    Ok((done.map_err(|error| failed_with(&error, None))?, status))
}

fn waitpid(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [pid, options] = args.exactly("waitpid")?;
    let (pid, status) = wait_status(int_argument(pid)?, int_argument(options)?)?;
    tuple_of([int::from_i64(pid.into())?, int::from_i64(status.into())?])
}

fn wait(_module: Op<'_>) -> PyResult {
    let (pid, status) = wait_status(-1, 0)?;
    tuple_of([int::from_i64(pid.into())?, int::from_i64(status.into())?])
}

fn wait_usage(pid: i32, options: i32) -> PyResult {
    let mut status = 0;
    // SAFETY: zeros are a valid start; the system fills it in.
    let mut usage: libc::rusage = unsafe { core::mem::zeroed() };
    // SAFETY: two places.
    let done = super::attempt(|| unsafe { libc::wait4(pid, &raw mut status, options, &raw mut usage) })?;
    let pid = done.map_err(|error| failed_with(&error, None))?;
    let seconds = |time: libc::timeval| float::new(time.tv_sec as f64 + time.tv_usec as f64 * 1e-6);
    let mut items = vec![seconds(usage.ru_utime)?, seconds(usage.ru_stime)?];
    for value in [
        usage.ru_maxrss,
        usage.ru_ixrss,
        usage.ru_idrss,
        usage.ru_isrss,
        usage.ru_minflt,
        usage.ru_majflt,
        usage.ru_nswap,
        usage.ru_inblock,
        usage.ru_oublock,
        usage.ru_msgsnd,
        usage.ru_msgrcv,
        usage.ru_nsignals,
        usage.ru_nvcsw,
        usage.ru_nivcsw,
    ] {
        items.push(int::from_i64(value)?);
    }
    let resource = (adder_object_model::state::hooks().import_module)("resource")?;
    let class = object::get_attr_str(resource.op(), "struct_rusage")?;
    let usage = adder_object_model::call::call_one(class.op(), tuple::from_vec(items)?.op())?;
    tuple_of([int::from_i64(pid.into())?, int::from_i64(status.into())?, usage])
}

fn wait3(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [options] = args.parse(&Signature::new("wait3", ["options"]).required(1))?;
    wait_usage(-1, int_argument(options.expect("required"))?)
}

fn wait4(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [pid, options] = args.parse(&Signature::new("wait4", ["pid", "options"]).required(2))?;
    wait_usage(int_argument(pid.expect("required"))?, int_argument(options.expect("required"))?)
}

fn waitid(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [kind, id, options] = args.exactly("waitid")?;
    let (kind, id, options) = (int_argument(kind)?, int_argument(id)?, int_argument(options)?);
    // SAFETY: zeros are a valid start; the system fills it in.
    let mut info: libc::siginfo_t = unsafe { core::mem::zeroed() };
    // SAFETY: a place for the result.
    super::attempt(|| unsafe {
        libc::waitid(kind as libc::idtype_t, id as libc::id_t, &raw mut info, options)
    })?
    .map_err(|error| failed_with(&error, None))?;
    // SAFETY: what waitid fills in.
    let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
    if pid == 0 {
        return Ok(singletons::new_none());
    }
    WAITID.make(vec![
        int::from_i64(pid.into())?,
        int::from_i64(uid.into())?,
        int::from_i64(info.si_signo.into())?,
        int::from_i64(status.into())?,
        int::from_i64(info.si_code.into())?,
    ])
}

fn waitstatus_to_exitcode(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [status] = args.parse(&Signature::new("waitstatus_to_exitcode", ["status"]).required(1))?;
    let status = int_argument(status.expect("required"))?;
    if libc::WIFEXITED(status) {
        int::from_i64(libc::WEXITSTATUS(status).into())
    } else if libc::WIFSIGNALED(status) {
        int::from_i64((-libc::WTERMSIG(status)).into())
    } else if libc::WIFSTOPPED(status) {
        Err(raise!(ValueError, "process stopped by delivery of signal {}", libc::WSTOPSIG(status)))
    } else {
        Err(raise!(ValueError, "invalid wait status: {status}"))
    }
}

macro_rules! of_status {
    ($($name:ident = $call:ident -> $result:ident;)*) => {$(
        #[allow(non_snake_case, reason = "the names are the system's")]
        fn $name(_module: Op<'_>, args: Args<'_>) -> PyResult {
            let [status] = args.parse(&Signature::new(stringify!($name), ["status"]).required(1))?;
            of_status!(@$result libc::$call(int_argument(status.expect("required"))?))
        }
    )*};
    (@truth $value:expr) => { Ok(singletons::new_bool($value)) };
    (@number $value:expr) => { int::from_i64($value.into()) };
}
of_status! {
    WIFEXITED = WIFEXITED -> truth;
    WIFSIGNALED = WIFSIGNALED -> truth;
    WIFSTOPPED = WIFSTOPPED -> truth;
    WIFCONTINUED = WIFCONTINUED -> truth;
    WCOREDUMP = WCOREDUMP -> truth;
    WEXITSTATUS = WEXITSTATUS -> number;
    WTERMSIG = WTERMSIG -> number;
    WSTOPSIG = WSTOPSIG -> number;
}

const UNAME: ResultType = ResultType {
    name: c"posix.uname_result",
    doc: c"",
    fields: &[c"sysname", c"nodename", c"release", c"version", c"machine"],
    in_sequence: 5,
};
const TIMES: ResultType = ResultType {
    name: c"posix.times_result",
    doc: c"",
    fields: &[c"user", c"system", c"children_user", c"children_system", c"elapsed"],
    in_sequence: 5,
};
const TERMINAL_SIZE: ResultType =
    ResultType { name: c"os.terminal_size", doc: c"", fields: &[c"columns", c"lines"], in_sequence: 2 };
const WAITID: ResultType = ResultType {
    name: c"posix.waitid_result",
    doc: c"",
    fields: &[c"si_pid", c"si_uid", c"si_signo", c"si_status", c"si_code"],
    in_sequence: 5,
};
pub(super) fn add_types(posix: Op<'_>) -> PyResult<()> {
    UNAME.add(posix)?;
    TIMES.add(posix)?;
    TERMINAL_SIZE.add(posix)?;
    WAITID.add(posix)
}

pub(super) fn terminal_size(columns: u16, lines: u16) -> PyResult {
    TERMINAL_SIZE.make(vec![int::from_u64(columns.into())?, int::from_u64(lines.into())?])
}

fn uname(_module: Op<'_>) -> PyResult {
    // SAFETY: zeros are a valid start; the system fills it in.
    let names = unsafe {
        let mut names: libc::utsname = core::mem::zeroed();
        check(libc::uname(&raw mut names).into(), None)?;
        names
    };
    let text = |field: &[libc::c_char]| {
        let bytes: Vec<u8> = field.iter().map(|&c| c as u8).take_while(|&c| c != 0).collect();
        name_object(&bytes, false)
    };
    UNAME.make(vec![
        text(&names.sysname)?,
        text(&names.nodename)?,
        text(&names.release)?,
        text(&names.version)?,
        text(&names.machine)?,
    ])
}

fn times(_module: Op<'_>) -> PyResult {
    // SAFETY: zeros are a valid start; the system fills it in.
    let (used, elapsed, ticks) = unsafe {
        let mut used: libc::tms = core::mem::zeroed();
        let elapsed = libc::times(&raw mut used);
        (used, elapsed, libc::sysconf(libc::_SC_CLK_TCK) as f64)
    };
    let seconds = |value: i64| float::new(value as f64 / ticks);
    TIMES.make(vec![
        seconds(used.tms_utime)?,
        seconds(used.tms_stime)?,
        seconds(used.tms_cutime)?,
        seconds(used.tms_cstime)?,
        seconds(elapsed)?,
    ])
}

/// A `sysconf`-like argument: a number, or a name from a table.
pub(super) fn configuration_name(op: Op<'_>, table: &[(&str, i32)], _which: &str) -> PyResult<i32> {
    if number::check_index(op) {
        return int_argument(op);
    }
    if !op.is_instance::<PyUnicodeObject>() {
        return Err(raise!(TypeError, "configuration names must be strings or integers"));
    }
    match table.iter().find(|(name, _)| str::equals(op, name)) {
        Some((_, value)) => Ok(*value),
        None => Err(raise!(ValueError, "unrecognized configuration name")),
    }
}

fn sysconf(_module: Op<'_>, name: Op<'_>) -> PyResult {
    let name = configuration_name(name, super::constants::SYSCONF_NAMES, "sysconf")?;
    // SAFETY: a plain number; -1 is a valid answer, so errno tells.
    unsafe {
        *libc::__errno_location() = 0;
        let value = libc::sysconf(name);
        if value == -1 && *libc::__errno_location() != 0 {
            return Err(failed(None));
        }
        int::from_i64(value)
    }
}

fn confstr(_module: Op<'_>, name: Op<'_>) -> PyResult {
    let name = configuration_name(name, super::constants::CONFSTR_NAMES, "confstr")?;
    let mut text = vec![0u8; 4096];
    // SAFETY: room for the text.
    let n = unsafe { libc::confstr(name, text.as_mut_ptr().cast(), text.len()) };
    if n == 0 {
        return Ok(singletons::new_none());
    }
    name_object(&text[..n.min(text.len()) - 1], false)
}

fn pidfd_open(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [pid, flags] = args.parse(&Signature::new("pidfd_open", ["pid", "flags"]).required(1))?;
    let (pid, flags) = (int_argument(pid.expect("required"))?, flags.map_or(Ok(0), int_argument)?);
    // SAFETY: plain numbers.
    int::from_i64(check(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) }, None)?)
}

fn makedev(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [major, minor] = args.exactly("makedev")?;
    let number = |op| {
        let value = no_device_or_unsigned(op)?;
        if value == u64::MAX {
            return Ok(u32::MAX);
        }
        u32::try_from(value)
            .map_err(|_| raise!(OverflowError, "Python int too large to convert to C unsigned int"))
    };
    match libc::makedev(number(major)?, number(minor)?) {
        u64::MAX => int::from_i64(-1),
        device => int::from_u64(device),
    }
}

/// A number that has no sign, but for -1, which stands for no device.
fn no_device_or_unsigned(op: Op<'_>) -> PyResult<u64> {
    let value = number::index(op)?;
    match int::as_i64_and_overflow(value.op())? {
        Ok(-1) => Ok(u64::MAX),
        Ok(..-1) | Err(i32::MIN..0) => Err(raise!(OverflowError, "can't convert negative int to unsigned")),
        Ok(value) => Ok(value as u64),
        Err(_) => int::as_u64(value.op()).map_err(|raised| {
            raised.clear();
            raise!(OverflowError, "int too big to convert")
        }),
    }
}

/// A part of a device number; no device has none.
fn part_of_device(device: Op<'_>, part: fn(u64) -> u32) -> PyResult {
    match no_device_or_unsigned(device)? {
        u64::MAX => int::from_i64(-1),
        device => int::from_u64(part(device).into()),
    }
}

fn major(_module: Op<'_>, device: Op<'_>) -> PyResult {
    part_of_device(device, |device| libc::major(device))
}

fn minor(_module: Op<'_>, device: Op<'_>) -> PyResult {
    part_of_device(device, |device| libc::minor(device))
}

fn inputhook_is_installed(_module: Op<'_>) -> PyResult<bool> {
    Ok(false)
}

pub(super) const METHODS: &[PyMethodDef] = &[
    method::noargs(c"getpid", getpid, c"getpid($module, /)\n--\n\nThe id of the process."),
    method::noargs(c"getppid", getppid, c"getppid($module, /)\n--\n\nThe id of the parent process."),
    method::noargs(c"getuid", getuid, c"getuid($module, /)\n--\n\nThe user id."),
    method::noargs(c"geteuid", geteuid, c"geteuid($module, /)\n--\n\nThe effective user id."),
    method::noargs(c"getgid", getgid, c"getgid($module, /)\n--\n\nThe group id."),
    method::noargs(c"getegid", getegid, c"getegid($module, /)\n--\n\nThe effective group id."),
    method::noargs(c"getpgrp", getpgrp, c"getpgrp($module, /)\n--\n\nThe process group id."),
    method::o(c"getpgid", getpgid, c"getpgid($module, /, pid)\n--\n\nThe process group of a process."),
    method::o(c"getsid", getsid, c"getsid($module, pid, /)\n--\n\nThe session of a process."),
    method::positional(c"setuid", setuid, c"setuid($module, uid, /)\n--\n\nSet the user id."),
    method::positional(c"seteuid", seteuid, c"seteuid($module, euid, /)\n--\n\nSet the effective user id."),
    method::positional(c"setgid", setgid, c"setgid($module, gid, /)\n--\n\nSet the group id."),
    method::positional(c"setegid", setegid, c"setegid($module, egid, /)\n--\n\nSet the effective group id."),
    method::positional(c"setreuid", setreuid, c"setreuid($module, ruid, euid, /)\n--\n\nSet real and effective user ids."),
    method::positional(c"setregid", setregid, c"setregid($module, rgid, egid, /)\n--\n\nSet real and effective group ids."),
    method::positional(c"setresuid", setresuid, c"setresuid($module, ruid, euid, suid, /)\n--\n\nSet the user ids."),
    method::positional(c"setresgid", setresgid, c"setresgid($module, rgid, egid, sgid, /)\n--\n\nSet the group ids."),
    method::positional(c"setpgid", setpgid, c"setpgid($module, pid, pgrp, /)\n--\n\nSet the process group of a process."),
    method::noargs(c"setpgrp", setpgrp, c"setpgrp($module, /)\n--\n\nMake the process the leader of its group."),
    method::noargs(c"setsid", setsid, c"setsid($module, /)\n--\n\nCreate a session."),
    method::positional(c"kill", kill, c"kill($module, pid, signal, /)\n--\n\nSend a signal to a process."),
    method::positional(c"killpg", killpg, c"killpg($module, pgid, signal, /)\n--\n\nSend a signal to a process group."),
    method::positional(c"getpriority", getpriority, c"getpriority($module, /, which, who)\n--\n\nThe scheduling priority."),
    method::positional(c"setpriority", setpriority, c"setpriority($module, /, which, who, priority)\n--\n\nSet the scheduling priority."),
    method::positional(c"unshare", unshare, c"unshare($module, /, flags)\n--\n\nLeave namespaces that are shared."),
    method::noargs(c"sched_yield", sched_yield, c"sched_yield($module, /)\n--\n\nLet another thread run."),
    method::o(c"nice", nice, c"nice($module, increment, /)\n--\n\nAdd to the niceness and give the new one."),
    method::noargs(c"getresuid", getresuid, c"getresuid($module, /)\n--\n\nThe real, effective and saved user ids."),
    method::noargs(c"getresgid", getresgid, c"getresgid($module, /)\n--\n\nThe real, effective and saved group ids."),
    method::noargs(c"getgroups", getgroups, c"getgroups($module, /)\n--\n\nThe supplemental group ids."),
    method::o(c"setgroups", setgroups, c"setgroups($module, groups, /)\n--\n\nSet the supplemental group ids."),
    method::positional(c"getgrouplist", getgrouplist, c"getgrouplist($module, user, group, /)\n--\n\nThe groups of a user."),
    method::positional(c"initgroups", initgroups, c"initgroups($module, username, gid, /)\n--\n\nSet the groups to those of a user."),
    method::noargs(c"getlogin", getlogin, c"getlogin($module, /)\n--\n\nThe login name."),
    method::positional(c"putenv", putenv, c"putenv($module, name, value, /)\n--\n\nSet an environment variable."),
    method::o(c"unsetenv", unsetenv, c"unsetenv($module, name, /)\n--\n\nDelete an environment variable."),
    method::o(c"strerror", strerror, c"strerror($module, code, /)\n--\n\nThe text for an error number."),
    method::keywords(c"system", system, c"system($module, /, command)\n--\n\nRun a command in a shell."),
    method::keywords(c"_exit", exit, c"_exit($module, /, status)\n--\n\nEnd the process at once."),
    method::noargs(c"abort", abort, c"abort($module, /)\n--\n\nAbort the process."),
    method::o(c"urandom", urandom, c"urandom($module, size, /)\n--\n\nRandom bytes fit for cryptography."),
    method::keywords(c"getrandom", getrandom, c"getrandom($module, /, size, flags=0)\n--\n\nRandom bytes."),
    method::noargs(c"cpu_count", cpu_count, c"cpu_count($module, /)\n--\n\nThe number of processors, or None."),
    method::noargs(c"getloadavg", getloadavg, c"getloadavg($module, /)\n--\n\nThe load of the last 1, 5 and 15 minutes."),
    method::o(c"sched_getaffinity", sched_getaffinity, c"sched_getaffinity($module, pid, /)\n--\n\nThe processors a process may use."),
    method::positional(c"sched_setaffinity", sched_setaffinity, c"sched_setaffinity($module, pid, mask, /)\n--\n\nSet the processors a process may use."),
    method::noargs(c"fork", fork, c"fork($module, /)\n--\n\nFork a child process."),
    method::noargs(c"forkpty", forkpty, c"forkpty($module, /)\n--\n\nFork a child process on a new pseudo-terminal."),
    method::keywords(c"register_at_fork", register_at_fork, c"register_at_fork($module, /, *, before=<unrepresentable>,\n                 after_in_child=<unrepresentable>,\n                 after_in_parent=<unrepresentable>)\n--\n\nRegister functions to call at a fork."),
    method::positional(c"waitpid", waitpid, c"waitpid($module, pid, options, /)\n--\n\nWait for a child: (pid, status)."),
    method::noargs(c"wait", wait, c"wait($module, /)\n--\n\nWait for any child: (pid, status)."),
    method::keywords(c"wait3", wait3, c"wait3($module, /, options)\n--\n\nWait for any child: (pid, status, rusage)."),
    method::keywords(c"wait4", wait4, c"wait4($module, /, pid, options)\n--\n\nWait for a child: (pid, status, rusage)."),
    method::positional(c"waitid", waitid, c"waitid($module, idtype, id, options, /)\n--\n\nWait for children as the arguments say."),
    method::keywords(c"waitstatus_to_exitcode", waitstatus_to_exitcode, c"waitstatus_to_exitcode($module, /, status)\n--\n\nThe exit code in a status."),
    method::keywords(c"WIFEXITED", WIFEXITED, c"WIFEXITED($module, /, status)\n--\n\nWhether the process exited."),
    method::keywords(c"WIFSIGNALED", WIFSIGNALED, c"WIFSIGNALED($module, /, status)\n--\n\nWhether a signal ended the process."),
    method::keywords(c"WIFSTOPPED", WIFSTOPPED, c"WIFSTOPPED($module, /, status)\n--\n\nWhether the process is stopped."),
    method::keywords(c"WIFCONTINUED", WIFCONTINUED, c"WIFCONTINUED($module, /, status)\n--\n\nWhether the process was continued."),
    method::keywords(c"WCOREDUMP", WCOREDUMP, c"WCOREDUMP($module, status, /)\n--\n\nWhether the process dumped core."),
    method::keywords(c"WEXITSTATUS", WEXITSTATUS, c"WEXITSTATUS($module, /, status)\n--\n\nThe exit code."),
    method::keywords(c"WTERMSIG", WTERMSIG, c"WTERMSIG($module, /, status)\n--\n\nThe signal that ended the process."),
    method::keywords(c"WSTOPSIG", WSTOPSIG, c"WSTOPSIG($module, /, status)\n--\n\nThe signal that stopped the process."),
    method::noargs(c"uname", uname, c"uname($module, /)\n--\n\nThe names of the system."),
    method::noargs(c"times", times, c"times($module, /)\n--\n\nThe times used by the process and its children."),
    method::o(c"sysconf", sysconf, c"sysconf($module, name, /)\n--\n\nA limit of the system."),
    method::o(c"confstr", confstr, c"confstr($module, name, /)\n--\n\nA text of the system's configuration."),
    method::keywords(c"pidfd_open", pidfd_open, c"pidfd_open($module, /, pid, flags=0)\n--\n\nA descriptor that refers to a process."),
    method::positional(c"makedev", makedev, c"makedev($module, major, minor, /)\n--\n\nA device number from its parts."),
    method::o(c"major", major, c"major($module, device, /)\n--\n\nThe major part of a device number."),
    method::o(c"minor", minor, c"minor($module, device, /)\n--\n\nThe minor part of a device number."),
    method::noargs(c"_is_inputhook_installed", inputhook_is_installed, c"_is_inputhook_installed($module, /)\n--\n\nWhether an input hook is set: there is none."),
    PyMethodDef::EMPTY,
];
