//! Tracebacks written to a file descriptor while nothing can be trusted: from a signal handler,
//! or from a thread that does not hold the GIL (`_Py_DumpTraceback` and its family).
//!
//! Nothing here allocates, takes a lock or touches a reference count. What is read may be
//! half changed by another thread; the walk is bounded, so that at worst the text is wrong.

use core::ffi::{CStr, c_int, c_void};
use core::mem::size_of;
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{Borrowed, Op, dict, set, state};

use crate::frame::{self, FramePtr};
use crate::runtime::runtime;
use crate::{code, threads};

const MOST_FRAMES: usize = 100;
const MOST_THREADS: usize = 100;
const LONGEST_STRING: usize = 500;
const MOST_C_FRAMES: usize = 32;

/// Writes all of `text`, as far as the descriptor takes it.
pub fn put(fd: c_int, text: &[u8]) {
    let mut rest = text;
    while !rest.is_empty() {
        // SAFETY: the bytes are readable.
        let written = unsafe { libc::write(fd, rest.as_ptr().cast(), rest.len()) };
        if written > 0 {
            rest = &rest[written as usize..];
        // SAFETY: the C library's errno of this thread.
        } else if written == 0 || unsafe { *libc::__errno_location() } != libc::EINTR {
            return;
        }
    }
}

/// A number in decimal (`_Py_DumpDecimal`).
pub fn put_decimal(fd: c_int, mut value: usize) {
    let mut digits = [0; 20];
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    put(fd, &digits[start..]);
}

/// A number in hexadecimal with at least `width` digits (`_Py_DumpHexadecimal`).
pub fn put_hexadecimal(fd: c_int, mut value: usize, width: usize) {
    let mut digits = [b'0'; 2 * size_of::<usize>()];
    let mut start = digits.len();
    while value != 0 || digits.len() - start < width.max(1) {
        start -= 1;
        digits[start] = b"0123456789abcdef"[value & 15];
        value >>= 4;
        if start == 0 {
            break;
        }
    }
    put(fd, &digits[start..]);
}

/// A string, with everything but printable ASCII escaped (`_Py_DumpASCII`).
///
/// # Safety
/// `text` is null or points to a string.
unsafe fn put_string(fd: c_int, text: *mut PyObject) {
    // SAFETY: the caller's promise; the state says where the characters are.
    unsafe {
        let header = text.cast::<PyASCIIObject>();
        let form = (*header).state;
        let data: *const u8 = match (form.compact(), form.ascii()) {
            (true, true) => header.add(1).cast(),
            (true, false) => text.cast::<PyCompactUnicodeObject>().add(1).cast(),
            (false, _) => (*text.cast::<PyUnicodeObject>()).data.any.cast(),
        };
        if data.is_null() {
            return;
        }
        let length = (*header).length.max(0) as usize;
        let shown = length.min(LONGEST_STRING);
        let printable = |point: u32| (0x20..0x7f).contains(&point);
        let plain = core::slice::from_raw_parts(data, if form.ascii() { shown } else { 0 });
        if form.ascii() && plain.iter().all(|&byte| printable(byte.into())) {
            put(fd, plain);
        } else {
            for index in 0..shown {
                let point = match form.kind() {
                    1 => (*data.add(index)).into(),
                    2 => (*data.cast::<u16>().add(index)).into(),
                    _ => *data.cast::<u32>().add(index),
                };
                put_escaped(fd, point, printable(point));
            }
        }
        if shown < length {
            put(fd, b"...");
        }
    }
}

fn put_escaped(fd: c_int, point: u32, printable: bool) {
    let (prefix, width) = match point {
        _ if printable => return put(fd, &[point as u8]),
        0..=0xff => (b"\\x", 2),
        0x100..=0xffff => (b"\\u", 4),
        _ => (b"\\U", 8),
    };
    put(fd, prefix);
    put_hexadecimal(fd, point as usize, width);
}

/// Whether a pointer is one to a string; `None` objects and the like are not.
///
/// # Safety
/// `op` is null or points to an object.
unsafe fn is_string(op: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    !op.is_null() && unsafe { Op::from_ptr(op) }.is_instance::<PyUnicodeObject>()
}

/// One line: `  File "xxx", line xxx in xxx`.
///
/// # Safety
/// `frame` runs code.
unsafe fn put_frame(fd: c_int, frame: FramePtr) {
    // SAFETY: the caller's promise; a code object's fields do not change.
    unsafe {
        let code = frame::code_of(frame);
        put(fd, b"  File ");
        if is_string(code.co_filename) {
            put(fd, b"\"");
            put_string(fd, code.co_filename);
            put(fd, b"\"");
        } else {
            put(fd, b"???");
        }
        put(fd, b", line ");
        match code::line_at(code, frame::last_instruction(frame)) {
            line if line >= 0 => put_decimal(fd, line as usize),
            _ => put(fd, b"???"),
        }
        put(fd, b" in ");
        if is_string(code.co_name) {
            put_string(fd, code.co_name);
        } else {
            put(fd, b"???");
        }
        put(fd, b"\n");
    }
}

/// The next frame outwards that runs code, from `frame` on, or null.
///
/// # Safety
/// `frame` is null or one of a thread's frames.
unsafe fn running_code(mut frame: FramePtr) -> FramePtr {
    // SAFETY: the caller's promise.
    unsafe {
        while !frame.is_null() && (*frame).owner >= FRAME_OWNED_BY_INTERPRETER {
            frame = (*frame).previous;
        }
    }
    frame
}

/// # Safety
/// `thread` is a thread state that is not freed meanwhile.
unsafe fn put_frames(fd: c_int, thread: *mut PyThreadState) {
    // SAFETY: the caller's promise. Another thread's frames may change while they are read.
    unsafe {
        let mut frame = running_code((*thread).current_frame);
        if frame.is_null() {
            return put(fd, b"  <no Python frame>\n");
        }
        for _ in 0..MOST_FRAMES {
            put_frame(fd, frame);
            frame = running_code((*frame).previous);
            if frame.is_null() {
                return;
            }
        }
        put(fd, b"  ...\n");
    }
}

/// One thread's frames, innermost first (`_Py_DumpTraceback`).
///
/// # Safety
/// `thread` is a thread state that is not freed meanwhile.
pub unsafe fn one_thread(fd: c_int, thread: *mut PyThreadState) {
    put(fd, b"Stack (most recent call first):\n");
    // SAFETY: the caller's promise.
    unsafe { put_frames(fd, thread) };
}

/// The name that the system has for a thread, in brackets.
unsafe fn put_thread_name(fd: c_int, thread: *mut PyThreadState) {
    let mut name = [0; 100];
    // SAFETY: a thread state belongs to a thread that has not ended; the buffer is writable.
    let status = unsafe { libc::pthread_getname_np((*thread).thread_id, name.as_mut_ptr(), name.len()) };
    // SAFETY: the call ends the name with a zero.
    let name = unsafe { CStr::from_ptr(name.as_ptr()) }.to_bytes();
    if status == 0 && !name.is_empty() {
        put(fd, b" [");
        put(fd, name);
        put(fd, b"]");
    }
}

/// Every thread's frames (`_Py_DumpTracebackThreads`), newest thread first; `current` may be null.
///
/// # Safety
/// `current` is null or this thread's state, or that of the thread that holds the GIL.
pub unsafe fn all_threads(fd: c_int, current: *mut PyThreadState) {
    let mut thread = threads::newest();
    if thread.is_null() {
        return;
    }
    let mut count = 0;
    while !thread.is_null() {
        if count != 0 {
            put(fd, b"\n");
        }
        if count >= MOST_THREADS {
            return put(fd, b"...\n");
        }
        let is_current = thread == current;
        put(fd, if is_current { b"Current thread 0x" } else { b"Thread 0x" });
        // SAFETY: states in the list are alive unless their thread ends just now, which is the risk
        // that this function takes.
        unsafe {
            put_hexadecimal(fd, (*thread).thread_id as usize, 2 * size_of::<usize>());
            put_thread_name(fd, thread);
            put(fd, b" (most recent call first):\n");
            if is_current && (*(*thread).interp.cast::<state::PyInterpreterState>()).gc.collecting.get() {
                put(fd, b"  Garbage-collecting\n");
            }
            put_frames(fd, thread);
            thread = (*thread).next;
        }
        count += 1;
    }
}

/// `sys.stdlib_module_names`, if it is there.
///
/// # Safety
/// The interpreter has been started.
unsafe fn stdlib_names<'a>(interp: &state::PyInterpreterState) -> Option<Borrowed<'a, PySetObject>> {
    // SAFETY: null or the dict, which the interpreter keeps alive.
    let namespace = unsafe { Borrowed::<PyDictObject>::from_nullable(interp.sysdict.get().cast())? };
    let mut position = 0;
    while let Some((key, value, _)) = dict::next(namespace, &mut position) {
        if same_text(key.as_ptr(), b"stdlib_module_names") {
            return set::downcast_any(value);
        }
    }
    None
}

/// The text of a compact ASCII string.
fn ascii<'a>(op: *mut PyObject) -> Option<&'a [u8]> {
    // SAFETY: `op` is a live object; the state says where the characters are.
    unsafe {
        let header = op.cast::<PyASCIIObject>();
        if !is_string(op) || !(*header).state.compact() || !(*header).state.ascii() {
            return None;
        }
        Some(core::slice::from_raw_parts(header.add(1).cast(), (*header).length as usize))
    }
}

fn same_text(op: *mut PyObject, text: &[u8]) -> bool {
    ascii(op) == Some(text)
}

/// Whether a module is made by native code: one of a library, or one of ours.
fn is_extension(name: Op<'_>, module: Op<'_>) -> bool {
    let Some(module) = module.downcast::<PyModuleObject>() else { return false };
    // SAFETY: a definition outlives its modules.
    if !module.md_def.is_null() && unsafe { !(*module.md_def).m_methods.is_null() } {
        return true;
    }
    let Ok(known) = runtime().builtin_modules.try_borrow() else { return false };
    known.iter().any(|(known, _)| same_text(name.as_ptr(), known.as_bytes()))
}

/// The line of extension modules that have been imported, without those of the standard library
/// (`_Py_DumpExtensionModules`).
///
/// # Safety
/// The interpreter has been started.
pub unsafe fn extension_modules(fd: c_int, interp: *mut PyInterpreterState) {
    if interp.is_null() {
        return;
    }
    // SAFETY: the caller's promise; `sys.modules` is a dict or null.
    unsafe {
        let interp = &*interp.cast::<state::PyInterpreterState>();
        let Some(modules) = Op::from_nullable(interp.modules.get()) else { return };
        let Some(modules) = modules.downcast::<PyDictObject>() else { return };
        let stdlib = stdlib_names(interp);
        let mut position = 0;
        let mut count = 0;
        while let Some((key, module, _)) = dict::next(modules, &mut position) {
            if !is_string(key.as_ptr()) || !is_extension(key, module) || is_among(stdlib, key) {
                continue;
            }
            put(fd, if count == 0 { b"\nExtension modules: " } else { b", " });
            put_string(fd, key.as_ptr());
            count += 1;
        }
        if count != 0 {
            put(fd, b" (total: ");
            put_decimal(fd, count);
            put(fd, b")\n");
        }
    }
}

/// Whether a name is in a set of names; compares texts, as hashing may run code.
fn is_among(names: Option<Borrowed<'_, PySetObject>>, name: Op<'_>) -> bool {
    let (Some(names), Some(text)) = (names, ascii(name.as_ptr())) else { return false };
    let mut position = 0;
    while let Some((element, _)) = set::next(names, &mut position) {
        if same_text(element.as_ptr(), text) {
            return true;
        }
    }
    false
}

/// Loads what `c_stack` needs, so that it does not happen inside a signal handler.
pub fn prepare_c_stack() {
    let mut address = ptr::null_mut();
    // SAFETY: room for one address.
    unsafe { libc::backtrace(&raw mut address, 1) };
}

/// The native calls of this thread, innermost first (`_Py_DumpStack`).
pub fn c_stack(fd: c_int) {
    put(fd, b"Current thread's C stack trace (most recent call first):\n");
    let mut addresses: [*mut c_void; MOST_C_FRAMES] = [ptr::null_mut(); MOST_C_FRAMES];
    // SAFETY: room for that many addresses.
    let count = unsafe { libc::backtrace(addresses.as_mut_ptr(), MOST_C_FRAMES as c_int) };
    if count <= 0 {
        return put(fd, b"  <system returned no stack trace>\n");
    }
    for &address in &addresses[..count as usize] {
        put_c_frame(fd, address);
    }
    if count as usize == MOST_C_FRAMES {
        put(fd, b"  <truncated rest of calls>\n");
    }
}

/// One line: `  Binary file "xxx", at xxx+0xx [0xx]`.
fn put_c_frame(fd: c_int, address: *mut c_void) {
    // SAFETY: all zero is a valid value; the call fills it in.
    let mut info: libc::Dl_info = unsafe { core::mem::zeroed() };
    // SAFETY: any address may be asked about.
    let found = unsafe { libc::dladdr(address, &raw mut info) } != 0;
    put(fd, b"  Binary file \"");
    if found && !info.dli_fname.is_null() {
        // SAFETY: a C string that the loader keeps.
        put(fd, unsafe { CStr::from_ptr(info.dli_fname) }.to_bytes());
    } else {
        put(fd, b"<unknown>");
    }
    put(fd, b"\"");
    if found {
        put(fd, b", at ");
        let base = if info.dli_sname.is_null() {
            info.dli_fbase
        } else {
            // SAFETY: a C string that the loader keeps.
            put(fd, unsafe { CStr::from_ptr(info.dli_sname) }.to_bytes());
            info.dli_saddr
        };
        put(fd, if address >= base { b"+0x" } else { b"-0x" });
        put_hexadecimal(fd, address.addr().abs_diff(base.addr()), 0);
    }
    put(fd, b" [0x");
    put_hexadecimal(fd, address.addr(), 0);
    put(fd, b"]\n");
}

/// Says what is wrong, with all that can be known, and ends the process (`Py_FatalError`).
pub fn fatal_error(function: Option<&[u8]>, message: &[u8]) -> ! {
    let fd = libc::STDERR_FILENO;
    put(fd, b"Fatal Python error: ");
    if let Some(function) = function {
        put(fd, function);
        put(fd, b": ");
    }
    put(fd, message);
    put(fd, b"\nPython runtime state: ");
    put(
        fd,
        match () {
            () if runtime().finalizing.get() => b"finalizing".as_slice(),
            () if runtime().initialized.get() => b"initialized",
            () => b"core initialized",
        },
    );
    put(fd, b"\n\n");
    let thread = threads::of_this_thread();
    // SAFETY: this thread's own state, or null; the interpreter lives as long as its threads.
    unsafe {
        all_threads(fd, thread);
        let any = if thread.is_null() { threads::newest() } else { thread };
        if !any.is_null() {
            extension_modules(fd, (*any).interp);
        }
    }
    std::process::abort()
}
