//! The module `_thread`: starting threads, and what they synchronise with.
//!
//! `locks` has lock and RLock, `handles` thread handles and the start of threads,
//! `local` thread-local attributes.

use adder_object_model::define::method;
use adder_object_model::layout::*;
use adder_object_model::{
    Args, Op, PyResult, bytes, call, errors, exceptions, float, int, module, object, raise, singletons,
    static_type, str, structseq, type_object,
};

use crate::runtime::{Slot, runtime};
use crate::{errors_display, sys, threads};

pub(crate) mod handles;
pub(crate) mod local;
mod locks;

pub use locks::{RawLock, Wait};

#[derive(Default)]
pub struct State {
    hook_args: Slot,
    handles: handles::State,
    locals: local::State,
}

/// The type of the argument of `threading.excepthook`.
fn hook_args_type() -> PyResult {
    let made = &runtime().threads.hook_args;
    if let Some(tp) = made.get() {
        return Ok(tp);
    }
    let tp = sys::struct_sequence_type(
        c"_thread._ExceptHookArgs",
        c"ExceptHookArgs\n\nWhat threading.excepthook is called with.",
        &[c"exc_type", c"exc_value", c"exc_traceback", c"thread"],
    )?;
    made.set(Some(tp.clone()));
    Ok(tp)
}

/// Prints the exception that ended a thread.
fn except_hook(_module: Op<'_>, args: Op<'_>) -> PyResult<()> {
    if args.type_ptr() != hook_args_type()?.as_ptr().cast() {
        return Err(raise!(TypeError, "_thread._excepthook argument type must be ExceptHookArgs"));
    }
    let [class, value, traceback, thread] = [0, 1, 2, 3].map(|index| structseq::get_item(args, index));
    if class.op().is(exceptions::builtin::SystemExit()) {
        return Ok(());
    }
    let mut file = sys::get_object("stderr")?.filter(|file| !file.op().is_none());
    if file.is_none() && !thread.op().is_none() {
        // The thread remembers the stream from when it was made.
        file = object::get_optional_attr_str(thread.op(), "_stderr")?.filter(|file| !file.op().is_none());
    }
    let Some(file) = file else { return Ok(()) };
    let name =
        if thread.op().is_none() { None } else { object::get_optional_attr_str(thread.op(), "_name")? };
    let name = match name {
        Some(name) => str::to_string_lossy(object::str(name.op())?.op()),
        None => threads::current_id().to_string(),
    };
    let head = str::from_string(format!("Exception in thread {name}:\n"))?;
    call::call_method(file.op(), "write", &[head.op()])?;
    if !value.op().is_none() && exceptions::get_traceback(value.op()).is_none() && !traceback.op().is_none() {
        exceptions::set_traceback(value.op(), Some(traceback.op()))?;
    }
    errors_display::display_on(file.op(), value.op())
}

fn get_ident(_module: Op<'_>) -> PyResult {
    int::from_u64(threads::current_id())
}

fn get_native_id(_module: Op<'_>) -> PyResult {
    // SAFETY: gettid cannot fail.
    int::from_i64(unsafe { libc::gettid() }.into())
}

fn get_main_ident(_module: Op<'_>) -> PyResult {
    int::from_u64(threads::main_id())
}

fn count(_module: Op<'_>) -> PyResult {
    int::from_usize(handles::running_count())
}

fn allocate_lock(_module: Op<'_>) -> PyResult {
    locks::new_lock()
}

fn exit(_module: Op<'_>) -> PyResult {
    Err(errors::set_none(exceptions::builtin::SystemExit()))
}

fn interrupt_main(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [signal] = args.optional("interrupt_main", 0)?;
    let signal = signal.map_or(Ok(libc::SIGINT), int::as_i32)?;
    if !(1..65).contains(&signal) {
        return Err(raise!(ValueError, "signal number out of range"));
    }
    crate::signals::simulate(signal);
    Ok(())
}

fn stack_size(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [size] = args.optional("stack_size", 0)?;
    let old = handles::stack_size();
    if let Some(size) = size {
        let size = int::as_isize(size)?;
        let Ok(size) = usize::try_from(size) else {
            return Err(raise!(ValueError, "size must be 0 or a positive value"));
        };
        if size != 0 && size < 32768 {
            return Err(raise!(ValueError, "size not valid: {size} bytes"));
        }
        handles::set_stack_size(size);
    }
    int::from_usize(old)
}

fn yes(_module: Op<'_>) -> PyResult<bool> {
    Ok(true)
}

/// Names of threads are cut to what the system keeps.
fn set_name(_module: Op<'_>, name: Op<'_>) -> PyResult<()> {
    let Some(text) = name.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "set_name() argument 'name' must be str, not {}", name.type_name()));
    };
    let encoded = str::encode_utf8(text, Some("replace"))?;
    // SAFETY: encoding gives bytes.
    let data = bytes::as_slice(unsafe { encoded.op().cast_unchecked() });
    // Bytes, not characters: the last one may be cut in two.
    let end = data.iter().position(|&byte| byte == 0).unwrap_or(data.len()).min(NAME_LENGTH);
    let mut data = data[..end].to_vec();
    data.push(0);
    // SAFETY: the text ends with a zero.
    unsafe { libc::pthread_setname_np(libc::pthread_self(), data.as_ptr().cast()) };
    Ok(())
}

fn get_name(_module: Op<'_>) -> PyResult {
    let mut buffer = [0u8; NAME_LENGTH + 1];
    // SAFETY: the buffer has the length stated, which the system's limit fits in.
    unsafe { libc::pthread_getname_np(libc::pthread_self(), buffer.as_mut_ptr().cast(), buffer.len()) };
    let end = buffer.iter().position(|&byte| byte == 0).unwrap_or(0);
    Ok(str::decode_fs_default(&buffer[..end])?.into_object())
}

/// The system keeps 15 bytes.
const NAME_LENGTH: usize = 15;

static FUNCTIONS: &[PyMethodDef] = &[
    method::positional(c"start_new_thread", handles::start_new_thread, c"start_new_thread($module, function, args, kwargs={}, /)\n--\n\nStart a thread that calls the function; return its identifier."),
    method::positional(c"start_new", handles::start_new_thread, c"start_new($module, function, args, kwargs={}, /)\n--\n\nAn old name of start_new_thread()."),
    method::keywords(c"start_joinable_thread", handles::start_joinable_thread, c"start_joinable_thread($module, /, function, handle=None, daemon=True)\n--\n\nStart a thread that calls the function; return its handle."),
    method::noargs(c"daemon_threads_allowed", yes, c"daemon_threads_allowed($module, /)\n--\n\nReturn whether the interpreter may have daemon threads."),
    method::noargs(c"allocate_lock", allocate_lock, c"allocate_lock($module, /)\n--\n\nMake a lock."),
    method::noargs(c"allocate", allocate_lock, c"allocate($module, /)\n--\n\nAn old name of allocate_lock()."),
    method::noargs(c"exit_thread", exit, c"exit_thread($module, /)\n--\n\nAn old name of exit()."),
    method::noargs(c"exit", exit, c"exit($module, /)\n--\n\nLeave the thread by raising SystemExit."),
    method::positional(c"interrupt_main", interrupt_main, c"interrupt_main($module, signum=signal.SIGINT, /)\n--\n\nMake the main thread see a signal."),
    method::noargs(c"get_ident", get_ident, c"get_ident($module, /)\n--\n\nReturn the identifier of the thread."),
    method::noargs(c"get_native_id", get_native_id, c"get_native_id($module, /)\n--\n\nReturn the system's identifier of the thread."),
    method::noargs(c"_count", count, c"_count($module, /)\n--\n\nReturn the number of threads that were started and run."),
    method::positional(c"stack_size", stack_size, c"stack_size($module, size=0, /)\n--\n\nReturn the stack size of new threads, and set it."),
    method::o(c"_excepthook", except_hook, c"_excepthook($module, (exc_type, exc_value, exc_traceback, thread), /)\n--\n\nPrint an exception that ended a thread."),
    method::noargs(c"_is_main_interpreter", yes, c"_is_main_interpreter($module, /)\n--\n\nReturn whether this is the main interpreter."),
    method::noargs(c"_shutdown", handles::shutdown, c"_shutdown($module, /)\n--\n\nWait for all threads that are not daemons."),
    method::o(c"_make_thread_handle", handles::make_handle, c"_make_thread_handle($module, ident, /)\n--\n\nMake a handle for a thread that runs."),
    method::noargs(c"_get_main_thread_ident", get_main_ident, c"_get_main_thread_ident($module, /)\n--\n\nReturn the identifier of the main thread."),
    method::o(c"set_name", set_name, c"set_name($module, name, /)\n--\n\nSet the system's name of the thread."),
    method::noargs(c"_get_name", get_name, c"_get_name($module, /)\n--\n\nReturn the system's name of the thread."),
    PyMethodDef::EMPTY,
];

/// Makes the module.
pub fn init() -> PyResult {
    let result = module::new("_thread")?;
    let target = result.op();
    let doc = "Threads and their synchronisation, as the module threading needs them.";
    module::add_object(target, "__doc__", str::from_str(doc)?.op())?;
    module::add_functions(target, FUNCTIONS.as_ptr())?;
    for (name, tp) in [
        ("LockType", static_type!(locks::LOCK_TYPE)),
        ("lock", static_type!(locks::LOCK_TYPE)),
        ("RLock", static_type!(locks::RLOCK_TYPE)),
        ("_ThreadHandle", static_type!(handles::HANDLE_TYPE)),
        ("_local", static_type!(local::LOCAL_TYPE)),
    ] {
        type_object::ready(tp)?;
        module::add_object(target, name, tp.as_object())?;
    }
    module::add_object(target, "error", exceptions::builtin::RuntimeError())?;
    module::add_object(target, "_ExceptHookArgs", hook_args_type()?.op())?;
    module::add_object(target, "TIMEOUT_MAX", float::new(locks::TIMEOUT_MAX)?.op())?;
    module::add_object(target, "_NAME_MAXLEN", int::from_usize(NAME_LENGTH)?.op())?;
    Ok(result)
}

/// Waits for the threads that are not daemons, if nobody did through `threading`.
pub fn join_all() -> PyResult<()> {
    handles::shutdown(singletons::none())
}
