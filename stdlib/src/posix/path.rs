//! Arguments that name files: `str`, `bytes`, path-like objects, and where a function
//! allows it an open descriptor; directory descriptors.

use std::ffi::CString;

use adder_object_model::layout::*;
use adder_object_model::{
    Object, Op, PyResult, Signature, bytes, int, number, object, raise, singletons, str,
};

/// A path as the system wants it, and as the caller gave it.
pub struct Path {
    pub name: CString,
    /// The descriptor given in place of a name.
    pub fd: Option<i32>,
    /// Whether results that are names are bytes.
    pub is_bytes: bool,
    /// What error messages show.
    pub original: Object,
}

impl Path {
    /// A name; `function` is for messages.
    pub fn new(op: Op<'_>, function: &str) -> PyResult<Self> {
        Self::convert(op, function, "path", false, false)
    }

    /// A name or an open descriptor.
    pub fn or_fd(op: Op<'_>, function: &str) -> PyResult<Self> {
        Self::convert(op, function, "path", false, true)
    }

    /// A name, None for the working directory, and if `fd` a descriptor.
    pub fn or_none(op: Option<Op<'_>>, function: &str, fd: bool) -> PyResult<Self> {
        match op {
            Some(op) => Self::convert(op, function, "path", true, fd),
            None => Self::convert(singletons::none(), function, "path", true, fd),
        }
    }

    /// A name under another parameter name.
    pub fn named(op: Op<'_>, function: &str, parameter: &str) -> PyResult<Self> {
        Self::convert(op, function, parameter, false, false)
    }

    /// Refuses what has no meaning together with a descriptor.
    pub fn fd_stands_alone(&self, function: &str, dir: i32, follow: bool) -> PyResult<()> {
        if self.fd.is_some() && dir != libc::AT_FDCWD {
            return Err(raise!(ValueError, "{function}: can't specify dir_fd without matching path"));
        }
        if self.fd.is_some() && !follow {
            return Err(raise!(ValueError, "{function}: cannot use fd and follow_symlinks together"));
        }
        Ok(())
    }

    fn convert(op: Op<'_>, function: &str, parameter: &str, none: bool, fd: bool) -> PyResult<Self> {
        let original = op.to_owned();
        if none && op.is_none() {
            return Ok(Self { name: c".".into(), fd: None, is_bytes: false, original });
        }
        let wrong = || {
            let allowed = match (none, fd) {
                (true, true) => "string, bytes, os.PathLike, integer or None",
                (false, true) => "string, bytes, os.PathLike or integer",
                (true, false) => "string, bytes, os.PathLike or None",
                (false, false) => "string, bytes or os.PathLike",
            };
            raise!(TypeError, "{function}: {parameter} should be {allowed}, not {}", op.type_name())
        };
        let is_text = op.is_instance::<PyUnicodeObject>() || op.is_instance::<PyBytesObject>();
        if fd && !is_text && number::check_index(op) {
            crate::host::warn_of_bool(op)?;
            let fd = int::as_i32(number::index(op)?.op())?;
            return Ok(Self { name: c"".into(), fd: Some(fd), is_bytes: false, original });
        }
        if !is_text && object::lookup_special(op, "__fspath__")?.is_none_or(|method| method.op().is_none()) {
            return Err(wrong());
        }
        let path = str::fs_path(op)?;
        // Messages show the path itself, not the object that stands for it.
        let original = path.clone();
        let (encoded, is_bytes) = match path.op().downcast::<PyUnicodeObject>() {
            Some(text) => (str::encode_fs_default(text)?, false),
            None => (path.clone(), true),
        };
        let Some(encoded) = encoded.op().downcast::<PyBytesObject>() else { return Err(wrong()) };
        let Ok(name) = CString::new(bytes::as_slice(encoded)) else {
            let kind = if is_bytes { "byte" } else { "character" };
            return Err(raise!(ValueError, "{function}: embedded null {kind} in {parameter}"));
        };
        Ok(Self { name, fd: None, is_bytes, original })
    }
}

/// What may name a file, as the system wants it (`PyUnicode_FSConverter`).
pub fn fs_name(op: Op<'_>) -> PyResult<CString> {
    let path = str::fs_path(op)?;
    let encoded = match path.op().downcast::<PyUnicodeObject>() {
        Some(text) => str::encode_fs_default(text)?,
        None => path.clone(),
    };
    let encoded = encoded.op().downcast::<PyBytesObject>().expect("a path is str or bytes");
    CString::new(bytes::as_slice(encoded)).map_err(|_| raise!(ValueError, "embedded null byte"))
}

/// A `dir_fd` argument: None means relative to the working directory.
pub fn dir_fd(op: Option<Op<'_>>) -> PyResult<i32> {
    match super::given(op) {
        None => Ok(libc::AT_FDCWD),
        Some(op) if number::check_index(op) => {
            crate::host::warn_of_bool(op)?;
            int::as_i32(number::index(op)?.op())
        }
        Some(op) => Err(raise!(TypeError, "argument should be integer or None, not {}", op.type_name())),
    }
}

/// The signature of a function of one path and `dir_fd`.
pub const fn with_dir_fd(function: &'static str) -> Signature<2> {
    Signature::new(function, ["path", "dir_fd"]).required(1).keyword_only_from(1)
}
