//! The `resource` module: limits of processes, and what they have used.

use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, PyResult, float, int, method, module, object, raise, sequence, structseq, tuple,
};

use crate::host;

const CONSTANTS: &[(&str, i64)] = &[
    ("RLIMIT_AS", 9),
    ("RLIMIT_CORE", 4),
    ("RLIMIT_CPU", 0),
    ("RLIMIT_DATA", 2),
    ("RLIMIT_FSIZE", 1),
    ("RLIMIT_MEMLOCK", 8),
    ("RLIMIT_MSGQUEUE", 12),
    ("RLIMIT_NICE", 13),
    ("RLIMIT_NOFILE", 7),
    ("RLIMIT_NPROC", 6),
    ("RLIMIT_OFILE", 7),
    ("RLIMIT_RSS", 5),
    ("RLIMIT_RTPRIO", 14),
    ("RLIMIT_RTTIME", 15),
    ("RLIMIT_SIGPENDING", 11),
    ("RLIMIT_STACK", 3),
    ("RLIM_INFINITY", -1),
    ("RUSAGE_CHILDREN", -1),
    ("RUSAGE_SELF", 0),
    ("RUSAGE_THREAD", 1),
];

/// How many kinds of limits Linux has.
const N_LIMITS: i32 = 16;

fn pair(limits: &libc::rlimit) -> PyResult {
    // Unlimited is -1.
    tuple::from_vec(vec![int::from_i64(limits.rlim_cur as i64)?, int::from_i64(limits.rlim_max as i64)?])
}

fn kind(op: Op<'_>) -> PyResult<libc::__rlimit_resource_t> {
    let kind = int::as_i32(op)?;
    if !(0..N_LIMITS).contains(&kind) {
        return Err(raise!(ValueError, "invalid resource specified"));
    }
    Ok(kind as libc::__rlimit_resource_t)
}

fn limits_from(op: Op<'_>) -> PyResult<libc::rlimit> {
    let limits = sequence::to_tuple(op)?;
    // SAFETY: just made a tuple.
    let limits = unsafe { limits.op().cast_unchecked::<PyTupleObject>() };
    if tuple::len(limits) != 2 {
        return Err(raise!(ValueError, "expected a tuple of 2 integers"));
    }
    let value = |index| -> PyResult<u64> { Ok(int::as_i64(tuple::get(limits, index))? as u64) };
    Ok(libc::rlimit { rlim_cur: value(0)?, rlim_max: value(1)? })
}

/// The error of a call that changes limits.
fn limit_error() -> adder_object_model::Raised {
    let error = std::io::Error::last_os_error();
    match error.raw_os_error() {
        Some(libc::EINVAL) => raise!(ValueError, "current limit exceeds maximum limit"),
        Some(libc::EPERM) => raise!(ValueError, "not allowed to raise maximum limit"),
        _ => adder_object_model::exceptions::set_io_error(&error, None),
    }
}

fn getrlimit(_module: Op<'_>, resource: Op<'_>) -> PyResult {
    let kind = kind(resource)?;
    let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the struct is writable.
    if unsafe { libc::getrlimit(kind, &raw mut limits) } == -1 {
        return Err(host::os_error());
    }
    pair(&limits)
}

fn setrlimit(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [resource, limits] = args.exactly::<2>("setrlimit")?;
    let kind = kind(resource)?;
    let limits = limits_from(limits)?;
    // SAFETY: the struct is readable.
    if unsafe { libc::setrlimit(kind, &raw const limits) } == -1 {
        return Err(limit_error());
    }
    Ok(())
}

fn prlimit(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [pid, resource, limits] = args.optional::<3>("prlimit", 2)?;
    let pid = int::as_i32(pid.expect("required"))?;
    let kind = kind(resource.expect("required"))?;
    let new = match limits.filter(|it| !it.is_none()) {
        Some(limits) => Some(limits_from(limits)?),
        None => None,
    };
    let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    let new_pointer = new.as_ref().map_or(core::ptr::null(), |new| new as *const libc::rlimit);
    // SAFETY: both structs are live for the call.
    if unsafe { libc::prlimit(pid, kind, new_pointer, &raw mut old) } == -1 {
        return Err(limit_error());
    }
    pair(&old)
}

fn getrusage(module: Op<'_>, who: Op<'_>) -> PyResult {
    let who = int::as_i32(who)?;
    // SAFETY: the struct is plain data; the call fills it.
    let mut usage: libc::rusage = unsafe { core::mem::zeroed() };
    // SAFETY: the struct is writable.
    if unsafe { libc::getrusage(who, &raw mut usage) } == -1 {
        if std::io::Error::last_os_error().raw_os_error() == Some(libc::EINVAL) {
            return Err(raise!(ValueError, "invalid who parameter"));
        }
        return Err(host::os_error());
    }
    let seconds = |time: libc::timeval| float::new(time.tv_sec as f64 + time.tv_usec as f64 * 1e-6);
    let mut values = vec![seconds(usage.ru_utime)?, seconds(usage.ru_stime)?];
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
        values.push(int::from_i64(value)?);
    }
    host::struct_sequence(&object::get_attr_str(module, "struct_rusage")?, values)
}

fn getpagesize(_module: Op<'_>) -> PyResult {
    // SAFETY: has no conditions.
    int::from_i64(unsafe { libc::sysconf(libc::_SC_PAGESIZE) })
}

static FUNCTIONS: [PyMethodDef; 6] = [
    method::o(c"getrusage", getrusage, c"getrusage($module, who, /)\n--\n\n"),
    method::o(c"getrlimit", getrlimit, c"getrlimit($module, resource, /)\n--\n\n"),
    method::positional(c"prlimit", prlimit, c"prlimit($module, pid, resource, limits=None, /)\n--\n\n"),
    method::positional(c"setrlimit", setrlimit, c"setrlimit($module, resource, limits, /)\n--\n\n"),
    method::noargs(c"getpagesize", getpagesize, c"getpagesize($module, /)\n--\n\n"),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result: Object = host::new_module("resource", "Limits of processes, and what they have used.", &FUNCTIONS)?;
    host::add_constants(result.op(), CONSTANTS)?;
    module::add_object(result.op(), "error", builtin::OSError())?;
    let usage = structseq::define(
        c"resource.struct_rusage",
        c"struct_rusage: Result from getrusage.\n\nIts fields can be read by index and by name.",
        &[
            (c"ru_utime", c"user time used"),
            (c"ru_stime", c"system time used"),
            (c"ru_maxrss", c"max. resident set size"),
            (c"ru_ixrss", c"shared memory size"),
            (c"ru_idrss", c"unshared data size"),
            (c"ru_isrss", c"unshared stack size"),
            (c"ru_minflt", c"page faults not requiring I/O"),
            (c"ru_majflt", c"page faults requiring I/O"),
            (c"ru_nswap", c"number of swap outs"),
            (c"ru_inblock", c"block input operations"),
            (c"ru_oublock", c"block output operations"),
            (c"ru_msgsnd", c"IPC messages sent"),
            (c"ru_msgrcv", c"IPC messages received"),
            (c"ru_nsignals", c"signals received"),
            (c"ru_nvcsw", c"voluntary context switches"),
            (c"ru_nivcsw", c"involuntary context switches"),
        ],
        16,
        0,
    )?;
    module::add_object(result.op(), "struct_rusage", usage.op())?;
    Ok(result)
}
