//! Crashes on demand, for tests.

use core::hint::black_box;
use core::ptr;

use adder_interpreter::traceback::dump;
use adder_object_model::{Args, Op, PyResult, object, raise};

use crate::host;

/// Most of the stack that `_stack_overflow` uses before it gives up.
const MOST_STACK: usize = 100 << 20;

/// Core files of crashes that are meant help nobody.
fn suppress_core_file() {
    // SAFETY: the struct is filled in before it is read.
    unsafe {
        let mut limit: libc::rlimit = core::mem::zeroed();
        if libc::getrlimit(libc::RLIMIT_CORE, &raw mut limit) == 0 {
            limit.rlim_cur = 0;
            libc::setrlimit(libc::RLIMIT_CORE, &raw const limit);
        }
    }
}

pub fn read_null(_module: Op<'_>) -> PyResult<()> {
    suppress_core_file();
    // Through C, as reading address 0 means nothing in Rust.
    let address: *const core::ffi::c_char = black_box(ptr::null());
    // SAFETY: none: this ends the process, which is what it is for.
    black_box(unsafe { libc::strlen(address) });
    Ok(())
}

/// Sends this thread a signal.
fn raise_crash(signal: core::ffi::c_int) {
    suppress_core_file();
    // SAFETY: signals this process.
    unsafe { libc::raise(signal) };
}

pub fn sigsegv(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    args.no_keywords("faulthandler._sigsegv")?;
    if args.len() > 1 {
        return Err(raise!(TypeError, "_sigsegv() takes at most 1 argument ({} given)", args.len()));
    }
    if args.get(0).map_or(Ok(false), object::is_true)? {
        host::blocking(|| raise_crash(libc::SIGSEGV));
    } else {
        raise_crash(libc::SIGSEGV);
    }
    Ok(())
}

pub fn sigfpe(_module: Op<'_>) -> PyResult<()> {
    raise_crash(libc::SIGFPE);
    Ok(())
}

pub fn sigabrt(_module: Op<'_>) -> PyResult<()> {
    suppress_core_file();
    // SAFETY: ends the process.
    unsafe { libc::abort() }
}

pub fn fatal_error_c_thread(_module: Op<'_>) -> PyResult<()> {
    suppress_core_file();
    let thread = std::thread::Builder::new()
        .spawn(|| -> () { dump::fatal_error(Some(b"faulthandler_fatal_error_thread"), b"in new thread") });
    match thread {
        Ok(thread) => {
            host::blocking(|| thread.join().ok());
            Ok(())
        }
        Err(_) => Err(raise!(RuntimeError, "unable to start the thread")),
    }
}

/// Goes down until an address below `end` is used; how many calls that took.
#[inline(never)]
fn descend(end: usize, depth: usize) -> (usize, usize) {
    let mut buffer = [0_u8; 4096];
    let here = black_box(&raw mut buffer).addr();
    if here <= end {
        return (here, depth);
    }
    let result = black_box(descend as fn(usize, usize) -> (usize, usize))(end, depth + 1);
    black_box(&mut buffer);
    result
}

pub fn stack_overflow(_module: Op<'_>) -> PyResult<()> {
    suppress_core_file();
    let mark = 0_u8;
    let start = black_box(&raw const mark).addr();
    let (end, depth) = descend(start.saturating_sub(MOST_STACK), 0);
    Err(raise!(
        RuntimeError,
        "unable to raise a stack overflow (allocated {} bytes on the stack, {depth} recursive calls)",
        start.abs_diff(end)
    ))
}
