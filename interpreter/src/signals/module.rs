//! The module `_signal`.

use core::ffi::c_int;
use std::time::{Duration, Instant};

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, PyResult, Raised, Signature, errors, exceptions, float, int, module, object, raise,
    set, singletons, str, structseq, tuple,
};

use super::COUNT;
use crate::pytime::{self, Round};
use crate::{gil, threads};

fn os_error() -> Raised {
    exceptions::set_io_error(&std::io::Error::last_os_error(), None)
}

fn number_argument(op: Op<'_>) -> PyResult<c_int> {
    let signal = int::as_i32(op)?;
    if !(1..COUNT as c_int).contains(&signal) {
        return Err(raise!(ValueError, "signal number out of range"));
    }
    Ok(signal)
}

fn default_int_handler(_module: Op<'_>, args: Args<'_>) -> PyResult {
    args.check_positional("default_int_handler", 2, 2)?;
    Err(errors::set_none(exceptions::builtin::KeyboardInterrupt()))
}

/// A disposition of the system as `signal.signal` takes and gives it.
fn constant(value: libc::sighandler_t) -> PyResult {
    int::from_usize(value)
}

fn signal(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [number, handler] = args.exactly("signal")?;
    let number_value = int::as_i32(number)?;
    if !threads::is_main() {
        return Err(raise!(ValueError, "signal only works in main thread of the main interpreter"));
    }
    if !(1..COUNT as c_int).contains(&number_value) {
        return Err(raise!(ValueError, "signal number out of range"));
    }
    let disposition = if object::is_callable(handler) {
        super::handler_address()
    } else if handler.is_instance::<PyLongObject>() && matches!(int::as_i64(handler), Ok(0)) {
        libc::SIG_DFL
    } else if handler.is_instance::<PyLongObject>() && matches!(int::as_i64(handler), Ok(1)) {
        libc::SIG_IGN
    } else {
        if errors::occurred().is_some() {
            errors::raised().clear();
        }
        return Err(raise!(
            TypeError,
            "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
        ));
    };
    super::check()?;
    if !super::set_disposition(number_value, disposition) {
        return Err(os_error());
    }
    let old = super::handler(number_value as usize);
    super::set_handler(number_value as usize, Some(handler.to_owned()));
    Ok(old.unwrap_or_else(singletons::new_none))
}

fn get_signal(_module: Op<'_>, number: Op<'_>) -> PyResult {
    let number = number_argument(number)?;
    Ok(super::handler(number as usize).unwrap_or_else(singletons::new_none))
}

fn raise_signal(_module: Op<'_>, number: Op<'_>) -> PyResult<()> {
    let number = int::as_i32(number)?;
    // SAFETY: raise accepts any number.
    if unsafe { libc::raise(number) } != 0 {
        return Err(os_error());
    }
    super::check()
}

fn alarm(_module: Op<'_>, seconds: Op<'_>) -> PyResult {
    let seconds = int::as_i32(seconds)?;
    // SAFETY: alarm accepts any number.
    int::from_i64(unsafe { libc::alarm(seconds as u32) }.into())
}

fn pause(_module: Op<'_>) -> PyResult<()> {
    // SAFETY: waits for a signal.
    gil::without(|| unsafe { libc::pause() });
    super::check()
}

fn strsignal(_module: Op<'_>, number: Op<'_>) -> PyResult {
    let number = number_argument(number)?;
    // SAFETY: strsignal gives a text that lives until the next call.
    let text = unsafe { std::ffi::CStr::from_ptr(libc::strsignal(number)) }.to_string_lossy().into_owned();
    if text.starts_with("Unknown signal") {
        return Ok(singletons::new_none());
    }
    Ok(str::from_string(text)?.into_object())
}

fn siginterrupt(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [number, flag] = args.exactly("siginterrupt")?;
    let (number, flag) = (number_argument(number)?, object::is_true(flag)?);
    // SAFETY: reads and writes the action of one signal.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        if libc::sigaction(number, core::ptr::null(), &mut action) != 0 {
            return Err(os_error());
        }
        if flag {
            action.sa_flags &= !libc::SA_RESTART;
        } else {
            action.sa_flags |= libc::SA_RESTART;
        }
        if libc::sigaction(number, &action, core::ptr::null_mut()) != 0 {
            return Err(os_error());
        }
    }
    Ok(())
}

fn set_wakeup_fd(_module: Op<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<2> = Signature::new("set_wakeup_fd", ["", "warn_on_full_buffer"])
        .positional_only(1)
        .required(1)
        .keyword_only_from(1);
    let [descriptor, warn] = args.parse(&SIGNATURE)?;
    let descriptor = int::as_i32(descriptor.expect("required"))?;
    let _warn = warn.map_or(Ok(true), object::is_true)?;
    if !threads::is_main() {
        return Err(raise!(ValueError, "set_wakeup_fd only works in main thread of the main interpreter"));
    }
    if descriptor >= 0 {
        // SAFETY: fcntl accepts any descriptor.
        let flags = unsafe { libc::fcntl(descriptor, libc::F_GETFL) };
        if flags < 0 {
            return Err(os_error());
        }
        if flags & libc::O_NONBLOCK == 0 {
            return Err(raise!(ValueError, "the fd {descriptor} must be in non-blocking mode"));
        }
    }
    int::from_i64(super::set_wakeup_descriptor(descriptor.max(-1)).into())
}

fn set_of(mask: &libc::sigset_t) -> PyResult {
    let result = set::new(None)?;
    for number in 1..COUNT as c_int {
        // SAFETY: an initialised set.
        if unsafe { libc::sigismember(mask, number) } == 1 {
            set::add(result.borrow(), int::from_i64(number.into())?.op())?;
        }
    }
    Ok(result.into_object())
}

/// A set of signals from an iterable of their numbers.
pub fn mask_argument(signals: Op<'_>) -> PyResult<libc::sigset_t> {
    // SAFETY: emptied before use.
    let mut mask: libc::sigset_t = unsafe { core::mem::zeroed() };
    // SAFETY: as above.
    unsafe { libc::sigemptyset(&mut mask) };
    let iterator = object::get_iter(signals)?;
    while let Some(item) = adder_object_model::iter::next(iterator.op())? {
        let number = int::as_i64_and_overflow(item.op())?.unwrap_or(-1);
        if !(1..COUNT as i64).contains(&number) {
            return Err(raise!(ValueError, "signal number {number} out of range [1; 64]"));
        }
        // SAFETY: a valid number; those the C library keeps for itself are refused in silence.
        unsafe { libc::sigaddset(&mut mask, number as c_int) };
    }
    Ok(mask)
}

fn valid_signals(_module: Op<'_>) -> PyResult {
    // SAFETY: filled before use.
    let mask = unsafe {
        let mut mask: libc::sigset_t = core::mem::zeroed();
        libc::sigfillset(&mut mask);
        mask
    };
    set_of(&mask)
}

fn pthread_sigmask(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [how, signals] = args.exactly("pthread_sigmask")?;
    let (how, mask) = (int::as_i32(how)?, mask_argument(signals)?);
    // SAFETY: both sets are initialised by the time they are read.
    let old = unsafe {
        let mut old: libc::sigset_t = core::mem::zeroed();
        let error = libc::pthread_sigmask(how, &mask, &mut old);
        if error != 0 {
            return Err(exceptions::set_io_error(&std::io::Error::from_raw_os_error(error), None));
        }
        old
    };
    // What was blocked may have arrived.
    super::check()?;
    set_of(&old)
}

fn sigpending(_module: Op<'_>) -> PyResult {
    // SAFETY: filled by the call.
    let mask = unsafe {
        let mut mask: libc::sigset_t = core::mem::zeroed();
        if libc::sigpending(&mut mask) != 0 {
            return Err(os_error());
        }
        mask
    };
    set_of(&mask)
}

fn sigwait(_module: Op<'_>, signals: Op<'_>) -> PyResult {
    let mask = mask_argument(signals)?;
    let mut number = 0;
    // SAFETY: an initialised set.
    let error = gil::without(|| unsafe { libc::sigwait(&mask, &mut number) });
    if error != 0 {
        return Err(exceptions::set_io_error(&std::io::Error::from_raw_os_error(error), None));
    }
    int::from_i64(number.into())
}

/// What is known of a signal that was waited for.
fn siginfo_of(info: &libc::siginfo_t) -> PyResult {
    let class = crate::runtime::runtime().signals.siginfo.get().expect("made with the module");
    // SAFETY: the fields that every signal's information has room for; those that a signal does not
    // use hold what the system left there, as under CPython.
    let (pid, uid, status, band) = unsafe {
        let band = (&raw const *info).cast::<u8>().add(16).cast::<libc::c_long>().read();
        (info.si_pid(), info.si_uid(), info.si_status(), band)
    };
    let values = vec![
        int::from_i64(info.si_signo.into())?,
        int::from_i64(info.si_code.into())?,
        int::from_i64(info.si_errno.into())?,
        int::from_i64(pid.into())?,
        int::from_u64(uid.into())?,
        int::from_i64(status.into())?,
        int::from_i64(band)?,
    ];
    structseq::from_values(structseq::as_type(&class)?, values)
}

/// Waits for one of the signals, until `end` if there is one; `None` if that came first.
fn wait_for(mask: &libc::sigset_t, end: Option<Instant>) -> PyResult<Option<libc::siginfo_t>> {
    // SAFETY: zeros are a valid start; the system fills it in.
    let mut info: libc::siginfo_t = unsafe { core::mem::zeroed() };
    loop {
        // Taking the GIL again can change `errno`.
        let (result, error) = gil::without(|| {
            // SAFETY: an initialised set, a place for the information, a time or none.
            let result = unsafe {
                match end {
                    None => libc::sigwaitinfo(mask, &mut info),
                    Some(end) => {
                        let left = end.saturating_duration_since(Instant::now());
                        let left = libc::timespec {
                            tv_sec: left.as_secs() as libc::time_t,
                            tv_nsec: left.subsec_nanos().into(),
                        };
                        libc::sigtimedwait(mask, &mut info, &left)
                    }
                }
            };
            (result, std::io::Error::last_os_error())
        });
        if result >= 0 {
            return Ok(Some(info));
        }
        match error.raw_os_error() {
            Some(libc::EINTR) => super::check()?,
            Some(libc::EAGAIN) if end.is_some() => return Ok(None),
            _ => return Err(exceptions::set_io_error(&error, None)),
        }
    }
}

fn sigwaitinfo(_module: Op<'_>, signals: Op<'_>) -> PyResult {
    let mask = mask_argument(signals)?;
    let info = wait_for(&mask, None)?;
    siginfo_of(&info.expect("nothing ends the waiting but a signal"))
}

fn sigtimedwait(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [signals, timeout] = args.exactly("sigtimedwait")?;
    let nanoseconds = pytime::from_seconds(timeout, Round::Ceiling)?;
    let Ok(wait) = u64::try_from(nanoseconds) else {
        return Err(raise!(ValueError, "timeout must be non-negative"));
    };
    let mask = mask_argument(signals)?;
    let end = Instant::now() + Duration::from_nanos(wait);
    match wait_for(&mask, Some(end))? {
        Some(info) => siginfo_of(&info),
        None => Ok(singletons::new_none()),
    }
}

fn pidfd_send_signal(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [descriptor, number, info, flags] = args.optional("pidfd_send_signal", 2)?;
    let descriptor = int::as_i32(descriptor.expect("required"))?;
    let number = int::as_i32(number.expect("required"))?;
    let flags = flags.map_or(Ok(0), int::as_i32)?;
    if info.is_some_and(|info| !info.is_none()) {
        return Err(raise!(TypeError, "siginfo must be None"));
    }
    // SAFETY: plain numbers, and no information.
    let result = unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            descriptor,
            number,
            core::ptr::null::<libc::siginfo_t>(),
            flags,
        )
    };
    if result < 0 { Err(os_error()) } else { Ok(()) }
}

fn pthread_kill(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [thread, number] = args.exactly("pthread_kill")?;
    let (thread, number) = (int::as_u64(thread)?, int::as_i32(number)?);
    crate::sys::audit(
        "signal.pthread_kill",
        &[args.get(0).expect("counted"), args.get(1).expect("counted")],
    )?;
    // SAFETY: the caller names a thread that lives, as CPython demands too.
    let error = unsafe { libc::pthread_kill(thread, number) };
    if error != 0 {
        return Err(exceptions::set_io_error(&std::io::Error::from_raw_os_error(error), None));
    }
    super::check()
}

fn seconds_of(time: libc::timeval) -> f64 {
    time.tv_sec as f64 + time.tv_usec as f64 * 1e-6
}

fn pair_of(value: libc::itimerval) -> PyResult {
    tuple::from_vec(vec![float::new(seconds_of(value.it_value))?, float::new(seconds_of(value.it_interval))?])
}

/// `ItimerError`, which is an `OSError`.
fn itimer_error() -> Raised {
    let error = std::io::Error::last_os_error();
    let number = error.raw_os_error().unwrap_or(0);
    let class = crate::runtime::runtime().signals.itimer_error.get();
    let arguments = || -> PyResult {
        tuple::pack(&[
            int::from_i64(number.into())?.op(),
            str::from_str(&exceptions::error_message(number))?.op(),
        ])
    };
    match (class, arguments()) {
        (Some(class), Ok(arguments)) => errors::set_object(class.op(), arguments.op()),
        (_, Err(error)) => error,
        (None, _) => os_error(),
    }
}

unsafe extern "C" {
    // The C library's, which the crate does not declare for this system.
    fn getitimer(which: c_int, value: *mut libc::itimerval) -> c_int;
    fn setitimer(which: c_int, new: *const libc::itimerval, old: *mut libc::itimerval) -> c_int;
}

fn get_itimer(_module: Op<'_>, which: Op<'_>) -> PyResult {
    let which = int::as_i32(which)?;
    // SAFETY: filled by the call.
    unsafe {
        let mut value: libc::itimerval = core::mem::zeroed();
        if getitimer(which, &mut value) != 0 {
            return Err(itimer_error());
        }
        pair_of(value)
    }
}

fn timeval(seconds: f64) -> libc::timeval {
    libc::timeval { tv_sec: seconds.trunc() as i64, tv_usec: (seconds.fract() * 1e6).round() as i64 }
}

fn set_itimer(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [which, seconds, interval] = args.optional("setitimer", 2)?;
    let which = int::as_i32(which.expect("required"))?;
    let seconds = float::as_f64(seconds.expect("required"))?;
    let interval = interval.map_or(Ok(0.0), float::as_f64)?;
    let new = libc::itimerval { it_value: timeval(seconds), it_interval: timeval(interval) };
    // SAFETY: the old value is filled by the call.
    unsafe {
        let mut old: libc::itimerval = core::mem::zeroed();
        if setitimer(which, &new, &mut old) != 0 {
            return Err(itimer_error());
        }
        pair_of(old)
    }
}

static FUNCTIONS: &[PyMethodDef] = &[
    method::positional(c"default_int_handler", default_int_handler, c"default_int_handler($module, signalnum, frame, /)\n--\n\nRaise KeyboardInterrupt: the handler of SIGINT unless a program sets another."),
    method::o(c"alarm", alarm, c"alarm($module, seconds, /)\n--\n\nHave SIGALRM sent after some seconds."),
    method::positional(c"setitimer", set_itimer, c"setitimer($module, which, seconds, interval=0.0, /)\n--\n\nSet an interval timer; return its old values."),
    method::o(c"getitimer", get_itimer, c"getitimer($module, which, /)\n--\n\nReturn the values of an interval timer."),
    method::positional(c"signal", signal, c"signal($module, signalnum, handler, /)\n--\n\nSet what happens at a signal; return what did before."),
    method::o(c"raise_signal", raise_signal, c"raise_signal($module, signalnum, /)\n--\n\nSend a signal to this process."),
    method::o(c"strsignal", strsignal, c"strsignal($module, signalnum, /)\n--\n\nReturn the system's description of a signal."),
    method::o(c"getsignal", get_signal, c"getsignal($module, signalnum, /)\n--\n\nReturn what happens at a signal."),
    method::keywords(c"set_wakeup_fd", set_wakeup_fd, c"set_wakeup_fd($module, fd, /, *, warn_on_full_buffer=True)\n--\n\nSet a descriptor that the number of each signal is written to; return the old one."),
    method::positional(c"siginterrupt", siginterrupt, c"siginterrupt($module, signalnum, flag, /)\n--\n\nSet whether a signal interrupts system calls."),
    method::noargs(c"pause", pause, c"pause($module, /)\n--\n\nWait until a signal arrives."),
    method::positional(c"pthread_kill", pthread_kill, c"pthread_kill($module, thread_id, signalnum, /)\n--\n\nSend a signal to a thread."),
    method::positional(c"pthread_sigmask", pthread_sigmask, c"pthread_sigmask($module, how, mask, /)\n--\n\nChange which signals this thread blocks; return those it did."),
    method::noargs(c"sigpending", sigpending, c"sigpending($module, /)\n--\n\nReturn the signals that are waiting to be delivered."),
    method::o(c"sigwait", sigwait, c"sigwait($module, sigset, /)\n--\n\nWait for one of the signals; return its number."),
    method::o(c"sigwaitinfo", sigwaitinfo, c"sigwaitinfo($module, sigset, /)\n--\n\nWait for one of the signals; return what is known of it."),
    method::positional(c"sigtimedwait", sigtimedwait, c"sigtimedwait($module, sigset, timeout, /)\n--\n\nLike sigwaitinfo(), but for some seconds only; None if none came."),
    method::positional(c"pidfd_send_signal", pidfd_send_signal, c"pidfd_send_signal($module, pidfd, signalnum, siginfo=None, flags=0, /)\n--\n\nSend a signal to the process that a descriptor refers to."),
    method::noargs(c"valid_signals", valid_signals, c"valid_signals($module, /)\n--\n\nReturn the numbers of all signals."),
    PyMethodDef::EMPTY,
];

const NUMBERS: &[(&str, c_int)] = &[
    ("SIGHUP", libc::SIGHUP),
    ("SIGINT", libc::SIGINT),
    ("SIGQUIT", libc::SIGQUIT),
    ("SIGILL", libc::SIGILL),
    ("SIGTRAP", libc::SIGTRAP),
    ("SIGIOT", libc::SIGIOT),
    ("SIGABRT", libc::SIGABRT),
    ("SIGFPE", libc::SIGFPE),
    ("SIGKILL", libc::SIGKILL),
    ("SIGBUS", libc::SIGBUS),
    ("SIGSEGV", libc::SIGSEGV),
    ("SIGSYS", libc::SIGSYS),
    ("SIGPIPE", libc::SIGPIPE),
    ("SIGALRM", libc::SIGALRM),
    ("SIGTERM", libc::SIGTERM),
    ("SIGUSR1", libc::SIGUSR1),
    ("SIGUSR2", libc::SIGUSR2),
    ("SIGCHLD", libc::SIGCHLD),
    ("SIGCLD", libc::SIGCHLD),
    ("SIGPWR", libc::SIGPWR),
    ("SIGIO", libc::SIGIO),
    ("SIGURG", libc::SIGURG),
    ("SIGWINCH", libc::SIGWINCH),
    ("SIGPOLL", libc::SIGPOLL),
    ("SIGSTOP", libc::SIGSTOP),
    ("SIGTSTP", libc::SIGTSTP),
    ("SIGCONT", libc::SIGCONT),
    ("SIGTTIN", libc::SIGTTIN),
    ("SIGTTOU", libc::SIGTTOU),
    ("SIGVTALRM", libc::SIGVTALRM),
    ("SIGPROF", libc::SIGPROF),
    ("SIGXCPU", libc::SIGXCPU),
    ("SIGXFSZ", libc::SIGXFSZ),
    ("SIGSTKFLT", libc::SIGSTKFLT),
    ("SIGRTMIN", 34),
    ("SIGRTMAX", 64),
    ("SIG_DFL", 0),
    ("SIG_IGN", 1),
    ("SIG_BLOCK", libc::SIG_BLOCK),
    ("SIG_UNBLOCK", libc::SIG_UNBLOCK),
    ("SIG_SETMASK", libc::SIG_SETMASK),
    ("ITIMER_REAL", 0),
    ("ITIMER_VIRTUAL", 1),
    ("ITIMER_PROF", 2),
    ("NSIG", COUNT as c_int),
];

/// Makes the module, and the Python handlers for what the system does at each signal.
pub fn init() -> PyResult {
    let result = module::new("_signal")?;
    let target = result.op();
    let doc = "Signals: what the module signal is made of.";
    module::add_object(target, "__doc__", str::from_str(doc)?.op())?;
    module::add_functions(target, FUNCTIONS.as_ptr())?;
    for (name, number) in NUMBERS {
        module::add_object(target, name, int::from_i64((*number).into())?.op())?;
    }
    let class = exceptions::new_class("signal.ItimerError", Some(exceptions::builtin::OSError()), None)?;
    crate::runtime::runtime().signals.itimer_error.set(Some(class.clone()));
    module::add_object(target, "ItimerError", class.op())?;
    let siginfo = crate::sys::struct_sequence_type(
        c"signal.struct_siginfo",
        c"struct_siginfo: What sigwaitinfo() and sigtimedwait() give.",
        &[c"si_signo", c"si_code", c"si_errno", c"si_pid", c"si_uid", c"si_status", c"si_band"],
    )?;
    module::add_object(target, "struct_siginfo", siginfo.op())?;
    crate::runtime::runtime().signals.siginfo.set(Some(siginfo));
    let interrupt: Object = object::get_attr_str(target, "default_int_handler")?;
    for number in 1..COUNT {
        if super::handler(number).is_some() {
            continue;
        }
        let handler = match super::disposition(number as c_int) {
            Some(found) if found == libc::SIG_DFL || found == libc::SIG_IGN => Some(constant(found)?),
            Some(found) if found == super::handler_address() && number == libc::SIGINT as usize => {
                Some(interrupt.clone())
            }
            _ => None,
        };
        super::set_handler(number, handler);
    }
    Ok(result)
}
