//! Crashes: at SIGSEGV and its like the stacks are written, then the signal takes its course.

use core::cell::UnsafeCell;
use core::ffi::c_int;
use core::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering};
use core::{mem, ptr};

use adder_interpreter::traceback::dump;
use adder_object_model::layout::*;
use adder_object_model::{Args, Op, PyResult, Signature, state};

use super::{dump_from_handler, output, truth};
use crate::host;
use crate::native::Kept;

/// A signal's action, written by the thread that holds the GIL while the handler is not installed.
pub struct Action(UnsafeCell<mem::MaybeUninit<libc::sigaction>>);
// SAFETY: see above; handlers only read it.
unsafe impl Sync for Action {}

impl Action {
    pub const fn new() -> Self {
        Self(UnsafeCell::new(mem::MaybeUninit::zeroed()))
    }

    pub fn as_ptr(&self) -> *mut libc::sigaction {
        self.0.get().cast()
    }
}

/// Installs a handler, on the alternate stack if there is one, and notes what was there before.
pub fn install(signal: c_int, handler: extern "C" fn(c_int), flags: c_int, previous: &Action) -> bool {
    // SAFETY: a zeroed action is valid; `previous` is not read before the handler is there.
    unsafe {
        let mut action: libc::sigaction = mem::zeroed();
        action.sa_sigaction = handler as *const () as usize;
        action.sa_flags = flags | libc::SA_ONSTACK;
        libc::sigemptyset(&raw mut action.sa_mask);
        libc::sigaction(signal, &action, previous.as_ptr()) == 0
    }
}

struct Crash {
    signal: c_int,
    name: &'static str,
    installed: AtomicBool,
    previous: Action,
}

impl Crash {
    const fn new(signal: c_int, name: &'static str) -> Self {
        Self { signal, name, installed: AtomicBool::new(false), previous: Action::new() }
    }

    fn restore(&self) {
        if self.installed.swap(false, Ordering::SeqCst) {
            // SAFETY: the action that `install` noted.
            unsafe { libc::sigaction(self.signal, self.previous.as_ptr(), ptr::null_mut()) };
        }
    }
}

static CRASHES: [Crash; 5] = [
    Crash::new(libc::SIGBUS, "Bus error"),
    Crash::new(libc::SIGILL, "Illegal instruction"),
    Crash::new(libc::SIGFPE, "Floating-point exception"),
    Crash::new(libc::SIGABRT, "Aborted"),
    Crash::new(libc::SIGSEGV, "Segmentation fault"),
];

static ENABLED: AtomicBool = AtomicBool::new(false);
static FD: AtomicI32 = AtomicI32::new(-1);
static ALL_THREADS: AtomicBool = AtomicBool::new(true);
static C_STACK: AtomicBool = AtomicBool::new(true);
static INTERP: AtomicPtr<PyInterpreterState> = AtomicPtr::new(ptr::null_mut());
/// Keeps the descriptor open.
static FILE: Kept = Kept::new();

/// Whether a signal is for `enable`, not for `register`.
pub fn is_crash(signal: c_int) -> bool {
    CRASHES.iter().any(|crash| crash.signal == signal)
}

extern "C" fn on_crash(signal: c_int) {
    // SAFETY: this thread's errno.
    let errno = unsafe { *libc::__errno_location() };
    let Some(crash) = CRASHES.iter().find(|crash| crash.signal == signal) else { return };
    // A second crash in here takes its course at once.
    crash.restore();
    if ENABLED.load(Ordering::SeqCst) {
        let fd = FD.load(Ordering::SeqCst);
        dump::put(fd, b"Fatal Python error: ");
        dump::put(fd, crash.name.as_bytes());
        dump::put(fd, b"\n\n");
        dump_from_handler(fd, ALL_THREADS.load(Ordering::SeqCst));
        if C_STACK.load(Ordering::SeqCst) {
            dump::put(fd, b"\n");
            dump::c_stack(fd);
        }
        // SAFETY: the interpreter was running when the handler was enabled.
        unsafe { dump::extension_modules(fd, INTERP.load(Ordering::SeqCst)) };
    }
    // SAFETY: this thread's errno; the signal is not blocked (SA_NODEFER), so its previous action
    // is taken now.
    unsafe {
        *libc::__errno_location() = errno;
        libc::raise(signal);
    }
}

/// Gives this thread a stack for signal handlers that has room for the work here, so that an
/// overflow of the ordinary one can be told.
fn use_alternate_stack() {
    static DONE: AtomicBool = AtomicBool::new(false);
    if DONE.swap(true, Ordering::SeqCst) {
        return;
    }
    const SIZE: usize = 128 << 10;
    // SAFETY: fresh memory, which stays the thread's until the process ends.
    unsafe {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_STACK;
        let memory = libc::mmap(ptr::null_mut(), SIZE, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
        if memory != libc::MAP_FAILED {
            let stack = libc::stack_t { ss_sp: memory, ss_flags: 0, ss_size: SIZE };
            libc::sigaltstack(&raw const stack, ptr::null_mut());
        }
    }
}

pub fn enable(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    static SIGNATURE: Signature<3> = Signature::new("enable", ["file", "all_threads", "c_stack"]);
    let [file, all_threads, c_stack] = args.parse(&SIGNATURE)?;
    let all_threads = truth(all_threads, true)?;
    let c_stack = truth(c_stack, true)?;
    let output = output(file)?;
    dump::prepare_c_stack();
    FILE.clear();
    FILE.set(output.file);
    FD.store(output.fd, Ordering::SeqCst);
    ALL_THREADS.store(all_threads, Ordering::SeqCst);
    C_STACK.store(c_stack, Ordering::SeqCst);
    // SAFETY: this thread's own state.
    INTERP.store(unsafe { (*state::current()).interp }, Ordering::SeqCst);
    if ENABLED.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    use_alternate_stack();
    for crash in &CRASHES {
        if !install(crash.signal, on_crash, libc::SA_NODEFER, &crash.previous) {
            return Err(host::os_error());
        }
        crash.installed.store(true, Ordering::SeqCst);
    }
    Ok(())
}

pub fn disable(_module: Op<'_>) -> PyResult<bool> {
    if !ENABLED.swap(false, Ordering::SeqCst) {
        return Ok(false);
    }
    for crash in &CRASHES {
        crash.restore();
    }
    FILE.clear();
    Ok(true)
}

pub fn is_enabled(_module: Op<'_>) -> PyResult<bool> {
    Ok(ENABLED.load(Ordering::SeqCst))
}
