//! The `_posixshmem` module: opening and removing named shared memory.

use std::ffi::CString;

use adder_object_model::args::Signature;
use adder_object_model::layout::*;
use adder_object_model::{Args, Op, PyResult, exceptions, int, method, raise, str};

use crate::host;

/// A path as the C library takes it; only `str` is one here.
fn path_argument(function: &str, path: Op<'_>, position: &str) -> PyResult<CString> {
    let Some(text) = path.downcast::<PyUnicodeObject>() else {
        return Err(raise!(
            TypeError,
            "{function}() argument {position}must be str, not {}",
            path.type_name()
        ));
    };
    CString::new(str::as_utf8(text)?).map_err(|_| raise!(ValueError, "embedded null character"))
}

fn shm_open(_module: Op<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<3> = Signature::new("shm_open", ["path", "flags", "mode"]).required(2);
    let [path, flags, mode] = args.parse(&SIGNATURE)?;
    let path = path.expect("required");
    let name = path_argument("shm_open", path, "1 ")?;
    let flags = int::as_i32(flags.expect("required"))? | libc::O_CLOEXEC;
    let mode = mode.map_or(Ok(0o777), int::as_i32)?;
    loop {
        let (descriptor, error) = host::blocking(|| {
            // SAFETY: the name is a C string.
            let descriptor = unsafe { libc::shm_open(name.as_ptr(), flags, mode as libc::mode_t) };
            (descriptor, std::io::Error::last_os_error())
        });
        if descriptor >= 0 {
            return int::from_i64(descriptor.into());
        }
        if error.raw_os_error() != Some(libc::EINTR) {
            return Err(exceptions::set_io_error(&error, Some(path)));
        }
        host::check_signals()?;
    }
}

fn shm_unlink(_module: Op<'_>, args: Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature<1> = Signature::new("shm_unlink", ["path"]).required(1);
    let [path] = args.parse(&SIGNATURE)?;
    let path = path.expect("required");
    let name = path_argument("shm_unlink", path, "")?;
    loop {
        let (failed, error) = host::blocking(|| {
            // SAFETY: the name is a C string.
            let failed = unsafe { libc::shm_unlink(name.as_ptr()) } < 0;
            (failed, std::io::Error::last_os_error())
        });
        if !failed {
            return Ok(());
        }
        if error.raw_os_error() != Some(libc::EINTR) {
            return Err(exceptions::set_io_error(&error, Some(path)));
        }
        host::check_signals()?;
    }
}

static FUNCTIONS: [PyMethodDef; 3] = [
    method::keywords(
        c"shm_open",
        shm_open,
        c"shm_open($module, /, path, flags, mode=511)\n--\n\nOpen a shared memory object.  Returns a file descriptor (integer).",
    ),
    method::keywords(
        c"shm_unlink",
        shm_unlink,
        c"shm_unlink($module, /, path)\n--\n\nRemove a shared memory object's name.\n\nThe memory itself goes when no process maps it any more.",
    ),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    host::new_module("_posixshmem", "POSIX shared memory module", &FUNCTIONS)
}
