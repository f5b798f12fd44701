//! The `faulthandler` module: where Python was when the process crashed, hung or was asked.
//!
//! Reading order: here the module's functions and their arguments, `faulthandler/fatal.rs`
//! (crashes), `faulthandler/later.rs` (the watchdog), `faulthandler/user.rs` (signals that ask),
//! `faulthandler/crashes.rs` (crashes for tests). The text itself is the interpreter's
//! `traceback::dump`.
//!
//! What a signal handler reads is in atomics, written before the handler is installed.

use core::ffi::c_int;
use core::sync::atomic::{AtomicBool, Ordering};

use adder_interpreter::traceback::dump;
use adder_interpreter::{sys, threads};
use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, PyResult, Signature, call, int, method, object, raise, singletons, state,
};

use crate::host;

mod crashes;
mod fatal;
mod later;
mod user;

/// A descriptor to write to, and the object that keeps it open.
struct Output {
    file: Object,
    fd: c_int,
}

/// Where the `file` argument leads: a descriptor or a file, by default `sys.stderr`.
fn output(file: Option<Op<'_>>) -> PyResult<Output> {
    let file = match file.filter(|file| !file.is_none()) {
        Some(file) => file.to_owned(),
        None => match sys::get_object("stderr")? {
            None => return Err(raise!(RuntimeError, "lost sys.stderr")),
            Some(stderr) if stderr.op().is_none() => return Err(raise!(RuntimeError, "sys.stderr is None")),
            Some(stderr) => stderr,
        },
    };
    if file.op().is_instance::<PyLongObject>() {
        if file.op().type_name() == "bool" {
            let warn = state::hooks().warn;
            warn(builtin::RuntimeWarning(), "bool is used as a file descriptor", 1)?;
        }
        let fd = int::as_i32(file.op())?;
        if fd < 0 {
            return Err(raise!(ValueError, "file is not a valid file descriptor"));
        }
        return Ok(Output { file: singletons::new_none(), fd });
    }
    let number = call::call_method_noargs(file.op(), "fileno")?;
    let fd = if number.op().is_instance::<PyLongObject>() {
        int::as_i64_and_overflow(number.op())?.ok().and_then(|fd| c_int::try_from(fd).ok())
    } else {
        None
    };
    let Some(fd) = fd.filter(|&fd| fd >= 0) else {
        return Err(raise!(RuntimeError, "file.fileno() is not a valid file descriptor"));
    };
    if let Err(error) = call::call_method_noargs(file.op(), "flush") {
        error.clear();
    }
    Ok(Output { file, fd })
}

/// A truth argument with its default.
fn truth(argument: Option<Op<'_>>, default: bool) -> PyResult<bool> {
    argument.map_or(Ok(default), object::is_true)
}

/// Writes the stack of this thread or of all, from a signal handler: once at a time.
fn dump_from_handler(fd: c_int, all_threads: bool) {
    static RUNNING: AtomicBool = AtomicBool::new(false);
    if RUNNING.swap(true, Ordering::SeqCst) {
        return;
    }
    // A thread that waits for the GIL has a state all the same.
    let thread = threads::of_this_thread();
    // SAFETY: this thread's own state.
    unsafe {
        if all_threads {
            dump::all_threads(fd, thread);
        } else if !thread.is_null() {
            dump::one_thread(fd, thread);
        }
    }
    RUNNING.store(false, Ordering::SeqCst);
}

fn dump_traceback(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    static SIGNATURE: Signature<2> = Signature::new("dump_traceback", ["file", "all_threads"]);
    let [file, all_threads] = args.parse(&SIGNATURE)?;
    let all_threads = truth(all_threads, true)?;
    let output = output(file)?;
    // SAFETY: this thread's own state.
    unsafe {
        if all_threads {
            dump::all_threads(output.fd, state::current());
        } else {
            dump::one_thread(output.fd, state::current());
        }
    }
    host::check_signals()
}

fn dump_c_stack(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    static SIGNATURE: Signature<1> = Signature::new("dump_c_stack", ["file"]);
    let [file] = args.parse(&SIGNATURE)?;
    let output = output(file)?;
    dump::c_stack(output.fd);
    host::check_signals()
}

static FUNCTIONS: [PyMethodDef; 16] = [
    method::keywords(
        c"enable",
        fatal::enable,
        c"enable($module, /, file=sys.stderr, all_threads=True)\n--\n\nEnable the fault handler.",
    ),
    method::noargs(
        c"disable",
        fatal::disable,
        c"disable($module, /)\n--\n\nDisable the fault handler.",
    ),
    method::noargs(
        c"is_enabled",
        fatal::is_enabled,
        c"is_enabled($module, /)\n--\n\nCheck if the handler is enabled.",
    ),
    method::keywords(
        c"dump_traceback",
        dump_traceback,
        c"dump_traceback($module, /, file=sys.stderr, all_threads=True)\n--\n\nWrite the traceback of this thread or of all threads into file.",
    ),
    method::keywords(
        c"dump_c_stack",
        dump_c_stack,
        c"dump_c_stack($module, /, file=sys.stderr)\n--\n\nWrite the native calls of this thread into file.",
    ),
    method::keywords(
        c"dump_traceback_later",
        later::dump_traceback_later,
        c"dump_traceback_later($module, /, timeout, repeat=False, file=sys.stderr, exit=False)\n--\n\nWrite the traceback of all threads after so many seconds, once or again and again.",
    ),
    method::noargs(
        c"cancel_dump_traceback_later",
        later::cancel_dump_traceback_later,
        c"cancel_dump_traceback_later($module, /)\n--\n\nTake the last call of dump_traceback_later() back.",
    ),
    method::keywords(
        c"register",
        user::register,
        c"register($module, /, signum, file=sys.stderr, all_threads=True, chain=False)\n--\n\nWrite the traceback of this thread or of all threads into file when a signal comes.",
    ),
    method::o(
        c"unregister",
        user::unregister,
        c"unregister($module, signum, /)\n--\n\nTake a call of register() back.",
    ),
    method::noargs(c"_read_null", crashes::read_null, c"_read_null($module, /)\n--\n\nRead from address 0."),
    method::positional(
        c"_sigsegv",
        crashes::sigsegv,
        c"_sigsegv($module, release_gil=False, /)\n--\n\nRaise a SIGSEGV signal.",
    ),
    method::noargs(
        c"_fatal_error_c_thread",
        crashes::fatal_error_c_thread,
        c"_fatal_error_c_thread($module, /)\n--\n\nCall Py_FatalError() in a thread without Python.",
    ),
    method::noargs(c"_sigabrt", crashes::sigabrt, c"_sigabrt($module, /)\n--\n\nRaise a SIGABRT signal."),
    method::noargs(c"_sigfpe", crashes::sigfpe, c"_sigfpe($module, /)\n--\n\nRaise a SIGFPE signal."),
    method::noargs(
        c"_stack_overflow",
        crashes::stack_overflow,
        c"_stack_overflow($module, /)\n--\n\nUse up the native stack.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    host::new_module("faulthandler", "faulthandler module.", &FUNCTIONS)
}
