//! `listdir`, `scandir` and `DirEntry`.

use std::ffi::{CStr, CString};

use adder_object_model::layout::*;
use adder_object_model::{
    Args, Borrowed, Object, Op, Owned, PyResult, Signature, alloc, errors, generic_alias, getset, int, list,
    method, module, object, slot, static_type, str, type_object,
};

use super::path::Path;
use super::{failed_with, flag, name_object};

/// An open directory; closed when dropped.
struct Directory(*mut libc::DIR);

impl Directory {
    fn open(path: &Path) -> std::io::Result<Self> {
        // SAFETY: a zero-terminated name; a descriptor is duplicated, so the caller's stays open.
        let stream = unsafe {
            match path.fd {
                Some(fd) => {
                    let copy = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
                    if copy < 0 {
                        return Err(std::io::Error::last_os_error());
                    }
                    let stream = libc::fdopendir(copy);
                    if !stream.is_null() {
                        libc::rewinddir(stream);
                    }
                    stream
                }
                None => libc::opendir(path.name.as_ptr()),
            }
        };
        if stream.is_null() { Err(std::io::Error::last_os_error()) } else { Ok(Self(stream)) }
    }

    /// The next entry but `.` and `..`: name, inode and type.
    fn next(&mut self) -> std::io::Result<Option<(CString, u64, u8)>> {
        loop {
            // SAFETY: an open directory; the entry is copied before the next call.
            unsafe {
                *libc::__errno_location() = 0;
                let entry = libc::readdir(self.0);
                if entry.is_null() {
                    let error = std::io::Error::last_os_error();
                    return if error.raw_os_error() == Some(0) { Ok(None) } else { Err(error) };
                }
                let name = CStr::from_ptr((*entry).d_name.as_ptr());
                if !matches!(name.to_bytes(), b"." | b"..") {
                    return Ok(Some((name.to_owned(), (*entry).d_ino, (*entry).d_type)));
                }
            }
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // SAFETY: open until now.
        unsafe { libc::closedir(self.0) };
    }
}

fn listdir(_module: Op<'_>, args: Args<'_>) -> PyResult<Owned<PyListObject>> {
    let [path] = args.parse(&Signature::new("listdir", ["path"]))?;
    let path = Path::or_none(path, "listdir", true)?;
    let read = || -> std::io::Result<Vec<CString>> {
        let mut directory = Directory::open(&path)?;
        let mut names = Vec::new();
        while let Some((name, ..)) = directory.next()? {
            names.push(name);
        }
        Ok(names)
    };
    let names = super::blocking(read)
        .map_err(|error| failed_with(&error, (!path.original.op().is_none()).then_some(&path)))?;
    let result = list::new()?;
    for name in names {
        list::append(result.borrow(), name_object(name.as_bytes(), path.is_bytes)?)?;
    }
    Ok(result)
}

/// What `scandir` gives: an iterator and context manager over an open directory.
#[repr(C)]
struct ScandirIterator {
    ob_base: PyObject,
    /// Null once closed.
    state: *mut ScanState,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl adder_object_model::PyLayout for ScandirIterator {}

struct ScanState {
    directory: Directory,
    path: Path,
}

/// One entry of a directory.
#[repr(C)]
struct DirEntry {
    ob_base: PyObject,
    /// Owned references: the entry's name, its path; `stat` and `lstat` results once asked for.
    name: *mut PyObject,
    path: *mut PyObject,
    stat: *mut PyObject,
    lstat: *mut PyObject,
    inode: u64,
    kind: u8,
    /// The descriptor of the directory, or `AT_FDCWD`.
    dir_fd: i32,
}
// SAFETY: `repr(C)`, and the object header is at offset 0.
unsafe impl adder_object_model::PyLayout for DirEntry {}

fn scandir(_module: Op<'_>, args: Args<'_>) -> PyResult {
    let [path] = args.parse(&Signature::new("scandir", ["path"]))?;
    let path = Path::or_none(path, "scandir", true)?;
    let directory = super::blocking(|| Directory::open(&path));
    let directory =
        directory.map_err(|error| failed_with(&error, (!path.original.op().is_none()).then_some(&path)))?;
    // SAFETY: a static type that is ready.
    let result =
        alloc::new_object::<ScandirIterator>(unsafe { Borrowed::from_ptr(&raw mut SCANDIR_ITERATOR_TYPE) })?;
    // SAFETY: a fresh object.
    unsafe { (*result.as_ptr()).state = Box::into_raw(Box::new(ScanState { directory, path })) };
    Ok(result.into_object())
}

fn scandir_next(iterator: Borrowed<'_, ScandirIterator>) -> PyResult<Option<Object>> {
    if iterator.state.is_null() {
        return Ok(None);
    }
    // SAFETY: not closed, and nothing in this function runs Python before the last use.
    let state = unsafe { &mut *iterator.state };
    match state.directory.next() {
        Ok(Some((name, inode, kind))) => {
            let path = &state.path;
            let full = if path.fd.is_some() {
                name.as_bytes().to_vec()
            } else {
                let mut full = path.name.as_bytes().to_vec();
                if full.last().is_some_and(|&c| c != b'/') {
                    full.push(b'/');
                }
                full.extend_from_slice(name.as_bytes());
                full
            };
            let dir_fd = path.fd.unwrap_or(libc::AT_FDCWD);
            let is_bytes = path.is_bytes;
            let name = name_object(name.as_bytes(), is_bytes)?;
            let full = name_object(&full, is_bytes)?;
            // SAFETY: a static type that is ready.
            let entry =
                alloc::new_object::<DirEntry>(unsafe { Borrowed::from_ptr(&raw mut DIR_ENTRY_TYPE) })?;
            // SAFETY: a fresh object of which only the header is set.
            unsafe {
                let place = entry.as_ptr();
                (*place).name = name.into_ptr();
                (*place).path = full.into_ptr();
                (*place).stat = core::ptr::null_mut();
                (*place).lstat = core::ptr::null_mut();
                (*place).inode = inode;
                (*place).kind = kind;
                (*place).dir_fd = dir_fd;
            }
            Ok(Some(entry.into_object()))
        }
        Ok(None) => {
            close(iterator);
            Ok(None)
        }
        Err(error) => {
            let raised = failed_with(&error, Some(&state.path));
            close(iterator);
            Err(raised)
        }
    }
}

fn close(iterator: Borrowed<'_, ScandirIterator>) {
    // SAFETY: the field holds a box or null; emptied before the box is dropped.
    unsafe {
        let state = core::ptr::replace(&raw mut (*iterator.as_ptr()).state, core::ptr::null_mut());
        if !state.is_null() {
            drop(Box::from_raw(state));
        }
    }
}

fn scandir_close(iterator: Borrowed<'_, ScandirIterator>) -> PyResult<()> {
    close(iterator);
    Ok(())
}

fn scandir_enter(iterator: Borrowed<'_, ScandirIterator>) -> PyResult {
    Ok(iterator.as_object().to_owned())
}

fn scandir_exit(iterator: Borrowed<'_, ScandirIterator>, _args: Args<'_>) -> PyResult<()> {
    close(iterator);
    Ok(())
}

fn scandir_dealloc(iterator: Borrowed<'_, ScandirIterator>) {
    if !iterator.state.is_null() {
        let saved = errors::take();
        let text = object::repr(iterator.as_object())
            .map(|text| str::to_string_lossy(text.op()))
            .unwrap_or_default();
        let category = adder_object_model::exceptions::builtin::ResourceWarning();
        if (adder_object_model::state::hooks().warn)(
            category,
            &format!("unclosed scandir iterator {text}"),
            1,
        )
        .is_err()
        {
            (adder_object_model::state::hooks().write_unraisable)(None, None);
        }
        if let Some(saved) = saved {
            errors::restore(saved).ignore();
        }
    }
    close(iterator);
    // SAFETY: nothing is left in it.
    unsafe { alloc::free_object(iterator.as_object_ptr()) }
}

/// The entry's path for a system call.
fn entry_path(entry: Borrowed<'_, DirEntry>) -> PyResult<Path> {
    // SAFETY: owned by the entry. Below a descriptor the path is the bare name.
    Path::new(unsafe { Op::from_ptr(entry.path) }, "DirEntry")
}

fn fetch_stat(entry: Borrowed<'_, DirEntry>, follow: bool) -> PyResult<libc::stat> {
    super::stat::stat_path(&entry_path(entry)?, entry.dir_fd, follow)
}

fn entry_stat(entry: Borrowed<'_, DirEntry>, args: Args<'_>) -> PyResult {
    let [follow] = args.parse(&Signature::new("stat", ["follow_symlinks"]).keyword_only_from(0))?;
    let follow = flag(follow, true)?;
    let is_link = entry.kind == libc::DT_LNK || entry.kind == libc::DT_UNKNOWN;
    let follow = follow && is_link;
    let place = if follow { entry.stat } else { entry.lstat };
    // SAFETY: null or owned by the entry.
    if let Some(cached) = unsafe { Owned::new_ref_nullable(place) } {
        return Ok(cached);
    }
    let result = super::stat::stat_object(&fetch_stat(entry, follow)?)?;
    // SAFETY: the field holds a reference or null; the old one goes last.
    let old = unsafe {
        let place = if follow { &raw mut (*entry.as_ptr()).stat } else { &raw mut (*entry.as_ptr()).lstat };
        Object::steal_nullable(core::ptr::replace(place, result.clone().into_ptr()))
    };
    drop(old);
    Ok(result)
}

/// Whether the entry, following links or not, has a file type.
fn is_kind(entry: Borrowed<'_, DirEntry>, follow: bool, kind: u8, mode: u32) -> PyResult<bool> {
    let known = entry.kind != libc::DT_UNKNOWN && (!follow || entry.kind != libc::DT_LNK);
    if known {
        return Ok(entry.kind == kind);
    }
    match fetch_stat(entry, follow) {
        Ok(st) => Ok(st.st_mode & libc::S_IFMT == mode),
        Err(raised) => Ok(raised
            .absorb::<bool>(adder_object_model::exceptions::builtin::FileNotFoundError())?
            .unwrap_or(false)),
    }
}

fn entry_is_dir(entry: Borrowed<'_, DirEntry>, args: Args<'_>) -> PyResult<bool> {
    let [follow] = args.parse(&Signature::new("is_dir", ["follow_symlinks"]).keyword_only_from(0))?;
    is_kind(entry, flag(follow, true)?, libc::DT_DIR, libc::S_IFDIR)
}

fn entry_is_file(entry: Borrowed<'_, DirEntry>, args: Args<'_>) -> PyResult<bool> {
    let [follow] = args.parse(&Signature::new("is_file", ["follow_symlinks"]).keyword_only_from(0))?;
    is_kind(entry, flag(follow, true)?, libc::DT_REG, libc::S_IFREG)
}

fn entry_is_symlink(entry: Borrowed<'_, DirEntry>) -> PyResult<bool> {
    is_kind(entry, false, libc::DT_LNK, libc::S_IFLNK)
}

fn entry_is_junction(_entry: Borrowed<'_, DirEntry>) -> PyResult<bool> {
    Ok(false)
}

fn entry_inode(entry: Borrowed<'_, DirEntry>) -> PyResult {
    int::from_u64(entry.inode)
}

fn entry_fspath(entry: Borrowed<'_, DirEntry>) -> PyResult {
    // SAFETY: owned by the entry.
    Ok(unsafe { Owned::new_ref(entry.path) })
}

fn entry_name(entry: Borrowed<'_, DirEntry>) -> PyResult {
    // SAFETY: owned by the entry.
    Ok(unsafe { Owned::new_ref(entry.name) })
}

fn entry_repr(entry: Borrowed<'_, DirEntry>) -> PyResult<Owned<PyUnicodeObject>> {
    let name = object::repr(entry_name(entry)?.op())?;
    let mut text = rustpython_wtf8::Wtf8Buf::from("<DirEntry ");
    text.push_wtf8(&str::to_wtf8(name.borrow()));
    text.push_str(">");
    str::from_wtf8(&text)
}

fn entry_dealloc(entry: Borrowed<'_, DirEntry>) {
    // SAFETY: the entry's own references, given up once.
    unsafe {
        for field in [entry.name, entry.path, entry.stat, entry.lstat] {
            drop(Object::steal_nullable(field));
        }
        alloc::free_object(entry.as_object_ptr());
    }
}

const ENTRY_METHODS: &[PyMethodDef] = &[
    method::keywords(
        c"is_dir",
        entry_is_dir,
        c"is_dir($self, /, *, follow_symlinks=True)\n--\n\nWhether the entry is a directory.",
    ),
    method::keywords(
        c"is_file",
        entry_is_file,
        c"is_file($self, /, *, follow_symlinks=True)\n--\n\nWhether the entry is a file.",
    ),
    method::noargs(
        c"is_symlink",
        entry_is_symlink,
        c"is_symlink($self, /)\n--\n\nWhether the entry is a symbolic link.",
    ),
    method::noargs(
        c"is_junction",
        entry_is_junction,
        c"is_junction($self, /)\n--\n\nWhether the entry is a junction.",
    ),
    method::keywords(
        c"stat",
        entry_stat,
        c"stat($self, /, *, follow_symlinks=True)\n--\n\nWhat the system knows about the entry; kept.",
    ),
    method::noargs(c"inode", entry_inode, c"inode($self, /)\n--\n\nThe inode number."),
    method::noargs(c"__fspath__", entry_fspath, c"__fspath__($self, /)\n--\n\nThe path."),
    method::class_o(c"__class_getitem__", generic_alias::class_getitem, c"See PEP 585"),
    PyMethodDef::EMPTY,
];

const ENTRY_GETSET: &[PyGetSetDef] = &[
    getset::get(c"name", entry_name, c"the entry's base filename, relative to scandir() \"path\" argument"),
    getset::get(c"path", entry_fspath, c"the entry's full path name"),
    PyGetSetDef::EMPTY,
];

static mut DIR_ENTRY_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"posix.DirEntry".as_ptr(),
    tp_basicsize: size_of::<DirEntry>() as isize,
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_dealloc: slot::dealloc(entry_dealloc),
    tp_repr: slot::unary(entry_repr),
    tp_methods: ENTRY_METHODS.as_ptr().cast_mut(),
    tp_getset: ENTRY_GETSET.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};

const ITERATOR_METHODS: &[PyMethodDef] = &[
    method::noargs(c"__enter__", scandir_enter, c""),
    method::positional(c"__exit__", scandir_exit, c""),
    method::noargs(c"close", scandir_close, c"Close the iterator and the directory."),
    PyMethodDef::EMPTY,
];

static mut SCANDIR_ITERATOR_TYPE: PyTypeObject = PyTypeObject {
    tp_name: c"posix.ScandirIterator".as_ptr(),
    tp_basicsize: size_of::<ScandirIterator>() as isize,
    tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    tp_dealloc: slot::dealloc(scandir_dealloc),
    tp_iter: slot::unary(scandir_iter),
    tp_iternext: slot::iternext(scandir_next),
    tp_methods: ITERATOR_METHODS.as_ptr().cast_mut(),
    ..PyTypeObject::EMPTY
};

fn scandir_iter(iterator: Borrowed<'_, ScandirIterator>) -> PyResult {
    Ok(iterator.as_object().to_owned())
}

pub(super) fn add_types(posix: Op<'_>) -> PyResult<()> {
    type_object::ready(static_type!(DIR_ENTRY_TYPE))?;
    type_object::ready(static_type!(SCANDIR_ITERATOR_TYPE))?;
    module::add_type(posix, static_type!(DIR_ENTRY_TYPE))
}

pub(super) const METHODS: &[PyMethodDef] = &[
    method::keywords(c"listdir", listdir, c"listdir($module, /, path=None)\n--\n\nThe names in a directory."),
    method::keywords(
        c"scandir",
        scandir,
        c"scandir($module, /, path=None)\n--\n\nAn iterator of the entries of a directory.",
    ),
    PyMethodDef::EMPTY,
];
