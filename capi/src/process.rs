//! `PyOS_*` and `Py_AtExit`: forks, signals, and the end of the process.

use core::ffi::{c_char, c_int, c_void};

use adder_interpreter::{at_exit, fork, signals};
use adder_object_model::float::{Style, to_text};
use adder_object_model::{alloc, errors};

use crate::convert::run;

/// `PyOS_BeforeFork`: what runs before a fork that an extension makes.
///
/// # Safety
/// The GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_BeforeFork() {
    fork::before();
}

/// `PyOS_AfterFork_Parent`: what runs in the parent after it.
///
/// # Safety
/// The GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_AfterFork_Parent() {
    fork::after_in_parent();
}

/// `PyOS_AfterFork_Child`: what runs in the child, where only this thread is left.
///
/// # Safety
/// The thread held the GIL when it forked.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_AfterFork_Child() {
    fork::after_in_child();
}

/// `PyErr_SetInterrupt`: as if Ctrl-C had been pressed.
///
/// # Safety
/// None; any thread may call it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SetInterrupt() {
    signals::simulate(libc::SIGINT);
}

/// `PyOS_setsig`: the system's handler of a signal; the one before, or `SIG_ERR`.
///
/// # Safety
/// `handler` is a handler, `SIG_DFL` or `SIG_IGN`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_setsig(signal: c_int, handler: libc::sighandler_t) -> libc::sighandler_t {
    // SAFETY: zeros are a valid start; the caller's promise about the handler.
    unsafe {
        let (mut new, mut old): (libc::sigaction, libc::sigaction) =
            (core::mem::zeroed(), core::mem::zeroed());
        new.sa_sigaction = handler;
        // A handler runs on the alternative stack, if the thread has one: faulthandler needs it.
        new.sa_flags = libc::SA_ONSTACK;
        libc::sigemptyset(&mut new.sa_mask);
        if libc::sigaction(signal, &new, &mut old) < 0 { libc::SIG_ERR } else { old.sa_sigaction }
    }
}

/// `Py_AtExit`: a function for the very end, when there is no interpreter any more; 0, or -1 if there are too many.
///
/// # Safety
/// `function` uses nothing of the C API.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_AtExit(function: Option<unsafe extern "C" fn()>) -> c_int {
    match function {
        Some(function) if at_exit::add_native(function) => 0,
        _ => -1,
    }
}

/// `PyUnstable_AtExit`: a function that runs with those of `atexit`; 0, or -1 with an exception.
///
/// # Safety
/// `function` can be called with `data` once, with the GIL held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnstable_AtExit(
    _interp: *mut c_void,
    function: Option<unsafe extern "C" fn(*mut c_void)>,
    data: *mut c_void,
) -> c_int {
    run(|| match function {
        Some(function) => {
            at_exit::add_call(function, data);
            Ok(0)
        }
        None => Err(errors::bad_internal_call()),
    })
}

/// What kind of number `PyOS_double_to_string` has written.
const FINITE: c_int = 0;
const INFINITE: c_int = 1;
const NAN: c_int = 2;

/// `PyOS_double_to_string`: a number as text in memory of `PyMem_Malloc`, or null with an exception.
///
/// # Ownership
/// The caller frees the text with `PyMem_Free`.
///
/// # Safety
/// `kind` is null or a place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_double_to_string(
    value: f64,
    code: c_char,
    precision: c_int,
    flags: c_int,
    kind: *mut c_int,
) -> *mut c_char {
    const SIGN: c_int = 1;
    const ADD_DOT_0: c_int = 2;
    const ALT: c_int = 4;
    const NO_NEG_0: c_int = 8;
    run(|| {
        let code = char::from(code as u8);
        if !matches!(code, 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'r') || (code == 'r' && precision != 0) {
            return Err(errors::bad_internal_call());
        }
        let style = Style {
            plus: flags & SIGN != 0,
            dot_zero: flags & ADD_DOT_0 != 0,
            alternate: flags & ALT != 0,
            no_negative_zero: flags & NO_NEG_0 != 0,
        };
        let text = to_text(value, code, precision.max(0) as usize, style);
        if !kind.is_null() {
            let found = if value.is_nan() {
                NAN
            } else if value.is_infinite() {
                INFINITE
            } else {
                FINITE
            };
            // SAFETY: the caller's place.
            unsafe { *kind = found };
        }
        let block = alloc::malloc(text.len() + 1).cast::<u8>();
        if block.is_null() {
            return Err(errors::no_memory());
        }
        // SAFETY: the block has room for the text and a zero.
        unsafe {
            core::ptr::copy_nonoverlapping(text.as_ptr(), block, text.len());
            *block.add(text.len()) = 0;
        }
        Ok(block.cast::<c_char>())
    })
}

/// A name that C code only reads.
#[repr(transparent)]
pub struct Name(*const c_char);
// SAFETY: the text is constant.
unsafe impl Sync for Name {}

/// `Py_FileSystemDefaultEncoding`, which old code reads in place of asking `sys`.
#[unsafe(no_mangle)]
pub static Py_FileSystemDefaultEncoding: Name = Name(c"utf-8".as_ptr());
/// `Py_FileSystemDefaultEncodeErrors`.
#[unsafe(no_mangle)]
pub static Py_FileSystemDefaultEncodeErrors: Name = Name(c"surrogateescape".as_ptr());
/// `Py_HasFileSystemDefaultEncoding`: the names are not the extension's to free.
#[unsafe(no_mangle)]
pub static Py_HasFileSystemDefaultEncoding: c_int = 1;
