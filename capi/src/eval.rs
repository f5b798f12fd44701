//! `PyEval_*`, `PySys_*`, `PyThreadState_*`, `PyGILState_*`, `PyInterpreterState_*`, locks,
//! `PyFrame_*`, `PyCode_*`, `PyContext*`, and the process: `Py_FatalError` and such.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{PyResult, dict, errors, raise, state};

use adder_interpreter::traceback::dump;

use crate::c_api;
use crate::convert::*;

/// A new reference to a name in `builtins`.
pub(crate) fn builtin(name: &str) -> PyResult<Object> {
    // SAFETY: null before start, else a live dict.
    let builtins = unsafe { Op::from_nullable(state::interp().builtins.get()) }
        .and_then(|op| op.downcast::<PyDictObject>())
        .ok_or_else(errors::bad_internal_call)?;
    dict::get_item_str(builtins, name)?.ok_or_else(|| raise!(NameError, "name '{name}' is not defined"))
}

/// A new reference to an attribute of `sys`.
pub(crate) fn sys_object(name: &str) -> PyResult<Object> {
    find_sys(name)?.ok_or_else(|| raise!(RuntimeError, "lost sys.{name}"))
}

fn find_sys(name: &str) -> PyResult<Option<Object>> {
    // SAFETY: null before start, else a live dict.
    match unsafe { Op::from_nullable(state::interp().sysdict.get()) }
        .and_then(|op| op.downcast::<PyDictObject>())
    {
        Some(sys) => dict::get_item_str(sys, name),
        None => Ok(None),
    }
}

c_api! {
    /// Borrowed, or null without an exception.
    fn PySys_GetObject(name: Text) -> PyResult<Option<Lent>> {
        Ok(quietly("PySys_GetObject()", || find_sys(name.utf8()?)).map(Lent))
    }
    /// A null value deletes.
    fn PySys_SetObject(name: Text, value: Option<Op>) -> PyResult<()> {
        // SAFETY: null before start, else a live dict.
        let sys = unsafe { Op::from_nullable(state::interp().sysdict.get()) }
            .and_then(|op| op.downcast::<PyDictObject>())
            .ok_or_else(errors::bad_internal_call)?;
        match value {
            Some(value) => dict::set_item_str(sys, name.utf8()?, value),
            None => dict::pop(sys, name.to_str()?.op()).map(drop),
        }
    }
    /// Borrowed: the options of `-X` by name.
    fn PySys_GetXOptions() -> PyResult<Lent> {
        if let Some(options) = find_sys("_xoptions")?.filter(|options| options.op().is_instance::<PyDictObject>()) {
            return Ok(Lent(options));
        }
        let options = dict::new()?.into_object();
        adder_interpreter::sys::set_object("_xoptions", Some(options.op()))?;
        Ok(Lent(options))
    }
    fn Py_GetRecursionLimit() -> c_int {
        // SAFETY: the caller holds the GIL, so there is a current thread state.
        unsafe { (*state::current()).py_recursion_limit }
    }
    fn Py_SetRecursionLimit(limit: c_int) { adder_interpreter::sys::set_recursion_limit(limit) }
    /// Borrowed from the function: its name, or its type's name.
    fn PyEval_GetFuncName(op: Op) -> PyResult<*const c_char> {
        // SAFETY: the structs of the types that are checked.
        unsafe {
            if let Some(method) = op.downcast_exact::<PyMethodObject>() {
                return Ok(PyEval_GetFuncName((*method.as_ptr()).im_func));
            }
            if let Some(function) = op.downcast_exact::<PyFunctionObject>() {
                return Ok(crate::unicode::PyUnicode_AsUTF8((*function.as_ptr()).func_name));
            }
            if let Some(function) = op.downcast_exact::<PyCFunctionObject>() {
                return Ok((*(*function.as_ptr()).m_ml).ml_name);
            }
            Ok((*op.type_ptr()).tp_name)
        }
    }
    fn PyEval_GetFuncDesc(op: Op) -> *const c_char {
        let is_function = op.is_exact::<PyMethodObject>() || op.is_exact::<PyFunctionObject>() || op.is_exact::<PyCFunctionObject>();
        if is_function { c"()".as_ptr() } else { c" object".as_ptr() }
    }
    /// Borrowed.
    fn PyEval_GetBuiltins() -> *mut PyObject { state::interp().builtins.get() }
    fn PyThreadState_GetUnchecked() -> *mut PyThreadState { state::current() }
    fn _PyThreadState_UncheckedGet() -> *mut PyThreadState { state::current() }
    /// Borrowed: a dict for what extensions keep with the interpreter.
    fn PyInterpreterState_GetDict(_interp: *mut c_void) -> PyResult<Lent> { adder_interpreter::runtime::interpreter_dict().map(Lent) }
    fn PyInterpreterState_Head() -> *mut c_void {
        // SAFETY: there is one interpreter.
        unsafe { PyInterpreterState_Get() }
    }
    fn PyInterpreterState_GetID(_interp: *mut c_void) -> i64 { 0 }
    fn Py_IsInitialized() -> c_int { 1 }
    fn Py_IsFinalizing() -> c_int { adder_interpreter::runtime::runtime().finalizing.get().into() }
}

/// `PyThreadState_Get`: the running thread's state; a fatal error without one.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_Get() -> *mut PyThreadState {
    let current = state::current();
    if current.is_null() {
        fatal("PyThreadState_Get", "the function must be called with the GIL held, but the GIL is released");
    }
    current
}

/// Ends the process with CPython's words for a broken invariant.
fn fatal(function: &str, message: &str) -> ! {
    dump::fatal_error(Some(function.as_bytes()), message.as_bytes())
}

/// `_Py_FatalErrorFunc`: says what is wrong and where Python was, and ends the process.
///
/// # Safety
/// Two zero-terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_FatalErrorFunc(function: *const c_char, message: *const c_char) -> ! {
    // SAFETY: the caller's promise.
    unsafe {
        dump::fatal_error(Some(CStr::from_ptr(function).to_bytes()), CStr::from_ptr(message).to_bytes())
    }
}

/// `Py_FatalError`.
///
/// # Safety
/// A zero-terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_FatalError(message: *const c_char) -> ! {
    // SAFETY: the caller's promise.
    dump::fatal_error(None, unsafe { CStr::from_ptr(message) }.to_bytes())
}

/// `Py_GetVersion`: `sys.version`.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_GetVersion() -> *const c_char {
    static TEXT: std::sync::OnceLock<std::ffi::CString> = std::sync::OnceLock::new();
    TEXT.get_or_init(|| std::ffi::CString::new(adder_interpreter::sys::VERSION).expect("no zeros")).as_ptr()
}

/// `Py_GetCopyright`: `sys.copyright`.
///
/// # Safety
/// None.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_GetCopyright() -> *const c_char {
    static TEXT: std::sync::OnceLock<std::ffi::CString> = std::sync::OnceLock::new();
    TEXT.get_or_init(|| std::ffi::CString::new(adder_interpreter::sys::COPYRIGHT).expect("no zeros")).as_ptr()
}

macro_rules! strings {
    ($($name:ident = $text:expr;)*) => {$(
        #[doc = concat!("`", stringify!($name), "`.")]
        ///
        /// # Safety
        /// None.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name() -> *const c_char {
            $text.as_ptr()
        }
    )*};
}
strings! {
    Py_GetPlatform = c"linux";
    Py_GetCompiler = c"[Rust]";
    Py_GetBuildInfo = c"main";
}

/// Which bytes are white space (`Py_ISSPACE` and the older functions on bytes).
#[unsafe(no_mangle)]
pub static _Py_ascii_whitespace: [u8; 128] = {
    let mut table = [0; 128];
    let mut at = 0;
    while at < 128 {
        table[at] = matches!(at, 0x09..=0x0d | 0x1c..=0x20) as u8;
        at += 1;
    }
    table
};

/// Character classes of ASCII: lower 1, upper 2, digit 4, hexadecimal 8, space 16.
#[unsafe(no_mangle)]
pub static _Py_ctype_table: [u32; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let c = at as u8;
        let mut bits = 0;
        if c.is_ascii_lowercase() {
            bits |= 1;
        }
        if c.is_ascii_uppercase() {
            bits |= 2;
        }
        if c.is_ascii_digit() {
            bits |= 4;
        }
        if c.is_ascii_hexdigit() {
            bits |= 8;
        }
        if matches!(c, 0x09..=0x0d | 0x20) {
            bits |= 16;
        }
        table[at] = bits;
        at += 1;
    }
    table
};
/// ASCII to lower case, byte by byte.
#[unsafe(no_mangle)]
pub static _Py_ctype_tolower: [u8; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        table[at] = (at as u8).to_ascii_lowercase();
        at += 1;
    }
    table
};
/// ASCII to upper case, byte by byte.
#[unsafe(no_mangle)]
pub static _Py_ctype_toupper: [u8; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        table[at] = (at as u8).to_ascii_uppercase();
        at += 1;
    }
    table
};

/// `PyOS_strtoul`: as C's, with Python's base prefixes.
///
/// # Safety
/// `text` is zero-terminated, `end` null or a place.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_strtoul(text: *const c_char, end: *mut *mut c_char, base: c_int) -> u64 {
    // SAFETY: the caller's promise.
    unsafe { strtoul(text, end, base) }
}

/// # Safety
/// As `PyOS_strtoul`.
unsafe fn strtoul(text: *const c_char, end: *mut *mut c_char, base: c_int) -> u64 {
    // SAFETY: the caller's promise.
    unsafe {
        let source = CStr::from_ptr(text).to_bytes();
        let mut at = source.iter().take_while(|c| c.is_ascii_whitespace()).count();
        let start = at;
        let prefix = |letter: u8| {
            source.get(start) == Some(&b'0')
                && source.get(start + 1).is_some_and(|c| c.eq_ignore_ascii_case(&letter))
        };
        let mut base = base as u32;
        for (letter, value) in [(b'x', 16), (b'o', 8), (b'b', 2)] {
            if (base == 0 || base == value)
                && prefix(letter)
                && source.get(at + 2).is_some_and(|&c| (c as char).is_digit(value))
            {
                base = value;
                at += 2;
                break;
            }
        }
        if base == 0 {
            base = 10;
        }
        let mut value: u64 = 0;
        let mut overflow = false;
        while let Some(digit) = source.get(at).and_then(|&c| (c as char).to_digit(base)) {
            match value.checked_mul(base.into()).and_then(|value| value.checked_add(digit.into())) {
                Some(next) => value = next,
                None => overflow = true,
            }
            at += 1;
        }
        if !end.is_null() {
            *end = text.add(at).cast_mut();
        }
        if overflow {
            *libc::__errno_location() = libc::ERANGE;
            return u64::MAX;
        }
        value
    }
}

/// `PyOS_strtol`: as C's, with Python's base prefixes.
///
/// # Safety
/// As `PyOS_strtoul`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_strtol(text: *const c_char, end: *mut *mut c_char, base: c_int) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        let blanks = CStr::from_ptr(text).to_bytes().iter().take_while(|c| c.is_ascii_whitespace()).count();
        let at = text.add(blanks);
        let sign = *at as u8;
        let at = if matches!(sign, b'+' | b'-') { at.add(1) } else { at };
        let value = strtoul(at, end, base);
        match (sign, i64::try_from(value)) {
            (b'-', Ok(value)) => -value,
            (b'-', Err(_)) if value == 1 << 63 => i64::MIN,
            (_, Ok(value)) => value,
            _ => {
                *libc::__errno_location() = libc::ERANGE;
                if sign == b'-' { i64::MIN } else { i64::MAX }
            }
        }
    }
}

/// `PyOS_mystricmp`: compares without case.
///
/// # Safety
/// Two zero-terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_mystricmp(a: *const c_char, b: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { libc::strcasecmp(a, b) }
}

/// `PyOS_mystrnicmp`: compares without case, at most `n` bytes.
///
/// # Safety
/// Two zero-terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_mystrnicmp(a: *const c_char, b: *const c_char, n: isize) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { libc::strncasecmp(a, b, n as usize) }
}

/// `PyInterpreterState_Get` and `PyInterpreterState_Main`.
///
/// # Safety
/// The GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInterpreterState_Get() -> *mut c_void {
    ptr::from_ref(state::interp()).cast_mut().cast()
}
/// See `PyInterpreterState_Get`.
///
/// # Safety
/// The GIL is held.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInterpreterState_Main() -> *mut c_void {
    ptr::from_ref(state::interp()).cast_mut().cast()
}

/// `Py_PACK_FULL_VERSION`: a version as the number `PY_VERSION_HEX` would be.
#[unsafe(no_mangle)]
pub extern "C" fn Py_PACK_FULL_VERSION(
    major: c_int,
    minor: c_int,
    micro: c_int,
    level: c_int,
    serial: c_int,
) -> u32 {
    let byte = |value: c_int| (value & 0xff) as u32;
    byte(major) << 24 | byte(minor) << 16 | byte(micro) << 8 | (level as u32 & 0xf) << 4 | serial as u32 & 0xf
}

/// `Py_PACK_VERSION`: the same for the first release candidate's place, all zero.
#[unsafe(no_mangle)]
pub extern "C" fn Py_PACK_VERSION(major: c_int, minor: c_int) -> u32 {
    Py_PACK_FULL_VERSION(major, minor, 0, 0, 0)
}

/// `_Py_GetBuiltWithAssert`: 0, extensions are served as by a release build.
#[unsafe(no_mangle)]
pub extern "C" fn _Py_GetBuiltWithAssert() -> c_int {
    0
}
