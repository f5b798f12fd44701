//! Allocators that embedders may replace, thread-local keys, and the hash function's description.

use super::*;
use core::ffi::{c_char, c_int, c_void};

/// The functions of one memory domain; each gets `ctx` first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMemAllocatorEx {
    pub ctx: *mut c_void,
    pub malloc: Option<unsafe extern "C" fn(ctx: *mut c_void, size: usize) -> *mut c_void>,
    pub calloc: Option<unsafe extern "C" fn(ctx: *mut c_void, nelem: usize, elsize: usize) -> *mut c_void>,
    pub realloc:
        Option<unsafe extern "C" fn(ctx: *mut c_void, ptr: *mut c_void, new_size: usize) -> *mut c_void>,
    pub free: Option<unsafe extern "C" fn(ctx: *mut c_void, ptr: *mut c_void)>,
}
assert_layout!(PyMemAllocatorEx { size: 40, ctx: 0, malloc: 8, calloc: 16, realloc: 24, free: 32 });

/// Where CPython's small-object allocator gets its arenas.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyObjectArenaAllocator {
    pub ctx: *mut c_void,
    pub alloc: Option<unsafe extern "C" fn(ctx: *mut c_void, size: usize) -> *mut c_void>,
    pub free: Option<unsafe extern "C" fn(ctx: *mut c_void, ptr: *mut c_void, size: usize)>,
}
assert_layout!(PyObjectArenaAllocator { size: 24, ctx: 0, alloc: 8, free: 16 });

/// A thread-local key (`PyThread_tss_*`).
#[repr(C)]
pub struct Py_tss_t {
    pub _is_initialized: c_int,
    pub _key: libc::pthread_key_t,
}
assert_layout!(Py_tss_t { size: 8, _is_initialized: 0, _key: 4 });

/// What `PyHash_GetFuncDef` says about the hash of strings.
#[repr(C)]
pub struct PyHash_FuncDef {
    pub hash: Option<unsafe extern "C" fn(*const c_void, Py_ssize_t) -> Py_hash_t>,
    pub name: *const c_char,
    pub hash_bits: c_int,
    pub seed_bits: c_int,
}
assert_layout!(PyHash_FuncDef { size: 24, hash: 0, name: 8, hash_bits: 16, seed_bits: 20 });

// SAFETY: the description is only read.
unsafe impl Sync for PyHash_FuncDef {}
