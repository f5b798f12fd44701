//! The `pwd` module: the database of users.

use std::ffi::CString;

use adder_object_model::layout::*;
use adder_object_model::{
    Object, Op, Owned, PyResult, int, list, method, module, object, raise, str, structseq,
};

use crate::host;

/// A text of the database, as the file system's encoding reads it.
unsafe fn text(text: *const core::ffi::c_char) -> PyResult {
    // SAFETY: the caller passes a C string or null.
    Ok(str::decode_fs_default(unsafe { host::c_bytes(text) })?.into_object())
}

fn entry(module: Op<'_>, entry: &libc::passwd) -> PyResult {
    // SAFETY: the texts of an entry are C strings.
    let values = unsafe {
        vec![
            text(entry.pw_name)?,
            text(entry.pw_passwd)?,
            int::from_i64(entry.pw_uid.into())?,
            int::from_i64(entry.pw_gid.into())?,
            text(entry.pw_gecos)?,
            text(entry.pw_dir)?,
            text(entry.pw_shell)?,
        ]
    };
    host::struct_sequence(&object::get_attr_str(module, "struct_passwd")?, values)
}

/// A name as the C library wants it.
pub(crate) fn name_argument(function: &str, op: Op<'_>) -> PyResult<CString> {
    let Some(text) = op.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "{function}() argument must be str, not {}", op.type_name()));
    };
    let bytes = str::encode_fs_default(text)?;
    // SAFETY: encoding gives bytes.
    let bytes = adder_object_model::bytes::as_slice(unsafe { bytes.op().cast_unchecked() });
    CString::new(bytes).map_err(|_| raise!(ValueError, "embedded null byte"))
}

/// A user or group number; `None` where no such number can exist.
pub(crate) fn id_argument(what: &str, op: Op<'_>) -> PyResult<Option<u32>> {
    if !adder_object_model::number::check_index(op) {
        return Err(raise!(TypeError, "{what} should be integer, not {}", op.type_name()));
    }
    let number = adder_object_model::number::index(op)?;
    match int::as_i64_and_overflow(number.op())? {
        Ok(-1) => Ok(Some(u32::MAX)),
        Ok(value) => Ok(u32::try_from(value).ok()),
        Err(_) => Ok(None),
    }
}

fn getpwnam(module: Op<'_>, name: Op<'_>) -> PyResult {
    let text = name_argument("getpwnam", name)?;
    // SAFETY: a C string; the entry is read before the next call.
    let found = unsafe { libc::getpwnam(text.as_ptr()) };
    if found.is_null() {
        let shown = str::to_string_lossy(object::repr(name)?.op());
        return Err(raise!(KeyError, "getpwnam(): name not found: {shown}"));
    }
    // SAFETY: not null.
    entry(module, unsafe { &*found })
}

fn getpwuid(module: Op<'_>, uid: Op<'_>) -> PyResult {
    let Some(uid) = id_argument("uid", uid)? else {
        return Err(raise!(KeyError, "getpwuid(): uid not found"));
    };
    // SAFETY: has no conditions; the entry is read before the next call.
    let found = unsafe { libc::getpwuid(uid) };
    if found.is_null() {
        return Err(raise!(KeyError, "getpwuid(): uid not found: {uid}"));
    }
    // SAFETY: not null.
    entry(module, unsafe { &*found })
}

fn getpwall(module: Op<'_>) -> PyResult<Owned<PyListObject>> {
    let mut found: Vec<Object> = Vec::new();
    // SAFETY: the three functions share a position, which only this function moves; each
    // entry is read before the next call.
    unsafe {
        libc::setpwent();
        loop {
            let next = libc::getpwent();
            if next.is_null() {
                break;
            }
            match entry(module, &*next) {
                Ok(value) => found.push(value),
                Err(raised) => {
                    libc::endpwent();
                    return Err(raised);
                }
            }
        }
        libc::endpwent();
    }
    list::from_vec(found)
}

static FUNCTIONS: [PyMethodDef; 4] = [
    method::o(
        c"getpwuid",
        getpwuid,
        c"getpwuid($module, uidobj, /)\n--\n\nReturn the entry of the user with this number.",
    ),
    method::o(c"getpwnam", getpwnam, c"getpwnam($module, name, /)\n--\n\nReturn the entry of the user with this name."),
    method::noargs(c"getpwall", getpwall, c"getpwall($module, /)\n--\n\nReturn a list of all entries."),
    PyMethodDef::EMPTY,
];

pub fn init() -> PyResult {
    let result: Object = host::new_module("pwd", "The database of users.\n\nIts entries are tuples with named items.", &FUNCTIONS)?;
    let tp = structseq::define(
        c"pwd.struct_passwd",
        c"pwd.struct_passwd: Results from getpw*() routines.\n\nIts fields can be read by index and by name.",
        &[
            (c"pw_name", c"user name"),
            (c"pw_passwd", c"password"),
            (c"pw_uid", c"user id"),
            (c"pw_gid", c"group id"),
            (c"pw_gecos", c"real name"),
            (c"pw_dir", c"home directory"),
            (c"pw_shell", c"shell program"),
        ],
        7,
        0,
    )?;
    module::add_object(result.op(), "struct_passwd", tp.op())?;
    Ok(result)
}
