//! The standard library's native modules, one file or folder each, named as Python names them.
//!
//! `INITTAB` is what `sys.builtin_module_names` lists and the built-in importer looks in.

#![allow(non_upper_case_globals, reason = "type objects are named as in CPython")]

use adder_object_model::PyResult;

pub use adder_interpreter::pytime;

pub mod native;

/// A native module: its name, and what makes the module object on first import.
pub type Module = (&'static str, fn() -> PyResult);

mod compression;
mod hashes;

macro_rules! modules {
    ($($module:ident),* $(,)?) => {
        $(pub mod $module;)*
        /// Every native module of this crate.
        pub static INITTAB: &[Module] = &[$((stringify!($module), $module::init)),*];
    };
}

mod host;

modules! {
    _bisect,
    _bz2,
    _collections,
    _functools,
    _heapq,
    _operator,
    _queue,
    array,
    itertools,
    _abc,
    _suggestions,
    _io,
    _stat,
    _statistics,
    _typing,
    _weakref,
    _tracemalloc,
    _types,
    _locale,
    _multiprocessing,
    _opcode,
    _posixshmem,
    _posixsubprocess,
    binascii,
    errno,
    faulthandler,
    fcntl,
    grp,
    mmap,
    pwd,
    resource,
    select,
    _socket,
    termios,
    gc,
    _codecs,
    _csv,
    _ctypes,
    _sre,
    _json,
    _lsprof,
    _lzma,
    _string,
    _pickle,
    _struct,
    _datetime,
    _md5,
    _random,
    _sha1,
    _sha2,
    _sha3,
    _blake2,
    math,
    cmath,
    posix,
    time,
    unicodedata,
    zlib,
}
