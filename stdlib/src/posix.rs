//! `posix`: the operating system's calls, as `os` offers them.
//!
//! In reading order: `path` (arguments that name files), `descriptors`, `files`
//! (what a path leads to), `stat`, `directories` (`listdir`, `scandir`), `process`, `spawn`
//! (starting programs), `scheduling`, `terminals`, `timers`, `constants`. Calls that can block run without the GIL and are repeated after a
//! signal unless its handler raises (PEP 475).

mod constants;
mod descriptors;
mod directories;
mod files;
mod path;
mod process;
mod scheduling;
mod spawn;
mod stat;
mod terminals;
mod timers;

use adder_object_model::layout::*;
use adder_object_model::{Object, Op, Owned, PyResult, Raised, bytes, dict, exceptions, list, module, str};

pub(crate) use crate::host::{attempt, blocking};
pub(crate) use path::fs_name;
pub use path::Path;

/// Raises `OSError` for errno, with the path of the call.
pub(crate) fn failed(path: Option<&Path>) -> Raised {
    failed_with(&std::io::Error::last_os_error(), path)
}

pub(crate) fn failed_with(error: &std::io::Error, path: Option<&Path>) -> Raised {
    exceptions::set_io_error(error, path.map(|path| path.original.op()))
}

/// `Ok` for a result that is not negative.
pub(crate) fn check(result: i64, path: Option<&Path>) -> PyResult<i64> {
    if result < 0 { Err(failed(path)) } else { Ok(result) }
}

/// A file name from the system as `str` (with surrogates for what is not UTF-8) or bytes.
pub(crate) fn name_object(name: &[u8], as_bytes: bool) -> PyResult {
    if as_bytes {
        bytes::from_slice(name).map(Owned::into_object)
    } else {
        str::decode_fs_default(name).map(Owned::into_object)
    }
}

/// `posix.environ`: bytes to bytes.
fn create_environ() -> PyResult<Owned<PyDictObject>> {
    use std::os::unix::ffi::OsStrExt;
    let result = dict::new()?;
    for (key, value) in std::env::vars_os() {
        let key = bytes::from_slice(key.as_bytes())?;
        dict::set_default(result.borrow(), key.op(), bytes::from_slice(value.as_bytes())?.op())?;
    }
    Ok(result)
}

fn create_environ_function(_module: Op<'_>) -> PyResult<Owned<PyDictObject>> {
    create_environ()
}

/// Makes the module.
pub fn init() -> PyResult {
    let posix = module::new("posix")?;
    for table in [
        descriptors::METHODS,
        files::METHODS,
        stat::METHODS,
        directories::METHODS,
        process::METHODS,
        scheduling::METHODS,
        spawn::METHODS,
        terminals::METHODS,
        timers::METHODS,
        METHODS,
    ] {
        module::add_functions(posix.op(), table.as_ptr())?;
    }
    constants::add(posix.op())?;
    stat::add_types(posix.op())?;
    directories::add_types(posix.op())?;
    process::add_types(posix.op())?;
    scheduling::add_types(posix.op())?;
    module::add_object(posix.op(), "environ", create_environ()?.op())?;
    module::add_object(posix.op(), "error", exceptions::builtin::OSError())?;
    let have = list::new()?;
    for name in constants::HAVE_FUNCTIONS {
        list::append(have.borrow(), str::from_str(name)?.into_object())?;
    }
    module::add_object(posix.op(), "_have_functions", have.op())?;
    Ok(posix)
}

const METHODS: &[PyMethodDef] = &[
    adder_object_model::method::noargs(
        c"_create_environ",
        create_environ_function,
        c"_create_environ($module, /)\n--\n\nThe environment of the process as a dict of bytes.",
    ),
    PyMethodDef::EMPTY,
];

/// An optional argument that may be None.
pub(crate) fn given(op: Option<Op<'_>>) -> Option<Op<'_>> {
    op.filter(|op| !op.is_none())
}

/// A truth argument with a default.
pub(crate) fn flag(op: Option<Op<'_>>, default: bool) -> PyResult<bool> {
    op.map_or(Ok(default), adder_object_model::object::is_true)
}

/// A user or group id, `what` being "uid" or "gid": -1 stands for the largest.
pub(crate) fn id(what: &str, op: Op<'_>) -> PyResult<u32> {
    use adder_object_model::{int, number, raise};
    if !number::check_index(op) {
        return Err(raise!(TypeError, "{what} should be integer, not {}", op.type_name()));
    }
    match int::as_i64_and_overflow(number::index(op)?.op())? {
        Ok(-1) => Ok(u32::MAX),
        Ok(value) => u32::try_from(value).map_err(|_| raise!(OverflowError, "{what} is less than minimum")),
        Err(sign) if sign > 0 => Err(raise!(OverflowError, "{what} is greater than maximum")),
        Err(_) => Err(raise!(OverflowError, "{what} is less than minimum")),
    }
}

/// A C int argument.
pub(crate) fn int_argument(op: Op<'_>) -> PyResult<i32> {
    adder_object_model::int::as_i32(adder_object_model::number::index(op)?.op())
}

/// A tuple of new objects.
pub(crate) fn tuple_of<const N: usize>(items: [Object; N]) -> PyResult {
    adder_object_model::tuple::from_vec(items.into())
}
