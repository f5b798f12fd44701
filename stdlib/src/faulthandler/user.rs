//! Signals that ask where Python is: `register` and `unregister`.

use core::ffi::c_int;
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use adder_object_model::{Args, Op, PyResult, Signature, int, number, raise};

use super::fatal::{self, Action, install};
use super::{dump_from_handler, output, truth};
use crate::host;
use crate::native::Kept;

const COUNT: usize = adder_interpreter::signals::COUNT;

struct Registration {
    enabled: AtomicBool,
    fd: AtomicI32,
    all_threads: AtomicBool,
    /// Whether the previous handler is called too.
    chain: AtomicBool,
    previous: Action,
    /// Keeps the descriptor open.
    file: Kept,
}

impl Registration {
    const fn new() -> Self {
        Self {
            enabled: AtomicBool::new(false),
            fd: AtomicI32::new(-1),
            all_threads: AtomicBool::new(true),
            chain: AtomicBool::new(false),
            previous: Action::new(),
            file: Kept::new(),
        }
    }

    fn install(&self, signal: c_int) -> bool {
        // A chained handler runs inside ours, so the signal must not be blocked there.
        let chain = self.chain.load(Ordering::SeqCst);
        let flags = if chain { libc::SA_NODEFER } else { libc::SA_RESTART };
        install(signal, on_signal, flags, &self.previous)
    }

    fn restore(&self, signal: c_int) {
        // SAFETY: the action that `install` noted.
        unsafe { libc::sigaction(signal, self.previous.as_ptr(), ptr::null_mut()) };
    }
}

static REGISTRATIONS: [Registration; COUNT] = [const { Registration::new() }; COUNT];

extern "C" fn on_signal(signal: c_int) {
    let Some(registration) = REGISTRATIONS.get(signal as usize) else { return };
    if !registration.enabled.load(Ordering::SeqCst) {
        return;
    }
    // SAFETY: this thread's errno, which the interrupted code may be about to read.
    unsafe {
        let errno = *libc::__errno_location();
        let fd = registration.fd.load(Ordering::SeqCst);
        dump_from_handler(fd, registration.all_threads.load(Ordering::SeqCst));
        if registration.chain.load(Ordering::SeqCst) {
            registration.restore(signal);
            *libc::__errno_location() = errno;
            libc::raise(signal);
            registration.install(signal);
        }
        *libc::__errno_location() = errno;
    }
}

/// The registration of a signal that can have one.
fn registration(signal: Op<'_>) -> PyResult<(c_int, &'static Registration)> {
    let signal = number::index(signal)?;
    let signal = int::as_i64(signal.op())?;
    let signal = c_int::try_from(signal)
        .map_err(|_| raise!(OverflowError, "Python int too large to convert to C int"))?;
    if fatal::is_crash(signal) {
        return Err(raise!(RuntimeError, "signal {signal} cannot be registered, use enable() instead"));
    }
    match REGISTRATIONS.get(signal as usize) {
        Some(registration) if signal > 0 => Ok((signal, registration)),
        _ => Err(raise!(ValueError, "signal number out of range")),
    }
}

pub fn register(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    static SIGNATURE: Signature<4> =
        Signature::new("register", ["signum", "file", "all_threads", "chain"]).required(1);
    let [signal, file, all_threads, chain] = args.parse(&SIGNATURE)?;
    let all_threads = truth(all_threads, true)?;
    let chain = truth(chain, false)?;
    let (signal, registration) = registration(signal.expect("required"))?;
    let output = output(file)?;
    registration.chain.store(chain, Ordering::SeqCst);
    if !registration.enabled.load(Ordering::SeqCst) && !registration.install(signal) {
        return Err(host::os_error());
    }
    registration.file.clear();
    registration.file.set(output.file);
    registration.fd.store(output.fd, Ordering::SeqCst);
    registration.all_threads.store(all_threads, Ordering::SeqCst);
    registration.enabled.store(true, Ordering::SeqCst);
    Ok(())
}

pub fn unregister(_module: Op<'_>, signal: Op<'_>) -> PyResult<bool> {
    let (signal, registration) = registration(signal)?;
    if !registration.enabled.swap(false, Ordering::SeqCst) {
        return Ok(false);
    }
    registration.restore(signal);
    registration.fd.store(-1, Ordering::SeqCst);
    registration.file.clear();
    Ok(true)
}
