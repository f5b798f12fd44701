//! Signals: noted by the handler, delivered to Python code at safe points of the main thread.
//! The module `_signal` is in `signals/module.rs`.

use core::ffi::c_int;
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering};

use adder_object_model::layout::*;
use adder_object_model::{Object, PyResult, call, errors, exceptions, int, singletons, state};

use crate::gil::{self, breaker};
use crate::runtime::{Slot, runtime};
use crate::{frame, threads};

pub mod module;

/// One more than the largest signal number.
pub const COUNT: usize = 65;

/// The Python handlers by signal number: a callable, an int for `SIG_DFL` and `SIG_IGN`, or nothing.
pub struct State {
    handlers: [Slot; COUNT],
    pub itimer_error: Slot,
    /// The type of what `sigwaitinfo` gives.
    pub siginfo: Slot,
}

impl Default for State {
    fn default() -> Self {
        Self {
            handlers: core::array::from_fn(|_| Slot::default()),
            itimer_error: Slot::default(),
            siginfo: Slot::default(),
        }
    }
}

static TRIPPED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
static ANY_TRIPPED: AtomicBool = AtomicBool::new(false);
static MAIN_THREAD: AtomicPtr<PyThreadState> = AtomicPtr::new(core::ptr::null_mut());
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);

/// Notes a signal. Runs inside signal handlers: atomics and `write` only.
fn trip(signal: c_int) {
    let Some(tripped) = TRIPPED.get(signal as usize) else { return };
    tripped.store(true, Ordering::SeqCst);
    ANY_TRIPPED.store(true, Ordering::SeqCst);
    let main = MAIN_THREAD.load(Ordering::SeqCst);
    if !main.is_null() {
        // SAFETY: the main thread's state lives as long as the process.
        unsafe { gil::set_breaker(main, breaker::SIGNALS_PENDING) };
    }
    let descriptor = WAKEUP_FD.load(Ordering::SeqCst);
    if descriptor >= 0 {
        let byte = signal as u8;
        // SAFETY: one byte; a full pipe loses it, as documented.
        unsafe { libc::write(descriptor, (&raw const byte).cast(), 1) };
    }
}

extern "C" fn on_signal(signal: c_int) {
    // SAFETY: the C library's errno of this thread, which the handler must not change.
    unsafe {
        let errno = *libc::__errno_location();
        trip(signal);
        *libc::__errno_location() = errno;
    }
}

/// Sets what the system does at a signal.
pub fn set_disposition(signal: c_int, handler: libc::sighandler_t) -> bool {
    // SAFETY: a zeroed action is valid, and the handler is one of ours or a constant.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = handler;
        libc::sigemptyset(&mut action.sa_mask);
        libc::sigaction(signal, &action, core::ptr::null_mut()) == 0
    }
}

pub fn disposition(signal: c_int) -> Option<libc::sighandler_t> {
    // SAFETY: only asks.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        (libc::sigaction(signal, core::ptr::null(), &mut action) == 0).then_some(action.sa_sigaction)
    }
}

/// The address of the handler that notes signals.
pub fn handler_address() -> libc::sighandler_t {
    on_signal as *const () as libc::sighandler_t
}

/// At start-up: Ctrl-C becomes `KeyboardInterrupt`, broken pipes become errors.
pub fn install() {
    MAIN_THREAD.store(state::current(), Ordering::SeqCst);
    if !crate::runtime::config().install_signal_handlers {
        return;
    }
    for ignored in [libc::SIGPIPE, libc::SIGXFSZ] {
        set_disposition(ignored, libc::SIG_IGN);
    }
    // A crash ends the process by its signal, not by the text that Rust's library has for it.
    for crash in [libc::SIGSEGV, libc::SIGBUS] {
        set_disposition(crash, libc::SIG_DFL);
    }
    if disposition(libc::SIGINT) == Some(libc::SIG_DFL) {
        set_disposition(libc::SIGINT, handler_address());
    }
}

/// At the end of the program: signals that Python code handled do again what they did before it started.
pub fn uninstall() {
    for signal in 1..COUNT {
        let Some(handler) = handler(signal) else { continue };
        let is_python = adder_object_model::object::is_callable(handler.op());
        set_handler(signal, None);
        if is_python {
            set_disposition(signal as c_int, libc::SIG_DFL);
        }
    }
    if disposition(libc::SIGINT) == Some(handler_address()) {
        set_disposition(libc::SIGINT, libc::SIG_DFL);
    }
}

/// Ends the process by SIGINT, so that a shell that waits for it knows why; returns if that is refused.
pub fn die_by_interrupt() {
    if set_disposition(libc::SIGINT, libc::SIG_DFL) {
        // SAFETY: a signal to this process.
        unsafe { libc::kill(libc::getpid(), libc::SIGINT) };
    }
}

/// In the child of a fork: this thread gets the signals, and none has come yet.
pub fn reset_after_fork() {
    MAIN_THREAD.store(state::current(), Ordering::SeqCst);
    ANY_TRIPPED.store(false, Ordering::SeqCst);
    for tripped in &TRIPPED {
        tripped.store(false, Ordering::SeqCst);
    }
}

/// The Python handler of a signal.
pub fn handler(signal: usize) -> Option<Object> {
    runtime().signals.handlers[signal].get()
}

pub fn set_handler(signal: usize, handler: Option<Object>) {
    runtime().signals.handlers[signal].set(handler);
}

pub fn set_wakeup_descriptor(descriptor: i32) -> i32 {
    WAKEUP_FD.swap(descriptor, Ordering::SeqCst)
}

/// Runs the Python handlers of signals that have arrived (`PyErr_CheckSignals`).
pub fn check() -> PyResult<()> {
    if !threads::is_main() || !ANY_TRIPPED.load(Ordering::SeqCst) {
        return Ok(());
    }
    let tstate = state::current();
    // SAFETY: this thread's own state.
    unsafe { gil::clear_breaker(tstate, breaker::SIGNALS_PENDING) };
    ANY_TRIPPED.store(false, Ordering::SeqCst);
    for (signal, tripped) in TRIPPED.iter().enumerate() {
        if !tripped.swap(false, Ordering::SeqCst) {
            continue;
        }
        if let Err(error) = deliver(signal) {
            // The others come at the next occasion.
            ANY_TRIPPED.store(true, Ordering::SeqCst);
            // SAFETY: as above.
            unsafe { gil::set_breaker(tstate, breaker::SIGNALS_PENDING) };
            return Err(error);
        }
    }
    Ok(())
}

fn deliver(signal: usize) -> PyResult<()> {
    match handler(signal) {
        // Before `_signal` has been imported, Ctrl-C is the only one that gets here.
        None if signal == libc::SIGINT as usize => {
            Err(errors::set_none(exceptions::builtin::KeyboardInterrupt()))
        }
        None => Ok(()),
        Some(handler) if !adder_object_model::object::is_callable(handler.op()) => Ok(()),
        Some(handler) => {
            let number = int::from_usize(signal)?;
            let place = frame::current();
            let place = if place.is_null() {
                singletons::new_none()
            } else {
                // SAFETY: a live, complete frame.
                unsafe { frame::object_of(place) }?.into_object()
            };
            call::call_positional(handler.op(), &[number.op(), place.op()]).map(drop)
        }
    }
}

/// Makes the main thread see a signal that the system did not send (`PyErr_SetInterruptEx`).
pub fn simulate(signal: i32) {
    // One that is ignored or left to the system stays so.
    let handled =
        handler(signal as usize).is_none_or(|handler| adder_object_model::object::is_callable(handler.op()));
    if handled {
        trip(signal);
    }
}
