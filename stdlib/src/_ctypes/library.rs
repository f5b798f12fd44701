//! Shared libraries: `dlopen`, `dlsym` and their like.

use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr;
use std::ffi::CString;

use adder_interpreter::sys;
use adder_object_model::exceptions::builtin;
use adder_object_model::layout::*;
use adder_object_model::{Args, Object, Op, Owned, PyResult, Raised, bytes, int, list, object, raise, str};

use crate::host;

/// An address given as an int (`PyLong_AsVoidPtr`).
pub(super) fn address(op: Op<'_>) -> PyResult<*mut c_void> {
    if !op.is_instance::<PyLongObject>() {
        return Err(raise!(TypeError, "an integer is required"));
    }
    let value = if int::is_negative(op) { int::as_i64(op)? as u64 } else { int::as_u64(op)? };
    Ok(value as *mut c_void)
}

/// The handle of a library object.
pub(super) fn handle_of(dll: Op<'_>) -> PyResult<*mut c_void> {
    let handle = object::get_attr_str(dll, "_handle")?;
    if !handle.op().is_instance::<PyLongObject>() {
        return Err(raise!(TypeError, "the _handle attribute of the second argument must be an integer"));
    }
    address(handle.op()).map_err(|raised| {
        raised.clear();
        raise!(ValueError, "could not convert the _handle attribute to a pointer")
    })
}

/// The name of a function, given as `str` or `bytes`.
pub(super) fn symbol_name(op: Op<'_>) -> PyResult<CString> {
    let name = if let Some(name) = op.downcast::<PyBytesObject>() {
        bytes::as_slice(name).to_vec()
    } else if let Some(name) = op.downcast::<PyUnicodeObject>() {
        str::as_utf8(name)?.as_bytes().to_vec()
    } else {
        return Err(raise!(TypeError, "function name must be string, bytes object or integer"));
    };
    // As in C, a name ends at its first null.
    let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
    Ok(CString::new(name).expect("no null is left"))
}

/// The last error of the dynamic linker, if there is one.
fn last_error() -> Option<String> {
    // SAFETY: the linker's own text for this thread, copied at once.
    unsafe {
        let message = libc::dlerror();
        (!message.is_null()).then(|| String::from_utf8_lossy(CStr::from_ptr(message).to_bytes()).into_owned())
    }
}

/// The address of a symbol, or why there is none as far as the linker says.
pub(super) fn symbol(handle: *mut c_void, name: &CStr) -> Result<*mut c_void, Option<String>> {
    // Forgets an older error, so that one afterwards is this symbol's.
    last_error();
    // SAFETY: a handle of `dlopen`, or null for the program itself.
    let address = unsafe { libc::dlsym(handle, name.as_ptr()) };
    if !address.is_null() {
        return Ok(address);
    }
    Err(last_error())
}

fn os_error(message: &str) -> Raised {
    adder_object_model::errors::set_string(builtin::OSError(), message)
}

pub(super) fn dlopen(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [name, mode] = args.optional::<2>("dlopen", 1)?;
    let name = name.expect("required");
    let mode = mode.map_or(Ok(libc::RTLD_LOCAL), int::as_i32)? | libc::RTLD_NOW;
    let path = if name.is_none() { None } else { Some(path_of(name)?) };
    sys::audit("ctypes.dlopen", &[name])?;
    let pointer = path.as_ref().map_or(ptr::null(), |path| path.as_ptr());
    // Loading can run code that wants the GIL.
    let (handle, error) = host::blocking(|| {
        // SAFETY: a C string or null.
        let handle = unsafe { libc::dlopen(pointer, mode) };
        (handle as usize, if handle.is_null() { last_error() } else { None })
    });
    if handle == 0 {
        return Err(os_error(error.as_deref().unwrap_or("dlopen() error")));
    }
    int::from_usize(handle)
}

fn path_of(name: Op<'_>) -> PyResult<CString> {
    let path = str::fs_path(name)?;
    let path = match path.op().downcast::<PyUnicodeObject>() {
        Some(text) => str::encode_fs_default(text)?,
        None => path,
    };
    let path = path.op().downcast::<PyBytesObject>().expect("a path is str or bytes");
    CString::new(bytes::as_slice(path)).map_err(|_| raise!(ValueError, "embedded null byte"))
}

pub(super) fn dlclose(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    let [handle] = args.exactly::<1>("dlclose")?;
    let handle = address(handle)?;
    // SAFETY: a handle of `dlopen`, as the caller says.
    if unsafe { libc::dlclose(handle) } != 0 {
        return Err(os_error(last_error().as_deref().unwrap_or("dlclose() error")));
    }
    Ok(())
}

pub(super) fn dlsym(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [handle, name] = args.exactly::<2>("dlsym")?;
    let handle = address(handle)?;
    sys::audit("ctypes.dlsym/handle", &[args.get(0).expect("counted"), name])?;
    let name = symbol_name(name)?;
    match symbol(handle, &name) {
        Ok(address) => int::from_usize(address as usize),
        Err(Some(message)) => Err(os_error(&message)),
        Err(None) => Err(os_error(&format!("symbol '{}' not found", name.to_string_lossy()))),
    }
}

unsafe extern "C" fn note_library(entry: *mut libc::dl_phdr_info, _size: usize, found: *mut c_void) -> c_int {
    // SAFETY: the linker passes an entry, and our own vector.
    unsafe {
        let name: *const c_char = (*entry).dlpi_name;
        if !name.is_null() {
            (*found.cast::<Vec<Vec<u8>>>()).push(CStr::from_ptr(name).to_bytes().to_vec());
        }
    }
    0
}

/// The names of all libraries that are loaded.
pub(super) fn dllist(_module: Op<'_>) -> PyResult<Owned<PyListObject>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    // SAFETY: the function above with the argument that it wants.
    unsafe { libc::dl_iterate_phdr(Some(note_library), (&raw mut found).cast()) };
    let names: Vec<Object> =
        found.iter().map(|name| Ok(str::decode_fs_default(name)?.into_object())).collect::<PyResult<_>>()?;
    list::from_vec(names)
}
