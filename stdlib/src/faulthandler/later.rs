//! The watchdog: a thread that writes all stacks when time is up, unless it is cancelled.
//!
//! It does not hold the GIL, as the thread that has it may be the one that hangs.

use core::ffi::c_int;
use core::ptr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use adder_interpreter::gil;
use adder_interpreter::traceback::dump;
use adder_object_model::{Args, Op, PyResult, Signature, raise};
use parking_lot::{Condvar, Mutex};

use super::{output, truth};
use crate::native::Kept;
use crate::pytime::{self, Round};

/// Set once, to end a watchdog.
#[derive(Default)]
struct Cancelled {
    flag: Mutex<bool>,
    changed: Condvar,
}

struct Watchdog {
    cancelled: Arc<Cancelled>,
    thread: JoinHandle<()>,
    /// The process it runs in; a child after a fork has none.
    process: libc::pid_t,
}

static WATCHDOG: Mutex<Option<Watchdog>> = Mutex::new(None);
/// Keeps the descriptor open.
static FILE: Kept = Kept::new();

struct Order {
    fd: c_int,
    period: Duration,
    header: String,
    repeat: bool,
    exit: bool,
}

impl Order {
    /// The body of the watchdog.
    fn run(&self, cancelled: &Cancelled) {
        // SAFETY: signals are for the other threads.
        unsafe {
            let mut every = core::mem::zeroed();
            libc::sigfillset(&raw mut every);
            libc::pthread_sigmask(libc::SIG_SETMASK, &raw const every, ptr::null_mut());
        }
        loop {
            let mut flag = cancelled.flag.lock();
            match Instant::now().checked_add(self.period) {
                Some(end) => while !*flag && !cancelled.changed.wait_until(&mut flag, end).timed_out() {},
                None => cancelled.changed.wait_while(&mut flag, |cancelled| !*cancelled),
            }
            if *flag {
                return;
            }
            dump::put(self.fd, self.header.as_bytes());
            // SAFETY: the thread that holds the GIL, or null.
            unsafe { dump::all_threads(self.fd, gil::holder()) };
            if self.exit {
                // SAFETY: ends the process at once, as asked.
                unsafe { libc::_exit(1) };
            }
            if !self.repeat {
                return;
            }
        }
    }
}

/// `Timeout (h:mm:ss.uuuuuu)!`
fn header(period: Duration) -> String {
    let seconds = period.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match period.subsec_micros() {
        0 => format!("Timeout ({hours}:{minutes:02}:{seconds:02})!\n"),
        micros => format!("Timeout ({hours}:{minutes:02}:{seconds:02}.{micros:06})!\n"),
    }
}

fn cancel() {
    let watchdog = WATCHDOG.lock().take();
    if let Some(Watchdog { cancelled, thread, process }) = watchdog
        // SAFETY: only asks.
        && process == unsafe { libc::getpid() }
    {
        *cancelled.flag.lock() = true;
        cancelled.changed.notify_all();
        // It needs no lock of ours to end.
        thread.join().ok();
    }
    FILE.clear();
}

pub fn cancel_dump_traceback_later(_module: Op<'_>) -> PyResult<()> {
    cancel();
    Ok(())
}

pub fn dump_traceback_later(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    static SIGNATURE: Signature<4> =
        Signature::new("dump_traceback_later", ["timeout", "repeat", "file", "exit"]).required(1);
    let [timeout, repeat, file, exit] = args.parse(&SIGNATURE)?;
    let repeat = truth(repeat, false)?;
    let exit = truth(exit, false)?;
    let nanoseconds = pytime::from_seconds(timeout.expect("required"), Round::Up)?;
    if nanoseconds <= 0 {
        return Err(raise!(ValueError, "timeout must be greater than 0"));
    }
    // In whole microseconds, rounded up.
    let period = Duration::from_micros((nanoseconds as u64).div_ceil(1000));
    let output = output(file)?;
    cancel();
    FILE.clear();
    FILE.set(output.file);
    let order = Order { fd: output.fd, period, header: header(period), repeat, exit };
    let cancelled = Arc::new(Cancelled::default());
    let shared = cancelled.clone();
    match std::thread::Builder::new().spawn(move || order.run(&shared)) {
        Ok(thread) => {
            // SAFETY: only asks.
            let process = unsafe { libc::getpid() };
            *WATCHDOG.lock() = Some(Watchdog { cancelled, thread, process });
            Ok(())
        }
        Err(_) => {
            FILE.clear();
            Err(raise!(RuntimeError, "unable to start watchdog thread"))
        }
    }
}
