//! `stat`, `lstat`, `fstat`, `statvfs` and their result types.

use core::ptr;

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Object, Op, PyResult, Signature, TypeRef, float, int, method, module, number, singletons, structseq,
};

use super::path::{Path, dir_fd};
use super::{check, failed, flag, int_argument};

/// A struct sequence type of this module, made when the module is.
pub(super) struct ResultType {
    pub name: &'static core::ffi::CStr,
    /// Empty for none.
    pub doc: &'static core::ffi::CStr,
    pub fields: &'static [&'static core::ffi::CStr],
    pub in_sequence: usize,
}

/// Types by name, owned for the life of the process.
static TYPES: parking_lot::Mutex<Vec<(&'static core::ffi::CStr, usize)>> =
    parking_lot::Mutex::new(Vec::new());

impl ResultType {
    /// Makes the type and adds it to the module.
    pub fn add(&self, posix: Op<'_>) -> PyResult<()> {
        let mut fields: Vec<PyStructSequence_Field> = self
            .fields
            .iter()
            .map(|name| PyStructSequence_Field {
                // An empty name stands for a field that only has an index.
                name: if name.is_empty() { structseq::UNNAMED.as_ptr() } else { name.as_ptr() },
                doc: ptr::null(),
            })
            .collect();
        fields.push(PyStructSequence_Field { name: ptr::null(), doc: ptr::null() });
        // The type keeps pointing to the fields.
        let fields = Vec::leak(fields);
        let mut desc = PyStructSequence_Desc {
            name: self.name.as_ptr(),
            doc: if self.doc.is_empty() { ptr::null() } else { self.doc.as_ptr() },
            fields: fields.as_mut_ptr(),
            n_in_sequence: self.in_sequence as i32,
        };
        // SAFETY: the fields end with a null name; their texts and the name are static.
        let class = unsafe { structseq::new_type(&raw mut desc) }?;
        let short = self.name.to_str().unwrap_or("").rsplit('.').next().unwrap_or("");
        module::add_object(posix, short, class.op())?;
        TYPES.lock().push((self.name, class.into_ptr().expose_provenance()));
        Ok(())
    }

    /// The type, once the module has it.
    pub fn type_ref(&self) -> TypeRef<'static> {
        let class = TYPES.lock().iter().find(|(name, _)| *name == self.name).map(|(_, class)| *class);
        let class: *mut PyTypeObject = ptr::with_exposed_provenance_mut(class.expect("added by the module"));
        // SAFETY: owned for the life of the process.
        unsafe { TypeRef::from_ptr(class) }
    }

    /// A new instance with the given items.
    pub fn make(&self, items: Vec<Object>) -> PyResult {
        let result = structseq::new(self.type_ref())?;
        for (index, item) in items.into_iter().enumerate() {
            structseq::set_item(result.op(), index, item);
        }
        Ok(result)
    }
}

const STAT: ResultType = ResultType {
    name: c"os.stat_result",
    doc: c"",
    fields: &[
        c"st_mode",
        c"st_ino",
        c"st_dev",
        c"st_nlink",
        c"st_uid",
        c"st_gid",
        c"st_size",
        c"",
        c"",
        c"",
        c"st_atime",
        c"st_mtime",
        c"st_ctime",
        c"st_atime_ns",
        c"st_mtime_ns",
        c"st_ctime_ns",
        c"st_blksize",
        c"st_blocks",
        c"st_rdev",
    ],
    in_sequence: 10,
};

const STATVFS: ResultType = ResultType {
    name: c"os.statvfs_result",
    doc: c"",
    fields: &[
        c"f_bsize",
        c"f_frsize",
        c"f_blocks",
        c"f_bfree",
        c"f_bavail",
        c"f_files",
        c"f_ffree",
        c"f_favail",
        c"f_flag",
        c"f_namemax",
        c"f_fsid",
    ],
    in_sequence: 10,
};

pub(super) fn add_types(posix: Op<'_>) -> PyResult<()> {
    STAT.add(posix)?;
    STATVFS.add(posix)
}

/// The result object for what the system says of a file.
pub(super) fn stat_object(st: &libc::stat) -> PyResult {
    let seconds = |s: i64, ns: i64| float::new(s as f64 + 1e-9 * ns as f64);
    let nanos = |s: i64, ns: i64| -> PyResult {
        let whole = number::multiply(int::from_i64(s)?.op(), int::from_i64(1_000_000_000)?.op())?;
        number::add(whole.op(), int::from_i64(ns)?.op())
    };
    STAT.make(vec![
        int::from_u64(st.st_mode.into())?,
        int::from_u64(st.st_ino)?,
        int::from_u64(st.st_dev)?,
        int::from_u64(st.st_nlink)?,
        int::from_u64(st.st_uid.into())?,
        int::from_u64(st.st_gid.into())?,
        int::from_i64(st.st_size)?,
        int::from_i64(st.st_atime)?,
        int::from_i64(st.st_mtime)?,
        int::from_i64(st.st_ctime)?,
        seconds(st.st_atime, st.st_atime_nsec)?,
        seconds(st.st_mtime, st.st_mtime_nsec)?,
        seconds(st.st_ctime, st.st_ctime_nsec)?,
        nanos(st.st_atime, st.st_atime_nsec)?,
        nanos(st.st_mtime, st.st_mtime_nsec)?,
        nanos(st.st_ctime, st.st_ctime_nsec)?,
        int::from_i64(st.st_blksize)?,
        int::from_i64(st.st_blocks)?,
        int::from_u64(st.st_rdev)?,
    ])
}

/// What the system says of a path.
pub(super) fn stat_path(path: &Path, dir: i32, follow: bool) -> PyResult<libc::stat> {
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: zeros are a valid start; the system fills it in.
    let mut st: libc::stat = unsafe { core::mem::zeroed() };
    // SAFETY: a zero-terminated name or a number, and a place for the result.
    let done = super::blocking(|| unsafe {
        match path.fd {
            Some(fd) => libc::fstat(fd, &raw mut st),
            None => libc::fstatat(dir, path.name.as_ptr(), &raw mut st, flags),
        }
    });
    check(done.into(), Some(path))?;
    Ok(st)
}

fn stat(_module: Op<'_>, args: Args<'_>) -> PyResult {
    const SIGNATURE: Signature<3> =
        Signature::new("stat", ["path", "dir_fd", "follow_symlinks"]).required(1).keyword_only_from(1);
    let [path, dir, follow] = args.parse(&SIGNATURE)?;
    let path = Path::or_fd(path.expect("required"), "stat")?;
    let (dir, follow) = (dir_fd(dir)?, flag(follow, true)?);
    path.fd_stands_alone("stat", dir, follow)?;
    stat_object(&stat_path(&path, dir, follow)?)
}

fn lstat(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [path, dir] = args.parse(&super::path::with_dir_fd("lstat"))?;
    let path = Path::new(path.expect("required"), "lstat")?;
    stat_object(&stat_path(&path, dir_fd(dir)?, false)?)
}

fn fstat(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [fd] = args.parse(&Signature::new("fstat", ["fd"]).required(1))?;
    let fd = int_argument(fd.expect("required"))?;
    let path = Path { name: c"".into(), fd: Some(fd), is_bytes: false, original: singletons::new_none() };
    // SAFETY: zeros are a valid start; the system fills it in.
    let mut st: libc::stat = unsafe { core::mem::zeroed() };
    // SAFETY: a place for the result.
    check(super::blocking(|| unsafe { libc::fstat(path.fd.unwrap_or(-1), &raw mut st) }).into(), None)?;
    stat_object(&st)
}

fn statvfs_of(path: &Path) -> PyResult {
    // SAFETY: zeros are a valid start; the system fills it in.
    let mut st: libc::statvfs = unsafe { core::mem::zeroed() };
    // SAFETY: a zero-terminated name or a number, and a place for the result.
    let done = super::blocking(|| unsafe {
        match path.fd {
            Some(fd) => libc::fstatvfs(fd, &raw mut st),
            None => libc::statvfs(path.name.as_ptr(), &raw mut st),
        }
    });
    if done < 0 {
        return Err(failed(Some(path)));
    }
    let values = [
        st.f_bsize,
        st.f_frsize,
        st.f_blocks,
        st.f_bfree,
        st.f_bavail,
        st.f_files,
        st.f_ffree,
        st.f_favail,
        st.f_flag,
        st.f_namemax,
        st.f_fsid,
    ];
    STATVFS.make(values.into_iter().map(int::from_u64).collect::<PyResult<Vec<_>>>()?)
}

fn statvfs(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [path] = args.parse(&Signature::new("statvfs", ["path"]).required(1))?;
    statvfs_of(&Path::or_fd(path.expect("required"), "statvfs")?)
}

fn fstatvfs(_module: Op<'_>, fd: Op<'_>) -> PyResult {
    let fd = int_argument(fd)?;
    statvfs_of(&Path { name: c"".into(), fd: Some(fd), is_bytes: false, original: singletons::new_none() })
}

pub(super) const METHODS: &[PyMethodDef] = &[
    method::keywords(c"stat", stat, c"stat($module, /, path, *, dir_fd=None, follow_symlinks=True)\n--\n\nWhat the system knows about a file."),
    method::keywords(c"lstat", lstat, c"lstat($module, /, path, *, dir_fd=None)\n--\n\nLike stat(), not following links."),
    method::keywords(c"fstat", fstat, c"fstat($module, /, fd)\n--\n\nWhat the system knows about an open file."),
    method::keywords(c"statvfs", statvfs, c"statvfs($module, /, path)\n--\n\nWhat the system knows about a file system."),
    method::o(c"fstatvfs", fstatvfs, c"fstatvfs($module, fd, /)\n--\n\nWhat the system knows about the file system of an open file."),
    PyMethodDef::EMPTY,
];
